//! Entries on their way from one copy to another.
//!
//! Belongs here: the text of a bundle, one entry on each line, and what a copy holds. Does not
//! belong here: choosing entries and taking them in (`store`), compressing the file (the program).

use std::collections::BTreeMap;
use std::io::BufRead;

use remnant_ground::ObjectKind;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::chain::EntryHash;
use crate::entry::{Entry, EntryKind};
use crate::error::StoreError;

/// What a copy holds, so that another copy can tell what it lacks: for each copy that entries come
/// from some entries up to which none is missing, by number and hash, the last one first and then
/// ever wider apart. Where two holdings part, the last entry that both list is close behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Holding(pub(crate) BTreeMap<String, Vec<(u64, String)>>);

impl Holding {
    /// Holds nothing: what is sent to it is everything.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }
}

/// What taking a bundle in gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Received {
    /// Entries that were not here.
    pub new: u64,
    /// Entries that were here already.
    pub known: u64,
}

/// An entry as a bundle writes it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    origin: String,
    sequence: u64,
    author: String,
    recorded_at: String,
    recorded_on: String,
    kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    object_kind: String,
    subject: String,
    body: String,
    previous: String,
    hash: String,
}

/// An entry as one line of a bundle, with its line end.
///
/// # Errors
/// `NotJson` when it cannot be written.
pub fn write_bundle_line(entry: &Entry) -> Result<String, StoreError> {
    let line = Line {
        id: entry.id.to_string(),
        origin: entry.origin.to_string(),
        sequence: entry.sequence,
        author: entry.author.clone(),
        recorded_at: entry.recorded_at.clone(),
        recorded_on: entry.recorded_on.to_string(),
        kind: entry.kind.word().to_owned(),
        object_kind: entry.object_kind.map(|kind| kind.word().to_owned()).unwrap_or_default(),
        subject: entry.subject.clone(),
        body: entry.body.clone(),
        previous: entry.previous.to_string(),
        hash: entry.hash.to_string(),
    };
    serde_json::to_string(&line)
        .map(|text| text + "\n")
        .map_err(|error| StoreError::NotJson { told: error.to_string() })
}

/// Longest line of a bundle that is read, in bytes: a boundary of a country with all its corners
/// has room in it.
const LONGEST: u64 = 256 << 20;

/// The entries of a bundle, one by one, each with its hash proven.
pub fn read_bundle(mut bundle: impl BufRead) -> impl Iterator<Item = Result<Entry, StoreError>> {
    let mut number = 0;
    let mut ended = false;
    std::iter::from_fn(move || {
        loop {
            if ended {
                return None;
            }
            number += 1;
            let not_an_entry = |told: String| StoreError::NotAnEntry { line: number, told };
            let mut text = Vec::new();
            let read = std::io::Read::take(&mut bundle, LONGEST).read_until(b'\n', &mut text);
            let outcome = match read {
                Err(error) => Err(not_an_entry(error.to_string())),
                Ok(0) => {
                    ended = true;
                    continue;
                }
                Ok(_) if text.last() != Some(&b'\n') => {
                    Err(not_an_entry("the line was cut off".to_owned()))
                }
                Ok(_) if text.iter().all(u8::is_ascii_whitespace) => continue,
                Ok(_) => read_line(&text, number),
            };
            ended = outcome.is_err();
            return Some(outcome);
        }
    })
}

fn read_line(text: &[u8], number: u64) -> Result<Entry, StoreError> {
    let not_an_entry = |told: String| StoreError::NotAnEntry { line: number, told };
    let line: Line =
        serde_json::from_slice(text).map_err(|error| not_an_entry(error.to_string()))?;
    let hash = |text: &str| {
        EntryHash::from_hexadecimal(text)
            .ok_or_else(|| not_an_entry(format!("`{text}` is not a hash")))
    };
    let object_kind = match &*line.object_kind {
        "" => None,
        word => Some(word.parse::<ObjectKind>().map_err(|error| not_an_entry(error.to_string()))?),
    };
    let entry = Entry {
        id: line.id.parse().map_err(|_| not_an_entry(format!("`{}` is not an id", line.id)))?,
        origin: line
            .origin
            .parse::<Uuid>()
            .map_err(|_| not_an_entry(format!("`{}` is not a copy's id", line.origin)))?,
        sequence: line.sequence,
        author: line.author,
        recorded_at: line.recorded_at,
        recorded_on: line
            .recorded_on
            .parse()
            .map_err(|_| not_an_entry(format!("`{}` is not a day", line.recorded_on)))?,
        kind: line
            .kind
            .parse::<EntryKind>()
            .map_err(|_| not_an_entry(format!("`{}` is not a kind of entry", line.kind)))?,
        object_kind,
        subject: line.subject,
        body: line.body,
        previous: hash(&line.previous)?,
        hash: hash(&line.hash)?,
    };
    if EntryHash::of_entry(&entry) != entry.hash {
        return Err(StoreError::Forged { entry: entry.id, origin: entry.origin.to_string() });
    }
    Ok(entry)
}
