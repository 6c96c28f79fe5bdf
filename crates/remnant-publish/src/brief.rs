//! Briefs: one question answered for a reader with ten minutes.
//!
//! Belongs here: the transfer brief, section by section, each made of answers that have a page of
//! their own. Does not belong here: those answers (`answer`), drawing (`chart`).

mod case;
mod closing;
mod evidence;
mod first_screen;
mod law;
mod quantity;
mod told;

use remnant_record::table::Transfer;
use serde_json::json;

use crate::answer::Answer;
use crate::document::{Document, Line, Page};
use crate::{PublishError, View};

/// How many munitions a brief reckons with when nobody stated a quantity.
pub const PER_MUNITIONS: u64 = 1000;

/// The brief on a proposed transfer, as of the view's two days.
///
/// `quantity` is a number of munitions that somebody stated; without one the brief reckons with
/// [`PER_MUNITIONS`] and says so.
///
/// # Errors
/// [`PublishError::NoSuchTransfer`] when the record has none of that id that was known by the day.
pub fn transfer(view: &View, id: &str, quantity: Option<u64>) -> Result<Answer, PublishError> {
    let case = view
        .record
        .transfer(id)
        .filter(|case| case.cited.is_known_by(view.as_of.known_by))
        .ok_or_else(|| no_such_transfer(view, id))?;
    let mut document = Document::new(case.title.as_str());
    document.lead = vec![
        Line::default().strong(case.question.as_str()),
        Line::text(format!(
            "The world on {}, as far as it was known by {}. Nothing that became public later is in \
             this brief. Every number leads to its explanation.",
            view.as_of.on, view.as_of.known_by
        )),
    ];
    document.blocks = vec![
        first_screen::first_screen(view, case)?,
        told::proposal(view, case),
        evidence::munition(view, case),
        evidence::dud_rates(view, case),
        evidence::stockpile(view, case),
        law::who_is_bound(view, case),
        law::treaty_asks(view),
        law::national_law(view, case)?,
        told::requests(view),
        told::elsewhere(view),
        quantity::section(view, case, quantity),
        told::timeline(view),
        closing::missing(view, case)?,
        closing::method(view),
    ];
    document.blocks.push(closing::sources(view, &document));
    let data = json!({ "transfer": case, "quantity": quantity, "sections": document.blocks });
    Ok(Answer { page: Page::Brief { id: id.to_owned(), quantity }, document, data })
}

fn no_such_transfer(view: &View, id: &str) -> PublishError {
    let known: Vec<&str> = view
        .record
        .transfers
        .iter()
        .filter(|case: &&Transfer| case.cited.is_known_by(view.as_of.known_by))
        .map(|case| case.cited.id.as_str())
        .collect();
    let known = if known.is_empty() {
        format!("none that was known by {}", view.as_of.known_by)
    } else {
        known.join(", ")
    };
    PublishError::NoSuchTransfer { id: id.to_owned(), known }
}
