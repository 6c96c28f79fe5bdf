//! A model over many worlds.
//!
//! Belongs here: which worlds, in which order, and when to stop. Worlds are independent and are scored
//! side by side; what comes out does not depend on how many at a time.
//! Does not belong here: the clock: whoever calls says when it is enough.

use rayon::prelude::*;

use super::model::Model;
use super::result::{KindResult, Validation};
use super::world::{WorldScores, score};
use crate::simulate::{Searching, World, WorldSettings, Wrong, varied};

/// Worlds that are scored before it is asked again whether to stop.
const BATCH: usize = 8;

/// What a validation runs over.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Worlds in which the model is right.
    pub worlds: u64,
    /// Worlds of each kind in which it is wrong on purpose.
    pub wrong_worlds: u64,
    /// The seed of all of them.
    pub seed: u64,
    /// What all worlds are varied about.
    pub base: WorldSettings,
}

impl Plan {
    /// What worlds are varied about where many of them have to be run: 1.2 kilometres by as much, about
    /// two recorded strikes of one type, about four tasks of one method.
    #[must_use]
    pub fn small_world() -> WorldSettings {
        let base = WorldSettings::default();
        WorldSettings {
            columns: 12,
            rows: 12,
            north: 1_200.0,
            strikes: 2,
            location_error_metres: (20.0, 100.0),
            munitions: (2.0, 6.0),
            levels: base.levels[..1].to_vec(),
            methods: base.methods[..1].to_vec(),
            searching: Searching { tasks: 4, side_metres: (100.0, 400.0), ..base.searching },
            ..base
        }
    }
}

/// Runs a model over the worlds of a plan.
///
/// `step` is told of each batch with the kind of world, how many of it are done and how many there are;
/// when it gives false, no further batch of any kind begins, and the result says how many were run.
#[must_use]
pub fn validate(
    model: &impl Model,
    plan: &Plan,
    mut step: impl FnMut(&str, u64, u64) -> bool,
) -> Validation {
    let mut kinds = vec![("right", Wrong::default(), plan.worlds)];
    kinds.extend(
        Wrong::on_purpose().into_iter().map(|(name, wrong)| (name, wrong, plan.wrong_worlds)),
    );
    let mut going = true;
    let kinds = kinds
        .into_iter()
        .map(|(name, wrong, count)| {
            let mut worlds = Vec::new();
            let numbers: Vec<u64> = (0..count).collect();
            for batch in numbers.chunks(BATCH) {
                if !going {
                    break;
                }
                let scored: Vec<(u64, Result<WorldScores, String>)> =
                    batch.par_iter().map(|n| (*n, one(model, plan, wrong, *n))).collect();
                worlds.extend(scored);
                going = step(name, worlds.len() as u64, count);
            }
            KindResult::of(name, worlds)
        })
        .collect();
    Validation { model: model.name(), seed: plan.seed, asked: plan.worlds, kinds }
}

fn one(model: &impl Model, plan: &Plan, wrong: Wrong, number: u64) -> Result<WorldScores, String> {
    let settings = WorldSettings { wrong, ..varied(&plan.base, plan.seed, number) };
    let seed = plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number);
    let world = World::draw(&settings, seed).map_err(|fault| fault.to_string())?;
    // The model must not learn from the settings what is wrong with the world.
    let mut recorded = world.recorded;
    recorded.settings.wrong = Wrong::default();
    let answer = model.answer(&recorded, seed)?;
    score(&answer, &world.truth, seed)
        .ok_or_else(|| "the answer is not of the cells and areas asked for".to_owned())
}
