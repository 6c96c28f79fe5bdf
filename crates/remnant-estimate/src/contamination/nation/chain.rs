//! Which find came from which strike, in a window, by a chain of draws.
//!
//! Belongs here: where each strike is, how many items it left and which finds are its own, drawn in turn given
//! the others; unreported strikes that come and go; the probability of a state when shared unknowns change.
//!
//! Does not belong here: the shared unknowns' own steps (`shared`), cells (`tile`).
//!
//! A find is given to a strike by its items there; a strike's place and number are drawn given its finds;
//! an unreported strike is made by a find that nothing else need explain, and forgotten with its last one,
//! for those without finds are a Poisson process apart. The number of steps bounds the work, however many
//! strikes hang together.

mod owners;
mod places;
mod probability;
mod tables;

use super::super::model::Model;
use super::background::{Density, Nodes};
use super::evidence::{Evidence, StrikeIndex};
use super::kernel::Tails;
use super::scales::MOST_SCALES;
use crate::random::Stream;
use crate::strike::Gamma;

/// From here on an owner is an unreported strike.
const UNREPORTED: u32 = 1 << 31;
const NOBODY: u32 = u32::MAX;

/// The masses of one scale of a strike, as places in the chain's tables.
#[derive(Clone, Copy, Debug)]
struct Lines {
    first: u32,
    count: u32,
    at: u32,
}

/// A recorded strike of which the window's searches may tell something.
#[derive(Debug)]
struct Seen {
    /// Position among the strikes of the window.
    position: u32,
    eastings: u32,
    northings: u32,
    places: u32,
    loads: u32,
    /// For each scale its columns and rows.
    across: [Lines; MOST_SCALES],
    down: [Lines; MOST_SCALES],
    exposures: u32,
    weights: u32,
    gammas: u32,
    /// Sum of the weights.
    total: f64,
    tied: bool,
}

/// Where a strike is thought to be, and what it left, in one state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Origin {
    pub(super) scale: u8,
    pub(super) load: u8,
    pub(super) place: u32,
    /// Gamma distribution of its items, given its finds.
    pub(super) shape: f64,
    pub(super) rate: f64,
    pub(super) exposure: f64,
    /// Items before any search.
    pub(super) items: f64,
}

/// What one state holds of a recorded strike.
#[derive(Clone, Debug, Default)]
struct Held {
    origin: Option<Origin>,
    /// Position in the evidence's cells of finds, and how many, spot finds among them.
    counts: Vec<(u32, u32)>,
    finds: u32,
}

/// An unreported strike of which something was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Born {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) scale: u8,
    load: u8,
    pub(super) exposure: f64,
    pub(super) shape: f64,
    pub(super) rate: f64,
    pub(super) items: f64,
    finds: u32,
    owned: u32,
}

/// The chain of one window.
#[derive(Debug)]
pub(super) struct Chain<'m> {
    model: &'m Model<'m>,
    tails: &'m Tails,
    pub(super) evidence: Evidence,
    /// For each cell of finds whether they were found without effort.
    spot: Vec<bool>,
    /// Numbers of the strikes that may reach the window.
    pub(super) strikes: Vec<u32>,
    stream: Stream,
    // At the present point.
    pub(super) effort: Vec<f32>,
    /// Scales in cells with their weights.
    pub(super) scales: Vec<(f64, f64)>,
    seen: Vec<Seen>,
    tables: Vec<f32>,
    exposures: Vec<f32>,
    weights: Vec<f32>,
    gammas: Vec<Gamma>,
    pub(super) nodes: Vec<Nodes>,
    pub(super) left: Vec<(f64, Gamma)>,
    /// For each cell of finds the strikes that reach it, and where each begins.
    reached: Vec<u32>,
    reached_from: Vec<u32>,
    /// For each cell of finds: blocks with what new unreported strikes would explain at density one.
    births: Vec<(u32, f64)>,
    births_from: Vec<u32>,
    // The state.
    held: Vec<Held>,
    owners: Vec<(u32, u32)>,
    owners_from: Vec<u32>,
    born: Vec<Option<Born>>,
    free: Vec<u32>,
}

impl<'m> Chain<'m> {
    pub(super) fn new(
        model: &'m Model<'m>,
        tails: &'m Tails,
        index: &StrikeIndex,
        evidence: Evidence,
        reach: f64,
        stream: Stream,
    ) -> Self {
        let strikes = index.near(&evidence.window, reach);
        let mut owners_from = vec![0];
        for finds in &evidence.finds {
            owners_from.push(owners_from[owners_from.len() - 1] + finds.count);
        }
        let mut spot = vec![false; evidence.find_cells.len()];
        for finds in evidence.finds.iter().filter(|finds| finds.spot) {
            spot[finds.cells.0 as usize..finds.cells.1 as usize].fill(true);
        }
        let owners = vec![(NOBODY, 0); owners_from[evidence.finds.len()] as usize];
        Self {
            model,
            tails,
            held: vec![Held::default(); strikes.len()],
            strikes,
            stream,
            effort: vec![0.0; evidence.window.cells()],
            evidence,
            spot,
            scales: Vec::new(),
            seen: Vec::new(),
            tables: Vec::new(),
            exposures: Vec::new(),
            weights: Vec::new(),
            gammas: Vec::new(),
            nodes: Vec::new(),
            left: Vec::new(),
            reached: Vec::new(),
            reached_from: Vec::new(),
            births: Vec::new(),
            births_from: Vec::new(),
            owners,
            owners_from,
            born: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Whether anything was searched or found here.
    pub(super) fn tells(&self) -> bool {
        !self.evidence.searched.is_empty() || !self.evidence.finds.is_empty()
    }

    /// How many recorded strikes the searches and finds may tell something of.
    pub(super) fn seen_strikes(&self) -> usize {
        self.seen.len()
    }

    /// Gives each find an owner for the first time, taking all its places into account.
    ///
    /// # Errors
    /// The group of a find that nothing explains.
    pub(super) fn begin(&mut self, density: &Density<'_>) -> Result<(), u32> {
        for number in 0..self.seen.len() {
            self.draw_origin(number);
        }
        for finds in 0..self.evidence.finds.len() {
            self.give(finds, density, true)?;
        }
        Ok(())
    }

    /// One step of everything.
    ///
    /// # Errors
    /// The group of a find that nothing explains.
    pub(super) fn sweep(&mut self, density: &Density<'_>, untied_too: bool) -> Result<(), u32> {
        for number in 0..self.seen.len() {
            if untied_too || self.seen[number].tied {
                self.draw_origin(number);
            }
        }
        self.move_born(density);
        for finds in 0..self.evidence.finds.len() {
            self.give(finds, density, false)?;
        }
        Ok(())
    }

    /// Unreported strikes of which something was found.
    pub(super) fn unreported(&self) -> impl Iterator<Item = &Born> {
        self.born.iter().flatten()
    }

    /// Recorded strikes that the searches reach: position among the strikes of the window, whether finds
    /// reach it too, and where it is.
    pub(super) fn recorded(&self) -> impl Iterator<Item = (u32, bool, Option<Origin>)> + '_ {
        self.seen
            .iter()
            .map(|seen| (seen.position, seen.tied, self.held[seen.position as usize].origin))
    }
}

/// `base` to a whole power, by squaring, in an order of its own.
#[inline]
fn power(base: f64, exponent: u32) -> f64 {
    let (mut product, mut square, mut left) = (1.0, base, exponent);
    while left > 0 {
        if left & 1 == 1 {
            product *= square;
        }
        square *= square;
        left >>= 1;
    }
    product
}

/// The position on which a number falls when weights lie end to end.
pub(super) fn position_in(weights: impl Iterator<Item = f64>, mut left: f64) -> usize {
    let mut last = 0;
    for (position, weight) in weights.enumerate() {
        if weight > 0.0 {
            last = position;
            left -= weight;
            if left <= 0.0 {
                break;
            }
        }
    }
    last
}
