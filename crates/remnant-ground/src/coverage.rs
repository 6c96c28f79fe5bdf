//! Which share of each cell of a lattice an area covers.
//!
//! Belongs here: lattices of equal rectangular cells, and exact cell fractions of polygons on them.
//! Does not belong here: what a cell holds (`exposure`, `remnant-estimate`), whether a polygon is a
//! valid area (`boundary`), reading a raster (`remnant-source`).
//!
//! A fraction is the share of the cell's rectangle in the coordinates of the lattice: metres of a
//! projected plane, or degrees. Edges are straight lines of those coordinates. Within one cell of
//! degrees the scale changes so little that the share of the ground is the same to many digits, so
//! nothing is weighted by the ellipsoid.
//!
//! Each ring is followed through the cells that it crosses; every step leaves behind how much of
//! the height of a row it climbed and how much of its cell lies east of it. Summed along a row,
//! those are the fractions, and between two crossed cells every cell is covered whole or not at
//! all. The work is proportional to the crossed cells, whatever lies inside.
//!
//! ```
//! use geo_types::{MultiPolygon, polygon};
//! use remnant_ground::coverage::{Coverage, Lattice};
//!
//! let lattice = Lattice::new(0.0, 300.0, 100.0, 100.0, 4, 3)?;
//! let area = polygon![(x: 50.0, y: 0.0), (x: 350.0, y: 0.0), (x: 350.0, y: 150.0), (x: 50.0, y: 150.0)];
//! let coverage = Coverage::of(&lattice, &MultiPolygon::from(area))?;
//! let cells: Vec<_> = coverage.cells().collect();
//! assert_eq!(cells[0], (4, 0.25)); // the first cell of the second row: a quarter
//! assert_eq!(cells[5], (9, 1.0));
//! assert_eq!(coverage.covered_cells(), 4.5);
//! # Ok::<(), remnant_ground::coverage::CoverageFault>(())
//! ```

mod fault;
mod lattice;
mod outline;
#[cfg(test)]
mod tests;
mod trace;

use std::ops::Range;

use geo_types::MultiPolygon;

pub use fault::CoverageFault;
pub use lattice::Lattice;

pub(crate) use outline::Outline;
pub(crate) use trace::Trace;

/// Cells beside each other in one row that are covered to the same share.
#[derive(Clone, Debug, PartialEq)]
pub struct CoveredRun {
    /// The row, counted from the north.
    pub row: u32,
    /// The columns, counted from the west.
    pub columns: Range<u32>,
    /// The share of each of the cells, above 0 and at most 1.
    pub fraction: f64,
}

/// The cells that an area covers, each with its share, in runs from north to south and from west
/// to east.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    runs: Vec<CoveredRun>,
    lattice_columns: u32,
    cells_outside: f64,
}

impl Coverage {
    /// The cells of `lattice` that `area` covers. What lies outside the lattice is in no cell and
    /// counted in [`cells_outside`](Self::cells_outside).
    ///
    /// Which way the rings run makes no difference. Memory is proportional to the crossed cells.
    ///
    /// # Errors
    /// [`CoverageFault::NotFinite`] for a coordinate that is no number;
    /// [`CoverageFault::RingsCross`] where a ring crosses itself or another so that a cell would
    /// be covered more than once or less than not at all.
    pub fn of(lattice: &Lattice, area: &MultiPolygon<f64>) -> Result<Self, CoverageFault> {
        let outline = Outline::new(lattice, area)?;
        let mut runs = Vec::new();
        let mut covered = 0.0;
        Trace::default().rows(lattice, &outline, 0..lattice.rows(), |row, columns, fraction| {
            covered += f64::from(columns.end - columns.start) * fraction;
            runs.push(CoveredRun { row, columns, fraction });
        })?;
        let cells_outside = outline.cells_outside(covered);
        Ok(Self { runs, lattice_columns: lattice.columns(), cells_outside })
    }

    /// The runs, from north to south and from west to east.
    #[must_use]
    pub fn runs(&self) -> &[CoveredRun] {
        &self.runs
    }

    /// Each covered cell with its share; cells are counted row by row from the north-west corner.
    pub fn cells(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        self.runs.iter().flat_map(|run| {
            let row = u64::from(run.row) * u64::from(self.lattice_columns);
            run.columns.clone().map(move |column| (row + u64::from(column), run.fraction))
        })
    }

    /// The covered part of the lattice in cells: the sum of all shares. Times the area of a cell it
    /// is the area in the plane of the lattice.
    #[must_use]
    pub fn covered_cells(&self) -> f64 {
        self.runs
            .iter()
            .map(|run| f64::from(run.columns.end - run.columns.start) * run.fraction)
            .sum()
    }

    /// How much of the area lies outside the lattice, in cells; 0 when all of it lies within.
    #[must_use]
    pub fn cells_outside(&self) -> f64 {
        self.cells_outside
    }
}
