//! History: everything that was said of a subject, side by side.

use remnant_record::Statement;
use serde_json::json;

use super::{Answer, cite, known_from_words, statement_value};
use crate::document::{Block, Document, Line, Page, Table};
use crate::{PublishError, View};

/// All statements about a subject that were known by the day; none replaces another.
///
/// # Errors
/// [`PublishError::NoSuchSubject`] when nothing known by the day is about it.
pub fn history(view: &View, subject: &str) -> Result<Answer, PublishError> {
    let known_by = view.as_of.known_by;
    let mut statements: Vec<&Statement> = view
        .record
        .statements()
        .iter()
        .filter(|s| s.is_known_by(known_by) && s.is_about(subject))
        .collect();
    if statements.is_empty() {
        return Err(PublishError::NoSuchSubject { subject: subject.to_owned(), known_by });
    }
    // By the day from which each was known; the order of the record settles ties.
    statements.sort_by_key(|statement| statement.known_from.day);
    let mut table = Table::new(
        "Statements in the order in which they became known",
        &["Known from", "Subject", "What is said", "Value", "Valid", "Whose", "Standing", "Source"],
    );
    for statement in &statements {
        let valid = match (statement.valid_from, statement.valid_to) {
            (Some(from), Some(to)) => format!("{from} to {to}"),
            (Some(from), None) => from.to_string(),
            (None, Some(to)) => format!("until {to}"),
            (None, None) => String::new(),
        };
        let standing = [&statement.standing, &statement.evidence].into_iter().flatten().cloned();
        let source = match &statement.locator {
            Some(locator) => cite(view, &statement.sources).and(format!(", {locator}")),
            None => cite(view, &statement.sources),
        };
        let same = statement
            .same_origin_as
            .as_ref()
            .map_or_else(Line::default, |row| Line::text(format!("; repeats {row}")));
        table.row(vec![
            known_from_words(&statement.known_from).into(),
            statement.subject.as_str().into(),
            statement.property.as_str().into(),
            statement_value(view, statement).then(same),
            valid.into(),
            statement.speaker.clone().unwrap_or_default().into(),
            standing.collect::<Vec<_>>().join(", ").into(),
            source,
        ]);
    }
    let mut document = Document::new(format!("History of {subject}"));
    document.lead = vec![Line::text(format!(
        "Every statement about {subject} that was known by {known_by}, each with its source. \
         Statements that contradict one another stand side by side; none replaces another."
    ))];
    document.blocks.push(Block::Table(table));
    let data = json!({ "subject": subject, "statements": statements });
    Ok(Answer { page: Page::History(subject.to_owned()), document, data })
}
