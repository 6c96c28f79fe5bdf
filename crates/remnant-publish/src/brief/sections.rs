//! The sections of the transfer brief behind its first screen.

use std::collections::BTreeSet;

use remnant_estimate::dud_rate::{EvidenceKind, RULES};
use remnant_record::law::{ProvisionAnswer, TransferLaw, TransferQuestion};
use remnant_record::table::{
    DudRate, Event, GeneralStatement, Munition, Obligation, Outcome, Request, Stockpile, Transfer,
    Treaty,
};
use remnant_record::treaty::{StateStatus, clocks, status};
use remnant_record::{MunitionId, PartialDate, StateCode, SubmunitionId, known};

use crate::answer::munition::{
    forest_chart, forest_group, pooled_line, rates_of, rates_table, sensitivity_rows,
    sensitivity_table, stockpile_table,
};
use crate::answer::status::{clock_table, status_table, world_map};
use crate::answer::{
    cite_row, law, munition_link, outcomes, requests as request_answers, standing_mark,
    timeline as timeline_answers,
};
use crate::chart::timeline::{self, Timeline, When};
use crate::chart::world::{Highlight, Role};
use crate::document::{Block, Document, Line, Table};
use crate::figure::{Counted, FigureId, Tally};
use crate::figures::{count, figure, tally};
use crate::{PublishError, View};

fn section(anchor: &str, heading: &str, blocks: Vec<Block>) -> Block {
    Block::Section { anchor: anchor.to_owned(), heading: heading.to_owned(), blocks }
}

/// The munition of the case of which most is known by the day: the first that a source describes
/// with a count of submunitions, else the first that is described, else the first that is named.
pub(super) fn main_munition(view: &View, case: &Transfer) -> Option<MunitionId> {
    let described = |id: &&MunitionId| view.record.munition(id, view.as_of.known_by).is_some();
    let counted = |id: &&MunitionId| {
        view.record
            .munition(id, view.as_of.known_by)
            .is_some_and(|munition| munition.submunitions_each.is_some())
    };
    let of = &case.munitions;
    of.iter().find(counted).or_else(|| of.iter().find(described)).or_else(|| of.first()).cloned()
}

/// What the munitions of the case carry, each type once. What a type carries is part of its name
/// here: it is read off the table even where no source known by the day counts them.
pub(super) fn submunitions(view: &View, case: &Transfer) -> Vec<SubmunitionId> {
    let mut found: Vec<SubmunitionId> = Vec::new();
    for id in &case.munitions {
        let named = view.record.munitions.iter().find(|munition| munition.id == *id);
        if let Some(submunition) = named.and_then(|munition| munition.submunition.clone())
            && !found.contains(&submunition)
        {
            found.push(submunition);
        }
    }
    found
}

/// The provisions that speak to the case.
pub(super) fn case_law(
    view: &View,
    case: &Transfer,
    munition: &MunitionId,
) -> Result<TransferLaw, PublishError> {
    Ok(remnant_record::law::transfer(view.record, &question(case, munition), view.as_of)?)
}

fn question(case: &Transfer, munition: &MunitionId) -> TransferQuestion {
    TransferQuestion {
        exporter: case.supplier.clone(),
        recipient: case.recipient.clone(),
        transit: case.transit.clone(),
        munition: munition.clone(),
    }
}

/// Requests for information to which no answer was known by the day, those of the case's time.
pub(super) fn questions_unanswered<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Request> {
    let known_by = view.as_of.known_by;
    known(&view.record.requests, known_by).filter(move |request| {
        request.kind == "information request" && request.answer_by(known_by).is_none()
    })
}

/// Statements on a subject as a table: what, whose, how firm, where.
fn statement_table(view: &View, caption: &str, statements: &[&GeneralStatement]) -> Table {
    let mut table =
        Table::new(caption, &["Known from", "What", "Statement", "Whose", "Standing", "Source"]);
    for said in statements {
        let number =
            FigureId::Stated { row: said.cited.id.clone(), property: said.property.clone() };
        let value = figure(view, &number)
            .map_or_else(|_| Line::text(said.value.as_str()), |f| Line::default().figure(f));
        let later = said.valid_from.is_some_and(|from| from.first_day() > view.as_of.on);
        let value = if later { value.and(" (after the day asked about)") } else { value };
        let speaker = if said.speaker_named { "" } else { " (unnamed)" };
        let source = match &said.locator {
            Some(locator) => cite_row(view, &said.cited).and(format!(", {locator}")),
            None => cite_row(view, &said.cited),
        };
        table.row(vec![
            said.cited.known_from.day.to_string().into(),
            said.property.replace('-', " ").into(),
            value,
            format!("{}{speaker}", said.speaker).into(),
            standing_mark(said.standing),
            source,
        ]);
    }
    table
}

/// General statements known by the day whose subject passes, in the order in which they became known.
fn general<'a>(view: &View<'a>, passes: impl Fn(&str) -> bool) -> Vec<&'a GeneralStatement> {
    let mut found: Vec<&GeneralStatement> = known(&view.record.general, view.as_of.known_by)
        .filter(|said| passes(&said.subject))
        .collect();
    found.sort_by_key(|said| (said.cited.known_from.day, said.cited.id.as_str()));
    found
}

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

pub(super) fn munition(view: &View, case: &Transfer) -> Block {
    let known_by = view.as_of.known_by;
    let mut table = Table::new(
        "The munitions in question",
        &[
            "Munition",
            "Kind and calibre",
            "Carries",
            "Submunitions each",
            "Destroys itself",
            "Source",
        ],
    );
    for id in &case.munitions {
        let Some(munition) = view.record.munition(id, known_by) else {
            table.row(vec![
                munition_link(id.as_str(), id.as_str()),
                format!("no source known by {known_by} describes it").into(),
                Line::default(),
                Line::default(),
                Line::default(),
                Line::default(),
            ]);
            continue;
        };
        table.row(described(view, munition));
    }
    let subjects: BTreeSet<String> = case
        .munitions
        .iter()
        .map(|id| format!("munition {id}"))
        .chain(submunitions(view, case).iter().map(|id| format!("submunition {id}")))
        .collect();
    let said = general(view, |subject| subjects.contains(subject));
    let mut blocks = vec![Block::Table(table)];
    for id in submunitions(view, case) {
        let described = view.record.submunition(&id).filter(|s| s.cited.is_known_by(known_by));
        if let Some(submunition) = described {
            blocks.push(Block::Paragraph(
                Line::text(format!("{}: hazard class ", submunition.name))
                    .strong(submunition.hazard_class.as_str())
                    .and(format!(", destroys itself: {} (", submunition.self_destruct.word()))
                    .then(cite_row(view, &submunition.cited))
                    .and("). Nothing on effects is held."),
            ));
        }
    }
    blocks.push(Block::Table(statement_table(view, "What else was said of them", &said)));
    section("munition", "Which munition, which variants, how many submunitions", blocks)
}

fn described(view: &View, munition: &Munition) -> Vec<Line> {
    let number = FigureId::Stated {
        row: munition.cited.id.clone(),
        property: "submunitions_per_munition".to_owned(),
    };
    vec![
        munition_link(munition.id.as_str(), &munition.name),
        match &munition.calibre_or_family {
            Some(calibre) => format!("{}, {calibre}", munition.kind).into(),
            None => munition.kind.as_str().into(),
        },
        munition
            .submunition
            .as_ref()
            .map_or_else(Line::default, |s| munition_link(s.as_str(), s.as_str())),
        figure(view, &number).map_or_else(|_| Line::default(), |f| Line::default().figure(f)),
        munition.self_destruct.word().into(),
        cite_row(view, &munition.cited),
    ]
}

pub(super) fn dud_rates(view: &View, case: &Transfer) -> Block {
    let own = submunitions(view, case);
    let all: Vec<&DudRate> = known(&view.record.dud_rates, view.as_of.known_by).collect();
    let mut order = own.clone();
    for rate in &all {
        if !order.contains(&rate.submunition) {
            order.push(rate.submunition.clone());
        }
    }
    let mut blocks: Vec<Block> =
        own.iter().map(|id| Block::Paragraph(pooled_line(view, id))).collect();
    for kind in [EvidenceKind::Official, EvidenceKind::Test] {
        let id = FigureId::DudRateBias { kind: kind.name().to_owned() };
        if let Ok(bias) = figure(view, &id) {
            blocks.push(Block::Paragraph(
                Line::text(format!("In odds, statements of kind {} have run at ", kind.name()))
                    .figure(bias)
                    .and(" times what field counts of the same type say. Both are shown."),
            ));
        }
    }
    let groups = order
        .iter()
        .map(|id| (id, rates_of(view, Some(id), None)))
        .filter(|(_, rates)| !rates.is_empty())
        .map(|(id, rates)| forest_group(view, id, &rates))
        .collect();
    blocks.push(forest_chart(view, "evidence", groups));
    for id in &own {
        blocks.push(Block::Table(rates_table(view, &rates_of(view, Some(id), None))));
        let rows = sensitivity_rows(view, id.as_str());
        if !rows.is_empty() {
            blocks.push(Block::Table(sensitivity_table(view, id, &rows)));
        }
    }
    let others: Vec<&DudRate> =
        all.into_iter().filter(|rate| !own.contains(&rate.submunition)).collect();
    blocks.push(Block::Details {
        summary: "Statements on other submunitions".to_owned(),
        blocks: vec![Block::Table(rates_table(view, &others))],
    });
    section("dud-rates", "Dud rates: the evidence, whose it is, and the pooled estimate", blocks)
}

pub(super) fn stockpile(view: &View, case: &Transfer) -> Block {
    let holder = view.record.state_name(&case.supplier).unwrap_or(case.supplier.as_str());
    // The stockpile table writes short names: "United States" for "United States of America".
    let of_supplier = |stockpile: &&Stockpile| {
        let name = stockpile.holder.split(" with ").next().unwrap_or(&stockpile.holder);
        name.starts_with(holder)
            || holder.starts_with(name)
            || holder.split(" of ").next().is_some_and(|short| name.starts_with(short))
    };
    let in_question = |stockpile: &&Stockpile| {
        stockpile.munition.as_ref().is_some_and(|munition| case.munitions.contains(munition))
    };
    let rows: Vec<&Stockpile> = known(&view.record.stockpiles, view.as_of.known_by)
        .filter(|stockpile| of_supplier(stockpile) || in_question(stockpile))
        .collect();
    let subject = format!("state {}", case.supplier);
    let munitions: Vec<String> =
        case.munitions.iter().map(|munition| format!("munition {munition}")).collect();
    let of_stock = ["stock", "shelf-life", "production", "developed", "slated"];
    let said: Vec<&GeneralStatement> = general(view, |of| {
        of == subject
            || munitions.iter().any(|munition| munition == of)
            || of.starts_with("submunition ")
    })
    .into_iter()
    .filter(|said| of_stock.iter().any(|word| said.property.contains(word)))
    .collect();
    let blocks = vec![
        Block::Table(stockpile_table(view, &rows)),
        Block::Table(statement_table(view, "What else was said of stocks and policy", &said)),
        Block::Paragraph(Line::text(
            "Age: what is known of it stands in the notes and statements above. No measured effect of \
             age on dud rates is in the record, so none is in the estimate.",
        )),
    ];
    section("stockpile", "The stockpile and its age", blocks)
}

pub(super) fn who_is_bound(view: &View, case: &Transfer) -> Block {
    let parties: Vec<(&StateCode, Role)> = [(Some(&case.supplier), Role::Supplier)]
        .into_iter()
        .chain([(Some(&case.recipient), Role::Recipient), (case.opponent.as_ref(), Role::Opponent)])
        .filter_map(|(code, role)| Some((code?, role)))
        .chain(case.transit.iter().map(|code| (code, Role::Transit)))
        .collect();
    let mut blocks = vec![Block::Paragraph(
        Line::text(format!("On {}: ", view.as_of.on))
            .figure(count(view, Treaty::Ccm, Counted::Deposited))
            .and(" states had deposited their consent to the Convention on Cluster Munitions and not left; for ")
            .figure(count(view, Treaty::Ccm, Counted::InForce))
            .and(" it was in force; ")
            .figure(count(view, Treaty::Ccm, Counted::SignatureOnly))
            .and(" had signed only. The public word “party” follows the first number, being bound the second."),
    )];
    let highlights = parties
        .iter()
        .map(|(code, role)| Highlight { code: code.to_string(), role: *role })
        .collect();
    blocks.push(Block::Chart {
        svg: world_map(view, highlights),
        caption: Line::text(format!(
            "Status of the Convention on Cluster Munitions on {}, with the states of this brief.",
            view.as_of.on
        )),
    });
    for (code, role) in parties {
        let statuses: Vec<StateStatus> = Treaty::ALL
            .iter()
            .map(|treaty| status(view.record, *treaty, code, view.as_of))
            .collect();
        let name = view.record.state_name(code).unwrap_or(code.as_str());
        let mut inside = vec![Block::Table(status_table(view, &statuses))];
        let clocks = clocks(view.record, code, view.as_of);
        if !clocks.is_empty() {
            inside.push(Block::Details {
                summary: format!("Clocks of the Convention for {name}"),
                blocks: vec![Block::Table(clock_table(view, &clocks))],
            });
        }
        let subject = format!("state {code}");
        let said: Vec<&GeneralStatement> = general(view, |of| of == subject)
            .into_iter()
            .filter(|said| said.property.contains("status") || said.property.contains("ban"))
            .collect();
        if !said.is_empty() {
            inside.push(Block::Table(statement_table(view, "What was said of it", &said)));
        }
        blocks.push(section(
            &format!("bound-{}", code.as_str().to_lowercase()),
            &format!("{name} ({})", role.word()),
            inside,
        ));
    }
    section("who-is-bound", "Who is bound", blocks)
}

pub(super) fn treaty_asks(view: &View) -> Block {
    let obligations: Vec<&Obligation> =
        known(&view.record.obligations, view.as_of.known_by).collect();
    // What a state takes on by joining, in the order of the articles; definitions and procedure
    // stand below.
    let duties = |o: &&Obligation| {
        o.treaty == Treaty::Ccm
            && o.binds.starts_with("state party")
            && ["1(", "3(2)", "4(1)", "4(2)", "5(1)", "7(", "9", "21("]
                .iter()
                .any(|a| o.article.starts_with(a))
    };
    let (main, rest): (Vec<&Obligation>, Vec<&Obligation>) =
        obligations.into_iter().partition(|obligation| duties(obligation));
    let said = general(view, |of| of == "treaty CCM");
    let blocks = vec![
        Block::Table(statement_table(view, "What was said of the Convention", &said)),
        Block::Table(obligation_table(
            view,
            "What the Convention asks of a state that is bound",
            &main,
        )),
        Block::Details {
            summary: "Definitions, procedure, and Protocol V".to_owned(),
            blocks: vec![Block::Table(obligation_table(
                view,
                "Other provisions of the record",
                &rest,
            ))],
        },
    ];
    section("treaty-asks", "What the treaty asks, and of whom", blocks)
}

fn obligation_table(view: &View, caption: &str, obligations: &[&Obligation]) -> Table {
    let mut table =
        Table::new(caption, &["Article", "Title", "What it says", "By when", "Reading", "Source"]);
    for obligation in obligations {
        table.row(vec![
            format!("{} {}", obligation.treaty, obligation.article).into(),
            obligation.title.as_str().into(),
            obligation.summary.as_str().into(),
            obligation.deadline_rule.as_str().into(),
            obligation.interpretation.as_str().into(),
            cite_row(view, &obligation.cited),
        ]);
    }
    table
}

pub(super) fn national_law(view: &View, case: &Transfer) -> Result<Block, PublishError> {
    let mut blocks = vec![Block::Paragraph(Line::text(
        "What each provision says to this transfer on this day: it holds, it does not hold, unknown \
         with the missing fact, or disputed with the outcome under each reading. No verdict on the \
         transfer as a whole is given. Where a provision's text was not read, the answer says so.",
    ))];
    if let Some(munition) = main_munition(view, case) {
        let law = case_law(view, case, &munition)?;
        blocks.push(Block::Paragraph(Line::text(format!("Asked of the munition {munition}."))));
        blocks.extend(law::blocks(view, &question(case, &munition), &law));
    }
    Ok(section("national-law", "Law and policy, with waivers", blocks))
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
        id: "timeline".to_owned(),
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
    use remnant_record::table::Standing;
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
