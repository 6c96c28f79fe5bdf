//! Every figure on every page leads home: to itself, to statements, to sources that were public.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod every_page;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::{Date, date};
use remnant_publish::View;
use remnant_publish::answer::Answer;
use remnant_publish::answer::explain::explanations;
use remnant_publish::document::Document;
use remnant_publish::figure::{Figure, FigureId};
use remnant_publish::figures::{self, figure};
use remnant_record::{Record, SourceId, Statement, shipped};

const DAYS: [Date; 5] = [
    date(2009, 1, 1),
    date(2023, 6, 30),
    date(2023, 7, 7),
    date(2024, 7, 25),
    date(2026, 11, 23),
];

fn record() -> Arc<Record> {
    Arc::new(Record::read(&[shipped()]).unwrap().record)
}

/// All pages of a view that it has an answer to.
fn answers(view: &View) -> Vec<(String, Answer)> {
    let asked = every_page::pages(view).into_iter().chain(every_page::munition_pages(view));
    asked.filter_map(|(name, answer)| Some((name, answer.ok()?))).collect()
}

#[test]
fn every_figure_on_every_page_walks_home() {
    let record = record();
    let mut faults = BTreeSet::new();
    for day in DAYS {
        let view = every_page::view(&record, day);
        let mut made: HashMap<FigureId, Figure> = HashMap::new();
        let mut kinds = HashSet::new();
        for (page, answer) in answers(&view) {
            for shown in answer.document.figures() {
                let mut fault = |what: &str| {
                    faults.insert(format!("{day}, {page}: {} {what}", shown.id));
                };
                let id = shown.id.to_string();
                kinds.insert(id.split('/').next().unwrap().to_owned());
                if id.parse::<FigureId>() != Ok(shown.id.clone()) {
                    fault("is not read back from its own id");
                }
                if !made.contains_key(&shown.id) {
                    match figure(&view, &shown.id) {
                        Ok(figure) => made.insert(shown.id.clone(), figure),
                        Err(error) => {
                            fault(&format!("cannot be made: {error}"));
                            continue;
                        }
                    };
                }
                if made[&shown.id] != *shown {
                    fault("is another figure when made from its id");
                }
            }
        }
        for figure in made.values() {
            for what in homeless(&view, figure) {
                faults.insert(format!("{day}: {} {what}", figure.id));
            }
        }
        // On the last of the days every kind of figure is on some page, or this test would say
        // nothing of that kind.
        if day == DAYS[4] {
            let all = [
                "stated", "treaty-count", "clock", "dud-rate", "dud-rate-under", "dud-rate-bias",
                "carried", "unexploded", "density", "hectares", "tally",
            ];
            let missing: Vec<_> = all.iter().filter(|kind| !kinds.contains(**kind)).collect();
            assert!(missing.is_empty(), "no page shows {missing:?}");
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), told(&faults));
}

/// What of a figure's derivation does not lead to a source.
fn homeless(view: &View, figure: &Figure) -> Vec<String> {
    let mut what = Vec::new();
    let derivation = &figure.derivation;
    if derivation.how.is_empty() {
        what.push("does not say how it was made".to_owned());
    }
    for id in &derivation.statements {
        let Some(statement) = view.record.statement(id) else {
            what.push(format!("rests on `{id}`, which is no statement"));
            continue;
        };
        if !statement.is_known_by(view.as_of.known_by) {
            what.push(format!("rests on `{id}`, known from {}", statement.known_from.day));
        }
        if !statement.sources.iter().any(|source| view.record.source(source).is_some()) {
            what.push(format!("rests on `{id}`, which has no source"));
        }
    }
    for id in &derivation.figures {
        if let Err(error) = figures::figure(view, id) {
            what.push(format!("rests on the figure `{id}`: {error}"));
        }
    }
    let counted = matches!(figure.id, FigureId::Tally(_));
    if !counted && derivation.statements.is_empty() && derivation.figures.is_empty() {
        what.push("rests on nothing".to_owned());
    }
    what
}

#[test]
fn no_page_and_no_explanation_names_a_source_of_later_days() {
    let record = record();
    let mut faults = BTreeSet::new();
    let mut seen = 0;
    for day in DAYS {
        let view = every_page::view(&record, day);
        let nameable = nameable(&view);
        let mut look = |page: &str, document: &Document| {
            for id in document.sources() {
                seen += 1;
                if !nameable.contains(id) {
                    let published = record.source(&SourceId::new(id)).and_then(|s| s.published);
                    faults.insert(format!("{day}, {page}: {id}, published {published:?}"));
                }
            }
        };
        for (page, answer) in answers(&view) {
            // A page about one source tells of it whenever it was published.
            if page.starts_with("source ") {
                continue;
            }
            look(&page, &answer.document);
            for (id, explanation) in explanations(&view, &answer.document).unwrap() {
                look(&format!("{page}, explanation of {id}"), &explanation);
            }
        }
    }
    assert!(seen > 1000, "{seen}");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), told(&faults));
}

/// The sources that an answer may name: those not demonstrably later than the day of knowledge,
/// and those of an act that was public before anybody wrote what the record cites.
fn nameable<'a>(view: &View<'a>) -> HashSet<&'a str> {
    let later = |id: &SourceId| {
        let published = view.record.source(id).and_then(|source| source.published);
        published.is_some_and(|published| published.last_day() > view.as_of.known_by)
    };
    let sources = view.record.sources().into_iter().map(|source| &source.id);
    let told_only_later = view
        .record
        .statements()
        .iter()
        .filter(|s: &&Statement| s.is_known_by(view.as_of.known_by) && s.sources.iter().all(later))
        .flat_map(|statement| &statement.sources);
    sources.filter(|id| !later(id)).chain(told_only_later).map(SourceId::as_str).collect()
}

/// The first faults, one a line.
fn told(faults: &BTreeSet<String>) -> String {
    faults.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
}
