//! Entering: the journal and everything that follows from it, in one transaction.
//!
//! Belongs here: chaining new entries, taking in entries of other copies, and writing what
//! follows. Does not belong here: what follows (`projection`), which entries to send (`exchange`).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use remnant_ground::{Object, ObjectKind};
use uuid::Uuid;

use super::{Store, day, read};
use crate::canonical;
use crate::chain::EntryHash;
use crate::database::{Target, Value};
use crate::entry::{Entry, EntryId, EntryKind, Stamp};
use crate::error::StoreError;
use crate::layer::Layer;
use crate::new_entry::{
    self, Content, Entered, NewEntry, PlaceChange, Revision, SourceDocument, TakenInRow, Withdrawn,
};
use crate::projection::{self, FOREVER, KnownEntry, Projected, Version};

/// Entries that are looked up and written together.
const CHUNK: usize = 1_000;

/// What entering gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// Entries that were written to the journal.
    pub entries: u64,
    /// The last of them.
    pub last: Option<EntryId>,
    /// Things on the ground that were new.
    pub entered: u64,
    /// Things that were there and were changed or withdrawn.
    pub revised: u64,
    /// Rows that were taken in before and say the same.
    pub unchanged: u64,
}

impl Store {
    /// Enters all of these, or none.
    ///
    /// # Errors
    /// The first thing that cannot be entered; then nothing was.
    pub fn append(
        &mut self,
        stamp: &Stamp,
        entries: impl IntoIterator<Item = NewEntry>,
    ) -> Result<Appended, StoreError> {
        self.append_each(stamp, entries.into_iter().map(Ok))
    }

    /// Enters all of these, or none, where getting the next one can fail or be interrupted.
    ///
    /// Memory does not grow with the number of entries.
    ///
    /// # Errors
    /// The first error among the entries, or the first thing that cannot be entered; then nothing
    /// was.
    pub fn append_each<E: From<StoreError>>(
        &mut self,
        stamp: &Stamp,
        entries: impl IntoIterator<Item = Result<NewEntry, E>>,
    ) -> Result<Appended, E> {
        self.write(stamp.at(), |store| store.append_within(stamp, entries))
    }

    /// The same, where a transaction that writes is open already.
    pub(crate) fn append_within<E: From<StoreError>>(
        &mut self,
        stamp: &Stamp,
        entries: impl IntoIterator<Item = Result<NewEntry, E>>,
    ) -> Result<Appended, E> {
        let mut writer = Writer::begin(self)?;
        let mut chain = Chain::begin(&mut writer, stamp)?;
        let mut chunk = Vec::with_capacity(CHUNK);
        for entry in entries {
            chunk.push(entry?.0);
            if chunk.len() == CHUNK {
                chain.enter(&mut writer, std::mem::take(&mut chunk))?;
            }
        }
        chain.enter(&mut writer, chunk)?;
        writer.flush()?;
        chain.end(&mut writer)?;
        Ok(chain.appended)
    }

    /// Writes everything that follows from the journal, in place of what stood there.
    pub(crate) fn project_everything(&mut self) -> Result<(), StoreError> {
        for table in ["object_version", "conflict", "taken_in_row", "source"] {
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
}

/// The chain of this copy, growing.
struct Chain<'s> {
    stamp: &'s Stamp,
    number: i64,
    origin: Uuid,
    sequence: u64,
    previous: EntryHash,
    next: EntryId,
    last: Option<EntryId>,
    appended: Appended,
}

impl<'s> Chain<'s> {
    fn begin(writer: &mut Writer<'_>, stamp: &'s Stamp) -> Result<Self, StoreError> {
        let mut own = None;
        let mut greatest: Option<EntryId> = None;
        let sql = "SELECT number, id, own, sequence, hash, greatest FROM origin";
        writer.store.database.query(sql, &[], &mut |row| {
            greatest = greatest.max(Some(EntryId::from_slice(row.bytes(5)?)?));
            if row.whole(2)? == 1 {
                let hash = EntryHash::from_slice(row.bytes(4)?)?;
                own = Some((row.whole(0)?, read::uuid(row.bytes(1)?)?, row.count(3)?, hash));
            }
            Ok(())
        })?;
        let (number, origin, sequence, previous) =
            own.ok_or_else(|| StoreError::damaged("the project does not know which copy it is"))?;
        Ok(Self {
            stamp,
            number,
            origin,
            sequence,
            previous,
            next: stamp.first_id(greatest),
            last: None,
            appended: Appended::default(),
        })
    }

    fn end(&mut self, writer: &mut Writer<'_>) -> Result<(), StoreError> {
        let Some(last) = self.last else { return Ok(()) };
        self.appended.last = Some(last);
        writer.note_origin(self.number, self.sequence, self.previous, last)
    }

    /// Writes an entry to the journal.
    fn push(
        &mut self,
        writer: &mut Writer<'_>,
        kind: EntryKind,
        object_kind: Option<ObjectKind>,
        subject: String,
        body: String,
        whole: Option<(Object, Option<TakenInRow>)>,
    ) -> Result<(), StoreError> {
        self.sequence += 1;
        let mut entry = Entry {
            id: self.next,
            origin: self.origin,
            sequence: self.sequence,
            author: self.stamp.author().to_owned(),
            recorded_at: self.stamp.at().to_owned(),
            recorded_on: self.stamp.on(),
            kind,
            object_kind,
            subject,
            body,
            previous: self.previous,
            hash: EntryHash::NONE,
        };
        entry.hash = EntryHash::of_entry(&entry);
        self.previous = entry.hash;
        self.last = Some(self.next);
        self.next = self.next.next();
        self.appended.entries += 1;
        writer.write(self.number, entry, self.stamp.on(), whole)
    }

    fn enter(&mut self, writer: &mut Writer<'_>, chunk: Vec<Content>) -> Result<(), StoreError> {
        let mut subjects: BTreeMap<ObjectKind, Vec<&str>> = BTreeMap::new();
        let mut rows: BTreeMap<ObjectKind, Vec<&TakenInRow>> = BTreeMap::new();
        for content in &chunk {
            let (kind, id) = match content {
                Content::Entered { object } => (object.kind, &object.id),
                Content::TakenIn { object, row } => {
                    rows.entry(object.kind).or_default().push(row);
                    (object.kind, &object.id)
                }
                Content::Revised { kind, id, .. } | Content::Withdrawn { kind, id, .. } => {
                    (*kind, id)
                }
                Content::Plain { .. } => continue,
            };
            subjects.entry(kind).or_default().push(id.as_str());
        }
        let mut known: HashSet<(ObjectKind, String)> = HashSet::new();
        let mut hashes: HashMap<(ObjectKind, String, String), String> = HashMap::new();
        for (kind, subjects) in subjects {
            let there = writer.store.database.known_subjects(kind, &subjects)?;
            known.extend(there.into_iter().map(|subject| (kind, subject)));
        }
        for (kind, rows) in rows {
            let there = writer.store.database.known_rows(kind, &rows)?;
            hashes.extend(there.into_iter().map(|((source, id), hash)| ((kind, source, id), hash)));
        }
        for content in chunk {
            match content {
                Content::Plain { kind, about, subject, body } => {
                    self.push(writer, kind, about, subject, body, None)?;
                }
                Content::Entered { object } => {
                    let known = !known.insert((object.kind, object.id.as_str().to_owned()));
                    self.enter_object(writer, object, None, known)?;
                }
                Content::TakenIn { object, row } => {
                    let key = (object.kind, row.source.clone(), row.id.clone());
                    if hashes.get(&key) == Some(&row.hash) {
                        self.appended.unchanged += 1;
                        continue;
                    }
                    hashes.insert(key, row.hash.clone());
                    let known = !known.insert((object.kind, object.id.as_str().to_owned()));
                    self.take_in(writer, object, row, known)?;
                }
                Content::Revised { kind, id, revision, settles } => {
                    for (name, value) in &revision.fields {
                        new_entry::refuse_field(kind, id.as_str(), name, value.as_ref())?;
                    }
                    if let PlaceChange::To(place) = &revision.place {
                        new_entry::refuse_place(kind, id.as_str(), place)?;
                    }
                    let entries = writer.entries_on(kind, id.as_str())?;
                    self.revise(writer, kind, id.as_str(), revision, settles, &entries)?;
                }
                Content::Withdrawn { kind, id, mut withdrawn } => {
                    let entries = writer.entries_on(kind, id.as_str())?;
                    if entries.is_empty() {
                        return Err(StoreError::NoSuchObject { kind, id: id.to_string() });
                    }
                    if withdrawn.based_on.is_empty() {
                        withdrawn.based_on = projection::heads(&entries)?;
                    }
                    self.appended.revised += 1;
                    let body = new_entry::canonical_body(&withdrawn)?;
                    let subject = id.as_str().to_owned();
                    self.push(writer, EntryKind::ObjectWithdrawn, Some(kind), subject, body, None)?;
                }
            }
        }
        Ok(())
    }

    fn enter_object(
        &mut self,
        writer: &mut Writer<'_>,
        object: Object,
        row: Option<TakenInRow>,
        known: bool,
    ) -> Result<(), StoreError> {
        new_entry::keepable(&object)?;
        let mut based_on = Vec::new();
        if known {
            let entries = writer.entries_on(object.kind, object.id.as_str())?;
            based_on = projection::heads(&entries)?.iter().map(ToString::to_string).collect();
            self.appended.revised += 1;
        } else {
            self.appended.entered += 1;
        }
        let body = canonical::of_object(&object, row.as_ref(), &based_on)
            .map_err(|error| StoreError::NotJson { told: error.to_string() })?;
        let (kind, subject) = (object.kind, object.id.as_str().to_owned());
        let whole = (!known).then_some((object, row));
        self.push(writer, EntryKind::ObjectEntered, Some(kind), subject, body, whole)
    }

    /// A row that was not taken in before, or says something else than it did.
    fn take_in(
        &mut self,
        writer: &mut Writer<'_>,
        object: Object,
        row: TakenInRow,
        known: bool,
    ) -> Result<(), StoreError> {
        if !known {
            return self.enter_object(writer, object, Some(row), false);
        }
        new_entry::keepable(&object)?;
        let entries = writer.entries_on(object.kind, object.id.as_str())?;
        let Some((now, _, _)) = projection::latest(entries.clone())? else {
            return self.enter_object(writer, object, Some(row), true);
        };
        // Where nothing that we keep has changed, the new hash is kept all the same: the next time
        // the row is known.
        let mut revision = new_entry::difference(&now, &object).unwrap_or_default();
        revision.row = Some(row);
        let id = object.id.as_str();
        self.revise(writer, object.kind, id, revision, false, &entries)
    }

    fn revise(
        &mut self,
        writer: &mut Writer<'_>,
        kind: ObjectKind,
        id: &str,
        mut revision: Revision,
        settles: bool,
        entries: &[KnownEntry],
    ) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Err(StoreError::NoSuchObject { kind, id: id.to_owned() });
        }
        if revision.based_on.is_empty() {
            revision.based_on = projection::heads(entries)?;
        }
        self.appended.revised += 1;
        let body = new_entry::canonical_body(&revision)?;
        let entry_kind =
            if settles { EntryKind::ConflictResolved } else { EntryKind::ObjectRevised };
        self.push(writer, entry_kind, Some(kind), id.to_owned(), body, None)
    }
}

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
    rows: Vec<Vec<Value<'static>>>,
    sources: Vec<Vec<Value<'static>>>,
}

struct Fresh {
    object: Object,
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
            rows: Vec::new(),
            sources: Vec::new(),
        })
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
            let row = match (&whole, entry.kind) {
                (Some((_, row)), _) => row.clone(),
                (None, EntryKind::ObjectEntered) => entry.says::<Entered>()?.row,
                (None, EntryKind::ObjectWithdrawn) => {
                    entry.says::<Withdrawn>()?;
                    None
                }
                (None, _) => entry.says::<Revision>()?.row,
            };
            if let Some(row) = row {
                self.rows.push(vec![
                    Value::text(kind.word()),
                    Value::text(row.source),
                    Value::text(row.id),
                    Value::text(row.hash),
                    Value::text(entry.subject.clone()),
                    Value::bytes(entry.id.as_bytes().to_vec()),
                ]);
            }
            if let Some((object, _)) = whole {
                self.fresh.push(Fresh {
                    object,
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
    fn entries_on(
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
        let target = Target {
            table: "taken_in_row",
            columns: &TAKEN_IN,
            or_else: Some(
                "ON CONFLICT (kind, source, source_id) DO UPDATE SET
                    row_hash = excluded.row_hash, subject = excluded.subject,
                    entry = excluded.entry
                 WHERE excluded.entry > taken_in_row.entry",
            ),
            ..Target::default()
        };
        self.store.database.insert(&target, &self.rows)?;
        self.rows.clear();
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

const TAKEN_IN: [&str; 6] = ["kind", "source", "source_id", "row_hash", "subject", "entry"];

const SOURCE: [&str; 8] =
    ["fid", "source", "publisher", "title", "licence", "files", "recorded_on", "author"];

/// A version as it stands in its table. The box is there for versions that no layer holds.
pub(crate) fn version_row(kind: ObjectKind, fid: i64, version: Version) -> Vec<Value<'static>> {
    let bounds = version.bounds.filter(|_| version.known_to != FOREVER);
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
    ]
}
