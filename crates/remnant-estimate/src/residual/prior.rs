//! What was believed of an area before anyone searched it.
//!
//! Belongs here: the chance that an area was contaminated and the spread of how many items lie there
//! if it was. Does not belong here: from which strikes it follows, or the search (`effort`).

use serde::Serialize;

use super::fault::{ResidualFault, positive, share};

/// With probability `contaminated` the area holds a Poisson number of items whose rate is drawn from a
/// gamma distribution; otherwise it holds none.
///
/// The *shape* decides how fast an empty search convinces: it is published with every answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ItemsPrior {
    contaminated: f64,
    shape: f64,
    rate: f64,
}

impl ItemsPrior {
    /// A prior with chance `contaminated` (π) and a rate of items with gamma `shape` (a) and `rate` (b).
    ///
    /// # Shapes and units
    /// `contaminated` from 0 to 1; `shape / rate` items are expected in a contaminated area.
    ///
    /// # Errors
    /// [`ResidualFault`] where a number is no share, or not finite and positive.
    pub fn new(contaminated: f64, shape: f64, rate: f64) -> Result<Self, ResidualFault> {
        Ok(Self {
            contaminated: share("the prior chance of contamination", contaminated)?,
            shape: positive("the shape of the prior", shape)?,
            rate: positive("the rate of the prior", rate)?,
        })
    }

    /// The chance that the area was contaminated at all (π).
    #[must_use]
    pub fn contaminated(&self) -> f64 {
        self.contaminated
    }

    /// The gamma shape of the rate of items in a contaminated area (a).
    #[must_use]
    pub fn shape(&self) -> f64 {
        self.shape
    }

    /// The gamma rate of the rate of items in a contaminated area (b), per item.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Items expected before any search.
    #[must_use]
    pub fn expected(&self) -> f64 {
        self.contaminated * self.shape / self.rate
    }

    /// The chance that at least one item lay here before any search.
    #[must_use]
    pub fn any(&self) -> f64 {
        let none = self.shape * (libm::log(self.rate) - libm::log1p(self.rate));
        self.contaminated * -libm::expm1(none)
    }

    /// The prior with the same mean, variance and chance of at least one item as a number of items that an
    /// estimate gives. Where no chance of contamination reaches that chance, it is the nearest: certain
    /// contamination.
    ///
    /// # Shapes and units
    /// `expected` items, their `variance` with the Poisson part, and the chance of `any`.
    ///
    /// # Errors
    /// [`ResidualFault`] where nothing is expected, or the variance is not above the mean: then the number is
    /// known better than any search could tell.
    pub fn from_moments(expected: f64, variance: f64, any: f64) -> Result<Self, ResidualFault> {
        positive("the number of items expected", expected)?;
        let spread = positive("the variance beyond that of chance alone", variance - expected)?;
        share("the chance of at least one item", any)?;
        // With chance π of contamination, π a/b is the mean and π a(a+1)/b² the mean square of the rate.
        let square = spread + expected * expected;
        let of = |contaminated: f64| {
            let mean = expected / contaminated;
            let within = square / contaminated - mean * mean;
            let shape = mean * mean / within;
            Self { contaminated, shape, rate: shape / mean }
        };
        // Below this the rate would vary less than not at all.
        let (mut low, mut high) = (expected * expected / square * (1.0 + 1e-9), 1.0);
        if of(high).any() <= any {
            return Ok(of(high));
        }
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if of(middle).any() < any { low = middle } else { high = middle }
        }
        let found = of(0.5 * (low + high));
        Self::new(found.contaminated, found.shape, found.rate)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_prior_is_found_again_from_its_moments() {
        for (contaminated, shape, rate) in [(0.3, 1.2, 0.02), (0.9, 0.6, 0.1), (0.05, 3.0, 1.5)] {
            let prior = ItemsPrior::new(contaminated, shape, rate).unwrap();
            let mean = prior.expected();
            let square = contaminated * shape * (shape + 1.0) / (rate * rate);
            let variance = square - mean * mean + mean;
            let found = ItemsPrior::from_moments(mean, variance, prior.any()).unwrap();
            assert!((found.expected() - mean).abs() < 1e-6 * mean, "{found:?}");
            assert!((found.any() - prior.any()).abs() < 1e-6, "{found:?} {prior:?}");
        }
    }

    #[test]
    fn what_is_known_too_well_is_refused() {
        assert!(ItemsPrior::from_moments(0.0, 1.0, 0.1).is_err());
        assert!(ItemsPrior::from_moments(2.0, 1.9, 0.8).is_err());
        assert!(ItemsPrior::from_moments(2.0, 9.0, 1.4).is_err());
        let certain = ItemsPrior::from_moments(100.0, 150.0, 1.0).unwrap();
        assert_eq!(certain.contaminated(), 1.0);
    }
}
