//! Reading a folder of tables against their form.
//!
//! Belongs here: files to rows, cell by cell, with all findings at once. Does not belong here:
//! what rows say of one another (`check`), what a row means (`table`), opening files.

mod header;

use std::collections::HashSet;

use remnant_source::{FaultKind, Table};

use self::header::{Header, split_by_something_else};
use crate::date::{DateError, PartialDate};
use crate::finding::{Finding, Rule};
use crate::schema::{Column, Kind, TableName};
use crate::share::Percent;

/// A record folder as bytes: the program opens files, this crate reads them.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The name that findings print.
    pub name: String,
    /// The files: name and bytes. A file that is neither a table nor named like one is passed over.
    pub files: Vec<(String, Vec<u8>)>,
}

/// One row of a table, checked cell by cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The table.
    pub table: TableName,
    /// The folder that the row came from.
    pub folder: String,
    /// The line of the file on which the row starts.
    pub line: u64,
    cells: Vec<Option<String>>,
}

impl Row {
    /// What is written in a column; `None` for a blank cell, which means "not seen".
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&str> {
        let index = self.table.columns().iter().position(|c| c.name == column)?;
        self.cells.get(index)?.as_deref()
    }

    /// The text of a column that may not be blank.
    #[must_use]
    pub fn text(&self, column: &str) -> String {
        self.get(column).unwrap_or_default().to_owned()
    }

    /// The date in a column.
    #[must_use]
    pub fn date(&self, column: &str) -> Option<PartialDate> {
        self.get(column)?.parse().ok()
    }

    /// The whole number in a column.
    #[must_use]
    pub fn count(&self, column: &str) -> Option<u64> {
        self.get(column)?.parse().ok()
    }

    /// The decimal number in a column.
    #[must_use]
    pub fn decimal(&self, column: &str) -> Option<f64> {
        self.get(column)?.parse().ok()
    }

    /// The share in a column.
    #[must_use]
    pub fn percent(&self, column: &str) -> Option<Percent> {
        self.decimal(column).and_then(Percent::new)
    }

    /// The ids in a column, split by `;`.
    #[must_use]
    pub fn ids(&self, column: &str) -> Vec<String> {
        self.get(column)
            .map(|cell| cell.split(';').map(str::to_owned).collect())
            .unwrap_or_default()
    }

    /// The row's own id. Treaty rows have none in the file: theirs is treaty and state, as in
    /// `ccm-ltu`.
    #[must_use]
    pub fn id(&self) -> String {
        match self.table {
            TableName::TreatyStatus => {
                format!("{}-{}", self.text("treaty"), self.text("iso3")).to_lowercase()
            }
            table => self.text(table.columns()[0].name),
        }
    }

    /// The row's own id, unless the cells that make it are blank or at fault.
    pub(crate) fn own_id(&self) -> Option<String> {
        let parts: &[&str] = match self.table {
            TableName::TreatyStatus => &["treaty", "iso3"],
            table => &[table.columns()[0].name],
        };
        parts.iter().all(|part| self.get(part).is_some()).then(|| self.id())
    }

    /// The cells that are not blank, with their columns, in the order of the file.
    pub fn cells(&self) -> impl Iterator<Item = (&'static Column, &str)> {
        self.table
            .columns()
            .iter()
            .zip(&self.cells)
            .filter_map(|(column, cell)| Some((column, cell.as_deref()?)))
    }

    pub(crate) fn finding(&self, column: Option<&str>, rule: Rule, message: String) -> Finding {
        Finding {
            folder: self.folder.clone(),
            file: self.table.file().to_owned(),
            line: self.line,
            column: column.map(str::to_owned),
            rule,
            message,
        }
    }
}

/// What reading folders gave: rows, checked cell by cell, and everything found wrong.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// All rows that could be told apart. A cell at fault is blank in them, so that what the other
    /// cells say is still checked, and everything is told in one run.
    pub(crate) rows: Vec<Row>,
    pub(crate) findings: Vec<Finding>,
    /// Places in `rows` where a cell is at fault: what such a row lacks is not held against it.
    pub(crate) with_cell_at_fault: HashSet<usize>,
    /// Folder and table of files that lack a column: what their rows lack is not held against them.
    pub(crate) with_column_missing: HashSet<(String, TableName)>,
    /// Ids of rows that could not be read: a reference to one is not broken as well.
    pub(crate) lost_ids: HashSet<(TableName, String)>,
    /// Tables of which a file names no ids at all: references to them cannot be judged.
    pub(crate) without_ids: HashSet<TableName>,
}

impl Reading {
    pub(crate) fn of(folders: &[Folder]) -> Self {
        let mut reading = Self::default();
        for folder in folders {
            for (file, bytes) in &folder.files {
                match TableName::of_file(file) {
                    Some(table) => reading.read_file(&folder.name, table, bytes),
                    None => reading.findings.extend(unknown_file(&folder.name, file)),
                }
            }
        }
        reading
    }

    fn read_file(&mut self, folder: &str, name: TableName, bytes: &[u8]) {
        let at = |line, column: Option<&str>, rule, message| Finding {
            folder: folder.to_owned(),
            file: name.file().to_owned(),
            line,
            column: column.map(str::to_owned),
            rule,
            message,
        };
        let (table, faults) = remnant_source::read_table(name.file(), bytes);
        if let Some(message) = split_by_something_else(&table.header) {
            self.findings.push(at(1, None, Rule::UnknownColumn, message));
            self.without_ids.insert(name);
            return;
        }
        let header = Header::of(name, &table.header);
        let id_position = header.positions.first().copied().flatten();
        for fault in faults {
            let rule = match fault.kind {
                FaultKind::Empty => Rule::EmptyFile,
                FaultKind::NotUtf8 => Rule::NotUtf8,
                FaultKind::CellCount { .. } => Rule::CellCount,
                FaultKind::UnclosedQuote => Rule::UnclosedQuote,
            };
            self.findings.push(at(fault.line, None, rule, fault.kind.to_string()));
            for lost in fault.lost_rows {
                if let Some(id) = lost.get(id_position.unwrap_or(0)) {
                    self.lost_ids.insert((name, nearest_id(id)));
                }
            }
        }
        if table.header.is_empty() {
            return;
        }
        for (column, rule, message) in header.faults {
            if rule == Rule::MissingColumn {
                self.with_column_missing.insert((folder.to_owned(), name));
            }
            self.findings.push(at(1, Some(column.as_str()), rule, message));
        }
        if id_position.is_none() {
            self.without_ids.insert(name);
        }
        self.read_rows(folder, name, &header.positions, &table);
    }

    fn read_rows(
        &mut self,
        folder: &str,
        name: TableName,
        positions: &[Option<usize>],
        table: &Table,
    ) {
        for written in &table.rows {
            let mut row = Row {
                table: name,
                folder: folder.to_owned(),
                line: written.line,
                cells: Vec::with_capacity(positions.len()),
            };
            let mut found = Vec::new();
            for (column, position) in name.columns().iter().zip(positions) {
                let cell = position.map(|index| written.cells[index].as_str());
                let fault = match cell {
                    Some("") if column.required => Some(blank(column)),
                    Some("") | None => None,
                    Some(text) => fault(column, text),
                };
                let sound = cell.filter(|text| !text.is_empty() && fault.is_none());
                row.cells.push(sound.map(str::to_owned));
                if let (Some(_), Kind::Id, Some(text)) = (&fault, column.kind, cell) {
                    self.lost_ids.insert((name, nearest_id(text)));
                }
                found.extend(fault.map(|fault| (column, fault)));
            }
            if !found.is_empty() {
                self.with_cell_at_fault.insert(self.rows.len());
            }
            self.findings.extend(
                found
                    .into_iter()
                    .map(|(column, (rule, message))| row.finding(Some(column.name), rule, message)),
            );
            self.rows.push(row);
        }
    }
}

/// A file that nobody will read, although its name says that somebody meant it to be a table.
fn unknown_file(folder: &str, file: &str) -> Option<Finding> {
    let lower = file.to_lowercase();
    let stem = lower.split('.').next().unwrap_or_default();
    let meant = TableName::ALL.iter().find(|table| table.to_string() == stem);
    if !lower.ends_with(".csv") && meant.is_none() {
        return None;
    }
    let message = match meant {
        Some(table) => format!("`{file}` is not read: that table is kept in `{}`", table.file()),
        None => {
            let known: Vec<_> = TableName::ALL.iter().map(|t| t.file()).collect();
            format!("`{file}` is none of the record's tables, which are {}", known.join(", "))
        }
    };
    Some(Finding {
        folder: folder.to_owned(),
        file: file.to_owned(),
        line: 1,
        column: None,
        rule: Rule::UnknownFile,
        message,
    })
}

/// The id that a person most likely meant who wrote an id wrongly.
fn nearest_id(written: &str) -> String {
    written.trim().trim_matches('"').to_lowercase()
}

fn blank(column: &Column) -> (Rule, String) {
    (Rule::Blank, format!("`{}` is blank", column.name))
}

/// The first thing wrong with a cell that is not blank, seen by itself.
fn fault(column: &Column, text: &str) -> Option<(Rule, String)> {
    if text.trim() != text {
        return Some((Rule::SurroundingSpace, format!("there are spaces around `{text}`")));
    }
    match column.kind {
        Kind::Text => None,
        Kind::Id | Kind::Reference(_) => bad_id(text),
        Kind::References(_) => text.split(';').find_map(bad_id),
        Kind::Date => bad_date(text),
        Kind::Count => bad_count(text),
        Kind::Percent => bad_decimal(text, 0.0, 100.0),
        Kind::Decimal(low, high) => bad_decimal(text, low, high),
        Kind::State => bad_state(text),
        Kind::States => text.split(';').find_map(bad_state),
        Kind::Word(words) => (!words.contains(&text))
            .then(|| (Rule::UnknownWord, format!("`{text}` is none of: {}", words.join(", ")))),
    }
}

pub(crate) fn bad_id(text: &str) -> Option<(Rule, String)> {
    let sound = !text.is_empty()
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    (!sound).then(|| (Rule::BadId, format!("`{text}` is not an id")))
}

pub(crate) fn bad_date(text: &str) -> Option<(Rule, String)> {
    let error = text.parse::<PartialDate>().err()?;
    let rule = match error {
        DateError::NotIso(_) => Rule::BadDate,
        DateError::NoSuchDay(_) => Rule::ImpossibleDate,
    };
    Some((rule, error.to_string()))
}

pub(crate) fn bad_count(text: &str) -> Option<(Rule, String)> {
    if !is_plain_decimal(text) {
        return Some((Rule::BadNumber, format!("`{text}` is not a number")));
    }
    let whole = text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u64>().is_ok();
    (!whole).then(|| (Rule::ImpossibleNumber, format!("`{text}` is not a whole number from 0 up")))
}

pub(crate) fn bad_decimal(text: &str, low: f64, high: f64) -> Option<(Rule, String)> {
    let Some(number) = text.parse::<f64>().ok().filter(|_| is_plain_decimal(text)) else {
        return Some((Rule::BadNumber, format!("`{text}` is not a number")));
    };
    // "-0" is a number, but nobody counts it.
    let sound = (low..=high).contains(&number) && !(low >= 0.0 && text.starts_with('-'));
    (!sound).then(|| (Rule::ImpossibleNumber, format!("`{text}` is not from {low} to {high}")))
}

/// Digits, a point and more digits, perhaps after a minus. Rust's own reading of a number takes
/// `1e3`, `inf` and `+5` too, which no table of a field report means.
fn is_plain_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

pub(crate) fn bad_state(text: &str) -> Option<(Rule, String)> {
    let sound = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
    (!sound).then(|| (Rule::BadStateCode, format!("`{text}` is not an ISO 3166-1 alpha-3 code")))
}
