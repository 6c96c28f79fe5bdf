//! What a stated quantity would leave, and what finding as many has taken elsewhere.

use remnant_record::known;
use remnant_record::table::{ClearanceFigure, Transfer};

use super::PER_MUNITIONS;
use crate::View;
use crate::answer::cite_row;
use crate::chart::interval::{Expected, IntervalPlot, interval};
use crate::document::{Block, Line, Table};
use crate::figure::{FigureId, Part};
use crate::figures::{figure, items_per_hectare, left_of};
use crate::number::grouped;

pub(super) fn section(view: &View, case: &Transfer, stated: Option<u64>) -> Block {
    let quantity = stated.unwrap_or(PER_MUNITIONS);
    let why = match stated {
        Some(_) => "as stated in the question",
        None => "because no quantity was stated",
    };
    let mut blocks = vec![Block::Paragraph(Line::text(format!(
        "Reckoned for {} munitions, {why}: unexploded submunitions if they were used in one context \
         that nobody has counted yet. The middle is as likely too high as too low; the average over \
         contexts is higher, because a few contexts leave many. It counts what is left; it says \
         nothing of what a use does.",
        grouped(quantity)
    )))];
    let mut table = Table::new(
        format!("Unexploded submunitions of {} munitions", grouped(quantity)),
        &[
            "Munition",
            "Submunitions",
            "Middle",
            "Average over contexts",
            "50 % interval",
            "90 % interval",
        ],
    );
    let mut rows = Vec::new();
    let mut reckoned = None;
    for id in &case.munitions {
        let munition = id.to_string();
        let left = match left_of(view, &munition, quantity) {
            Ok((left, _)) => left,
            Err(reason) => {
                blocks.push(Block::Paragraph(Line::text(format!("No number for {id}: {reason}."))));
                continue;
            }
        };
        let number = |part| {
            let id = FigureId::Unexploded { munition: munition.clone(), quantity, part };
            figure(view, &id)
                .map_or_else(|e| Line::text(e.to_string()), |f| Line::default().figure(f))
        };
        let carried = FigureId::Carried { munition: munition.clone(), quantity };
        table.row(vec![
            id.as_str().into(),
            figure(view, &carried)
                .map_or_else(|e| Line::text(e.to_string()), |f| Line::default().figure(f)),
            number(Part::Median),
            number(Part::Expected),
            number(Part::Low50).and(" to ").then(number(Part::High50)),
            number(Part::Low90).and(" to ").then(number(Part::High90)),
        ]);
        let both = |(low, high): (u64, u64)| (low as f64, high as f64);
        rows.push(Expected {
            label: id.to_string(),
            median: left.median as f64,
            central_50: both(left.interval_50),
            central_90: both(left.interval_90),
            href: None,
        });
        reckoned.get_or_insert(munition);
    }
    if let Some(munition) = reckoned {
        blocks.push(Block::Table(table));
        blocks.push(Block::Chart {
            svg: interval(&IntervalPlot {
                id: "unexploded".to_owned(),
                title: format!("Unexploded submunitions of {} munitions", grouped(quantity)),
                description: "Median, 50 % and 90 % intervals for each munition.".to_owned(),
                unit: "unexploded submunitions".to_owned(),
                rows,
            }),
            caption: Line::text(
                "The mark is the middle, the bars hold one chance in two and nine in ten.",
            ),
        });
        blocks.push(Block::Table(clearance_table(view, &munition, quantity)));
        blocks.push(Block::Paragraph(Line::text(
            "How to read it: items found, land cleared and, where it was published, the months that \
             teams worked are facts of that programme. The last number is a division: the average above \
             by the items found for each hectare there. No programme in the table found as many items in \
             one task, and ground, density, depth, method and what is counted differ by a factor of ten \
             and more. The record holds no cost of clearing a square metre.",
        )));
    }
    Block::Section {
        anchor: "quantity".to_owned(),
        heading: format!("What {} munitions would leave", grouped(quantity)),
        blocks,
    }
}

fn clearance_table(view: &View, munition: &str, quantity: u64) -> Table {
    let mut table = Table::new(
        format!(
            "What clearing has taken elsewhere, and how much land that average would lie on at the \
             same density (arithmetic for {munition}, not experience)"
        ),
        &[
            "Where and when",
            "Items found",
            "Cleared",
            "Items per hectare",
            "Hectares at that density",
            "Team-months",
            "Source",
        ],
    );
    let rows: Vec<&ClearanceFigure> = known(&view.record.clearance, view.as_of.known_by)
        .filter(|clearance| items_per_hectare(clearance).is_some())
        .collect();
    for clearance in rows {
        let row = clearance.cited.id.clone();
        let number = |id: FigureId| {
            figure(view, &id).map_or_else(|_| Line::default(), |f| Line::default().figure(f))
        };
        let stated = |property: &str| {
            number(FigureId::Stated { row: row.clone(), property: property.to_owned() })
        };
        let qualified = |words: &Option<String>, line: Line| match words {
            Some(words) => Line::text(format!("{words} ")).then(line),
            None => line,
        };
        let period = clearance.period.as_deref().map_or_else(String::new, |p| format!(", {p}"));
        table.row(vec![
            format!("{}{period}", clearance.place).into(),
            qualified(&clearance.items_qualifier, stated("items_found")),
            qualified(&clearance.area_qualifier, stated("area_cleared_m2")),
            number(FigureId::Density { row: row.clone() }),
            number(FigureId::Hectares {
                munition: munition.to_owned(),
                quantity,
                row: row.clone(),
            }),
            stated("team_months"),
            cite_row(view, &clearance.cited),
        ]);
    }
    table
}
