//! The simultaneous band of an empirical distribution function.
//!
//! Belongs here: limits between which the whole curve of uniform numbers stays with a stated
//! probability, and the p-value of a curve. Does not belong here: drawing it.
//!
//! The band is exact: at a row of points the number of values below is binomial, each number depends on
//! the one before alone, and the probability that no point leaves its limits is summed forward over the
//! points. The level at each point is then the largest that gives the whole band its level.
//!
//! Source: T. Säilynoja, P.-C. Bürkner, A. Vehtari, "Graphical test for discrete uniformity and its
//! applications in goodness-of-fit evaluation and multiple sample comparison", Statistics and Computing
//! 32 (2022), 32, section 2.2 (the adjustment by optimisation).

use super::fault::ScoreFault;

/// Points at which a curve is looked at, at most.
const POINTS: usize = 100;
/// Points at which the curve of even a single value is looked at.
const FEWEST_POINTS: usize = 10;
/// More values than this would make the sums long without making the test better.
const LARGEST: usize = 20_000;

/// A band for a number of values between 0 and 1.
#[derive(Clone, Debug, PartialEq)]
pub struct EcdfBand {
    size: usize,
    log_factorials: Vec<f64>,
    /// For each inner point, twice the smaller tail of each possible count.
    tails: Vec<Vec<f64>>,
}

impl EcdfBand {
    /// The band for `size` values.
    ///
    /// # Errors
    /// [`ScoreFault::Nothing`] without a value; [`ScoreFault::UnusableNumber`] for more than 20 000.
    pub fn new(size: usize) -> Result<Self, ScoreFault> {
        if size == 0 {
            return Err(ScoreFault::Nothing { what: "the ranks" });
        }
        if size > LARGEST {
            let what = "the number of ranks";
            return Err(ScoreFault::UnusableNumber { what, value: size as f64 });
        }
        let log_factorials: Vec<f64> = (0..=size).map(|n| libm::lgamma(n as f64 + 1.0)).collect();
        let mut band = Self { size, log_factorials, tails: Vec::new() };
        let points = band.points();
        band.tails = (1..points)
            .map(|point| {
                let share = point as f64 / points as f64;
                let logs = (libm::log(share), libm::log1p(-share));
                let masses: Vec<f64> = (0..=size).map(|k| band.mass(size, k, logs)).collect();
                // Both tails are summed from their own end: what is left of 1 would be rounding.
                let mut below = masses.clone();
                let mut above = masses;
                for k in 1..=size {
                    below[k] += below[k - 1];
                    above[size - k] += above[size - k + 1];
                }
                below.iter().zip(&above).map(|(low, high)| 2.0 * low.min(*high)).collect()
            })
            .collect();
        Ok(band)
    }

    fn points(&self) -> usize {
        self.size.clamp(FEWEST_POINTS, POINTS)
    }

    /// Binomial probability of `k` among `n`, given the logarithms of a share and of what it leaves.
    fn mass(&self, n: usize, k: usize, (of_share, of_rest): (f64, f64)) -> f64 {
        let ways = self.log_factorials[n] - self.log_factorials[k] - self.log_factorials[n - k];
        libm::exp(ways + k as f64 * of_share + (n - k) as f64 * of_rest)
    }

    /// The limits of the curve: share on the axis, and lowest and highest share of values below it, such
    /// that a curve of uniform values stays inside everywhere with probability `level` at least.
    #[must_use]
    pub fn limits(&self, level: f64) -> Vec<(f64, f64, f64)> {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if self.probability_inside(middle) >= level { low = middle } else { high = middle }
        }
        let points = self.points() as f64;
        self.counts_within(low)
            .into_iter()
            .enumerate()
            .map(|(place, (least, most))| {
                let size = self.size as f64;
                ((place + 1) as f64 / points, least as f64 / size, most as f64 / size)
            })
            .collect()
    }

    /// Probability that uniform values are at least as far from even somewhere as these are.
    ///
    /// Values outside 0 to 1 count as 0 or 1.
    #[must_use]
    pub fn p_value(&self, values: &[f64]) -> f64 {
        let points = self.points();
        let mut counts = vec![0_usize; points];
        for value in values {
            counts[((value * points as f64) as usize).min(points - 1)] += 1;
        }
        let mut below = 0;
        let mut smallest = 2.0_f64;
        for (tail, count) in self.tails.iter().zip(&counts) {
            below += count;
            smallest = smallest.min(tail[below.min(self.size)]);
        }
        (1.0 - self.probability_inside(smallest)).clamp(0.0, 1.0)
    }

    /// Least and most counts at each point with a doubled tail above `level`.
    fn counts_within(&self, level: f64) -> Vec<(usize, usize)> {
        self.tails
            .iter()
            .map(|tail| {
                let least = tail.iter().position(|value| *value > level).unwrap_or(1);
                let most = tail.iter().rposition(|value| *value > level).unwrap_or(0);
                (least, most)
            })
            .collect()
    }

    /// Probability that the counts of uniform values lie within the limits at all points.
    fn probability_inside(&self, level: f64) -> f64 {
        let points = self.points() as f64;
        let mut before: Vec<(usize, f64)> = vec![(0, 1.0)];
        for (place, (least, most)) in self.counts_within(level).into_iter().enumerate() {
            // Of what is still above the point before, this share lies in the next step.
            let share = 1.0 / (points - place as f64);
            let logs = (libm::log(share), libm::log1p(-share));
            let mut now: Vec<(usize, f64)> = (least..=most).map(|count| (count, 0.0)).collect();
            for (count, probability) in &mut now {
                for (earlier, mass) in before.iter().take_while(|(earlier, _)| earlier <= count) {
                    let (left, more) = (self.size - earlier, *count - earlier);
                    *probability += mass * self.mass(left, more, logs);
                }
            }
            before = now;
        }
        before.iter().map(|(_, probability)| probability).sum()
    }
}

/// Two-sided exact binomial test, doubling the smaller tail.
#[must_use]
pub fn binomial_p_value(successes: usize, trials: usize, probability: f64) -> f64 {
    let mass = |k: usize| {
        let (n, k) = (trials as f64, k as f64);
        let ways = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
        libm::exp(ways + k * libm::log(probability) + (n - k) * libm::log1p(-probability))
    };
    let below: f64 = (0..=successes).map(mass).sum();
    let above: f64 = (successes..=trials).map(mass).sum();
    (2.0 * below.min(above)).min(1.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha12Rng;

    #[test]
    fn a_single_value_in_the_middle_is_no_surprise_and_one_at_the_end_a_small_one() {
        let band = EcdfBand::new(1).unwrap();
        assert!(band.p_value(&[0.52]) > 0.9, "{}", band.p_value(&[0.52]));
        let at_the_end = band.p_value(&[0.03]);
        assert!((0.05..0.25).contains(&at_the_end), "{at_the_end}");
    }

    #[test]
    fn uniform_values_leave_the_band_as_rarely_as_it_says() {
        let band = EcdfBand::new(60).unwrap();
        let limits = band.limits(0.9);
        let mut random = ChaCha12Rng::seed_from_u64(3);
        let (mut inside, mut small) = (0, 0);
        for _ in 0..1_000 {
            let values: Vec<f64> = (0..60).map(|_| random.random()).collect();
            let stays = limits.iter().all(|(point, low, high)| {
                let below = values.iter().filter(|value| **value < *point).count() as f64 / 60.0;
                (*low - 1e-9..=*high + 1e-9).contains(&below)
            });
            inside += usize::from(stays);
            small += usize::from(band.p_value(&values) <= 0.1);
        }
        // Counts are discrete, so a band keeps a little more than it says, and a p-value is a little rarer.
        assert!((880..=950).contains(&inside), "{inside}");
        assert!((50..=120).contains(&small), "{small}");
    }

    #[test]
    fn values_that_are_not_uniform_are_seen() {
        let band = EcdfBand::new(50).unwrap();
        let even: Vec<f64> = (0..50).map(|i| (f64::from(i) + 0.5) / 50.0).collect();
        assert!(band.p_value(&even) > 0.9);
        let squeezed: Vec<f64> = even.iter().map(|value| 0.3 + 0.4 * value).collect();
        assert!(band.p_value(&squeezed) < 0.001);
        let shifted: Vec<f64> = even.iter().map(|value| value * value).collect();
        assert!(band.p_value(&shifted) < 0.01);
    }

    #[test]
    fn one_value_and_very_many_have_a_band_and_none_has_not() {
        assert!(EcdfBand::new(0).is_err());
        assert!(EcdfBand::new(LARGEST + 1).is_err());
        assert_eq!(EcdfBand::new(1).unwrap().limits(0.95).len(), FEWEST_POINTS - 1);
        let band = EcdfBand::new(2_000).unwrap();
        let (_, low, high) = band.limits(0.95)[49];
        // Near the middle a band of 95 % is about three standard deviations wide on each side.
        assert!((0.45..0.48).contains(&low) && (0.52..0.55).contains(&high), "{low} {high}");
    }

    #[test]
    fn the_binomial_test_knows_its_reference_value() {
        assert!((binomial_p_value(2, 10, 0.5) - 2.0 * 56.0 / 1024.0).abs() < 1e-12);
        assert_eq!(binomial_p_value(5, 10, 0.5), 1.0);
    }
}
