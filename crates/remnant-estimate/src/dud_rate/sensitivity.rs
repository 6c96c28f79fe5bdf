//! How the answer changes when a statement, a source or a prior does.
//!
//! Belongs here: pooling again under named changes, and each field statement against the prediction made
//! without it.
//!
//! Does not belong here: a judgement which change is right. All are printed.

use std::collections::BTreeSet;

use serde::Serialize;

use super::grid::pool;
use super::mixture::Predictive;
use super::observation::{EvidenceKind, Families, Form, Observation};
use super::posterior::Posterior;
use super::priors::{NormalPrior, Priors};
use super::unexploded::at_most;
use crate::EstimateError;
use crate::logistic::logit;

/// What was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// Nothing.
    Nothing,
    /// One statement left out.
    WithoutStatement {
        /// Its identifier.
        statement: String,
    },
    /// Every statement left out that rests on one source.
    WithoutSource {
        /// The source.
        source: String,
        /// How many statements that were.
        statements: usize,
    },
    /// Claims of owners, governments and makers left out.
    WithoutClaims,
    /// Less scatter between contexts expected: a scale of 0.4 for sigma.
    LessContextSpread,
    /// More scatter between contexts expected: a scale of 1.5 for sigma.
    MoreContextSpread,
    /// Types and families expected to differ more: scales of tau and omega doubled.
    MoreTypeAndFamilySpread,
    /// Biases expected to be nothing, but free to be something.
    BiasesCentredOnNothing,
    /// No bias: every kind of evidence taken as a field count.
    NoBiases,
}

impl Change {
    /// The change in words.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Nothing => "as published".to_owned(),
            Self::WithoutStatement { statement } => format!("without statement {statement}"),
            Self::WithoutSource { source, statements: 1 } => {
                format!("without source {source} (1 statement)")
            }
            Self::WithoutSource { source, statements } => {
                format!("without source {source} ({statements} statements)")
            }
            Self::WithoutClaims => "without official and maker claims".to_owned(),
            Self::LessContextSpread => "scale of the spread between contexts 0.4".to_owned(),
            Self::MoreContextSpread => "scale of the spread between contexts 1.5".to_owned(),
            Self::MoreTypeAndFamilySpread => {
                "scales of the spreads between types and families doubled".to_owned()
            }
            Self::BiasesCentredOnNothing => "biases expected to be nothing, but free".to_owned(),
            Self::NoBiases => "no biases: every statement taken as a field count".to_owned(),
        }
    }
}

/// The answer under a change, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Share left unexploded in a new context.
    Answer {
        /// One chance in twenty to be lower.
        low: f64,
        /// As likely to be higher as lower.
        median: f64,
        /// One chance in twenty to be higher.
        high: f64,
        /// Whether the submunition has no statement of its own under this change.
        by_analogy: bool,
    },
    /// No trustworthy number.
    NoAnswer {
        /// Why.
        reason: String,
    },
}

/// One row of the sensitivity table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SensitivityRow {
    /// What was changed.
    #[serde(flatten)]
    pub change: Change,
    /// The change in words.
    pub name: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Pools again under each change and reads off the share of one submunition.
///
/// The first row is the answer as published; then the priors, the claims and each source left out. A
/// source is left out with every statement that names it, also where another source says the same.
///
/// # Errors
/// Only when `submunition` is not in the families; a change without an answer is a row with a reason.
pub fn sensitivity(
    families: &Families,
    observations: &[Observation],
    priors: &Priors,
    submunition: &str,
) -> Result<Vec<SensitivityRow>, EstimateError> {
    if families.family_of(submunition).is_none() {
        return Err(EstimateError::UnknownSubmunition { submunition: submunition.to_owned() });
    }
    let row = |change: Change, observations: &[Observation], priors: &Priors| {
        let outcome = match pool(families, observations, priors) {
            Ok(posterior) => outcome(&posterior, submunition),
            Err(error) => Outcome::NoAnswer { reason: error.to_string() },
        };
        SensitivityRow { name: change.name(), change, outcome }
    };
    let mut rows = vec![row(Change::Nothing, observations, priors)];
    for (change, changed) in changed_priors(priors) {
        rows.push(row(change, observations, &changed));
    }

    let without = |drop: &dyn Fn(&Observation) -> bool| -> Vec<Observation> {
        observations.iter().filter(|entry| !drop(entry)).cloned().collect()
    };
    let claims = |entry: &Observation| entry.kind == EvidenceKind::Official;
    rows.push(row(Change::WithoutClaims, &without(&claims), priors));
    let sources: BTreeSet<&String> = observations.iter().flat_map(|entry| &entry.sources).collect();
    // Two sources of one and the same statement leave the same statements: pooled once.
    let mut done: Vec<(Vec<Observation>, Outcome)> = Vec::new();
    for source in sources {
        let kept = without(&|entry| entry.sources.contains(source));
        let statements = observations.len() - kept.len();
        let change = Change::WithoutSource { source: source.clone(), statements };
        let outcome = match done.iter().find(|(same, _)| *same == kept) {
            Some((_, outcome)) => outcome.clone(),
            None => row(change.clone(), &kept, priors).outcome,
        };
        rows.push(SensitivityRow { name: change.name(), change, outcome: outcome.clone() });
        done.push((kept, outcome));
    }
    Ok(rows)
}

/// Pools again with each statement left out in turn and reads off the share of one submunition.
///
/// # Errors
/// As [`sensitivity`].
pub fn leave_one_statement_out(
    families: &Families,
    observations: &[Observation],
    priors: &Priors,
    submunition: &str,
) -> Result<Vec<SensitivityRow>, EstimateError> {
    if families.family_of(submunition).is_none() {
        return Err(EstimateError::UnknownSubmunition { submunition: submunition.to_owned() });
    }
    let mut ids: Vec<&String> = observations.iter().map(|entry| &entry.id).collect();
    ids.sort_unstable();
    let row = |id: &String| {
        let kept: Vec<Observation> =
            observations.iter().filter(|entry| entry.id != *id).cloned().collect();
        let outcome = match pool(families, &kept, priors) {
            Ok(posterior) => outcome(&posterior, submunition),
            Err(error) => Outcome::NoAnswer { reason: error.to_string() },
        };
        let change = Change::WithoutStatement { statement: id.clone() };
        SensitivityRow { name: change.name(), change, outcome }
    };
    Ok(ids.into_iter().map(row).collect())
}

fn changed_priors(priors: &Priors) -> Vec<(Change, Priors)> {
    let bias = |change: fn(NormalPrior) -> NormalPrior| priors.bias.map(change);
    vec![
        (Change::LessContextSpread, Priors { context_spread: 0.4, ..*priors }),
        (Change::MoreContextSpread, Priors { context_spread: 1.5, ..*priors }),
        (
            Change::MoreTypeAndFamilySpread,
            Priors {
                type_spread: 2.0 * priors.type_spread,
                family_spread: 2.0 * priors.family_spread,
                ..*priors
            },
        ),
        (
            Change::BiasesCentredOnNothing,
            Priors { bias: bias(|prior| NormalPrior { mean: 0.0, ..prior }), ..*priors },
        ),
        (
            Change::NoBiases,
            Priors {
                bias: bias(|_| NormalPrior { mean: 0.0, standard_deviation: 0.0 }),
                ..*priors
            },
        ),
    ]
}

fn outcome(posterior: &Posterior, submunition: &str) -> Outcome {
    match posterior.submunition(submunition) {
        Ok(found) => {
            let (low, high) = found.predictive.interval(0.9);
            let median = found.predictive.quantile(0.5);
            Outcome::Answer { low, median, high, by_analogy: found.basis.is_by_analogy() }
        }
        Err(error) => Outcome::NoAnswer { reason: error.to_string() },
    }
}

/// Where a field statement lies in the prediction made without it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldOut {
    /// The statement left out.
    pub statement: String,
    /// Its submunition.
    pub submunition: String,
    /// What it says.
    pub form: Form,
    /// Its position, or why there is none.
    pub position: Position,
}

/// Predictive probability below a statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Position {
    /// A figure or a count: the probability of less, counting half of the figure itself.
    At(f64),
    /// A range or bound: the probabilities below its two ends. Anything between is possible.
    Between(f64, f64),
    /// No prediction without it.
    None(String),
}

/// Leaves out each field statement in turn and looks where it lies in the prediction made without it.
///
/// If the model is right, positions are spread evenly between 0 and 1. A point carries its own standard
/// error into the prediction; a count its binomial scatter.
///
/// # Errors
/// `NoStatementOfKind` when there is no field statement.
pub fn held_out(
    families: &Families,
    observations: &[Observation],
    priors: &Priors,
) -> Result<Vec<HeldOut>, EstimateError> {
    let kind = EvidenceKind::Field;
    let mut field: Vec<&Observation> =
        observations.iter().filter(|entry| entry.kind == kind).collect();
    if field.is_empty() {
        return Err(EstimateError::NoStatementOfKind { kind });
    }
    field.sort_by(|left, right| left.id.cmp(&right.id));
    let positions = field.into_iter().map(|left_out| {
        let rest: Vec<Observation> =
            observations.iter().filter(|entry| entry.id != left_out.id).cloned().collect();
        let found = pool(families, &rest, priors);
        let position =
            match found.as_ref().map(|posterior| posterior.submunition(&left_out.submunition)) {
                Ok(Ok(found)) => position(left_out.form, &found.predictive),
                Ok(Err(error)) => Position::None(error.to_string()),
                Err(error) => Position::None(error.to_string()),
            };
        HeldOut {
            statement: left_out.id.clone(),
            submunition: left_out.submunition.clone(),
            form: left_out.form,
            position,
        }
    });
    Ok(positions.collect())
}

fn position(form: Form, predictive: &Predictive) -> Position {
    match form {
        Form::Interval { low, high } => {
            let below = |share: f64| predictive.logit().cumulative(logit(share));
            Position::Between(below(low), below(high))
        }
        Form::Point { logit, standard_error } => {
            Position::At(predictive.logit().blurred(standard_error).cumulative(logit))
        }
        Form::Count { duds, tested } => {
            let below = duds.checked_sub(1).map_or(0.0, |less| at_most(predictive, tested, less));
            Position::At(0.5 * (below + at_most(predictive, tested, duds)))
        }
    }
}
