//! The field with all it is asked to explain.
//!
//! Belongs here: lattice, blocks, covariates and their priors brought together and checked, and the
//! log likelihood of a whole field. Does not belong here: finding its mode, or which spread is probable.

use std::sync::Arc;

use super::block::{Block, FindsSeries, Observation, Thinned};
use super::factor::{Analysis, Factor, FactorFault};
use super::fault::{FieldFault, within};
use super::lattice::{Lattice, Pattern, Spread};
use crate::dud_rate::NormalPrior;

/// A property of the blocks that shifts the log density of strikes in proportion: land cover, distance
/// to recorded strikes. Nothing about what people do: that belongs to their exposure.
#[derive(Clone, Debug, PartialEq)]
pub struct Covariate {
    /// One value for each block; best centred, with a spread of about 1.
    pub values: Vec<f64>,
    /// Prior of the shift for one unit.
    pub effect: NormalPrior,
}

/// Unreported strikes on a lattice: `eta = level + Σ covariate · effect + field`.
#[derive(Debug)]
pub struct FieldModel {
    lattice: Lattice,
    blocks: Vec<Block>,
    pub(super) pattern: Arc<Pattern>,
    pub(super) analysis: Arc<Analysis>,
    thinned: Vec<Thinned>,
    series: Vec<(usize, FindsSeries)>,
    /// Column by column, the level's ones first.
    pub(super) design: Arc<[f64]>,
    pub(super) effects: Vec<NormalPrior>,
}

impl FieldModel {
    /// Brings together what is known. `level` is the prior of the log of strikes for each km² where
    /// all covariates are 0; see [`prior_level`](super::prior_level).
    ///
    /// # Errors
    /// [`FieldFault`] for the first block or prior with an impossible number, for lists of another
    /// length than the lattice, and when there is no room for the factor.
    pub fn new(
        lattice: Lattice,
        blocks: Vec<Block>,
        level: NormalPrior,
        covariates: &[Covariate],
    ) -> Result<Self, FieldFault> {
        let expected = lattice.blocks();
        if blocks.len() != expected {
            return Err(FieldFault::CountsDiffer { what: "blocks", expected, given: blocks.len() });
        }
        for (number, block) in blocks.iter().enumerate() {
            block.check(number)?;
        }
        let mut design = vec![1.0; expected];
        let mut effects = vec![level];
        for covariate in covariates {
            if covariate.values.len() != expected {
                let given = covariate.values.len();
                return Err(FieldFault::CountsDiffer { what: "covariate values", expected, given });
            }
            for value in &covariate.values {
                within("value of a covariate", *value, -1e6, 1e6)?;
            }
            design.extend_from_slice(&covariate.values);
            effects.push(covariate.effect);
        }
        for effect in &effects {
            within("mean of a prior", effect.mean, -100.0, 100.0)?;
            within("spread of a prior", effect.standard_deviation, 1e-6, 1e3)?;
        }
        let pattern = Pattern::of(&lattice);
        let analysis =
            Analysis::of(&pattern).map_err(|_| FieldFault::NoRoom { blocks: expected })?;
        let parts = (Arc::new(pattern), Arc::new(analysis), design.into());
        Ok(Self::observed(lattice, blocks, parts, effects))
    }

    fn observed(
        lattice: Lattice,
        blocks: Vec<Block>,
        (pattern, analysis, design): (Arc<Pattern>, Arc<Analysis>, Arc<[f64]>),
        effects: Vec<NormalPrior>,
    ) -> Self {
        let thinned = blocks.iter().map(Thinned::of).collect();
        let series = blocks
            .iter()
            .enumerate()
            .filter_map(|(number, block)| Some((number, FindsSeries::of(block)?)))
            .collect();
        Self { lattice, blocks, pattern, analysis, thinned, series, design, effects }
    }

    /// The same model with other knowledge of its blocks, such as the strikes that the sampler found in
    /// its last round. The analysis of the lattice is shared, not made again.
    ///
    /// # Errors
    /// As [`FieldModel::new`].
    pub fn observing(&self, observations: &[Observation]) -> Result<Self, FieldFault> {
        let expected = self.blocks.len();
        if observations.len() != expected {
            let given = observations.len();
            return Err(FieldFault::CountsDiffer { what: "observations", expected, given });
        }
        let blocks: Vec<Block> = self
            .blocks
            .iter()
            .zip(observations)
            .map(|(block, observation)| Block { observation: *observation, ..*block })
            .collect();
        for (number, block) in blocks.iter().enumerate() {
            block.check(number)?;
        }
        let parts =
            (Arc::clone(&self.pattern), Arc::clone(&self.analysis), Arc::clone(&self.design));
        Ok(Self::observed(self.lattice.clone(), blocks, parts, self.effects.clone()))
    }

    /// The lattice.
    #[must_use]
    pub fn lattice(&self) -> &Lattice {
        &self.lattice
    }

    /// The blocks, in the order of the lattice.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Numbers that one factor of the field's matrix holds, eight bytes each.
    #[must_use]
    pub fn factor_entries(&self) -> usize {
        self.analysis.entries()
    }

    /// Sum of the blocks' log likelihoods; slopes and curvatures, floored, where they are asked for.
    pub(super) fn log_likelihood(
        &self,
        eta: &[f64],
        mut derivatives: Option<(&mut [f64], &mut [f64])>,
    ) -> f64 {
        // Where a block with finds is not concave its curvature counts as none.
        let floor = |curvature: f64| (-curvature).max(1e-9);
        let mut total = 0.0;
        let mut finds = self.series.iter().peekable();
        for (block, (thinned, eta)) in self.thinned.iter().zip(eta).enumerate() {
            let likelihood = match finds.next_if(|(with_finds, _)| *with_finds == block) {
                Some((_, series)) => series.log_likelihood(*eta),
                None => thinned.log_likelihood(*eta),
            };
            total += likelihood.value;
            if let Some((slopes, curvatures)) = &mut derivatives {
                slopes[block] = likelihood.slope;
                curvatures[block] = floor(likelihood.curvature);
            }
        }
        total
    }

    pub(super) fn room(&self) -> Result<Factor<'_>, FieldFault> {
        Factor::room(&self.analysis, &self.pattern, self.effects.len() + 1)
            .map_err(|_| FieldFault::NoRoom { blocks: self.blocks.len() })
    }

    pub(super) fn fault(&self, fault: FactorFault, spread: Spread) -> FieldFault {
        let Spread { standard_deviation, range_kilometres } = spread;
        let residual = match fault {
            FactorFault::NoRoom => return FieldFault::NoRoom { blocks: self.blocks.len() },
            FactorFault::NotPositive => f64::INFINITY,
            FactorFault::Residual(residual) => residual,
        };
        FieldFault::BadFactor { residual, standard_deviation, range_kilometres }
    }
}
