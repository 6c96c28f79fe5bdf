//! The outline of searched ground, and how much of each cell lies inside.
//!
//! Belongs here: convex outlines, whether a point lies in one, and its share of each cell by clipping.
//! Does not belong here: outlines of real land with holes and errors (`remnant-ground`).

use crate::grid::Grid;

/// A convex outline: corners in order, either way round, in metres east and north.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    corners: Vec<(f64, f64)>,
}

impl Outline {
    /// A box about a centre, turned by an angle in radians.
    #[must_use]
    pub fn turned_box(centre: (f64, f64), sides: (f64, f64), turned: f64) -> Self {
        let (sine, cosine) = (libm::sin(turned), libm::cos(turned));
        let corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
            .map(|(along, across)| {
                let (x, y) = (along * sides.0, across * sides.1);
                (centre.0 + x * cosine - y * sine, centre.1 + x * sine + y * cosine)
            })
            .to_vec();
        Self { corners }
    }

    /// Its corners in metres east and north.
    #[must_use]
    pub fn corners(&self) -> &[(f64, f64)] {
        &self.corners
    }

    /// Its area in square metres.
    #[must_use]
    pub fn square_metres(&self) -> f64 {
        twice_signed_area(&self.corners).abs() / 2.0
    }

    /// Smallest and largest easting, smallest and largest northing, in metres.
    #[must_use]
    pub fn bounds(&self) -> ((f64, f64), (f64, f64)) {
        let mut bounds = ((f64::MAX, f64::MIN), (f64::MAX, f64::MIN));
        for (east, north) in &self.corners {
            bounds.0 = (bounds.0.0.min(*east), bounds.0.1.max(*east));
            bounds.1 = (bounds.1.0.min(*north), bounds.1.1.max(*north));
        }
        bounds
    }

    /// Whether a point lies inside or on the edge.
    #[must_use]
    pub fn holds(&self, (east, north): (f64, f64)) -> bool {
        let count = self.corners.len();
        let turns = (0..count).map(|place| {
            let (from, to) = (self.corners[place], self.corners[(place + 1) % count]);
            (to.0 - from.0) * (north - from.1) - (to.1 - from.1) * (east - from.0)
        });
        let (mut left, mut right) = (false, false);
        for turn in turns {
            left |= turn > 0.0;
            right |= turn < 0.0;
        }
        !(left && right)
    }

    /// Share of each touched cell of the grid that lies inside: cell and share, cells in rising order.
    #[must_use]
    pub fn shares_of_cells(&self, grid: &Grid) -> Vec<(u32, f64)> {
        let ((west, east), (south, north)) = self.bounds();
        let side = grid.cell_metres();
        let clamp = |value: f64, most: u32| value.floor().clamp(0.0, f64::from(most)) as u32;
        let columns = clamp((west - grid.west()) / side, grid.columns())
            ..clamp((east - grid.west()) / side + 1.0, grid.columns());
        let rows = clamp((grid.north() - north) / side, grid.rows())
            ..clamp((grid.north() - south) / side + 1.0, grid.rows());
        let mut shares = Vec::new();
        for row in rows {
            for column in columns.clone() {
                let inside = self.inside_box(
                    (grid.easting_of_edge(column), grid.easting_of_edge(column + 1)),
                    (grid.northing_of_edge(row + 1), grid.northing_of_edge(row)),
                );
                let share = inside / (side * side);
                // Less than this is rounding at a corner that only touches.
                if share > 1e-12 {
                    shares.push((grid.cell(column, row), share.min(1.0)));
                }
            }
        }
        shares
    }

    /// Square metres of an upright box that lie inside.
    fn inside_box(&self, (west, east): (f64, f64), (south, north): (f64, f64)) -> f64 {
        let mut ring = self.corners.clone();
        for (axis, sign, limit) in
            [(0, 1.0, west), (0, -1.0, east), (1, 1.0, south), (1, -1.0, north)]
        {
            ring = cut(&ring, |point| sign * (if axis == 0 { point.0 } else { point.1 } - limit));
        }
        twice_signed_area(&ring).abs() / 2.0
    }
}

/// What of a ring lies where `distance` is not negative.
fn cut(ring: &[(f64, f64)], distance: impl Fn((f64, f64)) -> f64) -> Vec<(f64, f64)> {
    let mut kept = Vec::with_capacity(ring.len() + 2);
    for (place, from) in ring.iter().enumerate() {
        let to = ring[(place + 1) % ring.len()];
        let (here, there) = (distance(*from), distance(to));
        if here >= 0.0 {
            kept.push(*from);
        }
        if (here >= 0.0) != (there >= 0.0) {
            let along = here / (here - there);
            kept.push((from.0 + along * (to.0 - from.0), from.1 + along * (to.1 - from.1)));
        }
    }
    kept
}

fn twice_signed_area(ring: &[(f64, f64)]) -> f64 {
    let Some(&origin) = ring.first() else { return 0.0 };
    // From a corner, since coordinates of a zone run to millions of metres.
    (0..ring.len())
        .map(|place| {
            let (from, to) = (ring[place], ring[(place + 1) % ring.len()]);
            (from.0 - origin.0) * (to.1 - origin.1) - (to.0 - origin.0) * (from.1 - origin.1)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_shares_of_all_cells_make_the_whole_outline() {
        let grid = Grid::new(-500.0, 700.0, 40.0, 30, 30).unwrap();
        for turned in [0.0, 0.3, 0.785, 2.9] {
            let outline = Outline::turned_box((31.0, 123.0), (310.0, 170.0), turned);
            assert!((outline.square_metres() - 310.0 * 170.0).abs() < 1e-6);
            let sum: f64 = outline.shares_of_cells(&grid).iter().map(|(_, share)| share).sum();
            assert!((sum * 1_600.0 - 310.0 * 170.0).abs() < 1e-6, "{turned}: {sum}");
        }
    }

    #[test]
    fn points_on_a_fine_lattice_agree_with_the_share() {
        let grid = Grid::new(0.0, 100.0, 50.0, 2, 2).unwrap();
        let outline = Outline::turned_box((45.0, 52.0), (60.0, 30.0), 0.6);
        for (cell, share) in outline.shares_of_cells(&grid) {
            let (east, north) = grid.centre(cell);
            let inside = (0..250_000)
                .filter(|point| {
                    let across = f64::from(point % 500) / 10.0 - 24.95;
                    let down = f64::from(point / 500) / 10.0 - 24.95;
                    outline.holds((east + across, north + down))
                })
                .count();
            assert!((inside as f64 / 250_000.0 - share).abs() < 2e-3, "{cell}");
        }
    }

    #[test]
    fn an_outline_beyond_the_grid_covers_only_what_there_is() {
        let grid = Grid::new(0.0, 100.0, 50.0, 2, 2).unwrap();
        let far = Outline::turned_box((900.0, 900.0), (60.0, 30.0), 0.6);
        assert!(far.shares_of_cells(&grid).is_empty());
        let half = Outline::turned_box((0.0, 75.0), (50.0, 50.0), 0.0);
        assert_eq!(half.shares_of_cells(&grid), vec![(0, 0.5)]);
    }
}
