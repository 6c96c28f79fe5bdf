//! Rows of cells cut into tiles and packed.
//!
//! Belongs here: the predictor and the packing of one tile. Does not belong here: where tiles stand
//! in the file (`directory`).

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::TILE;

/// A side filled up to whole tiles, in cells.
pub(super) fn padded(side: u32) -> u64 {
    u64::from(side).next_multiple_of(u64::from(TILE))
}

/// The rows of one row of tiles.
pub(super) struct Rows {
    columns: usize,
    values: Vec<f32>,
    seen: u32,
}

impl Rows {
    pub(super) fn new(columns: u32) -> Self {
        Self { columns: columns as usize, values: Vec::new(), seen: 0 }
    }

    pub(super) fn push(&mut self, row: &[f32]) {
        self.values.extend_from_slice(row);
        self.seen += 1;
    }

    /// Rows that were given since the first.
    pub(super) fn seen(&self) -> u32 {
        self.seen
    }

    pub(super) fn is_full(&self) -> bool {
        self.values.len() == self.columns * TILE as usize
    }

    /// Packs the tiles from west to east, fills what is missing up to whole tiles with cells of no
    /// value, and begins anew.
    pub(super) fn pack(&mut self, packed: &mut Vec<Vec<u8>>) -> io::Result<()> {
        let side = TILE as usize;
        let mut bytes = vec![0; side * side * 4];
        for left in (0..self.columns).step_by(side) {
            let right = (left + side).min(self.columns);
            let mut rows = self.values.chunks_exact(self.columns);
            for out in bytes.chunks_exact_mut(side * 4) {
                let cells = rows.next().map_or(&[][..], |row| &row[left..right]);
                predict(cells, out);
            }
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
            encoder.write_all(&bytes)?;
            packed.push(encoder.finish()?);
        }
        self.values.clear();
        Ok(())
    }
}

/// One row of a tile as bytes: the first byte of each number, then the second, each told as its
/// difference from the byte before it.
fn predict(cells: &[f32], out: &mut [u8]) {
    let side = TILE as usize;
    for place in 0..side {
        let cell = cells.get(place).copied().unwrap_or(f32::NAN);
        // There are many NaN; the file holds one, so that the same values give the same bytes.
        let cell = if cell.is_nan() { f32::NAN } else { cell };
        for (plane, byte) in cell.to_be_bytes().into_iter().enumerate() {
            out[plane * side + place] = byte;
        }
    }
    for place in (1..out.len()).rev() {
        out[place] = out[place].wrapping_sub(out[place - 1]);
    }
}
