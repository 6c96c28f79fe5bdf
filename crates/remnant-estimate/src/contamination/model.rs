//! The shared unknowns, and what the inputs mean at one set of their values.
//!
//! Belongs here: which unknowns a run has and their prior; at given values, the effort in each searched
//! cell, the number of items that strikes left, and where each may have been.
//!
//! Does not belong here: weighing finds (`piece`), choosing values (`outer`).

use super::ground::Ground;
use super::inputs::{Inputs, Load, Strike, Unreported};
use crate::logistic::{logit, share};
use crate::search::DetectionPrior;
use crate::strike::{Gamma, Munitions, ShareMoments, left_by_strike};

/// Step between the scales that a strike may have, on the logarithm and in deviations of one strike from
/// another. The trapezoidal rule with such a step is off by one part in 10⁸ for a normal distribution.
const SCALE_STEP: f64 = 1.0;
/// How far the scale of one strike may be from that of its type, in the same unit.
const SCALE_REACH: f64 = 3.0;
/// A type that is at least so probable for some strike is an unknown of its own, shared by all strikes.
const SHARED_FROM: f64 = 0.5;
/// The narrowest spread that a number of items may have, as a share of its mean squared: a strike of
/// which everything is known still has a rate.
const LEAST_RELATIVE_VARIANCE: f64 = 1e-4;

/// What one of the shared unknowns is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Unknown {
    /// Log odds of the detection of a method, by its position.
    Detection(usize),
    /// Logarithm of the footprint's scale in metres.
    FootprintScale,
    /// Log odds of the share of a type left unexploded, by its position.
    TypeLevel(usize),
    /// Logarithm of the number of unreported strikes in a square kilometre.
    UnreportedDensity,
}

/// Inputs with what follows from them before any value is chosen.
#[derive(Debug)]
pub(super) struct Model<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) ground: Ground<'a>,
    pub(super) unknowns: Vec<Unknown>,
}

/// One possible origin of items: a strike at a place, with a scale and a load.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Origins {
    /// Eastings and northings in metres.
    pub(super) places: Vec<(f64, f64)>,
    /// Scales in metres.
    pub(super) scales: Vec<f64>,
    /// For each origin its place and scale.
    pub(super) of: Vec<(u32, u8)>,
    /// Weight before any search; those of a recorded strike sum to one, those of unreported strikes
    /// to the expected number of strikes.
    pub(super) weights: Vec<f64>,
    /// Gamma distribution of the items left.
    pub(super) gammas: Vec<Gamma>,
    /// Share of its items that searches found.
    pub(super) exposures: Vec<f64>,
}

/// The lines on which places of one scale lie.
#[derive(Debug)]
pub(super) struct Lattice {
    pub(super) eastings: Vec<f64>,
    pub(super) northings: Vec<f64>,
    pub(super) scale: f64,
    /// For each place of the origins where its northing and easting cross, northing by northing.
    pub(super) at: Vec<Option<usize>>,
}

/// The model at one set of values.
#[derive(Debug)]
pub(super) struct At<'m> {
    pub(super) model: &'m Model<'m>,
    /// Effort in each searched cell.
    pub(super) effort: Vec<f64>,
    /// Chance of detection of each method.
    pub(super) detection: Vec<f64>,
    /// Scales in metres with their weights.
    pub(super) scales: Vec<(f64, f64)>,
    /// Share left unexploded, for each type.
    shares: Vec<ShareMoments>,
    /// Unreported strikes in a square kilometre.
    pub(super) density: f64,
}

impl<'a> Model<'a> {
    /// Expects inputs without faults.
    pub(super) fn new(inputs: &'a Inputs) -> Self {
        let mut unknowns = Vec::new();
        for method in 0..inputs.methods.len() {
            if inputs.tasks.iter().any(|task| task.method == method) {
                unknowns.push(Unknown::Detection(method));
            }
        }
        if !inputs.strikes.is_empty() || inputs.unreported.is_some() {
            unknowns.push(Unknown::FootprintScale);
        }
        let loads = || {
            let strikes = inputs.strikes.iter().flat_map(|strike| &strike.loads);
            strikes.chain(inputs.unreported.iter().flat_map(|unreported| &unreported.loads))
        };
        for (position, kind) in inputs.types.iter().enumerate() {
            let certain = kind.level.standard_deviation() <= 1e-9;
            let shared = |load: &Load| load.submunition == position && load.weight >= SHARED_FROM;
            if !certain && loads().any(shared) {
                unknowns.push(Unknown::TypeLevel(position));
            }
        }
        if inputs.unreported.is_some() {
            unknowns.push(Unknown::UnreportedDensity);
        }
        Self { inputs, ground: Ground::new(inputs), unknowns }
    }

    /// Where the search for the mode begins, and how far a step reaches: mean and spread of the prior.
    pub(super) fn start(&self) -> (Vec<f64>, Vec<f64>) {
        self.unknowns
            .iter()
            .map(|unknown| match unknown {
                Unknown::Detection(method) => {
                    let (first, second) = self.inputs.methods[*method].detection;
                    let mean = first / (first + second);
                    let spread = libm::sqrt(1.0 / first + 1.0 / second);
                    (logit(mean), spread)
                }
                Unknown::FootprintScale => {
                    let footprint = self.inputs.footprint;
                    (libm::log(footprint.median_metres), footprint.log_spread)
                }
                Unknown::TypeLevel(kind) => {
                    let level = &self.inputs.types[*kind].level;
                    (level.mean(), level.standard_deviation())
                }
                Unknown::UnreportedDensity => {
                    self.inputs.unreported.as_ref().map_or((0.0, 1.0), |unreported| {
                        (libm::log(unreported.per_square_kilometre), unreported.log_spread)
                    })
                }
            })
            .unzip()
    }

    /// Logarithm of the prior density of the unknowns, on the axes that they are told on.
    pub(super) fn log_prior(&self, values: &[f64]) -> f64 {
        let normal = |value: f64, mean: f64, spread: f64| {
            let z = (value - mean) / spread;
            -0.5 * z * z - libm::log(spread) - crate::normal::LOG_SQRT_TWO_PI
        };
        let mut sum = 0.0;
        for (unknown, value) in self.unknowns.iter().zip(values) {
            sum += match unknown {
                Unknown::Detection(method) => {
                    let (alpha, beta) = self.inputs.methods[*method].detection;
                    let prior = DetectionPrior { alpha, beta };
                    // Of the log odds: the density of the chance times d(1 − d).
                    let log_of = |t: f64| -crate::logistic::log_one_plus_exp(-t);
                    let constant = libm::lgamma(prior.alpha + prior.beta)
                        - libm::lgamma(prior.alpha)
                        - libm::lgamma(prior.beta);
                    constant + alpha * log_of(*value) + beta * log_of(-value)
                }
                Unknown::FootprintScale => {
                    let footprint = self.inputs.footprint;
                    normal(*value, libm::log(footprint.median_metres), footprint.log_spread)
                }
                Unknown::TypeLevel(kind) => {
                    let (_, density) =
                        self.inputs.types[*kind].level.cumulative_and_density(*value);
                    libm::log(density.max(1e-300))
                }
                Unknown::UnreportedDensity => self.inputs.unreported.as_ref().map_or(0.0, |u| {
                    normal(*value, libm::log(u.per_square_kilometre), u.log_spread)
                }),
            };
        }
        sum
    }

    /// What the inputs mean at these values of the unknowns.
    pub(super) fn at<'m>(&'m self, values: &[f64]) -> At<'m>
    where
        'a: 'm,
    {
        let mut at = self.without_effort(values);
        at.effort = self.ground.effort(&at.detection);
        at
    }

    /// The same with no effort filled in, for who looks at a part of the searched ground only.
    pub(super) fn without_effort<'m>(&'m self, values: &[f64]) -> At<'m>
    where
        'a: 'm,
    {
        let inputs = self.inputs;
        let mean = |(first, second): (f64, f64)| first / (first + second);
        let mut detection: Vec<f64> =
            inputs.methods.iter().map(|method| mean(method.detection)).collect();
        let mut log_scale = libm::log(inputs.footprint.median_metres);
        let mut levels: Vec<Option<f64>> = vec![None; inputs.types.len()];
        let mut density =
            inputs.unreported.as_ref().map_or(0.0, |unreported| unreported.per_square_kilometre);
        for (unknown, value) in self.unknowns.iter().zip(values) {
            match unknown {
                Unknown::Detection(method) => detection[*method] = share(*value),
                Unknown::FootprintScale => log_scale = *value,
                Unknown::TypeLevel(kind) => levels[*kind] = Some(*value),
                Unknown::UnreportedDensity => density = libm::exp(*value),
            }
        }
        let shares = inputs
            .types
            .iter()
            .zip(&levels)
            .map(|(kind, level)| {
                // A type that is no unknown of its own carries the spread of its level into each strike.
                let (centre, own) = match level {
                    Some(level) => (*level, 0.0),
                    None => (kind.level.mean(), kind.level.standard_deviation()),
                };
                let (mut first, mut second) = (0.0, 0.0);
                for (weight, spread) in &kind.context_spreads {
                    let part = ShareMoments::over_contexts(centre, libm::hypot(own, *spread));
                    first += weight * part.mean;
                    second += weight * part.mean_square;
                }
                ShareMoments { mean: first, mean_square: second }
            })
            .collect();
        let scales = scales_about(log_scale, inputs.footprint.between_strikes);
        At { model: self, effort: Vec::new(), detection, scales, shares, density }
    }
}

/// Scales in metres that one strike may have when that of its type is known, with their weights.
///
/// They are whole steps of one and the same lattice of logarithms, wherever the type's scale is: then two
/// strikes may have any two scales, and how well a strike's finds agree with each of them does not move
/// when the type's scale does. A few nodes that moved along with it, such as those of a Gauss-Hermite rule,
/// would let only a few ratios of two scales exist and make the type's scale look known.
fn scales_about(log_scale: f64, between: f64) -> Vec<(f64, f64)> {
    // With a spread this small the finds of no strike could tell it from none.
    if between < 1e-3 {
        return vec![(1.0, libm::exp(log_scale))];
    }
    let step = SCALE_STEP * between;
    let reach = SCALE_REACH * between;
    let (first, last) = (((log_scale - reach) / step).ceil(), ((log_scale + reach) / step).floor());
    // Brought down to nothing at the ends, so that a scale that comes in or goes out is no jump.
    let edge = libm::exp(-0.5 * SCALE_REACH * SCALE_REACH);
    let mut scales: Vec<(f64, f64)> = (0..=(last - first) as usize)
        .map(|k| {
            let log = step * (first + k as f64);
            let z = (log - log_scale) / between;
            ((libm::exp(-0.5 * z * z) - edge).max(0.0), libm::exp(log))
        })
        .collect();
    let sum: f64 = scales.iter().map(|(weight, _)| weight).sum();
    scales.iter_mut().for_each(|(weight, _)| *weight /= sum);
    scales
}

impl At<'_> {
    /// The gamma distribution of what so many munitions of a load left.
    pub(super) fn left(&self, munitions: f64, deviation: f64, load: &Load) -> Gamma {
        let share = self.shares[load.submunition];
        let munitions = Munitions { mean: munitions, variance: deviation * deviation };
        let mean = munitions.mean * load.each * share.mean;
        let least = LEAST_RELATIVE_VARIANCE * mean * mean;
        let variance = left_by_strike(munitions, load.each, share)
            .map_or(least, |left| left.variance_of_rate.max(least));
        Gamma { shape: mean * mean / variance, rate: mean / variance }
    }

    /// Where a recorded strike's items may have come from.
    pub(super) fn origins(&self, strike: &Strike) -> Origins {
        let candidates = &strike.places;
        let places: Vec<(f64, f64)> = (0..candidates.len()).map(|p| candidates.place(p)).collect();
        let lattice = candidates.eastings().len() * candidates.northings().len();
        let mut origins = Origins::empty(places, &self.scales);
        for (scale, (scale_weight, metres)) in self.scales.iter().enumerate() {
            let exposures: Vec<f64> = if lattice <= 4 * candidates.len() {
                let all = self.exposure(candidates.eastings(), candidates.northings(), *metres);
                let columns = candidates.eastings().len();
                let at = |(i, j): &(u32, u32)| all[*j as usize * columns + *i as usize];
                candidates.positions().iter().map(at).collect()
            } else {
                let places = origins.places.iter();
                places.map(|(e, n)| self.exposure(&[*e], &[*n], *metres)[0]).collect()
            };
            for load in &strike.loads {
                let gamma = self.left(strike.munitions, strike.munitions_deviation, load);
                for (place, weight) in candidates.weights().iter().enumerate() {
                    origins.push(
                        (place as u32, scale as u8),
                        weight * scale_weight * load.weight,
                        gamma,
                        exposures[place],
                    );
                }
            }
        }
        origins
    }

    fn exposure(&self, eastings: &[f64], northings: &[f64], scale: f64) -> Vec<f64> {
        self.model.ground.exposure(eastings, northings, scale, &self.effort)
    }

    /// What an unreported strike left, one for each load with its weight.
    pub(super) fn left_by_unreported(&self, unreported: &Unreported) -> Vec<(f64, Gamma)> {
        let left = |load: &Load| {
            let deviation = unreported.munitions_deviation;
            (load.weight, self.left(unreported.munitions, deviation, load))
        };
        unreported.loads.iter().map(left).collect()
    }

    /// Unreported strikes on a lattice around the searched ground, with those lattice places only that
    /// some search reaches.
    ///
    /// A lattice as wide as the footprint's scale suffices: what a search finds from a place is the
    /// searched ground blurred by the footprint, too smooth to hide anything between its points.
    pub(super) fn unreported_origins(&self) -> Origins {
        let Some(unreported) = &self.model.inputs.unreported else {
            return Origins::empty(Vec::new(), &self.scales);
        };
        let left = self.left_by_unreported(unreported);
        let grid = &self.model.inputs.grid;
        let mut origins = Origins::empty(Vec::new(), &self.scales);
        let spots = self.model.ground.groups.iter().filter(|group| group.spot);
        let cells: Vec<u32> = self
            .model
            .ground
            .cells
            .iter()
            .copied()
            .chain(spots.map(|group| group.cells[0]))
            .collect();
        let Some((west, east, south, north)) = extent(grid, &cells) else { return origins };
        for (scale, (scale_weight, metres)) in self.scales.iter().enumerate() {
            let reach = super::ground::REACH * metres;
            // Places closer together than half a cell would tell the cells apart no better, and the
            // search for the most probable scale tries scales of centimetres as well.
            let pitch = metres.max(grid.cell_metres() / 2.0);
            // Lattice lines at whole multiples of the pitch from the grid's corner.
            let lines = |low: f64, high: f64, corner: f64| -> Vec<f64> {
                let first = ((low - reach - corner) / pitch).ceil() as i64;
                let last = ((high + reach - corner) / pitch).floor() as i64;
                (first..=last).map(|k| corner + k as f64 * pitch).collect()
            };
            let eastings = lines(west, east, grid.west());
            let northings = lines(south, north, grid.north());
            let exposures = self.exposure(&eastings, &northings, *metres);
            let expected = self.density * scale_weight * pitch * pitch / 1e6;
            for (j, northing) in northings.iter().enumerate() {
                for (i, easting) in eastings.iter().enumerate() {
                    let exposure = exposures[j * eastings.len() + i];
                    let near_spot = || {
                        self.model.ground.groups.iter().filter(|group| group.spot).any(|group| {
                            let (e, n) = grid.centre(group.cells[0]);
                            (e - easting).abs() < reach && (n - northing).abs() < reach
                        })
                    };
                    if exposure <= 1e-9 && !near_spot() {
                        continue;
                    }
                    let place = origins.places.len() as u32;
                    origins.places.push((*easting, *northing));
                    for (weight, gamma) in &left {
                        origins.push((place, scale as u8), expected * weight, *gamma, exposure);
                    }
                }
            }
        }
        origins
    }
}

/// West, east, south and north ends of cells in metres; none without cells.
fn extent(grid: &crate::grid::Grid, cells: &[u32]) -> Option<(f64, f64, f64, f64)> {
    let mut ends = None;
    for cell in cells {
        let (column, row) = grid.column_and_row(*cell);
        let (w, n, e, s) = ends.unwrap_or((column, row, column, row));
        ends = Some((w.min(column), n.min(row), e.max(column), s.max(row)));
    }
    ends.map(|(w, n, e, s)| {
        (
            grid.easting_of_edge(w),
            grid.easting_of_edge(e + 1),
            grid.northing_of_edge(s + 1),
            grid.northing_of_edge(n),
        )
    })
}

impl Origins {
    fn empty(places: Vec<(f64, f64)>, scales: &[(f64, f64)]) -> Self {
        Self {
            places,
            scales: scales.iter().map(|(_, metres)| *metres).collect(),
            of: Vec::new(),
            weights: Vec::new(),
            gammas: Vec::new(),
            exposures: Vec::new(),
        }
    }

    fn push(&mut self, of: (u32, u8), weight: f64, gamma: Gamma, exposure: f64) {
        self.of.push(of);
        self.weights.push(weight);
        self.gammas.push(gamma);
        self.exposures.push(exposure);
    }

    /// For each scale, the eastings and northings of the places that have it.
    pub(super) fn lattices(&self) -> Vec<Lattice> {
        let of_scale = |(number, scale): (usize, &f64)| {
            let mut used = vec![false; self.places.len()];
            for (place, own) in &self.of {
                used[*place as usize] |= *own as usize == number;
            }
            let distinct = |axis: fn(&(f64, f64)) -> f64| {
                let own = self.places.iter().zip(&used).filter(|(_, used)| **used);
                let mut values: Vec<f64> = own.map(|(place, _)| axis(place)).collect();
                values.sort_unstable_by(f64::total_cmp);
                values.dedup();
                values
            };
            let (eastings, northings) = (distinct(|place| place.0), distinct(|place| place.1));
            let position = |place: &(f64, f64)| {
                let column = eastings.binary_search_by(|e| e.total_cmp(&place.0)).ok()?;
                let row = northings.binary_search_by(|n| n.total_cmp(&place.1)).ok()?;
                Some(row * eastings.len() + column)
            };
            let at = self.places.iter().zip(&used);
            let at = at.map(|(place, used)| if *used { position(place) } else { None }).collect();
            Lattice { eastings, northings, scale: *scale, at }
        };
        self.scales.iter().enumerate().map(of_scale).collect()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.of.len()
    }

    /// Place and scale of one.
    pub(super) fn origin(&self, position: usize) -> ((f64, f64), f64) {
        let (place, scale) = self.of[position];
        (self.places[place as usize], self.scales[scale as usize])
    }

    /// The probability that no item of one was found.
    pub(super) fn unfound(&self, position: usize) -> f64 {
        self.gammas[position].probability_of_none(self.exposures[position])
    }
}
