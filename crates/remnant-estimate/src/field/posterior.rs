//! The field over all probable spreads and ranges.
//!
//! Belongs here: which spreads and ranges are looked at, their weights, the log density of a block and
//! joint draws of all. Does not belong here: items and totals.

use rayon::prelude::*;

use super::fault::{FieldFault, within};
use super::hyperparameters::SpreadPriors;
use super::lattice::Spread;
use super::mode::{Mode, Tolerance, Workbench};
use super::model::FieldModel;
use crate::matrix;
use crate::random::Stream;

/// Scores beyond which no spread or range is looked at.
const LOWEST_SCORE: f64 = -2.01;
const HIGHEST_SPREAD_SCORE: f64 = 3.01;
const HIGHEST_RANGE_SCORE: f64 = 2.01;
/// More weight than this on the widest spread means that the evidence asks for more.
const MOST_AT_BORDER: f64 = 0.5;
/// Fewer effective nodes than this ask for a finer step.
const FEWEST_NODES: f64 = 4.0;

/// Purposes of the random streams of this area.
const CHOICE: u64 = 0x0066_6965_6c64_0000;
const EFFECTS: u64 = CHOICE + 1;
const FIELD: u64 = CHOICE + 2;

/// How the spreads and ranges are looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeSettings {
    /// Distance of neighbouring nodes in standard normal scores of the prior.
    pub step: f64,
    /// Nodes this far below the best, in log weight, are not followed further, nor kept.
    pub drop: f64,
    /// How often the step may be halved when too few nodes carry the weight.
    pub refinements: u32,
    /// Nodes worked on at the same time; each takes the room of one factor. The answer is the same.
    pub simultaneous: usize,
    /// When a mode counts as found.
    pub tolerance: Tolerance,
}

impl Default for NodeSettings {
    /// For a place: about twenty nodes, more where few would carry all the weight.
    fn default() -> Self {
        Self {
            step: 1.0,
            drop: 4.5,
            refinements: 3,
            simultaneous: 2,
            tolerance: Tolerance::default(),
        }
    }
}

impl NodeSettings {
    /// For a nation of hundreds of thousands of blocks: a coarse beginning, refined only around the best
    /// node, and one factor in memory at a time.
    #[must_use]
    pub fn nation() -> Self {
        Self { step: 1.5, drop: 3.0, refinements: 3, simultaneous: 1, ..Self::default() }
    }
}

/// One spread and range with its weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The field there.
    pub mode: Mode,
    /// Share of the answer, all nodes together 1.
    pub weight: f64,
}

/// What is known of the field after the finds.
#[derive(Debug)]
pub struct FieldPosterior<'a> {
    model: &'a FieldModel,
    nodes: Vec<Node>,
    simultaneous: usize,
    /// Nodes looked at, those not kept included.
    pub nodes_looked_at: usize,
    /// Factors made on the way.
    pub factors: usize,
    /// `1/Σ weight²`: how many nodes carry the answer.
    pub effective_nodes: f64,
    /// Log of the probability of all finds, on the scores' grid.
    pub log_evidence: f64,
}

/// Mean and standard deviation of the log density of each block at each node.
#[derive(Clone, Debug, PartialEq)]
pub struct Marginals {
    /// Weight of each node, with means and standard deviations of all blocks.
    nodes: Vec<(f64, Vec<f64>, Vec<f64>)>,
}

/// A node in search of its place: steps from the centre, and the log of its weight.
struct Tried {
    place: (i32, i32),
    mode: Mode,
    log_weight: f64,
}

impl FieldModel {
    /// The field over all probable spreads and ranges.
    ///
    /// From the middle of the prior outwards each node starts at the mode of its most probable
    /// neighbour; where the weight has fallen off nothing further out is looked at.
    ///
    /// # Errors
    /// [`FieldFault`] for unusable settings, when a mode is not found, and when the finds ask for more
    /// spread than the nodes cover.
    pub fn posterior(
        &self,
        priors: &SpreadPriors,
        settings: &NodeSettings,
    ) -> Result<FieldPosterior<'_>, FieldFault> {
        priors.check()?;
        within("step between nodes", settings.step, 0.1, 2.0)?;
        within("log weight at which nodes are left out", settings.drop, 1.0, 50.0)?;
        let mut step = settings.step;
        let mut tried: Vec<Tried> = Vec::new();
        let mut refinements = 0;
        loop {
            self.explore(priors, settings, step, &mut tried)?;
            if refinements >= settings.refinements || effective(&tried) >= FEWEST_NODES {
                break;
            }
            refinements += 1;
            step *= 0.5;
            for node in &mut tried {
                node.place = (2 * node.place.0, 2 * node.place.1);
            }
        }
        let best = best(&tried);
        let (looked_at, factors) =
            (tried.len(), tried.iter().map(|node| node.mode.factors).sum::<usize>());
        tried.retain(|node| node.log_weight > best - settings.drop);
        tried.sort_by_key(|node| node.place);
        let effective_nodes = effective(&tried);
        let weights: Vec<f64> =
            tried.iter().map(|node| libm::exp(node.log_weight - best)).collect();
        let total: f64 = weights.iter().sum();
        let widest = (HIGHEST_SPREAD_SCORE / step).floor() as i32;
        let at_border: f64 = tried
            .iter()
            .zip(&weights)
            .filter(|(node, _)| node.place.0 == widest)
            .map(|(_, weight)| weight / total)
            .sum();
        if at_border > MOST_AT_BORDER {
            return Err(FieldFault::SpreadAtBorder {
                weight: at_border,
                standard_deviation: priors.at(f64::from(widest) * step, 0.0).standard_deviation,
            });
        }
        // The scores are standard normal in two dimensions, and a node stands for step² of them.
        let area = libm::log(step * step / (2.0 * core::f64::consts::PI));
        Ok(FieldPosterior {
            model: self,
            nodes: tried
                .into_iter()
                .zip(&weights)
                .map(|(node, weight)| Node { mode: node.mode, weight: weight / total })
                .collect(),
            simultaneous: settings.simultaneous.max(1),
            nodes_looked_at: looked_at,
            factors,
            effective_nodes,
            log_evidence: best + libm::log(total) + area,
        })
    }

    /// The field at spreads and ranges that are known with their weights, such as those that a coarser
    /// lattice of the same ground was found to allow.
    ///
    /// # Errors
    /// [`FieldFault`] when no weight is above 0 or a mode is not found.
    pub fn posterior_at(
        &self,
        nodes: &[(Spread, f64)],
        settings: &NodeSettings,
    ) -> Result<FieldPosterior<'_>, FieldFault> {
        let total: f64 = nodes.iter().map(|(_, weight)| weight).sum();
        within("sum of the weights of spreads and ranges", total, 1e-300, 1e300)?;
        // The most probable comes first; the others start from its mode.
        let heaviest =
            nodes.iter().fold(nodes[0], |best, node| if node.1 > best.1 { *node } else { best });
        let mut bench = Workbench::of(self)?;
        let first = self.mode_with(heaviest.0, None, settings.tolerance, &mut bench)?;
        drop(bench);
        let modes = in_turns(self, settings.simultaneous, nodes, |bench, (spread, _)| {
            self.mode_with(*spread, Some(&first), settings.tolerance, bench)
        })?;
        let factors = first.factors + modes.iter().map(|mode| mode.factors).sum::<usize>();
        let squares: f64 = nodes.iter().map(|(_, weight)| weight * weight).sum();
        Ok(FieldPosterior {
            model: self,
            nodes: modes
                .into_iter()
                .zip(nodes)
                .map(|(mode, (_, weight))| Node { mode, weight: weight / total })
                .collect(),
            simultaneous: settings.simultaneous.max(1),
            nodes_looked_at: nodes.len(),
            factors,
            effective_nodes: total * total / squares,
            log_evidence: f64::NAN,
        })
    }

    /// Looks at all nodes beside probable ones, until all have been looked at.
    fn explore(
        &self,
        priors: &SpreadPriors,
        settings: &NodeSettings,
        step: f64,
        tried: &mut Vec<Tried>,
    ) -> Result<(), FieldFault> {
        loop {
            let best = best(tried);
            // Each new place with the most probable node beside it, in the order of places.
            let mut places: Vec<((i32, i32), Option<usize>)> = Vec::new();
            if tried.is_empty() {
                places.push(((0, 0), None));
            }
            for (number, node) in tried.iter().enumerate() {
                if node.log_weight <= best - settings.drop {
                    continue;
                }
                for (down, across) in
                    [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
                {
                    let place = (node.place.0 + down, node.place.1 + across);
                    let scores = (f64::from(place.0) * step, f64::from(place.1) * step);
                    let inside = (LOWEST_SCORE..HIGHEST_SPREAD_SCORE).contains(&scores.0)
                        && (LOWEST_SCORE..HIGHEST_RANGE_SCORE).contains(&scores.1);
                    if !inside || tried.iter().any(|node| node.place == place) {
                        continue;
                    }
                    match places.iter_mut().find(|known| known.0 == place) {
                        None => places.push((place, Some(number))),
                        Some((_, from)) => {
                            if from.is_none_or(|from| tried[from].log_weight < node.log_weight) {
                                *from = Some(number);
                            }
                        }
                    }
                }
            }
            if places.is_empty() {
                return Ok(());
            }
            places.sort();
            let looked = in_turns(self, settings.simultaneous, &places, |bench, (place, from)| {
                let scores = (f64::from(place.0) * step, f64::from(place.1) * step);
                let start = from.map(|from| &tried[from].mode);
                let mode = self.mode_with(
                    priors.at(scores.0, scores.1),
                    start,
                    settings.tolerance,
                    bench,
                )?;
                let prior = -0.5 * (scores.0 * scores.0 + scores.1 * scores.1);
                Ok(Tried { place: *place, log_weight: mode.log_evidence + prior, mode })
            })?;
            tried.extend(looked);
        }
    }
}

fn best(tried: &[Tried]) -> f64 {
    tried.iter().fold(f64::NEG_INFINITY, |best, node| best.max(node.log_weight))
}

fn effective(tried: &[Tried]) -> f64 {
    let best = best(tried);
    let weights: Vec<f64> = tried.iter().map(|node| libm::exp(node.log_weight - best)).collect();
    let (sum, squares) =
        (weights.iter().sum::<f64>(), weights.iter().map(|weight| weight * weight).sum::<f64>());
    sum * sum / squares
}

/// Does independent pieces of work, at most `simultaneous` at a time, each with a bench of its own that
/// the next turn uses again; the answers in the order of the pieces.
fn in_turns<'a, T: Sync, R: Send>(
    model: &'a FieldModel,
    simultaneous: usize,
    pieces: &[T],
    work: impl Fn(&mut Workbench<'a>, &T) -> Result<R, FieldFault> + Sync,
) -> Result<Vec<R>, FieldFault> {
    let benches = simultaneous.clamp(1, pieces.len().max(1));
    // One stride of pieces for each bench: which bench does what never depends on the threads.
    let mut strides: Vec<Vec<(usize, R)>> = (0..benches)
        .into_par_iter()
        .map(|first| {
            let mut bench = Workbench::of(model)?;
            pieces
                .iter()
                .enumerate()
                .skip(first)
                .step_by(benches)
                .map(|(number, piece)| Ok((number, work(&mut bench, piece)?)))
                .collect()
        })
        .collect::<Result<_, FieldFault>>()?;
    let mut answers: Vec<(usize, R)> = strides.drain(..).flatten().collect();
    answers.sort_by_key(|(number, _)| *number);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

impl<'a> FieldPosterior<'a> {
    /// The model this follows from.
    #[must_use]
    pub fn model(&self) -> &'a FieldModel {
        self.model
    }

    /// Spreads and ranges with their weights.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Mean and standard deviation of the log density of each block, node by node.
    ///
    /// # Errors
    /// [`FieldFault`] when there is no room for the factor, or it fails.
    pub fn marginals(&self) -> Result<Marginals, FieldFault> {
        let deviations = in_turns(self.model, self.simultaneous, &self.nodes, |bench, node| {
            bench.return_to(self.model, &node.mode)?;
            Ok(self.model.standard_deviations_with(&node.mode, bench))
        })?;
        let nodes = self
            .nodes
            .iter()
            .zip(deviations)
            .map(|(node, deviations)| (node.weight, node.mode.eta.clone(), deviations))
            .collect();
        Ok(Marginals { nodes })
    }

    /// Calls `visit` with the number of each draw and the log densities of all blocks, in the order
    /// of the draws.
    ///
    /// Draws are parted among the nodes by weight. The random numbers of a draw belong to (seed,
    /// draw, block), so two fits of the same lattice are drawn with common numbers.
    ///
    /// # Errors
    /// [`FieldFault`] when there is no room for the factor, it fails, or `visit` fails.
    pub fn for_each_draw(
        &self,
        count: usize,
        seed: u64,
        mut visit: impl FnMut(usize, &[f64]) -> Result<(), FieldFault>,
    ) -> Result<(), FieldFault> {
        let mut bench = Workbench::of(self.model)?;
        let (blocks, effects) = (self.model.blocks().len(), self.model.effects.len());
        let shift = Stream::new(seed, CHOICE, 0, 0).uniform();
        let (mut draw, mut passed) = (0, 0.0);
        for (number, node) in self.nodes.iter().enumerate() {
            passed += node.weight;
            // Rounding in the sum of weights must not lose the last draws.
            let end = if number + 1 == self.nodes.len() { f64::INFINITY } else { passed };
            let mut ready = false;
            let mut root = node.mode.effect_covariance.clone();
            if !matrix::factorise(&mut root, effects) {
                return Err(FieldFault::UnusableNumber {
                    name: "variance of an effect",
                    value: node.mode.effect_covariance[0],
                });
            }
            while draw < count && (draw as f64 + shift) / (count as f64) < end {
                if !ready {
                    bench.return_to(self.model, &node.mode)?;
                    ready = true;
                }
                let mut eta: Vec<f64> = (0..blocks)
                    .into_par_iter()
                    .map(|block| Stream::new(seed, FIELD, block as u64, draw as u64).normal())
                    .collect();
                bench.factor.draw(&mut eta);
                let numbers: Vec<f64> = (0..effects)
                    .map(|effect| Stream::new(seed, EFFECTS, effect as u64, draw as u64).normal())
                    .collect();
                let change: Vec<f64> = (0..effects)
                    .map(|i| matrix::dot(&root[i * effects..=i * effects + i], &numbers))
                    .collect();
                for (block, value) in eta.iter_mut().enumerate() {
                    *value += node.mode.eta[block];
                    for (effect, change) in change.iter().enumerate() {
                        let place = effect * blocks + block;
                        *value += change * (self.model.design[place] - node.mode.lift[place]);
                    }
                }
                visit(draw, &eta)?;
                draw += 1;
            }
        }
        Ok(())
    }
}

impl Marginals {
    /// Mean and standard deviation of the log density of strikes in `block`.
    #[must_use]
    pub fn mean_and_standard_deviation(&self, block: usize) -> (f64, f64) {
        let mean: f64 = self.at(block).map(|(weight, mean, _)| weight * mean).sum();
        let variance: f64 = self
            .at(block)
            .map(|(weight, centre, deviation)| {
                weight * (deviation * deviation + (centre - mean) * (centre - mean))
            })
            .sum();
        (mean, variance.sqrt())
    }

    /// Expected strikes for each km² in `block`.
    #[must_use]
    pub fn mean_density(&self, block: usize) -> f64 {
        self.at(block)
            .map(|(weight, mean, deviation)| weight * libm::exp(mean + 0.5 * deviation * deviation))
            .sum()
    }

    /// Weight, mean and standard deviation of each normal of which the log density of `block` is a mixture.
    pub fn at(&self, block: usize) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        self.nodes
            .iter()
            .map(move |(weight, means, deviations)| (*weight, means[block], deviations[block]))
    }
}
