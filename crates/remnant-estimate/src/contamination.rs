//! What lies in a place: strikes, searches and finds put together.
//!
//! Belongs here: the assembly of the models of dud rate, strike, footprint, search and unreported strikes
//! into one joint distribution; its inputs, its parameters, tiles, joint draws, totals, diagnostics and the
//! explanation of a cell. `docs/models/contamination.md` describes it.
//!
//! Does not belong here: reading a project, printing, plans, decisions about land. Nothing here releases
//! land.

mod ascribed;
#[cfg(test)]
mod beside_update;
mod count;
mod explain;
mod fault;
mod ground;
mod inputs;
mod model;
pub mod nation;
mod outer;
mod parameters;
mod piece;
mod posterior;
mod run;
mod split;
#[cfg(test)]
mod tests;
mod tile;
mod trace;
mod words;

pub use count::Count;
pub use fault::ContaminationFault;
pub use inputs::{
    Area, Find, FootprintBelief, InputFault, Inputs, Load, Method, SpotFind, Strike,
    SubmunitionType, Task, Unreported,
};
pub use outer::{FEWEST_EFFECTIVE, LogDensity, OuterPoint, OuterPoints, outer_points};
pub use parameters::{Belief, Parameter, ParameterFault, Parameters, SHIPPED};
pub use posterior::Settings;
pub use run::{AreaEstimate, Estimate, RunDiagnostics, UnknownEstimate, estimate, explain_cell};
pub use split::{Cause, Split, split};
pub use tile::{CellEstimate, Contribution, Looked, TileResult};
pub use trace::{Trace, trace};
pub use words::{Done, cells_by_looked, chances, sentences, two_digits};

/// Name of the model, printed with each result.
pub const MODEL: &str = "contamination";
/// Version of the model; it changes when the same inputs would give another number.
pub const MODEL_VERSION: &str = "2";
