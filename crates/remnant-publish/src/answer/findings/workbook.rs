//! The findings as a workbook (XLSX) to send back to the operator.
//!
//! Every text is written as a text, so that no cell is a formula whatever it begins with.

use jiff::civil::Date;
use remnant_record::AsOf;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::{ImportStory, mapping, row};
use crate::visible::visible;
use crate::{PublishError, number};

/// The longest text of a cell, in units of UTF-16.
const LONGEST_TEXT: usize = 32_767;

/// The rows of a sheet, its header included.
const MOST_ROWS: usize = 1_048_576;

/// What stands behind a text that was cut.
const CUT: &str = " … [cut: a cell takes no more]";

/// The findings that are held as a workbook: by rule, one by one, the mapping, the file.
///
/// Headers stay in sight and can be filtered by. A text longer than a cell takes is cut, and says
/// so; the sheet `File` says so where not all findings are in.
///
/// # Errors
/// [`PublishError::Workbook`] when the workbook cannot be put together.
pub fn workbook(story: &ImportStory, as_of: AsOf) -> Result<Vec<u8>, PublishError> {
    book(story, as_of.known_by).map_err(|fault| PublishError::Workbook(fault.to_string()))
}

fn book(story: &ImportStory, day: Date) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Without a day of its own the file would carry the clock's, and differ each time it is made.
    let created = ExcelDateTime::parse_from_str(&day.to_string())?;
    book.set_properties(
        &DocProperties::new().set_title("Findings").set_creation_datetime(&created),
    );
    let sheets = [by_rule(story), one_by_one(story), columns(story), about(story, day)];
    for sheet in sheets {
        sheet.write(book.add_worksheet())?;
    }
    book.save_to_buffer()
}

/// A cell.
enum Cell {
    Text(String),
    Count(u64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A sheet before it is written: name, columns with their width in characters, rows.
struct Sheet {
    name: &'static str,
    columns: Vec<(&'static str, f64)>,
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    fn write(self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(self.name)?;
        let header = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        let body = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        for (column, (name, width)) in (0..).zip(&self.columns) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(0, column, *name, &header)?;
        }
        for (line, cells) in (1..).zip(self.rows.iter().take(MOST_ROWS - 1)) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Text(text) => {
                        sheet.write_string_with_format(line, column, fitting(text), &body)?;
                    }
                    Cell::Count(count) => {
                        sheet.write_number_with_format(line, column, *count as f64, &body)?;
                    }
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        let last_column = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let last_row = u32::try_from(self.rows.len().min(MOST_ROWS - 1)).unwrap_or(u32::MAX);
        sheet.autofilter(0, 0, last_row, last_column)?;
        sheet.set_landscape();
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(0, 0)?;
        Ok(())
    }
}

/// A text with its hidden characters shown, cut to what a cell takes.
fn fitting(text: &str) -> String {
    let shown = visible(text);
    if shown.encode_utf16().count() <= LONGEST_TEXT {
        return shown.into_owned();
    }
    let room = LONGEST_TEXT - CUT.encode_utf16().count();
    let mut used = 0;
    let mut fits: String = shown
        .chars()
        .take_while(|character| {
            used += character.len_utf16();
            used <= room
        })
        .collect();
    fits.push_str(CUT);
    fits
}

fn by_rule(story: &ImportStory) -> Sheet {
    let rows = story.rules().into_iter().map(|(rule, count)| {
        let first = story.report.tally.examples(rule).first();
        vec![
            rule.severity().word().into(),
            rule.name().into(),
            Cell::Count(count.findings),
            Cell::Count(count.rows),
            rule.help().into(),
            first.map_or_else(String::new, |finding| finding.message.clone()).into(),
        ]
    });
    Sheet {
        name: "By rule",
        columns: vec![
            ("Weight", 11.0),
            ("Rule", 26.0),
            ("Findings", 10.0),
            ("Rows", 10.0),
            ("What to do", 60.0),
            ("The first of them", 60.0),
        ],
        rows: rows.collect(),
    }
}

fn one_by_one(story: &ImportStory) -> Sheet {
    let rows = story.held().take(MOST_ROWS - 1).map(|finding| {
        let mut cells: Vec<Cell> = vec![finding.file.to_string().into()];
        cells.extend(row(finding).map(Cell::Text));
        if finding.line > 0 {
            // As a number, so that sorting by it keeps the order of the file.
            cells[2] = Cell::Count(finding.line);
        }
        cells
    });
    Sheet {
        name: "Findings",
        columns: vec![
            ("File", 18.0),
            ("Sheet", 14.0),
            ("Line", 8.0),
            ("Column", 18.0),
            ("Weight", 11.0),
            ("Rule", 24.0),
            ("Value", 24.0),
            ("What is wrong", 48.0),
            ("Perhaps", 24.0),
            ("What to do", 48.0),
        ],
        rows: rows.collect(),
    }
}

fn columns(story: &ImportStory) -> Sheet {
    let columns = story.mapping.columns.iter();
    let mut rows: Vec<Vec<Cell>> =
        columns.map(|column| mapping::row(story.mapping, column).map(Cell::Text).into()).collect();
    for (name, value) in mapping::settings(story.mapping) {
        rows.push(vec!["(whole file)".into(), name.into(), value.into(), "".into()]);
    }
    for question in &story.mapping.questions {
        rows.push(vec!["(question)".into(), question.words().into(), "".into(), "".into()]);
    }
    Sheet {
        name: "Mapping",
        columns: vec![("Column", 28.0), ("Means", 40.0), ("Read as", 40.0), ("Why", 60.0)],
        rows,
    }
}

fn about(story: &ImportStory, day: Date) -> Sheet {
    let report = story.report;
    let (held, all) = (story.held().count().min(MOST_ROWS - 1), story.all());
    let in_workbook = if held as u64 == all {
        "all of them".to_owned()
    } else {
        format!(
            "the first {} of {}; the table that comes as .csv holds them all",
            number::grouped(held as u64),
            number::grouped(all)
        )
    };
    let state = if story.taken_in.is_some() { "taken in" } else { "dry run; nothing was written" };
    let mut rows: Vec<Vec<Cell>> = vec![
        vec!["File".into(), story.file.into()],
        vec!["SHA-256".into(), story.hash.into()],
        vec!["Source".into(), story.source.into()],
        vec!["Rows as".into(), story.kind.plural().into()],
        vec!["Day".into(), day.to_string().into()],
        vec!["State".into(), state.into()],
        vec!["In short".into(), story.outcome().into()],
        vec!["Findings in this workbook".into(), in_workbook.into()],
    ];
    for (name, count) in [
        ("Rows read", report.read),
        ("Rows accepted", report.accepted),
        ("Rows queried", report.queried),
        ("Rows refused", report.refused),
        ("Rows unchanged", report.unchanged),
        ("Rows twice in the file", report.duplicates),
    ] {
        rows.push(vec![name.into(), Cell::Count(count)]);
    }
    Sheet { name: "File", columns: vec![("What", 28.0), ("As told", 80.0)], rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_to_what_a_cell_takes_and_says_so() {
        let long = "𝄞".repeat(20_000);
        let cut = fitting(&long);
        assert!(cut.encode_utf16().count() <= LONGEST_TEXT);
        assert!(cut.ends_with(CUT));
        let exact = "x".repeat(LONGEST_TEXT);
        assert_eq!(fitting(&exact), exact);
    }
}
