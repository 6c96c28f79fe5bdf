//! A shift that all positions of a file share: the trace of a datum that nobody stated.
//!
//! Belongs here: comparing positions that were read with positions that were given for the same
//! rows. Does not belong here: applying a shift, which a person decides by stating the datum.

use serde::Serialize;

use super::{CoordinateReading, Datum, Position};

/// How far positions that were read lie from those given for the same rows, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SystematicShift {
    /// How many pairs were compared.
    pub count: usize,
    /// Metres from read to given, eastwards: the median.
    pub east_metres: f64,
    /// Metres from read to given, northwards: the median.
    pub north_metres: f64,
    /// How far a pair lies from that shift: the median, in metres.
    pub spread_metres: f64,
}

impl SystematicShift {
    /// Length of the shift in metres.
    #[must_use]
    pub fn metres(&self) -> f64 {
        self.east_metres.hypot(self.north_metres)
    }

    /// Whether the pairs agree on one shift: it is longer than twice the spread around it, and
    /// there are at least five pairs. Rounding and reading errors go in all directions; a datum
    /// goes in one.
    #[must_use]
    pub fn is_systematic(&self) -> bool {
        self.count >= 5 && self.metres() > 2.0 * self.spread_metres && self.metres() > 1.0
    }
}

/// The shift from positions that were read to those given for the same rows.
///
/// Medians, so that a few rows with a slip of the pen do not hide it. `None` without pairs.
#[must_use]
pub fn systematic_shift(pairs: &[(Position, Position)]) -> Option<SystematicShift> {
    let offsets: Vec<(f64, f64)> =
        pairs.iter().map(|(read, given)| read.offset_metres(*given)).collect();
    let east_metres = median(offsets.iter().map(|offset| offset.0).collect())?;
    let north_metres = median(offsets.iter().map(|offset| offset.1).collect())?;
    let spread_metres = median(
        offsets
            .iter()
            .map(|(east, north)| (east - east_metres).hypot(north - north_metres))
            .collect(),
    )?;
    Some(SystematicShift { count: pairs.len(), east_metres, north_metres, spread_metres })
}

/// What remains of the shift when the texts are read in each datum, best datum first.
///
/// `rows` are texts with the WGS 84 position that the file gives beside each. Texts that cannot
/// be read in a datum do not count for it; a datum that reads fewer than half of them is left out.
/// The first datum explains the file when its remaining shift and spread are small beside those of
/// [`Datum::Wgs84`].
#[must_use]
pub fn explaining_datum(
    rows: &[(&str, Position)],
    reading: &CoordinateReading,
) -> Vec<(Datum, SystematicShift)> {
    let mut found: Vec<(Datum, SystematicShift)> = Datum::all()
        .filter_map(|datum| {
            let reading = CoordinateReading { datum, ..reading.clone() };
            let pairs: Vec<(Position, Position)> = rows
                .iter()
                .filter_map(|(text, given)| Some((reading.read(text).ok()?.position, *given)))
                .collect();
            let shift = systematic_shift(&pairs)?;
            (pairs.len() * 2 >= rows.len()).then_some((datum, shift))
        })
        .collect();
    let left = |shift: &SystematicShift| shift.metres() + shift.spread_metres;
    found.sort_by(|(_, one), (_, other)| left(one).total_cmp(&left(other)));
    found
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn grid() -> Vec<Position> {
        (0..25)
            .map(|i| Position::new(105.0 + f64::from(i % 5) * 0.1, 16.0 + f64::from(i / 5) * 0.1))
            .collect::<Result<_, _>>()
            .unwrap()
    }

    #[test]
    fn one_shift_is_found_through_slips_of_the_pen() {
        let mut pairs: Vec<_> =
            grid().into_iter().map(|read| (read, read.destination(30.0, 400.0).unwrap())).collect();
        pairs[3].1 = Position::new(16.0, 80.0).unwrap();
        let shift = systematic_shift(&pairs).unwrap();
        assert!(shift.is_systematic(), "{shift:?}");
        assert!((shift.east_metres - 200.0).abs() < 1.0, "{shift:?}");
        assert!((shift.north_metres - 346.4).abs() < 1.0, "{shift:?}");
    }

    #[test]
    fn rounding_in_all_directions_is_no_shift() {
        let pairs: Vec<_> = grid()
            .into_iter()
            .zip(0u8..)
            .map(|(read, i)| (read, read.destination(f64::from(i) * 67.0, 50.0).unwrap()))
            .collect();
        assert!(!systematic_shift(&pairs).unwrap().is_systematic());
        assert_eq!(systematic_shift(&[]), None);
    }

    #[test]
    fn the_datum_in_which_a_file_was_written_is_found() {
        let texts: Vec<(String, Position)> = grid()
            .into_iter()
            .map(|local| {
                let text = format!("{} {}", local.latitude(), local.longitude());
                let given =
                    Datum::Indian1960.to_wgs84(local.longitude(), local.latitude()).unwrap();
                (text, given)
            })
            .collect();
        let rows: Vec<(&str, Position)> =
            texts.iter().map(|(text, given)| (text.as_str(), *given)).collect();
        let found = explaining_datum(&rows, &CoordinateReading::default());
        assert_eq!(found[0].0, Datum::Indian1960);
        assert!(found[0].1.metres() < 0.01);
        let wgs84 = found.iter().find(|(datum, _)| *datum == Datum::Wgs84).unwrap();
        assert!(wgs84.1.is_systematic() && wgs84.1.metres() > 300.0);
    }
}
