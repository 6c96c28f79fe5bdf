//! How long and how large, on the WGS 84 ellipsoid.
//!
//! Belongs here: the geodesic area and perimeter of rings. Does not belong here: whether the rings
//! make a valid area (`check`), rounding to whole square metres (`Boundary`).

use std::sync::LazyLock;

use geo_types::Coord;
use geographiclib_rs::{Geodesic, PolygonArea, Winding};

/// The ellipsoid that every position of the program is on.
pub(super) static WGS84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// The measures of a ring or of an area.
///
/// # Source
/// C. F. F. Karney, "Algorithms for geodesics", *Journal of Geodesy* 87 (2013), sections 6 and 7.
/// Edges are geodesics: the shortest way on the ellipsoid from one corner to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measure {
    /// Square metres. Of a single ring: positive when it runs counter-clockwise.
    pub square_metres: f64,
    /// Metres along all rings.
    pub perimeter_metres: f64,
}

impl Measure {
    /// The measure of one ring of positions in degrees, longitude first, closed or not; its area is
    /// negative when it runs clockwise.
    ///
    /// Whether the ring crosses itself is not looked at: the wings of a figure of eight take each
    /// other away. [`Boundary`](super::Boundary) is what has a checked area.
    #[must_use]
    pub fn of_ring(ring: &[Coord<f64>]) -> Self {
        measure_ring(ring)
    }
}

/// Measures one ring, given without the repeated last corner (which does no harm).
///
/// The ring is taken to enclose the smaller side; areas of half the Earth and more are refused
/// before (`check`).
pub(super) fn measure_ring(ring: &[Coord<f64>]) -> Measure {
    let mut area = PolygonArea::new(&WGS84, Winding::CounterClockwise);
    for corner in ring {
        area.add_point(corner.y, corner.x);
    }
    let (perimeter_metres, square_metres, _corners) = area.compute(true);
    Measure { square_metres, perimeter_metres }
}

/// Measures parts of rings, the first of each its exterior: holes are subtracted, whatever the
/// order of their corners; the perimeter counts every ring.
pub(super) fn measure_parts(parts: &[Vec<Vec<Coord<f64>>>]) -> Measure {
    let mut sum = Measure::default();
    for part in parts {
        let one = measure_part(part);
        sum.square_metres += one.square_metres;
        sum.perimeter_metres += one.perimeter_metres;
    }
    sum
}

/// Measures one part.
pub(super) fn measure_part(part: &[Vec<Coord<f64>>]) -> Measure {
    let mut sum = Measure::default();
    for (index, ring) in part.iter().enumerate() {
        let one = measure_ring(ring);
        let sign = if index == 0 { 1.0 } else { -1.0 };
        sum.square_metres += sign * one.square_metres.abs();
        sum.perimeter_metres += one.perimeter_metres;
    }
    sum
}
