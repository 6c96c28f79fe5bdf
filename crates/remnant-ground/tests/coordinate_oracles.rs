//! Conversions and distances against reference answers of independent programs, where the folder
//! with reference answers is there: `REMNANT_TEST_DATA`, or `../shared/data` beside the workspace.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use remnant_ground::coordinate::{
    CoordinateReading, Position, UtmPoint, degrees_minutes_seconds, mgrs_reference, utm_text,
};

/// The rows of a file of reference answers, each by column name; empty when the file is not there.
fn rows(name: &str) -> Vec<csv::StringRecord> {
    let root = std::env::var_os("REMNANT_TEST_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join("oracle-vectors").join(name);
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return Vec::new();
    };
    reader.records().collect::<Result<_, _>>().unwrap()
}

fn number(row: &csv::StringRecord, column: usize) -> f64 {
    row[column].parse().unwrap()
}

/// Columns: lat, lon, kind, utm_ups, mgrs_1m, mgrs_10m, dms, convergence_scale, geotrans_mgrs_1m.
///
/// The answers are of GeographicLib and of GEOTRANS, which differ from each other at and beyond
/// 84° north and 80° south, where one takes UTM and the other the polar grid, and in one last digit,
/// where one truncates what the other rounds. Either answer is right there.
#[test]
fn utm_and_grid_references_agree_with_geographiclib_or_geotrans() {
    let rows = rows("mgrs_utm.csv");
    let reading = CoordinateReading::default();
    let (mut polar, mut one_library_only, mut last_digit) = (0, 0, Vec::new());
    for row in &rows {
        let position = Position::new(number(row, 1), number(row, 0)).unwrap();
        let (geographiclib, geotrans) = (&row[4], &row[8]);
        // A square of one metre holds the place, whichever library named it.
        let read = reading.read(geographiclib).unwrap();
        let apart = read.position.distance_metres(position);
        assert!(apart < 0.75, "{geographiclib}: {apart} m from {position:?}");
        let read = reading.read(&row[5]).unwrap();
        let apart = read.position.distance_metres(position);
        assert!(apart < 7.12, "{}: {apart} m from {position:?}", &row[5]);

        let (zone, metres) = row[3].split_once(' ').unwrap();
        let (easting, northing) = metres.split_once(' ').unwrap();
        if zone.len() < 3 {
            polar += 1;
            assert!(UtmPoint::of(position).is_err(), "{position:?}");
            assert!(mgrs_reference(position, 5).is_err(), "{position:?}");
            continue;
        }
        let ours = mgrs_reference(position, 5).unwrap();
        if ours != *geographiclib || ours != *geotrans {
            one_library_only += 1;
        }
        if ours != *geographiclib && ours != *geotrans {
            last_digit.push((row[0].to_owned(), row[1].to_owned(), ours, geographiclib.to_owned()));
        }
        let point = UtmPoint::of(position).unwrap();
        assert_eq!(
            format!("{:02}{}", point.zone.number(), if point.zone.is_north() { 'n' } else { 's' }),
            zone
        );
        assert!(
            (point.easting - easting.parse::<f64>().unwrap()).abs() < 0.0006,
            "{point:?} {metres}"
        );
        assert!(
            (point.northing - northing.parse::<f64>().unwrap()).abs() < 0.0006,
            "{point:?} {metres}"
        );
        assert!(point.position().unwrap().distance_metres(position) < 1e-5);
        let read = reading.read(&utm_text(position).unwrap()).unwrap();
        assert!(read.position.distance_metres(position) < 0.71);
    }
    println!(
        "{} points, {polar} polar, {one_library_only} where the libraries or we differ",
        rows.len()
    );
    for row in &last_digit {
        println!("neither: {row:?}");
    }
    if !rows.is_empty() {
        assert_eq!(rows.len(), 622);
        assert_eq!(last_digit, []);
    }
}

#[test]
fn degrees_minutes_and_seconds_agree_with_geographiclib() {
    let rows = rows("mgrs_utm.csv");
    let reading = CoordinateReading::default();
    let mut zero = 0;
    for row in &rows {
        let position = Position::new(number(row, 1), number(row, 0)).unwrap();
        match reading.read(&row[6]) {
            // 00°00'00.0" twice is a place in the sea and how a machine writes "missing".
            Err(_) if position == Position::new(0.0, 0.0).unwrap() => zero += 1,
            Err(fault) => panic!("{}: {fault}", &row[6]),
            // A tenth of a second is 3.1 m: half of it in each direction, 2.2 m.
            Ok(read) => {
                let apart = read.position.distance_metres(position);
                assert!(apart < 2.2, "{}: {apart} m", &row[6]);
            }
        }
        let printed = degrees_minutes_seconds(position, 1);
        if position.latitude().abs() + position.longitude().abs() > 1.0 {
            assert!(reading.read(&printed).unwrap().position.distance_metres(position) < 2.2);
        }
    }
    if !rows.is_empty() {
        assert_eq!(zero, 1);
    }
}

/// Columns: lat1, lon1, lat2, lon2, kind, azi1_deg, azi2_deg, distance_m.
#[test]
fn distances_and_destinations_agree_with_geographiclib() {
    let rows = rows("geodesic_inverse_wgs84.csv");
    for row in &rows {
        let from = Position::new(number(row, 1), number(row, 0)).unwrap();
        // Pairs near the antimeridian are written with longitudes beyond 180.
        let longitude = (number(row, 3) + 180.0).rem_euclid(360.0) - 180.0;
        let to = Position::new(longitude, number(row, 2)).unwrap();
        let distance = number(row, 7);
        // The answers have six decimals.
        let apart = (from.distance_metres(to) - distance).abs();
        assert!(apart < 2e-6, "{row:?}: {apart} m");
        let reached = from.destination(number(row, 5), distance).unwrap();
        assert!(reached.distance_metres(to) < 1e-3, "{row:?}");
    }
    println!("{} pairs", rows.len());
    if !rows.is_empty() {
        assert_eq!(rows.len(), 600);
    }
}
