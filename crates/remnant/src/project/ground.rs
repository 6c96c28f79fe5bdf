//! One thing on the ground, entered by hand.
//!
//! Belongs here: turning what was typed into one row of a table, which the import judges like any
//! other. Does not belong here: what a field takes (`remnant-ground`).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::process::ExitCode;

use geo_types::Geometry;
use jiff::civil::Date;
use remnant_ground::coordinate::CoordinateReading;
use remnant_ground::form::{FieldKind, Need};
use remnant_ground::intake::{
    Column, DateOrder, Gazetteer, Intake, Known, Mapping, NoGazetteer, Outcome, PlacePart,
    PlainRow, Role, Surroundings, TakenBefore,
};
use remnant_ground::pick_list::PickLists;
use remnant_ground::{ObjectId, ObjectKind, Place, Shape};
use remnant_store::{NewEntry, Store};

use crate::clock;
use crate::command::project::EnterCommand;
use crate::error::ProgramError;
use crate::print;
use crate::project::{gazetteer, pick_lists, polygon};

/// Enters one thing, or lists the fields of its kind where none is given.
pub(crate) fn enter(command: EnterCommand) -> Result<ExitCode, ProgramError> {
    let kind: ObjectKind =
        command.kind.parse().map_err(|_| ProgramError::NoSuchKind(command.kind.clone()))?;
    let mut store = command.desk.open()?;
    let Some(id) = command.id.filter(|_| !command.fields.is_empty()) else {
        return print::line(&fields_of(kind, &pick_lists::of(&mut store, clock::today()?)?));
    };
    let stamp = command.desk.stamp()?;
    let mut columns = vec![Column::new("id", Role::Id)];
    let mut cells = vec![id.clone()];
    for given in &command.fields {
        let (name, value) = given.split_once('=').ok_or_else(|| ProgramError::Argument {
            name: "FIELD=VALUE",
            given: given.clone(),
            form: "the name of a field, an equals sign and its value",
        })?;
        columns.push(Column::new(name, Role::Field(name.to_owned())));
        cells.push(value.to_owned());
    }
    if let Some(at) = &command.at {
        columns.push(Column::new("at", Role::Place(PlacePart::Coordinates)));
        cells.push(at.clone());
        columns.push(Column::new("method", Role::Place(PlacePart::Method)));
        cells.push(command.method.clone());
    }
    if let Some(accuracy) = command.accuracy {
        columns.push(Column::new("accuracy", Role::Place(PlacePart::Accuracy)));
        cells.push(accuracy.to_string());
    }
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let mut mapping = Mapping::new(kind, "by-hand", &[]);
    mapping.columns = columns;
    mapping.date_order = DateOrder::Ymd;
    mapping.coordinates = CoordinateReading::default();
    let lists = pick_lists::of(&mut store, stamp.on())?;
    let units = gazetteer::of(&mut store, stamp.on())?;
    let gazetteer = units.as_ref().map_or(&NoGazetteer as &dyn Gazetteer, |units| units);
    let contested = BTreeSet::new();
    let kept = Kept(RefCell::new(&mut store), stamp.on());
    let mut intake = Intake::new(
        &mapping,
        &names,
        Surroundings {
            file: "what was typed",
            file_hash: "",
            today: stamp.on(),
            lists: &lists,
            known: &kept,
            gazetteer,
            contested: &contested,
        },
    )?;
    let area = command.area.as_deref().map(polygon::read).transpose()?;
    let geometry = area.as_ref().map(|area| Geometry::MultiPolygon(area.shape().clone()));
    let outcome = intake.row(&PlainRow { line: 1, cells, geometry });
    let told: Vec<String> =
        outcome.findings().iter().map(|found| format!("- {}", found.message)).collect();
    let (Outcome::Accepted(taken) | Outcome::Queried(taken)) = outcome else {
        return Err(ProgramError::EntryRefused(format!(
            "{kind} `{id}` is not entered:\n{}",
            told.join("\n")
        )));
    };
    if !taken.kept_back.is_empty() {
        return Err(ProgramError::EntryRefused(format!(
            "{kind} `{id}` is not entered, since nothing of it may be lost:\n{}",
            told.join("\n")
        )));
    }
    let mut object = taken.object;
    object.id = ObjectId::new(id);
    object.origin = None;
    if let Some(area) = area {
        let area = Shape::Area(area.shape().clone());
        let method = serde_json::from_value(command.method.as_str().into());
        object.place = Some(Place::new(area, method.map_err(ProgramError::NotJson)?));
    }
    let id = object.id.clone();
    let appended = store.append(&stamp, [NewEntry::entered(object)])?;
    let again = if appended.revised > 0 { " in place of what stood there" } else { "" };
    let mut lines = vec![format!("Entered {kind} {id}{again}.")];
    lines.extend(told);
    print::line(&lines.join("\n"))
}

/// The things that a project holds, for references to them.
struct Kept<'a>(RefCell<&'a mut Store>, Date);

impl Known for Kept<'_> {
    fn taken_before(&self, _id: &ObjectId) -> Option<TakenBefore> {
        None
    }

    fn is_there(&self, kind: ObjectKind, id: &ObjectId) -> Option<bool> {
        self.0.borrow_mut().object(kind, id, self.1).ok().map(|object| object.is_some())
    }
}

/// The fields of a kind, with what each takes.
fn fields_of(kind: ObjectKind, lists: &PickLists) -> String {
    let form = kind.form();
    let mut lines = vec![form.about.to_owned()];
    for field in form.fields {
        let takes = match field.kind {
            FieldKind::Text => "words".to_owned(),
            FieldKind::Personal => continue,
            FieldKind::Code(list) | FieldKind::Codes(list) => {
                let codes: Vec<&str> = lists
                    .list(list)
                    .unwrap_or_default()
                    .iter()
                    .map(|choice| choice.code.as_str())
                    .collect();
                codes.join(", ")
            }
            FieldKind::Count => "a whole number".to_owned(),
            FieldKind::SquareMetres => "whole square metres".to_owned(),
            FieldKind::Decimal => "a number".to_owned(),
            FieldKind::Date => "a date: 2024-03-04, 2024-03 or 2024".to_owned(),
            FieldKind::Answer => "yes, no, don't know, not asked, refused".to_owned(),
            FieldKind::Reference(kind) => format!("the id of {}", kind.one()),
            FieldKind::References(kind) => format!("ids of {}", kind.plural()),
        };
        let need = match field.need {
            Need::Mandatory => " (must be there)",
            Need::Expected => " (expected)",
            Need::Optional => "",
        };
        lines.push(format!("  {}{need}: {}", field.name, takes));
    }
    lines.join("\n")
}
