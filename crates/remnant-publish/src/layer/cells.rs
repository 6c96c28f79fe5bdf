//! The cells of an estimate as squares on the map.
//!
//! Belongs here: putting cells together where they would be too small to see, and drawing the
//! squares. Does not belong here: the values.

use geo_types::Coord;
use remnant_ground::coverage::Lattice;
use remnant_ground::exposure::RasterPlane;

use super::LayerFault;
use super::mercator::WorldPoint;
use super::tile_clip::WorldArea;
use super::tile_set::TileSet;
use super::vector_tile::{TileGeometry, TileValue};

/// A square is at least this share of a tile wide: 4 points of a tile of 512.
const SQUARES_ACROSS_A_TILE: f64 = 128.0;

/// One value of each cell, row by row from the north-west corner; NaN where there is none.
#[derive(Clone, Copy, Debug)]
pub enum CellValues<'a> {
    /// Amounts, such as expected items. A square that stands for several cells has their sum.
    Sum(&'a [f64]),
    /// Chances or warnings. A square that stands for several cells has the largest of theirs,
    /// since the chance that any of them holds something does not follow from the single ones.
    Largest(&'a [f64]),
}

/// The cells of an estimate, with what is told of each.
#[derive(Clone, Debug)]
pub struct CellSquares<'a> {
    /// The reference system of the lattice.
    pub plane: RasterPlane,
    /// The cells.
    pub lattice: Lattice,
    /// Attributes, each with its name.
    pub values: Vec<(String, CellValues<'a>)>,
}

impl CellSquares<'_> {
    /// Shows the cells in a layer `name` of each zoom of the set.
    ///
    /// Where cells would be narrower than 4 points on a screen, a square stands for 2 x 2 of
    /// them, or 4 x 4, and so on. The attribute `cells_across` says for how many it stands: 1 is a cell as it
    /// was estimated. Cells of which no attribute has a value are not drawn, and add nothing.
    ///
    /// # Errors
    /// [`LayerFault::CellsDiffer`] when an attribute has not one value for each cell,
    /// [`LayerFault::OutsideZone`] when the cells reach further than their zone of UTM.
    pub fn add_to(&self, set: &mut TileSet, name: &str) -> Result<(), LayerFault> {
        let cells = u64::from(self.lattice.columns()) * u64::from(self.lattice.rows());
        for (_, values) in &self.values {
            let values = values.all().len();
            if values as u64 != cells {
                return Err(LayerFault::CellsDiffer { values, cells });
            }
        }
        let (east, south) = (self.lattice.columns(), self.lattice.rows());
        for (column, row) in [(0, 0), (east, 0), (east, south), (0, south)] {
            if self.corner(column, row).is_none() {
                return Err(LayerFault::OutsideZone { column, row, code: self.plane.epsg() });
            }
        }
        for zoom in set.zooms() {
            self.add_zoom(set, name, zoom, self.cells_across(zoom));
        }
        Ok(())
    }

    /// How many cells a square stands for along its side: a power of two.
    fn cells_across(&self, zoom: u8) -> u32 {
        let corner = self.corner(0, 0);
        let next = self.corner(1, 0);
        let width = match (corner, next) {
            (Some(corner), Some(next)) => (next.x - corner.x).abs() * f64::from(1u32 << zoom),
            _ => 1.0,
        };
        let longest = self.lattice.columns().max(self.lattice.rows());
        let mut across = 1;
        while f64::from(across) * width * SQUARES_ACROSS_A_TILE < 1.0 && across < longest {
            across *= 2;
        }
        across
    }

    fn add_zoom(&self, set: &mut TileSet, name: &str, zoom: u8, across: u32) {
        let (columns, rows) = (self.lattice.columns(), self.lattice.rows());
        for top in (0..rows).step_by(across as usize) {
            let bottom = top.saturating_add(across).min(rows);
            for left in (0..columns).step_by(across as usize) {
                let right = left.saturating_add(across).min(columns);
                let mut attributes: Vec<(String, TileValue)> = Vec::new();
                for (field, values) in &self.values {
                    if let Some(value) = values.of(columns, (left, right), (top, bottom)) {
                        attributes.push((field.clone(), TileValue::Number(value)));
                    }
                }
                if attributes.is_empty() {
                    continue;
                }
                let count = i64::from(across);
                attributes.push(("cells_across".to_owned(), TileValue::Whole(count)));
                let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
                let corners: Option<Vec<WorldPoint>> =
                    corners.iter().map(|(column, row)| self.corner(*column, *row)).collect();
                // Within the four corners of the lattice, which were looked at.
                let Some(corners) = corners else { continue };
                let square = WorldArea::of_parts(vec![vec![corners]]);
                let id = u64::from(top) * u64::from(columns) + u64::from(left);
                for tile in square.tiles(zoom) {
                    let shown = square.in_tile(tile);
                    if !shown.is_empty() {
                        set.add(tile, name, id, &TileGeometry::Areas(shown), &attributes);
                    }
                }
            }
        }
    }

    /// Where a corner of cells is drawn.
    fn corner(&self, column: u32, row: u32) -> Option<WorldPoint> {
        let lattice = &self.lattice;
        let at = Coord {
            x: lattice.west() + f64::from(column) * lattice.cell_width(),
            y: lattice.north() - f64::from(row) * lattice.cell_height(),
        };
        match self.plane {
            RasterPlane::Degrees => Some(WorldPoint::of(at.x, at.y)),
            RasterPlane::Utm(zone) => {
                let position = zone.position(at.x, at.y).ok()?;
                Some(WorldPoint::of(position.longitude(), position.latitude()))
            }
        }
    }
}

impl CellValues<'_> {
    fn all(&self) -> &[f64] {
        match self {
            Self::Sum(values) | Self::Largest(values) => values,
        }
    }

    /// The value of a block of cells; none where none of them has one.
    fn of(&self, width: u32, columns: (u32, u32), rows: (u32, u32)) -> Option<f64> {
        let mut found: Option<f64> = None;
        for row in rows.0..rows.1 {
            let start = row as usize * width as usize;
            let cells = &self.all()[start + columns.0 as usize..start + columns.1 as usize];
            for value in cells.iter().filter(|value| !value.is_nan()) {
                found = Some(match (self, found) {
                    (_, None) => *value,
                    (Self::Sum(_), Some(sum)) => sum + value,
                    (Self::Largest(_), Some(largest)) => largest.max(*value),
                });
            }
        }
        found
    }
}
