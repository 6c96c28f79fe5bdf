//! A piece: finds that hang together, and every source that may have left them.
//!
//! Belongs here: the tables of a piece, laid out for the loops that share finds out.
//! Does not belong here: how finds are shared out (`share_out`, `enumerate`, `sampler`).

use crate::strike::Gamma;

/// A cell with finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FindCell {
    pub(crate) cell: u32,
    pub(crate) finds: u32,
}

/// A recorded strike that reaches at least one of the finds.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    /// Its position in the caller's list.
    pub(crate) strike: usize,
    pub(crate) before: Gamma,
    pub(crate) log_weights: Vec<f64>,
    /// `log(1 + S_l/b)`.
    pub(crate) log_kept: Vec<f64>,
    /// `1 / (b + S_l)`.
    pub(crate) inverse_rates: Vec<f64>,
    /// For each cell with finds `e K_l` over the hypotheses; empty where the strike does not reach.
    pub(crate) rows: Vec<Vec<f64>>,
    pub(crate) log_rows: Vec<Vec<f64>>,
}

impl Recorded {
    pub(crate) fn new(
        strike: usize,
        before: Gamma,
        log_weights: Vec<f64>,
        exposures: Vec<f64>,
        rows: Vec<Vec<f64>>,
    ) -> Self {
        let log_rows = rows.iter().map(|row| row.iter().map(|x| libm::log(*x)).collect()).collect();
        Self {
            strike,
            before,
            log_weights,
            log_kept: exposures.iter().map(|s| libm::log1p(s / before.rate)).collect(),
            inverse_rates: exposures.iter().map(|s| 1.0 / (before.rate + s)).collect(),
            rows,
            log_rows,
        }
    }
}

/// A rectangle of places of the lattice of unreported strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Box2 {
    pub(crate) west: usize,
    pub(crate) south: usize,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

impl Box2 {
    pub(crate) fn places(&self) -> usize {
        self.columns * self.rows
    }

    /// The rectangle common to both; none when they lie apart.
    pub(crate) fn shared_with(&self, other: &Self) -> Option<Self> {
        let (west, south) = (self.west.max(other.west), self.south.max(other.south));
        let east = (self.west + self.columns).min(other.west + other.columns);
        let north = (self.south + self.rows).min(other.south + other.rows);
        (west < east && south < north).then(|| Self {
            west,
            south,
            columns: east - west,
            rows: north - south,
        })
    }

    /// The rectangle that holds both.
    pub(crate) fn joined_with(&self, other: &Self) -> Self {
        let (west, south) = (self.west.min(other.west), self.south.min(other.south));
        let east = (self.west + self.columns).max(other.west + other.columns);
        let north = (self.south + self.rows).max(other.south + other.rows);
        Self { west, south, columns: east - west, rows: north - south }
    }

    /// Where row `row` of `part` starts in this rectangle's row-by-row order.
    pub(crate) fn start_of(&self, part: &Self, row: usize) -> usize {
        (part.south - self.south + row) * self.columns + part.west - self.west
    }
}

/// Places from which an unreported strike reaches one cell with finds.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    pub(crate) places: Box2,
    /// `e K_l`, and its logarithm.
    pub(crate) masses: Vec<f64>,
    pub(crate) logs: Vec<f64>,
}

/// Strikes nobody reported, as far as they concern a piece.
#[derive(Clone, Debug)]
pub(crate) struct Background<'a> {
    pub(crate) before: Gamma,
    /// Eastings of the whole lattice, which the next three lists cover row by row.
    pub(crate) columns: usize,
    /// Log of the expected number of strikes at each place.
    pub(crate) log_strikes: &'a [f64],
    pub(crate) log_kept: &'a [f64],
    pub(crate) inverse_rates: &'a [f64],
    /// One for each cell with finds.
    pub(crate) patches: Vec<Patch>,
}

/// Finds that hang together and their possible sources.
#[derive(Clone, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) smallest_strike: Option<u64>,
    pub(crate) cells: Vec<FindCell>,
    pub(crate) recorded: Vec<Recorded>,
    pub(crate) unreported: Option<Background<'a>>,
}

impl Piece<'_> {
    /// For each find the position of its cell.
    pub(crate) fn cell_of_finds(&self) -> Vec<u32> {
        let repeated = |(position, cell): (usize, &FindCell)| {
            core::iter::repeat_n(position as u32, cell.finds as usize)
        };
        self.cells.iter().enumerate().flat_map(repeated).collect()
    }

    /// Finds of one cell cannot be told apart: `Σ log y_c!`.
    pub(crate) fn log_orders(&self) -> f64 {
        self.cells.iter().map(|cell| libm::lgamma(f64::from(cell.finds) + 1.0)).sum()
    }

    /// The number of the piece's stream of random numbers.
    pub(crate) fn number(&self) -> u64 {
        self.smallest_strike
            .unwrap_or_else(|| self.cells.first().map_or(0, |cell| u64::from(cell.cell)))
    }
}
