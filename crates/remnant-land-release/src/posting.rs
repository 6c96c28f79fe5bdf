//! What a step writes into the books: lines, columns and whole square metres.
//!
//! Belongs here: the lines of the balance, the two columns, signed square metres. Does not belong
//! here: which step writes what (`effect`), summing over areas and periods (`balance`).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use remnant_record::SquareMetres;
use serde::{Deserialize, Serialize};

use crate::land::Classification;

/// A signed whole number of square metres: a correction, a conversion, a sum of such.
///
/// Wide enough that no sum of areas on Earth can pass its end: 10^38 against 5·10^14 for the Earth.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Change(i128);

impl Change {
    /// No change.
    pub const ZERO: Self = Self(0);

    /// So many square metres more, or fewer where negative.
    #[must_use]
    pub const fn new(square_metres: i128) -> Self {
        Self(square_metres)
    }

    /// The number, for where the unit is said beside it.
    #[must_use]
    pub const fn get(self) -> i128 {
        self.0
    }

    /// How far `to` is above `from`.
    #[must_use]
    pub fn between(from: SquareMetres, to: SquareMetres) -> Self {
        Self::from(to) - Self::from(from)
    }

    /// The area, unless it is negative or larger than any.
    #[must_use]
    pub fn area(self) -> Option<SquareMetres> {
        u64::try_from(self.0).ok().map(SquareMetres::new)
    }
}

impl From<SquareMetres> for Change {
    fn from(area: SquareMetres) -> Self {
        Self(i128::from(area.get()))
    }
}

impl Add for Change {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Change {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Change {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Change {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Change {
    fn sum<I: Iterator<Item = Self>>(changes: I) -> Self {
        changes.fold(Self::ZERO, Self::add)
    }
}

/// `12 345 m2`, `-12 345 m2`: as areas are written, with a minus where it is less.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        match u64::try_from(self.0.unsigned_abs()) {
            Ok(size) => f.pad(&format!("{sign}{}", SquareMetres::new(size))),
            Err(_) => f.pad(&format!("{} m2", self.0)),
        }
    }
}

/// A line of the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// D: newly identified.
    Identified,
    /// D as well: released before and found hazardous again.
    Reopened,
    /// X: added to an area.
    Extended,
    /// C: cancelled.
    Cancelled,
    /// R: reduced with a technical asset.
    ReducedWithAsset,
    /// R: reduced without a technical asset.
    ReducedWithoutAsset,
    /// K: cleared.
    Cleared,
    /// From SHA to CHA: signed, and nothing over both columns. It is no release.
    Converted,
    /// A: measured again, merged, split, duplicate, entered in error; signed.
    Adjusted,
    /// Beside the ledger: cleared outside any recorded area (K_out).
    ClearedOutside,
    /// Beside the ledger: land cancelled that had been released before.
    CancelledAgain,
    /// Beside the ledger: land reduced that had been released before.
    ReducedAgain,
    /// Beside the ledger: land cleared that had been released before.
    ClearedAgain,
    /// Beside the ledger: cleared land that was handed over.
    HandedOver,
}

impl Line {
    /// All lines, in the order in which a balance prints them.
    pub const ALL: [Self; 14] = [
        Self::Identified,
        Self::Reopened,
        Self::Extended,
        Self::Cancelled,
        Self::ReducedWithAsset,
        Self::ReducedWithoutAsset,
        Self::Cleared,
        Self::Converted,
        Self::Adjusted,
        Self::ClearedOutside,
        Self::CancelledAgain,
        Self::ReducedAgain,
        Self::ClearedAgain,
        Self::HandedOver,
    ];

    /// The words that are shown.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Identified => "newly identified",
            Self::Reopened => "reopened",
            Self::Extended => "extensions",
            Self::Cancelled => "cancelled",
            Self::ReducedWithAsset => "reduced with technical asset",
            Self::ReducedWithoutAsset => "reduced without technical asset",
            Self::Cleared => "cleared",
            Self::Converted => "converted from SHA to CHA",
            Self::Adjusted => "adjustments",
            Self::ClearedOutside => "cleared outside any area",
            Self::CancelledAgain => "cancelled again",
            Self::ReducedAgain => "reduced again",
            Self::ClearedAgain => "cleared again",
            Self::HandedOver => "handed over",
        }
    }

    /// What a number on this line does to the open area: adds, takes, or stands beside.
    #[must_use]
    pub fn effect(self, amount: Change) -> Change {
        match self {
            Self::Identified
            | Self::Reopened
            | Self::Extended
            | Self::Converted
            | Self::Adjusted => amount,
            Self::Cancelled
            | Self::ReducedWithAsset
            | Self::ReducedWithoutAsset
            | Self::Cleared => -amount,
            Self::ClearedOutside
            | Self::CancelledAgain
            | Self::ReducedAgain
            | Self::ClearedAgain
            | Self::HandedOver => Change::ZERO,
        }
    }
}

/// Square metres in the two columns: suspected and confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// In suspected hazardous areas.
    #[serde(rename = "sha_square_metres")]
    pub suspected: Change,
    /// In confirmed hazardous areas.
    #[serde(rename = "cha_square_metres")]
    pub confirmed: Change,
}

impl Columns {
    /// Both columns together.
    #[must_use]
    pub fn total(self) -> Change {
        self.suspected + self.confirmed
    }

    /// The column of a classification.
    #[must_use]
    pub fn column(self, classification: Classification) -> Change {
        match classification {
            Classification::Suspected => self.suspected,
            Classification::Confirmed => self.confirmed,
        }
    }

    /// Adds to the column of a classification.
    pub fn add_to(&mut self, classification: Classification, amount: Change) {
        match classification {
            Classification::Suspected => self.suspected += amount,
            Classification::Confirmed => self.confirmed += amount,
        }
    }
}

impl AddAssign for Columns {
    fn add_assign(&mut self, other: Self) {
        self.suspected += other.suspected;
        self.confirmed += other.confirmed;
    }
}

impl Sub for Columns {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            suspected: self.suspected - other.suspected,
            confirmed: self.confirmed - other.confirmed,
        }
    }
}

/// One number that a step writes on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The line.
    pub line: Line,
    /// The column. Land handed over stands in the column it was released from; land released again
    /// and clearance outside in that of confirmed land.
    pub classification: Classification,
    /// How much; negative only for conversions and adjustments.
    #[serde(rename = "amount_square_metres")]
    pub amount: Change,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_areas_are_written_as_areas_are() {
        assert_eq!(Change::new(-12_345).to_string(), "-12 345 m2");
        assert_eq!(Change::from(SquareMetres::new(7)).to_string(), "7 m2");
        assert_eq!(Change::new(-1).area(), None);
        assert_eq!(Change::between(SquareMetres::new(5), SquareMetres::new(3)), Change::new(-2));
    }

    #[test]
    fn what_stands_beside_the_ledger_leaves_the_stock_alone() {
        let amount = Change::new(10);
        let effects = Line::ALL.map(|line| line.effect(amount).get());
        assert_eq!(effects, [10, 10, 10, -10, -10, -10, -10, 10, 10, 0, 0, 0, 0, 0]);
    }
}
