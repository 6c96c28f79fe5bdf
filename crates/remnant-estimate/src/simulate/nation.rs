//! A nation of invented strikes and searches, one part of the country after another.
//!
//! Belongs here: as many strikes and searches as a whole country has, for measuring time and memory. The
//! parts are drawn one at a time, so that a nation needs no more memory than its densest part.
//! Does not belong here: measuring.

use rand::RngExt;

use super::draw::{Part, gamma, stream};
use super::fault::SimulateFault;
use super::settings::{Searching, UnreportedSettings, WorldSettings};
use super::world::{Shared, World};

/// Side of a part in metres: a hundred squares of one kilometre.
const TILE_METRES: f64 = 10_000.0;

/// A nation, of which parts can be drawn in any order.
#[derive(Clone, Debug, PartialEq)]
pub struct Nation {
    settings: WorldSettings,
    shared: Shared,
    seed: u64,
    side: u32,
    strikes: Vec<u32>,
    tasks: Vec<u32>,
}

/// One part of a nation.
#[derive(Clone, Debug, PartialEq)]
pub struct NationTile {
    /// Its number, row by row from the north-west.
    pub number: u32,
    /// What is recorded of it and what is true. Numbers of strikes and tasks begin anew in each part.
    pub world: World,
    /// Number of its first strike in the nation.
    pub first_strike: u64,
    /// Number of its first task in the nation.
    pub first_task: u64,
}

impl Nation {
    /// A nation with so many strikes and searches on `square_kilometres` of ground, rounded up to a
    /// square of whole parts of 100. Half of the strikes lie in about a tenth of the parts.
    ///
    /// # Errors
    /// [`SimulateFault`] when the settings cannot be drawn from.
    pub fn new(
        base: &WorldSettings,
        strikes: u64,
        searches: u64,
        square_kilometres: u64,
        seed: u64,
    ) -> Result<Self, SimulateFault> {
        let parts = square_kilometres.div_ceil(100).max(1);
        let side = (parts as f64).sqrt().ceil() as u32;
        let weights = (0..side * side)
            .map(|tile| {
                let mut random = stream(seed, Part::Layout, u64::from(tile));
                gamma(&mut random, "density of strikes in a part", 1.0, 2.2)
            })
            .collect::<Result<Vec<_>, _>>()?;
        // Searches go where strikes are, and a little to everywhere.
        let searched: Vec<f64> = weights.iter().map(|weight| weight + 0.1).collect();
        Ok(Self {
            settings: base.clone(),
            shared: Shared::draw(base, seed)?,
            seed,
            side,
            strikes: apportioned(strikes, &weights),
            tasks: apportioned(searches, &searched),
        })
    }

    /// How many parts there are.
    #[must_use]
    pub fn tiles(&self) -> u32 {
        self.side * self.side
    }

    /// What all parts have in common.
    #[must_use]
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Draws one part.
    ///
    /// # Errors
    /// [`SimulateFault`] when the settings cannot be drawn from.
    pub fn tile(&self, number: u32) -> Result<NationTile, SimulateFault> {
        let (column, row) = (number % self.side, number / self.side);
        let cells = (TILE_METRES / self.settings.cell_metres).round().max(1.0);
        let place = number as usize;
        let settings = WorldSettings {
            west: self.settings.west + f64::from(column) * TILE_METRES,
            north: self.settings.north - f64::from(row) * TILE_METRES,
            cell_metres: TILE_METRES / cells,
            columns: cells as u32,
            rows: cells as u32,
            strikes: self.strikes[place],
            searching: Searching { tasks: self.tasks[place], ..self.settings.searching },
            // Those beyond a part are drawn with its neighbour.
            unreported: self
                .settings
                .unreported
                .map(|unreported| UnreportedSettings { beyond_metres: 0.0, ..unreported }),
            ..self.settings.clone()
        };
        let seed: u64 = stream(self.seed, Part::Tile, u64::from(number)).random();
        let sum_before = |counts: &[u32]| counts[..place].iter().map(|c| u64::from(*c)).sum();
        Ok(NationTile {
            number,
            world: World::with_shared(&settings, self.shared.clone(), seed)?,
            first_strike: sum_before(&self.strikes),
            first_task: sum_before(&self.tasks),
        })
    }
}

/// Whole numbers in proportion to weights that add up to `total` exactly.
fn apportioned(total: u64, weights: &[f64]) -> Vec<u32> {
    let sum: f64 = weights.iter().sum();
    let (mut running, mut given) = (0.0, 0);
    let last = weights.len().saturating_sub(1);
    weights
        .iter()
        .enumerate()
        .map(|(place, weight)| {
            running += weight;
            let until =
                if place == last { total } else { (total as f64 * running / sum).round() as u64 };
            let share = until.saturating_sub(given);
            given += share;
            share as u32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_parts_add_up_to_the_nation_and_can_be_drawn_in_any_order() {
        let nation = Nation::new(&WorldSettings::default(), 2_000, 300, 1_600, 11).unwrap();
        assert_eq!(nation.tiles(), 16);
        let (mut strikes, mut tasks) = (0, 0);
        for number in 0..nation.tiles() {
            let tile = nation.tile(number).unwrap();
            assert_eq!((tile.first_strike, tile.first_task), (strikes, tasks));
            strikes += tile.world.recorded.strikes.len() as u64;
            tasks += tile.world.recorded.tasks.len() as u64;
        }
        assert_eq!((strikes, tasks), (2_000, 300));
        assert_eq!(nation.tile(5).unwrap(), nation.tile(5).unwrap());
        assert_eq!(nation.tile(5).unwrap().world.truth.shared, *nation.shared());
    }

    #[test]
    fn a_country_is_laid_out_without_being_drawn() {
        let nation =
            Nation::new(&WorldSettings::default(), 1_000_000, 100_000, 250_000, 1).unwrap();
        assert_eq!(nation.tiles(), 2_500);
        assert_eq!(nation.strikes.iter().map(|c| u64::from(*c)).sum::<u64>(), 1_000_000);
    }
}
