//! The state of one area on one day: what remains, what was released, and how.
//!
//! Belongs here: the parcels of open and released land with their square metres, and the state that
//! follows from them. Does not belong here: how a step changes them (`effect`).

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use remnant_ground::boundary::{Boundary, OverlayError, union_of};
use remnant_record::SquareMetres;
use serde::{Serialize, Serializer};

use crate::identity::{AreaId, EventId, Organisation};
use crate::land::{Classification, Contamination, Position, SuspensionReason};
use crate::posting::{Change, Columns};
use crate::state::LandState;
use crate::step::TechnicalAsset;

/// Land with its square metres, which are counted and not measured again.
///
/// Cutting telescopes: what stays is measured and rounded, what is taken off is the rest, so that
/// the two always make up the whole. A parcel that was itself cut off may therefore differ from its
/// own measure by the rounding of that cut.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parcel {
    /// Where it is.
    #[serde(serialize_with = "crate::coordinates::serialize")]
    pub boundary: Boundary,
    /// How much it counts.
    #[serde(rename = "area_square_metres")]
    pub area: SquareMetres,
}

/// The two sides of a cut; together they count what the parcel counted.
pub(crate) struct Sides {
    pub(crate) inside: Option<Parcel>,
    pub(crate) outside: Option<Parcel>,
}

impl Parcel {
    /// Land measured as it enters the ledger.
    #[must_use]
    pub fn measured(boundary: Boundary) -> Self {
        let area = boundary.area();
        Self { boundary, area }
    }

    pub(crate) fn cut(&self, by: &Boundary) -> Result<Sides, OverlayError> {
        let cut = self.boundary.cut(by)?;
        let whole = || Some(self.clone());
        Ok(match (cut.inside, cut.outside) {
            (None, _) => Sides { inside: None, outside: whole() },
            (Some(_), None) => Sides { inside: whole(), outside: None },
            (Some(inside), Some(outside)) => {
                let stays = cut.outside_area.min(self.area);
                match self.area.checked_sub(stays) {
                    // Less than half a square metre is no step and moves no corner.
                    None | Some(SquareMetres::ZERO) => Sides { inside: None, outside: whole() },
                    Some(taken) => Sides {
                        inside: Some(Self { boundary: inside, area: taken }),
                        outside: Some(Self { boundary: outside, area: stays }),
                    },
                }
            }
        })
    }
}

/// Open land of one classification.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpenParcel {
    /// Suspected or confirmed.
    pub classification: Classification,
    /// The land.
    #[serde(flatten)]
    pub parcel: Parcel,
}

/// How land was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseKind {
    /// Cancelled.
    Cancelled,
    /// Reduced, with or without a technical asset.
    Reduced(TechnicalAsset),
    /// Cleared.
    Cleared,
}

impl ReleaseKind {
    /// The state of land released so.
    #[must_use]
    pub fn state(self) -> LandState {
        match self {
            Self::Cancelled => LandState::Cancelled,
            Self::Reduced(_) => LandState::Reduced,
            Self::Cleared => LandState::Cleared,
        }
    }
}

/// Land that was released, and what became of it since.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReleasedPart {
    /// How.
    pub kind: ReleaseKind,
    /// The column it was released from.
    pub classification: Classification,
    /// The land.
    #[serde(flatten)]
    pub parcel: Parcel,
    /// Since which day.
    pub released_on: Date,
    /// By which step.
    pub released_by: EventId,
    /// The step that handed it over, where one did.
    pub handed_over_by: Option<EventId>,
    /// The missed item for which it is under investigation, where it is.
    pub investigated_for: Option<EventId>,
    /// The step that reopened it, where one did: it is an output of its day and no stock any more.
    pub reopened_by: Option<EventId>,
}

impl ReleasedPart {
    /// Whether the land counts as released today: once in the stock, however often in outputs.
    #[must_use]
    pub fn is_in_stock(&self) -> bool {
        self.reopened_by.is_none()
    }

    /// The state of the land.
    #[must_use]
    pub fn state(&self) -> LandState {
        if self.reopened_by.is_some() {
            LandState::Confirmed
        } else if self.investigated_for.is_some() {
            LandState::UnderInvestigation
        } else if self.handed_over_by.is_some() {
            LandState::HandedOver
        } else {
            self.kind.state()
        }
    }
}

/// An area of which only a point is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PointExtent {
    /// Suspected, as long as there is no boundary.
    pub classification: Classification,
    /// The point.
    pub position: Position,
    /// The radius within which the area lies.
    pub uncertainty_metres: Option<f64>,
}

/// How far the record has come before any land is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is on record.
    #[default]
    Unrecorded,
    /// An indication.
    Indication,
    /// An indication without basis.
    NotSubstantiated,
    /// An indication that survey cancelled before any land was counted.
    IndicationCancelled,
    /// A hazardous area, open or not.
    Area,
}

/// Everything that is known of an area on a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AreaState {
    /// How far the record has come.
    pub stage: Stage,
    /// The day on which it was first on record.
    pub first_on: Option<Date>,
    /// The day on which it was opened as a hazardous area.
    pub opened_on: Option<Date>,
    /// The organisation that opened it.
    pub opened_by: Option<Organisation>,
    /// The point, while there is no boundary.
    pub point: Option<PointExtent>,
    /// The operator's figure at opening.
    #[serde(rename = "reported_square_metres")]
    pub reported: Option<SquareMetres>,
    /// What contaminates it.
    pub contamination: BTreeSet<Contamination>,
    /// The administrative unit, by its code.
    pub administrative_unit: Option<String>,
    /// Why nobody can work there, where nobody can.
    pub suspended: Option<SuspensionReason>,
    /// The open land.
    pub remaining: Vec<OpenParcel>,
    /// The released land, in the order in which it was released.
    ///
    /// Shared with the states before it: an area with a report each day for years has thousands of
    /// parts, and a state for each.
    #[serde(serialize_with = "parts")]
    pub released: Vec<Arc<ReleasedPart>>,
    /// The areas whose records hold the rest from a merger or split on.
    pub taken_over_by: Vec<AreaId>,
}

fn parts<S: Serializer>(released: &[Arc<ReleasedPart>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(released.iter().map(Arc::as_ref))
}

/// The state of an area as a whole, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaStatus {
    /// Nothing is on record.
    Unrecorded,
    /// An indication.
    Indication,
    /// Closed: the report was not substantiated.
    NotSubstantiated,
    /// Land remains.
    Open,
    /// Land remains, and nobody can work there now.
    Suspended,
    /// No land remains; some of what was released is looked at again.
    UnderInvestigation,
    /// No land remains.
    Closed,
    /// No land remains, and all of it was cleared and handed over.
    HandedOver,
}

impl AreaStatus {
    /// The word that is shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unrecorded => "not on record",
            Self::Indication => "indication",
            Self::NotSubstantiated => "closed: not substantiated",
            Self::Open => "open",
            Self::Suspended => "suspended",
            Self::UnderInvestigation => "under investigation",
            Self::Closed => "closed",
            Self::HandedOver => "released (handed over)",
        }
    }
}

impl fmt::Display for AreaStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl AreaState {
    /// The square metres that remain, in both columns.
    #[must_use]
    pub fn open(&self) -> Columns {
        let mut columns = Columns::default();
        for open in &self.remaining {
            columns.add_to(open.classification, open.parcel.area.into());
        }
        columns
    }

    /// The square metres that remain.
    #[must_use]
    pub fn remaining_area(&self) -> SquareMetres {
        self.open().total().area().unwrap_or_default()
    }

    /// The boundary of what remains, of one classification or of both; `None` when nothing does.
    ///
    /// # Errors
    /// When the parcels lie too far apart to be laid over each other.
    pub fn remaining_boundary(
        &self,
        classification: Option<Classification>,
    ) -> Result<Option<Boundary>, OverlayError> {
        let parcels: Vec<Boundary> = self
            .remaining
            .iter()
            .filter(|open| classification.is_none_or(|only| only == open.classification))
            .map(|open| open.parcel.boundary.clone())
            .collect();
        match parcels.as_slice() {
            [] => Ok(None),
            // As it is kept: a union would lay its corners on a grid.
            [only] => Ok(Some(only.clone())),
            _ => Ok(union_of(&parcels)?.boundary),
        }
    }

    /// The square metres that are released today: reopened land is not, and none counts twice.
    #[must_use]
    pub fn released_stock(&self) -> Change {
        self.stock(|_| true)
    }

    /// The square metres that are cleared and handed over today.
    #[must_use]
    pub fn handed_over_stock(&self) -> Change {
        self.stock(|part| part.handed_over_by.is_some())
    }

    fn stock(&self, counts: impl Fn(&ReleasedPart) -> bool) -> Change {
        self.released
            .iter()
            .filter(|part| part.is_in_stock() && counts(part))
            .map(|part| Change::from(part.parcel.area))
            .sum()
    }

    /// CHA where any confirmed land remains, else SHA where any land does.
    #[must_use]
    pub fn classification(&self) -> Option<Classification> {
        let open = self.remaining.iter().map(|open| open.classification);
        open.chain(self.point.map(|point| point.classification)).max()
    }

    /// Whether land remains, be it only a point.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.point.is_some() || !self.remaining.is_empty()
    }

    /// The states in which the area holds land, or, where it holds none, the state of the record.
    #[must_use]
    pub fn states(&self) -> BTreeSet<LandState> {
        let mut states: BTreeSet<LandState> = self
            .released
            .iter()
            .filter(|part| part.is_in_stock())
            .map(|part| part.state())
            .collect();
        let open = self.remaining.iter().map(|open| open.classification);
        let open = open.chain(self.point.map(|point| point.classification));
        let indicated = (self.stage == Stage::Indication).then_some(LandState::Indication);
        let open: BTreeSet<_> = open.map(Classification::state).chain(indicated).collect();
        if self.suspended.is_some() && !open.is_empty() {
            states.insert(LandState::Suspended);
        } else {
            states.extend(open);
        }
        if !self.taken_over_by.is_empty() {
            states.insert(LandState::Elsewhere);
        }
        match self.stage {
            Stage::Unrecorded => states.insert(LandState::Unrecorded),
            Stage::NotSubstantiated => states.insert(LandState::NotSubstantiated),
            Stage::IndicationCancelled => states.insert(LandState::Cancelled),
            // Everything was taken off by corrections.
            Stage::Area if states.is_empty() => states.insert(LandState::Elsewhere),
            Stage::Indication | Stage::Area => false,
        };
        states
    }

    /// The state of the area as a whole.
    #[must_use]
    pub fn status(&self) -> AreaStatus {
        let kept = || self.released.iter().filter(|part| part.is_in_stock());
        match self.stage {
            Stage::Unrecorded => AreaStatus::Unrecorded,
            Stage::NotSubstantiated => AreaStatus::NotSubstantiated,
            Stage::IndicationCancelled => AreaStatus::Closed,
            Stage::Indication | Stage::Area if self.suspended.is_some() => AreaStatus::Suspended,
            Stage::Indication => AreaStatus::Indication,
            Stage::Area if self.is_open() => AreaStatus::Open,
            Stage::Area if kept().any(|part| part.investigated_for.is_some()) => {
                AreaStatus::UnderInvestigation
            }
            Stage::Area
                if kept().count() > 0 && kept().all(|part| part.handed_over_by.is_some()) =>
            {
                AreaStatus::HandedOver
            }
            Stage::Area => AreaStatus::Closed,
        }
    }

    /// The status and the states of the land in words: `open: SHA, CHA, cleared`.
    #[must_use]
    pub fn words(&self) -> String {
        let status = self.status().word();
        let states: Vec<&str> = self.states().into_iter().map(LandState::word).collect();
        if states == [status] {
            status.to_owned()
        } else {
            format!("{status}: {}", states.join(", "))
        }
    }
}
