//! The plane of web maps, and its tiles.
//!
//! Belongs here: Web Mercator (EPSG:3857) as a square of side 1, tiles and their numbers. Does not
//! belong here: measuring anything, for which this plane is of no use.

use std::f64::consts::PI;

use geo_types::Coord;

/// The latitude at which the square of the world ends.
const EDGE_DEGREES: f64 = 85.051_128_779_806_6;

/// A place on the square of the world: 0 in the west and in the north, 1 in the east and south.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorldPoint {
    /// From west to east.
    pub x: f64,
    /// From north to south.
    pub y: f64,
}

impl WorldPoint {
    /// Where a position of WGS 84 is drawn, in degrees. What lies nearer to a pole than 85.05° is
    /// drawn on the edge.
    #[must_use]
    pub fn of(longitude: f64, latitude: f64) -> Self {
        let latitude = latitude.clamp(-EDGE_DEGREES, EDGE_DEGREES).to_radians();
        let y = 0.5 - libm::atanh(libm::sin(latitude)) / (2.0 * PI);
        Self { x: longitude / 360.0 + 0.5, y: y.clamp(0.0, 1.0) }
    }

    /// The same in units of a tile from its north-west corner.
    pub(super) fn in_tile(self, tile: Tile, extent: u32) -> Coord<f64> {
        let tiles = f64::from(tile.across());
        Coord {
            x: (self.x * tiles - f64::from(tile.x)) * f64::from(extent),
            y: (self.y * tiles - f64::from(tile.y)) * f64::from(extent),
        }
    }
}

/// A tile of a web map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// 0 shows the world in one tile; each further zoom has four for each.
    pub zoom: u8,
    /// Column, from the west.
    pub x: u32,
    /// Row, from the north.
    pub y: u32,
}

impl Tile {
    /// The largest zoom, at which a tile is some ten metres wide.
    pub const DEEPEST: u8 = 22;

    /// A tile by its numbers; `None` where the zoom has none of them.
    #[must_use]
    pub fn new(zoom: u8, x: u32, y: u32) -> Option<Self> {
        let tile = Self { zoom, x, y };
        (zoom <= Self::DEEPEST && x.max(y) < tile.across()).then_some(tile)
    }

    /// Degrees of WGS 84 that it shows, with so many of its units around it: west, south, east, north.
    #[must_use]
    pub fn bounds(self, margin: u32, extent: u32) -> [f64; 4] {
        let across = f64::from(self.across());
        let margin = f64::from(margin) / f64::from(extent);
        let longitude = |x: f64| (x / across * 360.0 - 180.0).clamp(-180.0, 180.0);
        let latitude = |y: f64| {
            let angle = PI * (1.0 - 2.0 * (y / across).clamp(0.0, 1.0));
            libm::atan(libm::sinh(angle)).to_degrees()
        };
        let (x, y) = (f64::from(self.x), f64::from(self.y));
        // What lies nearer to a pole is drawn on the edge.
        let pole = |at_edge: bool, to: f64, latitude: f64| if at_edge { to } else { latitude };
        [
            longitude(x - margin),
            pole(self.y + 1 == self.across(), -90.0, latitude(y + 1.0 + margin)),
            longitude(x + 1.0 + margin),
            pole(self.y == 0, 90.0, latitude(y - margin)),
        ]
    }

    /// Tiles in a row of this zoom.
    #[must_use]
    pub fn across(self) -> u32 {
        1 << self.zoom.min(Self::DEEPEST)
    }

    /// The number of the tile on a curve that visits each tile of each zoom after its neighbour,
    /// smaller zooms first, so that tiles shown together stand together in an archive.
    ///
    /// Source: PMTiles specification, version 3, section 4.1: a Hilbert curve for each zoom.
    #[must_use]
    pub fn number(self) -> u64 {
        let side = u64::from(self.across());
        let before = (side * side - 1) / 3;
        let (mut x, mut y) = (u64::from(self.x), u64::from(self.y));
        let mut along = 0;
        let mut half = side / 2;
        while half > 0 {
            let (right, low) = (u64::from(x & half > 0), u64::from(y & half > 0));
            along += half * half * ((3 * right) ^ low);
            if low == 0 {
                if right == 1 {
                    x = (half.wrapping_sub(1)).wrapping_sub(x);
                    y = (half.wrapping_sub(1)).wrapping_sub(y);
                }
                std::mem::swap(&mut x, &mut y);
            }
            half /= 2;
        }
        before + along
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_where_web_maps_draw_them() {
        let middle = WorldPoint::of(0.0, 0.0);
        assert_eq!((middle.x, middle.y), (0.5, 0.5));
        // Vientiane in zoom 10: the tile that map programs ask for.
        let there = WorldPoint::of(102.633_1, 17.975_7);
        assert_eq!(((there.x * 1024.0) as u32, (there.y * 1024.0) as u32), (803, 460));
        assert!((WorldPoint::of(180.0, EDGE_DEGREES).y).abs() < 1e-12);
        assert_eq!(WorldPoint::of(0.0, 90.0).y, WorldPoint::of(0.0, EDGE_DEGREES).y);
    }

    #[test]
    fn a_tile_tells_the_degrees_that_it_shows() {
        let tile = Tile::new(10, 803, 460).expect("a tile");
        let [west, south, east, north] = tile.bounds(0, 4096);
        assert!(west < 102.633_1 && 102.633_1 < east && south < 17.975_7 && 17.975_7 < north);
        assert!((WorldPoint::of(west, north).x * 1024.0 - 803.0).abs() < 1e-9);
        assert!((WorldPoint::of(west, north).y * 1024.0 - 460.0).abs() < 1e-9);
        assert_eq!(
            Tile::new(0, 0, 0).expect("the world").bounds(64, 4096),
            [-180.0, -90.0, 180.0, 90.0]
        );
        assert_eq!(Tile::new(3, 8, 0), None);
        assert_eq!(Tile::new(30, 0, 0), None);
    }

    #[test]
    fn each_tile_has_one_number_and_neighbours_follow_each_other() {
        let number = |zoom, x, y| Tile { zoom, x, y }.number();
        assert_eq!(number(0, 0, 0), 0);
        // The first of each zoom, and the four of zoom 1, as the specification lists them.
        let of_one = [number(1, 0, 0), number(1, 0, 1), number(1, 1, 1), number(1, 1, 0)];
        assert_eq!(of_one, [1, 2, 3, 4]);
        assert_eq!(number(2, 0, 0), 5);
        assert_eq!(number(3, 0, 0), 21);
        let mut at = vec![None; 64];
        for (x, y) in (0..8).flat_map(|x| (0..8).map(move |y| (x, y))) {
            at[number(3, x, y) as usize - 21] = Some((i64::from(x), i64::from(y)));
        }
        let along: Vec<(i64, i64)> = at.into_iter().flatten().collect();
        assert_eq!(along.len(), 64);
        for step in along.windows(2) {
            assert_eq!((step[0].0 - step[1].0).abs() + (step[0].1 - step[1].1).abs(), 1);
        }
    }
}
