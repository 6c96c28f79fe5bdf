//! Joint draws of all sources on one searched ground.
//!
//! Belongs here: one possible past after another, and what it left in cells; totals and their intervals are made
//! from these. Does not belong here: the update that draws are taken from (`joint`).

use rayon::prelude::*;

use super::{PieceOutcome, Sources, Updated, add_part, check_window};
use crate::footprint::CellWindow;
use crate::random::Stream;
use crate::update::fault::UpdateFault;
use crate::update::masses::{Masses, Places};
use crate::update::pieces::ELSEWHERE;
use crate::update::settled::Settled;

/// Streams of random numbers: what a number is for.
const STRIKE: u64 = 0x5354_524b;
const PIECE: u64 = 0x5049_4543;
const UNFOUND: u64 = 0x554e_464f;

/// A strike as one joint draw has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnStrike {
    /// Position in the list of recorded strikes; none for one nobody reported.
    pub recorded: Option<usize>,
    /// Easting in metres.
    pub easting: f64,
    /// Northing in metres.
    pub northing: f64,
    /// Position of its footprint among the strike's.
    pub footprint: usize,
    /// Rate of items before the search: items found and left are Poisson about shares of it.
    pub items: f64,
}

impl Sources<'_> {
    /// One joint draw: every strike that touches searched ground, all others from their prior, and unreported
    /// ones.
    ///
    /// Strikes come in the order of the list, then unreported ones. The random numbers of a strike belong to
    /// its number, those of a piece to its smallest, those of unfound strikes to `ground_number`, which
    /// tells this ground from others drawn with the same seed.
    #[must_use]
    pub fn draw(
        &self,
        updated: &Updated,
        seed: u64,
        turn: u64,
        ground_number: u64,
    ) -> Vec<DrawnStrike> {
        let mut drawn: Vec<Option<DrawnStrike>> = (0..self.strikes.len())
            .into_par_iter()
            .map(|strike| {
                let alone = updated.alone[strike].as_ref()?;
                let mut stream = Stream::new(seed, STRIKE, self.strikes[strike].id, turn);
                let hypothesis = stream.weighted(&alone.weights);
                let rate = alone.rate + self.reaches[strike].exposures[hypothesis];
                let items = stream.gamma(alone.shape, rate);
                Some(self.drawn(strike, hypothesis, items))
            })
            .collect();
        let mut found = Vec::new();
        for (outcome, settled) in &updated.pieces {
            let mut stream = Stream::new(seed, PIECE, outcome.number, turn);
            self.draw_piece(updated, outcome, settled, &mut stream, &mut drawn, &mut found);
        }
        let mut all: Vec<DrawnStrike> = drawn.into_iter().flatten().chain(found).collect();
        if let Some(((places, _), unfound)) = self.unreported.zip(updated.unfound.as_ref()) {
            let mut stream = Stream::new(seed, UNFOUND, ground_number, turn);
            let expected = unfound.running.last().copied().unwrap_or(0.0);
            for _ in 0..stream.poisson(expected) {
                let mark = stream.uniform() * expected;
                let place = unfound.running.partition_point(|sum| *sum < mark);
                let place = place.min(unfound.running.len() - 1);
                let items = stream.gamma(unfound.before.shape, 1.0 / unfound.inverse_rates[place]);
                let (easting, northing) = places.place(place);
                all.push(DrawnStrike { recorded: None, easting, northing, footprint: 0, items });
            }
        }
        all
    }

    fn draw_piece(
        &self,
        updated: &Updated,
        outcome: &PieceOutcome,
        settled: &Settled,
        stream: &mut Stream,
        drawn: &mut [Option<DrawnStrike>],
        found: &mut Vec<DrawnStrike>,
    ) {
        let piece = self.piece(outcome.table, &updated.left, updated.unfound.as_ref());
        let weights: Vec<f64> = settled.ways.iter().map(|way| way.0).collect();
        if weights.is_empty() {
            return;
        }
        let owners = &settled.ways[stream.weighted(&weights)].1;
        let way = piece.shared_out_as(owners, &piece.cell_of_finds());
        for held in &way.held {
            if let Some(j) = held.recorded {
                let (j, source) = (j as usize, &piece.recorded[j as usize]);
                let hypothesis = stream.weighted(&held.weights);
                let shape = source.before.shape + f64::from(held.total);
                let items = stream.gamma(shape, 1.0 / source.inverse_rates[hypothesis]);
                let near = &self.pieces[outcome.table].strikes[j].1;
                let hypothesis = match near.get(hypothesis) {
                    Some(l) => *l as usize,
                    None => {
                        let reach = &self.reaches[source.strike];
                        let prior: Vec<f64> = reach
                            .log_weights
                            .iter()
                            .zip(&reach.exposures)
                            .map(|(w, s)| if *s > ELSEWHERE { 0.0 } else { libm::exp(*w) })
                            .collect();
                        stream.weighted(&prior)
                    }
                };
                drawn[source.strike] = Some(self.drawn(source.strike, hypothesis, items));
            } else if let (Some(background), Some((lattice, _)), Some((seed_cell, _))) =
                (&piece.unreported, self.unreported, held.counts.first())
            {
                let own = background.patches[*seed_cell as usize].places;
                let place = stream.weighted(&held.weights);
                let row = own.south + place / own.columns;
                let global = row * background.columns + own.west + place % own.columns;
                let shape = background.before.shape + f64::from(held.total);
                let items = stream.gamma(shape, 1.0 / background.inverse_rates[global]);
                let (easting, northing) = lattice.place(global);
                found.push(DrawnStrike { recorded: None, easting, northing, footprint: 0, items });
            }
        }
    }

    fn drawn(&self, strike: usize, hypothesis: usize, items: f64) -> DrawnStrike {
        let candidates = &self.strikes[strike].candidates;
        let (easting, northing) = candidates.place(hypothesis % candidates.len());
        let footprint = hypothesis / candidates.len();
        DrawnStrike { recorded: Some(strike), easting, northing, footprint, items }
    }

    /// Adds the intensity of items left in each cell of `window` in one draw; the number left in a cell is
    /// Poisson about it, independently of other cells.
    ///
    /// # Errors
    /// `LengthsDiffer` when `sums` has not one entry for each cell of the window.
    pub fn add_left_of_draw(
        &self,
        draw: &[DrawnStrike],
        window: &CellWindow,
        sums: &mut [f64],
    ) -> Result<(), UpdateFault> {
        check_window(window, sums)?;
        let mut before = vec![0.0; window.cells()];
        let grid = self.ground.grid();
        for strike in draw {
            let footprint = match strike.recorded {
                Some(j) => self.strikes.get(j).and_then(|s| s.footprints.get(strike.footprint)),
                None => None,
            };
            let footprint = footprint
                .map(|(_, footprint)| footprint)
                .or_else(|| self.unreported.map(|(_, footprint)| footprint));
            let Some(footprint) = footprint else { continue };
            let places = Places {
                eastings: &[strike.easting],
                northings: &[strike.northing],
                positions: &[(0, 0)],
            };
            let reached = places.window(grid, footprint).and_then(|w| w.shared_with(window));
            if let Some(part) = reached {
                let mut masses = vec![0.0; part.cells()];
                Masses::new(places, footprint, grid, part).spread(&[strike.items], &mut masses);
                add_part(window, &part, &masses, &mut before);
            }
        }
        self.add_unsearched_share(window, &before, sums);
        Ok(())
    }
}
