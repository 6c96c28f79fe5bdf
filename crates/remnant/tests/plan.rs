//! `remnant plan` and the layers and explanations of an estimate: what a person is told and handed.
//!
//! Read a change before accepting it: it is what people will see.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use remnant_ground::coordinate::{Position, UtmZone};
use remnant_ground::coverage::Lattice;
use remnant_ground::exposure::RasterPlane;
use remnant_publish::layer::{Band, GeoTiff, Overview};
use serde_json::Value;

/// Some 430 by 330 metres.
const PLACE: &str = r#"{"type": "Polygon", "coordinates": [[[105.9, 16.5], [105.904, 16.5],
    [105.904, 16.503], [105.9, 16.503], [105.9, 16.5]]]}"#;
const WEST: &str = r#"{"type": "Polygon", "coordinates": [[[105.9, 16.5], [105.9015, 16.5],
    [105.9015, 16.503], [105.9, 16.503], [105.9, 16.5]]]}"#;
const EAST: &str = r#"{"type": "Polygon", "coordinates": [[[105.902, 16.5005], [105.9035, 16.5005],
    [105.9035, 16.502], [105.902, 16.502], [105.902, 16.5005]]]}"#;
const POINTS: &str = "\
id,date_found,latitude,longitude,evidence_kind,how_known,quantity,organisation
1,2024-01-02,16.5012,105.9026,submunition_found,seen,2,HI
2,2024-01-02,16.5012,105.9006,submunition_found,seen,1,HI
";
const SETTLEMENTS: &str =
    "name,longitude,latitude,people\nupper,105.9002,16.5028,120\nlower,105.9036,16.5003,\n";
/// Few draws and points on coarse squares: these tests look at words and files.
const QUICK: &str = "--draws 60 --points 32 --cell-size 50";

struct Desk(tempfile::TempDir);

impl Desk {
    /// A place with a strike, a search of its west, and two confirmed areas.
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for (name, text) in [
            ("place.geojson", PLACE),
            ("west.geojson", WEST),
            ("east.geojson", EAST),
            ("points.csv", POINTS),
            ("settlements.csv", SETTLEMENTS),
        ] {
            fs::write(desk.path(name), text).unwrap();
        }
        desk.does("init project.gpkg");
        desk.does("enter boundary nong name=Nong --area place.geojson");
        desk.does(
            "enter strike S-1 date=1970-03-04 munition_model=CBU-58 munition_family=cluster_munition \
             quantity=1 --at 16.5012,105.9024 --accuracy 60 --method map",
        );
        desk.does("source add points.csv --source hi-2024 --publisher HI --licence agreed");
        desk.does("read hi-2024 --as evidence-points --take-in");
        for (id, land, evidence) in [("HA-1", "east", 1), ("HA-2", "west", 2)] {
            desk.does(&format!(
                "release open {id} --as cha --boundary {land}.geojson --evidence hi-2024/{evidence} \
                 --how-drawn walked --contamination cluster_munition_remnants \
                 --effective-on 2024-02-01 --organisation HI --why done"
            ));
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
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

    fn tells(&self, words: &str) -> Value {
        serde_json::from_str(&self.does(&format!("{words} --json"))).unwrap()
    }
}

fn survey(more: &str) -> String {
    format!(
        "plan survey nong --team-days 3 --pace 800,2000 --pace-source invented \
         --gazetteer settlements.csv {QUICK} {more}"
    )
}

#[test]
fn boxes_to_survey_come_with_reasons_and_go_to_desk_and_field() {
    let desk = Desk::new();
    let told = desk.does(&survey("--csv p.csv --xlsx p.xlsx --gpx p.gpx --kml p.kml"));
    for words in [
        "It proposes; people decide.",
        "Why each is on the list",
        "No list for as many team-days gives more than",
        "UNVERIFIED",
        "seed 1",
        "Nothing here releases land.",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let table = fs::read_to_string(desk.path("p.csv")).unwrap();
    let told = desk.tells(&survey(""));
    let candidates = told["candidates"].as_array().unwrap().len();
    assert_eq!(table.lines().count(), candidates + 1);
    let listed = told["listed"].as_array().unwrap();
    assert!(!listed.is_empty() && listed.len() < candidates);
    let gpx = fs::read_to_string(desk.path("p.gpx")).unwrap();
    assert_eq!(gpx.matches("<wpt ").count(), listed.len());
    let kml = fs::read_to_string(desk.path("p.kml")).unwrap();
    assert_eq!(kml.matches("<Placemark>").count(), listed.len());
    assert!(fs::read(desk.path("p.xlsx")).unwrap().starts_with(b"PK"));
    let number = |name: &str| told[name].as_f64().unwrap();
    assert!(number("value") <= number("upper_bound") + 1e-12);
    assert!(told["team_days"]["used"].as_f64().unwrap() <= 3.0);
}

#[test]
fn pins_exclusions_and_weights_are_kept() {
    let desk = Desk::new();
    let told = desk.tells(&survey(""));
    let first = told["listed"][0]["task"].as_str().unwrap().to_owned();
    let other = told["not_listed"][0]["id"].as_str().unwrap().to_owned();
    let changed = desk.tells(&survey(&format!(
        "--exclude {first} --pin {other} --weight people=0 information=1"
    )));
    assert_eq!(changed["listed"][0]["task"], other.as_str());
    let left = changed["not_listed"].as_array().unwrap();
    assert!(left.iter().any(|one| one["id"] == first.as_str() && one["why_not"] == "excluded"));
    assert_eq!(changed["weights"]["people"], 0.0);
}

/// People of a raster are counted by the exact share of its cells, wherever its lines run.
#[test]
fn people_come_from_a_raster_by_exact_shares() {
    let desk = Desk::new();
    let zone = UtmZone::of(Position::new(105.9, 16.5).unwrap()).unwrap();
    let corner = zone.point(Position::new(105.89, 16.51).unwrap()).unwrap();
    let lattice = Lattice::new(corner.easting, corner.northing, 100.0, 100.0, 40, 40).unwrap();
    let raster = GeoTiff {
        plane: RasterPlane::Utm(zone),
        lattice,
        bands: vec![Band { name: "people".to_owned(), overview: Overview::Mean }],
        notes: Vec::new(),
    };
    let mut file = fs::File::create(desk.path("people.tif")).unwrap();
    raster.write(&mut file, |_, _, values| values.fill(2.0)).unwrap();
    let told = desk.tells(&format!(
        "plan survey nong --team-days 3 --pace 800,2000 --population people.tif \
         --people-within 200 {QUICK}"
    ));
    // Two people in each hectare, within a disc of 200 m.
    let expected = 2.0 * core::f64::consts::PI * 4.0;
    for candidate in told["candidates"].as_array().unwrap() {
        let people = candidate["people_near"].as_f64().unwrap();
        assert!((people - expected).abs() < 1e-3 * expected, "{people} {expected}");
    }
}

#[test]
fn areas_to_clear_are_those_of_the_ledger_with_land_that_remains() {
    let desk = Desk::new();
    let words = format!(
        "plan clearance nong --team-days 40 --pace 400,1800 --pace-source invented \
         --gazetteer settlements.csv --seed 3 {QUICK}"
    );
    insta::assert_snapshot!("clearance", desk.does(&words));
    // What is cleared leaves the plan, and counts as search in the estimate.
    let before = desk.tells(&format!("estimate nong --seed 3 {QUICK}"));
    desk.does(
        "release clear HA-1 --all --depth-cm 20 --method manual --worked-from 2024-02-02 \
         --worked-to 2024-02-20 --no-items --all-worked --completion-report CR-1 \
         --effective-on 2024-02-20 --organisation HI --why done",
    );
    let after = desk.tells(&format!("estimate nong --seed 3 {QUICK}"));
    let searched = |told: &Value| told["estimate"]["areas"][0]["searched"].as_f64().unwrap();
    assert_eq!(searched(&before), 0.0);
    assert!(searched(&after) > 0.15, "{}", searched(&after));
    // What remains takes more team-days than the first plan had.
    let told = desk.tells(&words.replace("--team-days 40", "--team-days 80"));
    assert_eq!(told["candidates"].as_array().unwrap().len(), 1);
    assert_eq!(told["listed"][0]["task"], "HA-2");
    assert!(told["left_out"][0].as_str().unwrap().contains("no land of it remains"));
}

#[test]
fn what_is_missing_is_asked_for() {
    let desk = Desk::new();
    fs::write(desk.path("bad.csv"), "longitude,latitude,people\n105.9,16.5,many\n400,1,3\n")
        .unwrap();
    let all = [
        format!("plan survey nong --team-days 3 {QUICK}"),
        format!("plan survey nong --team-days 3 --pace fast {QUICK}"),
        format!("plan survey nong --team-days 0 --pace 800,2000 {QUICK}"),
        survey("--pin nowhere"),
        survey("--weight beauty=1"),
        format!("plan survey nong --team-days 3 --pace 800,2000 --gazetteer bad.csv {QUICK}"),
        "explain estimate/nong/area/nong".to_owned(),
    ];
    let told: Vec<String> =
        all.iter().map(|words| format!("$ remnant {words}\n{}", desk.error(words))).collect();
    insta::assert_snapshot!("missing-of-plans", told.join("\n"));
}

#[test]
fn a_kept_estimate_is_walked_back_and_planned_on() {
    let desk = Desk::new();
    let told = desk.does(&format!("estimate nong --seed 5 {QUICK} --keep"));
    assert!(told.contains("remnant explain estimate/nong/area/"), "{told}");
    let area = desk.tells("explain estimate/nong/area/nong");
    let ids: Vec<&Value> =
        area["data"]["strikes"].as_array().unwrap().iter().map(|part| &part["id"]).collect();
    assert!(ids.iter().any(|id| *id == "S-1") && ids.iter().any(|id| id.is_null()), "{ids:?}");
    let square = desk.does("explain estimate/nong/square/105.9026,16.5012");
    for words in ["S-1", "entered by Ana on 2024-03-04", "dud-rate", "(SHA-256)"] {
        assert!(square.contains(words), "{words}: {square}");
    }
    let told = desk.does("plan survey nong --team-days 3 --pace 800,2000 --pace-source invented");
    assert!(told.contains("Ana kept on 2024-03-04 (seed 5"), "{told}");
}

/// The layers are read by another program where it is installed.
#[test]
fn the_layers_of_an_estimate_open_in_gdal() {
    let desk = Desk::new();
    desk.does(&format!("estimate nong --seed 5 {QUICK} --gpkg layers.gpkg --csv squares.csv"));
    let again = desk.error(&format!("estimate nong --seed 5 {QUICK} --gpkg layers.gpkg"));
    assert!(again.contains("is there already"), "{again}");
    let rows = fs::read_to_string(desk.path("squares.csv")).unwrap().lines().count() - 1;
    let ask = |arguments: &[&str]| {
        let asked = Command::new("ogrinfo").args(arguments).current_dir(desk.0.path()).output();
        asked.ok().filter(|output| output.status.success())
    };
    let Some(output) = ask(&["-so", "-al", "layers.gpkg"]) else {
        println!("skipped: there is no ogrinfo");
        return;
    };
    let (told, warned) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(warned.is_empty(), "{warned}");
    for words in [
        "Layer name: estimate_square",
        "Layer name: estimate_area",
        "Geometry: Multi Polygon",
        "probability_any: Real",
        &format!("Feature Count: {rows}"),
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let sql = "SELECT id, kind, items_05 <= items_95 AS ordered FROM estimate_area";
    let output = ask(&["-q", "layers.gpkg", "-sql", sql]).unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("nong") && told.contains("place"), "{told}");
    assert!(!told.contains("ordered (Integer) = 0"), "{told}");
}
