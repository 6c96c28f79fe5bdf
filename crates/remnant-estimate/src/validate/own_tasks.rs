//! A user's own tasks, each predicted without its finds.
//!
//! Belongs here: checking an estimate against the only truth that a user has. Each task is taken out,
//! effort and finds, and predicted from all others. Does not belong here: invented worlds.

use std::ops::ControlFlow;

use crate::contamination::{Area, ContaminationFault, Inputs, Settings, estimate};
use crate::score::{CountForecast, EcdfBand, Forecast, LeftOut, ScoreFault, leave_one_out};
use crate::search::detection_of_passes;

/// One task beside its prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnTask {
    /// Its id.
    pub id: String,
    /// Its scores.
    pub left_out: LeftOut,
}

/// All tasks that were predicted.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnTasks {
    /// In the order of the inputs.
    pub tasks: Vec<OwnTask>,
    /// Tasks that there are.
    pub of: usize,
    /// Tasks whose 90 % interval held what they found.
    pub held: usize,
    /// How many would have, by the intervals' own promise.
    pub promised: f64,
    /// Probability that predictions which are right are at least as uneven; none without a task. Tasks of
    /// one place are not independent, so it is a hint and no test.
    pub uniformity: Option<f64>,
}

/// Why tasks cannot be predicted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OwnTasksFault {
    /// There is no estimate without one of them.
    #[error(transparent)]
    Estimate(#[from] ContaminationFault),
    /// Its prediction cannot be scored.
    #[error(transparent)]
    Score(#[from] ScoreFault),
}

/// Predicts up to `most` tasks, evenly chosen, each from the others.
///
/// The expected finds of a task are the items that would lie in its cells without it, times the share it
/// covered, times the mean chance of detection of its method as the other tasks leave it.
///
/// # Errors
/// [`OwnTasksFault`] when there is no estimate without one of the tasks, or a prediction cannot be scored.
pub fn own_tasks(
    inputs: &Inputs,
    settings: Settings,
    most: usize,
) -> Result<OwnTasks, OwnTasksFault> {
    let count = inputs.tasks.len();
    let chosen: Vec<usize> = match count.min(most) {
        0 => Vec::new(),
        some => (0..some).map(|n| n * count / some).collect(),
    };
    let found: Vec<u32> = chosen
        .iter()
        .map(|task| inputs.tasks[*task].finds.iter().map(|find| find.count).sum())
        .collect();
    let scores = leave_one_out(
        &found,
        |place| predicted(inputs, settings, chosen[place]).map(Some),
        settings.seed,
    )?;
    let tasks: Vec<OwnTask> = scores
        .into_iter()
        .map(|left_out| OwnTask { id: inputs.tasks[chosen[left_out.square]].id.clone(), left_out })
        .collect();
    let holds = |task: &&OwnTask| task.left_out.interval.holds(f64::from(task.left_out.found));
    let pits: Vec<f64> = tasks.iter().map(|task| task.left_out.pit).collect();
    Ok(OwnTasks {
        of: count,
        held: tasks.iter().filter(holds).count(),
        promised: tasks.iter().map(|task| task.left_out.interval.probability_inside).sum(),
        uniformity: EcdfBand::new(pits.len()).ok().map(|band| band.p_value(&pits)),
        tasks,
    })
}

fn predicted(
    inputs: &Inputs,
    settings: Settings,
    number: usize,
) -> Result<Forecast, OwnTasksFault> {
    let mut without = inputs.clone();
    let task = without.tasks.remove(number);
    let id = "the task".to_owned();
    without.areas = vec![Area { id: id.clone(), name: id, cells: task.cells }];
    let estimate = estimate(&without, settings, Vec::new(), |_, _, _| ControlFlow::Continue(()))?;
    let method = &inputs.methods[task.method];
    let name = format!("detection/{}", method.name);
    let (first, second) = method.detection;
    let detection = estimate
        .unknowns
        .iter()
        .find(|unknown| unknown.name == name)
        .map_or(first / (first + second), |unknown| unknown.mean);
    let seen = detection_of_passes(detection, task.passes, method.never_found);
    let draws = estimate.areas.first().map_or(&[][..], |area| &area.draws);
    let rates: Vec<f64> = draws.iter().map(|rate| rate * seen).collect();
    Ok(Forecast::Counts(CountForecast::poisson_mixture(&rates)?))
}
