//! Files of layers for map programs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use geo_types::{MultiPolygon, polygon};
use remnant_ground::Shape;
use remnant_store::{FileClass, FileColumn, FileLayer, FileRow, FileValue, LayerFile, StoreError};
use rusqlite::Connection;

fn square(west: f64) -> Shape {
    let east = west + 1.0;
    Shape::Area(MultiPolygon::from(
        polygon![(x: west, y: 0.0), (x: east, y: 0.0), (x: east, y: 1.0), (x: west, y: 1.0)],
    ))
}

fn layer(name: &str, has_areas: bool) -> FileLayer<'_> {
    let class = FileClass {
        value: "found".to_owned(),
        label: "found & told".to_owned(),
        fill: "#0072b2".to_owned(),
        hatched: true,
    };
    FileLayer {
        name,
        title: format!("Layer {name}"),
        description: "items".to_owned(),
        columns: vec![("items", FileColumn::Decimal), ("looked", FileColumn::Text)],
        has_areas,
        classes: has_areas.then(|| ("looked", vec![class])),
    }
}

fn rows(count: u32) -> impl Iterator<Item = FileRow> {
    (0..count).map(|at| FileRow {
        shape: Some(square(f64::from(at))),
        values: vec![FileValue::Decimal(0.5), FileValue::Text("found".to_owned())],
    })
}

#[test]
fn a_file_has_its_rows_its_index_and_its_style_and_the_same_bytes_twice() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str| {
        let path = folder.path().join(name);
        let place = path.to_str().unwrap();
        let mut file = LayerFile::create(place, "2024-03-01T00:00:00.000Z").unwrap();
        file.add(&layer("cells", true), rows(300)).unwrap();
        file.add(&layer("about", false), std::iter::empty()).unwrap();
        file.finish().unwrap();
        path
    };
    let path = make("one.gpkg");
    let connection = Connection::open(&path).unwrap();
    let ask = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(ask("SELECT count(*) FROM cells"), 300);
    assert_eq!(ask("SELECT count(*) FROM rtree_cells_geom WHERE minx > 99.5"), 200);
    assert_eq!(ask("SELECT count(*) FROM layer_styles WHERE useAsDefault"), 1);
    let east: f64 = connection
        .query_row("SELECT max_x FROM gpkg_contents WHERE table_name = 'cells'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(east, 300.0);
    let ok: String = connection
        .query_row("SELECT rtreecheck('main', 'rtree_cells_geom')", [], |row| row.get(0))
        .unwrap();
    assert_eq!(ok, "ok");
    let again = make("two.gpkg");
    assert_eq!(std::fs::read(path).unwrap(), std::fs::read(again).unwrap());
}

#[test]
fn a_file_that_is_there_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("there.gpkg");
    std::fs::write(&path, "mine").unwrap();
    let fault = LayerFile::create(path.to_str().unwrap(), "").err().unwrap();
    assert!(matches!(fault, StoreError::AlreadyThere { .. }));
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
}
