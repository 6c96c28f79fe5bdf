//! A rectangle of cells of a grid.
//!
//! Belongs here: which cells, and the metres of their edges.
//! Does not belong here: what the cells hold.

use crate::grid::Grid;

/// Neighbouring columns and rows of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellWindow {
    /// First column.
    pub column: u32,
    /// First row.
    pub row: u32,
    /// Columns.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
}

impl CellWindow {
    /// All cells of a grid.
    #[must_use]
    pub fn whole(grid: &Grid) -> Self {
        Self { column: 0, row: 0, columns: grid.columns(), rows: grid.rows() }
    }

    /// The cells that meet a rectangle in metres of the plane; none when it misses the grid.
    #[must_use]
    pub fn around(grid: &Grid, west: f64, east: f64, south: f64, north: f64) -> Option<Self> {
        let cell = grid.cell_metres();
        // The range of lines 0..count that low..high meets.
        let range = |low: f64, high: f64, count: u32| -> Option<(u32, u32)> {
            let first = (low / cell).floor().max(0.0);
            let end = (high / cell).ceil().min(f64::from(count));
            (first < end).then_some((first as u32, (end - first) as u32))
        };
        let (column, columns) = range(west - grid.west(), east - grid.west(), grid.columns())?;
        let (row, rows) = range(grid.north() - north, grid.north() - south, grid.rows())?;
        Some(Self { column, row, columns, rows })
    }

    /// Cells in all.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.columns as usize * self.rows as usize
    }

    /// Eastings of the edges of the columns from west to east, one more than columns.
    #[must_use]
    pub fn column_edges(&self, grid: &Grid) -> Vec<f64> {
        (self.column..=self.column + self.columns).map(|c| grid.easting_of_edge(c)).collect()
    }

    /// Northings of the edges of the rows from north to south, one more than rows.
    #[must_use]
    pub fn row_edges(&self, grid: &Grid) -> Vec<f64> {
        (self.row..=self.row + self.rows).map(|r| grid.northing_of_edge(r)).collect()
    }

    /// The window that holds the cells of both.
    #[must_use]
    pub fn shared_with(&self, other: &Self) -> Option<Self> {
        let overlap = |a: u32, a_count: u32, b: u32, b_count: u32| {
            let (first, end) = (a.max(b), (a + a_count).min(b + b_count));
            (first < end).then(|| (first, end - first))
        };
        let (column, columns) = overlap(self.column, self.columns, other.column, other.columns)?;
        let (row, rows) = overlap(self.row, self.rows, other.row, other.rows)?;
        Some(Self { column, row, columns, rows })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_window_holds_the_cells_that_the_rectangle_meets() {
        let grid = Grid::new(1000.0, 2000.0, 100.0, 10, 8).unwrap();
        let window = CellWindow::around(&grid, 1150.0, 1250.0, 1700.0, 1950.0).unwrap();
        assert_eq!(window, CellWindow { column: 1, row: 0, columns: 2, rows: 3 });
        assert_eq!(window.column_edges(&grid), [1100.0, 1200.0, 1300.0]);
        assert_eq!(window.row_edges(&grid), [2000.0, 1900.0, 1800.0, 1700.0]);
        let all = CellWindow::around(&grid, -1e9, 1e9, -1e9, 1e9).unwrap();
        assert_eq!(all, CellWindow::whole(&grid));
        assert_eq!(window.shared_with(&all), Some(window));
    }

    #[test]
    fn what_misses_the_grid_has_no_window() {
        let grid = Grid::new(0.0, 100.0, 10.0, 10, 10).unwrap();
        assert_eq!(CellWindow::around(&grid, 200.0, 300.0, 0.0, 50.0), None);
        assert_eq!(CellWindow::around(&grid, f64::NAN, 1.0, 0.0, 50.0).map(|w| w.column), Some(0));
    }
}
