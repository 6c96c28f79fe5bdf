//! Quantities with their unit in the type.
//!
//! Belongs here: numbers that cross a crate border and would be dangerous as a bare number. Does
//! not belong here: measuring a boundary (`remnant-ground`), rounding for print
//! (`remnant-publish`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// An area on the ground in whole square metres.
///
/// Whole, because the field reports whole square metres and because a ledger that balances "within
/// tolerance" does not balance. Measured once, on the WGS 84 ellipsoid, where a boundary enters.
///
/// There is no `+` and no `-`: who adds says what happens when the sum does not fit, and who
/// subtracts says what happens when more is taken than is there.
///
/// ```
/// use remnant_record::SquareMetres;
/// let hazardous = SquareMetres::new(12_345);
/// let cleared = SquareMetres::new(345);
/// assert_eq!(hazardous.checked_sub(cleared), Some(SquareMetres::new(12_000)));
/// assert_eq!(cleared.checked_sub(hazardous), None);
/// assert_eq!(hazardous.to_string(), "12 345 m2");
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct SquareMetres(u64);

impl SquareMetres {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many whole square metres.
    #[must_use]
    pub const fn new(square_metres: u64) -> Self {
        Self(square_metres)
    }

    /// The nearest whole number of square metres, halves away from zero.
    ///
    /// `None` when the measure is not a number, negative by half a square metre or more, or larger
    /// than the Earth (5.101e14 m2), so that a slip in a calculation does not enter a ledger.
    #[must_use]
    pub fn nearest(square_metres: f64) -> Option<Self> {
        const EARTH: f64 = 5.101e14;
        let rounded = square_metres.round();
        (0.0..=EARTH).contains(&rounded).then_some(Self(rounded as u64))
    }

    /// The number, for where the unit is said beside it.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, unless it does not fit.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// What is left, unless more is taken than is there.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(left) => Some(Self(left)),
            None => None,
        }
    }

    /// How far the two are apart, whichever is larger.
    #[must_use]
    pub const fn abs_diff(self, other: Self) -> Self {
        Self(self.0.abs_diff(other.0))
    }

    /// The sum of many, unless it does not fit.
    #[must_use]
    pub fn checked_sum(areas: impl IntoIterator<Item = Self>) -> Option<Self> {
        areas.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

/// `12 345 m2`: thousands apart by a space, the unit in plain letters.
impl fmt::Display for SquareMetres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut printed = String::with_capacity(digits.len() + digits.len() / 3 + 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                printed.push(' ');
            }
            printed.push(digit);
        }
        printed.push_str(" m2");
        f.pad(&printed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (number, printed) in [
            (0, "0 m2"),
            (7, "7 m2"),
            (999, "999 m2"),
            (1_000, "1 000 m2"),
            (12_345, "12 345 m2"),
            (1_234_567, "1 234 567 m2"),
        ] {
            assert_eq!(SquareMetres::new(number).to_string(), printed);
        }
        assert_eq!(format!("{:>9}", SquareMetres::new(12)), "    12 m2");
    }

    #[test]
    fn nothing_wraps_round() {
        let most = SquareMetres::new(u64::MAX);
        assert_eq!(most.checked_add(SquareMetres::new(1)), None);
        assert_eq!(SquareMetres::ZERO.checked_sub(SquareMetres::new(1)), None);
        assert_eq!(SquareMetres::checked_sum([most, SquareMetres::new(1)]), None);
        assert_eq!(SquareMetres::checked_sum([]), Some(SquareMetres::ZERO));
        assert_eq!(SquareMetres::new(3).abs_diff(SquareMetres::new(5)).get(), 2);
    }

    #[test]
    fn a_measure_is_rounded_or_refused() {
        assert_eq!(SquareMetres::nearest(0.5), Some(SquareMetres::new(1)));
        assert_eq!(SquareMetres::nearest(0.49), Some(SquareMetres::ZERO));
        assert_eq!(SquareMetres::nearest(-0.4), Some(SquareMetres::ZERO));
        for measure in [-0.6, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5.2e14] {
            assert_eq!(SquareMetres::nearest(measure), None, "{measure}");
        }
    }

    #[test]
    fn it_is_a_plain_number_in_json() {
        let area = SquareMetres::new(12_345);
        assert_eq!(serde_json::to_string(&area).unwrap(), "12345");
        assert_eq!(serde_json::from_str::<SquareMetres>("12345").unwrap(), area);
        assert!(serde_json::from_str::<SquareMetres>("-1").is_err());
        assert!(serde_json::from_str::<SquareMetres>("1.5").is_err());
    }
}
