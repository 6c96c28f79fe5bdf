//! Figures that the dud-rate model makes.
//!
//! Belongs here: reading numbers off the posterior, with the model, the reading and the statements
//! behind them. Does not belong here: the model (`remnant-estimate`).

use remnant_estimate::dud_rate::{
    EvidenceKind, Outcome, Posterior, SubmunitionPosterior, Unexploded,
};
use remnant_record::MunitionId;

use crate::figure::{Derivation, Figure, FigureId, Interval, ModelUse, Part, change_slug};
use crate::{PublishError, View, number};

/// The figure of this id, if the model can carry it.
pub(super) fn figure(view: &View, id: &FigureId) -> Result<Figure, PublishError> {
    match id {
        FigureId::DudRate { submunition, part } => dud_rate(view, id, submunition, *part),
        FigureId::DudRateUnder { submunition, change, part } => {
            under(view, id, submunition, change, *part)
        }
        FigureId::DudRateBias { kind } => bias(view, id, kind),
        FigureId::Unexploded { munition, quantity, part } => {
            left(view, id, munition, *quantity, *part)
        }
        FigureId::Hectares { munition, quantity, row } => {
            hectares(view, id, munition, *quantity, row)
        }
        _ => Err(PublishError::NoSuchFigure(id.to_string())),
    }
}

/// What the model makes of one submunition, or the reason why there is no number.
///
/// # Errors
/// The reason, in words for a page.
pub fn posterior<'a>(
    view: &'a View,
    submunition: &str,
) -> Result<(&'a Posterior, &'a SubmunitionPosterior), String> {
    let posterior = view.pooled.posterior.as_ref().map_err(ToString::to_string)?;
    let found = posterior.submunition(submunition).map_err(|error| error.to_string())?;
    Ok((posterior, found))
}

fn no_value(id: &FigureId, reason: impl Into<String>) -> PublishError {
    PublishError::NoValue { id: id.to_string(), reason: reason.into() }
}

/// The statements that the reading used and left out, and the model that weighed them.
fn derivation(view: &View, how: String, submunition: Option<&str>) -> Derivation {
    let reading = &view.pooled.reading;
    // A type's answer rests on its own statements first, on all others by analogy.
    let mut statements: Vec<_> = reading.used.iter().collect();
    statements.sort_by_key(|used| submunition != Some(used.submunition.as_str()));
    let median = submunition.map(|submunition| FigureId::DudRate {
        submunition: submunition.to_owned(),
        part: Part::Median,
    });
    Derivation {
        how,
        statements: statements.iter().map(|used| format!("{}#dud-rate", used.id)).collect(),
        reading: Some(reading.name.to_owned()),
        left_out: reading
            .left_out
            .iter()
            .map(|out| format!("{}: {}", out.row, out.reason))
            .collect(),
        model: view.pooled.posterior.as_ref().ok().map(model_use),
        figures: median.into_iter().collect(),
    }
}

fn model_use(posterior: &Posterior) -> ModelUse {
    let checked = &posterior.diagnostics;
    let mut diagnostics = vec![format!(
        "{} nodes on each axis, {} of them with any weight",
        checked.nodes_per_axis, checked.nodes_kept
    )];
    if let Some(movement) = checked.largest_movement {
        diagnostics.push(format!(
            "a finer grid moved the printed points by at most {}",
            number::percent(movement)
        ));
    }
    diagnostics.push("no random numbers: the same statements give the same bits".to_owned());
    ModelUse {
        name: posterior.model.to_owned(),
        version: posterior.version.to_owned(),
        inputs: posterior.inputs_sha256.clone(),
        diagnostics,
    }
}

fn dud_rate(
    view: &View,
    id: &FigureId,
    submunition: &str,
    part: Part,
) -> Result<Figure, PublishError> {
    let (_, found) = posterior(view, submunition).map_err(|reason| no_value(id, reason))?;
    let value = match part.probability() {
        Some(probability) => found.predictive.quantile(probability),
        None => found.predictive.mean(),
    };
    let (low, high) = found.predictive.interval(0.9);
    let analogy = if found.basis.is_by_analogy() {
        " The type has no statement of its own that could be used: the answer is by analogy."
    } else {
        ""
    };
    let how = format!(
        "The {} of the share of {submunition} that lies unexploded after one use in a context \
         nobody has counted yet, pooled over the statements known by {}.{analogy}",
        part.words(),
        view.as_of.known_by
    );
    Ok(Figure {
        id: id.clone(),
        printed: number::percent(value),
        number: Some(value),
        unit: "share unexploded in a new context".to_owned(),
        interval: Some(Interval { low, high, coverage: 0.9 }),
        as_of: view.as_of,
        derivation: Derivation {
            figures: match part {
                Part::Median => Vec::new(),
                _ => vec![FigureId::DudRate {
                    submunition: submunition.to_owned(),
                    part: Part::Median,
                }],
            },
            ..derivation(view, how, Some(submunition))
        },
    })
}

/// A share under another choice, from the same table of changes that the page prints.
fn under(
    view: &View,
    id: &FigureId,
    submunition: &str,
    change: &str,
    part: Part,
) -> Result<Figure, PublishError> {
    let rows = view.pooled.sensitivity(submunition);
    let row = rows
        .iter()
        .find(|row| change_slug(&row.name) == change)
        .ok_or_else(|| PublishError::NoSuchFigure(id.to_string()))?;
    let (low, median, high) = match &row.outcome {
        Outcome::Answer { low, median, high, .. } => (*low, *median, *high),
        Outcome::NoAnswer { reason } => return Err(no_value(id, reason)),
    };
    let value = match part {
        Part::Median => median,
        Part::Low90 => low,
        Part::High90 => high,
        _ => return Err(PublishError::NoSuchFigure(id.to_string())),
    };
    let how = format!(
        "The {} of the share of {submunition} left unexploded in a new context, pooled again {}.",
        part.words(),
        row.name
    );
    Ok(Figure {
        id: id.clone(),
        printed: number::percent(value),
        number: Some(value),
        unit: "share unexploded in a new context".to_owned(),
        interval: Some(Interval { low, high, coverage: 0.9 }),
        as_of: view.as_of,
        derivation: derivation(view, how, Some(submunition)),
    })
}

fn bias(view: &View, id: &FigureId, kind: &str) -> Result<Figure, PublishError> {
    let posterior =
        view.pooled.posterior.as_ref().map_err(|error| no_value(id, error.to_string()))?;
    let of_kind = EvidenceKind::ALL.into_iter().find(|candidate| candidate.name() == kind);
    let bias = of_kind
        .and_then(|kind| posterior.biases.get(&kind))
        .ok_or_else(|| no_value(id, format!("no statement of kind `{kind}` took part")))?;
    let odds = bias.quantile(0.5).exp();
    Ok(Figure {
        id: id.clone(),
        printed: number::two_digits(odds),
        number: Some(odds),
        unit: "odds beside those of a field count".to_owned(),
        interval: Some(Interval {
            low: bias.quantile(0.05).exp(),
            high: bias.quantile(0.95).exp(),
            coverage: 0.9,
        }),
        as_of: view.as_of,
        derivation: derivation(
            view,
            format!(
                "How the odds in statements of kind `{kind}` compare with those of field counts of \
                 the same type: the median of their ratio, where 1 would mean that they agree."
            ),
            None,
        ),
    })
}

/// The unexploded submunitions of so many munitions used in one new context.
///
/// # Errors
/// When the record or the model cannot carry a number, with the reason.
pub fn left_of(view: &View, munition: &str, quantity: u64) -> Result<(Unexploded, String), String> {
    let known = view
        .record
        .munition(&MunitionId::new(munition), view.as_of.known_by)
        .ok_or_else(|| format!("`{munition}` is not described by {}", view.as_of.known_by))?;
    let each = known.submunitions_each.ok_or_else(|| {
        format!("how many submunitions `{munition}` carries is not in the record")
    })?;
    let submunition = known
        .submunition
        .as_ref()
        .ok_or_else(|| format!("what `{munition}` carries is not in the record"))?;
    let left = view
        .pooled
        .unexploded(submunition.as_str(), quantity, each)
        .map_err(|error| error.to_string())?;
    Ok((left, submunition.to_string()))
}

fn left(
    view: &View,
    id: &FigureId,
    munition: &str,
    quantity: u64,
    part: Part,
) -> Result<Figure, PublishError> {
    let (left, submunition) =
        left_of(view, munition, quantity).map_err(|reason| no_value(id, reason))?;
    let value = match part {
        Part::Expected => left.expected,
        Part::Median => left.median as f64,
        Part::Low50 => left.interval_50.0 as f64,
        Part::High50 => left.interval_50.1 as f64,
        Part::Low90 => left.interval_90.0 as f64,
        Part::High90 => left.interval_90.1 as f64,
    };
    let how = format!(
        "The {} of the number of {submunition} that lie unexploded when {} munitions {munition} are \
         used in one context nobody has counted yet: the submunitions they carry, times the pooled \
         share, with the scatter of the count. Over many different contexts the interval would be \
         narrower around the expected value.",
        part.words(),
        number::grouped(quantity)
    );
    let mut derivation = derivation(view, how, Some(&submunition));
    derivation.statements.insert(0, format!("{munition}#submunitions_per_munition"));
    derivation.figures = vec![
        FigureId::Carried { munition: munition.to_owned(), quantity },
        FigureId::DudRate { submunition, part: Part::Median },
    ];
    Ok(Figure {
        id: id.clone(),
        printed: number::two_digits(value),
        number: Some(value),
        unit: "unexploded submunitions".to_owned(),
        interval: Some(Interval {
            low: left.interval_90.0 as f64,
            high: left.interval_90.1 as f64,
            coverage: 0.9,
        }),
        as_of: view.as_of,
        derivation,
    })
}

/// Hectares that were cleared elsewhere while as many items were found.
fn hectares(
    view: &View,
    id: &FigureId,
    munition: &str,
    quantity: u64,
    row: &str,
) -> Result<Figure, PublishError> {
    let (left, _) = left_of(view, munition, quantity).map_err(|reason| no_value(id, reason))?;
    let density_id = FigureId::Density { row: row.to_owned() };
    let density = super::figure(view, &density_id)?;
    let per_hectare = density
        .number
        .filter(|&number| number > 0.0)
        .ok_or_else(|| no_value(id, "the row has no density"))?;
    let value = left.expected / per_hectare;
    let expected =
        FigureId::Unexploded { munition: munition.to_owned(), quantity, part: Part::Expected };
    Ok(Figure {
        id: id.clone(),
        printed: number::two_digits(value),
        number: Some(value),
        unit: "hectares".to_owned(),
        interval: Some(Interval {
            low: left.interval_90.0 as f64 / per_hectare,
            high: left.interval_90.1 as f64 / per_hectare,
            coverage: 0.9,
        }),
        as_of: view.as_of,
        derivation: Derivation {
            how: "The average number of unexploded submunitions divided by the items found for \
                  each hectare cleared in that programme: arithmetic, no experience and no \
                  forecast for another place. The interval carries the uncertainty of the number \
                  of items alone."
                .to_owned(),
            figures: vec![expected, density_id],
            statements: density.derivation.statements,
            model: view.pooled.posterior.as_ref().ok().map(model_use),
            reading: Some(view.pooled.reading.name.to_owned()),
            left_out: Vec::new(),
        },
    })
}
