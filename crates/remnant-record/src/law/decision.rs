//! Whether a transfer was decided, as far as anybody said so by a day.
//!
//! Belongs here: the firmest standing among statements on the decision. Does not belong here:
//! choosing one of them as true.

use jiff::civil::Date;
use serde::Serialize;

use super::verdict::{LawError, Verdict};
use crate::date::{AsOf, PartialDate};
use crate::identity::SourceId;
use crate::record::{Record, known};
use crate::table::{GeneralStatement, Standing};

/// What somebody said of the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionStatement {
    /// The statement, as in `nbc-f1#decision-status`.
    pub statement: String,
    /// What was said.
    pub status: String,
    /// By whom.
    pub speaker: String,
    /// Whether the speaker is named.
    pub speaker_named: bool,
    /// How firm it is.
    pub standing: Standing,
    /// Whether it says that there is no decision.
    pub denies: bool,
    /// Of which day it is said.
    pub valid_from: Option<PartialDate>,
    /// The day from which it was public.
    pub known_from: Date,
    /// Its sources.
    pub sources: Vec<SourceId>,
}

/// Whether a transfer was decided, as far as known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The transfer.
    pub transfer: String,
    /// The two days of the question.
    pub as_of: AsOf,
    /// Whether a decision was announced, taken or confirmed, as recorded by the day. Reports that
    /// one is near do not hold as one.
    pub decided: Verdict,
    /// The firmest standing of a statement on it.
    pub firmest: Option<Standing>,
    /// All statements on it, in the order in which they became known.
    pub statements: Vec<DecisionStatement>,
    /// What the record lacks.
    pub missing: Vec<String>,
    /// The answer in a sentence.
    pub words: String,
}

/// Whether a transfer was decided, by the statements on its `decision-status` that were known.
///
/// A status that begins with `no` or `not` says that there is no decision. Where statements of
/// those whose decision it is say both, the answer is disputed.
///
/// # Errors
/// `NoSuchTransfer` when the record has none of that id.
pub fn decision(record: &Record, transfer: &str, as_of: AsOf) -> Result<Decision, LawError> {
    if record.transfer(transfer).is_none() {
        return Err(LawError::NoSuchTransfer(transfer.to_owned()));
    }
    let subject = format!("transfer {transfer}");
    let mut statements: Vec<DecisionStatement> = known(&record.general, as_of.known_by)
        .filter(|said| said.subject == subject && said.property == "decision-status")
        .filter(|said| said.valid_from.is_none_or(|from| from.first_day() <= as_of.on))
        .map(statement)
        .collect();
    statements.sort_by(|a, b| (a.known_from, &a.statement).cmp(&(b.known_from, &b.statement)));
    let firm = |denies: bool| {
        statements.iter().any(|said| said.denies == denies && is_firm(said.standing))
    };
    let said_to_be_open = statements.iter().any(|said| said.denies);
    let decided = match (firm(false), firm(true)) {
        (true, false) => Verdict::Holds,
        (true, true) if latest_firm_denies(&statements) => Verdict::Disputed,
        (true, true) => Verdict::Holds,
        (false, _) if said_to_be_open => Verdict::DoesNotHold,
        (false, _) => Verdict::Unknown,
    };
    let missing = match decided {
        Verdict::Unknown => vec![format!(
            "a statement by those whose decision it is: none was known by {}",
            as_of.known_by
        )],
        Verdict::DoesNotHold => {
            vec!["a statement of those whose decision it is; reports alone are recorded".to_owned()]
        }
        Verdict::Holds | Verdict::Disputed => Vec::new(),
    };
    let firmest = statements.iter().map(|s| s.standing).max_by_key(|s| firmness(*s));
    let words = sentence(decided, &statements);
    Ok(Decision {
        transfer: transfer.to_owned(),
        as_of,
        decided,
        firmest,
        statements,
        missing,
        words,
    })
}

fn statement(said: &GeneralStatement) -> DecisionStatement {
    DecisionStatement {
        statement: format!("{}#{}", said.cited.id, said.property),
        status: said.value.clone(),
        speaker: said.speaker.clone(),
        speaker_named: said.speaker_named,
        standing: said.standing,
        denies: said.standing == Standing::Denied
            || said.value.starts_with("no ")
            || said.value.starts_with("not "),
        valid_from: said.valid_from,
        known_from: said.cited.known_from.day,
        sources: said.cited.all_sources().cloned().collect(),
    }
}

/// Whether those spoke whose decision it is: a denial of theirs is as firm as an announcement.
fn is_firm(standing: Standing) -> bool {
    matches!(
        standing,
        Standing::Denied | Standing::Announced | Standing::Decided | Standing::Confirmed
    )
}

/// A firm "no decision yet" before a decision is history; after one it contradicts it.
fn latest_firm_denies(statements: &[DecisionStatement]) -> bool {
    statements.iter().rfind(|said| is_firm(said.standing)).is_some_and(|said| said.denies)
}

fn firmness(standing: Standing) -> u8 {
    match standing {
        Standing::Scheduled => 0,
        Standing::Reported => 1,
        Standing::Denied => 2,
        Standing::Announced => 3,
        Standing::Decided => 4,
        Standing::Confirmed => 5,
    }
}

fn sentence(decided: Verdict, statements: &[DecisionStatement]) -> String {
    let verdict = match decided {
        Verdict::Holds => "a decision is on the record",
        Verdict::DoesNotHold => "no decision is on the record",
        Verdict::Unknown => "the record holds no statement by those whose decision it is",
        Verdict::Disputed => "statements on a decision contradict one another",
    };
    let said: Vec<String> = statements
        .iter()
        .map(|s| format!("{} ({}, {})", s.status, s.speaker, s.standing))
        .collect();
    if said.is_empty() { verdict.to_owned() } else { format!("{verdict}: {}", said.join("; ")) }
}
