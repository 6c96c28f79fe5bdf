//! A date whose day, month and year stand in columns of their own.
//!
//! Belongs here: putting the parts together, with years that count from a year that the mapping
//! says. Does not belong here: dates in one cell (`date`).

use super::date::{self, DateReading};
use super::finding::Remark;
use super::month::month;
use super::rule::Rule;

/// A date from its parts: as precise as the parts that are there.
pub(super) fn read(
    day: &str,
    month_text: &str,
    year: &str,
    dates: &DateReading,
    year_offset: Option<i16>,
) -> date::DateRead {
    let fault = |rule, message: String| date::DateRead {
        remarks: vec![Remark::new(rule, message)],
        ..date::DateRead::default()
    };
    let not_understood =
        |what: &str, text: &str| fault(Rule::DateNotUnderstood, format!("`{text}` is no {what}"));
    let Ok(number) = year.parse::<i16>() else {
        return match year {
            "" => fault(Rule::DateNotUnderstood, "the year is blank".to_owned()),
            _ => not_understood("year", year),
        };
    };
    let full_year = match (number, year_offset) {
        (0..=99, Some(offset)) => number.saturating_add(offset),
        (0..=99, None) => {
            return fault(
                Rule::TwoDigitYear,
                format!(
                    "`{year}` counts from a year that the mapping does not say (`year_offset`)"
                ),
            );
        }
        _ => number,
    };
    let month = match month_text.parse::<i8>() {
        Ok(number) => Some(number),
        Err(_) if month_text.is_empty() => None,
        Err(_) => match month(month_text) {
            Some(number) => Some(number),
            None => return not_understood("month", month_text),
        },
    };
    // What is put together is read as ISO, so that future and implausible days are found as well.
    let written = |day: &str| match (month, day) {
        (None, _) => format!("{full_year:04}"),
        (Some(month), "") => format!("{full_year:04}-{month:02}"),
        (Some(month), day) => format!("{full_year:04}-{month:02}-{day:0>2}"),
    };
    if month.is_none() && !day.is_empty() {
        return not_understood("date without a month", day);
    }
    match day.split_once(['-', '/', '–']) {
        Some((from, to)) => {
            let (from, to) = (from.trim(), to.trim());
            let (first, last) =
                (date::read(&written(from), dates), date::read(&written(to), dates));
            match (first.date, last.date) {
                (Some(first), Some(last)) if last.first_day() >= first.first_day() => {
                    date::DateRead {
                        date: Some(first),
                        to: Some(last),
                        remarks: vec![Remark::new(
                            Rule::DateRange,
                            format!("the cells say {first} to {last}"),
                        )],
                    }
                }
                (Some(_), Some(_)) => fault(
                    Rule::DatesReversed,
                    format!("the days `{day}` of one month run backwards"),
                ),
                (None, _) => first,
                (_, None) => last,
            }
        }
        None if !day.bytes().all(|b| b.is_ascii_digit()) => not_understood("day", day),
        None => date::read(&written(day), dates),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::super::date::DateOrder;
    use super::*;

    const DATES: DateReading = DateReading {
        order: DateOrder::Ask,
        two_digit_years_from: None,
        today: Date::constant(2024, 6, 30),
        first_plausible_day: Some(Date::constant(1939, 9, 1)),
    };

    fn date(day: &str, month: &str, year: &str) -> (String, Vec<Rule>) {
        let read = read(day, month, year, &DATES, Some(1940));
        let to = read.to.map_or_else(String::new, |to| format!("/{to}"));
        let rules = read.remarks.into_iter().map(|remark| remark.rule).collect();
        (read.date.map_or_else(String::new, |date| format!("{date}{to}")), rules)
    }

    #[test]
    fn parts_make_a_date_as_precise_as_they_are() {
        assert_eq!(date("4", "3", "5"), ("1945-03-04".to_owned(), vec![]));
        assert_eq!(date("", "3", "1944"), ("1944-03".to_owned(), vec![]));
        assert_eq!(date("", "", "4"), ("1944".to_owned(), vec![]));
        assert_eq!(date("7", "Mar", "44"), ("1984-03-07".to_owned(), vec![]));
        assert_eq!(
            date("01-02", "6", "4"),
            ("1944-06-01/1944-06-02".to_owned(), vec![Rule::DateRange])
        );
    }

    #[test]
    fn parts_that_make_no_date_are_told() {
        for (day, month, year, rule) in [
            ("31", "2", "4", Rule::DateImpossible),
            ("1", "13", "4", Rule::DateImpossible),
            ("1", "2", "2.5", Rule::DateNotUnderstood),
            ("1", "", "4", Rule::DateNotUnderstood),
            ("x", "2", "4", Rule::DateNotUnderstood),
            ("1", "2", "", Rule::DateNotUnderstood),
            ("9-3", "2", "4", Rule::DatesReversed),
        ] {
            assert_eq!(date(day, month, year), (String::new(), vec![rule]), "{day} {month} {year}");
        }
        let untold = read("4", "3", "5", &DATES, None);
        assert_eq!(untold.remarks[0].rule, Rule::TwoDigitYear);
    }
}
