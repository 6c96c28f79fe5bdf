//! People by settlement, where there is no raster of them.
//!
//! Belongs here: adding up the settlements within an area. Does not belong here: where the list of
//! settlements comes from.

use geo::{BoundingRect, Intersects};
use geo_types::{Coord, MultiPolygon};

use crate::coordinate::Position;

/// A settlement of a gazetteer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settlement {
    /// Its middle. The whole settlement is taken to be there.
    pub position: Position,
    /// Its people, where the gazetteer says how many.
    pub people: Option<u64>,
}

/// The settlements within an area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeopleInSettlements {
    /// People of the settlements whose number is known, added up.
    pub people: u64,
    /// Settlements whose number is known.
    pub counted: usize,
    /// Settlements of which the gazetteer does not say how many people they have. They are not
    /// empty: with any of them the sum is a lower bound.
    pub unknown: usize,
}

/// The people of the settlements whose middle lies in `area` or on its edge.
///
/// # Shapes and units
/// `area` in degrees of WGS 84, longitude first; edges are straight in degrees.
#[must_use]
pub fn people_in_settlements(
    area: &MultiPolygon<f64>,
    settlements: &[Settlement],
) -> PeopleInSettlements {
    let mut found = PeopleInSettlements::default();
    let Some(extent) = area.bounding_rect() else { return found };
    for settlement in settlements {
        let at = Coord { x: settlement.position.longitude(), y: settlement.position.latitude() };
        if !extent.intersects(&at) || !area.intersects(&at) {
            continue;
        }
        match settlement.people {
            Some(people) => {
                found.people = found.people.saturating_add(people);
                found.counted += 1;
            }
            None => found.unknown += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use geo_types::{MultiPolygon, Rect};

    use super::*;

    #[test]
    fn settlements_inside_are_added_and_those_without_number_are_told() {
        let area = MultiPolygon::from(Rect::new((106.0, 16.0), (107.0, 17.0)).to_polygon());
        let settlement = |longitude, latitude, people| Settlement {
            position: Position::new(longitude, latitude).unwrap(),
            people,
        };
        let settlements = [
            settlement(106.5, 16.5, Some(420)),
            settlement(106.0, 16.2, Some(80)),
            settlement(106.6, 16.9, None),
            settlement(108.0, 16.5, Some(9_000)),
        ];
        let expected = PeopleInSettlements { people: 500, counted: 2, unknown: 1 };
        assert_eq!(people_in_settlements(&area, &settlements), expected);
        let nowhere = MultiPolygon::new(Vec::new());
        assert_eq!(people_in_settlements(&nowhere, &settlements), PeopleInSettlements::default());
    }
}
