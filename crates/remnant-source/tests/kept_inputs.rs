//! Inputs that once ended the program, each kept as it was found and made smaller.
//!
//! They come from the fuzz targets, or were made by hand after one of them. A file is read under its
//! own name, by every setting that a person can give.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reading;

use std::path::Path;

use reading::{open_with, read};
use remnant_source::document::{Encoding, HeaderChoice, Limits, ReadOptions, TrailingBlanks};

/// Every setting of reading with every other, where files of text differ by them.
fn settings() -> Vec<ReadOptions> {
    let headers = [HeaderChoice::First, HeaderChoice::None, HeaderChoice::Line(3)];
    let blanks = [TrailingBlanks::AreWritten, TrailingBlanks::MayBeMissing];
    let small = Limits {
        cells_per_row: 12,
        cell_bytes: 64,
        row_bytes: 512,
        depth: 6,
        sheets: 3,
        archive_members: 12,
        bytes_in_memory: 4 << 10,
        ..Limits::default()
    };
    let mut all = Vec::new();
    for header in headers {
        for trailing_blanks in blanks {
            for limits in [Limits::default(), small] {
                for delimiter in [None, Some(b','), Some(b'"')] {
                    for encoding in [None, Some(Encoding::Utf16Le), Some(Encoding::Windows1251)] {
                        all.push(ReadOptions {
                            delimiter,
                            encoding,
                            header,
                            trailing_blanks,
                            limits,
                        });
                    }
                }
            }
        }
    }
    all
}

#[test]
fn no_kept_input_panics() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        for options in settings() {
            let Ok(mut document) = open_with(name, &bytes, &options) else { continue };
            for sheet in 0..document.sheets().len() {
                read(&mut document, sheet);
            }
        }
        files += 1;
    }
    assert!(files > 0, "no input was kept");
}
