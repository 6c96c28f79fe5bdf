//! How far from the middle of a strike items are still expected.
//!
//! Belongs here: expected items beyond a distance, and the distance beyond which so many are expected,
//! over what the footprint scale may be. Does not belong here: learning the scale from finds
//! (`footprint`), or the distance that a policy prescribes.

use super::fault::{ResidualFault, positive};
use crate::exponential::exp;
use crate::normal;
use crate::quadrature::gauss_legendre;

/// What is believed of the footprint scale: weighted values in metres.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaleBelief {
    values: Vec<(f64, f64)>,
}

impl ScaleBelief {
    /// A scale whose logarithm is normal around that of `median_metres` with standard deviation
    /// `log_sd`; 0 takes the median as known.
    ///
    /// # Errors
    /// [`ResidualFault::NotPositive`] where the median is not positive or the spread not a number.
    pub fn log_normal(median_metres: f64, log_sd: f64) -> Result<Self, ResidualFault> {
        positive("the median footprint scale", median_metres)?;
        if log_sd == 0.0 {
            return Ok(Self { values: vec![(median_metres, 1.0)] });
        }
        positive("the spread of the footprint scale", log_sd)?;
        // Far distances rest on the upper tail of the scale, so the rule reaches eight deviations out.
        let rule = gauss_legendre(240, -8.0, 8.0);
        let weights: Vec<f64> =
            rule.nodes.iter().zip(&rule.weights).map(|(z, w)| w * normal::density(*z)).collect();
        Self::weighted(
            rule.nodes.iter().map(|z| median_metres * libm::exp(log_sd * z)).zip(weights),
        )
    }

    /// Scales in metres with weights that need not sum to 1, such as a posterior gives them.
    ///
    /// # Errors
    /// [`ResidualFault::NotPositive`] where a scale or the sum of weights is not positive.
    pub fn weighted(values: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, ResidualFault> {
        let values: Vec<(f64, f64)> = values.into_iter().collect();
        for (scale, weight) in &values {
            positive("a footprint scale", *scale)?;
            if !(weight.is_finite() && *weight >= 0.0) {
                return Err(ResidualFault::NotPositive {
                    name: "the weight of a footprint scale",
                    value: *weight,
                });
            }
        }
        let total = positive("the sum of weights", values.iter().map(|(_, weight)| weight).sum())?;
        Ok(Self {
            values: values.into_iter().map(|(scale, weight)| (scale, weight / total)).collect(),
        })
    }
}

/// One strike as its items fade out from the middle.
#[derive(Clone, Debug, PartialEq)]
pub struct FadeOut {
    items: f64,
    scale: ScaleBelief,
}

impl FadeOut {
    /// A strike of which `items` are expected to be left.
    ///
    /// # Errors
    /// [`ResidualFault::NotPositive`] where none or no number is expected.
    pub fn new(items: f64, scale: ScaleBelief) -> Result<Self, ResidualFault> {
        Ok(Self { items: positive("the number of items expected", items)?, scale })
    }

    /// Items expected farther than `metres` from the middle: `n·E[exp(−r²/(2 s²))]`.
    #[must_use]
    pub fn beyond(&self, metres: f64) -> f64 {
        let share = |scale: f64| exp(-0.5 * (metres / scale) * (metres / scale));
        self.items
            * self.scale.values.iter().map(|(scale, weight)| weight * share(*scale)).sum::<f64>()
    }

    /// The distance in metres beyond which so many items are expected; 0 where fewer are expected at
    /// all.
    ///
    /// # Errors
    /// [`ResidualFault::NotPositive`] where `items` is not positive.
    pub fn distance(&self, items: f64) -> Result<f64, ResidualFault> {
        positive("the number of items", items)?;
        if self.beyond(0.0) <= items {
            return Ok(0.0);
        }
        let widest = self.scale.values.iter().map(|(scale, _)| *scale).fold(0.0, f64::max);
        // Beyond forty times the widest scale the share is nothing in double precision.
        let (mut low, mut high) = (0.0, 40.0 * widest);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if middle == low || middle == high {
                break;
            }
            if self.beyond(middle) > items { low = middle } else { high = middle }
        }
        Ok(high)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_known_scale_has_the_distance_of_the_closed_form() {
        let strike = FadeOut::new(70.0, ScaleBelief::log_normal(60.0, 0.0).unwrap()).unwrap();
        for items in [0.1, 0.01] {
            let exact = 60.0 * libm::sqrt(2.0 * libm::log(70.0 / items));
            assert!((strike.distance(items).unwrap() - exact).abs() < 1e-9);
        }
        assert_eq!(strike.distance(70.0).unwrap(), 0.0);
    }

    #[test]
    fn an_unknown_scale_reaches_farther_than_its_median() {
        let known = FadeOut::new(70.0, ScaleBelief::log_normal(60.0, 0.0).unwrap()).unwrap();
        let vague = FadeOut::new(70.0, ScaleBelief::log_normal(60.0, 0.35).unwrap()).unwrap();
        assert!((vague.beyond(0.0) - 70.0).abs() < 1e-9);
        let (near, far) = (known.distance(0.01).unwrap(), vague.distance(0.01).unwrap());
        assert!(far > 1.5 * near, "{near} {far}");
        assert!((vague.beyond(far) - 0.01).abs() < 1e-9);
    }

    #[test]
    fn scales_that_cannot_be_are_refused() {
        assert!(ScaleBelief::log_normal(-1.0, 0.2).is_err());
        assert!(ScaleBelief::weighted([(60.0, 0.0)]).is_err());
        assert!(ScaleBelief::weighted([(60.0, f64::NAN)]).is_err());
        assert!(ScaleBelief::weighted([]).is_err());
    }
}
