//! One type alone, by brute force: the yardstick for the hierarchy.
//!
//! Belongs here: the posterior of one level and one context spread by a tensor product of Gauss-Legendre
//! rules, with no Gaussian approximation anywhere. It shares the likelihoods with the hierarchy and
//! nothing else.
//!
//! Does not belong here: biases, several types; the cost grows too fast with each unknown.

use super::likelihood::PreparedForm;
use super::observation::{Form, positive};
use super::posterior::Moments;
use super::priors::NormalPrior;
use crate::EstimateError;
use crate::logistic::share;
use crate::normal::{cumulative, density, log_half_normal_density};
use crate::quadrature::{gauss_hermite, gauss_legendre};

/// Nodes over the level, on nine prior deviations to each side.
const LEVEL_NODES: usize = 241;
/// Nodes over the context spread, up to eight scales.
const SPREAD_NODES: usize = 121;
/// Nodes over the context when the mean share is taken.
const CONTEXT_NODES: usize = 61;

/// The posterior of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleType {
    /// Natural logarithm of the evidence.
    pub log_evidence: f64,
    /// The level, in log odds.
    pub level: Moments,
    /// The spread between contexts.
    pub context_spread: Moments,
    /// The share in a new context.
    pub share: Moments,
    levels: Vec<f64>,
    spreads: Vec<f64>,
    /// Probability of each pair of level and spread, the spread varying fastest.
    weights: Vec<f64>,
}

/// Pools statements without bias about one type, to about nine digits.
///
/// # Shapes and units
/// `level` is the prior of the level in log odds; `context_spread` the scale of the half-normal prior
/// of sigma. With no statement the answer is the prior predictive.
///
/// # Errors
/// What [`Form`] refuses, and priors that are not distributions.
pub fn single_type(
    forms: &[Form],
    level: NormalPrior,
    context_spread: f64,
) -> Result<SingleType, EstimateError> {
    positive("the prior deviation of the level", level.standard_deviation)?;
    positive("the prior scale of the context spread", context_spread)?;
    let reach = 9.0 * level.standard_deviation;
    let levels = gauss_legendre(LEVEL_NODES, level.mean - reach, level.mean + reach);
    let spreads = gauss_legendre(SPREAD_NODES, 1e-4, 8.0 * context_spread);
    let prepared: Vec<PreparedForm> =
        forms.iter().map(|form| form.checked().map(PreparedForm::new)).collect::<Result<_, _>>()?;

    let at_spreads: Vec<Vec<_>> = spreads
        .nodes
        .iter()
        .map(|sigma| prepared.iter().map(|form| form.at_spread(*sigma)).collect())
        .collect();
    let mut log_weights = Vec::with_capacity(LEVEL_NODES * SPREAD_NODES);
    for (mu, mu_weight) in levels.nodes.iter().zip(&levels.weights) {
        let z = (mu - level.mean) / level.standard_deviation;
        let prior = libm::log(mu_weight * density(z) / level.standard_deviation);
        for (j, (sigma, sigma_weight)) in spreads.nodes.iter().zip(&spreads.weights).enumerate() {
            let likelihood: f64 = at_spreads[j].iter().map(|form| form.at(*mu).value).sum();
            log_weights.push(
                prior
                    + libm::log(*sigma_weight)
                    + log_half_normal_density(*sigma, context_spread)
                    + likelihood,
            );
        }
    }
    let largest = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<f64> = log_weights.iter().map(|w| libm::exp(w - largest)).collect();
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= total);

    let mut posterior = SingleType {
        log_evidence: largest + libm::log(total),
        level: Moments { mean: 0.0, standard_deviation: 0.0 },
        context_spread: Moments { mean: 0.0, standard_deviation: 0.0 },
        share: Moments { mean: 0.0, standard_deviation: 0.0 },
        levels: levels.nodes,
        spreads: spreads.nodes,
        weights,
    };
    posterior.level = posterior.moments(|mu, _| (mu, mu * mu));
    posterior.context_spread = posterior.moments(|_, sigma| (sigma, sigma * sigma));
    let contexts = gauss_hermite(CONTEXT_NODES);
    let mass: f64 = contexts.weights.iter().sum();
    posterior.share = posterior.moments(|mu, sigma| {
        let (mut first, mut second) = (0.0, 0.0);
        for (node, weight) in contexts.nodes.iter().zip(&contexts.weights) {
            let share = share(mu + sigma * core::f64::consts::SQRT_2 * node);
            first += weight / mass * share;
            second += weight / mass * share * share;
        }
        (first, second)
    });
    Ok(posterior)
}

impl SingleType {
    /// The pairs of level and spread with their probabilities.
    fn nodes(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let pairs = self.levels.iter().flat_map(|mu| self.spreads.iter().map(move |s| (*mu, *s)));
        pairs.zip(&self.weights).map(|((mu, sigma), weight)| (mu, sigma, *weight))
    }

    /// Mean and deviation of a quantity given by its first two moments at each node.
    fn moments(&self, of: impl Fn(f64, f64) -> (f64, f64)) -> Moments {
        let (mut first, mut second) = (0.0, 0.0);
        for (mu, sigma, weight) in self.nodes() {
            let found = of(mu, sigma);
            first += weight * found.0;
            second += weight * found.1;
        }
        Moments { mean: first, standard_deviation: libm::sqrt((second - first * first).max(0.0)) }
    }

    /// The share in a new context with this probability below it.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        let (mut low, mut high) = (-60.0, 60.0);
        // Bisection: this is the yardstick, and slow is no fault.
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            let below: f64 =
                self.nodes().map(|(mu, sigma, w)| w * cumulative((middle - mu) / sigma)).sum();
            if below < probability {
                low = middle;
            } else {
                high = middle;
            }
        }
        share(0.5 * (low + high))
    }
}
