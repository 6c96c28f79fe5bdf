//! Steps that bring land into the ledger, confirm it, or stop work on it.

use remnant_record::SquareMetres;

use super::{Draft, Note, Taken};
use crate::area_state::{OpenParcel, Parcel, PointExtent, Stage};
use crate::error::Reason;
use crate::evidence_required::Requirement;
use crate::land::{Classification, Part, SuspensionReason};
use crate::posting::{Change, Line};
use crate::state::{LandState, may};
use crate::step::{ExtendedStep, Extent, IndicatedStep, OpenedStep, Origin, ReclassifiedStep};

impl Draft<'_> {
    pub(super) fn indicated(&mut self, step: &IndicatedStep) -> Taken {
        self.open_land_allows()?;
        self.state.stage = Stage::Indication;
        self.state.administrative_unit.clone_from(&step.administrative_unit);
        Ok(())
    }

    pub(super) fn not_substantiated(&mut self) -> Taken {
        self.open_land_allows()?;
        self.state.stage = Stage::NotSubstantiated;
        Ok(())
    }

    pub(super) fn opened(&mut self, step: &OpenedStep) -> Taken {
        self.open_land_allows()?;
        let state = &mut self.state;
        state.stage = Stage::Area;
        state.opened_on = Some(self.event.effective_on);
        state.opened_by = Some(self.event.organisation.clone());
        state.reported = step.reported;
        state.contamination = step.contamination.iter().copied().collect();
        if step.administrative_unit.is_some() {
            state.administrative_unit.clone_from(&step.administrative_unit);
        }
        match &step.extent {
            Some(Extent::Boundary { boundary, .. }) => {
                let parcel = Parcel::measured(boundary.clone());
                self.reported_for = Some(parcel.area);
                let line = match &step.origin {
                    Origin::Identified => Line::Identified,
                    Origin::From(area) if *area == self.event.area => {
                        return Err(vec![Reason::SameArea]);
                    }
                    Origin::From(_) => Line::Adjusted,
                };
                self.post(line, step.classification, parcel.area);
                let classification = step.classification;
                self.state.remaining.push(OpenParcel { classification, parcel });
            }
            Some(Extent::Point { position, uncertainty_metres }) => {
                self.state.point = Some(PointExtent {
                    classification: step.classification,
                    position: *position,
                    uncertainty_metres: *uncertainty_metres,
                });
                self.notes.push(Note::NotCounted);
            }
            // The file says that it is missing; where a country waives that, there is still
            // nothing to keep.
            None if [Requirement::BoundaryOrUncertainPoint, Requirement::ConfirmedBoundary]
                .iter()
                .any(|waived| self.rules.waived_requirements.value.contains(waived)) =>
            {
                return Err(vec![Reason::NowhereKnown]);
            }
            None => {}
        }
        Ok(())
    }

    pub(super) fn reclassified(&mut self, step: &ReclassifiedStep) -> Taken {
        self.open_land_allows()?;
        if self.state.point.is_some() {
            return Err(vec![Reason::NoBoundary { step: self.kind() }]);
        }
        let mut moved = SquareMetres::ZERO;
        let mut remaining = Vec::new();
        for open in std::mem::take(&mut self.state.remaining) {
            if !may(open.classification.state(), self.kind()) {
                remaining.push(open);
                continue;
            }
            let (inside, outside) = match &step.part {
                Part::All => (Some(open.parcel), None),
                Part::Boundary(by) => {
                    let sides = open.parcel.cut(by).map_err(|fault| vec![fault.into()])?;
                    (sides.inside, sides.outside)
                }
            };
            if let Some(parcel) = inside {
                moved = moved.checked_add(parcel.area).unwrap_or(moved);
                remaining.push(OpenParcel { classification: Classification::Confirmed, parcel });
            }
            if let Some(parcel) = outside {
                remaining.push(OpenParcel { parcel, ..open });
            }
        }
        let open_before: Vec<Parcel> = remaining.iter().map(|open| open.parcel.clone()).collect();
        self.state.remaining = remaining;
        if let Part::Boundary(by) = &step.part {
            self.nothing_outside(by, open_before.iter())?;
        }
        if moved.is_zero() {
            return Err(vec![Reason::NothingInside]);
        }
        self.post(Line::Converted, Classification::Suspected, -Change::from(moved));
        self.post(Line::Converted, Classification::Confirmed, moved);
        if !step.contamination.is_empty() {
            self.state.contamination = step.contamination.iter().copied().collect();
        }
        Ok(())
    }

    pub(super) fn extended(&mut self, step: &ExtendedStep) -> Taken {
        self.open_land_allows()?;
        if self.state.point.is_some() {
            return Err(vec![Reason::NoBoundary { step: self.kind() }]);
        }
        self.reported_for = Some(step.added.area());
        let held = self.state.remaining.iter().map(|open| &open.parcel);
        let new = Self::without(Some(step.added.clone()), held)?;
        self.leave_out(new.covered, "open already");
        let added = self.not_released_before(new.rest)?;
        let Some(added) = added else {
            return Err(vec![Reason::AlreadyOpen { overlap: new.covered }]);
        };
        let parcel = Parcel::measured(added);
        self.post(Line::Extended, step.classification, parcel.area);
        self.state.remaining.push(OpenParcel { classification: step.classification, parcel });
        Ok(())
    }

    pub(super) fn suspended(&mut self, reason: SuspensionReason) -> Taken {
        self.open_land_allows()?;
        self.state.suspended = Some(reason);
        Ok(())
    }

    pub(super) fn resumed(&mut self) -> Taken {
        if !self.state.states().contains(&LandState::Suspended) {
            return self.wrong_state();
        }
        self.state.suspended = None;
        Ok(())
    }
}
