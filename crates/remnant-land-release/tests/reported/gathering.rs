//! Many rows: what is entered, refused, unclear, and entered before.

use remnant_ground::{LocationMethod, ObjectKind, Place, Shape};
use remnant_land_release::{
    Change, Counting, EventId, Line, Person, ReviewAction, ReviewStep, RuleBook,
};

use crate::rows::{
    TODAY, area, counted, events, field, files, gathered, placed, refused, release, row, unclear,
    waived, with, without,
};

#[test]
fn an_area_and_its_release_balance_by_the_rules_that_waive() {
    let rows = [release("op/R-1", "op/HA-1"), area("op/HA-1")];
    let gathered = gathered(&rows, &waived());
    assert_eq!((refused(&gathered), unclear(&gathered)), (Vec::new(), Vec::new()));
    let ids: Vec<String> = events(&gathered).iter().map(|event| event.id.to_string()).collect();
    assert_eq!(ids, ["op/HA-1/reported-area", "op/R-1/reported-release"]);
    let [ledger] = gathered.ledgers.as_slice() else { panic!("one area") };
    assert!(ledger.identities().iter().all(|identity| identity.holds()));
    let identified = gathered.sum(Line::Identified).total();
    let cleared = gathered.sum(Line::Cleared).total();
    assert_eq!(identified - cleared, ledger.state().open().total());
    assert!(cleared > Change::ZERO && cleared < identified);
}

#[test]
fn what_is_not_waived_is_refused_with_all_that_is_missing() {
    // The rules that hold where nobody entered any.
    let rows = [area("op/HA-1"), release("op/R-1", "op/HA-1")];
    let gathered = gathered(&rows, &RuleBook::default());
    assert_eq!(refused(&gathered), [("op/HA-1".to_owned(), vec!["cha-without-direct-evidence"])]);
    assert_eq!(unclear(&gathered), [("op/R-1".to_owned(), vec!["area-not-entered"])]);
    assert!(gathered.entered.is_empty() && gathered.ledgers.is_empty());
    assert!(gathered.refused[0].refusal.help().iter().all(|help| !help.is_empty()));
    // A rule that waives evidence and not the depth.
    let no_depth = without(release("op/R-1", "op/HA-1"), "depth_centimetres");
    let gathered = crate::rows::gathered(&[area("op/HA-1"), no_depth], &waived());
    assert_eq!(refused(&gathered), [("op/R-1".to_owned(), vec!["missing-evidence"])]);
    // The waiver ends with 2023.
    let late = with(release("op/R-1", "op/HA-1"), "end_date", "2024-02-01");
    let gathered = crate::rows::gathered(&[area("op/HA-1"), late], &waived());
    assert_eq!(refused(&gathered), [("op/R-1".to_owned(), vec!["missing-evidence"])]);
}

#[test]
fn with_evidence_on_file_nothing_need_be_waived_for_an_area() {
    let point = row(
        ObjectKind::EvidencePoint,
        "op/EP-1",
        &[
            ("evidence_kind", "submunition_found"),
            ("how_known", "seen"),
            ("date_found", "2022-02-27"),
            ("hazardous_area", "op/HA-1"),
        ],
    );
    let shape = Shape::Point { longitude: 106.7, latitude: 16.8 };
    let point = placed(point, Place::new(shape, LocationMethod::Gps));
    let book = RuleBook::default();
    let gathered = counted(&[area("op/HA-1")], &[point], &[], &book, Counting::default());
    assert_eq!(refused(&gathered), []);
    assert_eq!(gathered.entered.len(), 1);
    assert_eq!(gathered.entered[0].waived, []);
}

#[test]
fn the_same_rows_gathered_again_add_nothing() {
    let book = waived();
    let rows = [area("op/HA-1"), release("op/R-1", "op/HA-1"), area("op/HA-2")];
    let first = gathered(&rows, &book);
    let kept = files(events(&first), &[], &book);
    let second = counted(&rows, &[], &kept, &book, Counting::default());
    assert!(second.entered.is_empty(), "{:?}", second.entered);
    assert_eq!((refused(&second), unclear(&second)), (Vec::new(), Vec::new()));
    assert_eq!(second.already.len(), 3);
    assert_eq!(second.ledgers, first.ledgers);
    // What is counted besides is the officer's to say, and no change of the row.
    let counting = Counting { outside: true, again: true };
    assert_eq!(counted(&rows, &[], &kept, &book, counting).already.len(), 3);
}

#[test]
fn a_row_that_says_otherwise_is_told_with_what_changed_and_enters_nothing() {
    let book = waived();
    let rows = [area("op/HA-1"), release("op/R-1", "op/HA-1")];
    let kept = files(events(&gathered(&rows, &book)), &[], &book);
    let changed = [
        placed(with(area("op/HA-1"), "survey_date", "2022-04"), field(0.0, 0.0, 100.0, 120.0)),
        with(release("op/R-1", "op/HA-1"), "organisation", "operator-2"),
    ];
    let again = counted(&changed, &[], &kept, &book, Counting::default());
    assert!(again.entered.is_empty() && again.already.is_empty());
    let told: Vec<String> =
        again.unclear.iter().flat_map(|row| &row.reasons).map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "it was entered as `op/HA-1/reported-area` and was changed since: effective_on, extent",
            "it was entered as `op/R-1/reported-release` and was changed since: organisation",
        ]
    );
    // Fields that the ledger does not take change nothing.
    let noted = with(with(area("op/HA-1"), "note", "behind the school"), "priority", "high");
    assert_eq!(counted(&[noted], &[], &kept, &book, Counting::default()).already.len(), 1);
}

#[test]
fn a_returned_entry_comes_back_as_its_next_version_when_the_row_is_corrected() {
    let book = waived();
    let kept = events(&gathered(&[area("op/HA-1")], &book));
    let returned = ReviewStep {
        event: EventId::new("op/HA-1/reported-area").unwrap(),
        version: 1,
        action: ReviewAction::Reject { reason: "the outline is that of another area".to_owned() },
        by: Person::new("bo").unwrap(),
        recorded_on: TODAY,
        remark: None,
    };
    let submitted = ReviewStep {
        action: ReviewAction::Submit,
        by: Person::new("ana").unwrap(),
        ..returned.clone()
    };
    let kept = files(kept, &[submitted, returned], &book);
    let unchanged = counted(&[area("op/HA-1")], &[], &kept, &book, Counting::default());
    assert_eq!(unclear(&unchanged), [("op/HA-1".to_owned(), vec!["returned-unchanged"])]);
    let corrected = placed(area("op/HA-1"), field(500.0, 0.0, 600.0, 100.0));
    let corrected = counted(&[corrected], &[], &kept, &book, Counting::default());
    let [entered] = corrected.entered.as_slice() else { panic!("{corrected:?}") };
    assert_eq!((entered.event.version, entered.event.recorded.order), (2, 2));
}

#[test]
fn more_land_than_there_is_and_land_released_before_are_refused_unless_counted() {
    let book = waived();
    let beyond = placed(release("op/R-1", "op/HA-1"), field(50.0, 0.0, 130.0, 100.0));
    let twice = with(release("op/R-2", "op/HA-1"), "end_date", "2023-07-01");
    let twice = placed(twice, field(70.0, 0.0, 100.0, 100.0));
    let rows = [area("op/HA-1"), beyond, twice];
    let strict = gathered(&rows, &book);
    assert_eq!(refused(&strict), [("op/R-1".to_owned(), vec!["outside-area"])]);
    assert_eq!(strict.entered.len(), 2);
    let outside = Counting { outside: true, again: false };
    let outside = counted(&rows, &[], &[], &book, outside);
    assert_eq!(refused(&outside), [("op/R-2".to_owned(), vec!["already-released"])]);
    assert!(outside.sum(Line::ClearedOutside).total() > Change::new(2_900));
    // Nobody else holds that land.
    assert_eq!(outside.outside_in_areas(TODAY), Ok(Vec::new()));
    let both = counted(&rows, &[], &[], &book, Counting { outside: true, again: true });
    assert_eq!(refused(&both), []);
    assert!(both.sum(Line::ClearedAgain).total() > Change::new(2_900));
    let ledger = &both.ledgers[0];
    assert!(ledger.identities().iter().all(|identity| identity.holds()));
}

#[test]
fn suspected_land_is_not_cleared_and_a_release_before_its_area_is_refused() {
    let book = waived();
    let suspected = with(area("op/HA-1"), "area_type", "sha");
    let rows = [suspected, release("op/R-1", "op/HA-1")];
    assert_eq!(refused(&gathered(&rows, &book)), [("op/R-1".to_owned(), vec!["wrong-state"])]);
    let early = with(release("op/R-1", "op/HA-1"), "end_date", "2021");
    let rows = [area("op/HA-1"), early];
    assert_eq!(
        refused(&gathered(&rows, &book)),
        [("op/R-1".to_owned(), vec!["effective-before-opening"])]
    );
    // The year of the entry is not over: nobody knows yet that it was released in it.
    let open = with(release("op/R-1", "op/HA-1"), "end_date", "2024");
    let told = refused(&gathered(&[area("op/HA-1"), open], &RuleBook::new(Vec::new())));
    assert!(told.iter().all(|(id, _)| id != "op/R-1"), "its area is not there: {told:?}");
    let open = with(release("op/R-1", "op/HA-1"), "end_date", "2024");
    let told = refused(&gathered(&[area("op/HA-1"), open], &book));
    assert!(told[0].1.contains(&"effective-after-recorded"), "{told:?}");
}

#[test]
fn areas_over_each_other_are_told_with_square_metres_and_not_refused() {
    let neighbour = placed(area("op/HA-2"), field(90.0, 0.0, 190.0, 100.0));
    let gathered = gathered(&[area("op/HA-1"), neighbour], &waived());
    assert_eq!(gathered.entered.len(), 2);
    let twice = gathered.counted_twice(TODAY).unwrap();
    let [pair] = twice.pairs.as_slice() else { panic!("{twice:?}") };
    assert_eq!((pair.one.as_str(), pair.other.as_str()), ("op/HA-1", "op/HA-2"));
    assert!(pair.area.get().abs_diff(1_000) < 20, "{}", pair.area);
    assert_eq!(twice.sum - twice.twice(), twice.union);
}

#[test]
fn the_word_closed_goes_with_the_last_release_and_is_held_against_the_ledger() {
    let book = waived();
    let closed = with(area("op/HA-1"), "status", "Closed");
    let half = release("op/R-1", "op/HA-1");
    let rest = with(release("op/R-2", "op/HA-1"), "end_date", "2023-06-30");
    let rest = placed(rest, field(50.0, 0.0, 100.0, 100.0));
    let whole = gathered(&[rest.clone(), closed.clone(), half.clone()], &book);
    let words: Vec<Option<String>> =
        events(&whole).into_iter().map(|event| event.status_word).collect();
    assert_eq!(words, [None, None, Some("Closed".to_owned())]);
    assert_eq!(whole.still_open, []);
    let part = gathered(&[closed, half], &book);
    let [open] = part.still_open.as_slice() else { panic!("{:?}", part.still_open) };
    assert_eq!((open.area.as_str(), open.word.as_str()), ("op/HA-1", "Closed"));
    assert_eq!(open.remaining, part.ledgers[0].state().open().total());
}

#[test]
fn an_area_that_was_entered_by_hand_is_not_opened_again() {
    let book = waived();
    let mut by_hand = events(&gathered(&[area("op/HA-1")], &book));
    by_hand[0].id = EventId::new("op/HA-1/2022-03-01-opened").unwrap();
    let kept = files(by_hand, &[], &book);
    let rows = [area("op/HA-1"), release("op/R-1", "op/HA-1")];
    let gathered = counted(&rows, &[], &kept, &book, Counting::default());
    assert_eq!(refused(&gathered), [("op/HA-1".to_owned(), vec!["wrong-state"])]);
    assert_eq!(gathered.entered.len(), 1, "its release is entered all the same");
    assert_eq!(gathered.entered[0].event.recorded.order, 2);
}

#[test]
fn an_area_and_a_release_of_one_number_are_two_entries() {
    let rows = [area("op/17"), release("op/17", "op/17")];
    let gathered = gathered(&rows, &waived());
    assert_eq!(gathered.entered.len(), 2);
    assert_ne!(gathered.entered[0].event.id, gathered.entered[1].event.id);
}

#[test]
fn land_counted_outside_that_another_area_holds_is_told() {
    let beyond = placed(release("op/R-1", "op/HA-1"), field(50.0, 0.0, 130.0, 100.0));
    let neighbour = placed(area("op/HA-2"), field(110.0, 0.0, 210.0, 100.0));
    let outside = Counting { outside: true, again: false };
    let gathered = counted(&[area("op/HA-1"), neighbour, beyond], &[], &[], &waived(), outside);
    assert_eq!(refused(&gathered), []);
    let told = gathered.outside_in_areas(TODAY).unwrap();
    let [one] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((one.event.as_str(), one.area.as_str()), ("op/R-1/reported-release", "op/HA-2"));
    assert!(one.square_metres.get().abs_diff(2_000) < 30, "{}", one.square_metres);
}

#[test]
fn what_a_rule_waives_is_told_with_the_rule() {
    let rows = [area("op/HA-1"), release("op/R-1", "op/HA-1")];
    let gathered = gathered(&rows, &waived());
    let lacks = |at: usize| -> Vec<&str> {
        gathered.entered[at].waived.iter().map(|waived| waived.requirement.words()).collect()
    };
    assert_eq!(lacks(0), ["direct evidence with a location"]);
    assert_eq!(
        lacks(1),
        [
            "the method of clearance",
            "the first and last day of work",
            "the items found, each with its position",
            "the areas not worked, each with the reason",
            "the completion report",
        ]
    );
    for waived in gathered.entered.iter().flat_map(|entered| &entered.waived) {
        assert!(waived.provenance.starts_with("circular 7"), "{}", waived.provenance);
    }
}

#[test]
fn a_release_may_rest_on_another_one_of_its_day_whatever_their_ids() {
    let book = waived();
    let suspected = with(area("op/HA-1"), "area_type", "sha");
    let cancelled = with(release("op/R-2", "op/HA-1"), "release_kind", "cancelled");
    let cancelled = with(cancelled, "criteria", "no_evidence_found");
    // Worked again on the land that is cancelled on that day: refused while it is suspected.
    let rows = [suspected, release("op/R-1", "op/HA-1"), cancelled];
    let again = Counting { outside: false, again: true };
    let gathered = counted(&rows, &[], &[], &book, again);
    assert_eq!(refused(&gathered), []);
    let ids: Vec<String> = events(&gathered).iter().map(|event| event.id.to_string()).collect();
    assert_eq!(ids[1..], ["op/R-2/reported-release", "op/R-1/reported-release"]);
    assert!(gathered.sum(Line::ClearedAgain).total() > Change::new(4_900));
}
