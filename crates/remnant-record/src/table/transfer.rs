//! Transfers: what was proposed, said, asked and answered.

use std::fmt;

use serde::Serialize;

use super::Cited;
use crate::date::PartialDate;
use crate::folder::Row;
use crate::identity::SourceId;
use crate::identity::{MunitionId, StateCode};
use crate::known_from::{KnownFrom, SourceIndex, known_from, source_ids};

/// How firm a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Reported by press or others.
    Reported,
    /// Announced by those whose decision it is.
    Announced,
    /// Decided by vote.
    Decided,
    /// Confirmed on the record or in writing.
    Confirmed,
    /// Denied by those it is about.
    Denied,
    /// To come.
    Scheduled,
}

impl Standing {
    fn of(row: &Row, column: &str) -> Self {
        match row.get(column) {
            Some("announced") => Self::Announced,
            Some("decided") => Self::Decided,
            Some("confirmed") => Self::Confirmed,
            Some("denied") => Self::Denied,
            Some("scheduled") => Self::Scheduled,
            _ => Self::Reported,
        }
    }

    /// In one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Announced => "announced",
            Self::Decided => "decided",
            Self::Confirmed => "confirmed",
            Self::Denied => "denied",
            Self::Scheduled => "scheduled",
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// An event of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Where the row stands.
    pub cited: Cited,
    /// When.
    pub date: PartialDate,
    /// What happened, in the record's words.
    pub event: String,
    /// Who acted.
    pub actors: String,
    /// Where.
    pub place_or_forum: Option<String>,
    /// How firm.
    pub standing: Standing,
    /// Whose statement it is.
    pub attribution: String,
}

impl Event {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Option<Self> {
        Some(Self {
            cited: Cited::of(row, sources),
            date: row.date("date")?,
            event: row.text("event"),
            actors: row.text("actors"),
            place_or_forum: row.get("place_or_forum").map(str::to_owned),
            standing: Standing::of(row, "claim_status"),
            attribution: row.text("attribution"),
        })
    }
}

/// What came of a request, and from when that was known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// How the record sums it up.
    pub status: String,
    /// The day of the answer.
    pub date: Option<PartialDate>,
    /// What was answered.
    pub text: Option<String>,
    /// Its sources.
    pub sources: Vec<SourceId>,
    /// From when it was known.
    pub known_from: KnownFrom,
}

/// A question or demand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request {
    /// Where the row stands.
    pub cited: Cited,
    /// When it was asked.
    pub date: Option<PartialDate>,
    /// By whom.
    pub asker: String,
    /// Of whom.
    pub asked: String,
    /// How.
    pub channel: String,
    /// Information request, policy request or legal point.
    pub kind: String,
    /// What was asked.
    pub question: String,
    /// The answer, when the record holds one at all. Whether it was known by a day is
    /// [`answer_by`](Self::answer_by).
    pub answer: Option<Answer>,
    /// How the record sums up a request to which it holds no answer.
    pub status_without_answer: Option<String>,
}

impl Request {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        let status = row.text("answer_status");
        let answered = row.get("answer").is_some() || row.get("answer_date").is_some();
        let answer = answered.then(|| Answer {
            status: status.clone(),
            date: row.date("answer_date"),
            text: row.get("answer").map(str::to_owned),
            sources: source_ids(row, "answer"),
            known_from: known_from(row, "answer", sources),
        });
        Self {
            cited: Cited::of(row, sources),
            date: row.date("date"),
            asker: row.text("asker"),
            asked: row.text("asked"),
            channel: row.text("channel"),
            kind: row.text("kind"),
            question: row.text("question_or_demand"),
            status_without_answer: (!answered).then_some(status),
            answer,
        }
    }

    /// The answer, if it was known by a day; a request without one is unanswered as known by it.
    #[must_use]
    pub fn answer_by(&self, day: jiff::civil::Date) -> Option<&Answer> {
        self.answer.as_ref().filter(|answer| answer.known_from.day <= day)
    }
}

/// A statement that fits no other table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GeneralStatement {
    /// Where the row stands.
    pub cited: Cited,
    /// What it is about: a word and an id, as in `transfer us-ukraine-dpicm`.
    pub subject: String,
    /// Which property.
    pub property: String,
    /// The value as written.
    pub value: String,
    /// What the value is: text, count, share-percent, date or reference.
    pub value_kind: String,
    /// The unit, where the value has one.
    pub unit: Option<String>,
    /// Valid from.
    pub valid_from: Option<PartialDate>,
    /// Valid until.
    pub valid_to: Option<PartialDate>,
    /// Who says it.
    pub speaker: String,
    /// Whether the speaker is named.
    pub speaker_named: bool,
    /// How firm it is.
    pub standing: Standing,
    /// Where in the source.
    pub locator: Option<String>,
    /// The line of the founding report that it holds, as in `F16`.
    pub acceptance_line: Option<String>,
}

impl GeneralStatement {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        Self {
            cited: Cited::of(row, sources),
            subject: row.text("subject"),
            property: row.text("property"),
            value: row.text("value"),
            value_kind: row.text("value_kind"),
            unit: row.get("unit").map(str::to_owned),
            valid_from: row.date("valid_from"),
            valid_to: row.date("valid_to"),
            speaker: row.text("speaker"),
            speaker_named: row.get("speaker_named") == Some("yes"),
            standing: Standing::of(row, "standing"),
            locator: row.get("locator").map(str::to_owned),
            acceptance_line: row.get("acceptance_line").map(str::to_owned),
        }
    }
}

/// A transfer that a brief can be asked about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Transfer {
    /// Where the row stands.
    pub cited: Cited,
    /// What it is called.
    pub title: String,
    /// Who would give.
    pub supplier: StateCode,
    /// Who would receive.
    pub recipient: StateCode,
    /// The recipient's opponent.
    pub opponent: Option<StateCode>,
    /// States of transit that are asked about.
    pub transit: Vec<StateCode>,
    /// The munitions in question.
    pub munitions: Vec<MunitionId>,
    /// The day on which the question first arose.
    pub asked_on: PartialDate,
    /// The question.
    pub question: String,
}

impl Transfer {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Option<Self> {
        let states = |column| row.ids(column).into_iter().map(StateCode::new).collect();
        Some(Self {
            cited: Cited::of(row, sources),
            title: row.text("title"),
            supplier: StateCode::new(row.text("supplier_iso3")),
            recipient: StateCode::new(row.text("recipient_iso3")),
            opponent: row.get("opponent_iso3").map(StateCode::new),
            transit: states("transit_iso3"),
            munitions: row.ids("munition_ids").into_iter().map(MunitionId::new).collect(),
            asked_on: row.date("asked_on")?,
            question: row.text("question"),
        })
    }
}
