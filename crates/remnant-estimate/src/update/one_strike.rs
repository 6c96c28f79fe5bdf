//! One strike with candidate places, exactly.
//!
//! Belongs here: what a search sees of each place, and the posterior of place and number when all finds
//! within reach belong to this strike, or there is none.
//!
//! Does not belong here: finds that several strikes may have left (`piece`).

use super::fault::UpdateFault;
use super::ground::SearchedGround;
use super::masses::{Masses, Places};
use crate::exponential::exp;
use crate::footprint::{CellWindow, Footprint};
use crate::strike::{Candidates, Gamma};

/// What a search sees of a strike: for each hypothesis (footprint × place) the effort that meets its items.
///
/// It depends on effort and footprints, not on the number of items: another gamma distribution costs one
/// pass over the hypotheses.
///
/// # Shapes and units
/// Hypotheses lie footprint by footprint, and in each in the order of the candidate places.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// `S_l = Σ_c e_c K_lc`: share of the items that the search would find.
    pub(crate) exposures: Vec<f64>,
    /// `log w0_l`.
    pub(crate) log_weights: Vec<f64>,
    /// `Σ_c y_c log(e_c K_lc) − log y_c!`; empty without finds.
    log_finds: Vec<f64>,
    finds: u32,
}

impl Reach {
    /// What the search on `ground` sees of a strike, all finds within reach being its own.
    ///
    /// # Shapes and units
    /// `footprints`: weights that sum to one, each with a footprint.
    ///
    /// # Errors
    /// `UnusableNumber` when the weights of the footprints do not sum to one; `Unexplained` when no
    /// hypothesis can have left a find.
    pub fn new(
        ground: &SearchedGround,
        candidates: &Candidates,
        footprints: &[(f64, Footprint)],
    ) -> Result<Self, UpdateFault> {
        let mut reach = Self::without_finds(ground, candidates, footprints)?;
        let count = candidates.len();
        let places = Places::from(candidates);
        let mut masses_in_cell = Vec::new();
        // Cells with finds may be reached by one footprint and not by another, so each looks at all.
        let cells: Vec<(u32, f64, u32)> = ground
            .cells()
            .iter()
            .zip(ground.effort())
            .zip(ground.finds())
            .filter(|(_, finds)| **finds > 0)
            .map(|((cell, effort), finds)| (*cell, *effort, *finds))
            .collect();
        if cells.is_empty() {
            return Ok(reach);
        }
        reach.log_finds = vec![0.0; reach.exposures.len()];
        for (cell, effort, finds) in cells {
            let (column, row) = ground.grid().column_and_row(cell);
            let window = CellWindow { column, row, columns: 1, rows: 1 };
            let y = f64::from(finds);
            reach.finds += finds;
            for (position, (_, footprint)) in footprints.iter().enumerate() {
                Masses::new(places, footprint, ground.grid(), window)
                    .in_cell(0, &mut masses_in_cell);
                let logs = &mut reach.log_finds[position * count..(position + 1) * count];
                for (log, mass) in logs.iter_mut().zip(&masses_in_cell) {
                    *log += y * libm::log(effort * mass) - libm::lgamma(y + 1.0);
                }
            }
            if reach.log_finds.iter().all(|log| *log == f64::NEG_INFINITY) {
                return Err(UpdateFault::Unexplained { cell, finds });
            }
        }
        Ok(reach)
    }

    /// What the search sees of a strike none of whose items was found.
    ///
    /// # Errors
    /// `UnusableNumber` when the weights of the footprints do not sum to one.
    pub fn without_finds(
        ground: &SearchedGround,
        candidates: &Candidates,
        footprints: &[(f64, Footprint)],
    ) -> Result<Self, UpdateFault> {
        let total: f64 = footprints.iter().map(|(weight, _)| weight).sum();
        if !((total - 1.0).abs() < 1e-9 && footprints.iter().all(|(weight, _)| *weight >= 0.0)) {
            let name = "the sum of the weights of a strike's footprints";
            return Err(UpdateFault::UnusableNumber { name, value: total });
        }
        let count = candidates.len();
        let mut exposures = Vec::with_capacity(count * footprints.len());
        let mut log_weights = Vec::with_capacity(count * footprints.len());
        let places = Places::from(candidates);
        for (weight, footprint) in footprints {
            let window = places
                .window(ground.grid(), footprint)
                .zip(ground.extent())
                .and_then(|(reached, searched)| reached.shared_with(&searched));
            match window {
                None => exposures.resize(exposures.len() + count, 0.0),
                Some(window) => exposures.extend(
                    Masses::new(places, footprint, ground.grid(), window).exposures(ground),
                ),
            }
            let log_weight = libm::log(*weight);
            log_weights.extend(candidates.log_weights().iter().map(|log| log_weight + log));
        }
        Ok(Self { exposures, log_weights, log_finds: Vec::new(), finds: 0 })
    }

    /// Whether any place's footprint reaches searched ground; a strike that touches no search keeps its prior.
    #[must_use]
    pub fn touches_searched_ground(&self) -> bool {
        self.exposures.iter().any(|exposure| *exposure > 0.0)
    }

    /// Effort that meets the items of each hypothesis.
    #[must_use]
    pub fn exposures(&self) -> &[f64] {
        &self.exposures
    }

    /// The strike after the search, in one pass over the hypotheses.
    ///
    /// `w_l ∝ w0_l ∏ (e_c K_lc)^y_c · b^a Γ(a+Y) / (Γ(a) (b + S_l)^(a+Y))`.
    #[must_use]
    pub fn update(&self, before: Gamma) -> OneStrike {
        let y = f64::from(self.finds);
        let (shape, inverse) = (before.shape + y, 1.0 / before.rate);
        let mut logs: Vec<f64> =
            self.log_weights
                .iter()
                .zip(&self.exposures)
                // Places no search reaches are many where an outline is wide: they need no logarithm.
                .map(|(log, exposure)| {
                    if *exposure > 0.0 {
                        log - shape * libm::log1p(exposure * inverse)
                    } else {
                        *log
                    }
                })
                .collect();
        for (log, finds) in logs.iter_mut().zip(&self.log_finds) {
            *log += finds;
        }
        let peak = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        logs.iter_mut().for_each(|log| *log = exp(*log - peak));
        let total: f64 = logs.iter().sum();
        let scale = 1.0 / total;
        logs.iter_mut().for_each(|weight| *weight *= scale);
        let constant = if self.finds == 0 {
            0.0
        } else {
            libm::lgamma(shape) - libm::lgamma(before.shape) - y * libm::log(before.rate)
        };
        OneStrike {
            weights: logs,
            shape,
            rate: before.rate,
            log_marginal: constant + peak + libm::log(total),
        }
    }
}

/// Place and number of one strike after a search.
#[derive(Clone, Debug, PartialEq)]
pub struct OneStrike {
    /// Probability of each hypothesis (footprint × place).
    pub weights: Vec<f64>,
    /// Shape of the number of items, `a + Y`.
    pub shape: f64,
    /// Rate of the number of items before the search; hypothesis `l` has `b + S_l` after it.
    pub rate: f64,
    /// Log probability of what was found.
    pub log_marginal: f64,
}

impl OneStrike {
    /// Mean number of items the strike left before the search, for each hypothesis.
    #[must_use]
    pub fn means(&self, reach: &Reach) -> Vec<f64> {
        reach.exposures.iter().map(|exposure| self.shape / (self.rate + exposure)).collect()
    }

    /// `w_l (a + Y)/(b + S_l)`: expected items before the search, shared over the hypotheses.
    #[must_use]
    pub fn rates(&self, reach: &Reach) -> Vec<f64> {
        let share = |(weight, exposure): (&f64, &f64)| weight * self.shape / (self.rate + exposure);
        self.weights.iter().zip(&reach.exposures).map(share).collect()
    }
}
