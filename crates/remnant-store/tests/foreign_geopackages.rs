//! GeoPackages of other programs, defects included: read or refused, never a panic.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use remnant_store::{ForeignGeoPackage, ForeignRow, NewEntry, Stamp, Store, StoreError};

fn rows(file: &ForeignGeoPackage, sheet: usize) -> Vec<ForeignRow> {
    let mut rows = Vec::new();
    file.rows(sheet, |row| {
        rows.push(row);
        Ok::<(), StoreError>(())
    })
    .unwrap();
    rows
}

/// One file for each defect, from the suite of the PDOK validator.
#[test]
fn every_file_of_the_validator_is_read_or_refused() {
    let data = std::env::var("REMNANT_TEST_DATA").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned()
    });
    let folder = std::path::Path::new(&data).join("peer-suites/geopackage-cases");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: {} is not there", folder.display());
        return;
    };
    let mut told = Vec::new();
    for path in files.map(|file| file.unwrap().path()) {
        if path.extension().is_none_or(|extension| extension != "gpkg") {
            continue;
        }
        let before = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match ForeignGeoPackage::open(&path.display().to_string()) {
            Ok(file) => {
                let mut count = 0;
                for (at, sheet) in file.sheets().iter().enumerate() {
                    let rows = rows(&file, at);
                    assert_eq!(Some(rows.len() as u64), sheet.rows, "{name}");
                    assert!(rows.iter().all(|row| row.row.cells.len() == sheet.columns.len()));
                    count += rows.len();
                }
                told.push(format!("{name}: {} sheets, {count} rows", file.sheets().len()));
            }
            Err(error) => told.push(format!("{name}: {error}; {}", error.help())),
        }
        assert_eq!(std::fs::read(&path).unwrap(), before, "{name} was touched");
    }
    told.sort();
    println!("{}", told.join("\n"));
    assert!(told.len() >= 14, "{told:?}");
    let refused = told.iter().filter(|line| line.contains("; ")).count();
    assert!(refused <= 1, "{told:?}");
}

#[test]
fn bytes_cut_or_changed_anywhere_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ours.gpkg").display().to_string();
    let on = jiff::civil::date(2024, 1, 2);
    let stamp = Stamp::new("Ana", on.at(12, 0, 0, 0), on, [1; 10]).unwrap();
    let mut store = Store::create(&path, &stamp).unwrap();
    let written = r#"{"kind":"strike","id":"a/1","fields":{"note":"x"},"place":{"point":{"longitude":1.0,"latitude":2.0},"method":"map"}}"#;
    let object: remnant_ground::Object = serde_json::from_str(written).unwrap();
    store.append(&stamp, [NewEntry::entered(object)]).unwrap();
    drop(store);
    let file = ForeignGeoPackage::open(&path).unwrap();
    let strikes = file.sheets().iter().position(|sheet| sheet.name == "strike").unwrap();
    let rows = rows(&file, strikes);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].row.geometry, Some(geo_types::Point::new(1.0, 2.0).into()));
    drop(file);
    let sound = std::fs::read(&path).unwrap();
    let damaged = folder.path().join("damaged.gpkg").display().to_string();
    let read_all = |bytes: &[u8]| {
        std::fs::write(&damaged, bytes).unwrap();
        if let Ok(file) = ForeignGeoPackage::open(&damaged) {
            for sheet in 0..file.sheets().len() {
                let _read_or_refused = file.rows(sheet, |_| Ok::<(), StoreError>(()));
            }
        }
        if let Ok(mut store) = Store::open(&damaged) {
            let _held_or_not = store.check();
        }
    };
    for at in (0..sound.len()).step_by(sound.len() / 40) {
        read_all(&sound[..at]);
    }
    for at in (0..sound.len()).step_by(sound.len() / 60) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0xFF;
        read_all(&bytes);
    }
}
