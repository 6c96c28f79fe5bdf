//! A nation: a million strikes in one run.
//!
//! Belongs here: the same model as for a place, carried out for many strikes, searches and cells: chains
//! instead of points, tiles with a halo, a density of unreported strikes that varies from block to block.
//! `docs/models/contamination.md` tells when it is used and what it costs.
//!
//! Does not belong here: the model's parts (`model`, `ground`), the run of a place (`run`).

mod background;
mod chain;
mod evidence;
mod fault;
mod field;
mod kernel;
mod run;
mod scales;
mod settings;
mod shared;
#[cfg(test)]
mod tests;
mod tile;

pub use fault::NationFault;
pub use field::FieldTold;
pub use run::{NationDiagnostics, NationEstimate, Step, estimate_nation};
pub use settings::NationSettings;
