//! Boundaries: areas on the ground, checked once and measured once.
//!
//! Belongs here: what makes a polygon an area, its square metres, what two areas have in common,
//! which administrative unit a point lies in. Does not belong here: what the area is (`hazardous
//! area`, `task`), what is decided about it (`remnant-land-release`), reading files.
//!
//! Edges are geodesics: the shortest way on the WGS 84 ellipsoid from one corner to the next. For
//! the edges of a hazardous area that is the line a surveyor walks between two turning points. An
//! area may lie over the antimeridian or a pole; it may not reach further than 3 000 km from its
//! middle.
//!
//! ```
//! use geo_types::{Geometry, polygon};
//! use remnant_ground::boundary::Boundary;
//!
//! let drawn = polygon![(x: 17.0, y: 45.0), (x: 17.001, y: 45.0), (x: 17.001, y: 45.001), (x: 17.0, y: 45.001)];
//! let field = Boundary::new(Geometry::Polygon(drawn)).expect("a valid polygon").boundary;
//! assert_eq!(field.area().to_string(), "8 762 m2");
//!
//! let lane = polygon![(x: 17.0, y: 45.0), (x: 17.0005, y: 45.0), (x: 17.0005, y: 45.001), (x: 17.0, y: 45.001)];
//! let lane = Boundary::new(Geometry::Polygon(lane)).expect("a valid polygon").boundary;
//! let cut = field.cut(&lane).expect("both are small");
//! assert_eq!(cut.inside_area.checked_add(cut.outside_area), Some(field.area()));
//! assert!(cut.beyond.is_none());
//! ```

mod check;
mod crossing;
mod extent;
mod fault;
mod measure;
mod overlaps;
mod overlay;
mod pieces;
mod place_index;
mod plane;
mod repair;

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use remnant_record::SquareMetres;

pub use fault::{GeometryFault, GeometryNote, RingAt};
pub use measure::Measure;
pub use overlaps::{
    Covered, Duplicate, SharedGround, UnionArea, duplicates, overlaps, union_area, union_of,
};
pub use overlay::{Cut, Overlay, OverlayError, Sliver, SliverKind, SliverLimit};
pub use pieces::{Piece, pieces};
pub use place_index::{PlaceIndex, PlaceIndexError};
pub use repair::{FillRule, RepairProposal, repair_proposals};

use check::{Examined, Parts, examine};
use extent::Extent;

/// A valid area on the ground: one or more parts, each an outline with or without holes.
///
/// Outlines run counter-clockwise, holes clockwise, rings are closed, positions are as they were
/// given. Nothing crosses, parts do not overlap, holes lie inside. Two boundaries are equal when
/// their corners are, in order.
#[derive(Clone, Debug)]
pub struct Boundary {
    shape: MultiPolygon<f64>,
    area: SquareMetres,
    measure: Measure,
    extent: Extent,
}

impl PartialEq for Boundary {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape
    }
}

/// A boundary, and what should be known of the geometry it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The boundary.
    pub boundary: Boundary,
    /// What was mended in its notation, and what looks odd.
    pub notes: Vec<GeometryNote>,
}

impl Boundary {
    /// Checks and measures a polygon or multipolygon in degrees of WGS 84, longitude first.
    ///
    /// A collection is taken when it holds only polygons. `geo_types` closes rings by itself; a
    /// reader that wants to know whether they were closed uses [`from_rings`](Self::from_rings).
    ///
    /// # Errors
    /// Everything that is wrong with the geometry, at once.
    #[expect(
        clippy::new_ret_no_self,
        reason = "a boundary comes with what should be known of its geometry"
    )]
    pub fn new(geometry: Geometry<f64>) -> Result<Checked, Vec<GeometryFault>> {
        let mut parts = Vec::new();
        collect_parts(geometry, &mut parts).map_err(|fault| vec![fault])?;
        Self::from_rings(parts)
    }

    /// Checks and measures parts of rings as they were read; the first ring of each part is its
    /// outline. Rings may be closed or not.
    ///
    /// # Errors
    /// Everything that is wrong with the rings, at once.
    pub fn from_rings(parts: Vec<Vec<Vec<Coord<f64>>>>) -> Result<Checked, Vec<GeometryFault>> {
        let examined = examine(parts);
        if !examined.faults.is_empty() {
            return Err(examined.faults);
        }
        let notes = examined.notes.clone();
        match Self::of_examined(examined) {
            Some(boundary) => Ok(Checked { boundary, notes }),
            None => Err(vec![GeometryFault::Empty]),
        }
    }

    /// What came out of an overlay of valid areas; `None` when it is empty.
    ///
    /// The rounding of new corners can make rings touch or cross again by a cell of the grid; they
    /// are then laid on the grid about their own middle and filled once more, so that what is kept
    /// can be read again.
    fn from_parts(mut parts: Parts) -> Option<Self> {
        if parts.is_empty() {
            return None;
        }
        let mut examined = examine(parts.clone());
        for _ in 0..4 {
            if examined.faults.is_empty() {
                break;
            }
            let Ok((again, _)) = overlay::filled(
                &parts,
                i_overlay::core::fill_rule::FillRule::NonZero,
                plane::FURTHEST_METRES,
            ) else {
                break;
            };
            if again.is_empty() {
                return None;
            }
            examined = examine(again.clone());
            parts = again;
        }
        Self::of_examined(examined)
    }

    fn of_examined(examined: Examined) -> Option<Self> {
        let Examined { parts, measure, .. } = examined;
        let area = SquareMetres::nearest(measure.square_metres)?;
        let extent = Extent::of(parts.iter().flatten().flatten())?;
        let closed = |mut ring: Vec<Coord<f64>>| {
            ring.extend(ring.first().copied());
            LineString::new(ring)
        };
        let shape = parts
            .into_iter()
            .map(|part| {
                let mut rings = part.into_iter().map(closed);
                let outline = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
                Polygon::new(outline, rings.collect())
            })
            .collect();
        Some(Self { shape, area, measure, extent })
    }

    /// The polygons: outlines counter-clockwise, holes clockwise, rings closed.
    #[must_use]
    pub fn shape(&self) -> &MultiPolygon<f64> {
        &self.shape
    }

    /// The polygons, for a writer: a single one as a polygon, several as a multipolygon.
    #[must_use]
    pub fn to_geometry(&self) -> Geometry<f64> {
        match self.shape.0.as_slice() {
            [only] => Geometry::Polygon(only.clone()),
            _ => Geometry::MultiPolygon(self.shape.clone()),
        }
    }

    /// The area in whole square metres: the measure rounded once.
    #[must_use]
    pub fn area(&self) -> SquareMetres {
        self.area
    }

    /// The area and the length of all rings before rounding.
    #[must_use]
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// How many corners all rings have together.
    #[must_use]
    pub fn corners(&self) -> usize {
        self.shape.iter().flat_map(rings).map(|ring| ring.0.len().saturating_sub(1)).sum()
    }

    fn extent(&self) -> &Extent {
        &self.extent
    }

    /// The corners, the first of each ring not repeated.
    fn parts(&self) -> Parts {
        let open = |ring: &LineString<f64>| {
            ring.0.split_last().map(|(_, corners)| corners.to_vec()).unwrap_or_default()
        };
        self.shape.iter().map(|part| rings(part).map(open).collect()).collect()
    }
}

fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

fn collect_parts(geometry: Geometry<f64>, parts: &mut Parts) -> Result<(), GeometryFault> {
    let not_an_area = |kind| Err(GeometryFault::NotAnArea { kind });
    let of_polygon = |polygon: Polygon<f64>| -> Vec<Vec<Coord<f64>>> {
        let (outline, holes) = polygon.into_inner();
        std::iter::once(outline).chain(holes).map(|ring| ring.0).collect()
    };
    match geometry {
        Geometry::Polygon(polygon) => parts.push(of_polygon(polygon)),
        Geometry::MultiPolygon(polygons) => parts.extend(polygons.into_iter().map(of_polygon)),
        Geometry::Rect(rectangle) => parts.push(of_polygon(rectangle.to_polygon())),
        Geometry::Triangle(triangle) => parts.push(of_polygon(triangle.to_polygon())),
        Geometry::GeometryCollection(members) => {
            for member in members {
                collect_parts(member, parts)?;
            }
        }
        Geometry::Point(_) => return not_an_area("point"),
        Geometry::MultiPoint(_) => return not_an_area("set of points"),
        Geometry::Line(_) | Geometry::LineString(_) => return not_an_area("line"),
        Geometry::MultiLineString(_) => return not_an_area("set of lines"),
    }
    Ok(())
}

#[cfg(test)]
mod tests;
