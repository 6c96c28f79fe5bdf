//! Every figure on every page leads home: to itself, to statements, to sources that were public.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod every_page;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::{Date, date};
use remnant_publish::answer::{self, Answer};
use remnant_publish::document::Document;
use remnant_publish::figure::{Figure, FigureId};
use remnant_publish::figures;
use remnant_publish::{PublishError, View, brief};
use remnant_record::{Record, SourceId, Statement, shipped};
use serde_json::Value;

const DAYS: [Date; 5] =
    [date(2009, 1, 1), date(2023, 6, 30), date(2023, 7, 7), date(2024, 7, 25), date(2026, 11, 23)];

fn record() -> Arc<Record> {
    Arc::new(Record::read(&[shipped()]).unwrap().record)
}

/// All pages of a view that it has an answer to. The pages of all munitions are asked for on the
/// last day alone, on which the record knows most: each dud rate under each other choice takes a
/// second or two for every submunition and day.
fn answers(view: &View) -> Vec<(String, Answer)> {
    let mut asked = every_page::pages(view);
    if view.as_of.known_by == DAYS[4] {
        asked.extend(every_page::munition_pages(view));
    } else {
        let dpicm = answer::munition::munition(view, "m483a1");
        asked.push(("munition m483a1".to_owned(), dpicm));
    }
    asked.into_iter().filter_map(|(name, answer)| Some((name, answer.ok()?))).collect()
}

#[test]
fn every_figure_on_every_page_walks_home() {
    let record = record();
    let faults: BTreeSet<String> = std::thread::scope(|scope| {
        let days = DAYS.map(|day| {
            scope.spawn({
                let record = &record;
                move || faults_of(record, day)
            })
        });
        days.into_iter().flat_map(|day| day.join().unwrap()).collect()
    });
    let first: Vec<&str> = faults.iter().take(40).map(String::as_str).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), first.join("\n"));
}

fn faults_of(record: &Arc<Record>, day: Date) -> BTreeSet<String> {
    let view = every_page::view(record, day);
    let nameable = nameable(&view);
    if day < DAYS[4] {
        assert!(nameable.len() < record.sources().len(), "on {day} no source is too late to name");
    }
    let mut faults = BTreeSet::new();
    let mut made: HashMap<FigureId, Figure> = HashMap::new();
    let mut followed: HashSet<String> = HashSet::new();
    for (page, answer) in answers(&view) {
        // A page about one source tells of it whenever it was published.
        if !page.starts_with("source ") {
            faults.extend(later_sources(&view, &nameable, &answer.document, &page));
        }
        let document = serde_json::to_value(&answer.document).unwrap();
        for link in links(&document) {
            if !followed.insert(link.to_string()) {
                continue;
            }
            if let Some(Err(error)) = leads_to(&view, &link) {
                faults.insert(format!("{day}, {page}: the link {link} leads nowhere: {error}"));
            }
        }
        let json = answer.json(&view);
        if !page.starts_with("source ") {
            faults.extend(
                known_later(&json, day).iter().map(|at| format!("{day}, JSON of {page}: {at}")),
            );
        }
        for shown in answer.document.figures() {
            let mut fault = |what: &str| {
                faults.insert(format!("{day}, {page}: {} {what}", shown.id));
            };
            if shown.id.to_string().parse::<FigureId>() != Ok(shown.id.clone()) {
                fault("is not read back from its own id");
            }
            if !made.contains_key(&shown.id) {
                match figures::figure(&view, &shown.id) {
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
    for (id, figure) in &made {
        faults.extend(homeless(&view, figure).iter().map(|what| format!("{day}: {id} {what}")));
        let explained = answer::explain::explain(&view, &id.to_string()).unwrap();
        let page = format!("explanation of {id}");
        faults.extend(later_sources(&view, &nameable, &explained.document, &page));
    }
    // On the last of the days every kind of figure is on some page, or this test would say nothing
    // of that kind.
    if day == DAYS[4] {
        let ids: Vec<String> = made.keys().map(FigureId::to_string).collect();
        let unseen =
            KINDS.iter().filter(|kind| !ids.iter().any(|id| id.split('/').next() == Some(**kind)));
        faults.extend(unseen.map(|kind| format!("{day}: no page shows a figure `{kind}/…`")));
    }
    faults
}

/// The kinds of figures, as their ids begin.
const KINDS: [&str; 11] = [
    "stated",
    "treaty-count",
    "clock",
    "dud-rate",
    "dud-rate-under",
    "dud-rate-bias",
    "carried",
    "unexploded",
    "density",
    "hectares",
    "tally",
];

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
    // No state counted, or an unknown number of them, rests on no state.
    let none = figure.number.is_none_or(|number| number == 0.0);
    if !counted && !none && derivation.statements.is_empty() && derivation.figures.is_empty() {
        what.push("rests on nothing".to_owned());
    }
    what
}

/// Sources that a document names and that were published after the day of knowledge.
fn later_sources(
    view: &View,
    nameable: &HashSet<&str>,
    document: &Document,
    page: &str,
) -> Vec<String> {
    let later = document.sources().into_iter().filter(|id| !nameable.contains(id));
    later
        .map(|id| format!("{}, {page}: names the later source {id}", view.as_of.known_by))
        .collect()
}

/// The pages to which the links of a document lead, as the document's JSON names them.
fn links(document: &Value) -> Vec<Value> {
    let own = document.pointer("/link/target/page").cloned();
    let within: Vec<Value> = match document {
        Value::Array(values) => values.iter().flat_map(links).collect(),
        Value::Object(members) => members.values().flat_map(links).collect(),
        _ => Vec::new(),
    };
    own.into_iter().chain(within).collect()
}

/// The page of a link; `None` for those that need no answer to be there, such as the list of all
/// states. Explanations are walked by themselves.
fn leads_to(view: &View, page: &Value) -> Option<Result<Answer, PublishError>> {
    let (kind, of) = page.as_object()?.iter().next()?;
    let of = of.as_str()?;
    Some(match kind.as_str() {
        "brief" => brief::transfer(view, of, None),
        // Pages of munitions pool dud rates, which takes long: the days on which least is known of
        // munitions are those on which a link may lead nowhere.
        "munition" if view.as_of.known_by > DAYS[1] => return None,
        "munition" => answer::munition::munition(view, of),
        "state" => answer::status::some(view, &[of.to_owned()]),
        "source" => answer::sources::source(view, of),
        "history" => answer::history::history(view, of),
        "law" | "explain" => return None,
        _ => panic!("links to a page of kind `{kind}` are not followed"),
    })
}

/// What in a JSON value says of itself that it was known after the day.
fn known_later(json: &Value, day: Date) -> Vec<String> {
    let own = |value: &Value| -> Option<Date> {
        let known_from = value.get("known_from")?;
        known_from.get("day").unwrap_or(known_from).as_str()?.parse().ok()
    };
    let mut later = Vec::new();
    if own(json).is_some_and(|known_from| known_from > day) {
        later.push(json.to_string().chars().take(200).collect());
    }
    match json {
        Value::Array(values) => later.extend(values.iter().flat_map(|v| known_later(v, day))),
        Value::Object(members) => later.extend(members.values().flat_map(|v| known_later(v, day))),
        _ => {}
    }
    later
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
