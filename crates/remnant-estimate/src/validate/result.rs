//! What a validation found.
//!
//! Belongs here: sums over worlds as they are shown. Does not belong here: drawing them.

use std::collections::BTreeMap;

use super::model::SharedUnknown;
use super::world::{QuantityScores, WorldScores};
use crate::score::{Coverage, EcdfBand, Mean, ProbabilityScores};

/// The levels of intervals that are checked.
pub(super) const LEVELS: [f64; 2] = [0.5, 0.9];

/// What a forecast was of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// Every cell of the grid; in most nothing lies and nothing is expected.
    Cells,
    /// Cells with at least 1 chance in 10 of holding something, by the forecast itself.
    CellsInQuestion,
    /// Administrative units and hazardous areas.
    Areas,
    /// The whole grid.
    Whole,
}

impl Quantity {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Cells => "all cells",
            Self::CellsInQuestion => "cells in question",
            Self::Areas => "areas",
            Self::Whole => "total",
        }
    }
}

/// Scores of one quantity over many worlds.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantityResult {
    /// What was forecast.
    pub quantity: Quantity,
    /// Coverage of 50 % and 90 % intervals.
    pub coverage: Vec<Coverage>,
    /// One PIT value from each world: uniform if the model is right.
    pub pits: Vec<f64>,
    /// Probability that uniform values are at least as uneven, by the simultaneous band.
    pub uniformity: f64,
    /// Mean continuous ranked probability score of a forecast, in items.
    pub crps: Mean,
    /// Mean log score of a forecast; none where forecasts are held as draws.
    pub log_score: Option<f64>,
    /// Items expected in all worlds over items left in all worlds.
    pub expected_over_left: Option<f64>,
}

/// Coverage of one kind of shared unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnknownResult {
    /// One unknown of the kind.
    pub unknown: SharedUnknown,
    /// Intervals told.
    pub told: usize,
    /// Share of the 90 % intervals that held the truth.
    pub held: f64,
}

/// Scores of one kind of world.
#[derive(Clone, Debug, PartialEq)]
pub struct KindResult {
    /// What kind: `right`, or what is wrong on purpose.
    pub name: String,
    /// Worlds with an answer.
    pub worlds: usize,
    /// Reasons of worlds without one, by the number of the world.
    pub refused: Vec<(u64, String)>,
    /// Scores by quantity; none without an answer.
    pub quantities: Vec<QuantityResult>,
    /// Scores of "any item left in a cell".
    pub any: Option<ProbabilityScores>,
    /// Coverage of shared unknowns.
    pub unknowns: Vec<UnknownResult>,
}

/// A whole validation.
#[derive(Clone, Debug, PartialEq)]
pub struct Validation {
    /// The model and its version.
    pub model: String,
    /// The seed.
    pub seed: u64,
    /// Worlds of the right kind that were asked for.
    pub asked: u64,
    /// The right worlds first, then those that are wrong on purpose.
    pub kinds: Vec<KindResult>,
}

impl KindResult {
    /// Sums worlds up, in their order.
    pub(super) fn of(name: &str, worlds: Vec<(u64, Result<WorldScores, String>)>) -> Self {
        let mut scored = Vec::new();
        let mut refused = Vec::new();
        for (number, world) in worlds {
            match world {
                Ok(scores) => scored.push(scores),
                Err(reason) => refused.push((number, reason)),
            }
        }
        let mut by_quantity: BTreeMap<Quantity, Vec<&QuantityScores>> = BTreeMap::new();
        for world in &scored {
            for (quantity, scores) in &world.quantities {
                by_quantity.entry(*quantity).or_default().push(scores);
            }
        }
        let quantities = by_quantity
            .into_iter()
            .filter_map(|(quantity, worlds)| QuantityResult::of(quantity, &worlds))
            .collect();
        let any: Vec<(f64, bool)> = scored.iter().flat_map(|world| world.any.clone()).collect();
        let mut told: BTreeMap<&'static str, (SharedUnknown, usize, usize)> = BTreeMap::new();
        for (unknown, held) in scored.iter().flat_map(|world| &world.unknowns) {
            let entry = told.entry(unknown.words()).or_insert((*unknown, 0, 0));
            entry.1 += 1;
            entry.2 += usize::from(*held);
        }
        let unknowns = told
            .into_values()
            .map(|(unknown, told, held)| UnknownResult {
                unknown,
                told,
                held: held as f64 / told as f64,
            })
            .collect();
        Self {
            name: name.to_owned(),
            worlds: scored.len(),
            refused,
            quantities,
            any: ProbabilityScores::of(&any).ok(),
            unknowns,
        }
    }

    /// The scores of one quantity.
    #[must_use]
    pub fn quantity(&self, quantity: Quantity) -> Option<&QuantityResult> {
        self.quantities.iter().find(|result| result.quantity == quantity)
    }
}

impl QuantityResult {
    fn of(quantity: Quantity, worlds: &[&QuantityScores]) -> Option<Self> {
        let coverage = LEVELS
            .iter()
            .enumerate()
            .map(|(place, level)| {
                let tallies: Vec<_> = worlds.iter().map(|world| world.tallies[place]).collect();
                Coverage::of(*level, &tallies)
            })
            .collect::<Option<Vec<_>>>()?;
        let pits: Vec<f64> =
            worlds.iter().filter(|w| w.forecasts > 0).filter_map(|world| world.pit).collect();
        let uniformity = EcdfBand::new(pits.len()).ok()?.p_value(&pits);
        let forecasts: f64 = worlds.iter().map(|world| f64::from(world.forecasts)).sum();
        let mean = worlds.iter().map(|world| world.crps).sum::<f64>() / forecasts;
        let squares: f64 = worlds
            .iter()
            .map(|world| (world.crps - mean * f64::from(world.forecasts)).powi(2))
            .sum();
        let log_score = worlds.iter().map(|world| world.log_score).sum::<f64>() / forecasts;
        let expected: f64 = worlds.iter().map(|world| world.expected).sum();
        let left: f64 = worlds.iter().map(|world| world.left).sum();
        Some(Self {
            quantity,
            coverage,
            pits,
            uniformity,
            crps: Mean { value: mean, standard_error: squares.sqrt() / forecasts },
            log_score: log_score.is_finite().then_some(log_score),
            expected_over_left: (left > 0.0).then(|| expected / left),
        })
    }

    /// Coverage of intervals of one level.
    #[must_use]
    pub fn at_level(&self, level: f64) -> Option<&Coverage> {
        self.coverage.iter().find(|coverage| (coverage.level - level).abs() < 1e-9)
    }
}
