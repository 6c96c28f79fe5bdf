//! What can be wrong with a search.
//!
//! Belongs here: one variant for each fault, with the values at fault.
//! Does not belong here: printing.

/// Why a search cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SearchFault {
    /// A number is not finite or not in its range.
    #[error("{name} is {value}, which is not a usable number")]
    UnusableNumber {
        /// What the number stands for.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// A task names a method whose chance of detection was not given.
    #[error("method {method} has no chance of detection; {methods} were given")]
    UnknownMethod {
        /// The number of the method.
        method: usize,
        /// How many methods were given.
        methods: usize,
    },
    /// Items were found although nothing could have been found.
    #[error("{finds} items were found with an effort of zero")]
    FindsWithoutEffort {
        /// Items found.
        finds: u32,
    },
}

impl SearchFault {
    /// What can be done about it, in one sentence.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::UnusableNumber { .. } => {
                "give shares between 0 and 1 and finite numbers above zero"
            }
            Self::UnknownMethod { .. } => "give a prior for the chance of detection of each method",
            Self::FindsWithoutEffort { .. } => {
                "enter the ground that was searched, or enter the finds as those of a spot task"
            }
        }
    }
}

/// `value` when it lies between 0 and 1, both included.
pub(super) fn share(name: &'static str, value: f64) -> Result<f64, SearchFault> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(SearchFault::UnusableNumber { name, value })
    }
}

/// `value` when it is finite and above zero.
pub(super) fn positive(name: &'static str, value: f64) -> Result<f64, SearchFault> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(SearchFault::UnusableNumber { name, value })
    }
}
