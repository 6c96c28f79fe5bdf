//! An entered coordinate: the text as it was, and what it was taken to mean.
//!
//! Belongs here: the value that reading gives. Does not belong here: the reading itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Axis, Datum, GridSquare, Position};

/// A position with the text it came from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EnteredPosition {
    /// The text exactly as it was entered.
    pub entered: EnteredText,
    /// The way of writing that was found.
    pub format: CoordinateFormat,
    /// The datum that the text was read in.
    pub datum: Datum,
    /// Where that is on WGS 84. For a truncated grid reference the middle of its square.
    pub position: Position,
    /// How far the place may lie from the position, in metres, as far as the text itself and the
    /// datum tell; `None` where a part of it is not known. How well the place was *measured* is
    /// not in a text, unless it states an accuracy.
    pub uncertainty_metres: Option<f64>,
    /// On what that rests.
    pub uncertainty_basis: UncertaintyBasis,
    /// The part of the uncertainty that comes from the writing alone, in metres.
    pub precision_metres: f64,
    /// The square of a grid reference, on the datum it was read in.
    pub square: Option<GridSquare>,
    /// What a person should look at, though the text could be read.
    pub warnings: Vec<CoordinateWarning>,
}

/// What was entered: one text, or two cells.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EnteredText {
    /// One text with both halves.
    One(String),
    /// The two cells in the order in which they were given.
    Pair(String, String),
}

impl fmt::Display for EnteredText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(text) => f.write_str(text),
            Self::Pair(first, second) => write!(f, "{first} | {second}"),
        }
    }
}

/// A way of writing coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoordinateFormat {
    /// `17.5431 103.2514`.
    DecimalDegrees,
    /// `17°32.58'N 103°15.08'E`.
    DegreesDecimalMinutes,
    /// `17°32'35"N 103°15'05"E`.
    DegreesMinutesSeconds,
    /// `48N 314000 1940000`: zone, easting, northing.
    Utm,
    /// `48QVE 14000 40000`: Military Grid Reference System.
    Mgrs,
}

impl fmt::Display for CoordinateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DecimalDegrees => "decimal degrees",
            Self::DegreesDecimalMinutes => "degrees and decimal minutes",
            Self::DegreesMinutesSeconds => "degrees, minutes and seconds",
            Self::Utm => "UTM",
            Self::Mgrs => "MGRS",
        })
    }
}

/// On what the uncertainty of an entered position rests.
///
/// The stated accuracy of a datum's shift is added in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UncertaintyBasis {
    /// Half of the last written place, of both numbers together.
    WrittenPrecision,
    /// Half the diagonal of the square that a grid reference names.
    SquareHalfDiagonal,
    /// The accuracy that the receiver stated, the fourth number of an ODK or Kobo point.
    StatedAccuracy,
    /// The datum is not known, or nobody states how good its shift is: no figure is given.
    DatumShiftNotKnown,
}

/// What a person should look at though the text could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoordinateWarning {
    /// Run-together digits lack the leading zeros of the longitude: `852W` was read as 8°52'.
    LeadingZeroDropped,
    /// A half has no letter while the other has, or both run together without any: read as north
    /// or east.
    HemisphereNotWritten(Axis),
    /// The letters say another order than the mapping; the letters were followed.
    LettersAgainstOrder,
    /// Easting and northing lie outside the zone that was named, over its edge.
    OverTheEdgeOfTheZone,
    /// The position lies outside the area for which the datum's shift was determined.
    OutsideTheDatumsArea,
    /// The datum is not known: read as WGS 84, from which local datums differ by up to hundreds of
    /// metres.
    DatumNotKnown,
    /// An accuracy of zero or less was written, which no receiver has: taken as not stated.
    AccuracyNotStated,
}

impl CoordinateWarning {
    /// The warning in a sentence.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::LeadingZeroDropped => {
                "the longitude has fewer digits than DDDMM or DDDMMSS: leading zeros were taken as left out"
            }
            Self::HemisphereNotWritten(Axis::Latitude) => {
                "the latitude has no letter: read as north"
            }
            Self::HemisphereNotWritten(Axis::Longitude) => {
                "the longitude has no letter: read as east"
            }
            Self::LettersAgainstOrder => {
                "the letters say another order than the mapping: the letters were followed"
            }
            Self::OverTheEdgeOfTheZone => {
                "easting and northing lie over the edge of the zone that was named"
            }
            Self::OutsideTheDatumsArea => {
                "the position lies outside the area for which the datum's shift was determined"
            }
            Self::DatumNotKnown => {
                "the datum is not known: read as WGS 84, which may be off by hundreds of metres"
            }
            Self::AccuracyNotStated => "an accuracy of zero was taken as not stated",
        }
    }
}
