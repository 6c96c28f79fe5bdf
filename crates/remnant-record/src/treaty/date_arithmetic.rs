//! Sums of days, months and years, each with its rounding named.
//!
//! Belongs here: the few sums that treaty periods need, and their refusal where a sum has more
//! than one answer. Does not belong here: which period a treaty sets (`entry_into_force`, `clock`).

use std::fmt;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::Serialize;

/// A length of time. Days, months and years are not exchangeable, so none is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// Days; the day from which they run is not counted.
    Days(i32),
    /// Calendar months.
    Months(i32),
    /// Calendar years.
    Years(i16),
}

/// How a sum lands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// The first of a month, counted from the month of the start and not from its day.
    FirstOfMonth,
    /// The day of the same number in the month reached; refused where that month has none.
    SameDayOfMonth,
    /// So many days later; the day of the start is not counted.
    ExactDays,
    /// A day fixed in the calendar.
    FixedDay,
}

impl Rounding {
    /// The rounding in words, as printed beside a computed day.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::FirstOfMonth => "first of the month, counted from the month of the start",
            Self::SameDayOfMonth => "same day of the month; refused where the month has none",
            Self::ExactDays => "days counted singly, the day of the start not among them",
            Self::FixedDay => "a day fixed in the calendar",
        }
    }
}

/// Why a sum of a day and a period was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateSumError {
    /// The month reached has no day of that number.
    #[error("{start} and {period} have no day of the same number: the month has no day {day}")]
    Ambiguous {
        /// The start.
        start: Date,
        /// What was to be added.
        period: Period,
        /// The day of the month that is missing.
        day: i8,
    },
    /// The sum lies outside the calendar.
    #[error("{start} and {period} lie outside the calendar, which ends with the year 9999")]
    OutsideCalendar {
        /// The start.
        start: Date,
        /// What was to be added.
        period: Period,
    },
}

impl DateSumError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Ambiguous { .. } => {
                "the rule does not say which day is meant; look for a published day and record it"
            }
            Self::OutsideCalendar { .. } => "look the starting day up again",
        }
    }
}

impl Period {
    /// How a sum with this period lands on a day.
    #[must_use]
    pub fn rounding(self) -> Rounding {
        match self {
            Self::Days(_) => Rounding::ExactDays,
            Self::Months(_) | Self::Years(_) => Rounding::SameDayOfMonth,
        }
    }

    /// The day that lies this period after another.
    ///
    /// # Errors
    /// `Ambiguous` where the month reached has no day of the same number (31 August and six
    /// months, 29 February and a year): other software silently takes the month's last day.
    /// `OutsideCalendar` past the year 9999.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use remnant_record::treaty::Period;
    /// assert_eq!(Period::Months(6).after(date(2024, 9, 6)), Ok(date(2025, 3, 6)));
    /// assert!(Period::Months(6).after(date(2024, 8, 31)).is_err());
    /// ```
    pub fn after(self, start: Date) -> Result<Date, DateSumError> {
        let outside = || DateSumError::OutsideCalendar { start, period: self };
        let sum = start.checked_add(self.span().ok_or_else(outside)?).map_err(|_| outside())?;
        if self.rounding() == Rounding::SameDayOfMonth && sum.day() != start.day() {
            return Err(DateSumError::Ambiguous { start, period: self, day: start.day() });
        }
        Ok(sum)
    }

    fn span(self) -> Option<Span> {
        match self {
            Self::Days(days) => Span::new().try_days(days).ok(),
            Self::Months(months) => Span::new().try_months(months).ok(),
            Self::Years(years) => Span::new().try_years(years).ok(),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days} days"),
            Self::Months(months) => write!(f, "{months} months"),
            Self::Years(years) => write!(f, "{years} years"),
        }
    }
}

/// The first day of the sixth month after the month of a day ([`Rounding::FirstOfMonth`]).
///
/// # Errors
/// `OutsideCalendar` past the year 9999.
pub fn first_day_of_sixth_month_after(start: Date) -> Result<Date, DateSumError> {
    start
        .first_of_month()
        .checked_add(6.months())
        .map_err(|_| DateSumError::OutsideCalendar { start, period: Period::Months(6) })
}

/// The first 30 April that is not before a day ([`Rounding::FixedDay`]).
///
/// # Errors
/// `OutsideCalendar` past the year 9999.
pub fn thirtieth_of_april_from(start: Date) -> Result<Date, DateSumError> {
    let in_year = |year| Date::new(year, 4, 30).ok();
    in_year(start.year())
        .filter(|day| *day >= start)
        .or_else(|| in_year(start.year().saturating_add(1)))
        .ok_or(DateSumError::OutsideCalendar { start, period: Period::Years(1) })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_without_that_day_is_refused_and_not_rounded() {
        for (period, start) in [
            (Period::Months(6), date(2024, 8, 31)),
            (Period::Months(1), date(2023, 1, 29)),
            (Period::Years(1), date(2024, 2, 29)),
        ] {
            let refused = period.after(start);
            assert!(matches!(refused, Err(DateSumError::Ambiguous { .. })), "{refused:?}");
        }
        assert_eq!(Period::Years(4).after(date(2024, 2, 29)), Ok(date(2028, 2, 29)));
    }

    #[test]
    fn a_sum_past_the_calendar_is_refused() {
        for period in [Period::Days(2), Period::Months(1), Period::Years(1), Period::Days(i32::MAX)]
        {
            let refused = period.after(Date::MAX);
            assert!(matches!(refused, Err(DateSumError::OutsideCalendar { .. })), "{refused:?}");
        }
        assert!(first_day_of_sixth_month_after(Date::MAX).is_err());
        assert!(thirtieth_of_april_from(Date::MAX).is_err());
    }

    #[test]
    fn the_thirtieth_of_april_itself_is_not_passed_over() {
        assert_eq!(thirtieth_of_april_from(date(2023, 4, 30)), Ok(date(2023, 4, 30)));
        assert_eq!(thirtieth_of_april_from(date(2023, 5, 1)), Ok(date(2024, 4, 30)));
    }

    proptest! {
        #[test]
        fn no_day_and_no_period_makes_a_sum_panic(
            year in -9999i16..=9999, month in 1i8..=12, day in 1i8..=28, n in any::<i32>(),
        ) {
            let start = date(year, month, day);
            let years = i16::try_from(n % 10_000).unwrap_or(0);
            for period in [Period::Days(n), Period::Months(n), Period::Years(years)] {
                if let Ok(sum) = period.after(start) {
                    prop_assert_eq!(sum > start, match period {
                        Period::Days(n) | Period::Months(n) => n > 0,
                        Period::Years(n) => n > 0,
                    });
                }
            }
            let _refused_or_day = first_day_of_sixth_month_after(start);
            let _refused_or_day = thirtieth_of_april_from(start);
        }
    }
}
