//! Whether a mapping can be used for a file.
//!
//! Belongs here: what speaks against a mapping, all of it at once. Does not belong here: reading by
//! it (`rows`).

use std::collections::{BTreeMap, BTreeSet};

use super::{MAPPING_VERSION, Mapping, PlacePart, Role};
use crate::coordinate::Position;
use crate::form::{FieldKind, PlaceNeed};
use crate::object::ObjectKind;

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
    #[error("{} has no field `{field}`", kind.one())]
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
}
