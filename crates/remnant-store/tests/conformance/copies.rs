//! Copies that worked apart come together again.

use remnant_ground::{FieldValue, ObjectId, ObjectKind};
use remnant_store::{
    Entry, Holding, NewEntry, Revision, Store, StoreError, read_bundle, write_bundle_line,
};

use crate::backend::{assert_sound, january, known, objects, pairs, stamp, strike};

fn bundle(store: &mut Store, holding: &Holding) -> Vec<Entry> {
    let mut entries = Vec::new();
    store
        .bundle(holding, |entry| {
            entries.push(entry.clone());
            Ok(())
        })
        .unwrap();
    entries
}

fn receive(store: &mut Store, day: i8, entries: &[Entry]) -> (u64, u64) {
    let entries = entries.iter().cloned().map(Ok::<_, StoreError>);
    let received = store.receive(&stamp("Cam", day), entries).unwrap();
    (received.new, received.known)
}

fn quantity(number: i64) -> Revision {
    Revision {
        fields: [("quantity".to_owned(), Some(FieldValue::Whole(number)))].into(),
        ..Revision::default()
    }
}

#[test]
fn two_copies_that_change_one_field_keep_both_and_settle_it_by_a_third_entry() {
    for (mut here, mut there) in pairs() {
        let (kind, id) = (ObjectKind::Strike, ObjectId::new("hi/1"));
        here.store.append(&stamp("Ana", 2), [NewEntry::entered(strike("hi/1", 1.0, 1.0))]).unwrap();
        let first = bundle(&mut here.store, &there.store.holding().unwrap());
        assert_eq!(receive(&mut there.store, 3, &first), (1, 0));
        assert_eq!(receive(&mut there.store, 3, &first), (0, 1));

        let revised = |number| [NewEntry::revised(kind, id.clone(), quantity(number))];
        here.store.append(&stamp("Ana", 4), revised(40)).unwrap();
        there.store.append(&stamp("Bo", 5), revised(50)).unwrap();
        let to_there = bundle(&mut here.store, &there.store.holding().unwrap());
        let to_here = bundle(&mut there.store, &here.store.holding().unwrap());
        assert_eq!((to_there.len(), to_here.len()), (1, 1));
        receive(&mut there.store, 9, &to_there);
        receive(&mut here.store, 9, &to_here);
        for project in [&mut here, &mut there] {
            let conflicts = project.store.conflicts().unwrap();
            assert_eq!(conflicts.len(), 1, "{}", project.name);
            assert_eq!(conflicts[0].field, "quantity");
            let values: Vec<i64> =
                conflicts[0].writes.iter().map(|write| write.value.as_i64().unwrap()).collect();
            assert_eq!(values, [40, 50]);
            assert_sound(project);
        }
        // What was known on the sixth stays what it was, although both are known by now.
        let value = |store: &mut Store, day| {
            let object = store.object(kind, &id, january(day)).unwrap().unwrap();
            object.field("quantity").and_then(FieldValue::whole)
        };
        assert_eq!([value(&mut here.store, 6), value(&mut there.store, 6)], [Some(40), Some(50)]);
        assert_eq!([value(&mut here.store, 9), value(&mut there.store, 9)], [Some(50), Some(50)]);

        let settled = [NewEntry::resolved(kind, id.clone(), quantity(40))];
        here.store.append(&stamp("Ana", 10), settled).unwrap();
        assert_eq!(here.store.conflicts().unwrap(), []);
        let last = bundle(&mut here.store, &there.store.holding().unwrap());
        assert_eq!(receive(&mut there.store, 11, &last), (1, 0));
        assert_eq!(there.store.conflicts().unwrap(), []);
        assert_eq!(value(&mut there.store, 11), Some(40));
        assert_sound(&mut there);
    }
}

#[test]
fn a_file_that_was_copied_and_worked_on_in_both_places_comes_together() {
    let here = crate::backend::geopackage();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.gpkg").display().to_string();
    let mut store = here.store;
    store.append(&stamp("Ana", 2), [NewEntry::entered(strike("hi/1", 1.0, 1.0))]).unwrap();
    drop(store);
    std::fs::copy(&here.place, &copy).unwrap();
    let (mut here, mut there) = (Store::open(&here.place).unwrap(), Store::open(&copy).unwrap());
    here.append(&stamp("Ana", 3), [NewEntry::entered(strike("hi/2", 1.0, 1.0))]).unwrap();
    there.append(&stamp("Bo", 3), [NewEntry::entered(strike("hi/3", 1.0, 1.0))]).unwrap();
    for _ in 0..2 {
        let to_there = bundle(&mut here, &there.holding().unwrap());
        receive(&mut there, 4, &to_there);
        let to_here = bundle(&mut there, &here.holding().unwrap());
        receive(&mut here, 4, &to_here);
    }
    here.append(&stamp("Ana", 5), [NewEntry::entered(strike("hi/4", 1.0, 1.0))]).unwrap();
    let to_there = bundle(&mut here, &there.holding().unwrap());
    assert_eq!(receive(&mut there, 5, &to_there).0, 1);
    for store in [&mut here, &mut there] {
        let ids: std::collections::BTreeSet<String> =
            objects(store, ObjectKind::Strike, known(5)).iter().map(|o| o.id.to_string()).collect();
        assert_eq!(ids.into_iter().collect::<Vec<_>>(), ["hi/1", "hi/2", "hi/3", "hi/4"]);
        assert!(store.check().unwrap().iter().all(|line| line.holds), "{:?}", store.check());
    }
}

#[test]
fn a_bundle_is_text_that_comes_back_and_a_changed_one_is_refused_whole() {
    for (mut here, mut there) in pairs() {
        let many = (0..5).map(|at| NewEntry::entered(strike(&format!("hi/{at}"), 1.0, 1.0)));
        here.store.append(&stamp("Ana", 2), many).unwrap();
        let text: String = bundle(&mut here.store, &Holding::nothing())
            .iter()
            .map(|entry| write_bundle_line(entry).unwrap())
            .collect();
        let forged = text.replacen("\\\"quantity\\\":4", "\\\"quantity\\\":5", 1);
        assert_ne!(forged, text);
        let refused = there.store.receive(&stamp("Cam", 3), read_bundle(forged.as_bytes()));
        assert!(matches!(refused, Err(StoreError::Forged { .. })), "{refused:?}");
        let cut = &text[..text.len() - 40];
        let refused = there.store.receive(&stamp("Cam", 3), read_bundle(cut.as_bytes()));
        assert!(matches!(refused, Err(StoreError::NotAnEntry { line: 5, .. })), "{refused:?}");
        assert_eq!(objects(&mut there.store, ObjectKind::Strike, known(3)).len(), 0);
        let received = there.store.receive(&stamp("Cam", 3), read_bundle(text.as_bytes())).unwrap();
        assert_eq!((received.new, received.known), (5, 0));
        assert_sound(&mut there);
    }
}

#[test]
fn half_a_bundle_is_told_as_missing_and_the_other_half_mends_it() {
    for (mut here, mut there) in pairs() {
        let id = ObjectId::new("hi/1");
        here.store.append(&stamp("Ana", 2), [NewEntry::entered(strike("hi/1", 1.0, 1.0))]).unwrap();
        let revised = [NewEntry::revised(ObjectKind::Strike, id, quantity(7))];
        here.store.append(&stamp("Ana", 3), revised).unwrap();
        let all = bundle(&mut here.store, &Holding::nothing());
        receive(&mut there.store, 4, &all[1..]);
        let lines = there.store.check().unwrap();
        let failed: Vec<&str> =
            lines.iter().filter(|line| !line.holds).map(|line| line.invariant).collect();
        assert_eq!(failed, ["no entry is missing"]);
        // It holds nothing for certain, so it is sent everything again.
        let again = bundle(&mut here.store, &there.store.holding().unwrap());
        assert_eq!(receive(&mut there.store, 5, &again), (1, 1));
        assert_sound(&mut there);
        let found = objects(&mut there.store, ObjectKind::Strike, known(5));
        assert_eq!(found[0].field("quantity"), Some(&FieldValue::Whole(7)));
    }
}
