//! The squares and boxes of a survey held against GeographicLib's, where its vectors are there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use remnant_ground::cmrs::Grid;
use remnant_ground::coordinate::{Position, UtmZone};

fn place(longitude: f64, latitude: f64) -> Position {
    Position::new(longitude, latitude).unwrap()
}

#[test]
fn squares_are_those_of_the_map_for_every_oracle_vector() {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("REMNANT_TEST_DATA").map_or_else(usual, Into::into);
    let file = data.join("oracle-vectors/mgrs_utm.csv");
    let Ok(mut table) = csv::Reader::from_path(&file) else {
        println!("skipped: {} is not there", file.display());
        return;
    };
    let mut compared = 0;
    for row in table.records() {
        let row = row.unwrap();
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        let (latitude, longitude) = (number(0), number(1));
        let words: Vec<&str> = row[3].split(' ').collect();
        let mgrs = &row[4];
        if !mgrs.starts_with(|c: char| c.is_ascii_digit()) {
            assert!(UtmZone::of(place(longitude, latitude)).is_err(), "{row:?}");
            continue;
        }
        let its = UtmZone::of(place(longitude, latitude)).unwrap();
        let id = Grid::along_utm(its, 50).unwrap().box_at(place(longitude, latitude)).unwrap();
        let (east, north) = id.south_west();
        let (easting, northing): (f64, f64) =
            (words[1].parse().unwrap(), words[2].parse().unwrap());
        let within = |at: f64, from: i64| (-0.001..50.001).contains(&(at - from as f64));
        assert!(within(easting, east) && within(northing, north), "{row:?} {id}");
        // The band of a place is that of its square's corner unless a border of bands runs between.
        let digits = mgrs.trim_start_matches(|c: char| c.is_ascii_digit());
        let square = id.square().to_string();
        assert_eq!(square[3..5], digits[1..3], "{row:?}");
        assert_eq!(square[5..7], digits[3..5], "{row:?}");
        assert_eq!(square[7..9], digits[8..10], "{row:?}");
        compared += 1;
    }
    println!("{compared} vectors compared");
    assert!(compared > 0);
}
