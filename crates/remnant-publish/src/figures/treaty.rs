//! Figures that follow from treaties: counts of states, and days that a treaty sets.
//!
//! Belongs here: reading them off the record's own functions with the statements behind them. Does
//! not belong here: status and date arithmetic (`remnant_record::treaty`).

use remnant_record::StateCode;
use remnant_record::table::Treaty;
use remnant_record::treaty::{Clock, clocks, counts, status};

use crate::figure::{Counted, Derivation, Figure, FigureId};
use crate::{PublishError, View};

/// The figure of this id.
pub(super) fn figure(view: &View, id: &FigureId) -> Result<Figure, PublishError> {
    match id {
        FigureId::TreatyCount { treaty, counted } => Ok(count(view, *treaty, *counted)),
        FigureId::Clock { state, article } => {
            clocks(view.record, &StateCode::new(state), view.as_of)
                .iter()
                .find(|clock| clock.article == *article)
                .and_then(|clock| clock_day(view, clock))
                .ok_or_else(|| PublishError::NoValue {
                    id: id.to_string(),
                    reason: format!("no day can be computed on {}", view.as_of.on),
                })
        }
        _ => Err(PublishError::NoSuchFigure(id.to_string())),
    }
}

/// How many states, counted in one of the three ways that go by the name "States Parties".
#[must_use]
pub fn count(view: &View, treaty: Treaty, counted: Counted) -> Figure {
    let counts = counts(view.record, treaty, view.as_of);
    let (count, what) = match counted {
        Counted::Deposited => (&counts.deposited, "deposited consent and have not left"),
        Counted::InForce => (&counts.in_force, "are bound: the treaty is in force for them"),
        Counted::SignatureOnly => (&counts.signature_only, "signed and did no more"),
    };
    let least = if counts.table_is_complete && counts.open.number == 0 { "" } else { "at least " };
    let facts =
        count.states.iter().flat_map(|state| status(view.record, treaty, state, view.as_of).facts);
    let confirmed = counts
        .last_confirmed
        .map_or_else(String::new, |day| format!(" The table was last confirmed on {day}."));
    // "At least 0" would say nothing while looking like a count.
    let nothing_known = count.number == 0 && !least.is_empty();
    Figure {
        id: FigureId::TreatyCount { treaty, counted },
        printed: if nothing_known {
            "not known".to_owned()
        } else {
            format!("{least}{}", count.number)
        },
        number: (!nothing_known).then_some(count.number as f64),
        unit: "states".to_owned(),
        interval: None,
        as_of: view.as_of,
        derivation: Derivation {
            how: format!(
                "Counted: the states that {what}, on {}, by the acts known by {}.{confirmed}",
                view.as_of.on, view.as_of.known_by
            ),
            statements: facts.collect(),
            ..Derivation::default()
        },
    }
}

/// The day that a clock computes; `None` for a clock without one.
#[must_use]
pub fn clock_day(view: &View, clock: &Clock) -> Option<Figure> {
    let day = clock.computed?;
    Some(Figure {
        id: FigureId::Clock { state: clock.state.to_string(), article: clock.article.clone() },
        printed: day.to_string(),
        number: None,
        unit: "day".to_owned(),
        interval: None,
        as_of: view.as_of,
        derivation: Derivation {
            how: format!("Computed: {}; {}.", clock.rule, clock.rounding.words()),
            statements: clock.facts.clone(),
            ..Derivation::default()
        },
    })
}
