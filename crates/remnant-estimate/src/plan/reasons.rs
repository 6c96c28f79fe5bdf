//! Why a task is on the list, and why another is not.
//!
//! Belongs here: the numbers behind each place on the list, as values. Does not belong here: words.

use serde::Serialize;

use super::choice::{Plan, Terms, Why};
use super::coverage::Tasks;

/// What speaks for a task on the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// Its place on the list, from 1.
    pub place: usize,
    /// The task.
    pub task: String,
    /// How it came there.
    pub why: Why,
    /// What it adds beside the tasks before it.
    pub gain: f64,
    /// The same for each of its team-days.
    pub gain_for_a_team_day: f64,
    /// Its share of the value of the whole list.
    pub share_of_the_list: f64,
    /// What it would add by itself.
    pub alone: f64,
    /// What of that the tasks before it find as well.
    pub shared_with_earlier: f64,
    /// The cell that gives most of what it adds alone, and what that cell gives.
    pub best_cell: Option<(u32, f64)>,
}

/// Why a task is not on the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// A person took it off.
    Excluded,
    /// It takes more team-days than there are.
    TooLong {
        /// Team-days that it takes.
        team_days: f64,
    },
    /// The tasks on the list leave nothing for it to add.
    NothingToAdd,
    /// Fewer team-days are left than it takes.
    NoRoom {
        /// Team-days that it takes.
        team_days: f64,
        /// Team-days left.
        left: f64,
        /// What it would add for each of its team-days beside the whole list.
        gain_for_a_team_day: f64,
    },
    /// It fits, yet the list was chosen without it.
    NotChosen {
        /// What it would add for each of its team-days beside the whole list.
        gain_for_a_team_day: f64,
    },
}

/// What speaks for each task on a list, in its order.
#[must_use]
pub fn reasons(tasks: &Tasks, plan: &Plan) -> Vec<Reason> {
    let mut told = Vec::with_capacity(plan.steps.len());
    for (index, step) in plan.steps.iter().enumerate() {
        let task = &tasks.all()[step.task];
        let worth = |cell: u32, effective: f64| tasks.weights()[cell as usize] * effective;
        let mut alone = 0.0;
        let mut best_cell: Option<(u32, f64)> = None;
        for reach in &task.reach {
            let worth = worth(reach.cell, reach.effective);
            alone += worth;
            if worth > 0.0 && best_cell.is_none_or(|(_, most)| worth > most) {
                best_cell = Some((reach.cell, worth));
            }
        }
        told.push(Reason {
            place: index + 1,
            task: task.name.clone(),
            why: step.why.clone(),
            gain: step.gain,
            gain_for_a_team_day: step.gain_for_a_team_day,
            share_of_the_list: if plan.value > 0.0 { step.gain / plan.value } else { 0.0 },
            alone,
            shared_with_earlier: (alone - step.gain).max(0.0),
            best_cell,
        });
    }
    told
}

/// Why each task that is not on a list is not, by name, in the order of the tasks.
#[must_use]
pub fn why_not(tasks: &Tasks, terms: &Terms, plan: &Plan) -> Vec<(String, WhyNot)> {
    let mut covered = super::coverage::Covered::none(tasks);
    let mut on_list = vec![false; tasks.all().len()];
    for step in &plan.steps {
        covered.add(step.task);
        on_list[step.task] = true;
    }
    let left = (terms.budget - plan.team_days).max(0.0);
    let mut told = Vec::new();
    for (index, task) in tasks.all().iter().enumerate().filter(|(index, _)| !on_list[*index]) {
        let gain = covered.gain(index);
        let gain_for_a_team_day = gain / task.team_days;
        let team_days = task.team_days;
        let why = if terms.excluded.contains(&task.name) {
            WhyNot::Excluded
        } else if team_days > terms.budget + 1e-12 {
            WhyNot::TooLong { team_days }
        } else if gain_for_a_team_day <= 1e-15 {
            WhyNot::NothingToAdd
        } else if team_days > left + 1e-12 {
            WhyNot::NoRoom { team_days, left, gain_for_a_team_day }
        } else {
            WhyNot::NotChosen { gain_for_a_team_day }
        };
        told.push((task.name.clone(), why));
    }
    told
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::plan::{Reach, Task, choose};

    fn task(name: &str, team_days: f64, reach: &[(u32, f64)]) -> Task {
        let reach = reach.iter().map(|&(cell, effective)| Reach { cell, effective }).collect();
        Task { name: name.to_owned(), team_days, reach }
    }

    #[test]
    fn each_place_and_each_absence_has_its_reason() {
        let tasks = Tasks::new(
            vec![
                task("a", 1.0, &[(0, 0.8), (1, 0.8)]),
                task("b", 1.0, &[(1, 0.8), (2, 0.8)]),
                task("again", 1.0, &[(3, 1.0)]),
                task("taken off", 1.0, &[(0, 0.9)]),
                task("long", 9.0, &[(0, 0.9)]),
                task("late", 1.0, &[(2, 0.1)]),
                task("empty", 1.0, &[(4, 0.5)]),
            ],
            vec![10.0, 8.0, 5.0, 1.0, 0.0],
        )
        .unwrap();
        let terms = Terms {
            budget: 3.0,
            pinned: vec!["again".to_owned()],
            excluded: vec!["taken off".to_owned()],
            ..Terms::default()
        };
        let plan = choose(&tasks, &terms).unwrap();
        let told = reasons(&tasks, &plan);
        let names: Vec<&str> = told.iter().map(|reason| reason.task.as_str()).collect();
        assert_eq!(names, ["again", "a", "b"]);
        assert_eq!(told[0].why, Why::Pinned);
        assert_eq!(told[1].best_cell, Some((0, 8.0)));
        assert!((told[2].shared_with_earlier - 0.8 * 0.8 * 8.0).abs() < 1e-12);
        let shares: f64 = told.iter().map(|reason| reason.share_of_the_list).sum();
        assert!((shares - 1.0).abs() < 1e-12);
        let not: Vec<(String, WhyNot)> = why_not(&tasks, &terms, &plan);
        assert_eq!(not[0], ("taken off".to_owned(), WhyNot::Excluded));
        assert_eq!(not[1].1, WhyNot::TooLong { team_days: 9.0 });
        assert!(matches!(not[2].1, WhyNot::NoRoom { left, .. } if left == 0.0));
        assert_eq!(not[3].1, WhyNot::NothingToAdd);
    }
}
