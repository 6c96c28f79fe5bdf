//! Where something is, and how well that is known.
//!
//! Belongs here: point, line, area or name of a place, with method and uncertainty, and the text
//! that was entered. Does not belong here: reading coordinate text (`coordinate`), measuring
//! (`boundary`).

use geo_types::{Geometry, LineString, Point};
use serde::{Deserialize, Serialize};

use crate::shape::Shape;

/// How a location was got.
///
/// # Source
/// Minimum data for mine action, the field every object carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocationMethod {
    /// A satellite receiver at the place.
    Gps,
    /// Read from a map or a picture.
    Map,
    /// The centre of a settlement or unit, standing in for a position.
    GazetteerCentroid,
    /// Described in words: so far from there, near that.
    Described,
    /// Not said.
    Unknown,
}

impl LocationMethod {
    /// The code that is kept and shown.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Gps => "gps",
            Self::Map => "map",
            Self::GazetteerCentroid => "gazetteer_centroid",
            Self::Described => "described",
            Self::Unknown => "unknown",
        }
    }
}

/// Where something is. What is not known stays absent: never 0, never a centroid in its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The geometry, WGS 84, where one is known.
    #[serde(flatten)]
    pub shape: Shape,
    /// How it was got.
    pub method: LocationMethod,
    /// The radius in metres within which it truly lies, where that was stated or follows from how
    /// it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty_metres: Option<f64>,
    /// The coordinate text exactly as it was entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered: Option<String>,
    /// The form in which it was entered: `mgrs`, `decimal-degrees`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_format: Option<String>,
    /// The datum in which it was entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_datum: Option<String>,
}

impl Place {
    /// A place of this shape, got in this way, of which nothing more is known.
    #[must_use]
    pub fn new(shape: Shape, method: LocationMethod) -> Self {
        Self {
            shape,
            method,
            uncertainty_metres: None,
            entered: None,
            entered_format: None,
            entered_datum: None,
        }
    }

    /// The geometry, where the place has one.
    #[must_use]
    pub fn geometry(&self) -> Option<Geometry<f64>> {
        match &self.shape {
            Shape::Point { longitude, latitude } => {
                Some(Geometry::Point(Point::new(*longitude, *latitude)))
            }
            Shape::Line(line) => Some(Geometry::LineString(LineString::from(line.clone()))),
            Shape::Area(area) => Some(Geometry::MultiPolygon(area.clone())),
            Shape::Named(_) => None,
        }
    }
}
