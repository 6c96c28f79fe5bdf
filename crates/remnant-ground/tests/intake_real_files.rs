//! Real files, guessed and taken in: what comes out is counted, rule by rule.
//!
//! The files are read from `REMNANT_TEST_DATA`; without them the tests say what they skip. The
//! tables that are printed (`--nocapture`) are those of the documentation.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use remnant_ground::ObjectKind;
use remnant_ground::intake::{
    CountryExtent, Guess, Intake, Mapping, NoGazetteer, NothingKnown, Outcome, PlainRow, Question,
    Report, Role, Rule, Sample, Surroundings, Taken, guess,
};
use remnant_ground::pick_list::shipped;
use remnant_source::document::{Document, ReadOptions, RowFault, SourceRow};

fn data(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = std::env::var_os("REMNANT_TEST_DATA").map_or(root.join("../shared/data"), |given| {
        if Path::new(&given).is_absolute() { PathBuf::from(given) } else { root.join(given) }
    });
    let path = data.join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn open(path: &Path) -> Document {
    let name = path.file_name().unwrap().to_string_lossy();
    let file = Box::new(File::open(path).unwrap());
    Document::open(&name, file, Vec::new(), &ReadOptions::default()).unwrap()
}

/// Calls back with each row of the first sheet, or with its fault, until it says that it is enough.
fn each_row(document: &mut Document, mut then: impl FnMut(Result<&SourceRow, RowFault>) -> bool) {
    let mut rows = document.rows(0).unwrap();
    let mut row = SourceRow::new();
    loop {
        match rows.next(&mut row) {
            Ok(true) if then(Ok(&row)) => {}
            Ok(_) => return,
            Err(fault) => {
                then(Err(fault));
            }
        }
    }
}

fn guessed(kind: ObjectKind, path: &Path) -> Guess {
    let mut document = open(path);
    let columns = document.sheets()[0].columns.clone();
    let mut rows = Vec::new();
    each_row(&mut document, |row| {
        if let Ok(row) = row {
            rows.push(PlainRow {
                line: row.line,
                cells: row.cells().map(|cell| cell.text.to_owned()).collect(),
                geometry: None,
            });
        }
        rows.len() < 1000
    });
    let sample = Sample { sheet: "", columns: &columns, labels: None, tags: None, rows: &rows };
    guess(kind, "test", &sample, &shipped())
}

fn take_in(mapping: &Mapping, path: &Path, mut with: impl FnMut(&Taken)) -> Report {
    let lists = shipped();
    let mut contested = BTreeSet::new();
    // Without ids none can be contested: one reading is enough.
    let has_ids = mapping.columns.iter().any(|column| column.to == Role::Id);
    for looking in [true, false].into_iter().filter(|looking| has_ids || !looking) {
        let mut document = open(path);
        let columns = document.sheets()[0].columns.clone();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let surroundings = Surroundings {
            file: &file,
            file_hash: "00",
            today: date(2024, 12, 31),
            lists: &lists,
            known: &NothingKnown,
            gazetteer: &NoGazetteer,
            contested: &contested.clone(),
        };
        let mut intake = Intake::new(mapping, &columns, surroundings).unwrap();
        each_row(&mut document, |row| {
            let outcome: Outcome = match row {
                Ok(row) => intake.row(row),
                Err(fault) => intake.unreadable(fault.line, &fault.to_string()),
            };
            if let Some(taken) = outcome.taken().filter(|_| !looking) {
                with(taken);
            }
            true
        });
        let report = intake.finish();
        assert!(report.balances(), "{}: {report:?}", path.display());
        if looking {
            contested = report.contested;
        } else {
            return report;
        }
    }
    unreachable!("the second reading returns")
}

/// Guesses a file, answers its questions, takes it in and prints what came of it.
fn file(
    kind: ObjectKind,
    path: &str,
    answer: impl FnOnce(&mut Mapping),
    with: impl FnMut(&Taken),
) -> Option<Report> {
    let found = data(path)?;
    let guess = guessed(kind, &found);
    let mut mapping = guess.mapping.clone();
    println!("\n## {path}, as {}\n", kind.plural());
    println!("| column | taken for | why |\n|---|---|---|");
    for (column, role, reason) in guess.reasons() {
        println!("| {column} | {} | {reason} |", serde_json::to_string(role).unwrap());
    }
    for question in guess.questions() {
        println!("\nAsked: {}", question.words());
    }
    answer(&mut mapping);
    assert_eq!(mapping.questions, [], "{path}: not all questions were answered");
    let begun = std::time::Instant::now();
    let report = take_in(&mapping, &found, with);
    eprintln!("{path}: {:.1} s", begun.elapsed().as_secs_f64());
    println!("\n{}", report.markdown());
    for finding in &report.file_findings {
        println!("- {finding}");
    }
    for (rule, _) in report.tally.iter() {
        if let Some(example) = report.tally.examples(rule).first().filter(|f| f.line > 0) {
            println!("- for example {example}");
        }
    }
    Some(report)
}

fn indochina() -> Option<CountryExtent> {
    Some(CountryExtent {
        name: "Viet Nam, Laos and Cambodia".to_owned(),
        west: 100.0,
        south: 8.0,
        east: 110.0,
        north: 23.5,
    })
}

#[test]
fn bosnian_areas_keep_rows_without_geometry_and_tell_invalid_ones() {
    let suspect =
        file(ObjectKind::HazardousArea, "bosnia-mine-action/suspect_areas.geojson", |_| {}, |_| {});
    let Some(suspect) = suspect else { return };
    assert_eq!(suspect.read, 5252);
    println!("{:?}", suspect.tally.of(Rule::GeometryAtFault));
    for (path, kind) in [
        ("bosnia-mine-action/cleared_areas.geojson", ObjectKind::Release),
        ("bosnia-mine-action/lifted_minefields.geojson", ObjectKind::Release),
        ("bosnia-mine-action/incidents.geojson", ObjectKind::Accident),
    ] {
        file(kind, path, |_| {}, |_| {});
    }
    // Nobody knows whether equal rows without an id are one area: none is lost, each is told.
    assert_eq!(suspect.duplicates, 0);
    assert_eq!(suspect.tally.of(Rule::EqualRowWithoutId).findings, 1463);
    assert_eq!(suspect.accepted + suspect.queried + suspect.refused, 5252);
}

#[test]
fn the_traps_of_american_missions_end_as_findings_or_uncertainty() {
    let mut without_place = 0;
    let mut apart = Vec::new();
    let report = file(
        ObjectKind::Strike,
        "thor-vietnam/thor_us_missions_a.csv",
        |mapping| {
            mapping.country = indochina();
            mapping.first_plausible_day = Some(date(1964, 1, 1));
        },
        |taken| {
            let place = taken.object.place.as_ref();
            without_place += u64::from(place.is_none());
            if taken.findings.iter().any(|finding| finding.rule == Rule::PositionsDisagree) {
                apart.push(place.and_then(|place| place.uncertainty_metres).unwrap_or(0.0));
            }
        },
    );
    let Some(report) = report else { return };
    assert_eq!(report.read, 2522);
    assert_eq!(report.read, report.accepted + report.queried, "no row is lost");
    // Rows without coordinates are kept without a place; one has its original coordinate only.
    assert_eq!(without_place, 461);
    let findings = |rule| report.tally.of(rule).findings;
    // 25 dates of eight digits are read, and told once for the file.
    assert_eq!(findings(Rule::DatesWrittenDifferently), 1);
    assert_eq!(findings(Rule::DateNotUnderstood), 0);
    // Half of the rows have no weapon, a fifth no position.
    assert!(findings(Rule::OftenBlank) >= 2);
    // 0 stands for `not known` as well as for none.
    assert_eq!(findings(Rule::ZeroMayBeMissing), 1);
    // Formats that are declared and not there.
    assert_eq!(findings(Rule::FormatAgainstDeclared), 40);
    // Grid references of an older datum beside positions of WGS 84: each row is told, carries the
    // difference as its uncertainty, and the file is told why; 52 rows were not shifted.
    assert_eq!(findings(Rule::PositionsDisagree), 723);
    assert!(apart.iter().all(|metres| (250.0..1000.0).contains(metres)), "{apart:?}");
    assert_eq!(findings(Rule::DatumShift), 1);
}

#[test]
fn the_traps_of_south_vietnamese_missions_end_as_findings_or_uncertainty() {
    let report = file(
        ObjectKind::Strike,
        "thor-vietnam/thor_rvn_missions.csv",
        |mapping| {
            mapping.country = indochina();
            mapping.first_plausible_day = Some(date(1964, 1, 1));
        },
        |_| {},
    );
    let Some(report) = report else { return };
    assert_eq!(report.read, 5000);
    assert_eq!(report.tally.of(Rule::PositionsDisagree).findings, 903);
    assert_eq!(report.tally.of(Rule::DatumShift).findings, 1);
}

#[test]
fn raids_on_europe_need_the_year_that_is_counted_from() {
    let report = file(
        ObjectKind::Strike,
        "ussbs-raids-europe/ussbs_raids_a.csv",
        |mapping| {
            // Asked, and answered by who knows the printouts: 4 means 1944.
            assert!(matches!(mapping.questions.as_slice(), [Question::YearOffset { .. }]));
            mapping.year_offset = Some(1940);
            mapping.questions.clear();
        },
        |_| {},
    );
    let Some(report) = report else { return };
    assert_eq!(report.read, 17_000);
    let findings = |rule| report.tally.of(rule).findings;
    assert!(findings(Rule::DateRange) > 4000, "days such as 20-21");
    assert!(findings(Rule::PositionNotUnderstood) > 1500, "latitudes such as 560N");
    assert_eq!(findings(Rule::DateImpossible), report.refused, "31 April and the like");
}

#[test]
fn other_files_of_the_field_are_taken_in() {
    for (path, kind) in [
        ("ukraine-civilian-harm/civharm_2023-06-01.json", ObjectKind::Strike),
        ("ucdp-ged-central-african-republic/ged_car_v23_1.geojson", ObjectKind::Accident),
        ("colombia-landmine-risk-grid/reland_grid_a.csv", ObjectKind::EvidencePoint),
        ("gazetteer/ukraine-state-register/fiz-geo-khersonska.csv", ObjectKind::EvidencePoint),
        ("boundaries/lao_adm1_cod_ab_pcodes.geojson", ObjectKind::Boundary),
        ("boundaries/lao_adm2_geoboundaries.geojson", ObjectKind::Boundary),
    ] {
        let report = file(kind, path, |_| {}, |_| {});
        if let Some(report) = report {
            assert!(report.accepted + report.queried > 0, "{path}");
        }
    }
}

/// Name on the page, source, class, what its rows are, and the file.
const PAGE: [(&str, &str, &str, ObjectKind, &str); 13] = [
    (
        "suspected areas",
        "EUFOR map sheets of Bosnia and Herzegovina (repository BiH_mines)",
        "C",
        ObjectKind::HazardousArea,
        "bosnia-mine-action/suspect_areas.geojson",
    ),
    (
        "cleared areas",
        "the same",
        "C",
        ObjectKind::Release,
        "bosnia-mine-action/cleared_areas.geojson",
    ),
    (
        "lifted minefields",
        "the same",
        "C",
        ObjectKind::Release,
        "bosnia-mine-action/lifted_minefields.geojson",
    ),
    ("incidents", "the same", "C", ObjectKind::Accident, "bosnia-mine-action/incidents.geojson"),
    (
        "US missions, Viet Nam",
        "THOR, sample",
        "A",
        ObjectKind::Strike,
        "thor-vietnam/thor_us_missions_a.csv",
    ),
    (
        "South Vietnamese missions",
        "THOR, sample",
        "A",
        ObjectKind::Strike,
        "thor-vietnam/thor_rvn_missions.csv",
    ),
    (
        "raids on Europe",
        "USSBS, machine-read from photographs",
        "C",
        ObjectKind::Strike,
        "ussbs-raids-europe/ussbs_raids_a.csv",
    ),
    (
        "civilian harm, 1 June 2023",
        "Bellingcat",
        "C",
        ObjectKind::Strike,
        "ukraine-civilian-harm/civharm_2023-06-01.json",
    ),
    (
        "Central African Republic",
        "UCDP GED 23.1",
        "A",
        ObjectKind::Accident,
        "ucdp-ged-central-african-republic/ged_car_v23_1.geojson",
    ),
    (
        "landmine risk grid",
        "RELand, Colombia",
        "A",
        ObjectKind::EvidencePoint,
        "colombia-landmine-risk-grid/reland_grid_a.csv",
    ),
    (
        "register of places, Kherson",
        "state register of Ukraine",
        "C",
        ObjectKind::EvidencePoint,
        "gazetteer/ukraine-state-register/fiz-geo-khersonska.csv",
    ),
    (
        "provinces of Laos",
        "COD-AB",
        "A",
        ObjectKind::Boundary,
        "boundaries/lao_adm1_cod_ab_pcodes.geojson",
    ),
    (
        "districts of Laos",
        "geoBoundaries",
        "A",
        ObjectKind::Boundary,
        "boundaries/lao_adm2_geoboundaries.geojson",
    ),
];

/// The tables of `docs/real-files.md`; `REMNANT_WRITE_DOCS=1` writes them anew.
#[test]
fn the_page_says_what_came_of_each_file() {
    let mut taken_in = "| File | Source | Class | As | Read | Accepted | Queried | Refused | \
                        Unchanged | Twice |\n|---|---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    let mut rules = "| File | Rules |\n|---|---|\n".to_owned();
    for (name, source, class, kind, path) in PAGE {
        let report = file(
            kind,
            path,
            |mapping| {
                if path.starts_with("thor-vietnam") {
                    mapping.country = indochina();
                    mapping.first_plausible_day = Some(date(1964, 1, 1));
                } else if path.starts_with("ussbs") {
                    mapping.year_offset = Some(1940);
                    mapping.questions.clear();
                }
            },
            |_| {},
        );
        let Some(report) = report else { return };
        let kind = kind.plural().replace('-', " ");
        let Report { read, accepted, queried, refused, unchanged, duplicates, .. } = report;
        taken_in.push_str(&format!(
            "| {name} | {source} | {class} | {kind} | {read} | {accepted} | {queried} | {refused} \
             | {unchanged} | {duplicates} |\n"
        ));
        let mut told: Vec<(u64, &str)> = report
            .tally
            .iter()
            .map(|(rule, _)| (report.tally.of(rule).findings, rule.name()))
            .collect();
        told.sort_by(|a, b| b.cmp(a));
        let told: Vec<String> =
            told.iter().take(5).map(|(findings, rule)| format!("{rule} {findings}")).collect();
        if !told.is_empty() {
            rules.push_str(&format!("| {name} | {} |\n", told.join(", ")));
        }
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/real-files.md");
    let before = std::fs::read_to_string(&page).unwrap();
    let mut text = before.clone();
    for (name, content) in [("taken-in", taken_in), ("rules", rules)] {
        let begin = format!("<!-- counted: {name} -->\n");
        let (head, rest) = text.split_once(&begin).unwrap();
        let (_, tail) = rest.split_once("<!-- end of counted -->").unwrap();
        text = format!("{head}{begin}\n{content}\n<!-- end of counted -->{tail}");
    }
    if std::env::var_os("REMNANT_WRITE_DOCS").is_some() {
        std::fs::write(&page, text).unwrap();
    } else {
        let differs = before.lines().zip(text.lines()).find(|(page, counted)| page != counted);
        assert!(before == text, "REMNANT_WRITE_DOCS=1 writes the tables anew: {differs:#?}");
    }
}
