//! How far totals of this region are off, measured: strikes simulated from the fit, and fitted again.
//!
//! Belongs here: laying out strikes with footprints that cross squares, and the factor by which the
//! spread of a total has to grow. Does not belong here: the simulators that validate whole estimates.

use super::block::{Block, Observation};
use super::fault::{FieldFault, within};
use super::hyperparameters::SpreadPriors;
use super::posterior::{FieldPosterior, NodeSettings};
use super::total::{Counted, Widening};
use crate::exponential::exp;
use crate::random::Stream;

/// Purpose of the random streams of simulated strikes.
const STRIKES: u64 = 0x0066_6965_6c64_0020;
/// Draws of the total of each simulated region.
const DRAWS: usize = 200;
/// More strikes than this in one simulated block would only fill the memory.
const MOST_STRIKES: u64 = 100_000;

/// How strikes are laid out, and how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BootstrapSettings {
    /// Scale of the footprints in metres.
    pub footprint_scale: f64,
    /// Share of a strike inside one block that the blocks were given; 1 if they were not.
    pub share_inside: f64,
    /// Regions to simulate and fit again; 40 by default in the model's description.
    pub regions: usize,
    /// Seed of everything.
    pub seed: u64,
}

/// The measured widening, and what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredWidening {
    /// The widening to use.
    pub widening: Widening,
    /// Root mean square of the errors of the log total, in units of its stated spread.
    pub root_mean_square: f64,
    /// Mean of those errors: above 0 when totals come out too low.
    pub mean: f64,
    /// Simulated regions whose fit gave a reason instead of a number.
    pub without_number: usize,
}

impl FieldPosterior<'_> {
    /// Simulates regions from the fit, with places, footprints and the searches as they were, fits each
    /// again, and compares the total left with what is told of it.
    ///
    /// Takes as long as `regions` fits.
    ///
    /// # Errors
    /// [`FieldFault`] for unusable settings, for blocks given as strikes, and when fewer than half of
    /// the regions, or fewer than two, could be fitted.
    pub fn measured_widening(
        &self,
        priors: &SpreadPriors,
        nodes: &NodeSettings,
        settings: &BootstrapSettings,
    ) -> Result<MeasuredWidening, FieldFault> {
        within("footprint scale in m", settings.footprint_scale, 1e-3, 1e5)?;
        within("share inside one block", settings.share_inside, 1e-3, 1.0)?;
        within("simulated regions", settings.regions as f64, 2.0, 1e4)?;
        let model = self.model();
        let all: Vec<usize> = (0..model.blocks().len()).collect();
        let mut errors = Vec::with_capacity(settings.regions);
        let mut without_number = 0;
        self.for_each_draw(settings.regions, settings.seed, |region, eta| {
            let (observations, left) = self.simulate(eta, settings, region as u64)?;
            let again = model.observing(&observations)?;
            let total = again.posterior(priors, nodes).and_then(|posterior| {
                let seed = settings.seed.wrapping_add(1 + region as u64);
                posterior.totals(
                    core::slice::from_ref(&all),
                    Counted::Left,
                    Widening::None,
                    DRAWS,
                    seed,
                )
            });
            match total.as_deref() {
                Ok([total]) => {
                    let (mean, spread) = total.log_moments();
                    errors.push((libm::log(left as f64 + 0.5) - mean) / spread.max(1e-6));
                }
                _ => without_number += 1,
            }
            Ok(())
        })?;
        if errors.len() < 2 || errors.len() < settings.regions / 2 {
            return Err(FieldFault::UnusableNumber {
                name: "number of simulated regions that could be fitted",
                value: errors.len() as f64,
            });
        }
        let count = errors.len() as f64;
        let root_mean_square = (errors.iter().map(|e| e * e).sum::<f64>() / count).sqrt();
        Ok(MeasuredWidening {
            widening: Widening::Measured {
                factor: root_mean_square.max(1.0),
                regions: errors.len(),
            },
            root_mean_square,
            mean: errors.iter().sum::<f64>() / count,
            without_number,
        })
    }

    /// What the searches find of simulated strikes in each block, and how many items they leave in all.
    ///
    /// Items that fall outside the lattice are lost to it, as in the field.
    fn simulate(
        &self,
        eta: &[f64],
        settings: &BootstrapSettings,
        region: u64,
    ) -> Result<(Vec<Observation>, u64), FieldFault> {
        let (lattice, blocks) = (self.model().lattice(), self.model().blocks());
        let side = 1000.0 * lattice.side_kilometres();
        let mut finds = vec![0_u32; blocks.len()];
        let mut left = 0;
        for (number, block) in blocks.iter().enumerate() {
            let mut stream = Stream::new(settings.seed, STRIKES, number as u64, region);
            let strikes =
                stream.poisson(block.exposure * settings.share_inside * exp(eta[number].min(16.0)));
            let (column, row) = lattice.column_and_row(number);
            for _ in 0..strikes.min(MOST_STRIKES) {
                let east = (f64::from(column) + stream.uniform()) * side;
                let south = (f64::from(row) + stream.uniform()) * side;
                let Block { items, .. } = block;
                let rate = stream.gamma(items.shape / settings.share_inside, items.rate);
                for _ in 0..stream.poisson(rate) {
                    let x = east + settings.footprint_scale * stream.normal();
                    let y = south + settings.footprint_scale * stream.normal();
                    let place = ((x / side).floor() as i64, (y / side).floor() as i64);
                    let Some(hit) = lattice.block_at(place.0, place.1) else { continue };
                    match blocks[hit].observation {
                        Observation::Search { detection, .. } if stream.uniform() < detection => {
                            finds[hit] += 1;
                        }
                        Observation::Search { .. } => left += 1,
                        Observation::Strikes { .. } => {
                            return Err(FieldFault::GivenAsStrikes { block: hit });
                        }
                    }
                }
            }
        }
        let observations = blocks
            .iter()
            .zip(finds)
            .map(|(block, finds)| match block.observation {
                Observation::Search { detection, .. } => Observation::Search { finds, detection },
                given => given,
            })
            .collect();
        Ok((observations, left))
    }
}
