//! The land of an area as a map shows it: what remains, and what was released.
//!
//! Belongs here: the ledger's parcels with what a reader of a map asks of each. Does not belong
//! here: the ledger itself (`ledger`), layers and their colours (`remnant-store`).

use jiff::civil::Date;
use remnant_ground::boundary::{Boundary, union_of};
use remnant_record::{AsOf, SquareMetres};

use crate::area_file::{AreaFile, Reading};
use crate::area_state::{AreaState, AreaStatus, PointExtent, ReleaseKind};
use crate::identity::{AreaId, EventId, Organisation};
use crate::land::Classification;
use crate::posting::Change;
use crate::state::LandState;

/// The land of one area by all that is on file, entries that wait for approval included.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaLand {
    /// The area.
    pub area: AreaId,
    /// Its status.
    pub status: AreaStatus,
    /// The day of its last step; none where no step stands.
    pub as_of: Option<Date>,
    /// Whether every step that stands was approved.
    pub approved: bool,
    /// What remains, by classification.
    pub remaining: Vec<RemainingLand>,
    /// The point, where no boundary is known.
    pub point: Option<PointExtent>,
    /// What was released and not reopened, in the order of release.
    pub released: Vec<ReleasedLand>,
}

/// Land that remains.
#[derive(Clone, Debug, PartialEq)]
pub struct RemainingLand {
    /// Suspected or confirmed.
    pub classification: Classification,
    /// Where.
    pub boundary: Boundary,
    /// How much the ledger counts.
    pub area: SquareMetres,
}

/// Land that was released.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleasedLand {
    /// How.
    pub kind: ReleaseKind,
    /// What it was before.
    pub classification: Classification,
    /// What it is now: released, handed over or under investigation.
    pub state: LandState,
    /// Where.
    pub boundary: Boundary,
    /// How much the ledger counts.
    pub area: SquareMetres,
    /// The step that released it.
    pub event: EventId,
    /// The day of that step.
    pub released_on: Date,
    /// The organisation that released it.
    pub organisation: Option<Organisation>,
    /// Its team.
    pub team: Option<String>,
    /// How far the review of that step has come, in a word.
    pub review: String,
    /// Since which day it is handed over.
    pub handed_over_on: Option<Date>,
    /// The step that handed it over.
    pub handed_over_by: Option<EventId>,
}

impl AreaLand {
    /// The land of an area by everything on file.
    ///
    /// Square metres are those of the ledger's parcels: those that remain add up to what is open,
    /// those that were released to what counts as released.
    #[must_use]
    pub fn of(file: &AreaFile) -> Self {
        Self::on(file, AsOf { on: Date::MAX, known_by: Date::MAX })
    }

    /// The land of an area on a day, by what was known by another.
    #[must_use]
    pub fn on(file: &AreaFile, as_of: AsOf) -> Self {
        let ledger = file.ledger(Reading::Provisional, as_of.known_by);
        let reviews = file.reviews(as_of.known_by).reviews;
        let until = ledger.entries().partition_point(|e| e.event.effective_on <= as_of.on);
        let entries = &ledger.entries()[..until];
        let state = ledger.on(as_of.on);
        let review = |event: &crate::event::Event| reviews.get(&(event.id.clone(), event.version));
        let of = |id: &EventId| entries.iter().map(|entry| &entry.event).find(|e| e.id == *id);
        let released = state.released.iter().filter(|part| part.is_in_stock()).map(|part| {
            let event = of(&part.released_by);
            ReleasedLand {
                kind: part.kind,
                classification: part.classification,
                state: part.state(),
                boundary: part.parcel.boundary.clone(),
                area: part.parcel.area,
                event: part.released_by.clone(),
                released_on: part.released_on,
                organisation: event.map(|event| event.organisation.clone()),
                team: event.and_then(|event| event.team.clone()),
                review: event
                    .and_then(review)
                    .map(|review| review.state().to_string())
                    .unwrap_or_default(),
                handed_over_on: part
                    .handed_over_by
                    .as_ref()
                    .and_then(of)
                    .map(|event| event.effective_on),
                handed_over_by: part.handed_over_by.clone(),
            }
        });
        Self {
            area: file.area().clone(),
            status: state.status(),
            as_of: entries.last().map(|entry| entry.event.effective_on),
            approved: entries
                .iter()
                .all(|entry| review(&entry.event).is_some_and(|r| r.state().is_approved())),
            remaining: [Classification::Suspected, Classification::Confirmed]
                .into_iter()
                .flat_map(|classification| remaining(state, classification))
                .collect(),
            point: state.point,
            released: released.collect(),
        }
    }

    /// The square metres that remain, summed over the parts.
    #[must_use]
    pub fn remaining_area(&self) -> Change {
        self.remaining.iter().map(|land| Change::from(land.area)).sum()
    }

    /// The square metres that were released, summed over the parts.
    #[must_use]
    pub fn released_area(&self) -> Change {
        self.released.iter().map(|land| Change::from(land.area)).sum()
    }
}

/// What remains of one classification: one piece of land, with the sum of its parcels.
fn remaining(state: &AreaState, classification: Classification) -> Vec<RemainingLand> {
    let parcels =
        || state.remaining.iter().filter(move |open| open.classification == classification);
    let each = || {
        parcels().map(|open| RemainingLand {
            classification,
            boundary: open.parcel.boundary.clone(),
            area: open.parcel.area,
        })
    };
    let boundaries: Vec<Boundary> = each().map(|land| land.boundary).collect();
    if boundaries.len() < 2 {
        return each().collect();
    }
    let sum: Change = parcels().map(|open| Change::from(open.parcel.area)).sum();
    match (union_of(&boundaries).map(|union| union.boundary), sum.area()) {
        (Ok(Some(boundary)), Some(area)) => {
            vec![RemainingLand { classification, boundary, area }]
        }
        // Parcels too far apart to be laid over each other are shown each by itself.
        _ => each().collect(),
    }
}
