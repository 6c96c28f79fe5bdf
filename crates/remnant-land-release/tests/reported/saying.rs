//! What one row says.

use jiff::civil::date;
use remnant_ground::{LocationMethod, Object, ObjectKind, Place, RowOrigin, Shape};
use remnant_land_release::{
    Background, Classification, Contamination, Counting, Extent, Part, Remark, ReportedStep, Step,
    TechnicalAsset, Unclear, opened, released,
};

use crate::rows::{area, field, placed, release, row, with, without};

fn says(object: &Object, beside: &[Object]) -> Result<ReportedStep, Vec<Unclear>> {
    let background = Background::new(beside.iter().chain([object]), []);
    match object.kind {
        ObjectKind::HazardousArea => opened(object, &background),
        _ => released(object, &background, Counting::default()),
    }
}

fn told(unclear: &[Unclear]) -> Vec<String> {
    unclear.iter().map(|reason| format!("[{}] {reason}", reason.name())).collect()
}

#[test]
fn a_row_on_an_area_says_all_of_its_opening() {
    let mut object = area("op/HA-1");
    object.origin =
        Some(RowOrigin { file: "0123456789abcdef".to_owned(), sheet: String::new(), line: 17 });
    let object = with(object, "status", "In_Progress");
    let step = says(&object, &[]).unwrap();
    assert_eq!(step.area.as_str(), "op/HA-1");
    assert_eq!(step.organisation.as_str(), "operator-1");
    assert_eq!(step.why, "reported in `op/HA-1`, line 17 of file 0123456789ab");
    assert_eq!(step.status_word.as_deref(), Some("In_Progress"), "the word as it was written");
    let Step::Opened(opened) = step.step else { panic!("not an opening") };
    assert_eq!(opened.classification, Classification::Confirmed);
    assert_eq!(opened.reported.unwrap().to_string(), "10 000 m2");
    assert_eq!(opened.contamination, [Contamination::ClusterMunitionRemnants]);
    assert_eq!(opened.administrative_unit.as_deref(), Some("VN-44-01"));
    let Some(Extent::Boundary { boundary, how_drawn }) = opened.extent else {
        panic!("no boundary")
    };
    assert!(boundary.area().get().abs_diff(10_000) < 60, "{}", boundary.area());
    assert_eq!(how_drawn.as_deref(), Some("with a satellite receiver"));
}

#[test]
fn land_is_hazardous_from_the_first_day_and_released_from_the_last() {
    let opened = says(&area("op/HA-1"), &[]).unwrap();
    assert_eq!(opened.effective_on, date(2022, 3, 1));
    let remarks: Vec<String> = opened.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(remarks, ["the row says 2022-03; 2022-03-01 is taken, its first day"]);
    let released = says(&release("op/R-1", "op/HA-1"), &[area("op/HA-1")]).unwrap();
    assert_eq!(released.effective_on, date(2023, 5, 31));
    let year = with(release("op/R-1", "op/HA-1"), "end_date", "2023");
    assert_eq!(says(&year, &[area("op/HA-1")]).unwrap().effective_on, date(2023, 12, 31));
    let day = with(area("op/HA-1"), "survey_date", "2022-03-09");
    assert_eq!(says(&day, &[]).unwrap().remarks, []);
}

#[test]
fn the_date_of_information_stands_in_for_a_survey_and_reporting_days_never_do() {
    let informed = with(without(area("op/HA-1"), "survey_date"), "date_of_information", "2021");
    assert_eq!(says(&informed, &[]).unwrap().effective_on, date(2021, 1, 1));
    let typed = with(without(area("op/HA-1"), "survey_date"), "entry_date", "2024-01-01");
    let typed = with(typed, "report_date", "2024-01-01");
    let unclear = says(&typed, &[]).unwrap_err();
    assert_eq!(
        told(&unclear),
        ["[no-date] no date: neither `survey_date` nor `date_of_information` is filled in"]
    );
    assert!(unclear[0].help().contains("never put in its place"));
    // A date that cannot be read is not passed over for another one.
    let odd = with(with(area("op/HA-1"), "survey_date", "spring"), "date_of_information", "2021");
    assert_eq!(
        told(&says(&odd, &[]).unwrap_err()),
        ["[not-a-date] `survey_date` holds `spring`, which is no date"]
    );
}

#[test]
fn all_that_is_unclear_is_told_at_once_with_help() {
    let bare = row(ObjectKind::HazardousArea, "op/HA-1 ", &[("contamination_type", "gas")]);
    let unclear = says(&bare, &[]).unwrap_err();
    assert_eq!(
        told(&unclear),
        [
            "[not-an-id] `id`: `op/HA-1 ` has spaces before or after it",
            "[no-date] no date: neither `survey_date` nor `date_of_information` is filled in",
            "[no-organisation] `organisation` is not filled in",
            "[no-area-type] `area_type` is not filled in",
            "[unknown-code] `contamination_type` holds `gas`, which is none of \
             cluster_munition_remnants, ap_mine, av_mine, other_uxo, axo, ied, unknown",
        ]
    );
    let bare = row(ObjectKind::Release, "op/R-1", &[("not_worked_square_metres", "-3")]);
    let unclear = says(&bare, &[]).unwrap_err();
    assert_eq!(
        told(&unclear),
        [
            "[no-area-named] `hazardous_area` is not filled in",
            "[no-date] no date: `end_date` is not filled in",
            "[no-organisation] `organisation` is not filled in",
            "[no-boundary-of-release] it has no place, and no boundary: which of the land was \
             released is not said",
            "[no-release-kind] `release_kind` is not filled in",
        ]
    );
    assert!(unclear.iter().all(|reason| !reason.help().is_empty()));
}

#[test]
fn a_number_out_of_range_is_unclear_and_no_number() {
    let areas = [area("op/HA-1")];
    for (name, told_as) in [
        ("reported_square_metres", "-3"),
        ("items_found", "9000000000"),
        ("not_worked_square_metres", "-1"),
        ("depth_centimetres", "-20"),
    ] {
        let mut odd = release("op/R-1", "op/HA-1");
        odd.fields
            .insert(name.to_owned(), remnant_ground::FieldValue::Whole(told_as.parse().unwrap()));
        let unclear = says(&odd, &areas).unwrap_err();
        let words = format!("[not-a-number] `{name}` holds `{told_as}`, which is no number for it");
        assert_eq!(told(&unclear), [words]);
    }
}

#[test]
fn a_crossing_outline_is_told_and_a_line_is_no_area() {
    let mut crossing = area("op/HA-1");
    let Some(Place { shape: Shape::Area(drawn), .. }) = &mut crossing.place else { panic!() };
    drawn.0[0].exterior_mut(|ring| ring.0.swap(1, 2));
    let unclear = says(&crossing, &[]).unwrap_err();
    assert!(unclear.iter().all(|reason| matches!(reason, Unclear::Boundary(_))), "{unclear:?}");
    assert!(!unclear.is_empty());
    let line = Shape::Line(vec![(106.7, 16.8), (106.8, 16.8)]);
    let line = placed(area("op/HA-1"), Place::new(line, LocationMethod::Gps));
    assert_eq!(says(&line, &[]).unwrap_err(), [Unclear::LineForAnArea]);
}

#[test]
fn a_point_opens_as_a_point_and_releases_nothing() {
    let point = Shape::Point { longitude: 106.7, latitude: 16.8 };
    let mut place = Place::new(point, LocationMethod::Gps);
    place.uncertainty_metres = Some(30.0);
    let step = says(&placed(area("op/HA-1"), place.clone()), &[]).unwrap().step;
    let Step::Opened(opened) = step else { panic!("not an opening") };
    let Some(Extent::Point { uncertainty_metres, .. }) = opened.extent else { panic!("no point") };
    assert_eq!(uncertainty_metres, Some(30.0));
    let release = placed(release("op/R-1", "op/HA-1"), place);
    let unclear = says(&release, &[area("op/HA-1")]).unwrap_err();
    assert_eq!(unclear, [Unclear::NoBoundary { found: "a point" }]);
}

#[test]
fn a_clearance_keeps_what_its_row_has_and_says_what_it_has_not() {
    let search = row(ObjectKind::Search, "op/S-1", &[("method", "visual_surface")]);
    let object = with(release("op/R-1", "HA-1"), "search", "S-1");
    let object = with(object, "end_date", "2023-05-09");
    let step = says(&object, &[area("op/HA-1"), search]).unwrap();
    assert_eq!(step.area.as_str(), "op/HA-1", "a reference within the source");
    let Step::Cleared(cleared) = step.step else { panic!("not a clearance") };
    assert!(matches!(cleared.part, Part::Boundary(_)));
    assert_eq!(cleared.depth_cm, Some(25.0));
    assert_eq!(cleared.method.as_deref(), Some("visual_surface"));
    assert_eq!(cleared.worked.map(|worked| worked.from), Some(date(2023, 4, 2)));
    let items = cleared.items.unwrap();
    assert_eq!((items[0].quantity, items[0].position), (3, None));
    assert_eq!(cleared.not_worked, None, "not filled in is not none");
    assert_eq!(cleared.completion_report, None);
    assert_eq!(step.remarks, [Remark::ItemsWithoutPositions(3)]);
}

#[test]
fn nothing_found_and_all_worked_are_said_by_a_zero_only() {
    let mut object = release("op/R-1", "op/HA-1");
    for name in ["items_found", "not_worked_square_metres"] {
        object.fields.insert(name.to_owned(), remnant_ground::FieldValue::Whole(0));
    }
    let Step::Cleared(cleared) = says(&object, &[area("op/HA-1")]).unwrap().step else { panic!() };
    assert_eq!(cleared.items, Some(Vec::new()));
    assert_eq!(cleared.not_worked, Some(Vec::new()));
    assert_eq!(cleared.worked, None, "a month is no last day of work");
}

#[test]
fn reduced_land_says_whether_an_asset_searched_it() {
    let object = with(release("op/R-1", "op/HA-1"), "release_kind", "reduced");
    let areas = [area("op/HA-1")];
    for unanswered in ["", "dont-know", "not-asked", "refused"] {
        let object = with(object.clone(), "technical_asset", unanswered);
        let unclear = says(&object, &areas).unwrap_err();
        assert_eq!(unclear, [Unclear::Missing { field: "technical_asset" }], "{unanswered}");
    }
    for (answer, asset) in [("yes", TechnicalAsset::With), ("no", TechnicalAsset::Without)] {
        let object = with(object.clone(), "technical_asset", answer);
        let object = with(object, "criteria", "searched_without_find");
        let Step::Reduced(reduced) = says(&object, &areas).unwrap().step else { panic!() };
        assert_eq!(reduced.technical_asset, asset);
        assert_eq!(reduced.criteria, ["searched_without_find"]);
        assert_eq!(reduced.found.as_deref(), Some("3 items, not said what and where"));
    }
}

#[test]
fn a_reference_goes_to_the_rows_own_source_even_where_ids_hold_a_slash() {
    let areas = [area("op/VN/44/1"), area("other/VN/44/1")];
    let of = |id: &str, reference: &str| {
        says(&release(id, reference), &areas).map(|step| step.area.to_string())
    };
    assert_eq!(of("op/R-1", "VN/44/1"), Ok("op/VN/44/1".to_owned()));
    assert_eq!(of("op/R-1", "other/VN/44/1"), Ok("other/VN/44/1".to_owned()));
    let unclear = of("op/R-1", "op/HA-9").unwrap_err();
    assert_eq!(unclear, [Unclear::NoSuchArea { reference: "op/HA-9".to_owned() }]);
}

#[test]
fn closed_without_a_release_is_told_and_never_entered() {
    let words = |object: &Object, beside: &[Object]| {
        says(object, beside).map(|step| step.status_word).map_err(|unclear| told(&unclear))
    };
    let closed = with(area("op/HA-1"), "status", "CLOSED");
    assert_eq!(
        words(&closed, &[]),
        Err(vec![
            "[closed-without-product] it is called `CLOSED`, and no release of it is among the \
             rows or in the ledger"
                .to_owned()
        ])
    );
    // With a release it opens, and the word is of the state after that.
    assert_eq!(words(&closed, &[release("op/R-1", "op/HA-1")]), Ok(None));
    let reason = with(area("op/HA-1"), "closure_reason", "cleared");
    assert_eq!(words(&reason, &[]).unwrap_err().len(), 1, "a reason is no product either");
    let merged = with(closed, "closure_reason", "merged");
    assert_eq!(
        words(&merged, &[release("op/R-1", "op/HA-1")]),
        Err(vec![
            "[closed-by-correction] it is closed as `merged`, which is a correction of the record \
             and no release"
                .to_owned()
        ])
    );
    // A word that nobody has explained is kept and means nothing.
    assert_eq!(words(&with(area("op/HA-1"), "status", "Ok"), &[]), Ok(Some("Ok".to_owned())));
}

#[test]
fn suspended_and_handed_over_are_steps_that_a_row_says_too_little_about() {
    let suspended = says(&with(area("op/HA-1"), "status", "Suspended"), &[]).unwrap();
    assert!(suspended.remarks.contains(&Remark::CalledSuspended("Suspended".to_owned())));
    assert_eq!(suspended.status_word.as_deref(), Some("Suspended"));
    let over = with(area("op/HA-1"), "status", "Released");
    let over = says(&over, &[release("op/R-1", "op/HA-1")]).unwrap();
    assert!(over.remarks.contains(&Remark::CalledHandedOver("Released".to_owned())));
}

#[test]
fn evidence_is_what_the_row_cites_and_what_names_the_area_by_that_day() {
    let point = |id: &str, found: &str| {
        let point = row(
            ObjectKind::EvidencePoint,
            id,
            &[("evidence_kind", "submunition_found"), ("how_known", "seen"), ("date_found", found)],
        );
        let shape = Shape::Point { longitude: 106.7, latitude: 16.8 };
        placed(point, Place::new(shape, LocationMethod::Gps))
    };
    let named = |id: &str, found: &str| with(point(id, found), "hazardous_area", "op/HA-1");
    let accident =
        row(ObjectKind::Accident, "op/A-1", &[("date", "2020"), ("hazardous_area", "op/HA-1")]);
    let beside = [
        point("op/EP-1", "2022-02-01"),
        point("op/EP-2", "2022-02-01"),
        named("op/EP-3", "2022"),
        named("op/EP-4", "2023-01-01"),
        accident,
    ];
    let citing = with(area("op/HA-1"), "evidence", "EP-1");
    let step = says(&citing, &beside).unwrap();
    let ids: Vec<&str> = step.evidence.iter().map(|evidence| evidence.id.as_str()).collect();
    assert_eq!(ids, ["op/A-1", "op/EP-1", "op/EP-3"], "EP-4 was found later");
    assert!(step.evidence[1].located && !step.evidence[0].located);
    let missing = says(&with(area("op/HA-1"), "evidence", "op/EP-9"), &beside).unwrap_err();
    assert_eq!(missing, [Unclear::NoSuchEvidence(vec!["op/EP-9".to_owned()])]);
}

#[test]
fn a_boundary_comes_out_of_its_row_as_it_went_in() {
    let drawn = placed(area("op/HA-1"), field(-20.0, 3.0, 41.0, 77.5));
    let (one, other) = (says(&drawn, &[]).unwrap(), says(&drawn, &[]).unwrap());
    assert_eq!(one, other);
}
