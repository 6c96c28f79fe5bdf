//! Boundaries in the JSON of events: the coordinates of a GeoJSON multipolygon.
//!
//! Belongs here: writing a boundary as `[[[[longitude, latitude], …], hole…], part…]` with closed
//! rings, and reading and checking it again. Does not belong here: GeoJSON files (`remnant-ground`).

use geo_types::{Coord, LineString};
use remnant_ground::boundary::Boundary;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

type Ring = Vec<[f64; 2]>;

pub(crate) fn serialize<S: Serializer>(
    boundary: &Boundary,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let ring = |line: &LineString<f64>| line.coords().map(|c| [c.x, c.y]).collect::<Ring>();
    let parts: Vec<Vec<Ring>> = boundary
        .shape()
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
) -> Result<Boundary, D::Error> {
    let parts = Vec::<Vec<Ring>>::deserialize(deserializer)?;
    let parts = parts
        .into_iter()
        .map(|rings| {
            let ring = |ring: Ring| ring.into_iter().map(|[x, y]| Coord { x, y }).collect();
            rings.into_iter().map(ring).collect()
        })
        .collect();
    match Boundary::from_rings(parts) {
        Ok(checked) => Ok(checked.boundary),
        Err(faults) => {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Err(de::Error::custom(format!("not a boundary: {}", faults.join("; "))))
        }
    }
}

/// The same for a boundary that need not be there.
pub(crate) mod where_known {
    use super::{Boundary, Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Known(#[serde(with = "super")] Boundary);

    pub(crate) fn serialize<S: Serializer>(
        boundary: &Option<Boundary>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match boundary {
            Some(boundary) => super::serialize(boundary, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Boundary>, D::Error> {
        Ok(Option::<Known>::deserialize(deserializer)?.map(|Known(boundary)| boundary))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use crate::land::Part;

    #[test]
    fn a_boundary_comes_back_as_it_was_written() {
        let written = r#"{"boundary":[[[[17.1,45.0],[17.2,45.0],[17.2,45.1],[17.1,45.1],[17.1,45.0]],[[17.12,45.02],[17.12,45.03],[17.13,45.03],[17.12,45.02]]]]}"#;
        let part: Part = serde_json::from_str(written).unwrap();
        assert_eq!(serde_json::to_string(&part).unwrap(), written);
        assert_eq!(serde_json::to_string(&Part::All).unwrap(), r#""all""#);
    }

    #[test]
    fn a_journal_entry_with_a_crossing_boundary_is_refused_with_the_fault() {
        let crossing =
            r#"{"boundary":[[[[17.0,45.0],[17.1,45.1],[17.1,45.0],[17.0,45.1],[17.0,45.0]]]]}"#;
        let refused = serde_json::from_str::<Part>(crossing).unwrap_err().to_string();
        assert!(refused.starts_with("not a boundary: "), "{refused}");
        assert!(serde_json::from_str::<Part>(r#"{"boundary":[]}"#).is_err());
    }
}
