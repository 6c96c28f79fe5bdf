//! Civil days, and always two of them.
//!
//! Belongs here: dates as precise as they were written, and the two days that every question
//! names. Does not belong here: today's date, which only the program knows.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

/// One view of the record: the world on one day, as far as it was known by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct AsOf {
    /// The day that the question is about.
    pub on: Date,
    /// The day by which a statement must have been public to take part in the answer.
    pub known_by: Date,
}

impl AsOf {
    /// Both days the same: what could be said of a day on that day.
    #[must_use]
    pub fn day(day: Date) -> Self {
        Self { on: day, known_by: day }
    }
}

/// A date as precise as the source gave it: a day, a month or a year.
///
/// "March 1999" stays a month. The first of the month is never filled in; who needs a day asks
/// for [`first_day`](Self::first_day) or [`last_day`](Self::last_day) and so names the rounding.
///
/// ```
/// use remnant_record::PartialDate;
/// let month: PartialDate = "2023-02".parse()?;
/// assert_eq!(month.to_string(), "2023-02");
/// assert_eq!(month.last_day().to_string(), "2023-02-28");
/// # Ok::<(), remnant_record::DateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// A day.
    Day(Date),
    /// A month of which the day was not seen.
    Month {
        /// Year.
        year: i16,
        /// Month, 1 to 12.
        month: i8,
    },
    /// A year of which the month was not seen.
    Year(i16),
}

/// Why a text is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not written as `2023-06-30`, `2023-06` or `2023`.
    #[error("`{0}` is not a date written as 2023-06-30, 2023-06 or 2023")]
    NotIso(String),
    /// Written as a date, but no calendar has that day.
    #[error("there is no day `{0}` in the calendar")]
    NoSuchDay(String),
}

impl PartialDate {
    /// The first day that the date can mean.
    #[must_use]
    pub fn first_day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Month { year, month } => Date::constant(year, month, 1),
            Self::Year(year) => Date::constant(year, 1, 1),
        }
    }

    /// The last day that the date can mean.
    #[must_use]
    pub fn last_day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Month { .. } => self.first_day().last_of_month(),
            Self::Year(year) => Date::constant(year, 12, 31),
        }
    }

    /// The day, when a day was given.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Day(day) => Some(day),
            Self::Month { .. } | Self::Year(_) => None,
        }
    }

    /// How precise the date is, in one word.
    #[must_use]
    pub fn precision(self) -> &'static str {
        match self {
            Self::Day(_) => "day",
            Self::Month { .. } => "month",
            Self::Year(_) => "year",
        }
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let not_iso = || DateError::NotIso(text.to_owned());
        let no_such_day = || DateError::NoSuchDay(text.to_owned());
        let parts: Vec<&str> = text.split('-').collect();
        let digits = |part: &str, width: usize| {
            let all_digits = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
            if all_digits { part.parse::<i16>().map_err(|_| not_iso()) } else { Err(not_iso()) }
        };
        let small = |number: i16| i8::try_from(number).map_err(|_| no_such_day());
        match parts.as_slice() {
            [year] => Ok(Self::Year(digits(year, 4)?)),
            [year, month] => {
                let (year, month) = (digits(year, 4)?, small(digits(month, 2)?)?);
                Date::new(year, month, 1).map_err(|_| no_such_day())?;
                Ok(Self::Month { year, month })
            }
            [year, month, day] => {
                let year = digits(year, 4)?;
                let (month, day) = (small(digits(month, 2)?)?, small(digits(day, 2)?)?);
                Date::new(year, month, day).map(Self::Day).map_err(|_| no_such_day())
            }
            _ => Err(not_iso()),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_and_a_year_keep_their_precision() {
        for text in ["2023", "2023-07", "2023-07-06"] {
            assert_eq!(text.parse::<PartialDate>().map(|d| d.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn the_last_day_of_a_leap_february_is_the_29th() {
        let month = PartialDate::Month { year: 2024, month: 2 };
        assert_eq!(month.last_day(), Date::constant(2024, 2, 29));
    }

    #[test]
    fn what_is_no_date_and_what_is_no_day_are_told_apart() {
        for text in ["", "30.6.2023", "2023-6-30", "2023-06-30T00:00", "June 2023", "+023"] {
            let refused = text.parse::<PartialDate>();
            assert!(matches!(refused, Err(DateError::NotIso(_))), "{text}: {refused:?}");
        }
        for text in ["2023-02-29", "2023-13", "2023-00-01", "2023-04-31"] {
            let refused = text.parse::<PartialDate>();
            assert!(matches!(refused, Err(DateError::NoSuchDay(_))), "{text}: {refused:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[0-9-]{0,12}|\\PC{0,12}") {
            let _refused_or_read = text.parse::<PartialDate>();
        }

        #[test]
        fn the_first_day_is_never_after_the_last(year in 1i16..9999, month in 1i8..=12) {
            for date in [PartialDate::Year(year), PartialDate::Month { year, month }] {
                prop_assert!(date.first_day() <= date.last_day());
            }
        }
    }
}
