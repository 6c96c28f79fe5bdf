//! How many items one strike left before anybody searched.
//!
//! Belongs here: moments of munitions × submunitions × share unexploded, matched to a gamma rate; removal
//! before any search; the mixture over types when the type is not known.
//!
//! Does not belong here: the share unexploded itself (`dud_rate`). It is common to all strikes of a type:
//! totals are made from joint draws, never by adding variances.

use super::fault::{StrikeFault, positive};
use super::gamma::Gamma;
use crate::logistic::share;
use crate::quadrature::gauss_hermite;

/// How many munitions fell, as mean and variance of any distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Munitions {
    /// Mean number.
    pub mean: f64,
    /// Variance of the number; 0 when it is known.
    pub variance: f64,
}

/// The share left unexploded in one context: mean and mean square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareMoments {
    /// Mean of the share.
    pub mean: f64,
    /// Mean of the square of the share.
    pub mean_square: f64,
}

impl ShareMoments {
    /// From mean and variance.
    #[must_use]
    pub fn with_variance(mean: f64, variance: f64) -> Self {
        Self { mean, mean_square: variance + mean * mean }
    }

    /// Over contexts of a type: `logit p ~ N(level, spread²)`, by 61 Gauss-Hermite points.
    ///
    /// # Shapes and units
    /// `level`: log odds of the type; `context_spread`: standard deviation of log odds between contexts.
    #[must_use]
    pub fn over_contexts(level: f64, context_spread: f64) -> Self {
        let rule = gauss_hermite(61);
        let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
        for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
            let p = share(level + context_spread * core::f64::consts::SQRT_2 * node);
            mass += weight;
            first += weight * p;
            second += weight * p * p;
        }
        Self { mean: first / mass, mean_square: second / mass }
    }
}

/// Items one strike left, with the moments that are printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeftByStrike {
    /// Mean number of items.
    pub mean: f64,
    /// Variance of the rate `M S p`.
    pub variance_of_rate: f64,
    /// The gamma distribution with these moments.
    pub gamma: Gamma,
}

/// Items left by a strike of `munitions` with `each` submunitions.
///
/// `E = E[M] S E[p]`, `V = S² (E[M²] E[p²] − (E[M] E[p])²)`, matched by `Gamma(E²/V, E/V)`.
///
/// # Errors
/// `UnusableNumber` when a number is not finite, a mean not above zero, a share above 1, or nothing varies
/// at all.
pub fn left_by_strike(
    munitions: Munitions,
    each: f64,
    unexploded: ShareMoments,
) -> Result<LeftByStrike, StrikeFault> {
    let munitions_mean = positive("the mean number of munitions", munitions.mean)?;
    let each = positive("the number of submunitions in a munition", each)?;
    let share_mean = positive("the mean share unexploded", unexploded.mean)?;
    if !(munitions.variance >= 0.0 && munitions.variance.is_finite()) {
        let name = "the variance of the number of munitions";
        return Err(StrikeFault::UnusableNumber { name, value: munitions.variance });
    }
    if share_mean > 1.0 {
        return Err(StrikeFault::UnusableNumber {
            name: "the mean share unexploded",
            value: share_mean,
        });
    }
    let mean = munitions_mean * each * share_mean;
    let munitions_square = munitions.variance + munitions_mean * munitions_mean;
    let single = munitions_mean * share_mean;
    let variance = each * each * (munitions_square * unexploded.mean_square - single * single);
    Ok(LeftByStrike {
        mean,
        variance_of_rate: variance,
        gamma: Gamma::with_moments(mean, variance)?,
    })
}

/// The gamma distribution of [`left_by_strike`], after a share of the items was removed before any search.
///
/// `remaining` is the share *not* removed as mean and mean square of a beta distribution; `None` for the
/// default of no removal.
///
/// # Errors
/// As [`left_by_strike`].
pub fn gamma_left(
    munitions: Munitions,
    each: f64,
    unexploded: ShareMoments,
    remaining: Option<ShareMoments>,
) -> Result<Gamma, StrikeFault> {
    let left = left_by_strike(munitions, each, unexploded)?;
    let Some(remaining) = remaining else { return Ok(left.gamma) };
    let share = positive("the mean share not removed", remaining.mean)?;
    let square = left.variance_of_rate + left.mean * left.mean;
    let mean = left.mean * share;
    Gamma::with_moments(mean, square * remaining.mean_square - mean * mean)
}

/// One gamma distribution for a strike whose type is known only as weights, by the moments of the mixture.
///
/// # Errors
/// `NoType` without a weight above zero, `UnusableNumber` for a negative or unusable weight.
pub fn mixture_left(types: &[(f64, Gamma)]) -> Result<Gamma, StrikeFault> {
    let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
    for (weight, gamma) in types {
        if !(weight.is_finite() && *weight >= 0.0) {
            let name = "the weight of a type";
            return Err(StrikeFault::UnusableNumber { name, value: *weight });
        }
        let mean = gamma.mean();
        total += weight;
        first += weight * mean;
        second += weight * (gamma.variance_of_rate() + mean * mean);
    }
    if total <= 0.0 {
        return Err(StrikeFault::NoType);
    }
    let mean = first / total;
    Gamma::with_moments(mean, second / total - mean * mean)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn moments_over_contexts_agree_with_a_fine_sum() {
        let (level, spread) = (-2.0, 0.9);
        let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
        for i in -9_000..=9_000 {
            let z = f64::from(i) / 1000.0;
            let weight = libm::exp(-0.5 * z * z);
            let p = share(level + spread * z);
            mass += weight;
            first += weight * p;
            second += weight * p * p;
        }
        let found = ShareMoments::over_contexts(level, spread);
        assert!((found.mean - first / mass).abs() < 1e-10);
        assert!((found.mean_square - second / mass).abs() < 1e-10);
    }

    #[test]
    fn removal_lowers_the_mean_and_keeps_the_doubt() {
        let munitions = Munitions { mean: 4.0, variance: 2.0 };
        let unexploded = ShareMoments::with_variance(0.12, 0.0025);
        let before = gamma_left(munitions, 147.0, unexploded, None).unwrap();
        let half = ShareMoments::with_variance(0.5, 0.02);
        let after = gamma_left(munitions, 147.0, unexploded, Some(half)).unwrap();
        assert!((after.mean() - 0.5 * before.mean()).abs() < 1e-12);
        assert!(after.shape < before.shape);
    }

    #[test]
    fn a_mixture_of_one_type_is_that_type() {
        let one = Gamma::new(3.0, 0.2).unwrap();
        let mixed = mixture_left(&[(0.4, one), (0.6, one)]).unwrap();
        assert!((mixed.shape - 3.0).abs() < 1e-9 && (mixed.rate - 0.2).abs() < 1e-9);
        assert_eq!(mixture_left(&[]), Err(StrikeFault::NoType));
    }

    #[test]
    fn nothing_that_varies_or_no_number_is_refused() {
        let known = Munitions { mean: 1.0, variance: 0.0 };
        assert!(left_by_strike(known, 10.0, ShareMoments::with_variance(0.1, 0.0)).is_err());
        assert!(left_by_strike(known, f64::NAN, ShareMoments::with_variance(0.1, 0.1)).is_err());
        assert!(left_by_strike(known, 9.0, ShareMoments::with_variance(1.1, 0.1)).is_err());
    }
}
