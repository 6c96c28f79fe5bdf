//! Documented uses, and accidents with what they left.

use serde::Serialize;

use super::Cited;
use crate::date::PartialDate;
use crate::folder::Row;
use crate::identity::{MunitionId, StateCode, SubmunitionId};
use crate::known_from::SourceIndex;

/// Where something happened, as a disc: a centre, a radius, and on what both rest.
///
/// Never a point. The centres are those of settlements; no published strike coordinate is in the
/// record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Position {
    /// Degrees north, WGS 84.
    pub latitude: f64,
    /// Degrees east, WGS 84.
    pub longitude: f64,
    /// Radius of the disc in metres.
    pub uncertainty_metres: f64,
    /// On what the centre rests.
    pub basis: String,
}

impl Position {
    fn of(row: &Row) -> Option<Self> {
        Some(Self {
            latitude: row.decimal("latitude")?,
            longitude: row.decimal("longitude")?,
            uncertainty_metres: row.decimal("location_uncertainty_m")?,
            basis: row.text("location_basis"),
        })
    }
}

/// A documented use of cluster munitions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UseIncident {
    /// Where the row stands.
    pub cited: Cited,
    /// The conflict.
    pub conflict: String,
    /// The country, by UN practice.
    pub country: StateCode,
    /// The place, as published.
    pub place: String,
    /// Province or district, as printed.
    pub province: Option<String>,
    /// Where that is, if the gazetteer could tell.
    pub position: Option<Position>,
    /// From when.
    pub from: Option<PartialDate>,
    /// Until when, where the date is a range (both ends included).
    pub to: Option<PartialDate>,
    /// How precise the date is.
    pub date_precision: String,
    /// The munition, where it was named.
    pub munition: Option<MunitionId>,
    /// The submunition, where it was named.
    pub submunition: Option<SubmunitionId>,
    /// Munitions used, lower figure.
    pub munitions_low: Option<u64>,
    /// Munitions used, upper figure.
    pub munitions_high: Option<u64>,
    /// Whether unexploded munitions or submunitions were reported: yes or unknown.
    pub remnants_reported: String,
    /// The party that is blamed.
    pub attributed_to: Option<String>,
    /// Who blames it.
    pub attribution_by: Option<String>,
    /// Killed by the use.
    pub killed: Option<u64>,
    /// Injured by the use.
    pub injured: Option<u64>,
}

impl UseIncident {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        Self {
            cited: Cited::of(row, sources),
            conflict: row.text("conflict"),
            country: StateCode::new(row.text("country_iso3")),
            place: row.text("place"),
            province: row.get("admin1").map(str::to_owned),
            position: Position::of(row),
            from: row.date("date_from"),
            to: row.date("date_to"),
            date_precision: row.text("date_precision"),
            munition: row.get("munition_id").map(MunitionId::new),
            submunition: row.get("submunition_id").map(SubmunitionId::new),
            munitions_low: row.count("munitions_low"),
            munitions_high: row.count("munitions_high"),
            remnants_reported: row.text("remnants_reported"),
            attributed_to: row.get("attributed_to").map(str::to_owned),
            attribution_by: row.get("attribution_by").map(str::to_owned),
            killed: row.count("casualties_killed"),
            injured: row.count("casualties_injured"),
        }
    }
}

/// An accident with a remnant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RemnantAccident {
    /// Where the row stands.
    pub cited: Cited,
    /// The country, by UN practice.
    pub country: StateCode,
    /// The place, as published.
    pub place: String,
    /// Province or district, as printed.
    pub province: Option<String>,
    /// Where that is, if the gazetteer could tell.
    pub position: Option<Position>,
    /// When.
    pub date: Option<PartialDate>,
    /// How precise the date is.
    pub date_precision: String,
    /// Killed.
    pub killed: Option<u64>,
    /// Injured.
    pub injured: Option<u64>,
    /// What the people were doing.
    pub activity: Option<String>,
    /// The device, as reported.
    pub device: Option<String>,
}

impl RemnantAccident {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        Self {
            cited: Cited::of(row, sources),
            country: StateCode::new(row.text("country_iso3")),
            place: row.text("place"),
            province: row.get("admin1").map(str::to_owned),
            position: Position::of(row),
            date: row.date("date"),
            date_precision: row.text("date_precision"),
            killed: row.count("killed"),
            injured: row.count("injured"),
            activity: row.get("activity").map(str::to_owned),
            device: row.get("device_as_reported").map(str::to_owned),
        }
    }
}
