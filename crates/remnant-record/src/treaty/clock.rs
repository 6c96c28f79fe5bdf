//! The deadlines that run for a state from the day on which the Convention binds it.
//!
//! Belongs here: Articles 3(2), 4(1) and 7 of the Convention on Cluster Munitions, computed beside
//! published. Does not belong here: whether a duty was met, which a deadline cannot say.

use jiff::civil::Date;
use serde::Serialize;

use super::date_arithmetic::{DateSumError, Period, Rounding, thirtieth_of_april_from};
use super::status::{StateStatus, status};
use crate::date::{AsOf, PartialDate};
use crate::identity::{SourceId, StateCode};
use crate::record::{Record, known};
use crate::table::{PublishedDeadline, Treaty};

/// Whether a deadline is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockState {
    /// The day is still to come, or is the day itself.
    Running,
    /// The day is over. Whether the duty was met is another question.
    Passed,
    /// Computed and published days lie on both sides of the day asked about.
    Open,
    /// There is no day: a fact is missing.
    NoDay,
}

/// A published deadline beside the computed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublishedBeside {
    /// The row, as in `dl-som-7`.
    pub row: String,
    /// The day as published.
    pub deadline: PartialDate,
    /// Whether it is an extension, which is not expected to agree with the rule.
    pub extended: bool,
    /// Whether it is the computed day; a month agrees when the computed day lies in it. `None`
    /// for an extension and where nothing was computed.
    pub agrees: Option<bool>,
    /// The sources of the row.
    pub sources: Vec<SourceId>,
}

/// One deadline of a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// The state.
    pub state: StateCode,
    /// The article, as in `3(2)`.
    pub article: String,
    /// The row of the duty, as in `ccm-3-2`.
    pub obligation: String,
    /// What is to be done.
    pub duty: String,
    /// The day that follows from the rule.
    pub computed: Option<Date>,
    /// The rule in words.
    pub rule: String,
    /// How the sum lands on a day.
    pub rounding: Rounding,
    /// What was published, side by side.
    pub published: Vec<PublishedBeside>,
    /// Whether it is still to come, by the latest extension that was known, else by computed and
    /// published days together.
    pub clock_state: ClockState,
    /// On which fact about the state the duty depends, which no deadline shows.
    pub applies_where: String,
    /// What the record lacks.
    pub missing: Vec<String>,
    /// The statements on which the start rests.
    pub facts: Vec<String>,
}

struct Rule {
    article: &'static str,
    obligation: &'static str,
    duty: &'static str,
    words: &'static str,
    applies_where: &'static str,
    start: Start,
    period: Period,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    EntryIntoForce,
    EndOfHostilities,
}

const RULES: [Rule; 4] = [
    Rule {
        article: "3(2)",
        obligation: "ccm-3-2",
        duty: "destroy stocks",
        words: "8 years after entry into force for the state",
        applies_where: "where the state holds stocks",
        start: Start::EntryIntoForce,
        period: Period::Years(8),
    },
    Rule {
        article: "4(1)(a)",
        obligation: "ccm-4-1-a",
        duty: "clear remnants that were there at entry into force",
        words: "10 years after entry into force for the state",
        applies_where: "where the state had remnants under its control at entry into force",
        start: Start::EntryIntoForce,
        period: Period::Years(10),
    },
    Rule {
        article: "4(1)(b)",
        obligation: "ccm-4-1-b",
        duty: "clear remnants that came later",
        words: "10 years after the end of the active hostilities that left them",
        applies_where: "where remnants came after entry into force",
        start: Start::EndOfHostilities,
        period: Period::Years(10),
    },
    Rule {
        article: "7(1)",
        obligation: "ccm-7-1",
        duty: "first report",
        words: "180 days after entry into force for the state",
        applies_where: "for every party",
        start: Start::EntryIntoForce,
        period: Period::Days(180),
    },
];

/// The deadlines of a state under the Convention on Cluster Munitions.
///
/// None for a state that is not bound. For a state of which that is unknown, the deadlines come
/// without a day and name the missing fact.
///
/// # Source
/// Convention on Cluster Munitions, Articles 3(2), 4(1), 7(1) and 7(2); `record/law.md`,
/// section 4. The end of active hostilities is taken from a statement on `state LBN` with the
/// property `end-of-active-hostilities`, if somebody recorded one.
#[must_use]
pub fn clocks(record: &Record, state: &StateCode, as_of: AsOf) -> Vec<Clock> {
    let status = status(record, Treaty::Ccm, state, as_of);
    if status.standing.is_bound() == Some(false) {
        return Vec::new();
    }
    let entry = entry_day(&status);
    let mut clocks: Vec<Clock> =
        RULES.iter().map(|rule| clock(record, rule, &status, entry.as_ref())).collect();
    let first_report = clocks.iter().find(|c| c.article == "7(1)").and_then(|c| c.computed);
    clocks.push(yearly_report(record, &status, first_report));
    clocks
}

/// The day of entry into force from which the clocks run, or what is missing.
fn entry_day(status: &StateStatus) -> Result<Date, Vec<String>> {
    if status.standing.is_bound().is_none() {
        return Err(status.missing.clone());
    }
    let entry = status.acts.in_force.as_ref();
    entry
        .and_then(|entry| entry.published.and_then(PartialDate::day).or(entry.computed))
        .ok_or_else(|| vec!["the day on which the Convention entered into force".to_owned()])
}

fn clock(
    record: &Record,
    rule: &Rule,
    status: &StateStatus,
    entry: Result<&Date, &Vec<String>>,
) -> Clock {
    let mut facts = status.facts.clone();
    let start = match (rule.start, entry) {
        (_, Err(missing)) => Err(missing.clone()),
        (Start::EntryIntoForce, Ok(day)) => Ok(*day),
        (Start::EndOfHostilities, Ok(_)) => match end_of_hostilities(record, status) {
            Ok((day, fact)) => {
                facts.push(fact);
                Ok(day)
            }
            Err(missing) => Err(vec![missing]),
        },
    };
    let sum = start.and_then(|day| rule.period.after(day).map_err(refused));
    finish(
        record,
        status,
        Clock {
            state: status.state.clone(),
            article: rule.article.to_owned(),
            obligation: rule.obligation.to_owned(),
            duty: rule.duty.to_owned(),
            computed: sum.as_ref().ok().copied(),
            rule: format!("CCM Article {}: {}", rule.article, rule.words),
            rounding: rule.period.rounding(),
            published: Vec::new(),
            clock_state: ClockState::NoDay,
            applies_where: rule.applies_where.to_owned(),
            missing: sum.err().unwrap_or_default(),
            facts,
        },
    )
}

fn refused(error: DateSumError) -> Vec<String> {
    vec![error.to_string()]
}

/// The yearly report: the first 30 April that is not before the day asked about, and not before
/// the first report is due, for that report holds what an update would.
fn yearly_report(record: &Record, status: &StateStatus, first_report: Option<Date>) -> Clock {
    let day = first_report
        .ok_or_else(|| vec!["the day on which the first report is due".to_owned()])
        .and_then(|first| thirtieth_of_april_from(first.max(status.as_of.on)).map_err(refused));
    finish(
        record,
        status,
        Clock {
            state: status.state.clone(),
            article: "7(2)".to_owned(),
            obligation: "ccm-7-2".to_owned(),
            duty: "yearly report".to_owned(),
            computed: day.as_ref().ok().copied(),
            rule: "CCM Article 7(2): by 30 April each year, for the year before".to_owned(),
            rounding: Rounding::FixedDay,
            published: Vec::new(),
            clock_state: ClockState::NoDay,
            applies_where: "for every party".to_owned(),
            missing: day.err().unwrap_or_default(),
            facts: status.facts.clone(),
        },
    )
}

/// The end of active hostilities in a state, where exactly one day was recorded.
fn end_of_hostilities(record: &Record, status: &StateStatus) -> Result<(Date, String), String> {
    let subject = format!("state {}", status.state);
    let mut days: Vec<(Date, String)> = known(&record.general, status.as_of.known_by)
        .filter(|s| s.subject == subject && s.property == "end-of-active-hostilities")
        .filter_map(|s| {
            let day = s.value.parse::<PartialDate>().ok()?.day()?;
            Some((day, format!("{}#{}", s.cited.id, s.property)))
        })
        .collect();
    days.sort();
    days.dedup_by_key(|(day, _)| *day);
    match days.as_slice() {
        [(day, fact)] => Ok((*day, fact.clone())),
        [] => Err("a sourced end of the active hostilities: none is recorded".to_owned()),
        _ => Err("which end of the active hostilities is meant: several are recorded".to_owned()),
    }
}

fn finish(record: &Record, status: &StateStatus, mut clock: Clock) -> Clock {
    clock.published = known(&record.deadlines, status.as_of.known_by)
        .filter(|deadline| deadline.treaty == Treaty::Ccm && deadline.state == status.state)
        .filter(|deadline| is_of(deadline, &clock.article))
        .map(|deadline| PublishedBeside {
            row: deadline.cited.id.clone(),
            deadline: deadline.deadline,
            extended: deadline.extended,
            agrees: clock.computed.filter(|_| !deadline.extended).map(|day| {
                (deadline.deadline.first_day()..=deadline.deadline.last_day()).contains(&day)
            }),
            sources: deadline.cited.all_sources().cloned().collect(),
        })
        .collect();
    clock.clock_state = clock_state(&clock, status.as_of.on);
    clock
}

/// Whether a published deadline is about an article. The record may name the article alone: then
/// it is the deadline that the article sets first, and never the yearly report.
fn is_of(deadline: &PublishedDeadline, article: &str) -> bool {
    let bare = article.split('(').next().unwrap_or(article);
    deadline.article == article
        || (deadline.article == bare && matches!(article, "3(2)" | "4(1)(a)" | "7(1)"))
}

fn clock_state(clock: &Clock, on: Date) -> ClockState {
    let extension =
        clock.published.iter().filter(|p| p.extended).max_by_key(|p| p.deadline.last_day());
    let days: Vec<(Date, Date)> = match extension {
        Some(extension) => vec![(extension.deadline.first_day(), extension.deadline.last_day())],
        None => clock
            .published
            .iter()
            .map(|p| (p.deadline.first_day(), p.deadline.last_day()))
            // A published month that holds the computed day is that day, less precisely told.
            .filter(|(first, last)| clock.computed.is_none_or(|d| d < *first || d > *last))
            .chain(clock.computed.map(|day| (day, day)))
            .collect(),
    };
    let (Some(first), Some(last)) =
        (days.iter().map(|d| d.0).min(), days.iter().map(|d| d.1).max())
    else {
        return ClockState::NoDay;
    };
    if on <= first {
        ClockState::Running
    } else if on > last {
        ClockState::Passed
    } else {
        ClockState::Open
    }
}
