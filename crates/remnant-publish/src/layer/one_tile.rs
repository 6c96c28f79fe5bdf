//! One tile of a map that is drawn as somebody looks at it.
//!
//! Belongs here: points, discs, lines and areas in the units of one tile. Does not belong here: many
//! tiles at once (`tile_set`), which things there are (the store).

use std::f64::consts::PI;

use geo::InteriorPoint;
use geo_types::{Coord, MultiPolygon};

use super::mercator::{Tile, WorldPoint};
use super::tile_clip::{MARGIN, WorldArea, line_in_tile};
use super::vector_tile::{EXTENT, TileGeometry, TileLayer, TileValue, tile_bytes};

/// Corners of a disc.
const CORNERS: u32 = 48;
/// Half the Earth's girth at the equator, as web maps have it, in metres.
const HALF_GIRTH_METRES: f64 = 6_378_137.0 * PI;

/// What is told of a feature, by name.
pub type Attributes = [(String, TileValue)];

/// A tile on its way.
#[derive(Clone, Debug)]
pub struct OneTile {
    tile: Tile,
    layers: Vec<TileLayer>,
}

impl OneTile {
    /// A tile without anything.
    #[must_use]
    pub fn new(tile: Tile) -> Self {
        Self { tile, layers: Vec::new() }
    }

    /// Degrees of WGS 84 within which something may show: west, south, east, north.
    #[must_use]
    pub fn bounds(&self) -> [f64; 4] {
        self.tile.bounds(MARGIN, EXTENT)
    }

    /// Shows a point. Those beyond the tile and its margin are left out, since their own tile shows
    /// them.
    pub fn point(&mut self, name: &str, id: u64, at: (f64, f64), attributes: &Attributes) {
        let place = WorldPoint::of(at.0, at.1).in_tile(self.tile, EXTENT);
        if let Some(point) = unit(place) {
            self.add(name, id, &TileGeometry::Points(vec![point]), attributes);
        }
    }

    /// Shows the disc within so many metres of a point; one smaller than a unit has no outline.
    ///
    /// On a web map a small disc on the ground is one on the screen, larger the further from the
    /// equator; the error is below one in a hundred for discs of up to 50 km at 60 degrees.
    pub fn disc(
        &mut self,
        name: &str,
        id: u64,
        at: (f64, f64),
        radius_metres: f64,
        attributes: &Attributes,
    ) {
        let centre = WorldPoint::of(at.0, at.1);
        let widened = libm::cos(at.1.to_radians()).max(1e-3);
        let radius = radius_metres / (2.0 * HALF_GIRTH_METRES * widened);
        let ring = (0..=CORNERS)
            .map(|corner| {
                let bearing = 2.0 * PI * f64::from(corner % CORNERS) / f64::from(CORNERS);
                WorldPoint {
                    x: centre.x + radius * libm::sin(bearing),
                    y: centre.y - radius * libm::cos(bearing),
                }
            })
            .collect();
        self.area_of(name, id, &WorldArea::of_parts(vec![vec![ring]]), attributes);
    }

    /// Shows a line, given as longitude and latitude of its points.
    pub fn line(&mut self, name: &str, id: u64, line: &[(f64, f64)], attributes: &Attributes) {
        let points = line.iter().map(|(longitude, latitude)| WorldPoint::of(*longitude, *latitude));
        let lines = line_in_tile(points, self.tile);
        if !lines.is_empty() {
            self.add(name, id, &TileGeometry::Lines(lines), attributes);
        }
    }

    /// Shows an area, and a point inside it in a layer `name_mark`: the area has no outline where it
    /// is narrower than a unit, and the point is there at every zoom.
    pub fn area(&mut self, name: &str, id: u64, area: &MultiPolygon<f64>, attributes: &Attributes) {
        self.area_of(name, id, &WorldArea::of(area), attributes);
        if let Some(inside) = area.interior_point() {
            self.point(&format!("{name}_mark"), id, (inside.x(), inside.y()), attributes);
        }
    }

    fn area_of(&mut self, name: &str, id: u64, area: &WorldArea, attributes: &Attributes) {
        let shown = area.in_tile(self.tile);
        if !shown.is_empty() {
            self.add(name, id, &TileGeometry::Areas(shown), attributes);
        }
    }

    fn add(&mut self, name: &str, id: u64, geometry: &TileGeometry, attributes: &Attributes) {
        let place = self.layers.iter().position(|layer| layer.name() == name);
        let place = place.unwrap_or_else(|| {
            self.layers.push(TileLayer::new(name));
            self.layers.len() - 1
        });
        self.layers[place].add(id, geometry, attributes);
    }

    /// The layers, in the order in which something was first shown in them.
    #[must_use]
    pub fn layers(&self) -> &[TileLayer] {
        &self.layers
    }

    /// The tile as a Mapbox Vector Tile 2.1.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        tile_bytes(&self.layers)
    }
}

/// The unit in which a place of a tile lies; `None` beyond its margin.
fn unit(place: Coord<f64>) -> Option<(i32, i32)> {
    let (least, most) = (-f64::from(MARGIN), f64::from(EXTENT + MARGIN));
    let holds = |along: f64| (least..=most).contains(&along);
    #[allow(clippy::cast_possible_truncation, reason = "within the tile and its margin")]
    let rounded = |along: f64| along.round() as i32;
    (holds(place.x) && holds(place.y)).then(|| (rounded(place.x), rounded(place.y)))
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;

    fn vientiane() -> OneTile {
        OneTile::new(Tile { zoom: 10, x: 803, y: 460 })
    }

    fn counts(tile: &OneTile) -> Vec<(&str, usize)> {
        tile.layers().iter().map(|layer| (layer.name(), layer.features())).collect()
    }

    #[test]
    fn what_lies_beyond_a_tile_is_shown_by_its_neighbour() {
        let mut tile = vientiane();
        tile.point("evidence_point", 1, (102.633_1, 17.975_7), &[]);
        tile.point("evidence_point", 2, (104.0, 17.975_7), &[]);
        tile.line("search", 3, &[(102.633_1, 17.975_7), (104.0, 17.975_7)], &[]);
        tile.line("search", 4, &[(104.0, 17.975_7), (105.0, 17.975_7)], &[]);
        assert_eq!(counts(&tile), [("evidence_point", 1), ("search", 1)]);
    }

    #[test]
    fn an_area_too_small_to_fill_keeps_its_mark() {
        let mut tile = vientiane();
        let small = polygon![
            (x: 102.633_10, y: 17.975_70), (x: 102.633_11, y: 17.975_70), (x: 102.633_10, y: 17.975_71),
        ];
        tile.area("land", 1, &MultiPolygon(vec![small]), &[]);
        tile.disc("strike_disc", 2, (102.633_1, 17.975_7), 1.0, &[]);
        tile.disc("strike_disc", 3, (102.633_1, 17.975_7), 2000.0, &[]);
        assert_eq!(counts(&tile), [("land_mark", 1), ("strike_disc", 1)]);
    }
}
