//! Small surveys drawn in letters, and what the rules make of them.
//!
//! North is up, as on a sheet. `#` remnant found, `f` fragments only, `o` other ordnance,
//! `-` searched and nothing found, `=` searched whole and empty, `/` partly searched,
//! `x` cannot be searched, `.` nothing recorded.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use remnant_record::SquareMetres;

use crate::coordinate::{Position, UtmZone};
use crate::object::ObjectId;

use super::meaning::{BoxResult, StopReason};
use super::parameters::{NeighbourRule, Parameters};
use super::survey::{EvidencePoint, Survey};
use super::survey_box::SurveyBox;
use super::{
    BoxId, ConfirmationRule, Grid, LimitReason, NextBoxes, Why, confirmed_area, next_boxes,
};

/// The south-west corner of every drawing: in Khammouane, on a corner of the map's squares.
const CORNER: (i64, i64) = (620_000, 1_920_000);

pub(super) fn grid() -> Grid {
    Grid::along_utm(UtmZone::new(48, true).unwrap(), 50).unwrap()
}

/// The box in a column from the west and a row from the south, from 0.
pub(super) fn at(column: i64, row: i64) -> BoxId {
    grid().holding(CORNER).step(column, row)
}

/// The records of a drawing.
pub(super) fn records(drawing: &[&str]) -> Vec<SurveyBox> {
    let rows = drawing.iter().rev().enumerate();
    let letters = rows.flat_map(|(row, line)| {
        line.chars().enumerate().map(move |(column, letter)| (column as i64, row as i64, letter))
    });
    letters
        .filter_map(|(column, row, letter)| {
            let result = match letter {
                '#' => BoxResult::CmrFound,
                'f' => BoxResult::FragmentsOnly,
                'o' => BoxResult::OtherUxoFound,
                '-' | '=' => BoxResult::NothingFound,
                '/' => BoxResult::PartlySearched,
                'x' => BoxResult::CannotBeSearched,
                '.' => return None,
                other => panic!("no letter {other}"),
            };
            let id = at(column, row);
            let mut record = SurveyBox::new(ObjectId::new(format!("team/{id}")), id, result);
            if letter == '=' {
                record.stop_reason = Some(StopReason::FullCoverage);
            }
            Some(record)
        })
        .collect()
}

pub(super) fn survey(drawing: &[&str]) -> Survey {
    Survey::of(grid(), &records(drawing))
}

/// An evidence point in the middle of a box.
pub(super) fn evidence(name: &str, column: i64, row: i64) -> EvidencePoint {
    let (east, north) = at(column, row).south_west();
    let position = grid().zone().position(east as f64 + 25.0, north as f64 + 25.0).unwrap();
    EvidencePoint { id: ObjectId::new(name), position, direct: true }
}

pub(super) fn parameters(rule: NeighbourRule, skip: u32, buffer: u32) -> Parameters {
    let mut parameters = Parameters::default();
    parameters.neighbour_rule.value = rule;
    parameters.skip_boxes.value = skip;
    parameters.cha_buffer_metres.value = buffer;
    parameters
}

/// The next boxes drawn over the survey: `E` evidence point, `N` neighbour, `S` skip to fill.
fn drawn(drawing: &[&str], next: &NextBoxes) -> Vec<String> {
    let height = drawing.len();
    drawing
        .iter()
        .enumerate()
        .map(|(line, letters)| {
            let row = (height - 1 - line) as i64;
            let letter = |(column, letter): (usize, char)| {
                let id = at(column as i64, row);
                let found = next.boxes.iter().find(|next| next.id == id);
                found.map_or(letter, |next| match next.why {
                    Why::OpenedByEvidencePoint(_) => 'E',
                    Why::NeighbourOf(_) => 'N',
                    Why::FillsSkip(_) => 'S',
                })
            };
            letters.chars().enumerate().map(letter).collect()
        })
        .collect()
}

#[test]
fn a_survey_starts_from_evidence_points_and_nowhere_else() {
    let nothing = survey(&["....", "...."]);
    let parameters = parameters(NeighbourRule::Eight, 0, 0);
    assert_eq!(next_boxes(&nothing, &[], &parameters).unwrap().boxes, vec![]);
    let mut points = vec![evidence("b", 1, 0), evidence("a", 1, 0)];
    points
        .push(EvidencePoint { position: Position::new(110.0, 17.0).unwrap(), ..points[0].clone() });
    let next = next_boxes(&nothing, &points, &parameters).unwrap();
    assert_eq!(next.boxes.len(), 1);
    let both = vec![ObjectId::new("a"), ObjectId::new("b")];
    assert_eq!(next.boxes[0].why, Why::OpenedByEvidencePoint(both));
    assert_eq!(next.elsewhere, vec![ObjectId::new("b")]);
}

#[test]
fn a_positive_box_opens_its_neighbours_and_no_other_box_does() {
    let drawing = [".......", ".-.....", "..#-...", "..x/...", "......."];
    let next = next_boxes(
        &survey(&drawing),
        &[evidence("a", 2, 2)],
        &parameters(NeighbourRule::Eight, 0, 0),
    );
    let next = next.unwrap();
    assert_eq!(drawn(&drawing, &next), [".......", ".-NN...", ".N#-...", ".NxN...", "......."]);
    assert_eq!(next.blocked, vec![(at(2, 1), Why::NeighbourOf(at(2, 2)))]);
    let begun: Vec<BoxId> = next.boxes.iter().filter(|n| n.begun).map(|n| n.id).collect();
    assert_eq!(begun, vec![at(3, 1)], "what is only begun is gone on with");
    let orders: Vec<usize> = next.boxes.iter().map(|next| next.order).collect();
    assert_eq!(orders, [1, 2, 3, 4, 5]);
    let four = next_boxes(&survey(&drawing), &[], &parameters(NeighbourRule::Four, 0, 0)).unwrap();
    assert_eq!(drawn(&drawing, &four), [".......", ".-N....", ".N#-...", "..x/...", "......."]);
}

#[test]
fn a_frontier_without_evidence_ends_the_survey() {
    let drawing = ["-----", "--f--", "-###-", "-----"];
    let next = next_boxes(&survey(&drawing), &[], &parameters(NeighbourRule::Eight, 0, 0)).unwrap();
    assert_eq!((next.boxes, next.blocked, next.skipped), (vec![], vec![], vec![]));
}

#[test]
fn skipped_boxes_are_filled_when_the_box_beyond_has_been_dealt_with() {
    let drawing = [".....", ".....", "..#..", ".....", "....."];
    let four = parameters(NeighbourRule::Four, 1, 0);
    let next = next_boxes(&survey(&drawing), &[], &four).unwrap();
    assert_eq!(drawn(&drawing, &next), ["..N..", ".....", "N.#.N", ".....", "..N.."]);
    assert_eq!(next.skipped, vec![at(2, 1), at(1, 2), at(3, 2), at(2, 3)]);
    let drawing = ["..-..", ".....", "x.#.#", ".....", "../.."];
    let next = next_boxes(&survey(&drawing), &[], &four).unwrap();
    assert_eq!(drawn(&drawing, &next)[..4], ["..-.N", "..S..", "xS#S#", "....."]);
    assert_eq!(next.blocked, vec![(at(0, 2), Why::NeighbourOf(at(2, 2)))]);
    assert!(next.skipped.contains(&at(2, 1)), "the box beyond is only begun");
}

#[test]
fn boxes_are_worked_outward_from_the_nearest_evidence_point() {
    let drawing = ["........", "#......#", "........"];
    let points = [evidence("a", 0, 1), evidence("b", 4, 1)];
    let next =
        next_boxes(&survey(&drawing), &points, &parameters(NeighbourRule::Four, 0, 0)).unwrap();
    let order: Vec<BoxId> = next.boxes.iter().map(|next| next.id).collect();
    // Evidence first; the west box lies on its point, the east box three boxes from one.
    assert_eq!(order[0], at(4, 1));
    let east = order.iter().position(|id| *id == at(7, 2)).unwrap();
    assert!(order.iter().position(|id| *id == at(0, 2)).unwrap() < east);
    // And at the same distance from the west: 6 is nearer to 4 than 7 is.
    assert!(order.iter().position(|id| *id == at(6, 1)).unwrap() < east);
}

/// The confirmed areas of a drawing, with no evidence points.
fn confirmed(
    drawing: &[&str],
    parameters: &Parameters,
    rule: ConfirmationRule,
) -> super::ConfirmedArea {
    confirmed_area(&survey(drawing), &[], parameters, rule).unwrap()
}

fn reasons(area: &super::Area) -> Vec<(LimitReason, u64)> {
    let mut reasons: Vec<_> = area.open_limits.iter().map(|l| (l.reason, l.metres)).collect();
    reasons.sort_unstable();
    reasons
}

#[test]
fn boxes_that_touch_at_a_corner_are_one_area_or_two_as_the_rule_says() {
    let drawing = ["----", "-#--", "--#-", "----"];
    let eight = confirmed(&drawing, &parameters(NeighbourRule::Eight, 0, 0), Default::default());
    assert_eq!(eight.areas.len(), 1);
    assert_eq!(
        eight.areas[0].outline.0.len(),
        2,
        "two polygons that touch: no ring crosses itself"
    );
    assert_eq!(eight.areas[0].grid_square_metres, SquareMetres::new(5000));
    assert_eq!(eight.areas[0].open_limits, vec![]);
    let four = confirmed(&drawing, &parameters(NeighbourRule::Four, 0, 0), Default::default());
    assert_eq!(four.areas.len(), 2);
    // Widened by 25 m the two share ground, and are one area whatever the rule.
    let wide = confirmed(&drawing, &parameters(NeighbourRule::Four, 0, 25), Default::default());
    assert_eq!(wide.areas.len(), 1);
    assert_eq!(wide.areas[0].grid_square_metres, SquareMetres::new(2 * 100 * 100 - 50 * 50));
    assert_eq!(wide.areas[0].positive, vec![at(2, 1), at(1, 2)]);
}

#[test]
fn an_area_bridges_what_was_skipped_and_not_what_was_searched_and_empty() {
    let drawing = ["#.#-#/x#"];
    let one = confirmed(&drawing, &parameters(NeighbourRule::Four, 1, 0), Default::default());
    let positive: Vec<usize> = one.areas.iter().map(|area| area.positive.len()).collect();
    assert_eq!(positive, [2, 1, 1], "one skipped box is bridged; a negative is not, nor two boxes");
    assert_eq!(one.areas[0].bridged, vec![at(1, 0)]);
    assert_eq!(one.areas[0].grid_square_metres, SquareMetres::new(3 * 2500));
    assert_eq!(one.areas[0].unsearched(), 1);
    let two = confirmed(&drawing, &parameters(NeighbourRule::Four, 2, 0), Default::default());
    assert_eq!(two.areas.len(), 2);
    assert_eq!(two.areas[1].bridged, vec![at(5, 0), at(6, 0)]);
}

#[test]
fn the_limit_is_open_wherever_nobody_searched_through() {
    let drawing = ["-/-", "x#-", "-.-"];
    let found = confirmed(&drawing, &parameters(NeighbourRule::Four, 0, 0), Default::default());
    assert_eq!(
        reasons(&found.areas[0]),
        [
            (LimitReason::NotSearched, 50),
            (LimitReason::PartlySearched, 50),
            (LimitReason::CannotBeSearched, 50)
        ]
    );
    // A stretch goes round corners as long as the reason is the same.
    let alone = confirmed(&["#"], &parameters(NeighbourRule::Four, 0, 0), Default::default());
    assert_eq!(reasons(&alone.areas[0]), [(LimitReason::NotSearched, 200)]);
    let fragments = confirmed(&["-f-", "-#-", "-o-"], &Parameters::default(), Default::default());
    assert_eq!(reasons(&fragments.areas[0]), [(LimitReason::FragmentsFound, 50)]);
    // The widened outline runs through the middle of boxes, and is cut where they change.
    let wide = confirmed(
        &["---", "-#-", "-/-"],
        &parameters(NeighbourRule::Four, 0, 25),
        Default::default(),
    );
    assert_eq!(wide.areas[0].grid_square_metres, SquareMetres::new(10_000));
    assert_eq!(reasons(&wide.areas[0]), [(LimitReason::PartlySearched, 50)]);
}

#[test]
fn holes_stay_open_to_view_are_filled_or_taken_out_as_the_rule_says() {
    let drawing = ["-----", "-###-", "-#=#-", "-###-", "-----"];
    let settled = parameters(NeighbourRule::Four, 0, 0);
    let plain = confirmed(&drawing, &settled, Default::default());
    assert_eq!(plain.areas[0].grid_square_metres, SquareMetres::new(8 * 2500));
    assert_eq!(plain.areas[0].outline.0[0].interiors().len(), 1);
    let fill = ConfirmationRule { fill_holes: true, ..Default::default() };
    let filled = confirmed(&drawing, &settled, fill);
    assert_eq!(filled.areas[0].grid_square_metres, SquareMetres::new(9 * 2500));
    assert_eq!((filled.areas[0].negative(), filled.areas[0].positive.len()), (1, 8));
    // Taken out again only on request, and only because all of it was searched.
    let take_out = ConfirmationRule { fill_holes: true, take_out_whole_empty_boxes: true };
    let wide = parameters(NeighbourRule::Four, 0, 50);
    assert_eq!(
        confirmed(&drawing, &wide, take_out).areas[0].grid_square_metres,
        SquareMetres::new(24 * 2500)
    );
    let share = ["-----", "-###-", "-#-#-", "-###-", "-----"];
    assert_eq!(
        confirmed(&share, &wide, take_out).areas[0].grid_square_metres,
        SquareMetres::new(25 * 2500)
    );
    // An area in a hole that is filled becomes part of what surrounds it.
    let island = ["#####", "#---#", "#-#-#", "#---#", "#####"];
    assert_eq!(confirmed(&island, &settled, Default::default()).areas.len(), 2);
    let one = confirmed(&island, &settled, fill);
    assert_eq!((one.areas.len(), one.areas[0].positive.len()), (1, 17));
}

#[test]
fn an_area_counts_its_evidence_and_needs_enough_of_it() {
    let mut all = records(&["-f#", "---"]);
    all[5].items_found = Some(3);
    let mut settled = parameters(NeighbourRule::Eight, 0, 0);
    settled.fragments_count_as_found.value = true;
    settled.minimum_evidence.value = 5;
    let mut points = vec![evidence("in-find", 2, 1), evidence("in-fragments", 1, 1)];
    points.push(evidence("outside", 0, 0));
    points.push(EvidencePoint { direct: false, ..evidence("hearsay", 1, 1) });
    let found =
        confirmed_area(&Survey::of(grid(), &all), &points, &settled, Default::default()).unwrap();
    let area = &found.areas[0];
    assert_eq!((area.evidence_points.len(), area.direct_evidence), (3, 4));
    assert!(!area.enough_evidence);
    assert_eq!(found.evidence_outside, vec![ObjectId::new("outside")]);
    assert!(found.rule_in_words().starts_with(
        "positive boxes joined, square buffer (version 1): boxes of 50 m with remnants or \
         fragments found, joined across 8 neighbours and over at most 0 unsearched boxes in line"
    ));
    assert!(found.rule_in_words().contains("UNVERIFIED: planning_square_metres"));
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["grid"], "48N-50");
    assert_eq!(json["areas"][0]["boxes"]["cmr_found"], 1);
    assert_eq!(json["areas"][0]["open_limits"][0]["reason"], "not_searched");
    assert_eq!(json["areas"][0]["outline"][0][0].as_array().unwrap().len(), 5);
    assert_eq!(json["parameters"]["minimum_evidence"]["value"], 5);
}

#[test]
fn an_area_at_the_limit_of_a_zone_is_cut_there_and_open() {
    let limit = Position::new(107.999_999, 17.0).unwrap();
    let id = grid().box_at(limit).unwrap();
    let find = SurveyBox::new(ObjectId::new("team/1"), id, BoxResult::CmrFound);
    let survey = Survey::of(grid(), &[find]);
    let found =
        confirmed_area(&survey, &[], &parameters(NeighbourRule::Four, 0, 25), Default::default());
    let area = &found.unwrap().areas[0];
    assert!(area.cut_at_zone_limit && area.square_metres < area.grid_square_metres);
    let along: u64 = area
        .open_limits
        .iter()
        .filter(|limit| limit.reason == LimitReason::ZoneLimit)
        .map(|limit| limit.metres)
        .sum();
    assert!((99..=103).contains(&along), "{along}");
}

#[test]
fn a_survey_with_other_boxes_than_its_parameters_is_refused() {
    let mut settled = Parameters::default();
    settled.box_size_metres.value = 25;
    let faults = next_boxes(&survey(&["#"]), &[], &settled).unwrap_err();
    assert_eq!(faults[0].to_string(), "the grid has boxes of 50 m, the parameters say 25 m");
}

#[test]
fn records_of_another_grid_or_that_contradict_themselves_are_told() {
    let mut all = records(&["#-"]);
    all[1].minutes = Some(0.0);
    let other = "48QXE2020-25-r01c01".parse().unwrap();
    all.push(SurveyBox::new(ObjectId::new("team/9"), other, BoxResult::CmrFound));
    let survey = Survey::of(grid(), &all);
    assert_eq!(survey.boxes().count(), 2);
    assert_eq!(survey.result(at(1, 0)), BoxResult::NotSearched);
    let said: Vec<String> = survey.faults().iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().any(|s| s.ends_with("is a box of another grid than 48N-50")), "{said:?}");
}

/// A drawing of up to 9 by 9 boxes.
fn any_drawing() -> impl Strategy<Value = Vec<String>> {
    let letter =
        prop::sample::select("##f o--=/x....".replace(' ', "").chars().collect::<Vec<_>>());
    (1usize..10, 1usize..10).prop_flat_map(move |(width, height)| {
        let line = prop::collection::vec(letter.clone(), width);
        prop::collection::vec(line.prop_map(|line| line.into_iter().collect()), height)
    })
}

fn any_parameters() -> impl Strategy<Value = Parameters> {
    let rule = prop_oneof![Just(NeighbourRule::Four), Just(NeighbourRule::Eight)];
    (rule, 0u32..3, prop::sample::select(vec![0u32, 7, 25, 50, 60]), any::<bool>()).prop_map(
        |(rule, skip, buffer, fragments)| {
            let mut settled = parameters(rule, skip, buffer);
            settled.fragments_count_as_found.value = fragments;
            settled
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_positive_box_is_in_one_area_and_the_order_of_records_never_matters(
        drawing in any_drawing(), settled in any_parameters(),
        fill_holes in any::<bool>(), take_out_whole_empty_boxes in any::<bool>(),
    ) {
        let rule = ConfirmationRule { fill_holes, take_out_whole_empty_boxes };
        let drawing: Vec<&str> = drawing.iter().map(String::as_str).collect();
        let mut all = records(&drawing);
        let points = [evidence("a", 0, 0), evidence("b", 2, 1)];
        let survey = Survey::of(grid(), &all);
        let found = confirmed_area(&survey, &points, &settled, rule).unwrap();
        let next = next_boxes(&survey, &points, &settled).unwrap();
        all.reverse();
        let turned = Survey::of(grid(), &all);
        prop_assert_eq!(&confirmed_area(&turned, &points, &settled, rule).unwrap(), &found);
        prop_assert_eq!(&next_boxes(&turned, &points, &settled).unwrap(), &next);

        let fragments = settled.fragments_count_as_found.value;
        for (id, _) in survey.boxes().filter(|(id, _)| survey.is_positive(*id, fragments)) {
            let times = found.areas.iter().filter(|area| area.positive.contains(&id)).count();
            prop_assert_eq!(times, 1);
        }
        for area in &found.areas {
            use geo::Validation;
            prop_assert!(area.outline.is_valid(), "{:?}", area.outline.validation_errors());
            let boxes = (area.positive.len() + area.bridged.len()) as u64 * 2500;
            let on_grid = area.grid_square_metres.get();
            prop_assert!(on_grid >= boxes, "{} {}", on_grid, boxes);
            if settled.cha_buffer_metres.value == 0 && !fill_holes {
                prop_assert_eq!(on_grid, boxes);
            }
            // The scale of UTM there: 0.9998 of the ground.
            let ground = area.square_metres.get() as f64;
            prop_assert!((ground / on_grid as f64 - 1.000_43).abs() < 3e-4, "{} {}", ground, on_grid);
        }
        for a in 0..found.areas.len() {
            for b in a + 1..found.areas.len() {
                use geo::{Area as _, BooleanOps};
                let shared = found.areas[a].outline.intersection(&found.areas[b].outline);
                // Less than 0.06 m2: sides that touch have their vertices at different places.
                prop_assert!(shared.unsigned_area() < 5e-12, "{}", shared.unsigned_area());
            }
        }
    }

    #[test]
    fn what_is_searched_or_blocked_is_never_proposed(
        drawing in any_drawing(), settled in any_parameters(),
    ) {
        let drawing: Vec<&str> = drawing.iter().map(String::as_str).collect();
        let survey = survey(&drawing);
        let next = next_boxes(&survey, &[evidence("a", 1, 1)], &settled).unwrap();
        for (place, proposed) in next.boxes.iter().enumerate() {
            let result = survey.result(proposed.id);
            prop_assert!(!result.is_searched() && result != BoxResult::CannotBeSearched);
            prop_assert_eq!(proposed.order, place + 1);
            prop_assert!(!next.skipped.contains(&proposed.id));
        }
        for (id, _) in &next.blocked {
            prop_assert_eq!(survey.result(*id), BoxResult::CannotBeSearched);
        }
    }
}
