//! The negative binomial distribution of a count of items.
//!
//! Belongs here: probability, cumulative probability and tail of a Poisson number whose rate has a
//! gamma distribution. Does not belong here: mixtures of it (`left`).

use crate::exponential::exp;

/// A Poisson count whose rate has a gamma distribution with this shape and mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NegativeBinomial {
    shape: f64,
    mean: f64,
}

impl NegativeBinomial {
    /// The count with gamma `shape` above zero and `mean` of zero or more.
    #[must_use]
    pub fn new(shape: f64, mean: f64) -> Self {
        Self { shape, mean }
    }

    /// Its mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Its variance.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.mean + self.mean * self.mean / self.shape
    }

    /// Logarithm of the probability of exactly `count`.
    #[must_use]
    pub fn log_probability(&self, count: u64) -> f64 {
        if self.mean == 0.0 {
            return if count == 0 { 0.0 } else { f64::NEG_INFINITY };
        }
        let (a, y) = (self.shape, count as f64);
        let none = -a * libm::log1p(self.mean / a);
        if count == 0 {
            return none;
        }
        libm::lgamma(a + y) - libm::lgamma(a) - libm::lgamma(y + 1.0) + none
            - y * libm::log1p(a / self.mean)
    }

    /// The chance of none.
    #[must_use]
    pub fn none(&self) -> f64 {
        exp(self.log_probability(0))
    }

    /// The chance of at most `count`.
    ///
    /// # Source
    /// `I_p(shape, count + 1)` with `p = shape/(shape + mean)`: NIST Digital Library of Mathematical
    /// Functions, section 8.17.
    #[must_use]
    pub fn at_most(&self, count: u64) -> f64 {
        self.both_sides(count).0
    }

    /// The chance of more than `count`, accurate where it is small.
    #[must_use]
    pub fn more_than(&self, count: u64) -> f64 {
        self.both_sides(count).1
    }

    fn both_sides(&self, count: u64) -> (f64, f64) {
        if self.mean == 0.0 {
            return (1.0, 0.0);
        }
        let p = self.shape / (self.shape + self.mean);
        let q = self.mean / (self.shape + self.mean);
        incomplete_beta(self.shape, count as f64 + 1.0, p, q)
    }
}

/// The regularised incomplete beta function `I_p(a, b)` and its complement, with `q = 1 − p` given so
/// that neither loses digits.
fn incomplete_beta(a: f64, b: f64, p: f64, q: f64) -> (f64, f64) {
    let log_front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
        + a * libm::log(p)
        + b * libm::log(q);
    // The fraction converges fast on the side of the mean where the tail lies.
    if p < (a + 1.0) / (a + b + 2.0) {
        let low = (exp(log_front) / a * fraction(a, b, p)).clamp(0.0, 1.0);
        (low, 1.0 - low)
    } else {
        let high = (exp(log_front) / b * fraction(b, a, q)).clamp(0.0, 1.0);
        (1.0 - high, high)
    }
}

/// The continued fraction of the incomplete beta function by Lentz's method: NIST Digital Library of
/// Mathematical Functions, 8.17.22.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    // About the square root of the larger parameter; counts beyond 10^12 do not occur.
    for m in 1..2_000_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cumulative_chances_are_sums_of_single_ones() {
        for (shape, mean) in [(0.1, 0.03), (1.2, 40.0), (11.0, 6.77), (300.0, 1000.0), (0.02, 90.0)]
        {
            let count = NegativeBinomial::new(shape, mean);
            let mut sum = 0.0;
            for y in 0..400 {
                sum += exp(count.log_probability(y));
                assert!((count.at_most(y) - sum).abs() < 2e-12, "{shape} {mean} {y}");
                assert!((count.at_most(y) + count.more_than(y) - 1.0).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn a_far_tail_keeps_its_digits() {
        // Shape 1 is the geometric distribution: the chance of more than k is (mean/(1 + mean))^(k + 1).
        let count = NegativeBinomial::new(1.0, 0.5);
        let exact = libm::pow(1.0 / 3.0, 101.0);
        assert!((count.more_than(100) / exact - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_expected_means_none() {
        let count = NegativeBinomial::new(2.0, 0.0);
        assert_eq!((count.none(), count.at_most(0), count.more_than(0)), (1.0, 1.0, 0.0));
    }
}
