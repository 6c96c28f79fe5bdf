//! Worlds of varied density, effort and location error.
//!
//! Belongs here: what a validation runs over. What varies here is on record in each world, so that a
//! model that is right need not be told of it. Does not belong here: priors.

use rand::RngExt;

use super::draw::{Part, stream};
use super::settings::{Searching, WorldSettings};

/// Settings for world `number` of a validation, drawn about `base`: from no recorded strike to twice as
/// many, from no task to three times as many, and location errors from a quarter to twice.
#[must_use]
pub fn varied(base: &WorldSettings, seed: u64, number: u64) -> WorldSettings {
    let mut random = stream(seed, Part::Layout, number);
    let strikes = random.random_range(0..=base.strikes * 2);
    let tasks = random.random_range(0..=base.searching.tasks * 3);
    let blur: f64 = libm::exp2(random.random_range(-2.0..=1.0));
    let near_strikes = random.random_range(0.2..=0.9);
    let (least, most) = base.location_error_metres;
    WorldSettings {
        strikes,
        location_error_metres: (least * blur, most * blur),
        searching: Searching { tasks, near_strikes, ..base.searching },
        ..base.clone()
    }
}
