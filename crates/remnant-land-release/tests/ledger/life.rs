//! The whole life of one area, as its history tells it.

use jiff::civil::date;
use remnant_land_release::{
    AdjustmentCause, AreaHistory, AreaStatus, Change, Classification, ClosureReason,
    HazardousAreaLedger, IndicatedStep, LandState, Line, Part, Standing, Step, SuspensionReason,
    TechnicalAsset, check_area,
};

use crate::village::{
    adjusted, approval, area_id, cancelled, cleared, day, empty, event, extended, field, file,
    handed_over, missed_item, opened, position, reclassified, reduced, reopened, suspected_point,
};

fn life() -> Vec<remnant_land_release::Event> {
    let steps = vec![
        Step::Indicated(IndicatedStep::default()),
        opened(Classification::Suspected, field(0.0, 0.0, 200.0, 100.0)),
        Step::Cancelled(cancelled(Part::Boundary(field(0.0, 0.0, 50.0, 100.0)))),
        Step::Suspended { reason: SuspensionReason::Season },
        Step::Resumed,
        reclassified(Part::Boundary(field(100.0, 0.0, 200.0, 100.0))),
        extended(Classification::Confirmed, field(200.0, 0.0, 230.0, 100.0)),
        Step::Reduced(reduced(
            Part::Boundary(field(50.0, 0.0, 100.0, 100.0)),
            TechnicalAsset::With,
        )),
        Step::Cleared(cleared(Part::Boundary(field(100.0, 0.0, 180.0, 100.0)))),
        Step::Cleared(cleared(Part::All)),
        Step::HandedOver(handed_over(Part::All)),
        missed_item(position(150.0, 50.0)),
        reopened("E-011", Part::Boundary(field(140.0, 40.0, 160.0, 60.0))),
        Step::Cleared(cleared(Part::All)),
    ];
    steps.into_iter().zip(0..).map(|(step, order)| event(order, day(order * 30), step)).collect()
}

#[test]
fn an_area_lives_from_the_first_report_to_hand_over_and_back() {
    let mut ledger = empty();
    let mut told = Vec::new();
    for event in life() {
        let (kind, on) = (event.step.kind(), event.effective_on);
        let entered = ledger.enter(event).unwrap();
        told.push(format!(
            "{on} {kind}: {}; SHA {}, CHA {}",
            ledger.state().words(),
            entered.after.suspected,
            entered.after.confirmed
        ));
        for identity in ledger.identities() {
            assert!(identity.holds(), "{identity}");
        }
    }
    told.extend(ledger.identities().iter().map(ToString::to_string));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_history_tells_every_step_with_both_days_and_the_land_before_and_after() {
    let events = life();
    let steps = events[..3].iter().flat_map(|event| approval(event, day(500))).collect();
    let file = file(events, steps);
    let history = AreaHistory::of(&file, day(500)).unwrap();
    assert_eq!(history.entries.len(), 14);
    let reviews: Vec<String> =
        history.entries.iter().map(|entry| entry.review.to_string()).collect();
    assert_eq!(reviews[..4], ["approved", "approved", "approved", "draft"]);
    let Standing::Stands { before, after, .. } = &history.entries[5].standing else {
        panic!("the reclassification stands");
    };
    assert_eq!(before.open.total(), after.open.total());
    assert_eq!(before.open.confirmed, Change::ZERO);
    assert!(before.boundary.is_some() && after.boundary.is_some());
    assert_eq!(history.entries[5].effective_on, day(150));
    assert_eq!(history.entries[5].recorded_on, day(151));
    let written = serde_json::to_string(&history.entries[5]).unwrap();
    assert!(written.contains("\"sha_square_metres\""), "{written}");
    // Known by the day of the suspension, the rest of the life is not there.
    let earlier = AreaHistory::of(&file, day(91)).unwrap();
    assert_eq!(earlier.entries.len(), 4);
}

#[test]
fn land_that_is_handed_over_waits_beside_the_stock_until_it_is_reopened() {
    let ledger = HazardousAreaLedger::fold(area_id("HA-017"), Default::default(), life());
    assert_eq!(ledger.set_aside(), &[]);
    assert_eq!(ledger.on(day(299)).status(), AreaStatus::Closed);
    let handed_over = ledger.on(day(300)).handed_over_stock();
    assert_eq!(handed_over, ledger.sum(Line::HandedOver).total());
    assert!(ledger.on(day(330)).states().contains(&LandState::UnderInvestigation));
    assert_eq!(ledger.on(day(330)).status(), AreaStatus::UnderInvestigation);
    let reopened = ledger.sum(Line::Reopened).total();
    assert!(reopened > Change::new(390) && reopened < Change::new(410), "{reopened}");
    assert_eq!(ledger.on(day(360)).handed_over_stock(), handed_over - reopened);
    assert_eq!(ledger.on(day(360)).open().confirmed, reopened);
    // Cleared twice: two outputs, one stock.
    let outputs = ledger.sum(Line::Cleared).total();
    let state = ledger.state();
    let kept: Change = state
        .released
        .iter()
        .filter(|part| part.is_in_stock() && part.kind.state() == LandState::Cleared)
        .map(|part| Change::from(part.parcel.area))
        .sum();
    assert_eq!(outputs, kept + reopened);
}

#[test]
fn a_point_is_counted_when_its_boundary_is_drawn() {
    let mut ledger = empty();
    let entered = ledger.enter(event(0, day(0), suspected_point(Some(150.0)))).unwrap();
    assert_eq!(entered.after.total(), Change::ZERO);
    assert_eq!(ledger.state().words(), "open: SHA");
    let drawn = field(0.0, 0.0, 100.0, 100.0);
    let area = Change::from(drawn.area());
    let step = adjusted(Classification::Suspected, Some(drawn), AdjustmentCause::BoundaryDrawn);
    let entered = ledger.enter(event(1, day(1), step)).unwrap();
    assert_eq!(entered.after.suspected, area);
    assert_eq!(ledger.sum(Line::Adjusted).total(), area);
}

#[test]
fn an_indication_that_survey_cancels_releases_no_square_metre() {
    let mut ledger = empty();
    ledger.enter(event(0, day(0), Step::Indicated(IndicatedStep::default()))).unwrap();
    let entered = ledger.enter(event(1, day(1), Step::Cancelled(cancelled(Part::All)))).unwrap();
    assert_eq!(entered.postings, []);
    assert_eq!(ledger.state().words(), "closed: cancelled");
}

#[test]
fn an_area_is_closed_for_a_reason() {
    let close = |opening: Step, step: Step| {
        let mut ledger = empty();
        ledger.enter(event(0, day(0), opening)).unwrap();
        assert_eq!(ledger.closure().len(), 0);
        ledger.enter(event(1, day(1), step)).unwrap();
        ledger.closure().into_iter().collect::<Vec<_>>()
    };
    let sha = || opened(Classification::Suspected, field(0.0, 0.0, 100.0, 100.0));
    let indication = || Step::Indicated(IndicatedStep::default());
    let adjust = |cause| adjusted(Classification::Suspected, None, cause);
    let other = || area_id("HA-018");
    let all = || Part::All;
    for (reason, opening, step) in [
        (ClosureReason::NotSubstantiated, indication(), Step::ClosedNotSubstantiated),
        (ClosureReason::Cancelled, indication(), Step::Cancelled(cancelled(all()))),
        (ClosureReason::Cancelled, suspected_point(Some(9.0)), Step::Cancelled(cancelled(all()))),
        (ClosureReason::Cancelled, sha(), Step::Cancelled(cancelled(all()))),
        (ClosureReason::Reduced, sha(), Step::Reduced(reduced(all(), TechnicalAsset::With))),
        (ClosureReason::Merged, sha(), Step::Merged { into: other() }),
        (ClosureReason::Split, sha(), Step::Split { into: vec![other(), area_id("HA-019")] }),
        (ClosureReason::Duplicate, sha(), adjust(AdjustmentCause::DuplicateOf(other()))),
        (ClosureReason::EnteredInError, sha(), adjust(AdjustmentCause::EnteredInError)),
    ] {
        assert_eq!(close(opening, step), [reason]);
    }
}

#[test]
fn a_review_of_what_is_not_on_file_is_set_aside_and_not_lost() {
    let events = life();
    let mut steps = approval(&events[0], day(500));
    steps[0].version = 2;
    let reviews = file(events, steps).reviews(day(500));
    let told: Vec<String> = reviews.set_aside.iter().map(|aside| aside.error.to_string()).collect();
    assert_eq!(told[0], "version 2 of `E-000` is not on file, so ana cannot review it");
    assert_eq!(told.len(), 5);
}

#[test]
fn the_checks_ask_the_operator_what_the_ledger_could_not_refuse() {
    let mut events = life();
    events[1].status_word = Some("Closed".to_owned());
    events[2].status_word = Some("worked on".to_owned());
    if let Step::Opened(step) = &mut events[1].step {
        step.reported = Some(remnant_record::SquareMetres::new(2_000));
    }
    if let Step::Cleared(step) = &mut events[8].step {
        step.depth_cm = None;
    }
    if let Step::Cleared(step) = &mut events[13].step {
        step.worked =
            Some(remnant_land_release::Worked { from: date(2025, 12, 1), to: date(2025, 12, 24) });
    }
    let findings = check_area(&file(events, vec![]), day(900));
    let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// A large area with a clearance report on every day of more than a year.
#[test]
fn an_area_with_hundreds_of_reports_balances_and_stays_small() {
    const DAYS: u64 = 400;
    let mut ledger = empty();
    let boundary = field(0.0, 0.0, 10.0 * DAYS as f64, 50.0);
    let area = Change::from(boundary.area());
    ledger.enter(event(0, day(0), opened(Classification::Confirmed, boundary))).unwrap();
    for number in 0..DAYS {
        let west = 10.0 * number as f64;
        let strip = Part::Boundary(field(west, 0.0, west + 10.0, 50.0));
        ledger.enter(event(number + 1, day(number + 1), Step::Cleared(cleared(strip)))).unwrap();
    }
    assert_eq!(ledger.sum(Line::Cleared).total() + ledger.state().open().total(), area);
    // The northern edge is one geodesic of four kilometres; the strips' are many and lie a hand's
    // breadth south of it. What is between them stays open until a step takes it.
    let between = ledger.state().open().total();
    assert!(between > Change::ZERO && between < Change::new(500), "{between}");
    ledger.enter(event(DAYS + 1, day(DAYS + 1), Step::Cleared(cleared(Part::All)))).unwrap();
    assert_eq!(ledger.sum(Line::Cleared).total(), area);
    let first = &ledger.entries()[1].after.released[0];
    let last = &ledger.entries()[DAYS as usize].after.released[0];
    assert!(std::sync::Arc::ptr_eq(first, last), "states share what did not change");
}
