//! What is guessed, and what is asked.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

fn guessed(kind: ObjectKind, table: &[&[&str]]) -> Guess {
    labelled(kind, table, None)
}

fn labelled(kind: ObjectKind, table: &[&[&str]], labels: Option<&[String]>) -> Guess {
    let own = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let columns = own(table[0]);
    let rows: Vec<PlainRow> = table[1..]
        .iter()
        .zip(2..)
        .map(|(row, line)| PlainRow { line, cells: own(row), geometry: None })
        .collect();
    let sample = Sample { sheet: "", columns: &columns, labels, tags: None, rows: &rows };
    guess(kind, "test", &sample, &crate::pick_list::shipped())
}

fn role(guess: &Guess, column: &str) -> Role {
    guess.mapping.column(column).unwrap().to.clone()
}

fn field(name: &str) -> Role {
    Role::Field(name.to_owned())
}

#[test]
fn a_plain_table_is_mapped_without_questions() {
    let guess = guessed(
        ObjectKind::HazardousArea,
        &[
            &["HA_ID", "Type", "Area (ha)", "Survey date", "LAT", "LONG", "Landowner", "x1"],
            &["1", "SHA", "1.5", "2020-01-31", "17.5", "103.2", "", "a"],
            &["2", "CHA", "2", "2020-02-01", "17.6", "103.3", "", "b"],
        ],
    );
    assert_eq!(role(&guess, "HA_ID"), Role::Id);
    assert_eq!(role(&guess, "Type"), field("area_type"));
    assert_eq!(role(&guess, "Area (ha)"), field("reported_square_metres"));
    assert_eq!(guess.mapping.column("Area (ha)").unwrap().unit, Some(AreaUnit::Ha));
    assert_eq!(role(&guess, "LONG"), Role::Place(PlacePart::Longitude));
    assert_eq!(role(&guess, "Landowner"), field("landowner_name"));
    assert_eq!(guess.unmapped().collect::<Vec<_>>(), ["x1"]);
    assert_eq!(guess.questions(), []);
    assert!(guess.reasons().all(|(_, _, reason)| !reason.is_empty()));
    assert_eq!(guess.mapping.personal_columns().collect::<Vec<_>>(), ["Landowner"]);
    let columns: Vec<String> = guess.mapping.columns.iter().map(|c| c.name.clone()).collect();
    assert_eq!(guess.mapping.check(&columns), Ok(()));
}

#[test]
fn what_is_doubtful_becomes_a_question() {
    let guess = guessed(
        ObjectKind::HazardousArea,
        &[&["area", "date", "report_date", "women"], &["1,500", "02/03/2020", "5.3.99", "3"]],
    );
    let asked: Vec<&str> = guess
        .questions()
        .iter()
        .map(|question| match question {
            Question::DateOrder { .. } => "order",
            Question::TwoDigitYears { .. } => "years",
            Question::AreaUnit { .. } => "unit",
            Question::DecimalComma { .. } => "comma",
            _ => "other",
        })
        .collect();
    assert_eq!(asked, ["order", "years", "unit", "comma"]);
    for question in guess.questions() {
        assert!(question.words().contains("Set "), "{}", question.words());
    }
}

#[test]
fn the_order_of_dates_is_decided_by_dates_that_have_but_one() {
    let guess =
        guessed(ObjectKind::Strike, &[&["id", "date"], &["1", "02/03/2022"], &["2", "02/24/2022"]]);
    assert_eq!(guess.mapping.date_order, DateOrder::Mdy);
    assert_eq!(guess.questions(), []);
}

#[test]
fn a_name_that_contradicts_its_label_is_asked_about() {
    let labels = ["Direct female adult beneficiaries", "Direct female child beneficiaries"];
    let guess = labelled(
        ObjectKind::HazardousArea,
        &[&["fem_child", "fem_adlt"], &["3", "4"]],
        Some(&labels.map(str::to_owned)),
    );
    assert_eq!(guess.questions().len(), 2);
    assert!(matches!(
        &guess.questions()[0],
        Question::NameAgainstLabel { by_name, by_label, .. }
            if by_name == "girls" && by_label == "women"
    ));
}

#[test]
fn choices_parts_of_dates_and_stand_ins_are_found() {
    let guess = guessed(
        ObjectKind::HazardousArea,
        &[
            &["group/contamination_type/ap_mine", "contamination_type/cmr", "girls"],
            &["1", "0", "4"],
            &["0", "1", "-1"],
        ],
    );
    let choice =
        |code: &str| Role::Choice { field: "contamination_type".to_owned(), code: code.to_owned() };
    assert_eq!(role(&guess, "group/contamination_type/ap_mine"), choice("ap_mine"));
    assert_eq!(role(&guess, "contamination_type/cmr"), choice("cluster_munition_remnants"));
    assert_eq!(guess.mapping.column("girls").unwrap().blanks, ["-1"]);
    let parts = guessed(
        ObjectKind::Strike,
        &[&["DAY", "MONTH", "YEAR"], &["4.0", "3.0", "5.0"], &["01-02", "6.0", "4.0"]],
    );
    let part = |part| Role::DatePart { field: "date".to_owned(), part };
    assert_eq!(role(&parts, "DAY"), part(DatePart::Day));
    assert_eq!(role(&parts, "YEAR"), part(DatePart::Year));
    assert!(matches!(&parts.questions()[0], Question::YearOffset { .. }));
}

#[test]
fn metres_are_not_taken_for_degrees() {
    let guess = guessed(
        ObjectKind::EvidencePoint,
        &[&["X", "Y"], &["433000", "1030000"], &["434000", "1031000"]],
    );
    assert_eq!(role(&guess, "X"), Role::Place(PlacePart::Easting));
    assert!(matches!(guess.questions()[0], Question::UtmZone { .. }));
}

#[test]
fn tags_go_before_names() {
    let columns = ["a", "b", "c"].map(str::to_owned);
    let tags = ["#date+start", "#geo+lat", "#geo+lon"].map(str::to_owned);
    let sample =
        Sample { sheet: "", columns: &columns, labels: None, tags: Some(&tags), rows: &[] };
    let guess = guess(ObjectKind::Accident, "test", &sample, &crate::pick_list::shipped());
    assert_eq!(role(&guess, "a"), field("date"));
    assert_eq!(role(&guess, "b"), Role::Place(PlacePart::Latitude));
}
