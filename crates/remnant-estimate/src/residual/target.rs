//! How much search a target would take, and whether a method can get there.
//!
//! Belongs here: the effective detection at which the chance that none is left reaches a figure that a
//! national authority sets, and the passes of a method that give it. Does not belong here: setting the
//! figure.

use super::effort::Method;
use super::fault::{ResidualFault, share};
use super::prior::ItemsPrior;
use crate::exponential::exp;

/// What it takes to reach a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Needed {
    /// The chance that none is left reaches the target without any search.
    Nothing,
    /// The whole search of the area, past work included, has to find this share of its items.
    Effective(f64),
    /// Even finding every item that there is does not reach it.
    Unreachable,
}

/// The effective detection at which the chance that none is left reaches `target`, if the number of
/// finds stays what it is.
///
/// Without a chance that the area was empty, `e = target^(1/(a + y))·(b + 1) − b`. With one and no
/// find, `P(none) = (1 − π + π(b/(b + 1))^a) / (1 − π + π(b/(b + e))^a)`, which is solved for e.
///
/// # Errors
/// [`ResidualFault`] where the target is no share.
///
/// ```
/// use remnant_estimate::residual::{ItemsPrior, Needed, detection_needed};
/// let prior = ItemsPrior::new(1.0, 1.0, 0.5)?;
/// let Needed::Effective(e) = detection_needed(&prior, 0, 0.95)? else { panic!("it can be reached") };
/// assert!((e - 0.925).abs() < 1e-12);
/// # Ok::<(), remnant_estimate::residual::ResidualFault>(())
/// ```
pub fn detection_needed(
    prior: &ItemsPrior,
    finds: u64,
    target: f64,
) -> Result<Needed, ResidualFault> {
    share("the target", target)?;
    let (pi, a, b) = (prior.contaminated(), prior.shape(), prior.rate());
    let reached_at_once = if finds > 0 {
        exp((a + finds as f64) * (libm::log(b) - libm::log1p(b))) >= target
    } else {
        1.0 - prior.any() >= target
    };
    if reached_at_once || target == 0.0 {
        return Ok(Needed::Nothing);
    }
    let effective = if target == 1.0 {
        1.0
    } else if finds > 0 || pi == 1.0 {
        let shape = a + finds as f64;
        // exp(x)(b + 1) − b = exp(x) + b(exp(x) − 1), without taking near numbers from each other.
        let x = libm::log(target) / shape;
        exp(x) + b * libm::expm1(x)
    } else {
        let empty = 1.0 - pi;
        let no_item = empty + pi * exp(a * (libm::log(b) - libm::log1p(b)));
        let unseen = (no_item / target - empty) / pi;
        if unseen <= 0.0 {
            return Ok(Needed::Unreachable);
        }
        // (b/(b + e))^a = unseen
        b * libm::expm1(-libm::log(unseen) / a)
    };
    Ok(if effective <= 0.0 {
        Needed::Nothing
    } else if effective <= 1.0 {
        Needed::Effective(effective)
    } else {
        Needed::Unreachable
    })
}

/// The fewest passes of a method over the whole area by which it finds the share `effective` of its
/// items, reckoned with the mean of its detection; `None` where it exceeds what the method can ever find.
///
/// # Errors
/// [`ResidualFault`] where a number is no share.
///
/// ```
/// use remnant_estimate::residual::{Detection, Method, passes_needed};
/// let method =
///     Method { name: "detector".to_owned(), detection: Detection::Known(0.85), never_found: 0.03 };
/// assert_eq!(passes_needed(&method, 0.94)?, Some(2));
/// assert_eq!(passes_needed(&method, 0.98)?, None);
/// # Ok::<(), remnant_estimate::residual::ResidualFault>(())
/// ```
pub fn passes_needed(method: &Method, effective: f64) -> Result<Option<u32>, ResidualFault> {
    share("the effective detection", effective)?;
    let d = share("the detection probability", method.detection.mean())?;
    let most = 1.0 - share("the share that a method never finds", method.never_found)?;
    if effective == 0.0 {
        return Ok(Some(0));
    }
    if d == 0.0 || effective > most || (effective == most && d < 1.0) {
        return Ok(None);
    }
    let found_by = |passes: u32| most * (1.0 - libm::pow(1.0 - d, f64::from(passes)));
    // A thousandth of detection and a million passes later nothing changes any more.
    let (mut low, mut high) = (0_u32, 1_u32);
    while found_by(high) < effective {
        if high > 1 << 24 {
            return Ok(None);
        }
        (low, high) = (high, high * 2);
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if found_by(middle) < effective { low = middle } else { high = middle }
    }
    Ok(Some(high))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::residual::{Detection, Effort, after_search};

    #[test]
    fn search_to_the_detection_needed_reaches_the_target_and_no_more() {
        for (pi, a, b, finds, target) in
            [(0.3, 1.2, 0.02, 0, 0.99), (1.0, 2.0, 0.05, 9, 0.8), (0.7, 0.5, 0.1, 0, 0.9)]
        {
            let prior = ItemsPrior::new(pi, a, b).unwrap();
            let Needed::Effective(e) = detection_needed(&prior, finds, target).unwrap() else {
                panic!("{pi} {a} {b}: the target can be reached");
            };
            let method =
                Method { name: String::new(), detection: Detection::Known(e), never_found: 0.0 };
            let left = after_search(&prior, &Effort::of_one(method, 1.0, 1), finds).unwrap();
            assert!((left.none() - target).abs() < 1e-10, "{pi} {a} {b}: {}", left.none());
        }
    }

    #[test]
    fn a_target_may_be_reached_already_or_never() {
        let prior = ItemsPrior::new(0.01, 1.2, 0.02).unwrap();
        assert_eq!(detection_needed(&prior, 0, 0.95).unwrap(), Needed::Nothing);
        assert_eq!(detection_needed(&prior, 0, 1.0).unwrap(), Needed::Effective(1.0));
        assert!(detection_needed(&prior, 0, 1.1).is_err());
        let blind =
            Method { name: String::new(), detection: Detection::Known(0.0), never_found: 0.0 };
        assert_eq!(passes_needed(&blind, 0.5).unwrap(), None);
    }
}
