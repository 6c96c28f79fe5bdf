//! Whether a project holds what it must: each invariant in one line.

use remnant_record::AsOf;
use serde::Serialize;
use serde_json::json;

use super::Answer;
use crate::document::{Block, Document, Line, Page};

/// One invariant, and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InvariantLine {
    /// The invariant, in a sentence.
    pub invariant: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was looked at, or what is wrong.
    pub told: String,
}

/// Each invariant with what was looked at, and at the end how many hold.
#[must_use]
pub fn store_check(lines: &[InvariantLine], as_of: AsOf) -> Answer {
    let broken = lines.iter().filter(|line| !line.holds).count();
    let mut document = Document::new("Check of the project");
    document.lead = vec![Line::text(if broken == 0 {
        format!("As the project stood on {}.", as_of.known_by)
    } else {
        format!(
            "As the project stood on {}. Something does not hold: keep a copy of the file as it is \
             before anything else, and do not publish from it.",
            as_of.known_by
        )
    })];
    let told = lines.iter().map(|line| {
        let (class, word) = if line.holds { ("holds", "holds") } else { ("broken", "BROKEN") };
        let told = if line.told.is_empty() { String::new() } else { format!(": {}", line.told) };
        Line::default().mark(class, word).and(format!(" {}{told}", line.invariant))
    });
    document.blocks.push(Block::List(told.collect()));
    document.blocks.push(Block::Paragraph(match (lines.len(), broken) {
        (0, _) => Line::text("There was nothing to check."),
        (1, 0) => Line::text("The one invariant holds."),
        (all, 0) => Line::text(format!("All {all} invariants hold.")),
        (all, broken) => Line::default().strong(format!("{broken} of {all} do not hold.")),
    }));
    let data = json!({
        "invariants": lines, "checked": lines.len(), "broken": broken, "holds": broken == 0,
    });
    Answer { page: Page::Check, document, data }
}
