//! The unknowns that everything shares, replaced by a few weighted points.
//!
//! Belongs here: finding where the shared unknowns (detection, footprint scale, type levels, rate of
//! unreported strikes) probably are, and points with weights that stand for their distribution.
//!
//! Does not belong here: what the unknowns mean, or how probable the finds are at a point (`model`).
//!
//! With one unknown the points are those of the trapezoidal rule, which for smooth curves that vanish on
//! both sides converges faster than any power of its step. With several, the mode and the curvature
//! there place a first set of points of a low-discrepancy sequence, with tails heavier than normal ones;
//! the weighted mean and spread of all points so far place the next set. All sets are kept, and each point
//! is weighed against the mixture of all the distributions that points were taken from: a point that one of
//! them has far out in its tail does not drown the others. Where the density is an estimate, its noise is
//! measured where it is highest, and a smooth surface takes it out of the weights. The evaluations are shared out to threads and
//! collected in order, so that any number of threads gives the same bits.

mod mode;
mod proposal;
mod surface;

use rayon::prelude::*;

use super::fault::ContaminationFault;
use mode::Mode;
use proposal::Proposal;

/// Half the width of the rule with one unknown, in deviations of the curvature at the mode. Twelve,
/// because a detection probability near one leaves a tail that falls only exponentially.
const REACH: f64 = 12.0;
/// Largest density at the end of the rule with one unknown, as a share of its peak.
const LARGEST_END: f64 = 1e-3;
/// Most sets of points.
const ROUNDS: usize = 8;
/// Estimates of the density at one point from which their noise is known.
const REPEATS: u64 = 10;
/// How much wider than what the points say the next set is placed: few points understate a spread.
const WIDER: f64 = 1.2;
/// Fewer effective points than this stand for nothing: an interval that should hold 90 in 100 would hold
/// about 87 for want of points alone.
pub const FEWEST_EFFECTIVE: f64 = 25.0;

/// Logarithm of a density at a point, up to a constant, in two parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogDensity {
    /// What is known to the last digits: the prior.
    pub exact: f64,
    /// What may carry noise, which another seed draws anew.
    pub estimated: f64,
}

impl LogDensity {
    fn sum(self) -> f64 {
        self.exact + self.estimated
    }
}

/// One point in the space of the shared unknowns.
#[derive(Clone, Debug, PartialEq)]
pub struct OuterPoint {
    /// The values, in the order of the start.
    pub values: Vec<f64>,
    /// Its share of the probability; all together sum to one.
    pub weight: f64,
}

/// Points that stand for the distribution of the shared unknowns.
#[derive(Clone, Debug, PartialEq)]
pub struct OuterPoints {
    /// The points, in the order of the rule.
    pub points: Vec<OuterPoint>,
    /// How many equally weighted points would be as good: one over the sum of squared weights.
    pub effective: f64,
    /// Natural logarithm of the integral of the density.
    pub log_evidence: f64,
    /// How often the density was evaluated.
    pub evaluations: usize,
}

impl OuterPoints {
    /// The weighted mean of a quantity.
    #[must_use]
    pub fn mean(&self, quantity: impl Fn(&OuterPoint) -> f64) -> f64 {
        self.points.iter().map(|point| point.weight * quantity(point)).sum()
    }

    /// Mean and standard deviation of one of the unknowns.
    #[must_use]
    pub fn moments(&self, unknown: usize) -> (f64, f64) {
        let mean = self.mean(|point| point.values[unknown]);
        let variance = self.mean(|point| (point.values[unknown] - mean).powi(2));
        (mean, libm::sqrt(variance))
    }
}

/// Points for the density whose logarithm, up to a constant, is `log_density` at a point with a seed.
///
/// # Shapes and units
/// `start` and `scales`: one number for each unknown, where to begin and how far a step reaches (the
/// prior's mean and deviation). With several unknowns `count` points are placed at a time, until all that
/// were placed are worth `count` equally weighted ones, or eight times; a rule with one unknown takes at
/// least 97. `seed` shifts the sequence, so that two runs with different seeds show how much the
/// choice of points matters.
///
/// # Errors
/// `NoMode` when the search does not come to rest, `DensityReachesTooFar` when the rule with one
/// unknown is cut off, `TooFewEffective` when the weights fall on a few points.
///
/// # Source
/// Points of all sets weighed against the mixture: J.-M. Cornuet, J.-M. Marin, A. Mira and C. P. Robert,
/// "Adaptive multiple importance sampling", Scandinavian Journal of Statistics 39 (2012). Heavier tails:
/// Student's distribution with four degrees of freedom, whose quantile has a closed form (W. T. Shaw,
/// "Sampling Student's T distribution", Journal of Computational Finance 9, 2006). The sequence: multiples
/// of the powers of the generalised golden ratio (M. Roberts, 2018).
pub fn outer_points(
    start: &[f64],
    scales: &[f64],
    count: usize,
    seed: u64,
    log_density: &(impl Fn(&[f64], u64) -> LogDensity + Sync),
) -> Result<OuterPoints, ContaminationFault> {
    // One seed for all points: what is compared from one to the next has most of its noise in common.
    let evaluate = |points: Vec<Vec<f64>>| -> Vec<(Vec<f64>, f64)> {
        points
            .into_par_iter()
            .map(|point| {
                let value = log_density(&point, seed).sum();
                (point, value)
            })
            .collect()
    };
    if start.is_empty() {
        let log_evidence = log_density(&[], seed).sum();
        let points = vec![OuterPoint { values: Vec::new(), weight: 1.0 }];
        return Ok(OuterPoints { points, effective: f64::INFINITY, log_evidence, evaluations: 1 });
    }
    let mode = Mode::find(start, scales, &evaluate)?;
    if start.len() == 1 {
        return trapezoid(&mode, count, &evaluate);
    }
    let no_mode = || ContaminationFault::NoMode { steps: mode.steps };
    let first = Proposal::new(mode.at.clone(), mode.covariance()).ok_or_else(no_mode)?;
    let noise = noise(first.centre(), seed, log_density);
    let mut proposals: Vec<Proposal> = vec![first];
    let mut placed: Vec<Vec<f64>> = Vec::new();
    let (mut exact, mut estimated) = (Vec::new(), Vec::new());
    loop {
        let round = proposals.len() - 1;
        let last = &proposals[round];
        let next = last.points(count, seed.wrapping_add(round as u64));
        // Each point has a seed of its own, so that the noise of one says nothing of another's.
        let found: Vec<LogDensity> = next
            .par_iter()
            .enumerate()
            .map(|(k, point)| log_density(point, own_seed(seed, (round * count + k) as u64)))
            .collect();
        exact.extend(found.iter().map(|log| log.exact));
        estimated.extend(found.iter().map(|log| log.estimated));
        placed.extend(next);
        let smooth = surface::without_noise(&placed, &estimated, last, noise);
        let logs: Vec<f64> = (0..placed.len())
            .map(|k| exact[k] + smooth[k] - log_mixture(&proposals, &placed[k]))
            .collect();
        let evaluations = mode.evaluations + REPEATS as usize + placed.len();
        let points = weighted(placed.clone(), &logs, evaluations).ok_or_else(no_mode)?;
        if points.effective >= count as f64 {
            return Ok(points);
        }
        match next_proposal(&placed, &logs) {
            Some(next) if proposals.len() < ROUNDS => proposals.push(next),
            _ if points.effective >= FEWEST_EFFECTIVE.min(0.5 * count as f64) => return Ok(points),
            _ => {
                return Err(ContaminationFault::TooFewEffective {
                    effective: points.effective,
                    points: placed.len(),
                    fewest: FEWEST_EFFECTIVE,
                });
            }
        }
    }
}

/// The variance that another seed makes in the logarithm of the density at a point.
fn noise(
    point: &[f64],
    seed: u64,
    log_density: &(impl Fn(&[f64], u64) -> LogDensity + Sync),
) -> f64 {
    let again: Vec<f64> = (0..REPEATS)
        .into_par_iter()
        .map(|k| log_density(point, own_seed(seed, u64::MAX - k)).estimated)
        .collect();
    let mean = again.iter().sum::<f64>() / REPEATS as f64;
    let squares: f64 = again.iter().map(|log| (log - mean) * (log - mean)).sum();
    let variance = squares / (REPEATS - 1) as f64;
    if variance.is_finite() { variance } else { 0.0 }
}

/// The seed of one of the points of a run.
fn own_seed(seed: u64, number: u64) -> u64 {
    (seed ^ 0x706f_696e_7473).wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Logarithm of the density of the mixture, in equal parts, of what points were taken from.
fn log_mixture(proposals: &[Proposal], point: &[f64]) -> f64 {
    let logs: Vec<f64> = proposals.iter().map(|proposal| proposal.log_density(point)).collect();
    let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.iter().map(|log| libm::exp(log - highest)).sum();
    highest + libm::log(sum / proposals.len() as f64)
}

/// Where the next set of points goes: the mean and spread of those that there are.
///
/// While a few points carry all the weight, their mean and spread would be those of an accident; weights
/// are then evened out by a power of them, so that enough points have a say (E. Koblents and J. Míguez,
/// Statistics and Computing 25, 2015).
fn next_proposal(values: &[Vec<f64>], logs: &[f64]) -> Option<Proposal> {
    let size = values.first()?.len();
    let enough = (5 * size + 5) as f64;
    let mut power = 1.0;
    loop {
        let evened: Vec<f64> = logs.iter().map(|log| power * log).collect();
        let points = weighted(values.to_vec(), &evened, 0)?;
        if points.effective >= enough || power < 0.02 {
            let (centre, spread) = moments(&points, size);
            return Proposal::new(centre, spread);
        }
        power *= 0.7;
    }
}

fn trapezoid(
    mode: &Mode,
    count: usize,
    evaluate: &impl Fn(Vec<Vec<f64>>) -> Vec<(Vec<f64>, f64)>,
) -> Result<OuterPoints, ContaminationFault> {
    let deviation = mode.scales[0] / libm::sqrt(mode.precision[0].max(1e-2));
    let nodes = count.max(97);
    let step = 2.0 * REACH * deviation / (nodes - 1) as f64;
    let asked =
        (0..nodes).map(|i| vec![mode.at[0] - REACH * deviation + step * i as f64]).collect();
    let (points, logs): (Vec<_>, Vec<_>) = evaluate(asked).into_iter().unzip();
    let logs: Vec<f64> = logs.into_iter().map(|log: f64| log + libm::log(step)).collect();
    let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let ends = logs[0].max(logs[nodes - 1]);
    if libm::exp(ends - highest) > LARGEST_END {
        return Err(ContaminationFault::DensityReachesTooFar);
    }
    weighted(points, &logs, mode.evaluations + nodes)
        .ok_or(ContaminationFault::NoMode { steps: mode.steps })
}

/// Points with the weights that their logarithms give them; none when nothing is finite.
fn weighted(values: Vec<Vec<f64>>, logs: &[f64], evaluations: usize) -> Option<OuterPoints> {
    let highest =
        logs.iter().copied().filter(|log| !log.is_nan()).fold(f64::NEG_INFINITY, f64::max);
    if !highest.is_finite() {
        return None;
    }
    let shares: Vec<f64> =
        logs.iter().map(|log| if log.is_nan() { 0.0 } else { libm::exp(log - highest) }).collect();
    let sum: f64 = shares.iter().sum();
    let points: Vec<OuterPoint> = values
        .into_iter()
        .zip(&shares)
        .map(|(values, share)| OuterPoint { values, weight: share / sum })
        .collect();
    let effective = 1.0 / points.iter().map(|point| point.weight * point.weight).sum::<f64>();
    // With one unknown the volume of a point is in its logarithm; with several they share it equally.
    let each = if points.first().is_some_and(|point| point.values.len() > 1) {
        libm::log(points.len() as f64)
    } else {
        0.0
    };
    Some(OuterPoints {
        points,
        effective,
        log_evidence: highest + libm::log(sum) - each,
        evaluations,
    })
}

/// Mean and covariance of the points, a little widened.
fn moments(points: &OuterPoints, size: usize) -> (Vec<f64>, Vec<f64>) {
    let mean: Vec<f64> = (0..size).map(|i| points.mean(|point| point.values[i])).collect();
    let mut spread = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..=i {
            let both =
                points.mean(|point| (point.values[i] - mean[i]) * (point.values[j] - mean[j]));
            spread[i * size + j] = both;
            spread[j * size + i] = both;
        }
    }
    for i in 0..size {
        spread[i * size + i] *= WIDER;
    }
    (mean, spread)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::logistic::share;

    /// A density without noise.
    fn known(of: impl Fn(&[f64]) -> f64 + Sync) -> impl Fn(&[f64], u64) -> LogDensity + Sync {
        move |x, _| LogDensity { exact: 0.0, estimated: of(x) }
    }

    /// Three tasks of the case `gp-shared-q`: shape and rate of the items, share covered, finds.
    const TASKS: [(f64, f64, f64, f64); 3] =
        [(2.0, 0.05, 0.5, 9.0), (1.2, 0.04, 0.9, 0.0), (3.0, 0.2, 1.0, 14.0)];

    /// Log density of logit detection: Beta(8, 2) and the finds of the tasks.
    fn shared_detection(logit: f64) -> f64 {
        let q = share(logit);
        let prior = 8.0 * libm::log(q) + 2.0 * libm::log(share(-logit)) + libm::log(72.0);
        TASKS.iter().fold(prior, |sum, (a, b, cover, found)| {
            let e = cover * q;
            let finds = libm::lgamma(a + found) - libm::lgamma(*a) - libm::lgamma(found + 1.0);
            sum + finds + a * libm::log(b / (b + e)) + found * libm::log(e / (b + e))
        })
    }

    fn total(logit: f64) -> (f64, f64) {
        TASKS.iter().fold((0.0, 0.0), |(mean, variance), (a, b, cover, found)| {
            let e = cover * share(logit);
            let (shape, rate) = (a + found, b + e);
            let left = shape * (1.0 - e) / rate;
            (mean + left, variance + left + left * (1.0 - e) / rate)
        })
    }

    #[test]
    fn one_detection_probability_shared_by_tasks_gives_the_reference_numbers() {
        let all: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/test-vectors.json")).unwrap();
        let cases = all["cases"].as_array().unwrap();
        let case = cases.iter().find(|case| case["id"] == "gp-shared-q").unwrap();
        let expected = |name: &str| case["expected"][name].as_f64().unwrap();
        let points =
            outer_points(&[1.3], &[0.8], 129, 1, &known(|x| shared_detection(x[0]))).unwrap();
        let mean = points.mean(|point| total(point.values[0]).0);
        let within = points.mean(|point| total(point.values[0]).1);
        let variance = within + points.mean(|point| (total(point.values[0]).0 - mean).powi(2));
        for (found, name) in [
            (points.mean(|point| share(point.values[0])), "q_post_mean"),
            (mean, "total_remaining_mean"),
            (variance, "total_remaining_var"),
            (within, "within_q_var"),
        ] {
            assert!((found / expected(name) - 1.0).abs() < 1e-7, "{name}: {found}");
        }
    }

    #[test]
    fn further_unknowns_that_nothing_speaks_to_change_nothing() {
        // Two more, normal and independent, in coordinates turned against the first.
        let log_density = |x: &[f64]| {
            let other = x[1] - 0.3 * x[0];
            shared_detection(x[0]) - 0.5 * other * other - 0.5 * (x[2] / 0.2).powi(2)
        };
        for seed in [1, 7] {
            let points =
                outer_points(&[1.3, 0.0, 0.0], &[0.8, 1.0, 0.5], 256, seed, &known(log_density))
                    .unwrap();
            let mean = points.mean(|point| total(point.values[0]).0);
            assert!((mean / 20.577_162_034 - 1.0).abs() < 0.02, "{mean}");
            assert!(points.effective > 256.0, "{}", points.effective);
            let volume = libm::log(core::f64::consts::TAU * 0.2);
            let alone =
                outer_points(&[1.3], &[0.8], 129, 1, &known(|x| shared_detection(x[0]))).unwrap();
            assert!((points.log_evidence - volume - alone.log_evidence).abs() < 0.03);
        }
    }

    #[test]
    fn moments_of_a_skewed_density_in_six_dimensions_are_found() {
        // Exponentials of gamma variables: mean of log Gamma(3) is ψ(3), variance ψ'(3).
        let log_density = |x: &[f64]| -> f64 { x.iter().map(|x| 3.0 * x - libm::exp(*x)).sum() };
        let points = outer_points(&[0.0; 6], &[1.0; 6], 512, 3, &known(log_density)).unwrap();
        for unknown in 0..6 {
            let (mean, deviation) = points.moments(unknown);
            assert!((mean - 0.922_784_3).abs() < 0.06, "{mean}");
            assert!((deviation - 0.628_417_6).abs() < 0.05, "{deviation}");
        }
    }

    #[test]
    fn weights_on_a_few_points_are_a_reason_and_no_number() {
        // A ridge so thin and bent that no set of points fills it.
        let log_density = |x: &[f64]| {
            let off = x[1] - 40.0 * x[0] * x[0] * x[0];
            -0.5 * x[0] * x[0] - 0.5 * (off / 1e-4).powi(2) - 0.5 * (x[2] / 1e-5 - x[0]).powi(2)
        };
        let found = outer_points(&[0.5, 0.0, 0.0], &[1.0, 1.0, 1.0], 64, 1, &known(log_density));
        assert!(matches!(
            found,
            Err(ContaminationFault::TooFewEffective { .. } | ContaminationFault::NoMode { .. })
        ));
    }

    #[test]
    fn the_points_do_not_depend_on_the_number_of_threads() {
        let log_density = |x: &[f64]| shared_detection(x[0]) - 0.5 * x[1] * x[1];
        let run = || outer_points(&[1.3, 0.0], &[0.8, 1.0], 64, 5, &known(log_density)).unwrap();
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool(1).install(run), pool(8).install(run));
    }

    #[test]
    fn noise_of_the_density_costs_few_points() {
        // Four unknowns, three of them turned against each other, with noise of deviation 1.3: weights taken
        // as they come would be worth a fifth.
        let log_density = |x: &[f64], seed: u64| {
            let noise = crate::random::Stream::new(seed, 1, 2, 3).normal();
            let far = x[1] - 0.5 * x[0];
            let estimated = -0.5 * far * far - 2.0 * (x[2] + 0.3 * x[1]).powi(2) + 1.3 * noise;
            LogDensity { exact: -0.5 * (x[0] * x[0] + x[3] * x[3]), estimated }
        };
        let found = outer_points(&[0.3, 0.0, 0.5, 0.0], &[1.0; 4], 96, 2, &log_density).unwrap();
        assert!(found.effective >= 96.0 && found.points.len() <= 4 * 96, "{}", found.points.len());
        for (unknown, deviation) in [(0, 1.0), (1, 1.118), (2, 0.602), (3, 1.0)] {
            let (mean, spread) = found.moments(unknown);
            assert!(mean.abs() < 0.4 * deviation, "{unknown}: {mean}");
            assert!((spread / deviation - 1.0).abs() < 0.3, "{unknown}: {spread}");
        }
    }
}
