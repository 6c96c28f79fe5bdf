//! What a search says about strikes: where they were, how many items they left, how many are left now.
//!
//! Belongs here: the exact update of one strike with candidate places, pieces of strikes that may explain the
//! same finds (by enumeration where finds are few, by a sampler where not), strikes nobody reported, and
//! joint draws of all of it.
//!
//! Everything here is conditional on what all pieces share: chances of detection (inside the effort), type
//! levels (inside the gamma distributions), footprint scales (inside the footprints) and the density of
//! unreported strikes. Given those, pieces are independent and their log marginals add; who weighs shared
//! unknowns sums [`Updated::log_marginal`] and minds [`Updated::log_marginal_error`].
//!
//! Where a strike reaches no find its likelihood is `exp(−Λ S)`, a factor of its own however many strikes
//! overlap, so the closed form is exact. Strikes nobody reported form a Poisson process; those that left no
//! find are, by marking, a Poisson process again with a thinned density, independent of everything found. Only
//! the sharing out of finds is a puzzle, and only among sources that reach them.
//!
//! This is the independent check of `contamination`: an estimate does not use it. `contamination` weighs finds
//! with places, scales and loads of several kinds at once, by following the most probable ways to share finds
//! out (`contamination/explain.rs`); this module has one footprint and one load for each strike, tables of its
//! own, an enumeration that visits every way, and a sampler that moves between ways. Neither calls the other.
//! `contamination/beside_update.rs` holds both to the same answer on random pieces, and
//! `tests/update_calibration.rs` holds this one to worlds of its own.
//!
//! Does not belong here: the shared unknowns themselves, totals over areas, a decision about land.

mod enumerate;
mod fault;
mod ground;
mod joint;
mod listed;
mod masses;
mod one_strike;
mod piece;
mod pieces;
mod sampler;
mod settled;
mod share_out;
mod unreported;

pub use fault::UpdateFault;
pub use ground::SearchedGround;
pub use joint::{DrawnStrike, RecordedStrike, Sources, Updated};
pub use listed::{ListedPlaces, ListedStrike, SharedOut, one_strike_listed, strikes_listed};
pub use one_strike::{OneStrike, Reach};
pub use sampler::SamplerSettings;
pub use settled::{Diagnostics, PieceMethod};
pub use unreported::UnreportedPlaces;

/// What goes on inside, for the test that compares it with what estimates are made with.
#[cfg(test)]
pub(crate) mod inside {
    pub(crate) use super::enumerate::enumerate;
    pub(crate) use super::piece::{Background, Box2, FindCell, Patch, Piece, Recorded};
    pub(crate) use super::sampler::sample;
}
