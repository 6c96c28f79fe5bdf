//! A record folder with a hundred planted faults: each is told once, in its place, in one run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use remnant_record::{Finding, Folder, Record, Rule, StatedShare, Value, shipped};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/planted-faults")
}

/// All files of a folder, by name, as the program hands them over.
fn folder(name: &str) -> Folder {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(fixture().join(name))
        .expect("the fixture is there")
        .map(|entry| {
            let entry = entry.expect("a file");
            let bytes = std::fs::read(entry.path()).expect("readable");
            (entry.file_name().into_string().expect("a plain name"), bytes)
        })
        .collect();
    files.sort();
    Folder { name: name.to_owned(), files }
}

fn found() -> Vec<Finding> {
    let findings = Record::read(&[shipped(), folder("faulty")]).expect_err("it is full of faults");
    findings.into_iter().filter(Finding::is_error).collect()
}

#[test]
fn each_of_a_hundred_planted_faults_is_told_once_in_its_place_and_nothing_else_is() {
    let expected = std::fs::read_to_string(fixture().join("expected.csv")).expect("readable");
    let mut expected: Vec<String> = expected.lines().skip(1).map(str::to_owned).collect();
    assert_eq!(expected.len(), 100);
    let mut told: Vec<String> = found()
        .iter()
        .map(|f| {
            assert_eq!(f.folder, "faulty", "the shipped record is sound: {f}");
            format!("{},{},{},{}", f.file, f.line, f.column.as_deref().unwrap_or(""), f.rule)
        })
        .collect();
    expected.sort();
    told.sort();
    let missed: Vec<_> = expected.iter().filter(|fault| !told.contains(fault)).collect();
    let beyond: Vec<_> = told.iter().filter(|fault| !expected.contains(fault)).collect();
    assert_eq!(
        (missed, beyond),
        (vec![], vec![]),
        "planted but not told, and told but not planted"
    );
    assert_eq!(told, expected, "each once");
}

#[test]
fn every_rule_that_refuses_is_broken_at_least_three_times() {
    let mut times: BTreeMap<Rule, usize> = BTreeMap::new();
    for finding in found() {
        *times.entry(finding.rule).or_default() += 1;
    }
    for rule in Rule::ALL.iter().filter(|rule| !rule.is_note()) {
        assert!(times.get(rule).is_some_and(|times| *times >= 3), "{rule}: {times:?}");
    }
}

#[test]
fn each_finding_says_what_is_there_and_what_to_do() {
    const VERBS: &[&str] = &[
        "name", "write", "save", "close", "put", "add", "correct", "keep", "fill", "take", "use",
        "give", "look", "exchange", "let",
    ];
    for finding in found() {
        assert!(finding.message.len() > 10, "{finding:?}");
        let help = finding.rule.help();
        let first = help.split_whitespace().next().unwrap_or_default();
        assert!(VERBS.contains(&first), "{}: {help}", finding.rule);
    }
}

#[test]
fn findings_come_in_the_order_of_files_and_lines() {
    let places: Vec<_> = found().into_iter().map(|f| (f.file, f.line)).collect();
    assert!(places.is_sorted());
}

#[test]
fn without_the_faults_the_folder_is_taken_in_beside_the_shipped_record() {
    let alone = Record::read(&[shipped()]).expect("sound").record;
    let read = Record::read(&[shipped(), folder("sound")]).expect("sound");
    let record = read.record;

    let history: Vec<_> = record.history("m42-m46", date(2025, 3, 10)).collect();
    let rate = history.iter().find(|s| s.id == "xd-01#dud-rate").expect("taken in");
    assert_eq!(rate.value, Value::Share(StatedShare::Count { duds: 14, tested: 200 }));
    assert_eq!((rate.folder.as_str(), rate.line), ("sound", 2));
    // The bounds that the report prints beside its count are not lost to the count.
    let bounds: Vec<_> = ["xd-01#rate_low_pct", "xd-01#rate_high_pct"]
        .iter()
        .map(|id| record.statement(id).expect("taken in").words())
        .collect();
    assert_eq!(bounds, ["5 % or more", "at most 9 %"]);
    assert!(record.history("m42-m46", date(2025, 3, 9)).all(|s| s.folder == "record"));
    assert!(record.history("Exampleville (invented)", date(2025, 3, 10)).next().is_some());

    assert_eq!(record.rows()[..alone.rows().len()], *alone.rows());
    assert_eq!(record.rows().len(), alone.rows().len() + 5);
    assert_eq!(record.statements()[..alone.statements().len()], *alone.statements());

    let notes: Vec<_> = read.notes.iter().filter(|note| note.folder == "sound").collect();
    assert_eq!(notes.len(), 1);
    assert_eq!((notes[0].rule, notes[0].line), (Rule::PublicationNotSeen, 3));
}
