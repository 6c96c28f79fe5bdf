//! One run: from inputs to what is told of a place.
//!
//! Belongs here: the order of the stages, tiles in flight, sums over tiles in their order, resuming, and
//! the result with all that is needed to repeat or doubt it.
//!
//! Does not belong here: the stages themselves.

use std::ops::ControlFlow;

use rayon::prelude::*;
use serde::Serialize;

use super::count::Count;
use super::fault::ContaminationFault;
use super::inputs::Inputs;
use super::model::{Model, Unknown};
use super::posterior::{Joint, Settings, run_name};
use super::tile::{CellEstimate, Contribution, TileResult, Tiles, contributions, tile};
use crate::logistic::share;

/// Tiles computed before any of them is handed on: what bounds memory, whatever the number of threads.
const IN_FLIGHT: usize = 4;

/// What is told of an area.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AreaEstimate {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Items left.
    pub left: Count,
    /// Share of its square metres that somebody searched.
    pub searched: f64,
    /// Expected items in each joint draw: sums and differences of areas keep their dependence.
    #[serde(skip)]
    pub draws: Vec<f64>,
}

/// What is believed of a shared unknown after the finds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnknownEstimate {
    /// What it is.
    pub name: String,
    /// Mean.
    pub mean: f64,
    /// Nine chances in ten.
    pub interval_90: (f64, f64),
    /// The same before any find of this place.
    pub prior_mean: f64,
}

/// How well the numerics behaved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RunDiagnostics {
    /// Points that stand for the shared unknowns.
    pub points: usize,
    /// What they are worth.
    pub effective_points: f64,
    /// Joint draws.
    pub draws: usize,
    /// The share of the probability whose explanations of the finds were followed and not left to chance, in
    /// the piece and at the point where it was smallest: 1 where every explanation was.
    pub followed_share: f64,
    /// Standard error of the expected total that comes from the number of draws alone.
    pub draw_error: f64,
}

/// What is told of a place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Name of the model.
    pub model: &'static str,
    /// Version of the model.
    pub version: &'static str,
    /// How the run was carried out.
    pub settings: Settings,
    /// SHA-256 over all inputs, in hexadecimal.
    pub inputs_sha256: String,
    /// The whole grid.
    pub whole: Count,
    /// The areas, in the order of the inputs.
    pub areas: Vec<AreaEstimate>,
    /// The shared unknowns.
    pub unknowns: Vec<UnknownEstimate>,
    /// How well the numerics behaved.
    pub diagnostics: RunDiagnostics,
    /// The cells, row by row from the north-west corner.
    #[serde(skip)]
    pub cells: Vec<CellEstimate>,
}

/// Estimates the contamination of a place.
///
/// # Shapes and units
/// `kept`: results of tiles from an interrupted run of the same inputs and settings, in any order.
/// `finished` is told of each new tile, in order, with how many are done and how many there are; when
/// it breaks, the run ends there.
///
/// # Errors
/// A reason instead of a number: contradictions in the inputs, finds that nothing explains, points or
/// particles that are worth too little, a tile of another run.
pub fn estimate(
    inputs: &Inputs,
    settings: Settings,
    kept: Vec<TileResult>,
    mut finished: impl FnMut(&TileResult, usize, usize) -> ControlFlow<()>,
) -> Result<Estimate, ContaminationFault> {
    check(inputs)?;
    let run = run_name(inputs, &settings);
    let tiles = Tiles::new(inputs.grid, settings.tile);
    let count = tiles.count() as usize;
    let mut results: Vec<Option<TileResult>> = vec![None; count];
    for result in kept {
        let number = result.tile as usize;
        if result.run != run || number >= count {
            return Err(ContaminationFault::ForeignTile { tile: result.tile });
        }
        results[number] = Some(result);
    }
    let model = Model::new(inputs);
    let joint = Joint::new(&model, settings)?;
    let missing: Vec<u32> =
        (0..count).filter(|n| results[*n].is_none()).map(|number| number as u32).collect();
    let mut done = count - missing.len();
    for batch in missing.chunks(IN_FLIGHT) {
        let made: Vec<TileResult> =
            batch.par_iter().map(|number| tile(&joint, &run, &tiles, *number)).collect();
        for result in made {
            done += 1;
            let flow = finished(&result, done, count);
            let number = result.tile as usize;
            results[number] = Some(result);
            if flow.is_break() && done < count {
                return Err(ContaminationFault::Interrupted { done, tiles: count });
            }
        }
    }
    Ok(told(&joint, results.into_iter().flatten().collect()))
}

/// What each strike contributes to a cell of a run.
///
/// # Errors
/// As [`estimate`].
pub fn explain_cell(
    inputs: &Inputs,
    settings: Settings,
    cell: u32,
) -> Result<Vec<Contribution>, ContaminationFault> {
    check(inputs)?;
    let model = Model::new(inputs);
    let joint = Joint::new(&model, settings)?;
    Ok(if cell < inputs.grid.cells() { contributions(&joint, cell) } else { Vec::new() })
}

pub(super) fn check(inputs: &Inputs) -> Result<(), ContaminationFault> {
    let faults = inputs.faults();
    if !faults.is_empty() {
        return Err(ContaminationFault::Inputs(faults));
    }
    if inputs.strikes.is_empty() && inputs.unreported.is_none() {
        return Err(ContaminationFault::NothingToGoBy);
    }
    Ok(())
}

/// Sums over the tiles in their order.
fn told(joint: &Joint<'_>, results: Vec<TileResult>) -> Estimate {
    let inputs = joint.model.inputs;
    let draws = joint.draws.len();
    let mut whole = vec![0.0; draws];
    let mut areas = vec![vec![0.0; draws]; inputs.areas.len()];
    let add = |to: &mut Vec<f64>, from: &[f64]| {
        to.iter_mut().zip(from).for_each(|(sum, part)| *sum += part);
    };
    let mut cells = Vec::new();
    for result in results {
        add(&mut whole, &result.whole);
        for (area, rates) in &result.areas {
            add(&mut areas[*area as usize], rates);
        }
        cells.extend(result.cells);
    }
    cells.sort_by_key(|cell| cell.cell);
    let expected = whole.iter().sum::<f64>() / draws as f64;
    let variance = whole.iter().map(|rate| (rate - expected).powi(2)).sum::<f64>() / draws as f64;
    let searched = |cells_of: &[(u32, f64)]| {
        let (mut inside, mut all) = (0.0, 0.0);
        for (cell, part) in cells_of {
            all += part;
            inside += part * cells[*cell as usize].searched;
        }
        if all > 0.0 { inside / all } else { 0.0 }
    };
    let areas = inputs
        .areas
        .iter()
        .zip(areas)
        .map(|(area, draws)| AreaEstimate {
            id: area.id.clone(),
            name: area.name.clone(),
            left: Count::from_rates(&draws),
            searched: searched(&area.cells),
            draws,
        })
        .collect();
    let (start, _) = joint.model.start();
    let unknowns = joint
        .unknowns()
        .into_iter()
        .zip(start)
        .map(|((unknown, mean, interval), prior)| tell(inputs, &unknown, mean, interval, prior))
        .collect();
    Estimate {
        model: super::MODEL,
        version: super::MODEL_VERSION,
        settings: joint.settings,
        inputs_sha256: inputs.sha256(),
        whole: Count::from_rates(&whole),
        areas,
        unknowns,
        diagnostics: RunDiagnostics {
            points: joint.outer.points.len(),
            effective_points: joint.outer.effective,
            draws,
            followed_share: joint.followed,
            draw_error: libm::sqrt(variance / draws as f64),
        },
        cells,
    }
}

/// A shared unknown on the axis that people read: shares, metres, strikes in a square kilometre.
pub(super) fn tell(
    inputs: &Inputs,
    unknown: &Unknown,
    mean: f64,
    interval: (f64, f64),
    prior: f64,
) -> UnknownEstimate {
    let (name, to_read): (String, fn(f64) -> f64) = match unknown {
        Unknown::Detection(method) => {
            (format!("detection/{}", inputs.methods[*method].name), share)
        }
        Unknown::FootprintScale => ("footprint-scale-metres".to_owned(), libm::exp),
        Unknown::TypeLevel(kind) => (format!("unexploded/{}", inputs.types[*kind].name), share),
        Unknown::UnreportedDensity => {
            ("unreported-strikes-per-square-kilometre".to_owned(), libm::exp)
        }
    };
    UnknownEstimate {
        name,
        mean: to_read(mean),
        interval_90: (to_read(interval.0), to_read(interval.1)),
        prior_mean: to_read(prior),
    }
}
