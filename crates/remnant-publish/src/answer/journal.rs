//! The journal of a project: who entered what, and when.

use jiff::civil::Date;
use remnant_record::AsOf;
use serde::Serialize;
use serde_json::json;

use super::Answer;
use crate::document::{Block, Document, Line, Page, Table};

/// One entry of the journal as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryLine {
    /// Its id.
    pub id: String,
    /// The moment it was recorded, as it was written.
    pub recorded_at: String,
    /// The day it was recorded.
    pub recorded_on: Date,
    /// Who recorded it.
    pub author: String,
    /// What kind of entry it is.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// What it says, in short.
    pub told: String,
}

/// Entries of the journal, in the order given: the newest first.
#[must_use]
pub fn journal(entries: &[EntryLine], as_of: AsOf) -> Answer {
    let mut document = Document::new("Journal");
    document.lead = vec![Line::text(match (entries.first(), entries.last()) {
        (Some(newest), Some(oldest)) => format!(
            "{} to {}, the newest first. Nothing in the journal is overwritten: a correction is a \
             later entry.",
            oldest.recorded_on, newest.recorded_on
        ),
        _ => format!("No entry matches, as known by {}.", as_of.known_by),
    })];
    let mut table =
        Table::new("Entries", &["Recorded", "By", "Kind", "About", "What it says", "Entry"]);
    for entry in entries {
        table.row(vec![
            entry.recorded_at.as_str().into(),
            entry.author.as_str().into(),
            entry.kind.as_str().into(),
            entry.subject.as_str().into(),
            entry.told.as_str().into(),
            entry.id.as_str().into(),
        ]);
    }
    document.blocks.push(Block::Table(table));
    Answer { page: Page::Journal, document, data: json!({ "entries": entries }) }
}
