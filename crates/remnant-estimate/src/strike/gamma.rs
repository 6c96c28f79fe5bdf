//! A number of items whose rate is gamma distributed.
//!
//! Belongs here: the gamma distribution of a rate, and the negative binomial count it implies.
//! Does not belong here: where the parameters come from.

use super::fault::{StrikeFault, positive};
use crate::exponential::exp;

/// Items left behind, as a rate: `items | Λ ~ Poisson(Λ)`, `Λ ~ Gamma(shape, rate)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    /// Shape, a pure number.
    pub shape: f64,
    /// Rate: one over items.
    pub rate: f64,
}

/// Quantiles of a count at 5, 25, 50, 75 and 95 per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountQuantiles(pub [u64; 5]);

impl CountQuantiles {
    /// The probabilities, in order.
    pub const PROBABILITIES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
}

impl Gamma {
    /// A gamma distribution with this shape and rate.
    ///
    /// # Errors
    /// `UnusableNumber` when either is not finite and above zero.
    pub fn new(shape: f64, rate: f64) -> Result<Self, StrikeFault> {
        let shape = positive("the shape of the number left", shape)?;
        Ok(Self { shape, rate: positive("the rate of the number left", rate)? })
    }

    /// The gamma distribution with this mean and variance.
    ///
    /// # Errors
    /// `UnusableNumber` when either is not finite and above zero.
    pub fn with_moments(mean: f64, variance: f64) -> Result<Self, StrikeFault> {
        let mean = positive("the mean number left", mean)?;
        let variance = positive("the variance of the number left", variance)?;
        Self::new(mean * mean / variance, mean / variance)
    }

    /// Mean number of items.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.shape / self.rate
    }

    /// Variance of the rate; that of the count is larger by the mean.
    #[must_use]
    pub fn variance_of_rate(&self) -> f64 {
        self.shape / (self.rate * self.rate)
    }

    /// Log probability that a search with effect `effort` (share × detection) finds `finds` items.
    #[must_use]
    pub fn log_finds(&self, effort: f64, finds: u32) -> f64 {
        let y = f64::from(finds);
        if effort <= 0.0 {
            return if finds == 0 { 0.0 } else { f64::NEG_INFINITY };
        }
        let share_kept = libm::log1p(effort / self.rate);
        libm::lgamma(self.shape + y)
            - libm::lgamma(self.shape)
            - libm::lgamma(y + 1.0)
            - self.shape * share_kept
            + if finds == 0 { 0.0 } else { y * (libm::log(effort / self.rate) - share_kept) }
    }

    /// The rate after a search with effect `effort` found `finds` items.
    #[must_use]
    pub fn after(&self, effort: f64, finds: u32) -> Self {
        Self { shape: self.shape + f64::from(finds), rate: self.rate + effort }
    }

    /// The distribution of a share of the items: the rate times `share`, which must be above zero.
    #[must_use]
    pub fn share(&self, share: f64) -> Self {
        Self { shape: self.shape, rate: self.rate / share }
    }

    /// Probability that a Poisson count with this rate, thinned to `share`, is zero.
    #[must_use]
    pub fn probability_of_none(&self, share: f64) -> f64 {
        exp(-self.shape * libm::log1p(share / self.rate))
    }

    /// Quantiles of the count thinned to `share` (a share of the items, e.g. what a search left).
    #[must_use]
    pub fn count_quantiles(&self, share: f64) -> CountQuantiles {
        let mut found = CountQuantiles([0; 5]);
        if share <= 0.0 {
            return found;
        }
        let rate = self.rate / share;
        let (log_stop, log_go) = (-libm::log1p(1.0 / rate), -libm::log1p(rate));
        let log_mass = |k: f64| {
            libm::lgamma(self.shape + k) - libm::lgamma(self.shape) - libm::lgamma(k + 1.0)
                + self.shape * log_stop
                + k * log_go
        };
        // Neighbouring masses differ by (shape + k)/(k + 1)/(1 + rate): walk down from the mode to where the
        // mass is nothing, then up.
        let go = exp(log_go);
        let mode = ((self.shape - 1.0) / rate).max(0.0).floor();
        let at_mode = exp(log_mass(mode));
        let (mut k, mut mass) = (mode, at_mode);
        while k > 0.0 && mass > 1e-18 * at_mode {
            mass *= k / ((self.shape + k - 1.0) * go);
            k -= 1.0;
        }
        let (mut total, mut position) = (0.0, 0);
        // A count beyond this is not reached: the tail is geometric.
        let limit = 1e9;
        while position < 5 && k < limit {
            total += mass;
            while position < 5 && total >= CountQuantiles::PROBABILITIES[position] * (1.0 - 1e-14) {
                found.0[position] = k as u64;
                position += 1;
            }
            mass *= (self.shape + k) * go / (k + 1.0);
            k += 1.0;
        }
        while position < 5 {
            found.0[position] = k as u64;
            position += 1;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn quantiles_enclose_their_probability() {
        for (shape, rate) in [(0.02, 0.5), (1.0, 0.01), (40.0, 3.0), (3_000.0, 0.01), (2.0, 900.0)]
        {
            let gamma = Gamma::new(shape, rate).unwrap();
            for share in [1.0, 0.3] {
                let quantiles = gamma.count_quantiles(share).0;
                for (quantile, probability) in quantiles.iter().zip(CountQuantiles::PROBABILITIES) {
                    let below = |end: i64| -> f64 {
                        let wide = end > 100_000;
                        let start = if wide { end - 60_000 } else { 0 };
                        (start..=end).map(|k| exp(gamma.log_finds(share, k as u32))).sum()
                    };
                    let quantile = *quantile as i64;
                    assert!(below(quantile) >= probability - 1e-7, "{shape} {rate} {probability}");
                    if quantile > 0 {
                        assert!(below(quantile - 1) <= probability + 1e-7, "{shape} {rate}");
                    }
                }
            }
        }
    }

    #[test]
    fn moments_come_back() {
        let gamma = Gamma::with_moments(70.0, 1_600.0).unwrap();
        assert!((gamma.mean() - 70.0).abs() < 1e-12);
        assert!((gamma.variance_of_rate() - 1_600.0).abs() < 1e-9);
        assert!(Gamma::with_moments(70.0, 0.0).is_err());
        assert!(Gamma::new(f64::NAN, 1.0).is_err());
    }
}
