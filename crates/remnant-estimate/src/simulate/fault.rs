//! Why a world cannot be drawn.
//!
//! Belongs here: what is wrong with the settings of an invented world, and what to do about it.
//! Does not belong here: faults of an estimate.

use crate::grid::GridFault;

/// Why a world cannot be drawn from its settings.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SimulateFault {
    /// A setting is not a usable number.
    #[error("{setting} is {value}, from which nothing can be drawn")]
    UnusableSetting {
        /// What the number stands for, with its unit.
        setting: &'static str,
        /// Its value.
        value: f64,
    },
    /// The grid of the world cannot be laid out.
    #[error(transparent)]
    Grid(#[from] GridFault),
    /// There are more ways of searching than an item can keep apart.
    #[error("{methods} ways of searching were asked for")]
    TooManyMethods {
        /// How many were asked for.
        methods: usize,
    },
    /// A world has strikes but no type that they could be of, or tasks but no method.
    #[error("there are {of}, but none to choose from")]
    NothingToChoose {
        /// What is to be chosen.
        of: &'static str,
    },
}

impl SimulateFault {
    /// What the person who asked can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::UnusableSetting { .. } => {
                "give finite numbers, scales above 0, and shares from 0 to 1"
            }
            Self::Grid(fault) => fault.help(),
            Self::TooManyMethods { .. } => "give at most 32 ways of searching",
            Self::NothingToChoose { .. } => "give at least one type level and one search method",
        }
    }
}
