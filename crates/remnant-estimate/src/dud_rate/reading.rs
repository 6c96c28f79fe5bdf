//! From the record's rows to the statements that the model weighs.
//!
//! Belongs here: one named reading, with the rows that it used and the rows that it left out, each
//! with the reason, as they are printed beside every result. Does not belong here: the rows
//! themselves (`remnant-record`), the weighing (`pool`).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use remnant_record::table::{Cite, DudRate, DudRateContext, DudRateEvidence};
use remnant_record::{Record, StatedShare};
use serde::Serialize;

use super::{
    EvidenceKind, Families, Form, Observation, Posterior, Priors, SensitivityRow, Unexploded, pool,
    sensitivity, unexploded,
};
use crate::EstimateError;

/// The name of the reading, printed with each result.
pub const READING: &str = "dud-rate reading 1: one origin counts once, open ends stay open";

/// What the reading does, one rule a line, as a page prints it.
pub const RULES: [&str; 8] = [
    "A statement takes part from the day on which it was public.",
    "Statements with the same origin count once: the one that was first, or while that one is not \
     yet known the one that became known first.",
    "A requirement says what ought to be; it is no observation.",
    "A statement on mixed or unspecified submunitions is shown beside, never pooled into a type.",
    "A type that the editors have not placed in a design family is not pooled.",
    "A count of duds among tested is used as a count; a single figure as a point with a standard \
     error of 0.25 on the logit scale.",
    "A range is read as: the rate of one context lies in it. 'Up to' and 'or more' leave the other \
     end open.",
    "Lot acceptance and operational tests are of kind test; official and makers' claims of kind \
     official; combat field clearance of kind field; estimates by organisations and press of kind \
     estimate.",
];

/// How many quantities' answers are kept.
const MOST_KEPT: usize = 256;

/// Which rows take part, in which form, and which do not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// The reading's name.
    pub name: &'static str,
    /// Every submunition that the editors have placed in a family.
    pub families: Families,
    /// The statements that take part, in the order of the record.
    pub used: Vec<Observation>,
    /// The rows known by the day that do not, in the order of the record.
    pub left_out: Vec<LeftOut>,
}

/// A row that takes no part, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The row.
    pub row: String,
    /// Why, in words for a page.
    pub reason: String,
}

impl Reading {
    /// Reads the dud-rate rows that were known by a day.
    ///
    /// # Source
    /// `docs/models/dud-rate.md`, "From the record to statements".
    #[must_use]
    pub fn of(record: &Record, known_by: Date) -> Self {
        let families: Families = record
            .submunitions
            .iter()
            .filter_map(|s| Some((s.id.as_str(), s.design_family.as_deref()?)))
            .collect();
        let known: Vec<&DudRate> =
            record.dud_rates.iter().filter(|row| row.cited.is_known_by(known_by)).collect();
        let first = first_of_each_origin(&record.dud_rates, &known);
        let mut reading = Self { name: READING, families, used: Vec::new(), left_out: Vec::new() };
        for row in known {
            match reading.observation(row, &first) {
                Ok(observation) => reading.used.push(observation),
                Err(reason) => {
                    reading.left_out.push(LeftOut { row: row.cited.id.clone(), reason });
                }
            }
        }
        reading
    }

    /// The row as a statement of the model, or the reason why it is none.
    fn observation(
        &self,
        row: &DudRate,
        first: &HashMap<&str, &str>,
    ) -> Result<Observation, String> {
        if row.evidence == DudRateEvidence::Requirement {
            return Err("a requirement, not an observation".to_owned());
        }
        if row.submunition.as_str() == "mixed-unspecified" {
            return Err("mixed or unspecified submunitions".to_owned());
        }
        if self.families.family_of(row.submunition.as_str()).is_none() {
            return Err(format!("the editors have placed {} in no design family", row.submunition));
        }
        if let Some(first) = first.get(row.cited.id.as_str()).filter(|id| **id != row.cited.id) {
            return Err(format!("same origin as {first}"));
        }
        let unusable = |error: EstimateError| format!("its figure cannot be used: {error}");
        let form = form(row.share).map_err(unusable)?;
        Observation::new(row.cited.id.as_str(), row.submunition.as_str(), kind(row.context), form)
            .map(|observation| {
                observation.from_sources(row.cited.all_sources().map(|id| id.as_str()))
            })
            .map_err(unusable)
    }
}

fn kind(context: DudRateContext) -> EvidenceKind {
    match context {
        DudRateContext::LotAcceptanceTest | DudRateContext::OperationalTest => EvidenceKind::Test,
        DudRateContext::OfficialClaim | DudRateContext::ManufacturerClaim => EvidenceKind::Official,
        DudRateContext::CombatFieldClearance => EvidenceKind::Field,
        DudRateContext::NgoEstimate => EvidenceKind::Estimate,
    }
}

fn form(share: StatedShare) -> Result<Form, EstimateError> {
    match share {
        StatedShare::Count { duds, tested } => Form::count(duds, tested),
        StatedShare::Point(point) => Form::share(point.fraction()),
        StatedShare::Between(low, high) => Form::interval(low.fraction(), high.fraction()),
        StatedShare::AtMost(high) => Form::interval(0.0, high.fraction()),
        StatedShare::AtLeast(low) => Form::interval(low.fraction(), 1.0),
    }
}

/// For each known row of an origin with several rows, the row that stands for them: the one that
/// all others repeat, or while that one is not known, the one that became known first.
fn first_of_each_origin<'a>(
    all: &'a [DudRate],
    known: &[&'a DudRate],
) -> HashMap<&'a str, &'a str> {
    let origin: HashMap<&str, &str> = all
        .iter()
        .filter_map(|row| Some((row.cited.id.as_str(), row.same_origin_as.as_deref()?)))
        .collect();
    let root = |id: &'a str| {
        // The check of the record refuses circles, so this ends.
        std::iter::successors(Some(id), |id| origin.get(id).copied()).last().unwrap_or(id)
    };
    let mut groups: HashMap<&str, Vec<&'a DudRate>> = HashMap::new();
    for row in known {
        groups.entry(root(&row.cited.id)).or_default().push(row);
    }
    let mut first = HashMap::new();
    for (root, members) in groups {
        let stands = members.iter().find(|row| row.cited.id == root).or_else(|| {
            members.iter().min_by_key(|row| (row.cited().known_from.day, &row.cited.id))
        });
        if let Some(stands) = stands {
            for row in &members {
                first.insert(row.cited.id.as_str(), stands.cited.id.as_str());
            }
        }
    }
    first
}

/// The record's dud-rate statements as known by a day, and what they make probable together.
#[derive(Debug)]
pub struct PooledRecord {
    /// Which rows took part.
    pub reading: Reading,
    /// The answer, or the reason why there is none.
    pub posterior: Result<Posterior, EstimateError>,
    /// How the answer for a submunition moves under other choices, once somebody asked: pooling
    /// again for each choice takes seconds.
    sensitivity: Mutex<BTreeMap<String, Arc<[SensitivityRow]>>>,
    /// What so many munitions would leave, once somebody asked: one page asks often.
    left: Mutex<BTreeMap<(String, u64, u64), Unexploded>>,
}

impl PooledRecord {
    /// Reads and pools the statements known by a day, with the default priors.
    #[must_use]
    pub fn of(record: &Record, known_by: Date) -> Self {
        let reading = Reading::of(record, known_by);
        let posterior = pool(&reading.families, &reading.used, &Priors::default());
        Self { reading, posterior, sensitivity: Mutex::default(), left: Mutex::default() }
    }

    /// The submunitions left unexploded when munitions that carry so many each are used in one
    /// context nobody has counted.
    ///
    /// # Errors
    /// When the statements gave no posterior or none for the submunition, and for more submunitions
    /// than can be reckoned with.
    pub fn unexploded(
        &self,
        submunition: &str,
        munitions: u64,
        submunitions_each: u64,
    ) -> Result<Unexploded, EstimateError> {
        let found = self.posterior.as_ref().map_err(Clone::clone)?.submunition(submunition)?;
        let key = (submunition.to_owned(), munitions, submunitions_each);
        let mut kept = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = kept.get(&key) {
            return Ok(*left);
        }
        let left = unexploded(munitions, submunitions_each, &found.predictive)?;
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key, left);
        Ok(left)
    }

    /// How the answer for a submunition moves when priors, claims or single sources are left out;
    /// nothing for a submunition without a family.
    #[must_use]
    pub fn sensitivity(&self, submunition: &str) -> Arc<[SensitivityRow]> {
        let mut kept = self.sensitivity.lock().unwrap_or_else(PoisonError::into_inner);
        let compute = || {
            let Reading { families, used, .. } = &self.reading;
            sensitivity(families, used, &Priors::default(), submunition).unwrap_or_default().into()
        };
        Arc::clone(kept.entry(submunition.to_owned()).or_insert_with(compute))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use remnant_record::shipped;

    use super::*;

    fn record() -> Record {
        Record::read(&[shipped()]).expect("the shipped record is sound").record
    }

    fn left_out<'a>(reading: &'a Reading, row: &str) -> Option<&'a str> {
        reading.left_out.iter().find(|out| out.row == row).map(|out| out.reason.as_str())
    }

    #[test]
    fn every_row_known_by_the_day_is_used_or_left_out_with_a_reason() {
        let record = record();
        for day in [date(2003, 1, 1), date(2023, 6, 30), date(2026, 11, 23)] {
            let reading = Reading::of(&record, day);
            let known = record.dud_rates.iter().filter(|row| row.cited.is_known_by(day)).count();
            assert_eq!(reading.used.len() + reading.left_out.len(), known);
        }
    }

    #[test]
    fn on_the_whole_record_27_rows_take_part_and_32_do_not() {
        let reading = Reading::of(&record(), date(2026, 11, 23));
        assert_eq!((reading.used.len(), reading.left_out.len()), (27, 32));
        assert_eq!(left_out(&reading, "dr-018"), Some("a requirement, not an observation"));
        assert_eq!(left_out(&reading, "dr-041"), Some("same origin as dr-039"));
        assert_eq!(left_out(&reading, "dr-050"), Some("mixed or unspecified submunitions"));
        assert!(left_out(&reading, "dr-056").is_some_and(|reason| reason.contains("blu-108")));
    }

    /// On 7 July 2023 the Pentagon's spokesman had said 2.35 per cent (dr-002); the fuller account
    /// that the record takes as the origin (dr-001) was printed on 13 July.
    #[test]
    fn until_the_origin_is_known_the_repetition_that_was_first_stands_for_it() {
        let record = record();
        let on_the_7th = Reading::of(&record, date(2023, 7, 7));
        assert!(on_the_7th.used.iter().any(|o| o.id == "dr-002"));
        let on_the_13th = Reading::of(&record, date(2023, 7, 13));
        assert!(on_the_13th.used.iter().any(|o| o.id == "dr-001"));
        assert_eq!(left_out(&on_the_13th, "dr-002"), Some("same origin as dr-001"));
    }

    #[test]
    fn an_open_end_stays_open() {
        let reading = Reading::of(&record(), date(2026, 11, 23));
        let form = |id| reading.used.iter().find(|o| o.id == id).map(|o| o.form);
        assert_eq!(form("dr-004"), Form::interval(0.14, 1.0).ok());
        assert_eq!(form("dr-029"), Form::interval(0.01, 1.0).ok());
        assert_eq!(form("dr-001"), Form::interval(0.0, 0.0235).ok());
    }

    #[test]
    fn what_is_published_later_never_enters_an_earlier_reading() {
        let reading = Reading::of(&record(), date(2023, 6, 30));
        for id in ["dr-001", "dr-002", "dr-003", "dr-004"] {
            assert!(!reading.used.iter().any(|o| o.id == id) && left_out(&reading, id).is_none());
        }
    }
}
