//! Weighted sums of normal distributions, which is what a posterior over a grid is.
//!
//! Belongs here: moments, cumulative probability and quantiles of a mixture on the logit scale, and of
//! the share it implies.
//!
//! Does not belong here: where the weights come from (`grid`), whole numbers of items (`unexploded`).

use std::sync::Arc;

use serde::Serialize;
use serde::ser::SerializeStruct;

use crate::exponential::exp;
use crate::logistic::{logit, share};
use crate::normal::cumulative_and_density;

/// A mixture of normal distributions.
#[derive(Clone, Debug, PartialEq)]
pub struct NormalMixture {
    /// Sums to one.
    weights: Arc<[f64]>,
    means: Arc<[f64]>,
    deviations: Vec<f64>,
    /// Kept because a quantile divides by each deviation several times.
    inverse_deviations: Vec<f64>,
    mean: f64,
    standard_deviation: f64,
}

impl NormalMixture {
    /// Expects three slices of one length with weights that sum to one.
    pub(crate) fn new(weights: Arc<[f64]>, means: Arc<[f64]>, deviations: Vec<f64>) -> Self {
        let mut mean = 0.0;
        for (weight, value) in weights.iter().zip(means.iter()) {
            mean += weight * value;
        }
        let mut variance = 0.0;
        for ((weight, value), deviation) in weights.iter().zip(means.iter()).zip(&deviations) {
            let distance = value - mean;
            variance += weight * (deviation * deviation + distance * distance);
        }
        Self {
            inverse_deviations: deviations.iter().map(|deviation| 1.0 / deviation).collect(),
            weights,
            means,
            deviations,
            mean,
            standard_deviation: libm::sqrt(variance),
        }
    }

    /// One normal distribution.
    #[must_use]
    pub fn normal(mean: f64, standard_deviation: f64) -> Self {
        Self::new([1.0].into(), [mean].into(), vec![standard_deviation])
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        self.standard_deviation
    }

    /// Probability below `x`.
    #[must_use]
    pub fn cumulative(&self, x: f64) -> f64 {
        self.cumulative_and_density(x).0
    }

    /// Probability below `x` and density there.
    #[must_use]
    pub fn cumulative_and_density(&self, x: f64) -> (f64, f64) {
        let (mut below, mut density) = (0.0, 0.0);
        for ((weight, mean), inverse) in
            self.weights.iter().zip(self.means.iter()).zip(&self.inverse_deviations)
        {
            let (part, height) = cumulative_and_density((x - mean) * inverse);
            below += weight * part;
            density += weight * height * inverse;
        }
        (below.min(1.0), density)
    }

    /// The distribution after an independent normal error with this standard deviation is added.
    #[must_use]
    pub(crate) fn blurred(&self, standard_deviation: f64) -> Self {
        let blurred = self.deviations.iter().map(|own| libm::hypot(*own, standard_deviation));
        Self::new(Arc::clone(&self.weights), Arc::clone(&self.means), blurred.collect())
    }

    /// The value with probability `probability` below it; infinite at 0 and 1.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        if probability.is_nan() {
            return f64::NAN;
        }
        if probability <= 0.0 {
            return f64::NEG_INFINITY;
        }
        if probability >= 1.0 {
            return f64::INFINITY;
        }
        let reach = |side: f64| {
            self.means.iter().zip(&self.deviations).map(move |(mean, sd)| mean + side * 40.0 * sd)
        };
        let mut low = reach(-1.0).fold(f64::INFINITY, f64::min);
        let mut high = reach(1.0).fold(f64::NEG_INFINITY, f64::max);
        // The logistic curve of equal variance is close enough for a first guess.
        let guess = 3.0_f64.sqrt() / core::f64::consts::PI * logit(probability);
        let mut x = (self.mean + self.standard_deviation * guess).clamp(low, high);
        // Newton inside a bracket that every evaluation narrows; halving when a step leaves it.
        for _ in 0..200 {
            let (below, density) = self.cumulative_and_density(x);
            let excess = below - probability;
            if excess > 0.0 {
                high = x;
            } else {
                low = x;
            }
            let next = x - excess / density;
            let inside = next > low && next < high;
            let next = if inside { next } else { 0.5 * (low + high) };
            let moved = (next - x).abs();
            x = next;
            // Newton's error is of the order of the square of its last step, in deviations; the parts
            // may be much narrower than the whole, hence the margin.
            if moved <= if inside { 1e-8 } else { 1e-14 } * self.standard_deviation {
                break;
            }
        }
        x
    }

    /// Mean of the share, by the trapezoidal rule in each part, which for so smooth a curve converges
    /// faster than any power of its step.
    fn mean_share(&self) -> f64 {
        // Heights of the normal density on the finest lattice; coarser ones skip.
        const FINEST: f64 = 0.9 / 32.0;
        const REACH: f64 = 6.4;
        let heights: Vec<f64> = (0..=(REACH / FINEST) as i32)
            .map(|k| exp(-0.5 * (f64::from(k) * FINEST).powi(2)))
            .collect();
        let masses: [f64; 6] = core::array::from_fn(|halvings| {
            heights.iter().step_by(32 >> halvings).skip(1).map(|height| 2.0 * height).sum::<f64>()
                + 1.0
        });
        let mut mean = 0.0;
        for ((weight, centre), deviation) in
            self.weights.iter().zip(self.means.iter()).zip(&self.deviations)
        {
            // The logistic curve has poles at ±iπ: the wider the part, the closer they come.
            let mut halvings = 0;
            while halvings < 5 && deviation * 0.9 > 0.95 * f64::from(1 << halvings) {
                halvings += 1;
            }
            let step = 0.9 / f64::from(1 << halvings);
            // Odds against at the nodes form geometric series to both sides: no exponential in the loop.
            let centre_odds = exp(-centre);
            let ratio = exp(-deviation * step);
            let (mut up, mut down) = (1.0, 1.0);
            let mut sum = 1.0 / (1.0 + centre_odds);
            for height in heights.iter().step_by(32 >> halvings).skip(1) {
                up *= ratio;
                down /= ratio;
                let (high, low) = (centre_odds * up, centre_odds * down);
                sum += height / (1.0 + high) + height / (1.0 + low);
            }
            mean += weight * sum / masses[halvings];
        }
        mean
    }
}

/// Prints mean and standard deviation; the parts are thousands of numbers that nobody reads.
impl Serialize for NormalMixture {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("NormalMixture", 2)?;
        fields.serialize_field("mean", &self.mean)?;
        fields.serialize_field("standard_deviation", &self.standard_deviation)?;
        fields.end()
    }
}

/// The share left unexploded in a context nobody has counted yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictive {
    logit: NormalMixture,
    mean: f64,
}

impl Predictive {
    /// The probabilities of the quantiles that are printed and watched for movement.
    pub const PROBABILITIES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

    pub(crate) fn new(logit: NormalMixture) -> Self {
        let mean = logit.mean_share();
        Self { logit, mean }
    }

    /// The distribution of the share's log odds.
    #[must_use]
    pub fn logit(&self) -> &NormalMixture {
        &self.logit
    }

    /// Mean share.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The share with this probability below it: 0 at 0 and 1 at 1.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        share(self.logit.quantile(probability))
    }

    /// Probability that the share lies below `value`.
    #[must_use]
    pub fn cumulative(&self, value: f64) -> f64 {
        if value <= 0.0 {
            0.0
        } else if value >= 1.0 {
            1.0
        } else {
            self.logit.cumulative(logit(value))
        }
    }

    /// Shares between which the next context lies with this probability, as much outside on each side.
    #[must_use]
    pub fn interval(&self, coverage: f64) -> (f64, f64) {
        let outside = 0.5 * (1.0 - coverage);
        (self.quantile(outside), self.quantile(1.0 - outside))
    }
}

/// Prints the mean and five quantiles.
impl Serialize for Predictive {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Predictive", 6)?;
        fields.serialize_field("mean", &self.mean)?;
        fields.serialize_field("quantile_05", &self.quantile(0.05))?;
        fields.serialize_field("quantile_25", &self.quantile(0.25))?;
        fields.serialize_field("median", &self.quantile(0.5))?;
        fields.serialize_field("quantile_75", &self.quantile(0.75))?;
        fields.serialize_field("quantile_95", &self.quantile(0.95))?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixture(parts: &[(f64, f64, f64)]) -> NormalMixture {
        NormalMixture::new(
            parts.iter().map(|part| part.0).collect(),
            parts.iter().map(|part| part.1).collect(),
            parts.iter().map(|part| part.2).collect(),
        )
    }

    #[test]
    fn quantiles_undo_cumulative_probabilities() {
        for parts in [
            vec![(1.0, -2.0, 0.7)],
            vec![(0.5, -4.0, 0.05), (0.5, 1.0, 0.05)],
            vec![(0.9, -2.0, 0.3), (0.1, -1.0, 3.0)],
        ] {
            let mixture = mixture(&parts);
            for p in [1e-9, 0.001, 0.05, 0.37, 0.5, 0.93, 0.9999] {
                let found = mixture.cumulative(mixture.quantile(p));
                assert!((found - p).abs() < 1e-9 * p.max(1e-3), "{parts:?}: {p} gives {found}");
            }
        }
    }

    #[test]
    fn the_ends_of_the_scale_have_quantiles_too() {
        let predictive = Predictive::new(mixture(&[(1.0, -2.0, 0.7)]));
        assert_eq!(predictive.quantile(0.0), 0.0);
        assert_eq!(predictive.quantile(1.0), 1.0);
        assert!(predictive.quantile(f64::NAN).is_nan());
        assert_eq!(predictive.cumulative(0.0), 0.0);
        assert_eq!(predictive.cumulative(1.0), 1.0);
    }

    #[test]
    fn moments_are_those_of_the_parts() {
        let mixture = mixture(&[(0.25, 1.0, 2.0), (0.75, -1.0, 1.0)]);
        assert!((mixture.mean() + 0.5).abs() < 1e-15);
        // E[x²] = 0.25·(4 + 1) + 0.75·(1 + 1) = 2.75, less 0.25.
        assert!((mixture.standard_deviation().powi(2) - 2.5).abs() < 1e-14);
    }

    #[test]
    fn the_mean_share_agrees_with_brute_force() {
        for (centre, deviation) in [(-2.2, 0.05), (-2.0, 0.6), (-6.0, 1.5), (0.0, 2.6), (-3.0, 4.0)]
        {
            let found = Predictive::new(mixture(&[(1.0, centre, deviation)])).mean();
            let (mut sum, mut mass) = (0.0, 0.0);
            for k in -200_000..=200_000 {
                let z = f64::from(k) * 6e-5;
                let height = libm::exp(-0.5 * z * z);
                sum += height * share(centre + deviation * z);
                mass += height;
            }
            assert!((found - sum / mass).abs() < 2e-8, "{centre}, {deviation}: {found}");
        }
    }
}
