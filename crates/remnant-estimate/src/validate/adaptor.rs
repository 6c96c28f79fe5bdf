//! The contamination model as one that can be judged.
//!
//! Belongs here: an invented world's records as the inputs of the model, and the model's draws as
//! forecasts. The priors are those that the world was drawn from; nothing of what is wrong with it.
//! Does not belong here: the model, the truth.

use super::model::{Answer, Model, SharedUnknown, UnknownAnswer};
use crate::contamination::{
    Area, Find, FootprintBelief, Inputs, Load, MODEL, MODEL_VERSION, Method, Settings, Strike,
    SubmunitionType, Task, Unreported, estimate,
};
use crate::dud_rate::NormalMixture;
use crate::score::{CountForecast, Forecast};
use crate::simulate::{Recorded, RecordedTask};
use crate::strike::Candidates;

/// The contamination model of this crate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contamination {
    /// How each run is carried out; the seed is replaced by the world's.
    pub settings: Settings,
    /// Distance between candidate places as a share of the median footprint scale.
    pub pitch: f64,
}

impl Default for Contamination {
    fn default() -> Self {
        Self { settings: Settings::default(), pitch: 0.8 }
    }
}

/// Names of areas that stand for the whole grid and for single cells.
const WHOLE: &str = "whole";

impl Model for Contamination {
    fn name(&self) -> String {
        let Settings { points, draws, particles, .. } = self.settings;
        format!(
            "{MODEL} version {MODEL_VERSION}, {points} points, {draws} draws, {particles} particles"
        )
    }

    fn answer(&self, recorded: &Recorded, seed: u64) -> Result<Answer, String> {
        let mut inputs = inputs_of(recorded, self.pitch)?;
        let areas = inputs.areas.len();
        let cells = recorded.grid.cells();
        // Each cell is asked as an area of its own, since the draws of areas are told and can be scored.
        inputs.areas.extend((0..cells).map(|cell| {
            let id = format!("cell {cell}");
            Area { id: id.clone(), name: id, cells: vec![(cell, 1.0)] }
        }));
        let settings = Settings { seed, ..self.settings };
        let estimate =
            estimate(&inputs, settings, Vec::new(), |_, _, _| std::ops::ControlFlow::Continue(()))
                .map_err(|fault| fault.to_string())?;
        let forecast = |draws: &[f64]| {
            CountForecast::poisson_mixture(draws)
                .map(Forecast::Counts)
                .map_err(|fault| fault.to_string())
        };
        let mut forecasts = estimate
            .areas
            .iter()
            .map(|area| forecast(&area.draws))
            .collect::<Result<Vec<_>, String>>()?;
        let cells = forecasts.split_off(areas);
        let Some(whole) = forecasts.pop() else { return Err("no area was told".to_owned()) };
        let unknowns = estimate
            .unknowns
            .iter()
            .filter_map(|told| {
                let unknown = shared_unknown(&told.name, recorded)?;
                Some(UnknownAnswer { unknown, interval_90: told.interval_90 })
            })
            .collect();
        Ok(Answer { cells, areas: forecasts, whole, unknowns })
    }
}

/// The unknown that the model names so.
fn shared_unknown(name: &str, recorded: &Recorded) -> Option<SharedUnknown> {
    let settings = &recorded.settings;
    match name.split_once('/') {
        Some(("detection", method)) => settings
            .methods
            .iter()
            .position(|known| known.name == method)
            .map(SharedUnknown::Detection),
        Some(("unexploded", kind)) => {
            (0..settings.levels.len()).find(|n| type_name(*n) == kind).map(SharedUnknown::Level)
        }
        Some(_) => None,
        None if name.starts_with("footprint") => Some(SharedUnknown::FootprintScale),
        None if name.starts_with("unreported") => Some(SharedUnknown::UnreportedRate),
        None => None,
    }
}

fn type_name(number: usize) -> String {
    format!("type {number}")
}

/// The inputs of the contamination model for an invented world: the areas of the world, then the whole.
///
/// `pitch` is the distance between candidate places as a share of the median footprint scale.
///
/// # Errors
/// In words, when a stated place allows no candidates.
pub fn inputs_of(recorded: &Recorded, pitch: f64) -> Result<Inputs, String> {
    let settings = &recorded.settings;
    let loads = |type_number: usize| {
        vec![Load { submunition: type_number, weight: 1.0, each: f64::from(settings.submunitions) }]
    };
    let scale = libm::exp(settings.log_scale.mean);
    let strikes = recorded
        .strikes
        .iter()
        .map(|strike| {
            let pitch = (pitch * scale).min(0.75 * strike.error_metres);
            let place = (strike.easting, strike.northing);
            let places = Candidates::around_point(place, strike.error_metres, pitch)
                .map_err(|fault| fault.to_string())?;
            Ok(Strike {
                id: format!("strike {}", strike.number),
                places,
                munitions: strike.munitions_mean,
                munitions_deviation: strike.munitions_standard_deviation,
                loads: loads(strike.type_number),
            })
        })
        .collect::<Result<Vec<_>, String>>()?;
    let types = settings
        .levels
        .iter()
        .enumerate()
        .map(|(number, level)| SubmunitionType {
            name: type_name(number),
            level: NormalMixture::normal(level.mean, level.standard_deviation),
            context_spreads: vec![(1.0, settings.context_spread)],
        })
        .collect();
    let methods = settings
        .methods
        .iter()
        .map(|method| Method {
            name: method.name.clone(),
            detection: (method.detection.first, method.detection.second),
            never_found: method.never_findable,
        })
        .collect();
    let whole: Vec<(u32, f64)> = (0..recorded.grid.cells()).map(|cell| (cell, 1.0)).collect();
    let mut areas: Vec<Area> = recorded
        .areas
        .iter()
        .map(|area| Area {
            id: area.name.clone(),
            name: area.name.clone(),
            cells: area.cells.iter().map(|cell| (*cell, 1.0)).collect(),
        })
        .collect();
    areas.push(Area { id: WHOLE.to_owned(), name: WHOLE.to_owned(), cells: whole });
    let tasks = recorded
        .tasks
        .iter()
        .map(|task| searched(recorded, task))
        .filter(|task| !task.cells.is_empty())
        .collect();
    Ok(Inputs {
        grid: recorded.grid,
        types,
        methods,
        footprint: FootprintBelief {
            median_metres: scale,
            log_spread: settings.log_scale.standard_deviation,
            between_strikes: settings.log_scale_within_type,
        },
        strikes,
        tasks,
        spot_finds: Vec::new(),
        unreported: unreported(recorded),
        areas,
    })
}

/// A task as effort and finds in cells. Of two cells on whose border a find lies, the grid names one, which
/// the outline may only touch; such a find, whose probability is nothing, is left out.
fn searched(recorded: &Recorded, task: &RecordedTask) -> Task {
    let shares = task.outline.shares_of_cells(&recorded.grid);
    let cells: Vec<(u32, f64)> =
        shares.iter().map(|(cell, share)| (*cell, share * task.share)).collect();
    let finds = task
        .finds_in_cells(&recorded.grid)
        .into_iter()
        .filter(|(cell, _)| cells.binary_search_by_key(cell, |(known, _)| *known).is_ok())
        .map(|(cell, count)| Find {
            id: format!("task {} in cell {cell}", task.number),
            cells: vec![cell],
            count,
        })
        .collect();
    let id = format!("task {}", task.number);
    Task { id, method: task.method, passes: task.passes, cells, finds }
}

/// What the model is told of unreported strikes: the settings' own rate, and munitions and types as
/// recorded strikes have them.
fn unreported(recorded: &Recorded) -> Option<Unreported> {
    let settings = &recorded.settings;
    let unreported = settings.unreported?;
    let (fewest, most) = settings.munitions;
    let mean = 0.5 * (fewest + most);
    // Between records a uniform spread; within each, what the record itself leaves open.
    let between = (most - fewest).powi(2) / 12.0;
    let within = settings.munitions_relative_spread.powi(2) * (between + mean * mean);
    let types = settings.levels.len();
    Some(Unreported {
        per_square_kilometre: unreported.rate.median,
        log_spread: unreported.rate.log_standard_deviation,
        munitions: mean,
        munitions_deviation: (between + within).sqrt(),
        loads: (0..types)
            .map(|submunition| Load {
                submunition,
                weight: 1.0 / types as f64,
                each: f64::from(settings.submunitions),
            })
            .collect(),
    })
}
