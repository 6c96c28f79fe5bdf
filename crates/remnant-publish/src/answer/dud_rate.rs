//! Dud rates: every statement of a submunition side by side, and what they make probable together.

use std::sync::Arc;

use remnant_estimate::dud_rate::{Observation, Outcome, SensitivityRow};
use remnant_record::table::{DudRate, DudRateContext, DudRateEvidence, Submunition};
use remnant_record::{MunitionId, StatedShare, SubmunitionId, known};
use serde_json::json;

use super::{cite_row, stated};
use crate::chart::forest::{self, Forest};
use crate::document::{Block, Line, Table, chart_link};
use crate::figure::{FigureId, Part, change_slug};
use crate::figures::{figure, posterior};
use crate::{PublishError, View};

pub(super) fn dud_rate_section(
    view: &View,
    submunition: &Submunition,
    rates: &[&DudRate],
) -> Block {
    let id = &submunition.id;
    let mut blocks = vec![Block::Paragraph(pooled_line(view, id))];
    let groups = vec![forest_group(view, id, rates)];
    blocks.push(forest_chart(view, "evidence", groups));
    blocks.push(Block::Table(rates_table(view, rates)));
    let rows = sensitivity_rows(view, id.as_str());
    if !rows.is_empty() {
        blocks.push(Block::Table(sensitivity_table(view, id, &rows)));
    }
    Block::Section {
        anchor: "dud-rates".to_owned(),
        heading: "Dud rates: every statement, and what they make probable together".to_owned(),
        blocks,
    }
}

/// The pooled answer for a submunition in a sentence, or the reason why there is none.
pub(crate) fn pooled_line(view: &View, submunition: &SubmunitionId) -> Line {
    let number = |part| dud_rate(view, submunition, part);
    let name = submunition_name(view, submunition);
    let sentence = || -> Result<Line, PublishError> {
        Ok(Line::text(format!("Of {name}, the share left unexploded in a new context is "))
            .then(number(Part::Median)?)
            .and(" in the middle; one chance in two lies between ")
            .then(number(Part::Low50)?)
            .and(" and ")
            .then(number(Part::High50)?)
            .and(", nine in ten between ")
            .then(number(Part::Low90)?)
            .and(" and ")
            .then(number(Part::High90)?)
            .and("."))
    };
    match sentence() {
        Ok(line) => {
            let by_analogy = posterior(view, submunition.as_str())
                .is_ok_and(|(_, found)| found.basis.is_by_analogy());
            if by_analogy {
                line.and(
                    " No usable statement is about this type itself: the answer is by analogy.",
                )
            } else {
                line
            }
        }
        Err(error) => Line::text(format!("No pooled number for {name}: {error}.")),
    }
}

/// A number of a submunition's pooled dud rate.
pub(super) fn dud_rate(
    view: &View,
    submunition: &SubmunitionId,
    part: Part,
) -> Result<Line, PublishError> {
    let id = FigureId::DudRate { submunition: submunition.to_string(), part };
    figure(view, &id).map(|figure| Line::default().figure(figure))
}

/// The statements on failure that were known by the day: of a submunition, and of the munition where
/// it carries none that is named.
pub(crate) fn rates_of<'a>(
    view: &View<'a>,
    submunition: Option<&SubmunitionId>,
    munition: Option<&MunitionId>,
) -> Vec<&'a DudRate> {
    known(&view.record.dud_rates, view.as_of.known_by)
        .filter(|rate| match submunition {
            Some(submunition) => rate.submunition == *submunition,
            None => rate.munition.as_ref() == munition,
        })
        .collect()
}

/// Statements on failure as a table, side by side.
pub(crate) fn rates_table(view: &View, rates: &[&DudRate]) -> Table {
    let mut table = Table::new(
        "Statements on failure, side by side",
        &["Rate", "Whose", "Setting", "Place and year", "Evidence", "In the pool", "Source"],
    );
    for rate in rates {
        let id = rate.cited.id.as_str();
        let year = rate.year.map_or_else(String::new, |year| format!(", {year}"));
        let conditions = rate.conditions.as_deref().map_or_else(String::new, |c| format!(" ({c})"));
        table.row(vec![
            stated(view, id, "dud-rate"),
            rate.claimed_by.as_str().into(),
            format!("{}{conditions}", rate.context.words()).into(),
            format!("{}{year}", rate.place).into(),
            Line::default().mark(
                format!("evidence-{}", rate.evidence.words().replace(' ', "-")),
                rate.evidence.words(),
            ),
            pool_word(view, id).into(),
            cite_row(view, &rate.cited),
        ]);
    }
    table
}

/// Whether a row took part in the pooled estimate, or why not.
fn pool_word(view: &View, row: &str) -> String {
    if used(view, row).is_some() {
        return "yes".to_owned();
    }
    let left_out = view.pooled.reading.left_out.iter().find(|out| out.row == row);
    left_out.map_or_else(|| "no".to_owned(), |out| format!("no: {}", out.reason))
}

fn used<'a>(view: &'a View, row: &str) -> Option<&'a Observation> {
    view.pooled.reading.used.iter().find(|used| used.id == row)
}

/// A forest plot of groups of statements.
pub(crate) fn forest_chart(view: &View, id: &str, groups: Vec<forest::Group>) -> Block {
    let svg = forest::forest(&Forest {
        id: id.to_owned(),
        title: "Stated failure rates and the pooled estimate".to_owned(),
        description: "Each line is one statement with whose it is. A figure without an upper or a \
                      lower end is drawn open on that side. Under each group stands the pooled share \
                      for a new context with its 50 % and 90 % intervals."
            .to_owned(),
        groups,
    });
    Block::Chart {
        svg,
        caption: Line::text(
            "Every statement with whose it is, drawn open on the side that was left open; pale ones \
             took no part in the pool. ",
        )
        .figure(crate::figures::tally(view, crate::figure::Tally::DudRatesPooled))
        .and(" statements on all types were pooled."),
    }
}

/// One submunition's statements and pooled share for the forest plot.
pub(crate) fn forest_group(view: &View, id: &SubmunitionId, rates: &[&DudRate]) -> forest::Group {
    let rows = rates
        .iter()
        .map(|rate| forest::Row {
            label: format!(
                "{}{}",
                rate.place,
                rate.year.map_or_else(String::new, |year| format!(" {year}"))
            ),
            claimant: rate.claimed_by.clone(),
            kind: drawn_kind(rate),
            used: used(view, &rate.cited.id).is_some(),
            share: drawn_share(rate.share),
            href: chart_link(&stated_id(rate)),
        })
        .collect();
    let pooled = posterior(view, id.as_str()).ok().map(|(_, found)| forest::Pooled {
        median: found.predictive.quantile(0.5),
        central_50: found.predictive.interval(0.5),
        central_90: found.predictive.interval(0.9),
        href: None,
    });
    forest::Group { heading: submunition_name(view, id), rows, pooled }
}

fn stated_id(rate: &DudRate) -> FigureId {
    FigureId::Stated { row: rate.cited.id.clone(), property: "dud-rate".to_owned() }
}

fn drawn_kind(rate: &DudRate) -> forest::EvidenceKind {
    if rate.evidence == DudRateEvidence::Requirement {
        return forest::EvidenceKind::Requirement;
    }
    match rate.context {
        DudRateContext::CombatFieldClearance => forest::EvidenceKind::Field,
        DudRateContext::LotAcceptanceTest | DudRateContext::OperationalTest => {
            forest::EvidenceKind::Test
        }
        DudRateContext::OfficialClaim | DudRateContext::ManufacturerClaim => {
            forest::EvidenceKind::Official
        }
        DudRateContext::NgoEstimate => forest::EvidenceKind::Estimate,
    }
}

fn drawn_share(share: StatedShare) -> forest::StatedShare {
    match share {
        StatedShare::Point(point) => forest::StatedShare::Point(point.fraction()),
        StatedShare::Count { duds, tested } => {
            forest::StatedShare::Point(duds as f64 / tested as f64)
        }
        StatedShare::Between(low, high) => {
            forest::StatedShare::Interval { low: Some(low.fraction()), high: Some(high.fraction()) }
        }
        StatedShare::AtMost(high) => {
            forest::StatedShare::Interval { low: None, high: Some(high.fraction()) }
        }
        StatedShare::AtLeast(low) => {
            forest::StatedShare::Interval { low: Some(low.fraction()), high: None }
        }
    }
}

/// How the pooled share of a submunition moves when priors, claims or single sources are left out.
pub(crate) fn sensitivity_rows(view: &View, submunition: &str) -> Arc<[SensitivityRow]> {
    if posterior(view, submunition).is_err() {
        return Arc::new([]);
    }
    view.pooled.sensitivity(submunition)
}

/// The sensitivity as a table.
pub(crate) fn sensitivity_table(
    view: &View,
    submunition: &SubmunitionId,
    rows: &[SensitivityRow],
) -> Table {
    let mut table = Table::new(
        "How much the answer hangs on one choice or one source",
        &["Change", "Low (5 %)", "Median", "High (95 %)"],
    );
    for row in rows {
        let cell = |part| {
            let id = FigureId::DudRateUnder {
                submunition: submunition.to_string(),
                change: change_slug(&row.name),
                part,
            };
            figure(view, &id).map_or_else(
                |error| Line::text(format!("no number: {error}")),
                |figure| Line::default().figure(figure),
            )
        };
        let (low, high) = match &row.outcome {
            Outcome::Answer { .. } => (cell(Part::Low90), cell(Part::High90)),
            Outcome::NoAnswer { .. } => (Line::default(), Line::default()),
        };
        table.row(vec![row.name.as_str().into(), low, cell(Part::Median), high]);
    }
    table
}

pub(super) fn pooled_json(view: &View, submunition: &str) -> serde_json::Value {
    match posterior(view, submunition) {
        Ok((posterior, found)) => json!({
            "model": posterior.model,
            "version": posterior.version,
            "inputs_sha256": posterior.inputs_sha256,
            "statements": posterior.statements,
            "family": found.family,
            "basis": found.basis,
            "median": found.predictive.quantile(0.5),
            "mean": found.predictive.mean(),
            "interval_50": found.predictive.interval(0.5),
            "interval_90": found.predictive.interval(0.9),
            "diagnostics": posterior.diagnostics,
        }),
        Err(reason) => json!({ "no_number": reason }),
    }
}

pub(super) fn submunition_name(view: &View, id: &SubmunitionId) -> String {
    view.record
        .submunition(id)
        .filter(|submunition| submunition.cited.is_known_by(view.as_of.known_by))
        .map_or_else(|| id.to_string(), |submunition| submunition.name.clone())
}
