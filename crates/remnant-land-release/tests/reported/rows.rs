//! Invented rows of two operators, as intake would have taken them in.

use std::collections::{BTreeMap, BTreeSet};

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use jiff::civil::{Date, date};
use remnant_ground::{FieldValue, LocationMethod, Object, ObjectId, ObjectKind, Place, Shape};
use remnant_land_release::{
    AreaFile, AreaId, Counting, Entering, Event, Gathered, NationalRules, Parameter, Person,
    Requirement, ReviewStep, RuleBook, gather,
};

/// The day on which rows are gathered.
pub(crate) const TODAY: Date = Date::constant(2024, 6, 30);

/// A row of a kind with texts in its fields; numbers are whole.
pub(crate) fn row(kind: ObjectKind, id: &str, fields: &[(&str, &str)]) -> Object {
    let value = |name: &str, text: &str| match text.parse::<i64>() {
        // A year is a date and stays a text.
        Ok(whole) if !name.ends_with("date") && !name.starts_with("date") => {
            FieldValue::Whole(whole)
        }
        _ => FieldValue::Text(text.to_owned()),
    };
    let fields: BTreeMap<String, FieldValue> = fields
        .iter()
        .map(|(name, text)| {
            assert!(kind.form().field(name).is_some(), "{kind} has no field `{name}`");
            ((*name).to_owned(), value(name, text))
        })
        .collect();
    Object { kind, id: ObjectId::new(id), fields, place: None, origin: None }
}

/// A rectangle: west, south, east and north edges in metres from the village.
pub(crate) fn field(west: f64, south: f64, east: f64, north: f64) -> Place {
    let at =
        |east: f64, north: f64| Coord { x: 106.7 + east / 106_600.0, y: 16.8 + north / 110_650.0 };
    let ring = vec![at(west, south), at(east, south), at(east, north), at(west, north)];
    let area = MultiPolygon(vec![Polygon::new(LineString::new(ring), Vec::new())]);
    Place::new(Shape::Area(area), LocationMethod::Gps)
}

pub(crate) fn placed(mut row: Object, place: Place) -> Object {
    row.place = Some(place);
    row
}

pub(crate) fn with(mut row: Object, name: &str, text: &str) -> Object {
    row.fields.insert(name.to_owned(), FieldValue::Text(text.to_owned()));
    row
}

pub(crate) fn without(mut row: Object, name: &str) -> Object {
    row.fields.remove(name);
    row
}

/// A confirmed area of a hundred metres by a hundred, surveyed in March 2022.
pub(crate) fn area(id: &str) -> Object {
    let row = row(
        ObjectKind::HazardousArea,
        id,
        &[
            ("area_type", "cha"),
            ("survey_date", "2022-03"),
            ("organisation", "operator-1"),
            ("contamination_type", "cluster_munition_remnants"),
            ("reported_square_metres", "10000"),
            ("administrative_unit_code", "VN-44-01"),
        ],
    );
    placed(row, field(0.0, 0.0, 100.0, 100.0))
}

/// The western half of an area, cleared by the end of May 2023.
pub(crate) fn release(id: &str, area: &str) -> Object {
    let row = row(
        ObjectKind::Release,
        id,
        &[
            ("release_kind", "cleared"),
            ("hazardous_area", area),
            ("organisation", "operator-1"),
            ("start_date", "2023-04-02"),
            ("end_date", "2023-05"),
            ("depth_centimetres", "25"),
            ("reported_square_metres", "5000"),
            ("items_found", "3"),
        ],
    );
    placed(row, field(0.0, 0.0, 50.0, 100.0))
}

/// What old files never hold, waived for steps of the years before 2024 by a rule that says so.
pub(crate) fn waived() -> RuleBook {
    let mut rules = NationalRules::unverified_default();
    rules.valid_from = date(1990, 1, 1);
    rules.recorded_on = date(2024, 1, 1);
    rules.confirmed_needs_direct_evidence =
        Parameter::new(false, "circular 7 of the national authority on records before 2024");
    rules.waived_requirements = Parameter::new(
        Requirement::ALL
            .iter()
            .copied()
            .filter(|requirement| *requirement != Requirement::Depth)
            .collect::<BTreeSet<_>>(),
        "circular 7 of the national authority on records before 2024",
    );
    let mut from_2024 = NationalRules::unverified_default();
    from_2024.valid_from = date(2024, 1, 1);
    RuleBook::new(vec![rules, from_2024])
}

pub(crate) fn counted(
    rows: &[Object],
    beside: &[Object],
    files: &[AreaFile],
    book: &RuleBook,
    counting: Counting,
) -> Gathered {
    let by = Person::new("ana").unwrap();
    gather(rows, beside, files, book, Entering { on: TODAY, by: &by, counting })
}

pub(crate) fn gathered(rows: &[Object], book: &RuleBook) -> Gathered {
    counted(rows, &[], &[], book, Counting::default())
}

/// What the journal holds after rows were gathered: the events as JSON, and back.
pub(crate) fn files(events: Vec<Event>, steps: &[ReviewStep], book: &RuleBook) -> Vec<AreaFile> {
    let mut areas: BTreeMap<AreaId, Vec<Event>> = BTreeMap::new();
    for event in events {
        let written = serde_json::to_string(&event).unwrap();
        areas.entry(event.area).or_default().push(serde_json::from_str(&written).unwrap());
    }
    areas
        .into_iter()
        .map(|(area, events)| {
            let of_area = |step: &&ReviewStep| events.iter().any(|event| event.id == step.event);
            let steps: Vec<ReviewStep> = steps.iter().filter(of_area).cloned().collect();
            AreaFile::new(area, book.clone(), events, steps)
        })
        .collect()
}

pub(crate) fn events(gathered: &Gathered) -> Vec<Event> {
    gathered.entered.iter().map(|entered| entered.event.clone()).collect()
}

/// The names of the reasons for which a row is no event, of each row.
pub(crate) fn unclear(gathered: &Gathered) -> Vec<(String, Vec<&'static str>)> {
    gathered
        .unclear
        .iter()
        .map(|row| (row.row.id.to_string(), row.reasons.iter().map(|r| r.name()).collect()))
        .collect()
}

/// The names of the reasons for which the ledger refused a row, of each row.
pub(crate) fn refused(gathered: &Gathered) -> Vec<(String, Vec<&'static str>)> {
    gathered
        .refused
        .iter()
        .map(|row| (row.row.id.to_string(), row.refusal.reasons.iter().map(|r| r.name()).collect()))
        .collect()
}
