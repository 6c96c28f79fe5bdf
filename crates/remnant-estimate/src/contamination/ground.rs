//! What was searched and found, cell by cell.
//!
//! Belongs here: the searched cells with the tasks in each, finds gathered by where they may lie, and the
//! share of a strike's items that the searches would find from any place.
//!
//! Does not belong here: strikes, or how probable the finds are (`piece`).

use std::collections::BTreeMap;

use super::inputs::Inputs;
use crate::footprint::masses_along;
use crate::grid::Grid;
use crate::search::detection_of_passes;

/// Footprint scales beyond which a kernel is not looked at: one part in 3 000 lies beyond.
pub(super) const REACH: f64 = 4.0;

/// Finds that may lie in the same cells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// A word for one of them.
    pub(super) id: String,
    /// The cells, rising.
    pub(super) cells: Vec<u32>,
    /// How many; each spot find counts by itself.
    pub(super) count: u32,
    /// Whether they were found without effort, and so tell where and not how many.
    pub(super) spot: bool,
}

/// The searched ground of a place.
#[derive(Clone, Debug)]
pub(super) struct Ground<'a> {
    inputs: &'a Inputs,
    /// Searched cells, rising.
    pub(super) cells: Vec<u32>,
    /// For each searched cell, where its tasks begin in `tasks`; one more entry than cells.
    starts: Vec<usize>,
    /// Method, passes and share of the cell, of each task in each cell.
    tasks: Vec<(usize, u32, f64)>,
    /// Passes beyond which more make no difference worth a number.
    most_passes: u32,
    /// Finds by where they may lie, in the order of their first cell.
    pub(super) groups: Vec<Group>,
}

impl<'a> Ground<'a> {
    /// Expects inputs without faults.
    pub(super) fn new(inputs: &'a Inputs) -> Self {
        let mut by_cell: Vec<(u32, (usize, u32, f64))> = Vec::new();
        let mut finds: BTreeMap<Vec<u32>, (String, u32)> = BTreeMap::new();
        for task in &inputs.tasks {
            let entries = task.cells.iter();
            by_cell
                .extend(entries.map(|(cell, share)| (*cell, (task.method, task.passes, *share))));
            for find in task.finds.iter().filter(|find| find.count > 0) {
                let entry = finds.entry(find.cells.clone()).or_insert_with(|| (find.id.clone(), 0));
                entry.1 += find.count;
            }
        }
        by_cell.sort_by_key(|(cell, _)| *cell);
        let (mut cells, mut starts, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
        for (cell, task) in by_cell {
            if cells.last() != Some(&cell) {
                cells.push(cell);
                starts.push(tasks.len());
            }
            tasks.push(task);
        }
        starts.push(tasks.len());
        let mut groups: Vec<Group> = finds
            .into_iter()
            .map(|(cells, (id, count))| Group { id, cells, count, spot: false })
            .collect();
        groups.extend(inputs.spot_finds.iter().map(|find| Group {
            id: find.id.clone(),
            cells: vec![find.cell],
            count: 1,
            spot: true,
        }));
        let most_passes = tasks.iter().map(|(_, passes, _)| *passes).max().unwrap_or(0).min(64);
        Self { inputs, cells, starts, tasks, most_passes, groups }
    }

    fn grid(&self) -> &Grid {
        &self.inputs.grid
    }

    /// The share of each searched cell that some task covered, as if each had found everything.
    pub(super) fn covered(&self, position: usize) -> f64 {
        let tasks = &self.tasks[self.starts[position]..self.starts[position + 1]];
        1.0 - tasks.iter().map(|(_, _, share)| 1.0 - share).product::<f64>()
    }

    /// The chance that an item in each searched cell was found, with these chances of detection.
    ///
    /// # Shapes and units
    /// `detection`: one chance for each method. One effort for each searched cell.
    pub(super) fn effort(&self, detection: &[f64]) -> Vec<f64> {
        let chances = self.chances(detection);
        (0..self.cells.len()).map(|position| self.effort_of(position, &chances)).collect()
    }

    /// For each method the chance that it finds an item, by the number of passes.
    pub(super) fn chances(&self, detection: &[f64]) -> Vec<Vec<f64>> {
        // Few methods and few passes, many cells: each chance is computed once.
        self.inputs
            .methods
            .iter()
            .zip(detection)
            .map(|(method, d)| {
                (0..=self.most_passes)
                    .map(|passes| detection_of_passes(*d, passes, method.never_found))
                    .collect()
            })
            .collect()
    }

    /// The chance that an item in one searched cell was found.
    pub(super) fn effort_of(&self, position: usize, chances: &[Vec<f64>]) -> f64 {
        let mut effort = 0.0;
        for (method, passes, share) in &self.tasks[self.starts[position]..self.starts[position + 1]]
        {
            let passes = (*passes).min(self.most_passes) as usize;
            effort += (1.0 - effort) * share * chances[*method][passes];
        }
        effort
    }

    /// Positions of the searched cells of `row` between two columns, the second not included.
    pub(super) fn in_row(&self, row: u32, from: u32, to: u32) -> core::ops::Range<usize> {
        let grid = self.grid();
        let (first, end) = (grid.cell(from, row), grid.cell(0, row) + to);
        self.cells.partition_point(|cell| *cell < first)
            ..self.cells.partition_point(|cell| *cell < end)
    }

    /// The share of a strike's items that the searches found in all, for each of the places where
    /// these northings and eastings cross: northing by northing.
    ///
    /// # Shapes and units
    /// Eastings, northings and `scale` in metres; `effort` one for each searched cell.
    pub(super) fn exposure(
        &self,
        eastings: &[f64],
        northings: &[f64],
        scale: f64,
        effort: &[f64],
    ) -> Vec<f64> {
        let grid = self.grid();
        let mut exposure = vec![0.0; eastings.len() * northings.len()];
        let across: Vec<Stripe> =
            eastings.iter().map(|at| Stripe::along_columns(grid, *at, scale)).collect();
        let down: Vec<Stripe> =
            northings.iter().map(|at| Stripe::down_rows(grid, *at, scale)).collect();
        let first = down.iter().map(|stripe| stripe.first).min().unwrap_or(0);
        let end = down.iter().map(Stripe::end).max().unwrap_or(0);
        let mut line = vec![0.0; eastings.len()];
        for row in first..end {
            let searched = self.in_row(row, 0, grid.columns());
            if searched.is_empty() {
                continue;
            }
            line.fill(0.0);
            let mut any = false;
            for (sum, stripe) in line.iter_mut().zip(&across) {
                for position in self.in_row(row, stripe.first, stripe.end()) {
                    let (column, _) = grid.column_and_row(self.cells[position]);
                    *sum += effort[position] * stripe.of(column);
                    any = true;
                }
            }
            if !any {
                continue;
            }
            for (stripe, sums) in down.iter().zip(exposure.chunks_exact_mut(eastings.len())) {
                let mass = stripe.of(row);
                if mass > 0.0 {
                    sums.iter_mut().zip(&line).for_each(|(sum, part)| *sum += mass * part);
                }
            }
        }
        exposure
    }

    /// The share of a strike's items that lies in the cells of a group and was found there, for each of
    /// the places where lines cross: northing by northing.
    pub(super) fn masses_in_group(&self, group: &Group, lines: &Lines, effort: &[f64]) -> Vec<f64> {
        let grid = self.grid();
        let Lines { across, down } = lines;
        let mut masses = vec![0.0; across.len() * down.len()];
        for cell in &group.cells {
            let (column, row) = grid.column_and_row(*cell);
            let effort = if group.spot {
                1.0
            } else {
                self.cells.binary_search(cell).map_or(0.0, |position| effort[position])
            };
            for (stripe, line) in down.iter().zip(masses.chunks_exact_mut(across.len().max(1))) {
                let of_row = effort * stripe.of(row);
                if of_row > 0.0 {
                    for (mass, stripe) in line.iter_mut().zip(across) {
                        *mass += of_row * stripe.of(column);
                    }
                }
            }
        }
        masses
    }
}

/// The masses about each easting and each northing of a lattice of places, computed once for all groups.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    across: Vec<Stripe>,
    down: Vec<Stripe>,
}

impl Lines {
    /// Eastings, northings and `scale` in metres.
    pub(super) fn new(grid: &Grid, eastings: &[f64], northings: &[f64], scale: f64) -> Self {
        let across = eastings.iter().map(|at| Stripe::along_columns(grid, *at, scale)).collect();
        let down = northings.iter().map(|at| Stripe::down_rows(grid, *at, scale)).collect();
        Self { across, down }
    }
}

/// Normal masses in neighbouring columns or rows around a strike's place.
#[derive(Clone, Debug)]
pub(super) struct Stripe {
    /// First column or row.
    pub(super) first: u32,
    /// Masses from there on.
    pub(super) masses: Vec<f64>,
}

impl Stripe {
    pub(super) fn along_columns(grid: &Grid, easting: f64, scale: f64) -> Self {
        let at = (easting - grid.west()) / grid.cell_metres();
        Self::new(at, scale / grid.cell_metres(), grid.columns())
    }

    pub(super) fn down_rows(grid: &Grid, northing: f64, scale: f64) -> Self {
        let at = (grid.north() - northing) / grid.cell_metres();
        Self::new(at, scale / grid.cell_metres(), grid.rows())
    }

    /// All in cells: the place, the scale, and how many cells there are.
    fn new(at: f64, scale: f64, count: u32) -> Self {
        let first = (at - REACH * scale).floor().clamp(0.0, f64::from(count)) as u32;
        let end = (at + REACH * scale).ceil().clamp(0.0, f64::from(count)) as u32;
        let edges: Vec<f64> = (first..=end.max(first)).map(f64::from).collect();
        let mut masses = vec![0.0; edges.len() - 1];
        masses_along(&edges, at, scale, &mut masses);
        Self { first, masses }
    }

    pub(super) fn end(&self) -> u32 {
        self.first + self.masses.len() as u32
    }

    /// The mass of one column or row.
    pub(super) fn of(&self, line: u32) -> f64 {
        line.checked_sub(self.first)
            .and_then(|place| self.masses.get(place as usize))
            .copied()
            .unwrap_or(0.0)
    }
}
