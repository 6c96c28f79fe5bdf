//! One way to share out the finds of a piece among its sources.
//!
//! Belongs here: sources with the finds they own, their places and numbers integrated out, and the moves of a
//! single find. For a source that owns `Y` finds the mass is
//! `Σ_l w0_l ∏ (e K_lc)^y_c b^a Γ(a+Y) / (Γ(a) (b + S_l)^(a+Y))`; a strike nobody reported has the expected
//! number of strikes at each place where a recorded one has its prior weight. The product of the masses
//! is the probability of the finds and of this way to share them out.
//!
//! Does not belong here: which ways are visited.

use super::piece::{Background, Box2, Piece};
use crate::exponential::exp;

/// No owner yet.
pub(crate) const NOBODY: u32 = u32::MAX;

/// A source and the finds it owns.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// Position among the piece's recorded strikes; none for a strike nobody reported.
    pub(crate) recorded: Option<u32>,
    /// Cells with the number of finds owned in each, in order of arrival.
    pub(crate) counts: Vec<(u32, u32)>,
    pub(crate) total: u32,
    /// Probability of each hypothesis given the finds owned. For a strike nobody reported the hypotheses
    /// are the places of the patch of its first cell.
    pub(crate) weights: Vec<f64>,
    pub(crate) log_mass: f64,
}

/// A way to share out finds.
#[derive(Clone, Debug)]
pub(crate) struct ShareOut {
    /// The recorded strikes in order, then strikes nobody reported, each owning at least one find.
    pub(crate) held: Vec<Held>,
    /// For each find the position of its owner.
    pub(crate) owners: Vec<u32>,
}

impl Held {
    fn count(&mut self, cell: u32) {
        match self.counts.iter_mut().find(|entry| entry.0 == cell) {
            Some(entry) => entry.1 += 1,
            None => self.counts.push((cell, 1)),
        }
        self.total += 1;
    }
}

/// Calls `visit` with the start in `of` and the start in `with`, and the length, of each row of the
/// rectangle that both hold.
fn rows_in_common(of: &Box2, with: &Box2, mut visit: impl FnMut(usize, usize, usize)) {
    if let Some(common) = of.shared_with(with) {
        for row in 0..common.rows {
            visit(of.start_of(&common, row), with.start_of(&common, row), common.columns);
        }
    }
}

impl Background<'_> {
    /// The lattice as one rectangle.
    fn lattice(&self) -> Box2 {
        let rows = self.log_strikes.len() / self.columns.max(1);
        Box2 { west: 0, south: 0, columns: self.columns, rows }
    }
}

impl Piece<'_> {
    /// A source with these finds, its weights and mass computed from nothing.
    pub(crate) fn held(&self, recorded: Option<u32>, counts: Vec<(u32, u32)>) -> Held {
        let total = counts.iter().map(|entry| entry.1).sum();
        let mut held = Held { recorded, counts, total, weights: Vec::new(), log_mass: 0.0 };
        self.refresh(&mut held);
        held
    }

    /// Nothing shared out: each recorded strike owns nothing.
    pub(crate) fn nothing_shared_out(&self) -> ShareOut {
        let finds: u32 = self.cells.iter().map(|cell| cell.finds).sum();
        ShareOut {
            held: (0..self.recorded.len()).map(|j| self.held(Some(j as u32), Vec::new())).collect(),
            owners: vec![NOBODY; finds as usize],
        }
    }

    /// Weights and mass of a source from the finds it owns.
    pub(crate) fn refresh(&self, held: &mut Held) {
        let y = f64::from(held.total);
        let before = match (held.recorded, &self.unreported) {
            (Some(j), _) => {
                let source = &self.recorded[j as usize];
                let shape = source.before.shape + y;
                held.weights.clear();
                held.weights.extend(
                    source.log_weights.iter().zip(&source.log_kept).map(|(w, k)| w - shape * k),
                );
                for (cell, count) in &held.counts {
                    let count = f64::from(*count);
                    let row = &source.log_rows[*cell as usize];
                    if row.is_empty() {
                        held.weights.iter_mut().for_each(|w| *w = f64::NEG_INFINITY);
                    }
                    for (weight, log) in held.weights.iter_mut().zip(row) {
                        *weight += count * log;
                    }
                }
                source.before
            }
            (None, Some(background)) => {
                self.refresh_unreported(background, held, y);
                background.before
            }
            // Without a background there are no unreported strikes.
            (None, None) => return,
        };
        let peak = held.weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if peak == f64::NEG_INFINITY {
            held.log_mass = peak;
            held.weights.iter_mut().for_each(|weight| *weight = 0.0);
            return;
        }
        let mut sum = 0.0;
        for weight in &mut held.weights {
            *weight = exp(*weight - peak);
            sum += *weight;
        }
        let scale = 1.0 / sum;
        held.weights.iter_mut().for_each(|weight| *weight *= scale);
        let constant = if held.total == 0 {
            0.0
        } else {
            libm::lgamma(before.shape + y) - libm::lgamma(before.shape) - y * libm::log(before.rate)
        };
        held.log_mass = constant + peak + libm::log(sum);
    }

    fn refresh_unreported(&self, background: &Background<'_>, held: &mut Held, y: f64) {
        held.weights.clear();
        let Some((seed, _)) = held.counts.first() else { return };
        let patch = &background.patches[*seed as usize];
        let (shape, lattice) = (background.before.shape + y, background.lattice());
        held.weights.resize(patch.places.places(), f64::NEG_INFINITY);
        rows_in_common(&patch.places, &lattice, |start, global, length| {
            for step in 0..length {
                held.weights[start + step] = background.log_strikes[global + step]
                    - shape * background.log_kept[global + step];
            }
        });
        for (cell, count) in &held.counts {
            let (count, other) = (f64::from(*count), &background.patches[*cell as usize]);
            if cell == seed {
                for (weight, log) in held.weights.iter_mut().zip(&other.logs) {
                    *weight += count * log;
                }
                continue;
            }
            let before = core::mem::replace(
                &mut held.weights,
                vec![f64::NEG_INFINITY; patch.places.places()],
            );
            rows_in_common(&patch.places, &other.places, |start, there, length| {
                for step in 0..length {
                    held.weights[start + step] =
                        before[start + step] + count * other.logs[there + step];
                }
            });
        }
    }

    /// By how much one more find in `cell` multiplies the mass of a source: its chance to own the find.
    pub(crate) fn gain(&self, held: &Held, cell: u32) -> f64 {
        let y = f64::from(held.total);
        match (held.recorded, &self.unreported) {
            (Some(j), _) => {
                let source = &self.recorded[j as usize];
                let row = &source.rows[cell as usize];
                let mut sums = [0.0; 4];
                let whole = row.len() / 4 * 4;
                for start in (0..whole).step_by(4) {
                    for (lane, sum) in sums.iter_mut().enumerate() {
                        let l = start + lane;
                        *sum += held.weights[l] * row[l] * source.inverse_rates[l];
                    }
                }
                let mut sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
                let rest = held.weights[whole..].iter().zip(&source.inverse_rates[whole..]);
                for ((weight, inverse), mass) in rest.zip(row.get(whole..).unwrap_or_default()) {
                    sum += weight * mass * inverse;
                }
                (source.before.shape + y) * sum
            }
            (None, Some(background)) => {
                let Some((seed, _)) = held.counts.first() else { return 0.0 };
                let places = &background.patches[*seed as usize].places;
                let (other, lattice) = (&background.patches[cell as usize], background.lattice());
                let mut sum = 0.0;
                rows_in_common(places, &other.places, |start, there, length| {
                    let column = places.west + start % places.columns;
                    let row = places.south + start / places.columns;
                    let global = row * lattice.columns + column;
                    for step in 0..length {
                        sum += held.weights[start + step]
                            * other.masses[there + step]
                            * background.inverse_rates[global + step];
                    }
                });
                (background.before.shape + y) * sum
            }
            (None, None) => 0.0,
        }
    }

    /// Gives a source one more find in `cell`; `gain` is what [`Piece::gain`] said.
    pub(crate) fn add(&self, held: &mut Held, cell: u32, gain: f64) {
        held.count(cell);
        let Some(j) = held.recorded else {
            self.refresh(held);
            return;
        };
        let source = &self.recorded[j as usize];
        let row = &source.rows[cell as usize];
        let mut sum = 0.0;
        for ((weight, mass), inverse) in held.weights.iter_mut().zip(row).zip(&source.inverse_rates)
        {
            *weight *= mass * inverse;
            sum += *weight;
        }
        if sum > 1e-200 {
            let scale = 1.0 / sum;
            held.weights.iter_mut().for_each(|weight| *weight *= scale);
            held.log_mass += libm::log(gain);
        } else {
            self.refresh(held);
        }
    }

    /// Takes one find in `cell` from a source. Weights are computed anew: a place that the find had ruled out
    /// comes back.
    pub(crate) fn remove(&self, held: &mut Held, cell: u32) {
        if let Some(position) = held.counts.iter().position(|entry| entry.0 == cell) {
            held.total -= 1;
            held.counts[position].1 -= 1;
            if held.counts[position].1 == 0 {
                held.counts.remove(position);
            }
        }
        self.refresh(held);
    }

    /// Sources as told by the owners of all finds; unreported owners may carry any numbers from the number
    /// of recorded strikes upward, as long as none is left out.
    pub(crate) fn shared_out_as(&self, owners: &[u32], cell_of: &[u32]) -> ShareOut {
        let recorded = self.recorded.len();
        let last = owners.iter().copied().max().map_or(0, |owner| owner as usize + 1);
        let mut counts: Vec<Vec<(u32, u32)>> = vec![Vec::new(); last.max(recorded)];
        for (owner, cell) in owners.iter().zip(cell_of) {
            let counts = &mut counts[*owner as usize];
            match counts.iter_mut().find(|entry| entry.0 == *cell) {
                Some(entry) => entry.1 += 1,
                None => counts.push((*cell, 1)),
            }
        }
        let held = counts
            .into_iter()
            .enumerate()
            .map(|(j, counts)| self.held((j < recorded).then_some(j as u32), counts))
            .collect();
        ShareOut { held, owners: owners.to_vec() }
    }
}

impl ShareOut {
    /// Log probability of the finds and of this way to share them out.
    pub(crate) fn log_mass(&self) -> f64 {
        self.held.iter().map(|held| held.log_mass).sum()
    }

    /// Forgets an unreported source that owns nothing.
    pub(crate) fn drop_empty(&mut self, position: u32) {
        let last = (self.held.len() - 1) as u32;
        self.held.swap_remove(position as usize);
        if position != last {
            for owner in &mut self.owners {
                if *owner == last {
                    *owner = position;
                }
            }
        }
    }

    /// Takes a find from its owner.
    pub(crate) fn take(&mut self, piece: &Piece<'_>, find: usize, cell: u32) {
        let owner = self.owners[find];
        self.owners[find] = NOBODY;
        let held = &mut self.held[owner as usize];
        if held.recorded.is_none() && held.total == 1 {
            self.drop_empty(owner);
        } else {
            piece.remove(held, cell);
        }
    }
}
