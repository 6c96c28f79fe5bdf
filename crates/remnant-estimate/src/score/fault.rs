//! Why something cannot be scored.
//!
//! Belongs here: forecasts that are none. Does not belong here: bad forecasts; those are scored.

/// Why something cannot be scored.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ScoreFault {
    /// There are no draws, no weights, or no forecasts at all.
    #[error("there is nothing to score in {what}")]
    Nothing {
        /// What is empty.
        what: &'static str,
    },
    /// A number of a forecast is not usable.
    #[error("{what} is {value}, which is no forecast")]
    UnusableNumber {
        /// What the number stands for.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// A forecast of counts spreads over more numbers than can be listed.
    #[error("a forecast with a mean of {mean} items spreads over too many counts to list them")]
    TooWide {
        /// Its mean in items.
        mean: f64,
    },
}

impl ScoreFault {
    /// What the person who asked can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Nothing { .. } => "give at least one forecast with its truth",
            Self::UnusableNumber { .. } => {
                "give finite numbers, weights and means of at least 0, and shapes above 0"
            }
            Self::TooWide { .. } => "score large totals by draws",
        }
    }
}
