//! A forecast of a number of items, however it is held.
//!
//! Belongs here: what every forecast can be asked. Does not belong here: the ways of holding one
//! (`count`, `draws`).

use super::count::CountForecast;
use super::draws::DrawForecast;

/// A forecast of a number of items.
#[derive(Clone, Debug, PartialEq)]
pub enum Forecast {
    /// The probability of each count.
    Counts(CountForecast),
    /// Draws, for numbers too large or too entangled to list.
    Draws(DrawForecast),
}

/// A central interval, ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end in items.
    pub low: f64,
    /// Upper end in items.
    pub high: f64,
    /// Probability that the forecast itself gives to it: never less than its name for a count.
    pub probability_inside: f64,
}

impl Interval {
    /// Whether a number lies inside.
    #[must_use]
    pub fn holds(&self, truth: f64) -> bool {
        (self.low..=self.high).contains(&truth)
    }

    /// Width plus a penalty for a truth outside; less is better.
    ///
    /// # Source
    /// T. Gneiting, A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation", Journal
    /// of the American Statistical Association 102 (2007), 359–378, equation 43.
    #[must_use]
    pub fn score(&self, level: f64, truth: f64) -> f64 {
        let outside = (self.low - truth).max(0.0) + (truth - self.high).max(0.0);
        self.high - self.low + 2.0 / (1.0 - level) * outside
    }
}

impl Forecast {
    /// The central interval of this level, from the lower to the upper quantile.
    #[must_use]
    pub fn interval(&self, level: f64) -> Interval {
        match self {
            Self::Counts(counts) => counts.interval(level),
            Self::Draws(draws) => draws.interval(level),
        }
    }

    /// Mean number of items.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match self {
            Self::Counts(counts) => counts.mean(),
            Self::Draws(draws) => draws.mean(),
        }
    }

    /// Probability of at least one item.
    #[must_use]
    pub fn probability_of_any(&self) -> f64 {
        match self {
            Self::Counts(counts) => 1.0 - counts.mass(0),
            Self::Draws(draws) => 1.0 - draws.share_at_most(0.0),
        }
    }

    /// Continuous ranked probability score in items; less is better.
    #[must_use]
    pub fn crps(&self, truth: u32) -> f64 {
        match self {
            Self::Counts(counts) => counts.crps(truth),
            Self::Draws(draws) => draws.crps(f64::from(truth)),
        }
    }

    /// Minus the natural logarithm of the probability of the truth; none for draws, of which hardly any
    /// equals the truth.
    #[must_use]
    pub fn log_score(&self, truth: u32) -> Option<f64> {
        match self {
            Self::Counts(counts) => Some(counts.log_score(truth)),
            Self::Draws(_) => None,
        }
    }

    /// Probability below the truth plus the share `within` of its own: uniform if `within` is.
    #[must_use]
    pub fn randomised_pit(&self, truth: u32, within: f64) -> f64 {
        match self {
            Self::Counts(counts) => counts.randomised_pit(truth, within),
            Self::Draws(draws) => draws.randomised_pit(f64::from(truth), within),
        }
    }
}
