//! Map layers that other programs open: rasters and vector tiles.
//!
//! Belongs here: the formats, byte by byte, and what is drawn at which zoom. Does not belong here:
//! the values (`remnant-estimate`, `remnant-ground`), styles of the map page (`ui`), files.
//!
//! The same values give the same bytes. What is drawn smaller than it is stays drawn: no hazardous
//! area is dropped, merged with another or thinned out at any zoom.

mod cells;
mod fault;
mod geotiff;
mod mercator;
mod one_tile;
mod overview;
mod pmtiles;
#[cfg(test)]
mod tests;
mod tile_clip;
mod tile_set;
mod vector_tile;

pub use cells::{CellSquares, CellValues};
pub use fault::LayerFault;
pub use geotiff::{Band, GeoTiff};
pub use mercator::{Tile, WorldPoint};
pub use one_tile::{Attributes, OneTile};
pub use overview::Overview;
pub use pmtiles::{ArchiveHead, LayerHead, TileArchive};
pub use tile_set::{AreaFeature, TileSet};
pub use vector_tile::{TileGeometry, TileLayer, TilePoint, TileValue, tile_bytes};
