//! Agreement with an independent program that computed the same cases from the same equations.
//!
//! The cases are in `test-vectors.json` with their tolerances. `meta-hier-mcmc` is a sampler run: it
//! knows nothing of Laplace's approximation or of the grid.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use remnant_estimate::EstimateError;
use remnant_estimate::dud_rate::{
    EvidenceKind, Families, Form, NormalPrior, Observation, Posterior, Priors, at_spreads,
    log_likelihood, pool, pool_with_nodes, single_type,
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

fn kind(name: &Value) -> EvidenceKind {
    EvidenceKind::ALL.into_iter().find(|kind| name == kind.name()).unwrap()
}

fn form(value: &Value) -> Result<Form, EstimateError> {
    match value["form"].as_str().unwrap() {
        "count" => Form::count(value["x"].as_u64().unwrap(), value["n"].as_u64().unwrap()),
        "interval" => Form::interval(number(&value["lo"]), number(&value["hi"])),
        "point" => Form::point(number(&value["y"]), number(&value["se"])),
        other => panic!("no form {other}"),
    }
}

fn families(inputs: &Value) -> Families {
    let types = inputs["types"].as_object().unwrap();
    types.iter().map(|(name, family)| (name.clone(), family.as_str().unwrap())).collect()
}

fn observations(inputs: &Value) -> Vec<Observation> {
    let list = inputs["obs"].as_array().unwrap();
    list.iter()
        .enumerate()
        .map(|(i, entry)| {
            let id = entry["id"].as_str().map_or_else(|| format!("{i:03}"), str::to_owned);
            let submunition = entry["type"].as_str().unwrap_or("the type");
            Observation::new(id, submunition, kind(&entry["kind"]), form(entry).unwrap()).unwrap()
        })
        .collect()
}

fn priors(inputs: &Value) -> Priors {
    let prior = &inputs["prior"];
    let normal = |name: &str| NormalPrior {
        mean: number(&prior["bias"][name][0]),
        standard_deviation: number(&prior["bias"][name][1]),
    };
    let mut priors = Priors::default();
    priors.level.mean = number(&prior["m_mean"]);
    priors.level.standard_deviation = number(&prior["m_sd"]);
    priors.context_spread = number(&prior["sigma_scale"]);
    priors.type_spread = number(&prior["tau_scale"]);
    priors.family_spread = number(&prior["omega_scale"]);
    priors.bias.test = normal("test");
    priors.bias.official = normal("official");
    priors.bias.range = normal("range");
    priors.bias.estimate = normal("estimate");
    priors
}

#[test]
fn likelihoods_agree_with_their_vectors() {
    for id in [
        "meta-like-count",
        "meta-like-count-large-n",
        "meta-like-zero",
        "meta-like-interval",
        "meta-like-upper-claim",
        "meta-like-interval-far-tail",
    ] {
        let case = case(id);
        let inputs = &case["inputs"];
        let form = if inputs["n"].is_null() {
            Form::interval(number(&inputs["lo"]), number(&inputs["hi"]))
        } else {
            Form::count(inputs["x"].as_u64().unwrap(), inputs["n"].as_u64().unwrap())
        };
        let found = log_likelihood(form.unwrap(), number(&inputs["eta"]), number(&inputs["sigma"]))
            .unwrap();
        let tolerance = number(&case["tolerance"]);
        close(found.value, &case["expected"]["log_lik"], tolerance, id);
        close(found.slope, &case["expected"]["d1"], tolerance, id);
        close(found.curvature, &case["expected"]["d2"], tolerance, id);
    }
}

#[test]
fn a_field_count_becomes_the_point_of_its_vector() {
    let case = case("meta-field-to-logit");
    let inputs = &case["inputs"];
    let found = Form::field_count(
        inputs["found"].as_u64().unwrap(),
        number(&inputs["dispensed"]),
        number(&inputs["rel_sd_dispensed"]),
        number(&inputs["completeness"]),
        number(&inputs["rel_sd_completeness"]),
    );
    let Form::Point { logit, standard_error } = found.unwrap() else { panic!("not a point") };
    close(logit, &case["expected"]["y"], number(&case["tolerance"]), "y");
    close(standard_error, &case["expected"]["se"], number(&case["tolerance"]), "se");
}

#[test]
fn one_type_alone_agrees_with_its_vectors() {
    for id in ["meta-single", "meta-single-none"] {
        let case = case(id);
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let level = NormalPrior {
            mean: number(&inputs["m_mean"]),
            standard_deviation: number(&inputs["m_sd"]),
        };
        let forms: Vec<Form> =
            inputs["obs"].as_array().unwrap().iter().map(|entry| form(entry).unwrap()).collect();
        let found = single_type(&forms, level, number(&inputs["sigma_scale"])).unwrap();
        let tolerance = number(&case["tolerance"]);
        close(found.log_evidence, &expected["log_evidence"], tolerance, id);
        close(found.level.mean, &expected["mu_mean"], tolerance, id);
        close(found.level.standard_deviation, &expected["mu_sd"], tolerance, id);
        close(found.context_spread.mean, &expected["sigma_mean"], tolerance, id);
        close(found.share.mean, &expected["p_new_mean"], tolerance, id);
        close(found.share.standard_deviation, &expected["p_new_sd"], tolerance, id);
        for (probability, quantile) in expected["p_new_quantiles"].as_object().unwrap() {
            let found = found.quantile(probability.parse().unwrap());
            close(found, quantile, tolerance, &format!("{id} at {probability}"));
        }
    }
}

#[test]
fn one_node_of_the_grid_agrees_with_its_vector() {
    let case = case("meta-hier-fixed-laplace");
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let spreads = ["sigma", "tau", "omega"].map(|name| number(&inputs[name]));
    let node =
        at_spreads(&families(inputs), &observations(inputs), &priors(inputs), spreads).unwrap();
    let tolerance = number(&case["tolerance"]);
    close(node.log_evidence, &expected["log_evidence"], tolerance, "log evidence");
    let order = expected["order"].as_array().unwrap();
    assert_eq!(order.len(), node.levels.len() + node.biases.len());
    for (i, name) in order.iter().enumerate() {
        let level =
            node.levels.iter().find(|level| name == &level.0).map(|found| (found.1, found.2));
        let bias =
            node.biases.iter().find(|bias| name == bias.0.name()).map(|found| (found.1, found.2));
        let (mode, deviation) = level.or(bias).unwrap();
        close(mode, &expected["mode"][i], tolerance, &name.to_string());
        close(deviation, &expected["sd"][i], tolerance, &name.to_string());
    }
}

/// Compares each quantity with a tolerance of its own, and says how many were compared.
fn compare(posterior: &Posterior, expected: &Value, tolerance: impl Fn(&str, f64) -> f64) -> usize {
    let mut compared = 0;
    let mut check = |found: f64, expected: &Value, quantity: &str, of: &str| {
        let expected = number(expected);
        let allowed = tolerance(quantity, expected);
        assert!(
            (found - expected).abs() <= allowed,
            "{quantity} of {of}: found {found}, expected {expected}, allowed {allowed}"
        );
        compared += 1;
    };
    for (name, values) in expected["types"].as_object().unwrap() {
        let found = posterior.submunition(name).unwrap();
        check(found.level.mean(), &values["mu_mean"], "mu_mean", name);
        check(found.level.standard_deviation(), &values["mu_sd"], "mu_sd", name);
        check(found.predictive.mean(), &values["p_new_mean"], "p_new_mean", name);
        for (probability, quantile) in values["p_new_quantiles"].as_object().unwrap() {
            let found = found.predictive.quantile(probability.parse().unwrap());
            check(found, quantile, "p_new_quantile", name);
        }
    }
    for (name, values) in expected["bias"].as_object().unwrap() {
        let bias = posterior.biases.iter().find(|(kind, _)| kind.name() == name).unwrap().1;
        check(bias.mean(), &values["mean"], "bias_mean", name);
        check(bias.standard_deviation(), &values["sd"], "bias_sd", name);
    }
    check(posterior.context_spread.mean, &expected["sigma_mean"], "spread", "sigma");
    check(posterior.type_spread.mean, &expected["tau_mean"], "spread", "tau");
    check(posterior.family_spread.mean, &expected["omega_mean"], "spread", "omega");
    compared
}

#[test]
fn the_whole_grid_agrees_with_its_vectors() {
    for (id, quantities) in
        [("meta-hier-full", 4 * 8 + 3 * 2 + 3), ("meta-record", 7 * 8 + 3 * 2 + 3)]
    {
        let case = case(id);
        let inputs = &case["inputs"];
        let nodes = usize::try_from(inputs["nodes"].as_u64().unwrap()).unwrap();
        let posterior =
            pool_with_nodes(&families(inputs), &observations(inputs), &priors(inputs), nodes)
                .unwrap();
        let tolerance = number(&case["tolerance"]);
        let compared = compare(&posterior, &case["expected"], |_, expected| {
            tolerance * expected.abs().max(1.0)
        });
        assert_eq!(compared, quantities);
        close(posterior.log_evidence, &case["expected"]["log_evidence"], tolerance, id);
    }
}

#[test]
fn the_answer_agrees_with_a_sampler_that_knows_nothing_of_the_grid() {
    let inputs = case("meta-hier-full")["inputs"].clone();
    let posterior = pool(&families(&inputs), &observations(&inputs), &priors(&inputs)).unwrap();
    let compared =
        compare(&posterior, &case("meta-hier-mcmc")["expected"], |quantity, expected| {
            match quantity {
                "mu_mean" => 0.02,
                "mu_sd" | "bias_sd" | "p_new_quantile" => 0.03 * expected,
                "p_new_mean" => 0.0015,
                "bias_mean" => 0.03,
                // The spreads have no stated tolerance; five Monte Carlo errors of 0.002.
                _ => 0.01,
            }
        });
    assert_eq!(compared, 4 * 8 + 3 * 2 + 3);
}

/// With one type, and types and families known to be alike, the hierarchy has to agree with brute force.
/// Laplace's approximation is what separates them: small for counts and points, and visible where a few
/// intervals are all there is (see "What goes wrong" in docs/models/dud-rate.md).
#[test]
fn the_hierarchy_agrees_with_brute_force_for_one_type() {
    let families = Families::from_iter([("the type", "the family")]);
    let mut priors = Priors { type_spread: 0.001, family_spread: 0.001, ..Priors::default() };
    priors.context_spread = 0.75;
    let count = |duds, tested| Form::count(duds, tested).unwrap();
    let between = |low, high| Form::interval(low, high).unwrap();
    for (forms, allowed) in [
        (vec![count(12, 240), count(31, 180), count(4, 96), count(88, 610)], 0.01),
        (vec![Form::share(0.05).unwrap(), Form::share(0.12).unwrap(), count(0, 60)], 0.02),
        (vec![between(0.0, 0.02), between(0.14, 1.0), count(9, 60)], 0.02),
        (vec![between(0.05, 0.1), between(0.02, 0.12), between(0.05, 0.1)], 0.1),
    ] {
        let exact = single_type(&forms, priors.level, priors.context_spread).unwrap();
        let observations: Vec<Observation> = forms
            .iter()
            .enumerate()
            .map(|(i, form)| {
                Observation::new(i.to_string(), "the type", EvidenceKind::Field, *form).unwrap()
            })
            .collect();
        let pooled = pool_with_nodes(&families, &observations, &priors, 27).unwrap();
        let found = &pooled.submunition("the type").unwrap().predictive;
        for probability in [0.05, 0.5, 0.95] {
            let ratio = found.quantile(probability) / exact.quantile(probability);
            println!(
                "{forms:?} {probability}: {ratio} {}",
                exact.context_spread.mean / pooled.context_spread.mean
            );
            assert!((ratio - 1.0).abs() < allowed, "{forms:?} at {probability}: {ratio}");
        }
    }
}
