//! Two invented hazardous areas near an invented village, with everything on file.

use jiff::civil::{Date, date};
use remnant_land_release::{
    AreaFile, AreaId, Event, Person, ReviewAction, ReviewChain, ReviewStep, RuleBook,
};
use serde_json::{Value, json};

/// A rectangle: west, south, east and north edges in metres from the village, about.
pub(crate) fn field(west: f64, south: f64, east: f64, north: f64) -> Value {
    let at = |x: f64, y: f64| json!([106.7 + x / 106_600.0, 16.8 + y / 110_650.0]);
    json!([[[at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]]])
}

/// An event of a day in 2024, recorded the day after as the `order`th entry.
pub(crate) fn event(area: &str, order: u64, effective_on: Date, by: &str, step: Value) -> Event {
    serde_json::from_value(json!({
        "id": format!("{area}-E{order}"), "version": 1, "area": area,
        "effective_on": effective_on,
        "recorded": { "on": effective_on.tomorrow().unwrap(), "order": order, "by": "ana" },
        "organisation": by, "team": "team 4", "why": "as the team reported",
        "evidence": [
            { "id": "EP-1", "kind": "verbal_report", "how_known": "told", "dated": "2023-12",
              "reliability": "medium", "located": false },
            { "id": "EP-2", "kind": "submunition_found", "how_known": "seen",
              "dated": "2024-01-05", "reliability": "high", "located": true },
        ],
        "step": step,
    }))
    .unwrap()
}

fn opened(classification: &str, boundary: Value, unit: &str) -> Value {
    json!({
        "kind": "opened", "classification": classification,
        "extent": { "boundary": { "boundary": boundary, "how_drawn": "walked" } },
        "contamination": ["cluster_munition_remnants"], "administrative_unit": unit,
        "why_not_direct": "verbal reports only",
    })
}

fn part(west: f64, east: f64) -> Value {
    json!({ "boundary": field(west, 0.0, east, 100.0) })
}

fn cleared(part: Value) -> Value {
    json!({
        "kind": "cleared", "part": part, "depth_cm": 20.0, "method": "detector, instrument-aided",
        "worked": { "from": "2024-01-01", "to": "2024-01-02" },
        "items": [{ "item": "submunition", "quantity": 3,
            "position": { "longitude": 106.7001, "latitude": 16.8001 }, "depth_cm": 5.0 }],
        "not_worked": [], "completion_report": "CR-17", "count_outside": false, "count_again": false,
    })
}

/// What brings an entry to approval, on one day.
fn approval(event: &Event, recorded_on: Date) -> Vec<ReviewStep> {
    let step = |action, by: &str| ReviewStep {
        event: event.id.clone(),
        version: event.version,
        action,
        by: Person::new(by).unwrap(),
        recorded_on,
        remark: None,
    };
    let mut steps = vec![step(ReviewAction::Submit, event.recorded.by.as_str())];
    for (name, by) in ReviewChain::default().steps().iter().zip(["bo", "chi", "dara", "eli"]) {
        steps.push(step(ReviewAction::Pass { step: name.clone() }, by));
    }
    steps
}

/// The areas: HA-017 with a whole life of which the last clearance waits for approval, a step of it
/// was returned and one could not be taken; HA-018, which overlaps it.
pub(crate) fn files() -> Vec<AreaFile> {
    let first = "HA-017";
    let events = vec![
        event(
            first,
            1,
            date(2023, 11, 1),
            "Demining North",
            opened("SHA", field(0.0, 0.0, 300.0, 100.0), "VN-44-01"),
        ),
        event(
            first,
            2,
            date(2024, 2, 1),
            "Demining North",
            json!({ "kind": "reclassified", "part": part(100.0, 300.0), "how_drawn": "survey boxes",
                "contamination": ["cluster_munition_remnants"] }),
        ),
        event(
            first,
            3,
            date(2024, 3, 1),
            "Demining South",
            json!({
                "kind": "cancelled", "part": part(0.0, 50.0),
                "asked": [{ "role": "farmers", "women": 3, "men": 4, "girls": 0, "boys": 1 }],
                "land_use": "rice", "used_for_years": 12.0,
                "records_checked": ["strike records"], "criteria": ["no_evidence_found"],
                "correction": "plotted in the wrong square", "count_again": false,
            }),
        ),
        event(first, 4, date(2024, 6, 1), "Demining North", cleared(part(100.0, 200.0))),
        event(first, 5, date(2024, 7, 1), "Demining North", cleared(part(200.0, 250.0))),
        event(first, 6, date(2024, 8, 1), "Demining North", cleared(part(500.0, 600.0))),
        event(first, 7, date(2024, 9, 1), "Demining North", json!({ "kind": "resumed" })),
    ];
    let mut steps: Vec<ReviewStep> =
        events[..4].iter().flat_map(|e| approval(e, date(2024, 10, 1))).collect();
    steps.push(approval(&events[4], date(2024, 10, 2)).remove(0));
    steps.push(ReviewStep {
        event: events[6].id.clone(),
        version: 1,
        action: ReviewAction::Reject { reason: "nothing was suspended".to_owned() },
        by: Person::new("bo").unwrap(),
        recorded_on: date(2024, 10, 3),
        remark: None,
    });
    let second = event(
        "HA-018",
        1,
        date(2024, 5, 1),
        "Demining South",
        opened("CHA", field(280.0, 50.0, 380.0, 150.0), "VN-44-02"),
    );
    let approved = approval(&second, date(2024, 10, 1));
    let file = |id: &str, events, steps| {
        AreaFile::new(AreaId::new(id).unwrap(), RuleBook::default(), events, steps)
    };
    vec![file(first, events, steps), file("HA-018", vec![second], approved)]
}
