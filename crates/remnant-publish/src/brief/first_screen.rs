//! The first screen of the transfer brief: what is known, what is disputed, what is not known, and
//! what came later where the question lets that be known.

use std::collections::BTreeSet;

use remnant_record::law::{DecisionStatement, Verdict, decision};
use remnant_record::table::{DudRate, Munition, Transfer, Treaty};
use remnant_record::treaty::{TreatyStanding, status};
use remnant_record::{StateCode, StatedShare, SubmunitionId};

use super::case::{
    case_law, general, main_munition, questions_unanswered, route_is_known, submunitions,
};
use crate::answer::dud_rate::{pooled_line, rates_of};
use crate::document::{Block, Line, PanelKind, Target};
use crate::figure::{Counted, FigureId};
use crate::figures::{count, figure};
use crate::{PublishError, View};

pub(super) fn first_screen(view: &View, case: &Transfer) -> Result<Block, PublishError> {
    let decision = decision(view.record, &case.cited.id, view.as_of)?;
    let mut told = decision.statements.iter().map(said);
    let (proposal, contradicted) = match decision.decided {
        // What was decided is known; what was said before it is history, and stands below.
        Verdict::Holds => (told.next_back().into_iter().collect::<Vec<_>>(), Vec::new()),
        _ => (told.next().into_iter().collect(), told.collect::<Vec<_>>()),
    };
    let mut known: Vec<Line> =
        proposal.into_iter().map(|line| Line::text("The proposal: ").then(line)).collect();
    known.extend(treaty_lines(view, case));
    known.extend(
        case.munitions
            .iter()
            .filter_map(|id| view.record.munition(id, view.as_of.known_by))
            .filter_map(|munition| carries(view, munition)),
    );
    let mut disputed: Vec<Line> = contradicted
        .into_iter()
        .map(|line| Line::text("Of the decision it is also said: ").then(line))
        .collect();
    for submunition in submunitions(view, case) {
        disputed.extend(evidence_lines(view, &submunition));
    }
    disputed.extend(law_line(view, case)?);

    let panel = |kind, heading: &str, lines: Vec<Line>| Block::Panel {
        kind,
        heading: heading.to_owned(),
        lines,
    };
    let mut blocks = vec![
        panel(PanelKind::Known, "What is known", known),
        panel(PanelKind::Disputed, "What is disputed", disputed),
        panel(PanelKind::Unknown, "What is not known", unknown_lines(view, case)),
    ];
    let later = later_lines(view, case);
    if !later.is_empty() {
        let heading = format!("What came after {}, as known later", view.as_of.on);
        blocks.push(panel(PanelKind::Known, &heading, later));
    }
    Ok(Block::Section { anchor: "first-screen".to_owned(), heading: "In short".to_owned(), blocks })
}

fn said(statement: &DecisionStatement) -> Line {
    let named = if statement.speaker_named { "" } else { ", unnamed" };
    Line::text(format!("{} ({}{named}) ", statement.status, statement.speaker))
        .mark(format!("standing-{}", statement.standing), statement.standing.word())
}

/// Who is outside the Convention, who is bound, and how many states are.
fn treaty_lines(view: &View, case: &Transfer) -> Vec<Line> {
    let route = route_is_known(view, case);
    let parties = [Some(&case.supplier), Some(&case.recipient), case.opponent.as_ref()];
    let states: Vec<&StateCode> =
        parties.into_iter().flatten().chain(case.transit.iter().filter(|_| route)).collect();
    let name = |code: &StateCode| view.record.state_name(code).unwrap_or(code.as_str()).to_owned();
    let of_standing = |outside: bool| -> Vec<String> {
        states
            .iter()
            .filter_map(|code| {
                let standing = status(view.record, Treaty::Ccm, code, view.as_of).standing;
                match (standing, outside) {
                    (TreatyStanding::None, true) => Some(name(code)),
                    (TreatyStanding::None, false) | (_, true) => None,
                    (standing, false) => Some(format!("{} ({})", name(code), standing.words())),
                }
            })
            .collect()
    };
    let (outside, others) = (of_standing(true), of_standing(false));
    let mut lines = Vec::new();
    if !outside.is_empty() {
        lines.push(Line::text(format!(
            "Outside the Convention on Cluster Munitions: {}.",
            outside.join(", ")
        )));
    }
    if !others.is_empty() {
        lines.push(Line::text(format!("Inside it: {}.", others.join(", "))));
    }
    lines.push(
        Line::default()
            .figure(count(view, Treaty::Ccm, Counted::Deposited))
            .and(" states had deposited their consent to it; ")
            .figure(count(view, Treaty::Ccm, Counted::InForce))
            .and(" were bound; ")
            .figure(count(view, Treaty::Ccm, Counted::SignatureOnly))
            .and(" had signed only."),
    );
    lines
}

fn carries(view: &View, munition: &Munition) -> Option<Line> {
    let id = FigureId::Stated {
        row: munition.cited.id.clone(),
        property: "submunitions_per_munition".to_owned(),
    };
    let each = figure(view, &id).ok()?;
    Some(
        Line::text(format!("{}: ", munition.name))
            .figure(each)
            .and(" submunitions each, as published."),
    )
}

/// What was stated of a submunition's failure, how far apart, and what we make of it.
fn evidence_lines(view: &View, submunition: &SubmunitionId) -> Vec<Line> {
    let rates = rates_of(view, Some(submunition), None);
    let name = view.record.submunition(submunition).map_or(submunition.as_str(), |s| &s.name);
    let stated = |rate: &DudRate| {
        let id = FigureId::Stated { row: rate.cited.id.clone(), property: "dud-rate".to_owned() };
        let number =
            figure(view, &id).map_or_else(|_| Line::default(), |f| Line::default().figure(f));
        number.and(format!(" ({}, {})", rate.claimed_by, rate.place))
    };
    let lowest = rates.iter().min_by(|a, b| stated_end(a).total_cmp(&stated_end(b)));
    let highest = rates.iter().max_by(|a, b| stated_end(a).total_cmp(&stated_end(b)));
    let mut lines = Vec::new();
    match (lowest, highest) {
        (Some(lowest), Some(highest)) if lowest.cited.id == highest.cited.id => lines.push(
            Line::text(format!("How many fail. Of {name} the record holds one statement that was public by this day: "))
                .then(stated(lowest))
                .and("."),
        ),
        (Some(lowest), Some(highest)) => lines.push(
            Line::text(format!("How many fail. Statements on {name} run from "))
                .then(stated(lowest))
                .and(" to ")
                .then(stated(highest))
                .and("."),
        ),
        _ => {}
    }
    lines.push(
        Line::text("Our estimate, nobody's statement. ").then(pooled_line(view, submunition)),
    );
    lines
}

/// The end of a stated share that was stated, to sort statements by: a bound says where it lies to
/// one side only, and a range is told by its upper end.
fn stated_end(rate: &DudRate) -> f64 {
    match rate.share {
        StatedShare::Point(share)
        | StatedShare::AtMost(share)
        | StatedShare::AtLeast(share)
        | StatedShare::Between(_, share) => share.fraction(),
        StatedShare::Count { duds, tested } => duds as f64 / tested as f64,
    }
}

/// Which points of law are read in more than one way, in one line.
fn law_line(view: &View, case: &Transfer) -> Result<Option<Line>, PublishError> {
    let Some(munition) = main_munition(view, case) else { return Ok(None) };
    let law = case_law(view, case, &munition)?;
    let disputed = law.answers.iter().filter(|answer| answer.verdict == Verdict::Disputed);
    let points: BTreeSet<String> = disputed
        .flat_map(|answer| &answer.outcomes)
        .flat_map(|outcome| &outcome.readings)
        .map(|side| side.point.replace('-', " "))
        .collect();
    if points.is_empty() {
        return Ok(None);
    }
    let points: Vec<String> = points.into_iter().collect();
    Ok(Some(
        Line::text(format!("How the law is read on: {}. See ", points.join(", ")))
            .link(Target::Anchor("national-law".to_owned()), "law and policy")
            .and("."),
    ))
}

fn unknown_lines(view: &View, case: &Transfer) -> Vec<Line> {
    let known_by = view.as_of.known_by;
    let mut lines: Vec<Line> = questions_unanswered(view)
        .filter(|request| request.date.is_none_or(|date| date.first_day() <= view.as_of.on))
        .map(|request| {
            Line::text(format!("{} asked {}: {} ", request.asker, request.asked, request.question))
                .mark("unanswered", "unanswered")
        })
        .collect();
    let subject = format!("transfer {}", case.cited.id);
    let told = general(view, |of| of == subject);
    if !told.iter().any(|said| said.property == "variant-named") {
        lines.push(Line::text(
            "Which variants: none had been named. The munitions below are the types in question as \
             the record lists them.",
        ));
    }
    for id in &case.munitions {
        let described = view.record.munition(id, known_by);
        if described.is_none_or(|munition| munition.submunitions_each.is_none()) {
            let name = described.map_or(id.as_str(), |munition| &munition.name);
            lines.push(Line::text(format!(
                "How many submunitions {name} carries: no source public by this day says."
            )));
        }
    }
    if !told.iter().any(|said| said.property == "quantity") {
        lines.push(Line::text("How many munitions: no statement is in the record."));
    }
    if !route_is_known(view, case) {
        lines.push(Line::text("By which route: no statement was known."));
    }
    if !general(view, |_| true).iter().any(|said| said.property.starts_with("age-effect")) {
        lines.push(Line::text(
            "What age does to the dud rate: no statement that measured it is in the record.",
        ));
    }
    lines
}

/// What was said of the transfer of days after the one asked about.
fn later_lines(view: &View, case: &Transfer) -> Vec<Line> {
    let subject = format!("transfer {}", case.cited.id);
    general(view, |of| of == subject)
        .into_iter()
        .filter_map(|said| {
            let from = said.valid_from.filter(|from| from.first_day() > view.as_of.on)?;
            let what = said.property.replace('-', " ");
            Some(
                Line::text(format!("{from}, {what}: {} ({}) ", said.value, said.speaker))
                    .mark(format!("standing-{}", said.standing), said.standing.word()),
            )
        })
        .collect()
}
