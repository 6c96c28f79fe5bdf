//! What has been published of how fast teams work and how much they find.
//!
//! Belongs here: published figures with context and source, to hold a programme's own figures against.
//! They are **not defaults**: terrain, depth, density and method differ too much, and few figures are
//! published at all. A plan takes the pace that a programme states, as a range.
//!
//! Does not belong here: figures that nobody read at a source, or any cost: no trustworthy price for a
//! square metre of survey or clearance could be read.

use serde::Serialize;

/// The table as it stands in the crate: tab-separated, with a line of headings.
const TABLE: &str = include_str!("productivity.tsv");

/// What a figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Square metres that a team clears in a day.
    ClearancePace,
    /// Items found for each hectare cleared.
    Density,
    /// Hectares of confirmed area that survey defines for each area.
    SurveyYield,
}

/// A figure that somebody published, or that follows from two of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PublishedFigure {
    /// What it is about.
    pub kind: Kind,
    /// Lower end.
    pub low: f64,
    /// Upper end; equal to the lower where one value is stated.
    pub high: f64,
    /// Its unit.
    pub unit: &'static str,
    /// Where and when.
    pub context: &'static str,
    /// How it was made.
    pub how: &'static str,
    /// Who published it.
    pub source: &'static str,
}

/// How a programme's own figure stands to what was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing was published to hold it against.
    NothingPublished,
    /// Within a factor of three of the published range.
    Usual,
    /// Less than a third of the lowest.
    FarBelow,
    /// More than three times the highest.
    FarAbove,
}

/// All published figures, in the order of the table.
#[must_use]
pub fn published() -> Vec<PublishedFigure> {
    TABLE.lines().skip(1).filter_map(row).collect()
}

fn row(line: &'static str) -> Option<PublishedFigure> {
    let mut cells = line.split('\t');
    let kind = match cells.next()? {
        "clearance pace" => Kind::ClearancePace,
        "density" => Kind::Density,
        "survey yield" => Kind::SurveyYield,
        _ => return None,
    };
    Some(PublishedFigure {
        kind,
        low: cells.next()?.parse().ok()?,
        high: cells.next()?.parse().ok()?,
        unit: cells.next()?,
        context: cells.next()?,
        how: cells.next()?,
        source: cells.next()?,
    })
}

/// How a figure stands to what was published of its kind. A reason to ask, never to correct: one
/// published task is no range.
#[must_use]
pub fn standing(kind: Kind, value: f64) -> Standing {
    let figures: Vec<PublishedFigure> =
        published().into_iter().filter(|figure| figure.kind == kind).collect();
    let low = figures.iter().map(|figure| figure.low).fold(f64::INFINITY, f64::min);
    let high = figures.iter().map(|figure| figure.high).fold(0.0, f64::max);
    if figures.is_empty() {
        Standing::NothingPublished
    } else if value < low / 3.0 {
        Standing::FarBelow
    } else if value > high * 3.0 {
        Standing::FarAbove
    } else {
        Standing::Usual
    }
}

/// The pace that a programme's own tasks show: square metres for a team-day of the slowest and of the
/// fastest task. None with fewer than two tasks: one is no range.
///
/// # Shapes and units
/// Square metres searched and team-days worked of each task; tasks without either are passed over.
#[must_use]
pub fn own_pace(tasks: &[(f64, f64)]) -> Option<(f64, f64)> {
    let paces: Vec<f64> = tasks
        .iter()
        .filter(|(metres, days)| *metres > 0.0 && *days > 0.0)
        .map(|(metres, days)| metres / days)
        .filter(|pace| pace.is_finite())
        .collect();
    let slow = paces.iter().copied().fold(f64::INFINITY, f64::min);
    let fast = paces.iter().copied().fold(0.0, f64::max);
    (paces.len() >= 2).then_some((slow, fast))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_a_figure_with_a_source() {
        let figures = published();
        assert_eq!(figures.len(), TABLE.lines().count() - 1);
        for figure in figures {
            assert!(figure.low > 0.0 && figure.low <= figure.high, "{figure:?}");
            assert!(!figure.source.is_empty() && !figure.context.is_empty(), "{figure:?}");
        }
    }

    #[test]
    fn a_pace_far_from_what_was_published_is_asked_about() {
        assert_eq!(standing(Kind::ClearancePace, 1_500.0), Standing::Usual);
        assert_eq!(standing(Kind::ClearancePace, 100.0), Standing::FarBelow);
        assert_eq!(standing(Kind::Density, 1_000.0), Standing::FarAbove);
    }

    #[test]
    fn own_tasks_give_a_range_and_one_gives_none() {
        let tasks = [(9_000.0, 6.0), (0.0, 3.0), (4_000.0, 5.0)];
        assert_eq!(own_pace(&tasks), Some((800.0, 1_500.0)));
        assert_eq!(own_pace(&tasks[..2]), None);
    }
}
