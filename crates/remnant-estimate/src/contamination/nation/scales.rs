//! The scales that one strike's footprint may have, few enough for a million strikes.
//!
//! Belongs here: scales with weights about that of all strikes, on a lattice that stays when it moves.
//! Does not belong here: kernels.

use super::super::model::{At, Model, Unknown};

/// Step between scales, on the logarithm and in deviations between strikes. The trapezoidal rule with
/// this step is off by one part in 500 for a normal distribution, and needs half of a place's scales.
const STEP: f64 = 1.7;
/// How far a strike's scale may be from that of all, in the same unit.
const REACH: f64 = 3.0;
/// The most scales that there are.
pub(super) const MOST_SCALES: usize = 4;

/// The model at these values, with scales for a nation and no effort filled in.
pub(super) fn at<'m>(model: &'m Model<'m>, values: &[f64]) -> At<'m> {
    let mut at = model.without_effort(values);
    let own = model.unknowns.iter().position(|unknown| *unknown == Unknown::FootprintScale);
    let between = model.inputs.footprint.between_strikes;
    let log = own.map_or(libm::log(model.inputs.footprint.median_metres), |own| values[own]);
    at.scales = if between < 1e-3 { vec![(1.0, libm::exp(log))] } else { about(log, between) };
    at
}

/// Scales in metres at whole steps of a lattice of logarithms, wherever the middle is.
fn about(log: f64, between: f64) -> Vec<(f64, f64)> {
    let step = STEP * between;
    let first = ((log - REACH * between) / step).ceil() as i64;
    let last = ((log + REACH * between) / step).floor() as i64;
    let edge = libm::exp(-0.5 * REACH * REACH);
    let mut scales: Vec<(f64, f64)> = (first..=last)
        .map(|k| {
            let z = (k as f64 * step - log) / between;
            // Nothing at the ends, so that a scale that comes in or goes out is no jump.
            ((libm::exp(-0.5 * z * z) - edge).max(0.0), libm::exp(k as f64 * step))
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    let sum: f64 = scales.iter().map(|(weight, _)| weight).sum();
    scales.iter_mut().for_each(|(weight, _)| *weight /= sum);
    scales
}

/// All scales in metres that strikes may have while that of all moves between two logarithms.
pub(super) fn between_logs(low: f64, high: f64, between: f64) -> Vec<f64> {
    let step = STEP * between;
    let first = ((low - REACH * between) / step).ceil() as i64;
    let last = ((high + REACH * between) / step).floor() as i64;
    (first..=last).map(|k| libm::exp(k as f64 * step)).collect()
}

/// Weights of scales about a logarithm, in the order of the list.
pub(super) fn weights_about(log: f64, between: f64, scales: &[f64]) -> Vec<f64> {
    let mut weights = vec![0.0; scales.len()];
    for (weight, metres) in about(log, between) {
        if let Some(own) = scales.iter().position(|scale| (scale / metres - 1.0).abs() < 1e-6) {
            weights[own] = weight;
        }
    }
    weights
}

/// The weight of a scale in metres at other values; 0 where they do not have it.
pub(super) fn weight_of(at: &At<'_>, metres: f64) -> f64 {
    let same = |own: &&(f64, f64)| (own.1 / metres - 1.0).abs() < 1e-6;
    at.scales.iter().find(same).map_or(0.0, |(weight, _)| *weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_scales_keep_the_mean_and_the_spread() {
        for k in 0..40 {
            let log = 4.0 + 0.01 * f64::from(k);
            let scales = about(log, 0.35);
            assert!((3..=MOST_SCALES).contains(&scales.len()));
            let mean: f64 = scales.iter().map(|(w, s)| w * libm::log(*s)).sum();
            let square: f64 = scales.iter().map(|(w, s)| w * (libm::log(*s) - mean).powi(2)).sum();
            assert!((mean - log).abs() < 0.01, "{mean} {log}");
            assert!((square.sqrt() / 0.35 - 0.97).abs() < 0.03, "{}", square.sqrt() / 0.35);
        }
    }
}
