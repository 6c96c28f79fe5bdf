//! All that is kept on one area: events, and what reviewers did with them.
//!
//! Belongs here: which events count in a reading, by their reviews, as known by a day. Does not
//! belong here: one review (`review`), the fold of events (`ledger`).

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::identity::{AreaId, EventId};
use crate::ledger::HazardousAreaLedger;
use crate::national_rules::RuleBook;
use crate::review::{Review, ReviewError, ReviewState, ReviewStep};

/// Which entries count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Only what was approved: what may be published.
    Approved,
    /// Everything that was not rejected; it is shown as provisional.
    Provisional,
}

impl Reading {
    fn counts(self, state: &ReviewState) -> bool {
        match self {
            Self::Approved => state.is_approved(),
            Self::Provisional => !state.is_rejected(),
        }
    }
}

/// The events of one area and what reviewers did with them, as the journal holds them.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaFile {
    area: AreaId,
    book: RuleBook,
    events: Vec<Event>,
    steps: Vec<ReviewStep>,
}

/// A review step of the journal that could not be taken, kept so that nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepSetAside {
    /// The step.
    pub step: ReviewStep,
    /// Why it does not count.
    pub error: ReviewError,
}

/// The reviews of an area's entries, by id and version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviews {
    /// One for each version of each entry.
    pub reviews: BTreeMap<(EventId, u32), Review>,
    /// The steps that could not be taken.
    pub set_aside: Vec<StepSetAside>,
}

impl AreaFile {
    /// A file of what the journal holds on an area. Events in any order, review steps of one entry
    /// in the order in which they were recorded. Events of other areas are left out; review steps
    /// of entries that are not on file are set aside.
    #[must_use]
    pub fn new(
        area: AreaId,
        book: RuleBook,
        events: impl IntoIterator<Item = Event>,
        steps: impl IntoIterator<Item = ReviewStep>,
    ) -> Self {
        let mut events: Vec<Event> =
            events.into_iter().filter(|event| event.area == area).collect();
        events.sort_by(|a, b| a.recorded_order().cmp(&b.recorded_order()));
        let mut steps: Vec<ReviewStep> = steps.into_iter().collect();
        steps.sort_by_key(|step| step.recorded_on);
        Self { area, book, events, steps }
    }

    /// The area.
    #[must_use]
    pub fn area(&self) -> &AreaId {
        &self.area
    }

    /// All versions of all entries, as they were recorded.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The rules by which events are judged.
    #[must_use]
    pub fn book(&self) -> &RuleBook {
        &self.book
    }

    /// The day of the last entry or review step, after which nothing more is known.
    #[must_use]
    pub fn last_recorded_on(&self) -> Option<Date> {
        let events = self.events.iter().map(|event| event.recorded.on);
        events.chain(self.steps.iter().map(|step| step.recorded_on)).max()
    }

    /// The reviews as they were known by the end of a day.
    #[must_use]
    pub fn reviews(&self, known_by: Date) -> Reviews {
        let known = self.events.iter().filter(|event| event.recorded.on <= known_by);
        let mut all = Reviews::default();
        for event in known {
            all.reviews.entry((event.id.clone(), event.version)).or_insert_with(|| {
                Review::of(
                    event.id.clone(),
                    event.version,
                    event.recorded.by.clone(),
                    event.recorded.on,
                )
            });
        }
        for step in self.steps.iter().filter(|step| step.recorded_on <= known_by) {
            let key = (step.event.clone(), step.version);
            let event =
                self.events.iter().find(|event| (&event.id, event.version) == (&key.0, key.1));
            let (Some(review), Some(event)) = (all.reviews.get_mut(&key), event) else {
                let error = ReviewError::NoSuchEntry {
                    event: step.event.clone(),
                    version: step.version,
                    by: step.by.clone(),
                };
                all.set_aside.push(StepSetAside { step: step.clone(), error });
                continue;
            };
            let rules = self.book.on(event.effective_on, event.recorded.on);
            if let Err(error) = review.take(&rules.review_chain.value, step.clone()) {
                all.set_aside.push(StepSetAside { step: step.clone(), error });
            }
        }
        all
    }

    /// The ledger of a reading, as it was known by the end of a day.
    ///
    /// A published ledger holds approved entries only. An approved entry that rests on one that is
    /// not (a clearance of land whose opening still waits) is set aside there, with the reason.
    #[must_use]
    pub fn ledger(&self, reading: Reading, known_by: Date) -> HazardousAreaLedger {
        let reviews = self.reviews(known_by).reviews;
        let counted = self.events.iter().filter(|event| {
            event.recorded.on <= known_by
                && reviews
                    .get(&(event.id.clone(), event.version))
                    .is_some_and(|review| reading.counts(review.state()))
        });
        HazardousAreaLedger::fold(self.area.clone(), self.book.clone(), counted.cloned())
    }
}
