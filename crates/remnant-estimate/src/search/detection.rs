//! The chance that a method finds an item it passes over.
//!
//! Belongs here: priors of detection by kind of search, repeated passes, and the share covered without a map.
//! Does not belong here: which ground was searched (`effort`).

use super::fault::{SearchFault, positive, share};

/// `Beta(alpha, beta)` for the chance of detection of one method and class of operator.
///
/// It is *one* unknown for all tasks of the method: separate values for each task make totals far too sure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DetectionPrior {
    /// First parameter: as if so many items had been found,
    pub alpha: f64,
    /// and so many missed in a trial.
    pub beta: f64,
}

impl DetectionPrior {
    /// Search of the surface by eye. UNVERIFIED default, to be replaced by a programme's own trial.
    pub const VISUAL_SURFACE: Self = Self { alpha: 6.0, beta: 3.0 };
    /// Detector-assisted search of surface and shallow ground. UNVERIFIED default.
    pub const DETECTOR_SHALLOW: Self = Self { alpha: 12.0, beta: 3.0 };
    /// Full clearance to the national depth. UNVERIFIED default.
    pub const FULL_CLEARANCE: Self = Self { alpha: 27.0, beta: 3.0 };
    /// Share of items a method can never find (too deep, wrong metal, under water). UNVERIFIED default.
    pub const NEVER_FOUND: f64 = 0.03;

    /// A prior with these parameters.
    ///
    /// # Errors
    /// `UnusableNumber` when either is not finite and above zero.
    pub fn new(alpha: f64, beta: f64) -> Result<Self, SearchFault> {
        let alpha = positive("the first parameter of a detection prior", alpha)?;
        Ok(Self { alpha, beta: positive("the second parameter of a detection prior", beta)? })
    }

    /// After a blind trial of the method found `found` of `seeded` hidden items.
    ///
    /// # Errors
    /// `UnusableNumber` when more were found than hidden.
    pub fn after_trial(&self, found: u32, seeded: u32) -> Result<Self, SearchFault> {
        let Some(missed) = seeded.checked_sub(found) else {
            let name = "the number found in a trial";
            return Err(SearchFault::UnusableNumber { name, value: f64::from(found) });
        };
        Ok(Self { alpha: self.alpha + f64::from(found), beta: self.beta + f64::from(missed) })
    }

    /// Mean chance of detection.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// Log density, up to nothing: the normalising constant is included.
    #[must_use]
    pub fn log_density(&self, detection: f64) -> f64 {
        libm::lgamma(self.alpha + self.beta) - libm::lgamma(self.alpha) - libm::lgamma(self.beta)
            + (self.alpha - 1.0) * libm::log(detection)
            + (self.beta - 1.0) * libm::log1p(-detection)
    }
}

/// Chance that `passes` over an item find it: `(1 − h)(1 − (1 − d)^k)`.
///
/// `never_found` is the share `h` that this method cannot find however often it passes. With `h = 0` passes
/// would be independent, which is the classic over-confidence.
///
/// ```
/// use remnant_estimate::search::detection_of_passes;
/// assert!((detection_of_passes(0.85, 2, 0.03) - 0.948175).abs() < 1e-12);
/// ```
#[must_use]
pub fn detection_of_passes(detection: f64, passes: u32, never_found: f64) -> f64 {
    (1.0 - never_found) * -libm::expm1(f64::from(passes) * libm::log1p(-detection))
}

/// Share of an area that a sweep without a map has covered: `1 − exp(−width × track / area)`.
///
/// # Errors
/// `UnusableNumber` when a length or the area is not finite or negative, or the area is zero.
///
/// # Source
/// B. O. Koopman, *Search and Screening* (1946): the formula of random search.
pub fn share_by_random_search(
    sweep_width_metres: f64,
    track_metres: f64,
    area_square_metres: f64,
) -> Result<f64, SearchFault> {
    let area = positive("the area searched in square metres", area_square_metres)?;
    let swept = sweep_width_metres * track_metres;
    if !(sweep_width_metres >= 0.0 && track_metres >= 0.0 && swept.is_finite()) {
        return Err(SearchFault::UnusableNumber {
            name: "the area swept in square metres",
            value: swept,
        });
    }
    share("the share covered", -libm::expm1(-swept / area))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn passes_never_exceed_what_can_be_found() {
        for passes in 0..60 {
            let found = detection_of_passes(0.7, passes, 0.03);
            assert!(found <= 0.97 && found >= detection_of_passes(0.7, passes.max(1) - 1, 0.03));
        }
        assert_eq!(detection_of_passes(0.7, 0, 0.03), 0.0);
        assert_eq!(detection_of_passes(1.0, 3, 0.03), 0.97);
    }

    #[test]
    fn a_trial_moves_the_prior() {
        let after = DetectionPrior::DETECTOR_SHALLOW.after_trial(12, 20).unwrap();
        assert_eq!(after, DetectionPrior { alpha: 24.0, beta: 11.0 });
        assert!(DetectionPrior::DETECTOR_SHALLOW.after_trial(3, 2).is_err());
        assert!(DetectionPrior::new(0.0, 1.0).is_err());
    }

    #[test]
    fn tracks_that_cannot_be_are_refused() {
        assert!(share_by_random_search(2.0, -1.0, 10.0).is_err());
        assert!(share_by_random_search(2.0, 1.0, 0.0).is_err());
        assert_eq!(share_by_random_search(0.0, 100.0, 10.0), Ok(0.0));
    }
}
