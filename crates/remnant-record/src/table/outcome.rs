//! Holdings, what past use has left, and what clearing it has taken.

use serde::Serialize;

use super::Cited;
use crate::date::PartialDate;
use crate::folder::Row;
use crate::identity::MunitionId;
use crate::known_from::{KnownFrom, SourceIndex, known_from};

/// A published holding or transfer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stockpile {
    /// Where the row stands.
    pub cited: Cited,
    /// Who holds or held it, in the words of the record.
    pub holder: String,
    /// Of which type, where stated.
    pub munition: Option<MunitionId>,
    /// Munitions.
    pub munitions: Option<u64>,
    /// Submunitions.
    pub submunitions: Option<u64>,
    /// As of when.
    pub as_of: Option<PartialDate>,
}

impl Stockpile {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        Self {
            cited: Cited::of(row, sources),
            holder: row.text("holder_country"),
            munition: row.get("munition_id").map(MunitionId::new),
            munitions: row.count("quantity_munitions"),
            submunitions: row.count("quantity_submunitions"),
            as_of: row.date("as_of"),
        }
    }
}

/// What one conflict, place or year has left.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// Where the row stands.
    pub cited: Cited,
    /// Where.
    pub place: String,
    /// In which conflict.
    pub conflict: String,
    /// The years of use or of the count, as printed.
    pub years: Option<String>,
    /// What was used, as printed.
    pub munitions_used: Option<String>,
    /// Submunitions used, lower figure.
    pub submunitions_low: Option<u64>,
    /// Submunitions used, upper figure.
    pub submunitions_high: Option<u64>,
    /// Items found.
    pub items_found: Option<u64>,
    /// The day to which they were counted.
    pub items_found_as_of: Option<PartialDate>,
    /// From when that count was public.
    pub items_found_known_from: KnownFrom,
    /// Contaminated land, square kilometres as printed.
    pub contaminated_square_kilometres: Option<f64>,
    /// The day of that figure.
    pub area_as_of: Option<PartialDate>,
    /// From when that figure was public.
    pub area_known_from: KnownFrom,
    /// Killed and injured, as printed.
    pub casualties: Option<String>,
    /// Cleared land, square kilometres as printed.
    pub cleared_square_kilometres: Option<f64>,
}

impl Outcome {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        Self {
            cited: Cited::of(row, sources),
            place: row.text("place"),
            conflict: row.text("conflict"),
            years: row.get("years").map(str::to_owned),
            munitions_used: row.get("munitions_used").map(str::to_owned),
            submunitions_low: row.count("submunitions_low"),
            submunitions_high: row.count("submunitions_high"),
            items_found: row.count("items_found"),
            items_found_as_of: row.date("items_found_as_of"),
            items_found_known_from: known_from(row, "items_found", sources),
            contaminated_square_kilometres: row.decimal("contaminated_area_km2"),
            area_as_of: row.date("area_as_of"),
            area_known_from: known_from(row, "contaminated_area_km2", sources),
            casualties: row.get("casualties").map(str::to_owned),
            cleared_square_kilometres: row.decimal("area_cleared_km2"),
        }
    }
}

/// What was found and cleared in one place and time, with the effort where it was published.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClearanceFigure {
    /// Where the row stands.
    pub cited: Cited,
    /// Where.
    pub place: String,
    /// When, as printed.
    pub period: Option<String>,
    /// Items found.
    pub items_found: Option<u64>,
    /// "At least", "over", and what the count covers.
    pub items_qualifier: Option<String>,
    /// Square metres cleared.
    pub area_cleared_square_metres: Option<f64>,
    /// "At least", "over", and what the area covers.
    pub area_qualifier: Option<String>,
    /// Months worked, summed over teams.
    pub team_months: Option<f64>,
}

impl ClearanceFigure {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        Self {
            cited: Cited::of(row, sources),
            place: row.text("place"),
            period: row.get("period").map(str::to_owned),
            items_found: row.count("items_found"),
            items_qualifier: row.get("items_qualifier").map(str::to_owned),
            area_cleared_square_metres: row.decimal("area_cleared_m2"),
            area_qualifier: row.get("area_qualifier").map(str::to_owned),
            team_months: row.decimal("team_months"),
        }
    }
}
