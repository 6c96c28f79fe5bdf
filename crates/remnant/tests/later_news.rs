//! Later news never changes an earlier answer, in no byte of any page, file or JSON.
//!
//! What becomes known later is added as a user adds it: in a folder of their own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod every_page;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use remnant_publish::answer::explain::{explanations, further_sources};
use remnant_publish::{View, answer, html, text};
use remnant_record::{Folder, Record, TableName, shipped};

/// The days on which questions are asked, as known by the same day.
const DAYS: [Date; 4] = [date(2009, 1, 1), date(2023, 6, 30), date(2023, 7, 7), date(2024, 7, 25)];

/// A row, by column.
type Cells = Vec<(&'static str, String)>;

/// Rows of every kind that can bear on an answer. What the record knows already is what they are
/// about: the transfer, its munitions, its states, its requests.
///
/// `day` is the day of an act that is public by nature; everything else is known from the source,
/// which is published on that day. Rows about the past are dated in the past.
fn later_rows(day: Date) -> Vec<(TableName, Cells)> {
    let day = day.to_string();
    let row = |table: TableName, cells: &[(&'static str, &str)]| {
        let mut cells: Cells =
            cells.iter().map(|(name, cell)| (*name, (*cell).to_owned())).collect();
        cells.push(("source_id", "later-source".to_owned()));
        (table, cells)
    };
    let said = |id: &str, subject: &str, property: &str, value: &str, kind: &str, unit: &str| {
        row(
            TableName::Statements,
            &[
                ("id", id),
                ("subject", subject),
                ("property", property),
                ("value", value),
                ("value_kind", kind),
                ("unit", unit),
                ("speaker", "an invented ministry"),
                ("speaker_named", "yes"),
                ("standing", "confirmed"),
                ("known_from", &day),
            ],
        )
    };
    let rate = |id: &str, cells: &[(&'static str, &str)]| {
        let common = [
            ("id", id),
            ("munition_id", "m864"),
            ("submunition_id", "m42-m46"),
            ("place", "Exampleville (invented)"),
            ("year", "2001"),
            ("claimed_by", "an invented centre"),
        ];
        row(TableName::DudRates, &[&common, cells].concat())
    };
    let treaty = |treaty: &str, state: &str, name: &str, cells: &[(&'static str, &str)]| {
        let common =
            [("treaty", treaty), ("iso3", state), ("state", name), ("checked_as_of", day.as_str())];
        row(TableName::TreatyStatus, &[&common, cells].concat())
    };
    let event = |id: &str, date: &str, standing: &str| {
        row(
            TableName::Timeline,
            &[
                ("event_id", id),
                ("date", date),
                ("date_precision", "day"),
                ("event", "An invented waiver under section 614"),
                ("actors", "nobody"),
                ("claim_status", standing),
                ("attribution", "nobody"),
            ],
        )
    };
    let mut rows = vec![
        said("xs-1", "transfer us-ukraine-dpicm", "decision-status", "decided against", "text", ""),
        said("xs-2", "munition m864", "submunitions-per-munition", "72", "count", "items"),
        said("xs-3", "request ir-2023-06-29-crow-b", "asks", "something else", "text", ""),
        said("xs-4", "state USA", "ccm-status", "in the Convention", "text", ""),
        said("xs-5", "treaty CCM", "participants-more-than", "200", "count", "states"),
        said("xs-6", "submunition m42-m46", "dud-rate-of-lots", "3", "share-percent", ""),
        rate(
            "xd-1",
            &[
                ("context", "combat field clearance"),
                ("rate_point_pct", "5"),
                ("evidence", "reported result"),
            ],
        ),
        rate(
            "xd-2",
            &[
                ("context", "operational test"),
                ("n_tested", "1000"),
                ("n_duds", "90"),
                ("evidence", "reported result"),
            ],
        ),
        rate(
            "xd-3",
            &[
                ("context", "official claim"),
                ("rate_high_pct", "1"),
                ("evidence", "claim"),
                ("same_origin_as", "dr-008"),
            ],
        ),
        event("xt-1", &day, "announced"),
        event("xt-2", "2001-02-03", "reported"),
        event("xt-3", "2035-02-03", "scheduled"),
        treaty(
            "CCM",
            "XEX",
            "Exampleland (invented)",
            &[("ratified_or_acceded", &day), ("kind", "accession")],
        ),
        treaty(
            "CCW-P5",
            "NGA",
            "Nigeria, renamed",
            &[("ratified_or_acceded", &day), ("kind", "consent-to-be-bound")],
        ),
        treaty(
            "APMBC",
            "RUS",
            "Russian Federation",
            &[("signed", &day), ("kind", "signature-only")],
        ),
        row(
            TableName::NationalRules,
            &[
                ("rule_id", "xr-1"),
                ("country_iso3", "USA"),
                ("country", "United States"),
                ("instrument", "Invented Act"),
                ("provision", "section 1"),
                ("in_force_from", &day),
                ("date_basis", "invented"),
                ("restricts", "transfer"),
                ("actor_bound", "everyone"),
                ("condition_predicate", "ALLOW iff false"),
                ("evidence", "text read"),
            ],
        ),
        row(
            TableName::Obligations,
            &[
                ("obligation_id", "xo-1"),
                ("instrument", "CCM"),
                ("article", "1(3)"),
                ("short_title", "Invented ban"),
                ("binds", "state party"),
                ("deadline_rule", "continuous"),
                ("summary", "Nothing of the kind."),
                ("interpretation", "settled"),
                ("known_from", &day),
            ],
        ),
        row(
            TableName::Readings,
            &[
                ("id", "us-waiver-reach-9"),
                ("key", "us-waiver-reach"),
                ("provisions", "us-faa-614-a1"),
                ("reading", "An invented reading"),
                ("effect", "caught"),
            ],
        ),
        row(
            TableName::PublishedDeadlines,
            &[
                ("id", "xp-1"),
                ("treaty", "CCM"),
                ("iso3", "DEU"),
                ("article", "4(1)(a)"),
                ("deadline", "2035-08-01"),
                ("kind", "extended"),
            ],
        ),
        row(
            TableName::Stockpiles,
            &[
                ("id", "xst-1"),
                ("holder_country", "United States"),
                ("munition_id", "m864"),
                ("quantity_munitions", "7"),
                ("as_of", "2001"),
            ],
        ),
        row(
            TableName::Munitions,
            &[
                ("id", "xm-1"),
                ("name", "Invented projectile"),
                ("kind", "artillery projectile"),
                ("submunition_id", "xsub-1"),
                ("submunitions_per_munition", "72"),
                ("self_destruct", "no"),
            ],
        ),
        row(
            TableName::Submunitions,
            &[
                ("id", "xsub-1"),
                ("name", "Invented grenade"),
                ("hazard_class", "dual-purpose"),
                ("self_destruct", "no"),
            ],
        ),
        row(
            TableName::Transfers,
            &[
                ("id", "invented-transfer"),
                ("title", "An invented transfer"),
                ("supplier_iso3", "USA"),
                ("recipient_iso3", "UKR"),
                ("munition_ids", "m864"),
                ("asked_on", "2001-01-01"),
                ("question", "What is known of it?"),
            ],
        ),
        row(
            TableName::UseIncidents,
            &[
                ("id", "xu-1"),
                ("conflict", "Invented conflict"),
                ("country_iso3", "UKR"),
                ("place", "Exampleville (invented)"),
                ("latitude", "48.5"),
                ("longitude", "37.5"),
                ("location_basis", "invented"),
                ("location_uncertainty_m", "1000"),
                ("date_from", "2001-05-06"),
                ("date_precision", "day"),
                ("munition_id", "m483a1"),
                ("remnants_reported", "yes"),
            ],
        ),
        row(
            TableName::RemnantAccidents,
            &[
                ("id", "xa-1"),
                ("country_iso3", "LAO"),
                ("place", "Exampleville (invented)"),
                ("date", "2001-05-06"),
                ("date_precision", "day"),
                ("killed", "1"),
            ],
        ),
        row(
            TableName::Outcomes,
            &[
                ("id", "xout-1"),
                ("place", "Lebanon"),
                ("conflict", "Invented conflict"),
                ("items_found", "14"),
                ("items_found_as_of", "2001"),
            ],
        ),
        row(
            TableName::ClearanceProductivity,
            &[
                ("id", "xc-1"),
                ("place", "Lebanon"),
                ("period", "2001"),
                ("items_found", "14"),
                ("area_cleared_m2", "20000"),
            ],
        ),
    ];
    let request = |id: &str, cells: &[(&'static str, &str)]| {
        let common = [
            ("request_id", id),
            ("date", "2001-01-01"),
            ("asker", "nobody"),
            ("asked", "an invented ministry"),
            ("channel", "letter"),
            ("kind", "information request"),
            ("question_or_demand", "What is left?"),
        ];
        row(TableName::InformationRequests, &[&common, cells].concat())
    };
    rows.push(request("xi-1", &[("answer_status", "no answer seen")]));
    rows.push(request(
        "xi-2",
        &[("answer_status", "answered"), ("answer_date", &day), ("answer", "Much")],
    ));
    rows
}

/// A user's folder with some of the rows. A later source stands in it whatever else does.
fn folder(chosen: &[bool], day: Date) -> Folder {
    let source: Cells = vec![
        ("source_id", "later-source".to_owned()),
        ("title", "Invented for tests".to_owned()),
        ("author_publisher", "Exampleland Mine Action Centre (invented)".to_owned()),
        ("date_published", day.to_string()),
        ("kind", "NGO report".to_owned()),
        ("accessed", day.to_string()),
    ];
    let mut tables: Vec<(TableName, Vec<Cells>)> = vec![(TableName::Sources, vec![source])];
    let rows = later_rows(day);
    let invented_load = rows.iter().position(|(table, _)| *table == TableName::Munitions);
    for (index, (table, cells)) in rows.into_iter().enumerate() {
        // The invented projectile names the invented grenade.
        let needed = table == TableName::Submunitions && invented_load.is_some_and(|i| chosen[i]);
        if !chosen[index] && !needed {
            continue;
        }
        match tables.iter_mut().find(|(name, _)| *name == table) {
            Some((_, rows)) => rows.push(cells),
            None => tables.push((table, vec![cells])),
        }
    }
    let file = |(table, rows): &(TableName, Vec<Cells>)| {
        let columns: Vec<&str> = table.columns().iter().map(|column| column.name).collect();
        let mut text = columns.join(",") + "\n";
        for row in rows {
            assert!(row.iter().all(|(name, _)| columns.contains(name)), "{table}: {row:?}");
            let cell = |column: &&str| {
                let cell = row.iter().find(|(name, cell)| name == column && !cell.is_empty());
                cell.map_or(String::new(), |(_, cell)| format!("\"{cell}\""))
            };
            text += &(columns.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
        }
        (table.file().to_owned(), text.into_bytes())
    };
    Folder { name: "own".to_owned(), files: tables.iter().map(file).collect() }
}

fn read(folders: &[Folder]) -> Arc<Record> {
    match Record::read(folders) {
        Ok(read) => Arc::new(read.record),
        Err(findings) => {
            let errors: Vec<String> =
                findings.iter().filter(|f| f.is_error()).map(ToString::to_string).collect();
            panic!("{}", errors.join("\n"))
        }
    }
}

/// Everything that can be asked of a record as known by a day: each page as text, as a page and as
/// JSON, the brief as the file that is mailed, the layer of the map.
fn answered(record: &Arc<Record>, day: Date) -> HashMap<String, String> {
    let view: View = every_page::view(record, day);
    let mut all = HashMap::new();
    for (name, answer) in every_page::pages(&view) {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                all.insert(name, error.to_string());
                continue;
            }
        };
        let page = html::page(&answer.document, &answer.page, view.as_of);
        all.insert(format!("{name} as text"), text::text(&answer.document, text::WIDTH));
        all.insert(format!("{name} as a page"), page);
        all.insert(format!("{name} as JSON"), format!("{:#}", answer.json(&view)));
        if name == "brief" {
            let explained = explanations(&view, &answer.document).unwrap();
            let further = further_sources(&view, &answer.document, &explained);
            let file = html::one_file(&answer.document, &explained, &further);
            all.insert("brief as a file".to_owned(), file);
        }
    }
    all.insert("incidents.geojson".to_owned(), answer::incidents::geojson(&view).to_string());
    all
}

/// The same of the shipped record alone, computed once a day.
fn answered_before(day: Date) -> HashMap<String, String> {
    static DAYS: Mutex<Option<HashMap<Date, HashMap<String, String>>>> = Mutex::new(None);
    let mut days = DAYS.lock().unwrap_or_else(PoisonError::into_inner);
    let answered = || answered(&read(&[shipped()]), day);
    days.get_or_insert_default().entry(day).or_insert_with(answered).clone()
}

/// The first place where an answer differs.
fn first_difference(before: &str, after: &str) -> String {
    let pair = before.lines().zip(after.lines()).find(|(before, after)| before != after);
    let (before, after) = pair.unwrap_or(("its end", "more or fewer lines"));
    let cut = |line: &str| line.chars().take(300).collect::<String>();
    format!("before: {}\nafter: {}", cut(before), cut(after))
}

fn differences(chosen: &[bool], day: Date, later: Date) -> Vec<String> {
    let after = answered(&read(&[shipped(), folder(chosen, later)]), day);
    let before = answered_before(day);
    assert_eq!(before.len(), after.len(), "the same questions were answered");
    let mut differences: Vec<String> = before
        .iter()
        .filter(|(name, answer)| after[*name] != **answer)
        .map(|(name, answer)| format!("{name}\n{}", first_difference(answer, &after[name])))
        .collect();
    differences.sort();
    differences
}

#[test]
fn all_later_news_together_change_no_earlier_answer() {
    for day in DAYS {
        let all = vec![true; later_rows(day).len()];
        let differences = differences(&all, day, day.tomorrow().unwrap());
        assert!(differences.is_empty(), "as known by {day}:\n{}", differences.join("\n\n"));
    }
}

/// If the rows changed nothing on their own day either, the other tests would say nothing.
#[test]
fn later_news_are_told_from_their_own_day_on() {
    let later = date(2026, 11, 24);
    let before = answered(&read(&[shipped()]), later);
    let all = vec![true; later_rows(later).len()];
    let after = answered(&read(&[shipped(), folder(&all, later)]), later);
    for page in ["brief", "counts", "law of m864", "history of m864", "requests", "timeline"] {
        let page = format!("{page} as text");
        assert_ne!(before[&page], after[&page], "{page}");
    }
    for told in ["decided against", "What is left?", "An invented waiver under section 614"] {
        assert!(after["brief as text"].contains(told), "{told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4,
        max_shrink_iters: 12,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Any of the rows, on any later day.
    #[test]
    fn no_later_row_changes_an_earlier_answer(
        chosen in proptest::collection::vec(any::<bool>(), later_rows(DAYS[0]).len()),
        day in proptest::sample::select(&DAYS[1..3]),
        days_later in 1i32..800,
    ) {
        let later = day.checked_add(days_later.days()).unwrap();
        let differences = differences(&chosen, day, later);
        prop_assert!(differences.is_empty(), "as known by {day}:\n{}", differences.join("\n\n"));
    }
}
