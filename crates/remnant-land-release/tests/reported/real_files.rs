//! The map sheets of Bosnia: areas and cleared land of two files, as an officer gets them.
//!
//! The files are read from `REMNANT_TEST_DATA`; without them the test says what it skips. What is
//! printed (`--nocapture`) is what an officer is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use remnant_ground::intake::{
    Intake, Mapping, NoGazetteer, NothingKnown, PlainRow, Sample, Surroundings, guess,
};
use remnant_ground::pick_list::shipped;
use remnant_ground::{Object, ObjectKind};
use remnant_land_release::{Gathered, Line};
use remnant_source::document::{Document, ReadOptions, SourceRow};

use crate::rows::{TODAY, gathered, waived};

fn data(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = std::env::var_os("REMNANT_TEST_DATA").map_or(root.join("../shared/data"), |given| {
        if Path::new(&given).is_absolute() { PathBuf::from(given) } else { root.join(given) }
    });
    let path = data.join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn open(path: &Path) -> Document {
    let name = path.file_name().unwrap().to_string_lossy();
    let file = Box::new(File::open(path).unwrap());
    Document::open(&name, file, Vec::new(), &ReadOptions::default()).unwrap()
}

/// The first rows of a file as objects, by a guessed mapping with what the officer sets in it.
fn objects(
    kind: ObjectKind,
    path: &Path,
    most: usize,
    set: impl FnOnce(&mut Mapping),
) -> Vec<Object> {
    let mut document = open(path);
    let columns = document.sheets()[0].columns.clone();
    let mut rows = Vec::new();
    let mut reader = document.rows(0).unwrap();
    let mut row = SourceRow::new();
    while rows.len() < most && reader.next(&mut row).unwrap() {
        rows.push(PlainRow {
            line: row.line,
            cells: row.cells().map(|cell| cell.text.to_owned()).collect(),
            geometry: row.geometry.clone(),
        });
    }
    let lists = shipped();
    let sample = Sample { sheet: "", columns: &columns, labels: None, tags: None, rows: &rows };
    let mut mapping = guess(kind, "eufor", &sample, &lists).mapping;
    set(&mut mapping);
    let contested = BTreeSet::new();
    let surroundings = Surroundings {
        file: "map sheets",
        file_hash: "00",
        today: TODAY,
        lists: &lists,
        known: &NothingKnown,
        gazetteer: &NoGazetteer,
        contested: &contested,
    };
    let mut intake = Intake::new(&mapping, &columns, surroundings).unwrap();
    rows.iter().filter_map(|row| intake.row(row).taken().map(|t| t.object.clone())).collect()
}

/// How many rows are unclear or refused for each reason.
fn counts(gathered: &Gathered) -> BTreeMap<(ObjectKind, &'static str), usize> {
    let mut counts = BTreeMap::new();
    for row in &gathered.unclear {
        for reason in &row.reasons {
            *counts.entry((row.row.kind, reason.name())).or_default() += 1;
        }
    }
    for row in &gathered.refused {
        for reason in &row.refusal.reasons {
            *counts.entry((row.row.kind, reason.name())).or_default() += 1;
        }
    }
    counts
}

#[test]
fn map_sheets_without_dates_and_references_are_told_and_not_guessed() {
    const MOST: usize = 700;
    let Some(suspect) = data("bosnia-mine-action/suspect_areas.geojson") else { return };
    let Some(cleared) = data("bosnia-mine-action/cleared_areas.geojson") else { return };

    // As the files are: nobody says when, who, and of which area.
    let areas = objects(ObjectKind::HazardousArea, &suspect, MOST, |_| {});
    let releases = objects(ObjectKind::Release, &cleared, MOST, |_| {});
    let rows = [areas.as_slice(), releases.as_slice()].concat();
    let told = gathered(&rows, &waived());
    let reasons = counts(&told);
    println!("as the files are: {reasons:#?}");
    assert!(told.entered.is_empty() && told.refused.is_empty() && told.ledgers.is_empty());
    assert_eq!(told.unclear.len(), rows.len());
    assert_eq!(reasons[&(ObjectKind::HazardousArea, "no-date")], areas.len());
    assert_eq!(reasons[&(ObjectKind::HazardousArea, "no-organisation")], areas.len());
    assert_eq!(reasons[&(ObjectKind::Release, "no-area-named")], releases.len());
    assert_eq!(reasons[&(ObjectKind::Release, "no-date")], releases.len());

    // The officer knows the publisher and the year of the sheets, and sets both in the mapping.
    let set = |mapping: &mut Mapping| {
        mapping.constants.insert("organisation".to_owned(), "EUFOR".to_owned());
        mapping.constants.insert("date_of_information".to_owned(), "2019".to_owned());
    };
    let areas = objects(ObjectKind::HazardousArea, &suspect, MOST, set);
    let rows = [areas.as_slice(), releases.as_slice()].concat();
    let told = gathered(&rows, &waived());
    println!("with publisher and year: {:#?}", counts(&told));
    let drawn = areas.iter().filter(|area| area.place.is_some()).count();
    assert!(drawn > MOST / 3, "{drawn} areas are drawn");
    assert_eq!(told.entered.len(), drawn);
    assert_eq!(told.refused.len(), areas.len() - drawn, "areas without a valid outline");
    assert_eq!(told.unclear.len(), releases.len());
    assert!(told.entered.iter().all(|entered| entered.event.effective_on == date(2019, 1, 1)));
    let twice = told.counted_twice(TODAY).unwrap();
    println!(
        "{drawn} areas: {} identified, {} of it twice, in {} pairs",
        told.sum(Line::Identified).total(),
        twice.twice(),
        twice.pairs.len()
    );
    assert_eq!(twice.sum, told.sum(Line::Identified).total());
    assert_eq!(twice.sum - twice.twice(), twice.union);
}
