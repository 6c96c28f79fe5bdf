//! The reading of the shipped record beside the list of statements that was made by hand, and what it
//! gives.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use jiff::civil::{Date, date};
use remnant_estimate::dud_rate::{Form, PooledRecord, Predictive, Reading};
use remnant_record::{Record, shipped};
use serde_json::Value;

#[test]
fn the_reading_differs_from_the_list_made_by_hand_in_one_statement() {
    let record = Record::read(&[shipped()]).unwrap().record;
    let reading = Reading::of(&record, date(2026, 11, 22));
    let all: Value = serde_json::from_str(include_str!("test-vectors.json")).unwrap();
    let cases = all["cases"].as_array().unwrap();
    let inputs = &cases.iter().find(|case| case["id"] == "meta-record").unwrap()["inputs"];
    for (submunition, family) in inputs["types"].as_object().unwrap() {
        assert_eq!(reading.families.family_of(submunition), family.as_str());
    }

    let by_hand = inputs["obs"].as_array().unwrap();
    assert_eq!(reading.used.len(), by_hand.len());
    let mut differences = Vec::new();
    for (found, expected) in reading.used.iter().zip(by_hand) {
        assert_eq!(found.id, expected["id"]);
        assert_eq!(found.submunition, expected["type"]);
        assert_eq!(found.kind.name(), expected["kind"]);
        assert!(!found.sources.is_empty());
        let number = |name: &str| expected[name].as_f64();
        let same = match found.form {
            Form::Interval { low, high } => {
                number("lo").is_some_and(|lo| (lo - low).abs() < 1e-12)
                    && number("hi").is_some_and(|hi| (hi - high).abs() < 1e-12)
            }
            Form::Point { logit, standard_error } => {
                number("y").is_some_and(|y| (y - logit).abs() < 1e-12)
                    && number("se") == Some(standard_error)
            }
            Form::Count { .. } => false,
        };
        if !same {
            differences.push((found.id.as_str(), found.form));
        }
    }
    // The row says "1 per cent or more"; by hand an upper bound of 1.5 per cent was added.
    assert_eq!(differences, [("dr-029", Form::interval(0.01, 1.0).unwrap())]);
}

/// The 5, 25, 50, 75 and 95 per cent points of each submunition, in per cent.
fn table(known_by: Date) -> Vec<String> {
    let record = Record::read(&[shipped()]).unwrap().record;
    let posterior = PooledRecord::of(&record, known_by).posterior.unwrap();
    let rows = posterior.submunitions.iter().map(|(name, found)| {
        let share = |p| format!("{:.1}", found.predictive.quantile(p) * 100.0);
        let quantiles = Predictive::PROBABILITIES.map(share).join(" ");
        let own = if found.basis.is_by_analogy() { " by analogy" } else { "" };
        format!("{name}: {quantiles}{own}")
    });
    rows.collect()
}

/// The tables of docs/models/dud-rate.md. They change with the record; then the page changes too.
#[test]
fn the_page_of_the_model_holds_what_the_reading_gives() {
    let page = include_str!("../../../docs/models/dud-rate.md");
    for (day, title) in
        [(date(2026, 11, 22), "the whole record"), (date(2023, 6, 30), "known by 2023-06-30")]
    {
        let table = table(day);
        let written: Vec<&str> = page
            .split(&format!("```text\n# {title}\n"))
            .nth(1)
            .and_then(|rest| rest.split("```").next())
            .unwrap()
            .lines()
            .collect();
        assert_eq!(table, written, "{title}");
    }
}
