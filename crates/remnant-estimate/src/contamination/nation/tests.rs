//! A nation's run on small places, beside the run of a place.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::ControlFlow;

use super::super::tests::{go, place, quick};
use super::super::{ContaminationFault, Inputs, Looked, Settings, TileResult};
use super::*;

fn small() -> NationSettings {
    NationSettings {
        seed: 3,
        points: 40,
        draws: 400,
        tile: 64,
        steps: 500,
        tile_steps: (30, 2),
        field: false,
        ..NationSettings::default()
    }
}

fn run(inputs: &Inputs, settings: NationSettings) -> (NationEstimate, Vec<TileResult>) {
    let mut tiles = Vec::new();
    let found = estimate_nation(
        inputs,
        settings,
        |_| None,
        |step| {
            if let Step::Tile { result, .. } = step {
                tiles.push(result.clone());
            }
            ControlFlow::Continue(())
        },
    );
    (found.unwrap(), tiles)
}

#[test]
fn it_tells_the_same_of_a_place_as_the_run_of_a_place() {
    let mut inputs = place();
    inputs.spot_finds.clear();
    let thorough = Settings { points: 128, draws: 800, particles: 200, ..quick() };
    let many = NationSettings { points: 200, draws: 800, ..small() };
    let (of_place, (of_nation, tiles)) = (go(&inputs, thorough), run(&inputs, many));
    let near = |a: f64, b: f64, by: f64| (a / b - 1.0).abs() < by;
    assert!(near(of_nation.whole.expected, of_place.whole.expected, 0.12));
    assert!(near(of_nation.whole.deviation, of_place.whole.deviation, 0.25));
    for (ours, theirs) in of_nation.areas.iter().zip(&of_place.areas) {
        assert!(near(ours.left.expected, theirs.left.expected, 0.15), "{ours:?} {theirs:?}");
        assert!((ours.searched - theirs.searched).abs() < 1e-12);
    }
    for (ours, theirs) in of_nation.unknowns.iter().zip(&of_place.unknowns) {
        assert_eq!(ours.name, theirs.name);
        let wide = theirs.interval_90.1 - theirs.interval_90.0;
        assert!((ours.mean - theirs.mean).abs() < 0.15 * wide, "{ours:?} {theirs:?}");
    }
    // Cells, most of which are told with noise of few draws.
    let (mut apart, mut all) = (0.0, 0.0);
    for (ours, theirs) in tiles.iter().flat_map(|tile| &tile.cells).zip(&of_place.cells) {
        assert_eq!((ours.cell, ours.looked), (theirs.cell, theirs.looked));
        assert!((ours.searched - theirs.searched).abs() < 1e-12);
        apart += (ours.left.any - theirs.left.any).abs();
        all += theirs.left.any;
    }
    assert!(apart < 0.15 * all, "{apart} of {all}");
}

#[test]
fn a_spot_find_draws_a_strike_to_it_and_leaves_its_number() {
    let mut inputs = place();
    inputs.tasks.clear();
    inputs.unreported = None;
    inputs.strikes.truncate(1);
    inputs.spot_finds[0].cell = inputs.grid.cell_at(410.0, 590.0).unwrap();
    let (with, _) = run(&inputs, small());
    inputs.spot_finds.clear();
    let (without, _) = run(&inputs, small());
    assert!((with.whole.expected / without.whole.expected - 1.0).abs() < 0.1);
}

#[test]
fn the_number_of_threads_and_an_interruption_change_no_bit() {
    let inputs = place();
    let settings = NationSettings { points: 4, draws: 16, steps: 60, tile: 10, ..small() };
    let settings = NationSettings { steps: 200, chains: 2, learnt_from: 1, ..settings };
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let one = pool(1).install(|| run(&inputs, settings));
    let eight = pool(8).install(|| run(&inputs, settings));
    assert_eq!(one, eight);
    assert_eq!(one.1.len(), 1);
    let kept = one.1.clone();
    let mut made = 0;
    let resumed = estimate_nation(
        &inputs,
        settings,
        |tile| kept.iter().find(|own| own.tile == tile).cloned(),
        |step| {
            made += usize::from(matches!(step, Step::Tile { .. }));
            ControlFlow::Continue(())
        },
    );
    assert_eq!((resumed.unwrap(), made), (one.0, 0));
    let other = NationSettings { seed: 4, ..settings };
    let foreign = estimate_nation(
        &inputs,
        other,
        |tile| kept.iter().find(|own| own.tile == tile).cloned(),
        |_| ControlFlow::Continue(()),
    );
    assert!(matches!(
        foreign,
        Err(NationFault::Contamination(ContaminationFault::ForeignTile { .. }))
    ));
}

#[test]
fn cells_that_nothing_reaches_share_one_answer() {
    let mut inputs = place();
    inputs.tasks.clear();
    inputs.spot_finds.clear();
    inputs.strikes.truncate(1);
    inputs.footprint.median_metres = 15.0;
    let (_, tiles) = run(&inputs, NationSettings { steps: 60, ..small() });
    let far: Vec<_> = tiles[0].cells.iter().filter(|cell| cell.cell % 40 > 36).collect();
    assert!(far.iter().all(|cell| cell.left == far[0].left && cell.looked == Looked::Nobody));
    assert!(far[0].left.expected > 0.0);
}
