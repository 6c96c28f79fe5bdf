//! How the estimate of a nation is carried out.
//!
//! Belongs here: its settings with what each costs. Does not belong here: beliefs about strikes.

use serde::{Deserialize, Serialize};

use crate::field::SpreadPriors;

/// How a run is carried out. The answer depends on all of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NationSettings {
    /// From which all random numbers follow.
    pub seed: u64,
    /// Values of the shared unknowns that are carried through; draws are dealt to them evenly.
    pub points: usize,
    /// Joint draws.
    pub draws: usize,
    /// Cells along the side of a tile; made a multiple of a block's.
    pub tile: u32,
    /// Metres beyond a tile within which searches and finds are taken into account in it.
    pub halo_metres: f64,
    /// Recorded strikes from whose ground the shared unknowns are learnt, at least; all where there are no
    /// more.
    pub learnt_from: usize,
    /// Chains that learn them.
    pub chains: usize,
    /// Steps of each of these chains; the first two fifths only find the way.
    pub steps: usize,
    /// Steps of the chain in each tile before its first draw, and between draws.
    pub tile_steps: (usize, usize),
    /// Whether the density of unreported strikes varies from block to block.
    pub field: bool,
    /// Times that the field is learnt anew from what it makes of the finds.
    pub rounds: usize,
}

impl Default for NationSettings {
    fn default() -> Self {
        Self {
            seed: 1,
            points: 16,
            draws: 64,
            tile: 200,
            halo_metres: 1_000.0,
            learnt_from: 400,
            chains: 2,
            steps: 500,
            tile_steps: (20, 2),
            field: true,
            rounds: 2,
        }
    }
}

impl NationSettings {
    /// Priors of the field's spread and range.
    pub(super) fn field_priors(&self) -> SpreadPriors {
        SpreadPriors::default()
    }
}
