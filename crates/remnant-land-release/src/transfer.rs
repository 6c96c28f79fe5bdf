//! Land that moves from one area's record to another's: mergers and splits.
//!
//! Belongs here: whether what one record gave up is what others took over. Does not belong here: the
//! steps themselves (`effect`).

use std::collections::BTreeMap;

use remnant_record::SquareMetres;

use crate::event::Step;
use crate::identity::AreaId;
use crate::ledger::HazardousAreaLedger;
use crate::posting::{Change, Line};
use crate::quality::{AreaFinding, Check};
use crate::step::{AdjustmentCause, Origin};

/// What records gave up and what others took over from them, compared.
///
/// A merger or split is an adjustment on both sides, and nothing over both. Where one side is
/// missing, land would leave the national balance, or enter it, as an adjustment that nobody looks
/// at. Up to `allowed` the two may differ, as edges are drawn anew.
#[must_use]
pub fn check_transfers(ledgers: &[HazardousAreaLedger], allowed: SquareMetres) -> Vec<AreaFinding> {
    let mut moved: BTreeMap<&AreaId, (Change, Change)> = BTreeMap::new();
    for ledger in ledgers {
        for entry in ledger.entries() {
            let adjusted = entry.postings.iter().filter(|posting| posting.line == Line::Adjusted);
            let amount: Change = adjusted.map(|posting| posting.amount).sum();
            let taken_from = match &entry.event.step {
                Step::Merged { .. } | Step::Split { .. } => {
                    moved.entry(ledger.area()).or_default().0 += -amount;
                    continue;
                }
                Step::Opened(step) => match &step.origin {
                    Origin::From(area) => area,
                    Origin::Identified => continue,
                },
                Step::Adjusted(step) => match &step.cause {
                    AdjustmentCause::MergedFrom(area) => area,
                    _ => continue,
                },
                _ => continue,
            };
            moved.entry(taken_from).or_default().1 += amount;
        }
    }
    let allowed = Change::from(allowed);
    moved
        .into_iter()
        .filter(|(_, (given_up, taken_over))| {
            *given_up - *taken_over > allowed || *taken_over - *given_up > allowed
        })
        .map(|(area, (given_up, taken_over))| AreaFinding {
            area: area.clone(),
            event: None,
            check: Check::TransferNotMatched,
            message: format!("gave up {given_up}, of which others took over {taken_over}"),
        })
        .collect()
}
