//! Areas and perimeters of administrative units beside GeographicLib's own Planimeter.
//!
//! The files are not part of the project: their folder is named by `REMNANT_TEST_DATA`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod geojson;

use std::collections::BTreeMap;

use geojson::{Feature, features, text};
use remnant_ground::boundary::{Boundary, Measure};
use remnant_record::SquareMetres;

/// The area of the ellipsoid, m2.
const EARTH: f64 = 510_065_621_724_088.44;

/// Rounding of one edge: its area down to the equator is some 1e9 to 1e11 m2, summed in 53 bits.
const SQUARE_METRES_PER_CORNER: f64 = 1e-6;

/// The digits that the table gives: areas to 0.001 m2, perimeters to a millimetre.
const PRINTED: f64 = 0.000_6;

#[test]
fn every_area_and_perimeter_of_the_table() {
    let Some(table) = text("oracle-vectors/polygon_geodesic_area.csv") else { return };
    let mut files: BTreeMap<String, Vec<Feature>> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let (mut rows, mut refused, mut turned) = (0, 0, 0);
    let (mut worst_area, mut worst_perimeter, mut worst_share) = (0.0_f64, 0.0_f64, 0.0_f64);
    for row in reader.records() {
        let row = row.unwrap();
        let file = row[0].to_owned();
        let known = files.entry(file.clone()).or_insert_with(|| {
            features(&format!("boundaries/{file}")).expect("the table's files are beside it")
        });
        let feature = &known[row[1].parse::<usize>().unwrap()];
        assert_eq!(feature.properties["shapeName"].as_str(), Some(&row[3]), "{row:?}");
        let parts = feature.parts.clone().unwrap();
        let (area, perimeter): (f64, f64) = (row[5].parse().unwrap(), row[6].parse().unwrap());

        let corners = parts.iter().flatten().map(Vec::len).sum::<usize>();
        let (mut outlines, mut holes, mut own_perimeter) = (0.0, 0.0, 0.0);
        for part in &parts {
            for (index, ring) in part.iter().enumerate() {
                let measure = Measure::of_ring(ring);
                let own = if index == 0 { &mut outlines } else { &mut holes };
                *own += measure.square_metres.abs();
                own_perimeter += if index == 0 { measure.perimeter_metres } else { 0.0 };
            }
        }
        let own_area = outlines - holes;
        if area < 0.0 {
            // The hole runs the other way and Planimeter took it for the rest of the Earth.
            assert!((area + EARTH - (outlines + holes)).abs() < 0.2, "{row:?}");
            turned += 1;
            rows += 1;
            continue;
        }
        let (off, long) = ((own_area - area).abs(), (own_perimeter - perimeter).abs());
        assert!(
            off <= 1e-3 + SQUARE_METRES_PER_CORNER * corners as f64,
            "{row:?}: {own_area}, {corners}"
        );
        assert!(long <= (1e-12 * perimeter).max(PRINTED), "{row:?}: {own_perimeter}");
        worst_area = worst_area.max(off);
        worst_share = worst_share.max(off / area);
        worst_perimeter = worst_perimeter.max(long);

        match Boundary::from_rings(parts) {
            Ok(checked) => {
                let boundary = checked.boundary;
                assert!((boundary.measure().square_metres - own_area).abs() < 1e-3, "{row:?}");
                assert!(boundary.area().abs_diff(SquareMetres::nearest(area).unwrap()).get() <= 1);
            }
            Err(faults) => {
                refused += 1;
                for fault in faults {
                    println!("{file} {}: {fault}", &row[3]);
                }
            }
        }
        rows += 1;
    }
    println!(
        "{rows} areas: at most {worst_area:.5} m2 ({worst_share:.1e}) and {worst_perimeter:.5} m \
         apart; {refused} are not valid; {turned} with the hole taken for the rest of the Earth"
    );
    assert_eq!(rows, 317);
}
