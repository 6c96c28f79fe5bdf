//! Copies of a project that work apart, and come together again by bundles.

use std::fs;

use crate::desk::{Desk, entering, opening, points, square};

/// Writes what one copy has and another lacks into a file of the other; its name.
fn give(from: &Desk, to: &Desk, name: &str) -> String {
    from.write("holding.json", to.does(&["bundle", "holding"]));
    let file = to.path(name).display().to_string();
    from.does(&["bundle", "give", &file, "--holding", "holding.json"]);
    file
}

fn take(desk: &Desk, file: &str) -> String {
    desk.does(&["bundle", "take", file])
}

fn agree(here: &Desk, there: &Desk) {
    for desk in [here, there] {
        desk.is_sound();
    }
    let sorted = |desk: &Desk| {
        let mut ids: Vec<String> = desk.journal().into_iter().map(|entry| entry.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(sorted(here), sorted(there), "both hold the same entries");
    for words in [
        &["area", "list"][..],
        &["area", "list", "--json"],
        &["source", "list", "--json"],
        &["bundle", "conflicts"],
        &["release", "balance", "--from", "2024-01-01", "--to", "2024-12-31"],
    ] {
        assert_eq!(here.does(words), there.does(words), "{words:?}");
    }
    let invariants = |desk: &Desk| {
        let checked = desk.checked();
        let lines = checked["invariants"].as_array().unwrap().clone();
        // Which copy keeps the bytes of a file is its own affair.
        let is_shared =
            |line: &&serde_json::Value| !line["invariant"].as_str().unwrap().contains("kept file");
        lines.iter().filter(is_shared).cloned().collect::<Vec<_>>()
    };
    assert_eq!(invariants(here), invariants(there));
}

/// Two fresh projects of one backend each, file with file and file with database.
fn pairs() -> Vec<(Desk, Desk)> {
    let both = |second: Desk| (Desk::geopackage(), second);
    Desk::each().into_iter().map(both).collect()
}

#[test]
fn two_copies_exchange_in_both_directions_twice_late_and_out_of_order() {
    for (here, there) in pairs() {
        here.write("points.csv", points(20));
        here.keep("points.csv", "hi-2024");
        here.take_in("hi-2024");
        let first = give(&here, &there, "1.bundle");
        here.does(&entering("EP-1", "quantity=1"));
        let second = give(&here, &there, "2.bundle");
        here.write("square.geojson", square(0));
        here.does(&opening("HA-1", "square.geojson", "EP-1"));
        let third = give(&here, &there, "3.bundle");
        // Meanwhile the other copy works as well.
        there.does(&entering("EP-2", "quantity=2"));
        there.write("square.geojson", square(3));
        there.does(&opening("HA-2", "square.geojson", "EP-2"));

        // The last one alone, weeks before the others; each one twice.
        for file in [&third, &first, &second, &third, &second, &first] {
            take(&there, file);
        }
        let twice = take(&there, &first);
        assert!(twice.starts_with("0 entries were new"), "{twice}");
        let back = give(&there, &here, "back.bundle");
        take(&here, &back);
        let again = take(&here, &back);
        assert!(again.starts_with("0 entries were new"), "{again}");
        agree(&here, &there);
        let listed = here.does(&["area", "list"]);
        assert!(listed.contains("HA-1") && listed.contains("HA-2"), "{listed}");
        // Nothing is left to be told.
        let nothing = give(&here, &there, "nothing.bundle");
        assert_eq!(fs::read_to_string(nothing).unwrap(), "");
    }
}

#[test]
fn a_conflict_is_listed_on_both_sides_and_settled_by_a_third_entry() {
    for (here, there) in pairs() {
        here.does(&entering("EP-1", "quantity=1"));
        take(&there, &give(&here, &there, "first.bundle"));
        here.does(&entering("EP-1", "quantity=5"));
        there.does(&entering("EP-1", "quantity=7"));
        let told = take(&there, &give(&here, &there, "to-there.bundle"));
        assert!(told.contains("1 fields were changed in two copies"), "{told}");
        take(&here, &give(&there, &here, "to-here.bundle"));
        agree(&here, &there);
        let listed = here.does(&["bundle", "conflicts"]);
        assert!(listed.contains("evidence-point EP-1, `quantity`"), "{listed}");
        assert!(listed.contains("5 by entry") && listed.contains("7 by entry"), "{listed}");

        there.does(&entering("EP-1", "quantity=5"));
        assert!(there.does(&["bundle", "conflicts"]).starts_with("No two changes"));
        take(&here, &give(&there, &here, "settled.bundle"));
        assert!(here.does(&["bundle", "conflicts"]).starts_with("No two changes"));
        agree(&here, &there);
    }
}

#[test]
fn a_file_that_was_copied_and_worked_on_in_both_places_comes_together() {
    let here = Desk::geopackage();
    here.does(&entering("EP-1", "quantity=1"));
    let there = Desk::empty();
    fs::copy(here.path("project.gpkg"), there.path("project.gpkg")).unwrap();
    here.does(&entering("EP-2", "quantity=1"));
    there.does(&entering("EP-3", "quantity=1"));
    for round in 0..2 {
        take(&there, &give(&here, &there, &format!("{round}-there")));
        take(&here, &give(&there, &here, &format!("{round}-here")));
    }
    here.is_sound();
    there.is_sound();
    let subjects = |desk: &Desk| {
        let mut all: Vec<String> = desk.journal().into_iter().map(|entry| entry.subject).collect();
        all.sort();
        all
    };
    assert_eq!(subjects(&here), ["EP-1", "EP-2", "EP-3"]);
    assert_eq!(subjects(&here), subjects(&there));
}

#[test]
fn a_bundle_that_was_changed_or_cut_is_refused_whole() {
    for (here, there) in pairs() {
        here.write("points.csv", points(20));
        here.keep("points.csv", "hi-2024");
        here.take_in("hi-2024");
        let whole = give(&here, &there, "whole.bundle");
        let text = fs::read_to_string(&whole).unwrap();
        let forged = text.replacen("\\\"quantity\\\":2", "\\\"quantity\\\":9", 1);
        assert_ne!(forged, text);
        let before = there.journal();
        for (name, wrong) in [
            ("forged", forged.as_bytes()),
            ("cut", &text.as_bytes()[..text.len() - 40]),
            ("prose", b"Dear colleague, here is our data."),
            ("nested", &b"[".repeat(200_000)),
            ("bytes", &[0xff; 4096]),
        ] {
            there.write(name, wrong);
            there.is_refused(&["bundle", "take", name]);
            assert_eq!(there.journal(), before, "{name}");
        }
        there.write("holding", "{\"a\": 1}");
        let told = there.is_refused(&["bundle", "give", "x", "--holding", "holding"]);
        assert!(told.contains("does not tell what a copy holds"), "{told}");
        // A bundle is never written over another file.
        here.is_refused(&["bundle", "give", &whole]);
        assert_eq!(fs::read_to_string(&whole).unwrap(), text);
        take(&there, &whole);
        agree(&here, &there);
    }
}
