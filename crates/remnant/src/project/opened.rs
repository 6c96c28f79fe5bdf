//! A kept file that is open, whoever reads its format.
//!
//! Belongs here: one face for what `remnant-source` and `remnant-store` read. Does not belong here:
//! the formats, what a cell means.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;

use geo_types::Geometry;
use remnant_ground::intake::{PlainRow, RowOfCells};
use remnant_source::document::{Document, ReadError, RowFault, Sheet, SourceRow};
use remnant_store::ForeignGeoPackage;
use tempfile::NamedTempFile;

use crate::error::ProgramError;

/// A file that is open.
pub(super) enum Opened {
    /// By the readers of `remnant-source`.
    Document(Box<Document>),
    /// A GeoPackage, which SQLite reads by its path.
    GeoPackage {
        /// Its layers and tables.
        file: Box<ForeignGeoPackage>,
        /// The copy that is read; it is taken away when this is.
        _copy: NamedTempFile,
    },
}

/// A row of either.
pub(super) enum AnyRow<'a> {
    /// Read by `remnant-source`.
    Source(&'a SourceRow),
    /// Read by `remnant-store`.
    Plain(&'a PlainRow),
}

impl RowOfCells for AnyRow<'_> {
    fn line(&self) -> u64 {
        match self {
            Self::Source(row) => row.line(),
            Self::Plain(row) => row.line(),
        }
    }

    fn cell(&self, column: usize) -> &str {
        match self {
            Self::Source(row) => RowOfCells::cell(*row, column),
            Self::Plain(row) => row.cell(column),
        }
    }

    fn geometry(&self) -> Option<&Geometry<f64>> {
        match self {
            Self::Source(row) => RowOfCells::geometry(*row),
            Self::Plain(row) => row.geometry(),
        }
    }
}

/// What became of a row, with the bytes that were read by then.
pub(super) type Given<'a> = Result<AnyRow<'a>, (u64, String)>;

impl Opened {
    /// Takes what the readers opened, or opens it as a GeoPackage where they say that it is one.
    ///
    /// # Errors
    /// When nothing of the file can be read.
    pub(super) fn of(
        opened: Result<Document, ReadError>,
        bytes: impl FnOnce() -> Result<File, ProgramError>,
    ) -> Result<Self, ProgramError> {
        match opened {
            Ok(document) => Ok(Self::Document(Box::new(document))),
            Err(ReadError::OpenedElsewhere { .. }) => {
                let unwritable = |source| ProgramError::Unwritable {
                    path: "a temporary file".to_owned(),
                    source,
                };
                let mut copy = NamedTempFile::new().map_err(unwritable)?;
                io::copy(&mut bytes()?, &mut copy).map_err(unwritable)?;
                let file = ForeignGeoPackage::open(&copy.path().to_string_lossy())?;
                Ok(Self::GeoPackage { file: Box::new(file), _copy: copy })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Its sheets, layers or tables.
    pub(super) fn sheets(&self) -> &[Sheet] {
        match self {
            Self::Document(document) => document.sheets(),
            Self::GeoPackage { file, .. } => file.sheets(),
        }
    }

    /// Gives the rows of a sheet, faulty ones as line and fault, with the bytes read so far, until
    /// the end or until `each` breaks off.
    ///
    /// # Errors
    /// What `each` says, or when the file cannot be read further.
    pub(super) fn rows(
        &mut self,
        sheet: usize,
        mut each: impl FnMut(Given<'_>, u64) -> Result<ControlFlow<()>, ProgramError>,
    ) -> Result<(), ProgramError> {
        let told = |fault: &RowFault| (fault.line, fault.to_string());
        match self {
            Self::Document(document) => {
                let mut rows = document.rows(sheet)?;
                let mut row = SourceRow::new();
                loop {
                    let given = rows.next(&mut row);
                    let bytes = rows.bytes_read();
                    let flow = match &given {
                        Ok(false) => return Ok(()),
                        Ok(true) => each(Ok(AnyRow::Source(&row)), bytes)?,
                        Err(fault) => each(Err(told(fault)), bytes)?,
                    };
                    if flow.is_break() {
                        return Ok(());
                    }
                }
            }
            Self::GeoPackage { file, .. } => {
                let mut broken_off = false;
                let read = file.rows::<ProgramError>(sheet, |foreign| {
                    let given = match foreign.faults.first() {
                        None => Ok(AnyRow::Plain(&foreign.row)),
                        Some(fault) => Err((foreign.row.line, fault.to_string())),
                    };
                    match each(given, 0)? {
                        ControlFlow::Continue(()) => Ok(()),
                        ControlFlow::Break(()) => {
                            broken_off = true;
                            Err(ProgramError::Interrupted)
                        }
                    }
                });
                if broken_off { Ok(()) } else { read }
            }
        }
    }
}
