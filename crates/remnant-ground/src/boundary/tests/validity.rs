//! What makes rings a valid area, and what is said of those that are none.

use super::*;

#[test]
fn a_hectare_is_a_hectare() {
    let field = boundary(vec![vec![square(0.0, 0.0, 100.0)]]);
    assert_eq!(field.area(), SquareMetres::new(10_000));
    assert!((field.measure().perimeter_metres - 400.0).abs() < 1e-3);
    assert_eq!(field.corners(), 4);
}

#[test]
fn rings_are_closed_and_repeats_left_out_with_a_note() {
    let mut corners = square(0.0, 0.0, 100.0);
    corners.insert(1, corners[0]);
    corners.insert(3, corners[2]);
    let checked = Boundary::from_rings(vec![vec![corners.clone()]]).unwrap();
    let ring = RingAt { part: 0, ring: 0 };
    assert_eq!(
        checked.notes,
        [GeometryNote::Closed { ring }, GeometryNote::RepeatedCorners { ring, left_out: 2 }]
    );
    corners.push(corners[0]);
    let closed = Boundary::from_rings(vec![vec![corners]]).unwrap();
    assert_eq!(closed.notes, [GeometryNote::RepeatedCorners { ring, left_out: 2 }]);
    assert_eq!(closed.boundary, checked.boundary);
}

#[test]
fn the_order_of_corners_is_normal_and_their_positions_untouched() {
    let mut clockwise = square(0.0, 0.0, 100.0);
    clockwise.reverse();
    let hole = square(10.0, 10.0, 20.0);
    let checked = Boundary::from_rings(vec![vec![clockwise.clone(), hole.clone()]]).unwrap();
    let shape = checked.boundary.shape();
    let outline = &shape.0[0].exterior().0;
    assert_eq!(outline[0], clockwise[0]);
    assert_eq!(outline[1], clockwise[3]);
    assert_eq!(outline[4], outline[0]);
    assert_eq!(shape.0[0].interiors()[0].0[1], hole[3]);
    assert_eq!(checked.boundary.area(), SquareMetres::new(9_600));
    let reversed = checked.notes.iter().filter(|n| matches!(n, GeometryNote::Reversed { .. }));
    assert_eq!(reversed.count(), 2);
}

#[test]
fn a_figure_of_eight_is_refused_with_its_crossing() {
    let eight = ring(&[(0.0, 0.0), (100.0, 100.0), (100.0, 0.0), (0.0, 100.0)]);
    let found = faults(vec![vec![eight.clone()]]);
    let [GeometryFault::CrossesItself { at: places, places: 1, .. }] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(metres_apart(places[0], at(44.0, 18.0, 50.0, 50.0)) < 0.001);
    insta::assert_snapshot!(found[0].to_string(),
        @"the outline of part 1 crosses itself at 44.0004500 18.0006234");
    let proposals = repair_proposals(vec![vec![eight]]).unwrap();
    assert_eq!(proposals.len(), 1, "both rules read a figure of eight alike");
    assert_eq!(proposals[0].boundary.area(), SquareMetres::new(5_000));
    assert!(proposals[0].square_metres_as_drawn.abs() < 0.01);
    assert!((proposals[0].difference_square_metres - 5_000.0).abs() < 0.01);
}

#[test]
fn a_crossing_of_a_few_cells_is_rounding() {
    let sliver = ring(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (50.0, -3e-5), (0.0, 100.0)]);
    let checked = Boundary::from_rings(vec![vec![sliver]]).unwrap();
    assert!(
        checked
            .notes
            .iter()
            .any(|n| matches!(n, GeometryNote::CrossesWithinRounding { places: 2, .. })),
        "{:?}",
        checked.notes
    );
    let deeper = ring(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (50.0, -0.05), (0.0, 100.0)]);
    assert!(matches!(
        faults(vec![vec![deeper]])[..],
        [GeometryFault::CrossesItself { places: 2, .. }]
    ));
}

#[test]
fn spikes_touches_and_nothings_are_refused() {
    let spike = ring(&[(0.0, 0.0), (100.0, 0.0), (300.0, 0.0), (100.0, 0.0), (100.0, 100.0)]);
    let found = faults(vec![vec![spike]]);
    assert!(matches!(found[0], GeometryFault::Spike { places: 1, .. }), "{found:?}");

    let touching =
        ring(&[(0.0, 0.0), (50.0, 50.0), (100.0, 0.0), (100.0, 100.0), (50.0, 50.0), (0.0, 100.0)]);
    let found = faults(vec![vec![touching.clone()]]);
    assert!(matches!(found[..], [GeometryFault::TouchesItself { places: 1, .. }]), "{found:?}");
    let mended = repair_proposals(vec![vec![touching]]).unwrap();
    assert_eq!(mended[0].boundary.shape().0.len(), 2);
    assert!(mended[0].difference_square_metres.abs() < 0.01);

    let line = ring(&[(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)]);
    let found = faults(vec![vec![line]]);
    assert!(found.iter().any(|f| matches!(f, GeometryFault::ZeroArea { .. })), "{found:?}");
    let two = ring(&[(0.0, 0.0), (100.0, 0.0), (0.0, 0.0)]);
    assert!(matches!(
        faults(vec![vec![two]])[..],
        [GeometryFault::TooFewCorners { corners: 2, .. }]
    ));
    assert_eq!(faults(vec![]), [GeometryFault::Empty]);
    assert_eq!(faults(vec![vec![vec![]]]), [GeometryFault::Empty]);
    let point = Geometry::Point(point! { x: 18.0, y: 44.0 });
    assert_eq!(Boundary::new(point).unwrap_err(), [GeometryFault::NotAnArea { kind: "point" }]);
}

#[test]
fn overlapping_parts_and_holes_outside_are_refused_with_their_square_metres() {
    let found = faults(vec![vec![square(0.0, 0.0, 100.0)], vec![square(90.0, 50.0, 100.0)]]);
    assert!(matches!(found[0], GeometryFault::RingsCross { places: 2, .. }), "{found:?}");
    let GeometryFault::PartsOverlap { first: 0, second: 1, square_metres } = found[1] else {
        panic!("{found:?}");
    };
    assert!((square_metres - 500.0).abs() < 0.1);

    let inside = faults(vec![vec![square(0.0, 0.0, 100.0)], vec![square(20.0, 20.0, 30.0)]]);
    assert!(matches!(inside[..], [GeometryFault::PartsOverlap { .. }]), "{inside:?}");

    let out = faults(vec![vec![square(0.0, 0.0, 100.0), square(90.0, 10.0, 20.0)]]);
    let GeometryFault::HoleOutside { hole, square_metres } = out[1] else { panic!("{out:?}") };
    assert_eq!(hole, RingAt { part: 0, ring: 1 });
    assert!((square_metres - 200.0).abs() < 0.1);

    let nested = faults(vec![vec![
        square(0.0, 0.0, 100.0),
        square(10.0, 10.0, 50.0),
        square(20.0, 20.0, 10.0),
    ]]);
    assert!(nested.iter().all(|f| matches!(f, GeometryFault::HoleOutside { .. })), "{nested:?}");
}

#[test]
fn parts_that_touch_in_a_point_are_valid_and_parts_that_share_an_edge_are_joined() {
    let corner = vec![vec![square(0.0, 0.0, 100.0)], vec![square(100.0, 100.0, 50.0)]];
    assert_eq!(boundary(corner).area(), SquareMetres::new(12_500));
    let beside = vec![vec![square(0.0, 0.0, 100.0)], vec![square(100.0, 0.0, 100.0)]];
    let found = faults(beside.clone());
    assert!(matches!(found[..], [GeometryFault::RingsShareEdge { .. }]), "{found:?}");
    let joined = repair_proposals(beside).unwrap();
    assert_eq!(joined[0].boundary.shape().0.len(), 1);
    assert_eq!(joined[0].boundary.area(), SquareMetres::new(20_000));
}

#[test]
fn all_faults_come_at_once() {
    let mut bad = square(0.0, 0.0, 100.0);
    bad[1].x = f64::NAN;
    bad[2].y = 440.0;
    let eight = ring(&[(0.0, 0.0), (100.0, 100.0), (100.0, 0.0), (0.0, 100.0)]);
    let found = faults(vec![vec![bad], vec![eight], vec![ring(&[(0.0, 0.0), (1.0, 1.0)])]]);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(matches!(found[0], GeometryFault::NotFinite { corner: 1, .. }));
    assert!(matches!(found[1], GeometryFault::OutOfRange { corner: 2, .. }));
    assert!(matches!(found[2], GeometryFault::TooFewCorners { .. }));
    assert!(matches!(
        found[3],
        GeometryFault::CrossesItself { ring: RingAt { part: 1, ring: 0 }, .. }
    ));
    for fault in found {
        assert!(!fault.help().is_empty() && !fault.to_string().is_empty());
    }
}

#[test]
fn swapped_digits_are_noted() {
    let mut corners = square(0.0, 0.0, 100.0);
    corners[2].y += 0.0891;
    let checked = Boundary::from_rings(vec![vec![corners]]).unwrap();
    let far = checked.notes.iter().filter(|n| matches!(n, GeometryNote::FarApart { .. }));
    assert_eq!(far.count(), 2);
}

#[test]
fn an_area_may_lie_over_the_antimeridian_or_a_pole() {
    let over = vec![
        Coord { x: 179.999, y: -17.0 },
        Coord { x: -179.999, y: -17.0 },
        Coord { x: -179.999, y: -16.998 },
        Coord { x: 179.999, y: -16.998 },
    ];
    let shifted: Vec<Coord<f64>> =
        over.iter().map(|c| Coord { x: if c.x > 0.0 { -0.001 } else { 0.001 }, y: c.y }).collect();
    let (over, shifted) = (boundary(vec![vec![over]]), boundary(vec![vec![shifted]]));
    assert!((over.measure().square_metres - shifted.measure().square_metres).abs() < 1e-4);
    let pole: Vec<Coord<f64>> =
        (0..12).map(|i| Coord { x: f64::from(i) * 30.0 - 180.0, y: 89.9 }).collect();
    let around = boundary(vec![vec![pole]]);
    assert!((3.7e8..4.0e8).contains(&around.measure().square_metres));
    let cut = around
        .cut(&boundary(vec![vec![vec![
            Coord { x: 0.0, y: 89.8 },
            Coord { x: 90.0, y: 89.8 },
            Coord { x: 135.0, y: 89.95 },
        ]]]))
        .unwrap();
    assert_eq!(cut.inside_area.checked_add(cut.outside_area), Some(around.area()));
}

#[test]
fn half_the_world_is_refused() {
    let world = [(-179.0, -80.0), (179.0, -80.0), (179.0, 80.0), (-179.0, 80.0)];
    let world = world.map(|(x, y)| Coord { x, y }).to_vec();
    assert!(matches!(faults(vec![vec![world]])[..], [GeometryFault::TooLarge { .. }]));
    let north = (0..36).map(|i| Coord { x: f64::from(i) * 10.0 - 180.0, y: 10.0 }).collect();
    assert!(matches!(faults(vec![vec![north]])[..], [GeometryFault::TooLarge { .. }]));
}

#[test]
fn a_tangle_is_given_up_in_time() {
    // Every edge crosses every third one or so: far too many crossings to be told.
    let tangle = (0..4_001)
        .map(|i| {
            at(
                44.0,
                18.0,
                if i % 2 == 0 { 0.0 } else { 1_000.0 },
                f64::from(i * 1_919 % 4_001) / 4.0,
            )
        })
        .collect();
    let found = faults(vec![vec![tangle]]);
    assert!(matches!(found[..], [GeometryFault::TooTangled { .. }]), "{:?}", found.len());
}

/// Found by fuzzing: a corner a hair's breadth off and an outline that runs up and down one line
/// took a second each.
#[test]
fn slim_parts_along_one_line_take_no_time() {
    let part = |corners: &[(f64, f64)]| {
        vec![corners.iter().map(|&(x, y)| Coord { x, y }).collect::<Vec<_>>()]
    };
    let parts = vec![
        part(&[(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (3.872_591_914_849_318_3e-121, 0.0)]),
        part(&[
            (0.0, 0.0),
            (0.0, 1.5),
            (2.389_157_079_507_036_6e-299, 3.056_411_525_648_173e-5),
            (0.0, 1.000_000_238_185_748_5),
        ]),
    ];
    let begun = std::time::Instant::now();
    let faults = Boundary::from_rings(parts).unwrap_err();
    let took = begun.elapsed();
    let ring = RingAt { part: 1, ring: 0 };
    assert_eq!(faults, [GeometryFault::ZeroArea { ring, square_metres: 0.0 }]);
    assert!(took.as_millis() < 700, "{took:?}");
}
