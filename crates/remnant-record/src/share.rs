//! Shares as they were stated: closed, or open to one side.
//!
//! Belongs here: the share of submunitions that did not function, in the form in which somebody
//! stated it. Does not belong here: what follows from many such statements (`remnant-estimate`).

use std::fmt;

use serde::Serialize;

/// A share in per cent as a source printed it, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Percent(f64);

impl Percent {
    /// A share in per cent; `None` for what is not a number from 0 to 100.
    #[must_use]
    pub fn new(percent: f64) -> Option<Self> {
        (0.0..=100.0).contains(&percent).then_some(Self(percent))
    }

    /// The number of per cent, 0 to 100.
    #[must_use]
    pub fn percent(self) -> f64 {
        self.0
    }

    /// The same share as a fraction, 0 to 1.
    #[must_use]
    pub fn fraction(self) -> f64 {
        self.0 / 100.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

/// A stated share. Open sides stay open: "at most 2.35 %" says nothing about a lower bound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatedShare {
    /// One figure.
    Point(Percent),
    /// From one figure to another.
    Between(Percent, Percent),
    /// "Up to", "under", "not above".
    AtMost(Percent),
    /// "Or more", "over".
    AtLeast(Percent),
    /// Duds counted among submunitions tested.
    Count {
        /// Submunitions that did not function.
        duds: u64,
        /// Submunitions tested.
        tested: u64,
    },
}

impl fmt::Display for StatedShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Point(share) => write!(f, "{share}"),
            Self::Between(low, high) => write!(f, "{} to {high}", low.percent()),
            Self::AtMost(high) => write!(f, "at most {high}"),
            Self::AtLeast(low) => write!(f, "{low} or more"),
            Self::Count { duds, tested } => write!(f, "{duds} of {tested}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_outside_0_to_100_or_no_number_is_refused() {
        for bad in [-0.1, 100.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Percent::new(bad), None);
        }
    }

    #[test]
    fn an_open_side_is_said_and_not_filled() {
        let share = Percent::new(2.35).map(StatedShare::AtMost);
        assert_eq!(share.map(|s| s.to_string()).as_deref(), Some("at most 2.35 %"));
        let share = Percent::new(14.0).map(StatedShare::AtLeast);
        assert_eq!(share.map(|s| s.to_string()).as_deref(), Some("14 % or more"));
    }
}
