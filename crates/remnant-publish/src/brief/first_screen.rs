//! The first screen of the transfer brief: what is known, what is disputed, what is not known.

use remnant_record::law::{Verdict, decision};
use remnant_record::table::{DudRate, Munition, Transfer, Treaty};
use remnant_record::treaty::status;
use remnant_record::{StateCode, SubmunitionId, known};

use super::case::{case_law, main_munition, questions_unanswered, submunitions};
use crate::answer::dud_rate::{pooled_line, rates_of};
use crate::document::{Block, Line, PanelKind};
use crate::figure::{Counted, FigureId};
use crate::figures::{count, figure};
use crate::{PublishError, View};

pub(super) fn first_screen(view: &View, case: &Transfer) -> Result<Block, PublishError> {
    let (known, contradicted) = known_lines(view, case)?;
    let mut disputed = contradicted;
    disputed.extend(disputed_lines(view, case)?);
    let panel = |kind, heading: &str, lines: Vec<Line>| Block::Panel {
        kind,
        heading: heading.to_owned(),
        lines,
    };
    Ok(Block::Section {
        anchor: "first-screen".to_owned(),
        heading: "In short".to_owned(),
        blocks: vec![
            panel(PanelKind::Known, "What is known", known),
            panel(PanelKind::Disputed, "What is disputed", disputed),
            panel(PanelKind::Unknown, "What is not known", unknown_lines(view, case)),
        ],
    })
}

/// What stands on the record, and beside it what is said against the state of the decision.
fn known_lines(view: &View, case: &Transfer) -> Result<(Vec<Line>, Vec<Line>), PublishError> {
    let mut lines = Vec::new();
    let mut contradicted = Vec::new();
    let decision = decision(view.record, &case.cited.id, view.as_of)?;
    let said = |statement: &remnant_record::law::DecisionStatement| {
        let named = if statement.speaker_named { "" } else { ", unnamed" };
        Line::text(format!("{} ({}{named}) ", statement.status, statement.speaker))
            .mark(format!("standing-{}", statement.standing), statement.standing.word())
    };
    if let Some(firmest) =
        decision.statements.iter().rfind(|s| Some(s.standing) == decision.firmest)
    {
        let first = decision.statements.first().unwrap_or(firmest);
        let of = if decision.decided == Verdict::Holds { firmest } else { first };
        lines.push(Line::text("The proposal: ").then(said(of)).and("."));
        contradicted.extend(
            decision
                .statements
                .iter()
                .filter(|s| s.statement != of.statement && decision.decided != Verdict::Holds)
                .map(|s| Line::text("Of the decision it is also said: ").then(said(s)).and(".")),
        );
    }
    let name = |code: &StateCode| {
        view.record.state_name(code).map_or_else(|| code.to_string(), str::to_owned)
    };
    let parties = [Some(&case.supplier), Some(&case.recipient), case.opponent.as_ref()];
    let standing = |code: &StateCode| status(view.record, Treaty::Ccm, code, view.as_of);
    let words: Vec<String> = parties
        .into_iter()
        .flatten()
        .chain(&case.transit)
        .map(|code| format!("{}: {}", name(code), standing(code).standing.words()))
        .collect();
    lines.push(Line::text(format!("The Convention on Cluster Munitions. {}.", words.join("; "))));
    lines.push(
        Line::default()
            .figure(count(view, Treaty::Ccm, Counted::Deposited))
            .and(" states had deposited their consent to it, ")
            .figure(count(view, Treaty::Ccm, Counted::InForce))
            .and(" were bound, ")
            .figure(count(view, Treaty::Ccm, Counted::SignatureOnly))
            .and(" had signed only."),
    );
    for munition in
        case.munitions.iter().filter_map(|id| view.record.munition(id, view.as_of.known_by))
    {
        lines.extend(carries(view, munition));
    }
    Ok((lines, contradicted))
}

fn carries(view: &View, munition: &Munition) -> Option<Line> {
    let id = FigureId::Stated {
        row: munition.cited.id.clone(),
        property: "submunitions_per_munition".to_owned(),
    };
    let each = figure(view, &id).ok()?;
    Some(Line::text(format!("{} carries ", munition.name)).figure(each).and(" submunitions."))
}

fn disputed_lines(view: &View, case: &Transfer) -> Result<Vec<Line>, PublishError> {
    let mut lines = Vec::new();
    for submunition in submunitions(view, case) {
        lines.extend(spread(view, &submunition));
        lines.push(pooled_line(view, &submunition));
    }
    if let Some(munition) = main_munition(view, case) {
        let law = case_law(view, case, &munition)?;
        let mut points: Vec<String> = law
            .answers
            .iter()
            .filter(|answer| answer.verdict == Verdict::Disputed)
            .map(|answer| {
                let state = view.record.state_name(&answer.state).unwrap_or(answer.state.as_str());
                format!("{state}, {} {}: {}", answer.instrument, answer.provision, answer.question)
            })
            .collect();
        points.sort();
        points.dedup();
        lines.extend(points.into_iter().map(Line::text));
    }
    Ok(lines)
}

/// The lowest and the highest statement on a submunition, and whose they are.
fn spread(view: &View, submunition: &SubmunitionId) -> Option<Line> {
    let rates = rates_of(view, Some(submunition), None);
    let stated = |rate: &DudRate| {
        let id = FigureId::Stated { row: rate.cited.id.clone(), property: "dud-rate".to_owned() };
        figure(view, &id).map(|f| Line::default().figure(f).and(format!(" ({})", rate.claimed_by)))
    };
    let lowest = rates.iter().min_by(|a, b| level(a).total_cmp(&level(b)))?;
    let highest = rates.iter().max_by(|a, b| level(a).total_cmp(&level(b)))?;
    let name = view.record.submunition(submunition).map_or(submunition.as_str(), |s| &s.name);
    if lowest.cited.id == highest.cited.id {
        return Some(
            Line::text(format!("On {name} one statement on duds is known: "))
                .then(stated(lowest).ok()?)
                .and("."),
        );
    }
    Some(
        Line::text(format!("Statements on duds of {name} run from "))
            .then(stated(lowest).ok()?)
            .and(" to ")
            .then(stated(highest).ok()?)
            .and("."),
    )
}

/// A stated share as one number to sort by: the figure, or the end that was stated.
fn level(rate: &DudRate) -> f64 {
    use remnant_record::StatedShare;
    match rate.share {
        StatedShare::Point(share) | StatedShare::AtMost(share) | StatedShare::AtLeast(share) => {
            share.fraction()
        }
        StatedShare::Between(low, high) => (low.fraction() + high.fraction()) / 2.0,
        StatedShare::Count { duds, tested } => duds as f64 / tested as f64,
    }
}

fn unknown_lines(view: &View, case: &Transfer) -> Vec<Line> {
    let known_by = view.as_of.known_by;
    let mut lines: Vec<Line> = questions_unanswered(view)
        .map(|request| {
            Line::text(format!("{} of {}: {} ", request.asker, request.asked, request.question))
                .mark("unanswered", "unanswered")
        })
        .collect();
    for id in &case.munitions {
        let described = view.record.munition(id, known_by);
        if described.is_none_or(|munition| munition.submunitions_each.is_none()) {
            lines.push(Line::text(format!(
                "How many submunitions {id} carries: no source known by {known_by} says."
            )));
        }
    }
    let amounts = known(&view.record.stockpiles, known_by).any(|stockpile| {
        stockpile.holder == view.record.state_name(&case.recipient).unwrap_or_default()
            && stockpile.munitions.is_some()
    });
    if !amounts {
        lines.push(Line::text(
            "How many munitions would be, or were, sent: no figure is in the record.",
        ));
    }
    lines.push(Line::text(
        "What age does to the dud rate of these munitions: no measured effect is in the record.",
    ));
    lines
}
