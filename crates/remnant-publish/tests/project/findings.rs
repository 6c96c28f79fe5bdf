//! The findings of an import: summary, page, CSV and workbook.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use jiff::civil::date;
use remnant_ground::ObjectKind;
use remnant_ground::intake::{
    DateOrder, Finding, Intake, Mapping, NoGazetteer, NothingKnown, PlacePart, PlainRow, Question,
    Report, Role, Surroundings,
};
use remnant_ground::pick_list::shipped;
use remnant_publish::answer::findings::{self, Csv, ImportStory, TakenInCounts};

use crate::{leads_nowhere_dead, on, printed};

const COLUMNS: [&str; 5] = ["Ref", "When", "الملاحظة", "Lat", "Lon"];

fn mapping() -> Mapping {
    let mut mapping = Mapping::new(ObjectKind::Strike, "hi-2024", &COLUMNS);
    mapping.map("Ref", Role::Id);
    mapping.map("When", Role::Field("date".to_owned()));
    mapping.map("Lat", Role::Place(PlacePart::Latitude));
    mapping.map("Lon", Role::Place(PlacePart::Longitude));
    mapping.columns[1].reason = "its name means a date, and 5 of 8 cells are dates".to_owned();
    mapping.date_order = DateOrder::Dmy;
    mapping
}

/// Invented rows with what an operator, or somebody who means harm, may write.
fn imported() -> (Report, Vec<Finding>) {
    let rows: [[&str; 5]; 8] = [
        ["1", "03/04/1969", "", "16.5", "105.25"],
        ["2", "31/02/1969", "", "16.5", "105.26"],
        ["3", "=HYPERLINK(\"http://x\",\"y\")", "", "16.5", "105.27"],
        ["4", "@now", "", "0", "0"],
        ["5", "غير معروف في القرية", "", "16.5", "105.28"],
        ["6", "-\u{202e}gnirts", "", "16.5", "105.29"],
        ["7", "30/02/1970", "", "16.5", "105.3"],
        ["1", "03/04/1969", "", "16.5", "105.25"],
    ];
    let mapping = mapping();
    let columns = COLUMNS.map(str::to_owned);
    let (lists, contested) = (shipped(), BTreeSet::new());
    let surroundings = Surroundings {
        file: "strikes.csv",
        file_hash: "00ff",
        today: date(2024, 6, 30),
        lists: &lists,
        known: &NothingKnown,
        gazetteer: &NoGazetteer,
        contested: &contested,
    };
    let mut intake = Intake::new(&mapping, &columns, surroundings).unwrap();
    let mut found = Vec::new();
    for (line, cells) in (2..).zip(rows) {
        let row = PlainRow { line, cells: cells.map(str::to_owned).into(), geometry: None };
        found.extend_from_slice(intake.row(&row).findings());
    }
    (intake.finish(), found)
}

fn story<'a>(mapping: &'a Mapping, report: &'a Report, found: &'a [Finding]) -> ImportStory<'a> {
    ImportStory {
        file: "strikes.csv",
        hash: "00ff",
        kind: ObjectKind::Strike,
        source: "hi-2024",
        mapping,
        report,
        findings: found,
        taken_in: None,
    }
}

#[test]
fn a_dry_run_is_told_in_a_screen_and_then_rule_by_rule() {
    let as_of = on(date(2024, 6, 30));
    let (mapping, (report, found)) = (mapping(), imported());
    let answer = findings::findings(&story(&mapping, &report, &found), as_of);
    insta::assert_snapshot!(printed(&answer));
    leads_nowhere_dead(&answer, as_of);
    let json = answer.project_json(as_of);
    assert_eq!(json["data"]["rows"]["read"], 8);
    assert_eq!(json["data"]["dry_run"], true);
    assert_eq!(json["data"]["may_be_taken_in"], true);
    let held = json["data"]["findings"].as_array().unwrap().len();
    assert_eq!(json["data"]["findings_in_all"], held);
    assert_eq!(json["data"]["rules"][0]["weight"], "refused");
    assert!(json["data"]["mapping"]["columns"][1]["reason"].is_string());
}

#[test]
fn what_was_taken_in_is_told_as_done() {
    let as_of = on(date(2024, 6, 30));
    let (mapping, (report, found)) = (mapping(), imported());
    let taken_in = Some(TakenInCounts { entered: 5, revised: 0, unchanged: 0 });
    let told = ImportStory { taken_in, ..story(&mapping, &report, &found) };
    let printed = printed(&findings::findings(&told, as_of));
    assert!(printed.starts_with("Import of strikes.csv\n"), "{printed}");
    assert!(printed.contains("Taken in: 5 new"), "{printed}");
    assert!(!printed.contains("Nothing was written"), "{printed}");
}

#[test]
fn open_questions_stand_before_everything_else() {
    let as_of = on(date(2024, 6, 30));
    let mut mapping = mapping();
    mapping.questions = vec![Question::UtmZone { column: "East\u{202e}ing".to_owned() }];
    let report = Report { read: 3, accepted: 2, ..Report::default() };
    let answer = findings::findings(&story(&mapping, &report, &[]), as_of);
    let told = printed(&answer);
    assert!(told.contains("in which UTM zone is `East⟨U+202E⟩ing`?"), "{told}");
    assert!(told.contains("The rows do not add up"), "{told}");
    assert!(told.contains("Nothing was found to ask about."), "{told}");
    assert_eq!(answer.project_json(as_of)["data"]["may_be_taken_in"], false);
}

#[test]
fn a_file_with_personal_data_is_told_as_refused() {
    let as_of = on(date(2024, 6, 30));
    let report = Report { personal_data_met: true, ..Report::default() };
    let mapping = mapping();
    let answer = findings::findings(&story(&mapping, &report, &[]), as_of);
    assert!(printed(&answer).contains("Nothing can be taken in"));
    assert_eq!(answer.project_json(as_of)["data"]["may_be_taken_in"], false);
}

#[test]
fn the_page_is_one_file_without_script_and_shows_what_was_hidden() {
    let (mapping, (report, found)) = (mapping(), imported());
    let page = findings::page(&story(&mapping, &report, &found), on(date(2024, 6, 30)));
    assert!(page.contains("-⟨U+202E⟩gnirts") && !page.contains('\u{202e}'));
    assert!(page.contains("غير معروف في القرية"));
    assert!(page.contains("=HYPERLINK(&quot;http://x&quot;,&quot;y&quot;)"));
    for absent in ["<script", "<link", "id=\"explanations\"", "id=\"further-sources\"", "src="] {
        assert!(!page.contains(absent), "{absent}");
    }
    for link in page.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let place = link.strip_prefix('#').unwrap();
        assert!(page.contains(&format!("id=\"{place}\"")), "{link}");
    }
}

#[test]
fn the_csv_holds_every_finding_and_no_formula() {
    let (report, found) = imported();
    let mut table = Csv::new(Vec::new()).unwrap();
    for finding in report.file_findings.iter().chain(&found) {
        table.finding(finding).unwrap();
    }
    table.end().unwrap();
    let bytes = table.written();
    assert!(bytes.starts_with("\u{feff}file,sheet,line,".as_bytes()));
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(&reader.headers().unwrap()[0], "file");
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), report.file_findings.len() + found.len());
    let values: Vec<&str> = rows.iter().map(|row| &row[6]).collect();
    for value in ["'=HYPERLINK(\"http://x\",\"y\")", "'@now", "'-⟨U+202E⟩gnirts"] {
        assert!(values.contains(&value), "{value}: {values:?}");
    }
    assert!(values.contains(&"غير معروف في القرية"));
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
}

#[test]
fn the_workbook_holds_texts_as_texts_and_is_the_same_each_time() {
    let (mapping, (report, found)) = (mapping(), imported());
    let told = story(&mapping, &report, &found);
    let as_of = on(date(2024, 6, 30));
    let bytes = findings::workbook(&told, as_of).unwrap();
    assert_eq!(bytes, findings::workbook(&told, as_of).unwrap());
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["By rule", "Findings", "Mapping", "File"]);
    let sheet = book.worksheet_range("Findings").unwrap();
    assert_eq!(sheet.height(), 1 + report.file_findings.len() + found.len());
    let values: Vec<&Data> = sheet.rows().skip(1).map(|row| &row[6]).collect();
    for value in
        ["=HYPERLINK(\"http://x\",\"y\")", "@now", "-⟨U+202E⟩gnirts", "غير معروف في القرية"]
    {
        assert!(values.contains(&&Data::String(value.to_owned())), "{value}: {values:?}");
    }
    for name in ["By rule", "Findings", "Mapping", "File"] {
        let formulas = book.worksheet_formula(name).unwrap();
        assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "{name}");
    }
    let rules = book.worksheet_range("By rule").unwrap();
    assert_eq!(rules.get((1, 0)), Some(&Data::String("refused".to_owned())));
    assert_eq!(rules.get((1, 2)), Some(&Data::Float(2.0)));
    let columns = book.worksheet_range("Mapping").unwrap();
    let names: Vec<String> = columns.rows().map(|row| row[0].to_string()).collect();
    assert!(names.contains(&"الملاحظة".to_owned()), "{names:?}");
}

#[test]
fn a_workbook_of_some_findings_says_that_there_are_more() {
    let (mapping, (report, found)) = (mapping(), imported());
    let told = story(&mapping, &report, &found[..1]);
    let bytes = findings::workbook(&told, on(date(2024, 6, 30))).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let about = book.worksheet_range("File").unwrap();
    let told: Vec<String> = about.rows().map(|row| row[1].to_string()).collect();
    assert!(told.iter().any(|cell| cell.contains("holds them all")), "{told:?}");
}
