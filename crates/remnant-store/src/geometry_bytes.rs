//! The geometry of a place as it stands in a layer, and its box.
//!
//! Belongs here: which geometry a layer holds, and the box of one without reading all of it. Does not
//! belong here: writing the bytes (`remnant-ground`), reading foreign geometry (`foreign_geopackage`).
//!
//! # Source
//! OGC 12-128r17, GeoPackage 1.3, section 2.1.3; well-known binary as in OGC 06-103r4.

#[cfg(test)]
use geo_types::MultiPolygon;
use geo_types::{Coord, Geometry, LineString, Point, Polygon};
use remnant_ground::geometry_bytes::{write_geopackage, write_wkb};
use remnant_ground::{Place, Shape};

/// The number of WGS 84, longitude before latitude as it is stored.
pub(crate) const WGS_84: i32 = 4326;

/// West, south, east, north, in degrees.
pub(crate) type Bounds = [f64; 4];

fn coordinates(shape: &Shape) -> Vec<Coord<f64>> {
    match shape {
        Shape::Point { longitude, latitude } => vec![Coord { x: *longitude, y: *latitude }],
        Shape::Line(line) => line.iter().map(|&(x, y)| Coord { x, y }).collect(),
        Shape::Area(area) => area
            .iter()
            .flat_map(|part| {
                part.exterior().coords().chain(part.interiors().iter().flat_map(LineString::coords))
            })
            .copied()
            .collect(),
        Shape::Named(_) => Vec::new(),
    }
}

/// Whether every number of a place is one.
pub(crate) fn is_finite(place: &Place) -> bool {
    let metres = place.uncertainty_metres.is_none_or(f64::is_finite);
    metres && coordinates(&place.shape).iter().all(|at| at.x.is_finite() && at.y.is_finite())
}

/// The box around a shape; none where it has no position.
pub(crate) fn bounds(shape: &Shape) -> Option<Bounds> {
    coordinates(shape).iter().fold(None, |around, at| {
        let [w, s, e, n] = around.unwrap_or([at.x, at.y, at.x, at.y]);
        Some([w.min(at.x), s.min(at.y), e.max(at.x), n.max(at.y)])
    })
}

/// Whether two boxes share a point.
pub(crate) fn meet(a: &Bounds, b: &Bounds) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

/// Well-known binary, little-endian; none where the shape has no position.
pub(crate) fn well_known_binary(shape: &Shape) -> Option<Vec<u8>> {
    geometry(shape).map(|geometry| write_wkb(&geometry))
}

/// The blob of a GeoPackage: a header, a box unless it is a point, well-known binary.
pub(crate) fn geopackage_blob(shape: &Shape) -> Option<Vec<u8>> {
    geometry(shape).map(|geometry| write_geopackage(&geometry))
}

/// The geometry of a shape as map programs expect it: the outer ring of a polygon counter-clockwise
/// and its holes clockwise, whichever way they were entered. None where it has no position.
fn geometry(shape: &Shape) -> Option<Geometry<f64>> {
    match shape {
        Shape::Point { longitude, latitude } => {
            Some(Geometry::Point(Point::new(*longitude, *latitude)))
        }
        Shape::Line(line) if !line.is_empty() => {
            Some(Geometry::LineString(LineString::from(line.clone())))
        }
        Shape::Area(area) if !area.0.is_empty() => {
            let parts = area.iter().map(|part| {
                let holes = part.interiors().iter().map(|hole| turned(hole, false)).collect();
                Polygon::new(turned(part.exterior(), true), holes)
            });
            Some(Geometry::MultiPolygon(parts.collect()))
        }
        Shape::Line(_) | Shape::Area(_) | Shape::Named(_) => None,
    }
}

fn turned(ring: &LineString<f64>, counter_clockwise: bool) -> LineString<f64> {
    let doubled: f64 =
        ring.lines().map(|side| side.start.x * side.end.y - side.end.x * side.start.y).sum();
    let mut ring = ring.clone();
    if (doubled < 0.0) == counter_clockwise {
        ring.0.reverse();
    }
    ring
}

/// The box of a blob as [`geopackage_blob`] writes it, without reading all of a polygon; none for
/// an empty geometry and for a blob in another form.
pub(crate) fn bounds_of_blob(blob: &[u8]) -> Option<Bounds> {
    let number = |at: usize| {
        blob.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(f64::from_le_bytes)
    };
    if blob.get(..2)? != b"GP" || blob.get(3)? & 1 == 0 {
        return None;
    }
    let flags = *blob.get(3)?;
    match (flags >> 1) & 0b111 {
        0 => {
            if blob.get(8..13)? != [1, 1, 0, 0, 0] {
                return None;
            }
            let (x, y) = (number(13)?, number(21)?);
            (x.is_finite() && y.is_finite()).then_some([x, y, x, y])
        }
        1 if flags & (1 << 4) == 0 => Some([number(8)?, number(24)?, number(16)?, number(32)?]),
        _ => None,
    }
}

/// The box of well-known binary as [`well_known_binary`] writes it; none where it is another form.
pub(crate) fn bounds_of_binary(bytes: &[u8]) -> Option<Bounds> {
    let mut left = bytes;
    match head_of(&mut left)? {
        1 => positions(&mut left, 1, None),
        2 => {
            let corners = count_of(&mut left)?;
            positions(&mut left, corners, None)
        }
        6 => {
            let mut around = None;
            for _ in 0..count_of(&mut left)? {
                if head_of(&mut left)? != 3 {
                    return None;
                }
                for _ in 0..count_of(&mut left)? {
                    let corners = count_of(&mut left)?;
                    around = Some(positions(&mut left, corners, around)?);
                }
            }
            around
        }
        _ => None,
    }
}

fn taken<const N: usize>(left: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = left.split_first_chunk::<N>()?;
    *left = rest;
    Some(*first)
}

fn head_of(left: &mut &[u8]) -> Option<u32> {
    (taken::<1>(left)? == [1]).then_some(())?;
    count_of(left)
}

fn count_of(left: &mut &[u8]) -> Option<u32> {
    taken(left).map(u32::from_le_bytes)
}

fn positions(left: &mut &[u8], corners: u32, mut around: Option<Bounds>) -> Option<Bounds> {
    for _ in 0..corners {
        let x = taken(left).map(f64::from_le_bytes)?;
        let y = taken(left).map(f64::from_le_bytes)?;
        let [w, s, e, n] = around.unwrap_or([x, y, x, y]);
        around = Some([w.min(x), s.min(y), e.max(x), n.max(y)]);
    }
    around
}

/// A polygon that covers a box, for questions to a database that has no other word for it.
#[cfg(test)]
pub(crate) fn rectangle([w, s, e, n]: Bounds) -> Shape {
    let ring = LineString::from(vec![(w, s), (e, s), (e, n), (w, n), (w, s)]);
    Shape::Area(MultiPolygon::new(vec![Polygon::new(ring, Vec::new())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_comes_back_from_a_blob() {
        let point = Shape::Point { longitude: 105.25, latitude: -16.5 };
        let line = Shape::Line(vec![(3.0, 4.0), (1.0, 9.0)]);
        for shape in [point, line, rectangle([1.0, 2.0, 3.0, 4.5])] {
            assert_eq!(geopackage_blob(&shape).and_then(|b| bounds_of_blob(&b)), bounds(&shape));
            let binary = well_known_binary(&shape);
            assert_eq!(binary.and_then(|b| bounds_of_binary(&b)), bounds(&shape));
        }
        assert_eq!(geopackage_blob(&Shape::Named("x".into())), None);
        assert_eq!(bounds_of_blob(b"GP\0"), None);
    }

    #[test]
    fn a_point_is_written_as_the_standard_shows_it() {
        let blob = geopackage_blob(&Shape::Point { longitude: 1.0, latitude: 2.0 });
        let expected = [
            &b"GP\0\x01\xE6\x10\0\0\x01\x01\0\0\0"[..],
            &1.0_f64.to_le_bytes(),
            &2.0_f64.to_le_bytes(),
        ]
        .concat();
        assert_eq!(blob, Some(expected));
    }
}
