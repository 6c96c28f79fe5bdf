//! GeoJSON and other JSON.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reading;

use geo_types::{Geometry, Point};
use proptest::prelude::*;
use reading::{open, read, texts};
use remnant_source::document::{CellKind, Format, ReadError, RowFaultKind};

#[test]
fn features_are_rows_with_geometry_and_flattened_properties() {
    let text = r#"{"features": [
        {"type":"Feature","id":7,"geometry":{"coordinates":[106.5,14.80,170],"type":"Point"},
         "properties":{"id":"HA-1","size":{"m2":1.50,"by":"map"},"tags":["a",1.0],"ok":true}},
        {"type":"Feature","geometry":null,"properties":null,"note":"by hand"}
      ], "type": "FeatureCollection", "crs": {"type":"name","properties":{"name":"EPSG:4326"}}, "name":"x"}"#;
    let mut document = open("a.geojson", text.as_bytes()).unwrap();
    assert_eq!(document.format(), Format::GeoJson);
    let sheet = &document.sheets()[0];
    let columns = ["id", "size.m2", "size.by", "tags", "ok", "feature.note", "id (2)"];
    assert_eq!(sheet.columns, columns);
    assert_eq!(sheet.rows, Some(2));
    assert_eq!(sheet.crs.as_deref(), Some(r#"{"type":"name","properties":{"name":"EPSG:4326"}}"#));
    let read = read(&mut document, 0);
    assert_eq!(
        texts(&read),
        [
            ["HA-1", "1.50", "map", r#"["a",1.0]"#, "true", "", "7"],
            ["", "", "", "", "", "by hand", ""]
        ]
    );
    assert_eq!(read.rows[0].cell(1).kind, CellKind::Number);
    assert_eq!(read.rows[0].cell(4).kind, CellKind::Boolean);
    assert_eq!(read.rows[0].geometry, Some(Geometry::Point(Point::new(106.5, 14.8))));
    assert_eq!(read.rows[1].geometry, None);
}

#[test]
fn a_feature_a_bare_geometry_and_one_feature_a_line_are_read() {
    let point = r#"{"type":"Point","coordinates":[1,2]}"#;
    let feature = format!(r#"{{"type":"Feature","geometry":{point},"properties":{{"a":1}}}}"#);
    let lines = format!("{feature}\n{feature}\r\n\n{feature}\n");
    for (text, count) in [(point, 1), (feature.as_str(), 1), (lines.as_str(), 3)] {
        let mut document = open("a.json", text.as_bytes()).unwrap();
        assert_eq!(document.format(), Format::GeoJson);
        let read = read(&mut document, 0);
        assert_eq!(read.rows.len(), count);
        assert!(read.rows.iter().all(|row| row.geometry.is_some()));
    }
    let same_line = format!("{feature}{feature}");
    assert!(matches!(open("a.json", same_line.as_bytes()), Err(ReadError::Broken { .. })));
}

#[test]
fn polygons_keep_their_holes_and_an_open_ring_is_told() {
    let text = r#"{"type":"Polygon","coordinates":[
        [[0,0],[9,0],[9,9],[0,9],[0,0]], [[1,1],[1,2],[2,2],[1,1]], [[5,5],[6,5],[6,6]]]}"#;
    let row = read(&mut open("a.json", text.as_bytes()).unwrap(), 0).rows.remove(0);
    let Some(Geometry::Polygon(polygon)) = row.geometry else { panic!("{row:?}") };
    assert_eq!((polygon.exterior().0.len(), polygon.interiors().len()), (5, 2));
    assert_eq!(row.rings_closed, 1);
}

#[test]
fn a_geometry_at_fault_costs_its_row_only() {
    let bad = [
        r#"{"type":"Point","coordinates":["x",1]}"#,
        r#"{"type":"Point","coordinates":[1]}"#,
        r#"{"type":"Point","coordinates":[1e999,1]}"#,
        r#"{"type":"Circle","coordinates":[1,1]}"#,
        r#"{"type":"Polygon","coordinates":[1,1]}"#,
        r#"{"type":"Point"}"#,
        "3",
    ];
    let features: Vec<String> = bad
        .iter()
        .chain(&[r#"{"type":"Point","coordinates":[1,1]}"#])
        .map(|geometry| {
            format!(r#"{{"type":"Feature","geometry":{geometry},"properties":{{"a":1}}}}"#)
        })
        .collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    let read = read(&mut open("a.json", text.as_bytes()).unwrap(), 0);
    assert_eq!((read.faults.len(), read.rows.len()), (bad.len(), 1));
    assert!(read.faults.iter().all(|fault| matches!(fault.kind, RowFaultKind::Geometry(_))));
    assert_eq!(read.faults[2].line, 3);
    assert_eq!(read.faulty[0].cell(0).text, "1");
}

#[test]
fn a_member_written_twice_is_told() {
    let text = r#"[{"a":1,"a":2},{"a":3}]"#;
    let read = read(&mut open("a.json", text.as_bytes()).unwrap(), 0);
    assert_eq!(read.faults[0].kind, RowFaultKind::WrittenTwice("a".to_owned()));
    assert_eq!(texts(&read), [["3"]]);
}

#[test]
fn arrays_of_objects_become_child_sheets_that_name_their_parent() {
    let text = r#"[{"sources":[{"path":"p1","seen":[{"on":"x"}]},{"path":"p2"}],"id":"CIV1","filters":[]},
                   {"id":"CIV2","sources":[],"filters":[{"key":"Weapon"}]}]"#;
    let mut document = open("a.json", text.as_bytes()).unwrap();
    let named: Vec<_> = document.sheets().iter().map(|s| (s.name.as_str(), s.parent)).collect();
    let expected =
        [("a", None), ("sources", Some(0)), ("sources.seen", Some(1)), ("filters", Some(0))];
    assert_eq!(named, expected);
    assert_eq!(document.sheets()[0].columns, ["id", "filters", "sources"]);
    assert_eq!(document.sheets()[1].columns, ["_parent_row", "_parent_key", "path"]);
    assert_eq!(document.sheets()[1].rows, Some(2));
    assert_eq!(texts(&read(&mut document, 0)), [["CIV1", "[]", ""], ["CIV2", "", "[]"]]);
    assert_eq!(texts(&read(&mut document, 1)), [["1", "CIV1", "p1"], ["1", "CIV1", "p2"]]);
    assert_eq!(texts(&read(&mut document, 2)), [["1", "", "x"]]);
    assert_eq!(texts(&read(&mut document, 3)), [["2", "CIV2", "Weapon"]]);
}

#[test]
fn kobo_submissions_are_known_and_their_repeats_are_sheets() {
    let text = r#"{"count":2,"next":null,"results":[
        {"_id":11,"formhub/uuid":"u","area/point":"14.8 106.5 170 5","_geolocation":[14.8,106.5],
         "victims":[{"victims/age":"9"},{"victims/age":"41"}]},
        {"_id":12,"formhub/uuid":"u","_geolocation":[null,null]}]}"#;
    let mut document = open("export.json", text.as_bytes()).unwrap();
    assert_eq!(document.format(), Format::OdkJson);
    assert_eq!(document.sheets()[0].rows, Some(2));
    let read_main = read(&mut document, 0);
    let point = document.sheets()[0].columns.iter().position(|name| name == "area/point").unwrap();
    assert_eq!(read_main.rows[0].cell(point).text, "14.8 106.5 170 5");
    assert_eq!(texts(&read(&mut document, 1)), [["1", "11", "9"], ["1", "11", "41"]]);
    assert!(document.remarks().iter().any(|remark| remark.to_string().contains("`next`")));
}

#[test]
fn arrays_of_arrays_are_a_grid_with_a_header() {
    let text = r##"[["Name","Killed"],["#adm1","#affected"],["A",3],["B"]]"##;
    let mut document = open("a.json", text.as_bytes()).unwrap();
    assert_eq!(document.sheets()[0].columns, ["Name", "Killed"]);
    assert!(document.sheets()[0].tags.is_some());
    let read = read(&mut document, 0);
    assert_eq!(texts(&read), [["A", "3"]]);
    assert_eq!(read.faults.len(), 1);
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(open("a.json", deep.as_bytes()), Err(ReadError::Broken { .. })));
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    assert!(matches!(open("a.json", deep.as_bytes()), Err(ReadError::Broken { .. })));
}

const COLLECTION: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":1,
"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]},
"properties":{"a":[1,{"b":null}],"c":"\u00e9"}},{"type":"Feature","geometry":null,"properties":{}}]}"#;

proptest! {
    /// Text and digits come back as they were written, without a float between.
    #[test]
    fn members_come_back_as_written(
        texts in proptest::collection::vec("[^\"\\\\\u{0}-\u{1f}\u{7f}]{1,12}", 1..6),
        number in "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,4})?",
    ) {
        let records: Vec<String> =
            texts.iter().map(|text| format!(r#"{{"t":"{text}","n":{number}}}"#)).collect();
        let json = format!("[{}]", records.join(","));
        let back = read(&mut open("a.json", json.as_bytes()).unwrap(), 0);
        prop_assert_eq!(back.rows.len(), texts.len());
        for (row, text) in back.rows.iter().zip(&texts) {
            prop_assert_eq!(row.cell(0).text, text);
            prop_assert_eq!(row.cell(1).text, &number);
        }
    }

    /// A damaged file is read or refused, and what is counted at the opening is what comes.
    #[test]
    fn damage_is_read_or_refused(
        changes in proptest::collection::vec((0..COLLECTION.len(), "[ -~]"), 1..4),
    ) {
        let mut bytes = COLLECTION.as_bytes().to_vec();
        for (at, with) in changes {
            bytes[at] = with.as_bytes()[0];
        }
        if let Ok(mut document) = open("a.geojson", &bytes) {
            for sheet in 0..document.sheets().len() {
                let read = read(&mut document, sheet);
                if let Some(rows) = document.sheets()[sheet].rows {
                    prop_assert_eq!(rows, (read.rows.len() + read.faults.len()) as u64);
                }
            }
        }
    }
}
