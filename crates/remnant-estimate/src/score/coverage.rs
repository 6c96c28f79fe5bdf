//! How often intervals held the truth, and how often they should have.
//!
//! Belongs here: tallies of coverage over worlds, where the forecasts of one world stand or fall
//! together, so that uncertainty is counted in worlds. Does not belong here: worlds.

use super::forecast::Forecast;

/// Tallies of one world: what was held, promised, and held by the PIT.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CoverageTally {
    /// Forecasts.
    pub forecasts: u32,
    /// Intervals that held the truth.
    pub held: u32,
    /// Sum of the probabilities that the intervals gave themselves.
    pub promised: f64,
    /// Forecasts whose randomised PIT lay in the central part of this level.
    pub central: u32,
}

impl CoverageTally {
    /// Adds a forecast, its truth, and a uniform number for ties.
    pub fn add(&mut self, forecast: &Forecast, level: f64, truth: u32, within: f64) {
        let interval = forecast.interval(level);
        let pit = forecast.randomised_pit(truth, within);
        self.forecasts += 1;
        self.held += u32::from(interval.holds(f64::from(truth)));
        self.promised += interval.probability_inside;
        self.central += u32::from((pit - 0.5).abs() <= 0.5 * level);
    }
}

/// A mean over worlds and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean.
    pub value: f64,
    /// Its standard error, counted in worlds.
    pub standard_error: f64,
}

/// Coverage of intervals of one level over many worlds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coverage {
    /// The level in the name: 0.5 or 0.9.
    pub level: f64,
    /// Worlds with at least one forecast.
    pub worlds: usize,
    /// Forecasts.
    pub forecasts: u64,
    /// Share of the intervals that held the truth.
    pub held: Mean,
    /// Share that they promised: the mean probability inside. Never less than the level.
    pub promised: f64,
    /// Share of truths in the central part of their forecast, ties split by chance: the level exactly, if
    /// the forecast is right.
    pub central: Mean,
}

impl Coverage {
    /// Sums worlds up, each forecast counting the same; none where there is no forecast.
    #[must_use]
    pub fn of(level: f64, worlds: &[CoverageTally]) -> Option<Self> {
        let worlds: Vec<&CoverageTally> =
            worlds.iter().filter(|world| world.forecasts > 0).collect();
        let forecasts: u64 = worlds.iter().map(|world| u64::from(world.forecasts)).sum();
        if forecasts == 0 {
            return None;
        }
        let ratio = |of: &dyn Fn(&CoverageTally) -> f64| {
            let value = worlds.iter().map(|world| of(world)).sum::<f64>() / forecasts as f64;
            // The usual linearised error of a ratio of two sums over independent worlds.
            let squares: f64 = worlds
                .iter()
                .map(|world| (of(world) - value * f64::from(world.forecasts)).powi(2))
                .sum();
            Mean { value, standard_error: squares.sqrt() / forecasts as f64 }
        };
        Some(Self {
            level,
            worlds: worlds.len(),
            forecasts,
            held: ratio(&|world| f64::from(world.held)),
            promised: worlds.iter().map(|world| world.promised).sum::<f64>() / forecasts as f64,
            central: ratio(&|world| f64::from(world.central)),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::count::{CountForecast, NegativeBinomial};
    use super::*;

    #[test]
    fn an_interval_of_counts_is_held_to_its_promise() {
        // Nine in ten forecasts of this kind are of nothing and come true.
        let forecast = Forecast::Counts(
            CountForecast::mixture(vec![(1.0, NegativeBinomial { shape: 1.0, mean: 0.02 })])
                .unwrap(),
        );
        let mut tally = CoverageTally::default();
        for (truth, within) in [(0, 0.01), (0, 0.5), (0, 0.99), (1, 0.5)] {
            tally.add(&forecast, 0.9, truth, within);
        }
        let coverage = Coverage::of(0.9, &[tally, CoverageTally::default()]).unwrap();
        assert_eq!((coverage.worlds, coverage.forecasts), (1, 4));
        assert_eq!(coverage.held.value, 0.75);
        assert_eq!(coverage.central.value, 0.25);
        assert!(coverage.promised > 0.98);
        assert_eq!(Coverage::of(0.9, &[CoverageTally::default()]), None);
    }

    #[test]
    fn uncertainty_is_counted_in_worlds() {
        let world = |held| CoverageTally { forecasts: 100, held, promised: 90.0, central: held };
        let alike = Coverage::of(0.9, &[world(90), world(90), world(90), world(90)]).unwrap();
        let apart = Coverage::of(0.9, &[world(100), world(100), world(100), world(60)]).unwrap();
        assert_eq!(alike.held.value, apart.held.value);
        assert_eq!(alike.held.standard_error, 0.0);
        let by_hand = 1_200.0_f64.sqrt() / 400.0;
        assert!((apart.held.standard_error - by_hand).abs() < 1e-12);
    }
}
