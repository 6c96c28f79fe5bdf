//! The hazardous areas of a project: state and square metres of each on a day.

use jiff::civil::Date;
use remnant_land_release::{AreaFile, AreaState, AreaStatus, Change, Columns};
use remnant_record::AsOf;
use serde::Serialize;
use serde_json::json;

use super::Answer;
use super::land::{square_metres, with_unit};
use crate::document::{Block, Document, Line, Page, Table};
use crate::figure::{AreaFigure, AreaNumber, Figure, FigureId};

/// One hazardous area as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AreaLine {
    /// Its id.
    pub area: String,
    /// Its status.
    pub status: AreaStatus,
    /// Status and states of the land in words.
    pub words: String,
    /// The administrative unit, by its code.
    pub administrative_unit: Option<String>,
    /// What contaminates it, as codes.
    pub contamination: Vec<&'static str>,
    /// The day on which it was first on record.
    pub first_on: Option<Date>,
    /// What remains.
    pub open: Columns,
    /// What is released and was not reopened.
    #[serde(rename = "released_square_metres")]
    pub released: Change,
    /// What of it was cleared and handed over.
    #[serde(rename = "handed_over_square_metres")]
    pub handed_over: Change,
    /// Whether only a point is known, so that no square metre is counted.
    pub only_a_point: bool,
    /// How many versions of entries the journal holds on it.
    pub entries: usize,
}

impl AreaLine {
    /// An area in a state of it.
    #[must_use]
    pub fn of(file: &AreaFile, state: &AreaState) -> Self {
        Self {
            area: file.area().to_string(),
            status: state.status(),
            words: state.words(),
            administrative_unit: state.administrative_unit.clone(),
            contamination: state.contamination.iter().map(|kind| kind.code()).collect(),
            first_on: state.first_on,
            open: state.open(),
            released: state.released_stock(),
            handed_over: state.handed_over_stock(),
            only_a_point: state.point.is_some(),
            entries: file.events().len(),
        }
    }

    fn number(&self, number: AreaNumber) -> Change {
        match number {
            AreaNumber::OpenSuspected => self.open.suspected,
            AreaNumber::OpenConfirmed => self.open.confirmed,
            AreaNumber::Released => self.released,
            AreaNumber::HandedOver => self.handed_over,
        }
    }

    fn figure(&self, number: AreaNumber, as_of: AsOf) -> Figure {
        let id = FigureId::Area(AreaFigure::Area { area: self.area.clone(), number });
        let entries = match self.entries {
            1 => "the one entry".to_owned(),
            several => format!("the {several} entries"),
        };
        let how = format!(
            "{} in the ledger of {} on {}, by {entries} known by {} that no reviewer returned.",
            words(number),
            self.area,
            as_of.on,
            as_of.known_by
        );
        square_metres(id, self.number(number), as_of, how)
    }
}

fn words(number: AreaNumber) -> &'static str {
    match number {
        AreaNumber::OpenSuspected => "What remains as suspected hazardous area",
        AreaNumber::OpenConfirmed => "What remains as confirmed hazardous area",
        AreaNumber::Released => "What was cancelled, reduced or cleared and not reopened",
        AreaNumber::HandedOver => "What was cleared and handed over",
    }
}

/// The areas of a project on a day, entries that wait for approval included.
#[must_use]
pub fn areas(areas: &[AreaLine], as_of: AsOf) -> Answer {
    let mut document = Document::new("Hazardous areas");
    let sum = |number: AreaNumber| {
        let amount: Change = areas.iter().map(|area| area.number(number)).sum();
        let how = format!("{}, summed over the areas of the list.", words(number));
        with_unit(square_metres(FigureId::Area(AreaFigure::Sum(number)), amount, as_of, how))
    };
    document.lead = vec![
        Line::text("Open on ")
            .and(as_of.on.to_string())
            .and(": ")
            .then(sum(AreaNumber::OpenSuspected))
            .and(" suspected (SHA) and ")
            .then(sum(AreaNumber::OpenConfirmed))
            .and(" confirmed (CHA), summed over the areas."),
        Line::text(
            "Provisional: entries that wait for approval count here. Land that two areas share \
             counts in both; the balance tells how much that is.",
        ),
    ];
    let points = areas.iter().filter(|area| area.only_a_point).count();
    if points > 0 {
        document.lead.push(Line::text(format!(
            "Of {points} of them only a point is known: no square metre counts until a boundary is \
             drawn. It does not mean that there is no land."
        )));
    }
    let mut table = Table::new(
        "Areas, in m²",
        &["Area", "State", "Unit", "Open SHA", "Open CHA", "Released", "Handed over"],
    );
    for area in areas {
        let point = |number| {
            if area.only_a_point {
                Line::text("a point")
            } else {
                Line::default().figure(area.figure(number, as_of))
            }
        };
        table.row(vec![
            Line::page(Page::Area(area.area.clone()), &area.area),
            area.words.as_str().into(),
            area.administrative_unit.as_deref().unwrap_or("not stated").into(),
            point(AreaNumber::OpenSuspected),
            point(AreaNumber::OpenConfirmed),
            Line::default().figure(area.figure(AreaNumber::Released, as_of)),
            Line::default().figure(area.figure(AreaNumber::HandedOver, as_of)),
        ]);
    }
    document.blocks.push(Block::Table(table));
    Answer { page: Page::Areas, document, data: json!({ "areas": areas }) }
}
