//! From a figure of a kept estimate back to what it rests on.
//!
//! Belongs here: making the estimate again as it was kept, and finding who entered what. Does not belong here:
//! what each strike contributes (`remnant_estimate::contamination`), words (`remnant_publish`).

use std::collections::BTreeMap;
use std::process::ExitCode;

use jiff::civil::Date;
use remnant_estimate::contamination::{Count, Inputs, trace};
use remnant_ground::{ObjectId, ObjectKind};
use remnant_publish::answer::explain_estimate::{
    EstimateTrace, TracedSearch, TracedStrike, explain_estimate as answer,
};
use remnant_publish::figure::{Estimated, FigureId, ModelUse};
use remnant_store::{EntryFilter, Store};

use super::kept::{self, Kept};
use super::plane::Plane;
use super::{Asking, ask, carry_out, no_estimate};
use crate::command::Asked;
use crate::desk::Desk as RecordDesk;
use crate::error::ProgramError;
use crate::print;
use crate::project::{as_of, ledger_land};

/// Explains a square or an area of an estimate that a project keeps.
pub(crate) fn explain_estimate(
    id: &FigureId,
    project: Option<&str>,
    asked: &Asked,
    record: &RecordDesk,
) -> Result<ExitCode, ProgramError> {
    let FigureId::Estimate { place, of } = id else {
        return Err(ProgramError::NoKeptEstimate(id.to_string()));
    };
    let project = project.ok_or(ProgramError::NoProjectNamed)?;
    let as_of = as_of(asked)?;
    let mut store = ledger_land::open(project)?;
    let kept = kept::newest(&mut store, place, as_of.known_by)?
        .ok_or_else(|| ProgramError::NoKeptEstimate(place.clone()))?;
    let grid_of = (place.as_str(), kept.cell_metres);
    let asking = ask(&mut store, record, grid_of, &kept.parameters, kept.as_of)?;
    let inputs = &asking.gathered.inputs;
    if inputs.sha256() != kept.inputs_sha256 {
        return Err(ProgramError::EstimateChanged { place: place.clone(), on: kept.on });
    }
    let (name, cells, left) = which(of, &kept, &asking, project)?;
    let traced = trace(inputs, kept.settings, &cells).map_err(no_estimate)?;
    let mut sources = Sources { store: &mut store, known_by: as_of.known_by, files: None };
    let mut strikes = Vec::new();
    for part in traced.contributions {
        let source = match &part.strike {
            Some(strike) => sources.of(ObjectKind::Strike, strike)?,
            None => "taken to be like recorded ones nearby".to_owned(),
        };
        let (expected, before_removal) = (part.expected, part.before_removal);
        strikes.push(TracedStrike { id: part.strike, expected, before_removal, source });
    }
    let searches = searches(inputs, &cells, &mut sources)?;
    let here = |cell: u32| cells.binary_search_by_key(&cell, |(own, _)| *own).is_ok();
    let spot_finds = inputs.spot_finds.iter().filter(|find| here(find.cell));
    let trace = EstimateTrace {
        id: id.clone(),
        of: name,
        left,
        strikes,
        traced: (traced.looked_at, traced.cells),
        searches,
        spot_finds: spot_finds.map(|find| find.id.clone()).collect(),
        submunitions: inputs.types.iter().map(|kind| kind.name.clone()).collect(),
        kept: format!(
            "{} kept this estimate on {}, as of {}.",
            kept.author, kept.on, kept.as_of.on
        ),
        model: ModelUse {
            name: remnant_estimate::contamination::MODEL.to_owned(),
            version: remnant_estimate::contamination::MODEL_VERSION.to_owned(),
            inputs: kept.inputs_sha256.clone(),
            diagnostics: kept.diagnostics.clone(),
        },
        left_out: kept.remarks.clone(),
    };
    print::answer(&answer(&record.view(kept.as_of), &trace), kept.as_of, asked.json)
}

/// What is asked about: its name, its cells with their shares, and the items left in it.
type Which = (String, Vec<(u32, f64)>, Count);

fn which(
    of: &Estimated,
    kept: &Kept,
    asking: &Asking,
    project: &str,
) -> Result<Which, ProgramError> {
    let inputs = &asking.gathered.inputs;
    match of {
        Estimated::Area(area) => {
            let missing = || ProgramError::NotInEstimate { what: "area", name: area.clone() };
            let own = inputs.areas.iter().find(|own| own.id == *area).ok_or_else(missing)?;
            let told = kept.areas.iter().find(|(id, ..)| id == area).ok_or_else(missing)?;
            Ok((own.name.clone(), own.cells.clone(), told.2))
        }
        Estimated::Square(square) => {
            let cell = cell_of(square, &asking.plane).ok_or_else(|| {
                ProgramError::NotInEstimate { what: "square", name: square.clone() }
            })?;
            let found = carry_out(inputs, kept.settings, project)?;
            let name = format!("square {cell} of {}", asking.chosen.name);
            Ok((name, vec![(cell, 1.0)], found.cells[cell as usize].left))
        }
    }
}

fn cell_of(square: &str, plane: &Plane) -> Option<u32> {
    let numbers: Vec<f64> = square.split(',').filter_map(|n| n.trim().parse().ok()).collect();
    if let [longitude, latitude] = numbers[..] {
        let (e, n) = plane.metres(longitude, latitude)?;
        return plane.grid.cell_at(e, n);
    }
    square.parse().ok().filter(|cell| *cell < plane.grid.cells())
}

/// Who searched some cells, and what was found in them.
fn searches(
    inputs: &Inputs,
    cells: &[(u32, f64)],
    sources: &mut Sources<'_>,
) -> Result<Vec<TracedSearch>, ProgramError> {
    let land: f64 = cells.iter().map(|(_, share)| share).sum();
    let inside = |cell: &u32| cells.binary_search_by_key(cell, |(own, _)| *own).is_ok();
    let mut found = Vec::new();
    for task in &inputs.tasks {
        let searched: f64 = cells
            .iter()
            .filter_map(|(cell, share)| {
                let at = task.cells.binary_search_by_key(cell, |(own, _)| *own).ok()?;
                Some(share * task.cells[at].1)
            })
            .sum();
        if searched <= 0.0 {
            continue;
        }
        let finds = task.finds.iter().filter(|find| find.cells.iter().all(inside));
        let source = match task.id.split_once(' ') {
            Some(("release", id)) => sources.of(ObjectKind::Release, id)?,
            Some(("box", id)) => sources.of(ObjectKind::SurveyBox, id)?,
            Some(("step", _)) => "a step of the ledger; `remnant area history` tells it".to_owned(),
            _ => sources.of(ObjectKind::Search, &task.id)?,
        };
        found.push(TracedSearch {
            id: task.id.clone(),
            method: inputs.methods.get(task.method).map_or_else(String::new, |m| m.name.clone()),
            share: searched / land,
            found: finds.map(|find| find.count).sum(),
            source,
        });
    }
    Ok(found)
}

/// Where things on the ground come from.
struct Sources<'s> {
    store: &'s mut Store,
    known_by: Date,
    /// Names of kept files by their hashes, once they were asked for.
    files: Option<BTreeMap<String, String>>,
}

impl Sources<'_> {
    /// From which file and row a thing is, and who entered it.
    fn of(&mut self, kind: ObjectKind, id: &str) -> Result<String, ProgramError> {
        let object = self.store.object(kind, &ObjectId::new(id), self.known_by)?;
        let filter = EntryFilter {
            subject: Some(id.to_owned()),
            object_kind: Some(kind),
            known_by: Some(self.known_by),
            ..EntryFilter::default()
        };
        let mut entered = String::new();
        self.store.entries(&filter, |entry, _| {
            entered = format!("entered by {} on {}", entry.author, entry.recorded_on);
            Ok(())
        })?;
        let Some(origin) = object.and_then(|object| object.origin) else { return Ok(entered) };
        if self.files.is_none() {
            let files = self.store.files()?;
            self.files = Some(files.into_iter().map(|file| (file.hash, file.name)).collect());
        }
        let known = self.files.as_ref().and_then(|files| files.get(&origin.file).cloned());
        let file = known.unwrap_or_else(|| origin.file.chars().take(12).collect());
        Ok(format!("{file}, line {}, {entered}", origin.line))
    }
}
