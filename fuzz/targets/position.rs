//! Coordinates as text, in one cell and in two, and geometries as bytes.
//!
//! The first byte chooses which, the eight after it how the text is to be read.

#![no_main]

use geo::CoordsIter;
use libfuzzer_sys::fuzz_target;
use remnant_fuzz::choices::Choices;
use remnant_ground::boundary::Boundary;
use remnant_ground::coordinate::{
    AxisOrder, CoordinateFault, CoordinateFormat, CoordinateReading, Datum, EnteredPosition,
    LetterO, Position, RunTogether, UtmLetter, UtmZone, decimal_degrees, degrees_decimal_minutes,
    degrees_minutes_seconds, mgrs_reference, suspect, utm_text,
};
use remnant_ground::geometry_bytes::{
    read_geopackage, read_wkb, write_geopackage, write_postgis, write_wkb,
};

fuzz_target!(|bytes: &[u8]| {
    let (mut kinds, rest) = Choices::split(bytes, 1);
    match kinds.below(4) {
        0 => {
            let (mut choices, text) = Choices::split(rest, 8);
            let text = String::from_utf8_lossy(text);
            hold_read(reading(&mut choices).read(&text));
        }
        1 => {
            let (mut choices, text) = Choices::split(rest, 8);
            let text = String::from_utf8_lossy(text);
            let (first, second) = text.split_once('\n').unwrap_or((&text, ""));
            hold_read(reading(&mut choices).read_pair(first, second));
        }
        2 => hold_geometry(rest, false),
        _ => hold_geometry(rest, true),
    }
});

/// How a mapping may say that a column is to be read.
fn reading(choices: &mut Choices) -> CoordinateReading {
    use CoordinateFormat::{
        DecimalDegrees, DegreesDecimalMinutes, DegreesMinutesSeconds, Mgrs, Utm,
    };
    let none = None;
    let zone = |number, north| UtmZone::new(number, north).ok();
    let datums: Vec<Datum> = Datum::all().collect();
    CoordinateReading {
        format: choices.one_of(&[
            none,
            None,
            Some(DecimalDegrees),
            Some(DegreesDecimalMinutes),
            Some(DegreesMinutesSeconds),
            Some(Utm),
            Some(Mgrs),
        ]),
        decimal_comma: choices.one_of(&[None, Some(true), Some(false)]),
        axis_order: choices.one_of(&[AxisOrder::ByLetters, AxisOrder::LatLon, AxisOrder::LonLat]),
        run_together: choices.one_of(&[RunTogether::UnitsByLength, RunTogether::ImpliedDecimal]),
        letter_o: choices.one_of(&[LetterO::NotTold, LetterO::West, LetterO::East]),
        utm_letter: choices.one_of(&[None, Some(UtmLetter::Band), Some(UtmLetter::Hemisphere)]),
        utm_zone: choices.one_of(&[None, zone(48, true), zone(1, false), zone(32, true)]),
        mgrs_prefix: choices.one_of(&[
            None,
            Some("48Q".to_owned()),
            Some("48QVF".to_owned()),
            Some("é".to_owned()),
        ]),
        datum: if choices.yes() { choices.one_of(&datums) } else { Datum::default() },
    }
}

fn hold_read(read: Result<EnteredPosition, CoordinateFault>) {
    let read = match read {
        Ok(read) => read,
        Err(fault) => {
            assert!(!fault.to_string().is_empty() && !fault.help().is_empty(), "{fault:?}");
            return;
        }
    };
    let position = read.position;
    assert!(position.latitude().abs() <= 90.0 && position.longitude().abs() <= 180.0, "{read:?}");
    assert!(read.precision_metres.is_finite() && read.precision_metres >= 0.0, "{read:?}");
    assert!(read.uncertainty_metres.is_none_or(|m| m.is_finite() && m >= 0.0), "{read:?}");
    assert!(read.warnings.iter().all(|warning| !warning.message().is_empty()));
    serde_json::to_string(&read).expect("what was read is written");
    let suspicion = suspect(position, read.format, |there| there.latitude() > 10.0);
    for repair in suspicion.iter().flat_map(|suspicion| &suspicion.repairs) {
        assert!(!repair.kind.message().is_empty());
    }
    reads_back(&decimal_degrees(position, 9), position, 0.01);
    reads_back(&degrees_decimal_minutes(position, 7), position, 0.01);
    reads_back(&degrees_minutes_seconds(position, 5), position, 0.01);
    if let Ok(text) = utm_text(position) {
        reads_back(&text, position, 2.0);
    }
    for digits in 0..=5 {
        if let Ok(text) = mgrs_reference(position, digits) {
            // From any place of the square to its middle, with some room for a square at the edge
            // of its zone, which is cut off.
            reads_back(&text, position, 0.8 * 10f64.powi(5 - i32::from(digits)) + 1.0);
        }
    }
}

/// A position that was printed is found again where it is, if it can be read at all.
fn reads_back(text: &str, position: Position, metres: f64) {
    if let Ok(back) = CoordinateReading::default().read(text) {
        let apart = back.position.distance_metres(position);
        assert!(apart <= metres, "`{text}` for {position:?} is {apart} m away: {back:?}");
    }
}

fn hold_geometry(bytes: &[u8], geopackage: bool) {
    let read = if geopackage { read_geopackage(bytes) } else { read_wkb(bytes) };
    let read = match read {
        Ok(read) => read,
        Err(error) => {
            assert!(!error.to_string().is_empty() && !error.help().is_empty(), "{error:?}");
            return;
        }
    };
    // A number that is none equals nothing: a ring of such numbers is closed by each reading anew.
    let numbers =
        read.geometry.coords_iter().all(|corner| !corner.x.is_nan() && !corner.y.is_nan());
    // What was written once, since an outline without corners is written without its holes.
    let written = write_wkb(&read.geometry);
    let plain = read_wkb(&written).expect("what was written is read");
    let extended = read_wkb(&write_postgis(&read.geometry)).expect("what was written is read");
    let packed = read_geopackage(&write_geopackage(&read.geometry)).expect("it is read");
    if numbers {
        for again in [plain, extended, packed] {
            assert_eq!(write_wkb(&again.geometry), written);
        }
    }
    if let Err(faults) = Boundary::new(read.geometry) {
        assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.help().is_empty()));
    }
}
