//! What was searched and found within a window of cells, and which strikes may have to do with it.
//!
//! Belongs here: the searched cells and finds of a window, whether a rectangle holds any, and the strikes of
//! a nation by where they lie.
//!
//! Does not belong here: what the finds mean (`chain`).

use super::super::model::Model;
use super::super::posterior::object_number;
use super::kernel::in_cells;
use crate::footprint::CellWindow;

/// Columns and rows, the second of each not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rectangle {
    pub(super) columns: (u32, u32),
    pub(super) rows: (u32, u32),
}

/// Finds that may lie in the same cells of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FindsHere {
    /// Position among the groups of the ground.
    pub(super) group: u32,
    /// Where their cells begin and end in [`Evidence::find_cells`].
    pub(super) cells: (u32, u32),
    pub(super) count: u32,
    pub(super) spot: bool,
}

/// The evidence of a window. What lies beyond it is left out, searches and finds alike, so that the answer
/// is that of a smaller survey and not a wrong one of the whole.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) window: CellWindow,
    /// Positions among the searched cells of the ground, with places in the window.
    pub(super) searched: Vec<(u32, u32)>,
    /// How many searched cells lie north-west of each corner.
    sums: Vec<u32>,
    pub(super) finds: Vec<FindsHere>,
    /// Places in the window, finds after finds.
    pub(super) find_cells: Vec<u32>,
    /// The same by place, with the position in `find_cells`.
    by_place: Vec<(u32, u32)>,
}

impl Evidence {
    /// `by_first`: the groups of the ground by their first cell.
    pub(super) fn new(model: &Model<'_>, by_first: &[(u32, u32)], window: CellWindow) -> Self {
        let (grid, ground) = (&model.inputs.grid, &model.ground);
        let end = window.column + window.columns;
        let (mut searched, mut finds) = (Vec::new(), Vec::new());
        let (mut find_cells, mut by_place) = (Vec::new(), Vec::new());
        for row in window.row..window.row + window.rows {
            let line = (row - window.row) * window.columns;
            for position in ground.in_row(row, window.column, end) {
                let (column, _) = grid.column_and_row(ground.cells[position]);
                searched.push((position as u32, line + column - window.column));
            }
            let first = grid.cell(window.column, row);
            let from = by_first.partition_point(|(cell, _)| *cell < first);
            let own =
                by_first[from..].iter().take_while(|(cell, _)| *cell < first + window.columns);
            for (_, number) in own {
                let group = &ground.groups[*number as usize];
                let begin = find_cells.len() as u32;
                find_cells
                    .extend(group.cells.iter().filter_map(|cell| place(grid, &window, *cell)));
                finds.push(FindsHere {
                    group: *number,
                    cells: (begin, find_cells.len() as u32),
                    count: group.count,
                    spot: group.spot,
                });
            }
        }
        by_place.extend(find_cells.iter().enumerate().map(|(at, place)| (*place, at as u32)));
        by_place.sort_unstable();
        let sums = sums(&window, searched.iter().map(|(_, place)| *place));
        Self { window, searched, sums, finds, find_cells, by_place }
    }

    /// Whether any cell of a rectangle within the window was searched.
    pub(super) fn any_searched(&self, rectangle: &Rectangle) -> bool {
        count(&self.sums, &self.window, rectangle) > 0
    }

    /// Positions in [`Evidence::find_cells`] of the finds in a rectangle within the window.
    pub(super) fn finds_in(&self, rectangle: &Rectangle) -> impl Iterator<Item = u32> + '_ {
        let (window, columns) = (self.window, rectangle.columns);
        (rectangle.rows.0..rectangle.rows.1).flat_map(move |row| {
            let line = (row - window.row) * window.columns;
            let place = |column: u32| line + column - window.column;
            let from = self.by_place.partition_point(|(at, _)| *at < place(columns.0));
            let to = self.by_place.partition_point(|(at, _)| *at < place(columns.1));
            self.by_place[from..to].iter().map(|(_, position)| *position)
        })
    }

    /// Column and row of a place in the window.
    pub(super) fn column_and_row(&self, place: u32) -> (u32, u32) {
        let window = &self.window;
        (window.column + place % window.columns, window.row + place / window.columns)
    }
}

fn place(grid: &crate::grid::Grid, window: &CellWindow, cell: u32) -> Option<u32> {
    let (column, row) = grid.column_and_row(cell);
    let (column, row) = (column.checked_sub(window.column)?, row.checked_sub(window.row)?);
    (column < window.columns && row < window.rows).then_some(row * window.columns + column)
}

/// For each corner of a window's cells how many of the places lie north-west of it.
fn sums(window: &CellWindow, places: impl Iterator<Item = u32>) -> Vec<u32> {
    let across = window.columns as usize + 1;
    let mut sums = vec![0_u32; across * (window.rows as usize + 1)];
    for place in places {
        let (column, row) = ((place % window.columns) as usize, (place / window.columns) as usize);
        sums[(row + 1) * across + column + 1] += 1;
    }
    for row in 1..=window.rows as usize {
        let mut line = 0;
        for column in 1..across {
            line += sums[row * across + column];
            sums[row * across + column] = line + sums[(row - 1) * across + column];
        }
    }
    sums
}

fn count(sums: &[u32], window: &CellWindow, rectangle: &Rectangle) -> u32 {
    let across = window.columns as usize + 1;
    let at = |column: u32, row: u32| {
        sums[(row - window.row) as usize * across + (column - window.column) as usize]
    };
    let ((west, east), (north, south)) = (rectangle.columns, rectangle.rows);
    if west >= east || north >= south {
        return 0;
    }
    // Wrapping, because the two that are taken away twice may be larger than what stands so far.
    at(east, south)
        .wrapping_add(at(west, north))
        .wrapping_sub(at(west, south))
        .wrapping_sub(at(east, north))
}

/// Ends of the places of a strike, in cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub(super) columns: (f32, f32),
    pub(super) rows: (f32, f32),
}

/// The strikes of a nation by where they lie.
#[derive(Debug)]
pub(super) struct StrikeIndex {
    /// For each strike the number that its random numbers belong to.
    objects: Vec<u64>,
    extents: Vec<Extent>,
    /// Strikes by the square that holds their middle, and where each square begins.
    order: Vec<u32>,
    starts: Vec<u32>,
    across: u32,
    down: u32,
    side: f32,
    /// Half of the longest extent, in cells.
    longest: f32,
}

impl StrikeIndex {
    pub(super) fn new(model: &Model<'_>) -> Self {
        let grid = &model.inputs.grid;
        let strikes = &model.inputs.strikes;
        let objects = strikes.iter().map(|strike| object_number(&strike.id)).collect();
        let extents: Vec<Extent> = strikes
            .iter()
            .map(|strike| {
                let (west, east, south, north) = strike.places.extent();
                let ((left, top), (right, bottom)) =
                    (in_cells(grid, (west, north)), in_cells(grid, (east, south)));
                Extent { columns: (left as f32, right as f32), rows: (top as f32, bottom as f32) }
            })
            .collect();
        let longest = extents.iter().fold(0.0_f32, |most, extent| {
            let (columns, rows) = (extent.columns, extent.rows);
            most.max(0.5 * (columns.1 - columns.0)).max(0.5 * (rows.1 - rows.0))
        });
        // Some twenty cells to a square; strikes beyond the grid go to its border.
        let side = 20.0_f32;
        let across = (grid.columns() as f32 / side).ceil() as u32;
        let down = (grid.rows() as f32 / side).ceil() as u32;
        let square = |extent: &Extent| {
            let column = 0.5 * (extent.columns.0 + extent.columns.1) / side;
            let row = 0.5 * (extent.rows.0 + extent.rows.1) / side;
            let column = column.clamp(0.0, (across - 1) as f32) as u32;
            row.clamp(0.0, (down - 1) as f32) as u32 * across + column
        };
        let mut starts = vec![0_u32; (across * down) as usize + 1];
        extents.iter().for_each(|extent| starts[square(extent) as usize + 1] += 1);
        for square in 1..starts.len() {
            starts[square] += starts[square - 1];
        }
        let mut next = starts.clone();
        let mut order = vec![0_u32; extents.len()];
        for (number, extent) in extents.iter().enumerate() {
            let at = &mut next[square(extent) as usize];
            order[*at as usize] = number as u32;
            *at += 1;
        }
        Self { objects, extents, order, starts, across, down, side, longest }
    }

    /// The number that a strike's random numbers belong to.
    pub(super) fn object(&self, number: u32) -> u64 {
        self.objects[number as usize]
    }

    pub(super) fn extent(&self, number: u32) -> Extent {
        self.extents[number as usize]
    }

    /// Strikes that may leave items in a window with footprints that reach so many cells, in an order that
    /// does not depend on that of the inputs.
    pub(super) fn near(&self, window: &CellWindow, reach: f64) -> Vec<u32> {
        let reach = reach as f32;
        let (west, north) = (window.column as f32 - reach, window.row as f32 - reach);
        let east = (window.column + window.columns) as f32 + reach;
        let south = (window.row + window.rows) as f32 + reach;
        // A strike beyond the grid lies in a square of the border, which its own extent brings near.
        let squares = |low: f32, high: f32, count: u32| {
            let at = |value: f32| (value / self.side).clamp(0.0, (count - 1) as f32) as u32;
            at(low - self.longest)..=at(high + self.longest)
        };
        let mut near = Vec::new();
        for row in squares(north, south, self.down) {
            for column in squares(west, east, self.across) {
                let square = (row * self.across + column) as usize;
                let own =
                    &self.order[self.starts[square] as usize..self.starts[square + 1] as usize];
                near.extend(own.iter().copied().filter(|number| {
                    let Extent { columns, rows } = self.extents[*number as usize];
                    columns.1 > west && columns.0 < east && rows.1 > north && rows.0 < south
                }));
            }
        }
        near.sort_unstable_by_key(|number| (self.objects[*number as usize], *number));
        near
    }
}
