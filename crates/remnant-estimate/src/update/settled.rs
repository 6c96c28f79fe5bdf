//! What came of sharing out the finds of a piece.
//!
//! Belongs here: probabilities and expected numbers averaged over ways to share finds out, some ways kept for
//! joint draws, and the diagnostics that say whether to trust them.
//!
//! Does not belong here: how the ways were found.

use super::piece::{Box2, Piece};
use super::share_out::ShareOut;

/// How a piece was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceMethod {
    /// Every way to share out the finds was visited.
    Enumerated,
    /// Ways were drawn by a sampler.
    Sampled,
}

/// Whether a piece's answer can be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diagnostics {
    /// How the piece was computed.
    pub method: PieceMethod,
    /// Finds in the piece.
    pub finds: u32,
    /// Recorded strikes that may have left them.
    pub recorded: usize,
    /// Log probability of the finds and of none elsewhere within reach of the piece's recorded strikes.
    pub log_marginal: f64,
    /// Standard error of that logarithm by Monte Carlo; 0 when enumerated.
    pub log_marginal_error: f64,
    /// Largest split R-hat over the numbers watched; 1 when enumerated.
    pub r_hat: f64,
    /// Smallest effective number of draws over the numbers watched; infinite when enumerated.
    pub effective_draws: f64,
    /// Sweeps of each chain that count; 0 when enumerated.
    pub sweeps: usize,
}

/// A piece after its finds were shared out.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    /// For each recorded strike of the piece the probability of each hypothesis.
    pub(crate) recorded_weights: Vec<Vec<f64>>,
    /// The same times the mean number of items before the search.
    pub(crate) recorded_rates: Vec<Vec<f64>>,
    /// Places of unreported strikes that left finds, and two numbers for each place:
    pub(crate) unreported_places: Option<Box2>,
    /// expected strikes, and
    pub(crate) unreported_strikes: Vec<f64>,
    /// expected items before the search.
    pub(crate) unreported_rates: Vec<f64>,
    /// Owners of all finds in some ways, with weights.
    pub(crate) ways: Vec<(f64, Vec<u32>)>,
    pub(crate) diagnostics: Diagnostics,
}

/// Sums over ways to share out finds.
pub(crate) struct Account<'a> {
    piece: &'a Piece<'a>,
    total: f64,
    settled: Settled,
}

impl<'a> Account<'a> {
    pub(crate) fn new(piece: &'a Piece<'a>, diagnostics: Diagnostics) -> Self {
        let zeros =
            || piece.recorded.iter().map(|source| vec![0.0; source.log_weights.len()]).collect();
        let places = piece.unreported.as_ref().and_then(|background| {
            background.patches.iter().map(|patch| patch.places).reduce(|a, b| a.joined_with(&b))
        });
        let count = places.map_or(0, |places| places.places());
        let settled = Settled {
            recorded_weights: zeros(),
            recorded_rates: zeros(),
            unreported_places: places,
            unreported_strikes: vec![0.0; count],
            unreported_rates: vec![0.0; count],
            ways: Vec::new(),
            diagnostics,
        };
        Self { piece, total: 0.0, settled }
    }

    /// Counts a way with a weight: not the place a strike was drawn at, but the probability of each.
    pub(crate) fn add(&mut self, way: &ShareOut, weight: f64) {
        self.total += weight;
        for held in &way.held {
            if let Some(j) = held.recorded {
                let (j, source) = (j as usize, &self.piece.recorded[j as usize]);
                let shape = source.before.shape + f64::from(held.total);
                let weights = &mut self.settled.recorded_weights[j];
                let rates = &mut self.settled.recorded_rates[j];
                for (l, own) in held.weights.iter().enumerate() {
                    weights[l] += weight * own;
                    rates[l] += weight * own * shape * source.inverse_rates[l];
                }
            } else if let (Some(background), Some(places), Some((seed, _))) =
                (&self.piece.unreported, self.settled.unreported_places, held.counts.first())
            {
                let own = &background.patches[*seed as usize].places;
                let shape = background.before.shape + f64::from(held.total);
                for row in 0..own.rows {
                    let start = places.start_of(own, row);
                    let global = (own.south + row) * background.columns + own.west;
                    for column in 0..own.columns {
                        let chance = weight * held.weights[row * own.columns + column];
                        self.settled.unreported_strikes[start + column] += chance;
                        self.settled.unreported_rates[start + column] +=
                            chance * shape * background.inverse_rates[global + column];
                    }
                }
            }
        }
    }

    /// Keeps a way for joint draws.
    pub(crate) fn keep(&mut self, way: &ShareOut, weight: f64) {
        self.settled.ways.push((weight, way.owners.clone()));
    }

    pub(crate) fn finish(mut self, diagnostics: Diagnostics) -> Settled {
        let scale = 1.0 / self.total;
        let lists = self
            .settled
            .recorded_weights
            .iter_mut()
            .chain(&mut self.settled.recorded_rates)
            .chain([&mut self.settled.unreported_strikes, &mut self.settled.unreported_rates]);
        for list in lists {
            list.iter_mut().for_each(|value| *value *= scale);
        }
        self.settled.diagnostics = diagnostics;
        self.settled
    }
}

/// Expected items that all sources of a way left before the search.
pub(crate) fn expected_items(piece: &Piece<'_>, way: &ShareOut) -> f64 {
    let mut total = 0.0;
    for held in &way.held {
        if let Some(j) = held.recorded {
            let source = &piece.recorded[j as usize];
            let shape = source.before.shape + f64::from(held.total);
            total += shape * super::masses::dot(&held.weights, &source.inverse_rates);
        } else if let (Some(background), Some((seed, _))) = (&piece.unreported, held.counts.first())
        {
            let own = &background.patches[*seed as usize].places;
            let shape = background.before.shape + f64::from(held.total);
            for row in 0..own.rows {
                let global = (own.south + row) * background.columns + own.west;
                let weights = &held.weights[row * own.columns..(row + 1) * own.columns];
                let rates = &background.inverse_rates[global..global + own.columns];
                total += shape * super::masses::dot(weights, rates);
            }
        }
    }
    total
}
