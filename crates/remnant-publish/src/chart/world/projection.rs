//! The Equal Earth projection and the frame of the map.
//!
//! Belongs here: from degrees to places in the drawing, and rectangles of it. Does not belong here: what
//! is drawn there.

use super::super::svg::WIDTH;

/// Half the width of the Equal Earth map of the unit sphere, at the equator.
pub(super) const HALF_WIDTH: f64 = 2.706_63;
pub(super) const TOP: f64 = 4.0;
/// The map is cut below Tierra del Fuego and above Svalbard: no state lies beyond.
pub(super) const SOUTH: f64 = -57.0;
const NORTH: f64 = 84.0;

/// A place on the globe in degrees to a place in the drawing, in the Equal Earth projection.
///
/// Areas keep their proportion, so that a large state does not look larger than it is.
///
/// # Source
/// B. Šavrič, T. Patterson, B. Jenny, *The Equal Earth map projection*, International Journal of
/// Geographical Information Science 33 (2019), published online 2018.
pub(super) fn project([longitude, latitude]: [f64; 2]) -> (f64, f64) {
    let (x, y) = equal_earth(longitude, latitude);
    let unit = (WIDTH - 4.0) / (2.0 * HALF_WIDTH);
    let north = equal_earth(0.0, NORTH).1;
    (WIDTH / 2.0 + x * unit, TOP + (north - y) * unit)
}

/// Equal Earth coordinates on a sphere of radius 1.
pub(super) fn equal_earth(longitude: f64, latitude: f64) -> (f64, f64) {
    const A: [f64; 4] = [1.340_264, -0.081_106, 0.000_893, 0.003_796];
    let theta = (3.0_f64.sqrt() / 2.0 * latitude.to_radians().sin()).asin();
    let square = theta * theta;
    let sixth = square.powi(3);
    let x = 2.0 * 3.0_f64.sqrt() * longitude.to_radians() * theta.cos()
        / (3.0 * (A[0] + 3.0 * A[1] * square + sixth * (7.0 * A[2] + 9.0 * A[3] * square)));
    let y = theta * (A[0] + A[1] * square + sixth * (A[2] + A[3] * square));
    (x, y)
}

/// From a place on the map to where it is drawn: the same place, or that in an enlarged piece.
pub(super) type Place<'a> = &'a dyn Fn((f64, f64)) -> (f64, f64);

/// A rectangle of the drawing.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) corner: (f64, f64),
    pub(super) size: (f64, f64),
}

impl Frame {
    pub(super) const EVERYWHERE: Self = Self { corner: (-1e6, -1e6), size: (2e6, 2e6) };

    pub(super) fn holds(&self, (x, y): (f64, f64)) -> bool {
        let (across, down) = (x - self.corner.0, y - self.corner.1);
        across > 0.0 && across < self.size.0 && down > 0.0 && down < self.size.1
    }

    /// Whether the box around a ring and the frame have a place in common.
    pub(super) fn meets(&self, ring: &[(f64, f64)]) -> bool {
        let (west, east) = range(ring.iter().map(|place| place.0));
        let (north, south) = range(ring.iter().map(|place| place.1));
        east > self.corner.0
            && west < self.corner.0 + self.size.0
            && south > self.corner.1
            && north < self.corner.1 + self.size.1
    }
}

/// The least and the greatest of some numbers.
pub(super) fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}
