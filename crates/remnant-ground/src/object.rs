//! What is entered about the ground: one thing, its fields and its place.
//!
//! Belongs here: the object as it is kept and shown, whatever its kind, and what it needs to be
//! whole. Does not belong here: which fields a kind has (`form`), where rows come from (`intake`).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use remnant_record::PartialDate;
use serde::{Deserialize, Serialize};

use crate::form::Form;
use crate::place::Place;

/// The kinds of things that are seen on the ground.
///
/// # Source
/// The composite of minimum data for mine action: strikes, evidence points, searches (activities),
/// hazardous areas, land-release products, accidents, victims; boundaries are administrative units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    /// One recorded use of munitions against a place: a strike or a use incident.
    Strike,
    /// A place where physical evidence of remnants was seen or reported.
    EvidencePoint,
    /// An activity that looked for remnants: survey, clearance, spot task.
    Search,
    /// A suspected or confirmed hazardous area.
    HazardousArea,
    /// Land cancelled, reduced or cleared: a land-release product as an operator reports it.
    Release,
    /// An accident with explosive ordnance.
    Accident,
    /// A person harmed in an accident, without what names the person.
    Victim,
    /// An administrative unit with its boundary.
    Boundary,
    /// A box of a cluster munition remnants survey.
    SurveyBox,
}

impl ObjectKind {
    /// All kinds, in the order in which they are documented.
    pub const ALL: [Self; 9] = [
        Self::Strike,
        Self::EvidencePoint,
        Self::Search,
        Self::HazardousArea,
        Self::Release,
        Self::Accident,
        Self::Victim,
        Self::Boundary,
        Self::SurveyBox,
    ];

    /// The word for one in commands, files and addresses: `hazardous-area`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Strike => "strike",
            Self::EvidencePoint => "evidence-point",
            Self::Search => "search",
            Self::HazardousArea => "hazardous-area",
            Self::Release => "release",
            Self::Accident => "accident",
            Self::Victim => "victim",
            Self::Boundary => "boundary",
            Self::SurveyBox => "survey-box",
        }
    }

    /// One of it, in a sentence: `an evidence-point`.
    #[must_use]
    pub fn one(self) -> String {
        let article = match self {
            Self::EvidencePoint | Self::Accident => "an",
            _ => "a",
        };
        format!("{article} {}", self.word())
    }

    /// The word for many: `hazardous-areas`.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Strike => "strikes",
            Self::EvidencePoint => "evidence-points",
            Self::Search => "searches",
            Self::HazardousArea => "hazardous-areas",
            Self::Release => "releases",
            Self::Accident => "accidents",
            Self::Victim => "victims",
            Self::Boundary => "boundaries",
            Self::SurveyBox => "survey-boxes",
        }
    }

    /// The name of its table and layer: `hazardous_area`.
    #[must_use]
    pub fn table(self) -> String {
        self.word().replace('-', "_")
    }

    /// The form that things of this kind are entered on.
    #[must_use]
    pub fn form(self) -> &'static Form {
        crate::form::of(self)
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that names no kind of object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of thing that is entered")]
pub struct NoSuchKind(pub String);

impl FromStr for ObjectKind {
    type Err = NoSuchKind;

    fn from_str(text: &str) -> Result<Self, NoSuchKind> {
        Self::ALL
            .into_iter()
            .find(|kind| [kind.word(), kind.plural()].contains(&text) || kind.table() == text)
            .ok_or_else(|| NoSuchKind(text.to_owned()))
    }
}

/// The id of an object: the short name of its source, a slash, and the id that the source gave it.
///
/// Two operators may well use the same number for two areas; the source's name keeps them apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectId(String);

impl ObjectId {
    /// The id as it is written.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An answer to a question that may also not have been asked, or not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// The person asked does not know.
    DontKnow,
    /// The question was not put, as when a form skips it.
    NotAsked,
    /// The person asked would not say.
    Refused,
}

/// The value of one field. Unknown, not asked and none are three different things: a field without
/// a value was not filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// A count, or a whole number with the unit that the field's name carries.
    Whole(i64),
    /// A number with the unit that the field's name carries.
    Decimal(f64),
    /// Words, a code of a pick-list, a date as precise as it was written, an answer or a reference:
    /// the field's kind says which.
    Text(String),
    /// Several codes of a pick-list, or several references.
    Several(Vec<String>),
}

impl FieldValue {
    /// The text, where the value is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The date, where the text is one.
    #[must_use]
    pub fn date(&self) -> Option<PartialDate> {
        self.text().and_then(|text| text.parse().ok())
    }

    /// The number, where the value is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "counts and areas stay below 2^53")]
            Self::Whole(whole) => Some(*whole as f64),
            Self::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    /// The whole number, where the value is one.
    #[must_use]
    pub fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(whole) => Some(*whole),
            _ => None,
        }
    }

    /// The value as a person reads it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Whole(whole) => whole.to_string(),
            Self::Decimal(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Several(several) => several.join(", "),
        }
    }
}

/// Where a row stands in a file that was taken in: enough to find the cell again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowOrigin {
    /// Hash of the file's bytes, in hexadecimal.
    pub file: String,
    /// Sheet, layer or table in the file; empty where the file has but one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sheet: String,
    /// Line, row or feature number, as a person counts it in the file.
    pub line: u64,
}

/// One thing on the ground as it was entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its id.
    pub id: ObjectId,
    /// The fields that were filled in, by name.
    pub fields: BTreeMap<String, FieldValue>,
    /// Where it is, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The row it came from, where it came from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RowOrigin>,
}

impl Object {
    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldValue> {
        self.fields.get(name)
    }

    /// The text of a field.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.field(name).and_then(FieldValue::text)
    }

    /// The days between which the thing was so, as far as it says: first day, last day.
    ///
    /// The form names the fields. An object without them is taken to have been there always, which
    /// is what a map of undated strikes shows and says.
    #[must_use]
    pub fn valid(&self) -> (Option<PartialDate>, Option<PartialDate>) {
        let form = self.kind.form();
        let day = |field: Option<&str>| {
            field.and_then(|name| self.field(name)).and_then(FieldValue::date)
        };
        (day(form.valid_from), day(form.valid_to))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_kind_is_known_by_each_of_its_words() {
        for kind in ObjectKind::ALL {
            for word in [kind.word().to_owned(), kind.plural().to_owned(), kind.table()] {
                assert_eq!(word.parse(), Ok(kind));
            }
        }
        assert!("mine".parse::<ObjectKind>().is_err());
    }

    #[test]
    fn an_object_comes_back_as_it_was_written() {
        let written = r#"{"kind":"strike","id":"a/1","fields":{"date":"1969-03","munition_model":"CBU-24","quantity":4},"place":{"point":{"longitude":105.25,"latitude":16.5},"method":"map","uncertainty_metres":100.0}}"#;
        let object: Object = serde_json::from_str(written).unwrap();
        assert_eq!(object.valid().0, Some("1969-03".parse().unwrap()));
        assert_eq!(object.field("quantity"), Some(&FieldValue::Whole(4)));
        let again: Object = serde_json::from_str(&serde_json::to_string(&object).unwrap()).unwrap();
        assert_eq!(again, object);
    }
}
