//! Dates as people and programs write them.
//!
//! Belongs here: text to a day, a month or a year, with what is wrong or unsure about it. Does not
//! belong here: which day a field means, comparing two dates of a row (`row`).

mod parts;

use jiff::civil::Date;
use remnant_record::PartialDate;
use serde::{Deserialize, Serialize};

use super::finding::Remark;
use super::rule::Rule;
use super::text::plain_digits;

/// The order of day, month and year in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 31/12/1969.
    Dmy,
    /// 12/31/1969.
    Mdy,
    /// 1969/12/31.
    Ymd,
    /// Nobody has said: a date that can be read in two ways is refused.
    #[default]
    Ask,
}

/// How a column's dates are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateReading {
    /// The order of numbers.
    pub(super) order: DateOrder,
    /// The first of the hundred years that a year of two digits can mean.
    pub(super) two_digit_years_from: Option<i16>,
    /// The day of the import: nothing seen lies after it.
    pub(super) today: Date,
    /// Days before are queried.
    pub(super) first_plausible_day: Option<Date>,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DateRead {
    /// The date, or the first day of a range.
    pub(super) date: Option<PartialDate>,
    /// The last day of a range.
    pub(super) to: Option<PartialDate>,
    /// What is to be said about it.
    pub(super) remarks: Vec<Remark>,
}

impl DateRead {
    fn of(date: PartialDate) -> Self {
        Self { date: Some(date), ..Self::default() }
    }

    fn fault(rule: Rule, message: impl Into<String>) -> Self {
        Self { remarks: vec![Remark::new(rule, message)], ..Self::default() }
    }

    fn fault_perhaps(rule: Rule, message: String, suggestion: String) -> Self {
        Self { remarks: vec![Remark::new(rule, message).perhaps(suggestion)], ..Self::default() }
    }

    fn with(mut self, remark: Remark) -> Self {
        self.remarks.push(remark);
        self
    }
}

/// Years that a plain number of four digits can mean.
const YEARS: std::ops::RangeInclusive<i64> = 1800..=2199;

/// Serial numbers of spreadsheets that are dates: 1954-10-03 to 2119-01-12.
///
/// # Source
/// ECMA-376 part 1, 18.17.4.1, the 1900 date system: day 1 is 1 January 1900, and 29 February
/// 1900, which never was, is counted, so that serials from 61 on count from 30 December 1899.
const SERIALS: std::ops::RangeInclusive<f64> = 20_000.0..=80_000.0;

/// Reads a date.
///
/// Future days and days before the first plausible one are found here as well. A date is given
/// back together with remarks that do not exclude it.
#[must_use]
pub(super) fn read(text: &str, reading: &DateReading) -> DateRead {
    let text = text.trim();
    if let Some(day) = iso_day(text.as_bytes()) {
        let read = match day {
            Some(day) => DateRead::of(PartialDate::Day(day)),
            None => no_such_day(text),
        };
        return checked(read, reading);
    }
    if text.len() > 200 {
        return DateRead::fault(Rule::DateNotUnderstood, "the text is far longer than a date");
    }
    let text = plain_digits(text);
    checked(written(text.trim(), reading), reading)
}

/// `2023-06-30`, alone or before a time: the usual case, without a copy. `Some(None)` when it is
/// so written and no such day exists.
fn iso_day(text: &[u8]) -> Option<Option<Date>> {
    let (head, rest) = text.split_at_checked(10)?;
    let two = |at: usize| -> Option<i8> {
        let (tens, ones) = (head[at], head[at + 1]);
        (tens.is_ascii_digit() && ones.is_ascii_digit())
            .then(|| (tens - b'0') as i8 * 10 + (ones - b'0') as i8)
    };
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    if head[4] != b'-' || head[7] != b'-' {
        return None;
    }
    let (month, day) = (two(5)?, two(8)?);
    let time_or_end = match rest.first() {
        None => true,
        Some(b'T' | b' ') => {
            rest.len() >= 5
                && rest[1..].iter().all(|b| b.is_ascii_digit() || b":.+-Z ".contains(b))
                && rest[1].is_ascii_digit()
        }
        _ => false,
    };
    time_or_end.then(|| Date::new(year, month, day).ok())
}

fn no_such_day(text: &str) -> DateRead {
    DateRead::fault(Rule::DateImpossible, format!("there is no day `{text}` in the calendar"))
}

/// A date in any other way of writing.
fn written(text: &str, reading: &DateReading) -> DateRead {
    if let Some((about, rest)) = approximate(text) {
        let read = written(rest, reading);
        return match read.date {
            Some(_) => read.with(Remark::new(
                Rule::DateApproximate,
                format!("the date is given with `{about}`"),
            )),
            None => read,
        };
    }
    if let Ok(number) = text.parse::<f64>()
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && (!text.contains('.') || number >= *SERIALS.start())
    {
        return from_number(text, number, reading);
    }
    // An interval as ISO 8601 writes it.
    if let Some((from, to)) = text.split_once('/')
        && let (Some(Some(from)), Some(Some(to))) =
            (iso_day(from.as_bytes()), iso_day(to.as_bytes()))
    {
        return range(PartialDate::Day(from), PartialDate::Day(to));
    }
    parts::read(text, reading)
}

/// Words before a date that make it less sure, and the rest.
fn approximate(text: &str) -> Option<(&str, &str)> {
    const ABOUT: &[&str] = &[
        "about ",
        "approximately ",
        "approx. ",
        "approx ",
        "around ",
        "circa ",
        "ca. ",
        "ca ",
        "c. ",
        "early ",
        "mid ",
        "mid-",
        "late ",
        "before ",
        "after ",
        "end of ",
        "beginning of ",
        "vers ",
        "environ ",
        "avant ",
        "après ",
        "début ",
        "fin ",
        "~",
        "≈",
        "?",
        "около ",
        "близько ",
    ];
    if let Some(rest) = text.strip_suffix('?') {
        return Some(("?", rest.trim_end()));
    }
    ABOUT.iter().find_map(|about| {
        let head = text.get(..about.len())?;
        head.to_lowercase().eq(about).then(|| (head.trim(), text[about.len()..].trim_start()))
    })
}

/// A row of digits: a year, a month, a day, a serial number or a count of seconds.
fn from_number(text: &str, number: f64, reading: &DateReading) -> DateRead {
    let whole: Option<i64> = text.parse().ok();
    match (text.len(), whole) {
        (4, Some(year)) if YEARS.contains(&year) => {
            DateRead::of(PartialDate::Year(i16::try_from(year).unwrap_or_default()))
        }
        (6, Some(digits)) if YEARS.contains(&(digits / 100)) => {
            let month = digits % 100;
            if (1..=12).contains(&month) {
                DateRead::of(PartialDate::Month {
                    year: i16::try_from(digits / 100).unwrap_or_default(),
                    month: i8::try_from(month).unwrap_or_default(),
                })
            } else {
                two_digit_run(digits, reading)
            }
        }
        (6, Some(digits)) => two_digit_run(digits, reading),
        (8, Some(digits)) if YEARS.contains(&(digits / 10_000)) => {
            full(digits / 10_000, digits / 100 % 100, digits % 100, text)
        }
        (7 | 8, Some(digits)) if YEARS.contains(&(digits % 10_000)) => {
            let (first, second) = (digits / 1_000_000, digits / 10_000 % 100);
            by_order(first, second, digits % 10_000, text, reading)
        }
        // Milliseconds and seconds since 1970, as servers of maps export them.
        (12 | 13, Some(milliseconds)) => from_days(milliseconds.div_euclid(86_400_000), text),
        (9 | 10, Some(seconds)) => from_days(seconds.div_euclid(86_400), text),
        _ if SERIALS.contains(&number) => {
            let days = number.floor() as i64;
            // 25 569 days lie between 30 December 1899 and 1 January 1970.
            from_days(days - 25_569, text)
        }
        _ => not_understood(text),
    }
}

/// The day so many days after 1 January 1970.
fn from_days(days: i64, text: &str) -> DateRead {
    let day = i32::try_from(days)
        .ok()
        .and_then(|days| Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(days)).ok());
    match day {
        Some(day) => DateRead::of(PartialDate::Day(day)).with(
            Remark::new(
                Rule::DateFromSerial,
                format!("`{text}` was read as a count of days or seconds"),
            )
            .perhaps(day.to_string()),
        ),
        None => not_understood(text),
    }
}

/// Six digits with a year of two.
fn two_digit_run(digits: i64, reading: &DateReading) -> DateRead {
    let (a, b, c) = (digits / 10_000, digits / 100 % 100, digits % 100);
    let text = format!("{digits:06}");
    match reading.order {
        DateOrder::Ymd => match century(a, reading) {
            Some(year) => full(year, b, c, &text),
            None => two_digit_year(&text),
        },
        _ => match century(c, reading) {
            Some(year) => by_order(a, b, year, &text, reading),
            None => two_digit_year(&text),
        },
    }
}

fn two_digit_year(text: &str) -> DateRead {
    DateRead::fault(
        Rule::TwoDigitYear,
        format!("`{text}` has a year of two digits, and the mapping does not say which century"),
    )
}

fn not_understood(text: &str) -> DateRead {
    DateRead::fault(
        Rule::DateNotUnderstood,
        format!("`{}` is not a date in any way of writing known here", super::finding::shown(text)),
    )
}

/// The year of two digits, by the mapping.
fn century(two_digits: i64, reading: &DateReading) -> Option<i64> {
    let from = i64::from(reading.two_digit_years_from?);
    Some(from + (two_digits - from).rem_euclid(100))
}

fn full(year: i64, month: i64, day: i64, text: &str) -> DateRead {
    let date = (|| {
        let year = i16::try_from(year).ok()?;
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    })();
    date.map_or_else(|| no_such_day(text), |day| DateRead::of(PartialDate::Day(day)))
}

/// Two small numbers and a year, by the order of the file.
fn by_order(first: i64, second: i64, year: i64, text: &str, reading: &DateReading) -> DateRead {
    let dmy = || full(year, second, first, text);
    let mdy = || full(year, first, second, text);
    let told = match reading.order {
        DateOrder::Dmy => dmy(),
        DateOrder::Mdy => mdy(),
        DateOrder::Ymd | DateOrder::Ask => {
            let (a, b) = (dmy(), mdy());
            return match (a.date.is_some(), b.date.is_some()) {
                (true, true) if a.date == b.date => a,
                (true, true) => DateRead::fault(
                    Rule::DateOrderNotTold,
                    format!("`{text}` is {} or {}", words(&a), words(&b)),
                ),
                // Only one reading exists, but a file of unknown order is not read half.
                (true, false) => a,
                (false, true) => b,
                (false, false) => a,
            };
        }
    };
    if told.date.is_some() {
        return told;
    }
    let other = if reading.order == DateOrder::Dmy { mdy() } else { dmy() };
    match other.date {
        Some(date) => DateRead::fault_perhaps(
            Rule::DateAgainstOrder,
            format!("`{text}` is no day in the order of the mapping"),
            date.to_string(),
        ),
        None => told,
    }
}

fn words(read: &DateRead) -> String {
    read.date.map_or_else(String::new, |date| date.to_string())
}

fn range(from: PartialDate, to: PartialDate) -> DateRead {
    if to.last_day() < from.first_day() {
        return DateRead::of(from)
            .with(Remark::new(Rule::DatesReversed, format!("{to} lies before {from}")));
    }
    DateRead {
        date: Some(from),
        to: Some(to),
        remarks: vec![Remark::new(Rule::DateRange, format!("the cell says {from} to {to}"))],
    }
}

/// The read date with what the calendar of the import says about it.
fn checked(read: DateRead, reading: &DateReading) -> DateRead {
    let Some(date) = read.date else { return read };
    let last = read.to.unwrap_or(date);
    if last.first_day() > reading.today {
        let mut remark = Remark::new(
            Rule::DateInFuture,
            format!("{last} lies after {}, the day of the import", reading.today),
        );
        // Years of the Buddhist era, as in Laos and Thailand until today, run 543 ahead.
        let year = last.first_day().year();
        if (2400..2700).contains(&year) {
            remark = remark.perhaps(format!("{} in the Buddhist era", year - 543));
        }
        return DateRead { date: None, to: None, remarks: vec![remark] };
    }
    match reading.first_plausible_day {
        Some(first) if date.last_day() < first => read.with(Remark::new(
            Rule::DateTooEarly,
            format!("{date} lies before {first}, the first plausible day of the mapping"),
        )),
        _ => read,
    }
}

#[cfg(test)]
mod tests;
