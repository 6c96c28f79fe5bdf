//! Why there is no answer about what may be left.
//!
//! Belongs here: one variant for each fault, with the values at fault. Does not belong here: printing.

/// Why there is no answer: a reason, not a number.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ResidualFault {
    /// A number that has to be finite and positive is not.
    #[error("{name} is {value}, which is not a finite number above zero")]
    NotPositive {
        /// What the number stands for.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// A number that has to be a share is none.
    #[error("{name} is {value}, which is not a share from 0 to 1")]
    NotAShare {
        /// What the number stands for.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// The searched parts are together larger than the area.
    #[error("the searched parts are {share} of the area together, which is more than all of it")]
    MoreThanTheArea {
        /// Their shares, summed.
        share: f64,
    },
    /// A part names a method that is not in the list.
    #[error("a searched part names method number {method}, but there are {methods}")]
    NoSuchMethod {
        /// The number named, from 0.
        method: usize,
        /// How many methods are listed.
        methods: usize,
    },
    /// More methods of uncertain detection than can be integrated over exactly.
    #[error("{methods} methods of uncertain detection are more than can be reckoned exactly here")]
    TooManyMethods {
        /// How many.
        methods: usize,
    },
    /// Items were found although nothing was searched.
    #[error("{finds} items were found although no search could find any")]
    FindsWithoutSearch {
        /// How many.
        finds: u64,
    },
    /// Items were found where the prior says that there are none.
    #[error("{finds} items were found where the prior leaves no chance of any")]
    FindsAgainstPrior {
        /// How many.
        finds: u64,
    },
    /// A lot has no unit, or a sample or number of bad units exceeds it.
    #[error("{part} units of {what} do not fit into a lot of {lot}")]
    NotInTheLot {
        /// What they are.
        what: &'static str,
        /// How many.
        part: u64,
        /// Units in the lot.
        lot: u64,
    },
    /// A lot larger than is reckoned exactly.
    #[error("a lot of {lot} units is larger than the {most} that are reckoned exactly")]
    LotTooLarge {
        /// Units in the lot.
        lot: u64,
        /// The most.
        most: u64,
    },
    /// Lines so close that one area is crossed more than once.
    #[error("lines {spacing} m apart cross an area of {across} m more than once")]
    LinesTooClose {
        /// Distance between centre lines in metres.
        spacing: f64,
        /// How far the area reaches in metres.
        across: f64,
    },
}

impl ResidualFault {
    /// What the person who asked can do, in one sentence.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotPositive { .. } => "give a finite number above zero",
            Self::NotAShare { .. } => "give a share from 0 to 1, such as 0.8 for eight in ten",
            Self::MoreThanTheArea { .. } => {
                "count land that was searched twice as one part with two passes"
            }
            Self::NoSuchMethod { .. } => "list each method before a part names it",
            Self::TooManyMethods { .. } => {
                "join methods that find alike, or give some of them one stated value"
            }
            Self::FindsWithoutSearch { .. } => {
                "enter the search by which the items were found, with the share of the land it covered"
            }
            Self::FindsAgainstPrior { .. } => "give a prior chance of contamination above zero",
            Self::NotInTheLot { .. } => "check the number of units and the size of the lot",
            Self::LotTooLarge { .. } => "divide the land into several lots, each sampled by itself",
            Self::LinesTooClose { .. } => {
                "use the share of the land that the lines cover as the share searched"
            }
        }
    }
}

/// A finite number above zero, or the fault that names it.
pub(super) fn positive(name: &'static str, value: f64) -> Result<f64, ResidualFault> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(ResidualFault::NotPositive { name, value })
    }
}

/// A share from 0 to 1, or the fault that names it.
pub(super) fn share(name: &'static str, value: f64) -> Result<f64, ResidualFault> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(ResidualFault::NotAShare { name, value })
    }
}
