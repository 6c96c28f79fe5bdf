//! What two boundaries have in common, and what only one of them has, so that the square metres
//! add up.
//!
//! Belongs here: union, intersection, difference, and the cut that a ledger books. Does not belong
//! here: what a cut means for the land (`remnant-land-release`), many boundaries at once
//! (`overlaps`).

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use geo_types::Coord;
use i_overlay::core::extract::BooleanExtractionBuffer;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{
    ContourDirection, IntOverlayOptions, Overlay as Arrangement, ShapeType,
};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;
use remnant_record::SquareMetres;

use super::Boundary;
use super::check::{Parts, Ring, length, signed_cells};
use super::measure::{Measure, measure_part, measure_ring};
use super::plane::Grid;

/// How far from the middle of both operands a corner may lie, in metres: within it a geodesic and
/// the straight line of the plane are less than 1.7 m apart, and less than 2 mm within 100 km.
pub(super) const FURTHEST_OVERLAY_METRES: f64 = 1_000_000.0;

/// When a leftover is no area but a trace of two lines that were meant to be one.
///
/// Both must hold: narrower in the mean (area over half the perimeter) than a width, and smaller
/// than an area. Whatever is smaller than one square metre is a sliver in any case, since it could
/// not be read again as an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SliverLimit {
    /// Mean width in metres.
    pub mean_width_metres: f64,
    /// Square metres.
    pub square_metres: f64,
}

impl Default for SliverLimit {
    /// 0.1 m and 100 m2: a strip as wide as a marking tape is not tasked to anybody.
    fn default() -> Self {
        Self { mean_width_metres: 0.1, square_metres: 100.0 }
    }
}

impl SliverLimit {
    fn is_sliver(&self, measure: Measure) -> bool {
        let square_metres = measure.square_metres.abs();
        let mean_width = square_metres / (measure.perimeter_metres / 2.0);
        square_metres < 1.0
            || (mean_width < self.mean_width_metres && square_metres < self.square_metres)
    }
}

/// A leftover that was not kept as an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sliver {
    /// What was done with it.
    pub kind: SliverKind,
    /// How large it is.
    pub square_metres: f64,
    /// Its area over half its perimeter.
    pub mean_width_metres: f64,
    /// One of its corners.
    pub at: Coord<f64>,
}

/// What was done with a sliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SliverKind {
    /// A part of the result so narrow that it was left out.
    LeftOut,
    /// A hole of the result so narrow that it was filled.
    FilledIn,
}

/// The result of an overlay.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    /// The area; `None` when nothing is left but slivers.
    pub boundary: Option<Boundary>,
    /// What was left out or filled in.
    pub slivers: Vec<Sliver>,
}

impl Overlay {
    /// The area of the result in whole square metres; zero when it is empty.
    #[must_use]
    pub fn area(&self) -> SquareMetres {
        self.boundary.as_ref().map_or(SquareMetres::ZERO, Boundary::area)
    }

    /// The area of the result before rounding.
    #[must_use]
    pub fn unrounded_square_metres(&self) -> f64 {
        self.boundary.as_ref().map_or(0.0, |boundary| boundary.measure().square_metres)
    }

    /// The square metres of all slivers together, whether left out or filled in.
    #[must_use]
    pub fn sliver_square_metres(&self) -> f64 {
        self.slivers.iter().map(|sliver| sliver.square_metres).sum()
    }

    fn empty() -> Self {
        Self { boundary: None, slivers: Vec::new() }
    }

    fn whole(boundary: &Boundary) -> Self {
        Self { boundary: Some(boundary.clone()), slivers: Vec::new() }
    }
}

/// A boundary divided by another one, in whole square metres that add up exactly.
///
/// `inside_area + outside_area` is the area of the boundary that was cut, always. The area outside
/// is measured and rounded; the area inside is what is then missing. So however often and in
/// whatever order an area is cut, the steps and the remainder add up to the whole: the remainder is
/// the rounded area of what remains, and a step is the remainder before it less the remainder after
/// it. The rounded measure of `inside` by itself may differ from `inside_area` by a square metre,
/// and by the slivers.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// The part of the boundary that is covered by the other one.
    pub inside: Option<Boundary>,
    /// The part of the boundary that remains; the very same boundary when nothing was cut off.
    pub outside: Option<Boundary>,
    /// The part of the other boundary that lies beyond the boundary.
    pub beyond: Option<Boundary>,
    /// What is taken off: the whole less what remains.
    pub inside_area: SquareMetres,
    /// What remains; zero exactly when `outside` is `None`.
    pub outside_area: SquareMetres,
    /// The rounded area of `beyond`, which is in no sum with the other two.
    pub beyond_area: SquareMetres,
    /// What was not kept as an area of its own: left out of, or filled into, `outside`, `inside`
    /// or `beyond`, in this order.
    pub slivers: Vec<Sliver>,
}

/// Why two boundaries cannot be laid over each other.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum OverlayError {
    /// The operands reach further than the plane is good for.
    #[error(
        "a corner lies {kilometres:.0} km from the middle of both areas; areas are laid over each \
         other within 1 000 km of their middle"
    )]
    TooLarge {
        /// The distance.
        kilometres: f64,
    },
    /// What came out does not add up to what went in.
    #[error(
        "the two areas cannot be laid over each other: their lines touch in a way that gives parts \
         that do not add up to the whole"
    )]
    DoesNotAddUp,
}

impl OverlayError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "split the larger area, for example by province",
            Self::DoesNotAddUp => {
                "draw one of them anew with a little distance, or exactly on the line of the other"
            }
        }
    }
}

impl Boundary {
    /// The ground that either boundary covers.
    ///
    /// # Errors
    /// `TooLarge` when a corner is more than 1 000 km from the middle of both.
    pub fn union(&self, other: &Self) -> Result<Overlay, OverlayError> {
        if !self.extent().meets(other.extent()) {
            // Side by side as they are, but no further apart than what can be laid over.
            let apart: Parts = self.parts().into_iter().chain(other.parts()).collect();
            let rings: Vec<&[Coord<f64>]> = apart.iter().flatten().map(Vec::as_slice).collect();
            Grid::lay(&rings, FURTHEST_OVERLAY_METRES).map_err(too_large)?;
            return Ok(Overlay { boundary: Self::from_parts(apart), slivers: Vec::new() });
        }
        self.overlay(other, OverlayRule::Union)
    }

    /// The ground that both boundaries cover.
    ///
    /// # Errors
    /// As for [`union`](Self::union).
    pub fn intersection(&self, other: &Self) -> Result<Overlay, OverlayError> {
        if !self.extent().meets(other.extent()) {
            return Ok(Overlay::empty());
        }
        self.overlay(other, OverlayRule::Intersect)
    }

    /// The ground that this boundary covers and the other one does not.
    ///
    /// # Errors
    /// As for [`union`](Self::union).
    pub fn difference(&self, other: &Self) -> Result<Overlay, OverlayError> {
        if !self.extent().meets(other.extent()) {
            return Ok(Overlay::whole(self));
        }
        self.overlay(other, OverlayRule::Difference)
    }

    /// The ground that one of the boundaries covers and not the other.
    ///
    /// # Errors
    /// As for [`union`](Self::union).
    pub fn symmetric_difference(&self, other: &Self) -> Result<Overlay, OverlayError> {
        if !self.extent().meets(other.extent()) {
            return self.union(other);
        }
        self.overlay(other, OverlayRule::Xor)
    }

    fn overlay(&self, other: &Self, rule: OverlayRule) -> Result<Overlay, OverlayError> {
        let [overlay] =
            overlay_parts(&self.parts(), &other.parts(), [rule], SliverLimit::default())?;
        Ok(overlay)
    }

    /// Divides the boundary by another one: what is covered, what remains, what is beyond.
    ///
    /// # Errors
    /// As for [`union`](Self::union).
    pub fn cut(&self, by: &Self) -> Result<Cut, OverlayError> {
        self.cut_with(by, SliverLimit::default())
    }

    /// [`cut`](Self::cut) with a sliver limit of one's own.
    ///
    /// # Errors
    /// As for [`union`](Self::union).
    pub fn cut_with(&self, by: &Self, limit: SliverLimit) -> Result<Cut, OverlayError> {
        let [mut outside, mut inside, beyond] = if self.extent().meets(by.extent()) {
            overlay_parts(
                &self.parts(),
                &by.parts(),
                [OverlayRule::Difference, OverlayRule::Intersect, OverlayRule::InverseDifference],
                limit,
            )?
        } else {
            [Overlay::whole(self), Overlay::empty(), Overlay::whole(by)]
        };
        // Where one side is nothing but slivers, the other is the whole, bit by bit: touching a
        // neighbour must not move a corner or a square metre.
        if inside.boundary.is_none() {
            outside.boundary = Some(self.clone());
        } else if outside.boundary.is_none() {
            inside.boundary = Some(self.clone());
        }
        // Rounding must not let more remain than there was.
        let outside_area = outside.area().min(self.area());
        let inside_area = self.area().checked_sub(outside_area).unwrap_or(SquareMetres::ZERO);
        let beyond_area = beyond.area();
        let slivers = [outside.slivers, inside.slivers, beyond.slivers].concat();
        Ok(Cut {
            inside: inside.boundary,
            outside: outside.boundary,
            beyond: beyond.boundary,
            inside_area,
            outside_area,
            beyond_area,
            slivers,
        })
    }
}

/// A corner so many metres from the middle.
pub(super) fn too_large(metres: f64) -> OverlayError {
    OverlayError::TooLarge { kilometres: metres / 1000.0 }
}

/// Keeps all corners, so that neighbours that meet in a corner of one of them keep meeting there,
/// and gives rings that do not touch themselves.
pub(super) fn overlay_options() -> IntOverlayOptions {
    IntOverlayOptions {
        preserve_input_collinear: true,
        output_direction: ContourDirection::CounterClockwise,
        preserve_output_collinear: true,
        min_output_area: 0,
        ogc: true,
    }
}

/// The parts of a cut: what only the subject covers, what both cover, what only the clip covers.
const PARTITION: [OverlayRule; 3] =
    [OverlayRule::Difference, OverlayRule::Intersect, OverlayRule::InverseDifference];

/// Lays the operands over each other once and takes as many results as there are rules, when the
/// parts make up both operands.
fn overlay_parts<const N: usize>(
    subject: &Parts,
    clip: &Parts,
    rules: [OverlayRule; N],
    limit: SliverLimit,
) -> Result<[Overlay; N], OverlayError> {
    let laid = LaidOver::of(subject, clip)?;
    let shapes = laid.shapes(&[&PARTITION[..], &rules[..]].concat())?;
    let (partition, asked) = shapes.split_at(PARTITION.len());
    laid.is_made_up_by(partition)?;
    let mut results = [const { None }; N];
    for (result, shapes) in results.iter_mut().zip(asked) {
        let (parts, slivers) = without_slivers(parts_of_shapes(shapes, &laid.grid), limit);
        *result = Some(Overlay { boundary: Boundary::from_parts(parts), slivers });
    }
    Ok(results.map(|result| result.unwrap_or_else(Overlay::empty)))
}

/// [`overlay_parts`] with all slivers still in it, and of operands whose parts may overlap.
pub(super) fn lay_over<const N: usize>(
    subject: &Parts,
    clip: &Parts,
    rules: [OverlayRule; N],
) -> Result<[Parts; N], OverlayError> {
    let laid = LaidOver::of(subject, clip)?;
    let mut results = [const { Parts::new() }; N];
    for (result, shapes) in results.iter_mut().zip(laid.shapes(&rules)?) {
        *result = parts_of_shapes(&shapes, &laid.grid);
    }
    Ok(results)
}

/// Shapes in cells: each an outline and its holes.
pub(super) type Shapes = Vec<Vec<Vec<IntPoint>>>;

/// Two operands on one grid.
struct LaidOver {
    grid: Grid,
    rings: Vec<Vec<IntPoint>>,
    /// How many of the rings are the subject's.
    of_subject: usize,
}

impl LaidOver {
    fn of(subject: &Parts, clip: &Parts) -> Result<Self, OverlayError> {
        let rings: Vec<&[Coord<f64>]> =
            subject.iter().chain(clip).flatten().map(Vec::as_slice).collect();
        let (grid, rings) = Grid::lay(&rings, FURTHEST_OVERLAY_METRES).map_err(too_large)?;
        Ok(Self { grid, rings, of_subject: subject.iter().map(Vec::len).sum() })
    }

    /// One result for each rule.
    fn shapes(&self, rules: &[OverlayRule]) -> Result<Vec<Shapes>, OverlayError> {
        let corners = self.rings.iter().map(Vec::len).sum();
        let mut arrangement =
            Arrangement::new_custom(corners, overlay_options(), Default::default());
        for (index, ring) in self.rings.iter().enumerate() {
            let kind = if index < self.of_subject { ShapeType::Subject } else { ShapeType::Clip };
            arrangement.add_contour(ring, kind);
        }
        unless_asserted(|| match arrangement.build_graph_view(FillRule::NonZero) {
            Some(graph) => {
                let mut buffer = BooleanExtractionBuffer::default();
                rules.iter().map(|rule| graph.extract_shapes(*rule, &mut buffer)).collect()
            }
            None => vec![Shapes::new(); rules.len()],
        })
        .ok_or(OverlayError::DoesNotAddUp)
    }

    /// Whether the parts of a cut make up each operand, but for what rounding to cells moves along
    /// its lines.
    fn is_made_up_by(&self, partition: &[Shapes]) -> Result<(), OverlayError> {
        let [only_subject, both, only_clip] = [0, 1, 2].map(|at| covered_cells(&partition[at]));
        let whole = |rings: &[Vec<IntPoint>]| rings.iter().map(|ring| signed_cells(ring)).sum();
        let (subject, clip): (f64, f64) =
            (whole(&self.rings[..self.of_subject]), whole(&self.rings[self.of_subject..]));
        // Each corner that lies on a line of the other moves that line by up to a cell.
        let along: f64 = self.rings.iter().map(|ring| length(ring)).sum();
        let square_metre = 1.0 / (self.grid.cell() * self.grid.cell());
        let allowed = 2.0 * along + square_metre;
        let misses = |parts: f64, operand: f64| (parts - operand).abs() > allowed;
        if misses(only_subject + both, subject) || misses(only_clip + both, clip) {
            return Err(OverlayError::DoesNotAddUp);
        }
        Ok(())
    }
}

/// Runs a step of `i_overlay`; nothing where it stops at an assertion of its own, which only builds
/// with assertions hold.
///
/// Version 4.5.2 asserts, in `extract_ogc`, what does not hold for some lines that touch.
pub(super) fn unless_asserted<T>(step: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(step)).ok()
}

/// The cells that shapes cover: outlines less holes, whatever their direction.
pub(super) fn covered_cells(shapes: &Shapes) -> f64 {
    let rings = shapes.iter().flat_map(|shape| shape.iter().enumerate());
    rings.map(|(index, ring)| if index == 0 { 1.0 } else { -1.0 } * signed_cells(ring).abs()).sum()
}

/// Fills the ground that the rings enclose, by one rule, and leaves the slivers out.
///
/// Rings at which `i_overlay` gives up have no filling by that rule.
///
/// # Errors
/// The distance of a corner that is too far away, in metres.
pub(super) fn filled(
    parts: &Parts,
    rule: FillRule,
    furthest: f64,
) -> Result<(Parts, Vec<Sliver>), f64> {
    let rings: Vec<&[Coord<f64>]> = parts.iter().flatten().map(Vec::as_slice).collect();
    let (grid, laid) = Grid::lay(&rings, furthest)?;
    let corners = laid.iter().map(Vec::len).sum();
    let mut arrangement = Arrangement::new_custom(corners, overlay_options(), Default::default());
    for ring in &laid {
        arrangement.add_contour(ring, ShapeType::Subject);
    }
    let shapes =
        unless_asserted(|| arrangement.overlay(OverlayRule::Subject, rule)).unwrap_or_default();
    Ok(without_slivers(parts_of_shapes(&shapes, &grid), SliverLimit::default()))
}

/// Shapes in cells as positions, outlines counter-clockwise and holes clockwise.
///
/// The direction is set here and not taken as it comes: a hole that touches its outline in a corner
/// is given counter-clockwise by `i_overlay` 4.5.2, and the next overlay would fill it. Two holes
/// that share a corner it may give as one ring, which could not be read again; they are parted.
pub(super) fn parts_of_shapes(shapes: &[Vec<Vec<IntPoint>>], grid: &Grid) -> Parts {
    let ring_of = |corners: &[IntPoint], counter_clockwise: bool| {
        let mut ring: Ring = corners.iter().map(|&corner| grid.position(corner)).collect();
        if (signed_cells(corners) > 0.0) != counter_clockwise {
            ring.reverse();
        }
        ring
    };
    let mut parts = Parts::with_capacity(shapes.len());
    for shape in shapes {
        let Some((outline, holes)) = shape.split_first() else { continue };
        let mut part = vec![ring_of(outline, true)];
        let mut islands = Parts::new();
        for hole in holes {
            let whole_runs_left = signed_cells(hole) > 0.0;
            for around in loops_of(hole) {
                if (signed_cells(&around) > 0.0) == whole_runs_left {
                    part.push(ring_of(&around, false));
                } else {
                    // Ground within the hole that meets its edge in a corner.
                    islands.push(vec![ring_of(&around, true)]);
                }
            }
        }
        parts.push(part);
        parts.append(&mut islands);
    }
    parts
}

/// A ring parted where it comes back to one of its corners.
fn loops_of(ring: &[IntPoint]) -> Vec<Vec<IntPoint>> {
    let mut loops = Vec::new();
    let mut path: Vec<IntPoint> = Vec::with_capacity(ring.len());
    let mut places: HashMap<(i32, i32), usize> = HashMap::with_capacity(ring.len());
    for &corner in ring {
        if let Some(&start) = places.get(&(corner.x, corner.y)) {
            let around = path.split_off(start);
            for left in &around {
                places.remove(&(left.x, left.y));
            }
            loops.push(around);
        }
        places.insert((corner.x, corner.y), path.len());
        path.push(corner);
    }
    loops.push(path);
    // What goes along a line and back encloses nothing.
    loops.retain(|around| around.len() > 2);
    loops
}

/// Left, bottom, right and top of some rings in cells; `None` when they have no corner.
pub(super) fn bounds_of<'a>(rings: impl Iterator<Item = &'a Vec<IntPoint>>) -> Option<[i32; 4]> {
    rings.flatten().fold(None, |bounds, corner| {
        let [left, bottom, right, top] = bounds.unwrap_or([corner.x, corner.y, corner.x, corner.y]);
        Some([left.min(corner.x), bottom.min(corner.y), right.max(corner.x), top.max(corner.y)])
    })
}

/// Leaves out the parts and fills the holes that are slivers.
pub(super) fn without_slivers(parts: Parts, limit: SliverLimit) -> (Parts, Vec<Sliver>) {
    let mut kept = Vec::with_capacity(parts.len());
    let mut slivers = Vec::new();
    let sliver = |kind, measure: Measure, ring: Option<&Ring>| {
        let square_metres = measure.square_metres.abs();
        let at = ring.and_then(|ring| ring.first().copied())?;
        let mean_width_metres = if measure.perimeter_metres > 0.0 {
            square_metres / (measure.perimeter_metres / 2.0)
        } else {
            0.0
        };
        Some(Sliver { kind, square_metres, mean_width_metres, at })
    };
    for mut part in parts {
        let mut index = 0;
        part.retain(|ring| {
            index += 1;
            let measure = measure_ring(ring);
            let fill = index > 1 && limit.is_sliver(measure);
            if fill {
                slivers.extend(sliver(SliverKind::FilledIn, measure, Some(ring)));
            }
            !fill
        });
        let measure = measure_part(&part);
        if limit.is_sliver(measure) {
            slivers.extend(sliver(SliverKind::LeftOut, measure, part.first()));
        } else {
            kept.push(part);
        }
    }
    (kept, slivers)
}
