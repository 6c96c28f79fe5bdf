//! One block: how probable its finds are, given how dense unreported strikes are there.
//!
//! Belongs here: the likelihood of a block's finds with its derivatives, and how many strikes the
//! finds imply. Does not belong here: how blocks depend on each other.

use super::fault::{FieldFault, within};
use crate::exponential::exp;

/// Strikes in one block beyond which its sums are cut off: a log density above this is not told apart.
const HIGHEST_LOG_STRIKES: f64 = 16.0;
/// What is left out of a sum, as a share of it.
const LEFT_OUT: f64 = 1e-17;
/// Terms that are kept from one evaluation to the next.
const KEPT_TERMS: usize = 48;

/// The items that one strike leaves before any search: a number with gamma-distributed rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemsPerStrike {
    /// Shape `a` of the gamma distribution.
    pub shape: f64,
    /// Rate `b`, so that a strike leaves `a/b` items in the mean.
    pub rate: f64,
}

/// What is known of the unreported strikes of one block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Observation {
    /// The block was searched; nobody looked where `detection` is 0.
    Search {
        /// Items found.
        finds: u32,
        /// Chance that an item in the block was found: searched share times detection.
        detection: f64,
    },
    /// A sampler assigned the finds to strikes with places and footprints.
    ///
    /// Strikes of which something was found and those of which nothing was found are two independent
    /// Poisson numbers, so the log likelihood is `expected · eta − seen · e^eta · exposure`. With the
    /// mean over the sampler's sweeps for `expected`, a few rounds of field and sampler settle on the
    /// most probable field; how far the assignment itself is uncertain is then left out of its spread.
    Strikes {
        /// Mean number of unreported strikes in this block of which at least one item was found.
        expected: f64,
        /// Chance that something is found of a strike that lies in this block.
        seen: f64,
    },
}

/// One block of the lattice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Square kilometres, so that `exposure · e^eta` strikes are expected.
    pub exposure: f64,
    /// What a strike leaves in the block.
    pub items: ItemsPerStrike,
    /// What is known.
    pub observation: Observation,
}

impl Block {
    /// A block of `square_kilometres` in which nobody looked.
    #[must_use]
    pub fn unsearched(square_kilometres: f64, items: ItemsPerStrike) -> Self {
        Self::searched(square_kilometres, items, 0, 0.0)
    }

    /// A block of `square_kilometres` that was searched.
    #[must_use]
    pub fn searched(
        square_kilometres: f64,
        items: ItemsPerStrike,
        finds: u32,
        detection: f64,
    ) -> Self {
        let observation = Observation::Search { finds, detection };
        Self { exposure: square_kilometres, items, observation }
    }

    /// The same block when only `share` of a strike's items lie inside one block: more strikes touch
    /// it, and each leaves less. See [`share_inside_one_block`](super::share_inside_one_block).
    #[must_use]
    pub fn crossed_by_footprints(mut self, share: f64) -> Self {
        self.exposure /= share;
        self.items.shape *= share;
        self
    }

    /// Chance `c` that a strike leaves nothing to be found: `(b/(b + e))^a`.
    pub(super) fn unseen(&self) -> f64 {
        match self.observation {
            Observation::Search { detection, .. } => {
                libm::exp(-self.items.shape * libm::log1p(detection / self.items.rate))
            }
            Observation::Strikes { seen, .. } => 1.0 - seen,
        }
    }

    pub(super) fn check(&self, block: usize) -> Result<(), FieldFault> {
        within("exposure of a block in km²", self.exposure, 1e-12, 1e8)?;
        within("shape of the items of a strike", self.items.shape, 1e-6, 1e6)?;
        within("rate of the items of a strike", self.items.rate, 1e-9, 1e9)?;
        match self.observation {
            Observation::Search { finds, detection } => {
                within("detection in a block", detection, 0.0, 1.0)?;
                if finds > 0 && detection == 0.0 {
                    return Err(FieldFault::FindsWithoutSearch { block, finds });
                }
            }
            Observation::Strikes { expected, seen } => {
                within("expected strikes of a block", expected, 0.0, 1e7)?;
                within("chance that something of a strike is seen", seen, 0.0, 1.0)?;
                if expected > 0.0 && seen == 0.0 {
                    return Err(FieldFault::UnusableNumber {
                        name: "strikes seen where nothing can be seen",
                        value: expected,
                    });
                }
            }
        }
        Ok(())
    }
}

/// A log likelihood with its first and second derivative in the log density `eta`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogDensityLikelihood {
    /// Logarithm of the probability of what was found.
    pub value: f64,
    /// First derivative.
    pub slope: f64,
    /// Second derivative; positive where finds are few for the strikes they need.
    pub curvature: f64,
}

/// Log probability of the finds of one block, given `eta`, the log of strikes expected for each km².
///
/// `P(y | eta) = Σ_k Pois(k; ν) NB(y; shape k a, mean k a e/b)`, `ν = exposure · e^eta`. Without finds
/// it is `−ν(1 − c)`. With finds the sum goes outward from its largest term, until a bound on what
/// is left out falls below rounding.
///
/// # Errors
/// [`FieldFault`] for impossible numbers, and for finds without a search.
pub fn log_likelihood(block: &Block, eta: f64) -> Result<LogDensityLikelihood, FieldFault> {
    block.check(0)?;
    within("log density", eta, -700.0, HIGHEST_LOG_STRIKES)?;
    Ok(match FindsSeries::of(block) {
        Some(series) => series.log_likelihood(eta),
        None => Thinned::of(block).log_likelihood(eta),
    })
}

/// A Poisson log likelihood: `strikes · eta − exposure · e^eta`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thinned {
    pub(super) strikes: f64,
    pub(super) exposure: f64,
}

impl Thinned {
    pub(super) fn of(block: &Block) -> Self {
        let strikes = match block.observation {
            Observation::Search { .. } => 0.0,
            Observation::Strikes { expected, .. } => expected,
        };
        let seen = match block.observation {
            // Through expm1, so that a slight search keeps its digits.
            Observation::Search { detection, .. } => {
                -libm::expm1(-block.items.shape * libm::log1p(detection / block.items.rate))
            }
            Observation::Strikes { seen, .. } => seen,
        };
        Self { strikes, exposure: block.exposure * seen }
    }

    #[inline]
    pub(super) fn log_likelihood(self, eta: f64) -> LogDensityLikelihood {
        let expected = self.exposure * exp(eta);
        LogDensityLikelihood {
            value: self.strikes * eta - expected,
            slope: self.strikes - expected,
            curvature: -expected,
        }
    }
}

/// The sum over the number of strikes for a block with finds.
#[derive(Clone, Debug)]
pub(super) struct FindsSeries {
    finds: f64,
    shape: f64,
    /// `ln(b/(b + e))`.
    log_missed: f64,
    log_exposure: f64,
    constant: f64,
    kept: Vec<f64>,
}

impl FindsSeries {
    /// None for a block without finds, whose likelihood has a closed form.
    pub(super) fn of(block: &Block) -> Option<Self> {
        let Observation::Search { finds, detection } = block.observation else { return None };
        if finds == 0 {
            return None;
        }
        let (finds, rate) = (f64::from(finds), block.items.rate);
        let mut series = Self {
            finds,
            shape: block.items.shape,
            log_missed: -libm::log1p(detection / rate),
            log_exposure: libm::log(block.exposure),
            constant: finds * libm::log(detection / (rate + detection)) - libm::lgamma(finds + 1.0),
            kept: Vec::new(),
        };
        series.kept = (1..=KEPT_TERMS).map(|k| series.term(k as u64)).collect();
        Some(series)
    }

    /// The part of the log of the term for `k` strikes that does not depend on their density.
    fn term(&self, k: u64) -> f64 {
        if let Some(term) = self.kept.get(k as usize - 1) {
            return *term;
        }
        let k = k as f64;
        let shape = k * self.shape;
        libm::lgamma(shape + self.finds) - libm::lgamma(shape) + shape * self.log_missed
            - libm::lgamma(k + 1.0)
    }

    /// Calls `visit` with a number of strikes and its weight beside the largest, outward from that one,
    /// upwards first; returns the number with the largest weight and the log of that weight.
    ///
    /// The logarithms of the terms are concave in `k`, so what is left out on either side is less than
    /// a geometric series; it is bounded with the square of the distance, for the second derivative.
    pub(super) fn visit(&self, eta: f64, mut visit: impl FnMut(u64, f64)) -> (u64, f64) {
        let theta = (eta + self.log_exposure).min(HIGHEST_LOG_STRIKES);
        let log_weight = |k: u64| k as f64 * theta + self.term(k);
        let rises = |k: u64| log_weight(k + 1) > log_weight(k);
        // The largest term: double until it no longer rises, then halve.
        let (mut low, mut high) = (0, 1);
        while rises(high) {
            low = high;
            high *= 2;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if rises(middle) { low = middle } else { high = middle }
        }
        let (peak, largest) = (high, log_weight(high));
        let mut total = 1.0;
        visit(peak, 1.0);
        let mut walk = |next: &dyn Fn(u64) -> Option<u64>| {
            let (mut k, mut weight, mut distance) = (peak, 1.0, 0.0_f64);
            while let Some(at) = next(k) {
                let following = exp(log_weight(at) - largest);
                let ratio = following / weight;
                (k, weight, distance) = (at, following, distance + 1.0);
                total += weight;
                visit(k, weight);
                let growth = (distance + 1.0) / distance;
                let bound = ratio * growth * growth;
                if weight == 0.0
                    || (bound < 1.0
                        && weight * distance * distance * bound < LEFT_OUT * total * (1.0 - bound))
                {
                    break;
                }
            }
        };
        walk(&|k| Some(k + 1));
        walk(&|k| (k > 1).then(|| k - 1));
        (peak, largest)
    }

    pub(super) fn log_likelihood(&self, eta: f64) -> LogDensityLikelihood {
        // Distances from the largest term are not known before it is; their sums from the smallest
        // number visited would cancel, so numbers are counted from the first visited, which it is.
        let (mut first, mut sum, mut distance, mut square) = (0, 0.0, 0.0, 0.0);
        let (peak, largest) = self.visit(eta, |k, weight| {
            if first == 0 {
                first = k;
            }
            let away = k as f64 - first as f64;
            sum += weight;
            distance += weight * away;
            square += weight * away * away;
        });
        let expected = exp((eta + self.log_exposure).min(HIGHEST_LOG_STRIKES));
        let mean = distance / sum;
        let variance = square / sum - mean * mean;
        LogDensityLikelihood {
            value: largest + libm::log(sum) + self.constant - expected,
            slope: peak as f64 + mean - expected,
            curvature: variance - expected,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    const ITEMS: ItemsPerStrike = ItemsPerStrike { shape: 0.8, rate: 0.03 };

    #[test]
    fn derivatives_are_those_of_the_value() {
        for (finds, detection, exposure) in
            [(0, 0.24, 1.0), (1, 0.24, 1.0), (4, 0.9, 0.3), (250, 0.5, 1.2), (3, 1e-6, 1.0)]
        {
            let block = Block::searched(exposure, ITEMS, finds, detection);
            for eta in [-8.0, -2.5, 0.0, 3.0, 6.0] {
                let h = 1e-4;
                let at = |eta| log_likelihood(&block, eta).unwrap();
                let (low, middle, high) = (at(eta - h), at(eta), at(eta + h));
                let scale = 1.0 + middle.value.abs();
                assert!(((high.value - low.value) / (2.0 * h) - middle.slope).abs() < 1e-6 * scale);
                assert!(
                    ((high.slope - low.slope) / (2.0 * h) - middle.curvature).abs() < 1e-5 * scale
                );
            }
        }
    }

    #[test]
    fn probabilities_of_all_numbers_of_finds_sum_to_one() {
        for eta in [-3.0, 0.0, 1.5] {
            let sum: f64 = (0..6000)
                .map(|finds| {
                    let block = Block::searched(1.0, ITEMS, finds, 0.6);
                    libm::exp(log_likelihood(&block, eta).unwrap().value)
                })
                .sum();
            assert!((sum - 1.0).abs() < 1e-9, "{eta}: {sum}");
        }
    }

    #[test]
    fn the_sum_from_its_largest_term_equals_the_sum_from_one() {
        let block = Block::searched(1.0, ITEMS, 40, 0.3);
        let series = FindsSeries::of(&block).unwrap();
        for eta in [-4.0, 1.0, 5.0] {
            let logs: Vec<f64> = (1..2000).map(|k| k as f64 * eta + series.term(k)).collect();
            let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = logs.iter().map(|log| libm::exp(log - most)).sum();
            let expected = most + libm::log(sum) + series.constant - libm::exp(eta);
            assert!((series.log_likelihood(eta).value - expected).abs() < 1e-10);
        }
    }

    #[test]
    fn strikes_of_which_something_was_seen_are_poisson() {
        let given = |expected| Block {
            observation: Observation::Strikes { expected, seen: 0.4 },
            ..Block::unsearched(2.0, ITEMS)
        };
        let likelihood = log_likelihood(&given(3.0), 0.5).unwrap();
        let mean = 0.8 * libm::exp(0.5);
        assert!((likelihood.value - (1.5 - mean)).abs() < 1e-12);
        assert!((likelihood.slope - (3.0 - mean)).abs() < 1e-12);
        // No strike seen says what a search without finds and the same chance says.
        let searched = Block::searched(2.0, ITEMS, 0, 0.24);
        let same = Block {
            observation: Observation::Strikes { expected: 0.0, seen: 1.0 - searched.unseen() },
            ..searched
        };
        let (one, other) =
            (log_likelihood(&searched, -1.0).unwrap(), log_likelihood(&same, -1.0).unwrap());
        assert!((one.value - other.value).abs() < 1e-14);
    }

    #[test]
    fn impossible_blocks_are_refused() {
        for block in [
            Block::searched(1.0, ITEMS, 2, 0.0),
            Block::searched(1.0, ITEMS, 0, 1.5),
            Block::searched(f64::NAN, ITEMS, 0, 0.5),
            Block::searched(1.0, ItemsPerStrike { shape: 0.0, rate: 1.0 }, 0, 0.5),
            Block {
                observation: Observation::Strikes { expected: 1.0, seen: 0.0 },
                ..Block::unsearched(1.0, ITEMS)
            },
        ] {
            assert!(log_likelihood(&block, 0.0).is_err());
        }
    }
}
