//! Reading a CSV file into rows as they were written.
//!
//! Belongs here: bytes to cells, with the line of each row and everything that is wrong with the
//! file as a file. Does not belong here: which columns a table should have, or what they mean.

use crate::ContentHash;

/// A table as it was written: a header and rows of equally many cells.
#[derive(Clone, Debug)]
pub struct Table {
    /// The name of the file, as the person gave it.
    pub file: String,
    /// The hash of the file's bytes.
    pub hash: ContentHash,
    /// The column names, in the order of the file.
    pub header: Vec<String>,
    /// The rows that could be read, in the order of the file.
    pub rows: Vec<Row>,
}

/// One row as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which the row starts; the header is on line 1.
    pub line: u64,
    /// The cells, in the order of the header and exactly as many.
    pub cells: Vec<String>,
}

/// Something wrong with a file as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file.
    pub line: u64,
    /// What is wrong there.
    pub kind: FaultKind,
    /// The first cell of the row, where it could be read. Who looks for references to the row can
    /// tell "not there" from "there, but at fault".
    pub first_cell: Option<String>,
}

/// What can be wrong with a file before anybody asks what its cells mean.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// The file holds no header.
    #[error("the file is empty: there is no header line")]
    Empty,
    /// A cell holds bytes that are not UTF-8.
    #[error("the row holds bytes that are not UTF-8")]
    NotUtf8,
    /// A row has more or fewer cells than the header.
    #[error("the row has {found} cells where the header has {expected}")]
    CellCount {
        /// Cells in the header.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
    /// A quoted cell is never closed, so that the rest of the file fell into it.
    #[error("a quoted cell that starts in this row is never closed")]
    UnclosedQuote,
}

impl FaultKind {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Empty => "write the column names on the first line",
            Self::NotUtf8 => "save the file as UTF-8 and compare the row with its original",
            Self::CellCount { .. } => {
                "put quotation marks around a cell that holds a comma, and keep a comma for each \
                 blank cell"
            }
            Self::UnclosedQuote => "close the quotation mark; inside a cell write it twice",
        }
    }
}

/// Reads a comma-separated table, all of it, and says all that is wrong with it.
///
/// A row that is at fault is left out of the table and is in the list of faults: nothing is
/// repaired by guessing. A byte order mark before the header is dropped.
#[must_use]
pub fn read_table(file: &str, bytes: &[u8]) -> (Table, Vec<Fault>) {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut table = Table {
        file: file.to_owned(),
        hash: ContentHash::of(bytes),
        header: Vec::new(),
        rows: Vec::new(),
    };
    let mut faults = Vec::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let open_quote = unclosed_quote(text);
    let mut record = csv::ByteRecord::new();
    let mut is_header = true;
    // Reading from a slice cannot fail, and `flexible` leaves the cell count to us, so the only
    // way for `read_byte_record` to end the loop is the end of the file.
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let line = record.position().map_or(0, csv::Position::line);
        let first_cell =
            record.get(0).and_then(|cell| std::str::from_utf8(cell).ok()).map(str::to_owned);
        let cells: Result<Vec<String>, _> =
            record.iter().map(|cell| std::str::from_utf8(cell).map(str::to_owned)).collect();
        let expected = table.header.len();
        let kind = match cells {
            _ if open_quote.is_some_and(|open| open == line) => FaultKind::UnclosedQuote,
            Err(_) => FaultKind::NotUtf8,
            Ok(cells) if is_header => {
                table.header = cells;
                is_header = false;
                continue;
            }
            Ok(cells) if cells.len() != expected => {
                FaultKind::CellCount { expected, found: cells.len() }
            }
            Ok(cells) => {
                table.rows.push(Row { line, cells });
                continue;
            }
        };
        faults.push(Fault { line, kind, first_cell });
        is_header = false;
    }
    if table.header.is_empty() && faults.is_empty() {
        faults.push(Fault { line: 1, kind: FaultKind::Empty, first_cell: None });
    }
    (table, faults)
}

/// The line of the row in which a quoted cell is opened and never closed.
///
/// The CSV reader takes the rest of the file into such a cell without a word, and a reader that
/// loses rows silently is the one thing this crate must not be.
fn unclosed_quote(text: &[u8]) -> Option<u64> {
    let (mut line, mut row_starts_on) = (1u64, 1u64);
    let mut quoted = false;
    let mut at_cell_start = true;
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if quoted && bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            b'"' if quoted => quoted = false,
            b'"' if at_cell_start => {
                quoted = true;
                at_cell_start = false;
            }
            b'\n' => {
                line += 1;
                if !quoted {
                    row_starts_on = line;
                    at_cell_start = true;
                }
            }
            b',' if !quoted => at_cell_start = true,
            _ => at_cell_start = false,
        }
    }
    quoted.then_some(row_starts_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(line: u64, kind: FaultKind, first_cell: &str) -> Fault {
        Fault { line, kind, first_cell: Some(first_cell.to_owned()) }
    }

    fn cells(table: &Table) -> Vec<(u64, Vec<&str>)> {
        table.rows.iter().map(|r| (r.line, r.cells.iter().map(String::as_str).collect())).collect()
    }

    #[test]
    fn cells_come_out_as_written_with_the_line_on_which_the_row_starts() {
        let (table, faults) =
            read_table("a.csv", b"id,note\n1,\"two\nlines, \"\"quoted\"\"\"\n2, x \n");
        assert_eq!(faults, []);
        assert_eq!(table.header, ["id", "note"]);
        assert_eq!(
            cells(&table),
            [(2, vec!["1", "two\nlines, \"quoted\""]), (4, vec!["2", " x "])]
        );
    }

    #[test]
    fn all_faults_are_told_in_one_run_and_good_rows_are_kept() {
        let (table, faults) = read_table("a.csv", b"id,note\n1\n2,ok\n3,\xFF\n4,a,b\n5,ok\n");
        assert_eq!(
            faults,
            [
                fault(2, FaultKind::CellCount { expected: 2, found: 1 }, "1"),
                fault(4, FaultKind::NotUtf8, "3"),
                fault(5, FaultKind::CellCount { expected: 2, found: 3 }, "4"),
            ]
        );
        assert_eq!(cells(&table), [(3, vec!["2", "ok"]), (6, vec!["5", "ok"])]);
    }

    #[test]
    fn a_quote_that_is_never_closed_swallows_no_row_silently() {
        let (table, faults) = read_table("a.csv", b"id,note\n1,ok\n2,\"open\n3,lost\n");
        assert_eq!(faults, [fault(3, FaultKind::UnclosedQuote, "2")]);
        assert_eq!(cells(&table), [(2, vec!["1", "ok"])]);
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_column_name() {
        let (table, faults) = read_table("a.csv", b"\xEF\xBB\xBFid\n1\n");
        assert_eq!((table.header, faults), (vec!["id".to_owned()], vec![]));
    }

    #[test]
    fn an_empty_file_is_a_fault() {
        let empty = Fault { line: 1, kind: FaultKind::Empty, first_cell: None };
        assert_eq!(read_table("a.csv", b"").1, [empty]);
    }
}
