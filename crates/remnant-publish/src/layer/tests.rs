//! What tiles and archives claim, read back by a small reader that shares no code with the writer.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::GzDecoder;
use geo_types::{MultiPolygon, Rect, polygon};
use proptest::prelude::*;
use remnant_ground::coverage::Lattice;
use remnant_ground::exposure::RasterPlane;

use super::*;

/// Bytes that are read from the start.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn varint(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.0[0];
            self.0 = &self.0[1..];
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return number;
            }
        }
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    /// Field, number, and bytes where it has some.
    fn field(&mut self) -> Option<(u64, u64, &'a [u8])> {
        if self.0.is_empty() {
            return None;
        }
        let key = self.varint();
        match key & 7 {
            0 => Some((key >> 3, self.varint(), &[])),
            1 => Some((key >> 3, 0, self.take(8))),
            2 => {
                let length = self.varint() as usize;
                Some((key >> 3, 0, self.take(length)))
            }
            kind => panic!("wire type {kind}"),
        }
    }
}

#[derive(Debug, Default, PartialEq)]
struct ReadFeature {
    id: u64,
    kind: u64,
    attributes: BTreeMap<String, String>,
    /// Points, or rings as they were drawn.
    rings: Vec<Vec<TilePoint>>,
}

fn read_tile(bytes: &[u8]) -> BTreeMap<String, Vec<ReadFeature>> {
    let mut layers = BTreeMap::new();
    let mut tile = Bytes(bytes);
    while let Some((field, _, layer)) = tile.field() {
        assert_eq!(field, 3);
        let (mut name, mut features, mut keys, mut values) =
            (String::new(), vec![], vec![], vec![]);
        let mut fields = Bytes(layer);
        while let Some((field, number, bytes)) = fields.field() {
            match field {
                1 => name = String::from_utf8(bytes.to_vec()).unwrap(),
                2 => features.push(bytes),
                3 => keys.push(String::from_utf8(bytes.to_vec()).unwrap()),
                4 => values.push(read_value(bytes)),
                5 => assert_eq!(number, 4096),
                15 => assert_eq!(number, 2),
                other => panic!("field {other}"),
            }
        }
        let read = features.into_iter().map(|bytes| read_feature(bytes, &keys, &values)).collect();
        assert!(layers.insert(name, read).is_none(), "two layers of one name");
    }
    layers
}

fn read_value(bytes: &[u8]) -> String {
    let (field, number, bytes) = Bytes(bytes).field().unwrap();
    match field {
        1 => String::from_utf8(bytes.to_vec()).unwrap(),
        3 => f64::from_le_bytes(bytes.try_into().unwrap()).to_string(),
        6 => ((number >> 1) as i64 ^ -((number & 1) as i64)).to_string(),
        7 => (number == 1).to_string(),
        other => panic!("value {other}"),
    }
}

fn read_feature(bytes: &[u8], keys: &[String], values: &[String]) -> ReadFeature {
    let mut feature = ReadFeature::default();
    let mut fields = Bytes(bytes);
    while let Some((field, number, bytes)) = fields.field() {
        match field {
            1 => feature.id = number,
            2 => {
                let mut tags = Bytes(bytes);
                while !tags.0.is_empty() {
                    let (key, value) = (tags.varint() as usize, tags.varint() as usize);
                    feature.attributes.insert(keys[key].clone(), values[value].clone());
                }
            }
            3 => feature.kind = number,
            4 => feature.rings = read_rings(bytes),
            other => panic!("field {other}"),
        }
    }
    feature
}

fn read_rings(bytes: &[u8]) -> Vec<Vec<TilePoint>> {
    let (mut commands, mut at) = (Bytes(bytes), (0i32, 0i32));
    let mut rings: Vec<Vec<TilePoint>> = Vec::new();
    while !commands.0.is_empty() {
        let command = commands.varint();
        if command & 7 == 7 {
            assert_eq!(command >> 3, 1);
            continue;
        }
        for _ in 0..command >> 3 {
            let mut step = || {
                let number = commands.varint();
                (number >> 1) as i32 ^ -((number & 1) as i32)
            };
            at = (at.0 + step(), at.1 + step());
            if command & 7 == 1 {
                rings.push(Vec::new());
            }
            rings.last_mut().unwrap().push(at);
        }
    }
    rings
}

fn area(id: u64, shape: MultiPolygon<f64>) -> AreaFeature {
    let attributes = vec![
        ("name".to_owned(), TileValue::Text(format!("HA-{id}"))),
        ("square_metres".to_owned(), TileValue::Number(1.5)),
        ("confirmed".to_owned(), TileValue::Truth(true)),
        ("depth".to_owned(), TileValue::Whole(-3)),
    ];
    AreaFeature { id, shape, attributes }
}

fn square(west: f64, south: f64, side: f64) -> MultiPolygon<f64> {
    Rect::new((west, south), (west + side, south + side)).to_polygon().into()
}

#[test]
fn an_area_with_a_hole_is_drawn_with_its_attributes() {
    let ring: MultiPolygon<f64> = polygon!(
        exterior: [(x: 10.0, y: 10.0), (x: 30.0, y: 10.0), (x: 30.0, y: 30.0), (x: 10.0, y: 30.0)],
        interiors: [[(x: 15.0, y: 15.0), (x: 15.0, y: 20.0), (x: 20.0, y: 20.0), (x: 20.0, y: 15.0)]],
    )
    .into();
    let mut set = TileSet::new(0..=0).unwrap();
    set.add_areas("hazardous_area", &[area(7, ring)]);
    let layers = read_tile(&tile_bytes(set.layers(Tile { zoom: 0, x: 0, y: 0 })));
    let drawn = &layers["hazardous_area"][0];
    assert_eq!((drawn.id, drawn.kind), (7, 3));
    let told: Vec<(&str, &str)> =
        drawn.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let expected =
        [("confirmed", "true"), ("depth", "-3"), ("name", "HA-7"), ("square_metres", "1.5")];
    assert_eq!(told, expected);
    assert_eq!(drawn.rings.len(), 2);
    assert!(vector_tile::doubled_area(&drawn.rings[0]) > 0, "an outline runs clockwise");
    assert!(vector_tile::doubled_area(&drawn.rings[1]) < 0, "a hole runs against it");
    // 10 degrees east is (0.5 + 10 / 360) of 4096 units.
    assert!(drawn.rings[0].iter().all(|(x, _)| [2162, 2389].contains(x)));
    let mark = &layers["hazardous_area_mark"][0];
    assert_eq!((mark.id, mark.kind, mark.rings.len()), (7, 1, 1));
    assert_eq!(mark.attributes, drawn.attributes);
}

#[test]
fn an_area_over_several_tiles_is_cut_with_a_margin() {
    let mut set = TileSet::new(1..=1).unwrap();
    set.add_areas("a", &[area(1, square(-40.0, -30.0, 80.0))]);
    for (x, y) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let layers = read_tile(&tile_bytes(set.layers(Tile { zoom: 1, x, y })));
        let corners = &layers["a"][0].rings[0];
        let (near, far) = (-64, 4096 + 64);
        assert!(corners.iter().all(|(x, y)| (near..=far).contains(x) && (near..=far).contains(y)));
        let inner = if x == 0 { far } else { near };
        assert!(corners.iter().any(|corner| corner.0 == inner), "{corners:?}");
    }
    let marks: usize = (0..4)
        .map(|tile| set.layers(Tile { zoom: 1, x: tile % 2, y: tile / 2 }))
        .flat_map(|layers| layers.iter().filter(|layer| layer.name() == "a_mark"))
        .map(TileLayer::features)
        .sum();
    assert_eq!(marks, 1, "one mark for each area");
}

#[test]
fn zooms_that_do_not_rise_are_refused() {
    let backwards = std::ops::RangeInclusive::new(5, 3);
    for zooms in [backwards, 0..=23] {
        let fault = TileSet::new(zooms).unwrap_err();
        assert!(fault.help().contains("smaller zoom first"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// However small and however near to each other: each area has its mark at each zoom, once.
    #[test]
    fn no_area_is_dropped_or_merged(
        places in prop::collection::vec((-179.0..179.0f64, -80.0..80.0f64, -7.0..1.0f64), 1..30),
        crowd in any::<bool>(),
    ) {
        let areas: Vec<AreaFeature> = (1..).zip(&places).map(|(id, (x, y, size))| {
            let (x, y) = if crowd { (100.0 + x * 1e-6, 17.0 + y * 1e-6) } else { (*x, *y) };
            area(id, square(x, y, 10f64.powf(*size)))
        }).collect();
        let mut set = TileSet::new(0..=3).unwrap();
        set.add_areas("a", &areas);
        for zoom in 0..=3u8 {
            let mut marks = Vec::new();
            for (x, y) in (0..1 << zoom).flat_map(|x| (0..1 << zoom).map(move |y| (x, y))) {
                let layers = read_tile(&tile_bytes(set.layers(Tile { zoom, x, y })));
                for (name, features) in &layers {
                    for feature in features {
                        let reach = if name == "a_mark" { 0..=4095 } else { -64..=4160 };
                        let corners = feature.rings.iter().flatten();
                        let within = corners
                            .filter(|(x, y)| !reach.contains(x) || !reach.contains(y))
                            .count() == 0;
                        prop_assert!(within, "{} of {:?}", name, feature);
                        if name == "a_mark" {
                            marks.push(feature.id);
                        }
                    }
                }
            }
            marks.sort_unstable();
            let all: Vec<u64> = (1..=areas.len() as u64).collect();
            prop_assert_eq!(marks, all);
        }
    }
}

#[test]
fn squares_add_up_at_every_zoom() {
    // 64 by 48 cells of 100 m; a hole of cells without a value.
    let lattice = Lattice::new(600_000.0, 1_900_000.0, 100.0, 100.0, 64, 48).unwrap();
    let expected: Vec<f64> = (0..64 * 48)
        .map(|cell| if cell % 64 < 20 { f64::NAN } else { f64::from(cell % 7) * 0.125 })
        .collect();
    let chance: Vec<f64> =
        (0..64 * 48).map(|cell| if cell == 1_000 { 0.9 } else { f64::NAN }).collect();
    let squares = CellSquares {
        plane: RasterPlane::from_epsg(32_648).unwrap(),
        lattice,
        values: vec![
            ("expected_items".to_owned(), CellValues::Sum(&expected)),
            ("chance".to_owned(), CellValues::Largest(&chance)),
        ],
    };
    let mut set = TileSet::new(6..=13).unwrap();
    squares.add_to(&mut set, "estimate").unwrap();
    let total: f64 = expected.iter().filter(|value| !value.is_nan()).sum();
    let mut across = Vec::new();
    for zoom in 6..=13u8 {
        // A square on the edge of two tiles is in both, by the same number.
        let mut seen: BTreeMap<u64, f64> = BTreeMap::new();
        let (mut largest, mut width) = (0.0f64, 0);
        let corner = WorldPoint::of(105.9, 17.3);
        let side = f64::from(1u32 << zoom);
        let (left, top) = ((corner.x * side) as u32, (corner.y * side) as u32);
        for (x, y) in (left..left + 8).flat_map(|x| (top..top + 8).map(move |y| (x, y))) {
            let layers = read_tile(&tile_bytes(set.layers(Tile { zoom, x, y })));
            for feature in layers.get("estimate").into_iter().flatten() {
                if let Some(items) = feature.attributes.get("expected_items") {
                    seen.insert(feature.id, items.parse().unwrap());
                }
                if let Some(chance) = feature.attributes.get("chance") {
                    largest = largest.max(chance.parse().unwrap());
                }
                width = feature.attributes["cells_across"].parse().unwrap();
            }
        }
        assert!((seen.values().sum::<f64>() - total).abs() < 1e-9, "zoom {zoom}");
        assert_eq!(largest, 0.9);
        across.push(width);
    }
    assert_eq!(across, [64, 32, 16, 8, 4, 2, 1, 1]);
    let short = CellSquares {
        values: vec![("expected_items".to_owned(), CellValues::Sum(&expected[1..]))],
        ..squares
    };
    let fault = short.add_to(&mut set, "estimate").unwrap_err();
    assert!(matches!(fault, LayerFault::CellsDiffer { values: 3_071, cells: 3_072 }));
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

/// Each tile of an archive by its number, leaves followed.
fn read_archive(bytes: &[u8]) -> BTreeMap<u64, Vec<u8>> {
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    assert_eq!(&bytes[..8], b"PMTiles\x03");
    let part = |at: usize| &bytes[number(at) as usize..(number(at) + number(at + 8)) as usize];
    let (root, leaves, data) = (part(8), part(40), part(56));
    assert_eq!(bytes[96], 1, "clustered");
    assert!(number(8) + number(16) <= 16_384);
    let mut tiles = BTreeMap::new();
    let mut directories = vec![unpacked(root)];
    while let Some(directory) = directories.pop() {
        let mut fields = Bytes(&directory);
        let count = fields.varint() as usize;
        let mut column = || (0..count).map(|_| fields.varint()).collect::<Vec<u64>>();
        let (steps, runs, lengths, places) = (column(), column(), column(), column());
        let (mut tile, mut end) = (0, 0);
        for entry in 0..count {
            tile += steps[entry];
            let start = if places[entry] == 0 { end } else { places[entry] - 1 };
            end = start + lengths[entry];
            let (start, stop) = (start as usize, end as usize);
            if runs[entry] == 0 {
                directories.push(unpacked(&leaves[start..stop]));
            }
            for run in 0..runs[entry] {
                assert!(tiles.insert(tile + run, unpacked(&data[start..stop])).is_none());
            }
        }
    }
    assert_eq!(number(72), tiles.len() as u64);
    tiles
}

fn head() -> ArchiveHead {
    ArchiveHead {
        name: "Estimate".to_owned(),
        description: "As of 2024-06-30".to_owned(),
        attribution: "\"A\" & B".to_owned(),
        extent: [105.0, 15.5, 107.5, 17.25],
        layers: vec![LayerHead {
            name: "a".to_owned(),
            description: "Areas".to_owned(),
            fields: vec![("name".to_owned(), "its name".to_owned())],
        }],
    }
}

#[test]
fn an_archive_gives_each_tile_back_and_keeps_equal_ones_once() {
    let mut archive = TileArchive::default();
    let mut expected = BTreeMap::new();
    for (x, y) in (0..64).rev().flat_map(|x| (0..64).map(move |y| (x, y))) {
        let tile = Tile { zoom: 6, x, y };
        // A quarter is all the same, such as sea.
        let bytes = if x < 32 && y < 32 { vec![7; 30] } else { format!("{x} {y}").into_bytes() };
        archive.add(tile, &bytes).unwrap();
        expected.insert(tile.number(), bytes);
    }
    let mut out = Vec::new();
    archive.write(&head(), &mut out).unwrap();
    assert_eq!(read_archive(&out), expected);
    let number = |at: usize| u64::from_le_bytes(out[at..at + 8].try_into().unwrap());
    assert_eq!((number(72), number(80), number(88)), (4_096, 3_073, 3_073));
    assert_eq!(&out[97..102], [2, 2, 1, 6, 6]);
    let degrees = |at: usize| i32::from_le_bytes(out[at..at + 4].try_into().unwrap());
    assert_eq!((degrees(102), degrees(114)), (1_050_000_000, 172_500_000));
    let (from, to) = (number(24) as usize, (number(24) + number(32)) as usize);
    let told: serde_json::Value = serde_json::from_slice(&unpacked(&out[from..to])).unwrap();
    assert_eq!(told["vector_layers"][0]["fields"]["name"], "its name");
    assert_eq!(told["attribution"], "\"A\" & B");
    let mut again = Vec::new();
    archive.write(&head(), &mut again).unwrap();
    assert_eq!(out, again);
}

#[test]
fn many_tiles_are_found_through_leaves() {
    let mut archive = TileArchive::default();
    for (x, y) in (0..256).flat_map(|x| (0..100).map(move |y| (x, y))) {
        let bytes = (u64::from(x) * 7_919 + u64::from(y) * 104_729).to_le_bytes();
        archive.add(Tile { zoom: 8, x, y }, &bytes[..1 + (x as usize * y as usize) % 7]).unwrap();
    }
    let mut out = Vec::new();
    archive.write(&head(), &mut out).unwrap();
    let leaves = u64::from_le_bytes(out[48..56].try_into().unwrap());
    assert!(leaves > 0, "the root alone would be too long");
    let tiles = read_archive(&out);
    assert_eq!(tiles.len(), 25_600);
    let tile = Tile { zoom: 8, x: 200, y: 50 }.number();
    assert_eq!(tiles[&tile], (200u64 * 7_919 + 50 * 104_729).to_le_bytes()[..1 + 10_000 % 7]);
}

#[test]
fn an_archive_without_tiles_is_one_all_the_same() {
    let mut out = Vec::new();
    TileArchive::default().write(&head(), &mut out).unwrap();
    assert!(read_archive(&out).is_empty());
}
