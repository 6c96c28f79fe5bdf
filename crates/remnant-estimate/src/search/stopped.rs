//! Boxes that were left at the first find.
//!
//! Belongs here: what "at least one" says when nobody wrote down the effort up to the first find.
//! Does not belong here: boxes whose effort was written down. A Poisson clock stopped at an event keeps its
//! likelihood: update with one find and that effort.

use super::fault::{SearchFault, share};
use crate::exponential::exp;
use crate::strike::Gamma;

/// The rate of items once at least one was found, with an effort of which only the plan is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtLeastOne {
    /// Probability that a search carried out to the end finds one or more.
    pub probability: f64,
    /// Mean of the rate given that it did.
    pub mean: f64,
    /// Standard deviation of the rate given that it did.
    pub standard_deviation: f64,
}

/// The rate after a box was left at its first find.
///
/// `planned_effort` is the chance of finding an item had the whole plan been carried out. The posterior is a
/// difference of two gamma distributions. Never treat such a box as "one item".
///
/// # Errors
/// `UnusableNumber` when the effort is not a share above zero.
pub fn stopped_without_effort(
    before: Gamma,
    planned_effort: f64,
) -> Result<AtLeastOne, SearchFault> {
    share("the planned effort", planned_effort)?;
    if planned_effort == 0.0 {
        return Err(SearchFault::FindsWithoutEffort { finds: 1 });
    }
    let (a, b) = (before.shape, before.rate);
    let log_none = -a * libm::log1p(planned_effort / b);
    let (none, some) = (exp(log_none), -libm::expm1(log_none));
    let mean = (a / b - none * a / (b + planned_effort)) / some;
    let after = b + planned_effort;
    let square = a * (a + 1.0) * (1.0 / (b * b) - none / (after * after)) / some;
    Ok(AtLeastOne {
        probability: some,
        mean,
        standard_deviation: libm::sqrt((square - mean * mean).max(0.0)),
    })
}
