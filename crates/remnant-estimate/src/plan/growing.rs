//! A list as it grows by what adds most for a team-day.
//!
//! Belongs here: the queue of gains that gives exactly what looking at every task at every step would.
//! Does not belong here: pins, floors and comparison (`choice`).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::choice::{Step, Why};
use super::coverage::{Covered, Tasks};

/// Adds to `set` whatever adds most for a team-day until nothing fits.
pub(super) fn completed(
    tasks: &Tasks,
    set: &[usize],
    open: &[bool],
    budget: f64,
) -> (Vec<usize>, f64) {
    let mut growing = Growing::empty(tasks, budget);
    let mut free = open.to_vec();
    for &task in set {
        growing.take(task, Why::Pinned);
        free[task] = false;
    }
    growing.fill(&free, f64::INFINITY, &Why::MostForATeamDay);
    (growing.steps.iter().map(|step| step.task).collect(), growing.covered.value())
}

/// A list as it grows.
#[derive(Clone)]
pub(super) struct Growing<'a> {
    tasks: &'a Tasks,
    /// What its tasks leave to be found.
    pub(super) covered: Covered<'a>,
    /// Team-days left.
    pub(super) left: f64,
    /// Its tasks in the order in which they were taken.
    pub(super) steps: Vec<Step>,
}

impl<'a> Growing<'a> {
    /// No task yet, and so many team-days.
    pub(super) fn empty(tasks: &'a Tasks, team_days: f64) -> Self {
        Self { tasks, covered: Covered::none(tasks), left: team_days, steps: Vec::new() }
    }

    /// Whether there are team-days for a task.
    pub(super) fn fits(&self, task: usize) -> bool {
        self.tasks.all()[task].team_days <= self.left + 1e-12
    }

    /// Takes a task.
    pub(super) fn take(&mut self, task: usize, why: Why) {
        let team_days = self.tasks.all()[task].team_days;
        let gain = self.covered.gain(task);
        self.covered.add(task);
        self.left -= team_days;
        self.steps.push(Step { task, gain, gain_for_a_team_day: gain / team_days, why });
    }

    /// Takes free tasks by gain for a team-day until none fits, none adds anything, or so many team-days
    /// are used; tells which it took.
    pub(super) fn fill(&mut self, free: &[bool], mut team_days: f64, why: &Why) -> Vec<usize> {
        let rate = |growing: &Self, task: usize| {
            growing.covered.gain(task) / growing.tasks.all()[task].team_days
        };
        let mut queue: BinaryHeap<Waiting> = (0..free.len())
            .filter(|&task| free[task] && self.fits(task))
            .map(|task| Waiting { rate: rate(self, task), task, as_of: self.steps.len() })
            .collect();
        let mut taken = Vec::new();
        while let Some(next) = queue.pop() {
            let days = self.tasks.all()[next.task].team_days;
            // What does not fit now fits less later.
            if !self.fits(next.task) || days > team_days + 1e-12 {
                continue;
            }
            if next.as_of < self.steps.len() {
                // An old gain is at most too high: look again, and let it wait at its true place.
                let rate = rate(self, next.task);
                queue.push(Waiting { rate, task: next.task, as_of: self.steps.len() });
                continue;
            }
            if next.rate <= 1e-15 {
                break;
            }
            self.take(next.task, why.clone());
            team_days -= days;
            taken.push(next.task);
        }
        taken
    }
}

/// A task in the queue with its gain for a team-day when that was last looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Waiting {
    rate: f64,
    task: usize,
    as_of: usize,
}

impl Eq for Waiting {}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        // Of two equal gains the task that stands earlier comes first.
        self.rate.total_cmp(&other.rate).then_with(|| other.task.cmp(&self.task))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::plan::{Reach, Task};

    /// A stream of odd numbers that need no generator: the tests want variety, not chance.
    pub(crate) fn odd(step: &mut u64) -> f64 {
        *step =
            step.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*step >> 40) as f64 / f64::from(1_u32 << 24)
    }

    /// Tasks of one to five team-days, each over about a third of the cells.
    pub(crate) fn any_tasks(count: usize, cells: u32, seed: u64) -> Tasks {
        let mut at = seed;
        let tasks = (0..count)
            .map(|i| Task {
                name: format!("{i}"),
                team_days: 1.0 + (odd(&mut at) * 5.0).floor(),
                reach: (0..cells)
                    .filter_map(|cell| {
                        let reached = odd(&mut at) < 0.3;
                        let effective = 0.5 + 0.4 * odd(&mut at);
                        reached.then_some(Reach { cell, effective })
                    })
                    .collect(),
            })
            .collect();
        let weights = (0..cells).map(|_| (odd(&mut at) * 8.0).floor()).collect();
        Tasks::new(tasks, weights).unwrap()
    }

    #[test]
    fn the_queue_gives_what_looking_at_all_tasks_would() {
        for seed in 1..30 {
            let tasks = any_tasks(40, 30, seed);
            let all = vec![true; 40];
            let mut slow = Growing::empty(&tasks, 30.0);
            let mut fast = slow.clone();
            fast.fill(&all, f64::INFINITY, &Why::MostForATeamDay);
            let mut free = all;
            loop {
                let mut best: Option<(f64, usize)> = None;
                for task in (0..40).filter(|&task| free[task] && slow.fits(task)) {
                    let rate = slow.covered.gain(task) / tasks.all()[task].team_days;
                    if best.is_none_or(|(most, _)| rate > most) {
                        best = Some((rate, task));
                    }
                }
                let Some((rate, task)) = best else { break };
                if rate <= 1e-15 {
                    break;
                }
                free[task] = false;
                slow.take(task, Why::MostForATeamDay);
            }
            assert_eq!(fast.steps, slow.steps, "{seed}");
        }
    }
}
