//! Which band of a raster is read, and how much a foreign file may ask of the machine.
//!
//! Belongs here: choices and limits with their defaults. Does not belong here: the checks, which
//! stand where bytes are read.

/// How a raster is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RasterOptions {
    /// The band, counted from 1. A raster of several bands is not read without it.
    pub band: Option<u16>,
    /// What the file may ask of the machine.
    pub limits: RasterLimits,
}

/// Limits within which a raster is read.
///
/// The defaults let a raster of the world at one kilometre or of a nation at some metres pass. A raster of
/// any height is read in the memory of its widest rows of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RasterLimits {
    /// Cells of the rows that are held at once: all rows of one row of tiles, or of one strip.
    pub cells_at_once: u64,
    /// Bytes of one tile or strip when unpacked, with all its bands.
    pub tile_bytes: u64,
    /// Bytes of one entry of the directory, such as the list of all tiles.
    pub entry_bytes: usize,
}

impl Default for RasterLimits {
    fn default() -> Self {
        Self { cells_at_once: 32 << 20, tile_bytes: 128 << 20, entry_bytes: 8 << 20 }
    }
}
