//! The share of submunitions left unexploded, pooled over statements that contradict each other.
//!
//! Belongs here: the model of `docs/models/dud-rate.md`. A statement is about one type in one context;
//! kinds of evidence have biases against what is found on the ground; types resemble each other within
//! a family. The answer for the next context is a distribution, never a number.
//!
//! Does not belong here: places, numbers of strikes, or which statements exist (`remnant-record`).

mod grid;
mod hierarchy;
mod likelihood;
mod mixture;
mod observation;
mod posterior;
mod priors;
mod reading;
mod sensitivity;
mod single_type;
mod unexploded;

pub use grid::{Node, at_spreads, pool, pool_with_nodes};
pub use likelihood::{LogLikelihood, log_likelihood};
pub use mixture::{NormalMixture, Predictive};
pub use observation::{EvidenceKind, Families, Form, Observation};
pub use posterior::{
    Basis, Diagnostics, MODEL, MODEL_VERSION, Moments, Posterior, SubmunitionPosterior,
    TypePosterior,
};
pub use priors::{BiasPriors, NormalPrior, Priors};
pub use reading::{LeftOut, PooledRecord, READING, RULES, Reading};
pub use sensitivity::{
    Change, HeldOut, Outcome, Position, SensitivityRow, held_out, leave_one_statement_out,
    sensitivity,
};
pub use single_type::{SingleType, single_type};
pub use unexploded::{Unexploded, unexploded};
