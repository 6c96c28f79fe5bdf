//! Reading a document to its end, and what must hold of it whatever its bytes are.
//!
//! Belongs here: settings of reading by choice, the reading itself. Does not belong here: which
//! bytes and names.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Cursor;

use remnant_source::document::{
    Companion, Document, Encoding, HeaderChoice, Limits, ReadError, ReadOptions, SourceRow,
    TrailingBlanks,
};

use crate::choices::Choices;

/// A reader that has given so many rows of an input of some kilobytes does not come to an end.
const MOST_ROWS: u64 = 2_000_000;

/// Limits so small that an input of some kilobytes passes each of them.
const SMALL: Limits = Limits {
    bytes: 1 << 20,
    unpacked_bytes: 1 << 16,
    unpacked_ratio: 20,
    bytes_in_memory: 4 << 10,
    archive_members: 12,
    depth: 6,
    cells_per_row: 12,
    cell_bytes: 64,
    row_bytes: 512,
    sheets: 3,
};

/// What a person may say of a file.
#[must_use]
pub fn options(choices: &mut Choices) -> ReadOptions {
    use Encoding::{Latin1, Utf8, Utf16Be, Utf16Le, Windows1251, Windows1252, Windows1256};
    let none = None;
    ReadOptions {
        header: choices.one_of(&[
            HeaderChoice::First,
            HeaderChoice::None,
            HeaderChoice::Line(1),
            HeaderChoice::Line(3),
        ]),
        trailing_blanks: choices
            .one_of(&[TrailingBlanks::AreWritten, TrailingBlanks::MayBeMissing]),
        limits: choices.one_of(&[Limits::default(), SMALL]),
        delimiter: choices.one_of(&[none, None, Some(b','), Some(b';'), Some(b'\t'), Some(b'"')]),
        encoding: choices.one_of(&[
            None,
            None,
            Some(Utf8),
            Some(Utf16Le),
            Some(Utf16Be),
            Some(Windows1251),
            Some(Windows1252),
            Some(Windows1256),
            Some(Latin1),
        ]),
    }
}

/// A companion file.
#[must_use]
pub fn companion(name: &str, bytes: &[u8]) -> Companion {
    Companion { name: name.to_owned(), bytes: Box::new(Cursor::new(bytes.to_vec())) }
}

/// Reads all rows of all sheets, twice.
///
/// # Panics
/// When an error does not say what to do, when the columns of a sheet are not told apart, when
/// reading goes on after its last fault, and when the second reading differs from the first.
pub fn read_through(name: &str, bytes: &[u8], with: Vec<Companion>, options: &ReadOptions) {
    let mut document =
        match Document::open(name, Box::new(Cursor::new(bytes.to_vec())), with, options) {
            Ok(document) => document,
            Err(error) => return assert_helpful(&error),
        };
    let sheets = document.sheets().to_vec();
    assert!(sheets.len() <= options.limits.sheets, "{} sheets", sheets.len());
    assert!(document.remarks().iter().all(|remark| !remark.to_string().is_empty()));
    for (number, sheet) in sheets.iter().enumerate() {
        let names: BTreeSet<&String> = sheet.columns.iter().collect();
        assert_eq!(names.len(), sheet.columns.len(), "columns of one name in {:?}", sheet.columns);
        assert!(!sheet.columns.iter().any(String::is_empty), "a column without a name");
        assert!(sheet.parent.is_none_or(|parent| parent < number), "a child before its parent");
        let first = read_sheet(&mut document, number, sheet.columns.len());
        assert_eq!(first, read_sheet(&mut document, number, sheet.columns.len()), "read twice");
    }
    assert!(matches!(document.rows(sheets.len()), Err(ReadError::NoSuchSheet { .. })));
}

/// How many rows and faults a sheet gave, and a hash of them.
fn read_sheet(document: &mut Document, sheet: usize, width: usize) -> (u64, u64, u64) {
    let mut rows = match document.rows(sheet) {
        Ok(rows) => rows,
        Err(error) => {
            assert_helpful(&error);
            return (0, 0, 0);
        }
    };
    let (mut read, mut faults, mut hash) = (0, 0, DefaultHasher::new());
    let mut row = SourceRow::new();
    loop {
        assert!(read + faults < MOST_ROWS, "the rows do not end");
        match rows.next(&mut row) {
            Ok(false) => return (read, faults, hash.finish()),
            Ok(true) => {
                read += 1;
                assert_eq!(row.len(), width, "cells in line {}", row.line);
                row.line.hash(&mut hash);
                row.cells().for_each(|cell| (cell.text, cell.kind).hash(&mut hash));
                if let Some(geometry) = &row.geometry {
                    format!("{geometry:?}").hash(&mut hash);
                }
            }
            Err(fault) => {
                faults += 1;
                assert!(!fault.to_string().is_empty() && !fault.help().is_empty());
                fault.to_string().hash(&mut hash);
                if fault.is_last() {
                    assert!(matches!(rows.next(&mut row), Ok(false)), "reading goes on");
                }
            }
        }
    }
}

fn assert_helpful(error: &ReadError) {
    assert!(!error.to_string().is_empty() && !error.help().is_empty(), "{error:?}");
}
