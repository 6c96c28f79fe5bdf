//! What the update says about invented worlds whose truth is known.
//!
//! The worlds are made here item by item, from the assumptions in words: a strike at a place, items about it, a
//! search that finds each with its chance. The update sees only what a search team would.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rayon::prelude::*;
use remnant_estimate::footprint::{CellWindow, Footprint};
use remnant_estimate::grid::Grid;
use remnant_estimate::random::Stream;
use remnant_estimate::search::{DetectionPrior, beta_nodes};
use remnant_estimate::strike::{Candidates, Gamma};
use remnant_estimate::update::{
    RecordedStrike, SamplerSettings, SearchedGround, Sources, UnreportedPlaces, UpdateFault,
};

const SCALE: f64 = 60.0;

/// The chance of detection a draw gives a task.
type Chance = Box<dyn FnMut(usize, &mut Stream) -> f64>;

/// Where the true number falls among the draws, between 0 and 1, ties broken by chance.
fn rank(truth: u64, draws: &[u64], stream: &mut Stream) -> f64 {
    let below = draws.iter().filter(|draw| **draw < truth).count() as f64;
    let equal = draws.iter().filter(|draw| **draw == truth).count() as f64;
    (below + stream.uniform() * (equal + 1.0)) / (draws.len() as f64 + 1.0)
}

fn covered(ranks: &[f64], level: f64) -> f64 {
    let low = 0.5 * (1.0 - level);
    let inside = ranks.iter().filter(|rank| **rank > low && **rank < 1.0 - low).count();
    inside as f64 / ranks.len() as f64
}

/// Ten equal bins against the 0.1 per cent point of χ² with nine degrees of freedom.
fn uniform(ranks: &[f64]) -> bool {
    let mut bins = [0.0_f64; 10];
    for rank in ranks {
        bins[((rank * 10.0) as usize).min(9)] += 1.0;
    }
    let expected = ranks.len() as f64 / 10.0;
    bins.iter().map(|bin| (bin - expected).powi(2) / expected).sum::<f64>() < 27.9
}

struct World {
    ground: SearchedGround,
    strikes: Vec<RecordedStrike>,
    left: Vec<Gamma>,
    unreported: UnreportedPlaces,
    /// Items nobody found on the grid.
    truly_left: u64,
    finds: u64,
}

const UNREPORTED_LEFT: Gamma = Gamma { shape: 1.2, rate: 0.15 };

fn scatter(
    stream: &mut Stream,
    place: (f64, f64),
    items: u64,
    grid: &Grid,
    effort: &[f64],
    finds: &mut [u32],
) -> u64 {
    let mut left = 0;
    for _ in 0..items {
        let (east, north) = (place.0 + SCALE * stream.normal(), place.1 + SCALE * stream.normal());
        if let Some(cell) = grid.cell_at(east, north) {
            if stream.uniform() < effort[cell as usize] {
                finds[cell as usize] += 1;
            } else {
                left += 1;
            }
        }
    }
    left
}

fn world(number: u64) -> World {
    let mut stream = Stream::new(20, 1, number, 0);
    let grid = Grid::new(0.0, 1_000.0, 50.0, 20, 20).unwrap();
    let effort: Vec<f64> = (0..400)
        .map(|cell| {
            let (column, row) = grid.column_and_row(cell);
            let searched = (4..14).contains(&column) && (3..12).contains(&row);
            if searched { 0.4 + 0.1 * f64::from(column % 4) } else { 0.0 }
        })
        .collect();
    let mut finds = vec![0; 400];
    let mut truly_left = 0;
    let (mut strikes, mut left) = (Vec::new(), Vec::new());
    for (id, centre) in [(11, (420.0, 640.0)), (12, (560.0, 600.0)), (13, (930.0, 100.0))] {
        let candidates = Candidates::around_point(centre, 90.0, 50.0).unwrap();
        let gamma = Gamma::new(1.5, 0.12).unwrap();
        let place = candidates.place(stream.weighted(candidates.weights()));
        let rate = stream.gamma(gamma.shape, gamma.rate);
        let items = stream.poisson(rate);
        truly_left += scatter(&mut stream, place, items, &grid, &effort, &mut finds);
        let footprints = vec![(1.0, Footprint::normal(SCALE).unwrap())];
        strikes.push(RecordedStrike { id, candidates, footprints });
        left.push(gamma);
    }
    // Unreported strikes anywhere, also beyond the border of the grid.
    let (low, high) = (-240.0, 1_240.0);
    let density = 1.2e-6;
    for _ in 0..stream.poisson(density * (high - low) * (high - low)) {
        let place = (low + (high - low) * stream.uniform(), low + (high - low) * stream.uniform());
        let rate = stream.gamma(UNREPORTED_LEFT.shape, UNREPORTED_LEFT.rate);
        let items = stream.poisson(rate);
        truly_left += scatter(&mut stream, place, items, &grid, &effort, &mut finds);
    }
    let unreported =
        UnreportedPlaces::over((low, high), (low, high), 40.0, |_, _| density).unwrap();
    let cells: Vec<u32> = (0..400).filter(|cell| effort[*cell as usize] > 0.0).collect();
    let pick = |cell: &u32| effort[*cell as usize];
    let searched_finds: Vec<u32> = cells.iter().map(|cell| finds[*cell as usize]).collect();
    let total = searched_finds.iter().map(|f| u64::from(*f)).sum();
    let effort = cells.iter().map(pick).collect();
    let ground = SearchedGround::new(grid, cells, effort, searched_finds).unwrap();
    World { ground, strikes, left, unreported, truly_left, finds: total }
}

fn quick() -> SamplerSettings {
    SamplerSettings {
        enumerate_up_to: 200,
        particles: 12,
        warm_up: 20,
        sweeps: 60,
        most_sweeps: 3_840,
        r_hat: 1.1,
        effective_draws: 60.0,
        most_finds: 5_000,
    }
}

/// Totals left on the whole grid in joint draws, and their mean by conditional weights.
fn totals(world: &World, draws: u64, seed: u64) -> (Vec<u64>, f64) {
    let footprint = Footprint::normal(SCALE).unwrap();
    let sources =
        Sources::new(&world.ground, &world.strikes, Some((&world.unreported, &footprint))).unwrap();
    let updated = sources.update(&world.left, Some(UNREPORTED_LEFT), &quick(), seed).unwrap();
    let window = CellWindow::whole(world.ground.grid());
    let mut expected = vec![0.0; window.cells()];
    sources.add_expected_left(&updated, &window, &mut expected).unwrap();
    let totals = (0..draws)
        .map(|turn| {
            let draw = sources.draw(&updated, seed, turn, 0);
            let mut left = vec![0.0; window.cells()];
            sources.add_left_of_draw(&draw, &window, &mut left).unwrap();
            Stream::new(seed, 77, 0, turn).poisson(left.iter().sum())
        })
        .collect();
    (totals, expected.iter().sum())
}

/// Recorded strikes that overlap, unreported ones that cross every border, many finds and none: the total left is
/// covered as often as the intervals say. In particular a strike never counts as two.
#[test]
fn totals_of_recorded_and_unreported_strikes_are_calibrated() {
    let results: Vec<(f64, f64, f64, u64)> = (0..200_u64)
        .into_par_iter()
        .map(|number| {
            let world = world(number);
            let (draws, expected) = totals(&world, 199, number);
            let mut stream = Stream::new(20, 2, number, 0);
            let rank = rank(world.truly_left, &draws, &mut stream);
            (rank, expected, world.truly_left as f64, world.finds)
        })
        .collect();
    let ranks: Vec<f64> = results.iter().map(|result| result.0).collect();
    let (nine, five) = (covered(&ranks, 0.9), covered(&ranks, 0.5));
    // Three standard errors of a binomial share of 200.
    assert!((nine - 0.9).abs() < 0.064, "90 per cent intervals cover {nine}");
    assert!((five - 0.5).abs() < 0.106, "50 per cent intervals cover {five}");
    assert!(uniform(&ranks), "{ranks:?}");
    let count = results.len() as f64;
    let expected = results.iter().map(|r| r.1).sum::<f64>() / count;
    let truth = results.iter().map(|r| r.2).sum::<f64>() / count;
    let square = results.iter().map(|r| (r.1 - r.2).powi(2)).sum::<f64>() / count;
    assert!((expected - truth).abs() < 3.5 * (square / count).sqrt(), "{expected} {truth}");
    assert!(results.iter().filter(|r| r.3 > 5).count() > 100, "the worlds hold finds");
}

#[test]
fn draws_have_the_mean_that_conditional_weights_give() {
    let world = (0..).map(world).find(|world| world.finds > 12).unwrap();
    let (draws, expected) = totals(&world, 3_000, 5);
    let mean = draws.iter().sum::<u64>() as f64 / draws.len() as f64;
    let variance = draws.iter().map(|d| (*d as f64 - mean).powi(2)).sum::<f64>() / 3_000.0;
    // Ways kept for draws are themselves a sample: allow twice the error of independent draws.
    assert!((mean - expected).abs() < 8.0 * (variance / 3_000.0).sqrt(), "{mean} {expected}");
}

#[test]
fn the_sampler_agrees_with_visiting_every_way() {
    let world = (0..).map(world).find(|world| (3..=5).contains(&world.finds)).unwrap();
    let footprint = Footprint::normal(SCALE).unwrap();
    let sources =
        Sources::new(&world.ground, &world.strikes, Some((&world.unreported, &footprint))).unwrap();
    let of = |enumerate_up_to, particles, sweeps| {
        let settings = SamplerSettings { enumerate_up_to, particles, sweeps, ..quick() };
        sources.update(&world.left, Some(UNREPORTED_LEFT), &settings, 9).unwrap()
    };
    let (exact, sampled) = (of(1_000_000, 2, 8), of(0, 300, 3_000));
    assert_eq!(exact.log_marginal_error(), 0.0);
    let off = (exact.log_marginal() - sampled.log_marginal()).abs();
    assert!(off < 5.0 * sampled.log_marginal_error() + 1e-6, "{off}");
    assert!(sampled.log_marginal_error() > 0.0);
    for strike in 0..3 {
        let (a, b) = (sources.rates_of(&exact, strike), sources.rates_of(&sampled, strike));
        let (a, b): (f64, f64) = (a.iter().sum(), b.iter().sum());
        assert!((a / b - 1.0).abs() < 0.05, "strike {strike}: {a} {b}");
    }
    let strikes = |updated| sources.unreported_strikes(updated).unwrap().iter().sum::<f64>();
    assert!((strikes(&exact) - strikes(&sampled)).abs() < 0.05);
}

#[test]
fn threads_do_not_change_a_bit() {
    let world = (0..).map(world).find(|world| world.finds > 12).unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| totals(&world, 20, 3))
    };
    let (one, three) = (with(1), with(3));
    assert_eq!(one.0, three.0);
    assert_eq!(one.1.to_bits(), three.1.to_bits());
}

#[test]
fn a_find_no_strike_reaches_is_a_reason_and_not_a_number() {
    let grid = Grid::new(0.0, 5_000.0, 100.0, 50, 50).unwrap();
    let ground = SearchedGround::new(grid, vec![0, 2_499], vec![0.5, 0.5], vec![0, 2]).unwrap();
    let candidates = Candidates::around_point((300.0, 4_800.0), 100.0, 50.0).unwrap();
    let footprints = vec![(1.0, Footprint::normal(SCALE).unwrap())];
    let strikes = [RecordedStrike { id: 1, candidates, footprints }];
    let found = Sources::new(&ground, &strikes, None).map(|_| ());
    assert_eq!(found, Err(UpdateFault::Unexplained { cell: 2_499, finds: 2 }));
    let twice = [strikes[0].clone(), strikes[0].clone()];
    let found = Sources::new(&ground, &twice, None).map(|_| ());
    assert_eq!(found, Err(UpdateFault::StrikeTwice { strike: 1 }));
}

/// The place kept as a question covers; blurred into independent cells it is far too sure.
#[test]
fn a_blurred_place_is_too_sure_of_the_total() {
    let grid = Grid::new(0.0, 3_200.0, 200.0, 16, 16).unwrap();
    let window = CellWindow::whole(&grid);
    let gamma = Gamma::new(2.0, 0.05).unwrap();
    let (scale, error) = (120.0, 500.0);
    let candidates = Candidates::around_point((1_600.0, 1_600.0), error, 100.0).unwrap();
    let blurred = Footprint::normal(f64::hypot(scale, error)).unwrap();
    let blurred = blurred.masses((1_600.0, 1_600.0), &grid, &window);
    let ranks: Vec<(f64, f64)> = (0..400_u64)
        .into_par_iter()
        .map(|number| {
            let mut stream = Stream::new(8, 1, number, 0);
            let mut effort = vec![0.0; 256];
            for _ in 0..40 {
                effort[stream.below(256)] = 0.8;
            }
            let place = candidates.place(stream.weighted(candidates.weights()));
            let rate = stream.gamma(gamma.shape, gamma.rate);
            let (mut finds, mut left) = (vec![0_u32; 256], 0);
            for _ in 0..stream.poisson(rate) {
                let item = (place.0 + scale * stream.normal(), place.1 + scale * stream.normal());
                match grid.cell_at(item.0, item.1) {
                    Some(cell) if stream.uniform() < effort[cell as usize] => {
                        finds[cell as usize] += 1;
                    }
                    _ => left += 1,
                }
            }
            let cells: Vec<u32> = (0..256).filter(|cell| effort[*cell as usize] > 0.0).collect();
            let ground = SearchedGround::new(
                grid,
                cells.clone(),
                cells.iter().map(|cell| effort[*cell as usize]).collect(),
                cells.iter().map(|cell| finds[*cell as usize]).collect(),
            )
            .unwrap();
            let footprints = vec![(1.0, Footprint::normal(scale).unwrap())];
            let strikes = [RecordedStrike { id: 4, candidates: candidates.clone(), footprints }];
            let sources = Sources::new(&ground, &strikes, None).unwrap();
            let updated = sources.update(&[gamma], None, &quick(), number).unwrap();
            let question: Vec<u64> = (0..99)
                .map(|turn| {
                    let draw = sources.draw(&updated, number, turn, 0);
                    let mut found = vec![0.0; 256];
                    sources.add_left_of_draw(&draw, &window, &mut found).unwrap();
                    // Items beyond the grid are left too.
                    let on_grid: f64 = found.iter().sum();
                    let mut all = vec![0.0; 256];
                    for (cell, sum) in all.iter_mut().enumerate() {
                        *sum = found[cell] / (1.0 - effort[cell]);
                    }
                    let beyond = draw[0].items - all.iter().sum::<f64>();
                    Stream::new(number, 9, 0, turn).poisson(on_grid + beyond.max(0.0))
                })
                .collect();
            let blur: Vec<u64> = (0..99)
                .map(|_| {
                    let mut total = stream.poisson(gamma.mean() * blurred.outside);
                    for (cell, mass) in blurred.masses.iter().enumerate() {
                        if *mass > 1e-12 {
                            let after = gamma.share(*mass).after(effort[cell], finds[cell]);
                            let rate = stream.gamma(after.shape, after.rate);
                            total += stream.poisson(rate * (1.0 - effort[cell]));
                        }
                    }
                    total
                })
                .collect();
            (rank(left, &question, &mut stream), rank(left, &blur, &mut stream))
        })
        .collect();
    let question = covered(&ranks.iter().map(|rank| rank.0).collect::<Vec<_>>(), 0.9);
    let blur = covered(&ranks.iter().map(|rank| rank.1).collect::<Vec<_>>(), 0.9);
    assert!((question - 0.9).abs() < 0.045, "the place as a question covers {question}");
    assert!(blur < 0.75, "the blurred place covers {blur}");
}

/// One chance of detection for all tasks of a method covers; its mean, or one for each task, does not.
#[test]
fn detection_that_is_not_shared_is_too_sure_of_the_total() {
    let prior = DetectionPrior::new(8.0, 2.0).unwrap();
    let rule = beta_nodes(prior, 40);
    let before = Gamma::new(1.5, 0.1).unwrap();
    let tasks = 200;
    let ranks: Vec<[f64; 3]> = (0..200_u64)
        .into_par_iter()
        .map(|number| {
            let mut stream = Stream::new(9, 1, number, 0);
            let detection = stream.beta(prior.alpha, prior.beta);
            let (mut finds, mut left) = (vec![0_u32; tasks], 0);
            for finds in &mut finds {
                let rate = stream.gamma(before.shape, before.rate);
                *finds = stream.poisson(rate * detection) as u32;
                left += stream.poisson(rate * (1.0 - detection));
            }
            let weights = |finds: &[u32]| -> Vec<f64> {
                let logs: Vec<f64> = rule
                    .nodes
                    .iter()
                    .map(|d| finds.iter().map(|y| before.log_finds(*d, *y)).sum())
                    .collect();
                let peak = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                rule.weights.iter().zip(&logs).map(|(w, l)| w * (l - peak).exp()).collect()
            };
            let shared = weights(&finds);
            let separate: Vec<Vec<f64>> = finds.iter().map(|y| weights(&[*y])).collect();
            let mut total = |mut chance: Chance| {
                let mut total = 0;
                for (task, y) in finds.iter().enumerate() {
                    let d = chance(task, &mut stream);
                    let after = before.after(d, *y);
                    let rate = stream.gamma(after.shape, after.rate);
                    total += stream.poisson(rate * (1.0 - d));
                }
                total
            };
            let mut draws: [Vec<u64>; 3] = Default::default();
            for turn in 0..49 {
                let mut own = Stream::new(9, 2, number, turn);
                let common = rule.nodes[own.weighted(&shared)];
                draws[0].push(total(Box::new(move |_, _| common)));
                let (separate, nodes) = (separate.clone(), rule.nodes.clone());
                draws[1].push(total(Box::new(move |task, stream| {
                    nodes[stream.weighted(&separate[task])]
                })));
                draws[2].push(total(Box::new(|_, _| 0.8)));
            }
            draws.map(|draws| rank(left, &draws, &mut Stream::new(9, 3, number, 0)))
        })
        .collect();
    let share =
        |which: usize| covered(&ranks.iter().map(|rank| rank[which]).collect::<Vec<_>>(), 0.9);
    let (shared, separate, plugged) = (share(0), share(1), share(2));
    assert!((shared - 0.9).abs() < 0.07, "one shared chance covers {shared}");
    assert!(separate < 0.5, "a chance for each task covers {separate}");
    assert!(plugged < 0.4, "the mean plugged in covers {plugged}");
}
