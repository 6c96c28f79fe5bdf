//! How long the field of unreported strikes takes, beside bare `faer` on the same matrix.
//!
//! `field_time [COLUMNS [ROWS [nodes]]]`: by default 500 by 500 blocks, one in ten searched. The third
//! argument runs a whole posterior with the settings for a nation, marginals and ten draws too.

use std::time::Instant;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::LltRegularization;
use faer::sparse::linalg::SupernodalThreshold;
use faer::sparse::linalg::cholesky::{
    CholeskySymbolicParams, LltRef, SymmetricOrdering, factorize_symbolic_cholesky,
};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMatRef};
use faer::{Conj, MatMut, Par, Side};
use remnant_estimate::dud_rate::NormalPrior;
use remnant_estimate::field::{
    Block, FieldModel, ItemsPerStrike, Lattice, NodeSettings, Spread, SpreadPriors, Tolerance,
};

/// Seconds of one thread's work: time on the processor where the system tells it, so that other programs
/// do not count; time on the wall elsewhere.
struct Clock {
    wall: Instant,
    processor: Option<f64>,
}

impl Clock {
    fn now() -> Self {
        Self { wall: Instant::now(), processor: Self::processor() }
    }

    fn processor() -> Option<f64> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(text.split_whitespace().next()?.parse::<f64>().ok()? * 1e-9)
    }

    fn seconds(&self) -> f64 {
        match (self.processor, Self::processor()) {
            (Some(from), Some(to)) => to - from,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

/// The most memory used so far, where the system tells it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.map_or_else(|| "memory not told".to_owned(), |line| line.replace("VmHWM:", "peak memory"))
}

const SPREAD: Spread = Spread { standard_deviation: 1.0, range_kilometres: 12.0 };
const ITEMS: ItemsPerStrike = ItemsPerStrike { shape: 0.8, rate: 0.03 };

/// Every tenth block searched; a tenth of those with finds, more in the north-west.
fn blocks(columns: u32, rows: u32) -> Vec<Block> {
    let mixed = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    (0..u64::from(columns) * u64::from(rows))
        .map(|block| {
            let (column, row) = (block % u64::from(columns), block / u64::from(columns));
            let north_west = column * 3 < u64::from(columns) && row * 3 < u64::from(rows);
            let chance = if north_west { 30 } else { 4 };
            match (mixed(block) % 10, mixed(block + 77) % 100 < chance) {
                (0, true) => Block::searched(1.0, ITEMS, 1 + (mixed(block + 5) % 12) as u32, 0.24),
                (0, false) => Block::searched(1.0, ITEMS, 0, 0.24),
                _ => Block::unsearched(1.0, ITEMS),
            }
        })
        .collect()
}

/// Seconds that `faer` alone takes to analyse, to factorise and to solve for one vector, the best of
/// three of the last two; and the numbers in its factor.
fn bare(columns: usize, rows: usize) -> Result<(f64, f64, f64, usize), Box<dyn std::error::Error>> {
    let count = columns * rows;
    let kappa = 8.0 / (SPREAD.range_kilometres * SPREAD.range_kilometres);
    let scale = 1.0 / (4.0 * std::f64::consts::PI * kappa);
    let place = |block: usize| (block % columns, block / columns);
    let near = |block: usize| {
        let (x, y) = place(block);
        [(x, y.wrapping_sub(1)), (x.wrapping_sub(1), y), (x + 1, y), (x, y + 1)]
            .into_iter()
            .filter(|(x, y)| *x < columns && *y < rows)
            .map(|(x, y)| y * columns + x)
            .collect::<Vec<_>>()
    };
    let (mut starts, mut indices, mut values) = (vec![0_u32], Vec::<u32>::new(), Vec::new());
    for block in 0..count {
        let mut column = std::collections::BTreeMap::<usize, f64>::new();
        let own = near(block).len() as f64 + kappa;
        *column.entry(block).or_default() += own * own;
        for beside in near(block) {
            *column.entry(beside).or_default() -= own + near(beside).len() as f64 + kappa;
            near(beside).into_iter().for_each(|far| *column.entry(far).or_default() += 1.0);
        }
        for (row, value) in column.range(block..) {
            indices.push(*row as u32);
            // The curvatures of the field's step: a number of the same size.
            let curvature = if *row == block && block % 10 == 0 { 0.1 } else { 0.0 };
            values.push(scale * value + curvature);
        }
        starts.push(indices.len() as u32);
    }
    let pattern = SymbolicSparseColMatRef::new_checked(count, count, &starts, None, &indices);
    let clock = Clock::now();
    let symbolic = factorize_symbolic_cholesky(
        pattern,
        Side::Lower,
        SymmetricOrdering::Amd,
        CholeskySymbolicParams {
            supernodal_flop_ratio_threshold: SupernodalThreshold::FORCE_SUPERNODAL,
            ..Default::default()
        },
    )
    .map_err(|fault| format!("{fault:?}"))?;
    let analysing = clock.seconds();
    let mut memory = MemBuffer::try_new(
        symbolic
            .factorize_numeric_llt_scratch::<f64>(Par::Seq, Default::default())
            .or(symbolic.solve_in_place_scratch::<f64>(1, Par::Seq)),
    )
    .map_err(|_| "no room")?;
    let mut factor = vec![0.0; symbolic.len_val()];
    let (mut factorising, mut solving) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..3 {
        let clock = Clock::now();
        symbolic
            .factorize_numeric_llt(
                &mut factor,
                SparseColMatRef::new(pattern, &values),
                Side::Lower,
                LltRegularization::default(),
                Par::Seq,
                MemStack::new(&mut memory),
                Default::default(),
            )
            .map_err(|fault| format!("{fault:?}"))?;
        factorising = factorising.min(clock.seconds());
        let mut vector = vec![1.0; count];
        let clock = Clock::now();
        LltRef::new(&symbolic, &factor).solve_in_place_with_conj(
            Conj::No,
            MatMut::from_column_major_slice_mut(&mut vector, count, 1),
            Par::Seq,
            MemStack::new(&mut memory),
        );
        solving = solving.min(clock.seconds());
    }
    Ok((analysing, factorising, solving, symbolic.len_val()))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let size = |place: usize| arguments.get(place).map_or(Ok(500), |text| text.parse::<u32>());
    let (columns, rows) = (size(0)?, size(1)?);
    let (analysing, factorising, solving, entries) = bare(columns as usize, rows as usize)?;
    let megabytes = entries as f64 * 8e-6;
    println!("{columns} by {rows} blocks; factor {entries} numbers, {megabytes:.0} MB");
    println!(
        "bare faer:   analysis {analysing:.3} s, factor {factorising:.3} s, one solution {solving:.3} s"
    );

    let clock = Clock::now();
    let level = NormalPrior { mean: -2.5, standard_deviation: 1.0 };
    let lattice = Lattice::rectangle(columns, rows, 1.0)?;
    let model = FieldModel::new(lattice, blocks(columns, rows), level, &[])?;
    println!("the field:   model and analysis {:.3} s", clock.seconds());
    let clock = Clock::now();
    let cold = model.mode(SPREAD, None, Tolerance::default())?;
    let seconds = clock.seconds();
    let same_work = cold.factors as f64 * (factorising + 2.0 * solving)
        + cold.further_solutions as f64 * solving;
    println!(
        "             mode from nothing {seconds:.3} s, {} factors and {} further solutions = {:.2} of the \
         same by bare faer; {}",
        cold.factors,
        cold.further_solutions,
        seconds / same_work,
        memory()
    );
    let wider = Spread { standard_deviation: 1.5, range_kilometres: 20.0 };
    let clock = Clock::now();
    let warm = model.mode(wider, Some(&cold), Tolerance::default())?;
    println!(
        "             mode from a neighbour {:.3} s, {} factors",
        clock.seconds(),
        warm.factors
    );
    let clock = Clock::now();
    let deviations = model.standard_deviations(&cold)?;
    println!(
        "             factor and all standard deviations {:.3} s (the first is {:.4}); {}",
        clock.seconds(),
        deviations[0],
        memory()
    );
    if arguments.get(2).is_some_and(|word| word == "nodes") {
        let clock = Instant::now();
        let posterior = model.posterior(&SpreadPriors::default(), &NodeSettings::nation())?;
        println!(
            "             {} nodes in {:.1} s with {} factors; {} kept, {:.1} effective",
            posterior.nodes_looked_at,
            clock.elapsed().as_secs_f64(),
            posterior.factors,
            posterior.nodes().len(),
            posterior.effective_nodes
        );
        let clock = Instant::now();
        let marginals = posterior.marginals()?;
        let (mean, deviation) = marginals.mean_and_standard_deviation(0);
        println!(
            "             marginals {:.1} s (block 0: {mean:.3}, {deviation:.3})",
            clock.elapsed().as_secs_f64()
        );
        let clock = Instant::now();
        let mut sum = 0.0;
        posterior.for_each_draw(10, 1, |_, eta| {
            sum += eta.iter().sum::<f64>();
            Ok(())
        })?;
        println!(
            "             ten draws {:.1} s (mean {:.3})",
            clock.elapsed().as_secs_f64(),
            sum / (10.0 * deviations.len() as f64)
        );
    }
    Ok(())
}
