//! Every figure that can be printed, made from its id.
//!
//! Belongs here: one function that turns an id into a figure with its derivation, so that what a
//! page prints and what `explain` tells can never differ. Does not belong here: the numbers
//! themselves, which upstream stages state or compute.

mod pooled;
mod treaty;

use remnant_record::table::{ClearanceFigure, Munition};
use remnant_record::{MunitionId, StatedShare, Statement, Value, known};

use crate::figure::{Derivation, Figure, FigureId, Tally};
use crate::{PublishError, View, number};

pub use pooled::{left_of, posterior};
pub use treaty::{clock_day, count};

/// More submunitions than this were never made; a larger number is a slip of the keyboard.
const MOST_CARRIED: u64 = 1_000_000_000_000;

/// The figure of this id, as of the view's two days.
///
/// # Errors
/// [`PublishError::NoSuchFigure`] when the id names nothing in the record, and
/// [`PublishError::NoValue`] when the record as known by the day cannot carry a value.
pub fn figure(view: &View, id: &FigureId) -> Result<Figure, PublishError> {
    let none = || PublishError::NoSuchFigure(id.to_string());
    match id {
        FigureId::Stated { row, property } => {
            let statement = view.record.statement(&format!("{row}#{property}")).ok_or_else(none)?;
            if !statement.is_known_by(view.as_of.known_by) {
                // That something is known later may be told, as an id may; since when, may not.
                let reason = format!("it was not known by {}", view.as_of.known_by);
                return Err(PublishError::NoValue { id: id.to_string(), reason });
            }
            of_statement(view, statement).ok_or_else(none)
        }
        FigureId::Tally(which) => Ok(tally(view, *which)),
        FigureId::Carried { munition, quantity } => carried(view, munition, *quantity),
        FigureId::Density { row } => density(view, row).ok_or_else(none),
        FigureId::TreatyCount { .. } | FigureId::Clock { .. } => treaty::figure(view, id),
        FigureId::DudRate { .. }
        | FigureId::DudRateUnder { .. }
        | FigureId::DudRateBias { .. }
        | FigureId::Unexploded { .. }
        | FigureId::Hectares { .. } => pooled::figure(view, id),
        FigureId::Area(_)
        | FigureId::Balance(_)
        | FigureId::Residual { .. }
        | FigureId::Estimate { .. } => Err(PublishError::FigureOfProject(id.to_string())),
    }
}

/// A statement as a figure; `None` when what it states is not a number.
#[must_use]
pub fn of_statement(view: &View, statement: &Statement) -> Option<Figure> {
    let (printed, number, unit) = match &statement.value {
        Value::Count(count) => (number::grouped(*count), Some(*count as f64), "items"),
        Value::Number { number, unit } => {
            (format!("{number}\u{a0}{unit}"), Some(*number), unit.as_str())
        }
        Value::Share(share) => {
            let number = match share {
                StatedShare::Point(point) => Some(point.fraction()),
                StatedShare::Count { duds, tested } => Some(*duds as f64 / *tested as f64),
                _ => None,
            };
            (share.to_string().replace(' ', "\u{a0}"), number, "share that did not function")
        }
        Value::Text(_) | Value::Date(_) | Value::Reference(_) => return None,
    };
    Some(Figure {
        id: FigureId::Stated { row: statement.row.clone(), property: statement.property.clone() },
        printed,
        number,
        unit: unit.to_owned(),
        interval: None,
        as_of: view.as_of,
        derivation: Derivation {
            how: "As stated; nothing was computed.".to_owned(),
            statements: vec![statement.id.clone()],
            ..Derivation::default()
        },
    })
}

/// A count of the record.
#[must_use]
pub fn tally(view: &View, which: Tally) -> Figure {
    let known_by = view.as_of.known_by;
    let record = view.record;
    let (count, unit, how) = match which {
        Tally::Sources => (
            record.sources().iter().filter(|s| s.known_from().day <= known_by).count(),
            "sources",
            "The sources that were published by the day; one without a publication day counts from \
             the day on which it was read.",
        ),
        Tally::Statements => (
            record.statements().iter().filter(|s| s.is_known_by(known_by)).count(),
            "statements",
            "The statements that were demonstrably public by the day.",
        ),
        Tally::DudRates => (
            known(&record.dud_rates, known_by).count(),
            "statements",
            "The statements on failure rates that were public by the day, whatever they are worth.",
        ),
        Tally::DudRatesPooled => (
            view.pooled.reading.used.len(),
            "statements",
            "The statements on failure rates that took part in the pooled estimate.",
        ),
        Tally::UseIncidents => (
            known(&record.use_incidents, known_by).count(),
            "documented uses",
            "The documented uses that were public by the day.",
        ),
        Tally::UseIncidentsPlaced => (
            known(&record.use_incidents, known_by).filter(|i| i.position.is_some()).count(),
            "documented uses",
            "The documented uses that were public by the day and whose settlement a gazetteer could \
             tell.",
        ),
        Tally::Requests => (
            known(&record.requests, known_by).count(),
            "requests",
            "The questions and demands that were public by the day.",
        ),
        Tally::RequestsUnanswered => (
            known(&record.requests, known_by).filter(|r| r.answer_by(known_by).is_none()).count(),
            "requests",
            "The questions and demands that were public by the day and to which no answer was.",
        ),
    };
    Figure {
        id: FigureId::Tally(which),
        printed: number::grouped(count as u64),
        number: Some(count as f64),
        unit: unit.to_owned(),
        interval: None,
        as_of: view.as_of,
        derivation: Derivation { how: format!("Counted. {how}"), ..Derivation::default() },
    }
}

/// Submunitions that so many munitions carry, by the record's count for one.
fn carried(view: &View, munition: &str, quantity: u64) -> Result<Figure, PublishError> {
    let id = FigureId::Carried { munition: munition.to_owned(), quantity };
    let each = submunitions_each(view, munition, &id)?;
    let total = each.checked_mul(quantity).filter(|&total| total <= MOST_CARRIED).ok_or_else(
        || PublishError::NoValue {
            id: id.to_string(),
            reason: format!(
                "{} munitions of {each} submunitions each are more than were ever made; ask for a \
                 smaller number",
                number::grouped(quantity)
            ),
        },
    )?;
    Ok(Figure {
        printed: number::grouped(total),
        number: Some(total as f64),
        unit: "submunitions".to_owned(),
        interval: None,
        as_of: view.as_of,
        derivation: Derivation {
            how: format!("{} munitions with {each} submunitions each.", number::grouped(quantity)),
            statements: vec![format!("{munition}#submunitions_per_munition")],
            ..Derivation::default()
        },
        id,
    })
}

/// How many submunitions one munition carries, as known by the day.
fn submunitions_each(view: &View, munition: &str, id: &FigureId) -> Result<u64, PublishError> {
    let known: Option<&Munition> =
        view.record.munition(&MunitionId::new(munition), view.as_of.known_by);
    known.and_then(|munition| munition.submunitions_each).ok_or_else(|| PublishError::NoValue {
        id: id.to_string(),
        reason: format!(
            "how many submunitions `{munition}` carries is not known by {}",
            view.as_of.known_by
        ),
    })
}

/// Items found for each hectare cleared, from a row that has both.
fn density(view: &View, row: &str) -> Option<Figure> {
    let clearance: &ClearanceFigure = known(&view.record.clearance, view.as_of.known_by)
        .find(|clearance| clearance.cited.id == row)?;
    let per_hectare = items_per_hectare(clearance)?;
    Some(Figure {
        id: FigureId::Density { row: row.to_owned() },
        printed: number::two_digits(per_hectare),
        number: Some(per_hectare),
        unit: "items per hectare cleared".to_owned(),
        interval: None,
        as_of: view.as_of,
        derivation: Derivation {
            how: "Items found divided by hectares cleared, both as published; a hectare is \
                  10 000 square metres."
                .to_owned(),
            statements: vec![format!("{row}#items_found"), format!("{row}#area_cleared_m2")],
            ..Derivation::default()
        },
    })
}

/// Items per hectare, where a row has both numbers and neither is zero.
#[must_use]
pub fn items_per_hectare(clearance: &ClearanceFigure) -> Option<f64> {
    let items = clearance.items_found.filter(|&items| items > 0)? as f64;
    let square_metres = clearance.area_cleared_square_metres.filter(|&area| area > 0.0)?;
    Some(items / (square_metres / 10_000.0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::date;
    use remnant_record::{AsOf, Record, shipped};

    use super::*;

    #[test]
    fn more_submunitions_than_were_ever_made_are_refused() {
        let record = std::sync::Arc::new(Record::read(&[shipped()]).unwrap().record);
        let as_of = AsOf::day(date(2026, 11, 23));
        let pooled = crate::pooled(std::sync::Arc::clone(&record), as_of);
        let view = View { record: &record, as_of, pooled };
        let each = carried(&view, "m864", 1).unwrap().number.unwrap() as u64;
        assert!(carried(&view, "m864", MOST_CARRIED / each).is_ok());
        for quantity in [MOST_CARRIED / each + 1, u64::MAX / each + 1, u64::MAX] {
            let refused = carried(&view, "m864", quantity).unwrap_err();
            assert!(refused.to_string().contains("ask for a smaller number"), "{refused}");
        }
    }

    #[test]
    fn what_is_not_yet_known_does_not_tell_its_day() {
        let record = std::sync::Arc::new(Record::read(&[shipped()]).unwrap().record);
        let as_of = AsOf::day(date(2023, 6, 30));
        let pooled = crate::pooled(std::sync::Arc::clone(&record), as_of);
        let view = View { record: &record, as_of, pooled };
        let refused = figure(&view, &"stated/dr-001/dud-rate".parse().unwrap()).unwrap_err();
        let words = "the record has no value for the figure `stated/dr-001/dud-rate`: it was not \
                     known by 2023-06-30";
        assert_eq!(refused.to_string(), words);
    }
}
