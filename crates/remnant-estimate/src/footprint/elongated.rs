//! Footprints drawn out along a bearing.
//!
//! Belongs here: the small grid of ratios and bearings that finds choose from, and the mass of a turned
//! normal kernel in a rectangle.
//!
//! Does not belong here: a reason why a footprint points anywhere. Only finds say so; there is no other source.

use core::f64::consts::PI;

use super::fault::{FootprintFault, positive};
use crate::normal::{cumulative, density};
use crate::quadrature::gauss_legendre;

/// Ratio of the longer to the shorter axis, and the bearing of the longer one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elongation {
    ratio: f64,
    bearing_degrees: f64,
}

impl Elongation {
    /// Ratio ≥ 1 of the axes, and the bearing of the longer one in degrees clockwise from grid north.
    ///
    /// # Errors
    /// `UnusableNumber` when the ratio is below 1 or a number is not finite.
    pub fn new(ratio: f64, bearing_degrees: f64) -> Result<Self, FootprintFault> {
        positive("the ratio of the axes", ratio)?;
        if ratio < 1.0 {
            return Err(FootprintFault::UnusableNumber {
                name: "the ratio of the axes",
                value: ratio,
            });
        }
        if !bearing_degrees.is_finite() {
            let name = "the bearing in degrees";
            return Err(FootprintFault::UnusableNumber { name, value: bearing_degrees });
        }
        Ok(Self { ratio, bearing_degrees })
    }

    /// The choices with their prior weights: round, and ratios 1.5 and 2.5 in 8 bearings each; a third
    /// of the weight for each ratio.
    #[must_use]
    pub fn choices() -> Vec<(f64, Self)> {
        let round = (1.0 / 3.0, Self { ratio: 1.0, bearing_degrees: 0.0 });
        let turned = [1.5, 2.5].into_iter().flat_map(|ratio| {
            (0..8).map(move |turn| {
                (1.0 / 24.0, Self { ratio, bearing_degrees: 22.5 * f64::from(turn) })
            })
        });
        core::iter::once(round).chain(turned).collect()
    }

    /// Ratio of the longer to the shorter axis.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.ratio
    }

    /// Bearing of the longer axis in degrees clockwise from grid north.
    #[must_use]
    pub fn bearing_degrees(&self) -> f64 {
        self.bearing_degrees
    }

    /// The turned normal kernel whose axes have the geometric mean `scale`.
    pub(super) fn spread(&self, scale: f64) -> Spread {
        let (long, short) = (scale * libm::sqrt(self.ratio), scale / libm::sqrt(self.ratio));
        let bearing = self.bearing_degrees * PI / 180.0;
        let (east, north) = (libm::sin(bearing), libm::cos(bearing));
        let across = short * short;
        let along = long * long;
        let variance_east = along * east * east + across * north * north;
        let variance_north = along * north * north + across * east * east;
        let covariance = (along - across) * east * north;
        let slope = covariance / variance_east;
        let rest = variance_north - slope * covariance;
        Spread { east: libm::sqrt(variance_east), slope, rest: libm::sqrt(rest) }
    }
}

/// A centred normal distribution in the plane, as easting and then northing given easting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    /// Standard deviation of the easting.
    east: f64,
    /// Mean northing for each metre of easting.
    slope: f64,
    /// Standard deviation of the northing given the easting.
    rest: f64,
}

impl Spread {
    /// Mass in a rectangle, by Gauss-Legendre over easting in steps of at most half a standard deviation.
    pub(super) fn mass(&self, east: (f64, f64), north: (f64, f64)) -> f64 {
        let (low, high) = (east.0.max(-9.0 * self.east), east.1.min(9.0 * self.east));
        if low >= high {
            return 0.0;
        }
        // The edge of the mass across may be sharper than the kernel along.
        let sharpest = self.east.min(self.rest / self.slope.abs().max(1e-9));
        let steps = ((high - low) / (0.5 * sharpest)).ceil().clamp(1.0, 400.0);
        let rule = gauss_legendre(8, -0.5, 0.5);
        let width = (high - low) / steps;
        let mut mass = 0.0;
        for step in 0..steps as u32 {
            let middle = low + (f64::from(step) + 0.5) * width;
            for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
                let x = middle + node * width;
                let z = |y: f64| (y - self.slope * x) / self.rest;
                let (a, b) = (z(north.0), z(north.1));
                let across = if a > 0.0 {
                    cumulative(-a) - cumulative(-b)
                } else {
                    cumulative(b) - cumulative(a)
                };
                mass += weight * width * density(x / self.east) / self.east * across;
            }
        }
        mass
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::footprint::{CellWindow, Footprint};
    use crate::grid::Grid;

    #[test]
    fn choices_weigh_one_together() {
        let total: f64 = Elongation::choices().iter().map(|choice| choice.0).sum();
        assert_eq!(Elongation::choices().len(), 17);
        assert!((total - 1.0).abs() < 1e-15);
    }

    #[test]
    fn a_turned_footprint_keeps_its_items_and_lies_along_its_bearing() {
        let grid = Grid::new(-600.0, 600.0, 100.0, 12, 12).unwrap();
        let window = CellWindow::whole(&grid);
        let turned = |bearing| {
            let elongation = Elongation::new(2.5, bearing).unwrap();
            Footprint::normal(60.0).unwrap().elongated(elongation).masses(
                (0.0, 0.0),
                &grid,
                &window,
            )
        };
        for bearing in [0.0, 22.5, 45.0, 90.0, 157.5] {
            let total: f64 = turned(bearing).masses.iter().sum();
            assert!((total - 1.0).abs() < 1e-9, "{bearing}: {total}");
        }
        // The cell north-east of the middle against the one south-east of it.
        let (north_east, south_east) = (12 * 4 + 7, 12 * 7 + 7);
        let at_45 = turned(45.0).masses;
        assert!(at_45[north_east] > 3.0 * at_45[south_east]);
        // Due north the axes are those of the grid, so that masses are products again.
        let (long, short) = (60.0 * 2.5_f64.sqrt(), 60.0 / 2.5_f64.sqrt());
        let product = (cumulative(100.0 / short) - 0.5) * (cumulative(100.0 / long) - 0.5);
        assert!((turned(0.0).masses[12 * 5 + 6] - product).abs() < 1e-9);
    }
}
