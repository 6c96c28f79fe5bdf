//! The timeline: what happened and what was said, by day.

use remnant_record::known;
use remnant_record::table::Event;
use serde_json::json;

use super::{Answer, cite_row, standing_mark};
use crate::View;
use crate::document::{Block, Document, Line, Page, Table};

/// All events known by the day, in the order of their dates.
#[must_use]
pub fn timeline(view: &View) -> Answer {
    let events = events(view);
    let mut document = Document::new("Timeline");
    document.lead = vec![Line::text(format!(
        "What the record holds of events up to what was known by {}. How firm each is stands beside \
         it: repetition by many outlets does not make a report a confirmation.",
        view.as_of.known_by
    ))];
    document.blocks.push(Block::Table(table(view, &events)));
    Answer { page: Page::Timeline, document, data: json!({ "events": events }) }
}

/// The events known by the day, by their first possible day.
pub(crate) fn events<'a>(view: &View<'a>) -> Vec<&'a Event> {
    let mut events: Vec<&Event> = known(&view.record.events, view.as_of.known_by).collect();
    events.sort_by_key(|event| (event.date.first_day(), event.date.last_day()));
    events
}

/// Events as a table.
pub(crate) fn table(view: &View, events: &[&Event]) -> Table {
    let mut table =
        Table::new("Events, by date", &["Date", "Event", "Standing", "Whose statement", "Source"]);
    for event in events {
        table.row(vec![
            event.date.to_string().into(),
            event.event.as_str().into(),
            standing_mark(event.standing),
            event.attribution.as_str().into(),
            cite_row(view, &event.cited),
        ]);
    }
    table
}
