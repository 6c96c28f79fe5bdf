//! A raster that was written is read back as it was, by our reader and by GDAL where it is there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Cursor;
use std::process::Command;

use remnant_ground::coverage::Lattice;
use remnant_ground::exposure::RasterPlane;
use remnant_publish::layer::{Band, GeoTiff, LayerFault, Overview};
use remnant_source::raster::{GeoReference, Raster, RasterOptions};

/// Two bands of 1 300 by 700 cells: three tiles by two, and two overviews.
fn raster(plane: RasterPlane) -> GeoTiff {
    let (west, north, side) = match plane {
        RasterPlane::Degrees => (106.0, 17.0, 0.000_833_333_333),
        RasterPlane::Utm(_) => (600_000.0, 1_900_000.0, 100.0),
    };
    let band = |name: &str, overview| Band { name: name.to_owned(), overview };
    GeoTiff {
        plane,
        lattice: Lattice::new(west, north, side, side, 1_300, 700).unwrap(),
        bands: vec![
            band("expected items in a cell", Overview::Mean),
            band("chance of \"one\" & more", Overview::Largest),
        ],
        notes: vec![("seed".to_owned(), "7 < 8".to_owned())],
    }
}

/// A gap in the middle, a peak in one cell, and a pattern besides.
fn value(band: usize, column: u32, row: u32) -> f32 {
    if (400..500).contains(&column) && (300..500).contains(&row) {
        return f32::NAN;
    }
    match band {
        0 => (column % 17) as f32 * 0.31 + row as f32,
        _ if (column, row) == (1_100, 600) => 0.97,
        _ => 0.01,
    }
}

fn written(raster: &GeoTiff) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    raster
        .write(&mut out, |band, row, values| {
            for (column, place) in (0..).zip(values) {
                *place = value(band, column, row);
            }
        })
        .unwrap();
    out.into_inner()
}

#[test]
fn every_cell_of_every_band_is_read_back() {
    let zone = RasterPlane::from_epsg(32_648).unwrap();
    for (plane, bands) in [(RasterPlane::Degrees, 0..2u16), (zone, 1..2)] {
        let raster = raster(plane);
        let bytes = written(&raster);
        for band in bands {
            let options = RasterOptions { band: Some(band + 1), ..RasterOptions::default() };
            let mut read = Raster::open("a.tif", Cursor::new(&bytes), &options).unwrap();
            assert_eq!((read.columns(), read.rows(), read.bands()), (1_300, 700, 2));
            let lattice = raster.lattice;
            let place = GeoReference {
                epsg: plane.epsg(),
                west: lattice.west(),
                north: lattice.north(),
                cell_width: lattice.cell_width(),
                cell_height: lattice.cell_height(),
            };
            assert_eq!(read.reference(), place);
            let mut values = Vec::new();
            while let Some(rows) = read.next_rows(&mut values).unwrap() {
                for (row, values) in rows.zip(values.chunks_exact(1_300)) {
                    for (column, read) in (0..).zip(values) {
                        let written = f64::from(value(usize::from(band), column, row));
                        assert!(*read == written || (read.is_nan() && written.is_nan()));
                    }
                }
            }
        }
    }
}

/// Tag, number of values, and where they stand or what the only one is.
fn directories(bytes: &[u8]) -> Vec<Vec<(u16, u32, u32)>> {
    let short = |at: usize| u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap());
    let long = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let (mut at, mut found) = (long(4) as usize, Vec::new());
    while at != 0 {
        let count = usize::from(short(at));
        let entry = |number: usize| {
            let at = at + 2 + 12 * number;
            (short(at), long(at + 4), long(at + 8))
        };
        found.push((0..count).map(entry).collect());
        at = long(at + 2 + 12 * count) as usize;
    }
    found
}

#[test]
fn directories_stand_first_and_the_smallest_overview_before_the_raster() {
    let bytes = written(&raster(RasterPlane::Degrees));
    let long =
        |at: u32| u32::from_le_bytes(bytes[at as usize..at as usize + 4].try_into().unwrap());
    let directories = directories(&bytes);
    let of =
        |level: usize, tag: u16| *directories[level].iter().find(|entry| entry.0 == tag).unwrap();
    let sides: Vec<(u32, u32)> = (0..3).map(|level| (of(level, 256).2, of(level, 257).2)).collect();
    assert_eq!(sides, [(1_300, 700), (650, 350), (325, 175)]);
    assert_eq!(directories.len(), 3);
    for directory in &directories {
        assert!(directory.is_sorted_by_key(|entry| entry.0));
    }
    // The first tile of each level, the smallest first, and all behind the directories.
    let firsts: Vec<u32> = (0..3).map(|level| long(of(level, 324).2)).collect();
    assert!(firsts[2] < firsts[1] && firsts[1] < firsts[0], "{firsts:?}");
    assert!(of(2, 324).2 < firsts[2]);
    // The whole of the file is directories and tiles.
    let last = of(0, 324).1 - 1;
    assert_eq!(long(of(0, 324).2 + 4 * last) + long(of(0, 325).2 + 4 * last), bytes.len() as u32);
}

#[test]
fn the_same_values_give_the_same_bytes_and_impossible_rasters_are_refused() {
    let raster = raster(RasterPlane::Degrees);
    assert_eq!(written(&raster), written(&raster));
    let nothing = GeoTiff { bands: Vec::new(), ..raster.clone() };
    let fault = nothing.write(&mut Cursor::new(Vec::new()), |_, _, _| {}).unwrap_err();
    assert!(matches!(fault, LayerFault::Bands { bands: 0, .. }));
    let lattice = Lattice::new(0.0, 0.0, 1.0, 1.0, 40_000, 40_000).unwrap();
    let huge = GeoTiff { lattice, ..raster };
    let fault = huge.write(&mut Cursor::new(Vec::new()), |_, _, _| {}).unwrap_err();
    assert!(matches!(fault, LayerFault::TooLarge { .. }), "{fault}");
    assert!(fault.help().contains("fewer bands"));
}

#[test]
fn gdal_reads_place_bands_and_overviews() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tif");
    std::fs::write(&path, written(&raster(RasterPlane::from_epsg(32_648).unwrap()))).unwrap();
    let told = match Command::new("gdalinfo").args(["-json", "-stats"]).arg(&path).output() {
        Ok(told) => told,
        Err(error) => {
            println!("skipped: gdalinfo is not there ({error})");
            return;
        }
    };
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    assert!(told.stderr.is_empty(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(told["size"], serde_json::json!([1_300, 700]));
    assert_eq!(
        told["geoTransform"],
        serde_json::json!([600_000.0, 100.0, 0.0, 1_900_000.0, 0.0, -100.0])
    );
    assert!(told["coordinateSystem"]["wkt"].as_str().unwrap().contains("UTM zone 48N"));
    assert_eq!(told["metadata"][""]["seed"], "7 < 8");
    let bands = told["bands"].as_array().unwrap();
    let names: Vec<&str> = bands.iter().map(|band| band["description"].as_str().unwrap()).collect();
    assert_eq!(names, ["expected items in a cell", "chance of \"one\" & more"]);
    for band in bands {
        assert_eq!(band["noDataValue"], "NaN");
        assert_eq!(band["overviews"].as_array().unwrap().len(), 2);
    }
    // 20 000 cells of 910 000 have no value; the largest value is that of one cell.
    assert_eq!(bands[1]["maximum"], 0.97);
}
