//! Items left in one block by unreported strikes, after its search.
//!
//! Belongs here: the distribution for one block, exact but for rounding: how many strikes, how many
//! items of each are left. Does not belong here: sums over blocks, which depend on each other.

use super::block::{Block, FindsSeries, Observation};
use super::fault::FieldFault;
use super::posterior::Marginals;
use crate::exponential::exp;
use crate::quadrature::{Rule, gauss_hermite};
use crate::random::Stream;

/// Points at which the log density of a block is looked at, for each node.
const POINTS: usize = 31;
/// Points with less weight than this are left out.
const LEAST_WEIGHT: f64 = 1e-13;
/// A weight this small beside the largest ends a series.
const LEAST_TERM: f64 = 1e-17;
/// Items are looked for among a number of strikes once their log probability there is above this.
const LEAST_LOG: f64 = -40.0;
/// More strikes than this are counted as this many.
const MOST_STRIKES: usize = 20_000;
/// More items than this are not counted one by one.
const MOST_ITEMS: u32 = 1_000_000;

/// Items left in one block by unreported strikes.
///
/// Given `K` strikes and `y` finds the rate of items is `Gamma(K a + y, b + e)` and what is left is
/// Poisson with `1 − e` of it. Without any strike nothing was there, which finds rule out.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftItems {
    /// Probability of each number of strikes, from none.
    strikes: Vec<f64>,
    shape: f64,
    finds: f64,
    /// `(b + e)/(b + 1)`.
    none: f64,
    /// `(1 − e)/(b + e)`.
    each: f64,
}

impl Marginals {
    /// Items left in `block` of the `blocks` the marginals belong to.
    ///
    /// # Errors
    /// [`FieldFault::GivenAsStrikes`] when the block's finds were assigned by a sampler.
    pub fn left(&self, blocks: &[Block], block: usize) -> Result<LeftItems, FieldFault> {
        let normals: Vec<(f64, f64, f64)> = self.at(block).collect();
        LeftItems::of(&blocks[block], &normals).ok_or(FieldFault::GivenAsStrikes { block })
    }
}

impl LeftItems {
    /// None for a block whose items a sampler holds. `normals`: weight, mean and standard deviation.
    pub(super) fn of(block: &Block, normals: &[(f64, f64, f64)]) -> Option<Self> {
        let Observation::Search { finds, detection } = block.observation else { return None };
        let rate = block.items.rate;
        let rule = gauss_hermite(POINTS);
        let mut strikes = vec![0.0; 8];
        let given = GivenDensity::of(block);
        for (share, mean, deviation) in normals {
            for (weight, eta) in points(&rule, *mean, *deviation) {
                given.add_strikes(eta, share * weight, &mut strikes);
            }
        }
        Some(Self {
            strikes,
            shape: block.items.shape,
            finds: f64::from(finds),
            none: (rate + detection) / (rate + 1.0),
            each: (1.0 - detection) / (rate + detection),
        })
    }

    /// Probability of each number of unreported strikes in the block, from none.
    #[must_use]
    pub fn strikes(&self) -> &[f64] {
        &self.strikes
    }

    /// Expected items left.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.strikes
            .iter()
            .enumerate()
            .map(|(k, probability)| probability * (k as f64 * self.shape + self.finds) * self.each)
            .sum()
    }

    /// Probability of at least one item left.
    #[must_use]
    pub fn probability_of_any(&self) -> f64 {
        let log = libm::log(self.none);
        self.strikes
            .iter()
            .enumerate()
            .map(|(k, probability)| {
                probability * -libm::expm1((k as f64 * self.shape + self.finds) * log)
            })
            .sum()
    }

    /// Probability of at most `items` left.
    #[must_use]
    pub fn cumulative(&self, items: u32) -> f64 {
        let mut sum = 0.0;
        self.walk(|n, probability| {
            sum += probability;
            n < items
        });
        sum
    }

    /// Smallest number of items with at least this probability of no more.
    ///
    /// # Errors
    /// [`FieldFault::UnusableNumber`] for no probability, [`FieldFault::TooManyItems`] beyond a million.
    pub fn quantile(&self, probability: f64) -> Result<u32, FieldFault> {
        if !(0.0..1.0).contains(&probability) {
            return Err(FieldFault::UnusableNumber { name: "probability", value: probability });
        }
        let (mut sum, mut found) = (0.0, None);
        self.walk(|n, more| {
            sum += more;
            // A sum of many small numbers ends a little below 1.
            if sum >= probability - 1e-12 {
                found = Some(n);
            }
            found.is_none()
        });
        found.ok_or(FieldFault::TooManyItems { most: MOST_ITEMS })
    }

    /// The smallest and largest number of the middle `coverage` of the distribution.
    ///
    /// # Errors
    /// As [`LeftItems::quantile`].
    pub fn interval(&self, coverage: f64) -> Result<(u32, u32), FieldFault> {
        Ok((self.quantile(0.5 - 0.5 * coverage)?, self.quantile(0.5 + 0.5 * coverage)?))
    }

    /// Calls `visit` with 0, 1, 2 … items and their probability, until it returns false.
    fn walk(&self, mut visit: impl FnMut(u32, f64) -> bool) {
        let log_none = libm::log(self.none);
        // At full detection nothing is left, whatever was there.
        let more = if self.each > 0.0 { 1.0 - self.none } else { 0.0 };
        if more <= 0.0 {
            visit(0, 1.0);
            return;
        }
        let log_more = libm::log(more);
        let mut waiting = self
            .strikes
            .iter()
            .enumerate()
            .filter(|(_, probability)| **probability > 0.0)
            .map(|(k, probability)| (k as f64 * self.shape + self.finds, *probability))
            .peekable();
        // Shape, and probability of the strikes with these items, of all that matter by now: many
        // strikes rarely leave few items, so most numbers of strikes are not looked at for long.
        let mut terms: Vec<(f64, f64)> = Vec::new();
        for n in 0..=MOST_ITEMS {
            let items = f64::from(n);
            while let Some((shape, probability)) = waiting
                .next_if(|(shape, _)| log_term(*shape, items, log_none, log_more) > LEAST_LOG)
            {
                let term = exp(log_term(shape, items, log_none, log_more));
                terms.push((shape, probability * term));
            }
            if !visit(n, terms.iter().map(|(_, term)| term).sum()) {
                return;
            }
            for (shape, term) in &mut terms {
                *term *= (*shape + items) / (items + 1.0) * more;
            }
        }
    }
}

/// Log probability of `items` from a negative binomial with this shape; none for a shape of 0.
fn log_term(shape: f64, items: f64, log_none: f64, log_more: f64) -> f64 {
    if shape == 0.0 {
        return if items == 0.0 { 0.0 } else { f64::NEG_INFINITY };
    }
    let choose = libm::lgamma(shape + items) - libm::lgamma(shape) - libm::lgamma(items + 1.0);
    choose + shape * log_none + items * log_more
}

/// The quadrature points of a normal log density: weight and value.
fn points(rule: &Rule, mean: f64, deviation: f64) -> impl Iterator<Item = (f64, f64)> + '_ {
    let total: f64 = rule.weights.iter().sum();
    rule.nodes
        .iter()
        .zip(&rule.weights)
        .map(move |(x, weight)| (weight / total, mean + core::f64::consts::SQRT_2 * deviation * x))
        .filter(|(weight, _)| *weight > LEAST_WEIGHT)
}

/// How many strikes a block has, given the log density.
pub(super) enum GivenDensity {
    /// Without finds: Poisson with this mean for a density of one.
    Poisson(f64),
    /// With finds.
    Finds(FindsSeries),
}

impl GivenDensity {
    pub(super) fn of(block: &Block) -> Self {
        match FindsSeries::of(block) {
            Some(series) => Self::Finds(series),
            None => Self::Poisson(block.exposure * block.unseen()),
        }
    }

    /// Adds `weight` times the probability of each number of strikes.
    fn add_strikes(&self, eta: f64, weight: f64, strikes: &mut Vec<f64>) {
        let mut add = |k: usize, share: f64| {
            let k = k.min(MOST_STRIKES);
            if strikes.len() <= k {
                strikes.resize(k + 1, 0.0);
            }
            strikes[k] += weight * share;
        };
        match self {
            Self::Finds(series) => {
                let mut total = 0.0;
                series.visit(eta, |_, share| total += share);
                series.visit(eta, |k, share| add(k as usize, share / total));
            }
            Self::Poisson(exposure) => {
                let mean = exposure * exp(eta.min(16.0));
                // Outward from the largest term, which is taken from its logarithm.
                let peak = mean.floor();
                let largest = exp(peak * libm::log(mean) - mean - libm::lgamma(peak + 1.0));
                if mean <= 0.0 || !largest.is_finite() {
                    add(0, 1.0);
                    return;
                }
                let (mut k, mut share) = (peak, largest);
                while share > LEAST_TERM * largest {
                    add(k as usize, share);
                    k += 1.0;
                    share *= mean / k;
                }
                let (mut k, mut share) = (peak, largest);
                while k > 0.0 && share > LEAST_TERM * largest {
                    share *= k / mean;
                    k -= 1.0;
                    add(k as usize, share);
                }
            }
        }
    }

    /// A draw of the items left in `block`, given its log density.
    pub(super) fn draw(&self, block: &Block, eta: f64, stream: &mut Stream) -> u64 {
        let Observation::Search { finds, detection } = block.observation else { return 0 };
        let strikes = match self {
            Self::Poisson(exposure) => stream.poisson(exposure * exp(eta.min(16.0))),
            Self::Finds(series) => {
                let mut total = 0.0;
                series.visit(eta, |_, share| total += share);
                let mut left = stream.uniform() * total;
                let mut drawn = None;
                let (peak, _) = series.visit(eta, |k, share| {
                    left -= share;
                    if left <= 0.0 && drawn.is_none() {
                        drawn = Some(k);
                    }
                });
                drawn.unwrap_or(peak)
            }
        };
        let shape = strikes as f64 * block.items.shape + f64::from(finds);
        if shape <= 0.0 || detection >= 1.0 {
            return 0;
        }
        let rate = stream.gamma(shape, block.items.rate + detection);
        stream.poisson(rate * (1.0 - detection))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::block::ItemsPerStrike;
    use super::*;

    const ITEMS: ItemsPerStrike = ItemsPerStrike { shape: 0.8, rate: 0.03 };

    fn left(block: &Block) -> LeftItems {
        LeftItems::of(block, &[(0.7, -1.5, 1.1), (0.3, -0.5, 0.6)]).unwrap()
    }

    #[test]
    fn probabilities_and_means_are_those_of_the_walk() {
        for block in [
            Block::unsearched(1.0, ITEMS),
            Block::searched(1.0, ITEMS, 0, 0.4),
            Block::searched(0.5, ITEMS, 7, 0.4),
        ] {
            let left = left(&block);
            assert!((left.strikes().iter().sum::<f64>() - 1.0).abs() < 1e-11);
            let (mut sum, mut mean) = (0.0, 0.0);
            left.walk(|n, probability| {
                sum += probability;
                mean += f64::from(n) * probability;
                n < 60_000
            });
            assert!((sum - 1.0).abs() < 1e-8, "{sum}");
            assert!((mean / left.mean() - 1.0).abs() < 1e-4, "{mean} {}", left.mean());
            assert!((1.0 - left.cumulative(0) - left.probability_of_any()).abs() < 1e-10);
            let (low, high) = left.interval(0.9).unwrap();
            assert!(left.cumulative(high) >= 0.95 && left.cumulative(low) >= 0.05);
            assert!(high == 0 || left.cumulative(high - 1) < 0.95);
        }
    }

    #[test]
    fn without_finds_the_mean_has_a_closed_form() {
        let block = Block::searched(1.0, ITEMS, 0, 0.4);
        let normal = |weight: f64, mean: f64, sd: f64| weight * libm::exp(mean + 0.5 * sd * sd);
        let density = normal(0.7, -1.5, 1.1) + normal(0.3, -0.5, 0.6);
        let expected = density * block.unseen() * 0.8 * 0.6 / 0.43;
        assert!((left(&block).mean() / expected - 1.0).abs() < 1e-8);
    }

    #[test]
    fn draws_agree_with_the_distribution() {
        for block in [Block::searched(1.0, ITEMS, 3, 0.3), Block::unsearched(1.0, ITEMS)] {
            let exact = LeftItems::of(&block, &[(1.0, -0.5, 0.0)]).unwrap();
            let given = GivenDensity::of(&block);
            let draws: Vec<u64> = (0..20_000)
                .map(|draw| given.draw(&block, -0.5, &mut Stream::new(3, 0, 0, draw)))
                .collect();
            for items in [0, 5, 20, 60] {
                let below = draws.iter().filter(|draw| **draw <= u64::from(items)).count();
                let share = below as f64 / 20_000.0;
                assert!((share - exact.cumulative(items)).abs() < 0.016, "{items}: {share}");
            }
        }
    }

    #[test]
    fn nothing_is_left_where_all_was_found() {
        let left = left(&Block::searched(1.0, ITEMS, 3, 1.0));
        assert_eq!(left.mean(), 0.0);
        assert_eq!(left.probability_of_any(), 0.0);
        assert_eq!(left.quantile(0.95).unwrap(), 0);
    }
}
