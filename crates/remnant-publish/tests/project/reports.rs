//! Rows that an operator reported, and what became of them.

use jiff::civil::date;
use remnant_ground::{FieldValue, Object};
use remnant_land_release::{
    Counting, Entering, Gathered, NationalRules, Parameter, Person, Requirement, RuleBook, gather,
};
use remnant_publish::answer::reports::{self, ReportsStory};
use serde_json::{Value, json};

use crate::village::field;
use crate::{leads_nowhere_dead, on, printed};

const TODAY: jiff::civil::Date = date(2024, 6, 30);

fn row(kind: &str, id: &str, line: u64, (west, east): (f64, f64), fields: Value) -> Object {
    serde_json::from_value(json!({
        "kind": kind, "id": id, "fields": fields,
        "place": { "area": field(west, 0.0, east, 100.0), "method": "gps" },
        "origin": { "file": "0123", "line": line },
    }))
    .unwrap()
}

fn area(number: u64, west: f64, east: f64, status: &str) -> Object {
    let fields = json!({
        "area_type": "cha", "date_of_information": "2022", "organisation": "Demining North",
        "contamination_type": "cluster_munition_remnants", "status": status,
    });
    row("hazardous-area", &format!("north/HA-{number}"), number + 1, (west, east), fields)
}

fn release(number: u64, of: &str, west: f64, east: f64) -> Object {
    let fields = json!({
        "release_kind": "cancelled", "hazardous_area": of, "end_date": "2023-05",
        "organisation": "Demining North", "criteria": "no_evidence_found",
    });
    row("release", &format!("north/R-{number}"), number + 1, (west, east), fields)
}

fn waived(but: Requirement) -> RuleBook {
    let mut rules = NationalRules::unverified_default();
    rules.valid_from = date(1990, 1, 1);
    rules.recorded_on = date(2024, 1, 1);
    rules.confirmed_needs_direct_evidence = Parameter::new(false, "circular 7");
    let waived = Requirement::ALL.iter().copied().filter(|requirement| *requirement != but);
    rules.waived_requirements = Parameter::new(waived.collect(), "circular 7");
    RuleBook::new(vec![rules])
}

fn gathered(rows: &[Object], book: &RuleBook) -> Gathered {
    let by = Person::new("ana").unwrap();
    let entering = Entering { on: TODAY, by: &by, counting: Counting::default() };
    gather(rows, &[], &[], book, entering)
}

fn rows() -> Vec<Object> {
    vec![
        area(1, 0.0, 100.0, "Closed"),
        area(2, 90.0, 190.0, "Open"),
        area(3, 300.0, 400.0, "=Closed()"),
        area(4, 500.0, 600.0, "Closed"),
        release(1, "HA-1", 0.0, 40.0),
        release(2, "HA-1", 80.0, 150.0),
        release(3, "HA-9", 0.0, 40.0),
    ]
}

#[test]
fn a_dry_run_tells_what_would_be_entered_and_why_the_rest_would_not() {
    let gathered = gathered(&rows(), &waived(Requirement::Depth));
    let twice = gathered.counted_twice(TODAY).unwrap();
    let outside = gathered.outside_in_areas(TODAY).unwrap();
    let story = ReportsStory {
        source: "north",
        gathered: &gathered,
        counted_twice: Ok(&twice),
        outside_in_areas: Ok(&outside),
        entered: false,
    };
    let answer = reports::reports(&story);
    insta::assert_snapshot!(printed(&answer));
    leads_nowhere_dead(&answer, on(TODAY));
    let data = &answer.project_json(on(TODAY))["data"];
    assert_eq!((&data["rows"], &data["entered"]), (&7.into(), &false.into()));
    assert_eq!(data["gathered"]["unclear"][0]["reasons"][0]["name"], "closed-without-product");
    assert_eq!(
        data["gathered"]["refused"][0]["refusal"]["reasons"][0]["name"],
        "more-than-remains"
    );
}

#[test]
fn missing_evidence_is_counted_by_what_a_rule_could_waive() {
    let rows = [area(1, 0.0, 100.0, "Open"), release(1, "HA-1", 0.0, 40.0)];
    let gathered = gathered(&rows, &waived(Requirement::LandUse));
    let twice = gathered.counted_twice(TODAY).unwrap();
    let outside = gathered.outside_in_areas(TODAY).unwrap();
    let story = ReportsStory {
        source: "north",
        gathered: &gathered,
        counted_twice: Ok(&twice),
        outside_in_areas: Ok(&outside),
        entered: true,
    };
    let told = printed(&reports::reports(&story));
    assert!(told.starts_with("Reports of north"), "{told}");
    assert!(told.contains("Entered: 1 area and 0 releases, of 2 rows"), "{told}");
    assert!(told.contains("what the land is used for: enter the use of the land"), "{told}");
    assert!(!told.contains("dry run"), "{told}");
}

#[test]
fn the_list_to_send_back_holds_each_row_with_its_line_and_runs_no_formula() {
    let gathered = gathered(&rows(), &waived(Requirement::Depth));
    let twice = gathered.counted_twice(TODAY).unwrap();
    let outside = gathered.outside_in_areas(TODAY).unwrap();
    let story = ReportsStory {
        source: "north",
        gathered: &gathered,
        counted_twice: Ok(&twice),
        outside_in_areas: Ok(&outside),
        entered: true,
    };
    let mut list = Vec::new();
    reports::csv(&story, &mut list).unwrap();
    let list = String::from_utf8(list).unwrap();
    let lines: Vec<&str> = list.trim_start_matches('\u{feff}').split_terminator("\r\n").collect();
    assert_eq!(lines[0], "kind,id,file,sheet,line,outcome,reason,what_is_told,what_to_do");
    for row in &rows() {
        assert!(list.contains(row.id.as_str()), "{}\n{list}", row.id);
    }
    assert!(
        list.contains("hazardous-area,north/HA-4,0123,,5,unclear,closed-without-product,"),
        "{list}"
    );
    assert!(list.contains("release,north/R-3,0123,,4,unclear,no-such-area,"), "{list}");
    assert!(list.contains("release,north/R-1,0123,,2,entered,,"), "{list}");
}

#[test]
fn a_source_without_rows_is_told_how_to_get_them() {
    let gathered = gathered(&[], &RuleBook::default());
    let twice = gathered.counted_twice(TODAY).unwrap();
    let outside = gathered.outside_in_areas(TODAY).unwrap();
    let story = ReportsStory {
        source: "south",
        gathered: &gathered,
        counted_twice: Ok(&twice),
        outside_in_areas: Ok(&outside),
        entered: false,
    };
    assert!(printed(&reports::reports(&story)).contains("no releases of south"));
}

#[test]
fn clearance_counted_outside_that_lies_in_another_area_is_told() {
    let mut cleared = release(1, "HA-1", 50.0, 130.0);
    cleared.fields.insert("release_kind".to_owned(), FieldValue::Text("cleared".to_owned()));
    cleared.fields.insert("depth_centimetres".to_owned(), FieldValue::Whole(20));
    let by = Person::new("ana").unwrap();
    let counting = Counting { outside: true, again: false };
    let entering = Entering { on: TODAY, by: &by, counting };
    let rows = [area(1, 0.0, 100.0, "Open"), area(2, 110.0, 190.0, "Open"), cleared];
    let gathered = gather(&rows, &[], &[], &waived(Requirement::Depth), entering);
    let twice = gathered.counted_twice(TODAY).unwrap();
    let outside = gathered.outside_in_areas(TODAY).unwrap();
    let story = ReportsStory {
        source: "north",
        gathered: &gathered,
        counted_twice: Ok(&twice),
        outside_in_areas: Ok(&outside),
        entered: false,
    };
    let told = printed(&reports::reports(&story));
    assert!(told.contains("Counted outside any area, and inside another one"), "{told}");
    assert!(told.contains("north/R-1/reported-release: 2 00"), "{told}");
}
