//! Commands of `remnant estimate`.
//!
//! Belongs here: arguments and their help. Does not belong here: carrying them out (`project`).

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Asked;
use super::project::Desk;
use super::residual::ResidualCommand;

/// A place, or something else that can be asked of the models.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct EstimateCommand {
    #[command(subcommand)]
    pub(crate) other: Option<EstimateOther>,
    #[command(flatten)]
    pub(crate) place: Option<PlaceCommand>,
    #[command(flatten)]
    pub(crate) desk: Option<Desk>,
    #[command(flatten)]
    pub(crate) asked: Asked,
}

/// What can be asked without a place.
#[derive(Debug, Subcommand)]
pub(crate) enum EstimateOther {
    /// Prints the parameters that no data give, as the file that --parameters reads.
    Parameters,
    /// Judges the estimate on invented worlds whose truth is known, and on a project's own tasks.
    Validate(Box<ValidateCommand>),
    /// What may be left in a hazardous area after it was searched, in plain words.
    Residual(Box<ResidualCommand>),
}

/// Which place is estimated, and how.
///
/// It holds no other group of arguments: a group that may be left out as a whole knows only its own.
#[derive(Debug, Args)]
pub(crate) struct PlaceCommand {
    /// A hazardous area or administrative unit of the project, by id, name or code; or a box as
    /// west,south,east,north in degrees.
    #[arg(allow_hyphen_values = true)]
    pub(crate) place: String,
    /// From which all random numbers follow; the same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Side of a square in metres.
    #[arg(long, value_name = "METRES", default_value_t = 25.0)]
    pub(crate) cell_size: f64,
    /// Joint draws.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(50..=20_000))]
    pub(crate) draws: u32,
    /// Points that stand for what all strikes and searches share.
    #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u32).range(32..=20_000))]
    pub(crate) points: u32,
    /// A file of parameters, as `remnant estimate parameters` prints it.
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Option<PathBuf>,
    /// Writes every square as a row of a CSV table.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Writes squares and areas as layers of a new GeoPackage, with a style for QGIS.
    #[arg(long, value_name = "FILE")]
    pub(crate) gpkg: Option<PathBuf>,
    /// Writes the squares as a cloud-optimised GeoTIFF.
    #[arg(long, value_name = "FILE")]
    pub(crate) geotiff: Option<PathBuf>,
    /// Writes the squares as map tiles (PMTiles).
    #[arg(long, value_name = "FILE")]
    pub(crate) pmtiles: Option<PathBuf>,
    /// Keep the summary in the journal of the project.
    #[arg(long)]
    pub(crate) keep: bool,
}

/// Over how many invented worlds the estimate is judged, and how it is told.
#[derive(Debug, Args)]
pub(crate) struct ValidateCommand {
    /// Invented worlds in which the model is right; a fifth as many of each kind in which it is wrong.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(crate) worlds: u64,
    /// From which all worlds follow.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Begin no further worlds after so many minutes; what was run is told.
    #[arg(long)]
    pub(crate) minutes: Option<u64>,
    /// Joint draws in each world.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(50..=20_000))]
    pub(crate) draws: u32,
    /// Points that stand for what all strikes and searches of a world share.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(32..=20_000))]
    pub(crate) points: u32,
    /// Writes a page with drawings; a name that ends in .md gives Markdown with the tables alone.
    #[arg(long, value_name = "FILE")]
    pub(crate) page: Option<PathBuf>,
    /// Also predict the tasks of this place of a project, each from the others.
    #[arg(long, allow_hyphen_values = true, requires = "project")]
    pub(crate) place: Option<String>,
    /// Tasks of the place that are predicted, at most.
    #[arg(long, default_value_t = 20, requires = "place")]
    pub(crate) tasks: u32,
    /// Side of a square of the place in metres.
    #[arg(long, value_name = "METRES", default_value_t = 50.0, requires = "place")]
    pub(crate) cell_size: f64,
    #[command(flatten)]
    pub(crate) desk: Option<Desk>,
    #[command(flatten)]
    pub(crate) asked: Asked,
}
