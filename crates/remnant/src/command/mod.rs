//! The command line: what can be asked, and how.
//!
//! Belongs here: commands, arguments and their help. Does not belong here: answering (`ask`).

pub(crate) mod cmrs;
pub(crate) mod estimate;
pub(crate) mod plan;
pub(crate) mod project;
pub(crate) mod release;
pub(crate) mod residual;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;

/// What cluster munitions leave behind: the public record, asked as of a day and as known by a day.
#[derive(Debug, Parser)]
#[command(name = "remnant", version, propagate_version = true, max_term_width = 80)]
#[command(after_help = "Exit codes: 0 answered, 1 no answer or refused, 2 wrong usage.")]
pub(crate) struct CommandLine {
    /// A record folder of your own, or a project with statements of your own, read beside the
    /// shipped record; may be repeated.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) record: Vec<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Treaty status of states on a day, with their clocks.
    Status {
        /// States, by ISO 3166-1 alpha-3 code or by name; without any, all of them.
        states: Vec<String>,
        /// How many states have deposited, are bound, have signed only.
        #[arg(long, conflicts_with = "states")]
        counts: bool,
        #[command(flatten)]
        asked: Asked,
    },
    /// What a munition or submunition is, who holds it, and every dud rate stated of it.
    Munition {
        /// The id, for example m864; without it, all munitions.
        id: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// The provisions that speak to a transfer on a day.
    Law {
        /// The state that gives.
        #[arg(long)]
        exporter: String,
        /// The state that receives.
        #[arg(long)]
        recipient: String,
        /// A state that the transfer passes; may be repeated.
        #[arg(long)]
        transit: Vec<String>,
        /// The munition.
        #[arg(long)]
        munition: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// All statements on a subject, side by side, each with its source.
    History {
        /// An id of a munition, submunition, state or row, or the name of a place or conflict.
        subject: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Who asked what of whom, and whether it was answered.
    Requests {
        #[command(flatten)]
        asked: Asked,
    },
    /// What happened and what was said, by date.
    Timeline {
        #[command(flatten)]
        asked: Asked,
    },
    /// The sources of the record.
    Sources {
        /// The id of one source, to see what rests on it.
        id: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Documented uses and accidents.
    Incidents {
        #[command(flatten)]
        asked: Asked,
    },
    /// Walks back from a figure printed anywhere to statements and sources.
    Explain {
        /// The id that stands at the end of a printed answer, for example dud-rate/m42-m46/median; or,
        /// of an estimate that a project keeps, estimate/PLACE/area/ID or
        /// estimate/PLACE/square/LONGITUDE,LATITUDE.
        figure: String,
        /// The project that keeps the estimate.
        #[arg(long, short = 'p', value_name = "FILE", env = "REMNANT_PROJECT")]
        project: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Writes a brief that answers one question for a reader with ten minutes.
    Brief {
        #[command(subcommand)]
        kind: BriefKind,
    },
    /// Checks record folders.
    Record {
        #[command(subcommand)]
        command: RecordCommand,
    },
    /// Makes a new project: one GeoPackage file, or tables in a PostGIS database.
    Init {
        /// The file to make, such as lao.gpkg, or postgresql://….
        project: String,
        /// Who makes it; the name stands in the journal.
        #[arg(long, value_name = "NAME", env = "REMNANT_AUTHOR")]
        author: Option<String>,
    },
    /// Keeps files of others, whole and with their licence.
    Source {
        #[command(subcommand)]
        command: project::SourceCommand,
    },
    /// Takes the rows of a kept file in, after a dry run that writes nothing.
    Read(Box<project::ReadCommand>),
    /// Enters one thing on the ground by hand, held to the same checks as a file.
    Enter(project::EnterCommand),
    /// Shows things on the ground as they were entered: one, or those of a kind.
    Show(project::ShowCommand),
    /// The values that fields take, or lists of your own in place of shipped ones.
    PickLists(project::PickListsCommand),
    /// Hazardous areas and their history.
    Area {
        #[command(subcommand)]
        command: project::AreaCommand,
    },
    /// Steps of land release, and the balance to the square metre.
    Release {
        #[command(subcommand)]
        command: Box<release::ReleaseCommand>,
    },
    /// The review of what was entered.
    Review {
        #[command(subcommand)]
        command: release::ReviewCommand,
    },
    /// Cluster munition remnants survey: boxes, next boxes, the confirmed area, sheets.
    Cmrs {
        #[command(subcommand)]
        command: cmrs::CmrsCommand,
    },
    /// Estimates what may be left in a place, with a seed that is kept.
    Estimate(Box<estimate::EstimateCommand>),
    /// Proposes what to survey or clear next, for so many team-days.
    Plan {
        #[command(subcommand)]
        command: Box<plan::PlanCommand>,
    },
    /// Shows who entered what, and when.
    Journal(project::JournalCommand),
    /// Proves a project: the chain of its journal, its tables, every balance.
    Check {
        /// Print as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        desk: project::Desk,
    },
    /// Makes the tables of a project anew from its journal.
    Rebuild {
        #[command(flatten)]
        desk: project::Desk,
    },
    /// Brings copies of a project that worked apart together again.
    Bundle {
        #[command(subcommand)]
        command: project::BundleCommand,
    },
    /// Keys for personal data.
    Key {
        #[command(subcommand)]
        command: project::KeyCommand,
    },
    /// Prints completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page.
    Manual,
    /// Opens a project, and the record beside it, as pages on this machine.
    Serve {
        /// The project: a GeoPackage file, or a PostGIS database as postgresql://….
        #[arg(env = "REMNANT_PROJECT")]
        project: String,
        /// The port; 0 takes any free one.
        #[arg(long, default_value_t = 8023)]
        port: u16,
        /// The address to listen on; only addresses that no other machine can reach are taken.
        #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
        address: IpAddr,
        /// Do not try to open a browser.
        #[arg(long)]
        no_open: bool,
    },
    /// Opens the record as pages on this machine.
    Demo {
        /// The port; 0 takes any free one.
        #[arg(long, default_value_t = 8023)]
        port: u16,
        /// Do not try to open a browser.
        #[arg(long)]
        no_open: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum BriefKind {
    /// A proposed transfer: what is known, disputed and not known of it.
    Transfer {
        /// The transfer, for example us-ukraine-dpicm.
        id: String,
        /// Reckon with this many munitions; without it, for 1000.
        #[arg(long, value_name = "MUNITIONS")]
        quantity: Option<u64>,
        /// Where to write the brief; `-` for standard output. Without it, a file in this folder.
        #[arg(long, short, value_name = "FILE", conflicts_with_all = ["json", "text"])]
        output: Option<PathBuf>,
        /// Print the brief as text instead of writing a file.
        #[arg(long, conflicts_with = "json")]
        text: bool,
        #[command(flatten)]
        asked: Asked,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// Reports all that is wrong with record folders, with file, row and help.
    Check {
        /// The folders, checked beside the shipped record; without any, the shipped record alone.
        folders: Vec<PathBuf>,
        /// Check the folders without the shipped record, such as a corrected copy of it.
        #[arg(long, requires = "folders")]
        alone: bool,
        /// Print the findings as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Keeps the rows of a record folder in a project, all of them or none.
    Add {
        /// The folder.
        folder: PathBuf,
        #[command(flatten)]
        desk: project::Desk,
    },
}

/// The two days of a question, and the form of the answer.
#[derive(Clone, Debug, Args)]
pub(crate) struct Asked {
    /// The day that the question is about [default: today].
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Date>,
    /// The day by which a statement must have been public to count [default: today].
    #[arg(long, value_name = "DATE")]
    pub(crate) known_by: Option<Date>,
    /// Print the answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }
}
