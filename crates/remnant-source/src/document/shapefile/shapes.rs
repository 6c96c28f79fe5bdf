//! The `.shp` file: shapes as they stand.
//!
//! Belongs here: the bytes of a shape. Does not belong here: repairing one. Rings keep their order
//! and direction; heights and measures are not read.

use std::io::{BufReader, Read, Seek};

use geo_types::{
    Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

/// The length of the file's header.
pub(super) const HEADER_BYTES: u64 = 100;

/// What the file says of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shapes {
    pub(super) records: u64,
}

/// What one record holds.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Placed {
    pub(super) geometry: Option<Geometry<f64>>,
    pub(super) rings_closed: u32,
}

impl Shapes {
    /// Checks the header and the chain of records, and counts them.
    pub(super) fn open<R: Read + Seek>(
        mut source: BufReader<R>,
    ) -> Result<Self, (Option<u64>, String)> {
        let whole = |error: std::io::Error| (None, error.to_string());
        let mut header = [0u8; HEADER_BYTES as usize];
        source.read_exact(&mut header).map_err(whole)?;
        let actual = source.seek(std::io::SeekFrom::End(0)).map_err(whole)?;
        source.seek(std::io::SeekFrom::Start(HEADER_BYTES)).map_err(whole)?;
        let declared = u64::from(big_endian(&header, 24)) * 2;
        if declared != actual {
            let detail =
                format!("the .shp file has {actual} bytes and says that it has {declared}");
            return Err((None, detail));
        }
        if little_endian(&header, 32) == 31 {
            let detail = "its shapes are patches of a surface, which no survey draws".to_owned();
            return Err((None, detail));
        }
        let mut at = HEADER_BYTES;
        let mut records = 0;
        while at < actual {
            records += 1;
            let record = |detail: String| (Some(records), detail);
            let length = content_length(&mut source).map_err(|error| record(error.to_string()))?;
            at += 8 + length;
            if length < 4 || at > actual {
                return Err(record(format!("record {records} is longer than the file")));
            }
            let skipped = i64::try_from(length).unwrap_or(i64::MAX);
            source.seek_relative(skipped).map_err(|error| record(error.to_string()))?;
        }
        Ok(Self { records })
    }
}

/// Reads the header of a record: the bytes of its content.
pub(super) fn content_length<R: Read>(source: &mut R) -> std::io::Result<u64> {
    let mut header = [0u8; 8];
    source.read_exact(&mut header)?;
    Ok(u64::from(big_endian(&header, 4)) * 2)
}

fn big_endian(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}

fn little_endian(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// The place that starts at a byte: x and y.
fn place(bytes: &[u8], at: usize) -> Result<Coord<f64>, String> {
    let number = |at: usize| -> Result<f64, String> {
        let bytes = bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
        let number = f64::from_le_bytes(bytes.ok_or("the record ends within a place")?);
        // Numbers below -1e38 stand for "no data".
        if number.is_finite() && number > -1e38 {
            Ok(number)
        } else {
            Err("a place is no number".into())
        }
    };
    Ok(Coord { x: number(at)?, y: number(at + 8)? })
}

/// The geometry of a record's content.
pub(super) fn shape(content: &[u8]) -> Result<Placed, String> {
    let geometry = match little_endian(content, 0) {
        0 => return Ok(Placed::default()),
        1 | 11 | 21 => Geometry::Point(Point(place(content, 4)?)),
        8 | 18 | 28 => {
            let count = little_endian(content, 36) as usize;
            let points = places(content, 40, count)?.into_iter().map(Point).collect();
            Geometry::MultiPoint(MultiPoint::new(points))
        }
        3 | 13 | 23 => {
            let mut lines = parts(content)?;
            match lines.len() {
                1 => Geometry::LineString(lines.remove(0)),
                _ => Geometry::MultiLineString(MultiLineString::new(lines)),
            }
        }
        5 | 15 | 25 => return Ok(polygons(parts(content)?)),
        other => return Err(format!("{other} is no type of shape that is read")),
    };
    Ok(Placed { geometry: Some(geometry), rings_closed: 0 })
}

fn places(content: &[u8], at: usize, count: usize) -> Result<Vec<Coord<f64>>, String> {
    let room = content.len().saturating_sub(at) / 16;
    if count > room {
        return Err(format!("it says that it has {count} places, and there is room for {room}"));
    }
    (0..count).map(|number| place(content, at + number * 16)).collect()
}

/// The parts of a line or polygon.
fn parts(content: &[u8]) -> Result<Vec<LineString<f64>>, String> {
    let part_count = little_endian(content, 36) as usize;
    let place_count = little_endian(content, 40) as usize;
    if part_count > content.len() / 4 {
        return Err(format!("it says that it has {part_count} parts, more than there is room for"));
    }
    let places = places(content, 44 + part_count * 4, place_count)?;
    let mut starts: Vec<usize> =
        (0..part_count).map(|part| little_endian(content, 44 + part * 4) as usize).collect();
    starts.push(place_count);
    if starts.windows(2).any(|pair| pair[0] > pair[1]) || (part_count > 0 && starts[0] != 0) {
        return Err("its parts overlap".to_owned());
    }
    let part = |pair: &[usize]| LineString::new(places[pair[0]..pair[1]].to_vec());
    Ok(starts.windows(2).map(part).collect())
}

/// How far a hole may stand from its ring, counted in outer rings. Files put them side by side; without
/// an end to the search a file of a million rings would be read for hours.
const NEAR: usize = 1000;

/// Puts rings together to polygons as the file says it: clockwise rings are outer ones, the others are
/// holes.
///
/// The file does not say in which ring a hole lies. It goes to the last outer ring before it whose
/// frame holds the hole's, or to the first after it; a hole in no frame stands as a polygon of its own,
/// so that nothing is lost and the mistake is seen on the map. [`NEAR`] rings each way are asked.
fn polygons(rings: Vec<LineString<f64>>) -> Placed {
    let mut outers: Vec<(LineString<f64>, Vec<LineString<f64>>)> = Vec::new();
    let mut holes = Vec::new();
    let mut rings_closed = 0;
    for ring in rings {
        rings_closed += u32::from(!ring.is_closed());
        if twice_area(&ring) > 0.0 {
            holes.push((outers.len(), ring));
        } else {
            outers.push((ring, Vec::new()));
        }
    }
    let frames: Vec<_> = outers.iter().map(|(outer, _)| frame(outer)).collect();
    for (before, hole) in holes {
        let inside = |number: &usize| holds(frames[*number], frame(&hole));
        let after = before..frames.len().min(before + NEAR);
        let mut near = (before.saturating_sub(NEAR)..before).rev().chain(after);
        let found = near.find(inside);
        match found {
            Some(outer) => outers[outer].1.push(hole),
            None => outers.push((hole, Vec::new())),
        }
    }
    let mut polygons: Vec<_> =
        outers.into_iter().map(|(outer, holes)| Polygon::new(outer, holes)).collect();
    let geometry = match polygons.len() {
        1 => Geometry::Polygon(polygons.remove(0)),
        _ => Geometry::MultiPolygon(MultiPolygon::new(polygons)),
    };
    Placed { geometry: Some(geometry), rings_closed }
}

/// Twice the area of a ring: above zero when it runs counter-clockwise.
fn twice_area(ring: &LineString<f64>) -> f64 {
    // Relative to the first place, since coordinates in metres are large and rings small.
    let Some(&origin) = ring.0.first() else { return 0.0 };
    ring.0
        .windows(2)
        .map(|pair| {
            let (a, b) = (pair[0] - origin, pair[1] - origin);
            a.x * b.y - b.x * a.y
        })
        .sum()
}

type Frame = (Coord<f64>, Coord<f64>);

fn frame(ring: &LineString<f64>) -> Frame {
    let start = (
        Coord { x: f64::INFINITY, y: f64::INFINITY },
        Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY },
    );
    ring.0.iter().fold(start, |(low, high), place| {
        (
            Coord { x: low.x.min(place.x), y: low.y.min(place.y) },
            Coord { x: high.x.max(place.x), y: high.y.max(place.y) },
        )
    })
}

fn holds(outer: Frame, inner: Frame) -> bool {
    outer.0.x <= inner.0.x
        && outer.0.y <= inner.0.y
        && outer.1.x >= inner.1.x
        && outer.1.y >= inner.1.y
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn polygon_record(rings: &[&[(f64, f64)]]) -> Vec<u8> {
        let mut bytes = 5u32.to_le_bytes().to_vec();
        bytes.extend([0; 32]);
        bytes.extend((rings.len() as u32).to_le_bytes());
        bytes.extend((rings.iter().map(|ring| ring.len()).sum::<usize>() as u32).to_le_bytes());
        let mut start = 0u32;
        for ring in rings {
            bytes.extend(start.to_le_bytes());
            start += ring.len() as u32;
        }
        for (x, y) in rings.iter().copied().flatten() {
            bytes.extend(x.to_le_bytes());
            bytes.extend(y.to_le_bytes());
        }
        bytes
    }

    const WEST: &[(f64, f64)] = &[(0., 0.), (0., 9.), (9., 9.), (9., 0.), (0., 0.)];
    const EAST: &[(f64, f64)] = &[(20., 0.), (20., 9.), (29., 9.), (29., 0.), (20., 0.)];
    const HOLE_WEST: &[(f64, f64)] = &[(1., 1.), (2., 1.), (2., 2.), (1., 1.)];

    #[test]
    fn holes_lie_in_the_ring_that_holds_them() {
        let placed = shape(&polygon_record(&[WEST, EAST, HOLE_WEST])).unwrap_or_default();
        let Some(Geometry::MultiPolygon(polygons)) = placed.geometry else { panic!("{placed:?}") };
        let holes: Vec<_> = polygons.0.iter().map(|polygon| polygon.interiors().len()).collect();
        assert_eq!((holes, placed.rings_closed), (vec![1, 0], 0));
        // A lone ring that runs the wrong way is still drawn.
        let placed = shape(&polygon_record(&[HOLE_WEST])).unwrap_or_default();
        assert!(matches!(placed.geometry, Some(Geometry::Polygon(_))));
    }

    #[test]
    fn an_open_ring_is_told() {
        let placed = shape(&polygon_record(&[&WEST[..4]])).unwrap_or_default();
        assert_eq!(placed.rings_closed, 1);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_shape_or_refused(
            kind in prop::sample::select(vec![0u8, 1, 3, 5, 8, 11, 13, 15, 18, 31]),
            mut bytes in proptest::collection::vec(any::<u8>(), 4..200),
        ) {
            bytes[..4].copy_from_slice(&[kind, 0, 0, 0]);
            let _read_or_refused = shape(&bytes);
        }
    }
}
