//! What can be wrong with a strike.
//!
//! Belongs here: one variant for each fault, with the values at fault.
//! Does not belong here: printing.

/// Why a strike cannot be used in an estimate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StrikeFault {
    /// A number is not finite, not above zero where it must be, or not a share.
    #[error("{name} is {value}, which is not a usable number")]
    UnusableNumber {
        /// What the number stands for.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// A strike was given no place it may have been at.
    #[error("no place was given, or all places have weight zero")]
    NoPlace,
    /// There are more candidate places than are worth telling apart.
    #[error("{places} candidate places are more than the {limit} that can be told apart")]
    TooManyPlaces {
        /// Places asked for.
        places: f64,
        /// The most there may be.
        limit: usize,
    },
    /// A strike was given no type of munition it may have been.
    #[error("no type of munition was given, or all have weight zero")]
    NoType,
}

impl StrikeFault {
    /// What can be done about it, in one sentence.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::UnusableNumber { .. } => {
                "give finite numbers: lengths, counts and spreads above zero, shares between 0 and 1"
            }
            Self::NoPlace => "give a point, a radius or an outline with at least one place in it",
            Self::TooManyPlaces { .. } => "choose a wider pitch, or a smaller outline",
            Self::NoType => "name at least one type that the strike may have been",
        }
    }
}

/// `value` when it is finite and above zero.
pub(super) fn positive(name: &'static str, value: f64) -> Result<f64, StrikeFault> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(StrikeFault::UnusableNumber { name, value })
    }
}
