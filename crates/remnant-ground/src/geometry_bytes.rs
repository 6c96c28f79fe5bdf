//! Geometries as bytes: well-known binary, and what GeoPackage and PostGIS put around it.
//!
//! Belongs here: bytes to `geo_types` and back, with limits. Does not belong here: whether a
//! polygon is valid (`boundary`), reading a GeoPackage file, coordinates of another reference
//! system (`coordinate`).
//!
//! Written by hand because it is short, because every foreign byte passes through it, and because
//! the known crates bring a database driver or read only one of the three forms.
//!
//! # Source
//! OGC 06-103r4, *Simple feature access, part 1*, section 8.2 (well-known binary, with 1000 added
//! to the type for z, 2000 for m, 3000 for both); OGC 12-128r18, *GeoPackage*, clause 2.1.3 (the
//! header); PostGIS, `doc/ZMSGeoms.txt` (the flags of extended well-known binary).

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

/// Collections within collections are read so deep: no file in use has more than two.
const DEEPEST: usize = 16;

/// EPSG's number of WGS 84 with latitude and longitude, which all our geometries are in.
const WGS_84: i32 = 4326;

const HAS_Z: u32 = 0x8000_0000;
const HAS_M: u32 = 0x4000_0000;
const HAS_REFERENCE: u32 = 0x2000_0000;

/// A geometry that was read, and what should be known of its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct GeometryRead {
    /// The geometry; x is the longitude when the reference system is WGS 84.
    pub geometry: Geometry<f64>,
    /// The number of the reference system, when the bytes name one: GeoPackage's `srs_id`,
    /// PostGIS's SRID.
    pub reference_system: Option<i32>,
    /// What was left out or looks odd.
    pub notes: Vec<BytesNote>,
}

/// Something about the bytes of a geometry that refuses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesNote {
    /// Heights were there and were left out.
    HeightsLeftOut,
    /// Measures along a line were there and were left out.
    MeasuresLeftOut,
    /// A point without coordinates; it is given back as an empty set of points.
    EmptyPoint,
    /// So many rings did not end where they began; they were closed.
    RingsClosed(usize),
    /// So many bytes follow the geometry.
    BytesLeftOver(usize),
}

/// Why bytes are not a geometry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeometryBytesError {
    /// The bytes end before the geometry does.
    #[error("the geometry ends after {at} bytes, {needed} more were announced")]
    CutShort {
        /// Where the missing bytes would start.
        at: usize,
        /// How many more are needed at least.
        needed: u64,
    },
    /// A byte order that is neither 0 nor 1.
    #[error("byte {at} is {found}, not a byte order (0 or 1)")]
    ByteOrder {
        /// Where.
        at: usize,
        /// What is there.
        found: u8,
    },
    /// A type of geometry that is not read, a curve or a surface for example.
    #[error("geometry type {code} at byte {at} is not read")]
    Kind {
        /// Where.
        at: usize,
        /// The type's number.
        code: u32,
    },
    /// A member of a collection that does not belong in it.
    #[error("byte {at}: a member of type {found} in a collection of type {expected}")]
    Member {
        /// Where.
        at: usize,
        /// The type's number.
        found: u32,
        /// The type that the members of this collection have.
        expected: u32,
    },
    /// Collections in collections in collections.
    #[error("collections lie more than {DEEPEST} deep in each other")]
    TooDeep,
    /// Not a GeoPackage geometry.
    #[error(
        "the bytes do not begin with the letters GP and version 0, as a GeoPackage geometry does"
    )]
    NotGeoPackage,
    /// A GeoPackage header with an envelope that does not exist, or an extended geometry.
    #[error("the flags {flags:#010b} of the GeoPackage geometry are not known")]
    GeoPackageFlags {
        /// The flags.
        flags: u8,
    },
}

impl GeometryBytesError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Kind { .. } | Self::GeoPackageFlags { .. } => {
                "turn curves and surfaces into lines and polygons in the program that wrote the file"
            }
            Self::TooDeep => "take the collections apart in the program that wrote the file",
            Self::NotGeoPackage => "look whether the column holds geometries",
            Self::CutShort { .. } | Self::ByteOrder { .. } | Self::Member { .. } => {
                "the file is damaged: copy it again from where it came"
            }
        }
    }
}

/// Reads well-known binary: the ISO form or PostGIS's extended form, in either byte order.
///
/// # Errors
/// When the bytes are not a geometry of points, lines and polygons.
pub fn read_wkb(bytes: &[u8]) -> Result<GeometryRead, GeometryBytesError> {
    let mut reader = Reader::new(bytes);
    let geometry = reader.geometry(None, 0)?;
    Ok(reader.finish(geometry))
}

/// Reads a geometry of a GeoPackage: a header with the reference system, then well-known binary.
///
/// # Errors
/// When there is no such header, or the bytes after it are not a geometry.
pub fn read_geopackage(bytes: &[u8]) -> Result<GeometryRead, GeometryBytesError> {
    let [b'G', b'P', 0, flags, s0, s1, s2, s3, ..] = *bytes else {
        return Err(GeometryBytesError::NotGeoPackage);
    };
    let envelope = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(GeometryBytesError::GeoPackageFlags { flags }),
    };
    if flags & 0b0010_0000 != 0 {
        return Err(GeometryBytesError::GeoPackageFlags { flags });
    }
    let number = [s0, s1, s2, s3];
    let reference_system =
        if flags & 1 == 1 { i32::from_le_bytes(number) } else { i32::from_be_bytes(number) };
    let mut reader = Reader::new(bytes);
    reader.take(8 + envelope)?;
    let geometry = reader.geometry(None, 0)?;
    // The header speaks for the whole column; a number in extended form behind it does not.
    reader.reference_system = Some(reference_system);
    Ok(reader.finish(geometry))
}

/// A place in the bytes, and what was met on the way there.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    little: bool,
    reference_system: Option<i32>,
    heights: bool,
    measures: bool,
    empty_points: usize,
    open_rings: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            little: true,
            reference_system: None,
            heights: false,
            measures: false,
            empty_points: 0,
            open_rings: 0,
        }
    }

    fn finish(self, geometry: Geometry<f64>) -> GeometryRead {
        let mut notes = Vec::new();
        notes.extend(self.heights.then_some(BytesNote::HeightsLeftOut));
        notes.extend(self.measures.then_some(BytesNote::MeasuresLeftOut));
        notes.extend((self.empty_points > 0).then_some(BytesNote::EmptyPoint));
        notes.extend((self.open_rings > 0).then_some(BytesNote::RingsClosed(self.open_rings)));
        let left_over = self.bytes.len().saturating_sub(self.at);
        notes.extend((left_over > 0).then_some(BytesNote::BytesLeftOver(left_over)));
        GeometryRead { geometry, reference_system: self.reference_system, notes }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], GeometryBytesError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(taken) = rest.get(..count) else {
            let needed = (count - rest.len()) as u64;
            return Err(GeometryBytesError::CutShort { at: self.bytes.len(), needed });
        };
        self.at += count;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, GeometryBytesError> {
        let mut four = [0; 4];
        four.copy_from_slice(self.take(4)?);
        Ok(if self.little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    }

    fn coordinate(&mut self) -> Result<f64, GeometryBytesError> {
        let mut eight = [0; 8];
        eight.copy_from_slice(self.take(8)?);
        Ok(if self.little { f64::from_le_bytes(eight) } else { f64::from_be_bytes(eight) })
    }

    /// How many members follow, each at least so many bytes long. Checked against what is left, so
    /// that no number in the bytes makes the program ask for more memory than the bytes are long.
    fn count(&mut self, least: usize) -> Result<usize, GeometryBytesError> {
        let count = self.number()?;
        let left = (self.bytes.len() - self.at) as u64;
        let wanted = u64::from(count) * least as u64;
        if wanted > left {
            return Err(GeometryBytesError::CutShort {
                at: self.bytes.len(),
                needed: wanted - left,
            });
        }
        Ok(count as usize)
    }

    fn position(&mut self, dimensions: usize) -> Result<Coord<f64>, GeometryBytesError> {
        let (x, y) = (self.coordinate()?, self.coordinate()?);
        self.take((dimensions - 2) * 8)?;
        Ok(Coord { x, y })
    }

    fn positions(&mut self, dimensions: usize) -> Result<LineString<f64>, GeometryBytesError> {
        let count = self.count(dimensions * 8)?;
        (0..count).map(|_| self.position(dimensions)).collect()
    }

    /// Byte order and type; gives the plain type, the number of dimensions and where it stood.
    fn header(&mut self) -> Result<(u32, usize, usize), GeometryBytesError> {
        let at = self.at;
        self.little = match self.take(1)? {
            [0] => false,
            [1] => true,
            other => {
                let found = other.first().copied().unwrap_or_default();
                return Err(GeometryBytesError::ByteOrder { at, found });
            }
        };
        let code = self.number()?;
        let flags = code & (HAS_Z | HAS_M | HAS_REFERENCE);
        let plain = code & !(HAS_Z | HAS_M | HAS_REFERENCE);
        let (thousands, kind) = (plain / 1000, plain % 1000);
        if thousands > 3 || !(1..=7).contains(&kind) {
            return Err(GeometryBytesError::Kind { at, code });
        }
        let heights = flags & HAS_Z != 0 || thousands == 1 || thousands == 3;
        let measures = flags & HAS_M != 0 || thousands >= 2;
        self.heights |= heights;
        self.measures |= measures;
        if flags & HAS_REFERENCE != 0 {
            let number = self.number()?;
            self.reference_system.get_or_insert(number.cast_signed());
        }
        Ok((kind, 2 + usize::from(heights) + usize::from(measures), at))
    }

    /// A geometry, of one type when it is a member of a collection of that type.
    fn geometry(
        &mut self,
        expected: Option<u32>,
        depth: usize,
    ) -> Result<Geometry<f64>, GeometryBytesError> {
        if depth > DEEPEST {
            return Err(GeometryBytesError::TooDeep);
        }
        let (kind, dimensions, at) = self.header()?;
        if let Some(expected) = expected.filter(|&expected| expected != kind) {
            return Err(GeometryBytesError::Member { at, found: kind, expected });
        }
        Ok(match kind {
            1 => {
                let position = self.position(dimensions)?;
                if position.x.is_nan() && position.y.is_nan() {
                    self.empty_points += 1;
                    Geometry::MultiPoint(MultiPoint(Vec::new()))
                } else {
                    Geometry::Point(Point(position))
                }
            }
            2 => Geometry::LineString(self.positions(dimensions)?),
            3 => Geometry::Polygon(self.polygon(dimensions)?),
            4 => {
                let count = self.count(5 + 16)?;
                let mut points = Vec::new();
                for _ in 0..count {
                    if let Geometry::Point(point) = self.geometry(Some(1), depth + 1)? {
                        points.push(point);
                    }
                }
                Geometry::MultiPoint(MultiPoint(points))
            }
            5 => {
                let count = self.count(5 + 4)?;
                let mut lines = Vec::new();
                for _ in 0..count {
                    if let Geometry::LineString(line) = self.geometry(Some(2), depth + 1)? {
                        lines.push(line);
                    }
                }
                Geometry::MultiLineString(MultiLineString(lines))
            }
            6 => {
                let count = self.count(5 + 4)?;
                let mut polygons = Vec::new();
                for _ in 0..count {
                    if let Geometry::Polygon(polygon) = self.geometry(Some(3), depth + 1)? {
                        polygons.push(polygon);
                    }
                }
                Geometry::MultiPolygon(MultiPolygon(polygons))
            }
            _ => {
                let count = self.count(5 + 4)?;
                let mut members = Vec::new();
                for _ in 0..count {
                    members.push(self.geometry(None, depth + 1)?);
                }
                Geometry::GeometryCollection(GeometryCollection(members))
            }
        })
    }

    fn polygon(&mut self, dimensions: usize) -> Result<Polygon<f64>, GeometryBytesError> {
        let count = self.count(4)?;
        let mut rings = Vec::new();
        for _ in 0..count {
            let ring = self.positions(dimensions)?;
            self.open_rings += usize::from(ring.0.first() != ring.0.last());
            rings.push(ring);
        }
        let mut rings = rings.into_iter();
        let outline = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Ok(Polygon::new(outline, rings.collect()))
    }
}

/// Writes ISO well-known binary, little-endian.
#[must_use]
pub fn write_wkb(geometry: &Geometry<f64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_geometry(&mut bytes, geometry, 0);
    bytes
}

/// Writes PostGIS's extended well-known binary, little-endian, in WGS 84 (SRID 4326).
#[must_use]
pub fn write_postgis(geometry: &Geometry<f64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_geometry(&mut bytes, geometry, HAS_REFERENCE);
    bytes
}

/// Writes a geometry for a GeoPackage, little-endian, in WGS 84 (srs_id 4326).
///
/// With an envelope of west, east, south and north, except for points, which are their own, and for
/// what is empty.
#[must_use]
pub fn write_geopackage(geometry: &Geometry<f64>) -> Vec<u8> {
    use geo::algorithm::{BoundingRect, HasDimensions};
    let empty = geometry.is_empty();
    let envelope = match geometry {
        Geometry::Point(_) => None,
        _ => geometry.bounding_rect().filter(|_| !empty),
    };
    let flags = 1 | (u8::from(envelope.is_some()) << 1) | (u8::from(empty) << 4);
    let mut bytes = vec![b'G', b'P', 0, flags];
    bytes.extend(WGS_84.to_le_bytes());
    if let Some(envelope) = envelope {
        let (low, high) = (envelope.min(), envelope.max());
        for coordinate in [low.x, high.x, low.y, high.y] {
            bytes.extend(coordinate.to_le_bytes());
        }
    }
    put_geometry(&mut bytes, geometry, 0);
    bytes
}

fn put_number(bytes: &mut Vec<u8>, count: usize) {
    // Four billion members do not fit into memory: 16 bytes each are 64 GB.
    bytes.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_positions(bytes: &mut Vec<u8>, line: &LineString<f64>) {
    put_number(bytes, line.0.len());
    line.0.iter().for_each(|&position| put_position(bytes, position));
}

fn put_position(bytes: &mut Vec<u8>, position: Coord<f64>) {
    bytes.extend(position.x.to_le_bytes());
    bytes.extend(position.y.to_le_bytes());
}

fn put_polygon(bytes: &mut Vec<u8>, polygon: &Polygon<f64>) {
    if polygon.exterior().0.is_empty() {
        return put_number(bytes, 0);
    }
    put_number(bytes, 1 + polygon.interiors().len());
    put_positions(bytes, polygon.exterior());
    polygon.interiors().iter().for_each(|ring| put_positions(bytes, ring));
}

/// The flag of the reference system stands only at the outermost geometry, as PostGIS writes it.
fn put_geometry(bytes: &mut Vec<u8>, geometry: &Geometry<f64>, flag: u32) {
    let mut header = |kind: u32| {
        bytes.push(1);
        bytes.extend((kind | flag).to_le_bytes());
        if flag & HAS_REFERENCE != 0 {
            bytes.extend(WGS_84.to_le_bytes());
        }
    };
    match geometry {
        Geometry::Point(point) => {
            header(1);
            put_position(bytes, point.0);
        }
        Geometry::Line(line) => {
            header(2);
            put_positions(bytes, &LineString::new(vec![line.start, line.end]));
        }
        Geometry::LineString(line) => {
            header(2);
            put_positions(bytes, line);
        }
        Geometry::Polygon(polygon) => {
            header(3);
            put_polygon(bytes, polygon);
        }
        Geometry::Rect(rectangle) => {
            header(3);
            put_polygon(bytes, &rectangle.to_polygon());
        }
        Geometry::Triangle(triangle) => {
            header(3);
            put_polygon(bytes, &triangle.to_polygon());
        }
        Geometry::MultiPoint(points) => {
            header(4);
            put_number(bytes, points.0.len());
            points.iter().for_each(|point| put_geometry(bytes, &Geometry::Point(*point), 0));
        }
        Geometry::MultiLineString(lines) => {
            header(5);
            put_number(bytes, lines.0.len());
            for line in lines {
                put_geometry(bytes, &Geometry::LineString(line.clone()), 0);
            }
        }
        Geometry::MultiPolygon(polygons) => {
            header(6);
            put_number(bytes, polygons.0.len());
            for polygon in polygons {
                put_geometry(bytes, &Geometry::Polygon(polygon.clone()), 0);
            }
        }
        Geometry::GeometryCollection(members) => {
            header(7);
            put_number(bytes, members.0.len());
            members.iter().for_each(|member| put_geometry(bytes, member, 0));
        }
    }
}

#[cfg(test)]
mod tests;
