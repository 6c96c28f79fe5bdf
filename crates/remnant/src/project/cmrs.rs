//! Cluster munition remnants survey on a project.
//!
//! Belongs here: gathering boxes and evidence points, writing sheets and files. Does not belong
//! here: which box is next, what is confirmed (`remnant_ground::cmrs`).

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;
use remnant_ground::cmrs::{
    BoxId, BoxResult, CmrsFault, Comparison, ConfirmationRule, ConfirmedArea, EvidencePoint,
    FieldFile, Grid, LaterFind, OpenedBy, Parameters, StopReason, Survey, SurveyBox, Why,
    compare_with_later_finds, confirmed_area, next_boxes, sheets,
};
use remnant_ground::coordinate::Position;
use remnant_ground::{FieldValue, ObjectId, ObjectKind, Shape};
use remnant_land_release::{Evidence, EvidenceId, HowKnown, Reading, Step};
use remnant_publish::chart::survey_sheet::{SurveySheet, survey_sheet};
use remnant_record::{AsOf, PartialDate, SquareMetres};
use remnant_store::{NewEntry, Store};
use serde_json::{Value, json};

use crate::clock;
use crate::command::cmrs::{BoxCommand, CmrsCommand, SurveyOf};
use crate::command::project::Desk;
use crate::error::ProgramError;
use crate::print;
use crate::project::area;

/// The setting under which a project keeps its survey parameters.
const PARAMETERS: &str = "cmrs-parameters";

/// A survey as it is known by a day.
struct Known {
    survey: Survey,
    /// The visits to its boxes.
    visits: Vec<SurveyBox>,
    points: Vec<EvidencePoint>,
    parameters: Parameters,
    known_by: Date,
}

/// Carries out a command of the survey.
pub(crate) fn cmrs(command: CmrsCommand) -> Result<ExitCode, ProgramError> {
    match command {
        CmrsCommand::Parameters { set, json, desk } => parameters(&desk, set.as_deref(), json),
        CmrsCommand::Box(command) => record(*command),
        CmrsCommand::Next { survey, json } => next(&survey, json),
        CmrsCommand::Area { survey, output, fill_holes, take_out_whole_empty_boxes, json } => {
            let rule = ConfirmationRule { fill_holes, take_out_whole_empty_boxes };
            confirmed(&survey, rule, output.as_deref(), json)
        }
        CmrsCommand::Feedback { survey, until, json } => feedback(&survey, until, json),
        CmrsCommand::Sheets { survey, folder } => write_sheets(&survey, &folder),
        CmrsCommand::Field { survey, file } => write_field_file(&survey, &file),
    }
}

/// The parameters of a project: its own, or the defaults that say they are unverified.
pub(super) fn parameters_of(store: &mut Store, known_by: Date) -> Result<Parameters, ProgramError> {
    Ok(store.setting(PARAMETERS, known_by)?.unwrap_or_default())
}

fn parameters(desk: &Desk, set: Option<&Path>, json: bool) -> Result<ExitCode, ProgramError> {
    let mut store = desk.open()?;
    let Some(path) = set else {
        let parameters = parameters_of(&mut store, clock::today()?)?;
        if json {
            let all = serde_json::to_value(&parameters).map_err(ProgramError::NotJson)?;
            return print::bytes(format!("{all:#}\n").as_bytes());
        }
        let rows: Vec<String> = parameters
            .rows()
            .iter()
            .map(|row| {
                // The defaults say so themselves.
                let said = row.verified || row.source.starts_with("UNVERIFIED");
                let verified = if said { "" } else { "UNVERIFIED: " };
                let unit = if row.unit.is_empty() { "" } else { " " };
                format!(
                    "{}: {}{unit}{}\n    {verified}{}",
                    row.name, row.value, row.unit, row.source
                )
            })
            .collect();
        return print::line(&rows.join("\n"));
    };
    let shown = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|source| ProgramError::Unreadable { path: shown.clone(), source })?;
    let parameters: Parameters = serde_json::from_str(&text)
        .map_err(|fault| ProgramError::NotParameters { path: shown, told: fault.to_string() })?;
    let faults = parameters.faults();
    if !faults.is_empty() {
        return Err(ProgramError::Cmrs(faults));
    }
    let stamp = desk.stamp()?;
    store.append(&stamp, [NewEntry::setting(PARAMETERS, &parameters)?])?;
    print::line("The parameters hold from today on.")
}

/// The survey of a project.
fn known(of: &SurveyOf) -> Result<Known, ProgramError> {
    let known_by = of.known_by.map_or_else(clock::today, Ok)?;
    let mut store = of.desk.open()?;
    let parameters = parameters_of(&mut store, known_by)?;
    let rules = area::rules(&mut store, known_by)?.on(known_by, known_by);
    let as_of = AsOf { on: Date::MAX, known_by };
    let mut objects = Vec::new();
    for kind in [ObjectKind::EvidencePoint, ObjectKind::SurveyBox] {
        store.objects(kind, as_of, |stored| {
            objects.push(stored.object()?);
            Ok(())
        })?;
    }
    let mut points = Vec::new();
    let mut records = Vec::new();
    let mut faults = Vec::new();
    for object in &objects {
        if object.kind == ObjectKind::SurveyBox {
            match SurveyBox::from_object(object) {
                Ok(record) => records.push(record),
                Err(found) => faults.extend(found),
            }
            continue;
        }
        let shape = object.place.as_ref().map(|place| &place.shape);
        let Some(Shape::Point { longitude, latitude }) = shape else { continue };
        let evidence = Evidence {
            id: EvidenceId::new(object.id.as_str())?,
            kind: object.text("evidence_kind").unwrap_or("other").to_owned(),
            how_known: match object.text("how_known") {
                Some("seen") => Some(HowKnown::Seen),
                Some("told") => Some(HowKnown::Told),
                Some("recorded") => Some(HowKnown::Recorded),
                _ => None,
            },
            dated: None,
            reliability: object.text("reliability").map(str::to_owned),
            located: true,
        };
        points.push(EvidencePoint {
            id: object.id.clone(),
            position: Position::new(*longitude, *latitude)?,
            direct: rules.is_direct(&evidence),
        });
    }
    if !faults.is_empty() {
        return Err(ProgramError::Cmrs(faults));
    }
    let grid = grid(of, &parameters, &points, &objects)?;
    let survey = Survey::of(grid, &records);
    Ok(Known { survey, visits: records, points, parameters, known_by })
}

/// The grid that is named, that of the boxes recorded, or the one around the first evidence point.
fn grid(
    of: &SurveyOf,
    parameters: &Parameters,
    points: &[EvidencePoint],
    objects: &[remnant_ground::Object],
) -> Result<Grid, ProgramError> {
    if let Some(named) = &of.grid {
        return named.parse().map_err(|fault| ProgramError::Cmrs(vec![fault]));
    }
    let recorded = objects
        .iter()
        .filter(|object| object.kind == ObjectKind::SurveyBox)
        .find_map(|object| object.text("grid")?.parse().ok());
    match (recorded, points.first()) {
        (Some(grid), _) => Ok(grid),
        (None, Some(point)) => Grid::around(point.position, parameters).map_err(ProgramError::Cmrs),
        (None, None) => Err(ProgramError::NothingSurveyed),
    }
}

fn record(command: BoxCommand) -> Result<ExitCode, ProgramError> {
    let stamp = command.desk.stamp()?;
    let mut store = command.desk.open()?;
    let one = |fault: CmrsFault| ProgramError::Cmrs(vec![fault]);
    let id: BoxId = command.id.parse().map_err(one)?;
    let word = |name, given: &str, form| ProgramError::Argument { name, given: given.into(), form };
    let result = BoxResult::from_code(&command.result).ok_or_else(|| {
        word("--result", &command.result, "one of the results that `--help` lists")
    })?;
    let visit = ObjectId::new(format!("{id}/{}", command.date));
    let mut visited = SurveyBox::new(visit.clone(), id, result);
    visited.date = Some(PartialDate::Day(command.date));
    visited.minutes = command.minutes;
    visited.searched = command.searched.map(SquareMetres::new);
    visited.method = command.method;
    visited.detector = command.detector;
    visited.items_found = command.items;
    visited.obstacle = command.obstacle;
    visited.opened_by = match (command.opened_by_point, command.opened_by_box) {
        (Some(point), _) => Some(OpenedBy::EvidencePoint(ObjectId::new(point))),
        (None, Some(other)) => Some(OpenedBy::Box(ObjectId::new(other))),
        (None, None) => None,
    };
    if let Some(given) = &command.stop_reason {
        let reason = StopReason::from_code(given).ok_or_else(|| {
            word("--stop-reason", given, "one of the reasons that `--help` lists")
        })?;
        visited.stop_reason = Some(reason);
    }
    for (name, value) in [("organisation", command.organisation), ("team", command.team)] {
        if let Some(value) = value {
            visited.other.insert(name.to_owned(), FieldValue::Text(value));
        }
    }
    let contradictions = visited.contradictions();
    if !contradictions.is_empty() {
        return Err(ProgramError::Cmrs(contradictions));
    }
    let grid = Grid::along_utm(id.zone(), id.size_metres()).map_err(one)?;
    if !grid.has(id) {
        return Err(word("BOX", &command.id, "a box on the lines of UTM"));
    }
    store.append(&stamp, [NewEntry::entered(visited.to_object(grid))])?;
    print::line(&format!("Entered the visit {visit}: {}.", visited.standing().words()))
}

fn why(why: &Why) -> String {
    match why {
        Why::OpenedByEvidencePoint(points) => {
            let ids: Vec<&str> = points.iter().map(ObjectId::as_str).collect();
            format!("evidence point {}", ids.join(", "))
        }
        Why::NeighbourOf(id) => format!("neighbour of {id}"),
        Why::FillsSkip(id) => format!("skipped on the way from {id}"),
    }
}

fn next(of: &SurveyOf, json: bool) -> Result<ExitCode, ProgramError> {
    let known = known(of)?;
    let next =
        next_boxes(&known.survey, &known.points, &known.parameters).map_err(ProgramError::Cmrs)?;
    if json {
        let all = serde_json::to_value(&next).map_err(ProgramError::NotJson)?;
        return print::bytes(format!("{all:#}\n").as_bytes());
    }
    let mut lines = vec![format!("Grid {}, as known by {}.", known.survey.grid(), known.known_by)];
    if next.boxes.is_empty() {
        lines.push("No box is next: the boxes at the edge show no evidence.".to_owned());
    }
    for next in &next.boxes {
        let begun = if next.begun { " (begun)" } else { "" };
        lines.push(format!("{:>4}  {}  {}{begun}", next.order, next.id, why(&next.why)));
    }
    if !next.blocked.is_empty() {
        lines.push("Cannot be searched, so the limit is not established there:".to_owned());
        lines
            .extend(next.blocked.iter().map(|(id, reason)| format!("      {id}  {}", why(reason))));
    }
    lines.extend(next.skipped.iter().map(|id| format!("Skipped until the box beyond: {id}")));
    print::line(&lines.join("\n"))
}

fn areas(known: &Known, rule: ConfirmationRule) -> Result<ConfirmedArea, ProgramError> {
    confirmed_area(&known.survey, &known.points, &known.parameters, rule)
        .map_err(ProgramError::Cmrs)
}

fn confirmed(
    of: &SurveyOf,
    rule: ConfirmationRule,
    output: Option<&Path>,
    as_json: bool,
) -> Result<ExitCode, ProgramError> {
    let known = known(of)?;
    let confirmed = areas(&known, rule)?;
    if let Some(path) = output {
        let text = format!("{}\n", geojson(&confirmed)?);
        fs::write(path, text).map_err(|source| ProgramError::Unwritable {
            path: path.display().to_string(),
            source,
        })?;
    }
    if as_json {
        let all = serde_json::to_value(&confirmed).map_err(ProgramError::NotJson)?;
        return print::bytes(format!("{all:#}\n").as_bytes());
    }
    let mut lines = vec![format!("Rule: {}.", confirmed.rule_in_words())];
    if confirmed.areas.is_empty() {
        lines.push("No area is confirmed: no box was found positive.".to_owned());
    }
    for (number, area) in confirmed.areas.iter().enumerate() {
        lines.push(format!(
            "Area {}: {}; boxes {} positive, {} searched and empty, {} not searched through; {} \
             evidence points, {} pieces of direct evidence{}.",
            number + 1,
            area.square_metres,
            area.positive.len(),
            area.negative(),
            area.unsearched(),
            area.evidence_points.len(),
            area.direct_evidence,
            if area.enough_evidence { "" } else { ": not enough to confirm it" }
        ));
        for limit in &area.open_limits {
            lines.push(format!("  limit not established: {}", limit.reason.words()));
        }
    }
    print::line(&lines.join("\n"))
}

/// What was found after the survey, held against it.
fn feedback(of: &SurveyOf, until: Option<Date>, json: bool) -> Result<ExitCode, ProgramError> {
    let known = known(of)?;
    let visited = |visit: &SurveyBox| visit.date.map(PartialDate::last_day);
    let Some(until) = until.or_else(|| known.visits.iter().filter_map(visited).max()) else {
        return Err(ProgramError::NothingSurveyed);
    };
    let visits: Vec<SurveyBox> = known
        .visits
        .iter()
        .filter(|visit| visited(visit).is_none_or(|day| day <= until))
        .cloned()
        .collect();
    let survey = Survey::of(known.survey.grid(), &visits);
    let mut store = of.desk.open()?;
    let mut finds = Vec::new();
    for find in area::finds(&mut store, known.known_by)? {
        // A find without a date may be as old as the survey.
        if find.on.is_some_and(|on| on.first_day() > until) {
            finds.push(LaterFind { id: ObjectId::new(find.id), position: find.position });
        }
    }
    finds.extend(found_in_clearance(&mut store, known.known_by, until)?);
    let later: BTreeSet<&ObjectId> = finds.iter().map(|find| &find.id).collect();
    let points: Vec<EvidencePoint> =
        known.points.iter().filter(|point| !later.contains(&point.id)).cloned().collect();
    let confirmed =
        confirmed_area(&survey, &points, &known.parameters, ConfirmationRule::default())
            .map_err(ProgramError::Cmrs)?;
    let comparison = compare_with_later_finds(&survey, &confirmed, &finds);
    if json {
        let all = serde_json::to_value(&comparison).map_err(ProgramError::NotJson)?;
        return print::bytes(format!("{all:#}\n").as_bytes());
    }
    print::line(&told_of(&comparison, until))
}

/// The items that steps of clearance list and the missed items, each with the step's name.
fn found_in_clearance(
    store: &mut Store,
    known_by: Date,
    until: Date,
) -> Result<Vec<LaterFind>, ProgramError> {
    let mut finds = Vec::new();
    for file in area::files(store, None, known_by)? {
        for entry in file.ledger(Reading::Provisional, known_by).entries() {
            let event = &entry.event;
            if event.effective_on <= until {
                continue;
            }
            let positions: Vec<_> = match &event.step {
                Step::Cleared(step) => {
                    step.items.iter().flatten().filter_map(|item| item.position).collect()
                }
                Step::MissedItem(step) => vec![step.position],
                _ => Vec::new(),
            };
            for (number, at) in (1..).zip(positions) {
                finds.push(LaterFind {
                    id: ObjectId::new(format!("{}#{number}", event.id)),
                    position: Position::new(at.longitude, at.latitude)?,
                });
            }
        }
    }
    Ok(finds)
}

fn told_of(comparison: &Comparison, until: Date) -> String {
    let mut lines = vec![format!(
        "Survey until {until}. Found later: {}, of which {} inside a confirmed area and {} outside \
         every one.",
        comparison.finds,
        comparison.inside.len(),
        comparison.outside.len()
    )];
    for find in &comparison.outside {
        let metres = find.metres_outside.map_or_else(String::new, |metres| {
            format!(", {metres:.0} m outside the nearest confirmed area")
        });
        let of_box = find.survey_box.map_or_else(
            || "off the grid".to_owned(),
            |id| format!("in box {id}, of which the survey says: {}", find.result.words()),
        );
        lines.push(format!("- {} lies {of_box}{metres}", find.id));
    }
    for empty in &comparison.in_empty_boxes {
        let ids: Vec<&str> = empty.finds.iter().map(ObjectId::as_str).collect();
        let why = if empty.searched_whole {
            "it was searched whole, so the search missed what was there"
        } else {
            "a share of it was searched, so this may be chance"
        };
        lines.push(format!(
            "Called empty: {}, where {} was found; {why}.",
            empty.id,
            ids.join(", ")
        ));
    }
    lines.join("\n")
}

/// Areas as polygons and their open edges as lines, each with what it is.
fn geojson(confirmed: &ConfirmedArea) -> Result<Value, ProgramError> {
    let whole = serde_json::to_value(confirmed).map_err(ProgramError::NotJson)?;
    let mut features = Vec::new();
    for (number, area) in confirmed.areas.iter().enumerate() {
        features.push(json!({
            "type": "Feature",
            "properties": {
                "name": format!("confirmed area {}", number + 1),
                "area_square_metres": area.square_metres,
                "rule": confirmed.rule_in_words(),
                "enough_evidence": area.enough_evidence,
            },
            "geometry": {
                "type": "MultiPolygon", "coordinates": whole["areas"][number]["outline"],
            },
        }));
        for limit in &area.open_limits {
            let line: Vec<[f64; 2]> = limit.line.coords().map(|at| [at.x, at.y]).collect();
            features.push(json!({
                "type": "Feature",
                "properties": { "name": "limit not established", "why": limit.reason.words() },
                "geometry": { "type": "LineString", "coordinates": line },
            }));
        }
    }
    Ok(json!({ "type": "FeatureCollection", "features": features }))
}

fn write_sheets(of: &SurveyOf, folder: &Path) -> Result<ExitCode, ProgramError> {
    let known = known(of)?;
    let next =
        next_boxes(&known.survey, &known.points, &known.parameters).map_err(ProgramError::Cmrs)?;
    let sheets = sheets(&known.survey, &known.points, Some(&next), &known.parameters)
        .map_err(ProgramError::Cmrs)?;
    let unwritable = |path: &Path| {
        let path = path.display().to_string();
        move |source| ProgramError::Unwritable { path, source }
    };
    fs::create_dir_all(folder).map_err(unwritable(folder))?;
    let mut remarks = vec![format!("As known by {}.", known.known_by)];
    let unverified = known.parameters.unverified();
    if !unverified.is_empty() {
        remarks.push(format!("UNVERIFIED parameters: {}.", unverified.join(", ")));
    }
    for (number, sheet) in sheets.iter().enumerate() {
        let drawn = SurveySheet { id: "sheet", sheet, colours: None, remarks: &remarks };
        let path = folder.join(format!("sheet-{}.svg", number + 1));
        fs::write(&path, survey_sheet(&drawn)).map_err(unwritable(&path))?;
    }
    print::line(&format!("Wrote {} sheets to {}.", sheets.len(), folder.display()))
}

fn write_field_file(of: &SurveyOf, path: &Path) -> Result<ExitCode, ProgramError> {
    let known = known(of)?;
    let next =
        next_boxes(&known.survey, &known.points, &known.parameters).map_err(ProgramError::Cmrs)?;
    let confirmed = areas(&known, ConfirmationRule::default())?;
    let title = format!("Survey {} on {}", known.survey.grid(), known.known_by);
    let file = FieldFile {
        title: &title,
        survey: &known.survey,
        next: Some(&next),
        evidence_points: &known.points,
        confirmed: Some(&confirmed),
    };
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let text = match ending.as_str() {
        "gpx" => file.gpx(),
        "kml" => file.kml(),
        _ => {
            return Err(ProgramError::Argument {
                name: "FILE",
                given: path.display().to_string(),
                form: "a file that ends in .gpx or .kml",
            });
        }
    };
    fs::write(path, text)
        .map_err(|source| ProgramError::Unwritable { path: path.display().to_string(), source })?;
    print::line(&format!("Wrote {}.", path.display()))
}
