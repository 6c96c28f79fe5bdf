//! The field of unreported strikes, learnt from what the chains of all tiles make of the finds.
//!
//! Belongs here: how many unreported strikes with finds each block has, the chance that a strike there would
//! have been found, rounds of chains and field, draws of the field.
//!
//! Does not belong here: the field itself (`field`), cells (`tile`).

use rayon::prelude::*;
use serde::Serialize;

use super::background::{Blocks, Density};
use super::fault::NationFault;
use super::shared::unexplained;
use super::tile::Nation;
use crate::dud_rate::NormalPrior;
use crate::field::{Block, FieldModel, ItemsPerStrike, NodeSettings, Observation};

const ROUND: u64 = 0x6e61_7469_0021;
const FIELD: u64 = 0x6e61_7469_0022;
/// Steps of a tile's chain in each round: those that find the way, and those that count.
const STEPS: (usize, usize) = (12, 12);
/// Blocks beyond which spread and range are weighed on coarser blocks.
const MOST_BLOCKS: usize = 20_000;
/// Nodes at which the field of all blocks is looked at.
const MOST_NODES: usize = 9;

/// What was learnt of the field.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FieldTold {
    /// Blocks of about one kilometre.
    pub blocks: usize,
    /// Unreported strikes of which something was found, as the last round expects them.
    pub with_finds: f64,
    /// Standard deviation of the log density from place to place: mean over its nodes.
    pub standard_deviation: f64,
    /// Distance in kilometres at which the correlation has fallen to about 0.14: mean over its nodes.
    pub range_kilometres: f64,
    /// Spreads and ranges that carry the answer.
    pub effective_nodes: f64,
    /// Rounds of chains and field.
    pub rounds: usize,
}

/// What one round of chains makes of each block.
struct Seen {
    /// Unreported strikes of which something was found.
    with_finds: Vec<f64>,
    /// Chance that something is found of a strike.
    chance: Vec<f64>,
}

/// Learns the field and puts its draws into the nation; `told` hears of each round and may end it.
///
/// # Errors
/// Those of chains and of the field.
pub(super) fn learn_field(
    nation: &mut Nation<'_>,
    mut told: impl FnMut(usize, usize) -> bool,
) -> Result<FieldTold, NationFault> {
    let rounds = nation.settings.rounds.max(1);
    let mut answer = None;
    for round in 1..=rounds {
        let seen = look(nation, round as u64)?;
        let (field, found) = fit(nation, &seen, round, rounds)?;
        nation.field = field;
        answer = Some(found);
        if told(round, rounds) {
            break;
        }
    }
    answer.ok_or(NationFault::Setting { what: "rounds", value: 0.0 })
}

/// One round of chains over all tiles, at one value of the shared unknowns, with the field as it is.
fn look(nation: &Nation<'_>, round: u64) -> Result<Seen, NationFault> {
    let count = nation.blocks.count();
    let tiles: Vec<u32> = (0..nation.tiles.count()).collect();
    let of_tiles: Vec<Vec<(usize, f64, f64)>> = tiles
        .par_iter()
        .map(|tile| look_at(nation, *tile, round))
        .collect::<Result<_, NationFault>>()?;
    let mut seen = Seen { with_finds: vec![0.0; count], chance: vec![0.0; count] };
    for (block, with_finds, chance) in of_tiles.into_iter().flatten() {
        seen.with_finds[block] += with_finds;
        seen.chance[block] += chance;
    }
    seen.chance.iter_mut().for_each(|chance| *chance = chance.min(1.0));
    Ok(seen)
}

/// Blocks of one tile with their unreported strikes with finds and their chances.
fn look_at(
    nation: &Nation<'_>,
    tile: u32,
    round: u64,
) -> Result<Vec<(usize, f64, f64)>, NationFault> {
    let mut chain = nation.chain(tile, ROUND ^ round);
    if !chain.tells() {
        return Ok(Vec::new());
    }
    let window = nation.tiles.window(tile);
    let inside = |block: usize| {
        let columns = nation.blocks.columns as usize;
        let (column, row) = (block % columns, block / columns);
        let side = nation.blocks.side as usize;
        let within = |at: usize, first: u32, count: u32| {
            (first as usize..(first + count) as usize).contains(&(at * side))
        };
        within(column, window.column, window.columns) && within(row, window.row, window.rows)
    };
    let point = nation.points.len() / 2;
    chain.prepare(&nation.points[point]);
    let failed = |group: u32| unexplained(nation.ground.model, group);
    let mut sums = std::collections::BTreeMap::<usize, (f64, f64)>::new();
    let flat = Density { blocks: nation.blocks, level: 1.0, field: None };
    let area = nation.blocks.side_kilometres * nation.blocks.side_kilometres;
    for nodes in &chain.nodes {
        nodes.seen(&chain.left, &flat, |block, seen| {
            sums.entry(block).or_default().1 += seen / area;
        });
    }
    if !chain.evidence.finds.is_empty() {
        // Draws of the field in turn, so that its doubt is in the mean.
        let density = |step: usize| nation.density(point, step * 5 % nation.settings.draws);
        chain.begin(&density(0)).map_err(failed)?;
        for step in 0..STEPS.0 + STEPS.1 {
            chain.sweep(&density(step), false).map_err(failed)?;
            if step >= STEPS.0 {
                for born in chain.unreported() {
                    let block = nation.blocks.at(born.x, born.y);
                    sums.entry(block).or_default().0 += 1.0 / STEPS.1 as f64;
                }
            }
        }
    }
    Ok(sums
        .into_iter()
        .filter(|(block, _)| inside(*block))
        .map(|(block, (with_finds, chance))| (block, with_finds, chance))
        .collect())
}

/// The field given what was seen: its draws, and what is told of it.
fn fit(
    nation: &Nation<'_>,
    seen: &Seen,
    round: usize,
    rounds: usize,
) -> Result<(Vec<Vec<f32>>, FieldTold), NationFault> {
    let inputs = nation.ground.model.inputs;
    let level = inputs.unreported.as_ref().map_or(
        NormalPrior { mean: 0.0, standard_deviation: 1.0 },
        |unreported| NormalPrior {
            mean: libm::log(unreported.per_square_kilometre),
            standard_deviation: unreported.log_spread,
        },
    );
    let priors = nation.settings.field_priors();
    // Only its likelihood's items are not asked for: strikes are told as seen.
    let items = ItemsPerStrike { shape: 1.0, rate: 1.0 };
    let blocks = &nation.blocks;
    let model_on = |coarse: &Blocks, observations: &[(f64, f64)]| {
        let area = coarse.side_kilometres * coarse.side_kilometres;
        let blocks = observations
            .iter()
            .map(|(expected, seen)| Block {
                exposure: area,
                items,
                observation: Observation::Strikes { expected: *expected, seen: *seen },
            })
            .collect();
        FieldModel::new(coarse.lattice()?, blocks, level, &[])
    };
    let own: Vec<(f64, f64)> =
        seen.with_finds.iter().copied().zip(seen.chance.iter().copied()).collect();
    // Spread and range are weighed on few blocks; the field itself is told of all.
    let coarseness = (1..).find(|by: &u32| {
        let count = |n: u32| n.div_ceil(*by) as usize;
        count(blocks.columns) * count(blocks.rows) <= MOST_BLOCKS
    });
    let by = coarseness.unwrap_or(1);
    let coarse = Blocks::with_side(&inputs.grid, blocks.side * by);
    let mut summed = vec![(0.0, 0.0); coarse.count()];
    for (block, (expected, chance)) in own.iter().enumerate() {
        let (column, row) = (block as u32 % blocks.columns, block as u32 / blocks.columns);
        let sum = &mut summed[(row / by * coarse.columns + column / by) as usize];
        sum.0 += expected;
        sum.1 += chance / f64::from(by * by);
    }
    let model = model_on(&coarse, &summed)?;
    let settings = NodeSettings { simultaneous: 2, ..NodeSettings::default() };
    let posterior = model.posterior(&priors, &settings)?;
    let (draws, seed) = (nation.settings.draws, nation.settings.seed ^ FIELD ^ round as u64);
    let mut field = vec![Vec::new(); draws];
    let mean = |of: fn(&crate::field::Spread) -> f64| -> f64 {
        posterior.nodes().iter().map(|node| node.weight * of(&node.mode.spread)).sum()
    };
    let told = FieldTold {
        blocks: blocks.count(),
        with_finds: seen.with_finds.iter().sum(),
        standard_deviation: mean(|spread| spread.standard_deviation),
        range_kilometres: mean(|spread| spread.range_kilometres),
        effective_nodes: posterior.effective_nodes,
        rounds,
    };
    let at = |block: usize| {
        let (column, row) = (block as u32 % blocks.columns, block as u32 / blocks.columns);
        (row / by * coarse.columns + column / by) as usize
    };
    if by == 1 || round < rounds {
        posterior.for_each_draw(draws, seed, |draw, eta| {
            field[draw] = (0..blocks.count()).map(|block| eta[at(block)] as f32).collect();
            Ok(())
        })?;
        return Ok((field, told));
    }
    let mut nodes: Vec<(crate::field::Spread, f64)> =
        posterior.nodes().iter().map(|node| (node.mode.spread, node.weight)).collect();
    nodes.sort_by(|a, b| b.1.total_cmp(&a.1));
    nodes.truncate(MOST_NODES);
    let fine = model_on(blocks, &own)?;
    let posterior = fine.posterior_at(&nodes, &settings)?;
    posterior.for_each_draw(draws, seed, |draw, eta| {
        field[draw] = eta.iter().map(|value| *value as f32).collect();
        Ok(())
    })?;
    Ok((field, told))
}
