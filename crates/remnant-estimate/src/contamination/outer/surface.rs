//! A log density without the noise that it was computed with.
//!
//! Belongs here: a smooth surface through values that carry noise, and how much of what the surface leaves
//! over is noise. Does not belong here: where the values are taken, or what the density is of.
//!
//! The probability of many finds is an estimate, and the noise of its logarithm would spread the weights of
//! points far beyond what tells them apart. A surface of second degree through all of them averages that
//! noise away. What it leaves over is kept as far as it is more than noise: without noise the values are
//! returned as they came.

use super::proposal::Proposal;
use crate::matrix;

/// Spread, in deviations of the points' last proposal, within which the surface is to hold.
const NEAR: f64 = 2.5;
/// Points for each coefficient below which there is no surface.
const POINTS_FOR_COEFFICIENT: f64 = 2.5;

/// The values at the points with noise of this variance taken out.
///
/// # Shapes and units
/// One value for each point; natural logarithms.
pub(super) fn without_noise(
    points: &[Vec<f64>],
    values: &[f64],
    about: &Proposal,
    noise: f64,
) -> Vec<f64> {
    let size = points.first().map_or(0, Vec::len);
    let terms = 1 + size + size * (size + 1) / 2;
    let near = |z: &[f64]| libm::exp(-0.5 * matrix::dot(z, z) / (NEAR * NEAR));
    let rows: Vec<(Vec<f64>, f64)> = points
        .iter()
        .zip(values)
        .map(|(point, value)| {
            let z = about.standardised(point);
            let weight = if value.is_finite() { near(&z) } else { 0.0 };
            (row(&z), weight)
        })
        .collect();
    let all: f64 = rows.iter().map(|(_, weight)| weight).sum();
    // Noise below this is no matter.
    if noise < 1e-4 || all < POINTS_FOR_COEFFICIENT * terms as f64 {
        return values.to_vec();
    }
    let mut normal = vec![0.0; terms * terms];
    let mut coefficients = vec![0.0; terms];
    for ((row, weight), value) in rows.iter().zip(values).filter(|((_, weight), _)| *weight > 0.0) {
        for i in 0..terms {
            coefficients[i] += weight * row[i] * value;
            for j in 0..=i {
                normal[i * terms + j] += weight * row[i] * row[j];
            }
        }
    }
    if !matrix::factorise(&mut normal, terms) {
        return values.to_vec();
    }
    matrix::solve(&normal, terms, &mut coefficients);
    let over: Vec<f64> = rows
        .iter()
        .zip(values)
        .map(|((row, _), value)| value - matrix::dot(row, &coefficients))
        .collect();
    let squares: f64 = rows
        .iter()
        .zip(&over)
        .filter(|((_, weight), _)| *weight > 0.0)
        .map(|((_, weight), over)| weight * over * over)
        .sum();
    let left_over = squares / (all - terms as f64);
    let more_than_noise = ((left_over - noise) / left_over).clamp(0.0, 1.0);
    rows.iter()
        .zip(values)
        .zip(&over)
        .map(|(((_, weight), value), over)| {
            // Far out, where the surface need not hold, a value counts as it came.
            if *weight > 0.0 { value - weight * (1.0 - more_than_noise) * over } else { *value }
        })
        .collect()
}

/// One, each coordinate, and the products of any two.
fn row(z: &[f64]) -> Vec<f64> {
    let mut row = vec![1.0];
    row.extend_from_slice(z);
    for (i, first) in z.iter().enumerate() {
        row.extend(z[..=i].iter().map(|second| first * second));
    }
    row
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::random::Stream;

    fn identity() -> Proposal {
        Proposal::new(vec![0.0; 3], vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]).unwrap()
    }

    #[test]
    fn noise_goes_and_shape_stays() {
        let about = identity();
        let points = about.points(256, 1);
        let bent = |x: &[f64]| -0.7 * x[0] * x[0] + 0.4 * x[0] * x[1] - x[1] * x[1] + 0.3 * x[2];
        let mut stream = Stream::new(1, 1, 1, 1);
        let noisy: Vec<f64> = points.iter().map(|x| bent(x) + 1.2 * stream.normal()).collect();
        let smooth = without_noise(&points, &noisy, &about, 1.44);
        let error = |values: &[f64]| {
            let near = points.iter().zip(values).filter(|(x, _)| matrix::dot(x, x) < 2.0);
            let squares: Vec<f64> = near.map(|(x, value)| (value - bent(x)).powi(2)).collect();
            libm::sqrt(squares.iter().sum::<f64>() / squares.len() as f64)
        };
        assert!(error(&noisy) > 1.0, "{}", error(&noisy));
        assert!(error(&smooth) < 0.4, "{}", error(&smooth));
    }

    #[test]
    fn without_noise_and_with_few_points_nothing_is_changed() {
        let about = identity();
        let points = about.points(128, 1);
        let values: Vec<f64> = points.iter().map(|x| -libm::exp(x[0]) + x[1]).collect();
        assert_eq!(without_noise(&points, &values, &about, 0.0), values);
        assert_eq!(without_noise(&points[..8], &values[..8], &about, 1.0), values[..8]);
        // A shape that the surface has not got is kept where it is more than noise.
        let kept = without_noise(&points, &values, &about, 1e-3);
        let near = points.iter().zip(&kept).zip(&values).filter(|((x, _), _)| x[0].abs() < 1.5);
        let worst = near.fold(0.0_f64, |worst, ((_, kept), value)| worst.max((kept - value).abs()));
        assert!(worst < 0.05, "{worst}");
    }
}
