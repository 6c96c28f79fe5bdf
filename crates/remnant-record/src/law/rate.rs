//! Stated failure rates against a limit of one per cent.
//!
//! Belongs here: comparing what was stated with what a provision limits. Does not belong here:
//! estimating a rate (`remnant-estimate`), or turning one kind of rate into another.

use serde::Serialize;

use super::ground::Ground;
use super::verdict::{Judgement, Truth, Verdict};
use crate::date::AsOf;
use crate::identity::MunitionId;
use crate::record::{Record, known};
use crate::share::StatedShare;
use crate::table::{DudRate, DudRateContext};

/// Which rate a provision limits to one per cent. None is computed from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitedRate {
    /// Submunitions that function, 99 per cent or more: the wording up to fiscal year 2009.
    FunctioningRate,
    /// Unexploded ordnance after arming, across the whole range of intended environments: the
    /// wording since fiscal year 2010.
    UnexplodedAcrossEnvironments,
    /// A "failure rate" as the press tells it; the text was not read.
    FailureRateAsReported,
}

impl LimitedRate {
    /// What a stated figure within the limit would still leave open.
    fn left_open(self) -> &'static str {
        match self {
            Self::FunctioningRate => {
                "whether the figure is the share that functions; a dud rate is not its remainder"
            }
            Self::UnexplodedAcrossEnvironments => {
                "whether the figure covers the whole range of intended environments; one range \
                 does not"
            }
            Self::FailureRateAsReported => "which rate the provision means; its text was not read",
        }
    }
}

/// One stated rate against the limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RateTest {
    /// The row, as in `dr-002`.
    pub row: String,
    /// The row that it repeats.
    pub same_origin_as: Option<String>,
    /// What was stated.
    pub stated: StatedShare,
    /// By whom.
    pub claimed_by: String,
    /// In what setting.
    pub context: DudRateContext,
    /// Whether the printed figure, taken as the relevant rate, would meet the limit.
    pub figure_meets: Verdict,
    /// Whether the statement does: "at most 2.35 %" leaves its lower side open.
    pub statement_meets: Verdict,
}

/// Every provision looked at limits its rate to one per cent.
const LIMIT_PERCENT: f64 = 1.0;

/// Each rate stated for a munition and known by the day, against the limit; and the answer to
/// whether a stated rate would meet it, if it is the relevant one.
///
/// # Source
/// `record/law.md`, section 5: a figure above one per cent fails on any of the rates, one within
/// it does not by itself suffice.
pub(super) fn rate_tests(
    record: &Record,
    munition: &MunitionId,
    limited: LimitedRate,
    as_of: AsOf,
) -> (Vec<RateTest>, Ground) {
    let rows: Vec<&DudRate> = known(&record.dud_rates, as_of.known_by)
        .filter(|rate| rate.munition.as_ref() == Some(munition))
        .collect();
    if rows.is_empty() {
        let missing =
            format!("a stated rate for `{munition}`: none was known by {}", as_of.known_by);
        return (Vec::new(), Ground::missing(missing));
    }
    let mut ground = Ground::settled(Truth::DoesNotHold);
    let mut tests = Vec::new();
    let mut all_fail = true;
    for row in rows {
        let (figure, statement) = compare(row.share);
        all_fail &= figure == Truth::DoesNotHold;
        ground = ground
            .with_fact(format!("{}#dud-rate", row.cited.id))
            .with_sources_of(&row.cited)
            .graded(super::ground::EvidenceGrade::Secondary);
        tests.push(RateTest {
            row: row.cited.id.clone(),
            same_origin_as: row.same_origin_as.clone(),
            stated: row.share,
            claimed_by: row.claimed_by.clone(),
            context: row.context,
            figure_meets: figure.into(),
            statement_meets: statement.into(),
        });
    }
    ground.missing.push("which of the stated rates, if any, is the relevant one".to_owned());
    if !all_fail {
        ground.judgement = Judgement::settled(Truth::Unknown);
        ground.missing.push(limited.left_open().to_owned());
    }
    (tests, ground)
}

/// The printed figure and the statement against the limit. A figure within it is never enough.
fn compare(share: StatedShare) -> (Truth, Truth) {
    let above = |percent: f64| Truth::of((percent > LIMIT_PERCENT).then_some(false));
    match share {
        StatedShare::Point(point) => (above(point.percent()), above(point.percent())),
        StatedShare::Between(low, _) => (above(low.percent()), above(low.percent())),
        StatedShare::AtLeast(low) => (above(low.percent()), above(low.percent())),
        StatedShare::AtMost(high) => (above(high.percent()), Truth::Unknown),
        #[allow(clippy::cast_precision_loss, reason = "counts of tests are far below 2^52")]
        StatedShare::Count { duds, tested } if tested > 0 => {
            let percent = 100.0 * duds as f64 / tested as f64;
            (above(percent), above(percent))
        }
        StatedShare::Count { .. } => (Truth::Unknown, Truth::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::Percent;

    fn percent(percent: f64) -> Percent {
        Percent::new(percent).expect("a share")
    }

    #[test]
    fn a_figure_above_one_per_cent_fails_and_one_within_is_not_enough() {
        for (share, figure, statement) in [
            (StatedShare::Point(percent(2.35)), Truth::DoesNotHold, Truth::DoesNotHold),
            (StatedShare::Point(percent(0.9)), Truth::Unknown, Truth::Unknown),
            (StatedShare::Point(percent(1.0)), Truth::Unknown, Truth::Unknown),
            (StatedShare::AtMost(percent(2.35)), Truth::DoesNotHold, Truth::Unknown),
            (StatedShare::AtMost(percent(1.0)), Truth::Unknown, Truth::Unknown),
            (StatedShare::AtLeast(percent(14.0)), Truth::DoesNotHold, Truth::DoesNotHold),
            (StatedShare::AtLeast(percent(0.5)), Truth::Unknown, Truth::Unknown),
            (
                StatedShare::Between(percent(5.0), percent(15.0)),
                Truth::DoesNotHold,
                Truth::DoesNotHold,
            ),
            (StatedShare::Between(percent(0.5), percent(15.0)), Truth::Unknown, Truth::Unknown),
            (StatedShare::Count { duds: 3, tested: 100 }, Truth::DoesNotHold, Truth::DoesNotHold),
            (StatedShare::Count { duds: 1, tested: 100 }, Truth::Unknown, Truth::Unknown),
            (StatedShare::Count { duds: 0, tested: 0 }, Truth::Unknown, Truth::Unknown),
        ] {
            assert_eq!(compare(share), (figure, statement), "{share}");
        }
    }
}
