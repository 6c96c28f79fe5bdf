//! What the record makes probable: dud rates pooled over conflicting evidence.
//!
//! Belongs here: the models of `docs/models/`, their priors and likelihoods, the numerics they
//! need, their diagnostics and the statistics that check them. Values in, values out.
//!
//! Does not belong here: files, databases, the network, the clock, or a decision about land. Nothing
//! in this crate describes how a munition flies, is aimed or fuzed, or what it does; it counts what
//! is left on the ground.
//!
//! Transcendental functions come from `libm`, or are sums and products of our own, and every sum is taken in a fixed order, so that the
//! same inputs give the same bits on every platform and with any number of threads.

pub mod contamination;
pub mod dud_rate;
mod error;
mod exponential;
pub mod field;
pub mod footprint;
pub mod grid;
pub mod intensity;
pub mod logistic;
mod matrix;
pub mod normal;
pub mod plan;
pub mod quadrature;
pub mod random;
pub mod residual;
pub mod score;
pub mod search;
pub mod simulate;
pub mod strike;
pub mod update;
pub mod validate;

pub use error::EstimateError;
