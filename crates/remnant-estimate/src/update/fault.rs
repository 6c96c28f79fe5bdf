//! What can go wrong when finds are brought to strikes.
//!
//! Belongs here: one variant for each fault, with the values at fault. A sampler that does not settle gives
//! one of these: a reason, not a number.
//!
//! Does not belong here: printing.

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UpdateFault {
    /// Lists that describe the same things differ in length.
    #[error("{name} has {found} entries where {expected} were expected")]
    LengthsDiffer {
        /// Which list.
        name: &'static str,
        /// Its length.
        found: usize,
        /// The length it should have.
        expected: usize,
    },
    /// A cell is listed twice, out of order or outside the grid.
    #[error("cell {cell} is out of order, listed twice or outside the grid")]
    CellOutOfOrder {
        /// The cell's number.
        cell: u32,
    },
    /// An effort is not a share.
    #[error("the effort in cell {cell} is {effort}, which is not a share")]
    ImpossibleEffort {
        /// The cell's number.
        cell: u32,
        /// The effort given.
        effort: f64,
    },
    /// Items were found in a cell where nothing could have been found.
    #[error("{finds} items were found in cell {cell}, which nobody is said to have searched")]
    FindsWithoutEffort {
        /// The cell's number.
        cell: u32,
        /// Items found.
        finds: u32,
    },
    /// A number is not finite or not in its range.
    #[error("{name} is {value}, which is not a usable number")]
    UnusableNumber {
        /// What the number stands for.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// Two recorded strikes carry the same number.
    #[error("strike {strike} is listed twice")]
    StrikeTwice {
        /// The number that occurs more than once.
        strike: u64,
    },
    /// No strike, recorded or not, can have left a find.
    #[error("no strike can explain the {finds} items found in cell {cell}")]
    Unexplained {
        /// The cell's number.
        cell: u32,
        /// Items found there.
        finds: u32,
    },
    /// More finds hang together than the sampler shares out in one piece.
    #[error("{finds} finds hang together, more than the {limit} that can be shared out")]
    TooManyFinds {
        /// Finds in the piece.
        finds: u64,
        /// The most there may be.
        limit: u64,
    },
    /// The chains of the sampler disagree after the longest run allowed.
    #[error(
        "after {sweeps} sweeps the chains that share out the finds near {} disagree \
         (R-hat {r_hat:.3}, {effective_draws:.0} effective draws)",
        strike.map_or_else(|| format!("cell {cell}"), |id| format!("strike {id}"))
    )]
    NotSettled {
        /// Smallest number of a recorded strike in the piece, if it has one.
        strike: Option<u64>,
        /// First cell with finds in the piece.
        cell: u32,
        /// Sweeps of each chain.
        sweeps: usize,
        /// Largest split R-hat.
        r_hat: f64,
        /// Smallest effective number of draws.
        effective_draws: f64,
    },
}

impl UpdateFault {
    /// What can be done about it, in one sentence.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::LengthsDiffer { .. } => "give one entry for each cell, place or strike",
            Self::CellOutOfOrder { .. } => "list each searched cell once, in rising order",
            Self::ImpossibleEffort { .. } => "give shares between 0 and 1",
            Self::FindsWithoutEffort { .. } => {
                "enter the ground that was searched, or enter the finds as those of a spot task"
            }
            Self::UnusableNumber { .. } => "give finite numbers in their range",
            Self::StrikeTwice { .. } => "give each strike its own number",
            Self::Unexplained { .. } => {
                "allow for unreported strikes, widen the position error, or check the place of the find"
            }
            Self::TooManyFinds { .. } => {
                "choose larger cells, or allow for fewer overlapping strikes"
            }
            Self::NotSettled { .. } => {
                "allow more sweeps, or look for strikes recorded twice at nearly one place"
            }
        }
    }
}
