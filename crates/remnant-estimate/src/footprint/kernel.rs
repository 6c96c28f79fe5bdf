//! The share of a strike's items that falls into each cell.
//!
//! Belongs here: isotropic normal kernels with or without a heavier skirt, integrated over cells by
//! differences of the normal distribution function. What falls outside is kept as a number and never
//! renormalised away.
//!
//! Does not belong here: elongated kernels' integrals (`elongated`), uniform places (`uniform`).

use super::elongated::Elongation;
use super::fault::{FootprintFault, positive};
use super::window::CellWindow;
use crate::grid::Grid;
use crate::normal::cumulative;

/// Share of the items in the skirt, and how much wider it is than the core.
const SKIRT_SHARE: f64 = 0.15;
const SKIRT_WIDTH: f64 = 2.5;
/// Standard deviations beyond which a kernel is not looked at: one part in 3 000 of a normal kernel
/// lies beyond, and the design asks for this many footprint scales of halo around a tile.
const REACH: f64 = 4.0;

/// One normal part of a kernel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Part {
    /// Share of the items.
    pub(crate) share: f64,
    /// Standard deviation in metres.
    pub(crate) scale: f64,
}

/// A kernel: where the items of a strike at a known place lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    scale_metres: f64,
    parts: Vec<Part>,
    elongation: Option<Elongation>,
}

/// Kernel masses in a window of cells.
#[derive(Clone, Debug, PartialEq)]
pub struct CellMasses {
    /// One share for each cell, row by row from the north-west corner of the window.
    pub masses: Vec<f64>,
    /// The share that falls outside the window.
    pub outside: f64,
}

impl Footprint {
    /// An isotropic normal footprint with standard deviation `scale_metres` on each axis.
    ///
    /// # Errors
    /// `UnusableNumber` when the scale is not finite and above zero.
    pub fn normal(scale_metres: f64) -> Result<Self, FootprintFault> {
        let scale_metres = positive("the footprint scale in metres", scale_metres)?;
        let parts = vec![Part { share: 1.0, scale: scale_metres }];
        Ok(Self { scale_metres, parts, elongation: None })
    }

    /// A footprint with a heavier skirt: 0.85 of the items with `scale_metres`, 0.15 with 2.5 times that.
    ///
    /// # Errors
    /// `UnusableNumber` when the scale is not finite and above zero.
    pub fn with_heavier_skirt(scale_metres: f64) -> Result<Self, FootprintFault> {
        let scale_metres = positive("the footprint scale in metres", scale_metres)?;
        let core = Part { share: 1.0 - SKIRT_SHARE, scale: scale_metres };
        let skirt = Part { share: SKIRT_SHARE, scale: SKIRT_WIDTH * scale_metres };
        Ok(Self { scale_metres, parts: vec![core, skirt], elongation: None })
    }

    /// The same footprint drawn out along a bearing, with the same area.
    #[must_use]
    pub fn elongated(mut self, elongation: Elongation) -> Self {
        self.elongation = (elongation.ratio() > 1.0).then_some(elongation);
        self
    }

    /// Standard deviation of the core in metres, before elongation.
    #[must_use]
    pub fn scale_metres(&self) -> f64 {
        self.scale_metres
    }

    /// Distance beyond which the kernel is not looked at: four of its largest standard deviations.
    #[must_use]
    pub fn reach_metres(&self) -> f64 {
        let widest = self.parts.iter().map(|part| part.scale).fold(0.0, f64::max);
        let stretch = self.elongation.map_or(1.0, |e| libm::sqrt(e.ratio()));
        REACH * widest * stretch
    }

    /// The normal parts when masses are products of a row's and a column's; none when elongated.
    pub(crate) fn separable_parts(&self) -> Option<&[Part]> {
        self.elongation.is_none().then_some(&self.parts)
    }

    /// Kernel masses of a strike at `centre` (easting, northing) in the cells of `window`.
    ///
    /// # Shapes and units
    /// Shares, row by row from the north-west corner; with `outside` they sum to 1 to rounding.
    #[must_use]
    pub fn masses(&self, centre: (f64, f64), grid: &Grid, window: &CellWindow) -> CellMasses {
        let (columns, rows) = (window.columns as usize, window.rows as usize);
        let (column_edges, row_edges) = (window.column_edges(grid), window.row_edges(grid));
        let mut masses = vec![0.0; columns * rows];
        let mut outside = 0.0;
        let (mut along, mut down) = (vec![0.0; columns], vec![0.0; rows]);
        for part in &self.parts {
            if let Some(elongation) = self.elongation {
                let spread = elongation.spread(part.scale);
                let mut inside = 0.0;
                for (row, line) in masses.chunks_exact_mut(columns).enumerate() {
                    for (column, mass) in line.iter_mut().enumerate() {
                        let share = spread.mass(
                            (column_edges[column] - centre.0, column_edges[column + 1] - centre.0),
                            (row_edges[row + 1] - centre.1, row_edges[row] - centre.1),
                        );
                        inside += share;
                        *mass += part.share * share;
                    }
                }
                outside += part.share * (1.0 - inside).max(0.0);
            } else {
                let (west, east) = masses_along(&column_edges, centre.0, part.scale, &mut along);
                let (north, south) = masses_along(&row_edges, centre.1, part.scale, &mut down);
                for (line, mass_of_row) in masses.chunks_exact_mut(columns).zip(&down) {
                    for (mass, mass_of_column) in line.iter_mut().zip(&along) {
                        *mass += part.share * mass_of_row * mass_of_column;
                    }
                }
                // Beside the window in its rows, and all that lies in other rows.
                let within_rows = 1.0 - (north + south);
                outside += part.share * ((west + east) * within_rows + north + south);
            }
        }
        CellMasses { masses, outside }
    }

    /// The share of the items in a rectangle given by its distances from the strike's place.
    #[must_use]
    pub fn mass_in_rectangle(&self, east: (f64, f64), north: (f64, f64)) -> f64 {
        let mut total = 0.0;
        for part in &self.parts {
            let mass = match self.elongation {
                Some(elongation) => elongation.spread(part.scale).mass(east, north),
                None => between(east, part.scale) * between(north, part.scale),
            };
            total += part.share * mass;
        }
        total
    }
}

/// Mass of a centred normal distribution between two distances.
fn between(ends: (f64, f64), scale: f64) -> f64 {
    let mut mass = [0.0];
    masses_along(&[ends.0, ends.1], 0.0, scale, &mut mass);
    mass[0]
}

/// Normal masses between neighbouring edges, and the masses before the first and after the last.
///
/// Each difference is taken in the tail on its own side of the centre, so that small masses far out keep
/// their digits.
///
/// # Shapes and units
/// `edges`: rising or falling, in metres, one more than `masses`; `centre` and `scale` in metres.
pub fn masses_along(edges: &[f64], centre: f64, scale: f64, masses: &mut [f64]) -> (f64, f64) {
    let Some((first, last)) = edges.first().zip(edges.last()) else { return (0.0, 0.0) };
    let falling = if first > last { -1.0 } else { 1.0 };
    let inverse = falling / scale;
    let tail = |edge: f64| {
        let z = (edge - centre) * inverse;
        (z > 0.0, cumulative(-z.abs()))
    };
    let start = tail(*first);
    let mut previous = start;
    for (mass, edge) in masses.iter_mut().zip(&edges[1..]) {
        let next = tail(*edge);
        *mass = match (previous.0, next.0) {
            (false, false) => next.1 - previous.1,
            (true, true) => previous.1 - next.1,
            _ => 1.0 - previous.1 - next.1,
        };
        previous = next;
    }
    let before = if start.0 { 1.0 - start.1 } else { start.1 };
    let after = if previous.0 { previous.1 } else { 1.0 - previous.1 };
    (before, after)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn no_item_is_lost_or_invented() {
        let grid = Grid::new(-300.0, 410.0, 25.0, 31, 17).unwrap();
        let window = CellWindow::whole(&grid);
        for centre in [(0.0, 0.0), (-290.0, 400.0), (5_000.0, -90.0), (137.2, 1.0)] {
            for scale in [3.0, 60.0, 400.0] {
                let plain = Footprint::normal(scale).unwrap();
                let skirt = Footprint::with_heavier_skirt(scale).unwrap();
                for footprint in [plain, skirt] {
                    let found = footprint.masses(centre, &grid, &window);
                    let total: f64 = found.masses.iter().sum::<f64>() + found.outside;
                    assert!((total - 1.0).abs() < 1e-13, "{centre:?} {scale}: {total}");
                }
            }
        }
    }

    #[test]
    fn far_cells_keep_their_digits() {
        // Φ(−30) − Φ(−31), from 60-digit arithmetic: 4.906713927148187e-198.
        let mut mass = [0.0];
        masses_along(&[30.0, 31.0], 0.0, 1.0, &mut mass);
        assert!((mass[0] / 4.906_713_927_148_187e-198 - 1.0).abs() < 1e-12, "{}", mass[0]);
        masses_along(&[-30.0, -31.0], 0.0, 1.0, &mut mass);
        assert!((mass[0] / 4.906_713_927_148_187e-198 - 1.0).abs() < 1e-12, "{}", mass[0]);
    }

    #[test]
    fn a_footprint_without_size_is_refused() {
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Footprint::normal(scale).is_err());
            assert!(Footprint::with_heavier_skirt(scale).is_err());
        }
    }
}
