//! Random streams, and the draws taken from them.
//!
//! Belongs here: one stream for each thing of a world, and the few distributions worlds are made of,
//! with settings that cannot be drawn from refused. Does not belong here: densities.

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use rand_distr::{Beta, Binomial, Distribution, Gamma, Poisson, StandardNormal};

use super::fault::SimulateFault;

/// What a stream is for; with the number of the thing it is the stream's name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// What all strikes and tasks of a world share.
    Shared = 1,
    /// What is recorded of a strike.
    Record = 2,
    /// What a recorded strike truly was.
    Strike = 3,
    /// Unreported strikes: how many, where.
    Unreported = 4,
    /// What an unreported strike truly was.
    UnreportedStrike = 5,
    /// Where a task looks, and how.
    Task = 6,
    /// What a task finds.
    Finds = 7,
    /// How a world is laid out.
    Layout = 8,
    /// The seed of a part of a nation.
    Tile = 9,
}

/// The stream of one thing.
pub(super) fn stream(seed: u64, part: Part, number: u64) -> ChaCha12Rng {
    let mut random = ChaCha12Rng::seed_from_u64(seed);
    random.set_stream(((part as u64) << 56) | (number & 0x00ff_ffff_ffff_ffff));
    random
}

pub(super) fn standard_normal(random: &mut ChaCha12Rng) -> f64 {
    StandardNormal.sample(random)
}

/// A gamma draw with this mean and standard deviation; the mean itself where the deviation is 0.
pub(super) fn gamma(
    random: &mut ChaCha12Rng,
    setting: &'static str,
    mean: f64,
    standard_deviation: f64,
) -> Result<f64, SimulateFault> {
    if standard_deviation == 0.0 && mean >= 0.0 && mean.is_finite() {
        return Ok(mean);
    }
    let variance = standard_deviation * standard_deviation;
    Gamma::new(mean * mean / variance, variance / mean)
        .map(|gamma| gamma.sample(random))
        .map_err(|_| SimulateFault::UnusableSetting { setting, value: mean })
}

pub(super) fn beta(
    random: &mut ChaCha12Rng,
    setting: &'static str,
    (first, second): (f64, f64),
) -> Result<f64, SimulateFault> {
    Beta::new(first, second)
        .map(|beta| beta.sample(random))
        .map_err(|_| SimulateFault::UnusableSetting { setting, value: first })
}

pub(super) fn poisson(
    random: &mut ChaCha12Rng,
    setting: &'static str,
    mean: f64,
) -> Result<u32, SimulateFault> {
    if mean == 0.0 {
        return Ok(0);
    }
    // More items than this in one strike, or strikes in one world, would only fill the memory.
    if mean > 1e7 {
        return Err(SimulateFault::UnusableSetting { setting, value: mean });
    }
    Poisson::new(mean)
        .map(|poisson| poisson.sample(random) as u32)
        .map_err(|_| SimulateFault::UnusableSetting { setting, value: mean })
}

pub(super) fn binomial(
    random: &mut ChaCha12Rng,
    setting: &'static str,
    trials: u64,
    share: f64,
) -> Result<u32, SimulateFault> {
    if trials > 10_000_000 {
        return Err(SimulateFault::UnusableSetting { setting, value: trials as f64 });
    }
    Binomial::new(trials, share)
        .map(|binomial| binomial.sample(random) as u32)
        .map_err(|_| SimulateFault::UnusableSetting { setting, value: share })
}

/// The share with these log odds.
pub(super) fn share_of_log_odds(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

/// The log odds of a share.
pub(super) fn log_odds_of_share(share: f64) -> f64 {
    libm::log(share / (1.0 - share))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use rand::RngExt;

    #[test]
    fn streams_of_different_things_differ_and_the_same_one_repeats() {
        let first = |part, number| -> u64 { stream(7, part, number).random() };
        assert_eq!(first(Part::Task, 3), first(Part::Task, 3));
        assert_ne!(first(Part::Task, 3), first(Part::Task, 4));
        assert_ne!(first(Part::Task, 3), first(Part::Finds, 3));
    }

    #[test]
    fn draws_have_the_moments_asked_for() {
        let mut random = stream(1, Part::Shared, 0);
        let many: Vec<f64> =
            (0..40_000).map(|_| gamma(&mut random, "test", 8.0, 2.0).unwrap()).collect();
        let mean = many.iter().sum::<f64>() / 40_000.0;
        let variance = many.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 40_000.0;
        assert!((mean - 8.0).abs() < 0.05 && (variance - 4.0).abs() < 0.15, "{mean} {variance}");
    }

    #[test]
    fn what_cannot_be_drawn_from_is_refused() {
        let mut random = stream(1, Part::Shared, 0);
        assert!(gamma(&mut random, "test", -1.0, 1.0).is_err());
        assert!(gamma(&mut random, "test", f64::NAN, 1.0).is_err());
        assert!(beta(&mut random, "test", (0.0, 1.0)).is_err());
        assert!(poisson(&mut random, "test", 1e300).is_err());
        assert!(poisson(&mut random, "test", f64::NAN).is_err());
        assert!(binomial(&mut random, "test", 10, 1.5).is_err());
    }
}
