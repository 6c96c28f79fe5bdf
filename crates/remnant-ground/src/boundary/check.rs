//! Whether rings enclose an area, and everything that is wrong with them at once.
//!
//! Belongs here: closing, repeated corners, order of corners, crossings and touches with their
//! positions, overlap of parts, holes. Does not belong here: the wording (`fault`), mending
//! (`repair`).
//!
//! Crossings are decided exactly, in whole cells of a grid in the plane in which geodesics are
//! straight (`plane`); the grid is some millionths of a metre fine for an area of a few km. Rings
//! that were valid and were cut may cross again by the rounding of a corner to the grid. So a
//! crossing is a fault only when it encloses something: when the ground that is covered twice, or
//! lies left of no outline, is more than two cells along the whole outline.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use geo_types::Coord;
use geographiclib_rs::InverseGeodesic;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::{Precision, Solver};
use i_overlay::i_float::int::point::IntPoint;

use super::crossing::{Meeting, Segment, TooTangled, cross, meetings};
use super::fault::{GeometryFault, GeometryNote, RingAt};
use super::measure::{Measure, WGS84, measure_part, measure_parts, measure_ring};
use super::overlay::{bounds_of, covered_cells, overlay_options, parts_of_shapes, unless_asserted};
use super::plane::{FURTHEST_METRES, Grid};

/// The corners of a ring, the first not repeated at the end.
pub(super) type Ring = Vec<Coord<f64>>;

/// Parts of rings; the first ring of a part is its exterior.
pub(super) type Parts = Vec<Vec<Ring>>;

/// A boundary with more corners is refused: a million corners are an outline of a whole country
/// at a step of some metres.
pub(super) const MOST_CORNERS: usize = 1_000_000;

/// So many places of one fault, and notes of one kind, are kept; the others are counted.
pub(super) const MOST_PLACES: usize = 100;

/// Corners in a row that are further apart are noted.
///
/// # Source
/// GICHD geocheck, which looks for vertices over 5 000 m apart as a symptom of swapped digits.
const FAR_APART_METRES: f64 = 5_000.0;

/// A part that encloses less rounds to no square metre.
const SMALLEST_PART_SQUARE_METRES: f64 = 0.5;

/// A hole that encloses less is none.
const SMALLEST_HOLE_SQUARE_METRES: f64 = 0.001;

/// What an examination found.
pub(super) struct Examined {
    /// The rings that could be examined: closed, without repeated corners, in normal order.
    pub(super) parts: Parts,
    pub(super) measure: Measure,
    pub(super) notes: Vec<GeometryNote>,
    pub(super) faults: Vec<GeometryFault>,
}

/// Examines rings as they were read and says all that is wrong with them.
pub(super) fn examine(parts: Parts) -> Examined {
    let mut notes = Notes::default();
    let mut faults = Vec::new();
    let sound = tidy(parts, &mut notes, &mut faults);
    if !sound.is_empty() {
        examine_together(&sound, &mut notes, &mut faults);
    }
    let parts = regrouped(sound);
    let measure = measure_parts(&parts);
    Examined { parts, measure, notes: notes.kept(), faults }
}

/// The rings with their notation mended but crossing as they may.
///
/// # Errors
/// What is wrong with single rings.
pub(super) fn tidy_for_repair(parts: Parts) -> Result<Parts, Vec<GeometryFault>> {
    let mut faults = Vec::new();
    let sound = tidy(parts, &mut Notes::default(), &mut faults);
    if faults.is_empty() { Ok(regrouped(sound)) } else { Err(faults) }
}

fn regrouped(sound: Vec<(RingAt, Ring)>) -> Parts {
    let mut parts = Parts::new();
    let mut last_part = None;
    for (at, ring) in sound {
        if last_part != Some(at.part) {
            parts.push(Vec::new());
            last_part = Some(at.part);
        }
        if let Some(part) = parts.last_mut() {
            part.push(ring);
        }
    }
    parts
}

/// Notes, of each kind at most so many.
#[derive(Default)]
struct Notes {
    kept: Vec<GeometryNote>,
    more: usize,
}

impl Notes {
    fn push(&mut self, note: GeometryNote) {
        let kind = std::mem::discriminant(&note);
        let same = self.kept.iter().filter(|kept| std::mem::discriminant(*kept) == kind).count();
        if same < MOST_PLACES {
            self.kept.push(note);
        } else {
            self.more += 1;
        }
    }

    fn kept(mut self) -> Vec<GeometryNote> {
        if self.more > 0 {
            self.kept.push(GeometryNote::More { count: self.more });
        }
        self.kept
    }
}

/// Examines each ring by itself and gives back those whose corners can be used, in normal order.
fn tidy(parts: Parts, notes: &mut Notes, faults: &mut Vec<GeometryFault>) -> Vec<(RingAt, Ring)> {
    let corners: usize = parts.iter().flatten().map(Vec::len).sum();
    if corners > MOST_CORNERS {
        faults.push(GeometryFault::TooManyCorners { corners });
        return Vec::new();
    }
    if corners == 0 {
        faults.push(GeometryFault::Empty);
        return Vec::new();
    }
    let mut sound = Vec::new();
    for (part_index, part) in parts.into_iter().enumerate() {
        if part.iter().all(Vec::is_empty) {
            notes.push(GeometryNote::EmptyPart { part: part_index });
            continue;
        }
        for (ring_index, ring) in part.into_iter().enumerate() {
            let at = RingAt { part: part_index, ring: ring_index };
            if let Some(ring) = tidy_ring(at, ring, notes, faults) {
                sound.push((at, ring));
            }
        }
    }
    sound
}

fn tidy_ring(
    at: RingAt,
    mut ring: Ring,
    notes: &mut Notes,
    faults: &mut Vec<GeometryFault>,
) -> Option<Ring> {
    let faults_before = faults.len();
    for (corner, position) in ring.iter().enumerate() {
        if !position.x.is_finite() || !position.y.is_finite() {
            faults.push(GeometryFault::NotFinite { ring: at, corner });
        } else if position.y.abs() > 90.0 || position.x.abs() > 180.0 {
            faults.push(GeometryFault::OutOfRange { ring: at, corner, at: *position });
        }
        if faults.len() - faults_before >= MOST_PLACES {
            break;
        }
    }
    if faults.len() > faults_before {
        return None;
    }
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    } else if ring.len() >= 3 {
        notes.push(GeometryNote::Closed { ring: at });
    }
    let given = ring.len();
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < given {
        notes.push(GeometryNote::RepeatedCorners { ring: at, left_out: given - ring.len() });
    }
    // Adding zero makes +0 of -0, which are one place.
    let different: HashSet<[u64; 2]> =
        ring.iter().map(|c| [(c.x + 0.0).to_bits(), (c.y + 0.0).to_bits()]).collect();
    if different.len() < 3 {
        faults.push(GeometryFault::TooFewCorners { ring: at, corners: different.len() });
        return None;
    }
    let counter_clockwise = measure_ring(&ring).square_metres > 0.0;
    if counter_clockwise != (at.ring == 0) {
        if let Some(others) = ring.get_mut(1..) {
            others.reverse();
        }
        notes.push(GeometryNote::Reversed { ring: at });
    }
    note_far_apart(at, &ring, notes);
    Some(ring)
}

fn note_far_apart(at: RingAt, ring: &Ring, notes: &mut Notes) {
    for (index, &from) in ring.iter().enumerate() {
        let to = ring[(index + 1) % ring.len()];
        // Most edges are far too short, and the geodesic is a long sum: a degree of latitude is at
        // most 111.7 km.
        let north = (to.y - from.y) * 111_700.0;
        let east =
            (to.x - from.x) * 111_700.0 * from.y.to_radians().cos().max(to.y.to_radians().cos());
        if north.hypot(east) < 0.97 * FAR_APART_METRES {
            continue;
        }
        let metres: f64 = WGS84.inverse(from.y, from.x, to.y, to.x);
        if metres > FAR_APART_METRES {
            notes.push(GeometryNote::FarApart { ring: at, from, to, metres });
        }
    }
}

/// Places at which two rings, or a ring and itself, meet in one way.
#[derive(Default)]
struct Met {
    places: usize,
    at: Vec<Coord<f64>>,
    /// Corners that were counted already: four edges meet in one corner.
    seen: BTreeSet<(i32, i32)>,
}

/// The ways in which rings meet that matter, in the order in which they are reported.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Crossing,
    Touching,
    Sharing,
}

/// Examines all rings against themselves and each other.
fn examine_together(sound: &[(RingAt, Ring)], notes: &mut Notes, faults: &mut Vec<GeometryFault>) {
    let rings: Vec<&[Coord<f64>]> = sound.iter().map(|(_, ring)| ring.as_slice()).collect();
    let (grid, laid) = match Grid::lay(&rings, FURTHEST_METRES) {
        Ok(laid) => laid,
        Err(metres) => {
            faults.push(GeometryFault::TooLarge { kilometres: metres / 1000.0 });
            return;
        }
    };
    let laid: Vec<Vec<IntPoint>> = laid.into_iter().map(without_repeats).collect();

    for ((at, _), ring) in sound.iter().zip(&laid) {
        find_spikes(*at, ring, &grid, faults);
    }
    let segments: Vec<Segment> = laid
        .iter()
        .enumerate()
        .flat_map(|(ring, corners)| Segment::of_ring(ring, corners))
        .collect();
    let mut met: BTreeMap<(usize, usize, Way), Met> = BTreeMap::new();
    let searched = meetings(&segments, |first, second, meeting| {
        let (low, high) = (first.ring.min(second.ring), first.ring.max(second.ring));
        let (way, x, y) = match meeting {
            Meeting::Cross { x, y } => (Way::Crossing, x, y),
            // Rings may touch each other in a point; a ring may not touch itself.
            Meeting::Touch(_) if low != high => return,
            Meeting::Touch(corner) => (Way::Touching, f64::from(corner.x), f64::from(corner.y)),
            Meeting::Share(corner) if low == high => {
                (Way::Touching, f64::from(corner.x), f64::from(corner.y))
            }
            Meeting::Share(corner) => (Way::Sharing, f64::from(corner.x), f64::from(corner.y)),
        };
        let met = met.entry((low, high, way)).or_default();
        if met.seen.insert((x as i32, y as i32)) {
            met.places += 1;
            if met.at.len() < MOST_PLACES {
                met.at.push(match meeting {
                    Meeting::Cross { x, y } => grid.position_between(x, y),
                    Meeting::Touch(corner) | Meeting::Share(corner) => grid.position(corner),
                });
            }
        }
    });
    if let Err(TooTangled) = searched {
        faults.push(GeometryFault::TooTangled { corners: segments.len() });
        return;
    }

    let crossings: usize = met
        .iter()
        .filter(|((_, _, way), _)| *way == Way::Crossing)
        .map(|(_, met)| met.places)
        .sum();
    let twice_or_not = if crossings > 0 || sound.len() > 1 { excess(&laid, &grid) } else { 0.0 };
    let outline_cells: f64 = laid.iter().map(|ring| length(ring)).sum();
    let rounding = 2.0 * grid.cell() * grid.cell() * outline_cells + 0.001;
    let rounding_only = twice_or_not <= rounding;
    if crossings > 0 && rounding_only {
        notes.push(GeometryNote::CrossesWithinRounding {
            places: crossings,
            square_metres: twice_or_not,
        });
    }

    for ((at, ring), laid) in sound.iter().zip(&laid) {
        let crosses = !rounding_only
            && met.keys().any(|(a, b, way)| {
                *way == Way::Crossing && (sound[*a].0 == *at || sound[*b].0 == *at)
            });
        let square_metres = measure_ring(ring).square_metres.abs();
        let smallest =
            if at.ring == 0 { SMALLEST_PART_SQUARE_METRES } else { SMALLEST_HOLE_SQUARE_METRES };
        if !crosses && (square_metres < smallest || laid.len() < 3) {
            faults.push(GeometryFault::ZeroArea { ring: *at, square_metres });
        }
    }
    for ((low, high, way), Met { places, at, .. }) in met {
        let (first, second) = (sound[low].0, sound[high].0);
        faults.push(match way {
            Way::Crossing if rounding_only => continue,
            Way::Crossing if low == high => {
                GeometryFault::CrossesItself { ring: first, at, places }
            }
            Way::Crossing => GeometryFault::RingsCross { first, second, at, places },
            Way::Touching => GeometryFault::TouchesItself { ring: first, at, places },
            Way::Sharing => GeometryFault::RingsShareEdge { first, second, at, places },
        });
    }
    if !rounding_only && sound.len() > 1 {
        find_overlaps(sound, &laid, &grid, rounding, faults);
    }
}

/// A ring in cells without corners that fell into the cell of the one before.
fn without_repeats(mut ring: Vec<IntPoint>) -> Vec<IntPoint> {
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

fn find_spikes(at: RingAt, ring: &[IntPoint], grid: &Grid, faults: &mut Vec<GeometryFault>) {
    let count = ring.len();
    if count < 3 {
        return;
    }
    let mut found = Met::default();
    for index in 0..count {
        let (before, corner, after) =
            (ring[(index + count - 1) % count], ring[index], ring[(index + 1) % count]);
        let arm = |end: IntPoint| {
            (i128::from(end.x) - i128::from(corner.x), i128::from(end.y) - i128::from(corner.y))
        };
        let ((ax, ay), (bx, by)) = (arm(before), arm(after));
        if cross(corner, before, after) == 0 && ax * bx + ay * by > 0 {
            found.places += 1;
            if found.at.len() < MOST_PLACES {
                found.at.push(grid.position(corner));
            }
        }
    }
    if found.places > 0 {
        faults.push(GeometryFault::Spike { ring: at, at: found.at, places: found.places });
    }
}

/// How overlays are solved that only judge, and of which no corner is kept.
///
/// Where long edges run a cell or two beside each other, each crossing that is rounded to a cell
/// bends them into further crossings. The library's own precision doubles the square of the distance
/// within which ends are drawn together in each turn; by then two slim parts of four corners had
/// become thousands of pieces. Eight times as much in each turn ends it early, the first turn is the
/// same, and what is judged is judged within two cells along the outline anyhow.
fn judging() -> Solver {
    Solver { precision: Precision { start: 0, progression: 3 }, ..Solver::default() }
}

/// Metres squared that are covered twice or lie on the wrong side: zero for a valid area.
///
/// With outlines counter-clockwise and holes clockwise each point of a valid area is wound round
/// once and each other point never, so the sum of the signed ring areas is the area where the
/// winding number is positive, and nothing has a negative one.
fn excess(rings: &[Vec<IntPoint>], grid: &Grid) -> f64 {
    let signed: f64 = rings.iter().map(|ring| signed_cells(ring)).sum();
    let covered = |rule: FillRule| -> f64 {
        let mut overlay = Overlay::new_custom(64, overlay_options(), judging());
        for ring in rings {
            overlay.add_contour(ring, ShapeType::Subject);
        }
        // Lines that cannot be followed enclose no area that is valid.
        unless_asserted(|| overlay.overlay(OverlayRule::Subject, rule))
            .map_or(f64::INFINITY, |shapes| covered_cells(&shapes))
    };
    let (positive, negative) = (covered(FillRule::Positive), covered(FillRule::Negative));
    ((positive - signed).abs() + negative.abs()) * grid.cell() * grid.cell()
}

/// The area of a ring in cells, counter-clockwise positive; exact up to the last division.
pub(super) fn signed_cells(ring: &[IntPoint]) -> f64 {
    let doubled: i128 = ring
        .iter()
        .zip(ring.iter().cycle().skip(1))
        .map(|(a, b)| i128::from(a.x) * i128::from(b.y) - i128::from(b.x) * i128::from(a.y))
        .sum();
    doubled as f64 / 2.0
}

/// The length of a ring in cells.
pub(super) fn length(ring: &[IntPoint]) -> f64 {
    ring.iter()
        .zip(ring.iter().cycle().skip(1))
        .map(|(a, b)| (f64::from(b.x) - f64::from(a.x)).hypot(f64::from(b.y) - f64::from(a.y)))
        .sum()
}

/// Says which parts overlap and which holes lie outside, and by how much.
fn find_overlaps(
    sound: &[(RingAt, Ring)],
    laid: &[Vec<IntPoint>],
    grid: &Grid,
    rounding: f64,
    faults: &mut Vec<GeometryFault>,
) {
    let ground = |subject: &[&Vec<IntPoint>], clip: &[&Vec<IntPoint>], rule: OverlayRule| -> f64 {
        let mut overlay = Overlay::new_custom(64, overlay_options(), judging());
        for ring in subject {
            overlay.add_contour(ring, ShapeType::Subject);
        }
        for ring in clip {
            overlay.add_contour(ring, ShapeType::Clip);
        }
        let shapes =
            unless_asserted(|| overlay.overlay(rule, FillRule::NonZero)).unwrap_or_default();
        parts_of_shapes(&shapes, grid).iter().map(|part| measure_part(part).square_metres).sum()
    };

    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, (at, _)) in sound.iter().enumerate() {
        parts.entry(at.part).or_default().push(index);
    }
    let boxes: Vec<(usize, [i32; 4])> = parts
        .iter()
        .filter_map(|(part, rings)| {
            Some((*part, bounds_of(rings.iter().filter_map(|&ring| laid.get(ring)))?))
        })
        .collect();
    let mut by_left = boxes;
    by_left.sort_unstable_by_key(|(part, [left, ..])| (*left, *part));
    let mut found = Vec::new();
    for (index, (first, one)) in by_left.iter().enumerate() {
        for (second, other) in &by_left[index + 1..] {
            if other[0] > one[2] || found.len() >= MOST_PLACES {
                break;
            }
            if other[1] > one[3] || one[1] > other[3] {
                continue;
            }
            let rings = |part: &usize| -> Vec<&Vec<IntPoint>> {
                parts[part].iter().map(|&ring| &laid[ring]).collect()
            };
            let square_metres = ground(&rings(first), &rings(second), OverlayRule::Intersect);
            if square_metres > rounding {
                let (first, second) = (*first.min(second), *first.max(second));
                found.push(GeometryFault::PartsOverlap { first, second, square_metres });
            }
        }
    }
    found.sort_by_key(|fault| match fault {
        GeometryFault::PartsOverlap { first, second, .. } => (*first, *second),
        _ => (0, 0),
    });
    faults.extend(found);

    let mut holes = 0;
    for rings in parts.values() {
        for &hole in rings.iter().filter(|&&ring| sound[ring].0.ring > 0) {
            if holes >= MOST_PLACES {
                return;
            }
            // Wound clockwise like every hole, which the non-zero rule does not mind.
            let rest: Vec<&Vec<IntPoint>> =
                rings.iter().filter(|&&ring| ring != hole).map(|&ring| &laid[ring]).collect();
            let square_metres = ground(&[&laid[hole]], &rest, OverlayRule::Difference);
            if square_metres > rounding {
                holes += 1;
                faults.push(GeometryFault::HoleOutside { hole: sound[hole].0, square_metres });
            }
        }
    }
}
