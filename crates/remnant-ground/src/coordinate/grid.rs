//! UTM zones and the squares of the Military Grid Reference System, on WGS 84.
//!
//! Belongs here: zone, easting and northing to a position and back, squares to positions and back.
//! Does not belong here: finding them in a text (`utm`, `mgrs`).

use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use geoconvert::{LatLon, Mgrs, UtmUps};
use proj4rs::Proj;
use proj4rs::transform::transform;
use serde::{Deserialize, Serialize};

use super::{CoordinateFault, Position};

/// North or south of the equator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hemisphere {
    /// Northings count from the equator.
    North,
    /// Northings count from 10 000 km south of the equator.
    South,
}

/// A UTM zone: 1 to 60, and a hemisphere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u8, Hemisphere)", into = "(u8, Hemisphere)")]
pub struct UtmZone {
    number: u8,
    hemisphere: Hemisphere,
}

/// A point in a UTM zone: the zone, easting and northing in metres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct UtmPoint {
    /// The zone.
    pub zone: UtmZone,
    /// Metres east; 500 000 on the zone's central meridian.
    pub easting: f64,
    /// Metres north, counted as the hemisphere says.
    pub northing: f64,
}

impl UtmZone {
    /// A zone by its number, north or south of the equator.
    ///
    /// # Errors
    /// `NoSuchZone` unless the number is 1 to 60.
    pub fn new(number: u8, north: bool) -> Result<Self, CoordinateFault> {
        if !(1..=60).contains(&number) {
            return Err(CoordinateFault::NoSuchZone { read: number.to_string() });
        }
        let hemisphere = if north { Hemisphere::North } else { Hemisphere::South };
        Ok(Self { number, hemisphere })
    }

    /// The zone that maps use for a position, with the exceptions of Norway and Svalbard.
    ///
    /// # Errors
    /// `OutsideUtm` south of 80° south and from 84° north on.
    pub fn of(position: Position) -> Result<Self, CoordinateFault> {
        let latitude = position.latitude();
        if !(-80.0..84.0).contains(&latitude) {
            return Err(CoordinateFault::OutsideUtm { latitude });
        }
        let utm = UtmUps::from_latlon(&lat_lon(position)?);
        let number = u8::try_from(utm.zone()).unwrap_or(0);
        Self::new(number, latitude >= 0.0)
    }

    /// The zone of six degrees in which a position lies, without the exceptions in the north: what
    /// a position was in before somebody mistook the zone.
    pub(super) fn six_degrees(position: Position) -> Self {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "longitudes are -180 to under 180, so this is 0 to 59"
        )]
        let index = ((position.longitude() + 180.0) / 6.0).floor() as u8;
        let hemisphere =
            if position.latitude() < 0.0 { Hemisphere::South } else { Hemisphere::North };
        Self { number: index.min(59) + 1, hemisphere }
    }

    /// 1 to 60.
    #[must_use]
    pub fn number(self) -> u8 {
        self.number
    }

    /// Whether northings count from the equator.
    #[must_use]
    pub fn is_north(self) -> bool {
        self.hemisphere == Hemisphere::North
    }

    /// Its EPSG code on WGS 84: 32601 to 32660 north, 32701 to 32760 south.
    #[must_use]
    pub fn epsg(self) -> u16 {
        let base = if self.is_north() { 32_600 } else { 32_700 };
        base + u16::from(self.number)
    }

    /// The zone behind such a code.
    #[must_use]
    pub fn from_epsg(code: u16) -> Option<Self> {
        let number = u8::try_from(code % 100).ok()?;
        match code / 100 {
            326 => Self::new(number, true).ok(),
            327 => Self::new(number, false).ok(),
            _ => None,
        }
    }

    /// The zone so many further east, in the same hemisphere; after 60 comes 1.
    pub(super) fn neighbour(self, zones: i8) -> Self {
        let number = (i16::from(self.number) - 1 + i16::from(zones)).rem_euclid(60) + 1;
        Self { number: u8::try_from(number).unwrap_or(self.number), ..self }
    }

    /// The zone with the same number on the other side of the equator.
    pub(super) fn other_hemisphere(self) -> Self {
        let hemisphere = if self.is_north() { Hemisphere::South } else { Hemisphere::North };
        Self { hemisphere, ..self }
    }

    /// The WGS 84 position of an easting and a northing in metres.
    ///
    /// # Errors
    /// `UtmOutOfRange` outside eastings 0 to 1 000 000 and northings 0 to 10 000 000: a box may
    /// reach over the edge of its zone, by some 166 km at the equator, and no further.
    pub fn position(self, easting: f64, northing: f64) -> Result<Position, CoordinateFault> {
        let out_of_range = || CoordinateFault::UtmOutOfRange { easting, northing };
        if !(0.0..=1_000_000.0).contains(&easting) || !(0.0..=10_000_000.0).contains(&northing) {
            return Err(out_of_range());
        }
        let utm = UtmUps::create(i32::from(self.number), self.is_north(), easting, northing)
            .map_err(|_| out_of_range())?;
        let found = LatLon::from_utmups(&utm);
        let (longitude, latitude) = (found.longitude(), found.latitude());
        // Beyond the pole the projection comes down again on the other side.
        Position::new(longitude, latitude).map_err(|_| out_of_range())
    }

    /// Easting and northing of a position in this zone, whether or not it is the position's own.
    ///
    /// So a row of boxes that crosses the edge of a zone stays in one grid.
    ///
    /// # Errors
    /// `OutsideUtm` near the poles; `FarFromZone` where the easting would not be 0 to 1 000 000,
    /// beyond which the grid is no measure of the ground.
    pub fn point(self, position: Position) -> Result<UtmPoint, CoordinateFault> {
        let (longitude, latitude) = (position.longitude(), position.latitude());
        if !(-80.0..=84.0).contains(&latitude) {
            return Err(CoordinateFault::OutsideUtm { latitude });
        }
        let far = || CoordinateFault::FarFromZone { zone: self, longitude };
        let middle = 6.0 * f64::from(self.number) - 183.0;
        let from_middle = (longitude - middle + 540.0).rem_euclid(360.0) - 180.0;
        // A quarter of the earth away the projection ends; long before that it is of no use.
        if from_middle.abs() > 45.0 {
            return Err(far());
        }
        let (easting, northing) = project(latitude, from_middle).ok_or_else(far)?;
        if !(0.0..=1_000_000.0).contains(&easting) {
            return Err(far());
        }
        let northing = if self.is_north() { northing } else { northing + 10_000_000.0 };
        Ok(UtmPoint { zone: self, easting, northing })
    }
}

/// The grid of zone 31, whose middle is 3° east. All zones are this one turned round the axis;
/// geoconvert projects a position into its own zone only.
static ZONE_31: LazyLock<Option<(Proj, Proj)>> = LazyLock::new(|| {
    let degrees = Proj::from_proj_string("+proj=longlat +datum=WGS84").ok()?;
    Some((degrees, Proj::from_proj_string("+proj=utm +zone=31 +datum=WGS84").ok()?))
});

/// Easting and northing from the equator, in metres, of a point so many degrees east of the middle
/// of its zone.
fn project(latitude: f64, degrees_from_middle: f64) -> Option<(f64, f64)> {
    let (degrees, zone) = ZONE_31.as_ref()?;
    let mut point = ((degrees_from_middle + 3.0).to_radians(), latitude.to_radians(), 0.0);
    transform(degrees, zone, &mut point).ok()?;
    (point.0.is_finite() && point.1.is_finite()).then_some((point.0, point.1))
}

impl fmt::Display for UtmZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, if self.is_north() { 'N' } else { 'S' })
    }
}

impl TryFrom<(u8, Hemisphere)> for UtmZone {
    type Error = CoordinateFault;

    fn try_from((number, hemisphere): (u8, Hemisphere)) -> Result<Self, CoordinateFault> {
        Self::new(number, hemisphere == Hemisphere::North)
    }
}

impl From<UtmZone> for (u8, Hemisphere) {
    fn from(zone: UtmZone) -> Self {
        (zone.number, zone.hemisphere)
    }
}

impl UtmPoint {
    /// Easting and northing of a position in the position's own zone.
    ///
    /// # Errors
    /// `OutsideUtm` near the poles.
    pub fn of(position: Position) -> Result<Self, CoordinateFault> {
        UtmZone::of(position)?.point(position)
    }

    /// The WGS 84 position.
    ///
    /// # Errors
    /// As [`UtmZone::position`].
    pub fn position(self) -> Result<Position, CoordinateFault> {
        self.zone.position(self.easting, self.northing)
    }
}

/// A square of the Military Grid Reference System: what a grid reference names.
///
/// A grid reference is truncated, never rounded: it names the south-west corner of the square in
/// which the place lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GridSquare {
    /// The zone in which easting and northing count; `None` near the poles.
    pub zone: Option<UtmZone>,
    /// Easting of the south-west corner, metres.
    pub easting: f64,
    /// Northing of the south-west corner, metres.
    pub northing: f64,
    /// Length of a side, metres: 100 000 with no digits, 1 with ten.
    pub side_metres: f64,
}

impl GridSquare {
    /// Half the diagonal: how far the place may lie from the middle, in metres.
    #[must_use]
    pub fn half_diagonal_metres(&self) -> f64 {
        self.side_metres * std::f64::consts::FRAC_1_SQRT_2
    }
}

/// The square of a grid reference without spaces, and its middle on WGS 84.
///
/// `None` when the letters name no square.
pub(super) fn square(reference: &str, digits_each: u8) -> Option<(GridSquare, Position)> {
    let parsed = Mgrs::parse_str(reference).ok()?;
    let middle = parsed.to_utmups();
    let side_metres = 10f64.powi(5 - i32::from(digits_each));
    let zone = match parsed.zone() {
        0 => None,
        number => Some(UtmZone::new(u8::try_from(number).ok()?, parsed.is_north()).ok()?),
    };
    // The library gives the middle of the square; the corner is a whole number of metres.
    let corner = |middle: f64| (middle - side_metres / 2.0).round();
    let (easting, northing) = (corner(middle.easting()), corner(middle.northing()));
    let position = match zone {
        Some(zone) => {
            zone.position(easting + side_metres / 2.0, northing + side_metres / 2.0).ok()?
        }
        None => {
            let found = LatLon::from_utmups(&middle);
            Position::new(found.longitude(), found.latitude()).ok()?
        }
    };
    Some((GridSquare { zone, easting, northing, side_metres }, position))
}

/// The grid reference of a position, with so many digits (0 to 5) for each half, without spaces.
///
/// Written here and not by geoconvert 1.0.2, which panics on places at the edge of a band.
pub(super) fn reference(position: Position, digits_each: u8) -> Result<String, CoordinateFault> {
    const BANDS: &[u8] = b"CDEFGHJKLMNPQRSTUVWX";
    const COLUMNS: [&[u8]; 3] = [b"ABCDEFGH", b"JKLMNPQR", b"STUVWXYZ"];
    const ROWS: &[u8] = b"ABCDEFGHJKLMNPQRSTUV";
    let UtmPoint { zone, easting, northing } = UtmPoint::of(position)?;
    let outside = || CoordinateFault::OutsideUtm { latitude: position.latitude() };
    let letter = |letters: &[u8], index: usize| {
        letters.get(index).map(|letter| char::from(*letter)).ok_or_else(outside)
    };
    // A hair for computing: a corner of a square belongs to the square that it begins. On the
    // southern side the equator belongs to nobody, so stay a millimetre away from it.
    let hair = 1e-6;
    let last = if zone.is_north() { f64::INFINITY } else { 9_999_999.999 };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both are between 0 and 10 000 000"
    )]
    let (easting, northing, band) = (
        (easting + hair) as usize,
        (northing + hair).min(last) as usize,
        ((position.latitude() + 80.0) / 8.0) as usize,
    );
    let band = letter(BANDS, band.min(BANDS.len() - 1))?;
    let zone_index = usize::from(zone.number() - 1);
    let columns = COLUMNS.get(zone_index % 3).copied().unwrap_or_default();
    let column = letter(columns, (easting / 100_000).wrapping_sub(1))?;
    // Rows begin five letters on in every second zone.
    let row = letter(ROWS, (northing / 100_000 + 5 * (zone_index % 2)) % 20)?;
    let mut text = format!("{:02}{band}{column}{row}", zone.number());
    let width = usize::from(digits_each.min(5));
    if width > 0 {
        let place = 10usize.pow(5 - u32::from(digits_each.min(5)));
        let (east, north) = (easting % 100_000 / place, northing % 100_000 / place);
        let _written = write!(text, "{east:0width$}{north:0width$}");
    }
    Ok(text)
}

fn lat_lon(position: Position) -> Result<LatLon, CoordinateFault> {
    let (longitude, latitude) = (position.longitude(), position.latitude());
    LatLon::create(latitude, longitude)
        .map_err(|_| CoordinateFault::NotANumber { longitude, latitude })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;

    /// Made with PROJ 9.1.1 (`cs2cs`).
    #[test]
    fn zones_agree_with_proj() {
        let north = UtmZone::new(44, true).unwrap().position(433_000.0, 1_030_000.0).unwrap();
        assert!(
            north.distance_metres(Position::new(80.389_902_350, 9.317_390_081).unwrap()) < 1e-3
        );
        let south = UtmZone::new(36, false).unwrap().position(466_000.0, 7_150_000.0).unwrap();
        assert!(
            south.distance_metres(Position::new(32.660_929_250, -25.767_679_861).unwrap()) < 1e-3
        );
        // 101.9° east is in zone 47, asked for in zone 48.
        let over_the_edge =
            UtmZone::new(48, true).unwrap().point(Position::new(101.9, 17.5).unwrap()).unwrap();
        assert!((over_the_edge.easting - 170_780.962_668).abs() < 1e-3);
        assert!((over_the_edge.northing - 1_937_548.922_730).abs() < 1e-3);
    }

    #[test]
    fn a_zone_is_not_stretched_over_half_the_earth() {
        let zone = UtmZone::new(48, true).unwrap();
        assert!(zone.point(Position::new(80.0, 17.0).unwrap()).is_err());
        assert!(zone.point(Position::new(105.0, 87.0).unwrap()).is_err());
        assert!(zone.position(2_100_000.0, 433_000.0).is_err());
        assert!(UtmZone::new(61, true).is_err());
        assert!(UtmZone::new(0, true).is_err());
    }

    proptest! {
        /// In any zone that is near enough, its own or not: to a tenth of a millimetre.
        #[test]
        fn a_point_leads_back_to_its_position(
            longitude in -180.0f64..180.0,
            latitude in -79.9f64..83.9,
            zones_away in -1i8..=1,
        ) {
            let position = Position::new(longitude, latitude).unwrap();
            let zone = UtmZone::six_degrees(position).neighbour(zones_away);
            if let Ok(point) = zone.point(position)
                && (0.0..=10_000_000.0).contains(&point.northing)
            {
                let back = point.position().unwrap();
                prop_assert!(back.distance_metres(position) < 1e-4, "{point:?} {back:?}");
            } else {
                prop_assert_ne!(zones_away, 0);
            }
        }

        #[test]
        fn a_reference_names_the_square_in_which_the_place_lies(
            longitude in -180.0f64..180.0,
            latitude in -79.9f64..83.9,
            digits_each in 0u8..=5,
        ) {
            let position = Position::new(longitude, latitude).unwrap();
            let text = reference(position, digits_each).unwrap();
            let found = square(&text, digits_each);
            prop_assert!(found.is_some(), "{text}");
            let (square, _) = found.unwrap();
            let point = square.zone.unwrap().point(position).unwrap();
            let (east, north) = (point.easting - square.easting, point.northing - square.northing);
            let inside = -1e-5..square.side_metres + 1e-5;
            prop_assert!(inside.contains(&east) && inside.contains(&north), "{text}: {point:?}");
        }
    }

    #[test]
    fn zones_next_to_the_antimeridian_are_neighbours() {
        let last = UtmZone::new(60, true).unwrap();
        assert_eq!(last.neighbour(1).number(), 1);
        assert_eq!(last.neighbour(1).neighbour(-1), last);
        let point = last.point(Position::new(-179.9, 10.0).unwrap()).unwrap();
        let back = point.position().unwrap();
        assert!(back.distance_metres(Position::new(-179.9, 10.0).unwrap()) < 1e-3);
    }

    #[test]
    fn a_zone_is_kept_as_number_and_hemisphere() {
        let zone = UtmZone::new(44, true).unwrap();
        assert_eq!(serde_json::to_string(&zone).unwrap(), "[44,\"north\"]");
        assert_eq!(serde_json::from_str::<UtmZone>("[44,\"north\"]").unwrap(), zone);
        assert!(serde_json::from_str::<UtmZone>("[61,\"north\"]").is_err());
        assert_eq!(UtmZone::from_epsg(zone.epsg()), Some(zone));
        assert_eq!(UtmZone::from_epsg(32_661), None);
    }

    #[test]
    fn a_truncated_reference_is_a_square_and_its_middle() {
        let (found, middle) = square("48QXE22", 1).unwrap();
        assert_eq!((found.easting, found.northing), (620_000.0, 1_920_000.0));
        assert_eq!(found.side_metres, 10_000.0);
        let point = found.zone.unwrap().point(middle).unwrap();
        assert!((point.easting - 625_000.0).abs() < 1e-3, "{point:?}");
        assert!((point.northing - 1_925_000.0).abs() < 1e-3, "{point:?}");
        assert!((found.half_diagonal_metres() - 7_071.067_8).abs() < 1e-3);
    }
}
