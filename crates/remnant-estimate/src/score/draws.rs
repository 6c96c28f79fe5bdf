//! Forecasts held as draws.
//!
//! Belongs here: quantiles and scores of an empirical distribution. Does not belong here: making draws.

use super::fault::ScoreFault;
use super::forecast::Interval;

/// Draws of a number, in rising order.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawForecast {
    sorted: Vec<f64>,
}

impl DrawForecast {
    /// A forecast from draws in any order.
    ///
    /// # Errors
    /// [`ScoreFault`] without a draw or with one that is not finite.
    pub fn new(mut draws: Vec<f64>) -> Result<Self, ScoreFault> {
        if draws.is_empty() {
            return Err(ScoreFault::Nothing { what: "the draws" });
        }
        if let Some(value) = draws.iter().find(|draw| !draw.is_finite()) {
            return Err(ScoreFault::UnusableNumber { what: "a draw", value: *value });
        }
        draws.sort_by(f64::total_cmp);
        Ok(Self { sorted: draws })
    }

    /// The draws in rising order.
    #[must_use]
    pub fn draws(&self) -> &[f64] {
        &self.sorted
    }

    /// Their mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sorted.iter().sum::<f64>() / self.sorted.len() as f64
    }

    /// Share of the draws that are at most `value`.
    #[must_use]
    pub fn share_at_most(&self, value: f64) -> f64 {
        self.sorted.partition_point(|draw| *draw <= value) as f64 / self.sorted.len() as f64
    }

    fn share_below(&self, value: f64) -> f64 {
        self.sorted.partition_point(|draw| *draw < value) as f64 / self.sorted.len() as f64
    }

    /// The smallest draw with at least this share of draws at or below it.
    #[must_use]
    pub fn quantile(&self, level: f64) -> f64 {
        // A level such as 0.05 of 400 draws must not become the 21st by rounding.
        let place = (level * self.sorted.len() as f64 - 1e-9).ceil().max(1.0) as usize;
        self.sorted[place.min(self.sorted.len()) - 1]
    }

    /// The central interval of this level.
    #[must_use]
    pub fn interval(&self, level: f64) -> Interval {
        let low = self.quantile(0.5 * (1.0 - level));
        let high = self.quantile(0.5 * (1.0 + level));
        let probability_inside = self.share_at_most(high) - self.share_below(low);
        Interval { low, high, probability_inside }
    }

    /// Continuous ranked probability score of the empirical distribution of the draws: the mean distance
    /// to the truth less half the mean distance between two draws.
    #[must_use]
    pub fn crps(&self, truth: f64) -> f64 {
        let count = self.sorted.len() as f64;
        let to_truth: f64 = self.sorted.iter().map(|draw| (draw - truth).abs()).sum();
        let between: f64 = self
            .sorted
            .iter()
            .enumerate()
            .map(|(place, draw)| draw * (2.0 * place as f64 + 1.0 - count))
            .sum();
        to_truth / count - between / (count * count)
    }

    /// Share of draws below the truth plus the share `within` of those equal to it.
    #[must_use]
    pub fn randomised_pit(&self, truth: f64, within: f64) -> f64 {
        let below = self.share_below(truth);
        below + within * (self.share_at_most(truth) - below)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::count::CountForecast;
    use super::*;

    #[test]
    fn draws_and_listed_counts_have_one_score() {
        let counts = [3_u32, 0, 0, 7, 2, 2, 9, 1, 0, 4];
        let draws = DrawForecast::new(counts.iter().map(|c| f64::from(*c)).collect()).unwrap();
        let listed = CountForecast::from_draws(&counts).unwrap();
        for truth in [0, 1, 4, 8, 30] {
            let from_draws = draws.crps(f64::from(truth));
            assert!((from_draws - listed.crps(truth)).abs() < 1e-12, "{truth}");
            let pits =
                (draws.randomised_pit(f64::from(truth), 0.3), listed.randomised_pit(truth, 0.3));
            assert!((pits.0 - pits.1).abs() < 1e-12);
        }
        for level in [0.5, 0.9] {
            let (one, other) = (draws.interval(level), listed.interval(level));
            assert_eq!((one.low, one.high), (other.low, other.high));
            assert!((one.probability_inside - other.probability_inside).abs() < 1e-12);
        }
    }

    #[test]
    fn no_draws_and_draws_that_are_no_numbers_are_refused() {
        assert!(DrawForecast::new(Vec::new()).is_err());
        assert!(DrawForecast::new(vec![1.0, f64::NAN]).is_err());
    }
}
