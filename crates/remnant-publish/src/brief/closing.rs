//! The end of a brief: what is missing, how it was made, its sources.

use std::collections::BTreeSet;

use remnant_estimate::dud_rate::RULES;
use remnant_record::known;
use remnant_record::law::ProvisionAnswer;
use remnant_record::table::Transfer;

use super::case::{case_law, main_munition, questions_unanswered, section};
use crate::answer::cite_row;
use crate::document::{Block, Document, Line};
use crate::{PublishError, View};

pub(super) fn missing(view: &View, case: &Transfer) -> Result<Block, PublishError> {
    let mut lines: Vec<Line> = questions_unanswered(view)
        .map(|request| {
            Line::text(format!(
                "{} asked {}: {} No answer known by this day. ",
                request.asker, request.asked, request.question
            ))
            .then(cite_row(view, &request.cited))
        })
        .collect();
    if let Some(munition) = main_munition(view, case) {
        let law = case_law(view, case, &munition)?;
        let facts: BTreeSet<String> = law
            .answers
            .iter()
            .flat_map(|answer: &ProvisionAnswer| answer.missing.iter().cloned())
            .collect();
        lines.extend(facts.into_iter().map(|fact| Line::text(format!("For the law: {fact}."))));
    }
    let counted = known(&view.record.dud_rates, view.as_of.known_by)
        .filter(|rate| matches!(rate.share, remnant_record::StatedShare::Count { .. }))
        .count();
    if counted == 0 {
        lines.push(Line::text(
            "For dud rates: no statement in the record comes with a count of duds among those tested. \
             Each rate is somebody's statement.",
        ));
    }
    Ok(section("missing", "What information is missing", vec![Block::List(lines)]))
}

pub(super) fn method(view: &View) -> Block {
    let reading = &view.pooled.reading;
    let left_out = reading
        .left_out
        .iter()
        .map(|out| Line::text(format!("{}: {}", out.row, out.reason)))
        .collect();
    let mut model = vec![Line::text(format!("Reading: {}.", reading.name))];
    model.extend(RULES.iter().map(|rule| Line::text(*rule)));
    if let Ok(posterior) = &view.pooled.posterior {
        model.push(Line::text(format!(
            "Model {}, version {}; inputs {}. A hierarchy of contexts, types and families with a bias \
             for each kind of evidence, integrated on a grid without random numbers.",
            posterior.model, posterior.version, posterior.inputs_sha256
        )));
    }
    let blocks = vec![
        Block::Paragraph(Line::text(
            "A statement takes part from the day on which it was demonstrably public: a day that the \
             record states, the day of an act that is public by nature, else the publication of its \
             earliest source (a month or a year means its last day), else the day on which a source \
             without a date was read. Statements that contradict one another stand side by side.",
        )),
        Block::Details {
            summary: "How statements on dud rates were chosen and pooled".to_owned(),
            blocks: vec![Block::List(model)],
        },
        Block::Details {
            summary: "Rows that took no part in the pool, and why".to_owned(),
            blocks: vec![Block::List(left_out)],
        },
    ];
    section("method", "How this brief was made", blocks)
}

/// All sources that the brief names, in full.
pub(super) fn sources(view: &View, document: &Document) -> Block {
    let named = document.sources();
    section("sources", "Sources", vec![crate::answer::sources::references(view, &named)])
}
