//! Reading coordinate text: from one text or two cells to a position.
//!
//! Belongs here: what a mapping may say about a coordinate column, and which way of writing a text
//! is in. Does not belong here: where one half ends (`halves`), the numbers of each way of writing
//! (`degrees`, `utm`, `mgrs`).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::degrees::{self, Written};
use super::entered::{
    CoordinateFormat, CoordinateWarning, EnteredPosition, EnteredText, UncertaintyBasis,
};
use super::halves::{split, trimmed};
use super::scan::{Comma, LONGEST, Number, Token, Tokens, is_blank, scan, too_long};
use super::{Axis, CoordinateFault, Datum, GridSquare, Half, Position, UtmZone, mgrs, utm};

/// How the coordinates of a column are to be read; part of a saved mapping.
///
/// The default recognises each text for itself, on WGS 84.
///
/// ```
/// use remnant_ground::coordinate::{CoordinateReading, UtmZone};
/// let reading = CoordinateReading { utm_zone: Some(UtmZone::new(44, true)?), ..Default::default() };
/// let read = reading.read_pair("433000", "1030000")?;
/// assert!((read.position.latitude() - 9.3174).abs() < 1e-4);
/// # Ok::<(), remnant_ground::coordinate::CoordinateFault>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CoordinateReading {
    /// The one format that is accepted; without it each text is recognised.
    pub format: Option<CoordinateFormat>,
    /// The datum that the coordinates were taken or mapped in.
    pub datum: Datum,
    /// The zone of eastings and northings that are written without one.
    pub utm_zone: Option<UtmZone>,
    /// What the letter behind a zone number is; without it `S` is refused where it can be both.
    pub utm_letter: Option<UtmLetter>,
    /// Zone and band (`48Q`), or these with the square (`48QVF`), of grid references written
    /// without them.
    pub mgrs_prefix: Option<String>,
    /// Which number comes first.
    pub axis_order: AxisOrder,
    /// Whether commas between digits are decimal commas; without it each text is looked at, and
    /// one that can be read both ways is refused.
    pub decimal_comma: Option<bool>,
    /// What a row of digits is.
    pub run_together: RunTogether,
    /// What the letter O is, for a direction.
    pub letter_o: LetterO,
}

/// Which of the two numbers comes first. Letters in the text always win over it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AxisOrder {
    /// As the letters say; where there are none as is usual for the format: latitude before
    /// longitude, easting before northing.
    #[default]
    ByLetters,
    /// Latitude (northing) first.
    LatLon,
    /// Longitude (easting) first: x, y.
    LonLat,
}

/// What the letter behind a UTM zone number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UtmLetter {
    /// The band of latitude, C to X: `S` is 32° to 40° north.
    Band,
    /// The hemisphere: `S` is south.
    Hemisphere,
}

/// What a row of digits without any mark is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunTogether {
    /// DDMM and DDDMM, or DDMMSS and DDDMMSS, as the latitude's number of digits says.
    #[default]
    UnitsByLength,
    /// Decimal degrees with the point left out, behind two digits of latitude and three of
    /// longitude: `17250N104625E` is 17.25° and 104.625°.
    ImpliedDecimal,
}

/// What the letter O is where a direction is expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterO {
    /// Nobody told: refused.
    #[default]
    NotTold,
    /// *Ouest*, *oeste*.
    West,
    /// *Ost*.
    East,
}

/// The text that is being read, for what faults say.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) first: &'a str,
    pub(super) second: Option<&'a str>,
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.first.trim())?;
        match self.second {
            Some(second) => write!(f, " | {}", second.trim()),
            None => Ok(()),
        }
    }
}

impl Source<'_> {
    pub(super) fn not_understood(self, why: &'static str) -> CoordinateFault {
        CoordinateFault::NotUnderstood { read: self.to_string(), why }
    }
}

/// What one of the ways of writing gives.
pub(super) struct Found {
    pub(super) format: CoordinateFormat,
    pub(super) position: Position,
    pub(super) precision_metres: f64,
    pub(super) stated_accuracy: Option<f64>,
    pub(super) square: Option<GridSquare>,
    pub(super) warnings: Vec<CoordinateWarning>,
}

impl CoordinateReading {
    /// The position that one text holds.
    ///
    /// # Errors
    /// A [`CoordinateFault`] with what was read, what is wrong and what to do.
    pub fn read(&self, text: &str) -> Result<EnteredPosition, CoordinateFault> {
        let source = Source { first: text, second: None };
        let found = self.found_in_one(text, source)?;
        self.entered(found, source, || EnteredText::One(text.to_owned()))
    }

    /// The position that two cells hold, in the order that [`axis_order`](Self::axis_order) says
    /// unless letters say otherwise.
    ///
    /// # Errors
    /// A [`CoordinateFault`]; `HalfAPosition` when one cell is blank.
    pub fn read_pair(&self, first: &str, second: &str) -> Result<EnteredPosition, CoordinateFault> {
        let source = Source { first, second: Some(second) };
        let found = self.found_in_pair(first, second, source)?;
        self.entered(found, source, || EnteredText::Pair(first.to_owned(), second.to_owned()))
    }

    fn found_in_one(&self, text: &str, source: Source<'_>) -> Result<Found, CoordinateFault> {
        if text.len() > LONGEST {
            return Err(too_long(text));
        }
        if let Some(found) = mgrs::read(text, self, source) {
            return found;
        }
        if self.format == Some(CoordinateFormat::Mgrs) {
            // What else it is, if anything, says more than that it is no grid reference.
            let other = Self { format: None, ..self.clone() };
            return other.found_in_one(text, source).and_then(|found| self.as_told(found, source));
        }
        let as_border = || {
            let tokens = scan(text, Comma::Border, self.letter_o)?;
            Ok((self.found_in_tokens(tokens.as_slice(), source), tokens))
        };
        let as_decimal = || {
            let tokens = scan(text, Comma::Decimal, self.letter_o)?;
            Ok((self.found_in_tokens(tokens.as_slice(), source), tokens))
        };
        match self.decimal_comma {
            Some(true) => as_decimal()?.0,
            Some(false) => as_border()?.0,
            None => {
                let (found, tokens) = as_border()?;
                // Where points are decimal points, commas are not.
                if !tokens.has_inner_comma || tokens.has_point {
                    return found;
                }
                let decimal = as_decimal().and_then(|(found, _): (_, Tokens)| found);
                match (found, decimal) {
                    (Ok(_), Ok(_)) => {
                        Err(CoordinateFault::AmbiguousComma { read: source.to_string() })
                    }
                    (Err(_), Ok(found)) | (Ok(found), Err(_)) => Ok(found),
                    // The fault of the reading that came further says more.
                    (
                        Err(
                            CoordinateFault::NotUnderstood { .. }
                            | CoordinateFault::HalfAPosition { .. },
                        ),
                        Err(fault),
                    )
                    | (Err(fault), Err(_)) => Err(fault),
                }
            }
        }
    }

    fn found_in_pair(
        &self,
        first: &str,
        second: &str,
        source: Source<'_>,
    ) -> Result<Found, CoordinateFault> {
        let blank = |text: &str| text.chars().all(is_blank);
        match (blank(first), blank(second)) {
            (true, true) => return Err(CoordinateFault::Blank),
            (false, false) => {}
            (first_is_blank, _) => {
                let first_axis = match self.axis_order {
                    AxisOrder::LonLat => Axis::Longitude,
                    AxisOrder::LatLon | AxisOrder::ByLetters => Axis::Latitude,
                };
                let missing = if first_is_blank == (first_axis == Axis::Latitude) {
                    Half::Latitude
                } else {
                    Half::Longitude
                };
                return Err(CoordinateFault::HalfAPosition { read: source.to_string(), missing });
            }
        }
        if self.format == Some(CoordinateFormat::Mgrs) {
            return match mgrs::read(&format!("{first} {second}"), self, source) {
                Some(found) => found,
                None => Err(source.not_understood("it is no grid reference")),
            };
        }
        let (first, second) = (self.scan_cell(first)?, self.scan_cell(second)?);
        let (first, second) = (trimmed(first.as_slice()), trimmed(second.as_slice()));
        if first.is_empty() || second.is_empty() {
            return Err(source.not_understood("a cell holds no number"));
        }
        let metric = utm::shape([first, second]);
        if let Some(found) = self.found_in_metres(metric.as_ref(), source) {
            return found;
        }
        let found = self.found_in_halves(first, second, source, None);
        self.or_metres(found, metric.as_ref(), source)
    }

    /// A cell holds one half, in which a comma between digits can only be a decimal comma, unless
    /// there is a point as well.
    fn scan_cell(&self, text: &str) -> Result<Tokens, CoordinateFault> {
        if self.decimal_comma == Some(false) {
            return scan(text, Comma::Border, self.letter_o);
        }
        let tokens = scan(text, Comma::Decimal, self.letter_o)?;
        if tokens.has_inner_comma && tokens.has_point {
            return scan(text, Comma::Border, self.letter_o);
        }
        Ok(tokens)
    }

    fn found_in_tokens(
        &self,
        tokens: &[Token],
        source: Source<'_>,
    ) -> Result<Found, CoordinateFault> {
        let tokens = trimmed(tokens);
        let metric = utm::shape([tokens, &[]]);
        if let Some(found) = self.found_in_metres(metric.as_ref(), source) {
            return found;
        }
        let found = split(tokens, self.format, source).and_then(|split| {
            self.found_in_halves(split.first, split.second, source, split.accuracy)
        });
        self.or_metres(found, metric.as_ref(), source)
    }

    /// Easting and northing, when the text names a zone, or can be nothing else.
    fn found_in_metres(
        &self,
        metric: Option<&utm::Shape>,
        source: Source<'_>,
    ) -> Option<Result<Found, CoordinateFault>> {
        let metric = metric?;
        let told = self.format == Some(CoordinateFormat::Utm);
        let only_metres = self.format.is_none() && metric.is_bare_metres();
        (told || metric.has_zone() || only_metres).then(|| {
            let found = utm::read(metric, self, source)?;
            self.as_told(found, source)
        })
    }

    /// What was found, or the fault of the metres that it looks like when it was no degrees.
    fn or_metres(
        &self,
        found: Result<Found, CoordinateFault>,
        metric: Option<&utm::Shape>,
        source: Source<'_>,
    ) -> Result<Found, CoordinateFault> {
        match (found, metric) {
            (Err(_), Some(metric)) if self.format.is_none() && metric.is_lettered_metres() => {
                utm::read(metric, self, source)
            }
            (Ok(found), _) => self.as_told(found, source),
            (fault, _) => fault,
        }
    }

    fn as_told(&self, found: Found, source: Source<'_>) -> Result<Found, CoordinateFault> {
        match self.format {
            Some(told) if told != found.format => Err(CoordinateFault::OtherFormat {
                read: source.to_string(),
                told,
                found: found.format,
            }),
            _ => Ok(found),
        }
    }

    fn found_in_halves(
        &self,
        first: &[Token],
        second: &[Token],
        source: Source<'_>,
        accuracy: Option<Number>,
    ) -> Result<Found, CoordinateFault> {
        let first = Written::from_tokens(first).map_err(|why| source.not_understood(why))?;
        let second = Written::from_tokens(second).map_err(|why| source.not_understood(why))?;
        let mut warnings = Vec::new();
        let told_latitude_first = match self.axis_order {
            AxisOrder::LatLon => Some(true),
            AxisOrder::LonLat => Some(false),
            AxisOrder::ByLetters => None,
        };
        let latitude_first = match (first.axis(), second.axis()) {
            (Some(one), Some(other)) if one == other => {
                return Err(CoordinateFault::SameAxisTwice { read: source.to_string(), axis: one });
            }
            (Some(axis), _) => axis == Axis::Latitude,
            (None, Some(axis)) => axis == Axis::Longitude,
            (None, None) => told_latitude_first.unwrap_or(true),
        };
        if told_latitude_first.is_some_and(|told| told != latitude_first) {
            warnings.push(CoordinateWarning::LettersAgainstOrder);
        }
        let (latitude, longitude) = if latitude_first { (first, second) } else { (second, first) };
        let degrees = degrees::understand(
            &latitude,
            &longitude,
            self.run_together,
            self.format,
            source,
            &mut warnings,
        )?;
        let position = self.datum.to_wgs84(degrees.longitude, degrees.latitude)?;
        let stated_accuracy = accuracy.map(Number::value);
        if stated_accuracy.is_some_and(|metres| metres <= 0.0) {
            warnings.push(CoordinateWarning::AccuracyNotStated);
        }
        Ok(Found {
            format: degrees.format,
            position,
            precision_metres: half_place_metres(degrees.last_places, degrees.latitude),
            stated_accuracy: stated_accuracy.filter(|metres| *metres > 0.0),
            square: None,
            warnings,
        })
    }

    fn entered(
        &self,
        found: Found,
        source: Source<'_>,
        text: impl FnOnce() -> EnteredText,
    ) -> Result<EnteredPosition, CoordinateFault> {
        let found = self.as_told(found, source)?;
        let mut warnings = found.warnings;
        let (written, basis) = match (found.stated_accuracy, found.square) {
            (Some(metres), _) => (metres, UncertaintyBasis::StatedAccuracy),
            (None, Some(_)) => (found.precision_metres, UncertaintyBasis::SquareHalfDiagonal),
            (None, None) => (found.precision_metres, UncertaintyBasis::WrittenPrecision),
        };
        let (uncertainty_metres, uncertainty_basis) = match self.datum.accuracy_metres() {
            Some(shift) => (Some(written + shift), basis),
            None => (None, UncertaintyBasis::DatumShiftNotKnown),
        };
        if self.datum == Datum::NotKnown {
            warnings.push(CoordinateWarning::DatumNotKnown);
        } else if !self.datum.holds_at(found.position) {
            warnings.push(CoordinateWarning::OutsideTheDatumsArea);
        }
        Ok(EnteredPosition {
            entered: text(),
            format: found.format,
            datum: self.datum,
            position: found.position,
            uncertainty_metres,
            uncertainty_basis,
            precision_metres: found.precision_metres,
            square: found.square,
            warnings,
        })
    }
}

/// Half the last written place of both numbers together, in metres. A degree of latitude is taken
/// as 111.32 km, which is right to half a per cent.
fn half_place_metres((latitude_place, longitude_place): (f64, f64), latitude: f64) -> f64 {
    const DEGREE: f64 = 111_320.0;
    let north = latitude_place * DEGREE / 2.0;
    let east = longitude_place * DEGREE / 2.0 * latitude.to_radians().cos();
    north.hypot(east)
}
