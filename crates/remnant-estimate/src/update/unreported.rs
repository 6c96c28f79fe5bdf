//! Strikes that nobody reported: anywhere, each with a place and a footprint of its own.
//!
//! Belongs here: the lattice of places with the expected number of strikes at each, and what is left of it once
//! a search found none of a strike's items. Because a strike is an object with a place and a footprint that
//! crosses the borders of blocks, it is never counted twice where two neighbouring blocks saw a part of it.
//!
//! Does not belong here: where the density of strikes comes from (`field`), and strikes that left finds
//! (`piece`).

use super::fault::UpdateFault;
use super::ground::SearchedGround;
use super::masses::{Masses, Places};
use crate::exponential::exp;
use crate::footprint::Footprint;
use crate::strike::Gamma;

/// Most places of the lattice.
const MOST_PLACES: usize = 16_000_000;

/// Expected numbers of unreported strikes at the places of a lattice.
#[derive(Clone, Debug, PartialEq)]
pub struct UnreportedPlaces {
    eastings: Vec<f64>,
    northings: Vec<f64>,
    /// Row by row from the south-west, each row from west to east.
    strikes: Vec<f64>,
    pub(crate) log_strikes: Vec<f64>,
    positions: Vec<(u32, u32)>,
}

impl UnreportedPlaces {
    /// A lattice of `pitch_metres` over a rectangle of the plane.
    ///
    /// The rectangle should reach beyond searched ground by the reach of a footprint, since a strike outside
    /// leaves items inside. A pitch up to the footprint's scale is fine enough.
    ///
    /// # Shapes and units
    /// `strikes_per_square_metre`: density at an easting and northing, at least 0.
    ///
    /// # Errors
    /// `UnusableNumber` for a pitch, extent or density that cannot be used, or a lattice too large.
    pub fn over(
        west_east: (f64, f64),
        south_north: (f64, f64),
        pitch_metres: f64,
        strikes_per_square_metre: impl Fn(f64, f64) -> f64,
    ) -> Result<Self, UpdateFault> {
        let unusable = |name, value| Err(UpdateFault::UnusableNumber { name, value });
        let (width, height) = (west_east.1 - west_east.0, south_north.1 - south_north.0);
        for (name, value) in [
            ("the pitch of unreported strikes in metres", pitch_metres),
            ("the width of the ground in metres", width),
            ("the height of the ground in metres", height),
        ] {
            if !(value.is_finite() && value > 0.0) {
                return unusable(name, value);
            }
        }
        let (columns, rows) = ((width / pitch_metres).ceil(), (height / pitch_metres).ceil());
        if columns * rows > MOST_PLACES as f64 {
            return unusable("the number of places of unreported strikes", columns * rows);
        }
        // Steps that divide the rectangle evenly, each place in the middle of its own.
        let (step_east, step_north) = (width / columns, height / rows);
        let along = |start: f64, step: f64, count: f64| -> Vec<f64> {
            (0..count as u32).map(|i| start + (f64::from(i) + 0.5) * step).collect()
        };
        let eastings = along(west_east.0, step_east, columns);
        let northings = along(south_north.0, step_north, rows);
        let mut strikes = Vec::with_capacity(eastings.len() * northings.len());
        let mut positions = Vec::with_capacity(strikes.capacity());
        for (j, north) in northings.iter().enumerate() {
            for (i, east) in eastings.iter().enumerate() {
                let density = strikes_per_square_metre(*east, *north);
                if !(density.is_finite() && density >= 0.0) {
                    return unusable("the density of unreported strikes", density);
                }
                strikes.push(density * step_east * step_north);
                positions.push((i as u32, j as u32));
            }
        }
        let log_strikes = strikes.iter().map(|strikes| libm::log(*strikes)).collect();
        Ok(Self { eastings, northings, strikes, log_strikes, positions })
    }

    /// Eastings of the lattice in metres.
    #[must_use]
    pub fn eastings(&self) -> &[f64] {
        &self.eastings
    }

    /// Northings of the lattice in metres.
    #[must_use]
    pub fn northings(&self) -> &[f64] {
        &self.northings
    }

    /// Expected number of strikes at each place before any search, row by row from the south-west.
    #[must_use]
    pub fn strikes(&self) -> &[f64] {
        &self.strikes
    }

    /// Easting and northing of a place.
    #[must_use]
    pub fn place(&self, position: usize) -> (f64, f64) {
        let (i, j) = self.positions[position];
        (self.eastings[i as usize], self.northings[j as usize])
    }

    pub(crate) fn places(&self) -> Places<'_> {
        Places { eastings: &self.eastings, northings: &self.northings, positions: &self.positions }
    }

    /// Effort that meets the items of a strike at each place.
    pub(crate) fn exposures(&self, ground: &SearchedGround, footprint: &Footprint) -> Vec<f64> {
        let places = self.places();
        let window = places
            .window(ground.grid(), footprint)
            .zip(ground.extent())
            .and_then(|(reached, searched)| reached.shared_with(&searched));
        window.map_or_else(
            || vec![0.0; self.strikes.len()],
            |window| Masses::new(places, footprint, ground.grid(), window).exposures(ground),
        )
    }
}

/// Unreported strikes that left no find, after a search.
#[derive(Clone, Debug)]
pub(crate) struct Unfound {
    /// Number of items of a strike before any search.
    pub(crate) before: Gamma,
    /// `log(1 + S/b)` and `1/(b + S)` at each place.
    pub(crate) log_kept: Vec<f64>,
    pub(crate) inverse_rates: Vec<f64>,
    /// Expected strikes at each place that left no find: density × `(b/(b + S))^a`.
    pub(crate) strikes: Vec<f64>,
    /// Running sums of `strikes`, for draws.
    pub(crate) running: Vec<f64>,
    /// `−Σ density × (1 − (b/(b + S))^a)`.
    pub(crate) log_marginal: f64,
}

impl Unfound {
    pub(crate) fn new(places: &UnreportedPlaces, exposures: &[f64], before: Gamma) -> Self {
        let log_kept: Vec<f64> = exposures
            .iter()
            .map(|s| if *s > 0.0 { libm::log1p(s / before.rate) } else { 0.0 })
            .collect();
        let mut log_marginal = 0.0;
        let mut strikes = Vec::with_capacity(places.strikes.len());
        let mut running = Vec::with_capacity(places.strikes.len());
        let mut sum = 0.0;
        for (density, kept) in places.strikes.iter().zip(&log_kept) {
            let unseen = density * exp(-before.shape * kept);
            log_marginal -= density - unseen;
            sum += unseen;
            strikes.push(unseen);
            running.push(sum);
        }
        let inverse_rates = exposures.iter().map(|s| 1.0 / (before.rate + s)).collect();
        Self { before, log_kept, inverse_rates, strikes, running, log_marginal }
    }

    /// Expected items before the search at each place: strikes × `a/(b + S)`.
    pub(crate) fn rates(&self) -> Vec<f64> {
        let rate = |(strikes, inverse): (&f64, &f64)| strikes * self.before.shape * inverse;
        self.strikes.iter().zip(&self.inverse_rates).map(rate).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_lattice_holds_the_density_whatever_its_pitch() {
        for pitch in [30.0, 50.0, 77.0] {
            let places =
                UnreportedPlaces::over((0.0, 1_000.0), (0.0, 2_000.0), pitch, |_, _| 1e-6).unwrap();
            let total: f64 = places.strikes().iter().sum();
            assert!((total - 2.0).abs() < 1e-12);
        }
    }

    #[test]
    fn densities_that_cannot_be_are_refused() {
        let of =
            |pitch, density| UnreportedPlaces::over((0.0, 9.0), (0.0, 9.0), pitch, |_, _| density);
        assert!(of(0.0, 1.0).is_err());
        assert!(of(1.0, -1.0).is_err());
        assert!(of(1.0, f64::NAN).is_err());
        assert!(of(1e-6, 1.0).is_err());
    }
}
