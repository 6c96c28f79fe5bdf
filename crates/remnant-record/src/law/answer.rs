//! What a provision says to a case, with its whole trace.
//!
//! Belongs here: the answer as a value, and its words. Does not belong here: how a provision is
//! evaluated (`convention`, `national`).

use std::collections::BTreeSet;

use serde::Serialize;

use super::definition::Definition;
use super::ground::{EvidenceGrade, Ground, ReadingSide};
use super::rate::RateTest;
use super::verdict::Verdict;
use crate::date::PartialDate;
use crate::identity::{SourceId, StateCode};

/// What a state does in a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It would give.
    Exporter,
    /// It would receive.
    Recipient,
    /// The munitions would pass through it.
    Transit,
}

impl Role {
    /// The role in one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exporter => "exporter",
            Self::Recipient => "recipient",
            Self::Transit => "transit",
        }
    }
}

/// From when to when a provision is in force for the case, as far as seen; the end is excluded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// The first day; `None` was not seen, and not "always".
    pub from: Option<PartialDate>,
    /// The first day no longer in it; `None` was not seen.
    pub to: Option<PartialDate>,
    /// On what the bounds rest.
    pub basis: String,
}

/// The outcome under one combination of readings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadingOutcome {
    /// The sides taken: for each point, the readings that take it.
    pub readings: Vec<ReadingSide>,
    /// The outcome.
    pub verdict: Verdict,
}

/// What one provision says to the case of one state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProvisionAnswer {
    /// Unique in the answers to a transfer, as in `transit-deu-ccm-1-1-b-transfer`.
    pub id: String,
    /// The state.
    pub state: StateCode,
    /// What it does.
    pub role: Role,
    /// The treaty, act or policy.
    pub instrument: String,
    /// The article or section.
    pub provision: String,
    /// The row of the provision, as in `ccm-1-1-c` or `de-kwkg-18a`.
    pub row: String,
    /// The question that is answered.
    pub question: String,
    /// The answer.
    pub verdict: Verdict,
    /// The outcome under each combination of readings, where they part.
    pub outcomes: Vec<ReadingOutcome>,
    /// How much of the provision's text was read.
    pub evidence: EvidenceGrade,
    /// On what evidence the facts rest, such as that the munition is a cluster munition.
    pub fact_evidence: EvidenceGrade,
    /// From when to when the provision is in force.
    pub interval: Interval,
    /// The statements on which the answer rests.
    pub facts: Vec<String>,
    /// The rows of all readings that were looked at.
    pub readings: Vec<String>,
    /// What the record lacks.
    pub missing: Vec<String>,
    /// The definition of a cluster munition that the provision uses.
    pub definition: Option<Definition>,
    /// Whom the provision binds, in the words of the record.
    pub actor_bound: Option<String>,
    /// Whether it binds the forces of the exporter, where an analysis speaks to that.
    pub binds: Option<Verdict>,
    /// Whether it can be enforced against them, which is another question.
    pub enforceable_against: Option<Verdict>,
    /// Stated failure rates against the provision's limit.
    pub rates: Vec<RateTest>,
    /// The sources of provision and facts.
    pub sources: Vec<SourceId>,
    /// The answer in a sentence.
    pub words: String,
}

/// What an answer is about, before it is answered.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    pub(super) suffix: &'static str,
    pub(super) state: StateCode,
    pub(super) role: Role,
    pub(super) instrument: String,
    pub(super) provision: String,
    pub(super) row: String,
    pub(super) question: String,
    pub(super) evidence: EvidenceGrade,
    pub(super) interval: Interval,
    pub(super) definition: Option<Definition>,
    pub(super) actor_bound: Option<String>,
    pub(super) sources: Vec<SourceId>,
}

impl Heading {
    pub(super) fn answer(self, ground: Ground) -> ProvisionAnswer {
        let verdict = ground.verdict();
        let outcomes = if verdict == Verdict::Disputed { outcomes(&ground) } else { Vec::new() };
        let missing = distinct(ground.missing);
        let words = sentence(verdict, &outcomes, self.evidence, ground.facts_grade, &missing);
        let suffix =
            if self.suffix.is_empty() { String::new() } else { format!("-{}", self.suffix) };
        ProvisionAnswer {
            id: format!("{}-{}-{}{suffix}", self.role.word(), self.state, self.row).to_lowercase(),
            state: self.state,
            role: self.role,
            instrument: self.instrument,
            provision: self.provision,
            row: self.row,
            question: self.question,
            verdict,
            outcomes,
            evidence: self.evidence,
            fact_evidence: ground.facts_grade,
            interval: self.interval,
            facts: distinct(ground.facts),
            readings: distinct(ground.sides.into_iter().filter_map(|side| side.row).collect()),
            missing,
            definition: self.definition,
            actor_bound: self.actor_bound,
            binds: None,
            enforceable_against: None,
            rates: Vec::new(),
            sources: distinct(self.sources.into_iter().chain(ground.sources).collect()),
            words,
        }
    }
}

/// The values once each, in the order in which they came.
fn distinct<T: Ord + Clone>(values: Vec<T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|value| seen.insert(value.clone())).collect()
}

fn outcomes(ground: &Ground) -> Vec<ReadingOutcome> {
    let cases = ground.judgement.cases().iter();
    cases
        .map(|(sides, truth)| ReadingOutcome {
            readings: distinct(
                ground
                    .sides
                    .iter()
                    .filter(|side| sides.get(&side.point) == Some(&side.caught))
                    .cloned()
                    .collect(),
            ),
            verdict: (*truth).into(),
        })
        .collect()
}

fn sentence(
    verdict: Verdict,
    outcomes: &[ReadingOutcome],
    evidence: EvidenceGrade,
    facts: EvidenceGrade,
    missing: &[String],
) -> String {
    let mut words = verdict.words().to_owned();
    if evidence != EvidenceGrade::TextRead {
        words.push_str(&format!(", {}", evidence.words()));
    } else if facts != EvidenceGrade::TextRead {
        words.push_str(&format!(", the provision read, facts {}", facts.words()));
    }
    for outcome in outcomes {
        let sides: Vec<String> = outcome
            .readings
            .iter()
            .map(|side| side.row.clone().unwrap_or_else(|| format!("{}, other side", side.point)))
            .collect();
        words.push_str(&format!("; by {}: {}", sides.join(" and "), outcome.verdict.words()));
    }
    if verdict != Verdict::DoesNotHold && !missing.is_empty() {
        words.push_str(&format!("; not known: {}", missing.join("; ")));
    }
    words
}
