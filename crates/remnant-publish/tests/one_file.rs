//! The brief as one file: whole by itself, and every link in it leads somewhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, date};
use remnant_publish::{View, answer, brief, html, pooled};
use remnant_record::{AsOf, Record, shipped};

fn file_on(day: Date) -> String {
    let record = Arc::new(Record::read(&[shipped()]).expect("sound").record);
    let as_of = AsOf::day(day);
    let view = View { record: &record, as_of, pooled: pooled(Arc::clone(&record), as_of) };
    let brief = brief::transfer(&view, "us-ukraine-dpicm", None).expect("the brief").document;
    let explanations = answer::explain::explanations(&view, &brief).expect("explanations");
    let further = answer::explain::further_sources(&view, &brief, &explanations);
    html::one_file(&brief, &explanations, &further)
}

/// The values of an attribute wherever a tag has it.
fn values<'a>(file: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    file.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_link_leads_to_one_place_in_the_file_or_to_a_source() {
    for day in [date(2023, 6, 30), date(2024, 1, 1)] {
        let file = file_on(day);
        let ids = values(&file, "id");
        let places: BTreeSet<&str> = ids.iter().copied().collect();
        let twice: Vec<&str> = places
            .iter()
            .copied()
            .filter(|place| ids.iter().filter(|id| *id == place).count() > 1)
            .collect();
        assert!(twice.is_empty(), "{day}: several places are called {twice:?}");

        let links = values(&file, "href");
        assert!(links.iter().filter(|link| link.starts_with("#explain-")).count() > 100);
        for link in links {
            let leads = match link.strip_prefix('#') {
                Some(place) => places.contains(place),
                None => link.starts_with("https://") || link.starts_with("http://"),
            };
            assert!(leads, "{day}: `{link}` leads nowhere");
        }
        for label in ["aria-labelledby", "aria-describedby"] {
            assert!(values(&file, label).iter().all(|named| places.contains(named)), "{label}");
        }
    }
}

#[test]
fn the_file_runs_nothing_and_loads_nothing() {
    let file = file_on(date(2023, 6, 30));
    for tag in ["<script", "<link", "<img", "<iframe", "<object", "<form", "<base", "<meta http"] {
        assert!(!file.contains(tag), "{tag}");
    }
    for attribute in ["src", "srcset", "onclick", "onload", "style", "action"] {
        assert_eq!(values(&file, attribute), Vec::<&str>::new(), "{attribute}");
    }
    let style = file.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next());
    let style = style.expect("its style is inside");
    assert!(style.len() > 1000 && !style.contains("@import") && !style.contains("url("));
}
