//! Where a density is highest.
//!
//! Belongs here: the walk uphill, and the curvature where it ends. The density may carry a little noise, and
//! the end of the walk is only where points are placed first, so it need not be known to more digits.
//! Does not belong here: points and their weights.

use super::super::fault::ContaminationFault;
use crate::matrix;

/// Steps of the search for the mode.
const MOST_STEPS: usize = 60;
/// Step of the differences, in scales of the prior. Wide, so that a log density with a little noise
/// still has a slope.
const DIFFERENCE: f64 = 0.02;

/// Where the density is highest, with the curvature there.
pub(super) struct Mode {
    pub(super) at: Vec<f64>,
    /// Minus the second derivatives, in scales of the prior.
    pub(super) precision: Vec<f64>,
    pub(super) scales: Vec<f64>,
    pub(super) steps: usize,
    pub(super) evaluations: usize,
}

impl Mode {
    /// Walks uphill by quasi-Newton steps (Broyden, Fletcher, Goldfarb, Shanno) with central
    /// differences; then measures the whole curvature once.
    pub(super) fn find(
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
            if longest < 1e-2 {
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
                    if gained < 1e-2 && steps > 2 {
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
    pub(super) fn covariance(&self) -> Vec<f64> {
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
                spread[i * size + j] *= self.scales[i] * self.scales[j];
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

fn identity(size: usize) -> Vec<f64> {
    let mut matrix = vec![0.0; size * size];
    (0..size).for_each(|i| matrix[i * size + i] = 1.0);
    matrix
}
