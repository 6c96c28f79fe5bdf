//! Telling the line on which each row of a CSV file starts, while its bytes pass by.
//!
//! Belongs here: counting lines however they end, and noticing a quote that is never closed.
//! Does not belong here: cells.

use std::collections::VecDeque;
use std::io::{self, Read};

/// Passes bytes of CSV on and keeps, for each row that starts in them, its line.
///
/// The CSV reader counts line feeds that it has passed, so with `\r\n` or with blank lines between
/// rows it names the line before; and it takes the rest of a file into a cell whose quote is never
/// closed without a word. This reader stands below it, sees the same bytes by the same rules, and
/// knows both. It also stops a row that grows past the limit, before it fills the memory.
pub(crate) struct RowLines<R> {
    inner: R,
    delimiter: u8,
    /// Whether a byte changes nothing inside a cell.
    is_plain: [bool; 256],
    /// The lines of rows that have started and were not asked for yet.
    lines: VecDeque<u64>,
    line: u64,
    place: Place,
    after_carriage_return: bool,
    row_line: u64,
    row_bytes: u64,
    row_limit: u64,
    pub(crate) stop: Option<Stop>,
}

/// Why no more bytes are passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The file ended inside a quoted cell of the row that starts on this line.
    UnclosedQuote(u64),
    /// The row that starts on this line is longer than allowed.
    TooLong(u64),
}

/// Where the last byte stood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    BetweenRows,
    CellStart,
    Unquoted,
    Quoted,
    /// After a quotation mark inside a quoted cell: the end of it, or the first half of a written one.
    QuoteInQuoted,
}

impl<R: Read> RowLines<R> {
    pub(crate) fn new(inner: R, delimiter: u8, row_limit: u64) -> Self {
        let mut is_plain = [true; 256];
        for special in [b'\n', b'\r', b'"', delimiter] {
            is_plain[usize::from(special)] = false;
        }
        Self {
            inner,
            delimiter,
            is_plain,
            lines: VecDeque::new(),
            line: 1,
            place: Place::BetweenRows,
            after_carriage_return: false,
            row_line: 1,
            row_bytes: 0,
            row_limit,
            stop: None,
        }
    }

    pub(crate) fn inner(&self) -> &R {
        &self.inner
    }

    /// The line of the next row.
    pub(crate) fn next_line(&mut self) -> u64 {
        self.lines.pop_front().unwrap_or(self.line)
    }

    fn look_at(&mut self, bytes: &[u8]) {
        // Kept in locals: this loop sees every byte of the file.
        let (mut place, mut line) = (self.place, self.line);
        let mut after_carriage_return = self.after_carriage_return;
        let mut start_of_row = None;
        for (at, &byte) in bytes.iter().enumerate() {
            let plain = self.is_plain[usize::from(byte)];
            if plain && !after_carriage_return && matches!(place, Place::Unquoted | Place::Quoted) {
                continue;
            }
            if byte == b'\n' || byte == b'\r' {
                if !(byte == b'\n' && after_carriage_return) {
                    line += 1;
                }
                after_carriage_return = byte == b'\r';
                if place != Place::Quoted {
                    place = Place::BetweenRows;
                }
                continue;
            }
            after_carriage_return = false;
            if place == Place::BetweenRows {
                self.lines.push_back(line);
                self.row_line = line;
                start_of_row = Some(at);
                place = Place::CellStart;
            }
            place = match (place, byte) {
                (Place::Quoted, b'"') => Place::QuoteInQuoted,
                (Place::Quoted, _) => Place::Quoted,
                (Place::CellStart | Place::QuoteInQuoted, b'"') => Place::Quoted,
                (_, byte) if byte == self.delimiter => Place::CellStart,
                _ => Place::Unquoted,
            };
        }
        (self.place, self.line) = (place, line);
        self.after_carriage_return = after_carriage_return;
        self.row_bytes = match start_of_row {
            Some(start) => (bytes.len() - start) as u64,
            None => self.row_bytes + bytes.len() as u64,
        };
        // Line ends between rows belong to no row.
        if place == Place::BetweenRows {
            self.row_bytes = 0;
        }
        if self.row_bytes > self.row_limit {
            self.stop = Some(Stop::TooLong(self.row_line));
        }
    }
}

impl<R: Read> Read for RowLines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_some() {
            return Ok(0);
        }
        let read = self.inner.read(out)?;
        if read == 0 && !out.is_empty() && self.place == Place::Quoted {
            self.stop = Some(Stop::UnclosedQuote(self.row_line));
        }
        self.look_at(&out[..read]);
        Ok(read)
    }
}
