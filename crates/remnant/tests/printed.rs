//! What people see: the text of each command, the shape of its JSON, each error with its help.
//!
//! A long answer is held in part; what is left out is marked with `…`. Read a change before
//! accepting it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The two days of the questions here, where a test does not name others.
const THAT_DAY: &str = "--on 2023-06-30 --known-by 2023-06-30";
const NOW: &str = "--on 2026-11-23 --known-by 2026-11-23";

/// What the program printed, and how it ended.
struct Said {
    out: String,
    error: String,
    exit: i32,
}

fn remnant(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_remnant"));
    command.args(arguments.split_whitespace());
    command
}

fn say(mut command: Command) -> Said {
    let output = command.output().unwrap();
    Said {
        out: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
        exit: output.status.code().unwrap(),
    }
}

/// The answer to a question that has one.
fn answer(arguments: &str) -> String {
    let said = say(remnant(arguments));
    assert_eq!((said.exit, said.error.as_str()), (0, ""), "{arguments}");
    said.out
}

/// The first lines of an answer, and its last one, which names the two days.
fn beginning(answer: &str, lines: usize) -> String {
    let all: Vec<&str> = answer.lines().collect();
    if all.len() <= lines + 1 {
        return answer.to_owned();
    }
    format!("{}\n…\n{}\n", all[..lines].join("\n"), all[all.len() - 1])
}

/// The part of an answer from a heading up to the next of the same rank.
fn part(answer: &str, heading: &str) -> String {
    let lines: Vec<&str> = answer.lines().collect();
    let underlined = |index: usize, sign: char| {
        lines.get(index + 1).is_some_and(|line| {
            line.len() > 2 && line.chars().all(|c| c == sign) && !lines[index].is_empty()
        })
    };
    let start = (0..lines.len())
        .find(|&index| lines[index] == heading && underlined(index, '-'))
        .unwrap_or_else(|| panic!("no heading `{heading}`"));
    let next = (start + 1..lines.len()).find(|&index| underlined(index, '-'));
    lines[start..next.unwrap_or(lines.len())].join("\n")
}

macro_rules! printed {
    ($($test:ident: $name:literal, $arguments:expr, $lines:expr;)*) => {$(
        #[test]
        fn $test() {
            insta::assert_snapshot!($name, beginning(&answer($arguments), $lines));
        }
    )*};
}

printed! {
    status_of_states: "status", &format!("status NGA USA {THAT_DAY}"), 60;
    status_of_all: "status-all", &format!("status {THAT_DAY}"), 45;
    status_of_one_that_left: "status-left", &format!("status LTU {NOW}"), 40;
    how_many_states: "status-counts", &format!("status --counts {THAT_DAY}"), 60;
    munitions: "munitions", &format!("munition {THAT_DAY}"), 40;
    a_munition: "munition", &format!("munition m864 {NOW}"), 90;
    law: "law", &format!("law --exporter USA --recipient UKR --transit DEU --munition m864 {THAT_DAY}"), 90;
    history: "history", "history m864 --on 2023-07-07 --known-by 2023-07-07", 60;
    requests: "requests", &format!("requests {THAT_DAY}"), 60;
    timeline: "timeline", &format!("timeline {THAT_DAY}"), 40;
    sources: "sources", &format!("sources {THAT_DAY}"), 30;
    one_source: "source", &format!("sources hrw-2005-stock {THAT_DAY}"), 50;
    incidents: "incidents", &format!("incidents {THAT_DAY}"), 40;
    the_check_of_the_record: "record-check", "record check", 4;
}

#[test]
fn the_brief() {
    let brief = answer(&format!("brief transfer us-ukraine-dpicm {THAT_DAY} --text"));
    // The numbers of figures count from the head of the brief; a line added there is no change here.
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\[\d+\]", "[…]");
    settings.bind(|| {
        insta::assert_snapshot!("brief-in-short", part(&brief, "In short"));
        let what = "What 1000 munitions would leave";
        insta::assert_snapshot!("brief-quantity", beginning(&part(&brief, what), 30));
        insta::assert_snapshot!("brief-missing", part(&brief, "What information is missing"));
    });
    let lines: Vec<&str> = brief.lines().collect();
    let is_heading = |pair: &&[&str]| {
        pair[1].len() > 2 && pair[1].chars().all(|c| c == '-') && !pair[0].is_empty()
    };
    let headings: Vec<&str> = lines.windows(2).filter(is_heading).map(|pair| pair[0]).collect();
    insta::assert_snapshot!("brief-headings", headings.join("\n"));
}

/// One figure of each kind, explained.
#[test]
fn explanations() {
    for id in [
        "stated/dr-002/dud-rate",
        "treaty-count/CCM/deposited",
        "clock/DEU/3(2)",
        "dud-rate/m42-m46/median",
        "dud-rate-under/m42-m46/without-official-and-maker-claims/median",
        "dud-rate-bias/official",
        "carried/m864/1000",
        "unexploded/m864/1000/expected",
        "density/cp-laos-2017",
        "hectares/m864/1000/cp-laos-2017",
        "tally/requests-unanswered",
    ] {
        let name = format!("explain-{}", id.split('/').next().unwrap());
        let explained = answer(&format!("explain {id} --on 2023-06-30 --known-by 2023-07-07"));
        insta::assert_snapshot!(name, beginning(&explained, 40));
    }
}

/// The members of a JSON value, one a line, with the kinds of value that stand there.
///
/// Elements of a list are told together. Of members whose name is data, such as an id, and of those
/// in `closed`, only the kind is told.
fn shape(value: &Value, closed: &[&str]) -> String {
    fn walk(
        value: &Value,
        path: &str,
        closed: &[&str],
        found: &mut BTreeMap<String, BTreeSet<&'static str>>,
    ) {
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
        if closed.contains(&path) {
            return;
        }
        match value {
            Value::Array(elements) => {
                elements.iter().for_each(|e| walk(e, &format!("{path}[]"), closed, found));
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let path =
                        if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    walk(member, &path, closed, found);
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    walk(value, "", closed, &mut found);
    let line = |(path, kinds): (&String, &BTreeSet<&str>)| {
        format!("{path}: {}", kinds.iter().copied().collect::<Vec<_>>().join(" or "))
    };
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn json(arguments: &str) -> Value {
    serde_json::from_str(&answer(&format!("{arguments} --json"))).unwrap()
}

#[test]
fn the_shape_of_json() {
    let law = "law --exporter USA --recipient UKR --transit DEU --munition m864";
    for (name, arguments) in [
        ("status", "status LTU NGA"),
        ("status-counts", "status --counts"),
        ("status-all", "status"),
        ("munitions", "munition"),
        ("munition", "munition m864"),
        ("law", law),
        ("history", "history m864"),
        ("requests", "requests"),
        ("timeline", "timeline"),
        ("sources", "sources"),
        ("source", "sources hrw-2005-stock"),
        ("incidents", "incidents"),
        ("explain", "explain dud-rate/m42-m46/median"),
    ] {
        let value = json(&format!("{arguments} {NOW}"));
        // Figures look alike everywhere: they are told once.
        let closed: &[&str] = if name == "munition" { &[] } else { &["figures"] };
        insta::assert_snapshot!(format!("json-{name}"), shape(&value, closed));
        assert_eq!(value["as_of"]["on"], "2026-11-23", "{name}");
        assert_eq!(value["as_of"]["known_by"], "2026-11-23", "{name}");
    }
    let brief = json(&format!("brief transfer us-ukraine-dpicm {THAT_DAY}"));
    insta::assert_snapshot!("json-brief", shape(&brief, &["figures", "data.sections"]));
    insta::assert_snapshot!("json-record-check", shape(&json("record check"), &[]));
}

/// An error as it is printed: nothing on standard output, and how it ended.
fn error(command: Command) -> String {
    let said = say(command);
    assert_eq!(said.out, "", "an error prints no answer");
    format!("{}[exit {}]", said.error, said.exit)
}

#[test]
fn errors() {
    for (name, arguments) in [
        ("state", "status Atlantis"),
        ("munition", "munition x864"),
        ("munition-not-yet", "munition m864"),
        ("subject", "history nobody"),
        ("source", "sources nothing"),
        ("figure", "explain dud-rate/m42-m46"),
        ("figure-without-value", "explain stated/dr-001/dud-rate"),
        ("transfer", "brief transfer nothing --text"),
        ("exporter", "law --exporter XXX --recipient UKR --munition m864"),
    ] {
        let printed = error(remnant(&format!("{arguments} {THAT_DAY}")));
        insta::assert_snapshot!(format!("error-{name}"), printed);
    }
    let before = "brief transfer us-ukraine-dpicm --text --on 2022-01-01 --known-by 2022-01-01";
    insta::assert_snapshot!("error-transfer-not-yet", error(remnant(before)));
}

#[test]
fn errors_of_usage() {
    for (name, arguments) in [
        ("date", "status --on 2023-02-30"),
        ("date-in-words", "status --known-by yesterday"),
        ("command", "statuses"),
        ("conflict", "status NGA --counts"),
        ("missing", "law --exporter USA"),
    ] {
        insta::assert_snapshot!(format!("usage-{name}"), error(remnant(arguments)));
    }
}

/// What an operating system says differs; that something is said does not.
fn without_the_system() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r": [^:\n]+ \(os error \d+\)", ": [what the system says]");
    settings.add_filter(r"port \d+", "port [port]");
    settings
}

fn write(folder: &Path, file: &str, text: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join(file), text).unwrap();
}

#[test]
fn errors_of_record_folders() {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("empty")).unwrap();
    let header = "source_id,title,author_publisher,date_published,url,kind,accessed,note\n";
    let row = "mine,A page,Somebody,2023-13,,NGO report,2026-11-22,\n";
    write(&place.path().join("refused"), "sources.csv", &format!("{header}{row}"));
    let ask = |arguments: &str| {
        let mut command = remnant(arguments);
        command.current_dir(place.path());
        command
    };
    without_the_system().bind(|| {
        for (name, arguments) in [
            ("missing", "status --counts --record nowhere"),
            ("empty", "status --counts --record empty"),
            ("refused", "status --counts --record refused"),
        ] {
            let printed = error(ask(&format!("{arguments} {THAT_DAY}")));
            insta::assert_snapshot!(format!("folder-{name}"), printed);
        }
        let brief = "brief transfer us-ukraine-dpicm --output nowhere/brief.html";
        let printed = error(ask(&format!("{brief} {THAT_DAY}")));
        insta::assert_snapshot!("folder-unwritable", printed);
    });
    // Told in full by the check, which ends with 1 and prints its findings as an answer.
    let said = say(ask("record check refused"));
    assert_eq!((said.exit, said.error.as_str()), (1, ""));
    let own = said.out.lines().filter(|line| !line.contains("record/")).collect::<Vec<_>>();
    insta::assert_snapshot!("folder-checked", own.join("\n"));
}

#[test]
fn a_port_in_use() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let printed = error(remnant(&format!("demo --no-open --port {port}")));
    without_the_system().bind(|| insta::assert_snapshot!("port-in-use", printed));
}

#[test]
fn it_ends_with_0_when_answered_1_without_an_answer_and_2_on_wrong_usage() {
    for (arguments, exit) in [
        ("--help", 0),
        ("--version", 0),
        ("status --counts", 0),
        ("record check", 0),
        ("status Atlantis", 1),
        ("history nobody", 1),
        ("record check nowhere", 1),
        ("status --record nowhere", 1),
        ("", 2),
        ("no-such-command", 2),
        ("status --on tomorrow", 2),
        ("brief transfer", 2),
    ] {
        assert_eq!(say(remnant(arguments)).exit, exit, "remnant {arguments}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    for arguments in ["sources", "sources --json", "munition"] {
        let mut command = remnant(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The reader is gone before anything is printed: reading the record takes longer.
        drop(child.stdout.take());
        let mut error = String::new();
        child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        assert_eq!((child.wait().unwrap().code(), error.as_str()), (Some(0), ""), "{arguments}");
    }
}

#[test]
fn a_brief_is_written_where_it_was_asked_for() {
    let place = tempfile::tempdir().unwrap();
    let mut command = remnant(&format!("brief transfer us-ukraine-dpicm {THAT_DAY}"));
    command.current_dir(place.path());
    let said = say(command);
    let name = "brief-us-ukraine-dpicm-on-2023-06-30-known-by-2023-06-30.html";
    assert_eq!((said.exit, said.out.trim_end()), (0, name));
    let file = fs::read_to_string(place.path().join(name)).unwrap();
    let printed = answer(&format!("brief transfer us-ukraine-dpicm {THAT_DAY} --output -"));
    assert_eq!(file, printed, "one and the same file, wherever it goes");
}
