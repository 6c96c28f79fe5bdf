//! Entering: the journal and everything that follows from it, in one transaction.
//!
//! Belongs here: what is new, changed or known already, and the chain of this copy. Does not belong
//! here: writing entries and what follows from them (`writer`), taking in entries of other copies
//! (`exchange`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use remnant_ground::ObjectKind;
use uuid::Uuid;

use super::writer::{Pending, RecordedBy, Writer};
use super::{Store, read};
use crate::canonical;
use crate::chain::{EntryHash, Hashed};
use crate::entry::{EntryId, EntryKind, Stamp};
use crate::error::StoreError;
use crate::new_entry::{self, Content, NewEntry, PlaceChange, Revision};
use crate::projection::{self, KnownEntry};
use crate::ready::Ready;

/// Entries that are looked up and written together.
pub(super) const CHUNK: usize = 1_000;

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
        // The author is the same in all of them.
        new_entry::refuse_nul_author(EntryKind::ObjectEntered, "", stamp.author())?;
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
}

/// The chain of this copy, growing.
struct Chain {
    by: Arc<RecordedBy>,
    number: i64,
    origin: Uuid,
    sequence: u64,
    previous: EntryHash,
    next: EntryId,
    last: Option<EntryId>,
    known: Known,
    appended: Appended,
}

impl Chain {
    fn begin(writer: &mut Writer<'_>, stamp: &Stamp) -> Result<Self, StoreError> {
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
            by: Arc::new(RecordedBy::stamp(stamp)),
            number,
            origin,
            sequence,
            previous,
            next: stamp.first_id(greatest),
            last: None,
            known: Known::default(),
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
    ) -> Result<(), StoreError> {
        new_entry::refuse_nul(kind, object_kind, &subject, &body)?;
        self.write(writer, kind, object_kind, subject, body, None)
    }

    fn write(
        &mut self,
        writer: &mut Writer<'_>,
        kind: EntryKind,
        object_kind: Option<ObjectKind>,
        subject: String,
        body: String,
        whole: Option<Box<Ready>>,
    ) -> Result<(), StoreError> {
        self.sequence += 1;
        let previous = self.previous;
        self.previous = Hashed {
            previous: &previous,
            id: &self.next,
            origin: &self.origin,
            sequence: self.sequence,
            author: &self.by.author,
            recorded_at: &self.by.recorded_at,
            recorded_on: &self.by.recorded_on,
            kind,
            object_kind,
            subject: &subject,
            body: &body,
        }
        .hash();
        let entry = Pending {
            by: Arc::clone(&self.by),
            id: self.next,
            origin: self.number,
            sequence: self.sequence,
            kind,
            object_kind,
            subject,
            body,
            previous,
            hash: self.previous,
            whole,
        };
        self.last = Some(self.next);
        self.next = self.next.next();
        self.appended.entries += 1;
        writer.write(entry)
    }

    fn enter(&mut self, writer: &mut Writer<'_>, chunk: Vec<Content>) -> Result<(), StoreError> {
        self.known.look_up(writer, &chunk)?;
        for content in chunk {
            match content {
                Content::Plain { kind, about, subject, body } => {
                    self.push(writer, kind, about, subject, body)?;
                }
                Content::Refused(refusal) => return Err(*refusal),
                Content::Whole(ready) => match self.known.before(writer, &ready)? {
                    None => self.enter_new(writer, ready)?,
                    Some(before) if before.is_some() && ready.row_hash == before => {
                        self.appended.unchanged += 1
                    }
                    Some(_) => self.enter_again(writer, &ready)?,
                },
                Content::Revised { kind, id, revision, settles } => {
                    for (name, value) in &revision.fields {
                        new_entry::refuse_field(kind, id.as_str(), name, value.as_ref())?;
                    }
                    if let PlaceChange::To(place) = &revision.place {
                        new_entry::refuse_place(kind, id.as_str(), place)?;
                    }
                    let entries = writer.entries_on(kind, id.as_str())?;
                    self.revise(writer, kind, id.as_str(), *revision, settles, &entries)?;
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
                    self.push(writer, EntryKind::ObjectWithdrawn, Some(kind), subject, body)?;
                }
            }
        }
        Ok(())
    }

    fn enter_new(
        &mut self,
        writer: &mut Writer<'_>,
        mut ready: Box<Ready>,
    ) -> Result<(), StoreError> {
        self.appended.entered += 1;
        let (kind, subject) = (ready.kind, std::mem::take(&mut ready.id));
        let body = std::mem::take(&mut ready.body);
        self.write(writer, EntryKind::ObjectEntered, Some(kind), subject, body, Some(ready))
    }

    /// An object that has entries, from a person, or from a row that says something else than it did.
    fn enter_again(&mut self, writer: &mut Writer<'_>, ready: &Ready) -> Result<(), StoreError> {
        let (object, row) = ready.object()?;
        let entries = writer.entries_on(object.kind, object.id.as_str())?;
        if let (Some(row), Some((now, _, _))) = (&row, projection::latest(entries.clone())?) {
            // Where nothing that we keep has changed, the new hash is kept all the same: the next
            // time the row is known.
            let mut revision = new_entry::difference(&now, &object).unwrap_or_default();
            revision.row = Some(row.clone());
            let id = object.id.as_str();
            return self.revise(writer, object.kind, id, revision, false, &entries);
        }
        let based_on: Vec<String> =
            projection::heads(&entries)?.iter().map(ToString::to_string).collect();
        self.appended.revised += 1;
        let body = canonical::of_object(&object, row.as_ref(), &based_on)
            .map_err(|error| StoreError::NotJson { told: error.to_string() })?;
        let subject = object.id.as_str().to_owned();
        self.push(writer, EntryKind::ObjectEntered, Some(object.kind), subject, body)
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
        self.push(writer, entry_kind, Some(kind), id.to_owned(), body)
    }
}

/// Which things have entries already, and the hash of the row that each was last taken in from.
#[derive(Default)]
struct Known {
    /// What was found for the entries that are entered now.
    found: HashMap<(ObjectKind, String), Option<String>>,
    /// Kinds of which the journal held nothing, each with a short hash of every subject since: where
    /// there is none of it, nothing needs to be looked up. A short hash met twice is.
    fresh: BTreeMap<ObjectKind, HashSet<u64>>,
    /// Kinds of which it held something.
    old: HashSet<ObjectKind>,
    hasher: RandomState,
}

/// Subjects that are remembered of a kind; with more, and before many are entered, they are looked
/// up.
const REMEMBERED: usize = 3_500_000;

impl Known {
    /// Looks up what is known of the things that these contents are about.
    fn look_up(&mut self, writer: &mut Writer<'_>, chunk: &[Content]) -> Result<(), StoreError> {
        self.found.clear();
        let mut subjects: BTreeMap<ObjectKind, Vec<&str>> = BTreeMap::new();
        for content in chunk {
            if let Content::Whole(ready) = content {
                subjects.entry(ready.kind).or_default().push(&ready.id);
            }
        }
        for (kind, subjects) in subjects {
            if self.fresh.get(&kind).is_some_and(|seen| seen.len() > REMEMBERED) {
                self.fresh.remove(&kind);
                self.old.insert(kind);
            }
            if self.fresh.contains_key(&kind) {
                continue;
            }
            if subjects.len() > CHUNK / 2 && !self.old.contains(&kind) {
                if writer.holds_none(kind)? {
                    self.fresh.insert(kind, HashSet::new());
                    continue;
                }
                self.old.insert(kind);
            }
            writer.flush()?;
            let there = writer.store.known(kind, &subjects)?;
            self.found.extend(there.into_iter().map(|(subject, hash)| ((kind, subject), hash)));
        }
        Ok(())
    }

    /// Whether the thing has entries, and the hash of its row; from here on it has one, by this row.
    fn before(
        &mut self,
        writer: &mut Writer<'_>,
        ready: &Ready,
    ) -> Result<Option<Option<String>>, StoreError> {
        let (kind, subject) = (ready.kind, ready.id.as_str());
        if let Some(seen) = self.fresh.get_mut(&kind) {
            if seen.insert(self.hasher.hash_one(subject)) {
                return Ok(None);
            }
            writer.flush()?;
            return Ok(writer.store.known(kind, &[subject])?.remove(subject));
        }
        let known = self.found.entry((kind, subject.to_owned()));
        let hash = ready.row_hash.clone();
        Ok(match known {
            std::collections::hash_map::Entry::Vacant(none) => {
                none.insert(hash);
                None
            }
            std::collections::hash_map::Entry::Occupied(mut there) => {
                let before = there.get().clone();
                if hash.is_some() {
                    there.insert(hash);
                }
                Some(before)
            }
        })
    }
}
