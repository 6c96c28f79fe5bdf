//! The page on real files says what is read of them today.
//!
//! Belongs here: counting files and rows over whole folders, GeoPackages included, and holding the
//! tables of `docs/real-files.md` to the counts. Does not belong here: what rows become
//! (`remnant-ground`).
//!
//! The files are looked for in `REMNANT_TEST_DATA` or beside the repository; without them the test
//! says what it skips. `REMNANT_WRITE_DOCS=1` writes the tables anew.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use remnant_source::document::{Companion, Document, ReadError, ReadOptions, SourceRow};
use remnant_store::{ForeignGeoPackage, StoreError};

/// Folder, who published it, licence or class, and why files of it are refused.
const PEERS: [[&str; 4]; 9] = [
    ["csv-horror", "okfn/messytables", "MIT", "web pages, an encrypted workbook"],
    ["csv-spectrum", "csv-spectrum", "BSD", ""],
    [
        "geopackage-cases",
        "PDOK/geopackage-validator",
        "EUPL",
        "not a GeoPackage (broken on purpose)",
    ],
    [
        "hxl-cases",
        "HXLStandard/libhxl-python",
        "Unlicense",
        "a picture, a web page, an archive without a known file",
    ],
    ["json-test-suite", "nst/JSONTestSuite", "MIT", "not JSON"],
    ["kml-gpx", "placemark/togeojson", "BSD", "Garmin training files"],
    ["shapefile-cases", "GeospatialPython/pyshp", "MIT", "companions given by themselves"],
    ["xlsform-bug-cases", "XLSForm/pyxform", "BSD", ""],
    ["xlsform-cases", "XLSForm/pyxform", "BSD", ""],
];

const OTHERS: [[&str; 4]; 13] = [
    ["boundaries", "", "A, C", "TopoJSON"],
    ["boundaries/vietnam-provinces-1997-nad27", "", "C", "companions given by themselves"],
    ["bosnia-mine-action", "", "C", ""],
    ["claims-dpicm-2023", "", "A", ""],
    ["colombia-landmine-risk-grid", "", "A", ""],
    ["exposure-sample-jakarta", "", "B", "companions given by themselves, a raster"],
    ["gazetteer/ukraine-state-register", "", "C", ""],
    ["iraq-airstrikes", "", "A", ""],
    ["thor-vietnam", "", "A", "a PDF"],
    ["ucdp-ged-central-african-republic", "", "A", ""],
    ["ukraine-civilian-harm", "", "C", ""],
    ["ussbs-raids-europe", "", "C", ""],
    ["vietnam-district-ordnance", "", "C", ""],
];

/// What came of the files of a folder.
#[derive(Debug, Default)]
struct Counts {
    read: u64,
    refused: u64,
    rows: u64,
    faulty: u64,
}

fn data() -> Option<PathBuf> {
    let root = std::env::var_os("REMNANT_TEST_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if root.is_dir() {
        return Some(root);
    }
    println!("skipped: no test data in {}", root.display());
    None
}

fn open(path: &Path, beside: &[PathBuf]) -> Result<Document, ReadError> {
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let stem = path.file_stem().unwrap();
    let companions = beside
        .iter()
        .filter(|other| *other != path && other.file_stem() == Some(stem))
        .map(|other| Companion { name: name(other), bytes: Box::new(File::open(other).unwrap()) })
        .collect();
    let file = Box::new(File::open(path).unwrap());
    Document::open(&name(path), file, companions, &ReadOptions::default())
}

fn counted(folder: &Path) -> Counts {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let mut counts = Counts::default();
    for path in &files {
        match open(path, &files) {
            Ok(mut document) => {
                counts.read += 1;
                for sheet in 0..document.sheets().len() {
                    let mut rows = document.rows(sheet).unwrap();
                    let mut row = SourceRow::new();
                    loop {
                        match rows.next(&mut row) {
                            Ok(true) => counts.rows += 1,
                            Ok(false) => break,
                            Err(_) => counts.faulty += 1,
                        }
                    }
                }
            }
            Err(ReadError::OpenedElsewhere { .. }) => {
                match ForeignGeoPackage::open(&path.display().to_string()) {
                    Err(_) => counts.refused += 1,
                    Ok(file) => {
                        counts.read += 1;
                        for sheet in 0..file.sheets().len() {
                            file.rows::<StoreError>(sheet, |row| {
                                counts.rows += 1;
                                counts.faulty += u64::from(!row.faults.is_empty());
                                Ok(())
                            })
                            .unwrap();
                        }
                    }
                }
            }
            Err(_) => counts.refused += 1,
        }
    }
    counts
}

fn table(root: &Path, folders: &[[&str; 4]], sources: bool) -> Option<String> {
    let mut table = String::new();
    let source = if sources { " Source | Licence |" } else { " Class |" };
    let rule = if sources { "---|---|" } else { "---|" };
    writeln!(table, "| Folder |{source} Read | Refused | Rows | Faulty rows | Refused because |")
        .unwrap();
    writeln!(table, "|---|{rule}---|---|---|---|---|").unwrap();
    for [folder, source, licence, why] in folders {
        let path = root.join(folder);
        if !path.is_dir() {
            println!("skipped: no test data in {}", path.display());
            return None;
        }
        let Counts { read, refused, rows, faulty } = counted(&path);
        assert!(refused == 0 || !why.is_empty(), "{folder}: {refused} files are refused, and why?");
        let name = folder.rsplit_once("peer-suites/").map_or(*folder, |(_, name)| name);
        let source = if sources { format!("{source} | {licence}") } else { (*licence).to_owned() };
        writeln!(table, "| {name} | {source} | {read} | {refused} | {rows} | {faulty} | {why} |")
            .unwrap();
    }
    Some(table)
}

#[test]
fn the_page_says_how_many_files_and_rows_are_read() {
    let Some(root) = data() else { return };
    let peers = table(&root.join("peer-suites"), &PEERS, true);
    let others = table(&root, &OTHERS, false);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/real-files.md");
    let mut text = fs::read_to_string(&page).unwrap();
    let before = text.clone();
    for (name, content) in [("peer-suites", peers), ("folders", others)] {
        let Some(content) = content else { continue };
        let begin = format!("<!-- counted: {name} -->\n");
        let (head, rest) = text.split_once(&begin).unwrap();
        let (_, tail) = rest.split_once("<!-- end of counted -->").unwrap();
        text = format!("{head}{begin}\n{content}\n<!-- end of counted -->{tail}");
    }
    if std::env::var_os("REMNANT_WRITE_DOCS").is_some() {
        fs::write(&page, text).unwrap();
    } else {
        let differs = before.lines().zip(text.lines()).find(|(page, counted)| page != counted);
        assert!(before == text, "REMNANT_WRITE_DOCS=1 writes the tables anew: {differs:#?}");
    }
}
