//! What can go wrong in an estimate, and what the person who asked can do about it.
//!
//! Belongs here: one variant for each fault, with the values at fault. A model that has no
//! trustworthy answer returns one of these: a reason, not a number.
//!
//! Does not belong here: printing.

use crate::dud_rate::EvidenceKind;

/// Why there is no estimate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EstimateError {
    /// No statement was given at all.
    #[error("there is no statement to pool")]
    NoStatement,
    /// Two statements carry the same identifier.
    #[error("statement `{statement}` is listed twice")]
    StatementTwice {
        /// The identifier that occurs more than once.
        statement: String,
    },
    /// A statement is about a submunition that has no design family.
    #[error("statement `{statement}` is about `{submunition}`, which has no design family")]
    NoFamily {
        /// The statement.
        statement: String,
        /// The submunition it is about.
        submunition: String,
    },
    /// A count claims more failures than items tested, none tested, or an implausible number.
    #[error("{duds} failures of {tested} tested is not a count that can be pooled")]
    ImpossibleCount {
        /// Failures stated.
        duds: u64,
        /// Items stated to have been tested.
        tested: u64,
    },
    /// The ends of an interval are not shares in order, or exclude nothing.
    #[error(
        "the interval from {low} to {high} is not one of shares between 0 and 1 in rising order"
    )]
    ImpossibleInterval {
        /// Lower end as a share.
        low: f64,
        /// Upper end as a share.
        high: f64,
    },
    /// A share that has to lie strictly between 0 and 1 does not.
    #[error("a share of {share} cannot be placed on the logit scale")]
    ImpossibleShare {
        /// The share.
        share: f64,
    },
    /// A number that has to be finite, and positive where it is a scale, is not.
    #[error("{name} is {value}, which is not a usable number")]
    UnusableNumber {
        /// What the number stands for.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// The search for the most probable values did not come to rest.
    #[error(
        "the most probable values were not found at context spread {sigma:.3}, type spread {tau:.3}, \
         family spread {omega:.3}"
    )]
    NoMode {
        /// Standard deviation between contexts at the node.
        sigma: f64,
        /// Standard deviation between types at the node.
        tau: f64,
        /// Standard deviation between families at the node.
        omega: f64,
    },
    /// The finest grid still moved the predictive quantiles.
    #[error(
        "with {nodes} nodes on each axis a predictive quantile still moved by {:.2} per cent",
        movement * 100.0
    )]
    NotSettled {
        /// Nodes on each axis of the finest grid.
        nodes: usize,
        /// Largest relative movement of a predictive quantile.
        movement: f64,
    },
    /// The data ask for more spread than the grid covers.
    #[error(
        "the evidence asks for more {axis} than the grid covers: at its end the density is still \
         {:.0} per cent of the peak",
        density * 100.0
    )]
    GridTooNarrow {
        /// Which standard deviation.
        axis: &'static str,
        /// Marginal density at the last node as a share of the largest.
        density: f64,
    },
    /// The submunition asked for is not among those pooled.
    #[error("`{submunition}` is not among the submunitions given")]
    UnknownSubmunition {
        /// The submunition asked for.
        submunition: String,
    },
    /// No statement of the kind asked for exists.
    #[error("there is no {} statement", kind.name())]
    NoStatementOfKind {
        /// The kind.
        kind: EvidenceKind,
    },
    /// More submunitions than can be counted.
    #[error("{munitions} munitions of {each} submunitions each are more than can be counted here")]
    TooMany {
        /// Munitions.
        munitions: u64,
        /// Submunitions in each.
        each: u64,
    },
}

impl EstimateError {
    /// What can be done about it, in one sentence.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoStatement => {
                "choose a later day of knowledge, or look at the rows left out and their reasons"
            }
            Self::StatementTwice { .. } => "give each statement its own identifier",
            Self::NoFamily { .. } => {
                "fill the design family of the submunition, or leave the statement out"
            }
            Self::ImpossibleCount { .. } => "check the number tested and the number that failed",
            Self::ImpossibleInterval { .. } => {
                "check the two ends; write an exact rate as a point, and leave out a range of 0 to 1"
            }
            Self::ImpossibleShare { .. } => {
                "write a rate of nothing as a count, or as an upper bound with its number tested"
            }
            Self::UnusableNumber { .. } => "give a finite number, above zero where it is a spread",
            Self::NoMode { .. } => "look for a statement that no rate could satisfy",
            Self::NotSettled { .. } => {
                "the pooled figure cannot be trusted; show the statements side by side instead"
            }
            Self::GridTooNarrow { .. } => {
                "look for statements that contradict each other, or widen the scale of this spread"
            }
            Self::UnknownSubmunition { .. } => "add the submunition and its design family",
            Self::NoStatementOfKind { .. } => "ask for a kind that the record holds",
            Self::TooMany { .. } => "ask for a smaller number",
        }
    }
}
