//! Agreement of what may be left, and of samples, with an independent program.
//!
//! The cases are in `test-vectors.json` with their tolerances.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use remnant_estimate::residual::{
    Claim, Detection, Effort, ItemsPrior, Left, Method, Needed, accept_on_zero,
    accept_on_zero_closed, after_search, after_shared_search, chance_of_nothing_bad,
    contaminated_given_not_found, detection_needed, disc_detected_by_lines, lines_cross_disc,
    lines_cross_ellipse,
};
use serde_json::Value;

fn case(id: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("test-vectors.json")).unwrap();
    all["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).unwrap().clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn close(found: f64, expected: &Value, tolerance: f64, what: &str) {
    let expected = number(expected);
    assert!(
        (found - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{what}: found {found}, expected {expected}, tolerance {tolerance}"
    );
}

fn whole_area(detection: Detection) -> Effort {
    let method = Method { name: "search".to_owned(), detection, never_found: 0.0 };
    Effort::of_one(method, 1.0, 1)
}

fn left(inputs: &Value, contaminated: f64, detection: Detection) -> Left {
    let (a, b) = (number(&inputs["a"]), number(&inputs["b"]));
    let prior = ItemsPrior::new(contaminated, a, b).unwrap();
    after_search(&prior, &whole_area(detection), inputs["y"].as_u64().unwrap()).unwrap()
}

#[test]
fn items_left_after_a_search_of_known_detection() {
    for id in ["gp-found", "gp-none", "gp-all", "gp-unsearched", "stopped-early-effort"] {
        let case = case(id);
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let tolerance = number(&case["tolerance"]);
        let left = left(inputs, 1.0, Detection::Known(number(&inputs["q"])));
        close(left.mean(), &expected["remaining_mean"], tolerance, id);
        close(left.variance(), &expected["remaining_var"], tolerance, id);
        close(left.none(), &expected["p_zero_remaining"], tolerance, id);
        close(left.rate_before_search(), &expected["lambda_mean"], tolerance, id);
        close(left.log_marginal(), &expected["log_marginal"], tolerance, id);
        for (probability, count) in expected["remaining_quantiles"].as_object().unwrap() {
            let found = left.quantile(probability.parse().unwrap());
            assert_eq!(found, count.as_u64().unwrap(), "{id} at {probability}");
        }
    }
}

#[test]
fn items_left_where_the_detection_is_uncertain() {
    let case = case("gp-beta-q");
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let detection =
        Detection::Beta { alpha: number(&inputs["alpha"]), beta: number(&inputs["beta"]) };
    let left = left(inputs, 1.0, detection);
    let tolerance = number(&case["tolerance"]);
    close(left.log_marginal(), &expected["log_marginal"], tolerance, "marginal");
    close(left.detection()[0], &expected["q_post_mean"], tolerance, "detection");
    close(left.mean(), &expected["remaining_mean"], tolerance, "mean");
    close(left.none(), &expected["p_zero_remaining"], tolerance, "none");
}

#[test]
fn several_areas_share_one_detection() {
    let case = case("gp-shared-q");
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let tasks = inputs["tasks"].as_array().unwrap().iter();
    let areas: Vec<(ItemsPrior, f64, u64)> = tasks
        .map(|task| {
            let prior = ItemsPrior::new(1.0, number(&task[0]), number(&task[1])).unwrap();
            (prior, number(&task[2]), task[3].as_u64().unwrap())
        })
        .collect();
    let detection =
        Detection::Beta { alpha: number(&inputs["alpha"]), beta: number(&inputs["beta"]) };
    let several = after_shared_search(&areas, &detection).unwrap();
    let tolerance = number(&case["tolerance"]);
    close(several.detection, &expected["q_post_mean"], tolerance, "detection");
    close(several.mean, &expected["total_remaining_mean"], tolerance, "mean");
    close(several.variance, &expected["total_remaining_var"], tolerance, "variance");
    close(several.variance_within, &expected["within_q_var"], tolerance, "variance within");
}

#[test]
fn an_area_that_may_be_empty() {
    for id in ["zi-none-low", "zi-none-high", "zi-one"] {
        let case = case(id);
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let detection = Detection::Known(number(&inputs["q"]));
        let left = left(inputs, number(&inputs["pi"]), detection);
        let tolerance = number(&case["tolerance"]);
        close(left.contaminated(), &expected["p_present"], tolerance, id);
        close(libm::exp(left.log_marginal()), &expected["evidence"], tolerance, id);
        close(left.mean(), &expected["remaining_mean"], tolerance, id);
        close(left.none(), &expected["p_zero_remaining"], tolerance, id);
    }
}

#[test]
fn search_that_a_target_takes() {
    let case = case("search-to-target");
    let asked = case["inputs"]["cases"].as_array().unwrap();
    let needed = case["expected"]["q"].as_array().unwrap();
    for (asked, expected) in asked.iter().zip(needed) {
        let prior = ItemsPrior::new(1.0, number(&asked[0]), number(&asked[1])).unwrap();
        let found = detection_needed(&prior, asked[2].as_u64().unwrap(), 0.95).unwrap();
        let Needed::Effective(found) = found else { panic!("{asked}: {found:?}") };
        close(found, expected, number(&case["tolerance"]), "effective detection");
    }
}

#[test]
fn sample_sizes_are_exact_and_the_closed_form_agrees() {
    let case = case("aoz-table");
    let rows = case["expected"]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 11);
    for row in rows {
        let whole = |name: &str| row[name].as_u64().unwrap();
        let lot = whole("N");
        let claim = Claim::new(lot, number(&row["confidence"]), number(&row["clean"])).unwrap();
        let size = accept_on_zero(&claim);
        assert_eq!(size.bad_units, whole("D"), "{row}");
        assert_eq!(size.units, whole("n_exact"), "{row}");
        close(size.confidence, &row["achieved"], number(&case["tolerance"]), "achieved");
        let (raw, units) = accept_on_zero_closed(&claim);
        assert_eq!(units, whole("n_approx"), "{row}");
        close(raw, &row["approx_raw"], number(&case["tolerance"]), "closed form");
        // Those who count one bad unit less: the first sample whose chance of a pass is small enough.
        let fewer = whole("n_exact_if_D_minus_1");
        let chance = |units| chance_of_nothing_bad(lot, size.bad_units - 1, units, 1.0).unwrap();
        let limit = 1.0 - number(&row["confidence"]);
        assert!(chance(fewer) <= limit * (1.0 + 1e-12) && chance(fewer - 1) > limit, "{row}");
    }
}

#[test]
fn an_inspection_that_misses() {
    let case = case("aoz-imperfect");
    let inputs = &case["inputs"];
    let whole = |name: &str| inputs[name].as_u64().unwrap();
    let detections = inputs["det"].as_array().unwrap();
    for (d, expected) in detections.iter().zip(case["expected"]["p_none"].as_array().unwrap()) {
        let found = chance_of_nothing_bad(whole("N"), whole("D"), whole("n"), number(d)).unwrap();
        close(found, expected, number(&case["tolerance"]), "nothing seen");
    }
}

#[test]
fn lines_across_an_area() {
    let case = case("traverse");
    let (expected, tolerance) = (&case["expected"], number(&case["tolerance"]));
    let circle = lines_cross_disc(60.0, 2.0, 200.0).unwrap();
    close(circle, &expected["circle"], tolerance, "circle");
    let ellipse = lines_cross_ellipse(90.0, 40.0, 2.0, 150.0).unwrap();
    close(ellipse, &expected["ellipse"], tolerance, "ellipse");
    let noticed = disc_detected_by_lines(60.0, 2.0, 200.0, 0.004, 0.9).unwrap();
    close(noticed, &expected["detect"], tolerance, "noticed");
    let case = self::case("area-given-not-found");
    for ((prior, detection), expected) in
        [(0.4, 0.85), (0.05, 0.95)].into_iter().zip(case["expected"]["p"].as_array().unwrap())
    {
        let found = contaminated_given_not_found(prior, detection).unwrap();
        close(found, expected, number(&case["tolerance"]), "not found");
    }
}
