//! The land that a step is about.
//!
//! Belongs here: suspected or confirmed, what contaminates it, a part of it, a position on it. Does
//! not belong here: square metres and how they move (`ledger`).

use remnant_ground::boundary::Boundary;
use serde::{Deserialize, Serialize};

use crate::state::LandState;

/// Suspected or confirmed: the two columns of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Classification {
    /// Suspected hazardous area: indirect evidence only.
    #[serde(rename = "SHA")]
    Suspected,
    /// Confirmed hazardous area: direct evidence.
    #[serde(rename = "CHA")]
    Confirmed,
}

impl Classification {
    /// The abbreviation that the field uses.
    #[must_use]
    pub fn abbreviation(self) -> &'static str {
        match self {
            Self::Suspected => "SHA",
            Self::Confirmed => "CHA",
        }
    }

    /// The state of open land of this classification.
    #[must_use]
    pub fn state(self) -> LandState {
        match self {
            Self::Suspected => LandState::Suspected,
            Self::Confirmed => LandState::Confirmed,
        }
    }
}

/// Why nobody can work in an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspensionReason {
    /// The way there, or the owner.
    Access,
    /// Rain, snow, crops.
    Season,
    /// Fighting or threat.
    Security,
    /// No money.
    Money,
}

/// What contaminates an area. An area can have several.
///
/// # Source
/// Minimum data for mine action, composite of the hazardous area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contamination {
    /// Cluster munition remnants.
    ClusterMunitionRemnants,
    /// Anti-personnel mines.
    ApMine,
    /// Anti-vehicle mines.
    AvMine,
    /// Other unexploded ordnance.
    OtherUxo,
    /// Abandoned ordnance.
    Axo,
    /// Improvised devices.
    Ied,
    /// Nobody knows yet.
    Unknown,
}

impl Contamination {
    /// All types, in the order in which they are documented.
    pub const ALL: [Self; 7] = [
        Self::ClusterMunitionRemnants,
        Self::ApMine,
        Self::AvMine,
        Self::OtherUxo,
        Self::Axo,
        Self::Ied,
        Self::Unknown,
    ];

    /// The code that is kept and shown.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ClusterMunitionRemnants => "cluster_munition_remnants",
            Self::ApMine => "ap_mine",
            Self::AvMine => "av_mine",
            Self::OtherUxo => "other_uxo",
            Self::Axo => "axo",
            Self::Ied => "ied",
            Self::Unknown => "unknown",
        }
    }
}

/// The land that a step is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of the land that the step can be about: nothing has to be drawn again.
    All,
    /// The land inside a boundary.
    #[serde(with = "crate::coordinates")]
    Boundary(Boundary),
}

/// A position, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Degrees east.
    pub longitude: f64,
    /// Degrees north.
    pub latitude: f64,
}
