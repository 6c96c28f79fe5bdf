//! What a search of one place tells of others, in bits.
//!
//! Belongs here: how much of the doubt "is any item left here?" a search is expected to take away, in the
//! place that is searched and in those that the model ties to it. Does not belong here: what a survey is
//! worth before a decision (`survey_value`), which places to take (`choice`).
//!
//! Joint draws give the rate of items in each place. Given the rates, the number left is Poisson and a
//! search finds each item or not, so that both answers have closed probabilities: only the rates rest on
//! draws, which leaves far less noise than drawing numbers would.

use super::fault::PlanFault;
use super::utility::Draws;
use crate::exponential::exp;

/// The doubt "is any item left here?" of each place, in bits, from joint draws of the rates.
#[must_use]
pub fn doubts(rates: &Draws<'_>) -> Vec<f64> {
    (0..rates.cells()).map(|place| entropy(mean(&none(rates, place, 1.0)))).collect()
}

/// How many bits of the doubt of each place of `over` a search of one place is expected to take away.
///
/// The search tells "something found" or "nothing found". The share that few draws feign in a place other
/// than the searched one, which for places that have nothing to do with each other is the product of the
/// variances over the number of draws, is taken off.
///
/// # Shapes and units
/// `rates`: joint draws of expected items left in each place. `searched`: the number of the place.
/// `effective`: the chance that the search finds an item there, 0 to 1. `over`: numbers of places. Returns
/// one number for each of these, none below 0.
///
/// # Errors
/// [`PlanFault`] where a place is not there or the detection is no share.
pub fn falls(
    rates: &Draws<'_>,
    searched: usize,
    effective: f64,
    over: &[usize],
) -> Result<Vec<f64>, PlanFault> {
    let task = || "the search".to_owned();
    if !(0.0..=1.0).contains(&effective) {
        let name = "the effective detection";
        return Err(PlanFault::NotAShare { name, task: task(), value: effective });
    }
    if let Some(&place) = over.iter().chain([&searched]).find(|place| **place >= rates.cells()) {
        let cell = u32::try_from(place).unwrap_or(u32::MAX);
        return Err(PlanFault::Cell { task: task(), cell, cells: rates.cells() });
    }
    let unfound = none(rates, searched, effective);
    let nothing = mean(&unfound);
    let draws = rates.draws() as f64;
    let fall = |place: usize| {
        let empty = none(rates, place, 1.0);
        let none_left = mean(&empty);
        // Where the searched place is empty nothing can be found in it.
        let both = if place == searched {
            none_left
        } else {
            unfound.iter().zip(&empty).map(|(a, b)| a * b).sum::<f64>() / draws
        };
        let told = nothing * entropy(share(both, nothing))
            + (1.0 - nothing) * entropy(share(none_left - both, 1.0 - nothing));
        let feigned = if place == searched {
            0.0
        } else {
            let uneven = none_left * (1.0 - none_left) * nothing * (1.0 - nothing);
            let scatter = variance(&unfound, nothing) * variance(&empty, none_left);
            if uneven > 0.0 {
                scatter / uneven / draws / 2.0 / core::f64::consts::LN_2
            } else {
                0.0
            }
        };
        (entropy(none_left) - told - feigned).max(0.0)
    };
    Ok(over.iter().map(|&place| fall(place)).collect())
}

/// In each draw, the chance that of items found with this chance each none is found.
fn none(rates: &Draws<'_>, place: usize, effective: f64) -> Vec<f64> {
    (0..rates.draws()).map(|draw| exp(-effective * rates.of(draw)[place])).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64], mean: f64) -> f64 {
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / values.len() as f64
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

/// The entropy of a question with two answers, in bits.
fn entropy(chance: f64) -> f64 {
    let part = |p: f64| if p > 0.0 { -p * libm::log2(p) } else { 0.0 };
    part(chance) + part(1.0 - chance)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::random::Stream;

    #[test]
    fn a_search_tells_of_places_that_hold_items_together() {
        // Places 0 and 1 hold items together or not at all; place 2 by itself.
        let values: Vec<f64> = (0..400_u32)
            .flat_map(|draw| {
                let (pair, other) = (f64::from(draw % 2) * 40.0, f64::from((draw / 2) % 2) * 40.0);
                [pair, pair, other]
            })
            .collect();
        let rates = Draws::new(&values, 3).unwrap();
        let told = falls(&rates, 0, 0.9, &[0, 1, 2]).unwrap();
        assert!((told[0] - 1.0).abs() < 1e-6 && (told[1] - 1.0).abs() < 0.01, "{told:?}");
        assert!(told[2] < 1e-9, "{told:?}");
        assert!(falls(&rates, 0, 0.0, &[0, 1]).unwrap().iter().all(|bits| *bits < 1e-12));
        assert!((doubts(&rates)[0] - 1.0).abs() < 1e-6);
    }

    /// One place with a known rate: the sum over all numbers of items and finds.
    #[test]
    fn the_closed_fall_is_the_sum_over_all_numbers() {
        let (rate, effective) = (0.7, 0.3);
        let values = vec![rate; 60];
        let rates = Draws::new(&values, 1).unwrap();
        let found = falls(&rates, 0, effective, &[0]).unwrap()[0];
        let (mut nothing, mut weight, mut empty) = (0.0, libm::exp(-rate), 0.0);
        for number in 0..60_i32 {
            nothing += weight * (1.0 - effective).powi(number);
            if number == 0 {
                empty = weight;
            }
            weight *= rate / f64::from(number + 1);
        }
        let slowly = entropy(empty) - nothing * entropy(empty / nothing);
        assert!((found - slowly).abs() < 1e-12, "{found} {slowly}");
    }

    #[test]
    fn few_draws_feign_next_to_nothing_about_places_far_apart() {
        let mut stream = Stream::new(3, 1, 0, 0);
        let values: Vec<f64> = (0..400 * 40).map(|_| stream.gamma(0.5, 5.0)).collect();
        let rates = Draws::new(&values, 40).unwrap();
        let own = falls(&rates, 0, 0.3, &[0]).unwrap()[0];
        let others: Vec<usize> = (1..40).collect();
        let feigned: f64 = falls(&rates, 0, 0.3, &others).unwrap().iter().sum();
        assert!(feigned < 0.1 * own, "{feigned} of {own}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let rates = Draws::new(&[1.0, 2.0], 2).unwrap();
        assert!(matches!(falls(&rates, 0, 1.5, &[0]), Err(PlanFault::NotAShare { .. })));
        assert!(matches!(falls(&rates, 2, 0.5, &[0]), Err(PlanFault::Cell { cell: 2, .. })));
    }
}
