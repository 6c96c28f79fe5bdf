//! A place on the WGS 84 ellipsoid, and what is measured between two of them.
//!
//! Belongs here: longitude and latitude in range, distance, bearing and distance. Does not belong
//! here: how a position was written, the datum it was written in, grids.

use std::fmt;

use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::CoordinateFault;

/// A position: WGS 84 longitude and latitude in degrees.
///
/// Both are finite, latitude from −90 to 90, longitude from −180 to just under 180: the
/// antimeridian has one name, −180. In JSON it is `[longitude, latitude]`, as in GeoJSON.
///
/// ```
/// use remnant_ground::coordinate::Position;
/// let fiji = Position::new(180.0, -16.5)?;
/// assert_eq!(fiji.longitude(), -180.0);
/// assert!(Position::new(103.0, 117.0).is_err());
/// # Ok::<(), remnant_ground::coordinate::CoordinateFault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    longitude: f64,
    latitude: f64,
}

impl Position {
    /// The position at a longitude and a latitude, in this order, in degrees on WGS 84.
    ///
    /// # Errors
    /// `NotANumber` or `OutOfRange`. A longitude over 180 is not turned round: in the field it is
    /// a slip of the pen more often than a count to 360.
    pub fn new(longitude: f64, latitude: f64) -> Result<Self, CoordinateFault> {
        if !longitude.is_finite() || !latitude.is_finite() {
            return Err(CoordinateFault::NotANumber { longitude, latitude });
        }
        let out_of_range = |axis, degrees| {
            let read = format!("{longitude} {latitude}");
            Err(CoordinateFault::OutOfRange { read, axis, degrees })
        };
        if latitude.abs() > 90.0 {
            return out_of_range(Axis::Latitude, latitude);
        }
        if longitude.abs() > 180.0 {
            return out_of_range(Axis::Longitude, longitude);
        }
        // `+ 0.0` turns a negative zero into zero, so that equal positions are written equally.
        let longitude = if longitude == 180.0 { -180.0 } else { longitude + 0.0 };
        Ok(Self { longitude, latitude: latitude + 0.0 })
    }

    /// Degrees east of Greenwich, −180 to just under 180.
    #[must_use]
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// Degrees north of the equator, −90 to 90.
    #[must_use]
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Length of the shortest way between two positions along the ellipsoid, in metres.
    ///
    /// # Source
    /// C. F. F. Karney, Algorithms for geodesics, *Journal of Geodesy* 87 (2013).
    #[must_use]
    pub fn distance_metres(self, other: Self) -> f64 {
        Geodesic::wgs84().inverse(self.latitude, self.longitude, other.latitude, other.longitude)
    }

    /// Where one stands after going `distance_metres` in the direction `bearing_degrees`, which is
    /// counted clockwise from true north.
    ///
    /// For points that a report gives by bearing and distance from a reference point or from the
    /// corner before. A magnetic bearing must be corrected first: the declination is not known here.
    ///
    /// # Errors
    /// `NotANumber` when bearing or distance is not finite.
    pub fn destination(
        self,
        bearing_degrees: f64,
        distance_metres: f64,
    ) -> Result<Self, CoordinateFault> {
        if !bearing_degrees.is_finite() || !distance_metres.is_finite() {
            return Err(CoordinateFault::BearingOrDistance { bearing_degrees, distance_metres });
        }
        let (latitude, longitude): (f64, f64) = Geodesic::wgs84().direct(
            self.latitude,
            self.longitude,
            bearing_degrees,
            distance_metres,
        );
        Self::new((longitude + 180.0).rem_euclid(360.0) - 180.0, latitude)
    }

    /// How far east and north another position lies, in metres, for shifts of a few kilometres.
    pub(super) fn offset_metres(self, other: Self) -> (f64, f64) {
        let (distance, azimuth, _, _): (f64, f64, f64, f64) = Geodesic::wgs84().inverse(
            self.latitude,
            self.longitude,
            other.latitude,
            other.longitude,
        );
        let (east, north) = azimuth.to_radians().sin_cos();
        (distance * east, distance * north)
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.longitude, self.latitude].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [longitude, latitude] = <[f64; 2]>::deserialize(deserializer)?;
        Self::new(longitude, latitude).map_err(serde::de::Error::custom)
    }
}

/// Which of the two numbers of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// North and south.
    Latitude,
    /// East and west.
    Longitude,
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn what_is_no_position_is_refused() {
        for (longitude, latitude) in
            [(f64::NAN, 0.0), (0.0, f64::INFINITY), (180.1, 0.0), (-181.0, 0.0), (0.0, -90.01)]
        {
            assert!(Position::new(longitude, latitude).is_err(), "{longitude} {latitude}");
        }
    }

    #[test]
    fn the_antimeridian_and_zero_have_one_name() {
        assert_eq!(Position::new(180.0, 0.0).unwrap(), Position::new(-180.0, -0.0).unwrap());
        assert_eq!(
            serde_json::to_string(&Position::new(-0.0, -0.0).unwrap()).unwrap(),
            "[0.0,0.0]"
        );
    }

    #[test]
    fn json_is_two_numbers_and_is_checked() {
        let read: Position = serde_json::from_str("[103.25, 17.5]").unwrap();
        assert_eq!((read.longitude(), read.latitude()), (103.25, 17.5));
        assert!(serde_json::from_str::<Position>("[17.5, 103.25]").is_err());
    }

    #[test]
    fn bearing_and_distance_lead_back() {
        let corner = Position::new(103.25, 17.5).unwrap();
        let next = corner.destination(62.0, 1234.5).unwrap();
        assert!((corner.distance_metres(next) - 1234.5).abs() < 1e-6);
        let (east, north) = corner.offset_metres(next);
        assert!((east.atan2(north).to_degrees() - 62.0).abs() < 1e-6);
        assert!(corner.destination(f64::NAN, 1.0).is_err());
    }
}
