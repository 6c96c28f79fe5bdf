//! How probable a statement is, given the level it should sit at.
//!
//! Belongs here: the three likelihoods with the context integrated out, and their first two
//! derivatives. Each is log-concave in the level, because a log-concave likelihood convolved with a
//! normal density stays log-concave (Prékopa); the hierarchy relies on it for a single mode.
//!
//! Does not belong here: levels, biases and their priors (`hierarchy`).

use std::sync::OnceLock;

use super::observation::{Form, positive};
use crate::EstimateError;
use crate::exponential::exp;
use crate::logistic::{log_one_plus_exp, logit, share};
use crate::normal::{
    LOG_SQRT_TWO_PI, SQRT_HALF_PI, cumulative_and_density, scaled_complementary_error,
};
use crate::quadrature::{Rule, gauss_legendre};

/// Spacing of the nodes for counts, in standard deviations of the integrand at its mode: the error of
/// the trapezoidal rule for a normal density at this spacing is 1e-13.
const COUNT_SPACING: f64 = 0.8;
/// Widest spacing in log odds. Where few fail the integrand falls off like exp(−eᵗ), which grows again
/// beyond ±iπ/2; a trapezoidal rule sees that unless its nodes are this close.
const WIDEST_COUNT_SPACING: f64 = 0.28;
/// Parts of the integrand smaller than the exponential of this are not worth a node.
const NEGLIGIBLE: f64 = -36.0;
/// Nodes for intervals so narrow that the normal density hardly bends inside them.
const NARROW_NODES: usize = 8;

/// The logarithm of a likelihood at a level, with its slope and curvature there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogLikelihood {
    /// Natural logarithm.
    pub value: f64,
    /// First derivative in the level.
    pub slope: f64,
    /// Second derivative in the level, never positive.
    pub curvature: f64,
}

/// Log likelihood of a statement whose level is `level` and whose contexts scatter by `sigma`.
///
/// # Shapes and units
/// `level` and `sigma` in log odds. For an interval the value is the logarithm of a probability, for a
/// count of a probability mass, for a point of a density per logit.
///
/// # Errors
/// What [`Form`] refuses, and a `sigma` that is not above zero.
///
/// ```
/// use remnant_estimate::dud_rate::{Form, log_likelihood};
/// // A claim of "under 1 per cent" where the level is 12 per cent.
/// let claim = Form::interval(0.0, 0.01)?;
/// let found = log_likelihood(claim, -2.0, 0.6)?;
/// assert!((found.value + 11.784775).abs() < 1e-6);
/// # Ok::<(), remnant_estimate::EstimateError>(())
/// ```
pub fn log_likelihood(form: Form, level: f64, sigma: f64) -> Result<LogLikelihood, EstimateError> {
    positive("the context spread", sigma)?;
    if !level.is_finite() {
        return Err(EstimateError::UnusableNumber { name: "the level", value: level });
    }
    Ok(PreparedForm::new(form.checked()?).at_spread(sigma).at(level))
}

/// A form with everything computed that depends on neither level nor spread.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PreparedForm {
    Count { duds: f64, tested: f64, log_ways: f64, empirical: f64, information: f64 },
    Interval { low: f64, high: f64 },
    Point { logit: f64, variance: f64 },
}

impl PreparedForm {
    /// Expects a form that was checked.
    pub(crate) fn new(form: Form) -> Self {
        match form {
            Form::Count { duds, tested } => {
                let (duds, tested) = (duds as f64, tested as f64);
                let smoothed = (duds + 0.5) / (tested + 1.0);
                Self::Count {
                    duds,
                    tested,
                    log_ways: libm::lgamma(tested + 1.0)
                        - libm::lgamma(duds + 1.0)
                        - libm::lgamma(tested - duds + 1.0),
                    empirical: logit(smoothed),
                    information: tested * smoothed * (1.0 - smoothed),
                }
            }
            Form::Interval { low, high } => Self::Interval { low: logit(low), high: logit(high) },
            Form::Point { logit, standard_error } => {
                Self::Point { logit, variance: standard_error * standard_error }
            }
        }
    }

    /// The likelihood at a fixed spread, as a function of the level alone.
    pub(crate) fn at_spread(self, sigma: f64) -> FormAtSpread {
        match self {
            Self::Point { logit, variance } => {
                let variance = variance + sigma * sigma;
                FormAtSpread::Point {
                    logit,
                    precision: 1.0 / variance,
                    constant: -LOG_SQRT_TWO_PI - 0.5 * libm::log(variance),
                }
            }
            Self::Count { .. } | Self::Interval { .. } => FormAtSpread::Scattered {
                form: self,
                sigma,
                inverse: 1.0 / sigma,
                log_sigma: libm::log(sigma),
            },
        }
    }
}

/// A statement's likelihood with the context spread filled in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FormAtSpread {
    Point { logit: f64, precision: f64, constant: f64 },
    Scattered { form: PreparedForm, sigma: f64, inverse: f64, log_sigma: f64 },
}

impl FormAtSpread {
    /// Value, slope and curvature at a level.
    #[inline]
    pub(crate) fn at(&self, level: f64) -> LogLikelihood {
        match *self {
            Self::Point { logit, precision, constant } => {
                let distance = logit - level;
                let slope = distance * precision;
                LogLikelihood {
                    value: constant - 0.5 * distance * slope,
                    slope,
                    curvature: -precision,
                }
            }
            Self::Scattered { form: PreparedForm::Interval { low, high }, inverse, .. } => {
                interval(low, high, level, inverse)
            }
            Self::Scattered {
                form: PreparedForm::Count { duds, tested, log_ways, empirical, information },
                inverse,
                log_sigma,
                ..
            } => {
                let precision = inverse * inverse;
                let start =
                    (information * empirical + precision * level) / (information + precision);
                let mut found = count(duds, tested, level, precision, start, 1.0);
                found.value += log_ways - log_sigma - LOG_SQRT_TWO_PI;
                found
            }
            // A point never needs its spread again.
            Self::Scattered { form: form @ PreparedForm::Point { .. }, sigma, .. } => {
                form.at_spread(sigma).at(level)
            }
        }
    }
}

fn narrow_rule() -> &'static Rule {
    static RULE: OnceLock<Rule> = OnceLock::new();
    RULE.get_or_init(|| gauss_legendre(NARROW_NODES, -0.5, 0.5))
}

/// `ln ∫ Bin(duds; tested, share θ) N(θ; level, 1/precision) dθ`, without the constants of either.
///
/// The trapezoidal rule, started at the mode of the integrand and walked outward until nothing is left:
/// a count of thousands is sharper than any fixed set of nodes could see, and no failure in fifty with
/// a wide spread is too skewed for a rule made for normal densities. All terms are taken relative to
/// the mode, so that a large count costs no digits. Slope and curvature follow from the mean and the
/// variance of θ under the integrand. `refinement` divides the spacing.
fn count(
    duds: f64,
    tested: f64,
    level: f64,
    precision: f64,
    start: f64,
    refinement: f64,
) -> LogLikelihood {
    let mut mode = start;
    let mut at_mode = share(mode);
    let mut information = tested * at_mode * (1.0 - at_mode) + precision;
    // Concave, so Newton with a cap on its step cannot fail; the cap matters only far from the mode.
    for _ in 0..60 {
        let slope = duds - tested * at_mode - (mode - level) * precision;
        let step = (slope / information).clamp(-1.0, 1.0);
        mode += step;
        at_mode = share(mode);
        information = tested * at_mode * (1.0 - at_mode) + precision;
        // The rule below is exact around any centre; it only has to be near the mode.
        if step * step * information < 1e-4 {
            break;
        }
    }
    let spacing = (COUNT_SPACING / libm::sqrt(information)).min(WIDEST_COUNT_SPACING) / refinement;
    let from_level = mode - level;
    let (mut sum, mut first, mut second) = (1.0, 0.0, 0.0);
    for spacing in [spacing, -spacing] {
        let mut step = spacing;
        loop {
            let exponent = duds * step
                - tested * libm::log1p(at_mode * libm::expm1(step))
                - 0.5 * precision * step * (step + 2.0 * from_level);
            // The integrand is log-concave: once negligible, it stays so.
            if exponent < NEGLIGIBLE || exponent.is_nan() {
                break;
            }
            let mass = exp(exponent);
            sum += mass;
            first += mass * step;
            second += mass * step * step;
            step += spacing;
        }
    }
    let mean = first / sum;
    let variance = second / sum - mean * mean;
    LogLikelihood {
        value: duds * mode
            - tested * log_one_plus_exp(mode)
            - 0.5 * precision * from_level * from_level
            + libm::log(sum * spacing),
        slope: (from_level + mean) * precision,
        curvature: (precision * (variance * precision - 1.0)).min(0.0),
    }
}

/// `ln P(low < θ < high)` for `θ ~ N(level, σ²)`, the bounds in log odds and either one infinite.
fn interval(low: f64, high: f64, level: f64, inverse_sigma: f64) -> LogLikelihood {
    let (mut a, mut b) = ((low - level) * inverse_sigma, (high - level) * inverse_sigma);
    // Work in the lower tail, where probabilities are small numbers and not one minus a small number.
    let mirrored = a > 0.0;
    if mirrored {
        (a, b) = (-b, -a);
    }
    let width = b - a;
    let (value, mut mean, curvature) = if width * a.abs().max(b.abs()).max(1.0) <= 1.0 {
        narrow(a, b)
    } else if b <= 0.0 {
        lower_tail(a, b)
    } else {
        straddling(a, b)
    };
    if mirrored {
        mean = -mean;
    }
    LogLikelihood {
        value,
        slope: mean * inverse_sigma,
        curvature: (curvature * inverse_sigma * inverse_sigma).min(0.0),
    }
}

/// Log mass, mean of z and its variance less one, inside a narrow interval: by quadrature, because the
/// difference of two nearly equal probabilities has no digits left.
fn narrow(a: f64, b: f64) -> (f64, f64, f64) {
    let (middle, width) = (0.5 * (a + b), b - a);
    let rule = narrow_rule();
    let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
    for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
        let t = width * node;
        let mass = weight * exp(-t * (middle + 0.5 * t));
        sum += mass;
        first += mass * t;
        second += mass * t * t;
    }
    let mean = first / sum;
    let value = libm::log(width * sum) - 0.5 * middle * middle - LOG_SQRT_TWO_PI;
    (value, middle + mean, second / sum - mean * mean - 1.0)
}

/// The same when both ends lie below the mean: everything relative to the density at the upper end.
fn lower_tail(a: f64, b: f64) -> (f64, f64, f64) {
    use core::f64::consts::FRAC_1_SQRT_2;
    let near = scaled_complementary_error(-b * FRAC_1_SQRT_2);
    let (density_ratio, far) = if a.is_finite() {
        // Density at a over density at b.
        let ratio = exp(0.5 * (b - a) * (b + a));
        (ratio, ratio * scaled_complementary_error(-a * FRAC_1_SQRT_2))
    } else {
        (0.0, 0.0)
    };
    let mass = SQRT_HALF_PI * (near - far);
    let (at_low, at_high) = (density_ratio / mass, 1.0 / mass);
    let value = libm::log(mass) - 0.5 * b * b - LOG_SQRT_TWO_PI;
    let low_term = if density_ratio > 0.0 { a * at_low } else { 0.0 };
    let mean = at_low - at_high;
    (value, mean, low_term - b * at_high - mean * mean)
}

/// The same when the mean lies inside.
fn straddling(a: f64, b: f64) -> (f64, f64, f64) {
    let (below, density_low) = cumulative_and_density(a);
    let (above, density_high) = cumulative_and_density(-b);
    let mass = 1.0 - below - above;
    let (at_low, at_high) = (density_low / mass, density_high / mass);
    let low_term = if density_low > 0.0 { a * at_low } else { 0.0 };
    let high_term = if density_high > 0.0 { b * at_high } else { 0.0 };
    let mean = at_low - at_high;
    (libm::log1p(-below - above), mean, low_term - high_term - mean * mean)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn forms() -> Vec<Form> {
        vec![
            Form::count(0, 50).unwrap(),
            Form::count(50, 50).unwrap(),
            Form::count(31, 180).unwrap(),
            Form::count(1450, 20_000).unwrap(),
            Form::count(120_000_000, 1_000_000_000).unwrap(),
            Form::interval(0.0, 0.01).unwrap(),
            Form::interval(0.14, 1.0).unwrap(),
            Form::interval(0.05, 0.23).unwrap(),
            Form::interval(0.11, 0.12).unwrap(),
            Form::interval(0.100_000, 0.100_001).unwrap(),
            Form::share(0.05).unwrap(),
        ]
    }

    #[test]
    fn slope_and_curvature_agree_with_finite_differences() {
        for form in forms() {
            for sigma in [0.05, 0.3, 0.6, 1.5, 2.6] {
                for tenth in -80..=40 {
                    let level = f64::from(tenth) / 10.0;
                    let step = 1e-4 * sigma;
                    let at = |x| log_likelihood(form, x, sigma).unwrap();
                    let (below, here, above) = (at(level - step), at(level), at(level + step));
                    let slope = (above.value - below.value) / (2.0 * step);
                    let curvature = (above.slope - below.slope) / (2.0 * step);
                    // Rounding of the value, divided by the step, limits what differences can show.
                    let terms = match form {
                        Form::Count { tested, .. } => tested as f64,
                        Form::Interval { .. } | Form::Point { .. } => 1.0,
                    };
                    let floor = 1e-15 * (terms + 1e3 * here.value.abs().max(1.0)) / step;
                    assert!(
                        (slope - here.slope).abs()
                            < 1e-6 * here.slope.abs().max(1.0 / sigma) + floor,
                        "{form:?} at {level}, {sigma}: {slope} against {}",
                        here.slope
                    );
                    assert!(
                        (curvature - here.curvature).abs() < 2e-5 / (sigma * sigma),
                        "{form:?} at {level}, {sigma}: {curvature} against {}",
                        here.curvature
                    );
                }
            }
        }
    }

    #[test]
    fn every_likelihood_is_log_concave() {
        for form in forms() {
            for sigma in [0.002, 0.05, 0.6, 2.6] {
                let mut slope = f64::INFINITY;
                for step in -300..=200 {
                    let found = log_likelihood(form, f64::from(step) / 20.0, sigma).unwrap();
                    assert!(found.value.is_finite() && found.curvature <= 0.0);
                    assert!(found.slope <= slope + 1e-9 * slope.abs(), "{form:?}, {sigma}, {step}");
                    slope = found.slope;
                }
            }
        }
    }

    #[test]
    fn few_nodes_agree_with_many() {
        let counts =
            [(0, 1), (1, 1), (0, 50), (50, 50), (1, 20), (31, 180), (0, 20_000), (1450, 20_000)];
        for (duds, tested) in counts {
            for sigma in [0.002, 0.1, 0.6, 1.2, 2.6, 8.0] {
                for level in [-9.0, -5.0, -2.0, 0.0, 3.0] {
                    let precision = 1.0 / (sigma * sigma);
                    let at = |refinement| {
                        count(
                            f64::from(duds),
                            f64::from(tested),
                            level,
                            precision,
                            level,
                            refinement,
                        )
                    };
                    let (few, many) = (at(1.0), at(5.0));
                    let case = format!("{duds} of {tested} at {level}, {sigma}: {few:?} {many:?}");
                    assert!(
                        (few.value - many.value).abs() < 1e-10 * many.value.abs().max(1.0),
                        "{case}"
                    );
                    assert!(
                        (few.slope - many.slope).abs() < 1e-9 * many.slope.abs().max(1.0),
                        "{case}"
                    );
                    assert!(
                        (few.curvature - many.curvature).abs() < 1e-8 * precision.max(1.0),
                        "{case}"
                    );
                }
            }
        }
    }

    /// The three ways of computing an interval meet where one hands over to the next.
    #[test]
    fn the_ways_of_computing_an_interval_agree_where_they_meet() {
        for (a, b) in [(-0.7, 0.3), (-1.2, -0.4), (-5.1, -4.9), (-0.4, 0.59)] {
            let by_quadrature = narrow(a, b);
            let directly = if b <= 0.0 { lower_tail(a, b) } else { straddling(a, b) };
            assert!((by_quadrature.0 - directly.0).abs() < 1e-12, "{a}, {b}");
            assert!((by_quadrature.1 - directly.1).abs() < 1e-11, "{a}, {b}");
            assert!((by_quadrature.2 - directly.2).abs() < 1e-10, "{a}, {b}");
        }
        for a in [f64::NEG_INFINITY, -3.0] {
            let (below, above) = (lower_tail(a, -1e-12), straddling(a, 1e-12));
            assert!((below.0 - above.0).abs() < 1e-11);
            assert!((below.2 - above.2).abs() < 1e-11);
        }
    }

    #[test]
    fn a_claim_hundreds_of_deviations_away_still_has_a_value_and_a_slope() {
        let claim = Form::interval(0.0, 0.01).unwrap();
        let found = log_likelihood(claim, 3.0, 0.002).unwrap();
        // ln Φ(−x) = −x²/2 − ln(x √2π) − 1/x² + ..., slope −x/σ.
        let x = (3.0 - logit(0.01)) / 0.002;
        let expected = -0.5 * x * x - libm::log(x) - LOG_SQRT_TWO_PI;
        assert!((found.value / expected - 1.0).abs() < 1e-12);
        assert!((found.slope / (-x / 0.002) - 1.0).abs() < 1e-6);
        assert!(found.curvature < 0.0);
    }

    /// With a large number tested a count says the same as its point with the binomial standard error.
    #[test]
    fn a_large_count_is_nearly_a_point() {
        let (duds, tested) = (120_000_000_u64, 1_000_000_000_u64);
        let count = log_likelihood(Form::count(duds, tested).unwrap(), -1.7, 0.5).unwrap();
        let error = 1.0 / libm::sqrt(1e9 * 0.12 * 0.88);
        let point = log_likelihood(Form::point(logit(0.12), error).unwrap(), -1.7, 0.5).unwrap();
        assert!((count.slope - point.slope).abs() < 1e-6);
        assert!((count.curvature - point.curvature).abs() < 1e-6);
    }

    #[test]
    fn a_spread_or_level_that_is_no_number_is_refused() {
        let form = Form::share(0.1).unwrap();
        assert!(log_likelihood(form, -2.0, 0.0).is_err());
        assert!(log_likelihood(form, f64::NAN, 0.5).is_err());
    }
}
