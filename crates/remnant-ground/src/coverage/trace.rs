//! Following rings through the cells that they cross.
//!
//! Belongs here: what each edge leaves in a cell, and the fractions of a row from it. Does not
//! belong here: what is done with a fraction.

use std::ops::Range;

use geo_types::Coord;

use super::{CoverageFault, Lattice, Outline};

/// What an edge leaves in one cell: the part of the row's height over which it runs there, and the
/// part of the cell that lies east of it; both positive where it runs south.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    row: u32,
    column: u32,
    height: f64,
    east: f64,
}

/// How far below 0 or above 1 a fraction may lie: parts that were cut at a common line overlap by
/// what the overlay rounds.
const ROUNDING: f64 = 1e-6;

/// Fractions smaller than this are what rounding left where edges cancel.
const NOTHING: f64 = 1e-15;

/// Room for the crossings of one outline, kept from one outline to the next.
#[derive(Default)]
pub(crate) struct Trace {
    found: Vec<Crossing>,
    by_row: Vec<Crossing>,
    /// Where the crossings of each row end in `by_row`.
    ends: Vec<usize>,
}

impl Trace {
    /// Tells the covered cells of `rows`, from north to south and from west to east: row, columns,
    /// and the share of each cell in them.
    ///
    /// # Errors
    /// [`CoverageFault::RingsCross`]; what was told until then is of no use.
    pub(crate) fn rows(
        &mut self,
        lattice: &Lattice,
        outline: &Outline,
        rows: Range<u32>,
        mut tell: impl FnMut(u32, Range<u32>, f64),
    ) -> Result<(), CoverageFault> {
        let reached = outline.rows();
        let rows = rows.start.max(reached.start)..rows.end.min(reached.end);
        if rows.is_empty() {
            return Ok(());
        }
        self.found.clear();
        let mut window = Window {
            found: &mut self.found,
            columns: f64::from(lattice.columns()),
            rows: rows.clone(),
        };
        for ring in outline.rings() {
            for edge in ring.windows(2) {
                window.edge(edge[0], edge[1]);
            }
        }
        self.sort_by_row(&rows);
        let mut start = 0;
        for (row, end) in rows.zip(&self.ends) {
            let crossings = &mut self.by_row[start..*end];
            start = *end;
            // Stable, so that one cell sums in the order of the edges.
            crossings.sort_by_key(|crossing| crossing.column);
            tell_row(row, crossings, lattice.columns(), &mut tell)?;
        }
        Ok(())
    }

    /// Puts the crossings of each row together, in the order in which they were found.
    fn sort_by_row(&mut self, rows: &Range<u32>) {
        let count = (rows.end - rows.start) as usize;
        self.ends.clear();
        self.ends.resize(count, 0);
        for crossing in &self.found {
            self.ends[(crossing.row - rows.start) as usize] += 1;
        }
        let mut before = 0;
        for end in &mut self.ends {
            // Where the row starts; filling the row moves it to where the row ends.
            before += std::mem::replace(end, before);
        }
        let none = Crossing { row: 0, column: 0, height: 0.0, east: 0.0 };
        self.by_row.clear();
        self.by_row.resize(self.found.len(), none);
        for crossing in &self.found {
            let place = &mut self.ends[(crossing.row - rows.start) as usize];
            self.by_row[*place] = *crossing;
            *place += 1;
        }
    }
}

/// The fractions of one row.
fn tell_row(
    row: u32,
    crossings: &[Crossing],
    columns: u32,
    tell: &mut impl FnMut(u32, Range<u32>, f64),
) -> Result<(), CoverageFault> {
    // The height over which the outline lies west of the cells to come: 1 inside, 0 outside.
    let mut height = 0.0;
    let mut of_row = |columns: Range<u32>, fraction: f64| {
        if !(-ROUNDING..=1.0 + ROUNDING).contains(&fraction) {
            return Err(CoverageFault::RingsCross { row, column: columns.start, fraction });
        }
        if fraction > NOTHING {
            tell(row, columns, fraction.min(1.0));
        }
        Ok(())
    };
    let mut cells = crossings.chunk_by(|a, b| a.column == b.column).peekable();
    while let Some(cell) = cells.next() {
        let column = cell[0].column;
        let east: f64 = cell.iter().map(|crossing| crossing.east).sum();
        of_row(column..column + 1, height + east)?;
        height += cell.iter().map(|crossing| crossing.height).sum::<f64>();
        let next = cells.peek().map_or(columns, |cell| cell[0].column);
        if next > column + 1 {
            of_row(column + 1..next, height)?;
        }
    }
    Ok(())
}

/// The rows and columns within which edges are followed.
struct Window<'a> {
    found: &'a mut Vec<Crossing>,
    columns: f64,
    rows: Range<u32>,
}

impl Window<'_> {
    /// Follows one edge down its rows.
    fn edge(&mut self, from: Coord<f64>, to: Coord<f64>) {
        let (sign, upper, lower) = if from.y < to.y { (1.0, from, to) } else { (-1.0, to, from) };
        let (top, bottom) = (f64::from(self.rows.start), f64::from(self.rows.end));
        if upper.y == lower.y
            || lower.y <= top
            || upper.y >= bottom
            || upper.x.min(lower.x) >= self.columns
        {
            return;
        }
        let slope = (lower.x - upper.x) / (lower.y - upper.y);
        let (west, east) = (upper.x.min(lower.x), upper.x.max(lower.x));
        let x_at = |y: f64| (upper.x + (y - upper.y) * slope).clamp(west, east);
        let mut start = upper;
        if upper.y < top {
            start = Coord { x: x_at(top), y: top };
        }
        // Both lie within the rows of the window, which fit the type.
        let (first, last) = (start.y.floor() as u32, lower.y.min(bottom).ceil() as u32);
        for row in first..last {
            let row_top = f64::from(row);
            let end = if lower.y <= row_top + 1.0 {
                lower
            } else {
                Coord { x: x_at(row_top + 1.0), y: row_top + 1.0 }
            };
            let height = rounded(end.y - row_top) - rounded(start.y - row_top);
            self.within_row(row, sign, height, start.x, end.x);
            start = end;
        }
    }

    /// Follows an edge of so much height through the columns of one row.
    ///
    /// It makes no difference for any cell whether it is followed eastward or westward.
    fn within_row(&mut self, row: u32, sign: f64, height: f64, x: f64, other_x: f64) {
        if height == 0.0 {
            return;
        }
        let (west, east) = if x <= other_x { (x, other_x) } else { (other_x, x) };
        if west >= self.columns {
            return;
        }
        let mut leave = |column: f64, height: f64, east: f64| {
            if height != 0.0 {
                let (height, east) = (sign * height, sign * east);
                self.found.push(Crossing { row, column: column as u32, height, east });
            }
        };
        if east <= 0.0 {
            // West of the lattice: every cell of the row lies east of it.
            leave(0.0, height, height);
            return;
        }
        let column = west.floor();
        if east <= column + 1.0 && column >= 0.0 {
            leave(column, height, height * (column + 1.0 - (west + east) / 2.0));
            return;
        }
        // The height at which it enters a column, counted from its western end.
        let slope = height / (east - west);
        let at = |x: f64| rounded(((x - west) * slope).clamp(0.0, height));
        let (mut x, mut entered) = (west, 0.0);
        if west < 0.0 {
            x = 0.0;
            entered = at(0.0);
            leave(0.0, entered, entered);
        }
        while x < east.min(self.columns) {
            let column = x.floor();
            let (next, left) = if east <= column + 1.0 {
                (east, height)
            } else {
                (column + 1.0, at(column + 1.0).max(entered))
            };
            let part = left - entered;
            leave(column, part, part * (column + 1.0 - (x + next) / 2.0));
            (x, entered) = (next, left);
        }
    }
}

/// A height within a row to the nearest multiple of 2^-48 of a cell.
///
/// Sums and differences of such numbers are exact, so that heights add up to 1 inside and 0 outside
/// without a trace of rounding, in whatever order the edges come.
fn rounded(height: f64) -> f64 {
    // Between 16 and 32 neighbouring numbers are 2^-48 apart.
    const BETWEEN: f64 = 24.0;
    (height + BETWEEN) - BETWEEN
}
