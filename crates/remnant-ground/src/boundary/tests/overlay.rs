//! That square metres add up when areas are laid over each other.

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
    for neighbour in
        [square(1_000.0, 0.0, 1_000.0), square(1_000.0, 1_000.0, 10.0), square(5_000.0, 0.0, 10.0)]
    {
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
    let most =
        boundary(vec![vec![ring(&[(0.0, 0.0), (999.95, 0.0), (999.95, 1_000.0), (0.0, 1_000.0)])]]);
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
    let (inside, outside) = (field.intersection(&lane).unwrap(), field.difference(&lane).unwrap());
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
    assert!(one.union(&far).is_err(), "such an area could not be read again");
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
                rings.push(star(east, north, &radii.iter().map(|r| r * 0.3).collect::<Vec<_>>()));
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
