//! What a set of tasks is worth together.
//!
//! Belongs here: tasks with the cells they reach, and the value of a set: what is found in a cell by
//! two tasks counts once. Does not belong here: choosing a set (`choice`).

use super::fault::PlanFault;

/// A cell that a task reaches, and the chance that the task finds an item there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// The number of the cell.
    pub cell: u32,
    /// The effective detection in it, 0 to 1.
    pub effective: f64,
}

/// Work that can be put on a list as one thing: a box, a square, an area.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Its name, as people know it.
    pub name: String,
    /// Team-days that it takes.
    pub team_days: f64,
    /// The cells that it reaches, in rising order.
    pub reach: Vec<Reach>,
}

/// Tasks over weighted cells.
///
/// The value of a set S is `f(S) = Σ_c w_c (1 − Π_{s in S} (1 − e_sc))`: it grows with each task, and
/// by less the more there is already. Both the guarantee and the bound rest on that.
#[derive(Clone, Debug, PartialEq)]
pub struct Tasks {
    tasks: Vec<Task>,
    weights: Vec<f64>,
}

impl Tasks {
    /// Tasks in an order in which the earlier wins a tie, over cells of which each has a weight: such
    /// as person-hours a year times items expected.
    ///
    /// # Errors
    /// [`PlanFault`] for the first task or cell that cannot be.
    pub fn new(tasks: Vec<Task>, weights: Vec<f64>) -> Result<Self, PlanFault> {
        if tasks.is_empty() {
            return Err(PlanFault::NoTask);
        }
        if let Some((cell, &weight)) =
            weights.iter().enumerate().find(|(_, w)| !(w.is_finite() && **w >= 0.0))
        {
            return Err(PlanFault::Weight { cell, weight });
        }
        let mut names: Vec<&str> = tasks.iter().map(|task| task.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(PlanFault::TaskTwice { task: pair[0].to_owned() });
        }
        for task in &tasks {
            if !(task.team_days.is_finite() && task.team_days > 0.0) {
                return Err(PlanFault::NotPositive {
                    name: "the number of team-days",
                    task: task.name.clone(),
                    value: task.team_days,
                });
            }
            let mut last = None;
            for reach in &task.reach {
                let known = (reach.cell as usize) < weights.len();
                if !known || last.is_some_and(|last| last >= reach.cell) {
                    let (task, cells) = (task.name.clone(), weights.len());
                    return Err(PlanFault::Cell { task, cell: reach.cell, cells });
                }
                if !(0.0..=1.0).contains(&reach.effective) {
                    return Err(PlanFault::NotAShare {
                        name: "the effective detection",
                        task: task.name.clone(),
                        value: reach.effective,
                    });
                }
                last = Some(reach.cell);
            }
        }
        Ok(Self { tasks, weights })
    }

    /// The tasks, in their order.
    #[must_use]
    pub fn all(&self) -> &[Task] {
        &self.tasks
    }

    /// The weight of each cell.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The number of the task with a name.
    ///
    /// # Errors
    /// [`PlanFault::NoSuchTask`] where there is none.
    pub fn named(&self, name: &str) -> Result<usize, PlanFault> {
        let found = self.tasks.iter().position(|task| task.name == name);
        found.ok_or_else(|| PlanFault::NoSuchTask { task: name.to_owned() })
    }

    /// The value of a set of tasks.
    #[must_use]
    pub fn value(&self, set: &[usize]) -> f64 {
        let mut covered = Covered::none(self);
        for &task in set {
            covered.add(task);
        }
        covered.value()
    }

    /// Team-days of a set.
    #[must_use]
    pub fn team_days(&self, set: &[usize]) -> f64 {
        set.iter().map(|&task| self.tasks[task].team_days).sum()
    }
}

/// What a growing set of tasks leaves to be found in each cell.
#[derive(Clone, Debug)]
pub(super) struct Covered<'a> {
    tasks: &'a Tasks,
    missed: Vec<f64>,
}

impl<'a> Covered<'a> {
    /// Nothing is done yet.
    pub(super) fn none(tasks: &'a Tasks) -> Self {
        Self { tasks, missed: vec![1.0; tasks.weights.len()] }
    }

    /// What a task would add.
    ///
    /// Each term is a product of numbers that only fall as the set grows, summed in a fixed order, and
    /// rounding keeps order: a gain once computed is never exceeded later, not even by a rounding
    /// error. That is what lets a queue of old gains give exactly what looking at all would.
    pub(super) fn gain(&self, task: usize) -> f64 {
        let reach = self.tasks.tasks[task].reach.iter();
        reach.map(|to| self.worth(to)).sum()
    }

    fn worth(&self, to: &Reach) -> f64 {
        let cell = to.cell as usize;
        self.tasks.weights[cell] * to.effective * self.missed[cell]
    }

    /// Adds a task.
    pub(super) fn add(&mut self, task: usize) {
        for to in &self.tasks.tasks[task].reach {
            self.missed[to.cell as usize] *= 1.0 - to.effective;
        }
    }

    /// The value so far.
    pub(super) fn value(&self) -> f64 {
        let cells = self.tasks.weights.iter().zip(&self.missed);
        cells.map(|(weight, missed)| weight * (1.0 - missed)).sum()
    }
}
