//! Strikes that nobody recorded, in a window: how dense they are, and what searches would have found of them.
//!
//! Belongs here: the density in each block, a lattice of places with the share that searches find from each,
//! where an unreported strike may be that explains a find.
//!
//! Does not belong here: which find comes from which strike (`chain`), learning the density (`density`).

use super::super::inputs::Unreported;
use super::super::model::At;
use super::evidence::{Evidence, Rectangle};
use super::kernel::{Tails, lines};
use crate::field::Lattice;
use crate::grid::Grid;
use crate::strike::Gamma;

/// Squares of about one kilometre, whole cells each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Blocks {
    pub(super) columns: u32,
    pub(super) rows: u32,
    /// Cells along a side.
    pub(super) side: u32,
    pub(super) side_kilometres: f64,
}

impl Blocks {
    pub(super) fn of(grid: &Grid) -> Self {
        Self::with_side(grid, (1_000.0 / grid.cell_metres()).round().max(1.0) as u32)
    }

    pub(super) fn with_side(grid: &Grid, side: u32) -> Self {
        let (columns, rows) = (grid.columns().div_ceil(side), grid.rows().div_ceil(side));
        let side_kilometres = f64::from(side) * grid.cell_metres() / 1_000.0;
        Self { columns, rows, side, side_kilometres }
    }

    pub(super) fn count(&self) -> usize {
        self.columns as usize * self.rows as usize
    }

    /// The block of a place in cells; beyond the grid, the nearest.
    #[inline]
    pub(super) fn at(&self, x: f64, y: f64) -> usize {
        let line =
            |at: f64, count: u32| (at / f64::from(self.side)).clamp(0.0, f64::from(count - 1));
        line(y, self.rows) as usize * self.columns as usize + line(x, self.columns) as usize
    }

    /// The lattice that a field has on these blocks.
    pub(super) fn lattice(&self) -> Result<Lattice, crate::field::FieldFault> {
        Lattice::rectangle(self.columns, self.rows, self.side_kilometres)
    }
}

/// Unreported strikes in a square kilometre, everywhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Density<'f> {
    pub(super) blocks: Blocks,
    /// The same everywhere, where there is no field.
    pub(super) level: f64,
    /// Its logarithm in each block.
    pub(super) field: Option<&'f [f32]>,
}

impl Density<'_> {
    #[inline]
    pub(super) fn of_block(&self, block: usize) -> f64 {
        self.field.map_or(self.level, |field| crate::exponential::exp(f64::from(field[block])))
    }
}

/// Places of unreported strikes of one scale, with what the searches find from them.
#[derive(Debug)]
pub(super) struct Nodes {
    /// Scale and distance of the places, in cells.
    pub(super) scale: f64,
    pitch: f64,
    west: f64,
    north: f64,
    across: usize,
    down: usize,
    /// Strikes at a place where there is one in a square kilometre.
    expected: f64,
    /// Share of its items that searches find, place by place from the north-west.
    exposures: Vec<f32>,
    /// For each load the chance that nothing is found of a strike.
    unseen: Vec<Vec<f32>>,
}

/// One possible unreported strike that explains a find.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Possible {
    pub(super) scale: u8,
    pub(super) load: u8,
    /// In cells.
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) exposure: f64,
    /// How probable it is beside the others, before any find, where the density is one.
    pub(super) weight: f64,
}

impl Nodes {
    /// Lattices over a window and what may reach it, one for each scale.
    pub(super) fn lay(
        at: &At<'_>,
        left: &[(f64, Gamma)],
        evidence: &Evidence,
        effort: &[f32],
        tails: &Tails,
    ) -> Vec<Self> {
        let cell = at.model.inputs.grid.cell_metres();
        let mut nodes = Self::lay_at(&at.scales, cell, 0.5, evidence, effort, tails);
        for nodes in &mut nodes {
            nodes.unseen = left
                .iter()
                .map(|(_, gamma)| {
                    let none = |exposure: &f32| match *exposure {
                        nothing if nothing <= 0.0 => 1.0,
                        exposure => gamma.probability_of_none(f64::from(exposure)) as f32,
                    };
                    nodes.exposures.iter().map(none).collect()
                })
                .collect();
        }
        nodes
    }

    /// The same for other scales (weights and metres), with cells of so many metres and places no closer than
    /// so many cells; what is not seen is left out, which [`Nodes::seen`] does not need.
    pub(super) fn lay_at(
        scales: &[(f64, f64)],
        cell: f64,
        least_pitch: f64,
        evidence: &Evidence,
        effort: &[f32],
        tails: &Tails,
    ) -> Vec<Self> {
        let window = &evidence.window;
        scales
            .iter()
            .map(|(weight, metres)| {
                let scale = metres / cell;
                // As wide as the scale, but told apart by half a cell: see the model's own lattice.
                let pitch = scale.max(least_pitch);
                let reach = super::super::ground::REACH * scale;
                let ends = |first: u32, count: u32| {
                    let low = ((f64::from(first) - reach) / pitch).ceil();
                    let high = ((f64::from(first + count) + reach) / pitch).floor();
                    (low * pitch, (high - low + 1.0).max(0.0) as usize)
                };
                let ((west, across), (north, down)) =
                    (ends(window.column, window.columns), ends(window.row, window.rows));
                let mut nodes = Self {
                    scale,
                    pitch,
                    west,
                    north,
                    across,
                    down,
                    expected: weight * (pitch * cell) * (pitch * cell) / 1e6,
                    exposures: vec![0.0; across * down],
                    unseen: Vec::new(),
                };
                nodes.expose(evidence, effort, tails);
                nodes
            })
            .collect()
    }

    /// Positions of places on one axis whose kernel reaches a line.
    fn reaching(&self, line: u32, origin: f64, count: usize) -> core::ops::Range<usize> {
        let middle = f64::from(line) + 0.5 - origin;
        let reach = super::super::ground::REACH * self.scale + 0.5;
        let low = ((middle - reach) / self.pitch).ceil().max(0.0) as usize;
        let high = ((middle + reach) / self.pitch).floor() + 1.0;
        low.min(count)..(high.max(0.0) as usize).clamp(low.min(count), count)
    }

    fn expose(&mut self, evidence: &Evidence, effort: &[f32], tails: &Tails) {
        let mut line = vec![0.0_f32; self.across];
        let mut next = 0;
        while let Some((_, place)) = evidence.searched.get(next) {
            let (_, row) = evidence.column_and_row(*place);
            line.fill(0.0);
            while let Some((_, place)) = evidence.searched.get(next) {
                let (column, own) = evidence.column_and_row(*place);
                if own != row {
                    break;
                }
                for i in self.reaching(column, self.west, self.across) {
                    let x = self.west + i as f64 * self.pitch;
                    line[i] +=
                        effort[*place as usize] * tails.of_line(x, self.scale, column) as f32;
                }
                next += 1;
            }
            for j in self.reaching(row, self.north, self.down) {
                let y = self.north + j as f64 * self.pitch;
                let mass = tails.of_line(y, self.scale, row) as f32;
                let sums = &mut self.exposures[j * self.across..(j + 1) * self.across];
                sums.iter_mut().zip(&line).for_each(|(sum, part)| *sum += mass * part);
            }
        }
    }

    fn node(&self, i: usize, j: usize) -> (f64, f64) {
        (self.west + i as f64 * self.pitch, self.north + j as f64 * self.pitch)
    }

    /// Share of items that searches find from the place next to a point, and the chance that nothing is
    /// found; nothing is found of what lies beyond.
    pub(super) fn beside(&self, x: f64, y: f64, load: usize) -> (f64, f64) {
        let line = |at: f64, origin: f64| ((at - origin) / self.pitch).round();
        let (i, j) = (line(x, self.west), line(y, self.north));
        if i < 0.0 || j < 0.0 || i >= self.across as f64 || j >= self.down as f64 {
            return (0.0, 1.0);
        }
        let at = j as usize * self.across + i as usize;
        (f64::from(self.exposures[at]), f64::from(self.unseen[load][at]))
    }

    /// Expected strikes of which something is found, and the same by block where they are asked for.
    pub(super) fn seen(
        &self,
        left: &[(f64, Gamma)],
        density: &Density<'_>,
        mut by_block: impl FnMut(usize, f64),
    ) -> f64 {
        let mut sum = 0.0;
        for j in 0..self.down {
            for i in 0..self.across {
                let at = j * self.across + i;
                if self.exposures[at] <= 0.0 {
                    continue;
                }
                let exposure = f64::from(self.exposures[at]);
                let seen: f64 = left
                    .iter()
                    .map(|(weight, gamma)| weight * (1.0 - gamma.probability_of_none(exposure)))
                    .sum();
                let (x, y) = self.node(i, j);
                let block = density.blocks.at(x, y);
                by_block(block, seen * self.expected);
                sum += seen * self.expected * density.of_block(block);
            }
        }
        sum
    }
}

/// Calls `each` with every place, scale and load from which an unreported strike may explain a find in a
/// cell, and the mass that its items have there; weights are those before the find.
pub(super) fn possible(
    nodes: &[Nodes],
    left: &[(f64, Gamma)],
    tails: &Tails,
    (column, row): (u32, u32),
    mut each: impl FnMut(&Possible, f64),
) {
    let (mut across, mut down) = (Vec::new(), Vec::new());
    for (scale, own) in nodes.iter().enumerate() {
        let (columns, rows) =
            (own.reaching(column, own.west, own.across), own.reaching(row, own.north, own.down));
        let masses =
            |range: core::ops::Range<usize>, origin: f64, line: u32, out: &mut Vec<f64>| {
                out.clear();
                let place = |k: usize| origin + k as f64 * own.pitch;
                out.extend(range.map(|k| tails.of_line(place(k), own.scale, line)));
            };
        masses(columns.clone(), own.west, column, &mut across);
        masses(rows.clone(), own.north, row, &mut down);
        for (j, of_row) in rows.zip(&down) {
            for (i, of_column) in columns.clone().zip(&across) {
                let (x, y) = own.node(i, j);
                let at = j * own.across + i;
                let exposure = f64::from(own.exposures[at]);
                for (load, (weight, _)) in left.iter().enumerate() {
                    let weight = own.expected * weight * f64::from(own.unseen[load][at]);
                    let (scale, load) = (scale as u8, load as u8);
                    each(&Possible { scale, load, x, y, exposure, weight }, of_row * of_column);
                }
            }
        }
    }
}

/// What an unreported strike may have held, with the items that it leaves.
pub(super) fn left_by(at: &At<'_>, unreported: Option<&Unreported>) -> Vec<(f64, Gamma)> {
    unreported.map_or_else(Vec::new, |unreported| at.left_by_unreported(unreported))
}

/// The share of a strike's items that searches find from a place.
pub(super) fn exposure_at(
    evidence: &Evidence,
    effort: &[f32],
    tails: &Tails,
    (x, y): (f64, f64),
    scale: f64,
) -> f64 {
    let window = &evidence.window;
    let columns = lines(x, x, scale, window.column, window.column + window.columns);
    let rows = lines(y, y, scale, window.row, window.row + window.rows);
    if !evidence.any_searched(&Rectangle { columns, rows }) {
        return 0.0;
    }
    let mut across = [0.0_f32; 256];
    let count = ((columns.1 - columns.0) as usize).min(across.len());
    tails.fill(x, scale, columns.0, &mut across[..count]);
    let mut sum = 0.0;
    for row in rows.0..rows.1 {
        let line = ((row - window.row) * window.columns + columns.0 - window.column) as usize;
        let of_row: f32 = effort[line..line + count].iter().zip(&across).map(|(e, m)| e * m).sum();
        if of_row > 0.0 {
            sum += f64::from(of_row) * tails.of_line(y, scale, row);
        }
    }
    sum
}
