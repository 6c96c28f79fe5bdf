//! Everything that happens to a hazardous area, as it is kept.
//!
//! Belongs here: the event with its days, authors, reason and evidence, and what each step says.
//! Does not belong here: whether a step can be taken (`ledger`), how far its review has come
//! (`review`).

use jiff::civil::Date;
use remnant_record::SquareMetres;
use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;
use crate::identity::{AreaId, EventId, Organisation, Person};
use crate::land::{Classification, SuspensionReason};
use crate::state::StepKind;
use crate::step::{
    AdjustedStep, CancelledStep, ClearedOutsideStep, ClearedStep, ExtendedStep, HandedOverStep,
    IndicatedStep, InvestigationClosedStep, MissedItemStep, OpenedStep, ReclassifiedStep,
    ReducedStep, ReopenedStep,
};

/// One thing that happened to one hazardous area.
///
/// Nothing is overwritten: a correction is a further event, or, where a reviewer returned the
/// entry, a further version of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The entry. Its versions share the id.
    pub id: EventId,
    /// 1 for the first; a returned entry comes back with the next number.
    pub version: u32,
    /// The area.
    pub area: AreaId,
    /// The day from which it is so on the ground.
    pub effective_on: Date,
    /// When it was entered, and by whom.
    pub recorded: Recorded,
    /// The organisation that did or decided it.
    pub organisation: Organisation,
    /// The team, where one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Why; never blank.
    pub why: String,
    /// The word of the programme for the state of the area after this, where it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_word: Option<String>,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What happened.
    pub step: Step,
}

/// When something was entered, by whom, and in which order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The day.
    pub on: Date,
    /// The place among the entries of that day: the journal's sequence number.
    pub order: u64,
    /// By whom.
    pub by: Person,
}

impl Event {
    /// The order in which events take effect: by day of effect, then as they were recorded.
    #[must_use]
    pub fn effect_order(&self) -> (Date, Date, u64, &EventId, u32) {
        (self.effective_on, self.recorded.on, self.recorded.order, &self.id, self.version)
    }

    /// The order in which events were recorded.
    #[must_use]
    pub fn recorded_order(&self) -> (Date, u64, &EventId, u32) {
        (self.recorded.on, self.recorded.order, &self.id, self.version)
    }
}

/// What happened to the area.
///
/// In JSON each step carries its name under `kind`: `{"kind": "cleared", "part": …, "depth_cm": 20}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// A record or report is taken up.
    Indicated(IndicatedStep),
    /// Triage finds no basis for the report.
    ClosedNotSubstantiated,
    /// The area is opened as suspected or confirmed.
    Opened(OpenedStep),
    /// Suspected land is confirmed. It moves between columns and is no release.
    Reclassified(ReclassifiedStep),
    /// Land outside is added.
    BoundaryExtended(ExtendedStep),
    /// Land is released because non-technical survey found no evidence.
    Cancelled(CancelledStep),
    /// Land is released because technical survey found no evidence.
    Reduced(ReducedStep),
    /// Land is released because it was cleared.
    Cleared(ClearedStep),
    /// Land outside any recorded area was cleared: fade-out, roads, spot tasks.
    ClearedOutside(ClearedOutsideStep),
    /// Nobody can work there until it is said that work can go on.
    Suspended {
        /// What stands in the way.
        reason: SuspensionReason,
    },
    /// Work can go on.
    Resumed,
    /// An item is found on released land.
    MissedItem(MissedItemStep),
    /// The investigation finds no reason to open the land again.
    InvestigationClosed(InvestigationClosedStep),
    /// The investigation makes land a confirmed hazardous area again.
    Reopened(ReopenedStep),
    /// Cleared land is formally transferred.
    HandedOver(HandedOverStep),
    /// What remains is corrected; the difference is signed and stands on its own line.
    Adjusted(AdjustedStep),
    /// All that remains is kept under another area's record from now on.
    Merged {
        /// The area that takes it over.
        into: AreaId,
    },
    /// All that remains is kept under several areas' records from now on.
    Split {
        /// The areas that take it over.
        into: Vec<AreaId>,
    },
}

impl Step {
    /// The kind of step, as the table of transitions names it.
    #[must_use]
    pub fn kind(&self) -> StepKind {
        match self {
            Self::Indicated(_) => StepKind::Indicated,
            Self::ClosedNotSubstantiated => StepKind::ClosedNotSubstantiated,
            Self::Opened(step) => match step.classification {
                Classification::Suspected => StepKind::OpenedSuspected,
                Classification::Confirmed => StepKind::OpenedConfirmed,
            },
            Self::Reclassified(_) => StepKind::Reclassified,
            Self::BoundaryExtended(_) => StepKind::BoundaryExtended,
            Self::Cancelled(_) => StepKind::Cancelled,
            Self::Reduced(_) => StepKind::Reduced,
            Self::Cleared(_) => StepKind::Cleared,
            Self::ClearedOutside(_) => StepKind::ClearedOutside,
            Self::Suspended { .. } => StepKind::Suspended,
            Self::Resumed => StepKind::Resumed,
            Self::MissedItem(_) => StepKind::MissedItem,
            Self::InvestigationClosed(_) => StepKind::InvestigationClosed,
            Self::Reopened(_) => StepKind::Reopened,
            Self::HandedOver(_) => StepKind::HandedOver,
            Self::Adjusted(_) => StepKind::Adjusted,
            Self::Merged { .. } => StepKind::Merged,
            Self::Split { .. } => StepKind::Split,
        }
    }

    /// The operator's figure for the land, which is kept beside the computed one.
    #[must_use]
    pub fn reported(&self) -> Option<SquareMetres> {
        match self {
            Self::Opened(step) => step.reported,
            Self::BoundaryExtended(step) => step.reported,
            Self::Cancelled(step) => step.reported,
            Self::Reduced(step) => step.reported,
            Self::Cleared(step) => step.reported,
            Self::ClearedOutside(step) => step.reported,
            _ => None,
        }
    }
}
