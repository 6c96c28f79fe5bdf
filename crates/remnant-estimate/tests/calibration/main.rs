//! Whether probabilities mean what they say: simulation-based calibration.
//!
//! Data sets are drawn from the priors, pooled, and the truth is looked up in each posterior. If the
//! posterior is right, the probability below the truth (its PIT) is uniform over data sets.
//!
//! The quick run takes 50 data sets. `REMNANT_NIGHTLY=1` takes 600 and prints the table that stands in
//! `docs/models/dud-rate.md`. Seeds are fixed, so a run either always passes or always fails. If the model
//! were exactly right, a fresh seed would fail a run with a chance of at most 2 per cent: each of five
//! quantities is put to four tests at the level 1/1000, a chi-square of ten bins, the largest deviation
//! of the empirical distribution from a simultaneous band, and two exact binomial tests of coverage.
//! Laplace's approximation is not exact; what is tested is that this cannot be seen.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod simulate;
mod uniformity;

use std::collections::BTreeMap;

use remnant_estimate::EstimateError;
use remnant_estimate::dud_rate::{EvidenceKind, Priors, pool};
use simulate::{Truth, simulate};
use uniformity::{Band, binomial_p_value, chi_square_p_value};

const LEVEL: f64 = 0.001;
const QUICK: u64 = 50;
const NIGHTLY: u64 = 600;

/// Probabilities below the truth, by quantity; one for each data set at most.
#[derive(Default)]
struct Ranks {
    by_quantity: BTreeMap<&'static str, Vec<f64>>,
    refused: Vec<String>,
}

fn ranks(data_sets: u64, assumed: impl Fn(&Priors) -> Priors) -> Ranks {
    let priors = Priors::default();
    let assumed = assumed(&priors);
    let mut ranks = Ranks::default();
    for seed in 0..data_sets {
        let Truth { families, observations, levels, biases, new_shares, unseen_level } =
            simulate(seed, &priors);
        let posterior = match pool(&families, &observations, &assumed) {
            Ok(posterior) => posterior,
            Err(
                error @ (EstimateError::GridTooNarrow { .. } | EstimateError::NotSettled { .. }),
            ) => {
                ranks.refused.push(format!("data set {seed}: {error}"));
                continue;
            }
            Err(error) => panic!("data set {seed}: {error}"),
        };
        let mut note = |quantity, rank: f64| {
            ranks.by_quantity.entry(quantity).or_insert_with(Vec::new).push(rank);
        };
        // One type of each data set, in turn: types of one data set are not independent.
        let names: Vec<&String> = levels.keys().collect();
        let name = names[usize::try_from(seed).unwrap() % names.len()];
        let found = posterior.submunition(name).unwrap();
        note("level of a type", found.level.cumulative(levels[name]));
        note("share in a new context", found.predictive.cumulative(new_shares[name]));
        note("level of a type without statements", {
            posterior.submunition("unseen").unwrap().level.cumulative(unseen_level)
        });
        for (kind, quantity) in [
            (EvidenceKind::Official, "bias of official claims"),
            (EvidenceKind::Test, "bias of tests"),
        ] {
            if let Some(bias) = posterior.biases.get(&kind) {
                note(quantity, bias.cumulative(biases[&kind]));
            }
        }
    }
    ranks
}

/// The worst p-value of any test of any quantity, with a printed table.
fn worst_p_value(ranks: &Ranks) -> f64 {
    let mut worst = 1.0_f64;
    println!("quantity | data sets | chi-square p | band p | inside 50 % | inside 90 %");
    for (quantity, values) in &ranks.by_quantity {
        let inside = |coverage: f64| {
            values.iter().filter(|rank| (**rank - 0.5).abs() <= 0.5 * coverage).count()
        };
        let chi_square = chi_square_p_value(values, 10);
        let band = Band::new(values.len()).p_value(values);
        let (half, nine_tenths) = (inside(0.5), inside(0.9));
        let count = values.len();
        let share = |inside: usize| 100.0 * inside as f64 / count as f64;
        println!(
            "{quantity} | {count} | {chi_square:.3} | {band:.3} | {:.1} % | {:.1} %",
            share(half),
            share(nine_tenths)
        );
        for p_value in [
            chi_square,
            band,
            binomial_p_value(half, count, 0.5),
            binomial_p_value(nine_tenths, count, 0.9),
        ] {
            worst = worst.min(p_value);
        }
    }
    for refused in &ranks.refused {
        println!("refused: {refused}");
    }
    worst
}

#[test]
fn truths_are_spread_evenly_over_their_posteriors() {
    let nightly = std::env::var("REMNANT_NIGHTLY").is_ok_and(|value| value == "1");
    let data_sets = if nightly { NIGHTLY } else { QUICK };
    let ranks = ranks(data_sets, |priors| *priors);
    let worst = worst_p_value(&ranks);
    // A refusal is an answer too, but has to be rare.
    assert!(ranks.refused.len() as u64 <= data_sets / 25, "{:?}", ranks.refused);
    assert!(worst > LEVEL, "a quantity is not calibrated: p = {worst:.2e}");
}

/// The test can fail: it sees through a posterior that leaves the biases out, and through one that
/// expects contexts to differ less than they do.
#[test]
fn a_wrong_model_is_seen_with_as_few_data_sets() {
    let without_biases = ranks(QUICK, |priors| Priors {
        bias: priors.bias.map(|mut prior| {
            prior.mean = 0.0;
            prior.standard_deviation = 0.0;
            prior
        }),
        ..*priors
    });
    assert!(worst_p_value(&without_biases) < LEVEL);
    let too_sure = ranks(QUICK, |priors| {
        let mut sure = *priors;
        sure.level.standard_deviation *= 0.3;
        sure
    });
    assert!(worst_p_value(&too_sure) < LEVEL);
}
