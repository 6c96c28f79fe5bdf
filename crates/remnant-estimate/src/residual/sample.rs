//! Accept on zero: how many units of a lot to inspect, and what a lot that passes shows.
//!
//! Belongs here: sample sizes for simple random samples of transects, parcels or anomalies, none of
//! which may be bad, exact and by the closed approximation, and with inspections that miss. Does not
//! belong here: how likely items are (`left`). A sample tests the process of a search; it does not
//! find the last item, and says nothing of the chance that none is left.

use serde::Serialize;

use super::effort::Detection;
use super::fault::{ResidualFault, share};

/// The largest lot that is reckoned exactly.
const LARGEST_LOT: u64 = 10_000_000;
const BILLION: u64 = 1_000_000_000;

/// With confidence Y at least the share X of the N units of a lot is clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    lot: u64,
    confidence_billionths: u64,
    clean_billionths: u64,
}

/// How many units to inspect for a claim, all of which have to be clean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SampleSize {
    /// The fewest bad units that break the claim (D). Conventions differ by one, so it is printed.
    pub bad_units: u64,
    /// Units to inspect.
    pub units: u64,
    /// The confidence that the sample in fact reaches.
    pub confidence: f64,
}

impl Claim {
    /// A claim on a lot of `lot` units; shares count in whole billionths, so that 0.95 is exactly that.
    ///
    /// # Errors
    /// [`ResidualFault`] where the lot is empty or above ten million units, or a share is none.
    pub fn new(lot: u64, confidence: f64, clean: f64) -> Result<Self, ResidualFault> {
        if lot == 0 {
            return Err(ResidualFault::NotInTheLot { what: "the sample", part: 1, lot });
        }
        if lot > LARGEST_LOT {
            return Err(ResidualFault::LotTooLarge { lot, most: LARGEST_LOT });
        }
        let billionths =
            |name, value| Ok((share(name, value)? * BILLION as f64 + 0.5).floor() as u64);
        Ok(Self {
            lot,
            confidence_billionths: billionths("the confidence", confidence)?,
            clean_billionths: billionths("the clean share", clean)?,
        })
    }

    /// The fewest bad units that break the claim: `N − ⌈X N⌉ + 1`.
    #[must_use]
    pub fn bad_units(&self) -> u64 {
        self.lot - (self.clean_billionths * self.lot).div_ceil(BILLION) + 1
    }

    /// The chance that may be left of seeing nothing bad although the claim is wrong: `1 − Y`.
    fn chance_left(&self) -> Double {
        Double::ratio((BILLION - self.confidence_billionths) as f64, BILLION as f64)
    }
}

/// The smallest simple random sample that supports the claim when all of it is clean: the smallest n
/// with `C(N − D, n)/C(N, n) ≤ 1 − Y`.
///
/// The ratio is reckoned with 106 bits, so that an exact equality counts as reached; a ratio would have
/// to lie within 1e-26 of the limit to be misjudged.
///
/// ```
/// use remnant_estimate::residual::{Claim, accept_on_zero};
/// let size = accept_on_zero(&Claim::new(1000, 0.95, 0.99)?);
/// assert_eq!((size.bad_units, size.units), (11, 238));
/// # Ok::<(), remnant_estimate::residual::ResidualFault>(())
/// ```
#[must_use]
pub fn accept_on_zero(claim: &Claim) -> SampleSize {
    sample_for(claim, claim.bad_units())
}

/// The same where `bad_units` break the claim: programmes that count one less get a larger sample.
fn sample_for(claim: &Claim, bad_units: u64) -> SampleSize {
    let limit = claim.chance_left();
    let enough = |units: u64| nothing_bad(claim.lot, bad_units, units).at_most(limit);
    let (mut low, mut high) = (0, claim.lot);
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(middle) { high = middle } else { low = middle + 1 }
    }
    let seen = nothing_bad(claim.lot, bad_units, low);
    SampleSize { bad_units, units: low, confidence: 1.0 - seen.high }
}

/// The sample size of the closed approximation `½(1 − (1 − Y)^(1/D))(2N − D + 1)`, before it is rounded
/// up, and rounded up.
///
/// # Source
/// W. M. Bowen and C. A. Bennett (editors), *Statistical Methods for Nuclear Material Management*,
/// NUREG/CR-4604 (1988), as it is used for accept-on-zero samples.
#[must_use]
pub fn accept_on_zero_closed(claim: &Claim) -> (f64, u64) {
    let d = claim.bad_units() as f64;
    let left = claim.chance_left().high;
    let raw = 0.5 * -libm::expm1(libm::log(left) / d) * (2.0 * claim.lot as f64 - d + 1.0);
    (raw, libm::ceil(raw - 1e-9) as u64)
}

/// The chance of seeing nothing bad in a sample of `units` where `bad_units` of `lot` are bad and each
/// bad unit that is inspected is noticed with probability `detection`.
///
/// `Σ_k Hyp(k; N, D, n)·(1 − d)^k`.
///
/// # Errors
/// [`ResidualFault`] where the numbers do not fit into the lot or the detection is no share.
pub fn chance_of_nothing_bad(
    lot: u64,
    bad_units: u64,
    units: u64,
    detection: f64,
) -> Result<f64, ResidualFault> {
    share("the detection of a bad unit", detection)?;
    if lot > LARGEST_LOT {
        return Err(ResidualFault::LotTooLarge { lot, most: LARGEST_LOT });
    }
    for (what, part) in [("bad units", bad_units), ("the sample", units)] {
        if part > lot {
            return Err(ResidualFault::NotInTheLot { what, part, lot });
        }
    }
    if detection == 1.0 {
        return Ok(nothing_bad(lot, bad_units, units).high);
    }
    let (n, d, m) = (lot as f64, bad_units as f64, units as f64);
    let fewest = (bad_units + units).saturating_sub(lot);
    let most = bad_units.min(units);
    // The most likely number of bad units in the sample; all others follow from it by ratios, and
    // their sum is 1, so that no factorial of a large lot is needed.
    let mode = (((m + 1.0) * (d + 1.0) / (n + 2.0)).floor() as u64).clamp(fewest, most);
    let miss = 1.0 - detection;
    let (mut all, mut unseen) = (1.0, libm::pow(miss, mode as f64));
    let mut go = |up: bool| {
        let (mut k, mut chance) = (mode, 1.0);
        while chance > 1e-300 && if up { k < most } else { k > fewest } {
            let at = (if up { k } else { k - 1 }) as f64;
            let ratio = (d - at) * (m - at) / ((at + 1.0) * (n - d - m + at + 1.0));
            if up {
                (k, chance) = (k + 1, chance * ratio);
            } else {
                (k, chance) = (k - 1, chance / ratio);
            }
            all += chance;
            unseen += chance * libm::pow(miss, k as f64);
        }
    };
    go(true);
    go(false);
    Ok((unseen / all).min(1.0))
}

/// The chance that a lot with `bad_units` passes an inspection of `units` whose detection is one
/// unknown for all of them.
///
/// # Errors
/// As [`chance_of_nothing_bad`].
pub fn chance_of_a_pass(
    lot: u64,
    bad_units: u64,
    units: u64,
    detection: &Detection,
) -> Result<f64, ResidualFault> {
    let rule = detection.rule(32)?;
    let mut sum = 0.0;
    for (value, weight) in rule.nodes.iter().zip(&rule.weights) {
        sum += weight * chance_of_nothing_bad(lot, bad_units, units, *value)?;
    }
    Ok(sum)
}

/// The smallest sample that supports the claim with inspections that miss; `None` where even the
/// inspection of every unit would not.
///
/// # Errors
/// As [`chance_of_nothing_bad`].
pub fn sample_size_with_detection(
    claim: &Claim,
    detection: &Detection,
) -> Result<Option<SampleSize>, ResidualFault> {
    if *detection == Detection::Known(1.0) {
        return Ok(Some(accept_on_zero(claim)));
    }
    let bad_units = claim.bad_units();
    let limit = claim.chance_left().high;
    let unseen = |units: u64| chance_of_a_pass(claim.lot, bad_units, units, detection);
    // A rounding error of the sum must not cost a unit where both are equal.
    let enough = |chance: f64| chance <= limit * (1.0 + 1e-12);
    if !enough(unseen(claim.lot)?) {
        return Ok(None);
    }
    let (mut low, mut high) = (0, claim.lot);
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(unseen(middle)?) { high = middle } else { low = middle + 1 }
    }
    Ok(Some(SampleSize { bad_units, units: low, confidence: 1.0 - unseen(low)? }))
}

/// `C(N − D, n)/C(N, n)`: a product over the smaller of D and n.
fn nothing_bad(lot: u64, bad_units: u64, units: u64) -> Double {
    if units + bad_units > lot {
        return Double { high: 0.0, low: 0.0 };
    }
    let (fewer, more) = (units.min(bad_units), units.max(bad_units));
    let mut product = Double { high: 1.0, low: 0.0 };
    for i in 0..fewer {
        // (N − more − i)/(N − i), both exact.
        product = product.times(Double::ratio((lot - more - i) as f64, (lot - i) as f64));
        if product.high < 1e-290 {
            // Far below any confidence that can be written in billionths.
            return product;
        }
    }
    product
}

/// A number as an unevaluated sum of two, with some 106 bits.
#[derive(Clone, Copy, Debug)]
struct Double {
    high: f64,
    low: f64,
}

impl Double {
    /// A ratio of whole numbers below 2^53.
    fn ratio(above: f64, below: f64) -> Self {
        let high = above / below;
        let rest = libm::fma(-high, below, above);
        Self::sum(high, rest / below)
    }

    fn sum(high: f64, low: f64) -> Self {
        let sum = high + low;
        Self { high: sum, low: low - (sum - high) }
    }

    fn times(self, other: Self) -> Self {
        let product = self.high * other.high;
        let rest = libm::fma(self.high, other.high, -product);
        Self::sum(product, rest + (self.high * other.low + self.low * other.high))
    }

    /// Whether it is at most `other`; what differs only by rounding of the 106 bits is equal.
    fn at_most(self, other: Self) -> bool {
        let difference = (self.high - other.high) + (self.low - other.low);
        difference <= 1e-26 * other.high
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// The chance as a ratio of two whole numbers, for lots where these fit.
    fn exact(lot: u128, bad: u128, units: u128) -> (u128, u128) {
        (0..bad.min(units)).fold((1, 1), |(above, below), i| {
            let more = bad.max(units);
            (above * (lot.saturating_sub(more + i)), below * (lot - i))
        })
    }

    #[test]
    fn small_lots_agree_with_whole_numbers() {
        for lot in 1..60_u64 {
            for (confidence, clean) in [(0.95, 0.9), (0.9, 0.95), (0.5, 0.5), (0.8, 0.96)] {
                let claim = Claim::new(lot, confidence, clean).unwrap();
                let bad = claim.bad_units();
                if bad > 12 {
                    continue;
                }
                let left = u128::from(BILLION - claim.confidence_billionths);
                let enough = |units: u64| {
                    let (above, below) = exact(lot.into(), bad.into(), units.into());
                    above * u128::from(BILLION) <= left * below
                };
                let smallest = (0..=lot).find(|&units| enough(units)).unwrap();
                assert_eq!(accept_on_zero(&claim).units, smallest, "{claim:?}");
            }
        }
    }

    #[test]
    fn an_equality_counts_as_reached() {
        // (20 − n)/20 ≤ 0.05 at n = 19 exactly.
        let claim = Claim::new(20, 0.95, 1.0).unwrap();
        let size = accept_on_zero(&claim);
        assert_eq!((size.bad_units, size.units), (1, 19));
    }

    #[test]
    fn ten_million_units_neither_overflow_nor_take_long() {
        for (confidence, clean) in [(0.95, 0.95), (0.99, 0.999_999), (0.999, 1.0)] {
            let claim = Claim::new(LARGEST_LOT, confidence, clean).unwrap();
            let size = accept_on_zero(&claim);
            assert!(size.confidence >= confidence - 1e-12 && size.units > 0, "{size:?}");
            let one_less = nothing_bad(LARGEST_LOT, size.bad_units, size.units - 1);
            assert!(1.0 - one_less.high < confidence);
        }
        assert!(Claim::new(LARGEST_LOT + 1, 0.95, 0.95).is_err());
        assert!(Claim::new(0, 0.95, 0.95).is_err());
    }

    #[test]
    fn an_inspection_that_misses_needs_more_units_or_cannot_do() {
        let claim = Claim::new(1000, 0.95, 0.99).unwrap();
        let seen = sample_size_with_detection(&claim, &Detection::Known(0.8)).unwrap().unwrap();
        assert!(seen.units > 238 && seen.confidence >= 0.95, "{seen:?}");
        let short = chance_of_nothing_bad(1000, 11, seen.units - 1, 0.8).unwrap();
        assert!(short > 0.05);
        // One bad unit, noticed at most nine times in ten: never with confidence 0.95.
        let all_clean = Claim::new(1000, 0.95, 1.0).unwrap();
        let none = sample_size_with_detection(&all_clean, &Detection::Known(0.9)).unwrap();
        assert_eq!(none, None);
        // An unknown detection is worse than its mean: errors are shared by all units.
        let shared = Detection::Beta { alpha: 8.0, beta: 2.0 };
        let vague = sample_size_with_detection(&claim, &shared).unwrap().unwrap();
        assert!(vague.units > seen.units);
    }

    #[test]
    fn the_chance_falls_with_each_unit_and_with_detection() {
        let chance = |units, d| chance_of_nothing_bad(400, 7, units, d).unwrap();
        for units in 1..400 {
            assert!(chance(units, 0.7) < chance(units - 1, 0.7));
            assert!(chance(units, 0.8) < chance(units, 0.7));
            let nearly = (chance(units, 1.0 - 1e-13) - chance(units, 1.0)).abs();
            assert!(nearly < 1e-10, "{units}");
        }
        assert!((chance(400, 0.7) - 0.3_f64.powi(7)).abs() < 1e-15);
        assert!(chance_of_nothing_bad(10, 11, 3, 0.5).is_err());
    }
}
