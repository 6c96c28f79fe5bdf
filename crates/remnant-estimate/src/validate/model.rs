//! What a model must be able to say to be judged.
//!
//! Belongs here: the question put to a model and the answer it gives. Does not belong here: a model.

use crate::score::Forecast;
use crate::simulate::Recorded;

/// A model that can be judged: from what is recorded of a world to forecasts of what is left.
pub trait Model: Sync {
    /// Its name and version.
    fn name(&self) -> String;

    /// What it says of a world.
    ///
    /// # Errors
    /// Its reason, in words, when it gives no number.
    fn answer(&self, recorded: &Recorded, seed: u64) -> Result<Answer, String>;
}

/// What a model says of a world.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Items left in each cell, row by row from the north-west corner.
    pub cells: Vec<Forecast>,
    /// Items left in each area, in the order of the record.
    pub areas: Vec<Forecast>,
    /// Items left on the whole grid.
    pub whole: Forecast,
    /// What it believes of unknowns that strikes or tasks have in common.
    pub unknowns: Vec<UnknownAnswer>,
}

/// An unknown that many strikes or tasks have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SharedUnknown {
    /// Chance of finding an item in one pass, by the number of the method.
    Detection(usize),
    /// Scale of footprints in metres.
    FootprintScale,
    /// Share that fails at the level of a type, by its number.
    Level(usize),
    /// Unreported strikes for each square kilometre.
    UnreportedRate,
}

impl SharedUnknown {
    /// In words, the numbers left out.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Detection(_) => "chance of detection of a method",
            Self::FootprintScale => "scale of footprints",
            Self::Level(_) => "share unexploded of a type",
            Self::UnreportedRate => "density of unreported strikes",
        }
    }
}

/// The central 90 % of one shared unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnknownAnswer {
    /// Which.
    pub unknown: SharedUnknown,
    /// Its ends, in the unit of the unknown.
    pub interval_90: (f64, f64),
}
