//! The files of findings that a person asked for.
//!
//! Belongs here: beginning them before anything is entered, and keeping them when all is done. Does
//! not belong here: what stands in them (`remnant-publish`).

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use remnant_publish::answer::findings::{self, ImportStory};
use remnant_record::AsOf;

use crate::error::ProgramError;
use crate::project::new_file::NewFile;

/// The files of findings that were asked for. They are begun before anything is entered, so that
/// one that cannot be written is told in time, and are there when everything is done.
pub(super) struct Reports(Vec<Findings>);

struct Findings {
    path: PathBuf,
    ending: String,
    file: NewFile,
}

/// One that is written row by row.
pub(super) type Table<'a> = (&'a Path, findings::Csv<BufWriter<&'a mut fs::File>>);

pub(super) fn unwritable(path: &Path, source: io::Error) -> ProgramError {
    ProgramError::Unwritable { path: path.display().to_string(), source }
}

impl Reports {
    /// Begins them.
    ///
    /// # Errors
    /// When one has another ending than `.csv`, `.xlsx` or `.html`, or cannot be written.
    pub(super) fn at(paths: &[PathBuf]) -> Result<Self, ProgramError> {
        let begun = paths.iter().map(|path| {
            let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            if !["csv", "xlsx", "html"].contains(&ending.as_str()) {
                return Err(ProgramError::Argument {
                    name: "--report",
                    given: path.display().to_string(),
                    form: "a file that ends in .csv, .xlsx or .html",
                });
            }
            Ok(Findings { path: path.clone(), ending, file: NewFile::at(path)? })
        });
        Ok(Self(begun.collect::<Result<_, _>>()?))
    }

    /// Those that are written row by row.
    pub(super) fn tables(&mut self) -> Result<Vec<Table<'_>>, ProgramError> {
        let begun = self.0.iter_mut().filter(|report| report.ending == "csv").map(|report| {
            let Findings { path, file, .. } = report;
            let table = findings::Csv::new(BufWriter::new(file.file()));
            Ok((path.as_path(), table.map_err(|source| unwritable(path, source))?))
        });
        begun.collect()
    }

    /// Writes the others and keeps all.
    pub(super) fn keep(self, story: &ImportStory, as_of: AsOf) -> Result<(), ProgramError> {
        for Findings { path, ending, mut file } in self.0 {
            let bytes = match ending.as_str() {
                "xlsx" => findings::workbook(story, as_of)?,
                "html" => findings::page(story, as_of).into_bytes(),
                // It was written on the way.
                _ => Vec::new(),
            };
            file.file().write_all(&bytes).map_err(|source| unwritable(&path, source))?;
            file.keep()?;
        }
        Ok(())
    }
}
