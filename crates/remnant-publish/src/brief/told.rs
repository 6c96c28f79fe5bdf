//! What was told: the proposal, who asked what, what past use has left, the timeline.

use remnant_record::table::{Event, Outcome, Request, Standing, Transfer};
use remnant_record::{PartialDate, known};

use super::case::{general, section, statement_table};
use crate::View;
use crate::answer::{outcomes, requests as request_answers, timeline as timeline_answers};
use crate::chart::timeline::{self, Timeline, When};
use crate::document::{Block, Line};
use crate::figure::Tally;
use crate::figures::tally;

pub(super) fn proposal(view: &View, case: &Transfer) -> Block {
    let subject = format!("transfer {}", case.cited.id);
    let statements = general(view, |of| of == subject);
    let blocks = vec![
        Block::Paragraph(Line::text(
            "What was said of the proposal, by whom, and how firm it is. Unnamed speakers are marked; \
             a report is not a decision.",
        )),
        Block::Table(statement_table(view, "Statements on the proposal", &statements)),
    ];
    section("proposal", "What is proposed, and by whom said", blocks)
}

pub(super) fn requests(view: &View) -> Block {
    let requests: Vec<&Request> = known(&view.record.requests, view.as_of.known_by).collect();
    let said = general(view, |of| of.starts_with("request "));
    let blocks = vec![
        Block::Paragraph(
            Line::figure(Line::default(), tally(view, Tally::Requests))
                .and(" questions and demands were known by this day; to ")
                .figure(tally(view, Tally::RequestsUnanswered))
                .and(" of them no answer was."),
        ),
        Block::Table(request_answers::table(view, &requests)),
        Block::Table(statement_table(view, "What was said of these requests", &said)),
    ];
    section("requests", "Who asked what, and was it answered", blocks)
}

pub(super) fn elsewhere(view: &View) -> Block {
    let outcomes: Vec<&Outcome> = known(&view.record.outcomes, view.as_of.known_by).collect();
    let blocks = vec![
        Block::Paragraph(Line::text(
            "What such munitions have left in other places, as published: used, found, land, people. \
             Rows overlap and must not be added. Finds over use are no dud rate: what was never found \
             is missing from them.",
        )),
        Block::Table(outcomes::table(view, &outcomes)),
    ];
    section("elsewhere", "What past use has left elsewhere", blocks)
}

pub(super) fn timeline(view: &View) -> Block {
    let events = timeline_answers::events(view);
    let svg = timeline::timeline(&Timeline {
        id: "events".to_owned(),
        title: "Timeline".to_owned(),
        description: "The events known by the day, from top to bottom. The table says the same."
            .to_owned(),
        events: events.iter().map(|event| drawn(event)).collect(),
    });
    let blocks = vec![
        Block::Chart {
            svg,
            caption: Line::text(format!("Events known by {}.", view.as_of.known_by)),
        },
        Block::Details {
            summary: "The same as a table, with sources".to_owned(),
            blocks: vec![Block::Table(timeline_answers::table(view, &events))],
        },
    ];
    section("timeline", "Timeline", blocks)
}

fn drawn(event: &Event) -> timeline::Event {
    timeline::Event {
        when: match event.date {
            PartialDate::Day(day) => When::Day(day),
            month @ PartialDate::Month { .. } => When::MonthOf(month.first_day()),
            year @ PartialDate::Year(_) => When::YearOf(year.first_day()),
        },
        label: event.event.clone(),
        standing: match event.standing {
            Standing::Reported => timeline::Standing::Reported,
            Standing::Announced => timeline::Standing::Announced,
            Standing::Decided => timeline::Standing::Decided,
            Standing::Confirmed => timeline::Standing::Confirmed,
            Standing::Denied => timeline::Standing::Denied,
            Standing::Scheduled => timeline::Standing::Scheduled,
        },
        href: None,
    }
}
