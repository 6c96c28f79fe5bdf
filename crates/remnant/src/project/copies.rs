//! Copies of a project that worked apart, brought together again.
//!
//! Belongs here: bundles as files. Does not belong here: what the union of two journals is
//! (`remnant-store`).

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use remnant_store::{Holding, StoreError, read_bundle, write_bundle_line};

use crate::command::project::{BundleCommand, Desk};
use crate::error::ProgramError;
use crate::print;
use crate::project::new_file::NewFile;

/// Writes or takes in a bundle, or lists conflicts.
pub(crate) fn bundle(command: BundleCommand) -> Result<ExitCode, ProgramError> {
    match command {
        BundleCommand::Holding { desk } => {
            let holding = desk.open()?.holding()?;
            let holding = serde_json::to_value(&holding).map_err(ProgramError::NotJson)?;
            print::bytes(format!("{holding:#}\n").as_bytes())
        }
        BundleCommand::Give { file, holding, desk } => give(&desk, &file, holding.as_deref()),
        BundleCommand::Take { file, desk } => take(&desk, &file),
        BundleCommand::Conflicts { desk } => conflicts(&desk),
    }
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> ProgramError + '_ {
    |source| ProgramError::Unreadable { path: path.display().to_string(), source }
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> ProgramError + '_ {
    |source| ProgramError::Unwritable { path: path.display().to_string(), source }
}

fn give(desk: &Desk, path: &Path, holding: Option<&Path>) -> Result<ExitCode, ProgramError> {
    let mut store = desk.open()?;
    let holding = match holding {
        None => Holding::nothing(),
        Some(told) => {
            let text = fs::read_to_string(told).map_err(unreadable(told))?;
            serde_json::from_str(&text).map_err(|fault| ProgramError::NotAHolding {
                path: told.display().to_string(),
                told: fault.to_string(),
            })?
        }
    };
    if path.exists() {
        return Err(unwritable(path)(io::ErrorKind::AlreadyExists.into()));
    }
    // Half a bundle would look like a whole one.
    let mut new = NewFile::at(path)?;
    let mut file = BufWriter::new(new.file());
    let mut entries: u64 = 0;
    let mut fault = None;
    let given = store.bundle(&holding, |entry| {
        entries += 1;
        let line = write_bundle_line(entry)?;
        file.write_all(line.as_bytes()).map_err(|error| {
            let told = error.to_string();
            fault = Some(error);
            StoreError::FileUnreadable { name: path.display().to_string(), told }
        })
    });
    if let Some(error) = fault {
        return Err(unwritable(path)(error));
    }
    given?;
    file.flush().map_err(unwritable(path))?;
    drop(file);
    new.keep_as_new()?;
    print::line(&format!("Wrote {entries} entries to {}.", path.display()))
}

fn take(desk: &Desk, path: &Path) -> Result<ExitCode, ProgramError> {
    let stamp = desk.stamp()?;
    let mut store = desk.open()?;
    let file = File::open(path).map_err(unreadable(path))?;
    let received = store.receive(&stamp, read_bundle(BufReader::new(file)))?;
    let mut told = format!("{} entries were new, {} were here.", received.new, received.known);
    let conflicts = store.conflicts()?.len();
    if conflicts > 0 {
        told.push_str(&format!(
            "\n{conflicts} fields were changed in two copies; `remnant bundle conflicts` lists them."
        ));
    }
    print::line(&told)
}

fn conflicts(desk: &Desk) -> Result<ExitCode, ProgramError> {
    let conflicts = desk.open()?.conflicts()?;
    if conflicts.is_empty() {
        return print::line("No two changes contradict one another.");
    }
    let mut lines = Vec::new();
    for conflict in conflicts {
        lines.push(format!("{} {}, `{}`:", conflict.kind, conflict.id, conflict.field));
        for write in conflict.writes {
            lines.push(format!("  {} by entry {}", write.value, write.entry));
        }
    }
    lines.push("The last one shows until `remnant enter` settles it with a new value.".to_owned());
    print::line(&lines.join("\n"))
}
