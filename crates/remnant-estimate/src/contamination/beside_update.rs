//! Two ways to weigh the finds of a piece, side by side on random pieces.
//!
//! Belongs here: tests that `explain`, with which estimates are made, and `update`, which shares no code with
//! it and is used by no estimate, give the same probability of all finds, places and numbers of items.
//! Does not belong here: worlds, the shared unknowns.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::explain::explain;
use super::ground::Group;
use super::model::Origins;
use super::piece::{Source, pieces};
use crate::random::Stream;
use crate::strike::Gamma;
use crate::update::inside::{
    Background, Box2, FindCell, Patch, Piece, Recorded, enumerate, sample,
};
use crate::update::{SamplerSettings, UpdateFault};

/// A strike, or the unreported ones, as plain tables.
struct Table {
    gamma: Gamma,
    weights: Vec<f64>,
    exposures: Vec<f64>,
    /// For each cell with finds the share of the items of each place that was found there.
    masses: Vec<Vec<f64>>,
}

struct Puzzle {
    recorded: Vec<Table>,
    unreported: Option<Table>,
    finds: Vec<u32>,
}

/// Places of a lattice of so many columns and rows.
const COLUMNS: usize = 4;
const ROWS: usize = 3;

impl Puzzle {
    fn draw(number: u64, most_finds: usize) -> Self {
        let mut stream = Stream::new(2_026, 1, number, 0);
        let cells = 1 + stream.below(3);
        let finds = (0..cells).map(|_| 1 + stream.below(most_finds) as u32).collect();
        let mut table = |places: usize, all: f64| {
            let mut weights: Vec<f64> = (0..places).map(|_| stream.gamma(1.0, 1.0)).collect();
            let sum: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|weight| *weight *= all / sum);
            let mut share = || 0.3 * stream.uniform() * stream.uniform();
            let masses: Vec<Vec<f64>> =
                (0..cells).map(|_| (0..places).map(|_| share()).collect()).collect();
            let of_place = |place: usize| masses.iter().map(|row| row[place]).sum::<f64>();
            let exposures = (0..places).map(|place| of_place(place) + share()).collect();
            let gamma = Gamma::new(0.5 + 3.0 * stream.uniform(), 0.02 + 0.2 * stream.uniform());
            Table { gamma: gamma.unwrap(), weights, exposures, masses }
        };
        let recorded: Vec<Table> = (0..1 + number % 3).map(|_| table(6, 1.0)).collect();
        let unreported = (!number.is_multiple_of(4)).then(|| table(COLUMNS * ROWS, 0.4));
        Self { recorded, unreported, finds }
    }

    /// As an estimate holds it.
    fn explained(&self, most: usize, seed: u64) -> (f64, Vec<f64>, Vec<Vec<f64>>) {
        let source = |strike: Option<usize>, table: &Table| {
            let places = table.weights.len();
            let origins = Origins {
                places: vec![(0.0, 0.0); places],
                scales: vec![1.0],
                of: (0..places as u32).map(|place| (place, 0)).collect(),
                weights: table.weights.clone(),
                gammas: vec![table.gamma; places],
                exposures: table.exposures.clone(),
            };
            let masses = table.masses.iter().cloned().enumerate().collect();
            Source { masses, ..Source::untouched(strike, origins) }
        };
        let recorded: Vec<Source> =
            self.recorded.iter().enumerate().map(|(j, table)| source(Some(j), table)).collect();
        let nobody = Table {
            gamma: Gamma::new(1.0, 1.0).unwrap(),
            weights: Vec::new(),
            exposures: Vec::new(),
            masses: Vec::new(),
        };
        let unreported = source(None, self.unreported.as_ref().unwrap_or(&nobody));
        let group = |(cell, count): (usize, &u32)| Group {
            id: format!("cell {cell}"),
            cells: vec![cell as u32],
            count: *count,
            spot: false,
        };
        let groups: Vec<Group> = self.finds.iter().enumerate().map(group).collect();
        let all = pieces(groups.len(), &recorded, &unreported);
        assert_eq!(all.len(), 1);
        let found = explain(&all[0], &groups, &recorded, &unreported, most, seed).unwrap();
        let orders: f64 = self.finds.iter().map(|y| libm::lgamma(f64::from(*y) + 1.0)).sum();
        let strikes = 0..self.recorded.len();
        (
            found.log_probability - orders,
            strikes.clone().map(|j| found.mean(j)).collect(),
            strikes.map(|j| found.weights(j)).collect(),
        )
    }

    /// As `update` holds it.
    fn updated<T>(&self, ask: impl FnOnce(&Piece<'_>) -> T) -> T {
        let logs = |values: &[f64]| values.iter().map(|v| libm::log(*v)).collect::<Vec<f64>>();
        let recorded = self.recorded.iter().enumerate().map(|(j, table)| {
            let (weights, exposures) = (logs(&table.weights), table.exposures.clone());
            Recorded::new(j, table.gamma, weights, exposures, table.masses.clone())
        });
        let lists = self.unreported.as_ref().map(|table| {
            let rate = table.gamma.rate;
            (
                logs(&table.weights),
                table.exposures.iter().map(|s| libm::log1p(s / rate)).collect::<Vec<f64>>(),
                table.exposures.iter().map(|s| 1.0 / (rate + s)).collect::<Vec<f64>>(),
            )
        });
        let unreported = self.unreported.as_ref().zip(lists.as_ref()).map(|(table, lists)| {
            let places = Box2 { west: 0, south: 0, columns: COLUMNS, rows: ROWS };
            let patch = |row: &Vec<f64>| Patch { places, masses: row.clone(), logs: logs(row) };
            Background {
                before: table.gamma,
                columns: COLUMNS,
                log_strikes: &lists.0,
                log_kept: &lists.1,
                inverse_rates: &lists.2,
                patches: table.masses.iter().map(patch).collect(),
            }
        });
        let cells = self.finds.iter().enumerate();
        ask(&Piece {
            smallest_strike: Some(0),
            cells: cells
                .map(|(cell, finds)| FindCell { cell: cell as u32, finds: *finds })
                .collect(),
            recorded: recorded.collect(),
            unreported,
        })
    }
}

#[test]
fn small_pieces_agree_with_the_enumeration_of_every_way_to_the_last_digits() {
    let mut compared = 0;
    for number in 0..120 {
        let puzzle = Puzzle::draw(number, 3);
        let Some(exact) = puzzle.updated(|piece| enumerate(piece, 20_000)).unwrap() else {
            continue;
        };
        compared += 1;
        let (log, means, weights) = puzzle.explained(5_000, 1);
        let expected = exact.diagnostics.log_marginal;
        assert!((log - expected).abs() < 1e-8, "puzzle {number}: {log} for {expected}");
        for (j, mean) in means.iter().enumerate() {
            let expected: f64 = exact.recorded_rates[j].iter().sum();
            assert!((mean / expected - 1.0).abs() < 1e-8, "puzzle {number}: {mean} for {expected}");
            for (weight, expected) in weights[j].iter().zip(&exact.recorded_weights[j]) {
                assert!((weight - expected).abs() < 1e-8, "puzzle {number}");
            }
        }
    }
    assert!(compared > 60, "{compared}");
}

/// With as few ways as a run keeps, the logarithm is close enough for weighing the shared unknowns.
#[test]
fn a_few_ways_kept_estimate_the_probability_of_many_without_bias() {
    for number in [1, 2, 5, 7, 10] {
        let puzzle = Puzzle::draw(number, 6);
        let (exact, ..) = puzzle.explained(200_000, 1);
        let logs: Vec<f64> = (0..60).map(|seed| puzzle.explained(16, seed).0 - exact).collect();
        let mean = logs.iter().map(|log| libm::exp(*log)).sum::<f64>() / 60.0;
        let worst = logs.iter().fold(0.0_f64, |worst, log| worst.max(log.abs()));
        assert!((mean - 1.0).abs() < 0.05, "puzzle {number}: {mean}");
        assert!(worst < 0.5, "puzzle {number}: {worst}");
    }
}

#[test]
fn large_pieces_agree_with_the_sampler() {
    let settings = SamplerSettings { particles: 400, ..SamplerSettings::default() };
    let mut compared = 0;
    for number in [1, 3, 5, 6] {
        let puzzle = Puzzle::draw(number, 14);
        let sampled = match puzzle.updated(|piece| sample(piece, &settings, 4)) {
            Ok(sampled) => sampled,
            Err(UpdateFault::NotSettled { .. }) => continue,
            Err(fault) => panic!("{fault}"),
        };
        compared += 1;
        let (log, means, _) = puzzle.explained(2_000, 1);
        let told = sampled.diagnostics;
        let off = (log - told.log_marginal).abs();
        assert!(off < 5.0 * told.log_marginal_error + 0.01, "puzzle {number}: {log}, {told:?}");
        for (j, mean) in means.iter().enumerate() {
            let expected: f64 = sampled.recorded_rates[j].iter().sum();
            assert!((mean / expected - 1.0).abs() < 0.05, "puzzle {number}: {mean} for {expected}");
        }
    }
    assert!(compared >= 3, "{compared}");
}
