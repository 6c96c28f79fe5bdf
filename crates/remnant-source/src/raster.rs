//! Rasters as others send them: GeoTIFF.
//!
//! Belongs here: where the cells of a raster lie, in which reference system, and their values as
//! they were written, some rows at a time. Does not belong here: what a value means, moving it into
//! another reference system, resampling.
//!
//! Read are cells of whole or floating-point numbers, in strips or tiles, packed by deflate, LZW or
//! PackBits or not at all, in TIFF or BigTIFF, upright, in a reference system that has an EPSG code.
//! A file of which any of this cannot be told is refused with what to do; nothing is guessed.
//!
//! ```no_run
//! # fn population() -> std::io::Cursor<Vec<u8>> { std::io::Cursor::new(Vec::new()) }
//! use remnant_source::raster::{Raster, RasterOptions};
//!
//! let mut raster = Raster::open("people.tif", population(), &RasterOptions::default())?;
//! let mut values = Vec::new();
//! let mut people = 0.0;
//! while raster.next_rows(&mut values)?.is_some() {
//!     people += values.iter().filter(|value| !value.is_nan()).sum::<f64>();
//! }
//! # Ok::<(), remnant_source::raster::RasterFault>(())
//! ```

mod decoding;
mod fault;
mod geo_reference;
mod options;
mod rows;
#[cfg(test)]
mod tests;

pub use fault::RasterFault;
pub use geo_reference::GeoReference;
pub use options::{RasterLimits, RasterOptions};
pub use rows::{CellNumber, Raster};
