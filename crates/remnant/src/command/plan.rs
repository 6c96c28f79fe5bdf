//! Commands of `remnant plan`.
//!
//! Belongs here: arguments and their help. Does not belong here: carrying them out (`project`).

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Asked;
use super::project::Desk;

/// What to work next. A plan proposes; people decide.
#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// Which boxes to survey next in a place, for so many team-days.
    Survey(SurveyPlan),
    /// Which hazardous areas to clear next in a place, for so many team-days.
    Clearance(ClearancePlan),
    /// Prints the parameters that no data give, as the file that --plan-parameters reads.
    Parameters,
}

/// A plan of technical survey.
#[derive(Debug, Args)]
pub(crate) struct SurveyPlan {
    /// Side of a box in metres [default: that of the project's survey parameters].
    #[arg(long, value_name = "METRES")]
    pub(crate) box_size: Option<u32>,
    /// The share of a box that is searched [default: that of the parameters].
    #[arg(long, value_name = "SHARE")]
    pub(crate) coverage: Option<f64>,
    #[command(flatten)]
    pub(crate) plan: PlanArguments,
}

/// A plan of clearance.
#[derive(Debug, Args)]
pub(crate) struct ClearancePlan {
    #[command(flatten)]
    pub(crate) plan: PlanArguments,
}

/// What every plan asks.
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// A hazardous area or administrative unit of the project, by id, name or code; or a box as
    /// west,south,east,north in degrees.
    #[arg(allow_hyphen_values = true)]
    pub(crate) place: String,
    /// Team-days that there are.
    #[arg(long, value_name = "DAYS")]
    pub(crate) team_days: f64,
    /// Square metres that a team searches in a day, on bad and on good days [default: those of the
    /// slowest and of the fastest task of this kind in the project].
    #[arg(long, value_name = "SLOW,FAST")]
    pub(crate) pace: Option<String>,
    /// From where that pace is; it stands in the answer.
    #[arg(long, value_name = "SOURCE", requires = "pace")]
    pub(crate) pace_source: Option<String>,
    /// A raster of people (GeoTIFF): counts of people in each cell.
    #[arg(long, value_name = "FILE", conflicts_with = "gazetteer")]
    pub(crate) population: Option<PathBuf>,
    /// The band of the raster, where it has several.
    #[arg(long, requires = "population")]
    pub(crate) band: Option<u16>,
    /// Settlements with their people: a CSV table with the columns longitude, latitude, people.
    #[arg(long, value_name = "FILE")]
    pub(crate) gazetteer: Option<PathBuf>,
    /// People count for an item if they live within so many metres [default: that of the
    /// parameters].
    #[arg(long, value_name = "METRES")]
    pub(crate) people_within: Option<f64>,
    /// How much counts what, as in `--weight people=2 information=1`; only their ratio matters
    /// [default: those of the parameters].
    #[arg(long, value_name = "WHAT=WEIGHT", num_args = 1..=2)]
    pub(crate) weight: Vec<String>,
    /// Put this box or area on the list whatever its worth; may be repeated.
    #[arg(long, value_name = "ID")]
    pub(crate) pin: Vec<String>,
    /// Keep this box or area off the list; may be repeated.
    #[arg(long, value_name = "ID")]
    pub(crate) exclude: Vec<String>,
    /// A file of these parameters, as `remnant plan parameters` prints it.
    #[arg(long, value_name = "FILE")]
    pub(crate) plan_parameters: Option<PathBuf>,
    /// From which all random numbers of the estimate follow [default: that of the estimate that is
    /// kept of this place, or 1].
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Side of a square of the estimate in metres [default: that of the kept estimate, or 25].
    #[arg(long, value_name = "METRES")]
    pub(crate) cell_size: Option<f64>,
    /// Joint draws of the estimate [default: those of the kept estimate, or 400].
    #[arg(long, value_parser = clap::value_parser!(u32).range(50..=20_000))]
    pub(crate) draws: Option<u32>,
    /// Points of the estimate [default: those of the kept estimate, or 128].
    #[arg(long, value_parser = clap::value_parser!(u32).range(32..=20_000))]
    pub(crate) points: Option<u32>,
    /// A file of parameters of the estimate [default: those of the kept estimate, or the shipped
    /// ones].
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Option<PathBuf>,
    /// Writes every candidate as a row of a CSV table.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Writes the same as a workbook.
    #[arg(long, value_name = "FILE")]
    pub(crate) xlsx: Option<PathBuf>,
    /// Writes the tasks for receivers.
    #[arg(long, value_name = "FILE")]
    pub(crate) gpx: Option<PathBuf>,
    /// Writes the tasks for map viewers.
    #[arg(long, value_name = "FILE")]
    pub(crate) kml: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) desk: Desk,
    #[command(flatten)]
    pub(crate) asked: Asked,
}
