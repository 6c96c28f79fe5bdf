//! Many boundaries at once: which share ground, how much ground they cover together, and which
//! are the same area twice.
//!
//! Belongs here: pairs, unions and duplicates among a list of areas. Does not belong here: two
//! areas laid over each other (`overlay`), what is done about a duplicate.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use geo_types::Coord;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use rayon::prelude::*;
use remnant_record::SquareMetres;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::check::Parts;
use super::measure::measure_parts;
use super::overlay::{
    FURTHEST_OVERLAY_METRES, Overlay, OverlayError, SliverLimit, filled, lay_over, too_large,
    without_slivers,
};
use super::{Boundary, Extent};

/// Two boundaries of a list that cover the same ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedGround {
    /// The place of the one in the list.
    pub first: usize,
    /// The place of the other; it comes later in the list.
    pub second: usize,
    /// The ground that both cover.
    pub square_metres: f64,
    /// The share of the smaller one that is covered, 0 to 1.
    pub share: f64,
}

/// All pairs of boundaries that cover the same ground, in the order of the list.
///
/// Ground by the [`SliverLimit`] is not shared: neighbours that were drawn along one line.
///
/// # Errors
/// `TooLarge` when two areas whose boxes meet reach too far to be laid over each other.
pub fn overlaps(boundaries: &[Boundary]) -> Result<Vec<SharedGround>, OverlayError> {
    let found: Result<Vec<Option<SharedGround>>, OverlayError> = neighbours(boundaries)
        .into_par_iter()
        .map(|(first, second)| {
            let (one, other) = (&boundaries[first], &boundaries[second]);
            let [parts] = lay_over(&one.parts(), &other.parts(), [OverlayRule::Intersect])?;
            let (kept, _) = without_slivers(parts, SliverLimit::default());
            let square_metres = measure_parts(&kept).square_metres;
            let smaller = one.measure().square_metres.min(other.measure().square_metres);
            let share = (square_metres / smaller).min(1.0);
            let shared = SharedGround { first, second, square_metres, share };
            Ok((square_metres > 0.0).then_some(shared))
        })
        .collect();
    Ok(found?.into_iter().flatten().collect())
}

/// The pairs whose boxes meet, in order.
fn neighbours(boundaries: &[Boundary]) -> Vec<(usize, usize)> {
    let boxes = boundaries
        .iter()
        .enumerate()
        .map(|(index, boundary)| {
            let Extent { low, high } = boundary.extent;
            GeomWithData::new(Rectangle::from_corners(low, high), index)
        })
        .collect();
    let tree: RTree<GeomWithData<Rectangle<[f64; 3]>, usize>> = RTree::bulk_load(boxes);
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (first, boundary) in boundaries.iter().enumerate() {
        let Extent { low, high } = boundary.extent;
        let met = tree.locate_in_envelope_intersecting(&AABB::from_corners(low, high));
        pairs.extend(met.filter(|other| other.data > first).map(|other| (first, other.data)));
    }
    pairs.sort_unstable();
    pairs
}

/// How much ground boundaries cover together, and how much their areas add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct UnionArea {
    /// The areas added up as if no ground were shared.
    pub naive_sum: SquareMetres,
    /// The ground that at least one boundary covers.
    pub union: SquareMetres,
    /// The ground that is covered exactly so many times, from once upwards, before rounding.
    ///
    /// The difference of the naive sum and the union is twice covered ground once, three times
    /// covered ground twice, and so on.
    pub covered: Vec<Covered>,
}

/// Ground that is covered by so many boundaries at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Covered {
    /// By how many.
    pub times: usize,
    /// How much ground.
    pub square_metres: f64,
}

/// The ground that boundaries cover together, beside the plain sum of their areas, and how often
/// ground is covered.
///
/// # Errors
/// `TooLarge` as for [`overlaps`]; areas that share no ground may be any distance apart.
pub fn union_area(boundaries: &[Boundary]) -> Result<UnionArea, OverlayError> {
    let shared = overlaps(boundaries)?;
    let groups = groups_of(boundaries.len(), &shared);
    let layers: Result<Vec<Vec<f64>>, OverlayError> = groups
        .par_iter()
        .map(|group| match group.as_slice() {
            [alone] => Ok(vec![boundaries[*alone].measure().square_metres]),
            members => covered_at_least(members.iter().map(|&index| &boundaries[index])),
        })
        .collect();
    let mut at_least: Vec<f64> = Vec::new();
    for layer in layers? {
        for (index, square_metres) in layer.into_iter().enumerate() {
            match at_least.get_mut(index) {
                Some(sum) => *sum += square_metres,
                None => at_least.push(square_metres),
            }
        }
    }
    let covered = at_least
        .iter()
        .enumerate()
        .map(|(index, square_metres)| Covered {
            times: index + 1,
            square_metres: square_metres - at_least.get(index + 1).unwrap_or(&0.0),
        })
        .collect();
    // A hundred thousand areas as large as the Earth would not overflow.
    let naive_sum = SquareMetres::checked_sum(boundaries.iter().map(Boundary::area))
        .unwrap_or(SquareMetres::new(u64::MAX));
    let union =
        SquareMetres::nearest(at_least.first().copied().unwrap_or(0.0)).unwrap_or(naive_sum);
    Ok(UnionArea { naive_sum, union, covered })
}

/// The areas that hang together by shared ground, each group and the list of groups in order.
fn groups_of(count: usize, shared: &[SharedGround]) -> Vec<Vec<usize>> {
    let mut leader: Vec<usize> = (0..count).collect();
    fn find(leader: &mut [usize], mut index: usize) -> usize {
        while leader[index] != index {
            leader[index] = leader[leader[index]];
            index = leader[index];
        }
        index
    }
    for pair in shared {
        let (one, other) = (find(&mut leader, pair.first), find(&mut leader, pair.second));
        leader[one.max(other)] = one.min(other);
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in 0..count {
        groups.entry(find(&mut leader, index)).or_default().push(index);
    }
    groups.into_values().collect()
}

/// The ground covered at least once, at least twice and so on, in square metres.
fn covered_at_least<'a>(
    boundaries: impl Iterator<Item = &'a Boundary>,
) -> Result<Vec<f64>, OverlayError> {
    let mut layers: Vec<Parts> = Vec::new();
    for boundary in boundaries {
        let mut falling = boundary.parts();
        // What a layer holds already falls through to the layer below it.
        for layer in &mut layers {
            let [union, both] =
                lay_over(layer, &falling, [OverlayRule::Union, OverlayRule::Intersect])?;
            *layer = union;
            falling = both;
            if falling.is_empty() {
                break;
            }
        }
        if !falling.is_empty() {
            layers.push(falling);
        }
    }
    Ok(layers.iter().map(|layer| measure_parts(layer).square_metres).collect())
}

/// All boundaries as one area.
///
/// # Errors
/// `TooLarge` when a corner is more than 1 000 km from the middle of them all.
pub fn union_of(boundaries: &[Boundary]) -> Result<Overlay, OverlayError> {
    let parts: Parts = boundaries.iter().flat_map(Boundary::parts).collect();
    if parts.is_empty() {
        return Ok(Overlay { boundary: None, slivers: Vec::new() });
    }
    let (parts, slivers) =
        filled(&parts, FillRule::NonZero, FURTHEST_OVERLAY_METRES).map_err(too_large)?;
    Ok(Overlay { boundary: Boundary::from_parts(parts), slivers })
}

/// Two boundaries of a list that are the same area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Duplicate {
    /// The place of the one in the list.
    pub first: usize,
    /// The place of the other; it comes later in the list.
    pub second: usize,
    /// Whether the corners are the same, bit by bit, wherever each ring starts.
    pub identical: bool,
    /// The ground that only one of them covers.
    pub square_metres_apart: f64,
}

/// All pairs of boundaries that are the same area within a tolerance in metres, in the order of the
/// list.
///
/// Two outlines are the same when the ground between them is less than their mean length times the
/// tolerance: when they are that far apart in the mean. Start, direction and additional corners on
/// an edge make no difference.
///
/// # Errors
/// `TooLarge` as for [`overlaps`].
pub fn duplicates(
    boundaries: &[Boundary],
    tolerance_metres: f64,
) -> Result<Vec<Duplicate>, OverlayError> {
    let found: Result<Vec<Option<Duplicate>>, OverlayError> = neighbours(boundaries)
        .into_par_iter()
        .map(|(first, second)| {
            let (one, other) = (&boundaries[first], &boundaries[second]);
            let lengths = one.measure().perimeter_metres + other.measure().perimeter_metres;
            let allowed = tolerance_metres.max(0.0) * lengths / 2.0;
            let larger_by = (one.measure().square_metres - other.measure().square_metres).abs();
            if larger_by > allowed + 0.001 {
                return Ok(None);
            }
            if canonical(one) == canonical(other) {
                let square_metres_apart = 0.0;
                return Ok(Some(Duplicate { first, second, identical: true, square_metres_apart }));
            }
            let [apart] = lay_over(&one.parts(), &other.parts(), [OverlayRule::Xor])?;
            let square_metres_apart = measure_parts(&apart).square_metres;
            let duplicate = Duplicate { first, second, identical: false, square_metres_apart };
            Ok((square_metres_apart <= allowed).then_some(duplicate))
        })
        .collect();
    Ok(found?.into_iter().flatten().collect())
}

/// Rings from their westernmost corner, holes and parts in order: equal for the same corners.
fn canonical(boundary: &Boundary) -> Parts {
    let by_position =
        |a: &Coord<f64>, b: &Coord<f64>| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y));
    let by_ring = |a: &Vec<Coord<f64>>, b: &Vec<Coord<f64>>| {
        let pairs = a.iter().zip(b).map(|(a, b)| by_position(a, b));
        pairs.fold(Ordering::Equal, Ordering::then).then(a.len().cmp(&b.len()))
    };
    let mut parts = boundary.parts();
    for part in &mut parts {
        for ring in part.iter_mut() {
            let first = (0..ring.len()).min_by(|&a, &b| by_position(&ring[a], &ring[b]));
            ring.rotate_left(first.unwrap_or(0));
        }
        if let Some(holes) = part.get_mut(1..) {
            holes.sort_by(by_ring);
        }
    }
    parts.sort_by(|a, b| {
        let pairs = a.iter().zip(b).map(|(a, b)| by_ring(a, b));
        pairs.fold(Ordering::Equal, Ordering::then).then(a.len().cmp(&b.len()))
    });
    parts
}
