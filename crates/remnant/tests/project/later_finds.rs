//! What was found later is held against what was released and against the survey.

use crate::desk::{Desk, clearing, entering, half, opening, square, step};

/// An evidence point of a day and a place, in degrees as text.
fn find<'a>(id: &'a str, on: &'a str, at: &'a str) -> Vec<&'a str> {
    let mut words = vec!["enter", "evidence-point", id, "evidence_kind=submunition_found"];
    words.extend(["how_known=seen", "organisation=HI", on, "--at", at]);
    words.extend(["--method", "gps", "--accuracy", "5"]);
    words
}

#[test]
fn a_find_on_released_land_is_asked_about_until_it_is_entered_as_a_missed_item() {
    for desk in Desk::each() {
        desk.write("square.geojson", square(0));
        desk.write("half.geojson", half(0));
        desk.does(&entering("EP-1", "quantity=1"));
        desk.does(&opening("HA-1", "square.geojson", "EP-1"));
        desk.does(&clearing("HA-1", "half.geojson"));
        // Found before the clearance, after it, and after it on land that is still open.
        let on_cleared = "16.50040N 105.90020E";
        desk.does(&find("EP-2", "date_found=2024-02-01", "16.50030N 105.90020E"));
        desk.does(&find("EP-3", "date_found=2024-02-25", on_cleared));
        desk.does(&find("EP-4", "date_found=2024-02-25", "16.50040N 105.90080E"));
        let asked = desk.json(&["area", "questions"]);
        let finds: Vec<&str> = asked
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["check"] == "find-on-released-land")
            .map(|finding| finding["message"].as_str().unwrap())
            .collect();
        assert_eq!(
            finds,
            ["`EP-3` was found on 2024-02-25 on land that was released on 2024-02-10"],
            "{}",
            desk.backend()
        );
        let mut missed = step(&["missed-item", "HA-1", "--item", "blu-26"], "2024-02-25");
        missed.extend(["--at", on_cleared, "--evidence", "EP-3"]);
        desk.does(&missed);
        assert!(!desk.does(&["area", "questions"]).contains("EP-3"), "{}", desk.backend());
    }
}

#[test]
fn a_find_outside_the_confirmed_area_is_told_with_what_the_survey_said_of_its_box() {
    let desk = Desk::geopackage();
    desk.does(&entering("EP-1", "quantity=1"));
    let next = desk.json(&["cmrs", "next"]);
    let first = next["boxes"][0]["box"].as_str().unwrap().to_owned();
    let visit = |id: &str, result: &str, on: &str| {
        let words = ["cmrs", "box", id, "--result", result, "--date", on, "--minutes", "40"];
        desk.does(&[&words[..], &["--searched", "1000", "--method", "detector"]].concat())
    };
    visit(&first, "cmr_found", "2024-01-10");
    // The box where the later find will lie: its neighbour to the north, searched in part.
    let later = desk.json(&["cmrs", "next"]);
    let boxes = later["boxes"].as_array().unwrap();
    for id in boxes.iter().map(|next| next["box"].as_str().unwrap()) {
        visit(id, "nothing_found", "2024-01-12");
    }
    desk.does(&find("EP-9", "date_found=2024-02-20", "16.50095N 105.90050E"));
    desk.does(&find("EP-8", "date_found=2024-02-20", "16.50051N 105.90051E"));
    let told = desk.json(&["cmrs", "feedback"]);
    assert_eq!(told["finds"], 2);
    assert_eq!(told["inside"], serde_json::json!(["EP-8"]));
    let outside = &told["outside"][0];
    assert_eq!(outside["id"], "EP-9");
    assert_eq!(outside["result"], "nothing_found");
    assert!((1.0..100.0).contains(&outside["metres_outside"].as_f64().unwrap()), "{outside}");
    assert_eq!(told["in_empty_boxes"][0]["searched_whole"], false);
    let words = desk.does(&["cmrs", "feedback"]);
    assert!(words.contains("1 inside a confirmed area and 1 outside"), "{words}");
    assert!(words.contains("may be chance"), "{words}");
    // Until a later day the finds are part of the survey, and nothing is later.
    assert_eq!(desk.json(&["cmrs", "feedback", "--until", "2024-02-28"])["finds"], 0);
}
