//! A lattice of equal rectangular cells.
//!
//! Belongs here: where its cells lie. Does not belong here: the reference system of its coordinates,
//! which its user keeps.

use geo_types::Coord;

use super::CoverageFault;

/// Equal cells in rows from the north-west corner, each row from west to east.
///
/// Coordinates are those of a plane: metres, or degrees of longitude and latitude. Widths and
/// heights may differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lattice {
    west: f64,
    north: f64,
    cell_width: f64,
    cell_height: f64,
    columns: u32,
    rows: u32,
}

impl Lattice {
    /// The longest side in cells: up to here a place can be told to a billionth of a cell.
    pub const MOST_CELLS_IN_A_LINE: u32 = 1 << 22;

    /// The lattice whose north-west corner is at `west`, `north`.
    ///
    /// # Errors
    /// [`CoverageFault::UnusableNumber`] when a number is not finite or a side not above 0,
    /// [`CoverageFault::Size`] when there is no cell or a side has more than
    /// [`MOST_CELLS_IN_A_LINE`](Self::MOST_CELLS_IN_A_LINE).
    pub fn new(
        west: f64,
        north: f64,
        cell_width: f64,
        cell_height: f64,
        columns: u32,
        rows: u32,
    ) -> Result<Self, CoverageFault> {
        let side = |length: f64| length.is_finite() && length > 0.0;
        if !(west.is_finite() && north.is_finite() && side(cell_width) && side(cell_height)) {
            return Err(CoverageFault::UnusableNumber { west, north, cell_width, cell_height });
        }
        let line = 1..=Self::MOST_CELLS_IN_A_LINE;
        if !line.contains(&columns) || !line.contains(&rows) {
            return Err(CoverageFault::Size { columns, rows });
        }
        Ok(Self { west, north, cell_width, cell_height, columns, rows })
    }

    /// Western edge of the western cells.
    #[must_use]
    pub fn west(&self) -> f64 {
        self.west
    }

    /// Northern edge of the northern cells.
    #[must_use]
    pub fn north(&self) -> f64 {
        self.north
    }

    /// Width of a cell.
    #[must_use]
    pub fn cell_width(&self) -> f64 {
        self.cell_width
    }

    /// Height of a cell.
    #[must_use]
    pub fn cell_height(&self) -> f64 {
        self.cell_height
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

    /// A place in columns from the western and rows from the northern edge.
    ///
    /// # Errors
    /// [`CoverageFault::NotFinite`] when it is no place or too far away to be told in cells.
    pub(super) fn place(&self, at: Coord<f64>) -> Result<Coord<f64>, CoverageFault> {
        let placed = Coord {
            x: (at.x - self.west) / self.cell_width,
            y: (self.north - at.y) / self.cell_height,
        };
        // Far outside, lengths and slopes must still be numbers.
        if placed.x.abs() < 1e100 && placed.y.abs() < 1e100 {
            Ok(placed)
        } else {
            Err(CoverageFault::NotFinite { x: at.x, y: at.y })
        }
    }
}
