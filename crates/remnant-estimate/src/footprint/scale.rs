//! What finds teach about the size of a footprint.
//!
//! Belongs here: the posterior of the scale from finds inside searched ground only. Dividing by the
//! kernel mass inside the search is what keeps a small search from teaching a small footprint.
//!
//! Does not belong here: finds outside searched ground, which say nothing about size.

use super::fault::{FootprintFault, positive};
use super::kernel::Footprint;
use crate::quadrature::gauss_legendre;

/// A log-normal prior of a footprint's scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScalePrior {
    /// Median in metres.
    pub median_metres: f64,
    /// Standard deviation of the logarithm.
    pub log_spread: f64,
}

impl ScalePrior {
    /// The scale of a type: 90 per cent between 19 and 190 m, deliberately vague (project model, 2.3).
    pub const TYPE: Self = Self { median_metres: 60.0, log_spread: 0.7 };
    /// Standard deviation of the logarithm of one strike's scale about that of its type.
    pub const STRIKE_LOG_SPREAD: f64 = 0.35;
}

/// What is known of a footprint's scale after finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScalePosterior {
    /// The most probable scale in metres, on the logarithmic axis.
    pub most_probable_metres: f64,
    /// Mean of the logarithm of the scale in metres.
    pub log_mean: f64,
    /// Standard deviation of that logarithm.
    pub log_spread: f64,
}

/// A disc around the strike's middle that was searched everywhere alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchedDisc {
    /// Its radius in metres.
    pub radius_metres: f64,
}

/// The scale of a footprint whose middle is known, from the distances of finds within a searched disc.
///
/// # Shapes and units
/// `distances_metres`: one for each find.
///
/// # Errors
/// [`FootprintFault`] when a number is unusable, a find lies outside the disc, or there is none.
pub fn scale_from_finds(
    distances_metres: &[f64],
    searched: SearchedDisc,
    prior: ScalePrior,
) -> Result<ScalePosterior, FootprintFault> {
    let radius = positive("the radius of the searched disc in metres", searched.radius_metres)?;
    let mut squares = 0.0;
    for distance in distances_metres {
        positive("the distance of a find in metres", *distance)?;
        if *distance > radius {
            return Err(FootprintFault::FindOutsideSearch {
                distance_metres: *distance,
                radius_metres: radius,
            });
        }
        squares += distance * distance;
    }
    let count = distances_metres.len() as f64;
    posterior(prior, count, |log_scale| {
        let square = libm::exp(2.0 * log_scale);
        let inside = -libm::expm1(-radius * radius / (2.0 * square));
        -squares / (2.0 * square) - 2.0 * count * log_scale - count * libm::log(inside)
    })
}

/// A rectangle of searched ground, told from the middle of the strike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchedRectangle {
    /// Metres east of the strike of its western and eastern edge.
    pub east: (f64, f64),
    /// Metres north of the strike of its southern and northern edge.
    pub north: (f64, f64),
    /// Effort on it, a share.
    pub effort: f64,
    /// Items found in it.
    pub finds: u32,
}

/// The same for searched ground of any shape, given as rectangles about the strike's middle.
///
/// The kernel is the plain normal one.
///
/// # Errors
/// [`FootprintFault`] when a number is unusable or nothing was found.
pub fn scale_from_searched_cells(
    searched: &[SearchedRectangle],
    prior: ScalePrior,
) -> Result<ScalePosterior, FootprintFault> {
    let count: f64 = searched.iter().map(|cell| f64::from(cell.finds)).sum();
    posterior(prior, count, |log_scale| {
        let Ok(footprint) = Footprint::normal(libm::exp(log_scale)) else {
            return f64::NEG_INFINITY;
        };
        let (mut inside, mut log_finds) = (0.0, 0.0);
        for SearchedRectangle { east, north, effort, finds } in searched {
            let mass = effort * footprint.mass_in_rectangle(*east, *north);
            inside += mass;
            if *finds > 0 {
                log_finds += f64::from(*finds) * libm::log(mass);
            }
        }
        if inside > 0.0 { log_finds - count * libm::log(inside) } else { f64::NEG_INFINITY }
    })
}

/// Quadrature over the logarithm of the scale, six prior deviations to both sides, and the peak.
fn posterior(
    prior: ScalePrior,
    finds: f64,
    log_likelihood: impl Fn(f64) -> f64,
) -> Result<ScalePosterior, FootprintFault> {
    let median = positive("the median scale in metres", prior.median_metres)?;
    let spread = positive("the spread of the logarithm of the scale", prior.log_spread)?;
    if finds == 0.0 {
        return Err(FootprintFault::NothingToLearn);
    }
    let centre = libm::log(median);
    let log_density = |log_scale: f64| {
        let z = (log_scale - centre) / spread;
        log_likelihood(log_scale) - 0.5 * z * z
    };
    let (low, high) = (centre - 6.0 * spread, centre + 6.0 * spread);
    let rule = gauss_legendre(400, low, high);
    let logs: Vec<f64> = rule.nodes.iter().map(|x| log_density(*x)).collect();
    let mut best = 0;
    for (position, log) in logs.iter().enumerate() {
        if log.is_finite() && (*log > logs[best] || !logs[best].is_finite()) {
            best = position;
        }
    }
    let peak = logs[best];
    if !peak.is_finite() {
        return Err(FootprintFault::NothingToLearn);
    }
    let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
    for ((x, weight), log) in rule.nodes.iter().zip(&rule.weights).zip(&logs) {
        if log.is_finite() {
            let share = weight * libm::exp(log - peak);
            mass += share;
            first += share * (x - centre);
            second += share * (x - centre) * (x - centre);
        }
    }
    let mean = first / mass;
    // Golden section between the neighbours of the best node, until rounding ends it.
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut a, mut b) = (
        if best == 0 { low } else { rule.nodes[best - 1] },
        rule.nodes.get(best + 1).copied().unwrap_or(high),
    );
    let (mut c, mut d) = (b - golden * (b - a), a + golden * (b - a));
    let (mut at_c, mut at_d) = (log_density(c), log_density(d));
    for _ in 0..60 {
        if at_c >= at_d {
            (b, d, at_d) = (d, c, at_c);
            c = b - golden * (b - a);
            at_c = log_density(c);
        } else {
            (a, c, at_c) = (c, d, at_d);
            d = a + golden * (b - a);
            at_d = log_density(d);
        }
    }
    Ok(ScalePosterior {
        most_probable_metres: libm::exp(0.5 * (a + b)),
        log_mean: centre + mean,
        log_spread: libm::sqrt((second / mass - mean * mean).max(0.0)),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    const FINDS: [f64; 8] = [35.0, 60.0, 82.0, 110.0, 140.0, 155.0, 210.0, 260.0];
    const PRIOR: ScalePrior = ScalePrior { median_metres: 100.0, log_spread: 0.55 };

    #[test]
    fn a_small_search_does_not_teach_a_small_footprint() {
        let close: Vec<f64> = FINDS.iter().map(|d| d / 10.0).collect();
        let told = |radius_metres| {
            scale_from_finds(&close, SearchedDisc { radius_metres }, PRIOR).unwrap().log_mean
        };
        // The same finds: with only 27 m searched they say next to nothing, with 400 m they say "small".
        assert!(told(400.0) < libm::log(20.0));
        assert!(told(27.0) > libm::log(60.0));
    }

    #[test]
    fn many_small_squares_teach_what_the_disc_teaches() {
        // Cells of 10 m whose middle lies in the disc; finds laid on the diagonal, so that distances agree.
        let mut cells = Vec::new();
        for row in -40..40 {
            for column in -40..40 {
                let (west, south) = (f64::from(column) * 10.0, f64::from(row) * 10.0);
                if (west + 5.0).hypot(south + 5.0) > 400.0 {
                    continue;
                }
                let here = |d: &&f64| {
                    let along = **d * 0.5_f64.sqrt();
                    along >= west && along < west + 10.0 && along >= south && along < south + 10.0
                };
                let finds = FINDS.iter().filter(here).count() as u32;
                cells.push(SearchedRectangle {
                    east: (west, west + 10.0),
                    north: (south, south + 10.0),
                    effort: 0.7,
                    finds,
                });
            }
        }
        let squares = scale_from_searched_cells(&cells, PRIOR).unwrap();
        let disc = scale_from_finds(&FINDS, SearchedDisc { radius_metres: 400.0 }, PRIOR).unwrap();
        assert!((squares.log_mean - disc.log_mean).abs() < 0.02, "{squares:?} {disc:?}");
        assert!((squares.log_spread - disc.log_spread).abs() < 0.01);
    }

    #[test]
    fn without_finds_there_is_nothing_to_learn() {
        let disc = SearchedDisc { radius_metres: 10.0 };
        assert_eq!(scale_from_finds(&[], disc, PRIOR), Err(FootprintFault::NothingToLearn));
        assert!(matches!(
            scale_from_finds(&[11.0], disc, PRIOR),
            Err(FootprintFault::FindOutsideSearch { .. })
        ));
    }
}
