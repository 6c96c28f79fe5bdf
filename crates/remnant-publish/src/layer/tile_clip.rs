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

/// What a tile and its margin show of a line: pieces, each cut where it leaves the square.
///
/// Source: Y.-D. Liang and B. A. Barsky, *A new concept and method for line clipping*, 1984.
pub(super) fn line_in_tile(
    line: impl Iterator<Item = WorldPoint>,
    tile: Tile,
) -> Vec<Vec<TilePoint>> {
    let points: Vec<Coord<f64>> = line.map(|point| point.in_tile(tile, EXTENT)).collect();
    let mut pieces: Vec<Vec<TilePoint>> = Vec::new();
    let mut goes_on = false;
    for ends in points.windows(2) {
        let Some((from, to, is_cut)) = within(ends[0], ends[1]) else {
            goes_on = false;
            continue;
        };
        #[allow(clippy::cast_possible_truncation, reason = "within the tile and its margin")]
        let unit = |place: Coord<f64>| (place.x.round() as i32, place.y.round() as i32);
        match pieces.last_mut().filter(|_| goes_on) {
            Some(piece) => piece.push(unit(to)),
            None => pieces.push(vec![unit(from), unit(to)]),
        }
        goes_on = !is_cut;
    }
    pieces
}

/// The part of a straight line within the square, and whether its end was cut off.
fn within(from: Coord<f64>, to: Coord<f64>) -> Option<(Coord<f64>, Coord<f64>, bool)> {
    let (least, most) = (-f64::from(MARGIN), f64::from(EXTENT + MARGIN));
    let (x, y) = (to.x - from.x, to.y - from.y);
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    let sides =
        [(-x, from.x - least), (x, most - from.x), (-y, from.y - least), (y, most - from.y)];
    for (towards, room) in sides {
        if towards == 0.0 && room < 0.0 {
            return None;
        }
        let crosses = room / towards;
        if towards < 0.0 {
            enters = enters.max(crosses);
        } else if towards > 0.0 {
            leaves = leaves.min(crosses);
        }
    }
    let at = |share: f64| Coord { x: from.x + share * x, y: from.y + share * y };
    (enters <= leaves).then(|| (at(enters), at(leaves), leaves < 1.0))
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
    without_spikes(units)
}

/// Takes away corners at which the outline turns back onto itself within a unit and a half.
///
/// Land that was cut along a line that runs a hair beside its edge keeps a sliver of that hair. In
/// whole units its sides lie on each other or cross, and map libraries then fill what lies between
/// one sliver and the next.
fn without_spikes(mut ring: Vec<TilePoint>) -> Vec<TilePoint> {
    let wide = |from: TilePoint, to: TilePoint| {
        (f64::from(to.0) - f64::from(from.0), f64::from(to.1) - f64::from(from.1))
    };
    let mut at = 0;
    let mut looked_at = 0;
    while ring.len() > 3 && looked_at < ring.len() {
        let count = ring.len();
        let (before, here, after) =
            (ring[(at + count - 1) % count], ring[at % count], ring[(at + 1) % count]);
        let (to, back) = (wide(before, here), wide(here, after));
        let turned = to.0 * back.1 - to.1 * back.0;
        let longer = to.0.hypot(to.1).max(back.0.hypot(back.1));
        let turns_back = to.0 * back.0 + to.1 * back.1 < 0.0;
        if here == after || (turns_back && turned.abs() < 1.5 * longer) {
            ring.remove(at % count);
            // Its neighbours may turn back now.
            at = (at % count + count - 2) % (count - 1);
            looked_at = 0;
        } else {
            at = (at + 1) % count;
            looked_at += 1;
        }
    }
    ring
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_keeps_its_corners_and_loses_its_spikes() {
        let square = vec![(0, 0), (0, 100), (100, 100), (100, 0)];
        assert_eq!(without_spikes(square.clone()), square);
        // Along the top the outline runs 60 units too far and comes back one unit lower.
        let spiked = vec![(0, 0), (0, 100), (160, 100), (100, 99), (100, 0)];
        assert_eq!(without_spikes(spiked), [(0, 0), (0, 100), (100, 99), (100, 0)]);
        let twice = vec![(0, 0), (-50, 0), (0, 0), (0, 100), (100, 100), (150, 100), (100, 100)];
        assert_eq!(without_spikes(twice), [(0, 0), (0, 100), (100, 100)]);
        // A sharp corner that is wider than a hair stays.
        let sharp = vec![(0, 0), (1000, 10), (0, 20)];
        assert_eq!(without_spikes(sharp.clone()), sharp);
        let sharp = vec![(0, 0), (0, 20), (900, 30), (0, 40), (-100, 40)];
        assert_eq!(without_spikes(sharp.clone()), sharp);
    }
}
