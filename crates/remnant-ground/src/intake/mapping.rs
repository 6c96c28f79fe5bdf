//! The mapping: which column of a file means what.
//!
//! Belongs here: the mapping as it is shown, saved, shared and used again, and whether it fits a
//! file. Does not belong here: guessing it (`guess`), reading cells by it (`row`).

mod check;
mod question;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use self::check::MappingFault;
pub use self::question::Question;
use super::date::DateOrder;
use super::number::{AreaUnit, NumberFormat};
use crate::coordinate::{CoordinateReading, Position};
use crate::form::FieldKind;
use crate::object::ObjectKind;
use crate::place::LocationMethod;

/// The version of the form of mappings that this program writes.
pub const MAPPING_VERSION: u32 = 1;

/// How the rows of one sheet become objects of one kind.
///
/// In JSON, so that a person can read it, correct it and send it on. Everything that was guessed is
/// in it, with the reason beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The version of this form.
    pub mapping_version: u32,
    /// What the rows are.
    pub kind: ObjectKind,
    /// The short name of the source, which begins every id.
    pub source: String,
    /// The sheet, layer or table; empty where the file has but one.
    #[serde(default)]
    pub sheet: String,
    /// Every column of the sheet, in the order of the file. A column that is not used stands here
    /// too, as `unmapped`.
    pub columns: Vec<Column>,
    /// Values that all rows have, by field, written as a cell would be.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// The order of day, month and year.
    #[serde(default)]
    pub date_order: DateOrder,
    /// The first of the hundred years that a year of two digits can mean: 1930 makes 69 mean 1969
    /// and 05 mean 2005.
    #[serde(default)]
    pub two_digit_years_from: Option<i16>,
    /// What is added to a small number in a column of years: with 1940, 4 means 1944. Never
    /// guessed.
    #[serde(default)]
    pub year_offset: Option<i16>,
    /// Days before are queried.
    #[serde(default)]
    pub first_plausible_day: Option<Date>,
    /// How numbers are written.
    #[serde(default)]
    pub numbers: NumberFormat,
    /// Square metres of one dunam, where the file counts in dunams.
    #[serde(default)]
    pub dunam_square_metres: Option<f64>,
    /// How positions are read: datum, format, zone.
    #[serde(default)]
    pub coordinates: CoordinateReading,
    /// How a second coordinate, kept beside the position, is read.
    #[serde(default)]
    pub original_coordinates: CoordinateReading,
    /// How positions were got, where no column says it.
    #[serde(default = "unknown_method")]
    pub location_method: LocationMethod,
    /// The country, for positions that cannot be.
    #[serde(default)]
    pub country: Option<CountryExtent>,
    /// What is done with columns that name or find persons.
    #[serde(default)]
    pub personal: Personal,
    /// What equal rows are where they have no id.
    #[serde(default, skip_serializing_if = "EqualRows::is_default")]
    pub equal_rows: EqualRows,
    /// What must be answered before anything is taken in.
    #[serde(default)]
    pub questions: Vec<Question>,
}

/// What rows are that are equal, word for word, and have no id by which to tell them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EqualRows {
    /// As many things as there are rows: nothing is lost, and each row after the first is told.
    #[default]
    Each,
    /// One thing that was told several times: a person looked and says so.
    Once,
}

impl EqualRows {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn unknown_method() -> LocationMethod {
    LocationMethod::Unknown
}

/// One column and what it means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name in the file.
    pub name: String,
    /// What it means.
    pub to: Role,
    /// The file's words and the codes that they stand for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// The unit of an area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<AreaUnit>,
    /// What a number is multiplied by to be in the unit of its field: 100 for metres where the
    /// field is in centimetres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// What stands for a blank in this column, beside the usual words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blanks: Vec<String>,
    /// Why it was mapped so, where it was guessed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Column {
    /// A column with a meaning and nothing more to say.
    #[must_use]
    pub fn new(name: impl Into<String>, to: Role) -> Self {
        Self {
            name: name.into(),
            to,
            codes: BTreeMap::new(),
            unit: None,
            factor: None,
            blanks: Vec::new(),
            reason: String::new(),
        }
    }
}

/// What a column means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Nothing that is taken in. The row as it was is kept with the file.
    Unmapped,
    /// The id that the source gives; several columns together make one id.
    Id,
    /// A field of the form.
    Field(String),
    /// One choice of a field that takes several: yes or no.
    Choice {
        /// The field.
        field: String,
        /// The code that is chosen.
        code: String,
    },
    /// A part of a date.
    DatePart {
        /// The field.
        field: String,
        /// Which part.
        part: DatePart,
    },
    /// Words that name or find a person; the name under which they are kept apart.
    Personal(String),
    /// A part of the place.
    Place(PlacePart),
}

/// A part of a date in a column of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// The day of the month, or two with a hyphen.
    Day,
    /// The month, as a number or a name.
    Month,
    /// The year.
    Year,
}

/// A part of a place in a column of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlacePart {
    /// North and south, in degrees in any way of writing, or a northing with a zone.
    Latitude,
    /// East and west.
    Longitude,
    /// Both in one cell, in any way of writing; points of a phone with height and accuracy as well.
    Coordinates,
    /// Metres east in a UTM zone.
    Easting,
    /// Metres north in a UTM zone.
    Northing,
    /// The zone of easting and northing, such as `48N`.
    UtmZone,
    /// A geometry as well-known text.
    WellKnownText,
    /// A line of points parted by `;`, as phones record it.
    Trace,
    /// An outline of points parted by `;`, as phones record it.
    Outline,
    /// How good the position is, in metres.
    Accuracy,
    /// How it was got.
    Method,
    /// Whether it was safe to record a position.
    SafeToRecord,
    /// The coordinate from which the position was computed, kept beside it and compared.
    OriginalCoordinates,
    /// The format that the file declares for it.
    OriginalFormat,
}

/// What is done with columns that name or find persons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Personal {
    /// A file that holds any is refused.
    #[default]
    Refuse,
    /// They are given out apart from the object, for the encrypted store.
    Separate,
    /// They are left out.
    Drop,
}

/// The box round a country, in degrees of WGS 84.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountryExtent {
    /// Its name.
    pub name: String,
    /// The westernmost longitude; larger than `east` where the box lies over the antimeridian.
    pub west: f64,
    /// The southernmost latitude.
    pub south: f64,
    /// The easternmost longitude.
    pub east: f64,
    /// The northernmost latitude.
    pub north: f64,
}

impl CountryExtent {
    /// Whether a position lies in the box.
    #[must_use]
    pub fn holds(&self, position: Position) -> bool {
        let longitude = position.longitude();
        let across = if self.west <= self.east {
            (self.west..=self.east).contains(&longitude)
        } else {
            longitude >= self.west || longitude <= self.east
        };
        across && (self.south..=self.north).contains(&position.latitude())
    }
}

impl Mapping {
    /// A mapping for a kind and a source in which nothing is mapped.
    #[must_use]
    pub fn new(kind: ObjectKind, source: impl Into<String>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|name| Column::new(*name, Role::Unmapped)).collect();
        Self {
            mapping_version: MAPPING_VERSION,
            kind,
            source: source.into(),
            sheet: String::new(),
            columns,
            constants: BTreeMap::new(),
            date_order: DateOrder::default(),
            two_digit_years_from: None,
            year_offset: None,
            first_plausible_day: None,
            numbers: NumberFormat::default(),
            dunam_square_metres: None,
            coordinates: CoordinateReading::default(),
            original_coordinates: CoordinateReading::default(),
            location_method: LocationMethod::Unknown,
            country: None,
            personal: Personal::default(),
            equal_rows: EqualRows::default(),
            questions: Vec::new(),
        }
    }

    /// Sets what a column means; nothing happens where there is no such column.
    pub fn map(&mut self, column: &str, to: Role) {
        if let Some(column) = self.columns.iter_mut().find(|c| c.name == column) {
            column.to = to;
        }
    }

    /// A column by its name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The names of the columns of which nothing is taken in.
    pub fn unmapped(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(|c| c.to == Role::Unmapped).map(|c| c.name.as_str())
    }

    /// The names of the columns that name or find persons: a raw row is kept without them.
    pub fn personal_columns(&self) -> impl Iterator<Item = &str> {
        self.columns
            .iter()
            .filter(|column| self.is_personal(&column.to))
            .map(|column| column.name.as_str())
    }

    pub(super) fn is_personal(&self, role: &Role) -> bool {
        match role {
            Role::Personal(_) => true,
            Role::Field(name) => {
                self.kind.form().field(name).is_some_and(|f| f.kind == FieldKind::Personal)
            }
            _ => false,
        }
    }

    /// The hash of all that decides what rows become; reasons and questions do not count.
    #[must_use]
    pub fn hash(&self) -> MappingHash {
        let mut plain = self.clone();
        plain.questions.clear();
        for column in &mut plain.columns {
            column.reason.clear();
        }
        // Unmapped columns, and their order, decide nothing either.
        plain.columns.retain(|column| column.to != Role::Unmapped);
        let written = serde_json::to_vec(&plain).unwrap_or_default();
        MappingHash(Sha256::digest(&written).into())
    }
}

/// The hash of a mapping. A row that was taken in by another mapping is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MappingHash(pub [u8; 32]);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn columns() -> Vec<String> {
        ["ID", "Date", "Lat", "Lon", "Notes"].map(str::to_owned).to_vec()
    }

    fn mapping() -> Mapping {
        let mut mapping =
            Mapping::new(ObjectKind::Strike, "test", &["ID", "Date", "Lat", "Lon", "Notes"]);
        mapping.map("ID", Role::Id);
        mapping.map("Date", Role::Field("date".to_owned()));
        mapping.map("Lat", Role::Place(PlacePart::Latitude));
        mapping.map("Lon", Role::Place(PlacePart::Longitude));
        mapping
    }

    #[test]
    fn a_mapping_comes_back_as_it_was_saved() {
        let mut mapping = mapping();
        mapping.country = Some(CountryExtent {
            name: "Lao PDR".to_owned(),
            west: 100.0,
            south: 13.9,
            east: 107.7,
            north: 22.5,
        });
        mapping.first_plausible_day = Some(Date::constant(1964, 1, 1));
        mapping.questions.push(Question::AreaUnit { column: "Area".to_owned() });
        let json = serde_json::to_string_pretty(&mapping).unwrap();
        assert_eq!(serde_json::from_str::<Mapping>(&json).unwrap(), mapping);
        assert!(serde_json::from_str::<Mapping>(&json.replace("\"kind\"", "\"kynd\"")).is_err());
    }

    #[test]
    fn a_sound_mapping_fits_and_columns_may_come_in_another_order() {
        let mut other_order = columns();
        other_order.reverse();
        assert_eq!(mapping().check(&other_order), Ok(()));
        // `Notes` is not used and may be missing.
        assert_eq!(mapping().check(&columns()[..4]), Ok(()));
    }

    #[test]
    fn all_that_speaks_against_a_mapping_is_told_at_once() {
        let mut bad = mapping();
        bad.mapping_version = 9;
        bad.source = "a/b".to_owned();
        bad.map("Lon", Role::Field("date".to_owned()));
        bad.map("Notes", Role::Field("nonsense".to_owned()));
        bad.constants.insert("colour".to_owned(), "red".to_owned());
        bad.dunam_square_metres = Some(f64::NAN);
        bad.questions.push(Question::AreaUnit { column: "Area".to_owned() });
        let faults = bad.check(&["ID", "Date", "Lat", "Lon", "New"].map(str::to_owned));
        let faults = faults.unwrap_err();
        assert_eq!(faults.len(), 10, "{faults:#?}");
        for fault in faults {
            assert!(!fault.help().is_empty() && !fault.to_string().is_empty());
        }
    }

    #[test]
    fn the_hash_is_that_of_what_decides() {
        let mut same = mapping();
        same.columns[0].reason = "the name".to_owned();
        same.columns.pop();
        assert_eq!(same.hash(), mapping().hash());
        let mut other = mapping();
        other.date_order = DateOrder::Mdy;
        assert_ne!(other.hash(), mapping().hash());
    }
}
