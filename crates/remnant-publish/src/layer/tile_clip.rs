//! Areas cut to the square of a tile.
//!
//! Belongs here: what of an area a tile shows, in its units. Does not belong here: writing it
//! (`vector_tile`).
//!
//! Each ring is cut by one edge of the square after the other (I. E. Sutherland and G. W. Hodgman,
//! *Reentrant polygon clipping*, 1974). A bay that leaves the square is closed along its edge, which
//! changes nothing of what is filled; and since the square reaches over the tile by a margin, the
//! map does not show that edge.

use geo_types::{Coord, LineString, MultiPolygon};

use super::mercator::{Tile, WorldPoint};
use super::vector_tile::{EXTENT, TilePoint};

/// How far the square reaches over the tile, in units: 8 points of a tile of 512.
pub(super) const MARGIN: u32 = 64;

/// An area on the square of the world, with the square that holds it.
pub(super) struct WorldArea {
    parts: Vec<Vec<Vec<WorldPoint>>>,
    least: WorldPoint,
    most: WorldPoint,
}

impl WorldArea {
    /// An area in degrees of WGS 84.
    pub(super) fn of(area: &MultiPolygon<f64>) -> Self {
        let ring = |line: &LineString<f64>| -> Vec<WorldPoint> {
            line.coords().map(|corner| WorldPoint::of(corner.x, corner.y)).collect()
        };
        let parts = area.iter().map(|part| {
            std::iter::once(part.exterior()).chain(part.interiors()).map(ring).collect()
        });
        Self::of_parts(parts.collect())
    }

    /// Parts of rings that are there already.
    pub(super) fn of_parts(parts: Vec<Vec<Vec<WorldPoint>>>) -> Self {
        let mut least = WorldPoint { x: f64::INFINITY, y: f64::INFINITY };
        let mut most = WorldPoint { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY };
        for point in parts.iter().flatten().flatten() {
            least = WorldPoint { x: least.x.min(point.x), y: least.y.min(point.y) };
            most = WorldPoint { x: most.x.max(point.x), y: most.y.max(point.y) };
        }
        Self { parts, least, most }
    }

    /// The tiles of a zoom that may show something of it, margins included.
    pub(super) fn tiles(&self, zoom: u8) -> impl Iterator<Item = Tile> + use<> {
        let across = Tile { zoom, x: 0, y: 0 }.across();
        let margin = f64::from(MARGIN) / f64::from(EXTENT);
        let range = |least: f64, most: f64| {
            let last = f64::from(across - 1);
            // An area without corners has no tile; a conversion of numbers saturates.
            let from = (least * f64::from(across) - margin).floor().clamp(0.0, last) as u32;
            let to = (most * f64::from(across) + margin).floor().clamp(0.0, last) as u32;
            if least <= most { from..to + 1 } else { 0..0 }
        };
        let columns = range(self.least.x, self.most.x);
        range(self.least.y, self.most.y)
            .flat_map(move |y| columns.clone().map(move |x| Tile { zoom, x, y }))
    }

    /// What a tile shows of it: parts of an outline and its holes, without those that have no area
    /// in whole units.
    pub(super) fn in_tile(&self, tile: Tile) -> Vec<Vec<Vec<TilePoint>>> {
        let mut shown = Vec::new();
        for part in &self.parts {
            let mut rings = part.iter().map(|ring| clipped(ring, tile));
            let Some(outline) = rings.next().filter(|outline| outline.len() >= 3) else { continue };
            let holes = rings.filter(|hole| hole.len() >= 3);
            shown.push(std::iter::once(outline).chain(holes).collect());
        }
        shown
    }
}

fn clipped(ring: &[WorldPoint], tile: Tile) -> Vec<TilePoint> {
    let mut corners: Vec<Coord<f64>> =
        ring.iter().map(|point| point.in_tile(tile, EXTENT)).collect();
    let (least, most) = (-f64::from(MARGIN), f64::from(EXTENT + MARGIN));
    let inside = |corner: &Coord<f64>| {
        (least..=most).contains(&corner.x) && (least..=most).contains(&corner.y)
    };
    if !corners.iter().all(inside) {
        corners = cut(&corners, |at| at.x - least);
        corners = cut(&corners, |at| most - at.x);
        corners = cut(&corners, |at| at.y - least);
        corners = cut(&corners, |at| most - at.y);
    }
    // Within the margins, which fit the type.
    #[allow(clippy::cast_possible_truncation, reason = "cut to the square of the tile")]
    let mut units: Vec<TilePoint> =
        corners.iter().map(|at| (at.x.round() as i32, at.y.round() as i32)).collect();
    units.dedup();
    if units.len() > 1 && units.first() == units.last() {
        units.pop();
    }
    units
}

/// The part of a ring on the side of a line where `depth`, which changes evenly, is not negative.
fn cut(corners: &[Coord<f64>], depth: impl Fn(Coord<f64>) -> f64) -> Vec<Coord<f64>> {
    let mut kept = Vec::with_capacity(corners.len() + 4);
    let Some(mut before) = corners.last().copied() else { return kept };
    for corner in corners.iter().copied() {
        let (from, to) = (depth(before), depth(corner));
        if (from < 0.0) != (to < 0.0) {
            kept.push(before + (corner - before) * (from / (from - to)));
        }
        if to >= 0.0 {
            kept.push(corner);
        }
        before = corner;
    }
    kept
}
