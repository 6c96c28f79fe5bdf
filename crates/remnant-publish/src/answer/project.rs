//! What a project holds: where reading it begins.

use jiff::civil::Date;
use remnant_ground::ObjectKind;
use remnant_land_release::By;
use remnant_record::AsOf;
use serde::Serialize;
use serde_json::json;

use super::Answer;
use super::objects::spaced;
use crate::document::{Block, Document, Line, Page, Table};

/// A project as its front page tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holds {
    /// Its name, without the folders that lead to it.
    pub name: String,
    /// How many things of each kind it holds on the day, as known by the other.
    pub things: Vec<(ObjectKind, u64)>,
    /// How many hazardous areas the ledger knows by the day.
    pub areas: u64,
    /// How many versions of entries wait for review.
    pub waiting: u64,
    /// First and last day on which something was entered.
    pub entered: Option<(Date, Date)>,
}

/// What a project holds, and where each of it is told.
#[must_use]
pub fn project(holds: &Holds, as_of: AsOf) -> Answer {
    let mut document = Document::new(format!("Project {}", holds.name));
    document.lead = vec![match holds.entered {
        Some((first, last)) if first == last => Line::text(format!("All was entered on {first}.")),
        Some((first, last)) => Line::text(format!(
            "Entered from {first} to {last}. Choose the two days above to see the ground on a day \
             and what was known of it by another."
        )),
        None => Line::text("Nothing was entered yet."),
    }];
    let mut things = Table::new("Things on the ground", &["What", "How many"]);
    for (kind, count) in holds.things.iter().filter(|(_, count)| *count > 0) {
        things.row(vec![
            Line::page(Page::Objects(kind.plural().to_owned()), spaced(kind.plural())),
            count.to_string().into(),
        ]);
    }
    document.blocks.push(Block::Table(things));
    let balance = Page::Balance { from: as_of.on.first_of_year(), to: as_of.on, by: By::Nothing };
    document.blocks.push(Block::Section {
        anchor: "land".to_owned(),
        heading: "Land release".to_owned(),
        blocks: vec![Block::List(vec![
            Line::page(Page::Map, "Map").and(": all that has a place, on the day"),
            Line::page(Page::Areas, "Hazardous areas").and(format!(
                ": {} in the ledger, each with its state and its history",
                holds.areas
            )),
            Line::page(balance, "Balance")
                .and(": every square metre of a period, and that it adds up"),
            Line::page(Page::Reviews, "Reviews").and(match holds.waiting {
                0 => ": nothing waits".to_owned(),
                1 => ": one entry waits".to_owned(),
                many => format!(": {many} entries wait"),
            }),
        ])],
    });
    document.blocks.push(Block::Section {
        anchor: "proof".to_owned(),
        heading: "How it came about".to_owned(),
        blocks: vec![Block::List(vec![
            Line::page(Page::Journal, "Journal").and(": who entered what, and when"),
            Line::page(Page::Check, "Check")
                .and(": whether the journal is whole and every table follows from it"),
        ])],
    });
    Answer { page: Page::Project, document, data: json!(holds) }
}

/// The map of a project: where it is drawn, and the lists of all that is on it.
#[must_use]
pub fn map(extent: Option<[f64; 4]>, things: &[(ObjectKind, u64)], as_of: AsOf) -> Answer {
    let mut document = Document::new("Map");
    let there = || things.iter().filter(|(_, count)| *count > 0);
    document.lead = vec![if extent.is_some() || there().next().is_some() {
        Line::text(format!(
            "The ground on {}, as known by {}. A disc is as wide as the place is uncertain. What is \
             not on this map may still be on the ground.",
            as_of.on, as_of.known_by
        ))
    } else {
        Line::text(format!("No place is known by {}.", as_of.known_by))
    }];
    document.blocks.push(Block::ProjectMap { extent });
    let mut lines = vec![Line::page(Page::Areas, "Hazardous areas in the ledger")];
    lines.extend(there().map(|(kind, count)| {
        Line::page(Page::Objects(kind.plural().to_owned()), spaced(kind.plural()))
            .and(format!(": {count}"))
    }));
    document.blocks.push(Block::Section {
        anchor: "lists".to_owned(),
        heading: "The same as lists".to_owned(),
        blocks: vec![Block::List(lines)],
    });
    let data = json!({ "extent": extent, "things": things });
    Answer { page: Page::Map, document, data }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn kinds_of_which_there_is_nothing_are_not_listed() {
        let holds = Holds {
            name: "lao.gpkg".to_owned(),
            things: vec![(ObjectKind::Strike, 3), (ObjectKind::Accident, 0)],
            areas: 2,
            waiting: 1,
            entered: Some((date(2024, 3, 1), date(2024, 3, 1))),
        };
        let told = project(&holds, AsOf::day(date(2024, 5, 6)));
        let text = crate::text::text(&told.document, crate::text::WIDTH);
        assert!(text.contains("strikes") && !text.contains("accidents"), "{text}");
        assert!(text.contains("one entry waits"), "{text}");
    }
}
