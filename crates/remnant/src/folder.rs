//! Record folders on disk.
//!
//! Belongs here: opening a folder and reading its files. Does not belong here: what is in them.

use std::fs;
use std::path::Path;

use remnant_record::Folder;

use crate::error::ProgramError;
use crate::project;

/// The files of a folder: of its `.csv` files the bytes, of all others the names alone, so that one
/// that was meant to be a table can be told of.
///
/// A file, or the address of a database, is a project: its statements stand for a folder.
///
/// A folder without any `.csv` file is an error, because it is more likely a mistyped path than an
/// empty record.
///
/// # Errors
/// When the folder or one of its tables cannot be read.
pub(crate) fn open(path: &Path) -> Result<Folder, ProgramError> {
    let place = path.to_string_lossy();
    if path.is_file() || place.starts_with("postgresql://") {
        return project::record_folder(&place);
    }
    let unreadable = |source| ProgramError::Unreadable { path: path.display().to_string(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let bytes = if name.ends_with(".csv") {
            fs::read(&file).map_err(|source| ProgramError::Unreadable {
                path: file.display().to_string(),
                source,
            })?
        } else if file.is_file() {
            Vec::new()
        } else {
            continue;
        };
        files.push((name, bytes));
    }
    if !files.iter().any(|(name, _)| name.to_lowercase().ends_with(".csv")) {
        return Err(ProgramError::NoTables(path.display().to_string()));
    }
    // The file system's order is no order: findings come by name of file.
    files.sort();
    Ok(Folder { name: path.display().to_string(), files })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use remnant_record::{Record, Rule, shipped};

    use super::*;

    #[test]
    fn a_file_that_was_meant_to_be_a_table_is_told_of_and_others_are_not() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["README.md", "LICENSE", "law.md", "munitions.CSV", "sources.xlsx"] {
            fs::write(directory.path().join(name), "x").unwrap();
        }
        fs::create_dir(directory.path().join("pictures")).unwrap();
        let folder = open(directory.path()).unwrap();
        let findings = Record::read(&[shipped(), folder]).unwrap_err();
        let told: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.is_error())
            .inspect(|finding| assert_eq!(finding.rule, Rule::UnknownFile))
            .map(|finding| finding.file.as_str())
            .collect();
        assert_eq!(told, ["munitions.CSV", "sources.xlsx"]);
    }

    #[test]
    fn a_folder_without_a_table_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("README.md"), "x").unwrap();
        assert!(matches!(open(directory.path()), Err(ProgramError::NoTables(_))));
    }
}
