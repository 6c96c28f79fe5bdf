//! A plane around a place in which geodesics are straight lines, and its grid.
//!
//! Belongs here: positions to metres of the plane and back, and the rounding to whole grid cells
//! that makes crossings exact. Does not belong here: what is done with two areas in the plane
//! (`overlay`), or whether an area is valid (`check`).
//!
//! In plain degrees a cut moves square metres: the new corner lies on the straight line of the
//! map, the edge it cuts is a geodesic, and at 45° north a 1 km edge bows from that line by
//! 2 cm, a 20 km edge by 8 m. In the ellipsoidal gnomonic projection the geodesic is the straight
//! line, and cutting it changes nothing but the rounding.

use std::collections::HashMap;

use geo_types::Coord;
use geographiclib_rs::{DirectGeodesic, InverseGeodesic};
use i_overlay::i_float::int::point::IntPoint;

use super::measure::WGS84;

/// Metres from the centre beyond which no plane is laid: geodesics bend away from its straight
/// lines with the third power of the distance.
pub(super) const FURTHEST_METRES: f64 = 3_000_000.0;

/// No cell is smaller: a millionth of a metre is far below any position ever taken, and well
/// above the rounding of degrees (2e-9 m).
const SMALLEST_CELL_LOG2: i32 = -20;

/// Corners stay within plus or minus this many cells, so that all products fit.
const MOST_CELLS_LOG2: i32 = 30;

/// Centres are taken from a lattice of sixteenths of a degree (7 km), so that an area and its
/// pieces mostly share one plane and one grid, and a corner that was rounded to it stays put.
const CENTRES_PER_DEGREE: f64 = 16.0;

/// A gnomonic plane with a centre: x to the east and y to the north, in metres.
///
/// # Source
/// Karney (2013), section 8: `rho = m12 / M12`, reduced length over geodesic scale, at the azimuth
/// of the geodesic; the way back by Newton's method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LocalPlane {
    latitude: f64,
    longitude: f64,
}

impl LocalPlane {
    /// The plane in the middle of some positions; `None` when there are none.
    pub(super) fn about<'a>(positions: impl Iterator<Item = &'a Coord<f64>>) -> Option<Self> {
        let mut low = [f64::INFINITY; 3];
        let mut high = [f64::NEG_INFINITY; 3];
        for position in positions {
            for (axis, value) in on_unit_sphere(*position).into_iter().enumerate() {
                low[axis] = low[axis].min(value);
                high[axis] = high[axis].max(value);
            }
        }
        if low[0] > high[0] {
            return None;
        }
        // The middle of the box in space, not of the degrees: right over the antimeridian too.
        let [x, y, z] = [0, 1, 2].map(|axis| low[axis] + high[axis]);
        let latitude = z.atan2(x.hypot(y)).to_degrees();
        let longitude = y.atan2(x).to_degrees();
        Some(Self {
            latitude: (latitude * CENTRES_PER_DEGREE).round() / CENTRES_PER_DEGREE,
            longitude: (longitude * CENTRES_PER_DEGREE).round() / CENTRES_PER_DEGREE,
        })
    }

    /// Metres east and north in the plane, or how far away the position is when that is too far.
    pub(super) fn to_plane(self, position: Coord<f64>) -> Result<[f64; 2], f64> {
        type Inverse = (f64, f64, f64, f64, f64, f64, f64);
        let (distance, azimuth, _, reduced_length, scale, _, _): Inverse =
            WGS84.inverse(self.latitude, self.longitude, position.y, position.x);
        if distance > FURTHEST_METRES {
            return Err(distance);
        }
        let radius = reduced_length / scale;
        let (east, north) = azimuth.to_radians().sin_cos();
        Ok([radius * east, radius * north])
    }

    /// The position of a point of the plane.
    pub(super) fn to_position(self, [x, y]: [f64; 2]) -> Coord<f64> {
        type Direct = (f64, f64, f64, f64, f64, f64, f64, f64);
        let azimuth = x.atan2(y).to_degrees();
        let radius = x.hypot(y);
        let major = WGS84.equatorial_radius();
        let mut distance = major * (radius / major).atan();
        let mut found = Coord { x: self.longitude, y: self.latitude };
        // Newton's method converges quadratically from this start: three steps, ten at the most.
        for _ in 0..10 {
            let (latitude, longitude, _, reduced_length, scale, _, _, _): Direct =
                WGS84.direct(self.latitude, self.longitude, azimuth, distance);
            found = Coord { x: longitude, y: latitude };
            let step = (reduced_length / scale - radius) * scale * scale;
            distance -= step;
            if step.abs() <= 1e-9 {
                break;
            }
        }
        found
    }
}

/// A plane with a grid of square cells, and the positions that were laid on it.
///
/// All that is decided, is decided in whole cells, exactly. A corner that comes back from an
/// overlay is looked up: where it is one of those laid in, its own position is given back, bit by
/// bit.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    plane: LocalPlane,
    /// Metres along the side of a cell.
    cell: f64,
    known: HashMap<(i32, i32), Coord<f64>>,
}

impl Grid {
    /// Lays rings on a grid about their middle.
    ///
    /// Returns the grid and the rings in cells, corner by corner. Two positions in one cell get the
    /// same whole numbers; the first one stays known.
    ///
    /// # Errors
    /// The distance from the middle in metres when a corner lies further away than `furthest`.
    pub(super) fn lay(
        rings: &[&[Coord<f64>]],
        furthest: f64,
    ) -> Result<(Self, Vec<Vec<IntPoint>>), f64> {
        let plane = LocalPlane::about(rings.iter().copied().flatten())
            .unwrap_or(LocalPlane { latitude: 0.0, longitude: 0.0 });
        let mut reach = 0.0_f64;
        let mut laid = Vec::with_capacity(rings.len());
        for ring in rings {
            let mut corners = Vec::with_capacity(ring.len());
            for &position in *ring {
                let [x, y] = plane.to_plane(position)?;
                reach = reach.max(x.abs()).max(y.abs());
                if x.hypot(y) > furthest {
                    return Err(x.hypot(y));
                }
                corners.push([x, y]);
            }
            laid.push(corners);
        }
        let exponent = (reach.max(f64::MIN_POSITIVE).log2().ceil() as i32 - MOST_CELLS_LOG2)
            .max(SMALLEST_CELL_LOG2);
        let cell = f64::from(exponent).exp2();
        let mut grid = Self { plane, cell, known: HashMap::new() };
        let rings = rings
            .iter()
            .zip(laid)
            .map(|(ring, corners)| {
                ring.iter().zip(corners).map(|(&position, at)| grid.enter(position, at)).collect()
            })
            .collect();
        Ok((grid, rings))
    }

    fn enter(&mut self, position: Coord<f64>, at: [f64; 2]) -> IntPoint {
        let [x, y] = at.map(|metres| (metres / self.cell).round() as i32);
        self.known.entry((x, y)).or_insert(position);
        IntPoint::new(x, y)
    }

    /// The position of a corner: the one that was laid in there, or a new one.
    pub(super) fn position(&self, corner: IntPoint) -> Coord<f64> {
        self.known
            .get(&(corner.x, corner.y))
            .copied()
            .unwrap_or_else(|| self.position_between(f64::from(corner.x), f64::from(corner.y)))
    }

    /// The position of a point given in fractions of cells.
    pub(super) fn position_between(&self, x: f64, y: f64) -> Coord<f64> {
        self.plane.to_position([x * self.cell, y * self.cell])
    }

    /// Metres along the side of a cell.
    pub(super) fn cell(&self) -> f64 {
        self.cell
    }
}

/// A position on a sphere of radius 1, good enough to find a middle and to compare boxes.
pub(super) fn on_unit_sphere(position: Coord<f64>) -> [f64; 3] {
    let (sin_latitude, cos_latitude) = position.y.to_radians().sin_cos();
    let (sin_longitude, cos_longitude) = position.x.to_radians().sin_cos();
    [cos_latitude * cos_longitude, cos_latitude * sin_longitude, sin_latitude]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;

    fn metres_apart(a: Coord<f64>, b: Coord<f64>) -> f64 {
        WGS84.inverse(a.y, a.x, b.y, b.x)
    }

    /// GeographicLib's own worked example of `Gnomonic`: Paris in the middle, Calais forward.
    #[test]
    fn calais_seen_from_paris() {
        let plane = LocalPlane { latitude: 48.0 + 50.0 / 60.0, longitude: 2.0 + 20.0 / 60.0 };
        let calais = Coord { x: 1.8, y: 50.9 };
        let [x, y] = plane.to_plane(calais).unwrap();
        assert!((x - -37_543.669_8).abs() < 1e-3 && (y - 230_103.214_3).abs() < 1e-3, "{x} {y}");
        assert!(metres_apart(plane.to_position([x, y]), calais) < 1e-8);
    }

    #[test]
    fn the_middle_is_found_over_the_antimeridian_and_at_the_pole() {
        let over = [Coord { x: 179.9, y: -17.0 }, Coord { x: -179.9, y: -17.0 }];
        let plane = LocalPlane::about(over.iter()).unwrap();
        assert_eq!((plane.latitude, plane.longitude.abs()), (-17.0, 180.0));
        let round = [0.0, 90.0, 180.0, -90.0].map(|x| Coord { x, y: 89.0 });
        assert_eq!(LocalPlane::about(round.iter()).unwrap().latitude, 90.0);
    }

    proptest! {
        #[test]
        fn there_and_back(lat0 in -89.0..89.0, lon0 in -180.0..180.0,
                          azimuth in -180.0..180.0, distance in 0.0..1_000_000.0) {
            let plane = LocalPlane { latitude: lat0, longitude: lon0 };
            let (y, x): (f64, f64) = WGS84.direct(lat0, lon0, azimuth, distance);
            let position = Coord { x, y };
            let back = plane.to_position(plane.to_plane(position).unwrap());
            prop_assert!(metres_apart(position, back) < 2e-8);
        }

        /// A point on the geodesic between two corners lies on the straight line between them:
        /// off by less than 2 mm at 100 km from the middle and 1.7 m at 1 000 km.
        #[test]
        fn geodesics_are_straight(lat0 in -80.0..80.0, azimuths in [-180.0..180.0, -180.0..180.0_f64],
                                  share in 0.0..1.0, reach in 1_000.0..1_000_000.0) {
            let plane = LocalPlane { latitude: lat0, longitude: 17.0 };
            let ends = azimuths.map(|azimuth| -> (f64, f64) { WGS84.direct(lat0, 17.0, azimuth, reach) });
            let (length, azimuth, _, _): (f64, f64, f64, f64) =
                WGS84.inverse(ends[0].0, ends[0].1, ends[1].0, ends[1].1);
            prop_assume!(length > 1.0);
            let (y, x): (f64, f64) = WGS84.direct(ends[0].0, ends[0].1, azimuth, share * length);
            let [ax, ay] = plane.to_plane(Coord { x: ends[0].1, y: ends[0].0 }).unwrap();
            let [bx, by] = plane.to_plane(Coord { x: ends[1].1, y: ends[1].0 }).unwrap();
            let [px, py] = plane.to_plane(Coord { x, y }).unwrap();
            let off = ((bx - ax) * (py - ay) - (by - ay) * (px - ax)).abs() / (bx - ax).hypot(by - ay);
            let allowed = 1e-6 + 1.7 * (reach / 1_000_000.0).powi(3);
            prop_assert!(off <= allowed, "{off} m off at {reach} m");
        }
    }
}
