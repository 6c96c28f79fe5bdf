//! Which boxes are searched next: from evidence outward, until the frontier shows none.
//!
//! Belongs here: the rule by which boxes are opened, skipped and filled. Does not belong here: how
//! much a box is worth (`remnant-estimate`), who goes there.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::object::ObjectId;

use super::box_id::BoxId;
use super::fault::CmrsFault;
use super::meaning::BoxResult;
use super::parameters::Parameters;
use super::survey::{EvidencePoint, Survey};

/// Why a box is proposed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// These evidence points lie in it.
    OpenedByEvidencePoint(Vec<ObjectId>),
    /// It is reached from this positive box, by the neighbour rule and the number of boxes skipped.
    NeighbourOf(BoxId),
    /// It was skipped on the way out from this positive box, and the box beyond has been dealt with.
    FillsSkip(BoxId),
}

/// A box to search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextBox {
    /// The box.
    #[serde(rename = "box")]
    pub id: BoxId,
    /// Why it is proposed.
    pub why: Why,
    /// Place in the order of work, from 1: evidence points first, then outward from the nearest,
    /// then what was skipped.
    pub order: usize,
    /// Whether a visit began and did not finish it.
    pub begun: bool,
}

/// What to do next on a grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextBoxes {
    /// The boxes to search, in order. Empty where the frontier shows no evidence: the survey stops.
    pub boxes: Vec<NextBox>,
    /// Boxes that would be on the list but cannot be searched, with why they would be. The limit of
    /// the contamination is not established there.
    pub blocked: Vec<(BoxId, Why)>,
    /// Boxes that are left out until the box beyond them has been searched.
    pub skipped: Vec<BoxId>,
    /// Evidence points that are no business of this grid: in another zone's land or outside UTM.
    pub elsewhere: Vec<ObjectId>,
}

/// The boxes that the rule opens next.
///
/// Boxes that hold an evidence point come first. Every positive box opens, in each direction of the
/// neighbour rule, the box behind `skip_boxes` others; a box that is not positive opens none. The
/// boxes between are skipped, and are filled when the box beyond is searched, blocked, or outside
/// the zone. A box that is searched or blocked is never proposed; one that is only begun is.
///
/// The answer does not depend on the order of records or points.
///
/// # Errors
/// Every fault of the parameters, and `BoxSizeDiffers` where the grid has other boxes.
pub fn next_boxes(
    survey: &Survey,
    evidence_points: &[EvidencePoint],
    parameters: &Parameters,
) -> Result<NextBoxes, Vec<CmrsFault>> {
    survey.check(parameters)?;
    let grid = survey.grid();
    let mut elsewhere = BTreeSet::new();
    let mut opened: BTreeMap<BoxId, BTreeSet<ObjectId>> = BTreeMap::new();
    for point in evidence_points {
        match grid.box_at(point.position) {
            Ok(id) => {
                opened.entry(id).or_default().insert(point.id.clone());
            }
            Err(_) => {
                elsewhere.insert(point.id.clone());
            }
        }
    }

    // One reason for each box, the first in the order of `Why`: evidence, neighbour, skip.
    let mut wanted: BTreeMap<BoxId, Why> = BTreeMap::new();
    let mut want = |id: BoxId, why: Why| {
        let first = wanted.entry(id).or_insert_with(|| why.clone());
        if why < *first {
            *first = why;
        }
    };
    for (id, points) in &opened {
        want(*id, Why::OpenedByEvidencePoint(points.iter().cloned().collect()));
    }
    let fragments_count = parameters.fragments_count_as_found.value;
    let positive: Vec<BoxId> = survey
        .boxes()
        .map(|(id, _)| id)
        .filter(|id| survey.is_positive(*id, fragments_count))
        .collect();
    let skip = i64::from(parameters.skip_boxes.value);
    let mut skipped = BTreeSet::new();
    for from in &positive {
        for (east, north) in parameters.neighbour_rule.value.steps() {
            let beyond = from.step(east * (skip + 1), north * (skip + 1));
            let in_zone = grid.has(beyond);
            if in_zone {
                want(beyond, Why::NeighbourOf(*from));
            }
            let result = survey.result(beyond);
            let dealt_with =
                !in_zone || result.is_searched() || result == BoxResult::CannotBeSearched;
            for between in (1..=skip).map(|n| from.step(east * n, north * n)) {
                if !grid.has(between) {
                    continue;
                }
                if dealt_with {
                    want(between, Why::FillsSkip(*from));
                } else {
                    skipped.insert(between);
                }
            }
        }
    }

    let origins: Vec<BoxId> = opened.keys().copied().collect();
    let mut boxes = Vec::new();
    let mut blocked = Vec::new();
    for (id, why) in wanted {
        match survey.result(id) {
            BoxResult::CannotBeSearched => blocked.push((id, why)),
            result if result.is_searched() => {}
            result => {
                skipped.remove(&id);
                let rank = match why {
                    Why::OpenedByEvidencePoint(_) => 0,
                    Why::NeighbourOf(_) => 1,
                    Why::FillsSkip(_) => 2,
                };
                let far = origins.iter().map(|origin| apart(id, *origin)).min().unwrap_or(0);
                let begun = result == BoxResult::PartlySearched;
                boxes.push((rank, far, NextBox { id, why, order: 0, begun }));
            }
        }
    }
    boxes.sort_by_key(|(rank, far, next)| (*rank, *far, next.id));
    let boxes = boxes
        .into_iter()
        .enumerate()
        .map(|(at, (_, _, next))| NextBox { order: at + 1, ..next })
        .collect();
    let skipped = skipped
        .into_iter()
        .filter(|id| !survey.result(*id).is_searched())
        .filter(|id| survey.result(*id) != BoxResult::CannotBeSearched)
        .collect();
    Ok(NextBoxes { boxes, blocked, skipped, elsewhere: elsewhere.into_iter().collect() })
}

/// How many metres two boxes are apart, along the longer of the two directions.
fn apart(a: BoxId, b: BoxId) -> i64 {
    let ((east, north), (other_east, other_north)) = (a.south_west(), b.south_west());
    (east - other_east).abs().max((north - other_north).abs())
}
