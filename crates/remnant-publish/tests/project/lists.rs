//! The journal, the check of a project, and objects as they were entered.

use jiff::civil::date;
use remnant_ground::{Object, ObjectKind};
use remnant_publish::answer::journal::EntryLine;
use remnant_publish::answer::store_check::InvariantLine;
use remnant_publish::answer::{journal, objects, store_check};
use serde_json::json;

use crate::{leads_nowhere_dead, on, printed};

fn entry(id: &str, at: &str, told: &str) -> EntryLine {
    EntryLine {
        id: id.to_owned(),
        recorded_at: at.to_owned(),
        recorded_on: at[..10].parse().unwrap(),
        author: "ana".to_owned(),
        kind: "release-event".to_owned(),
        subject: "HA-017".to_owned(),
        told: told.to_owned(),
    }
}

#[test]
fn the_journal_is_told_newest_first() {
    let as_of = on(date(2024, 12, 31));
    let entries = [
        entry("0198-b", "2024-06-02T08:00:00Z", "cleared, by Demining North: as the team reported"),
        entry("0198-a", "2024-02-02T09:30:00Z", "opened\u{1b}[2J as SHA"),
    ];
    let answer = journal::journal(&entries, as_of);
    insta::assert_snapshot!(printed(&answer));
    leads_nowhere_dead(&answer, as_of);
    assert_eq!(answer.project_json(as_of)["data"]["entries"][0]["id"], "0198-b");
    assert!(printed(&journal::journal(&[], as_of)).contains("No entry matches"));
}

#[test]
fn a_check_ends_with_how_many_hold() {
    let as_of = on(date(2024, 12, 31));
    let line = |invariant: &str, holds, told: &str| InvariantLine {
        invariant: invariant.to_owned(),
        holds,
        told: told.to_owned(),
    };
    let mut lines = vec![
        line("each entry follows its predecessor", true, "12 entries of 2 copies"),
        line("kept files have their hash", false, "survey.csv was changed"),
    ];
    let answer = store_check::store_check(&lines, as_of);
    insta::assert_snapshot!(printed(&answer));
    leads_nowhere_dead(&answer, as_of);
    assert_eq!(answer.project_json(as_of)["data"]["holds"], false);
    lines.pop();
    let answer = store_check::store_check(&lines, as_of);
    assert!(printed(&answer).ends_with("The one invariant holds.\n"));
    assert_eq!(answer.project_json(as_of)["data"]["holds"], true);
}

fn strike() -> Object {
    serde_json::from_value(json!({
        "kind": "strike", "id": "hi-2024/7",
        "fields": { "date": "1969-03", "munition_model": "CBU-24", "quantity": 4 },
        "place": {
            "point": { "longitude": 105.25, "latitude": 16.5 }, "method": "map",
            "uncertainty_metres": 100.0, "entered": "48Q WD 266 244", "entered_format": "mgrs",
        },
        "origin": { "file": "0123456789abcdef", "sheet": "Strikes", "line": 8 },
    }))
    .unwrap()
}

#[test]
fn an_object_is_told_field_by_field() {
    let as_of = on(date(2024, 12, 31));
    let answer = objects::object(&strike(), as_of);
    insta::assert_snapshot!(printed(&answer));
    leads_nowhere_dead(&answer, as_of);
    assert_eq!(answer.project_json(as_of)["data"]["object"]["id"], "hi-2024/7");
}

#[test]
fn what_the_minimum_data_ask_for_and_nobody_filled_in_is_told() {
    let as_of = on(date(2024, 12, 31));
    let kind = ObjectKind::Accident;
    let bare: Object =
        serde_json::from_value(json!({ "kind": kind, "id": "a/1", "fields": {} })).unwrap();
    let told = printed(&objects::object(&bare, as_of));
    assert!(told.contains("[not known] Asked for by the minimum data"), "{told}");
    assert!(told.contains("Where it is, is not known."), "{told}");
}

#[test]
fn a_list_says_when_it_holds_the_first_ones_only() {
    let as_of = on(date(2024, 12, 31));
    let answer = objects::objects(ObjectKind::Strike, &[strike()], 250, as_of);
    let told = printed(&answer);
    assert!(told.contains("The first 1 of 250 are listed"), "{told}");
    assert!(told.contains("16.500000°"), "{told}");
    leads_nowhere_dead(&answer, as_of);
    let none = objects::objects(ObjectKind::Strike, &[], 0, as_of);
    assert!(printed(&none).contains("0 in all"));
}
