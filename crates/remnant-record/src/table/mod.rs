//! What a row of each table says, as types.
//!
//! Belongs here: one type for each table, made from a checked row. Does not belong here: whether a
//! row is sound (`folder`, `check`), which rows take part in an answer (`record`).

mod incident;
mod law;
mod munition;
mod outcome;
mod source;
mod transfer;

use jiff::civil::Date;
use serde::Serialize;

pub use incident::{Position, RemnantAccident, UseIncident};
pub use law::{
    DisputedReading, Effect, Instrument, NationalRule, Obligation, Participation, ProvisionEnd,
    PublishedDeadline, Treaty, TreatyAct,
};
pub(crate) use munition::stated_share;
pub use munition::{DudRate, DudRateContext, DudRateEvidence, Munition, SelfDestruct, Submunition};
pub use outcome::{ClearanceFigure, Outcome, Stockpile};
pub use source::Source;
pub use transfer::{Answer, Event, GeneralStatement, Request, Standing, Transfer};

use crate::folder::Row;
use crate::identity::SourceId;
use crate::known_from::{KnownFrom, SourceIndex, known_from};
use crate::schema::TableName;

/// Where a row stands and on what it rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// The row's id, unique in its table.
    pub id: String,
    /// The table.
    pub table: TableName,
    /// The folder that the row came from.
    pub folder: String,
    /// The line of the file.
    pub line: u64,
    /// The sources that the row names first.
    pub sources: Vec<SourceId>,
    /// Sources that say the same.
    pub corroborating: Vec<SourceId>,
    /// The day from which the row was public.
    pub known_from: KnownFrom,
    /// The editors' note.
    pub note: Option<Note>,
}

/// An editors' note. It may rest on any of the row's sources, so it has its own day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What the note says.
    pub text: String,
    /// The day from which it was public.
    pub known_from: KnownFrom,
}

impl Cited {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        let ids = |column| row.ids(column).into_iter().map(SourceId::new).collect();
        Self {
            id: row.id(),
            table: row.table,
            folder: row.folder.clone(),
            line: row.line,
            sources: ids("source_id"),
            corroborating: ids("corroborating_source_ids"),
            known_from: known_from(row, "", sources),
            note: row.get("note").map(|text| Note {
                text: text.to_owned(),
                known_from: known_from(row, "note", sources),
            }),
        }
    }

    /// Whether the row was public by a day.
    #[must_use]
    pub fn is_known_by(&self, day: Date) -> bool {
        self.known_from.day <= day
    }

    /// The note, if it was public by a day.
    #[must_use]
    pub fn note_by(&self, day: Date) -> Option<&str> {
        self.note.as_ref().filter(|note| note.known_from.day <= day).map(|note| note.text.as_str())
    }

    /// All sources of the row, those it names first before those that say the same.
    pub fn all_sources(&self) -> impl Iterator<Item = &SourceId> {
        self.sources.iter().chain(&self.corroborating)
    }
}

/// A row of the record as a type.
pub trait Cite {
    /// Where the row stands and on what it rests.
    fn cited(&self) -> &Cited;
}

macro_rules! cite {
    ($($name:ty),* $(,)?) => {$(
        impl Cite for $name {
            fn cited(&self) -> &Cited {
                &self.cited
            }
        }
    )*};
}
cite!(
    Munition,
    Submunition,
    DudRate,
    Stockpile,
    Outcome,
    ClearanceFigure,
    UseIncident,
    RemnantAccident,
    Participation,
    Obligation,
    NationalRule,
    DisputedReading,
    PublishedDeadline,
    Event,
    Request,
    GeneralStatement,
    Transfer,
);
