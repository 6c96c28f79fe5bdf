//! Why there is no number for a nation.
//!
//! Belongs here: the faults of this area with what can be done. Does not belong here: those of the field,
//! which it passes on.

use super::super::fault::ContaminationFault;
use crate::field::FieldFault;

/// Why the estimate of a nation has no answer.
#[derive(Debug, thiserror::Error)]
pub enum NationFault {
    /// What a place may also lack.
    #[error(transparent)]
    Contamination(#[from] ContaminationFault),
    /// The field of unreported strikes.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// The chains that learn the shared unknowns tell different things.
    #[error(
        "the chains do not agree about `{unknown}`: R-hat is {r_hat:.3}, at most {most} is wanted"
    )]
    ChainsDisagree {
        /// The unknown on which they differ most.
        unknown: String,
        /// How much.
        r_hat: f64,
        /// What is allowed.
        most: f64,
    },
    /// A setting that cannot be.
    #[error("{value} is not possible for {what}")]
    Setting {
        /// What it is.
        what: &'static str,
        /// The number.
        value: f64,
    },
}

impl NationFault {
    /// What the person who asked can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Contamination(fault) => fault.help(),
            Self::Field(fault) => fault.help(),
            Self::ChainsDisagree { .. } => {
                "take more steps, or learn from the ground of more strikes"
            }
            Self::Setting { .. } => "give at least one of each, and no more points than draws",
        }
    }
}
