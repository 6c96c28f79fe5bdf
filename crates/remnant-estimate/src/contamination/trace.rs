//! From what is told of an area back to the strikes it comes from.
//!
//! Belongs here: adding up over cells what each strike contributes. Does not belong here: what a strike leaves in
//! one cell (`tile`), words.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::fault::ContaminationFault;
use super::inputs::Inputs;
use super::model::Model;
use super::posterior::{Joint, Settings};
use super::tile::{Contribution, contributions};

/// Cells that are looked at, at most: of a larger area every so many, which stand for the others.
const MOST_CELLS: usize = 400;

/// What each strike contributes to some cells of a run, the largest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// What each strike contributes to all of them.
    pub contributions: Vec<Contribution>,
    /// How many cells were looked at.
    pub looked_at: usize,
    /// How many there are.
    pub cells: usize,
}

/// Traces the items expected in some cells, each with the share of it that counts, back to strikes.
///
/// # Shapes and units
/// `cells`: numbers of cells with shares from 0 to 1, rising. Cells beyond the grid hold nothing.
///
/// # Errors
/// As for an estimate of the same inputs.
pub fn trace(
    inputs: &Inputs,
    settings: Settings,
    cells: &[(u32, f64)],
) -> Result<Trace, ContaminationFault> {
    let faults = inputs.faults();
    if !faults.is_empty() {
        return Err(ContaminationFault::Inputs(faults));
    }
    let model = Model::new(inputs);
    let joint = Joint::new(&model, settings)?;
    let within: Vec<(u32, f64)> =
        cells.iter().copied().filter(|(cell, _)| *cell < inputs.grid.cells()).collect();
    let step = within.len().div_ceil(MOST_CELLS).max(1);
    let chosen: Vec<(u32, f64)> = within.iter().copied().step_by(step).collect();
    let of_cells: Vec<Vec<Contribution>> =
        chosen.par_iter().map(|(cell, _)| contributions(&joint, *cell)).collect();
    // Each cell that was looked at stands for as much land as there is for each of them.
    let land = |cells: &[(u32, f64)]| cells.iter().map(|(_, share)| share).sum::<f64>();
    let stands_for = if chosen.is_empty() { 1.0 } else { land(&within) / land(&chosen) };
    let mut sums: BTreeMap<Option<String>, (f64, f64)> = BTreeMap::new();
    for ((_, share), of_cell) in chosen.iter().zip(of_cells) {
        for part in of_cell {
            let sum = sums.entry(part.strike).or_default();
            sum.0 += share * stands_for * part.expected;
            sum.1 += share * stands_for * part.before_removal;
        }
    }
    let mut contributions: Vec<Contribution> = sums
        .into_iter()
        .map(|(strike, (expected, before_removal))| Contribution {
            strike,
            expected,
            before_removal,
        })
        .collect();
    contributions
        .sort_by(|a, b| b.expected.total_cmp(&a.expected).then_with(|| a.strike.cmp(&b.strike)));
    Ok(Trace { contributions, looked_at: chosen.len(), cells: within.len() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::ops::ControlFlow;

    use super::super::estimate;
    use super::super::tests::{place, quick};
    use super::*;

    #[test]
    fn an_area_is_the_sum_of_its_squares() {
        let inputs = place();
        let cells: Vec<(u32, f64)> = (800..840).map(|cell| (cell, 0.5)).collect();
        let told = trace(&inputs, quick(), &cells).unwrap();
        assert_eq!((told.looked_at, told.cells), (40, 40));
        let found =
            estimate(&inputs, quick(), Vec::new(), |_, _, _| ControlFlow::Continue(())).unwrap();
        let expected: f64 = cells
            .iter()
            .map(|(cell, share)| share * found.cells[*cell as usize].left.expected)
            .sum();
        let traced: f64 = told.contributions.iter().map(|part| part.expected).sum();
        assert!((traced - expected).abs() < 1e-6 * expected, "{traced} {expected}");
        assert!(told.contributions.iter().all(|part| part.expected <= part.before_removal + 1e-12));
    }

    #[test]
    fn of_a_large_area_some_squares_stand_for_all() {
        let inputs = place();
        let cells: Vec<(u32, f64)> = (0..1_600).map(|cell| (cell, 1.0)).collect();
        let told = trace(&inputs, quick(), &cells).unwrap();
        assert_eq!((told.looked_at, told.cells), (400, 1_600));
    }
}
