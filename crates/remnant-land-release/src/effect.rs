//! What a step does to an area, or why it cannot be taken.
//!
//! Belongs here: from the state before and an event to the state after, with the lines it writes.
//! Does not belong here: the order of events (`ledger`), summing (`balance`), the requirements
//! themselves (`evidence_required`).

mod after_release;
mod correction;
mod opening;
mod release;

use std::fmt;

use remnant_ground::boundary::Boundary;
use remnant_record::SquareMetres;
use serde::Serialize;

use crate::area_state::{AreaState, Parcel, Stage};
use crate::error::Reason;
use crate::event::{Event, Step};
use crate::evidence_required::{Requirement, required, unknown_criteria};
use crate::land::{Classification, Part};
use crate::national_rules::NationalRules;
use crate::posting::{Change, Line, Posting};
use crate::state::{LandState, StepKind, may, states_before};

/// Something about a step that was taken that a person should know.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// Land that was too little to count was left out of the step.
    LeftOut {
        /// How much.
        #[serde(rename = "area_square_metres")]
        area: SquareMetres,
        /// Which: outside the area, released before, open already.
        which: &'static str,
    },
    /// The operator's figure is further from the boundary's than the rules allow.
    ReportedDiffers {
        /// The operator's figure.
        #[serde(rename = "reported_square_metres")]
        reported: SquareMetres,
        /// The boundary's.
        #[serde(rename = "computed_square_metres")]
        computed: SquareMetres,
    },
    /// A point has no square metres; they are counted when a boundary is drawn.
    NotCounted,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeftOut { area, which } => write!(f, "{area} {which} were left out"),
            Self::ReportedDiffers { reported, computed } => {
                write!(f, "the operator reports {reported}, the boundary measures {computed}")
            }
            Self::NotCounted => f.write_str("no square metre is counted until a boundary is drawn"),
        }
    }
}

/// What a step did.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Effect {
    pub(crate) after: AreaState,
    pub(crate) postings: Vec<Posting>,
    pub(crate) notes: Vec<Note>,
}

/// Takes the step on the state, if everything allows it.
///
/// All reasons that can be found are given at once: what the event says by itself, what is not on
/// file, and what the land and its state do not allow.
pub(crate) fn effect(
    before: &AreaState,
    event: &Event,
    rules: &NationalRules,
) -> Result<Effect, Vec<Reason>> {
    let mut reasons = faults_of_the_event(event, rules);
    let mut draft = Draft {
        event,
        rules,
        state: before.clone(),
        postings: Vec::new(),
        notes: Vec::new(),
        reported_for: None,
    };
    let taken = draft.take();
    reasons.extend(missing_evidence(before, event, rules));
    if let Err(refused) = taken {
        reasons.extend(refused);
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    draft.compare_with_report();
    let Draft { mut state, postings, notes, .. } = draft;
    if state.first_on.is_none() && state.stage != Stage::Unrecorded {
        state.first_on = Some(event.effective_on);
    }
    Ok(Effect { after: state, postings, notes })
}

fn faults_of_the_event(event: &Event, rules: &NationalRules) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if event.why.trim().is_empty() {
        reasons.push(Reason::NoReason);
    }
    if event.effective_on > event.recorded.on {
        reasons.push(Reason::EffectiveAfterRecorded {
            effective_on: event.effective_on,
            recorded_on: event.recorded.on,
        });
    }
    let worked = match &event.step {
        Step::Reduced(step) => step.worked,
        Step::Cleared(step) => step.worked,
        _ => None,
    };
    if let Some(worked) = worked.filter(|worked| worked.to < worked.from) {
        reasons.push(Reason::EndBeforeStart { from: worked.from, to: worked.to });
    }
    let list = match &event.step {
        Step::Cancelled(_) => &rules.cancellation_criteria.value,
        _ => &rules.reduction_criteria.value,
    };
    for criterion in unknown_criteria(&event.step, rules) {
        reasons.push(Reason::CriterionNotInNationalList {
            criterion: criterion.to_owned(),
            list: list.iter().map(|criterion| criterion.code.clone()).collect(),
        });
    }
    reasons
}

fn missing_evidence(before: &AreaState, event: &Event, rules: &NationalRules) -> Vec<Reason> {
    let confirmed_land = match &event.step {
        Step::Cancelled(step) => before.touches(&step.part, Classification::Confirmed),
        _ => false,
    };
    let mut file = required(event, rules, confirmed_land);
    let mut reasons = Vec::new();
    let direct = file
        .iter()
        .position(|on_file| on_file.requirement == Requirement::DirectEvidenceWithLocation);
    if let Some(direct) = direct.filter(|at| !file[*at].met) {
        let on_file = file.remove(direct).on_file;
        reasons.push(Reason::ConfirmedWithoutDirectEvidence { on_file });
    }
    if file.iter().any(|on_file| !on_file.met) {
        reasons.push(Reason::MissingEvidence { file });
    }
    reasons
}

impl AreaState {
    /// Whether a part holds open land of a classification. Where the geometry cannot be computed
    /// the step is refused for that, so the answer does not matter then.
    fn touches(&self, part: &Part, classification: Classification) -> bool {
        self.remaining.iter().filter(|open| open.classification == classification).any(|open| {
            match part {
                Part::All => true,
                Part::Boundary(by) => open.parcel.cut(by).is_ok_and(|cut| cut.inside.is_some()),
            }
        })
    }
}

/// The state as the step changes it.
struct Draft<'a> {
    event: &'a Event,
    rules: &'a NationalRules,
    state: AreaState,
    postings: Vec<Posting>,
    notes: Vec<Note>,
    /// The square metres that the operator's figure is about.
    reported_for: Option<SquareMetres>,
}

type Taken = Result<(), Vec<Reason>>;

impl Draft<'_> {
    fn take(&mut self) -> Taken {
        let event = self.event;
        match &event.step {
            Step::Indicated(step) => self.indicated(step),
            Step::ClosedNotSubstantiated => self.not_substantiated(),
            Step::Opened(step) => self.opened(step),
            Step::Reclassified(step) => self.reclassified(step),
            Step::BoundaryExtended(step) => self.extended(step),
            Step::Cancelled(step) => self.cancelled(step),
            Step::Reduced(step) => self.reduced(step),
            Step::Cleared(step) => self.cleared(step),
            Step::ClearedOutside(step) => self.cleared_outside(&step.boundary),
            Step::Suspended { reason } => self.suspended(*reason),
            Step::Resumed => self.resumed(),
            Step::MissedItem(step) => self.missed_item(step),
            Step::InvestigationClosed(step) => self.investigation_closed(&step.missed_item),
            Step::Reopened(step) => self.reopened(step),
            Step::HandedOver(step) => self.handed_over(&step.part),
            Step::Adjusted(step) => self.adjusted(step),
            Step::Merged { into } => self.taken_over(std::slice::from_ref(into)),
            Step::Split { into } if into.len() < 2 => Err(vec![Reason::TooFewAreas(into.len())]),
            Step::Split { into } => self.taken_over(into),
        }
    }

    fn kind(&self) -> StepKind {
        self.event.step.kind()
    }

    /// Refuses a step that no state of the area's open land allows.
    fn open_land_allows(&self) -> Taken {
        let states = self.state.states();
        if states.iter().any(|state| may(*state, self.kind())) {
            Ok(())
        } else {
            self.wrong_state()
        }
    }

    fn wrong_state<T>(&self) -> Result<T, Vec<Reason>> {
        let mut states: Vec<LandState> = self.state.states().into_iter().collect();
        if states.contains(&LandState::Suspended) {
            states = vec![LandState::Suspended];
        }
        Err(vec![Reason::WrongState {
            step: self.kind(),
            states,
            before: states_before(self.kind()),
        }])
    }

    fn post(&mut self, line: Line, classification: Classification, amount: impl Into<Change>) {
        let amount = amount.into();
        if amount == Change::ZERO {
            return;
        }
        self.postings.push(Posting { line, classification, amount });
    }

    /// Whether so much is too little to count by itself.
    fn is_sliver(&self, area: SquareMetres) -> bool {
        area <= self.rules.sliver.value
    }

    fn leave_out(&mut self, area: SquareMetres, which: &'static str) {
        if !area.is_zero() {
            self.notes.push(Note::LeftOut { area, which });
        }
    }

    /// Takes out of a boundary what some parcels cover: how much that is, where, and what is left.
    fn without<'p>(
        land: Option<Boundary>,
        parcels: impl Iterator<Item = &'p Parcel>,
    ) -> Result<Without, Vec<Reason>> {
        let mut without = Without { covered: SquareMetres::ZERO, land: None, rest: land };
        for parcel in parcels {
            let Some(rest) = without.rest.take() else { break };
            let cut = rest.cut(&parcel.boundary).map_err(|fault| vec![fault.into()])?;
            without.rest = cut.outside;
            if let Some(inside) = cut.inside {
                let covered = without.covered.checked_add(cut.inside_area);
                without.covered = covered.unwrap_or(without.covered);
                without.land = match without.land.take() {
                    None => Some(inside),
                    Some(land) => {
                        let both = land.union(&inside).map_err(|fault| vec![fault.into()])?;
                        both.boundary.or(Some(land))
                    }
                };
            }
        }
        Ok(without)
    }

    fn compare_with_report(&mut self) {
        let (Some(reported), Some(computed)) = (self.event.step.reported(), self.reported_for)
        else {
            return;
        };
        if self.rules.differs(reported, computed) {
            self.notes.push(Note::ReportedDiffers { reported, computed });
        }
    }
}

/// A boundary less what parcels cover of it.
struct Without {
    /// How much they cover.
    covered: SquareMetres,
    /// What they cover.
    land: Option<Boundary>,
    /// What is left.
    rest: Option<Boundary>,
}

/// The area of a boundary that may not be there.
fn area_of(boundary: Option<&Boundary>) -> SquareMetres {
    boundary.map_or(SquareMetres::ZERO, Boundary::area)
}
