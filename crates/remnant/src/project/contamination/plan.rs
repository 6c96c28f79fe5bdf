//! What to survey or clear next: gather, estimate, propose, tell.
//!
//! Belongs here: the order of the stages, and reading arguments. Does not belong here: what is proposed
//! (`remnant_estimate::plan`), words (`remnant_publish`).

mod candidates;
mod pace;
mod people;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use geo_types::MultiPolygon;
use remnant_estimate::contamination::{Estimate, Parameters, Settings, two_digits};
use remnant_estimate::plan::{
    Candidate, Effect, PlanFault, PlanParameters, Question, SHIPPED, Terms, Weights, Work,
    draws_of, propose, sums,
};
use remnant_estimate::residual::Assumption;
use remnant_publish::answer::plan::PlanStory;
use remnant_publish::text;
use remnant_record::AsOf;

use self::candidates::{boxes, hazardous_areas};
use super::kept::{self, Kept};
use super::{Asking, ask, carry_out, read_parameters};
use crate::command::plan::{PlanArguments, PlanCommand};
use crate::desk::Desk as RecordDesk;
use crate::error::ProgramError;
use crate::print;
use crate::project::as_of;

/// What could be worked in a place.
#[derive(Default)]
struct Candidates {
    all: Vec<Candidate>,
    /// Their outlines, WGS 84.
    outlines: Vec<MultiPolygon<f64>>,
    /// The share of each that was searched before.
    searched: Vec<f64>,
    /// What could have been one and takes no part, with the reason.
    left_out: Vec<String>,
}

/// How boxes are surveyed; areas are cleared whole.
struct Boxes {
    metres: Option<u32>,
    searched_enough: f64,
}

/// Carries out a command of planning.
pub(crate) fn plan(command: &PlanCommand, record: &RecordDesk) -> Result<ExitCode, ProgramError> {
    match command {
        PlanCommand::Parameters => print::bytes(SHIPPED.as_bytes()),
        PlanCommand::Survey(survey) => {
            let of = (Work::Survey, survey.box_size, survey.coverage);
            proposed(&survey.plan, of, record)
        }
        PlanCommand::Clearance(clearance) => {
            proposed(&clearance.plan, (Work::Clearance, None, Some(1.0)), record)
        }
    }
}

/// Proposes tasks and writes what was asked for.
fn proposed(
    given: &PlanArguments,
    (work, box_metres, coverage): (Work, Option<u32>, Option<f64>),
    record: &RecordDesk,
) -> Result<ExitCode, ProgramError> {
    let as_of = as_of(&given.asked)?;
    let own = read_plan_parameters(given.plan_parameters.as_deref())?;
    let mut store = given.desk.open()?;
    let kept = kept::newest(&mut store, &given.place, as_of.known_by)?;
    let parameters = match (&given.parameters, &kept) {
        (None, Some(kept)) => kept.parameters.clone(),
        (path, _) => read_parameters(path.as_deref())?,
    };
    let cell_metres =
        given.cell_size.or(kept.as_ref().map(|kept| kept.cell_metres)).unwrap_or(25.0);
    let mut asking = ask(&mut store, record, (&given.place, cell_metres), &parameters, as_of)?;
    let (settings, estimate) = on_which_estimate(given, kept.as_ref(), &asking);
    let searched_enough = own.value("searched-enough");
    let candidates = match work {
        Work::Survey => {
            boxes(&mut store, &asking, &Boxes { metres: box_metres, searched_enough }, as_of)?
        }
        Work::Clearance => hazardous_areas(&mut store, &asking, as_of)?,
    };
    if candidates.all.is_empty() {
        return Err(ProgramError::NothingToPlan { left_out: candidates.left_out });
    }
    let mut assumptions = Vec::new();
    let pace = pace::pace(given, work, &mut store, as_of, &mut assumptions)?;
    let people = people::near(given, &own, &asking.plane, &candidates.all, &mut assumptions)?;
    let near = people.as_ref().map(|people| people.near.as_slice());
    let mut all = candidates.all;
    if let Some(near) = near {
        for one in &mut all {
            let cells = one.cells.iter().map(|(cell, _)| near[*cell as usize]);
            one.people = Some(cells.fold(0.0, f64::max));
        }
    }
    asking.gathered.inputs.areas.extend(sums(&all, near));
    let found = carry_out(&asking.gathered.inputs, settings, &given.desk.project)?;
    let coverage = covered(coverage, &own, &mut assumptions);
    let found_share = found_share(work, &found, &asking, &parameters, &mut assumptions);
    let effect = Effect { coverage, found: found_share, pace };
    let weights = weights(given, &own, work)?;
    let terms = Terms {
        budget: given.team_days,
        pinned: given.pin.clone(),
        excluded: given.exclude.clone(),
        floors: Vec::new(),
    };
    let expected: Vec<f64> = found.cells.iter().map(|cell| cell.left.expected).collect();
    let draws = draws_of(&found, &all, near)?;
    let proposal = propose(&Question {
        work,
        candidates: &all,
        expected: &expected,
        near,
        draws: &draws,
        effect,
        weights,
        terms: &terms,
    })?;
    let story = PlanStory {
        place: &asking.chosen.name,
        work,
        proposal: &proposal,
        candidates: &all,
        outlines: &candidates.outlines,
        searched: &candidates.searched,
        terms: &terms,
        weights,
        effect,
        people: people.as_ref().map(|people| &people.told),
        assumptions: &assumptions,
        left_out: &candidates.left_out,
        estimate: &estimate,
        as_of,
    };
    write_files(given, &story)?;
    tell(&story, as_of, given.asked.json)
}

fn tell(story: &PlanStory<'_>, as_of: AsOf, as_json: bool) -> Result<ExitCode, ProgramError> {
    if as_json {
        return print::bytes(format!("{:#}\n", story.json()).as_bytes());
    }
    let page = text::text(&story.document(), text::WIDTH);
    print::bytes(format!("{page}\nOn {}, as known by {}.\n", as_of.on, as_of.known_by).as_bytes())
}

fn write_files(given: &PlanArguments, story: &PlanStory<'_>) -> Result<(), ProgramError> {
    let write = |path: &Path, bytes: &[u8]| {
        let shown = path.display().to_string();
        fs::write(path, bytes).map_err(|source| ProgramError::Unwritable { path: shown, source })
    };
    if let Some(path) = &given.csv {
        let mut table = Vec::new();
        let shown = path.display().to_string();
        story.csv(&mut table).map_err(|source| ProgramError::Unwritable { path: shown, source })?;
        write(path, &table)?;
    }
    if let Some(path) = &given.xlsx {
        write(path, &story.workbook()?)?;
    }
    if let Some(path) = &given.gpx {
        write(path, story.gpx().as_bytes())?;
    }
    if let Some(path) = &given.kml {
        write(path, story.kml().as_bytes())?;
    }
    Ok(())
}

/// How the estimate is run: as the one that is kept of this place, if it rests on the same inputs.
fn on_which_estimate(
    given: &PlanArguments,
    kept: Option<&Kept>,
    asking: &Asking,
) -> (Settings, String) {
    let inputs = asking.gathered.inputs.sha256();
    let same = kept.filter(|kept| kept.inputs_sha256 == inputs);
    let default = same.map_or_else(Settings::default, |kept| kept.settings);
    let settings = Settings {
        seed: given.seed.unwrap_or(if same.is_some() { default.seed } else { 1 }),
        points: given.points.map_or(default.points, |points| points as usize),
        draws: given.draws.map_or(default.draws, |draws| draws as usize),
        ..default
    };
    let made = format!(
        "seed {}, inputs {}, {} draws",
        settings.seed,
        inputs.get(..16).unwrap_or_default(),
        settings.draws
    );
    let told = match (same, kept) {
        (Some(kept), _) if settings == kept.settings => format!(
            "It rests on the estimate that {} kept on {} ({made}); its numbers follow from its seed.",
            kept.author, kept.on
        ),
        (Some(_), _) => format!("It rests on an estimate made for this plan ({made})."),
        (None, Some(kept)) => format!(
            "It rests on an estimate made for this plan ({made}). The one kept on {} rests on other \
             entries or parameters.",
            kept.on
        ),
        (None, None) => format!("It rests on an estimate made for this plan ({made})."),
    };
    (settings, told)
}

/// The share of a candidate that is searched.
fn covered(given: Option<f64>, own: &PlanParameters, assumptions: &mut Vec<Assumption>) -> f64 {
    let name = "share of a box that is searched";
    match (given, own.row("survey-coverage")) {
        // Areas are cleared whole: nothing is assumed.
        (Some(1.0), _) => 1.0,
        (Some(share), _) => {
            assumptions.push(assumption(name, share, "", "given by whoever asks", false));
            share
        }
        (None, Some(row)) => {
            assumptions.push(assumption(name, row.value, "", &row.source, row.verified));
            row.value
        }
        (None, None) => f64::NAN,
    }
}

fn assumption(name: &str, value: f64, unit: &str, source: &str, verified: bool) -> Assumption {
    Assumption {
        name: name.to_owned(),
        value: two_digits(value),
        unit: unit.to_owned(),
        source: source.to_owned(),
        verified,
    }
}

/// The chance that the work finds an item in ground that it searches, as the finds of the place have it.
fn found_share(
    work: Work,
    found: &Estimate,
    asking: &Asking,
    parameters: &Parameters,
    assumptions: &mut Vec<Assumption>,
) -> f64 {
    let (method, row) = match work {
        Work::Survey => ("a search with detectors", "detector"),
        Work::Clearance => ("full clearance", "clearance"),
    };
    let (alpha, beta) = parameters.beta(&format!("detection-{row}"));
    let prior = alpha / (alpha + beta);
    let name = format!("detection/{method}");
    let known = found.unknowns.iter().find(|unknown| unknown.name == name);
    let detection = known.map_or(prior, |unknown| unknown.mean);
    let never = parameters.fixed(&format!("never-found-{row}"));
    let source = |name: String| {
        let row = parameters.rows.iter().find(|row| row.name == name);
        row.map_or_else(Default::default, |row| (row.source.clone(), row.verified))
    };
    let (from, verified) = source(format!("detection-{row}"));
    let learnt = asking.gathered.inputs.tasks.iter().any(|task| {
        asking.gathered.inputs.methods.get(task.method).is_some_and(|own| own.name == method)
    });
    let from = if learnt { format!("{from}; with what was found here") } else { from };
    let what = format!("chance that {method} finds an item that it can find");
    assumptions.push(assumption(&what, detection, "", &from, verified));
    let (from, verified) = source(format!("never-found-{row}"));
    let what = format!("share of items that {method} never finds");
    assumptions.push(assumption(&what, never, "", &from, verified));
    detection * (1.0 - never)
}

/// The weights as they were given, or those of the parameters.
fn weights(
    given: &PlanArguments,
    own: &PlanParameters,
    work: Work,
) -> Result<Weights, ProgramError> {
    let mut weights = own.weights(work);
    for text in &given.weight {
        let wrong = || ProgramError::Argument {
            name: "--weight",
            given: text.clone(),
            form: "people=NUMBER or information=NUMBER, from 0 up",
        };
        let (what, number) = text.split_once('=').ok_or_else(wrong)?;
        let number: f64 = number.trim().parse().map_err(|_| wrong())?;
        if !(number.is_finite() && number >= 0.0) {
            return Err(wrong());
        }
        match what.trim() {
            "people" => weights.people = number,
            "information" => weights.information = number,
            _ => return Err(wrong()),
        }
    }
    Ok(weights)
}

fn read_plan_parameters(path: Option<&Path>) -> Result<PlanParameters, ProgramError> {
    let Some(path) = path else { return Ok(PlanParameters::default()) };
    let shown = path.display().to_string();
    let bytes = fs::read(path)
        .map_err(|source| ProgramError::Unreadable { path: shown.clone(), source })?;
    PlanParameters::read(&bytes).map_err(|faults| ProgramError::NotPlanParameters {
        path: shown,
        told: faults.iter().map(|fault| format!("\n- {fault}")).collect(),
    })
}

impl From<PlanFault> for ProgramError {
    fn from(fault: PlanFault) -> Self {
        Self::NoPlan { told: fault.to_string(), help: fault.help() }
    }
}
