//! Where a recorded strike is, given the finds that are its own.
//!
//! Belongs here: weights of places, scales and loads, and draws from them.
//! Does not belong here: which finds are its own (`owners`).

use super::{Chain, Held, Lines, Origin, Seen, position_in, power};
use crate::random::Stream;

impl<'m> Chain<'m> {
    /// Expected items of a strike without finds in a cell, over all its places.
    pub(super) fn collapsed(&self, seen: &Seen, cell: (u32, u32), per_item: bool) -> f64 {
        let strike = self.strike(seen);
        let mut sum = 0.0;
        let mut weight = seen.weights as usize;
        for scale in 0..self.scales.len() {
            for load in 0..seen.loads as usize {
                let gamma = self.gammas[seen.gammas as usize + load];
                for (place, at) in strike.places.positions().iter().enumerate() {
                    let own = f64::from(self.weights[weight]);
                    weight += 1;
                    if own > 0.0 {
                        let entry = seen.exposures as usize + scale * seen.places as usize + place;
                        let rate = gamma.rate + f64::from(self.exposures[entry]);
                        let items = if per_item { 1.0 } else { gamma.shape / rate };
                        sum += own * items * self.mass(seen, scale, *at, cell);
                    }
                }
            }
        }
        sum / seen.total
    }

    /// The mass of a seen strike in a cell, from a place, at a scale.
    pub(super) fn mass(
        &self,
        seen: &Seen,
        scale: usize,
        (i, j): (u32, u32),
        (column, row): (u32, u32),
    ) -> f64 {
        let (across, down) = (seen.across[scale], seen.down[scale]);
        let (Some(column), Some(row)) =
            (column.checked_sub(across.first), row.checked_sub(down.first))
        else {
            return 0.0;
        };
        if column >= across.count || row >= down.count {
            return 0.0;
        }
        let along = self.tables[(across.at + column * seen.eastings + i) as usize];
        let downward = self.tables[(down.at + row * seen.northings + j) as usize];
        f64::from(along) * f64::from(downward)
    }

    /// Draws the place, scale, load and items of a strike given its finds.
    pub(super) fn draw_origin(&mut self, number: usize) {
        let seen = &self.seen[number];
        let held = &self.held[seen.position as usize];
        let (places, loads) = (seen.places as usize, seen.loads as usize);
        let uniform = self.stream.uniform();
        let weights = &self.weights
            [seen.weights as usize..seen.weights as usize + self.scales.len() * loads * places];
        let chosen = if held.counts.is_empty() {
            position_in(weights.iter().map(|weight| f64::from(*weight)), seen.total * uniform)
        } else {
            let given = self.given_finds(seen, held, weights);
            let total: f64 = given.iter().sum();
            // Finds that no single place explains any more keep the strike where it is.
            match (total > 0.0, held.origin) {
                (false, Some(origin)) => {
                    (origin.scale as usize * loads + origin.load as usize) * places
                        + origin.place as usize
                }
                _ => position_in(given.iter().copied(), total * uniform),
            }
        };
        let (scale, load, place) =
            (chosen / (loads * places), chosen / places % loads, chosen % places);
        let gamma = self.gammas[seen.gammas as usize + load];
        let exposure = f64::from(self.exposures[seen.exposures as usize + scale * places + place]);
        let (shape, rate) = (gamma.shape + f64::from(held.finds), gamma.rate + exposure);
        let position = seen.position as usize;
        let items = self.stream.gamma(shape, rate);
        let (scale, load, place) = (scale as u8, load as u8, place as u32);
        self.held[position].origin =
            Some(Origin { scale, load, place, shape, rate, exposure, items });
    }

    /// Weights of all places, scales and loads of a strike given its finds, up to a factor.
    pub(super) fn given_finds(&self, seen: &Seen, held: &Held, weights: &[f32]) -> Vec<f64> {
        let (nx, ny) = (seen.eastings as usize, seen.northings as usize);
        let (places, loads) = (seen.places as usize, seen.loads as usize);
        let positions = self.strike(seen).places.positions();
        let whole = places == nx * ny;
        let mut given = vec![0.0; weights.len()];
        let mut logs = vec![f64::NEG_INFINITY; self.scales.len() * loads];
        let (mut along, mut down) = (vec![1.0_f64; nx], vec![1.0_f64; ny]);
        for scale in 0..self.scales.len() {
            along.fill(1.0);
            down.fill(1.0);
            let mut log = 0.0;
            let mut reached = true;
            for (entry, count) in &held.counts {
                let cell = self.evidence.column_and_row(self.evidence.find_cells[*entry as usize]);
                let mut times = |lines: Lines, line: u32, count_of: usize, out: &mut [f64]| {
                    let Some(line) = line.checked_sub(lines.first).filter(|l| *l < lines.count)
                    else {
                        reached = false;
                        return;
                    };
                    let from = lines.at as usize + line as usize * count_of;
                    let mut highest = 0.0_f64;
                    for (product, mass) in out.iter_mut().zip(&self.tables[from..from + count_of]) {
                        *product *= power(f64::from(*mass), *count);
                        highest = highest.max(*product);
                    }
                    if highest > 0.0 {
                        out.iter_mut().for_each(|product| *product /= highest);
                        log += libm::log(highest);
                    } else {
                        reached = false;
                    }
                };
                times(seen.across[scale], cell.0, nx, &mut along);
                times(seen.down[scale], cell.1, ny, &mut down);
            }
            if !reached {
                continue;
            }
            for load in 0..loads {
                let gamma = self.gammas[seen.gammas as usize + load];
                let finds = f64::from(held.finds);
                let own = if loads > 1 {
                    libm::lgamma(gamma.shape + finds)
                        - libm::lgamma(gamma.shape)
                        - finds * libm::log(gamma.rate)
                } else {
                    0.0
                };
                logs[scale * loads + load] = log + own;
                let begin = (scale * loads + load) * places;
                let exposures = seen.exposures as usize + scale * places;
                let out = &mut given[begin..begin + places];
                for (place, out) in out.iter_mut().enumerate() {
                    let weight = f64::from(weights[begin + place]);
                    let (i, j) = if whole {
                        (place % nx, place / nx)
                    } else {
                        (positions[place].0 as usize, positions[place].1 as usize)
                    };
                    let found = weight * along[i] * down[j];
                    *out = if found > 0.0 {
                        let exposure = f64::from(self.exposures[exposures + place]);
                        found * power(gamma.rate / (gamma.rate + exposure), held.finds)
                    } else {
                        0.0
                    };
                }
            }
        }
        let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (part, log) in given.chunks_exact_mut(places).zip(&logs) {
            let factor = crate::exponential::exp(log - highest);
            part.iter_mut().for_each(|weight| *weight *= factor);
        }
        given
    }

    /// Draws a strike without finds in reach: `place`, a number between 0 and 1, says where.
    pub(in super::super) fn draw_untied(
        &self,
        number: usize,
        place: f64,
        stream: &mut Stream,
    ) -> Origin {
        let seen = &self.seen[number];
        let (places, loads) = (seen.places as usize, seen.loads as usize);
        let from = seen.weights as usize;
        let weights = &self.weights[from..from + self.scales.len() * loads * places];
        let chosen =
            position_in(weights.iter().map(|weight| f64::from(*weight)), seen.total * place);
        let (scale, load, place) =
            (chosen / (loads * places), chosen / places % loads, chosen % places);
        let gamma = self.gammas[seen.gammas as usize + load];
        let exposure = f64::from(self.exposures[seen.exposures as usize + scale * places + place]);
        let (shape, rate) = (gamma.shape, gamma.rate + exposure);
        let items = stream.gamma(shape, rate);
        let (scale, load, place) = (scale as u8, load as u8, place as u32);
        Origin { scale, load, place, shape, rate, exposure, items }
    }

    pub(super) fn strike(&self, seen: &Seen) -> &'m super::super::super::inputs::Strike {
        &self.model.inputs.strikes[self.strikes[seen.position as usize] as usize]
    }
}
