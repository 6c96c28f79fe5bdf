//! Normal masses of columns and rows, quickly.
//!
//! Belongs here: the normal distribution function from a table, and the masses that it gives the lines of a
//! grid. Places are told in cells: columns from the western edge, rows from the northern.
//!
//! Does not belong here: what lies where.

use super::super::ground::REACH;
use crate::normal::cumulative;

/// Entries for each deviation. Between two of them a straight line is off by less than 1.2e-7.
const EACH: f64 = 512.0;
/// Deviations on each side of the middle.
const WIDEST: f64 = 5.0;

/// The normal distribution function in steps.
#[derive(Debug)]
pub(super) struct Tails(Vec<f64>);

impl Tails {
    pub(super) fn new() -> Self {
        let count = (2.0 * WIDEST * EACH) as u32;
        Self((0..=count + 1).map(|k| cumulative(f64::from(k) / EACH - WIDEST)).collect())
    }

    #[inline]
    fn below(&self, deviations: f64) -> f64 {
        let at = ((deviations + WIDEST) * EACH).clamp(0.0, 2.0 * WIDEST * EACH);
        let entry = at as usize;
        let low = self.0[entry];
        low + (at - entry as f64) * (self.0[entry + 1] - low)
    }

    /// The mass of one line.
    #[inline]
    pub(super) fn of_line(&self, at: f64, scale: f64, line: u32) -> f64 {
        let low = (f64::from(line) - at) / scale;
        if low > REACH || low + 1.0 / scale < -REACH {
            return 0.0;
        }
        (self.below(low + 1.0 / scale) - self.below(low)).max(0.0)
    }

    /// Masses of `out.len()` lines from `first` on.
    #[inline]
    pub(super) fn fill(&self, at: f64, scale: f64, first: u32, out: &mut [f32]) {
        let inverse = 1.0 / scale;
        let mut below = self.below((f64::from(first) - at) * inverse);
        for (mass, line) in out.iter_mut().zip(first + 1..) {
            let next = self.below((f64::from(line) - at) * inverse);
            *mass = (next - below).max(0.0) as f32;
            below = next;
        }
    }
}

/// The lines between `low` and `high`, the second not included, that a kernel about places from `from` to
/// `to` reaches.
#[inline]
pub(super) fn lines(from: f64, to: f64, scale: f64, low: u32, high: u32) -> (u32, u32) {
    let first = (from - REACH * scale).floor().clamp(f64::from(low), f64::from(high)) as u32;
    let end = (to + REACH * scale).ceil().clamp(f64::from(first), f64::from(high)) as u32;
    (first, end)
}

/// A grid's places in cells.
#[inline]
pub(super) fn in_cells(grid: &crate::grid::Grid, place: (f64, f64)) -> (f64, f64) {
    let cell = grid.cell_metres();
    ((place.0 - grid.west()) / cell, (grid.north() - place.1) / cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masses_agree_with_the_function_they_stand_for() {
        let tails = Tails::new();
        for (at, scale) in [(3.3, 0.6), (10.02, 2.4), (7.5, 0.11)] {
            let (first, end) = lines(at, at, scale, 0, 40);
            let mut masses = vec![0.0; (end - first) as usize];
            tails.fill(at, scale, first, &mut masses);
            let mut sum = 0.0;
            for (mass, line) in masses.iter().zip(first..) {
                let z = |edge: u32| (f64::from(edge) - at) / scale;
                let exact = cumulative(z(line + 1)) - cumulative(z(line));
                assert!((f64::from(*mass) - exact).abs() < 4e-7, "{mass} {exact}");
                sum += f64::from(*mass);
            }
            assert!((sum - 1.0).abs() < 1e-4, "{sum}");
        }
    }

    #[test]
    fn lines_stay_within_their_window() {
        assert_eq!(lines(5.0, 6.0, 0.5, 0, 100), (3, 8));
        assert_eq!(lines(5.0, 6.0, 0.5, 4, 7), (4, 7));
        assert_eq!(lines(50.0, 60.0, 0.5, 4, 7), (7, 7));
    }
}
