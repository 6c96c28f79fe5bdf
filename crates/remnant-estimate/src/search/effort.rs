//! Effort in a cell: the chance that an item lying anywhere in it was found by any task.
//!
//! Belongs here: how tasks of several methods that covered parts of a cell add up.
//! Does not belong here: the overlap of a polygon and a cell (`remnant-ground`).

use super::detection::detection_of_passes;
use super::fault::{SearchFault, share};

/// What one task did in one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TaskInCell {
    /// Position of its method in the list of chances of detection.
    pub method: usize,
    /// Share of the cell that was searched.
    pub share: f64,
    /// How often the searched part was passed over.
    pub passes: u32,
    /// Share of items that the method can never find.
    pub never_found: f64,
}

impl TaskInCell {
    /// A task over `share` of a cell.
    ///
    /// # Errors
    /// `UnusableNumber` when a share is not one.
    pub fn new(
        method: usize,
        share_searched: f64,
        passes: u32,
        never_found: f64,
    ) -> Result<Self, SearchFault> {
        Ok(Self {
            method,
            share: share("the share of a cell searched", share_searched)?,
            passes,
            never_found: share("the share never found", never_found)?,
        })
    }
}

/// `e = 1 − ∏ (1 − f (1 − h)(1 − (1 − d)^k))` over the tasks in a cell.
///
/// # Shapes and units
/// `detection`: one chance for each method. A cell without a task has effort 0: silence is not safety.
///
/// # Errors
/// `UnknownMethod` when a task names a method that `detection` does not hold.
pub fn effort_in_cell(tasks: &[TaskInCell], detection: &[f64]) -> Result<f64, SearchFault> {
    // 1 − (1 − e)(1 − t) = e + (1 − e) t keeps the digits of small efforts.
    let mut effort = 0.0;
    for task in tasks {
        let Some(d) = detection.get(task.method) else {
            let methods = detection.len();
            return Err(SearchFault::UnknownMethod { method: task.method, methods });
        };
        let found = task.share * detection_of_passes(*d, task.passes, task.never_found);
        effort += (1.0 - effort) * found;
    }
    Ok(effort)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn tasks_add_up_in_any_order_and_never_beyond_certainty() {
        let task = |method, f| TaskInCell::new(method, f, 1, 0.0).unwrap();
        let (a, b) = (task(0, 0.5), task(1, 1.0));
        let both = effort_in_cell(&[a, b], &[0.8, 0.9]).unwrap();
        assert!((both - (1.0 - 0.6 * 0.1)).abs() < 1e-15);
        assert!((both - effort_in_cell(&[b, a], &[0.8, 0.9]).unwrap()).abs() < 1e-15);
        let many = vec![b; 400];
        assert!(effort_in_cell(&many, &[0.8, 0.9]).unwrap() <= 1.0);
    }

    #[test]
    fn a_cell_nobody_searched_has_no_effort() {
        assert_eq!(effort_in_cell(&[], &[]), Ok(0.0));
    }

    #[test]
    fn unknown_methods_and_impossible_shares_are_refused() {
        let task = TaskInCell::new(2, 0.5, 1, 0.0).unwrap();
        assert!(matches!(
            effort_in_cell(&[task], &[0.8]),
            Err(SearchFault::UnknownMethod { method: 2, methods: 1 })
        ));
        assert!(TaskInCell::new(0, 1.2, 1, 0.0).is_err());
        assert!(TaskInCell::new(0, 0.2, 1, f64::NAN).is_err());
    }
}
