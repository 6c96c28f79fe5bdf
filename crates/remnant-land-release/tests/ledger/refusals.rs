//! Each refusal, in the words that the person reads.

use jiff::civil::date;
use remnant_land_release::{
    AdjustmentCause, Change, Classification, ClearedOutsideStep, Criterion, Event, EventId,
    HazardousAreaLedger, InvestigationClosedStep, Line, NationalRules, NotWorked, Part, Refusal,
    Requirement, RuleBook, Step, SuspensionReason, TechnicalAsset, Worked, check_area,
};
use remnant_record::SquareMetres;

use crate::village::{
    adjusted, area_id, cancelled, cleared, day, empty, event, extended, field, handed_over,
    missed_item, opened, position, reclassified, reduced, reopened, suspected_point, told,
};

/// A confirmed area of 100 m by 100 m, of which the western half is cleared.
fn half_cleared() -> HazardousAreaLedger {
    let mut ledger = empty();
    let field_of_the_area = field(0.0, 0.0, 100.0, 100.0);
    ledger.enter(event(0, day(0), opened(Classification::Confirmed, field_of_the_area))).unwrap();
    let west = Part::Boundary(field(0.0, 0.0, 50.0, 100.0));
    ledger.enter(event(1, day(10), Step::Cleared(cleared(west)))).unwrap();
    ledger
}

fn suspected() -> HazardousAreaLedger {
    let mut ledger = empty();
    let boundary = field(0.0, 0.0, 100.0, 100.0);
    ledger.enter(event(0, day(0), opened(Classification::Suspected, boundary))).unwrap();
    ledger
}

/// Refuses the event, leaves the ledger as it was, and says so.
fn refused(ledger: &HazardousAreaLedger, event: Event) -> Refusal {
    let mut tried = ledger.clone();
    let refusal = tried.enter(event).unwrap_err();
    assert_eq!(tried, *ledger);
    refusal
}

fn words(refusal: &Refusal) -> String {
    let help: Vec<String> = refusal
        .help()
        .iter()
        .map(|help| format!("  help: {}", help.replace('\n', "\n        ")))
        .collect();
    let names: Vec<&str> = refusal.reasons.iter().map(|reason| reason.name()).collect();
    format!("[{}] {refusal}\n{}\n", names.join(", "), help.join("\n"))
}

#[test]
fn what_does_not_fit_the_land_is_refused_with_its_square_metres() {
    let ledger = half_cleared();
    let next = |step| event(2, day(20), step);
    let part = |west, south, east, north| Part::Boundary(field(west, south, east, north));
    let told = [
        refused(&ledger, next(Step::Cleared(cleared(part(0.0, 0.0, 100.0, 120.0))))),
        refused(&ledger, next(Step::Cleared(cleared(part(50.0, 0.0, 60.0, 110.0))))),
        refused(&ledger, next(Step::Cleared(cleared(part(40.0, 0.0, 60.0, 100.0))))),
        refused(&ledger, next(Step::Cancelled(cancelled(part(500.0, 0.0, 510.0, 10.0))))),
        refused(&ledger, next(extended(Classification::Confirmed, field(60.0, 0.0, 70.0, 10.0)))),
        refused(&ledger, next(extended(Classification::Confirmed, field(10.0, 0.0, 20.0, 10.0)))),
        refused(&ledger, next(Step::HandedOver(handed_over(part(40.0, 0.0, 60.0, 50.0))))),
        refused(&ledger, next(Step::HandedOver(handed_over(part(-40.0, 0.0, 20.0, 50.0))))),
        refused(&ledger, next(missed_item(position(75.0, 50.0)))),
        refused(&ledger, next(missed_item(position(-75.0, 50.0)))),
        refused(
            &ledger,
            next(adjusted(
                Classification::Confirmed,
                Some(field(45.0, 0.0, 100.0, 100.0)),
                AdjustmentCause::Remeasured,
            )),
        ),
    ];
    let told: Vec<String> = told.iter().map(words).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_does_not_follow_from_the_state_is_refused() {
    let (ledger, suspected) = (half_cleared(), suspected());
    let next = |step| event(2, day(20), step);
    let mut stopped = ledger.clone();
    stopped.enter(next(Step::Suspended { reason: SuspensionReason::Security })).unwrap();
    let mut closed = ledger.clone();
    closed.enter(next(Step::Cleared(cleared(Part::All)))).unwrap();
    let mut looked_at = ledger.clone();
    looked_at.enter(next(missed_item(position(25.0, 50.0)))).unwrap();
    let mut point = empty();
    point.enter(event(0, day(0), suspected_point(Some(100.0)))).unwrap();
    let later = |step| event(3, day(30), step);
    let no_investigation = Step::InvestigationClosed(InvestigationClosedStep {
        missed_item: EventId::new("E-009").unwrap(),
    });
    let told = [
        refused(&suspected, next(Step::Cleared(cleared(Part::All)))),
        refused(&empty(), next(Step::Cleared(cleared(Part::All)))),
        refused(&stopped, later(Step::Cleared(cleared(Part::All)))),
        refused(&closed, later(Step::Reduced(reduced(Part::All, TechnicalAsset::With)))),
        refused(
            &closed,
            later(adjusted(Classification::Confirmed, None, AdjustmentCause::Remeasured)),
        ),
        refused(&suspected, next(Step::HandedOver(handed_over(Part::All)))),
        refused(&ledger, next(reclassified(Part::All))),
        refused(&ledger, next(Step::ClosedNotSubstantiated)),
        refused(&ledger, next(Step::Resumed)),
        refused(&point, next(Step::Reduced(reduced(Part::All, TechnicalAsset::Without)))),
        refused(&point, next(reclassified(Part::All))),
        refused(&ledger, next(reopened("E-009", Part::All))),
        refused(&ledger, next(no_investigation)),
        refused(&looked_at, later(missed_item(position(30.0, 50.0)))),
        refused(&looked_at, later(Step::HandedOver(handed_over(Part::All)))),
        refused(&ledger, next(Step::Split { into: vec![area_id("HA-018")] })),
        refused(&ledger, next(Step::Merged { into: area_id("HA-017") })),
    ];
    let told: Vec<String> = told.iter().map(words).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_step_by_its_days_and_its_author_is_refused_with_all_reasons_at_once() {
    let ledger = half_cleared();
    let clear = |day| event(2, day, Step::Cleared(cleared(Part::All)));
    let early =
        Event { recorded: event(2, day(40), Step::Resumed).recorded, ..clear(date(2023, 12, 1)) };
    let ahead = Event { effective_on: day(60), ..clear(day(40)) };
    let another = Event { area: area_id("HA-018"), ..clear(day(40)) };
    let again = Event { id: EventId::new("E-001").unwrap(), ..clear(day(40)) };
    let out_of_order =
        Event { recorded: event(0, day(0), Step::Resumed).recorded, ..clear(day(0)) };
    let mut silent = clear(day(40));
    silent.why = " ".to_owned();
    if let Step::Cleared(step) = &mut silent.step {
        step.worked = Some(Worked { from: day(39), to: day(29) });
        step.depth_cm = None;
        step.completion_report = None;
    }
    // Between opening and clearance: all of it reduced, and nothing is left to be cleared.
    let mut between = event(2, day(5), Step::Reduced(reduced(Part::All, TechnicalAsset::With)));
    between.recorded.on = day(40);
    let told = [early, ahead, another, again, out_of_order, silent, between];
    let told: Vec<String> = told.into_iter().map(|event| words(&refused(&ledger, event))).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn everything_that_is_missing_from_the_file_is_told_at_once() {
    let (ledger, suspected) = (half_cleared(), suspected());
    let bare = |step: Step| Event { evidence: Vec::new(), ..event(2, day(20), step) };
    let json = |text: &str| -> Step { serde_json::from_str(text).unwrap() };
    let mut point = bare(suspected_point(None));
    point.evidence = vec![remnant_land_release::Evidence { dated: None, ..told() }];
    let mut unsure =
        event(2, day(20), opened(Classification::Confirmed, field(0.0, 0.0, 9.0, 9.0)));
    unsure.evidence = vec![told()];
    if let Step::Opened(step) = &mut unsure.step {
        step.contamination = Vec::new();
    }
    let told = [
        refused(&empty(), bare(json(r#"{"kind": "opened", "classification": "SHA"}"#))),
        refused(&empty(), point),
        refused(&empty(), bare(json(r#"{"kind": "opened", "classification": "CHA"}"#))),
        refused(&empty(), unsure),
        refused(&suspected, bare(json(r#"{"kind": "reclassified", "part": "all"}"#))),
        refused(&suspected, bare(json(r#"{"kind": "cancelled", "part": "all"}"#))),
        refused(&ledger, bare(json(r#"{"kind": "cancelled", "part": "all"}"#))),
        refused(
            &ledger,
            bare(json(r#"{"kind": "reduced", "part": "all", "technical_asset": "with"}"#)),
        ),
        refused(
            &ledger,
            bare(json(r#"{"kind": "reduced", "part": "all", "technical_asset": "without"}"#)),
        ),
        refused(&ledger, bare(json(r#"{"kind": "cleared", "part": "all"}"#))),
        refused(&ledger, bare(json(r#"{"kind": "handed_over", "part": "all"}"#))),
    ];
    let told: Vec<String> = told.iter().map(words).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn an_estimate_is_no_evidence_and_a_foreign_criterion_is_none() {
    let mut cites_estimate =
        event(2, day(20), opened(Classification::Confirmed, field(0.0, 0.0, 9.0, 9.0)));
    for evidence in &mut cites_estimate.evidence {
        evidence.kind = "estimate".to_owned();
        evidence.located = true;
    }
    let mut foreign = cancelled(Part::All);
    foreign.criteria = vec!["looked_fine".to_owned()];
    let told = [
        refused(&empty(), cites_estimate),
        refused(&suspected(), event(2, day(20), Step::Cancelled(foreign))),
    ];
    let told: Vec<String> = told.iter().map(words).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn clearance_outside_and_land_worked_again_stand_beside_the_ledger_when_asked() {
    let mut ledger = half_cleared();
    let open = ledger.state().open();
    let mut wide = cleared(Part::Boundary(field(40.0, 0.0, 60.0, 110.0)));
    wide.count_outside = true;
    wide.count_again = true;
    let entered = ledger.enter(event(2, day(20), Step::Cleared(wide))).unwrap();
    let amount = |line| {
        let of = entered.postings.iter().filter(|posting| posting.line == line);
        of.map(|posting| posting.amount.get()).sum::<i128>()
    };
    assert!((995..=1005).contains(&amount(Line::Cleared)), "{:?}", entered.postings);
    assert!((995..=1005).contains(&amount(Line::ClearedAgain)), "{:?}", entered.postings);
    assert!((195..=205).contains(&amount(Line::ClearedOutside)), "{:?}", entered.postings);
    assert_eq!(
        open.total() - entered.after.total(),
        ledger.sum(Line::Cleared).total() - half_cleared().sum(Line::Cleared).total()
    );
    for identity in ledger.identities() {
        assert!(identity.holds(), "{identity}");
    }
    // A spot task beside the area is a line of its own, and not on open land.
    let spot = |west| {
        Step::ClearedOutside(ClearedOutsideStep {
            boundary: field(west, 200.0, west + 10.0, 210.0),
            reported: None,
            depth_cm: Some(20.0),
            method: Some("spot task".to_owned()),
        })
    };
    assert_eq!(ledger.enter(event(3, day(30), spot(0.0))).unwrap().postings.len(), 1);
    assert_eq!(ledger.state().open(), entered.after);
}

#[test]
fn land_that_nobody_worked_stays_open_where_it_was_drawn() {
    let mut ledger = half_cleared();
    let mut east = cleared(Part::All);
    let pond = |boundary| NotWorked {
        area: SquareMetres::new(100),
        reason: "under water".to_owned(),
        boundary,
    };
    east.not_worked = Some(vec![pond(Some(field(70.0, 40.0, 80.0, 50.0)))]);
    let entered = ledger.enter(event(2, day(20), Step::Cleared(east.clone()))).unwrap();
    assert_eq!(entered.after.confirmed, Change::new(100));
    assert_eq!(ledger.state().words(), "open: CHA, cleared");
    for identity in ledger.identities() {
        assert!(identity.holds(), "{identity}");
    }
    // Where nobody drew it the checks say that it counts.
    east.not_worked = Some(vec![pond(None)]);
    let opening = opened(Classification::Confirmed, field(0.0, 0.0, 100.0, 100.0));
    let events = vec![event(0, day(0), opening), event(1, day(20), Step::Cleared(east))];
    let findings = check_area(&crate::village::file(events, vec![]), day(90));
    let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["HA-017 E-001: 100 m2 of 10 001 m2 counted were not worked \
             [not-worked-counts-as-cleared]",]
    );
}

#[test]
fn a_refusal_is_data_for_a_map_and_a_form() {
    let wide = cleared(Part::Boundary(field(50.0, 0.0, 60.0, 110.0)));
    let mut bare = event(2, day(20), Step::Cleared(wide));
    if let Step::Cleared(step) = &mut bare.step {
        step.depth_cm = None;
    }
    let written = serde_json::to_value(refused(&half_cleared(), bare)).unwrap();
    let reasons = &written["reasons"];
    assert_eq!(reasons[0]["name"], "missing-evidence");
    assert_eq!(reasons[0]["required"][1]["requirement"], "depth");
    assert_eq!(reasons[0]["required"][1]["met"], false);
    assert_eq!(reasons[1]["name"], "outside-area");
    assert_eq!(reasons[1]["land"][0][0].as_array().unwrap().len(), 5);
}

#[test]
fn slivers_of_two_drawings_are_left_out_and_told() {
    let mut ledger = half_cleared();
    // Two centimetres over the edge of the cleared half, along a hundred metres: 2 m2.
    let east = cleared(Part::Boundary(field(49.98, 0.0, 100.0, 100.0)));
    let entered = ledger.enter(event(2, day(20), Step::Cleared(east))).unwrap();
    assert_eq!(entered.after.total(), Change::ZERO);
    assert_eq!(ledger.state().words(), "closed: cleared");
}

#[test]
fn a_step_is_judged_by_the_national_rules_of_its_day() {
    let mut rules = NationalRules::unverified_default();
    rules.country = "national standard, second edition".to_owned();
    (rules.valid_from, rules.recorded_on) = (day(15), day(15));
    rules.cancellation_criteria.value =
        vec![Criterion { code: "looked_fine".to_owned(), label: "looked fine".to_owned() }];
    rules.waived_requirements.value = [Requirement::LandUsedFor].into();
    let mut ledger = HazardousAreaLedger::new(area_id("HA-017"), RuleBook::new(vec![rules]));
    let boundary = field(0.0, 0.0, 100.0, 100.0);
    ledger.enter(event(0, day(0), opened(Classification::Suspected, boundary))).unwrap();
    let mut by_the_new_edition = cancelled(Part::Boundary(field(0.0, 0.0, 50.0, 100.0)));
    by_the_new_edition.criteria = vec!["looked_fine".to_owned()];
    by_the_new_edition.used_for_years = None;
    let step = Step::Cancelled(by_the_new_edition);
    let too_early = refused(&ledger, event(1, day(10), step.clone()));
    assert_eq!(too_early.reasons.len(), 2);
    ledger.enter(event(1, day(20), step)).unwrap();
}
