//! Treaties, duties, national provisions and the points in dispute.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::Serialize;

use super::{Cited, Note};
use crate::date::PartialDate;
use crate::folder::Row;
use crate::identity::StateCode;
use crate::known_from::{KnownFrom, SourceIndex, known_from};

/// A treaty of which the record holds participations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Treaty {
    /// Convention on Cluster Munitions.
    #[serde(rename = "CCM")]
    Ccm,
    /// Protocol V to the Convention on Certain Conventional Weapons, on explosive remnants of war.
    #[serde(rename = "CCW-P5")]
    ProtocolV,
    /// Anti-Personnel Mine Ban Convention.
    #[serde(rename = "APMBC")]
    Apmbc,
}

impl Treaty {
    /// All treaties.
    pub const ALL: [Self; 3] = [Self::Ccm, Self::ProtocolV, Self::Apmbc];

    /// The name in full.
    #[must_use]
    pub fn full_name(self) -> &'static str {
        match self {
            Self::Ccm => "Convention on Cluster Munitions",
            Self::ProtocolV => "CCW Protocol V on explosive remnants of war",
            Self::Apmbc => "Anti-Personnel Mine Ban Convention",
        }
    }

    /// Whether the record's table is meant to hold every state that signed or joined.
    ///
    /// # Source
    /// `record/law.md`, section 1: complete for the CCM only.
    #[must_use]
    pub fn table_is_complete(self) -> bool {
        matches!(self, Self::Ccm)
    }
}

impl fmt::Display for Treaty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ccm => "CCM",
            Self::ProtocolV => "CCW-P5",
            Self::Apmbc => "APMBC",
        })
    }
}

impl FromStr for Treaty {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|treaty| treaty.to_string() == text)
            .ok_or_else(|| format!("`{text}` is none of: CCM, CCW-P5, APMBC"))
    }
}

/// One act of a state towards a treaty, with the day from which it was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TreatyAct {
    /// The day of the act, as precisely as was seen.
    pub date: PartialDate,
    /// From when it was public.
    pub known_from: KnownFrom,
}

impl TreatyAct {
    /// Whether the act was public by a day.
    #[must_use]
    pub fn is_known_by(&self, day: Date) -> bool {
        self.known_from.day <= day
    }
}

/// How a state consented to be bound, or that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Instrument {
    /// Ratification of its signature.
    Ratification,
    /// Accession without signature.
    Accession,
    /// Acceptance.
    Acceptance,
    /// Approval.
    Approval,
    /// Succession.
    Succession,
    /// Consent to be bound by a protocol.
    ConsentToBeBound,
    /// It signed and did no more.
    SignatureOnly,
    /// It did nothing.
    NotJoined,
}

impl Instrument {
    fn of(row: &Row) -> Self {
        match row.get("kind") {
            Some("ratification") => Self::Ratification,
            Some("accession") => Self::Accession,
            Some("acceptance") => Self::Acceptance,
            Some("approval") => Self::Approval,
            Some("succession") => Self::Succession,
            Some("consent-to-be-bound") => Self::ConsentToBeBound,
            Some("signature-only") => Self::SignatureOnly,
            _ => Self::NotJoined,
        }
    }

    /// As the record writes it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Ratification => "ratification",
            Self::Accession => "accession",
            Self::Acceptance => "acceptance",
            Self::Approval => "approval",
            Self::Succession => "succession",
            Self::ConsentToBeBound => "consent to be bound",
            Self::SignatureOnly => "signature only",
            Self::NotJoined => "not joined",
        }
    }
}

/// What one state did towards one treaty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Participation {
    /// Where the row stands.
    pub cited: Cited,
    /// The treaty.
    pub treaty: Treaty,
    /// The state.
    pub state: StateCode,
    /// Its name in the record.
    pub state_name: String,
    /// By which instrument.
    pub instrument: Instrument,
    /// Signature.
    pub signed: Option<TreatyAct>,
    /// Deposit of the instrument by which it consented to be bound.
    pub deposited: Option<TreatyAct>,
    /// Provisional application, from when.
    pub provisional_from: Option<TreatyAct>,
    /// Entry into force for the state, as the record has it.
    pub in_force: Option<TreatyAct>,
    /// Whether a source states the entry into force, or it was computed from the treaty's rule.
    pub in_force_is_stated: bool,
    /// Receipt of a notice of withdrawal.
    pub withdrawal_deposited: Option<TreatyAct>,
    /// The day on which it takes effect, as the record has it.
    pub withdrawn: Option<TreatyAct>,
    /// The day to which the row was checked.
    pub checked_as_of: PartialDate,
}

impl Participation {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Option<Self> {
        let act = |column| {
            let date = row.date(column)?;
            Some(TreatyAct { date, known_from: known_from(row, column, sources) })
        };
        Some(Self {
            cited: Cited::of(row, sources),
            treaty: row.get("treaty")?.parse().ok()?,
            state: StateCode::new(row.text("iso3")),
            state_name: row.text("state"),
            instrument: Instrument::of(row),
            signed: act("signed"),
            deposited: act("ratified_or_acceded"),
            provisional_from: act("provisional_application_from"),
            in_force: act("entry_into_force"),
            in_force_is_stated: row.get("entry_into_force_basis") == Some("stated-and-computed"),
            withdrawal_deposited: act("withdrawal_deposited"),
            withdrawn: act("withdrawn_effective"),
            checked_as_of: row.date("checked_as_of")?,
        })
    }
}

/// A deadline as somebody published it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublishedDeadline {
    /// Where the row stands.
    pub cited: Cited,
    /// The treaty.
    pub treaty: Treaty,
    /// The state.
    pub state: StateCode,
    /// The article.
    pub article: String,
    /// The day, as precisely as was published.
    pub deadline: PartialDate,
    /// Whether it is an extension.
    pub extended: bool,
}

impl PublishedDeadline {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Option<Self> {
        Some(Self {
            cited: Cited::of(row, sources),
            treaty: row.get("treaty")?.parse().ok()?,
            state: StateCode::new(row.text("iso3")),
            article: row.text("article"),
            deadline: row.date("deadline")?,
            extended: row.get("kind") == Some("extended"),
        })
    }
}

/// A duty, a definition or a rule of a treaty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Obligation {
    /// Where the row stands.
    pub cited: Cited,
    /// The treaty.
    pub treaty: Treaty,
    /// The article.
    pub article: String,
    /// Its short title.
    pub title: String,
    /// Whom it binds, in the words of the record.
    pub binds: String,
    /// When it applies.
    pub trigger: Option<String>,
    /// By when it is to be met.
    pub deadline_rule: String,
    /// Whether and how the deadline can be extended.
    pub extension: Option<String>,
    /// What it says, in the record's words.
    pub summary: String,
    /// Whether its reading is settled, or what is in dispute.
    pub interpretation: String,
}

impl Obligation {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Option<Self> {
        Some(Self {
            cited: Cited::of(row, sources),
            treaty: row.get("instrument")?.parse().ok()?,
            article: row.text("article"),
            title: row.text("short_title"),
            binds: row.text("binds"),
            trigger: row.get("trigger").map(str::to_owned),
            deadline_rule: row.text("deadline_rule"),
            extension: row.get("extension").map(str::to_owned),
            summary: row.text("summary"),
            interpretation: row.text("interpretation"),
        })
    }
}

/// The end of a provision. It became known later than the provision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProvisionEnd {
    /// The first day on which it is no longer in force, as precisely as was seen.
    pub date: PartialDate,
    /// From when that was known.
    pub known_from: KnownFrom,
}

/// A provision of national law or policy, for one period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NationalRule {
    /// Where the row stands.
    pub cited: Cited,
    /// The state.
    pub state: StateCode,
    /// Its name in the record.
    pub state_name: String,
    /// The act, policy or memorandum.
    pub instrument: String,
    /// The provision in it.
    pub provision: String,
    /// In force from.
    pub from: Option<PartialDate>,
    /// In force until, with the day from which that was known.
    pub to: Option<ProvisionEnd>,
    /// On what these dates rest, and what was not seen of them.
    pub date_basis: String,
    /// What it restricts.
    pub restricts: String,
    /// Whom it binds.
    pub actor_bound: String,
    /// Its condition, in the record's notation.
    pub condition: String,
    /// What the condition's terms mean.
    pub condition_meaning: Option<String>,
    /// Waiver or exception, with the day from which what is said of it was known.
    pub waiver: Option<Note>,
    /// How much of the text was read, in the words of the record.
    pub evidence: String,
}

impl NationalRule {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        Self {
            cited: Cited::of(row, sources),
            state: StateCode::new(row.text("country_iso3")),
            state_name: row.text("country"),
            instrument: row.text("instrument"),
            provision: row.text("provision"),
            from: row.date("in_force_from"),
            to: row.date("in_force_to").map(|date| ProvisionEnd {
                date,
                known_from: known_from(row, "in_force_to", sources),
            }),
            date_basis: row.text("date_basis"),
            restricts: row.text("restricts"),
            actor_bound: row.text("actor_bound"),
            condition: row.text("condition_predicate"),
            condition_meaning: row.get("predicate_meaning").map(str::to_owned),
            waiver: row.get("waiver_or_exception").map(|text| Note {
                text: text.to_owned(),
                known_from: known_from(row, "waiver_or_exception", sources),
            }),
            evidence: row.text("evidence"),
        }
    }

    /// Until when it is in force, as far as that was known by a day.
    #[must_use]
    pub fn end_by(&self, day: Date) -> Option<PartialDate> {
        self.to.as_ref().filter(|end| end.known_from.day <= day).map(|end| end.date)
    }

    /// Whether the text itself was read, so that the rule may be coded as it stands.
    #[must_use]
    pub fn text_was_read(&self) -> bool {
        self.evidence == "text read"
    }
}

/// What a reading makes of the disputed conduct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The provision reaches it.
    Caught,
    /// The provision does not reach it.
    NotCaught,
}

/// One reading of a disputed point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DisputedReading {
    /// Where the row stands.
    pub cited: Cited,
    /// The point in dispute: `transit`, `foreign-stocks`, …
    pub key: String,
    /// The provisions it is about.
    pub provisions: Vec<String>,
    /// The reading, in words.
    pub reading: String,
    /// What it makes of the conduct.
    pub effect: Effect,
    /// Who holds it, as seen.
    pub held_by: Option<String>,
}

impl DisputedReading {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        Self {
            cited: Cited::of(row, sources),
            key: row.text("key"),
            provisions: row.ids("provisions"),
            reading: row.text("reading"),
            effect: match row.get("effect") {
                Some("caught") => Effect::Caught,
                _ => Effect::NotCaught,
            },
            held_by: row.get("held_by").map(str::to_owned),
        }
    }
}
