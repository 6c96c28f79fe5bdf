//! Reading a kept file: the dry run, the report, and taking it in.
//!
//! Belongs here: the order of the steps, the files of the report, two threads. Does not belong here:
//! what a row becomes (`remnant-ground`), how it is kept (`remnant-store`).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use remnant_ground::intake::{
    Finding, Intake, Known, Mapping, MappingHash, NoGazetteer, Outcome, Personal, PlainRow, Report,
    RowHash, RowOfCells, Sample, Surroundings, TakenBefore, guess,
};
use remnant_ground::pick_list::{self, PickLists};
use remnant_ground::{ObjectId, ObjectKind};
use remnant_publish::answer::findings::{self, ImportStory};
use remnant_record::AsOf;
use remnant_store::{
    Appended, EntryFilter, EntryKind, NewEntry, PersonalKey, PersonalValue, Stamp, Store, TakenIn,
    TakenInRow,
};

use crate::clock;
use crate::command::project::{PersonalData, ReadCommand};
use crate::error::ProgramError;
use crate::print;
use crate::project::kept_file::Given;
use crate::project::key;
use crate::project::new_file::NewFile;
use crate::project::opened::Opened;
use crate::project::progress::Progress;

/// Rows from which a mapping is guessed.
const SAMPLE_ROWS: usize = 1000;

/// Findings that are held for a page or workbook; the CSV report holds all of them.
const FINDINGS_HELD: usize = 20_000;

/// Rows that go from the reading thread to the writing one together.
const BATCH: usize = 512;

/// The version of the importer that stands in the journal.
const IMPORTER: &str = concat!("remnant ", env!("CARGO_PKG_VERSION"));

/// What one reading of the file needs.
struct Reading<'a> {
    given: &'a Given,
    sheet: usize,
    mapping: &'a Mapping,
    lists: &'a PickLists,
    stamp_day: jiff::civil::Date,
    place: &'a str,
    contested: &'a BTreeSet<ObjectId>,
}

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
    let lists = lists(&mut store, today)?;
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
    };
    let mut reports = Reports::at(&command.report)?;
    let dry = dry_run(&reading, &mut reports)?;
    let mut taken_in = None;
    if let Some(stamp) = &stamp {
        if !dry.report.may_be_taken_in() {
            return Err(ProgramError::PersonalData);
        }
        let contested = dry.report.contested.clone();
        let reading = Reading { contested: &contested, ..reading };
        taken_in = Some(take_in(&reading, &mut store, stamp, key.as_ref(), &dry.report)?);
    }
    let story = ImportStory {
        file: &given.name,
        hash: &given.hash,
        kind,
        source: &given.source,
        mapping: &mapping,
        report: &dry.report,
        findings: &dry.findings,
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

/// The pick-lists of the project: the shipped ones, with its own in place of those of their name.
fn lists(store: &mut Store, today: jiff::civil::Date) -> Result<PickLists, ProgramError> {
    let own: Option<PickLists> = store.setting("pick-lists", today)?;
    let shipped = pick_list::shipped();
    Ok(own.map_or_else(|| shipped.clone(), |own| shipped.replaced_by(&own)))
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

/// What a reading of the whole file gave.
struct DryRun {
    report: Report,
    findings: Vec<Finding>,
}

/// What was taken in before, asked of a connection of its own.
struct Before {
    store: RefCell<Store>,
    kind: ObjectKind,
    source: String,
    /// Whether anything of this source was taken in at all: where not, nothing is looked up.
    any: bool,
}

impl Before {
    fn of(reading: &Reading) -> Result<Self, ProgramError> {
        let mut store = Store::open(reading.place)?;
        let source = reading.given.source.clone();
        let kind = reading.mapping.kind;
        let filter = EntryFilter {
            kind: Some(EntryKind::FileTakenIn),
            subject: Some(source.clone()),
            newest: Some(1),
            ..EntryFilter::default()
        };
        let mut any = false;
        store.entries(&filter, |_, _| {
            any = true;
            Ok(())
        })?;
        Ok(Self { store: RefCell::new(store), kind, source, any })
    }
}

/// Row hash and mapping hash as the store keeps them together.
fn kept_hash(row: RowHash, mapping: MappingHash) -> String {
    let mapping: String = mapping.0.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}.{mapping}", row.hex())
}

fn hashes(kept: &str) -> Option<TakenBefore> {
    let (row, mapping) = kept.split_once('.')?;
    let row = RowHash::try_from(row.to_owned()).ok()?;
    let byte = |at: usize| u8::from_str_radix(mapping.get(2 * at..2 * at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    Some(TakenBefore { row, mapping: MappingHash(bytes?.try_into().ok()?) })
}

impl Known for Before {
    fn taken_before(&self, id: &ObjectId) -> Option<TakenBefore> {
        if !self.any {
            return None;
        }
        let id = source_id(id, &self.source);
        let found = self.store.borrow_mut().row(self.kind, &self.source, id).ok()??;
        hashes(&found.0)
    }

    fn is_there(&self, _kind: ObjectKind, _id: &ObjectId) -> Option<bool> {
        // A reference may well be to a row of a file that comes later.
        None
    }
}

/// The id that the source gave, without the source's name before it.
fn source_id<'a>(id: &'a ObjectId, source: &str) -> &'a str {
    let bare = id.as_str().strip_prefix(source).and_then(|rest| rest.strip_prefix('/'));
    bare.unwrap_or(id.as_str())
}

/// Reads every row of the sheet; what comes of each goes to `each`.
fn rows(
    reading: &Reading,
    name: &'static str,
    each: &mut dyn FnMut(Outcome) -> Result<(), ProgramError>,
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
            gazetteer: &NoGazetteer,
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

/// Reads the file and enters nothing. The CSV reports are written on the way: they hold all
/// findings, however many.
fn dry_run(reading: &Reading, reports: &mut Reports) -> Result<DryRun, ProgramError> {
    let mut held = Vec::new();
    let mut tables = reports.tables()?;
    let report = rows(reading, "Dry run", &mut |outcome| {
        for finding in outcome.findings() {
            for (path, table) in &mut tables {
                table.finding(finding).map_err(|source| unwritable(path, source))?;
            }
            if held.len() < FINDINGS_HELD {
                held.push(finding.clone());
            }
        }
        Ok(())
    })?;
    for (path, mut table) in tables {
        for finding in &report.file_findings {
            table.finding(finding).map_err(|source| unwritable(path, source))?;
        }
        table.end().map_err(|source| unwritable(path, source))?;
    }
    Ok(DryRun { report, findings: held })
}

/// The files of findings that were asked for. They are begun before anything is entered, so that
/// one that cannot be written is told in time, and are there when everything is done.
struct Reports(Vec<Findings>);

struct Findings {
    path: PathBuf,
    ending: String,
    file: NewFile,
}

type Table<'a> = (&'a Path, findings::Csv<BufWriter<&'a mut fs::File>>);

fn unwritable(path: &Path, source: std::io::Error) -> ProgramError {
    ProgramError::Unwritable { path: path.display().to_string(), source }
}

impl Reports {
    fn at(paths: &[PathBuf]) -> Result<Self, ProgramError> {
        let begun = paths.iter().map(|path| {
            let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            if !["csv", "xlsx", "html"].contains(&ending.as_str()) {
                return Err(ProgramError::Argument {
                    name: "--report",
                    given: path.display().to_string(),
                    form: "a file that ends in .csv, .xlsx or .html",
                });
            }
            Ok(Findings { path: path.clone(), ending, file: NewFile::at(path)? })
        });
        Ok(Self(begun.collect::<Result<_, _>>()?))
    }

    /// Those that are written row by row.
    fn tables(&mut self) -> Result<Vec<Table<'_>>, ProgramError> {
        let begun = self.0.iter_mut().filter(|report| report.ending == "csv").map(|report| {
            let Findings { path, file, .. } = report;
            let table = findings::Csv::new(BufWriter::new(file.file()));
            Ok((path.as_path(), table.map_err(|source| unwritable(path, source))?))
        });
        begun.collect()
    }

    fn keep(self, story: &ImportStory, as_of: AsOf) -> Result<(), ProgramError> {
        for Findings { path, ending, mut file } in self.0 {
            let bytes = match ending.as_str() {
                "xlsx" => findings::workbook(story, as_of)?,
                "html" => findings::page(story, as_of).into_bytes(),
                // It was written on the way.
                _ => Vec::new(),
            };
            file.file().write_all(&bytes).map_err(|source| unwritable(&path, source))?;
            file.keep()?;
        }
        Ok(())
    }
}

/// A row on its way to the store.
type Row = (NewEntry, Vec<PersonalValue>);

/// Reads the file once more, in a thread of its own, and enters what comes of it: all or nothing.
fn take_in(
    reading: &Reading,
    store: &mut Store,
    stamp: &Stamp,
    key: Option<&PersonalKey>,
    dry: &Report,
) -> Result<Appended, ProgramError> {
    let (send, receive) = mpsc::sync_channel::<Result<Vec<Row>, ProgramError>>(8);
    thread::scope(|scope| {
        scope.spawn(|| {
            if let Err(error) = read_into(reading, &send) {
                // Nobody listens any more when the store has refused already.
                let _told = send.send(Err(error));
            }
            drop(send);
        });
        let rows = Arriving { receive, batch: Vec::new().into_iter(), failed: false };
        let last = [Ok((NewEntry::file_taken_in(&taken_in(reading, dry)?)?, Vec::new()))];
        store.append_with_persons::<ProgramError>(
            stamp,
            key,
            rows.chain(last),
            || Ok(key::nonce()?),
        )
    })
}

/// What the journal tells of the taking in.
fn taken_in(reading: &Reading, dry: &Report) -> Result<TakenIn, ProgramError> {
    let counts = [
        ("read", dry.read),
        ("accepted", dry.accepted),
        ("queried", dry.queried),
        ("refused", dry.refused),
        ("unchanged", dry.unchanged),
        ("duplicates", dry.duplicates),
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

fn read_into(
    reading: &Reading,
    send: &SyncSender<Result<Vec<Row>, ProgramError>>,
) -> Result<(), ProgramError> {
    let mapping = reading.mapping.hash();
    let source = &reading.given.source;
    let mut batch = Vec::with_capacity(BATCH);
    let gone = |_| ProgramError::Interrupted;
    rows(reading, "Taking in", &mut |outcome| {
        let (Outcome::Accepted(taken) | Outcome::Queried(taken)) = outcome else { return Ok(()) };
        let row = TakenInRow {
            source: source.clone(),
            id: source_id(&taken.object.id, source).to_owned(),
            hash: kept_hash(taken.row, mapping),
        };
        let personal = taken
            .personal
            .into_iter()
            .map(|(field, value)| PersonalValue {
                kind: taken.object.kind,
                subject: taken.object.id.as_str().to_owned(),
                field,
                value,
            })
            .collect();
        batch.push((NewEntry::taken_in(taken.object, row), personal));
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            send.send(Ok(full)).map_err(gone)?;
        }
        Ok(())
    })?;
    send.send(Ok(batch)).map_err(gone)
}

/// Rows as they arrive from the reading thread, one by one; after a fault nothing more.
struct Arriving {
    receive: Receiver<Result<Vec<Row>, ProgramError>>,
    batch: std::vec::IntoIter<Row>,
    failed: bool,
}

impl Iterator for Arriving {
    type Item = Result<Row, ProgramError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.batch.next() {
                return Some(Ok(row));
            }
            if self.failed {
                return None;
            }
            match self.receive.recv() {
                Ok(Ok(batch)) => self.batch = batch.into_iter(),
                Ok(Err(error)) => {
                    self.failed = true;
                    return Some(Err(error));
                }
                Err(_) => return None,
            }
        }
    }
}
