//! The spreads integrated out: sigma between contexts, tau between types, omega between families.
//!
//! Belongs here: the Gauss-Legendre grid over the three spreads, the weights of its nodes, and the
//! refinement until the answer stands still.
//!
//! Does not belong here: what happens at a node (`hierarchy`), what is read off (`posterior`).
//!
//! No random numbers. The nodes of one sigma are walked in order, each starting from its neighbour's
//! mode; the sigmas are shared out to threads. Sums are taken over nodes in their order afterwards, so
//! that any number of threads gives the same bits.

use rayon::prelude::*;

use super::hierarchy::{Hierarchy, NodeMoments, PriorBlock, Workspace};
use super::observation::{Families, Observation};
use super::posterior::{Diagnostics, Posterior};
use super::priors::Priors;
use crate::EstimateError;
use crate::logistic::share;
use crate::normal::log_half_normal_density;
use crate::quadrature::{Rule, gauss_legendre};

/// Lower end of each axis. Not zero, where a likelihood can be singular; but small, because a lower end
/// of 0.02 moves the mean of tau by 3 per cent.
const LOWER_END: f64 = 0.002;
/// Upper end of each axis of a fixed grid, in scales of its half-normal prior: it leaves 0.05 per cent
/// outside, and the other programs that this one is compared with end there.
const FIXED_END_IN_SCALES: f64 = 3.5;
/// Upper end of a grid that narrows itself, where a longer axis costs nothing. With 3.5 scales one
/// simulated data set in fifty asked for more.
const NARROWING_END_IN_SCALES: f64 = 5.0;
/// Grids tried, coarse to fine, as nodes on each axis.
const LADDER: [usize; 5] = [9, 13, 19, 27, 39];
/// Largest movement of a predictive quantile between two grids that counts as standing still.
const SETTLED: f64 = 0.005;
/// Largest marginal density at the last node of an axis, as a share of the peak. The prior alone
/// leaves 0.2 per cent at 3.5 scales; at 5 per cent about a hundredth of the posterior lies beyond the end.
const LARGEST_BORDER_DENSITY: f64 = 0.05;
/// Where the marginal density of a spread falls below this share of its peak, a finer grid does not go.
const WORTH_A_NODE: f64 = 1e-6;
/// A narrowed axis on whose outermost node the density is above this share of its peak is widened again.
const CUT_OFF_TOO_EARLY: f64 = 1e-4;
/// Nodes lighter than this are left out of mixtures: together they cannot move the seventh digit.
const LIGHTEST_NODE: f64 = 1e-12;

/// Pools the statements, refining the grid until no predictive quantile moves by more than half a
/// per cent.
///
/// The first grid spans all spreads that the priors allow. Each finer one spans only what the one before
/// found to weigh anything, and more again when it cut off too early: statements with large counts can
/// settle a spread far more sharply than any grid over the whole range would see.
///
/// # Shapes and units
/// `families` names every submunition that is to be predicted, with or without a statement; every
/// observation must be about one of them. The order of the observations does not matter.
///
/// # Errors
/// A reason instead of a number: bad input, no statement, a search that does not come to rest
/// (`NoMode`), a grid that does not settle (`NotSettled`) or does not reach far enough
/// (`GridTooNarrow`).
///
/// ```
/// use remnant_estimate::dud_rate::{EvidenceKind, Families, Form, Observation, Priors, pool};
/// let families = Families::from_iter([("blu-97", "bomblet"), ("bl755-sub", "bomblet")]);
/// let found = Form::share(0.07)?;
/// let claimed = Form::interval(0.0, 0.05)?;
/// let posterior = pool(
///     &families,
///     &[
///         Observation::new("dr-038", "blu-97", EvidenceKind::Field, found)?,
///         Observation::new("dr-033", "bl755-sub", EvidenceKind::Official, claimed)?,
///     ],
///     &Priors::default(),
/// )?;
/// let (low, high) = posterior.submunition("blu-97")?.predictive.interval(0.9);
/// assert!(low < 0.07 && 0.07 < high);
/// # Ok::<(), remnant_estimate::EstimateError>(())
/// ```
pub fn pool(
    families: &Families,
    observations: &[Observation],
    priors: &Priors,
) -> Result<Posterior, EstimateError> {
    let hierarchy = Hierarchy::new(families, observations, priors)?;
    let mut coarser: Option<Vec<[f64; 5]>> = None;
    let mut movement = f64::INFINITY;
    let mut spans = Spans::whole(priors, NARROWING_END_IN_SCALES);
    for nodes in LADDER {
        let grid = Grid::integrate(&hierarchy, nodes, spans)?;
        spans = grid.next_spans;
        let mut posterior = Posterior::from_grid(&grid, &hierarchy, families, observations);
        if let Some(before) = &coarser {
            movement = largest_movement(before, &posterior);
            if movement < SETTLED {
                refuse_narrow_grid(&posterior.diagnostics)?;
                posterior.diagnostics.largest_movement = Some(movement);
                return Ok(posterior);
            }
        }
        coarser = Some(watched_quantiles(&posterior));
    }
    Err(EstimateError::NotSettled { nodes: LADDER[LADDER.len() - 1], movement })
}

/// Pools the statements on one grid, without asking whether it is fine enough: for audits, benchmarks
/// and comparison with other programs.
///
/// # Errors
/// As [`pool`], but never `NotSettled`, and `GridTooNarrow` is left to the reader of the diagnostics.
pub fn pool_with_nodes(
    families: &Families,
    observations: &[Observation],
    priors: &Priors,
    nodes_per_axis: usize,
) -> Result<Posterior, EstimateError> {
    let hierarchy = Hierarchy::new(families, observations, priors)?;
    let grid = Grid::integrate(
        &hierarchy,
        nodes_per_axis.max(1),
        Spans::whole(priors, FIXED_END_IN_SCALES),
    )?;
    Ok(Posterior::from_grid(&grid, &hierarchy, families, observations))
}

/// Latent values at one node of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Most probable level of each submunition named in the families, and its standard deviation.
    pub levels: Vec<(String, f64, f64)>,
    /// Most probable bias of each free kind of evidence, and its standard deviation.
    pub biases: Vec<(super::EvidenceKind, f64, f64)>,
    /// Logarithm of the evidence at these spreads.
    pub log_evidence: f64,
}

/// One node of the grid, for audits.
///
/// # Errors
/// As [`pool`]; also spreads that are not above zero.
pub fn at_spreads(
    families: &Families,
    observations: &[Observation],
    priors: &Priors,
    [sigma, tau, omega]: [f64; 3],
) -> Result<Node, EstimateError> {
    for spread in [sigma, tau, omega] {
        super::observation::positive("a spread", spread)?;
    }
    let hierarchy = Hierarchy::new(families, observations, priors)?;
    let mut slice = SliceMoments::new(&hierarchy, 1);
    let block = hierarchy.prior_block(tau, omega)?;
    let mut mode = hierarchy.prior_mean();
    let mut work = Workspace::new(&hierarchy);
    let log_evidence =
        hierarchy.at_spread(sigma).laplace(&block, &mut mode, &mut work, &mut slice.node(0))?;
    let levels = families
        .iter()
        .map(|(submunition, family)| {
            let own = hierarchy.submunitions.iter().position(|name| *name == submunition);
            let (mean, variance) = match own {
                Some(i) => (slice.means[i], slice.variances[i]),
                None => {
                    let i = hierarchy.families.iter().position(|name| *name == family);
                    let i = i.unwrap_or(hierarchy.families.len());
                    (slice.new_means[i], slice.new_variances[i])
                }
            };
            (submunition.to_owned(), mean, libm::sqrt(variance))
        })
        .collect();
    let types = hierarchy.submunitions.len();
    let biases = hierarchy
        .kinds
        .iter()
        .enumerate()
        .map(|(i, kind)| (*kind, slice.means[types + i], libm::sqrt(slice.variances[types + i])))
        .collect();
    Ok(Node { levels, biases, log_evidence })
}

/// Results of all nodes of one context spread.
#[derive(Debug)]
struct SliceMoments {
    size: usize,
    new_types: usize,
    log_weights: Vec<f64>,
    means: Vec<f64>,
    variances: Vec<f64>,
    new_means: Vec<f64>,
    new_variances: Vec<f64>,
}

impl SliceMoments {
    fn new(hierarchy: &Hierarchy<'_>, nodes: usize) -> Self {
        let (size, new_types) = (hierarchy.size(), hierarchy.new_types());
        Self {
            size,
            new_types,
            log_weights: Vec::with_capacity(nodes),
            means: vec![0.0; nodes * size],
            variances: vec![0.0; nodes * size],
            new_means: vec![0.0; nodes * new_types],
            new_variances: vec![0.0; nodes * new_types],
        }
    }

    /// Puts into `mode` what the parabola, line or point through up to three modes before node `index`
    /// gives there. The nodes lie `stride` apart; `index` is number `position` on their `axis`.
    fn extrapolate(
        &self,
        index: usize,
        position: usize,
        stride: usize,
        axis: &[f64],
        mode: &mut [f64],
    ) {
        let used = position.min(3);
        if used == 0 {
            return;
        }
        mode.fill(0.0);
        for back in 1..=used {
            // Lagrange's coefficient of this node for the place that is asked for.
            let mut coefficient = 1.0;
            for other in (1..=used).filter(|other| *other != back) {
                coefficient *= (axis[position] - axis[position - other])
                    / (axis[position - back] - axis[position - other]);
            }
            let start = (index - back * stride) * self.size;
            for (value, before) in mode.iter_mut().zip(&self.means[start..]) {
                *value += coefficient * before;
            }
        }
    }

    fn node(&mut self, index: usize) -> NodeMoments<'_> {
        let latent = index * self.size..(index + 1) * self.size;
        let new = index * self.new_types..(index + 1) * self.new_types;
        NodeMoments {
            means: &mut self.means[latent.clone()],
            variances: &mut self.variances[latent],
            new_means: &mut self.new_means[new.clone()],
            new_variances: &mut self.new_variances[new],
        }
    }
}

/// The part of each spread that a grid covers, and the most it may.
#[derive(Clone, Copy, Debug)]
struct Spans {
    whole: [(f64, f64); 3],
    covered: [(f64, f64); 3],
}

impl Spans {
    /// Everything the priors allow, up to so many of their scales.
    fn whole(priors: &Priors, end_in_scales: f64) -> Self {
        let whole =
            [priors.context_spread, priors.type_spread, priors.family_spread].map(|scale| {
                let upper = end_in_scales * scale;
                // A scale so small that the lower end would pass the upper one still has an axis.
                (LOWER_END.min(0.01 * upper), upper)
            });
        Self { whole, covered: whole }
    }

    /// Where the next grid should look on one axis, from the marginal density at this grid's nodes.
    fn next(&self, axis: usize, nodes: &[f64], density: &[f64]) -> (f64, f64) {
        let (whole, (low, high)) = (self.whole[axis], self.covered[axis]);
        let peak = density.iter().copied().fold(0.0, f64::max);
        let last = nodes.len() - 1;
        let worth = |i: &usize| density[*i] > WORTH_A_NODE * peak;
        let first_worth = (0..=last).find(worth).unwrap_or(0);
        let last_worth = (0..=last).rev().find(worth).unwrap_or(last);
        let half = 0.5 * (high - low);
        let below = match first_worth {
            0 if density[0] > CUT_OFF_TOO_EARLY * peak => (low - half).max(whole.0),
            0 => low,
            inside => nodes[inside - 1],
        };
        let above = if last_worth < last {
            nodes[last_worth + 1]
        } else if density[last] > CUT_OFF_TOO_EARLY * peak {
            (high + half).min(whole.1)
        } else {
            high
        };
        (below, above)
    }

    /// Whether an axis reaches as far up as it may.
    fn reaches_the_end(&self, axis: usize) -> bool {
        self.covered[axis].1 >= self.whole[axis].1
    }
}

/// One axis of the grid: nodes with the logarithm of weight times prior density.
#[derive(Debug)]
struct Axis {
    rule: Rule,
    log_weights: Vec<f64>,
}

impl Axis {
    fn new(scale: f64, count: usize, (low, high): (f64, f64)) -> Self {
        let rule = gauss_legendre(count, low, high);
        let log_weights = rule
            .nodes
            .iter()
            .zip(&rule.weights)
            .map(|(node, weight)| libm::log(*weight) + log_half_normal_density(*node, scale))
            .collect();
        Self { rule, log_weights }
    }
}

/// Every node that weighs anything, with its latent moments.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) nodes_per_axis: usize,
    pub(crate) log_evidence: f64,
    /// Normalised weights of the kept nodes.
    pub(crate) weights: Vec<f64>,
    /// Context spread at each kept node.
    pub(crate) sigmas: Vec<f64>,
    /// Latent values: one list over nodes for each level, then for each bias.
    pub(crate) means: Vec<Vec<f64>>,
    pub(crate) variances: Vec<Vec<f64>>,
    pub(crate) new_means: Vec<Vec<f64>>,
    pub(crate) new_variances: Vec<Vec<f64>>,
    /// Mean and standard deviation of sigma, tau, omega.
    pub(crate) spreads: [(f64, f64); 3],
    /// Marginal density of each spread at the end of its axis, as a share of its peak.
    pub(crate) border_density: [f64; 3],
    /// Where a finer grid should look.
    next_spans: Spans,
}

impl Grid {
    fn integrate(
        hierarchy: &Hierarchy<'_>,
        count: usize,
        spans: Spans,
    ) -> Result<Self, EstimateError> {
        let priors = hierarchy.priors;
        let [sigma_span, tau_span, omega_span] = spans.covered;
        let axes = [
            Axis::new(priors.context_spread, count, sigma_span),
            Axis::new(priors.type_spread, count, tau_span),
            Axis::new(priors.family_spread, count, omega_span),
        ];
        let [sigma_axis, tau_axis, omega_axis] = &axes;
        // Tau and omega touch only the prior, sigma only the likelihood: neither is done twice.
        let blocks: Vec<PriorBlock> = tau_axis
            .rule
            .nodes
            .iter()
            .flat_map(|tau| omega_axis.rule.nodes.iter().map(move |omega| (*tau, *omega)))
            .map(|(tau, omega)| hierarchy.prior_block(tau, omega))
            .collect::<Result<_, _>>()?;
        let pair = [tau_axis.rule.nodes.as_slice(), omega_axis.rule.nodes.as_slice()];
        let slices: Vec<Result<SliceMoments, EstimateError>> = (0..count)
            .into_par_iter()
            .map(|s| walk(hierarchy, &blocks, pair, sigma_axis.rule.nodes[s]))
            .collect();
        let slices: Vec<SliceMoments> = slices.into_iter().collect::<Result<_, _>>()?;

        // Weights of all nodes, and what lies on the borders, before the light ones are dropped.
        let mut log_weights = Vec::with_capacity(count.pow(3));
        for (s, slice) in slices.iter().enumerate() {
            for (i, log_weight) in slice.log_weights.iter().enumerate() {
                log_weights.push(
                    log_weight
                        + sigma_axis.log_weights[s]
                        + tau_axis.log_weights[i / count]
                        + omega_axis.log_weights[i % count],
                );
            }
        }
        let largest = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut weights: Vec<f64> =
            log_weights.iter().map(|weight| libm::exp(weight - largest)).collect();
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);

        let coordinate = |node: usize, axis: usize| match axis {
            0 => node / (count * count),
            1 => node / count % count,
            _ => node % count,
        };
        let (mut spreads, mut border_density) = ([(0.0, 0.0); 3], [0.0; 3]);
        let mut next_spans = spans;
        for (number, axis) in axes.iter().enumerate() {
            let mut marginal = vec![0.0; count];
            for (node, weight) in weights.iter().enumerate() {
                marginal[coordinate(node, number)] += weight;
            }
            let mean: f64 = marginal.iter().zip(&axis.rule.nodes).map(|(w, x)| w * x).sum();
            let variance: f64 = marginal
                .iter()
                .zip(&axis.rule.nodes)
                .map(|(w, x)| w * (x - mean) * (x - mean))
                .sum();
            spreads[number] = (mean, libm::sqrt(variance));
            let density: Vec<f64> =
                marginal.iter().zip(&axis.rule.weights).map(|(mass, width)| mass / width).collect();
            let peak = density.iter().copied().fold(0.0, f64::max);
            // A narrowed axis ends where next to nothing was left.
            if spans.reaches_the_end(number) {
                border_density[number] = density[count - 1] / peak;
            }
            next_spans.covered[number] = spans.next(number, &axis.rule.nodes, &density);
        }

        let kept: Vec<usize> =
            (0..weights.len()).filter(|node| weights[*node] >= LIGHTEST_NODE).collect();
        let column = |of: &dyn Fn(&SliceMoments) -> (&[f64], usize), index: usize| -> Vec<f64> {
            kept.iter()
                .map(|node| {
                    let (values, width) = of(&slices[node / (count * count)]);
                    values[node % (count * count) * width + index]
                })
                .collect()
        };
        let columns = |of: &dyn Fn(&SliceMoments) -> (&[f64], usize), width: usize| {
            (0..width).map(|index| column(of, index)).collect::<Vec<_>>()
        };
        let (size, new_types) = (hierarchy.size(), hierarchy.new_types());
        Ok(Self {
            nodes_per_axis: count,
            log_evidence: largest + libm::log(total),
            sigmas: kept.iter().map(|n| sigma_axis.rule.nodes[n / (count * count)]).collect(),
            means: columns(&|s| (&s.means, s.size), size),
            variances: columns(&|s| (&s.variances, s.size), size),
            new_means: columns(&|s| (&s.new_means, s.new_types), new_types),
            new_variances: columns(&|s| (&s.new_variances, s.new_types), new_types),
            weights: kept.iter().map(|node| weights[*node]).collect(),
            spreads,
            border_density,
            next_spans,
        })
    }
}

/// Visits all pairs of tau and omega at one sigma. Each search starts where the modes of the neighbours
/// already visited point to: along the row of one tau, or, for its first node, along the column.
fn walk(
    hierarchy: &Hierarchy<'_>,
    blocks: &[PriorBlock],
    [tau_axis, omega_axis]: [&[f64]; 2],
    sigma: f64,
) -> Result<SliceMoments, EstimateError> {
    let count = omega_axis.len();
    let slice = hierarchy.at_spread(sigma);
    let mut moments = SliceMoments::new(hierarchy, blocks.len());
    let mut work = Workspace::new(hierarchy);
    let mut mode = hierarchy.prior_mean();
    for (index, block) in blocks.iter().enumerate() {
        let (row, column) = (index / count, index % count);
        let (position, stride, axis) =
            if column > 0 { (column, 1, omega_axis) } else { (row, count, tau_axis) };
        moments.extrapolate(index, position, stride, axis, &mut mode);
        let log_evidence = slice.laplace(block, &mut mode, &mut work, &mut moments.node(index))?;
        moments.log_weights.push(log_evidence);
    }
    Ok(moments)
}

/// The quantiles that must stand still, in log odds, for each type, family and the unknown family.
fn watched_quantiles(posterior: &Posterior) -> Vec<[f64; 5]> {
    use super::mixture::Predictive;
    let all: Vec<&Predictive> = posterior.distinct_predictives();
    all.into_par_iter()
        .map(|predictive| Predictive::PROBABILITIES.map(|p| predictive.logit().quantile(p)))
        .collect()
}

/// Largest relative movement of a share at those quantiles, each found from the old one by one Newton
/// step, which for movements near the limit is exact to a few per cent of itself.
fn largest_movement(before: &[[f64; 5]], posterior: &Posterior) -> f64 {
    use super::mixture::Predictive;
    let all: Vec<&Predictive> = posterior.distinct_predictives();
    let moved: Vec<f64> = all
        .into_par_iter()
        .zip(before)
        .map(|(predictive, old)| {
            let mut largest = 0.0_f64;
            for (probability, x) in Predictive::PROBABILITIES.iter().zip(old) {
                let (below, density) = predictive.logit().cumulative_and_density(*x);
                let moved = share(x - (below - probability) / density) / share(*x) - 1.0;
                // A density of nothing means that the quantile moved out of sight.
                largest = if moved.is_nan() { f64::INFINITY } else { largest.max(moved.abs()) };
            }
            largest
        })
        .collect();
    moved.into_iter().fold(0.0, f64::max)
}

fn refuse_narrow_grid(diagnostics: &Diagnostics) -> Result<(), EstimateError> {
    for (axis, density) in [
        ("spread between contexts", diagnostics.border_density_context),
        ("spread between types", diagnostics.border_density_type),
        ("spread between families", diagnostics.border_density_family),
    ] {
        if density > LARGEST_BORDER_DENSITY {
            return Err(EstimateError::GridTooNarrow { axis, density });
        }
    }
    Ok(())
}
