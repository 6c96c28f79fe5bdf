//! The little of GeoJSON that tests on real files need: rings as they stand in the file.

use std::path::PathBuf;

use geo_types::Coord;
use serde_json::Value;

/// Parts of rings, or `None` where the geometry is null.
pub(crate) struct Feature {
    pub(crate) parts: Option<Vec<Vec<Vec<Coord<f64>>>>>,
    pub(crate) properties: Value,
}

/// The text of a file of test data, or a word that it is skipped.
pub(crate) fn text(file: &str) -> Option<String> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let data = std::env::var_os("REMNANT_TEST_DATA")
        .map_or_else(|| here.join("../../../shared/data"), PathBuf::from);
    let text = std::fs::read_to_string(data.join(file)).ok();
    if text.is_none() {
        println!("skipped: {file} is not there; REMNANT_TEST_DATA names the folder of test data");
    }
    text
}

/// The areas of a file.
pub(crate) fn features(file: &str) -> Option<Vec<Feature>> {
    let json: Value = serde_json::from_str(&text(file)?).expect("the file is JSON");
    let features = json["features"].as_array().expect("a feature collection");
    Some(features.iter().map(feature).collect())
}

fn feature(feature: &Value) -> Feature {
    let coordinates = &feature["geometry"]["coordinates"];
    let parts = match feature["geometry"]["type"].as_str() {
        Some("Polygon") => Some(vec![part(coordinates)]),
        Some("MultiPolygon") => Some(list(coordinates).iter().map(part).collect()),
        _ => None,
    };
    Feature { parts, properties: feature["properties"].clone() }
}

fn part(rings: &Value) -> Vec<Vec<Coord<f64>>> {
    let position = |pair: &Value| Coord {
        x: pair[0].as_f64().expect("a number"),
        y: pair[1].as_f64().expect("a number"),
    };
    list(rings).iter().map(|ring| list(ring).iter().map(position).collect()).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
