//! Dates of numbers and names of months between marks.
//!
//! Belongs here: cutting a text into parts and what their order means. Does not belong here: plain
//! numbers and ISO dates (`date`).

use remnant_record::PartialDate;

use super::super::month::month;
use super::{
    DateOrder, DateRead, DateReading, YEARS, by_order, century, full, no_such_day, not_understood,
    range, two_digit_year,
};

/// One piece of a date.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// A number and how many digits it was written with.
    Number(i64, usize),
    Month(i8),
}

/// A date of parts: numbers and names of months between marks.
pub(super) fn read(text: &str, reading: &DateReading) -> DateRead {
    let Some(parts) = parts(text) else { return not_understood(text) };
    use Part::{Month, Number};
    match parts.as_slice() {
        // 12 March 1969, 12 Mar 69
        [Number(day, 1..=2), Month(month), Number(year, digits)] => {
            with_year(*year, *digits, text, reading, |year| {
                full(year, i64::from(*month), *day, text)
            })
        }
        // March 12 1969
        [Month(month), Number(day, 1..=2), Number(year, digits @ 2..=4)] => {
            with_year(*year, *digits, text, reading, |year| {
                full(year, i64::from(*month), *day, text)
            })
        }
        // 1969 March 12
        [Number(year, 4), Month(month), Number(day, 1..=2)] => {
            full(*year, i64::from(*month), *day, text)
        }
        // March 1969
        [Month(month), Number(year, digits @ (2 | 4))]
        | [Number(year, digits @ 4), Month(month)] => {
            with_year(*year, *digits, text, reading, |year| month_of(year, *month))
        }
        // 12-14 March 1969
        [Number(from, 1..=2), Number(to, 1..=2), Month(month), Number(year, digits @ (2 | 4))] => {
            with_year(*year, *digits, text, reading, |year| {
                let of = |day: i64| full(year, i64::from(*month), day, text).date;
                match (of(*from), of(*to)) {
                    (Some(from), Some(to)) => range(from, to),
                    _ => no_such_day(text),
                }
            })
        }
        // 1969-03-12 with any mark
        [Number(year, 4), Number(month, 1..=2), Number(day, 1..=2)] => {
            full(*year, *month, *day, text)
        }
        // 12/03/1969
        [Number(first, 1..=2), Number(second, 1..=2), Number(year, 4)] => {
            by_order(*first, *second, *year, text, reading)
        }
        // 12/03/69 or 69/03/12
        [Number(a, 1..=2), Number(b, 1..=2), Number(c, 2)] => {
            let year = if reading.order == DateOrder::Ymd { *a } else { *c };
            match (century(year, reading), reading.order) {
                (None, _) => two_digit_year(text),
                (Some(year), DateOrder::Ymd) => full(year, *b, *c, text),
                (Some(year), _) => by_order(*a, *b, year, text, reading),
            }
        }
        // 12-14/03/1969
        [Number(from, 1..=2), Number(to, 1..=2), Number(month, 1..=2), Number(year, 4)]
            if reading.order == DateOrder::Dmy =>
        {
            match (full(*year, *month, *from, text).date, full(*year, *month, *to, text).date) {
                (Some(from), Some(to)) => range(from, to),
                _ => no_such_day(text),
            }
        }
        // 03/1969, 1969-03
        [Number(month, 1..=2), Number(year, 4)] | [Number(year, 4), Number(month, 1..=2)] => {
            match i8::try_from(*month) {
                Ok(month @ 1..=12) => month_of(*year, month),
                _ => no_such_day(text),
            }
        }
        // 1968-1970
        [Number(from, 4), Number(to, 4)] if YEARS.contains(from) && YEARS.contains(to) => {
            let of = |year: i64| PartialDate::Year(i16::try_from(year).unwrap_or_default());
            range(of(*from), of(*to))
        }
        _ => not_understood(text),
    }
}

fn month_of(year: i64, month: i8) -> DateRead {
    match i16::try_from(year) {
        Ok(year) if YEARS.contains(&i64::from(year)) => {
            DateRead::of(PartialDate::Month { year, month })
        }
        _ => not_understood(&format!("{year}-{month:02}")),
    }
}

fn with_year(
    year: i64,
    digits: usize,
    text: &str,
    reading: &DateReading,
    then: impl Fn(i64) -> DateRead,
) -> DateRead {
    match digits {
        4 => then(year),
        2 => century(year, reading).map_or_else(|| two_digit_year(text), then),
        _ => not_understood(text),
    }
}

/// Cuts a text into numbers and months. Times, weekdays and ordinal endings are passed over;
/// `None` where another word stands or there are too many pieces.
fn parts(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let text = text.replace("تشرين ", "تشرين_").replace("كانون ", "كانون_");
    let marks = |c: char| c.is_whitespace() || "/-.,–—،".contains(c);
    // `T` parts day and time in one word: what follows it is a time.
    for word in text.split(marks).filter(|word| !word.is_empty()) {
        let word = match word.split_once('T') {
            Some((head, tail))
                if head.bytes().all(|b| b.is_ascii_digit()) && tail.contains(':') =>
            {
                head
            }
            _ => word,
        };
        if word.contains(':') {
            continue;
        }
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let ending = &word[digits..];
            let number = word[..digits].parse().ok()?;
            match ending.to_lowercase().as_str() {
                "" | "st" | "nd" | "rd" | "th" | "er" | "e" | "º" | "го" | "р" | "г" => {
                    parts.push(Part::Number(number, digits));
                }
                // 12MAR1969 in one word.
                joined => {
                    let name: String = joined.chars().take_while(|c| c.is_alphabetic()).collect();
                    parts.push(Part::Number(number, digits));
                    parts.push(Part::Month(month(&name)?));
                    let year = &joined[name.len()..];
                    if !year.is_empty() {
                        parts.push(Part::Number(year.parse().ok()?, year.len()));
                    }
                }
            }
        } else if let Some(month) = month(word) {
            parts.push(Part::Month(month));
        } else if !passed_over(word) {
            return None;
        }
        if parts.len() > 4 {
            return None;
        }
    }
    Some(parts)
}

/// Words in a date that add nothing to the day.
fn passed_over(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "am",
        "pm",
        "utc",
        "gmt",
        "z",
        "of",
        "de",
        "del",
        "the",
        "le",
        "du",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
        "року",
        "года",
        "г",
        "р",
        "ngày",
        "năm",
    ];
    let word = word.to_lowercase();
    WORDS.contains(&word.as_str())
}
