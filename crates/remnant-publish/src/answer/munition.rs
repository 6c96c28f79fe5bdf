//! Munitions: all of them, and one with everything that is said of it.

use remnant_record::table::{DudRate, Munition, Stockpile, Submunition, UseIncident};
use remnant_record::{MunitionId, SubmunitionId, known};
use serde_json::json;

use super::dud_rate::{
    dud_rate_section, pooled_json, rates_of, sensitivity_rows, submunition_name,
};
use super::incidents::uses_table;
use super::{Answer, cite_row, munition_link, stated};
use crate::document::{Block, Document, Line, Page, Table};
use crate::{PublishError, View};

/// All munitions known by the day.
#[must_use]
pub fn munitions(view: &View) -> Answer {
    let munitions: Vec<&Munition> = known(&view.record.munitions, view.as_of.known_by).collect();
    let mut table = Table::new(
        "Types of cluster munition",
        &["Munition", "Kind", "Calibre or family", "Carries", "Submunitions each", "Source"],
    );
    for munition in &munitions {
        table.row(vec![
            munition_link(view, munition.id.as_str(), &munition.name),
            munition.kind.as_str().into(),
            munition.calibre_or_family.as_deref().unwrap_or_default().into(),
            munition.submunition.as_ref().map_or_else(Line::default, |submunition| {
                munition_link(view, submunition.as_str(), &submunition_name(view, submunition))
            }),
            stated(view, munition.id.as_str(), "submunitions_per_munition"),
            cite_row(view, &munition.cited),
        ]);
    }
    let mut document = Document::new("Munitions");
    document.lead = vec![Line::text(format!(
        "Types of cluster munition that the record describes as known by {}, each with a page that \
         holds what was stated of it. Blank means not seen.",
        view.as_of.known_by
    ))];
    document.blocks.push(Block::Table(table));
    Answer { page: Page::Munitions, document, data: json!({ "munitions": munitions }) }
}

/// What the record as known by the day holds of a munition or submunition.
struct Found<'a> {
    /// The row of a munition of this id, whenever it became known.
    named: Option<&'a Munition>,
    /// The same, if it was known.
    munition: Option<&'a Munition>,
    /// What it carries, or the submunition itself.
    submunition: Option<&'a Submunition>,
    /// Whether a source known by the day describes the submunition.
    described: bool,
    rates: Vec<&'a DudRate>,
    stockpiles: Vec<&'a Stockpile>,
    uses: Vec<&'a UseIncident>,
}

/// Whether there is a page of a munition or submunition, so that a link to it leads somewhere.
pub(super) fn has_page(view: &View, id: &str) -> bool {
    found(view, id).is_some()
}

/// What is known of a munition or submunition; `None` where it is nothing.
fn found<'a>(view: &View<'a>, id: &str) -> Option<Found<'a>> {
    let known_by = view.as_of.known_by;
    let munition = view.record.munition(&MunitionId::new(id), known_by);
    // Other rows may speak of a type before any source describes it.
    let named = view.record.munitions.iter().find(|munition| munition.id.as_str() == id);
    // What it carries is told only once a source says so.
    let submunition_id = match named {
        Some(_) => munition.and_then(|munition| munition.submunition.clone()),
        None => Some(SubmunitionId::new(id)),
    };
    let submunition = submunition_id.as_ref().and_then(|id| view.record.submunition(id));
    if named.is_none() && submunition.is_none() {
        return None;
    }
    let rates = rates_of(view, submunition.map(|s| &s.id), named.map(|m| &m.id));
    let stockpiles: Vec<&Stockpile> = known(&view.record.stockpiles, known_by)
        .filter(|stockpile| stockpile.munition.as_ref().is_some_and(|m| m.as_str() == id))
        .collect();
    let uses: Vec<&UseIncident> = known(&view.record.use_incidents, known_by)
        .filter(|incident| {
            incident.munition.as_ref().is_some_and(|m| m.as_str() == id)
                || incident.submunition.as_ref().is_some_and(|s| s.as_str() == id)
        })
        .collect();
    let described = submunition.is_some_and(|s| s.cited.is_known_by(known_by));
    let nothing = munition.is_none()
        && !described
        && rates.is_empty()
        && stockpiles.is_empty()
        && uses.is_empty();
    let all = Found { named, munition, submunition, described, rates, stockpiles, uses };
    (!nothing).then_some(all)
}

/// One munition or submunition.
///
/// # Errors
/// [`PublishError::NoSuchMunition`] when neither table describes it by the day.
pub fn munition(view: &View, id: &str) -> Result<Answer, PublishError> {
    let Some(Found { named, munition, submunition, described, rates, stockpiles, uses }) =
        found(view, id)
    else {
        let known_by = view.as_of.known_by;
        return Err(PublishError::NoSuchMunition { id: id.to_owned(), known_by });
    };
    let known_by = view.as_of.known_by;

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
        row("Submunition", munition_link(view, submunition.id.as_str(), &submunition.name));
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
                munition_link(view, munition.as_str(), munition.as_str())
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
