//! Ground that was searched, and what was found on it.
//!
//! Belongs here: effort and finds of cells, and dense views of them. A cell that is not listed was searched
//! by nobody.
//!
//! Does not belong here: how effort came about (`search`).

use super::fault::UpdateFault;
use crate::footprint::CellWindow;
use crate::grid::Grid;

/// Searched cells of a grid with their effort and finds.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchedGround {
    grid: Grid,
    cells: Vec<u32>,
    effort: Vec<f64>,
    finds: Vec<u32>,
    /// Columns and rows that hold all searched cells.
    extent: Option<CellWindow>,
}

impl SearchedGround {
    /// Searched cells in rising order of their number.
    ///
    /// # Shapes and units
    /// One effort (share × detection, between 0 and 1) and one number of finds for each cell.
    ///
    /// # Errors
    /// `LengthsDiffer`, `CellOutOfOrder`, `ImpossibleEffort`, `FindsWithoutEffort`.
    pub fn new(
        grid: Grid,
        cells: Vec<u32>,
        effort: Vec<f64>,
        finds: Vec<u32>,
    ) -> Result<Self, UpdateFault> {
        if finds.len() != cells.len() {
            let (found, expected) = (finds.len(), cells.len());
            return Err(UpdateFault::LengthsDiffer { name: "finds", found, expected });
        }
        let mut next = 0;
        let (mut west, mut east, mut first, mut last) = (u32::MAX, 0, u32::MAX, 0);
        for cell in &cells {
            if *cell < next || *cell >= grid.cells() {
                return Err(UpdateFault::CellOutOfOrder { cell: *cell });
            }
            next = cell + 1;
            let (column, row) = grid.column_and_row(*cell);
            (west, east) = (west.min(column), east.max(column));
            (first, last) = (first.min(row), last.max(row));
        }
        let extent = (!cells.is_empty()).then(|| CellWindow {
            column: west,
            row: first,
            columns: east - west + 1,
            rows: last - first + 1,
        });
        Self { grid, cells, effort: Vec::new(), finds, extent }.with_effort(effort)
    }

    /// The same ground and finds with another effort, as other chances of detection imply.
    ///
    /// # Errors
    /// `LengthsDiffer`, `ImpossibleEffort`, `FindsWithoutEffort`.
    pub fn with_effort(&self, effort: Vec<f64>) -> Result<Self, UpdateFault> {
        if effort.len() != self.cells.len() {
            let (found, expected) = (effort.len(), self.cells.len());
            return Err(UpdateFault::LengthsDiffer { name: "effort", found, expected });
        }
        for ((cell, effort), finds) in self.cells.iter().zip(&effort).zip(&self.finds) {
            if !(0.0..=1.0).contains(effort) {
                return Err(UpdateFault::ImpossibleEffort { cell: *cell, effort: *effort });
            }
            if *effort == 0.0 && *finds > 0 {
                return Err(UpdateFault::FindsWithoutEffort { cell: *cell, finds: *finds });
            }
        }
        Ok(Self {
            grid: self.grid,
            cells: self.cells.clone(),
            effort,
            finds: self.finds.clone(),
            extent: self.extent,
        })
    }

    /// The grid.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Searched cells in rising order.
    #[must_use]
    pub fn cells(&self) -> &[u32] {
        &self.cells
    }

    /// Effort of each searched cell.
    #[must_use]
    pub fn effort(&self) -> &[f64] {
        &self.effort
    }

    /// Finds in each searched cell.
    #[must_use]
    pub fn finds(&self) -> &[u32] {
        &self.finds
    }

    /// The window that holds all searched cells; none when nobody searched.
    #[must_use]
    pub fn extent(&self) -> Option<CellWindow> {
        self.extent
    }

    /// Effort in a cell, 0 where nobody searched.
    #[must_use]
    pub fn effort_in(&self, cell: u32) -> f64 {
        self.cells.binary_search(&cell).map_or(0.0, |position| self.effort[position])
    }

    /// Calls `visit` with the place in `window` (row by row), the effort and the finds of each searched cell
    /// in it.
    pub(crate) fn visit(&self, window: &CellWindow, mut visit: impl FnMut(usize, f64, u32)) {
        for row in 0..window.rows {
            let first = self.grid.cell(window.column, window.row + row);
            let start = self.cells.partition_point(|cell| *cell < first);
            for position in start..self.cells.len() {
                let column = self.cells[position] - first;
                if column >= window.columns {
                    break;
                }
                let place = (row * window.columns + column) as usize;
                visit(place, self.effort[position], self.finds[position]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn grid() -> Grid {
        Grid::new(0.0, 500.0, 100.0, 6, 5).unwrap()
    }

    #[test]
    fn a_window_sees_its_searched_cells_and_no_others() {
        let cells = vec![1, 7, 8, 14, 29];
        let ground =
            SearchedGround::new(grid(), cells, vec![0.1, 0.2, 0.3, 0.4, 0.5], vec![0, 1, 2, 3, 4]);
        let ground = ground.unwrap();
        let mut seen = Vec::new();
        let window = CellWindow { column: 1, row: 1, columns: 2, rows: 2 };
        ground.visit(&window, |place, effort, finds| seen.push((place, effort, finds)));
        assert_eq!(seen, [(0, 0.2, 1), (1, 0.3, 2), (3, 0.4, 3)]);
        assert_eq!(ground.effort_in(8), 0.3);
        assert_eq!(ground.effort_in(9), 0.0);
        let extent = ground.extent().unwrap();
        assert_eq!(extent, CellWindow { column: 1, row: 0, columns: 5, rows: 5 });
    }

    #[test]
    fn what_cannot_be_a_search_is_refused() {
        let of = |cells: Vec<u32>, effort: Vec<f64>, finds: Vec<u32>| {
            SearchedGround::new(grid(), cells, effort, finds)
        };
        assert!(matches!(of(vec![1], vec![], vec![0]), Err(UpdateFault::LengthsDiffer { .. })));
        assert!(matches!(of(vec![1], vec![0.5], vec![]), Err(UpdateFault::LengthsDiffer { .. })));
        let twice = of(vec![3, 3], vec![0.5, 0.5], vec![0, 0]);
        assert_eq!(twice, Err(UpdateFault::CellOutOfOrder { cell: 3 }));
        assert!(of(vec![30], vec![0.5], vec![0]).is_err());
        assert!(of(vec![3], vec![f64::NAN], vec![0]).is_err());
        assert!(of(vec![3], vec![0.0], vec![2]).is_err());
        assert!(of(vec![], vec![], vec![]).unwrap().extent().is_none());
    }
}
