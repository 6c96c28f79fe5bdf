//! Positions as text, for people and their receivers.
//!
//! Belongs here: the ways of writing that can be read back. Does not belong here: how precisely a
//! position may be shown to whom.

use super::grid::{UtmPoint, reference};
use super::{CoordinateFault, Position};

/// `17.54310, 103.25140`: latitude, then longitude, with so many decimals (at most 9).
#[must_use]
pub fn decimal_degrees(position: Position, decimals: u8) -> String {
    let decimals = usize::from(decimals.min(9));
    format!("{:.decimals$}, {:.decimals$}", position.latitude(), position.longitude())
}

/// `17°32.586'N 103°15.084'E`, with so many decimals of a minute (at most 7).
#[must_use]
pub fn degrees_decimal_minutes(position: Position, decimals: u8) -> String {
    let decimals = decimals.min(7);
    both(position, |degrees| {
        let (degrees, minutes, _) = parts(degrees, 60, decimals);
        format!("{degrees}°{}'", with_decimals(minutes, decimals))
    })
}

/// `17°32'35.16"N 103°15'05.04"E`, with so many decimals of a second (at most 5).
#[must_use]
pub fn degrees_minutes_seconds(position: Position, decimals: u8) -> String {
    let decimals = decimals.min(5);
    both(position, |degrees| {
        let (degrees, seconds, unit) = parts(degrees, 3600, decimals);
        let (minutes, seconds) = (seconds / (60 * unit), seconds % (60 * unit));
        format!("{degrees}°{minutes:02}'{}\"", with_decimals(seconds, decimals))
    })
}

/// `48N 314123 1940456`: zone, easting and northing in whole metres, rounded.
///
/// The letter is the hemisphere. South of the equator `south` is spelt out, because `S` is also
/// the band from 32° to 40° north.
///
/// # Errors
/// `OutsideUtm` near the poles.
pub fn utm_text(position: Position) -> Result<String, CoordinateFault> {
    let UtmPoint { zone, easting, northing } = UtmPoint::of(position)?;
    let hemisphere = if zone.is_north() { "N" } else { " south" };
    Ok(format!("{}{hemisphere} {easting:.0} {northing:.0}", zone.number()))
}

/// `48QVE1412340456`: the grid reference of the square in which a position lies, with so many
/// digits (0 to 5) for each half; truncated, as the system wants it.
///
/// # Errors
/// `OutsideUtm` near the poles: polar references can be read, and are not printed.
pub fn mgrs_reference(position: Position, digits_each: u8) -> Result<String, CoordinateFault> {
    reference(position, digits_each)
}

fn both(position: Position, half: impl Fn(f64) -> String) -> String {
    let (latitude, longitude) = (position.latitude(), position.longitude());
    let north = if latitude < 0.0 { 'S' } else { 'N' };
    let east = if longitude < 0.0 { 'W' } else { 'E' };
    format!("{}{north} {}{east}", half(latitude.abs()), half(longitude.abs()))
}

/// Whole degrees, and the rest in whole last places of a unit of which a degree has so many.
///
/// Rounded once and on the whole, so that 59.9996 minutes become a degree and never `60.000'`.
fn parts(degrees: f64, units: u64, decimals: u8) -> (u64, u64, u64) {
    let unit = 10u64.pow(u32::from(decimals));
    let per_degree = units * unit;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "at most 180 × 3600 × 10^7, which both types hold exactly"
    )]
    let all = (degrees * per_degree as f64).round() as u64;
    (all / per_degree, all % per_degree, unit)
}

fn with_decimals(last_places: u64, decimals: u8) -> String {
    let unit = 10u64.pow(u32::from(decimals));
    if decimals == 0 {
        return format!("{last_places:02}");
    }
    format!(
        "{:02}.{:0width$}",
        last_places / unit,
        last_places % unit,
        width = usize::from(decimals)
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::super::CoordinateReading;
    use super::*;

    #[test]
    fn each_way_of_writing_prints_as_people_write_it() {
        let place = Position::new(103.251_4, 17.543_1).unwrap();
        assert_eq!(decimal_degrees(place, 5), "17.54310, 103.25140");
        assert_eq!(degrees_decimal_minutes(place, 3), "17°32.586'N 103°15.084'E");
        assert_eq!(degrees_minutes_seconds(place, 2), "17°32'35.16\"N 103°15'05.04\"E");
        assert_eq!(degrees_minutes_seconds(place, 0), "17°32'35\"N 103°15'05\"E");
        assert_eq!(utm_text(place).unwrap(), "48N 314394 1940491");
        assert_eq!(mgrs_reference(place, 5).unwrap(), "48QUE1439440490");
        assert_eq!(mgrs_reference(place, 2).unwrap(), "48QUE1440");
        let south = Position::new(-70.5, -25.5).unwrap();
        assert!(utm_text(south).unwrap().starts_with("19 south "));
    }

    #[test]
    fn sixty_is_never_printed() {
        let nearly = Position::new(15.999_999_99, -4.999_999_999).unwrap();
        assert_eq!(degrees_minutes_seconds(nearly, 1), "5°00'00.0\"S 16°00'00.0\"E");
        assert_eq!(degrees_decimal_minutes(nearly, 2), "5°00.00'S 16°00.00'E");
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(
            longitude in -179.9f64..179.9,
            latitude in -79.9f64..83.9,
        ) {
            prop_assume!(longitude.abs() > 0.01 || latitude.abs() > 0.01);
            let place = Position::new(longitude, latitude).unwrap();
            let reading = CoordinateReading::default();
            for (text, within) in [
                (decimal_degrees(place, 7), 0.02),
                (degrees_decimal_minutes(place, 5), 0.02),
                (degrees_minutes_seconds(place, 3), 0.03),
                (utm_text(place).unwrap(), 0.75),
                (mgrs_reference(place, 5).unwrap(), 0.75),
                (mgrs_reference(place, 0).unwrap(), 75_000.0),
            ] {
                let read = reading.read(&text);
                prop_assert!(read.is_ok(), "{text}: {read:?}");
                let read = read.unwrap();
                let apart = read.position.distance_metres(place);
                prop_assert!(apart <= within, "{text}: {apart} m");
                // Half a per cent for the round degree, and a nanometre for zero.
                prop_assert!(apart <= read.precision_metres * 1.005 + 1e-6, "{text}: {apart} m");
            }
        }
    }
}
