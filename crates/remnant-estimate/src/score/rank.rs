//! The rank of a truth among draws.
//!
//! Belongs here: ranks for simulation-based calibration, with ties broken by chance. Does not belong
//! here: the test of their uniformity (`band`).

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

/// How many draws lie below the truth, from 0 to their number; draws equal to it count as below with
/// every possible number equally probable.
///
/// If truth and draws come from one distribution the rank is uniform, ties or no ties.
///
/// # Source
/// S. Talts and others, "Validating Bayesian inference algorithms with simulation-based calibration",
/// arXiv 1804.06788 (2018).
#[must_use]
pub fn rank_among(truth: f64, draws: &[f64], random: &mut ChaCha12Rng) -> usize {
    let below = draws.iter().filter(|draw| **draw < truth).count();
    let equal = draws.iter().filter(|draw| **draw == truth).count();
    below + random.random_range(0..=equal)
}

/// A rank among `draws` draws as a share from 0 to 1, drawn evenly within its step.
#[must_use]
pub fn share_of_rank(rank: usize, draws: usize, random: &mut ChaCha12Rng) -> f64 {
    (rank as f64 + random.random::<f64>()) / (draws as f64 + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn ties_are_spread_evenly() {
        let mut random = ChaCha12Rng::seed_from_u64(1);
        let mut seen = [0; 5];
        for _ in 0..10_000 {
            seen[rank_among(2.0, &[1.0, 2.0, 2.0, 2.0], &mut random)] += 1;
        }
        assert_eq!(seen[0], 0);
        assert!(seen[1..].iter().all(|count| (2_300..2_700).contains(count)), "{seen:?}");
    }
}
