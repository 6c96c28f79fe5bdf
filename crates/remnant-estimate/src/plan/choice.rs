//! Which tasks fit into a number of team-days.
//!
//! Belongs here: the greedy choice with its guarantee, what people pin, exclude or keep for a community,
//! and the bound beside it. Does not belong here: what a task is worth (`utility`), words (`reasons`).

use serde::Serialize;

use super::certificate::upper_bound;
use super::coverage::Tasks;
use super::exchange::{best_of_threes, exchange};
use super::fault::PlanFault;
use super::growing::Growing;

/// Team-days that a community gets before tasks compete freely, so that those who asked are not starved.
#[derive(Clone, Debug, PartialEq)]
pub struct CommunityFloor {
    /// The community.
    pub community: String,
    /// Its tasks, by name.
    pub tasks: Vec<String>,
    /// Team-days that it gets, as far as its tasks take them and fit.
    pub team_days: f64,
}

/// On what terms a plan is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// Team-days that there are.
    pub budget: f64,
    /// Tasks that people put on the list, by name.
    pub pinned: Vec<String>,
    /// Tasks that people took off the list, by name.
    pub excluded: Vec<String>,
    /// Floors of communities, in the order in which they are served.
    pub floors: Vec<CommunityFloor>,
}

/// Why a task is on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A person pinned it.
    Pinned,
    /// It is the best for a team-day among the tasks of a community with a floor.
    Floor(String),
    /// It adds most for a team-day beside what was chosen before.
    MostForATeamDay,
    /// It alone is worth more than all that the steps before would choose.
    BestAlone,
    /// An exchange put it in: with it in place of others the list is worth more.
    Exchange,
}

/// A task on the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The number of the task.
    pub task: usize,
    /// What it adds beside the tasks before it.
    pub gain: f64,
    /// The same for each of its team-days.
    pub gain_for_a_team_day: f64,
    /// Why it is there.
    pub why: Why,
}

/// What is known beforehand of how near a plan is to the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Guarantee {
    /// At least 0.405 of the best value: the better of the greedy choice and the best single task.
    ///
    /// J. Tang and others, "Revisiting modified greedy algorithm for monotone submodular maximization
    /// with a knapsack constraint", arXiv 2008.05391.
    ShareOfTheBest,
    /// At least 1 − 1/e (0.632) of the best value: greedy from every choice of three tasks.
    ///
    /// M. Sviridenko, "A note on maximizing a submodular set function subject to a knapsack
    /// constraint", Operations Research Letters 32 (2004), 41-43.
    ThreesAndGreedy,
    /// None beyond the bound that is printed: floors of communities come before value.
    BoundOnly,
}

impl Guarantee {
    /// The share of the best value that is guaranteed, where one is; of what can be added to the pins.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        match self {
            Self::ShareOfTheBest => Some(0.405),
            Self::ThreesAndGreedy => Some(0.632),
            Self::BoundOnly => None,
        }
    }
}

/// A list of tasks, and how good it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The tasks on the list, in the order in which they were chosen.
    pub steps: Vec<Step>,
    /// Their value together.
    pub value: f64,
    /// Their team-days.
    pub team_days: f64,
    /// The value of the greedy choice, before it was compared or changed.
    pub greedy_value: f64,
    /// The value of the pins with the best single task.
    pub best_single_value: f64,
    /// No plan on these pins and exclusions is worth more; floors are not counted against it.
    pub upper_bound: f64,
    /// What is known beforehand.
    pub guarantee: Guarantee,
    /// The order of the greedy choice with what each task added for a team-day.
    pub greedy_order: Vec<(usize, f64)>,
}

impl Plan {
    /// The numbers of the tasks on the list, in rising order.
    #[must_use]
    pub fn chosen(&self) -> Vec<usize> {
        let mut chosen: Vec<usize> = self.steps.iter().map(|step| step.task).collect();
        chosen.sort_unstable();
        chosen
    }

    /// The share of the best value that this list is proven to reach.
    #[must_use]
    pub fn proven_share(&self) -> f64 {
        if self.upper_bound > 0.0 { (self.value / self.upper_bound).min(1.0) } else { 1.0 }
    }
}

/// Lists of up to so many tasks are improved from every choice of three.
const FEW_TASKS: usize = 40;
/// And over up to so many cells, each of which every such list looks at.
const FEW_CELLS: usize = 100_000;

/// Chooses tasks within a number of team-days: pins first, then the floors of communities, then whatever
/// adds most for a team-day; compared with the best single task, and improved by exchanges.
///
/// Ties go to the task that stands earlier. The same tasks and terms give the same list.
///
/// # Errors
/// [`PlanFault`] where the terms cannot be met or a number cannot be.
pub fn choose(tasks: &Tasks, terms: &Terms) -> Result<Plan, PlanFault> {
    let mut plan = greedy(tasks, terms)?;
    let fixed = plan.steps.iter().take_while(|step| step.why == Why::Pinned).count();
    if !terms.floors.is_empty() {
        // An exchange could take from a community what its floor gave.
        plan.guarantee = Guarantee::BoundOnly;
        return Ok(plan);
    }
    let open = open(tasks, terms)?;
    let free = open.iter().filter(|open| **open).count();
    let before: Vec<usize> = plan.steps.iter().map(|step| step.task).collect();
    let mut set = before.clone();
    if free <= FEW_TASKS && tasks.weights().len() <= FEW_CELLS {
        set = best_of_threes(tasks, &set, fixed, &open, terms.budget);
        plan.guarantee = Guarantee::ThreesAndGreedy;
    }
    set = exchange(tasks, set, fixed, &open, terms.budget);
    if tasks.value(&set) > plan.value {
        let why = |task: usize| match before.iter().position(|&other| other == task) {
            Some(place) => plan.steps[place].why.clone(),
            None => Why::Exchange,
        };
        plan.steps = told(tasks, &set, why);
        plan.value = tasks.value(&set);
        plan.team_days = tasks.team_days(&set);
    }
    Ok(plan)
}

/// Which tasks may be chosen: neither excluded nor pinned already.
fn open(tasks: &Tasks, terms: &Terms) -> Result<Vec<bool>, PlanFault> {
    let mut open = vec![true; tasks.all().len()];
    for name in terms.excluded.iter().chain(&terms.pinned) {
        open[tasks.named(name)?] = false;
    }
    Ok(open)
}

/// The greedy choice on the terms, or the best single task where that is worth more.
fn greedy(tasks: &Tasks, terms: &Terms) -> Result<Plan, PlanFault> {
    if !(terms.budget.is_finite() && terms.budget > 0.0) {
        return Err(PlanFault::NotPositive {
            name: "the number of team-days",
            task: "the plan".to_owned(),
            value: terms.budget,
        });
    }
    if let Some(task) = terms.pinned.iter().find(|name| terms.excluded.contains(name)) {
        return Err(PlanFault::PinnedAndExcluded { task: task.clone() });
    }
    let mut pinned = Vec::new();
    for name in &terms.pinned {
        let task = tasks.named(name)?;
        if !pinned.contains(&task) {
            pinned.push(task);
        }
    }
    let needed = tasks.team_days(&pinned);
    if needed > terms.budget + 1e-12 {
        return Err(PlanFault::PinsExceedBudget { needed, budget: terms.budget });
    }
    let open = open(tasks, terms)?;
    let mut growing = Growing::empty(tasks, terms.budget);
    for task in &pinned {
        growing.take(*task, Why::Pinned);
    }
    let mut free = open.clone();
    let floors: f64 = terms.floors.iter().map(|floor| floor.team_days).sum();
    if floors > growing.left + 1e-12 {
        return Err(PlanFault::FloorsExceedBudget { needed: floors, left: growing.left });
    }
    for floor in &terms.floors {
        let mut of_community = vec![false; free.len()];
        for name in &floor.tasks {
            let task = tasks.named(name)?;
            of_community[task] = free[task];
        }
        let why = Why::Floor(floor.community.clone());
        for task in growing.fill(&of_community, floor.team_days, &why) {
            free[task] = false;
        }
    }
    let before = growing.clone();
    growing.fill(&free, f64::INFINITY, &Why::MostForATeamDay);
    let mut alone = before;
    let mut best: Option<(f64, usize)> = None;
    for task in (0..free.len()).filter(|&task| free[task] && alone.fits(task)) {
        let gain = alone.covered.gain(task);
        if best.is_none_or(|(most, _)| gain > most) {
            best = Some((gain, task));
        }
    }
    if let Some((_, task)) = best {
        alone.take(task, Why::BestAlone);
    }
    let (greedy_value, best_single_value) = (growing.covered.value(), alone.covered.value());
    let order: Vec<usize> = growing.steps.iter().map(|step| step.task).collect();
    let better = if greedy_value >= best_single_value { &growing } else { &alone };
    Ok(Plan {
        value: better.covered.value(),
        team_days: terms.budget - better.left,
        greedy_value,
        best_single_value,
        upper_bound: upper_bound(tasks, &order, pinned.len(), &open, terms.budget),
        guarantee: Guarantee::ShareOfTheBest,
        greedy_order: growing
            .steps
            .iter()
            .map(|step| (step.task, step.gain_for_a_team_day))
            .collect(),
        steps: better.steps.clone(),
    })
}

/// The steps of a set in its order.
fn told(tasks: &Tasks, set: &[usize], why: impl Fn(usize) -> Why) -> Vec<Step> {
    let mut growing = Growing::empty(tasks, f64::MAX);
    for &task in set {
        growing.take(task, why(task));
    }
    growing.steps
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::growing::tests::{any_tasks, odd};
    use super::*;
    use crate::plan::{Reach, Task};

    fn small() -> Tasks {
        let task = |name: &str, team_days, cells: &[u32]| Task {
            name: name.to_owned(),
            team_days,
            reach: cells.iter().map(|&cell| Reach { cell, effective: 0.8 }).collect(),
        };
        Tasks::new(
            vec![
                task("paddy", 2.0, &[0, 1]),
                task("school", 2.0, &[1, 2]),
                task("forest", 1.0, &[3]),
                task("road", 3.0, &[0, 1, 2]),
            ],
            vec![5.0, 4.0, 6.0, 0.5],
        )
        .unwrap()
    }

    fn names(tasks: &Tasks, plan: &Plan) -> Vec<String> {
        plan.steps.iter().map(|step| tasks.all()[step.task].name.clone()).collect()
    }

    #[test]
    fn pins_come_first_and_exclusions_never() {
        let tasks = small();
        let terms = Terms {
            budget: 4.0,
            pinned: vec!["forest".to_owned()],
            excluded: vec!["road".to_owned()],
            ..Terms::default()
        };
        let plan = choose(&tasks, &terms).unwrap();
        assert_eq!(names(&tasks, &plan), ["forest", "school"]);
        assert_eq!(plan.steps[0].why, Why::Pinned);
        assert!(plan.value <= plan.upper_bound + 1e-12);
    }

    #[test]
    fn a_floor_feeds_a_community_that_value_alone_would_starve() {
        let tasks = small();
        let free = Terms { budget: 4.0, ..Terms::default() };
        assert!(!names(&tasks, &choose(&tasks, &free).unwrap()).contains(&"forest".to_owned()));
        let floor = CommunityFloor {
            community: "upper village".to_owned(),
            tasks: vec!["forest".to_owned()],
            team_days: 1.0,
        };
        let terms = Terms { floors: vec![floor], ..free };
        let plan = choose(&tasks, &terms).unwrap();
        assert_eq!(names(&tasks, &plan)[0], "forest");
        assert_eq!(plan.steps[0].why, Why::Floor("upper village".to_owned()));
        assert_eq!(plan.guarantee, Guarantee::BoundOnly);
    }

    #[test]
    fn terms_that_cannot_be_met_are_refused() {
        let tasks = small();
        let pinned = |names: &[&str]| Terms {
            budget: 4.0,
            pinned: names.iter().map(|&name| name.to_owned()).collect(),
            ..Terms::default()
        };
        let fault = choose(&tasks, &pinned(&["road", "paddy"])).unwrap_err();
        assert_eq!(fault, PlanFault::PinsExceedBudget { needed: 5.0, budget: 4.0 });
        let fault = choose(&tasks, &pinned(&["well"])).unwrap_err();
        assert_eq!(fault, PlanFault::NoSuchTask { task: "well".to_owned() });
        let both = Terms { excluded: vec!["road".to_owned()], ..pinned(&["road"]) };
        assert!(matches!(choose(&tasks, &both), Err(PlanFault::PinnedAndExcluded { .. })));
    }

    #[test]
    fn the_best_plan_lies_between_the_list_and_its_bound() {
        for seed in 1..60 {
            let tasks = any_tasks(9, 8, seed);
            let budget = 8.0;
            let best = (0_u32..1 << 9)
                .map(|set| (0..9).filter(|i| set & (1 << i) != 0).collect::<Vec<usize>>())
                .filter(|set| tasks.team_days(set) <= budget)
                .map(|set| tasks.value(&set))
                .fold(0.0, f64::max);
            let plan = choose(&tasks, &Terms { budget, ..Terms::default() }).unwrap();
            assert!(plan.team_days <= budget + 1e-9);
            assert!(plan.value >= 0.632 * best - 1e-9 && plan.value <= best + 1e-9, "{seed}");
            assert!(plan.upper_bound >= best - 1e-9, "{seed}: {} {best}", plan.upper_bound);
            let sum: f64 = plan.steps.iter().map(|step| step.gain).sum();
            assert!((sum - plan.value).abs() < 1e-9);
        }
    }

    #[test]
    fn a_hundred_thousand_squares_are_planned_in_seconds() {
        let mut at = 7;
        let tasks = (0..100_000_u32)
            .map(|i| Task {
                name: format!("{i:06}"),
                team_days: 1.0 + odd(&mut at),
                reach: (0..4).map(|k| Reach { cell: i + k * 300, effective: 0.6 }).collect(),
            })
            .collect();
        let weights = (0..102_000).map(|_| odd(&mut at)).collect();
        let tasks = Tasks::new(tasks, weights).unwrap();
        let plan = choose(&tasks, &Terms { budget: 2_000.0, ..Terms::default() }).unwrap();
        assert!(plan.steps.len() > 500 && plan.proven_share() > 0.9, "{}", plan.proven_share());
    }
}
