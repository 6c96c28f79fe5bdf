//! The record that ships: nothing dropped, nothing guessed.

use std::collections::HashSet;

use remnant_record::{Record, Role, shipped};

#[test]
fn the_shipped_record_is_sound() {
    if let Err(findings) = Record::read(&[shipped()]) {
        for finding in findings.iter().filter(|finding| finding.is_error()) {
            eprintln!("{finding}");
        }
        panic!("the shipped record has errors");
    }
}

/// Read with another CSV reader's rules in mind: the plain `csv` crate over the files themselves.
#[test]
fn every_row_and_every_cell_of_every_file_is_in_the_record() {
    let folder = shipped();
    let record = Record::read(&[shipped()]).expect("sound").record;
    let mut rows = record.rows().iter();
    for (file, bytes) in &folder.files {
        let (table, faults) = remnant_source::read_table(file, bytes);
        assert_eq!(faults, [], "{file}");
        let lines = String::from_utf8(bytes.clone()).expect("UTF-8").lines().count();
        assert_eq!(table.rows.len(), lines - 1, "{file}: one line a row");
        for written in &table.rows {
            let row = rows.next().expect("a row for each line");
            assert_eq!((row.table.file(), row.line), (file.as_str(), written.line));
            for (column, cell) in table.header.iter().zip(&written.cells) {
                assert_eq!(row.get(column).unwrap_or(""), cell, "{file}:{} {column}", row.line);
            }
        }
    }
    assert!(rows.next().is_none());
}

#[test]
fn every_cell_that_states_something_is_a_statement() {
    let record = Record::read(&[shipped()]).expect("sound").record;
    let ids: HashSet<_> = record.statements().iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids.len(), record.statements().len(), "ids of statements are unique");
    let mut stated = 0;
    for row in record.rows() {
        for (column, _) in row.cells().filter(|(column, _)| column.role == Role::Content) {
            let property = match column.name {
                "value" => row.get("property").expect("required"),
                name if name.starts_with("rate_") || name == "n_duds" => "dud-rate",
                name => name,
            };
            assert!(
                ids.contains(format!("{}#{property}", row.id()).as_str()),
                "{row:?} {property}"
            );
            stated += 1;
        }
    }
    assert!(stated > 3_000, "{stated}");
}

#[test]
fn every_statement_has_a_source_that_resolves() {
    let record = Record::read(&[shipped()]).expect("sound").record;
    for statement in record.statements() {
        assert!(!statement.sources.is_empty(), "{}", statement.id);
        for source in &statement.sources {
            assert!(record.source(source).is_some(), "{} cites {source}", statement.id);
        }
    }
}
