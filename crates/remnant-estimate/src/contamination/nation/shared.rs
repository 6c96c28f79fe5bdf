//! The shared unknowns, learnt from a part of a nation that is chosen without looking at its finds.
//!
//! Belongs here: choosing windows of ground, chains over the shared unknowns and all strikes of these
//! windows together, whether the chains agree.
//!
//! Does not belong here: one window's chain (`chain`), what follows elsewhere (`tile`).
//!
//! What is told is the distribution given the evidence of these windows, and a little wider than with all
//! evidence of the nation. Windows lie so far apart that no strike takes part in two.

use rayon::prelude::*;

use super::super::model::{Model, Unknown};
use super::background::{Blocks, Density};
use super::chain::Chain;
use super::evidence::{Evidence, StrikeIndex};
use super::fault::NationFault;
use super::kernel::Tails;
use super::scales;
use super::settings::NationSettings;
use crate::contamination::ContaminationFault;
use crate::footprint::CellWindow;
use crate::matrix;
use crate::random::Stream;

const WINDOWS: u64 = 0x6e61_7469_0001;
const STEPS: u64 = 0x6e61_7469_0002;
const CHAIN: u64 = 0x6e61_7469_0003;
/// Side of a window, in metres, and how many sides lie between the corners of neighbouring ones.
const WINDOW_METRES: f64 = 4_000.0;
const APART: u32 = 3;
/// Share of the steps that only find the way.
const FINDING: f64 = 0.4;
/// Largest factor by which the spread between chains may exceed that within them.
const MOST_R_HAT: f64 = 1.2;

/// What all tiles need.
pub(super) struct Ground<'m> {
    pub(super) model: &'m Model<'m>,
    pub(super) index: &'m StrikeIndex,
    /// Groups of finds by their first cell.
    pub(super) by_first: &'m [(u32, u32)],
    pub(super) tails: &'m Tails,
}

/// The shared unknowns after the finds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Learnt {
    /// Draws, all chains together.
    pub(super) values: Vec<Vec<f64>>,
    /// The largest among the unknowns.
    pub(super) r_hat: f64,
    pub(super) windows: usize,
    pub(super) strikes: usize,
    pub(super) finds: u64,
}

/// The name of an unknown, as a result tells it.
pub(super) fn name(model: &Model<'_>, unknown: &Unknown) -> String {
    let inputs = model.inputs;
    match unknown {
        Unknown::Detection(method) => format!("detection/{}", inputs.methods[*method].name),
        Unknown::FootprintScale => "footprint-scale-metres".to_owned(),
        Unknown::TypeLevel(kind) => format!("unexploded/{}", inputs.types[*kind].name),
        Unknown::UnreportedDensity => "unreported-strikes-per-square-kilometre".to_owned(),
    }
}

/// Footprint scales to reckon with, in cells: wide, but no wider than anything believed.
fn widest_reach(model: &Model<'_>) -> f64 {
    let footprint = model.inputs.footprint;
    let spread = 2.0 * footprint.log_spread + 1.74 * footprint.between_strikes;
    super::super::ground::REACH * footprint.median_metres * libm::exp(spread)
        / model.inputs.grid.cell_metres()
}

/// Windows whose ground teaches the shared unknowns: the whole grid where it is small.
fn windows(ground: &Ground<'_>, settings: &NationSettings) -> Vec<CellWindow> {
    let grid = &ground.model.inputs.grid;
    let side = ((WINDOW_METRES / grid.cell_metres()).ceil() as u32).max(1);
    if ground.model.inputs.strikes.len() <= settings.learnt_from
        && u64::from(grid.cells()) <= 40 * u64::from(side) * u64::from(side)
    {
        return vec![CellWindow::whole(grid)];
    }
    let step = side * APART;
    let (across, down) = (grid.columns().div_ceil(step), grid.rows().div_ceil(step));
    let mut all: Vec<(u32, u32)> =
        (0..across * down).map(|k| (k % across * step, k / across * step)).collect();
    let mut stream = Stream::new(settings.seed, WINDOWS, 0, 0);
    for k in (1..all.len()).rev() {
        all.swap(k, stream.below(k + 1));
    }
    let (mut chosen, mut strikes) = (Vec::new(), 0);
    for (column, row) in all {
        if strikes >= settings.learnt_from {
            break;
        }
        let (columns, rows) = (side.min(grid.columns() - column), side.min(grid.rows() - row));
        let window = CellWindow { column, row, columns, rows };
        let searched = (row..row + rows)
            .any(|row| !ground.model.ground.in_row(row, column, column + columns).is_empty());
        if searched {
            strikes += ground.index.near(&window, 0.0).len().max(1);
            chosen.push(window);
        }
    }
    chosen
}

/// Learns the shared unknowns.
///
/// # Errors
/// A find that nothing explains, or chains that disagree.
pub(super) fn learn(ground: &Ground<'_>, settings: &NationSettings) -> Result<Learnt, NationFault> {
    let windows = windows(ground, settings);
    let told: Vec<(Vec<Vec<f64>>, usize, u64)> = (0..settings.chains)
        .into_par_iter()
        .map(|chain| one_chain(ground, settings, &windows, chain as u64))
        .collect::<Result<_, NationFault>>()?;
    let chains: Vec<&Vec<Vec<f64>>> = told.iter().map(|(values, ..)| values).collect();
    let (mut worst, mut of) = (1.0, 0);
    for unknown in 0..ground.model.unknowns.len() {
        let r_hat = r_hat(&chains, unknown);
        if r_hat > worst {
            (worst, of) = (r_hat, unknown);
        }
    }
    if worst > MOST_R_HAT {
        let unknown = name(ground.model, &ground.model.unknowns[of]);
        return Err(NationFault::ChainsDisagree { unknown, r_hat: worst, most: MOST_R_HAT });
    }
    let (strikes, finds) = told.first().map_or((0, 0), |(_, strikes, finds)| (*strikes, *finds));
    let values = told.into_iter().flat_map(|(values, ..)| values).collect();
    Ok(Learnt { values, r_hat: worst, windows: windows.len(), strikes, finds })
}

/// The fault of a find that nothing explains.
pub(super) fn unexplained(model: &Model<'_>, group: u32) -> NationFault {
    let find = model.ground.groups[group as usize].id.clone();
    ContaminationFault::UnexplainedFind { find }.into()
}

fn one_chain(
    ground: &Ground<'_>,
    settings: &NationSettings,
    windows: &[CellWindow],
    number: u64,
) -> Result<(Vec<Vec<f64>>, usize, u64), NationFault> {
    let model = ground.model;
    let blocks = Blocks::of(&model.inputs.grid);
    let mut stream = Stream::new(settings.seed, STEPS, number, 0);
    let (start, spreads) = model.start();
    let size = start.len();
    // Chains begin apart, so that their agreement means something.
    let mut values: Vec<f64> = start
        .iter()
        .zip(&spreads)
        .map(|(start, spread)| start + 0.7 * spread * stream.normal().clamp(-2.0, 2.0))
        .collect();
    let reach = widest_reach(model);
    let mut chains: Vec<Chain<'_>> = windows
        .iter()
        .enumerate()
        .map(|(position, window)| {
            let evidence = Evidence::new(model, ground.by_first, *window);
            let own = Stream::new(settings.seed, CHAIN, position as u64, number);
            Chain::new(model, ground.tails, ground.index, evidence, reach, own)
        })
        .collect();
    let between = model.inputs.footprint.between_strikes;
    let scale_axis = model
        .unknowns
        .iter()
        .position(|unknown| *unknown == Unknown::FootprintScale)
        .filter(|_| between >= 1e-3);
    let density = |level: f64| Density { blocks, level, field: None };
    let log_of = |chains: &[Chain<'_>], values: &[f64]| -> f64 {
        let at = scales::at(model, values);
        let density = density(at.density);
        let state: f64 = chains.iter().map(|chain| chain.log_state(&at, &density)).sum();
        let log = model.log_prior(values) + state;
        if log.is_nan() { f64::NEG_INFINITY } else { log }
    };
    let finding = (FINDING * settings.steps as f64) as usize;
    let mut logs_of_steps = vec![libm::log(0.3); size];
    let mut log_joint = 0.0;
    let mut history: Vec<Vec<f64>> = Vec::new();
    let mut factor: Option<Vec<f64>> = None;
    let mut kept = Vec::with_capacity(settings.steps - finding);
    for step in 0..settings.steps {
        let at = scales::at(model, &values);
        let here = density(at.density);
        for chain in &mut chains {
            chain.prepare(&at);
            let swept = if step == 0 { chain.begin(&here) } else { Ok(()) };
            swept
                .and_then(|()| chain.sweep(&here, true))
                .map_err(|group| unexplained(model, group))?;
        }
        let mut log = log_of(&chains, &values);
        // One unknown at a time; the scale has a way of its own.
        for axis in (0..size).filter(|axis| Some(*axis) != scale_axis) {
            let mut next = values.clone();
            next[axis] += libm::exp(logs_of_steps[axis]) * spreads[axis] * stream.normal();
            let there = log_of(&chains, &next);
            let accepted = libm::log(stream.uniform()) < there - log;
            if accepted {
                (values, log) = (next, there);
            }
            if step < finding {
                logs_of_steps[axis] += 0.15 * (f64::from(u8::from(accepted)) - 0.44);
            }
        }
        // All together, along what was seen so far.
        for _ in 0..if factor.is_some() { 4 } else { 0 } {
            let Some(root) = &factor else { break };
            let z: Vec<f64> = (0..size).map(|_| stream.normal()).collect();
            let width = 2.38 / libm::sqrt(size as f64) * libm::exp(log_joint);
            let mut next: Vec<f64> = (0..size)
                .map(|i| values[i] + width * matrix::dot(&root[i * size..=i * size + i], &z[..=i]))
                .collect();
            if let Some(own) = scale_axis {
                next[own] = values[own];
            }
            let there = log_of(&chains, &next);
            let accepted = libm::log(stream.uniform()) < there - log;
            if accepted {
                (values, log) = (next, there);
            }
            if step < finding {
                log_joint += 0.1 * (f64::from(u8::from(accepted)) - 0.25);
            }
        }
        if let Some(own) = scale_axis {
            values[own] = scale_of_all(model, &chains, &values, own, &mut stream);
        }
        if step < finding {
            history.push(values.clone());
            if step >= finding / 4 && step % 10 == 0 {
                factor = spread_of(&history[history.len() / 3..], &spreads);
            }
        } else {
            kept.push(values.clone());
        }
    }
    let strikes = chains.iter().map(Chain::seen_strikes).sum();
    let finds = chains
        .iter()
        .flat_map(|chain| &chain.evidence.finds)
        .map(|finds| u64::from(finds.count))
        .sum();
    Ok((kept, strikes, finds))
}

/// Draws the scale of all strikes' footprints given where strikes are and which finds are theirs, whatever
/// the scale of each of them: that would hold it fast. Who calls draws the strikes' own scales next.
fn scale_of_all(
    model: &Model<'_>,
    chains: &[Chain<'_>],
    values: &[f64],
    own: usize,
    stream: &mut Stream,
) -> f64 {
    const VALUES: u32 = 241;
    let footprint = model.inputs.footprint;
    let cell = model.inputs.grid.cell_metres();
    let middle = libm::log(footprint.median_metres);
    let wide = 3.5 * footprint.log_spread;
    let scales = scales::between_logs(middle - wide, middle + wide, footprint.between_strikes);
    let in_cells: Vec<f64> = scales.iter().map(|metres| metres / cell).collect();
    let at = scales::at(model, values);
    let density =
        Density { blocks: Blocks::of(&model.inputs.grid), level: at.density, field: None };
    // Each strike's probabilities beside its largest, so that sums of them stay numbers.
    let mut strikes: Vec<Vec<f64>> = Vec::new();
    let mut seen = vec![0.0; scales.len()];
    for chain in chains {
        let (logs, of_scales) = chain.at_scales(&in_cells, &density);
        for logs in logs {
            let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if highest.is_finite() {
                strikes
                    .push(logs.iter().map(|log| crate::exponential::exp(log - highest)).collect());
            }
        }
        seen.iter_mut().zip(of_scales).for_each(|(sum, part)| *sum += part);
    }
    let tried: Vec<f64> = (0..VALUES)
        .map(|k| middle - wide + 2.0 * wide * (f64::from(k) + stream.uniform()) / f64::from(VALUES))
        .collect();
    let logs: Vec<f64> = tried
        .iter()
        .map(|log_scale| {
            let weights = scales::weights_about(*log_scale, footprint.between_strikes, &scales);
            let used: Vec<(usize, f64)> =
                weights.iter().copied().enumerate().filter(|(_, weight)| *weight > 0.0).collect();
            let z = (log_scale - middle) / footprint.log_spread;
            let mut log = -0.5 * z * z;
            // Products of many sums, taken into the logarithm before they run out.
            let mut product = 1.0_f64;
            for strike in &strikes {
                product *= used.iter().map(|(at, weight)| weight * strike[*at]).sum::<f64>();
                if product < 1e-200 {
                    log += libm::log(product);
                    product = 1.0;
                }
            }
            log + libm::log(product)
                - used.iter().map(|(at, weight)| weight * seen[*at]).sum::<f64>()
        })
        .collect();
    let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !highest.is_finite() {
        return values[own];
    }
    let shares: Vec<f64> = logs.iter().map(|log| crate::exponential::exp(log - highest)).collect();
    tried[stream.weighted(&shares)]
}

/// The factor of the covariance of values, a little widened so that it always has one.
fn spread_of(history: &[Vec<f64>], spreads: &[f64]) -> Option<Vec<f64>> {
    let (size, count) = (spreads.len(), history.len() as f64);
    let mean: Vec<f64> =
        (0..size).map(|i| history.iter().map(|values| values[i]).sum::<f64>() / count).collect();
    let mut spread = vec![0.0; size * size];
    for values in history {
        for i in 0..size {
            for j in 0..size {
                spread[i * size + j] += (values[i] - mean[i]) * (values[j] - mean[j]) / count;
            }
        }
    }
    for i in 0..size {
        spread[i * size + i] += 1e-6 * spreads[i] * spreads[i];
    }
    matrix::factorise(&mut spread, size).then_some(spread)
}

/// How far halves of chains tell different things of an unknown.
///
/// # Source
/// A. Gelman and D. B. Rubin, *Inference from iterative simulation using multiple sequences*, Statistical
/// Science 7 (1992), on halves of chains.
fn r_hat(chains: &[&Vec<Vec<f64>>], unknown: usize) -> f64 {
    let halves: Vec<Vec<f64>> = chains
        .iter()
        .flat_map(|chain| {
            let values: Vec<f64> = chain.iter().map(|values| values[unknown]).collect();
            let half = values.len() / 2;
            [values[..half].to_vec(), values[half..2 * half].to_vec()]
        })
        .collect();
    let (count, length) = (halves.len() as f64, halves.first().map_or(0, Vec::len) as f64);
    if length < 2.0 {
        return 1.0;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let means: Vec<f64> = halves.iter().map(|half| mean(half)).collect();
    let middle = mean(&means);
    let between = means.iter().map(|m| (m - middle) * (m - middle)).sum::<f64>() / (count - 1.0);
    let within = halves
        .iter()
        .zip(&means)
        .map(|(half, m)| half.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / (length - 1.0))
        .sum::<f64>()
        / count;
    if within <= 0.0 {
        return 1.0;
    }
    libm::sqrt(((length - 1.0) / length * within + between) / within)
}
