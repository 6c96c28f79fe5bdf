//! A row of cells, whoever read it, and its hash.
//!
//! Belongs here: what the import needs of a row, and the hash by which a row is known again. Does
//! not belong here: what the cells mean.

use std::fmt;

use geo_types::{Coord, Geometry, LineString, Polygon};
use remnant_source::document::SourceRow;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A row as a reader gives it.
pub trait RowOfCells {
    /// The line, row or feature as a person counts it in the file.
    fn line(&self) -> u64;
    /// The text of a column, counted from 0; empty past the last.
    fn cell(&self, column: usize) -> &str;
    /// The geometry that the format carries apart from the cells: WGS 84, longitude first.
    fn geometry(&self) -> Option<&Geometry<f64>>;
}

impl RowOfCells for SourceRow {
    fn line(&self) -> u64 {
        self.line
    }

    fn cell(&self, column: usize) -> &str {
        Self::cell(self, column).text
    }

    fn geometry(&self) -> Option<&Geometry<f64>> {
        self.geometry.as_ref()
    }
}

/// A row that was put together by hand, such as a form filled in on a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlainRow {
    /// The line.
    pub line: u64,
    /// The cells.
    pub cells: Vec<String>,
    /// The geometry.
    pub geometry: Option<Geometry<f64>>,
}

impl RowOfCells for PlainRow {
    fn line(&self) -> u64 {
        self.line
    }

    fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    fn geometry(&self) -> Option<&Geometry<f64>> {
        self.geometry.as_ref()
    }
}

/// The SHA-256 of a row: its cells without the spaces around them, by the names of their columns,
/// whatever the order of the columns and whichever blank ones there are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RowHash([u8; 32]);

impl RowHash {
    /// So many letters of the hash stand for a row that has no id: 64 bits.
    pub const SHORT: usize = 16;

    /// The hash in hexadecimal.
    #[must_use]
    pub fn hex(&self) -> String {
        hexadecimal(&self.0)
    }

    /// The first 16 letters of it.
    #[must_use]
    pub fn short(&self) -> String {
        hexadecimal(&self.0[..Self::SHORT / 2])
    }

    /// The last eight bytes, of which [`short`](Self::short) has none.
    pub(super) fn key(&self) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.0[24..]);
        u64::from_le_bytes(bytes)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}

impl fmt::Debug for RowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// A text that is not the hash of a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not 64 hexadecimal digits")]
pub struct NotARowHash(String);

impl TryFrom<String> for RowHash {
    type Error = NotARowHash;

    fn try_from(text: String) -> Result<Self, NotARowHash> {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let bytes: Option<Vec<u8>> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(digit(*high)? * 16 + digit(*low)?),
                _ => None,
            })
            .collect();
        match bytes.and_then(|bytes| bytes.try_into().ok()) {
            Some(bytes) => Ok(Self(bytes)),
            None => Err(NotARowHash(text)),
        }
    }
}

impl From<RowHash> for String {
    fn from(hash: RowHash) -> Self {
        hash.hex()
    }
}

/// Hashes rows of one sheet.
#[derive(Clone, Debug)]
pub(super) struct RowHasher {
    /// The columns in the order of their names, each with the beginning of the hash of its name.
    columns: Vec<(usize, [u8; 8])>,
    written: Vec<u8>,
}

impl RowHasher {
    /// For a sheet with these columns.
    pub(super) fn new(columns: &[String]) -> Self {
        let mut order: Vec<usize> = (0..columns.len()).collect();
        order.sort_by(|a, b| columns[*a].cmp(&columns[*b]));
        let columns = order
            .into_iter()
            .map(|at| {
                let mut name = [0; 8];
                name.copy_from_slice(&Sha256::digest(columns[at].as_bytes())[..8]);
                (at, name)
            })
            .collect();
        Self { columns, written: Vec::new() }
    }

    /// The hash of a row.
    pub(super) fn hash(&mut self, row: &impl RowOfCells) -> RowHash {
        self.written.clear();
        for (at, name) in &self.columns {
            let text = row.cell(*at).trim();
            if !text.is_empty() {
                self.written.extend_from_slice(name);
                push_length(text.len(), &mut self.written);
                self.written.extend_from_slice(text.as_bytes());
            }
        }
        if let Some(geometry) = row.geometry() {
            push_geometry(geometry, &mut self.written);
        }
        RowHash(Sha256::digest(&self.written).into())
    }
}

fn push_length(length: usize, written: &mut Vec<u8>) {
    written.extend_from_slice(&(length as u64).to_le_bytes());
}

fn push_corner(corner: &Coord<f64>, written: &mut Vec<u8>) {
    written.extend_from_slice(&corner.x.to_le_bytes());
    written.extend_from_slice(&corner.y.to_le_bytes());
}

fn push_line(line: &LineString<f64>, written: &mut Vec<u8>) {
    push_length(line.0.len(), written);
    for corner in &line.0 {
        push_corner(corner, written);
    }
}

fn push_polygon(polygon: &Polygon<f64>, written: &mut Vec<u8>) {
    push_length(polygon.interiors().len() + 1, written);
    push_line(polygon.exterior(), written);
    for hole in polygon.interiors() {
        push_line(hole, written);
    }
}

/// Kind, counts and numbers of a geometry.
fn push_geometry(geometry: &Geometry<f64>, written: &mut Vec<u8>) {
    match geometry {
        Geometry::Point(point) => {
            written.push(1);
            push_corner(&point.0, written);
        }
        Geometry::LineString(line) => {
            written.push(2);
            push_line(line, written);
        }
        Geometry::Polygon(polygon) => {
            written.push(3);
            push_polygon(polygon, written);
        }
        Geometry::MultiPoint(points) => {
            written.push(4);
            push_length(points.0.len(), written);
            points.0.iter().for_each(|point| push_corner(&point.0, written));
        }
        Geometry::MultiLineString(lines) => {
            written.push(5);
            push_length(lines.0.len(), written);
            lines.0.iter().for_each(|line| push_line(line, written));
        }
        Geometry::MultiPolygon(polygons) => {
            written.push(6);
            push_length(polygons.0.len(), written);
            polygons.0.iter().for_each(|polygon| push_polygon(polygon, written));
        }
        Geometry::GeometryCollection(members) => {
            written.push(7);
            push_length(members.0.len(), written);
            members.0.iter().for_each(|member| push_geometry(member, written));
        }
        Geometry::Line(line) => {
            written.push(8);
            push_corner(&line.start, written);
            push_corner(&line.end, written);
        }
        Geometry::Rect(rectangle) => push_geometry(&rectangle.to_polygon().into(), written),
        Geometry::Triangle(triangle) => push_geometry(&triangle.to_polygon().into(), written),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use geo_types::point;

    use super::*;

    fn hash(columns: &[&str], cells: &[&str]) -> RowHash {
        let columns: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
        let cells = cells.iter().map(|c| (*c).to_owned()).collect();
        RowHasher::new(&columns).hash(&PlainRow { line: 2, cells, geometry: None })
    }

    #[test]
    fn a_row_is_known_again_whatever_the_order_of_columns() {
        let once = hash(&["id", "date"], &["7", "1969"]);
        assert_eq!(once, hash(&["date", "id"], &[" 1969 ", "7"]));
        assert_eq!(once, hash(&["date", "new", "id"], &["1969", "", "7"]));
        assert_ne!(once, hash(&["id", "date"], &["1969", "7"]));
        assert_ne!(once, hash(&["id", "date"], &["71", "969"]));
    }

    #[test]
    fn the_geometry_is_part_of_the_row() {
        let columns = ["id".to_owned()];
        let row = |geometry| PlainRow { line: 2, cells: vec!["7".to_owned()], geometry };
        let mut hasher = RowHasher::new(&columns);
        let at = |x: f64| Some(Geometry::Point(point!(x: x, y: 1.0)));
        assert_eq!(hasher.hash(&row(at(1.0))), hasher.hash(&row(at(1.0))));
        assert_ne!(hasher.hash(&row(at(1.0))), hasher.hash(&row(at(1.000_001))));
        assert_ne!(hasher.hash(&row(at(1.0))), hasher.hash(&row(None)));
    }

    #[test]
    fn a_hash_comes_back_from_its_digits() {
        let once = hash(&["id"], &["7"]);
        assert_eq!(RowHash::try_from(once.hex()), Ok(once));
        assert!(once.hex().starts_with(&once.short()));
        for text in ["", "zz", "é", &"0".repeat(63), &"é".repeat(32)] {
            assert!(RowHash::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
