//! Users' own statements for the record, kept in a project.
//!
//! Belongs here: rows of a record folder as entries, and entries as a record folder again. Does not
//! belong here: what a row must hold (`remnant-record`).

use std::collections::BTreeMap;
use std::process::ExitCode;

use remnant_record::{Folder, Record, TableName, shipped};
use remnant_store::{EntryFilter, EntryKind, NewEntry, Store};
use serde::{Deserialize, Serialize};

use crate::command::project::Desk;
use crate::error::ProgramError;
use crate::print;

/// A row of a table of the record, as a `statement-added` entry tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StatedRow {
    /// The file of the table.
    table: String,
    /// The cells that are not blank, by column.
    cells: BTreeMap<String, String>,
}

/// The newest row under each subject, in the order of the subjects.
fn rows(store: &mut Store) -> Result<BTreeMap<String, StatedRow>, ProgramError> {
    let filter = EntryFilter { kind: Some(EntryKind::StatementAdded), ..EntryFilter::default() };
    let mut rows = BTreeMap::new();
    store.entries(&filter, |entry, _| {
        let row: StatedRow = entry.says()?;
        rows.insert(entry.subject.clone(), row);
        Ok(())
    })?;
    Ok(rows)
}

/// The statements of a project as a record folder, to be read beside the shipped record.
pub(crate) fn folder(place: &str) -> Result<Folder, ProgramError> {
    let mut store = crate::project::ledger_land::open(place)?;
    Ok(folder_of(place, &rows(&mut store)?))
}

fn folder_of(place: &str, rows: &BTreeMap<String, StatedRow>) -> Folder {
    let mut files = Vec::new();
    for &table in TableName::ALL {
        let columns: Vec<&str> = table.columns().iter().map(|column| column.name).collect();
        let of_table: Vec<&StatedRow> =
            rows.values().filter(|row| row.table == table.file()).collect();
        if of_table.is_empty() {
            continue;
        }
        let mut text = columns.join(",") + "\n";
        for row in of_table {
            let cells: Vec<String> = columns
                .iter()
                .map(|column| quoted(row.cells.get(*column).map_or("", String::as_str)))
                .collect();
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        files.push((table.file().to_owned(), text.into_bytes()));
    }
    Folder { name: place.to_owned(), files }
}

/// A cell of a CSV table.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// Keeps the rows of a record folder in a project, all of them or none. A row that is kept already
/// and says the same is passed over; one that says something else is a later entry.
pub(crate) fn add(folder: Folder, desk: &Desk) -> Result<ExitCode, ProgramError> {
    let stamp = desk.stamp()?;
    let mut store = desk.open()?;
    let before = rows(&mut store)?;
    let name = folder.name.clone();
    let alone = Record::read(&[shipped(), folder]).map_err(ProgramError::Refused)?.record;
    let mut after = before.clone();
    let mut entries = Vec::new();
    let mut same = 0;
    for row in alone.rows().iter().filter(|row| row.folder == name) {
        let cells = row
            .table
            .columns()
            .iter()
            .filter_map(|column| Some((column.name.to_owned(), row.get(column.name)?.to_owned())))
            .collect();
        let stated = StatedRow { table: row.table.file().to_owned(), cells };
        let subject = format!("{}/{}", row.table, row.id());
        if before.get(&subject) == Some(&stated) {
            same += 1;
            continue;
        }
        entries.push(NewEntry::statement(&subject, &stated)?);
        after.insert(subject, stated);
    }
    // What the project holds then must be sound as a whole, beside the shipped record.
    Record::read(&[shipped(), folder_of(&desk.project, &after)]).map_err(ProgramError::Refused)?;
    let new = entries.len();
    store.append(&stamp, entries)?;
    print::line(&format!(
        "{new} rows were entered, {same} were there. `--record {}` reads them beside the shipped \
         record.",
        desk.project
    ))
}
