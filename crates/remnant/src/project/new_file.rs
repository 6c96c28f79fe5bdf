//! A file that is there whole or not at all.
//!
//! Belongs here: writing beside the place and putting it there at the end. Does not belong here:
//! what is written.

use std::fs::File;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::error::ProgramError;

/// A file on its way. Dropped before it is kept, it leaves nothing.
#[derive(Debug)]
pub(super) struct NewFile {
    written: NamedTempFile,
    path: PathBuf,
}

impl NewFile {
    /// A file that will be at a path, written beside it until then.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub(super) fn at(path: &Path) -> Result<Self, ProgramError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if path.is_dir() {
            return Err(unwritable(path, std::io::ErrorKind::IsADirectory.into()));
        }
        let mut builder = Builder::new();
        builder.prefix(".remnant-");
        // A temporary file is for its owner alone; this one is for whom the folder is for.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let written = builder
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            // The error itself would name the temporary file.
            .map_err(|source| unwritable(path, source.kind().into()))?;
        Ok(Self { written, path: path.to_owned() })
    }

    /// Where it is written.
    pub(super) fn file(&mut self) -> &mut File {
        self.written.as_file_mut()
    }

    /// Puts it in its place, over what is there.
    ///
    /// # Errors
    /// When it cannot be put there.
    pub(super) fn keep(self) -> Result<(), ProgramError> {
        let Self { written, path } = self;
        written.persist(&path).map(drop).map_err(|fault| unwritable(&path, fault.error))
    }

    /// Puts it in its place where nothing is yet.
    ///
    /// # Errors
    /// When something is there already, or it cannot be put there.
    pub(super) fn keep_as_new(self) -> Result<(), ProgramError> {
        let Self { written, path } = self;
        written.persist_noclobber(&path).map(drop).map_err(|fault| unwritable(&path, fault.error))
    }
}

fn unwritable(path: &Path, source: std::io::Error) -> ProgramError {
    ProgramError::Unwritable { path: path.display().to_string(), source }
}
