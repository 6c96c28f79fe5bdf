//! Steps that keep the record right: adjusted, merged, split. No work was done on the land.

use super::{Draft, Taken};
use crate::area_state::{OpenParcel, Parcel};
use crate::error::Reason;
use crate::identity::AreaId;
use crate::posting::{Change, Line};
use crate::step::{AdjustedStep, AdjustmentCause};

impl Draft<'_> {
    pub(super) fn adjusted(&mut self, step: &AdjustedStep) -> Taken {
        self.open_land_allows()?;
        if let AdjustmentCause::MergedFrom(area) | AdjustmentCause::DuplicateOf(area) = &step.cause
            && *area == self.event.area
        {
            return Err(vec![Reason::SameArea]);
        }
        let (corrected, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.state.remaining)
            .into_iter()
            .partition(|open| open.classification == step.classification);
        self.state.remaining = others;
        let before: Change = corrected.iter().map(|open| Change::from(open.parcel.area)).sum();
        let mut after = Change::ZERO;
        if let Some(drawn) = &step.remaining {
            let open = self.state.remaining.iter().map(|open| &open.parcel);
            let other = Self::without(Some(drawn.clone()), open)?;
            if !self.is_sliver(other.covered) {
                return Err(vec![Reason::AlreadyOpen { overlap: other.covered }]);
            }
            self.leave_out(other.covered, "open already");
            if let Some(boundary) = self.not_released_before(other.rest)? {
                let parcel = Parcel::measured(boundary);
                after = parcel.area.into();
                let classification = step.classification;
                self.state.remaining.push(OpenParcel { classification, parcel });
            }
        }
        let point = self.state.point.filter(|point| point.classification == step.classification);
        if before == Change::ZERO && after == Change::ZERO && point.is_none() {
            return Err(vec![Reason::NothingInside]);
        }
        if point.is_some() {
            self.state.point = None;
        }
        self.post(Line::Adjusted, step.classification, after - before);
        Ok(())
    }

    pub(super) fn taken_over(&mut self, into: &[AreaId]) -> Taken {
        self.open_land_allows()?;
        if into.contains(&self.event.area) {
            return Err(vec![Reason::SameArea]);
        }
        for open in std::mem::take(&mut self.state.remaining) {
            self.post(Line::Adjusted, open.classification, -Change::from(open.parcel.area));
        }
        self.state.point = None;
        self.state.taken_over_by = into.to_vec();
        Ok(())
    }
}
