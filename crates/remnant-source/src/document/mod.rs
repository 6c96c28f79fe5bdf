//! Any foreign file as rows, exactly as they were written.
//!
//! Belongs here: opening a file of whatever format, its sheets, and the settings of reading. Does not
//! belong here: the formats themselves, each of which has its module, and what a cell means.
//!
//! ```
//! use remnant_source::document::{Document, ReadOptions, SourceRow};
//! # use std::io::Cursor;
//! let bytes = Box::new(Cursor::new("id;village\n1;Phonsavan\n"));
//! let mut document = Document::open("hazards.csv", bytes, Vec::new(), &ReadOptions::default())?;
//! assert_eq!(document.sheets()[0].columns, ["id", "village"]);
//! let mut row = SourceRow::new();
//! let mut rows = document.rows(0)?;
//! assert_eq!(rows.next(&mut row), Ok(true));
//! assert_eq!((row.line, row.cell(1).text), (2, "Phonsavan"));
//! # Ok::<(), remnant_source::document::ReadError>(())
//! ```

mod archive;
mod delimited;
mod encoding;
mod format;
mod header;
mod json;
mod limits;
mod metered;
mod opening;
mod read_error;
mod row;
mod row_lines;
mod shapefile;
mod workbook;
mod xml;

use std::io::{Read, Seek, SeekFrom};

use self::archive::Archive;
use self::delimited::{Delimited, Passes};
pub use self::encoding::Encoding;
pub use self::format::Format;
use self::header::Header;
use self::json::Json;
pub use self::limits::Limits;
pub use self::read_error::{ReadError, Remark, RowFault, RowFaultKind};
pub use self::row::{Cell, CellKind, Rows, SourceRow};
use self::shapefile::Shapefile;
use self::workbook::Workbook;
use self::xml::Xml;

/// Bytes that can be read more than once: a file, or a buffer in memory.
pub trait Bytes: Read + Seek + Send {}

impl<T: Read + Seek + Send + ?Sized> Bytes for T {}

/// A file that belongs to another, such as the `.dbf` of a shapefile.
pub struct Companion {
    /// The name, by whose extension it is known.
    pub name: String,
    /// What is in it.
    pub bytes: Box<dyn Bytes>,
}

/// What a person may say about a file that cannot be seen from it, or is seen wrongly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The delimiter of a CSV file, instead of a guess.
    pub delimiter: Option<u8>,
    /// The encoding of a CSV or DBF file, instead of what its bytes or companions say.
    pub encoding: Option<Encoding>,
    /// Where the columns are named.
    pub header: HeaderChoice,
    /// What a CSV row shorter than the header means.
    pub trailing_blanks: TrailingBlanks,
    /// How much the file may ask of the machine.
    pub limits: Limits,
}

/// Where the columns of a grid of cells (CSV, workbook, JSON arrays) are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderChoice {
    /// In the first row that holds something, or in the row above HXL tags.
    #[default]
    First,
    /// Nowhere: the columns are called `column_1`, `column_2` and so on.
    None,
    /// In the row of this line, counted from 1; rows above it are not read.
    Line(u64),
}

/// What it means when a row has not as many cells as there are columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrailingBlanks {
    /// The row is at fault: a delimiter was lost or added.
    #[default]
    AreWritten,
    /// Blank cells at the end of a row may be left out, or be too many, as some programs write it.
    MayBeMissing,
}

/// One table of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The name: of the sheet, of the file, of the array or element that makes it.
    pub name: String,
    /// The names of the columns; no two are the same and none is blank.
    pub columns: Vec<String>,
    /// The sheet whose rows these rows belong to, by its number. The first two columns then are
    /// `_parent_row`, the number of the parent row in its sheet counted from 1, and `_parent_key`, what
    /// the parent row has in the column that names it (`id`, `_id`, `_uuid` and the like), or blank.
    pub parent: Option<usize>,
    /// The coordinate reference system as the file has it: the text of a `.prj` file, or the member
    /// `crs` of GeoJSON.
    pub crs: Option<String>,
    /// The HXL tags of the columns, when the table has a row of them; empty where a column has none.
    pub tags: Option<Vec<String>>,
    /// The number of rows, faulty ones included, when the format says or the opening counted.
    pub rows: Option<u64>,
}

impl Sheet {
    fn of_grid(name: &str, header: &Header) -> Self {
        Self {
            name: name.to_owned(),
            columns: header.columns.clone(),
            parent: None,
            crs: None,
            tags: header.tags.clone(),
            rows: None,
        }
    }
}

/// An open file.
pub struct Document {
    format: Format,
    sheets: Vec<Sheet>,
    remarks: Vec<Remark>,
    options: ReadOptions,
    content: Content,
}

enum Content {
    Delimited {
        file: WholeFile,
        table: Delimited,
    },
    /// CSV files in an archive: the number of each and how it is read.
    DelimitedMembers {
        source: Member,
        tables: Vec<(usize, Delimited)>,
    },
    Workbook(Workbook),
    Json(Json),
    Shapefile(Shapefile),
    Xml(Xml),
}

impl Document {
    /// The format it was taken for.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The tables, in the order of the file; a child stands after its parent.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// What was assumed when the file was opened, and what is not read of it. To be shown to whoever
    /// decides on the rows.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The rows of a sheet, from its first.
    ///
    /// # Errors
    /// [`ReadError::NoSuchSheet`], or what hinders the bytes from being read again.
    pub fn rows(&mut self, sheet: usize) -> Result<Box<dyn Rows + Send + '_>, ReadError> {
        let sheets = self.sheets.len();
        if sheet >= sheets {
            return Err(ReadError::NoSuchSheet { sheet, sheets });
        }
        let options = &self.options;
        match &mut self.content {
            Content::Delimited { file, table } => Ok(Box::new(table.rows(file.pass()?, options))),
            Content::DelimitedMembers { source, tables } => {
                let (number, table) = &tables[sheet];
                source.number = *number;
                Ok(Box::new(table.rows(source.pass()?, options)))
            }
            Content::Workbook(workbook) => workbook.rows(sheet, options),
            Content::Json(json) => json.rows(sheet, options),
            Content::Shapefile(layers) => layers.rows(sheet, options),
            Content::Xml(xml) => xml.rows(sheet, options),
        }
    }
}

/// A file that is read from its start as often as needed.
struct WholeFile {
    name: String,
    bytes: Box<dyn Bytes>,
}

impl Passes for WholeFile {
    fn pass(&mut self) -> Result<Box<dyn Read + Send + '_>, ReadError> {
        Ok(Box::new(rewind(&self.name, &mut self.bytes)?))
    }
}

/// A member of an archive that is unpacked from its start as often as needed.
struct Member {
    archive: Archive,
    number: usize,
}

impl Passes for Member {
    fn pass(&mut self) -> Result<Box<dyn Read + Send + '_>, ReadError> {
        Ok(Box::new(self.archive.stream(self.number)?))
    }
}

/// The bytes from their start.
fn rewind<'a>(
    file: &str,
    bytes: &'a mut Box<dyn Bytes>,
) -> Result<&'a mut Box<dyn Bytes>, ReadError> {
    bytes.seek(SeekFrom::Start(0)).map_err(|error| ReadError::Interrupted {
        file: file.to_owned(),
        detail: error.to_string(),
    })?;
    Ok(bytes)
}

/// A file's name without its folders and its last extension.
fn stem_of(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}
