//! Items left by unreported strikes in a whole region, and how far such a total can be trusted.
//!
//! Belongs here: totals from joint draws, their widening, the total from squares chosen at random, and
//! the check of one against the other. Does not belong here: single blocks.
//!
//! Blocks are told one by one with the right spread, but their sum is not: neighbours that one strike
//! hit count as two, so that totals come out too sure of themselves and too high.

use rayon::prelude::*;

use super::block::Observation;
use super::fault::{FieldFault, within};
use super::left::GivenDensity;
use super::posterior::FieldPosterior;
use crate::random::Stream;

/// Purpose of the random streams of items.
const ITEMS: u64 = 0x0066_6965_6c64_0010;
/// Factor found by simulation with true footprints across 676 blocks of 1 km.
const DEFAULT_WIDENING: f64 = 1.6;
/// Middle 90 per cent of a standard normal number.
const NINETY: f64 = 1.644_853_626_951_472_2;

/// By how much the spread of a total's logarithm is multiplied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Widening {
    /// Not at all: where no strike can cross a square's border.
    None,
    /// By 1.6, as in the simulations behind the model's page.
    Default,
    /// By what refitting simulated strikes showed for this region.
    Measured {
        /// The factor, at least 1.
        factor: f64,
        /// Simulated regions it rests on.
        regions: usize,
    },
}

impl Widening {
    /// The factor.
    #[must_use]
    pub fn factor(self) -> f64 {
        match self {
            Self::None => 1.0,
            Self::Default => DEFAULT_WIDENING,
            Self::Measured { factor, .. } => factor,
        }
    }

    /// What has to stand beside the total; nothing where it was not widened.
    #[must_use]
    pub fn words(self) -> Option<&'static str> {
        (!matches!(self, Self::None)).then_some("widened for strikes that cross squares")
    }
}

/// Draws of a region's total.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionTotal {
    /// In rising order.
    sorted: Vec<f64>,
    widening: Widening,
}

impl RegionTotal {
    /// Widens draws about the mean of their logarithms.
    fn of(mut draws: Vec<f64>, widening: Widening) -> Self {
        // Half an item more, so that a draw of none has a logarithm.
        let logs: Vec<f64> = draws.iter().map(|total| libm::log(total + 0.5)).collect();
        let mean = logs.iter().sum::<f64>() / logs.len().max(1) as f64;
        for (total, log) in draws.iter_mut().zip(&logs) {
            *total = (libm::exp(mean + widening.factor() * (log - mean)) - 0.5).max(0.0);
        }
        draws.sort_by(f64::total_cmp);
        Self { sorted: draws, widening }
    }

    /// How the draws were widened.
    #[must_use]
    pub fn widening(&self) -> Widening {
        self.widening
    }

    /// The draws, in rising order.
    #[must_use]
    pub fn draws(&self) -> &[f64] {
        &self.sorted
    }

    /// The quantile of the draws, between neighbours in proportion.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        let place = probability.clamp(0.0, 1.0) * (self.sorted.len() - 1) as f64;
        let below = place.floor() as usize;
        let above = (below + 1).min(self.sorted.len() - 1);
        let part = place - below as f64;
        self.sorted[below] * (1.0 - part) + self.sorted[above] * part
    }

    /// The middle of the draws.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The middle `coverage` of the draws.
    #[must_use]
    pub fn interval(&self, coverage: f64) -> (f64, f64) {
        (self.quantile(0.5 - 0.5 * coverage), self.quantile(0.5 + 0.5 * coverage))
    }

    /// Mean and standard deviation of the logarithm of the total and half an item.
    #[must_use]
    pub fn log_moments(&self) -> (f64, f64) {
        let logs: Vec<f64> = self.sorted.iter().map(|total| libm::log(total + 0.5)).collect();
        let count = logs.len() as f64;
        let mean = logs.iter().sum::<f64>() / count;
        let square = logs.iter().map(|log| (log - mean) * (log - mean)).sum::<f64>();
        (mean, (square / count).sqrt())
    }
}

/// What is summed over a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Items left after the searches.
    Left,
    /// Items there before any search: those left and those found.
    BeforeSearch,
}

impl FieldPosterior<'_> {
    /// Totals of some regions, from the same `count` joint draws, so that they may be added draw by
    /// draw before widening. `regions` lists the blocks of each.
    ///
    /// # Errors
    /// [`FieldFault`] without draws, for a block that does not exist, and when the factor fails.
    pub fn totals(
        &self,
        regions: &[Vec<usize>],
        counted: Counted,
        widening: Widening,
        count: usize,
        seed: u64,
    ) -> Result<Vec<RegionTotal>, FieldFault> {
        if count == 0 {
            return Err(FieldFault::UnusableNumber { name: "number of draws", value: 0.0 });
        }
        within("factor of the widening", widening.factor(), 1.0, 100.0)?;
        let blocks = self.model().blocks();
        if let Some(block) = regions.iter().flatten().find(|block| **block >= blocks.len()) {
            return Err(FieldFault::UnusableNumber { name: "block", value: *block as f64 });
        }
        if let Some(block) = regions
            .iter()
            .flatten()
            .find(|block| matches!(blocks[**block].observation, Observation::Strikes { .. }))
        {
            return Err(FieldFault::GivenAsStrikes { block: *block });
        }
        let given: Vec<GivenDensity> = blocks.par_iter().map(GivenDensity::of).collect();
        let mut totals = vec![Vec::with_capacity(count); regions.len()];
        self.for_each_draw(count, seed, |draw, eta| {
            let items: Vec<u64> = (0..blocks.len())
                .into_par_iter()
                .map(|block| {
                    let mut stream = Stream::new(seed, ITEMS, block as u64, draw as u64);
                    let left = given[block].draw(&blocks[block], eta[block], &mut stream);
                    match (counted, blocks[block].observation) {
                        (Counted::BeforeSearch, Observation::Search { finds, .. }) => {
                            left + u64::from(finds)
                        }
                        _ => left,
                    }
                })
                .collect();
            for (total, region) in totals.iter_mut().zip(regions) {
                total.push(region.iter().map(|block| items[*block]).sum::<u64>() as f64);
            }
            Ok(())
        })?;
        Ok(totals.into_iter().map(|draws| RegionTotal::of(draws, widening)).collect())
    }
}

/// The total that squares chosen at random give by themselves, without any model of where strikes lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DesignTotal {
    /// Items before any search in all squares of the region.
    pub total: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its 90 per cent interval, log-normal.
    pub interval: (f64, f64),
}

/// The total of a region of `squares`, from squares that were chosen at random, all alike, each with its
/// finds and the chance that an item in it was found.
///
/// `Σ y/(f d) · N/n`, with the variance of simple random sampling. The detection is taken as known.
///
/// # Errors
/// [`FieldFault::SampleTooSmall`] with fewer than two searched squares, more than there are, or without
/// any find, and [`FieldFault::UnusableNumber`] for a detection of 0.
///
/// # Source
/// W. G. Cochran, *Sampling Techniques* (1977), chapter 2.
pub fn design_total(sample: &[(u32, f64)], squares: usize) -> Result<DesignTotal, FieldFault> {
    let finds: u64 = sample.iter().map(|(finds, _)| u64::from(*finds)).sum();
    if sample.len() < 2 || sample.len() > squares || finds == 0 {
        return Err(FieldFault::SampleTooSmall { squares: sample.len(), of: squares, finds });
    }
    let mut each = Vec::with_capacity(sample.len());
    for (finds, detection) in sample {
        within("detection in a square", *detection, 1e-9, 1.0)?;
        each.push((
            f64::from(*finds) / detection,
            f64::from(*finds) * (1.0 - detection) / (detection * detection),
        ));
    }
    let (count, all) = (sample.len() as f64, squares as f64);
    let mean = each.iter().map(|(estimate, _)| estimate).sum::<f64>() / count;
    let between =
        each.iter().map(|(estimate, _)| (estimate - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let within_squares = each.iter().map(|(_, variance)| variance).sum::<f64>() / count;
    let total = all * mean;
    // The spread between estimates already holds the chance of finding; only the part of it that
    // sampling every square would not remove is added.
    let variance = all * all * ((1.0 - count / all) * between / count + within_squares / all);
    let standard_error = variance.sqrt();
    let spread = libm::log1p(variance / (total * total)).sqrt();
    let reach = libm::exp(NINETY * spread);
    Ok(DesignTotal { total, standard_error, interval: (total / reach, total * reach) })
}

/// Refuses a model's total before search that contradicts the one from squares chosen at random: each
/// outside the other's 90 per cent interval.
///
/// # Errors
/// [`FieldFault::TotalsDisagree`].
pub fn compare_totals(model: &RegionTotal, design: &DesignTotal) -> Result<(), FieldFault> {
    let outside = |value: f64, (low, high): (f64, f64)| value < low || value > high;
    let (median, interval) = (model.median(), model.interval(0.9));
    if outside(median, design.interval) && outside(design.total, interval) {
        return Err(FieldFault::TotalsDisagree {
            model: median,
            model_interval: interval,
            design: design.total,
            design_interval: design.interval,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn widening_multiplies_the_spread_of_the_logarithm_and_leaves_its_middle() {
        let draws: Vec<f64> = (0..400).map(|i| 200.0 + f64::from(i)).collect();
        let plain = RegionTotal::of(draws.clone(), Widening::None);
        let wide = RegionTotal::of(draws, Widening::Default);
        assert!((plain.log_moments().0 - wide.log_moments().0).abs() < 1e-12);
        assert!((wide.log_moments().1 / plain.log_moments().1 - 1.6).abs() < 1e-12);
        assert_eq!(wide.widening().words(), Some("widened for strikes that cross squares"));
        assert_eq!(plain.widening().words(), None);
    }

    #[test]
    fn a_census_with_full_detection_has_no_error() {
        let sample = [(3, 1.0), (0, 1.0), (9, 1.0)];
        let design = design_total(&sample, 3).unwrap();
        assert_eq!((design.total, design.standard_error), (12.0, 0.0));
    }

    #[test]
    fn samples_that_tell_nothing_are_refused() {
        for (sample, squares) in [
            (vec![], 10),
            (vec![(1, 0.5)], 10),
            (vec![(0, 0.5), (0, 0.5)], 10),
            (vec![(1, 0.5); 3], 2),
        ] {
            assert!(matches!(
                design_total(&sample, squares),
                Err(FieldFault::SampleTooSmall { .. })
            ));
        }
        assert!(design_total(&[(1, 0.5), (0, 0.0)], 9).is_err());
    }

    #[test]
    fn only_a_disagreement_beyond_both_intervals_is_an_error() {
        let model =
            RegionTotal::of((0..400).map(|i| 900.0 + f64::from(i)).collect(), Widening::None);
        let design = |total: f64, low: f64, high: f64| DesignTotal {
            total,
            standard_error: 0.0,
            interval: (low, high),
        };
        assert!(compare_totals(&model, &design(1000.0, 900.0, 1200.0)).is_ok());
        assert!(compare_totals(&model, &design(400.0, 100.0, 1600.0)).is_ok());
        let error = compare_totals(&model, &design(400.0, 300.0, 500.0)).unwrap_err();
        assert!(error.help().contains("how the squares were chosen"));
    }
}
