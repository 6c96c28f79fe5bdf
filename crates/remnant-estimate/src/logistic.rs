//! Shares and their log odds.
//!
//! Belongs here: the way between a share and the logit scale on which rates are pooled.
//!
//! Does not belong here: distributions (`normal`), models.

use crate::exponential::exp;

/// Log odds of a share; `0` gives minus infinity and `1` infinity.
///
/// ```
/// use remnant_estimate::logistic::logit;
/// assert_eq!(logit(0.5), 0.0);
/// ```
#[must_use]
pub fn logit(share: f64) -> f64 {
    libm::log(share) - libm::log1p(-share)
}

/// The share with these log odds.
///
/// ```
/// use remnant_estimate::logistic::share;
/// assert_eq!(share(0.0), 0.5);
/// ```
#[must_use]
#[inline]
pub fn share(logit: f64) -> f64 {
    if logit >= 0.0 {
        1.0 / (1.0 + exp(-logit))
    } else {
        let odds = exp(logit);
        odds / (1.0 + odds)
    }
}

/// `ln(1 + e^t)` without overflow.
#[must_use]
pub fn log_one_plus_exp(t: f64) -> f64 {
    t.max(0.0) + libm::log1p(exp(-t.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_undoes_logit_far_into_both_tails() {
        for p in [1e-290, 1e-12, 0.003, 0.4, 0.75, 1.0 - 1e-12] {
            let back = share(logit(p));
            assert!((back - p).abs() <= 1e-13 * p, "{p} came back as {back}");
        }
        assert_eq!(share(logit(0.0)), 0.0);
        assert_eq!(share(logit(1.0)), 1.0);
    }

    #[test]
    fn log_one_plus_exp_neither_overflows_nor_vanishes() {
        assert_eq!(log_one_plus_exp(800.0), 800.0);
        assert_eq!(log_one_plus_exp(-700.0), exp(-700.0));
        assert!((log_one_plus_exp(0.0) - core::f64::consts::LN_2).abs() < 1e-16);
    }
}
