//! Writing entries, many at a time, and what follows from them.
//!
//! Belongs here: the rows of the tables that follow from the journal, and writing them all anew. Does
//! not belong here: what follows (`projection`), which entries there are to write (`append`,
//! `exchange`).

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use jiff::civil::Date;
use remnant_ground::ObjectKind;

use super::append::CHUNK;
use super::{Store, read};
use crate::chain::EntryHash;
use crate::database::{Target, Value};
use crate::entry::{Entry, EntryId, EntryKind, Stamp};
use crate::error::StoreError;
use crate::layer::Layer;
use crate::new_entry::{Entered, Revision, SourceDocument, Withdrawn};
use crate::projection::{self, FOREVER, KnownEntry, Projected, Version};
use crate::ready::Ready;

/// Writes entries and what follows from them, many at a time.
pub(super) struct Writer<'s> {
    pub(super) store: &'s mut Store,
    position: i64,
    layers: BTreeSet<String>,
    /// Entries that wait, each with its position. Where the journal holds them already, only what
    /// follows from them is written.
    pending: Vec<(i64, Pending)>,
    in_journal: bool,
    /// Objects whose entries are to be read again.
    stale: BTreeSet<(ObjectKind, String)>,
    /// Objects that `pending` is about, by a short hash. Two with the same hash are taken to be one,
    /// which only costs a question.
    touched: HashSet<u64>,
    hasher: RandomState,
    sources: Vec<Value<'static>>,
}

/// Who recorded an entry and when, and since when it is known here. Many entries share it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RecordedBy {
    pub(super) author: String,
    pub(super) recorded_at: String,
    pub(super) recorded_on: String,
    known_from: String,
}

impl RecordedBy {
    /// What is entered here.
    pub(super) fn stamp(stamp: &Stamp) -> Self {
        let on = stamp.on().to_string();
        Self {
            author: stamp.author().to_owned(),
            recorded_at: stamp.at().to_owned(),
            recorded_on: on.clone(),
            known_from: on,
        }
    }
}

/// An entry on its way into the tables.
pub(super) struct Pending {
    pub(super) by: Arc<RecordedBy>,
    pub(super) id: EntryId,
    /// The number of the copy.
    pub(super) origin: i64,
    pub(super) sequence: u64,
    pub(super) kind: EntryKind,
    pub(super) object_kind: Option<ObjectKind>,
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) previous: EntryHash,
    pub(super) hash: EntryHash,
    /// The object that it enters, where nothing else is known of that object; without id and body,
    /// which stand above.
    pub(super) whole: Option<Box<Ready>>,
}

impl Pending {
    /// An entry as it came, known here from a day.
    pub(super) fn of(entry: Entry, origin: i64, known_from: Date) -> Self {
        let Entry {
            id,
            origin: _,
            sequence,
            author,
            recorded_at,
            recorded_on,
            kind,
            object_kind,
            subject,
            body,
            previous,
            hash,
        } = entry;
        let by = Arc::new(RecordedBy {
            author,
            recorded_at,
            recorded_on: recorded_on.to_string(),
            known_from: known_from.to_string(),
        });
        let whole = None;
        Self { by, id, origin, sequence, kind, object_kind, subject, body, previous, hash, whole }
    }

    fn journal_row(&self, position: i64) -> [Value<'_>; JOURNAL.len()] {
        [
            Value::Whole(position),
            Value::bytes(&self.id.as_bytes()[..]),
            Value::Whole(self.origin),
            Value::from(self.sequence),
            Value::text(&*self.by.author),
            Value::text(&*self.by.recorded_at),
            Value::text(&*self.by.recorded_on),
            Value::text(&*self.by.known_from),
            Value::text(self.kind.word()),
            Value::text(self.object_kind.map_or("", ObjectKind::word)),
            Value::text(&*self.subject),
            Value::text(&*self.body),
            Value::bytes(&self.previous.as_bytes()[..]),
            Value::bytes(&self.hash.as_bytes()[..]),
        ]
    }

    /// The one version of an object that has no other entry.
    fn version<'v>(&'v self, whole: &'v Ready, position: i64) -> Version<'v> {
        let [valid_from, valid_to] = &whole.valid;
        Version {
            known_from: self.by.known_from.as_str().into(),
            known_to: FOREVER.into(),
            valid_from: valid_from.as_deref().map(Into::into),
            valid_to: valid_to.as_deref().map(Into::into),
            withdrawn: false,
            position,
            state: None,
            bounds: None,
        }
    }
}

impl<'s> Writer<'s> {
    pub(super) fn begin(store: &'s mut Store) -> Result<Self, StoreError> {
        let mut position = 0;
        let sql = "SELECT position FROM journal ORDER BY position DESC LIMIT 1";
        store.database.query(sql, &[], &mut |row| {
            position = row.whole(0)?;
            Ok(())
        })?;
        let layers = store.layers()?;
        Ok(Self {
            store,
            position,
            layers,
            pending: Vec::new(),
            in_journal: false,
            stale: BTreeSet::new(),
            touched: HashSet::new(),
            hasher: RandomState::new(),
            sources: Vec::new(),
        })
    }

    /// Whether no entry is about an object of this kind.
    pub(super) fn holds_none(&mut self, kind: ObjectKind) -> Result<bool, StoreError> {
        let mut none = true;
        for sql in [
            "SELECT 1 FROM object_version WHERE kind = $1 LIMIT 1",
            "SELECT 1 FROM journal WHERE kind <> 'object-entered' AND object_kind = $1 LIMIT 1",
        ] {
            self.store.database.query(sql, &[Value::text(kind.word())], &mut |_| {
                none = false;
                Ok(())
            })?;
        }
        Ok(none && self.pending.is_empty())
    }

    fn short(&self, kind: ObjectKind, subject: &str) -> u64 {
        self.hasher.hash_one((kind, subject))
    }

    /// Notes the last entry of a copy.
    pub(super) fn note_origin(
        &mut self,
        number: i64,
        sequence: u64,
        hash: EntryHash,
        greatest: EntryId,
    ) -> Result<(), StoreError> {
        self.store.database.execute(
            "UPDATE origin SET sequence = $1, hash = $2, greatest = $3 WHERE number = $4",
            &[
                Value::from(sequence),
                Value::bytes(hash.as_bytes().to_vec()),
                Value::bytes(greatest.as_bytes().to_vec()),
                Value::Whole(number),
            ],
        )?;
        Ok(())
    }

    /// Writes an entry that is not here yet.
    pub(super) fn write(&mut self, entry: Pending) -> Result<(), StoreError> {
        self.position += 1;
        self.follow(self.position, entry)?;
        if self.pending.len() >= CHUNK {
            self.flush()?;
        }
        Ok(())
    }

    /// Notes an entry and what follows from it; `flush` writes it.
    fn follow(&mut self, position: i64, entry: Pending) -> Result<(), StoreError> {
        let Pending { kind: entry_kind, object_kind, subject, .. } = &entry;
        self.store.note_for_ledger(*entry_kind, *object_kind, subject)?;
        if let (Some(kind), true) = (*object_kind, entry_kind.changes_object()) {
            let short = self.short(kind, subject);
            if !self.touched.insert(short) || entry.whole.is_none() {
                self.stale.insert((kind, subject.clone()));
            }
            // What cannot be read is refused here, before anything rests on it.
            match (&entry.whole, entry_kind) {
                (Some(_), _) => {}
                (None, EntryKind::ObjectEntered) => drop(says::<Entered>(&entry)?),
                (None, EntryKind::ObjectWithdrawn) => drop(says::<Withdrawn>(&entry)?),
                (None, _) => drop(says::<Revision>(&entry)?),
            }
        } else if *entry_kind == EntryKind::SourceAdded {
            let SourceDocument { source, publisher, title, licence, files } = says(&entry)?;
            self.sources.extend([
                Value::Whole(position),
                Value::text(source),
                Value::text(publisher),
                Value::optional(title),
                Value::text(licence),
                Value::text(files.into_keys().collect::<Vec<_>>().join("; ")),
                Value::text(entry.by.recorded_on.clone()),
                Value::text(entry.by.author.clone()),
            ]);
        }
        self.pending.push((position, entry));
        Ok(())
    }

    /// The entries on an object, those not yet written included.
    pub(super) fn entries_on(
        &mut self,
        kind: ObjectKind,
        subject: &str,
    ) -> Result<Vec<KnownEntry>, StoreError> {
        if self.touched.contains(&self.short(kind, subject)) {
            self.flush()?;
        }
        self.store.entries_on(kind, subject)
    }

    /// Writes what was noted.
    pub(super) fn flush(&mut self) -> Result<(), StoreError> {
        let pending = std::mem::take(&mut self.pending);
        if !self.in_journal {
            let rows: Vec<Value<'_>> =
                pending.iter().flat_map(|(position, entry)| entry.journal_row(*position)).collect();
            let target = Target { table: "journal", columns: &JOURNAL, ..Target::default() };
            self.store.database.insert(&target, &rows)?;
        }
        let mut versions: Vec<Value<'_>> = Vec::with_capacity(pending.len() * VERSION.len());
        let mut conflicts = Vec::new();
        let mut layers: BTreeMap<Layer, Vec<Value<'_>>> = BTreeMap::new();
        let stale = std::mem::take(&mut self.stale);
        for (position, entry) in &pending {
            let Some(whole) = &entry.whole else { continue };
            if !stale.is_empty() && stale.contains(&(whole.kind, entry.subject.clone())) {
                continue;
            }
            versions.extend(version_row(whole.kind, *position, entry.version(whole, *position)));
            let geometry = whole.shape.as_ref().and_then(|it| self.store.database.geometry(it));
            whole.layer.put_row(
                geometry,
                *position,
                &entry.subject,
                &whole.cells,
                [&entry.by.recorded_on, &entry.by.author],
                layers.entry(whole.layer).or_default(),
            );
        }
        for (kind, subject) in stale {
            let entries = self.store.entries_on(kind, &subject)?;
            let Some(fid) = entries.iter().map(|entry| entry.position).min() else { continue };
            let Projected { versions: now, current, conflicts: open } =
                projection::project(kind, &subject, entries)?;
            self.forget(kind, fid, &subject)?;
            versions.extend(now.into_iter().flat_map(|version| version_row(kind, fid, version)));
            if let Some(current) = current {
                let (recorded_on, author) = (&current.recorded_on, &current.author);
                let (layer, row) = self.store.layer_row(fid, &current.object, recorded_on, author);
                layers.entry(layer).or_default().extend(row);
            }
            for conflict in open {
                conflicts.extend(read::conflict_row(&conflict)?);
            }
        }
        let target = Target { table: "object_version", columns: &VERSION, ..Target::default() };
        self.store.database.insert(&target, &versions)?;
        let target = Target { table: "conflict", columns: &CONFLICT, ..Target::default() };
        self.store.database.insert(&target, &conflicts)?;
        for (layer, rows) in layers {
            let name = layer.name();
            if self.layers.insert(name.clone()) {
                self.store.database.make_layer(&layer)?;
                let sql = "INSERT INTO remnant_layer (name) VALUES ($1)";
                self.store.database.execute(sql, &[Value::text(name.clone())])?;
            }
            let columns = layer.column_names();
            self.store.database.insert(&layer.target(&name, &columns), &rows)?;
        }
        let target = Target { table: "source", columns: &SOURCE, ..Target::default() };
        self.store.database.insert(&target, &self.sources)?;
        if !self.sources.is_empty() {
            self.store.database.publish_sources()?;
        }
        self.sources.clear();
        self.touched.clear();
        Ok(())
    }

    /// Takes away what stands in the tables about an object.
    fn forget(&mut self, kind: ObjectKind, fid: i64, subject: &str) -> Result<(), StoreError> {
        let database = &mut self.store.database;
        let values = [Value::text(kind.word()), Value::Whole(fid)];
        database.execute("DELETE FROM object_version WHERE kind = $1 AND fid = $2", &values)?;
        // The number of an object is the place of its first entry here. An entry that arrived since
        // has a later place, so the number stays.
        for layer in Layer::all(kind) {
            let name = layer.name();
            if self.layers.contains(&name) {
                let sql = format!("DELETE FROM \"{name}\" WHERE fid = $1");
                database.execute(&sql, &[Value::Whole(fid)])?;
            }
        }
        let values = [Value::text(kind.word()), Value::text(subject.to_owned())];
        database.execute("DELETE FROM conflict WHERE kind = $1 AND subject = $2", &values)?;
        Ok(())
    }
}

/// What an entry says.
fn says<T: serde::de::DeserializeOwned>(entry: &Pending) -> Result<T, StoreError> {
    serde_json::from_str(&entry.body)
        .map_err(|error| StoreError::Body { entry: entry.id, told: error.to_string() })
}

impl Store {
    /// Writes everything that follows from the journal, in place of what stood there.
    pub(crate) fn project_everything(&mut self) -> Result<(), StoreError> {
        for table in ["object_version", "conflict", "source"] {
            self.database.execute(&format!("DELETE FROM {table}"), &[])?;
        }
        let mut writer = Writer::begin(self)?;
        writer.in_journal = true;
        let mut after = 0;
        loop {
            let mut entries: Vec<(i64, Entry, Date, bool)> = Vec::with_capacity(CHUNK);
            let sql = format!(
                "{} WHERE j.position > $1 ORDER BY j.position LIMIT {CHUNK}",
                read::ENTRIES.replace(
                    "j.known_from FROM",
                    "j.known_from, (SELECT count(*) FROM journal k WHERE k.subject = j.subject
                        AND k.object_kind = j.object_kind) FROM"
                )
            );
            writer.store.database.query(&sql, &[Value::Whole(after)], &mut |row| {
                let alone = row.whole(14)? == 1;
                entries.push((row.whole(0)?, read::entry(row)?, super::day(row.text(13)?)?, alone));
                Ok(())
            })?;
            let Some((last, ..)) = entries.last() else { break };
            after = *last;
            for (position, entry, known_from, alone) in entries {
                // The number of the copy does not matter: the journal holds it.
                let mut entry = Pending::of(entry, 0, known_from);
                // An object with one entry is what that entry says.
                if alone && entry.kind == EntryKind::ObjectEntered {
                    let Entered { object, .. } = says(&entry)?;
                    entry.whole = Some(Box::new(Ready::of_kept(object)));
                }
                writer.follow(position, entry)?;
            }
            writer.flush()?;
        }
        Ok(())
    }

    /// The layer of an object and its row in it.
    pub(crate) fn layer_row(
        &self,
        fid: i64,
        object: &remnant_ground::Object,
        recorded_on: &str,
        author: &str,
    ) -> (Layer, Vec<Value<'static>>) {
        let layer = Layer::of(object);
        let geometry = object.place.as_ref().and_then(|place| self.database.geometry(&place.shape));
        (layer, layer.row(geometry, fid, object, recorded_on, author))
    }
}

const JOURNAL: [&str; 14] = [
    "position",
    "id",
    "origin",
    "sequence",
    "author",
    "recorded_at",
    "recorded_on",
    "known_from",
    "kind",
    "object_kind",
    "subject",
    "body",
    "previous",
    "hash",
];

pub(crate) const VERSION: [&str; 13] = [
    "kind",
    "fid",
    "known_from",
    "known_to",
    "valid_from",
    "valid_to",
    "withdrawn",
    "position",
    "state",
    "west",
    "south",
    "east",
    "north",
];

const CONFLICT: [&str; 4] = ["kind", "subject", "field", "writes"];

const SOURCE: [&str; 8] =
    ["fid", "source", "publisher", "title", "licence", "files", "recorded_on", "author"];

/// A version as it stands in its table. The box is there for versions that no layer holds.
pub(crate) fn version_row(
    kind: ObjectKind,
    fid: i64,
    version: Version<'_>,
) -> [Value<'_>; VERSION.len()] {
    let bounds = version.bounds.filter(|_| version.known_to != FOREVER);
    let [west, south, east, north] =
        bounds.map_or([const { Value::Null }; 4], |bounds| bounds.map(Value::Decimal));
    [
        Value::text(kind.word()),
        Value::Whole(fid),
        Value::Text(version.known_from),
        Value::Text(version.known_to),
        Value::optional(version.valid_from),
        Value::optional(version.valid_to),
        Value::Whole(i64::from(version.withdrawn)),
        Value::Whole(version.position),
        Value::optional(version.state),
        west,
        south,
        east,
        north,
    ]
}
