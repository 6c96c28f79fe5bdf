//! The shape of a place, as it is kept: numbers of WGS 84, longitude first.
//!
//! Belongs here: the four shapes and their form in the journal. Does not belong here: whether a
//! polygon is valid (`boundary`).

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use serde::{Deserialize, Serialize};

/// A point, a line, an area or only a name.
///
/// In JSON: `{"point": {"longitude": …, "latitude": …}}`, `{"line": [[lon, lat], …]}`,
/// `{"area": [[[[lon, lat], …], hole…], part…]}` with closed rings as in GeoJSON, `{"named": "…"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A position.
    Point {
        /// Degrees east, WGS 84.
        longitude: f64,
        /// Degrees north, WGS 84.
        latitude: f64,
    },
    /// A track or a road, as pairs of longitude and latitude.
    Line(Vec<(f64, f64)>),
    /// An area on the ground.
    #[serde(with = "rings")]
    Area(MultiPolygon<f64>),
    /// A name that nobody has found on a map yet.
    Named(String),
}

/// A multipolygon as GeoJSON's coordinates.
pub(crate) mod rings {
    use serde::{Deserializer, Serializer};

    use super::{Coord, Deserialize, LineString, MultiPolygon, Polygon, Serialize};

    type Ring = Vec<[f64; 2]>;

    pub(crate) fn serialize<S: Serializer>(
        area: &MultiPolygon<f64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let ring = |line: &LineString<f64>| line.coords().map(|c| [c.x, c.y]).collect::<Ring>();
        let parts: Vec<Vec<Ring>> = area
            .iter()
            .map(|part| {
                std::iter::once(ring(part.exterior()))
                    .chain(part.interiors().iter().map(ring))
                    .collect()
            })
            .collect();
        parts.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<MultiPolygon<f64>, D::Error> {
        let parts = Vec::<Vec<Ring>>::deserialize(deserializer)?;
        let line = |ring: Ring| -> LineString<f64> {
            ring.into_iter().map(|[x, y]| Coord { x, y }).collect()
        };
        Ok(parts
            .into_iter()
            .filter_map(|rings| {
                let mut rings = rings.into_iter().map(line);
                rings.next().map(|exterior| Polygon::new(exterior, rings.collect()))
            })
            .collect())
    }
}
