//! What must hold of any rows, in whatever order they come.

use proptest::collection::vec;
use proptest::prelude::*;
use remnant_ground::Object;
use remnant_land_release::{Change, Counting, Line};

use crate::rows::{area, counted, events, field, files, placed, release, waived, with, without};

/// Areas and releases about a village, many of them with something wrong.
fn any_row() -> impl Strategy<Value = Object> {
    let place = (-4i32..8, -4i32..8, 1i32..8, 1i32..8).prop_map(|(west, south, wide, high)| {
        let metres = |tens: i32| f64::from(tens) * 10.0;
        field(metres(west), metres(south), metres(west + wide), metres(south + high))
    });
    let day = prop_oneof![
        Just("2021"),
        Just("2022-03"),
        Just("2022-03-09"),
        Just("2023-05"),
        Just("2023-05-31"),
        Just("2024-06-30"),
        Just("2031"),
        Just("spring"),
    ];
    let of_area = (0u8..3, place.clone(), day.clone(), any::<bool>()).prop_map(
        |(number, place, day, confirmed)| {
            let row = placed(area(&format!("op/HA-{number}")), place);
            let row = with(row, "survey_date", day);
            with(row, "area_type", if confirmed { "cha" } else { "sha" })
        },
    );
    let kinds = prop_oneof![Just("cancelled"), Just("reduced"), Just("cleared"), Just("burnt")];
    let of_release =
        (0u8..9, 0u8..4, place, day, kinds).prop_map(|(number, of, place, day, kind)| {
            let row = placed(release(&format!("op/R-{number}"), &format!("op/HA-{of}")), place);
            let row = with(with(row, "end_date", day), "release_kind", kind);
            with(row, "technical_asset", "yes")
        });
    let row = prop_oneof![1 => of_area, 3 => of_release];
    (row, 0u8..12).prop_map(|(row, fault)| match fault {
        0 => without(row, "organisation"),
        1 => Object { place: None, ..row },
        2 => with(row, "status", "Closed"),
        _ => row,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// No order of rows gives another ledger, and gathering them again adds nothing.
    #[test]
    fn the_order_of_rows_makes_no_difference_and_a_second_time_adds_nothing(
        rows in vec(any_row(), 0..14),
        shuffled in any::<prop::sample::Index>(),
        outside in any::<bool>(),
        again in any::<bool>(),
    ) {
        let book = waived();
        let counting = Counting { outside, again };
        let first = counted(&rows, &[], &[], &book, counting);
        prop_assert_eq!(first.rows(), rows.len(), "each row is in one list");

        let mut other = rows.clone();
        if !other.is_empty() {
            other.rotate_left(shuffled.index(rows.len()));
            other.reverse();
        }
        prop_assert_eq!(&counted(&other, &[], &[], &book, counting), &first);

        let lines: Change = Line::ALL.iter().map(|line| {
            line.effect(first.sum(*line).total())
        }).sum();
        let mut open = Change::ZERO;
        for ledger in &first.ledgers {
            prop_assert!(ledger.set_aside().is_empty());
            for identity in ledger.identities() {
                prop_assert!(identity.holds(), "{:?}", identity);
            }
            open += ledger.state().open().total();
        }
        prop_assert_eq!(lines, open, "what the lines say is what remains");

        let kept = files(events(&first), &[], &book);
        let second = counted(&rows, &[], &kept, &book, counting);
        prop_assert_eq!(&second.ledgers, &first.ledgers);
        prop_assert!(second.entered.is_empty(), "{:?}", second.entered);
        prop_assert_eq!(second.rows(), rows.len());
    }
}
