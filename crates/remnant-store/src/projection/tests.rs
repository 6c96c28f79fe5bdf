#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn id(number: u8) -> EntryId {
    EntryId::after(None, u64::from(number), &[0; 10])
}

fn entry(number: u8, kind: EntryKind, day: i8, body: &str) -> KnownEntry {
    KnownEntry {
        id: id(number),
        kind,
        position: i64::from(number),
        known_from: date(2024, 1, day),
        recorded_on: date(2024, 1, day),
        author: "Ana".to_owned(),
        body: body.to_owned(),
    }
}

fn entered(number: u8, day: i8, quantity: i64) -> KnownEntry {
    let body = format!(
        r#"{{"object":{{"fields":{{"quantity":{quantity}}},"id":"a/1","kind":"strike"}}}}"#
    );
    entry(number, EntryKind::ObjectEntered, day, &body)
}

fn revised(number: u8, day: i8, based_on: &[u8], quantity: i64) -> KnownEntry {
    let based_on: Vec<String> =
        based_on.iter().map(|number| format!("\"{}\"", id(*number))).collect();
    let body =
        format!(r#"{{"based_on":[{}],"fields":{{"quantity":{quantity}}}}}"#, based_on.join(","));
    entry(number, EntryKind::ObjectRevised, day, &body)
}

fn quantity(projected: &Projected) -> Option<i64> {
    projected.current.as_ref().and_then(|c| c.object.field("quantity")).and_then(|v| v.whole())
}

fn projected(entries: &[KnownEntry]) -> Projected {
    project(ObjectKind::Strike, "a/1", entries.to_vec()).unwrap()
}

#[test]
fn a_revision_that_arrives_late_takes_its_place_but_changes_no_earlier_answer() {
    // Entry 2 was made before entry 3, and arrives on the ninth.
    let all = [entered(1, 1, 4), revised(3, 3, &[1], 30), revised(2, 9, &[1], 20)];
    let projected = projected(&all);
    let known: Vec<(&str, &str)> =
        projected.versions.iter().map(|v| (&*v.known_from, &*v.known_to)).collect();
    assert_eq!(
        known,
        [("2024-01-01", "2024-01-03"), ("2024-01-03", "2024-01-09"), ("2024-01-09", FOREVER)]
    );
    assert!(projected.versions[1].state.as_ref().unwrap().contains("\"quantity\":30"));
    assert_eq!(quantity(&projected), Some(30));
    assert_eq!(projected.conflicts.len(), 1);
    assert_eq!(projected.conflicts[0].field, "quantity");
}

#[test]
fn a_conflict_stands_until_an_entry_that_knows_both() {
    let two = [entered(1, 1, 4), revised(2, 2, &[1], 20), revised(3, 2, &[1], 30)];
    assert_eq!(projected(&two).conflicts.len(), 1);
    let equal = [entered(1, 1, 4), revised(2, 2, &[1], 20), revised(3, 2, &[1], 20)];
    assert_eq!(projected(&equal).conflicts, []);
    let mut settled = two.to_vec();
    settled.push(revised(4, 3, &[2, 3], 20));
    assert_eq!(projected(&settled).conflicts, []);
    assert_eq!(quantity(&projected(&settled)), Some(20));
}

#[test]
fn a_withdrawal_beside_a_change_is_a_conflict_that_can_be_settled_either_way() {
    let gone = |number, based_on: &str| {
        let body = format!(r#"{{"based_on":[{based_on}],"reason":"twice"}}"#);
        entry(number, EntryKind::ObjectWithdrawn, 2, &body)
    };
    let quoted = |number| format!("\"{}\"", id(number));
    let beside = [entered(1, 1, 4), gone(2, &quoted(1)), revised(3, 2, &[1], 9)];
    let now = projected(&beside);
    assert_eq!(now.current, None);
    assert_eq!(now.conflicts[0].field, WITHDRAWN);
    let mut kept = beside.to_vec();
    let both = format!("{},{}", quoted(2), quoted(3));
    kept.push(entry(4, EntryKind::ConflictResolved, 3, &format!(r#"{{"based_on":[{both}]}}"#)));
    assert_eq!(quantity(&projected(&kept)), Some(9));
    assert_eq!(projected(&kept).conflicts, []);
    let mut dropped = beside.to_vec();
    dropped.push(gone(4, &both));
    assert_eq!(projected(&dropped).conflicts, []);
    assert_eq!(projected(&dropped).current, None);
}

proptest! {
    /// Whatever the order of arrival.
    #[test]
    fn order_does_not_matter(
        days in prop::collection::vec((1i8..6, 0i64..3, any::<prop::sample::Index>()), 1..8),
        shuffle in any::<u64>(),
    ) {
        let mut entries = vec![entered(1, 1, 7)];
        for (at, (day, value, parent)) in days.into_iter().enumerate() {
            let number = u8::try_from(at + 2).unwrap();
            let parent = u8::try_from(1 + parent.index(at + 1)).unwrap();
            entries.push(revised(number, day, &[parent], value));
        }
        let expected = projected(&entries);
        let mut shuffled = entries.clone();
        shuffled.sort_by_key(|e| (u64::try_from(e.position).unwrap() ^ 3).wrapping_mul(shuffle | 1));
        prop_assert_eq!(projected(&shuffled), expected.clone());
        // What is learnt later leaves the versions of earlier days as they were.
        for day in 1i8..6 {
            let then: Vec<KnownEntry> =
                entries.iter().filter(|e| e.known_from <= date(2024, 1, day)).cloned().collect();
            let then = projected(&then);
            let day = date(2024, 1, day).to_string();
            let at = |p: &Projected| {
                p.versions.iter().find(|v| *v.known_from <= *day && *day < *v.known_to).cloned()
                    .map(|v| (v.position, v.state, v.withdrawn))
            };
            prop_assert_eq!(at(&then), at(&expected));
        }
    }
}
