//! Grid references out of text.
//!
//! Belongs here: zone, band, square and digits of the Military Grid Reference System. Does not
//! belong here: where a square lies (`grid`).

use super::grid::{GridSquare, square};
use super::reading::{CoordinateReading, Found, Source};
use super::scan::{digit, is_blank};
use super::{CoordinateFault, CoordinateFormat, CoordinateWarning, Datum, UtmZone};

/// Room for a reference without spaces: 2 + 3 + 10, and a few more to see that it has too many.
const ROOM: usize = 32;

/// The letters and digits of a text, upper case, without spaces.
struct Packed {
    characters: [u8; ROOM],
    len: usize,
    /// Digits in each group behind the last letter, as spaces part them: the first two groups.
    groups: [usize; 2],
    group_count: usize,
}

impl Packed {
    fn as_str(&self) -> &str {
        let packed = self.characters.get(..self.len).unwrap_or_default();
        std::str::from_utf8(packed).unwrap_or_default()
    }

    /// `None` when the text has anything but letters, digits and spaces.
    fn from_text(text: &str) -> Option<Self> {
        let mut packed = Self { characters: [0; ROOM], len: 0, groups: [0; 2], group_count: 0 };
        let mut gap = true;
        for character in text.chars() {
            if is_blank(character) {
                gap = true;
                continue;
            }
            let byte = if let Some(digit) = digit(character) {
                if gap || packed.group_count == 0 {
                    packed.group_count += 1;
                }
                if let Some(group) = packed.groups.get_mut(packed.group_count - 1) {
                    *group += 1;
                }
                b'0' + digit
            } else if character.is_ascii_alphabetic() {
                (packed.groups, packed.group_count) = ([0; 2], 0);
                u8::try_from(character.to_ascii_uppercase()).ok()?
            } else {
                return None;
            };
            gap = false;
            *packed.characters.get_mut(packed.len)? = byte;
            packed.len += 1;
        }
        Some(packed)
    }
}

/// The grid reference in a text; `None` when it does not have the shape of one.
pub(super) fn read(
    text: &str,
    reading: &CoordinateReading,
    source: Source<'_>,
) -> Option<Result<Found, CoordinateFault>> {
    let packed = Packed::from_text(text)?;
    let reference = packed.as_str();
    let reference = reference.strip_prefix("MGRS").unwrap_or(reference);
    let zone_end = reference.find(|c: char| !c.is_ascii_digit()).unwrap_or(reference.len());
    let letters_end = reference
        .get(zone_end..)?
        .find(|c: char| c.is_ascii_digit())
        .map_or(reference.len(), |end| zone_end + end);
    let (zone, letters, digits) = (
        reference.get(..zone_end)?,
        reference.get(zone_end..letters_end)?,
        reference.get(letters_end..)?,
    );
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let told = reading.format == Some(CoordinateFormat::Mgrs);
    let prefix = reading.mgrs_prefix.as_deref().map(str::trim).unwrap_or_default();
    let prefix_letters = prefix.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (prefix, digits) = match (zone.len(), letters.len(), digits.len()) {
        (1..=2, 3, _) => ("", digits),
        // Near the poles there is no zone.
        (0, 3, _) if letters.starts_with(['A', 'B', 'Y', 'Z']) => ("", digits),
        (0, 2, 2..) if prefix_letters == 1 => (prefix, digits),
        // Zone and square both in the mapping, and the text repeats the square.
        (0, 2, 2..) if prefix_letters == 3 => (prefix.get(..prefix.len() - 2)?, digits),
        (0, 2, 2..) => {
            return Some(Err(CoordinateFault::MgrsWithoutZone { read: source.to_string() }));
        }
        (_, 0, 0) if told && prefix_letters == 3 => (prefix, zone),
        (_, 0, 0) if told => {
            return Some(Err(CoordinateFault::MgrsWithoutZone { read: source.to_string() }));
        }
        _ => return None,
    };
    let zone = if letters.is_empty() { "" } else { zone };
    Some(understand(&packed, [prefix, zone, letters], digits, reading, source))
}

fn understand(
    packed: &Packed,
    [prefix, zone, letters]: [&str; 3],
    digits: &str,
    reading: &CoordinateReading,
    source: Source<'_>,
) -> Result<Found, CoordinateFault> {
    if let Some(letter) = letters.chars().find(|letter| matches!(letter, 'I' | 'O')) {
        return Err(CoordinateFault::MgrsLetter { read: source.to_string(), letter });
    }
    // A leading zero lost in one group of two would move the place by kilometres.
    let uneven = packed.group_count == 2 && packed.groups[0] != packed.groups[1];
    if digits.len() % 2 == 1 || digits.len() > 10 || uneven || packed.group_count > 2 {
        return Err(CoordinateFault::MgrsDigits { read: source.to_string() });
    }
    let number = zone.parse::<u8>().unwrap_or(1);
    if !zone.is_empty() && !(1..=60).contains(&number) {
        return Err(CoordinateFault::NoSuchZone { read: source.to_string() });
    }
    if !reading.datum.lettered_as_wgs84() {
        return Err(CoordinateFault::MgrsOtherLettering {
            read: source.to_string(),
            datum: reading.datum.name(),
        });
    }
    let digits_each = u8::try_from(digits.len() / 2).unwrap_or(0);
    let reference = format!("{prefix}{zone}{letters}{digits}");
    let Some((square, middle)) = square(&reference, digits_each) else {
        return Err(CoordinateFault::NoSuchSquare { read: source.to_string() });
    };
    let position = match (reading.datum, square.zone) {
        (Datum::Wgs84 | Datum::NotKnown, _) => middle,
        (datum, Some(zone)) => {
            let half = square.side_metres / 2.0;
            datum.utm_to_wgs84(zone, square.easting + half, square.northing + half)?
        }
        (datum, None) => return Err(CoordinateFault::NotComputable { datum: datum.name() }),
    };
    Ok(Found {
        format: CoordinateFormat::Mgrs,
        position,
        precision_metres: square.half_diagonal_metres(),
        stated_accuracy: None,
        warnings: over_the_edge(square, position),
        square: Some(square),
    })
}

/// A square that reaches over the edge of its zone is not printed on maps, but references to it
/// are written; the reader is told.
fn over_the_edge(square: GridSquare, middle: super::Position) -> Vec<CoordinateWarning> {
    match (square.zone, UtmZone::of(middle)) {
        (Some(named), Ok(own)) if named.number() != own.number() => {
            vec![CoordinateWarning::OverTheEdgeOfTheZone]
        }
        _ => Vec::new(),
    }
}
