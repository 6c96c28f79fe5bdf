//! What is to be entered.
//!
//! Belongs here: building entries from objects, revisions, events and settings, and the form of
//! their bodies. Does not belong here: ids, hashes and chains, which an entry gets as it is kept.

use std::collections::BTreeMap;

use remnant_ground::form::FieldKind;
use remnant_ground::{FieldValue, Object, ObjectId, ObjectKind, Place, RowOrigin};
use serde::{Deserialize, Deserializer, Serialize};

use crate::canonical;
use crate::entry::{EntryId, EntryKind};
use crate::error::StoreError;
use crate::geometry_bytes;
use crate::ready::Ready;

/// The row of a file that an object was made from. The object's id names source and row; by the hash
/// the same row is known again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TakenInRow {
    /// A hash of what the row says, so that a changed row is seen.
    pub hash: String,
}

/// What becomes of a place.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PlaceChange {
    /// It stays.
    #[default]
    Unchanged,
    /// It is not known any more.
    Gone,
    /// It is this.
    To(Place),
}

/// A change of some fields of an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// The entries on this object that the author had seen. Left empty, it means all that this copy
    /// holds when the revision is entered.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "ids")]
    pub based_on: Vec<EntryId>,
    /// The fields that change; without a value a field is blank from now on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Option<FieldValue>>,
    /// What becomes of the place.
    #[serde(default, skip_serializing_if = "is_unchanged", with = "place_change")]
    pub place: PlaceChange,
    /// Where the row stands that brought it, where it came from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RowOrigin>,
    /// Why, in the author's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The row that brought it, where it came from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<TakenInRow>,
}

fn is_unchanged(place: &PlaceChange) -> bool {
    matches!(place, PlaceChange::Unchanged)
}

/// A missing member means unchanged, `null` means gone.
mod place_change {
    use serde::Serializer;

    use super::{Deserialize, Deserializer, Place, PlaceChange, Serialize};

    pub(super) fn serialize<S: Serializer>(place: &PlaceChange, to: S) -> Result<S::Ok, S::Error> {
        match place {
            PlaceChange::To(place) => place.serialize(to),
            PlaceChange::Unchanged | PlaceChange::Gone => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PlaceChange, D::Error> {
        let place = Option::<Place>::deserialize(from)?;
        Ok(place.map_or(PlaceChange::Gone, PlaceChange::To))
    }
}

/// Ids as their texts.
pub(crate) mod ids {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::entry::EntryId;

    pub(crate) fn serialize<S: Serializer>(ids: &[EntryId], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(ids.iter().map(ToString::to_string))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<EntryId>, D::Error> {
        Vec::<String>::deserialize(from)?
            .iter()
            .map(|text| text.parse().map_err(D::Error::custom))
            .collect()
    }
}

/// What an `object-entered` entry says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entered {
    #[serde(default, with = "ids")]
    pub(crate) based_on: Vec<EntryId>,
    pub(crate) object: Object,
    #[serde(default)]
    pub(crate) row: Option<TakenInRow>,
}

/// What an `object-withdrawn` entry says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Withdrawn {
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "ids")]
    pub(crate) based_on: Vec<EntryId>,
    pub(crate) reason: String,
}

/// A document that was kept, as a `source-added` entry tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceDocument {
    /// The short name of whoever sends such files; ids of rows begin with it.
    pub source: String,
    /// Who published or sent it.
    pub publisher: String,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Under which licence or agreement it may be used.
    pub licence: String,
    /// The names of the files it consists of, each with the hash of its bytes in hexadecimal.
    pub files: BTreeMap<String, String>,
}

/// The taking in of a file, as a `file-taken-in` entry tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakenIn {
    /// The short name of the source.
    pub source: String,
    /// The hash of the file, in hexadecimal.
    pub file: String,
    /// The sheet, layer or table.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sheet: String,
    /// What its rows are.
    pub kind: ObjectKind,
    /// The mapping by which it was read.
    pub mapping: serde_json::Value,
    /// Counts by name: rows read, entered, revised, unchanged, refused, in quarantine.
    pub counts: BTreeMap<String, u64>,
    /// The version of the importer.
    pub importer: String,
}

/// Something to be entered.
#[derive(Clone, Debug)]
pub struct NewEntry(pub(crate) Content);

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A whole object. From a row that was read: entered when new, revised when changed, passed over
    /// when known. Otherwise entered whatever stood there before.
    Whole(Box<Ready>),
    /// An object that must not or cannot be kept, and why.
    Refused(Box<StoreError>),
    /// A revision, or what settles a conflict.
    Revised { kind: ObjectKind, id: ObjectId, revision: Box<Revision>, settles: bool },
    /// A withdrawal.
    Withdrawn { kind: ObjectKind, id: ObjectId, withdrawn: Withdrawn },
    /// Anything that changes no object.
    Plain { kind: EntryKind, about: Option<ObjectKind>, subject: String, body: String },
}

impl NewEntry {
    /// A thing on the ground, whole.
    #[must_use]
    pub fn entered(object: Object) -> Self {
        Self::whole(object, None)
    }

    fn whole(object: Object, row: Option<TakenInRow>) -> Self {
        Self(match Ready::of(object, row) {
            Ok(ready) => Content::Whole(Box::new(ready)),
            Err(refusal) => Content::Refused(Box::new(refusal)),
        })
    }

    /// A thing on the ground as a row of a file tells it. Where the same row was taken in before it
    /// is passed over, where it says something else now its changes are entered as a revision.
    #[must_use]
    pub fn taken_in(object: Object, row: TakenInRow) -> Self {
        Self::whole(object, Some(row))
    }

    /// A change of some fields.
    #[must_use]
    pub fn revised(kind: ObjectKind, id: ObjectId, revision: Revision) -> Self {
        Self(Content::Revised { kind, id, revision: Box::new(revision), settles: false })
    }

    /// A choice between changes that did not know of each other: the revision names the entries it
    /// settles in `based_on`. It also brings a thing back that was withdrawn.
    #[must_use]
    pub fn resolved(kind: ObjectKind, id: ObjectId, revision: Revision) -> Self {
        Self(Content::Revised { kind, id, revision: Box::new(revision), settles: true })
    }

    /// A withdrawal: the thing was entered in error, or stands elsewhere.
    #[must_use]
    pub fn withdrawn(kind: ObjectKind, id: ObjectId, reason: impl Into<String>) -> Self {
        let withdrawn = Withdrawn { based_on: Vec::new(), reason: reason.into() };
        Self(Content::Withdrawn { kind, id, withdrawn })
    }

    /// A step of land release on a hazardous area.
    ///
    /// # Errors
    /// `NotJson` when the event cannot be written as JSON.
    pub fn release_event(area: &str, event: &impl Serialize) -> Result<Self, StoreError> {
        Self::plain(EntryKind::ReleaseEvent, Some(ObjectKind::HazardousArea), area, event)
    }

    /// A step of review on an entry or event, which is the subject.
    ///
    /// # Errors
    /// `NotJson` when the step cannot be written as JSON.
    pub fn review_step(subject: &str, step: &impl Serialize) -> Result<Self, StoreError> {
        Self::plain(EntryKind::ReviewStep, None, subject, step)
    }

    /// A user's statement for the record; the subject is the id of the statement.
    ///
    /// # Errors
    /// `NotJson` when the statement cannot be written as JSON.
    pub fn statement(subject: &str, statement: &impl Serialize) -> Result<Self, StoreError> {
        Self::plain(EntryKind::StatementAdded, None, subject, statement)
    }

    /// An estimate of a place: its summary with model, version, seed and the hash of its inputs. The
    /// subject is the place as it was named.
    ///
    /// # Errors
    /// `NotJson` when the summary cannot be written as JSON.
    pub fn estimate(place: &str, summary: &impl Serialize) -> Result<Self, StoreError> {
        Self::plain(EntryKind::EstimateKept, None, place, summary)
    }

    /// A setting of the project: the last one entered holds.
    ///
    /// # Errors
    /// `NotJson` when the value cannot be written as JSON.
    pub fn setting(name: &str, value: &impl Serialize) -> Result<Self, StoreError> {
        Self::plain(EntryKind::Setting, None, name, value)
    }

    /// A document that is kept.
    ///
    /// # Errors
    /// `NotJson` when it cannot be written as JSON.
    pub fn source_added(document: &SourceDocument) -> Result<Self, StoreError> {
        Self::plain(EntryKind::SourceAdded, None, &document.source, document)
    }

    /// The taking in of a file.
    ///
    /// # Errors
    /// `NotJson` when it cannot be written as JSON.
    pub fn file_taken_in(taken_in: &TakenIn) -> Result<Self, StoreError> {
        Self::plain(EntryKind::FileTakenIn, None, &taken_in.source, taken_in)
    }

    fn plain(
        kind: EntryKind,
        about: Option<ObjectKind>,
        subject: &str,
        body: &impl Serialize,
    ) -> Result<Self, StoreError> {
        let body = canonical_body(body)?;
        Ok(Self(Content::Plain { kind, about, subject: subject.to_owned(), body }))
    }
}

/// What makes one object of another, field by field; none where they are equal.
pub(crate) fn difference(from: &Object, to: &Object) -> Option<Revision> {
    let mut revision = Revision { origin: to.origin.clone(), ..Revision::default() };
    for name in from.fields.keys().chain(to.fields.keys()) {
        if from.fields.get(name) != to.fields.get(name) {
            revision.fields.insert(name.clone(), to.fields.get(name).cloned());
        }
    }
    if from.place != to.place {
        revision.place = to.place.clone().map_or(PlaceChange::Gone, PlaceChange::To);
    }
    let any = !revision.fields.is_empty() || from.place != to.place;
    any.then_some(revision)
}

/// The canonical text of a body.
pub(crate) fn canonical_body(body: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_value(body)
        .map(|value| canonical::of_value(&value))
        .map_err(|error| StoreError::NotJson { told: error.to_string() })
}

/// Refuses an object that must not or cannot be kept as it is.
pub(crate) fn keepable(object: &Object) -> Result<(), StoreError> {
    let (kind, id) = (object.kind, object.id.as_str());
    for field in kind.form().fields {
        if field.kind == FieldKind::Personal && object.fields.contains_key(field.name) {
            refuse_field(kind, id, field.name, None)?;
        }
    }
    for (name, value) in &object.fields {
        refuse_number(kind, id, name, value)?;
    }
    object.place.iter().try_for_each(|place| refuse_place(object.kind, object.id.as_str(), place))
}

/// Refuses an entry with the character NUL in what it is about or in what it says.
pub(crate) fn refuse_nul(
    kind: EntryKind,
    object_kind: Option<ObjectKind>,
    subject: &str,
    body: &str,
) -> Result<(), StoreError> {
    // In JSON it can only stand escaped; an escaped backslash before `u0000` is none.
    let escaped = |(at, _): (usize, &str)| {
        let before = body.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        before.is_multiple_of(2)
    };
    let what = object_kind.map_or(kind.word(), ObjectKind::word);
    refuse_nul_subject(what, subject)?;
    if body.match_indices("\\u0000").any(escaped) {
        let (what, subject) = (what.to_owned(), subject.to_owned());
        return Err(StoreError::NulCharacter { what, subject });
    }
    Ok(())
}

/// Refuses an author with the character NUL in the name.
pub(crate) fn refuse_nul_author(
    kind: EntryKind,
    subject: &str,
    author: &str,
) -> Result<(), StoreError> {
    if author.contains('\0') {
        let (what, subject) = (kind.word().to_owned(), subject.to_owned());
        return Err(StoreError::NulCharacter { what, subject });
    }
    Ok(())
}

/// Refuses what an entry is about where it holds the character NUL.
pub(crate) fn refuse_nul_subject(what: &str, subject: &str) -> Result<(), StoreError> {
    if subject.contains('\0') {
        let (what, subject) = (what.to_owned(), subject.to_owned());
        return Err(StoreError::NulCharacter { what, subject });
    }
    Ok(())
}

/// Refuses a place with a number that is none.
pub(crate) fn refuse_place(kind: ObjectKind, id: &str, place: &Place) -> Result<(), StoreError> {
    if geometry_bytes::is_finite(place) {
        return Ok(());
    }
    Err(StoreError::NotFinite { kind, id: id.to_owned(), at: "its place".to_owned() })
}

/// Refuses a value that names a person, or is no number.
pub(crate) fn refuse_field(
    kind: ObjectKind,
    id: &str,
    name: &str,
    value: Option<&FieldValue>,
) -> Result<(), StoreError> {
    if kind.form().field(name).is_some_and(|field| field.kind == FieldKind::Personal) {
        return Err(StoreError::PersonalField { kind, id: id.to_owned(), field: name.to_owned() });
    }
    value.map_or(Ok(()), |value| refuse_number(kind, id, name, value))
}

fn refuse_number(
    kind: ObjectKind,
    id: &str,
    name: &str,
    value: &FieldValue,
) -> Result<(), StoreError> {
    match value {
        FieldValue::Decimal(number) if !number.is_finite() => {
            Err(StoreError::NotFinite { kind, id: id.to_owned(), at: format!("`{name}`") })
        }
        _ => Ok(()),
    }
}
