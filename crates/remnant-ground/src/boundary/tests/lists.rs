//! Lists of areas: shared ground, unions, duplicates.

use super::overlay::any_star;
use super::*;

#[test]
fn ground_shared_by_three_is_counted_three_times_by_a_naive_sum() {
    let areas = [
        boundary(vec![vec![square(0.0, 0.0, 100.0)]]),
        boundary(vec![vec![square(50.0, 0.0, 100.0)]]),
        boundary(vec![vec![square(75.0, 0.0, 100.0)]]),
        boundary(vec![vec![square(9_000.0, 0.0, 10.0)]]),
    ];
    let shared = overlaps(&areas).unwrap();
    let pairs: Vec<(usize, usize, i64)> = shared
        .iter()
        .map(|pair| (pair.first, pair.second, pair.square_metres.round() as i64))
        .collect();
    assert_eq!(pairs, [(0, 1, 5_000), (0, 2, 2_500), (1, 2, 7_500)]);
    assert!((shared[2].share - 0.75).abs() < 1e-6);
    let area = union_area(&areas).unwrap();
    assert_eq!(area.naive_sum, SquareMetres::new(30_100));
    assert_eq!(area.union, SquareMetres::new(17_600));
    let covered: Vec<(usize, i64)> =
        area.covered.iter().map(|c| (c.times, c.square_metres.round() as i64)).collect();
    assert_eq!(covered, [(1, 7_600), (2, 7_500), (3, 2_500)]);
    let union = union_of(&areas).unwrap();
    assert_eq!(union.area(), area.union);
    assert_eq!(union.boundary.unwrap().shape().0.len(), 2);
}

/// A hole that touches its outline in a corner must stay a hole when a third area is laid over the
/// union of two: seen on map sheets of Bosnia, where whole gaps were counted as suspected.
#[test]
fn a_hole_that_touches_its_outline_stays_a_hole() {
    let around = ring(&[
        (0.0, 0.0),
        (100.0, 0.0),
        (100.0, 100.0),
        (0.0, 100.0),
        (0.0, 50.0),
        (50.0, 70.0),
        (70.0, 30.0),
    ]);
    let lid = ring(&[(0.0, 0.0), (20.0, 20.0), (5.0, 60.0), (-20.0, 60.0), (-20.0, 20.0)]);
    let third = ring(&[(90.0, 90.0), (120.0, 90.0), (120.0, 120.0)]);
    let areas = [around, lid, third].map(|ring| boundary(vec![vec![ring]]));
    let area = union_area(&areas).unwrap();
    let at_once = union_of(&areas).unwrap();
    let shape = at_once.boundary.unwrap();
    assert_eq!(shape.shape().0[0].interiors().len(), 1);
    assert_eq!(area.union, shape.area());
    let explained: f64 = area.covered.iter().map(|c| c.times as f64 * c.square_metres).sum();
    assert!((explained - area.naive_sum.get() as f64).abs() < 2.0, "{area:?}");
}

#[test]
fn neighbours_share_no_ground() {
    let areas = [(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)]
        .map(|(x, y)| boundary(vec![vec![square(x, y, 100.0)]]));
    assert_eq!(overlaps(&areas).unwrap(), []);
    let area = union_area(&areas).unwrap();
    assert_eq!(
        (area.naive_sum, area.union),
        (SquareMetres::new(30_000), SquareMetres::new(30_000))
    );
    assert_eq!(union_of(&areas).unwrap().boundary.unwrap().shape().0.len(), 1);
    assert_eq!(union_of(&[]).unwrap().boundary, None);
    assert_eq!(union_area(&[]).unwrap().union, SquareMetres::ZERO);
}

#[test]
fn the_same_area_is_found_wherever_its_ring_starts_and_whichever_way_it_runs() {
    let corners = ring(&[(0.0, 0.0), (90.0, 10.0), (100.0, 100.0), (40.0, 120.0), (0.0, 80.0)]);
    let mut turned = corners.clone();
    turned.rotate_left(2);
    turned.reverse();
    let mut refined = corners.clone();
    refined.insert(1, at(44.0, 18.0, 45.0, 5.0));
    let moved = ring(&[(0.1, 0.0), (90.1, 10.0), (100.1, 100.0), (40.1, 120.0), (0.1, 80.0)]);
    let far = ring(&[(5.0, 0.0), (95.0, 10.0), (105.0, 100.0), (45.0, 120.0), (5.0, 80.0)]);
    let areas = [corners, turned, refined, moved, far].map(|ring| boundary(vec![vec![ring]]));
    let found = |tolerance| -> Vec<(usize, usize, bool)> {
        let found = duplicates(&areas, tolerance).unwrap();
        found.iter().map(|pair| (pair.first, pair.second, pair.identical)).collect()
    };
    assert_eq!(found(0.01), [(0, 1, true), (0, 2, false), (1, 2, false)]);
    assert_eq!(found(0.5).len(), 6, "all but the one 5 m away");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// The union in one go, the union by groups and the layers agree, and the layers explain the
    /// naive sum.
    #[test]
    fn layers_explain_the_naive_sum(areas in prop::collection::vec(any_star(800.0), 1..9)) {
        let area = union_area(&areas).unwrap();
        let outline: f64 = areas.iter().map(|a| a.measure().perimeter_metres).sum();
        let allowed = 1.0 + 0.02 * outline / 1_000.0 * areas.len() as f64;
        let sum: f64 = areas.iter().map(|a| a.measure().square_metres).sum();
        let explained: f64 = area.covered.iter().map(|c| c.times as f64 * c.square_metres).sum();
        prop_assert!((sum - explained).abs() <= allowed, "{sum} {explained}");
        let at_once = union_of(&areas).unwrap();
        let slivers = at_once.sliver_square_metres();
        let apart = at_once.unrounded_square_metres() - area.union.get() as f64;
        prop_assert!(apart.abs() <= allowed + slivers, "{apart}");
        let pairs = overlaps(&areas).unwrap();
        prop_assert!(pairs.iter().all(|pair| pair.first < pair.second && pair.share <= 1.0));
    }
}
