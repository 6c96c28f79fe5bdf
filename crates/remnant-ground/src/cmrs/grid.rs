//! The grid of boxes: which box a place lies in, where a box lies, what lies beside it.
//!
//! Belongs here: boxes of one zone on the lines of UTM, or off them round an evidence point; their
//! outlines, neighbours and squares. Does not belong here: what was found in them.
//!
//! A box never spans two zones, nor the equator: at the limit of the zone's land it is cut, and what
//! is cut off belongs to the neighbouring zone's grid. Western Norway and Svalbard, where zones are
//! wider or missing, are followed as on the map.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use geo::{BooleanOps, BoundingRect};
use geo_types::{Coord, LineString, MultiPolygon};
use remnant_record::SquareMetres;
use serde::{Deserialize, Serialize};

use crate::coordinate::{Position, UtmZone};

use super::box_id::{BoxId, KilometreSquare, read_mesh, write_mesh};
use super::fault::CmrsFault;
use super::parameters::{BOX_SIZES, BoxOrigin, NeighbourRule, Parameters};
use super::plane::{
    Corner, LONGEST_PIECE, SOUTHERN_EQUATOR, cut_to_land, in_land, polygon_to_wgs84, to_wgs84,
    whole_square_metres,
};
use super::region::Region;

/// The most boxes that are laid over an area at once.
pub const MOST_BOXES: u64 = 250_000;

/// A grid of square boxes in one zone. As text and in JSON `48N-50`, or `48N-50e12n38` where its
/// lines are off those of UTM by 12 m to the east and 38 m to the north.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Grid {
    zone: UtmZone,
    box_size_metres: u32,
    offset: Corner,
}

/// Where a box lies on the ground.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxShape {
    /// Its outline, WGS 84; of several pieces only at a corner of a zone's land.
    ///
    /// Longitudes beside the antimeridian stay on their zone's side of it.
    pub area: MultiPolygon<f64>,
    /// Its area on the ellipsoid.
    pub square_metres: SquareMetres,
    /// Whether a part was cut off because it lies in another zone's land.
    pub cut_at_zone_limit: bool,
}

impl Grid {
    /// A grid along the lines of UTM.
    ///
    /// # Errors
    /// `Parameter` unless the size divides 1000 m and is at least 5 m.
    pub fn along_utm(zone: UtmZone, box_size_metres: u32) -> Result<Self, CmrsFault> {
        if !BOX_SIZES.contains(&box_size_metres) || 1000 % box_size_metres != 0 {
            return Err(CmrsFault::Parameter {
                name: "box_size_metres",
                value: box_size_metres.to_string(),
                why: "along the UTM grid it must divide 1000 m and be at least 5 m",
            });
        }
        Ok(Self { zone, box_size_metres, offset: (0, 0) })
    }

    /// A grid that has a place in the middle of a box, to the metre (half a metre off where the
    /// size is odd).
    ///
    /// # Errors
    /// `Parameter` for a size that is not 5 to 1000 m; `Coordinate` for a place outside UTM.
    pub fn centred_on(place: Position, box_size_metres: u32) -> Result<Self, CmrsFault> {
        if !BOX_SIZES.contains(&box_size_metres) {
            return Err(CmrsFault::Parameter {
                name: "box_size_metres",
                value: box_size_metres.to_string(),
                why: "it must be 5 to 1000 m",
            });
        }
        let zone = UtmZone::of(place)?;
        let (easting, northing) = on_plane(zone, place)?;
        let size = i64::from(box_size_metres);
        let offset = |at: f64| (at.round() as i64 - size / 2).rem_euclid(size);
        Ok(Self { zone, box_size_metres, offset: (offset(easting), offset(northing)) })
    }

    /// The grid that parameters ask for round a place: its zone, box size and origin.
    ///
    /// # Errors
    /// Every fault of the parameters; `Coordinate` for a place outside UTM.
    pub fn around(place: Position, parameters: &Parameters) -> Result<Self, Vec<CmrsFault>> {
        let faults = parameters.faults();
        if !faults.is_empty() {
            return Err(faults);
        }
        let size = parameters.box_size_metres.value;
        match parameters.box_origin.value {
            BoxOrigin::UtmAligned => UtmZone::of(place)
                .map_err(CmrsFault::from)
                .and_then(|zone| Self::along_utm(zone, size)),
            BoxOrigin::EvidencePointCentred => Self::centred_on(place, size),
        }
        .map_err(|fault| vec![fault])
    }

    /// The zone.
    #[must_use]
    pub fn zone(self) -> UtmZone {
        self.zone
    }

    /// The side of a box in metres.
    #[must_use]
    pub fn box_size_metres(self) -> u32 {
        self.box_size_metres
    }

    /// How the lines run.
    #[must_use]
    pub fn origin(self) -> BoxOrigin {
        if self.offset == (0, 0) { BoxOrigin::UtmAligned } else { BoxOrigin::EvidencePointCentred }
    }

    fn size(self) -> i64 {
        i64::from(self.box_size_metres)
    }

    /// The box that holds a point of the plane.
    pub(super) fn holding(self, (easting, northing): Corner) -> BoxId {
        let size = self.size();
        let line = |at: i64, offset: i64| (at - offset).div_euclid(size) * size + offset;
        let corner = (line(easting, self.offset.0), line(northing, self.offset.1));
        BoxId::at(self.zone, self.box_size_metres, corner)
    }

    /// The box that holds a place. A place on a line belongs to the box north and east of it.
    ///
    /// # Errors
    /// `OtherZone` for a place in another zone's land, `Coordinate` for one outside UTM.
    pub fn box_at(self, place: Position) -> Result<BoxId, CmrsFault> {
        let its = UtmZone::of(place)?;
        if its != self.zone {
            return Err(CmrsFault::OtherZone {
                longitude: place.longitude(),
                latitude: place.latitude(),
                its,
                grid: self.zone,
            });
        }
        let (easting, northing) = on_plane(self.zone, place)?;
        // Rounding must not lift a place over the equator.
        let northing = northing.floor() as i64;
        let northing = match self.zone.is_north() {
            true => northing.max(0),
            false => northing.min(SOUTHERN_EQUATOR - 1),
        };
        Ok(self.holding((easting.floor() as i64, northing)))
    }

    /// Whether a place lies in a region of the zone's plane.
    pub(super) fn lies_in(self, place: Position, region: &Region) -> bool {
        on_plane(self.zone, place).is_ok_and(|(easting, northing)| {
            region.holds((easting.floor() as i64, northing.floor() as i64))
        })
    }

    /// Whether a box is one of this grid: same zone, size and lines, with land in the zone.
    #[must_use]
    pub fn has(self, id: BoxId) -> bool {
        self.has_lines_of(id) && self.has_land(id)
    }

    /// Whether a box is of this zone and size and on these lines.
    pub(super) fn has_lines_of(self, id: BoxId) -> bool {
        id.zone() == self.zone
            && id.size_metres() == self.box_size_metres
            && id.offset() == self.offset
    }

    /// Whether any part of a box of this grid's lines is land of the zone.
    fn has_land(self, id: BoxId) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "metres of a UTM zone are far below 2^53")]
        let inside = |(easting, northing): Corner| {
            to_wgs84(self.zone, easting as f64, northing as f64)
                .is_some_and(|at| in_land(self.zone, at))
        };
        // At the equator whole metres decide: degrees would leave a sliver of rounding.
        let (_, south) = id.south_west();
        let beyond_equator = match self.zone.is_north() {
            true => south + self.size() <= 0,
            false => south >= SOUTHERN_EQUATOR,
        };
        if beyond_equator {
            return false;
        }
        self.corners(id).into_iter().all(inside) || !self.shape(id).area.0.is_empty()
    }

    /// Easting and northing of a box's corners in metres, from the south-west anticlockwise.
    #[must_use]
    pub fn corners(self, id: BoxId) -> [(i64, i64); 4] {
        corners(id.south_west(), i64::from(id.size_metres()))
    }

    /// Where a box lies on the ground: its outline with a vertex at least every 100 m, cut where the
    /// zone's land ends.
    ///
    /// The area differs by less than 0.01 m² in a box of 50 m from that of the square of the plane
    /// taken point by point.
    #[must_use]
    pub fn shape(self, id: BoxId) -> BoxShape {
        let mut ring = self.corners(id).to_vec();
        ring.push(ring[0]);
        let (area, cut_at_zone_limit) = polygon_to_wgs84(self.zone, &[ring])
            .map_or((MultiPolygon(Vec::new()), true), |polygon| cut_to_land(self.zone, polygon));
        BoxShape { square_metres: whole_square_metres(&area), area, cut_at_zone_limit }
    }

    /// The boxes beside a box, from the north clockwise, as far as they have land in the zone.
    ///
    /// At the limit of a zone the survey goes on in the neighbouring zone's grid, whose boxes do not
    /// continue these.
    #[must_use]
    pub fn neighbours(self, id: BoxId, rule: NeighbourRule) -> Vec<BoxId> {
        let beside = rule.steps().iter().map(|(east, north)| id.step(*east, *north));
        beside.filter(|id| self.has_land(*id)).collect()
    }

    /// The boxes of which some part lies in an area (WGS 84), in order; none where the area lies in
    /// other zones' land.
    ///
    /// Edges are followed on the plane with a vertex at least every 100 m, which is right to
    /// 2 mm; an area that only touches a box does not take it.
    ///
    /// # Errors
    /// `TooManyBoxes` when the area's extent would take more than [`MOST_BOXES`].
    pub fn boxes_over(self, area: &MultiPolygon<f64>) -> Result<Vec<BoxId>, CmrsFault> {
        let Some(extent) = area.bounding_rect() else { return Ok(Vec::new()) };
        let land = super::plane::land(self.zone);
        let mut boxes = BTreeSet::new();
        for piece in land {
            let meets = piece.min().x < extent.max().x
                && extent.min().x < piece.max().x
                && piece.min().y < extent.max().y
                && extent.min().y < piece.max().y;
            if !meets {
                continue;
            }
            let within = MultiPolygon(vec![piece.to_polygon()]).intersection(area);
            let rings: Vec<Vec<(f64, f64)>> = within
                .iter()
                .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
                .filter_map(|ring| self.ring_on_plane(ring))
                .collect();
            self.cover(&rings, &mut boxes)?;
        }
        Ok(boxes.into_iter().filter(|id| self.has_land(*id)).collect())
    }

    /// A ring of degrees on the plane, with a vertex at least every [`LONGEST_PIECE`] metres.
    fn ring_on_plane(self, ring: &LineString<f64>) -> Option<Vec<(f64, f64)>> {
        // A degree is nowhere longer than 112 km.
        #[expect(clippy::cast_precision_loss, reason = "100 is exact")]
        let longest = LONGEST_PIECE as f64 / 112_000.0;
        let mut points = Vec::new();
        for line in ring.lines() {
            let reach = line.dx().abs().max(line.dy().abs());
            let pieces = (reach / longest).ceil().max(1.0);
            for piece in 0..pieces as u32 {
                let share = f64::from(piece) / pieces;
                let place = Position::new(
                    wrapped(line.start.x + share * line.dx()),
                    (line.start.y + share * line.dy()).clamp(-80.0, 84.0),
                );
                points.push(on_plane(self.zone, place.ok()?).ok()?);
            }
        }
        points.first().copied().map(|first| {
            points.push(first);
            points
        })
    }

    /// Adds the boxes that closed rings of the plane pass through or surround.
    fn cover(
        self,
        rings: &[Vec<(f64, f64)>],
        boxes: &mut BTreeSet<BoxId>,
    ) -> Result<(), CmrsFault> {
        let size = f64::from(self.box_size_metres);
        #[expect(clippy::cast_precision_loss, reason = "an offset is below 1000")]
        let (east, north) = (self.offset.0 as f64, self.offset.1 as f64);
        // In boxes instead of metres, so that box (c, r) is the unit square from (c, r).
        let rings: Vec<Vec<Coord<f64>>> = rings
            .iter()
            .map(|ring| {
                let scaled =
                    |(x, y): &(f64, f64)| Coord { x: (x - east) / size, y: (y - north) / size };
                ring.iter().map(scaled).collect()
            })
            .collect();
        let all = || rings.iter().flatten();
        let (mut low, mut high) = (
            Coord { x: f64::INFINITY, y: f64::INFINITY },
            Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY },
        );
        for at in all() {
            low = Coord { x: low.x.min(at.x), y: low.y.min(at.y) };
            high = Coord { x: high.x.max(at.x), y: high.y.max(at.y) };
        }
        if low.x > high.x {
            return Ok(());
        }
        let span = (high.x - low.x + 2.0) * (high.y - low.y + 2.0);
        if span > MOST_BOXES as f64 {
            return Err(CmrsFault::TooManyBoxes { boxes: span as u64, most: MOST_BOXES });
        }
        let mut take = |column: i64, row: i64| {
            let corner = (column * self.size() + self.offset.0, row * self.size() + self.offset.1);
            boxes.insert(BoxId::at(self.zone, self.box_size_metres, corner));
        };
        for pair in rings.iter().flat_map(|ring| ring.windows(2)) {
            for (column, row) in passed(pair[0], pair[1], TOUCH_METRES / size) {
                take(column, row);
            }
        }
        for row in low.y.floor() as i64..=high.y.floor() as i64 {
            let middle = row as f64 + 0.5;
            let mut crossings: Vec<f64> = rings
                .iter()
                .flat_map(|ring| ring.windows(2))
                .filter(|pair| (pair[0].y <= middle) != (pair[1].y <= middle))
                .map(|pair| {
                    let share = (middle - pair[0].y) / (pair[1].y - pair[0].y);
                    pair[0].x + share * (pair[1].x - pair[0].x)
                })
                .collect();
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                for column in (pair[0] - 0.5).ceil() as i64..=(pair[1] - 0.5).floor() as i64 {
                    take(column, row);
                }
            }
        }
        Ok(())
    }

    /// The planning square, of whole kilometres, that a box is counted in: the one that holds its
    /// south-west corner, named after the kilometre square in its own south-west corner.
    #[must_use]
    pub fn planning_square(self, id: BoxId, square_metres_side: u32) -> KilometreSquare {
        let side = i64::from(square_metres_side.max(1));
        let (easting, northing) = id.square().south_west();
        let corner = (easting.div_euclid(side) * side, northing.div_euclid(side) * side);
        KilometreSquare::holding(self.zone, corner)
    }
}

/// How deep, in metres, an area must reach into a box to take it: more than rounding moves an edge.
const TOUCH_METRES: f64 = 0.005;

fn corners((east, north): Corner, size: i64) -> [Corner; 4] {
    [(east, north), (east + size, north), (east + size, north + size), (east, north + size)]
}

/// Easting and northing of a place in a zone.
fn on_plane(zone: UtmZone, place: Position) -> Result<(f64, f64), CmrsFault> {
    let point = zone.point(place)?;
    Ok((point.easting, point.northing))
}

/// A longitude from −180 to 180.
fn wrapped(longitude: f64) -> f64 {
    if longitude.abs() <= 180.0 { longitude } else { (longitude + 540.0).rem_euclid(360.0) - 180.0 }
}

/// The unit squares that a short piece of an edge passes through by more than `touch`.
fn passed(from: Coord<f64>, to: Coord<f64>, touch: f64) -> Vec<(i64, i64)> {
    let columns =
        (from.x.min(to.x) + touch).floor() as i64..=(from.x.max(to.x) - touch).floor() as i64;
    let rows =
        (from.y.min(to.y) + touch).floor() as i64..=(from.y.max(to.y) - touch).floor() as i64;
    // An edge along a line of the grid lies in neither row: what it bounds is found by its middle.
    let mut squares = Vec::new();
    for column in columns {
        for row in rows.clone() {
            let (left, bottom) = (column as f64 + touch, row as f64 + touch);
            let side = 1.0 - 2.0 * touch;
            if clips(from, to, (left, bottom), side) {
                squares.push((column, row));
            }
        }
    }
    squares
}

/// Whether a straight piece meets the square of this side from this corner (Liang and Barsky).
fn clips(from: Coord<f64>, to: Coord<f64>, (left, bottom): (f64, f64), side: f64) -> bool {
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (start, delta, low) in [(from.x, to.x - from.x, left), (from.y, to.y - from.y, bottom)] {
        if delta == 0.0 {
            if start < low || start > low + side {
                return false;
            }
            continue;
        }
        let (a, b) = ((low - start) / delta, (low + side - start) / delta);
        enter = enter.max(a.min(b));
        leave = leave.min(a.max(b));
    }
    enter <= leave
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hemisphere = if self.zone.is_north() { 'N' } else { 'S' };
        write!(f, "{:02}{hemisphere}-", self.zone.number())?;
        write_mesh(f, self.box_size_metres, self.offset)
    }
}

impl FromStr for Grid {
    type Err = CmrsFault;

    fn from_str(text: &str) -> Result<Self, CmrsFault> {
        let read = || {
            let (zone, mesh) = text.split_once('-')?;
            let (number, north) = match (zone.strip_suffix('N'), zone.strip_suffix('S')) {
                (Some(number), _) => (number, true),
                (None, Some(number)) => (number, false),
                (None, None) => return None,
            };
            let zone = UtmZone::new(number.parse().ok()?, north).ok()?;
            let (box_size_metres, offset) = read_mesh(mesh)?;
            Some(Self { zone, box_size_metres, offset })
        };
        read()
            .filter(|found| found.to_string() == text)
            .ok_or_else(|| CmrsFault::BadGrid(text.chars().take(60).collect()))
    }
}

impl TryFrom<String> for Grid {
    type Error = CmrsFault;

    fn try_from(text: String) -> Result<Self, CmrsFault> {
        text.parse()
    }
}

impl From<Grid> for String {
    fn from(grid: Grid) -> Self {
        grid.to_string()
    }
}
