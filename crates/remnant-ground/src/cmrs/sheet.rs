//! Planning squares: how far each is, and what a printed sheet of one shows.
//!
//! Belongs here: counts of boxes by result, the places of boxes on a sheet in metres. Does not
//! belong here: drawing (`remnant-publish`), files for receivers (`field_file`).

use std::collections::{BTreeMap, BTreeSet};

use geo_types::Coord;
use remnant_record::PartialDate;

use crate::object::ObjectId;

use super::box_id::{BoxId, KilometreSquare};
use super::fault::CmrsFault;
use super::grid::Grid;
use super::meaning::BoxResult;
use super::next::NextBoxes;
use super::parameters::Parameters;
use super::plane::{in_land, middle, to_wgs84};
use super::survey::{EvidencePoint, Survey};

/// A planning square with everything that a sheet of it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The grid.
    pub grid: Grid,
    /// The square, named after the kilometre square in its south-west corner.
    pub square: KilometreSquare,
    /// Its side in metres.
    pub side_metres: u32,
    /// All boxes of the square that have land in the zone, from the south-west row by row.
    pub boxes: Vec<SheetBox>,
    /// Evidence points in it, by id.
    pub evidence_points: Vec<SheetPoint>,
    /// First and last day of which a visit is recorded.
    pub dates: Option<(PartialDate, PartialDate)>,
    /// By how many degrees the grid's north lies east of true north in the middle of the square;
    /// negative where it lies west. Spherical, right to a hundredth of a degree up to 70°.
    pub grid_convergence_degrees: f64,
}

/// One box on a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetBox {
    /// The box.
    pub id: BoxId,
    /// Metres from the square's south-west corner to its own, east and north.
    pub from_corner: (i64, i64),
    /// What stands of it; not searched where nothing is recorded.
    pub result: BoxResult,
    /// The day of the latest visit.
    pub last_visit: Option<PartialDate>,
    /// Its place in the order of work, where it is next.
    pub next: Option<usize>,
}

/// An evidence point on a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetPoint {
    /// Its id.
    pub id: ObjectId,
    /// Metres from the square's south-west corner, east and north.
    pub from_corner: (f64, f64),
}

impl Sheet {
    /// How many boxes there are of each result, blank ones included as not searched.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<BoxResult, usize> {
        let mut counts = BTreeMap::new();
        for shown in &self.boxes {
            *counts.entry(shown.result).or_insert(0) += 1;
        }
        counts
    }
}

/// The sheets of a survey: one for each planning square that holds a record, an evidence point or a
/// box to search next, from the south-west.
///
/// # Errors
/// Every fault of the parameters, and `BoxSizeDiffers` where the grid has other boxes.
pub fn sheets(
    survey: &Survey,
    evidence_points: &[EvidencePoint],
    next: Option<&NextBoxes>,
    parameters: &Parameters,
) -> Result<Vec<Sheet>, Vec<CmrsFault>> {
    survey.check(parameters)?;
    let grid = survey.grid();
    let side_metres = parameters.planning_square_metres.value;
    let square_of = |id: BoxId| {
        let square = grid.planning_square(id, side_metres);
        let (east, north) = square.south_west();
        (north, east)
    };
    let orders: BTreeMap<BoxId, usize> = next
        .map(|next| next.boxes.iter().map(|next| (next.id, next.order)).collect())
        .unwrap_or_default();
    let mut squares: BTreeSet<(i64, i64)> = survey.boxes().map(|(id, _)| square_of(id)).collect();
    squares.extend(orders.keys().map(|id| square_of(*id)));
    let mut points: BTreeMap<(i64, i64), Vec<SheetPoint>> = BTreeMap::new();
    for point in evidence_points {
        let (Ok(id), Ok(at)) = (grid.box_at(point.position), grid.zone().point(point.position))
        else {
            continue;
        };
        let (north, east) = square_of(id);
        #[expect(clippy::cast_precision_loss, reason = "metres of a UTM zone are far below 2^53")]
        let from_corner = (at.easting - east as f64, at.northing - north as f64);
        let shown = SheetPoint { id: point.id.clone(), from_corner };
        points.entry((north, east)).or_default().push(shown);
        squares.insert((north, east));
    }
    let sheet = |(north, east): (i64, i64)| {
        let boxes = boxes_of(survey, &orders, (east, north), side_metres);
        let days: Vec<PartialDate> = boxes.iter().filter_map(|shown| shown.last_visit).collect();
        let first = days.iter().copied().min_by_key(|day| (day.first_day(), day.last_day()));
        let last = days.iter().copied().max_by_key(|day| (day.last_day(), day.first_day()));
        let mut evidence_points = points.get(&(north, east)).cloned().unwrap_or_default();
        evidence_points.sort_by(|a, b| a.id.cmp(&b.id));
        Sheet {
            grid,
            square: KilometreSquare::holding(grid.zone(), (east, north)),
            side_metres,
            boxes,
            evidence_points,
            dates: first.zip(last),
            grid_convergence_degrees: convergence(grid, (east, north), side_metres),
        }
    };
    Ok(squares.into_iter().map(sheet).collect())
}

/// The boxes whose south-west corner lies in a square.
fn boxes_of(
    survey: &Survey,
    orders: &BTreeMap<BoxId, usize>,
    (east, north): (i64, i64),
    side_metres: u32,
) -> Vec<SheetBox> {
    let grid = survey.grid();
    let (side, size) = (i64::from(side_metres), i64::from(grid.box_size_metres()));
    // Far from the limits of the zone no box has to be asked for its land.
    #[expect(clippy::cast_precision_loss, reason = "metres of a UTM zone are far below 2^53")]
    let all_land =
        [(-size, -size), (side + size, -size), (side + size, side + size), (-size, side + size)]
            .into_iter()
            .all(|(x, y)| {
                let (x, y) = ((east + x) as f64, (north + y) as f64);
                to_wgs84(grid.zone(), x, y).is_some_and(|at: Coord<f64>| in_land(grid.zone(), at))
            });
    let first = {
        let holding = grid.holding((east, north));
        let (west, south) = holding.south_west();
        holding.step(i64::from(west < east), i64::from(south < north))
    };
    // A northern box that the equator cuts begins south of its square.
    let from_row = if survey.grid().zone().is_north() && north == 0 { -1 } else { 0 };
    let mut boxes = Vec::new();
    for row in from_row..=side / size {
        for column in 0..=side / size {
            let id = first.step(column, row);
            let (x, y) = (id.south_west().0 - east, id.south_west().1 - north);
            if x >= side || y >= side || !(all_land || grid.has(id)) {
                continue;
            }
            let standing = survey.standing(id);
            boxes.push(SheetBox {
                id,
                from_corner: (x, y),
                result: survey.result(id),
                last_visit: standing.and_then(|standing| standing.last_visit),
                next: orders.get(&id).copied(),
            });
        }
    }
    boxes
}

/// Grid convergence in the middle of a square, in degrees.
#[expect(clippy::cast_precision_loss, reason = "metres of a UTM zone are far below 2^53")]
fn convergence(grid: Grid, (east, north): (i64, i64), side_metres: u32) -> f64 {
    let half = f64::from(side_metres) / 2.0;
    to_wgs84(grid.zone(), east as f64 + half, north as f64 + half).map_or(0.0, |at| {
        let from_middle = (at.x - middle(grid.zone())).to_radians();
        (from_middle.tan() * at.y.to_radians().sin()).atan().to_degrees()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::drawn::{at, evidence, grid, parameters, records, survey};
    use super::super::{NeighbourRule, next_boxes};
    use super::*;
    use crate::coordinate::{Position, UtmZone};

    #[test]
    fn a_sheet_holds_every_box_of_its_square_and_counts_blank_ones_as_not_searched() {
        let drawing = ["..-", "-#/", "..."];
        let mut all = records(&drawing);
        all[0].date = Some("2024-02-28".parse().unwrap());
        all[1].date = Some("2024-03".parse().unwrap());
        let survey = Survey::of(grid(), &all);
        let settled = parameters(NeighbourRule::Four, 0, 0);
        let points = [evidence("ep", 1, 1), evidence("far", 25, 0)];
        let next = next_boxes(&survey, &points, &settled).unwrap();
        let sheets = sheets(&survey, &points, Some(&next), &settled).unwrap();
        let names: Vec<String> = sheets.iter().map(|sheet| sheet.square.to_string()).collect();
        assert_eq!(names, ["48QXE2020", "48QXE2120"]);
        let sheet = &sheets[0];
        assert_eq!(sheet.boxes.len(), 400);
        assert_eq!(
            sheet.counts().into_iter().collect::<Vec<_>>(),
            [
                (BoxResult::NotSearched, 396),
                (BoxResult::PartlySearched, 1),
                (BoxResult::NothingFound, 2),
                (BoxResult::CmrFound, 1)
            ]
        );
        let (east, north) = sheet.evidence_points[0].from_corner;
        assert!((east - 75.0).abs() < 0.01 && (north - 75.0).abs() < 0.01);
        let begun = sheet.boxes.iter().find(|shown| shown.id == at(2, 1)).unwrap();
        assert!(begun.next.is_some());
        let dates = sheet.dates.unwrap();
        assert_eq!(
            (dates.0.to_string(), dates.1.to_string()),
            ("2024-02-28".into(), "2024-03".into())
        );
        // 1.14° east of the zone's middle at 17.4° north.
        assert!((sheet.grid_convergence_degrees - 0.34).abs() < 0.01);
    }

    #[test]
    fn a_sheet_at_the_limit_of_a_zone_shows_the_zones_own_boxes_only() {
        let grid = Grid::along_utm(UtmZone::new(48, true).unwrap(), 50).unwrap();
        let id = grid.box_at(Position::new(107.999, 17.0).unwrap()).unwrap();
        let record = super::super::SurveyBox::new(ObjectId::new("t/1"), id, BoxResult::CmrFound);
        let survey = Survey::of(grid, &[record]);
        let sheets = sheets(&survey, &[], None, &Parameters::default()).unwrap();
        let count = sheets[0].boxes.len();
        assert!(count > 0 && count < 400, "{count}");
        assert!(sheets[0].boxes.iter().all(|shown| grid.has(shown.id)));
    }

    #[test]
    fn a_survey_of_nothing_has_no_sheets() {
        assert_eq!(sheets(&survey(&["."]), &[], None, &Parameters::default()).unwrap(), vec![]);
    }
}
