//! Where edges meet: exact answers in whole cells of a grid.
//!
//! Belongs here: the search for pairs of edges that cross, touch or run along each other. Does not
//! belong here: which of these is a fault (`check`).

use i_overlay::i_float::int::point::IntPoint;

/// So many pairs of edges are compared before the search is given up; an outline of a million
/// corners that a person walked needs some ten million.
const MOST_PAIRS: u64 = 100_000_000;

/// So many meetings are told before the search is given up.
const MOST_MEETINGS: u64 = 1_000_000;

/// The edge of a ring from one corner to the next, which is another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    from: IntPoint,
    to: IntPoint,
    /// Which ring it is of.
    pub(super) ring: usize,
    index: usize,
    edges: usize,
}

impl Segment {
    /// The edges of a ring, the last one back to the first corner; none when there are fewer than
    /// three corners. Corners in a row must differ.
    pub(super) fn of_ring(ring: usize, corners: &[IntPoint]) -> Vec<Self> {
        let edges = corners.len();
        if edges < 3 {
            return Vec::new();
        }
        (0..edges)
            .map(|index| Self {
                from: corners[index],
                to: corners[(index + 1) % edges],
                ring,
                index,
                edges,
            })
            .collect()
    }

    /// Left, bottom, right, top.
    fn bounds(&self) -> [i32; 4] {
        [
            self.from.x.min(self.to.x),
            self.from.y.min(self.to.y),
            self.from.x.max(self.to.x),
            self.from.y.max(self.to.y),
        ]
    }

    fn is_next_to(&self, other: &Self) -> bool {
        let apart = self.index.abs_diff(other.index);
        self.ring == other.ring && (apart == 1 || apart + 1 == self.edges)
    }
}

/// How two edges meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meeting {
    /// Each goes from one side of the other to the other side; the point in fractions of cells.
    Cross {
        /// To the east.
        x: f64,
        /// To the north.
        y: f64,
    },
    /// They have one point in common, an end of at least one of them.
    Touch(IntPoint),
    /// They run along one line; an end of one that lies on the other.
    Share(IntPoint),
}

/// The search was given up.
#[derive(Debug)]
pub(super) struct TooTangled;

/// Twice the area of the triangle, positive when it runs counter-clockwise.
pub(super) fn cross(a: IntPoint, b: IntPoint, c: IntPoint) -> i128 {
    let difference = |to: i32, from: i32| i128::from(i64::from(to) - i64::from(from));
    difference(b.x, a.x) * difference(c.y, a.y) - difference(b.y, a.y) * difference(c.x, a.x)
}

/// Whether a point that is on the line of an edge is on the edge.
fn is_between(edge: &Segment, point: IntPoint) -> bool {
    let [left, bottom, right, top] = edge.bounds();
    (left..=right).contains(&point.x) && (bottom..=top).contains(&point.y)
}

/// How two edges meet, if they do.
fn meeting(one: &Segment, other: &Segment) -> Option<Meeting> {
    let [from_side, to_side] = [one.from, one.to].map(|end| cross(other.from, other.to, end));
    let [from_other, to_other] = [other.from, other.to].map(|end| cross(one.from, one.to, end));
    if (from_side, to_side) == (0, 0) {
        let mut on_both: Vec<IntPoint> = [one.from, one.to]
            .into_iter()
            .filter(|&end| is_between(other, end))
            .chain([other.from, other.to].into_iter().filter(|&end| is_between(one, end)))
            .collect();
        on_both.sort_unstable();
        on_both.dedup();
        return match on_both.as_slice() {
            [] => None,
            [only] => Some(Meeting::Touch(*only)),
            [first, ..] => Some(Meeting::Share(*first)),
        };
    }
    if from_side.signum() * to_side.signum() < 0 && from_other.signum() * to_other.signum() < 0 {
        let share = from_side as f64 / (from_side - to_side) as f64;
        let between =
            |from: i32, to: i32| f64::from(from) + share * (f64::from(to) - f64::from(from));
        return Some(Meeting::Cross {
            x: between(one.from.x, one.to.x),
            y: between(one.from.y, one.to.y),
        });
    }
    [
        (from_side, one.from, other),
        (to_side, one.to, other),
        (from_other, other.from, one),
        (to_other, other.to, one),
    ]
    .into_iter()
    .find(|(side, end, edge)| *side == 0 && is_between(edge, *end))
    .map(|(_, end, _)| Meeting::Touch(end))
}

/// Visits all pairs of edges that meet, each pair once, but not edges of one ring that follow
/// each other, which always meet.
///
/// The edges are sorted into horizontal bands as high as an edge is on average, so that all bands
/// together hold at most three times as many as there are; inside a band they are swept from west
/// to east.
///
/// # Errors
/// `TooTangled` when more than a hundred million pairs lie beside and above each other, or more
/// than a million meet.
pub(super) fn meetings(
    segments: &[Segment],
    mut visit: impl FnMut(&Segment, &Segment, Meeting),
) -> Result<(), TooTangled> {
    let bounds: Vec<[i32; 4]> = segments.iter().map(Segment::bounds).collect();
    let Some(lowest) = bounds.iter().map(|[_, bottom, ..]| *bottom).min() else {
        return Ok(());
    };
    let highest = bounds.iter().map(|[.., top]| *top).max().unwrap_or(lowest);
    let count = segments.len() as i64;
    let heights: i64 = bounds.iter().map(|b| i64::from(b[3]) - i64::from(b[1])).sum();
    let span = i64::from(highest) - i64::from(lowest);
    let band_height = (heights / count).max(span / count).max(1);
    let band = |y: i32| ((i64::from(y) - i64::from(lowest)) / band_height) as usize;

    let mut bands: Vec<Vec<usize>> = vec![Vec::new(); band(highest) + 1];
    for (index, [_, bottom, _, top]) in bounds.iter().enumerate() {
        for members in &mut bands[band(*bottom)..=band(*top)] {
            members.push(index);
        }
    }
    let (mut pairs, mut met) = (0_u64, 0_u64);
    for (here, members) in bands.iter_mut().enumerate() {
        members.sort_unstable_by_key(|&index| (bounds[index][0], index));
        for (position, &first) in members.iter().enumerate() {
            let [_, bottom, right, top] = bounds[first];
            for &second in &members[position + 1..] {
                let [other_left, other_bottom, _, other_top] = bounds[second];
                if other_left > right {
                    break;
                }
                pairs += 1;
                if pairs > MOST_PAIRS {
                    return Err(TooTangled);
                }
                // A pair that shares several bands is looked at in the lowest of them.
                let apart = other_bottom > top || bottom > other_top;
                if apart || band(bottom.max(other_bottom)) != here {
                    continue;
                }
                let (one, other) = (&segments[first.min(second)], &segments[first.max(second)]);
                if one.is_next_to(other) {
                    continue;
                }
                if let Some(meeting) = meeting(one, other) {
                    met += 1;
                    if met > MOST_MEETINGS {
                        return Err(TooTangled);
                    }
                    visit(one, other, meeting);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edge(ring: usize, from: (i32, i32), to: (i32, i32)) -> Segment {
        let point = |(x, y)| IntPoint::new(x, y);
        Segment { from: point(from), to: point(to), ring, index: 0, edges: 9 }
    }

    #[test]
    fn edges_meet_in_four_ways() {
        let level = edge(0, (0, 0), (10, 0));
        let met = |from, to| meeting(&level, &edge(1, from, to));
        assert_eq!(met((5, -5), (5, 5)), Some(Meeting::Cross { x: 5.0, y: 0.0 }));
        assert_eq!(met((5, 0), (5, 5)), Some(Meeting::Touch(IntPoint::new(5, 0))));
        assert_eq!(met((10, 0), (20, 5)), Some(Meeting::Touch(IntPoint::new(10, 0))));
        assert_eq!(met((10, 0), (20, 0)), Some(Meeting::Touch(IntPoint::new(10, 0))));
        assert_eq!(met((4, 0), (20, 0)), Some(Meeting::Share(IntPoint::new(4, 0))));
        assert_eq!(met((11, 0), (20, 0)), None);
        assert_eq!(met((5, 1), (5, 5)), None);
    }

    #[test]
    fn the_largest_grid_does_not_overflow() {
        let far = 1 << 30;
        let one = edge(0, (-far, -far), (far, far));
        let other = edge(1, (-far, far), (far, -far));
        assert_eq!(meeting(&one, &other), Some(Meeting::Cross { x: 0.0, y: 0.0 }));
    }

    proptest! {
        /// The bands lose no pair and give none twice.
        #[test]
        fn the_search_equals_comparing_all(ends in prop::collection::vec(
            ((-40..40_i32, -40..40_i32), (-40..40_i32, -40..40_i32)), 1..60)) {
            let edges: Vec<Segment> = ends
                .iter()
                .enumerate()
                .filter(|(_, (from, to))| from != to)
                .map(|(ring, (from, to))| edge(ring, *from, *to))
                .collect();
            let mut found = Vec::new();
            let searched = meetings(&edges, |one, other, met| found.push((one.ring, other.ring, format!("{met:?}"))));
            prop_assert!(searched.is_ok());
            found.sort();
            let mut all = Vec::new();
            for (index, one) in edges.iter().enumerate() {
                for other in &edges[index + 1..] {
                    if let Some(met) = meeting(one, other) {
                        all.push((one.ring, other.ring, format!("{met:?}")));
                    }
                }
            }
            all.sort();
            prop_assert_eq!(found, all);
        }
    }
}
