//! Commands on a project: what is entered, taken in, decided and checked.
//!
//! Belongs here: arguments and their help. Does not belong here: carrying them out (`project`).

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::Asked;

/// Which project, and who works on it.
#[derive(Clone, Debug, Args)]
pub(crate) struct Desk {
    /// The project: a GeoPackage file, or a PostGIS database as postgresql://….
    #[arg(long, short = 'p', value_name = "FILE", env = "REMNANT_PROJECT")]
    pub(crate) project: String,
    /// Who enters this; it stands in the journal.
    #[arg(long, value_name = "NAME", env = "REMNANT_AUTHOR")]
    pub(crate) author: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SourceCommand {
    /// Keeps a file whole, with who published it and under which licence.
    Add {
        /// The file; a shapefile by its .shp, whose companions beside it are kept with it.
        file: PathBuf,
        /// A short name for whoever sends such files, as in `hi-2024`; ids of rows begin with it.
        #[arg(long, value_name = "NAME")]
        source: String,
        /// Who published or sent it.
        #[arg(long)]
        publisher: String,
        /// Its title.
        #[arg(long)]
        title: Option<String>,
        /// Under which licence or agreement it may be used.
        #[arg(long)]
        licence: String,
        /// The key file under which a file that names persons is kept; `remnant key new` makes one.
        #[arg(long, value_name = "FILE", env = "REMNANT_KEY")]
        key: Option<PathBuf>,
        #[command(flatten)]
        desk: Desk,
    },
    /// Lists the files that are kept.
    List {
        #[command(flatten)]
        desk: Desk,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// What to do with names, telephone numbers and the like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PersonalData {
    /// Refuse a file that holds any.
    Refuse,
    /// Keep them apart, encrypted with the key.
    Separate,
    /// Leave them out.
    Drop,
}

/// Reads a kept file: first as a dry run that writes nothing.
#[derive(Debug, Args)]
pub(crate) struct ReadCommand {
    /// The short name of the source, whose newest file is read, or the name of a kept file.
    pub(crate) source: String,
    /// What its rows are: strikes, evidence-points, searches, hazardous-areas, releases,
    /// accidents, victims, boundaries, survey-boxes.
    #[arg(long = "as", value_name = "KIND")]
    pub(crate) kind: String,
    /// The sheet, layer or table; needed where the file has several.
    #[arg(long)]
    pub(crate) sheet: Option<String>,
    /// A mapping file; without it the mapping of the last time, or a guess that is shown.
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Writes the mapping that was used or guessed, to be read, changed and used again.
    #[arg(long, value_name = "FILE")]
    pub(crate) save_mapping: Option<PathBuf>,
    /// Writes the findings to send back, as .csv, .xlsx or .html; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Vec<PathBuf>,
    /// Takes the rows in, all or none, after the same checks as the dry run.
    #[arg(long)]
    pub(crate) take_in: bool,
    /// What to do with personal data.
    #[arg(long, value_enum, default_value = "refuse")]
    pub(crate) personal: PersonalData,
    /// The key file under which personal data, and a file that holds them, are kept.
    #[arg(long, value_name = "FILE", env = "REMNANT_KEY")]
    pub(crate) key: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) desk: Desk,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Makes a key for personal data in a file of its own. Without the file they cannot be read.
    New {
        /// Where to write it.
        file: PathBuf,
    },
}

/// Which entries of the journal.
#[derive(Debug, Args)]
pub(crate) struct JournalCommand {
    /// Only entries on this subject, such as an area.
    #[arg(long)]
    pub(crate) subject: Option<String>,
    /// Only entries by this author.
    #[arg(long)]
    pub(crate) by: Option<String>,
    /// Only entries recorded on or after this day.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<Date>,
    /// At most so many, the newest; 0 for all.
    #[arg(long, default_value_t = 50)]
    pub(crate) most: usize,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) desk: Desk,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AreaCommand {
    /// Lists hazardous areas with their state on a day.
    List {
        #[command(flatten)]
        desk: Desk,
        #[command(flatten)]
        asked: Asked,
    },
    /// Questions to the operators: what is missing, contradicts itself, or was found later.
    Questions {
        /// The area; without it, all of them.
        id: Option<String>,
        #[command(flatten)]
        desk: Desk,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// All that happened to an area: day of effect, day recorded, who, why, square metres.
    History {
        /// The area.
        id: String,
        #[command(flatten)]
        desk: Desk,
        #[command(flatten)]
        asked: Asked,
    },
}

/// Things on the ground as they were entered.
#[derive(Debug, Args)]
pub(crate) struct ShowCommand {
    /// What: strike, evidence-point, search, hazardous-area, release, accident, victim, boundary,
    /// survey-box.
    pub(crate) kind: String,
    /// The id of one; without it, all of the kind are listed.
    pub(crate) id: Option<String>,
    /// List at most so many; 0 for all.
    #[arg(long, default_value_t = 50)]
    pub(crate) most: usize,
    #[command(flatten)]
    pub(crate) desk: Desk,
    #[command(flatten)]
    pub(crate) asked: Asked,
}

/// The pick-lists of a project.
#[derive(Debug, Args)]
pub(crate) struct PickListsCommand {
    /// A table list,code,label,also_called,source: each list in it takes the place of the shipped
    /// one of its name, for `enter` and `read`.
    #[arg(long, value_name = "FILE.csv", conflicts_with = "csv")]
    pub(crate) set: Option<PathBuf>,
    /// Print all lists as such a table.
    #[arg(long)]
    pub(crate) csv: bool,
    #[command(flatten)]
    pub(crate) desk: Desk,
}

/// One thing on the ground, entered by hand.
#[derive(Debug, Args)]
pub(crate) struct EnterCommand {
    /// What it is: strike, evidence-point, search, hazardous-area, release, accident, victim,
    /// boundary, survey-box.
    pub(crate) kind: String,
    /// Its id; without one, the fields of the kind are listed.
    pub(crate) id: Option<String>,
    /// A field and its value, as in `evidence_kind=submunition_found`.
    #[arg(value_name = "FIELD=VALUE")]
    pub(crate) fields: Vec<String>,
    /// Where, in any form of coordinates.
    #[arg(long, value_name = "COORDINATES", conflicts_with = "area")]
    pub(crate) at: Option<String>,
    /// Where, as the polygons of a file (GeoJSON or KML).
    #[arg(long, value_name = "FILE")]
    pub(crate) area: Option<PathBuf>,
    /// How the place was got: gps, map, gazetteer_centroid, described.
    #[arg(long, default_value = "unknown")]
    pub(crate) method: String,
    /// How good the position is, in metres.
    #[arg(long, value_name = "METRES")]
    pub(crate) accuracy: Option<f64>,
    #[command(flatten)]
    pub(crate) desk: Desk,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BundleCommand {
    /// Writes what this copy holds, so that another can tell what it lacks.
    Holding {
        #[command(flatten)]
        desk: Desk,
    },
    /// Writes the entries that another copy lacks into a file.
    Give {
        /// The file to write.
        file: PathBuf,
        /// What the other copy holds, as `holding` wrote it; without it, everything is given.
        #[arg(long, value_name = "FILE")]
        holding: Option<PathBuf>,
        #[command(flatten)]
        desk: Desk,
    },
    /// Takes in the entries of a bundle, all or none; twice, late or in any order gives the same.
    Take {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        desk: Desk,
    },
    /// Lists changes of one field that did not know of each other.
    Conflicts {
        #[command(flatten)]
        desk: Desk,
    },
}
