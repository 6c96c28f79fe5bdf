//! Points in the districts of Laos and the municipalities of Bosnia, beside the plain test.
//!
//! The files are not part of the project: their folder is named by `REMNANT_TEST_DATA`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod geojson;

use geo::{BoundingRect, Intersects};
use geo_types::{LineString, MultiPolygon, Point, Polygon};
use geojson::features;
use remnant_ground::boundary::PlaceIndex;

fn units(file: &str) -> Option<Vec<(u32, MultiPolygon<f64>)>> {
    let named = features(&format!("boundaries/{file}"))?;
    assert!(named.iter().all(|feature| feature.properties["shapeName"].is_string()));
    let polygon = |rings: Vec<Vec<geo_types::Coord<f64>>>| {
        let mut rings = rings.into_iter().map(LineString::new);
        let outline = rings.next().unwrap();
        Polygon::new(outline, rings.collect())
    };
    Some(
        (0..)
            .zip(named)
            .map(|(id, feature)| (id, feature.parts.unwrap().into_iter().map(polygon).collect()))
            .collect(),
    )
}

/// A fixed sequence of numbers from 0 to 1.
fn numbers() -> impl Iterator<Item = f64> {
    let mut state = 20_231_107_u64;
    std::iter::from_fn(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        Some((state >> 11) as f64 / (1_u64 << 53) as f64)
    })
}

#[test]
fn every_point_is_where_the_plain_test_puts_it() {
    for file in ["lao_adm2_geoboundaries.geojson", "bih_adm3_municipalities.geojson"] {
        let Some(units) = units(file) else { continue };
        let index = PlaceIndex::new(units.clone()).unwrap();
        let all: MultiPolygon<f64> = units.iter().flat_map(|(_, unit)| unit.0.clone()).collect();
        let bounds = all.bounding_rect().unwrap();
        let mut number = numbers();
        let mut next = || number.next().unwrap();
        let mut points: Vec<[f64; 2]> = (0..1_500)
            .map(|_| {
                [
                    bounds.min().x + next() * bounds.width(),
                    bounds.min().y + next() * bounds.height(),
                ]
            })
            .collect();
        // On corners, which neighbours share, and in the middle of edges.
        for unit in &all {
            for line in unit.exterior().lines().step_by(97) {
                points.push([line.start.x, line.start.y]);
                points.push([(line.start.x + line.end.x) / 2.0, (line.start.y + line.end.y) / 2.0]);
            }
        }
        let boxes: Vec<_> = units.iter().map(|(_, unit)| unit.bounding_rect().unwrap()).collect();
        let mut expected = Vec::new();
        for (point, &[x, y]) in (0..).zip(&points) {
            for ((id, unit), bounds) in units.iter().zip(&boxes) {
                let here = Point::new(x, y);
                if bounds.intersects(&here) && unit.intersects(&here) {
                    expected.push((point, *id));
                }
            }
        }
        let rows = index.join(&points).unwrap();
        let on_two = rows.windows(2).filter(|pair| pair[0].0 == pair[1].0).count();
        println!(
            "{file}: {} points, {} rows, {on_two} on a common border",
            points.len(),
            rows.len()
        );
        assert_eq!(rows, expected);
        assert!(on_two > 100);
    }
}
