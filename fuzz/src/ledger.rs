//! Events of land release, and what must hold of a ledger whatever was entered.
//!
//! Belongs here: events out of bytes, with all on file that a step may need, so that they are
//! judged by their land; the sums of a ledger. Does not belong here: events as text, which the
//! target changes byte by byte.

use jiff::civil::{Date, date};
use remnant_land_release::{
    AreaFile, AreaHistory, Balance, By, Event, HazardousAreaLedger, Period, Reading, RuleBook,
    check_area,
};
use serde_json::{Value, json};

/// The most events that are folded: each is judged against all before it.
const MOST_EVENTS: usize = 24;

/// Events out of bytes: a byte for the step, one for how it is taken, and a polygon of three to six
/// corners on a lattice of sixteen by sixteen points about eleven metres apart, a byte for each.
#[must_use]
pub fn events(bytes: &[u8]) -> Vec<Event> {
    let mut events = Vec::new();
    let mut rest = bytes;
    let mut order = 0u64;
    let mut missed = "none".to_owned();
    while let [step, how, after @ ..] = rest
        && events.len() < MOST_EVENTS
    {
        let count = (3 + usize::from(how >> 6)).min(after.len());
        let (corners, left) = after.split_at(count);
        rest = left;
        order += 1;
        let ring: Vec<[f64; 2]> = corners
            .iter()
            .map(|corner| {
                [106.7 + f64::from(corner % 16) * 1e-4, 16.8 + f64::from(corner / 16) * 1e-4]
            })
            .collect();
        let written = event(order, *step, *how, &ring, &missed);
        // A polygon that crosses itself is refused as it is read.
        if let Ok(event) = serde_json::from_value::<Event>(written) {
            if *step % 15 == 9 {
                missed = format!("E-{order:03}");
            }
            events.push(event);
        }
    }
    events
}

fn event(order: u64, step: u8, how: u8, ring: &[[f64; 2]], missed: &str) -> Value {
    let land = json!([[ring]]);
    let part = if how & 1 == 1 { json!("all") } else { json!({ "boundary": land }) };
    let class = if how & 2 == 2 { "CHA" } else { "SHA" };
    let (again, outside) = (how & 4 == 4, how & 8 == 8);
    let day = if how & 0x30 == 0x30 { u64::from(how % 32) } else { 20 + order };
    let effective: Date =
        date(2024, 1, 1).saturating_add(jiff::Span::new().days(i64::try_from(day).unwrap_or(0)));
    let worked = json!({ "from": "2024-01-01", "to": "2024-01-02" });
    let [longitude, latitude] = ring.first().copied().unwrap_or([106.7, 16.8]);
    let position = json!({ "longitude": longitude + 2e-5, "latitude": latitude + 3e-5 });
    let step = match step % 15 {
        0 => json!({ "kind": "opened", "classification": class,
            "extent": { "boundary": { "boundary": land } }, "why_not_direct": "told only",
            "contamination": ["cluster_munition_remnants"] }),
        1 => json!({ "kind": "reclassified", "part": part, "how_drawn": "walked",
            "contamination": ["cluster_munition_remnants"] }),
        2 => json!({ "kind": "boundary_extended", "classification": class, "added": land,
            "how_drawn": "walked" }),
        3 => json!({ "kind": "cancelled", "part": part, "land_use": "rice", "used_for_years": 12.0,
            "asked": [{ "role": "farmers", "women": 3, "men": 4, "girls": 0, "boys": 1 }],
            "records_checked": ["strike records"], "criteria": ["no_evidence_found"],
            "correction": "plotted in the wrong square", "count_again": again }),
        4 => json!({ "kind": "reduced", "part": part, "technical_asset": "with",
            "asset": "detector team", "searched_square_metres": 900,
            "where_searched": "lanes", "found": "nothing", "worked": worked,
            "criteria": ["searched_without_find"], "count_again": again }),
        5 | 6 => json!({ "kind": "cleared", "part": part, "depth_cm": 20.0, "method": "detector",
            "worked": worked, "items": [], "completion_report": "CR-1",
            "not_worked": if how & 16 == 16 {
                json!([{ "area_square_metres": 5, "reason": "obstructed", "boundary": land }])
            } else {
                json!([])
            },
            "count_outside": outside, "count_again": again }),
        7 => json!({ "kind": "cleared_outside", "boundary": land, "depth_cm": 20.0,
            "method": "detector" }),
        8 => json!({ "kind": "handed_over", "part": part, "formal_document": "HC-1",
            "inspections": [{ "on": "2024-01-03", "inspected_share": 0.1,
                "detection_probability": 0.9, "passed": true, "corrective_action_closed": true }],
            "permanent_markers": { "turning_points": 4, "intermediate_points": 2 },
            "monitoring_reports": ["MV-1"], "land_user": "village",
            "briefed": { "women": 8, "men": 9, "girls": 3, "boys": 5 } }),
        9 => json!({ "kind": "missed_item", "item": "submunition", "position": position }),
        10 => json!({ "kind": "reopened", "missed_item": missed, "part": part,
            "how_drawn": "10 m about the find" }),
        11 => json!({ "kind": "adjusted", "classification": class, "remaining": land,
            "cause": "remeasured" }),
        12 => json!({ "kind": "suspended", "reason": "money" }),
        13 => json!({ "kind": "resumed" }),
        _ => json!({ "kind": "investigation_closed", "missed_item": missed }),
    };
    json!({
        "id": format!("E-{order:03}"), "version": 1, "area": "HA-017",
        "effective_on": effective.to_string(),
        "recorded": { "on": "2024-06-01", "order": order, "by": "ana" },
        "organisation": "operator-1", "team": "team 4", "why": "as the team reported",
        "evidence": [
            { "id": "EP-1", "kind": "verbal_report", "how_known": "told", "dated": "2023-12",
              "reliability": "medium", "located": false },
            { "id": "EP-2", "kind": "submunition_found", "how_known": "seen",
              "dated": "2024-01-05", "reliability": "high", "located": true },
        ],
        "step": step,
    })
}

/// Folds events and holds every sum of the books to the land.
///
/// # Panics
/// When a sum is off, an event is lost, or what was written does not come back.
pub fn hold(mut events: Vec<Event>) {
    events.truncate(MOST_EVENTS);
    let Some(area) = events.first().map(|event| event.area.clone()) else { return };
    for event in &events {
        let written = serde_json::to_string(event).expect("an event is written");
        match serde_json::from_str::<Event>(&written) {
            Ok(again) => assert_eq!(&again, event),
            Err(error) => panic!("what was written is refused: {error}: {written}"),
        }
    }
    let ledger = HazardousAreaLedger::fold(area.clone(), RuleBook::default(), events.clone());
    assert_eq!(ledger.entries().len() + ledger.set_aside().len(), events.len());
    for aside in ledger.set_aside() {
        assert!(!aside.refusal.reasons.is_empty() && !aside.refusal.to_string().is_empty());
        assert!(aside.refusal.reasons.iter().all(|reason| !reason.help().is_empty()));
    }
    hold_identities(&ledger.identities());
    assert!(!ledger.state().words().is_empty());
    let days: Vec<Date> = events.iter().map(|event| event.recorded.on).collect();
    let file = AreaFile::new(area, RuleBook::default(), events, Vec::new());
    for day in days.into_iter().take(4) {
        hold_identities(&ledger.known_by(day).identities());
        let _far_apart_is_told = AreaHistory::of(&file, day);
        for finding in check_area(&file, day) {
            assert!(!finding.to_string().is_empty());
        }
    }
    let _approved = file.ledger(Reading::Approved, date(2030, 1, 1));
    let period = Period { from: date(2024, 1, 10), to: date(2024, 1, 30) };
    for by in [By::Nothing, By::Operator, By::Contamination] {
        if let Ok(balance) = Balance::of(std::slice::from_ref(&ledger), period, by) {
            hold_identities(&balance.identities());
        }
    }
}

fn hold_identities(identities: &[remnant_land_release::Identity]) {
    for identity in identities {
        assert!(identity.holds(), "{identity}");
    }
}
