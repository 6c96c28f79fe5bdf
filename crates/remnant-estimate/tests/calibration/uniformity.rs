//! Tests of whether numbers between 0 and 1 are spread evenly.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

/// Probability of a chi-square at least as large over equally wide bins.
pub(crate) fn chi_square_p_value(ranks: &[f64], bins: usize) -> f64 {
    let mut counts = vec![0.0; bins];
    for rank in ranks {
        counts[((rank * bins as f64) as usize).min(bins - 1)] += 1.0;
    }
    let expected = ranks.len() as f64 / bins as f64;
    let statistic: f64 = counts.iter().map(|count| (count - expected).powi(2) / expected).sum();
    upper_gamma(0.5 * (bins as f64 - 1.0), 0.5 * statistic)
}

/// Regularised upper incomplete gamma function for a multiple of one half, by its recurrence.
fn upper_gamma(shape: f64, x: f64) -> f64 {
    let (mut a, mut value) = if (shape - shape.floor()).abs() < 0.25 {
        (1.0, (-x).exp())
    } else {
        (0.5, libm::erfc(x.sqrt()))
    };
    while a < shape - 0.25 {
        value += (a * x.ln() - x - libm::lgamma(a + 1.0)).exp();
        a += 1.0;
    }
    value
}

/// Two-sided exact binomial test, doubling the smaller tail.
pub(crate) fn binomial_p_value(successes: usize, trials: usize, probability: f64) -> f64 {
    let masses = binomial_masses(trials, probability);
    let below: f64 = masses[..=successes].iter().sum();
    let above: f64 = masses[successes..].iter().sum();
    (2.0 * below.min(above)).min(1.0)
}

fn binomial_masses(trials: usize, probability: f64) -> Vec<f64> {
    let n = trials as f64;
    (0..=trials)
        .map(|k| {
            let k = k as f64;
            let ways = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
            (ways + k * probability.ln() + (n - k) * (1.0 - probability).ln()).exp()
        })
        .collect()
}

/// The simultaneous band for an empirical distribution function.
///
/// At each of a row of points the number of ranks below is binomial; the pointwise probability that is
/// most extreme over all points is the statistic, and its distribution is found by simulation.
///
/// Source: T. Säilynoja, P.-C. Bürkner, A. Vehtari, "Graphical test for discrete uniformity and its
/// applications in goodness-of-fit evaluation and multiple sample comparison", Statistics and Computing
/// 32 (2022), 32: section 2.2, adjustment by simulation.
pub(crate) struct Band {
    /// For each point, the smaller tail (doubled) of each possible count.
    tails: Vec<Vec<f64>>,
    /// Statistics of uniform samples, in rising order.
    under_uniformity: Vec<f64>,
}

impl Band {
    /// A band for samples of this size, from 4 000 simulated samples with a fixed seed.
    pub(crate) fn new(size: usize) -> Self {
        let points = size.min(100);
        let tails = (1..points)
            .map(|point| {
                let masses = binomial_masses(size, point as f64 / points as f64);
                let mut below = 0.0;
                let mut above = 1.0;
                masses
                    .iter()
                    .map(|mass| {
                        below += mass;
                        let smaller = 2.0 * f64::min(below, above);
                        above -= mass;
                        smaller
                    })
                    .collect()
            })
            .collect();
        let mut band = Self { tails, under_uniformity: Vec::new() };
        let mut random = ChaCha12Rng::seed_from_u64(2022);
        let mut simulated: Vec<f64> = (0..4_000)
            .map(|_| {
                let sample: Vec<f64> = (0..size).map(|_| random.random::<f64>()).collect();
                band.statistic(&sample)
            })
            .collect();
        simulated.sort_by(f64::total_cmp);
        band.under_uniformity = simulated;
        band
    }

    fn statistic(&self, ranks: &[f64]) -> f64 {
        let points = self.tails.len() + 1;
        let mut counts = vec![0_usize; points];
        for rank in ranks {
            counts[((rank * points as f64) as usize).min(points - 1)] += 1;
        }
        let mut below = 0;
        let mut smallest = 1.0_f64;
        for (tail, count) in self.tails.iter().zip(&counts) {
            below += count;
            smallest = smallest.min(tail[below]);
        }
        smallest
    }

    /// Share of uniform samples at least as extreme; at least 1/4001.
    pub(crate) fn p_value(&self, ranks: &[f64]) -> f64 {
        let found = self.statistic(ranks);
        let as_extreme = self.under_uniformity.partition_point(|value| *value <= found);
        (as_extreme as f64 + 1.0) / (self.under_uniformity.len() as f64 + 1.0)
    }
}

#[test]
fn the_tests_know_their_reference_values() {
    // Tables of the chi-square distribution: 9 degrees of freedom, 5 per cent.
    assert!((upper_gamma(4.5, 0.5 * 16.918_977_604_620_448) - 0.05).abs() < 1e-12);
    assert!((upper_gamma(5.0, 0.5 * 18.307_038_053_275_146) - 0.05).abs() < 1e-12);
    assert!((binomial_p_value(2, 10, 0.5) - 2.0 * 56.0 / 1024.0).abs() < 1e-12);
    let band = Band::new(50);
    let even: Vec<f64> = (0..50).map(|i| (f64::from(i) + 0.5) / 50.0).collect();
    assert!(band.p_value(&even) > 0.9);
    let squeezed: Vec<f64> = even.iter().map(|rank| 0.3 + 0.4 * rank).collect();
    assert!(band.p_value(&squeezed) < 0.001);
    let shifted: Vec<f64> = even.iter().map(|rank| rank * rank).collect();
    assert!(band.p_value(&shifted) < 0.01);
    assert!(chi_square_p_value(&even, 10) > 0.99 && chi_square_p_value(&squeezed, 10) < 0.001);
}
