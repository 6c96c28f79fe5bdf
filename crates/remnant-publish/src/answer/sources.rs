//! Sources: all of them, and one with everything that rests on it.

use remnant_record::table::Source;
use remnant_record::{SourceId, Statement};
use serde_json::json;

use super::{Answer, known_from_words, statement_value};
use crate::document::{Block, Document, Line, Page, Reference, Table, Target};
use crate::{PublishError, View};

/// All sources that were public by the day.
#[must_use]
pub fn sources(view: &View) -> Answer {
    let sources: Vec<&Source> = public(view).collect();
    let mut table = Table::new(
        "Sources, by id",
        &["Source", "Title", "Publisher", "Published", "Kind", "Statements"],
    );
    for source in &sources {
        let resting = resting_on(view, &source.id).count();
        table.row(vec![
            Line::page(Page::Source(source.id.to_string()), source.id.to_string()),
            source.title.as_str().into(),
            source.publisher.as_str().into(),
            source.published.map_or_else(|| "not seen".to_owned(), |d| d.to_string()).into(),
            source.kind.as_str().into(),
            resting.to_string().into(),
        ]);
    }
    let mut document = Document::new("Sources");
    document.lead = vec![
        Line::default()
            .figure(crate::figures::tally(view, crate::figure::Tally::Sources))
            .and(" pages on which the record rests, as far as they were public by ")
            .and(view.as_of.known_by.to_string())
            .and(". Most were read through stored copies and excerpts: open the original before quoting."),
    ];
    document.blocks.push(Block::Table(table));
    Answer { page: Page::Sources, document, data: json!({ "sources": sources }) }
}

/// One source, and what rests on it as known by the day.
///
/// # Errors
/// [`PublishError::NoSuchSource`] when no source has the id, [`PublishError::SourceNotPublic`] when
/// the one that has it was not public by the day and no answer of the day names it.
pub fn source(view: &View, id: &str) -> Result<Answer, PublishError> {
    let source = view
        .record
        .source(&SourceId::new(id))
        .ok_or_else(|| PublishError::NoSuchSource(id.to_owned()))?;
    if !may_be_named(view, source) {
        let known_by = view.as_of.known_by;
        return Err(PublishError::SourceNotPublic { id: id.to_owned(), known_by });
    }
    let mut document = Document::new(&source.title);
    let known_from = source.known_from();
    let mut about = Table::new("What is known of this source", &["", ""]);
    about.columns = vec!["What".to_owned(), "As recorded".to_owned()];
    about.row(vec!["Id".into(), source.id.as_str().into()]);
    about.row(vec!["Publisher".into(), source.publisher.as_str().into()]);
    let published = source.published.map_or_else(|| "not seen".to_owned(), |d| d.to_string());
    about.row(vec!["Published".into(), published.into()]);
    about.row(vec!["Known from".into(), known_from_words(&known_from).into()]);
    about.row(vec!["Kind".into(), source.kind.as_str().into()]);
    about.row(vec!["Read".into(), format!("{}, as a stored copy", source.accessed).into()]);
    let address = source.address.as_deref().map_or_else(
        || Line::text("none was seen"),
        |address| Line::default().link(Target::Address(address.to_owned()), address),
    );
    about.row(vec!["Address".into(), address]);
    if let Some(note) = source.note.as_deref().filter(|_| known_from.day <= view.as_of.known_by) {
        about.row(vec!["Note".into(), note.into()]);
    }
    let place = format!("{}/{}, line {}", source.folder, source.file, source.line);
    about.row(vec!["Kept in".into(), place.into()]);
    document.blocks.push(Block::Table(about));

    let mut table = Table::new(
        format!("Statements that rest on it, as known by {}", view.as_of.known_by),
        &["Subject", "What is said", "Value", "Row"],
    );
    let statements: Vec<&Statement> = resting_on(view, &source.id).collect();
    for statement in &statements {
        table.row(vec![
            Line::page(Page::History(statement.row.clone()), statement.subject.as_str()),
            statement.property.as_str().into(),
            statement_value(view, statement),
            format!("{}, line {}", statement.table.file(), statement.line).into(),
        ]);
    }
    document.blocks.push(Block::Table(table));
    let data = json!({ "source": source, "known_from": known_from, "statements": statements });
    Ok(Answer { page: Page::Source(id.to_owned()), document, data })
}

/// Sources in full, by their ids: who published what when, and where it is.
#[must_use]
pub fn references(view: &View, ids: &[&str]) -> Block {
    let reference = |id: &&str| {
        let source = view.record.source(&SourceId::new(*id))?;
        let published =
            source.published.map_or_else(|| "undated".to_owned(), |date| date.to_string());
        let line = Line::default()
            .strong(source.publisher.as_str())
            .and(format!(": {}. {published}. ", source.title));
        let line = match &source.address {
            Some(address) => line.link(Target::Address(address.clone()), address.as_str()),
            None => line.and("No address was seen."),
        };
        Some(Reference { source: (*id).to_owned(), line })
    };
    Block::References(ids.iter().filter_map(reference).collect())
}

fn public<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Source> {
    let known_by = view.as_of.known_by;
    view.record.sources().into_iter().filter(move |s| s.known_from().day <= known_by)
}

/// Whether answers of the day may name a source: it was public, or may have been because it has no
/// date, or an act that was public by itself rests on sources of later days alone.
fn may_be_named(view: &View, source: &Source) -> bool {
    let known_by = view.as_of.known_by;
    let later = |id: &SourceId| {
        let published = view.record.source(id).and_then(|source| source.published);
        published.is_some_and(|published| published.last_day() > known_by)
    };
    source.known_from().day <= known_by
        || resting_on(view, &source.id)
            .any(|statement| source.published.is_none() || statement.sources.iter().all(later))
}

fn resting_on<'a>(view: &View<'a>, id: &'a SourceId) -> impl Iterator<Item = &'a Statement> {
    let known_by = view.as_of.known_by;
    view.record
        .statements()
        .iter()
        .filter(move |statement| statement.is_known_by(known_by) && statement.sources.contains(id))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::date;
    use remnant_record::{AsOf, Record, shipped};

    use super::*;

    #[test]
    fn a_source_of_a_later_day_is_refused_without_its_day() {
        let record = std::sync::Arc::new(Record::read(&[shipped()]).unwrap().record);
        let on = |day| {
            let as_of = AsOf::day(day);
            let pooled = crate::pooled(std::sync::Arc::clone(&record), as_of);
            source(&View { record: &record, as_of, pooled }, "hrw-2005-stock")
        };
        let refused = on(date(2001, 1, 1)).unwrap_err().to_string();
        assert_eq!(refused, "no source `hrw-2005-stock` was public by 2001-01-01");
        assert!(on(date(2023, 6, 30)).is_ok());
    }
}
