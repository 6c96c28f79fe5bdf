//! What a boundary claims, on small drawn cases.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use geo_types::{Coord, Geometry, MultiPolygon, point, polygon};
use geographiclib_rs::DirectGeodesic;
use proptest::prelude::*;

use super::measure::WGS84;
use super::*;

/// Corners in metres east and north of a place in Bosnia.
fn ring(corners: &[(f64, f64)]) -> Vec<Coord<f64>> {
    corners.iter().map(|&(east, north)| at(44.0, 18.0, east, north)).collect()
}

fn at(latitude: f64, longitude: f64, east: f64, north: f64) -> Coord<f64> {
    let (y, x): (f64, f64) =
        WGS84.direct(latitude, longitude, east.atan2(north).to_degrees(), east.hypot(north));
    Coord { x, y }
}

fn square(west: f64, south: f64, side: f64) -> Vec<Coord<f64>> {
    ring(&[(west, south), (west + side, south), (west + side, south + side), (west, south + side)])
}

fn boundary(parts: Vec<Vec<Vec<Coord<f64>>>>) -> Boundary {
    Boundary::from_rings(parts).unwrap().boundary
}

fn faults(parts: Vec<Vec<Vec<Coord<f64>>>>) -> Vec<GeometryFault> {
    Boundary::from_rings(parts).unwrap_err()
}

fn metres_apart(a: Coord<f64>, b: Coord<f64>) -> f64 {
    use geographiclib_rs::InverseGeodesic;
    WGS84.inverse(a.y, a.x, b.y, b.x)
}

mod validity {
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

        let touching = ring(&[
            (0.0, 0.0),
            (50.0, 50.0),
            (100.0, 0.0),
            (100.0, 100.0),
            (50.0, 50.0),
            (0.0, 100.0),
        ]);
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
        assert!(
            nested.iter().all(|f| matches!(f, GeometryFault::HoleOutside { .. })),
            "{nested:?}"
        );
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
        let shifted: Vec<Coord<f64>> = over
            .iter()
            .map(|c| Coord { x: if c.x > 0.0 { -0.001 } else { 0.001 }, y: c.y })
            .collect();
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
}

mod overlay {
    use super::*;

    #[test]
    fn the_parts_of_a_cut_make_the_whole() {
        let field = boundary(vec![vec![square(0.0, 0.0, 1_000.0)]]);
        let lane = boundary(vec![vec![square(500.0, -100.0, 1_200.0)]]);
        let cut = field.cut(&lane).unwrap();
        assert_eq!(cut.inside_area, SquareMetres::new(500_000));
        assert_eq!(cut.outside_area, SquareMetres::new(500_000));
        assert_eq!(cut.beyond_area, SquareMetres::new(940_000));
        assert!(cut.slivers.is_empty());
    }

    #[test]
    fn touching_a_neighbour_changes_nothing() {
        let field = boundary(vec![vec![square(0.0, 0.0, 1_000.0)]]);
        for neighbour in [
            square(1_000.0, 0.0, 1_000.0),
            square(1_000.0, 1_000.0, 10.0),
            square(5_000.0, 0.0, 10.0),
        ] {
            let neighbour = boundary(vec![vec![neighbour]]);
            let cut = field.cut(&neighbour).unwrap();
            assert_eq!(cut.inside, None);
            assert_eq!(cut.outside.as_ref(), Some(&field));
            assert_eq!(cut.inside_area, SquareMetres::ZERO);
            assert_eq!(cut.outside_area, field.area());
        }
    }

    #[test]
    fn cutting_by_itself_leaves_exactly_nothing() {
        let field = boundary(vec![vec![square(0.0, 0.0, 1_000.0), square(100.0, 100.0, 50.0)]]);
        let cut = field.cut(&field).unwrap();
        assert_eq!((cut.outside, cut.beyond), (None, None));
        assert_eq!(cut.inside.as_ref(), Some(&field));
        assert_eq!((cut.inside_area, cut.outside_area), (field.area(), SquareMetres::ZERO));
    }

    #[test]
    fn a_strip_narrower_than_a_tape_is_reported_and_not_kept() {
        let field = boundary(vec![vec![square(0.0, 0.0, 1_000.0)]]);
        let most = boundary(vec![vec![ring(&[
            (0.0, 0.0),
            (999.95, 0.0),
            (999.95, 1_000.0),
            (0.0, 1_000.0),
        ])]]);
        let cut = field.cut(&most).unwrap();
        assert_eq!(cut.outside, None);
        assert_eq!(cut.outside_area, SquareMetres::ZERO);
        assert_eq!(cut.slivers.len(), 1);
        let sliver = cut.slivers[0];
        assert_eq!(sliver.kind, SliverKind::LeftOut);
        assert!(
            (sliver.square_metres - 50.0).abs() < 0.1
                && (sliver.mean_width_metres - 0.05).abs() < 0.001
        );
        let strict = SliverLimit { mean_width_metres: 0.01, square_metres: 100.0 };
        let kept = field.cut_with(&most, strict).unwrap();
        assert_eq!(kept.outside_area, SquareMetres::new(50));
        assert_eq!(kept.inside_area, SquareMetres::new(999_950));
    }

    #[test]
    fn corners_come_back_as_they_went_in() {
        let field = boundary(vec![vec![square(0.0, 0.0, 1_000.0)]]);
        let lane = boundary(vec![vec![square(500.0, 500.0, 1_200.0)]]);
        let known: Vec<Coord<f64>> =
            [&field, &lane].iter().flat_map(|b| b.parts().concat().concat()).collect();
        let union = field.union(&lane).unwrap().boundary.unwrap();
        let corners = union.parts().concat().concat();
        let given_back = corners.iter().filter(|corner| known.contains(corner)).count();
        assert_eq!((corners.len(), given_back), (8, 6), "two corners are crossings");
    }

    #[test]
    fn a_long_edge_is_cut_without_moving_a_square_metre() {
        // 100 km by 10 km at 60 degrees north: in plain degrees such an edge errs by 340 m. 50 km
        // from the middle the plane is good to 0.2 mm, here along 20 km of cut.
        let long = |west: f64, east: f64| {
            let corner = |x: f64, y: f64| at(60.0, 30.0, x, y);
            vec![
                corner(west, -5_000.0),
                corner(east, -5_000.0),
                corner(east, 5_000.0),
                corner(west, 5_000.0),
            ]
        };
        let field = boundary(vec![vec![long(-50_000.0, 50_000.0)]]);
        let lane = boundary(vec![vec![ring_at(
            60.0,
            30.0,
            &[(-3_000.0, -9_000.0), (2_000.0, -9_000.0), (4_000.0, 9_000.0), (-7_000.0, 9_000.0)],
        )]]);
        let (inside, outside) =
            (field.intersection(&lane).unwrap(), field.difference(&lane).unwrap());
        let sum = inside.unrounded_square_metres() + outside.unrounded_square_metres();
        assert!(
            (sum - field.measure().square_metres).abs() < 4.0,
            "{}",
            sum - field.measure().square_metres
        );
    }

    fn ring_at(latitude: f64, longitude: f64, corners: &[(f64, f64)]) -> Vec<Coord<f64>> {
        corners.iter().map(|&(east, north)| at(latitude, longitude, east, north)).collect()
    }

    #[test]
    fn areas_too_far_apart_are_refused_and_disjoint_ones_are_not() {
        let large = |west: f64| {
            vec![vec![vec![
                Coord { x: west, y: 20.0 },
                Coord { x: west + 18.0, y: 20.0 },
                Coord { x: west + 18.0, y: 36.0 },
                Coord { x: west, y: 36.0 },
            ]]]
        };
        let (one, other) = (boundary(large(0.0)), boundary(large(10.0)));
        let refused = one.union(&other).unwrap_err();
        assert!(matches!(refused, OverlayError::TooLarge { kilometres } if kilometres > 1_000.0));
        assert!(!refused.help().is_empty());
        let far = boundary(large(100.0));
        assert_eq!(one.cut(&far).unwrap().outside, Some(one));
    }

    /// A star round a place: radii in metres, one for each direction.
    pub(super) fn star(east: f64, north: f64, radii: &[f64]) -> Vec<Coord<f64>> {
        let count = radii.len() as f64;
        radii
            .iter()
            .enumerate()
            .map(|(index, radius)| {
                let angle = index as f64 / count * std::f64::consts::TAU;
                at(44.0, 18.0, east + radius * angle.cos(), north + radius * angle.sin())
            })
            .collect()
    }

    pub(super) fn any_star(reach: f64) -> impl Strategy<Value = Boundary> {
        (
            (-reach..reach, -reach..reach),
            prop::collection::vec(0.1 * reach..reach, 3..16),
            any::<bool>(),
        )
            .prop_map(|((east, north), radii, with_hole)| {
                let mut rings = vec![star(east, north, &radii)];
                if with_hole && radii.len() > 6 {
                    rings.push(star(
                        east,
                        north,
                        &radii.iter().map(|r| r * 0.3).collect::<Vec<_>>(),
                    ));
                }
                boundary(vec![rings])
            })
    }

    /// What a result is short of by its slivers: those left out less those filled in.
    fn slivers(overlay: &Overlay) -> f64 {
        overlay
            .slivers
            .iter()
            .map(|sliver| match sliver.kind {
                SliverKind::LeftOut => sliver.square_metres,
                SliverKind::FilledIn => -sliver.square_metres,
            })
            .sum()
    }

    fn whole(overlay: &Overlay) -> f64 {
        overlay.unrounded_square_metres() + slivers(overlay)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Within 0.02 m2 per km of outline, up to some km across.
        #[test]
        fn square_metres_add_up(a in any_star(1_000.0), b in any_star(1_000.0)) {
            let (union, both) = (a.union(&b).unwrap(), a.intersection(&b).unwrap());
            let (only_a, only_b) = (a.difference(&b).unwrap(), b.difference(&a).unwrap());
            let either = a.symmetric_difference(&b).unwrap();
            let (area_a, area_b) = (a.measure().square_metres, b.measure().square_metres);
            let allowed = 0.02 * (a.measure().perimeter_metres + b.measure().perimeter_metres) / 1_000.0;
            for error in [
                area_a + area_b - whole(&union) - whole(&both),
                area_a - whole(&only_a) - whole(&both),
                area_b - whole(&only_b) - whole(&both),
                whole(&either) - whole(&only_a) - whole(&only_b),
            ] {
                prop_assert!(error.abs() <= allowed, "{error} m2 of {allowed}");
            }
        }

        /// What an overlay gives can be read again, and is the same area then.
        #[test]
        fn results_are_valid(a in any_star(300.0), b in any_star(300.0)) {
            let cut = a.cut(&b).unwrap();
            prop_assert_eq!(cut.inside_area.checked_add(cut.outside_area), Some(a.area()));
            let union = a.union(&b).unwrap().boundary;
            for part in [cut.inside, cut.outside, cut.beyond, union].into_iter().flatten() {
                let again = Boundary::new(part.to_geometry());
                prop_assert!(again.is_ok(), "{:?}", again);
                prop_assert_eq!(again.unwrap().boundary, part);
            }
        }

        /// Cut by many areas in any order, the steps and the remainder are the whole exactly, and
        /// the remainder is the same within the tolerance and the slivers.
        #[test]
        fn no_order_of_cuts_loses_a_square_metre(
            whole in any_star(1_000.0),
            cuts in prop::collection::vec(any_star(600.0), 1..7),
            order in any::<prop::sample::Index>(),
        ) {
            let mut turned = cuts.clone();
            let count = turned.len();
            turned.rotate_left(order.index(count));
            turned.reverse();
            let mut remainders = Vec::new();
            let mut lost = 0.0;
            for sequence in [&cuts, &turned] {
                let mut remaining = Some(whole.clone());
                let mut left = whole.area();
                let mut taken = SquareMetres::ZERO;
                for by in sequence {
                    let Some(before) = remaining else { break };
                    let cut = before.cut(by).unwrap();
                    taken = taken.checked_add(cut.inside_area).unwrap();
                    left = cut.outside_area;
                    lost += cut.slivers.iter().map(|s| s.square_metres).sum::<f64>();
                    remaining = cut.outside;
                    prop_assert_eq!(left.is_zero(), remaining.is_none());
                }
                prop_assert_eq!(taken.checked_add(left), Some(whole.area()));
                remainders.push(remaining.map_or(0.0, |b| b.measure().square_metres));
            }
            let outline: f64 = cuts.iter().chain([&whole]).map(|b| b.measure().perimeter_metres).sum();
            let allowed = 0.02 * outline / 1_000.0 + lost;
            prop_assert!((remainders[0] - remainders[1]).abs() <= allowed, "{remainders:?}, {allowed}");
        }
    }
}

#[test]
fn a_multipolygon_comes_back_as_it_went_in() {
    let parts = MultiPolygon(vec![
        polygon![(x: 18.0, y: 44.0), (x: 18.001, y: 44.0), (x: 18.0, y: 44.001)],
        polygon![(x: 18.1, y: 44.0), (x: 18.101, y: 44.0), (x: 18.1, y: 44.001)],
    ]);
    let checked = Boundary::new(Geometry::MultiPolygon(parts.clone())).unwrap();
    assert_eq!(checked.notes, []);
    assert_eq!(checked.boundary.shape(), &parts);
    assert_eq!(checked.boundary.to_geometry(), Geometry::MultiPolygon(parts));
}
