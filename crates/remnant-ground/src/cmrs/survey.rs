//! All that was recorded of a grid's boxes, taken together.
//!
//! Belongs here: several visits to one box made one standing, boxes and evidence points found by
//! place. Does not belong here: what is done next (`next`), the confirmed area (`confirmed`).

use std::collections::BTreeMap;

use remnant_record::PartialDate;
use serde::{Deserialize, Serialize};

use crate::coordinate::Position;
use crate::object::ObjectId;

use super::box_id::BoxId;
use super::fault::CmrsFault;
use super::grid::Grid;
use super::meaning::{BoxResult, StopReason};
use super::parameters::Parameters;
use super::survey_box::SurveyBox;

/// A place of evidence, as a survey starts from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidencePoint {
    /// Its id.
    pub id: ObjectId,
    /// Where it is.
    pub position: Position,
    /// Whether it counts as direct evidence under the national rules.
    pub direct: bool,
}

/// What stands of one box after all visits to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The strongest result of all visits.
    pub result: BoxResult,
    /// Whether one visit searched all of it and none found anything.
    pub whole_and_empty: bool,
    /// Remnants found in all visits together, at least one where any was found. A lower bound unless
    /// the box was searched whole.
    pub items_found: u64,
    /// The day of the latest visit of which the day is recorded.
    pub last_visit: Option<PartialDate>,
    /// How many visits are recorded.
    pub visits: usize,
}

/// The boxes of one grid as they stand.
///
/// The order in which records are given never matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    grid: Grid,
    boxes: BTreeMap<BoxId, Standing>,
    faults: Vec<CmrsFault>,
}

/// The later of two days; of two that end on the same day the more precise.
fn later(a: Option<PartialDate>, b: Option<PartialDate>) -> Option<PartialDate> {
    [a, b].into_iter().flatten().max_by_key(|date| (date.last_day(), date.first_day()))
}

impl Survey {
    /// What stands of each box. Records that contradict themselves count as
    /// [`SurveyBox::standing`] says; boxes of another grid do not count. Both are told in
    /// [`Survey::faults`].
    #[must_use]
    pub fn of(grid: Grid, records: &[SurveyBox]) -> Self {
        let mut boxes: BTreeMap<BoxId, Standing> = BTreeMap::new();
        let mut faults: Vec<(BoxId, CmrsFault)> = Vec::new();
        for record in records {
            if !grid.has(record.id) {
                let fault = CmrsFault::OtherGrid { id: record.id, grid: grid.to_string() };
                faults.push((record.id, fault));
                continue;
            }
            faults.extend(record.contradictions().into_iter().map(|fault| (record.id, fault)));
            let result = record.standing();
            let items = match result {
                BoxResult::CmrFound => record.items_found.unwrap_or(1).max(1),
                _ => 0,
            };
            let whole_and_empty = record.stop_reason == Some(StopReason::FullCoverage)
                && record.is_whole_and_empty(grid.shape(record.id).square_metres);
            let standing = boxes.entry(record.id).or_insert(Standing {
                result: BoxResult::NotSearched,
                whole_and_empty: false,
                items_found: 0,
                last_visit: None,
                visits: 0,
            });
            standing.result = standing.result.max(result);
            standing.whole_and_empty |= whole_and_empty;
            standing.items_found = standing.items_found.saturating_add(items);
            standing.last_visit = later(standing.last_visit, record.date);
            standing.visits += 1;
        }
        for standing in boxes.values_mut() {
            standing.whole_and_empty &= standing.result == BoxResult::NothingFound;
        }
        faults.sort_by_cached_key(|(id, fault)| (*id, fault.to_string()));
        Self { grid, boxes, faults: faults.into_iter().map(|(_, fault)| fault).collect() }
    }

    /// The grid.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// What is wrong with the records, ordered by box.
    #[must_use]
    pub fn faults(&self) -> &[CmrsFault] {
        &self.faults
    }

    /// The boxes of which anything is recorded, in order.
    pub fn boxes(&self) -> impl Iterator<Item = (BoxId, Standing)> + '_ {
        self.boxes.iter().map(|(id, standing)| (*id, *standing))
    }

    /// What stands of a box; `None` where nothing is recorded, which is not searched.
    #[must_use]
    pub fn standing(&self, id: BoxId) -> Option<Standing> {
        self.boxes.get(&id).copied()
    }

    /// The result that stands of a box. A box without a record is not searched.
    #[must_use]
    pub fn result(&self, id: BoxId) -> BoxResult {
        self.standing(id).map_or(BoxResult::NotSearched, |standing| standing.result)
    }

    /// Whether the box counts as positive under the parameters.
    #[must_use]
    pub fn is_positive(&self, id: BoxId, fragments_count: bool) -> bool {
        match self.result(id) {
            BoxResult::CmrFound => true,
            BoxResult::FragmentsOnly => fragments_count,
            _ => false,
        }
    }

    /// Whether the parameters can be used with this survey's grid.
    ///
    /// # Errors
    /// Every fault of the parameters, and `BoxSizeDiffers`.
    pub(super) fn check(&self, parameters: &Parameters) -> Result<(), Vec<CmrsFault>> {
        let mut faults = parameters.faults();
        let (grid, wanted) = (self.grid.box_size_metres(), parameters.box_size_metres.value);
        if grid != wanted {
            faults.push(CmrsFault::BoxSizeDiffers { grid, parameters: wanted });
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}
