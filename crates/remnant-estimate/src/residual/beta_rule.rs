//! Gauss-Jacobi nodes for an unknown share with a beta distribution.
//!
//! Belongs here: where to evaluate a function of the share, and with which weight. Does not belong
//! here: what is integrated (`left`).

use crate::quadrature::Rule;

/// The rule with `count` nodes that integrates polynomials of degree `2·count − 1` against the beta
/// distribution with parameters `alpha` and `beta`; the weights sum to 1.
///
/// # Shapes and units
/// Nodes are shares strictly between 0 and 1 in rising order. `alpha` and `beta` are above zero.
///
/// # Source
/// G. H. Golub and J. H. Welsch, "Calculation of Gauss quadrature rules", Mathematics of Computation
/// 23 (1969), 221-230: nodes are the eigenvalues of the matrix of the three-term recurrence of the
/// Jacobi polynomials (NIST Digital Library of Mathematical Functions, section 18.9), weights the
/// squared first parts of its eigenvectors.
///
/// ```
/// let rule = remnant_estimate::residual::beta_rule(6.0, 3.0, 12);
/// let mean: f64 = rule.nodes.iter().zip(&rule.weights).map(|(d, w)| d * w).sum();
/// assert!((mean - 6.0 / 9.0).abs() < 1e-14);
/// ```
#[must_use]
pub fn beta_rule(alpha: f64, beta: f64, count: usize) -> Rule {
    // On −1..1 the weight is (1 − x)^(beta − 1) (1 + x)^(alpha − 1).
    let (a, b) = (beta - 1.0, alpha - 1.0);
    let sum = a + b;
    let mut diagonal = Vec::with_capacity(count);
    let mut beside = Vec::with_capacity(count);
    for k in 0..count {
        let n = k as f64;
        let at = 2.0 * n + sum;
        diagonal.push(if k == 0 {
            (b - a) / (sum + 2.0)
        } else {
            (b * b - a * a) / (at * (at + 2.0))
        });
        let m = n + 1.0;
        let at = 2.0 * m + sum;
        // Written so that nothing divides zero by zero where a + b = −1.
        let ratio = if k == 0 {
            4.0 * (1.0 + a) * (1.0 + b) / (at * at * (at + 1.0))
        } else {
            4.0 * m * (m + a) * (m + b) * (m + sum) / (at * at * (at + 1.0) * (at - 1.0))
        };
        beside.push(libm::sqrt(ratio));
    }
    let mut first = vec![0.0; count];
    if let Some(one) = first.first_mut() {
        *one = 1.0;
    }
    eigenvalues(&mut diagonal, &mut beside, &mut first);
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&i, &j| diagonal[i].total_cmp(&diagonal[j]));
    let nodes = order.iter().map(|&i| 0.5 * (1.0 + diagonal[i])).collect();
    let weights: Vec<f64> = order.iter().map(|&i| first[i] * first[i]).collect();
    let total: f64 = weights.iter().sum();
    Rule { nodes, weights: weights.iter().map(|weight| weight / total).collect() }
}

/// Turns the diagonal of a symmetric tridiagonal matrix into its eigenvalues and `first` into the
/// first parts of the eigenvectors, by the implicit QL method.
fn eigenvalues(diagonal: &mut [f64], beside: &mut [f64], first: &mut [f64]) {
    let count = diagonal.len();
    if count == 0 {
        return;
    }
    beside[count - 1] = 0.0;
    for low in 0..count {
        // Four steps are usual; sixty are never needed, and keep an odd matrix from hanging.
        for _ in 0..60 {
            let mut high = low;
            while high + 1 < count {
                let scale = diagonal[high].abs() + diagonal[high + 1].abs();
                if beside[high].abs() <= f64::EPSILON * scale {
                    break;
                }
                high += 1;
            }
            if high == low {
                break;
            }
            let mut g = (diagonal[low + 1] - diagonal[low]) / (2.0 * beside[low]);
            let mut r = libm::hypot(g, 1.0);
            g = diagonal[high] - diagonal[low] + beside[low] / (g + if g < 0.0 { -r } else { r });
            let (mut sine, mut cosine, mut p) = (1.0, 1.0, 0.0);
            let mut whole = true;
            for i in (low..high).rev() {
                let f = sine * beside[i];
                let b = cosine * beside[i];
                r = libm::hypot(f, g);
                beside[i + 1] = r;
                if r == 0.0 {
                    diagonal[i + 1] -= p;
                    beside[high] = 0.0;
                    whole = false;
                    break;
                }
                sine = f / r;
                cosine = g / r;
                g = diagonal[i + 1] - p;
                r = (diagonal[i] - g) * sine + 2.0 * cosine * b;
                p = sine * r;
                diagonal[i + 1] = g + p;
                g = cosine * r - b;
                let next = first[i + 1];
                first[i + 1] = sine * first[i] + cosine * next;
                first[i] = cosine * first[i] - sine * next;
            }
            if whole {
                diagonal[low] -= p;
                beside[low] = g;
                beside[high] = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_the_beta_distribution_are_exact() {
        for (alpha, beta) in [(8.0, 2.0), (0.5, 0.5), (1.0, 1.0), (27.0, 3.0), (6.0, 3.0)] {
            let rule = beta_rule(alpha, beta, 16);
            let mut moment = 1.0;
            for power in 0..20 {
                let found: f64 =
                    rule.nodes.iter().zip(&rule.weights).map(|(x, w)| w * x.powi(power)).sum();
                assert!((found / moment - 1.0).abs() < 1e-12, "{alpha} {beta} {power}: {found}");
                let k = f64::from(power);
                moment *= (alpha + k) / (alpha + beta + k);
            }
            assert!(rule.nodes.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
