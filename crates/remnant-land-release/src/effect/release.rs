//! Steps that release land: cancelled, reduced, cleared; and clearance outside any area.

use std::sync::Arc;

use remnant_ground::boundary::Boundary;
use remnant_record::SquareMetres;

use super::{Draft, Taken, area_of};
use crate::area_state::{OpenParcel, Parcel, ReleaseKind, ReleasedPart, Stage};
use crate::error::Reason;
use crate::land::{Classification, Part};
use crate::posting::{Change, Line};
use crate::state::{LandState, may};
use crate::step::{CancelledStep, ClearedStep, ReducedStep, TechnicalAsset};

/// What a releasing step asks for.
struct Release<'a> {
    kind: ReleaseKind,
    part: &'a Part,
    count_outside: bool,
    count_again: bool,
    /// Land inside on which nobody worked.
    not_worked: Vec<&'a Boundary>,
}

impl ReleaseKind {
    fn line(self) -> Line {
        match self {
            Self::Cancelled => Line::Cancelled,
            Self::Reduced(TechnicalAsset::With) => Line::ReducedWithAsset,
            Self::Reduced(TechnicalAsset::Without) => Line::ReducedWithoutAsset,
            Self::Cleared => Line::Cleared,
        }
    }

    fn line_again(self) -> Line {
        match self {
            Self::Cancelled => Line::CancelledAgain,
            Self::Reduced(_) => Line::ReducedAgain,
            Self::Cleared => Line::ClearedAgain,
        }
    }
}

impl Draft<'_> {
    pub(super) fn cancelled(&mut self, step: &CancelledStep) -> Taken {
        // An indication is no hazardous land yet: it leaves the list without a square metre, or
        // land that was never counted would appear among what was released.
        if self.state.stage == Stage::Indication && self.state.suspended.is_none() {
            self.state.stage = Stage::IndicationCancelled;
            return Ok(());
        }
        self.release(&Release {
            kind: ReleaseKind::Cancelled,
            part: &step.part,
            count_outside: false,
            count_again: step.count_again,
            not_worked: Vec::new(),
        })
    }

    pub(super) fn reduced(&mut self, step: &ReducedStep) -> Taken {
        self.release(&Release {
            kind: ReleaseKind::Reduced(step.technical_asset),
            part: &step.part,
            count_outside: false,
            count_again: step.count_again,
            not_worked: Vec::new(),
        })
    }

    pub(super) fn cleared(&mut self, step: &ClearedStep) -> Taken {
        self.release(&Release {
            kind: ReleaseKind::Cleared,
            part: &step.part,
            count_outside: step.count_outside,
            count_again: step.count_again,
            not_worked: step
                .not_worked
                .iter()
                .flatten()
                .filter_map(|area| area.boundary.as_ref())
                .collect(),
        })
    }

    fn release(&mut self, release: &Release<'_>) -> Taken {
        let states = self.state.states();
        if states.contains(&LandState::Suspended) || self.state.stage != Stage::Area {
            return self.wrong_state();
        }
        // Land worked again need not be open; what it overlaps decides below.
        if !release.count_again {
            self.open_land_allows()?;
        }
        if self.state.point.is_some() {
            // Non-technical survey can find that there is nothing; to search or clear takes land.
            if release.kind != ReleaseKind::Cancelled || !matches!(release.part, Part::All) {
                return Err(vec![Reason::NoBoundary { step: self.kind() }]);
            }
            self.state.point = None;
            return Ok(());
        }
        match release.part {
            Part::All => self.release_all(release),
            Part::Boundary(by) => self.release_inside(release, by),
        }
    }

    fn release_all(&mut self, release: &Release<'_>) -> Taken {
        let kind = self.kind();
        let (taken, left) = std::mem::take(&mut self.state.remaining)
            .into_iter()
            .partition(|open| may(open.classification.state(), kind));
        self.state.remaining = left;
        if Vec::is_empty(&taken) {
            return self.wrong_state();
        }
        self.book(release, taken)
    }

    fn release_inside(&mut self, release: &Release<'_>, by: &Boundary) -> Taken {
        let step = self.kind();
        let open_before = self.state.remaining_area();
        let parcels: Vec<Parcel> =
            self.state.remaining.iter().map(|open| open.parcel.clone()).collect();
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        let mut reasons = Vec::new();
        for open in std::mem::take(&mut self.state.remaining) {
            let sides = open.parcel.cut(by).map_err(|fault| vec![fault.into()])?;
            let state = open.classification.state();
            match sides.inside {
                None => left.push(open),
                Some(inside) if !may(state, step) => {
                    if self.is_sliver(inside.area) {
                        self.leave_out(inside.area, "in another state");
                    } else {
                        let square_metres = inside.area;
                        reasons.push(Reason::PartInWrongState { step, state, square_metres });
                    }
                    left.push(open);
                }
                Some(inside) => {
                    taken.push(OpenParcel { parcel: inside, ..open });
                    if let Some(outside) = sides.outside {
                        left.push(OpenParcel { parcel: outside, ..open });
                    }
                }
            }
        }
        let beyond = Self::without(Some(by.clone()), parcels.iter())?.rest;
        let beyond = match self.released_before(beyond, release.count_again, release.kind) {
            Ok(beyond) => beyond,
            Err((refused, beyond)) => {
                reasons.extend(refused);
                beyond
            }
        };
        let outside = area_of(beyond.as_ref());
        if let Some(land) = beyond.filter(|_| !self.is_sliver(outside)) {
            if release.count_outside {
                self.post(Line::ClearedOutside, Classification::Confirmed, outside);
            } else {
                reasons.push(outside_reason(by, open_before, outside, land));
            }
        } else {
            self.leave_out(outside, "outside the area");
        }
        if taken.is_empty() && reasons.is_empty() && self.postings.is_empty() {
            reasons.push(Reason::NothingInside);
        }
        if !reasons.is_empty() {
            return Err(reasons);
        }
        self.state.remaining = left;
        self.book(release, taken)
    }

    /// Writes released land on its line and keeps it; what was not worked goes back to open land.
    fn book(&mut self, release: &Release<'_>, taken: Vec<OpenParcel>) -> Taken {
        let mut taken = taken;
        for land in &release.not_worked {
            let mut worked = Vec::new();
            let mut back = SquareMetres::ZERO;
            for open in taken {
                let sides = open.parcel.cut(land).map_err(|fault| vec![fault.into()])?;
                if let Some(parcel) = sides.inside {
                    back = back.checked_add(parcel.area).unwrap_or(back);
                    self.state.remaining.push(OpenParcel { parcel, ..open });
                }
                worked.extend(sides.outside.map(|parcel| OpenParcel { parcel, ..open }));
            }
            taken = worked;
            if back.is_zero() {
                self.leave_out(land.area(), "not worked, outside the land of this step");
            }
        }
        if taken.is_empty() && self.postings.is_empty() {
            return Err(vec![Reason::NothingInside]);
        }
        for OpenParcel { classification, parcel } in taken {
            self.post(release.kind.line(), classification, parcel.area);
            self.state.released.push(Arc::new(ReleasedPart {
                kind: release.kind,
                classification,
                parcel,
                released_on: self.event.effective_on,
                released_by: self.event.id.clone(),
                handed_over_by: None,
                investigated_for: None,
                reopened_by: None,
            }));
        }
        // The operator's figure is of all the land worked, whatever line it stands on.
        let written: Change = self.postings.iter().map(|posting| posting.amount).sum();
        self.reported_for = written.area();
        Ok(())
    }

    /// Counts land that was released before again, or refuses it; gives what is left of the land.
    fn released_before(
        &mut self,
        land: Option<Boundary>,
        count_again: bool,
        kind: ReleaseKind,
    ) -> Result<Option<Boundary>, (Vec<Reason>, Option<Boundary>)> {
        let released = self.state.released.iter().filter(|part| part.is_in_stock());
        let before = Self::without(land, released.map(|part| &part.parcel))
            .map_err(|refused| (refused, None))?;
        if self.is_sliver(before.covered) {
            self.leave_out(before.covered, "released before");
        } else if count_again {
            self.post(kind.line_again(), Classification::Confirmed, before.covered);
        } else if let Some(land) = before.land {
            return Err((vec![self.already_released(before.covered, land)], before.rest));
        }
        Ok(before.rest)
    }

    /// Refuses land that was released before; leaves out what is too little to count, and gives
    /// what is left of the land.
    pub(super) fn not_released_before(
        &mut self,
        land: Option<Boundary>,
    ) -> Result<Option<Boundary>, Vec<Reason>> {
        let released = self.state.released.iter().filter(|part| part.is_in_stock());
        let before = Self::without(land, released.map(|part| &part.parcel))?;
        match before.land {
            Some(land) if !self.is_sliver(before.covered) => {
                Err(vec![self.already_released(before.covered, land)])
            }
            _ => {
                self.leave_out(before.covered, "released before");
                Ok(before.rest)
            }
        }
    }

    fn already_released(&self, overlap: SquareMetres, land: Boundary) -> Reason {
        let touched = |part: &&Arc<ReleasedPart>| {
            part.is_in_stock() && part.parcel.cut(&land).is_ok_and(|sides| sides.inside.is_some())
        };
        let earlier = self
            .state
            .released
            .iter()
            .filter(touched)
            .map(|part| {
                format!("{} on {} by `{}`", part.kind.state(), part.released_on, part.released_by)
            })
            .collect();
        Reason::AlreadyReleased { overlap, earlier, land: Box::new(land) }
    }

    /// Refuses a boundary that reaches beyond some parcels; leaves out what is too little.
    pub(super) fn nothing_outside<'p>(
        &mut self,
        by: &Boundary,
        parcels: impl Iterator<Item = &'p Parcel>,
    ) -> Taken {
        let beyond = Self::without(Some(by.clone()), parcels)?.rest;
        let outside = area_of(beyond.as_ref());
        match beyond {
            Some(land) if !self.is_sliver(outside) => {
                Err(vec![Reason::OutsideArea { outside, beyond: Box::new(land) }])
            }
            _ => {
                self.leave_out(outside, "outside the area");
                Ok(())
            }
        }
    }

    pub(super) fn cleared_outside(&mut self, boundary: &Boundary) -> Taken {
        let open = self.state.remaining.iter().map(|open| &open.parcel);
        let overlap = Self::without(Some(boundary.clone()), open)?;
        if !self.is_sliver(overlap.covered) {
            return Err(vec![Reason::AlreadyOpen { overlap: overlap.covered }]);
        }
        self.leave_out(overlap.covered, "open already");
        let outside = self.not_released_before(overlap.rest)?;
        let area = area_of(outside.as_ref());
        self.reported_for = Some(boundary.area());
        self.post(Line::ClearedOutside, Classification::Confirmed, area);
        Ok(())
    }
}

fn outside_reason(
    by: &Boundary,
    remaining: SquareMetres,
    outside: SquareMetres,
    land: Boundary,
) -> Reason {
    let (asked, beyond) = (by.area(), Box::new(land));
    if asked > remaining {
        Reason::MoreThanRemains { asked, remaining, outside, beyond }
    } else {
        Reason::OutsideArea { outside, beyond }
    }
}
