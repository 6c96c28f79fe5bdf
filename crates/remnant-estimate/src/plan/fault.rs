//! Why there is no plan.
//!
//! Belongs here: one variant for each fault, with the values at fault. Does not belong here: printing.

/// Why there is no plan: a reason, not a list.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlanFault {
    /// There is nothing to choose from.
    #[error("there is no task to choose from")]
    NoTask,
    /// A number that has to be finite and above zero is not.
    #[error("{name} of `{task}` is {value}, which is not a finite number above zero")]
    NotPositive {
        /// What the number stands for.
        name: &'static str,
        /// The task or setting.
        task: String,
        /// Its value.
        value: f64,
    },
    /// A number that has to be a share is none.
    #[error("{name} of `{task}` is {value}, which is not a share from 0 to 1")]
    NotAShare {
        /// What the number stands for.
        name: &'static str,
        /// The task or setting.
        task: String,
        /// Its value.
        value: f64,
    },
    /// A weight is negative or no number.
    #[error("cell {cell} has the weight {weight}")]
    Weight {
        /// The cell.
        cell: usize,
        /// Its weight.
        weight: f64,
    },
    /// A task names a cell that is not there, or names one twice.
    #[error("task `{task}` reaches cell {cell} of {cells}, or reaches it twice")]
    Cell {
        /// The task.
        task: String,
        /// The cell.
        cell: u32,
        /// How many cells there are.
        cells: usize,
    },
    /// Two tasks have one name.
    #[error("task `{task}` is listed twice")]
    TaskTwice {
        /// The name.
        task: String,
    },
    /// A pin, exclusion or community names a task that is not there.
    #[error("there is no task `{task}`")]
    NoSuchTask {
        /// The name.
        task: String,
    },
    /// A task is pinned and excluded.
    #[error("task `{task}` is pinned and excluded")]
    PinnedAndExcluded {
        /// The name.
        task: String,
    },
    /// The pinned tasks take more than there is.
    #[error("the pinned tasks take {needed} team-days, but there are {budget}")]
    PinsExceedBudget {
        /// Team-days they take.
        needed: f64,
        /// Team-days there are.
        budget: f64,
    },
    /// The floors of communities take more than there is.
    #[error("the floors of communities take {needed} team-days, but {left} are left for them")]
    FloorsExceedBudget {
        /// Team-days they take.
        needed: f64,
        /// Team-days left after the pins.
        left: f64,
    },
    /// Draws and cells do not fit each other.
    #[error("{values} drawn values are not a whole number of draws over {cells} cells")]
    Draws {
        /// Values given.
        values: usize,
        /// Cells.
        cells: usize,
    },
}

impl PlanFault {
    /// What the person who asked can do, in one sentence.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoTask => "enter areas or boxes that can be worked, or choose a larger place",
            Self::NotPositive { .. } => "give a finite number above zero",
            Self::NotAShare { .. } => "give a share from 0 to 1",
            Self::Weight { .. } => "give each activity a weight of zero or more",
            Self::Cell { .. } => "let each task name each cell of the grid at most once",
            Self::TaskTwice { .. } => "give each task a name of its own",
            Self::NoSuchTask { .. } => "look for the task in the list of tasks",
            Self::PinnedAndExcluded { .. } => "take it out of one of the two lists",
            Self::PinsExceedBudget { .. } => "pin fewer tasks, or plan for more team-days",
            Self::FloorsExceedBudget { .. } => "lower the floors, or plan for more team-days",
            Self::Draws { .. } => "give each draw one value for each cell",
        }
    }
}
