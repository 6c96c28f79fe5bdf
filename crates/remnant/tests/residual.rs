//! `remnant estimate residual`: what a person is told of an area that was searched.
//!
//! Read a change before accepting it: it is what people will see.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::{Command, Output};

/// Some 109 by 107 metres.
const SQUARE: &str = r#"{"type": "Polygon", "coordinates": [[[105.9, 16.5], [105.901, 16.5],
    [105.901, 16.501], [105.9, 16.501], [105.9, 16.5]]]}"#;
/// Its western half.
const HALF: &str = r#"{"type": "Polygon", "coordinates": [[[105.9, 16.5], [105.9005, 16.5],
    [105.9005, 16.501], [105.9, 16.501], [105.9, 16.5]]]}"#;
const POINTS: &str = "\
id,date_found,latitude,longitude,evidence_kind,how_known,quantity,organisation
1,2024-01-02,16.50012,105.90034,submunition_found,seen,2,HI
";
const PRIOR: &str = "--contaminated 0.3 --items 60 --shape 1.2 --prior-source invented";

struct Desk(tempfile::TempDir);

impl Desk {
    /// A confirmed area, of which the western half was cleared.
    fn half_cleared(items: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for (name, text) in
            [("square.geojson", SQUARE), ("half.geojson", HALF), ("points.csv", POINTS)]
        {
            fs::write(desk.0.path().join(name), text).unwrap();
        }
        desk.does("init project.gpkg");
        desk.does("source add points.csv --source hi-2024 --publisher HI --licence agreed");
        desk.does("read hi-2024 --as evidence-points --take-in");
        desk.does(
            "release open HA-1 --as cha --boundary square.geojson --evidence hi-2024/1 \
             --how-drawn walked --contamination cluster_munition_remnants \
             --effective-on 2024-02-01 --organisation HI --why done",
        );
        desk.does(&format!(
            "release clear HA-1 --boundary half.geojson --depth-cm 20 --method detector \
             --worked-from 2024-02-02 --worked-to 2024-02-20 {items} --all-worked \
             --completion-report CR-1 --effective-on 2024-02-20 --organisation HI --why done"
        ));
        desk
    }

    fn runs(&self, words: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_remnant"))
            .args(words.split_whitespace())
            .current_dir(self.0.path())
            .env("REMNANT_PROJECT", "project.gpkg")
            .env("REMNANT_AUTHOR", "Ana")
            .env("REMNANT_CLOCK", "2024-03-04T09:00:00Z")
            .env("COLUMNS", "80")
            .env_remove("REMNANT_KEY")
            .output()
            .unwrap()
    }

    fn does(&self, words: &str) -> String {
        let output = self.runs(words);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{words}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn error(&self, words: &str) -> String {
        let output = self.runs(words);
        assert!(!output.status.success(), "{words}");
        String::from_utf8(output.stderr).unwrap()
    }
}

#[test]
fn half_an_area_was_cleared_and_nothing_found() {
    let desk = Desk::half_cleared("--no-items");
    insta::assert_snapshot!(
        "half-cleared",
        desk.does(&format!(
            "estimate residual HA-1 {PRIOR} --more-than 5 --target 0.95 --lot-size 1000 \
             --sampled 238 --confidence 0.95 --share 0.99 --inspection-detection 0.9"
        ))
    );
}

#[test]
fn the_json_twin_holds_every_number_and_assumption() {
    let desk = Desk::half_cleared("--no-items");
    let printed = desk.does(&format!("estimate residual HA-1 {PRIOR} --json"));
    let told: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let data = &told["data"];
    assert_eq!(data["area"], "HA-1");
    assert_eq!(data["prior"]["contaminated"], 0.3);
    let searched: f64 = data["effort"]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["share"].as_f64().unwrap())
        .sum();
    assert!((searched - 0.5).abs() < 1e-3, "{searched}");
    let assumptions = data["assumptions"].as_array().unwrap();
    assert_eq!(assumptions.len(), 6);
    for assumed in assumptions {
        for name in ["name", "value", "source"] {
            assert!(!assumed[name].as_str().unwrap().is_empty(), "{assumed}");
        }
        assert!(assumed["verified"].is_boolean());
    }
    let sentences = data["sentences"].as_array().unwrap();
    let says = |name: &str| sentences.iter().find(|sentence| sentence["says"] == name).unwrap();
    let (before, now) = (says("before"), says("now"));
    assert!(now["any"].as_f64().unwrap() < before["any"].as_f64().unwrap());
    // Half of it nobody looked at: most of what may be left is there.
    let there = says("nobody_looked")["expected"].as_f64().unwrap();
    assert!(there > 0.7 * now["expected"].as_f64().unwrap());
    assert_eq!(data["model"]["inputs"].as_str().unwrap().len(), 64);
}

#[test]
fn what_is_missing_is_asked_for() {
    let desk = Desk::half_cleared("--no-items");
    let all = [
        "estimate residual HA-1".to_owned(),
        format!("estimate residual HA-9 {PRIOR}"),
        format!("estimate residual HA-1 {PRIOR} --detection detector=often"),
        format!("estimate residual HA-1 {PRIOR} --leave-out HA-1/2024-02-20-cleared --finds 3"),
    ];
    let told: Vec<String> =
        all.iter().map(|words| format!("$ remnant {words}\n{}", desk.error(words))).collect();
    insta::assert_snapshot!("missing", told.join("\n"));
}
