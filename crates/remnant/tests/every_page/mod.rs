//! The answers that tests put every question to: all pages, with some of those that there are many of.
//!
//! Belongs here: which questions. Does not belong here: what must hold of their answers.

use std::sync::Arc;

use jiff::civil::Date;
use remnant_publish::answer::{self, Answer};
use remnant_publish::{PublishError, View, brief, pooled};
use remnant_record::{AsOf, Record, known};

/// The only transfer that the shipped record holds.
pub(crate) const TRANSFER: &str = "us-ukraine-dpicm";

/// A question in words, and its answer.
pub(crate) type Asked = (String, Result<Answer, PublishError>);

/// A record asked about a day, as known by that same day.
pub(crate) fn view(record: &Arc<Record>, day: Date) -> View<'_> {
    let as_of = AsOf::day(day);
    View { record, as_of, pooled: pooled(Arc::clone(record), as_of) }
}

/// Every page that there is once, and pages of states and subjects that much is said of.
pub(crate) fn pages(view: &View) -> Vec<Asked> {
    let mut asked: Vec<Asked> = [
        ("front", answer::front::front(view)),
        ("counts", answer::status::counts(view)),
        ("states", answer::status::states(view)),
        ("munitions", answer::munition::munitions(view)),
        ("requests", answer::requests::requests(view)),
        ("timeline", answer::timeline::timeline(view)),
        ("incidents", answer::incidents::incidents(view)),
        ("sources", answer::sources::sources(view)),
        ("cases", answer::law::cases(view)),
    ]
    .map(|(name, answer)| (name.to_owned(), Ok(answer)))
    .into();
    for state in ["USA", "UKR", "DEU", "NGA", "LTU", "BLZ", "LAO", "GNB", "AFG"] {
        let answer = answer::status::some(view, &[state.to_owned()]);
        asked.push((format!("state {state}"), answer));
    }
    for munition in ["m483a1", "m864", "dpicm-155-us", "m85"] {
        let law = answer::law::law(
            view,
            &answer::law::Parties {
                exporter: "USA",
                recipient: "UKR",
                transit: &["DEU".to_owned(), "GBR".to_owned()],
                munition,
            },
        );
        asked.push((format!("law of {munition}"), law));
    }
    for subject in ["m42-m46", "m864", "USA", "Lebanon", TRANSFER, "ir-2023-06-29-crow-b"] {
        asked.push((format!("history of {subject}"), answer::history::history(view, subject)));
    }
    for source in ["law-nbc-20230630", "hrw-2005-stock", "wapo-2023"] {
        asked.push((format!("source {source}"), answer::sources::source(view, source)));
    }
    asked.push(("brief".to_owned(), brief::transfer(view, TRANSFER, None)));
    asked.push(("brief on 250".to_owned(), brief::transfer(view, TRANSFER, Some(250))));
    asked
}

/// The pages of all munitions and submunitions that were known by the day.
#[allow(dead_code, reason = "not every test that shares this module asks for all of them")]
pub(crate) fn munition_pages(view: &View) -> Vec<Asked> {
    let known_by = view.as_of.known_by;
    let munitions = known(&view.record.munitions, known_by).map(|m| m.id.to_string());
    let submunitions = known(&view.record.submunitions, known_by).map(|s| s.id.to_string());
    munitions
        .chain(submunitions)
        .map(|id| (format!("munition {id}"), answer::munition::munition(view, &id)))
        .collect()
}
