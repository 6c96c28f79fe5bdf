//! One run over a nation: the order of the stages, sums over tiles, and what is told.
//!
//! Belongs here: learning what strikes share, the field, tiles in flight, resuming, totals and diagnostics.
//! Cells are handed on tile by tile and never kept.
//!
//! Does not belong here: the stages themselves.

use std::ops::ControlFlow;

use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::super::count::Count;
use super::super::fault::ContaminationFault;
use super::super::inputs::Inputs;
use super::super::model::{Model, Unknown};
use super::super::run::{AreaEstimate, UnknownEstimate, check, tell};
use super::super::tile::{TileResult, Tiles};
use super::background::Blocks;
use super::evidence::StrikeIndex;
use super::fault::NationFault;
use super::field::{FieldTold, learn_field};
use super::kernel::Tails;
use super::scales;
use super::settings::NationSettings;
use super::shared::{Ground, Learnt, learn};
use super::tile::{Nation, tile};

/// Tiles computed before any of them is handed on.
const IN_FLIGHT: usize = 8;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step<'r> {
    /// What all strikes and searches share is learnt, from so many strikes and finds.
    Learnt {
        /// Recorded strikes whose ground was looked at.
        strikes: usize,
        /// Items found there.
        finds: u64,
    },
    /// The field was learnt for the time told.
    Field {
        /// Which time.
        round: usize,
        /// Of how many.
        rounds: usize,
    },
    /// A tile is finished.
    Tile {
        /// Its result.
        result: &'r TileResult,
        /// Tiles that are done.
        done: usize,
        /// Tiles in all.
        tiles: usize,
    },
}

/// How well the numerics behaved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct NationDiagnostics {
    /// Joint draws.
    pub draws: usize,
    /// Values of the shared unknowns that were carried through.
    pub points: usize,
    /// How far the chains over the shared unknowns tell different things; 1 when not at all.
    pub r_hat: f64,
    /// Windows of ground from which shared unknowns were learnt.
    pub windows: usize,
    /// Recorded strikes that may have to do with them.
    pub learnt_from_strikes: usize,
    /// Items found in them.
    pub learnt_from_finds: u64,
    /// Standard error of the expected total that comes from the number of draws alone.
    pub draw_error: f64,
    /// Standard error, in per cent of probability, of where the ends of a 90 per cent interval lie, which
    /// comes from the number of draws alone.
    pub end_error_per_cent: f64,
    /// The field of unreported strikes, where there is one.
    pub field: Option<FieldTold>,
}

/// What is told of a nation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NationEstimate {
    /// Name of the model.
    pub model: &'static str,
    /// Version of the model.
    pub version: &'static str,
    /// How the run was carried out.
    pub settings: NationSettings,
    /// SHA-256 over all inputs, in hexadecimal.
    pub inputs_sha256: String,
    /// The whole grid.
    pub whole: Count,
    /// Expected items on the whole grid in each joint draw.
    #[serde(skip)]
    pub draws: Vec<f64>,
    /// The areas, in the order of the inputs.
    pub areas: Vec<AreaEstimate>,
    /// The shared unknowns.
    pub unknowns: Vec<UnknownEstimate>,
    /// How well the numerics behaved.
    pub diagnostics: NationDiagnostics,
}

/// Estimates the contamination of a nation, or of any place with many strikes and searches.
///
/// # Shapes and units
/// `kept` is asked for each tile's result from an interrupted run, before the tile is computed. `follow` is
/// told where the run stands, each new tile's cells among it; when it breaks, the run ends there.
///
/// # Errors
/// A reason instead of a number: see [`NationFault`].
pub fn estimate_nation(
    inputs: &Inputs,
    settings: NationSettings,
    mut kept: impl FnMut(u32) -> Option<TileResult>,
    mut follow: impl FnMut(Step<'_>) -> ControlFlow<()>,
) -> Result<NationEstimate, NationFault> {
    check(inputs)?;
    for (what, value) in [
        ("points", settings.points),
        ("chains", settings.chains),
        ("steps", settings.steps / 20),
        ("draws", settings.draws / settings.points.max(1)),
    ] {
        if value == 0 {
            return Err(NationFault::Setting { what, value: 0.0 });
        }
    }
    let model = Model::new(inputs);
    let hash = inputs.sha256();
    let run = run_name(&hash, &settings);
    let index = StrikeIndex::new(&model);
    let tails = Tails::new();
    let mut by_first: Vec<(u32, u32)> = (0_u32..)
        .zip(&model.ground.groups)
        .map(|(number, group)| (group.cells[0], number))
        .collect();
    by_first.sort_unstable();
    let ground = Ground { model: &model, index: &index, by_first: &by_first, tails: &tails };
    let interrupted = |done: usize, tiles: usize| {
        NationFault::from(ContaminationFault::Interrupted { done, tiles })
    };
    let blocks = Blocks::of(&inputs.grid);
    let side = settings.tile.div_ceil(blocks.side).max(1) * blocks.side;
    let tiles = Tiles::new(inputs.grid, side);
    let count = tiles.count() as usize;
    let learnt = learn(&ground, &settings)?;
    if follow(Step::Learnt { strikes: learnt.strikes, finds: learnt.finds }).is_break() {
        return Err(interrupted(0, count));
    }
    // Points at even steps of all that the chains told.
    let chosen: Vec<usize> = (0..settings.points)
        .map(|point| (2 * point + 1) * learnt.values.len() / (2 * settings.points))
        .collect();
    let points = chosen.iter().map(|draw| scales::at(&model, &learnt.values[*draw])).collect();
    let mut nation = Nation { ground, settings, blocks, tiles, points, field: Vec::new() };
    let mut field = None;
    if settings.field && inputs.unreported.is_some() {
        let mut broken = false;
        field = Some(learn_field(&mut nation, |round, rounds| {
            broken |= follow(Step::Field { round, rounds }).is_break();
            broken
        })?);
        if broken {
            return Err(interrupted(0, count));
        }
    }
    let mut sums = Sums::new(inputs, settings.draws);
    let mut done = 0;
    let numbers: Vec<u32> = (0..tiles.count()).collect();
    for batch in numbers.chunks(IN_FLIGHT) {
        let known: Vec<Option<TileResult>> = batch.iter().map(|number| kept(*number)).collect();
        if let Some(foreign) = known.iter().flatten().find(|result| result.run != run) {
            return Err(ContaminationFault::ForeignTile { tile: foreign.tile }.into());
        }
        let made: Vec<(TileResult, bool)> = batch
            .par_iter()
            .zip(known)
            .map(|(number, known)| match known {
                Some(known) => Ok((known, false)),
                None => tile(&nation, &run, *number).map(|result| (result, true)),
            })
            .collect::<Result<_, NationFault>>()?;
        for (result, new) in made {
            done += 1;
            sums.add(inputs, &result);
            if new {
                let flow = follow(Step::Tile { result: &result, done, tiles: count });
                if flow.is_break() && done < count {
                    return Err(interrupted(done, count));
                }
            }
        }
    }
    Ok(sums.told(&nation, hash, &learnt, field))
}

/// The run's name: everything that its tiles depend on.
fn run_name(inputs: &str, settings: &NationSettings) -> String {
    let told =
        format!("{} {} {inputs} {settings:?}", super::super::MODEL, super::super::MODEL_VERSION);
    Sha256::digest(told.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is kept of finished tiles.
struct Sums {
    whole: Vec<f64>,
    areas: Vec<Vec<f64>>,
    /// For each area the square metres searched, and all of them, in cells.
    searched: Vec<(f64, f64)>,
}

impl Sums {
    fn new(inputs: &Inputs, draws: usize) -> Self {
        let areas = inputs.areas.len();
        Self {
            whole: vec![0.0; draws],
            areas: vec![vec![0.0; draws]; areas],
            searched: vec![(0.0, 0.0); areas],
        }
    }

    fn add(&mut self, inputs: &Inputs, result: &TileResult) {
        let add = |to: &mut [f64], from: &[f64]| {
            to.iter_mut().zip(from).for_each(|(sum, part)| *sum += part);
        };
        add(&mut self.whole, &result.whole);
        let columns = inputs.grid.columns();
        let row_of = |cell: u32| cell / columns;
        // Cells come row by row, so each row is a stretch of neighbouring cells.
        let mut rows: Vec<(u32, usize, usize)> = Vec::new();
        for (place, cell) in result.cells.iter().enumerate() {
            match rows.last_mut() {
                Some((first, _, end)) if row_of(*first) == row_of(cell.cell) => *end = place + 1,
                _ => rows.push((cell.cell, place, place + 1)),
            }
        }
        for (area, rates) in &result.areas {
            add(&mut self.areas[*area as usize], rates);
            let cells = &inputs.areas[*area as usize].cells;
            let (inside, all) = &mut self.searched[*area as usize];
            for (first, begin, end) in &rows {
                let from = cells.partition_point(|(cell, _)| cell < first);
                let last = first + (end - begin) as u32;
                for (cell, share) in cells[from..].iter().take_while(|(cell, _)| *cell < last) {
                    *inside += share * result.cells[begin + (cell - first) as usize].searched;
                    *all += share;
                }
            }
        }
    }

    fn told(
        self,
        nation: &Nation<'_>,
        inputs_sha256: String,
        learnt: &Learnt,
        field: Option<FieldTold>,
    ) -> NationEstimate {
        let (model, draws) = (nation.ground.model, nation.settings.draws);
        let inputs = model.inputs;
        let expected = self.whole.iter().sum::<f64>() / draws as f64;
        let variance =
            self.whole.iter().map(|rate| (rate - expected).powi(2)).sum::<f64>() / draws as f64;
        let areas = inputs
            .areas
            .iter()
            .zip(self.areas)
            .zip(self.searched)
            .map(|((area, draws), (inside, all))| AreaEstimate {
                id: area.id.clone(),
                name: area.name.clone(),
                left: Count::from_rates(&draws),
                searched: if all > 0.0 { inside / all } else { 0.0 },
                draws,
            })
            .collect();
        let (start, _) = model.start();
        let unknowns = model
            .unknowns
            .iter()
            .zip(start)
            .enumerate()
            // Where there is a field, the density that one place alone would have tells nothing.
            .filter(|(_, (unknown, _))| field.is_none() || **unknown != Unknown::UnreportedDensity)
            .map(|(position, (unknown, prior))| {
                let mut values: Vec<f64> =
                    learnt.values.iter().map(|values| values[position]).collect();
                values.sort_unstable_by(f64::total_cmp);
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                let at =
                    |p: f64| values[((p * values.len() as f64) as usize).min(values.len() - 1)];
                tell(inputs, unknown, mean, (at(0.05), at(0.95)), prior)
            })
            .collect();
        NationEstimate {
            model: super::super::MODEL,
            version: super::super::MODEL_VERSION,
            settings: nation.settings,
            inputs_sha256,
            whole: Count::from_rates(&self.whole),
            areas,
            unknowns,
            diagnostics: NationDiagnostics {
                draws,
                points: nation.points.len(),
                r_hat: learnt.r_hat,
                windows: learnt.windows,
                learnt_from_strikes: learnt.strikes,
                learnt_from_finds: learnt.finds,
                draw_error: libm::sqrt(variance / draws as f64),
                end_error_per_cent: 100.0 * libm::sqrt(0.05 * 0.95 / draws as f64),
                field,
            },
            draws: self.whole,
        }
    }
}
