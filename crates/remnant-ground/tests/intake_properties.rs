//! What must always hold of the import, whatever the rows.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use proptest::prelude::*;
use remnant_ground::intake::{
    DateOrder, Intake, Known, Mapping, NoGazetteer, Outcome, Personal, PlacePart, PlainRow, Report,
    Role, Sample, Surroundings, TakenBefore, guess,
};
use remnant_ground::pick_list::shipped;
use remnant_ground::{ObjectId, ObjectKind};

const COLUMNS: [&str; 12] = [
    "ID", "Date", "Kind", "Known", "Number", "Moved", "Position", "Lat", "Lon", "Note", "Phone",
    "Unused",
];

fn mapping() -> Mapping {
    let mut mapping = Mapping::new(ObjectKind::EvidencePoint, "prop", &COLUMNS);
    let field = |name: &str| Role::Field(name.to_owned());
    for (column, role) in [
        ("ID", Role::Id),
        ("Date", field("date_found")),
        ("Kind", field("evidence_kind")),
        ("Known", field("how_known")),
        ("Number", field("quantity")),
        ("Moved", field("moved_since")),
        ("Position", Role::Place(PlacePart::WellKnownText)),
        ("Lat", Role::Place(PlacePart::Latitude)),
        ("Lon", Role::Place(PlacePart::Longitude)),
        ("Note", field("note")),
        ("Phone", Role::Personal("phone".to_owned())),
    ] {
        mapping.map(column, role);
    }
    mapping.date_order = DateOrder::Dmy;
    mapping.personal = Personal::Separate;
    mapping
}

/// A store in which things are put.
#[derive(Default)]
struct Kept(RefCell<BTreeMap<ObjectId, TakenBefore>>);

impl Known for Kept {
    fn taken_before(&self, id: &ObjectId) -> Option<TakenBefore> {
        self.0.borrow().get(id).copied()
    }

    fn is_there(&self, _kind: ObjectKind, _id: &ObjectId) -> Option<bool> {
        None
    }
}

fn once(
    mapping: &Mapping,
    rows: &[PlainRow],
    kept: &Kept,
    contested: &BTreeSet<ObjectId>,
) -> (Vec<Outcome>, Report) {
    let lists = shipped();
    let surroundings = Surroundings {
        file: "rows.csv",
        file_hash: "00",
        today: date(2024, 6, 30),
        lists: &lists,
        known: kept,
        gazetteer: &NoGazetteer,
        contested,
    };
    let columns = COLUMNS.map(str::to_owned);
    let mut intake = Intake::new(mapping, &columns, surroundings).unwrap();
    let outcomes = rows.iter().map(|row| intake.row(row)).collect();
    (outcomes, intake.finish())
}

/// Reads twice: once to look, once to take in.
fn read(rows: &[PlainRow], kept: &Kept) -> (Vec<Outcome>, Report) {
    let mapping = mapping();
    let looked = once(&mapping, rows, kept, &BTreeSet::new()).1;
    let (outcomes, report) = once(&mapping, rows, kept, &looked.contested);
    assert!(report.balances(), "{report:?}");
    (outcomes, report)
}

fn keep(outcomes: &[Outcome], mapping: &Mapping, kept: &Kept) {
    for taken in outcomes.iter().filter_map(Outcome::taken) {
        let before = TakenBefore { row: taken.row, mapping: mapping.hash() };
        kept.0.borrow_mut().insert(taken.object.id.clone(), before);
    }
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        2 => prop::sample::select(vec![
            "1", "2", "NA", "-1", "0", "yes", "no", "CMR", "bomblet", "seen", "told", "12/03/1969",
            "31/02/2020", "1969", "about 300", "16.4", "106.2", "POINT(106.2 16.4)",
            "POLYGON((106 16,106.01 16.01,106.01 16,106 16.01,106 16))",
            "POLYGON((106 16,106.01 16,106.01 16.01,106 16))", "npm WARN enoent", "2031-01-01",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => "[0-9/.,:; -]{0,12}",
    ]
}

fn rows() -> impl Strategy<Value = Vec<PlainRow>> {
    // Few ids, so that some stand twice; an id of the alphabet `a` to `f`.
    let row = ("[a-f]?", prop::collection::vec(cell(), COLUMNS.len() - 1));
    prop::collection::vec(row, 0..14).prop_map(|rows| {
        rows.into_iter()
            .zip(2..)
            .map(|((id, cells), line)| PlainRow {
                line,
                cells: std::iter::once(id).chain(cells).collect(),
                geometry: None,
            })
            .collect()
    })
}

/// What is taken in and what is found, without the lines.
fn without_lines(outcomes: &[Outcome], report: &Report) -> (Vec<String>, Vec<String>) {
    let mut objects: Vec<String> = outcomes
        .iter()
        .filter_map(Outcome::taken)
        .map(|taken| {
            let mut object = taken.object.clone();
            object.origin = None;
            format!("{object:?} {:?} {:?} {:?}", taken.row, taken.personal, taken.kept_back)
        })
        .collect();
    let mut findings: Vec<String> = outcomes
        .iter()
        .flat_map(Outcome::findings)
        .map(|f| {
            format!("{:?} {:?} {} {} {:?}", f.rule, f.column, f.value, f.message, f.suggestion)
        })
        // Messages over the whole file name lines.
        .chain(report.file_findings.iter().map(|f| format!("{:?} {}", f.rule, f.value)))
        .collect();
    objects.sort();
    findings.sort();
    (objects, findings)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_order_of_rows_does_not_matter(rows in rows(), seed in any::<u64>()) {
        let (outcomes, report) = read(&rows, &Kept::default());
        let mut shuffled = rows.clone();
        // Any other order will do: sorted by a hash of the line.
        shuffled.sort_by_key(|row| row.line.wrapping_mul(seed | 1).rotate_left(17));
        let (again, report_again) = read(&shuffled, &Kept::default());
        prop_assert_eq!(
            without_lines(&outcomes, &report),
            without_lines(&again, &report_again)
        );
    }

    #[test]
    fn taking_in_twice_equals_once(rows in rows()) {
        let kept = Kept::default();
        let mapping = mapping();
        let (first, report) = read(&rows, &kept);
        keep(&first, &mapping, &kept);
        let before = kept.0.borrow().clone();
        let (second, again) = read(&rows, &kept);
        prop_assert!(second.iter().all(|outcome| outcome.taken().is_none()), "{:?}", second);
        prop_assert_eq!(again.unchanged, report.accepted + report.queried);
        prop_assert_eq!((again.refused, again.duplicates), (report.refused, report.duplicates));
        keep(&second, &mapping, &kept);
        prop_assert_eq!(before, kept.0.borrow().clone());
    }

    #[test]
    fn another_mapping_reads_every_row_again(rows in rows()) {
        let kept = Kept::default();
        let (first, report) = read(&rows, &kept);
        keep(&first, &mapping(), &kept);
        let mut other = mapping();
        other.map("Unused", Role::Field("item_model".to_owned()));
        let looked = once(&other, &rows, &kept, &BTreeSet::new()).1;
        let (_, again) = once(&other, &rows, &kept, &looked.contested);
        prop_assert_eq!(again.unchanged, 0);
        prop_assert_eq!(again.revised, report.accepted + report.queried);
    }

    #[test]
    fn no_cell_of_a_row_that_is_taken_in_is_lost(rows in rows()) {
        let mapping = mapping();
        for (outcome, row) in read(&rows, &Kept::default()).0.iter().zip(&rows) {
            let Some(taken) = outcome.taken() else { continue };
            for (at, column) in mapping.columns.iter().enumerate() {
                let text = row.cells[at].trim();
                let kept_back = taken.kept_back.iter().any(|kept| *kept.column == *column.name);
                let is_there = match &column.to {
                    Role::Field(name) => taken.object.field(name).is_some(),
                    Role::Place(_) => taken.object.place.is_some(),
                    Role::Personal(name) => taken.personal.iter().any(|(n, t)| n == name && t == text),
                    Role::Id => taken.object.id.as_str().contains(text),
                    _ => true,
                };
                let words = ["na", "n/a", "n.a", "n.a.", "-", "--", "---", ".", "..", "...", "–", "—"];
                let blank = text.is_empty() || words.contains(&text.to_lowercase().as_str());
                prop_assert!(
                    is_there || kept_back || blank,
                    "{} `{}` is lost: {:?}", column.name, text, taken
                );
            }
        }
    }

    #[test]
    fn guessing_never_panics_and_names_every_column(rows in rows()) {
        let columns = COLUMNS.map(str::to_owned);
        let sample = Sample { sheet: "", columns: &columns, labels: None, tags: None, rows: &rows };
        for kind in ObjectKind::ALL {
            let guessed = guess(kind, "prop", &sample, &shipped());
            prop_assert_eq!(guessed.reasons().count(), COLUMNS.len());
            let mut answered = guessed.mapping.clone();
            answered.questions.clear();
            prop_assert_eq!(answered.check(&columns), Ok(()));
        }
    }
}
