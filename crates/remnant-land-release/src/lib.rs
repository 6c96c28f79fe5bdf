//! What was decided about each square metre.
//!
//! Belongs here: the ledger of land release, the states of a hazardous area, the evidence that each
//! step needs, who reviewed it, and the balance of a period. Does not belong here: running a model,
//! SQL. No function here releases land on a probability.
//!
//! An [`Event`] is entered into the [`HazardousAreaLedger`] of its area, which takes it or refuses
//! it with all [`Reason`]s. What the journal holds on an area, reviews included, is its
//! [`AreaFile`]; that gives the ledger of a [`Reading`] as known by a day, the [`AreaHistory`], and,
//! over many areas, the [`ReviewedBalance`] of a period. What is set nationally is a value:
//! [`NationalRules`]. Rows that operators reported become events by [`gather`].

mod area_file;
mod area_land;
mod area_state;
mod balance;
mod closure;
mod coordinates;
mod counted_twice;
mod effect;
mod error;
mod event;
mod evidence;
mod evidence_required;
mod history;
mod identities;
mod identity;
mod land;
mod later_find;
mod ledger;
mod national_rules;
mod posting;
mod quality;
mod reported;
mod review;
mod review_chain;
mod sampling;
mod state;
mod status_word;
mod step;
mod transfer;

pub use area_file::{AreaFile, Reading, Reviews, StepSetAside};
pub use area_land::{AreaLand, ReleasedLand, RemainingLand};
pub use area_state::{
    AreaState, AreaStatus, OpenParcel, Parcel, PointExtent, ReleaseKind, ReleasedPart, Stage,
};
pub use balance::{Balance, BalanceError, BalanceLine, By, Period, ReviewedBalance, Stock};
pub use closure::ClosureReason;
pub use counted_twice::{CountedTwice, SharedLand};
pub use effect::Note;
pub use error::{Reason, Refusal};
pub use event::{Event, Recorded, Step};
pub use evidence::{ESTIMATE, Evidence, HowKnown};
pub use evidence_required::{OnFile, Requirement, required, unknown_criteria};
pub use history::{AreaHistory, HistoryEntry, Moment, Standing};
pub use identities::{Identity, Side};
pub use identity::{AreaId, EventId, EvidenceId, IdentityError, Organisation, Person};
pub use land::{Classification, Contamination, Part, Position, SuspensionReason};
pub use later_find::{Find, finds_on_released_land};
pub use ledger::{Entered, Entry, HazardousAreaLedger, SetAside};
pub use national_rules::{Criterion, DirectEvidence, NationalRules, Parameter, RuleBook};
pub use posting::{Change, Columns, Line, Posting};
pub use quality::{AreaFinding, Check, check_area};
pub use reported::{
    Background, Counting, Entering, Gathered, GatheredEvent, GatheredRefusal, GatheredUnclear,
    OutsideInArea, Remark, ReportedRow, ReportedStep, StillOpen, Unclear, Waived, gather, opened,
    released,
};
pub use review::{Review, ReviewAction, ReviewError, ReviewState, ReviewStep};
pub use review_chain::{ChainError, ReviewChain};
pub use sampling::inspection_pass_probability;
pub use state::{
    Ground, LandState, StepKind, TRANSITIONS, Transition, may, states_before, transition_table,
};
pub use status_word::{StatedStatus, StatusWord};
pub use step::{
    AdjustedStep, AdjustmentCause, CancelledStep, ClearedOutsideStep, ClearedStep,
    CommunityBriefed, ExtendedStep, Extent, HandedOverStep, IndicatedStep, Inspection,
    InvestigationClosedStep, ItemFound, MissedItemStep, NotWorked, OpenedStep, Origin, PeopleAsked,
    PermanentMarkers, ReclassifiedStep, ReducedStep, ReopenedStep, TechnicalAsset, Worked,
};
pub use transfer::check_transfers;
