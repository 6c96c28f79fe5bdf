//! How many items are left after a search.
//!
//! Belongs here: the exact distribution of the number left, with the detection of each method as one
//! shared unknown. Does not belong here: what a person is told of it (`summary`).

use super::effort::{Detection, Effort};
use super::fault::{ResidualFault, share};
use super::negative_binomial::NegativeBinomial;
use super::prior::ItemsPrior;
use crate::exponential::exp;

/// The distribution of the number of items left: none for certain with some probability, else a
/// mixture of negative binomials over what the detections may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    never_contaminated: f64,
    parts: Vec<(f64, NegativeBinomial)>,
    detection: Vec<f64>,
    effective: f64,
    rate: f64,
    log_marginal: f64,
}

/// What is left after a search that found `finds` items in an area.
///
/// The rate of items is the same everywhere in the area, items lie independently given the rate, and
/// what was found was taken away. Given the rate Λ and the effective detection e, finds are Poisson
/// with mean Λe and items left Poisson with mean Λ(1 − e), independently; with prior Gamma(a, b) and y
/// finds the number left is negative binomial with shape a + y and mean (a + y)(1 − e)/(b + e). The
/// detections are integrated over, each weighted by how well it explains the finds.
///
/// # Errors
/// [`ResidualFault`] for a number that cannot be, finds without search, or finds against the prior.
///
/// # Source
/// `docs/models/residual-risk.md`.
///
/// ```
/// use remnant_estimate::residual::{Detection, Effort, ItemsPrior, Method, after_search};
/// let prior = ItemsPrior::new(0.3, 1.2, 0.02)?;
/// let method = Method {
///     name: "survey".to_owned(), detection: Detection::Known(0.24), never_found: 0.0,
/// };
/// let left = after_search(&prior, &Effort::of_one(method, 1.0, 1), 0)?;
/// assert_eq!(format!("{:.3}", left.contaminated()), "0.019");
/// # Ok::<(), remnant_estimate::residual::ResidualFault>(())
/// ```
pub fn after_search(
    prior: &ItemsPrior,
    effort: &Effort,
    finds: u64,
) -> Result<Left, ResidualFault> {
    effort.check()?;
    if finds > 0 && effort.ceiling() == 0.0 {
        return Err(ResidualFault::FindsWithoutSearch { finds });
    }
    if finds > 0 && prior.contaminated() == 0.0 {
        return Err(ResidualFault::FindsAgainstPrior { finds });
    }
    let (a, b, y) = (prior.shape(), prior.rate(), finds as f64);
    let nodes = effort.nodes()?;
    let effective: Vec<f64> = nodes.iter().map(|node| effort.effective(&node.detection)).collect();
    let pi = prior.contaminated();
    // How likely the finds are at each node where there was contamination; where there was none,
    // nothing is found. All relative to the most likely, so that no number of finds underflows.
    let logs: Vec<f64> = effective
        .iter()
        .map(|e| NegativeBinomial::new(a, a / b * e).log_probability(finds))
        .collect();
    let top = if finds == 0 { 0.0 } else { logs.iter().copied().fold(f64::NEG_INFINITY, f64::max) };
    if top == f64::NEG_INFINITY {
        return Err(ResidualFault::FindsWithoutSearch { finds });
    }
    let with: Vec<f64> = logs.iter().map(|log| exp(log - top)).collect();
    let without = if finds == 0 { 1.0 } else { 0.0 };
    let evidence: Vec<f64> = nodes
        .iter()
        .zip(&with)
        .map(|(node, with)| node.weight * (pi * with + (1.0 - pi) * without))
        .collect();
    let total: f64 = evidence.iter().sum();
    let never_contaminated = (1.0 - pi) * without / total;
    let parts = nodes
        .iter()
        .zip(&with)
        .zip(&effective)
        .map(|((node, with), e)| {
            let shape = a + y;
            (
                node.weight * pi * with / total,
                NegativeBinomial::new(shape, shape * (1.0 - e) / (b + e)),
            )
        })
        .collect();
    let mean = |value: &dyn Fn(usize) -> f64| -> f64 {
        evidence.iter().enumerate().map(|(i, weight)| weight / total * value(i)).sum()
    };
    let detection =
        (0..effort.methods.len()).map(|method| mean(&|i| nodes[i].detection[method])).collect();
    Ok(Left {
        never_contaminated,
        parts,
        detection,
        effective: mean(&|i| effective[i]),
        rate: (0..nodes.len())
            .map(|i| nodes[i].weight * pi * with[i] / total * (a + y) / (b + effective[i]))
            .sum(),
        log_marginal: top + libm::log(total),
    })
}

impl Left {
    /// The chance that the area was contaminated at all, given what was found.
    #[must_use]
    pub fn contaminated(&self) -> f64 {
        self.parts.iter().map(|(weight, _)| weight).sum()
    }

    /// The chance that no item is left.
    #[must_use]
    pub fn none(&self) -> f64 {
        self.at_most(0)
    }

    /// The chance that at least one item is left.
    #[must_use]
    pub fn any(&self) -> f64 {
        self.more_than(0)
    }

    /// The chance that more than `count` items are left.
    #[must_use]
    pub fn more_than(&self, count: u64) -> f64 {
        self.parts.iter().map(|(weight, part)| weight * part.more_than(count)).sum()
    }

    fn at_most(&self, count: u64) -> f64 {
        let parts: f64 = self.parts.iter().map(|(weight, part)| weight * part.at_most(count)).sum();
        self.never_contaminated + parts
    }

    /// Items expected to be left.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.parts.iter().map(|(weight, part)| weight * part.mean()).sum()
    }

    /// Variance of the number left.
    #[must_use]
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let square = |part: &NegativeBinomial| part.variance() + part.mean() * part.mean();
        let squares: f64 = self.parts.iter().map(|(weight, part)| weight * square(part)).sum();
        squares - mean * mean
    }

    /// The smallest number that is not exceeded with at least `probability` (below 1).
    #[must_use]
    pub fn quantile(&self, probability: f64) -> u64 {
        let reached = |count: u64| self.at_most(count) >= probability - 1e-12;
        if reached(0) {
            return 0;
        }
        let mut high = 1_u64;
        while !reached(high) && high < 1 << 40 {
            high *= 2;
        }
        let mut low = high / 2;
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if reached(middle) { high = middle } else { low = middle }
        }
        high
    }

    /// The detection of each method after the finds, in the order of the methods.
    #[must_use]
    pub fn detection(&self) -> &[f64] {
        &self.detection
    }

    /// The effective detection over the whole area: the share of its items expected to be found.
    #[must_use]
    pub fn effective(&self) -> f64 {
        self.effective
    }

    /// The rate of items before any search as it is believed after it: so many are expected to have lain
    /// in the whole area. Land that nobody searched holds its share of them still.
    #[must_use]
    pub fn rate_before_search(&self) -> f64 {
        self.rate
    }

    /// Logarithm of the probability of what was found.
    #[must_use]
    pub fn log_marginal(&self) -> f64 {
        self.log_marginal
    }
}

/// What is left in several areas together that one method searched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeveralLeft {
    /// The detection after all finds.
    pub detection: f64,
    /// Items expected to be left in all areas together.
    pub mean: f64,
    /// Variance of that total, with the detection as one shared unknown.
    pub variance: f64,
    /// The part of the variance that would remain if the detection were known. To give this one as the
    /// whole is what makes sums of separate areas too sure.
    pub variance_within: f64,
    /// The chance that none is left in any of them.
    pub none: f64,
}

/// What is left in several areas that one method searched with one unknown detection.
///
/// # Shapes and units
/// `areas`: prior, share of the area searched and finds of each.
///
/// # Errors
/// [`ResidualFault`] for a number that cannot be, or finds where nothing could be found.
pub fn after_shared_search(
    areas: &[(ItemsPrior, f64, u64)],
    detection: &Detection,
) -> Result<SeveralLeft, ResidualFault> {
    for (prior, searched, finds) in areas {
        share("the share of an area searched", *searched)?;
        if *finds > 0 && (*searched == 0.0 || prior.contaminated() == 0.0) {
            return Err(ResidualFault::FindsWithoutSearch { finds: *finds });
        }
    }
    let rule = detection.rule(96)?;
    let at = |d: f64| {
        let (mut log, mut mean, mut variance, mut log_none) = (0.0, 0.0, 0.0, 0.0);
        for (prior, searched, finds) in areas {
            let (a, b, e, y) = (prior.shape(), prior.rate(), searched * d, *finds as f64);
            let with = NegativeBinomial::new(a, a / b * e).log_probability(*finds);
            let pi = prior.contaminated();
            let without = if *finds == 0 { 1.0 - pi } else { 0.0 };
            let there = pi * exp(with);
            let present = if *finds == 0 { there / (there + without) } else { 1.0 };
            let left = NegativeBinomial::new(a + y, (a + y) * (1.0 - e) / (b + e));
            log += if *finds == 0 { libm::log(there + without) } else { libm::log(pi) + with };
            mean += present * left.mean();
            variance +=
                present * left.variance() + present * (1.0 - present) * left.mean() * left.mean();
            log_none += libm::log(1.0 - present + present * left.none());
        }
        (log, mean, variance, log_none)
    };
    let values: Vec<_> = rule.nodes.iter().map(|&d| at(d)).collect();
    let top = values.iter().map(|value| value.0).fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return Err(ResidualFault::FindsWithoutSearch {
            finds: areas.iter().map(|area| area.2).sum(),
        });
    }
    let weights: Vec<f64> =
        values.iter().zip(&rule.weights).map(|(value, w)| w * exp(value.0 - top)).collect();
    let total: f64 = weights.iter().sum();
    let average = |value: &dyn Fn(usize) -> f64| -> f64 {
        weights.iter().enumerate().map(|(i, weight)| weight / total * value(i)).sum()
    };
    let mean = average(&|i| values[i].1);
    let variance_within = average(&|i| values[i].2);
    Ok(SeveralLeft {
        detection: average(&|i| rule.nodes[i]),
        mean,
        variance: variance_within + average(&|i| (values[i].1 - mean) * (values[i].1 - mean)),
        variance_within,
        none: average(&|i| exp(values[i].3)),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::residual::{Method, Passes, SearchedPart};

    fn method(detection: Detection) -> Method {
        Method { name: "detector".to_owned(), detection, never_found: 0.03 }
    }

    #[test]
    fn land_that_nobody_searched_keeps_its_prior() {
        let prior = ItemsPrior::new(0.3, 1.2, 0.02).unwrap();
        let left = after_search(&prior, &Effort::default(), 0).unwrap();
        assert!((left.mean() - prior.expected()).abs() < 1e-12);
        assert!((left.any() - prior.any()).abs() < 1e-12);
        assert_eq!(left.effective(), 0.0);
    }

    #[test]
    fn finds_that_no_search_made_are_refused() {
        let prior = ItemsPrior::new(0.3, 1.2, 0.02).unwrap();
        let fault = after_search(&prior, &Effort::default(), 2).unwrap_err();
        assert_eq!(fault, ResidualFault::FindsWithoutSearch { finds: 2 });
        let never = ItemsPrior::new(0.0, 1.2, 0.02).unwrap();
        let effort = Effort::of_one(method(Detection::Known(0.5)), 1.0, 1);
        let fault = after_search(&never, &effort, 2).unwrap_err();
        assert_eq!(fault, ResidualFault::FindsAgainstPrior { finds: 2 });
    }

    #[test]
    fn many_more_finds_than_the_prior_expects_still_give_a_distribution() {
        let prior = ItemsPrior::new(0.3, 1.2, 2.0).unwrap();
        let effort = Effort::of_one(method(Detection::Beta { alpha: 12.0, beta: 3.0 }), 0.8, 1);
        let left = after_search(&prior, &effort, 50_000).unwrap();
        assert!((left.contaminated() - 1.0).abs() < 1e-9);
        let (low, high) = (left.quantile(0.05), left.quantile(0.95));
        assert!((low as f64) < left.mean() && left.mean() < high as f64, "{low} {high}");
    }

    #[test]
    fn two_methods_each_keep_one_unknown_of_their_own() {
        let prior = ItemsPrior::new(1.0, 2.0, 0.05).unwrap();
        let both = Effort {
            methods: vec![
                method(Detection::Beta { alpha: 6.0, beta: 3.0 }),
                method(Detection::Beta { alpha: 27.0, beta: 3.0 }),
            ],
            parts: vec![SearchedPart {
                share: 1.0,
                searched_by: vec![Passes { method: 0, passes: 1 }, Passes { method: 1, passes: 1 }],
            }],
        };
        let left = after_search(&prior, &both, 9).unwrap();
        let one = Effort::of_one(both.methods[1].clone(), 1.0, 1);
        let after_one = after_search(&prior, &one, 9).unwrap();
        assert!(left.effective() > after_one.effective());
        assert!(left.mean() < after_one.mean());
        assert_eq!(left.detection().len(), 2);
    }

    #[test]
    fn the_most_probable_mistake_is_to_take_detection_as_known() {
        let prior = ItemsPrior::new(1.0, 2.0, 0.05).unwrap();
        let uncertain = method(Detection::Beta { alpha: 8.0, beta: 2.0 });
        let known = method(Detection::Known(0.8));
        let wide = after_search(&prior, &Effort::of_one(uncertain, 1.0, 1), 30).unwrap();
        let narrow = after_search(&prior, &Effort::of_one(known, 1.0, 1), 30).unwrap();
        assert!(wide.variance() > 2.0 * narrow.variance());
    }
}
