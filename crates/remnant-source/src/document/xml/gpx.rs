//! GPX: waypoints, routes and tracks of a handheld receiver.
//!
//! Belongs here: which elements are rows, and their geometry. Does not belong here: how sure a place
//! is.
//!
//! Waypoints, routes and tracks are sheets, and so are the points of routes and tracks, since each has
//! its own time. The file's own metadata is not read.
//!
//! # Source
//! Topografix, *GPX 1.1 Schema Documentation*.

use geo_types::{Coord, Geometry, LineString, MultiLineString, Point};

use super::element::Element;
use super::{Placed, Role};

pub(super) fn role(depth: usize, name: &str) -> Role {
    match (depth, name) {
        (0, _) => Role::Around,
        (_, "wpt" | "rte" | "trk") => Role::Record,
        _ => Role::LeftOut(true),
    }
}

/// The geometry of a point, a segment, a route or a track.
pub(super) fn placed(element: &Element) -> Placed {
    let built = match element.name.as_str() {
        "wpt" | "rtept" | "trkpt" => {
            place(element).map(|place| Some(Geometry::Point(Point(place))))
        }
        "rte" => line(element, "rtept").map(|line| line.map(Geometry::LineString)),
        "trkseg" => line(element, "trkpt").map(|line| line.map(Geometry::LineString)),
        "trk" => track(element),
        _ => Ok(None),
    };
    match built {
        Ok(geometry) => Placed { geometry, ..Placed::default() },
        Err(fault) => Placed { fault: Some(fault), ..Placed::default() },
    }
}

fn track(element: &Element) -> Result<Option<Geometry<f64>>, String> {
    let lines: Result<Vec<_>, _> =
        element.all("trkseg").map(|segment| line(segment, "trkpt")).collect();
    let mut lines: Vec<_> = lines?.into_iter().flatten().collect();
    Ok(match lines.len() {
        0 => None,
        1 => lines.pop().map(Geometry::LineString),
        _ => Some(Geometry::MultiLineString(MultiLineString::new(lines))),
    })
}

fn line(element: &Element, points: &str) -> Result<Option<LineString<f64>>, String> {
    let places = element.all(points).map(place).collect::<Result<Vec<_>, _>>()?;
    Ok((!places.is_empty()).then(|| LineString::new(places)))
}

fn place(point: &Element) -> Result<Coord<f64>, String> {
    let number =
        |name: &str| {
            let text = point.attribute(name).unwrap_or_default();
            text.trim().parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(|| {
                format!("the point on line {} has `{text}` as its `{name}`", point.line)
            })
        };
    Ok(Coord { x: number("lon")?, y: number("lat")? })
}
