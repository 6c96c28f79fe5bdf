//! Rows of any file, taken in under the mapping that is guessed from them.
//!
//! The first byte chooses what the rows are, the next two how the questions of the guess are
//! answered; the rest is the file, read as what it looks like.

#![no_main]

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::LazyLock;

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use remnant_fuzz::choices::Choices;
use remnant_ground::coordinate::Position;
use remnant_ground::intake::{
    CountryExtent, DateOrder, Gazetteer, Intake, Known, Mapping, MappingHash, NothingKnown,
    Outcome, Personal, PlainRow, Report, RowHash, Sample, Surroundings, TakenBefore, guess,
};
use remnant_ground::pick_list::{PickLists, shipped};
use remnant_ground::{Object, ObjectId, ObjectKind};
use remnant_source::document::{Document, ReadOptions, SourceRow};

static LISTS: LazyLock<PickLists> = LazyLock::new(shipped);

/// So many rows are read of an input.
const MOST_ROWS: usize = 200;

fuzz_target!(init: remnant_fuzz::let_panics_be_caught(), |bytes: &[u8]| {
    let (mut kinds, rest) = Choices::split(bytes, 1);
    let (mut choices, file) = Choices::split(rest, 2);
    let kind = kinds.one_of(&ObjectKind::ALL);
    let bytes = Box::new(Cursor::new(file.to_vec()));
    let Ok(mut document) = Document::open("a", bytes, Vec::new(), &ReadOptions::default()) else {
        return;
    };
    for number in 0..document.sheets().len().min(3) {
        let sheet = document.sheets()[number].clone();
        let rows = rows(&mut document, number);
        let plain: Vec<PlainRow> = rows.iter().map(plain).collect();
        let sample = Sample {
            sheet: &sheet.name,
            columns: &sheet.columns,
            labels: None,
            tags: sheet.tags.as_deref(),
            rows: &plain,
        };
        let guessed = guess(kind, "src", &sample, &LISTS);
        assert_eq!(guessed.mapping.columns.len(), sheet.columns.len());
        assert!(guessed.questions().iter().all(|question| !question.words().is_empty()));
        let mapping = answered(guessed.mapping, &mut choices);
        let written = serde_json::to_string(&mapping).expect("a mapping is written");
        let again: Mapping = serde_json::from_str(&written).expect("and read again");
        assert_eq!(again, mapping);
        assert_eq!(again.hash(), mapping.hash());
        take_in(&mapping, &sheet.columns, &rows, &plain);
    }
});

fn rows(document: &mut Document, sheet: usize) -> Vec<SourceRow> {
    let mut all = Vec::new();
    let mut row = SourceRow::new();
    let Ok(mut rows) = document.rows(sheet) else { return all };
    for _ in 0..MOST_ROWS {
        match rows.next(&mut row) {
            Ok(true) => all.push(row.clone()),
            Ok(false) => break,
            Err(_) => {}
        }
    }
    all
}

fn plain(row: &SourceRow) -> PlainRow {
    PlainRow {
        line: row.line,
        cells: row.cells().map(|cell| cell.text.to_owned()).collect(),
        geometry: row.geometry.clone(),
    }
}

/// The mapping with its questions out of the way.
fn answered(mut mapping: Mapping, choices: &mut Choices) -> Mapping {
    mapping.questions.clear();
    mapping.date_order = choices.one_of(&[DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd]);
    mapping.personal = choices.one_of(&[Personal::Drop, Personal::Separate, Personal::Refuse]);
    mapping.two_digit_years_from = choices.one_of(&[None, Some(1930), Some(9_990)]);
    mapping.year_offset = choices.one_of(&[None, Some(1940), Some(i16::MAX)]);
    mapping.dunam_square_metres = choices.one_of(&[Some(1000.0), None, Some(2500.0)]);
    mapping.numbers.decimal = choices.one_of(&[mapping.numbers.decimal, '.', ',']);
    let laos = CountryExtent {
        name: "Laos".to_owned(),
        west: 100.0,
        south: 13.9,
        east: 107.8,
        north: 22.6,
    };
    mapping.country = choices.one_of(&[None, Some(laos)]);
    mapping
}

/// Everything was taken in before, by some other mapping and from some other row.
struct AllKnown;

impl Known for AllKnown {
    fn taken_before(&self, _id: &ObjectId) -> Option<TakenBefore> {
        let row = RowHash::try_from("0".repeat(64)).ok()?;
        Some(TakenBefore { row, mapping: MappingHash([0; 32]) })
    }

    fn is_there(&self, _kind: ObjectKind, id: &ObjectId) -> Option<bool> {
        Some(id.as_str().len() % 2 == 0)
    }
}

/// Units and settlements by a rule instead of a list.
struct Chequered;

impl Gazetteer for Chequered {
    fn unit_holds(&self, unit: &str, position: Position) -> Option<bool> {
        (unit.len() < 20).then_some(position.latitude() > 15.0)
    }

    fn centre_at(&self, position: Position) -> Option<String> {
        (position.longitude().fract() == 0.0).then(|| "a village".to_owned())
    }
}

fn take_in(mapping: &Mapping, columns: &[String], rows: &[SourceRow], plain: &[PlainRow]) {
    let first = read(mapping, columns, rows, &NothingKnown, &BTreeSet::new());
    let Some((outcomes, report)) = first else { return };
    // The form of the row makes no difference, and neither does the second reading, where no id is
    // contested.
    if report.contested.is_empty() {
        let again = read(mapping, columns, plain, &NothingKnown, &report.contested);
        assert_eq!(again.map(|(outcomes, _)| outcomes), Some(outcomes));
    } else {
        read(mapping, columns, rows, &NothingKnown, &report.contested);
    }
    read(mapping, columns, rows, &AllKnown, &report.contested);
}

fn read<R: remnant_ground::intake::RowOfCells>(
    mapping: &Mapping,
    columns: &[String],
    rows: &[R],
    known: &dyn Known,
    contested: &BTreeSet<ObjectId>,
) -> Option<(Vec<Outcome>, Report)> {
    let surroundings = Surroundings {
        file: "a.csv",
        file_hash: "00",
        today: date(2024, 6, 30),
        lists: &LISTS,
        known,
        gazetteer: &Chequered,
        contested,
    };
    let mut intake = match Intake::new(mapping, columns, surroundings) {
        Ok(intake) => intake,
        Err(error) => {
            assert!(!error.to_string().is_empty() && !error.help().is_empty());
            return None;
        }
    };
    let outcomes: Vec<Outcome> = rows.iter().map(|row| intake.row(row)).collect();
    intake.unreadable(7, "it was cut off");
    let report = intake.finish();
    assert!(report.balances() && report.read == rows.len() as u64 + 1, "{report:?}");
    assert!(!report.markdown().is_empty());
    for outcome in &outcomes {
        for finding in outcome.findings() {
            assert!(!finding.message.is_empty() && !finding.rule.help().is_empty(), "{finding:?}");
        }
        if let Outcome::Refused(findings) = outcome {
            assert!(!findings.is_empty(), "refused without a reason");
        }
        if let Some(taken) = outcome.taken() {
            let written = serde_json::to_string(&taken.object).expect("an object is written");
            let again: Object = serde_json::from_str(&written).expect("and read again");
            assert_eq!(again, taken.object);
        }
    }
    Some((outcomes, report))
}
