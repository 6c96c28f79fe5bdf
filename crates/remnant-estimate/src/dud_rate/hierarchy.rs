//! Levels of types and biases of evidence, at fixed spreads.
//!
//! ```text
//! theta_i = mu_t + b_k + u_i     u_i ~ N(0, (spread_i sigma)²)     one context each
//! mu_t    = m + w_f + v_t        v_t ~ N(0, tau²)    w_f ~ N(0, omega²)    m ~ N(level)
//! ```
//!
//! Belongs here: the joint Gaussian prior of the levels, the search for the most probable levels and
//! biases, and the Gaussian around them (Laplace's approximation). The contexts `u` are integrated out
//! of each statement beforehand, and `m`, `w` and `v` out of the levels, so few unknowns are left.
//!
//! Does not belong here: which spreads are tried and how they are weighed (`grid`).

use super::likelihood::{FormAtSpread, PreparedForm};
use super::observation::{EvidenceKind, Families, Observation};
use super::priors::Priors;
use crate::EstimateError;
use crate::matrix::{
    dot, factorise, inverse, inverse_diagonal, log_determinant, solve, solve_lower,
};

/// Newton steps before the search is given up.
const MOST_STEPS: usize = 100;
/// A step this small is the last: its own error is of the order of its square.
const LAST_STEP: f64 = 1e-6;

/// The statements and priors, in the order in which the numerics walk through them.
#[derive(Debug)]
pub(crate) struct Hierarchy<'a> {
    pub(crate) priors: &'a Priors,
    /// Submunitions with at least one statement, in alphabetical order: the first latent values.
    pub(crate) submunitions: Vec<&'a str>,
    /// The family of each, as an index into `families`.
    family_of: Vec<usize>,
    /// Every family given, in alphabetical order.
    pub(crate) families: Vec<&'a str>,
    /// Kinds of evidence whose bias is not fixed: the last latent values.
    pub(crate) kinds: Vec<EvidenceKind>,
    statements: Vec<Statement>,
}

#[derive(Clone, Copy, Debug)]
struct Statement {
    form: PreparedForm,
    spread: f64,
    submunition: usize,
    bias: Option<usize>,
    fixed_bias: f64,
}

impl<'a> Hierarchy<'a> {
    /// Checks everything that is given, once, and brings it into order.
    pub(crate) fn new(
        families: &'a Families,
        observations: &'a [Observation],
        priors: &'a Priors,
    ) -> Result<Self, EstimateError> {
        priors.check()?;
        // By identifier, so that the order of the input cannot change the last bits of a sum.
        let mut ordered: Vec<&Observation> = observations.iter().collect();
        ordered.sort_by(|left, right| left.id.cmp(&right.id));
        if let Some(pair) = ordered.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(EstimateError::StatementTwice { statement: pair[0].id.clone() });
        }
        if ordered.is_empty() {
            return Err(EstimateError::NoStatement);
        }

        let mut submunitions: Vec<&str> =
            ordered.iter().map(|observation| observation.submunition.as_str()).collect();
        submunitions.sort_unstable();
        submunitions.dedup();
        let mut family_names: Vec<&str> = families.iter().map(|(_, family)| family).collect();
        family_names.sort_unstable();
        family_names.dedup();
        let mut kinds: Vec<EvidenceKind> = ordered
            .iter()
            .map(|observation| observation.kind)
            .filter(|kind| priors.bias.of(*kind).standard_deviation > 0.0)
            .collect();
        kinds.sort_unstable();
        kinds.dedup();

        let position = |list: &[&str], name: &str| list.iter().position(|entry| *entry == name);
        let mut family_of = Vec::with_capacity(submunitions.len());
        for submunition in &submunitions {
            let family =
                families.family_of(submunition).and_then(|name| position(&family_names, name));
            let Some(family) = family else {
                let statement = ordered.iter().find(|entry| entry.submunition == *submunition);
                return Err(EstimateError::NoFamily {
                    statement: statement.map_or_else(String::new, |entry| entry.id.clone()),
                    submunition: (*submunition).to_owned(),
                });
            };
            family_of.push(family);
        }

        let mut statements = Vec::with_capacity(ordered.len());
        for observation in &ordered {
            super::observation::positive("the spread of a statement", observation.spread)?;
            let bias = kinds.iter().position(|kind| *kind == observation.kind);
            statements.push(Statement {
                form: PreparedForm::new(observation.form.checked()?),
                spread: observation.spread,
                submunition: position(&submunitions, &observation.submunition).unwrap_or_default(),
                bias,
                fixed_bias: if bias.is_none() {
                    priors.bias.of(observation.kind).mean
                } else {
                    0.0
                },
            });
        }
        Ok(Self { priors, submunitions, family_of, families: family_names, kinds, statements })
    }

    /// Number of latent values: levels of submunitions, then biases.
    pub(crate) fn size(&self) -> usize {
        self.submunitions.len() + self.kinds.len()
    }

    /// New types to predict: one for each family, and one of a family nobody has named.
    pub(crate) fn new_types(&self) -> usize {
        self.families.len() + 1
    }

    /// Prior means of the latent values.
    pub(crate) fn prior_mean(&self) -> Vec<f64> {
        let levels = self.submunitions.iter().map(|_| self.priors.level.mean);
        levels.chain(self.kinds.iter().map(|kind| self.priors.bias.of(*kind).mean)).collect()
    }

    /// The likelihoods with one context spread filled in.
    pub(crate) fn at_spread(&self, sigma: f64) -> SpreadSlice<'_> {
        let forms = self
            .statements
            .iter()
            .map(|statement| statement.form.at_spread(statement.spread * sigma))
            .collect();
        SpreadSlice { hierarchy: self, sigma, forms }
    }

    /// The Gaussian prior of the latent values at these spreads between types and families.
    pub(crate) fn prior_block(&self, tau: f64, omega: f64) -> Result<PriorBlock, EstimateError> {
        let types = self.submunitions.len();
        let level_variance = self.priors.level.standard_deviation.powi(2);
        let mut covariance = vec![level_variance; types * types];
        for i in 0..types {
            for j in 0..types {
                if self.family_of[i] == self.family_of[j] {
                    covariance[i * types + j] += omega * omega;
                }
            }
            covariance[i * types + i] += tau * tau;
        }
        if !factorise(&mut covariance, types) {
            return Err(EstimateError::NoMode { sigma: f64::NAN, tau, omega });
        }
        let mut log_determinant_precision = -log_determinant(&covariance, types);
        let precision = inverse(&covariance, types);
        let bias_precision: Vec<f64> = self
            .kinds
            .iter()
            .map(|kind| self.priors.bias.of(*kind).standard_deviation.powi(-2))
            .collect();
        log_determinant_precision += bias_precision.iter().map(|p| libm::log(*p)).sum::<f64>();

        // A type without a statement of its own is a regression on those that have one.
        let mut regressions = Vec::with_capacity(self.new_types() * types);
        let mut residuals = Vec::with_capacity(self.new_types());
        for family in (0..self.families.len()).map(Some).chain([None]) {
            let shared: Vec<f64> = self
                .family_of
                .iter()
                .map(|other| {
                    level_variance + if Some(*other) == family { omega * omega } else { 0.0 }
                })
                .collect();
            let mut coefficients = shared.clone();
            solve(&covariance, types, &mut coefficients);
            let explained = dot(&shared, &coefficients);
            // Never below tau², which is the new type's own part; rounding must not undercut it.
            let total = level_variance + omega * omega + tau * tau;
            residuals.push((total - explained).max(tau * tau));
            regressions.extend(coefficients);
        }
        Ok(PriorBlock {
            tau,
            omega,
            precision,
            bias_precision,
            log_determinant_precision,
            regressions,
            residuals,
        })
    }
}

/// The prior of the latent values at one pair of spreads; the context spread does not enter.
#[derive(Debug)]
pub(crate) struct PriorBlock {
    tau: f64,
    omega: f64,
    /// Precision of the levels, row by row.
    precision: Vec<f64>,
    bias_precision: Vec<f64>,
    log_determinant_precision: f64,
    /// For each new type, its coefficients on the levels of the types with statements.
    regressions: Vec<f64>,
    /// For each new type, the variance that those levels leave open.
    residuals: Vec<f64>,
}

/// The likelihoods at one context spread.
#[derive(Debug)]
pub(crate) struct SpreadSlice<'a> {
    hierarchy: &'a Hierarchy<'a>,
    pub(crate) sigma: f64,
    forms: Vec<FormAtSpread>,
}

/// Memory that a walk over the nodes of one slice uses again and again.
#[derive(Debug)]
pub(crate) struct Workspace {
    hessian: Vec<f64>,
    gradient: Vec<f64>,
    step: Vec<f64>,
    centred: Vec<f64>,
    candidate: Vec<f64>,
    scratch: Vec<f64>,
    prior_mean: Vec<f64>,
}

impl Workspace {
    pub(crate) fn new(hierarchy: &Hierarchy<'_>) -> Self {
        let size = hierarchy.size();
        let zeros = || vec![0.0; size];
        Self {
            hessian: vec![0.0; size * size],
            gradient: zeros(),
            step: zeros(),
            centred: zeros(),
            candidate: zeros(),
            scratch: zeros(),
            prior_mean: hierarchy.prior_mean(),
        }
    }
}

/// Where the results of a node go.
#[derive(Debug)]
pub(crate) struct NodeMoments<'a> {
    /// Most probable latent values.
    pub(crate) means: &'a mut [f64],
    /// Their variances.
    pub(crate) variances: &'a mut [f64],
    /// Means of the new types.
    pub(crate) new_means: &'a mut [f64],
    /// Their variances.
    pub(crate) new_variances: &'a mut [f64],
}

impl SpreadSlice<'_> {
    /// Finds the most probable latent values from `mode`, leaves them there, and gives the logarithm of
    /// the evidence at this node by Laplace's approximation.
    pub(crate) fn laplace(
        &self,
        block: &PriorBlock,
        mode: &mut [f64],
        work: &mut Workspace,
        into: &mut NodeMoments<'_>,
    ) -> Result<f64, EstimateError> {
        let size = mode.len();
        let failed =
            || EstimateError::NoMode { sigma: self.sigma, tau: block.tau, omega: block.omega };
        work.candidate.copy_from_slice(mode);
        let mut best = f64::NEG_INFINITY;
        let mut found = None;
        for _ in 0..MOST_STEPS {
            let density = self.log_density(block, work);
            // The density is concave, so a full step can only fail by overshooting.
            if density < best - 1e-10 * best.abs().max(1.0) {
                for ((candidate, step), base) in
                    work.candidate.iter_mut().zip(&mut work.step).zip(mode.iter())
                {
                    *step *= 0.5;
                    *candidate = base + *step;
                }
                continue;
            }
            if !density.is_finite() || !factorise(&mut work.hessian, size) {
                return Err(failed());
            }
            best = density;
            mode.copy_from_slice(&work.candidate);
            work.step.copy_from_slice(&work.gradient);
            solve(&work.hessian, size, &mut work.step);
            let longest = work.step.iter().fold(0.0_f64, |longest, step| longest.max(step.abs()));
            if longest < LAST_STEP {
                // What the last step would still gain, to second order: no need to go there and look.
                found = Some(density + 0.5 * dot(&work.gradient, &work.step));
                for (value, step) in mode.iter_mut().zip(&work.step) {
                    *value += step;
                }
                break;
            }
            if longest > 1.0 {
                work.step.iter_mut().for_each(|step| *step /= longest);
            }
            for ((candidate, base), step) in
                work.candidate.iter_mut().zip(mode.iter()).zip(&work.step)
            {
                *candidate = base + step;
            }
        }
        let density = found.ok_or_else(failed)?;
        self.moments(block, mode, work, into);
        Ok(density + 0.5 * block.log_determinant_precision
            - 0.5 * log_determinant(&work.hessian, size))
    }

    /// Log density of data and latent values at `work.candidate` (without the determinant of the
    /// prior), its gradient and the lower triangle of its negative Hessian.
    fn log_density(&self, block: &PriorBlock, work: &mut Workspace) -> f64 {
        let types = self.hierarchy.submunitions.len();
        let size = work.candidate.len();
        for ((centred, value), mean) in
            work.centred.iter_mut().zip(&work.candidate).zip(&work.prior_mean)
        {
            *centred = value - mean;
        }
        let mut density = 0.0;
        for i in 0..types {
            let row = &block.precision[i * types..(i + 1) * types];
            let pull = dot(row, &work.centred[..types]);
            work.gradient[i] = -pull;
            density -= 0.5 * pull * work.centred[i];
            work.hessian[i * size..i * size + types].copy_from_slice(row);
        }
        for (offset, precision) in block.bias_precision.iter().enumerate() {
            let i = types + offset;
            let pull = precision * work.centred[i];
            work.gradient[i] = -pull;
            density -= 0.5 * pull * work.centred[i];
            work.hessian[i * size..(i + 1) * size].fill(0.0);
            work.hessian[i * size + i] = *precision;
        }
        for (statement, form) in self.hierarchy.statements.iter().zip(&self.forms) {
            let level = statement.submunition;
            let bias = statement.bias.map(|bias| types + bias);
            let at = work.candidate[level]
                + bias.map_or(statement.fixed_bias, |bias| work.candidate[bias]);
            let found = form.at(at);
            density += found.value;
            work.gradient[level] += found.slope;
            work.hessian[level * size + level] -= found.curvature;
            if let Some(bias) = bias {
                work.gradient[bias] += found.slope;
                work.hessian[bias * size + level] -= found.curvature;
                work.hessian[bias * size + bias] -= found.curvature;
            }
        }
        density
    }

    /// Means and variances of the latent values and of new types, from the factor left in `work`.
    fn moments(
        &self,
        block: &PriorBlock,
        mode: &[f64],
        work: &mut Workspace,
        into: &mut NodeMoments<'_>,
    ) {
        let types = self.hierarchy.submunitions.len();
        let size = mode.len();
        into.means.copy_from_slice(mode);
        inverse_diagonal(&work.hessian, size, &mut work.scratch, into.variances);
        for (centred, (value, mean)) in
            work.centred.iter_mut().zip(mode.iter().zip(&work.prior_mean))
        {
            *centred = value - mean;
        }
        for (i, coefficients) in block.regressions.chunks_exact(types).enumerate() {
            into.new_means[i] =
                self.hierarchy.priors.level.mean + dot(coefficients, &work.centred[..types]);
            work.scratch[..types].copy_from_slice(coefficients);
            work.scratch[types..].fill(0.0);
            solve_lower(&work.hessian, size, &mut work.scratch);
            into.new_variances[i] = block.residuals[i] + dot(&work.scratch, &work.scratch);
        }
    }
}
