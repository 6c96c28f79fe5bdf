//! How long it takes to sum a raster of people over many areas, from the file to the sums.
//!
//! `cargo run --release -p remnant-ground --example exposure_time -- RASTER.tif AREAS.wkb [REPETITIONS [SUMS]]`
//! prints seconds of each repetition as JSON. AREAS.wkb holds one area after the other in well-known
//! binary, each after its length in four bytes, in coordinates of the raster. SUMS, where given,
//! becomes a file of one line for each area: the sum and the covered ground in cells with a value.
//! Reading the areas is not part of a time; reading and unpacking the raster is.

use std::error::Error;
use std::fmt::Write;
use std::fs::File;
use std::io::BufReader;
use std::time::Instant;

use geo_types::{Geometry, MultiPolygon};
use remnant_ground::coverage::Lattice;
use remnant_ground::exposure::{CountedOver, Exposure};
use remnant_ground::geometry_bytes::read_wkb;
use remnant_source::raster::{Raster, RasterOptions};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [raster, areas, rest @ ..] = arguments.as_slice() else {
        return Err("give a raster and a file of areas".into());
    };
    let repetitions: usize = rest.first().map_or(Ok(3), |text| text.parse())?;
    let areas = read_areas(&std::fs::read(areas)?)?;
    let (mut seconds, mut sums) = (Vec::new(), Vec::new());
    for _ in 0..repetitions {
        let begun = Instant::now();
        sums = summed(raster, &areas)?;
        seconds.push(begun.elapsed().as_secs_f64());
    }
    if let Some(path) = rest.get(1) {
        let mut text = String::new();
        for counted in &sums {
            writeln!(text, "{},{}", counted.sum, counted.cells_with_value)?;
        }
        std::fs::write(path, text)?;
    }
    println!("{{\"areas\": {}, \"seconds\": {seconds:?}}}", areas.len());
    Ok(())
}

fn read_areas(mut bytes: &[u8]) -> Result<Vec<MultiPolygon<f64>>, Box<dyn Error>> {
    let mut areas = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let (area, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        areas.push(match read_wkb(area)?.geometry {
            Geometry::Polygon(polygon) => polygon.into(),
            Geometry::MultiPolygon(area) => area,
            other => return Err(format!("{other:?} is no area").into()),
        });
        bytes = rest;
    }
    Ok(areas)
}

fn summed(path: &str, areas: &[MultiPolygon<f64>]) -> Result<Vec<CountedOver>, Box<dyn Error>> {
    let bytes = BufReader::new(File::open(path)?);
    let mut raster = Raster::open(path, bytes, &RasterOptions::default())?;
    let at = raster.reference();
    let (columns, rows) = (raster.columns(), raster.rows());
    let lattice = Lattice::new(at.west, at.north, at.cell_width, at.cell_height, columns, rows)?;
    let mut exposure = Exposure::of(lattice, areas);
    let mut values = Vec::new();
    while raster.next_rows(&mut values)?.is_some() {
        exposure.add_rows(&values)?;
    }
    Ok(exposure.finish()?.into_iter().collect::<Result<_, _>>()?)
}
