//! Answers: one function for each question that the record can be asked.
//!
//! Belongs here: choosing what is said and in which order, from values that upstream stages
//! computed. Does not belong here: how it looks (`html`, `text`), opening anything, computing any
//! number that is not a figure.

pub mod area_history;
pub mod areas;
pub mod balance;
pub(crate) mod dud_rate;
pub mod explain;
pub mod explain_estimate;
pub mod findings;
pub mod front;
pub mod history;
pub mod incidents;
pub mod journal;
mod land;
pub mod law;
pub mod munition;
pub mod objects;
pub(crate) mod outcomes;
pub mod plan;
pub mod project;
pub mod reports;
pub mod requests;
pub mod residual;
pub mod reviews;
pub mod sources;
pub mod status;
pub mod store_check;
pub mod timeline;
pub mod validation;

use jiff::civil::Date;
use remnant_record::table::{Cited, Source, Standing};
use remnant_record::{AsOf, SourceId, Statement};
use serde_json::{Value, json};

use crate::View;
use crate::document::{Document, Line, Page, Target};

/// An answer in both of its forms: for people and for programs.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The page that it is.
    pub page: Page,
    /// For people.
    pub document: Document,
    /// For programs.
    pub data: Value,
}

impl Answer {
    /// The JSON twin: the two days, the title, and what is said in typed form.
    #[must_use]
    pub fn json(&self, view: &View) -> Value {
        let mut data = self.data.clone();
        leave_out_later(&mut data, view.as_of.known_by);
        leave_out_later_sources(&mut data, &|id| {
            let source = view.record.source(&SourceId::new(id));
            let published = source.and_then(|source| source.published);
            published.is_some_and(|published| published.last_day() > view.as_of.known_by)
        });
        json!({
            "title": self.document.title,
            "as_of": view.as_of,
            "address": crate::html::address(&self.page, view.as_of),
            "data": data,
            "figures": self.document.figures(),
        })
    }

    /// The JSON twin of an answer about a project: the two days, the title, what is said in typed
    /// form, and each figure with how it was made. What a project holds was read as known by the
    /// day already.
    #[must_use]
    pub fn project_json(&self, as_of: AsOf) -> Value {
        json!({
            "title": self.document.title,
            "as_of": as_of,
            "data": self.data,
            "figures": self.document.figures(),
        })
    }
}

/// Leaves out of data what says of itself that it was known later: a row that was known by the day
/// may carry a note that was not, or a count with a day of its own, as `items_found` has it in
/// `items_found_known_from`.
fn leave_out_later(data: &mut Value, known_by: Date) {
    let is_after = |known_from: &Value| {
        let day = known_from["day"].as_str().or_else(|| known_from.as_str());
        day.and_then(|day| day.parse::<Date>().ok()).is_some_and(|day| day > known_by)
    };
    let is_later = |value: &Value| is_after(&value["known_from"]);
    match data {
        Value::Array(values) => {
            values.retain(|value| !is_later(value));
            values.iter_mut().for_each(|value| leave_out_later(value, known_by));
        }
        Value::Object(members) => {
            let later_parts: Vec<String> = members
                .iter()
                .filter(|(_, known_from)| is_after(known_from))
                .filter_map(|(name, _)| name.strip_suffix("_known_from").map(str::to_owned))
                .collect();
            for (name, value) in members.iter_mut() {
                let of_part = |part: &String| {
                    name.starts_with(part.as_str())
                        || (part == "area" && name == "contaminated_square_kilometres")
                };
                if is_later(value) || later_parts.iter().any(of_part) {
                    *value = Value::Null;
                }
                leave_out_later(value, known_by);
            }
        }
        _ => {}
    }
}

/// Leaves out the ids of later sources where another source of the same row is left: they only say
/// the same again.
fn leave_out_later_sources(data: &mut Value, is_later: &dyn Fn(&str) -> bool) {
    const LISTS: [&str; 2] = ["sources", "corroborating"];
    match data {
        Value::Array(values) => {
            values.iter_mut().for_each(|value| leave_out_later_sources(value, is_later));
        }
        Value::Object(members) => {
            let ids = LISTS.iter().filter_map(|list| members.get(*list)?.as_array()).flatten();
            let another_is_left = ids.filter_map(Value::as_str).any(|id| !is_later(id));
            for (name, value) in members.iter_mut() {
                if let Value::Array(ids) = value
                    && another_is_left
                    && LISTS.contains(&name.as_str())
                {
                    ids.retain(|id| !id.as_str().is_some_and(is_later));
                }
                leave_out_later_sources(value, is_later);
            }
        }
        _ => {}
    }
}

/// The sources of one row or statement as links: who published, and when.
///
/// Those that were public by the day are named; later ones only say the same again. Where none was,
/// the row tells of an act that was public by itself: then those without a date stand for it, which
/// may have been public, and failing these the later ones.
pub(crate) fn cite(view: &View, sources: &[SourceId]) -> Line {
    let found = |kept: &dyn Fn(&Source) -> bool| -> Vec<&SourceId> {
        let kept = |id: &&SourceId| view.record.source(id).is_some_and(kept);
        sources.iter().filter(kept).collect()
    };
    let public = found(&|source| source.known_from().day <= view.as_of.known_by);
    let undated = found(&|source| source.published.is_none());
    let named = [public, undated].into_iter().find(|ids| !ids.is_empty());
    links(view, named.unwrap_or_else(|| sources.iter().collect()))
}

/// The sources of several rows together as links: all but those demonstrably published after the
/// day. One without a date may be all that a row among them has.
pub(crate) fn cite_several_rows(view: &View, sources: &[SourceId]) -> Line {
    let later = |id: &SourceId| {
        let published = view.record.source(id).and_then(|source| source.published);
        published.is_some_and(|published| published.last_day() > view.as_of.known_by)
    };
    let by_then: Vec<&SourceId> = sources.iter().filter(|id| !later(id)).collect();
    links(view, if by_then.is_empty() { sources.iter().collect() } else { by_then })
}

fn links(view: &View, sources: Vec<&SourceId>) -> Line {
    let lines = sources.into_iter().map(|id| {
        let name = view.record.source(id).map_or_else(
            || id.to_string(),
            |source| match source.published {
                Some(date) => format!("{}, {date}", source.publisher),
                None => format!("{}, undated", source.publisher),
            },
        );
        Line::page(Page::Source(id.to_string()), name)
    });
    Line::join(lines, "; ")
}

/// The sources of a row as links.
pub(crate) fn cite_row(view: &View, cited: &Cited) -> Line {
    cite(view, &cited.all_sources().cloned().collect::<Vec<_>>())
}

/// A standing as a label.
pub(crate) fn standing_mark(standing: Standing) -> Line {
    Line::default().mark(format!("standing-{standing}"), standing.word())
}

/// The day from which something was known, and on what that rests.
fn known_from_words(known_from: &remnant_record::KnownFrom) -> String {
    format!("{} ({})", known_from.day, known_from.basis.words())
}

/// A statement as a line: property and value, with a figure where it is a number.
fn statement_value(view: &View, statement: &Statement) -> Line {
    crate::figures::of_statement(view, statement)
        .map_or_else(|| Line::text(statement.value.words()), |f| Line::default().figure(f))
}

/// A number of a row as the figure that it is; blank where the record has none.
pub(crate) fn stated(view: &View, row: &str, property: &str) -> Line {
    view.record
        .statement(&format!("{row}#{property}"))
        .filter(|statement| statement.is_known_by(view.as_of.known_by))
        .map_or_else(Line::default, |statement| statement_value(view, statement))
}

/// Words that lead to the page of a munition or submunition, where there is one: a type may be
/// named before anything is known of it.
pub(crate) fn munition_link(view: &View, id: &str, words: &str) -> Line {
    if munition::has_page(view, id) {
        Line::default().link(Target::Page(Page::Munition(id.to_owned())), words)
    } else {
        Line::text(words)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_note_of_a_later_day_is_left_out_and_its_row_stays() {
        let note = |day: &str| json!({ "text": "x", "known_from": { "day": day } });
        let row = |day: &str| json!({ "cited": { "id": "a", "note": note(day) } });
        let mut data = json!({
            "rows": [row("2023-06-30"), row("2023-07-01"), { "known_from": "2024-01-01" }],
        });
        leave_out_later(&mut data, date(2023, 6, 30));
        let left = json!({
            "rows": [row("2023-06-30"), { "cited": { "id": "a", "note": null } }],
        });
        assert_eq!(data, left);
    }

    #[test]
    fn a_count_of_a_later_day_is_left_out_and_its_row_stays() {
        let mut data = json!({
            "place": "a",
            "items_found": 1, "items_found_as_of": "2024",
            "items_found_known_from": { "day": "2024-12-31" },
            "contaminated_square_kilometres": 2.0, "area_as_of": "2025",
            "area_known_from": { "day": "2025-12-31" },
        });
        leave_out_later(&mut data, date(2025, 1, 1));
        let left = json!({
            "place": "a",
            "items_found": 1, "items_found_as_of": "2024",
            "items_found_known_from": { "day": "2024-12-31" },
            "contaminated_square_kilometres": null, "area_as_of": null, "area_known_from": null,
        });
        assert_eq!(data, left);
        leave_out_later(&mut data, date(2024, 1, 1));
        assert_eq!(
            (&data["items_found"], &data["items_found_as_of"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(data["place"], "a");
    }

    #[test]
    fn a_later_source_is_left_out_where_another_is_left() {
        let row =
            |first: &[&str], same: &[&str]| json!({ "sources": first, "corroborating": same });
        let mut data = json!([
            row(&["then", "late"], &["late"]),
            row(&["late"], &["then"]),
            row(&["late"], &["late-too"]),
            { "sources": [{ "id": "late" }] },
        ]);
        leave_out_later_sources(&mut data, &|id| id.starts_with("late"));
        let left = json!([
            row(&["then"], &[]),
            row(&[], &["then"]),
            row(&["late"], &["late-too"]),
            { "sources": [{ "id": "late" }] },
        ]);
        assert_eq!(data, left);
    }
}
