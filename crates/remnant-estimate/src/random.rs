//! Random numbers that belong to an object, not to a moment.
//!
//! Belongs here: a stream keyed by (seed, purpose, object, turn), and draws from the few distributions
//! the models need. A draw never depends on which thread asked, or on how many came before it for
//! other objects: the same seed gives the same bytes on one thread or eight.
//!
//! Does not belong here: what a draw is for. The simulators that check the models have their own.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::exponential::exp;

/// A stream of random numbers of one object.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of `object` for one `purpose` in one `turn` of a run with `seed`.
    ///
    /// ```
    /// use remnant_estimate::random::Stream;
    /// assert_eq!(Stream::new(1, 2, 3, 4).uniform(), Stream::new(1, 2, 3, 4).uniform());
    /// assert_ne!(Stream::new(1, 2, 3, 4).uniform(), Stream::new(1, 2, 4, 4).uniform());
    /// ```
    #[must_use]
    pub fn new(seed: u64, purpose: u64, object: u64, turn: u64) -> Self {
        let mut key = [0_u8; 32];
        for (place, word) in key.chunks_exact_mut(8).zip([seed, purpose, object, turn]) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number strictly between 0 and 1, all multiples of 2⁻⁵³ off by half a step equally likely.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// A whole number below `count`, which must not be 0.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.uniform() * count as f64) as usize).min(count - 1)
    }

    /// A standard normal number (Marsaglia's polar method, one of its two numbers).
    pub fn normal(&mut self) -> f64 {
        loop {
            let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = u * u + v * v;
            if square < 1.0 {
                return u * libm::sqrt(-2.0 * libm::log(square) / square);
            }
        }
    }

    /// A gamma number with this shape and rate, both above 0.
    ///
    /// # Source
    /// G. Marsaglia and W. W. Tsang, *A simple method for generating gamma variables*, ACM
    /// Transactions on Mathematical Software 26 (2000); below shape 1 their boost by a power of a
    /// uniform number.
    pub fn gamma(&mut self, shape: f64, rate: f64) -> f64 {
        let (boost, shape) = if shape < 1.0 {
            (libm::exp(libm::log(self.uniform()) / shape), shape + 1.0)
        } else {
            (1.0, shape)
        };
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let cubed = 1.0 + c * x;
            if cubed <= 0.0 {
                continue;
            }
            let v = cubed * cubed * cubed;
            if libm::log(self.uniform()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return boost * d * v / rate;
            }
        }
    }

    /// A beta number; both parameters above 0.
    pub fn beta(&mut self, alpha: f64, beta: f64) -> f64 {
        let (x, y) = (self.gamma(alpha, 1.0), self.gamma(beta, 1.0));
        if x + y > 0.0 { x / (x + y) } else { 0.5 }
    }

    /// A Poisson number; 0 for a mean that is not above 0.
    ///
    /// # Source
    /// Inversion below mean 12; above, W. Hörmann's transformed rejection with squeeze (1993).
    pub fn poisson(&mut self, mean: f64) -> u64 {
        if mean.is_nan() || mean <= 0.0 {
            return 0;
        }
        if mean < 12.0 {
            let mut left = self.uniform();
            let mut mass = exp(-mean);
            let mut count = 0_u64;
            while left > mass && count < 400 {
                left -= mass;
                count += 1;
                mass *= mean / count as f64;
            }
            return count;
        }
        let root = libm::sqrt(mean);
        let b = 0.931 + 2.53 * root;
        let a = -0.059 + 0.024_83 * b;
        let inverse_alpha = 1.123_9 + 1.132_8 / (b - 3.4);
        let v_r = 0.927_7 - 3.622_4 / (b - 2.0);
        let log_mean = libm::log(mean);
        loop {
            let (u, v) = (self.uniform() - 0.5, self.uniform());
            let us = 0.5 - u.abs();
            let k = libm::floor((2.0 * a / us + b) * u + mean + 0.43);
            if us >= 0.07 && v <= v_r {
                return k as u64;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            let log_height = libm::log(v) + libm::log(inverse_alpha) - libm::log(a / (us * us) + b);
            if log_height <= k * log_mean - mean - libm::lgamma(k + 1.0) {
                return k as u64;
            }
        }
    }

    /// The position of a weight, with probability in proportion to it; the last one above 0 when
    /// rounding runs past the end. `weights` must not be empty.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let total: f64 = weights.iter().sum();
        let mut left = self.uniform() * total;
        let mut last = 0;
        for (position, weight) in weights.iter().enumerate() {
            if *weight > 0.0 {
                last = position;
                left -= weight;
                if left <= 0.0 {
                    break;
                }
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::Stream;

    fn moments(mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let values: Vec<f64> = (0..40_000).map(|_| draw()).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64;
        (mean, variance)
    }

    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        let mut stream = Stream::new(7, 0, 0, 0);
        let check = |what: &str, found: (f64, f64), mean: f64, variance: f64| {
            let error = 5.0 * (variance / 40_000.0).sqrt();
            assert!((found.0 - mean).abs() < error, "{what}: mean {} for {mean}", found.0);
            assert!((found.1 / variance - 1.0).abs() < 0.12, "{what}: variance {}", found.1);
        };
        check("uniform", moments(|| stream.uniform()), 0.5, 1.0 / 12.0);
        check("normal", moments(|| stream.normal()), 0.0, 1.0);
        for (shape, rate) in [(0.4, 2.0), (1.0, 0.1), (7.5, 3.0)] {
            check(
                "gamma",
                moments(|| stream.gamma(shape, rate)),
                shape / rate,
                shape / rate / rate,
            );
        }
        check("beta", moments(|| stream.beta(8.0, 2.0)), 0.8, 0.16 / 11.0);
        for mean in [0.01, 1.0, 9.0, 12.5, 400.0] {
            check("Poisson", moments(|| stream.poisson(mean) as f64), mean, mean);
        }
        check("weighted", moments(|| stream.weighted(&[1.0, 0.0, 3.0]) as f64), 1.5, 0.75);
    }

    #[test]
    fn nothing_is_drawn_from_a_mean_of_nothing() {
        let mut stream = Stream::new(1, 1, 1, 1);
        assert_eq!(stream.poisson(0.0), 0);
        assert_eq!(stream.poisson(f64::NAN), 0);
    }
}
