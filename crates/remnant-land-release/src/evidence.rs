//! Evidence that a step of land release cites.
//!
//! Belongs here: a reference to a record of evidence, with what about it mattered when the step was
//! taken. Does not belong here: the record itself (`remnant-ground`), whether it is direct
//! (`national_rules`: the line is drawn nationally), which evidence a step needs
//! (`evidence_required`).

use std::fmt;

use remnant_record::PartialDate;
use serde::{Deserialize, Serialize};

use crate::identity::EvidenceId;

/// The kind under which an estimate is cited. It informs; it meets no requirement.
pub const ESTIMATE: &str = "estimate";

/// How a piece of evidence came to be known.
///
/// # Source
/// The survey forms deployed in Syria record each kind of evidence with how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowKnown {
    /// Somebody of the survey saw it.
    Seen,
    /// Somebody told the survey.
    Told,
    /// It stands in a record.
    Recorded,
}

impl HowKnown {
    /// The word that is kept and shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Told => "told",
            Self::Recorded => "recorded",
        }
    }
}

impl fmt::Display for HowKnown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One record of evidence as a step cites it.
///
/// The step keeps what it knew of the evidence on that day, so that the decision can be judged
/// later by what was on file, whatever is learnt about the evidence afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The record.
    pub id: EvidenceId,
    /// What it is: a code of the national list, such as `submunition_found`, or `estimate`.
    pub kind: String,
    /// How it is known; absent where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how_known: Option<HowKnown>,
    /// Of when it is, as precisely as it says.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "as_written")]
    pub dated: Option<PartialDate>,
    /// How far the source can be relied on, in the programme's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reliability: Option<String>,
    /// Whether the record says where: a position, not a settlement's centre.
    pub located: bool,
}

impl Evidence {
    /// Whether this is an estimate, which may be cited beside evidence but is none.
    #[must_use]
    pub fn is_estimate(&self) -> bool {
        self.kind == ESTIMATE
    }
}

/// A date as precise as it was written, in JSON.
mod as_written {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::PartialDate;

    pub(super) fn serialize<S: Serializer>(
        dated: &Option<PartialDate>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match dated {
            Some(dated) => serializer.collect_str(dated),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<PartialDate>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| text.parse().map_err(de::Error::custom))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn evidence_keeps_the_precision_of_its_date() {
        let written = r#"{"id":"EP-7","kind":"accident","how_known":"recorded","dated":"1999-03","located":true}"#;
        let evidence: Evidence = serde_json::from_str(written).unwrap();
        assert_eq!(evidence.dated.unwrap().to_string(), "1999-03");
        assert_eq!(serde_json::to_string(&evidence).unwrap(), written);
        assert!(serde_json::from_str::<Evidence>(&written.replace("1999-03", "March")).is_err());
    }
}
