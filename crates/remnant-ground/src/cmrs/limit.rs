//! Where the limit of a confirmed area is not established.
//!
//! Belongs here: the stretches of an outline beyond which nobody searched through, each with why.
//! Does not belong here: the outline (`confirmed`).

use geo_types::{Coord, LineString, MultiPolygon};
use serde::{Deserialize, Serialize, Serializer};

use super::box_id::BoxId;
use super::grid::Grid;
use super::meaning::BoxResult;
use super::plane::{Corner, in_land, land, line_to_wgs84, to_wgs84};
use super::region::Rings;
use super::survey::Survey;

/// Why the limit is not established along a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitReason {
    /// Nobody searched beyond.
    NotSearched,
    /// Beyond was only partly searched.
    PartlySearched,
    /// Beyond cannot be searched.
    CannotBeSearched,
    /// Fragments were found beyond, and the rule does not count them.
    FragmentsFound,
    /// A remnant was found beyond, and taken for another area.
    CmrFound,
    /// The zone ends there, and with it the grid.
    ZoneLimit,
}

impl LimitReason {
    /// The reason as it is printed.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotSearched => "not searched beyond",
            Self::PartlySearched => "only partly searched beyond",
            Self::CannotBeSearched => "cannot be searched beyond",
            Self::FragmentsFound => "fragments found beyond",
            Self::CmrFound => "remnants found beyond, in another area",
            Self::ZoneLimit => "the grid ends at the limit of the zone",
        }
    }
}

/// A stretch of an outline where the limit is not established.
///
/// Where an area reaches the limit of its zone, a stretch may run on past it by less than a box.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpenLimit {
    /// Why.
    pub reason: LimitReason,
    /// The stretch, WGS 84; in JSON as pairs of longitude and latitude.
    #[serde(serialize_with = "pairs")]
    pub line: LineString<f64>,
    /// Its length on the grid, in metres; along the limit of a zone on the ellipsoid, rounded.
    pub metres: u64,
}

fn pairs<S: Serializer>(line: &LineString<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(line.coords().map(|at| [at.x, at.y]))
}

/// The open stretches of an area's outlines; `outline` is the area as cut at the zone's limit.
///
/// Land that was searched with nothing found, or with other ordnance only, is a limit established
/// as far as the search rule goes. Everything else is open.
pub(super) fn open_limits(
    outlines: &[Rings],
    outline: &MultiPolygon<f64>,
    survey: &Survey,
) -> Vec<OpenLimit> {
    let grid = survey.grid();
    let mut limits = Vec::new();
    for ring in outlines.iter().flatten() {
        let pieces: Vec<(Corner, Corner)> =
            ring.windows(2).flat_map(|side| cut_at_boxes(grid, side[0], side[1])).collect();
        let reasons: Vec<Option<LimitReason>> =
            pieces.iter().map(|(from, to)| beyond(survey, *from, *to)).collect();
        for stretch in stretches(&reasons) {
            let Some(reason) = reasons[stretch[0]] else { continue };
            let mut corners = vec![pieces[stretch[0]].0];
            corners.extend(stretch.iter().map(|at| pieces[*at].1));
            let metres = stretch.iter().map(|at| length(pieces[*at])).sum();
            if let Some(line) = line_to_wgs84(grid.zone(), &corners) {
                limits.push(OpenLimit { reason, line, metres });
            }
        }
    }
    limits.extend(along_zone_limit(grid, outline));
    limits
}

fn length((from, to): (Corner, Corner)) -> u64 {
    (to.0 - from.0).unsigned_abs() + (to.1 - from.1).unsigned_abs()
}

/// A side of an outline, cut where it passes from one box to the next.
fn cut_at_boxes(grid: Grid, from: Corner, to: Corner) -> Vec<(Corner, Corner)> {
    let step = ((to.0 - from.0).signum(), (to.1 - from.1).signum());
    let (size, along) = (i64::from(grid.box_size_metres()), length((from, to)).cast_signed());
    let corner = grid.holding(from).south_west();
    let passed = (from.0 - corner.0) * step.0.abs() + (from.1 - corner.1) * step.1.abs();
    let to_line = match step.0 + step.1 {
        1 => size - passed,
        _ if passed == 0 => size,
        _ => passed,
    };
    let mut cuts = vec![0];
    cuts.extend((0..).map(|n| to_line + n * size).take_while(|at| *at < along));
    cuts.push(along);
    let at = |far: i64| (from.0 + step.0 * far, from.1 + step.1 * far);
    cuts.windows(2).map(|cut| (at(cut[0]), at(cut[1]))).collect()
}

/// Why the limit is open beyond a piece of a side, to its right; `None` where it is established, or
/// where the piece itself lies beyond the zone and was cut off.
fn beyond(survey: &Survey, from: Corner, to: Corner) -> Option<LimitReason> {
    let grid = survey.grid();
    let (right, middle) = right_of(from, to);
    let id: BoxId = grid.holding(right);
    if !grid.has(id)
        || !to_wgs84(grid.zone(), middle.0, middle.1).is_some_and(|at| in_land(grid.zone(), at))
    {
        return None;
    }
    match survey.result(id) {
        BoxResult::NothingFound | BoxResult::OtherUxoFound => None,
        BoxResult::NotSearched => Some(LimitReason::NotSearched),
        BoxResult::PartlySearched => Some(LimitReason::PartlySearched),
        BoxResult::CannotBeSearched => Some(LimitReason::CannotBeSearched),
        BoxResult::FragmentsOnly => Some(LimitReason::FragmentsFound),
        BoxResult::CmrFound => Some(LimitReason::CmrFound),
    }
}

/// A metre square just to the right of a piece, by its south-west corner, and the piece's middle.
#[expect(clippy::cast_precision_loss, reason = "metres of a UTM zone stay far below 2^53")]
fn right_of(from: Corner, to: Corner) -> (Corner, (f64, f64)) {
    let (east, north) = ((to.0 - from.0).signum(), (to.1 - from.1).signum());
    let right = match (east, north) {
        (1, _) => (from.0, from.1 - 1),
        (-1, _) => (from.0 - 1, from.1),
        (_, 1) => (from.0, from.1),
        _ => (from.0 - 1, from.1 - 1),
    };
    let middle = ((from.0 + to.0) as f64 / 2.0, (from.1 + to.1) as f64 / 2.0);
    (right, middle)
}

/// Runs of neighbouring pieces of a closed ring with the same reason, as their places in it.
fn stretches(reasons: &[Option<LimitReason>]) -> Vec<Vec<usize>> {
    let count = reasons.len();
    // Begin where a run begins, so that none is cut by the ring's first corner.
    let start = (0..count).find(|at| reasons[*at] != reasons[(at + count - 1) % count]);
    let start = start.unwrap_or(0);
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for at in (start..count).chain(0..start) {
        match runs.last_mut() {
            Some(run) if reasons[run[0]] == reasons[at] => run.push(at),
            _ => runs.push(vec![at]),
        }
    }
    runs
}

/// The sides of an outline that run along the limit of the zone's land.
fn along_zone_limit(grid: Grid, outline: &MultiPolygon<f64>) -> Vec<OpenLimit> {
    // Overlay rounds to some 1e-10 degrees; a side of the grid runs along a limit only there.
    const NEAR: f64 = 1e-9;
    let land = land(grid.zone());
    let on_limit = |a: Coord<f64>, b: Coord<f64>| {
        land.iter().any(|piece| {
            let along =
                |a: f64, b: f64, edge: f64| (a - edge).abs() < NEAR && (b - edge).abs() < NEAR;
            along(a.x, b.x, piece.min().x)
                || along(a.x, b.x, piece.max().x)
                || along(a.y, b.y, piece.min().y)
                || along(a.y, b.y, piece.max().y)
        })
    };
    let mut limits = Vec::new();
    for ring in outline.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
        for side in ring.lines().filter(|side| on_limit(side.start, side.end)) {
            let metres = super::plane::geodesic_metres(side.start, side.end);
            limits.push(OpenLimit {
                reason: LimitReason::ZoneLimit,
                line: LineString(vec![side.start, side.end]),
                metres,
            });
        }
    }
    limits
}
