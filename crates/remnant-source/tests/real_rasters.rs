//! Rasters of others, where the folder of test data is there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Cursor;
use std::path::PathBuf;

use remnant_source::raster::{Raster, RasterOptions};

#[test]
fn a_grid_of_people_of_another_program_is_read() {
    let data = std::env::var_os("REMNANT_TEST_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = data.join("exposure-sample-jakarta/people_allow_resampling_true.tif");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let mut raster =
        Raster::open("people.tif", Cursor::new(bytes), &RasterOptions::default()).unwrap();
    let (mut values, mut all) = (Vec::new(), Vec::new());
    while raster.next_rows(&mut values).unwrap().is_some() {
        all.extend_from_slice(&values);
    }
    assert_eq!((raster.columns(), raster.rows()), (16, 12));
    assert_eq!((raster.reference().epsg, raster.no_value()), (3857, Some(-9999.0)));
    assert!((raster.reference().cell_height - 48.981_840_56).abs() < 1e-8);
    // Mean and largest value as GDAL tells them.
    let largest = all.iter().copied().fold(0.0, f64::max);
    assert!((all.iter().sum::<f64>() / 192.0 - 0.682_383_857).abs() < 1e-9);
    assert!((largest - 1.390_900_016).abs() < 1e-9);
}
