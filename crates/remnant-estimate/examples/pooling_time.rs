//! How long pooling takes, and what comes out, for the comparison in `benchmarks/dud-rate`.
//!
//! ```text
//! pooling_time CASES.json CASE [RUNS] [THREADS]
//! ```
//!
//! Reads one case of a vectors file, pools it `RUNS` times on the case's grid, and writes one JSON object
//! to standard output: the seconds of each run and the answer. The answer is taken in full in every
//! run: all moments, and five quantiles of every submunition.
#![allow(clippy::print_stdout, reason = "the answer is the output")]

use std::error::Error;
use std::time::Instant;

use remnant_estimate::dud_rate::{
    EvidenceKind, Families, Form, Observation, Posterior, Predictive, Priors, pool, pool_with_nodes,
};
use serde_json::{Value, json};

fn number(value: &Value) -> Result<f64, Box<dyn Error>> {
    value.as_f64().ok_or_else(|| format!("{value} is no number").into())
}

fn observation(position: usize, entry: &Value) -> Result<Observation, Box<dyn Error>> {
    let kind = EvidenceKind::ALL
        .into_iter()
        .find(|kind| entry["kind"] == kind.name())
        .ok_or_else(|| format!("no such kind of evidence: {}", entry["kind"]))?;
    let whole = |name: &str| entry[name].as_u64().ok_or_else(|| format!("no whole number {name}"));
    let form = match entry["form"].as_str() {
        Some("count") => Form::count(whole("x")?, whole("n")?)?,
        Some("interval") => Form::interval(number(&entry["lo"])?, number(&entry["hi"])?)?,
        Some("point") => Form::point(number(&entry["y"])?, number(&entry["se"])?)?,
        _ => return Err(format!("no such form: {}", entry["form"]).into()),
    };
    let submunition = entry["type"].as_str().ok_or("a statement without a type")?;
    Ok(Observation::new(format!("{position:03}"), submunition, kind, form)?)
}

fn answer(posterior: &Posterior) -> Value {
    let types: serde_json::Map<String, Value> = posterior
        .submunitions
        .iter()
        .map(|(name, found)| {
            let quantiles: Vec<f64> =
                Predictive::PROBABILITIES.iter().map(|p| found.predictive.quantile(*p)).collect();
            let values = json!({
                "mu_mean": found.level.mean(),
                "mu_sd": found.level.standard_deviation(),
                "p_new_mean": found.predictive.mean(),
                "p_new_quantiles": quantiles,
            });
            (name.clone(), values)
        })
        .collect();
    let biases: serde_json::Map<String, Value> = posterior
        .biases
        .iter()
        .map(|(kind, bias)| {
            let values = json!({ "mean": bias.mean(), "sd": bias.standard_deviation() });
            (kind.name().to_owned(), values)
        })
        .collect();
    json!({
        "types": types,
        "bias": biases,
        "sigma_mean": posterior.context_spread.mean,
        "tau_mean": posterior.type_spread.mean,
        "omega_mean": posterior.family_spread.mean,
        "log_evidence": posterior.log_evidence,
        "nodes_per_axis": posterior.diagnostics.nodes_per_axis,
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, file, case, rest @ ..] = arguments.as_slice() else {
        return Err("usage: pooling_time CASES.json CASE [RUNS] [THREADS]".into());
    };
    let runs: usize = rest.first().map_or(Ok(5), |text| text.parse())?;
    let threads: usize = rest.get(1).map_or(Ok(0), |text| text.parse())?;
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;

    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let found = vectors["cases"].as_array().and_then(|all| all.iter().find(|c| c["id"] == **case));
    let inputs = &found.ok_or_else(|| format!("no case {case}"))?["inputs"];
    let families: Families = inputs["types"]
        .as_object()
        .ok_or("a case without types")?
        .iter()
        .map(|(name, family)| (name.clone(), family.as_str().unwrap_or_default()))
        .collect();
    let observations: Vec<Observation> = inputs["obs"]
        .as_array()
        .ok_or("a case without statements")?
        .iter()
        .enumerate()
        .map(|(position, entry)| observation(position, entry))
        .collect::<Result<_, _>>()?;
    // The cases of the benchmark are made with the default priors.
    let priors = Priors::default();
    let nodes = usize::try_from(inputs["nodes"].as_u64().ok_or("a case without nodes")?)?;

    let (mut fixed, mut settled) = (Vec::new(), Vec::new());
    let mut last = Value::Null;
    for _ in 0..runs {
        let start = Instant::now();
        last = answer(&pool_with_nodes(&families, &observations, &priors, nodes)?);
        fixed.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        answer(&pool(&families, &observations, &priors)?);
        settled.push(start.elapsed().as_secs_f64());
    }
    println!(
        "{}",
        json!({
            "case": case,
            "threads": rayon::current_num_threads(),
            "seconds_fixed_grid": fixed,
            "seconds_until_settled": settled,
            "answer": last,
        })
    );
    Ok(())
}
