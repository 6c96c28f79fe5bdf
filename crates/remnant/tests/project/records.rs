//! Records that are merged and split, and reports that cannot be written.

use crate::desk::{Desk, entering, half, opening, square, step};

#[test]
fn a_merged_record_leaves_no_square_metre_behind() {
    for desk in Desk::each() {
        desk.does(&entering("EP-1", "quantity=1"));
        desk.write("square.geojson", square(0));
        desk.write("half.geojson", half(1));
        desk.does(&opening("HA-1", "square.geojson", "EP-1"));
        desk.does(&opening("HA-2", "half.geojson", "EP-1"));
        let open = |desk: &Desk| {
            let areas = desk.json(&["area", "list"])["data"]["areas"].take();
            let of = |area: &serde_json::Value| area["open"]["cha_square_metres"].as_i64().unwrap();
            areas.as_array().unwrap().iter().map(of).collect::<Vec<i64>>()
        };
        assert_eq!(open(&desk), [9570, 4785]);
        let told = desk.is_refused(&step(&["merge", "HA-2", "--into", "HA-2"], "2024-02-01"));
        assert!(told.contains("is refused"), "{told}");
        let told = desk.does(&step(&["merge", "HA-2", "--into", "HA-1"], "2024-02-01"));
        assert!(told.contains("release adjust HA-1 --cause merged-from --other HA-2"), "{told}");
        assert_eq!(open(&desk), [9570, 0]);
        let asked = desk.does(&["area", "questions"]);
        assert!(asked.contains("transfer-not-matched"), "{asked}");
        // Both outlines as one file of two polygons.
        let polygon = |text: String| {
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            value["coordinates"].clone()
        };
        let both = serde_json::json!({
            "type": "MultiPolygon", "coordinates": [polygon(square(0)), polygon(half(1))],
        });
        desk.write("both.geojson", both.to_string());
        let words = ["adjust", "HA-1", "--as", "cha", "--remaining", "both.geojson"];
        let cause = ["--cause", "merged-from", "--other", "HA-2"];
        desk.does(&step(&[&words[..], &cause].concat(), "2024-02-01"));
        assert_eq!(open(&desk), [14_355, 0]);
        assert!(!desk.does(&["area", "questions"]).contains("transfer-not-matched"));
        desk.is_sound();
    }
}

#[test]
fn a_record_is_split_into_two_or_more_that_differ() {
    let desk = Desk::geopackage();
    desk.does(&entering("EP-1", "quantity=1"));
    desk.write("square.geojson", square(0));
    desk.write("half.geojson", half(0));
    desk.does(&opening("HA-1", "square.geojson", "EP-1"));
    let twice = ["split", "HA-1", "--into", "HA-1A", "--into", "HA-1A"];
    let told = desk.is_refused(&step(&twice, "2024-02-01"));
    assert!(told.contains("two areas or more"), "{told}");
    let told =
        desk.does(&step(&["split", "HA-1", "--into", "HA-1A", "--into", "HA-1B"], "2024-02-01"));
    assert!(told.contains("release open HA-1B --from-area HA-1"), "{told}");
    let mut open = opening("HA-1A", "half.geojson", "EP-1");
    open.extend(["--from-area", "HA-1"]);
    let at = open.iter().position(|word| *word == "2024-01-30").unwrap();
    open[at] = "2024-02-01";
    desk.does(&open);
    let asked = desk.does(&["area", "questions", "HA-1"]);
    assert!(asked.contains("gave up 9 570 m2, of which others took over 4 785 m2"), "{asked}");
    desk.is_sound();
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_entered() {
    let desk = Desk::geopackage();
    let before = desk.journal().len();
    for report in ["nowhere/report.csv", "."] {
        let words = ["release", "from-reports", "--source", "op", "--enter", "--report", report];
        let told = desk.is_refused(&words);
        assert!(told.contains("cannot be written"), "{told}");
    }
    assert_eq!(desk.journal().len(), before);
    assert!(!desk.path("nowhere").exists());
}

#[test]
fn the_balance_is_written_as_a_table_and_as_a_page() {
    let desk = Desk::geopackage();
    desk.does(&entering("EP-1", "quantity=1"));
    desk.write("square.geojson", square(0));
    desk.does(&opening("HA-1", "square.geojson", "EP-1"));
    let period = ["release", "balance", "--from", "2024-01-01", "--to", "2024-03-01"];
    for file in ["balance.csv", "balance.html"] {
        desk.does(&[&period[..], &["--output", file]].concat());
    }
    let table = std::fs::read_to_string(desk.path("balance.csv")).unwrap();
    assert!(table.contains("newly identified,CHA,9570,"), "{table}");
    let page = std::fs::read_to_string(desk.path("balance.html")).unwrap();
    assert!(page.contains("<html") && page.contains("newly identified"), "{page:.400}");
    let told = desk.is_refused(&[&period[..], &["--output", "balance.txt"]].concat());
    assert!(told.contains(".csv or .html"), "{told}");
}
