//! All sources on one searched ground together.
//!
//! Belongs here: which strikes and finds hang together, the update of every piece, expected items left in each
//! cell. Joint draws from which all totals and their intervals are made are in `draws`.
//!
//! Does not belong here: shared unknowns (the caller weighs them by [`Updated::log_marginal`]), Poisson counts of
//! cells and sums over areas (made by the caller from [`Sources::add_left_of_draw`]).

mod draws;

use rayon::prelude::*;

use super::enumerate::enumerate;
use super::fault::UpdateFault;
use super::ground::SearchedGround;
use super::masses::{Masses, Places};
use super::one_strike::{OneStrike, Reach};
use super::piece::{Background, Piece, Recorded};
use super::pieces::{ELSEWHERE, PieceTables};
use super::sampler::{SamplerSettings, sample};
use super::settled::{Diagnostics, Settled};
use super::unreported::{Unfound, UnreportedPlaces};
use crate::footprint::{CellWindow, Footprint};
use crate::strike::{Candidates, Gamma};

pub use draws::DrawnStrike;

/// A strike of the record, without the number of its items.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedStrike {
    /// Its number, by which its random numbers are drawn. Each strike has its own.
    pub id: u64,
    /// Where it may have been.
    pub candidates: Candidates,
    /// Weights that sum to one, each with a footprint: several scales, or a grid of elongations.
    pub footprints: Vec<(f64, Footprint)>,
}

/// Strikes, unreported ones too, and what a search sees of each.
#[derive(Clone, Debug)]
pub struct Sources<'a> {
    pub(super) ground: &'a SearchedGround,
    pub(super) strikes: &'a [RecordedStrike],
    pub(super) unreported: Option<(&'a UnreportedPlaces, &'a Footprint)>,
    pub(super) reaches: Vec<Reach>,
    pub(super) unreported_exposures: Vec<f64>,
    pub(super) pieces: Vec<PieceTables>,
    /// Whether a strike belongs to a piece.
    pub(super) in_piece: Vec<bool>,
}

/// Everything on the ground after the search, given what all pieces share.
#[derive(Clone, Debug)]
pub struct Updated {
    /// For strikes outside pieces the closed form.
    alone: Vec<Option<OneStrike>>,
    left: Vec<Gamma>,
    pieces: Vec<(PieceOutcome, Settled)>,
    unfound: Option<Unfound>,
}

/// What a draw needs of a piece.
#[derive(Clone, Debug)]
struct PieceOutcome {
    table: usize,
    number: u64,
}

impl<'a> Sources<'a> {
    /// Sources on `ground`: `strikes`, and unreported ones with their places and footprint.
    ///
    /// Costs one pass over effort and places; another number of items, [`Sources::update`], costs only the
    /// hypotheses.
    ///
    /// # Errors
    /// `StrikeTwice`, `UnusableNumber`, or `Unexplained` when no source reaches a find.
    pub fn new(
        ground: &'a SearchedGround,
        strikes: &'a [RecordedStrike],
        unreported: Option<(&'a UnreportedPlaces, &'a Footprint)>,
    ) -> Result<Self, UpdateFault> {
        let mut numbers: Vec<u64> = strikes.iter().map(|strike| strike.id).collect();
        numbers.sort_unstable();
        if let Some(pair) = numbers.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(UpdateFault::StrikeTwice { strike: pair[0] });
        }
        let reaches = strikes
            .par_iter()
            .map(|s| Reach::without_finds(ground, &s.candidates, &s.footprints))
            .collect::<Vec<_>>()
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?;
        let unreported_exposures =
            unreported.map_or_else(Vec::new, |(places, print)| places.exposures(ground, print));
        let mut sources = Self {
            ground,
            strikes,
            unreported,
            reaches,
            unreported_exposures,
            pieces: Vec::new(),
            in_piece: vec![false; strikes.len()],
        };
        sources.pieces = sources.tables()?;
        for table in &sources.pieces {
            for (strike, _, _) in &table.strikes {
                sources.in_piece[*strike] = true;
            }
        }
        Ok(sources)
    }

    /// Everything after the search, for these numbers of items.
    ///
    /// # Shapes and units
    /// `left`: items left by each recorded strike before any search; `unreported_left`: by each unreported
    /// one.
    ///
    /// # Errors
    /// `LengthsDiffer` when a strike has no number, and the faults of the sampler.
    pub fn update(
        &self,
        left: &[Gamma],
        unreported_left: Option<Gamma>,
        settings: &SamplerSettings,
        seed: u64,
    ) -> Result<Updated, UpdateFault> {
        let differ =
            |name, found, expected| Err(UpdateFault::LengthsDiffer { name, found, expected });
        if left.len() != self.strikes.len() {
            return differ("items left by strikes", left.len(), self.strikes.len());
        }
        if unreported_left.is_some() != self.unreported.is_some() {
            let given = usize::from(unreported_left.is_some());
            return differ("items left by unreported strikes", given, 1 - given);
        }
        let alone = self
            .reaches
            .par_iter()
            .zip(left)
            .zip(&self.in_piece)
            .map(|((reach, left), in_piece)| (!in_piece).then(|| reach.update(*left)))
            .collect();
        let unfound = self
            .unreported
            .zip(unreported_left)
            .map(|((places, _), left)| Unfound::new(places, &self.unreported_exposures, left));
        let pieces = (0..self.pieces.len())
            .into_par_iter()
            .map(|table| {
                let piece = self.piece(table, left, unfound.as_ref());
                let settled = match enumerate(&piece, settings.enumerate_up_to)? {
                    Some(settled) => settled,
                    None => sample(&piece, settings, seed)?,
                };
                Ok((PieceOutcome { table, number: piece.number() }, settled))
            })
            .collect::<Vec<Result<_, UpdateFault>>>()
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Updated { alone, left: left.to_vec(), pieces, unfound })
    }

    /// The tables of a piece for these numbers of items.
    fn piece<'b>(
        &'b self,
        table: usize,
        left: &[Gamma],
        unfound: Option<&'b Unfound>,
    ) -> Piece<'b> {
        let table = &self.pieces[table];
        let recorded: Vec<Recorded> = table
            .strikes
            .iter()
            .map(|(strike, near, rows)| {
                let reach = &self.reaches[*strike];
                let mut log_weights: Vec<f64> =
                    near.iter().map(|l| reach.log_weights[*l as usize]).collect();
                log_weights.push(libm::log(elsewhere_weight(reach)));
                let mut exposures: Vec<f64> =
                    near.iter().map(|l| reach.exposures[*l as usize]).collect();
                exposures.push(0.0);
                Recorded::new(*strike, left[*strike], log_weights, exposures, rows.clone())
            })
            .collect();
        let unreported = self.unreported.zip(unfound).map(|((places, _), unfound)| Background {
            before: unfound.before,
            columns: places.eastings().len(),
            log_strikes: &places.log_strikes,
            log_kept: &unfound.log_kept,
            inverse_rates: &unfound.inverse_rates,
            patches: table.patches.clone(),
        });
        Piece {
            smallest_strike: recorded.iter().map(|source| self.strikes[source.strike].id).min(),
            cells: table.cells.clone(),
            recorded,
            unreported,
        }
    }

    /// Adds the expected number of items left in each cell of `window`, of all sources together.
    ///
    /// # Shapes and units
    /// `sums`: one number for each cell of the window, row by row.
    ///
    /// # Errors
    /// `LengthsDiffer` when `sums` has not one entry for each cell of the window.
    pub fn add_expected_left(
        &self,
        updated: &Updated,
        window: &CellWindow,
        sums: &mut [f64],
    ) -> Result<(), UpdateFault> {
        let mut before = vec![0.0; window.cells()];
        check_window(window, sums)?;
        let parts: Vec<Option<(CellWindow, Vec<f64>)>> = (0..self.strikes.len())
            .into_par_iter()
            .map(|strike| self.spread_of(strike, &self.rates_of(updated, strike), window))
            .collect();
        for (part, masses) in parts.into_iter().flatten() {
            add_part(window, &part, &masses, &mut before);
        }
        if let Some(((places, footprint), unfound)) = self.unreported.zip(updated.unfound.as_ref())
        {
            let mut rates = unfound.rates();
            for (_, settled) in &updated.pieces {
                add_box(settled, places, &settled.unreported_rates, &mut rates);
            }
            let places = places.places();
            let reached = places.window(self.ground.grid(), footprint);
            if let Some(part) = reached.and_then(|reached| reached.shared_with(window)) {
                let mut masses = vec![0.0; part.cells()];
                Masses::new(places, footprint, self.ground.grid(), part)
                    .spread(&rates, &mut masses);
                add_part(window, &part, &masses, &mut before);
            }
        }
        self.add_unsearched_share(window, &before, sums);
        Ok(())
    }

    /// Adds the expected number of items left in each cell of `window` of one recorded strike, which is what a
    /// cell is explained by.
    ///
    /// # Errors
    /// `LengthsDiffer` when `sums` has not one entry for each cell of the window.
    pub fn add_expected_left_of(
        &self,
        updated: &Updated,
        strike: usize,
        window: &CellWindow,
        sums: &mut [f64],
    ) -> Result<(), UpdateFault> {
        check_window(window, sums)?;
        let mut before = vec![0.0; window.cells()];
        if let Some((part, masses)) =
            self.spread_of(strike, &self.rates_of(updated, strike), window)
        {
            add_part(window, &part, &masses, &mut before);
        }
        self.add_unsearched_share(window, &before, sums);
        Ok(())
    }

    /// `w_l` times the mean number of items before the search, over all hypotheses of a strike.
    #[must_use]
    pub fn rates_of(&self, updated: &Updated, strike: usize) -> Vec<f64> {
        match &updated.alone[strike] {
            Some(alone) => alone.rates(&self.reaches[strike]),
            None => self.of_piece(updated, strike, |settled, j| &settled.recorded_rates[j]),
        }
    }

    /// Probability of each hypothesis (footprint × place) of a strike after the search.
    #[must_use]
    pub fn weights_of(&self, updated: &Updated, strike: usize) -> Vec<f64> {
        match &updated.alone[strike] {
            Some(alone) => alone.weights.clone(),
            None => self.of_piece(updated, strike, |settled, j| &settled.recorded_weights[j]),
        }
    }

    /// What the search sees of each strike.
    #[must_use]
    pub fn reaches(&self) -> &[Reach] {
        &self.reaches
    }

    /// Expected number of unreported strikes at each place of their lattice after the search.
    #[must_use]
    pub fn unreported_strikes(&self, updated: &Updated) -> Option<Vec<f64>> {
        let ((places, _), unfound) = self.unreported.zip(updated.unfound.as_ref())?;
        let mut strikes = unfound.strikes.clone();
        for (_, settled) in &updated.pieces {
            add_box(settled, places, &settled.unreported_strikes, &mut strikes);
        }
        Some(strikes)
    }

    /// Numbers of a strike in its piece, given back to all its hypotheses: those elsewhere share by prior.
    fn of_piece(
        &self,
        updated: &Updated,
        strike: usize,
        pick: impl Fn(&Settled, usize) -> &Vec<f64>,
    ) -> Vec<f64> {
        let reach = &self.reaches[strike];
        let mut all = vec![0.0; reach.exposures.len()];
        for (outcome, settled) in &updated.pieces {
            let strikes = &self.pieces[outcome.table].strikes;
            let Some(j) = strikes.iter().position(|entry| entry.0 == strike) else { continue };
            let (near, values) = (&strikes[j].1, pick(settled, j));
            for (l, value) in near.iter().zip(values) {
                all[*l as usize] = *value;
            }
            let (elsewhere, weight) = (values[near.len()], elsewhere_weight(reach));
            if elsewhere > 0.0 {
                for (l, exposure) in reach.exposures.iter().enumerate() {
                    if *exposure <= ELSEWHERE {
                        all[l] = elsewhere * libm::exp(reach.log_weights[l]) / weight;
                    }
                }
            }
        }
        all
    }

    /// Items before the search in each cell that a strike reaches.
    fn spread_of(
        &self,
        strike: usize,
        rates: &[f64],
        window: &CellWindow,
    ) -> Option<(CellWindow, Vec<f64>)> {
        let RecordedStrike { candidates, footprints, .. } = &self.strikes[strike];
        let (grid, places) = (self.ground.grid(), Places::from(candidates));
        let reached = footprints
            .iter()
            .filter_map(|(_, print)| places.window(grid, print))
            .reduce(|a, b| if a.cells() > b.cells() { a } else { b })?;
        let part = reached.shared_with(window)?;
        let mut masses = vec![0.0; part.cells()];
        for ((_, footprint), rates) in footprints.iter().zip(rates.chunks_exact(candidates.len())) {
            Masses::new(places, footprint, grid, part).spread(rates, &mut masses);
        }
        Some((part, masses))
    }

    /// Adds what the search left of `before`: all of it where nobody searched.
    fn add_unsearched_share(&self, window: &CellWindow, before: &[f64], sums: &mut [f64]) {
        for (sum, before) in sums.iter_mut().zip(before) {
            *sum += before;
        }
        self.ground.visit(window, |place, effort, _| sums[place] -= effort * before[place]);
    }
}

impl Updated {
    /// Log probability of everything found and not found, given what all pieces share.
    #[must_use]
    pub fn log_marginal(&self) -> f64 {
        let alone: f64 = self.alone.iter().flatten().map(|strike| strike.log_marginal).sum();
        let pieces: f64 = self.pieces.iter().map(|piece| piece.1.diagnostics.log_marginal).sum();
        alone + pieces + self.unfound.as_ref().map_or(0.0, |unfound| unfound.log_marginal)
    }

    /// Standard error of [`Updated::log_marginal`] by Monte Carlo.
    #[must_use]
    pub fn log_marginal_error(&self) -> f64 {
        let square = |piece: &(PieceOutcome, Settled)| {
            let error = piece.1.diagnostics.log_marginal_error;
            error * error
        };
        libm::sqrt(self.pieces.iter().map(square).sum())
    }

    /// Diagnostics of each piece with finds.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostics> {
        self.pieces.iter().map(|piece| piece.1.diagnostics).collect()
    }
}

/// Prior weight of the hypotheses that the search does not meet.
fn elsewhere_weight(reach: &Reach) -> f64 {
    let far = reach.log_weights.iter().zip(&reach.exposures).filter(|(_, s)| **s <= ELSEWHERE);
    far.map(|(weight, _)| libm::exp(*weight)).sum()
}

fn check_window(window: &CellWindow, sums: &[f64]) -> Result<(), UpdateFault> {
    if sums.len() == window.cells() {
        return Ok(());
    }
    let (found, expected) = (sums.len(), window.cells());
    Err(UpdateFault::LengthsDiffer { name: "sums of cells", found, expected })
}

/// Adds numbers of a part of a window to those of the whole.
fn add_part(window: &CellWindow, part: &CellWindow, values: &[f64], sums: &mut [f64]) {
    for row in 0..part.rows {
        let start = (part.row - window.row + row) * window.columns + part.column - window.column;
        let line = &mut sums[start as usize..(start + part.columns) as usize];
        let own = &values[(row * part.columns) as usize..((row + 1) * part.columns) as usize];
        for (sum, value) in line.iter_mut().zip(own) {
            *sum += value;
        }
    }
}

/// Adds numbers of a piece's unreported strikes to those of the whole lattice.
fn add_box(settled: &Settled, places: &UnreportedPlaces, values: &[f64], sums: &mut [f64]) {
    let Some(part) = settled.unreported_places else { return };
    let columns = places.eastings().len();
    for row in 0..part.rows {
        let start = (part.south + row) * columns + part.west;
        let own = &values[row * part.columns..(row + 1) * part.columns];
        for (sum, value) in sums[start..start + part.columns].iter_mut().zip(own) {
            *sum += value;
        }
    }
}
