//! The same answers as the plain test of every polygon.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use geo::Intersects;
use geo_types::{Point, Polygon, polygon};
use proptest::prelude::*;

use super::*;

fn brute_force(places: &[(u32, MultiPolygon<f64>)], x: f64, y: f64) -> Vec<u32> {
    let mut ids: Vec<u32> = places
        .iter()
        .filter(|(_, polygons)| polygons.intersects(&Point::new(x, y)))
        .map(|(id, _)| *id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn found(index: &PlaceIndex, x: f64, y: f64) -> Vec<u32> {
    index.containing(Coord { x, y }).collect()
}

/// A field of units that share their corners, like a country of municipalities.
fn patchwork(side: u32, corner: impl Fn(u32, u32) -> [f64; 2]) -> Vec<(u32, MultiPolygon<f64>)> {
    let at = |i, j| {
        let [x, y] = corner(i, j);
        Coord { x, y }
    };
    (0..side * side)
        .map(|id| {
            let (i, j) = (id % side, id / side);
            let ring = vec![at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
            (id, MultiPolygon::from(Polygon::new(LineString::new(ring), vec![])))
        })
        .collect()
}

#[test]
fn nothing_is_in_nothing() {
    let empty = PlaceIndex::new([]).unwrap();
    assert_eq!(found(&empty, 1.0, 1.0), [0_u32; 0]);
    assert_eq!(empty.join(&[[1.0, 1.0], [f64::NAN, 0.0]]).unwrap(), []);
    let without = PlaceIndex::new([(1, MultiPolygon(vec![]))]).unwrap();
    assert_eq!(found(&without, 0.0, 0.0), [0_u32; 0]);
}

#[test]
fn a_coordinate_that_is_no_number_is_refused_and_a_point_is_nowhere() {
    let bad = polygon![(x: 0., y: 0.), (x: f64::NAN, y: 0.), (x: 1., y: 1.)];
    let refused = PlaceIndex::new([(3, bad.into())]).unwrap_err();
    assert_eq!(refused, PlaceIndexError::NotFinite { id: 3 });
    assert!(!refused.help().is_empty());
    let good = PlaceIndex::new(patchwork(3, |i, j| [i.into(), j.into()])).unwrap();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(found(&good, value, 1.5), [0_u32; 0]);
        assert_eq!(found(&good, 1.5, value), [0_u32; 0]);
    }
}

#[test]
fn a_point_on_a_border_is_in_every_unit_that_touches_it() {
    let index = PlaceIndex::new(patchwork(20, |i, j| [i.into(), j.into()])).unwrap();
    assert_eq!(found(&index, 5.0, 5.0), [84, 85, 104, 105]);
    assert_eq!(found(&index, 5.5, 5.0), [85, 105]);
    assert_eq!(found(&index, 0.0, 0.0), [0]);
    assert_eq!(found(&index, 20.0, 20.0), [399]);
}

#[test]
fn a_hole_and_an_enclave() {
    let ring = |low: f64, high: f64| {
        LineString::from(vec![[low, low], [high, low], [high, high], [low, high], [low, low]])
    };
    let around = Polygon::new(ring(0.0, 10.0), vec![ring(4.0, 6.0)]);
    let within = Polygon::new(ring(4.0, 6.0), vec![]);
    let away = Polygon::new(ring(20.0, 21.0), vec![]);
    let index =
        PlaceIndex::new([(1, MultiPolygon(vec![around, away])), (2, within.into())]).unwrap();
    assert_eq!(found(&index, 5.0, 5.0), [2]);
    assert_eq!(found(&index, 4.0, 5.0), [1, 2]);
    assert_eq!(found(&index, 1.0, 1.0), [1]);
    assert_eq!(found(&index, 20.5, 20.5), [1]);
    assert_eq!(found(&index, 15.0, 15.0), [0_u32; 0]);
}

#[test]
fn the_same_polygon_a_thousand_times_does_not_fill_the_memory() {
    let unit = patchwork(1, |i, j| [f64::from(i) + 17.0, f64::from(j) + 44.0]);
    let index = PlaceIndex::new((0..1_000).map(|id| (id, unit[0].1.clone()))).unwrap();
    assert_eq!(found(&index, 17.3, 44.7).len(), 1_000);
    assert!(index.entries.len() < 200_000, "{}", index.entries.len());
    let grain = patchwork(4, |i, j| [17.0 + f64::from(i) * 1e-11, 44.0 + f64::from(j) * 1e-11]);
    let index = PlaceIndex::new(grain.clone()).unwrap();
    assert_eq!(found(&index, 17.0, 44.0), brute_force(&grain, 17.0, 44.0));
    assert!(index.cells.len() < 10_000, "{}", index.cells.len());
}

#[test]
fn rows_are_the_same_for_any_number_of_threads() {
    let index = PlaceIndex::new(patchwork(30, |i, j| [i.into(), j.into()])).unwrap();
    let points: Vec<[f64; 2]> =
        (0..40_000).map(|n| [f64::from(n % 401) / 12.0, f64::from(n * 7 % 397) / 12.0]).collect();
    let rows = index.join(&points).unwrap();
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| index.join(&points).unwrap()), rows);
    }
    let one_by_one: Vec<(u32, u32)> = (0..)
        .zip(&points)
        .flat_map(|(n, &[x, y])| index.containing(Coord { x, y }).map(move |id| (n, id)))
        .collect();
    assert_eq!(rows, one_by_one);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// The same answer as `geo` polygon by polygon, on corners and edges as well as between.
    #[test]
    fn equals_brute_force(
        side in 1..9_u32,
        shifts in prop::collection::vec((-0.45..0.45, -0.45..0.45), 100),
        scale in prop::sample::select(vec![1.0, 0.01, 1e-5]),
        whole in any::<bool>(),
        points in prop::collection::vec((0.0..9.0, 0.0..9.0), 40),
        seeds in prop::collection::vec((0..9_u32, 0..9_u32, 0.0..1.0), 20),
    ) {
        let corner = |i: u32, j: u32| {
            let (dx, dy) = if whole { (0.0, 0.0) } else { shifts[(i * 10 + j) as usize] };
            [17.0 + (f64::from(i) + dx) * scale, 44.0 + (f64::from(j) + dy) * scale]
        };
        // Some units twice under other ids, one of them in two parts.
        let mut places = patchwork(side, corner);
        let again: Vec<_> = places.iter().step_by(3).map(|(id, p)| (id + 1_000, p.clone())).collect();
        places.extend(again);
        let first = places[0].1.0[0].clone();
        places.push((5_000, MultiPolygon(vec![first, places[places.len() - 1].1.0[0].clone()])));
        let index = PlaceIndex::new(places.clone()).unwrap();
        let on_edges = seeds.iter().flat_map(|&(i, j, share)| {
            let ([ax, ay], [bx, by]) = (corner(i, j), corner(i + 1, j));
            [[ax, ay], [ax + share * (bx - ax), ay + share * (by - ay)], [(ax + bx) / 2.0, (ay + by) / 2.0]]
        });
        let anywhere = points.iter().map(|(x, y)| [17.0 + x * scale, 44.0 + y * scale]);
        for [x, y] in on_edges.chain(anywhere) {
            prop_assert_eq!(found(&index, x, y), brute_force(&places, x, y), "{} {}", x, y);
        }
    }

    /// Detailed outlines with holes: many strips, many cells.
    #[test]
    fn equals_brute_force_for_detailed_outlines(
        radii in prop::collection::vec(0.3..1.0, 200..400),
        points in prop::collection::vec((-1.0..1.0, -1.0..1.0), 100),
    ) {
        let count = radii.len() as f64;
        let ring = |share: f64| -> LineString<f64> {
            radii.iter().enumerate().map(|(n, r)| {
                let angle = n as f64 / count * std::f64::consts::TAU;
                Coord { x: 104.0 + r * share * angle.cos(), y: 18.0 + r * share * angle.sin() }
            }).collect()
        };
        let closed = Polygon::new(ring(1.0), vec![ring(0.5)]);
        let places = vec![(1, MultiPolygon::from(closed)), (2, MultiPolygon::from(Polygon::new(ring(0.5), vec![])))];
        let index = PlaceIndex::new(places.clone()).unwrap();
        let corners = ring(1.0).0.into_iter().chain(ring(0.5).0).map(|c| [c.x, c.y]);
        for [x, y] in points.iter().map(|(x, y)| [104.0 + x, 18.0 + y]).chain(corners) {
            prop_assert_eq!(found(&index, x, y), brute_force(&places, x, y), "{} {}", x, y);
        }
    }
}
