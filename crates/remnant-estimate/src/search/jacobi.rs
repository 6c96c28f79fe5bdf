//! Gauss's rule for a beta distribution.
//!
//! Belongs here: nodes and weights to integrate over a chance of detection.
//! Does not belong here: what is integrated.

use super::detection::DetectionPrior;
use crate::quadrature::Rule;

/// `count` chances of detection in rising order, with weights that sum to one, exact for polynomials of
/// degree `2·count − 1` under the prior.
///
/// # Source
/// G. H. Golub and J. H. Welsch, *Calculation of Gauss quadrature rules* (1969): eigenvalues of the
/// matrix of recurrence coefficients of the Jacobi polynomials, by the implicit QL method.
#[must_use]
pub fn beta_nodes(prior: DetectionPrior, count: usize) -> Rule {
    // Jacobi polynomials with weight (1 − t)^a (1 + t)^b on −1..1.
    let (a, b) = (prior.beta - 1.0, prior.alpha - 1.0);
    let sum = a + b;
    let mut diagonal: Vec<f64> = (0..count)
        .map(|k| {
            let n = k as f64;
            if k == 0 {
                (b - a) / (sum + 2.0)
            } else {
                (b * b - a * a) / ((2.0 * n + sum) * (2.0 * n + sum + 2.0))
            }
        })
        .collect();
    let mut beside: Vec<f64> = (1..=count)
        .map(|k| {
            let n = k as f64;
            // The general form is 0/0 at n = 1 when the parameters sum to −1.
            let square = if k == 1 {
                4.0 * (1.0 + a) * (1.0 + b) / ((sum + 2.0) * (sum + 2.0) * (sum + 3.0))
            } else {
                let twice = 2.0 * n + sum;
                4.0 * n * (n + a) * (n + b) * (n + sum)
                    / (twice * twice * (twice + 1.0) * (twice - 1.0))
            };
            libm::sqrt(square)
        })
        .collect();
    let mut first = vec![0.0; count];
    if let Some(start) = first.first_mut() {
        *start = 1.0;
    }
    diagonalise(&mut diagonal, &mut beside, &mut first);
    let mut pairs: Vec<(f64, f64)> =
        diagonal.iter().zip(&first).map(|(t, v)| (0.5 * (1.0 + t), v * v)).collect();
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0));
    Rule {
        nodes: pairs.iter().map(|pair| pair.0).collect(),
        weights: pairs.iter().map(|pair| pair.1).collect(),
    }
}

/// Eigenvalues of a symmetric tridiagonal matrix into `diagonal`, and the first component of each unit
/// eigenvector into `first`, which starts as the first unit vector. `beside` is used up.
fn diagonalise(diagonal: &mut [f64], beside: &mut [f64], first: &mut [f64]) {
    let n = diagonal.len();
    if n == 0 {
        return;
    }
    beside[n - 1] = 0.0;
    for l in 0..n {
        for _ in 0..60 {
            let mut m = l;
            while m + 1 < n {
                let size = diagonal[m].abs() + diagonal[m + 1].abs();
                if beside[m].abs() <= f64::EPSILON * size {
                    break;
                }
                m += 1;
            }
            if m == l {
                break;
            }
            let mut g = (diagonal[l + 1] - diagonal[l]) / (2.0 * beside[l]);
            let mut r = libm::hypot(g, 1.0);
            g = diagonal[m] - diagonal[l] + beside[l] / (g + r.copysign(g));
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut early = false;
            for i in (l..m).rev() {
                let f = s * beside[i];
                let b = c * beside[i];
                r = libm::hypot(f, g);
                beside[i + 1] = r;
                if r == 0.0 {
                    diagonal[i + 1] -= p;
                    beside[m] = 0.0;
                    early = true;
                    break;
                }
                s = f / r;
                c = g / r;
                g = diagonal[i + 1] - p;
                r = (diagonal[i] - g) * s + 2.0 * c * b;
                p = s * r;
                diagonal[i + 1] = g + p;
                g = c * r - b;
                let above = first[i + 1];
                first[i + 1] = s * first[i] + c * above;
                first[i] = c * first[i] - s * above;
            }
            if !early {
                diagonal[l] -= p;
                beside[l] = g;
                beside[m] = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_reproduce_the_moments_of_the_beta_distribution() {
        for (alpha, beta) in [(8.0, 2.0), (0.5, 0.5), (1.0, 1.0), (27.0, 3.0), (0.3, 0.7)] {
            for count in [1, 2, 5, 7, 40] {
                let rule = beta_nodes(DetectionPrior { alpha, beta }, count);
                let mut moment = 1.0;
                for power in 0..(2 * count).min(30) {
                    let sum: f64 = rule
                        .nodes
                        .iter()
                        .zip(&rule.weights)
                        .map(|(d, w)| w * d.powi(power as i32))
                        .sum();
                    assert!((sum - moment).abs() < 1e-12, "{alpha} {beta} {count} {power}");
                    moment *= (alpha + power as f64) / (alpha + beta + power as f64);
                }
                assert!(rule.nodes.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }
}
