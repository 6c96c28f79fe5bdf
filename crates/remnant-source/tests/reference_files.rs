//! Real files and other projects' test files: each is read or refused, none panics, none hangs.
//!
//! The files are not part of the repository. They are looked for in the folder that the environment
//! variable `REMNANT_TEST_DATA` names, or beside the repository; what is absent is skipped and said.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reading;

use std::fs;
use std::path::{Path, PathBuf};

use reading::{open, open_together, open_with, read, texts};
use remnant_source::document::{Document, Format, HeaderChoice, ReadError, ReadOptions};

/// A folder of the test data, or `None` with a line about what is skipped.
fn folder(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("REMNANT_TEST_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no test data in {}", folder.display());
    None
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let bytes = fs::read(path).unwrap();
            (name, bytes)
        })
        .collect();
    files.sort();
    files
}

/// Opens a file with all that stands beside it under the same stem.
fn open_in(folder: &Path, name: &str) -> Result<Document, ReadError> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let beside: Vec<_> = files(folder)
        .into_iter()
        .filter(|(other, _)| other == name || other.starts_with(&format!("{stem}.")))
        .collect();
    let given: Vec<_> =
        beside.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    open_together(name, &given)
}

/// Reads all sheets of a document; rows and faults of each.
fn counts(document: &mut Document) -> Vec<(usize, usize)> {
    (0..document.sheets().len())
        .map(|sheet| {
            let read = read(document, sheet);
            let width = document.sheets()[sheet].columns.len();
            assert!(read.rows.iter().all(|row| row.len() == width));
            if let Some(rows) = document.sheets()[sheet].rows {
                assert_eq!(rows, (read.rows.len() + read.faults.len()) as u64);
            }
            (read.rows.len(), read.faults.len())
        })
        .collect()
}

#[test]
fn every_file_is_read_or_refused() {
    for name in [
        "peer-suites/csv-horror",
        "peer-suites/csv-spectrum",
        "peer-suites/hxl-cases",
        "peer-suites/json-test-suite",
        "peer-suites/kml-gpx",
        "peer-suites/shapefile-cases",
        "peer-suites/geopackage-cases",
        "peer-suites/xlsform-cases",
        "peer-suites/xlsform-bug-cases",
        "bosnia-mine-action",
        "ukraine-civilian-harm",
        "ucdp-ged-central-african-republic",
        "ussbs-raids-europe",
        "thor-vietnam",
        "boundaries",
        "boundaries/vietnam-provinces-1997-nad27",
        "exposure-sample-jakarta",
        "gazetteer/ukraine-state-register",
    ] {
        let Some(folder) = folder(name) else { continue };
        for (file, _) in files(&folder) {
            match open_in(&folder, &file) {
                Ok(mut document) => {
                    let counts = counts(&mut document);
                    println!("{name}/{file}: {} {counts:?}", document.format());
                    for remark in document.remarks() {
                        println!("    {remark}");
                    }
                }
                Err(error) => {
                    assert!(!error.help().is_empty());
                    println!("{name}/{file}: refused: {error}");
                }
            }
        }
    }
}

/// The rows of the only sheet, and its faults.
fn rows_of(folder: &Path, file: &str) -> (usize, usize) {
    let mut document = open_in(folder, file).unwrap();
    counts(&mut document)[0]
}

#[test]
fn rows_are_as_many_as_the_publishers_say() {
    for (name, file, rows) in [
        ("bosnia-mine-action", "suspect_areas.geojson", 5252),
        ("bosnia-mine-action", "cleared_areas.geojson", 4649),
        ("bosnia-mine-action", "incidents.geojson", 780),
        ("bosnia-mine-action", "lifted_minefields.geojson", 348),
        ("ucdp-ged-central-african-republic", "ged_car_v23_1.geojson", 1848),
        ("ukraine-civilian-harm", "civharm_2023-06-01.json", 1167),
        ("ukraine-civilian-harm", "export_events_2023-05-28.json", 1159),
        ("ussbs-raids-europe", "ussbs_raids_a.csv", 17_000),
        ("thor-vietnam", "thor_rvn_missions.csv", 5000),
        ("thor-vietnam", "thor_weapons_glossary.csv", 294),
        ("thor-vietnam", "thor_aircraft_glossary.csv", 104),
        ("boundaries", "lao_adm2_geoboundaries.geojson", 148),
        ("boundaries", "bih_adm3_municipalities.geojson", 142),
        ("boundaries", "natural_earth_disputed_borders.geojson", 46),
        ("colombia-landmine-risk-grid", "reland_grid_a.csv", 4049),
        ("claims-dpicm-2023", "claims_a.csv", 35),
        ("iraq-airstrikes", "iraq_airstrikes_2007.csv", 3938),
        ("vietnam-district-ordnance", "districts_a.csv", 308),
    ] {
        let Some(folder) = folder(name) else { continue };
        assert_eq!(rows_of(&folder, file), (rows, 0), "{file}");
    }
    if let Some(folder) = folder("thor-vietnam") {
        let bytes = fs::read(folder.join("points_1973_no_header.csv")).unwrap();
        let options = ReadOptions { header: HeaderChoice::None, ..ReadOptions::default() };
        let mut document = open_with("points.csv", &bytes, &options).unwrap();
        assert_eq!(counts(&mut document), [(84_611, 0)]);
    }
}

#[test]
fn null_geometries_are_kept() {
    let Some(folder) = folder("bosnia-mine-action") else { return };
    for (file, nulls) in [("suspect_areas.geojson", 1499), ("cleared_areas.geojson", 61)] {
        let read = read(&mut open_in(&folder, file).unwrap(), 0);
        let found = read.rows.iter().filter(|row| row.geometry.is_none()).count();
        assert_eq!(found, nulls, "{file}");
    }
}

#[test]
fn json_is_accepted_and_refused_as_the_test_suite_says() {
    let Some(folder) = folder("peer-suites/json-test-suite") else { return };
    let (mut accepted, mut refused) = (0, 0);
    for (name, bytes) in files(&folder) {
        let opened = open(&name, &bytes);
        if name.starts_with("y_") {
            assert!(opened.is_ok(), "{name}: {:?}", opened.err());
            accepted += 1;
        } else if name.starts_with("n_") {
            assert!(opened.is_err(), "{name}");
            refused += 1;
        }
    }
    assert!(accepted > 30 && refused > 60, "{accepted} {refused}");
}

#[test]
fn csv_spectrum_gives_what_its_json_says() {
    let Some(folder) = folder("peer-suites/csv-spectrum") else { return };
    let mut compared = 0;
    for (name, bytes) in files(&folder) {
        let Some(stem) = name.strip_suffix(".csv") else { continue };
        let mut document = open(&name, &bytes).unwrap();
        let rows = read(&mut document, 0);
        let expected = fs::read(folder.join(format!("{stem}.json"))).unwrap();
        let mut expected_document = open("expected.json", &expected).unwrap();
        let expected = read(&mut expected_document, 0);
        assert!(rows.faults.is_empty(), "{name}");
        assert_eq!(document.sheets()[0].columns, expected_document.sheets()[0].columns, "{name}");
        assert_eq!(texts(&rows), texts(&expected), "{name}");
        compared += 1;
    }
    assert!(compared >= 5);
}

#[test]
fn the_horrors_of_csv_are_met() {
    let Some(folder) = folder("peer-suites/csv-horror") else { return };
    let mut simple = Vec::new();
    for file in ["simple.ods", "simple.ssv", "simple.xlsx"] {
        simple.push(rows_of(&folder, file));
    }
    assert_eq!(simple, [(3, 0), (6, 0), (6, 0)]);
    for file in ["html.html", "badcolspan.html", "rowcolspan.html"] {
        let bytes = fs::read(folder.join(file)).unwrap();
        assert!(matches!(open("table.csv", &bytes), Err(ReadError::NotRead { .. })), "{file}");
    }
}

#[test]
fn nested_arrays_of_events_are_sheets_of_their_own() {
    let Some(folder) = folder("ukraine-civilian-harm") else { return };
    let mut document = open_in(&folder, "civharm_2023-06-01.json").unwrap();
    let names: Vec<_> = document.sheets().iter().map(|sheet| sheet.name.clone()).collect();
    assert_eq!(names[1..], ["sources", "filters"]);
    let filters = read(&mut document, 2);
    let clusters =
        filters.rows.iter().filter(|row| row.cell(3).text == "Cluster munitions").count();
    assert_eq!(clusters, 95);
    assert_eq!(document.format(), Format::Json);
}
