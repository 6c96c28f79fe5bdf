//! Munitions: all of them, and one with everything that is said of it.

use std::sync::Arc;

use remnant_estimate::dud_rate::{Observation, Outcome, SensitivityRow};
use remnant_record::table::{
    DudRate, DudRateContext, DudRateEvidence, Munition, Stockpile, Submunition,
};
use remnant_record::{MunitionId, StatedShare, SubmunitionId, known};
use serde_json::json;

use super::incidents::uses_table;
use super::{Answer, cite_row, munition_link, stated};
use crate::chart::forest::{self, Forest};
use crate::document::{Block, Document, Line, Page, Table};
use crate::figure::{FigureId, Part, change_slug};
use crate::figures::{figure, posterior};
use crate::html;
use crate::{PublishError, View};

/// All munitions known by the day.
#[must_use]
pub fn munitions(view: &View) -> Answer {
    let munitions: Vec<&Munition> = known(&view.record.munitions, view.as_of.known_by).collect();
    let mut table = Table::new(
        "Types of cluster munition",
        &[
            "Munition",
            "Kind",
            "Calibre or family",
            "Carries",
            "Submunitions each",
            "Dud rate, median",
            "Source",
        ],
    );
    for munition in &munitions {
        let median = munition
            .submunition
            .as_ref()
            .filter(|submunition| {
                view.pooled.reading.families.family_of(submunition.as_str()).is_some()
            })
            .map_or_else(Line::default, |submunition| {
                dud_rate(view, submunition, Part::Median).unwrap_or_default()
            });
        table.row(vec![
            munition_link(munition.id.as_str(), &munition.name),
            munition.kind.as_str().into(),
            munition.calibre_or_family.as_deref().unwrap_or_default().into(),
            munition.submunition.as_ref().map_or_else(Line::default, |submunition| {
                munition_link(submunition.as_str(), &submunition_name(view, submunition))
            }),
            stated(view, munition.id.as_str(), "submunitions_per_munition"),
            median,
            cite_row(view, &munition.cited),
        ]);
    }
    let mut document = Document::new("Munitions");
    document.lead = vec![Line::text(format!(
        "Types of cluster munition that the record describes as known by {}. The median is that of \
         the share of submunitions left unexploded in a context nobody has counted, pooled over \
         conflicting statements; each leads to its interval. Blank means not seen.",
        view.as_of.known_by
    ))];
    document.blocks.push(Block::Table(table));
    Answer { page: Page::Munitions, document, data: json!({ "munitions": munitions }) }
}

/// One munition or submunition.
///
/// # Errors
/// [`PublishError::NoSuchMunition`] when neither table describes it by the day.
pub fn munition(view: &View, id: &str) -> Result<Answer, PublishError> {
    let known_by = view.as_of.known_by;
    let munition = view.record.munition(&MunitionId::new(id), known_by);
    // Other rows may speak of a type before any source describes it.
    let named = view.record.munitions.iter().find(|munition| munition.id.as_str() == id);
    let submunition_id = match named {
        Some(named) => named.submunition.clone(),
        None => Some(SubmunitionId::new(id)),
    };
    let submunition = submunition_id.as_ref().and_then(|id| view.record.submunition(id));
    let no_such = || PublishError::NoSuchMunition { id: id.to_owned(), known_by };
    if named.is_none() && submunition.is_none() {
        return Err(no_such());
    }
    let rates = rates_of(view, submunition.map(|s| &s.id), named.map(|m| &m.id));
    let stockpiles: Vec<&Stockpile> = known(&view.record.stockpiles, known_by)
        .filter(|stockpile| stockpile.munition.as_ref().is_some_and(|m| m.as_str() == id))
        .collect();
    let uses: Vec<_> = known(&view.record.use_incidents, known_by)
        .filter(|incident| {
            incident.munition.as_ref().is_some_and(|m| m.as_str() == id)
                || incident.submunition.as_ref().is_some_and(|s| s.as_str() == id)
        })
        .collect();
    let described = submunition.is_some_and(|s| s.cited.is_known_by(known_by));
    if munition.is_none()
        && !described
        && rates.is_empty()
        && stockpiles.is_empty()
        && uses.is_empty()
    {
        return Err(no_such());
    }

    let title = munition
        .map(|munition| munition.name.clone())
        .or_else(|| submunition.filter(|_| named.is_none() && described).map(|s| s.name.clone()))
        .unwrap_or_else(|| id.to_owned());
    let mut document = Document::new(title);
    if named.is_some() && munition.is_none() {
        document.lead.push(Line::text(format!(
            "No source known by {known_by} describes this type; other rows name it."
        )));
    }
    document.blocks.push(Block::Table(description(view, munition, submunition)));
    if let Some(submunition) = submunition {
        document.blocks.push(dud_rate_section(view, submunition, &rates));
    }
    document.blocks.push(Block::Table(stockpile_table(view, &stockpiles)));
    document.blocks.push(Block::Table(uses_table(view, &uses)));
    let outcomes: Vec<_> = known(&view.record.outcomes, known_by)
        .filter(|outcome| names_munition(outcome.munitions_used.as_deref(), named))
        .collect();
    document.blocks.push(Block::Table(super::outcomes::table(view, &outcomes)));
    let sensitivity = submunition.map(|s| sensitivity_rows(view, s.id.as_str()));
    let data = json!({
        "munition": munition,
        "submunition": submunition.filter(|_| described),
        "dud_rates": rates,
        "reading": view.pooled.reading,
        "pooled": submunition.map(|s| pooled_json(view, s.id.as_str())),
        "sensitivity": sensitivity.as_deref(),
        "stockpiles": stockpiles,
        "use_incidents": uses,
        "outcomes": outcomes,
    });
    Ok(Answer { page: Page::Munition(id.to_owned()), document, data })
}

/// Whether the words on what was used name the munition: its id without hyphens, or the first word
/// of its name.
fn names_munition(used: Option<&str>, munition: Option<&Munition>) -> bool {
    let (Some(used), Some(munition)) = (used, munition) else { return false };
    let designation = munition.name.split(' ').next().unwrap_or(&munition.name);
    let word = |c: char| !(c.is_alphanumeric() || c == '-' || c == '/');
    used.split(word).flat_map(|part| part.split('/')).any(|part| part == designation)
}

fn submunition_name(view: &View, id: &SubmunitionId) -> String {
    view.record
        .submunition(id)
        .filter(|submunition| submunition.cited.is_known_by(view.as_of.known_by))
        .map_or_else(|| id.to_string(), |submunition| submunition.name.clone())
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

fn description(
    view: &View,
    munition: Option<&Munition>,
    submunition: Option<&Submunition>,
) -> Table {
    let known_by = view.as_of.known_by;
    let mut table = Table::new("What is recorded of it", &["What", "As recorded", "Source"]);
    if let Some(munition) = munition {
        let id = munition.id.as_str();
        let source = || cite_row(view, &munition.cited);
        let mut row = |what: &str, value: Line| {
            if !value.is_blank() {
                table.row(vec![what.into(), value, source()]);
            }
        };
        let text = |text: &Option<String>| text.as_deref().map_or_else(Line::default, Line::text);
        row("Kind", munition.kind.as_str().into());
        row("Calibre or family", text(&munition.calibre_or_family));
        row("Maker", text(&munition.producer_country));
        row("Submunitions each", stated(view, id, "submunitions_per_munition"));
        row("Destroys itself", munition.self_destruct.word().into());
        row("Note", munition.cited.note_by(known_by).map_or_else(Line::default, Line::text));
    }
    if let Some(submunition) = submunition.filter(|s| s.cited.is_known_by(known_by)) {
        let source = || cite_row(view, &submunition.cited);
        let mut row = |what: &str, value: Line| {
            if !value.is_blank() {
                table.row(vec![what.into(), value, source()]);
            }
        };
        row("Submunition", munition_link(submunition.id.as_str(), &submunition.name));
        row("Hazard class", submunition.hazard_class.as_str().into());
        row("It destroys itself", submunition.self_destruct.word().into());
        row("Note", submunition.cited.note_by(known_by).map_or_else(Line::default, Line::text));
    }
    table
}

/// Holdings and transfers as a table.
pub(crate) fn stockpile_table(view: &View, stockpiles: &[&Stockpile]) -> Table {
    let mut table = Table::new(
        "Published holdings and transfers",
        &["Holder", "Type", "Munitions", "Submunitions", "As of", "Note", "Source"],
    );
    for stockpile in stockpiles {
        let id = stockpile.cited.id.as_str();
        table.row(vec![
            stockpile.holder.as_str().into(),
            stockpile.munition.as_ref().map_or_else(Line::default, |munition| {
                munition_link(munition.as_str(), munition.as_str())
            }),
            stated(view, id, "quantity_munitions"),
            stated(view, id, "quantity_submunitions"),
            stockpile.as_of.map_or_else(Line::default, |date| date.to_string().into()),
            stockpile.cited.note_by(view.as_of.known_by).unwrap_or_default().into(),
            cite_row(view, &stockpile.cited),
        ]);
    }
    table
}

/// A number of a submunition's pooled dud rate.
fn dud_rate(view: &View, submunition: &SubmunitionId, part: Part) -> Result<Line, PublishError> {
    let id = FigureId::DudRate { submunition: submunition.to_string(), part };
    figure(view, &id).map(|figure| Line::default().figure(figure))
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

fn dud_rate_section(view: &View, submunition: &Submunition, rates: &[&DudRate]) -> Block {
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
            href: format!("#{}", html::explanation_anchor(&stated_id(rate))),
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

fn pooled_json(view: &View, submunition: &str) -> serde_json::Value {
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
