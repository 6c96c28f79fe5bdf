//! What fields take, and what they do not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::Date;

use super::super::date::DateOrder;
use super::super::known::NothingKnown;
use super::super::mapping::Role;
use super::*;

fn read(kind: ObjectKind, field: &str, column: &Column, text: &str) -> (FieldRead, Vec<Rule>) {
    let lists = crate::pick_list::shipped();
    let reading = FieldReading {
        lists: &lists,
        known: &NothingKnown,
        source: "src",
        numbers: NumberFormat::default(),
        dunam_square_metres: None,
        dates: DateReading {
            order: DateOrder::Dmy,
            two_digit_years_from: None,
            today: Date::constant(2024, 6, 30),
            first_plausible_day: None,
        },
    };
    let mut remarks = Vec::new();
    let field = kind.form().field(field).unwrap();
    let read = reading.read(field, column, &mut Words::default(), text, &mut remarks);
    (read, remarks.into_iter().map(|remark| remark.rule).collect())
}

fn column() -> Column {
    Column::new("c", Role::Unmapped)
}

fn taken(kind: ObjectKind, field: &str, text: &str) -> FieldValue {
    let (read, rules) = read(kind, field, &column(), text);
    assert_eq!(rules, [], "{text}");
    assert_eq!(read.kept_back, None, "{text}");
    read.value.unwrap()
}

fn not_taken(kind: ObjectKind, field: &str, text: &str) -> Vec<Rule> {
    let (read, rules) = read(kind, field, &column(), text);
    assert_eq!(read.value, None, "{text}");
    assert_eq!(read.kept_back.as_deref(), Some(text));
    rules
}

#[test]
fn codes_are_found_and_unknown_ones_kept_back() {
    let ha = ObjectKind::HazardousArea;
    assert_eq!(taken(ha, "area_type", "CHA"), FieldValue::Text("cha".to_owned()));
    assert_eq!(not_taken(ha, "area_type", "other"), [Rule::UnknownCode]);
    let mut column = column();
    column.codes.insert("Zone A".to_owned(), "cha".to_owned());
    let (found, rules) = read(ha, "area_type", &column, "zone-a");
    assert_eq!((found.value, rules.len()), (Some(FieldValue::Text("cha".to_owned())), 0));
}

#[test]
fn several_codes_are_read_in_both_ways_of_parting_them() {
    let ha = ObjectKind::HazardousArea;
    let both = FieldValue::Several(vec!["ap_mine".into(), "cluster_munition_remnants".into()]);
    for text in [
        "ap_mine cluster_munition_remnants",
        "Cluster munition remnants, Anti-personnel mines",
        "CMR; APM",
    ] {
        assert_eq!(taken(ha, "contamination_type", text), both, "{text}");
    }
    let (found, rules) = read(ha, "contamination_type", &column(), "CMR; dragons");
    assert_eq!(rules, [Rule::UnknownCode]);
    assert_eq!(found.kept_back.as_deref(), Some("dragons"));
    assert_eq!(
        found.value,
        Some(FieldValue::Several(vec!["cluster_munition_remnants".to_owned()]))
    );
}

#[test]
fn counts_are_whole_and_not_negative() {
    let strike = ObjectKind::Strike;
    assert_eq!(taken(strike, "quantity", "1,200"), FieldValue::Whole(1200));
    assert_eq!(taken(strike, "quantity", "3.0"), FieldValue::Whole(3));
    assert_eq!(not_taken(strike, "quantity", "2.5"), [Rule::NotWhole]);
    assert_eq!(not_taken(strike, "quantity", "-3"), [Rule::NegativeNumber]);
    assert_eq!(not_taken(strike, "quantity", "many"), [Rule::NumberNotUnderstood]);
    assert_eq!(not_taken(strike, "quantity", "1e300"), [Rule::NumberTooLarge]);
    let (found, rules) = read(strike, "quantity", &column(), "about 300");
    assert_eq!(rules, [Rule::NumberInWords]);
    assert!(found.into_note && found.value.is_none());
}

#[test]
fn areas_need_a_unit_and_become_square_metres() {
    let ha = ObjectKind::HazardousArea;
    assert_eq!(taken(ha, "reported_square_metres", "1.5 ha"), FieldValue::Whole(15_000));
    assert_eq!(not_taken(ha, "reported_square_metres", "1500"), [Rule::UnitNotStated]);
    assert_eq!(not_taken(ha, "reported_square_metres", "3 dunams"), [Rule::UnitNotStated]);
    let mut column = column();
    column.unit = Some(AreaUnit::Km2);
    let (found, _) = read(ha, "reported_square_metres", &column, "0.25");
    assert_eq!(found.value, Some(FieldValue::Whole(250_000)));
    let (found, rules) = read(ha, "reported_square_metres", &column, "3 ha");
    assert_eq!((found.value, rules), (None, vec![Rule::UnitContradictsColumn]));
}

#[test]
fn a_unit_behind_a_number_is_heeded() {
    let search = ObjectKind::Search;
    assert_eq!(taken(search, "depth_centimetres", "0.25 m"), FieldValue::Whole(25));
    assert_eq!(taken(search, "depth_centimetres", "20cm"), FieldValue::Whole(20));
    assert_eq!(not_taken(search, "depth_centimetres", "20 feet"), [Rule::NumberNotUnderstood]);
}

#[test]
fn answers_and_references_are_read() {
    let point = ObjectKind::EvidencePoint;
    assert_eq!(taken(point, "moved_since", "НІ".trim()), FieldValue::Text("no".to_owned()));
    assert_eq!(not_taken(point, "moved_since", "perhaps"), [Rule::UnknownAnswer]);
    assert_eq!(taken(point, "hazardous_area", "HA-7"), FieldValue::Text("src/HA-7".to_owned()));
    assert_eq!(
        taken(ObjectKind::HazardousArea, "evidence", "a1, a2;a1"),
        FieldValue::Several(vec!["src/a1".to_owned(), "src/a2".to_owned()])
    );
}

#[test]
fn junk_is_kept_back_and_marks_are_kept() {
    let strike = ObjectKind::Strike;
    assert_eq!(not_taken(strike, "munition_model", "npm WARN enoent"), [Rule::ToolJunk]);
    let (found, rules) = read(strike, "note", &column(), "قرية\u{200F}");
    assert_eq!(rules, [Rule::DirectionMark]);
    assert_eq!(found.value, Some(FieldValue::Text("قرية\u{200F}".to_owned())));
}
