//! Gamma cells searched with a chance of detection that is not known.
//!
//! Belongs here: one task with its own unknown chance, and several tasks that share one. They are the
//! smallest case of the rule that one method has one chance of detection.
//!
//! Does not belong here: strikes with places (`update`).

use super::detection::DetectionPrior;
use super::fault::{SearchFault, share};
use super::jacobi::beta_nodes;
use crate::exponential::exp;
use crate::strike::Gamma;

/// What is left where the chance of detection is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UncertainDetection {
    /// Log probability of what was found.
    pub log_marginal: f64,
    /// Mean chance of detection after the search.
    pub detection_mean: f64,
    /// Mean number of items left.
    pub left_mean: f64,
    /// Probability that none is left.
    pub probability_none_left: f64,
}

/// One cell searched once, by `nodes` points over its chance of detection.
#[must_use]
pub fn with_uncertain_detection(
    before: Gamma,
    detection: DetectionPrior,
    finds: u32,
    nodes: usize,
) -> UncertainDetection {
    let rule = beta_nodes(detection, nodes);
    let logs: Vec<f64> = rule.nodes.iter().map(|d| before.log_finds(*d, finds)).collect();
    let (weights, log_marginal) = posterior_weights(&rule.weights, &logs);
    let (mut detection_mean, mut left_mean, mut none) = (0.0, 0.0, 0.0);
    for (weight, d) in weights.iter().zip(&rule.nodes) {
        let after = before.after(*d, finds);
        detection_mean += weight * d;
        left_mean += weight * after.mean() * (1.0 - d);
        none += weight * after.probability_of_none(1.0 - d);
    }
    UncertainDetection { log_marginal, detection_mean, left_mean, probability_none_left: none }
}

/// One of several tasks of a method: what was there before, the share covered, and the finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedTask {
    /// Items before the search.
    pub before: Gamma,
    /// Share of the ground that was covered.
    pub share: f64,
    /// Items found.
    pub finds: u32,
}

/// Items left in all tasks of a method together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedTotals {
    /// Mean chance of detection after all tasks.
    pub detection_mean: f64,
    /// Mean of the total left.
    pub left_mean: f64,
    /// Variance of the total left.
    pub left_variance: f64,
    /// The part of the variance that would be there if the chance of detection were known.
    pub left_variance_within: f64,
}

/// Several tasks with one unknown chance of detection, by `nodes` points over it.
///
/// # Errors
/// `UnusableNumber` for a share that is none, `FindsWithoutEffort` for finds on ground not covered.
pub fn with_shared_detection(
    tasks: &[SharedTask],
    detection: DetectionPrior,
    nodes: usize,
) -> Result<SharedTotals, SearchFault> {
    for task in tasks {
        share("the share of ground covered", task.share)?;
        if task.share == 0.0 && task.finds > 0 {
            return Err(SearchFault::FindsWithoutEffort { finds: task.finds });
        }
    }
    let rule = beta_nodes(detection, nodes);
    let logs: Vec<f64> = rule
        .nodes
        .iter()
        .map(|d| tasks.iter().map(|t| t.before.log_finds(t.share * d, t.finds)).sum())
        .collect();
    let (weights, _) = posterior_weights(&rule.weights, &logs);
    let (mut detection_mean, mut mean, mut square, mut within) = (0.0, 0.0, 0.0, 0.0);
    for (weight, d) in weights.iter().zip(&rule.nodes) {
        let (mut total, mut variance) = (0.0, 0.0);
        for task in tasks {
            let effort = task.share * d;
            let after = task.before.after(effort, task.finds);
            let left = after.mean() * (1.0 - effort);
            total += left;
            variance += left + left * (1.0 - effort) / after.rate;
        }
        detection_mean += weight * d;
        mean += weight * total;
        square += weight * (variance + total * total);
        within += weight * variance;
    }
    Ok(SharedTotals {
        detection_mean,
        left_mean: mean,
        left_variance: square - mean * mean,
        left_variance_within: within,
    })
}

/// Weights after the evidence, and the log of its probability.
fn posterior_weights(prior: &[f64], logs: &[f64]) -> (Vec<f64>, f64) {
    let peak = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<f64> = prior.iter().zip(logs).map(|(w, l)| w * exp(l - peak)).collect();
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= total);
    (weights, peak + libm::log(total))
}
