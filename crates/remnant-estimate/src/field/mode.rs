//! The most probable field at one spread and range, and the normal distribution around it.
//!
//! Belongs here: Newton's method on field and effects together, and Laplace's evidence. Does not
//! belong here: which spread and range are probable.
//!
//! With field `z`, effects `β`, `eta = Xβ + z` and curvatures `W`, a step solves
//! `[Q + W, WX; XᵀW, XᵀWX + P] (dz, dβ) = gradient` through one factor of `Q + W` and a small complement.

use super::factor::Factor;
use super::fault::{FieldFault, within};
use super::lattice::{Spread, log_determinant_of_root};
use super::model::FieldModel;
use crate::matrix;

/// A step may change no log density by more than this.
const LONGEST_STEP: f64 = 2.0;
/// After a longer step than this the curvatures have changed too much to be used again.
const LONGEST_REUSED: f64 = 0.4;
/// Newton's method has failed after this many factors.
const MOST_FACTORS: usize = 60;

/// When the mode counts as found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Largest last step of any log density.
    pub step: f64,
    /// Largest log density step since the curvatures were last computed.
    pub curvature: f64,
}

impl Default for Tolerance {
    /// Far below what a figure shows: the evidence is then good to about a thousandth.
    fn default() -> Self {
        Self { step: 1e-6, curvature: 1e-3 }
    }
}

/// The field at one spread and range.
#[derive(Clone, Debug, PartialEq)]
pub struct Mode {
    /// Spread and range.
    pub spread: Spread,
    /// Most probable log density of each block.
    pub eta: Vec<f64>,
    /// Most probable level, then the effect of each covariate.
    pub effects: Vec<f64>,
    /// Covariance of level and effects, row by row.
    pub effect_covariance: Vec<f64>,
    /// Log of the probability of all finds, by Laplace's method.
    pub log_evidence: f64,
    /// How often the field's matrix was factorised.
    pub factors: usize,
    /// How many more solutions were made with a factor that was there.
    pub further_solutions: usize,
    /// `(Q + W)⁻¹ W X`, column by column.
    pub(super) lift: Vec<f64>,
    /// Cholesky factor of the complement, row by row.
    pub(super) complement: Vec<f64>,
}

/// Work space of one thread: a factor and its matrix.
pub(super) struct Workbench<'a> {
    pub(super) factor: Factor<'a>,
    pub(super) precision: Vec<f64>,
    pub(super) entries: Vec<f64>,
    /// Determinants of the prior's root that were computed, by κ²: they do not depend on the spread.
    roots: Vec<(f64, f64)>,
}

impl<'a> Workbench<'a> {
    pub(super) fn of(model: &'a FieldModel) -> Result<Self, FieldFault> {
        Ok(Self {
            factor: model.room()?,
            precision: Vec::new(),
            entries: Vec::new(),
            roots: Vec::new(),
        })
    }

    /// Factorises `Q + W`; the precision must have been filled.
    fn factorise(
        &mut self,
        model: &FieldModel,
        spread: Spread,
        curvatures: &[f64],
    ) -> Result<(), FieldFault> {
        self.entries.clone_from(&self.precision);
        for (start, curvature) in model.pattern.starts.iter().zip(curvatures) {
            self.entries[*start as usize] += curvature;
        }
        self.factor.factorise(&self.entries).map_err(|fault| model.fault(fault, spread))
    }

    /// Log determinant of `κ² I + G`: exact on a rectangle, by a factor on any other outline.
    fn log_determinant_of_root(
        &mut self,
        model: &FieldModel,
        spread: Spread,
    ) -> Result<f64, FieldFault> {
        let kappa = spread.kappa_squared(model.lattice());
        if model.lattice().is_full() {
            return Ok(log_determinant_of_root(model.lattice(), kappa));
        }
        if let Some((_, known)) = self.roots.iter().find(|(known, _)| *known == kappa) {
            return Ok(*known);
        }
        model.pattern.root(kappa, &mut self.entries);
        self.factor.factorise(&self.entries).map_err(|fault| model.fault(fault, spread))?;
        let determinant = self.factor.log_determinant();
        self.roots.push((kappa, determinant));
        Ok(determinant)
    }

    /// Makes the factor again that belongs to a mode.
    pub(super) fn return_to(&mut self, model: &FieldModel, mode: &Mode) -> Result<(), FieldFault> {
        model.pattern.precision(model.lattice(), mode.spread, &mut self.precision);
        let (mut slopes, mut curvatures) = (vec![0.0; mode.eta.len()], vec![0.0; mode.eta.len()]);
        model.log_likelihood(&mode.eta, Some((&mut slopes, &mut curvatures)));
        self.factorise(model, mode.spread, &curvatures)
    }
}

/// The point Newton's method stands at.
#[derive(Clone)]
struct Point {
    field: Vec<f64>,
    effects: Vec<f64>,
    eta: Vec<f64>,
    slopes: Vec<f64>,
    curvatures: Vec<f64>,
    /// `Q z`.
    pull: Vec<f64>,
    objective: f64,
}

impl FieldModel {
    /// The mode at one spread and range, starting from `start`, another mode of this model, where given.
    ///
    /// # Errors
    /// [`FieldFault::UnusableNumber`] for the spread, [`FieldFault::NoMode`] when Newton's method does
    /// not come to rest, [`FieldFault::BadFactor`] when the equations were not solved well.
    pub fn mode(
        &self,
        spread: Spread,
        start: Option<&Mode>,
        tolerance: Tolerance,
    ) -> Result<Mode, FieldFault> {
        self.mode_with(spread, start, tolerance, &mut Workbench::of(self)?)
    }

    /// Standard deviation of each block's log density at a mode.
    ///
    /// # Errors
    /// As [`FieldModel::mode`].
    pub fn standard_deviations(&self, mode: &Mode) -> Result<Vec<f64>, FieldFault> {
        let mut bench = Workbench::of(self)?;
        bench.return_to(self, mode)?;
        Ok(self.standard_deviations_with(mode, &bench))
    }

    /// The field of a mode: its log densities less level and covariates.
    fn field_of(&self, mode: &Mode) -> Vec<f64> {
        let mut field = mode.eta.clone();
        for (column, effect) in self.design.chunks_exact(field.len()).zip(&mode.effects) {
            field.iter_mut().zip(column).for_each(|(z, x)| *z -= effect * x);
        }
        field
    }

    /// Leaves the factor of the mode on the bench.
    pub(super) fn mode_with(
        &self,
        spread: Spread,
        start: Option<&Mode>,
        tolerance: Tolerance,
        bench: &mut Workbench<'_>,
    ) -> Result<Mode, FieldFault> {
        within("spread of the log density", spread.standard_deviation, 1e-3, 20.0)?;
        let side = self.lattice().side_kilometres();
        within("range in km", spread.range_kilometres, 0.5 * side, 1e4 * side)?;
        let no_mode = || FieldFault::NoMode {
            standard_deviation: spread.standard_deviation,
            range_kilometres: spread.range_kilometres,
        };
        let (blocks, effects) = (self.lattice().blocks(), self.effects.len());
        let root = bench.log_determinant_of_root(self, spread)?;
        self.pattern.precision(self.lattice(), spread, &mut bench.precision);
        let mut point = Point {
            field: start.map_or_else(|| vec![0.0; blocks], |mode| self.field_of(mode)),
            effects: start.map_or_else(
                || self.effects.iter().map(|effect| effect.mean).collect(),
                |mode| mode.effects.clone(),
            ),
            eta: vec![0.0; blocks],
            slopes: vec![0.0; blocks],
            curvatures: vec![0.0; blocks],
            pull: vec![0.0; blocks],
            objective: 0.0,
        };
        self.look(&mut point, &bench.precision);
        let mut further_solutions = 0;
        for factors in 1..=MOST_FACTORS {
            let curvatures = point.curvatures.clone();
            bench.factorise(self, spread, &curvatures)?;
            // The first right sides are W X, the last is the gradient.
            let mut sides = vec![0.0; (effects + 1) * blocks];
            for (side, column) in
                sides.chunks_exact_mut(blocks).zip(self.design.chunks_exact(blocks))
            {
                for ((side, x), curvature) in side.iter_mut().zip(column).zip(&curvatures) {
                    *side = curvature * x;
                }
            }
            gradient(&point, &mut sides[effects * blocks..]);
            bench
                .factor
                .solve(&bench.entries, &mut sides)
                .map_err(|fault| self.fault(fault, spread))?;
            let mut direction = sides.split_off(effects * blocks);
            let lift = sides;
            let complement = self.complement(&curvatures, &lift).ok_or_else(no_mode)?;
            let mut first = f64::INFINITY;
            let mut previous = f64::INFINITY;
            // Further steps with the same factor cost a solution each, a tenth of a factor.
            let settled = loop {
                let (change, longest) =
                    self.step(&point, &curvatures, &lift, &complement, &mut direction);
                if !longest.is_finite() {
                    return Err(no_mode());
                }
                if first.is_infinite() {
                    first = longest;
                }
                if !self.advance(&mut point, &direction, &change, longest, &bench.precision) {
                    // No shorter step is better either: rounding, if the step is tiny.
                    break longest < 1e3 * tolerance.step;
                }
                if longest <= tolerance.step {
                    break true;
                }
                if longest > LONGEST_REUSED || longest > 0.4 * previous {
                    break false;
                }
                previous = longest;
                further_solutions += 1;
                gradient(&point, &mut direction);
                bench
                    .factor
                    .solve(&bench.entries, &mut direction)
                    .map_err(|fault| self.fault(fault, spread))?;
            };
            if settled && first <= tolerance.curvature.max(tolerance.step) {
                let posterior =
                    bench.factor.log_determinant() + matrix::log_determinant(&complement, effects);
                let log_evidence =
                    point.objective + 0.5 * (self.log_prior_determinant(spread, root) - posterior);
                let effect_covariance = matrix::inverse(&complement, effects);
                return Ok(Mode {
                    spread,
                    eta: point.eta,
                    effects: point.effects,
                    effect_covariance,
                    log_evidence,
                    factors,
                    further_solutions,
                    lift,
                    complement,
                });
            }
        }
        Err(no_mode())
    }

    /// Factor of `XᵀWX + P − XᵀW (Q + W)⁻¹ W X`.
    fn complement(&self, curvatures: &[f64], lift: &[f64]) -> Option<Vec<f64>> {
        let (blocks, effects) = (curvatures.len(), self.effects.len());
        let mut complement = vec![0.0; effects * effects];
        for i in 0..effects {
            let x = &self.design[i * blocks..(i + 1) * blocks];
            for j in 0..effects {
                let (y, lifted) = (
                    &self.design[j * blocks..(j + 1) * blocks],
                    &lift[j * blocks..(j + 1) * blocks],
                );
                complement[i * effects + j] =
                    (0..blocks).map(|g| x[g] * curvatures[g] * (y[g] - lifted[g])).sum();
            }
            let spread = self.effects[i].standard_deviation;
            complement[i * effects + i] += 1.0 / (spread * spread);
        }
        matrix::factorise(&mut complement, effects).then_some(complement)
    }

    /// From `(Q + W)⁻¹ gradient` in `direction` to the step of the field, in place; returns the step of
    /// the effects and the largest change of any of them and of the field.
    fn step(
        &self,
        point: &Point,
        curvatures: &[f64],
        lift: &[f64],
        complement: &[f64],
        direction: &mut [f64],
    ) -> (Vec<f64>, f64) {
        let (blocks, effects) = (curvatures.len(), self.effects.len());
        let mut change: Vec<f64> = (0..effects)
            .map(|i| {
                let x = &self.design[i * blocks..(i + 1) * blocks];
                let prior = &self.effects[i];
                let variance = prior.standard_deviation * prior.standard_deviation;
                let data: f64 = (0..blocks)
                    .map(|g| x[g] * (point.slopes[g] - curvatures[g] * direction[g]))
                    .sum();
                data - (point.effects[i] - prior.mean) / variance
            })
            .collect();
        matrix::solve(complement, effects, &mut change);
        for (lifted, change) in lift.chunks_exact(blocks).zip(&change) {
            direction.iter_mut().zip(lifted).for_each(|(d, lifted)| *d -= lifted * change);
        }
        let longest = direction
            .iter()
            .chain(&change)
            .fold(0.0_f64, |most, d| if d.is_nan() { f64::NAN } else { most.max(d.abs()) });
        (change, longest)
    }

    /// Goes along a step, or half, a quarter of it, until the field is more probable; false if never.
    fn advance(
        &self,
        point: &mut Point,
        direction: &[f64],
        change: &[f64],
        longest: f64,
        precision: &[f64],
    ) -> bool {
        let before = point.objective;
        let (field, effects) = (point.field.clone(), point.effects.clone());
        let mut share = (LONGEST_STEP / longest).min(1.0);
        for _ in 0..30 {
            for ((z, from), d) in point.field.iter_mut().zip(&field).zip(direction) {
                *z = from + share * d;
            }
            for ((b, from), d) in point.effects.iter_mut().zip(&effects).zip(change) {
                *b = from + share * d;
            }
            self.look(point, precision);
            if point.objective >= before - 1e-10 * (1.0 + before.abs()) {
                return true;
            }
            share *= 0.5;
        }
        (point.field, point.effects) = (field, effects);
        self.look(point, precision);
        false
    }

    /// Computes all that follows from field and effects.
    fn look(&self, point: &mut Point, precision: &[f64]) {
        let blocks = point.field.len();
        point.eta.copy_from_slice(&point.field);
        for (column, effect) in self.design.chunks_exact(blocks).zip(&point.effects) {
            point.eta.iter_mut().zip(column).for_each(|(eta, x)| *eta += effect * x);
        }
        self.pattern.multiply(precision, &point.field, &mut point.pull);
        let likelihood =
            self.log_likelihood(&point.eta, Some((&mut point.slopes, &mut point.curvatures)));
        let field: f64 = point.field.iter().zip(&point.pull).map(|(z, pull)| z * pull).sum();
        let effects: f64 = point
            .effects
            .iter()
            .zip(&self.effects)
            .map(|(effect, prior)| {
                let away = (effect - prior.mean) / prior.standard_deviation;
                away * away
            })
            .sum();
        point.objective = likelihood - 0.5 * (field + effects);
    }

    /// Log determinant of the prior precision of field and effects.
    fn log_prior_determinant(&self, spread: Spread, root: f64) -> f64 {
        let blocks = self.lattice().blocks() as f64;
        let field = 2.0 * root + blocks * libm::log(spread.scale(self.lattice()));
        let effects: f64 =
            self.effects.iter().map(|effect| -2.0 * libm::log(effect.standard_deviation)).sum();
        field + effects
    }

    pub(super) fn standard_deviations_with(&self, mode: &Mode, bench: &Workbench<'_>) -> Vec<f64> {
        let (blocks, effects) = (mode.eta.len(), self.effects.len());
        let mut variances = bench.factor.inverse_diagonal();
        let mut remainder = vec![0.0; effects];
        for (g, variance) in variances.iter_mut().enumerate() {
            // What the effects add: (X − lift) C⁻¹ (X − lift)ᵀ.
            for (i, remainder) in remainder.iter_mut().enumerate() {
                *remainder = self.design[i * blocks + g] - mode.lift[i * blocks + g];
            }
            matrix::solve_lower(&mode.complement, effects, &mut remainder);
            *variance += remainder.iter().map(|r| r * r).sum::<f64>();
        }
        variances.iter_mut().for_each(|variance| *variance = variance.sqrt());
        variances
    }
}

/// Slope of the log posterior in the field.
fn gradient(point: &Point, gradient: &mut [f64]) {
    for ((g, slope), pull) in gradient.iter_mut().zip(&point.slopes).zip(&point.pull) {
        *g = slope - pull;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::block::{Block, ItemsPerStrike};
    use super::super::lattice::Lattice;
    use super::super::model::Covariate;
    use super::*;
    use crate::dud_rate::NormalPrior;

    const ITEMS: ItemsPerStrike = ItemsPerStrike { shape: 0.8, rate: 0.03 };
    const LEVEL: NormalPrior = NormalPrior { mean: -2.0, standard_deviation: 1.0 };
    const SPREAD: Spread = Spread { standard_deviation: 1.0, range_kilometres: 5.0 };
    const EXACT: Tolerance = Tolerance { step: 1e-10, curvature: 1e-7 };

    fn blocks(count: usize) -> Vec<Block> {
        (0..count)
            .map(|g| match g % 5 {
                0 => Block::searched(1.0, ITEMS, if g % 3 == 0 { 0 } else { g as u32 % 7 }, 0.3),
                _ => Block::unsearched(1.0, ITEMS),
            })
            .collect()
    }

    #[test]
    fn at_the_mode_no_block_and_no_effect_pulls() {
        let lattice = Lattice::rectangle(12, 9, 1.0).unwrap();
        let covariate = Covariate {
            values: (0..108).map(|g| f64::from(g % 12) / 6.0 - 1.0).collect(),
            effect: NormalPrior { mean: 0.0, standard_deviation: 0.5 },
        };
        let model = FieldModel::new(lattice, blocks(108), LEVEL, &[covariate]).unwrap();
        let mode = model.mode(SPREAD, None, EXACT).unwrap();
        let (mut slopes, mut curvatures) = (vec![0.0; 108], vec![0.0; 108]);
        model.log_likelihood(&mode.eta, Some((&mut slopes, &mut curvatures)));
        let (mut precision, mut pull) = (Vec::new(), vec![0.0; 108]);
        model.pattern.precision(model.lattice(), SPREAD, &mut precision);
        model.pattern.multiply(&precision, &model.field_of(&mode), &mut pull);
        for (slope, pull) in slopes.iter().zip(&pull) {
            assert!((slope - pull).abs() < 1e-7);
        }
        let level: f64 = slopes.iter().sum::<f64>() - (mode.effects[0] + 2.0);
        assert!(level.abs() < 1e-6);
        assert!(mode.effects[1].abs() > 1e-3);
    }

    #[test]
    fn a_start_from_a_neighbouring_mode_ends_at_the_same_mode_in_fewer_factors() {
        let lattice = Lattice::rectangle(20, 20, 1.0).unwrap();
        let model = FieldModel::new(lattice, blocks(400), LEVEL, &[]).unwrap();
        let near = Spread { standard_deviation: 1.2, range_kilometres: 6.0 };
        let cold = model.mode(SPREAD, None, EXACT).unwrap();
        let start = model.mode(near, None, EXACT).unwrap();
        let warm = model.mode(SPREAD, Some(&start), EXACT).unwrap();
        assert!(warm.factors <= cold.factors);
        assert!(cold.eta.iter().zip(&warm.eta).all(|(cold, warm)| (cold - warm).abs() < 1e-8));
        assert!((cold.log_evidence - warm.log_evidence).abs() < 1e-6);
    }

    #[test]
    fn a_mask_that_keeps_all_changes_nothing_but_the_way_to_the_determinant() {
        let full = Lattice::rectangle(9, 8, 1.0).unwrap();
        // One more column, all of it outside.
        let inside: Vec<bool> = (0..80).map(|place| place % 10 != 9).collect();
        let masked = Lattice::masked(10, 8, 1.0, &inside).unwrap();
        let modes: Vec<Mode> = [full, masked]
            .into_iter()
            .map(|lattice| {
                let model = FieldModel::new(lattice, blocks(72), LEVEL, &[]).unwrap();
                model.mode(SPREAD, None, EXACT).unwrap()
            })
            .collect();
        assert!((modes[0].log_evidence - modes[1].log_evidence).abs() < 1e-9);
        assert!(modes[0].eta.iter().zip(&modes[1].eta).all(|(a, b)| (a - b).abs() < 1e-9));
    }

    #[test]
    fn without_search_the_field_is_its_prior() {
        let lattice = Lattice::rectangle(30, 30, 1.0).unwrap();
        let unsearched = vec![Block::unsearched(1.0, ITEMS); 900];
        let model = FieldModel::new(lattice, unsearched, LEVEL, &[]).unwrap();
        let mode = model.mode(SPREAD, None, EXACT).unwrap();
        assert!(mode.eta.iter().all(|eta| (eta + 2.0).abs() < 1e-6));
        assert!(mode.log_evidence.abs() < 1e-3);
        // In the middle the field has its own spread and that of the level.
        let middle = model.standard_deviations(&mode).unwrap()[15 * 30 + 15];
        assert!((middle - 2.0_f64.sqrt()).abs() < 0.05, "{middle}");
    }
}
