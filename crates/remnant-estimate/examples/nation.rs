//! How long the estimate of an invented nation takes, how much memory, and how well it holds.
//!
//! `nation STRIKES SEARCHES SQUARE_KILOMETRES [key=value ...]`, by default a hundredth of a nation. Keys:
//! `cell` in metres, `seed`, `threads`, `draws`, `points`, `steps`, `learnt`, `field` (1 or 0), `varies` (spread of
//! the log density of unreported strikes), `rate` (their median in a square kilometre), `districts` (how
//! many squares of 20 km are totalled). Writes one JSON object to the standard output and progress beside it.
//!
//! The machine's memory bandwidth is measured in the same run, by copying (as STREAM does), so that times can
//! be held against a floor: reading each strike and writing each cell's answer once.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::time::Instant;

use remnant_estimate::contamination::nation::{NationSettings, Step, estimate_nation};
use remnant_estimate::contamination::{
    Area, CellEstimate, Find, FootprintBelief, Inputs, Load, Looked, Method, Strike,
    SubmunitionType, Task, Unreported,
};
use remnant_estimate::dud_rate::NormalMixture;
use remnant_estimate::grid::Grid;
use remnant_estimate::simulate::{LogNormalRate, Nation, SmoothRate, WorldSettings};
use remnant_estimate::strike::PointLattice;

type Failure = Box<dyn std::error::Error>;

/// A line of the kernel's own account of this process, in MiB.
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    let number = line.split_whitespace().nth(1).and_then(|word| word.parse::<f64>().ok());
    number.map_or(f64::NAN, |kibibytes| kibibytes / 1024.0)
}

/// Seconds that all threads of this process have worked.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let rest = text.rsplit(')').next().unwrap_or_default();
    let words: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| words.get(at).and_then(|w| w.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(11) + ticks(12)) / 100.0
}

/// Bytes a second that all threads together copy, read and written both counted.
fn bandwidth(threads: usize) -> f64 {
    let each = 4_000_000_usize;
    let mut best = 0.0_f64;
    let from: Vec<Vec<f64>> = (0..threads).map(|k| vec![k as f64 + 1.0; each]).collect();
    let mut to: Vec<Vec<f64>> = (0..threads).map(|_| vec![0.0; each]).collect();
    for _ in 0..5 {
        let clock = Instant::now();
        std::thread::scope(|scope| {
            for (to, from) in to.iter_mut().zip(&from) {
                scope.spawn(move || to.copy_from_slice(from));
            }
        });
        let bytes = (threads * each * 16) as f64;
        best = best.max(bytes / clock.elapsed().as_secs_f64());
    }
    if to.iter().any(|copy| copy[each - 1] <= 0.0) { 0.0 } else { best }
}

/// The invented nation as inputs, and what is truly left in each cell.
fn inputs(
    base: &WorldSettings,
    nation: &Nation,
    grid: Grid,
    cell: f64,
    districts: u32,
) -> Result<(Inputs, Vec<u16>), Failure> {
    let mut lattices: HashMap<u32, PointLattice> = HashMap::new();
    let (mut strikes, mut tasks) = (Vec::new(), Vec::new());
    let mut truth = vec![0_u16; grid.cells() as usize];
    for number in 0..nation.tiles() {
        let tile = nation.tile(number)?;
        let recorded = &tile.world.recorded;
        for strike in &recorded.strikes {
            // Errors as people state them: in whole metres.
            let error = strike.error_metres.round().max(1.0);
            let lattice = match lattices.entry(error as u32) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(new) => {
                    let pitch = (0.75 * error).min(0.75 * cell).max(error / 3.0);
                    new.insert(PointLattice::new(error, pitch)?)
                }
            };
            strikes.push(Strike {
                id: format!("strike {}", tile.first_strike + u64::from(strike.number)),
                places: lattice.about((strike.easting, strike.northing))?,
                munitions: strike.munitions_mean,
                munitions_deviation: strike.munitions_standard_deviation,
                loads: vec![Load {
                    submunition: strike.type_number,
                    weight: 1.0,
                    each: f64::from(strike.submunitions),
                }],
            });
        }
        for task in &recorded.tasks {
            let shares = task.outline.shares_of_cells(&grid);
            let mut cells: Vec<(u32, f64)> =
                shares.iter().map(|(cell, share)| (*cell, share * task.share)).collect();
            cells.shrink_to_fit();
            let id = format!("task {}", tile.first_task + u64::from(task.number));
            let finds = task
                .finds_in_cells(&grid)
                .into_iter()
                .filter(|(cell, _)| cells.binary_search_by_key(cell, |(own, _)| *own).is_ok())
                .map(|(cell, count)| Find { id: id.clone(), cells: vec![cell], count })
                .collect();
            if !cells.is_empty() {
                tasks.push(Task { id, method: task.method, passes: task.passes, cells, finds });
            }
        }
        for (cell, left) in tile.world.truth.left_in_cells.iter().enumerate() {
            let (easting, northing) = recorded.grid.centre(cell as u32);
            if let Some(cell) = grid.cell_at(easting, northing) {
                truth[cell as usize] =
                    truth[cell as usize].saturating_add((*left).min(65_535) as u16);
            }
        }
    }
    strikes.shrink_to_fit();
    let types = base.levels.iter().enumerate().map(|(number, level)| SubmunitionType {
        name: format!("type {number}"),
        level: NormalMixture::normal(level.mean, level.standard_deviation),
        context_spreads: vec![(1.0, base.context_spread)],
    });
    let methods = base.methods.iter().map(|method| Method {
        name: method.name.clone(),
        detection: (method.detection.first, method.detection.second),
        never_found: method.never_findable,
    });
    let (fewest, most) = base.munitions;
    let mean = 0.5 * (fewest + most);
    let between = (most - fewest).powi(2) / 12.0;
    let within = base.munitions_relative_spread.powi(2) * (between + mean * mean);
    let unreported = base.unreported.map(|unreported| Unreported {
        per_square_kilometre: unreported.rate.median,
        log_spread: unreported.rate.log_standard_deviation,
        munitions: mean,
        munitions_deviation: (between + within).sqrt(),
        loads: (0..base.levels.len())
            .map(|submunition| Load {
                submunition,
                weight: 1.0 / base.levels.len() as f64,
                each: f64::from(base.submunitions),
            })
            .collect(),
    });
    let side = ((20_000.0 / cell) as u32).min(grid.columns()).min(grid.rows());
    let across = grid.columns() / side;
    let areas = (0..districts.min(across * (grid.rows() / side)))
        .map(|number| {
            let (column, row) = (number % across * side, number / across * side);
            let cells = (row..row + side).flat_map(|row| {
                (column..column + side).map(move |column| (grid.cell(column, row), 1.0))
            });
            let id = format!("district {number}");
            Area { name: id.clone(), id, cells: cells.collect() }
        })
        .collect();
    let inputs = Inputs {
        grid,
        types: types.collect(),
        methods: methods.collect(),
        footprint: FootprintBelief {
            median_metres: base.log_scale.mean.exp(),
            log_spread: base.log_scale.standard_deviation,
            between_strikes: base.log_scale_within_type,
        },
        strikes,
        tasks,
        spot_finds: Vec::new(),
        unreported,
        areas,
    };
    Ok((inputs, truth))
}

/// How often intervals hold what is true, and what is said of any item.
#[derive(Default)]
struct Held {
    count: u64,
    in_50: u64,
    in_90: u64,
    told_any: f64,
    any: u64,
    expected: f64,
    left: f64,
}

impl Held {
    fn add(&mut self, cell: &CellEstimate, truth: u64) {
        let inside = |(low, high): (u64, u64)| u64::from((low..=high).contains(&truth));
        self.count += 1;
        self.in_50 += inside(cell.left.interval_50);
        self.in_90 += inside(cell.left.interval_90);
        self.told_any += cell.left.any;
        self.any += u64::from(truth > 0);
        self.expected += cell.left.expected;
        self.left += truth as f64;
    }

    fn json(&self, name: &str) -> String {
        let share = |part: u64| part as f64 / self.count.max(1) as f64;
        format!(
            "\"{name}\": {{\"cells\": {}, \"in_50\": {:.4}, \"in_90\": {:.4}, \"told_any\": {:.4}, \
             \"any\": {:.4}, \"expected\": {:.1}, \"left\": {:.1}}}",
            self.count,
            share(self.in_50),
            share(self.in_90),
            self.told_any / self.count.max(1) as f64,
            share(self.any),
            self.expected,
            self.left
        )
    }
}

fn main() -> Result<(), Failure> {
    let mut sizes = [10_000_u64, 1_000, 2_500];
    let mut keys: HashMap<String, f64> = HashMap::new();
    let mut place = 0;
    for word in std::env::args().skip(1) {
        match word.split_once('=') {
            Some((key, value)) => {
                keys.insert(key.to_owned(), value.parse()?);
            }
            None if place < 3 => {
                sizes[place] = word.parse()?;
                place += 1;
            }
            None => return Err(format!("`{word}` is not expected").into()),
        }
    }
    let key = |name: &str, default: f64| keys.get(name).copied().unwrap_or(default);
    let threads = key("threads", 2.0) as usize;
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let (cell, seed) = (key("cell", 100.0), key("seed", 1.0) as u64);
    let mut base = WorldSettings { cell_metres: cell, ..WorldSettings::default() };
    if let Some(unreported) = &mut base.unreported {
        unreported.rate = LogNormalRate { median: key("rate", 0.1), log_standard_deviation: 1.0 };
        let spread = key("varies", 0.0);
        unreported.varies = (spread > 0.0).then_some(SmoothRate {
            range_metres: 1_000.0 * key("range", 5.0),
            log_standard_deviation: spread,
        });
    }
    let clock = Instant::now();
    let nation = Nation::new(&base, sizes[0], sizes[1], sizes[2], seed)?;
    let side = f64::from(nation.tiles()).sqrt().round();
    let lines = (side * 10_000.0 / cell).round() as u32;
    let grid = Grid::new(base.west, base.north, cell, lines, lines)?;
    let (inputs, truth) = inputs(&base, &nation, grid, cell, key("districts", 50.0) as u32)?;
    let finds: u64 =
        inputs.tasks.iter().flat_map(|task| &task.finds).map(|find| u64::from(find.count)).sum();
    eprintln!(
        "{:.1} s: {} strikes, {} searches, {finds} finds, {} cells; {:.0} MiB",
        clock.elapsed().as_secs_f64(),
        inputs.strikes.len(),
        inputs.tasks.len(),
        grid.cells(),
        memory("VmRSS")
    );
    let floor = bandwidth(threads);
    let inputs_mebibytes = memory("VmRSS");
    let default = NationSettings::default();
    let settings = NationSettings {
        seed,
        draws: key("draws", default.draws as f64) as usize,
        points: key("points", default.points as f64) as usize,
        steps: key("steps", default.steps as f64) as usize,
        learnt_from: key("learnt", default.learnt_from as f64) as usize,
        tile: key("tile", f64::from(default.tile)) as u32,
        field: key("field", 1.0) > 0.0,
        ..default
    };
    let (clock, worked) = (Instant::now(), processor());
    let mut stages = Vec::new();
    let mut digest = DefaultHasher::new();
    let mut held: HashMap<&str, Held> = HashMap::new();
    let mut shown = 0;
    let found = estimate_nation(
        &inputs,
        settings,
        |_| None,
        |step| {
            let seconds = clock.elapsed().as_secs_f64();
            match step {
                Step::Learnt { strikes, finds } => {
                    eprintln!("{seconds:.1} s: learnt from {strikes} strikes, {finds} finds");
                    stages.push(("learnt", seconds));
                }
                Step::Field { round, rounds } => {
                    eprintln!("{seconds:.1} s: field, round {round} of {rounds}");
                    stages.push(("field", seconds));
                }
                Step::Tile { result, done, tiles } => {
                    for cell in &result.cells {
                        let truth = u64::from(truth[cell.cell as usize]);
                        let kind = match cell.looked {
                            Looked::Nobody if cell.left.expected < 0.05 => "nobody, little",
                            Looked::Nobody => "nobody, something",
                            Looked::NothingFound => "nothing found",
                            Looked::Found => "found",
                        };
                        held.entry(kind).or_default().add(cell, truth);
                        cell.cell.hash(&mut digest);
                        cell.left.expected.to_bits().hash(&mut digest);
                        (cell.left.interval_90, cell.left.interval_50).hash(&mut digest);
                    }
                    if done * 10 / tiles > shown {
                        shown = done * 10 / tiles;
                        let memory = memory("VmHWM");
                        eprintln!("{seconds:.1} s: {done} of {tiles} tiles; {memory:.0} MiB");
                    }
                }
            }
            ControlFlow::Continue(())
        },
    )?;
    let (seconds, worked) = (clock.elapsed().as_secs_f64(), processor() - worked);
    for draw in &found.draws {
        draw.to_bits().hash(&mut digest);
    }
    let left: u64 = truth.iter().map(|left| u64::from(*left)).sum();
    let sums = inputs.areas.iter().map(|area| -> u64 {
        area.cells.iter().map(|(cell, _)| u64::from(truth[*cell as usize])).sum()
    });
    let (mut in_50, mut in_90) = (0, 0);
    for (area, truth) in found.areas.iter().zip(sums) {
        let inside = |(low, high): (u64, u64)| (low..=high).contains(&truth);
        in_50 += usize::from(inside(area.left.interval_50));
        in_90 += usize::from(inside(area.left.interval_90));
    }
    let mut kinds: Vec<_> = held.into_iter().collect();
    kinds.sort_by_key(|(name, _)| *name);
    let kinds: Vec<String> = kinds.iter().map(|(name, held)| held.json(name)).collect();
    let stages: Vec<String> =
        stages.iter().map(|(name, at)| format!("[\"{name}\", {at:.2}]")).collect();
    let unknowns: Vec<String> = found
        .unknowns
        .iter()
        .map(|unknown| {
            let (low, high) = unknown.interval_90;
            format!("[\"{}\", {:.5}, {low:.5}, {high:.5}]", unknown.name, unknown.mean)
        })
        .collect();
    let shared = nation.shared();
    // Each strike read once and each cell's answer written once.
    let bytes = size_of::<CellEstimate>() as f64 * f64::from(grid.cells())
        + 300.0 * inputs.strikes.len() as f64;
    println!(
        "{{\"strikes\": {}, \"searches\": {}, \"finds\": {finds}, \"cells\": {}, \"threads\": {threads}, \
         \"seconds\": {seconds:.2}, \"processor_seconds\": {worked:.2}, \"peak_mebibytes\": {:.0}, \
         \"inputs_mebibytes\": {inputs_mebibytes:.0}, \"copy_bytes_a_second\": {floor:.3e}, \
         \"floor_seconds\": {:.3}, \"stages\": [{}], \"digest\": \"{:016x}\", \
         \"whole\": {{\"expected\": {:.1}, \"interval_90\": [{}, {}], \"left\": {left}}}, \
         \"districts\": {{\"count\": {}, \"in_50\": {in_50}, \"in_90\": {in_90}}}, {}, \
         \"unknowns\": [{}], \"true\": {{\"levels\": {:?}, \"scales\": {:?}, \"detections\": {:?}}}, \
         \"r_hat\": {:.3}, \"draw_error\": {:.1}, \"field\": \"{:?}\"}}",
        inputs.strikes.len(),
        inputs.tasks.len(),
        grid.cells(),
        memory("VmHWM"),
        bytes / floor,
        stages.join(", "),
        digest.finish(),
        found.whole.expected,
        found.whole.interval_90.0,
        found.whole.interval_90.1,
        found.areas.len(),
        kinds.join(", "),
        unknowns.join(", "),
        shared.levels,
        shared.scales_metres,
        shared.detections,
        found.diagnostics.r_hat,
        found.diagnostics.draw_error,
        found.diagnostics.field,
    );
    Ok(())
}
