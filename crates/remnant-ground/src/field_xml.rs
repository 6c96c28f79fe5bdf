//! Pieces of GPX and KML files for receivers and viewers in the field.
//!
//! Belongs here: waypoints, tracks, polygons and lines, and text as XML takes it. Does not belong here:
//! what is written (`cmrs::FieldFile`, plans in `remnant-publish`), reading such files.
//!
//! # Source
//! GPX 1.1 (<https://www.topografix.com/GPX/1/1/>) and OGC KML 2.2 (document 07-147r2). Both are
//! WGS 84; KML writes longitude first, GPX names the two.

use std::fmt::Write as _;

use geo_types::{Coord, LineString, MultiPolygon};

/// The beginning of a GPX 1.1 file. Its schema wants all waypoints before all tracks.
#[must_use]
pub fn gpx_head(title: &str, remark: &str) -> String {
    let (title, remark) = (escaped(title), escaped(remark));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <gpx version=\"1.1\" creator=\"Remnant\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n\
         <metadata><name>{title}</name><desc>{remark}</desc></metadata>\n"
    )
}

/// The end of a GPX file.
pub const GPX_END: &str = "</gpx>\n";

/// The beginning of a KML 2.2 document.
#[must_use]
pub fn kml_head(title: &str, remark: &str) -> String {
    let (title, remark) = (escaped(title), escaped(remark));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n\
         <name>{title}</name>\n<description>{remark}</description>\n"
    )
}

/// The end of a KML document.
pub const KML_END: &str = "</Document>\n</kml>\n";

/// The rings of an area, each part with its holes.
pub fn rings(area: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    area.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
}

/// Longitude and latitude as KML writes them, to a hundredth of a millimetre or so.
#[must_use]
pub fn lon_lat(at: Coord<f64>) -> String {
    format!("{:.9},{:.9}", at.x, at.y)
}

/// A waypoint.
pub fn gpx_waypoint(gpx: &mut String, at: Coord<f64>, name: &str, description: &str) {
    let (name, description) = (escaped(name), escaped(description));
    let _ = writeln!(
        gpx,
        "<wpt lat=\"{:.9}\" lon=\"{:.9}\"><name>{name}</name><desc>{description}</desc></wpt>",
        at.y, at.x
    );
}

/// A track of lines.
pub fn gpx_track<'a>(
    gpx: &mut String,
    name: &str,
    description: &str,
    lines: impl Iterator<Item = &'a LineString<f64>>,
) {
    let (name, description) = (escaped(name), escaped(description));
    let _ = write!(gpx, "<trk><name>{name}</name><desc>{description}</desc>");
    for line in lines {
        gpx.push_str("<trkseg>");
        for at in line.coords() {
            let _ = write!(gpx, "<trkpt lat=\"{:.9}\" lon=\"{:.9}\"/>", at.y, at.x);
        }
        gpx.push_str("</trkseg>");
    }
    gpx.push_str("</trk>\n");
}

fn kml_coordinates(kml: &mut String, line: &LineString<f64>) {
    let written: Vec<String> = line.coords().map(|at| lon_lat(*at)).collect();
    let _ = write!(kml, "<coordinates>{}</coordinates>", written.join(" "));
}

/// A placemark of polygons, under a style of the document.
pub fn kml_polygons(
    kml: &mut String,
    name: &str,
    description: &str,
    style: &str,
    area: &MultiPolygon<f64>,
) {
    let (name, description) = (escaped(name), escaped(description));
    let _ = write!(
        kml,
        "<Placemark><name>{name}</name><description>{description}</description>\
         <styleUrl>#{style}</styleUrl><MultiGeometry>"
    );
    for part in area {
        kml.push_str("<Polygon><outerBoundaryIs><LinearRing>");
        kml_coordinates(kml, part.exterior());
        kml.push_str("</LinearRing></outerBoundaryIs>");
        for hole in part.interiors() {
            kml.push_str("<innerBoundaryIs><LinearRing>");
            kml_coordinates(kml, hole);
            kml.push_str("</LinearRing></innerBoundaryIs>");
        }
        kml.push_str("</Polygon>");
    }
    kml.push_str("</MultiGeometry></Placemark>\n");
}

/// A placemark of a line, under the style `open` of the document.
pub fn kml_line(kml: &mut String, name: &str, description: &str, line: &LineString<f64>) {
    let (name, description) = (escaped(name), escaped(description));
    let _ = write!(
        kml,
        "<Placemark><name>{name}</name><description>{description}</description>\
         <styleUrl>#open</styleUrl><LineString><tessellate>1</tessellate>"
    );
    kml_coordinates(kml, line);
    kml.push_str("</LineString></Placemark>\n");
}

/// Text for an element: what XML reserves as references, what it forbids as spaces.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(' '),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}
