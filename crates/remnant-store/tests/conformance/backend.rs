//! A fresh project on each backend, and objects to put into it.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::civil::{Date, DateTime, date};
use remnant_ground::{FieldValue, LocationMethod, Object, ObjectId, ObjectKind, Place, Shape};
use remnant_record::AsOf;
use remnant_store::{Stamp, Store};

/// A project that goes when the test is over.
pub(crate) struct Project {
    pub(crate) store: Store,
    pub(crate) place: String,
    pub(crate) name: &'static str,
    _folder: tempfile::TempDir,
}

static NUMBER: AtomicU32 = AtomicU32::new(1);

pub(crate) fn geopackage() -> Project {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("project.gpkg").display().to_string();
    let store = Store::create(&place, &stamp("Ana", 1)).unwrap();
    Project { store, place, name: "GeoPackage", _folder: folder }
}

/// A project in a schema of its own; none where no server is named.
pub(crate) fn postgis() -> Option<Project> {
    let server = std::env::var("REMNANT_TEST_POSTGRES").ok().filter(|url| !url.is_empty())?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let schema = format!("test_{}_{number}", std::process::id());
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    let place = format!("{server}{mark}options=-csearch_path%3D{schema}%2Cpublic");
    let store = Store::create(&place, &stamp("Ana", 1)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    Some(Project { store, place, name: "PostGIS", _folder: folder })
}

/// A fresh project on every backend that is there.
pub(crate) fn each_backend() -> Vec<Project> {
    let second = postgis();
    if second.is_none() {
        println!("skipped on PostGIS: REMNANT_TEST_POSTGRES names no server");
    }
    std::iter::once(geopackage()).chain(second).collect()
}

/// Two fresh projects on each backend.
pub(crate) fn pairs() -> Vec<(Project, Project)> {
    each_backend().into_iter().zip(each_backend()).collect()
}

/// Somebody, at noon of a day in January 2024. Whoever it is, ids are the same in every run.
pub(crate) fn stamp(author: &str, day: i8) -> Stamp {
    let mut entropy = [0; 10];
    for (to, from) in entropy.iter_mut().zip(author.bytes()) {
        *to = from;
    }
    let on = january(day);
    let noon: DateTime = on.at(12, 0, 0, 0);
    Stamp::new(author, noon, on, entropy).unwrap()
}

pub(crate) fn january(day: i8) -> Date {
    date(2024, 1, day)
}

pub(crate) fn known(day: i8) -> AsOf {
    AsOf { on: january(28), known_by: january(day) }
}

pub(crate) fn strike(id: &str, longitude: f64, latitude: f64) -> Object {
    let fields = [
        ("date".to_owned(), FieldValue::Text("1969-03".to_owned())),
        ("quantity".to_owned(), FieldValue::Whole(4)),
    ];
    Object {
        kind: ObjectKind::Strike,
        id: ObjectId::new(id),
        fields: fields.into(),
        place: Some(Place::new(Shape::Point { longitude, latitude }, LocationMethod::Map)),
        origin: None,
    }
}

pub(crate) fn area(id: &str, west: f64, south: f64) -> Object {
    let ring = [(0.0, 0.0), (0.0, 0.01), (0.01, 0.01), (0.01, 0.0), (0.0, 0.0)];
    let ring: Vec<(f64, f64)> = ring.iter().map(|(x, y)| (west + x, south + y)).collect();
    let polygon = geo_types::Polygon::new(ring.into(), vec![]);
    let fields = [("area_type".to_owned(), FieldValue::Text("sha".to_owned()))];
    Object {
        kind: ObjectKind::HazardousArea,
        id: ObjectId::new(id),
        fields: fields.into(),
        place: Some(Place::new(Shape::Area(polygon.into()), LocationMethod::Gps)),
        origin: None,
    }
}

/// Every object of a kind in a view, in full.
pub(crate) fn objects(store: &mut Store, kind: ObjectKind, as_of: AsOf) -> Vec<Object> {
    let mut found = Vec::new();
    store
        .objects(kind, as_of, |stored| {
            found.push(stored.object()?);
            Ok(())
        })
        .unwrap();
    found
}

/// Every line of the check must hold.
pub(crate) fn assert_sound(project: &mut Project) {
    for line in project.store.check().unwrap() {
        assert!(line.holds, "{}: {}: {}", project.name, line.invariant, line.told);
    }
}
