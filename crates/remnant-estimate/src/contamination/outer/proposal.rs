//! Distributions from which points are taken.
//!
//! Belongs here: a centre and a spread with tails heavier than normal ones, points that fill it evenly, and
//! its density anywhere. Does not belong here: the density that the points are to stand for.

use crate::matrix;

/// Points about a centre, with tails as Student's distribution with four degrees of freedom has them along
/// each axis of the spread.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    centre: Vec<f64>,
    /// Cholesky factor of the spread.
    factor: Vec<f64>,
    log_volume: f64,
}

impl Proposal {
    /// None when the spread is none.
    pub(super) fn new(centre: Vec<f64>, spread: Vec<f64>) -> Option<Self> {
        let size = centre.len();
        let mut factor = spread;
        if !centre.iter().all(|value| value.is_finite()) || !matrix::factorise(&mut factor, size) {
            return None;
        }
        let log_volume = 0.5 * matrix::log_determinant(&factor, size);
        Some(Self { centre, factor, log_volume })
    }

    /// So many points that fill the distribution evenly; another seed shifts them.
    pub(super) fn points(&self, count: usize, seed: u64) -> Vec<Vec<f64>> {
        let size = self.centre.len();
        let placed = |z: Vec<f64>| {
            let along = |i: usize| matrix::dot(&self.factor[i * size..i * size + i + 1], &z[..=i]);
            (0..size).map(|i| self.centre[i] + along(i)).collect()
        };
        heavy_tailed_nodes(size, count, seed).into_iter().map(placed).collect()
    }

    /// A point in coordinates in which the spread is one along each axis.
    pub(super) fn standardised(&self, point: &[f64]) -> Vec<f64> {
        let mut z: Vec<f64> = point.iter().zip(&self.centre).map(|(x, c)| x - c).collect();
        matrix::solve_lower(&self.factor, z.len(), &mut z);
        z
    }

    /// The point about which it lies.
    pub(super) fn centre(&self) -> &[f64] {
        &self.centre
    }

    /// Logarithm of the density at a point.
    pub(super) fn log_density(&self, point: &[f64]) -> f64 {
        let z = self.standardised(point);
        z.iter().map(|z| log_t4_density(*z)).sum::<f64>() - self.log_volume
    }
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

    #[test]
    fn points_weigh_to_the_moments_of_another_distribution() {
        // A normal distribution of another place, spread and slant than the one the points fill.
        let proposal = Proposal::new(vec![0.4, -0.2], vec![1.5, 0.3, 0.3, 0.8]).unwrap();
        let points = proposal.points(4_096, 3);
        let log = |x: &[f64]| -0.5 * (x[0] * x[0] + (x[1] - 0.5 * x[0]).powi(2));
        let shares: Vec<f64> =
            points.iter().map(|x| libm::exp(log(x) - proposal.log_density(x))).collect();
        let sum: f64 = shares.iter().sum();
        let mean = |of: &dyn Fn(&[f64]) -> f64| {
            points.iter().zip(&shares).map(|(x, share)| share * of(x)).sum::<f64>() / sum
        };
        assert!((sum / 4_096.0 / core::f64::consts::TAU - 1.0).abs() < 0.02, "{sum}");
        assert!(mean(&|x| x[0]).abs() < 0.03 && mean(&|x| x[1]).abs() < 0.03);
        assert!((mean(&|x| x[0] * x[1]) - 0.5).abs() < 0.03);
        assert!((mean(&|x| x[1] * x[1]) - 1.25).abs() < 0.05);
    }

    #[test]
    fn a_spread_that_is_none_is_refused() {
        assert!(Proposal::new(vec![0.0, 0.0], vec![1.0, 2.0, 2.0, 1.0]).is_none());
        assert!(Proposal::new(vec![f64::NAN], vec![1.0]).is_none());
    }
}
