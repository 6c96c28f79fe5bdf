//! Column names of a table that is a grid of cells.
//!
//! Belongs here: finding the header row and the HXL tag row, and making names unique. Does not
//! belong here: what a column means.

use std::collections::{HashMap, HashSet};

use super::{
    CellKind, Format, HeaderChoice, Limits, ReadError, Remark, RowFault, RowFaultKind, SourceRow,
};
use super::{Rows, TrailingBlanks};

/// Rows within which a row of HXL tags is looked for (the HXL standard looks no further either).
const TAG_ROWS: usize = 25;

/// Where a grid's columns are named, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) columns: Vec<String>,
    /// The HXL tags, one for each column, empty where a column has none.
    pub(crate) tags: Option<Vec<String>>,
    /// The column of the grid in which the first column stands.
    pub(crate) first_column: usize,
    /// The last line that is not data; 0 when the first line is.
    pub(crate) last_line: u64,
    /// The line of the column names; 0 when there are none.
    pub(crate) line: u64,
}

/// Whether blank cells beside a grid's cells are there or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edges {
    /// Each cell is written, as in CSV: a row of another length is at fault.
    Written,
    /// Only cells that hold something are written, as in a spreadsheet.
    Sparse,
}

impl Edges {
    /// Those of a format.
    pub(crate) fn of(format: Format) -> Self {
        match format {
            Format::Xlsx | Format::Xls | Format::Ods => Self::Sparse,
            _ => Self::Written,
        }
    }
}

impl Header {
    /// Finds the header in the first rows of a grid.
    ///
    /// Rows at fault are passed over here; they are told when the rows are read, if they stand below
    /// the header.
    pub(crate) fn find(
        sheet: &str,
        rows: &mut dyn Rows,
        choice: HeaderChoice,
        format: Format,
        limits: &Limits,
        remarks: &mut Vec<Remark>,
    ) -> Result<Option<Self>, ReadError> {
        let wanted = match choice {
            HeaderChoice::Line(line) => Some(line),
            HeaderChoice::First | HeaderChoice::None => None,
        };
        let edges = Edges::of(format);
        let (first, fault) = first_rows(rows, wanted);
        if let (true, Some(fault)) = (first.is_empty(), fault) {
            return Err(ReadError::Broken {
                file: sheet.to_owned(),
                format,
                line: Some(fault.line),
                detail: format!("no row of column names can be read: {}", fault.kind),
            });
        }
        let over = |width: usize| {
            (width > limits.cells_per_row).then(|| ReadError::OverLimit {
                file: sheet.to_owned(),
                what: "columns",
                limit: limits.cells_per_row as u64,
            })
        };
        if let HeaderChoice::None = choice {
            let Some(top) = first.first() else { return Ok(None) };
            let width = match edges {
                Edges::Written => top.len(),
                Edges::Sparse => first.iter().map(SourceRow::written_width).max().unwrap_or(0),
            };
            if let Some(error) = over(width) {
                return Err(error);
            }
            let columns = (0..width).map(numbered).collect();
            return Ok(Some(Self { columns, tags: None, first_column: 0, last_line: 0, line: 0 }));
        }
        if let Some(line) = wanted
            && first.first().is_none_or(|row| row.line != line)
        {
            return Err(ReadError::NoHeader { sheet: sheet.to_owned(), line });
        }
        let tag_row = first.iter().position(is_tag_row).filter(|at| wanted.is_none() || *at <= 1);
        let named = tag_row.map_or(0, |at| at.saturating_sub(1));
        let Some(names) = first.get(named) else { return Ok(None) };
        if named > 0 {
            remarks.push(Remark::AboveHeader {
                sheet: sheet.to_owned(),
                rows: named,
                header: names.line,
            });
        }
        let tags = tag_row.map(|at| &first[at]);
        let (first_column, width) = match edges {
            Edges::Written => (0, names.len().max(tags.map_or(0, SourceRow::written_width))),
            Edges::Sparse => {
                let blank = |row: &SourceRow| row.cells().take_while(|c| c.text.is_empty()).count();
                let start = tags.map_or(usize::MAX, blank).min(blank(names));
                (start, tags.map_or(0, SourceRow::written_width).max(names.written_width()))
            }
        };
        if let Some(error) = over(width) {
            return Err(error);
        }
        let across = |row: &SourceRow| {
            (first_column..width).map(|c| row.cell(c).text.to_owned()).collect::<Vec<_>>()
        };
        let widest = first.iter().skip(named + 1).map(SourceRow::written_width).max().unwrap_or(0);
        if widest > width
            && let Some(row) = first.iter().find(|row| row.written_width() == widest)
        {
            remarks.push(Remark::NarrowHeader {
                sheet: sheet.to_owned(),
                header: names.line,
                columns: width - first_column,
                cells: widest,
                perhaps: row.line,
            });
        }
        Ok(Some(Self {
            columns: unique(sheet, across(names), remarks),
            tags: tags.map(|row| across(row).iter().map(|tag| tag.trim().to_owned()).collect()),
            first_column,
            last_line: tags.map_or(names.line, |row| row.line),
            line: names.line,
        }))
    }
}

/// The rows in which the header is looked for: the first that are readable, or those from a line on;
/// and the first fault among them.
fn first_rows(rows: &mut dyn Rows, from: Option<u64>) -> (Vec<SourceRow>, Option<RowFault>) {
    let (mut first, mut first_fault) = (Vec::new(), None);
    let mut row = SourceRow::new();
    while first.len() < TAG_ROWS {
        match rows.next(&mut row) {
            Ok(true) => {
                let blank = row.written_width() == 0 && !first.is_empty();
                if from.is_none_or(|line| row.line >= line) && !blank {
                    first.push(row.clone());
                }
            }
            Ok(false) => break,
            Err(fault) => {
                first_fault.get_or_insert(fault);
            }
        }
    }
    (first, first_fault)
}

/// Whether a row holds HXL tags: at least one, and nothing else but blank cells.
fn is_tag_row(row: &SourceRow) -> bool {
    let mut tags = 0;
    for cell in row.cells().filter(|cell| cell.kind != CellKind::Blank) {
        let text = cell.text.trim();
        if text.is_empty() {
            continue;
        }
        let Some(tag) = text.strip_prefix('#') else { return false };
        let tag = tag.trim_start();
        let named = tag.starts_with(|c: char| c.is_ascii_alphabetic());
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(tag.len());
        let rest = tag[end..].trim();
        if !named || !(rest.is_empty() || rest.starts_with('+')) {
            return false;
        }
        tags += 1;
    }
    tags > 0
}

/// The name of a column that has none, by its number from 1.
pub(crate) fn numbered(column: usize) -> String {
    format!("column_{}", column + 1)
}

/// Names that differ, with a remark for each that had to be given.
pub(crate) fn unique(sheet: &str, written: Vec<String>, remarks: &mut Vec<Remark>) -> Vec<String> {
    let mut taken: HashSet<String> =
        written.iter().filter(|name| !name.trim().is_empty()).cloned().collect();
    let mut met: HashSet<String> = HashSet::new();
    // The last number given to each name, so that a thousand equal names take a thousand steps.
    let mut numbers: HashMap<String, u64> = HashMap::new();
    let mut names = Vec::with_capacity(written.len());
    for (column, name) in written.into_iter().enumerate() {
        let blank = name.trim().is_empty();
        if !blank && met.insert(name.clone()) {
            names.push(name);
            continue;
        }
        let stem = if blank { numbered(column) } else { name.clone() };
        let mut given = if blank { stem.clone() } else { format!("{stem} (2)") };
        let count = numbers.entry(stem.clone()).or_insert(2);
        while taken.contains(&given) {
            given = format!("{stem} ({count})");
            *count += 1;
        }
        taken.insert(given.clone());
        met.insert(given.clone());
        remarks.push(Remark::Renamed {
            sheet: sheet.to_owned(),
            column,
            written: name,
            given: given.clone(),
        });
        names.push(given);
    }
    names
}

/// The rows of a grid below its header, each as wide as the header.
pub(crate) struct Below<R> {
    pub(crate) rows: R,
    pub(crate) header: Header,
    pub(crate) edges: Edges,
    pub(crate) trailing: TrailingBlanks,
}

impl<R: Rows> Rows for Below<R> {
    fn next(&mut self, row: &mut SourceRow) -> Result<bool, RowFault> {
        loop {
            match self.rows.next(row) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(fault) if fault.line <= self.header.last_line && !fault.is_last() => continue,
                Err(fault) => return Err(fault),
            }
            if row.line <= self.header.last_line {
                continue;
            }
            let expected = self.header.columns.len();
            if self.edges == Edges::Sparse {
                let first = self.header.first_column;
                let written = row.written_width();
                if written == 0 {
                    continue;
                }
                let beside = row.cells().take(first).any(|cell| cell.kind != CellKind::Blank);
                if beside || written > first + expected {
                    let kind = RowFaultKind::CellCount { expected, found: written };
                    return Err(RowFault::new(row.line, kind));
                }
                row.truncate(first + expected);
                row.drop_leading_blanks(first);
                row.pad(expected);
                return Ok(true);
            }
            if row.len() != expected {
                let blank_past = row.written_width() <= expected;
                if self.trailing == TrailingBlanks::MayBeMissing && blank_past {
                    row.truncate(expected);
                    row.pad(expected);
                } else {
                    let kind = RowFaultKind::CellCount { expected, found: row.len() };
                    return Err(RowFault::new(row.line, kind));
                }
            }
            return Ok(true);
        }
    }

    fn bytes_read(&self) -> u64 {
        self.rows.bytes_read()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_unique_and_each_new_name_is_told() {
        let mut remarks = Vec::new();
        let written = ["a", "", "a", "a (2)", " "].map(str::to_owned).to_vec();
        let names = unique("s", written, &mut remarks);
        assert_eq!(names, ["a", "column_2", "a (3)", "a (2)", "column_5"]);
        assert_eq!(remarks.len(), 3);
        let equal = unique("s", vec!["a".to_owned(); 20_000], &mut remarks);
        assert_eq!(equal.last().map(String::as_str), Some("a (20000)"));
    }

    #[test]
    fn a_row_of_tags_has_tags_and_blanks_only() {
        let tag_row = |cells: &[&str]| {
            let mut row = SourceRow::new();
            cells.iter().for_each(|text| row.push(text, CellKind::Text));
            is_tag_row(&row)
        };
        assert!(tag_row(&["#adm1+name", "", "# affected +f +children"]));
        assert!(!tag_row(&["#adm1", "Attapeu"]));
        assert!(!tag_row(&["#1", "#2"]));
        assert!(!tag_row(&["", " "]));
    }
}
