//! Each searched square as predicted without its own finds.
//!
//! Belongs here: scoring what a user's own squares found against what the others lead to expect. Does
//! not belong here: the prediction; a square's own closed form, or a strike's, gives it.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::forecast::{Forecast, Interval};

/// One square, predicted without its finds.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// Its place in the list of searched squares.
    pub square: usize,
    /// What it found.
    pub found: u32,
    /// Mean of the prediction.
    pub expected: f64,
    /// The central 90 % of the prediction.
    pub interval: Interval,
    /// Its randomised PIT.
    pub pit: f64,
    /// Its continuous ranked probability score in items.
    pub crps: f64,
    /// Its log score, where the prediction has one.
    pub log_score: Option<f64>,
}

/// Scores each square by the prediction made without it; squares without a prediction are left out.
///
/// # Errors
/// Whatever `predict` refuses with.
pub fn leave_one_out<Fault>(
    found: &[u32],
    mut predict: impl FnMut(usize) -> Result<Option<Forecast>, Fault>,
    seed: u64,
) -> Result<Vec<LeftOut>, Fault> {
    let mut scores = Vec::with_capacity(found.len());
    for (square, count) in found.iter().enumerate() {
        let Some(forecast) = predict(square)? else { continue };
        let mut random = ChaCha12Rng::seed_from_u64(seed);
        random.set_stream(square as u64);
        scores.push(LeftOut {
            square,
            found: *count,
            expected: forecast.mean(),
            interval: forecast.interval(0.9),
            pit: forecast.randomised_pit(*count, random.random()),
            crps: forecast.crps(*count),
            log_score: forecast.log_score(*count),
        });
    }
    Ok(scores)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::count::{CountForecast, NegativeBinomial};
    use super::*;

    #[test]
    fn each_square_is_judged_by_what_the_others_say() {
        let found = [3, 4, 2, 60, 0];
        let scores = leave_one_out(
            &found,
            |square| {
                if square == 4 {
                    return Ok(None);
                }
                let others: u32 = found[..4].iter().sum::<u32>() - found[square];
                let mean = f64::from(others) / 3.0;
                let shape = f64::from(others) + 0.5;
                CountForecast::mixture(vec![(1.0, NegativeBinomial { shape, mean })])
                    .map(|forecast| Some(Forecast::Counts(forecast)))
            },
            1,
        )
        .unwrap();
        assert_eq!(scores.len(), 4);
        assert!(scores[3].pit > 0.999 && !scores[3].interval.holds(60.0));
        assert!(scores[0].pit < 0.01, "the square with many finds spoils the others");
    }
}
