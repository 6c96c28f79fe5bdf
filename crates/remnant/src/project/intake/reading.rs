//! One reading of a kept file, from its first row to its last.
//!
//! Belongs here: what a reading needs, what was taken in before, and telling of findings on the way.
//! Does not belong here: what a row becomes (`remnant-ground`), what is done with it (`taking_in`).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use jiff::civil::Date;
use remnant_ground::intake::{
    Finding, Gazetteer, Intake, Known, Mapping, MappingHash, Outcome, Report, RowHash,
    Surroundings, TakenBefore,
};
use remnant_ground::pick_list::PickLists;
use remnant_ground::{ObjectId, ObjectKind};
use remnant_store::{EntryFilter, EntryKind, Store};

use super::findings_file::{Reports, unwritable};
use crate::error::ProgramError;
use crate::project::kept_file::Given;
use crate::project::progress::Progress;

/// Findings that are held for a page or workbook; the CSV report holds all of them.
const FINDINGS_HELD: usize = 20_000;

/// What one reading of the file needs.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) given: &'a Given,
    pub(super) sheet: usize,
    pub(super) mapping: &'a Mapping,
    pub(super) lists: &'a PickLists,
    /// The day of the import.
    pub(super) stamp_day: Date,
    /// The project.
    pub(super) place: &'a str,
    /// The ids that an earlier reading found more than once with different content.
    pub(super) contested: &'a BTreeSet<ObjectId>,
    /// The units of the project.
    pub(super) gazetteer: &'a (dyn Gazetteer + Sync),
}

/// What a reading of the whole file told.
pub(super) struct Told {
    /// The sums, and what is found over all rows.
    pub(super) report: Report,
    /// What is found in single rows, the first of them.
    pub(super) findings: Vec<Finding>,
}

/// What was taken in before, asked of a connection of its own.
struct Before {
    store: RefCell<Store>,
    kind: ObjectKind,
    /// The mapping by which this reading reads, and how it stands with a row.
    mapping: MappingHash,
    mapping_letters: String,
    today: Date,
    /// Whether anything of this source was taken in at all: where not, nothing is looked up.
    any: bool,
}

impl Before {
    fn of(reading: &Reading) -> Result<Self, ProgramError> {
        let mut store = Store::open(reading.place)?;
        let filter = EntryFilter {
            kind: Some(EntryKind::FileTakenIn),
            subject: Some(reading.given.source.clone()),
            newest: Some(1),
            ..EntryFilter::default()
        };
        let mut any = false;
        store.entries(&filter, |_, _| {
            any = true;
            Ok(())
        })?;
        let mapping = reading.mapping.hash();
        Ok(Self {
            store: RefCell::new(store),
            kind: reading.mapping.kind,
            mapping,
            mapping_letters: short(mapping),
            today: reading.stamp_day,
            any,
        })
    }
}

/// The letters of a mapping's hash that stand with each row: enough to tell mappings apart. The
/// mapping itself stands in the entry of the file.
const MAPPING_LETTERS: usize = 16;

/// The hash of a mapping as it stands with each row.
pub(super) fn short(mapping: MappingHash) -> String {
    mapping.0[..MAPPING_LETTERS / 2].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Row hash and short mapping hash as the store keeps them together.
pub(super) fn kept_hash(row: RowHash, mapping: &str) -> String {
    let mut kept = row.hex();
    kept.reserve_exact(1 + mapping.len());
    kept.push('.');
    kept.push_str(mapping);
    kept
}

impl Known for Before {
    fn taken_before(&self, id: &ObjectId) -> Option<TakenBefore> {
        if !self.any {
            return None;
        }
        let kept = self.store.borrow_mut().row_hash(self.kind, id).ok()??;
        let (row, mapping) = kept.split_once('.')?;
        let row = RowHash::try_from(row.to_owned()).ok()?;
        // Earlier versions kept all letters of the mapping's hash.
        let same = mapping.get(..MAPPING_LETTERS) == Some(self.mapping_letters.as_str());
        let mapping = if same { self.mapping } else { MappingHash([0; 32]) };
        Some(TakenBefore { row, mapping })
    }

    fn is_there(&self, kind: ObjectKind, id: &ObjectId) -> Option<bool> {
        // A reference to its own kind may well be to a row further down.
        if kind == self.kind {
            return None;
        }
        self.store.borrow_mut().object(kind, id, self.today).ok().map(|object| object.is_some())
    }
}

/// Reads every row of the sheet; what comes of each goes to `each`.
///
/// # Errors
/// What `each` says, or when the file cannot be read further.
pub(super) fn rows(
    reading: &Reading,
    name: &'static str,
    mut each: impl FnMut(Outcome) -> Result<(), ProgramError>,
) -> Result<Report, ProgramError> {
    let before = Before::of(reading)?;
    let mut document = reading.given.document()?;
    let columns = document.sheets()[reading.sheet].columns.clone();
    let mut intake = Intake::new(
        reading.mapping,
        &columns,
        Surroundings {
            file: &reading.given.name,
            file_hash: &reading.given.hash,
            today: reading.stamp_day,
            lists: reading.lists,
            known: &before,
            gazetteer: reading.gazetteer,
            contested: reading.contested,
        },
    )?;
    let progress = Progress::over_bytes(name, reading.given.length);
    let mut count: u64 = 0;
    document.rows(reading.sheet, |given, bytes| {
        let outcome = match given {
            Ok(row) => intake.row(&row),
            Err((line, fault)) => intake.unreadable(line, &fault),
        };
        each(outcome)?;
        count += 1;
        if count.is_multiple_of(1024) {
            progress.at(bytes)?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(intake.finish())
}

/// Reads every row and tells of what is found. The CSV reports are written on the way: they hold all
/// findings, however many.
///
/// # Errors
/// As [`rows`], or when a report cannot be written.
pub(super) fn told(
    reading: &Reading,
    name: &'static str,
    reports: &mut Reports,
    mut each: impl FnMut(Outcome) -> Result<(), ProgramError>,
) -> Result<Told, ProgramError> {
    let mut held = Vec::new();
    let mut tables = reports.tables()?;
    let report = rows(reading, name, |outcome| {
        for finding in outcome.findings() {
            for (path, table) in &mut tables {
                table.finding(finding).map_err(|source| unwritable(path, source))?;
            }
            if held.len() < FINDINGS_HELD {
                held.push(finding.clone());
            }
        }
        each(outcome)
    })?;
    for (path, mut table) in tables {
        for finding in &report.file_findings {
            table.finding(finding).map_err(|source| unwritable(path, source))?;
        }
        table.end().map_err(|source| unwritable(path, source))?;
    }
    Ok(Told { report, findings: held })
}
