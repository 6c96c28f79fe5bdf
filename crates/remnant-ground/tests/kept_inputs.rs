//! Inputs that once ended the program or broke what must hold, each made smaller and kept.
//!
//! They come from the fuzz targets. A file `boundary-….json` holds areas, each as the coordinates of
//! a GeoJSON multipolygon, as they were drawn.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use geo_types::Coord;
use remnant_ground::boundary::{Boundary, OverlayError, repair_proposals};

/// The boundaries that an area can be: itself, or what it could have meant.
fn boundaries(area: Vec<Vec<Vec<Coord<f64>>>>) -> Vec<Boundary> {
    match Boundary::from_rings(area.clone()) {
        Ok(checked) => vec![checked.boundary],
        Err(_) => repair_proposals(area)
            .unwrap_or_default()
            .into_iter()
            .map(|proposal| proposal.boundary)
            .collect(),
    }
}

fn assert_read_again(boundary: &Boundary, file: &str) {
    match Boundary::new(boundary.to_geometry()) {
        Ok(again) => assert_eq!(again.boundary.area(), boundary.area(), "{file}"),
        Err(faults) => panic!("{file}: what was kept is refused: {faults:?}"),
    }
}

#[test]
fn no_kept_input_panics() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.display().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        let areas: Vec<Vec<Vec<Vec<[f64; 2]>>>> = serde_json::from_str(&text).unwrap();
        let corner = |[x, y]: [f64; 2]| Coord { x, y };
        let ring = |ring: Vec<[f64; 2]>| ring.into_iter().map(corner).collect::<Vec<_>>();
        let part = |part: Vec<Vec<[f64; 2]>>| part.into_iter().map(ring).collect::<Vec<_>>();
        let all: Vec<Boundary> = areas
            .into_iter()
            .flat_map(|area| boundaries(area.into_iter().map(part).collect()))
            .collect();
        assert!(!all.is_empty(), "{file} holds no area");
        for one in &all {
            assert_read_again(one, &file);
            for other in &all {
                let cut = match one.cut(other) {
                    Ok(cut) => cut,
                    // Refused rather than wrong.
                    Err(OverlayError::DoesNotAddUp) => continue,
                    Err(error) => panic!("{file}: {error}"),
                };
                let sum = cut.inside_area.get() + cut.outside_area.get();
                assert_eq!(sum, one.area().get(), "{file}");
                for part in [&cut.inside, &cut.outside, &cut.beyond].into_iter().flatten() {
                    assert_read_again(part, &file);
                }
            }
        }
        files += 1;
    }
    assert!(files > 0, "no input was kept");
}
