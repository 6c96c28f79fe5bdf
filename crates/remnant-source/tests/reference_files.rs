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
fn open_among(files: &[(String, Vec<u8>)], name: &str) -> Result<Document, ReadError> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let beside = |other: &str| other == name || other.starts_with(&format!("{stem}."));
    let given: Vec<_> = files
        .iter()
        .filter(|(other, _)| beside(other))
        .map(|(other, bytes)| (other.as_str(), bytes.as_slice()))
        .collect();
    open_together(name, &given)
}

fn open_in(folder: &Path, name: &str) -> Document {
    open(name, &fs::read(folder.join(name)).unwrap()).unwrap()
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

/// Reads every file of a folder; each is read or refused. Those of which the publisher, or who put
/// the folder together, says how many rows they have, must have so many in their first sheet, and no
/// fault.
fn every_file_is_read_or_refused(name: &str, stated: &[(&str, usize)]) {
    let Some(folder) = folder(name) else { return };
    let files = files(&folder);
    let mut met = 0;
    for (file, _) in &files {
        let stated = stated.iter().find(|(stated, _)| stated == file).map(|(_, rows)| *rows);
        match open_among(&files, file) {
            Ok(mut document) => {
                let counts = counts(&mut document);
                println!("{name}/{file}: {} {counts:?}", document.format());
                for remark in document.remarks() {
                    println!("    {remark}");
                }
                if let Some(rows) = stated {
                    assert_eq!(counts[0], (rows, 0), "{file}");
                    met += 1;
                }
            }
            Err(error) => {
                assert!(!error.help().is_empty());
                assert_eq!(stated, None, "{file}: {error}");
                println!("{name}/{file}: refused: {error}");
            }
        }
    }
    assert_eq!(met, stated.len(), "a file of {name} is missing");
}

#[test]
fn peer_suites_are_read_or_refused() {
    for name in ["csv-horror", "csv-spectrum", "hxl-cases", "json-test-suite", "geopackage-cases"] {
        every_file_is_read_or_refused(&format!("peer-suites/{name}"), &[]);
    }
}

#[test]
fn forms_are_read_or_refused() {
    every_file_is_read_or_refused("peer-suites/xlsform-cases", &[]);
    every_file_is_read_or_refused("peer-suites/xlsform-bug-cases", &[]);
}

#[test]
fn shapes_and_tracks_are_read_or_refused() {
    every_file_is_read_or_refused("peer-suites/kml-gpx", &[]);
    every_file_is_read_or_refused("peer-suites/shapefile-cases", &[("edit.shp", 663)]);
    let provinces = [("vietnam_provinces_1997.shp", 61)];
    every_file_is_read_or_refused("boundaries/vietnam-provinces-1997-nad27", &provinces);
    every_file_is_read_or_refused("exposure-sample-jakarta", &[]);
}

#[test]
fn surveyed_areas_and_boundaries_have_the_rows_that_are_stated() {
    every_file_is_read_or_refused(
        "bosnia-mine-action",
        &[
            ("suspect_areas.geojson", 5252),
            ("cleared_areas.geojson", 4649),
            ("incidents.geojson", 780),
            ("lifted_minefields.geojson", 348),
        ],
    );
    every_file_is_read_or_refused(
        "boundaries",
        &[
            ("lao_adm1_cod_ab_pcodes.geojson", 18),
            ("lao_adm2_geoboundaries.geojson", 148),
            ("ukr_adm1_geoboundaries_simplified.geojson", 27),
            ("bih_adm3_municipalities.geojson", 142),
            ("natural_earth_admin1_UA_LA_LB_XK_BA_VN.geojson", 159),
            ("natural_earth_disputed_borders.geojson", 46),
        ],
    );
}

#[test]
fn events_have_the_rows_that_are_stated() {
    every_file_is_read_or_refused(
        "ucdp-ged-central-african-republic",
        &[("ged_car_v23_1.geojson", 1848)],
    );
    every_file_is_read_or_refused(
        "ukraine-civilian-harm",
        &[("civharm_2023-06-01.json", 1167), ("export_events_2023-05-28.json", 1159)],
    );
    every_file_is_read_or_refused("claims-dpicm-2023", &[("claims_a.csv", 35)]);
    every_file_is_read_or_refused("iraq-airstrikes", &[("iraq_airstrikes_2007.csv", 3938)]);
    every_file_is_read_or_refused("gazetteer/ukraine-state-register", &[]);
}

#[test]
fn strikes_have_the_rows_that_are_stated() {
    every_file_is_read_or_refused("ussbs-raids-europe", &[("ussbs_raids_a.csv", 17_000)]);
    every_file_is_read_or_refused(
        "thor-vietnam",
        &[
            ("thor_rvn_missions.csv", 5000),
            ("thor_weapons_glossary.csv", 294),
            ("thor_aircraft_glossary.csv", 104),
            ("vietnam_missions_cleaned_no_weapon.csv", 8809),
        ],
    );
    every_file_is_read_or_refused("vietnam-district-ordnance", &[("districts_a.csv", 308)]);
    every_file_is_read_or_refused("colombia-landmine-risk-grid", &[("reland_grid_a.csv", 4049)]);
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
        let read = read(&mut open_in(&folder, file), 0);
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
        simple.push(counts(&mut open_in(&folder, file))[0]);
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
    let mut document = open_in(&folder, "civharm_2023-06-01.json");
    let names: Vec<_> = document.sheets().iter().map(|sheet| sheet.name.clone()).collect();
    assert_eq!(names[1..], ["sources", "filters"]);
    let filters = read(&mut document, 2);
    let clusters =
        filters.rows.iter().filter(|row| row.cell(3).text == "Cluster munitions").count();
    assert_eq!(clusters, 95);
    assert_eq!(document.format(), Format::Json);
}
