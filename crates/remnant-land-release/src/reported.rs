//! From rows that operators reported to events of the ledger.
//!
//! Belongs here: what a row on a hazardous area or a release says as a step, what keeps it from
//! being one, and gathering many rows into the ledgers of their areas. Does not belong here: reading
//! files (`remnant-ground`), whether the ledger takes a step (`ledger`), evidence that may be
//! missing (`national_rules` says what is waived).
//!
//! Nothing is filled in that a row does not say. A row without a day, a boundary or an organisation
//! becomes no event but stays what it is, with all that is [`Unclear`] about it.

mod background;
mod change;
mod gather;
mod opening;
mod outside;
mod release;
mod row;
mod unclear;
mod waived;

use jiff::civil::Date;
use remnant_ground::boundary::GeometryNote;
use remnant_record::PartialDate;
use serde::{Serialize, Serializer};

use crate::event::Step;
use crate::evidence::Evidence;
use crate::identity::{AreaId, Organisation};

pub use background::Background;
pub use gather::{
    Entering, Gathered, GatheredEvent, GatheredRefusal, GatheredUnclear, ReportedRow, StillOpen,
    gather,
};
pub use opening::opened;
pub use outside::OutsideInArea;
pub use release::{Counting, released};
pub use unclear::Unclear;
pub use waived::Waived;

/// What a row says as a step of land release: an event that nobody has entered yet.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedStep {
    /// The area.
    pub area: AreaId,
    /// The day from which it is so on the ground.
    pub effective_on: Date,
    /// The organisation that did it.
    pub organisation: Organisation,
    /// Which row of which file says so.
    pub why: String,
    /// The programme's word for the state of the area after this.
    pub status_word: Option<String>,
    /// The evidence that the row cites, or that names the area.
    pub evidence: Vec<Evidence>,
    /// What happened.
    pub step: Step,
    /// What a person should know of how the row was read.
    pub remarks: Vec<Remark>,
}

/// Something about a row that became an event that a person should know.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Remark {
    /// The row gives a month or a year, and an event has a day.
    #[error("the row says {written}; {day} is taken, its {which} day")]
    DayOf {
        /// The date as it was written.
        written: PartialDate,
        /// The day that is taken.
        day: Date,
        /// First or last.
        which: &'static str,
    },
    /// The row gives the work no two days.
    #[error("the first and last day of work are not given as days")]
    WorkDaysUnknown,
    /// The row names a search that nobody has entered.
    #[error("the search `{0}` that it names is not there, so that the method is not known")]
    SearchNotThere(String),
    /// The row counts items and says of none where it lay.
    #[error("{0} items are counted, and of none is it said what and where it was")]
    ItemsWithoutPositions(u32),
    /// The row says how much was not worked, and not where.
    #[error("where nobody worked is not drawn, so that it counts as cleared")]
    NotWorkedNotDrawn,
    /// The programme calls the area suspended.
    #[error("the source calls the area `{0}`; why work is suspended is to be entered by hand")]
    CalledSuspended(String),
    /// The programme calls the area handed over.
    #[error("the source calls the area `{0}`; a hand-over is to be entered by hand")]
    CalledHandedOver(String),
    /// Something about the notation of the boundary.
    #[error("boundary: {0}")]
    Boundary(GeometryNote),
}

impl Remark {
    /// What the remark is about, in a few words by which rows are counted.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::DayOf { .. } => "no day, but a month or a year",
            Self::WorkDaysUnknown => "days of work not known",
            Self::SearchNotThere(_) => "search not there",
            Self::ItemsWithoutPositions(_) => "items without positions",
            Self::NotWorkedNotDrawn => "not worked and not drawn",
            Self::CalledSuspended(_) => "called suspended",
            Self::CalledHandedOver(_) => "called handed over",
            Self::Boundary(_) => "notation of the boundary",
        }
    }
}

/// In words: programs have the event itself.
impl Serialize for Remark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
