//! One tile of a nation: all draws in its cells.
//!
//! Belongs here: the chain of a tile and its halo, adding the strikes of each draw up in cells, what is told
//! of each cell. A tile's result is a pure function of the run and the tile's number.
//!
//! Does not belong here: sums over tiles (`run`), what the chain does (`chain`).

use super::super::count::Count;
use super::super::model::At;
use super::super::tile::{AreasHere, CellEstimate, Looked, TileResult, Tiles};
use super::background::{Blocks, Density};
use super::chain::{Chain, Origin, position_in};
use super::evidence::Evidence;
use super::fault::NationFault;
use super::kernel::{Tails, in_cells, lines};
use super::settings::NationSettings;
use super::shared::{Ground, unexplained};
use crate::footprint::CellWindow;
use crate::random::Stream;

const TILE: u64 = 0x6e61_7469_0011;
const PLACE: u64 = 0x6e61_7469_0012;
const ITEMS: u64 = 0x6e61_7469_0013;
const UNFOUND: u64 = 0x6e61_7469_0014;
/// The golden ratio's fraction: its multiples spread draws evenly over places.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// All that tiles need and share.
pub(super) struct Nation<'m> {
    pub(super) ground: Ground<'m>,
    pub(super) settings: NationSettings,
    pub(super) blocks: Blocks,
    pub(super) tiles: Tiles,
    /// The model at each point.
    pub(super) points: Vec<At<'m>>,
    /// Log density of unreported strikes in each block, draw by draw; empty without a field.
    pub(super) field: Vec<Vec<f32>>,
}

impl<'m> Nation<'m> {
    /// Draws that belong to a point.
    pub(super) fn draws_of(&self, point: usize) -> core::ops::Range<usize> {
        let (points, draws) = (self.points.len(), self.settings.draws);
        point * draws / points..(point + 1) * draws / points
    }

    pub(super) fn density(&self, point: usize, draw: usize) -> Density<'_> {
        let field = self.field.get(draw).map(Vec::as_slice);
        Density { blocks: self.blocks, level: self.points[point].density, field }
    }

    /// How far any footprint reaches, in cells.
    pub(super) fn widest_reach(&self) -> f64 {
        let cell = self.ground.model.inputs.grid.cell_metres();
        let scales = self.points.iter().flat_map(|at| &at.scales);
        super::super::ground::REACH * scales.map(|(_, metres)| *metres).fold(0.0, f64::max) / cell
    }

    /// The chain of a tile with its halo.
    pub(super) fn chain(&self, tile: u32, purpose: u64) -> Chain<'m> {
        let (grid, window) = (&self.ground.model.inputs.grid, self.tiles.window(tile));
        let halo = (self.settings.halo_metres / grid.cell_metres()).ceil() as u32;
        let (column, row) = (window.column.saturating_sub(halo), window.row.saturating_sub(halo));
        let around = CellWindow {
            column,
            row,
            columns: (window.column + window.columns + halo).min(grid.columns()) - column,
            rows: (window.row + window.rows + halo).min(grid.rows()) - row,
        };
        let evidence = Evidence::new(self.ground.model, self.ground.by_first, around);
        let stream = Stream::new(self.settings.seed, purpose, u64::from(tile), 0);
        let reach = self.widest_reach();
        Chain::new(self.ground.model, self.ground.tails, self.ground.index, evidence, reach, stream)
    }
}

/// Sums over strikes in the cells of a tile.
struct Raster<'t> {
    tails: &'t Tails,
    window: CellWindow,
    /// Items of each draw in each cell, draw by draw.
    rates: Vec<f32>,
    /// Expected items, and those that rest on search, over the draws of one point.
    mean: Vec<f32>,
    trust: Vec<f32>,
    across: Vec<f32>,
    down: Vec<f32>,
}

/// One strike in one draw.
struct Drawn {
    place: (f64, f64),
    scale: f64,
    items: f64,
    mean: f64,
    /// The part of it that rests on search.
    trust: f64,
}

impl Drawn {
    fn of(place: (f64, f64), scale: f64, origin: &Origin) -> Self {
        let (mean, trust) = (origin.shape / origin.rate, origin.exposure / origin.rate);
        Self { place, scale, items: origin.items, mean, trust }
    }
}

impl Raster<'_> {
    fn add(&mut self, draw: usize, strike: &Drawn) {
        let window = &self.window;
        let ((x, y), scale) = (strike.place, strike.scale);
        let (west, east) = lines(x, x, scale, window.column, window.column + window.columns);
        let (north, south) = lines(y, y, scale, window.row, window.row + window.rows);
        if west == east || north == south {
            return;
        }
        let (columns, rows) = ((east - west) as usize, (south - north) as usize);
        self.across.resize(columns.max(self.across.len()), 0.0);
        self.down.resize(rows.max(self.down.len()), 0.0);
        self.tails.fill(x, scale, west, &mut self.across[..columns]);
        self.tails.fill(y, scale, north, &mut self.down[..rows]);
        let cells = window.cells();
        let (items, mean) = (strike.items as f32, strike.mean as f32);
        let trust = (strike.mean * strike.trust) as f32;
        for (row, of_row) in self.down[..rows].iter().enumerate() {
            let start = (north - window.row) as usize + row;
            let start = start * window.columns as usize + (west - window.column) as usize;
            let across = &self.across[..columns];
            let add = |to: &mut [f32], factor: f32| {
                to.iter_mut().zip(across).for_each(|(sum, mass)| *sum += factor * mass);
            };
            let in_draw = draw * cells + start;
            add(&mut self.rates[in_draw..in_draw + columns], items * of_row);
            add(&mut self.mean[start..start + columns], mean * of_row);
            if trust > 0.0 {
                add(&mut self.trust[start..start + columns], trust * of_row);
            }
        }
    }
}

/// The result of a tile.
///
/// # Errors
/// A find that nothing explains.
pub(super) fn tile(nation: &Nation<'_>, run: &str, number: u32) -> Result<TileResult, NationFault> {
    let model = nation.ground.model;
    let window = nation.tiles.window(number);
    let cells = window.cells();
    let draws = nation.settings.draws;
    let mut chain = nation.chain(number, TILE);
    let mut raster = Raster {
        tails: nation.ground.tails,
        window,
        rates: vec![0.0; cells * draws],
        mean: vec![0.0; cells],
        trust: vec![0.0; cells],
        across: Vec::new(),
        down: Vec::new(),
    };
    let (mut mean, mut trust) = (vec![0.0_f64; cells], vec![0.0_f64; cells]);
    let searched = searched(&chain.evidence, &window);
    let shifts: Vec<f64> = chain
        .strikes
        .iter()
        .map(|strike| {
            let object = nation.ground.index.object(*strike);
            Stream::new(nation.settings.seed, PLACE, object, 0).uniform()
        })
        .collect();
    for point in 0..nation.points.len() {
        draws_of_point(nation, point, &mut chain, &shifts, &mut raster)?;
        // What was found is not left.
        for (place, cell) in &searched {
            let missed = 1.0 - chain.effort[*place as usize];
            for draw in nation.draws_of(point) {
                raster.rates[draw * cells + cell] *= missed;
            }
            raster.mean[*cell] *= missed;
            raster.trust[*cell] *= missed;
        }
        for (sum, part) in [(&mut mean, &mut raster.mean), (&mut trust, &mut raster.trust)] {
            sum.iter_mut().zip(part.iter()).for_each(|(sum, part)| *sum += f64::from(*part));
            part.fill(0.0);
        }
    }
    let mut whole = vec![0.0_f64; draws];
    for (sum, rates) in whole.iter_mut().zip(raster.rates.chunks_exact(cells)) {
        *sum = rates.iter().map(|rate| f64::from(*rate)).sum();
    }
    let areas = AreasHere::new(model.inputs, &window);
    let of_areas = areas
        .0
        .iter()
        .map(|(area, shares)| {
            let of_draw = |rates: &[f32]| -> f64 {
                shares.iter().map(|(cell, share)| share * f64::from(rates[*cell])).sum()
            };
            (*area, raster.rates.chunks_exact(cells).map(of_draw).collect())
        })
        .collect();
    let told = told(nation, &chain, &raster, &searched, (&mean, &trust));
    Ok(TileResult { run: run.to_owned(), tile: number, cells: told, areas: of_areas, whole })
}

/// Searched cells of the tile: their place in the chain's window, and in the tile.
fn searched(evidence: &Evidence, window: &CellWindow) -> Vec<(u32, usize)> {
    let of = |place: u32| {
        let (column, row) = evidence.column_and_row(place);
        let (column, row) = (column.checked_sub(window.column)?, row.checked_sub(window.row)?);
        (column < window.columns && row < window.rows)
            .then(|| (place, (row * window.columns + column) as usize))
    };
    evidence.searched.iter().filter_map(|(_, place)| of(*place)).collect()
}

/// Adds up the draws of one point.
fn draws_of_point(
    nation: &Nation<'_>,
    point: usize,
    chain: &mut Chain<'_>,
    shifts: &[f64],
    raster: &mut Raster<'_>,
) -> Result<(), NationFault> {
    let model = nation.ground.model;
    let grid = &model.inputs.grid;
    let at = &nation.points[point];
    let (burn, between) = nation.settings.tile_steps;
    let draws = nation.draws_of(point);
    let failed = |group: u32| unexplained(model, group);
    chain.prepare(at);
    let tied = chain.recorded().any(|(_, tied, _)| tied) || !chain.evidence.finds.is_empty();
    let first = nation.density(point, draws.start);
    if tied && point == 0 {
        chain.begin(&first).map_err(failed)?;
    }
    for _ in 0..if !tied {
        0
    } else if point == 0 {
        burn
    } else {
        between
    } {
        chain.sweep(&first, false).map_err(failed)?;
    }
    // Strikes that finds may speak of, and unreported ones with finds: one state for each draw.
    for draw in draws.clone().filter(|_| tied) {
        let density = nation.density(point, draw);
        for _ in 0..between.max(1) {
            chain.sweep(&density, false).map_err(failed)?;
        }
        for (position, tied, origin) in chain.recorded() {
            let Some(origin) = origin.filter(|_| tied) else { continue };
            let strike = &model.inputs.strikes[chain.strikes[position as usize] as usize];
            let place = in_cells(grid, strike.places.place(origin.place as usize));
            raster.add(draw, &Drawn::of(place, chain.scales[origin.scale as usize].1, &origin));
        }
        for born in chain.unreported() {
            let strike = Drawn {
                place: (born.x, born.y),
                scale: chain.scales[born.scale as usize].1,
                items: born.items,
                mean: born.shape / born.rate,
                trust: born.exposure / born.rate,
            };
            raster.add(draw, &strike);
        }
    }
    // Strikes of which searches may tell something and found nothing, then those that none reaches.
    let mut seen = vec![false; chain.strikes.len()];
    let reached: Vec<(u32, bool)> =
        chain.recorded().map(|(position, tied, _)| (position, tied)).collect();
    for (number, (position, tied)) in reached.into_iter().enumerate() {
        seen[position as usize] = true;
        if tied {
            continue;
        }
        let strike = chain.strikes[position as usize];
        let object = nation.ground.index.object(strike);
        let mut stream = Stream::new(nation.settings.seed, ITEMS, object, point as u64);
        let places = &model.inputs.strikes[strike as usize].places;
        for draw in draws.clone() {
            let place = fraction(shifts[position as usize] + draw as f64 * GOLDEN);
            let origin = chain.draw_untied(number, place, &mut stream);
            let place = in_cells(grid, places.place(origin.place as usize));
            raster.add(draw, &Drawn::of(place, chain.scales[origin.scale as usize].1, &origin));
        }
    }
    let window = raster.window;
    for (position, strike) in chain.strikes.iter().enumerate().filter(|(p, _)| !seen[*p]) {
        let strike_of = &model.inputs.strikes[*strike as usize];
        let extent = nation.ground.index.extent(*strike);
        let widest = chain.scales.iter().fold(0.0_f64, |most, (_, scale)| most.max(*scale));
        let reaches = |(low, high): (f32, f32), first: u32, count: u32| {
            let (from, to) = lines(f64::from(low), f64::from(high), widest, first, first + count);
            from < to
        };
        if !reaches(extent.columns, window.column, window.columns)
            || !reaches(extent.rows, window.row, window.rows)
        {
            continue;
        }
        let object = nation.ground.index.object(*strike);
        let mut stream = Stream::new(nation.settings.seed, ITEMS, object, point as u64);
        let gammas: Vec<crate::strike::Gamma> = strike_of
            .loads
            .iter()
            .map(|load| at.left(strike_of.munitions, strike_of.munitions_deviation, load))
            .collect();
        for draw in draws.clone() {
            let u = fraction(shifts[position] + draw as f64 * GOLDEN);
            let place = position_in(strike_of.places.weights().iter().copied(), u);
            let scale = position_in(chain.scales.iter().map(|s| s.0), stream.uniform());
            let load = if gammas.len() > 1 {
                position_in(strike_of.loads.iter().map(|load| load.weight), stream.uniform())
            } else {
                0
            };
            let gamma = gammas[load];
            let drawn = Drawn {
                place: in_cells(grid, strike_of.places.place(place)),
                scale: chain.scales[scale].1,
                items: stream.gamma(gamma.shape, gamma.rate),
                mean: gamma.mean(),
                trust: 0.0,
            };
            raster.add(draw, &drawn);
        }
    }
    if !chain.left.is_empty() {
        unfound_unreported(nation, point, chain, raster);
    }
    Ok(())
}

fn fraction(number: f64) -> f64 {
    number - number.floor()
}

/// Adds unreported strikes of which nothing was found. Those of a square are drawn as before any search, and
/// stay with the chance that no search would have found anything of them.
fn unfound_unreported(
    nation: &Nation<'_>,
    point: usize,
    chain: &Chain<'_>,
    raster: &mut Raster<'_>,
) {
    let side = i64::from(nation.blocks.side);
    let window = raster.window;
    let reach = super::super::ground::REACH
        * chain.scales.iter().fold(0.0_f64, |most, (_, scale)| most.max(*scale));
    let squares = |first: u32, count: u32| {
        let low = ((f64::from(first) - reach) / side as f64).floor() as i64;
        low..=((f64::from(first + count) + reach) / side as f64).floor() as i64
    };
    let area = nation.blocks.side_kilometres * nation.blocks.side_kilometres;
    for row in squares(window.row, window.rows) {
        for column in squares(window.column, window.columns) {
            let object = ((column as u64) << 32) ^ (row as u64 & 0xFFFF_FFFF);
            let mut stream = Stream::new(nation.settings.seed, UNFOUND, object, point as u64);
            let (west, north) = ((column * side) as f64, (row * side) as f64);
            let block = nation.blocks.at(west + 0.5 * side as f64, north + 0.5 * side as f64);
            for draw in nation.draws_of(point) {
                let density = nation.density(point, draw);
                for _ in 0..stream.poisson(density.of_block(block) * area) {
                    let x = west + side as f64 * stream.uniform();
                    let y = north + side as f64 * stream.uniform();
                    let scale = position_in(chain.scales.iter().map(|s| s.0), stream.uniform());
                    let load = position_in(chain.left.iter().map(|l| l.0), stream.uniform());
                    let gamma = chain.left[load].1;
                    let (exposure, unseen) =
                        chain.nodes.get(scale).map_or((0.0, 1.0), |nodes| nodes.beside(x, y, load));
                    let stays = stream.uniform() < unseen;
                    let rate = gamma.rate + exposure;
                    let items = stream.gamma(gamma.shape, rate);
                    if stays {
                        let (place, scale) = ((x, y), chain.scales[scale].1);
                        let (mean, trust) = (gamma.shape / rate, exposure / rate);
                        raster.add(draw, &Drawn { place, scale, items, mean, trust });
                    }
                }
            }
        }
    }
}

/// Which cells of the tile any recorded strike may reach.
fn reached(nation: &Nation<'_>, chain: &Chain<'_>, window: &CellWindow) -> Vec<bool> {
    let (columns, rows) = (window.columns as usize, window.rows as usize);
    let across = columns + 1;
    let mut steps = vec![0_i32; across * (rows + 1)];
    let widest = nation.widest_reach() / super::super::ground::REACH;
    for strike in &chain.strikes {
        let extent = nation.ground.index.extent(*strike);
        let ends = |(low, high): (f32, f32), first: u32, count: u32| {
            let (from, to) = lines(f64::from(low), f64::from(high), widest, first, first + count);
            ((from - first) as usize, (to - first) as usize)
        };
        let (west, east) = ends(extent.columns, window.column, window.columns);
        let (north, south) = ends(extent.rows, window.row, window.rows);
        if west < east && north < south {
            steps[north * across + west] += 1;
            steps[north * across + east] -= 1;
            steps[south * across + west] -= 1;
            steps[south * across + east] += 1;
        }
    }
    let mut reached = vec![false; columns * rows];
    let mut above = vec![0; across];
    for row in 0..rows {
        let mut sum = 0;
        for column in 0..across {
            above[column] += steps[row * across + column];
            sum += above[column];
            if column < columns {
                reached[row * columns + column] = sum > 0;
            }
        }
    }
    reached
}

/// What is told of each cell.
fn told(
    nation: &Nation<'_>,
    chain: &Chain<'_>,
    raster: &Raster<'_>,
    searched: &[(u32, usize)],
    (mean, trust): (&[f64], &[f64]),
) -> Vec<CellEstimate> {
    let grid = &nation.ground.model.inputs.grid;
    let window = &raster.window;
    let (cells, draws) = (window.cells(), nation.settings.draws);
    let mut looked = vec![(Looked::Nobody, 0.0); cells];
    for (place, cell) in searched {
        let position = chain.evidence.searched.partition_point(|(_, own)| own < place);
        let position = chain.evidence.searched[position].0 as usize;
        looked[*cell] = (Looked::NothingFound, nation.ground.model.ground.covered(position));
    }
    for finds in chain.evidence.finds.iter().filter(|finds| finds.cells.1 - finds.cells.0 == 1) {
        let place = chain.evidence.find_cells[finds.cells.0 as usize];
        let (column, row) = chain.evidence.column_and_row(place);
        let inside = column.checked_sub(window.column).zip(row.checked_sub(window.row));
        if let Some((column, row)) = inside.filter(|(c, r)| *c < window.columns && *r < window.rows)
        {
            looked[(row * window.columns + column) as usize].0 = Looked::Found;
        }
    }
    let reached = reached(nation, chain, window);
    // Cells that nobody searched and no recorded strike reaches share one answer in each block.
    let across = window.columns.div_ceil(nation.blocks.side) as usize;
    let down = window.rows.div_ceil(nation.blocks.side) as usize;
    let mut shared: Vec<(Vec<f64>, usize)> = vec![(Vec::new(), 0); across * down];
    let block_of = |cell: usize| {
        let (column, row) = (cell as u32 % window.columns, cell as u32 / window.columns);
        (row / nation.blocks.side) as usize * across + (column / nation.blocks.side) as usize
    };
    let alone = |cell: usize| reached[cell] || looked[cell].0 != Looked::Nobody;
    for cell in (0..cells).filter(|cell| !alone(*cell)) {
        let (rates, nothing) = &mut shared[block_of(cell)];
        *nothing += draws;
        if mean[cell] > 0.0 {
            for draw in 0..draws {
                let rate = raster.rates[draw * cells + cell];
                if rate > 0.0 {
                    rates.push(f64::from(rate));
                    *nothing -= 1;
                }
            }
        }
    }
    let shared: Vec<Count> = shared
        .into_iter()
        .map(|(rates, nothing)| Count::from_rates_and_nothing(&rates, nothing))
        .collect();
    let mut of_cell = Vec::with_capacity(draws);
    (0..cells)
        .map(|cell| {
            let (looked, searched) = looked[cell];
            let column = window.column + cell as u32 % window.columns;
            let number = grid.cell(column, window.row + cell as u32 / window.columns);
            if !alone(cell) {
                let left = shared[block_of(cell)];
                return CellEstimate { cell: number, left, looked, searched, on_search: 0.0 };
            }
            of_cell.clear();
            let mut nothing = 0;
            for draw in 0..draws {
                match raster.rates[draw * cells + cell] {
                    rate if rate > 0.0 => of_cell.push(f64::from(rate)),
                    _ => nothing += 1,
                }
            }
            let mut left = Count::from_rates_and_nothing(&of_cell, nothing);
            // What draws of items alone would tell with noise is told by their expectation.
            left.expected = mean[cell] / draws as f64;
            let on_search = if mean[cell] > 0.0 { trust[cell] / mean[cell] } else { 0.0 };
            CellEstimate { cell: number, left, looked, searched, on_search }
        })
        .collect()
}
