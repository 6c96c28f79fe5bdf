//! Entering: all or nothing, in the journal and in the layers.

use std::collections::BTreeMap;

use remnant_ground::{FieldValue, LocationMethod, Object, ObjectId, ObjectKind, Place, Shape};
use remnant_store::{
    EntryFilter, EntryKind, NewEntry, PersonalKey, PersonalValue, PlaceChange, Revision,
    SourceDocument, Store, StoreError, TakenInRow,
};

use crate::backend::{area, assert_sound, each_backend, january, known, objects, stamp, strike};

fn row(hash: &str) -> TakenInRow {
    TakenInRow { hash: hash.into() }
}

fn entries(store: &mut Store, filter: &EntryFilter) -> Vec<String> {
    let mut said = Vec::new();
    store
        .entries(filter, |entry, known_from| {
            said.push(format!("{} {} {} {known_from}", entry.author, entry.kind, entry.subject));
            Ok(())
        })
        .unwrap();
    said
}

#[test]
fn what_is_entered_comes_back_equal_from_the_project_when_it_is_opened_again() {
    for mut project in each_backend() {
        let mut named = strike("hi/3", 0.0, 0.0);
        named.place = Some(Place {
            entered: Some("near the \\ bridge\t\"Ban\"\nPhon".to_owned()),
            ..Place::new(Shape::Named("Ban Phôn ບ້ານ".into()), LocationMethod::Described)
        });
        let mut line = strike("hi/4", 0.0, 0.0);
        line.place =
            Some(Place::new(Shape::Line(vec![(105.0, 16.0), (105.1, 16.1)]), LocationMethod::Map));
        let all = [strike("hi/1", 105.25, 16.5), strike("hi/2", -0.1, -16.5), named, line];
        let given = project
            .store
            .append(&stamp("Ana", 2), all.iter().cloned().map(NewEntry::entered))
            .unwrap();
        assert_eq!((given.entries, given.entered, given.revised), (4, 4, 0));
        let place = project.place.clone();
        project.store = Store::open(&place).unwrap();
        assert_eq!(objects(&mut project.store, ObjectKind::Strike, known(2)), all);
        assert_eq!(objects(&mut project.store, ObjectKind::Strike, known(1)), []);
        assert_sound(&mut project);
    }
}

#[test]
fn a_revision_and_a_withdrawal_leave_earlier_days_as_they_were() {
    for mut project in each_backend() {
        let store = &mut project.store;
        let id = ObjectId::new("hi/7");
        store.append(&stamp("Ana", 2), [NewEntry::entered(area("hi/7", 10.0, 5.0))]).unwrap();
        let revision = Revision {
            fields: BTreeMap::from([
                ("area_type".to_owned(), Some(FieldValue::Text("cha".into()))),
                ("reported_square_metres".to_owned(), Some(FieldValue::Whole(1200))),
            ]),
            place: PlaceChange::To(area("x", 11.0, 5.0).place.unwrap()),
            reason: Some("a submunition was seen".to_owned()),
            ..Revision::default()
        };
        let kind = ObjectKind::HazardousArea;
        store.append(&stamp("Bo", 4), [NewEntry::revised(kind, id.clone(), revision)]).unwrap();
        store
            .append(&stamp("Bo", 6), [NewEntry::withdrawn(kind, id.clone(), "entered twice")])
            .unwrap();
        let of = |store: &mut Store, day| {
            store.object(kind, &id, january(day)).unwrap().map(|object| {
                (object.text("area_type").map(str::to_owned), object.place.unwrap().shape)
            })
        };
        assert_eq!(of(store, 1), None);
        let first = area("hi/7", 10.0, 5.0).place.unwrap().shape;
        let second = area("hi/7", 11.0, 5.0).place.unwrap().shape;
        assert_eq!(of(store, 3), Some((Some("sha".to_owned()), first)));
        assert_eq!(of(store, 5), Some((Some("cha".to_owned()), second)));
        assert_eq!(of(store, 6), None);
        let boxed = |store: &mut Store, west: f64, day| {
            let mut found = 0;
            store
                .objects_in_box(kind, [west, 5.0, west + 0.5, 5.5], known(day), |_| {
                    found += 1;
                    Ok(())
                })
                .unwrap();
            let mut by_place = 0;
            store
                .found_in_box(kind, [west, 5.0, west + 0.5, 5.5], known(day), |thing| {
                    assert!(thing.id == "hi/7" && thing.bounds[0] == west);
                    by_place += 1;
                    Ok(())
                })
                .unwrap();
            assert_eq!(by_place, found);
            found
        };
        assert_eq!([boxed(store, 10.0, 3), boxed(store, 11.0, 3)], [1, 0]);
        assert_eq!([boxed(store, 10.0, 5), boxed(store, 11.0, 5)], [0, 1]);
        assert_eq!([boxed(store, 10.0, 6), boxed(store, 11.0, 6)], [0, 0]);
        assert_eq!(
            entries(store, &EntryFilter { subject: Some("hi/7".into()), ..Default::default() }),
            [
                "Ana object-entered hi/7 2024-01-02",
                "Bo object-revised hi/7 2024-01-04",
                "Bo object-withdrawn hi/7 2024-01-06"
            ]
        );
        assert_sound(&mut project);
    }
}

#[test]
fn a_file_taken_in_twice_is_there_once_and_a_changed_row_is_a_revision() {
    for mut project in each_backend() {
        let rows = |hash: &str, quantity: i64| {
            let hash = hash.to_owned();
            (0..3000).map(move |at| {
                let id = format!("{at}");
                let mut object = strike(&format!("hi/{id}"), f64::from(at) / 100.0, 1.0);
                let changed = at == 2500;
                if changed {
                    object.fields.insert("quantity".into(), FieldValue::Whole(quantity));
                }
                let hash = if changed { hash.as_str() } else { "00" };
                NewEntry::taken_in(object, row(hash))
            })
        };
        let store = &mut project.store;
        let first = store.append(&stamp("Ana", 2), rows("aa", 1)).unwrap();
        assert_eq!((first.entered, first.unchanged), (3000, 0));
        let again = store.append(&stamp("Ana", 3), rows("aa", 1)).unwrap();
        assert_eq!((again.entries, again.unchanged), (0, 3000));
        let changed = store.append(&stamp("Ana", 4), rows("bb", 9)).unwrap();
        assert_eq!((changed.entries, changed.revised, changed.unchanged), (1, 1, 2999));
        let found = store.object(ObjectKind::Strike, &ObjectId::new("hi/2500"), january(4));
        assert_eq!(found.unwrap().unwrap().field("quantity"), Some(&FieldValue::Whole(9)));
        let hash = store.row_hash(ObjectKind::Strike, &ObjectId::new("hi/2500")).unwrap();
        assert_eq!(hash.as_deref(), Some("bb"));
        assert_sound(&mut project);
    }
}

#[test]
fn a_row_is_known_again_whatever_people_did_to_the_thing_since() {
    for mut project in each_backend() {
        let store = &mut project.store;
        let (kind, id) = (ObjectKind::Strike, ObjectId::new("hi/1"));
        let first = || strike("hi/1", 105.25, 16.5);
        let told = |store: &mut Store| store.row_hash(kind, &id).unwrap();
        assert_eq!(told(store), None);
        store.append(&stamp("Ana", 2), [NewEntry::taken_in(first(), row("aa"))]).unwrap();
        let noted = Revision {
            fields: BTreeMap::from([("note".into(), Some(FieldValue::Text("seen".into())))]),
            ..Revision::default()
        };
        let by_hand = [
            NewEntry::revised(kind, id.clone(), noted),
            NewEntry::withdrawn(kind, id.clone(), "entered twice"),
            NewEntry::entered(first()),
        ];
        for (entry, day) in by_hand.into_iter().zip(3..) {
            store.append(&stamp("Bo", day), [entry]).unwrap();
            assert_eq!(told(store).as_deref(), Some("aa"), "{} {day}", project.name);
            let again = NewEntry::taken_in(first(), row("aa"));
            let given = store.append(&stamp("Ana", day), [again]).unwrap();
            assert_eq!((given.entries, given.unchanged), (0, 1), "{} {day}", project.name);
        }
        let changed = NewEntry::taken_in(strike("hi/1", 105.5, 16.5), row("bb"));
        store.append(&stamp("Ana", 6), [changed]).unwrap();
        assert_eq!(told(store).as_deref(), Some("bb"));
        assert_sound(&mut project);
    }
}

#[test]
fn the_same_row_twice_in_one_file_is_one_thing_with_a_revision() {
    for mut project in each_backend() {
        let mut second = strike("hi/1", 1.0, 1.0);
        second.fields.insert("quantity".into(), FieldValue::Whole(5));
        let twice = [
            NewEntry::taken_in(strike("hi/1", 1.0, 1.0), row("aa")),
            NewEntry::taken_in(strike("hi/1", 1.0, 1.0), row("aa")),
            NewEntry::taken_in(second.clone(), row("bb")),
        ];
        let given = project.store.append(&stamp("Ana", 2), twice).unwrap();
        assert_eq!((given.entered, given.unchanged, given.revised), (1, 1, 1));
        assert_eq!(objects(&mut project.store, ObjectKind::Strike, known(2)), [second]);
        assert_sound(&mut project);
    }
}

#[test]
fn all_is_entered_or_nothing() {
    for mut project in each_backend() {
        let store = &mut project.store;
        let before = store.describe().unwrap();
        let mut bad = strike("hi/bad", 1.0, 1.0);
        bad.place = Some(Place::new(
            Shape::Point { longitude: f64::NAN, latitude: 0.0 },
            LocationMethod::Map,
        ));
        let many = (0..2500).map(|at| strike(&format!("hi/{at}"), 1.0, 1.0)).chain([bad]);
        let refused = store.append(&stamp("Ana", 2), many.map(NewEntry::entered));
        assert!(matches!(refused, Err(StoreError::NotFinite { .. })), "{refused:?}");
        assert_eq!(store.describe().unwrap(), before);
        let interrupted = (0..2500)
            .map(|at| Ok(NewEntry::entered(strike(&format!("hi/{at}"), 1.0, 1.0))))
            .chain([Err(StoreError::NoAuthor)]);
        let refused = store.append_each(&stamp("Ana", 2), interrupted);
        assert!(matches!(refused, Err(StoreError::NoAuthor)));
        assert_eq!(store.describe().unwrap(), before);
        store.append(&stamp("Ana", 3), [NewEntry::entered(strike("hi/1", 1.0, 1.0))]).unwrap();
        assert_sound(&mut project);
    }
}

#[test]
fn the_character_nul_is_refused_wherever_it_stands() {
    for mut project in each_backend() {
        let store = &mut project.store;
        let before = store.describe().unwrap();
        let mut field = strike("hi/1", 1.0, 1.0);
        field.fields.insert("note".into(), FieldValue::Text("a\0b".into()));
        let refused = [
            store.append(&stamp("Ana", 2), [NewEntry::entered(field)]),
            store.append(&stamp("Ana", 2), [NewEntry::entered(strike("hi/\0", 1.0, 1.0))]),
            store.append(&stamp("A\0na", 2), [NewEntry::entered(strike("hi/1", 1.0, 1.0))]),
            store.append(&stamp("Ana", 2), [NewEntry::setting("x", &"\0").unwrap()]),
        ];
        for refused in refused {
            assert!(matches!(refused, Err(StoreError::NulCharacter { .. })), "{refused:?}");
        }
        assert_eq!(store.describe().unwrap(), before);
        // Only the character itself is: not a backslash before these letters.
        let mut letters = strike("hi/1", 1.0, 1.0);
        letters.fields.insert("note".into(), FieldValue::Text("\\u0000".into()));
        store.append(&stamp("Ana", 2), [NewEntry::entered(letters.clone())]).unwrap();
        assert_eq!(objects(store, ObjectKind::Strike, known(2)), [letters]);
        assert_sound(&mut project);
    }
}

#[test]
fn what_names_a_person_is_kept_apart_and_sealed_or_not_at_all() {
    for mut project in each_backend() {
        let store = &mut project.store;
        let mut named = area("hi/1", 1.0, 1.0);
        named.fields.insert("landowner_name".into(), FieldValue::Text("Ana".into()));
        let refused = store.append(&stamp("Ana", 2), [NewEntry::entered(named)]);
        assert!(matches!(refused, Err(StoreError::PersonalField { .. })), "{refused:?}");
        let value = || PersonalValue {
            kind: ObjectKind::HazardousArea,
            subject: "hi/1".into(),
            field: "landowner_name".into(),
            value: "Khampha".into(),
        };
        let nonce = || [3; 24];
        let without = store.keep_personal(&stamp("Ana", 2), None, [value()], nonce);
        assert!(matches!(without, Err(StoreError::NoKey { .. })));
        let key = PersonalKey::new([9; 32]);
        store.keep_personal(&stamp("Ana", 2), Some(&key), [value()], nonce).unwrap();
        let kind = ObjectKind::HazardousArea;
        assert_eq!(store.personal(Some(&key), kind, "hi/1").unwrap(), [value()]);
        assert!(matches!(store.personal(None, kind, "hi/1"), Err(StoreError::NoKey { .. })));
        let other = PersonalKey::new([8; 32]);
        let wrong = store.personal(Some(&other), kind, "hi/1");
        assert!(matches!(wrong, Err(StoreError::WrongKey { .. })));
        assert_eq!(store.forget_personal(&stamp("Ana", 3), kind, "hi/1").unwrap(), 1);
        assert_eq!(store.personal(None, kind, "hi/1").unwrap(), []);
    }
}

#[test]
fn a_file_is_kept_once_and_comes_back_byte_for_byte() {
    for mut project in each_backend() {
        let store = &mut project.store;
        let bytes: Vec<u8> =
            (0_u32..700_000).flat_map(|at| at.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let kept = store.keep_file(&stamp("Ana", 2), "a.csv", &*bytes).unwrap();
        let again = store.keep_file(&stamp("Ana", 3), "b.csv", &*bytes).unwrap();
        assert_eq!(again, kept);
        assert_eq!(store.files().unwrap(), std::slice::from_ref(&kept));
        let mut back = Vec::new();
        store.file(&kept.hash, &mut back).unwrap();
        assert_eq!(back, bytes);
        let none = store.file("00", &mut back);
        assert!(matches!(none, Err(StoreError::NoSuchFile { .. })));
        assert_sound(&mut project);
    }
}

#[test]
fn settings_sources_and_events_are_entries_like_any_other() {
    for mut project in each_backend() {
        let store = &mut project.store;
        let document = SourceDocument {
            source: "hi".into(),
            publisher: "HI".into(),
            title: None,
            licence: "by agreement".into(),
            files: BTreeMap::from([("a.csv".to_owned(), "00".to_owned())]),
        };
        let new = [
            NewEntry::source_added(&document).unwrap(),
            NewEntry::setting("steps", &["verified"]).unwrap(),
            NewEntry::release_event("hi/7", &serde_json::json!({"b": 1, "a": 2.5})).unwrap(),
        ];
        store.append(&stamp("Ana", 2), new).unwrap();
        let later = [NewEntry::setting("steps", &["verified", "approved"]).unwrap()];
        store.append(&stamp("Ana", 4), later).unwrap();
        let steps = |store: &mut Store, day| {
            store.setting::<Vec<String>>("steps", january(day)).unwrap().map(|steps| steps.len())
        };
        assert_eq!([steps(store, 1), steps(store, 3), steps(store, 4)], [None, Some(1), Some(2)]);
        let mut events = Vec::new();
        store
            .release_events(Some("hi/7"), january(2), |entry, _| {
                events.push(entry.body);
                Ok(())
            })
            .unwrap();
        assert_eq!(events, [r#"{"a":2.5,"b":1}"#]);
        let filter = EntryFilter { kind: Some(EntryKind::SourceAdded), ..Default::default() };
        assert_eq!(entries(store, &filter), ["Ana source-added hi 2024-01-02"]);
        let newest = EntryFilter { newest: Some(2), ..Default::default() };
        assert_eq!(
            entries(store, &newest),
            ["Ana release-event hi/7 2024-01-02", "Ana setting steps 2024-01-04"]
        );
        assert_sound(&mut project);
    }
}

#[test]
fn a_change_of_what_is_not_there_is_refused() {
    for mut project in each_backend() {
        let id = ObjectId::new("hi/none");
        let revised = NewEntry::revised(ObjectKind::Strike, id.clone(), Revision::default());
        let withdrawn = NewEntry::withdrawn(ObjectKind::Strike, id, "twice");
        for entry in [revised, withdrawn] {
            let refused = project.store.append(&stamp("Ana", 2), [entry]);
            assert!(matches!(refused, Err(StoreError::NoSuchObject { .. })));
        }
    }
}

/// An object whose every field holds something.
fn full(kind: ObjectKind) -> Object {
    use remnant_ground::form::FieldKind;
    let fields = kind.form().fields.iter().filter(|field| field.kind != FieldKind::Personal);
    let value = |kind| match kind {
        FieldKind::Count | FieldKind::SquareMetres => FieldValue::Whole(3),
        FieldKind::Decimal => FieldValue::Decimal(2.5),
        FieldKind::Codes(_) | FieldKind::References(_) => {
            FieldValue::Several(vec!["a".into(), "b".into()])
        }
        FieldKind::Date => FieldValue::Text("2024-01".into()),
        _ => FieldValue::Text("a".into()),
    };
    Object {
        kind,
        id: ObjectId::new("hi/full"),
        fields: fields.map(|field| (field.name.to_owned(), value(field.kind))).collect(),
        place: area("x", 1.0, 1.0).place,
        origin: None,
    }
}

#[test]
fn every_field_of_every_kind_and_shape_finds_its_column() {
    for mut project in each_backend() {
        let shapes = [
            Shape::Point { longitude: 1.0, latitude: 2.0 },
            Shape::Line(vec![(1.0, 2.0), (3.0, 4.0)]),
            Shape::Named("there".into()),
        ];
        let mut all = Vec::new();
        for kind in ObjectKind::ALL {
            all.push(full(kind));
            for (at, shape) in shapes.iter().enumerate() {
                let mut object = full(kind);
                object.id = ObjectId::new(format!("hi/{at}"));
                object.place = Some(Place::new(shape.clone(), LocationMethod::Unknown));
                all.push(object);
            }
        }
        let new = all.iter().cloned().map(NewEntry::entered);
        project.store.append(&stamp("Ana", 2), new).unwrap();
        assert_sound(&mut project);
        project.store.rebuild().unwrap();
        assert_sound(&mut project);
        for kind in ObjectKind::ALL {
            assert_eq!(objects(&mut project.store, kind, known(2)).len(), 4, "{kind}");
        }
    }
}
