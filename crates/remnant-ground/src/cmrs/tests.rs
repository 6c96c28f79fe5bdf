//! The grid held against the map, everywhere on earth.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use geo_types::{MultiPolygon, Polygon, Rect};
use proptest::prelude::*;

use crate::coordinate::{Position, UtmZone};

use super::parameters::{BoxOrigin, NeighbourRule};
use super::plane::{geodesic_square_metres, land, line_to_wgs84};
use super::{BoxId, CmrsFault, Grid};

fn zone(number: u8, north: bool) -> UtmZone {
    UtmZone::new(number, north).unwrap()
}

fn place(longitude: f64, latitude: f64) -> Position {
    Position::new(longitude, latitude).unwrap()
}

/// A rectangle of degrees.
fn degrees(west: f64, south: f64, east: f64, north: f64) -> MultiPolygon<f64> {
    MultiPolygon(vec![Rect::new((west, south), (east, north)).to_polygon()])
}

#[test]
fn a_place_in_another_zone_is_sent_to_that_zones_grid() {
    let grid = Grid::along_utm(zone(48, true), 50).unwrap();
    let fault = grid.box_at(place(101.9, 17.5)).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "longitude 101.9, latitude 17.5 lies in zone 47 north, not in 48 north"
    );
    // Bergen lies west of 6° east, and in zone 32 as all of Norway's south-west.
    let bergen = place(5.33, 60.39);
    assert!(Grid::along_utm(zone(32, true), 50).unwrap().box_at(bergen).is_ok());
    assert!(matches!(
        Grid::along_utm(zone(31, true), 50).unwrap().box_at(bergen),
        Err(CmrsFault::OtherZone { .. })
    ));
    // Longyearbyen: zone 33 reaches from 9° to 21° east there, and zone 32 has no land.
    let longyearbyen = place(15.63, 78.22);
    assert!(Grid::along_utm(zone(33, true), 50).unwrap().box_at(longyearbyen).is_ok());
    assert!(land(zone(32, true)).iter().all(|piece| piece.max().y <= 72.0));
    assert!(matches!(grid.box_at(place(105.0, 85.0)), Err(CmrsFault::Coordinate(_))));
}

#[test]
fn the_land_of_the_zones_covers_every_place_once() {
    for latitude in (-79..84).map(f64::from) {
        for longitude in (-180..180).map(|l| f64::from(l) + 0.5) {
            let its = UtmZone::of(place(longitude, latitude + 0.5)).unwrap();
            for number in 1..=60 {
                let zone = zone(number, latitude >= 0.0);
                let holds = land(zone).iter().any(|piece| {
                    piece.min().x < longitude
                        && longitude < piece.max().x
                        && piece.min().y < latitude + 0.5
                        && latitude + 0.5 < piece.max().y
                });
                assert_eq!(holds, zone == its, "{longitude} {latitude} {number}");
            }
        }
    }
}

#[test]
fn a_box_is_cut_where_the_zone_ends_and_the_two_zones_share_the_ground() {
    // On 108° east at 17° north, where zones 48 and 49 meet.
    for (number, longitude) in [(48, 107.999_999), (49, 108.000_001)] {
        let grid = Grid::along_utm(zone(number, true), 50).unwrap();
        let id = grid.box_at(place(longitude, 17.0)).unwrap();
        let shape = grid.shape(id);
        assert!(shape.cut_at_zone_limit);
        let (whole, left) = (2500, shape.square_metres.get());
        assert!(left > 0 && left < whole, "{left}");
        let beyond =
            |at: f64| if number == 48 { at > 108.000_000_001 } else { at < 107.999_999_999 };
        assert!(!shape.area.iter().flat_map(|p| p.exterior().coords()).any(|c| beyond(c.x)));
        assert!(grid.neighbours(id, NeighbourRule::Eight).len() < 8);
    }
    // The antimeridian and the equator are limits like any other.
    let last = Grid::along_utm(zone(60, true), 50).unwrap();
    let shape = last.shape(last.box_at(place(179.999_999, 10.0)).unwrap());
    assert!(shape.cut_at_zone_limit && !shape.square_metres.is_zero());
    assert!(shape.area.iter().flat_map(|p| p.exterior().coords()).all(|c| c.x <= 180.000_000_001));
    let south = Grid::along_utm(zone(36, false), 50).unwrap();
    let id = south.box_at(place(32.5, -0.000_1)).unwrap();
    assert_eq!(id.south_west().1, 9_999_950);
    assert_eq!(south.neighbours(id, NeighbourRule::Four).len(), 3, "none beyond the equator");
}

#[test]
fn an_outline_measures_as_the_square_of_the_plane_point_by_point() {
    for (latitude, from_middle) in [(0.1, 2.9), (17.0, 0.0), (45.0, -2.9), (60.0, 2.9), (83.0, 2.0)]
    {
        let middle = place(105.0 + from_middle, latitude);
        for size in [25, 50, 100, 1000] {
            let grid = Grid::along_utm(zone(48, true), size).unwrap();
            let id = grid.box_at(middle).unwrap();
            let mut metre_by_metre = Vec::new();
            let corners = grid.corners(id);
            for (at, from) in corners.iter().enumerate() {
                let to = corners[(at + 1) % 4];
                let side = i64::from(size);
                for step in 0..side {
                    let along = |a: i64, b: i64| a + (b - a) / side * step;
                    metre_by_metre.push((along(from.0, to.0), along(from.1, to.1)));
                }
            }
            metre_by_metre.push(metre_by_metre[0]);
            let ring = line_to_wgs84(zone(48, true), &metre_by_metre).unwrap();
            let fine = geodesic_square_metres(&MultiPolygon(vec![Polygon::new(ring, vec![])]));
            let own = geodesic_square_metres(&grid.shape(id).area);
            let most = f64::from(size) * 0.0002;
            assert!((fine - own).abs() < most, "{latitude} {size}: {fine} {own}");
        }
    }
}

#[test]
fn boxes_over_an_area_are_those_that_it_reaches_into() {
    let grid = Grid::along_utm(zone(48, true), 100).unwrap();
    let id = grid.box_at(place(105.2, 17.0)).unwrap();
    // The box itself touches its eight neighbours and reaches into none of them.
    assert_eq!(grid.boxes_over(&grid.shape(id).area).unwrap(), vec![id]);
    let (east, north) = grid.corners(id)[0];
    let corner = zone(48, true).position(east as f64, north as f64).unwrap();
    let (x, y) = (corner.longitude(), corner.latitude());
    let four = grid.boxes_over(&degrees(x - 1e-5, y - 1e-5, x + 1e-5, y + 1e-5)).unwrap();
    assert_eq!(four.len(), 4);
    // A ring leaves out what lies in its hole.
    let ring = Polygon::new(
        degrees(x, y, x + 0.01, y + 0.01).0[0].exterior().clone(),
        vec![degrees(x + 0.002, y + 0.002, x + 0.008, y + 0.008).0[0].exterior().clone()],
    );
    let whole = grid.boxes_over(&degrees(x, y, x + 0.01, y + 0.01)).unwrap().len();
    let left = grid.boxes_over(&MultiPolygon(vec![ring])).unwrap().len();
    assert!((whole - left) > 20 && left > 40, "{whole} {left}");
    // What lies in another zone is that zone's, and too much is refused rather than laid out.
    assert_eq!(grid.boxes_over(&degrees(110.0, 17.0, 110.1, 17.1)).unwrap(), vec![]);
    assert!(matches!(
        grid.boxes_over(&degrees(103.0, 10.0, 107.0, 20.0)),
        Err(CmrsFault::TooManyBoxes { .. })
    ));
    let both = degrees(107.999, 17.0, 108.001, 17.001);
    let other = Grid::along_utm(zone(49, true), 100).unwrap();
    let (here, there) = (grid.boxes_over(&both).unwrap(), other.boxes_over(&both).unwrap());
    let ground: u64 = here.iter().map(|id| grid.shape(*id).square_metres.get()).sum();
    assert!(!here.is_empty() && !there.is_empty() && ground > 10_000);
}

#[test]
fn a_grid_round_an_evidence_point_has_it_in_the_middle_of_a_box() {
    let found = place(105.212_34, 16.987_65);
    let grid = Grid::centred_on(found, 50).unwrap();
    assert_eq!(grid.origin(), BoxOrigin::EvidencePointCentred);
    let id = grid.box_at(found).unwrap();
    let point = zone(48, true).point(found).unwrap();
    let (east, north) = id.south_west();
    assert!((point.easting - east as f64 - 25.0).abs() <= 0.5);
    assert!((point.northing - north as f64 - 25.0).abs() <= 0.5);
    assert!(grid.has(id) && !Grid::along_utm(zone(48, true), 50).unwrap().has(id));
    assert_eq!(grid.to_string().parse(), Ok(grid));
    for wrong in ["48N", "48N-30e30n1", "48X-50", "048N-50", "61N-50", "48N-4"] {
        assert!(wrong.parse::<Grid>().is_err(), "{wrong}");
    }
}

/// A place somewhere between 80° south and 84° north, often on or near a border of zones.
fn any_place() -> impl Strategy<Value = Position> {
    let near = prop_oneof![Just(0.0), Just(1e-9), -0.001..0.001];
    let meridian = ((-60i32..60), near.clone()).prop_map(|(n, off)| f64::from(n) * 3.0 + off);
    let parallel = (prop::sample::select(vec![0.0, 56.0, 64.0, 72.0, -8.0, 8.0, -79.99]), near)
        .prop_map(|(latitude, off)| latitude + off);
    (prop_oneof![-180.0..180.0, meridian], prop_oneof![-80.0..83.999, parallel]).prop_map(
        |(longitude, latitude): (f64, f64)| place(longitude.clamp(-180.0, 180.0), latitude),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_box_on_earth_is_known_by_its_name(
        at in any_place(), size in prop::sample::select(vec![5, 25, 50, 100, 1000]), off in any::<bool>()
    ) {
        let grid = match off {
            true => Grid::centred_on(at, size).unwrap(),
            false => Grid::along_utm(UtmZone::of(at).unwrap(), size).unwrap(),
        };
        let id = grid.box_at(at).unwrap();
        prop_assert_eq!(id.to_string().parse::<BoxId>(), Ok(id));
        for beside in grid.neighbours(id, NeighbourRule::Eight) {
            prop_assert_eq!(beside.to_string().parse::<BoxId>(), Ok(beside));
            prop_assert!(grid.neighbours(beside, NeighbourRule::Eight).contains(&id) || !grid.has(id));
        }
        prop_assert_eq!(grid.to_string().parse::<Grid>(), Ok(grid));
        let shape = grid.shape(id);
        let share = shape.square_metres.get() as f64 / f64::from(size).powi(2);
        prop_assert!(share < 1.01, "{}", share);
        prop_assert!(shape.cut_at_zone_limit || share > 0.99 || size == 5, "{}", share);
    }
}
