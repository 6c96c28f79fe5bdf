//! Record folders on disk.
//!
//! Belongs here: opening a folder and reading its files. Does not belong here: what is in them.

use std::fs;
use std::path::Path;

use remnant_record::Folder;

use crate::error::ProgramError;

/// The tables of a folder, as bytes.
///
/// Only `.csv` files are read; a folder without any is an error, because it is more likely a
/// mistyped path than an empty record.
///
/// # Errors
/// When the folder or one of its tables cannot be read.
pub(crate) fn open(path: &Path) -> Result<Folder, ProgramError> {
    let unreadable = |source| ProgramError::Unreadable { path: path.display().to_string(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if file.extension().is_some_and(|extension| extension == "csv") {
            let bytes = fs::read(&file).map_err(|source| ProgramError::Unreadable {
                path: file.display().to_string(),
                source,
            })?;
            files.push((name, bytes));
        }
    }
    if files.is_empty() {
        return Err(ProgramError::NoTables(path.display().to_string()));
    }
    // The file system's order is no order: findings come by name of file.
    files.sort();
    Ok(Folder { name: path.display().to_string(), files })
}
