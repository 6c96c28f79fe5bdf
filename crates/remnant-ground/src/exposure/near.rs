//! People near places.
//!
//! Belongs here: the land within some distance of a place, to sum a raster of people over, and the people of
//! settlements within that distance. Does not belong here: the sums (`sums`), which places matter.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::{ExposureFault, PeopleInSettlements, RasterPlane, Settlement};
use crate::coordinate::UtmZone;

/// Corners of the polygon that stands for a disc.
const CORNERS: u32 = 32;

/// The disc around a place, in the coordinates of a raster: a polygon of 32 corners with the area of the
/// disc.
///
/// # Shapes and units
/// `middle`: easting and northing in metres of `zone`. `metres`: the radius.
///
/// # Errors
/// [`ExposureFault::OutsideProjection`] where a corner has no place in the zone of the raster.
pub fn disc(
    zone: UtmZone,
    middle: (f64, f64),
    metres: f64,
    plane: RasterPlane,
) -> Result<MultiPolygon<f64>, ExposureFault> {
    let corners = f64::from(CORNERS);
    let turn = core::f64::consts::TAU / corners;
    // A polygon within the circle would be smaller than the disc.
    let radius = metres * (turn / turn.sin()).sqrt();
    let corner = |number: u32| {
        let (sine, cosine) = (turn * f64::from(number % CORNERS)).sin_cos();
        Coord { x: middle.0 + radius * cosine, y: middle.1 + radius * sine }
    };
    let on_plane: Vec<Coord<f64>> = (0..=CORNERS).map(corner).collect();
    let ring: Vec<Coord<f64>> = if plane == RasterPlane::Utm(zone) {
        on_plane
    } else {
        let outside = |at: &Coord<f64>| ExposureFault::OutsideProjection {
            longitude: at.x,
            latitude: at.y,
            code: zone.epsg(),
        };
        on_plane
            .iter()
            .map(|at| {
                let place = zone.position(at.x, at.y).map_err(|_| outside(at))?;
                Ok(Coord { x: place.longitude(), y: place.latitude() })
            })
            .collect::<Result<_, ExposureFault>>()?
    };
    let disc = MultiPolygon(vec![Polygon::new(LineString(ring), Vec::new())]);
    if plane == RasterPlane::Utm(zone) { Ok(disc) } else { plane.lay(&disc) }
}

/// The people of the settlements whose middle lies within some metres of each place.
///
/// # Shapes and units
/// `places`: easting and northing in metres of `zone`. Settlements that have no place in the zone are far
/// from all of them.
#[must_use]
pub fn settlements_near(
    zone: UtmZone,
    places: &[(f64, f64)],
    metres: f64,
    settlements: &[Settlement],
) -> Vec<PeopleInSettlements> {
    let known: Vec<((f64, f64), Option<u64>)> = settlements
        .iter()
        .filter_map(|settlement| {
            let point = zone.point(settlement.position).ok()?;
            Some(((point.easting, point.northing), settlement.people))
        })
        .collect();
    places
        .iter()
        .map(|place| {
            let mut found = PeopleInSettlements::default();
            for ((easting, northing), people) in &known {
                let (east, north) = (easting - place.0, northing - place.1);
                if east * east + north * north > metres * metres {
                    continue;
                }
                match people {
                    Some(people) => {
                        found.people = found.people.saturating_add(*people);
                        found.counted += 1;
                    }
                    None => found.unknown += 1,
                }
            }
            found
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::coordinate::Position;
    use crate::coverage::Lattice;
    use crate::exposure::Exposure;

    fn zone() -> UtmZone {
        UtmZone::of(Position::new(105.9, 16.5).unwrap()).unwrap()
    }

    #[test]
    fn an_even_raster_holds_as_many_people_as_the_disc_has_land() {
        let zone = zone();
        let lattice = Lattice::new(590_000.0, 1_830_000.0, 100.0, 100.0, 60, 60).unwrap();
        let middle = (593_000.0, 1_827_000.0);
        let disc = disc(zone, middle, 500.0, RasterPlane::Utm(zone)).unwrap();
        let mut exposure = Exposure::of(lattice, &[disc]);
        exposure.add_rows(&[2.0; 3_600]).unwrap();
        let sum = exposure.finish().unwrap()[0].clone().unwrap();
        let expected = 2.0 * core::f64::consts::PI * 25.0;
        assert!((sum.sum - expected).abs() < 1e-6 * expected, "{} {expected}", sum.sum);
    }

    #[test]
    fn a_disc_in_degrees_lies_around_its_place() {
        let zone = zone();
        let place = Position::new(105.9, 16.5).unwrap();
        let point = zone.point(place).unwrap();
        let middle = (point.easting, point.northing);
        let disc = disc(zone, middle, 1_000.0, RasterPlane::Degrees).unwrap();
        for corner in disc.0[0].exterior().coords() {
            let at = zone.point(Position::new(corner.x, corner.y).unwrap()).unwrap();
            let away = (at.easting - middle.0).hypot(at.northing - middle.1);
            assert!((away - 1_000.0).abs() < 10.0, "{away}");
        }
    }

    #[test]
    fn settlements_count_within_the_distance_and_unknown_ones_are_told() {
        let zone = zone();
        let settlement = |longitude, people| Settlement {
            position: Position::new(longitude, 16.5).unwrap(),
            people,
        };
        let all =
            [settlement(105.9, Some(120)), settlement(105.901, None), settlement(105.95, Some(9))];
        let point = zone.point(all[0].position).unwrap();
        let near = settlements_near(zone, &[(point.easting, point.northing)], 500.0, &all);
        assert_eq!((near[0].people, near[0].counted, near[0].unknown), (120, 1, 1));
    }
}
