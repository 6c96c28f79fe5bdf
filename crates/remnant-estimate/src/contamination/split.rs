//! From which input the spread of an answer mainly comes.
//!
//! Belongs here: running again with one input held fixed at a time, and how much of the spread goes.
//!
//! Does not belong here: a decomposition that adds up; shares found in this way need not sum to one,
//! since inputs act on each other.

use std::ops::ControlFlow;

use serde::Serialize;

use super::fault::ContaminationFault;
use super::inputs::Inputs;
use super::posterior::Settings;
use super::run::{Estimate, estimate};
use crate::dud_rate::NormalMixture;
use crate::logistic::logit;
use crate::strike::Candidates;

/// An input whose uncertainty spreads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The share of submunitions left unexploded.
    DudFraction,
    /// How many munitions each strike had.
    Munitions,
    /// Where each strike was.
    Place,
    /// How much of what lay there searches found.
    Detection,
    /// How far items lie from their strike.
    Footprint,
    /// How many strikes nobody recorded.
    Unreported,
}

impl Cause {
    /// All causes, in the order in which they are tried.
    pub const ALL: [Self; 6] = [
        Self::DudFraction,
        Self::Munitions,
        Self::Place,
        Self::Detection,
        Self::Footprint,
        Self::Unreported,
    ];
}

/// How much of the spread of the total one input accounts for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Split {
    /// The input.
    pub cause: Cause,
    /// The share of the variance of the expected total that goes when it is held fixed; 0 when none.
    pub share: f64,
}

/// Runs once for each cause with it held fixed near its middle after the finds, in the area at `area`
/// among the inputs' areas, or in the whole grid. The largest comes first. A cause whose fixed run has no
/// answer is left out.
///
/// # Errors
/// When the run without anything held fixed has no answer.
pub fn split(
    inputs: &Inputs,
    settings: Settings,
    found: &Estimate,
    area: Option<usize>,
) -> Result<Vec<Split>, ContaminationFault> {
    let variance = |estimate: &Estimate| {
        let count =
            area.and_then(|area| estimate.areas.get(area)).map_or(estimate.whole, |a| a.left);
        (count.deviation * count.deviation - count.expected).max(0.0)
    };
    let all = variance(found);
    let mut shares = Vec::new();
    for cause in Cause::ALL {
        let Some(fixed) = with_fixed(inputs, found, cause) else { continue };
        let again = estimate(&fixed, settings, Vec::new(), |_, _, _| ControlFlow::Continue(()));
        if let Ok(again) = again {
            let share =
                if all > 0.0 { (1.0 - variance(&again) / all).clamp(0.0, 1.0) } else { 0.0 };
            shares.push(Split { cause, share });
        }
    }
    shares.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.cause.cmp(&b.cause)));
    Ok(shares)
}

/// The same inputs with one of them known; none where there is nothing to fix.
fn with_fixed(inputs: &Inputs, found: &Estimate, cause: Cause) -> Option<Inputs> {
    let mean_of = |name: &str| {
        found.unknowns.iter().find(|unknown| unknown.name == name).map(|unknown| unknown.mean)
    };
    let mut fixed = inputs.clone();
    match cause {
        Cause::DudFraction => {
            for kind in &mut fixed.types {
                let share = mean_of(&format!("unexploded/{}", kind.name));
                let level = share.map_or_else(|| kind.level.mean(), logit);
                kind.level = NormalMixture::normal(level, 1e-10);
                kind.context_spreads = vec![(1.0, 0.0)];
            }
        }
        Cause::Munitions => {
            fixed.strikes.iter_mut().for_each(|strike| strike.munitions_deviation = 0.0);
            if let Some(unreported) = &mut fixed.unreported {
                unreported.munitions_deviation = 0.0;
            }
        }
        Cause::Place => {
            if fixed.strikes.iter().all(|strike| strike.places.len() < 2) {
                return None;
            }
            for strike in &mut fixed.strikes {
                let weights = strike.places.weights();
                let mut heaviest = 0;
                for (position, weight) in weights.iter().enumerate() {
                    if *weight > weights[heaviest] {
                        heaviest = position;
                    }
                }
                let (easting, northing) = strike.places.place(heaviest);
                strike.places = Candidates::known(easting, northing).ok()?;
            }
        }
        Cause::Detection => {
            if fixed.tasks.is_empty() {
                return None;
            }
            for method in &mut fixed.methods {
                let mean = mean_of(&format!("detection/{}", method.name))?;
                // As if from a trial with a hundred thousand items.
                method.detection = (1e5 * mean, 1e5 * (1.0 - mean));
            }
        }
        Cause::Footprint => {
            fixed.footprint.median_metres = mean_of("footprint-scale-metres")?;
            fixed.footprint.log_spread = 0.01;
            fixed.footprint.between_strikes = 0.0;
        }
        Cause::Unreported => {
            let unreported = fixed.unreported.as_mut()?;
            unreported.per_square_kilometre = mean_of("unreported-strikes-per-square-kilometre")?;
            unreported.log_spread = 0.01;
        }
    }
    Some(fixed)
}
