//! A judgement together with everything that it rests on.
//!
//! Belongs here: carrying facts, readings, sources and missing facts through the combinators, so
//! that an answer names what decided it and no more. Does not belong here: any provision.

use jiff::civil::Date;
use serde::Serialize;

use super::verdict::{Judgement, LawError, RankedRule, Truth, Verdict, decide};
use crate::identity::SourceId;
use crate::record::{Record, known};
use crate::table::{Cited, DisputedReading, Effect};
use crate::treaty::StateStatus;

/// How much of what an answer rests on was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceGrade {
    /// What others say of it.
    Secondary,
    /// Its title and date.
    TitleAndDateRead,
    /// Its table of contents.
    ContentsRead,
    /// Parts of the text.
    PartlyRead,
    /// The text.
    TextRead,
}

impl EvidenceGrade {
    /// The grade that the record writes for a national provision.
    #[must_use]
    pub fn of(words: &str) -> Self {
        match words {
            "text read" => Self::TextRead,
            "partly read" => Self::PartlyRead,
            "contents read" => Self::ContentsRead,
            "title and date read" => Self::TitleAndDateRead,
            _ => Self::Secondary,
        }
    }

    /// The grade as it is said after a verdict.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::TextRead => "the text was read",
            Self::PartlyRead => "the text was read in part",
            Self::ContentsRead => "on its table of contents alone",
            Self::TitleAndDateRead => "on title and date alone",
            Self::Secondary => "on secondary evidence",
        }
    }
}

/// A reading of a disputed point, as far as an answer shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReadingSide {
    /// The point.
    pub point: String,
    /// Whether the provision reaches the conduct by it.
    pub caught: bool,
    /// The row, as in `transit-1`; `None` for the other side of a dispute of which no reading was
    /// known by the day.
    pub row: Option<String>,
    /// The reading in words.
    pub reading: String,
}

/// A judgement with its trace.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub(super) judgement: Judgement,
    pub(super) facts: Vec<String>,
    pub(super) sides: Vec<ReadingSide>,
    pub(super) missing: Vec<String>,
    pub(super) sources: Vec<SourceId>,
    pub(super) facts_grade: EvidenceGrade,
}

impl Ground {
    pub(super) fn settled(truth: Truth) -> Self {
        Self {
            judgement: Judgement::settled(truth),
            facts: Vec::new(),
            sides: Vec::new(),
            missing: Vec::new(),
            sources: Vec::new(),
            facts_grade: EvidenceGrade::TextRead,
        }
    }

    /// Unknown, for lack of a fact.
    pub(super) fn missing(fact: impl Into<String>) -> Self {
        Self { missing: vec![fact.into()], ..Self::settled(Truth::Unknown) }
    }

    pub(super) fn with_fact(mut self, fact: impl Into<String>) -> Self {
        self.facts.push(fact.into());
        self
    }

    pub(super) fn with_sources_of(mut self, cited: &Cited) -> Self {
        self.sources.extend(cited.all_sources().cloned());
        self
    }

    pub(super) fn graded(mut self, grade: EvidenceGrade) -> Self {
        self.facts_grade = self.facts_grade.min(grade);
        self
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.judgement.verdict()
    }

    /// Whether a treaty binds a state, from its status.
    pub(super) fn bound(status: &StateStatus) -> Self {
        Self {
            facts: status.facts.clone(),
            missing: status.missing.clone(),
            sources: status.sources.clone(),
            ..Self::settled(Truth::of(status.standing.is_bound()))
        }
    }

    /// Whether Article 1 binds a state: as a party, or provisionally before.
    pub(super) fn bound_by_article_1(status: &StateStatus) -> Self {
        let bound = Truth::of(status.standing.is_bound());
        let provisionally = Truth::of(status.provisional_application);
        let either = Judgement::settled(bound).or(&Judgement::settled(provisionally));
        Self { judgement: either, ..Self::bound(status) }
    }

    /// Whether a state is not a party.
    pub(super) fn not_a_party(status: &StateStatus) -> Self {
        Self::bound_by_article_1(status).not()
    }

    /// Both hold. One that does not hold decides alone: what the other lacks is then not missing.
    pub(super) fn and(self, other: Self) -> Self {
        let judgement = self.judgement.and(&other.judgement);
        if self.verdict() == Verdict::DoesNotHold {
            return self;
        }
        if other.verdict() == Verdict::DoesNotHold {
            return other;
        }
        self.merged(other, judgement)
    }

    /// One of them holds.
    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    pub(super) fn not(mut self) -> Self {
        self.judgement = self.judgement.not();
        self
    }

    fn merged(mut self, other: Self, judgement: Judgement) -> Self {
        self.judgement = judgement;
        self.facts.extend(other.facts);
        self.sides.extend(other.sides);
        self.missing.extend(other.missing);
        self.sources.extend(other.sources);
        self.facts_grade = self.facts_grade.min(other.facts_grade);
        self
    }

    /// A base rule, and exceptions to it that all stand above it.
    pub(super) fn unless(
        self,
        base: &str,
        exceptions: Vec<(String, Self)>,
    ) -> Result<Self, LawError> {
        if self.verdict() == Verdict::DoesNotHold {
            return Ok(self);
        }
        let mut rules = vec![RankedRule {
            provision: base.to_owned(),
            rank: 0,
            applies: self.judgement.clone(),
            catches: true,
        }];
        rules.extend(exceptions.iter().map(|(provision, ground)| RankedRule {
            provision: provision.clone(),
            rank: 1,
            applies: ground.judgement.clone(),
            catches: false,
        }));
        let decided = decide(&rules)?;
        let relevant: Vec<Self> = exceptions
            .into_iter()
            .map(|(_, ground)| ground)
            .filter(|ground| ground.verdict() != Verdict::DoesNotHold || !ground.facts.is_empty())
            .collect();
        let traced = relevant.into_iter().fold(self, |all, one| {
            let judgement = all.judgement.clone();
            all.merged(one, judgement)
        });
        Ok(Self { judgement: decided, ..traced })
    }
}

/// A disputed point, under every reading that was known by a day.
///
/// No reading is chosen. Where the record names the provision as disputed and holds readings of
/// one side only by that day, the other side stands beside them unnamed. Where nothing names it as
/// disputed by that day and readings of both sides are not there, the answer is unknown.
pub(super) fn point(
    record: &Record,
    key: &str,
    provision: &str,
    named_as_disputed: bool,
    known_by: Date,
) -> Ground {
    let readings: Vec<&DisputedReading> = known(&record.readings, known_by)
        .filter(|r| r.key == key && r.provisions.iter().any(|p| p == provision))
        .collect();
    let mut sides: Vec<ReadingSide> = readings
        .iter()
        .map(|reading| ReadingSide {
            point: key.to_owned(),
            caught: reading.effect == Effect::Caught,
            row: Some(reading.cited.id.clone()),
            reading: reading.reading.clone(),
        })
        .collect();
    let both = [true, false].into_iter().all(|caught| sides.iter().any(|s| s.caught == caught));
    let facts = readings.iter().map(|r| format!("{}#reading", r.cited.id)).collect();
    let sources = readings.iter().flat_map(|r| r.cited.all_sources().cloned()).collect();
    if !both && !named_as_disputed {
        let missing = if sides.is_empty() {
            format!("a reading of the point `{key}`: none was known by {known_by}")
        } else {
            format!("another reading of the point `{key}`: one side alone was known by {known_by}")
        };
        return Ground { facts, sides, sources, ..Ground::missing(missing) };
    }
    for caught in [true, false] {
        if !sides.iter().any(|side| side.caught == caught) {
            sides.push(ReadingSide {
                point: key.to_owned(),
                caught,
                row: None,
                reading: "the other side of the dispute; no reading of it was known by the day"
                    .to_owned(),
            });
        }
    }
    let judgement = Judgement::on_point(key);
    Ground { judgement, facts, sides, sources, ..Ground::settled(Truth::Unknown) }
}
