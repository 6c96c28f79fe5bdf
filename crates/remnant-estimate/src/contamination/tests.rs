//! The whole way from inputs to totals, on small places.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::ControlFlow;

use super::model::Model;
use super::*;
use crate::dud_rate::NormalMixture;
use crate::grid::Grid;
use crate::strike::{Candidates, Gamma, Munitions, ShareMoments, left_by_strike};

pub(super) fn quick() -> Settings {
    Settings { seed: 5, points: 48, draws: 200, particles: 32, tile: 64 }
}

/// A place of 1 km by 1 km in cells of 25 m: two strikes, the western half searched by eye.
pub(super) fn place() -> Inputs {
    let grid = Grid::new(0.0, 1_000.0, 25.0, 40, 40).unwrap();
    let strike = |id: &str, easting, northing, error| Strike {
        id: id.to_owned(),
        places: Candidates::around_point((easting, northing), error, 50.0).unwrap(),
        munitions: 3.0,
        munitions_deviation: 0.8,
        loads: vec![Load { submunition: 0, weight: 1.0, each: 88.0 }],
    };
    let searched: Vec<(u32, f64)> = (0..grid.cells())
        .filter(|cell| grid.column_and_row(*cell).0 < 20)
        .map(|cell| (cell, 0.9))
        .collect();
    let find = |id: &str, easting, northing, count| Find {
        id: id.to_owned(),
        cells: vec![grid.cell_at(easting, northing).unwrap()],
        count,
    };
    let area = |id: &str, from: u32, to: u32| Area {
        id: id.to_owned(),
        name: id.to_owned(),
        cells: (0..grid.cells())
            .filter(|cell| (from..to).contains(&grid.column_and_row(*cell).0))
            .map(|cell| (cell, 1.0))
            .collect(),
    };
    Inputs {
        grid,
        types: vec![SubmunitionType {
            name: "a".to_owned(),
            level: NormalMixture::normal(-2.2, 0.4),
            context_spreads: vec![(1.0, 0.6)],
        }],
        methods: vec![Method {
            name: "visual".to_owned(),
            detection: (6.0, 3.0),
            never_found: 0.03,
        }],
        footprint: FootprintBelief { median_metres: 60.0, log_spread: 0.3, between_strikes: 0.2 },
        strikes: vec![strike("s/1", 350.0, 600.0, 100.0), strike("s/2", 800.0, 300.0, 60.0)],
        tasks: vec![Task {
            id: "t/1".to_owned(),
            method: 0,
            passes: 1,
            cells: searched,
            finds: vec![find("e/1", 310.0, 620.0, 3), find("e/2", 390.0, 560.0, 2)],
        }],
        spot_finds: vec![SpotFind {
            id: "spot/1".to_owned(),
            cell: grid.cell_at(830.0, 310.0).unwrap(),
        }],
        unreported: Some(Unreported {
            per_square_kilometre: 0.4,
            log_spread: 1.0,
            munitions: 2.0,
            munitions_deviation: 1.0,
            loads: vec![Load { submunition: 0, weight: 1.0, each: 88.0 }],
        }),
        areas: vec![area("west", 0, 20), area("east", 20, 40), area("all", 0, 40)],
    }
}

pub(super) fn go(inputs: &Inputs, settings: Settings) -> Estimate {
    estimate(inputs, settings, Vec::new(), |_, _, _| ControlFlow::Continue(())).unwrap()
}

#[test]
fn a_strike_of_which_all_but_its_items_is_known_is_the_closed_form() {
    let mut inputs = place();
    inputs.strikes.truncate(1);
    inputs.strikes[0].places = Candidates::known(450.0, 600.0).unwrap();
    inputs.unreported = None;
    inputs.spot_finds.clear();
    inputs.types[0].level = NormalMixture::normal(-2.2, 1e-10);
    inputs.footprint =
        FootprintBelief { median_metres: 60.0, log_spread: 1e-3, between_strikes: 0.0 };
    inputs.methods[0].detection = (7e6, 3e6);
    let found = go(&inputs, Settings { draws: 1_000, ..quick() });
    // Items: the moments of the model; found share: half the kernel, 0.9 covered, 0.7 detected, 0.97
    // findable. The place lies 50 m west of the border of the searched half.
    let share = ShareMoments::over_contexts(-2.2, 0.6);
    let munitions = Munitions { mean: 3.0, variance: 0.64 };
    let prior = left_by_strike(munitions, 88.0, share).unwrap().gamma;
    let west = crate::normal::cumulative(50.0 / 60.0);
    let effort = 0.9 * 0.7 * 0.97;
    let posterior = prior.after(west * effort, 5);
    let expected = posterior.mean() * (west * (1.0 - effort) + 1.0 - west);
    assert!(
        (found.whole.expected / expected - 1.0).abs() < 0.03,
        "{} {expected}",
        found.whole.expected
    );
    let in_west = posterior.mean() * west * (1.0 - effort);
    assert!((found.areas[0].left.expected / in_west - 1.0).abs() < 0.03);
    // The interval is that of the negative binomial.
    let quantiles = Gamma::new(posterior.shape, posterior.rate).unwrap();
    let quantiles = quantiles.count_quantiles(expected / posterior.mean()).0;
    let interval = found.whole.interval_90;
    assert!(interval.0.abs_diff(quantiles[0]) <= 2 && interval.1.abs_diff(quantiles[4]) <= 3);
    let cells: f64 = found.cells.iter().map(|cell| cell.left.expected).sum();
    assert!((cells / expected - 1.0).abs() < 2e-3, "{cells}");
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let inputs = place();
    let run = || go(&inputs, Settings { tile: 16, ..quick() });
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    assert_eq!(pool(1).install(run), pool(8).install(run));
}

#[test]
fn the_size_of_tiles_changes_nothing_but_the_order_of_sums() {
    let inputs = place();
    let (small, large) = (go(&inputs, Settings { tile: 11, ..quick() }), go(&inputs, quick()));
    assert!((small.whole.expected / large.whole.expected - 1.0).abs() < 1e-9);
    for (a, b) in small.areas.iter().zip(&large.areas) {
        assert_eq!(a.left.interval_90, b.left.interval_90);
        for (x, y) in a.draws.iter().zip(&b.draws) {
            assert!((x - y).abs() <= 1e-9 * y.max(1.0));
        }
    }
    for (a, b) in small.cells.iter().zip(&large.cells) {
        assert!((a.left.expected - b.left.expected).abs() <= 1e-9, "cell {}", a.cell);
        assert_eq!((a.cell, a.looked, a.searched), (b.cell, b.looked, b.searched));
    }
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    let inputs = place();
    let settings = Settings { tile: 16, ..quick() };
    let whole = go(&inputs, settings);
    let mut kept = Vec::new();
    let stopped = estimate(&inputs, settings, Vec::new(), |tile, done, _| {
        kept.push(tile.clone());
        if done == 4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(stopped, Err(ContaminationFault::Interrupted { done: 4, tiles: 9 })));
    // Kept as text in between, as the program does.
    let text: Vec<String> = kept.iter().map(|t| serde_json::to_string(t).unwrap()).collect();
    let back: Vec<TileResult> = text.iter().map(|t| serde_json::from_str(t).unwrap()).collect();
    let mut made = 0;
    let resumed = estimate(&inputs, settings, back.clone(), |_, _, _| {
        made += 1;
        ControlFlow::Continue(())
    });
    assert_eq!((resumed.unwrap(), made), (whole, 5));
    let other = Settings { seed: 6, ..settings };
    let foreign = estimate(&inputs, other, back, |_, _, _| ControlFlow::Continue(()));
    assert!(matches!(foreign, Err(ContaminationFault::ForeignTile { .. })));
}

#[test]
fn totals_are_the_sums_of_their_cells_and_keep_their_dependence() {
    let found = go(&place(), quick());
    let [west, east, all] = &found.areas[..] else { panic!("three areas") };
    for k in 0..all.draws.len() {
        assert!((west.draws[k] + east.draws[k] - all.draws[k]).abs() < 1e-9 * all.draws[k]);
    }
    assert!((all.left.expected - found.whole.expected).abs() < 1e-9 * all.left.expected);
    assert!((west.searched - 0.9).abs() < 1e-12 && east.searched == 0.0);
    // Cells are told by conditional expectations, totals by draws: they differ by Monte Carlo error only.
    let cells: f64 = found.cells.iter().map(|cell| cell.left.expected).sum();
    let error = 5.0 * found.diagnostics.draw_error;
    assert!((cells - all.left.expected).abs() < error, "{cells} {}", all.left.expected);
}

#[test]
fn a_cell_nobody_searched_says_so_and_rests_on_what_was_believed_before() {
    let found = go(&place(), quick());
    let grid = place().grid;
    let at = |e, n| found.cells[grid.cell_at(e, n).unwrap() as usize];
    assert_eq!(at(310.0, 620.0).looked, Looked::Found);
    assert_eq!(at(110.0, 120.0).looked, Looked::NothingFound);
    assert_eq!(at(910.0, 820.0).looked, Looked::Nobody);
    assert!(at(910.0, 820.0).on_search < 0.02, "{}", at(910.0, 820.0).on_search);
    assert!(at(310.0, 620.0).on_search > 0.3, "{}", at(310.0, 620.0).on_search);
    for cell in &found.cells {
        assert!(cell.left.any >= 0.0 && cell.left.any <= cell.left.expected + 1e-9, "{cell:?}");
    }
}

#[test]
fn the_explanation_of_a_cell_names_its_strikes_and_adds_up_to_it() {
    let inputs = place();
    let found = go(&inputs, quick());
    let cell = inputs.grid.cell_at(330.0, 590.0).unwrap();
    let told = explain_cell(&inputs, quick(), cell).unwrap();
    assert_eq!(told[0].strike.as_deref(), Some("s/1"));
    assert!(told.iter().any(|part| part.strike.is_none()));
    let sum: f64 = told.iter().map(|part| part.expected).sum();
    let expected = found.cells[cell as usize].left.expected;
    assert!((sum / expected - 1.0).abs() < 1e-9, "{sum} {expected}");
    assert!(told[0].before_removal > told[0].expected);
}

#[test]
fn more_searching_without_a_find_leaves_less_and_moves_strikes_away() {
    let mut inputs = place();
    inputs.tasks[0].finds.clear();
    inputs.spot_finds.clear();
    let searched = go(&inputs, quick());
    inputs.tasks.clear();
    let before = go(&inputs, quick());
    assert!(searched.areas[0].left.expected < 0.5 * before.areas[0].left.expected);
    // Where nobody looked, the number stays or grows: the strike may be there instead.
    assert!(searched.areas[1].left.expected > 0.9 * before.areas[1].left.expected);
    assert!(before.areas[0].searched == 0.0);
}

#[test]
fn fixing_one_input_at_a_time_tells_what_the_spread_comes_from() {
    let mut inputs = place();
    inputs.tasks.clear();
    inputs.spot_finds.clear();
    inputs.unreported = None;
    let found = go(&inputs, quick());
    let shares = split(&inputs, quick(), &found, None).unwrap();
    assert_eq!(shares[0].cause, Cause::DudFraction, "{shares:?}");
    assert!(shares[0].share > 0.5, "{shares:?}");
    assert!(shares.iter().all(|part| part.cause != Cause::Detection));
}

#[test]
fn all_contradictions_of_the_inputs_are_told_at_once() {
    let mut inputs = place();
    inputs.strikes[1].id = "s/1".to_owned();
    inputs.strikes[0].munitions = f64::NAN;
    inputs.strikes[0].loads[0].submunition = 7;
    inputs.tasks[0].method = 3;
    inputs.tasks[0].cells[5].1 = 1.5;
    inputs.tasks[0].finds[0].cells = vec![39];
    inputs.spot_finds[0].cell = 1_600;
    inputs.areas[0].cells.reverse();
    inputs.types[0].context_spreads[0].0 = 0.5;
    let fault =
        estimate(&inputs, quick(), Vec::new(), |_, _, _| ControlFlow::Continue(())).unwrap_err();
    insta::assert_snapshot!(fault.to_string());
}

#[test]
fn nothing_known_of_a_place_is_a_reason_and_no_number() {
    let mut inputs = place();
    inputs.strikes.clear();
    inputs.unreported = None;
    inputs.tasks.clear();
    let found = estimate(&inputs, quick(), Vec::new(), |_, _, _| ControlFlow::Continue(()));
    assert_eq!(found, Err(ContaminationFault::NothingToGoBy));
}

#[test]
fn the_hash_changes_with_every_input() {
    let base = place().sha256();
    for change in [
        (|i: &mut Inputs| i.strikes[0].munitions += 1e-9) as fn(&mut Inputs),
        |i| i.tasks[0].passes = 2,
        |i| i.tasks[0].finds[0].count = 4,
        |i| i.spot_finds.clear(),
        |i| i.unreported = None,
        |i| i.methods[0].never_found = 0.04,
        |i| i.areas[0].name.push('x'),
        |i| i.types[0].level = NormalMixture::normal(-2.2, 0.41),
    ] {
        let mut inputs = place();
        change(&mut inputs);
        assert_ne!(inputs.sha256(), base);
    }
    assert_eq!(place().sha256(), base);
}

/// The search for the most probable scale tries scales far from any that is believed; places as close
/// together as such a scale would be more than memory holds.
#[test]
fn a_footprint_of_centimetres_asks_for_no_more_places_than_half_cells() {
    let mut inputs = place();
    inputs.footprint.median_metres = 0.05;
    let model = Model::new(&inputs);
    let origins = model.at(&[]).unreported_origins();
    // The searched ground is 500 m by 1 000 m, in steps of 12.5 m, for each of the scales.
    let scales = model.at(&[]).scales.len();
    assert!((5..=8).contains(&scales), "{scales}");
    assert!(origins.len() <= scales * 42 * 82, "{}", origins.len());
    let strikes: f64 = origins.weights.iter().sum();
    assert!((strikes / (0.4 * 0.5) - 1.0).abs() < 0.1, "{strikes}");
}

/// A find far beyond what the believed footprint of the only strike reaches speaks for a wider footprint, not
/// against the inputs.
#[test]
fn a_find_far_from_the_only_strike_widens_the_footprint() {
    let mut inputs = place();
    inputs.unreported = None;
    inputs.spot_finds.clear();
    inputs.strikes.truncate(1);
    inputs.strikes[0].places = Candidates::known(100.0, 900.0).unwrap();
    inputs.footprint.median_metres = 20.0;
    inputs.footprint.log_spread = 0.7;
    inputs.tasks[0].finds.truncate(1);
    inputs.tasks[0].finds[0].cells = vec![inputs.grid.cell_at(260.0, 740.0).unwrap()];
    let told = go(&inputs, quick());
    let scale = told.unknowns.iter().find(|known| known.name.starts_with("footprint")).unwrap();
    assert!(scale.interval_90.0 > 20.0, "{scale:?}");
}
