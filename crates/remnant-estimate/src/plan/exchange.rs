//! Better lists by exchanging tasks.
//!
//! Belongs here: exchanges of one or two tasks for one or two others, and greedy lists from every choice
//! of three. Does not belong here: the greedy choice itself (`choice`).

use super::coverage::{Covered, Tasks};
use super::growing::completed;

/// Exchanges that are tried in a round.
const TRIED: usize = 20_000;
/// Longer lists are left as they are: each exchange gains little, and there are too many.
const LONG: usize = 200;
/// Tasks outside the list that are tried, best first.
const OUTSIDE: usize = 60;

/// A list that no exchange of one task for one or two others, or of two for one, makes worth more; after
/// each exchange it is filled up again.
///
/// `set` holds the pinned tasks first, `fixed` of them, which stay.
pub(super) fn exchange(
    tasks: &Tasks,
    mut set: Vec<usize>,
    fixed: usize,
    open: &[bool],
    budget: f64,
) -> Vec<usize> {
    if set.len() > LONG {
        return set;
    }
    let mut value = tasks.value(&set);
    // Each round gains, and a list has finitely many; the count keeps a long one from taking long.
    for _ in 0..20 {
        match better(tasks, &set, fixed, open, budget, value) {
            Some((other, worth)) => (set, value) = (other, worth),
            None => break,
        }
    }
    set
}

fn better(
    tasks: &Tasks,
    set: &[usize],
    fixed: usize,
    open: &[bool],
    budget: f64,
    value: f64,
) -> Option<(Vec<usize>, f64)> {
    let alone = Covered::none(tasks);
    let mut outside: Vec<(f64, usize)> = (0..open.len())
        .filter(|&task| open[task] && !set.contains(&task))
        .map(|task| (alone.gain(task), task))
        .collect();
    // Each exchange costs a look at all cells.
    let tried = TRIED.min(20_000_000 / tasks.weights().len().max(1));
    outside.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    outside.truncate(OUTSIDE);
    let outside: Vec<usize> = outside.into_iter().map(|(_, task)| task).collect();
    let out = ones_and_twos(&set[fixed..]);
    let into = ones_and_twos(&outside);
    let mut best: Option<(Vec<usize>, f64)> = None;
    let mut seen = 0;
    for out in &out {
        let kept: Vec<usize> = set.iter().copied().filter(|task| !out.contains(task)).collect();
        let left = budget - tasks.team_days(&kept);
        for into in into.iter().filter(|into| out.len() + into.len() <= 3) {
            if tasks.team_days(into) > left + 1e-12 {
                continue;
            }
            seen += 1;
            if seen > tried {
                return best;
            }
            let with: Vec<usize> = kept.iter().chain(into).copied().collect();
            let worth = tasks.value(&with);
            let most = best.as_ref().map_or(value, |(_, most)| *most);
            if worth > most + 1e-12 * most.abs() {
                best = Some((with, worth));
            }
        }
    }
    // What room an exchange leaves is filled.
    best.map(|(with, worth)| {
        let (filled, value) = completed(tasks, &with, open, budget);
        if value > worth { (filled, value) } else { (with, worth) }
    })
}

/// Each one and each two of some tasks.
fn ones_and_twos(tasks: &[usize]) -> Vec<Vec<usize>> {
    let ones = tasks.iter().map(|&one| vec![one]);
    let twos =
        (0..tasks.len()).flat_map(|i| (i + 1..tasks.len()).map(move |j| vec![tasks[i], tasks[j]]));
    ones.chain(twos).collect()
}

/// The best of all greedy lists that start with up to three tasks, the given list among them.
pub(super) fn best_of_threes(
    tasks: &Tasks,
    set: &[usize],
    fixed: usize,
    open: &[bool],
    budget: f64,
) -> Vec<usize> {
    let free: Vec<usize> = (0..open.len()).filter(|&task| open[task]).collect();
    let pinned = &set[..fixed];
    let (mut best, mut most) = (set.to_vec(), tasks.value(set));
    let mut start = |chosen: &[usize]| {
        let from: Vec<usize> = pinned.iter().chain(chosen).copied().collect();
        if tasks.team_days(&from) > budget + 1e-12 {
            return;
        }
        let (list, value) = completed(tasks, &from, open, budget);
        if value > most + 1e-12 * most.abs() {
            (best, most) = (list, value);
        }
    };
    for (i, &one) in free.iter().enumerate() {
        start(&[one]);
        for (j, &two) in free.iter().enumerate().skip(i + 1) {
            start(&[one, two]);
            for &three in &free[j + 1..] {
                start(&[one, two, three]);
            }
        }
    }
    best
}
