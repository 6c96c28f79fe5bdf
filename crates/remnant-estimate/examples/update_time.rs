//! How long the update of many strikes takes, and what comes out, for the comparison in
//! `benchmarks/estimate`.
//!
//! ```text
//! update_time [STRIKES] [RUNS] [THREADS] [SEED]
//! ```
//!
//! An invented nation: strikes with a place known to 133 m (17 × 17 = 289 candidate places, 50 m apart) in a
//! searched square of their own of 10 × 10 cells of 100 m, nothing found. Each run takes the whole way from effort
//! to posterior: kernel masses, weights, the log marginal, and the expected items left in each cell. Writes one JSON
//! object: the seconds of each run, and sums that `update.py` must reproduce.
#![allow(clippy::print_stdout, reason = "the answer is the output")]

use std::error::Error;
use std::time::Instant;

use rayon::prelude::*;
use remnant_estimate::footprint::{CellWindow, Footprint};
use remnant_estimate::grid::Grid;
use remnant_estimate::strike::{Candidates, Gamma};
use remnant_estimate::update::{RecordedStrike, SamplerSettings, SearchedGround, Sources};
use serde_json::json;

/// The generator that both programs share: a linear congruence modulo 2⁶⁴ (Knuth's MMIX constants), the upper 53
/// bits as a share.
struct Shared(u64);

impl Shared {
    fn share(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / 9_007_199_254_740_992.0
    }
}

/// Cells of a searched square along each side, and its cell in metres.
const SIDE: u32 = 10;
const CELL: f64 = 100.0;
/// Strikes in a tile: they lie side by side, 3 km apart, so that each is alone with its square.
const TILE: usize = 64;
const APART: f64 = 3_000.0;

struct Tile {
    ground: SearchedGround,
    strikes: Vec<RecordedStrike>,
    left: Vec<Gamma>,
}

fn tile(count: usize, random: &mut Shared) -> Result<Tile, Box<dyn Error>> {
    let across = (APART / CELL) as u32;
    let columns = across * count as u32;
    let grid = Grid::new(0.0, APART, CELL, columns, across)?;
    let first = (across - SIDE) / 2;
    let mut effort = vec![0.0; grid.cells() as usize];
    let (mut strikes, mut left) = (Vec::new(), Vec::new());
    for strike in 0..count {
        for row in 0..SIDE {
            for column in 0..SIDE {
                let cell = grid.cell(strike as u32 * across + first + column, first + row);
                effort[cell as usize] = 0.9 * random.share();
            }
        }
        let west = strike as f64 * APART;
        let place = (west + 1_250.0 + 500.0 * random.share(), 1_250.0 + 500.0 * random.share());
        let scale = 50.0 + 50.0 * random.share();
        let (shape, rate) = (0.5 + 2.0 * random.share(), 0.02 + 0.1 * random.share());
        strikes.push(RecordedStrike {
            id: strike as u64,
            candidates: Candidates::around_point(place, 400.0 / 3.0 + 1e-9, 50.0)?,
            footprints: vec![(1.0, Footprint::normal(scale)?)],
        });
        left.push(Gamma::new(shape, rate)?);
    }
    let cells: Vec<u32> = (0..grid.cells()).filter(|cell| effort[*cell as usize] > 0.0).collect();
    let searched: Vec<f64> = cells.iter().map(|cell| effort[*cell as usize]).collect();
    let finds = vec![0; cells.len()];
    Ok(Tile { ground: SearchedGround::new(grid, cells, searched, finds)?, strikes, left })
}

/// Log marginal, expected items left in searched squares, and places weighed.
fn update(tile: &Tile) -> Result<(f64, f64, usize), String> {
    let told = |error: remnant_estimate::update::UpdateFault| error.to_string();
    let sources = Sources::new(&tile.ground, &tile.strikes, None).map_err(told)?;
    let updated = sources.update(&tile.left, None, &SamplerSettings::default(), 1).map_err(told)?;
    let across = (APART / CELL) as u32;
    let first = (across - SIDE) / 2;
    // The squares lie in one band of rows; ground between them is not part of the work.
    let mut left = 0.0;
    for strike in 0..tile.strikes.len() {
        let window = CellWindow {
            column: strike as u32 * across + first,
            row: first,
            columns: SIDE,
            rows: SIDE,
        };
        let mut sums = vec![0.0; window.cells()];
        sources.add_expected_left_of(&updated, strike, &window, &mut sums).map_err(told)?;
        left += sums.iter().sum::<f64>();
    }
    let places = tile.strikes.iter().map(|strike| strike.candidates.len()).sum();
    Ok((updated.log_marginal(), left, places))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |position: usize, usual: usize| {
        arguments.get(position).map_or(Ok(usual), |text| text.parse::<usize>())
    };
    let (strikes, runs) = (number(0, 100_000)?, number(1, 3)?);
    rayon::ThreadPoolBuilder::new().num_threads(number(2, 0)?).build_global()?;
    let mut random = Shared(number(3, 1)? as u64);
    let mut tiles = Vec::new();
    let mut made = 0;
    while made < strikes {
        let count = TILE.min(strikes - made);
        tiles.push(tile(count, &mut random)?);
        made += count;
    }
    let mut seconds = Vec::new();
    let mut answer = (0.0, 0.0, 0);
    for _ in 0..runs {
        let start = Instant::now();
        let parts: Vec<Result<(f64, f64, usize), String>> = tiles.par_iter().map(update).collect();
        answer = (0.0, 0.0, 0);
        for part in parts {
            let part = part?;
            answer = (answer.0 + part.0, answer.1 + part.1, answer.2 + part.2);
        }
        seconds.push(start.elapsed().as_secs_f64());
    }
    println!(
        "{}",
        json!({
            "strikes": strikes,
            "places": answer.2,
            "cells_each": SIDE * SIDE,
            "threads": rayon::current_num_threads(),
            "seconds": seconds,
            "log_marginal": answer.0,
            "left": answer.1,
        })
    );
    Ok(())
}
