//! What a boundary claims, on small drawn cases.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use geo_types::{Coord, Geometry, MultiPolygon, point, polygon};
use geographiclib_rs::DirectGeodesic;
use proptest::prelude::*;

use super::measure::WGS84;
use super::*;

/// Corners in metres east and north of a place in Bosnia.
fn ring(corners: &[(f64, f64)]) -> Vec<Coord<f64>> {
    corners.iter().map(|&(east, north)| at(44.0, 18.0, east, north)).collect()
}

fn at(latitude: f64, longitude: f64, east: f64, north: f64) -> Coord<f64> {
    let (y, x): (f64, f64) =
        WGS84.direct(latitude, longitude, east.atan2(north).to_degrees(), east.hypot(north));
    Coord { x, y }
}

fn square(west: f64, south: f64, side: f64) -> Vec<Coord<f64>> {
    ring(&[(west, south), (west + side, south), (west + side, south + side), (west, south + side)])
}

fn boundary(parts: Vec<Vec<Vec<Coord<f64>>>>) -> Boundary {
    Boundary::from_rings(parts).unwrap().boundary
}

fn faults(parts: Vec<Vec<Vec<Coord<f64>>>>) -> Vec<GeometryFault> {
    Boundary::from_rings(parts).unwrap_err()
}

fn metres_apart(a: Coord<f64>, b: Coord<f64>) -> f64 {
    use geographiclib_rs::InverseGeodesic;
    WGS84.inverse(a.y, a.x, b.y, b.x)
}

mod lists;
mod overlay;
mod validity;

#[test]
fn a_multipolygon_comes_back_as_it_went_in() {
    let parts = MultiPolygon(vec![
        polygon![(x: 18.0, y: 44.0), (x: 18.001, y: 44.0), (x: 18.0, y: 44.001)],
        polygon![(x: 18.1, y: 44.0), (x: 18.101, y: 44.0), (x: 18.1, y: 44.001)],
    ]);
    let checked = Boundary::new(Geometry::MultiPolygon(parts.clone())).unwrap();
    assert_eq!(checked.notes, []);
    assert_eq!(checked.boundary.shape(), &parts);
    assert_eq!(checked.boundary.to_geometry(), Geometry::MultiPolygon(parts));
}
