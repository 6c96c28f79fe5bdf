//! What somebody said about one type in one context, in the form the model can weigh.
//!
//! Belongs here: the kinds of evidence, the three forms of a statement, and the design families.
//!
//! Does not belong here: rows of the record and how they become statements (`reading`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::EstimateError;
use crate::logistic::logit;

/// More items than have ever been tested; beyond it the logarithm of a count loses digits.
const MOST_TESTED: u64 = 1_000_000_000;

/// Where a rate comes from; each kind but [`Field`](Self::Field) has a bias of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// Items counted on the ground after use. The zero of the scale.
    Field,
    /// Lot acceptance, operational and other firing tests.
    Test,
    /// What an owner, a government or a maker claims.
    Official,
    /// A general range that names no context.
    Range,
    /// The judgement of a specialist or an organisation.
    Estimate,
}

impl EvidenceKind {
    /// All kinds, in the order in which they are printed.
    pub const ALL: [Self; 5] =
        [Self::Field, Self::Test, Self::Official, Self::Range, Self::Estimate];

    /// The word for the kind in tables and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Test => "test",
            Self::Official => "official",
            Self::Range => "range",
            Self::Estimate => "estimate",
        }
    }
}

/// What a statement says, on the scale of shares or their logits.
///
/// Build one with [`count`](Self::count), [`interval`](Self::interval), [`share`](Self::share),
/// [`point`](Self::point) or [`field_count`](Self::field_count); pooling checks every form again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "lowercase")]
pub enum Form {
    /// So many failures of so many tested.
    Count {
        /// Items that failed to function.
        duds: u64,
        /// Items tested.
        tested: u64,
    },
    /// The share lies between two bounds; `low` may be 0 or `high` may be 1, not both.
    Interval {
        /// Lower bound as a share.
        low: f64,
        /// Upper bound as a share.
        high: f64,
    },
    /// One figure without the number it was counted from.
    Point {
        /// Log odds of the share.
        logit: f64,
        /// Standard error of the log odds.
        standard_error: f64,
    },
}

impl Form {
    /// The standard error, in log odds, of a figure that came without a number tested.
    ///
    /// # Source
    /// Design default: a quarter of a logit turns 5 per cent into 3 to 8 per cent at two standard
    /// errors, about the rounding and definition spread between reports of one figure.
    pub const USUAL_STANDARD_ERROR: f64 = 0.25;

    /// So many failures of so many tested.
    ///
    /// # Errors
    /// `ImpossibleCount` when nothing was tested, more failed than were tested, or more than 10⁹ were
    /// tested.
    pub fn count(duds: u64, tested: u64) -> Result<Self, EstimateError> {
        Self::Count { duds, tested }.checked()
    }

    /// A share between two bounds: `0` below for "up to", `1` above for "at least".
    ///
    /// # Errors
    /// `ImpossibleInterval` when the bounds are not rising shares, or exclude nothing.
    pub fn interval(low: f64, high: f64) -> Result<Self, EstimateError> {
        Self::Interval { low, high }.checked()
    }

    /// A figure given as log odds with its standard error.
    ///
    /// # Errors
    /// `UnusableNumber` when a number is not finite or the standard error is not above zero.
    pub fn point(logit: f64, standard_error: f64) -> Result<Self, EstimateError> {
        Self::Point { logit, standard_error }.checked()
    }

    /// A figure given as a share, with the usual standard error.
    ///
    /// # Errors
    /// `ImpossibleShare` when the share is not strictly between 0 and 1.
    pub fn share(share: f64) -> Result<Self, EstimateError> {
        if !(share > 0.0 && share < 1.0) {
            return Err(EstimateError::ImpossibleShare { share });
        }
        Self::point(logit(share), Self::USUAL_STANDARD_ERROR)
    }

    /// A clearance figure: items found over items dispensed on the ground that was searched.
    ///
    /// `dispensed` and `completeness` (the share of the ground searched times the share detected)
    /// come with relative standard deviations; the standard error follows by the delta method on the
    /// log scale: `√(1/found + s_dispensed² + s_completeness²) / (1 − p)`.
    ///
    /// # Errors
    /// `UnusableNumber` when a number is not finite, or not above zero where it has to be;
    /// `ImpossibleShare` when more was found than the denominators allow.
    pub fn field_count(
        found: u64,
        dispensed: f64,
        relative_deviation_dispensed: f64,
        completeness: f64,
        relative_deviation_completeness: f64,
    ) -> Result<Self, EstimateError> {
        let found = found as f64;
        positive("the number found", found)?;
        positive("the number dispensed", dispensed)?;
        positive("the completeness of the search", completeness)?;
        for (name, value) in [
            ("the relative deviation of the number dispensed", relative_deviation_dispensed),
            ("the relative deviation of the completeness", relative_deviation_completeness),
        ] {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(EstimateError::UnusableNumber { name, value });
            }
        }
        let share = found / (dispensed * completeness);
        if !(share > 0.0 && share < 1.0) {
            return Err(EstimateError::ImpossibleShare { share });
        }
        let relative = libm::sqrt(
            1.0 / found
                + relative_deviation_dispensed * relative_deviation_dispensed
                + relative_deviation_completeness * relative_deviation_completeness,
        );
        Self::point(logit(share), relative / (1.0 - share))
    }

    /// The form itself when it makes sense.
    pub(crate) fn checked(self) -> Result<Self, EstimateError> {
        match self {
            Self::Count { duds, tested }
                if tested == 0 || duds > tested || tested > MOST_TESTED =>
            {
                Err(EstimateError::ImpossibleCount { duds, tested })
            }
            Self::Interval { low, high }
                if !(low >= 0.0 && high <= 1.0 && low < high && (low > 0.0 || high < 1.0)) =>
            {
                Err(EstimateError::ImpossibleInterval { low, high })
            }
            Self::Point { logit, .. } if !logit.is_finite() => {
                Err(EstimateError::UnusableNumber { name: "the log odds of a point", value: logit })
            }
            Self::Point { standard_error, .. } => {
                positive("the standard error of a point", standard_error)?;
                Ok(self)
            }
            Self::Count { .. } | Self::Interval { .. } => Ok(self),
        }
    }
}

/// Refuses zero, negative, infinite and missing numbers.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<(), EstimateError> {
    if value > 0.0 && value.is_finite() {
        Ok(())
    } else {
        Err(EstimateError::UnusableNumber { name, value })
    }
}

/// One statement about one submunition in one context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// The row of the record, or any other name that occurs once.
    pub id: String,
    /// The submunition it is about.
    pub submunition: String,
    /// Where the figure comes from.
    pub kind: EvidenceKind,
    /// What it says.
    pub form: Form,
    /// Factor on the standard deviation between contexts for this statement; 1 unless its kind is
    /// known to scatter more.
    pub spread: f64,
    /// The documents that say it.
    pub sources: Vec<String>,
}

impl Observation {
    /// A statement with the usual scatter and no source yet.
    ///
    /// # Errors
    /// What the constructors of [`Form`] refuse.
    pub fn new(
        id: impl Into<String>,
        submunition: impl Into<String>,
        kind: EvidenceKind,
        form: Form,
    ) -> Result<Self, EstimateError> {
        Ok(Self {
            id: id.into(),
            submunition: submunition.into(),
            kind,
            form: form.checked()?,
            spread: 1.0,
            sources: Vec::new(),
        })
    }

    /// The same statement with the documents that say it.
    #[must_use]
    pub fn from_sources<S: Into<String>>(mut self, sources: impl IntoIterator<Item = S>) -> Self {
        self.sources = sources.into_iter().map(Into::into).collect();
        self
    }
}

/// The design family of each submunition, as the editors of the record see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Families(BTreeMap<String, String>);

impl Families {
    /// No submunition yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Enters a submunition; a later entry replaces an earlier one.
    pub fn insert(&mut self, submunition: impl Into<String>, family: impl Into<String>) {
        self.0.insert(submunition.into(), family.into());
    }

    /// The family of a submunition.
    #[must_use]
    pub fn family_of(&self, submunition: &str) -> Option<&str> {
        self.0.get(submunition).map(String::as_str)
    }

    /// Submunitions with their families, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(submunition, family)| (submunition.as_str(), family.as_str()))
    }
}

impl<S: Into<String>, F: Into<String>> FromIterator<(S, F)> for Families {
    fn from_iter<I: IntoIterator<Item = (S, F)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(s, f)| (s.into(), f.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_statements_are_refused() {
        assert!(Form::count(3, 2).is_err());
        assert!(Form::count(0, 0).is_err());
        assert!(Form::count(0, MOST_TESTED + 1).is_err());
        for (low, high) in [
            (0.1, 0.1),
            (0.2, 0.1),
            (0.0, 1.0),
            (-0.1, 0.2),
            (0.5, 1.1),
            (f64::NAN, 0.5),
            (0.1, f64::NAN),
        ] {
            assert!(Form::interval(low, high).is_err(), "{low} to {high}");
        }
        for (logit, error) in
            [(f64::NAN, 0.2), (f64::INFINITY, 0.2), (0.0, 0.0), (0.0, -1.0), (0.0, f64::NAN)]
        {
            assert!(Form::point(logit, error).is_err(), "{logit}, {error}");
        }
        for share in [0.0, 1.0, f64::NAN, -0.2] {
            assert!(Form::share(share).is_err(), "{share}");
        }
        assert!(Form::field_count(0, 100.0, 0.1, 0.9, 0.1).is_err());
        assert!(Form::field_count(100, 100.0, 0.1, 0.9, 0.1).is_err());
        assert!(Form::field_count(10, 100.0, f64::NAN, 0.9, 0.1).is_err());
    }

    #[test]
    fn bounds_may_be_open_on_one_side() {
        assert!(Form::interval(0.0, 0.02).is_ok());
        assert!(Form::interval(0.14, 1.0).is_ok());
        assert!(Form::count(0, 50).is_ok());
        assert!(Form::count(50, 50).is_ok());
    }
}
