//! Masses, exposures and weights of the strikes of a window, at one value of the shared unknowns.
//!
//! Belongs here: making them, once for each value.
//! Does not belong here: what the state is.

use super::super::super::inputs::Load;
use super::super::super::model::At;
use super::super::background::{Nodes, exposure_at, left_by, possible};
use super::super::evidence::Rectangle;
use super::super::kernel::{in_cells, lines};
use super::super::scales::MOST_SCALES;
use super::{Chain, Lines, Seen};

impl Chain<'_> {
    /// Sets the effort of the searched cells, at a point.
    pub(super) fn effort_at(&self, at: &At<'_>, effort: &mut [f32]) {
        let chances = self.model.ground.chances(&at.detection);
        for (position, place) in &self.evidence.searched {
            effort[*place as usize] =
                self.model.ground.effort_of(*position as usize, &chances) as f32;
        }
    }

    /// The cells within reach of places from here to there.
    pub(super) fn rectangle(&self, columns: (f64, f64), rows: (f64, f64), scale: f64) -> Rectangle {
        let window = &self.evidence.window;
        Rectangle {
            columns: lines(
                columns.0,
                columns.1,
                scale,
                window.column,
                window.column + window.columns,
            ),
            rows: lines(rows.0, rows.1, scale, window.row, window.row + window.rows),
        }
    }

    /// Makes the tables of a point; the state stays.
    pub(in super::super) fn prepare(&mut self, at: &At<'_>) {
        let grid = &self.model.inputs.grid;
        let cell = grid.cell_metres();
        let mut effort = core::mem::take(&mut self.effort);
        self.effort_at(at, &mut effort);
        self.effort = effort;
        let scales: Vec<(f64, f64)> =
            at.scales.iter().map(|(weight, metres)| (*weight, metres / cell)).collect();
        self.rename_scales(&scales);
        self.scales = scales;
        self.left = left_by(at, self.model.inputs.unreported.as_ref());
        self.nodes = if self.left.is_empty() || !self.tells() {
            Vec::new()
        } else {
            Nodes::lay(at, &self.left, &self.evidence, &self.effort, self.tails)
        };
        self.seen.clear();
        self.tables.clear();
        self.exposures.clear();
        self.weights.clear();
        self.gammas.clear();
        if !self.tells() {
            return;
        }
        let widest = self.scales.iter().fold(0.0_f64, |most, (_, scale)| most.max(*scale));
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for position in 0..self.strikes.len() {
            let strike = &self.model.inputs.strikes[self.strikes[position] as usize];
            let (west, east, south, north) = strike.places.extent();
            let ((left, top), (right, bottom)) =
                (in_cells(grid, (west, north)), in_cells(grid, (east, south)));
            let reach = self.rectangle((left, right), (top, bottom), widest);
            let before = pairs.len();
            let number = self.seen.len() as u32;
            pairs.extend(self.evidence.finds_in(&reach).map(|entry| (entry, number)));
            let tied = pairs.len() > before;
            if tied || self.evidence.any_searched(&reach) {
                self.see(at, position as u32, tied);
            }
        }
        // By the cell of finds, strikes in their order.
        let cells = self.evidence.find_cells.len();
        self.reached_from = vec![0; cells + 1];
        pairs.iter().for_each(|(entry, _)| self.reached_from[*entry as usize + 1] += 1);
        for entry in 0..cells {
            self.reached_from[entry + 1] += self.reached_from[entry];
        }
        let mut next = self.reached_from.clone();
        self.reached = vec![0; pairs.len()];
        for (entry, number) in pairs {
            self.reached[next[entry as usize] as usize] = number;
            next[entry as usize] += 1;
        }
        self.prepare_births();
        for born in 0..self.born.len() {
            if let Some(mut own) = self.born[born] {
                let scale = self.scales[own.scale as usize].1;
                let place = (own.x, own.y);
                own.exposure = exposure_at(&self.evidence, &self.effort, self.tails, place, scale);
                self.born[born] = Some(own);
            }
        }
    }

    /// Lets the state name its scales by their places in another list.
    pub(super) fn rename_scales(&mut self, scales: &[(f64, f64)]) {
        let nearest = |scale: f64| {
            let off = |other: f64| (libm::log(other / scale)).abs();
            let mut best = 0;
            for (position, (_, other)) in scales.iter().enumerate() {
                if off(*other) < off(scales[best].1) {
                    best = position;
                }
            }
            best as u8
        };
        let names: Vec<u8> = self.scales.iter().map(|(_, scale)| nearest(*scale)).collect();
        for origin in self.held.iter_mut().filter_map(|held| held.origin.as_mut()) {
            origin.scale = names[origin.scale as usize];
        }
        for born in self.born.iter_mut().flatten() {
            born.scale = names[born.scale as usize];
        }
    }

    /// Tables, exposures and weights of one strike.
    pub(super) fn see(&mut self, at: &At<'_>, position: u32, tied: bool) {
        let model = self.model;
        let (grid, window) = (&model.inputs.grid, self.evidence.window);
        let strike = &model.inputs.strikes[self.strikes[position as usize] as usize];
        let places = &strike.places;
        let (nx, ny) = (places.eastings().len(), places.northings().len());
        let x_of = |easting: f64| in_cells(grid, (easting, 0.0)).0;
        let y_of = |northing: f64| in_cells(grid, (0.0, northing)).1;
        let (west, east, south, north) = places.extent();
        let none = Lines { first: 0, count: 0, at: 0 };
        let (mut across, mut down) = ([none; MOST_SCALES], [none; MOST_SCALES]);
        let exposures = self.exposures.len();
        let lattice = nx * ny <= 4 * places.len();
        let mut masses = vec![0.0_f32; 64];
        for (number, (_, scale)) in self.scales.clone().into_iter().enumerate() {
            let reach = self.rectangle((x_of(west), x_of(east)), (y_of(north), y_of(south)), scale);
            let mut table =
                |ends: (u32, u32), centres: &mut dyn Iterator<Item = f64>, count: usize| {
                    let lines = (ends.1 - ends.0) as usize;
                    let begin = self.tables.len();
                    self.tables.resize(begin + lines * count, 0.0);
                    masses.resize(lines.max(masses.len()), 0.0);
                    for (place, centre) in centres.enumerate() {
                        self.tails.fill(centre, scale, ends.0, &mut masses[..lines]);
                        for (line, mass) in masses[..lines].iter().enumerate() {
                            self.tables[begin + line * count + place] = *mass;
                        }
                    }
                    Lines { first: ends.0, count: lines as u32, at: begin as u32 }
                };
            across[number] =
                table(reach.columns, &mut places.eastings().iter().map(|e| x_of(*e)), nx);
            down[number] = table(reach.rows, &mut places.northings().iter().map(|n| y_of(*n)), ny);
            let begin = self.exposures.len();
            self.exposures.resize(begin + places.len(), 0.0);
            if !self.evidence.any_searched(&reach) {
                continue;
            }
            let (own_across, own_down) = (across[number], down[number]);
            let mut line = vec![0.0_f32; nx];
            let mut sums = vec![0.0_f32; if lattice { nx * ny } else { 0 }];
            for row in 0..own_down.count {
                let first = (own_down.first + row - window.row) * window.columns + own_across.first
                    - window.column;
                line.fill(0.0);
                let mut any = false;
                for column in 0..own_across.count {
                    let effort = self.effort[(first + column) as usize];
                    if effort > 0.0 {
                        any = true;
                        let from = own_across.at as usize + column as usize * nx;
                        let masses = &self.tables[from..from + nx];
                        line.iter_mut().zip(masses).for_each(|(sum, mass)| *sum += effort * mass);
                    }
                }
                if !any {
                    continue;
                }
                let from = own_down.at as usize + row as usize * ny;
                if lattice {
                    let of_rows = &self.tables[from..from + ny];
                    for (sums, mass) in sums.chunks_exact_mut(nx).zip(of_rows) {
                        sums.iter_mut().zip(&line).for_each(|(sum, part)| *sum += mass * part);
                    }
                } else {
                    for (place, (i, j)) in places.positions().iter().enumerate() {
                        self.exposures[begin + place] +=
                            self.tables[from + *j as usize] * line[*i as usize];
                    }
                }
            }
            if lattice {
                for (place, (i, j)) in places.positions().iter().enumerate() {
                    self.exposures[begin + place] = sums[*j as usize * nx + *i as usize];
                }
            }
        }
        let (gammas, weights) = (self.gammas.len(), self.weights.len());
        for load in &strike.loads {
            self.gammas.push(at.left(strike.munitions, strike.munitions_deviation, load));
        }
        let mut total = 0.0;
        for (scale, (scale_weight, _)) in self.scales.iter().enumerate() {
            let begin = exposures + scale * places.len();
            for (load, Load { weight, .. }) in strike.loads.iter().enumerate() {
                let gamma = self.gammas[gammas + load];
                let each = scale_weight * weight;
                for (place, weight) in places.weights().iter().enumerate() {
                    let exposure = self.exposures[begin + place];
                    let none = if exposure > 0.0 {
                        gamma.probability_of_none(f64::from(exposure))
                    } else {
                        1.0
                    };
                    let weight = each * weight * none;
                    total += weight;
                    self.weights.push(weight as f32);
                }
            }
        }
        self.seen.push(Seen {
            position,
            eastings: nx as u32,
            northings: ny as u32,
            places: places.len() as u32,
            loads: strike.loads.len() as u32,
            across,
            down,
            exposures: exposures as u32,
            weights: weights as u32,
            gammas: gammas as u32,
            total,
            tied,
        });
    }

    pub(super) fn prepare_births(&mut self) {
        self.births.clear();
        self.births_from = vec![0];
        let blocks = super::super::background::Blocks::of(&self.model.inputs.grid);
        for place in &self.evidence.find_cells {
            let cell = self.evidence.column_and_row(*place);
            let begin = self.births.len();
            if !self.nodes.is_empty() {
                possible(&self.nodes, &self.left, self.tails, cell, |own, mass| {
                    let gamma = self.left[own.load as usize].1;
                    let expected = own.weight * mass * gamma.shape / (gamma.rate + own.exposure);
                    let block = blocks.at(own.x, own.y) as u32;
                    let known = self.births[begin..].iter().position(|(known, _)| *known == block);
                    match known {
                        Some(known) => self.births[begin + known].1 += expected,
                        None => self.births.push((block, expected)),
                    }
                });
            }
            self.births_from.push(self.births.len() as u32);
        }
    }
}
