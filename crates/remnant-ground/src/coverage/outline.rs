//! An area in cells of a lattice, its rings turned so that what is inside counts once.
//!
//! Belongs here: placing the corners and turning the rings. Does not belong here: following them
//! (`trace`).

use std::ops::Range;

use geo_types::{Coord, LineString, MultiPolygon};

use super::{CoverageFault, Lattice};

/// Rings in columns and rows, outlines turned one way and holes the other.
#[derive(Clone, Debug)]
pub(crate) struct Outline {
    rings: Vec<Vec<Coord<f64>>>,
    rows: Range<u32>,
    inside: bool,
    area_cells: f64,
}

impl Outline {
    /// Places an area on a lattice.
    ///
    /// # Errors
    /// [`CoverageFault::NotFinite`].
    pub(crate) fn new(lattice: &Lattice, area: &MultiPolygon<f64>) -> Result<Self, CoverageFault> {
        let mut outline = Self { rings: Vec::new(), rows: 0..0, inside: true, area_cells: 0.0 };
        let mut extent = Extent::default();
        for part in area {
            outline.add(lattice, part.exterior(), 1.0, &mut extent)?;
            for hole in part.interiors() {
                outline.add(lattice, hole, -1.0, &mut extent)?;
            }
        }
        // A conversion of numbers saturates, so that an outline far away has no row.
        let last = f64::from(lattice.rows());
        outline.rows = extent.top.clamp(0.0, last).floor() as u32
            ..extent.bottom.clamp(0.0, last).ceil() as u32;
        outline.inside = extent.left >= 0.0
            && extent.top >= 0.0
            && extent.right <= f64::from(lattice.columns())
            && extent.bottom <= last;
        Ok(outline)
    }

    fn add(
        &mut self,
        lattice: &Lattice,
        ring: &LineString<f64>,
        side: f64,
        extent: &mut Extent,
    ) -> Result<(), CoverageFault> {
        let mut corners =
            ring.coords().map(|corner| lattice.place(*corner)).collect::<Result<Vec<_>, _>>()?;
        if corners.first() != corners.last() {
            corners.extend(corners.first().copied());
        }
        for corner in &corners {
            extent.left = extent.left.min(corner.x);
            extent.right = extent.right.max(corner.x);
            extent.top = extent.top.min(corner.y);
            extent.bottom = extent.bottom.max(corner.y);
        }
        let area = signed_area(&corners);
        // Rows count southward: a ring whose western side runs south has a negative sum.
        if area * side > 0.0 {
            corners.reverse();
        }
        self.area_cells += area.abs() * side;
        self.rings.push(corners);
        Ok(())
    }

    /// The rings, closed.
    pub(crate) fn rings(&self) -> &[Vec<Coord<f64>>] {
        &self.rings
    }

    /// The rows of the lattice that the outline reaches.
    pub(crate) fn rows(&self) -> Range<u32> {
        self.rows.clone()
    }

    /// How much of it lies outside the lattice, in cells, when so much of it is `covered`.
    pub(crate) fn cells_outside(&self, covered: f64) -> f64 {
        if self.inside { 0.0 } else { (self.area_cells - covered).max(0.0) }
    }
}

struct Extent {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Default for Extent {
    fn default() -> Self {
        let (least, most) = (f64::NEG_INFINITY, f64::INFINITY);
        Self { left: most, right: least, top: most, bottom: least }
    }
}

/// Twice-summed corners from the first one, so that a small ring far away keeps its digits.
fn signed_area(ring: &[Coord<f64>]) -> f64 {
    let Some(origin) = ring.first() else { return 0.0 };
    let doubled: f64 = ring
        .windows(2)
        .map(|edge| {
            let (a, b) = (edge[0] - *origin, edge[1] - *origin);
            a.x * b.y - b.x * a.y
        })
        .sum();
    doubled / 2.0
}
