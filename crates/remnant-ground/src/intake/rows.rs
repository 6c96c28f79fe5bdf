//! Rows to outcomes, one by one.
//!
//! Belongs here: the way of a row from its cells to an object with findings, and what is held over
//! rows. Does not belong here: what cells mean (`field`, `place`), what is suspected over the file
//! (`suspicion`).

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::cells::{RowHash, RowHasher, RowOfCells};
use super::date::{DateOrder, DateReading};
use super::field::FieldReading;
use super::finding::{Finding, Remark, heaviest, shown};
use super::known::{Gazetteer, Known, TakenBefore};
use super::mapping::{EqualRows, Mapping, MappingFault, MappingHash};
use super::object::RowValues;
use super::plan::{Plan, PlannedField, WayOfWriting};
use super::report::Report;
use super::rule::{Rule, Severity};
use super::suspicion::Suspicions;
use super::text::LARGEST_CELL;
use crate::object::{FieldValue, Object, ObjectId, RowOrigin};
use crate::pick_list::PickLists;

/// What a file is taken in among.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The file, as the person named it.
    pub file: &'a str,
    /// The hash of its bytes, in hexadecimal.
    pub file_hash: &'a str,
    /// The day of the import.
    pub today: Date,
    /// The pick-lists of the project.
    pub lists: &'a PickLists,
    /// What was taken in before.
    pub known: &'a dyn Known,
    /// Units and settlements.
    pub gazetteer: &'a dyn Gazetteer,
    /// The ids that a first reading found more than once with different content
    /// ([`Report::contested`]); empty for the first reading.
    pub contested: &'a BTreeSet<ObjectId>,
}

/// Why a file cannot be begun with.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum IntakeError {
    /// The mapping does not fit the file, or is not finished.
    #[error("the mapping cannot be used: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Mapping(Vec<MappingFault>),
    /// A value for all rows that its field does not take.
    #[error("`{text}` cannot be the value of `{field}` in all rows: {why}")]
    Constant {
        /// The field.
        field: String,
        /// The value.
        text: String,
        /// Why not.
        why: String,
    },
}

impl IntakeError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Mapping(faults) => {
                faults.first().map_or("correct the mapping", MappingFault::help)
            }
            Self::Constant { .. } => "correct the value under `constants` in the mapping",
        }
    }
}

/// A row that is taken in.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The object.
    pub object: Object,
    /// The hash of the row.
    pub row: RowHash,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Words that name or find a person, by field, for the encrypted store.
    pub personal: Vec<(String, String)>,
    /// Cells that could not be taken, by column: they wait until somebody says what they mean.
    pub kept_back: Vec<KeptBack>,
    /// Whether an earlier version of the object is there.
    pub revises: bool,
}

/// A cell, or a part of one, that is not in the object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptBack {
    /// The column.
    pub column: Arc<str>,
    /// What stands there.
    pub text: String,
}

/// What came of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Taken in; notes and suspicions at most.
    Accepted(Box<Taken>),
    /// Taken in, and somebody must look at it.
    Queried(Box<Taken>),
    /// Not taken in, and why.
    Refused(Vec<Finding>),
    /// Taken in before, word for word, by the same mapping.
    Unchanged(ObjectId),
    /// The same row once more in this file.
    Duplicate(ObjectId, Box<Finding>),
}

impl Outcome {
    /// What is taken in.
    #[must_use]
    pub fn taken(&self) -> Option<&Taken> {
        match self {
            Self::Accepted(taken) | Self::Queried(taken) => Some(taken),
            _ => None,
        }
    }

    /// What was found.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Accepted(taken) | Self::Queried(taken) => &taken.findings,
            Self::Refused(findings) => findings,
            Self::Duplicate(_, finding) => std::slice::from_ref(finding),
            Self::Unchanged(_) => &[],
        }
    }
}

/// The findings of one row while they are gathered.
pub(super) struct Sink<'s> {
    pub(super) file: &'s Arc<str>,
    pub(super) sheet: &'s Arc<str>,
    pub(super) line: u64,
    pub(super) findings: Vec<Finding>,
}

impl Sink<'_> {
    pub(super) fn tell(&mut self, column: Option<&Arc<str>>, value: &str, remark: Remark) {
        self.findings.push(Finding {
            file: Arc::clone(self.file),
            sheet: Arc::clone(self.sheet),
            line: self.line,
            column: column.map(Arc::clone),
            rule: remark.rule,
            value: shown(value),
            message: remark.message,
            suggestion: remark.suggestion,
        });
    }
}

/// Takes in the rows of one sheet, one after the other.
///
/// Rows are read twice: once to see what would come of them, and, when a person has agreed, once
/// more to take them in, with the ids that the first reading found [contested](Report::contested).
///
/// Held over rows: 16 bytes for each id, in a table that is at most half empty, and at most 200 MB
/// of keys for suspicions, however long the file. Findings go out with the outcomes.
pub struct Intake<'a> {
    mapping: Mapping,
    mapping_hash: MappingHash,
    plan: Plan,
    surroundings: Surroundings<'a>,
    file: Arc<str>,
    sheet: Arc<str>,
    hasher: RowHasher,
    constants: Vec<(&'static str, FieldValue)>,
    dates: DateReading,
    /// Ids met, and the end of the hash of the row of each.
    seen: HashMap<u64, u64>,
    /// How many rows there were of each content that has no id and was met more than once.
    equal: HashMap<u64, u64>,
    suspicions: Suspicions,
    /// Rows taken in with a geometry.
    placed: u64,
    report: Report,
}

impl<'a> Intake<'a> {
    /// Makes ready to take in a sheet with these columns.
    ///
    /// # Errors
    /// Everything that speaks against the mapping, open questions among it.
    pub fn new(
        mapping: &Mapping,
        columns: &[String],
        surroundings: Surroundings<'a>,
    ) -> Result<Self, IntakeError> {
        mapping.check(columns).map_err(IntakeError::Mapping)?;
        let dates = DateReading {
            order: mapping.date_order,
            two_digit_years_from: mapping.two_digit_years_from,
            today: surroundings.today,
            first_plausible_day: mapping.first_plausible_day,
        };
        let mut intake = Self {
            mapping_hash: mapping.hash(),
            plan: Plan::new(mapping, columns),
            file: surroundings.file.into(),
            sheet: mapping.sheet.as_str().into(),
            hasher: RowHasher::new(columns),
            constants: Vec::new(),
            dates,
            seen: HashMap::new(),
            equal: HashMap::new(),
            suspicions: Suspicions::default(),
            placed: 0,
            report: Report::default(),
            mapping: mapping.clone(),
            surroundings,
        };
        intake.constants = intake.read_constants()?;
        intake.tell_what_is_not_in_the_file();
        Ok(intake)
    }

    /// The values that all rows have, read as a cell would be, with dates in ISO order.
    fn read_constants(&self) -> Result<Vec<(&'static str, FieldValue)>, IntakeError> {
        let reading = FieldReading {
            lists: self.surroundings.lists,
            known: self.surroundings.known,
            source: &self.mapping.source,
            numbers: super::NumberFormat::default(),
            dunam_square_metres: self.mapping.dunam_square_metres,
            dates: DateReading { order: DateOrder::Ymd, ..self.dates },
        };
        let mut constants = Vec::new();
        for field in self.plan.form.fields {
            let Some(text) = self.mapping.constants.get(field.name) else { continue };
            let column = super::mapping::Column::new(field.name, super::mapping::Role::Unmapped);
            let mut remarks = Vec::new();
            let mut words = super::field::Words::default();
            let read = reading.read(field, &column, &mut words, text.trim(), &mut remarks);
            match read.value.filter(|_| read.kept_back.is_none()) {
                Some(value) => constants.push((field.name, value)),
                None => {
                    let why = remarks.into_iter().map(|remark| remark.message).collect::<Vec<_>>();
                    return Err(IntakeError::Constant {
                        field: field.name.to_owned(),
                        text: text.clone(),
                        why: why.join("; "),
                    });
                }
            }
        }
        Ok(constants)
    }

    fn tell_what_is_not_in_the_file(&mut self) {
        for field in std::mem::take(&mut self.plan.not_in_file) {
            let remark = Remark::new(
                Rule::FieldNotInFile,
                format!("no column is mapped to `{}`, which the minimum data ask for", field.name),
            );
            self.tell_of_file("", remark, 0);
        }
    }

    fn tell_of_file(&mut self, value: &str, remark: Remark, line: u64) {
        let mut sink = Sink { file: &self.file, sheet: &self.sheet, line, findings: Vec::new() };
        sink.tell(None, value, remark);
        for finding in sink.findings {
            self.report.tally.file(&finding);
            self.report.file_findings.push(finding);
        }
    }

    /// What comes of a row.
    pub fn row(&mut self, row: &impl RowOfCells) -> Outcome {
        let outcome = self.outcome(row);
        self.report.read += 1;
        match &outcome {
            Outcome::Accepted(taken) => {
                self.report.accepted += 1;
                self.report.revised += u64::from(taken.revises);
            }
            Outcome::Queried(taken) => {
                self.report.queried += 1;
                self.report.revised += u64::from(taken.revises);
            }
            Outcome::Refused(_) => self.report.refused += 1,
            Outcome::Unchanged(_) => self.report.unchanged += 1,
            Outcome::Duplicate(..) => self.report.duplicates += 1,
        }
        self.report.tally.row(outcome.findings());
        outcome
    }

    /// A row that the reader could not take apart: counted as read and refused.
    pub fn unreadable(&mut self, line: u64, why: &str) -> Outcome {
        let outcome = self.refused(line, "", Remark::new(Rule::RowNotReadable, why));
        self.report.read += 1;
        self.report.refused += 1;
        self.report.tally.row(outcome.findings());
        outcome
    }

    fn refused(&self, line: u64, value: &str, remark: Remark) -> Outcome {
        let mut sink = Sink { file: &self.file, sheet: &self.sheet, line, findings: Vec::new() };
        sink.tell(None, value, remark);
        Outcome::Refused(sink.findings)
    }

    fn outcome(&mut self, row: &impl RowOfCells) -> Outcome {
        let line = row.line();
        if let Some(refused) = self.not_a_record(row) {
            return refused;
        }
        let hash = self.hasher.hash(row);
        let (file, sheet) = (Arc::clone(&self.file), Arc::clone(&self.sheet));
        let mut sink = Sink { file: &file, sheet: &sheet, line, findings: Vec::new() };
        let (id, before) = match self.identity(row, hash, &mut sink) {
            Identity::New(id, before) => (id, before),
            Identity::Again(id) => {
                sink.tell(
                    None,
                    "",
                    Remark::new(Rule::SameRowTwice, "the row stands above already"),
                );
                return match sink.findings.pop() {
                    Some(finding) => Outcome::Duplicate(id, Box::new(finding)),
                    None => Outcome::Refused(Vec::new()),
                };
            }
        };
        if before.is_some_and(|b| b.row == hash && b.mapping == self.mapping_hash) {
            return Outcome::Unchanged(id);
        }
        let mut values = RowValues::read(
            row,
            &mut self.plan,
            &self.mapping,
            &self.surroundings,
            &self.dates,
            &self.constants,
            &mut sink,
        );
        if values.personal_refused {
            self.report.personal_data_met = true;
        }
        // What one row shows by itself is weighed; suspicions over the file come at its end.
        let weight = heaviest(&sink.findings);
        if weight == Severity::Refused {
            return Outcome::Refused(sink.findings);
        }
        let object = Object {
            kind: self.mapping.kind,
            id,
            fields: std::mem::take(&mut values.fields),
            place: values.place.place.take(),
            origin: Some(RowOrigin {
                file: self.surroundings.file_hash.to_owned(),
                sheet: self.mapping.sheet.clone(),
                line,
            }),
        };
        self.placed += u64::from(object.place.as_ref().is_some_and(|p| p.geometry().is_some()));
        self.suspicions.row(line, hash.key(), &object, &values.place);
        let taken = Box::new(Taken {
            object,
            row: hash,
            findings: sink.findings,
            personal: values.personal,
            kept_back: values.kept_back,
            revises: before.is_some(),
        });
        if weight == Severity::Queried { Outcome::Queried(taken) } else { Outcome::Accepted(taken) }
    }

    /// Rows that are no records: of nothing, the header again, or with a cell of monstrous size.
    fn not_a_record(&self, row: &impl RowOfCells) -> Option<Outcome> {
        let line = row.line();
        let mut blank = row.geometry().is_none();
        let mut as_header = !self.plan.columns.is_empty();
        for (at, name) in self.plan.columns.iter().enumerate() {
            let text = row.cell(at);
            if text.len() > LARGEST_CELL {
                let message = format!("the cell `{name}` has {} bytes", text.len());
                return Some(self.refused(line, "", Remark::new(Rule::CellTooLarge, message)));
            }
            blank = blank && text.trim().is_empty();
            as_header = as_header && text == name;
        }
        if blank {
            let remark = Remark::new(Rule::BlankRow, "no cell of the row holds anything");
            return Some(self.refused(line, "", remark));
        }
        if as_header {
            let remark = Remark::new(Rule::HeaderAgain, "the row repeats the names of the columns");
            return Some(self.refused(line, "", remark));
        }
        None
    }

    /// The id of a row, and whether the row was met before.
    fn identity(&mut self, row: &impl RowOfCells, hash: RowHash, sink: &mut Sink<'_>) -> Identity {
        let mut text = String::new();
        for planned in &self.plan.ids {
            let cell = row.cell(planned.at);
            let value = planned.value(cell);
            if value.len() != cell.len() && !value.is_empty() {
                let remark = Remark::new(Rule::IdSpaces, "there are spaces around the id");
                sink.tell(Some(&planned.name), cell, remark);
            }
            if !text.is_empty() && !value.is_empty() {
                text.push('-');
            }
            text.push_str(value);
        }
        let has_id = !text.is_empty();
        if !has_id {
            if let Some(planned) = self.plan.ids.first() {
                let remark = Remark::new(Rule::IdBlank, "the row has no id");
                sink.tell(Some(&planned.name), "", remark);
            }
            text = hash.short();
        }
        let id = ObjectId::new(format!("{}/{text}", self.mapping.source));
        let own = || ObjectId::new(format!("{id}~{}", &hash.short()[..8]));
        let known_contested = self.surroundings.contested.contains(&id);
        if !known_contested {
            match self.seen.insert(key_of(&id), hash.key()) {
                None => {
                    // A row that was contested when it was taken in keeps the id it got then.
                    let before = self.surroundings.known.taken_before(&id);
                    if before.is_none() && !self.plan.ids.is_empty() {
                        let own = own();
                        let earlier = self.surroundings.known.taken_before(&own);
                        if earlier.is_some_and(|earlier| earlier.row == hash) {
                            return Identity::New(own, earlier);
                        }
                    }
                    return Identity::New(id, before);
                }
                Some(earlier) if earlier == hash.key() => {
                    if has_id || self.mapping.equal_rows == EqualRows::Once {
                        return Identity::Again(id);
                    }
                    return self.equal_row(&id, hash, sink);
                }
                Some(earlier) => {
                    self.seen.insert(key_of(&id), earlier);
                    self.report.contested.insert(id.clone());
                }
            }
        }
        let own = own();
        if self.seen.insert(key_of(&own), hash.key()) == Some(hash.key()) {
            return Identity::Again(own);
        }
        let column = self.plan.ids.first().map(|planned| &planned.name);
        let remark = Remark::new(
            Rule::SameIdOtherContent,
            format!("another row of the file has the id `{text}` and other content"),
        );
        sink.tell(column, &text, remark.perhaps(own.as_str()));
        let before = self.surroundings.known.taken_before(&own);
        Identity::New(own, before)
    }

    /// A row without an id that is equal to one above: another thing until somebody who knows says
    /// that it is the same. Its number among the equal ones is its id, so that taking the file in
    /// again, in whatever order, changes nothing.
    fn equal_row(&mut self, id: &ObjectId, hash: RowHash, sink: &mut Sink<'_>) -> Identity {
        let number = self.equal.entry(hash.key()).or_insert(1);
        *number += 1;
        let own = ObjectId::new(format!("{id}-{number}"));
        let message = format!("the row stands above already, and no id tells the {number} apart");
        sink.tell(None, "", Remark::new(Rule::EqualRowWithoutId, message));
        let before = self.surroundings.known.taken_before(&own);
        Identity::New(own, before)
    }

    /// The end of the file: what is suspected over all rows, and the sums.
    #[must_use]
    pub fn finish(mut self) -> Report {
        let suspicions = std::mem::take(&mut self.suspicions);
        for (line, value, remark) in suspicions.finish(&self.mapping.original_coordinates) {
            self.tell_of_file(&value, remark, line);
        }
        let taken = self.report.accepted + self.report.queried;
        for planned in std::mem::take(&mut self.plan.fields) {
            self.tell_of_column(&planned, taken);
            if planned.filled >= 50 && planned.zeros * 5 >= planned.filled {
                let message = format!(
                    "{} of {} cells of `{}` are 0",
                    planned.zeros, planned.filled, planned.planned.name
                );
                self.tell_of_file("0", Remark::new(Rule::ZeroMayBeMissing, message), 0);
            }
        }
        if !self.plan.place.is_empty() && often_blank(self.placed, taken) {
            self.tell_of_file("position", blank_in(self.placed, taken, "a position"), 0);
        }
        self.report
    }

    /// What a column shows over all rows.
    fn tell_of_column(&mut self, planned: &PlannedField, taken: u64) {
        if often_blank(planned.filled, taken) {
            let name = format!("`{}`", planned.planned.name);
            self.tell_of_file(&planned.planned.name, blank_in(planned.filled, taken, &name), 0);
        }
        let ways: Vec<String> = planned
            .written
            .iter()
            .zip(WayOfWriting::NAMES)
            .filter(|(count, _)| **count > 0)
            .map(|(count, way)| format!("{count} {way}"))
            .collect();
        if ways.len() > 1 {
            let message =
                format!("the dates of `{}` are written {}", planned.planned.name, ways.join(", "));
            self.tell_of_file("", Remark::new(Rule::DatesWrittenDifferently, message), 0);
        }
    }
}

/// Whether a tenth of the rows or more have nothing there; of a few rows nothing is said.
fn often_blank(filled: u64, taken: u64) -> bool {
    taken >= 50 && filled * 10 <= taken * 9
}

fn blank_in(filled: u64, taken: u64, what: &str) -> Remark {
    let blank = taken.saturating_sub(filled);
    Remark::new(Rule::OftenBlank, format!("{blank} of {taken} rows do not have {what}"))
}

enum Identity {
    /// An id that is new to this file, and how it was taken in before.
    New(ObjectId, Option<TakenBefore>),
    /// A row that stands in the file already.
    Again(ObjectId),
}

fn key_of(id: &ObjectId) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    id.as_str().hash(&mut hasher);
    hasher.finish()
}
