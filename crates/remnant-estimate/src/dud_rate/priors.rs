//! What is believed before any statement is read, and on what that rests.
//!
//! Belongs here: the numbers of the prior with their sources, and their check.
//!
//! Does not belong here: how they are used (`hierarchy`).

use serde::{Deserialize, Serialize};

use super::observation::{EvidenceKind, positive};
use crate::EstimateError;

/// A spread of 20 log odds puts one context at one in a billion and the next at all: more is a slip.
const LARGEST_SCALE: f64 = 20.0;

/// A normal prior.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NormalPrior {
    /// Mean, in log odds.
    pub mean: f64,
    /// Standard deviation, in log odds. Zero for a bias fixes it at its mean.
    pub standard_deviation: f64,
}

/// How far each kind of evidence sits from what is found on the ground, in log odds.
///
/// Field counts have no entry: they are the zero of the scale, since the question is what lies on the
/// ground.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BiasPriors {
    /// Firing tests. Default −0.3 ± 0.4: M85 bomblets failed at 2 to 2.3 per cent in tests and about
    /// 10 per cent in Lebanon (−1.6); M77 at 5 to 23 per cent in tests and up to 40 per cent in an
    /// early field figure. Both are extremes that were reported because they were extreme, so the
    /// prior is milder and wide.
    pub test: NormalPrior,
    /// Claims of owners, governments and makers. Default −0.9 ± 0.7: RBL755 claimed at 5 per cent
    /// (Hansard, 19 January 2000) and found at 11 to 12 (UN Mine Action Coordination Centre, in The
    /// Guardian, 8 August 2000), −0.90; NATO's 10 per cent against KFOR specialists' 15 (ICRC, in The
    /// Guardian, 6 September 2000), −0.46; M85 claimed at 1 per cent and found at about 10 (record
    /// rows dr-032 and dr-027), −2.4.
    pub official: NormalPrior,
    /// General ranges that name no context. Default 0 ± 0.3: no direction is known.
    pub range: NormalPrior,
    /// Judgements of specialists and organisations. Default 0 ± 0.4: no direction is known, and they
    /// scatter more than ranges.
    pub estimate: NormalPrior,
}

impl BiasPriors {
    /// The prior of one kind; field counts are fixed at zero.
    #[must_use]
    pub fn of(&self, kind: EvidenceKind) -> NormalPrior {
        match kind {
            EvidenceKind::Field => NormalPrior { mean: 0.0, standard_deviation: 0.0 },
            EvidenceKind::Test => self.test,
            EvidenceKind::Official => self.official,
            EvidenceKind::Range => self.range,
            EvidenceKind::Estimate => self.estimate,
        }
    }

    /// The same table with each prior changed.
    #[must_use]
    pub fn map(self, change: impl Fn(NormalPrior) -> NormalPrior) -> Self {
        Self {
            test: change(self.test),
            official: change(self.official),
            range: change(self.range),
            estimate: change(self.estimate),
        }
    }
}

/// The priors of the dud-rate model, in log odds of the share left unexploded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Priors {
    /// Level over all families. Default −2.2 ± 1.0: median 10 per cent, nine chances in ten between 2
    /// and 36 per cent, which covers the widest general range in the record (2 to 40 per cent, row
    /// dr-057).
    pub level: NormalPrior,
    /// Scale of the half-normal prior of sigma, the spread between contexts of one type. Default
    /// 0.75: KFOR's 3 to 26 per cent by container in Kosovo (row dr-044) spans ±1.2 logit, so sigma
    /// of 0.6 to 0.8.
    pub context_spread: f64,
    /// Scale of the half-normal prior of tau, the spread between types of one family. Default 0.5, a
    /// design choice: types of one family rarely differ by more than a factor of three in odds.
    pub type_spread: f64,
    /// Scale of the half-normal prior of omega, the spread between families. Default 0.5, the same
    /// choice. With few families the evidence hardly moves it: see the sensitivity table.
    pub family_spread: f64,
    /// Biases of the kinds of evidence against field counts.
    pub bias: BiasPriors,
}

impl Default for Priors {
    fn default() -> Self {
        let normal = |mean, standard_deviation| NormalPrior { mean, standard_deviation };
        Self {
            level: normal(-2.2, 1.0),
            context_spread: 0.75,
            type_spread: 0.5,
            family_spread: 0.5,
            bias: BiasPriors {
                test: normal(-0.3, 0.4),
                official: normal(-0.9, 0.7),
                range: normal(0.0, 0.3),
                estimate: normal(0.0, 0.4),
            },
        }
    }
}

impl Priors {
    /// Refuses priors that are not distributions.
    pub(crate) fn check(&self) -> Result<(), EstimateError> {
        let finite = |name, value: f64| {
            if value.is_finite() {
                Ok(())
            } else {
                Err(EstimateError::UnusableNumber { name, value })
            }
        };
        finite("the prior mean of the level", self.level.mean)?;
        positive("the prior deviation of the level", self.level.standard_deviation)?;
        for (name, value) in [
            ("the prior scale of the context spread", self.context_spread),
            ("the prior scale of the type spread", self.type_spread),
            ("the prior scale of the family spread", self.family_spread),
        ] {
            positive(name, value)?;
            if value > LARGEST_SCALE {
                return Err(EstimateError::UnusableNumber { name, value });
            }
        }
        for kind in EvidenceKind::ALL {
            let prior = self.bias.of(kind);
            finite("the prior mean of a bias", prior.mean)?;
            if prior.standard_deviation != 0.0 {
                positive("the prior deviation of a bias", prior.standard_deviation)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logistic::share;

    #[test]
    fn the_default_level_covers_the_widest_general_range() {
        let level = Priors::default().level;
        assert!(share(level.mean - 1.645 * level.standard_deviation) < 0.025);
        assert!(share(level.mean + 1.645 * level.standard_deviation) > 0.36);
    }

    #[test]
    fn a_prior_that_is_not_a_distribution_is_refused() {
        for spoil in [
            (|p: &mut Priors| p.level.standard_deviation = 0.0) as fn(&mut Priors),
            |p| p.context_spread = -1.0,
            |p| p.type_spread = f64::NAN,
            |p| p.family_spread = f64::INFINITY,
            |p| p.bias.test.standard_deviation = -0.1,
            |p| p.bias.range.mean = f64::NAN,
        ] {
            let mut priors = Priors::default();
            spoil(&mut priors);
            assert!(priors.check().is_err(), "{priors:?}");
        }
        assert!(Priors::default().check().is_ok());
    }
}
