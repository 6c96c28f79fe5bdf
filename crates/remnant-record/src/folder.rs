//! Reading a folder of tables against their form.
//!
//! Belongs here: files to rows, cell by cell, with all findings at once. Does not belong here:
//! what rows say of one another (`check`), what a row means (`table`), opening files.

use remnant_source::{FaultKind, Table};

use crate::date::{DateError, PartialDate};
use crate::finding::{Finding, Rule};
use crate::schema::{Column, Kind, TableName};
use crate::share::Percent;

/// A record folder as bytes: the program opens files, this crate reads them.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The name that findings print.
    pub name: String,
    /// The files: name and bytes. Files that do not end in `.csv` are not looked at.
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

/// What reading folders gave: rows that are sound cell by cell, and everything found wrong.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) rows: Vec<Row>,
    pub(crate) findings: Vec<Finding>,
    /// Ids of rows that are at fault: a reference to one is not broken as well.
    pub(crate) ids_at_fault: Vec<String>,
}

impl Reading {
    pub(crate) fn of(folders: &[Folder]) -> Self {
        let mut reading = Self::default();
        for folder in folders {
            for (file, bytes) in &folder.files {
                if file.ends_with(".csv") {
                    reading.read_file(&folder.name, file, bytes);
                }
            }
        }
        reading
    }

    fn read_file(&mut self, folder: &str, file: &str, bytes: &[u8]) {
        let at = |line, column: Option<&str>, rule, message| Finding {
            folder: folder.to_owned(),
            file: file.to_owned(),
            line,
            column: column.map(str::to_owned),
            rule,
            message,
        };
        let Some(name) = TableName::of_file(file) else {
            let known: Vec<_> = TableName::ALL.iter().map(|t| t.file()).collect();
            let message =
                format!("`{file}` is none of the record's tables, which are {}", known.join(", "));
            self.findings.push(at(1, None, Rule::UnknownFile, message));
            return;
        };
        let (table, faults) = remnant_source::read_table(file, bytes);
        for fault in faults {
            let rule = match fault.kind {
                FaultKind::Empty => Rule::EmptyFile,
                FaultKind::NotUtf8 => Rule::NotUtf8,
                FaultKind::CellCount { .. } => Rule::CellCount,
                FaultKind::UnclosedQuote => Rule::UnclosedQuote,
            };
            self.findings.push(at(fault.line, None, rule, fault.kind.to_string()));
            self.ids_at_fault.extend(fault.first_cell);
        }
        if table.header.is_empty() {
            return;
        }
        for (index, column) in table.header.iter().enumerate() {
            if name.column(column).is_none() {
                let message = format!("`{name}` has no column `{column}`");
                self.findings.push(at(1, Some(column), Rule::UnknownColumn, message));
            } else if table.header[..index].contains(column) {
                let message = format!("the column `{column}` is there twice");
                self.findings.push(at(1, Some(column), Rule::DuplicateColumn, message));
            }
        }
        for column in name.columns() {
            if !column.optional && !table.header.iter().any(|h| h == column.name) {
                let message = format!("the column `{}` is not there", column.name);
                self.findings.push(at(1, Some(column.name), Rule::MissingColumn, message));
            }
        }
        self.read_rows(folder, name, &table);
    }

    fn read_rows(&mut self, folder: &str, name: TableName, table: &Table) {
        let positions: Vec<Option<usize>> = name
            .columns()
            .iter()
            .map(|column| table.header.iter().position(|header| header == column.name))
            .collect();
        for written in &table.rows {
            let mut row = Row {
                table: name,
                folder: folder.to_owned(),
                line: written.line,
                cells: Vec::with_capacity(positions.len()),
            };
            let mut found = Vec::new();
            for (column, position) in name.columns().iter().zip(&positions) {
                let cell = position.map(|index| written.cells[index].as_str());
                match cell {
                    Some("") if column.required => found.push((column, blank(column))),
                    Some("") | None => {}
                    Some(text) => found.extend(faults(column, text).map(|f| (column, f))),
                }
                row.cells.push(cell.filter(|text| !text.is_empty()).map(str::to_owned));
            }
            if found.is_empty() {
                self.rows.push(row);
            } else {
                self.ids_at_fault.push(row.id());
                self.findings.extend(found.into_iter().map(|(column, (rule, message))| {
                    row.finding(Some(column.name), rule, message)
                }));
            }
        }
    }
}

fn blank(column: &Column) -> (Rule, String) {
    (Rule::Blank, format!("`{}` is blank", column.name))
}

/// The first thing wrong with a cell that is not blank, seen by itself.
fn faults(column: &Column, text: &str) -> Option<(Rule, String)> {
    if text.trim() != text {
        return Some((Rule::SurroundingSpace, format!("there are spaces around `{text}`")));
    }
    match column.kind {
        Kind::Text => None,
        Kind::Id | Kind::Reference(_) => bad_id(text),
        Kind::References(_) => text.split(';').find_map(bad_id),
        Kind::Date => text.parse::<PartialDate>().err().map(|error| {
            let rule = match error {
                DateError::NotIso(_) => Rule::BadDate,
                DateError::NoSuchDay(_) => Rule::ImpossibleDate,
            };
            (rule, error.to_string())
        }),
        Kind::Count => bad_count(text),
        Kind::Percent => bad_decimal(text, 0.0, 100.0),
        Kind::Decimal(low, high) => bad_decimal(text, low, high),
        Kind::State => bad_state(text),
        Kind::States => text.split(';').find_map(bad_state),
        Kind::Word(words) => (!words.contains(&text))
            .then(|| (Rule::UnknownWord, format!("`{text}` is none of: {}", words.join(", ")))),
    }
}

fn bad_id(text: &str) -> Option<(Rule, String)> {
    let sound = !text.is_empty()
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    (!sound).then(|| (Rule::BadId, format!("`{text}` is not an id")))
}

pub(crate) fn bad_count(text: &str) -> Option<(Rule, String)> {
    if text.parse::<u64>().is_ok() && !text.starts_with('+') {
        return None;
    }
    let rule = match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Rule::ImpossibleNumber,
        _ => Rule::BadNumber,
    };
    Some((rule, format!("`{text}` is not a whole number from 0 up")))
}

pub(crate) fn bad_decimal(text: &str, low: f64, high: f64) -> Option<(Rule, String)> {
    match text.parse::<f64>() {
        Ok(number) if !number.is_finite() => {
            Some((Rule::BadNumber, format!("`{text}` is not a number")))
        }
        Ok(number) if (low..=high).contains(&number) => None,
        Ok(_) => Some((Rule::ImpossibleNumber, format!("`{text}` is not from {low} to {high}"))),
        Err(_) => Some((Rule::BadNumber, format!("`{text}` is not a number"))),
    }
}

fn bad_state(text: &str) -> Option<(Rule, String)> {
    let sound = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
    (!sound).then(|| (Rule::BadStateCode, format!("`{text}` is not an ISO 3166-1 alpha-3 code")))
}
