//! What a sample of a column's values says.
//!
//! Belongs here: dates, numbers, coordinates and outlines by their look. Does not belong here: what
//! follows for the mapping (`guess`).

use std::collections::{BTreeMap, BTreeSet};

use super::super::mapping::{PlacePart, Role};
use super::super::number::{self, AreaUnit, NumberFormat};
use super::super::text::{is_blank_word, plain_digits};
use crate::coordinate::CoordinateReading;
use crate::form::FieldKind;
use crate::object::ObjectKind;

/// Numbers that files write for `not known`.
const STAND_INS: &[f64] = &[-1.0, -9.0, -99.0, -999.0, -9999.0, 999.0, 9999.0, 99999.0];

/// The values of one column of the sample, each with how often it stands there.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    counts: BTreeMap<String, usize>,
    filled: usize,
    rows: usize,
}

/// How numbers of a column are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Separators {
    pub(super) decimal_comma: bool,
    pub(super) decimal_point: bool,
    /// A number that can be read both ways.
    pub(super) doubtful: Option<String>,
}

impl Column {
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut column = Self::default();
        for cell in cells {
            let text = cell.trim();
            column.rows += 1;
            if !text.is_empty() && !is_blank_word(text) {
                column.filled += 1;
                *column.counts.entry(text.to_owned()).or_default() += 1;
            }
        }
        column
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.counts.keys().map(String::as_str)
    }

    pub(super) fn filled(&self) -> usize {
        self.filled
    }

    /// Whether every row has a value and nineteen of twenty are there but once.
    pub(super) fn nearly_all_different(&self) -> bool {
        // One row typed twice is no reason, in however short a file.
        let again = self.rows.saturating_sub(self.counts.len());
        self.filled == self.rows && again <= (self.rows / 20).max(1)
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.texts().filter_map(|text| text.parse().ok())
    }

    fn share(&self, wanted: impl Fn(&str) -> bool) -> f64 {
        let (mut met, mut all) = (0_u32, 0_u32);
        for text in self.texts() {
            all += 1;
            met += u32::from(wanted(text));
        }
        if all == 0 { 0.0 } else { f64::from(met) / f64::from(all) }
    }

    /// Whether the values are metres in a zone and cannot be degrees.
    pub(super) fn all_metres(&self) -> bool {
        self.filled > 0
            && self.share(|text| {
                text.parse::<f64>().is_ok_and(|number| (10_000.0..=1e7).contains(&number))
            }) > 0.9
    }

    /// Numbers that seem to stand for `not known`: below zero where all others are not, or a row of
    /// nines far above all others.
    pub(super) fn stand_ins(&self) -> Vec<String> {
        let is_stand_in = |number: f64| STAND_INS.contains(&number);
        let others = || self.numbers().filter(|number| !is_stand_in(*number));
        let largest = others().fold(0.0, f64::max);
        if others().any(|number| number < 0.0) {
            return Vec::new();
        }
        self.texts()
            .filter(|text| {
                text.parse::<f64>().is_ok_and(|number| {
                    let often = self.counts.get(*text).is_some_and(|count| *count >= 3);
                    is_stand_in(number) && (number < 0.0 || (often && largest * 5.0 < number))
                })
            })
            .map(str::to_owned)
            .collect()
    }

    /// A year below a hundred, where most are.
    pub(super) fn small_year(&self) -> Option<String> {
        let small = |text: &str| text.parse::<f64>().is_ok_and(|year| (0.0..100.0).contains(&year));
        (self.share(small) > 0.5).then(|| self.texts().find(|text| small(text)))?.map(str::to_owned)
    }

    /// Whether every value has a unit of area behind it.
    pub(super) fn all_with_a_unit(&self) -> bool {
        let with_unit = |text: &str| {
            number::read(text, NumberFormat::default())
                .is_ok_and(|number| AreaUnit::of(number.unit).is_some())
        };
        self.filled > 0 && self.texts().all(with_unit)
    }

    /// How the numbers are written: the last separator of a number with two kinds is its decimal
    /// one, and so is one with other than three digits behind it.
    pub(super) fn separators(&self) -> Separators {
        let mut found = Separators::default();
        for text in self.texts() {
            let digits = text.trim_start_matches('-');
            if !digits.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.') {
                continue;
            }
            let (comma, point) = (digits.rfind(','), digits.rfind('.'));
            let behind = |at: usize| digits.len() - at - 1;
            match (comma, point) {
                (Some(comma), Some(point)) if comma > point => found.decimal_comma = true,
                (Some(_), Some(_)) => found.decimal_point = true,
                (Some(comma), None) if digits.matches(',').count() == 1 => {
                    if behind(comma) == 3 && comma <= 3 {
                        found.doubtful.get_or_insert_with(|| text.to_owned());
                    } else {
                        found.decimal_comma = true;
                    }
                }
                (None, Some(point)) if digits.matches('.').count() > 1 => {
                    found.decimal_comma |= behind(point) == 3;
                }
                // `1.234` is the usual way of computers; a point alone is a decimal point.
                (None, Some(_)) => found.decimal_point = true,
                _ => {}
            }
        }
        found
    }

    /// The part of a place that the values are, by their look.
    pub(super) fn place(&self) -> Option<(PlacePart, &'static str)> {
        if self.filled < 2 {
            return None;
        }
        let well_known = |text: &str| {
            let start: String = text.chars().take(14).collect::<String>().to_uppercase();
            ["POINT", "POLYGON", "MULTIPOLYGON", "LINESTRING", "SRID="]
                .iter()
                .any(|word| start.starts_with(word))
                && text.contains('(')
        };
        if self.share(well_known) > 0.9 {
            return Some((PlacePart::WellKnownText, "the values are well-known text"));
        }
        let reading = CoordinateReading::default();
        let list_of_points = |text: &str| {
            let points: Vec<&str> =
                text.split(';').map(str::trim).filter(|point| !point.is_empty()).collect();
            points.len() >= 2 && points.iter().take(20).all(|point| reading.read(point).is_ok())
        };
        if self.share(list_of_points) > 0.8 {
            let closed = |text: &str| {
                let mut points = text.split(';').map(str::trim).filter(|point| !point.is_empty());
                let first = points.next();
                first.is_some() && first == points.next_back()
            };
            return Some(if self.share(closed) > 0.5 {
                (PlacePart::Outline, "the values are closed lists of points")
            } else {
                (PlacePart::Trace, "the values are lists of points")
            });
        }
        // A number alone is no coordinate, and a date is none either.
        let coordinate = |text: &str| {
            text.len() >= 6
                && text.contains(|c: char| !c.is_ascii_digit())
                && reading.read(text).is_ok()
        };
        (self.share(coordinate) > 0.8)
            .then_some((PlacePart::Coordinates, "the values are coordinates"))
    }
}

/// Whether the values of a column can be what its name says. A column without values may be
/// anything.
pub(super) fn allow(kind: ObjectKind, role: &Role, column: &Column) -> bool {
    if column.filled == 0 {
        return true;
    }
    match role {
        Role::Field(name) => match kind.form().field(name).map(|field| field.kind) {
            Some(FieldKind::Count | FieldKind::SquareMetres | FieldKind::Decimal) => {
                column.share(|text| text.chars().any(char::is_numeric)) >= 0.5
            }
            Some(FieldKind::Date) => column.share(|text| text.chars().any(char::is_numeric)) >= 0.5,
            _ => true,
        },
        Role::Place(PlacePart::Latitude | PlacePart::Longitude | PlacePart::Coordinates) => {
            column.share(|text| text.chars().any(char::is_numeric)) >= 0.5
        }
        Role::Place(PlacePart::WellKnownText) => column.share(|text| text.contains('(')) >= 0.5,
        Role::Place(PlacePart::Outline | PlacePart::Trace) => {
            column.share(|text| text.contains(';')) >= 0.5
        }
        _ => true,
    }
}

/// What the dates of a file say about their order.
#[derive(Clone, Debug, Default)]
pub(super) struct DateEvidence {
    /// A date has a first number over twelve.
    pub(super) day_first: bool,
    /// A date has a second number over twelve.
    pub(super) month_first: bool,
    /// A column and a date from it that can be read both ways.
    pub(super) ambiguous: Option<(String, String)>,
    /// A column and a date from it whose year has two digits.
    pub(super) two_digit_year: Option<(String, String)>,
}

impl DateEvidence {
    pub(super) fn add(&mut self, column: &str, values: &Column) {
        let example = |text: &str| Some((column.to_owned(), text.to_owned()));
        for text in values.texts() {
            let plain = plain_digits(text);
            let date = plain.split([' ', 'T']).next().unwrap_or_default();
            let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
            let [first, second, third] = parts.as_slice() else { continue };
            let number = |text: &str| (text.len() <= 2).then(|| text.parse::<u8>().ok()).flatten();
            let (Some(first), Some(second)) = (number(first), number(second)) else { continue };
            if third.len() <= 2 && third.parse::<u8>().is_ok() {
                self.two_digit_year = self.two_digit_year.take().or_else(|| example(text));
            } else if third.len() != 4 {
                continue;
            }
            self.day_first |= first > 12;
            self.month_first |= second > 12;
            if first <= 12 && second <= 12 && first != second {
                self.ambiguous = self.ambiguous.take().or_else(|| example(text));
            }
        }
        // Dates that contradict each other leave the order open; one of them is the example.
        if self.day_first && self.month_first && self.ambiguous.is_none() {
            let texts: BTreeSet<&str> = values.texts().collect();
            self.ambiguous = texts.first().and_then(|text| example(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(texts: &[&str]) -> Column {
        Column::of(texts.iter().copied())
    }

    #[test]
    fn stand_ins_are_told_from_counts() {
        assert_eq!(column(&["4", "0", "-1", "12"]).stand_ins(), ["-1"]);
        assert_eq!(column(&["4", "-3", "-1"]).stand_ins(), Vec::<String>::new());
        assert_eq!(column(&["4", "12", "999", "999", "999"]).stand_ins(), ["999"]);
        assert_eq!(column(&["4", "800", "999", "999", "999"]).stand_ins(), Vec::<String>::new());
    }

    #[test]
    fn separators_are_told_by_the_digits_behind_them() {
        assert!(column(&["1.234,5"]).separators().decimal_comma);
        assert!(column(&["12,5", "3"]).separators().decimal_comma);
        assert!(column(&["1,234.5"]).separators().decimal_point);
        assert_eq!(column(&["1,234"]).separators().doubtful.as_deref(), Some("1,234"));
        assert_eq!(column(&["1234", "7"]).separators(), Separators::default());
    }

    #[test]
    fn places_are_known_by_their_look() {
        let part = |texts: &[&str]| column(texts).place().map(|(part, _)| part);
        assert_eq!(part(&["POINT (1 2)", "POINT (2 3)"]), Some(PlacePart::WellKnownText));
        assert_eq!(part(&["48QVF1234567890", "48QVF2234567890"]), Some(PlacePart::Coordinates));
        let ring = "17.1 103 0 0;17.1 103.1 0 0;17.2 103 0 0;17.1 103 0 0";
        assert_eq!(part(&[ring, &ring.replace("17.", "18.")]), Some(PlacePart::Outline));
        assert_eq!(part(&["1234567", "7654321"]), None);
        assert_eq!(part(&["Ban Na", "Ban Nong"]), None);
    }

    #[test]
    fn the_order_of_dates_needs_evidence() {
        let evidence = |texts: &[&str]| {
            let mut evidence = DateEvidence::default();
            evidence.add("c", &column(texts));
            evidence
        };
        let mdy = evidence(&["02/24/2022", "03/04/2022"]);
        assert!(mdy.month_first && !mdy.day_first);
        let open = evidence(&["02/03/2022", "2022-05-28"]);
        assert!(!open.month_first && !open.day_first && open.ambiguous.is_some());
        assert!(evidence(&["13.05.69"]).two_digit_year.is_some());
        assert!(evidence(&["2022-05-28", "1969"]).ambiguous.is_none());
    }
}
