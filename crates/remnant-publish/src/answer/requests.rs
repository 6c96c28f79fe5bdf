//! Requests: who asked what of whom, and whether it was answered as known by the day.

use remnant_record::known;
use remnant_record::table::Request;
use serde_json::json;

use super::{Answer, cite, cite_row, known_from_words};
use crate::View;
use crate::document::{Block, Document, Line, Page, Table};
use crate::figure::Tally;
use crate::figures::tally;

/// All requests known by the day.
#[must_use]
pub fn requests(view: &View) -> Answer {
    let requests: Vec<&Request> = known(&view.record.requests, view.as_of.known_by).collect();
    let mut document = Document::new("Questions and demands");
    document.lead = vec![
        Line::default()
            .figure(tally(view, Tally::Requests))
            .and(" questions and demands are known by ")
            .and(view.as_of.known_by.to_string())
            .and("; ")
            .figure(tally(view, Tally::RequestsUnanswered))
            .and(" of them have no answer that was known by then."),
    ];
    document.blocks.push(Block::Table(table(view, &requests)));
    let data: Vec<_> = requests
        .iter()
        .map(|request| {
            json!({
                "id": request.cited.id,
                "date": request.date,
                "asker": request.asker,
                "asked": request.asked,
                "channel": request.channel,
                "kind": request.kind,
                "question": request.question,
                "known_from": request.cited.known_from,
                "sources": request.cited.sources,
                "answer": request.answer_by(view.as_of.known_by),
            })
        })
        .collect();
    Answer { page: Page::Requests, document, data: json!({ "requests": data }) }
}

/// Requests as a table, each with what was known of its answer.
pub(crate) fn table(view: &View, requests: &[&Request]) -> Table {
    let mut table = Table::new(
        format!("Who asked what of whom, and what came of it as known by {}", view.as_of.known_by),
        &["Asked", "By", "Of", "What", "Answer", "Source"],
    );
    for request in requests {
        table.row(vec![
            request.date.map_or_else(|| "not seen".to_owned(), |date| date.to_string()).into(),
            request.asker.as_str().into(),
            format!("{}, by {}", request.asked, request.channel).into(),
            request.question.as_str().into(),
            answer(view, request),
            cite_row(view, &request.cited),
        ]);
    }
    table
}

/// What was known of an answer by the day. A later answer is not hinted at.
pub(crate) fn answer(view: &View, request: &Request) -> Line {
    let Some(answer) = request.answer_by(view.as_of.known_by) else {
        return Line::default().mark("unanswered", "unanswered").and(" as known by this day");
    };
    let text = answer.text.as_deref().unwrap_or("what was answered is not in the record");
    Line::default()
        .mark("answered", answer.status.as_str())
        .and(format!(" {text} (known from {}; ", known_from_words(&answer.known_from)))
        .then(cite(view, &answer.sources))
        .and(")")
}
