//! Scores against an independent program that computed the same cases from their definitions.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use remnant_estimate::score::{CountForecast, NegativeBinomial};
use serde_json::Value;

#[test]
fn scores_of_negative_binomials_agree() {
    let all: Value = serde_json::from_str(include_str!("test-vectors.json")).unwrap();
    let cases = all["cases"].as_array().unwrap();
    let mut seen = 0;
    for case in cases.iter().filter(|case| case["id"].as_str().unwrap().starts_with("score-")) {
        let number = |value: &Value| value.as_f64().unwrap();
        let close = |found: f64, expected: &Value, what: &str| {
            let tolerance = number(&case["tolerance"]) * number(expected).abs().max(1.0);
            let id = &case["id"];
            assert!(
                (found - number(expected)).abs() <= tolerance,
                "{id} {what}: {found} {expected}"
            );
        };
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let shape = number(&inputs["shape"]);
        let component = NegativeBinomial { shape, mean: number(&inputs["mean"]) };
        let truth = inputs["y"].as_u64().unwrap() as u32;
        let forecast = CountForecast::mixture(vec![(1.0, component)]).unwrap();
        close(forecast.crps(truth), &expected["crps"], "CRPS");
        close(forecast.log_score(truth), &expected["log_score"], "log score");
        close(forecast.randomised_pit(truth, 0.5), &expected["pit"], "PIT");
        for level in ["0.5", "0.9"] {
            let interval = forecast.interval(level.parse().unwrap());
            let expected = &expected["intervals"][level];
            close(interval.low, &expected["lo"], "lower end");
            close(interval.high, &expected["hi"], "upper end");
            close(interval.probability_inside, &expected["prob_inside"], "probability inside");
            let score = interval.score(level.parse().unwrap(), f64::from(truth));
            close(score, &expected["score"], "interval score");
        }
        seen += 1;
    }
    assert_eq!(seen, 3);
}
