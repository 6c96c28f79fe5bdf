//! From when a statement was known, and that later news never changes an earlier day.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use remnant_record::table::{Cite, Participation, Treaty};
use remnant_record::{
    Folder, KnownFrom, KnownFromBasis, Record, Rule, SourceId, TableName, known, shipped,
};

fn record() -> &'static Record {
    static RECORD: LazyLock<Record> =
        LazyLock::new(|| Record::read(&[shipped()]).expect("sound").record);
    &RECORD
}

fn folder(files: &[(&str, String)]) -> Folder {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes()));
    Folder { name: "own".to_owned(), files: files.collect() }
}

fn with(files: &[(&str, String)]) -> Record {
    match Record::read(&[shipped(), folder(files)]) {
        Ok(read) => read.record,
        Err(findings) => {
            let errors: Vec<_> = findings.iter().filter(|f| f.is_error()).collect();
            panic!("{errors:#?}")
        }
    }
}

fn known_from(record: &Record, statement: &str) -> KnownFrom {
    record.statement(statement).expect("in the record").known_from.clone()
}

/// A table as text: the header of the table with the given cells filled, row by row.
fn table(table: TableName, rows: &[&[(&str, &str)]]) -> String {
    let names: Vec<_> = table.columns().iter().map(|column| column.name).collect();
    let mut text = names.join(",") + "\n";
    for row in rows {
        assert!(row.iter().all(|(name, _)| names.contains(name)), "{row:?}");
        let cell = |name: &&str| {
            row.iter().find(|(n, _)| n == name).map_or(String::new(), |(_, c)| format!("\"{c}\""))
        };
        text += &(names.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
    }
    text
}

fn source(id: &str, published: &str, accessed: &str) -> Vec<(&'static str, String)> {
    vec![
        ("source_id", id.to_owned()),
        ("title", "Invented for tests".to_owned()),
        ("author_publisher", "Exampleland Mine Action Centre (invented)".to_owned()),
        ("date_published", published.to_owned()),
        ("kind", "NGO report".to_owned()),
        ("accessed", accessed.to_owned()),
    ]
}

fn sources(rows: &[Vec<(&'static str, String)>]) -> (&'static str, String) {
    let rows: Vec<Vec<(&str, &str)>> =
        rows.iter().map(|row| row.iter().map(|(n, c)| (*n, c.as_str())).collect()).collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    ("sources.csv", table(TableName::Sources, &rows))
}

// Rule 1: the row's own day.

#[test]
fn a_day_that_a_row_states_stands_before_everything_else() {
    // Announced and so public on its own day, which the table has as a month only.
    let stated = known_from(record(), "t-2023-02#event");
    assert_eq!(stated.day, date(2023, 2, 28));
    assert!(matches!(stated.basis, KnownFromBasis::Stated(Some(_))), "{stated:?}");
    // Its source is an agency memo of 2011; the row says that the statute was public in 2007.
    let statute = known_from(record(), "us-sfops-fy2008#restricts");
    assert_eq!(statute.day, date(2007, 12, 26));
    assert!(matches!(statute.basis, KnownFromBasis::Stated(Some(_))), "{statute:?}");
}

#[test]
fn a_stated_day_is_that_of_the_question_and_never_of_its_answer() {
    let request = table(
        TableName::InformationRequests,
        &[&[
            ("request_id", "x-ir-1"),
            ("date", "2024-01-10"),
            ("asker", "an invented member"),
            ("asked", "an invented ministry"),
            ("channel", "letter"),
            ("kind", "information request"),
            ("question_or_demand", "How many?"),
            ("answer_status", "answered"),
            ("answer_date", "2024-05-02"),
            ("answer", "Fourteen"),
            ("source_id", "x-a"),
            ("known_from", "2024-01-12"),
        ]],
    );
    let record = with(&[
        sources(&[source("x-a", "2024-06-01", "2025-01-01")]),
        ("information_requests.csv", request),
    ]);
    assert_eq!(known_from(&record, "x-ir-1#question_or_demand").day, date(2024, 1, 12));
    // Press of 1 June is the only source for an answer of 2 May.
    assert_eq!(known_from(&record, "x-ir-1#answer").day, date(2024, 6, 1));
    assert_eq!(known_from(&record, "x-ir-1#answer_status").day, date(2024, 6, 1));
    let request = record.requests.iter().find(|r| r.cited.id == "x-ir-1").expect("taken in");
    assert!(request.answer_by(date(2024, 5, 31)).is_none());
    assert!(request.answer_by(date(2024, 6, 1)).is_some());
}

#[test]
fn a_note_is_not_known_before_its_row() {
    let statement = table(
        TableName::Stockpiles,
        &[&[
            ("id", "x-st-1"),
            ("holder_country", "Exampleland (invented)"),
            ("quantity_munitions", "3"),
            ("source_id", "x-a"),
            ("note", "counted twice"),
            ("known_from", "2025-02-01"),
        ]],
    );
    let record = with(&[
        sources(&[source("x-a", "2024-06-01", "2025-03-01")]),
        ("stockpiles.csv", statement),
    ]);
    assert_eq!(known_from(&record, "x-st-1#quantity_munitions").day, date(2025, 2, 1));
    assert_eq!(known_from(&record, "x-st-1#note").day, date(2025, 2, 1));
}

// Rule 2: acts that are public by nature.

fn participation<'a>(record: &'a Record, state: &str) -> &'a Participation {
    record
        .participations
        .iter()
        .find(|p| p.treaty == Treaty::Ccm && p.state.as_str() == state)
        .expect("in the table")
}

#[test]
fn a_deposit_is_known_from_its_own_day_however_late_the_table_that_lists_it() {
    let record = record();
    let norway = participation(record, "NOR");
    let deposit = norway.deposited.as_ref().expect("Norway deposited");
    assert_eq!(deposit.known_from.day, date(2008, 12, 3));
    assert_eq!(deposit.known_from.basis, KnownFromBasis::Act);
    for id in norway.cited.all_sources() {
        let source = record.source(id).expect("it resolves");
        assert!(source.known_from().day > date(2010, 1, 1), "{id} is late");
    }
    // Lithuania deposited on 24 March 2011: entry into force follows from that act and is as known.
    let lithuania = participation(record, "LTU");
    let in_force = lithuania.in_force.as_ref().expect("it was bound");
    assert_eq!(in_force.date.day(), Some(date(2011, 9, 1)));
    assert_eq!(in_force.known_from.day, date(2011, 3, 24));
    // Its withdrawal of 2025 was not known before its own notice.
    let notice = lithuania.withdrawal_deposited.as_ref().expect("it withdrew");
    assert_eq!(notice.date.day(), Some(notice.known_from.day));
    assert!(notice.known_from.day > date(2024, 9, 1));
}

#[test]
fn a_stated_day_of_a_treaty_row_makes_no_later_act_known() {
    let row = table(
        TableName::TreatyStatus,
        &[&[
            ("treaty", "CCM"),
            ("iso3", "XEX"),
            ("state", "Exampleland (invented)"),
            ("signed", "2009-01-05"),
            ("ratified_or_acceded", "2012-03-01"),
            ("kind", "ratification"),
            ("withdrawal_deposited", "2024-04-02"),
            ("checked_as_of", "2025-01-01"),
            ("source_id", "x-a"),
            ("known_from", "2012-05-01"),
        ]],
    );
    let record =
        with(&[sources(&[source("x-a", "2025-01-01", "2025-01-02")]), ("treaty_status.csv", row)]);
    let days: Vec<_> = ["signed", "ratified_or_acceded", "withdrawal_deposited"]
        .iter()
        .map(|act| known_from(&record, &format!("ccm-xex#{act}")).day)
        .collect();
    assert_eq!(days, [date(2012, 5, 1), date(2012, 5, 1), date(2024, 4, 2)]);
}

#[test]
fn an_announcement_is_known_from_its_own_day() {
    let announced = known_from(record(), "t-2023-07-07a#event");
    assert_eq!((announced.day, announced.basis), (date(2023, 7, 7), KnownFromBasis::Act));
}

#[test]
fn a_policy_is_known_from_its_publication_and_a_statute_from_its_start() {
    let record = record();
    for rule in record.national_rules.iter().filter(|rule| rule.provision == "policy") {
        assert_ne!(rule.cited.known_from.basis, KnownFromBasis::Act, "{}", rule.cited.id);
    }
    let statute = known_from(record, "us-sfops-fy2010#restricts");
    assert_eq!((statute.day, statute.basis), (date(2009, 12, 16), KnownFromBasis::Act));
}

// Rule 3: the earliest dated source.

#[test]
fn the_six_per_cent_of_the_report_to_congress_is_known_from_7_july_2023() {
    let rate = known_from(record(), "dr-003#dud-rate");
    assert_eq!(rate.day, date(2023, 7, 7));
    assert_eq!(rate.basis, KnownFromBasis::Published(SourceId::new("wapo-2023")));
}

#[test]
fn a_source_that_shows_only_its_month_is_known_from_the_last_day_of_it() {
    let rate = known_from(record(), "dr-004#dud-rate");
    assert_eq!(rate.day, date(2023, 7, 31));
    assert!(matches!(rate.basis, KnownFromBasis::Published(_)));
}

#[test]
fn a_note_is_known_from_the_latest_of_its_sources() {
    let record = record();
    let later: Vec<_> = record
        .statements()
        .iter()
        .filter(|s| s.property == "note")
        .filter(|note| {
            record.statements().iter().any(|s| {
                s.table == note.table && s.row == note.row && s.known_from.day < note.known_from.day
            })
        })
        .collect();
    assert!(!later.is_empty());
    for note in later.iter().filter(|n| matches!(n.known_from.basis, KnownFromBasis::Published(_)))
    {
        for id in &note.sources {
            let source = record.source(id).expect("it resolves");
            assert!(source.known_from().day <= note.known_from.day, "{}: {id}", note.id);
        }
    }
}

#[test]
fn what_is_said_of_a_range_of_days_is_not_known_before_its_end() {
    let row = |id, from, to, precision, source| {
        [
            ("id", id),
            ("conflict", "Invented conflict"),
            ("country_iso3", "XEX"),
            ("place", "Exampleville (invented)"),
            ("date_from", from),
            ("date_to", to),
            ("date_precision", precision),
            ("remnants_reported", "unknown"),
            ("source_id", source),
        ]
    };
    let ends_later = row("xu-1", "2020-01-10", "2020-06-20", "range", "x-early;x-late");
    let month_later = row("xu-2", "2020-04", "", "month", "x-early");
    let soon_told = row("xu-3", "2020-02-10", "", "day", "x-early");
    let record = with(&[
        sources(&[
            source("x-early", "2020-02-11", "2025-01-01"),
            source("x-late", "2020-08-01", "2025-01-01"),
        ]),
        (
            "use_incidents.csv",
            table(TableName::UseIncidents, &[&ends_later, &month_later, &soon_told]),
        ),
    ]);
    let known = |id: &str| {
        let known = known_from(&record, &format!("{id}#place"));
        (known.day, known.basis)
    };
    assert_eq!(known("xu-1"), (date(2020, 6, 20), KnownFromBasis::Event));
    assert_eq!(known("xu-2"), (date(2020, 4, 30), KnownFromBasis::Event));
    let early = KnownFromBasis::Published(SourceId::new("x-early"));
    assert_eq!(known("xu-3"), (date(2020, 2, 11), early));
}

// Rule 4: the day on which an undated source was read.

#[test]
fn without_a_dated_source_a_statement_is_known_from_the_day_on_which_one_was_read() {
    let record = record();
    let rate = known_from(record, "dr-013#dud-rate");
    let page = record.source(&SourceId::new("imas-tn-lebanon")).expect("it resolves");
    assert_eq!(page.published, None);
    assert_eq!(rate.day, page.accessed.last_day());
    assert_eq!(rate.basis, KnownFromBasis::Accessed(page.id.clone()));
    assert!(rate.basis.words().contains("publication date not seen"));
}

#[test]
fn the_notes_of_the_check_name_each_source_without_a_day_and_no_other() {
    let read = Record::read(&[shipped()]).expect("sound");
    let told: BTreeSet<_> = read
        .notes
        .iter()
        .filter(|note| note.rule == Rule::PublicationNotSeen)
        .map(|note| (note.file.clone(), note.line))
        .collect();
    let undated: BTreeSet<_> = read
        .record
        .sources()
        .into_iter()
        .filter(|source| source.published.is_none())
        .map(|source| (source.file.to_owned(), source.line))
        .collect();
    assert_eq!(told, undated);
    assert!(!told.is_empty());
    // Whatever fell under rule 4 is told: its source is in the list.
    let by_place: HashMap<_, _> = read
        .record
        .sources()
        .into_iter()
        .map(|s| (s.id.clone(), (s.file.to_owned(), s.line)))
        .collect();
    let mut fell_under_it = 0;
    for statement in read.record.statements() {
        if let KnownFromBasis::Accessed(source) = &statement.known_from.basis {
            assert!(told.contains(&by_place[source]), "{}", statement.id);
            fell_under_it += 1;
        }
    }
    assert!(fell_under_it > 0);
}

// Requests and their answers.

#[test]
fn the_request_of_29_june_2023_is_known_from_30_june_and_its_answer_from_its_source() {
    let record = record();
    let crow = record
        .requests
        .iter()
        .find(|request| request.cited.id == "ir-2023-06-29-crow-a")
        .expect("in the record");
    assert_eq!(crow.cited.known_from.day, date(2023, 6, 30));
    assert!(crow.answer_by(date(2023, 6, 30)).is_none());
    // The answer was given on 7 July; the page that the record cites for it is of 13 July, and press
    // that reports an answer is no act that is public by nature.
    assert!(crow.answer_by(date(2023, 7, 12)).is_none());
    assert!(crow.answer_by(date(2023, 7, 13)).is_some());
    let history = |day| {
        let of_the_row =
            record.history("ir-2023-06-29-crow-a", day).filter(|s| s.row == crow.cited.id);
        of_the_row.map(|s| s.property.clone()).collect::<Vec<_>>()
    };
    assert_eq!(history(date(2023, 6, 29)), Vec::<String>::new());
    assert_eq!(history(date(2023, 7, 12)), ["question_or_demand"]);
    assert!(history(date(2023, 7, 13)).contains(&"answer".to_owned()));
}

#[test]
fn no_answer_is_given_before_its_own_day() {
    let record = record();
    for request in &record.requests {
        if let Some(date) = request.answer.as_ref().and_then(|answer| answer.date) {
            let before = date.first_day().yesterday().expect("not the first day of all");
            assert!(request.answer_by(before).is_none(), "{}", request.cited.id);
        }
        if let Some(asked) = request.date {
            assert!(request.cited.known_from.day >= asked.first_day(), "{}", request.cited.id);
        }
    }
}

#[test]
fn nothing_but_a_schedule_is_known_before_it_happened() {
    let record = record();
    for incident in &record.use_incidents {
        if let Some(from) = incident.from {
            assert!(incident.cited.known_from.day >= from.first_day(), "{}", incident.cited.id);
        }
    }
    for event in record.events.iter().filter(|event| event.standing.word() != "scheduled") {
        assert!(event.cited.known_from.day >= event.date.first_day(), "{}", event.cited.id);
    }
}

// Later news never changes an earlier day.

/// Everything that can be asked as known by a day, in words.
fn as_known_by(record: &Record, day: Date) -> Vec<String> {
    fn ids<T: Cite>(rows: &[T], day: Date) -> String {
        known(rows, day).map(|row| row.cited().id.as_str()).collect::<Vec<_>>().join(" ")
    }
    let mut all = vec![
        ids(&record.munitions, day),
        ids(&record.submunitions, day),
        ids(&record.dud_rates, day),
        ids(&record.stockpiles, day),
        ids(&record.outcomes, day),
        ids(&record.use_incidents, day),
        ids(&record.accidents, day),
        ids(&record.participations, day),
        ids(&record.obligations, day),
        ids(&record.national_rules, day),
        ids(&record.events, day),
        ids(&record.requests, day),
        ids(&record.general, day),
        ids(&record.transfers, day),
        ids(&record.readings, day),
        ids(&record.deadlines, day),
        ids(&record.clearance, day),
    ];
    for subject in ["m864", "m42-m46", "UKR", "United States", "XEX", "us-ukraine-dpicm", "CCM"] {
        all.extend(record.history(subject, day).map(|s| format!("{subject}: {s:?}")));
    }
    all.extend(record.statements().iter().filter(|s| s.is_known_by(day)).map(|s| format!("{s:?}")));
    for request in &record.requests {
        all.extend(request.answer_by(day).map(|answer| format!("{answer:?}")));
    }
    all
}

/// One row of a kind that a user may add, with what it says dated on `day` where the act itself
/// makes it public.
fn later_row(kind: usize, source: &str, day: &str) -> (&'static str, String) {
    let note = ("note", "Invented for tests");
    let (name, row): (TableName, Vec<(&str, &str)>) = match kind {
        0 => (
            TableName::DudRates,
            vec![
                ("id", "xd-1"),
                ("munition_id", "m864"),
                ("submunition_id", "m42-m46"),
                ("context", "combat field clearance"),
                ("place", "Exampleville (invented)"),
                ("year", "2001"),
                ("rate_point_pct", "5"),
                ("claimed_by", "an invented centre"),
                ("evidence", "reported result"),
                ("same_origin_as", "dr-001"),
            ],
        ),
        1 => (
            TableName::Statements,
            vec![
                ("id", "xs-1"),
                ("subject", "transfer us-ukraine-dpicm"),
                ("property", "decision-status"),
                ("value", "invented"),
                ("value_kind", "text"),
                ("valid_from", "2001-01-01"),
                ("speaker", "nobody"),
                ("speaker_named", "no"),
                ("standing", "reported"),
                ("corroborating_source_ids", "law-untc-xxvi6"),
            ],
        ),
        2 => (
            TableName::Timeline,
            vec![
                ("event_id", "xt-1"),
                ("date", day),
                ("date_precision", "day"),
                ("event", "Invented vote"),
                ("actors", "nobody"),
                ("claim_status", "decided"),
                ("attribution", "nobody"),
            ],
        ),
        3 => (
            TableName::TreatyStatus,
            vec![
                ("treaty", "CCM"),
                ("iso3", "XEX"),
                ("state", "Exampleland (invented)"),
                ("ratified_or_acceded", day),
                ("kind", "accession"),
                ("checked_as_of", day),
            ],
        ),
        4 => (
            TableName::Stockpiles,
            vec![
                ("id", "xst-1"),
                ("holder_country", "United States"),
                ("munition_id", "m864"),
                ("quantity_munitions", "7"),
                ("as_of", "2001"),
            ],
        ),
        5 => (
            TableName::UseIncidents,
            vec![
                ("id", "xu-1"),
                ("conflict", "Invented conflict"),
                ("country_iso3", "UKR"),
                ("place", "Exampleville (invented)"),
                ("date_from", "2001-05-06"),
                ("date_precision", "day"),
                ("remnants_reported", "yes"),
            ],
        ),
        6 => (
            TableName::InformationRequests,
            vec![
                ("request_id", "xi-1"),
                ("date", "2001-01-01"),
                ("asker", "nobody"),
                ("asked", "nobody"),
                ("channel", "letter"),
                ("kind", "information request"),
                ("question_or_demand", "What is left?"),
                ("answer_status", "answered"),
                ("answer_date", day),
                ("answer", "Much"),
            ],
        ),
        7 => (
            TableName::NationalRules,
            vec![
                ("rule_id", "xr-1"),
                ("country_iso3", "XEX"),
                ("country", "Exampleland (invented)"),
                ("instrument", "Invented Act"),
                ("provision", "section 1"),
                ("in_force_from", day),
                ("date_basis", "invented"),
                ("restricts", "transfer"),
                ("actor_bound", "everyone"),
                ("condition_predicate", "ALLOW iff false"),
                ("evidence", "text read"),
            ],
        ),
        8 => (
            TableName::Munitions,
            vec![
                ("id", "xm-1"),
                ("name", "Invented model"),
                ("kind", "training model"),
                ("submunition_id", "m42-m46"),
                ("self_destruct", "no"),
            ],
        ),
        _ => (
            TableName::Outcomes,
            vec![
                ("id", "xo-1"),
                ("place", "Exampleville (invented)"),
                ("conflict", "Invented conflict"),
                ("items_found", "14"),
                ("items_found_as_of", "2001"),
            ],
        ),
    };
    let mut row = row;
    row.push(("source_id", source));
    row.extend(name.column("note").map(|_| note));
    (name.file(), table(name, &[&row]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The source is published after the day of the question, or undated and read after it.
    #[test]
    fn later_news_never_changes_what_was_known_by_a_day(
        after_2005 in 0i32..7_500,
        later in 1i32..900,
        kind in 0usize..10,
        dated in any::<bool>(),
    ) {
        let known_by = date(2005, 1, 1).checked_add(after_2005.days()).expect("in range");
        let day = known_by.checked_add(later.days()).expect("in range").to_string();
        let page = source("x-later", if dated { &day } else { "" }, &day);
        let (name, text) = later_row(kind, "x-later", &day);
        // Undated sources of the shipped record that corroborate were read in November 2026.
        let record = record();
        let with_news = with(&[sources(&[page]), (name, text)]);
        prop_assert_eq!(as_known_by(record, known_by), as_known_by(&with_news, known_by));
        prop_assert_eq!(with_news.rows().len(), record.rows().len() + 2);
        let far = date(9998, 1, 1);
        let news = as_known_by(&with_news, far);
        prop_assert_ne!(news, as_known_by(record, far), "it is known at last");
    }
}

#[test]
fn each_kind_of_later_row_is_told_apart() {
    let files: HashSet<_> = (0..10).map(|kind| later_row(kind, "x", "2024-01-01").0).collect();
    assert_eq!(files.len(), 10);
}

/// The policy of 2008 was replaced in November 2017; in 2012 nobody knew that it would end.
#[test]
fn the_end_of_a_provision_is_not_known_before_it_was_published() {
    let record = Record::read(&[shipped()]).expect("sound").record;
    let rule = record.national_rules.iter().find(|rule| rule.cited.id == "us-dod-2008");
    let rule = rule.expect("the policy of 2008");
    assert_eq!(rule.end_by(date(2012, 1, 1)), None);
    assert_eq!(
        rule.end_by(date(2018, 1, 1)).map(|end| end.to_string()).as_deref(),
        Some("2017-11-30")
    );
    let by_2012: Vec<String> = record
        .history("us-dod-2008", date(2012, 1, 1))
        .map(|statement| format!("{statement:?}"))
        .collect();
    assert!(!by_2012.is_empty());
    assert!(!by_2012.iter().any(|statement| statement.contains("2017-11-30")));
}
