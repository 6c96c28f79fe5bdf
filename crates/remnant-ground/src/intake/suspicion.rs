//! What is suspected over a whole file.
//!
//! Belongs here: equal reports, outlines and records, round areas, many rows on one place, shifted
//! coordinates. Does not belong here: anything that one row shows by itself.
//!
//! Of each row only keys of twelve or sixteen bytes are held, and they are compared by sorting when
//! the file is at its end: so the order of the rows does not matter.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::finding::Remark;
use super::place::{Compared, PlaceRead, format_word};
use super::rule::Rule;
use crate::coordinate::{CoordinateReading, Position, explaining_datum, systematic_shift};
use crate::form::FieldKind;
use crate::object::{FieldValue, Object};

/// So many findings are told under one rule for a file; of more, their number.
const MOST_TOLD: usize = 100;

/// A line of the file and what is suspected there; line 0 is the file as a whole.
pub(super) type Suspected = (u64, String, Remark);

/// Keys with the lines they come from, at most four million of them (48 MB).
///
/// When there are more, every second key is let go of, by a hash of the key and not by chance: which
/// keys are looked at does not depend on the order of the rows, and equal keys stay together.
#[derive(Debug, Default)]
struct Keys {
    kept: Vec<[u32; 3]>,
    level: u32,
}

impl Keys {
    const MOST: usize = 1 << 22;

    fn watched(&self, key: u64) -> bool {
        let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        mixed & ((1 << self.level) - 1) == 0
    }

    fn push(&mut self, key: u64, line: u64) {
        if !self.watched(key) {
            return;
        }
        while self.kept.len() >= Self::MOST && self.level < 31 {
            self.level += 1;
            let mut kept = std::mem::take(&mut self.kept);
            kept.retain(|entry| self.watched(key_of(entry)));
            self.kept = kept;
        }
        if self.watched(key) {
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            self.kept.push([(key >> 32) as u32, key as u32, line]);
        }
    }

    /// The keys that stand more than once, each with its lines in order; the earliest first.
    fn groups(mut self) -> Vec<(u64, Vec<u64>)> {
        self.kept.sort_unstable();
        let mut groups: Vec<(u64, Vec<u64>)> = self
            .kept
            .chunk_by(|a, b| a[..2] == b[..2])
            .filter(|group| group.len() > 1)
            .map(|group| {
                let lines = group.iter().map(|entry| u64::from(entry[2])).collect();
                (key_of(&group[0]), lines)
            })
            .collect();
        groups.sort_by_key(|(_, lines)| lines[0]);
        groups
    }
}

fn key_of(entry: &[u32; 3]) -> u64 {
    u64::from(entry[0]) << 32 | u64::from(entry[1])
}

/// An outline by its middle in ten-millionths of a degree and its area.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Outline {
    longitude: i32,
    latitude: i32,
    square_metres: f32,
    line: u32,
}

/// Coordinates of one format beside the positions given.
#[derive(Debug, Default)]
struct Shifted {
    rows: u64,
    apart: u64,
    /// Some of them, chosen by the hash of the row.
    sample: BTreeMap<u64, Compared>,
}

/// So many coordinates of each format are held to look for a datum.
const COMPARED: usize = 128;

/// So many names of places are counted.
const MOST_NAMES: usize = 100_000;

/// What is gathered row by row.
#[derive(Debug, Default)]
pub(super) struct Suspicions {
    reports: Keys,
    records: Keys,
    positions: Keys,
    positioned: u64,
    outlines: Vec<Outline>,
    names: BTreeMap<&'static str, BTreeMap<String, u64>>,
    areas: u64,
    round_hundreds: u64,
    round_thousands: u64,
    dated_twice: u64,
    dated_as_entered: u64,
    shifted: BTreeMap<&'static str, Shifted>,
}

impl Suspicions {
    /// Takes note of a row.
    pub(super) fn row(&mut self, line: u64, row_key: u64, object: &Object, place: &PlaceRead) {
        self.note_position(line, place);
        self.note_report(line, object, place);
        self.note_names(object);
        self.note_areas(object);
        let day = object.kind.form().valid_from.and_then(|field| object.text(field));
        if let (Some(day), Some(entered)) = (day, object.text("entry_date")) {
            self.dated_twice += 1;
            self.dated_as_entered += u64::from(day == entered);
        }
        if let Some(compared) = &place.compared {
            let group = self.shifted.entry(format_word(compared.format)).or_default();
            group.rows += 1;
            group.apart += u64::from(compared.apart);
            let largest = group.sample.last_key_value().map(|(key, _)| *key);
            if group.sample.len() < COMPARED || largest.is_some_and(|largest| row_key < largest) {
                group.sample.insert(row_key, compared.clone());
                if group.sample.len() > COMPARED {
                    group.sample.pop_last();
                }
            }
        }
    }

    fn note_position(&mut self, line: u64, place: &PlaceRead) {
        if let Some(position) = place.position {
            self.positioned += 1;
            self.positions.push(packed(position), line);
        }
        if let Some(boundary) = &place.boundary
            && self.outlines.len() < Keys::MOST
            && let Some(middle) = middle_of(boundary.shape())
        {
            self.outlines.push(Outline {
                longitude: (middle.0 * 1e7) as i32,
                latitude: (middle.1 * 1e7) as i32,
                square_metres: boundary.measure().square_metres as f32,
                line: u32::try_from(line).unwrap_or(u32::MAX),
            });
        }
    }

    /// Keys of the report (place, day, kind, team) and of the whole record without its id.
    fn note_report(&mut self, line: u64, object: &Object, place: &PlaceRead) {
        let form = object.kind.form();
        let mut record = DefaultHasher::new();
        for (name, value) in &object.fields {
            name.hash(&mut record);
            hash_value(value, &mut record);
        }
        if let Some(position) = place.position {
            packed(position).hash(&mut record);
        }
        if let Some(boundary) = &place.boundary {
            boundary.measure().square_metres.to_bits().hash(&mut record);
        }
        if object.fields.len() >= 3 {
            self.records.push(record.finish(), line);
        }
        let Some(day) = form.valid_from.and_then(|field| object.text(field)) else { return };
        let where_it_is = place.position.map(packed).or_else(|| {
            place.boundary.as_ref().map(|boundary| boundary.measure().square_metres.to_bits())
        });
        // A month or a year is shared by many reports; so is a place that has but a name.
        let (Some(at), 10) = (where_it_is, day.len()) else { return };
        let mut report = DefaultHasher::new();
        (at, day).hash(&mut report);
        for field in form.fields {
            let tells_kind = matches!(field.kind, FieldKind::Code(_) | FieldKind::Codes(_))
                || matches!(field.name, "munition_model" | "item_model" | "organisation" | "team");
            if tells_kind && let Some(value) = object.field(field.name) {
                field.name.hash(&mut report);
                hash_value(value, &mut report);
            }
        }
        self.reports.push(report.finish(), line);
    }

    fn note_names(&mut self, object: &Object) {
        for field in ["place_name", "administrative_unit"] {
            if let Some(name) = object.text(field) {
                let names = self.names.entry(field).or_default();
                if let Some(count) = names.get_mut(name) {
                    *count += 1;
                } else if names.len() < MOST_NAMES {
                    names.insert(name.to_owned(), 1);
                }
            }
        }
    }

    fn note_areas(&mut self, object: &Object) {
        for field in ["reported_square_metres", "searched_square_metres"] {
            if let Some(area) = object.field(field).and_then(FieldValue::whole)
                && area >= 1000
            {
                self.areas += 1;
                self.round_hundreds += u64::from(area % 100 == 0);
                self.round_thousands += u64::from(area % 1000 == 0);
            }
        }
    }

    /// All that is suspected, when the file is at its end.
    pub(super) fn finish(self, original: &CoordinateReading) -> Vec<Suspected> {
        let mut told = Vec::new();
        equal_lines(
            self.reports,
            2,
            Rule::SameReportTwice,
            "place, date, kind and team",
            &mut told,
        );
        equal_lines(self.records, 3, Rule::CopiedRecords, "all fields but the id", &mut told);
        many_on_one(self.positions, self.positioned, &mut told);
        equal_outlines(self.outlines, &mut told);
        for (field, names) in &self.names {
            many_under_one(field, names, &mut told);
        }
        if self.areas >= 20 && self.round_hundreds * 10 >= self.areas {
            let (hundreds, thousands) = (
                percent(self.round_hundreds, self.areas),
                percent(self.round_thousands, self.areas),
            );
            let message = format!(
                "of {} areas {hundreds:.0} % end in 00 and {thousands:.0} % in 000, where 1 % and \
                 0.1 % would if they were measured",
                self.areas
            );
            told.push((0, String::new(), Remark::new(Rule::RoundedAreas, message)));
        }
        if self.dated_twice >= 10 && self.dated_as_entered * 2 > self.dated_twice {
            let message = format!(
                "in {} of {} rows the date is the day on which the row was typed in",
                self.dated_as_entered, self.dated_twice
            );
            told.push((0, String::new(), Remark::new(Rule::MostDatesEqualEntry, message)));
        }
        for (format, shifted) in &self.shifted {
            datum_shift(format, shifted, original, &mut told);
        }
        told
    }
}

fn percent(part: u64, of: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of rows stay below 2^53")]
    let share = part as f64 / of.max(1) as f64;
    share * 100.0
}

fn hash_value(value: &FieldValue, hasher: &mut DefaultHasher) {
    match value {
        FieldValue::Whole(whole) => (1_u8, whole).hash(hasher),
        FieldValue::Decimal(number) => (2_u8, number.to_bits()).hash(hasher),
        FieldValue::Text(text) => (3_u8, text).hash(hasher),
        FieldValue::Several(several) => (4_u8, several).hash(hasher),
    }
}

/// A position in hundred-thousandths of a degree, about a metre, in one number.
fn packed(position: Position) -> u64 {
    let whole = |degrees: f64, offset: f64| ((degrees + offset) * 1e5).round() as u64;
    whole(position.longitude(), 180.0) << 32 | whole(position.latitude(), 90.0)
}

fn unpacked(key: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "26 bits")]
    let degrees = |whole: u64, offset: f64| whole as f64 / 1e5 - offset;
    format!("{:.5} {:.5}", degrees(key & 0xFFFF_FFFF, 90.0), degrees(key >> 32, 180.0))
}

/// The middle of the corners of the first outline.
fn middle_of(shape: &geo_types::MultiPolygon<f64>) -> Option<(f64, f64)> {
    let corners = &shape.0.first()?.exterior().0;
    // The first corner stands at the end once more, and any corner may be the first.
    let corners = corners.split_last().map(|(_, rest)| rest).filter(|rest| !rest.is_empty())?;
    #[expect(clippy::cast_precision_loss, reason = "corners are counted in millions at most")]
    let count = corners.len() as f64;
    let sum = corners.iter().fold((0.0, 0.0), |sum, c| (sum.0 + c.x, sum.1 + c.y));
    Some((sum.0 / count, sum.1 / count))
}

fn equal_lines(keys: Keys, least: usize, rule: Rule, what: &str, told: &mut Vec<Suspected>) {
    let looked_at = looked_at(keys.level);
    let groups = keys.groups().into_iter().filter(|(_, lines)| lines.len() >= least);
    let mut more = 0_usize;
    for (index, (_, lines)) in groups.enumerate() {
        if index >= MOST_TOLD {
            more += 1;
            continue;
        }
        let message = format!("lines {} agree in {what}{looked_at}", listed(&lines));
        told.push((lines[1], String::new(), Remark::new(rule, message)));
    }
    if more > 0 {
        let message = format!("and {more} more groups of rows that agree in {what}");
        told.push((0, String::new(), Remark::new(rule, message)));
    }
}

fn looked_at(level: u32) -> String {
    match level {
        0 => String::new(),
        level => format!(" (of so large a file one key in {} was looked at)", 1_u64 << level),
    }
}

fn listed(lines: &[u64]) -> String {
    const SHOWN: usize = 8;
    let mut words: Vec<String> = lines.iter().take(SHOWN).map(u64::to_string).collect();
    if lines.len() > SHOWN {
        words.push(format!("and {} more", lines.len() - SHOWN));
    }
    words.join(", ")
}

fn many_on_one(keys: Keys, positioned: u64, told: &mut Vec<Suspected>) {
    let least = (positioned / 100).max(20);
    let looked_at = looked_at(keys.level);
    let groups = keys.groups();
    let many = groups.iter().filter(|(_, lines)| lines.len() as u64 >= least);
    for (key, lines) in many.take(MOST_TOLD) {
        let message = format!(
            "{} rows of {positioned} lie on one position, {}{looked_at}, beginning with line {}",
            lines.len(),
            unpacked(*key),
            lines[0]
        );
        told.push((0, unpacked(*key), Remark::new(Rule::ManyOnOnePosition, message)));
    }
}

/// Outlines whose middles lie within a metre or so and whose areas agree to half a per cent.
fn equal_outlines(mut outlines: Vec<Outline>, told: &mut Vec<Suspected>) {
    /// Ten-millionths of a degree.
    const NEAR: i32 = 100;
    outlines.sort_by_key(|outline| (outline.longitude, outline.latitude, outline.line));
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for (index, one) in outlines.iter().enumerate() {
        for other in &outlines[index + 1..] {
            if other.longitude.abs_diff(one.longitude) > NEAR.unsigned_abs() {
                break;
            }
            let near = other.latitude.abs_diff(one.latitude) <= NEAR.unsigned_abs();
            let larger = one.square_metres.max(other.square_metres);
            if near && (one.square_metres - other.square_metres).abs() <= larger * 0.005 {
                pairs.push((one.line.min(other.line), one.line.max(other.line)));
                // One partner is enough to look at; a thousand equal outlines are no million pairs.
                break;
            }
        }
    }
    pairs.sort_unstable();
    for (first, second) in pairs.iter().take(MOST_TOLD) {
        let message = format!("the outline agrees with that of line {first} within a metre or so");
        told.push((
            u64::from(*second),
            String::new(),
            Remark::new(Rule::SameOutlineTwice, message),
        ));
    }
    if pairs.len() > MOST_TOLD {
        let message = format!("and {} more pairs of outlines agree", pairs.len() - MOST_TOLD);
        told.push((0, String::new(), Remark::new(Rule::SameOutlineTwice, message)));
    }
}

/// One name among many that a fifth of the rows have.
fn many_under_one(field: &str, names: &BTreeMap<String, u64>, told: &mut Vec<Suspected>) {
    let total: u64 = names.values().sum();
    if total < 100 || names.len() < 10 {
        return;
    }
    for (name, count) in names.iter().filter(|(_, count)| **count * 5 >= total) {
        let message = format!(
            "{count} of {total} rows ({:.0} %) have this one of {} names in {field}",
            percent(*count, total),
            names.len()
        );
        told.push((0, name.clone(), Remark::new(Rule::ManyUnderOneName, message)));
    }
}

fn datum_shift(
    format: &str,
    shifted: &Shifted,
    original: &CoordinateReading,
    told: &mut Vec<Suspected>,
) {
    if shifted.apart < 5 {
        return;
    }
    let pairs: Vec<(Position, Position)> =
        shifted.sample.values().map(|compared| (compared.read, compared.given)).collect();
    let Some(shift) = systematic_shift(&pairs).filter(|shift| shift.is_systematic()) else {
        return;
    };
    let rows: Vec<(&str, Position)> =
        shifted.sample.values().map(|compared| (compared.text.as_str(), compared.given)).collect();
    let message = format!(
        "{} of {} coordinates written in {format} lie apart from the positions given, all by about \
         {:.0} m ({:+.0} m east, {:+.0} m north); {} show no shift",
        shifted.apart,
        shifted.rows,
        shift.metres(),
        shift.east_metres,
        shift.north_metres,
        shifted.rows - shifted.apart,
    );
    let remark = Remark::new(Rule::DatumShift, message);
    let best = explaining_datum(&rows, original).into_iter().next();
    told.push((
        0,
        String::new(),
        match best {
            // Half of it gone is worth a look: of old maps the shift itself is known to some 40 m.
            Some((datum, left)) if left.metres() * 2.0 < shift.metres() => {
                remark.perhaps(format!("{}: {:.0} m would be left", datum.name(), left.metres()))
            }
            _ => remark,
        },
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_are_found_whatever_the_order() {
        let group = |lines: [u64; 5]| {
            let mut keys = Keys::default();
            for line in lines {
                keys.push(line % 2, line);
            }
            keys.groups()
        };
        assert_eq!(group([1, 2, 3, 4, 5]), group([5, 2, 3, 4, 1]));
        assert_eq!(group([1, 2, 3, 4, 5])[0], (1, vec![1, 3, 5]));
    }

    #[test]
    fn a_position_comes_back_from_its_key() {
        let position = Position::new(-75.562_95, -5.714_28).ok();
        assert_eq!(position.map(|p| unpacked(packed(p))), Some("-5.71428 -75.56295".to_owned()));
    }
}
