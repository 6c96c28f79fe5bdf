//! Land bounded by lines of the grid's directions: exact sums, differences and outlines.
//!
//! Belongs here: sets of points of the plane made of rectangles with whole metres for corners.
//! Does not belong here: boxes, results, degrees.
//!
//! Everything is integer, so that areas add up to the square metre and an outline is the same
//! whatever order its rectangles came in; a general polygon overlay rounds.

use std::collections::BTreeMap;

use super::plane::Corner;

/// A rectangle: west, south, east, north, in metres, with west < east and south < north.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Block {
    pub(super) west: i64,
    pub(super) south: i64,
    pub(super) east: i64,
    pub(super) north: i64,
}

/// A strip from one northing to the next, and the spans of eastings that are in: apart, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Strip {
    south: i64,
    north: i64,
    spans: Vec<(i64, i64)>,
}

/// A set of points of the plane: strips apart from one another, from the south.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Region(Vec<Strip>);

/// One piece of a region's outline: the outer ring anticlockwise, then its holes clockwise, each
/// closed, each passing every point once.
pub(super) type Rings = Vec<Vec<Corner>>;

impl Region {
    /// All that lies in any of the blocks.
    pub(super) fn of(blocks: &[Block]) -> Self {
        let mut borders: Vec<i64> = blocks.iter().flat_map(|b| [b.south, b.north]).collect();
        borders.sort_unstable();
        borders.dedup();
        let mut blocks = blocks.to_vec();
        blocks.sort_unstable_by_key(|block| block.south);
        let mut waiting = blocks.into_iter().peekable();
        let mut active: Vec<Block> = Vec::new();
        let mut strips = Vec::new();
        for border in borders.windows(2) {
            let (south, north) = (border[0], border[1]);
            active.retain(|block| block.north > south);
            while let Some(block) = waiting.next_if(|block| block.south <= south) {
                active.push(block);
            }
            let mut spans: Vec<(i64, i64)> = active.iter().map(|b| (b.west, b.east)).collect();
            spans.sort_unstable();
            strips.push(Strip { south, north, spans: joined(spans) });
        }
        Self::tidied(strips)
    }

    /// Strips without spans left out, like neighbours made one: so equal sets are equal values.
    fn tidied(strips: Vec<Strip>) -> Self {
        let mut tidy: Vec<Strip> = Vec::with_capacity(strips.len());
        for strip in strips.into_iter().filter(|strip| !strip.spans.is_empty()) {
            match tidy.last_mut() {
                Some(last) if last.north == strip.south && last.spans == strip.spans => {
                    last.north = strip.north;
                }
                _ => tidy.push(strip),
            }
        }
        Self(tidy)
    }

    /// The points for which `keep` holds, given whether they lie in the one and in the other.
    fn combined(&self, other: &Self, keep: fn(bool, bool) -> bool) -> Self {
        let strips = || self.0.iter().chain(&other.0);
        let mut borders: Vec<i64> = strips().flat_map(|s| [s.south, s.north]).collect();
        borders.sort_unstable();
        borders.dedup();
        let (mut own, mut others) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut combined = Vec::new();
        for border in borders.windows(2) {
            let (south, north) = (border[0], border[1]);
            while own.next_if(|strip| strip.north <= south).is_some() {}
            while others.next_if(|strip| strip.north <= south).is_some() {}
            let spans = |strip: Option<&&Strip>| -> Vec<(i64, i64)> {
                strip.filter(|s| s.south <= south).map(|s| s.spans.clone()).unwrap_or_default()
            };
            let spans = combined_spans(&spans(own.peek()), &spans(others.peek()), keep);
            combined.push(Strip { south, north, spans });
        }
        Self::tidied(combined)
    }

    /// What lies in either.
    pub(super) fn and(&self, other: &Self) -> Self {
        self.combined(other, |a, b| a || b)
    }

    /// What lies in this and not in the other.
    pub(super) fn without(&self, other: &Self) -> Self {
        self.combined(other, |a, b| a && !b)
    }

    /// Whether the two share ground; touching is not sharing.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        !self.combined(other, |a, b| a && b).0.is_empty()
    }

    /// Whether the metre square with this south-west corner lies in it.
    pub(super) fn holds(&self, (easting, northing): Corner) -> bool {
        let at = self.0.partition_point(|strip| strip.north <= northing);
        self.0.get(at).is_some_and(|strip| {
            strip.south <= northing
                && strip.spans.iter().any(|(west, east)| (*west..*east).contains(&easting))
        })
    }

    /// Area on the plane in square metres.
    pub(super) fn square_metres(&self) -> u64 {
        let strip = |s: &Strip| {
            let width: i64 = s.spans.iter().map(|(west, east)| east - west).sum();
            width.unsigned_abs() * (s.north - s.south).unsigned_abs()
        };
        self.0.iter().map(strip).sum()
    }

    /// The smallest block around it all.
    pub(super) fn extent(&self) -> Option<Block> {
        let (first, last) = (self.0.first()?, self.0.last()?);
        let west = self.0.iter().filter_map(|s| s.spans.first()).map(|span| span.0).min()?;
        let east = self.0.iter().filter_map(|s| s.spans.last()).map(|span| span.1).max()?;
        Some(Block { west, south: first.south, east, north: last.north })
    }

    /// The region as blocks that do not overlap.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Block> + '_ {
        self.0.iter().flat_map(|s| {
            let block =
                |&(west, east): &(i64, i64)| Block { west, south: s.south, east, north: s.north };
            s.spans.iter().map(block)
        })
    }

    /// The region with its holes filled.
    pub(super) fn filled(&self) -> Self {
        let mut filled = self.clone();
        for hole in self.outlines().iter().flat_map(|rings| rings.iter().skip(1)) {
            filled = filled.and(&Self::inside(hole));
        }
        filled
    }

    /// All that a closed ring surrounds.
    fn inside(ring: &[Corner]) -> Self {
        let mut borders: Vec<i64> = ring.iter().map(|corner| corner.1).collect();
        borders.sort_unstable();
        borders.dedup();
        let strips = borders.windows(2).map(|border| {
            let (south, north) = (border[0], border[1]);
            let mut sides: Vec<i64> = ring
                .windows(2)
                .filter(|side| {
                    side[0].1.min(side[1].1) <= south && side[0].1.max(side[1].1) >= north
                })
                .map(|side| side[0].0)
                .collect();
            sides.sort_unstable();
            let spans = sides.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
            Strip { south, north, spans }
        });
        Self::tidied(strips.collect())
    }

    /// The outlines, from the south-west: one for each piece that hangs together by sides.
    ///
    /// Pieces that touch at a corner are two; a ring that would pass a corner twice is cut in two
    /// there, so that each piece is a valid polygon as OGC Simple Features defines it.
    pub(super) fn outlines(&self) -> Vec<Rings> {
        let mut rings = self.traced();
        rings.sort_unstable();
        let (mut outer, holes): (Vec<_>, Vec<_>) =
            rings.into_iter().partition(|ring| doubled_area(ring) > 0);
        outer.sort_by_key(|ring| doubled_area(ring));
        let mut outlines: Vec<Rings> = outer.into_iter().map(|ring| vec![ring]).collect();
        for hole in holes {
            // A point of the region just beside the hole: rings run with the region to the left.
            let (from, to) = (hole[0], hole[1]);
            let step = ((to.0 - from.0).signum(), (to.1 - from.1).signum());
            let beside = (2 * from.0 + step.0 - step.1, 2 * from.1 + step.1 + step.0);
            // From the smallest ring up, the first that surrounds it is its own.
            let around = outlines.iter_mut().find(|rings| surrounds(&rings[0], beside));
            if let Some(rings) = around {
                rings.push(hole);
            }
        }
        outlines.sort_unstable();
        outlines
    }

    /// All closed rings with the region to their left, each passing every point once.
    fn traced(&self) -> Vec<Vec<Corner>> {
        let mut from: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
        let mut edge = |a: Corner, b: Corner| from.entry(a).or_default().push(b);
        let none: Vec<(i64, i64)> = Vec::new();
        for (at, strip) in self.0.iter().enumerate() {
            for &(west, east) in &strip.spans {
                edge((west, strip.north), (west, strip.south));
                edge((east, strip.south), (east, strip.north));
            }
            let below = at.checked_sub(1).and_then(|at| self.0.get(at));
            let below = below.filter(|below| below.north == strip.south);
            let below = below.map_or(&none, |below| &below.spans);
            for (west, east) in combined_spans(&strip.spans, below, |above, below| above && !below)
            {
                edge((west, strip.south), (east, strip.south));
            }
            for (west, east) in combined_spans(&strip.spans, below, |above, below| below && !above)
            {
                edge((east, strip.south), (west, strip.south));
            }
            let above = self.0.get(at + 1).is_some_and(|above| above.south == strip.north);
            if !above {
                for &(west, east) in &strip.spans {
                    edge((east, strip.north), (west, strip.north));
                }
            }
        }
        let mut rings = Vec::new();
        while let Some((&start, _)) = from.first_key_value() {
            let mut path = vec![start];
            let mut seen: BTreeMap<Corner, usize> = BTreeMap::from([(start, 0)]);
            let mut direction = (0, 0);
            while let Some(&at) = path.last() {
                let Some(choices) = from.get_mut(&at) else { break };
                // Where two pieces touch at a corner, the left turn stays with this one.
                let pick = choices
                    .iter()
                    .position(|to| turn(direction, heading(at, *to)) > 0)
                    .unwrap_or(0);
                let to = choices.swap_remove(pick);
                if choices.is_empty() {
                    from.remove(&at);
                }
                direction = heading(at, to);
                match seen.get(&to).copied() {
                    Some(first) => {
                        let mut ring: Vec<Corner> = path.drain(first + 1..).collect();
                        for corner in &ring {
                            seen.remove(corner);
                        }
                        ring.insert(0, to);
                        ring.push(to);
                        rings.push(straightened(ring));
                    }
                    None => {
                        seen.insert(to, path.len());
                        path.push(to);
                    }
                }
            }
        }
        rings
    }
}

/// Spans in order made into spans apart from one another.
fn joined(spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut apart: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
    for (west, east) in spans {
        match apart.last_mut() {
            Some(last) if last.1 >= west => last.1 = last.1.max(east),
            _ => apart.push((west, east)),
        }
    }
    apart
}

/// The points of a line for which `keep` holds, given whether they lie in the one and the other.
fn combined_spans(
    a: &[(i64, i64)],
    b: &[(i64, i64)],
    keep: fn(bool, bool) -> bool,
) -> Vec<(i64, i64)> {
    let mut borders: Vec<(i64, bool, bool)> = Vec::with_capacity(2 * (a.len() + b.len()));
    for (spans, first) in [(a, true), (b, false)] {
        for &(west, east) in spans {
            borders.push((west, first, true));
            borders.push((east, first, false));
        }
    }
    borders.sort_unstable_by_key(|border| border.0);
    let (mut in_a, mut in_b, mut open) = (false, false, None);
    let mut kept: Vec<(i64, i64)> = Vec::new();
    let mut at = 0;
    while at < borders.len() {
        let here = borders[at].0;
        while at < borders.len() && borders[at].0 == here {
            let (_, first, enters) = borders[at];
            // A span that ends where the next begins cannot occur within one list.
            if first {
                in_a = enters;
            } else {
                in_b = enters;
            }
            at += 1;
        }
        match (open, keep(in_a, in_b)) {
            (None, true) => open = Some(here),
            (Some(west), false) => {
                kept.push((west, here));
                open = None;
            }
            _ => {}
        }
    }
    kept
}

fn heading(from: Corner, to: Corner) -> Corner {
    ((to.0 - from.0).signum(), (to.1 - from.1).signum())
}

/// Positive for a turn to the left, negative for one to the right.
fn turn(from: Corner, to: Corner) -> i64 {
    from.0 * to.1 - from.1 * to.0
}

/// A closed ring without the points that lie on a straight side, beginning at its lowest corner.
fn straightened(ring: Vec<Corner>) -> Vec<Corner> {
    let count = ring.len() - 1;
    let corners: Vec<Corner> = (0..count)
        .filter(|&at| {
            let (before, after) = (ring[(at + count - 1) % count], ring[at + 1]);
            turn(heading(before, ring[at]), heading(ring[at], after)) != 0
        })
        .map(|at| ring[at])
        .collect();
    let lowest = (0..corners.len()).min_by_key(|&at| (corners[at].1, corners[at].0)).unwrap_or(0);
    let mut ring: Vec<Corner> =
        corners[lowest..].iter().chain(&corners[..lowest]).copied().collect();
    if let Some(&first) = ring.first() {
        ring.push(first);
    }
    ring
}

/// Twice the area that a closed ring surrounds: positive when it runs anticlockwise.
fn doubled_area(ring: &[Corner]) -> i128 {
    ring.windows(2)
        .map(|side| {
            let ((x, y), (next_x, next_y)) = (side[0], side[1]);
            i128::from(x) * i128::from(next_y) - i128::from(next_x) * i128::from(y)
        })
        .sum()
}

/// Whether a closed ring surrounds a point given in half metres, which lies on no line of it.
fn surrounds(ring: &[Corner], at: Corner) -> bool {
    let crossed = ring
        .windows(2)
        .filter(|side| {
            side[0].0 == side[1].0
                && 2 * side[0].0 > at.0
                && 2 * side[0].1.min(side[1].1) < at.1
                && at.1 < 2 * side[0].1.max(side[1].1)
        })
        .count();
    crossed % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn block(west: i64, south: i64, east: i64, north: i64) -> Block {
        Block { west, south, east, north }
    }

    #[test]
    fn overlapping_blocks_are_counted_once() {
        let region = Region::of(&[block(0, 0, 10, 10), block(5, 5, 15, 15), block(0, 0, 10, 10)]);
        assert_eq!(region.square_metres(), 175);
        assert_eq!(region.outlines().len(), 1);
        assert_eq!(region.outlines()[0][0].len(), 9);
        assert_eq!(region.extent(), Some(block(0, 0, 15, 15)));
        assert_eq!(Region::of(&[]), Region::default());
    }

    #[test]
    fn pieces_that_touch_at_a_corner_are_rings_of_their_own() {
        let corner = Region::of(&[block(0, 0, 1, 1), block(1, 1, 2, 2)]);
        assert_eq!(corner.outlines().len(), 2);
        // Four round a hole that touches the outside at a corner: the ring and the hole touch.
        let pinched = Region::of(&[
            block(0, 0, 3, 1),
            block(0, 1, 1, 3),
            block(1, 2, 2, 3),
            block(2, 1, 3, 2),
        ]);
        let outlines = pinched.outlines();
        assert_eq!((outlines.len(), outlines[0].len()), (1, 2));
        assert_eq!(pinched.filled().square_metres(), 8);
        // Two holes that touch are two holes.
        let whole = Region::of(&[block(0, 0, 4, 4)]);
        let holes = whole.without(&Region::of(&[block(1, 1, 2, 2), block(2, 2, 3, 3)]));
        assert_eq!(holes.outlines()[0].len(), 3);
        assert_eq!(holes.filled(), whole);
    }

    fn any_blocks() -> impl Strategy<Value = Vec<Block>> {
        let one = (0i64..8, 0i64..8, 1i64..5, 1i64..5);
        prop::collection::vec(one.prop_map(|(x, y, w, h)| block(x, y, x + w, y + h)), 0..9)
    }

    /// Whether each metre square of a drawing area is in.
    fn squares(region: &Region) -> Vec<bool> {
        (0..13).flat_map(|y| (0..13).map(move |x| (x, y))).map(|at| region.holds(at)).collect()
    }

    proptest! {
        #[test]
        fn sets_are_what_they_are_square_by_square(a in any_blocks(), b in any_blocks()) {
            let within = |blocks: &[Block], x: i64, y: i64| blocks.iter().any(|block| {
                (block.west..block.east).contains(&x) && (block.south..block.north).contains(&y)
            });
            let (one, other) = (Region::of(&a), Region::of(&b));
            let both = (0..13).flat_map(|y| (0..13).map(move |x| (x, y)));
            let in_a: Vec<bool> = both.clone().map(|(x, y)| within(&a, x, y)).collect();
            let in_b: Vec<bool> = both.map(|(x, y)| within(&b, x, y)).collect();
            prop_assert_eq!(&squares(&one), &in_a);
            prop_assert_eq!(one.square_metres(), in_a.iter().filter(|is| **is).count() as u64);
            let either: Vec<bool> = in_a.iter().zip(&in_b).map(|(a, b)| *a || *b).collect();
            let only: Vec<bool> = in_a.iter().zip(&in_b).map(|(a, b)| *a && !*b).collect();
            prop_assert_eq!(squares(&one.and(&other)), either);
            prop_assert_eq!(squares(&one.without(&other)), only);
            prop_assert_eq!(one.overlaps(&other), in_a.iter().zip(&in_b).any(|(a, b)| *a && *b));
            let blocks: Vec<Block> = one.blocks().collect();
            prop_assert_eq!(Region::of(&blocks), one);
        }

        #[test]
        fn outlines_surround_the_region_and_pass_no_point_twice(a in any_blocks()) {
            let region = Region::of(&a);
            let outlines = region.outlines();
            let doubled: i128 = outlines.iter().flatten().map(|ring| doubled_area(ring)).sum();
            prop_assert_eq!(doubled, 2 * i128::from(region.square_metres()));
            for rings in &outlines {
                prop_assert!(doubled_area(&rings[0]) > 0);
                prop_assert!(rings[1..].iter().all(|hole| doubled_area(hole) < 0));
                for ring in rings {
                    prop_assert_eq!(ring.first(), ring.last());
                    let mut corners = ring[1..].to_vec();
                    corners.sort_unstable();
                    corners.dedup();
                    prop_assert_eq!(corners.len(), ring.len() - 1);
                }
            }
        }
    }
}
