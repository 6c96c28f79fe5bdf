//! Rasters as cloud-optimised GeoTIFF.
//!
//! Belongs here: directories before cells, tiles, overviews, the tags that place the cells and name
//! the bands. Does not belong here: what the bands are, drawing.
//!
//! A program that looks at a part of such a file over a network reads its first bytes and then only
//! the tiles it shows. All directories therefore stand at the start, that of the whole raster
//! first; after them the tiles of the smallest overview, and those of the whole raster last. Cells
//! are single floating-point numbers, each band for itself, packed by deflate after the predictor
//! for such numbers. A cell without a value is NaN.
//!
//! Sources: TIFF 6.0; Adobe Photoshop TIFF Technical Note 3 (predictor 3); OGC 19-008r4
//! (GeoTIFF 1.1); OGC 21-026 (cloud-optimised GeoTIFF).

mod directory;
mod tiles;

use std::io::{Seek, SeekFrom, Write};

use remnant_ground::coverage::Lattice;
use remnant_ground::exposure::RasterPlane;

use super::LayerFault;
use super::overview::{Halving, Overview};
use directory::Directory;
use tiles::{Rows, padded};

/// What one band holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// What map programs call it, with its unit: `expected items in a cell`.
    pub name: String,
    /// What its overviews show.
    pub overview: Overview,
}

/// A raster to be written.
#[derive(Clone, Debug)]
pub struct GeoTiff {
    /// The reference system.
    pub plane: RasterPlane,
    /// The cells.
    pub lattice: Lattice,
    /// The bands, in order.
    pub bands: Vec<Band>,
    /// What else is to be known of it, by name: model, seed, licence.
    pub notes: Vec<(String, String)>,
}

/// Side of a tile in cells.
pub(super) const TILE: u32 = 512;

/// The most bands: beyond this the directory itself gets long.
const MOST_BANDS: usize = 256;

impl GeoTiff {
    /// Writes the raster.
    ///
    /// `row` fills one row of one band, both counted from 0, from west to east. It is asked twice
    /// for each row, from north to south each time: once for the overviews, which stand first in
    /// the file, and once for the raster itself. Held at a time are one row of tiles for each
    /// band and level, and the packed overviews.
    ///
    /// # Errors
    /// [`LayerFault::Bands`], [`LayerFault::TooLarge`], and [`LayerFault::NotWritten`] when `out`
    /// fails.
    pub fn write(
        &self,
        out: &mut (impl Write + Seek),
        mut row: impl FnMut(usize, u32, &mut [f32]),
    ) -> Result<(), LayerFault> {
        let bands = self.bands.len();
        if bands == 0 || bands > MOST_BANDS {
            return Err(LayerFault::Bands { bands, most: MOST_BANDS });
        }
        let levels = self.levels();
        let cells: u64 =
            levels.iter().map(|(columns, rows)| padded(*columns) * padded(*rows)).sum();
        let bytes = cells.saturating_mul(4 * bands as u64);
        // Packed it may be far smaller; that is not known before it is written.
        if bytes > u64::from(u32::MAX) / 16 * 15 {
            return Err(LayerFault::TooLarge { bytes });
        }
        let mut directories: Vec<Directory> =
            levels.iter().map(|level| Directory::new(self, *level)).collect();
        let mut at = Directory::place(&mut directories);
        out.seek(SeekFrom::Start(at))?;
        let overviews = self.overviews(&levels, &mut row)?;
        for (level, tiles) in overviews.iter().enumerate().rev() {
            for (number, tile) in tiles.iter().enumerate() {
                directories[level + 1].keep(number, &mut at, tile, out)?;
            }
        }
        drop(overviews);
        self.whole(&mut directories[0], &mut at, out, &mut row)?;
        let mut head = b"II*\0\x08\0\0\0".to_vec();
        for directory in &directories {
            directory.write(&mut head);
        }
        out.seek(SeekFrom::Start(0))?;
        out.write_all(&head)?;
        out.seek(SeekFrom::Start(at))?;
        out.flush()?;
        Ok(())
    }

    /// Columns and rows of the raster and of its overviews, each half of the one before, until one
    /// tile holds it.
    fn levels(&self) -> Vec<(u32, u32)> {
        let mut levels = vec![(self.lattice.columns(), self.lattice.rows())];
        while let Some((columns, rows)) = levels.last().copied() {
            if columns <= TILE && rows <= TILE {
                break;
            }
            levels.push((columns.div_ceil(2), rows.div_ceil(2)));
        }
        levels
    }

    /// The packed tiles of each overview, band by band and row by row.
    fn overviews(
        &self,
        levels: &[(u32, u32)],
        row: &mut impl FnMut(usize, u32, &mut [f32]),
    ) -> Result<Vec<Vec<Vec<u8>>>, LayerFault> {
        let mut packed = vec![Vec::new(); levels.len() - 1];
        if packed.is_empty() {
            return Ok(packed);
        }
        let (columns, rows) = levels[0];
        let mut values = vec![f32::NAN; columns as usize];
        for (number, band) in self.bands.iter().enumerate() {
            let mut halvings = vec![Halving::new(band.overview); packed.len()];
            let mut kept: Vec<Rows> =
                levels[1..].iter().map(|(columns, _)| Rows::new(*columns)).collect();
            for at in 0..rows {
                row(number, at, &mut values);
                let mut is_last = at + 1 == rows;
                let mut current = halvings[0].row(&values, is_last);
                for level in 0..packed.len() {
                    let Some(halved) = current.take() else { break };
                    kept[level].push(&halved);
                    // The row after this one is the last of its level when this level is at its end.
                    is_last = kept[level].seen() == levels[level + 1].1;
                    if kept[level].is_full() || is_last {
                        kept[level].pack(&mut packed[level])?;
                    }
                    if let Some(next) = halvings.get_mut(level + 1) {
                        current = next.row(&halved, is_last);
                    }
                }
            }
        }
        Ok(packed)
    }

    /// Writes the tiles of the raster itself, a row of tiles of each band after the other.
    fn whole(
        &self,
        directory: &mut Directory,
        at: &mut u64,
        out: &mut impl Write,
        row: &mut impl FnMut(usize, u32, &mut [f32]),
    ) -> Result<(), LayerFault> {
        let (columns, rows) = (self.lattice.columns(), self.lattice.rows());
        let across = columns.div_ceil(TILE) as usize;
        let plane = across * rows.div_ceil(TILE) as usize;
        let mut values = vec![f32::NAN; columns as usize];
        let mut packed = Vec::new();
        for (down, top) in (0..rows).step_by(TILE as usize).enumerate() {
            for band in 0..self.bands.len() {
                let mut kept = Rows::new(columns);
                for number in top..(top + TILE).min(rows) {
                    row(band, number, &mut values);
                    kept.push(&values);
                }
                packed.clear();
                kept.pack(&mut packed)?;
                for (number, tile) in packed.iter().enumerate() {
                    directory.keep(band * plane + down * across + number, at, tile, out)?;
                }
            }
        }
        Ok(())
    }
}
