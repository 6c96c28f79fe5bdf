//! From the metres of a UTM zone to WGS 84, and where a zone ends.
//!
//! Belongs here: turning outlines of the plane into polygons that measure rightly, and cutting them
//! at the zone's own limits. Does not belong here: boxes and what was found in them.

use geo::{BooleanOps, BoundingRect, Distance, Geodesic, GeodesicArea, unary_union};
use geo_types::{Coord, LineString, MultiPolygon, Point, Polygon, Rect};

use remnant_record::SquareMetres;

use crate::coordinate::UtmZone;

/// A corner on the plane: easting and northing in whole metres.
pub(super) type Corner = (i64, i64);

/// The longest straight piece, in metres, between two vertices of an outline on WGS 84.
///
/// A straight line of the plane is not a geodesic, nor a straight line in degrees. Over 100 m the
/// three part by less than 0.4 mm up to 60° of latitude and 1.9 mm at 84°; the area of a box
/// of 50 m differs by less than 0.01 m² from one with a vertex at every metre, which a test checks.
pub(super) const LONGEST_PIECE: i64 = 100;

/// Northing of the equator as southern zones count.
pub(super) const SOUTHERN_EQUATOR: i64 = 10_000_000;

/// The longitude of a zone's middle, in degrees.
pub(super) fn middle(zone: UtmZone) -> f64 {
    6.0 * f64::from(zone.number()) - 183.0
}

/// The land of a zone: rectangles of longitude and latitude, south to north.
///
/// Six degrees wide, but for western Norway (56° to 64° north: zone 32 reaches west to 3° east)
/// and Svalbard (72° to 84°: zones 32, 34 and 36 have no land, their neighbours are 9° or 12° wide).
/// Longitudes run on past 180° rather than jump, so that each rectangle is one piece.
///
/// # Source
/// NGA.STND.0037, Universal Grids and Grid Reference Systems (2014), section 3.
pub(super) fn land(zone: UtmZone) -> Vec<Rect<f64>> {
    let west = middle(zone) - 3.0;
    let east = west + 6.0;
    let piece = |south: f64, north: f64, west: f64, east: f64| {
        Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north })
    };
    if !zone.is_north() {
        return vec![piece(-80.0, 0.0, west, east)];
    }
    match zone.number() {
        31 => vec![
            piece(0.0, 56.0, west, east),
            piece(56.0, 64.0, 0.0, 3.0),
            piece(64.0, 72.0, west, east),
            piece(72.0, 84.0, 0.0, 9.0),
        ],
        32 => vec![
            piece(0.0, 56.0, west, east),
            piece(56.0, 64.0, 3.0, 12.0),
            piece(64.0, 72.0, west, east),
        ],
        33 => vec![piece(0.0, 72.0, west, east), piece(72.0, 84.0, 9.0, 21.0)],
        35 => vec![piece(0.0, 72.0, west, east), piece(72.0, 84.0, 21.0, 33.0)],
        37 => vec![piece(0.0, 72.0, west, east), piece(72.0, 84.0, 33.0, 42.0)],
        34 | 36 => vec![piece(0.0, 72.0, west, east)],
        _ => vec![piece(0.0, 84.0, west, east)],
    }
}

/// Whether a position lies in one of these rectangles, edges included.
fn lies_in(land: &[Rect<f64>], at: Coord<f64>) -> bool {
    land.iter().any(|piece| {
        (piece.min().x..=piece.max().x).contains(&at.x)
            && (piece.min().y..=piece.max().y).contains(&at.y)
    })
}

/// Whether a position lies in a zone's land, edges included.
pub(super) fn in_land(zone: UtmZone, at: Coord<f64>) -> bool {
    lies_in(&land(zone), at)
}

/// Longitude and latitude of a point of the plane; `None` far outside the zone.
///
/// A box at the equator may reach a few metres to the other side of it; longitudes run on past
/// 180° beside the zone's own.
pub(super) fn to_wgs84(zone: UtmZone, easting: f64, northing: f64) -> Option<Coord<f64>> {
    #[expect(clippy::cast_precision_loss, reason = "10 000 000 is exact")]
    let equator = SOUTHERN_EQUATOR as f64;
    let (other, northing) = match (zone.is_north(), northing) {
        (true, northing) if northing < 0.0 => (false, northing + equator),
        (false, northing) if northing > equator => (true, northing - equator),
        (north, northing) => (north, northing),
    };
    let zone_there = UtmZone::new(zone.number(), other).ok()?;
    let position = zone_there.position(easting, northing).ok()?;
    let middle = middle(zone);
    let from_middle = (position.longitude() - middle + 540.0).rem_euclid(360.0) - 180.0;
    Some(Coord { x: middle + from_middle, y: position.latitude() })
}

/// A line of the plane on WGS 84, with a vertex at least every [`LONGEST_PIECE`] metres.
#[expect(clippy::cast_precision_loss, reason = "metres of a UTM zone stay far below 2^53")]
pub(super) fn line_to_wgs84(zone: UtmZone, corners: &[Corner]) -> Option<LineString<f64>> {
    let mut line = Vec::with_capacity(corners.len());
    for pair in corners.windows(2) {
        let ((from_east, from_north), (to_east, to_north)) = (pair[0], pair[1]);
        let (east, north) = (to_east - from_east, to_north - from_north);
        let pieces = (east.abs().max(north.abs()) + LONGEST_PIECE - 1) / LONGEST_PIECE;
        for piece in 0..pieces {
            let share = piece as f64 / pieces as f64;
            line.push(to_wgs84(
                zone,
                from_east as f64 + share * east as f64,
                from_north as f64 + share * north as f64,
            )?);
        }
    }
    if let Some(&(east, north)) = corners.last() {
        line.push(to_wgs84(zone, east as f64, north as f64)?);
    }
    Some(LineString(line))
}

/// A polygon of the plane on WGS 84: the outer ring first, then its holes, each closed.
pub(super) fn polygon_to_wgs84(zone: UtmZone, rings: &[Vec<Corner>]) -> Option<Polygon<f64>> {
    let mut rings = rings.iter().map(|ring| line_to_wgs84(zone, ring));
    let outer = rings.next()??;
    Some(Polygon::new(outer, rings.collect::<Option<_>>()?))
}

/// What of a polygon lies in its zone's land, and whether anything had to be cut off.
pub(super) fn cut_to_land(zone: UtmZone, polygon: Polygon<f64>) -> (MultiPolygon<f64>, bool) {
    let land = land(zone);
    if polygon.exterior().coords().all(|at| lies_in(&land, *at)) {
        return (MultiPolygon(vec![polygon]), false);
    }
    let Some(around) = polygon.bounding_rect() else { return (MultiPolygon(Vec::new()), false) };
    // Only the land near the polygon takes part: overlay works to some 2^-31 of the extent, which
    // would be millimetres for a whole zone and is nothing for a box.
    let margin = around.width().max(around.height());
    let near: Vec<Polygon<f64>> = land
        .iter()
        .filter_map(|piece| {
            let west = piece.min().x.max(around.min().x - margin);
            let east = piece.max().x.min(around.max().x + margin);
            let south = piece.min().y.max(around.min().y - margin);
            let north = piece.max().y.min(around.max().y + margin);
            (west < east && south < north).then(|| {
                Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north }).to_polygon()
            })
        })
        .collect();
    (unary_union(&near).intersection(&polygon), true)
}

/// Area on the ellipsoid in square metres.
pub(super) fn geodesic_square_metres(area: &MultiPolygon<f64>) -> f64 {
    area.iter()
        .map(|part| {
            let ring = |line: &LineString<f64>| {
                let area = Polygon::new(line.clone(), Vec::new()).geodesic_area_signed();
                area.abs()
            };
            ring(part.exterior()) - part.interiors().iter().map(ring).sum::<f64>()
        })
        .sum()
}

/// Area on the ellipsoid, rounded to whole square metres.
pub(super) fn whole_square_metres(area: &MultiPolygon<f64>) -> SquareMetres {
    SquareMetres::nearest(geodesic_square_metres(area)).unwrap_or(SquareMetres::ZERO)
}

/// Length of the shortest way between two places, in whole metres.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no way on earth is negative or longer than 20 004 km"
)]
pub(super) fn geodesic_metres(from: Coord<f64>, to: Coord<f64>) -> u64 {
    Geodesic.distance(Point(from), Point(to)).round() as u64
}
