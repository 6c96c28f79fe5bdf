//! What can go wrong in the program, and what the person can do.
//!
//! Belongs here: faults of files, sockets and questions, as they are printed. Does not belong
//! here: faults within a record folder, which are findings.

use remnant_publish::PublishError;
use remnant_record::Finding;

/// A command that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramError {
    #[error("`{path}` cannot be read: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("`{path}` cannot be written: {source}")]
    Unwritable { path: String, source: std::io::Error },
    #[error("`{0}` holds no .csv table")]
    NoTables(String),
    #[error("the record was refused with {} finding(s)", .0.iter().filter(|f| f.is_error()).count())]
    Refused(Vec<Finding>),
    #[error(transparent)]
    NoAnswer(#[from] PublishError),
    #[error("port {port} on this machine cannot be opened: {source}")]
    Port { port: u16, source: std::io::Error },
    #[error("the server stopped: {0}")]
    Server(std::io::Error),
}

impl ProgramError {
    /// What the person can do about it.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "check the path and whether you may read it",
            Self::Unwritable { .. } => "choose another place with --output",
            Self::NoTables(_) => "give the folder that holds the tables, such as sources.csv",
            Self::Refused(_) => "`remnant record check DIR` lists the findings, each with its help",
            Self::NoAnswer(error) => error.help(),
            Self::Port { .. } => "choose another port with --port, or 0 for any free one",
            Self::Server(_) => "start it again; if it stops again, report what it printed",
        }
    }
}
