//! In which area each point lies.
//!
//! Belongs here: timing `PlaceIndex` from polygons in memory to the list of pairs, as the peer is timed.
//! Does not belong here: making points and areas (`strike_rows`).

use std::fs;
use std::path::Path;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use rayon::ThreadPoolBuilder;
use remnant_ground::boundary::PlaceIndex;
use serde_json::{Map, json};

use crate::watch::{Outcome, hash_of_pairs, report, seconds_of};

/// Two numbers with `between` between them.
fn pair(text: &str, between: char) -> Outcome<[f64; 2]> {
    let (first, second) = text.split_once(between).ok_or_else(|| format!("no pair: {text}"))?;
    Ok([first.parse()?, second.parse()?])
}

/// A polygon without holes in well-known text.
fn polygon(line: &str) -> Outcome<MultiPolygon<f64>> {
    let ring = line
        .strip_prefix("POLYGON ((")
        .and_then(|rest| rest.strip_suffix("))"))
        .ok_or_else(|| format!("no polygon without holes: {line}"))?;
    let corners = ring.split(',').map(|corner| Ok(Coord::from(pair(corner, ' ')?)));
    let ring = LineString::new(corners.collect::<Outcome<_>>()?);
    Ok(MultiPolygon::new(vec![Polygon::new(ring, Vec::new())]))
}

/// Joins the points of one file with the areas of another, `repetitions` times on one and on two threads.
pub(crate) fn join(points: &Path, places: &Path, repetitions: u32) -> Outcome<()> {
    let text = fs::read_to_string(points)?;
    let points = text.lines().map(|line| pair(line, ',')).collect::<Outcome<Vec<_>>>()?;
    drop(text);
    let text = fs::read_to_string(places)?;
    let places = (0..)
        .zip(text.lines())
        .map(|(number, line)| Ok((number, polygon(line)?)))
        .collect::<Outcome<Vec<(u32, MultiPolygon<f64>)>>>()?;
    drop(text);

    let mut ways = Map::new();
    for threads in [1, 2] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build()?;
        let mut seconds = Vec::new();
        let mut building = Vec::new();
        let mut hashes = Vec::new();
        let mut count = 0;
        // The first run warms up and is not counted, as with the peer.
        for repetition in 0..=repetitions {
            let places = places.clone();
            let (built, index) = seconds_of(|| Ok(PlaceIndex::new(places)?))?;
            let (joined, pairs) = seconds_of(|| Ok(pool.install(|| index.join(&points))?))?;
            if repetition > 0 {
                seconds.push(built + joined);
                building.push(built);
            }
            count = pairs.len();
            hashes.push(hash_of_pairs(&pairs));
        }
        hashes.dedup();
        if hashes.len() != 1 {
            return Err(format!("{threads} threads gave different pairs on different runs").into());
        }
        let name = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
        let way = json!({
            "seconds": seconds, "building": building, "pairs": count, "hash": hashes[0],
        });
        ways.insert(name, way);
    }
    report(json!({ "ways": ways, "points": points.len(), "places": places.len() }))
}
