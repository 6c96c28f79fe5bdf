//! Vector tiles, byte by byte.
//!
//! Belongs here: layers, features, attributes and geometry as Mapbox Vector Tile 2.1 writes them.
//! Does not belong here: cutting areas to a tile (`tile_clip`), which tile shows what (`tile_set`).
//!
//! Source: Mapbox Vector Tile Specification, version 2.1.

use std::collections::HashMap;

/// Units along a side of a tile.
pub(super) const EXTENT: u32 = 4096;

/// A place in a tile: units from its western and its northern edge.
pub type TilePoint = (i32, i32);

/// What a feature looks like, in units of the tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TileGeometry {
    /// Points.
    Points(Vec<TilePoint>),
    /// Lines of at least two points; others are left out.
    Lines(Vec<Vec<TilePoint>>),
    /// Parts, each an outline and its holes. Rings are not closed, may run either way, and have
    /// at least three corners and an area; others are left out, holes with their outline.
    Areas(Vec<Vec<Vec<TilePoint>>>),
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum TileValue {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Truth(bool),
}

/// One layer of one tile.
#[derive(Clone, Debug)]
pub struct TileLayer {
    name: String,
    features: Vec<u8>,
    count: usize,
    keys: Vec<String>,
    key_numbers: HashMap<String, u32>,
    values: Vec<Vec<u8>>,
    value_numbers: HashMap<Vec<u8>, u32>,
}

impl TileLayer {
    /// A layer without features.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            features: Vec::new(),
            count: 0,
            keys: Vec::new(),
            key_numbers: HashMap::new(),
            values: Vec::new(),
            value_numbers: HashMap::new(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many features it has.
    #[must_use]
    pub fn features(&self) -> usize {
        self.count
    }

    /// Adds a feature, and tells whether anything of it can be drawn. `id` is its number, the same
    /// in each tile that shows a part of it.
    pub fn add(
        &mut self,
        id: u64,
        geometry: &TileGeometry,
        attributes: &[(String, TileValue)],
    ) -> bool {
        let (kind, commands) = match geometry {
            TileGeometry::Points(points) => (1, point_commands(points)),
            TileGeometry::Lines(lines) => (2, line_commands(lines)),
            TileGeometry::Areas(parts) => (3, area_commands(parts)),
        };
        if commands.is_empty() {
            return false;
        }
        let mut tags = Vec::new();
        for (key, value) in attributes {
            varint(&mut tags, u64::from(self.key(key)));
            varint(&mut tags, u64::from(self.value(value)));
        }
        let mut feature = Vec::new();
        number_field(&mut feature, 1, id);
        if !tags.is_empty() {
            bytes_field(&mut feature, 2, &tags);
        }
        number_field(&mut feature, 3, kind);
        bytes_field(&mut feature, 4, &commands);
        bytes_field(&mut self.features, 2, &feature);
        self.count += 1;
        true
    }

    fn key(&mut self, key: &str) -> u32 {
        if let Some(number) = self.key_numbers.get(key) {
            return *number;
        }
        // A tile of more than 4 thousand million attributes does not fit into memory.
        let number = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.keys.push(key.to_owned());
        self.key_numbers.insert(key.to_owned(), number);
        number
    }

    fn value(&mut self, value: &TileValue) -> u32 {
        let mut bytes = Vec::new();
        match value {
            TileValue::Text(text) => bytes_field(&mut bytes, 1, text.as_bytes()),
            TileValue::Number(number) => {
                varint(&mut bytes, 3 << 3 | 1);
                bytes.extend(number.to_le_bytes());
            }
            TileValue::Whole(number) => number_field(&mut bytes, 6, zigzag(*number)),
            TileValue::Truth(truth) => number_field(&mut bytes, 7, u64::from(*truth)),
        }
        if let Some(number) = self.value_numbers.get(&bytes) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(bytes.clone());
        self.value_numbers.insert(bytes, number);
        number
    }

    fn write(&self, out: &mut Vec<u8>) {
        let mut layer = Vec::new();
        number_field(&mut layer, 15, 2);
        bytes_field(&mut layer, 1, self.name.as_bytes());
        layer.extend_from_slice(&self.features);
        for key in &self.keys {
            bytes_field(&mut layer, 3, key.as_bytes());
        }
        for value in &self.values {
            bytes_field(&mut layer, 4, value);
        }
        number_field(&mut layer, 5, u64::from(EXTENT));
        bytes_field(out, 3, &layer);
    }
}

/// The bytes of a tile of these layers; those without features are left out.
#[must_use]
pub fn tile_bytes(layers: &[TileLayer]) -> Vec<u8> {
    let mut out = Vec::new();
    for layer in layers.iter().filter(|layer| layer.count > 0) {
        layer.write(&mut out);
    }
    out
}

/// Twice the area of a ring, above 0 when it runs clockwise as seen on the map.
pub(super) fn doubled_area(ring: &[TilePoint]) -> i64 {
    let after = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(after)
        .map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1))
        .sum()
}

const MOVE: u64 = 1;
const LINE: u64 = 2;
const CLOSE: u64 = 7;

/// Commands that draw from where the last one ended.
#[derive(Default)]
struct Pen {
    at: TilePoint,
    commands: Vec<u8>,
}

impl Pen {
    fn command(&mut self, command: u64, times: usize) {
        varint(&mut self.commands, (times as u64) << 3 | command);
    }

    fn to(&mut self, point: TilePoint) {
        for step in
            [i64::from(point.0) - i64::from(self.at.0), i64::from(point.1) - i64::from(self.at.1)]
        {
            varint(&mut self.commands, zigzag(step));
        }
        self.at = point;
    }
}

fn point_commands(points: &[TilePoint]) -> Vec<u8> {
    let mut pen = Pen::default();
    if !points.is_empty() {
        pen.command(MOVE, points.len());
        points.iter().for_each(|point| pen.to(*point));
    }
    pen.commands
}

fn line_commands(lines: &[Vec<TilePoint>]) -> Vec<u8> {
    let mut pen = Pen::default();
    for line in lines {
        let mut points = line.clone();
        points.dedup();
        if points.len() < 2 {
            continue;
        }
        pen.command(MOVE, 1);
        pen.to(points[0]);
        pen.command(LINE, points.len() - 1);
        points[1..].iter().for_each(|point| pen.to(*point));
    }
    pen.commands
}

fn area_commands(parts: &[Vec<Vec<TilePoint>>]) -> Vec<u8> {
    let mut pen = Pen::default();
    for part in parts {
        for (number, ring) in part.iter().enumerate() {
            let is_outline = number == 0;
            let area = if ring.len() < 3 { 0 } else { doubled_area(ring) };
            if area == 0 && is_outline {
                break;
            }
            if area == 0 {
                continue;
            }
            // Outlines run clockwise and holes against it, which is how they are told apart.
            let mut corners = ring.clone();
            if (area > 0) != is_outline {
                corners.reverse();
            }
            pen.command(MOVE, 1);
            pen.to(corners[0]);
            pen.command(LINE, corners.len() - 1);
            corners[1..].iter().for_each(|corner| pen.to(*corner));
            pen.command(CLOSE, 1);
        }
    }
    pen.commands
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// Seven bits in each byte, the low ones first, with a mark where more follow.
pub(super) fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn number_field(out: &mut Vec<u8>, field: u64, number: u64) {
    varint(out, field << 3);
    varint(out, number);
}

fn bytes_field(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}
