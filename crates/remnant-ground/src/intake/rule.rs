//! The rules that rows of foreign files are held against, by name.
//!
//! Belongs here: each rule with its weight and what the person can do. Does not belong here: the
//! finding with its cell (`finding`), the checks themselves.

use std::fmt;

use serde::{Serialize, Serializer};

/// What a finding means for its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something a person may want to know. Nothing follows from it.
    Note,
    /// Nothing is wrong by itself, but it looks like a known mistake. Shown with its reason, never
    /// applied.
    Suspicion,
    /// The row is taken in without the value at fault, and somebody must look at it.
    Queried,
    /// The row is not taken in.
    Refused,
}

impl Severity {
    /// The word that is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Suspicion => "suspicion",
            Self::Queried => "queried",
            Self::Refused => "refused",
        }
    }
}

macro_rules! rules {
    ($($(#[doc = $about:literal])+ $name:ident, $printed:literal, $severity:ident, $help:literal;)*) => {
        /// A rule of the import. The printed name of a retired rule is never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[doc = $about])+ $name,)* }

        impl Rule {
            /// All rules, in the order in which they are documented.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name that is printed beside a finding.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $printed,)* }
            }

            /// What a finding under this rule means for its row.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// What is wrong, as the page on the import says it.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => concat!($($about),+).trim_ascii(),)* }
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
    // Rows.
    /// A row without a single value.
    BlankRow, "blank-row", Refused, "take the row out; a row of nothing says nothing";
    /// A row that the reader could not take apart.
    RowNotReadable, "row-not-readable", Refused,
        "correct the row in the file: as many cells as the header has, quotation marks closed";
    /// The header once more, as where two files were put one under the other.
    HeaderAgain, "header-again", Refused,
        "take the row out, and look whether two files were put together";
    /// A cell of more than a million bytes.
    CellTooLarge, "cell-too-large", Refused,
        "put long texts and pictures into files of their own and name them in the cell";
    /// A field without which the row makes no sense.
    MandatoryBlank, "mandatory-blank", Refused, "fill the cell, or take the row out";
    /// A field of the minimum data that the row leaves blank.
    ExpectedBlank, "expected-blank", Queried,
        "ask whoever filled the form; leave it blank where nobody knows";
    /// A field of the minimum data that no column of the file holds: told once.
    FieldNotInFile, "field-not-in-file", Note,
        "map a column to it, or give a value for the whole file, if the source knows it";
    /// No id where the mapping names an id column.
    IdBlank, "id-blank", Queried,
        "give the row its id; until then it is known by its content, and a correction looks new";
    /// Spaces around an id.
    IdSpaces, "id-spaces", Note, "take the spaces out at the source; they are not part of the id";
    /// Two rows of one file with one id and different content.
    SameIdOtherContent, "same-id-other-content", Queried,
        "say which of the rows holds, or give one another id; both are kept, each under the id and \
         a part of its hash";
    /// The same row, word for word, once more.
    SameRowTwice, "same-row-twice", Note, "nothing: it is taken in once";
    /// A row without an id that is equal to one above.
    EqualRowWithoutId, "equal-row-without-id", Suspicion,
        "compare both with the original; if it is one thing told twice, set `equal_rows` to `once` in the mapping";
    /// Words that name or find a person, where the mapping refuses them.
    PersonalData, "personal-data", Refused,
        "set `personal` to `separate` and give a key, or to `drop`, or send the file without the column";

    // Dates.
    /// A text that is no date.
    DateNotUnderstood, "date-not-understood", Queried,
        "write 2023-06-30, or 2023-06 or 2023 where the day is not known";
    /// A date that no calendar has.
    DateImpossible, "date-impossible", Refused, "look the day up on the form again";
    /// A day after the day of the import.
    DateInFuture, "date-in-future", Refused,
        "look whether day and month, or the digits of the year, are exchanged";
    /// A day before the first plausible use of such munitions, or before the programme.
    DateTooEarly, "date-too-early", Queried,
        "look it up; set `first_plausible_day` in the mapping if the date is right";
    /// Day and month can be read in two ways and the mapping does not say which.
    DateOrderNotTold, "date-order-not-told", Refused,
        "set `date_order` in the mapping to `dmy`, `mdy` or `ymd`; ask whoever made the file";
    /// A date that exists only if read against the order of the mapping.
    DateAgainstOrder, "date-against-order", Queried,
        "correct the row if it is a slip; if many rows are so, the order in the mapping is wrong";
    /// A year of two digits, and the mapping does not say which century.
    TwoDigitYear, "two-digit-year", Queried,
        "set `two_digit_years_from` in the mapping to the first year that they can mean";
    /// A date that was a serial number of a spreadsheet or a count of milliseconds.
    DateFromSerial, "date-from-serial", Note, "nothing, if the date shown is the one on the form";
    /// A date with `about` or the like.
    DateApproximate, "date-approximate", Queried,
        "give a month or a year instead of a day that is not sure";
    /// Several days, where the form has one.
    DateRange, "date-range", Note, "nothing: the first and the last day are kept";
    /// An end before its beginning.
    DatesReversed, "dates-reversed", Queried, "exchange the two dates, or look them up again";
    /// A date equal to the day on which the row was typed in.
    DateEqualsEntry, "date-equals-entry", Suspicion,
        "look whether the form has a date of its own, or the computer filled in today's";

    // Numbers.
    /// A text that is no number.
    NumberNotUnderstood, "number-not-understood", Queried,
        "write digits only, as the mapping says decimals and thousands are written";
    /// A number with words such as `about`, or a span of numbers.
    NumberInWords, "number-in-words", Queried,
        "give one number, or leave the cell blank; the words are kept in the note";
    /// A number below zero where nothing can be less than none.
    NegativeNumber, "negative-number", Queried,
        "look it up; if the file writes it for `not known`, name it in `blanks` of the column";
    /// A count with a fraction.
    NotWhole, "not-whole", Queried, "give a whole number; look whether another column slipped in";
    /// A number too large to be meant.
    NumberTooLarge, "number-too-large", Queried, "look for digits too many, or another unit";
    /// An area in a unit whose size the mapping does not state.
    UnitNotStated, "unit-not-stated", Queried,
        "state the unit of the column and, for a dunam, its size in m2 in the mapping";
    /// A cell with another unit than its column.
    UnitContradictsColumn, "unit-contradicts-column", Queried,
        "write the column in one unit; never mix km2, hectares and m2";
    /// The area as reported and the area as drawn differ.
    AreaDiffers, "area-differs", Queried,
        "look whether the unit or the outline is wrong; both numbers are kept";
    /// More square metres for each team and day than teams work.
    ImpossibleRate, "impossible-rate", Suspicion,
        "look at area, unit and team-days again; cancelled land is not searched land";

    // Words.
    /// A word that the pick-list of the field does not have.
    UnknownCode, "unknown-code", Queried,
        "say in `codes` of the column which code it stands for, or add it to the national list";
    /// A word that is no answer to a question.
    UnknownAnswer, "unknown-answer", Queried,
        "say in `codes` of the column which of yes, no, dont-know, not-asked and refused it means";
    /// An id of another thing that is not there.
    ReferenceNotThere, "reference-not-there", Queried,
        "take in the file with that thing first, or correct the id";
    /// A text that ends where a database would cut it.
    TextCut, "text-cut", Suspicion, "look at the original: the end of the text may be missing";
    /// A text that a program left behind.
    ToolJunk, "tool-junk", Queried, "look the value up in the original; a program wrote this";
    /// A character that steers a machine.
    ControlCharacter, "control-character", Note, "nothing: it is kept and shown as a mark";
    /// A mark that turns the direction of writing.
    DirectionMark, "direction-mark", Note,
        "nothing in Arabic or Hebrew; elsewhere look whether the text reads as it is stored";
    /// A character that was lost when the file was saved.
    LostCharacter, "lost-character", Queried,
        "ask for the file in UTF-8: the letter is not in this one";

    // Places.
    /// No position where the form asks for one.
    PositionMissing, "position-missing", Queried,
        "give a position or an outline; without one the thing is on no map";
    /// One half of a position.
    HalfAPosition, "half-a-position", Queried, "give both numbers, or leave both blank";
    /// The point where both numbers are zero.
    ZeroZero, "zero-zero", Queried, "leave both cells blank where no position was taken";
    /// A coordinate text that is no position.
    PositionNotUnderstood, "position-not-understood", Queried,
        "look at the coordinate on the form, and at the format in the mapping";
    /// A position that lies outside the country of the mapping.
    OutOfCountry, "out-of-country", Queried,
        "look whether the numbers are exchanged, or the country of the mapping is too small";
    /// A position outside the unit that the row names.
    OutOfUnit, "out-of-unit", Queried, "look up which of the two is right: position or unit";
    /// Two positions in one row that lie apart.
    PositionsDisagree, "positions-disagree", Queried,
        "look up which of the two holds; the difference may be a datum that nobody named";
    /// A declared coordinate format that is not the one in the cell.
    FormatAgainstDeclared, "format-against-declared", Queried,
        "correct the declared format; the coordinate is read as it is written";
    /// Coordinates disagree by the same way all over the file.
    DatumShift, "datum-shift", Suspicion,
        "find out in which datum the coordinates were read off the map, and name it in the mapping";
    /// Latitude and longitude seem exchanged.
    AxesSwapped, "axes-swapped", Suspicion, "exchange the two numbers if the form says so";
    /// A sign or a letter seems to be the wrong one.
    WrongHemisphere, "wrong-hemisphere", Suspicion, "correct the sign or the letter";
    /// The zone seems to be the neighbouring one.
    WrongZone, "wrong-zone", Suspicion, "look up the zone on the map sheet";
    /// A position said to be measured that is the centre of a unit or a settlement.
    AtCentroid, "at-centroid", Suspicion,
        "ask how it was got; if nobody stood there, the method is `gazetteer_centroid`";
    /// A centre that stands in for a position that it was not safe to record.
    CentroidStandsIn, "centroid-stands-in", Note,
        "nothing: the place is kept with the method `gazetteer_centroid`";
    /// An accuracy of zero.
    AccuracyZero, "accuracy-zero", Note, "nothing: zero is how forms write `not known` here";
    /// A word for how a place was got that is none of those known.
    UnknownMethod, "unknown-method", Queried,
        "use gps, map, gazetteer_centroid, described or unknown, or say so in `codes`";
    /// An outline that is no area.
    GeometryAtFault, "geometry-at-fault", Queried,
        "correct the outline where it was drawn; the row is kept without it";
    /// No outline, for a kind that is nothing but its outline.
    OutlineMissing, "outline-missing", Refused,
        "give the outline; a boundary or a box without one is no boundary and no box";
    /// Something about an outline that is worth knowing.
    GeometryNoted, "geometry-noted", Note, "nothing: closed rings and repeated corners are usual";
    /// Two corners far apart.
    CornersFarApart, "corners-far-apart", Suspicion,
        "look for exchanged digits in the two corners";

    // The whole file.
    /// Two rows with other ids and the same place, date, kind and team.
    SameReportTwice, "same-report-twice", Suspicion,
        "look at the rows side by side; merging keeps both ids";
    /// Two rows with the same outline.
    SameOutlineTwice, "same-outline-twice", Suspicion,
        "look whether it is one area under two numbers";
    /// Several rows that are equal in everything but their id.
    CopiedRecords, "copied-records", Suspicion,
        "ask whether rows were copied and not yet filled in";
    /// Far more areas end in zeros than measured ones would.
    RoundedAreas, "rounded-areas", Suspicion,
        "ask how the areas were got: round numbers are estimates";
    /// Many rows on one position.
    ManyOnOnePosition, "many-on-one-position", Suspicion,
        "ask whether the position is that of a settlement or an office";
    /// A large share of the rows under one name of a place.
    ManyUnderOneName, "many-under-one-name", Suspicion,
        "ask whether the name was filled in by default";
    /// Most dates equal the day on which the row was typed in.
    MostDatesEqualEntry, "most-dates-equal-entry", Suspicion,
        "ask whether the date was filled in by the computer";
    /// A column, or the position, that a tenth of the rows or more leave blank.
    OftenBlank, "often-blank", Note,
        "nothing, if the source did not know more; else look for another column that has it";
    /// Dates of one column written in several ways.
    DatesWrittenDifferently, "dates-written-differently", Note,
        "look at a few of each kind: where ways of writing mix, files were put together";
    /// So many zeros in a column that some may mean `not known`.
    ZeroMayBeMissing, "zero-may-be-missing", Suspicion,
        "ask whether 0 was counted or nobody counted; if the latter, name 0 in `blanks` of the column";
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_its_own_name_and_says_what_to_do() {
        let mut names = BTreeSet::new();
        for rule in Rule::ALL {
            assert!(names.insert(rule.name()), "{rule} twice");
            assert!(rule.help().len() > 20, "{rule}: {}", rule.help());
            assert!(rule.name().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{rule}");
        }
    }
}
