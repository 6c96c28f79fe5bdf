//! Our treaty table beside a copy of the UN Treaty Collection of early 2015, where that is there.
//!
//! The copy is not part of the project: its folder is named by `REMNANT_TEST_DATA`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use remnant_record::table::{Participation, Treaty};
use remnant_record::{PartialDate, Record, shipped};

fn collection(file: &str) -> Option<Vec<Vec<String>>> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let data = std::env::var_os("REMNANT_TEST_DATA")
        .map_or_else(|| here.join("../../../shared/data"), PathBuf::from);
    let path = data.join("treaty-status").join(file);
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: {file} is not there; REMNANT_TEST_DATA names the folder of test data");
        return None;
    };
    let (table, faults) = remnant_source::read_table(file, &bytes);
    assert_eq!(faults, [], "{file}");
    Some(table.rows.into_iter().map(|row| row.cells).collect())
}

/// "3 Dec 2008", with a letter for the kind of instrument behind some.
fn date(cell: &str) -> Option<PartialDate> {
    let parts: Vec<&str> = cell.split_whitespace().collect();
    let [day, month, year, ..] = parts.as_slice() else { return None };
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|name| month.starts_with(name))? + 1;
    format!("{year}-{month:02}-{:02}", day.parse::<u8>().ok()?).parse().ok()
}

/// Words of a name without articles and marks, so that "Bolivia (Plurinational State of)" meets
/// "Bolivia".
fn key(name: &str) -> String {
    let plain = name.split(['(', ',']).next().unwrap_or(name).to_lowercase();
    plain.chars().filter(|c| c.is_ascii_alphabetic()).collect()
}

fn by_name(record: &Record, treaty: Treaty) -> BTreeMap<String, &Participation> {
    record
        .participations
        .iter()
        .filter(|p| p.treaty == treaty)
        .map(|p| (key(&p.state_name), p))
        .collect()
}

fn compare(file: &str, treaty: Treaty, columns: (Option<usize>, usize), least: usize) {
    let Some(rows) = collection(file) else { return };
    let record = Record::read(&[shipped()]).expect("sound").record;
    let ours = by_name(&record, treaty);
    let (mut compared, mut unmatched) = (0, Vec::new());
    for row in &rows {
        let Some(our) = ours.get(&key(&row[0])) else {
            unmatched.push(row[0].clone());
            continue;
        };
        if let Some(theirs) = columns.0.and_then(|column| date(&row[column])) {
            let signed = our.signed.as_ref().map(|act| act.date);
            assert_eq!(signed, Some(theirs), "{}: signature", row[0]);
        }
        if let Some(theirs) = date(&row[columns.1]) {
            let deposited = our.deposited.as_ref().map(|act| act.date);
            assert_eq!(deposited, Some(theirs), "{}: deposit", row[0]);
            compared += 1;
        }
    }
    assert!(compared >= least, "{compared} compared; not matched by name: {unmatched:?}");
}

#[test]
fn signatures_and_deposits_of_the_ccm_agree_with_the_collection() {
    compare("ccm_status_2015.csv", Treaty::Ccm, (Some(1), 3), 75);
}

#[test]
fn consents_to_protocol_v_agree_with_the_collection() {
    compare("ccw_protocol_v_status_2015.csv", Treaty::ProtocolV, (None, 1), 70);
}
