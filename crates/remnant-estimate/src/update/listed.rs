//! Strikes whose kernel masses are listed place by place and cell by cell.
//!
//! Belongs here: the update of one strike, and of several that share finds, from plain tables. It serves
//! footprints and places of any kind, and it is the form in which the equations are checked.
//!
//! Does not belong here: grids.

use super::enumerate::enumerate;
use super::fault::UpdateFault;
use super::piece::{FindCell, Piece, Recorded};
use super::sampler::{SamplerSettings, sample};
use super::settled::{Diagnostics, Settled};
use crate::exponential::exp;
use crate::strike::Gamma;

/// Kernel masses of one strike's places.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedPlaces {
    /// Prior weights of the places, which sum to one.
    pub weights: Vec<f64>,
    /// For each place its kernel mass in each searched cell.
    pub masses: Vec<Vec<f64>>,
}

/// One strike after a search, place by place.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedStrike {
    /// Probability of each place.
    pub weights: Vec<f64>,
    /// Log probability of what was found.
    pub log_marginal: f64,
    /// Mean number of items before the search, for each place.
    pub means: Vec<f64>,
    /// Expected items left in each searched cell.
    pub left_in_cells: Vec<f64>,
    /// Expected items left anywhere else.
    pub left_elsewhere: f64,
}

fn check(places: &ListedPlaces, effort: &[f64], finds: &[u32]) -> Result<(), UpdateFault> {
    let differ = |name, found, expected| {
        if found == expected {
            Ok(())
        } else {
            Err(UpdateFault::LengthsDiffer { name, found, expected })
        }
    };
    differ("finds", finds.len(), effort.len())?;
    differ("kernel masses", places.masses.len(), places.weights.len())?;
    for row in &places.masses {
        differ("kernel masses of a place", row.len(), effort.len())?;
    }
    for (cell, (effort, finds)) in effort.iter().zip(finds).enumerate() {
        let cell = cell as u32;
        if !(0.0..=1.0).contains(effort) {
            return Err(UpdateFault::ImpossibleEffort { cell, effort: *effort });
        }
        if *effort == 0.0 && *finds > 0 {
            return Err(UpdateFault::FindsWithoutEffort { cell, finds: *finds });
        }
    }
    Ok(())
}

/// One strike, all finds being its own.
///
/// # Shapes and units
/// `effort`, `finds`: one for each searched cell.
///
/// # Errors
/// `LengthsDiffer`, `ImpossibleEffort`, `FindsWithoutEffort`, `Unexplained`.
pub fn one_strike_listed(
    before: Gamma,
    places: &ListedPlaces,
    effort: &[f64],
    finds: &[u32],
) -> Result<ListedStrike, UpdateFault> {
    check(places, effort, finds)?;
    let total: u32 = finds.iter().sum();
    let y = f64::from(total);
    let shape = before.shape + y;
    let (mut logs, mut means) = (Vec::new(), Vec::new());
    for (weight, row) in places.weights.iter().zip(&places.masses) {
        let mut log = libm::log(*weight);
        let mut exposure = 0.0;
        for ((mass, effort), finds) in row.iter().zip(effort).zip(finds) {
            exposure += effort * mass;
            if *finds > 0 {
                let finds = f64::from(*finds);
                log += finds * libm::log(effort * mass) - libm::lgamma(finds + 1.0);
            }
        }
        logs.push(log - shape * libm::log1p(exposure / before.rate));
        means.push(shape / (before.rate + exposure));
    }
    let peak = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if peak == f64::NEG_INFINITY {
        let cell = finds.iter().position(|finds| *finds > 0).unwrap_or(0) as u32;
        return Err(UpdateFault::Unexplained { cell, finds: total });
    }
    let mut weights: Vec<f64> = logs.iter().map(|log| exp(log - peak)).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    let constant = libm::lgamma(shape) - libm::lgamma(before.shape) - y * libm::log(before.rate);
    let mut left_in_cells = vec![0.0; effort.len()];
    let mut left_elsewhere = 0.0;
    for ((weight, mean), row) in weights.iter().zip(&means).zip(&places.masses) {
        let mut elsewhere = 1.0;
        for ((left, mass), effort) in left_in_cells.iter_mut().zip(row).zip(effort) {
            *left += weight * mean * mass * (1.0 - effort);
            elsewhere -= mass;
        }
        left_elsewhere += weight * mean * elsewhere;
    }
    Ok(ListedStrike {
        weights,
        log_marginal: constant + peak + libm::log(sum),
        means,
        left_in_cells,
        left_elsewhere,
    })
}

/// Several strikes among which finds were shared out.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedOut {
    /// Log probability of what was found.
    pub log_marginal: f64,
    /// For each strike the probability of each place.
    pub weights: Vec<Vec<f64>>,
    /// For each strike the mean number of items before the search.
    pub means: Vec<f64>,
    /// How it was computed, and whether that can be trusted.
    pub diagnostics: Diagnostics,
}

/// Several strikes that may have left the same finds: exactly where finds are few, else by the sampler.
///
/// # Errors
/// As [`one_strike_listed`], and those of the sampler.
pub fn strikes_listed(
    strikes: &[(Gamma, ListedPlaces)],
    effort: &[f64],
    finds: &[u32],
    settings: &SamplerSettings,
    seed: u64,
) -> Result<SharedOut, UpdateFault> {
    let mut recorded = Vec::new();
    for (position, (before, places)) in strikes.iter().enumerate() {
        check(places, effort, finds)?;
        let exposures: Vec<f64> = places
            .masses
            .iter()
            .map(|row| row.iter().zip(effort).map(|(mass, effort)| mass * effort).sum())
            .collect();
        let rows = (0..effort.len()).filter(|cell| finds[*cell] > 0).map(|cell| {
            places.masses.iter().map(|row| effort[cell] * row[cell]).collect::<Vec<f64>>()
        });
        recorded.push(Recorded::new(
            position,
            *before,
            places.weights.iter().map(|weight| libm::log(*weight)).collect(),
            exposures,
            rows.collect(),
        ));
    }
    let cells = finds
        .iter()
        .enumerate()
        .filter(|(_, finds)| **finds > 0)
        .map(|(cell, finds)| FindCell { cell: cell as u32, finds: *finds });
    let piece =
        Piece { smallest_strike: Some(0), cells: cells.collect(), recorded, unreported: None };
    let settled: Settled = match enumerate(&piece, settings.enumerate_up_to)? {
        Some(settled) => settled,
        None => sample(&piece, settings, seed)?,
    };
    Ok(SharedOut {
        log_marginal: settled.diagnostics.log_marginal,
        means: settled.recorded_rates.iter().map(|rates| rates.iter().sum()).collect(),
        weights: settled.recorded_weights,
        diagnostics: settled.diagnostics,
    })
}
