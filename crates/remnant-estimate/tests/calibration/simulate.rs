//! Data sets drawn from the priors.
//!
//! Shares no code with the inference but the values it is given: it draws where the inference
//! integrates, and does its own arithmetic.

use std::collections::BTreeMap;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use rand_distr::{Binomial, Distribution, Normal};
use remnant_estimate::dud_rate::{EvidenceKind, Families, Form, NormalPrior, Observation, Priors};

/// A data set and what it was drawn from.
pub(crate) struct Truth {
    pub(crate) families: Families,
    pub(crate) observations: Vec<Observation>,
    /// Level of each type that has statements.
    pub(crate) levels: BTreeMap<String, f64>,
    /// Bias of each kind.
    pub(crate) biases: BTreeMap<EvidenceKind, f64>,
    /// Share of each type in one further context.
    pub(crate) new_shares: BTreeMap<String, f64>,
    /// Level of the type `unseen` of the first family, which has no statement.
    pub(crate) unseen_level: f64,
}

/// Two to four families of one to three types, five to twenty-four statements of all kinds and forms.
pub(crate) fn simulate(seed: u64, priors: &Priors) -> Truth {
    let mut random = ChaCha12Rng::seed_from_u64(seed);
    let sigma = half_normal(&mut random, priors.context_spread);
    let tau = half_normal(&mut random, priors.type_spread);
    let omega = half_normal(&mut random, priors.family_spread);
    let overall = draw(&mut random, priors.level);
    let biases: BTreeMap<EvidenceKind, f64> = EvidenceKind::ALL
        .into_iter()
        .map(|kind| (kind, draw(&mut random, priors.bias.of(kind))))
        .collect();

    let mut families = Families::new();
    let mut all_levels = Vec::new();
    let mut unseen_level = 0.0;
    for family in 0..random.random_range(2..=4) {
        let family_level = overall + omega * standard(&mut random);
        if family == 0 {
            unseen_level = family_level + tau * standard(&mut random);
            families.insert("unseen", "family 0");
        }
        for member in 0..random.random_range(1..=3) {
            let name = format!("type {family}.{member}");
            families.insert(&name, format!("family {family}"));
            all_levels.push((name, family_level + tau * standard(&mut random)));
        }
    }

    let mut observations = Vec::new();
    let mut levels = BTreeMap::new();
    for number in 0..random.random_range(5..=24) {
        let (name, level) = all_levels[random.random_range(0..all_levels.len())].clone();
        let kind = EvidenceKind::ALL[random.random_range(0..EvidenceKind::ALL.len())];
        let context = level + biases[&kind] + sigma * standard(&mut random);
        let form = statement(&mut random, context);
        observations.push(Observation::new(format!("{number:02}"), &name, kind, form).unwrap());
        levels.insert(name, level);
    }
    let new_shares = levels
        .iter()
        .map(|(name, level)| (name.clone(), expit(level + sigma * standard(&mut random))))
        .collect();
    Truth { families, observations, levels, biases, new_shares, unseen_level }
}

/// What would be written down about a context with these log odds. Which form and which bounds are
/// chosen must not depend on the truth beyond what the likelihood knows: bounds come from a fixed
/// ladder, and the interval is the rung that holds the truth.
fn statement(random: &mut ChaCha12Rng, context: f64) -> Form {
    const LADDER: [f64; 9] = [0.0, 0.01, 0.03, 0.05, 0.1, 0.15, 0.3, 0.5, 1.0];
    const HALVES: [f64; 4] = [0.0, 0.02, 0.12, 1.0];
    match random.random_range(0..4) {
        0 => {
            let tested: u64 = random.random_range(20..=2_000);
            let duds = Binomial::new(tested, expit(context)).unwrap().sample(random);
            Form::count(duds, tested).unwrap()
        }
        1 => {
            let error = random.random_range(0.1..=0.5);
            Form::point(context + error * standard(random), error).unwrap()
        }
        2 => rung(&LADDER, expit(context)),
        _ => rung(&HALVES, expit(context)),
    }
}

fn rung(ladder: &[f64], share: f64) -> Form {
    let above = ladder.iter().position(|bound| *bound > share).unwrap();
    Form::interval(ladder[above - 1], ladder[above]).unwrap()
}

fn expit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn standard(random: &mut impl Rng) -> f64 {
    Normal::new(0.0, 1.0).unwrap().sample(random)
}

fn half_normal(random: &mut impl Rng, scale: f64) -> f64 {
    scale * standard(random).abs()
}

fn draw(random: &mut impl Rng, prior: NormalPrior) -> f64 {
    prior.mean + prior.standard_deviation * standard(random)
}
