//! What can be wrong with a footprint.
//!
//! Belongs here: one variant for each fault, with the values at fault.
//! Does not belong here: printing.

/// Why a footprint or its size cannot be told.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FootprintFault {
    /// A length or spread is not finite and above zero.
    #[error("{name} is {value}, which is not a usable number")]
    UnusableNumber {
        /// What the number stands for.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// A find lies outside the ground said to have been searched.
    #[error("a find at {distance_metres} m lies outside the searched disc of {radius_metres} m")]
    FindOutsideSearch {
        /// Distance of the find from the middle of the strike.
        distance_metres: f64,
        /// Radius of the disc that was searched.
        radius_metres: f64,
    },
    /// Nothing was found, or no kernel mass lies where the finds are.
    #[error("the finds say nothing about the size of the footprint")]
    NothingToLearn,
}

impl FootprintFault {
    /// What can be done about it, in one sentence.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::UnusableNumber { .. } => "give a finite number above zero",
            Self::FindOutsideSearch { .. } => {
                "leave out finds from ground that was not searched, or enlarge the searched ground"
            }
            Self::NothingToLearn => "keep the prior of the footprint's size",
        }
    }
}

/// `value` when it is finite and above zero.
pub(super) fn positive(name: &'static str, value: f64) -> Result<f64, FootprintFault> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(FootprintFault::UnusableNumber { name, value })
    }
}
