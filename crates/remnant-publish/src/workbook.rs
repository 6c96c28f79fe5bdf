//! Workbooks (XLSX): sheets of plain cells.
//!
//! Belongs here: putting sheets together so that they can be filtered and printed. Does not belong here: what
//! stands in them.
//!
//! Every text is written as a text, so that no cell is a formula whatever it begins with.

use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use crate::visible::visible;

/// The longest text of a cell, in units of UTF-16.
const LONGEST_TEXT: usize = 32_767;

/// The rows of a sheet, its header included.
pub(crate) const MOST_ROWS: usize = 1_048_576;

/// What stands behind a text that was cut.
const CUT: &str = " … [cut: a cell takes no more]";

/// A workbook of sheets under a title, as made on a day: the same sheets give the same bytes.
///
/// # Errors
/// When it cannot be put together.
pub(crate) fn book(title: &str, day: Date, sheets: Vec<Sheet>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Without a day of its own the file would carry the clock's, and differ each time it is made.
    let created = ExcelDateTime::parse_from_str(&day.to_string())?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&created));
    for sheet in sheets {
        sheet.write(book.add_worksheet())?;
    }
    book.save_to_buffer()
}

/// A cell.
pub(crate) enum Cell {
    Text(String),
    Count(u64),
    Number(f64),
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
pub(crate) struct Sheet {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<(&'static str, f64)>,
    pub(crate) rows: Vec<Vec<Cell>>,
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
                    Cell::Number(number) => {
                        sheet.write_number_with_format(line, column, *number, &body)?;
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
