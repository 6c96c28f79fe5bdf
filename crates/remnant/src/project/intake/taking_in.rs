//! Taking a file in: one thread reads, the other enters, and all of it or nothing stays.
//!
//! Belongs here: the two threads and the two reasons to take everything back. Does not belong here:
//! reading (`reading`), how entries are kept (`remnant-store`).
//!
//! Whether a file may be taken in is known at its end. Rows are entered all the same as they come,
//! in one transaction, and taken back where it may not: most files may, and reading twice takes
//! twice as long.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use remnant_ground::intake::{Outcome, Rule, Taken};
use remnant_store::{
    Appended, NewEntry, PersonalKey, PersonalValue, Stamp, Store, StoreError, TakenIn, TakenInRow,
};

use super::findings_file::Reports;
use super::reading::{self, Reading, Told, kept_hash, short};
use crate::error::ProgramError;
use crate::project::key;

/// Rows that go from the reading thread to the writing one together.
const BATCH: usize = 512;

/// Batches that may wait.
const WAITING: usize = 8;

/// The version of the importer that stands in the journal.
const IMPORTER: &str = concat!("remnant ", env!("CARGO_PKG_VERSION"));

/// Reads the file and enters what comes of it: all or nothing.
///
/// # Errors
/// `PersonalData`, or what hinders reading or entering; then nothing was entered.
pub(super) fn take_in(
    reading: &Reading,
    reports: &mut Reports,
    store: &mut Store,
    stamp: &Stamp,
    key: Option<&PersonalKey>,
) -> Result<(Told, Appended), ProgramError> {
    match attempt(reading, First::Reading(reports), store, stamp, key) {
        Ok(done) => Ok(done),
        Err(Halt::Contested(told)) => {
            let contested = told.report.contested.clone();
            let again = Reading { contested: &contested, ..*reading };
            match attempt(&again, First::Was(*told), store, stamp, key) {
                Ok(done) => Ok(done),
                // A second reading contests nothing that the first did not.
                Err(Halt::Contested(_)) => Err(ProgramError::Interrupted),
                Err(Halt::Error(error)) => Err(error),
            }
        }
        Err(Halt::Error(error)) => Err(error),
    }
}

/// Why what was entered is taken back.
enum Halt {
    Error(ProgramError),
    /// Ids stand for several rows, so that the first of them was entered under a name that it must
    /// not have. The file is read again, with those ids known.
    Contested(Box<Told>),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Error(error.into())
    }
}

impl From<ProgramError> for Halt {
    fn from(error: ProgramError) -> Self {
        Self::Error(error)
    }
}

/// The first reading, which tells what it finds, or what it told.
enum First<'r> {
    Reading(&'r mut Reports),
    Was(Told),
}

/// A row on its way to the store.
type Row = (NewEntry, Vec<PersonalValue>);

/// What goes from the reading thread to the writing one.
enum Sent {
    Rows(Vec<Row>),
    End(Result<Told, ProgramError>),
}

fn attempt(
    reading: &Reading,
    first: First<'_>,
    store: &mut Store,
    stamp: &Stamp,
    key: Option<&PersonalKey>,
) -> Result<(Told, Appended), Halt> {
    let may_be_contested = matches!(first, First::Reading(_));
    let (send, receive) = mpsc::sync_channel(WAITING);
    thread::scope(|scope| {
        scope.spawn(move || {
            let end = read_into(reading, first, &send);
            // Nobody listens any more when the store has refused already.
            let _told = send.send(Sent::End(end));
        });
        let mut told = None;
        let rows = Arriving {
            reading,
            may_be_contested,
            receive,
            batch: Vec::new().into_iter(),
            told: &mut told,
            ended: false,
        };
        let appended = store.append_with_persons::<Halt>(stamp, key, rows, || Ok(key::nonce()?))?;
        // Without an end of the file nothing is entered.
        told.map(|told| (told, appended)).ok_or(Halt::Error(ProgramError::Interrupted))
    })
}

fn read_into(
    reading: &Reading,
    first: First<'_>,
    send: &SyncSender<Sent>,
) -> Result<Told, ProgramError> {
    let mut batch = Batch { mapping: short(reading.mapping.hash()), rows: Vec::new(), send };
    let told = match first {
        First::Reading(reports) => {
            let mut contested = false;
            reading::told(reading, "Taking in", reports, |outcome| {
                // The rest is read for what is found in it; none of it will stay.
                contested = contested || contests(&outcome);
                if contested { Ok(()) } else { batch.add(outcome) }
            })?
        }
        First::Was(told) => {
            reading::rows(reading, "Taking in", |outcome| batch.add(outcome))?;
            told
        }
    };
    batch.send()?;
    Ok(told)
}

/// Whether a row has the id of an earlier one.
fn contests(outcome: &Outcome) -> bool {
    outcome.findings().iter().any(|finding| finding.rule == Rule::SameIdOtherContent)
}

/// Rows that go to the writing thread together.
struct Batch<'a> {
    /// The short hash of the mapping.
    mapping: String,
    rows: Vec<Row>,
    send: &'a SyncSender<Sent>,
}

impl Batch<'_> {
    fn add(&mut self, outcome: Outcome) -> Result<(), ProgramError> {
        let (Outcome::Accepted(taken) | Outcome::Queried(taken)) = outcome else { return Ok(()) };
        let Taken { object, row, personal, .. } = *taken;
        let row = TakenInRow { hash: kept_hash(row, &self.mapping) };
        let personal = personal
            .into_iter()
            .map(|(field, value)| PersonalValue {
                kind: object.kind,
                subject: object.id.as_str().to_owned(),
                field,
                value,
            })
            .collect();
        self.rows.push((NewEntry::taken_in(object, row), personal));
        if self.rows.len() == BATCH { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), ProgramError> {
        let full = std::mem::replace(&mut self.rows, Vec::with_capacity(BATCH));
        self.send.send(Sent::Rows(full)).map_err(|_| ProgramError::Interrupted)
    }
}

/// Rows as they arrive from the reading thread, one by one, and after the last the entry that tells
/// of the taking in. After a fault nothing more.
struct Arriving<'a> {
    reading: &'a Reading<'a>,
    may_be_contested: bool,
    receive: Receiver<Sent>,
    batch: std::vec::IntoIter<Row>,
    told: &'a mut Option<Told>,
    ended: bool,
}

impl Arriving<'_> {
    /// What the end of the file means.
    fn end(&mut self, told: Result<Told, ProgramError>) -> Result<Row, Halt> {
        let told = told?;
        if !told.report.may_be_taken_in() {
            return Err(Halt::Error(ProgramError::PersonalData));
        }
        if self.may_be_contested && !told.report.contested.is_empty() {
            return Err(Halt::Contested(Box::new(told)));
        }
        let last = NewEntry::file_taken_in(&taken_in(self.reading, &told)?)?;
        *self.told = Some(told);
        Ok((last, Vec::new()))
    }
}

impl Iterator for Arriving<'_> {
    type Item = Result<Row, Halt>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.batch.next() {
                return Some(Ok(row));
            }
            if self.ended {
                return None;
            }
            match self.receive.recv() {
                Ok(Sent::Rows(batch)) => self.batch = batch.into_iter(),
                Ok(Sent::End(told)) => {
                    self.ended = true;
                    return Some(self.end(told));
                }
                Err(_) => {
                    self.ended = true;
                    return Some(Err(Halt::Error(ProgramError::Interrupted)));
                }
            }
        }
    }
}

/// What the journal tells of the taking in.
fn taken_in(reading: &Reading, told: &Told) -> Result<TakenIn, ProgramError> {
    let report = &told.report;
    let counts = [
        ("read", report.read),
        ("accepted", report.accepted),
        ("queried", report.queried),
        ("refused", report.refused),
        ("unchanged", report.unchanged),
        ("duplicates", report.duplicates),
    ];
    Ok(TakenIn {
        source: reading.given.source.clone(),
        file: reading.given.hash.clone(),
        sheet: reading.mapping.sheet.clone(),
        kind: reading.mapping.kind,
        mapping: serde_json::to_value(reading.mapping).map_err(ProgramError::NotJson)?,
        counts: counts.map(|(name, count)| (name.to_owned(), count)).into(),
        importer: IMPORTER.to_owned(),
    })
}
