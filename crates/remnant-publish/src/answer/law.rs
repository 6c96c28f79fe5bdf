//! Law: the provisions that speak to a transfer on a day, each with its verdict and trace.
//!
//! A verdict says what a provision says to the case. Whether an act is in accord with the law as a
//! whole is never said.

use remnant_record::law::{
    Definition, DefinitionAnswer, EvidenceGrade, ProvisionAnswer, RateTest, Role, TransferLaw,
    TransferQuestion, Verdict, cluster_munition, transfer,
};
use remnant_record::table::Transfer;
use remnant_record::{MunitionId, known};
use serde_json::json;

use super::status::{all_states, state_code};
use super::{Answer, cite_several_rows};
use crate::basemap::countries_50m;
use crate::document::{Block, Choice, Document, LawForm, Line, Page, Table};
use crate::{PublishError, View};

/// The parties of a transfer, as a person names them.
#[derive(Clone, Copy, Debug)]
pub struct Parties<'a> {
    /// Who gives: code or name.
    pub exporter: &'a str,
    /// Who receives.
    pub recipient: &'a str,
    /// Through which states.
    pub transit: &'a [String],
    /// Which munition.
    pub munition: &'a str,
}

/// The provisions that speak to a transfer.
///
/// # Errors
/// [`PublishError::NoSuchState`] and [`PublishError::NoSuchMunition`] for names that the record does
/// not hold; [`PublishError::Law`] where the rules of the record clash.
pub fn law(view: &View, parties: &Parties) -> Result<Answer, PublishError> {
    let munition = MunitionId::new(parties.munition);
    if !view.record.munitions.iter().any(|m| m.id == munition) {
        return Err(PublishError::NoSuchMunition {
            id: parties.munition.to_owned(),
            known_by: view.as_of.known_by,
        });
    }
    let question = TransferQuestion {
        exporter: state_code(view, parties.exporter)?,
        recipient: state_code(view, parties.recipient)?,
        transit: parties.transit.iter().map(|s| state_code(view, s)).collect::<Result<_, _>>()?,
        munition,
    };
    let law = transfer(view.record, &question, view.as_of)?;
    let mut document = Document::new(format!(
        "Law: {} from {} to {}",
        question.munition, question.exporter, question.recipient
    ));
    document.lead = vec![
        Line::text(format!(
            "What each provision of the record says to this transfer on {}, as known by {}. Four \
             answers are possible: it holds, it does not hold, unknown (with the missing fact), \
             disputed (with the outcome under each reading).",
            view.as_of.on, view.as_of.known_by
        )),
        Line::text(
            "This is research, not legal advice; no verdict on the transfer as a whole is given.",
        ),
    ];
    document.blocks = blocks(view, &question, &law);
    document.blocks.push(Block::LawForm(form(view, Some(&question))));
    let query = query(&question);
    let definitions = definitions(view, &question.munition);
    let data = json!({ "question": question, "law": law, "definitions": definitions });
    Ok(Answer { page: Page::Law(query), document, data })
}

fn query(question: &TransferQuestion) -> String {
    let transit: Vec<&str> = question.transit.iter().map(|state| state.as_str()).collect();
    format!(
        "exporter={}&recipient={}&transit={}&munition={}",
        question.exporter,
        question.recipient,
        transit.join(","),
        question.munition
    )
}

/// All that a transfer can be asked of, with the question that was put.
fn form(view: &View, question: Option<&TransferQuestion>) -> LawForm {
    let mut states: Vec<Choice> = all_states(view)
        .into_iter()
        .map(|(code, name)| Choice { value: code.to_string(), name })
        .collect();
    // A state that no treaty row names can still give, receive or be passed.
    for country in countries_50m() {
        if let Some(code) = country.code
            && !states.iter().any(|state| state.value == code)
        {
            states.push(Choice { value: code.to_owned(), name: country.name.to_owned() });
        }
    }
    states.sort_by(|a, b| a.name.cmp(&b.name));
    let mut munitions: Vec<Choice> = known(&view.record.munitions, view.as_of.known_by)
        .map(|munition| Choice { value: munition.id.to_string(), name: munition.name.clone() })
        .collect();
    // Some are asked about before a source describes them.
    if let Some(asked) = question.map(|question| question.munition.to_string())
        && !munitions.iter().any(|munition| munition.value == asked)
    {
        munitions.push(Choice { value: asked.clone(), name: asked });
    }
    let chosen = question.map(|question| LawForm {
        exporter: question.exporter.to_string(),
        recipient: question.recipient.to_string(),
        transit: question.transit.iter().map(ToString::to_string).collect(),
        munition: question.munition.to_string(),
        ..LawForm::default()
    });
    LawForm { states, munitions, ..chosen.unwrap_or_default() }
}

fn definitions(view: &View, munition: &MunitionId) -> Vec<DefinitionAnswer> {
    Definition::ALL
        .into_iter()
        .map(|definition| cluster_munition(view.record, munition, definition, view.as_of))
        .collect()
}

/// The answers as blocks, by the part that each state plays.
pub(crate) fn blocks(view: &View, question: &TransferQuestion, law: &TransferLaw) -> Vec<Block> {
    let mut blocks = vec![Block::Table(definition_table(view, &question.munition))];
    for (role, heading) in [
        (Role::Exporter, "The state that gives"),
        (Role::Recipient, "The state that receives"),
        (Role::Transit, "States of transit"),
    ] {
        let answers: Vec<&ProvisionAnswer> =
            law.answers.iter().filter(|answer| answer.role == role).collect();
        if answers.is_empty() {
            continue;
        }
        let mut inside = vec![Block::Table(verdict_table(view, &answers))];
        inside.push(Block::Details {
            summary: format!("Traces: {}", heading.to_lowercase()),
            blocks: answers.iter().map(|answer| trace(view, answer)).collect(),
        });
        blocks.push(Block::Section {
            anchor: format!("law-{}", role.word()),
            heading: heading.to_owned(),
            blocks: inside,
        });
    }
    blocks
}

fn definition_table(view: &View, munition: &MunitionId) -> Table {
    let mut table = Table::new(
        format!("Is {munition} a cluster munition? It depends on who asks"),
        &["Definition", "Answer", "Source"],
    );
    for answer in definitions(view, munition) {
        table.row(vec![
            answer.definition.words().into(),
            answer.words.as_str().into(),
            cite_several_rows(view, &answer.sources),
        ]);
    }
    table
}

/// Verdicts as a table.
pub(crate) fn verdict_table(view: &View, answers: &[&ProvisionAnswer]) -> Table {
    let mut table = Table::new(
        "What each provision says",
        &["State", "Provision", "Question", "Answer", "Source"],
    );
    for answer in answers {
        table.row(vec![
            view.record.state_name(&answer.state).unwrap_or(answer.state.as_str()).into(),
            format!("{}, {}", answer.instrument, answer.provision).into(),
            answer.question.as_str().into(),
            verdict_mark(answer.verdict).and(" ").and(rest(answer)),
            cite_several_rows(view, &answer.sources),
        ]);
    }
    table
}

/// The verdict as a label.
pub(crate) fn verdict_mark(verdict: Verdict) -> Line {
    let class = match verdict {
        Verdict::Holds => "verdict-holds",
        Verdict::DoesNotHold => "verdict-does-not-hold",
        Verdict::Unknown => "verdict-unknown",
        Verdict::Disputed => "verdict-disputed",
    };
    Line::default().mark(class, verdict.words())
}

/// What is said behind a verdict: on what evidence, by which reading, why not, and what is missing.
fn rest(answer: &ProvisionAnswer) -> String {
    let mut said = Vec::new();
    if answer.evidence != EvidenceGrade::TextRead {
        said.push(answer.evidence.words().to_owned());
    }
    for outcome in &answer.outcomes {
        let readings: Vec<String> =
            outcome.readings.iter().map(|side| format!("“{}”", side.reading)).collect();
        said.push(format!("read as {}: {}", readings.join(" and "), outcome.verdict.words()));
    }
    let of_the_convention = answer.row.starts_with("ccm-1-") || answer.row.starts_with("ccm-21-");
    if answer.verdict == Verdict::DoesNotHold && of_the_convention {
        said.push(
            "the Convention is not in force for it; this says nothing of other law".to_owned(),
        );
    }
    // The answers that are a search of the record say in words what was found.
    let searched = ["-recorded", "-status", "-consent"].iter().any(|end| answer.id.ends_with(end));
    if searched {
        let words = answer.words.strip_prefix(answer.verdict.words()).unwrap_or(&answer.words);
        said.push(words.trim_start_matches([',', ';', ':', ' ']).to_owned());
    } else if matches!(answer.verdict, Verdict::Unknown | Verdict::Disputed)
        || answer.id.ends_with("-rate")
    {
        // That a figure fails the limit says little where nobody knows which figure counts.
        said.extend(answer.missing.iter().map(|missing| format!("not known: {missing}")));
    }
    said.join("; ")
}

fn trace(view: &View, answer: &ProvisionAnswer) -> Block {
    let mut lines = vec![Line::text(format!("Answer: {}.", answer.words))];
    let interval = match (answer.interval.from, answer.interval.to) {
        (Some(from), Some(to)) => format!("in force from {from} until {to}"),
        (Some(from), None) => format!("in force from {from}; no end seen"),
        (None, Some(to)) => format!("in force until {to}; start not seen"),
        (None, None) => "start and end not seen".to_owned(),
    };
    lines.push(Line::text(format!("Interval: {interval} ({}).", answer.interval.basis)));
    if let Some(definition) = answer.definition {
        lines.push(Line::text(format!("Definition used: {}.", definition.words())));
    }
    if let Some(actor) = &answer.actor_bound {
        lines.push(Line::text(format!("Whom it binds: {actor}.")));
    }
    for (what, verdict) in [
        ("That it binds the exporter's forces", answer.binds),
        ("That it can be enforced against them", answer.enforceable_against),
    ] {
        if let Some(verdict) = verdict {
            lines.push(Line::text(format!("{what}: {}.", verdict.words())));
        }
    }
    lines.extend(answer.outcomes.iter().map(|outcome| {
        let readings: Vec<String> =
            outcome.readings.iter().map(|side| format!("“{}”", side.reading)).collect();
        Line::text(format!("Read as {}: {}.", readings.join(" and "), outcome.verdict.words()))
    }));
    lines.extend(answer.rates.iter().map(|rate| rate_line(view, rate)));
    if !answer.facts.is_empty() {
        let facts = answer.facts.iter().filter_map(|id| view.record.statement(id)).map(|fact| {
            Line::page(Page::History(fact.row.clone()), fact.id.as_str())
                .and(format!(" ({})", fact.value.words()))
        });
        lines.push(Line::text("Facts: ").then(Line::join(facts, "; ")).and("."));
    }
    lines.extend(answer.missing.iter().map(|missing| Line::text(format!("Missing: {missing}."))));
    Block::Section {
        anchor: format!("trace-{}", answer.id),
        heading: format!("{}, {}", answer.instrument, answer.provision),
        blocks: vec![Block::List(lines)],
    }
}

/// A stated rate against the limit of a provision.
fn rate_line(view: &View, rate: &RateTest) -> Line {
    let meets = match rate.figure_meets {
        Verdict::Holds => "taken as the relevant rate it would meet the limit",
        Verdict::DoesNotHold => "taken as the relevant rate it would not meet the limit",
        Verdict::Unknown | Verdict::Disputed => "whether it would meet the limit is open",
    };
    let line = Line::text(format!("Stated by {}: ", rate.claimed_by))
        .then(super::stated(view, &rate.row, "dud-rate"))
        .and(format!(", {}; {meets}.", rate.context.words()));
    match &rate.same_origin_as {
        Some(origin) => line.and(format!(" It repeats {origin}.")),
        None => line,
    }
}

/// Where to begin: the transfers that the record knows, and how to ask about another.
#[must_use]
pub fn cases(view: &View) -> Answer {
    let mut document = Document::new("Law: what speaks to a transfer");
    document.lead = vec![Line::text(
        "Choose a transfer of the record, or name its parties. A transfer that passes several states \
         is named one state after the other.",
    )];
    let mut lines = Vec::new();
    for case in known(&view.record.transfers, view.as_of.known_by) {
        for munition in &case.munitions {
            let question = TransferQuestion {
                exporter: case.supplier.clone(),
                recipient: case.recipient.clone(),
                transit: case.transit.clone(),
                munition: munition.clone(),
            };
            let words = format!("{}: {munition}", case.title);
            lines.push(Line::page(Page::Law(query(&question)), words));
        }
    }
    document.blocks.push(Block::List(lines));
    document.blocks.push(Block::LawForm(form(view, None)));
    let transfers: Vec<&Transfer> = known(&view.record.transfers, view.as_of.known_by).collect();
    Answer { page: Page::Law(String::new()), document, data: json!({ "transfers": transfers }) }
}
