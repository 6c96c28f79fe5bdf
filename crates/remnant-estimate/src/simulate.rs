//! Invented worlds: strikes, what they left, who searched where, and what was found.
//!
//! Belongs here: drawing a world from its own settings, the truth of which is known, so that an
//! estimate made from what was *recorded* of it can be judged. Also worlds in which the model is
//! wrong on purpose, a nation for measuring time, and a village for showing how the program works.
//!
//! Does not belong here: anything that an estimate is made with. This module draws where the
//! inference integrates, counts points where it sums densities, and shares no code with it but
//! [`crate::grid`]; a test holds that. Nor a number about a real munition: worlds count items.
//!
//! A place is two numbers, metres east and north in the plane of the grid. Draws come from ChaCha
//! streams keyed by the seed and by the thing drawn, so that the same seed gives the same world on any
//! platform, and two worlds that differ in one setting differ in nothing else that it does not touch.

mod draw;
mod fault;
mod footprint;
mod nation;
mod outline;
mod rate;
mod search;
mod settings;
mod strike;
mod varied;
mod village;
mod world;

pub use fault::SimulateFault;
pub use footprint::FootprintShape;
pub use nation::{Nation, NationTile};
pub use outline::Outline;
pub use search::{Found, RecordedTask};
pub use settings::{
    BetaShares, Clustering, LogNormalRate, MethodSettings, NormalSpread, NumberLeft, Searching,
    SmoothRate, UnreportedSettings, WorldSettings, Wrong,
};
pub use strike::{Origin, RecordedStrike, TrueStrike};
pub use varied::varied;
pub use village::{SyntheticFiles, VillageSettings, synthetic_village};
pub use world::{Area, Item, ItemState, Recorded, Shared, Truth, World};

#[cfg(test)]
mod independence;
