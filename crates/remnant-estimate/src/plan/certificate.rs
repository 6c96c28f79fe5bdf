//! How far a plan may be from the best there is.
//!
//! Belongs here: an upper bound on the value of any plan for the same team-days. Does not belong here:
//! finding plans.

use super::coverage::{Covered, Tasks};

/// No set of tasks within `budget` team-days that holds the first `fixed` tasks of `order` is worth more
/// than this: the least, over the sets of the first k tasks of `order`, of their value plus what the
/// gains beyond them would add if any share of a task could be had.
///
/// Any order gives a bound; that of the greedy choice gives a close one.
///
/// # Shapes and units
/// `order`: numbers of tasks, of which the first `fixed` are part of every plan that is compared.
/// `open`: whether a task may be chosen at all. `budget` includes what the fixed tasks take.
#[must_use]
pub fn upper_bound(
    tasks: &Tasks,
    order: &[usize],
    fixed: usize,
    open: &[bool],
    budget: f64,
) -> f64 {
    let mut least = f64::INFINITY;
    let mut covered = Covered::none(tasks);
    let spent_on_fixed: f64 = tasks.team_days(&order[..fixed]);
    let mut inside = vec![false; tasks.all().len()];
    for k in 0..=order.len() {
        if k > 0 {
            covered.add(order[k - 1]);
            inside[order[k - 1]] = true;
        }
        if k < fixed || !worth_a_look(k, fixed, order.len()) {
            continue;
        }
        let mut left = budget - spent_on_fixed;
        let mut rates: Vec<(f64, usize)> = (0..tasks.all().len())
            .filter(|&task| open[task] && !inside[task])
            .filter(|&task| tasks.all()[task].team_days <= left + 1e-12)
            .map(|task| (covered.gain(task) / tasks.all()[task].team_days, task))
            .collect();
        rates.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut bound = covered.value();
        for (rate, task) in rates {
            let days = left.min(tasks.all()[task].team_days);
            bound += rate * days;
            left -= days;
            if left <= 0.0 {
                break;
            }
        }
        least = least.min(bound);
    }
    least
}

/// All prefixes of a short plan; of a long one the first and last fifty and an even choice between, since
/// each costs a look at all tasks.
fn worth_a_look(k: usize, fixed: usize, length: usize) -> bool {
    let (from_start, from_end) = (k - fixed, length - k);
    let step = ((length - fixed) / 50).max(1);
    from_start < 50 || from_end < 50 || from_start.is_multiple_of(step)
}
