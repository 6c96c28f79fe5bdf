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
    /// The rows that the table lacks because of it, as far as their cells could be told apart. Who
    /// looks for references to a row can so tell "not there" from "there, but at fault".
    pub lost_rows: Vec<Vec<String>>,
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
/// repaired by guessing. A header at fault leaves no table, since its rows have nothing to be read
/// against. A byte order mark before the header is dropped, lines without a character are passed
/// over, and lines may end as on any system.
#[must_use]
pub fn read_table(file: &str, bytes: &[u8]) -> (Table, Vec<Fault>) {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut table = Table {
        file: file.to_owned(),
        hash: ContentHash::of(bytes),
        header: Vec::new(),
        rows: Vec::new(),
    };
    let mut faults: Vec<Fault> = Vec::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let open_row = row_with_an_unclosed_quote(text);
    let mut record = csv::ByteRecord::new();
    let mut lines = Lines::of(text);
    let mut header_fault: Option<usize> = None;
    // Reading from a slice cannot fail, and `flexible` leaves the cell count to us, so the only
    // way for `read_byte_record` to end the loop is the end of the file.
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let start = lines.start_of_row(record.position().map_or(0, csv::Position::byte));
        let line = lines.line_of(start);
        let readable = || record.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect();
        let cells: Result<Vec<String>, _> =
            record.iter().map(|cell| std::str::from_utf8(cell).map(str::to_owned)).collect();
        let expected = table.header.len();
        let is_header = table.header.is_empty() && header_fault.is_none();
        let (kind, lost_rows) = match cells {
            _ if open_row == Some(start) => {
                (FaultKind::UnclosedQuote, rows_in_open_cell(text, start))
            }
            Err(_) => (FaultKind::NotUtf8, vec![readable()]),
            Ok(cells) if is_header => {
                table.header = cells;
                continue;
            }
            Ok(cells) if cells.len() != expected => {
                if let Some(header) = header_fault {
                    faults[header].lost_rows.push(cells);
                    continue;
                }
                (FaultKind::CellCount { expected, found: cells.len() }, vec![cells])
            }
            Ok(cells) => {
                table.rows.push(Row { line, cells });
                continue;
            }
        };
        if is_header {
            header_fault = Some(faults.len());
        }
        faults.push(Fault { line, kind, lost_rows });
    }
    if table.header.is_empty() && faults.is_empty() {
        faults.push(Fault { line: 1, kind: FaultKind::Empty, lost_rows: Vec::new() });
    }
    (table, faults)
}

/// The lines of a text, counted forward: `\n`, `\r\n` and a bare `\r` each end one.
///
/// The CSV reader counts line feeds that it has passed, so with `\r\n` or with blank lines between
/// rows it names the line before; a person who is sent to a line must find the fault there.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a [u8]) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// Where the row starts that the reader met here: after the line ends that it passes over.
    fn start_of_row(&self, position: u64) -> usize {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let ends = self.text[position..].iter().take_while(|b| matches!(b, b'\n' | b'\r'));
        position + ends.count()
    }

    /// The line of a place at or after the last one asked for.
    fn line_of(&mut self, place: usize) -> u64 {
        while self.at < place {
            let crlf = self.text[self.at] == b'\r' && self.text.get(self.at + 1) == Some(&b'\n');
            if matches!(self.text[self.at], b'\n' | b'\r') && !crlf {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
}

/// Where the row starts in which a quoted cell is opened and never closed.
///
/// The CSV reader takes the rest of the file into such a cell without a word, and a reader that
/// loses rows silently is the one thing this crate must not be.
fn row_with_an_unclosed_quote(text: &[u8]) -> Option<usize> {
    let mut row_start = 0;
    let mut quoted = false;
    let mut at_cell_start = true;
    let mut bytes = text.iter().copied().enumerate().peekable();
    while let Some((place, byte)) = bytes.next() {
        match byte {
            b'"' if quoted && bytes.peek().is_some_and(|(_, next)| *next == b'"') => {
                bytes.next();
            }
            b'"' if quoted => quoted = false,
            b'"' if at_cell_start => {
                quoted = true;
                at_cell_start = false;
            }
            _ if quoted => {}
            b'\n' | b'\r' => {
                row_start = place + 1;
                at_cell_start = true;
            }
            b',' => at_cell_start = true,
            _ => at_cell_start = false,
        }
    }
    quoted.then_some(row_start)
}

/// The rows that fell into a cell that is never closed: one for each line, split at the commas.
fn rows_in_open_cell(text: &[u8], start: usize) -> Vec<Vec<String>> {
    text[start..]
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| !line.is_empty())
        .map(|line| String::from_utf8_lossy(line).split(',').map(str::to_owned).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fault(line: u64, kind: FaultKind, lost_rows: &[&[&str]]) -> Fault {
        let owned = |row: &&[&str]| row.iter().map(|&cell| cell.to_owned()).collect();
        Fault { line, kind, lost_rows: lost_rows.iter().map(owned).collect() }
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
                fault(2, FaultKind::CellCount { expected: 2, found: 1 }, &[&["1"]]),
                fault(4, FaultKind::NotUtf8, &[&["3", "\u{FFFD}"]]),
                fault(5, FaultKind::CellCount { expected: 2, found: 3 }, &[&["4", "a", "b"]]),
            ]
        );
        assert_eq!(cells(&table), [(3, vec!["2", "ok"]), (6, vec!["5", "ok"])]);
    }

    #[test]
    fn a_quote_that_is_never_closed_swallows_no_row_silently() {
        let (table, faults) = read_table("a.csv", b"id,note\n1,ok\n2,\"open\n3,lost\n");
        assert_eq!(
            faults,
            [fault(3, FaultKind::UnclosedQuote, &[&["2", "\"open"], &["3", "lost"]])]
        );
        assert_eq!(cells(&table), [(2, vec!["1", "ok"])]);
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_column_name() {
        let (table, faults) = read_table("a.csv", b"\xEF\xBB\xBFid\n1\n");
        assert_eq!((table.header, faults), (vec!["id".to_owned()], vec![]));
    }

    #[test]
    fn an_empty_file_is_a_fault() {
        for empty in [b"".as_slice(), b"\n\r\n", b"\xEF\xBB\xBF"] {
            assert_eq!(read_table("a.csv", empty).1, [fault(1, FaultKind::Empty, &[])]);
        }
    }

    #[test]
    fn rows_and_lines_are_the_same_however_lines_end() {
        let text = "id,note\n1,a\n\n\n2,\"two\nlines\"\n3,c,d\n";
        let (expected, faults) = read_table("a.csv", text.as_bytes());
        assert_eq!(faults[0].line, 7);
        for end in ["\r\n", "\r"] {
            let (table, same) = read_table("a.csv", text.replace('\n', end).as_bytes());
            assert_eq!(same, faults, "{end:?}");
            let lines = |t: &Table| t.rows.iter().map(|row| row.line).collect::<Vec<_>>();
            assert_eq!((lines(&table), lines(&table)), (lines(&expected), vec![2, 5]), "{end:?}");
        }
    }

    #[test]
    fn an_unclosed_quote_is_told_however_lines_end_and_whatever_is_before_it() {
        for end in ["\n", "\r\n", "\r"] {
            let text = "\n\nid,note\n\n1,ok\n\n2,\"open\n3,lost".replace('\n', end);
            let (table, faults) = read_table("a.csv", text.as_bytes());
            let told: Vec<_> = faults.iter().map(|f| (f.line, f.kind.clone())).collect();
            assert_eq!(told, [(7, FaultKind::UnclosedQuote)], "{end:?}");
            assert_eq!(cells(&table), [(5, vec!["1", "ok"])], "{end:?}");
        }
    }

    #[test]
    fn a_header_at_fault_is_one_fault_and_not_one_for_each_row() {
        let (table, faults) = read_table("a.csv", b"id,\xFF\n1,a\n2,b\n");
        let lost: &[&[&str]] = &[&["id", "\u{FFFD}"], &["1", "a"], &["2", "b"]];
        assert_eq!(faults, [fault(1, FaultKind::NotUtf8, lost)]);
        assert!(table.rows.is_empty());
    }

    proptest! {
        /// Either the last quoted cell is closed, or its row is in the list of faults.
        #[test]
        fn no_bytes_make_the_reader_panic_or_lose_a_quote(text in "[a,\"\n\r]{0,40}") {
            let (table, faults) = read_table("a.csv", text.as_bytes());
            let told = faults.iter().any(|fault| fault.kind == FaultKind::UnclosedQuote);
            prop_assert_eq!(told, row_with_an_unclosed_quote(text.as_bytes()).is_some());
            let lines = table.rows.iter().map(|row| row.line).collect::<Vec<_>>();
            prop_assert!(lines.is_sorted_by(|a, b| a < b));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let (table, _) = read_table("a.csv", &bytes);
            prop_assert!(table.rows.iter().all(|row| row.cells.len() == table.header.len()));
        }
    }
}
