//! Numbers of items whose rate is uncertain.
//!
//! Belongs here: what is told of a number that is Poisson given its rate, when draws of the rate are
//! at hand: mean, intervals, probability of at least one. The Poisson part is summed exactly, so that
//! only the uncertainty of the rate rests on draws.
//!
//! Does not belong here: where the draws come from (`draws`), wording (`summary`).

use serde::{Deserialize, Serialize};

use crate::exponential::exp;

/// A number of items as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Count {
    /// Expected number.
    pub expected: f64,
    /// The smallest number with at least half of the probability at or below it.
    pub median: u64,
    /// Numbers with at least 25 and 75 per cent of the probability at or below them.
    pub interval_50: (u64, u64),
    /// Numbers with at least 5 and 95 per cent of the probability at or below them.
    pub interval_90: (u64, u64),
    /// Probability of at least one.
    pub any: f64,
    /// Standard deviation, the Poisson part included.
    pub deviation: f64,
}

impl Count {
    /// Nothing, for certain.
    pub const NONE: Self = Self {
        expected: 0.0,
        median: 0,
        interval_50: (0, 0),
        interval_90: (0, 0),
        any: 0.0,
        deviation: 0.0,
    };

    /// What equally likely draws of the rate make of the number.
    ///
    /// # Shapes and units
    /// `rates`: expected items, one for each draw, none below 0. Without any draw the answer is nothing.
    #[must_use]
    pub fn from_rates(rates: &[f64]) -> Self {
        Self::from_rates_and_nothing(rates, 0)
    }

    /// The same when so many draws more have the rate 0.
    #[must_use]
    pub(super) fn from_rates_and_nothing(rates: &[f64], nothing: usize) -> Self {
        let draws = (rates.len() + nothing) as f64;
        let mean = rates.iter().sum::<f64>() / draws;
        if rates.is_empty() || mean <= 0.0 {
            return Self::NONE;
        }
        let highest = rates.iter().copied().fold(0.0, f64::max);
        let variance = (rates.iter().map(|rate| (rate - mean) * (rate - mean)).sum::<f64>()
            + nothing as f64 * mean * mean)
            / draws;
        let (none, ends) = if highest <= HIGHEST_COUNTED {
            counted(rates, nothing)
        } else {
            let mut sorted = rates.to_vec();
            sorted.resize(rates.len() + nothing, 0.0);
            sorted.sort_unstable_by(f64::total_cmp);
            let none = sorted.iter().map(|rate| exp(-rate)).sum::<f64>() / draws;
            (none, ENDS.map(|probability| quantile(&sorted, none, probability)))
        };
        Self {
            expected: mean,
            median: ends[2],
            interval_50: (ends[1], ends[3]),
            interval_90: (ends[0], ends[4]),
            any: 1.0 - none,
            deviation: libm::sqrt(variance + mean),
        }
    }
}

/// Probabilities at which the ends of intervals and the median lie.
const ENDS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// Rates up to which counting from nothing upwards is quicker than looking for each end.
const HIGHEST_COUNTED: f64 = 60.0;

/// The probability of none, and the numbers at [`ENDS`], by counting up from nothing.
fn counted(rates: &[f64], nothing: usize) -> (f64, [u64; 5]) {
    let draws = (rates.len() + nothing) as f64;
    let mut masses: Vec<f64> = rates.iter().map(|rate| exp(-rate)).collect();
    let none = (masses.iter().sum::<f64>() + nothing as f64) / draws;
    let (mut ends, mut next, mut below, mut count) = ([0; 5], 0, none, 0_u64);
    // Rounding alone might keep a sum below an end that it should reach; no number is so large.
    let most = (3.0 * HIGHEST_COUNTED) as u64;
    while next < ENDS.len() {
        if below >= ENDS[next] || count >= most {
            ends[next] = count;
            next += 1;
            continue;
        }
        count += 1;
        let step = 1.0 / count as f64;
        let mut sum = 0.0;
        for (mass, rate) in masses.iter_mut().zip(rates) {
            *mass *= rate * step;
            sum += *mass;
        }
        below += sum / draws;
    }
    (none, ends)
}

/// The smallest number with at least `probability` at or below it.
fn quantile(sorted: &[f64], none: f64, probability: f64) -> u64 {
    if none >= probability {
        return 0;
    }
    let draws = sorted.len() as f64;
    let below = |count: u64| {
        sorted.iter().map(|rate| poisson_cumulative(count, *rate)).sum::<f64>() / draws
    };
    // Around the draw at that place, some Poisson deviations to both sides, widened until it holds.
    let place = ((probability * draws) as usize).min(sorted.len() - 1);
    let guess = sorted[place];
    let width = 3.0 * libm::sqrt(guess) + 2.0;
    let mut low = (guess - width).max(0.0) as u64;
    let mut high = (guess + width) as u64;
    while low > 0 && below(low) >= probability {
        low = low.saturating_sub((2 * (high - low)).max(1));
    }
    while below(high) < probability {
        (low, high) = (high, high + 2 * (high - low).max(1));
    }
    if below(low) >= probability {
        return low;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if below(middle) >= probability { high = middle } else { low = middle }
    }
    high
}

/// Probability that a Poisson number with this mean is at most `count`.
///
/// # Source
/// The regularised upper incomplete gamma function at `count + 1`: its finite sum below mean 60, above
/// it Temme's uniform expansion is not needed, since the series and the continued fraction of NIST
/// Digital Library of Mathematical Functions, 8.11 and 8.9, converge in some √mean terms.
fn poisson_cumulative(count: u64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 1.0;
    }
    if count == 0 {
        return exp(-mean);
    }
    let a = count as f64 + 1.0;
    // So far from the middle that nothing of an interval's end depends on it.
    let distance = (count as f64 + 0.5 - mean) / libm::sqrt(mean);
    if distance > 9.0 + 30.0 / libm::sqrt(mean) {
        return 1.0;
    }
    if distance < -9.0 {
        return 0.0;
    }
    let height = |a: f64| libm::exp(a * libm::log(mean) - mean - libm::lgamma(a));
    if mean < a {
        // The lower function by its series, then its complement.
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > 1e-16 * sum {
            n += 1.0;
            term *= mean / n;
            sum += term;
        }
        (1.0 - sum * height(a)).clamp(0.0, 1.0)
    } else {
        // The upper function by its continued fraction (Lentz's method).
        let mut b = mean + 1.0 - a;
        let mut c = 1e300;
        let mut d = 1.0 / if b.abs() < 1e-300 { 1e-300 } else { b };
        let mut h = d;
        for i in 1..100_000 {
            let an = -f64::from(i) * (f64::from(i) - a);
            b += 2.0;
            d = an * d + b;
            d = if d.abs() < 1e-300 { 1e-300 } else { d };
            c = b + an / c;
            c = if c.abs() < 1e-300 { 1e-300 } else { c };
            d = 1.0 / d;
            let change = d * c;
            h *= change;
            if (change - 1.0).abs() < 1e-14 {
                break;
            }
        }
        (h * height(a)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_summation(count: u64, mean: f64) -> f64 {
        let (mut term, mut sum) = (libm::exp(-mean), libm::exp(-mean));
        for k in 1..=count {
            term *= mean / k as f64;
            sum += term;
        }
        sum
    }

    #[test]
    fn the_cumulative_probability_agrees_with_its_sum() {
        for mean in [1e-9, 0.02, 0.7, 3.0, 19.5, 140.0, 600.0] {
            let middle = mean as u64;
            for count in [0, 1, 2, middle / 2, middle, middle + 1, middle + 20, 2 * middle + 7] {
                let (found, expected) =
                    (poisson_cumulative(count, mean), by_summation(count, mean));
                assert!((found - expected).abs() < 1e-10, "{count}, {mean}: {found}, {expected}");
            }
        }
    }

    #[test]
    fn ends_of_intervals_are_the_smallest_numbers_with_enough_probability() {
        for rates in [
            vec![0.01, 0.02, 5.0],
            vec![3.0; 7],
            vec![0.0, 0.0, 0.0, 40.0],
            (0..400).map(|i| f64::from(i * i) * 0.3).collect(),
            vec![2e6, 2.1e6, 3e6],
        ] {
            let count = Count::from_rates(&rates);
            let below = |n: u64| {
                rates.iter().map(|r| poisson_cumulative(n, *r)).sum::<f64>() / rates.len() as f64
            };
            for (end, probability) in [
                (count.interval_90.0, 0.05),
                (count.interval_50.0, 0.25),
                (count.median, 0.5),
                (count.interval_50.1, 0.75),
                (count.interval_90.1, 0.95),
            ] {
                assert!(below(end) >= probability, "{rates:?} {end}");
                assert!(end == 0 || below(end - 1) < probability, "{rates:?} {end}");
            }
        }
    }

    #[test]
    fn many_gamma_rates_give_the_negative_binomial_numbers() {
        // Case `strike-moments`: mean 70.56, 90 per cent from 19 to 148.
        let (shape, rate) = (3.029, 0.042_93);
        let mut stream = crate::random::Stream::new(1, 0, 0, 0);
        let rates: Vec<f64> = (0..40_000).map(|_| stream.gamma(shape, rate)).collect();
        let count = Count::from_rates(&rates);
        assert!(count.interval_90.0.abs_diff(19) <= 1, "{count:?}");
        assert!(count.interval_90.1.abs_diff(148) <= 3, "{count:?}");
        assert!(count.median.abs_diff(63) <= 1, "{count:?}");
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(Count::from_rates(&[]), Count::NONE);
        assert_eq!(Count::from_rates(&[0.0, 0.0]), Count::NONE);
    }
}
