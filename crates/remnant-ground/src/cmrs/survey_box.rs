//! One box of a survey as a team recorded it, and what may be concluded from it.
//!
//! Belongs here: the record of a box, what contradicts what in it, its standing result, its effort.
//! Does not belong here: several boxes together (`survey`), the lines of the grid (`grid`).

use std::collections::BTreeMap;

use remnant_record::{PartialDate, SquareMetres};
use serde::{Deserialize, Serialize};

use crate::object::{FieldValue, Object, ObjectId, ObjectKind};
use crate::place::{LocationMethod, Place};
use crate::shape::Shape;

use super::box_id::BoxId;
use super::fault::CmrsFault;
use super::grid::Grid;
use super::meaning::{BoxResult, StopReason};

/// What opened a box: technical survey starts only from evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenedBy {
    /// An evidence point in it.
    EvidencePoint(ObjectId),
    /// A box whose result led on to it.
    Box(ObjectId),
}

/// One visit to a box, as it was recorded. What was not recorded stays absent: never 0.
///
/// The items found are things of their own: evidence points that name the box.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyBox {
    /// The id of the record.
    pub object_id: ObjectId,
    /// The box.
    pub id: BoxId,
    /// What the search gave, by meaning.
    pub result: BoxResult,
    /// The day of the search.
    pub date: Option<PartialDate>,
    /// Minutes actually searched.
    pub minutes: Option<f64>,
    /// Square metres actually searched, each counted once.
    pub searched: Option<SquareMetres>,
    /// Code of the method, from the pick-list `search_method`.
    pub method: Option<String>,
    /// Make, model and setting of the detector.
    pub detector: Option<String>,
    /// How many remnants were found in it.
    pub items_found: Option<u64>,
    /// Why the search of the box ended.
    pub stop_reason: Option<StopReason>,
    /// Code of what was in the way, from the pick-list `not_worked_reason`.
    pub obstacle: Option<String>,
    /// What opened it.
    pub opened_by: Option<OpenedBy>,
    /// Everything else that was filled in, by the names of the form.
    pub other: BTreeMap<String, FieldValue>,
}

/// The fields of the form that have a place of their own in [`SurveyBox`].
const TYPED: [&str; 12] = [
    "box_id",
    "result",
    "date",
    "minutes",
    "searched_square_metres",
    "method",
    "detector",
    "items_found",
    "stop_reason",
    "obstacle_reason",
    "opened_by_evidence_point",
    "opened_by_box",
];

impl SurveyBox {
    /// A record of a box with a result and nothing else.
    #[must_use]
    pub fn new(object_id: ObjectId, id: BoxId, result: BoxResult) -> Self {
        Self {
            object_id,
            id,
            result,
            date: None,
            minutes: None,
            searched: None,
            method: None,
            detector: None,
            items_found: None,
            stop_reason: None,
            obstacle: None,
            opened_by: None,
            other: BTreeMap::new(),
        }
    }

    /// The box behind an object, whose fields follow the form of a survey box.
    ///
    /// # Errors
    /// All at once: `NotABox`, or a `Field` for each that cannot be read, among them the name of a
    /// grid of which the box is none. What is only contradictory is read and found by
    /// [`SurveyBox::contradictions`]. A grid by an operator's own name is kept as it is.
    pub fn from_object(object: &Object) -> Result<Self, Vec<CmrsFault>> {
        if object.kind != ObjectKind::SurveyBox {
            return Err(vec![CmrsFault::NotABox { id: object.id.clone(), kind: object.kind }]);
        }
        let mut faults = Vec::new();
        let mut fault = |field: &'static str| {
            let value = object.field(field).map(FieldValue::words).unwrap_or_default();
            faults.push(CmrsFault::Field { id: object.id.clone(), field, value });
        };
        /// Reads a field that may be absent; what is there and cannot be read is a fault.
        macro_rules! optional {
            ($name:literal, $read:expr) => {
                match object.field($name) {
                    None => None,
                    Some(value) => {
                        let read = $read(value);
                        if read.is_none() {
                            fault($name);
                        }
                        read
                    }
                }
            };
        }
        fn text(value: &FieldValue) -> Option<String> {
            value.text().map(str::to_owned)
        }
        let id: Option<BoxId> = object.text("box_id").and_then(|text| text.parse().ok());
        if id.is_none() {
            fault("box_id");
        }
        let grid: Option<Grid> = object.text("grid").and_then(|text| text.parse().ok());
        if grid.zip(id).is_some_and(|(grid, id)| !grid.has_lines_of(id)) {
            fault("grid");
        }
        let result = object.text("result").and_then(BoxResult::from_code);
        if result.is_none() {
            fault("result");
        }
        let count = |value: &FieldValue| value.whole().and_then(|n| u64::try_from(n).ok());
        let minutes = |value: &FieldValue| value.number().filter(|n| n.is_finite() && *n >= 0.0);
        let id_of = |value: &FieldValue| value.text().map(ObjectId::new);
        let date = optional!("date", FieldValue::date);
        let minutes = optional!("minutes", minutes);
        let searched = optional!("searched_square_metres", count).map(SquareMetres::new);
        let method = optional!("method", text);
        let detector = optional!("detector", text);
        let items_found = optional!("items_found", count);
        let stop_reason = optional!("stop_reason", |value: &FieldValue| value
            .text()
            .and_then(StopReason::from_code));
        let obstacle = optional!("obstacle_reason", text);
        let by_point = optional!("opened_by_evidence_point", id_of).map(OpenedBy::EvidencePoint);
        let by_box = optional!("opened_by_box", id_of).map(OpenedBy::Box);
        if by_point.is_some() && by_box.is_some() {
            fault("opened_by_box");
        }
        let (Some(id), Some(result), true) = (id, result, faults.is_empty()) else {
            return Err(faults);
        };
        // The grid's own name follows from the box's; another name for it is the operator's.
        let other = object.fields.iter().filter(|(name, _)| {
            !TYPED.contains(&name.as_str()) && (name.as_str() != "grid" || grid.is_none())
        });
        Ok(Self {
            object_id: object.id.clone(),
            id,
            result,
            date,
            minutes,
            searched,
            method,
            detector,
            items_found,
            stop_reason,
            obstacle,
            opened_by: by_point.or(by_box),
            other: other.map(|(name, value)| (name.clone(), value.clone())).collect(),
        })
    }

    /// The object to keep, with the box's outline on the grid as its place. One that came from a
    /// file has a place and an origin of its own there, which stay with it in the record.
    #[must_use]
    pub fn to_object(&self, grid: Grid) -> Object {
        let mut fields = self.other.clone();
        let mut put = |name: &str, value: Option<FieldValue>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        let text = |text: &str| Some(FieldValue::Text(text.to_owned()));
        let whole = |n: u64| i64::try_from(n).ok().map(FieldValue::Whole);
        if !self.other.contains_key("grid") {
            put("grid", text(&grid.to_string()));
        }
        put("box_id", text(&self.id.to_string()));
        put("result", text(self.result.code()));
        put("date", self.date.map(|date| FieldValue::Text(date.to_string())));
        put("minutes", self.minutes.map(FieldValue::Decimal));
        put("searched_square_metres", self.searched.and_then(|searched| whole(searched.get())));
        put("method", self.method.as_deref().and_then(text));
        put("detector", self.detector.as_deref().and_then(text));
        put("items_found", self.items_found.and_then(whole));
        put("stop_reason", self.stop_reason.and_then(|reason| text(reason.code())));
        put("obstacle_reason", self.obstacle.as_deref().and_then(text));
        match &self.opened_by {
            Some(OpenedBy::EvidencePoint(id)) => put("opened_by_evidence_point", text(id.as_str())),
            Some(OpenedBy::Box(id)) => put("opened_by_box", text(id.as_str())),
            None => {}
        }
        let mut place = Place::new(Shape::Area(grid.shape(self.id).area), LocationMethod::Map);
        place.entered = Some(self.id.to_string());
        place.entered_format = Some("box".to_owned());
        Object {
            kind: ObjectKind::SurveyBox,
            id: self.object_id.clone(),
            fields,
            place: Some(place),
            origin: None,
        }
    }

    /// What may be concluded of the box from this record.
    ///
    /// A find stands whatever else is said: evidence is never lost. Nothing found stands only when
    /// the search went as far as the rule asks; one that an obstacle stopped, in which no square
    /// metre or minute was searched, or that claims to have stopped at a find, is partly searched
    /// at best. Nothing searched is never a negative.
    #[must_use]
    pub fn standing(&self) -> BoxResult {
        let found = self.items_found.is_some_and(|items| items > 0)
            && !matches!(self.result, BoxResult::OtherUxoFound | BoxResult::FragmentsOnly);
        let nothing_done = self.searched.is_some_and(SquareMetres::is_zero)
            || self.minutes.is_some_and(|minutes| minutes == 0.0);
        let broken_off = matches!(
            self.stop_reason,
            Some(StopReason::Obstacle | StopReason::FirstFound | StopReason::EnoughFound)
        );
        match self.result {
            _ if found => BoxResult::CmrFound,
            BoxResult::NothingFound if nothing_done => BoxResult::NotSearched,
            BoxResult::NothingFound if broken_off => BoxResult::PartlySearched,
            BoxResult::PartlySearched if nothing_done => BoxResult::NotSearched,
            result => result,
        }
    }

    /// Whether all of the box was searched and nothing of any kind was found: what may be taken out
    /// of an area again.
    ///
    /// The record must say so (`full_coverage`) and the square metres, where recorded, must be all
    /// of the box. `whole` is the part of the box that is land of the zone.
    #[must_use]
    pub fn is_whole_and_empty(&self, whole: SquareMetres) -> bool {
        self.standing() == BoxResult::NothingFound
            && self.stop_reason == Some(StopReason::FullCoverage)
            && self
                .searched
                .is_none_or(|searched| searched >= whole.min(self.id.grid_square_metres()))
    }

    /// How many remnants the box held, as far as that is known: only where all of it was searched.
    ///
    /// A box that was left at the first find says that there is one, not how many there are.
    #[must_use]
    pub fn quantity(&self) -> Option<u64> {
        (self.stop_reason == Some(StopReason::FullCoverage)).then_some(self.items_found).flatten()
    }

    /// The effort spent on the box: square metres searched times the chance of finding an item in
    /// one of them. `None` where the square metres were not recorded: unknown is not nothing.
    ///
    /// `detection_probability` belongs to method, detector, munition and ground; it is the
    /// caller's, with its own source, and never a constant here.
    ///
    /// # Errors
    /// `DetectionProbability` when it is not between 0 and 1.
    pub fn effort_square_metres(
        &self,
        detection_probability: f64,
    ) -> Result<Option<f64>, CmrsFault> {
        if !(0.0..=1.0).contains(&detection_probability) {
            return Err(CmrsFault::DetectionProbability(detection_probability));
        }
        #[expect(clippy::cast_precision_loss, reason = "a box has at most 1 000 000 m2")]
        let effort = |searched: SquareMetres| searched.get() as f64 * detection_probability;
        Ok(self.searched.map(effort))
    }

    /// What contradicts what in the record, all of it. The record is kept as it is;
    /// [`SurveyBox::standing`] is what is concluded from it meanwhile.
    #[must_use]
    pub fn contradictions(&self) -> Vec<CmrsFault> {
        let mut faults = Vec::new();
        let whole = self.id.grid_square_metres();
        if let Some(searched) = self.searched.filter(|searched| *searched > whole) {
            faults.push(CmrsFault::MoreThanTheBox { id: self.id, searched, whole });
        }
        let mut contradicts = |with: String| {
            faults.push(CmrsFault::Contradiction { id: self.id, result: self.result, with });
        };
        let nothing_looked_at =
            matches!(self.result, BoxResult::NotSearched | BoxResult::CannotBeSearched);
        if let Some(items) = self.items_found {
            let none_expected = self.result < BoxResult::OtherUxoFound;
            if items > 0 && none_expected {
                contradicts(format!("{items} items found"));
            }
            if items == 0 && self.result == BoxResult::CmrFound {
                contradicts("0 items found".to_owned());
            }
        }
        if let Some(minutes) = self.minutes {
            if minutes > 0.0 && nothing_looked_at {
                contradicts(format!("{minutes} minutes searched"));
            }
            if minutes == 0.0 && self.result >= BoxResult::PartlySearched {
                contradicts("0 minutes searched".to_owned());
            }
        }
        if let Some(searched) = self.searched {
            if !searched.is_zero() && nothing_looked_at {
                contradicts(format!("{searched} searched"));
            }
            if searched.is_zero() && self.result >= BoxResult::PartlySearched {
                contradicts(format!("{searched} searched"));
            }
        }
        if let Some(reason) = self.stop_reason {
            let wrong = match reason {
                StopReason::FirstFound | StopReason::EnoughFound => {
                    self.result < BoxResult::OtherUxoFound
                }
                StopReason::FullCoverage => self.result <= BoxResult::PartlySearched,
                StopReason::TimeUsed => nothing_looked_at,
                StopReason::Obstacle => self.result == BoxResult::NothingFound,
            };
            if wrong {
                contradicts(format!("stop reason `{}`", reason.code()));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::coordinate::UtmZone;

    fn record(result: BoxResult) -> SurveyBox {
        let id = "48QXD2236-50-r07c13".parse().unwrap();
        SurveyBox::new(ObjectId::new("team/7"), id, result)
    }

    fn grid() -> Grid {
        Grid::along_utm(UtmZone::new(48, true).unwrap(), 50).unwrap()
    }

    #[test]
    fn a_box_comes_back_from_its_object_with_what_it_does_not_know_about() {
        let mut found = record(BoxResult::CmrFound);
        found.date = Some("2024-03-05".parse().unwrap());
        found.minutes = Some(35.5);
        found.searched = Some(SquareMetres::new(900));
        found.method = Some("detector".to_owned());
        found.items_found = Some(1);
        found.stop_reason = Some(StopReason::FirstFound);
        found.opened_by = Some(OpenedBy::EvidencePoint(ObjectId::new("team/ep-3")));
        found.other.insert("slope_degrees".to_owned(), FieldValue::Decimal(12.0));
        let object = found.to_object(grid());
        assert_eq!(object.text("grid"), Some("48N-50"));
        for name in object.fields.keys() {
            assert!(ObjectKind::SurveyBox.form().field(name).is_some(), "{name}");
        }
        assert_eq!(SurveyBox::from_object(&object), Ok(found));
    }

    #[test]
    fn every_cell_that_cannot_be_read_is_named() {
        let mut object = record(BoxResult::NothingFound).to_object(grid());
        for (name, value) in [
            ("result", FieldValue::Text("green".to_owned())),
            ("minutes", FieldValue::Decimal(f64::NAN)),
            ("items_found", FieldValue::Whole(-1)),
            ("box_id", FieldValue::Text("B7".to_owned())),
        ] {
            object.fields.insert(name.to_owned(), value);
        }
        let faults = SurveyBox::from_object(&object).unwrap_err();
        assert_eq!(faults.len(), 4);
        assert_eq!(faults[1].to_string(), "`team/7`: `green` cannot be read as result");
        object = record(BoxResult::NothingFound).to_object(grid());
        object.fields.insert("grid".to_owned(), FieldValue::Text("48N-25".to_owned()));
        assert_eq!(
            SurveyBox::from_object(&object).unwrap_err()[0].to_string(),
            "`team/7`: `48N-25` cannot be read as grid"
        );
        object.fields.insert("grid".to_owned(), FieldValue::Text("Grid 7".to_owned()));
        let own = SurveyBox::from_object(&object).unwrap();
        assert_eq!(own.to_object(grid()).text("grid"), Some("Grid 7"));
        object.kind = ObjectKind::Strike;
        assert_eq!(
            SurveyBox::from_object(&object).unwrap_err()[0].to_string(),
            "`team/7` is a strike, not a survey box"
        );
    }

    #[test]
    fn what_was_not_searched_as_the_rule_says_is_never_a_negative() {
        let mut visit = record(BoxResult::NothingFound);
        assert_eq!(visit.standing(), BoxResult::NothingFound);
        visit.stop_reason = Some(StopReason::Obstacle);
        assert_eq!(visit.standing(), BoxResult::PartlySearched);
        visit.searched = Some(SquareMetres::ZERO);
        assert_eq!(visit.standing(), BoxResult::NotSearched);
        assert_eq!(visit.contradictions().len(), 2);
        let mut partly = record(BoxResult::PartlySearched);
        partly.searched = Some(SquareMetres::new(2400));
        assert!(!partly.standing().is_searched());
        assert!(!partly.is_whole_and_empty(SquareMetres::new(2500)));
    }

    #[test]
    fn a_find_stands_whatever_the_result_says() {
        for result in [BoxResult::NothingFound, BoxResult::NotSearched, BoxResult::PartlySearched] {
            let mut visit = record(result);
            visit.items_found = Some(2);
            assert_eq!(visit.standing(), BoxResult::CmrFound);
            assert_eq!(visit.contradictions().len(), 1);
        }
    }

    #[test]
    fn a_box_left_at_the_first_find_says_nothing_about_how_many_there_are() {
        let mut visit = record(BoxResult::CmrFound);
        visit.items_found = Some(1);
        visit.stop_reason = Some(StopReason::FirstFound);
        assert_eq!(visit.quantity(), None);
        visit.stop_reason = Some(StopReason::FullCoverage);
        assert_eq!(visit.quantity(), Some(1));
    }

    #[test]
    fn no_more_is_searched_than_the_box_holds() {
        let mut visit = record(BoxResult::NothingFound);
        visit.searched = Some(SquareMetres::new(2501));
        assert_eq!(
            visit.contradictions()[0].to_string(),
            "box 48QXD2236-50-r07c13: 2 501 m2 are said to be searched, but the box has 2 500 m2"
        );
        visit.searched = Some(SquareMetres::new(2500));
        assert_eq!(visit.contradictions(), vec![]);
    }

    #[test]
    fn effort_is_area_times_chance_and_unknown_where_the_area_is() {
        let mut visit = record(BoxResult::NothingFound);
        assert_eq!(visit.effort_square_metres(0.8), Ok(None));
        visit.searched = Some(SquareMetres::new(1000));
        assert_eq!(visit.effort_square_metres(0.8), Ok(Some(800.0)));
        assert!(visit.effort_square_metres(f64::NAN).is_err());
        assert!(visit.effort_square_metres(1.1).is_err());
    }

    #[test]
    fn only_a_whole_empty_box_may_be_taken_out_again() {
        let mut visit = record(BoxResult::NothingFound);
        let whole = SquareMetres::new(2502);
        assert!(!visit.is_whole_and_empty(whole), "a share of the box was searched");
        visit.stop_reason = Some(StopReason::FullCoverage);
        assert!(visit.is_whole_and_empty(whole));
        visit.searched = Some(SquareMetres::new(2499));
        assert!(!visit.is_whole_and_empty(whole));
        visit.searched = Some(SquareMetres::new(2500));
        assert!(visit.is_whole_and_empty(whole));
    }
}
