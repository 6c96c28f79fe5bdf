//! What a task is worth for a team-day.
//!
//! Belongs here: expected encounters avoided for a team-day from joint draws, with an interval and how
//! often each task is among the best. Does not belong here: choosing under a budget (`choice`), or any
//! model of injury: encounters are the unit.

use serde::Serialize;

use super::coverage::Task;
use super::fault::PlanFault;

/// Joint draws of the number of items left in each cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draws<'a> {
    values: &'a [f64],
    cells: usize,
}

impl<'a> Draws<'a> {
    /// Draw after draw, each with one value for each cell.
    ///
    /// # Errors
    /// [`PlanFault::Draws`] where there is no draw, or a part of one.
    pub fn new(values: &'a [f64], cells: usize) -> Result<Self, PlanFault> {
        if cells == 0 || values.is_empty() || !values.len().is_multiple_of(cells) {
            return Err(PlanFault::Draws { values: values.len(), cells });
        }
        Ok(Self { values, cells })
    }

    /// How many draws.
    #[must_use]
    pub fn draws(&self) -> usize {
        self.values.len() / self.cells
    }

    /// How many cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// One draw.
    #[must_use]
    pub fn of(&self, draw: usize) -> &'a [f64] {
        &self.values[draw * self.cells..(draw + 1) * self.cells]
    }
}

/// Team-days that a task may take, from the productivity that teams reach.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TeamDays {
    /// On good days.
    pub fewest: f64,
    /// On bad days.
    pub most: f64,
}

impl TeamDays {
    /// Team-days for an area in square metres at a productivity in square metres for each team-day
    /// between `slow` and `fast`.
    ///
    /// # Errors
    /// [`PlanFault::NotPositive`] where a number is not above zero.
    pub fn of_area(area: f64, slow: f64, fast: f64) -> Result<Self, PlanFault> {
        for (name, value) in [("the area", area), ("the slow pace", slow), ("the fast pace", fast)]
        {
            if !(value.is_finite() && value > 0.0) {
                return Err(PlanFault::NotPositive {
                    name,
                    task: "the productivity".into(),
                    value,
                });
            }
        }
        Ok(Self { fewest: area / slow.max(fast), most: area / slow.min(fast) })
    }

    /// The value at `position` from 0, the fewest, to 1, the most, evenly on the scale of ratios.
    fn at(&self, position: f64) -> f64 {
        self.fewest * libm::pow(self.most / self.fewest, position)
    }

    /// The middle on the scale of ratios.
    #[must_use]
    pub fn middle(&self) -> f64 {
        libm::sqrt(self.fewest * self.most)
    }
}

/// What a task is worth for a team-day, with its doubt.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TaskUtility {
    /// Expected encounters avoided a year for each team-day.
    pub mean: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end of the 90 % interval.
    pub high: f64,
    /// The share of draws in which the task is among the best, as many as were asked for.
    pub among_the_best: f64,
    /// Items that the task is expected to find.
    pub items: f64,
    /// People in the cells that it reaches, each counted once.
    pub people: f64,
}

/// What each task is worth for a team-day: `Σ_c left_c e_c w_c / team-days` over joint draws.
///
/// Paces of teams vary together, since weather and ground do: in each draw all tasks sit at the same
/// place between their fewest and most team-days. Draws take these places in turn by halves, quarters,
/// eighths (van der Corput), so that no chance enters here.
///
/// # Shapes and units
/// `tasks` with the team-days of each; `weights`: person-hours a year in each cell; `people` in each cell;
/// `draws`: items left. Returns one entry for each task.
///
/// # Errors
/// [`PlanFault`] where shapes differ or a number cannot be.
pub fn utilities(
    tasks: &[(Task, TeamDays)],
    draws: &Draws<'_>,
    weights: &[f64],
    people: &[f64],
    best: usize,
) -> Result<Vec<TaskUtility>, PlanFault> {
    if tasks.is_empty() {
        return Err(PlanFault::NoTask);
    }
    let cells = draws.cells();
    for given in [weights, people] {
        if given.len() != cells {
            return Err(PlanFault::Draws { values: given.len(), cells });
        }
        if let Some(cell) = given.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0))
        {
            return Err(PlanFault::Weight { cell, weight: given[cell] });
        }
    }
    for (task, days) in tasks {
        for (name, value) in
            [("the fewest team-days", days.fewest), ("the most team-days", days.most)]
        {
            if !(value.is_finite() && value > 0.0) {
                return Err(PlanFault::NotPositive { name, task: task.name.clone(), value });
            }
        }
        if let Some(reach) = task.reach.iter().find(|reach| reach.cell as usize >= cells) {
            return Err(PlanFault::Cell { task: task.name.clone(), cell: reach.cell, cells });
        }
    }
    let count = draws.draws();
    // Row by row, one task after the other within a draw.
    let mut values = vec![0.0; count * tasks.len()];
    let mut items = vec![0.0; tasks.len()];
    for draw in 0..count {
        let left = draws.of(draw);
        let position = halves(draw);
        for (i, (task, days)) in tasks.iter().enumerate() {
            let (mut found, mut avoided) = (0.0, 0.0);
            for reach in &task.reach {
                let cell = reach.cell as usize;
                found += left[cell] * reach.effective;
                avoided += left[cell] * reach.effective * weights[cell];
            }
            items[i] += found / count as f64;
            values[draw * tasks.len() + i] = avoided / days.at(position);
        }
    }
    let mut among = vec![0_usize; tasks.len()];
    let mut order: Vec<usize> = Vec::with_capacity(tasks.len());
    for draw in values.chunks_exact(tasks.len()) {
        order.clear();
        order.extend(0..tasks.len());
        order.sort_by(|&one, &other| draw[other].total_cmp(&draw[one]).then(one.cmp(&other)));
        for &task in order.iter().take(best) {
            among[task] += 1;
        }
    }
    Ok((0..tasks.len())
        .map(|i| {
            let mut of_task: Vec<f64> =
                (0..count).map(|draw| values[draw * tasks.len() + i]).collect();
            let mean = of_task.iter().sum::<f64>() / count as f64;
            of_task.sort_by(f64::total_cmp);
            TaskUtility {
                mean,
                low: quantile(&of_task, 0.05),
                high: quantile(&of_task, 0.95),
                among_the_best: among[i] as f64 / count as f64,
                items: items[i],
                people: tasks[i].0.reach.iter().map(|reach| people[reach.cell as usize]).sum(),
            }
        })
        .collect())
}

/// The value in sorted ones below which a share of them lies, straight between neighbours.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
}

/// The digits of a number in base two behind the point: 0, 1/2, 1/4, 3/4, 1/8, …
fn halves(number: usize) -> f64 {
    (number as u64).reverse_bits() as f64 / (u64::MAX as f64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::plan::Reach;

    fn task(name: &str, cell: u32, days: f64) -> (Task, TeamDays) {
        let reach = vec![Reach { cell, effective: 0.5 }];
        let task = Task { name: name.to_owned(), team_days: days, reach };
        (task, TeamDays { fewest: days, most: days })
    }

    #[test]
    fn ranks_are_told_as_chances() {
        // The second cell is better in three draws of four.
        let values = [4.0, 8.0, 4.0, 8.0, 4.0, 8.0, 40.0, 0.0];
        let draws = Draws::new(&values, 2).unwrap();
        let tasks = [task("a", 0, 2.0), task("b", 1, 2.0)];
        let told = utilities(&tasks, &draws, &[1.0, 1.0], &[7.0, 30.0], 1).unwrap();
        assert_eq!((told[0].among_the_best, told[1].among_the_best), (0.25, 0.75));
        assert!(told[0].mean > told[1].mean, "and yet the first has the higher mean");
        assert_eq!(told[0].items, 6.5);
        assert_eq!(told[1].people, 30.0);
        assert!(told[0].low >= 1.0 && told[0].high <= 10.0);
    }

    #[test]
    fn the_pace_of_teams_widens_the_interval_and_keeps_the_ranks() {
        let values = vec![4.0; 2 * 64];
        let draws = Draws::new(&values, 2).unwrap();
        let mut tasks = [task("a", 0, 2.0), task("b", 1, 3.0)];
        for (_, days) in &mut tasks {
            days.most = 3.0 * days.fewest;
        }
        let told = utilities(&tasks, &draws, &[1.0, 1.0], &[0.0, 0.0], 1).unwrap();
        assert!(told[0].high > 2.5 * told[0].low);
        assert_eq!(told[0].among_the_best, 1.0);
    }

    #[test]
    fn shapes_that_differ_are_refused() {
        assert!(Draws::new(&[1.0, 2.0, 3.0], 2).is_err());
        assert!(Draws::new(&[], 2).is_err());
        let draws = Draws::new(&[1.0, 2.0], 2).unwrap();
        let tasks = [task("a", 5, 2.0)];
        assert!(utilities(&tasks, &draws, &[1.0, 1.0], &[0.0, 0.0], 1).is_err());
        assert!(utilities(&tasks[..0], &draws, &[1.0, 1.0], &[0.0, 0.0], 1).is_err());
        assert!(TeamDays::of_area(1e4, 0.0, 5.0).is_err());
    }
}
