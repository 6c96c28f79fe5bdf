//! What a survey teaches before it is decided whether to clear.
//!
//! Belongs here: the value of searching a square first, in team-days. Does not belong here: how much a
//! search tells of other squares (`information`), which squares to take (`choice`).

use super::fault::PlanFault;
use crate::exponential::exp;
use crate::residual::{ItemsPrior, NegativeBinomial};

/// What the decision to clear a square rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurveyTerms {
    /// The effective detection of the survey.
    pub survey_detection: f64,
    /// The effective detection of clearance.
    pub clearance_detection: f64,
    /// What finding one item is worth, in team-days.
    pub value_of_an_item: f64,
    /// Team-days that clearance takes.
    pub clearance_team_days: f64,
    /// Team-days that the survey takes.
    pub survey_team_days: f64,
}

/// What a survey before the decision is worth, in team-days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurveyValue {
    /// The value of deciding now.
    pub now: f64,
    /// The value of deciding after the survey, before its own price.
    pub with_survey: f64,
    /// What the survey adds.
    pub gain: f64,
    /// The same after its price: below zero it is not worth it.
    pub net: f64,
    /// The fewest finds after which clearance is worth its price; absent where none are enough.
    pub clear_from_finds: Option<u64>,
}

/// The value of surveying a square before it is decided whether to clear it; what the survey finds is
/// left in place.
///
/// `E_y[max(0, V q_c E[N | y] − cost)] − max(0, V q_c E[N] − cost)`. High where opinions are split, low
/// where contamination is certain: such squares go straight to clearance.
///
/// # Errors
/// [`PlanFault`] where a detection is no share or a number not above zero.
pub fn survey_value(prior: &ItemsPrior, terms: &SurveyTerms) -> Result<SurveyValue, PlanFault> {
    let of_terms = || "the survey".to_owned();
    for (name, value) in [
        ("the effective detection of the survey", terms.survey_detection),
        ("the effective detection of clearance", terms.clearance_detection),
    ] {
        if !(0.0..=1.0).contains(&value) {
            return Err(PlanFault::NotAShare { name, task: of_terms(), value });
        }
    }
    for (name, value) in [
        ("the value of an item", terms.value_of_an_item),
        ("the price of clearance", terms.clearance_team_days),
        ("the price of the survey", terms.survey_team_days),
    ] {
        if !(value.is_finite() && value > 0.0) {
            return Err(PlanFault::NotPositive { name, task: of_terms(), value });
        }
    }
    let (pi, a, b) = (prior.contaminated(), prior.shape(), prior.rate());
    let e = terms.survey_detection;
    let worth = |items: f64| {
        terms.value_of_an_item * terms.clearance_detection * items - terms.clearance_team_days
    };
    let now = worth(prior.expected()).max(0.0);
    // All items where so many were found: those, which lie there still, and the rest.
    let items = |y: f64| y + (a + y) * (1.0 - e) / (b + e);
    let finds = NegativeBinomial::new(a, a / b * e);
    let unseen = exp(finds.log_probability(0));
    let none = pi * unseen + (1.0 - pi);
    let after_none = if none > 0.0 { pi * unseen / none * items(0.0) } else { 0.0 };
    // Items rise with finds, so that from one number on clearance is worth it; below that it is not,
    // and the sum over finds is one of two closed pieces.
    let slope = 1.0 + (1.0 - e) / (b + e);
    let level = (terms.clearance_team_days / (terms.value_of_an_item * terms.clearance_detection)
        - items(0.0))
        / slope;
    let first = if pi == 0.0 || e == 0.0 || !level.is_finite() {
        None
    } else {
        let mut first = (level.max(0.0).floor() as u64).max(1);
        while worth(items(first as f64)) <= 0.0 {
            first += 1;
        }
        Some(first)
    };
    let mut with_survey = none * worth(after_none).max(0.0);
    if let Some(first) = first {
        // Σ_{y ≥ f} P(y)(items(0) + slope y): the mean of the tail of a negative binomial is that of
        // one with a shape greater by one.
        let tail = finds.more_than(first - 1);
        let one_more = NegativeBinomial::new(a + 1.0, (a + 1.0) / b * e);
        let tail_mean = finds.mean() * if first == 1 { 1.0 } else { one_more.more_than(first - 2) };
        let sum_of_items = items(0.0) * tail + slope * tail_mean;
        with_survey += pi
            * (terms.value_of_an_item * terms.clearance_detection * sum_of_items
                - terms.clearance_team_days * tail);
    }
    let clear_from_finds = if worth(after_none) > 0.0 { Some(0) } else { first };
    // A survey never makes a decision worse; what rounding leaves below is nothing.
    let gain = (with_survey - now).max(0.0);
    Ok(SurveyValue { now, with_survey, gain, net: gain - terms.survey_team_days, clear_from_finds })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn terms() -> SurveyTerms {
        SurveyTerms {
            survey_detection: 0.2,
            clearance_detection: 0.95,
            value_of_an_item: 4.0,
            clearance_team_days: 30.0,
            survey_team_days: 2.0,
        }
    }

    /// The same sum, one number of finds after the other.
    fn slowly(prior: &ItemsPrior, terms: &SurveyTerms) -> f64 {
        let (pi, a, b, e) =
            (prior.contaminated(), prior.shape(), prior.rate(), terms.survey_detection);
        let finds = NegativeBinomial::new(a, a / b * e);
        (0..6000_u32)
            .map(|y| {
                let there = pi * exp(finds.log_probability(y.into()));
                let evidence = there + if y == 0 { 1.0 - pi } else { 0.0 };
                let y = f64::from(y);
                let items = there * (y + (a + y) * (1.0 - e) / (b + e));
                let value = terms.value_of_an_item * terms.clearance_detection * items;
                (value - evidence * terms.clearance_team_days).max(0.0)
            })
            .sum()
    }

    #[test]
    fn the_closed_sum_is_the_sum_over_all_finds() {
        for (pi, a, b) in [(0.3, 2.0, 0.1), (0.05, 0.4, 0.5), (1.0, 1.2, 0.02), (0.9, 5.0, 0.3)] {
            for price in [3.0, 30.0, 300.0] {
                let prior = ItemsPrior::new(pi, a, b).unwrap();
                let terms = SurveyTerms { clearance_team_days: price, ..terms() };
                let found = survey_value(&prior, &terms).unwrap();
                let sum = slowly(&prior, &terms);
                assert!((found.with_survey - sum).abs() < 1e-7 * (1.0 + sum), "{pi} {a} {price}");
            }
        }
    }

    #[test]
    fn a_survey_of_what_is_certain_is_worth_nothing() {
        let certain = ItemsPrior::new(1.0, 400.0, 2.0).unwrap();
        let value = survey_value(&certain, &terms()).unwrap();
        assert!(value.gain < 1e-6 && value.net < 0.0, "{value:?}");
        assert_eq!(value.clear_from_finds, Some(0));
        let blind = SurveyTerms { survey_detection: 0.0, ..terms() };
        let prior = ItemsPrior::new(0.3, 2.0, 0.1).unwrap();
        assert_eq!(survey_value(&prior, &blind).unwrap().gain, 0.0);
    }
}
