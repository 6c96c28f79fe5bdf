//! What must hold whatever is entered, in whatever order.

use proptest::collection::vec;
use proptest::prelude::*;
use remnant_ground::boundary::Boundary;
use remnant_land_release::{
    AdjustmentCause, Balance, By, Change, Classification, Event, EventId, HazardousAreaLedger,
    IndicatedStep, InvestigationClosedStep, Line, Part, Period, RuleBook, Step, SuspensionReason,
    TechnicalAsset,
};

use crate::village::{
    adjusted, area_id, at, cancelled, cleared, day, empty, event, extended, field, handed_over,
    missed_item, opened, position, reclassified, reduced, reopened,
};

/// A star-shaped polygon about a centre: as ragged as fields are, and never crossing itself.
fn star(
    centre: std::ops::Range<f64>,
    radius: std::ops::Range<f64>,
) -> impl Strategy<Value = Boundary> {
    (centre.clone(), centre, vec(radius, 3..9)).prop_filter_map(
        "a polygon",
        |(east, north, radii)| {
            let turn = std::f64::consts::TAU / radii.len() as f64;
            let corner = |(index, radius): (usize, f64)| {
                let angle = turn * index as f64;
                at(east + radius * angle.cos(), north + radius * angle.sin())
            };
            let ring = radii.into_iter().enumerate().map(corner).collect();
            Boundary::from_rings(vec![vec![ring]]).ok().map(|checked| checked.boundary)
        },
    )
}

/// Mostly inside the field of a hundred metres, now and then over its edge or far from it.
fn ragged() -> impl Strategy<Value = Boundary> {
    prop_oneof![6 => star(25.0..75.0, 5.0..25.0), 1 => star(-60.0..160.0, 8.0..70.0)]
}

fn any_part() -> impl Strategy<Value = Part> {
    prop_oneof![1 => Just(Part::All), 6 => ragged().prop_map(Part::Boundary)]
}

fn any_class() -> impl Strategy<Value = Classification> {
    prop_oneof![Just(Classification::Suspected), Just(Classification::Confirmed)]
}

fn any_step() -> impl Strategy<Value = Step> {
    let flags = (any::<bool>(), any::<bool>());
    prop_oneof![
        1 => Just(Step::Indicated(IndicatedStep::default())),
        1 => (any_class(), ragged()).prop_map(|(class, land)| opened(class, land)),
        4 => any_part().prop_map(reclassified),
        3 => (any_class(), star(-60.0..160.0, 8.0..70.0))
            .prop_map(|(class, land)| extended(class, land)),
        4 => (any_part(), any::<bool>()).prop_map(|(part, count_again)| {
            let mut step = cancelled(part);
            step.count_again = count_again;
            Step::Cancelled(step)
        }),
        4 => (any_part(), flags).prop_map(|(part, (with, count_again))| {
            let asset = if with { TechnicalAsset::With } else { TechnicalAsset::Without };
            let mut step = reduced(part, asset);
            step.count_again = count_again;
            Step::Reduced(step)
        }),
        6 => (any_part(), flags).prop_map(|(part, (count_outside, count_again))| {
            let mut step = cleared(part);
            (step.count_outside, step.count_again) = (count_outside, count_again);
            Step::Cleared(step)
        }),
        1 => Just(Step::Suspended { reason: SuspensionReason::Money }),
        2 => Just(Step::Resumed),
        4 => (10.0f64..90.0, 10.0f64..90.0)
            .prop_map(|(east, north)| missed_item(position(east, north))),
        2 => Just(Step::InvestigationClosed(InvestigationClosedStep { missed_item: no_event() })),
        4 => any_part().prop_map(|part| reopened(no_event().as_str(), part)),
        4 => any_part().prop_map(|part| Step::HandedOver(handed_over(part))),
        2 => (any_class(), proptest::option::of(ragged())).prop_map(|(class, land)| {
            adjusted(class, land, AdjustmentCause::Remeasured)
        }),
        1 => Just(Step::Merged { into: area_id("HA-099") }),
    ]
}

/// The event that an investigation is given until the one that starts it is known.
fn no_event() -> EventId {
    EventId::new("none").unwrap()
}

/// Steps on a field of a hundred metres, on days that now and then run backwards, recorded in
/// order. Investigations are mostly of the missed item before them.
fn any_events() -> impl Strategy<Value = Vec<Event>> {
    let on = prop_oneof![5 => Just(None), 1 => (0u64..60).prop_map(Some)];
    (any_class(), vec((any_step(), on), 0..24)).prop_map(|(class, steps)| {
        let opening = (opened(class, field(0.0, 0.0, 100.0, 100.0)), Some(10));
        let mut last_missed = no_event();
        std::iter::once(opening)
            .chain(steps)
            .zip(0..)
            .map(|((step, on), order)| {
                let mut event = event(order, day(on.unwrap_or(20 + order)), step);
                event.recorded.on = day(60 + order);
                match &mut event.step {
                    Step::MissedItem(_) => last_missed = event.id.clone(),
                    Step::Reopened(step) => step.missed_item = last_missed.clone(),
                    Step::InvestigationClosed(step) => step.missed_item = last_missed.clone(),
                    _ => {}
                }
                event
            })
            .collect()
    })
}

/// Pairwise disjoint land: no square metre stands in two places at once.
fn overlap(ledger: &HazardousAreaLedger) -> u64 {
    let state = ledger.state();
    let open = state.remaining.iter().map(|open| &open.parcel);
    let released = state.released.iter().filter(|part| part.is_in_stock());
    let all: Vec<_> = open.chain(released.map(|part| &part.parcel)).collect();
    let mut shared = 0;
    for (index, one) in all.iter().enumerate() {
        for other in &all[index + 1..] {
            shared += one.boundary.intersection(&other.boundary).unwrap().area().get();
        }
    }
    shared
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    /// Refused steps included: no order of steps may lose or invent a square metre.
    #[test]
    fn no_square_metre_is_lost_or_invented(events in any_events()) {
        let mut ledger = empty();
        for event in events {
            let before = ledger.clone();
            if ledger.enter(event).is_err() {
                prop_assert_eq!(&ledger, &before);
            }
            for identity in ledger.identities() {
                prop_assert!(identity.holds(), "{}", identity);
            }
            // What each parcel counts is what it measures, but for the rounding of its cut.
            for open in &ledger.state().remaining {
                let measured = Change::from(open.parcel.boundary.area());
                let apart = (measured - Change::from(open.parcel.area)).get().abs();
                prop_assert!(apart <= 120, "{} m2 apart", apart);
            }
        }
        prop_assert!(overlap(&ledger) <= 120, "{} m2 twice", overlap(&ledger));
    }

    /// What was known by a day is made of what was recorded by then, and nothing later.
    #[test]
    fn later_entries_never_change_what_was_known(events in any_events(), by in 60u64..86) {
        let fold = |events: Vec<Event>| {
            HazardousAreaLedger::fold(area_id("HA-017"), RuleBook::default(), events)
        };
        let known: Vec<Event> =
            events.iter().filter(|event| event.recorded.on <= day(by)).cloned().collect();
        let all = fold(events);
        prop_assert_eq!(all.known_by(day(by)), fold(known));
    }

    /// The journal's JSON, in any order, gives the ledger that was entered live.
    #[test]
    fn a_fold_of_what_was_saved_is_the_live_ledger(events in any_events()) {
        let mut live = empty();
        let mut saved = Vec::new();
        for event in events {
            let text = serde_json::to_string(&event).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Event>(&text).unwrap(), &event);
            if live.enter(event).is_ok() {
                saved.push(text);
            }
        }
        let read = saved.iter().rev().map(|text| serde_json::from_str::<Event>(text).unwrap());
        let folded = HazardousAreaLedger::fold(area_id("HA-017"), RuleBook::default(), read);
        prop_assert_eq!(folded, live);
    }

    /// However a time is divided into periods, their balances chain.
    #[test]
    fn balances_of_adjacent_periods_chain(events in any_events(), cut in 1u64..60) {
        let ledgers =
            [HazardousAreaLedger::fold(area_id("HA-017"), RuleBook::default(), events)];
        let balance = |from, to| {
            let period = Period { from: day(from), to: day(to) };
            Balance::of(&ledgers, period, By::Contamination).unwrap()
        };
        let (first, second, whole) = (balance(0, cut), balance(cut + 1, 90), balance(0, 90));
        for balance in [&first, &second, &whole] {
            for identity in balance.identities() {
                prop_assert!(identity.holds(), "{}", identity);
            }
        }
        let stock = |balance: &Balance| balance.total.stock.unwrap();
        prop_assert_eq!(stock(&first).closing, stock(&second).opening);
        for line in Line::ALL {
            let sum = first.total.line(line).total() + second.total.line(line).total();
            prop_assert_eq!(sum, whole.total.line(line).total());
        }
    }

    /// Steps on different land may be entered in any order, with days of effect of their own.
    #[test]
    fn the_order_of_entry_does_not_change_the_totals(
        order in Just(vec![0u64, 1, 2, 3]).prop_shuffle(),
        edges in (10.0f64..30.0, 35.0f64..55.0, 60.0f64..90.0),
    ) {
        let (a, b, c) = edges;
        let part = |west, east| Part::Boundary(field(west, 0.0, east, 100.0));
        let step = |number: u64| match number {
            0 => Step::Cleared(cleared(part(0.0, a))),
            1 => Step::Reduced(reduced(part(a, b), TechnicalAsset::With)),
            2 => Step::Cancelled(cancelled(part(b, c))),
            _ => extended(Classification::Confirmed, field(100.0, 0.0, 130.0, 100.0)),
        };
        let totals = |order: &[u64], days_follow_order: bool| {
            let mut ledger = empty();
            let boundary = field(0.0, 0.0, 100.0, 100.0);
            ledger.enter(event(0, day(0), opened(Classification::Confirmed, boundary))).unwrap();
            for (index, number) in (0..).zip(order) {
                let on = if days_follow_order { index } else { *number };
                let mut event = event(index + 1, day(10 + on), step(*number));
                event.recorded.on = day(40 + index);
                ledger.enter(event).unwrap();
            }
            Line::ALL.map(|line| ledger.sum(line).total().get())
        };
        // By day of effect the fold is one and the same, whoever was first to enter.
        let straight = totals(&[0, 1, 2, 3], false);
        prop_assert_eq!(totals(&order, false), straight);
        // Done in another order, each line is the same to the rounding of a cut.
        for (one, other) in totals(&order, true).iter().zip(straight) {
            prop_assert!((one - other).abs() <= 1, "{} and {}", one, other);
        }
    }
}
