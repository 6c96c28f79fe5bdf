//! KML: placemarks with their folder, their data and their geometry.
//!
//! Belongs here: the elements of KML that are read. Does not belong here: styles, overlays and links
//! to other files, which are not.
//!
//! # Source
//! OGC 12-007r2, KML 2.3, and the `gx` elements of Google's KML reference.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

use super::element::Element;
use super::{Level, Placed, Record, Role};

/// Elements of a feature that KML itself names; data that uses such a name keeps its group before it.
const FEATURE_ELEMENTS: [&str; 20] = [
    "name",
    "visibility",
    "open",
    "author",
    "link",
    "address",
    "AddressDetails",
    "phoneNumber",
    "Snippet",
    "snippet",
    "description",
    "LookAt",
    "Camera",
    "TimeStamp",
    "TimeSpan",
    "styleUrl",
    "Region",
    "Metadata",
    "ExtendedData",
    "Folder",
];

pub(super) fn role(around: Option<&str>, name: &str) -> Role {
    match (around, name) {
        (_, "Placemark") => Role::Record,
        (Some("Folder" | "Document"), "name") => Role::Label,
        (_, "kml" | "Document" | "Folder" | "Create" | "Update" | "Change") | (None, _) => {
            Role::Around
        }
        (_, "GroundOverlay" | "NetworkLink" | "ScreenOverlay" | "PhotoOverlay" | "Tour") => {
            Role::LeftOut(true)
        }
        _ => Role::LeftOut(false),
    }
}

/// A placemark as a record: geometry and style taken out, data lifted up, its folder put in.
pub(super) fn record(mut placemark: Element, around: &[Level]) -> Record {
    let mut read = Reading::default();
    let mut found = Vec::new();
    let mut children = Vec::new();
    let labels: Vec<&str> =
        around.iter().map(|level| level.label.as_str()).filter(|label| !label.is_empty()).collect();
    if !labels.is_empty() {
        children.push(cell("Folder", labels.join("/"), placemark.line));
    }
    for child in std::mem::take(&mut placemark.children) {
        match child.name.as_str() {
            "Point" | "LineString" | "LinearRing" | "Polygon" | "MultiGeometry" | "MultiTrack"
            | "Track" => read.geometry(&child, &mut found),
            "Style" | "StyleMap" | "Model" => {}
            "ExtendedData" => lift(child, &mut children),
            _ => children.push(child),
        }
    }
    placemark.children = children;
    let placed = match read.fault {
        Some(fault) => Placed { fault: Some(fault), ..Placed::default() },
        None => Placed { geometry: together(found), rings_closed: read.rings_closed, fault: None },
    };
    Record { kind: placemark.name.clone(), element: placemark, placed }
}

fn cell(name: &str, text: String, line: u64) -> Element {
    Element { name: name.to_owned(), line, text, ..Element::default() }
}

/// Makes cells of the placemark out of its extended data.
fn lift(data: Element, cells: &mut Vec<Element>) {
    for item in data.children {
        match item.name.as_str() {
            "SchemaData" => lift(item, cells),
            "Data" | "SimpleData" | "SimpleArrayData" => {
                let name = match item.attribute("name") {
                    Some(name) if FEATURE_ELEMENTS.contains(&name) => {
                        format!("ExtendedData.{name}")
                    }
                    Some(name) if !name.is_empty() => name.to_owned(),
                    _ => item.name.clone(),
                };
                if item.name == "SimpleArrayData" {
                    let (line, children) = (item.line, item.children);
                    cells.push(Element { name, line, children, ..Element::default() });
                } else {
                    let text = item.child("value").map_or(item.text.clone(), |v| v.text.clone());
                    cells.push(cell(&name, text, item.line));
                }
            }
            _ => cells.push(item),
        }
    }
}

/// Several geometries as one: of one kind where they are, else a collection.
fn together(mut found: Vec<Geometry<f64>>) -> Option<Geometry<f64>> {
    if found.len() <= 1 {
        return found.pop();
    }
    let (mut points, mut lines, mut polygons) = (Vec::new(), Vec::new(), Vec::new());
    for geometry in &found {
        match geometry {
            Geometry::Point(point) => points.push(*point),
            Geometry::LineString(line) => lines.push(line.clone()),
            Geometry::Polygon(polygon) => polygons.push(polygon.clone()),
            _ => {}
        }
    }
    Some(match found.len() {
        count if count == points.len() => Geometry::MultiPoint(MultiPoint::new(points)),
        count if count == lines.len() => Geometry::MultiLineString(MultiLineString::new(lines)),
        count if count == polygons.len() => Geometry::MultiPolygon(MultiPolygon::new(polygons)),
        _ => Geometry::GeometryCollection(GeometryCollection::from(found)),
    })
}

/// What was met while the geometry of a placemark is read.
#[derive(Default)]
struct Reading {
    rings_closed: u32,
    fault: Option<String>,
}

impl Reading {
    fn geometry(&mut self, element: &Element, found: &mut Vec<Geometry<f64>>) {
        match element.name.as_str() {
            "Point" => {
                let places = self.coordinates(element);
                match places.len() {
                    0 => {}
                    1 => found.push(Geometry::Point(Point(places[0]))),
                    _ => {
                        self.fault.get_or_insert("a point has more than one place".to_owned());
                    }
                }
            }
            "LineString" | "LinearRing" => {
                let places = self.coordinates(element);
                if !places.is_empty() {
                    found.push(Geometry::LineString(LineString::new(places)));
                }
            }
            "Track" => {
                let places: Vec<_> = element
                    .all("coord")
                    .filter(|coord| !coord.text.is_empty())
                    .filter_map(|coord| {
                        let numbers: Vec<&str> = coord.text.split_whitespace().collect();
                        self.place(&numbers)
                    })
                    .collect();
                if !places.is_empty() {
                    found.push(Geometry::LineString(LineString::new(places)));
                }
            }
            "Polygon" => {
                let outer: Vec<_> = self.boundaries(element, "outerBoundaryIs");
                let inner = self.boundaries(element, "innerBoundaryIs");
                if outer.len() > 1 {
                    self.fault.get_or_insert("a polygon has more than one outer ring".to_owned());
                }
                if let Some(outer) = outer.into_iter().next() {
                    found.push(Geometry::Polygon(Polygon::new(outer, inner)));
                } else if !inner.is_empty() {
                    self.fault.get_or_insert("a polygon has holes and no outer ring".to_owned());
                }
            }
            "MultiGeometry" | "MultiTrack" => {
                element.children.iter().for_each(|child| self.geometry(child, found));
            }
            _ => {}
        }
    }

    fn boundaries(&mut self, polygon: &Element, name: &str) -> Vec<LineString<f64>> {
        let mut rings = Vec::new();
        for ring in polygon.all(name).flat_map(|boundary| boundary.all("LinearRing")) {
            let places = self.coordinates(ring);
            if places.is_empty() {
                continue;
            }
            let ring = LineString::new(places);
            self.rings_closed += u32::from(!ring.is_closed());
            rings.push(ring);
        }
        rings
    }

    /// The places of an element: `longitude,latitude[,height]`, with blanks between them. Blanks beside
    /// a comma, which the standard forbids, are met in the field and mean nothing.
    fn coordinates(&mut self, element: &Element) -> Vec<Coord<f64>> {
        let Some(text) = element.child("coordinates").map(|child| child.text.as_str()) else {
            return Vec::new();
        };
        let mut places = Vec::new();
        let mut numbers: Vec<&str> = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let end = rest.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(rest.len());
            numbers.push(&rest[..end]);
            rest = rest[end..].trim_start();
            if let Some(more) = rest.strip_prefix(',') {
                rest = more.trim_start();
                if !rest.is_empty() {
                    continue;
                }
            }
            places.extend(self.place(&numbers));
            numbers.clear();
        }
        places
    }

    fn place(&mut self, numbers: &[&str]) -> Option<Coord<f64>> {
        let number = |at: usize| {
            numbers.get(at).and_then(|text| text.parse::<f64>().ok()).filter(|n| n.is_finite())
        };
        let place = (number(0), number(1), numbers.len());
        match place {
            (Some(x), Some(y), 2 | 3) => Some(Coord { x, y }),
            _ => {
                let written: String = numbers.join(",").chars().take(60).collect();
                self.fault
                    .get_or_insert_with(|| format!("`{written}` is no longitude and latitude"));
                None
            }
        }
    }
}
