//! What each step of land release says: the minimum data of survey, release and hand-over.
//!
//! Belongs here: the fields of each step. A field that was not filled in is absent, which is not
//! the same as "none": an empty list says that there was none. Does not belong here: which of them
//! a step needs (`evidence_required`).

use jiff::civil::Date;
use remnant_ground::boundary::Boundary;
use remnant_record::SquareMetres;
use serde::{Deserialize, Serialize};

use crate::identity::{AreaId, EventId};
use crate::land::{Classification, Contamination, Part, Position};

/// A record or report is taken up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IndicatedStep {
    /// Where, as far as the report says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The administrative unit, by its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub administrative_unit: Option<String>,
}

/// Where a newly opened area comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Newly identified: it counts as such in the period.
    #[default]
    Identified,
    /// It holds land that another area's record held: the move is an adjustment on both sides, so
    /// that no land counts as newly identified twice.
    From(AreaId),
}

/// Where an area lies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Extent {
    /// A boundary.
    Boundary {
        /// The boundary.
        #[serde(with = "crate::coordinates")]
        boundary: Boundary,
        /// How it was drawn: walked with a receiver, from survey boxes by a rule, from a map.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        how_drawn: Option<String>,
    },
    /// Only a point is known. No square metre is counted until a boundary is drawn.
    Point {
        /// The point.
        position: Position,
        /// The radius within which the area lies.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uncertainty_metres: Option<f64>,
    },
}

/// The area is opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedStep {
    /// As suspected or as confirmed.
    pub classification: Classification,
    /// Where it lies; absent where the report says neither boundary nor point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extent: Option<Extent>,
    /// The operator's figure.
    #[serde(default, rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    pub reported: Option<SquareMetres>,
    /// What contaminates it; empty where nobody said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contamination: Vec<Contamination>,
    /// The administrative unit, by its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrative_unit: Option<String>,
    /// For a suspected area: why the evidence is not direct yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not_direct: Option<String>,
    /// Where it comes from.
    #[serde(default)]
    pub origin: Origin,
}

/// Suspected land is confirmed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReclassifiedStep {
    /// All suspected land, or the part inside a boundary.
    pub part: Part,
    /// How the boundary was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how_drawn: Option<String>,
    /// What contaminates the area, as confirmed; empty keeps what was said before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contamination: Vec<Contamination>,
}

/// Land outside is added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtendedStep {
    /// The added land is suspected or confirmed.
    pub classification: Classification,
    /// The land to add. What the area already holds is not counted again.
    #[serde(with = "crate::coordinates")]
    pub added: Boundary,
    /// How it was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how_drawn: Option<String>,
    /// The operator's figure.
    #[serde(default, rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    pub reported: Option<SquareMetres>,
}

/// People who were asked, in one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleAsked {
    /// What they are there: farmer, herder, teacher, former combatant.
    pub role: String,
    /// Women.
    pub women: u32,
    /// Men.
    pub men: u32,
    /// Girls.
    pub girls: u32,
    /// Boys.
    pub boys: u32,
}

impl PeopleAsked {
    /// All of them.
    #[must_use]
    pub fn number(&self) -> u64 {
        [self.women, self.men, self.girls, self.boys].into_iter().map(u64::from).sum()
    }
}

/// Land is released because non-technical survey found no evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelledStep {
    /// All open land, or the part inside a boundary.
    pub part: Part,
    /// The operator's figure.
    #[serde(default, rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    pub reported: Option<SquareMetres>,
    /// Who was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<PeopleAsked>,
    /// What the land is used for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub land_use: Option<String>,
    /// For how many years it has been used so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_for_years: Option<f64>,
    /// Which records were looked through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records_checked: Vec<String>,
    /// The criteria met, as codes of the national list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<String>,
    /// For confirmed land: what was wrong with the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
    /// What overlaps land released before counts again as an output, and never in the stock.
    #[serde(default)]
    pub count_again: bool,
}

/// Whether a technical asset searched land that was reduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TechnicalAsset {
    /// A detector, an animal or a machine worked there.
    With,
    /// Reduced by what was found on land around it.
    Without,
}

/// Land is released because technical survey found no evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReducedStep {
    /// All open land, or the part inside a boundary.
    pub part: Part,
    /// The operator's figure.
    #[serde(default, rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    pub reported: Option<SquareMetres>,
    /// With or without a technical asset.
    pub technical_asset: TechnicalAsset,
    /// Which asset searched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// How much was searched.
    #[serde(default, rename = "searched_square_metres", skip_serializing_if = "Option::is_none")]
    pub searched: Option<SquareMetres>,
    /// Where it searched, in words or as the id of a search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub where_searched: Option<String>,
    /// What it found, "nothing" included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// First and last day of the search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worked: Option<Worked>,
    /// The criteria met, as codes of the national list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<String>,
    /// What overlaps land released before counts again as an output, and never in the stock.
    #[serde(default)]
    pub count_again: bool,
}

/// The days on which work went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worked {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// An item found in clearance or after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemFound {
    /// Category, subcategory or model, as codes of the programme.
    pub item: String,
    /// How many.
    pub quantity: u32,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// How deep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth_cm: Option<f64>,
}

/// Land inside a cleared boundary on which nobody worked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotWorked {
    /// How much.
    #[serde(rename = "area_square_metres")]
    pub area: SquareMetres,
    /// Why: obstructed, inaccessible, owner refused, other.
    pub reason: String,
    /// Where: that land stays open. Absent where it was not drawn; then it is inside what counts as
    /// cleared, which the checks say.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::coordinates::where_known"
    )]
    pub boundary: Option<Boundary>,
}

/// Land is released because it was cleared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClearedStep {
    /// All confirmed land, or the part inside a boundary.
    pub part: Part,
    /// The operator's figure.
    #[serde(default, rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    pub reported: Option<SquareMetres>,
    /// To what depth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth_cm: Option<f64>,
    /// How.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// First and last day of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worked: Option<Worked>,
    /// What was found; an empty list says that nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<ItemFound>>,
    /// Where nobody worked; an empty list says that all was worked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_worked: Option<Vec<NotWorked>>,
    /// The completion report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_report: Option<String>,
    /// What lies outside the area counts as clearance outside, on a line of its own.
    #[serde(default)]
    pub count_outside: bool,
    /// What overlaps land released before counts again as an output, and never in the stock.
    #[serde(default)]
    pub count_again: bool,
}

/// Land outside any recorded area was cleared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClearedOutsideStep {
    /// The land.
    #[serde(with = "crate::coordinates")]
    pub boundary: Boundary,
    /// The operator's figure.
    #[serde(default, rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    pub reported: Option<SquareMetres>,
    /// To what depth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth_cm: Option<f64>,
    /// How.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
}

/// An item is found on released land.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissedItemStep {
    /// What.
    pub item: String,
    /// Where.
    pub position: Position,
    /// The land to look at again; absent for the released part on which the item lay.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::coordinates::where_known"
    )]
    pub investigate: Option<Boundary>,
}

/// The investigation finds no reason to open the land again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvestigationClosedStep {
    /// The event that started it.
    pub missed_item: EventId,
}

/// The investigation makes land a confirmed hazardous area again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReopenedStep {
    /// The event that started it.
    pub missed_item: EventId,
    /// All land under that investigation, or the part inside a boundary.
    pub part: Part,
    /// How the boundary was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how_drawn: Option<String>,
    /// What contaminates it; empty keeps what was said before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contamination: Vec<Contamination>,
}

/// An inspection of finished land.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspection {
    /// The day.
    pub on: Date,
    /// The share of the land that was looked at, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspected_share: Option<f64>,
    /// The chance of finding an item that is there, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detection_probability: Option<f64>,
    /// Whether it passed.
    pub passed: bool,
    /// Whether corrective action, where any was asked for, is closed.
    pub corrective_action_closed: bool,
}

/// The people of the community who were briefed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommunityBriefed {
    /// Women.
    pub women: u32,
    /// Men.
    pub men: u32,
    /// Girls.
    pub girls: u32,
    /// Boys.
    pub boys: u32,
}

/// Permanent markers, as recorded at hand-over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermanentMarkers {
    /// Markers at turning points.
    pub turning_points: u32,
    /// Markers at intermediate points.
    pub intermediate_points: u32,
}

/// Cleared land is formally transferred.
///
/// # Source
/// What has to be on file: IMAS 08.30.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedOverStep {
    /// All cleared land that has not been handed over, or the part inside a boundary.
    pub part: Part,
    /// The inspections.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inspections: Vec<Inspection>,
    /// The markers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanent_markers: Option<PermanentMarkers>,
    /// The monitoring reports, collated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub monitoring_reports: Vec<String>,
    /// Who was briefed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub briefed: Option<CommunityBriefed>,
    /// The formal document on residual risk and liability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formal_document: Option<String>,
    /// Who takes the land over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub land_user: Option<String>,
}

/// Why what remains is corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentCause {
    /// Measured again.
    Remeasured,
    /// A boundary was drawn for an area of which only a point was known.
    BoundaryDrawn,
    /// It takes over land from the record of another area.
    MergedFrom(AreaId),
    /// It stands in the record of another area already.
    DuplicateOf(AreaId),
    /// It should never have been entered.
    EnteredInError,
}

/// What remains is corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdjustedStep {
    /// The column that is corrected.
    pub classification: Classification,
    /// All land of that classification that remains, as it should be; absent when none does.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::coordinates::where_known"
    )]
    pub remaining: Option<Boundary>,
    /// Why.
    pub cause: AdjustmentCause,
}
