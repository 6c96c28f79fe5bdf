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
}
