//! How positions and their methods are written.
//!
//! Belongs here: words for methods and formats, plain degrees, declared patterns. Does not belong
//! here: what a row's cells mean together (`place`).

use super::super::text::folded;
use crate::coordinate::{CoordinateFormat, Position};
use crate::place::LocationMethod;

/// The word for a format in a place.
pub(in super::super) fn format_word(format: CoordinateFormat) -> &'static str {
    match format {
        CoordinateFormat::DecimalDegrees => "decimal-degrees",
        CoordinateFormat::DegreesDecimalMinutes => "degrees-decimal-minutes",
        CoordinateFormat::DegreesMinutesSeconds => "degrees-minutes-seconds",
        CoordinateFormat::Utm => "utm",
        CoordinateFormat::Mgrs => "mgrs",
    }
}

/// The method that a word stands for.
pub(super) fn method_of(word: &str) -> Option<LocationMethod> {
    match folded(word).as_str() {
        "gps" | "gnss" | "dgps" | "dgnss" | "handheld_gps" | "receiver" | "device" => {
            Some(LocationMethod::Gps)
        }
        "map" | "from_map" | "map_sheet" | "satellite_image" | "imagery" | "digitised"
        | "digitized" => Some(LocationMethod::Map),
        "gazetteer_centroid" | "centroid" | "gazetteer" | "community_centroid"
        | "village_centroid" | "village_centre" => Some(LocationMethod::GazetteerCentroid),
        "described" | "description" | "estimated" | "bearing_and_distance" => {
            Some(LocationMethod::Described)
        }
        "unknown" | "not_known" | "unk" => Some(LocationMethod::Unknown),
        _ => None,
    }
}

/// Degrees as digits with a point and how many stand behind it.
pub(super) fn plain_degrees(text: &str) -> Option<(f64, usize)> {
    if text.len() > 24 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-') {
        return None;
    }
    // A row of more digits before the point is degrees and minutes run together.
    let whole = text.trim_start_matches('-').split('.').next().unwrap_or_default().len();
    if whole > 3 {
        return None;
    }
    let decimals = text.rfind('.').map_or(0, |at| text.len() - at - 1);
    text.parse().ok().map(|degrees| (degrees, decimals))
}

/// Half of the last written place of a number of degrees, in metres along a meridian.
pub(super) fn half_place_metres(decimals: usize) -> f64 {
    const DEGREE: f64 = 111_320.0;
    DEGREE / 2.0 * 10_f64.powi(-i32::try_from(decimals.min(30)).unwrap_or(30))
}

/// The distance of two near positions as on a sphere, right to a hundredth.
pub(super) fn rough_metres(one: Position, other: Position) -> f64 {
    const DEGREE: f64 = 111_320.0;
    let north = (one.latitude() - other.latitude()) * DEGREE;
    let east = (one.longitude() - other.longitude()) * DEGREE * one.latitude().to_radians().cos();
    north.hypot(east)
}

/// Whether a declared format is a pattern of the kind `DDMMSSN DDDMMSSE` or `##ABC111222`.
pub(super) fn is_pattern(declared: &str) -> bool {
    declared.len() >= 4 && declared.bytes().all(|b| b"DMSNEWABC0123456789#. ".contains(&b))
}

/// Whether a text is written as a pattern says: D, M, S and figures are digits, `#` a digit of the
/// zone, A, B and C letters, N and E directions. A point may be left out of the text, and spaces.
pub(super) fn fits_pattern(text: &str, declared: &str) -> bool {
    let mut letters = text.bytes().filter(|b| *b != b' ' && *b != b'.');
    for wanted in declared.bytes().filter(|b| *b != b' ' && *b != b'.') {
        let Some(letter) = letters.next() else { return false };
        let fits = match wanted {
            b'D' | b'M' | b'S' | b'#' | b'0'..=b'9' => letter.is_ascii_digit(),
            b'N' => matches!(letter, b'N' | b'S'),
            b'E' | b'W' => matches!(letter, b'E' | b'W'),
            _ => letter.is_ascii_uppercase(),
        };
        if !fits {
            return false;
        }
    }
    letters.next().is_none()
}
