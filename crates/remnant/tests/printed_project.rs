//! What people see of a project: each error with its help, the shape of each JSON, the help pages.
//!
//! Read a change before accepting it: it is what people will see.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A folder with a project in it, which goes when the test is over.
struct Desk(tempfile::TempDir);

/// What the program printed, and how it ended.
struct Said {
    out: String,
    error: String,
    exit: i32,
}

const POINTS: &str = "\
id,date_found,latitude,longitude,evidence_kind,how_known,quantity,organisation
1,2024-01-02,16.50012,105.90034,submunition_found,seen,2,HI
2,2024-01-03,16.50022,105.90044,submunition_found,seen,1,HI
3,2024-01-04,16.50032,105.90054,a rusty thing,told,many,HI
";

const SQUARE: &str = r#"{"type": "Polygon", "coordinates": [[[105.9, 16.5], [105.901, 16.5],
    [105.901, 16.501], [105.9, 16.501], [105.9, 16.5]]]}"#;

const BOW_TIE: &str = r#"{"type": "Polygon", "coordinates": [[[105.9, 16.5], [105.901, 16.501],
    [105.901, 16.5], [105.9, 16.501], [105.9, 16.5]]]}"#;

/// The words of every step that the tests here take.
const STEP: &str = "--effective-on 2024-02-01 --organisation HI --why done";

impl Desk {
    fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn new() -> Self {
        let desk = Self::empty();
        desk.does("init project.gpkg");
        for (name, text) in [
            ("points.csv", POINTS),
            ("square.geojson", SQUARE),
            ("bow-tie.geojson", BOW_TIE),
            ("point.geojson", r#"{"type": "Point", "coordinates": [105.9, 16.5]}"#),
            ("letter.txt", "Dear colleague, here is our data."),
            (
                "victims.csv",
                "id,date,name,sex,injured or killed\n1,2024-01-02,A B,female,injured\n",
            ),
            (
                "days.csv",
                "id,date,latitude,longitude\n1,03/04/2024,16.5,105.9\n2,05/06/2024,16.5,105.8\n",
            ),
        ] {
            desk.write(name, text);
        }
        desk
    }

    /// A project in which something of each kind happened.
    fn worked_on() -> Self {
        let desk = Self::new();
        desk.does("source add points.csv --source hi-2024 --publisher HI --licence agreed");
        desk.does("read hi-2024 --as evidence-points --take-in");
        let open = "release open HA-1 --as cha --boundary square.geojson --evidence hi-2024/1 \
                    --how-drawn walked --contamination cluster_munition_remnants";
        desk.does(&format!("{open} {STEP}"));
        desk.does("review accept HA-1/2024-02-01-opened");
        desk
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_remnant"));
        command
            .args(words.split_whitespace())
            .current_dir(self.0.path())
            .env("REMNANT_PROJECT", "project.gpkg")
            .env("REMNANT_AUTHOR", "Ana")
            .env("REMNANT_CLOCK", "2024-03-04T09:00:00Z")
            .env("COLUMNS", "80")
            .env_remove("REMNANT_KEY");
        command
    }

    fn says(&self, words: &str) -> Said {
        said(self.command(words))
    }

    fn does(&self, words: &str) -> String {
        let said = self.says(words);
        assert_eq!((said.exit, said.error.as_str()), (0, ""), "{words}: {}", said.out);
        said.out
    }

    /// An error as it is printed: nothing on standard output, and how it ended.
    fn error(&self, words: &str) -> String {
        told(self.says(words))
    }

    fn shape(&self, words: &str) -> String {
        let printed = self.does(&format!("{words} --json"));
        shape(&serde_json::from_str(&printed).unwrap())
    }
}

fn said(mut command: Command) -> Said {
    let output = command.output().unwrap();
    Said {
        out: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
        exit: output.status.code().unwrap(),
    }
}

fn told(said: Said) -> String {
    assert_eq!(said.out, "", "an error prints no answer");
    format!("{}[exit {}]", said.error, said.exit)
}

/// What differs from run to run or from system to system, left out.
fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r": [^:\n]+ \(os error \d+\)", ": [what the system says]");
    settings.add_filter(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[id]");
    settings.add_filter(r"[0-9a-f]{64}", "[hash]");
    settings.add_filter(r"SQLite [\d.]+", "SQLite [version]");
    settings.add_filter(r"the key [0-9a-f]{16}", "the key [id]");
    settings
}

/// The members of a JSON value, one a line, with the kinds of value that stand there. Elements of
/// a list are told together; of the rules of a country and the mapping of a file, which are data,
/// only that they are there.
fn shape(value: &Value) -> String {
    const CLOSED: [&str; 3] = ["figures", "data.mapping", "data.findings"];
    fn walk(value: &Value, path: &str, found: &mut BTreeMap<String, BTreeSet<&'static str>>) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "number",
            Value::String(_) => "text",
            Value::Array(_) => "list",
            Value::Object(_) => "object",
        };
        if !path.is_empty() {
            found.entry(path.to_owned()).or_default().insert(kind);
        }
        if CLOSED.contains(&path) {
            return;
        }
        match value {
            Value::Array(elements) => {
                elements.iter().for_each(|element| walk(element, &format!("{path}[]"), found));
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let path =
                        if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    walk(member, &path, found);
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    walk(value, "", &mut found);
    let line = |(path, kinds): (&String, &BTreeSet<&str>)| {
        format!("{path}: {}", kinds.iter().copied().collect::<Vec<_>>().join(" or "))
    };
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Several errors in one snapshot, each under its command.
fn errors(desk: &Desk, commands: &[&str]) -> String {
    let one = |words: &&str| format!("$ remnant {words}\n{}", desk.error(words));
    commands.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn errors_of_opening() {
    let desk = Desk::new();
    settings().bind(|| {
        insta::assert_snapshot!(
            "opening",
            errors(
                &desk,
                &[
                    "init project.gpkg",
                    "init no/folder/project.gpkg",
                    "check --project nowhere.gpkg",
                    "check --project letter.txt",
                    "check --project postgresql://nobody@127.0.0.1:9/nothing",
                ]
            )
        );
        let mut nobody = desk.command("enter evidence-point EP-1 quantity=1");
        nobody.env_remove("REMNANT_AUTHOR");
        insta::assert_snapshot!("no-author", told(said(nobody)));
        let mut nowhere = desk.command("check");
        nowhere.env_remove("REMNANT_PROJECT");
        insta::assert_snapshot!("no-project", told(said(nowhere)));
        let mut clock = desk.command("check");
        clock.env("REMNANT_CLOCK", "yesterday");
        insta::assert_snapshot!("clock", told(said(clock)));
    });
}

#[test]
fn errors_of_keeping_and_reading_files() {
    let desk = Desk::worked_on();
    desk.does("source add days.csv --source days --publisher HI --licence agreed");
    desk.write("mapping.json", "{\"mapping_version\": 1}");
    settings().bind(|| {
        insta::assert_snapshot!(
            "reading",
            errors(
                &desk,
                &[
                    "source add nothing.csv --source hi --publisher HI --licence agreed",
                    "source add points.csv --source a/b --publisher HI --licence agreed",
                    "source add victims.csv --source hospital --publisher H --licence agreed",
                    "read nobody --as strikes",
                    "read hi-2024 --as mushrooms",
                    "read hi-2024 --as evidence-points --sheet 2024",
                    "read hi-2024 --as evidence-points --mapping nothing.json",
                    "read hi-2024 --as evidence-points --mapping mapping.json",
                    "read hi-2024 --as evidence-points --report findings.docx",
                    "read hi-2024 --as evidence-points --report no/folder/findings.csv",
                    "read days --as strikes",
                ]
            )
        );
    });
}

#[test]
fn errors_of_entering_by_hand() {
    let desk = Desk::new();
    settings().bind(|| {
        insta::assert_snapshot!(
            "entering",
            errors(
                &desk,
                &[
                    "enter mushroom M-1 quantity=1",
                    "enter evidence-point EP-1 quantity",
                    "enter evidence-point EP-1 quantity=many",
                    "enter evidence-point EP-1 colour=red",
                    "enter evidence-point EP-1 quantity=1 --at nowhere",
                    "enter hazardous-area HA-1 area_type=SHA --area nothing.geojson",
                    "enter hazardous-area HA-1 area_type=SHA --area bow-tie.geojson",
                    "enter hazardous-area HA-1 area_type=SHA --area point.geojson",
                    "enter victim V-1 outcome=injured name=Somebody",
                ]
            )
        );
        insta::assert_snapshot!("fields", desk.does("enter search S-1"));
    });
}

#[test]
fn errors_of_land_release_and_review() {
    let desk = Desk::worked_on();
    let with_step = |words: &str| format!("{words} {STEP}");
    let steps = [
        "release open HA-2 --as sha --boundary bow-tie.geojson",
        "release open HA-2 --as sha --boundary point.geojson",
        "release open HA-2 --as cha --boundary square.geojson",
        "release open HA-2 --as cha --boundary square.geojson --contamination rain",
        "release open HA-1 --as cha --boundary square.geojson --evidence nothing",
        "release cancel HA-9 --all",
        "release cancel HA-1 --all --asked farmers",
        "release clear HA-1 --all --not-worked much",
        "release hand-over HA-1 --all --briefed 1,2",
        "release hand-over HA-1 --all --inspection 2024-02-30",
        "release missed-item HA-1 --item blu-26 --at nowhere",
        "release resume HA-1",
    ]
    .map(with_step);
    let mut commands: Vec<&str> = steps.iter().map(String::as_str).collect();
    commands.extend([
        "area history HA-9",
        "review accept HA-9/2024-02-01-opened",
        "review accept HA-1/2024-02-01-opened",
        "release rules --set letter.txt",
        "release balance --from 2024-05-01 --to 2024-01-01",
    ]);
    settings().bind(|| insta::assert_snapshot!("release", errors(&desk, &commands)));
}

#[test]
fn errors_of_survey() {
    let desk = Desk::new();
    desk.does("enter evidence-point EP-1 quantity=1 --at 16.50050N,105.90050E --method gps");
    settings().bind(|| {
        insta::assert_snapshot!(
            "survey",
            errors(
                &desk,
                &[
                    "cmrs box nowhere --result cmr_found --date 2024-02-05",
                    "cmrs box 48QVE5123-50-r07c13 --result green --date 2024-02-05",
                    "cmrs parameters --set letter.txt",
                    "cmrs next --grid nowhere",
                    "cmrs field boxes.docx",
                ]
            )
        );
        let empty = Desk::new();
        insta::assert_snapshot!("nothing-surveyed", empty.error("cmrs next"));
    });
}

#[test]
fn errors_of_bundles_and_keys() {
    let desk = Desk::worked_on();
    desk.does("bundle give all.bundle");
    let text = fs::read_to_string(desk.0.path().join("all.bundle")).unwrap();
    desk.write("cut.bundle", &text[..text.len() - 30]);
    desk.write("forged.bundle", &text.replacen("\\\"quantity\\\":2", "\\\"quantity\\\":9", 1));
    desk.write("empty.json", "[]");
    settings().bind(|| {
        insta::assert_snapshot!(
            "bundles-and-keys",
            errors(
                &desk,
                &[
                    "bundle give all.bundle",
                    "bundle give more.bundle --holding nothing.json",
                    "bundle give more.bundle --holding empty.json",
                    "bundle take nothing.bundle",
                    "bundle take letter.txt",
                    "bundle take cut.bundle",
                    "bundle take forged.bundle",
                    "key new points.csv",
                    "key new no/folder/people.key",
                ]
            )
        );
    });
}

#[test]
fn errors_of_usage() {
    let desk = Desk::new();
    settings().bind(|| {
        insta::assert_snapshot!(
            "usage",
            errors(
                &desk,
                &[
                    "source",
                    "source add points.csv",
                    "read hi-2024",
                    "read hi-2024 --as strikes --personal maybe",
                    "release open HA-1",
                    "release cancel HA-1 --all --boundary square.geojson --why x",
                    "release adjust HA-1 --as cha --cause weather",
                    "area list --on 2024-02-30",
                    "journal --most many",
                    "cmrs box X --result cmr_found",
                    "bundle lose",
                ]
            )
        );
    });
}

#[test]
fn what_is_printed() {
    let desk = Desk::worked_on();
    settings().bind(|| {
        for (name, words) in [
            ("init", "init another.gpkg"),
            ("source-add", "source add points.csv --source hi --publisher HI --licence agreed"),
            ("source-list", "source list"),
            ("read", "read hi-2024 --as evidence-points"),
            ("area-list", "area list"),
            ("area-history", "area history HA-1"),
            ("review-list", "review list"),
            ("journal", "journal --subject HA-1"),
            ("check", "check"),
            ("rebuild", "rebuild"),
            ("bundle-give", "bundle give all.bundle"),
            ("bundle-conflicts", "bundle conflicts"),
            ("key-new", "key new people.key"),
            ("cmrs-next", "cmrs next"),
        ] {
            insta::assert_snapshot!(name, desk.does(words));
        }
    });
}

#[test]
fn the_shape_of_json() {
    let desk = Desk::worked_on();
    for (name, words) in [
        ("source-list", "source list"),
        ("read", "read hi-2024 --as evidence-points"),
        ("area-list", "area list"),
        ("area-history", "area history HA-1"),
        ("review-list", "review list"),
        ("journal", "journal"),
        ("check", "check"),
        ("cmrs-next", "cmrs next"),
        ("cmrs-area", "cmrs area"),
    ] {
        insta::assert_snapshot!(format!("json-{name}"), desk.shape(words));
    }
    for words in ["area list", "review list", "journal", "check"] {
        let printed: Value = serde_json::from_str(&desk.does(&format!("{words} --json"))).unwrap();
        assert_eq!(printed["as_of"]["known_by"], "2024-03-04", "{words}");
    }
}

/// Every command under one, with the words that lead to it.
fn commands_under(desk: &Desk, words: &str, found: &mut Vec<String>) {
    let help = desk.does(&format!("{words} --help"));
    let listed = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next());
    for line in listed.unwrap_or_default().lines() {
        let indent = line.len() - line.trim_start().len();
        let name = line.split_whitespace().next().unwrap_or_default();
        if indent == 2 && name != "help" {
            let words = format!("{words} {name}").trim().to_owned();
            commands_under(desk, &words, found);
            found.push(words);
        }
    }
}

#[test]
fn the_help_of_each_command_fits_a_terminal_and_says_what_each_argument_takes() {
    let desk = Desk::empty();
    let mut commands = Vec::new();
    commands_under(&desk, "", &mut commands);
    for expected in ["release open", "cmrs box", "bundle take", "review accept", "key new"] {
        assert!(commands.iter().any(|words| words == expected), "{commands:?} lack {expected}");
    }
    let mut too_wide = Vec::new();
    for words in &commands {
        let help = desk.does(&format!("{words} --help"));
        // The line of usage is one word to whoever writes it; a terminal breaks it.
        for line in help.lines().filter(|line| !line.starts_with("Usage:")) {
            if line.chars().count() > 80 {
                too_wide.push(format!("{words}: {line}"));
            }
        }
        let first = help.lines().next().unwrap_or_default();
        assert!(first.len() > 10, "`{words}` does not say what it does");
    }
    assert!(too_wide.is_empty(), "{too_wide:#?}");
}

/// The names of errors here are the names of snapshots; none is left over from a test that went.
#[test]
fn every_snapshot_is_of_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let source = include_str!("printed_project.rs");
    let mut looked_at = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let Some(name) = name.strip_prefix("printed_project__") else { continue };
        let name = name.trim_end_matches(".snap").trim_start_matches("json-");
        assert!(source.contains(&format!("\"{name}\"")), "{name} is of no test");
        looked_at += 1;
    }
    assert!(looked_at > 20, "{looked_at} snapshots");
}
