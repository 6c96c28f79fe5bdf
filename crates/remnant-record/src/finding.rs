//! What a check of a record folder has to say, line by line.
//!
//! Belongs here: the rules by name, each with its help, and the finding. Does not belong here: the
//! checks themselves (`check`).

use std::fmt;

use serde::{Serialize, Serializer};

/// One thing that a check found: where, what, and what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The folder, as the person gave it.
    pub folder: String,
    /// The file in the folder.
    pub file: String,
    /// The line on which the row starts; the header is line 1.
    pub line: u64,
    /// The column, where one is at fault.
    pub column: Option<String>,
    /// The rule that is broken.
    pub rule: Rule,
    /// What is there, in a sentence.
    pub message: String,
}

impl Finding {
    /// Whether the folder is refused for it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        !self.rule.is_note()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:{}", self.folder, self.file, self.line)?;
        if let Some(column) = &self.column {
            write!(f, " {column}")?;
        }
        write!(f, ": {} [{}]", self.message, self.rule)
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident, $printed:literal, $help:literal;)*) => {
        /// A rule that a record folder keeps. The printed name of a retired rule is never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[$doc])* $name,)* }

        impl Rule {
            /// All rules, in the order in which they are documented.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name that is printed beside a finding.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $printed,)* }
            }

            /// What the person can do about it.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }
    };
}

rules! {
    /// A file that is not one of the record's tables.
    UnknownFile, "unknown-file",
        "name the file as one of the record's tables, or move it out of the folder";
    /// The file cannot be read as a table at all.
    EmptyFile, "empty-file", "write the column names on the first line";
    /// Bytes that are not UTF-8.
    NotUtf8, "not-utf-8", "save the file as UTF-8 and compare the row with its original";
    /// A quoted cell that is never closed.
    UnclosedQuote, "unclosed-quote", "close the quotation mark; inside a cell write it twice";
    /// A row with more or fewer cells than the header.
    CellCount, "cell-count",
        "put quotation marks around a cell that holds a comma, keep a comma for each blank cell";
    /// A column that the table needs and the file lacks.
    MissingColumn, "missing-column",
        "add the column to the header; its cells may stay blank where nothing was seen";
    /// A column that the table does not have.
    UnknownColumn, "unknown-column", "correct the name of the column, or take it out";
    /// The same column twice.
    DuplicateColumn, "duplicate-column", "keep one of the two columns";
    /// A blank cell where the row makes no sense without a value.
    Blank, "blank", "fill the cell; write `unknown` only where a source says so";
    /// Spaces around a value.
    SurroundingSpace, "surrounding-space", "take the spaces out";
    /// An id that is not lower-case letters, digits and hyphens.
    BadId, "bad-id", "use lower-case letters, digits and hyphens only";
    /// An id that another row has.
    DuplicateId, "duplicate-id", "give one of the two rows another id";
    /// A reference to a row that does not exist.
    BrokenReference, "broken-reference",
        "correct the id, or add the row it names to this folder; several ids are split by `;`";
    /// A text that is no date.
    BadDate, "bad-date", "write 2023-06-30, or 2023-06 or 2023 where the day was not seen";
    /// A date that no calendar has.
    ImpossibleDate, "impossible-date", "look the day up in the source again";
    /// An end before its beginning.
    DatesReversed, "dates-reversed", "exchange the two dates, or look them up again";
    /// A stated precision that the date does not have.
    PrecisionContradictsDate, "precision-contradicts-date",
        "give the date as precisely as the precision says, or correct the precision";
    /// A text that is no number.
    BadNumber, "bad-number",
        "write digits with a point for decimals: no thousands separators, no unit, no `about`";
    /// A number that cannot be.
    ImpossibleNumber, "impossible-number",
        "look the number up again: shares are per cent from 0 to 100, counts are whole and not negative";
    /// A lower bound above the upper bound.
    LowAboveHigh, "low-above-high", "exchange the two bounds, or look them up again";
    /// More duds than submunitions tested.
    DudsAboveTested, "duds-above-tested", "look both counts up again";
    /// A word that is not one of those the column takes.
    UnknownWord, "unknown-word", "use one of the words named in the message";
    /// A state code that is not three capital letters.
    BadStateCode, "bad-state-code", "write the ISO 3166-1 alpha-3 code, for example LAO";
    /// A statement that repeats itself, through others or at once.
    SameOriginCircle, "same-origin-circle",
        "let `same_origin_as` name the row that was first; that row's own cell stays blank";
    /// A position with a part missing.
    HalfAPosition, "half-a-position",
        "give latitude, longitude, basis and uncertainty together, or leave all four blank";
    /// A source read before it was published.
    ReadBeforePublished, "read-before-published", "correct the day of publication or of access";
    /// A row that says nothing.
    NothingSaid, "nothing-said", "fill at least one of the cells named in the message, or take the row out";
    /// A source whose publication day was not seen: a note, not an error.
    PublicationNotSeen, "publication-not-seen",
        "give the day of publication, or the row an explicit `known_from`; until then nothing that \
         rests on this source alone was known before the day it was read";
}

impl Rule {
    /// Whether a finding under this rule is a remark that refuses nothing.
    #[must_use]
    pub fn is_note(self) -> bool {
        matches!(self, Self::PublicationNotSeen)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
