//! Files with planted faults: each is told in its row and by its rule, and nothing else is.
//!
//! The first column of each file names the rules that the row breaks; a row without any is sound.
//! What cannot be planted in a file (a cell of a megabyte, what a store knows, what only shows over
//! a whole file) is planted here.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::{Date, date};
use remnant_ground::coordinate::Position;
use remnant_ground::intake::{
    AreaUnit, Column, CountryExtent, DateOrder, Finding, Gazetteer, Intake, Known, Mapping,
    NoGazetteer, NothingKnown, Outcome, Personal, PlacePart, PlainRow, Report, Role, Rule,
    Surroundings, TakenBefore,
};
use remnant_ground::pick_list::{PickLists, shipped};
use remnant_ground::{ObjectId, ObjectKind};

const TODAY: Date = date(2024, 6, 30);

/// A file as it is read: columns and rows.
struct Table {
    name: String,
    columns: Vec<String>,
    rows: Vec<PlainRow>,
}

impl Table {
    fn of(columns: &[&str], rows: &[&[&str]]) -> Self {
        let own = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let rows = rows.iter().zip(2..).map(|(row, line)| PlainRow {
            line,
            cells: own(row),
            geometry: None,
        });
        Self { name: "test.csv".to_owned(), columns: own(columns), rows: rows.collect() }
    }

    /// A file of planted faults: the table without its first column, and that column.
    fn planted(name: &str) -> (Self, Vec<Vec<String>>) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/intake-planted-faults");
        let mut reader = csv::Reader::from_path(folder.join(name)).unwrap();
        let columns = reader.headers().unwrap().iter().skip(1).map(str::to_owned).collect();
        let mut expected = Vec::new();
        let mut rows = Vec::new();
        for record in reader.records().map(Result::unwrap) {
            expected.push(record[0].split_whitespace().map(str::to_owned).collect());
            let line = record.position().unwrap().line();
            let cells = record.iter().skip(1).map(str::to_owned).collect();
            rows.push(PlainRow { line, cells, geometry: None });
        }
        (Self { name: name.to_owned(), columns, rows }, expected)
    }
}

/// Reads a file twice, as the program does: the second time with the ids that are contested.
fn read(
    table: &Table,
    mapping: &Mapping,
    known: &dyn Known,
    gazetteer: &dyn Gazetteer,
) -> (Vec<Outcome>, Report) {
    let lists = shipped();
    let first = read_once(table, mapping, known, gazetteer, &lists, &BTreeSet::new()).1;
    read_once(table, mapping, known, gazetteer, &lists, &first.contested)
}

fn read_once(
    table: &Table,
    mapping: &Mapping,
    known: &dyn Known,
    gazetteer: &dyn Gazetteer,
    lists: &PickLists,
    contested: &BTreeSet<ObjectId>,
) -> (Vec<Outcome>, Report) {
    let surroundings = Surroundings {
        file: &table.name,
        file_hash: "00",
        today: TODAY,
        lists,
        known,
        gazetteer,
        contested,
    };
    let mut intake = Intake::new(mapping, &table.columns, surroundings).unwrap();
    let outcomes: Vec<Outcome> = table.rows.iter().map(|row| intake.row(row)).collect();
    let report = intake.finish();
    assert!(report.balances(), "{report:?}");
    (outcomes, report)
}

fn rules(findings: &[Finding]) -> Vec<Rule> {
    findings.iter().map(|finding| finding.rule).collect()
}

/// The rules of a single row of which these cells are filled.
fn rules_of(mapping: &Mapping, cells: &[(&str, &str)]) -> Vec<Rule> {
    let columns: Vec<&str> = mapping.columns.iter().map(|c| c.name.as_str()).collect();
    let cell = |name: &str| cells.iter().find(|(n, _)| *n == name).map_or("", |(_, text)| *text);
    let row: Vec<&str> = columns.iter().map(|name| cell(name)).collect();
    let table = Table::of(&columns, &[&row]);
    rules(read(&table, mapping, &NothingKnown, &NoGazetteer).0[0].findings())
}

fn mapping(kind: ObjectKind, columns: &[(&str, Role)]) -> Mapping {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut mapping = Mapping::new(kind, "test", &names);
    for (name, role) in columns {
        mapping.map(name, role.clone());
    }
    mapping.date_order = DateOrder::Dmy;
    mapping
}

fn field(name: &str) -> Role {
    Role::Field(name.to_owned())
}

fn strikes() -> Mapping {
    let mut mapping = mapping(
        ObjectKind::Strike,
        &[
            ("ID", Role::Id),
            ("Date", field("date")),
            ("Until", field("date_to")),
            ("Entered", field("entry_date")),
            ("Model", field("munition_model")),
            ("Number", field("quantity")),
            ("Grid", Role::Place(PlacePart::Coordinates)),
            ("Lat", Role::Place(PlacePart::Latitude)),
            ("Lon", Role::Place(PlacePart::Longitude)),
            ("Original", Role::Place(PlacePart::OriginalCoordinates)),
            ("Format", Role::Place(PlacePart::OriginalFormat)),
            ("Place", field("place_name")),
            ("Reliability", field("reliability")),
            ("Note", field("note")),
            ("Accuracy", Role::Place(PlacePart::Accuracy)),
            ("Method", Role::Place(PlacePart::Method)),
            ("Safe", Role::Place(PlacePart::SafeToRecord)),
        ],
    );
    mapping.first_plausible_day = Some(date(1964, 1, 1));
    mapping.country = Some(CountryExtent {
        name: "Laos".to_owned(),
        west: 100.0,
        south: 13.9,
        east: 107.7,
        north: 22.5,
    });
    mapping
}

fn hazardous_areas() -> Mapping {
    let mut mapping = mapping(
        ObjectKind::HazardousArea,
        &[
            ("HA", Role::Id),
            ("Type", field("area_type")),
            ("Contamination", field("contamination_type")),
            ("Area m2", field("reported_square_metres")),
            ("Surveyed", field("date_of_information")),
            ("Outline", Role::Place(PlacePart::WellKnownText)),
            ("Landowner", field("landowner_name")),
        ],
    );
    for column in &mut mapping.columns {
        column.unit = (column.name == "Area m2").then_some(AreaUnit::M2);
    }
    mapping
}

/// What each planted rule was found by, over all tests of rows.
fn planted() -> BTreeMap<Rule, usize> {
    let mut times = BTreeMap::new();
    for (name, mapping) in [("strikes.csv", strikes()), ("hazardous-areas.csv", hazardous_areas())]
    {
        let (table, expected) = Table::planted(name);
        let (outcomes, _) = read(&table, &mapping, &NothingKnown, &NoGazetteer);
        let mut sound = 0;
        for ((outcome, expected), row) in outcomes.iter().zip(expected).zip(&table.rows) {
            let mut told: Vec<&str> =
                outcome.findings().iter().map(|finding| finding.rule.name()).collect();
            let mut expected: Vec<&str> = expected.iter().map(String::as_str).collect();
            told.sort_unstable();
            expected.sort_unstable();
            assert_eq!(told, expected, "{name}:{} {:?}", row.line, outcome.findings());
            sound += usize::from(expected.is_empty());
            for finding in outcome.findings() {
                assert_eq!((finding.line, &*finding.file), (row.line, name));
                *times.entry(finding.rule).or_default() += 1;
            }
        }
        assert!(sound >= 2, "{name} has sound rows");
    }
    times
}

#[test]
fn each_planted_fault_is_told_in_its_row_and_nothing_else_is() {
    assert!(planted().len() > 40);
}

#[test]
fn every_rule_is_planted_somewhere() {
    let mut met: BTreeSet<Rule> = planted().into_keys().collect();
    met.extend(beside_files());
    met.extend(over_whole_files());
    let missed: Vec<&Rule> = Rule::ALL.iter().filter(|rule| !met.contains(rule)).collect();
    assert_eq!(missed, Vec::<&Rule>::new(), "rules that no test breaks");
}

struct Village;

impl Gazetteer for Village {
    fn unit_holds(&self, unit: &str, position: Position) -> Option<bool> {
        (unit == "Nong").then(|| (16.0..16.6).contains(&position.latitude()))
    }

    fn centre_at(&self, position: Position) -> Option<String> {
        (position.latitude() == 16.5).then(|| "Ban Nong".to_owned())
    }
}

struct OnlyThis(ObjectId);

impl Known for OnlyThis {
    fn taken_before(&self, _id: &ObjectId) -> Option<TakenBefore> {
        None
    }

    fn is_there(&self, _kind: ObjectKind, id: &ObjectId) -> Option<bool> {
        Some(*id == self.0)
    }
}

/// What needs a store, a gazetteer, another kind or a monstrous cell; each with its sound twin.
fn beside_files() -> Vec<Rule> {
    let mut met = Vec::new();
    let mut check = |got: Vec<Rule>, wanted: &[Rule]| {
        assert_eq!(got, wanted);
        met.extend(wanted);
    };
    let note = mapping(
        ObjectKind::Strike,
        &[("Date", field("date")), ("Note", field("note")), ("Day", Role::Unmapped)],
    );
    let noted = |text: &str| rules_of(&note, &[("Date", "1969-03-12"), ("Note", text)]);
    check(noted(&"long ".repeat(300_000)), &[Rule::CellTooLarge]);
    check(noted(&"long ".repeat(100_000)), &[]);
    check(noted(&"a".repeat(255)), &[Rule::TextCut]);
    check(noted("a bell \u{7}"), &[Rule::ControlCharacter]);

    // A row without an id that is equal to one above is kept, and told.
    let row: &[&str] = &["1969-03-12", "by the river", ""];
    let columns: Vec<&str> = note.columns.iter().map(|column| column.name.as_str()).collect();
    let twice = Table::of(&columns, &[row, row]);
    let (outcomes, _) = read(&twice, &note, &NothingKnown, &NoGazetteer);
    check(rules(outcomes[0].findings()), &[]);
    check(rules(outcomes[1].findings()), &[Rule::EqualRowWithoutId]);

    let mut ask = note.clone();
    ask.date_order = DateOrder::Ask;
    check(rules_of(&ask, &[("Date", "02/03/1969")]), &[Rule::DateOrderNotTold]);
    check(rules_of(&ask, &[("Date", "1969-03-02")]), &[]);

    let victims = mapping(
        ObjectKind::Victim,
        &[("Outcome", field("outcome")), ("Sex", field("sex")), ("Name", field("name"))],
    );
    let victim = |mapping: &Mapping, outcome: &str, name: &str| {
        let mut rules = rules_of(mapping, &[("Outcome", outcome), ("Sex", "F"), ("Name", name)]);
        rules.sort_unstable();
        rules
    };
    check(victim(&victims, "", ""), &[Rule::MandatoryBlank]);
    check(victim(&victims, "killed", "Somebody"), &[Rule::PersonalData]);
    check(victim(&victims, "killed", ""), &[]);
    let mut apart = victims.clone();
    apart.personal = Personal::Separate;
    check(victim(&apart, "killed", "Somebody"), &[]);

    let boundaries = mapping(
        ObjectKind::Boundary,
        &[
            ("Name", field("name")),
            ("Code", field("code")),
            ("Outline", Role::Place(PlacePart::WellKnownText)),
        ],
    );
    let boundary = |outline: &str| {
        rules_of(&boundaries, &[("Name", "Nong"), ("Code", "LA1"), ("Outline", outline)])
    };
    check(boundary("POINT(103 17)"), &[Rule::OutlineMissing]);
    check(boundary("POLYGON((103 17,103.01 17,103.01 17.01,103 17))"), &[]);

    let points = mapping(
        ObjectKind::EvidencePoint,
        &[
            ("Kind", field("evidence_kind")),
            ("Known", field("how_known")),
            ("Found", field("date_found")),
            ("Org", field("organisation")),
            ("Moved", field("moved_since")),
            ("Area", field("hazardous_area")),
            ("District", field("administrative_unit")),
            ("Position", Role::Place(PlacePart::Coordinates)),
            ("How", Role::Place(PlacePart::Method)),
        ],
    );
    let point = |moved: &str, area: &str, district: &str, position: &str| {
        let columns =
            ["Kind", "Known", "Found", "Org", "Moved", "Area", "District", "Position", "How"];
        let row = ["bomblet", "seen", "2020-01-31", "X", moved, area, district, position, "gps"];
        let table = Table::of(&columns, &[&row]);
        let there = OnlyThis(ObjectId::new("test/HA-1"));
        rules(read(&table, &points, &there, &Village).0[0].findings())
    };
    check(point("yes", "HA-1", "Nong", "16.4 106.2"), &[]);
    check(point("hardly", "HA-1", "Nong", "16.4 106.2"), &[Rule::UnknownAnswer]);
    check(point("no", "HA-2", "Nong", "16.4 106.2"), &[Rule::ReferenceNotThere]);
    check(point("no", "HA-1", "Nong", "16.7 106.2"), &[Rule::OutOfUnit]);
    check(point("no", "HA-1", "Nong", "16.5 106.2"), &[Rule::AtCentroid]);

    let mut searches = mapping(
        ObjectKind::Search,
        &[
            ("Type", field("activity_type")),
            ("Method", field("method")),
            ("Start", field("start_date")),
            ("Org", field("organisation")),
            ("m2", field("searched_square_metres")),
            ("Days", field("team_days")),
            ("Position", Role::Place(PlacePart::Coordinates)),
        ],
    );
    for column in &mut searches.columns {
        column.unit = (column.name == "m2").then_some(AreaUnit::M2);
    }
    let search = |square_metres: &str| {
        rules_of(
            &searches,
            &[
                ("Type", "BAC"),
                ("Method", "detector"),
                ("Start", "2020-01-31"),
                ("Org", "X"),
                ("m2", square_metres),
                ("Days", "2"),
                ("Position", "16.4 106.2"),
            ],
        )
    };
    check(search("3500"), &[]);
    check(search("350000"), &[Rule::ImpossibleRate]);

    let lists = shipped();
    let contested = BTreeSet::new();
    let surroundings = Surroundings {
        file: "x.csv",
        file_hash: "00",
        today: TODAY,
        lists: &lists,
        known: &NothingKnown,
        gazetteer: &NoGazetteer,
        contested: &contested,
    };
    let columns = ["Date".to_owned()];
    let mut intake = Intake::new(&note_without_note(), &columns, surroundings).unwrap();
    let outcome = intake.unreadable(7, "the row has 3 cells where the header has 1");
    check(rules(outcome.findings()), &[Rule::RowNotReadable]);
    assert!(intake.finish().balances());
    met
}

fn note_without_note() -> Mapping {
    mapping(ObjectKind::Strike, &[("Date", field("date"))])
}

/// What shows only over a whole file; each with a sound twin.
fn over_whole_files() -> Vec<Rule> {
    let mut met = Vec::new();
    let mut check = |got: BTreeSet<Rule>, wanted: &[Rule]| {
        assert_eq!(got.into_iter().collect::<Vec<_>>(), wanted);
        met.extend(wanted);
    };
    let of_file = |mapping: &Mapping, columns: &[&str], rows: Vec<Vec<String>>| {
        let rows: Vec<Vec<&str>> =
            rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let table = Table::of(columns, &rows);
        let (_, report) = read(&table, mapping, &NothingKnown, &NoGazetteer);
        let known = report.file_findings.iter().map(|finding| finding.rule);
        known.collect::<BTreeSet<Rule>>()
    };
    let columns = ["ID", "Date", "Entered", "Number", "Lat", "Lon", "Original", "Place"];
    let strikes = mapping(
        ObjectKind::Strike,
        &[
            ("ID", Role::Id),
            ("Date", field("date")),
            ("Entered", field("entry_date")),
            ("Number", field("quantity")),
            ("Lat", Role::Place(PlacePart::Latitude)),
            ("Lon", Role::Place(PlacePart::Longitude)),
            ("Original", Role::Place(PlacePart::OriginalCoordinates)),
            ("Place", field("place_name")),
        ],
    );
    /// A row that no other row is like.
    fn strike(n: usize) -> Vec<String> {
        vec![
            format!("S-{n}"),
            format!("19{}-0{}-{:02}", 65 + n % 8, 1 + n % 9, 1 + n % 27),
            "1975-06-30".to_owned(),
            (1 + n % 11).to_string(),
            format!("{:.5}", 16.1 + (n * n % 977) as f64 * 0.00113),
            format!("{:.5}", 106.1 + n as f64 * 0.00127),
            String::new(),
            format!("Ban {}", n % 40),
        ]
    }
    let file = |change: &dyn Fn(usize, &mut Vec<String>)| {
        let rows = (0..200).map(|n| {
            let mut row = strike(n);
            change(n, &mut row);
            row
        });
        of_file(&strikes, &columns, rows.collect())
    };
    check(file(&|_, _| ()), &[]);
    let as_seven = |n: usize, row: &mut Vec<String>, at: &[usize]| {
        if n == 50 || n == 51 {
            at.iter().for_each(|at| row[*at] = strike(7)[*at].clone());
        }
    };
    check(file(&|n, row| as_seven(n, row, &[1, 4, 5])), &[Rule::SameReportTwice]);
    check(
        file(&|n, row| as_seven(n, row, &[1, 3, 4, 5, 7])),
        &[Rule::SameReportTwice, Rule::CopiedRecords],
    );
    let on_one = |n: usize, row: &mut Vec<String>| {
        if n.is_multiple_of(5) {
            (row[4], row[5]) = ("16.50000".to_owned(), "106.50000".to_owned());
        }
    };
    check(file(&on_one), &[Rule::ManyOnOnePosition]);
    check(
        file(&|n, row| {
            if n % 4 == 0 {
                row[7] = "Waaberi".to_owned();
            }
        }),
        &[Rule::ManyUnderOneName],
    );
    check(file(&|_, row| row[2] = row[1].clone()), &[Rule::MostDatesEqualEntry]);
    check(
        file(&|n, row| {
            if n % 3 == 0 {
                row[3] = "0".to_owned();
            }
        }),
        &[Rule::ZeroMayBeMissing],
    );
    check(
        file(&|n, row| {
            if n % 4 == 0 {
                (row[3], row[4], row[5]) = Default::default();
            }
        }),
        &[Rule::OftenBlank],
    );
    check(
        file(&|n, row| {
            if n == 9 {
                row[1] = row[1].replace('-', "");
            }
        }),
        &[Rule::DatesWrittenDifferently],
    );
    // Each position lies 300 m north of its original coordinate: a datum that nobody named.
    check(
        file(&|_, row| {
            let (latitude, longitude): (f64, f64) =
                (row[4].parse().unwrap(), row[5].parse().unwrap());
            row[6] = format!("{:.5} {longitude:.5}", latitude - 0.0027);
        }),
        &[Rule::DatumShift],
    );

    let areas = hazardous_areas();
    let columns = ["HA", "Type", "Contamination", "Area m2", "Surveyed", "Outline", "Landowner"];
    let area = |n: usize, square_metres: usize, at: usize| {
        let x = 103.0 + at as f64 * 0.02;
        let (e, s, t) = (x + 0.01, 17.5, 17.5 + 0.0001 * (at + 1) as f64);
        vec![
            format!("HA-{n}"),
            "SHA".to_owned(),
            "CMR".to_owned(),
            square_metres.to_string(),
            format!("2020-01-{:02}", 1 + n % 28),
            format!("POLYGON(({x:.4} {s},{e:.4} {s},{e:.4} {t:.4},{x:.4} {t:.4},{x:.4} {s}))"),
            String::new(),
        ]
    };
    let of_areas = |rows: Vec<Vec<String>>| of_file(&areas, &columns, rows);
    let no_organisation = Rule::FieldNotInFile;
    check(
        of_areas((0..30).map(|n| area(n, 11_741 * (n + 1) + 7, n)).collect()),
        &[no_organisation],
    );
    check(
        of_areas((0..30).map(|n| area(n, 12_000 * (n + 1), n)).collect()),
        &[no_organisation, Rule::RoundedAreas],
    );
    check(
        of_areas((0..30).map(|n| area(n, 11_741 * (n + 1) + 7, n % 29)).collect()),
        &[no_organisation, Rule::SameOutlineTwice],
    );
    met
}

#[test]
fn personal_words_stand_in_no_object_and_no_finding() {
    let mut mapping = mapping(
        ObjectKind::Victim,
        &[
            ("Outcome", field("outcome")),
            ("Name", field("name")),
            ("Phone", Role::Personal("phone".to_owned())),
        ],
    );
    let table = Table::of(&["Outcome", "Name", "Phone"], &[&["killed", "Xanadu", "0123456"]]);
    let of = |mapping: &Mapping| {
        let (mut outcomes, report) = read(&table, mapping, &NothingKnown, &NoGazetteer);
        (outcomes.remove(0), report)
    };
    let (refused, report) = of(&mapping);
    assert!(matches!(refused, Outcome::Refused(_)) && !report.may_be_taken_in());
    assert!(!format!("{refused:?}").contains("Xanadu"));
    mapping.personal = Personal::Drop;
    let (dropped, report) = of(&mapping);
    assert!(!format!("{dropped:?}").contains("Xanadu") && report.may_be_taken_in());
    mapping.personal = Personal::Separate;
    let (apart, _) = of(&mapping);
    let taken = apart.taken().unwrap();
    assert_eq!(taken.personal.len(), 2);
    assert!(!format!("{:?}", taken.object).contains("Xanadu"));
}

#[test]
fn a_mapping_with_an_open_question_takes_nothing_in() {
    let mut mapping = note_without_note();
    mapping.questions.push(remnant_ground::intake::Question::DateOrder {
        column: "Date".to_owned(),
        example: "02/03/1969".to_owned(),
    });
    mapping.columns.push(Column::new("Other", Role::Unmapped));
    let (lists, contested) = (shipped(), BTreeSet::new());
    let surroundings = Surroundings {
        file: "x.csv",
        file_hash: "00",
        today: TODAY,
        lists: &lists,
        known: &NothingKnown,
        gazetteer: &NoGazetteer,
        contested: &contested,
    };
    let Err(error) = Intake::new(&mapping, &["Date".to_owned()], surroundings) else {
        panic!("the question is open")
    };
    assert!(error.to_string().contains("day first or month first"), "{error}");
}
