//! Why there is no estimate of a place's contamination, and what can be done.
//!
//! Belongs here: one variant for each fault, with the values at fault. A reason, not a number.
//!
//! Does not belong here: faults of the dud-rate model (`EstimateError`) or of a file of parameters.

use super::inputs::InputFault;

/// Why the contamination of a place cannot be told.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ContaminationFault {
    /// The inputs contradict themselves; all that is wrong is listed.
    #[error("the inputs cannot be used:{}", listed(.0))]
    Inputs(Vec<InputFault>),
    /// Nothing says how much may lie here.
    #[error("no strike is recorded here or near, and nothing tells how many nobody recorded")]
    NothingToGoBy,
    /// The search for the most probable shared unknowns did not come to rest.
    #[error("the search for the most probable values did not come to rest in {steps} steps")]
    NoMode {
        /// Steps taken.
        steps: usize,
    },
    /// A detection probability, or another single unknown, may lie beyond the points used.
    #[error("the distribution of the shared unknown reaches beyond the points that stand for it")]
    DensityReachesTooFar,
    /// The weights of the points fall on a few of them.
    #[error(
        "{points} points are worth only {effective:.1}, fewer than the {fewest} that an interval needs"
    )]
    TooFewEffective {
        /// What the points are worth.
        effective: f64,
        /// Points used.
        points: usize,
        /// The fewest that are accepted.
        fewest: f64,
    },
    /// No explanation of the finds in one connected part of the place has any probability.
    #[error("the finds near `{find}` cannot come from any strike that the inputs allow")]
    UnexplainedFind {
        /// A find among them.
        find: String,
    },
    /// A tile that was handed back is not of this run.
    #[error("tile {tile} that was kept belongs to another run")]
    ForeignTile {
        /// Its number.
        tile: u32,
    },
    /// Somebody asked for the run to stop.
    #[error("the estimate was interrupted after {done} of {tiles} tiles")]
    Interrupted {
        /// Tiles finished.
        done: usize,
        /// Tiles in all.
        tiles: usize,
    },
}

fn listed(faults: &[InputFault]) -> String {
    faults.iter().map(|fault| format!("\n- {fault}")).collect()
}

impl ContaminationFault {
    /// What the person who asked can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Inputs(_) => "correct what is listed and run it again",
            Self::NothingToGoBy => {
                "enter the strikes that are known around the place, or survey it first"
            }
            Self::NoMode { .. } | Self::DensityReachesTooFar => {
                "look for searches and finds that contradict each other, or for a parameter that is \
                 far too narrow or too wide"
            }
            Self::TooFewEffective { .. } => {
                "ask for more points with --points, or look for a parameter that the finds contradict"
            }
            Self::UnexplainedFind { .. } => {
                "allow for strikes that nobody recorded, or check the place of the find"
            }
            Self::ForeignTile { .. } => "delete the file of kept tiles and run it again",
            Self::Interrupted { .. } => "run it again: finished tiles are kept and not repeated",
        }
    }
}
