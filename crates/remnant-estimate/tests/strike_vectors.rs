//! Agreement of footprints, strikes, search and update with an independent program.
//!
//! The cases are in `test-vectors.json`, computed from the same equations, with their tolerances.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use remnant_estimate::footprint::{
    BlurredDisc, BlurredRectangle, CellWindow, Footprint, ScalePrior, SearchedDisc,
    scale_from_finds,
};
use remnant_estimate::grid::Grid;
use remnant_estimate::quadrature::gauss_legendre;
use remnant_estimate::search::{
    DetectionPrior, SharedTask, detection_of_passes, share_by_random_search,
    stopped_without_effort, with_shared_detection, with_uncertain_detection,
};
use remnant_estimate::strike::{Gamma, Munitions, ShareMoments, left_by_strike};
use remnant_estimate::update::{
    ListedPlaces, PieceMethod, SamplerSettings, one_strike_listed, strikes_listed,
};
use serde_json::Value;

fn case(id: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("test-vectors.json")).unwrap();
    all["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).unwrap().clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn whole(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|v| u32::try_from(v.as_u64().unwrap()).unwrap()).collect()
}

struct Case {
    inputs: Value,
    expected: Value,
    tolerance: f64,
}

impl Case {
    fn of(id: &str) -> Self {
        let case = case(id);
        let tolerance = number(&case["tolerance"]);
        Self { inputs: case["inputs"].clone(), expected: case["expected"].clone(), tolerance }
    }

    fn input(&self, name: &str) -> f64 {
        number(&self.inputs[name])
    }

    fn close(&self, found: f64, expected: &Value, what: &str) {
        let expected = number(expected);
        assert!(
            (found - expected).abs() <= self.tolerance * expected.abs().max(1.0),
            "{what}: found {found}, expected {expected}, tolerance {}",
            self.tolerance
        );
    }

    fn all_close(&self, found: &[f64], expected: &Value, what: &str) {
        let expected = expected.as_array().unwrap();
        assert_eq!(found.len(), expected.len(), "{what}");
        for (found, expected) in found.iter().zip(expected) {
            self.close(*found, expected, what);
        }
    }

    fn gamma(&self) -> Gamma {
        Gamma::new(self.input("a"), self.input("b")).unwrap()
    }
}

#[test]
fn masses_of_a_normal_kernel_agree() {
    let case = Case::of("kernel-gauss");
    let (columns, rows) = (case.input("nx") as u32, case.input("ny") as u32);
    let (cell, south) = (case.input("cell"), case.input("y0"));
    let grid =
        Grid::new(case.input("x0"), south + cell * f64::from(rows), cell, columns, rows).unwrap();
    let footprint = Footprint::normal(case.input("s")).unwrap();
    let centre = (case.input("cx"), case.input("cy"));
    let found = footprint.masses(centre, &grid, &CellWindow::whole(&grid));
    case.close(found.masses.iter().sum(), &case.expected["total"], "total");
    let largest = found.masses.iter().copied().fold(0.0, f64::max);
    case.close(largest, &case.expected["max_cell"], "largest");
    // Their rows run from the south, ours from the north.
    let row = (rows - 1 - 6) as usize * columns as usize;
    case.all_close(&found.masses[row..row + columns as usize], &case.expected["row6"], "row");
}

#[test]
fn blurred_rectangle_and_disc_agree() {
    let case = Case::of("kernel-rect");
    let ends = |name: &str| {
        let ends = numbers(&case.inputs[name]);
        (ends[0], ends[1])
    };
    let edges = |name: &str| {
        let range = numbers(&case.inputs[name]);
        let count = ((range[1] - range[0]) / range[2]).round() as u32;
        (0..=count).map(|i| range[0] + range[2] * f64::from(i)).collect::<Vec<f64>>()
    };
    let rectangle = BlurredRectangle::new(ends("a"), ends("b"), case.input("s")).unwrap();
    let columns = rectangle.masses_of_columns(&edges("edges_x"));
    let rows = rectangle.masses_of_rows(&edges("edges_y"));
    case.all_close(&columns, &case.expected["x_factor"], "columns");
    let total = columns.iter().sum::<f64>() * rows.iter().sum::<f64>();
    case.close(total, &case.expected["total"], "total");
    case.close(columns[6] * rows[6], &case.expected["cell_0_0"], "corner");

    let case = Case::of("kernel-disc");
    let disc = BlurredDisc::new(case.input("R"), case.input("s")).unwrap();
    for (distance, expected) in
        numbers(&case.inputs["d"]).iter().zip(numbers(&case.expected["density"]))
    {
        let found = disc.density(*distance);
        assert!((found / expected - 1.0).abs() < 1e-9, "{distance}: {found} {expected}");
    }
    let rule = gauss_legendre(400, 0.0, 2_000.0);
    let total = rule
        .nodes
        .iter()
        .zip(&rule.weights)
        .map(|(d, w)| w * 2.0 * core::f64::consts::PI * d * disc.density(*d))
        .sum();
    case.close(total, &case.expected["total"], "total");
}

#[test]
fn the_scale_from_finds_agrees() {
    let case = Case::of("kernel-scale-from-finds");
    let prior = ScalePrior {
        median_metres: case.input("prior_med"),
        log_spread: case.input("prior_logsd"),
    };
    let disc = SearchedDisc { radius_metres: case.input("R") };
    let found = scale_from_finds(&numbers(&case.inputs["d"]), disc, prior).unwrap();
    case.close(found.most_probable_metres, &case.expected["map_scale"], "peak");
    case.close(found.log_mean, &case.expected["log_scale_mean"], "mean");
    case.close(found.log_spread, &case.expected["log_scale_sd"], "spread");
}

#[test]
fn moments_of_a_strike_agree() {
    let case = Case::of("strike-moments");
    let munitions = Munitions { mean: case.input("M_mean"), variance: case.input("M_var") };
    let share = ShareMoments::with_variance(case.input("p_mean"), case.input("p_var"));
    let found = left_by_strike(munitions, case.input("S"), share).unwrap();
    case.close(found.mean, &case.expected["mean"], "mean");
    case.close(found.variance_of_rate, &case.expected["var_rate"], "variance");
    case.close(found.gamma.shape, &case.expected["gamma_shape"], "shape");
    case.close(found.gamma.rate, &case.expected["gamma_rate"], "rate");
    let count = found.gamma.mean() + found.gamma.variance_of_rate();
    case.close(count, &case.expected["var_count_nb"], "variance of the count");
    quantiles_agree(found.gamma, 1.0, &case.expected["nb_quantiles"]);
}

fn quantiles_agree(gamma: Gamma, share: f64, expected: &Value) {
    let found = gamma.count_quantiles(share).0;
    for (found, name) in found.iter().zip(["0.05", "0.25", "0.5", "0.75", "0.95"]) {
        assert_eq!(Some(*found), expected[name].as_u64(), "quantile {name}");
    }
}

#[test]
fn cells_searched_once_agree() {
    for id in ["gp-found", "gp-none", "gp-all", "gp-unsearched", "stopped-early-effort"] {
        let case = Case::of(id);
        let (effort, finds) = (case.input("q"), case.input("y") as u32);
        let before = case.gamma();
        let after = before.after(effort, finds);
        let left = 1.0 - effort;
        case.close(after.shape, &case.expected["post_shape"], id);
        case.close(after.rate, &case.expected["post_rate"], id);
        case.close(after.mean() * left, &case.expected["remaining_mean"], id);
        let variance = after.mean() * left + after.variance_of_rate() * left * left;
        case.close(variance, &case.expected["remaining_var"], id);
        case.close(after.probability_of_none(left), &case.expected["p_zero_remaining"], id);
        case.close(before.log_finds(effort, finds), &case.expected["log_marginal"], id);
        quantiles_agree(after, left, &case.expected["remaining_quantiles"]);
    }
}

#[test]
fn unknown_and_shared_detection_agree() {
    let case = Case::of("gp-beta-q");
    let prior = DetectionPrior::new(case.input("alpha"), case.input("beta")).unwrap();
    let found = with_uncertain_detection(case.gamma(), prior, case.input("y") as u32, 60);
    case.close(found.log_marginal, &case.expected["log_marginal"], "log marginal");
    case.close(found.detection_mean, &case.expected["q_post_mean"], "detection");
    case.close(found.left_mean, &case.expected["remaining_mean"], "left");
    case.close(found.probability_none_left, &case.expected["p_zero_remaining"], "none");

    let case = Case::of("gp-shared-q");
    let prior = DetectionPrior::new(case.input("alpha"), case.input("beta")).unwrap();
    let tasks: Vec<SharedTask> = case.inputs["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| {
            let task = numbers(task);
            let before = Gamma::new(task[0], task[1]).unwrap();
            SharedTask { before, share: task[2], finds: task[3] as u32 }
        })
        .collect();
    let found = with_shared_detection(&tasks, prior, 60).unwrap();
    case.close(found.detection_mean, &case.expected["q_post_mean"], "detection");
    case.close(found.left_mean, &case.expected["total_remaining_mean"], "mean");
    case.close(found.left_variance, &case.expected["total_remaining_var"], "variance");
    case.close(found.left_variance_within, &case.expected["within_q_var"], "within");
}

#[test]
fn passes_random_search_and_boxes_left_early_agree() {
    let case = Case::of("passes");
    let passes = case.input("k") as u32;
    let found = detection_of_passes(case.input("d"), passes, case.input("hard"));
    case.close(found, &case.expected["q"], "passes");
    let independent = detection_of_passes(case.input("d"), passes, 0.0);
    case.close(independent, &case.expected["q_if_independent"], "independent passes");

    let case = Case::of("random-search");
    let found =
        share_by_random_search(case.input("sweep_width"), case.input("track"), case.input("area"));
    case.close(found.unwrap(), &case.expected["q"], "random search");

    let case = Case::of("stopped-early");
    let found = stopped_without_effort(case.gamma(), case.input("q")).unwrap();
    case.close(found.probability, &case.expected["p_any"], "any");
    case.close(found.mean, &case.expected["lambda_mean"], "mean");
    case.close(found.standard_deviation, &case.expected["lambda_sd"], "deviation");
}

fn places(weights: &Value, masses: &Value) -> ListedPlaces {
    let masses = masses.as_array().unwrap().iter().map(numbers).collect();
    ListedPlaces { weights: numbers(weights), masses }
}

#[test]
fn one_strike_with_candidate_places_agrees() {
    for id in ["particles-no-find", "particles-finds"] {
        let case = Case::of(id);
        let places = places(&case.inputs["prior_w"], &case.inputs["K"]);
        let (effort, finds) = (numbers(&case.inputs["q"]), whole(&case.inputs["y"]));
        let found = one_strike_listed(case.gamma(), &places, &effort, &finds).unwrap();
        case.all_close(&found.weights, &case.expected["weights"], id);
        case.close(found.log_marginal, &case.expected["log_marginal"], id);
        case.all_close(&found.means, &case.expected["lambda_mean_by_particle"], id);
        let left = &case.expected["remaining_mean_searched_cells"];
        case.all_close(&found.left_in_cells, left, id);
        case.close(found.left_elsewhere, &case.expected["remaining_mean_elsewhere"], id);
        let total = found.left_in_cells.iter().sum::<f64>() + found.left_elsewhere;
        case.close(total, &case.expected["total_remaining_mean"], id);
    }
}

#[test]
fn two_strikes_that_overlap_agree_by_enumeration_and_nearly_by_the_sampler() {
    let case = Case::of("overlap-exact");
    let (shapes, rates) = (numbers(&case.inputs["a"]), numbers(&case.inputs["b"]));
    let strikes: Vec<(Gamma, ListedPlaces)> = (0..2)
        .map(|j| {
            let places = places(&case.inputs["prior"][j], &case.inputs["K"][j]);
            (Gamma::new(shapes[j], rates[j]).unwrap(), places)
        })
        .collect();
    let (effort, finds) = (numbers(&case.inputs["q"]), whole(&case.inputs["y"]));
    let exact = strikes_listed(&strikes, &effort, &finds, &SamplerSettings::default(), 1).unwrap();
    assert_eq!(exact.diagnostics.method, PieceMethod::Enumerated);
    case.close(exact.log_marginal, &case.expected["log_marginal"], "log marginal");
    case.all_close(&exact.means, &case.expected["strike_total_mean"], "means");
    for j in 0..2 {
        case.all_close(&exact.weights[j], &case.expected["weights"][j], "weights");
    }

    let settings = SamplerSettings {
        enumerate_up_to: 0,
        particles: 400,
        sweeps: 4_000,
        ..SamplerSettings::default()
    };
    let sampled = strikes_listed(&strikes, &effort, &finds, &settings, 1).unwrap();
    assert_eq!(sampled.diagnostics.method, PieceMethod::Sampled);
    let off = (sampled.log_marginal - exact.log_marginal).abs();
    assert!(off < 5.0 * sampled.diagnostics.log_marginal_error + 1e-3, "{off}");
    assert!(sampled.diagnostics.log_marginal_error < 0.05);
    for (sampled, exact) in sampled.weights.iter().flatten().zip(exact.weights.iter().flatten()) {
        assert!((sampled - exact).abs() < 0.02, "{sampled} {exact}");
    }
    for (sampled, exact) in sampled.means.iter().zip(&exact.means) {
        assert!((sampled / exact - 1.0).abs() < 0.03, "{sampled} {exact}");
    }
}
