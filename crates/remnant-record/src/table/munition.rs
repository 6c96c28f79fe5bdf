//! Munitions, submunitions, and what was stated about their failure.

use serde::Serialize;

use super::Cited;
use crate::date::PartialDate;
use crate::folder::Row;
use crate::identity::{MunitionId, SubmunitionId};
use crate::known_from::SourceIndex;
use crate::share::StatedShare;

/// Whether a type destroys itself, as stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SelfDestruct {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The record does not hold it.
    Unknown,
}

impl SelfDestruct {
    fn of(row: &Row) -> Self {
        match row.get("self_destruct") {
            Some("yes") => Self::Yes,
            Some("no") => Self::No,
            _ => Self::Unknown,
        }
    }

    /// In one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// A type of cluster munition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Munition {
    /// Where the row stands.
    pub cited: Cited,
    /// The id by which other rows name it.
    pub id: MunitionId,
    /// Its name.
    pub name: String,
    /// Artillery projectile, rocket, air-dropped bomb, …
    pub kind: String,
    /// Calibre or family, as recorded.
    pub calibre_or_family: Option<String>,
    /// The country that makes or made it.
    pub producer_country: Option<String>,
    /// What it carries.
    pub submunition: Option<SubmunitionId>,
    /// How many of them.
    pub submunitions_each: Option<u64>,
    /// Whether the type as a whole destroys itself.
    pub self_destruct: SelfDestruct,
}

impl Munition {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        Self {
            cited: Cited::of(row, sources),
            id: MunitionId::new(row.id()),
            name: row.text("name"),
            kind: row.text("kind"),
            calibre_or_family: row.get("calibre_or_family").map(str::to_owned),
            producer_country: row.get("producer_country").map(str::to_owned),
            submunition: row.get("submunition_id").map(SubmunitionId::new),
            submunitions_each: row.count("submunitions_per_munition"),
            self_destruct: SelfDestruct::of(row),
        }
    }
}

/// A type of submunition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Submunition {
    /// Where the row stands.
    pub cited: Cited,
    /// The id by which other rows name it.
    pub id: SubmunitionId,
    /// Its name.
    pub name: String,
    /// The hazard class in the words of the sources.
    pub hazard_class: String,
    /// Whether it destroys itself.
    pub self_destruct: SelfDestruct,
    /// The family of designs in which the editors see it; without one it is not pooled.
    pub design_family: Option<String>,
}

impl Submunition {
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Self {
        Self {
            cited: Cited::of(row, sources),
            id: SubmunitionId::new(row.id()),
            name: row.text("name"),
            hazard_class: row.text("hazard_class"),
            self_destruct: SelfDestruct::of(row),
            design_family: row.get("design_family").map(str::to_owned),
        }
    }
}

/// In what setting a rate was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DudRateContext {
    /// A test by which a lot is accepted.
    LotAcceptanceTest,
    /// A test in use.
    OperationalTest,
    /// A government's claim.
    OfficialClaim,
    /// A maker's claim.
    ManufacturerClaim,
    /// Clearance after use.
    CombatFieldClearance,
    /// An estimate by an organisation or the press.
    NgoEstimate,
}

impl DudRateContext {
    fn of(row: &Row) -> Self {
        match row.get("context") {
            Some("lot acceptance test") => Self::LotAcceptanceTest,
            Some("operational test") => Self::OperationalTest,
            Some("manufacturer claim") => Self::ManufacturerClaim,
            Some("combat field clearance") => Self::CombatFieldClearance,
            Some("ngo estimate") => Self::NgoEstimate,
            _ => Self::OfficialClaim,
        }
    }

    /// As the record writes it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::LotAcceptanceTest => "lot acceptance test",
            Self::OperationalTest => "operational test",
            Self::OfficialClaim => "official claim",
            Self::ManufacturerClaim => "manufacturer claim",
            Self::CombatFieldClearance => "combat field clearance",
            Self::NgoEstimate => "NGO or press estimate",
        }
    }
}

/// What kind of evidence a stated rate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DudRateEvidence {
    /// Said, without showing on what it rests.
    Claim,
    /// Somebody's estimate.
    Estimate,
    /// A result that somebody reports.
    ReportedResult,
    /// What a rate ought to be; not an observation.
    Requirement,
}

impl DudRateEvidence {
    /// As the record writes it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Estimate => "estimate",
            Self::ReportedResult => "reported result",
            Self::Requirement => "requirement",
        }
    }
}

/// One statement about a failure rate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DudRate {
    /// Where the row stands.
    pub cited: Cited,
    /// The munition, where the statement names one.
    pub munition: Option<MunitionId>,
    /// The submunition.
    pub submunition: SubmunitionId,
    /// In what setting.
    pub context: DudRateContext,
    /// Where.
    pub place: String,
    /// When, as precisely as was seen.
    pub year: Option<PartialDate>,
    /// Submunitions tested, even where the duds were not published.
    pub tested: Option<u64>,
    /// The rate as stated; open sides stay open.
    pub share: StatedShare,
    /// Under what conditions.
    pub conditions: Option<String>,
    /// Whose statement it is.
    pub claimed_by: String,
    /// What kind of evidence.
    pub evidence: DudRateEvidence,
    /// The row that this one repeats.
    pub same_origin_as: Option<String>,
}

impl DudRate {
    /// `None` only for a row without any rate, which the check refuses.
    pub(crate) fn of(row: &Row, sources: &SourceIndex) -> Option<Self> {
        Some(Self {
            cited: Cited::of(row, sources),
            munition: row.get("munition_id").map(MunitionId::new),
            submunition: SubmunitionId::new(row.text("submunition_id")),
            context: DudRateContext::of(row),
            place: row.text("place"),
            year: row.date("year"),
            tested: row.count("n_tested"),
            share: stated_share(row)?,
            conditions: row.get("conditions").map(str::to_owned),
            claimed_by: row.text("claimed_by"),
            evidence: match row.get("evidence") {
                Some("estimate") => DudRateEvidence::Estimate,
                Some("reported result") => DudRateEvidence::ReportedResult,
                Some("requirement") => DudRateEvidence::Requirement,
                _ => DudRateEvidence::Claim,
            },
            same_origin_as: row.get("same_origin_as").map(str::to_owned),
        })
    }
}

/// The rate as stated. A count says more than a rate, a figure more than a bound.
pub(crate) fn stated_share(row: &Row) -> Option<StatedShare> {
    if let (Some(duds), Some(tested)) = (row.count("n_duds"), row.count("n_tested")) {
        return Some(StatedShare::Count { duds, tested });
    }
    if let Some(point) = row.percent("rate_point_pct") {
        return Some(StatedShare::Point(point));
    }
    match (row.percent("rate_low_pct"), row.percent("rate_high_pct")) {
        (Some(low), Some(high)) => Some(StatedShare::Between(low, high)),
        (None, Some(high)) => Some(StatedShare::AtMost(high)),
        (Some(low), None) => Some(StatedShare::AtLeast(low)),
        (None, None) => None,
    }
}
