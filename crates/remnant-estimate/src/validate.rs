//! Whether the estimate's probabilities mean what they say, in worlds whose truth is known.
//!
//! Belongs here: running a model over many invented worlds, the right ones and those that are wrong on
//! purpose, and scoring what it says of cells, areas and totals; the sensitivity of an estimate to its
//! priors; a user's own tasks predicted without their finds.
//!
//! Does not belong here: worlds (`simulate`), scores (`score`), the model. A model is asked through
//! [`Model`], so that another one, or another version, is judged on the same worlds.

mod adaptor;
mod model;
mod own_tasks;
mod result;
mod run;
mod sensitivity;
mod world;

pub use adaptor::{Contamination, inputs_of};
pub use model::{Answer, Model, SharedUnknown, UnknownAnswer};
pub use own_tasks::{OwnTask, OwnTasks, OwnTasksFault, own_tasks};
pub use result::{KindResult, Quantity, QuantityResult, UnknownResult, Validation};
pub use run::{Plan, validate};
pub use sensitivity::{SensitivityRow, sensitivity};

#[cfg(test)]
mod tests;
