//! What waits for review, and for which step of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use remnant_land_release::{Event, ReviewState, StepKind};
use remnant_record::AsOf;
use serde::Serialize;
use serde_json::json;

use super::Answer;
use crate::document::{Block, Document, Line, Page, Table};

/// One version of an entry that is not approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The entry.
    pub entry: String,
    /// Its version.
    pub version: u32,
    /// The area.
    pub area: String,
    /// What it does.
    pub step: StepKind,
    /// The day of its effect.
    pub effective_on: Date,
    /// The day it was recorded.
    pub recorded_on: Date,
    /// Who entered it, and so may not review it.
    pub entered_by: String,
    /// Why it was entered.
    pub why: String,
    /// How far it has come.
    pub review: ReviewState,
    /// The step of review that comes next; none for what is approved or was returned.
    pub next: Option<String>,
}

impl Waiting {
    /// An entry with the state of its review and the step that can be taken next.
    #[must_use]
    pub fn of(event: &Event, review: &ReviewState, next: Option<String>) -> Self {
        Self {
            entry: event.id.to_string(),
            version: event.version,
            area: event.area.to_string(),
            step: event.step.kind(),
            effective_on: event.effective_on,
            recorded_on: event.recorded.on,
            entered_by: event.recorded.by.to_string(),
            why: event.why.clone(),
            review: review.clone(),
            next,
        }
    }
}

/// What waits, by the step of review that comes next, the longest wait first. Approved entries are
/// left out; returned ones stand apart until a later version of them is there.
#[must_use]
pub fn reviews(entries: &[Waiting], as_of: AsOf) -> Answer {
    let mut by_step: BTreeMap<(usize, &str), Vec<&Waiting>> = BTreeMap::new();
    let mut returned: Vec<&Waiting> = Vec::new();
    // Steps stand in the order in which the first entry names them; a draft comes before all.
    let mut order: Vec<&str> = vec!["submitted"];
    for entry in entries {
        if let Some(next) = &entry.next {
            if !order.contains(&next.as_str()) {
                order.push(next);
            }
            let at = order.iter().position(|step| step == next).unwrap_or(0);
            by_step.entry((at, next)).or_default().push(entry);
        } else if entry.review.is_rejected()
            && !entries.iter().any(|o| o.entry == entry.entry && o.version > entry.version)
        {
            returned.push(entry);
        }
    }
    let waiting: usize = by_step.values().map(Vec::len).sum();
    let mut document = Document::new("Waiting for review");
    document.lead = vec![Line::text(match waiting {
        0 => "Nothing waits for review.".to_owned(),
        1 => "One entry waits. It does not count in published totals before it is approved."
            .to_owned(),
        many => format!(
            "{many} entries wait. They do not count in published totals before they are approved."
        ),
    })];
    if waiting > 0 {
        document.lead.push(Line::text("Nobody reviews an entry of their own."));
    }
    for ((_, step), mut entries) in by_step {
        entries.sort_by_key(|entry| (entry.recorded_on, &entry.entry, entry.version));
        let mut table = Table::new(
            format!("Next step: {step}"),
            &["Entry", "Area", "What", "Effect on", "Recorded", "By", "Has come to"],
        );
        for entry in entries {
            table.row(vec![
                name(entry).into(),
                Line::page(Page::Area(entry.area.clone()), &entry.area),
                entry.step.word().into(),
                entry.effective_on.to_string().into(),
                since(entry, as_of).into(),
                entry.entered_by.as_str().into(),
                entry.review.to_string().into(),
            ]);
        }
        document.blocks.push(Block::Table(table));
    }
    if !returned.is_empty() {
        let lines = returned.iter().map(|entry| {
            Line::text(format!("{}, ", name(entry)))
                .link(crate::document::Target::Page(Page::Area(entry.area.clone())), &entry.area)
                .and(format!(
                    ", {}, entered by {}: {}",
                    entry.step.word(),
                    entry.entered_by,
                    entry.review
                ))
        });
        document.blocks.push(Block::Section {
            anchor: "returned".to_owned(),
            heading: "Returned, and not entered again".to_owned(),
            blocks: vec![Block::List(lines.collect())],
        });
    }
    let kept = entries.iter().filter(|entry| entry.next.is_some());
    let kept: Vec<&Waiting> = kept.collect();
    let data = json!({ "waiting": kept, "returned": returned });
    Answer { page: Page::Reviews, document, data }
}

fn name(entry: &Waiting) -> String {
    match entry.version {
        1 => entry.entry.clone(),
        later => format!("{}, version {later}", entry.entry),
    }
}

/// The day on which it was recorded, and for how many days it has waited.
fn since(entry: &Waiting, as_of: AsOf) -> String {
    match entry.recorded_on.until(as_of.on).map(|span| span.get_days()) {
        Ok(1) => format!("{}, a day ago", entry.recorded_on),
        Ok(days) if days > 1 => format!("{}, {days} days ago", entry.recorded_on),
        _ => entry.recorded_on.to_string(),
    }
}
