//! The states of land and the steps between them, as one table.
//!
//! Belongs here: which step leads from which state to which, and the words of programmes for the
//! state of an area. Does not belong here: what a step needs (`evidence_required`), square metres
//! (`ledger`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of a piece of land in an area's record. One area can hold land in several states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LandState {
    /// Nothing is on record.
    Unrecorded,
    /// Reported, not yet surveyed: no square metre is counted.
    Indication,
    /// Reported without basis, and closed.
    NotSubstantiated,
    /// In a suspected hazardous area (SHA).
    Suspected,
    /// In a confirmed hazardous area (CHA).
    Confirmed,
    /// Suspected, confirmed or indicated, and nobody can work there now.
    Suspended,
    /// Released because non-technical survey found no evidence.
    Cancelled,
    /// Released because technical survey found no evidence.
    Reduced,
    /// Cleared to a specified depth.
    Cleared,
    /// Cleared, accepted and formally handed over.
    HandedOver,
    /// Released, and an item was found there later.
    UnderInvestigation,
    /// Kept under another area's record since a merger or split, or taken off by a correction.
    Elsewhere,
}

impl LandState {
    /// All states.
    pub const ALL: [Self; 12] = [
        Self::Unrecorded,
        Self::Indication,
        Self::NotSubstantiated,
        Self::Suspected,
        Self::Confirmed,
        Self::Suspended,
        Self::Cancelled,
        Self::Reduced,
        Self::Cleared,
        Self::HandedOver,
        Self::UnderInvestigation,
        Self::Elsewhere,
    ];

    /// The word that is shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unrecorded => "not on record",
            Self::Indication => "indication",
            Self::NotSubstantiated => "closed: not substantiated",
            Self::Suspected => "SHA",
            Self::Confirmed => "CHA",
            Self::Suspended => "suspended",
            Self::Cancelled => "cancelled",
            Self::Reduced => "reduced",
            Self::Cleared => "cleared",
            Self::HandedOver => "released (handed over)",
            Self::UnderInvestigation => "under investigation",
            Self::Elsewhere => "in another record",
        }
    }
}

impl fmt::Display for LandState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The kinds of steps, without what they carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A record or report is taken up.
    Indicated,
    /// Triage finds no basis.
    ClosedNotSubstantiated,
    /// Survey finds indirect evidence only.
    OpenedSuspected,
    /// Survey finds direct evidence.
    OpenedConfirmed,
    /// Direct evidence is found in suspected land.
    Reclassified,
    /// New evidence outside the boundary.
    BoundaryExtended,
    /// Non-technical survey finds no evidence, or a record is corrected.
    Cancelled,
    /// Technical survey shows that land is not contaminated.
    Reduced,
    /// Clearance to a specified depth.
    Cleared,
    /// Clearance outside any recorded area.
    ClearedOutside,
    /// No access, season, security or money.
    Suspended,
    /// Work can go on.
    Resumed,
    /// An item is found on released land.
    MissedItem,
    /// The investigation finds no reason to open the land again.
    InvestigationClosed,
    /// The investigation makes the land a confirmed hazardous area again.
    Reopened,
    /// Formal transfer of cleared land.
    HandedOver,
    /// A signed correction of what remains.
    Adjusted,
    /// The rest is kept under another area's record from now on.
    Merged,
    /// The rest is kept under several areas' records from now on.
    Split,
}

impl StepKind {
    /// All kinds.
    pub const ALL: [Self; 19] = [
        Self::Indicated,
        Self::ClosedNotSubstantiated,
        Self::OpenedSuspected,
        Self::OpenedConfirmed,
        Self::Reclassified,
        Self::BoundaryExtended,
        Self::Cancelled,
        Self::Reduced,
        Self::Cleared,
        Self::ClearedOutside,
        Self::Suspended,
        Self::Resumed,
        Self::MissedItem,
        Self::InvestigationClosed,
        Self::Reopened,
        Self::HandedOver,
        Self::Adjusted,
        Self::Merged,
        Self::Split,
    ];

    /// The word that is shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Indicated => "indicated",
            Self::ClosedNotSubstantiated => "closed as not substantiated",
            Self::OpenedSuspected => "opened as SHA",
            Self::OpenedConfirmed => "opened as CHA",
            Self::Reclassified => "reclassified as CHA",
            Self::BoundaryExtended => "extended",
            Self::Cancelled => "cancelled",
            Self::Reduced => "reduced",
            Self::Cleared => "cleared",
            Self::ClearedOutside => "cleared outside any area",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::MissedItem => "missed item",
            Self::InvestigationClosed => "investigation closed",
            Self::Reopened => "reopened",
            Self::HandedOver => "handed over",
            Self::Adjusted => "adjusted",
            Self::Merged => "merged",
            Self::Split => "split",
        }
    }
}

impl StepKind {
    /// The step as a thing, for sentences about it: `clearance`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Indicated => "indication",
            Self::ClosedNotSubstantiated => "closing as not substantiated",
            Self::OpenedSuspected => "opening as SHA",
            Self::OpenedConfirmed => "opening as CHA",
            Self::Reclassified => "reclassification as CHA",
            Self::BoundaryExtended => "extension",
            Self::Cancelled => "cancellation",
            Self::Reduced => "reduction",
            Self::Cleared => "clearance",
            Self::ClearedOutside => "clearance outside any area",
            Self::Suspended => "suspension",
            Self::Resumed => "resumption",
            Self::MissedItem => "missed item",
            Self::InvestigationClosed => "end of an investigation",
            Self::Reopened => "reopening",
            Self::HandedOver => "hand-over",
            Self::Adjusted => "adjustment",
            Self::Merged => "merger",
            Self::Split => "split",
        }
    }
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why an arrow stands in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// Land release itself.
    LandRelease,
    /// Keeping the record right; no work on the land.
    Bookkeeping,
}

/// One arrow: a step takes land from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Transition {
    /// The state before.
    pub from: LandState,
    /// The step.
    pub step: StepKind,
    /// The state after.
    pub to: LandState,
    /// Why the arrow is there.
    pub ground: Ground,
    /// When the step is taken, in a few words.
    pub when: &'static str,
}

macro_rules! arrows {
    ($($ground:ident: $from:ident, $step:ident => $to:ident, $when:literal;)*) => {
        &[$(Transition {
            from: LandState::$from,
            step: StepKind::$step,
            to: LandState::$to,
            ground: Ground::$ground,
            when: $when,
        },)*]
    };
}

/// Every arrow there is. A step that has no arrow from the state of the land it touches is refused.
///
/// Land that was suspended goes back to the one state it was in, which the ledger remembers.
/// Handed-over land is still cleared land: an item found there starts an investigation as well. So
/// does the end of an investigation lead back to the state that the land was in.
///
/// There is no arrow from CHA to SHA: where the confirmation was wrong, the land is cancelled as a
/// correction, which needs a reason, and shows in the balance.
///
/// # Source
/// Lebanon NMAS 07.11 and 09.10, IMAS 08.30, the Monitor's note on reporting land release; the
/// missed-item loop is our design on the review of the process that IMAS 07.10 asks for.
pub const TRANSITIONS: &[Transition] = arrows! {
    LandRelease: Unrecorded, Indicated => Indication, "a record or report is taken up";
    LandRelease: Indication, ClosedNotSubstantiated => NotSubstantiated, "triage finds no basis";
    LandRelease: Indication, Cancelled => Cancelled, "NTS finds no evidence";
    LandRelease: Indication, OpenedSuspected => Suspected, "NTS finds indirect evidence only";
    LandRelease: Indication, OpenedConfirmed => Confirmed, "NTS finds direct evidence";
    LandRelease: Unrecorded, OpenedSuspected => Suspected, "survey begins without a report";
    LandRelease: Unrecorded, OpenedConfirmed => Confirmed, "survey begins without a report";
    LandRelease: Suspected, Cancelled => Cancelled, "NTS with more information finds no evidence";
    LandRelease: Suspected, Reduced => Reduced, "TS finds no evidence";
    LandRelease: Suspected, Reclassified => Confirmed, "NTS or TS finds direct evidence";
    LandRelease: Confirmed, Reduced => Reduced, "TS shows that part is not contaminated";
    LandRelease: Confirmed, Cancelled => Cancelled, "NTS corrects a bad record; needs a reason";
    LandRelease: Confirmed, Cleared => Cleared, "clearance to the specified depth";
    LandRelease: Confirmed, BoundaryExtended => Confirmed, "new evidence outside";
    LandRelease: Suspected, BoundaryExtended => Suspected, "new evidence outside";
    LandRelease: Indication, Suspended => Suspended, "no access, season, security, money";
    LandRelease: Suspected, Suspended => Suspended, "no access, season, security, money";
    LandRelease: Confirmed, Suspended => Suspended, "no access, season, security, money";
    LandRelease: Suspended, Resumed => Indication, "it was an indication";
    LandRelease: Suspended, Resumed => Suspected, "it was a SHA";
    LandRelease: Suspended, Resumed => Confirmed, "it was a CHA";
    LandRelease: Cancelled, MissedItem => UnderInvestigation, "an item is found later";
    LandRelease: Reduced, MissedItem => UnderInvestigation, "an item is found later";
    LandRelease: Cleared, MissedItem => UnderInvestigation, "an item is found later";
    LandRelease: HandedOver, MissedItem => UnderInvestigation, "an item is found later";
    LandRelease: UnderInvestigation, Reopened => Confirmed, "the investigation confirms a hazard";
    LandRelease: UnderInvestigation, InvestigationClosed => Cancelled, "a single item; it was cancelled";
    LandRelease: UnderInvestigation, InvestigationClosed => Reduced, "a single item; it was reduced";
    LandRelease: UnderInvestigation, InvestigationClosed => Cleared, "a single item; it was cleared";
    LandRelease: UnderInvestigation, InvestigationClosed => HandedOver, "a single item; it was handed over";
    LandRelease: Cleared, HandedOver => HandedOver, "accepted and formally transferred";
    Bookkeeping: Suspected, Adjusted => Suspected, "re-measured";
    Bookkeeping: Confirmed, Adjusted => Confirmed, "re-measured";
    Bookkeeping: Suspected, Adjusted => Elsewhere, "duplicate, or entered in error";
    Bookkeeping: Confirmed, Adjusted => Elsewhere, "duplicate, or entered in error";
    Bookkeeping: Suspected, Merged => Elsewhere, "the other record holds it from now on";
    Bookkeeping: Confirmed, Merged => Elsewhere, "the other record holds it from now on";
    Bookkeeping: Suspected, Split => Elsewhere, "the new records hold it from now on";
    Bookkeeping: Confirmed, Split => Elsewhere, "the new records hold it from now on";
};

/// Whether a step can be taken on land in a state.
#[must_use]
pub fn may(from: LandState, step: StepKind) -> bool {
    // Clearance outside belongs to no area's land: it is an output line beside the ledger.
    step == StepKind::ClearedOutside
        || TRANSITIONS.iter().any(|arrow| (arrow.from, arrow.step) == (from, step))
}

/// The states from which a step can be taken.
#[must_use]
pub fn states_before(step: StepKind) -> Vec<LandState> {
    LandState::ALL
        .into_iter()
        .filter(|from| TRANSITIONS.iter().any(|arrow| (arrow.from, arrow.step) == (*from, step)))
        .collect()
}

/// The table as text, one arrow on each line, for the guide and the scenario.
///
/// ```
/// let table = remnant_land_release::transition_table();
/// assert!(table.contains("CHA --cleared--> cleared"));
/// ```
#[must_use]
pub fn transition_table() -> String {
    TRANSITIONS
        .iter()
        .map(|arrow| format!("{} --{}--> {}  ({})\n", arrow.from, arrow.step, arrow.to, arrow.when))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The diagram of the field's page on land release, arrow by arrow, written out by hand.
    #[test]
    fn every_arrow_of_the_diagram_is_there_and_no_other() {
        use LandState as L;
        use StepKind as S;
        let diagram = [
            (L::Unrecorded, S::Indicated, L::Indication),
            (L::Indication, S::ClosedNotSubstantiated, L::NotSubstantiated),
            (L::Indication, S::Cancelled, L::Cancelled),
            (L::Indication, S::OpenedSuspected, L::Suspected),
            (L::Indication, S::OpenedConfirmed, L::Confirmed),
            (L::Suspected, S::Cancelled, L::Cancelled),
            (L::Suspected, S::Reduced, L::Reduced),
            (L::Suspected, S::Reclassified, L::Confirmed),
            (L::Confirmed, S::Reduced, L::Reduced),
            (L::Confirmed, S::Cancelled, L::Cancelled),
            (L::Confirmed, S::Cleared, L::Cleared),
            (L::Confirmed, S::BoundaryExtended, L::Confirmed),
            (L::Suspected, S::BoundaryExtended, L::Suspected),
            // "Any open": indication, SHA, CHA, and back.
            (L::Indication, S::Suspended, L::Suspended),
            (L::Suspected, S::Suspended, L::Suspended),
            (L::Confirmed, S::Suspended, L::Suspended),
            (L::Suspended, S::Resumed, L::Indication),
            (L::Suspended, S::Resumed, L::Suspected),
            (L::Suspended, S::Resumed, L::Confirmed),
            (L::Cancelled, S::MissedItem, L::UnderInvestigation),
            (L::Reduced, S::MissedItem, L::UnderInvestigation),
            (L::Cleared, S::MissedItem, L::UnderInvestigation),
            (L::UnderInvestigation, S::Reopened, L::Confirmed),
            (L::Cleared, S::HandedOver, L::HandedOver),
        ];
        // What the diagram leaves to the reader, each with its reason in the table's documentation.
        let read_into_it = [
            // Programmes enter areas that a survey found without an earlier report.
            (L::Unrecorded, S::OpenedSuspected, L::Suspected),
            (L::Unrecorded, S::OpenedConfirmed, L::Confirmed),
            // "Possible" new CHA: the other end of an investigation.
            (L::UnderInvestigation, S::InvestigationClosed, L::Cancelled),
            (L::UnderInvestigation, S::InvestigationClosed, L::Reduced),
            (L::UnderInvestigation, S::InvestigationClosed, L::Cleared),
            (L::UnderInvestigation, S::InvestigationClosed, L::HandedOver),
            // Released land is cleared land.
            (L::HandedOver, S::MissedItem, L::UnderInvestigation),
        ];
        let expected: BTreeSet<_> = diagram.into_iter().chain(read_into_it).collect();
        let found: BTreeSet<_> = TRANSITIONS
            .iter()
            .filter(|arrow| arrow.ground == Ground::LandRelease)
            .map(|arrow| (arrow.from, arrow.step, arrow.to))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn no_arrow_stands_twice_and_bookkeeping_touches_open_land_only() {
        let arrows: BTreeSet<_> =
            TRANSITIONS.iter().map(|arrow| (arrow.from, arrow.step, arrow.to)).collect();
        assert_eq!(arrows.len(), TRANSITIONS.len());
        for arrow in TRANSITIONS.iter().filter(|arrow| arrow.ground == Ground::Bookkeeping) {
            assert!([LandState::Suspected, LandState::Confirmed].contains(&arrow.from));
        }
    }

    #[test]
    fn every_step_but_the_one_outside_has_a_state_to_start_from() {
        for step in StepKind::ALL {
            assert_eq!(states_before(step).is_empty(), step == StepKind::ClearedOutside, "{step}");
        }
    }

    #[test]
    fn the_table_reads_as_the_guide_prints_it() {
        insta::assert_snapshot!(transition_table());
    }
}
