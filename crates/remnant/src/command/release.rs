//! Commands of land release: one for each step, the balance, the review.
//!
//! Belongs here: arguments and their help; each argument carries the name of the step's field.
//! Does not belong here: taking a step (`project::release`).

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use remnant_land_release::Contamination;
use serde::Serialize;

use super::Asked;
use super::project::Desk;

#[derive(Debug, Subcommand)]
pub(crate) enum ReleaseCommand {
    /// Takes up a record or report as an indication.
    Indicate(Step<Indicate>),
    /// Closes an indication of which triage found no basis.
    NotSubstantiated(Step<Nothing>),
    /// Opens an area as suspected (SHA) or confirmed (CHA).
    Open(Step<Open>),
    /// Confirms suspected land: SHA to CHA. No land is released by it.
    Confirm(Step<Confirm>),
    /// Adds land to an area.
    Extend(Step<Extend>),
    /// Cancels land: non-technical survey found no evidence.
    Cancel(Step<Cancel>),
    /// Reduces land: technical survey found no evidence.
    Reduce(Step<Reduce>),
    /// Clears land to a depth.
    Clear(Step<Clear>),
    /// Records clearance outside every recorded area: fade-out, roads, spot tasks.
    ClearOutside(Step<ClearOutside>),
    /// Suspends work.
    Suspend(Step<Suspend>),
    /// Takes work up again.
    Resume(Step<Nothing>),
    /// Records an item found on released land: the land is investigated.
    MissedItem(Step<MissedItem>),
    /// Closes an investigation that found no reason to open the land again.
    CloseInvestigation(Step<CloseInvestigation>),
    /// Opens land again as a CHA after an investigation.
    Reopen(Step<Reopen>),
    /// Hands cleared land over.
    HandOver(Step<HandOver>),
    /// Corrects what remains: measured again, merged, entered twice or in error.
    Adjust(Step<Adjust>),
    /// Closes a record whose remaining land another record holds from now on.
    Merge(Step<Merge>),
    /// Closes a record whose remaining land several others hold from now on.
    Split(Step<Split>),
    /// Enters the areas and releases that an operator reported: first as a dry run.
    FromReports(FromReports),
    /// The land-release balance of a period, to the square metre.
    Balance(Balance),
    /// The national rules that steps are held to, with where each is from.
    Rules {
        /// A JSON file with changed rules, to be set for this project.
        #[arg(long, value_name = "FILE")]
        set: Option<PathBuf>,
        /// Print as JSON, in the form that `--set` reads.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        desk: Desk,
    },
    /// The table of states and steps.
    States,
}

/// The types of contamination that the ledger knows.
fn contaminations() -> PossibleValuesParser {
    PossibleValuesParser::new(Contamination::ALL.map(Contamination::code))
}

/// What every step says.
#[derive(Debug, Args)]
pub(crate) struct Step<Fields: Args> {
    /// The area.
    pub(crate) area: String,
    /// The day from which it is so on the ground.
    #[arg(long, value_name = "DATE")]
    pub(crate) effective_on: Date,
    /// The organisation that did or decided it.
    #[arg(long)]
    pub(crate) organisation: String,
    /// The team.
    #[arg(long)]
    pub(crate) team: Option<String>,
    /// Why, in a sentence.
    #[arg(long)]
    pub(crate) why: String,
    /// An evidence point, accident or record that it rests on, by id; may be repeated.
    #[arg(long, value_name = "ID")]
    pub(crate) evidence: Vec<String>,
    /// The word of the programme for the state of the area after this.
    #[arg(long, value_name = "WORD")]
    pub(crate) status_word: Option<String>,
    /// Say what would be entered or refused, and enter nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) fields: Fields,
    #[command(flatten)]
    pub(crate) desk: Desk,
}

/// A step that says nothing more.
#[derive(Debug, Args, Serialize)]
pub(crate) struct Nothing {}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Indicate {
    /// Where, in any form of coordinates, as far as the report says.
    #[arg(long, value_name = "COORDINATES")]
    #[serde(skip)]
    pub(crate) at: Option<String>,
    /// The administrative unit, by its code.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    administrative_unit: Option<String>,
}

/// All open land, or the part inside a boundary.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Part {
    /// All land that the step can apply to.
    #[arg(long)]
    pub(crate) all: bool,
    /// The part inside the polygon of this file (GeoJSON or KML).
    #[arg(long, value_name = "FILE")]
    pub(crate) boundary: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum, Serialize)]
pub(crate) enum Classification {
    /// Suspected hazardous area.
    #[value(name = "sha")]
    #[serde(rename = "SHA")]
    Suspected,
    /// Confirmed hazardous area.
    #[value(name = "cha")]
    #[serde(rename = "CHA")]
    Confirmed,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Open {
    /// Suspected or confirmed.
    #[arg(long = "as", value_enum)]
    classification: Classification,
    /// The polygon of the area (GeoJSON or KML).
    #[arg(long, value_name = "FILE", conflicts_with = "at")]
    #[serde(skip)]
    pub(crate) boundary: Option<PathBuf>,
    /// How the polygon was drawn: walked with a receiver, from survey boxes, from a map.
    #[arg(long)]
    #[serde(skip)]
    pub(crate) how_drawn: Option<String>,
    /// Where only a point is known: its coordinates.
    #[arg(long, value_name = "COORDINATES")]
    #[serde(skip)]
    pub(crate) at: Option<String>,
    /// The radius in metres within which the area lies around the point.
    #[arg(long, value_name = "METRES", requires = "at")]
    #[serde(skip)]
    pub(crate) within: Option<f64>,
    /// The operator's figure in m2, kept beside the computed one.
    #[arg(long, value_name = "M2")]
    #[serde(rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    reported: Option<u64>,
    /// What contaminates it; may be repeated.
    #[arg(long, value_name = "TYPE", value_parser = contaminations())]
    contamination: Vec<String>,
    /// The administrative unit, by its code.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    administrative_unit: Option<String>,
    /// For a SHA: why the evidence is not direct yet.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    why_not_direct: Option<String>,
    /// The area whose record held this land before.
    #[arg(long, value_name = "AREA")]
    #[serde(skip)]
    pub(crate) from_area: Option<String>,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Confirm {
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) part: Part,
    /// How the boundary was drawn.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    how_drawn: Option<String>,
    /// What contaminates it; may be repeated.
    #[arg(long, value_name = "TYPE", value_parser = contaminations())]
    contamination: Vec<String>,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Extend {
    /// The added land is suspected or confirmed.
    #[arg(long = "as", value_enum)]
    classification: Classification,
    /// The polygon of the land to add (GeoJSON or KML).
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub(crate) boundary: PathBuf,
    /// How it was drawn.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    how_drawn: Option<String>,
    /// The operator's figure in m2.
    #[arg(long, value_name = "M2")]
    #[serde(rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    reported: Option<u64>,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Cancel {
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) part: Part,
    /// Who was asked: role, women, men, girls, boys, as in `farmers,4,6,1,2`; may be repeated.
    #[arg(long, value_name = "ROLE,W,M,G,B")]
    #[serde(skip)]
    pub(crate) asked: Vec<String>,
    /// What the land is used for.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    land_use: Option<String>,
    /// For how many years it has been used so.
    #[arg(long, value_name = "YEARS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    used_for_years: Option<f64>,
    /// A record that was looked through; may be repeated.
    #[arg(long = "record-checked", value_name = "RECORD")]
    records_checked: Vec<String>,
    /// A criterion of the national list that was met; may be repeated.
    #[arg(long = "criterion", value_name = "CODE")]
    criteria: Vec<String>,
    /// For a CHA: what was wrong with its record.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    correction: Option<String>,
    /// The operator's figure in m2.
    #[arg(long, value_name = "M2")]
    #[serde(rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    reported: Option<u64>,
    /// Count land released before again as an output; in the stock it stays counted once.
    #[arg(long)]
    count_again: bool,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Reduce {
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) part: Part,
    /// The technical asset that searched it; without it, reduced without a technical asset.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) asset: Option<String>,
    /// How many m2 were searched.
    #[arg(long, value_name = "M2")]
    #[serde(rename = "searched_square_metres", skip_serializing_if = "Option::is_none")]
    searched: Option<u64>,
    /// Where the asset searched.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    where_searched: Option<String>,
    /// What the search found, `nothing` included.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<String>,
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) worked: Worked,
    /// A criterion of the national list that was met; may be repeated.
    #[arg(long = "criterion", value_name = "CODE")]
    criteria: Vec<String>,
    /// The operator's figure in m2.
    #[arg(long, value_name = "M2")]
    #[serde(rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    reported: Option<u64>,
    /// Count land released before again as an output; in the stock it stays counted once.
    #[arg(long)]
    count_again: bool,
}

/// The first and last day of work.
#[derive(Debug, Args)]
pub(crate) struct Worked {
    /// The first day of work.
    #[arg(long, value_name = "DATE", requires = "worked_to")]
    pub(crate) worked_from: Option<Date>,
    /// The last day of work.
    #[arg(long, value_name = "DATE", requires = "worked_from")]
    pub(crate) worked_to: Option<Date>,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Clear {
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) part: Part,
    /// To what depth, in centimetres.
    #[arg(long, value_name = "CM")]
    #[serde(skip_serializing_if = "Option::is_none")]
    depth_cm: Option<f64>,
    /// How.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) worked: Worked,
    /// An item found: what, how many, where, as in `blu-26 2 16.60012N 105.90034E`; may be repeated.
    #[arg(long = "item", value_name = "ITEM", conflicts_with = "no_items")]
    #[serde(skip)]
    pub(crate) items: Vec<String>,
    /// Nothing was found.
    #[arg(long)]
    #[serde(skip)]
    pub(crate) no_items: bool,
    /// Land on which nobody worked: m2 and reason, as in `340 obstructed`; may be repeated.
    #[arg(long, value_name = "M2 REASON", conflicts_with = "all_worked")]
    #[serde(skip)]
    pub(crate) not_worked: Vec<String>,
    /// All of it was worked.
    #[arg(long)]
    #[serde(skip)]
    pub(crate) all_worked: bool,
    /// The number of the completion report.
    #[arg(long, value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    completion_report: Option<String>,
    /// The operator's figure in m2.
    #[arg(long, value_name = "M2")]
    #[serde(rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    reported: Option<u64>,
    /// What lies outside the area counts as clearance outside, on a line of its own.
    #[arg(long)]
    count_outside: bool,
    /// Count land released before again as an output; in the stock it stays counted once.
    #[arg(long)]
    count_again: bool,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct ClearOutside {
    /// The polygon of the land (GeoJSON or KML).
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub(crate) boundary: PathBuf,
    /// To what depth, in centimetres.
    #[arg(long, value_name = "CM")]
    #[serde(skip_serializing_if = "Option::is_none")]
    depth_cm: Option<f64>,
    /// How.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// The operator's figure in m2.
    #[arg(long, value_name = "M2")]
    #[serde(rename = "reported_square_metres", skip_serializing_if = "Option::is_none")]
    reported: Option<u64>,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Suspend {
    /// What stands in the way.
    #[arg(long, value_parser = ["access", "season", "security", "money"])]
    reason: String,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct MissedItem {
    /// What was found.
    #[arg(long)]
    item: String,
    /// Where, in any form of coordinates.
    #[arg(long, value_name = "COORDINATES")]
    #[serde(skip)]
    pub(crate) at: String,
    /// The land to look at again (GeoJSON or KML); without it, the released part around the item.
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub(crate) investigate: Option<PathBuf>,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct CloseInvestigation {
    /// The event that started it, as `remnant area history` names it.
    #[arg(long, value_name = "EVENT")]
    missed_item: String,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Reopen {
    /// The event that started the investigation, as `remnant area history` names it.
    #[arg(long, value_name = "EVENT")]
    missed_item: String,
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) part: Part,
    /// How the boundary was drawn.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    how_drawn: Option<String>,
    /// What contaminates it; may be repeated.
    #[arg(long, value_name = "TYPE", value_parser = contaminations())]
    contamination: Vec<String>,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct HandOver {
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) part: Part,
    /// An inspection: day, share looked at and chance of finding (0 to 1, or `-`), result and
    /// whether corrective action is closed, as in `2024-05-02,0.1,0.9,passed,closed`.
    #[arg(long = "inspection", value_name = "DATE,SHARE,CHANCE,RESULT,ACTION")]
    #[serde(skip)]
    pub(crate) inspections: Vec<String>,
    /// Permanent markers at turning points and at intermediate points, as in `4,2`.
    #[arg(long, value_name = "TURNING,INTERMEDIATE")]
    #[serde(skip)]
    pub(crate) permanent_markers: Option<String>,
    /// A monitoring report; may be repeated.
    #[arg(long = "monitoring-report", value_name = "NUMBER")]
    monitoring_reports: Vec<String>,
    /// How many women, men, girls and boys were briefed, as in `12,9,7,8`.
    #[arg(long, value_name = "W,M,G,B")]
    #[serde(skip)]
    pub(crate) briefed: Option<String>,
    /// The formal document on residual risk and liability.
    #[arg(long, value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    formal_document: Option<String>,
    /// Who takes the land over.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    land_user: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cause {
    /// Measured again.
    Remeasured,
    /// A boundary was drawn for an area of which only a point was known.
    BoundaryDrawn,
    /// It takes over land from the record of `--other`.
    MergedFrom,
    /// It stands in the record of `--other` already.
    DuplicateOf,
    /// It should never have been entered.
    EnteredInError,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Adjust {
    /// The column that is corrected.
    #[arg(long = "as", value_enum)]
    classification: Classification,
    /// What remains, as it should be (GeoJSON or KML); without it, nothing remains.
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub(crate) remaining: Option<PathBuf>,
    /// Why it is corrected.
    #[arg(long, value_enum)]
    #[serde(skip)]
    pub(crate) cause: Cause,
    /// The other area, where the cause names one.
    #[arg(long, value_name = "AREA")]
    #[serde(skip)]
    pub(crate) other: Option<String>,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Merge {
    /// The area whose record holds the land from now on. Let it take the land over with `remnant
    /// release adjust --cause merged-from`.
    #[arg(long, value_name = "AREA")]
    pub(crate) into: String,
}

#[derive(Debug, Args, Serialize)]
pub(crate) struct Split {
    /// An area whose record holds a part of the land from now on; named at least twice. Open each
    /// with `remnant release open --from-area`.
    #[arg(long, value_name = "AREA", required = true)]
    pub(crate) into: Vec<String>,
}

/// Rows on hazardous areas and releases that were taken in, as steps of land release.
#[derive(Debug, Args)]
pub(crate) struct FromReports {
    /// The short name of the source, whose rows `remnant read` took in.
    #[arg(long, value_name = "NAME")]
    pub(crate) source: String,
    /// Say what would be entered and what not, and enter nothing: as without --enter.
    #[arg(long, conflicts_with = "enter")]
    pub(crate) dry_run: bool,
    /// Enter all that can be, at once; what cannot stays as it was reported, and is listed.
    #[arg(long)]
    pub(crate) enter: bool,
    /// Clearance that lies outside its area counts as clearance outside, on a line of its own.
    #[arg(long)]
    pub(crate) count_outside: bool,
    /// Count land released before again as an output; in the stock it stays counted once.
    #[arg(long)]
    pub(crate) count_again: bool,
    /// Writes all rows with what became of each, to send back to the operator.
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) report: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) desk: Desk,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// One line.
    #[default]
    Nothing,
    /// By the organisation that did each step.
    Operator,
    /// By administrative unit.
    Admin,
    /// By type of contamination.
    Type,
}

#[derive(Debug, Args)]
pub(crate) struct Balance {
    /// The first day of the period.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Date,
    /// The last day of the period.
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Date,
    /// By what it is divided.
    #[arg(long, value_enum, default_value = "nothing")]
    pub(crate) by: By,
    /// Writes the balance as well: a table (.csv), or a page that tells how each figure was made
    /// (.html).
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) desk: Desk,
    #[command(flatten)]
    pub(crate) asked: Asked,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// What waits for which step of review.
    List {
        #[command(flatten)]
        desk: Desk,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Takes the next step of the chain with entries: submits, verifies, accepts … approves them.
    Accept {
        /// The entries, as `remnant review list` names them: all of them or none.
        #[arg(required = true, value_name = "ENTRY")]
        entries: Vec<String>,
        /// A comment.
        #[arg(long)]
        comment: Option<String>,
        #[command(flatten)]
        desk: Desk,
    },
    /// Returns entries with a reason.
    Reject {
        /// The entries: all of them or none.
        #[arg(required = true, value_name = "ENTRY")]
        entries: Vec<String>,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        desk: Desk,
    },
}
