//! Tasks: where somebody looked, how, and what was found.
//!
//! Belongs here: laying out tasks from the records alone, as people do, and drawing what each finds of
//! the items that are still there. A method's chance of detection is the same unknown for all its tasks.
//! Does not belong here: effective detection of a cell, which is the inference's business.

use rand::RngExt;

use super::draw::{self, Part, standard_normal};
use super::fault::SimulateFault;
use super::outline::Outline;
use super::settings::WorldSettings;
use super::strike::RecordedStrike;
use super::world::{Item, ItemState, Shared};
use crate::grid::Grid;

/// An item that a task found, where it lay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Easting in metres.
    pub easting: f64,
    /// Northing in metres.
    pub northing: f64,
}

/// What is recorded of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedTask {
    /// Its number, from 0; tasks follow one another in this order.
    pub number: u32,
    /// Number of its method among the settings' methods.
    pub method: usize,
    /// The ground it is about.
    pub outline: Outline,
    /// Share of the ground inside that was truly walked; which part is not recorded.
    pub share: f64,
    /// Passes over what was walked.
    pub passes: u32,
    /// What it found, removed at once.
    pub finds: Vec<Found>,
}

impl RecordedTask {
    /// Finds in each cell of a grid, cells in rising order; finds outside the grid are left out.
    #[must_use]
    pub fn finds_in_cells(&self, grid: &Grid) -> Vec<(u32, u32)> {
        let mut counts = std::collections::BTreeMap::new();
        for find in &self.finds {
            if let Some(cell) = grid.cell_at(find.easting, find.northing) {
                *counts.entry(cell).or_insert(0) += 1;
            }
        }
        counts.into_iter().collect()
    }
}

/// Lays out task `number`, before anybody has looked.
pub(super) fn task(
    settings: &WorldSettings,
    strikes: &[RecordedStrike],
    seed: u64,
    number: u32,
) -> Result<RecordedTask, SimulateFault> {
    let mut random = draw::stream(seed, Part::Task, u64::from(number));
    let searching = &settings.searching;
    if settings.methods.is_empty() {
        return Err(SimulateFault::NothingToChoose { of: "tasks" });
    }
    let method = random.random_range(0..settings.methods.len());
    let (width, height) = settings.sides_metres();
    let anywhere = (
        settings.west + width * random.random::<f64>(),
        settings.north - height * random.random::<f64>(),
    );
    let beside = (standard_normal(&mut random), standard_normal(&mut random));
    let near = random.random::<f64>() < searching.near_strikes && !strikes.is_empty();
    let chosen = random.random_range(0..strikes.len().max(1));
    let centre = match strikes.get(chosen) {
        // As far off as the record is uncertain, and a hundred metres for what people say.
        Some(strike) if near => {
            let reach = strike.error_metres.hypot(100.0);
            (strike.easting + reach * beside.0, strike.northing + reach * beside.1)
        }
        _ => anywhere,
    };
    let (shortest, longest) = searching.side_metres;
    let mut side = || shortest + (longest - shortest) * random.random::<f64>();
    let sides = (side(), side());
    let turned = random.random::<f64>() < searching.turned;
    let angle = std::f64::consts::FRAC_PI_2 * random.random::<f64>();
    let (least, most) = searching.share;
    let share = least + (most - least) * random.random::<f64>();
    let passes = random.random_range(1..=searching.passes_at_most.max(1));
    // Boxes that are not turned lie on the lines of the grid, as survey squares do.
    let outline = if turned {
        Outline::turned_box(centre, sides, angle)
    } else {
        on_lines(settings, centre, sides)
    };
    Ok(RecordedTask { number, method, outline, share, passes, finds: Vec::new() })
}

fn on_lines(settings: &WorldSettings, centre: (f64, f64), sides: (f64, f64)) -> Outline {
    let cell = settings.cell_metres;
    let span = |middle: f64, side: f64, origin: f64| {
        let first = ((middle - 0.5 * side - origin) / cell).round();
        let cells = (side / cell).round().max(1.0);
        (origin + (first + 0.5 * cells) * cell, cells * cell)
    };
    let (east, width) = span(centre.0, sides.0, settings.west);
    let (north, height) = span(centre.1, sides.1, settings.north);
    Outline::turned_box((east, north), (width, height), 0.0)
}

/// Carries the task out: what it finds is taken away.
pub(super) fn carry_out(
    task: &mut RecordedTask,
    settings: &WorldSettings,
    shared: &Shared,
    items: &mut [Item],
    seed: u64,
) {
    let mut random = draw::stream(seed, Part::Finds, u64::from(task.number));
    let believed = draw::log_odds_of_share(shared.detections[task.method]);
    let detection = draw::share_of_log_odds(believed + settings.wrong.detection_log_odds_shift);
    let seen = 1.0 - (1.0 - detection).powi(task.passes as i32);
    let ((west, east), (south, north)) = task.outline.bounds();
    for item in items.iter_mut().filter(|item| item.state == ItemState::Left) {
        // Most items of a large world are nowhere near.
        let near = item.easting >= west
            && item.easting <= east
            && item.northing >= south
            && item.northing <= north;
        if !near || !task.outline.holds((item.easting, item.northing)) {
            continue;
        }
        let (walked, noticed): (f64, f64) = (random.random(), random.random());
        let findable = item.never_found_by & (1 << task.method) == 0;
        if walked < task.share && findable && noticed < seen {
            item.state = ItemState::Found { task: task.number };
            task.finds.push(Found { easting: item.easting, northing: item.northing });
        }
    }
}
