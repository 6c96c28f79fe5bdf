//! Why there is no field of unreported strikes.
//!
//! Belongs here: one variant for each fault, with the values at fault, and what can be done. Does not
//! belong here: printing.

/// Why the field cannot be had, or why its total must not be told.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FieldFault {
    /// A number is not finite, or outside what it can be.
    #[error("{name} is {value}, which is not a usable number")]
    UnusableNumber {
        /// What the number stands for.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// A lattice without blocks, or with more than can be numbered.
    #[error("{columns} columns and {rows} rows with {blocks} blocks are no lattice")]
    Size {
        /// Columns asked for.
        columns: u32,
        /// Rows asked for.
        rows: u32,
        /// Blocks inside the mask.
        blocks: usize,
    },
    /// A list does not have one entry for each block.
    #[error("{what}: {given} given for {expected}")]
    CountsDiffer {
        /// What was listed.
        what: &'static str,
        /// How many were expected.
        expected: usize,
        /// How many were given.
        given: usize,
    },
    /// Finds where nobody looked.
    #[error("block {block} has {finds} finds but no search")]
    FindsWithoutSearch {
        /// The block.
        block: usize,
        /// Its finds.
        finds: u32,
    },
    /// The search for the most probable field did not come to rest.
    #[error(
        "the most probable field was not found at spread {standard_deviation:.3} and range {range_kilometres:.2} km"
    )]
    NoMode {
        /// Spread of the log density at the node.
        standard_deviation: f64,
        /// Range at the node.
        range_kilometres: f64,
    },
    /// The factor of the field's matrix failed, or solved its equations badly.
    #[error(
        "the field's equations were solved with a relative error of {residual:.1e} at spread \
         {standard_deviation:.3} and range {range_kilometres:.2} km"
    )]
    BadFactor {
        /// Relative residual; infinite where there was no factor at all.
        residual: f64,
        /// Spread of the log density at the node.
        standard_deviation: f64,
        /// Range at the node.
        range_kilometres: f64,
    },
    /// The factor does not fit into memory, or its size cannot be counted.
    #[error("there is no room for the factor of {blocks} blocks")]
    NoRoom {
        /// Blocks of the lattice.
        blocks: usize,
    },
    /// The evidence asks for a wider spread than the nodes cover.
    #[error(
        "the finds ask for more spread than is covered: {:.0} per cent of the weight lies at {standard_deviation:.2}",
        weight * 100.0
    )]
    SpreadAtBorder {
        /// Share of the weight on the outermost nodes.
        weight: f64,
        /// Spread at those nodes.
        standard_deviation: f64,
    },
    /// The strikes of this block were given by the sampler, which also holds their items.
    #[error("block {block} was given as strikes, so its items are not known here")]
    GivenAsStrikes {
        /// The block.
        block: usize,
    },
    /// More items than are counted one by one.
    #[error("the quantile lies beyond {most} items in one block")]
    TooManyItems {
        /// The most that is counted.
        most: u32,
    },
    /// A sample of squares from which no total can be told.
    #[error("{squares} searched squares with {finds} finds of {of} give no total")]
    SampleTooSmall {
        /// Squares searched.
        squares: usize,
        /// Squares they were chosen from.
        of: usize,
        /// Finds in them.
        finds: u64,
    },
    /// Model and random sample contradict each other.
    #[error(
        "the model puts {model:.0} items here ({:.0} to {:.0}), the squares chosen at random {design:.0} \
         ({:.0} to {:.0}): each lies outside the other's 90 per cent interval",
        model_interval.0, model_interval.1, design_interval.0, design_interval.1
    )]
    TotalsDisagree {
        /// Middle of the model's total.
        model: f64,
        /// Its 90 per cent interval.
        model_interval: (f64, f64),
        /// Total from the sample alone.
        design: f64,
        /// Its 90 per cent interval.
        design_interval: (f64, f64),
    },
}

impl FieldFault {
    /// What can be done about it, in one sentence.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::UnusableNumber { .. } => "give a finite number within the stated limits",
            Self::Size { .. } => "choose larger blocks, or a place that holds at least one",
            Self::CountsDiffer { .. } => {
                "give one entry for each block, in the order of the lattice"
            }
            Self::FindsWithoutSearch { .. } => {
                "enter the search that made the finds, or use them as the place of a strike only"
            }
            Self::NoMode { .. } => {
                "look for a block whose finds no number of strikes could explain"
            }
            Self::BadFactor { .. } => {
                "nothing was told from it; report the place and the processor, and try a shorter range"
            }
            Self::NoRoom { .. } => "choose larger blocks, or part the place",
            Self::SpreadAtBorder { .. } => {
                "name the covariate that parts the place in two, or estimate its parts one by one"
            }
            Self::GivenAsStrikes { .. } => "ask the sampler that assigned the finds",
            Self::TooManyItems { .. } => "ask for a lower quantile, or search part of the block",
            Self::SampleTooSmall { .. } => {
                "search more squares chosen at random, with finds in some"
            }
            Self::TotalsDisagree { .. } => {
                "trust neither: check how the squares were chosen, their detection and the items for each strike"
            }
        }
    }
}

/// `value` where it is finite and inside `low..=high`.
pub(crate) fn within(
    name: &'static str,
    value: f64,
    low: f64,
    high: f64,
) -> Result<f64, FieldFault> {
    if value.is_finite() && value >= low && value <= high {
        Ok(value)
    } else {
        Err(FieldFault::UnusableNumber { name, value })
    }
}
