//! Steps on land that was released: handed over, a missed item, its investigation, reopened.

use std::sync::Arc;

use geo_types::Coord;
use remnant_ground::boundary::Boundary;
use remnant_record::SquareMetres;

use super::{Draft, Taken};
use crate::area_state::{OpenParcel, Parcel, ReleasedPart};
use crate::error::Reason;
use crate::identity::EventId;
use crate::land::{Classification, Part, Position};
use crate::posting::Line;
use crate::state::{LandState, may, states_before};
use crate::step::{MissedItemStep, ReopenedStep};

impl Draft<'_> {
    pub(super) fn handed_over(&mut self, part: &Part) -> Taken {
        self.open_land_allows()?;
        let (event, step) = (self.event.id.clone(), self.kind());
        let moved = self.on_released(
            part,
            |released| may(released.state(), step),
            |released| released.handed_over_by = Some(event.clone()),
        )?;
        for (classification, parcel) in moved {
            self.post(Line::HandedOver, classification, parcel.area);
        }
        Ok(())
    }

    pub(super) fn missed_item(&mut self, step: &MissedItemStep) -> Taken {
        let (kind, event) = (self.kind(), self.event.id.clone());
        let spot = spot(step.position).ok_or_else(|| vec![Reason::NotOnReleasedLand])?;
        let mut found = false;
        let mut touched = Vec::new();
        for part in &self.state.released {
            let on = |land: &Boundary| -> Result<bool, Vec<Reason>> {
                let sides = part.parcel.cut(land).map_err(|fault| vec![fault.into()])?;
                Ok(sides.inside.is_some())
            };
            let stands = part.is_in_stock() && may(part.state(), kind);
            let here = stands && on(&spot)?;
            found |= here;
            let beside = match &step.investigate {
                Some(land) => stands && on(land)?,
                None => false,
            };
            touched.push(here || beside);
        }
        if !found && self.under_investigation(&spot)? {
            return Err(vec![Reason::WrongState {
                step: kind,
                states: vec![LandState::UnderInvestigation],
                before: states_before(kind),
            }]);
        }
        if !found {
            let open = self.state.remaining.iter().map(|open| &open.parcel);
            let open = Self::without(Some(spot), open)?;
            let reason =
                if open.land.is_some() { Reason::OnOpenLand } else { Reason::NotOnReleasedLand };
            return Err(vec![reason]);
        }
        for (part, touched) in self.state.released.iter_mut().zip(touched) {
            if touched {
                Arc::make_mut(part).investigated_for = Some(event.clone());
            }
        }
        Ok(())
    }

    fn under_investigation(&self, spot: &Boundary) -> Result<bool, Vec<Reason>> {
        for part in self.state.released.iter().filter(|part| part.is_in_stock()) {
            let sides = part.parcel.cut(spot).map_err(|fault| vec![fault.into()])?;
            if sides.inside.is_some() && part.investigated_for.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn investigation_closed(&mut self, missed_item: &EventId) -> Taken {
        let mut any = false;
        for part in &mut self.state.released {
            if part.is_in_stock() && part.investigated_for.as_ref() == Some(missed_item) {
                Arc::make_mut(part).investigated_for = None;
                any = true;
            }
        }
        if any { Ok(()) } else { Err(vec![Reason::NoSuchInvestigation(missed_item.clone())]) }
    }

    pub(super) fn reopened(&mut self, step: &ReopenedStep) -> Taken {
        let under = |part: &ReleasedPart| part.investigated_for.as_ref() == Some(&step.missed_item);
        if !self.state.released.iter().any(|part| part.is_in_stock() && under(part)) {
            return Err(vec![Reason::NoSuchInvestigation(step.missed_item.clone())]);
        }
        let event = self.event.id.clone();
        let moved = self.on_released(&step.part, under, |part| {
            part.reopened_by = Some(event.clone());
        })?;
        for (_, parcel) in moved {
            let classification = Classification::Confirmed;
            self.post(Line::Reopened, classification, parcel.area);
            self.state.remaining.push(OpenParcel { classification, parcel });
        }
        if !step.contamination.is_empty() {
            self.state.contamination = step.contamination.iter().copied().collect();
        }
        Ok(())
    }

    /// Marks the released land inside a part, splitting parcels where its boundary runs through
    /// them, and gives the land that was marked.
    fn on_released(
        &mut self,
        part: &Part,
        eligible: impl Fn(&ReleasedPart) -> bool,
        mark: impl Fn(&mut ReleasedPart),
    ) -> Result<Vec<(Classification, Parcel)>, Vec<Reason>> {
        let mut moved = Vec::new();
        let mut kept: Vec<Arc<ReleasedPart>> = Vec::new();
        let mut reasons = Vec::new();
        let open = self.state.remaining.iter().map(|open| &open.parcel);
        let stock = self.state.released.iter().filter(|released| released.is_in_stock());
        let held: Vec<Parcel> =
            open.chain(stock.map(|released| &released.parcel)).cloned().collect();
        for released in std::mem::take(&mut self.state.released) {
            let (inside, outside) = match part {
                _ if !released.is_in_stock() => (None, Some(released.parcel.clone())),
                Part::All if eligible(&released) => (Some(released.parcel.clone()), None),
                Part::All => (None, Some(released.parcel.clone())),
                Part::Boundary(by) => {
                    let sides = released.parcel.cut(by).map_err(|fault| vec![fault.into()])?;
                    (sides.inside, sides.outside)
                }
            };
            let Some(inside) = inside else {
                kept.push(released);
                continue;
            };
            if !eligible(&released) {
                if !self.is_sliver(inside.area) {
                    reasons.push(Reason::PartInWrongState {
                        step: self.kind(),
                        state: released.state(),
                        square_metres: inside.area,
                    });
                }
                kept.push(released);
                continue;
            }
            if let Some(outside) = outside {
                let outside = ReleasedPart { parcel: outside, ..ReleasedPart::clone(&released) };
                kept.push(Arc::new(outside));
            }
            moved.push((released.classification, inside.clone()));
            let mut marked = ReleasedPart { parcel: inside, ..Arc::unwrap_or_clone(released) };
            mark(&mut marked);
            kept.push(Arc::new(marked));
        }
        self.state.released = kept;
        if let Part::Boundary(by) = part {
            for open in &self.state.remaining {
                let sides = open.parcel.cut(by).map_err(|fault| vec![fault.into()])?;
                if let Some(inside) = sides.inside.filter(|inside| !self.is_sliver(inside.area)) {
                    reasons.push(Reason::PartInWrongState {
                        step: self.kind(),
                        state: open.classification.state(),
                        square_metres: inside.area,
                    });
                }
            }
            if let Err(outside) = self.nothing_outside(by, held.iter()) {
                reasons.extend(outside);
            }
        }
        let all = SquareMetres::checked_sum(moved.iter().map(|(_, parcel)| parcel.area));
        if reasons.is_empty() && all.is_none_or(SquareMetres::is_zero) {
            reasons.push(Reason::NothingInside);
        }
        if reasons.is_empty() { Ok(moved) } else { Err(reasons) }
    }
}

/// Two metres by two about a position, so that an item on the edge of released land counts as on
/// it. `None` for what is no position.
fn spot(position: Position) -> Option<Boundary> {
    const METRES_PER_DEGREE: f64 = 111_320.0;
    let north = 1.0 / METRES_PER_DEGREE;
    let east = north / position.latitude.to_radians().cos().abs().max(0.01);
    let corner = |x: f64, y: f64| Coord {
        x: position.longitude + x * east,
        y: position.latitude + y * north,
    };
    let ring = vec![corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
    Boundary::from_rings(vec![vec![ring]]).ok().map(|checked| checked.boundary)
}
