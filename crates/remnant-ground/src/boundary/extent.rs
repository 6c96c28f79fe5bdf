//! Boxes around boundaries, to find out quickly that two are far apart.
//!
//! Belongs here: the box of an area and whether two boxes meet. Does not belong here: whether the
//! areas meet (`overlay`).

use geo_types::Coord;

use super::plane::on_unit_sphere;

/// A box in space around an area on a sphere of radius 1.
///
/// In space and not in degrees, because there no area lies over an antimeridian or a pole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub(super) low: [f64; 3],
    pub(super) high: [f64; 3],
}

impl Extent {
    /// The box around the area with these corners; `None` when there are none.
    ///
    /// Between its corners an area bulges out of their box: by less than half the square of its
    /// radius on the sphere. Twice that is added, which also covers that an ellipsoid is no
    /// sphere, and 0.6 m for short edges.
    pub(super) fn of<'a>(corners: impl Iterator<Item = &'a Coord<f64>>) -> Option<Self> {
        let mut low = [f64::INFINITY; 3];
        let mut high = [f64::NEG_INFINITY; 3];
        for corner in corners {
            for (axis, value) in on_unit_sphere(*corner).into_iter().enumerate() {
                low[axis] = low[axis].min(value);
                high[axis] = high[axis].max(value);
            }
        }
        if low[0] > high[0] {
            return None;
        }
        let squared_radius: f64 =
            [0, 1, 2].iter().map(|&axis| ((high[axis] - low[axis]) / 2.0).powi(2)).sum();
        let margin = squared_radius + 1e-7;
        Some(Self { low: low.map(|value| value - margin), high: high.map(|value| value + margin) })
    }

    /// Whether the boxes have a point in common.
    pub(super) fn meets(&self, other: &Self) -> bool {
        (0..3).all(|axis| self.low[axis] <= other.high[axis] && other.low[axis] <= self.high[axis])
    }
}
