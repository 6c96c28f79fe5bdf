//! The life of one hazardous area: every transition, and what was not taken.

use remnant_land_release::{AreaHistory, Change, HistoryEntry, Moment, Standing};
use remnant_record::AsOf;
use serde_json::json;

use super::Answer;
use super::land::square_metres;
use crate::document::{Block, Document, Line, Page, PanelKind, Table};
use crate::figure::{AreaFigure, AreaNumber, FigureId, StepSide};

/// All that happened to an area, as known by a day: what stands in its ledger in the order of its
/// effect, and apart from it what could not be taken and what a reviewer returned.
#[must_use]
pub fn area_history(history: &AreaHistory, as_of: AsOf) -> Answer {
    let mut document = Document::new(format!("History of {}", history.area));
    let mut table = Table::new(
        "What happened, by day of effect; areas in m²",
        &[
            "Effect on",
            "Recorded",
            "Step",
            "Entry",
            "State before",
            "State after",
            "SHA before",
            "SHA after",
            "CHA before",
            "CHA after",
            "By",
            "Why",
            "Evidence",
            "Review",
            "To note",
        ],
    );
    let mut last = None;
    let mut later = 0_usize;
    for entry in &history.entries {
        let Standing::Stands { before, after, notes, .. } = &entry.standing else { continue };
        if entry.effective_on <= as_of.on {
            last = Some((entry, after));
        } else {
            later += 1;
        }
        let figure = |moment: &Moment, side, number| {
            step_figure(history, entry, (side, number), moment, as_of)
        };
        let notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
        table.row(vec![
            entry.effective_on.to_string().into(),
            recorded(entry).into(),
            entry.step.word().into(),
            version(entry).into(),
            before.words.as_str().into(),
            state_after(entry, after).into(),
            figure(before, StepSide::Before, AreaNumber::OpenSuspected),
            figure(after, StepSide::After, AreaNumber::OpenSuspected),
            figure(before, StepSide::Before, AreaNumber::OpenConfirmed),
            figure(after, StepSide::After, AreaNumber::OpenConfirmed),
            by(entry).into(),
            entry.why.as_str().into(),
            entry.evidence.join(", ").into(),
            entry.review.to_string().into(),
            notes.join("; ").into(),
        ]);
    }
    document.lead = vec![match last {
        Some((entry, after)) => Line::text(format!("On {}: ", as_of.on))
            .strong(&after.words)
            .and(format!(", since {} ({}).", entry.effective_on, entry.step.word())),
        None => Line::text(format!("On {}: not on record.", as_of.on)),
    }];
    if later > 0 {
        document.lead.push(Line::text(format!(
            "The list holds {later} step{} that take{} effect after that day.",
            if later == 1 { "" } else { "s" },
            if later == 1 { "s" } else { "" },
        )));
    }
    document.blocks.push(Block::Table(table));
    let apart = |kept: &dyn Fn(&Standing) -> bool| -> Vec<&HistoryEntry> {
        history.entries.iter().filter(|entry| kept(&entry.standing)).collect()
    };
    let set_aside = apart(&|standing| matches!(standing, Standing::SetAside { .. }));
    if !set_aside.is_empty() {
        document.blocks.push(Block::Panel {
            kind: PanelKind::Disputed,
            heading: "Set aside: could not be taken, and waits for a person".to_owned(),
            lines: set_aside.into_iter().map(not_taken).collect(),
        });
    }
    let returned = apart(&|standing| matches!(standing, Standing::Rejected));
    if !returned.is_empty() {
        document.blocks.push(Block::Section {
            anchor: "returned".to_owned(),
            heading: "Returned by a reviewer, and counted nowhere".to_owned(),
            blocks: vec![Block::List(returned.into_iter().map(not_taken).collect())],
        });
    }
    Answer { page: Page::Area(history.area.to_string()), document, data: json!(history) }
}

/// Square metres before or after a step as the figure that they are.
fn step_figure(
    history: &AreaHistory,
    entry: &HistoryEntry,
    (side, number): (StepSide, AreaNumber),
    moment: &Moment,
    as_of: AsOf,
) -> Line {
    let (amount, column): (Change, &str) = match number {
        AreaNumber::OpenSuspected => (moment.open.suspected, "suspected (SHA)"),
        _ => (moment.open.confirmed, "confirmed (CHA)"),
    };
    let id = FigureId::Area(AreaFigure::Step {
        area: history.area.to_string(),
        event: entry.event.to_string(),
        version: entry.version,
        side,
        number,
    });
    let when = if side == StepSide::Before { "before" } else { "after" };
    let how = format!(
        "What {} holds as {column} {when} the entry {}, by all entries that take effect up to then \
         and that no reviewer returned.",
        history.area, entry.event
    );
    Line::default().figure(square_metres(id, amount, as_of, how))
}

/// The state after a step, with the programme's own word beside it.
fn state_after(entry: &HistoryEntry, after: &Moment) -> String {
    match &entry.status_word {
        Some(word) => format!("{} (the programme says \u{201c}{word}\u{201d})", after.words),
        None => after.words.clone(),
    }
}

fn recorded(entry: &HistoryEntry) -> String {
    format!("{} by {}", entry.recorded_on, entry.recorded_by)
}

fn version(entry: &HistoryEntry) -> String {
    match entry.version {
        1 => entry.event.to_string(),
        later => format!("{}, version {later}", entry.event),
    }
}

fn by(entry: &HistoryEntry) -> String {
    match &entry.team {
        Some(team) => format!("{}, {team}", entry.organisation),
        None => entry.organisation.to_string(),
    }
}

/// An entry that did nothing, and why.
fn not_taken(entry: &HistoryEntry) -> Line {
    let reason = match &entry.standing {
        Standing::SetAside { reasons } => reasons.join("; "),
        _ => entry.review.to_string(),
    };
    Line::text(format!("{}: ", version(entry))).strong(entry.step.word()).and(format!(
        " on {}, recorded {}. {reason}. It was entered because: {}",
        entry.effective_on,
        recorded(entry),
        entry.why
    ))
}
