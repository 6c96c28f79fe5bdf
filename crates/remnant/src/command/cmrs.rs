//! Commands of a cluster munition remnants survey.
//!
//! Belongs here: arguments and their help. Does not belong here: carrying them out
//! (`project::cmrs`).

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::project::Desk;

#[derive(Debug, Subcommand)]
pub(crate) enum CmrsCommand {
    /// The parameters of the survey, with where each is from, or sets them.
    Parameters {
        /// A JSON file with changed parameters, to be set for this project.
        #[arg(long, value_name = "FILE")]
        set: Option<PathBuf>,
        /// Print as JSON, in the form that `--set` reads.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        desk: Desk,
    },
    /// Records a visit to a box: its effort and its result.
    Box(Box<BoxCommand>),
    /// Which boxes to open next, and why.
    Next {
        #[command(flatten)]
        survey: SurveyOf,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// The confirmed areas by the printed rule, with the edges where the limit is not established.
    Area {
        #[command(flatten)]
        survey: SurveyOf,
        /// Writes the areas and their open edges as GeoJSON; `remnant release open` reads it.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Fill holes, whatever lies in them.
        #[arg(long)]
        fill_holes: bool,
        /// Take boxes out that were searched whole and found empty.
        #[arg(long)]
        take_out_whole_empty_boxes: bool,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Holds the survey against what was found after it: outside every confirmed area, and in boxes
    /// that were called empty.
    Feedback {
        #[command(flatten)]
        survey: SurveyOf,
        /// The last day of the survey: visits and finds up to it are the survey, what was found
        /// after it is later [default: the day of the last visit].
        #[arg(long, value_name = "DATE")]
        until: Option<Date>,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Writes a sheet for printing (SVG) for each planning square.
    Sheets {
        #[command(flatten)]
        survey: SurveyOf,
        /// The folder to write into.
        folder: PathBuf,
    },
    /// Writes boxes, next boxes and areas for a receiver: .gpx or .kml.
    Field {
        #[command(flatten)]
        survey: SurveyOf,
        /// The file to write.
        file: PathBuf,
    },
}

/// Which survey, as known by which day.
#[derive(Debug, Args)]
pub(crate) struct SurveyOf {
    /// The grid, as in 48N-50; without it, the grid of the boxes recorded, or the one around the
    /// first evidence point.
    #[arg(long)]
    pub(crate) grid: Option<String>,
    /// The day by which boxes and evidence must have been known [default: today].
    #[arg(long, value_name = "DATE")]
    pub(crate) known_by: Option<Date>,
    #[command(flatten)]
    pub(crate) desk: Desk,
}

#[derive(Debug, Args)]
pub(crate) struct BoxCommand {
    /// The box, as `remnant cmrs next` names it.
    pub(crate) id: String,
    /// What the search gave: cmr_found, fragments_only, other_uxo_found, nothing_found,
    /// partly_searched, cannot_be_searched, not_searched.
    #[arg(long)]
    pub(crate) result: String,
    /// The day of the visit.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Date,
    /// Minutes actually searched.
    #[arg(long)]
    pub(crate) minutes: Option<f64>,
    /// Square metres actually searched, each counted once.
    #[arg(long, value_name = "M2")]
    pub(crate) searched: Option<u64>,
    /// The method, by its code.
    #[arg(long)]
    pub(crate) method: Option<String>,
    /// The detector: make, model and setting.
    #[arg(long)]
    pub(crate) detector: Option<String>,
    /// How many remnants were found.
    #[arg(long)]
    pub(crate) items: Option<u64>,
    /// Why the search stopped: first_found, enough_found, full_coverage, time_used, obstacle.
    #[arg(long)]
    pub(crate) stop_reason: Option<String>,
    /// What was in the way, by its code.
    #[arg(long)]
    pub(crate) obstacle: Option<String>,
    /// The evidence point that opened it.
    #[arg(long, value_name = "ID", conflicts_with = "opened_by_box")]
    pub(crate) opened_by_point: Option<String>,
    /// The visit to another box that led on to it.
    #[arg(long, value_name = "ID")]
    pub(crate) opened_by_box: Option<String>,
    /// The organisation.
    #[arg(long)]
    pub(crate) organisation: Option<String>,
    /// The team.
    #[arg(long)]
    pub(crate) team: Option<String>,
    #[command(flatten)]
    pub(crate) desk: Desk,
}
