//! How probable a state is at other values of the shared unknowns.
//!
//! Belongs here: the probability of the finds with items integrated out, at other scales and at other values.
//! Does not belong here: steps of the shared unknowns.

use super::super::super::model::At;
use super::super::background::{Density, Nodes, exposure_at, left_by};
use super::super::kernel::in_cells;
use super::super::scales::weight_of;
use super::Chain;
use crate::strike::Gamma;

impl Chain<'_> {
    /// Logarithm of the probability of a strike's finds at a place and scale, its items integrated out.
    pub(super) fn log_finds(
        &self,
        effort: &[f32],
        place: (f64, f64),
        scale: f64,
        gamma: Gamma,
        counts: &[(u32, u32)],
        finds: u32,
    ) -> f64 {
        let exposure = exposure_at(&self.evidence, effort, self.tails, place, scale);
        let finds = f64::from(finds);
        let mut log =
            if exposure > 0.0 { -gamma.shape * libm::log1p(exposure / gamma.rate) } else { 0.0 };
        if finds > 0.0 {
            log += libm::lgamma(gamma.shape + finds)
                - libm::lgamma(gamma.shape)
                - finds * libm::log(gamma.rate + exposure);
        }
        for (entry, count) in counts {
            // Spot finds tell where strikes were, and nothing of what all strikes share.
            if self.spot[*entry as usize] {
                continue;
            }
            let place_of = self.evidence.find_cells[*entry as usize];
            let (column, row) = self.evidence.column_and_row(place_of);
            let mass = self.tails.of_line(place.0, scale, column)
                * self.tails.of_line(place.1, scale, row)
                * f64::from(effort[place_of as usize]);
            log += f64::from(*count) * libm::log(mass);
        }
        log
    }

    /// For each strike that searches reach, and each unreported one with finds, the logarithm of the
    /// probability of its finds at each of these scales (in cells), where it is now; and for each scale the
    /// unreported strikes of which something would be found, were there one in a square kilometre.
    pub(in super::super) fn at_scales(
        &self,
        scales: &[f64],
        density: &Density<'_>,
    ) -> (Vec<Vec<f64>>, Vec<f64>) {
        let grid = &self.model.inputs.grid;
        let mut all = Vec::with_capacity(self.seen.len());
        for seen in &self.seen {
            let held = &self.held[seen.position as usize];
            let Some(origin) = held.origin else { continue };
            let places = &self.strike(seen).places;
            let place = in_cells(grid, places.place(origin.place as usize));
            let gamma = self.gammas[seen.gammas as usize + origin.load as usize];
            let of = |scale: &f64| {
                self.log_finds(&self.effort, place, *scale, gamma, &held.counts, held.finds)
            };
            all.push(scales.iter().map(of).collect());
        }
        for (born, counts) in self.born.iter().zip(self.counts_of_born()) {
            let Some(born) = born else { continue };
            let (place, gamma) = ((born.x, born.y), self.left[born.load as usize].1);
            let of = |scale: &f64| {
                self.log_finds(&self.effort, place, *scale, gamma, &counts, born.finds)
            };
            all.push(scales.iter().map(of).collect());
        }
        if self.left.is_empty() {
            return (all, vec![0.0; scales.len()]);
        }
        let cell = grid.cell_metres();
        let each: Vec<(f64, f64)> = scales.iter().map(|scale| (1.0, scale * cell)).collect();
        let nodes = Nodes::lay_at(&each, cell, 1.0, &self.evidence, &self.effort, self.tails);
        (all, nodes.iter().map(|own| own.seen(&self.left, density, |_, _| {})).collect())
    }

    /// Logarithm of the probability of the state and the finds at other values of the shared unknowns, with
    /// the number of items of each strike integrated out, up to what does not depend on them.
    pub(in super::super) fn log_state(&self, at: &At<'_>, density: &Density<'_>) -> f64 {
        let cell = self.model.inputs.grid.cell_metres();
        let grid = &self.model.inputs.grid;
        let mut effort = vec![0.0; self.effort.len()];
        self.effort_at(at, &mut effort);
        let mut sum = 0.0;
        let of =
            |place: (f64, f64), scale: f64, gamma: Gamma, counts: &[(u32, u32)], finds: u32| {
                self.log_finds(&effort, place, scale, gamma, counts, finds)
            };
        for seen in &self.seen {
            let held = &self.held[seen.position as usize];
            let Some(origin) = held.origin else { continue };
            let strike = self.strike(seen);
            let place = in_cells(grid, strike.places.place(origin.place as usize));
            let load = &strike.loads[origin.load as usize];
            let gamma = at.left(strike.munitions, strike.munitions_deviation, load);
            let scale = self.scales[origin.scale as usize].1;
            sum += libm::log(weight_of(at, scale * cell))
                + of(place, scale, gamma, &held.counts, held.finds);
        }
        let left = left_by(at, self.model.inputs.unreported.as_ref());
        if !left.is_empty() {
            let counts = self.counts_of_born();
            for (born, counts) in self.born.iter().zip(&counts) {
                let Some(born) = born else { continue };
                let scale = self.scales[born.scale as usize].1;
                let gamma = left[born.load as usize].1;
                sum += libm::log(weight_of(at, scale * cell))
                    + libm::log(density.of_block(density.blocks.at(born.x, born.y)))
                    + of((born.x, born.y), scale, gamma, counts, born.finds);
            }
            // A lattice of whole cells: a sum over places needs no finer one.
            let nodes = Nodes::lay_at(&at.scales, cell, 1.0, &self.evidence, &effort, self.tails);
            sum -= nodes.iter().map(|own| own.seen(&left, density, |_, _| {})).sum::<f64>();
        }
        sum
    }
}
