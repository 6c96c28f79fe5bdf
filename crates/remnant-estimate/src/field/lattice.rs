//! The lattice of blocks on which the field lives, and its precision matrix.
//!
//! Belongs here: which blocks there are, which touch, and the Matérn precision with reflecting border.
//! Does not belong here: what was found in a block, or how equations are solved.

use core::f64::consts::PI;

use super::fault::{FieldFault, within};

/// Stands for "no block here".
const NONE: u32 = u32::MAX;

/// Square blocks of a rectangle, or of a part of it; numbered row by row from the north-west corner,
/// places outside the mask left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Lattice {
    columns: u32,
    rows: u32,
    side_kilometres: f64,
    places: Vec<u32>,
    blocks: Vec<u32>,
}

impl Lattice {
    /// All blocks of a rectangle; `side_kilometres` is the side of a block.
    ///
    /// # Errors
    /// [`FieldFault::Size`] without blocks or with more than can be numbered, and
    /// [`FieldFault::UnusableNumber`] for the side.
    pub fn rectangle(columns: u32, rows: u32, side_kilometres: f64) -> Result<Self, FieldFault> {
        let places = columns.checked_mul(rows).filter(|places| *places < NONE).unwrap_or(0);
        Self::masked(columns, rows, side_kilometres, &vec![true; places as usize])
    }

    /// The blocks of a rectangle for which `inside` is true, row by row from the north-west corner.
    ///
    /// Where the region ends the field is reflected, as at the edge of the rectangle.
    ///
    /// # Errors
    /// As [`Lattice::rectangle`], and when `inside` has another length than the rectangle.
    pub fn masked(
        columns: u32,
        rows: u32,
        side_kilometres: f64,
        inside: &[bool],
    ) -> Result<Self, FieldFault> {
        within("side of a block in km", side_kilometres, 1e-3, 1e4)?;
        let count = columns.checked_mul(rows).filter(|places| *places < NONE);
        let Some(expected) = count.map(|places| places as usize).filter(|places| *places > 0)
        else {
            return Err(FieldFault::Size { columns, rows, blocks: 0 });
        };
        if inside.len() != expected {
            return Err(FieldFault::CountsDiffer { what: "mask", expected, given: inside.len() });
        }
        let mut blocks = vec![NONE; expected];
        let mut places = Vec::new();
        for (place, block) in blocks.iter_mut().enumerate() {
            if inside[place] {
                *block = places.len() as u32;
                places.push(place as u32);
            }
        }
        if places.is_empty() {
            return Err(FieldFault::Size { columns, rows, blocks: 0 });
        }
        Ok(Self { columns, rows, side_kilometres, places, blocks })
    }

    /// Number of blocks.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.places.len()
    }

    /// Columns of the rectangle.
    #[must_use]
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// Rows of the rectangle.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Side of a block in kilometres.
    #[must_use]
    pub fn side_kilometres(&self) -> f64 {
        self.side_kilometres
    }

    /// Column and row of `block`, which must be smaller than [`Lattice::blocks`].
    #[must_use]
    pub fn column_and_row(&self, block: usize) -> (u32, u32) {
        (self.places[block] % self.columns, self.places[block] / self.columns)
    }

    /// The block in `column` of `row`; none outside the region.
    #[must_use]
    pub fn block_at(&self, column: i64, row: i64) -> Option<usize> {
        let inside = (0..i64::from(self.columns)).contains(&column)
            && (0..i64::from(self.rows)).contains(&row);
        if !inside {
            return None;
        }
        let block = self.blocks[row as usize * self.columns as usize + column as usize];
        (block != NONE).then_some(block as usize)
    }

    /// The blocks that share a side with `block`: north, west, east, south.
    pub fn neighbours(&self, block: usize) -> impl Iterator<Item = usize> + '_ {
        let (column, row) = self.column_and_row(block);
        let (column, row) = (i64::from(column), i64::from(row));
        [(column, row - 1), (column - 1, row), (column + 1, row), (column, row + 1)]
            .into_iter()
            .filter_map(|(column, row)| self.block_at(column, row))
    }

    /// Whether every place of the rectangle is a block.
    pub(super) fn is_full(&self) -> bool {
        self.places.len() == self.blocks.len()
    }
}

/// How far and how strongly the log density of strikes varies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Standard deviation of the field far from any border.
    pub standard_deviation: f64,
    /// Distance in kilometres at which the correlation has fallen to about 0.14.
    pub range_kilometres: f64,
}

impl Spread {
    /// κ² for a lattice, in blocks⁻²: `8/range²`.
    pub(super) fn kappa_squared(self, lattice: &Lattice) -> f64 {
        let range = self.range_kilometres / lattice.side_kilometres();
        8.0 / (range * range)
    }

    /// The factor before `(κ² I + G)²`: `1/(4π κ² sd²)`.
    pub(super) fn scale(self, lattice: &Lattice) -> f64 {
        1.0 / (4.0
            * PI
            * self.kappa_squared(lattice)
            * self.standard_deviation
            * self.standard_deviation)
    }
}

/// The lower triangle of the precision, column by column: where it has entries, and what the entries
/// of the graph's Laplacian `G` and of `G²` are there.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) starts: Vec<u32>,
    pub(super) rows: Vec<u32>,
    laplacian: Vec<i8>,
    squared: Vec<i8>,
}

impl Pattern {
    pub(super) fn of(lattice: &Lattice) -> Self {
        let blocks = lattice.blocks();
        let mut pattern = Self {
            starts: Vec::with_capacity(blocks + 1),
            rows: Vec::with_capacity(7 * blocks),
            laplacian: Vec::with_capacity(7 * blocks),
            squared: Vec::with_capacity(7 * blocks),
        };
        let degree: Vec<i8> =
            (0..blocks).map(|block| lattice.neighbours(block).count() as i8).collect();
        let mut column: Vec<(usize, i8, i8)> = Vec::with_capacity(32);
        let mut merged: Vec<(usize, i8, i8)> = Vec::with_capacity(16);
        for block in 0..blocks {
            pattern.starts.push(pattern.rows.len() as u32);
            column.clear();
            // G times the column of G that belongs to this block.
            column.push((block, degree[block], degree[block] * degree[block]));
            for near in lattice.neighbours(block) {
                column.push((near, -1, -degree[block] - degree[near]));
                column.extend(lattice.neighbours(near).map(|far| (far, 0, 1)));
            }
            column.retain(|entry| entry.0 >= block);
            column.sort_by_key(|entry| entry.0);
            merged.clear();
            for &(row, g, gg) in &column {
                match merged.last_mut() {
                    Some(last) if last.0 == row => {
                        last.1 += g;
                        last.2 += gg;
                    }
                    _ => merged.push((row, g, gg)),
                }
            }
            for &(row, g, gg) in &merged {
                pattern.rows.push(row as u32);
                pattern.laplacian.push(g);
                pattern.squared.push(gg);
            }
        }
        pattern.starts.push(pattern.rows.len() as u32);
        pattern
    }

    pub(super) fn blocks(&self) -> usize {
        self.starts.len() - 1
    }

    /// The entries of `(κ² I + G)² scale`.
    ///
    /// The first entry of each column is the diagonal.
    pub(super) fn precision(&self, lattice: &Lattice, spread: Spread, values: &mut Vec<f64>) {
        let (kappa, scale) = (spread.kappa_squared(lattice), spread.scale(lattice));
        values.clear();
        values.extend(
            self.laplacian
                .iter()
                .zip(&self.squared)
                .map(|(g, gg)| scale * (2.0 * kappa * f64::from(*g) + f64::from(*gg))),
        );
        for start in &self.starts[..self.blocks()] {
            values[*start as usize] += scale * kappa * kappa;
        }
    }

    /// The entries of `κ² I + G`, with zeros where only the square has entries.
    pub(super) fn root(&self, kappa_squared: f64, values: &mut Vec<f64>) {
        values.clear();
        values.extend(self.laplacian.iter().map(|g| f64::from(*g)));
        for start in &self.starts[..self.blocks()] {
            values[*start as usize] += kappa_squared;
        }
    }

    /// `product = matrix · vector` for the symmetric matrix with these entries.
    pub(super) fn multiply(&self, values: &[f64], vector: &[f64], product: &mut [f64]) {
        product.fill(0.0);
        for column in 0..self.blocks() {
            let (start, end) = (self.starts[column] as usize, self.starts[column + 1] as usize);
            let x = vector[column];
            let mut sum = values[start] * x;
            for (row, value) in self.rows[start + 1..end].iter().zip(&values[start + 1..end]) {
                product[*row as usize] += value * x;
                sum += value * vector[*row as usize];
            }
            product[column] += sum;
        }
    }
}

/// Logarithm of the determinant of `κ² I + G` on a full rectangle, from the exact eigenvalues of the
/// reflecting Laplacian, `4 sin²(π i / 2n)` for each axis.
pub(super) fn log_determinant_of_root(lattice: &Lattice, kappa_squared: f64) -> f64 {
    let eigenvalues = |count: u32| -> Vec<f64> {
        (0..count)
            .map(|i| {
                let sine = libm::sin(PI * f64::from(i) / (2.0 * f64::from(count)));
                4.0 * sine * sine
            })
            .collect()
    };
    let across = eigenvalues(lattice.columns());
    eigenvalues(lattice.rows())
        .iter()
        .map(|down| {
            across.iter().map(|across| libm::log(kappa_squared + down + across)).sum::<f64>()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// The precision by its definition, as a full matrix.
    fn plain(lattice: &Lattice, spread: Spread) -> Vec<Vec<f64>> {
        let n = lattice.blocks();
        let mut root = vec![vec![0.0; n]; n];
        for (block, row) in root.iter_mut().enumerate() {
            row[block] = spread.kappa_squared(lattice) + lattice.neighbours(block).count() as f64;
            for near in lattice.neighbours(block) {
                row[near] = -1.0;
            }
        }
        let scale = spread.scale(lattice);
        (0..n)
            .map(|i| {
                (0..n)
                    .map(|j| scale * (0..n).map(|k| root[i][k] * root[k][j]).sum::<f64>())
                    .collect()
            })
            .collect()
    }

    #[test]
    fn the_precision_is_the_square_of_the_root_on_any_outline() {
        let outline: Vec<bool> = "1110111100111111".chars().map(|c| c == '1').collect();
        let spread = Spread { standard_deviation: 0.7, range_kilometres: 5.0 };
        for lattice in [
            Lattice::rectangle(5, 3, 2.0).unwrap(),
            Lattice::rectangle(1, 4, 1.0).unwrap(),
            Lattice::masked(4, 4, 1.0, &outline).unwrap(),
        ] {
            let pattern = Pattern::of(&lattice);
            let (mut values, n) = (Vec::new(), lattice.blocks());
            pattern.precision(&lattice, spread, &mut values);
            let expected = plain(&lattice, spread);
            for (block, row) in expected.iter().enumerate() {
                let (mut unit, mut product) = (vec![0.0; n], vec![0.0; n]);
                unit[block] = 1.0;
                pattern.multiply(&values, &unit, &mut product);
                for (value, expected) in product.iter().zip(row) {
                    assert!((value - expected).abs() < 1e-12 * (1.0 + expected.abs()));
                }
            }
        }
    }

    #[test]
    fn lattices_without_blocks_or_with_a_wrong_mask_are_refused() {
        assert!(Lattice::rectangle(0, 3, 1.0).is_err());
        assert!(Lattice::rectangle(1 << 20, 1 << 20, 1.0).is_err());
        assert!(Lattice::rectangle(2, 2, f64::NAN).is_err());
        assert!(Lattice::masked(2, 2, 1.0, &[true]).is_err());
        assert!(Lattice::masked(2, 1, 1.0, &[false, false]).is_err());
    }
}
