//! What the sections of a brief share: the case, its munitions, its law, statements on a subject.

use remnant_record::law::{TransferLaw, TransferQuestion};
use remnant_record::table::{GeneralStatement, Request, Transfer};
use remnant_record::{MunitionId, SubmunitionId, known};

use crate::answer::{cite_row, standing_mark};
use crate::document::{Block, Line, Table};
use crate::figure::FigureId;
use crate::figures::figure;
use crate::{PublishError, View};

pub(super) fn section(anchor: &str, heading: &str, blocks: Vec<Block>) -> Block {
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

/// What the munitions of the case carry, each type once, as far as a source known by the day says
/// what they carry.
pub(super) fn submunitions(view: &View, case: &Transfer) -> Vec<SubmunitionId> {
    let mut found: Vec<SubmunitionId> = Vec::new();
    for id in &case.munitions {
        let described = view.record.munition(id, view.as_of.known_by);
        if let Some(submunition) = described.and_then(|munition| munition.submunition.clone())
            && !found.contains(&submunition)
        {
            found.push(submunition);
        }
    }
    found
}

/// Whether anybody had said by the day through which state the munitions pass.
pub(super) fn route_is_known(view: &View, case: &Transfer) -> bool {
    let subject = format!("transfer {}", case.cited.id);
    general(view, |of| of == subject).iter().any(|said| said.property == "transit-state")
}

/// The provisions that speak to the case.
pub(super) fn case_law(
    view: &View,
    case: &Transfer,
    munition: &MunitionId,
) -> Result<TransferLaw, PublishError> {
    Ok(remnant_record::law::transfer(view.record, &question(case, munition), view.as_of)?)
}

pub(super) fn question(case: &Transfer, munition: &MunitionId) -> TransferQuestion {
    TransferQuestion {
        exporter: case.supplier.clone(),
        recipient: case.recipient.clone(),
        transit: case.transit.clone(),
        munition: munition.clone(),
    }
}

/// Requests for information to which no answer was known by the day.
pub(super) fn questions_unanswered<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Request> {
    let known_by = view.as_of.known_by;
    known(&view.record.requests, known_by).filter(move |request| {
        request.kind == "information request" && request.answer_by(known_by).is_none()
    })
}

/// Statements on a subject as a table: what, whose, how firm, where.
pub(super) fn statement_table(
    view: &View,
    caption: &str,
    statements: &[&GeneralStatement],
) -> Table {
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
pub(super) fn general<'a>(
    view: &View<'a>,
    passes: impl Fn(&str) -> bool,
) -> Vec<&'a GeneralStatement> {
    let mut found: Vec<&GeneralStatement> = known(&view.record.general, view.as_of.known_by)
        .filter(|said| passes(&said.subject))
        .collect();
    found.sort_by_key(|said| (said.cited.known_from.day, said.cited.id.as_str()));
    found
}
