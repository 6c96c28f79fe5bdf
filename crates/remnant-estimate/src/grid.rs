//! A grid of square cells in one projected plane.
//!
//! Belongs here: how many cells, where each lies, and which one a point falls into. Lengths are
//! metres of the plane, in which one zone of the Universal Transverse Mercator grid serves a whole run.
//!
//! Does not belong here: projecting a coordinate, or what a cell holds.

/// Square cells in rows from the north-west corner, each row from west to east.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    west: f64,
    north: f64,
    cell_metres: f64,
    columns: u32,
    rows: u32,
}

/// Why a grid cannot be laid out.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum GridFault {
    /// A corner or the length of a side is not a usable number.
    #[error(
        "a grid from {west} m east and {north} m north with cells of {cell_metres} m cannot be laid out"
    )]
    UnusableNumber {
        /// Western edge in metres.
        west: f64,
        /// Northern edge in metres.
        north: f64,
        /// Side of a cell in metres.
        cell_metres: f64,
    },
    /// There is no cell, or there are more than can be numbered.
    #[error("a grid of {columns} columns and {rows} rows has no cell or more than can be numbered")]
    Size {
        /// Columns asked for.
        columns: u32,
        /// Rows asked for.
        rows: u32,
    },
}

impl GridFault {
    /// What the person who asked can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::UnusableNumber { .. } => {
                "give the cells a side of more than 0 m and finite corners"
            }
            Self::Size { .. } => "choose larger cells or a smaller place",
        }
    }
}

impl Grid {
    /// The grid whose north-west corner is at `west`, `north` metres of the plane.
    ///
    /// # Errors
    /// [`GridFault`] when a number is not finite, a side not positive, or the cells are none or
    /// more than `u32::MAX`.
    pub fn new(
        west: f64,
        north: f64,
        cell_metres: f64,
        columns: u32,
        rows: u32,
    ) -> Result<Self, GridFault> {
        if !(west.is_finite() && north.is_finite() && cell_metres.is_finite() && cell_metres > 0.0)
        {
            return Err(GridFault::UnusableNumber { west, north, cell_metres });
        }
        if columns == 0 || rows == 0 || columns.checked_mul(rows).is_none() {
            return Err(GridFault::Size { columns, rows });
        }
        Ok(Self { west, north, cell_metres, columns, rows })
    }

    /// Western edge in metres.
    #[must_use]
    pub fn west(&self) -> f64 {
        self.west
    }

    /// Northern edge in metres.
    #[must_use]
    pub fn north(&self) -> f64 {
        self.north
    }

    /// Side of a cell in metres.
    #[must_use]
    pub fn cell_metres(&self) -> f64 {
        self.cell_metres
    }

    /// Cells in a row.
    #[must_use]
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// Rows of cells.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Cells in all.
    #[must_use]
    pub fn cells(&self) -> u32 {
        self.columns * self.rows
    }

    /// Western edge of `column`; `column = columns` gives the eastern edge of the grid.
    #[must_use]
    pub fn easting_of_edge(&self, column: u32) -> f64 {
        self.west + f64::from(column) * self.cell_metres
    }

    /// Northern edge of `row`; `row = rows` gives the southern edge of the grid.
    #[must_use]
    pub fn northing_of_edge(&self, row: u32) -> f64 {
        self.north - f64::from(row) * self.cell_metres
    }

    /// The number of the cell in `column` of `row`.
    #[must_use]
    pub fn cell(&self, column: u32, row: u32) -> u32 {
        row * self.columns + column
    }

    /// Column and row of `cell`.
    #[must_use]
    pub fn column_and_row(&self, cell: u32) -> (u32, u32) {
        (cell % self.columns, cell / self.columns)
    }

    /// Easting and northing of the middle of `cell`.
    #[must_use]
    pub fn centre(&self, cell: u32) -> (f64, f64) {
        let (column, row) = self.column_and_row(cell);
        (
            self.west + (f64::from(column) + 0.5) * self.cell_metres,
            self.north - (f64::from(row) + 0.5) * self.cell_metres,
        )
    }

    /// The cell that holds a point, western and northern edges included; none outside the grid.
    #[must_use]
    pub fn cell_at(&self, easting: f64, northing: f64) -> Option<u32> {
        let column = ((easting - self.west) / self.cell_metres).floor();
        let row = ((self.north - northing) / self.cell_metres).floor();
        let inside = column >= 0.0
            && row >= 0.0
            && column < f64::from(self.columns)
            && row < f64::from(self.rows);
        inside.then(|| self.cell(column as u32, row as u32))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_middle_of_each_cell_lies_in_it() {
        let grid = Grid::new(500_000.0, 1_900_000.0, 25.0, 7, 5).unwrap();
        for cell in 0..grid.cells() {
            let (easting, northing) = grid.centre(cell);
            assert_eq!(grid.cell_at(easting, northing), Some(cell));
        }
    }

    #[test]
    fn a_point_outside_has_no_cell() {
        let grid = Grid::new(0.0, 100.0, 10.0, 10, 10).unwrap();
        for (easting, northing) in
            [(-0.1, 50.0), (100.0, 50.0), (50.0, 100.1), (50.0, 0.0), (f64::NAN, 1.0)]
        {
            assert_eq!(grid.cell_at(easting, northing), None);
        }
    }

    #[test]
    fn a_grid_without_cells_or_with_too_many_is_refused() {
        assert!(Grid::new(0.0, 0.0, 100.0, 0, 3).is_err());
        assert!(Grid::new(0.0, 0.0, 100.0, 1 << 20, 1 << 20).is_err());
        assert!(Grid::new(0.0, 0.0, -1.0, 3, 3).is_err());
        assert!(Grid::new(f64::NAN, 0.0, 1.0, 3, 3).is_err());
    }
}
