//! Laying areas into the coordinates of a raster.
//!
//! Belongs here: the reference systems that rasters of people come in. Does not belong here:
//! reading them, and resampling: a raster is summed in its own plane and never laid into another,
//! since that would share out its people anew.

use geo::MapCoords;
use geo_types::{Coord, MultiPolygon};

use super::ExposureFault;
use crate::coordinate::{Position, UtmZone};

/// The plane in which a raster's cells are rectangles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RasterPlane {
    /// Degrees of WGS 84, EPSG:4326.
    Degrees,
    /// Metres of a zone of UTM on WGS 84, EPSG:32601 to 32660 and 32701 to 32760.
    Utm(UtmZone),
}

impl RasterPlane {
    /// The plane of an EPSG code.
    ///
    /// # Errors
    /// [`ExposureFault::UnknownReferenceSystem`].
    pub fn from_epsg(code: u16) -> Result<Self, ExposureFault> {
        match code {
            4326 => Ok(Self::Degrees),
            _ => UtmZone::from_epsg(code)
                .map(Self::Utm)
                .ok_or(ExposureFault::UnknownReferenceSystem { code }),
        }
    }

    /// Its EPSG code.
    #[must_use]
    pub fn epsg(self) -> u16 {
        match self {
            Self::Degrees => 4326,
            Self::Utm(zone) => zone.epsg(),
        }
    }

    /// An area in degrees of WGS 84, longitude first, in the coordinates of this plane.
    ///
    /// Corners are moved and edges stay straight lines. An edge of 20 km is off its geodesic by
    /// less than half a metre within its zone of UTM, and in degrees by some 8 m at 45° of latitude.
    ///
    /// # Errors
    /// [`ExposureFault::OutsideProjection`] for the first corner that has no place in the zone.
    pub fn lay(self, area: &MultiPolygon<f64>) -> Result<MultiPolygon<f64>, ExposureFault> {
        let Self::Utm(zone) = self else { return Ok(area.clone()) };
        area.try_map_coords(|corner| {
            let code = zone.epsg();
            let outside =
                ExposureFault::OutsideProjection { longitude: corner.x, latitude: corner.y, code };
            let position = Position::new(corner.x, corner.y).map_err(|_| outside.clone())?;
            let point = zone.point(position).map_err(|_| outside)?;
            Ok(Coord { x: point.easting, y: point.northing })
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use geo::Area;
    use geo_types::Rect;

    use super::*;
    use crate::boundary::Boundary;

    #[test]
    fn an_area_laid_into_its_zone_keeps_its_size() {
        let area = Rect::new((106.0, 16.0), (106.01, 16.01)).to_polygon();
        let boundary = Boundary::new(area.clone().into()).unwrap().boundary;
        let laid = RasterPlane::from_epsg(32_648).unwrap().lay(&area.clone().into()).unwrap();
        let measured = boundary.area().get() as f64;
        // The scale of the zone there is 0.99967, and its square that of areas.
        assert!((laid.unsigned_area() / measured - 1.0).abs() < 1e-3);
        let degrees = RasterPlane::from_epsg(4326).unwrap().lay(&area.clone().into()).unwrap();
        assert_eq!(degrees, MultiPolygon::from(area));
    }

    #[test]
    fn other_systems_and_places_far_away_are_refused_with_help() {
        let fault = RasterPlane::from_epsg(54_009).unwrap_err();
        assert_eq!(fault, ExposureFault::UnknownReferenceSystem { code: 54_009 });
        assert!(fault.help().contains("-r sum"));
        let pole = Rect::new((16.0, 88.0), (17.0, 89.0)).to_polygon();
        let fault = RasterPlane::from_epsg(32_648).unwrap().lay(&pole.into()).unwrap_err();
        assert!(matches!(fault, ExposureFault::OutsideProjection { code: 32_648, .. }), "{fault}");
    }
}
