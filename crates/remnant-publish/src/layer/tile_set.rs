//! Which tile shows what.
//!
//! Belongs here: areas in the tiles of each zoom. Does not belong here: squares of an estimate
//! (`cells`), the bytes of tiles and archives.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use geo::InteriorPoint;
use geo_types::MultiPolygon;

use super::LayerFault;
use super::mercator::{Tile, WorldPoint};
use super::pmtiles::TileArchive;
use super::tile_clip::WorldArea;
use super::vector_tile::{EXTENT, TileGeometry, TileLayer, TileValue, tile_bytes};

/// An area on the map, such as a hazardous area.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaFeature {
    /// Its number, by which a page knows it in each tile.
    pub id: u64,
    /// Where it lies, in degrees of WGS 84. An area over the antimeridian is given as two parts.
    pub shape: MultiPolygon<f64>,
    /// What is told of it.
    pub attributes: Vec<(String, TileValue)>,
}

/// The tiles of a range of zooms, layer by layer.
#[derive(Clone, Debug)]
pub struct TileSet {
    zooms: RangeInclusive<u8>,
    tiles: BTreeMap<Tile, Vec<TileLayer>>,
}

impl TileSet {
    /// No tiles yet.
    ///
    /// # Errors
    /// [`LayerFault::Zooms`] unless the zooms rise and end at [`Tile::DEEPEST`] or before.
    pub fn new(zooms: RangeInclusive<u8>) -> Result<Self, LayerFault> {
        let (least, most) = (*zooms.start(), *zooms.end());
        if least > most || most > Tile::DEEPEST {
            return Err(LayerFault::Zooms { least, most, deepest: Tile::DEEPEST });
        }
        Ok(Self { zooms, tiles: BTreeMap::new() })
    }

    /// The zooms.
    #[must_use]
    pub fn zooms(&self) -> RangeInclusive<u8> {
        self.zooms.clone()
    }

    /// Shows areas in a layer `name`, and a point inside each in a layer `name_mark`.
    ///
    /// The outline shrinks with the zoom, and a part that is narrower than a unit of the tile, an
    /// eighth of a point on the screen, has none to fill. The mark is there at every zoom, one for
    /// each area, in the tile that its point lies in: so no area is ever dropped, merged with its
    /// neighbour or thinned out. Both carry its number and attributes.
    pub fn add_areas(&mut self, name: &str, areas: &[AreaFeature]) {
        let marks = format!("{name}_mark");
        for area in areas {
            let world = WorldArea::of(&area.shape);
            let inside =
                area.shape.interior_point().map(|point| WorldPoint::of(point.x(), point.y()));
            for zoom in self.zooms.clone() {
                for tile in world.tiles(zoom) {
                    let shown = world.in_tile(tile);
                    if !shown.is_empty() {
                        let geometry = TileGeometry::Areas(shown);
                        self.add(tile, name, area.id, &geometry, &area.attributes);
                    }
                }
                if let Some(point) = inside {
                    let tile = tile_of(point, zoom);
                    let at = point.in_tile(tile, EXTENT);
                    // Beyond the edge of the world, the mark stays at the edge.
                    let last = f64::from(EXTENT - 1);
                    #[allow(clippy::cast_possible_truncation, reason = "within the tile")]
                    let at = (at.x.clamp(0.0, last) as i32, at.y.clamp(0.0, last) as i32);
                    let geometry = TileGeometry::Points(vec![at]);
                    self.add(tile, &marks, area.id, &geometry, &area.attributes);
                }
            }
        }
    }

    /// Adds a feature to a layer of a tile.
    pub(super) fn add(
        &mut self,
        tile: Tile,
        name: &str,
        id: u64,
        geometry: &TileGeometry,
        attributes: &[(String, TileValue)],
    ) {
        let layers = self.tiles.entry(tile).or_default();
        let place = layers.iter().position(|layer| layer.name() == name).unwrap_or_else(|| {
            layers.push(TileLayer::new(name));
            layers.len() - 1
        });
        layers[place].add(id, geometry, attributes);
    }

    /// The layers of one tile, where it shows something.
    #[must_use]
    pub fn layers(&self, tile: Tile) -> &[TileLayer] {
        self.tiles.get(&tile).map_or(&[], Vec::as_slice)
    }

    /// All tiles that show something, packed for one file.
    ///
    /// # Errors
    /// [`LayerFault::NotWritten`] when a tile cannot be packed.
    pub fn archive(&self) -> Result<TileArchive, LayerFault> {
        let mut archive = TileArchive::default();
        for (tile, layers) in &self.tiles {
            let bytes = tile_bytes(layers);
            if !bytes.is_empty() {
                archive.add(*tile, &bytes)?;
            }
        }
        Ok(archive)
    }
}

/// The tile of a zoom in which a point lies.
fn tile_of(point: WorldPoint, zoom: u8) -> Tile {
    let across = Tile { zoom, x: 0, y: 0 }.across();
    let along = |share: f64| {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between the first and the last tile"
        )]
        let number = (share * f64::from(across)).floor().clamp(0.0, f64::from(across - 1)) as u32;
        number
    };
    Tile { zoom, x: along(point.x), y: along(point.y) }
}
