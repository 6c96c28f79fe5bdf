//! The evidence: munitions, dud rates, stockpiles.

use std::collections::BTreeSet;

use remnant_estimate::dud_rate::EvidenceKind;
use remnant_record::known;
use remnant_record::table::{DudRate, GeneralStatement, Munition, Stockpile, Transfer};

use super::case::{general, section, statement_table, submunitions};
use crate::View;
use crate::answer::dud_rate::{
    forest_chart, forest_group, pooled_line, rates_of, rates_table, sensitivity_rows,
    sensitivity_table,
};
use crate::answer::munition::stockpile_table;
use crate::answer::{cite_row, munition_link};
use crate::document::{Block, Line, Table};
use crate::figure::FigureId;
use crate::figures::figure;

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
                munition_link(view, id.as_str(), id.as_str()),
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
        munition_link(view, munition.id.as_str(), &munition.name),
        match &munition.calibre_or_family {
            Some(calibre) => format!("{}, {calibre}", munition.kind).into(),
            None => munition.kind.as_str().into(),
        },
        munition
            .submunition
            .as_ref()
            .map_or_else(Line::default, |s| munition_link(view, s.as_str(), s.as_str())),
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
                    .and(" times what statements from clearance of the same type say. Both are shown."),
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
    let said: Vec<&GeneralStatement> = general(view, |_| true)
        .into_iter()
        .filter(|said| said.property.contains("dud-rate"))
        .collect();
    if !said.is_empty() {
        blocks.push(Block::Table(statement_table(
            view,
            "Statements on failure that name no type; shown beside, never pooled",
            &said,
        )));
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
