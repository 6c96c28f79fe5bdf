#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use super::marks::free_place;
use super::projection::{HALF_WIDTH, equal_earth};
use super::*;
use crate::basemap::country_codes;

/// Every code of the standard with a status in turn: the chart is under test here, not the record.
fn example() -> WorldMap {
    let states = country_codes()
        .iter()
        .enumerate()
        .map(|(place, code)| State {
            code: code.alpha3.to_owned(),
            status: match place % 12 {
                0..5 => StateStatus::Bound,
                5 => StateStatus::ConsentedNotYetInForce,
                6 => StateStatus::Signatory,
                7 => StateStatus::Withdrawing,
                8 => StateStatus::Former,
                _ => StateStatus::None,
            },
        })
        .collect();
    let highlight = |code: &str, role| Highlight { code: code.to_owned(), role };
    WorldMap {
        id: "world".to_owned(),
        title: "Where states stand".to_owned(),
        description: "An invented world.".to_owned(),
        states,
        highlights: vec![
            highlight("USA", Role::Supplier),
            highlight("UKR", Role::Recipient),
            highlight("RUS", Role::Opponent),
            highlight("DEU", Role::Transit),
            highlight("POL", Role::Transit),
            highlight("MLT", Role::Transit),
        ],
    }
}

#[test]
fn every_state_of_the_input_appears_on_the_map_or_is_named_as_missing() {
    let drawn = world(&example());
    // The list is broken into lines; without the tags between them it reads as one.
    let list = drawn.split("Not drawn").nth(1).unwrap_or_default();
    let texts: Vec<&str> = list
        .split('<')
        .map(|part| part.split('>').next_back().unwrap_or_default().trim())
        .collect();
    let missing = texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    for code in country_codes() {
        let titled = drawn.contains(&format!("<title>{}: ", escape(code.name)));
        assert!(titled || missing.contains(code.name) || code.alpha3 == "ATA", "{}", code.name);
    }
}

#[test]
fn every_member_of_the_united_nations_that_could_join_has_a_place() {
    for code in ["TUV", "NRU", "MCO", "SMR", "VAT", "AND", "LIE", "PLW", "KNA", "COK", "NIU"] {
        assert!(dot_of(code).is_some(), "{code}");
    }
}

#[test]
fn a_state_that_is_missing_from_the_input_is_drawn_as_unknown() {
    let mut map = example();
    map.states.retain(|state| state.code != "LTU");
    assert!(world(&map).contains("<title>Lithuania: not known</title>"));
}

#[test]
fn the_map_is_well_formed_and_small_enough_for_a_page() {
    let drawn = world(&example());
    svg::assert_well_formed(&drawn);
    assert!(drawn.len() < 200_000, "{} bytes", drawn.len());
    assert!(!drawn.contains("NaN"));
}

#[test]
fn statuses_differ_without_colour() {
    let hatches: std::collections::BTreeSet<_> =
        StateStatus::ALL.iter().filter_map(|status| status.hatch()).map(|(d, _)| d).collect();
    assert_eq!(hatches.len(), 5, "five hatches, one dark and one light area");
    // Relative luminance of the two solid fills, dark enough and light enough for grey print.
    assert_eq!(StateStatus::Bound.fill("x"), ACCENT);
    assert_eq!(StateStatus::None.fill("x"), "#d4d9de");
}

#[test]
fn highlighted_states_have_letters_that_do_not_cover_each_other() {
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for _ in 0..8 {
        let place = free_place((100.0, 100.0), false, &taken, &[(84.0, 100.0)]);
        assert!(taken.iter().all(|(x, y)| (place.0 - x).hypot(place.1 - y) >= 14.0));
        assert!((place.0 - 84.0).hypot(place.1 - 100.0) >= 11.0, "the other state stays visible");
        taken.push(place);
    }
    let drawn = world(&example());
    assert!(drawn.contains("Ukraine, recipient: "));
    assert_eq!(
        drawn.matches("class=\"highlight ").count(),
        9,
        "five outlines, four of them in the inset too"
    );
}

#[test]
fn states_that_crowd_are_shown_enlarged_and_lettered_once() {
    let mut map = example();
    let letters = |map: &WorldMap| world(map).matches("class=\"letter\"").count();
    assert!(world(&map).contains("class=\"inset\""));
    assert_eq!(letters(&map), 2 * map.highlights.len(), "once on the drawing, once in the key");
    map.highlights.truncate(1);
    assert!(!world(&map).contains("class=\"inset\""));
    assert_eq!(letters(&map), 2);
    map.highlights.clear();
    assert_eq!(letters(&map), 0);
}

/// Values of PROJ 9 (`+proj=eqearth +R=1`).
#[test]
fn the_projection_agrees_with_proj() {
    for (longitude, latitude, x, y) in PROJ {
        let (ours_x, ours_y) = equal_earth(longitude, latitude);
        assert!((ours_x - x).abs() < 1e-9 && (ours_y - y).abs() < 1e-9, "{longitude} {latitude}");
    }
    assert!((equal_earth(180.0, 0.0).0 - HALF_WIDTH).abs() < 1e-5);
}

#[test]
fn the_map_of_europe_and_the_key_look_as_they_did() {
    let mut few = example();
    few.states.retain(|state| ["UKR", "POL", "DEU", "MLT"].contains(&state.code.as_str()));
    let drawn = world(&few);
    let shown: Vec<&str> = drawn
        .lines()
        .filter(|line| {
            !line.contains("<title>") || line.contains("Poland") || line.contains("Malta")
        })
        .filter(|line| !line.contains("class=\"highlight ") || line.contains("transit"))
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

const PROJ: [(f64, f64, f64, f64); 6] = [
    (0.0, 90.0, 0.0, 1.3173627591574133),
    (180.0, 0.0, 2.7066299836960748, 0.0),
    (103.25, 17.5, 1.5181095492154393, 0.35161758150059885),
    (-122.4, 37.8, -1.6531543051137152, 0.7357536587307838),
    (-68.3, -54.8, -0.8129342454132575, -1.0148938780322243),
    (30.5, 50.45, 0.3769177738497348, 0.9486236876034342),
];
