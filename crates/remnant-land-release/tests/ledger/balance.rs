//! The balance of periods, by whom and what, as known by a day.

use jiff::civil::date;
use remnant_ground::boundary::Boundary;
use remnant_land_release::{
    AdjustmentCause, AreaFile, Balance, BalanceError, By, Change, Classification, Contamination,
    Event, EventId, HazardousAreaLedger, Line, Organisation, Origin, Part, Period, ReviewedBalance,
    RuleBook, Step, TechnicalAsset, check_transfers,
};
use remnant_record::SquareMetres;

use crate::village::{
    adjusted, approval, area_id, cancelled, cleared, day, event, extended, field, file, opened,
    reclassified, reduced, rejection,
};

fn period(from: u64, to: u64) -> Period {
    Period { from: day(from), to: day(to) }
}

fn other_area(mut event: Event, area: &str) -> Event {
    event.id = EventId::new(format!("{area}-{}", event.id)).unwrap();
    event.area = area_id(area);
    event
}

fn holds(balance: &Balance) {
    for identity in balance.identities() {
        assert!(identity.holds(), "{identity}");
    }
}

/// A rectangle so many metres high from a southern edge, as wide as it takes to hold so many square
/// metres to a hundredth.
fn rectangle_of(square_metres: f64, south: f64, height: f64) -> Boundary {
    let (mut narrow, mut wide) = (0.0, 2.0 * square_metres / height);
    for _ in 0..100 {
        let width = f64::midpoint(narrow, wide);
        let drawn = field(0.0, south, width, south + height);
        let over = drawn.measure().square_metres - square_metres;
        if over.abs() < 0.01 {
            return drawn;
        }
        if over < 0.0 { narrow = width } else { wide = width }
    }
    panic!("no width gives {square_metres}");
}

/// NPA on Quang Tri, April 2023: 615 km2 of CHA defined, 173 km2 cleared, 442 km2 left.
#[test]
fn quang_tri_615_less_173_leaves_442_square_kilometres() {
    let north = rectangle_of(173e6, 30_000.0, 20_000.0);
    let south = rectangle_of(442e6, 0.0, 20_000.0);
    let defined = south.union(&north).unwrap().boundary.unwrap();
    let mut ledger = HazardousAreaLedger::new(area_id("HA-017"), RuleBook::default());
    ledger.enter(event(0, day(0), opened(Classification::Confirmed, defined))).unwrap();
    let clearance = Step::Cleared(cleared(Part::Boundary(north)));
    ledger.enter(event(1, day(400), clearance)).unwrap();
    let balance = Balance::of(&[ledger], period(0, 500), By::Nothing).unwrap();
    holds(&balance);
    assert_eq!(balance.total.line(Line::Identified).confirmed, Change::new(615_000_000));
    assert_eq!(balance.total.line(Line::Cleared).confirmed, Change::new(173_000_000));
    assert_eq!(balance.total.stock.unwrap().closing.confirmed, Change::new(442_000_000));
}

fn village() -> Vec<Event> {
    let part = |west, east| Part::Boundary(field(west, 0.0, east, 100.0));
    let mut events = vec![
        event(0, day(0), opened(Classification::Suspected, field(0.0, 0.0, 300.0, 100.0))),
        event(1, day(10), reclassified(part(100.0, 300.0))),
        event(2, day(20), Step::Cancelled(cancelled(part(0.0, 50.0)))),
        event(3, day(40), extended(Classification::Confirmed, field(300.0, 0.0, 310.0, 100.0))),
        event(4, day(50), Step::Reduced(reduced(part(50.0, 100.0), TechnicalAsset::Without))),
        event(5, day(60), Step::Cleared(cleared(part(100.0, 200.0)))),
        event(
            6,
            day(70),
            adjusted(
                Classification::Confirmed,
                Some(field(200.0, 0.0, 305.0, 100.0)),
                AdjustmentCause::Remeasured,
            ),
        ),
    ];
    events[5].organisation = Organisation::new("operator-2").unwrap();
    events
}

fn ledgers() -> Vec<HazardousAreaLedger> {
    let book = RuleBook::default;
    let first = HazardousAreaLedger::fold(area_id("HA-017"), book(), village());
    let mut second = other_area(
        event(0, day(5), opened(Classification::Confirmed, field(280.0, 50.0, 380.0, 150.0))),
        "HA-018",
    );
    if let Step::Opened(step) = &mut second.step {
        step.administrative_unit = None;
        step.contamination = vec![Contamination::ApMine, Contamination::ClusterMunitionRemnants];
    }
    let second = HazardousAreaLedger::fold(area_id("HA-018"), book(), [second]);
    vec![first, second]
}

#[test]
fn adjacent_periods_chain_and_their_lines_add_up() {
    let ledgers = ledgers();
    let whole = Balance::of(&ledgers, period(0, 100), By::Nothing).unwrap();
    holds(&whole);
    let mut before: Option<Balance> = None;
    let mut sum = std::collections::BTreeMap::new();
    for (from, to) in [(0, 15), (16, 45), (46, 60), (61, 100)] {
        for by in [By::Nothing, By::Operator, By::AdministrativeUnit, By::Contamination] {
            holds(&Balance::of(&ledgers, period(from, to), by).unwrap());
        }
        let balance = Balance::of(&ledgers, period(from, to), By::Nothing).unwrap();
        let stock = balance.total.stock.unwrap();
        let earlier = before.as_ref().and_then(|balance| balance.total.stock);
        assert_eq!(stock.opening, earlier.map_or_else(Default::default, |stock| stock.closing));
        for line in Line::ALL {
            *sum.entry(line).or_insert(Change::ZERO) += balance.total.line(line).total();
        }
        before = Some(balance);
    }
    for line in Line::ALL {
        assert_eq!(sum[&line], whole.total.line(line).total(), "{}", line.words());
    }
}

#[test]
fn lines_are_by_operator_unit_and_type() {
    let ledgers = ledgers();
    let groups = |by| -> Vec<String> {
        let balance = Balance::of(&ledgers, period(0, 100), by).unwrap();
        holds(&balance);
        balance.lines.into_iter().map(|line| line.group).collect()
    };
    assert_eq!(groups(By::Operator), ["operator-1", "operator-2"]);
    assert_eq!(groups(By::AdministrativeUnit), ["VN-44-01", "not stated"]);
    assert_eq!(
        groups(By::Contamination),
        ["cluster_munition_remnants", "cluster_munition_remnants + ap_mine"]
    );
    let by_operator = Balance::of(&ledgers, period(0, 100), By::Operator).unwrap();
    assert!(by_operator.lines.iter().all(|line| line.stock.is_none()));
    let identities: Vec<String> =
        by_operator.identities().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(identities.join("\n"));
}

#[test]
fn land_that_two_areas_hold_is_told_beside_the_sum() {
    let ledgers = ledgers();
    let balance = Balance::of(&ledgers, period(0, 100), By::Nothing).unwrap();
    let shared = field(280.0, 50.0, 305.0, 100.0);
    let twice = balance.counted_twice.twice().get() - i128::from(shared.area().get());
    assert!(twice.abs() <= 1, "{:?}", balance.counted_twice);
    assert_eq!(balance.counted_twice.pairs.len(), 1);
    assert_eq!(balance.counted_twice.sum, balance.total.stock.unwrap().closing.total());
    let apart = Balance::of(&ledgers[..1], period(0, 100), By::Nothing).unwrap();
    assert_eq!(apart.counted_twice.twice(), Change::ZERO);
}

#[test]
fn a_split_moves_land_to_new_records_and_identifies_none() {
    let book = RuleBook::default;
    let (west, east) = (field(0.0, 0.0, 60.0, 100.0), field(60.0, 0.0, 100.0, 100.0));
    let whole = field(0.0, 0.0, 100.0, 100.0);
    let into = vec![area_id("HA-018"), area_id("HA-019")];
    let source = [
        event(0, day(0), opened(Classification::Confirmed, whole)),
        event(1, day(10), Step::Split { into }),
    ];
    let half = |id: &str, boundary: Boundary| {
        let mut opening =
            other_area(event(2, day(10), opened(Classification::Confirmed, boundary)), id);
        if let Step::Opened(step) = &mut opening.step {
            step.origin = Origin::From(area_id("HA-017"));
        }
        HazardousAreaLedger::fold(area_id(id), book(), [opening])
    };
    let ledgers = [
        HazardousAreaLedger::fold(area_id("HA-017"), book(), source),
        half("HA-018", west),
        half("HA-019", east),
    ];
    assert_eq!(ledgers[0].state().words(), "closed: in another record");
    let balance = Balance::of(&ledgers, period(5, 20), By::Nothing).unwrap();
    holds(&balance);
    assert_eq!(balance.total.line(Line::Identified).total(), Change::ZERO);
    let adjusted = balance.total.line(Line::Adjusted).total().get();
    assert!(adjusted.abs() <= 1, "{adjusted}");
    let allowed = SquareMetres::new(1);
    assert_eq!(check_transfers(&ledgers, allowed), []);
    // With one of the two new records missing, the land that went there is asked about.
    let told: Vec<String> =
        check_transfers(&ledgers[..2], allowed).iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn only_what_is_approved_is_published_and_the_rest_is_provisional() {
    let events = village();
    let mut steps: Vec<_> = events[..3].iter().flat_map(|event| approval(event, day(80))).collect();
    // Approved without the extension it does not touch; the reduction before it still waits.
    steps.extend(approval(&events[5], day(90)));
    let files = [file(events.clone(), steps.clone())];
    let read =
        |known_by| ReviewedBalance::of(&files, period(0, 100), By::Nothing, day(known_by)).unwrap();
    assert_eq!(read(79).approved.total.line(Line::Identified).total(), Change::ZERO);
    let then = read(85);
    assert_eq!(then.approved.total.line(Line::Cleared).total(), Change::ZERO);
    assert!(then.waiting(Line::Cleared).total() > Change::ZERO);
    let now = read(95);
    assert_eq!(now.waiting(Line::Cleared).total(), Change::ZERO);
    assert!(now.waiting(Line::Extended).total() > Change::ZERO);
    for reviewed in [&then, &now] {
        holds(&reviewed.approved);
        holds(&reviewed.provisional);
    }
    // Later reviews and entries never change what was known.
    steps.push(rejection(&events[2], day(120)));
    let later = [file(events, steps)];
    let again = ReviewedBalance::of(&later, period(0, 100), By::Nothing, day(85)).unwrap();
    assert_eq!(again, then);
    let after = ReviewedBalance::of(&later, period(0, 100), By::Nothing, day(120)).unwrap();
    assert_eq!(after.provisional.total.line(Line::Cancelled).total(), Change::ZERO);
    holds(&after.provisional);
}

#[test]
fn a_returned_entry_comes_back_as_a_new_version() {
    let opening = event(0, day(0), opened(Classification::Suspected, field(0.0, 0.0, 90.0, 90.0)));
    let mut second =
        event(1, day(0), opened(Classification::Suspected, field(0.0, 0.0, 80.0, 90.0)));
    second.id = opening.id.clone();
    second.version = 2;
    second.recorded.on = day(30);
    let mut steps = vec![rejection(&opening, day(20))];
    steps.extend(approval(&second, day(40)));
    let file = file(vec![opening, second], steps);
    let open = |known_by| {
        let reading = remnant_land_release::Reading::Provisional;
        file.ledger(reading, day(known_by)).state().open().total().get()
    };
    assert!((8_080..=8_120).contains(&open(10)));
    assert_eq!(open(25), 0);
    assert!((7_180..=7_220).contains(&open(30)));
}

#[test]
fn what_cannot_be_balanced_is_said() {
    let ledgers = ledgers();
    let reversed = Balance::of(&ledgers, period(10, 9), By::Nothing).unwrap_err();
    assert!(matches!(reversed, BalanceError::PeriodReversed { .. }));
    let twice = [ledgers[0].clone(), ledgers[0].clone()];
    let twice = Balance::of(&twice, period(0, 9), By::Nothing).unwrap_err();
    insta::assert_snapshot!(format!(
        "{reversed}\n  {}\n{twice}\n  {}",
        reversed.help(),
        twice.help()
    ));
    let none = Balance::of(&[], period(0, 9), By::Contamination).unwrap();
    holds(&none);
    let files: [AreaFile; 0] = [];
    assert!(ReviewedBalance::of(&files, period(0, 9), By::Nothing, date(2024, 1, 1)).is_ok());
}
