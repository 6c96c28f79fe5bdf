//! CSV and its kin: cells between delimiters.
//!
//! Belongs here: guessing the delimiter, and rows of a text file of any length in bounded memory.
//! Does not belong here: which columns a table should have, or what they mean.

use std::io::{self, Read};

use super::encoding::{Seen, Utf8, see_encoding};
use super::header::{Below, Edges, Header};
use super::row_lines::{RowLines, Stop};
use super::{Encoding, Format, Limits, ReadError, ReadOptions, Remark, RowFault, RowFaultKind};
use super::{Rows, SourceRow};

/// The delimiters that are looked for, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Bytes of the start of a file from which the delimiter is guessed.
const SAMPLE_BYTES: usize = 64 << 10;

/// Something whose bytes can be read from the start as often as needed.
pub(crate) trait Passes {
    /// The bytes from the start.
    fn pass(&mut self) -> Result<Box<dyn Read + Send + '_>, ReadError>;
}

/// How one CSV file is to be read, found out when it was opened.
#[derive(Clone, Debug)]
pub(crate) struct Delimited {
    delimiter: u8,
    encoding: Encoding,
    pub(crate) header: Header,
}

impl Delimited {
    /// Finds out how a file is to be read.
    pub(crate) fn open(
        sheet: &str,
        bytes: &mut dyn Passes,
        options: &ReadOptions,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, ReadError> {
        let broken = |error: io::Error| ReadError::Interrupted {
            file: sheet.to_owned(),
            detail: error.to_string(),
        };
        let empty = || ReadError::Empty { file: sheet.to_owned() };
        let limits = &options.limits;
        let Seen { encoding: seen, why, guess, length } =
            see_encoding(bytes.pass()?, limits.bytes).map_err(broken)?;
        if length > limits.bytes {
            return Err(ReadError::OverLimit {
                file: sheet.to_owned(),
                what: "bytes",
                limit: limits.bytes,
            });
        }
        let encoding = options.encoding.unwrap_or(seen);
        if options.encoding.is_none()
            && let Some(why) = why
        {
            let sheet = sheet.to_owned();
            remarks.push(if guess {
                Remark::EncodingGuess { sheet, encoding, why }
            } else {
                Remark::EncodingSeen { sheet, encoding, why }
            });
        }
        let mut sample = Vec::new();
        Utf8::new(bytes.pass()?, encoding)
            .take(SAMPLE_BYTES as u64)
            .read_to_end(&mut sample)
            .map_err(broken)?;
        if sample.iter().all(|byte| matches!(byte, b'\n' | b'\r')) && sample.len() < SAMPLE_BYTES {
            return Err(empty());
        }
        let delimiter = options.delimiter.unwrap_or_else(|| {
            let (delimiter, why) = guess_delimiter(&sample, sheet);
            remarks.push(Remark::Delimiter { sheet: sheet.to_owned(), delimiter, why });
            delimiter
        });
        if !delimiter.is_ascii() || matches!(delimiter, b'"' | b'\n' | b'\r' | 0) {
            return Err(ReadError::Broken {
                file: sheet.to_owned(),
                format: Format::Csv,
                line: None,
                detail: "a delimiter is one ASCII character, not a quotation mark or line end"
                    .into(),
            });
        }
        let mut rows = DelimitedRows::new(bytes.pass()?, delimiter, encoding, *limits);
        let header = Header::find(sheet, &mut rows, options.header, Format::Csv, limits, remarks)?
            .ok_or_else(empty)?;
        Ok(Self { delimiter, encoding, header })
    }

    /// The rows below the header.
    pub(crate) fn rows<R: Read>(&self, bytes: R, options: &ReadOptions) -> Below<DelimitedRows<R>> {
        Below {
            rows: DelimitedRows::new(bytes, self.delimiter, self.encoding, options.limits),
            header: self.header.clone(),
            edges: Edges::Written,
            trailing: options.trailing_blanks,
        }
    }
}

/// The delimiter that cuts the first rows into the same number of cells, at least two; of several the
/// one that cuts most. A file of one column has none, and is read with commas.
fn guess_delimiter(sample: &[u8], name: &str) -> (u8, String) {
    let mut best: Option<(u8, usize, usize, usize)> = None;
    for delimiter in DELIMITERS {
        let widths = widths(sample, delimiter);
        let Some(&first) = widths
            .iter()
            .max_by_key(|width| (widths.iter().filter(|other| other == width).count(), **width))
        else {
            continue;
        };
        let agreeing = widths.iter().filter(|width| **width == first).count();
        // Rows that agree weigh more than cells: prose in one column has commas here and there.
        let better = best.is_none_or(|(_, width, same, of)| {
            (agreeing * of * first.min(4)) > (same * widths.len() * width.min(4))
        });
        if first > 1 && better {
            best = Some((delimiter, first, agreeing, widths.len()));
        }
    }
    match best {
        Some((delimiter, width, agreeing, rows)) => {
            (delimiter, format!("{agreeing} of the first {rows} rows have {width} cells that way"))
        }
        None if name.to_lowercase().ends_with(".tsv") => {
            (b'\t', "no delimiter is seen, and the name ends with .tsv".to_owned())
        }
        None => (b',', "no delimiter is seen: there is one column".to_owned()),
    }
}

/// The number of cells of each of the first rows, the last left out when the sample may cut it.
fn widths(sample: &[u8], delimiter: u8) -> Vec<usize> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(sample);
    let mut record = csv::ByteRecord::new();
    let mut widths = Vec::new();
    while widths.len() < 50 && matches!(reader.read_byte_record(&mut record), Ok(true)) {
        widths.push(record.len());
    }
    if widths.len() > 1 && widths.len() < 50 && sample.len() >= SAMPLE_BYTES - 4 {
        widths.pop();
    }
    widths
}

/// All rows of a CSV file, the header among them.
pub(crate) struct DelimitedRows<R> {
    csv: csv::Reader<RowLines<Utf8<R>>>,
    record: csv::ByteRecord,
    encoding: Encoding,
    limits: Limits,
    ended: bool,
}

impl<R: Read> DelimitedRows<R> {
    pub(crate) fn new(bytes: R, delimiter: u8, encoding: Encoding, limits: Limits) -> Self {
        let lines = RowLines::new(Utf8::new(bytes, encoding), delimiter, limits.row_bytes);
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(256 << 10)
            .from_reader(lines);
        Self { csv, record: csv::ByteRecord::new(), encoding, limits, ended: false }
    }

    /// The row as far as its cells can be told apart, whatever bytes they hold.
    fn readable(&self, row: &mut SourceRow) {
        for cell in self.record.iter().take(self.limits.cells_per_row) {
            row.push(&String::from_utf8_lossy(cell), super::CellKind::Text);
        }
    }
}

impl<R: Read> Rows for DelimitedRows<R> {
    fn next(&mut self, row: &mut SourceRow) -> Result<bool, RowFault> {
        if self.ended {
            return Ok(false);
        }
        let more = self.csv.read_byte_record(&mut self.record);
        // Before the line is taken off: a stopped row is the last that was begun.
        let stop = self.csv.get_ref().stop;
        let line = match &more {
            Ok(true) => self.csv.get_mut().next_line(),
            _ => 0,
        };
        match more {
            Ok(true) => {}
            Ok(false) => {
                self.ended = true;
                return Ok(false);
            }
            Err(error) => {
                self.ended = true;
                let line = self.csv.get_mut().next_line();
                row.start(line);
                return Err(RowFault::new(line, RowFaultKind::Broken(error.to_string())));
            }
        }
        row.start(line);
        let stopped = match stop {
            Some(Stop::UnclosedQuote(at)) if at == line => Some(RowFaultKind::UnclosedQuote),
            Some(Stop::TooLong(at)) if at == line => Some(RowFaultKind::OverLimit {
                what: "bytes in one row",
                limit: self.limits.row_bytes,
                last: true,
            }),
            _ => None,
        };
        if let Some(kind) = stopped {
            self.ended = true;
            return Err(RowFault::new(line, kind));
        }
        let over = |what, limit| RowFaultKind::OverLimit { what, limit, last: false };
        if self.record.len() > self.limits.cells_per_row {
            self.readable(row);
            let kind = over("cells", self.limits.cells_per_row as u64);
            return Err(RowFault::new(line, kind));
        }
        let all = self.record.as_slice();
        if all.len() > self.limits.cell_bytes
            && self.record.iter().any(|cell| cell.len() > self.limits.cell_bytes)
        {
            let kind = over("bytes in one cell", self.limits.cell_bytes as u64);
            return Err(RowFault::new(line, kind));
        }
        let text = std::str::from_utf8(all).ok().filter(|text| {
            text.is_ascii()
                || (0..self.record.len())
                    .filter_map(|cell| self.record.range(cell))
                    .all(|place| text.is_char_boundary(place.end))
        });
        let Some(text) = text else {
            self.readable(row);
            return Err(RowFault::new(line, RowFaultKind::NotInEncoding(self.encoding)));
        };
        let places = (0..self.record.len()).filter_map(|cell| self.record.range(cell));
        row.push_joined(text, places);
        if all.contains(&0) {
            return Err(RowFault::new(line, RowFaultKind::NulByte));
        }
        // The decoder runs a block ahead, so that the row is one of those near here with U+FFFD.
        let malformed = self.csv.get_ref().inner().malformed;
        if malformed && !text.is_ascii() && text.contains('\u{FFFD}') {
            return Err(RowFault::new(line, RowFaultKind::NotInEncoding(self.encoding)));
        }
        Ok(true)
    }

    fn bytes_read(&self) -> u64 {
        self.csv.get_ref().inner().bytes_read
    }
}
