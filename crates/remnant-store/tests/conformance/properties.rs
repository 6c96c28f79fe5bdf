//! What must hold whatever is entered, in whatever order.

use proptest::prelude::*;
use remnant_ground::{FieldValue, Object, ObjectId, ObjectKind};
use remnant_store::{Entry, Holding, NewEntry, Revision, Store, StoreError};

use crate::backend::{
    Project, area, assert_sound, each_backend, geopackage, known, objects, stamp, strike,
};

/// Something that somebody enters on one of a few objects.
#[derive(Clone, Debug)]
enum Act {
    Enter(u8, f64),
    Revise(u8, i64),
    Move(u8, f64),
    Withdraw(u8),
}

fn act() -> impl Strategy<Value = Act> {
    let id = 0_u8..4;
    prop_oneof![
        (id.clone(), -170.0..170.0).prop_map(|(id, at)| Act::Enter(id, at)),
        (id.clone(), 0..5_i64).prop_map(|(id, to)| Act::Revise(id, to)),
        (id.clone(), -170.0..170.0).prop_map(|(id, at)| Act::Move(id, at)),
        id.prop_map(Act::Withdraw),
    ]
}

fn thing(id: u8, at: f64) -> Object {
    let name = format!("hi/{id}");
    if id.is_multiple_of(2) { strike(&name, at, at / 4.0) } else { area(&name, at, at / 4.0) }
}

/// Enters it; what is refused because the thing is not there is passed over.
fn take(store: &mut Store, author: &str, day: i8, act: &Act) {
    let (Act::Enter(id, _) | Act::Revise(id, _) | Act::Move(id, _) | Act::Withdraw(id)) = act;
    let (kind, name) = (thing(*id, 0.0).kind, ObjectId::new(format!("hi/{id}")));
    let entry = match act {
        Act::Enter(id, at) => NewEntry::entered(thing(*id, *at)),
        Act::Revise(_, to) => {
            let fields = [("note".to_owned(), Some(FieldValue::Text(format!("n{to}"))))].into();
            NewEntry::revised(kind, name, Revision { fields, ..Revision::default() })
        }
        Act::Move(id, at) => {
            let place = thing(*id, *at).place.unwrap();
            let place = remnant_store::PlaceChange::To(place);
            NewEntry::revised(kind, name, Revision { place, ..Revision::default() })
        }
        Act::Withdraw(_) => NewEntry::withdrawn(kind, name, "twice"),
    };
    match store.append(&stamp(author, day), [entry]) {
        Ok(_) | Err(StoreError::NoSuchObject { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

/// All that can be asked, as of every day.
fn answers(store: &mut Store) -> Vec<String> {
    let mut answers = Vec::new();
    for day in 1..10 {
        answers.extend(answers_by(store, day));
    }
    answers.push(format!("{:?}", store.conflicts().unwrap()));
    answers
}

fn answers_by(store: &mut Store, day: i8) -> Vec<String> {
    let mut answers = Vec::new();
    for kind in [ObjectKind::Strike, ObjectKind::HazardousArea] {
        // The order of first arrival is a copy's own.
        let mut all = objects(store, kind, known(day));
        all.sort_by(|a, b| a.id.cmp(&b.id));
        answers.extend(all.iter().map(|object| format!("{day} {object:?}")));
        let mut boxed = Vec::new();
        store
            .objects_in_box(kind, [-50.0, -40.0, 50.0, 40.0], known(day), |stored| {
                boxed.push(format!("{day} box {}", stored.id));
                Ok(())
            })
            .unwrap();
        boxed.sort();
        answers.extend(boxed);
    }
    answers
}

fn everything(store: &mut Store) -> Vec<Entry> {
    let mut entries = Vec::new();
    store
        .bundle(&Holding::nothing(), |entry| {
            entries.push(entry.clone());
            Ok(())
        })
        .unwrap();
    entries
}

fn entered(acts: &[(u8, Act)]) -> Vec<Project> {
    let mut projects = each_backend();
    for project in &mut projects {
        let mut days: Vec<&(u8, Act)> = acts.iter().collect();
        days.sort_by_key(|(day, _)| *day);
        for (day, act) in days {
            take(&mut project.store, "Ana", 2 + i8::try_from(*day).unwrap(), act);
        }
    }
    projects
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// What stands in the tables is what a rebuild gives, and both backends give equal answers.
    #[test]
    fn projections_equal_a_rebuild_and_backends_agree(
        acts in prop::collection::vec((0_u8..6, act()), 1..14),
    ) {
        let mut first: Option<Vec<String>> = None;
        for mut project in entered(&acts) {
            assert_sound(&mut project);
            let before = answers(&mut project.store);
            project.store.rebuild().unwrap();
            assert_sound(&mut project);
            prop_assert_eq!(&answers(&mut project.store), &before);
            prop_assert_eq!(&before, first.get_or_insert_with(|| before.clone()));
        }
    }

    /// Later news never changes what was known earlier.
    #[test]
    fn known_by_is_stable(acts in prop::collection::vec((0_u8..6, act()), 1..14)) {
        let mut project = geopackage();
        let mut sorted = acts.clone();
        sorted.sort_by_key(|(day, _)| *day);
        let mut told: Vec<Vec<String>> = Vec::new();
        for day in 0_u8..6 {
            for (_, act) in sorted.iter().filter(|(of, _)| *of == day) {
                take(&mut project.store, "Ana", 2 + i8::try_from(day).unwrap(), act);
            }
            told.push(answers_by(&mut project.store, 2 + i8::try_from(day).unwrap()));
            for (earlier, then) in told.iter().enumerate() {
                let now = answers_by(&mut project.store, 2 + i8::try_from(earlier).unwrap());
                prop_assert_eq!(&now, then);
            }
        }
    }

    /// Entries of two copies, in any order and in any pieces, some of them twice, come to the same.
    #[test]
    fn any_order_and_any_partition_come_to_the_same(
        acts in prop::collection::vec((any::<bool>(), 0_u8..6, act()), 1..14),
        order in any::<u64>(), pieces in 1_usize..5,
    ) {
        let (mut here, mut there) = (geopackage(), geopackage());
        let mut sorted = acts.clone();
        sorted.sort_by_key(|(_, day, _)| *day);
        for (is_here, day, act) in &sorted {
            let (store, author) =
                if *is_here { (&mut here.store, "Ana") } else { (&mut there.store, "Bo") };
            take(store, author, 2 + i8::try_from(*day).unwrap(), act);
        }
        let mut all = everything(&mut here.store);
        all.extend(everything(&mut there.store));
        let receive = |store: &mut Store, entries: &[Entry]| {
            let entries = entries.iter().cloned().map(Ok::<_, StoreError>);
            store.receive(&stamp("Cam", 9), entries).unwrap();
        };
        let mut straight = geopackage();
        receive(&mut straight.store, &all);
        let expected = answers(&mut straight.store);
        let mut shuffled = all.clone();
        shuffled.sort_by_key(|entry| {
            entry.id.as_bytes().iter().fold(order | 1, |sum, byte| {
                sum.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(u64::from(*byte))
            })
        });
        for mut project in each_backend() {
            for piece in shuffled.chunks(shuffled.len().div_ceil(pieces).max(1)) {
                receive(&mut project.store, piece);
            }
            receive(&mut project.store, &all[..all.len() / 2]);
            prop_assert_eq!(answers(&mut project.store), expected.clone());
            assert_sound(&mut project);
        }
    }
}
