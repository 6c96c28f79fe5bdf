//! Reading TopoJSON: shared, quantised border arcs into closed rings.
//!
//! Belongs here: the file format and the two things it leaves to its reader, joining arcs and undoing
//! the quantisation. Does not belong here: codes, names and the cut at the 180th meridian.
//!
//! Source: M. Bostock and C. Metcalf, *The TopoJSON Format Specification* (2013).

use serde::Deserialize;

use super::{Polygon, Ring};

/// A TopoJSON file, as far as this program reads it: one collection of countries.
#[derive(Debug, Deserialize)]
pub(super) struct Topology {
    objects: Objects,
    /// Each arc is a list of steps; the first step starts at the origin of the quantised plane.
    arcs: Vec<Vec<[i64; 2]>>,
    transform: Transform,
}

#[derive(Debug, Deserialize)]
struct Objects {
    countries: Collection,
}

#[derive(Debug, Deserialize)]
struct Collection {
    geometries: Vec<Shape>,
}

#[derive(Debug, Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

/// One country with its border as references to arcs.
#[derive(Debug, Deserialize)]
pub(super) struct Shape {
    /// The ISO 3166-1 numeric code, as text of three digits; areas without a code have none.
    pub(super) id: Option<String>,
    pub(super) properties: Properties,
    #[serde(flatten)]
    pub(super) border: Border,
}

#[derive(Debug, Deserialize)]
pub(super) struct Properties {
    pub(super) name: String,
}

/// Rings of arc numbers. `!n` (a negative number) is arc `n` walked backwards.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "arcs")]
pub(super) enum Border {
    Polygon(Vec<Vec<i64>>),
    MultiPolygon(Vec<Vec<Vec<i64>>>),
}

impl Border {
    /// The polygons, whichever of the two ways the file wrote them.
    pub(super) fn polygons(self) -> Vec<Vec<Vec<i64>>> {
        match self {
            Self::Polygon(rings) => vec![rings],
            Self::MultiPolygon(polygons) => polygons,
        }
    }
}

impl Topology {
    /// Takes the countries out, leaving the arcs that they refer to.
    pub(super) fn take_shapes(&mut self) -> Vec<Shape> {
        std::mem::take(&mut self.objects.countries.geometries)
    }

    /// A polygon in degrees, longitude first; rings are closed and not yet cut.
    ///
    /// Returns nothing when the polygon names an arc that the file does not have.
    pub(super) fn polygon(&self, rings: &[Vec<i64>]) -> Option<Polygon> {
        let mut rings = rings.iter().map(|arcs| self.ring(arcs));
        let outer = rings.next()??;
        let holes = rings.collect::<Option<Vec<_>>>()?;
        Some(Polygon { outer, holes })
    }

    fn ring(&self, arcs: &[i64]) -> Option<Ring> {
        let mut ring = Ring::new();
        for &number in arcs {
            let mut points = self.arc(number)?;
            // The last point of an arc is the first of the next.
            if !ring.is_empty() {
                points.remove(0);
            }
            ring.extend(points);
        }
        (ring.len() >= 4 && ring.first() == ring.last()).then_some(ring)
    }

    fn arc(&self, number: i64) -> Option<Ring> {
        let forwards = if number < 0 { !number } else { number };
        let steps = self.arcs.get(usize::try_from(forwards).ok()?)?;
        let (mut across, mut up) = (0, 0);
        let mut points: Ring = steps
            .iter()
            .map(|[step_across, step_up]| {
                across += step_across;
                up += step_up;
                [
                    across as f64 * self.transform.scale[0] + self.transform.translate[0],
                    up as f64 * self.transform.scale[1] + self.transform.translate[1],
                ]
            })
            .collect();
        if number < 0 {
            points.reverse();
        }
        Some(points)
    }
}

/// Joins two neighbouring rings of arc numbers into one by leaving out the arc that they share.
///
/// Returns nothing when they share none. Two rings that touch along several arcs would enclose a hole;
/// this function is for neighbours that touch along one.
pub(super) fn join_neighbours(ring: &[i64], neighbour: &[i64]) -> Option<Vec<i64>> {
    let (place, place_in_neighbour) = ring.iter().enumerate().find_map(|(place, arc)| {
        neighbour.iter().position(|other| *other == !arc).map(|found| (place, found))
    })?;
    let around = neighbour.iter().cycle().skip(place_in_neighbour + 1).take(neighbour.len() - 1);
    let mut joined = ring[..place].to_vec();
    joined.extend(around);
    joined.extend(&ring[place + 1..]);
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_join_along_the_arc_they_share() {
        // Arc 1 is walked one way by the first ring and the other way by the second.
        assert_eq!(join_neighbours(&[0, 1, 2], &[5, !1, 6]), Some(vec![0, 6, 5, 2]));
        assert_eq!(join_neighbours(&[0, 1, 2], &[5, 6]), None);
    }

    #[test]
    fn arcs_are_running_sums_and_can_be_walked_backwards() {
        let topology: Topology = serde_json::from_str(
            r#"{"objects": {"countries": {"geometries": []}},
                "arcs": [[[0, 0], [2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2]]],
                "transform": {"scale": [0.5, 1.0], "translate": [10.0, 20.0]}}"#,
        )
        .expect("well-formed");
        let polygon = topology.polygon(&[vec![0, 1]]).expect("closed");
        let forwards = vec![[10.0, 20.0], [11.0, 20.0], [11.0, 22.0], [10.0, 22.0], [10.0, 20.0]];
        assert_eq!(polygon.outer, forwards);
        let polygon = topology.polygon(&[vec![!1, !0]]).expect("closed");
        assert_eq!(polygon.outer, forwards.into_iter().rev().collect::<Vec<_>>());
        assert!(topology.polygon(&[vec![7]]).is_none(), "an arc that is not there");
        assert!(topology.polygon(&[vec![0]]).is_none(), "a ring that does not close");
    }
}
