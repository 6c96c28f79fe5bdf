//! Land counted as clearance outside any area that lies in another area after all.
//!
//! Belongs here: laying such land over the land of all other areas. Does not belong here: counting
//! it (`ledger`), which knows one area only.

use std::collections::BTreeMap;

use jiff::civil::Date;
use remnant_ground::boundary::{Boundary, overlaps};
use remnant_record::SquareMetres;
use serde::Serialize;

use super::Gathered;
use crate::area_state::AreaState;
use crate::balance::BalanceError;
use crate::event::Step;
use crate::identity::{AreaId, EventId};
use crate::land::Part;
use crate::posting::Line;

/// Land that one entry counts outside any area and that another area holds, open or released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutsideInArea {
    /// The entry.
    pub event: EventId,
    /// The area that holds the land.
    pub area: AreaId,
    /// How much.
    #[serde(rename = "area_square_metres")]
    pub square_metres: SquareMetres,
}

/// The land that an area holds, open or released.
fn held(state: &AreaState) -> impl Iterator<Item = &Boundary> {
    let released = state.released.iter().filter(|part| part.is_in_stock());
    let open = state.remaining.iter().map(|open| &open.parcel.boundary);
    open.chain(released.map(|part| &part.parcel.boundary))
}

impl Gathered {
    /// Land that the entries count as clearance outside any area, and that another area holds at
    /// the end of a day: the ledger of the one area cannot know it, and the other may be to clear
    /// still or cleared twice. In the order of the entries.
    ///
    /// # Errors
    /// When boundaries that meet cannot be laid over each other.
    pub fn outside_in_areas(&self, day: Date) -> Result<Vec<OutsideInArea>, BalanceError> {
        let states: BTreeMap<&AreaId, &AreaState> =
            self.ledgers.iter().map(|ledger| (ledger.area(), ledger.on(day))).collect();
        let (mut events, mut boundaries) = (Vec::new(), Vec::new());
        for entered in &self.entered {
            let outside = entered.postings.iter().any(|p| p.line == Line::ClearedOutside);
            let Step::Cleared(step) = &entered.event.step else { continue };
            let (true, Part::Boundary(by)) = (outside, &step.part) else { continue };
            let mut beyond = Some(by.clone());
            for own in states.get(&entered.event.area).into_iter().flat_map(|state| held(state)) {
                let Some(land) = beyond else { break };
                beyond = land.cut(own).map_err(BalanceError::Overlaps)?.outside;
            }
            if let Some(beyond) = beyond {
                events.push(&entered.event);
                boundaries.push(beyond);
            }
        }
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let mut holders = Vec::new();
        for (area, state) in states {
            for land in held(state) {
                holders.push(area);
                boundaries.push(land.clone());
            }
        }
        let mut found: BTreeMap<(usize, &AreaId), SquareMetres> = BTreeMap::new();
        for shared in overlaps(&boundaries).map_err(BalanceError::Overlaps)? {
            let Some(event) = events.get(shared.first) else { continue };
            let Some(at) = shared.second.checked_sub(events.len()) else { continue };
            if event.area == *holders[at] {
                continue;
            }
            let cut = boundaries[shared.first].cut(&boundaries[shared.second]);
            let inside = cut.map_err(BalanceError::Overlaps)?.inside_area;
            let sum = found.entry((shared.first, holders[at])).or_default();
            *sum = sum.checked_add(inside).unwrap_or(*sum);
        }
        Ok(found
            .into_iter()
            .map(|((at, area), square_metres)| OutsideInArea {
                event: events[at].id.clone(),
                area: area.clone(),
                square_metres,
            })
            .collect())
    }
}
