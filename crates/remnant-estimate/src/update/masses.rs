//! Kernel masses between many places and a window of cells, computed once for each easting and northing.
//!
//! Belongs here: sums over cells for each place (what a search sees of it), sums over places for each cell
//! (what is left where), and the masses of one cell. An isotropic kernel is a product of a mass along the
//! row and a mass down the column, so neither a place nor a cell needs a table of its own: with 17 × 17
//! places and 10 × 10 cells, 4 600 multiplications do the work of 28 900.
//!
//! Does not belong here: what the sums mean.

use super::ground::SearchedGround;
use crate::footprint::{CellWindow, Footprint, masses_along};
use crate::grid::Grid;
use crate::normal::cumulative;
use crate::strike::Candidates;

/// Masses below this are taken as nothing: a millionth of an item would need 10¹² of them.
const NOTHING: f64 = 1e-18;

/// Places on eastings × northings, each named by its positions in both lists.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places<'a> {
    pub(crate) eastings: &'a [f64],
    pub(crate) northings: &'a [f64],
    pub(crate) positions: &'a [(u32, u32)],
}

impl<'a> From<&'a Candidates> for Places<'a> {
    fn from(candidates: &'a Candidates) -> Self {
        Self {
            eastings: candidates.eastings(),
            northings: candidates.northings(),
            positions: candidates.positions(),
        }
    }
}

impl Places<'_> {
    /// The cells that a footprint at any of the places reaches.
    pub(crate) fn window(&self, grid: &Grid, footprint: &Footprint) -> Option<CellWindow> {
        let ends = |values: &[f64]| {
            values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(*value), high.max(*value))
            })
        };
        let reach = footprint.reach_metres();
        let ((west, east), (south, north)) = (ends(self.eastings), ends(self.northings));
        CellWindow::around(grid, west - reach, east + reach, south - reach, north + reach)
    }
}

/// Tables of one normal part of a kernel.
#[derive(Clone, Debug)]
struct Part {
    share: f64,
    /// Mass in each column for each easting: column by column.
    along: Vec<f64>,
    /// Mass in each row for each northing: row by row.
    down: Vec<f64>,
}

/// Kernel masses of places in a window.
#[derive(Clone, Debug)]
pub(crate) struct Masses<'a> {
    places: Places<'a>,
    footprint: &'a Footprint,
    grid: &'a Grid,
    window: CellWindow,
    /// Empty for elongated footprints, whose masses are no products.
    parts: Vec<Part>,
}

/// The normal masses between edges for each centre, edge interval by edge interval.
fn table(edges: &[f64], centres: &[f64], scale: f64) -> Vec<f64> {
    let intervals = edges.len() - 1;
    let mut table = vec![0.0; intervals * centres.len()];
    if let Some(steps) = Steps::of(edges, centres) {
        steps.fill(scale, &mut table);
        return table;
    }
    let mut masses = vec![0.0; intervals];
    for (position, centre) in centres.iter().enumerate() {
        masses_along(edges, *centre, scale, &mut masses);
        for (interval, mass) in masses.iter().enumerate() {
            table[interval * centres.len() + position] = *mass;
        }
    }
    table
}

/// Even edges and even centres whose steps are whole multiples of one another.
///
/// Distances from edges to centres then repeat: with cells of 100 m and places 50 m apart 11 edges and 17
/// places have 37 distances and not 187, and the normal distribution function is most of the work.
struct Steps {
    /// The smallest distance, signed so that distances rise with the edges, and the step between them.
    first: f64,
    step: f64,
    edges: usize,
    centres: usize,
    /// Steps from edge to edge, and from centre to centre.
    by_edge: usize,
    by_centre: usize,
    /// Whether a distance falls from one centre to the next.
    falls: bool,
}

impl Steps {
    fn of(edges: &[f64], centres: &[f64]) -> Option<Self> {
        let spacing = |values: &[f64]| {
            let (first, second) = (values.first()?, values.get(1)?);
            let step = second - first;
            let even =
                values.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() <= 1e-9 * step.abs());
            even.then_some(step)
        };
        let (edge, centre) = (spacing(edges)?, spacing(centres)?);
        let (wide, narrow) = (edge.abs().max(centre.abs()), edge.abs().min(centre.abs()));
        let ratio = (wide / narrow).round();
        if !(ratio <= 16.0 && (wide - ratio * narrow).abs() <= 1e-9 * wide) {
            return None;
        }
        let ratio = ratio as usize;
        let (by_edge, by_centre) = if edge.abs() >= centre.abs() { (ratio, 1) } else { (1, ratio) };
        let sign = edge.signum();
        // Distance = sign × (edge − centre): it falls with the centres where both run the same way.
        let falls = sign * centre > 0.0;
        let nearest = if falls { centres[centres.len() - 1] } else { centres[0] };
        Some(Self {
            first: sign * (edges[0] - nearest),
            step: narrow,
            edges: edges.len(),
            centres: centres.len(),
            by_edge,
            by_centre,
            falls,
        })
    }

    fn fill(&self, scale: f64, table: &mut [f64]) {
        let count = (self.edges - 1) * self.by_edge + (self.centres - 1) * self.by_centre + 1;
        let (inverse, mut above) = (1.0 / scale, count);
        let tails: Vec<f64> = (0..count)
            .map(|position| {
                let z = (self.first + position as f64 * self.step) * inverse;
                if z > 0.0 {
                    above = above.min(position);
                }
                cumulative(-z.abs())
            })
            .collect();
        for interval in 0..self.edges - 1 {
            let line = &mut table[interval * self.centres..(interval + 1) * self.centres];
            for (centre, mass) in line.iter_mut().enumerate() {
                let turn = if self.falls { self.centres - 1 - centre } else { centre };
                let low = interval * self.by_edge + turn * self.by_centre;
                let high = low + self.by_edge;
                // Each in the tail on its own side, so that small masses keep their digits.
                *mass = if high < above {
                    tails[high] - tails[low]
                } else if low >= above {
                    tails[low] - tails[high]
                } else {
                    1.0 - tails[low] - tails[high]
                };
            }
        }
    }
}

/// `sum += factor × values`, entry by entry.
#[inline]
fn add_scaled(sum: &mut [f64], factor: f64, values: &[f64]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += factor * value;
    }
}

/// The scalar product, in four sums that run side by side and in a fixed order.
#[inline]
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (lefts, rights) = (left.chunks_exact(4), right.chunks_exact(4));
    let rest: f64 = lefts.remainder().iter().zip(rights.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in lefts.zip(rights) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

impl<'a> Masses<'a> {
    /// Tables for the cells of `window`.
    pub(crate) fn new(
        places: Places<'a>,
        footprint: &'a Footprint,
        grid: &'a Grid,
        window: CellWindow,
    ) -> Self {
        let parts = footprint.separable_parts().map_or_else(Vec::new, |parts| {
            let (columns, rows) = (window.column_edges(grid), window.row_edges(grid));
            parts
                .iter()
                .map(|part| Part {
                    share: part.share,
                    along: table(&columns, places.eastings, part.scale),
                    down: table(&rows, places.northings, part.scale),
                })
                .collect()
        });
        Self { places, footprint, grid, window, parts }
    }

    /// Mass of a place in a cell of the window without tables.
    fn turned_mass(&self, position: (u32, u32), column: u32, row: u32) -> f64 {
        let east = self.places.eastings[position.0 as usize];
        let north = self.places.northings[position.1 as usize];
        let (column, row) = (self.window.column + column, self.window.row + row);
        self.footprint.mass_in_rectangle(
            (
                self.grid.easting_of_edge(column) - east,
                self.grid.easting_of_edge(column + 1) - east,
            ),
            (self.grid.northing_of_edge(row + 1) - north, self.grid.northing_of_edge(row) - north),
        )
    }

    /// Mass of each place in the cell at `place` of the window.
    pub(crate) fn in_cell(&self, place: usize, masses: &mut Vec<f64>) {
        let columns = self.window.columns as usize;
        let (column, row) = (place % columns, place / columns);
        masses.clear();
        if self.parts.is_empty() {
            let turned = self
                .places
                .positions
                .iter()
                .map(|p| self.turned_mass(*p, column as u32, row as u32));
            masses.extend(turned);
            return;
        }
        let (nx, ny) = (self.places.eastings.len(), self.places.northings.len());
        masses.resize(self.places.positions.len(), 0.0);
        for part in &self.parts {
            let along = &part.along[column * nx..(column + 1) * nx];
            let down = &part.down[row * ny..(row + 1) * ny];
            for (mass, (i, j)) in masses.iter_mut().zip(self.places.positions) {
                *mass += part.share * along[*i as usize] * down[*j as usize];
            }
        }
    }

    /// For each place the sum over searched cells of effort × mass, in the order of the places.
    pub(crate) fn exposures(&self, ground: &SearchedGround) -> Vec<f64> {
        let count = self.places.positions.len();
        let mut exposures = vec![0.0; count];
        let columns = self.window.columns as usize;
        if self.parts.is_empty() {
            ground.visit(&self.window, |place, effort, _| {
                let (column, row) = ((place % columns) as u32, (place / columns) as u32);
                for (sum, position) in exposures.iter_mut().zip(self.places.positions) {
                    *sum += effort * self.turned_mass(*position, column, row);
                }
            });
            return exposures;
        }
        let (nx, ny) = (self.places.eastings.len(), self.places.northings.len());
        let rows = self.window.rows as usize;
        // On a lattice every pairing of easting and northing is a place, or nearly.
        let lattice = nx * ny <= 4 * count;
        let mut sums = vec![0.0; if lattice { nx * ny } else { 0 }];
        let mut across = vec![0.0; rows * nx];
        for part in &self.parts {
            across.iter_mut().for_each(|sum| *sum = 0.0);
            let mut searched = vec![false; rows];
            ground.visit(&self.window, |place, effort, _| {
                let (column, row) = (place % columns, place / columns);
                searched[row] = true;
                let along = &part.along[column * nx..(column + 1) * nx];
                add_scaled(&mut across[row * nx..(row + 1) * nx], effort, along);
            });
            for row in (0..rows).filter(|row| searched[*row]) {
                let across = &across[row * nx..(row + 1) * nx];
                let down = &part.down[row * ny..(row + 1) * ny];
                if lattice {
                    for (j, mass) in down.iter().enumerate() {
                        if *mass > NOTHING {
                            add_scaled(&mut sums[j * nx..(j + 1) * nx], part.share * mass, across);
                        }
                    }
                } else {
                    for (sum, (i, j)) in exposures.iter_mut().zip(self.places.positions) {
                        *sum += part.share * down[*j as usize] * across[*i as usize];
                    }
                }
            }
        }
        if lattice {
            for (exposure, (i, j)) in exposures.iter_mut().zip(self.places.positions) {
                *exposure = sums[*j as usize * nx + *i as usize];
            }
        }
        exposures
    }

    /// Adds to each cell of the window the sum over places of rate × mass.
    ///
    /// # Shapes and units
    /// `rates`: one for each place; `sums`: one for each cell of the window, row by row.
    pub(crate) fn spread(&self, rates: &[f64], sums: &mut [f64]) {
        let (columns, rows) = (self.window.columns as usize, self.window.rows as usize);
        if self.parts.is_empty() {
            for (position, rate) in self.places.positions.iter().zip(rates) {
                if *rate > 0.0 {
                    for (place, sum) in sums.iter_mut().enumerate() {
                        let (column, row) = ((place % columns) as u32, (place / columns) as u32);
                        *sum += rate * self.turned_mass(*position, column, row);
                    }
                }
            }
            return;
        }
        let (nx, ny) = (self.places.eastings.len(), self.places.northings.len());
        let lattice = nx * ny <= 4 * rates.len();
        let mut dense = vec![0.0; if lattice { nx * ny } else { 0 }];
        if lattice {
            for ((i, j), rate) in self.places.positions.iter().zip(rates) {
                dense[*j as usize * nx + *i as usize] += rate;
            }
        }
        let mut across = vec![0.0; nx];
        for part in &self.parts {
            for row in 0..rows {
                let down = &part.down[row * ny..(row + 1) * ny];
                across.iter_mut().for_each(|sum| *sum = 0.0);
                if lattice {
                    for (j, mass) in down.iter().enumerate() {
                        if *mass > NOTHING {
                            let line = &dense[j * nx..(j + 1) * nx];
                            add_scaled(&mut across, part.share * mass, line);
                        }
                    }
                } else {
                    for ((i, j), rate) in self.places.positions.iter().zip(rates) {
                        across[*i as usize] += part.share * down[*j as usize] * rate;
                    }
                }
                for (column, sum) in sums[row * columns..(row + 1) * columns].iter_mut().enumerate()
                {
                    *sum += dot(&across, &part.along[column * nx..(column + 1) * nx]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::footprint::Elongation;

    #[test]
    fn repeated_distances_give_the_masses_of_each_place() {
        let rising: Vec<f64> = (0..12).map(|i| 100.0 * f64::from(i) - 430.0).collect();
        let falling: Vec<f64> = rising.iter().rev().copied().collect();
        for pitch in [25.0, 50.0, 100.0, 300.0, 61.0] {
            let centres: Vec<f64> = (0..9).map(|i| 17.0 + pitch * f64::from(i)).collect();
            for edges in [&rising, &falling] {
                let found = table(edges, &centres, 70.0);
                let mut masses = vec![0.0; 11];
                for (position, centre) in centres.iter().enumerate() {
                    masses_along(edges, *centre, 70.0, &mut masses);
                    for (interval, mass) in masses.iter().enumerate() {
                        let found = found[interval * centres.len() + position];
                        assert!((found - mass).abs() <= 1e-11 * mass, "{pitch} {found} {mass}");
                    }
                }
                assert_eq!(Steps::of(edges, &centres).is_some(), pitch != 61.0);
            }
        }
    }

    #[test]
    fn sums_by_row_and_column_are_the_sums_cell_by_cell() {
        let grid = Grid::new(0.0, 900.0, 100.0, 8, 9).unwrap();
        let window = CellWindow { column: 1, row: 2, columns: 6, rows: 5 };
        let cells: Vec<u32> = (0..72).filter(|cell| cell % 3 != 1).collect();
        let effort: Vec<f64> = cells.iter().map(|c| f64::from(c % 7) / 9.0).collect();
        let ground =
            SearchedGround::new(grid, cells.clone(), effort, vec![0; cells.len()]).unwrap();
        let lattice = Candidates::around_point((430.0, 480.0), 120.0, 60.0).unwrap();
        let listed =
            Candidates::listed(&[(10.0, 20.0, 1.0), (420.0, 510.0, 2.0), (800.0, 300.0, 1.0)])
                .unwrap();
        let skirt = Footprint::with_heavier_skirt(55.0).unwrap();
        let turned =
            Footprint::normal(70.0).unwrap().elongated(Elongation::new(1.5, 30.0).unwrap());
        for candidates in [&lattice, &listed] {
            for footprint in [&skirt, &turned] {
                let masses = Masses::new(candidates.into(), footprint, &grid, window);
                let exposures = masses.exposures(&ground);
                let rates: Vec<f64> = (0..candidates.len()).map(|l| 1.0 + (l % 5) as f64).collect();
                let mut spread = vec![0.0; window.cells()];
                masses.spread(&rates, &mut spread);
                let mut expected_spread = vec![0.0; window.cells()];
                let mut row = Vec::new();
                for (place, exposure) in exposures.iter().enumerate() {
                    let plain = footprint.masses(candidates.place(place), &grid, &window);
                    let mut expected = 0.0;
                    ground
                        .visit(&window, |cell, effort, _| expected += effort * plain.masses[cell]);
                    assert!((exposure - expected).abs() < 1e-13);
                    for (sum, mass) in expected_spread.iter_mut().zip(&plain.masses) {
                        *sum += rates[place] * mass;
                    }
                    masses.in_cell(17, &mut row);
                    assert!((row[place] - plain.masses[17]).abs() < 1e-14);
                }
                for (found, expected) in spread.iter().zip(&expected_spread) {
                    assert!((found - expected).abs() < 1e-11 * expected.max(1.0));
                }
            }
        }
    }
}
