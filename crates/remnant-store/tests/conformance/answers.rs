//! Answers to questions with two days.

use remnant_ground::{FieldValue, ObjectId, ObjectKind};
use remnant_record::AsOf;
use remnant_store::{NewEntry, Revision, Store};

use crate::backend::{each_backend, january, known, stamp, strike};

fn in_box(store: &mut Store, bounds: [f64; 4]) -> Vec<String> {
    let mut found = Vec::new();
    store
        .objects_in_box(ObjectKind::Strike, bounds, known(28), |stored| {
            found.push(stored.id.to_owned());
            Ok(())
        })
        .unwrap();
    found.sort();
    found
}

#[test]
fn a_box_finds_what_lies_in_it_to_the_last_digit() {
    for mut project in each_backend() {
        // A point just outside in double precision is inside when both are rounded to single.
        let edge = 105.100_000_001;
        let all = [strike("in", 105.1, 16.0), strike("edge", edge, 16.0), strike("far", 9.0, 9.0)];
        let store = &mut project.store;
        store.append(&stamp("Ana", 2), all.into_iter().map(NewEntry::entered)).unwrap();
        assert_eq!(in_box(store, [105.0, 15.0, 105.1, 17.0]), ["in"]);
        assert_eq!(in_box(store, [105.0, 15.0, edge, 17.0]), ["edge", "in"]);
        assert_eq!(in_box(store, [-180.0, -90.0, 180.0, 90.0]).len(), 3);
    }
}

#[test]
fn a_thing_is_in_a_view_on_the_days_on_which_it_was_so() {
    for mut project in each_backend() {
        let store = &mut project.store;
        let mut undated = strike("undated", 1.0, 1.0);
        undated.fields.remove("date");
        let all = [strike("march", 1.0, 1.0), undated];
        store.append(&stamp("Ana", 2), all.map(NewEntry::entered)).unwrap();
        let mut count = |on: &str| {
            let view = AsOf { on: on.parse().unwrap(), known_by: january(2) };
            store.count(ObjectKind::Strike, view).unwrap()
        };
        // March 1969: from its first day on it may have happened.
        assert_eq!([count("1969-02-28"), count("1969-03-01"), count("2024-01-01")], [1, 2, 2]);
    }
}

#[test]
fn what_changed_between_two_days_is_told_thing_by_thing() {
    for mut project in each_backend() {
        let store = &mut project.store;
        let all = ["stays", "changes", "goes"].map(|id| NewEntry::entered(strike(id, 1.0, 1.0)));
        store.append(&stamp("Ana", 2), all).unwrap();
        let revision = Revision {
            fields: [("quantity".to_owned(), Some(FieldValue::Whole(9)))].into(),
            ..Revision::default()
        };
        let kind = ObjectKind::Strike;
        let later = [
            NewEntry::revised(kind, ObjectId::new("changes"), revision),
            NewEntry::withdrawn(kind, ObjectId::new("goes"), "twice"),
            NewEntry::entered(strike("comes", 2.0, 2.0)),
        ];
        store.append(&stamp("Ana", 5), later).unwrap();
        let mut told = Vec::new();
        store
            .changes(kind, known(3), known(5), |change| {
                let quantity = |object: Option<remnant_ground::Object>| {
                    object.and_then(|object| object.field("quantity").and_then(|v| v.whole()))
                };
                told.push((
                    change.id.clone(),
                    quantity(change.before()?),
                    quantity(change.after()?),
                ));
                Ok(())
            })
            .unwrap();
        let expected = [
            ("changes".to_owned(), Some(4), Some(9)),
            ("goes".to_owned(), Some(4), None),
            ("comes".to_owned(), None, Some(4)),
        ];
        assert_eq!(told, expected);
        let mut none = 0;
        let count = |_| {
            none += 1;
            Ok(())
        };
        store.changes(kind, known(5), known(9), count).unwrap();
        assert_eq!(none, 0);
    }
}

#[test]
fn a_project_says_what_it_is() {
    for mut project in each_backend() {
        let store = &mut project.store;
        store.append(&stamp("Ana", 2), [NewEntry::entered(strike("a", 1.0, 1.0))]).unwrap();
        let about = store.describe().unwrap();
        assert_eq!(about.version, 3);
        assert_eq!(about.entries["object-entered"], 1);
        assert_eq!(about.objects["strike"], 1);
        assert_eq!(about.heads[&about.copy].0, 1);
        assert_eq!(about.days, Some(("2024-01-02".to_owned(), "2024-01-02".to_owned())));
        assert!(about.kept_by.starts_with(if project.name == "PostGIS" { "Postg" } else { "Geo" }));
    }
}
