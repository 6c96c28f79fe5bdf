//! What can go wrong when something is asked of the record.
//!
//! Belongs here: one variant for each fault, with what the person can do. Does not belong here:
//! faults of files (`remnant-record`) or of the program.

/// A question that has no answer, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// No figure has this id, or the record as known by the day gives it no value.
    #[error("there is no figure `{0}`")]
    NoSuchFigure(String),
    /// The figure exists, but the record as known by the day gives it no value.
    #[error("the record has no value for the figure `{id}`: {reason}")]
    NoValue {
        /// The figure.
        id: String,
        /// Why.
        reason: String,
    },
    /// The figure rests on the journal of a project, which the record does not hold.
    #[error("the figure `{0}` is of a project, not of the record")]
    FigureOfProject(String),
    /// A workbook cannot be put together.
    #[error("the workbook cannot be put together: {0}")]
    Workbook(String),
    /// No munition or submunition has this id.
    #[error("no munition or submunition `{id}` is known by {known_by}")]
    NoSuchMunition {
        /// The id.
        id: String,
        /// The day.
        known_by: jiff::civil::Date,
    },
    /// No state has this code or name.
    #[error("`{0}` is neither the code nor the name of a state in the record")]
    NoSuchState(String),
    /// No source has this id.
    #[error("there is no source `{0}`")]
    NoSuchSource(String),
    /// The source of this id, if there is one, was not public by the day.
    #[error("no source `{id}` was public by {known_by}")]
    SourceNotPublic {
        /// The id.
        id: String,
        /// The day.
        known_by: jiff::civil::Date,
    },
    /// No statement is about this.
    #[error("no statement about `{subject}` is known by {known_by}")]
    NoSuchSubject {
        /// What was asked for.
        subject: String,
        /// The day.
        known_by: jiff::civil::Date,
    },
    /// The rules of the record clash.
    #[error(transparent)]
    Law(#[from] remnant_record::law::LawError),
    /// No transfer has this id.
    #[error("there is no transfer `{id}`; the record holds: {known}")]
    NoSuchTransfer {
        /// What was asked for.
        id: String,
        /// The ids there are.
        known: String,
    },
}

impl PublishError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoSuchFigure(_) => {
                "copy the id from the list at the end of a printed answer, for example \
                 `treaty-count/CCM/deposited`"
            }
            Self::NoValue { .. } => "ask for a later day with --known-by, or for another figure",
            Self::FigureOfProject(_) => {
                "`remnant release balance … --json` and `remnant area … --json` print each figure of \
                 a project with how it came about"
            }
            Self::Workbook(_) => "ask for the same as .csv or .html",
            Self::NoSuchMunition { .. } => {
                "`remnant munition` without an id lists those known by the day; a later --known-by \
                 may know more"
            }
            Self::NoSuchState(_) => {
                "give the ISO 3166-1 alpha-3 code, for example LAO, or the name as the treaty table \
                 writes it"
            }
            Self::NoSuchSource(_) => "`remnant sources` lists the ids",
            Self::SourceNotPublic { .. } => {
                "`remnant sources` lists those that were; a later --known-by may know more"
            }
            Self::NoSuchSubject { .. } => {
                "subjects are ids of munitions, submunitions, states and rows, names of places and \
                 conflicts; a later --known-by may know more"
            }
            Self::Law(error) => error.help(),
            Self::NoSuchTransfer { .. } => {
                "give one of these ids; a later --known-by may know more"
            }
        }
    }
}
