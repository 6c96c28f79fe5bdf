//! A mapping made ready for one sheet.
//!
//! Belongs here: from names of columns and fields to places in the row, worked out once. Does not
//! belong here: the mapping as it is saved (`mapping`), reading rows (`rows`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::field::Words;
use super::mapping::{Column, DatePart, Mapping, Personal, PlacePart, Role};
use super::text::{folded, is_blank_word};
use crate::form::{Field, FieldKind, Form, Need};

/// A column that is read.
#[derive(Debug)]
pub(super) struct Planned {
    /// Where it stands in a row.
    pub(super) at: usize,
    /// Its name, as findings give it.
    pub(super) name: Arc<str>,
    /// What the mapping says of it.
    pub(super) column: Column,
    /// Numbers that stand for a blank.
    blank_numbers: Vec<f64>,
}

impl Planned {
    /// The cell without the spaces around it, or nothing where it is a word for a blank.
    pub(super) fn value<'t>(&self, cell: &'t str) -> &'t str {
        let text = cell.trim();
        if text.is_empty() || self.is_blank(text) { "" } else { text }
    }

    fn is_blank(&self, text: &str) -> bool {
        if is_blank_word(text) {
            // `None` may be an answer: then the mapping says which.
            return self.column.codes.is_empty()
                || !self.column.codes.keys().any(|word| folded(word) == folded(text));
        }
        if self.column.blanks.is_empty() {
            return false;
        }
        self.column.blanks.iter().any(|blank| blank.trim().eq_ignore_ascii_case(text))
            || (!self.blank_numbers.is_empty()
                && text.parse::<f64>().is_ok_and(|number| self.blank_numbers.contains(&number)))
    }
}

/// A column that fills a field.
#[derive(Debug)]
pub(super) struct PlannedField {
    pub(super) planned: Planned,
    pub(super) field: &'static Field,
    pub(super) words: Words,
    /// How many cells held something, and how many of them zero.
    pub(super) filled: u64,
    pub(super) zeros: u64,
    /// Of a date: how many cells are written in each way.
    pub(super) written: [u64; 4],
}

/// A way of writing dates, as far as it shows that files were put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WayOfWriting {
    /// `1969-03-12`, with or without a time.
    Iso,
    /// Eight digits in a row.
    EightDigits,
    /// Another number: a year, a serial number.
    Number,
    /// Numbers and words between marks.
    Parted,
}

impl WayOfWriting {
    pub(super) const NAMES: [&'static str; 4] =
        ["as 1969-03-12", "as 19690312", "as a number", "with other marks or words"];

    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        if bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.') && text.matches('.').count() < 2 {
            return if bytes.len() == 8 { Self::EightDigits } else { Self::Number };
        }
        match bytes.get(4) {
            Some(b'-') if bytes[..4].iter().all(u8::is_ascii_digit) => Self::Iso,
            _ => Self::Parted,
        }
    }
}

/// One choice of a field that takes several.
#[derive(Debug)]
pub(super) struct PlannedChoice {
    pub(super) planned: Planned,
    pub(super) field: &'static str,
    pub(super) code: String,
}

/// The columns of a date in parts.
#[derive(Debug)]
pub(super) struct PlannedDate {
    pub(super) field: &'static str,
    pub(super) parts: BTreeMap<DatePart, Planned>,
}

/// All columns of a sheet by what is done with them.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) form: &'static Form,
    pub(super) ids: Vec<Planned>,
    pub(super) fields: Vec<PlannedField>,
    pub(super) choices: Vec<PlannedChoice>,
    pub(super) dates: Vec<PlannedDate>,
    pub(super) personal: Vec<(Planned, String)>,
    pub(super) place: BTreeMap<PlacePart, Planned>,
    /// Fields of the minimum data that neither a column nor a constant fills.
    pub(super) not_in_file: Vec<&'static Field>,
    /// Fields of the minimum data that something fills.
    pub(super) expected: Vec<&'static Field>,
    /// All columns of the sheet.
    pub(super) columns: Vec<String>,
}

impl Plan {
    /// For a sheet with these columns; the mapping was checked against them.
    pub(super) fn new(mapping: &Mapping, columns: &[String]) -> Self {
        let form = mapping.kind.form();
        let mut plan = Self {
            form,
            ids: Vec::new(),
            fields: Vec::new(),
            choices: Vec::new(),
            dates: Vec::new(),
            personal: Vec::new(),
            place: BTreeMap::new(),
            not_in_file: Vec::new(),
            expected: Vec::new(),
            columns: columns.to_vec(),
        };
        for column in &mapping.columns {
            if let Some(at) = columns.iter().position(|name| *name == column.name) {
                plan.add(mapping, column, at);
            }
        }
        let filled = |field: &Field| {
            mapping.constants.contains_key(field.name)
                || plan.fields.iter().any(|f| f.field.name == field.name)
                || plan.choices.iter().any(|c| c.field == field.name)
                || plan.dates.iter().any(|d| d.field == field.name)
        };
        let (expected, not_in_file) = form
            .fields
            .iter()
            .filter(|field| field.need != Need::Optional)
            .partition(|field| filled(field) || field.need == Need::Mandatory);
        plan.expected = expected;
        plan.not_in_file = not_in_file;
        plan
    }

    fn add(&mut self, mapping: &Mapping, column: &Column, at: usize) {
        let planned = Planned {
            at,
            name: column.name.as_str().into(),
            column: column.clone(),
            blank_numbers: column.blanks.iter().filter_map(|b| b.trim().parse().ok()).collect(),
        };
        let named = |name: &str| self.form.fields.iter().find(|field| field.name == name);
        match &column.to {
            Role::Unmapped => {}
            Role::Id => self.ids.push(planned),
            Role::Personal(name) => self.personal.push((planned, name.clone())),
            Role::Place(part) => {
                self.place.insert(*part, planned);
            }
            Role::Field(name) => {
                let Some(field) = named(name) else { return };
                if field.kind == FieldKind::Personal {
                    self.personal.push((planned, name.clone()));
                } else {
                    self.fields.push(PlannedField {
                        planned,
                        field,
                        words: Words::default(),
                        filled: 0,
                        zeros: 0,
                        written: [0; 4],
                    });
                }
            }
            Role::Choice { field, code } => {
                let Some(field) = named(field) else { return };
                self.choices.push(PlannedChoice { planned, field: field.name, code: code.clone() });
            }
            Role::DatePart { field, part } => {
                let Some(field) = named(field) else { return };
                match self.dates.iter_mut().find(|date| date.field == field.name) {
                    Some(date) => {
                        date.parts.insert(*part, planned);
                    }
                    None => self.dates.push(PlannedDate {
                        field: field.name,
                        parts: BTreeMap::from([(*part, planned)]),
                    }),
                }
            }
        }
        // A column that is dropped is not read at all.
        if mapping.personal == Personal::Drop {
            self.personal.clear();
        }
    }
}
