//! Unreported strikes: a field of how many lie in each block, from the finds of the blocks searched.
//!
//! Belongs here: strikes that nobody recorded. Their number in each block of a lattice is Poisson, the
//! log of its mean a smooth field, and each strike leaves a gamma-distributed number of items. The model is
//! described in `docs/models/unreported-strikes.md`.
//!
//! Does not belong here: recorded strikes, places and footprints of single strikes, or release of land.

mod block;
mod block_share;
mod bootstrap;
#[cfg(test)]
mod checks;
mod factor;
mod fault;
mod hyperparameters;
mod lattice;
mod left;
mod mode;
mod model;
mod posterior;
mod total;

pub use block::{Block, ItemsPerStrike, LogDensityLikelihood, Observation, log_likelihood};
pub use block_share::{cell_is_empty, share_inside_one_block};
pub use bootstrap::{BootstrapSettings, MeasuredWidening};
pub use fault::FieldFault;
pub use hyperparameters::{SpreadPriors, prior_level};
pub use lattice::{Lattice, Spread};
pub use left::LeftItems;
pub use mode::{Mode, Tolerance};
pub use model::{Covariate, FieldModel};
pub use posterior::{FieldPosterior, Marginals, Node, NodeSettings};
pub use total::{Counted, DesignTotal, RegionTotal, Widening, compare_totals, design_total};

/// Version of the model, carried by every result.
pub const MODEL_VERSION: &str = "unreported-strikes 1";
