//! From a share to a number of items: what a stated use would leave behind.
//!
//! Belongs here: the distribution of the number left unexploded when a stated number of submunitions is
//! used in one new context.
//!
//! **Assumption.** One context, so one share for all of them: the uncertainty about the share does not
//! average out over the items. Given the share, items fail independently. Uses spread over several
//! contexts vary less; rows of items that fail together vary more.
//!
//! Does not belong here: where items lie, several contexts, submunitions that never left their carrier.

use serde::Serialize;

use super::mixture::Predictive;
use crate::EstimateError;
use crate::exponential::exp;
use crate::logistic::{logit, share};

/// More submunitions than were ever used; beyond it counts lose digits.
const MOST_ITEMS: u64 = 1_000_000_000_000;
/// Spacing of the quadrature, in standard deviations at the mode.
const SPACING: f64 = 0.5;
/// Widest spacing, in log odds.
const WIDEST_SPACING: f64 = 0.28;
/// Parts smaller than the exponential of this are left out.
const NEGLIGIBLE: f64 = -34.0;

/// How many items a use would leave unexploded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Unexploded {
    /// Submunitions used.
    pub used: u64,
    /// Expected number left.
    pub expected: f64,
    /// The number with one chance in two below or at it.
    pub median: u64,
    /// Numbers between which the count lies with at least one chance in two.
    pub interval_50: (u64, u64),
    /// Numbers between which the count lies with at least nine chances in ten.
    pub interval_90: (u64, u64),
}

/// The number left when `munitions` of `submunitions_each` are used in one context nobody has counted.
///
/// # Shapes and units
/// Whole items. The ends of an interval are the smallest numbers with at least 5, 25, 75 and 95 per
/// cent of the probability at or below them.
///
/// # Errors
/// `TooMany` above 10¹² submunitions.
pub fn unexploded(
    munitions: u64,
    submunitions_each: u64,
    predictive: &Predictive,
) -> Result<Unexploded, EstimateError> {
    let too_many = || EstimateError::TooMany { munitions, each: submunitions_each };
    let used = munitions.checked_mul(submunitions_each).ok_or_else(too_many)?;
    if used > MOST_ITEMS {
        return Err(too_many());
    }
    let at = |probability| smallest_count(predictive, used, probability);
    Ok(Unexploded {
        used,
        expected: used as f64 * predictive.mean(),
        median: at(0.5),
        interval_50: (at(0.25), at(0.75)),
        interval_90: (at(0.05), at(0.95)),
    })
}

/// The smallest count with at least this probability at or below it.
fn smallest_count(predictive: &Predictive, used: u64, probability: f64) -> u64 {
    // Binomial spread moves a quantile little: start at the quantile of the share and widen.
    let start = (predictive.quantile(probability) * used as f64) as u64;
    let enough = |count: u64| at_most(predictive, used, count) >= probability;
    let (mut low, mut high) = (start.min(used), start.min(used));
    let mut reach = 1 + start / 64;
    // Invariants wanted: not enough below `low`, enough at `high`.
    while low > 0 && enough(low - 1) {
        high = low - 1;
        low = low.saturating_sub(reach);
        reach *= 2;
    }
    while high < used && !enough(high) {
        low = high + 1;
        high = high.saturating_add(reach).min(used);
        reach *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Probability that at most `count` of `used` are left.
///
/// Given a share p, that is `1 − I_p(count + 1, used − count)`. Integrating by parts over the share
/// turns the mixture around: it is the mean of the share's cumulative probability `F(B)` where
/// `B ~ Beta(count + 1, used − count)`, a smooth function under one narrow bell. It is summed in log
/// odds by the trapezoidal rule from the bell's mode outward, with nothing approximated.
pub(crate) fn at_most(predictive: &Predictive, used: u64, count: u64) -> f64 {
    if count >= used {
        return 1.0;
    }
    let (above, below) = (count as f64 + 1.0, (used - count) as f64);
    let total = above + below;
    let mode = logit(above / total);
    let at_mode = share(mode);
    let deviation = 1.0 / libm::sqrt(total * at_mode * (1.0 - at_mode));
    let spacing = (SPACING * deviation).min(WIDEST_SPACING);
    let logit_distribution = predictive.logit();
    let mut sum = logit_distribution.cumulative(mode);
    let mut mass = 1.0;
    for spacing in [spacing, -spacing] {
        let mut step = spacing;
        loop {
            let exponent = above * step - total * libm::log1p(at_mode * libm::expm1(step));
            if exponent < NEGLIGIBLE || exponent.is_nan() {
                break;
            }
            let weight = exp(exponent);
            sum += weight * logit_distribution.cumulative(mode + step);
            mass += weight;
            step += spacing;
        }
    }
    sum / mass
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use crate::dud_rate::NormalMixture;
    use crate::normal::density;

    fn predictive(parts: &[(f64, f64, f64)]) -> Predictive {
        Predictive::new(NormalMixture::new(
            parts.iter().map(|part| part.0).collect(),
            parts.iter().map(|part| part.1).collect(),
            parts.iter().map(|part| part.2).collect(),
        ))
    }

    /// Sums the binomial distribution term by term and integrates it over a fine lattice of shares.
    fn by_brute_force(parts: &[(f64, f64, f64)], used: u64, count: u64) -> f64 {
        let (mut sum, mut mass) = (0.0, 0.0);
        for (weight, mean, deviation) in parts {
            for i in -900..=900 {
                let z = f64::from(i) / 100.0;
                let p = share(mean + deviation * z);
                let n = used as f64;
                let mut below = 0.0;
                for k in 0..=count {
                    let x = k as f64;
                    let ways =
                        libm::lgamma(n + 1.0) - libm::lgamma(x + 1.0) - libm::lgamma(n - x + 1.0);
                    below += libm::exp(ways + x * libm::log(p) + (n - x) * libm::log1p(-p));
                }
                sum += weight * density(z) * below;
                mass += weight * density(z);
            }
        }
        sum / mass
    }

    #[test]
    fn the_distribution_agrees_with_brute_force() {
        let parts = [(0.7, -2.1, 0.6), (0.3, -3.0, 1.4)];
        let predictive = predictive(&parts);
        for (used, counts) in [(1, vec![0]), (9, vec![0, 1, 5, 8]), (72, vec![0, 3, 9, 40, 71])] {
            for count in counts {
                let found = at_most(&predictive, used, count);
                let expected = by_brute_force(&parts, used, count);
                assert!((found - expected).abs() < 1e-8, "{count} of {used}: {found}, {expected}");
            }
        }
        assert_eq!(at_most(&predictive, 9, 9), 1.0);
    }

    #[test]
    fn interval_ends_are_the_smallest_counts_with_enough_probability() {
        let predictive = predictive(&[(1.0, -2.1, 0.8)]);
        for used in [1, 7, 72, 88 * 40, 1_000_000] {
            for probability in [0.05, 0.25, 0.5, 0.75, 0.95] {
                let found = smallest_count(&predictive, used, probability);
                assert!(at_most(&predictive, used, found) >= probability);
                assert!(found == 0 || at_most(&predictive, used, found - 1) < probability);
            }
        }
    }

    #[test]
    fn with_many_items_the_count_is_the_share_times_their_number() {
        let predictive = predictive(&[(1.0, -2.1, 0.8)]);
        let found = unexploded(100_000, 1_000, &predictive).unwrap();
        for (count, probability) in [
            (found.interval_90.0, 0.05),
            (found.interval_50.0, 0.25),
            (found.median, 0.5),
            (found.interval_50.1, 0.75),
            (found.interval_90.1, 0.95),
        ] {
            let expected = predictive.quantile(probability) * 1e8;
            assert!((count as f64 / expected - 1.0).abs() < 1e-5, "{probability}: {count}");
        }
    }

    #[test]
    fn nothing_used_leaves_nothing_and_too_much_is_refused() {
        let predictive = predictive(&[(1.0, -2.1, 0.8)]);
        let found = unexploded(0, 72, &predictive).unwrap();
        assert_eq!((found.expected, found.median, found.interval_90), (0.0, 0, (0, 0)));
        assert!(unexploded(u64::MAX, 2, &predictive).is_err());
        assert!(unexploded(1 << 30, 1 << 20, &predictive).is_err());
    }
}
