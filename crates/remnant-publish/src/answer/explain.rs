//! Explanations: from a figure back to statements and sources.

use std::collections::HashSet;

use serde_json::json;

use super::{Answer, cite, known_from_words};
use crate::document::{Block, Document, Line, Page, Table, Target};
use crate::figure::{Figure, FigureId, Part};
use crate::figures::figure;
use crate::{PublishError, View, number};

/// The most statements that one table of an explanation lists; the rest are counted.
const MOST_STATEMENTS: usize = 40;

/// Why a figure is what it is.
///
/// # Errors
/// [`PublishError::NoSuchFigure`] for an id that names nothing, [`PublishError::NoValue`] where the
/// record as known by the day carries no value.
pub fn explain(view: &View, id: &str) -> Result<Answer, PublishError> {
    let id: FigureId = id.parse()?;
    let figure = figure(view, &id)?;
    let document = explanation(view, &figure, Telling::Alone);
    let data = json!({ "figure": figure, "statements": statements(view, &figure) });
    Ok(Answer { page: Page::Explain(id), document, data })
}

/// The explanation of each figure of a document, once, in reading order, and of the figures that
/// went into them: a file with them needs nothing else.
///
/// # Errors
/// When a figure cannot be made from its own id, which a test holds impossible.
pub fn explanations(
    view: &View,
    document: &Document,
) -> Result<Vec<(FigureId, Document)>, PublishError> {
    let mut wanted: Vec<FigureId> = document.figures().iter().map(|f| f.id.clone()).collect();
    let mut done: Vec<(FigureId, Document)> = Vec::new();
    let mut seen = HashSet::new();
    let mut next = 0;
    while next < wanted.len() {
        let id = wanted[next].clone();
        next += 1;
        if !seen.insert(id.clone()) {
            continue;
        }
        let document = explanation(view, &figure(view, &id)?, Telling::AmongOthers);
        wanted.extend(document.figures().iter().map(|figure| figure.id.clone()));
        done.push((id, document));
    }
    Ok(done)
}

/// The explanation of each figure of a document about a project, once, in reading order: such a
/// figure carries all that there is to say of it.
#[must_use]
pub fn explanations_of_project(document: &Document) -> Vec<(FigureId, Document)> {
    let figures = document.figures();
    let explained: HashSet<&FigureId> = figures.iter().map(|figure| &figure.id).collect();
    let mut seen = HashSet::new();
    let once = figures.iter().filter(|figure| seen.insert(&figure.id));
    once.map(|figure| {
        // A part that is nothing may not be shown, and then has no explanation to lead to.
        let explanation = explanation_of_project(figure, &|part| explained.contains(part));
        (figure.id.clone(), explanation)
    })
    .collect()
}

/// Why a figure of a project is what it is, by the answer that holds it; `None` where it does not.
#[must_use]
pub fn explain_of_project(holding: &Answer, id: &FigureId) -> Option<Answer> {
    let figures = holding.document.figures();
    let figure = figures.iter().find(|figure| figure.id == *id)?;
    let is_held = |part: &FigureId| figures.iter().any(|figure| figure.id == *part);
    let mut document = explanation_of_project(figure, &is_held);
    document.blocks.insert(0, Block::Table(facts(figure)));
    let stands = Line::text("It stands on the page ")
        .link(Target::Page(holding.page.clone()), holding.document.title.as_str())
        .and(".");
    document.blocks.push(Block::Paragraph(stands));
    let data = json!({ "figure": figure });
    Some(Answer { page: Page::Explain(id.clone()), document, data })
}

fn explanation_of_project(figure: &Figure, is_told: &dyn Fn(&FigureId) -> bool) -> Document {
    let mut explanation = Document::new(format!("{}: {}", figure.printed, figure.unit));
    explanation.lead = vec![Line::text(&figure.derivation.how)];
    if !figure.derivation.figures.is_empty() {
        let parts = figure.derivation.figures.iter().map(|part| {
            if is_told(part) {
                Line::page(Page::Explain(part.clone()), part.to_string())
            } else {
                Line::text(part.to_string())
            }
        });
        explanation
            .blocks
            .push(Block::Paragraph(Line::text("Made of: ").then(Line::join(parts, "; ")).and(".")));
    }
    explanation
}

/// The sources that explanations name and the document itself does not, in full.
#[must_use]
pub fn further_sources(
    view: &View,
    document: &Document,
    explanations: &[(FigureId, Document)],
) -> Block {
    let named = document.sources();
    let mut further = Vec::new();
    for id in explanations.iter().flat_map(|(_, explanation)| explanation.sources()) {
        if !named.contains(&id) && !further.contains(&id) {
            further.push(id);
        }
    }
    super::sources::references(view, &further)
}

pub(super) fn statements<'a>(
    view: &View<'a>,
    figure: &Figure,
) -> Vec<&'a remnant_record::Statement> {
    figure.derivation.statements.iter().filter_map(|id| view.record.statement(id)).collect()
}

/// Whether an explanation stands by itself or in a file with those of other figures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    Alone,
    AmongOthers,
}

/// A figure's derivation as a document.
///
/// All figures that the dud-rate model makes rest on the same statements. In a file that explains
/// many of them these stand once, with the median of the submunition, to which the others lead.
fn explanation(view: &View, figure: &Figure, telling: Telling) -> Document {
    let derivation = &figure.derivation;
    let is_median = matches!(figure.id, FigureId::DudRate { part: Part::Median, .. });
    let told_elsewhere =
        telling == Telling::AmongOthers && derivation.reading.is_some() && !is_median;
    let mut document = Document::new(format!("{}: {}", figure.printed, figure.unit));
    document.lead = vec![Line::text(&derivation.how)];
    document.blocks.push(Block::Table(facts(figure)));
    if !derivation.figures.is_empty() {
        let figures =
            derivation.figures.iter().filter_map(|id| crate::figures::figure(view, id).ok());
        let lines = figures.map(|from| {
            let unit = format!(" {}", from.unit);
            Line::default().figure(from).and(unit)
        });
        document.blocks.push(Block::Section {
            anchor: format!("{}-from", crate::html::explanation_anchor(&figure.id)),
            heading: "Figures that went into it".to_owned(),
            blocks: vec![Block::List(lines.collect())],
        });
    }
    if told_elsewhere {
        document.blocks.push(Block::Paragraph(Line::text(
            "The statements that were pooled, and those left out, stand with the median.",
        )));
        return document;
    }
    if !derivation.statements.is_empty() {
        document.blocks.push(Block::Table(statement_table(view, figure)));
    }
    if !derivation.left_out.is_empty() {
        document.blocks.push(Block::Details {
            summary: format!("{} rows that took no part, and why", derivation.left_out.len()),
            blocks: vec![Block::List(derivation.left_out.iter().map(Line::text).collect())],
        });
    }
    document
}

/// What a figure is: its id, its two days, the model that made it.
pub(super) fn facts(figure: &Figure) -> Table {
    let mut table = Table::new("The figure", &["What", "Value"]);
    table.row(vec!["Id".into(), figure.id.to_string().into()]);
    if let Some(interval) = figure.interval {
        let chances = number::percent(interval.coverage);
        // Its ends are written as the figure itself is.
        let end = if figure.printed.ends_with('%') { number::percent } else { number::two_digits };
        let ends = format!("{} to {}", end(interval.low), end(interval.high));
        table.row(vec![format!("{chances} interval").into(), ends.into()]);
    }
    table.row(vec!["On".into(), figure.as_of.on.to_string().into()]);
    table.row(vec!["As known by".into(), figure.as_of.known_by.to_string().into()]);
    if let Some(reading) = &figure.derivation.reading {
        table.row(vec!["Reading".into(), reading.as_str().into()]);
    }
    if let Some(model) = &figure.derivation.model {
        table
            .row(vec!["Model".into(), format!("{}, version {}", model.name, model.version).into()]);
        table.row(vec!["Inputs (SHA-256)".into(), model.inputs.as_str().into()]);
        table.row(vec!["Computation".into(), model.diagnostics.join("; ").into()]);
    }
    table
}

pub(super) fn statement_table(view: &View, figure: &Figure) -> Table {
    let statements = statements(view, figure);
    let shown = &statements[..statements.len().min(MOST_STATEMENTS)];
    let caption = if shown.len() < statements.len() {
        format!("The first {} of {} statements it rests on", shown.len(), statements.len())
    } else {
        "The statements it rests on".to_owned()
    };
    let mut table = Table::new(
        caption,
        &["Row", "Subject", "What is said", "Value", "Whose", "Known from", "Source"],
    );
    for statement in shown {
        let source = match &statement.locator {
            Some(locator) => cite(view, &statement.sources).and(format!(", {locator}")),
            None => cite(view, &statement.sources),
        };
        table.row(vec![
            Line::default()
                .link(Target::Page(Page::History(statement.row.clone())), statement.row.as_str())
                .and(format!(", {} line {}", statement.table.file(), statement.line)),
            statement.subject.as_str().into(),
            statement.property.as_str().into(),
            statement.value.words().into(),
            statement.speaker.clone().unwrap_or_default().into(),
            known_from_words(&statement.known_from).into(),
            source,
        ]);
    }
    table
}
