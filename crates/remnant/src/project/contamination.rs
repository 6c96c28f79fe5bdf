//! The contamination of a place: gather, estimate, keep, tell.
//!
//! Belongs here: the order of the stages. Does not belong here: the model
//! (`remnant_estimate::contamination`).

mod explained;
mod gather;
mod geopackage;
pub(in crate::project) mod kept;
mod layers;
mod plan;
mod plane;
mod running;
mod validate;

pub(crate) use self::explained::explain_estimate;
pub(crate) use self::plan::plan;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use remnant_estimate::contamination::{
    Estimate, Parameters, SHIPPED, Settings, Split, cells_by_looked, chances, sentences, split,
    two_digits,
};
use remnant_publish::document::{Block, Document, Line, Table};
use remnant_publish::figure::{Estimated, FigureId};
use remnant_publish::text;
use remnant_record::AsOf;
use remnant_store::{NewEntry, Store};
use serde_json::{Value, json};

use self::gather::{Gathered, Said, gather};
use self::plane::{Chosen, Plane, choose};
use self::running::carry_out;
use crate::command::Asked;
use crate::command::estimate::{EstimateCommand, EstimateOther, PlaceCommand};
use crate::command::project::Desk;
use crate::desk::Desk as RecordDesk;
use crate::error::ProgramError;
use crate::print;
use crate::project::as_of;
use crate::project::residual::residual;

/// Carries out a command of the estimate.
pub(crate) fn contamination(
    command: &EstimateCommand,
    record: &RecordDesk,
) -> Result<ExitCode, ProgramError> {
    let question = command.place.as_ref().zip(command.desk.as_ref());
    match (&command.other, question) {
        (Some(EstimateOther::Parameters), _) => print::bytes(SHIPPED.as_bytes()),
        (Some(EstimateOther::Validate(command)), _) => validate::about_the_model(command, record),
        (Some(EstimateOther::Residual(given)), _) => residual(given),
        (None, Some((place, desk))) => about_a_place(place, desk, &command.asked, record),
        // The command line asks for a place where no other command is given.
        (None, None) => Err(ProgramError::NoSuchPlace(String::new())),
    }
}

/// Estimates the contamination of a place.
fn about_a_place(
    command: &PlaceCommand,
    desk: &Desk,
    asked: &Asked,
    record: &RecordDesk,
) -> Result<ExitCode, ProgramError> {
    let as_of = as_of(asked)?;
    let mut store = desk.open()?;
    let parameters = read_parameters(command.parameters.as_deref())?;
    let Asking { chosen, plane, gathered } =
        ask(&mut store, record, (&command.place, command.cell_size), &parameters, as_of)?;
    let settings = Settings {
        seed: command.seed,
        points: command.points as usize,
        draws: command.draws as usize,
        ..Settings::default()
    };
    let found = carry_out(&gathered.inputs, settings, &desk.project)?;
    let parts = split(&gathered.inputs, quicker(settings), &found, Some(0)).map_err(no_estimate)?;
    let told = Told {
        chosen: &chosen.name,
        gathered: &gathered,
        found: &found,
        parts: &parts,
        parameters: &parameters,
    };
    if command.keep {
        let stamp = desk.stamp()?;
        let entry = NewEntry::estimate(&command.place, &told.json(as_of))?;
        store.append(&stamp, [entry])?;
    }
    if let Some(path) = &command.csv {
        layers::write_table(path, &plane, &found)?;
    }
    if let Some(path) = &command.gpkg {
        geopackage::write(path, &plane, &gathered, &found, as_of)?;
    }
    if let Some(path) = &command.geotiff {
        layers::write_raster(path, &plane, &found)?;
    }
    if let Some(path) = &command.pmtiles {
        layers::write_tiles(path, &plane, &chosen.name, &found)?;
    }
    if asked.json {
        return print::bytes(format!("{:#}\n", told.json(as_of)).as_bytes());
    }
    let page = text::text(&told.document(), text::WIDTH);
    let explained = command.keep.then(|| told.how_to_explain(&command.place));
    let explained = explained.unwrap_or_default();
    print::bytes(
        format!("{page}\n{explained}On {}, as known by {}.\n", as_of.on, as_of.known_by).as_bytes(),
    )
}

/// A place that is asked for, with everything that speaks of it.
struct Asking {
    chosen: Chosen,
    plane: Plane,
    gathered: Gathered,
}

/// Gathers what a project and the record say of a place, on squares of so many metres.
fn ask(
    store: &mut Store,
    record: &RecordDesk,
    (named, cell_metres): (&str, f64),
    parameters: &Parameters,
    as_of: AsOf,
) -> Result<Asking, ProgramError> {
    let view = record.view(as_of);
    let dud_rates = view.pooled.posterior.as_ref().map_err(|fault| ProgramError::NoEstimate {
        told: fault.to_string(),
        help: fault.help(),
    })?;
    let chosen = choose(store, named, as_of)?;
    let plane = Plane::around(&chosen, cell_metres)?;
    let said = Said { record: view.record, dud_rates, parameters, as_of };
    let gathered = gather(store, &said, &chosen, &plane)?;
    Ok(Asking { chosen, plane, gathered })
}

fn no_estimate(fault: remnant_estimate::contamination::ContaminationFault) -> ProgramError {
    ProgramError::NoEstimate { told: fault.to_string(), help: fault.help() }
}

/// The settings of the runs that find what the spread comes from: fewer points and draws.
fn quicker(settings: Settings) -> Settings {
    Settings { points: settings.points.min(64), draws: settings.draws.min(200), ..settings }
}

fn read_parameters(path: Option<&Path>) -> Result<Parameters, ProgramError> {
    let Some(path) = path else { return Ok(Parameters::default()) };
    let shown = path.display().to_string();
    let bytes = fs::read(path)
        .map_err(|source| ProgramError::Unreadable { path: shown.clone(), source })?;
    Parameters::read(&bytes).map_err(|faults| ProgramError::NotEstimateParameters {
        path: shown,
        told: faults.iter().map(|fault| format!("\n- {fault}")).collect(),
    })
}

/// An estimate with what stands around it.
struct Told<'a> {
    chosen: &'a str,
    gathered: &'a Gathered,
    found: &'a Estimate,
    parts: &'a [Split],
    parameters: &'a Parameters,
}

impl Told<'_> {
    /// Which figures of an estimate that was kept can be walked back, in a paragraph.
    fn how_to_explain(&self, place: &str) -> String {
        let first = self.found.areas.first().map(|area| area.id.clone()).unwrap_or_default();
        let id = |of| FigureId::Estimate { place: place.to_owned(), of };
        format!(
            "Kept. Walk it back to strikes, searches and dud rates with\n  remnant explain {}\n\
             or, for a square, by longitude and latitude, with\n  remnant explain \
             {}LONGITUDE,LATITUDE\n\n",
            id(Estimated::Area(first)),
            id(Estimated::Square(String::new()))
        )
    }

    fn json(&self, as_of: AsOf) -> Value {
        json!({
            "as_of": as_of,
            "place": self.chosen,
            "cell_metres": self.gathered.inputs.grid.cell_metres(),
            "estimate": self.found,
            "spread_comes_from": self.parts,
            "parameters": self.parameters,
            "left_out": self.gathered.left_out,
            "notes": self.gathered.notes,
        })
    }

    fn document(&self) -> Document {
        let found = self.found;
        let mut document = Document::new(format!("What may be left in {}", self.chosen));
        // The place itself is the first of the areas.
        if let Some(place) = found.areas.first() {
            let told = sentences(found, place, self.parts, &self.gathered.done);
            document.lead = told.into_iter().map(Line::text).collect();
            let cells = &self.gathered.inputs.areas[0].cells;
            let [nobody, nothing, items] = cells_by_looked(found, cells);
            let side = two_digits(self.gathered.inputs.grid.cell_metres());
            document.blocks.push(Block::Paragraph(Line::text(format!(
                "Of its squares of {side} m, nobody looked in {nobody}; {nothing} were searched, at \
                 least in part, and nothing was found; in {items} something was found."
            ))));
        }
        if found.areas.len() > 1 {
            let columns = &["Area", "Middle", "9 in 10", "At least one", "Searched"];
            let mut table = Table::new("Areas in and around it", columns);
            for area in &found.areas[1..] {
                let (low, high) = area.left.interval_90;
                table.row(vec![
                    area.name.clone().into(),
                    two_digits(area.left.median as f64).into(),
                    format!("{} to {}", two_digits(low as f64), two_digits(high as f64)).into(),
                    chances(area.left.any).into(),
                    format!("{} %", two_digits(100.0 * area.searched)).into(),
                ]);
            }
            document.blocks.push(Block::Table(table));
        }
        let mut table = Table::new(
            "What the finds say of methods and types",
            &["What", "Before", "Now", "9 in 10"],
        );
        for unknown in &found.unknowns {
            let (low, high) = unknown.interval_90;
            table.row(vec![
                unknown.name.clone().into(),
                two_digits(unknown.prior_mean).into(),
                two_digits(unknown.mean).into(),
                format!("{} to {}", two_digits(low), two_digits(high)).into(),
            ]);
        }
        document.blocks.push(Block::Table(table));
        let list = |heading: &str, lines: &[String]| {
            let blocks = vec![Block::List(lines.iter().map(Line::text).collect())];
            let anchor = heading.to_lowercase().replace(' ', "-");
            Block::Section { anchor, heading: heading.to_owned(), blocks }
        };
        if !self.gathered.left_out.is_empty() {
            document.blocks.push(list("What takes no part", &self.gathered.left_out));
        }
        if !self.gathered.notes.is_empty() {
            document.blocks.push(list("What was assumed", &self.gathered.notes));
        }
        let unverified: Vec<&str> = self.parameters.unverified().collect();
        if !unverified.is_empty() {
            document.blocks.push(Block::Paragraph(Line::text(format!(
                "UNVERIFIED, nobody read these numbers at a source: {}. `remnant estimate \
                 parameters` prints them all; change what you know better and give the file with \
                 --parameters.",
                unverified.join(", ")
            ))));
        }
        let doubt = &found.diagnostics;
        document.blocks.push(Block::Paragraph(Line::text(format!(
            "Model {} {}, seed {}, inputs {}. {} points are worth {}; {} draws. Nothing here releases \
             land.",
            found.model,
            found.version,
            found.settings.seed,
            &found.inputs_sha256[..16],
            doubt.points,
            two_digits(doubt.effective_points),
            doubt.draws
        ))));
        document
    }
}
