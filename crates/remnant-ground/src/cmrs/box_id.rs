//! The names of boxes and squares: stable text that is read off a sheet and typed in again.
//!
//! Belongs here: a kilometre square of the map and a box by name, printed and read back. Does not
//! belong here: where the lines of a grid run (`grid`).

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use remnant_record::SquareMetres;
use serde::{Deserialize, Serialize};

use crate::coordinate::UtmZone;

use super::fault::CmrsFault;
use super::parameters::BOX_SIZES;
use super::plane::{Corner, SOUTHERN_EQUATOR, to_wgs84};

/// The side of the squares that boxes are named after, in metres.
const KILOMETRE: i64 = 1000;
const HUNDRED_KILOMETRES: i64 = 100_000;
/// The letters of the northings come round again after this many metres.
const LETTER_CYCLE: i64 = 2_000_000;
const COLUMN_LETTERS: [&[u8; 8]; 3] = [b"STUVWXYZ", b"ABCDEFGH", b"JKLMNPQR"];
const ROW_LETTERS: &[u8; 20] = b"ABCDEFGHJKLMNPQRSTUV";
const BAND_LETTERS: &[u8; 20] = b"CDEFGHJKLMNPQRSTUVWX";

/// A square of one kilometre on the lines of UTM, named as on the map: `48QVE5123`.
///
/// The name is the reference of its south-west corner in the Military Grid Reference System, with
/// the zone in two digits. It is the square of the plane: at the edge of a zone part of it, or even
/// its corner, lies in the neighbouring zone, where the map calls the ground by another name.
///
/// # Source
/// NGA.STND.0037, Universal Grids and Grid Reference Systems (2014), section 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KilometreSquare {
    zone: UtmZone,
    easting: i64,
    northing: i64,
}

/// A box of a survey by its name: `48QVE5123-50-r07c13`.
///
/// The kilometre square in which its south-west corner lies, the side of a box in metres, row and
/// column in the square, counted from 1 in the south-west corner northward and eastward, as map
/// references are read. A grid that does not run along the lines of the map names the metres by
/// which it is off to the east and north: `48QVE5123-50e12n38-r07c13`. A northern box that the
/// equator cuts is in row 0.
///
/// The name holds all there is to know of a box: zone, size, corner. In JSON it is the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BoxId {
    zone: UtmZone,
    size_metres: u32,
    easting: i64,
    northing: i64,
}

impl KilometreSquare {
    /// The square that holds a point of the plane, in whole metres.
    pub(super) fn holding(zone: UtmZone, (easting, northing): Corner) -> Self {
        let mut northing = northing.div_euclid(KILOMETRE) * KILOMETRE;
        if zone.is_north() {
            northing = northing.max(0);
        }
        Self { zone, easting: easting.div_euclid(KILOMETRE) * KILOMETRE, northing }
    }

    /// The zone.
    #[must_use]
    pub fn zone(self) -> UtmZone {
        self.zone
    }

    /// Easting and northing of its south-west corner, in metres.
    #[must_use]
    pub fn south_west(self) -> (i64, i64) {
        (self.easting, self.northing)
    }

    /// The letter of the latitude band in which the south-west corner lies.
    #[expect(clippy::cast_precision_loss, reason = "metres of a UTM zone stay far below 2^53")]
    fn band(self) -> u8 {
        let latitude = to_wgs84(self.zone, self.easting as f64, self.northing as f64)
            .map_or(if self.zone.is_north() { 0.0 } else { -80.0 }, |at| at.y);
        // Rounded to 1e-9 degrees, a tenth of a millimetre, so that a corner on the equator has
        // one band; band X is twelve degrees high.
        let eighths = ((latitude * 1e9).round() / 1e9 + 80.0) / 8.0;
        let bands: std::ops::RangeInclusive<usize> =
            if self.zone.is_north() { 10..=19 } else { 0..=9 };
        let band = bands.clone().rev().find(|band| eighths >= *band as f64);
        BAND_LETTERS[band.unwrap_or(*bands.start())]
    }

    /// The letters of the square of 100 km in which it lies.
    fn letters(self) -> Option<(u8, u8)> {
        let column = usize::try_from(self.easting.div_euclid(HUNDRED_KILOMETRES) - 1).ok()?;
        let set = COLUMN_LETTERS[usize::from(self.zone.number()) % 3];
        let row = self.northing.div_euclid(HUNDRED_KILOMETRES) + row_shift(self.zone);
        let row = usize::try_from(row.rem_euclid(20)).ok()?;
        Some((*set.get(column)?, ROW_LETTERS[row]))
    }

    /// The square of a name as it is printed.
    fn read(text: &str) -> Option<Self> {
        let bytes: &[u8; 9] = text.as_bytes().try_into().ok()?;
        if !text.is_ascii() {
            return None;
        }
        let digits = |from: usize| {
            let two = &text[from..from + 2];
            two.bytes().all(|b| b.is_ascii_digit()).then(|| two.parse::<i64>().ok()).flatten()
        };
        let band = BAND_LETTERS.iter().position(|letter| *letter == bytes[2])?;
        let zone = UtmZone::new(u8::try_from(digits(0)?).ok()?, band >= 10).ok()?;
        let set = COLUMN_LETTERS[usize::from(zone.number()) % 3];
        let column = set.iter().position(|letter| *letter == bytes[3])?;
        let row = ROW_LETTERS.iter().position(|letter| *letter == bytes[4])?;
        let column = i64::try_from(column).ok()? + 1;
        let row = i64::try_from(row).ok()? - row_shift(zone);
        let easting = column * HUNDRED_KILOMETRES + digits(5)? * KILOMETRE;
        let northing = row.rem_euclid(20) * HUNDRED_KILOMETRES + digits(7)? * KILOMETRE;
        // The letter of the row comes round every 2000 km; the band tells which time it is.
        (0..SOUTHERN_EQUATOR / LETTER_CYCLE)
            .map(|cycle| Self { zone, easting, northing: northing + cycle * LETTER_CYCLE })
            .find(|square| square.band() == bytes[2])
    }
}

/// By how many letters the rows of a zone are shifted: even zones begin at F.
fn row_shift(zone: UtmZone) -> i64 {
    if zone.number().is_multiple_of(2) { 5 } else { 0 }
}

impl fmt::Display for KilometreSquare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (column, row) = self.letters().unwrap_or((b'-', b'-'));
        write!(
            f,
            "{:02}{}{}{}{:02}{:02}",
            self.zone.number(),
            char::from(self.band()),
            char::from(column),
            char::from(row),
            self.easting.rem_euclid(HUNDRED_KILOMETRES) / KILOMETRE,
            self.northing.rem_euclid(HUNDRED_KILOMETRES) / KILOMETRE,
        )
    }
}

impl FromStr for KilometreSquare {
    type Err = CmrsFault;

    fn from_str(text: &str) -> Result<Self, CmrsFault> {
        Self::read(text)
            .filter(|found| found.to_string() == text)
            .ok_or_else(|| CmrsFault::BadSquare(text.chars().take(60).collect()))
    }
}

impl BoxId {
    /// A box by its south-west corner; the caller has checked that it is one of a grid.
    pub(super) fn at(zone: UtmZone, size_metres: u32, (easting, northing): Corner) -> Self {
        Self { zone, size_metres, easting, northing }
    }

    /// The zone.
    #[must_use]
    pub fn zone(self) -> UtmZone {
        self.zone
    }

    /// Its side in metres.
    #[must_use]
    pub fn size_metres(self) -> u32 {
        self.size_metres
    }

    /// Easting and northing of its south-west corner, in metres.
    #[must_use]
    pub fn south_west(self) -> (i64, i64) {
        (self.easting, self.northing)
    }

    /// The kilometre square that it is named after.
    #[must_use]
    pub fn square(self) -> KilometreSquare {
        KilometreSquare::holding(self.zone, (self.easting, self.northing))
    }

    /// Row and column in the kilometre square, from 1 in its south-west corner.
    #[must_use]
    pub fn row_and_column(self) -> (i64, i64) {
        let size = i64::from(self.size_metres);
        let square = self.square();
        let place = |at: i64, square: i64| {
            let first = (at - square).rem_euclid(size);
            (at - square - first).div_euclid(size) + 1
        };
        (place(self.northing, square.northing), place(self.easting, square.easting))
    }

    /// Its area on the grid: side times side. On the ellipsoid it is larger by 8 in 10 000 in the
    /// middle of a zone and smaller by as much as 2 in 1000 at its edge.
    #[must_use]
    pub fn grid_square_metres(self) -> SquareMetres {
        SquareMetres::new(u64::from(self.size_metres).pow(2))
    }

    /// The box so many boxes east and north, in the same zone's plane.
    pub(super) fn step(self, east: i64, north: i64) -> Self {
        let size = i64::from(self.size_metres);
        Self { easting: self.easting + east * size, northing: self.northing + north * size, ..self }
    }

    /// How many metres the lines of its grid are off those of UTM, east and north.
    pub(super) fn offset(self) -> Corner {
        let size = i64::from(self.size_metres);
        (self.easting.rem_euclid(size), self.northing.rem_euclid(size))
    }

    /// What boxes are ordered by: zone, then from the south-west row by row.
    fn key(self) -> (u8, bool, u32, i64, i64) {
        (self.zone.number(), self.zone.is_north(), self.size_metres, self.northing, self.easting)
    }
}

impl PartialOrd for BoxId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BoxId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// A box size with the metres by which a grid is off: `50` or `50e12n38`.
pub(super) fn write_mesh(
    f: &mut fmt::Formatter<'_>,
    size_metres: u32,
    (east, north): Corner,
) -> fmt::Result {
    write!(f, "{size_metres}")?;
    if (east, north) != (0, 0) {
        write!(f, "e{east}n{north}")?;
    }
    Ok(())
}

/// What [`write_mesh`] wrote.
pub(super) fn read_mesh(text: &str) -> Option<(u32, Corner)> {
    let (size, offset) = match text.split_once('e') {
        Some((size, offset)) => {
            let (east, north) = offset.split_once('n')?;
            (size, (east.parse().ok()?, north.parse().ok()?))
        }
        None => (text, (0, 0)),
    };
    let size: u32 = size.parse().ok()?;
    let within = 0..i64::from(size);
    (BOX_SIZES.contains(&size) && within.contains(&offset.0) && within.contains(&offset.1))
        .then_some((size, offset))
}

impl fmt::Display for BoxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (row, column) = self.row_and_column();
        write!(f, "{}-", self.square())?;
        write_mesh(f, self.size_metres, self.offset())?;
        write!(f, "-r{row:02}c{column:02}")
    }
}

impl FromStr for BoxId {
    type Err = CmrsFault;

    fn from_str(text: &str) -> Result<Self, CmrsFault> {
        let read = || {
            let (square, rest) = text.split_once('-')?;
            let (mesh, place) = rest.split_once('-')?;
            let square = KilometreSquare::read(square)?;
            let (size_metres, (east, north)) = read_mesh(mesh)?;
            let (row, column) = place.strip_prefix('r')?.split_once('c')?;
            let corner = |number: &str, offset: i64, square: i64| {
                let number: i64 = number.parse().ok().filter(|n| (0..=1000).contains(n))?;
                let size = i64::from(size_metres);
                Some(square + (offset - square).rem_euclid(size) + (number - 1) * size)
            };
            let easting = corner(column, east, square.easting)?;
            let northing = corner(row, north, square.northing)?;
            Some(Self::at(square.zone, size_metres, (easting, northing)))
        };
        // One box has one name: what would be printed differently is not it.
        read()
            .filter(|found| found.to_string() == text)
            .ok_or_else(|| CmrsFault::BadBoxId(text.chars().take(60).collect()))
    }
}

impl TryFrom<String> for BoxId {
    type Error = CmrsFault;

    fn try_from(text: String) -> Result<Self, CmrsFault> {
        text.parse()
    }
}

impl From<BoxId> for String {
    fn from(id: BoxId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_box_is_named_after_the_square_of_the_map() {
        let zone = UtmZone::new(38, true).unwrap();
        let id = BoxId::at(zone, 50, (339_650, 3_684_300));
        assert_eq!(id.to_string(), "38SLB3984-50-r07c14");
        assert_eq!("38SLB3984-50-r07c14".parse(), Ok(id));
        let off = BoxId::at(zone, 50, (339_662, 3_684_338));
        assert_eq!(off.to_string(), "38SLB3984-50e12n38-r07c14");
        assert_eq!(off.to_string().parse(), Ok(off));
        assert_eq!("38SLB3984".parse(), Ok(id.square()));
        assert!("38SLB398".parse::<KilometreSquare>().is_err());
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"38SLB3984-50-r07c14\"");
    }

    #[test]
    fn what_is_not_exactly_the_name_of_a_box_is_refused() {
        for text in [
            "",
            "38SLB3984",
            "38SLB3984-50-r21c01",
            "38SLB3984-50-r7c14",
            "38slb3984-50-r07c14",
            "38SLB3984-50e50n00-r07c14",
            "38SLB3984-4-r07c14",
            "38SIB3984-50-r07c14",
            "61SLB3984-50-r07c14",
            "38XLB3984-50-r07c14",
            "38SLB3984-50-r07c14 ",
            "38SLB3984-50-r-7c14",
            "38SLBé984-50-r07c14",
        ] {
            assert!(text.parse::<BoxId>().is_err(), "{text}");
        }
    }
}
