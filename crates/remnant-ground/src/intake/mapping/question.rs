//! What a guess leaves open.
//!
//! Belongs here: the questions, in words, with how they are answered. Does not belong here: when
//! one is asked (`guess`).

use serde::{Deserialize, Serialize};

/// What must be answered before a file is taken in. To answer is to set the value in the mapping
/// and take the question out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub enum Question {
    /// Day and month can be exchanged in every date that was looked at.
    DateOrder {
        /// The column.
        column: String,
        /// A date from it.
        example: String,
    },
    /// Years have two digits.
    TwoDigitYears {
        /// The column.
        column: String,
        /// A date from it.
        example: String,
    },
    /// A column's years are small numbers that count from a year that the file does not say.
    YearOffset {
        /// The column.
        column: String,
        /// A year from it.
        example: String,
    },
    /// The unit of an area is in neither name nor cells.
    AreaUnit {
        /// The column.
        column: String,
    },
    /// The size of the dunam.
    DunamSize {
        /// The column.
        column: String,
    },
    /// A comma that can part thousands or decimals.
    DecimalComma {
        /// The column.
        column: String,
        /// A number from it.
        example: String,
    },
    /// The column's name leads to one field and its label to another.
    NameAgainstLabel {
        /// The column.
        column: String,
        /// Its label.
        label: String,
        /// The field that the name leads to.
        by_name: String,
        /// The field that the label leads to.
        by_label: String,
    },
    /// Easting and northing without a zone.
    UtmZone {
        /// The column.
        column: String,
    },
}

impl Question {
    /// The question in a sentence, and how it is answered.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::DateOrder { column, example } => format!(
                "is `{example}` in `{column}` written day first or month first? Set `date_order` \
                 to `dmy` or `mdy`"
            ),
            Self::TwoDigitYears { column, example } => format!(
                "which century is meant by `{example}` in `{column}`? Set `two_digit_years_from` \
                 to the first year that two digits can mean"
            ),
            Self::YearOffset { column, example } => format!(
                "from which year does `{example}` in `{column}` count? Set `year_offset` to it"
            ),
            Self::AreaUnit { column } => format!(
                "in which unit is `{column}`? Set `unit` of the column to `m2`, `ha`, `km2` or \
                 `dunam`"
            ),
            Self::DunamSize { column } => format!(
                "how many m2 is a dunam in `{column}`? Set `dunam_square_metres`: 1000 in most \
                 places, 2500 in Iraq, 919 in older records"
            ),
            Self::DecimalComma { column, example } => format!(
                "is the comma in `{example}` in `{column}` a decimal comma, or does it part \
                 thousands? Set `numbers`"
            ),
            Self::NameAgainstLabel { column, label, by_name, by_label } => format!(
                "`{column}` is labelled `{label}`: the name means `{by_name}`, the label \
                 `{by_label}`. Look at the form and set `to` of the column"
            ),
            Self::UtmZone { column } => {
                format!("in which UTM zone is `{column}`? Set `utm_zone` of `coordinates`")
            }
        }
    }
}
