//! One world: what a model said of it, against what is true of it.
//!
//! Belongs here: scoring one answer. Does not belong here: sums over worlds (`result`).

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::model::{Answer, SharedUnknown};
use super::result::{LEVELS, Quantity};
use crate::score::{CoverageTally, Forecast};
use crate::simulate::Truth;

/// A cell counts as one in question when the model gives it at least this chance of holding something.
const IN_QUESTION: f64 = 0.1;

/// Scores of one quantity in one world.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct QuantityScores {
    pub(super) tallies: [CoverageTally; 2],
    /// PIT of one forecast chosen by chance: those of one world are not independent.
    pub(super) pit: Option<f64>,
    pub(super) crps: f64,
    pub(super) log_score: f64,
    pub(super) expected: f64,
    pub(super) left: f64,
    pub(super) forecasts: u32,
}

/// Scores of one world.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WorldScores {
    pub(super) quantities: BTreeMap<Quantity, QuantityScores>,
    /// Probability of any item in a cell, and whether there was one.
    pub(super) any: Vec<(f64, bool)>,
    /// Whether the 90 % interval of each shared unknown held it.
    pub(super) unknowns: Vec<(SharedUnknown, bool)>,
}

/// Scores an answer; nothing where it does not fit the world.
pub(super) fn score(answer: &Answer, truth: &Truth, seed: u64) -> Option<WorldScores> {
    if answer.cells.len() != truth.left_in_cells.len()
        || answer.areas.len() != truth.left_in_areas.len()
    {
        return None;
    }
    let mut random = ChaCha12Rng::seed_from_u64(seed);
    let cells: Vec<(&Forecast, u32)> =
        answer.cells.iter().zip(truth.left_in_cells.iter().copied()).collect();
    let in_question: Vec<(&Forecast, u32)> = cells
        .iter()
        .copied()
        .filter(|(forecast, _)| forecast.probability_of_any() >= IN_QUESTION)
        .collect();
    let areas: Vec<(&Forecast, u32)> =
        answer.areas.iter().zip(truth.left_in_areas.iter().copied()).collect();
    let mut quantities = BTreeMap::new();
    for (quantity, forecasts) in [
        (Quantity::Cells, cells.as_slice()),
        (Quantity::CellsInQuestion, in_question.as_slice()),
        (Quantity::Areas, areas.as_slice()),
        (Quantity::Whole, &[(&answer.whole, truth.left)]),
    ] {
        quantities.insert(quantity, quantity_scores(forecasts, &mut random));
    }
    let any = cells
        .iter()
        .map(|(forecast, left)| (forecast.probability_of_any().clamp(0.0, 1.0), *left > 0))
        .collect();
    let unknowns = answer
        .unknowns
        .iter()
        .filter_map(|told| {
            let true_value = true_value(told.unknown, truth)?;
            let (low, high) = told.interval_90;
            Some((told.unknown, (low..=high).contains(&true_value)))
        })
        .collect();
    Some(WorldScores { quantities, any, unknowns })
}

fn quantity_scores(forecasts: &[(&Forecast, u32)], random: &mut ChaCha12Rng) -> QuantityScores {
    let mut scores = QuantityScores::default();
    let chosen = random.random_range(0..forecasts.len().max(1));
    for (place, (forecast, left)) in forecasts.iter().enumerate() {
        let within: f64 = random.random();
        for (tally, level) in scores.tallies.iter_mut().zip(LEVELS) {
            tally.add(forecast, level, *left, within);
        }
        if place == chosen {
            scores.pit = Some(forecast.randomised_pit(*left, within));
        }
        scores.crps += forecast.crps(*left);
        // Draws of rates give every count some probability, but it may be too small for a number.
        scores.log_score += forecast.log_score(*left).unwrap_or(f64::NAN).min(700.0);
        scores.expected += forecast.mean();
        scores.left += f64::from(*left);
        scores.forecasts += 1;
    }
    scores
}

fn true_value(unknown: SharedUnknown, truth: &Truth) -> Option<f64> {
    let shared = &truth.shared;
    match unknown {
        SharedUnknown::Detection(method) => shared.detections.get(method).copied(),
        SharedUnknown::FootprintScale => shared.scales_metres.first().copied(),
        SharedUnknown::Level(kind) => {
            shared.levels.get(kind).map(|level| 1.0 / (1.0 + libm::exp(-level)))
        }
        SharedUnknown::UnreportedRate => Some(shared.unreported_rate),
    }
}
