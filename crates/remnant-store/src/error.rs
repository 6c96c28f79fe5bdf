//! What can go wrong when something is kept, and what to do then.
//!
//! Belongs here: one variant for each fault, with its help. Does not belong here: how a backend
//! words its own errors (`sqlite`, `postgis`).

use jiff::civil::Date;
use remnant_ground::ObjectKind;

use crate::entry::EntryId;

/// Why something could not be kept or read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such file.
    #[error("there is no project at `{place}`")]
    Missing {
        /// The path or address that was given.
        place: String,
    },
    /// A project or another file is there already.
    #[error("`{place}` is there already")]
    AlreadyThere {
        /// The path or address that was given.
        place: String,
    },
    /// The file cannot be opened or made.
    #[error("`{place}` cannot be opened: {told}")]
    CannotOpen {
        /// The path or address that was given.
        place: String,
        /// What the system said.
        told: String,
    },
    /// The file is no SQLite file at all.
    #[error("`{place}` is not a GeoPackage")]
    NotAGeoPackage {
        /// The path that was given.
        place: String,
    },
    /// The file or database holds no project of Remnant.
    #[error("`{place}` holds no project of Remnant")]
    NotAProject {
        /// The path or address that was given.
        place: String,
    },
    /// The project was written by a newer version.
    #[error(
        "`{place}` was written by a newer version: its tables are of version {found}, this program knows up to {known}"
    )]
    Newer {
        /// The path or address that was given.
        place: String,
        /// The version of its tables.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// A step that made the tables is not the one that this program has.
    #[error("`{place}`: step {version} that made its tables is not the one of this program")]
    MigrationDiffers {
        /// The path or address that was given.
        place: String,
        /// The number of the step.
        version: i64,
    },
    /// The file can be read but not written.
    #[error("`{place}` can only be read")]
    ReadOnly {
        /// The path or address that was given.
        place: String,
    },
    /// No space is left.
    #[error("there is no space left where `{place}` is kept; nothing of this was entered")]
    DiskFull {
        /// The path or address that was given.
        place: String,
    },
    /// The file is damaged.
    #[error("the store is damaged: {told}")]
    Damaged {
        /// What is wrong.
        told: String,
    },
    /// Somebody else writes and did not end in time.
    #[error("another program has been writing to `{place}` for too long")]
    Locked {
        /// The path or address that was given.
        place: String,
    },
    /// The server cannot be reached.
    #[error("the database at `{place}` cannot be reached: {told}")]
    Unreachable {
        /// The address that was given, without its password.
        place: String,
        /// What was said.
        told: String,
    },
    /// The database has no PostGIS.
    #[error("the database at `{place}` has no PostGIS: {told}")]
    NoPostgis {
        /// The address that was given, without its password.
        place: String,
        /// What was said.
        told: String,
    },
    /// Something else that the database says.
    #[error("the database says: {told}")]
    Database {
        /// What it says.
        told: String,
    },
    /// Nobody is named as author.
    #[error("nobody is named as the author of this entry")]
    NoAuthor,
    /// Day and moment cannot both be right.
    #[error("the moment {at} and the day {on} are more than a day apart")]
    DaysApart {
        /// The moment.
        at: String,
        /// The day.
        on: Date,
    },
    /// A moment for which no id can be made.
    #[error("entries cannot be dated {day}")]
    BeforeIds {
        /// The day.
        day: Date,
    },
    /// An object was to be kept with something that names a person.
    #[error("{kind} `{id}`: `{field}` names or finds a person and cannot be kept with the object")]
    PersonalField {
        /// The kind of object.
        kind: ObjectKind,
        /// Its id.
        id: String,
        /// The field.
        field: String,
    },
    /// An object holds a number that is none, or infinite.
    #[error("{kind} `{id}`: {at} is not a finite number")]
    NotFinite {
        /// The kind of object.
        kind: ObjectKind,
        /// Its id.
        id: String,
        /// The field or the place.
        at: String,
    },
    /// A text holds the character NUL, which PostgreSQL cannot keep and other programs end at.
    #[error("{what} `{}` holds the character NUL", .subject.replace('\0', "\u{FFFD}"))]
    NulCharacter {
        /// What was to be entered.
        what: String,
        /// What it is about.
        subject: String,
    },
    /// A thing was to be changed that is not there.
    #[error("there is no {kind} `{id}`")]
    NoSuchObject {
        /// The kind of object.
        kind: ObjectKind,
        /// Its id.
        id: String,
    },
    /// A body that does not have the form of its kind.
    #[error("entry {entry} cannot be read: {told}")]
    Body {
        /// The entry.
        entry: EntryId,
        /// What is wrong.
        told: String,
    },
    /// A value that cannot be written as JSON.
    #[error("this cannot be written as JSON: {told}")]
    NotJson {
        /// What is wrong.
        told: String,
    },
    /// Text that is no entry of a journal.
    #[error("line {line}: {told}")]
    NotAnEntry {
        /// The line of the bundle; 0 where there is none.
        line: u64,
        /// What is wrong.
        told: String,
    },
    /// An entry whose hash does not follow from what it says.
    #[error("entry {entry} of copy {origin} was changed after it was made: its hash is another")]
    Forged {
        /// The entry.
        entry: EntryId,
        /// The copy that it claims to be from.
        origin: String,
    },
    /// An entry that is here already and says something else.
    #[error("entry {entry} is here already and says something else")]
    Differs {
        /// The entry.
        entry: EntryId,
    },
    /// Personal data without a key.
    #[error("personal data of {kind} `{id}` cannot be kept or read without a key")]
    NoKey {
        /// The kind of object.
        kind: ObjectKind,
        /// Its id.
        id: String,
    },
    /// Personal data under another key.
    #[error("`{field}` of {kind} `{id}` was kept under another key, or was changed since")]
    WrongKey {
        /// The kind of object.
        kind: ObjectKind,
        /// Its id.
        id: String,
        /// The field.
        field: String,
    },
    /// Something that names persons cannot be sealed.
    #[error("what names persons cannot be sealed: {0}")]
    CannotSeal(String),
    /// A kept file that is sealed, and the key is missing or is another.
    #[error("the file `{name}` is kept under the key {key}, since it names persons")]
    FileUnderKey {
        /// The name of the file.
        name: String,
        /// The name of the key.
        key: String,
    },
    /// A kept file that is not there.
    #[error("no file with the hash {hash} is kept")]
    NoSuchFile {
        /// The hash, in hexadecimal.
        hash: String,
    },
    /// The bytes to be kept or given cannot be read or written.
    #[error("the file `{name}` cannot be read or written: {told}")]
    FileUnreadable {
        /// The name of the file.
        name: String,
        /// What was said.
        told: String,
    },
}

impl StoreError {
    pub(crate) fn damaged(told: impl Into<String>) -> Self {
        Self::Damaged { told: told.into() }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "look at the path, or make a project there with `remnant init`",
            Self::AlreadyThere { .. } => {
                "choose another name; a project is never written over another file"
            }
            Self::CannotOpen { .. } => {
                "look at the folder: it must be there, be yours to write to, and not be on a \
                 network share"
            }
            Self::NotAGeoPackage { .. } => {
                "name a project that `remnant init` made; the file was not touched"
            }
            Self::NotAProject { .. } => {
                "make a project with `remnant init` and take this in with `remnant source add`; it \
                 was not touched"
            }
            Self::Newer { .. } => "use the newer version of Remnant; the project was not touched",
            Self::MigrationDiffers { .. } => {
                "use the version of Remnant that made the project, and tell us which two versions \
                 disagree"
            }
            Self::ReadOnly { .. } => {
                "copy the project to where you may write, or ask who owns the file; reading works"
            }
            Self::DiskFull { .. } => "make room on the disk, then enter it again",
            Self::Damaged { .. } => {
                "keep the file as it is, see with `remnant check` what holds, and go back to the \
                 last good copy; a bundle from another copy brings the entries since then"
            }
            Self::Locked { .. } => "wait until the other program has ended, then try again",
            Self::Unreachable { .. } => {
                "look at host, port, user and password of the address, and whether the server runs"
            }
            Self::NoPostgis { .. } => {
                "have the database's owner say `CREATE EXTENSION postgis`, once"
            }
            Self::Database { .. } => {
                "see with `remnant check` what holds; if all does, tell us what you did"
            }
            Self::NoAuthor => "say who you are with --author, or set REMNANT_AUTHOR",
            Self::DaysApart { .. } | Self::BeforeIds { .. } => {
                "set the clock and the time zone of this machine"
            }
            Self::PersonalField { .. } => {
                "take the file in with --personal separate and a key, or with --personal drop"
            }
            Self::NotFinite { .. } => "leave the value out: what is not known stays blank",
            Self::NulCharacter { .. } => {
                "take the character out where it stands; a program put it there, not a person"
            }
            Self::NoSuchObject { .. } => "look at the id; `remnant journal` shows what was entered",
            Self::Body { .. } => "use the version of Remnant that wrote the entry",
            Self::NotJson { .. } => "tell us what you entered: this should not be possible",
            Self::NotAnEntry { .. } => {
                "ask for the bundle again; it was cut off or is not a bundle of Remnant"
            }
            Self::Forged { .. } => {
                "do not use this bundle, and ask who had it in hands; nothing of it was taken in"
            }
            Self::Differs { .. } => {
                "check both copies with `remnant check`: one of them was changed outside Remnant"
            }
            Self::NoKey { .. } => "make a key with `remnant key new`, and name it with --key",
            Self::WrongKey { .. } | Self::FileUnderKey { .. } => {
                "name the key under which it was kept with --key"
            }
            Self::CannotSeal(_) => "try again; if it stays so, the machine is at fault",
            Self::NoSuchFile { .. } => "`remnant source list` shows the files that are kept",
            Self::FileUnreadable { .. } => "look whether the file can be opened, then try again",
        }
    }
}
