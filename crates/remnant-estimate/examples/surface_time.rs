//! How long the surfaces of `intensity` take, and what comes out, for the comparison in
//! `benchmarks/estimate`.
//!
//! ```text
//! surface_time density POINTS.f64 CELLS METRES SCALE mean|error RUNS OUT.f64
//! surface_time placed STRIKES.f64 CELLS METRES RUNS OUT.f64
//! ```
//!
//! `POINTS` holds pairs of easting and northing, `STRIKES` easting, northing, error and weight, as
//! little-endian 64-bit numbers. The grid has `CELLS` by `CELLS` cells of `METRES`, its south-west corner
//! at the origin. Writes the seconds of each run as JSON to standard output, and the surface, for
//! `error` followed by its standard errors, to `OUT`. Reading and writing are not in the time.
#![allow(clippy::print_stdout, reason = "the answer is the output")]

use std::error::Error;
use std::time::Instant;

use remnant_estimate::grid::Grid;
use remnant_estimate::intensity::{
    PlacedPoint, density_surface, density_surface_with_error, intensity_of_placed,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (seconds, values) = match words.as_slice() {
        ["density", points, cells, metres, scale, what, runs, _] => {
            let points: Vec<(f64, f64)> =
                numbers(points)?.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
            let grid = grid(cells, metres)?;
            let scale: f64 = scale.parse()?;
            timed(runs, || {
                Ok(if *what == "error" {
                    let found = density_surface_with_error(&grid, &points, scale)?;
                    [found.surface.density, found.standard_error].concat()
                } else {
                    density_surface(&grid, &points, scale)?.density
                })
            })?
        }
        ["placed", strikes, cells, metres, runs, _] => {
            let strikes: Vec<PlacedPoint> = numbers(strikes)?
                .chunks_exact(4)
                .map(|row| PlacedPoint {
                    easting: row[0],
                    northing: row[1],
                    error: row[2],
                    weight: row[3],
                })
                .collect();
            let grid = grid(cells, metres)?;
            let (seconds, values) = timed(runs, || Ok(intensity_of_placed(&grid, &strikes)?))?;
            (seconds, values.into_iter().map(f64::from).collect())
        }
        _ => return Err("see the first lines of the example for its arguments".into()),
    };
    if let Some(place) = words.last() {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        std::fs::write(place, bytes)?;
    }
    println!("{}", serde_json::json!({ "seconds": seconds }));
    Ok(())
}

fn grid(cells: &str, metres: &str) -> Result<Grid, Box<dyn Error>> {
    let (cells, metres): (u32, f64) = (cells.parse()?, metres.parse()?);
    Ok(Grid::new(0.0, f64::from(cells) * metres, metres, cells, cells)?)
}

fn numbers(path: &str) -> Result<Vec<f64>, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let (whole, _) = bytes.as_chunks::<8>();
    Ok(whole.iter().map(|eight| f64::from_le_bytes(*eight)).collect())
}

/// The seconds of each run, and what the last one gave.
fn timed<V>(
    runs: &str,
    work: impl Fn() -> Result<Vec<V>, Box<dyn Error>>,
) -> Result<(Vec<f64>, Vec<V>), Box<dyn Error>> {
    let mut seconds = Vec::new();
    let mut values = Vec::new();
    for _ in 0..runs.parse::<usize>()?.max(1) {
        let start = Instant::now();
        values = work()?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok((seconds, values))
}
