//! Opening bytes and reading all their rows, as every test of a format does.

#![allow(dead_code, reason = "each test file uses what it needs")]

use std::io::Cursor;

use remnant_source::document::{Companion, Document, ReadError, ReadOptions, RowFault, SourceRow};

/// All that a sheet gives.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) rows: Vec<SourceRow>,
    pub(crate) faults: Vec<RowFault>,
    /// The rows as they were left by the faults.
    pub(crate) faulty: Vec<SourceRow>,
}

pub(crate) fn open(name: &str, bytes: &[u8]) -> Result<Document, ReadError> {
    open_with(name, bytes, &ReadOptions::default())
}

pub(crate) fn open_with(
    name: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<Document, ReadError> {
    Document::open(name, Box::new(Cursor::new(bytes.to_vec())), Vec::new(), options)
}

pub(crate) fn open_together(name: &str, files: &[(&str, &[u8])]) -> Result<Document, ReadError> {
    let bytes = |wanted: &str| {
        let found = files.iter().find(|(name, _)| *name == wanted);
        Box::new(Cursor::new(found.map_or_else(Vec::new, |(_, bytes)| bytes.to_vec())))
    };
    let companions = files
        .iter()
        .filter(|(other, _)| *other != name)
        .map(|(other, _)| Companion { name: (*other).to_owned(), bytes: bytes(other) })
        .collect();
    Document::open(name, bytes(name), companions, &ReadOptions::default())
}

/// Reads a sheet to its end; a reader that does not come to one fails the test.
pub(crate) fn read(document: &mut Document, sheet: usize) -> Read {
    let mut read = Read::default();
    let mut row = SourceRow::new();
    let Ok(mut rows) = document.rows(sheet) else { panic!("sheet {sheet} is not there") };
    for _ in 0..5_000_000 {
        match rows.next(&mut row) {
            Ok(true) => read.rows.push(row.clone()),
            Ok(false) => return read,
            Err(fault) => {
                assert!(!fault.to_string().is_empty() && !fault.help().is_empty());
                let last = fault.is_last();
                read.faults.push(fault);
                read.faulty.push(row.clone());
                assert!(!last || matches!(rows.next(&mut row), Ok(false)), "reading goes on");
            }
        }
    }
    panic!("the rows do not end");
}

/// The texts of all rows' cells.
pub(crate) fn texts(read: &Read) -> Vec<Vec<&str>> {
    read.rows.iter().map(|row| row.cells().map(|cell| cell.text).collect()).collect()
}
