//! Printing to the terminal.
//!
//! Belongs here: standard output and its faults. Does not belong here: what is said.

use std::io::{self, Write};
use std::process::ExitCode;

use remnant_publish::answer::Answer;
use remnant_publish::text;
use remnant_record::AsOf;

use crate::error::ProgramError;

/// Writes to standard output. A reader that has seen enough (`remnant sources | head`) is no error.
pub(crate) fn bytes(bytes: &[u8]) -> Result<ExitCode, ProgramError> {
    match io::stdout().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(ProgramError::Unwritable { path: "standard output".to_owned(), source: error })
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Prints a line.
pub(crate) fn line(words: &str) -> Result<ExitCode, ProgramError> {
    bytes(text::printable(&format!("{words}\n")).as_bytes())
}

/// Prints an answer about a project, as text or as JSON, with its two days.
pub(crate) fn answer(answer: &Answer, as_of: AsOf, json: bool) -> Result<ExitCode, ProgramError> {
    if json {
        return bytes(format!("{:#}\n", answer.project_json(as_of)).as_bytes());
    }
    bytes(
        format!(
            "{}\nOn {}, as known by {}.\n",
            text::text(&answer.document, text::WIDTH),
            as_of.on,
            as_of.known_by
        )
        .as_bytes(),
    )
}
