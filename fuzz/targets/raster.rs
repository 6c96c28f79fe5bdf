//! Rasters, with and without a band chosen.
//!
//! The first byte chooses band and limits; the rest is the file.

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use remnant_fuzz::choices::Choices;
use remnant_source::raster::{Raster, RasterLimits, RasterOptions};

/// So many blocks of rows are read of an input.
const MOST_BLOCKS: usize = 20;

fuzz_target!(init: remnant_fuzz::let_panics_be_caught(), |bytes: &[u8]| {
    let (mut choices, file) = Choices::split(bytes, 1);
    let band = choices.one_of(&[None, Some(1), Some(2), Some(0)]);
    let small = RasterLimits { cells_at_once: 5_000, tile_bytes: 40_000, entry_bytes: 2_000 };
    let limits = choices.one_of(&[RasterLimits::default(), small]);
    let first = read(file, band, limits);
    assert_eq!(read(file, band, limits), first, "reading twice gives the same");
});

/// The rows and cells read and their bits added up, or the words of the fault.
fn read(file: &[u8], band: Option<u16>, limits: RasterLimits) -> Result<(u32, u64), String> {
    let told = |fault: remnant_source::raster::RasterFault| {
        assert!(!fault.to_string().is_empty() && !fault.help().is_empty(), "{fault:?}");
        fault.to_string()
    };
    let options = RasterOptions { band, limits };
    let mut raster = Raster::open("a", Cursor::new(file), &options).map_err(told)?;
    let reference = raster.reference();
    assert!(reference.cell_width > 0.0 && reference.cell_height > 0.0);
    assert!(reference.west.is_finite() && reference.north.is_finite());
    let (mut values, mut next, mut bits) = (Vec::new(), 0, 0u64);
    for _ in 0..MOST_BLOCKS {
        match raster.next_rows(&mut values) {
            Ok(Some(rows)) => {
                assert_eq!(rows.start, next);
                assert_eq!(values.len(), rows.len() * raster.columns() as usize);
                assert!(values.len() as u64 <= limits.cells_at_once);
                next = rows.end;
            }
            Ok(None) => {
                assert_eq!(next, raster.rows());
                break;
            }
            Err(fault) => {
                assert!(matches!(raster.next_rows(&mut values), Ok(None)), "nothing follows");
                return Err(told(fault));
            }
        }
        let of_block = values.iter().map(|value| if value.is_nan() { 1 } else { value.to_bits() });
        bits = of_block.fold(bits, |sum, value| sum.rotate_left(1).wrapping_add(value));
    }
    Ok((next, bits))
}
