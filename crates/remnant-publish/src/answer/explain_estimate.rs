//! Why an estimate says what it says of a square or an area: back to strikes, searches and dud-rate statements.
//!
//! Belongs here: telling it in the form in which every figure is explained. Does not belong here: what each
//! strike contributes (`remnant_estimate::contamination`), reading a project.

use remnant_estimate::contamination::{Count, chances, two_digits};
use serde::Serialize;
use serde_json::json;

use super::Answer;
use super::explain::{facts, statement_table, statements};
use crate::View;
use crate::document::{Block, Document, Line, Page, Table, Target};
use crate::figure::{Derivation, Figure, FigureId, Interval, ModelUse};

/// Strikes that are listed; the rest are counted.
const MOST_STRIKES: usize = 20;

/// A strike that may have left items there, or all that nobody recorded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TracedStrike {
    /// Its id; none for strikes that nobody recorded.
    pub id: Option<String>,
    /// Items of it that are expected there now.
    pub expected: f64,
    /// Items of it that would be, had nobody found any.
    pub before_removal: f64,
    /// Who entered it, or from which file and row it is.
    pub source: String,
}

/// A search of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TracedSearch {
    /// Its id.
    pub id: String,
    /// The method, as it was reckoned with.
    pub method: String,
    /// The share of the square or area that it searched.
    pub share: f64,
    /// Items that it found there, where that is known of them.
    pub found: u32,
    /// Who entered it, or from which file and row it is.
    pub source: String,
}

/// What an estimate says of a square or an area, traced back.
#[derive(Clone, Debug, PartialEq)]
pub struct EstimateTrace {
    /// The figure.
    pub id: FigureId,
    /// What it is of: `Ban Sombat`, `square 812 of Ban Sombat`.
    pub of: String,
    /// Items left.
    pub left: Count,
    /// What each strike contributes, the largest first.
    pub strikes: Vec<TracedStrike>,
    /// How many squares were traced, and of how many.
    pub traced: (usize, usize),
    /// Who searched it.
    pub searches: Vec<TracedSearch>,
    /// Finds without a search, which say where strikes were.
    pub spot_finds: Vec<String>,
    /// The submunition types that strikes may have left, by their ids.
    pub submunitions: Vec<String>,
    /// Which estimate it is: who kept it, when.
    pub kept: String,
    /// The model that made it.
    pub model: ModelUse,
    /// What was left out of the estimate, and what was assumed.
    pub left_out: Vec<String>,
}

/// Why an estimate says what it says.
#[must_use]
pub fn explain_estimate(view: &View, trace: &EstimateTrace) -> Answer {
    let (low, high) = trace.left.interval_90;
    // Statements on the types that strikes may have left come first; the others count by analogy.
    let mut pooled: Vec<_> = view.pooled.reading.used.iter().collect();
    pooled.sort_by_key(|used| !trace.submunitions.iter().any(|id| id == used.submunition.as_str()));
    let figure = Figure {
        id: trace.id.clone(),
        printed: two_digits(trace.left.expected),
        number: Some(trace.left.expected),
        unit: format!("items expected to be left in {}", trace.of),
        interval: Some(Interval { low: low as f64, high: high as f64, coverage: 0.9 }),
        as_of: view.as_of,
        derivation: Derivation {
            how: format!(
                "Recorded strikes, strikes that nobody recorded, and what searches found, weighed \
                 together by a model. At least one item is left with a chance of {}; whatever that \
                 number, it does not show that none is left. {}",
                chances(trace.left.any),
                trace.kept
            ),
            statements: pooled.iter().map(|used| format!("{}#dud-rate", used.id)).collect(),
            model: Some(trace.model.clone()),
            left_out: trace.left_out.clone(),
            ..Derivation::default()
        },
    };
    let mut document = Document::new(format!("{}: {}", figure.printed, figure.unit));
    document.lead = vec![Line::text(&figure.derivation.how)];
    document.blocks.push(Block::Table(facts(&figure)));
    document.blocks.push(Block::Table(strike_table(trace)));
    if trace.traced.0 < trace.traced.1 {
        document.blocks.push(Block::Paragraph(Line::text(format!(
            "Traced over {} of its {} squares, evenly chosen, which stand for the others.",
            trace.traced.0, trace.traced.1
        ))));
    }
    if trace.searches.is_empty() {
        document.blocks.push(Block::Paragraph(Line::text("Nobody searched it.")));
    } else {
        document.blocks.push(Block::Table(search_table(trace)));
    }
    if !trace.spot_finds.is_empty() {
        document.blocks.push(Block::Paragraph(Line::text(format!(
            "Found there without a search, which tells where strikes were: {}.",
            trace.spot_finds.join(", ")
        ))));
    }
    document.blocks.push(Block::List(dud_rate_lines(view, trace)));
    if !figure.derivation.statements.is_empty() {
        document.blocks.push(Block::Table(statement_table(view, &figure)));
    }
    if !trace.left_out.is_empty() {
        document.blocks.push(Block::Details {
            summary: "What took no part, and what was assumed".to_owned(),
            blocks: vec![Block::List(trace.left_out.iter().map(Line::text).collect())],
        });
    }
    let data = json!({
        "figure": figure,
        "left": trace.left,
        "strikes": trace.strikes,
        "searches": trace.searches,
        "spot_finds": trace.spot_finds,
        "statements": statements(view, &figure),
    });
    Answer { page: Page::Explain(trace.id.clone()), document, data }
}

fn strike_table(trace: &EstimateTrace) -> Table {
    let total: f64 = trace.strikes.iter().map(|part| part.expected).sum();
    let columns = &["Strike", "Items now", "Had nobody found any", "From"];
    let mut table = Table::new("Where they come from", columns);
    let worth_telling = |part: &&TracedStrike| part.expected >= 1e-3 * total;
    let shown: Vec<&TracedStrike> = trace.strikes.iter().filter(worth_telling).collect();
    for part in shown.iter().take(MOST_STRIKES) {
        table.row(vec![
            part.id.as_deref().unwrap_or("strikes that nobody recorded").into(),
            two_digits(part.expected).into(),
            two_digits(part.before_removal).into(),
            part.source.as_str().into(),
        ]);
    }
    if shown.len() > MOST_STRIKES {
        let rest: f64 = shown[MOST_STRIKES..].iter().map(|part| part.expected).sum();
        table.row(vec![
            format!("{} more strikes", shown.len() - MOST_STRIKES).into(),
            two_digits(rest).into(),
            "".into(),
            "".into(),
        ]);
    }
    table
}

fn search_table(trace: &EstimateTrace) -> Table {
    let columns = &["Search", "Method", "Searched", "Found", "From"];
    let mut table = Table::new("Who searched it", columns);
    for search in &trace.searches {
        table.row(vec![
            search.id.as_str().into(),
            search.method.as_str().into(),
            format!("{}\u{a0}%", two_digits(100.0 * search.share)).into(),
            search.found.to_string().into(),
            search.source.as_str().into(),
        ]);
    }
    table
}

/// How many statements of the record speak of each type that strikes may have left.
fn dud_rate_lines(view: &View, trace: &EstimateTrace) -> Vec<Line> {
    let used = &view.pooled.reading.used;
    let types = trace.submunitions.iter();
    types
        .map(|kind| {
            let own = used.iter().filter(|used| used.submunition.as_str() == kind).count();
            let told = match own {
                0 => {
                    format!("{kind}: no dud-rate statement of its own; by analogy with all others")
                }
                1 => format!("{kind}: one dud-rate statement of its own, the others by analogy"),
                many => {
                    format!("{kind}: {many} dud-rate statements of its own, the others by analogy")
                }
            };
            let id = format!("dud-rate/{kind}/median");
            let known = view.record.submunitions.iter().any(|one| one.id.as_str() == kind);
            match id.parse() {
                Ok(figure) if known => Line::text(format!("{told}: "))
                    .link(Target::Page(Page::Explain(figure)), format!("remnant explain {id}"))
                    .and("."),
                _ => Line::text(format!("{told}.")),
            }
        })
        .collect()
}
