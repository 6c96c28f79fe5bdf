//! Four outcomes, and how they combine.
//!
//! Belongs here: three-valued logic under each reading of each disputed point, and the order of
//! rules and exceptions. Does not belong here: any provision.

use std::collections::BTreeMap;

use serde::Serialize;

/// The answer to a question of law on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The provision holds of the case.
    Holds,
    /// It does not.
    DoesNotHold,
    /// A fact is missing; which one is said beside it.
    Unknown,
    /// It depends on a disputed reading; the outcome under each is said beside it.
    Disputed,
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::Unknown => "unknown",
            Self::Disputed => "disputed",
        }
    }
}

/// The answer under one reading of every disputed point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// It holds.
    Holds,
    /// It does not.
    DoesNotHold,
    /// A fact is missing.
    Unknown,
}

impl Truth {
    /// What is known of a yes or no; `None` is unknown, never no.
    #[must_use]
    pub fn of(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Holds,
            Some(false) => Self::DoesNotHold,
            None => Self::Unknown,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::DoesNotHold, _) | (_, Self::DoesNotHold) => Self::DoesNotHold,
            (Self::Holds, Self::Holds) => Self::Holds,
            _ => Self::Unknown,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::Holds => Self::DoesNotHold,
            Self::DoesNotHold => Self::Holds,
            Self::Unknown => Self::Unknown,
        }
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

impl From<Truth> for Verdict {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::Holds => Self::Holds,
            Truth::DoesNotHold => Self::DoesNotHold,
            Truth::Unknown => Self::Unknown,
        }
    }
}

/// A side of each disputed point: whether the provision reaches the conduct by it.
pub type Sides = BTreeMap<String, bool>;

/// An answer under every combination of the readings that it depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judgement {
    cases: BTreeMap<Sides, Truth>,
}

impl Judgement {
    /// An answer that depends on no reading.
    #[must_use]
    pub fn settled(truth: Truth) -> Self {
        Self { cases: BTreeMap::from([(Sides::new(), truth)]) }
    }

    /// A disputed point: it holds by the readings that reach the conduct and not by the others.
    #[must_use]
    pub fn on_point(key: &str) -> Self {
        Self::by_side(key, Truth::Holds, Truth::DoesNotHold)
    }

    /// One answer by the readings of a point that reach the conduct, another by the others.
    #[must_use]
    pub fn by_side(key: &str, caught: Truth, not_caught: Truth) -> Self {
        let side = |caught| Sides::from([(key.to_owned(), caught)]);
        Self { cases: BTreeMap::from([(side(true), caught), (side(false), not_caught)]) }
    }

    /// Both hold.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.with(other, Truth::and)
    }

    /// One of them holds.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.with(other, Truth::or)
    }

    /// It does not hold.
    #[must_use]
    pub fn not(&self) -> Self {
        Self { cases: self.cases.iter().map(|(s, truth)| (s.clone(), truth.not())).collect() }
    }

    /// The answers together, one for each combination of readings.
    #[must_use]
    pub fn cases(&self) -> &BTreeMap<Sides, Truth> {
        &self.cases
    }

    /// The one answer, or disputed where the readings part.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let mut truths = self.cases.values();
        let first = truths.next().copied().unwrap_or(Truth::Unknown);
        if truths.all(|truth| *truth == first) { first.into() } else { Verdict::Disputed }
    }

    /// A reading is chosen once in an answer: combinations that choose two ways are no case.
    fn with(&self, other: &Self, combine: impl Fn(Truth, Truth) -> Truth) -> Self {
        let mut cases = BTreeMap::new();
        for (sides, truth) in &self.cases {
            for (other_sides, other_truth) in &other.cases {
                let agree = other_sides
                    .iter()
                    .all(|(key, side)| sides.get(key).is_none_or(|mine| mine == side));
                if agree {
                    let mut both = sides.clone();
                    both.extend(other_sides.clone());
                    cases.insert(both, combine(*truth, *other_truth));
                }
            }
        }
        Self { cases }
    }
}

/// Why a question of law has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LawError {
    /// Two rules of equal rank say opposite things of one case.
    #[error("`{first}` and `{second}` have the same rank and say opposite things of the case")]
    Clash {
        /// The rule that reaches the conduct.
        first: String,
        /// The rule that does not.
        second: String,
    },
    /// The record has no transfer of that id.
    #[error("the record has no transfer `{0}`")]
    NoSuchTransfer(String),
}

impl LawError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Clash { .. } => {
                "say which of the two goes before the other, and record the source for that"
            }
            Self::NoSuchTransfer(_) => "look the id up in `transfers.csv`",
        }
    }
}

/// A rule or an exception, with its place in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankedRule {
    /// The provision, as printed when two clash.
    pub provision: String,
    /// The base rule has rank 0; an exception stands above what it is an exception to.
    pub rank: u8,
    /// Whether it applies to the case.
    pub applies: Judgement,
    /// Whether it reaches the conduct, or takes it out.
    pub catches: bool,
}

/// Whether the conduct is reached, when exceptions go before the rules below them.
///
/// # Errors
/// `Clash` when two rules of equal rank that say opposite things both apply under some reading: no
/// coin is tossed.
///
/// # Source
/// Default logic with explicit priority, in the manner of the Catala language.
pub fn decide(rules: &[RankedRule]) -> Result<Judgement, LawError> {
    let everything = rules
        .iter()
        .fold(Judgement::settled(Truth::Unknown), |all, rule| all.with(&rule.applies, |a, _| a));
    let mut cases = BTreeMap::new();
    for sides in everything.cases.into_keys() {
        cases.insert(sides.clone(), decide_case(rules, &sides)?);
    }
    Ok(Judgement { cases })
}

fn decide_case(rules: &[RankedRule], sides: &Sides) -> Result<Truth, LawError> {
    let applies = |rule: &RankedRule| {
        rule.applies
            .cases
            .iter()
            .find(|(own, _)| own.iter().all(|(key, side)| sides.get(key) == Some(side)))
            .map_or(Truth::Unknown, |(_, truth)| *truth)
    };
    let mut ranks: Vec<u8> = rules.iter().map(|rule| rule.rank).collect();
    ranks.sort_unstable();
    ranks.dedup();
    // From the lowest rank up: what stands is overridden by what applies above it.
    let mut standing = Truth::DoesNotHold;
    for rank in ranks {
        let of = |catches: bool, truth: Truth| {
            rules.iter().find(|r| r.rank == rank && r.catches == catches && applies(r) == truth)
        };
        let (catching, freeing) = (of(true, Truth::Holds), of(false, Truth::Holds));
        if let (Some(first), Some(second)) = (catching, freeing) {
            return Err(LawError::Clash {
                first: first.provision.clone(),
                second: second.provision.clone(),
            });
        }
        if let Some(rule) = catching.or(freeing) {
            standing = Truth::of(Some(rule.catches));
            // A rule of the same rank that may apply, and would clash if it did, leaves it open.
            if of(!rule.catches, Truth::Unknown).is_some() {
                standing = Truth::Unknown;
            }
        } else {
            for catches in [true, false] {
                if of(catches, Truth::Unknown).is_some() && standing != Truth::of(Some(catches)) {
                    standing = Truth::Unknown;
                }
            }
        }
    }
    Ok(standing)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Truth; 3] = [Truth::Holds, Truth::DoesNotHold, Truth::Unknown];

    #[test]
    fn a_missing_fact_never_becomes_a_no() {
        for truth in ALL {
            let unknown = Judgement::settled(Truth::Unknown);
            let both = unknown.and(&Judgement::settled(truth)).verdict();
            assert_eq!(both == Verdict::DoesNotHold, truth == Truth::DoesNotHold);
            let one = unknown.or(&Judgement::settled(truth)).verdict();
            assert_ne!(one, Verdict::DoesNotHold);
        }
        assert_eq!(Judgement::settled(Truth::Unknown).not().verdict(), Verdict::Unknown);
        assert_eq!(Truth::of(None), Truth::Unknown);
    }

    #[test]
    fn and_or_and_not_keep_de_morgans_laws() {
        let judgements: Vec<Judgement> = ALL
            .into_iter()
            .map(Judgement::settled)
            .chain([Judgement::on_point("transit"), Judgement::on_point("stocks")])
            .collect();
        for a in &judgements {
            for b in &judgements {
                assert_eq!(a.and(b).not(), a.not().or(&b.not()));
                assert_eq!(a.or(b), b.or(a));
            }
        }
    }

    #[test]
    fn a_dispute_is_carried_by_reading_and_ends_where_no_reading_matters() {
        let transit = Judgement::on_point("transit");
        assert_eq!(transit.verdict(), Verdict::Disputed);
        let settled = |truth| Judgement::settled(truth);
        assert_eq!(transit.and(&settled(Truth::Holds)).verdict(), Verdict::Disputed);
        assert_eq!(transit.and(&settled(Truth::DoesNotHold)).verdict(), Verdict::DoesNotHold);
        assert_eq!(transit.and(&settled(Truth::Unknown)).verdict(), Verdict::Disputed);
        // One reading is chosen once: it cannot both reach the conduct and not.
        assert_eq!(transit.or(&transit.not()).verdict(), Verdict::Holds);
        assert_eq!(transit.and(&Judgement::on_point("stocks")).cases().len(), 4);
    }

    fn rule(provision: &str, rank: u8, catches: bool, applies: Truth) -> RankedRule {
        let applies = Judgement::settled(applies);
        RankedRule { provision: provision.to_owned(), rank, applies, catches }
    }

    #[test]
    fn an_exception_goes_before_the_rule_below_it() {
        let decided = |exception| {
            let rules =
                [rule("base", 0, true, Truth::Holds), rule("exception", 1, false, exception)];
            decide(&rules).map(|judgement| judgement.verdict())
        };
        assert_eq!(decided(Truth::Holds), Ok(Verdict::DoesNotHold));
        assert_eq!(decided(Truth::DoesNotHold), Ok(Verdict::Holds));
        assert_eq!(decided(Truth::Unknown), Ok(Verdict::Unknown));
    }

    #[test]
    fn an_exception_that_may_apply_changes_nothing_where_the_rule_does_not_reach() {
        let rules = [
            rule("base", 0, true, Truth::DoesNotHold),
            rule("exception", 1, false, Truth::Unknown),
        ];
        assert_eq!(decide(&rules).map(|j| j.verdict()), Ok(Verdict::DoesNotHold));
    }

    #[test]
    fn two_rules_of_equal_rank_that_clash_are_an_error() {
        let rules = [rule("a", 1, true, Truth::Holds), rule("b", 1, false, Truth::Holds)];
        let clash = LawError::Clash { first: "a".to_owned(), second: "b".to_owned() };
        assert_eq!(decide(&rules), Err(clash));
        let may = [rule("a", 1, true, Truth::Holds), rule("b", 1, false, Truth::Unknown)];
        assert_eq!(decide(&may).map(|j| j.verdict()), Ok(Verdict::Unknown));
    }

    #[test]
    fn an_exception_by_one_reading_alone_makes_a_dispute() {
        let rules = [
            rule("base", 0, true, Truth::Holds),
            RankedRule {
                provision: "exception".to_owned(),
                rank: 1,
                applies: Judgement::on_point("transit").not(),
                catches: false,
            },
        ];
        assert_eq!(decide(&rules).map(|j| j.verdict()), Ok(Verdict::Disputed));
    }
}
