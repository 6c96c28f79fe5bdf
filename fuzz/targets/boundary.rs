//! Areas drawn by arbitrary rings: checked, mended by proposal, laid over each other, cut.

#![no_main]

use libfuzzer_sys::fuzz_target;
use remnant_fuzz::rings::areas;
use remnant_ground::boundary::{
    Boundary, Cut, Overlay, duplicates, overlaps, repair_proposals, union_area,
};
use remnant_record::SquareMetres;

fuzz_target!(init: remnant_fuzz::let_panics_be_caught(), |bytes: &[u8]| {
    let (areas, lattice) = areas(bytes);
    let mut boundaries = Vec::new();
    for area in areas {
        match Boundary::from_rings(area.clone()) {
            Ok(checked) => {
                let boundary = checked.boundary;
                assert!(checked.notes.iter().all(|note| !note.to_string().is_empty()));
                let measure = boundary.measure();
                assert!(measure.square_metres.is_finite() && measure.perimeter_metres.is_finite());
                hold_read_again(&boundary);
                boundaries.push(boundary);
            }
            Err(faults) => {
                assert!(!faults.is_empty());
                for fault in &faults {
                    assert!(!fault.to_string().is_empty() && !fault.help().is_empty());
                }
                match repair_proposals(area) {
                    Ok(proposals) => {
                        for proposal in &proposals {
                            hold_read_again(&proposal.boundary);
                        }
                        boundaries.extend(proposals.into_iter().map(|proposal| proposal.boundary));
                    }
                    Err(faults) => assert!(!faults.is_empty()),
                }
            }
        }
    }
    boundaries.truncate(4);
    // Far from the middle of two areas a straight line is no geodesic, and ground moves by metres.
    let near = lattice.is_some_and(|step| step <= 1e-4);
    for (index, one) in boundaries.iter().enumerate() {
        for other in &boundaries[index..] {
            hold_pair(one, other, near);
            hold_pair(other, one, near);
        }
    }
    let _too_large_is_told = overlaps(&boundaries);
    let _too_large_is_told = duplicates(&boundaries, 0.9);
    if let Ok(union) = union_area(&boundaries) {
        // Each area was rounded by itself, the union as a whole.
        let rounded = boundaries.len() as u64;
        assert!(union.union.get() <= union.naive_sum.get() + rounded, "{union:?}");
    }
});

/// What is kept can be read again, and is the same.
fn hold_read_again(boundary: &Boundary) {
    match Boundary::new(boundary.to_geometry()) {
        Ok(checked) => assert_eq!(checked.boundary.area(), boundary.area()),
        Err(faults) => panic!("what was kept is refused: {faults:?}\n{boundary:?}"),
    }
}

fn hold_pair(one: &Boundary, other: &Boundary, near: bool) {
    let Ok(cut) = one.cut(other) else { return };
    let Cut { inside, outside, beyond, inside_area, outside_area, beyond_area, .. } = &cut;
    assert_eq!(inside_area.get() + outside_area.get(), one.area().get(), "{cut:?}");
    assert_eq!(*outside_area == SquareMetres::ZERO, outside.is_none(), "{cut:?}");
    assert_eq!(*beyond_area == SquareMetres::ZERO, beyond.is_none(), "{cut:?}");
    [inside, outside, beyond].into_iter().flatten().for_each(hold_read_again);
    let results = [
        one.union(other),
        one.intersection(other),
        one.difference(other),
        one.symmetric_difference(other),
    ];
    let [Ok(union), Ok(intersection), Ok(difference), Ok(apart)] = results else { return };
    for overlay in [&union, &intersection, &difference, &apart] {
        overlay.boundary.iter().for_each(hold_read_again);
    }
    if near {
        let room = |overlays: &[&Overlay]| {
            let slivers: f64 = overlays.iter().map(|overlay| overlay.sliver_square_metres()).sum();
            let lines = one.measure().perimeter_metres + other.measure().perimeter_metres;
            2.0 + slivers + 0.01 * lines
        };
        let square_metres = |overlay: &Overlay| overlay.unrounded_square_metres();
        let sum = square_metres(&intersection) + square_metres(&difference);
        let off = (sum - one.measure().square_metres).abs();
        assert!(off <= room(&[&intersection, &difference]), "{off} m2 are lost or made");
        let sum = square_metres(&intersection) + square_metres(&apart);
        let off = (sum - square_metres(&union)).abs();
        assert!(off <= room(&[&intersection, &apart, &union]), "{off} m2 are lost or made");
    }
}
