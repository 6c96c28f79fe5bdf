//! Keys for personal data.
//!
//! Belongs here: making a key file and reading it. Does not belong here: sealing and opening
//! (`remnant-store`).

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use remnant_store::{PersonalKey, StoreError};

use crate::command::project::KeyCommand;
use crate::error::ProgramError;
use crate::print;

/// What the first line of a key file says.
const FIRST_LINE: &str = "remnant personal data key 1";

/// Makes a key in a file that only its owner may read.
pub(crate) fn key(command: KeyCommand) -> Result<ExitCode, ProgramError> {
    let KeyCommand::New { file } = command;
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| ProgramError::NoRandomness(error.to_string()))?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let unwritable = |source| ProgramError::Unwritable { path: file.display().to_string(), source };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(&file).map_err(unwritable)?;
    opened.write_all(format!("{FIRST_LINE}\n{digits}\n").as_bytes()).map_err(unwritable)?;
    print::line(&format!(
        "Wrote the key {} to {}. Keep a copy apart from the project: without it the personal data \
         kept under it cannot be read by anybody.",
        PersonalKey::new(bytes).id(),
        file.display()
    ))
}

/// 24 random bytes, new each time something is sealed.
///
/// # Errors
/// When the machine has no randomness.
pub(super) fn nonce() -> Result<[u8; 24], StoreError> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::CannotSeal(error.to_string()))?;
    Ok(bytes)
}

/// The key of a file.
///
/// # Errors
/// When the file cannot be read or holds no key.
pub(super) fn of(path: &Path) -> Result<PersonalKey, ProgramError> {
    let shown = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|source| ProgramError::Unreadable { path: shown.clone(), source })?;
    let digits = text.strip_prefix(FIRST_LINE).map(str::trim);
    let byte = |at: usize| {
        digits.and_then(|d| d.get(2 * at..2 * at + 2)).and_then(|b| u8::from_str_radix(b, 16).ok())
    };
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    bytes
        .filter(|_| digits.is_some_and(|digits| digits.len() == 64))
        .and_then(|bytes| bytes.try_into().ok())
        .map(PersonalKey::new)
        .ok_or(ProgramError::NotAKey(shown))
}
