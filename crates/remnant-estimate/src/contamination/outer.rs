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
//! each set's weights correct the place of the next. The evaluations are shared out to threads and
//! collected in order, so that any number of threads gives the same bits.

use rayon::prelude::*;

use super::fault::ContaminationFault;
use crate::matrix;

/// Half the width of the rule with one unknown, in deviations of the curvature at the mode. Twelve,
/// because a detection probability near one leaves a tail that falls only exponentially.
const REACH: f64 = 12.0;
/// Largest density at the end of the rule with one unknown, as a share of its peak.
const LARGEST_END: f64 = 1e-3;
/// Times that the points are placed anew.
const ROUNDS: usize = 4;
/// A share of the points that, when effective, makes another round needless.
const ENOUGH: f64 = 0.5;
/// Steps of the search for the mode.
const MOST_STEPS: usize = 60;
/// Step of the differences, in scales of the prior. Wide, so that a log density with a little noise
/// still has a slope.
const DIFFERENCE: f64 = 0.02;
/// Fewer effective points than this stand for nothing.
pub const FEWEST_EFFECTIVE: f64 = 12.0;

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

/// Points for the density whose logarithm, up to a constant, is `log_density`.
///
/// # Shapes and units
/// `start` and `scales`: one number for each unknown, where to begin and how far a step reaches (the
/// prior's mean and deviation). `count` points for several unknowns; a rule with one unknown takes at
/// least 97. `seed` shifts the sequence, so that two runs with different seeds show how much the
/// choice of points matters.
///
/// # Errors
/// `NoMode` when the search does not come to rest, `DensityReachesTooFar` when the rule with one
/// unknown is cut off, `TooFewEffective` when the weights fall on a few points.
///
/// # Source
/// Heavier tails: Student's distribution with four degrees of freedom, whose quantile has a closed form
/// (W. T. Shaw, "Sampling Student's T distribution", Journal of Computational Finance 9, 2006). The
/// sequence: multiples of the powers of the generalised golden ratio (M. Roberts, 2018).
pub fn outer_points(
    start: &[f64],
    scales: &[f64],
    count: usize,
    seed: u64,
    log_density: &(impl Fn(&[f64]) -> f64 + Sync),
) -> Result<OuterPoints, ContaminationFault> {
    let evaluate = |points: Vec<Vec<f64>>| -> Vec<(Vec<f64>, f64)> {
        points
            .into_par_iter()
            .map(|point| {
                let value = log_density(&point);
                (point, value)
            })
            .collect()
    };
    if start.is_empty() {
        let log_evidence = log_density(&[]);
        let points = vec![OuterPoint { values: Vec::new(), weight: 1.0 }];
        return Ok(OuterPoints { points, effective: f64::INFINITY, log_evidence, evaluations: 1 });
    }
    let mode = Mode::find(start, scales, &evaluate)?;
    if start.len() == 1 {
        return trapezoid(&mode, count, &evaluate);
    }
    let size = start.len();
    let mut centre = mode.at.clone();
    let mut spread = mode.covariance(scales);
    let mut evaluations = mode.evaluations;
    let mut found = None;
    for round in 0..ROUNDS {
        let mut factor = spread.clone();
        if !matrix::factorise(&mut factor, size) {
            break;
        }
        let nodes = heavy_tailed_nodes(size, count, seed.wrapping_add(round as u64));
        let placed: Vec<Vec<f64>> = nodes.iter().map(|z| placed(&centre, &factor, z)).collect();
        let values = evaluate(placed);
        evaluations += values.len();
        // log p(φ) − log q(φ), q the density of the nodes carried along by the factor.
        let log_volume = 0.5 * matrix::log_determinant(&factor, size);
        let logs: Vec<f64> = values
            .iter()
            .zip(&nodes)
            .map(|((_, log), z)| {
                log - z.iter().map(|z| log_t4_density(*z)).sum::<f64>() + log_volume
            })
            .collect();
        let values: Vec<Vec<f64>> = values.into_iter().map(|(point, _)| point).collect();
        let Some(points) = weighted(values, &logs, evaluations) else { break };
        let enough = points.effective >= ENOUGH * count as f64;
        (centre, spread) = moments(&points, size);
        let better =
            found.as_ref().is_none_or(|earlier: &OuterPoints| points.effective > earlier.effective);
        if better {
            found = Some(points);
        }
        if enough {
            break;
        }
    }
    match found {
        Some(mut points) if points.effective >= FEWEST_EFFECTIVE.min(0.5 * count as f64) => {
            points.evaluations = evaluations;
            Ok(points)
        }
        Some(points) => Err(ContaminationFault::TooFewEffective {
            effective: points.effective,
            points: count,
            fewest: FEWEST_EFFECTIVE,
        }),
        None => Err(ContaminationFault::NoMode { steps: mode.steps }),
    }
}

/// Where the density is highest, with the curvature there.
struct Mode {
    at: Vec<f64>,
    /// Minus the second derivatives, in scales of the prior.
    precision: Vec<f64>,
    scales: Vec<f64>,
    steps: usize,
    evaluations: usize,
}

impl Mode {
    /// Walks uphill by quasi-Newton steps (Broyden, Fletcher, Goldfarb, Shanno) with central
    /// differences; then measures the whole curvature once.
    fn find(
        start: &[f64],
        scales: &[f64],
        evaluate: &impl Fn(Vec<Vec<f64>>) -> Vec<(Vec<f64>, f64)>,
    ) -> Result<Self, ContaminationFault> {
        let size = start.len();
        let real = |u: &[f64]| -> Vec<f64> {
            u.iter().zip(start).zip(scales).map(|((u, start), scale)| start + scale * u).collect()
        };
        let shifted = |u: &[f64], steps: &[(usize, f64)]| {
            let mut u = u.to_vec();
            steps.iter().for_each(|(axis, by)| u[*axis] += by);
            real(&u)
        };
        let mut evaluations = 0;
        // The value at a point, and the slopes there.
        let mut slopes = |u: &[f64]| -> (f64, Vec<f64>) {
            let mut points = vec![real(u)];
            for axis in 0..size {
                points.push(shifted(u, &[(axis, DIFFERENCE)]));
                points.push(shifted(u, &[(axis, -DIFFERENCE)]));
            }
            evaluations += points.len();
            let logs: Vec<f64> = evaluate(points).into_iter().map(|(_, log)| log).collect();
            let gradient = (0..size)
                .map(|a| (logs[1 + 2 * a] - logs[2 + 2 * a]) / (2.0 * DIFFERENCE))
                .collect();
            (logs[0], gradient)
        };
        let mut u = vec![0.0; size];
        // Inverse of the curvature; the prior alone would give about one.
        let mut inverse = identity(size);
        let (mut value, mut gradient) = slopes(&u);
        if !value.is_finite() {
            return Err(ContaminationFault::NoMode { steps: 0 });
        }
        let mut steps = 0;
        'walk: while steps < MOST_STEPS {
            steps += 1;
            let mut direction: Vec<f64> = (0..size)
                .map(|i| matrix::dot(&inverse[i * size..(i + 1) * size], &gradient))
                .collect();
            let longest = direction.iter().fold(0.0_f64, |most, d| most.max(d.abs()));
            if longest < 1e-3 {
                break;
            }
            if longest > 1.0 {
                direction.iter_mut().for_each(|d| *d /= longest);
            }
            let mut share = 1.0;
            loop {
                let next: Vec<f64> = u.iter().zip(&direction).map(|(u, d)| u + share * d).collect();
                let (next_value, next_gradient) = slopes(&next);
                if next_value.is_finite() && next_value >= value - 1e-9 {
                    let moved: Vec<f64> = next.iter().zip(&u).map(|(a, b)| a - b).collect();
                    let turned: Vec<f64> =
                        gradient.iter().zip(&next_gradient).map(|(a, b)| a - b).collect();
                    learn_curvature(&mut inverse, &moved, &turned);
                    let gained = next_value - value;
                    (u, value, gradient) = (next, next_value, next_gradient);
                    if gained < 1e-4 && steps > 2 {
                        break 'walk;
                    }
                    break;
                }
                share *= 0.4;
                // With a noisy density there is a point from which no step leads uphill.
                if share < 1e-3 {
                    break 'walk;
                }
            }
        }
        if steps == MOST_STEPS {
            return Err(ContaminationFault::NoMode { steps });
        }
        let h = 0.1;
        let mut asked = vec![real(&u)];
        for i in 0..size {
            asked.push(shifted(&u, &[(i, h)]));
            asked.push(shifted(&u, &[(i, -h)]));
            for j in 0..i {
                asked.push(shifted(&u, &[(i, h), (j, h)]));
                asked.push(shifted(&u, &[(i, -h), (j, -h)]));
            }
        }
        evaluations += asked.len();
        let logs: Vec<f64> = evaluate(asked).into_iter().map(|(_, log)| log).collect();
        let mut precision = vec![0.0; size * size];
        let mut next = 1;
        let mut sides = Vec::with_capacity(size);
        for i in 0..size {
            sides.push(logs[next] + logs[next + 1]);
            precision[i * size + i] = -(sides[i] - 2.0 * logs[0]) / (h * h);
            next += 2;
            for j in 0..i {
                let both = logs[next] + logs[next + 1];
                let mixed = -(both - sides[i] - sides[j] + 2.0 * logs[0]) / (2.0 * h * h);
                precision[i * size + j] = mixed;
                precision[j * size + i] = mixed;
                next += 2;
            }
        }
        Ok(Self { at: real(&u), precision, scales: scales.to_vec(), steps, evaluations })
    }

    /// The inverse of the curvature in the units of the unknowns; where the curvature is no spread, what
    /// its diagonal alone allows.
    fn covariance(&self, scales: &[f64]) -> Vec<f64> {
        let size = self.at.len();
        let mut factor = self.precision.clone();
        let mut spread = if matrix::factorise(&mut factor, size) {
            matrix::inverse(&factor, size)
        } else {
            let mut diagonal = identity(size);
            for i in 0..size {
                // A flat direction has at most the spread of its prior.
                diagonal[i * size + i] = 1.0 / self.precision[i * size + i].max(1.0);
            }
            diagonal
        };
        for i in 0..size {
            for j in 0..size {
                spread[i * size + j] *= scales[i] * scales[j];
            }
        }
        spread
    }
}

/// The update of the inverse curvature by one step, when it bends the right way.
fn learn_curvature(inverse: &mut [f64], moved: &[f64], turned: &[f64]) {
    let size = moved.len();
    let bent = matrix::dot(moved, turned);
    if bent <= 1e-12 {
        return;
    }
    let through: Vec<f64> =
        (0..size).map(|i| matrix::dot(&inverse[i * size..(i + 1) * size], turned)).collect();
    let scale = (bent + matrix::dot(turned, &through)) / (bent * bent);
    for i in 0..size {
        for j in 0..size {
            inverse[i * size + j] += scale * moved[i] * moved[j]
                - (through[i] * moved[j] + moved[i] * through[j]) / bent;
        }
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

/// Mean and covariance of the points, a little widened, since a few points understate a spread.
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
        spread[i * size + i] *= 1.1;
    }
    (mean, spread)
}

fn placed(centre: &[f64], factor: &[f64], z: &[f64]) -> Vec<f64> {
    let size = centre.len();
    (0..size)
        .map(|i| centre[i] + matrix::dot(&factor[i * size..i * size + i + 1], &z[..=i]))
        .collect()
}

fn identity(size: usize) -> Vec<f64> {
    let mut matrix = vec![0.0; size * size];
    (0..size).for_each(|i| matrix[i * size + i] = 1.0);
    matrix
}

/// `count` nodes in `size` dimensions that fill Student's distribution evenly.
fn heavy_tailed_nodes(size: usize, count: usize, seed: u64) -> Vec<Vec<f64>> {
    // The root above one of x^(size+1) = x + 1: the golden ratio for one dimension.
    let mut ratio = 2.0_f64;
    for _ in 0..60 {
        ratio = libm::pow(1.0 + ratio, 1.0 / (size as f64 + 1.0));
    }
    let strides: Vec<f64> = (1..=size).map(|k| libm::pow(ratio, -(k as f64))).collect();
    (1..=count)
        .map(|n| {
            strides
                .iter()
                .enumerate()
                .map(|(axis, stride)| {
                    let at = shift(seed, axis) + n as f64 * stride;
                    t4_quantile((at - at.floor()).clamp(1e-9, 1.0 - 1e-9))
                })
                .collect()
        })
        .collect()
}

/// Where the sequence begins on an axis.
fn shift(seed: u64, axis: usize) -> f64 {
    // SplitMix64 (S. Vigna), as a hash.
    let mut z = seed.wrapping_add((axis as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn t4_quantile(probability: f64) -> f64 {
    let alpha = 4.0 * probability * (1.0 - probability);
    let root = libm::sqrt(alpha);
    let q = libm::cos(libm::acos(root) / 3.0) / root;
    let size = 2.0 * libm::sqrt((q - 1.0).max(0.0));
    if probability < 0.5 { -size } else { size }
}

fn log_t4_density(x: f64) -> f64 {
    // Γ(5/2) / (√(4π) Γ(2)) = 3/8.
    libm::log(0.375) - 2.5 * libm::log1p(x * x / 4.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::logistic::share;

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
        let points = outer_points(&[1.3], &[0.8], 129, 1, &|x| shared_detection(x[0])).unwrap();
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
                outer_points(&[1.3, 0.0, 0.0], &[0.8, 1.0, 0.5], 256, seed, &log_density).unwrap();
            let mean = points.mean(|point| total(point.values[0]).0);
            assert!((mean / 20.577_162_034 - 1.0).abs() < 0.02, "{mean}");
            assert!(points.effective > 128.0, "{}", points.effective);
            let volume = libm::log(core::f64::consts::TAU * 0.2);
            let alone = outer_points(&[1.3], &[0.8], 129, 1, &|x| shared_detection(x[0])).unwrap();
            assert!((points.log_evidence - volume - alone.log_evidence).abs() < 0.03);
        }
    }

    #[test]
    fn moments_of_a_skewed_density_in_six_dimensions_are_found() {
        // Exponentials of gamma variables: mean of log Gamma(3) is ψ(3), variance ψ'(3).
        let log_density = |x: &[f64]| x.iter().map(|x| 3.0 * x - libm::exp(*x)).sum();
        let points = outer_points(&[0.0; 6], &[1.0; 6], 512, 3, &log_density).unwrap();
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
        let found = outer_points(&[0.5, 0.0, 0.0], &[1.0, 1.0, 1.0], 64, 1, &log_density);
        assert!(matches!(
            found,
            Err(ContaminationFault::TooFewEffective { .. } | ContaminationFault::NoMode { .. })
        ));
    }

    #[test]
    fn the_points_do_not_depend_on_the_number_of_threads() {
        let log_density = |x: &[f64]| shared_detection(x[0]) - 0.5 * x[1] * x[1];
        let run = || outer_points(&[1.3, 0.0], &[0.8, 1.0], 64, 5, &log_density).unwrap();
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool(1).install(run), pool(8).install(run));
    }
}
