//! Why an entered coordinate cannot be a position.
//!
//! Belongs here: each fault with what was read, what is wrong with it and what to do. Does not
//! belong here: suspicions, which need to know the country (`suspicion`).

use super::{Axis, CoordinateFormat, UtmZone};

/// Why what was entered is no position.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CoordinateFault {
    /// Nothing was entered.
    #[error("there is no coordinate: the text is blank")]
    Blank,
    /// A text far longer than any coordinate.
    #[error("`{read}…` is too long to be a coordinate: {characters} characters")]
    TooLong {
        /// How it begins.
        read: String,
        /// How long it is.
        characters: usize,
    },
    /// A text in none of the known ways of writing.
    #[error("`{read}` is not a coordinate in any way of writing known here: {why}")]
    NotUnderstood {
        /// What was entered.
        read: String,
        /// Where the reading stopped, in a few words.
        why: &'static str,
    },
    /// One of the two halves is missing.
    #[error("`{read}` is half a position: the {missing} is missing")]
    HalfAPosition {
        /// What was entered.
        read: String,
        /// What is missing.
        missing: Half,
    },
    /// Both halves are of the same kind.
    #[error("`{read}` gives the {axis} twice")]
    SameAxisTwice {
        /// What was entered.
        read: String,
        /// The axis that is there twice.
        axis: Axis,
    },
    /// A number outside what exists.
    #[error("`{read}`: {degrees}° is no {axis}")]
    OutOfRange {
        /// What was entered, or longitude and latitude as they were given.
        read: String,
        /// Which number.
        axis: Axis,
        /// Degrees.
        degrees: f64,
    },
    /// A number that is infinite or none at all.
    #[error("longitude {longitude} and latitude {latitude} are not both numbers")]
    NotANumber {
        /// Degrees.
        longitude: f64,
        /// Degrees.
        latitude: f64,
    },
    /// A bearing or a distance that is no number.
    #[error("bearing {bearing_degrees}° and distance {distance_metres} m are not both numbers")]
    BearingOrDistance {
        /// Degrees from true north.
        bearing_degrees: f64,
        /// Metres.
        distance_metres: f64,
    },
    /// Zero, zero: how a missing position is written by machines.
    #[error("`{read}` is the point where both numbers are zero")]
    BothZero {
        /// What was entered.
        read: String,
    },
    /// A number that stands for "missing" in field tables.
    #[error("`{read}` is how tables write a missing value")]
    MissingCode {
        /// What was entered.
        read: String,
    },
    /// Minutes or seconds of sixty or more.
    #[error("`{read}` has {value} {unit}, of which there are fewer than 60")]
    SixtyOrMore {
        /// What was entered.
        read: String,
        /// `minutes` or `seconds`.
        unit: &'static str,
        /// How many were written.
        value: f64,
    },
    /// Decimals on degrees that minutes follow, or on minutes that seconds follow.
    #[error("`{read}` has decimals on a number that smaller units follow")]
    InnerDecimals {
        /// What was entered.
        read: String,
    },
    /// A minus and a letter for the same half.
    #[error("`{read}` has both a sign and a letter for its {axis}")]
    SignAndLetter {
        /// What was entered.
        read: String,
        /// Which half.
        axis: Axis,
    },
    /// A comma that can be read as a decimal comma or as the border between the halves.
    #[error("`{read}` can be read in two ways: its commas may be decimal commas or not")]
    AmbiguousComma {
        /// What was entered.
        read: String,
    },
    /// Degrees, minutes and seconds run together, with a number of digits that does not say where
    /// one ends.
    #[error(
        "`{read}` runs {axis} together in {digits} digits, which does not say where degrees end"
    )]
    RunTogetherDigits {
        /// What was entered.
        read: String,
        /// Which half.
        axis: Axis,
        /// How many digits.
        digits: u8,
    },
    /// Run-together digits with no letter on either half.
    #[error("`{read}` is a row of digits without a letter: nothing says what they count")]
    BareDigits {
        /// What was entered.
        read: String,
    },
    /// The letter O, which is west in French and Spanish and east in German.
    #[error(
        "`{read}` has the letter O for a direction: west in French and Spanish, east in German"
    )]
    LetterO {
        /// What was entered.
        read: String,
    },
    /// Half of the letters that were told to be there are missing.
    #[error("`{read}` has no letters, and nothing says which number is which")]
    NoLetters {
        /// What was entered.
        read: String,
    },
    /// Written in another way than the file was said to be.
    #[error("`{read}` is written as {found}, but the column was said to hold {told}")]
    OtherFormat {
        /// What was entered.
        read: String,
        /// What the mapping says.
        told: CoordinateFormat,
        /// What was found.
        found: CoordinateFormat,
    },
    /// Easting and northing without a zone.
    #[error("`{read}` is easting and northing without a zone: one of 120 places")]
    UtmWithoutZone {
        /// What was entered.
        read: String,
    },
    /// A zone that does not exist.
    #[error("`{read}` names a zone or band that does not exist")]
    NoSuchZone {
        /// What was entered.
        read: String,
    },
    /// A zone without the hemisphere.
    #[error("`{read}` names a zone without saying north or south")]
    UtmWithoutHemisphere {
        /// What was entered.
        read: String,
    },
    /// `S` behind a zone: the band S lies north of the equator.
    #[error("`{read}`: the S may be the band S (32° to 40° north) or the southern hemisphere")]
    UtmLetterS {
        /// What was entered.
        read: String,
    },
    /// The band letter and the northing exclude each other.
    #[error("`{read}`: the northing does not lie in band {band}")]
    BandContradictsNorthing {
        /// What was entered.
        read: String,
        /// The band letter.
        band: char,
    },
    /// An easting or a northing that no zone has.
    #[error("easting {easting} m and northing {northing} m do not exist in a zone")]
    UtmOutOfRange {
        /// Metres.
        easting: f64,
        /// Metres.
        northing: f64,
    },
    /// UTM does not reach the poles.
    #[error("latitude {latitude}° is outside UTM, which reaches from 80° south to 84° north")]
    OutsideUtm {
        /// Degrees.
        latitude: f64,
    },
    /// A position too far from a zone to be measured in its grid.
    #[error("longitude {longitude}° is too far from zone {zone} to be measured in its grid")]
    FarFromZone {
        /// The zone.
        zone: UtmZone,
        /// Degrees.
        longitude: f64,
    },
    /// A grid reference without zone and band.
    #[error("`{read}` is a grid reference without zone and band")]
    MgrsWithoutZone {
        /// What was entered.
        read: String,
    },
    /// The letters I and O in a grid reference.
    #[error("`{read}` has the letter {letter}, which grid references leave out")]
    MgrsLetter {
        /// What was entered.
        read: String,
        /// The letter.
        letter: char,
    },
    /// Easting and northing of different length.
    #[error("`{read}` does not have equally many digits for easting and northing, at most 5 each")]
    MgrsDigits {
        /// What was entered.
        read: String,
    },
    /// A square that does not exist in that zone and band.
    #[error("`{read}` names a square that its zone and band do not have")]
    NoSuchSquare {
        /// What was entered.
        read: String,
    },
    /// A grid reference on a datum for which the squares were lettered otherwise.
    #[error(
        "`{read}` is a grid reference on {datum}, on whose ellipsoid squares were lettered otherwise"
    )]
    MgrsOtherLettering {
        /// What was entered.
        read: String,
        /// The datum.
        datum: &'static str,
    },
    /// The mathematics of a projection or datum gave no answer.
    #[error("the position cannot be computed on {datum}")]
    NotComputable {
        /// The datum.
        datum: &'static str,
    },
}

/// The part of a position that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// North and south.
    Latitude,
    /// East and west.
    Longitude,
    /// One of the two; nothing says which.
    Other,
}

impl std::fmt::Display for Half {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::Other => "other number",
        })
    }
}

impl CoordinateFault {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Blank => "enter the position, or leave the row without one and say why",
            Self::TooLong { .. } => "keep the coordinate alone in its cell; move remarks elsewhere",
            Self::NotUnderstood { .. } => {
                "write for example `17.5432 103.2514`, `17°32'35\"N 103°15'05\"E` or `48QVF 12345 67890`"
            }
            Self::HalfAPosition { .. } => {
                "give both numbers; if one cell holds both, map the column as one coordinate column"
            }
            Self::SameAxisTwice { .. } => {
                "look at the paper again: one letter must be the other kind"
            }
            Self::OutOfRange { axis: Axis::Latitude, .. } => {
                "latitudes end at 90: look whether latitude and longitude are exchanged or a point is missing"
            }
            Self::OutOfRange { axis: Axis::Longitude, .. } => {
                "longitudes end at 180: look whether a decimal point or a digit is missing"
            }
            Self::NotANumber { .. } | Self::BearingOrDistance { .. } => "give finite numbers",
            Self::BothZero { .. } | Self::MissingCode { .. } => {
                "leave the cell blank where no position was taken"
            }
            Self::SixtyOrMore { .. } => {
                "look whether the digits are decimals of a degree, and map the column so"
            }
            Self::InnerDecimals { .. } => "put decimals on the last number only",
            Self::SignAndLetter { .. } => "keep the letter and take the sign out",
            Self::AmbiguousComma { .. } => {
                "say in the mapping whether the file has decimal commas, or part the halves with a semicolon"
            }
            Self::RunTogetherDigits { .. } => {
                "write the leading zeros (DDMM or DDMMSS, DDDMM or DDDMMSS), or part the units with spaces"
            }
            Self::BareDigits { .. } => {
                "say in the mapping which format the column has, or add the letters N, S, E, W"
            }
            Self::LetterO { .. } => "say in the mapping what O means, or write W or E",
            Self::NoLetters { .. } => {
                "add the letters, or say in the mapping which number comes first"
            }
            Self::OtherFormat { .. } => {
                "look at the row: correct it, or let the mapping recognise the format of each row"
            }
            Self::UtmWithoutZone { .. } => {
                "write the zone, as in `48N 433000 2100000`, or give it in the mapping"
            }
            Self::NoSuchZone { .. } => "zones are 1 to 60, bands C to X without I and O",
            Self::UtmWithoutHemisphere { .. } => {
                "write `48 north` or `48 south`, an EPSG code such as 32648, or give it in the mapping"
            }
            Self::UtmLetterS { .. } => {
                "write `north` or `south` in full, an EPSG code such as 32636, or say in the mapping what the letter means"
            }
            Self::BandContradictsNorthing { .. } => "look up zone, band and northing again",
            Self::UtmOutOfRange { .. } => {
                "eastings are 100000 to 900000, northings 0 to 10000000: look whether they are exchanged or a digit is missing"
            }
            Self::OutsideUtm { .. } => "write polar positions in degrees",
            Self::FarFromZone { .. } => "measure it in its own zone, or in the one next to it",
            Self::MgrsWithoutZone { .. } => {
                "write zone and band before the square, as in `48QVF`, or give them in the mapping"
            }
            Self::MgrsLetter { .. } => "look at the paper again: most likely the digit 1 or 0",
            Self::MgrsDigits { .. } => {
                "write the leading zeros: both halves have the same number of digits"
            }
            Self::NoSuchSquare { .. } => {
                "look up zone, band and the two letters of the square again"
            }
            Self::MgrsOtherLettering { .. } => {
                "convert it with the map sheet to easting and northing, and enter those with the zone"
            }
            Self::NotComputable { .. } => "look whether the position lies where the datum is used",
        }
    }
}
