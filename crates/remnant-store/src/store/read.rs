//! Asking: entries, and things on the ground as they stood on any day, as known on any day.
//!
//! Belongs here: questions to the journal and to what follows from it. Does not belong here: what an
//! answer means.

use std::collections::HashMap;

use jiff::civil::Date;
use remnant_ground::{Object, ObjectId, ObjectKind};
use remnant_record::AsOf;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Store, day};
use crate::chain::EntryHash;
use crate::database::{Row, Value};
use crate::entry::{Entry, EntryId, EntryKind};
use crate::error::StoreError;
use crate::projection::{self, Conflict, KnownEntry, TellsRow, Write};

/// Everything of entries, in the order that [`entry`] reads; column 13 is the day known from.
pub(crate) const ENTRIES: &str = "SELECT j.position, j.id, o.id, j.sequence, j.author,
    j.recorded_at, j.recorded_on, j.kind, j.object_kind, j.subject, j.body, j.previous, j.hash,
    j.known_from FROM journal j JOIN origin o ON o.number = j.origin";

/// Which entries are asked for. The default asks for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Only entries about this subject.
    pub subject: Option<String>,
    /// Only entries about things of this kind.
    pub object_kind: Option<ObjectKind>,
    /// Only entries by this author.
    pub author: Option<String>,
    /// Only entries of this kind.
    pub kind: Option<EntryKind>,
    /// Only entries recorded on or after this day.
    pub from: Option<Date>,
    /// Only entries known here by this day.
    pub known_by: Option<Date>,
    /// At most so many, those that arrived last.
    pub newest: Option<u64>,
}

/// A thing on the ground as it was found in the store. Its object is read when it is asked for:
/// whoever counts or draws a hundred thousand things need not read them all.
#[derive(Clone, Copy, Debug)]
pub struct StoredObject<'a> {
    /// What it is.
    pub kind: ObjectKind,
    /// Its id.
    pub id: &'a str,
    /// The object as JSON, under the key `object`.
    pub body: &'a str,
    /// The day on which the last change to it was recorded, as written: `2026-11-25`.
    pub recorded_on: &'a str,
    /// Who recorded it.
    pub author: &'a str,
    /// The day from which this is known here, as written.
    pub known_from: &'a str,
}

impl StoredObject<'_> {
    /// The object.
    ///
    /// # Errors
    /// `Damaged` when the text cannot be read.
    pub fn object(&self) -> Result<Object, StoreError> {
        object_of(self.body)
    }
}

fn object_of(body: &str) -> Result<Object, StoreError> {
    #[derive(Deserialize)]
    struct Said {
        object: Object,
    }
    serde_json::from_str::<Said>(body)
        .map(|said| said.object)
        .map_err(|error| StoreError::damaged(format!("an object cannot be read: {error}")))
}

/// What differs about one thing between two views of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is.
    pub kind: ObjectKind,
    /// Its id.
    pub id: String,
    before: Option<String>,
    after: Option<String>,
}

impl Change {
    /// The object in the first view; none where it is not in it.
    ///
    /// # Errors
    /// `Damaged` when it cannot be read.
    pub fn before(&self) -> Result<Option<Object>, StoreError> {
        self.before.as_deref().map(object_of).transpose()
    }

    /// The object in the second view; none where it is not in it.
    ///
    /// # Errors
    /// `Damaged` when it cannot be read.
    pub fn after(&self) -> Result<Option<Object>, StoreError> {
        self.after.as_deref().map(object_of).transpose()
    }
}

/// The condition that a version `v` is the one of a view: known by `$known`, valid on `$on`.
pub(super) fn in_view(known: usize, on: usize) -> String {
    format!(
        "(v.known_from <= ${known} AND v.known_to > ${known} AND v.withdrawn = 0
          AND (v.valid_from IS NULL OR v.valid_from <= ${on})
          AND (v.valid_to IS NULL OR v.valid_to >= ${on}))"
    )
}

/// The columns of a stored object, from version `v` and the entry `j` that it stands on.
pub(super) const STORED: &str =
    "j.subject, coalesce(v.state, j.body), j.recorded_on, j.author, v.known_from";

pub(super) fn stored<'a>(
    kind: ObjectKind,
    row: &'a Row<'_>,
    at: usize,
) -> Result<StoredObject<'a>, StoreError> {
    Ok(StoredObject {
        kind,
        id: row.text(at)?,
        body: row.text(at + 1)?,
        recorded_on: row.text(at + 2)?,
        author: row.text(at + 3)?,
        known_from: row.text(at + 4)?,
    })
}

impl Store {
    /// Gives entries in the order in which they arrived here, each with the day from which it
    /// counts as known here: the day it was recorded, or the later day on which this copy got it.
    ///
    /// # Errors
    /// What `each` says, or when the store cannot be read.
    pub fn entries(
        &mut self,
        filter: &EntryFilter,
        mut each: impl FnMut(Entry, Date) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut values = Vec::new();
        let mut sql = format!("{ENTRIES} WHERE 1 = 1");
        let mut and = |condition: &str, value: Value<'static>| {
            values.push(value);
            sql.push_str(&format!(" AND {condition} ${}", values.len()));
        };
        if let Some(subject) = &filter.subject {
            and("j.subject =", Value::text(subject.clone()));
        }
        if let Some(kind) = filter.object_kind {
            and("j.object_kind =", Value::text(kind.word()));
        }
        if let Some(author) = &filter.author {
            and("j.author =", Value::text(author.clone()));
        }
        if let Some(kind) = filter.kind {
            // Said twice so that the index of the rarer kinds is seen to hold them.
            let rare = match kind {
                EntryKind::ObjectEntered => "",
                _ => "j.kind <> 'object-entered' AND ",
            };
            and(&format!("{rare}j.kind ="), Value::text(kind.word()));
        }
        if let Some(from) = filter.from {
            and("j.recorded_on >=", Value::text(from.to_string()));
        }
        if let Some(known_by) = filter.known_by {
            and("j.known_from <=", Value::text(known_by.to_string()));
        }
        match filter.newest {
            None => {
                sql.push_str(" ORDER BY j.position");
                self.database
                    .query(&sql, &values, &mut |row| each(entry(row)?, day(row.text(13)?)?))
            }
            Some(most) => {
                sql.push_str(&format!(" ORDER BY j.position DESC LIMIT {most}"));
                let mut found = Vec::new();
                self.database.query(&sql, &values, &mut |row| {
                    found.push((entry(row)?, day(row.text(13)?)?));
                    Ok(())
                })?;
                found.into_iter().rev().try_for_each(|(entry, known)| each(entry, known))
            }
        }
    }

    /// One entry by its id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn entry(&mut self, id: EntryId) -> Result<Option<Entry>, StoreError> {
        let mut found = None;
        let sql = format!("{ENTRIES} WHERE j.id = $1");
        self.database.query(&sql, &[Value::bytes(id.as_bytes().to_vec())], &mut |row| {
            found = Some(entry(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Gives the things of a kind in a view of the world: as they stood on `as_of.on`, as far as
    /// this copy knew by `as_of.known_by`. In the order in which they were first entered.
    ///
    /// A thing whose day is a month or a year is taken to have been so from its first day to its
    /// last: what may be there is shown.
    ///
    /// # Errors
    /// What `each` says, or when the store cannot be read.
    pub fn objects(
        &mut self,
        kind: ObjectKind,
        as_of: AsOf,
        mut each: impl FnMut(StoredObject<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT {STORED} FROM object_version v JOIN journal j ON j.position = v.position
             WHERE v.kind = $1 AND {} ORDER BY v.fid",
            in_view(2, 3)
        );
        let values = view_values(kind, as_of);
        self.database.query(&sql, &values, &mut |row| each(stored(kind, row, 0)?))
    }

    /// How many things of a kind a view holds.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count(&mut self, kind: ObjectKind, as_of: AsOf) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM object_version v WHERE v.kind = $1 AND {}",
            in_view(2, 3)
        );
        let mut count = 0;
        self.database.query(&sql, &view_values(kind, as_of), &mut |row| {
            count = row.count(0)?;
            Ok(())
        })?;
        Ok(count)
    }

    /// One thing as it was known by a day, whenever it was so; none where it was not known then, or
    /// withdrawn.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn object(
        &mut self,
        kind: ObjectKind,
        id: &ObjectId,
        known_by: Date,
    ) -> Result<Option<Object>, StoreError> {
        let sql = format!(
            "SELECT {STORED} FROM object_version v JOIN journal j ON j.position = v.position
             WHERE v.kind = $1 AND v.fid = (SELECT min(f.position) FROM journal f
                WHERE f.subject = $2 AND f.object_kind = $1
                  AND f.kind IN ('object-entered', 'object-revised', 'object-withdrawn',
                                 'conflict-resolved'))
             AND v.known_from <= $3 AND v.known_to > $3 AND v.withdrawn = 0"
        );
        let values = [
            Value::text(kind.word()),
            Value::text(id.as_str().to_owned()),
            Value::text(known_by.to_string()),
        ];
        let mut found = None;
        self.database.query(&sql, &values, &mut |row| {
            found = Some(stored(kind, row, 0)?.object()?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Gives what differs between two views, thing by thing, in the order of their first entries.
    ///
    /// # Errors
    /// What `each` says, or when the store cannot be read.
    pub fn changes(
        &mut self,
        kind: ObjectKind,
        from: AsOf,
        to: AsOf,
        mut each: impl FnMut(Change) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT v.fid, CASE WHEN {first} THEN 1 ELSE 0 END, {STORED} FROM object_version v
             JOIN journal j ON j.position = v.position
             WHERE {first} <> {second} AND v.kind = $5 ORDER BY v.fid",
            first = in_view(1, 2),
            second = in_view(3, 4)
        );
        let mut values: Vec<Value<'static>> = [from, to]
            .iter()
            .flat_map(|view| [view.known_by, view.on])
            .map(|day| Value::text(day.to_string()))
            .collect();
        values.push(Value::text(kind.word()));
        let mut open: Option<(i64, Change)> = None;
        self.database.query(&sql, &values, &mut |row| {
            let fid = row.whole(0)?;
            if let Some((_, done)) = open.take_if(|(of, _)| *of != fid) {
                each(done)?;
            }
            let found = stored(kind, row, 2)?;
            let (_, change) = open.get_or_insert_with(|| {
                (fid, Change { kind, id: found.id.to_owned(), before: None, after: None })
            });
            let body = Some(found.body.to_owned());
            if row.whole(1)? == 1 {
                change.before = body;
            } else {
                change.after = body;
            }
            Ok(())
        })?;
        open.map_or(Ok(()), |(_, done)| each(done))
    }

    /// Gives the release events on an area, or on all, that were known by a day, in the order in
    /// which they take effect.
    ///
    /// # Errors
    /// What `each` says, or when the store cannot be read.
    pub fn release_events(
        &mut self,
        area: Option<&str>,
        known_by: Date,
        each: impl FnMut(Entry, Date) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.of_kind(EntryKind::ReleaseEvent, area, known_by, each)
    }

    /// Gives the entries of one kind that were known by a day, on one subject or on all, in the
    /// order in which they take effect.
    ///
    /// # Errors
    /// What `each` says, or when the store cannot be read.
    pub fn of_kind(
        &mut self,
        kind: EntryKind,
        subject: Option<&str>,
        known_by: Date,
        mut each: impl FnMut(Entry, Date) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let filter = EntryFilter {
            kind: Some(kind),
            subject: subject.map(str::to_owned),
            known_by: Some(known_by),
            ..EntryFilter::default()
        };
        let mut found = Vec::new();
        self.entries(&filter, |entry, known_from| {
            found.push((entry, known_from));
            Ok(())
        })?;
        found.sort_by_key(|(entry, _)| entry.id);
        found.into_iter().try_for_each(|(entry, known_from)| each(entry, known_from))
    }

    /// The value of a setting as it was known by a day; none where nobody set it.
    ///
    /// # Errors
    /// `Body` when it does not have the form that is asked for.
    pub fn setting<T: DeserializeOwned>(
        &mut self,
        name: &str,
        known_by: Date,
    ) -> Result<Option<T>, StoreError> {
        let mut last = None;
        self.of_kind(EntryKind::Setting, Some(name), known_by, |entry, _| {
            last = Some(entry);
            Ok(())
        })?;
        last.map(|entry| entry.says()).transpose()
    }

    /// The hash that the row of an object had when it was last taken in.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn row_hash(
        &mut self,
        kind: ObjectKind,
        id: &ObjectId,
    ) -> Result<Option<String>, StoreError> {
        let mut known = self.known(kind, &[id.as_str()])?;
        Ok(known.remove(id.as_str()).flatten())
    }

    /// Which of these subjects have entries about an object of this kind, each with the hash of the
    /// row that it was last taken in from, if any.
    pub(super) fn known(
        &mut self,
        kind: ObjectKind,
        subjects: &[&str],
    ) -> Result<HashMap<String, Option<String>>, StoreError> {
        let mut told: HashMap<String, Vec<TellsRow>> = HashMap::new();
        self.database.entries_about(kind, subjects, &mut |row| {
            let entry_kind: EntryKind = row.text(2)?.parse()?;
            let told = told.entry(row.text(0)?.to_owned()).or_default();
            if entry_kind.changes_object() {
                let id = EntryId::from_slice(row.bytes(1)?)?;
                told.push(TellsRow::of(id, entry_kind, row.text(3)?)?);
            }
            Ok(())
        })?;
        Ok(told.into_iter().map(|(subject, told)| (subject, projection::row_hash(told))).collect())
    }

    /// The entries on an object that no other entry on it had seen: what a revision that is made
    /// now is based on.
    ///
    /// # Errors
    /// `Body` when an entry cannot be read.
    pub fn heads(&mut self, kind: ObjectKind, id: &ObjectId) -> Result<Vec<EntryId>, StoreError> {
        projection::heads(&self.entries_on(kind, id.as_str())?)
    }

    /// All changes that did not know of each other and that nobody has settled.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn conflicts(&mut self) -> Result<Vec<Conflict>, StoreError> {
        let mut found = Vec::new();
        let sql = "SELECT kind, subject, field, writes FROM conflict ORDER BY kind, subject, field";
        self.database.query(sql, &[], &mut |row| {
            found.push(conflict(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The entries that change an object.
    pub(crate) fn entries_on(
        &mut self,
        kind: ObjectKind,
        subject: &str,
    ) -> Result<Vec<KnownEntry>, StoreError> {
        let sql = "SELECT id, kind, position, known_from, recorded_on, author, body FROM journal
            WHERE subject = $1 AND object_kind = $2 AND kind IN
                ('object-entered', 'object-revised', 'object-withdrawn', 'conflict-resolved')";
        let mut entries = Vec::new();
        let values = [Value::text(subject), Value::text(kind.word())];
        self.database.query(sql, &values, &mut |row| {
            entries.push(KnownEntry {
                id: EntryId::from_slice(row.bytes(0)?)?,
                kind: row.text(1)?.parse()?,
                position: row.whole(2)?,
                known_from: day(row.text(3)?)?,
                recorded_on: day(row.text(4)?)?,
                author: row.text(5)?.to_owned(),
                body: row.text(6)?.to_owned(),
            });
            Ok(())
        })?;
        Ok(entries)
    }
}

pub(super) fn view_values(kind: ObjectKind, as_of: AsOf) -> [Value<'static>; 3] {
    [
        Value::text(kind.word()),
        Value::text(as_of.known_by.to_string()),
        Value::text(as_of.on.to_string()),
    ]
}

pub(crate) fn uuid(bytes: &[u8]) -> Result<Uuid, StoreError> {
    Uuid::from_slice(bytes).map_err(|_| StoreError::damaged("the id of a copy is not one"))
}

/// An entry from a row of [`ENTRIES`].
pub(crate) fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    let object_kind = match row.text(8)? {
        "" => None,
        word => Some(word.parse::<ObjectKind>().map_err(|e| StoreError::damaged(e.to_string()))?),
    };
    Ok(Entry {
        id: EntryId::from_slice(row.bytes(1)?)?,
        origin: uuid(row.bytes(2)?)?,
        sequence: row.count(3)?,
        author: row.text(4)?.to_owned(),
        recorded_at: row.text(5)?.to_owned(),
        recorded_on: day(row.text(6)?)?,
        kind: row.text(7)?.parse()?,
        object_kind,
        subject: row.text(9)?.to_owned(),
        body: row.text(10)?.to_owned(),
        previous: EntryHash::from_slice(row.bytes(11)?)?,
        hash: EntryHash::from_slice(row.bytes(12)?)?,
    })
}

/// A conflict as it stands in its table.
pub(crate) fn conflict_row(conflict: &Conflict) -> Result<Vec<Value<'static>>, StoreError> {
    let writes: Vec<(String, &serde_json::Value)> =
        conflict.writes.iter().map(|write| (write.entry.to_string(), &write.value)).collect();
    Ok(vec![
        Value::text(conflict.kind.word()),
        Value::text(conflict.id.as_str().to_owned()),
        Value::text(conflict.field.clone()),
        Value::text(crate::new_entry::canonical_body(&writes)?),
    ])
}

fn conflict(row: &Row<'_>) -> Result<Conflict, StoreError> {
    let unreadable = |told: String| StoreError::damaged(format!("a conflict: {told}"));
    let writes: Vec<(String, serde_json::Value)> =
        serde_json::from_str(row.text(3)?).map_err(|error| unreadable(error.to_string()))?;
    Ok(Conflict {
        kind: row.text(0)?.parse().map_err(|_| unreadable("no such kind".to_owned()))?,
        id: ObjectId::new(row.text(1)?),
        field: row.text(2)?.to_owned(),
        writes: writes
            .into_iter()
            .map(|(entry, value)| Ok(Write { entry: entry.parse()?, value }))
            .collect::<Result<_, StoreError>>()?,
    })
}
