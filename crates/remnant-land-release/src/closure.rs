//! Why an area is closed.
//!
//! Belongs here: the reasons, and which of them an area has. Does not belong here: what was
//! released (`area_state`): closed is not cleared.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::area_state::{AreaStatus, ReleaseKind, Stage};
use crate::event::Step;
use crate::ledger::HazardousAreaLedger;
use crate::step::AdjustmentCause;

/// A reason for which an area is closed. An area can have several, as its parts have.
///
/// # Source
/// Minimum data for mine action: a closed hazardous area needs a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosureReason {
    /// The report had no basis.
    NotSubstantiated,
    /// Cancelled.
    Cancelled,
    /// Reduced.
    Reduced,
    /// Cleared.
    Cleared,
    /// Kept under another area's record.
    Merged,
    /// Kept under several areas' records.
    Split,
    /// It stands in another record already.
    Duplicate,
    /// It should never have been entered.
    EnteredInError,
}

impl HazardousAreaLedger {
    /// Why the area is closed, all reasons; none while it is open.
    #[must_use]
    pub fn closure(&self) -> BTreeSet<ClosureReason> {
        let state = self.state();
        let closed = matches!(
            state.status(),
            AreaStatus::Closed
                | AreaStatus::HandedOver
                | AreaStatus::UnderInvestigation
                | AreaStatus::NotSubstantiated
        );
        if !closed {
            return BTreeSet::new();
        }
        let kept = state.released.iter().filter(|part| part.is_in_stock());
        let released = kept.map(|part| match part.kind {
            ReleaseKind::Cancelled => ClosureReason::Cancelled,
            ReleaseKind::Reduced(_) => ClosureReason::Reduced,
            ReleaseKind::Cleared => ClosureReason::Cleared,
        });
        let corrected = self.entries().iter().filter_map(|entry| match &entry.event.step {
            Step::ClosedNotSubstantiated => Some(ClosureReason::NotSubstantiated),
            // An indication, or an area of which only a point was known: no land to keep.
            Step::Cancelled(_)
                if entry.after.stage == Stage::IndicationCancelled
                    || (!entry.after.is_open() && entry.postings.is_empty()) =>
            {
                Some(ClosureReason::Cancelled)
            }
            Step::Merged { .. } => Some(ClosureReason::Merged),
            Step::Split { .. } => Some(ClosureReason::Split),
            Step::Adjusted(step) if step.remaining.is_none() => match step.cause {
                AdjustmentCause::DuplicateOf(_) => Some(ClosureReason::Duplicate),
                AdjustmentCause::EnteredInError => Some(ClosureReason::EnteredInError),
                AdjustmentCause::Remeasured
                | AdjustmentCause::BoundaryDrawn
                | AdjustmentCause::MergedFrom(_) => None,
            },
            _ => None,
        });
        released.chain(corrected).collect()
    }
}
