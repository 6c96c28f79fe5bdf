//! The mapping: which column of a file means what.
//!
//! Belongs here: the mapping as it is shown, saved, shared and used again, and whether it fits a
//! file. Does not belong here: guessing it (`guess`), reading cells by it (`row`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::date::DateOrder;
use super::number::{AreaUnit, NumberFormat};
use crate::coordinate::{CoordinateReading, Position};
use crate::form::{FieldKind, PlaceNeed};
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
    /// What must be answered before anything is taken in.
    #[serde(default)]
    pub questions: Vec<Question>,
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

/// What must be answered before a file is taken in. To answer is to set the value in the mapping
/// and take the question out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub enum Question {
    /// Day and month can be exchanged in every date that was looked at.
    DateOrder {
        /// The column.
        column: String,
        /// A date from it.
        example: String,
    },
    /// Years have two digits.
    TwoDigitYears {
        /// The column.
        column: String,
        /// A date from it.
        example: String,
    },
    /// A column's years are small numbers that count from a year that the file does not say.
    YearOffset {
        /// The column.
        column: String,
        /// A year from it.
        example: String,
    },
    /// The unit of an area is in neither name nor cells.
    AreaUnit {
        /// The column.
        column: String,
    },
    /// The size of the dunam.
    DunamSize {
        /// The column.
        column: String,
    },
    /// A comma that can part thousands or decimals.
    DecimalComma {
        /// The column.
        column: String,
        /// A number from it.
        example: String,
    },
    /// The column's name leads to one field and its label to another.
    NameAgainstLabel {
        /// The column.
        column: String,
        /// Its label.
        label: String,
        /// The field that the name leads to.
        by_name: String,
        /// The field that the label leads to.
        by_label: String,
    },
    /// Easting and northing without a zone.
    UtmZone {
        /// The column.
        column: String,
    },
}

impl Question {
    /// The question in a sentence, and how it is answered.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::DateOrder { column, example } => format!(
                "is `{example}` in `{column}` written day first or month first? Set `date_order` \
                 to `dmy` or `mdy`"
            ),
            Self::TwoDigitYears { column, example } => format!(
                "which century is meant by `{example}` in `{column}`? Set `two_digit_years_from` \
                 to the first year that two digits can mean"
            ),
            Self::YearOffset { column, example } => format!(
                "from which year does `{example}` in `{column}` count? Set `year_offset` to it"
            ),
            Self::AreaUnit { column } => format!(
                "in which unit is `{column}`? Set `unit` of the column to `m2`, `ha`, `km2` or \
                 `dunam`"
            ),
            Self::DunamSize { column } => format!(
                "how many m2 is a dunam in `{column}`? Set `dunam_square_metres`: 1000 in most \
                 places, 2500 in Iraq, 919 in older records"
            ),
            Self::DecimalComma { column, example } => format!(
                "is the comma in `{example}` in `{column}` a decimal comma, or does it part \
                 thousands? Set `numbers`"
            ),
            Self::NameAgainstLabel { column, label, by_name, by_label } => format!(
                "`{column}` is labelled `{label}`: the name means `{by_name}`, the label \
                 `{by_label}`. Look at the form and set `to` of the column"
            ),
            Self::UtmZone { column } => {
                format!("in which UTM zone is `{column}`? Set `utm_zone` of `coordinates`")
            }
        }
    }
}

/// Why a mapping cannot be used for a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingFault {
    /// A version that this program does not read.
    #[error("the mapping has version {found}; this program reads version {MAPPING_VERSION}")]
    Version {
        /// Its version.
        found: u32,
    },
    /// A question that nobody has answered.
    #[error("a question is open: {0}")]
    OpenQuestion(String),
    /// A column that the mapping names and the file lacks.
    #[error("the file has no column `{0}`")]
    ColumnNotInFile(String),
    /// A column of the file that the mapping does not name.
    #[error("the mapping does not say what column `{0}` is")]
    ColumnNotInMapping(String),
    /// A column name that stands twice.
    #[error("the column `{0}` stands twice")]
    ColumnTwice(String),
    /// A field that the form does not have.
    #[error("a {kind} has no field `{field}`")]
    NoSuchField {
        /// The kind.
        kind: ObjectKind,
        /// The field.
        field: String,
    },
    /// Two columns for one field that takes one.
    #[error("`{first}` and `{second}` are both mapped to `{to}`")]
    TwoForOne {
        /// The one column.
        first: String,
        /// The other.
        second: String,
        /// What both mean.
        to: String,
    },
    /// A choice or a date part on a field of another kind.
    #[error("`{column}` cannot be a part of the field `{field}`")]
    WrongKind {
        /// The column.
        column: String,
        /// The field.
        field: String,
    },
    /// A half of a position without the other.
    #[error("the mapping has a column for one half of the position only")]
    HalfAPosition,
    /// A source without a name, or with a slash in it.
    #[error("`{0}` is no short name of a source")]
    SourceName(String),
    /// A factor, size or extent that is no sound number.
    #[error("`{0}` is not a sound number")]
    UnsoundNumber(&'static str),
}

impl MappingFault {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Version { .. } => "let the mapping be guessed again, and carry the answers over",
            Self::OpenQuestion(_) => {
                "set the value that the question names, and take the question out of `questions`"
            }
            Self::ColumnNotInFile(_) | Self::ColumnNotInMapping(_) => {
                "the form has changed: let the mapping be guessed again, and carry the answers over"
            }
            Self::ColumnTwice(_) => "give one of the two columns another name in the file",
            Self::NoSuchField { .. } => "name a field of the form, or set `unmapped`",
            Self::TwoForOne { .. } => "set one of the two to `unmapped`",
            Self::WrongKind { .. } => {
                "choices belong to fields that take several codes, date parts to dates"
            }
            Self::HalfAPosition => "map both halves, or neither",
            Self::SourceName(_) => {
                "give the source a short name of letters, digits and hyphens, such as `halo-lao`"
            }
            Self::UnsoundNumber(_) => "give a finite number above zero; south and west come first",
        }
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

    /// Whether the mapping can be used for a sheet with these columns.
    ///
    /// # Errors
    /// Everything that speaks against it, at once.
    pub fn check(&self, columns: &[String]) -> Result<(), Vec<MappingFault>> {
        let mut faults = Vec::new();
        if self.mapping_version != MAPPING_VERSION {
            faults.push(MappingFault::Version { found: self.mapping_version });
        }
        if self.source.is_empty() || self.source.contains(['/', '\n', '~']) {
            faults.push(MappingFault::SourceName(self.source.clone()));
        }
        faults.extend(self.questions.iter().map(|q| MappingFault::OpenQuestion(q.words())));
        self.check_columns(columns, &mut faults);
        self.check_roles(&mut faults);
        self.check_numbers(&mut faults);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn check_columns(&self, columns: &[String], faults: &mut Vec<MappingFault>) {
        let mut own = BTreeSet::new();
        for column in &self.columns {
            if !own.insert(column.name.as_str()) {
                faults.push(MappingFault::ColumnTwice(column.name.clone()));
            }
        }
        let file: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
        // A column that is not used may be missing; a new one is not passed over in silence.
        for column in self.columns.iter().filter(|c| c.to != Role::Unmapped) {
            if !file.contains(column.name.as_str()) {
                faults.push(MappingFault::ColumnNotInFile(column.name.clone()));
            }
        }
        for name in file.difference(&own) {
            faults.push(MappingFault::ColumnNotInMapping((*name).to_owned()));
        }
    }

    fn check_roles(&self, faults: &mut Vec<MappingFault>) {
        let form = self.kind.form();
        let mut taken: BTreeMap<String, &str> = BTreeMap::new();
        for name in self.constants.keys().filter(|name| form.field(name).is_none()) {
            faults.push(MappingFault::NoSuchField { kind: self.kind, field: name.clone() });
        }
        for column in &self.columns {
            let wrong = |field: &str| MappingFault::WrongKind {
                column: column.name.clone(),
                field: field.to_owned(),
            };
            let (field, only) = match &column.to {
                Role::Unmapped | Role::Id | Role::Personal(_) => continue,
                Role::Place(part) => {
                    if form.place == PlaceNeed::None {
                        faults.push(wrong("place"));
                    }
                    (None, Some(format!("{part:?}")))
                }
                Role::Field(name) => {
                    let kind = form.field(name).map(|field| field.kind);
                    // Texts of several columns are put one after the other.
                    let several = kind == Some(FieldKind::Text);
                    (Some(name), (!several).then(|| name.clone()))
                }
                Role::Choice { field, code } => {
                    if form.field(field).is_some_and(|f| !matches!(f.kind, FieldKind::Codes(_))) {
                        faults.push(wrong(field));
                    }
                    (Some(field), Some(format!("{field}={code}")))
                }
                Role::DatePart { field, part } => {
                    if form.field(field).is_some_and(|f| f.kind != FieldKind::Date) {
                        faults.push(wrong(field));
                    }
                    (Some(field), Some(format!("{field} ({part:?})")))
                }
            };
            if let Some(field) = field.filter(|name| form.field(name).is_none()) {
                faults.push(MappingFault::NoSuchField { kind: self.kind, field: field.to_owned() });
            }
            if let Some(only) = only {
                if let Some(first) = taken.get(&only) {
                    faults.push(MappingFault::TwoForOne {
                        first: (*first).to_owned(),
                        second: column.name.clone(),
                        to: only,
                    });
                } else {
                    taken.insert(only, &column.name);
                }
            }
        }
        let has = |part: PlacePart| self.columns.iter().any(|c| c.to == Role::Place(part));
        if has(PlacePart::Latitude) != has(PlacePart::Longitude)
            || has(PlacePart::Easting) != has(PlacePart::Northing)
        {
            faults.push(MappingFault::HalfAPosition);
        }
    }

    fn check_numbers(&self, faults: &mut Vec<MappingFault>) {
        let sound = |number: f64| number.is_finite() && number > 0.0;
        if self.columns.iter().filter_map(|c| c.factor).any(|factor| !sound(factor)) {
            faults.push(MappingFault::UnsoundNumber("factor"));
        }
        if self.dunam_square_metres.is_some_and(|size| !sound(size)) {
            faults.push(MappingFault::UnsoundNumber("dunam_square_metres"));
        }
        if self.numbers.thousands == Some(self.numbers.decimal)
            || !matches!(self.numbers.decimal, '.' | ',' | '٫')
        {
            faults.push(MappingFault::UnsoundNumber("numbers"));
        }
        if let Some(country) = &self.country
            && (Position::new(country.west, country.south).is_err()
                || Position::new(country.east, country.north).is_err()
                || country.south > country.north)
        {
            faults.push(MappingFault::UnsoundNumber("country"));
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
