//! What fractions claim, on drawn areas and on invented ones.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use geo::{Area, BooleanOps, MapCoords};
use geo_types::{Coord, LineString, MultiPolygon, Polygon, Rect, polygon};
use proptest::prelude::*;

use super::*;

fn lattice(columns: u32, rows: u32) -> Lattice {
    Lattice::new(0.0, f64::from(rows), 1.0, 1.0, columns, rows).unwrap()
}

fn fractions(lattice: &Lattice, area: &MultiPolygon<f64>) -> Vec<f64> {
    let mut fractions = vec![0.0; (lattice.columns() * lattice.rows()) as usize];
    for (cell, fraction) in Coverage::of(lattice, area).unwrap().cells() {
        assert_eq!(fractions[cell as usize], 0.0, "a cell is told once");
        fractions[cell as usize] = fraction;
    }
    fractions
}

/// A star about a middle: rings with corners at rising angles never cross themselves.
fn star(middle: (f64, f64), radii: &[f64]) -> LineString<f64> {
    let step = std::f64::consts::TAU / radii.len() as f64;
    let corners = radii.iter().enumerate().map(|(number, radius)| {
        let (sine, cosine) = (number as f64 * step).sin_cos();
        Coord { x: middle.0 + radius * cosine, y: middle.1 + radius * sine }
    });
    corners.collect()
}

fn any_star(cells: f64) -> impl Strategy<Value = Polygon<f64>> {
    let radii = prop::collection::vec(0.6..1.0f64, 3..40);
    (radii, 0.0..cells, 0.0..cells, 0.5..cells / 2.0, any::<bool>()).prop_map(
        |(radii, x, y, size, holed)| {
            // Few corners leave a narrow middle, which a hole of a fifth may not leave.
            let holed = holed && radii.len() > 5;
            let outer: Vec<f64> = radii.iter().map(|radius| radius * size).collect();
            let inner: Vec<f64> = radii.iter().map(|radius| radius * size * 0.2).collect();
            let holes = if holed { vec![star((x, y), &inner)] } else { Vec::new() };
            Polygon::new(star((x, y), &outer), holes)
        },
    )
}

#[test]
fn edges_on_borders_of_cells_cover_whole_cells() {
    let square = polygon![(x: 1.0, y: 1.0), (x: 3.0, y: 1.0), (x: 3.0, y: 3.0), (x: 1.0, y: 3.0)];
    let coverage = Coverage::of(&lattice(4, 4), &square.into()).unwrap();
    let whole = |row| CoveredRun { row, columns: 1..2, fraction: 1.0 };
    let rest = |row| CoveredRun { row, columns: 2..3, fraction: 1.0 };
    assert_eq!(coverage.runs(), [whole(1), rest(1), whole(2), rest(2)]);
    assert_eq!(coverage.cells_outside(), 0.0);
}

#[test]
fn a_triangle_covers_half_of_the_cells_on_its_slope() {
    let triangle = polygon![(x: 0.0, y: 0.0), (x: 3.0, y: 0.0), (x: 0.0, y: 3.0)];
    let expected = [0.5, 0.0, 0.0, 1.0, 0.5, 0.0, 1.0, 1.0, 0.5];
    assert_eq!(fractions(&lattice(3, 3), &triangle.into()), expected);
}

#[test]
fn an_area_within_one_cell_is_its_share_and_a_hole_is_left_out() {
    let small = polygon!(
        exterior: [(x: 1.2, y: 1.2), (x: 1.8, y: 1.2), (x: 1.8, y: 1.8), (x: 1.2, y: 1.8)],
        interiors: [[(x: 1.4, y: 1.4), (x: 1.6, y: 1.4), (x: 1.6, y: 1.6), (x: 1.4, y: 1.6)]],
    );
    let coverage = Coverage::of(&lattice(3, 3), &small.into()).unwrap();
    let cells: Vec<_> = coverage.cells().collect();
    assert_eq!(cells.len(), 1);
    assert_eq!(cells[0].0, 4);
    assert!((cells[0].1 - 0.32).abs() < 1e-14, "{cells:?}");
}

#[test]
fn what_lies_beyond_each_edge_is_counted_outside() {
    let around = Rect::new((-2.0, -3.0), (9.0, 11.0)).to_polygon();
    let coverage = Coverage::of(&lattice(4, 4), &around.into()).unwrap();
    assert_eq!(coverage.covered_cells(), 16.0);
    assert_eq!(coverage.cells_outside(), 11.0 * 14.0 - 16.0);
    for (x, y) in [(-9.0, 1.0), (9.0, 1.0), (1.0, 9.0), (1.0, -9.0), (-1e90, 1e90)] {
        let away = Rect::new((x, y), (x + 2.0, y + 2.0)).to_polygon();
        let coverage = Coverage::of(&lattice(4, 4), &away.into()).unwrap();
        assert!(coverage.runs().is_empty());
        if x.abs() < 1e9 {
            assert_eq!(coverage.cells_outside(), 4.0);
        }
    }
}

#[test]
fn nothing_is_covered_by_an_area_without_corners() {
    let coverage = Coverage::of(&lattice(2, 2), &MultiPolygon::new(Vec::new())).unwrap();
    assert!(coverage.runs().is_empty());
    let point = Polygon::new(LineString::from(vec![(1.0, 1.0); 4]), Vec::new());
    assert!(Coverage::of(&lattice(2, 2), &point.into()).unwrap().runs().is_empty());
}

#[test]
fn rings_that_cross_and_corners_that_are_none_are_refused() {
    let eight = polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 4.0), (x: 4.0, y: 0.0), (x: 0.0, y: 4.0)];
    let square = Rect::new((0.0, 0.0), (3.0, 3.0)).to_polygon();
    let twice = MultiPolygon::new(vec![square.clone(), square]);
    for crossed in [eight.into(), twice] {
        let fault = Coverage::of(&lattice(4, 4), &crossed).unwrap_err();
        assert!(matches!(fault, CoverageFault::RingsCross { .. }), "{fault}");
        assert!(fault.help().contains("repair"));
    }
    let none = polygon![(x: 0.0, y: 0.0), (x: f64::NAN, y: 4.0), (x: 4.0, y: 0.0)];
    let fault = Coverage::of(&lattice(4, 4), &none.into()).unwrap_err();
    assert!(matches!(fault, CoverageFault::NotFinite { .. }));
    for (width, columns) in [(0.0, 2), (f64::NAN, 2), (1.0, 0), (1.0, u32::MAX)] {
        assert!(Lattice::new(0.0, 0.0, width, 1.0, columns, 2).is_err());
    }
}

proptest! {
    /// The shares add up to the area, whichever way the rings run.
    #[test]
    fn shares_add_up_to_the_area(star in any_star(12.0), backwards in any::<bool>()) {
        let lattice = Lattice::new(-10.0, 30.0, 1.0, 1.0, 40, 40).unwrap();
        let area = star.unsigned_area();
        let mut star = star;
        if backwards {
            star.exterior_mut(|ring| ring.0.reverse());
        }
        let coverage = Coverage::of(&lattice, &star.into()).unwrap();
        prop_assert!((coverage.covered_cells() - area).abs() <= 1e-12 * area.max(1.0));
        prop_assert_eq!(coverage.cells_outside(), 0.0);
    }

    /// Each cell holds what cutting the area with its rectangle leaves.
    #[test]
    fn each_share_is_what_a_cut_leaves(star in any_star(5.0)) {
        let lattice = Lattice::new(0.0, 10.0, 2.0, 2.5, 5, 4).unwrap();
        let area = MultiPolygon::from(star);
        for (cell, fraction) in fractions(&lattice, &area).into_iter().enumerate() {
            let (x, y) = ((cell % 5) as f64 * 2.0, 10.0 - (cell / 5) as f64 * 2.5);
            let rectangle = Rect::new((x, y - 2.5), (x + 2.0, y)).to_polygon();
            let cut = area.intersection(&MultiPolygon::from(rectangle)).unsigned_area() / 5.0;
            // The overlay works on a grid of about a billionth of the extent.
            prop_assert!((cut - fraction).abs() < 1e-7, "cell {}: {} and {}", cell, cut, fraction);
        }
    }

    /// Two areas that share no ground are covered together as they are apart.
    #[test]
    fn areas_apart_add_up(one in any_star(8.0), other in any_star(8.0)) {
        let lattice = lattice(24, 24);
        // Pushed to either side of a line, along which both then run, within cells of one column.
        let west = one.map_coords(|at| Coord { x: (at.x + 3.5).min(11.3), y: at.y + 3.5 });
        let east = other.map_coords(|at| Coord { x: (at.x + 12.2).max(11.3), y: at.y + 3.5 });
        let (one, other) = (MultiPolygon::from(west), MultiPolygon::from(east));
        let apart = (fractions(&lattice, &one), fractions(&lattice, &other));
        let both = MultiPolygon::new(one.into_iter().chain(other).collect());
        for ((both, one), other) in fractions(&lattice, &both).iter().zip(apart.0).zip(apart.1) {
            prop_assert!((both - one - other).abs() < 1e-12);
        }
    }

    /// Rows told in blocks are the rows told at once.
    #[test]
    fn blocks_of_rows_make_no_difference(star in any_star(12.0), height in 1u32..7) {
        let lattice = lattice(16, 14);
        let area = MultiPolygon::from(star);
        let outline = Outline::new(&lattice, &area).unwrap();
        let mut blocks = Vec::new();
        for top in (0..14).step_by(height as usize) {
            let rows = top..(top + height).min(14);
            Trace::default().rows(&lattice, &outline, rows, |row, columns, fraction| {
                blocks.push(CoveredRun { row, columns, fraction });
            }).unwrap();
        }
        let whole = Coverage::of(&lattice, &area).unwrap();
        prop_assert_eq!(blocks, whole.runs());
    }

    /// No ring of any numbers makes it panic, and no share leaves 0 to 1.
    #[test]
    fn any_numbers_are_borne(ring in prop::collection::vec((any::<f64>(), any::<f64>()), 0..9)) {
        let area = MultiPolygon::from(Polygon::new(LineString::from(ring), Vec::new()));
        if let Ok(coverage) = Coverage::of(&lattice(9, 9), &area) {
            prop_assert!(coverage.runs().iter().all(|run| run.fraction > 0.0 && run.fraction <= 1.0));
        }
    }
}
