//! Which administrative unit a point lies in, for millions of points.
//!
//! Belongs here: an index over polygons and the exact test of a point. Does not belong here: what
//! a unit is called, areas in square metres (`Boundary`).
//!
//! Here polygons are taken as they are drawn in degrees, straight between their corners: that is
//! what the files of administrative units mean, neighbours share their corners, and other programs
//! answer the same. A point on a border belongs to every unit whose border it is on: a count by
//! unit may then count it twice, and nothing falls between two units.
//!
//! A tree of cells, each divided into sixteen, is built over all polygons until few edges are
//! left in a cell. Most points fall into cells that a polygon covers wholly, and need no test.
//! For the others each polygon is cut into level strips, so that the test looks at some ten edges
//! however many the polygon has. Signs that rounding could turn are computed exactly.

use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
use geo_types::{Coord, LineString, MultiPolygon};
use rayon::prelude::*;

/// A cell is divided while more edges than this are in it, and more than two for each polygon:
/// where many polygons lie on each other, smaller cells would not tell them apart.
const FEW_EDGES: usize = 32;

/// Cells are divided at most so often: to a millionth of the side of the whole.
const DEEPEST: u32 = 10;

/// A cell is divided into so many by so many.
const SIDE: usize = 4;

/// So many points are one piece of work; the rows are put together in the order of the points.
const POINTS_AT_ONCE: usize = 8_192;

/// Why an index cannot be built or asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceIndexError {
    /// A polygon has a coordinate that is not a number.
    #[error("the polygon of place {id} has a coordinate that is not a number")]
    NotFinite {
        /// The place.
        id: u32,
    },
    /// More polygons, edges or points than can be numbered.
    #[error("{count} {what} are more than an index can number")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
    },
}

impl PlaceIndexError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotFinite { .. } => "take the boundary file from its publisher again",
            Self::TooMany { .. } => "split the file, for example by country",
        }
    }
}

/// An edge with its lower end first; horizontal ones from west to east.
#[derive(Clone, Copy, Debug)]
struct Edge {
    low: [f64; 2],
    high: [f64; 2],
}

/// A polygon of a place: where its strips are.
#[derive(Clone, Copy, Debug)]
struct Part {
    id: u32,
    /// Left, bottom, right, top.
    bounds: [f64; 4],
    strips_per_degree: f64,
    /// Strip `i` holds the edges from `strips[first_strip + i]` to `strips[first_strip + i + 1]`.
    first_strip: u32,
    strips: u32,
}

/// Where a point is with respect to a polygon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Inside,
    Border,
    Outside,
}

/// A cell: sixteen smaller ones, or a list of polygons.
#[derive(Clone, Copy, Debug)]
enum Cell {
    /// The first of sixteen cells in a row, the western ones of the southern row first.
    Divided(u32),
    /// Entries from one to before the other.
    Listed(u32, u32),
}

/// A polygon in a cell.
#[derive(Clone, Copy, Debug)]
struct Entry {
    part: u32,
    /// Whether the whole cell is inside.
    covered: bool,
}

/// An index of places by their polygons.
///
/// ```
/// use geo_types::{MultiPolygon, coord, polygon};
/// use remnant_ground::boundary::PlaceIndex;
/// let west = MultiPolygon::from(polygon![(x: 0., y: 0.), (x: 1., y: 0.), (x: 1., y: 1.), (x: 0., y: 1.)]);
/// let east = MultiPolygon::from(polygon![(x: 1., y: 0.), (x: 2., y: 0.), (x: 2., y: 1.), (x: 1., y: 1.)]);
/// let index = PlaceIndex::new([(7, west), (9, east)])?;
/// let of = |x, y| index.containing(coord! { x: x, y: y }).collect::<Vec<_>>();
/// assert_eq!(of(0.5, 0.5), [7]);
/// assert_eq!(of(1.0, 0.5), [7, 9]);
/// assert_eq!(index.join(&[[1.5, 0.5], [3.0, 0.5], [0.5, 0.5]])?, [(0, 9), (2, 7)]);
/// # Ok::<(), remnant_ground::boundary::PlaceIndexError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PlaceIndex {
    parts: Vec<Part>,
    strips: Vec<u32>,
    edges: Vec<Edge>,
    root: [f64; 4],
    cells: Vec<Cell>,
    entries: Vec<Entry>,
}

impl PlaceIndex {
    /// An index of places, each with an id and its polygons in degrees, longitude first.
    ///
    /// The polygons should be valid; where the rings of one polygon cross, ground is inside by the
    /// even-odd rule. Polygons of one id are one place.
    ///
    /// # Errors
    /// A coordinate that is not a number; more edges than 4 billion.
    pub fn new(
        places: impl IntoIterator<Item = (u32, MultiPolygon<f64>)>,
    ) -> Result<Self, PlaceIndexError> {
        let mut places: Vec<(u32, MultiPolygon<f64>)> = places.into_iter().collect();
        places.sort_by_key(|(id, _)| *id);
        let mut index = Self {
            parts: Vec::new(),
            strips: Vec::new(),
            edges: Vec::new(),
            root: [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
            cells: Vec::new(),
            entries: Vec::new(),
        };
        // All edges once, for the tree; those of a part follow each other.
        let mut drawn: Vec<Edge> = Vec::new();
        let mut candidates = Vec::new();
        for (id, polygons) in places {
            for polygon in polygons {
                let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                let edges: Vec<Edge> = rings.flat_map(edges_of).collect();
                let finite =
                    |edge: &Edge| [edge.low, edge.high].concat().iter().all(|v| v.is_finite());
                if !edges.iter().all(finite) {
                    return Err(PlaceIndexError::NotFinite { id });
                }
                if edges.is_empty() {
                    continue;
                }
                let part = number(index.parts.len(), "polygons")?;
                index.add_part(id, &edges)?;
                let first = number(drawn.len(), "edges")?;
                drawn.extend(edges);
                candidates.push(Candidate {
                    part,
                    edges: (first..number(drawn.len(), "edges")?).collect(),
                });
            }
        }
        for part in &index.parts {
            let [left, bottom, right, top] = part.bounds;
            let [west, south, east, north] = index.root;
            index.root = [west.min(left), south.min(bottom), east.max(right), north.max(top)];
        }
        index.cells.push(Cell::Listed(0, 0));
        index.divide(0, index.root, 0, candidates, &[], &drawn)?;
        Ok(index)
    }

    /// Adds a polygon with its strips.
    fn add_part(&mut self, id: u32, edges: &[Edge]) -> Result<(), PlaceIndexError> {
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for edge in edges {
            let [left, bottom, right, top] = edge.bounds();
            bounds = [
                bounds[0].min(left),
                bounds[1].min(bottom),
                bounds[2].max(right),
                bounds[3].max(top),
            ];
        }
        let height = bounds[3] - bounds[1];
        let strips = number((edges.len() / 4).max(1), "strips")?;
        let strips_per_degree = if height > 0.0 { f64::from(strips) / height } else { 0.0 };
        let part = Part {
            id,
            bounds,
            strips_per_degree,
            first_strip: number(self.strips.len(), "strips")?,
            strips,
        };
        // Counted first, then filled: no list for each strip.
        let mut counts = vec![0_usize; strips as usize];
        for edge in edges {
            for count in &mut counts[part.strip(edge.low[1])..=part.strip(edge.high[1])] {
                *count += 1;
            }
        }
        let start = self.edges.len();
        let mut next = Vec::with_capacity(counts.len());
        let mut end = start;
        for count in counts {
            self.strips.push(number(end, "edges")?);
            next.push(end);
            end += count;
        }
        self.strips.push(number(end, "edges")?);
        self.edges.resize(end, Edge { low: [0.0; 2], high: [0.0; 2] });
        for edge in edges {
            for slot in &mut next[part.strip(edge.low[1])..=part.strip(edge.high[1])] {
                self.edges[*slot] = *edge;
                *slot += 1;
            }
        }
        self.parts.push(part);
        Ok(())
    }

    /// Divides a cell until few edges are in it.
    ///
    /// A cell is taken a little larger than it is when edges are sorted into it, so that rounding
    /// cannot put a point into a cell beside an edge that was left out of it.
    fn divide(
        &mut self,
        cell: usize,
        [west, south, east, north]: [f64; 4],
        depth: u32,
        candidates: Vec<Candidate>,
        covering: &[u32],
        drawn: &[Edge],
    ) -> Result<(), PlaceIndexError> {
        let edges: usize = candidates.iter().map(|candidate| candidate.edges.len()).sum();
        let slack = 1e-12 * (1.0 + west.abs().max(east.abs()).max(south.abs()).max(north.abs()));
        let few = edges <= FEW_EDGES.max(2 * candidates.len());
        let tiny = (east - west).max(north - south) < 1_000.0 * slack;
        // Edges that run side by side over a long way could fill any memory with small cells.
        let full = self.entries.len() > 65_536 + 32 * drawn.len();
        if few || tiny || full || depth == DEEPEST {
            let first = number(self.entries.len(), "entries")?;
            let crossed = candidates.iter().map(|c| Entry { part: c.part, covered: false });
            self.entries.extend(covering.iter().map(|&part| Entry { part, covered: true }));
            self.entries.extend(crossed);
            self.entries[first as usize..].sort_unstable_by_key(|entry| entry.part);
            self.cells[cell] = Cell::Listed(first, number(self.entries.len(), "entries")?);
            return Ok(());
        }
        let first = self.cells.len();
        self.cells[cell] = Cell::Divided(number(first, "cells")?);
        self.cells.resize(first + SIDE * SIDE, Cell::Listed(0, 0));
        let (width, height) = ((east - west) / SIDE as f64, (north - south) / SIDE as f64);
        let mut sorted: Vec<Vec<Candidate>> = vec![Vec::new(); SIDE * SIDE];
        let mut covered: Vec<Vec<u32>> = vec![covering.to_vec(); SIDE * SIDE];
        for candidate in candidates {
            let mut edges: Vec<Vec<u32>> = vec![Vec::new(); SIDE * SIDE];
            for number in candidate.edges {
                let edge = &drawn[number as usize];
                let [left, bottom, right, top] = edge.bounds();
                let columns = child(left - slack, west, width)..=child(right + slack, west, width);
                for row in child(bottom - slack, south, height)..=child(top + slack, south, height)
                {
                    for column in columns.clone() {
                        let x = west + column as f64 * width;
                        let y = south + row as f64 * height;
                        let wide = [x - slack, y - slack, x + width + slack, y + height + slack];
                        if edge.may_meet(wide) {
                            edges[row * SIDE + column].push(number);
                        }
                    }
                }
            }
            for (place, edges) in edges.into_iter().enumerate() {
                if !edges.is_empty() {
                    sorted[place].push(Candidate { part: candidate.part, edges });
                    continue;
                }
                let x = west + ((place % SIDE) as f64 + 0.5) * width;
                let y = south + ((place / SIDE) as f64 + 0.5) * height;
                if self.side(candidate.part, x, y) != Side::Outside {
                    covered[place].push(candidate.part);
                }
            }
        }
        for (place, (candidates, covering)) in sorted.into_iter().zip(covered).enumerate() {
            let x = west + (place % SIDE) as f64 * width;
            let y = south + (place / SIDE) as f64 * height;
            let bounds = [x, y, x + width, y + height];
            self.divide(first + place, bounds, depth + 1, candidates, &covering, drawn)?;
        }
        Ok(())
    }

    /// Where a point is with respect to a polygon, exactly.
    fn side(&self, part: u32, x: f64, y: f64) -> Side {
        let part = &self.parts[part as usize];
        let [left, bottom, right, top] = part.bounds;
        if !(x >= left && x <= right && y >= bottom && y <= top) {
            return Side::Outside;
        }
        let strip = part.first_strip as usize + part.strip(y);
        let edges = &self.edges[self.strips[strip] as usize..self.strips[strip + 1] as usize];
        let mut inside = false;
        for edge in edges {
            let ([low_x, low_y], [high_x, high_y]) = (edge.low, edge.high);
            if y < low_y || y > high_y || (x > low_x && x > high_x) {
                continue;
            }
            if x < low_x && x < high_x {
                inside ^= y < high_y;
                continue;
            }
            if low_y == high_y {
                return Side::Border;
            }
            match edge.orientation(x, y) {
                Orientation::Collinear => return Side::Border,
                // The point is left of an edge that goes up: a line to the east crosses it. The
                // upper end does not count, it is the lower end of the next edge.
                Orientation::CounterClockwise => inside ^= y < high_y,
                Orientation::Clockwise => {}
            }
        }
        if inside { Side::Inside } else { Side::Outside }
    }

    /// The entries of the cell in which a point lies.
    fn entries_at(&self, x: f64, y: f64) -> &[Entry] {
        let [west, south, east, north] = self.root;
        if !(x >= west && x <= east && y >= south && y <= north) {
            return &[];
        }
        let (mut cell, mut x0, mut y0) = (0, west, south);
        let (mut width, mut height) = (east - west, north - south);
        loop {
            match self.cells[cell] {
                Cell::Listed(first, end) => return &self.entries[first as usize..end as usize],
                Cell::Divided(first) => {
                    width /= SIDE as f64;
                    height /= SIDE as f64;
                    let (column, row) = (child(x, x0, width), child(y, y0, height));
                    x0 += column as f64 * width;
                    y0 += row as f64 * height;
                    cell = first as usize + row * SIDE + column;
                }
            }
        }
    }

    /// The ids of the places in which a position lies or on whose border it is, ascending.
    ///
    /// None for a position that is not a number.
    pub fn containing(&self, position: Coord<f64>) -> impl Iterator<Item = u32> + '_ {
        let mut last = None;
        self.entries_at(position.x, position.y).iter().filter_map(move |entry| {
            let id = self.parts[entry.part as usize].id;
            let new = last != Some(id)
                && (entry.covered
                    || self.side(entry.part, position.x, position.y) != Side::Outside);
            new.then(|| {
                last = Some(id);
                id
            })
        })
    }

    /// All pairs of a point, by its place in the list, and a place that contains it, in the order of
    /// the points and then of the ids.
    ///
    /// The points are shared out among all processors; the rows are the same for any number of
    /// them.
    ///
    /// # Errors
    /// More points than 4 billion.
    pub fn join(&self, points: &[[f64; 2]]) -> Result<Vec<(u32, u32)>, PlaceIndexError> {
        number(points.len(), "points")?;
        let pieces: Vec<Vec<(u32, u32)>> = points
            .par_chunks(POINTS_AT_ONCE)
            .enumerate()
            .map(|(piece, points)| {
                let first = (piece * POINTS_AT_ONCE) as u32;
                let mut rows = Vec::with_capacity(points.len());
                for (point, &[x, y]) in (first..).zip(points) {
                    rows.extend(self.containing(Coord { x, y }).map(|id| (point, id)));
                }
                rows
            })
            .collect();
        Ok(pieces.concat())
    }
}

/// A polygon in a cell that is being divided, with those of its edges that may be in it.
#[derive(Clone, Debug)]
struct Candidate {
    part: u32,
    edges: Vec<u32>,
}

impl Part {
    /// The strip of a latitude. Rounding may put a latitude into the strip beside, but it puts no
    /// two latitudes in the wrong order: an edge is in the strips of all latitudes between its ends.
    fn strip(&self, y: f64) -> usize {
        let strip = ((y - self.bounds[1]) * self.strips_per_degree) as usize;
        strip.min(self.strips as usize - 1)
    }
}

impl Edge {
    fn bounds(&self) -> [f64; 4] {
        let ([low_x, low_y], [high_x, high_y]) = (self.low, self.high);
        [low_x.min(high_x), low_y, low_x.max(high_x), high_y]
    }

    /// On which side of the edge, seen from its lower to its higher end, a point lies.
    fn orientation(&self, x: f64, y: f64) -> Orientation {
        let ([low_x, low_y], [high_x, high_y]) = (self.low, self.high);
        let left = (high_x - low_x) * (y - low_y);
        let right = (high_y - low_y) * (x - low_x);
        let sign = left - right;
        // Shewchuk's bound for this very expression (robust's CCWERRBOUND_A).
        if sign.abs() > 3.330_669_073_875_472e-16 * (left.abs() + right.abs()) {
            return if sign > 0.0 { Orientation::CounterClockwise } else { Orientation::Clockwise };
        }
        let coord = |[x, y]: [f64; 2]| Coord { x, y };
        RobustKernel::orient2d(coord(self.low), coord(self.high), Coord { x, y })
    }

    /// Whether the edge may have a point in a box whose columns and rows it reaches; never wrong
    /// when it answers no.
    fn may_meet(&self, [west, south, east, north]: [f64; 4]) -> bool {
        let [left, bottom, right, top] = self.bounds();
        if right < west || left > east || top < south || bottom > north {
            return false;
        }
        let ([low_x, low_y], [high_x, high_y]) = (self.low, self.high);
        let (dx, dy) = (high_x - low_x, high_y - low_y);
        let reach = west.abs().max(east.abs()).max(south.abs()).max(north.abs());
        let rounding = 1e-14 * (dx.abs() + dy) * (reach + low_x.abs() + low_y.abs());
        let sides = [[west, south], [east, south], [west, north], [east, north]]
            .map(|[x, y]| dx * (y - low_y) - dy * (x - low_x));
        let all_left = sides.iter().all(|&side| side > rounding);
        let all_right = sides.iter().all(|&side| side < -rounding);
        !all_left && !all_right
    }
}

/// In which of the four columns or rows of a cell a coordinate lies.
fn child(value: f64, start: f64, step: f64) -> usize {
    if step > 0.0 { (((value - start) / step) as usize).min(SIDE - 1) } else { 0 }
}

/// The edges of a closed ring; an edge of no length is none.
fn edges_of(ring: &LineString<f64>) -> impl Iterator<Item = Edge> + '_ {
    ring.lines().filter(|line| line.start != line.end).map(|line| {
        let (start, end) = ([line.start.x, line.start.y], [line.end.x, line.end.y]);
        let upward = (start[1], start[0]) <= (end[1], end[0]);
        if upward { Edge { low: start, high: end } } else { Edge { low: end, high: start } }
    })
}

fn number(count: usize, what: &'static str) -> Result<u32, PlaceIndexError> {
    u32::try_from(count).map_err(|_| PlaceIndexError::TooMany { what, count })
}

#[cfg(test)]
mod tests;
