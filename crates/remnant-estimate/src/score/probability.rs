//! Scores of a probability that something is there.
//!
//! Belongs here: Brier score, reliability and discrimination of "any left", always together. Does not
//! belong here: scores of counts.

use super::fault::ScoreFault;

/// Forecasts of about the same probability, and what was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityBin {
    /// Forecasts.
    pub forecasts: usize,
    /// Mean of the probabilities that were given.
    pub mean_probability: f64,
    /// Share of them that came true.
    pub seen: f64,
}

/// How good probabilities were.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbabilityScores {
    /// Mean square of probability less outcome; less is better.
    pub brier: f64,
    /// The same for somebody who always gives the share that came true.
    pub brier_of_base_rate: f64,
    /// Forecasts by tenths of probability; tenths without a forecast are left out.
    pub reliability: Vec<ReliabilityBin>,
    /// Probability that a place with something got a higher number than one without, ties counting
    /// half; none where all outcomes are the same. It is blind to calibration: never show it alone.
    pub area_under_curve: Option<f64>,
}

impl ProbabilityScores {
    /// Scores probabilities and outcomes.
    ///
    /// # Errors
    /// [`ScoreFault`] without a forecast or with one that is no probability.
    pub fn of(forecasts: &[(f64, bool)]) -> Result<Self, ScoreFault> {
        if forecasts.is_empty() {
            return Err(ScoreFault::Nothing { what: "the probabilities" });
        }
        if let Some((value, _)) = forecasts.iter().find(|(p, _)| !(0.0..=1.0).contains(p)) {
            return Err(ScoreFault::UnusableNumber { what: "a probability", value: *value });
        }
        let count = forecasts.len() as f64;
        let outcome = |came: bool| f64::from(u8::from(came));
        let base = forecasts.iter().filter(|(_, came)| *came).count() as f64 / count;
        let brier = |of: &dyn Fn(f64) -> f64| {
            forecasts.iter().map(|(p, came)| (of(*p) - outcome(*came)).powi(2)).sum::<f64>() / count
        };
        let mut bins = [(0_usize, 0.0, 0.0); 10];
        for (p, came) in forecasts {
            let bin = &mut bins[((p * 10.0) as usize).min(9)];
            *bin = (bin.0 + 1, bin.1 + p, bin.2 + outcome(*came));
        }
        let reliability = bins
            .into_iter()
            .filter(|(forecasts, _, _)| *forecasts > 0)
            .map(|(forecasts, sum, came)| ReliabilityBin {
                forecasts,
                mean_probability: sum / forecasts as f64,
                seen: came / forecasts as f64,
            })
            .collect();
        Ok(Self {
            brier: brier(&|p| p),
            brier_of_base_rate: brier(&|_| base),
            reliability,
            area_under_curve: area_under_curve(forecasts),
        })
    }
}

/// By the sum of ranks, ties sharing theirs.
fn area_under_curve(forecasts: &[(f64, bool)]) -> Option<f64> {
    let mut sorted: Vec<(f64, bool)> = forecasts.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let with = sorted.iter().filter(|(_, came)| *came).count() as f64;
    let without = sorted.len() as f64 - with;
    if with == 0.0 || without == 0.0 {
        return None;
    }
    let mut won = 0.0;
    let mut below = 0.0;
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let here = tied.iter().filter(|(_, came)| *came).count() as f64;
        let not_here = tied.len() as f64 - here;
        won += here * (below + 0.5 * not_here);
        below += not_here;
    }
    Some(won / (with * without))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn ranking_well_is_not_being_calibrated() {
        let honest: Vec<(f64, bool)> = (0..100)
            .map(|i| (0.1, i % 10 == 0))
            .chain((0..100).map(|i| (0.8, i % 5 != 0)))
            .collect();
        let boastful: Vec<(f64, bool)> =
            honest.iter().map(|(p, came)| (if *p > 0.5 { 1.0 } else { 0.0 }, *came)).collect();
        let (honest, boastful) =
            (ProbabilityScores::of(&honest).unwrap(), ProbabilityScores::of(&boastful).unwrap());
        assert_eq!(honest.area_under_curve, boastful.area_under_curve);
        assert!(honest.brier < boastful.brier && honest.brier < honest.brier_of_base_rate);
        let bin = honest.reliability[1];
        assert!((bin.mean_probability - 0.8).abs() < 1e-12 && bin.seen == 0.8);
        // By hand: 90 x 80 pairs in order, 10 x 80 and 90 x 20 tied, 10 x 20 wrong way.
        let wins = 80.0 * (90.0 + 0.5 * 20.0) + 10.0 * 0.5 * 90.0;
        assert!((honest.area_under_curve.unwrap() - wins / (90.0 * 110.0)).abs() < 1e-12);
    }

    #[test]
    fn without_both_outcomes_nothing_is_said_of_discrimination() {
        let scores = ProbabilityScores::of(&[(0.3, false), (0.1, false)]).unwrap();
        assert_eq!(scores.area_under_curve, None);
        assert!(ProbabilityScores::of(&[]).is_err());
        assert!(ProbabilityScores::of(&[(f64::NAN, true)]).is_err());
    }
}
