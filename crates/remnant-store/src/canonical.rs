//! JSON in one form only, so that equal content has equal bytes and equal hashes.
//!
//! Belongs here: writing values and objects canonically. Does not belong here: hashing (`chain`).
//!
//! Keys are sorted by their bytes, nothing stands between tokens, and numbers are written as short
//! as they can be read back: what serde_json writes for one number.

use remnant_ground::{FieldValue, Object, Place, Shape};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

use crate::new_entry::TakenInRow;

/// The canonical text of a value.
pub(crate) fn of_value(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            // Sorted here: whether serde_json's map is sorted is a feature that any crate may turn.
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort();
            text.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(&members[key], text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

/// The canonical text of what an entry about a whole object says. Straight from the object: a
/// million rows go through here.
pub(crate) fn of_object(
    object: &Object,
    row: Option<&TakenInRow>,
    based_on: &[String],
) -> Result<String, serde_json::Error> {
    let mut text = Vec::with_capacity(1024);
    serde_json::to_writer(&mut text, &Said { object, row, based_on })?;
    String::from_utf8(text).map_err(serde::ser::Error::custom)
}

struct Said<'a> {
    object: &'a Object,
    row: Option<&'a TakenInRow>,
    based_on: &'a [String],
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.based_on.is_empty() {
            map.serialize_entry("based_on", self.based_on)?;
        }
        map.serialize_entry("object", &Sorted(self.object))?;
        if let Some(row) = self.row {
            map.serialize_entry("row", &Sorted(row))?;
        }
        map.end()
    }
}

/// A value whose members are written in the order of their names.
struct Sorted<'a, T>(&'a T);

impl Serialize for Sorted<'_, Object> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Object { kind, id, fields, place, origin } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry::<_, std::collections::BTreeMap<String, FieldValue>>("fields", fields)?;
        map.serialize_entry("id", id)?;
        map.serialize_entry("kind", kind)?;
        if let Some(origin) = origin {
            map.serialize_entry("origin", &Sorted(origin))?;
        }
        if let Some(place) = place {
            map.serialize_entry("place", &Sorted(place))?;
        }
        map.end()
    }
}

impl Serialize for Sorted<'_, remnant_ground::RowOrigin> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let remnant_ground::RowOrigin { file, sheet, line } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("file", file)?;
        map.serialize_entry("line", line)?;
        if !sheet.is_empty() {
            map.serialize_entry("sheet", sheet)?;
        }
        map.end()
    }
}

impl Serialize for Sorted<'_, TakenInRow> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let TakenInRow { hash } = self.0;
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("hash", hash)?;
        map.end()
    }
}

impl Serialize for Sorted<'_, Place> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Place { shape, method, uncertainty_metres, entered, entered_format, entered_datum } =
            self.0;
        let mut map = serializer.serialize_map(None)?;
        if let Shape::Area(_) = shape {
            // The shape's own form in JSON has one member, whose name is the shape's.
            map.serialize_entry("area", &Inner(shape))?;
        }
        let texts = [
            ("entered", entered),
            ("entered_datum", entered_datum),
            ("entered_format", entered_format),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                map.serialize_entry(name, text)?;
            }
        }
        if let Shape::Line(line) = shape {
            map.serialize_entry("line", line)?;
        }
        map.serialize_entry("method", method)?;
        match shape {
            Shape::Named(name) => map.serialize_entry("named", name)?,
            Shape::Point { longitude, latitude } => {
                map.serialize_entry("point", &Position { latitude, longitude })?;
            }
            Shape::Line(_) | Shape::Area(_) => {}
        }
        if let Some(metres) = uncertainty_metres {
            map.serialize_entry("uncertainty_metres", metres)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Position<'a> {
    latitude: &'a f64,
    longitude: &'a f64,
}

/// The rings of an area as GeoJSON's coordinates.
struct Inner<'a>(&'a Shape);

impl Serialize for Inner<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Shape::Area(area) = self.0 else { return serializer.serialize_none() };
        let parts: Vec<Vec<Vec<[f64; 2]>>> = area
            .iter()
            .map(|part| {
                std::iter::once(part.exterior())
                    .chain(part.interiors())
                    .map(|ring| ring.coords().map(|at| [at.x, at.y]).collect())
                    .collect()
            })
            .collect();
        parts.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth_and_nothing_stands_between() {
        let value: Value =
            serde_json::from_str(r#"{"b": [1, 2.50, {"z": null, "a": "é\n"}], "a": true}"#)
                .unwrap();
        assert_eq!(of_value(&value), r#"{"a":true,"b":[1,2.5,{"a":"é\n","z":null}]}"#);
    }

    #[test]
    fn an_object_is_written_straight_as_it_would_be_by_way_of_a_value() {
        let shapes = [
            r#""point":{"longitude":105.25,"latitude":-0.1}"#,
            r#""line":[[1.0,2.0],[3.5,4.0]]"#,
            r#""area":[[[[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,0.0]]]]"#,
            r#""named":"Ban Phon""#,
        ];
        for shape in shapes {
            let object: Object = serde_json::from_str(&format!(
                r#"{{"kind":"strike","id":"a/1","fields":{{"note":"x","quantity":4,"b":1.5}},
                "origin":{{"file":"ff","sheet":"s","line":3}},"place":{{{shape},"method":"map",
                "uncertainty_metres":100.0,"entered":"48P XD","entered_format":"mgrs",
                "entered_datum":"wgs84"}}}}"#
            ))
            .unwrap();
            let row = TakenInRow { hash: "00".into() };
            let straight = of_object(&object, Some(&row), &["e".to_owned()]).unwrap();
            let by_value = serde_json::json!({"object": object, "row": row, "based_on": ["e"]});
            assert_eq!(straight, of_value(&by_value));
        }
    }
}
