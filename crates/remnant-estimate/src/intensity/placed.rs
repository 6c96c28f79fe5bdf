//! The intensity of things that are each placed with an error of its own.
//!
//! Belongs here: strikes over a whole country, each blurred by how well its place is known. Does not
//! belong here: what a search says of where a strike was (`update`): a blur is a prior picture, not a
//! place as a question.

use super::fault::IntensityFault;
use super::layers::{Kernel, Reading, sum, widest};
use crate::grid::Grid;

/// A thing with a place and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlacedPoint {
    /// Easting in metres of the plane.
    pub easting: f64,
    /// Northing in metres of the plane.
    pub northing: f64,
    /// Standard deviation of its place on each axis in metres.
    pub error: f64,
    /// How much it counts.
    pub weight: f64,
}

/// The expected number in each cell, each point spread by its own error.
///
/// No classes: every error is used as it is. The value of a cell is the density at its middle times its
/// area, and for errors smaller than a cell the share of the point that lies in the cell. What falls
/// outside the grid is outside. Sums are kept in f32, so that a country at 100 m fits into 100 MB and a
/// quarter more for the wider layers; the error is below 2e-6 of the largest value, far below that of any
/// place.
///
/// # Shapes and units
/// Returns one number for each cell of the grid, row by row from the north-west corner. The sum over all
/// cells is the sum of weights less what falls outside.
///
/// # Errors
/// [`IntensityFault`] for the first point that cannot be.
///
/// ```
/// use remnant_estimate::grid::Grid;
/// use remnant_estimate::intensity::{PlacedPoint, intensity_of_placed};
/// let grid = Grid::new(0.0, 20_000.0, 100.0, 200, 200)?;
/// let strike = PlacedPoint { easting: 10_000.0, northing: 10_000.0, error: 400.0, weight: 1.0 };
/// let total: f32 = intensity_of_placed(&grid, &[strike])?.iter().sum();
/// assert!((total - 1.0).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn intensity_of_placed(
    grid: &Grid,
    points: &[PlacedPoint],
) -> Result<Vec<f32>, IntensityFault> {
    let cell = grid.cell_metres();
    let mut kernels = Vec::with_capacity(points.len());
    for (number, point) in points.iter().enumerate() {
        let PlacedPoint { easting, northing, error, weight } = *point;
        if !(error.is_finite() && error > 0.0) {
            return Err(IntensityFault::Scale { scale: error });
        }
        if error > widest() * cell {
            return Err(IntensityFault::TooWide { scale: error, most: widest() * cell });
        }
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(IntensityFault::Weight { point: number, weight });
        }
        let (column, row) = in_cells(grid, number, easting, northing)?;
        kernels.push(Kernel { column, row, scale: error / cell, weight });
    }
    let (columns, rows) = (grid.columns() as usize, grid.rows() as usize);
    Ok(sum(columns, rows, &kernels, Reading::MeanOfNarrow))
}

/// A position in cells from the middle of the first cell.
pub(super) fn in_cells(
    grid: &Grid,
    point: usize,
    easting: f64,
    northing: f64,
) -> Result<(f64, f64), IntensityFault> {
    if !(easting.is_finite() && northing.is_finite()) {
        return Err(IntensityFault::Position { point, easting, northing });
    }
    let cell = grid.cell_metres();
    Ok(((easting - grid.west()) / cell - 0.5, (grid.north() - northing) / cell - 0.5))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_strike_known_to_a_metre_lies_in_its_cell() {
        let grid = Grid::new(0.0, 1_000.0, 100.0, 10, 10).unwrap();
        let point = PlacedPoint { easting: 350.0, northing: 650.0, error: 1.0, weight: 3.0 };
        let values = intensity_of_placed(&grid, &[point]).unwrap();
        let cell = grid.cell_at(350.0, 650.0).unwrap() as usize;
        assert!((values[cell] - 3.0).abs() < 1e-6);
        assert!((values.iter().sum::<f32>() - 3.0).abs() < 1e-6);
    }

    #[test]
    fn points_that_cannot_be_are_refused() {
        let grid = Grid::new(0.0, 1_000.0, 100.0, 10, 10).unwrap();
        let point = PlacedPoint { easting: 350.0, northing: 650.0, error: 50.0, weight: 1.0 };
        for wrong in [
            PlacedPoint { error: 0.0, ..point },
            PlacedPoint { error: 1e9, ..point },
            PlacedPoint { error: f64::NAN, ..point },
            PlacedPoint { easting: f64::INFINITY, ..point },
            PlacedPoint { weight: -1.0, ..point },
        ] {
            assert!(intensity_of_placed(&grid, &[point, wrong]).is_err(), "{wrong:?}");
        }
        let far = PlacedPoint { easting: 1e12, ..point };
        let values = intensity_of_placed(&grid, &[far]).unwrap();
        assert!(values.iter().all(|value| *value == 0.0));
    }
}
