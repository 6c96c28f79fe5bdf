//! Sums of a raster of counts over areas.
//!
//! Belongs here: adding rows as they come, for many areas at once. Does not belong here: laying
//! areas into the plane of the raster (`raster_plane`).

use std::ops::Range;

use geo_types::MultiPolygon;
use rayon::prelude::*;

use super::ExposureFault;
use crate::coverage::{CoverageFault, Lattice, Outline, Trace};

/// What an area holds of a raster of counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CountedOver {
    /// The values of the covered cells, each by the share of it that is covered.
    pub sum: f64,
    /// The covered ground in cells that have a value.
    pub cells_with_value: f64,
    /// The covered ground in cells that have none.
    pub cells_without_value: f64,
    /// The part of the area that lies outside the raster, in cells.
    pub cells_outside: f64,
}

impl CountedOver {
    /// The share of the area about which the raster says something; none for an area without
    /// ground.
    #[must_use]
    pub fn share_known(&self) -> Option<f64> {
        let all = self.cells_with_value + self.cells_without_value + self.cells_outside;
        (all > 0.0).then(|| self.cells_with_value / all)
    }
}

/// A sum over many areas that is under way.
///
/// The raster comes in whole rows from north to south, as many at a time as its reader likes, and
/// none is kept. Sums do not depend on how many come at a time, nor on the number of threads.
#[derive(Debug)]
pub struct Exposure {
    lattice: Lattice,
    areas: Vec<Result<Running, CoverageFault>>,
    next_row: u32,
}

#[derive(Debug)]
struct Running {
    outline: Outline,
    counted: CountedOver,
}

impl Exposure {
    /// Sums over `areas`, in coordinates of the raster's lattice, before its first row.
    #[must_use]
    pub fn of(lattice: Lattice, areas: &[MultiPolygon<f64>]) -> Self {
        let areas = areas
            .par_iter()
            .map(|area| {
                let outline = Outline::new(&lattice, area)?;
                Ok(Running { outline, counted: CountedOver::default() })
            })
            .collect();
        Self { lattice, areas, next_row: 0 }
    }

    /// Adds the next rows, from west to east and from north to south; a cell without a value is
    /// NaN.
    ///
    /// # Errors
    /// [`ExposureFault::NoWholeRows`], [`ExposureFault::TooManyRows`]; nothing is added then.
    pub fn add_rows(&mut self, values: &[f64]) -> Result<(), ExposureFault> {
        let columns = self.lattice.columns() as usize;
        if !values.len().is_multiple_of(columns) {
            let columns = self.lattice.columns();
            return Err(ExposureFault::NoWholeRows { values: values.len(), columns });
        }
        let all = self.lattice.rows();
        let end = u64::from(self.next_row) + (values.len() / columns) as u64;
        let rows = match u32::try_from(end) {
            Ok(end) if end <= all => self.next_row..end,
            _ => {
                return Err(ExposureFault::TooManyRows { row: u64::from(all) + 1, rows: all });
            }
        };
        let block = Block { values, columns, rows: rows.clone() };
        let lattice = self.lattice;
        self.areas.par_iter_mut().for_each_init(Trace::default, |trace, area| {
            if let Ok(running) = area
                && let Err(fault) = block.add_to(running, trace, &lattice)
            {
                *area = Err(fault);
            }
        });
        self.next_row = rows.end;
        Ok(())
    }

    /// The sums after the last row, in the order of the areas; in the place of an area whose cells
    /// cannot be told, why.
    ///
    /// # Errors
    /// [`ExposureFault::RowsMissing`].
    pub fn finish(self) -> Result<Vec<Result<CountedOver, CoverageFault>>, ExposureFault> {
        let rows = self.lattice.rows();
        if self.next_row < rows {
            return Err(ExposureFault::RowsMissing { given: self.next_row, rows });
        }
        let told = |running: Running| {
            let mut counted = running.counted;
            let covered = counted.cells_with_value + counted.cells_without_value;
            counted.cells_outside = running.outline.cells_outside(covered);
            counted
        };
        Ok(self.areas.into_iter().map(|area| area.map(told)).collect())
    }
}

/// Rows of a raster.
struct Block<'a> {
    values: &'a [f64],
    columns: usize,
    rows: Range<u32>,
}

impl Block<'_> {
    fn add_to(
        &self,
        running: &mut Running,
        trace: &mut Trace,
        lattice: &Lattice,
    ) -> Result<(), CoverageFault> {
        let Running { outline, counted } = running;
        trace.rows(lattice, outline, self.rows.clone(), |row, columns, fraction| {
            let start = (row - self.rows.start) as usize * self.columns;
            let cells = start + columns.start as usize..start + columns.end as usize;
            let width = f64::from(columns.end - columns.start);
            let (sum, known) = if let [value] = self.values[cells.clone()] {
                if value.is_nan() { (0.0, 0.0) } else { (value, 1.0) }
            } else {
                sum_of_known(&self.values[cells])
            };
            counted.sum += fraction * sum;
            counted.cells_with_value += fraction * known;
            counted.cells_without_value += fraction * (width - known);
        })
    }
}

/// The sum of the values that are numbers, and how many those are.
///
/// Eight sums side by side, which a processor adds at once; always the same eight, so that the
/// result is the same on each.
fn sum_of_known(values: &[f64]) -> (f64, f64) {
    const LANES: usize = 8;
    let (mut sums, mut known) = ([0.0; LANES], [0.0; LANES]);
    let mut add = |lane: usize, value: f64| {
        let is_known = !value.is_nan();
        sums[lane] += if is_known { value } else { 0.0 };
        known[lane] += if is_known { 1.0 } else { 0.0 };
    };
    let (whole, rest) = values.as_chunks::<LANES>();
    for chunk in whole {
        for (lane, value) in chunk.iter().enumerate() {
            add(lane, *value);
        }
    }
    for (lane, value) in rest.iter().enumerate() {
        add(lane, *value);
    }
    (sums.iter().sum(), known.iter().sum())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use geo_types::{LineString, Polygon, Rect, polygon};

    use super::*;

    fn rectangle(west: f64, south: f64, east: f64, north: f64) -> MultiPolygon<f64> {
        Rect::new((west, south), (east, north)).to_polygon().into()
    }

    #[test]
    fn a_sum_is_over_the_covered_share_of_each_cell() {
        let lattice = Lattice::new(0.0, 3.0, 1.0, 1.0, 3, 3).unwrap();
        let areas = [
            rectangle(0.0, 0.0, 3.0, 3.0),
            rectangle(0.5, 0.5, 1.5, 1.5),
            rectangle(-1.0, 1.0, 1.0, 2.0),
            rectangle(7.0, 7.0, 8.0, 8.0),
        ];
        let mut exposure = Exposure::of(lattice, &areas);
        exposure.add_rows(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        exposure.add_rows(&[]).unwrap();
        exposure.add_rows(&[7.0, 8.0, f64::NAN]).unwrap();
        let sums: Vec<CountedOver> =
            exposure.finish().unwrap().into_iter().map(Result::unwrap).collect();
        let counted = |sum, cells_with_value, cells_without_value, cells_outside| CountedOver {
            sum,
            cells_with_value,
            cells_without_value,
            cells_outside,
        };
        assert_eq!(sums[0], counted(36.0, 8.0, 1.0, 0.0));
        assert_eq!(sums[1], counted((4.0 + 5.0 + 7.0 + 8.0) / 4.0, 1.0, 0.0, 0.0));
        assert_eq!(sums[2], counted(4.0, 1.0, 0.0, 1.0));
        assert_eq!(sums[3], counted(0.0, 0.0, 0.0, 1.0));
        assert_eq!(sums[2].share_known(), Some(0.5));
    }

    #[test]
    fn rows_that_do_not_fit_are_refused_and_an_area_that_crosses_itself_spoils_no_other() {
        let lattice = Lattice::new(0.0, 4.0, 1.0, 1.0, 4, 4).unwrap();
        let eight =
            polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 4.0), (x: 4.0, y: 0.0), (x: 0.0, y: 4.0)];
        let areas = [eight.into(), rectangle(0.0, 0.0, 4.0, 4.0)];
        let mut exposure = Exposure::of(lattice, &areas);
        let fault = exposure.add_rows(&[1.0; 7]).unwrap_err();
        assert_eq!(fault, ExposureFault::NoWholeRows { values: 7, columns: 4 });
        let fault = exposure.add_rows(&[1.0; 20]).unwrap_err();
        assert_eq!(fault, ExposureFault::TooManyRows { row: 5, rows: 4 });
        exposure.add_rows(&[1.0; 16]).unwrap();
        let sums = exposure.finish().unwrap();
        assert!(matches!(sums[0], Err(CoverageFault::RingsCross { .. })));
        assert_eq!(sums[1].as_ref().unwrap().sum, 16.0);
        let fault = Exposure::of(lattice, &areas).finish().unwrap_err();
        assert_eq!(fault, ExposureFault::RowsMissing { given: 0, rows: 4 });
    }

    /// The same bits however the rows come.
    #[test]
    fn sums_do_not_depend_on_the_rows_that_come_at_a_time() {
        let lattice = Lattice::new(0.0, 60.0, 1.0, 1.0, 70, 60).unwrap();
        let round: LineString<f64> = (0..97)
            .map(|number| {
                let (sine, cosine) = (f64::from(number) / 97.0 * std::f64::consts::TAU).sin_cos();
                (35.3 + 31.0 * cosine, 29.1 + 27.0 * sine)
            })
            .collect();
        let areas = [MultiPolygon::from(Polygon::new(round, Vec::new()))];
        let values: Vec<f64> = (0..70 * 60)
            .map(|cell| if cell % 13 == 5 { f64::NAN } else { 1.0 / f64::from(1 + cell % 101) })
            .collect();
        let by = |rows: usize| {
            let mut exposure = Exposure::of(lattice, &areas);
            for block in values.chunks(70 * rows) {
                exposure.add_rows(block).unwrap();
            }
            exposure.finish().unwrap().remove(0).unwrap()
        };
        let whole = by(60);
        assert!(whole.sum > 10.0 && whole.cells_without_value > 100.0);
        for rows in [1, 7, 16] {
            assert_eq!(by(rows), whole);
        }
    }
}
