//! Geometries as bytes, there and back, and bytes that are none.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use geo_types::{line_string, point, polygon};
use proptest::prelude::*;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn number(big: bool, value: u32) -> Vec<u8> {
    if big { value.to_be_bytes().to_vec() } else { value.to_le_bytes().to_vec() }
}

fn coordinates(big: bool, values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|v| if big { v.to_be_bytes() } else { v.to_le_bytes() }).collect()
}

/// A line of two corners with the type number and the coordinates of a corner given.
fn line(big: bool, code: u32, corners: &[f64]) -> Vec<u8> {
    [vec![u8::from(!big)], number(big, code), number(big, 2), coordinates(big, corners)].concat()
}

#[test]
fn a_point_as_the_standard_prints_it() {
    // POINT(2.0 4.0), big-endian.
    let bytes = hex("00 00000001 4000000000000000 4010000000000000");
    let read = read_wkb(&bytes).unwrap();
    assert_eq!(read.geometry, Geometry::Point(point! { x: 2.0, y: 4.0 }));
    assert_eq!((read.reference_system, read.notes), (None, vec![]));
    assert_eq!(write_wkb(&read.geometry), hex("01 01000000 0000000000000040 0000000000001040"));
}

#[test]
fn a_point_as_postgis_prints_it() {
    // SELECT 'SRID=4326;POINT(2 4)'::geometry
    let bytes = hex("0101000020E610000000000000000000400000000000001040");
    let read = read_wkb(&bytes).unwrap();
    assert_eq!(read.reference_system, Some(4326));
    assert_eq!(write_postgis(&read.geometry), bytes);
}

#[test]
fn heights_and_measures_are_left_out_with_a_note() {
    let plain = Geometry::LineString(line_string![(x: 1.0, y: 2.0), (x: 5.0, y: 6.0)]);
    use BytesNote::{HeightsLeftOut, MeasuresLeftOut};
    let (three, four) = ([1.0, 2.0, 3.0, 5.0, 6.0, 7.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    for big in [false, true] {
        for (code, corners, notes) in [
            (1_002, &three[..], vec![HeightsLeftOut]),
            (2_002, &three[..], vec![MeasuresLeftOut]),
            (3_002, &four[..], vec![HeightsLeftOut, MeasuresLeftOut]),
            (HAS_Z | 2, &three[..], vec![HeightsLeftOut]),
            (HAS_M | 2, &three[..], vec![MeasuresLeftOut]),
            (HAS_Z | HAS_M | 2, &four[..], vec![HeightsLeftOut, MeasuresLeftOut]),
        ] {
            let read = read_wkb(&line(big, code, corners)).unwrap();
            assert_eq!((read.geometry, read.notes), (plain.clone(), notes), "{code:#x}");
        }
    }
}

#[test]
fn members_may_have_another_byte_order() {
    let little = write_wkb(&Geometry::Point(point! { x: 1.0, y: 2.0 }));
    let big = hex("00 00000001 4000000000000000 4010000000000000");
    let bytes = [hex("00 00000004 00000003"), little.clone(), big, little].concat();
    let Geometry::MultiPoint(points) = read_wkb(&bytes).unwrap().geometry else { panic!() };
    assert_eq!(points.0.iter().map(|p| p.x()).collect::<Vec<_>>(), [1.0, 2.0, 1.0]);
}

#[test]
fn odd_bytes_are_noted() {
    let nan = [f64::NAN.to_le_bytes(), f64::NAN.to_le_bytes()].concat();
    let read = read_wkb(&[hex("01 01000000"), nan, vec![1, 2, 3]].concat()).unwrap();
    assert_eq!(read.geometry, Geometry::MultiPoint(MultiPoint(vec![])));
    assert_eq!(read.notes, [BytesNote::EmptyPoint, BytesNote::BytesLeftOver(3)]);

    let open =
        [hex("01 03000000 01000000 03000000"), coordinates(false, &[0.0, 0.0, 1.0, 0.0, 1.0, 1.0])];
    let read = read_wkb(&open.concat()).unwrap();
    assert_eq!(read.notes, [BytesNote::RingsClosed(1)]);
    assert_eq!(
        read.geometry,
        Geometry::Polygon(polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0)])
    );
}

#[test]
fn a_geopackage_header_says_the_reference_system_and_the_envelope() {
    let square = Geometry::Polygon(polygon![(x: 1.0, y: 2.0), (x: 3.0, y: 2.0), (x: 3.0, y: 5.0)]);
    let bytes = write_geopackage(&square);
    assert_eq!(bytes[..8], hex("4750 00 03 E6100000"));
    assert_eq!(bytes[8..40], coordinates(false, &[1.0, 3.0, 2.0, 5.0]));
    let read = read_geopackage(&bytes).unwrap();
    assert_eq!((read.geometry, read.reference_system), (square, Some(4326)));

    let point = Geometry::Point(point! { x: 1.0, y: 2.0 });
    assert_eq!(write_geopackage(&point)[..8], hex("4750 00 01 E6100000"), "no envelope");
    let empty = Geometry::MultiPolygon(MultiPolygon(vec![]));
    assert_eq!(write_geopackage(&empty)[3], 0b0001_0001);
    assert_eq!(read_geopackage(&write_geopackage(&empty)).unwrap().geometry, empty);

    // Big-endian header, envelope with heights and measures.
    let wkb = write_wkb(&point);
    let other = [hex("4750 00 08 FFFFFFFF"), vec![0; 64], wkb].concat();
    let read = read_geopackage(&other).unwrap();
    assert_eq!((read.geometry, read.reference_system), (point, Some(-1)));
}

#[test]
fn what_is_no_geometry_is_refused() {
    use GeometryBytesError as Error;
    assert_eq!(read_wkb(&[]), Err(Error::CutShort { at: 0, needed: 1 }));
    assert_eq!(read_wkb(&[7]), Err(Error::ByteOrder { at: 0, found: 7 }));
    assert_eq!(read_wkb(&hex("01 0A000000")), Err(Error::Kind { at: 0, code: 10 }));
    assert_eq!(read_wkb(&hex("01 A2FFFF0F")), Err(Error::Kind { at: 0, code: 0x0FFF_FFA2 }));
    // Four billion points announced.
    assert!(matches!(read_wkb(&hex("01 02000000 FFFFFFFF")), Err(Error::CutShort { .. })));
    let member = [hex("01 06000000 01000000"), line(false, 2, &[0.0; 4])].concat();
    assert_eq!(read_wkb(&member), Err(Error::Member { at: 9, found: 2, expected: 3 }));
    assert_eq!(read_geopackage(b"PK\x03\x04"), Err(Error::NotGeoPackage));
    assert_eq!(
        read_geopackage(&hex("4750 00 0B E6100000")),
        Err(Error::GeoPackageFlags { flags: 0x0B })
    );
    let deep = [hex("01 07000000 01000000").repeat(40), hex("01 07000000 00000000")].concat();
    assert_eq!(read_wkb(&deep), Err(Error::TooDeep));
    for error in [Error::TooDeep, Error::NotGeoPackage, Error::Kind { at: 0, code: 8 }] {
        assert!(!error.help().is_empty());
    }
}

fn any_coordinate() -> impl Strategy<Value = Coord<f64>> {
    (-180.0..180.0, -90.0..90.0).prop_map(|(x, y)| Coord { x, y })
}

fn any_polygon() -> impl Strategy<Value = Polygon<f64>> {
    prop::collection::vec(prop::collection::vec(any_coordinate(), 3..6), 0..3).prop_map(|rings| {
        let mut rings = rings.into_iter().map(LineString);
        let outline = rings.next().unwrap_or_else(|| LineString(vec![]));
        Polygon::new(outline, rings.collect())
    })
}

fn any_geometry() -> impl Strategy<Value = Geometry<f64>> {
    let line = || prop::collection::vec(any_coordinate(), 0..5).prop_map(LineString);
    let leaf = prop_oneof![
        any_coordinate().prop_map(|c| Geometry::Point(Point(c))),
        line().prop_map(Geometry::LineString),
        any_polygon().prop_map(Geometry::Polygon),
        prop::collection::vec(any_coordinate().prop_map(Point), 0..4)
            .prop_map(|points| Geometry::MultiPoint(MultiPoint(points))),
        prop::collection::vec(line(), 0..3)
            .prop_map(|lines| Geometry::MultiLineString(MultiLineString(lines))),
        prop::collection::vec(any_polygon(), 0..3)
            .prop_map(|polygons| Geometry::MultiPolygon(MultiPolygon(polygons))),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop::collection::vec(inner, 0..4)
            .prop_map(|members| Geometry::GeometryCollection(GeometryCollection(members)))
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(geometry in any_geometry()) {
        let wkb = read_wkb(&write_wkb(&geometry)).unwrap();
        prop_assert_eq!((&wkb.geometry, wkb.reference_system, wkb.notes), (&geometry, None, vec![]));
        let postgis = read_wkb(&write_postgis(&geometry)).unwrap();
        prop_assert_eq!((&postgis.geometry, postgis.reference_system), (&geometry, Some(4326)));
        let geopackage = read_geopackage(&write_geopackage(&geometry)).unwrap();
        prop_assert_eq!((&geopackage.geometry, geopackage.reference_system), (&geometry, Some(4326)));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _read = read_wkb(&bytes);
        let _read = read_geopackage(&bytes);
        let _read = read_geopackage(&[b"GP\0\x01\xe6\x10\0\0".to_vec(), bytes].concat());
    }

    /// Bytes that are nearly a geometry: one changed, the end cut off.
    #[test]
    fn no_damaged_geometry_panics(geometry in any_geometry(), place in any::<prop::sample::Index>(),
                                  value in any::<u8>(), end in any::<prop::sample::Index>()) {
        for mut bytes in [write_wkb(&geometry), write_geopackage(&geometry), write_postgis(&geometry)] {
            let whole = bytes.clone();
            let at = place.index(bytes.len());
            bytes[at] = value;
            let _read = (read_wkb(&bytes), read_geopackage(&bytes));
            let short = &whole[..end.index(whole.len())];
            prop_assert!(read_wkb(short).is_err());
            let _read = read_geopackage(short);
        }
    }
}
