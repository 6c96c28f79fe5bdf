//! Which finds hang together, and through which sources.
//!
//! Belongs here: pieces of cells with finds that one recorded strike reaches, or that one unreported strike
//! between them could have left, with the masses of each source in them.
//!
//! Does not belong here: numbers of items (`joint`), sharing finds out (`share_out`).

use rayon::prelude::*;

use super::fault::UpdateFault;
use super::joint::{RecordedStrike, Sources};
use super::masses::{Masses, Places};
use super::piece::{Box2, FindCell, Patch};
use crate::footprint::CellWindow;

/// A hypothesis that the search meets with less effort than this counts as elsewhere when finds are shared out.
pub(super) const ELSEWHERE: f64 = 1e-9;

/// What does not depend on numbers of items.
#[derive(Clone, Debug)]
pub(super) struct PieceTables {
    pub(super) cells: Vec<FindCell>,
    /// Strike, its hypotheses that the search meets, and `e K` for each cell with finds.
    pub(super) strikes: Vec<(usize, Vec<u32>, Vec<Vec<f64>>)>,
    pub(super) patches: Vec<Patch>,
}

impl Sources<'_> {
    /// Finds that hang together, with their sources.
    pub(super) fn tables(&self) -> Result<Vec<PieceTables>, UpdateFault> {
        let ground = self.ground;
        let cells: Vec<(FindCell, f64)> = ground
            .cells()
            .iter()
            .zip(ground.effort())
            .zip(ground.finds())
            .filter(|(_, finds)| **finds > 0)
            .map(|((cell, effort), finds)| (FindCell { cell: *cell, finds: *finds }, *effort))
            .collect();
        if cells.is_empty() {
            return Ok(Vec::new());
        }
        // Rows of strikes that reach a find, in the order of strikes.
        let rows: Vec<Vec<(usize, Vec<f64>)>> =
            (0..self.strikes.len()).into_par_iter().map(|s| self.rows_of(s, &cells)).collect();
        let patches: Vec<Patch> = cells
            .par_iter()
            .filter_map(|(cell, effort)| self.patch_of(cell.cell, *effort))
            .collect();
        let mut groups = Groups::new(cells.len());
        for row in &rows {
            for pair in row.windows(2) {
                groups.join(pair[0].0, pair[1].0);
            }
        }
        if self.unreported.is_some() {
            // Neighbours in rising order of their western edge: compare only with those that may overlap.
            let mut order: Vec<usize> = (0..patches.len()).collect();
            order.sort_by_key(|position| (patches[*position].places.west, *position));
            for (rank, a) in order.iter().enumerate() {
                let here = patches[*a].places;
                for b in &order[rank + 1..] {
                    if patches[*b].places.west >= here.west + here.columns {
                        break;
                    }
                    if here.shared_with(&patches[*b].places).is_some() {
                        groups.join(*a, *b);
                    }
                }
            }
        }
        let mut explained = vec![self.unreported.is_some(); cells.len()];
        for (cell, _) in rows.iter().flatten() {
            explained[*cell] = true;
        }
        if let Some(position) = explained.iter().position(|known| !known) {
            let FindCell { cell, finds } = cells[position].0;
            return Err(UpdateFault::Unexplained { cell, finds });
        }
        let (group_of, count) = groups.numbered();
        let mut tables =
            vec![
                PieceTables { cells: Vec::new(), strikes: Vec::new(), patches: Vec::new() };
                count
            ];
        let mut place_in_table = vec![0; cells.len()];
        let mut patches = patches.into_iter();
        for (position, (cell, _)) in cells.iter().enumerate() {
            let table = &mut tables[group_of[position]];
            place_in_table[position] = table.cells.len();
            table.cells.push(*cell);
            table.patches.extend(patches.next());
        }
        for (strike, rows) in rows.into_iter().enumerate() {
            let Some((first, _)) = rows.first() else { continue };
            let table = &mut tables[group_of[*first]];
            let near: Vec<u32> = (0..self.reaches[strike].exposures.len() as u32)
                .filter(|l| self.reaches[strike].exposures[*l as usize] > ELSEWHERE)
                .collect();
            let mut kept = vec![Vec::new(); table.cells.len()];
            for (cell, row) in rows {
                // The last hypothesis stands for everywhere else, where it could not have left the find.
                let of_near = near.iter().map(|l| row[*l as usize]).chain([0.0]);
                kept[place_in_table[cell]] = of_near.collect();
            }
            table.strikes.push((strike, near, kept));
        }
        Ok(tables)
    }

    /// For each cell with finds that a strike reaches, its position and `e K` over all hypotheses.
    fn rows_of(&self, strike: usize, cells: &[(FindCell, f64)]) -> Vec<(usize, Vec<f64>)> {
        let RecordedStrike { candidates, footprints, .. } = &self.strikes[strike];
        let (grid, places) = (self.ground.grid(), Places::from(candidates));
        let windows: Vec<Option<CellWindow>> =
            footprints.iter().map(|(_, print)| places.window(grid, print)).collect();
        let inside = |cell: u32| {
            let (column, row) = grid.column_and_row(cell);
            windows.iter().flatten().any(|w| {
                (w.column..w.column + w.columns).contains(&column)
                    && (w.row..w.row + w.rows).contains(&row)
            })
        };
        // Cells are in rising order, so those of a window's rows lie together.
        let first = windows.iter().flatten().map(|w| grid.cell(0, w.row)).min();
        let start = first.map_or(cells.len(), |first| cells.partition_point(|c| c.0.cell < first));
        let last = windows.iter().flatten().map(|w| w.row + w.rows).max().unwrap_or(0);
        let mut masses = Vec::new();
        let mut found = Vec::new();
        for (position, (cell, effort)) in cells.iter().enumerate().skip(start) {
            let (column, row) = grid.column_and_row(cell.cell);
            if row >= last {
                break;
            }
            if !inside(cell.cell) {
                continue;
            }
            let window = CellWindow { column, row, columns: 1, rows: 1 };
            let mut row = Vec::with_capacity(self.reaches[strike].exposures.len());
            for (_, footprint) in footprints {
                Masses::new(places, footprint, grid, window).in_cell(0, &mut masses);
                row.extend(masses.iter().map(|mass| effort * mass));
            }
            if row.iter().any(|mass| *mass > ELSEWHERE) {
                found.push((position, row));
            }
        }
        found
    }

    /// Places from which an unreported strike reaches a cell.
    fn patch_of(&self, cell: u32, effort: f64) -> Option<Patch> {
        let (lattice, footprint) = self.unreported?;
        let grid = self.ground.grid();
        let (column, row) = grid.column_and_row(cell);
        let reach = footprint.reach_metres();
        let range = |values: &[f64], low: f64, high: f64| {
            let start = values.partition_point(|value| *value < low - reach);
            let end = values.partition_point(|value| *value <= high + reach);
            // A lattice that ends short of a find still has a nearest line.
            let start = start.min(values.len() - 1);
            (start, end.max(start + 1))
        };
        let (west, east) = range(
            lattice.eastings(),
            grid.easting_of_edge(column),
            grid.easting_of_edge(column + 1),
        );
        let (south, north) =
            range(lattice.northings(), grid.northing_of_edge(row + 1), grid.northing_of_edge(row));
        let places = Box2 { west, south, columns: east - west, rows: north - south };
        let positions: Vec<(u32, u32)> = (0..places.rows as u32)
            .flat_map(|j| (0..places.columns as u32).map(move |i| (i, j)))
            .collect();
        let part = Places {
            eastings: &lattice.eastings()[west..east],
            northings: &lattice.northings()[south..north],
            positions: &positions,
        };
        let window = CellWindow { column, row, columns: 1, rows: 1 };
        let mut masses = Vec::new();
        Masses::new(part, footprint, grid, window).in_cell(0, &mut masses);
        masses.iter_mut().for_each(|mass| *mass *= effort);
        let logs = masses.iter().map(|mass| libm::log(*mass)).collect();
        Some(Patch { places, masses, logs })
    }
}

/// Which things hang together.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut member: usize) -> usize {
        while self.0[member] != member {
            self.0[member] = self.0[self.0[member]];
            member = self.0[member];
        }
        member
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        // The smaller number leads, so that groups are numbered by their first member.
        let (low, high) = (a.min(b), a.max(b));
        self.0[high] = low;
    }

    /// The number of the group of each member, in the order of first members, and how many groups there are.
    fn numbered(mut self) -> (Vec<usize>, usize) {
        let mut numbers = vec![usize::MAX; self.0.len()];
        let mut count = 0;
        for member in 0..self.0.len() {
            let root = self.root(member);
            if numbers[root] == usize::MAX {
                numbers[root] = count;
                count += 1;
            }
            numbers[member] = numbers[root];
        }
        (numbers, count)
    }
}
