//! What keeps a row from being an event.
//!
//! Belongs here: each reason with the values at fault and what the person can do. Does not belong
//! here: why the ledger refuses an event (`error`).

use remnant_ground::boundary::GeometryFault;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::identity::{AreaId, EventId, IdentityError};

/// One reason for which a row is no event yet. A row can have several; all are told.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Unclear {
    /// A field without which there is no event.
    #[error("`{field}` is not filled in")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// No date that could be the day of effect.
    #[error("no date: {}", not_filled_in(fields))]
    NoDay {
        /// The fields that were looked at.
        fields: &'static [&'static str],
    },
    /// A date that cannot be read.
    #[error("`{field}` holds `{text}`, which is no date")]
    NotADate {
        /// The field.
        field: &'static str,
        /// What it holds.
        text: String,
    },
    /// A code that the ledger has no meaning for.
    #[error("`{field}` holds `{code}`, which is none of {}", known.join(", "))]
    UnknownCode {
        /// The field.
        field: &'static str,
        /// What it holds.
        code: String,
        /// The codes there are.
        known: Vec<&'static str>,
    },
    /// A number that is none, or is out of range.
    #[error("`{field}` holds `{told}`, which is no number for it")]
    NotANumber {
        /// The field.
        field: &'static str,
        /// What it holds.
        told: String,
    },
    /// A text that cannot be an id.
    #[error("`{field}`: {fault}")]
    NotAnId {
        /// The field.
        field: &'static str,
        /// Why.
        fault: IdentityError,
    },
    /// A release without a boundary.
    #[error("it has {found}, and no boundary: which of the land was released is not said")]
    NoBoundary {
        /// What it has instead.
        found: &'static str,
    },
    /// An area that is drawn as a line.
    #[error("the area is drawn as a line")]
    LineForAnArea,
    /// A polygon that is no boundary.
    #[error("boundary: {0}")]
    Boundary(GeometryFault),
    /// A release of an area of which there is neither a row nor an entry.
    #[error("there is no area `{reference}`, neither among the rows nor in the ledger")]
    NoSuchArea {
        /// The area as the row names it.
        reference: String,
    },
    /// A release of an area that could not be entered.
    #[error("its area `{area}` is not in the ledger: the row of the area was not entered")]
    AreaNotEntered {
        /// The area.
        area: AreaId,
    },
    /// Evidence that the row cites and nobody has entered.
    #[error("evidence that it cites is not there: {}", .0.join(", "))]
    NoSuchEvidence(Vec<String>),
    /// Called closed, and nothing says how.
    #[error("it is called `{word}`, and no release of it is among the rows or in the ledger")]
    ClosedWithoutProduct {
        /// The word of the source.
        word: String,
    },
    /// Closed by a correction of the record, which a row does not say enough about.
    #[error("it is closed as `{reason}`, which is a correction of the record and no release")]
    ClosedByCorrection {
        /// The reason of closure.
        reason: String,
    },
    /// A row that is no longer what was entered of it.
    #[error(
        "it was entered as `{event}` and was changed since: {}", parts.join(", ")
    )]
    Changed {
        /// The entry.
        event: EventId,
        /// What of the entry the row says otherwise, by the names of the entry's fields.
        parts: Vec<String>,
    },
    /// A row that a reviewer returned and that is as it was.
    #[error("version {version} of `{event}` was returned by a reviewer, and the row is unchanged")]
    ReturnedUnchanged {
        /// The entry.
        event: EventId,
        /// The version that was returned.
        version: u32,
    },
}

fn not_filled_in(fields: &[&str]) -> String {
    match fields {
        [only] => format!("`{only}` is not filled in"),
        several => {
            let named: Vec<String> = several.iter().map(|field| format!("`{field}`")).collect();
            format!("neither {} is filled in", named.join(" nor "))
        }
    }
}

impl Unclear {
    /// The name by which programs know the reason, and by which rows are counted. A retired name
    /// is never used again.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing { field: "organisation" } => "no-organisation",
            Self::Missing { field: "area_type" } => "no-area-type",
            Self::Missing { field: "release_kind" } => "no-release-kind",
            Self::Missing { field: "hazardous_area" } => "no-area-named",
            Self::Missing { field: "technical_asset" } => "no-technical-asset",
            Self::Missing { .. } => "missing-field",
            Self::NoDay { .. } => "no-date",
            Self::NotADate { .. } => "not-a-date",
            Self::UnknownCode { .. } => "unknown-code",
            Self::NotANumber { .. } => "not-a-number",
            Self::NotAnId { .. } => "not-an-id",
            Self::NoBoundary { .. } => "no-boundary-of-release",
            Self::LineForAnArea => "line-for-an-area",
            Self::Boundary(_) => "not-a-boundary",
            Self::NoSuchArea { .. } => "no-such-area",
            Self::AreaNotEntered { .. } => "area-not-entered",
            Self::NoSuchEvidence(_) => "no-such-evidence",
            Self::ClosedWithoutProduct { .. } => "closed-without-product",
            Self::ClosedByCorrection { .. } => "closed-by-correction",
            Self::Changed { .. } => "changed-since-entered",
            Self::ReturnedUnchanged { .. } => "returned-unchanged",
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Missing { field: "organisation" } => {
                "where one operator sent the whole file, set the organisation in its mapping and \
                 take it in again"
            }
            Self::Missing { field: "area_type" } => {
                "ask the source whether the area is suspected or confirmed; where the whole file is \
                 of one type, set it in the mapping"
            }
            Self::Missing { field: "release_kind" } => {
                "ask the source whether the land was cancelled, reduced or cleared; where the whole \
                 file is of one kind, set it in the mapping"
            }
            Self::Missing { field: "hazardous_area" } => {
                "ask the source which area it is a release of; clearance outside every recorded area \
                 is entered by hand"
            }
            Self::Missing { field: "technical_asset" } => {
                "ask whether a detector, an animal or a machine worked there: reduced land is \
                 counted with and without"
            }
            Self::Missing { .. } => "ask the source for it",
            Self::NoDay { .. } => {
                "ask the source for the day, the month or the year; the day on which a file is taken \
                 in is never put in its place"
            }
            Self::NotADate { .. } => "correct the date and take the row in again",
            Self::UnknownCode { .. } => {
                "map the word of the source to one of these codes, and take the file in again"
            }
            Self::NotANumber { .. } => "correct the number and take the row in again",
            Self::NotAnId { fault, .. } => fault.help(),
            Self::NoBoundary { .. } => {
                "ask the source for the polygon; where all that remained was released, enter the \
                 step by hand for all of it"
            }
            Self::LineForAnArea => {
                "ask the source for the polygon; a line has no square metres, however wide the road"
            }
            Self::Boundary(fault) => fault.help(),
            Self::NoSuchArea { .. } => {
                "take in the file of its areas first; where the id is mistyped, ask the source"
            }
            Self::AreaNotEntered { .. } => {
                "enter the area first: the same list tells what is wrong with its row"
            }
            Self::NoSuchEvidence(_) => "take in the file of evidence points or accidents first",
            Self::ClosedWithoutProduct { .. } => {
                "ask the source how it was closed, and for the cancellation, reduction or clearance: \
                 closed is not cleared"
            }
            Self::ClosedByCorrection { .. } => {
                "enter the area and its adjustment by hand, with the area that holds the land now"
            }
            Self::Changed { .. } => {
                "enter what changed as a step by hand: adjusted where the record was wrong, extended \
                 where there is more land, confirmed where it is a CHA now; or have the entry \
                 returned, and enter it again"
            }
            Self::ReturnedUnchanged { .. } => {
                "read why it was returned, have the row corrected, and take it in again"
            }
        }
    }
}

/// Name, message and help.
impl Serialize for Unclear {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut unclear = serializer.serialize_struct("Unclear", 3)?;
        unclear.serialize_field("name", self.name())?;
        unclear.serialize_field("message", &self.to_string())?;
        unclear.serialize_field("help", self.help())?;
        unclear.end()
    }
}
