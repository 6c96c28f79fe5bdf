//! Entries of other copies, and a store that takes them in.
//!
//! Belongs here: entries whose hashes are right whatever they say, since a changed byte would else
//! be stopped by its hash each time; a store that begins anew. Does not belong here: the text of a
//! bundle, which the target changes byte by byte.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use jiff::civil::{Date, date};
use remnant_store::{Entry, EntryHash, EntryKind, Stamp, Store};
use tempfile::TempDir;
use uuid::Uuid;

/// Entries out of text, one for each line: copy, number, day, kind of entry, kind of thing, what it
/// is about and what it says, with `|` between them. What is no number or day is the next one.
#[must_use]
pub fn entries(text: &str) -> Vec<Entry> {
    let mut chains: HashMap<u8, (u64, EntryHash)> = HashMap::new();
    let mut entries = Vec::new();
    for (number, line) in text.lines().take(40).enumerate() {
        let cells: Vec<&str> = line.splitn(7, '|').collect();
        let [copy, sequence, day, kind, object_kind, subject, body] = cells[..] else { continue };
        let copy = copy.bytes().next().unwrap_or_default() % 4;
        let (last, previous) = chains.get(&copy).copied().unwrap_or((0, EntryHash::NONE));
        let recorded_on: Date = day.parse().unwrap_or(date(2024, 1, 5));
        let id = format!("018cd5e3-c000-7000-8000-{:08x}{number:04x}", last % 0xFFFF);
        let Ok(id) = id.parse() else { continue };
        let Ok(kind) = kind.parse::<EntryKind>() else { continue };
        let mut entry = Entry {
            id,
            origin: Uuid::from_u128(u128::from(copy) + 1),
            sequence: sequence.parse().unwrap_or(last.wrapping_add(1)),
            author: "Ana".to_owned(),
            recorded_at: format!("{recorded_on}T12:00:00.000Z"),
            recorded_on,
            kind,
            object_kind: object_kind.parse().ok(),
            subject: subject.to_owned(),
            body: body.to_owned(),
            previous,
            hash: EntryHash::NONE,
        };
        entry.hash = EntryHash::of_entry(&entry);
        chains.insert(copy, (entry.sequence, entry.hash));
        entries.push(entry);
    }
    entries
}

/// Who takes entries in.
///
/// # Panics
/// Never: the day is the moment's.
#[must_use]
pub fn stamp() -> Stamp {
    let on = date(2024, 1, 9);
    Stamp::new("Cam", on.at(12, 0, 0, 0), on, [3; 10]).expect("a sound stamp")
}

/// A project in a file, which is put back to its beginning after it has changed.
pub struct Project {
    fresh: Vec<u8>,
    path: PathBuf,
    store: Option<Store>,
    _folder: TempDir,
}

impl Project {
    /// A new project; in memory where the system has a folder there.
    ///
    /// # Panics
    /// When no file can be made.
    #[must_use]
    pub fn make() -> Self {
        let folder =
            tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder");
        let path = folder.path().join("project.gpkg");
        drop(Store::create(&path.display().to_string(), &stamp()).expect("a project"));
        let fresh = fs::read(&path).expect("its file");
        Self { fresh, path, store: None, _folder: folder }
    }

    /// The project, open and without an entry.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn store(&mut self) -> &mut Store {
        let path = self.path.display().to_string();
        self.store.get_or_insert_with(|| Store::open(&path).expect("it opens"))
    }

    /// Forgets everything that was entered.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn begin_anew(&mut self) {
        self.store = None;
        for beside in ["-wal", "-shm"] {
            let _not_there = fs::remove_file(format!("{}{beside}", self.path.display()));
        }
        fs::write(&self.path, &self.fresh).expect("the file is written");
    }
}
