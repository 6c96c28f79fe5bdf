//! The survey held against what was found later: in clearance, spot tasks, accidents.
//!
//! Belongs here: finds outside every confirmed area, and in boxes that were called empty. Does not
//! belong here: what follows for method or people.
//!
//! # Source
//! The feedback step of the method: finds are compared with the survey's areas to check its
//! accuracy, and method and polygons are corrected.

use std::collections::BTreeMap;

use geo::{Intersects, LinesIter};
use geo_types::{Coord, Point};
use serde::Serialize;

use crate::coordinate::Position;
use crate::object::ObjectId;

use super::box_id::BoxId;
use super::confirmed::ConfirmedArea;
use super::meaning::BoxResult;
use super::survey::Survey;

/// An item found after the survey.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LaterFind {
    /// Its id.
    pub id: ObjectId,
    /// Where it was found.
    pub position: Position,
}

/// A later find outside every confirmed area.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindOutside {
    /// The find.
    pub id: ObjectId,
    /// Its box, where it lies on the survey's grid.
    #[serde(rename = "box")]
    pub survey_box: Option<BoxId>,
    /// What the survey said of the box.
    pub result: BoxResult,
    /// How far outside the nearest confirmed area it lies, in metres on the plane of the grid;
    /// absent where there is no area or it lies off the grid.
    pub metres_outside: Option<f64>,
}

/// What the later finds say about the survey.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// How many finds there are.
    pub finds: usize,
    /// Finds inside a confirmed area.
    pub inside: Vec<ObjectId>,
    /// Finds outside every confirmed area, the farthest first.
    pub outside: Vec<FindOutside>,
    /// Boxes called empty in which something was found later. One that was searched whole is a
    /// failure of detection; one of which a share was searched may be chance.
    pub in_empty_boxes: Vec<EmptyBoxWithFinds>,
}

/// A box called empty with later finds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EmptyBoxWithFinds {
    /// The box.
    #[serde(rename = "box")]
    pub id: BoxId,
    /// Whether the survey said to have searched all of it.
    pub searched_whole: bool,
    /// What was found in it.
    pub finds: Vec<ObjectId>,
}

/// Holds a survey and its confirmed areas against later finds.
///
/// A find on the very outline is inside. The answer does not depend on the order of finds.
#[must_use]
pub fn compare_with_later_finds(
    survey: &Survey,
    confirmed: &ConfirmedArea,
    finds: &[LaterFind],
) -> Comparison {
    let grid = survey.grid();
    let mut comparison = Comparison {
        finds: finds.len(),
        inside: Vec::new(),
        outside: Vec::new(),
        in_empty_boxes: Vec::new(),
    };
    let mut empty: BTreeMap<BoxId, Vec<ObjectId>> = BTreeMap::new();
    for find in finds {
        let survey_box = grid.box_at(find.position).ok();
        let result = survey_box.map_or(BoxResult::NotSearched, |id| survey.result(id));
        if let Some(id) = survey_box.filter(|_| result == BoxResult::NothingFound) {
            empty.entry(id).or_default().push(find.id.clone());
        }
        let at = Point::new(find.position.longitude(), find.position.latitude());
        if confirmed.areas.iter().any(|area| area.outline.intersects(&at)) {
            comparison.inside.push(find.id.clone());
        } else {
            comparison.outside.push(FindOutside {
                id: find.id.clone(),
                survey_box,
                result,
                metres_outside: metres_outside(survey, confirmed, find.position),
            });
        }
    }
    comparison.inside.sort();
    comparison.outside.sort_by(|a, b| {
        let far = |find: &FindOutside| find.metres_outside.unwrap_or(f64::INFINITY);
        far(b).total_cmp(&far(a)).then_with(|| a.id.cmp(&b.id))
    });
    comparison.in_empty_boxes = empty
        .into_iter()
        .map(|(id, mut finds)| {
            finds.sort();
            let standing = survey.standing(id);
            let searched_whole = standing.is_some_and(|standing| standing.whole_and_empty);
            EmptyBoxWithFinds { id, searched_whole, finds }
        })
        .collect();
    comparison
}

/// The distance on the plane from a place to the nearest outline.
fn metres_outside(survey: &Survey, confirmed: &ConfirmedArea, place: Position) -> Option<f64> {
    let zone = survey.grid().zone();
    let on_plane = |place: Position| {
        zone.point(place).ok().map(|point| Coord { x: point.easting, y: point.northing })
    };
    let vertex = |at: Coord<f64>| Position::new(at.x, at.y).ok().and_then(on_plane);
    let at = on_plane(place)?;
    confirmed
        .areas
        .iter()
        .flat_map(|area| area.outline.lines_iter())
        .filter_map(|line| Some(distance(at, vertex(line.start)?, vertex(line.end)?)))
        .min_by(f64::total_cmp)
}

/// The distance from a point to a straight piece.
fn distance(at: Coord<f64>, from: Coord<f64>, to: Coord<f64>) -> f64 {
    let along = to - from;
    let length = along.x * along.x + along.y * along.y;
    let share = match length > 0.0 {
        true => (((at.x - from.x) * along.x + (at.y - from.y) * along.y) / length).clamp(0.0, 1.0),
        false => 0.0,
    };
    (at.x - from.x - share * along.x).hypot(at.y - from.y - share * along.y)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::drawn::{at, evidence, parameters, survey};
    use super::super::{NeighbourRule, confirmed_area};
    use super::*;

    fn find(name: &str, column: i64, row: i64) -> LaterFind {
        let point = evidence(name, column, row);
        LaterFind { id: point.id, position: point.position }
    }

    #[test]
    fn finds_outside_the_areas_and_in_boxes_called_empty_are_told() {
        let survey = survey(&["....", "#-=.", "...."]);
        let settled = parameters(NeighbourRule::Four, 0, 0);
        let confirmed = confirmed_area(&survey, &[], &settled, Default::default()).unwrap();
        let mut finds =
            vec![find("in", 0, 1), find("next", 1, 1), find("whole", 2, 1), find("blank", 3, 1)];
        let told = compare_with_later_finds(&survey, &confirmed, &finds);
        assert_eq!((told.finds, told.inside.as_slice()), (4, [ObjectId::new("in")].as_slice()));
        let outside: Vec<(&str, f64)> = told
            .outside
            .iter()
            .map(|find| (find.id.as_str(), find.metres_outside.unwrap().round()))
            .collect();
        assert_eq!(outside, [("blank", 125.0), ("whole", 75.0), ("next", 25.0)]);
        assert_eq!(told.outside[0].result, BoxResult::NotSearched);
        let empty: Vec<(BoxId, bool)> =
            told.in_empty_boxes.iter().map(|found| (found.id, found.searched_whole)).collect();
        assert_eq!(empty, [(at(1, 1), false), (at(2, 1), true)]);
        finds.reverse();
        assert_eq!(compare_with_later_finds(&survey, &confirmed, &finds), told);
    }

    #[test]
    fn a_find_off_the_grid_is_outside_without_a_distance() {
        let survey = survey(&["#"]);
        let confirmed = confirmed_area(
            &survey,
            &[],
            &parameters(NeighbourRule::Four, 0, 0),
            Default::default(),
        );
        let far =
            LaterFind { id: ObjectId::new("far"), position: Position::new(20.0, 45.0).unwrap() };
        let told = compare_with_later_finds(&survey, &confirmed.unwrap(), &[far]);
        assert_eq!(told.outside[0].survey_box, None);
        assert_eq!(told.outside[0].metres_outside, None);
    }
}
