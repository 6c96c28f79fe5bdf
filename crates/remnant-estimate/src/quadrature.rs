//! Gauss rules: where to evaluate a function, and with which weight, to integrate it.
//!
//! Belongs here: nodes and weights of the Gauss-Legendre and Gauss-Hermite rules, computed at first
//! use to the last digits by Newton's method on the orthogonal polynomials.
//!
//! Does not belong here: what is integrated.

use core::f64::consts::PI;

/// Nodes in rising order with their weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Where the function is evaluated.
    pub nodes: Vec<f64>,
    /// The weight of each value, in the order of the nodes.
    pub weights: Vec<f64>,
}

/// The rule with `count` nodes that integrates polynomials of degree `2·count − 1` over `low..high`.
///
/// # Source
/// The three-term recurrence of the Legendre polynomials and weights `2 / ((1 − x²) P'(x)²)`:
/// NIST Digital Library of Mathematical Functions, sections 18.9 and 3.5(v).
///
/// ```
/// let rule = remnant_estimate::quadrature::gauss_legendre(5, 0.0, 2.0);
/// let sum: f64 = rule.nodes.iter().zip(&rule.weights).map(|(x, w)| w * x.powi(9)).sum();
/// assert!((sum - 102.4).abs() < 1e-12);
/// ```
#[must_use]
pub fn gauss_legendre(count: usize, low: f64, high: f64) -> Rule {
    let n = count as f64;
    let (mut nodes, mut weights) = (vec![0.0; count], vec![0.0; count]);
    for i in 0..count.div_ceil(2) {
        // Tricomi's first guess; Newton then doubles the digits at each step.
        let mut x = libm::cos(PI * (i as f64 + 0.75) / (n + 0.5));
        let mut slope = 1.0;
        for _ in 0..20 {
            let (mut previous, mut value) = (1.0, x);
            for degree in 2..=count {
                let d = degree as f64;
                (previous, value) =
                    (value, ((2.0 * d - 1.0) * x * value - (d - 1.0) * previous) / d);
            }
            slope = n * (x * value - previous) / (x * x - 1.0);
            let step = value / slope;
            x -= step;
            if step.abs() < 1e-15 {
                break;
            }
        }
        if 2 * i + 1 == count {
            x = 0.0;
        }
        let weight = 2.0 / ((1.0 - x * x) * slope * slope);
        (nodes[i], nodes[count - 1 - i]) = (-x, x);
        (weights[i], weights[count - 1 - i]) = (weight, weight);
    }
    let (half, middle) = (0.5 * (high - low), 0.5 * (high + low));
    nodes.iter_mut().for_each(|x| *x = middle + half * *x);
    weights.iter_mut().for_each(|w| *w *= half);
    Rule { nodes, weights }
}

/// The rule with `count` nodes for the weight `e^(−x²)` over the whole line.
///
/// Meant for up to 64 nodes; beyond that the outer weights underflow.
///
/// # Source
/// The recurrence of the orthonormal Hermite functions and weights `2 / h'(x)²`: NIST Digital Library
/// of Mathematical Functions, sections 18.9 and 3.5(v). The first guesses start at the largest root
/// and step inward by the spacing of the roots already found.
#[must_use]
pub fn gauss_hermite(count: usize) -> Rule {
    let n = count as f64;
    // The orthonormal polynomial of degree `count` and of one degree less, at x.
    let polynomials = |x: f64| {
        let (mut previous, mut value) = (0.0, libm::pow(PI, -0.25));
        for degree in 1..=count {
            let d = degree as f64;
            (previous, value) =
                (value, x * libm::sqrt(2.0 / d) * value - libm::sqrt((d - 1.0) / d) * previous);
        }
        (value, previous)
    };
    let positive = count / 2;
    let mut roots: Vec<f64> = Vec::with_capacity(positive);
    for i in 0..positive {
        let guess = match i {
            0 => libm::sqrt(2.0 * n + 1.0) - 1.855_75 * libm::pow(2.0 * n + 1.0, -1.0 / 6.0),
            1 => roots[0] - 1.14 * libm::pow(n, 0.426) / roots[0],
            _ => {
                let gap = roots[i - 2] - roots[i - 1];
                roots[i - 1] - if i == 2 { 0.9 * gap } else { gap * 0.97 }
            }
        };
        let mut x = guess;
        for _ in 0..100 {
            let (value, below) = polynomials(x);
            // Dividing out the roots already found keeps Newton from returning to one of them.
            let slope = libm::sqrt(2.0 * n) * below;
            let deflation: f64 = roots.iter().map(|root| 1.0 / (x - root)).sum();
            let step = value / (slope - value * deflation);
            x -= step;
            if step.abs() < 1e-15 * x.abs().max(1.0) {
                break;
            }
        }
        roots.push(x);
    }
    let weight = |x: f64| {
        let (_, below) = polynomials(x);
        1.0 / (n * below * below)
    };
    let middle = (count % 2 == 1).then_some(0.0);
    let nodes: Vec<f64> =
        roots.iter().map(|x| -x).chain(middle).chain(roots.iter().rev().copied()).collect();
    let weights = nodes.iter().map(|x| weight(*x)).collect();
    Rule { nodes, weights }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integral(rule: &Rule, function: impl Fn(f64) -> f64) -> f64 {
        rule.nodes.iter().zip(&rule.weights).map(|(x, w)| w * function(*x)).sum()
    }

    #[test]
    fn legendre_rules_are_exact_for_the_polynomials_they_promise() {
        for count in 1..=61 {
            let rule = gauss_legendre(count, -1.0, 1.0);
            assert!(rule.nodes.windows(2).all(|pair| pair[0] < pair[1]));
            let degree = 2 * (count as i32 - 1);
            let exact = 2.0 / f64::from(degree + 1);
            assert!((integral(&rule, |x| x.powi(degree)) - exact).abs() < 1e-13, "{count} nodes");
            assert!((integral(&rule, |_| 1.0) - 2.0).abs() < 1e-13, "{count} nodes");
        }
    }

    #[test]
    fn hermite_rules_are_exact_for_the_polynomials_they_promise() {
        for count in 2..=61 {
            let rule = gauss_hermite(count);
            assert_eq!(rule.nodes.len(), count);
            assert!(
                rule.nodes.windows(2).all(|pair| pair[0] < pair[1]),
                "{count}: {:?}",
                rule.nodes
            );
            // The moments of order 0, 2, 4, ... are Γ(k + 1/2).
            for k in 0..count.min(12) {
                let exact = libm::tgamma(k as f64 + 0.5);
                let found = integral(&rule, |x| x.powi(2 * k as i32));
                assert!((found / exact - 1.0).abs() < 1e-12, "{count} nodes, moment {}", 2 * k);
            }
        }
    }
}
