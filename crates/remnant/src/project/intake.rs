//! Reading a kept file: the dry run, the report, and taking it in.
//!
//! Belongs here: the order of the steps, which sheet, and which mapping. Does not belong here: one
//! reading of the rows (`reading`), entering them (`taking_in`), the files of findings
//! (`findings_file`).

mod findings_file;
mod reading;
mod taking_in;

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use remnant_ground::ObjectKind;
use remnant_ground::intake::{
    Gazetteer, Mapping, NoGazetteer, Personal, PlainRow, RowOfCells, Sample, guess,
};
use remnant_ground::pick_list::PickLists;
use remnant_publish::answer::findings::{self, ImportStory};
use remnant_record::AsOf;
use remnant_store::{EntryFilter, EntryKind, Store, TakenIn};

use self::findings_file::Reports;
use self::reading::Reading;
use crate::clock;
use crate::command::project::{PersonalData, ReadCommand};
use crate::error::ProgramError;
use crate::print;
use crate::project::kept_file::Given;
use crate::project::key;
use crate::project::opened::Opened;
use crate::project::{gazetteer, pick_lists};

/// Rows from which a mapping is guessed.
const SAMPLE_ROWS: usize = 1000;

/// Reads a kept file as a dry run, and takes it in where the person says so.
pub(crate) fn read(command: ReadCommand) -> Result<ExitCode, ProgramError> {
    let kind: ObjectKind =
        command.kind.parse().map_err(|_| ProgramError::NoSuchKind(command.kind.clone()))?;
    let stamp = if command.take_in { Some(command.desk.stamp()?) } else { None };
    let today = stamp.as_ref().map_or_else(clock::today, |stamp| Ok(stamp.on()))?;
    let mut store = command.desk.open()?;
    let key = command.key.as_deref().map(key::of).transpose()?;
    let given = Given::of(&mut store, &command.source, key.as_ref())?;
    let mut document = given.document()?;
    let sheet = sheet_of(&document, command.sheet.as_deref())?;
    let lists = pick_lists::of(&mut store, today)?;
    let units = gazetteer::of(&mut store, today)?;
    let mut mapping = mapping(&command, &mut store, &mut document, sheet, kind, &given, &lists)?;
    mapping.personal = match command.personal {
        PersonalData::Refuse => Personal::Refuse,
        PersonalData::Separate => Personal::Separate,
        PersonalData::Drop => Personal::Drop,
    };
    if let Some(path) = &command.save_mapping {
        save(path, &mapping)?;
    }
    if !mapping.questions.is_empty() {
        return Err(ProgramError::OpenQuestions(mapping.questions));
    }
    let nothing = BTreeSet::new();
    let reading = Reading {
        given: &given,
        sheet,
        mapping: &mapping,
        lists: &lists,
        stamp_day: today,
        place: &command.desk.project,
        contested: &nothing,
        gazetteer: units.as_ref().map_or(&NoGazetteer as &(dyn Gazetteer + Sync), |units| units),
    };
    let mut reports = Reports::at(&command.report)?;
    let (told, taken_in) = match &stamp {
        None => (reading::told(&reading, "Dry run", &mut reports, |_| Ok(()))?, None),
        Some(stamp) => {
            let (told, appended) =
                taking_in::take_in(&reading, &mut reports, &mut store, stamp, key.as_ref())?;
            (told, Some(appended))
        }
    };
    let story = ImportStory {
        file: &given.name,
        hash: &given.hash,
        kind,
        source: &given.source,
        mapping: &mapping,
        report: &told.report,
        findings: &told.findings,
        taken_in: taken_in.map(|appended| findings::TakenInCounts {
            entered: appended.entered,
            revised: appended.revised,
            unchanged: appended.unchanged,
        }),
    };
    let as_of = AsOf::day(today);
    reports.keep(&story, as_of)?;
    print::answer(&findings::findings(&story, as_of), as_of, command.json)
}

/// The sheet that is read: the one that is named, or the only one.
fn sheet_of(document: &Opened, named: Option<&str>) -> Result<usize, ProgramError> {
    let names = || document.sheets().iter().map(|sheet| sheet.name.clone()).collect::<Vec<_>>();
    match named {
        Some(name) => names()
            .iter()
            .position(|sheet| sheet == name)
            .ok_or_else(|| ProgramError::NoSuchSheet(name.to_owned())),
        None if document.sheets().len() == 1 => Ok(0),
        None => Err(ProgramError::WhichSheet(names())),
    }
}

/// The mapping that is used: the one given, else the one used last for this source and kind where it
/// fits, else a guess.
fn mapping(
    command: &ReadCommand,
    store: &mut Store,
    document: &mut Opened,
    sheet: usize,
    kind: ObjectKind,
    given: &Given,
    lists: &PickLists,
) -> Result<Mapping, ProgramError> {
    if let Some(path) = &command.mapping {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|source| ProgramError::Unreadable { path: shown.clone(), source })?;
        return serde_json::from_str(&text)
            .map_err(|fault| ProgramError::NotAMapping { path: shown, told: fault.to_string() });
    }
    let columns = document.sheets()[sheet].columns.clone();
    let several = document.sheets().len() > 1;
    let name = if several { document.sheets()[sheet].name.clone() } else { String::new() };
    if let Some(used) = used_last(store, &given.source, kind, &name)?
        && used.check(&columns).is_ok()
    {
        return Ok(used);
    }
    let tags = document.sheets()[sheet].tags.clone();
    let rows = sample(document, sheet, columns.len())?;
    let sample = Sample {
        sheet: &name,
        columns: &columns,
        labels: None,
        tags: tags.as_deref(),
        rows: &rows,
    };
    Ok(guess(kind, &given.source, &sample, lists).mapping)
}

/// The mapping by which rows of this kind from this source were taken in last.
fn used_last(
    store: &mut Store,
    source: &str,
    kind: ObjectKind,
    sheet: &str,
) -> Result<Option<Mapping>, ProgramError> {
    let filter = EntryFilter {
        kind: Some(EntryKind::FileTakenIn),
        subject: Some(source.to_owned()),
        ..EntryFilter::default()
    };
    let mut last = None;
    store.entries(&filter, |entry, _| {
        let taken_in: TakenIn = entry.says()?;
        if taken_in.kind == kind && taken_in.sheet == sheet {
            last = serde_json::from_value(taken_in.mapping).ok();
        }
        Ok(())
    })?;
    Ok(last)
}

/// The first rows of a sheet, to guess from.
pub(super) fn sample(
    document: &mut Opened,
    sheet: usize,
    columns: usize,
) -> Result<Vec<PlainRow>, ProgramError> {
    let mut sample = Vec::new();
    document.rows(sheet, |given, _| {
        // The dry run tells of rows that cannot be read.
        if let Ok(row) = given {
            sample.push(PlainRow {
                line: row.line(),
                cells: (0..columns).map(|at| row.cell(at).to_owned()).collect(),
                geometry: row.geometry().cloned(),
            });
        }
        let enough = sample.len() == SAMPLE_ROWS;
        Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(sample)
}

fn save(path: &Path, mapping: &Mapping) -> Result<(), ProgramError> {
    let text = serde_json::to_string_pretty(mapping).map_err(ProgramError::NotJson)?;
    fs::write(path, text + "\n")
        .map_err(|source| ProgramError::Unwritable { path: path.display().to_string(), source })
}
