//! The density of points by a normal kernel, with edge correction and standard error.
//!
//! Belongs here: the surface as it is usual in the statistics of point patterns. Does not belong here:
//! choosing the scale, which is the user's, or what the points are.

use core::f64::consts::PI;

use rayon::prelude::*;

use super::fault::IntensityFault;
use super::layers::{Kernel, Reading, sum, widest};
use super::placed::in_cells;
use crate::exponential::exp;
use crate::grid::Grid;

/// A density surface.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// Points for each square metre at the middle of each cell, row by row from the north-west corner.
    pub density: Vec<f64>,
    /// Points that lie outside the grid, and do not count.
    pub outside: usize,
}

/// A density surface and how sure it is.
#[derive(Clone, Debug, PartialEq)]
pub struct SurfaceWithError {
    /// The surface.
    pub surface: Surface,
    /// The standard error of each value, if points lie independently of each other. Finds of one strike
    /// do not: then it is too small.
    pub standard_error: Vec<f64>,
}

/// The density of points within the grid: each is counted in its cell, the counts are smoothed by an
/// isotropic normal kernel of `scale` metres, and each value is divided by the share of the kernel that
/// lies within the grid.
///
/// # Errors
/// [`IntensityFault`] where the scale or a point cannot be.
///
/// # Source
/// P. J. Diggle, "A kernel method for smoothing point process data", Applied Statistics 34 (1985),
/// 138-147, with the uniform edge correction; the same definition as `density.ppp(edge = TRUE)` of the
/// R package spatstat.
pub fn density_surface(
    grid: &Grid,
    points: &[(f64, f64)],
    scale: f64,
) -> Result<Surface, IntensityFault> {
    let (kernels, outside) = counted(grid, points, scale)?;
    let mut density = smoothed(grid, &kernels);
    let [across, down] = edges(grid, scale);
    let area = grid.cell_metres() * grid.cell_metres();
    by_row(grid, &mut density, |row, column, value| value / (down[row] * across[column] * area));
    Ok(Surface { density, outside })
}

/// The same with the standard error of each value: the root of the counts smoothed by the squared
/// kernel, divided by the share of the kernel within the grid. The squared kernel is a normal one of
/// `scale/√2` over `4π scale²`.
///
/// # Errors
/// As [`density_surface`].
///
/// # Source
/// `density.ppp(se = TRUE)` of the R package spatstat 3.0-6, with one difference: it divides the smoothed
/// counts by the shares of both kernels within the grid, the squared one's and its own; here by the square
/// of the latter, as the variance of such a sum has it. Near a rim that differs by some per cent.
pub fn density_surface_with_error(
    grid: &Grid,
    points: &[(f64, f64)],
    scale: f64,
) -> Result<SurfaceWithError, IntensityFault> {
    let (mut kernels, outside) = counted(grid, points, scale)?;
    let [across, down] = edges(grid, scale);
    let area = grid.cell_metres() * grid.cell_metres();
    let mut density = smoothed(grid, &kernels);
    by_row(grid, &mut density, |row, column, value| value / (down[row] * across[column] * area));
    for kernel in &mut kernels {
        kernel.scale *= core::f64::consts::FRAC_1_SQRT_2;
    }
    let mut standard_error = smoothed(grid, &kernels);
    let squared = 1.0 / (4.0 * PI * scale * scale * area);
    by_row(grid, &mut standard_error, |row, column, value| {
        libm::sqrt(value.max(0.0) * squared) / (down[row] * across[column])
    });
    Ok(SurfaceWithError { surface: Surface { density, outside }, standard_error })
}

/// One kernel for each cell that holds points, in the order of the cells, and how many lie outside.
fn counted(
    grid: &Grid,
    points: &[(f64, f64)],
    scale: f64,
) -> Result<(Vec<Kernel>, usize), IntensityFault> {
    if !(scale.is_finite() && scale > 0.0) {
        return Err(IntensityFault::Scale { scale });
    }
    let cell = grid.cell_metres();
    if scale > widest() * cell {
        return Err(IntensityFault::TooWide { scale, most: widest() * cell });
    }
    let mut counts = vec![0_u32; grid.cells() as usize];
    let mut outside = 0;
    for (number, &(easting, northing)) in points.iter().enumerate() {
        in_cells(grid, number, easting, northing)?;
        match grid.cell_at(easting, northing) {
            Some(cell) => counts[cell as usize] += 1,
            None => outside += 1,
        }
    }
    let kernels = counts
        .iter()
        .zip(0_u32..)
        .filter(|(count, _)| **count > 0)
        .map(|(count, cell_number)| {
            let (column, row) = grid.column_and_row(cell_number);
            Kernel {
                column: column.into(),
                row: row.into(),
                scale: scale / cell,
                weight: (*count).into(),
            }
        })
        .collect();
    Ok((kernels, outside))
}

fn smoothed(grid: &Grid, kernels: &[Kernel]) -> Vec<f64> {
    sum(grid.columns() as usize, grid.rows() as usize, kernels, Reading::Middle)
}

/// The share of the kernel within the grid, from each column and from each row.
fn edges(grid: &Grid, scale: f64) -> [Vec<f64>; 2] {
    [grid.columns(), grid.rows()].map(|cells| {
        let cells = cells as usize;
        let step = grid.cell_metres() / scale;
        // The kernel over distances of 0, 1, 2 … cells, summed up.
        let mut sums = Vec::with_capacity(cells);
        let mut total = 0.0;
        for apart in 0..cells {
            let z = apart as f64 * step;
            total += step / libm::sqrt(2.0 * PI) * exp(-0.5 * z * z);
            sums.push(total);
        }
        let own = sums.first().copied().unwrap_or(0.0);
        (0..cells).map(|at| sums[at] + sums[cells - 1 - at] - own).collect()
    })
}

fn by_row(grid: &Grid, values: &mut [f64], change: impl Fn(usize, usize, f64) -> f64 + Sync) {
    let columns = grid.columns() as usize;
    values.par_chunks_mut(columns).enumerate().for_each(|(row, along)| {
        for (column, value) in along.iter_mut().enumerate() {
            *value = change(row, column, *value);
        }
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn points() -> Vec<(f64, f64)> {
        (0..40_u32)
            .map(|i| {
                let i = f64::from(i);
                (500.0 + 480.0 * libm::sin(i * 1.7), 400.0 + 390.0 * libm::cos(i * 2.3))
            })
            .collect()
    }

    /// The definition, cell by cell.
    fn directly(grid: &Grid, points: &[(f64, f64)], scale: f64) -> (Vec<f64>, Vec<f64>) {
        let kernel = |one: (f64, f64), other: (f64, f64)| {
            let (x, y) = (one.0 - other.0, one.1 - other.1);
            exp(-0.5 * (x * x + y * y) / (scale * scale)) / (2.0 * PI * scale * scale)
        };
        let area = grid.cell_metres() * grid.cell_metres();
        (0..grid.cells())
            .map(|cell| {
                let at = grid.centre(cell);
                let inside: f64 =
                    (0..grid.cells()).map(|other| kernel(at, grid.centre(other)) * area).sum();
                let of = |point: &(f64, f64)| {
                    kernel(at, grid.centre(grid.cell_at(point.0, point.1).unwrap()))
                };
                let mean: f64 = points.iter().map(of).sum();
                let square: f64 = points.iter().map(|point| of(point) * of(point)).sum();
                (mean / inside, libm::sqrt(square) / inside)
            })
            .unzip()
    }

    #[test]
    fn surface_and_error_follow_their_definition() {
        let grid = Grid::new(0.0, 800.0, 20.0, 50, 40).unwrap();
        for scale in [15.0, 60.0, 140.0, 400.0] {
            let found = density_surface_with_error(&grid, &points(), scale).unwrap();
            let (density, error) = directly(&grid, &points(), scale);
            let near = |found: &[f64], expected: &[f64], what: &str| {
                let most = expected.iter().copied().fold(0.0, f64::max);
                for (found, expected) in found.iter().zip(expected) {
                    let off = (found - expected).abs() / most;
                    assert!(off < 1e-8, "{what} at {scale}: {off:e}");
                }
            };
            near(&found.surface.density, &density, "density");
            // The root of a sum that is right to 1e-9 of its most is right to 3e-5 where nothing is.
            let squares = |values: &[f64]| values.iter().map(|v| v * v).collect::<Vec<_>>();
            near(&squares(&found.standard_error), &squares(&error), "squared error");
            let alone = density_surface(&grid, &points(), scale).unwrap();
            assert_eq!(alone, found.surface);
        }
    }

    #[test]
    fn points_outside_are_counted_and_do_not_count() {
        let grid = Grid::new(0.0, 800.0, 20.0, 50, 40).unwrap();
        let mut all = points();
        let without = density_surface(&grid, &all, 60.0).unwrap();
        all.push((-1.0, 400.0));
        let with = density_surface(&grid, &all, 60.0).unwrap();
        assert_eq!((with.outside, &with.density), (1, &without.density));
        all.push((f64::NAN, 0.0));
        assert!(density_surface(&grid, &all, 60.0).is_err());
        assert!(density_surface(&grid, &points(), 0.0).is_err());
    }
}
