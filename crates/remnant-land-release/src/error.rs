//! Why a step of land release is refused, and what can be done about it.
//!
//! Belongs here: each reason with the values at fault and its help. Does not belong here: finding
//! them (`effect`, `ledger`), reviews (`review`).

use std::fmt;

use jiff::civil::Date;
use remnant_ground::boundary::{Boundary, OverlayError};
use remnant_record::SquareMetres;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::evidence_required::{OnFile, Requirement};
use crate::identity::{AreaId, EventId};
use crate::state::{LandState, StepKind};

/// A step that was not taken: the ledger is as it was before.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The area.
    pub area: AreaId,
    /// The entry that was refused.
    pub event: EventId,
    /// The step it wanted to take.
    pub step: StepKind,
    /// All reasons that were found, at least one.
    pub reasons: Vec<Reason>,
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is refused: {} of `{}`", self.event, self.step.noun(), self.area)?;
        for reason in &self.reasons {
            write!(f, "\n- {reason}")?;
        }
        Ok(())
    }
}

impl Refusal {
    /// What the person can do about each reason, in their order.
    #[must_use]
    pub fn help(&self) -> Vec<String> {
        self.reasons.iter().map(Reason::help).collect()
    }
}

/// One reason for refusing a step.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Reason {
    /// More land than there is.
    #[error(
        "{asked} were to be released where {remaining} remain; {outside} lie outside what remains"
    )]
    MoreThanRemains {
        /// Inside the boundary that was given.
        asked: SquareMetres,
        /// Open in the area.
        remaining: SquareMetres,
        /// Inside the boundary and not open.
        outside: SquareMetres,
        /// That land, to look at on the map.
        beyond: Box<Boundary>,
    },
    /// Land that the area never held.
    #[error("{outside} lie outside the area")]
    OutsideArea {
        /// How much.
        outside: SquareMetres,
        /// That land.
        beyond: Box<Boundary>,
    },
    /// Land that was released before.
    #[error("{overlap} were released before: {}", earlier.join(", "))]
    AlreadyReleased {
        /// How much.
        overlap: SquareMetres,
        /// What happened to it, each with its day.
        earlier: Vec<String>,
        /// That land.
        land: Box<Boundary>,
    },
    /// Land that the area holds open already.
    #[error("{overlap} are open in this area already")]
    AlreadyOpen {
        /// How much.
        overlap: SquareMetres,
    },
    /// No arrow of the table leads from the state of the land.
    #[error(
        "land that is {} cannot be {step}; the step is for land that is {}",
        words(states),
        words(before)
    )]
    WrongState {
        /// The step.
        step: StepKind,
        /// The states of the land it touches.
        states: Vec<LandState>,
        /// The states from which it can be taken.
        before: Vec<LandState>,
    },
    /// Part of the land is in a state from which no arrow leads.
    #[error("{square_metres} of it are {state} and cannot be {step}")]
    PartInWrongState {
        /// The step.
        step: StepKind,
        /// The state of that part.
        state: LandState,
        /// How much.
        square_metres: SquareMetres,
    },
    /// The area is a point: there is no land to measure.
    #[error("only a point is known of the area: no square metre of it can be {step}")]
    NoBoundary {
        /// The step.
        step: StepKind,
    },
    /// Neither a boundary nor a point.
    #[error("neither a boundary nor a point is given")]
    NowhereKnown,
    /// The step touches no land at all.
    #[error("the step touches no land that it could be taken on")]
    NothingInside,
    /// Evidence that the step needs is not on file.
    #[error("{} of {} things that must be on file are missing: {}", missing(file).count(), file.len(),
        missing(file).map(|on_file| on_file.requirement.words()).collect::<Vec<_>>().join("; "))]
    MissingEvidence {
        /// Everything that is required, met or not, with what there is.
        file: Vec<OnFile>,
    },
    /// A confirmed hazardous area without direct evidence.
    #[error("no direct evidence with a location is cited, so it cannot be a CHA; on file: {}",
        if on_file.is_empty() { "nothing".to_owned() } else { on_file.join(", ") })]
    ConfirmedWithoutDirectEvidence {
        /// What is cited.
        on_file: Vec<String>,
    },
    /// A criterion that the country does not have.
    #[error("`{criterion}` is not a criterion of the national list: {}", list.join(", "))]
    CriterionNotInNationalList {
        /// The criterion.
        criterion: String,
        /// The criteria there are.
        list: Vec<String>,
    },
    /// No reason is given.
    #[error("no reason is given")]
    NoReason,
    /// The step took effect before the area was on record.
    #[error("the step is of {effective_on}, before the area was first on record on {opened_on}")]
    EffectiveBeforeOpening {
        /// The day of the step.
        effective_on: Date,
        /// The first day of the area.
        opened_on: Date,
    },
    /// The step takes effect after it was recorded.
    #[error("the step is of {effective_on}, after the day it was recorded, {recorded_on}")]
    EffectiveAfterRecorded {
        /// The day of the step.
        effective_on: Date,
        /// The day of the entry.
        recorded_on: Date,
    },
    /// Work that ended before it began.
    #[error("work ended on {to}, before it began on {from}")]
    EndBeforeStart {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// A missed item that lies on no released land.
    #[error("the item does not lie on released land of this area")]
    NotOnReleasedLand,
    /// A missed item that lies on open land.
    #[error("the item lies on land that is still open")]
    OnOpenLand,
    /// An investigation that is not open.
    #[error("no land of this area is under investigation since `{0}`")]
    NoSuchInvestigation(EventId),
    /// A step about another area.
    #[error("the step is about area `{0}`")]
    AnotherArea(AreaId),
    /// An area merged into, split into or taken from itself.
    #[error("an area cannot be merged with itself or split into itself")]
    SameArea,
    /// Split into fewer than two areas.
    #[error("a split names {0} areas; it needs at least two")]
    TooFewAreas(usize),
    /// An entry that is in the ledger already.
    #[error("version {version} of `{event}` is in the ledger already")]
    AlreadyEntered {
        /// The entry.
        event: EventId,
        /// The version that is there.
        version: u32,
    },
    /// An entry recorded before one that is in the ledger.
    #[error("the entry was recorded before `{0}`, which is in the ledger already")]
    RecordedOutOfOrder(EventId),
    /// A later step that could no longer be taken.
    #[error("it would upset `{event}` ({step} on {effective_on}): {because}")]
    UpsetsLaterStep {
        /// The later step.
        event: EventId,
        /// What it does.
        step: StepKind,
        /// Its day.
        effective_on: Date,
        /// Why it could no longer be taken.
        because: String,
    },
    /// Boundaries that cannot be laid over each other.
    #[error("{0}")]
    Geometry(OverlayError),
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut refusal = serializer.serialize_struct("Refusal", 4)?;
        refusal.serialize_field("area", &self.area)?;
        refusal.serialize_field("event", &self.event)?;
        refusal.serialize_field("step", &self.step)?;
        refusal.serialize_field("reasons", &self.reasons)?;
        refusal.end()
    }
}

/// Name, message and help; the land at fault and what is on file, where the reason has them.
impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Land<'a>(#[serde(serialize_with = "crate::coordinates::serialize")] &'a Boundary);
        let file = match self {
            Self::MissingEvidence { file } => Some(file),
            _ => None,
        };
        let mut reason = serializer.serialize_struct("Reason", 5)?;
        reason.serialize_field("name", self.name())?;
        reason.serialize_field("message", &self.to_string())?;
        reason.serialize_field("help", &self.help())?;
        reason.serialize_field("land", &self.land().map(Land))?;
        reason.serialize_field("required", &file)?;
        reason.end()
    }
}

fn words(states: &[LandState]) -> String {
    states.iter().map(|state| state.word()).collect::<Vec<_>>().join(" or ")
}

fn missing(file: &[OnFile]) -> impl Iterator<Item = &OnFile> {
    file.iter().filter(|on_file| !on_file.met)
}

impl From<OverlayError> for Reason {
    fn from(fault: OverlayError) -> Self {
        Self::Geometry(fault)
    }
}

impl Reason {
    /// The name by which programs know the reason. A retired name is never used again.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::MoreThanRemains { .. } => "more-than-remains",
            Self::OutsideArea { .. } => "outside-area",
            Self::AlreadyReleased { .. } => "already-released",
            Self::AlreadyOpen { .. } => "already-open",
            Self::WrongState { .. } => "wrong-state",
            Self::PartInWrongState { .. } => "part-in-wrong-state",
            Self::NoBoundary { .. } => "no-boundary",
            Self::NowhereKnown => "nowhere-known",
            Self::NothingInside => "nothing-inside",
            Self::MissingEvidence { .. } => "missing-evidence",
            Self::ConfirmedWithoutDirectEvidence { .. } => "cha-without-direct-evidence",
            Self::CriterionNotInNationalList { .. } => "criterion-not-in-national-list",
            Self::NoReason => "no-reason",
            Self::EffectiveBeforeOpening { .. } => "effective-before-opening",
            Self::EffectiveAfterRecorded { .. } => "effective-after-recorded",
            Self::EndBeforeStart { .. } => "end-before-start",
            Self::NotOnReleasedLand => "not-on-released-land",
            Self::OnOpenLand => "on-open-land",
            Self::NoSuchInvestigation(_) => "no-such-investigation",
            Self::AnotherArea(_) => "another-area",
            Self::SameArea => "same-area",
            Self::TooFewAreas(_) => "too-few-areas",
            Self::AlreadyEntered { .. } => "already-entered",
            Self::RecordedOutOfOrder(_) => "recorded-out-of-order",
            Self::UpsetsLaterStep { .. } => "upsets-later-step",
            Self::Geometry(_) => "geometry",
        }
    }

    /// The land at fault, to be shown on the map.
    #[must_use]
    pub fn land(&self) -> Option<&Boundary> {
        match self {
            Self::MoreThanRemains { beyond: land, .. }
            | Self::OutsideArea { beyond: land, .. }
            | Self::AlreadyReleased { land, .. } => Some(land),
            _ => None,
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> String {
        let help = match self {
            Self::MissingEvidence { file } => {
                return missing(file)
                    .map(|on_file| {
                        format!("{}: {}", on_file.requirement, on_file.requirement.help())
                    })
                    .collect::<Vec<_>>()
                    .join("\n");
            }
            Self::Geometry(fault) => fault.help(),
            Self::MoreThanRemains { .. } | Self::OutsideArea { .. } => {
                "check the boundary against the area on the map; if clearance really went beyond \
                 the area, ask for that land to be counted as clearance outside, and if there is \
                 evidence beyond it, extend the area first"
            }
            Self::AlreadyReleased { .. } => {
                "cut the land released before out of the boundary; if it was really worked again, \
                 ask for it to be counted again (in outputs only), and if it is hazardous again, \
                 enter the missed item and reopen it"
            }
            Self::AlreadyOpen { .. } => "draw only the land that the area does not hold yet",
            Self::WrongState { states, .. } if states.contains(&LandState::Suspended) => {
                "enter that work was resumed first"
            }
            Self::WrongState { states, .. } if states.contains(&LandState::UnderInvestigation) => {
                "close the investigation, or reopen the land; another item found there belongs to \
                 the same investigation"
            }
            Self::WrongState { step: StepKind::Cleared, states, .. }
                if states.contains(&LandState::Suspected) =>
            {
                "only confirmed land is cleared: reclassify it as CHA first, with direct evidence"
            }
            Self::PartInWrongState {
                step: StepKind::Cleared, state: LandState::Suspected, ..
            } => "only confirmed land is cleared: reclassify it as CHA first, with direct evidence",
            Self::WrongState { .. } | Self::PartInWrongState { .. } => {
                "look at the history of the area: a step before this one may not be entered yet, \
                 or the boundary may be wrong"
            }
            Self::NoBoundary { .. } => {
                "draw the boundary first, as an adjustment with the cause `boundary_drawn`"
            }
            Self::NowhereKnown => "give at least a point with its uncertainty",
            Self::NothingInside => "check the boundary against the area on the map",
            Self::ConfirmedWithoutDirectEvidence { .. } => {
                Requirement::DirectEvidenceWithLocation.help()
            }
            Self::CriterionNotInNationalList { .. } => {
                "cite a criterion of the list, or enter the new edition of the national rules first"
            }
            Self::NoReason => "say why: what was seen or decided",
            Self::EffectiveBeforeOpening { .. } => {
                "check the day of the step and the day on which the area was opened"
            }
            Self::EffectiveAfterRecorded { .. } => {
                "enter the step on the day it takes effect, or after"
            }
            Self::EndBeforeStart { .. } => "exchange the two days, or look them up again",
            Self::NotOnReleasedLand => {
                "check the position; an item outside released land is new evidence, for an \
                 indication or an extension"
            }
            Self::OnOpenLand => "enter it as evidence or as an item found in clearance",
            Self::NoSuchInvestigation(_) => {
                "name the missed-item event that started the investigation"
            }
            Self::AnotherArea(_) => "enter the step in the ledger of that area",
            Self::SameArea | Self::TooFewAreas(_) => "name the other areas",
            Self::AlreadyEntered { .. } => {
                "an entry is changed by a further entry; a rejected one comes back as a new version"
            }
            Self::RecordedOutOfOrder(_) => {
                "fold the ledger again from the journal, in the order in which it was recorded"
            }
            Self::UpsetsLaterStep { .. } => {
                "check the day of the step; if it is right, the later step has to be rejected and \
                 entered again"
            }
        };
        help.to_owned()
    }
}
