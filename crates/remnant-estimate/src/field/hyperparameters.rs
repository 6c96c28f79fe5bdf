//! How probable each spread, range and level is before anything was found.
//!
//! Belongs here: the priors and their scores, in which both spread and range are standard normal.
//! Does not belong here: the evidence of the finds.

use super::fault::{FieldFault, within};
use super::lattice::Spread;
use crate::dud_rate::NormalPrior;
use crate::normal;

/// Priors of the field's spread and range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpreadPriors {
    /// Scale of the half-normal prior of the standard deviation.
    pub standard_deviation_scale: f64,
    /// A range that is thought to be short.
    pub short_range_kilometres: f64,
    /// Chance that the range is shorter than that.
    pub chance_of_shorter: f64,
}

impl Default for SpreadPriors {
    /// Standard deviation half-normal with scale 1; range below 3 km with a chance of 5 per cent.
    /// Design defaults: no source, to be shown beside the answer.
    fn default() -> Self {
        Self { standard_deviation_scale: 1.0, short_range_kilometres: 3.0, chance_of_shorter: 0.05 }
    }
}

impl SpreadPriors {
    pub(super) fn check(&self) -> Result<(), FieldFault> {
        within("scale of the spread", self.standard_deviation_scale, 1e-2, 5.0)?;
        within("short range in km", self.short_range_kilometres, 1e-2, 1e4)?;
        within("chance of a shorter range", self.chance_of_shorter, 1e-6, 0.999).map(|_| ())
    }

    /// Spread and range at standard normal scores.
    ///
    /// The range has density proportional to `r⁻² e^(−λ/r)`, so that `P(range < r) = e^(−λ/r)`.
    ///
    /// # Source
    /// G.-A. Fuglstad, D. Simpson, F. Lindgren and H. Rue, *Constructing priors that penalize the
    /// complexity of Gaussian random fields*, Journal of the American Statistical Association 114
    /// (2019), in two dimensions.
    pub(super) fn at(&self, spread_score: f64, range_score: f64) -> Spread {
        let lambda = -self.short_range_kilometres * libm::log(self.chance_of_shorter);
        Spread {
            standard_deviation: self.standard_deviation_scale
                * -score_of(0.5 * normal::cumulative(-spread_score)),
            range_kilometres: -lambda / normal::log_cumulative(range_score),
        }
    }
}

/// The standard normal score of a probability, by halving.
fn score_of(probability: f64) -> f64 {
    let (mut low, mut high) = (-38.0, 38.0);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if normal::cumulative(middle) < probability { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Prior of the level: the log of unreported strikes for each km², centred on what was recorded.
///
/// With `recorded` strikes for each km² and a share `ρ ~ Beta(first, second)` of all strikes
/// unreported, `e^level` is `recorded · ρ/(1 − ρ)`; its logarithm is matched in mean and variance.
/// The default is Beta(2, 4). UNVERIFIED: no source was found for the share; show it beside the answer.
///
/// # Errors
/// [`FieldFault::UnusableNumber`] when a number is not finite and positive.
pub fn prior_level(recorded: f64, (first, second): (f64, f64)) -> Result<NormalPrior, FieldFault> {
    within("recorded strikes for each km²", recorded, 1e-9, 1e6)?;
    within("first parameter of the share unreported", first, 0.1, 1e6)?;
    within("second parameter of the share unreported", second, 0.1, 1e6)?;
    let ((mean_first, variance_first), (mean_second, variance_second)) =
        (log_gamma_moments(first), log_gamma_moments(second));
    Ok(NormalPrior {
        mean: libm::log(recorded) + mean_first - mean_second,
        standard_deviation: (variance_first + variance_second).sqrt(),
    })
}

/// Mean and variance of the log of a gamma variable: the digamma and trigamma functions.
///
/// # Source
/// NIST Digital Library of Mathematical Functions, 5.5.2, 5.11.2 and 5.15.8.
fn log_gamma_moments(shape: f64) -> (f64, f64) {
    let (mut x, mut mean, mut variance) = (shape, 0.0, 0.0);
    while x < 12.0 {
        mean -= 1.0 / x;
        variance += 1.0 / (x * x);
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    mean += libm::log(x)
        - 0.5 / x
        - r * (1.0 / 12.0 - r * (1.0 / 120.0 - r * (1.0 / 252.0 - r / 240.0)));
    variance +=
        1.0 / x + 0.5 * r + (r / x) * (1.0 / 6.0 - r * (1.0 / 30.0 - r * (1.0 / 42.0 - r / 30.0)));
    (mean, variance)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn scores_give_the_quantiles_of_the_priors() {
        let priors = SpreadPriors::default();
        let middle = priors.at(0.0, 0.0);
        // Median of the half-normal, and λ/ln 2.
        assert!((middle.standard_deviation - 0.674_489_750_196_082).abs() < 1e-10);
        assert!((middle.range_kilometres - 12.965_784_284_662_087).abs() < 1e-9);
        let short = priors.at(0.0, -1.644_853_626_951_472_2);
        assert!((short.range_kilometres - 3.0).abs() < 1e-9);
    }

    #[test]
    fn the_level_follows_the_recorded_strikes() {
        let level = prior_level(0.1, (2.0, 4.0)).unwrap();
        // ψ(2) − ψ(4) = −5/6; ψ'(2) + ψ'(4) = π²/3 − 1 − 49/36.
        assert!((level.mean - (libm::log(0.1) - 5.0 / 6.0)).abs() < 1e-12);
        let variance = core::f64::consts::PI.powi(2) / 3.0 - 1.0 - 49.0 / 36.0;
        assert!((level.standard_deviation - variance.sqrt()).abs() < 1e-12);
        assert!(prior_level(0.0, (2.0, 4.0)).is_err());
    }
}
