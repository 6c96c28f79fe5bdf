//! From the entries on one object to what stands in the tables about it.
//!
//! Belongs here: the one pure function by which versions, current state and conflicts follow from
//! entries. Does not belong here: SQL, columns of layers (`layer`).
//!
//! The answer depends on the set of entries and on the day from which each is known here, and on
//! nothing else: not on the order in which they arrived. Entries take effect in the order of their
//! ids. What was known on an earlier day follows from the entries known by then, so an entry that
//! arrives late changes no earlier answer, even if it takes effect before entries that were here.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use remnant_ground::{FieldValue, Object, ObjectId, ObjectKind};
use serde_json::Value;

use crate::canonical;
use crate::entry::{EntryId, EntryKind};
use crate::error::StoreError;
use crate::new_entry::{Entered, PlaceChange, Revision, TakenInRow, Withdrawn};

/// The day after all days: until which the newest version is known.
pub(crate) const FOREVER: &str = "9999-12-31";

/// The name under which a conflict lists the place of an object.
pub(crate) const PLACE: &str = "place";

/// The name under which a conflict lists whether an object was withdrawn.
pub(crate) const WITHDRAWN: &str = "withdrawn";

/// An entry on an object as its copy here knows it.
#[derive(Clone, Debug)]
pub(crate) struct KnownEntry {
    pub(crate) id: EntryId,
    pub(crate) kind: EntryKind,
    pub(crate) position: i64,
    pub(crate) known_from: Date,
    pub(crate) recorded_on: Date,
    pub(crate) author: String,
    pub(crate) body: String,
}

/// What stands in the tables about one object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Projected {
    pub(crate) versions: Vec<Version<'static>>,
    pub(crate) current: Option<Current>,
    pub(crate) conflicts: Vec<Conflict>,
}

/// What was known of an object in a stretch of days.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Version<'v> {
    /// First day.
    pub(crate) known_from: Cow<'v, str>,
    /// The day from which something else is known.
    pub(crate) known_to: Cow<'v, str>,
    /// First and last day on which the thing was so, as far as it says.
    pub(crate) valid_from: Option<Cow<'v, str>>,
    pub(crate) valid_to: Option<Cow<'v, str>>,
    pub(crate) withdrawn: bool,
    /// The entry that took effect last.
    pub(crate) position: i64,
    /// The object in the form of an `object-entered` body; none where the body of the entry at
    /// `position` is just that.
    pub(crate) state: Option<Cow<'v, str>>,
    /// The place's box, for versions that no layer holds any more.
    pub(crate) bounds: Option<[f64; 4]>,
}

/// The object as it stands in its layer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Current {
    pub(crate) object: Object,
    pub(crate) recorded_on: String,
    pub(crate) author: String,
}

/// Changes of one field that did not know of each other. Both are kept; the later id shows until
/// somebody settles it.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The kind of object.
    pub kind: ObjectKind,
    /// Its id.
    pub id: ObjectId,
    /// The field; `place` for its place, `withdrawn` for whether it was withdrawn.
    pub field: String,
    /// What was written, in the order in which it takes effect.
    pub writes: Vec<Write>,
}

/// One of several changes of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// The entry.
    pub entry: EntryId,
    /// The value that it gives the field; `null` for blank.
    pub value: Value,
}

/// What an entry says, read.
enum Said {
    Entered(Box<Entered>),
    Revised(Box<Revision>),
    Withdrawn(Withdrawn),
}

impl Said {
    fn read(entry: &KnownEntry) -> Result<Self, StoreError> {
        let body = &entry.body;
        let read = match entry.kind {
            EntryKind::ObjectEntered => serde_json::from_str(body).map(Box::new).map(Self::Entered),
            EntryKind::ObjectWithdrawn => serde_json::from_str(body).map(Self::Withdrawn),
            _ => serde_json::from_str(body).map(Box::new).map(Self::Revised),
        };
        read.map_err(|error| StoreError::Body { entry: entry.id, told: error.to_string() })
    }

    fn based_on(&self) -> &[EntryId] {
        match self {
            Self::Entered(entered) => &entered.based_on,
            Self::Revised(revision) => &revision.based_on,
            Self::Withdrawn(withdrawn) => &withdrawn.based_on,
        }
    }
}

/// An object after some entries.
#[derive(Clone, Debug)]
struct State {
    object: Object,
    row: Option<TakenInRow>,
    withdrawn: bool,
    /// The last entry that took effect, in the list of entries.
    last: usize,
    /// Whether that entry's body is the object itself.
    whole: bool,
}

/// The object after entries, given in the order of their ids; none before it was entered.
fn fold<'a>(entries: impl Iterator<Item = (usize, EntryKind, &'a Said)>) -> Option<State> {
    let mut state: Option<State> = None;
    for (at, kind, said) in entries {
        match (said, &mut state) {
            (Said::Entered(entered), _) => {
                state = Some(State {
                    object: entered.object.clone(),
                    // Whoever enters it anew does not undo that its row was taken in.
                    row: entered.row.clone().or(state.take().and_then(|state| state.row)),
                    withdrawn: false,
                    last: at,
                    whole: true,
                });
            }
            (Said::Revised(revision), Some(state)) => {
                for (name, value) in &revision.fields {
                    match value {
                        Some(value) => state.object.fields.insert(name.clone(), value.clone()),
                        None => state.object.fields.remove(name),
                    };
                }
                match &revision.place {
                    PlaceChange::Unchanged => {}
                    PlaceChange::Gone => state.object.place = None,
                    PlaceChange::To(place) => state.object.place = Some(place.clone()),
                }
                if revision.origin.is_some() {
                    state.object.origin.clone_from(&revision.origin);
                }
                if revision.row.is_some() {
                    state.row.clone_from(&revision.row);
                }
                if kind == EntryKind::ConflictResolved {
                    state.withdrawn = false;
                }
                (state.last, state.whole) = (at, false);
            }
            (Said::Withdrawn(_), Some(state)) => {
                state.withdrawn = true;
                (state.last, state.whole) = (at, false);
            }
            // A change of what was never entered here: half a bundle. It takes effect once the
            // other half is here.
            (Said::Revised(_) | Said::Withdrawn(_), None) => {}
        }
    }
    state
}

/// The first and last day on which an object was so, for comparing with other days.
pub(crate) fn valid_days(object: &Object) -> (Option<String>, Option<String>) {
    let (from, to) = object.valid();
    (from.map(|date| date.first_day().to_string()), to.map(|date| date.last_day().to_string()))
}

/// What stands in the tables about an object, from all entries on it.
///
/// # Errors
/// `Body` when an entry cannot be read.
pub(crate) fn project(
    kind: ObjectKind,
    id: &str,
    mut entries: Vec<KnownEntry>,
) -> Result<Projected, StoreError> {
    entries.sort_by_key(|entry| entry.id);
    let said = entries.iter().map(Said::read).collect::<Result<Vec<_>, _>>()?;
    let days: BTreeSet<Date> = entries.iter().map(|entry| entry.known_from).collect();
    let mut versions: Vec<Version<'static>> = Vec::new();
    let mut current = None;
    for day in days {
        let known = entries
            .iter()
            .zip(&said)
            .enumerate()
            .filter(|(_, (entry, _))| entry.known_from <= day)
            .map(|(at, (entry, said))| (at, entry.kind, said));
        let Some(state) = fold(known) else { continue };
        let entry = &entries[state.last];
        let body = canonical::of_object(&state.object, state.row.as_ref(), &[])
            .map_err(|error| StoreError::NotJson { told: error.to_string() })?;
        if let Some(before) = versions.last_mut() {
            before.known_to = day.to_string().into();
        }
        let (valid_from, valid_to) = valid_days(&state.object);
        versions.push(Version {
            known_from: day.to_string().into(),
            known_to: FOREVER.into(),
            valid_from: valid_from.map(Cow::Owned),
            valid_to: valid_to.map(Cow::Owned),
            withdrawn: state.withdrawn,
            position: entry.position,
            state: (!state.whole).then_some(body.into()),
            bounds: state
                .object
                .place
                .as_ref()
                .and_then(|place| crate::geometry_bytes::bounds(&place.shape)),
        });
        current = (!state.withdrawn).then(|| Current {
            object: state.object,
            recorded_on: entry.recorded_on.to_string(),
            author: entry.author.clone(),
        });
    }
    let id = ObjectId::new(id);
    let conflicts = conflicts(kind, &id, &entries, &said);
    Ok(Projected { versions, current, conflicts })
}

/// What an entry on an object says of the row that brought it.
#[derive(Debug)]
pub(crate) struct TellsRow {
    pub(crate) id: EntryId,
    pub(crate) kind: EntryKind,
    pub(crate) hash: Option<String>,
}

impl TellsRow {
    /// Reads no more of a body than this.
    ///
    /// # Errors
    /// `Body` when the entry cannot be read.
    pub(crate) fn of(id: EntryId, kind: EntryKind, body: &str) -> Result<Self, StoreError> {
        #[derive(serde::Deserialize)]
        struct Row {
            #[serde(default)]
            row: Option<TakenInRow>,
        }
        let Row { row } = serde_json::from_str(body)
            .map_err(|error| StoreError::Body { entry: id, told: error.to_string() })?;
        Ok(Self { id, kind, hash: row.map(|row| row.hash) })
    }
}

/// The hash of the row that an object was last taken in from, from all entries on it. As in the fold
/// above, what came before the object was entered has no effect.
pub(crate) fn row_hash(mut entries: Vec<TellsRow>) -> Option<String> {
    entries.sort_by_key(|entry| entry.id);
    entries
        .into_iter()
        .skip_while(|entry| entry.kind != EntryKind::ObjectEntered)
        .filter_map(|entry| entry.hash)
        .last()
}

/// The entries on an object that no other entry on it had seen.
pub(crate) fn heads(entries: &[KnownEntry]) -> Result<Vec<EntryId>, StoreError> {
    let mut heads: BTreeSet<EntryId> = entries.iter().map(|entry| entry.id).collect();
    for entry in entries {
        for seen in Said::read(entry)?.based_on() {
            heads.remove(seen);
        }
    }
    Ok(heads.into_iter().collect())
}

/// The object after all entries, with the row it stands on and whether it was withdrawn.
pub(crate) fn latest(
    mut entries: Vec<KnownEntry>,
) -> Result<Option<(Object, Option<TakenInRow>, bool)>, StoreError> {
    entries.sort_by_key(|entry| entry.id);
    let said = entries.iter().map(Said::read).collect::<Result<Vec<_>, _>>()?;
    let state = fold(entries.iter().zip(&said).enumerate().map(|(at, (e, s))| (at, e.kind, s)));
    Ok(state.map(|state| (state.object, state.row, state.withdrawn)))
}

fn conflicts(
    kind: ObjectKind,
    id: &ObjectId,
    entries: &[KnownEntry],
    said: &[Said],
) -> Vec<Conflict> {
    if entries.len() < 2 {
        return Vec::new();
    }
    // The order of ids keeps to what had been seen, so one pass finds all ancestors.
    let mut seen: BTreeMap<EntryId, BTreeSet<EntryId>> = BTreeMap::new();
    for (entry, said) in entries.iter().zip(said) {
        let mut ancestors = BTreeSet::new();
        for parent in said.based_on() {
            ancestors.insert(*parent);
            ancestors.extend(seen.get(parent).into_iter().flatten());
        }
        seen.insert(entry.id, ancestors);
    }
    let knew = |later: EntryId, earlier: EntryId| {
        seen.get(&later).is_some_and(|ancestors| ancestors.contains(&earlier))
    };
    let mut fields: BTreeSet<&str> = BTreeSet::from([PLACE, WITHDRAWN]);
    for said in said {
        match said {
            Said::Entered(entered) => fields.extend(entered.object.fields.keys().map(|n| &**n)),
            Said::Revised(revision) => fields.extend(revision.fields.keys().map(|n| &**n)),
            Said::Withdrawn(_) => {}
        }
    }
    let mut found = Vec::new();
    for field in fields {
        let writes: Vec<Write> = entries
            .iter()
            .zip(said)
            .filter_map(|(entry, said)| {
                written(said, field).map(|value| Write { entry: entry.id, value })
            })
            .collect();
        // A write counts until a later write of the field knew of it.
        let standing: Vec<Write> = writes
            .iter()
            .filter(|write| !writes.iter().any(|later| knew(later.entry, write.entry)))
            .cloned()
            .collect();
        if standing.iter().any(|write| write.value != standing[0].value) {
            found.push(Conflict {
                kind,
                id: id.clone(),
                field: field.to_owned(),
                writes: standing,
            });
        }
    }
    found
}

/// What an entry writes into a field; none where it leaves the field alone.
fn written(said: &Said, field: &str) -> Option<Value> {
    let json = |value: &Option<FieldValue>| serde_json::to_value(value).unwrap_or(Value::Null);
    let place =
        |place: &Option<remnant_ground::Place>| serde_json::to_value(place).unwrap_or(Value::Null);
    match (said, field) {
        (Said::Withdrawn(_), WITHDRAWN) => Some(Value::Bool(true)),
        (Said::Withdrawn(_), _) => None,
        // Whoever enters or changes a thing takes it to be there.
        (Said::Entered(_) | Said::Revised(_), WITHDRAWN) => Some(Value::Bool(false)),
        (Said::Entered(entered), PLACE) => Some(place(&entered.object.place)),
        (Said::Entered(entered), _) => Some(json(&entered.object.fields.get(field).cloned())),
        (Said::Revised(revision), PLACE) => match &revision.place {
            PlaceChange::Unchanged => None,
            PlaceChange::Gone => Some(Value::Null),
            PlaceChange::To(to) => Some(place(&Some(to.clone()))),
        },
        (Said::Revised(revision), _) => revision.fields.get(field).map(json),
    }
}

#[cfg(test)]
mod tests;
