//! The front page: what this is, and where to go.

use remnant_record::known;
use remnant_record::table::Transfer;
use serde_json::json;

use super::Answer;
use crate::View;
use crate::document::{Block, Document, Line, Page, Target};
use crate::figure::{Counted, Tally};
use crate::figures::{count, tally};

/// What this is, in a screen.
#[must_use]
pub fn front(view: &View) -> Answer {
    let mut document = Document::new("Remnant: what cluster munitions leave behind");
    document.lead = vec![
        Line::text(
            "In June 2023 a news report said that the United States leaned towards giving Ukraine \
             cluster munitions. It raised questions that nobody could answer in one place. This is \
             the public record behind the answers: who said what, when it became known, and how \
             far the statements lie apart.",
        ),
        Line::text(
            "Every page is asked as of one day and as known by another; change the two days at the \
             head of the page. Every number leads back to its statements and sources.",
        ),
    ];
    let briefs: Vec<Line> = known(&view.record.transfers, view.as_of.known_by)
        .map(|transfer| {
            let page = Page::Brief { id: transfer.cited.id.clone(), quantity: None };
            Line::page(page, transfer.title.as_str())
        })
        .collect();
    if !briefs.is_empty() {
        document.blocks.push(section("briefs", "Briefs", vec![Block::List(briefs)]));
    }
    let lines = vec![
        Line::page(Page::Munitions, "Munitions")
            .and(": what each carries, who holds it, and ")
            .figure(tally(view, Tally::DudRates))
            .and(" statements on how many submunitions fail"),
        Line::page(Page::States, "States")
            .and(": ")
            .figure(count(view, remnant_record::table::Treaty::Ccm, Counted::InForce))
            .and(" are bound by the Convention on Cluster Munitions on this day"),
        Line::page(Page::Law(String::new()), "Law")
            .and(": the provisions that speak to a transfer, with readings and missing facts"),
        Line::page(Page::Requests, "Questions and demands")
            .and(": ")
            .figure(tally(view, Tally::Requests))
            .and(", of which ")
            .figure(tally(view, Tally::RequestsUnanswered))
            .and(" have no answer known by this day"),
        Line::page(Page::Timeline, "Timeline").and(": events, and how firm each is"),
        Line::page(Page::Incidents, "Uses and accidents")
            .and(": ")
            .figure(tally(view, Tally::UseIncidents))
            .and(" documented uses, on a map and in a table"),
        Line::page(Page::Sources, "Sources")
            .and(": ")
            .figure(tally(view, Tally::Sources))
            .and(" pages that carry ")
            .figure(tally(view, Tally::Statements))
            .and(" statements"),
    ];
    document.blocks.push(section("record", "The record", vec![Block::List(lines)]));
    document.blocks.push(section(
        "about",
        "What it is not",
        vec![Block::Paragraph(Line::text(
            "It is not a hazard map and not legal advice. It holds nothing on how munitions are \
             made, aimed or used, and nothing on what they do to a target. Blank means not seen, \
             never none.",
        ))],
    ));
    let transfers: Vec<&Transfer> = known(&view.record.transfers, view.as_of.known_by).collect();
    Answer { page: Page::Front, document, data: json!({ "transfers": transfers }) }
}

/// A page for an address or a question that leads nowhere.
#[must_use]
pub fn nothing_here(message: &str, help: &str) -> Document {
    let mut document = Document::new("Nothing here");
    document.lead = vec![Line::text(message), Line::text(format!("What to do: {help}."))];
    document.blocks.push(Block::Paragraph(
        Line::default().link(Target::Page(Page::Front), "To the front page"),
    ));
    document
}

fn section(anchor: &str, heading: &str, blocks: Vec<Block>) -> Block {
    Block::Section { anchor: anchor.to_owned(), heading: heading.to_owned(), blocks }
}
