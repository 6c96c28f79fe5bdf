//! The law: who is bound, what the treaty asks, what national provisions say.

use std::collections::BTreeMap;

use remnant_record::table::{GeneralStatement, Obligation, Transfer, Treaty};
use remnant_record::treaty::{StateStatus, clocks, status};
use remnant_record::{StateCode, known};

use super::case::{
    case_law, general, main_munition, question, route_is_known, section, statement_table,
};
use crate::answer::status::{clock_table, status_table, world_map};
use crate::answer::{cite_row, law};
use crate::chart::world::{Highlight, Role};
use crate::document::{Block, Line, Table};
use crate::figure::Counted;
use crate::figures::count;
use crate::{PublishError, View};

pub(super) fn who_is_bound(view: &View, case: &Transfer) -> Block {
    let parties: Vec<(&StateCode, Role)> = [(Some(&case.supplier), Role::Supplier)]
        .into_iter()
        .chain([(Some(&case.recipient), Role::Recipient), (case.opponent.as_ref(), Role::Opponent)])
        .filter_map(|(code, role)| Some((code?, role)))
        .chain(case.transit.iter().map(|code| (code, Role::Transit)))
        .collect();
    let route = route_is_known(view, case);
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
        .filter(|(_, role)| route || *role != Role::Transit)
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
            .filter(|said| said.property.ends_with("status") || said.property.contains("ban"))
            .collect();
        if !said.is_empty() {
            inside.push(Block::Table(statement_table(view, "What was said of it", &said)));
        }
        blocks.push(section(
            &format!("bound-{}", code.as_str().to_lowercase()),
            &match role {
                Role::Transit if !route => {
                    format!("{name} (asked about; no route was known by this day)")
                }
                _ => format!("{name} ({})", role.word()),
            },
            inside,
        ));
    }
    blocks.extend(allies(view, case));
    section("who-is-bound", "Who is bound", blocks)
}

/// The supplier's allies, by where they stand towards the Convention.
fn allies(view: &View, case: &Transfer) -> Option<Block> {
    const MEMBERSHIP: &str = "member-of-nato-since";
    let member = |said: &&&GeneralStatement| {
        said.property == MEMBERSHIP
            && said.valid_from.is_some_and(|from| from.last_day() <= view.as_of.on)
    };
    let said: Vec<&GeneralStatement> = general(view, |of| of.starts_with("state "));
    let members: Vec<&GeneralStatement> = said.iter().filter(member).copied().collect();
    let code = |said: &GeneralStatement| StateCode::new(said.subject.trim_start_matches("state "));
    let supplier_is_one = members.iter().any(|said| code(said) == case.supplier);
    if !supplier_is_one {
        return None;
    }
    let mut table = Table::new(
        "Allies of the supplier by the North Atlantic Treaty, by where they stand towards the \
         Convention on Cluster Munitions",
        &["Status", "States"],
    );
    let mut by_standing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for said in &members {
        let state = code(said);
        if state != case.supplier {
            let standing = status(view.record, Treaty::Ccm, &state, view.as_of).standing;
            let name = view.record.state_name(&state).or_else(|| short_name(&state));
            let name = name.unwrap_or(state.as_str()).to_owned();
            by_standing.entry(standing.words()).or_default().push(name);
        }
    }
    for (standing, mut names) in by_standing {
        names.sort();
        table.row(vec![Line::default().strong(standing), names.join(", ").into()]);
    }
    let sources = cite_row(view, &members.first()?.cited);
    Some(section(
        "allies",
        "Allies of the supplier",
        vec![
            Block::Paragraph(Line::text("Membership as listed by ").then(sources).and(".")),
            Block::Table(table),
        ],
    ))
}

/// The common short name of a state that no treaty table of the record names.
fn short_name(state: &StateCode) -> Option<&'static str> {
    crate::basemap::country_code(state.as_str()).map(|country| country.name)
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
