//! The JSON twin of a page holds nothing that became known after the day of knowledge.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use jiff::civil::{Date, date};
use remnant_publish::answer::{self, Answer, law::Parties};
use remnant_publish::document::Page;
use remnant_publish::{View, brief, pooled};
use remnant_record::{AsOf, Record, shipped};
use serde_json::Value;

/// A day by which all pages that the test asks for are there.
const LAST: Date = date(2025, 1, 1);

/// Every value under a name that ends in `known_from` and is a later day.
fn later_days(json: &Value, day: Date, path: &str, found: &mut Vec<String>) {
    match json {
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                later_days(value, day, &format!("{path}/{index}"), found);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                let path = format!("{path}/{name}");
                let known_from = value["day"].as_str().or_else(|| value.as_str());
                if name.ends_with("known_from")
                    && let Some(known_from) = known_from
                    && known_from.parse::<Date>().unwrap() > day
                {
                    found.push(format!("{path}: {known_from}"));
                }
                later_days(value, day, &path, found);
            }
        }
        _ => {}
    }
}

fn answers(view: &View) -> Vec<Answer> {
    let parties = Parties {
        exporter: "USA",
        recipient: "UKR",
        transit: &["DEU".to_owned()],
        munition: "m864",
    };
    let mut answers = vec![
        answer::front::front(view),
        answer::munition::munitions(view),
        answer::status::states(view),
        answer::timeline::timeline(view),
        answer::sources::sources(view),
        answer::incidents::incidents(view),
        answer::requests::requests(view),
        answer::law::cases(view),
    ];
    // What was not yet known by the earlier days has no page of its own then.
    answers.extend(
        [
            answer::munition::munition(view, "m864"),
            answer::munition::munition(view, "m42-m46"),
            answer::status::some(view, &["USA".to_owned()]),
            answer::law::law(view, &parties),
            answer::history::history(view, "Lebanon"),
            answer::history::history(view, "m42-m46"),
            answer::sources::source(view, "hrw-2005-stock"),
            brief::transfer(view, "us-ukraine-dpicm", None),
        ]
        .into_iter()
        .flatten(),
    );
    answers
}

#[test]
fn no_json_twin_holds_what_became_known_later() {
    let record = Arc::new(Record::read(&[shipped()]).unwrap().record);
    for day in [date(2005, 1, 1), date(2020, 1, 1), date(2023, 6, 30), date(2023, 7, 7), LAST] {
        let as_of = AsOf::day(day);
        let view = View { record: &record, as_of, pooled: pooled(Arc::clone(&record), as_of) };
        let answers = answers(&view);
        let is_brief = |answer: &Answer| matches!(answer.page, Page::Brief { .. });
        assert_eq!(answers.iter().any(is_brief), day >= date(2023, 6, 30), "{day}");
        if day == LAST {
            assert_eq!(answers.len(), 16, "by the last of the days every page is there");
        }
        for answer in answers {
            let mut found = Vec::new();
            later_days(&answer.json(&view), day, "", &mut found);
            assert!(found.is_empty(), "{:?} as known by {day}: {found:#?}", answer.page);
        }
    }
}
