//! What can be wrong with a foreign file, what is told about it, and what to do.
//!
//! Belongs here: errors that leave no document, faults of single rows, and remarks that a reader of
//! the rows must know. Does not belong here: faults of meaning (a date that is none).

use super::{Encoding, Format};

/// Why a file could not be opened, or a sheet not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file holds nothing.
    #[error("`{file}` is empty")]
    Empty {
        /// The file.
        file: String,
    },
    /// No known format fits the bytes.
    #[error("`{file}` is in no format that is read here: {why}")]
    NotRecognised {
        /// The file.
        file: String,
        /// What was seen.
        why: String,
    },
    /// The format is known and not read.
    #[error("`{file}` is {what}, which is not read here")]
    NotRead {
        /// The file.
        file: String,
        /// The format, with its article.
        what: &'static str,
        /// What to do.
        instead: &'static str,
    },
    /// The format is read by another part of the program.
    #[error("`{file}` is a {format}, which is opened as a store and not read as a file of rows")]
    OpenedElsewhere {
        /// The file.
        file: String,
        /// The format.
        format: Format,
    },
    /// A zip archive cannot be unpacked.
    #[error("`{file}` is a damaged zip archive: {detail}")]
    DamagedArchive {
        /// The file.
        file: String,
        /// What is wrong.
        detail: String,
    },
    /// The file breaks the rules of its format.
    #[error("`{file}` is not readable as {format}{}: {detail}", at(*line))]
    Broken {
        /// The file.
        file: String,
        /// The format it was taken for.
        format: Format,
        /// The line, where known; 1 is the first.
        line: Option<u64>,
        /// What is wrong.
        detail: String,
    },
    /// The file passes one of the [`super::Limits`].
    #[error("`{file}` has more {what} than the {limit} allowed")]
    OverLimit {
        /// The file.
        file: String,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A file that belongs to this one was not given.
    #[error("`{file}` is read together with its `.{extension}` file, which is missing")]
    MissingCompanion {
        /// The file.
        file: String,
        /// The extension of what is missing.
        extension: &'static str,
    },
    /// The header line asked for is not there.
    #[error("`{sheet}` has no row {line} that could be its header")]
    NoHeader {
        /// The sheet.
        sheet: String,
        /// The line asked for.
        line: u64,
    },
    /// The sheet asked for is not there.
    #[error("there is no sheet {sheet}; the document has {sheets}, counted from 0")]
    NoSuchSheet {
        /// The number asked for.
        sheet: usize,
        /// The number of sheets.
        sheets: usize,
    },
    /// The disk or the transfer failed.
    #[error("`{file}` could not be read to its end: {detail}")]
    Interrupted {
        /// The file.
        file: String,
        /// What the system said.
        detail: String,
    },
}

fn at(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(" (line {line})"))
}

impl ReadError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "ask the sender for the file again",
            Self::NotRecognised { .. } => {
                "export the data as CSV, XLSX, GeoJSON, shapefile, KML, GPX or maXML"
            }
            Self::NotRead { instead, .. } => instead,
            Self::OpenedElsewhere { .. } => "give the file where a store is asked for",
            Self::DamagedArchive { .. } => "copy the file again, or ask its sender for it",
            Self::Broken { .. } => "open the file in the program it comes from and save it anew",
            Self::OverLimit { .. } => {
                "split the file, or raise the limit if you know and trust its sender"
            }
            Self::MissingCompanion { .. } => {
                "give all files of the shapefile, or the zip archive that holds them"
            }
            Self::NoHeader { .. } => "name the line that holds the column names",
            Self::NoSuchSheet { .. } => "name one of the sheets of the document",
            Self::Interrupted { .. } => "check the disk and copy the file again",
        }
    }
}

/// A fault of one row, or one that ends the reading.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {kind}")]
pub struct RowFault {
    /// Where the row starts, counted as in [`super::SourceRow::line`].
    pub line: u64,
    /// What is wrong.
    pub kind: RowFaultKind,
}

/// What can be wrong with a row before anybody asks what its cells mean.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFaultKind {
    /// A row has more or fewer cells than there are columns.
    #[error("the row has {found} cells where there are {expected} columns")]
    CellCount {
        /// The number of columns.
        expected: usize,
        /// The number of cells.
        found: usize,
    },
    /// The bytes are not text in the encoding of the file.
    #[error("the row holds bytes that are not {0}")]
    NotInEncoding(Encoding),
    /// The row holds NUL bytes.
    #[error("the row holds NUL bytes, as are left by a broken disk or transfer")]
    NulByte,
    /// A quoted cell is never closed, so that the rest of the file fell into it.
    #[error("a quoted cell that starts in this row is never closed: no row from here on is read")]
    UnclosedQuote,
    /// The row passes one of the limits.
    #[error("the row has more {what} than the {limit} allowed")]
    OverLimit {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
        /// Whether nothing can be read after it.
        last: bool,
    },
    /// A column is written twice in one row.
    #[error("`{0}` is written more than once in this row")]
    WrittenTwice(String),
    /// The row has something that no column was found for when the file was opened.
    #[error("`{0}` was not there when the file was opened: the file changed while it was read")]
    UnknownColumn(String),
    /// The geometry cannot be understood.
    #[error("the geometry cannot be read: {0}")]
    Geometry(String),
    /// A row of a spreadsheet stands before one that was read already.
    #[error("the row stands after row {after} in the file")]
    OutOfOrder {
        /// The row read before it.
        after: u64,
    },
    /// One row breaks the rules of its format.
    #[error("the row is not readable: {0}")]
    Unreadable(String),
    /// The file breaks the rules of its format from here on.
    #[error("nothing can be read from here on: {0}")]
    Broken(String),
}

impl RowFault {
    pub(crate) fn new(line: u64, kind: RowFaultKind) -> Self {
        Self { line, kind }
    }

    /// Whether nothing can be read after this fault.
    #[must_use]
    pub fn is_last(&self) -> bool {
        matches!(
            self.kind,
            RowFaultKind::UnclosedQuote
                | RowFaultKind::Broken(_)
                | RowFaultKind::OverLimit { last: true, .. }
        )
    }

    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match &self.kind {
            RowFaultKind::CellCount { .. } => {
                "put quotation marks around a cell that holds the delimiter, and keep a delimiter for \
                 each blank cell; if the program that wrote the file leaves out trailing blank cells, \
                 say so in the settings"
            }
            RowFaultKind::NotInEncoding(_) => "name the encoding in which the file was saved",
            RowFaultKind::NulByte => "compare the row with its original",
            RowFaultKind::UnclosedQuote => "close the quotation mark; inside a cell write it twice",
            RowFaultKind::OverLimit { .. } => {
                "look for an unclosed quotation mark, or raise the limit if the row is right"
            }
            RowFaultKind::WrittenTwice(_) => "keep one of the two in the original",
            RowFaultKind::UnknownColumn(_) => "read the file again when nobody writes to it",
            RowFaultKind::Geometry(_) => "correct the geometry in the program it comes from",
            RowFaultKind::OutOfOrder { .. } | RowFaultKind::Broken(_) => {
                "open the file in the program it comes from and save it anew"
            }
            RowFaultKind::Unreadable(_) => "compare the row with its original",
        }
    }
}

/// Something that whoever uses the rows must know: what was assumed, and what was left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Remark {
    /// The format, and by what it was recognised.
    #[error("read as {format}: {why}")]
    Format {
        /// The format.
        format: Format,
        /// By what it was recognised.
        why: String,
    },
    /// The delimiter was guessed.
    #[error("`{sheet}`: cells are taken to be separated by {}: {why}", name_of(*delimiter))]
    Delimiter {
        /// The sheet.
        sheet: String,
        /// The delimiter.
        delimiter: u8,
        /// Why.
        why: String,
    },
    /// The encoding was guessed.
    #[error("`{sheet}`: the text is taken to be {encoding}, which is a guess: {why}")]
    EncodingGuess {
        /// The sheet.
        sheet: String,
        /// The encoding.
        encoding: Encoding,
        /// Why.
        why: String,
    },
    /// The encoding follows from the bytes.
    #[error("`{sheet}`: the text is {encoding}: {why}")]
    EncodingSeen {
        /// The sheet.
        sheet: String,
        /// The encoding.
        encoding: Encoding,
        /// By what.
        why: String,
    },
    /// A column's name was blank or stood there already.
    #[error("`{sheet}`: column {} has the name `{written}` in the file and is called `{given}`", column + 1)]
    Renamed {
        /// The sheet.
        sheet: String,
        /// The column, from 0.
        column: usize,
        /// The name as written.
        written: String,
        /// The name by which it is read.
        given: String,
    },
    /// Rows above the header were passed over.
    #[error("`{sheet}`: what stands above the header in line {header} is not read (rows: {rows})")]
    AboveHeader {
        /// The sheet.
        sheet: String,
        /// How many.
        rows: usize,
        /// The line of the header.
        header: u64,
    },
    /// The rows below the header are wider than it, as when the first row is a title.
    #[error(
        "`{sheet}`: the header in line {header} names {columns} columns, and rows below have up to \
         {cells} cells; if that line is a title, name the line of the header, perhaps {perhaps}"
    )]
    NarrowHeader {
        /// The sheet.
        sheet: String,
        /// The line of the header.
        header: u64,
        /// How many columns it names.
        columns: usize,
        /// How many cells the widest of the first rows has.
        cells: usize,
        /// The first row that is so wide.
        perhaps: u64,
    },
    /// Cells were merged in the header.
    #[error("`{sheet}`: the merged header cell `{text}` names {columns} columns")]
    MergedHeader {
        /// The sheet.
        sheet: String,
        /// The text of the merged cell.
        text: String,
        /// How many columns it spans.
        columns: usize,
    },
    /// Cells were merged among the rows.
    #[error(
        "`{sheet}`: of merged areas below the header only the first cell has the text (areas: {areas})"
    )]
    MergedCells {
        /// The sheet.
        sheet: String,
        /// How many.
        areas: usize,
    },
    /// A part of the document is not read.
    #[error("not read: {0}")]
    LeftOut(String),
}

fn name_of(delimiter: u8) -> String {
    match delimiter {
        b',' => "commas".to_owned(),
        b';' => "semicolons".to_owned(),
        b'\t' => "tabs".to_owned(),
        b'|' => "vertical bars".to_owned(),
        other => format!("`{}`", char::from(other).escape_default()),
    }
}
