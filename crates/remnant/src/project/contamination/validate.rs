//! Whether the estimate means what it says: invented worlds, and a project's own tasks.
//!
//! Belongs here: running a validation for as long as the person allows, and writing what it found.
//! Does not belong here: worlds, scores (`remnant_estimate`), what is told of them (`remnant_publish`).

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use remnant_estimate::contamination::Settings;
use remnant_estimate::simulate::{World, WorldSettings};
use remnant_estimate::validate::{
    Contamination, OwnTasks, OwnTasksFault, Plan, SensitivityRow, inputs_of, own_tasks,
    sensitivity, validate,
};
use remnant_publish::answer::validation::ValidationStory;
use remnant_publish::document::Block;
use remnant_publish::{html, text};

use super::gather::{Said, gather};
use super::plane::{Plane, choose};
use super::{no_estimate, read_parameters};
use crate::command::estimate::ValidateCommand;
use crate::desk::Desk as RecordDesk;
use crate::error::ProgramError;
use crate::print;
use crate::project::as_of;
use crate::project::progress::Progress;

/// Ways to explain the finds of an invented world that are followed at a time: as many as the validation of
/// the release follows, a quarter of what a place gets.
const WAYS: usize = 16;

/// Judges the model, and writes a page if one is asked for.
pub(super) fn about_the_model(
    command: &ValidateCommand,
    record: &RecordDesk,
) -> Result<ExitCode, ProgramError> {
    let own = command.place.as_deref().map(|place| own(command, place, record)).transpose()?;
    let model = Contamination {
        settings: Settings {
            points: command.points as usize,
            draws: command.draws as usize,
            particles: WAYS,
            ..Settings::default()
        },
        ..Contamination::default()
    };
    let plan = Plan {
        worlds: command.worlds,
        wrong_worlds: command.worlds / 5,
        seed: command.seed,
        base: Plan::small_world(),
    };
    let progress = Progress::over_tiles("worlds");
    let begun = Instant::now();
    let allowed = command.minutes.map(|minutes| Duration::from_secs(60 * minutes));
    let total = plan.worlds + 4 * plan.wrong_worlds;
    let (mut done_before, mut last) = (0, (String::new(), 0));
    let mut interrupted = Ok(());
    let validation = validate(&model, &plan, |kind, done, _| {
        if kind != last.0 {
            done_before += last.1;
        }
        last = (kind.to_owned(), done);
        interrupted = progress.of(done_before + done, total);
        interrupted.is_ok() && allowed.is_none_or(|allowed| begun.elapsed() < allowed)
    });
    interrupted?;
    drop(progress);
    let sensitivity = one_place(&plan.base, command.seed, &model)?;
    let story = ValidationStory {
        validation: &validation,
        sensitivity: &sensitivity,
        own_tasks: own.as_ref(),
    };
    if let Some(path) = &command.page {
        write_page(path, &story, command)?;
    }
    if command.asked.json {
        return print::bytes(format!("{:#}\n", story.json()).as_bytes());
    }
    print::bytes(text::text(&story.document(), text::WIDTH).as_bytes())
}

/// The total of one invented place with each prior changed in turn.
fn one_place(
    base: &WorldSettings,
    seed: u64,
    model: &Contamination,
) -> Result<Vec<SensitivityRow>, ProgramError> {
    let told = |told: String| ProgramError::NoEstimate {
        told,
        help: "try another seed: the invented place is drawn from it",
    };
    let world = World::draw(base, seed).map_err(|fault| told(fault.to_string()))?;
    let inputs = inputs_of(&world.recorded, model.pitch).map_err(told)?;
    sensitivity(&inputs, Settings { seed, ..model.settings }).map_err(no_estimate)
}

/// The tasks of a place in a project, each predicted from the others.
fn own(
    command: &ValidateCommand,
    place: &str,
    record: &RecordDesk,
) -> Result<OwnTasks, ProgramError> {
    let as_of = as_of(&command.asked)?;
    let Some(desk) = &command.desk else {
        return Err(ProgramError::Argument {
            name: "--place",
            given: place.to_owned(),
            form: "a place of a project, which --project names",
        });
    };
    let mut store = desk.open()?;
    let parameters = read_parameters(None)?;
    let view = record.view(as_of);
    let dud_rates = view.pooled.posterior.as_ref().map_err(|fault| ProgramError::NoEstimate {
        told: fault.to_string(),
        help: fault.help(),
    })?;
    let chosen = choose(&mut store, place, as_of)?;
    let plane = Plane::around(&chosen, command.cell_size)?;
    let said = Said { record: view.record, dud_rates, parameters: &parameters, as_of };
    let gathered = gather(&mut store, &said, &chosen, &plane)?;
    let settings = Settings {
        seed: command.seed,
        points: command.points as usize,
        draws: command.draws as usize,
        ..Settings::default()
    };
    own_tasks(&gathered.inputs, settings, command.tasks as usize).map_err(|fault| match fault {
        OwnTasksFault::Estimate(fault) => no_estimate(fault),
        OwnTasksFault::Score(fault) => {
            ProgramError::NoEstimate { told: fault.to_string(), help: fault.help() }
        }
    })
}

fn write_page(
    path: &Path,
    story: &ValidationStory<'_>,
    command: &ValidateCommand,
) -> Result<(), ProgramError> {
    let page = if path.extension().is_some_and(|ending| ending == "md") {
        let asked = format!(
            "remnant estimate validate --worlds {} --seed {} --points {} --draws {} --page {}",
            command.worlds,
            command.seed,
            command.points,
            command.draws,
            path.display()
        );
        story.markdown(&asked)
    } else {
        html::one_file(&story.document(), &[], &Block::References(Vec::new()))
    };
    fs::write(path, page)
        .map_err(|source| ProgramError::Unwritable { path: path.display().to_string(), source })
}
