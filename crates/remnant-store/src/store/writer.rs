//! Writing entries, many at a time, and what follows from them.
//!
//! Belongs here: the rows of the tables that follow from the journal, and writing them all anew. Does
//! not belong here: what follows (`projection`), which entries there are to write (`append`,
//! `exchange`).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::civil::Date;
use remnant_ground::{Object, ObjectKind};

use super::append::CHUNK;
use super::{Store, day, read};
use crate::chain::EntryHash;
use crate::database::{Target, Value};
use crate::entry::{Entry, EntryId, EntryKind};
use crate::error::StoreError;
use crate::layer::Layer;
use crate::new_entry::{Entered, Revision, SourceDocument, TakenInRow, Withdrawn};
use crate::projection::{self, FOREVER, KnownEntry, Projected, Version};

/// Writes entries and what follows from them, many at a time.
pub(super) struct Writer<'s> {
    pub(super) store: &'s mut Store,
    position: i64,
    layers: BTreeSet<String>,
    journal: Vec<Vec<Value<'static>>>,
    /// Objects that have no entry but the one in `journal`.
    fresh: Vec<Fresh>,
    /// Objects whose entries are to be read again.
    stale: BTreeSet<(ObjectKind, String)>,
    touched: HashSet<(ObjectKind, String)>,
    sources: Vec<Vec<Value<'static>>>,
}

struct Fresh {
    object: Object,
    row_hash: Option<String>,
    position: i64,
    known_from: String,
    recorded_on: String,
    author: String,
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
            journal: Vec::new(),
            fresh: Vec::new(),
            stale: BTreeSet::new(),
            touched: HashSet::new(),
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
        Ok(none && self.journal.is_empty())
    }

    fn touched(&self, kind: ObjectKind, subject: &str) -> bool {
        self.touched.contains(&(kind, subject.to_owned()))
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

    /// Writes an entry that is not here yet, known here from a day. `whole` is the object that it
    /// enters, where nothing else is known of that object.
    pub(super) fn write(
        &mut self,
        origin: i64,
        entry: Entry,
        known_from: Date,
        whole: Option<(Object, Option<TakenInRow>)>,
    ) -> Result<(), StoreError> {
        self.position += 1;
        self.follow(self.position, &entry, known_from, whole)?;
        self.journal.push(vec![
            Value::Whole(self.position),
            Value::bytes(entry.id.as_bytes().to_vec()),
            Value::Whole(origin),
            Value::from(entry.sequence),
            Value::text(entry.author),
            Value::text(entry.recorded_at),
            Value::text(entry.recorded_on.to_string()),
            Value::text(known_from.to_string()),
            Value::text(entry.kind.word()),
            Value::text(entry.object_kind.map_or("", ObjectKind::word)),
            Value::text(entry.subject),
            Value::text(entry.body),
            Value::bytes(entry.previous.as_bytes().to_vec()),
            Value::bytes(entry.hash.as_bytes().to_vec()),
        ]);
        if self.journal.len() >= CHUNK {
            self.flush()?;
        }
        Ok(())
    }

    /// Notes what follows from an entry; `flush` writes it.
    fn follow(
        &mut self,
        position: i64,
        entry: &Entry,
        known_from: Date,
        whole: Option<(Object, Option<TakenInRow>)>,
    ) -> Result<(), StoreError> {
        self.store.note_for_ledger(entry)?;
        if let (Some(kind), true) = (entry.object_kind, entry.kind.changes_object()) {
            if !self.touched.insert((kind, entry.subject.clone())) || whole.is_none() {
                self.stale.insert((kind, entry.subject.clone()));
            }
            // What cannot be read is refused here, before anything rests on it.
            match (&whole, entry.kind) {
                (Some(_), _) => {}
                (None, EntryKind::ObjectEntered) => drop(entry.says::<Entered>()?),
                (None, EntryKind::ObjectWithdrawn) => drop(entry.says::<Withdrawn>()?),
                (None, _) => drop(entry.says::<Revision>()?),
            }
            if let Some((object, row)) = whole {
                self.fresh.push(Fresh {
                    object,
                    row_hash: row.map(|row| row.hash),
                    position,
                    known_from: known_from.to_string(),
                    recorded_on: entry.recorded_on.to_string(),
                    author: entry.author.clone(),
                });
            }
        } else if entry.kind == EntryKind::SourceAdded {
            let SourceDocument { source, publisher, title, licence, files } = entry.says()?;
            self.sources.push(vec![
                Value::Whole(position),
                Value::text(source),
                Value::text(publisher),
                Value::optional(title),
                Value::text(licence),
                Value::text(files.into_keys().collect::<Vec<_>>().join("; ")),
                Value::text(entry.recorded_on.to_string()),
                Value::text(entry.author.clone()),
            ]);
        }
        Ok(())
    }

    /// The entries on an object, those not yet written included.
    pub(super) fn entries_on(
        &mut self,
        kind: ObjectKind,
        subject: &str,
    ) -> Result<Vec<KnownEntry>, StoreError> {
        if self.touched(kind, subject) {
            self.flush()?;
        }
        self.store.entries_on(kind, subject)
    }

    /// Writes what was noted.
    pub(super) fn flush(&mut self) -> Result<(), StoreError> {
        let journal = Target { table: "journal", columns: &JOURNAL, ..Target::default() };
        self.store.database.insert(&journal, &self.journal)?;
        self.journal.clear();
        let mut versions = Vec::with_capacity(self.fresh.len());
        let mut conflicts = Vec::new();
        let mut layers: BTreeMap<Layer, Vec<Vec<Value<'static>>>> = BTreeMap::new();
        for fresh in std::mem::take(&mut self.fresh) {
            let kind = fresh.object.kind;
            if self.stale.contains(&(kind, fresh.object.id.as_str().to_owned())) {
                continue;
            }
            let (valid_from, valid_to) = projection::valid_days(&fresh.object);
            let version = Version {
                known_from: fresh.known_from,
                known_to: FOREVER.to_owned(),
                valid_from,
                valid_to,
                withdrawn: false,
                position: fresh.position,
                state: None,
                bounds: None,
                row_hash: fresh.row_hash,
            };
            versions.push(version_row(kind, fresh.position, version));
            let (layer, row) =
                self.layer_row(fresh.position, &fresh.object, &fresh.recorded_on, &fresh.author);
            layers.entry(layer).or_default().push(row);
        }
        for (kind, subject) in std::mem::take(&mut self.stale) {
            let entries = self.store.entries_on(kind, &subject)?;
            let Some(fid) = entries.iter().map(|entry| entry.position).min() else { continue };
            let Projected { versions: now, current, conflicts: open } =
                projection::project(kind, &subject, entries)?;
            self.forget(kind, fid, &subject)?;
            versions.extend(now.into_iter().map(|version| version_row(kind, fid, version)));
            if let Some(current) = current {
                let (layer, row) =
                    self.layer_row(fid, &current.object, &current.recorded_on, &current.author);
                layers.entry(layer).or_default().push(row);
            }
            for conflict in open {
                conflicts.push(read::conflict_row(&conflict)?);
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

    fn layer_row(
        &self,
        fid: i64,
        object: &Object,
        recorded_on: &str,
        author: &str,
    ) -> (Layer, Vec<Value<'static>>) {
        self.store.layer_row(fid, object, recorded_on, author)
    }
}

impl Store {
    /// Writes everything that follows from the journal, in place of what stood there.
    pub(crate) fn project_everything(&mut self) -> Result<(), StoreError> {
        for table in ["object_version", "conflict", "source"] {
            self.database.execute(&format!("DELETE FROM {table}"), &[])?;
        }
        let mut writer = Writer::begin(self)?;
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
                entries.push((row.whole(0)?, read::entry(row)?, day(row.text(13)?)?, alone));
                Ok(())
            })?;
            let Some((last, ..)) = entries.last() else { break };
            after = *last;
            for (position, entry, known_from, alone) in entries {
                // An object with one entry is what that entry says.
                let whole = if alone && entry.kind == EntryKind::ObjectEntered {
                    let Entered { object, row, .. } = entry.says()?;
                    Some((object, row))
                } else {
                    None
                };
                writer.follow(position, &entry, known_from, whole)?;
            }
            writer.flush()?;
        }
        Ok(())
    }

    /// The layer of an object and its row in it.
    pub(crate) fn layer_row(
        &self,
        fid: i64,
        object: &Object,
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

pub(crate) const VERSION: [&str; 14] = [
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
    "row_hash",
];

const CONFLICT: [&str; 4] = ["kind", "subject", "field", "writes"];

const SOURCE: [&str; 8] =
    ["fid", "source", "publisher", "title", "licence", "files", "recorded_on", "author"];

/// A version as it stands in its table. The box is there for versions that no layer holds, the hash of
/// the row for the last one: it is asked for when the row comes again.
pub(crate) fn version_row(kind: ObjectKind, fid: i64, version: Version) -> Vec<Value<'static>> {
    let is_last = version.known_to == FOREVER;
    let bounds = version.bounds.filter(|_| !is_last);
    let [west, south, east, north] =
        bounds.map_or([const { Value::Null }; 4], |bounds| bounds.map(Value::Decimal));
    vec![
        Value::text(kind.word()),
        Value::Whole(fid),
        Value::text(version.known_from),
        Value::text(version.known_to),
        Value::optional(version.valid_from),
        Value::optional(version.valid_to),
        Value::Whole(i64::from(version.withdrawn)),
        Value::Whole(version.position),
        Value::optional(version.state),
        west,
        south,
        east,
        north,
        Value::optional(version.row_hash.filter(|_| is_last)),
    ]
}
