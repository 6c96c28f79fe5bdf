//! Tiles of cells: what each draw leaves in them, and what is told of each cell.
//!
//! Belongs here: adding up kernels over the cells of a tile with all strikes that reach it, draw by draw;
//! a tile's result as a value that can be kept and handed back.
//!
//! Does not belong here: drawing strikes (`posterior`), sums over tiles (`run`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::count::Count;
use super::ground::Stripe;
use super::inputs::{Inputs, Unreported};
use super::model::At;
use super::posterior::{Drawn, Joint};
use crate::exponential::exp;
use crate::footprint::CellWindow;
use crate::grid::Grid;

/// Whether anybody looked in a cell, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Looked {
    /// Nobody looked.
    Nobody,
    /// Searched, at least in part, and nothing found.
    NothingFound,
    /// Something was found.
    Found,
}

/// What is told of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellEstimate {
    /// The cell.
    pub cell: u32,
    /// Items left.
    pub left: Count,
    /// Whether anybody looked.
    pub looked: Looked,
    /// Share of the cell that was searched.
    pub searched: f64,
    /// The part of the answer that rests on search, from 0 (what was believed before) to 1.
    pub on_search: f64,
}

/// The result of one tile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TileResult {
    /// The run that it belongs to.
    pub run: String,
    /// Its number, row by row from the north-west.
    pub tile: u32,
    /// Its cells, row by row.
    pub cells: Vec<CellEstimate>,
    /// For each area that has cells here, by its position, the rate of each draw.
    pub areas: Vec<(u32, Vec<f64>)>,
    /// Expected items in the whole tile, for each draw.
    pub whole: Vec<f64>,
}

/// The tiles of a grid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tiles {
    grid: Grid,
    side: u32,
}

impl Tiles {
    pub(super) fn new(grid: Grid, side: u32) -> Self {
        Self { grid, side: side.max(1) }
    }

    fn across(&self) -> u32 {
        self.grid.columns().div_ceil(self.side)
    }

    pub(super) fn count(&self) -> u32 {
        self.across() * self.grid.rows().div_ceil(self.side)
    }

    pub(super) fn window(&self, tile: u32) -> CellWindow {
        let (column, row) =
            ((tile % self.across()) * self.side, (tile / self.across()) * self.side);
        CellWindow {
            column,
            row,
            columns: self.side.min(self.grid.columns() - column),
            rows: self.side.min(self.grid.rows() - row),
        }
    }
}

/// A window of cells with what all draws need to know of it.
struct Window<'j> {
    joint: &'j Joint<'j>,
    window: CellWindow,
    /// Positions in the list of searched cells, with the place in the window.
    searched: Vec<(usize, usize)>,
}

/// What one strike leaves in the cells of a window.
fn spread(
    grid: &Grid,
    window: &CellWindow,
    place: (f64, f64),
    scale: f64,
    mut each: impl FnMut(usize, f64),
) {
    let across = Stripe::along_columns(grid, place.0, scale);
    let down = Stripe::down_rows(grid, place.1, scale);
    let (first, end) =
        (across.first.max(window.column), across.end().min(window.column + window.columns));
    for row in down.first.max(window.row)..down.end().min(window.row + window.rows) {
        let of_row = down.of(row);
        let line = ((row - window.row) * window.columns) as usize;
        for column in first..end {
            each(line + (column - window.column) as usize, of_row * across.of(column));
        }
    }
}

impl<'j> Window<'j> {
    fn new(joint: &'j Joint<'j>, window: CellWindow) -> Self {
        let ground = &joint.model.ground;
        let mut searched = Vec::new();
        for row in window.row..window.row + window.rows {
            for position in ground.in_row(row, window.column, window.column + window.columns) {
                let (column, _) = joint.model.inputs.grid.column_and_row(ground.cells[position]);
                let line = ((row - window.row) * window.columns) as usize;
                searched.push((position, line + (column - window.column) as usize));
            }
        }
        Self { joint, window, searched }
    }

    /// The share of items that was not found, for each cell, at a point.
    fn missed(&self, at: &At<'_>) -> Vec<f64> {
        let mut missed = vec![1.0; self.window.cells()];
        for (position, cell) in &self.searched {
            missed[*cell] = 1.0 - at.effort[*position];
        }
        missed
    }

    fn edges(&self) -> ((f64, f64), (f64, f64)) {
        let (grid, window) = (&self.joint.model.inputs.grid, &self.window);
        (
            (
                grid.easting_of_edge(window.column),
                grid.easting_of_edge(window.column + window.columns),
            ),
            (grid.northing_of_edge(window.row + window.rows), grid.northing_of_edge(window.row)),
        )
    }

    /// For each draw, all strikes that reach the window: first recorded ones in the order of the inputs,
    /// then those that finds speak of, then unreported ones of which nothing was found.
    fn strikes(&self) -> Vec<Vec<Drawn>> {
        let joint = self.joint;
        let ((west, east), (south, north)) = self.edges();
        let reach = joint.widest_reach();
        let mut all: Vec<Vec<Drawn>> = vec![Vec::new(); joint.draws.len()];
        for (number, strike) in joint.model.inputs.strikes.iter().enumerate() {
            let (w, e, s, n) = strike.places.extent();
            if w - reach > east || e + reach < west || s - reach > north || n + reach < south {
                continue;
            }
            for (draw, drawn) in all.iter_mut().zip(joint.unfound_strike(number)) {
                draw.extend(drawn);
            }
        }
        for (draw, own) in all.iter_mut().zip(&joint.draws) {
            draw.extend(own.found.iter().copied());
        }
        for square in joint.squares((west, east), (south, north)) {
            for (k, draw) in all.iter_mut().enumerate() {
                draw.extend(joint.unfound_unreported(square, k));
            }
        }
        all
    }

    /// Expected items in each cell, before and after search, of unreported strikes of which nothing was
    /// found, at a point.
    fn unfound_unreported(&self, at: &At<'_>, unreported: &Unreported) -> Vec<f64> {
        let grid = &at.model.inputs.grid;
        let left = at.left_by_unreported(unreported);
        let ((west, east), (south, north)) = self.edges();
        let mut expected = vec![0.0; self.window.cells()];
        for (scale_weight, metres) in &at.scales {
            let reach = super::ground::REACH * metres;
            let lines = |low: f64, high: f64, corner: f64| -> Vec<f64> {
                let first = ((low - reach - corner) / metres).floor() as i64;
                let last = ((high + reach - corner) / metres).ceil() as i64;
                (first..=last).map(|k| corner + k as f64 * metres).collect()
            };
            let eastings = lines(west, east, grid.west());
            let northings = lines(south, north, grid.north());
            let exposures = at.model.ground.exposure(&eastings, &northings, *metres, &at.effort);
            let strikes = at.density * scale_weight * metres * metres / 1e6;
            let across: Vec<Stripe> =
                eastings.iter().map(|e| Stripe::along_columns(grid, *e, *metres)).collect();
            let mut line = vec![0.0; self.window.columns as usize];
            for (northing, exposures) in northings.iter().zip(exposures.chunks(eastings.len())) {
                let down = Stripe::down_rows(grid, *northing, *metres);
                line.fill(0.0);
                for (stripe, exposure) in across.iter().zip(exposures) {
                    let items: f64 = left
                        .iter()
                        .map(|(weight, gamma)| {
                            let none = gamma.probability_of_none(*exposure);
                            weight * none * gamma.shape / (gamma.rate + exposure)
                        })
                        .sum();
                    for (place, sum) in line.iter_mut().enumerate() {
                        *sum += items * stripe.of(self.window.column + place as u32);
                    }
                }
                for row in 0..self.window.rows {
                    let mass = strikes * down.of(self.window.row + row);
                    if mass > 0.0 {
                        let start = (row * self.window.columns) as usize;
                        let cells = &mut expected[start..start + line.len()];
                        cells.iter_mut().zip(&line).for_each(|(cell, part)| *cell += mass * part);
                    }
                }
            }
        }
        expected
    }

    /// Minus the logarithm of the probability that no unreported strike left an item in a cell, over the
    /// expected number of items there, where nobody searched: below one, because items come in clumps.
    fn clumping(&self, at: &At<'_>, unreported: &Unreported) -> f64 {
        let side = at.model.inputs.grid.cell_metres();
        let (mut strikes, mut items) = (0.0, 0.0);
        for (weight, gamma) in at.left_by_unreported(unreported) {
            for (scale_weight, metres) in &at.scales {
                // Masses of a cell seen from a lattice of places around it.
                let step = 0.7 * metres.max(side / 64.0);
                let most = ((super::ground::REACH * metres + side) / step).ceil() as i32;
                let masses: Vec<f64> = (-most..=most)
                    .map(|k| {
                        let centre = f64::from(k) * step;
                        let mut mass = [0.0];
                        crate::footprint::masses_along(
                            &[-0.5 * side, 0.5 * side],
                            centre,
                            *metres,
                            &mut mass,
                        );
                        mass[0]
                    })
                    .collect();
                let each = weight * scale_weight * step * step;
                for across in &masses {
                    for down in &masses {
                        let mass = across * down;
                        strikes += each * (1.0 - gamma.probability_of_none(mass));
                        items += each * mass * gamma.mean();
                    }
                }
            }
        }
        if items > 0.0 { (strikes / items).min(1.0) } else { 1.0 }
    }
}

/// The result of a tile: a pure function of the run and the tile's number.
pub(super) fn tile(joint: &Joint<'_>, run: &str, tiles: &Tiles, number: u32) -> TileResult {
    let window = Window::new(joint, tiles.window(number));
    let inputs = joint.model.inputs;
    let (grid, ground) = (&inputs.grid, &joint.model.ground);
    let cells = window.window.cells();
    let draws = joint.draws.len();
    let missed: Vec<Vec<f64>> = joint.at.iter().map(|at| window.missed(at)).collect();
    let background: Vec<Option<(Vec<f64>, f64)>> = joint
        .at
        .iter()
        .map(|at| {
            let unreported = inputs.unreported.as_ref()?;
            Some((window.unfound_unreported(at, unreported), window.clumping(at, unreported)))
        })
        .collect();
    // Rates of each draw in each cell, cell by cell, in single precision: an interval's end needs no more.
    let mut rates = vec![0.0_f32; cells * draws];
    let (mut expected, mut none, mut on_search) =
        (vec![0.0; cells], vec![0.0; cells], vec![0.0; cells]);
    let (mut rate, mut log_none) = (vec![0.0; cells], vec![0.0; cells]);
    let areas = AreasHere::new(inputs, &window.window);
    let mut of_areas = vec![vec![0.0; draws]; areas.0.len()];
    let mut whole = vec![0.0; draws];
    for (k, strikes) in window.strikes().into_iter().enumerate() {
        let point = joint.draws[k].point;
        let missed = &missed[point];
        rate.fill(0.0);
        log_none.fill(0.0);
        for drawn in strikes {
            let chosen = &drawn.chosen;
            // Unreported strikes without finds are smooth in expectation: no draw need stand for them.
            let smooth = chosen.strike.is_none() && is_unfound(joint, k, &drawn);
            let trust = chosen.exposure / chosen.rate;
            spread(grid, &window.window, chosen.place, chosen.scale, |cell, mass| {
                let share = mass * missed[cell];
                rate[cell] += drawn.items * share;
                if !smooth {
                    let mean = chosen.shape / chosen.rate * share;
                    expected[cell] += mean;
                    on_search[cell] += mean * trust;
                    log_none[cell] -= chosen.shape * libm::log1p(share / chosen.rate);
                }
            });
        }
        for cell in 0..cells {
            if let Some((smooth, clumping)) = &background[point] {
                let mean = smooth[cell] * missed[cell];
                expected[cell] += mean;
                log_none[cell] -= clumping * mean;
            }
            none[cell] += exp(log_none[cell]);
            rates[cell * draws + k] = rate[cell] as f32;
            whole[k] += rate[cell];
        }
        for ((_, shares), of_area) in areas.0.iter().zip(&mut of_areas) {
            of_area[k] = shares.iter().map(|(cell, share)| share * rate[*cell]).sum();
        }
    }
    let mut looked = vec![(Looked::Nobody, 0.0); cells];
    for (position, cell) in &window.searched {
        looked[*cell] = (Looked::NothingFound, ground.covered(*position));
    }
    for group in ground.groups.iter().filter(|group| group.cells.len() == 1) {
        if let Some(cell) = place_in(grid, &window.window, group.cells[0]) {
            looked[cell].0 = Looked::Found;
        }
    }
    let mut of_cell = vec![0.0; draws];
    let told = (0..cells)
        .map(|cell| {
            let mean = expected[cell] / draws as f64;
            let any = 1.0 - none[cell] / draws as f64;
            for (to, from) in of_cell.iter_mut().zip(&rates[cell * draws..(cell + 1) * draws]) {
                *to = f64::from(*from);
            }
            let mut left = Count::from_rates(&of_cell);
            // What draws alone would tell with noise is told by its conditional expectation.
            left.expected = mean;
            left.any = any.clamp(0.0, 1.0);
            let (looked, searched) = looked[cell];
            let on_search =
                if expected[cell] > 0.0 { on_search[cell] / expected[cell] } else { 0.0 };
            let cell = cell_number(grid, &window.window, cell);
            CellEstimate { cell, left, looked, searched, on_search }
        })
        .collect();
    TileResult {
        run: run.to_owned(),
        tile: number,
        cells: told,
        areas: areas.0.into_iter().map(|(area, _)| area).zip(of_areas).collect(),
        whole,
    }
}

fn is_unfound(joint: &Joint<'_>, draw: usize, drawn: &Drawn) -> bool {
    !joint.draws[draw].found.iter().any(|found| found == drawn)
}

fn cell_number(grid: &Grid, window: &CellWindow, place: usize) -> u32 {
    let place = place as u32;
    grid.cell(window.column + place % window.columns, window.row + place / window.columns)
}

fn place_in(grid: &Grid, window: &CellWindow, cell: u32) -> Option<usize> {
    let (column, row) = grid.column_and_row(cell);
    let (column, row) = (column.checked_sub(window.column)?, row.checked_sub(window.row)?);
    (column < window.columns && row < window.rows).then(|| (row * window.columns + column) as usize)
}

/// The areas that have cells in a window, with places in the window and shares.
pub(super) struct AreasHere(pub(super) Vec<(u32, Vec<(usize, f64)>)>);

impl AreasHere {
    pub(super) fn new(inputs: &Inputs, window: &CellWindow) -> Self {
        let grid = &inputs.grid;
        let mut here = Vec::new();
        for (number, area) in inputs.areas.iter().enumerate() {
            let mut shares = Vec::new();
            for row in window.row..window.row + window.rows {
                let first = grid.cell(window.column, row);
                let from = area.cells.partition_point(|(cell, _)| *cell < first);
                let own = area.cells[from..].iter();
                let own = own.take_while(|(cell, _)| *cell < first + window.columns);
                shares.extend(own.filter_map(|(cell, share)| {
                    place_in(grid, window, *cell).map(|place| (place, *share))
                }));
            }
            if !shares.is_empty() {
                here.push((number as u32, shares));
            }
        }
        Self(here)
    }
}

/// What a strike contributes to one cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contribution {
    /// The recorded strike; none for strikes that nobody recorded.
    pub strike: Option<String>,
    /// Expected items of it left in the cell.
    pub expected: f64,
    /// Expected items of it in the cell had nobody searched or found anything there.
    pub before_removal: f64,
}

/// What each strike contributes to a cell, the largest first.
pub(super) fn contributions(joint: &Joint<'_>, cell: u32) -> Vec<Contribution> {
    let inputs = joint.model.inputs;
    let (column, row) = inputs.grid.column_and_row(cell);
    let window = Window::new(joint, CellWindow { column, row, columns: 1, rows: 1 });
    let draws = joint.draws.len() as f64;
    let mut sums: BTreeMap<Option<usize>, (f64, f64)> = BTreeMap::new();
    for (k, strikes) in window.strikes().into_iter().enumerate() {
        let at = &joint.at[joint.draws[k].point];
        let missed = window.missed(at)[0];
        for drawn in strikes {
            let chosen = &drawn.chosen;
            if chosen.strike.is_none() && is_unfound(joint, k, &drawn) {
                continue;
            }
            spread(&inputs.grid, &window.window, chosen.place, chosen.scale, |_, mass| {
                let mean = chosen.shape / chosen.rate * mass / draws;
                let sum = sums.entry(chosen.strike).or_default();
                *sum = (sum.0 + mean * missed, sum.1 + mean);
            });
        }
        if let Some(unreported) = &inputs.unreported {
            let mean = window.unfound_unreported(at, unreported)[0] / draws;
            let sum = sums.entry(None).or_default();
            *sum = (sum.0 + mean * missed, sum.1 + mean);
        }
    }
    let mut told: Vec<Contribution> = sums
        .into_iter()
        .map(|(strike, (expected, before_removal))| Contribution {
            strike: strike.map(|number| inputs.strikes[number].id.clone()),
            expected,
            before_removal,
        })
        .collect();
    told.sort_by(|a, b| b.expected.total_cmp(&a.expected).then_with(|| a.strike.cmp(&b.strike)));
    told
}
