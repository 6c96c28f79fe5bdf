//! Forecasts that give each count its probability.
//!
//! Belongs here: negative binomials, their mixtures, and listed probabilities, with their exact scores.
//! Does not belong here: which mixture an estimate is.

use super::fault::ScoreFault;
use super::forecast::Interval;

/// Probability that may be left unlisted beyond the last count.
const UNLISTED: f64 = 1e-14;
/// Most counts that are listed.
const LONGEST: usize = 4_000_000;

/// A Poisson count whose rate is a gamma.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NegativeBinomial {
    /// Shape of the gamma.
    pub shape: f64,
    /// Mean number of items.
    pub mean: f64,
}

impl NegativeBinomial {
    /// Natural logarithm of the probability of a count.
    #[must_use]
    pub fn log_mass(&self, count: u32) -> f64 {
        let (a, y) = (self.shape, f64::from(count));
        if self.mean == 0.0 {
            return if count == 0 { 0.0 } else { f64::NEG_INFINITY };
        }
        libm::lgamma(a + y)
            - libm::lgamma(a)
            - libm::lgamma(y + 1.0)
            - a * libm::log1p(self.mean / a)
            + y * libm::log(self.mean / (a + self.mean))
    }
}

/// The probability of each count from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct CountForecast {
    masses: Vec<f64>,
    components: Vec<(f64, NegativeBinomial)>,
}

impl CountForecast {
    /// A mixture of negative binomials with these weights, which need not add up to 1.
    ///
    /// # Errors
    /// [`ScoreFault`] without a component of positive weight, for a number that is not usable, or when
    /// more than 4 million counts would have to be listed.
    pub fn mixture(components: Vec<(f64, NegativeBinomial)>) -> Result<Self, ScoreFault> {
        for (weight, component) in &components {
            for (what, value, usable) in [
                ("a weight", *weight, *weight >= 0.0),
                ("a mean", component.mean, component.mean >= 0.0),
                ("a shape", component.shape, component.shape > 0.0),
            ] {
                if !(usable && value.is_finite()) {
                    return Err(ScoreFault::UnusableNumber { what, value });
                }
            }
        }
        let sum: f64 = components.iter().map(|(weight, _)| weight).sum();
        if sum <= 0.0 {
            return Err(ScoreFault::Nothing { what: "a mixture" });
        }
        let components: Vec<_> =
            components.into_iter().map(|(weight, component)| (weight / sum, component)).collect();
        let mut masses: Vec<f64> = Vec::new();
        for (weight, component) in components.iter().filter(|(weight, _)| *weight > 0.0) {
            let mut log_mass = component.log_mass(0);
            let log_odds = libm::log(component.mean / (component.shape + component.mean));
            let mut listed = 0.0;
            for count in 0_usize.. {
                let mass = libm::exp(log_mass);
                listed += mass;
                if masses.len() == count {
                    masses.push(0.0);
                }
                masses[count] += weight * mass;
                // Beyond the mean masses fall at least as fast as their ratio says.
                let ratio = libm::exp(
                    log_odds + libm::log((count as f64 + component.shape) / (count as f64 + 1.0)),
                );
                let beyond = if ratio < 1.0 { mass * ratio / (1.0 - ratio) } else { 1.0 };
                if count as f64 >= component.mean && beyond.max(1.0 - listed - 1e-9) < UNLISTED {
                    break;
                }
                if count >= LONGEST {
                    return Err(ScoreFault::TooWide { mean: component.mean });
                }
                log_mass +=
                    log_odds + libm::log((count as f64 + component.shape) / (count as f64 + 1.0));
            }
        }
        Ok(Self { masses, components })
    }

    /// A mixture of Poisson counts with equally probable rates, as joint draws give them.
    ///
    /// # Errors
    /// [`ScoreFault`] without a rate, for one that is negative or not finite, or when more than 4 million
    /// counts would have to be listed.
    pub fn poisson_mixture(rates: &[f64]) -> Result<Self, ScoreFault> {
        if rates.is_empty() {
            return Err(ScoreFault::Nothing { what: "the rates" });
        }
        let mut masses = vec![0.0];
        for rate in rates {
            if !(rate.is_finite() && *rate >= 0.0) {
                return Err(ScoreFault::UnusableNumber { what: "a rate", value: *rate });
            }
            // Ten deviations to both sides, and some for small rates, hold all but rounding.
            let reach = 10.0 * rate.sqrt() + 30.0;
            let (first, last) = ((rate - reach).max(0.0) as usize, (rate + reach) as usize);
            if last > LONGEST {
                return Err(ScoreFault::TooWide { mean: *rate });
            }
            if masses.len() <= last {
                masses.resize(last + 1, 0.0);
            }
            let log = if *rate > 0.0 { libm::log(*rate) } else { f64::NEG_INFINITY };
            let start = if first == 0 { -rate } else { first as f64 * log - rate };
            let mut mass = libm::exp(start - libm::lgamma(first as f64 + 1.0));
            for (count, listed) in masses.iter_mut().enumerate().take(last + 1).skip(first) {
                *listed += mass / rates.len() as f64;
                mass *= rate / (count as f64 + 1.0);
            }
        }
        while masses.len() > 1 && masses.last().is_some_and(|mass| *mass < 1e-300) {
            masses.pop();
        }
        Ok(Self { masses, components: Vec::new() })
    }

    /// The relative frequencies of drawn counts.
    ///
    /// # Errors
    /// [`ScoreFault::Nothing`] without a draw.
    pub fn from_draws(draws: &[u32]) -> Result<Self, ScoreFault> {
        let most = draws.iter().max().ok_or(ScoreFault::Nothing { what: "the draws" })?;
        if *most as usize > LONGEST {
            return Err(ScoreFault::TooWide { mean: f64::from(*most) });
        }
        let mut masses = vec![0.0; *most as usize + 1];
        for draw in draws {
            masses[*draw as usize] += 1.0;
        }
        let count = draws.len() as f64;
        masses.iter_mut().for_each(|mass| *mass /= count);
        Ok(Self { masses, components: Vec::new() })
    }

    /// Probability of a count.
    #[must_use]
    pub fn mass(&self, count: u32) -> f64 {
        self.masses.get(count as usize).copied().unwrap_or(0.0)
    }

    /// Probability of at most this count.
    fn at_most(&self, count: Option<u32>) -> f64 {
        let Some(count) = count else { return 0.0 };
        self.masses.iter().take(count as usize + 1).sum::<f64>().min(1.0)
    }

    /// Mean number of items.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.masses.iter().enumerate().map(|(count, mass)| count as f64 * mass).sum()
    }

    /// The smallest count with at least this probability at or below it.
    #[must_use]
    pub fn quantile(&self, level: f64) -> u32 {
        let mut below = 0.0;
        let place = self.masses.iter().position(|mass| {
            below += mass;
            below >= level
        });
        place.unwrap_or(self.masses.len().saturating_sub(1)) as u32
    }

    /// The central interval of this level.
    #[must_use]
    pub fn interval(&self, level: f64) -> Interval {
        let low = self.quantile(0.5 * (1.0 - level));
        let high = self.quantile(0.5 * (1.0 + level));
        let probability_inside = self.at_most(Some(high)) - self.at_most(low.checked_sub(1));
        Interval { low: f64::from(low), high: f64::from(high), probability_inside }
    }

    /// Continuous ranked probability score: the squares of the distance between the distribution and the
    /// step at the truth, summed over counts.
    #[must_use]
    pub fn crps(&self, truth: u32) -> f64 {
        let mut below = 0.0;
        let mut sum = 0.0;
        for (count, mass) in self.masses.iter().enumerate() {
            below += mass;
            let step = if count >= truth as usize { 1.0 } else { 0.0 };
            sum += (below.min(1.0) - step).powi(2);
        }
        // Counts beyond the list that lie below the truth.
        sum + (truth as usize).saturating_sub(self.masses.len()) as f64
    }

    /// Minus the natural logarithm of the probability of the truth; infinite where it has none.
    #[must_use]
    pub fn log_score(&self, truth: u32) -> f64 {
        if self.components.is_empty() {
            return -libm::log(self.mass(truth));
        }
        // In logarithms, since a truth may lie where the list has ended.
        let logs: Vec<f64> = self
            .components
            .iter()
            .map(|(weight, component)| libm::log(*weight) + component.log_mass(truth))
            .collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            return f64::INFINITY;
        }
        -largest - libm::log(logs.iter().map(|log| libm::exp(log - largest)).sum())
    }

    /// Probability below the truth plus the share `within` of its own.
    #[must_use]
    pub fn randomised_pit(&self, truth: u32, within: f64) -> f64 {
        self.at_most(truth.checked_sub(1)) + within * self.mass(truth)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn single(shape: f64, mean: f64) -> CountForecast {
        CountForecast::mixture(vec![(1.0, NegativeBinomial { shape, mean })]).unwrap()
    }

    #[test]
    fn all_the_probability_is_listed() {
        for (shape, mean) in [(0.01, 3.0), (0.4, 2.0), (3.0, 900.0), (500.0, 20_000.0), (2.0, 0.0)]
        {
            let forecast = single(shape, mean);
            let sum: f64 = forecast.masses.iter().sum();
            assert!((sum - 1.0).abs() < 1e-9, "{shape} {mean}: {sum}");
            assert!((forecast.mean() / mean.max(1e-300) - 1.0).abs() < 1e-7 || mean == 0.0);
        }
    }

    #[test]
    fn a_mixture_is_scored_as_its_draws_are() {
        let mixture = CountForecast::mixture(vec![
            (3.0, NegativeBinomial { shape: 1.0, mean: 0.0 }),
            (1.0, NegativeBinomial { shape: 2.0, mean: 4.0 }),
        ])
        .unwrap();
        assert!((mixture.mass(0) - (0.75 + 0.25 / 9.0)).abs() < 1e-12);
        assert!((mixture.log_score(2) + libm::log(mixture.mass(2))).abs() < 1e-12);
        assert_eq!(mixture.interval(0.5).high, 0.0);
        let listed = CountForecast::from_draws(&[0, 0, 0, 2]).unwrap();
        assert_eq!(listed.crps(0), 2.0 * 0.25 * 0.25);
        assert_eq!(listed.crps(5), 2.0 * 0.75 * 0.75 + 3.0);
        assert_eq!(listed.log_score(1), f64::INFINITY);
    }

    #[test]
    fn poisson_rates_drawn_from_a_gamma_come_near_the_negative_binomial() {
        // The middles of a thousand equal parts of an exponential of mean 6: shape 1.
        let rates: Vec<f64> =
            (0..1_000).map(|i| -6.0 * libm::log(1.0 - (f64::from(i) + 0.5) / 1_000.0)).collect();
        let mixed = CountForecast::poisson_mixture(&rates).unwrap();
        let exact = single(1.0, 6.0);
        for count in [0, 1, 6, 20] {
            assert!((mixed.mass(count) - exact.mass(count)).abs() < 1e-4, "{count}");
        }
        let large = CountForecast::poisson_mixture(&[40_000.0]).unwrap();
        assert!((large.mean() - 40_000.0).abs() < 1e-3);
        assert_eq!(CountForecast::poisson_mixture(&[0.0]).unwrap().mass(0), 1.0);
        assert!(CountForecast::poisson_mixture(&[]).is_err());
        assert!(CountForecast::poisson_mixture(&[-1.0]).is_err());
    }

    #[test]
    fn what_is_no_forecast_is_refused() {
        assert!(CountForecast::mixture(Vec::new()).is_err());
        assert!(CountForecast::from_draws(&[]).is_err());
        for (weight, shape, mean) in
            [(f64::NAN, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, -1.0), (1.0, 1.0, f64::INFINITY)]
        {
            let component = NegativeBinomial { shape, mean };
            assert!(CountForecast::mixture(vec![(weight, component)]).is_err());
        }
        let wide = NegativeBinomial { shape: 1.0, mean: 1e9 };
        let fault = CountForecast::mixture(vec![(1.0, wide)]).unwrap_err();
        assert!(matches!(fault, ScoreFault::TooWide { .. }));
    }
}
