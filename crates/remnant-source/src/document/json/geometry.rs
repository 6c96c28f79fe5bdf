//! GeoJSON features: properties as cells, geometry as it stands.
//!
//! Belongs here: RFC 7946's geometry objects. Does not belong here: judging a geometry. A polygon
//! that crosses itself, a ring wound the wrong way, a place outside the Earth come through as written.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};
use struson::reader::{JsonReader, ValueType};

use super::record::{Sink, flatten};
use super::stream::Failure;

/// The name of a feature's own `id` while it is walked through; no member can have it, since the walk
/// joins names by points and JSON has no name of control characters that people use.
pub(super) const FEATURE_ID: &str = "\u{1}id";

/// What a feature holds beside its cells.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Placed {
    pub(super) geometry: Option<Geometry<f64>>,
    pub(super) rings_closed: u32,
    /// What is wrong with the geometry.
    pub(super) fault: Option<String>,
}

/// Walks through a feature, or a bare geometry, which is a feature without properties.
pub(super) fn walk_feature<R: JsonReader>(
    reader: &mut R,
    sink: &mut dyn Sink,
) -> Result<Placed, Failure> {
    sink.begin_record();
    let mut placed = Placed::default();
    if reader.peek()? != ValueType::Object {
        reader.skip_value()?;
        sink.end_record();
        placed.fault = Some("the feature is no object".to_owned());
        return Ok(placed);
    }
    let mut parts = Parts::default();
    let mut path = String::new();
    reader.begin_object()?;
    while reader.has_next()? {
        let name = reader.next_name_owned()?;
        match (name.as_str(), reader.peek()?) {
            ("geometry", ValueType::Null) => reader.next_null()?,
            ("geometry", _) => placed = read_geometry(reader)?,
            ("properties", ValueType::Null) => reader.next_null()?,
            ("properties", ValueType::Object) => {
                reader.begin_object()?;
                while reader.has_next()? {
                    path.clear();
                    path.push_str(reader.next_name()?);
                    flatten(reader, &mut path, sink, false)?;
                }
                reader.end_object()?;
            }
            ("id", _) => {
                path.clear();
                path.push_str(FEATURE_ID);
                flatten(reader, &mut path, sink, false)?;
            }
            ("bbox", _) => reader.skip_value()?,
            (name, _) if parts.take(name, reader)? => {}
            (name, _) => {
                // A foreign member, which RFC 7946 allows beside `properties`.
                path.clear();
                path.push_str("feature.");
                path.push_str(name);
                flatten(reader, &mut path, sink, false)?;
            }
        }
    }
    reader.end_object()?;
    if parts.is_geometry() {
        placed = parts.placed();
    }
    sink.end_record();
    Ok(placed)
}

/// Reads a geometry object.
fn read_geometry<R: JsonReader>(reader: &mut R) -> Result<Placed, Failure> {
    if reader.peek()? != ValueType::Object {
        reader.skip_value()?;
        let fault = Some("it is no object".to_owned());
        return Ok(Placed { fault, ..Placed::default() });
    }
    let mut parts = Parts::default();
    reader.begin_object()?;
    while reader.has_next()? {
        let name = reader.next_name_owned()?;
        if !parts.take(&name, reader)? {
            reader.skip_value()?;
        }
    }
    reader.end_object()?;
    Ok(parts.placed())
}

/// The members of a geometry object, in whatever order they come.
#[derive(Default)]
struct Parts {
    kind: Option<String>,
    coordinates: Option<Coordinates>,
    geometries: Option<Vec<Placed>>,
    fault: Option<String>,
}

/// Positions as deep as they are nested.
enum Coordinates {
    Position(Coord<f64>),
    List(Vec<Coordinates>),
}

impl Parts {
    /// Takes a member that belongs to a geometry; false when it does not.
    fn take<R: JsonReader>(&mut self, name: &str, reader: &mut R) -> Result<bool, Failure> {
        match (name, reader.peek()?) {
            ("type", ValueType::String) => self.kind = Some(reader.next_string()?),
            ("coordinates", ValueType::Array) => {
                self.coordinates = Some(read_coordinates(reader, &mut self.fault)?);
            }
            ("geometries", ValueType::Array) => {
                let mut geometries = Vec::new();
                reader.begin_array()?;
                while reader.has_next()? {
                    geometries.push(read_geometry(reader)?);
                }
                reader.end_array()?;
                self.geometries = Some(geometries);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Whether the members make a geometry; those of a feature only bring the type.
    fn is_geometry(&self) -> bool {
        self.coordinates.is_some() || self.geometries.is_some()
    }

    fn placed(mut self) -> Placed {
        let mut rings_closed = 0;
        let built = match self.fault.take() {
            Some(fault) => Err(fault),
            None => self.build(&mut rings_closed),
        };
        match built {
            Ok(geometry) => Placed { geometry: Some(geometry), rings_closed, fault: None },
            Err(fault) => Placed { fault: Some(fault), ..Placed::default() },
        }
    }

    fn build(self, rings_closed: &mut u32) -> Result<Geometry<f64>, String> {
        let kind = self.kind.ok_or("it has no type")?;
        if kind == "GeometryCollection" {
            let mut members = Vec::new();
            for member in self.geometries.ok_or("it has no geometries")? {
                *rings_closed += member.rings_closed;
                match (member.geometry, member.fault) {
                    (Some(geometry), None) => members.push(geometry),
                    (_, fault) => return Err(fault.unwrap_or_default()),
                }
            }
            return Ok(Geometry::GeometryCollection(GeometryCollection::from(members)));
        }
        let coordinates = self.coordinates.ok_or("it has no coordinates")?;
        Ok(match kind.as_str() {
            "Point" => match coordinates {
                Coordinates::Position(position) => Geometry::Point(Point(position)),
                Coordinates::List(_) => return Err("a point has one position".to_owned()),
            },
            "MultiPoint" => {
                let points = positions(coordinates)?.into_iter().map(Point).collect();
                Geometry::MultiPoint(MultiPoint::new(points))
            }
            "LineString" => Geometry::LineString(LineString::new(positions(coordinates)?)),
            "MultiLineString" => {
                let lines = list(coordinates)?.into_iter().map(positions);
                let lines =
                    lines.map(|line| line.map(LineString::new)).collect::<Result<_, _>>()?;
                Geometry::MultiLineString(MultiLineString::new(lines))
            }
            "Polygon" => Geometry::Polygon(polygon(coordinates, rings_closed)?),
            "MultiPolygon" => {
                let polygons = list(coordinates)?
                    .into_iter()
                    .map(|part| polygon(part, rings_closed))
                    .collect::<Result<_, _>>()?;
                Geometry::MultiPolygon(MultiPolygon::new(polygons))
            }
            other => return Err(format!("`{other}` is no type of geometry")),
        })
    }
}

fn read_coordinates<R: JsonReader>(
    reader: &mut R,
    fault: &mut Option<String>,
) -> Result<Coordinates, Failure> {
    reader.begin_array()?;
    if reader.has_next()? && reader.peek()? == ValueType::Number {
        let mut numbers = [0.0f64; 2];
        let mut count = 0;
        while reader.has_next()? {
            if reader.peek()? != ValueType::Number {
                reader.skip_value()?;
                fault.get_or_insert_with(|| {
                    "a position holds something else than numbers".to_owned()
                });
                continue;
            }
            // The grammar of JSON numbers is a part of what Rust parses; only the size can fail.
            let text = reader.next_number_as_str()?;
            if let Some(place) = numbers.get_mut(count) {
                match text.parse::<f64>() {
                    Ok(number) if number.is_finite() => *place = number,
                    _ => {
                        let text = text.to_owned();
                        fault.get_or_insert_with(|| format!("`{text}` is too large a number"));
                    }
                }
            }
            count += 1;
        }
        reader.end_array()?;
        if count < 2 {
            fault.get_or_insert_with(|| "a position has one number only".to_owned());
        }
        return Ok(Coordinates::Position(Coord { x: numbers[0], y: numbers[1] }));
    }
    let mut parts = Vec::new();
    while reader.has_next()? {
        if reader.peek()? == ValueType::Array {
            parts.push(read_coordinates(reader, fault)?);
        } else {
            reader.skip_value()?;
            fault.get_or_insert_with(|| {
                "the coordinates hold something else than numbers".to_owned()
            });
        }
    }
    reader.end_array()?;
    Ok(Coordinates::List(parts))
}

fn list(coordinates: Coordinates) -> Result<Vec<Coordinates>, String> {
    match coordinates {
        Coordinates::List(parts) => Ok(parts),
        Coordinates::Position(_) => Err("the coordinates are not nested deep enough".to_owned()),
    }
}

fn positions(coordinates: Coordinates) -> Result<Vec<Coord<f64>>, String> {
    list(coordinates)?
        .into_iter()
        .map(|part| match part {
            Coordinates::Position(position) => Ok(position),
            Coordinates::List(_) => Err("the coordinates are nested too deep".to_owned()),
        })
        .collect()
}

fn polygon(coordinates: Coordinates, rings_closed: &mut u32) -> Result<Polygon<f64>, String> {
    let mut rings = Vec::new();
    for ring in list(coordinates)? {
        let ring = LineString::new(positions(ring)?);
        *rings_closed += u32::from(!ring.is_closed());
        rings.push(ring);
    }
    let mut rings = rings.into_iter();
    let outer = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
    Ok(Polygon::new(outer, rings.collect()))
}
