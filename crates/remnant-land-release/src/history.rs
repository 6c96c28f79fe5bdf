//! The whole story of one area: every step with its days, its authors and its square metres.
//!
//! Belongs here: the transitions as data, those that do not stand included. Does not belong here:
//! how they are printed (`remnant-publish`).

use jiff::civil::Date;
use remnant_ground::boundary::{Boundary, OverlayError};
use serde::{Serialize, Serializer};

use crate::area_file::{AreaFile, Reading};
use crate::area_state::{AreaState, AreaStatus};
use crate::effect::Note;
use crate::event::Event;
use crate::identity::{AreaId, EventId, Organisation, Person};
use crate::posting::{Columns, Posting};
use crate::review::ReviewState;
use crate::state::{LandState, StepKind};

/// The area before or after a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// The status of the area.
    pub status: AreaStatus,
    /// The states in which it holds land.
    pub states: Vec<LandState>,
    /// Status and states in words.
    pub words: String,
    /// What remains.
    pub open: Columns,
    /// Where that is.
    #[serde(serialize_with = "boundary_or_none")]
    pub boundary: Option<Boundary>,
}

fn boundary_or_none<S: Serializer>(
    boundary: &Option<Boundary>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    crate::coordinates::where_known::serialize(boundary, serializer)
}

impl Moment {
    fn of(state: &AreaState) -> Result<Self, OverlayError> {
        Ok(Self {
            status: state.status(),
            states: state.states().into_iter().collect(),
            words: state.words(),
            open: state.open(),
            boundary: state.remaining_boundary(None)?,
        })
    }
}

/// Whether a step stands in the ledger.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It stands; this is what it did.
    Stands {
        /// The area before.
        before: Box<Moment>,
        /// The area after.
        after: Box<Moment>,
        /// What it wrote.
        postings: Vec<Posting>,
        /// What a person should know of it.
        notes: Vec<Note>,
    },
    /// A reviewer returned it.
    Rejected,
    /// It could not be taken.
    SetAside {
        /// Why, each reason by itself.
        reasons: Vec<String>,
    },
}

/// One version of one entry in the life of an area.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HistoryEntry {
    /// The entry.
    pub event: EventId,
    /// Its version.
    pub version: u32,
    /// What it does.
    pub step: StepKind,
    /// The day of its effect.
    pub effective_on: Date,
    /// The day it was recorded.
    pub recorded_on: Date,
    /// Who recorded it.
    pub recorded_by: Person,
    /// Who did or decided it.
    pub organisation: Organisation,
    /// The team.
    pub team: Option<String>,
    /// Why.
    pub why: String,
    /// The ids of the evidence it cites.
    pub evidence: Vec<String>,
    /// The programme's own word for the state after it.
    pub status_word: Option<String>,
    /// How far its review has come.
    pub review: ReviewState,
    /// Whether it stands, and what it did.
    pub standing: Standing,
}

/// The life of an area as it was known by a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AreaHistory {
    /// The area.
    pub area: AreaId,
    /// The day.
    pub known_by: Date,
    /// All versions of all entries, in the order of their effect.
    pub entries: Vec<HistoryEntry>,
}

impl AreaHistory {
    /// Every transition of an area that was known by the end of a day.
    ///
    /// # Errors
    /// When parcels of the area lie too far apart to be laid over each other.
    pub fn of(file: &AreaFile, known_by: Date) -> Result<Self, OverlayError> {
        let ledger = file.ledger(Reading::Provisional, known_by);
        let reviews = file.reviews(known_by).reviews;
        let mut events: Vec<&Event> =
            file.events().iter().filter(|event| event.recorded.on <= known_by).collect();
        events.sort_by(|a, b| a.effect_order().cmp(&b.effect_order()));
        let mut entries = Vec::with_capacity(events.len());
        for event in events {
            let review = reviews
                .get(&(event.id.clone(), event.version))
                .map_or(ReviewState::Draft, |review| review.state().clone());
            let same = |other: &Event| (&other.id, other.version) == (&event.id, event.version);
            let at = ledger.entries().iter().position(|entry| same(&entry.event));
            let aside = ledger.set_aside().iter().find(|aside| same(&aside.event));
            let standing = match (at, aside) {
                (Some(at), _) => {
                    let entry = &ledger.entries()[at];
                    Standing::Stands {
                        before: Box::new(Moment::of(ledger.entry_state(at))?),
                        after: Box::new(Moment::of(&entry.after)?),
                        postings: entry.postings.clone(),
                        notes: entry.notes.clone(),
                    }
                }
                (None, Some(aside)) => Standing::SetAside {
                    reasons: aside.refusal.reasons.iter().map(ToString::to_string).collect(),
                },
                (None, None) => Standing::Rejected,
            };
            entries.push(HistoryEntry {
                event: event.id.clone(),
                version: event.version,
                step: event.step.kind(),
                effective_on: event.effective_on,
                recorded_on: event.recorded.on,
                recorded_by: event.recorded.by.clone(),
                organisation: event.organisation.clone(),
                team: event.team.clone(),
                why: event.why.clone(),
                evidence: event.evidence.iter().map(|evidence| evidence.id.to_string()).collect(),
                status_word: event.status_word.clone(),
                review,
                standing,
            });
        }
        Ok(Self { area: file.area().clone(), known_by, entries })
    }
}
