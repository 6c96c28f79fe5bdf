//! Checks of the whole field: against the reference calculations, and against regions simulated from
//! the model of blocks itself.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::dud_rate::NormalPrior;
use crate::quadrature::gauss_hermite;
use crate::random::Stream;

const ITEMS: ItemsPerStrike = ItemsPerStrike { shape: 0.8, rate: 0.03 };

/// One reference case with its inputs, expected values and tolerance.
fn case(id: &str) -> (serde_json::Value, serde_json::Value, f64) {
    let text = include_str!("../../tests/test-vectors.json");
    let all: serde_json::Value = serde_json::from_str(text).unwrap();
    let case = all["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).unwrap();
    (case["inputs"].clone(), case["expected"].clone(), case["tolerance"].as_f64().unwrap())
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

fn assert_near(what: &str, found: f64, expected: f64, tolerance: f64) {
    let difference = (found - expected).abs();
    assert!(difference <= tolerance * (1.0 + expected.abs()), "{what}: {found} for {expected}");
}

#[test]
fn the_likelihood_of_a_block_is_that_of_the_reference() {
    let (inputs, expected, tolerance) = case("block-likelihood");
    for (i, finds) in numbers(&inputs["y"]).into_iter().enumerate() {
        let block = Block::searched(1.0, ITEMS, finds as u32, inputs["e"].as_f64().unwrap());
        let found = log_likelihood(&block, inputs["eta"].as_f64().unwrap()).unwrap();
        assert_near("value", found.value, numbers(&expected["log_lik"])[i], tolerance);
        assert_near("slope", found.slope, numbers(&expected["d1"])[i], tolerance);
        assert_near("curvature", found.curvature, numbers(&expected["d2"])[i], tolerance);
    }
}

#[test]
fn shares_of_footprints_and_empty_cells_are_those_of_the_reference() {
    let (_, expected, tolerance) = case("block-share");
    for (i, scale) in [75.0, 150.0].into_iter().enumerate() {
        let share = share_inside_one_block(scale, 1000.0);
        assert_near("share", share, numbers(&expected["share"])[i], tolerance);
        let empty = cell_is_empty(0.05, ITEMS, scale, 100.0, 1000.0);
        assert_near("empty", empty, numbers(&expected["p_empty"])[i], tolerance);
    }
}

/// The reference cuts its sums off at 25 strikes. That changes what is expected to be left, so the
/// same sums are made here in the same way, from the mode and spread that are compared to the digit.
fn left_up_to_25_strikes(block: &Block, mean: f64, deviation: f64) -> (f64, f64) {
    let Observation::Search { finds, detection } = block.observation else { panic!() };
    let (finds, rate) = (f64::from(finds), ITEMS.rate);
    let log_missed = libm::log(rate / (rate + detection));
    let rule = gauss_hermite(41);
    let weights: f64 = rule.weights.iter().sum();
    let (mut any, mut left) = (0.0, 0.0);
    for (x, weight) in rule.nodes.iter().zip(&rule.weights) {
        let eta = mean + 2.0_f64.sqrt() * deviation * x;
        let logs: Vec<(f64, f64)> = (0..=25)
            .filter(|k| *k > 0 || finds == 0.0)
            .map(|k| {
                let shape = f64::from(k) * ITEMS.shape;
                let ratio = if finds > 0.0 {
                    libm::lgamma(shape + finds) - libm::lgamma(shape)
                } else {
                    0.0
                };
                let count = f64::from(k);
                (count, count * eta - libm::lgamma(count + 1.0) + ratio + shape * log_missed)
            })
            .collect();
        let most = logs.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = logs.iter().map(|(_, log)| libm::exp(log - most)).sum();
        for (count, log) in logs {
            let share = weight / weights * libm::exp(log - most) / total;
            let shape = count * ITEMS.shape + finds;
            any += share * (1.0 - libm::pow((rate + detection) / (rate + 1.0), shape));
            left += share * shape * (1.0 - detection) / (rate + detection);
        }
    }
    (any, left)
}

#[test]
fn the_field_of_36_blocks_is_that_of_the_reference() {
    let (inputs, expected, tolerance) = case("block-field");
    let blocks: Vec<Block> = numbers(&inputs["y"])
        .into_iter()
        .zip(numbers(&inputs["e"]))
        .map(|(finds, detection)| Block::searched(1.0, ITEMS, finds as u32, detection))
        .collect();
    let level = NormalPrior { mean: -2.5, standard_deviation: 1.0 };
    let lattice = Lattice::rectangle(6, 6, 1.0).unwrap();
    let model = FieldModel::new(lattice, blocks, level, &[]).unwrap();
    let spread = Spread { standard_deviation: 1.0, range_kilometres: 4.0 };
    let exact = Tolerance { step: 1e-11, curvature: 1e-9 };
    let mode = model.mode(spread, None, exact).unwrap();
    let deviations = model.standard_deviations(&mode).unwrap();
    assert_near("level", mode.effects[0], expected["intercept"].as_f64().unwrap(), tolerance);
    let evidence = expected["log_evidence"].as_f64().unwrap();
    assert_near("evidence", mode.log_evidence, evidence, tolerance);
    let (modes, spreads) = (numbers(&expected["eta_mode"]), numbers(&expected["eta_sd"]));
    let (any, left) = (numbers(&expected["p_any_remaining"]), numbers(&expected["remaining_mean"]));
    for g in 0..36 {
        assert_near("mode", mode.eta[g], modes[g], tolerance);
        assert_near("spread", deviations[g], spreads[g], tolerance);
        let cut = left_up_to_25_strikes(&model.blocks()[g], mode.eta[g], deviations[g]);
        assert_near("any left", cut.0, any[g], tolerance);
        assert_near("expected left", cut.1, left[g], tolerance);
        let whole =
            LeftItems::of(&model.blocks()[g], &[(1.0, mode.eta[g], deviations[g])]).unwrap();
        assert!((whole.probability_of_any() - cut.0).abs() < 1e-4);
        // Not cut off, more is expected, most where the density is least known.
        assert!(whole.mean() > cut.1 - 1e-6 && whole.mean() < 1.6 * cut.1);
    }
}

/// A region drawn from the model: blocks with what was found, and what was left in each.
fn region(side: u32, number: u64) -> (FieldModel, Vec<u32>) {
    let mut stream = Stream::new(20, 1, number, 0);
    let blocks = (side * side) as usize;
    let spread = SpreadPriors::default().at(stream.normal().clamp(-1.9, 2.0), {
        // Ranges beyond the region's size cannot be told apart, and those are most of the prior.
        stream.normal().clamp(-1.9, 1.0)
    });
    let level = NormalPrior { mean: -1.2, standard_deviation: 0.7 };
    let lattice = Lattice::rectangle(side, side, 1.0).unwrap();
    // The field is drawn as the posterior of blocks in which nobody looked.
    let silent = vec![Block::unsearched(1.0, ITEMS); blocks];
    let prior = FieldModel::new(lattice, silent, level, &[]).unwrap();
    let mode = prior.mode(spread, None, Tolerance::default()).unwrap();
    let mut eta: Vec<f64> = (0..blocks).map(|_| stream.normal()).collect();
    let mut bench = mode::Workbench::of(&prior).unwrap();
    bench.return_to(&prior, &mode).unwrap();
    bench.factor.draw(&mut eta);
    let shift = level.mean + level.standard_deviation * stream.normal();
    let mut left = Vec::new();
    let observations: Vec<Observation> = eta
        .iter()
        .map(|z| {
            let strikes = stream.poisson(libm::exp(z + shift));
            let detection = if stream.uniform() < 0.3 { 0.6 } else { 0.0 };
            let (mut finds, mut remaining) = (0, 0);
            for _ in 0..strikes {
                let items = stream.gamma(ITEMS.shape, ITEMS.rate);
                for _ in 0..stream.poisson(items) {
                    if stream.uniform() < detection { finds += 1 } else { remaining += 1 }
                }
            }
            left.push(remaining);
            Observation::Search { finds, detection }
        })
        .collect();
    (prior.observing(&observations).unwrap(), left)
}

/// Counts, over all blocks of some regions, how much probability the 90 per cent intervals hold, how
/// many hold the truth, and how often anything was expected and was there.
fn calibrate(side: u32, regions: u64) -> (f64, f64, f64, f64) {
    let (mut blocks, mut inside, mut named, mut expected, mut there) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for number in 0..regions {
        let (model, left) = region(side, number);
        let posterior =
            model.posterior(&SpreadPriors::default(), &NodeSettings::default()).unwrap();
        let marginals = posterior.marginals().unwrap();
        for (block, truth) in left.iter().enumerate() {
            let items = marginals.left(model.blocks(), block).unwrap();
            let (low, high) = items.interval(0.9).unwrap();
            let below = if low == 0 { 0.0 } else { items.cumulative(low - 1) };
            blocks += 1.0;
            // A discrete interval holds more than its name, so the truth is compared with what it holds.
            named += items.cumulative(high) - below;
            inside += f64::from(u8::from((low..=high).contains(truth)));
            expected += items.probability_of_any();
            there += f64::from(u8::from(*truth > 0));
        }
    }
    (named / blocks, inside / blocks, expected / blocks, there / blocks)
}

#[test]
fn intervals_of_blocks_hold_the_truth_as_often_as_they_say() {
    let (named, inside, expected, there) = calibrate(10, 20);
    println!("intervals name {named:.3}, hold {inside:.3}; any expected {expected:.3}, {there:.3}");
    // Twenty regions of 100 blocks that depend on each other: a standard error of about 0.01, and of
    // 0.03 for the share with any, which a whole region has in common.
    assert!((named - inside).abs() < 0.035, "{named} {inside}");
    assert!((expected - there).abs() < 0.08, "{expected} {there}");
}

#[test]
#[ignore = "half an hour of simulated regions, for the nightly run"]
fn intervals_of_many_blocks_hold_the_truth_as_often_as_they_say() {
    let (named, inside, expected, there) = calibrate(26, 200);
    println!("intervals name {named:.3}, hold {inside:.3}; any expected {expected:.3}, {there:.3}");
    assert!((named - inside).abs() < 0.01, "{named} {inside}");
    assert!((expected - there).abs() < 0.025, "{expected} {there}");
}

#[test]
fn threads_and_turns_change_no_bit() {
    let (model, _) = region(12, 3);
    let told: Vec<Vec<u64>> = [1, 2, 3]
        .into_iter()
        .map(|simultaneous| {
            let settings = NodeSettings { simultaneous, ..NodeSettings::default() };
            let threads =
                rayon::ThreadPoolBuilder::new().num_threads(simultaneous).build().unwrap();
            threads.install(|| {
                let posterior = model.posterior(&SpreadPriors::default(), &settings).unwrap();
                let marginals = posterior.marginals().unwrap();
                let all: Vec<usize> = (0..144).collect();
                let total =
                    posterior.totals(&[all], Counted::Left, Widening::Default, 40, 9).unwrap();
                let mut bits: Vec<u64> = total[0].draws().iter().map(|x| x.to_bits()).collect();
                bits.extend((0..144).map(|g| marginals.mean_and_standard_deviation(g).1.to_bits()));
                bits
            })
        })
        .collect();
    assert!(told[0] == told[1] && told[0] == told[2]);
}

#[test]
fn draws_have_the_mean_and_spread_that_are_told() {
    let (model, _) = region(8, 5);
    let posterior = model.posterior(&SpreadPriors::default(), &NodeSettings::default()).unwrap();
    let marginals = posterior.marginals().unwrap();
    let (mut sum, mut square) = (vec![0.0; 64], vec![0.0; 64]);
    posterior
        .for_each_draw(4000, 1, |_, eta| {
            for (g, eta) in eta.iter().enumerate() {
                sum[g] += eta / 4000.0;
                square[g] += eta * eta / 4000.0;
            }
            Ok(())
        })
        .unwrap();
    for g in 0..64 {
        let (mean, deviation) = marginals.mean_and_standard_deviation(g);
        assert!((sum[g] - mean).abs() < 0.08 * deviation, "{g}");
        let drawn = (square[g] - sum[g] * sum[g]).sqrt();
        assert!((drawn / deviation - 1.0).abs() < 0.08, "{g}: {drawn} for {deviation}");
    }
}

#[test]
fn refitting_simulated_strikes_measures_the_widening() {
    let (model, _) = region(8, 5);
    let nodes = NodeSettings::nation();
    let priors = SpreadPriors::default();
    let posterior = model.posterior(&priors, &nodes).unwrap();
    let settings =
        BootstrapSettings { footprint_scale: 150.0, share_inside: 1.0, regions: 12, seed: 4 };
    let measured = posterior.measured_widening(&priors, &nodes, &settings).unwrap();
    println!("{measured:?}");
    assert!(measured.widening.factor() >= 1.0 && measured.widening.factor() < 4.0);
    assert_eq!(measured.without_number, 0);
    assert_eq!(measured, posterior.measured_widening(&priors, &nodes, &settings).unwrap());
}

#[test]
fn strikes_from_a_sampler_move_the_field() {
    let (model, _) = region(8, 5);
    let settings = NodeSettings::nation();
    let observations: Vec<Observation> = (0..64)
        .map(|g| Observation::Strikes { expected: if g == 27 { 6.0 } else { 0.0 }, seen: 0.8 })
        .collect();
    let again = model.observing(&observations).unwrap();
    let posterior = again.posterior(&SpreadPriors::default(), &settings).unwrap();
    let marginals = posterior.marginals().unwrap();
    let at = |g| marginals.mean_and_standard_deviation(g).0;
    assert!(at(27) > at(28) && at(28) > at(63));
    assert!(matches!(
        marginals.left(again.blocks(), 27),
        Err(FieldFault::GivenAsStrikes { block: 27 })
    ));
    let all = vec![(0..64).collect()];
    assert!(posterior.totals(&all, Counted::Left, Widening::Default, 10, 1).is_err());
}

#[test]
fn faults_say_what_is_wrong_before_any_work() {
    let level = NormalPrior { mean: -1.0, standard_deviation: 1.0 };
    let lattice = Lattice::rectangle(2, 2, 1.0).unwrap();
    let make = |blocks: Vec<Block>, covariates: &[Covariate]| {
        FieldModel::new(lattice.clone(), blocks, level, covariates).map(|_| ())
    };
    let good = vec![Block::unsearched(1.0, ITEMS); 4];
    assert!(matches!(make(good[..3].to_vec(), &[]), Err(FieldFault::CountsDiffer { .. })));
    let mut found = good.clone();
    found[2] = Block::searched(1.0, ITEMS, 5, 0.0);
    assert_eq!(make(found, &[]), Err(FieldFault::FindsWithoutSearch { block: 2, finds: 5 }));
    let covariate = Covariate { values: vec![0.0, f64::NAN, 0.0, 0.0], effect: level };
    assert!(make(good, &[covariate]).unwrap_err().to_string().contains("covariate"));
}
