//! Many tiles in one file: PMTiles.
//!
//! Belongs here: its head, directories and the order of its tiles. Does not belong here: what is in
//! a tile.
//!
//! A map page reads such a file over any web server in pieces, without a program that serves tiles.
//! Tiles stand in the order of their numbers; equal ones, such as empty sea, stand there once.
//!
//! Source: PMTiles specification, version 3.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;

use flate2::{Compression, GzBuilder};
use serde_json::json;

use super::LayerFault;
use super::mercator::Tile;
use super::vector_tile::varint;

/// What is told about a whole archive.
#[derive(Clone, Debug, PartialEq)]
pub struct ArchiveHead {
    /// Its title.
    pub name: String,
    /// What it shows, and as of when.
    pub description: String,
    /// Whom to name beside the map.
    pub attribution: String,
    /// Degrees of WGS 84 that hold everything: west, south, east, north.
    pub extent: [f64; 4],
    /// Its layers.
    pub layers: Vec<LayerHead>,
}

/// What is told about one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerHead {
    /// Its name in each tile.
    pub name: String,
    /// What it shows.
    pub description: String,
    /// Its attributes, each with what it means and its unit.
    pub fields: Vec<(String, String)>,
}

/// Tiles on their way into one file, packed and held in memory.
#[derive(Clone, Debug, Default)]
pub struct TileArchive {
    tiles: BTreeMap<u64, Vec<u8>>,
    zooms: Option<(u8, u8)>,
}

/// Head and root directory stand in so many bytes, which a reader fetches first.
const FIRST_BYTES: usize = 16_384;
const HEAD_BYTES: usize = 127;
/// Entries of a leaf at first; doubled until the root has room for all leaves.
const LEAF_ENTRIES: usize = 4_096;
const GZIP: u8 = 2;
const VECTOR_TILES: u8 = 1;

/// Tiles that follow each other and are equal: first number, how many, place and length.
struct Entry {
    number: u64,
    run: u64,
    offset: u64,
    length: u64,
}

impl TileArchive {
    /// Adds a tile; one that was there is replaced.
    ///
    /// # Errors
    /// [`LayerFault::NotWritten`] when it cannot be packed.
    pub fn add(&mut self, tile: Tile, bytes: &[u8]) -> Result<(), LayerFault> {
        self.tiles.insert(tile.number(), packed(bytes)?);
        let (least, most) = self.zooms.unwrap_or((tile.zoom, tile.zoom));
        self.zooms = Some((least.min(tile.zoom), most.max(tile.zoom)));
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`LayerFault::NotWritten`] when `out` fails.
    pub fn write(&self, head: &ArchiveHead, out: &mut impl Write) -> Result<(), LayerFault> {
        let (entries, contents) = self.entries();
        let data_bytes: u64 = contents.iter().map(|content| content.len() as u64).sum();
        let (root, leaves) = directories(&entries)?;
        let zooms = self.zooms.unwrap_or((0, 0));
        let metadata = packed(metadata(head, zooms).to_string().as_bytes())?;
        let root_at = HEAD_BYTES as u64;
        let metadata_at = root_at + root.len() as u64;
        let leaves_at = metadata_at + metadata.len() as u64;
        let data_at = leaves_at + leaves.len() as u64;
        let mut first = b"PMTiles\x03".to_vec();
        for number in [
            root_at,
            root.len() as u64,
            metadata_at,
            metadata.len() as u64,
            leaves_at,
            leaves.len() as u64,
            data_at,
            data_bytes,
            self.tiles.len() as u64,
            entries.len() as u64,
            contents.len() as u64,
        ] {
            first.extend(number.to_le_bytes());
        }
        let clustered = 1;
        first.extend([clustered, GZIP, GZIP, VECTOR_TILES, zooms.0, zooms.1]);
        let [west, south, east, north] = head.extent;
        for degrees in [west, south, east, north] {
            first.extend(ten_millionths(degrees).to_le_bytes());
        }
        first.push(zooms.0);
        for degrees in [west / 2.0 + east / 2.0, south / 2.0 + north / 2.0] {
            first.extend(ten_millionths(degrees).to_le_bytes());
        }
        for part in [first, root, metadata, leaves] {
            out.write_all(&part)?;
        }
        for content in contents {
            out.write_all(content)?;
        }
        out.flush()?;
        Ok(())
    }

    /// Entries in the order of their tiles, and each different tile once.
    fn entries(&self) -> (Vec<Entry>, Vec<&[u8]>) {
        let mut entries: Vec<Entry> = Vec::new();
        let mut contents: Vec<&[u8]> = Vec::new();
        let mut places: HashMap<&[u8], u64> = HashMap::new();
        let mut end = 0;
        for (number, bytes) in &self.tiles {
            let offset = *places.entry(bytes).or_insert_with(|| {
                contents.push(bytes);
                let offset = end;
                end += bytes.len() as u64;
                offset
            });
            match entries.last_mut() {
                Some(last) if last.offset == offset && last.number + last.run == *number => {
                    last.run += 1;
                }
                _ => {
                    let length = bytes.len() as u64;
                    entries.push(Entry { number: *number, run: 1, offset, length });
                }
            }
        }
        (entries, contents)
    }
}

/// The root directory, and the leaves it points to when it would be too long.
fn directories(entries: &[Entry]) -> Result<(Vec<u8>, Vec<u8>), LayerFault> {
    let room = FIRST_BYTES - HEAD_BYTES;
    let root = directory(entries)?;
    if root.len() <= room {
        return Ok((root, Vec::new()));
    }
    let mut size = LEAF_ENTRIES;
    loop {
        let (mut leaves, mut pointers) = (Vec::new(), Vec::new());
        for some in entries.chunks(size) {
            let leaf = directory(some)?;
            let (offset, length) = (leaves.len() as u64, leaf.len() as u64);
            // No run: this is what tells a leaf from a tile.
            pointers.push(Entry { number: some[0].number, run: 0, offset, length });
            leaves.extend(leaf);
        }
        let root = directory(&pointers)?;
        if root.len() <= room {
            return Ok((root, leaves));
        }
        size *= 2;
    }
}

fn directory(entries: &[Entry]) -> Result<Vec<u8>, LayerFault> {
    let mut bytes = Vec::new();
    varint(&mut bytes, entries.len() as u64);
    let mut before = 0;
    for entry in entries {
        varint(&mut bytes, entry.number - before);
        before = entry.number;
    }
    entries.iter().for_each(|entry| varint(&mut bytes, entry.run));
    entries.iter().for_each(|entry| varint(&mut bytes, entry.length));
    let mut end = None;
    for entry in entries {
        // 0 for one that follows the one before it.
        let follows = end == Some(entry.offset);
        varint(&mut bytes, if follows { 0 } else { entry.offset + 1 });
        end = Some(entry.offset + entry.length);
    }
    packed(&bytes)
}

fn metadata(head: &ArchiveHead, zooms: (u8, u8)) -> serde_json::Value {
    let layers: Vec<serde_json::Value> = head
        .layers
        .iter()
        .map(|layer| {
            let fields: BTreeMap<&str, &str> =
                layer.fields.iter().map(|(name, told)| (name.as_str(), told.as_str())).collect();
            json!({
                "id": layer.name,
                "description": layer.description,
                "minzoom": zooms.0,
                "maxzoom": zooms.1,
                "fields": fields,
            })
        })
        .collect();
    json!({
        "name": head.name,
        "description": head.description,
        "attribution": head.attribution,
        "type": "overlay",
        "vector_layers": layers,
    })
}

/// Packed without the time of day, so that the same bytes give the same bytes.
fn packed(bytes: &[u8]) -> Result<Vec<u8>, LayerFault> {
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::new(6));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn ten_millionths(degrees: f64) -> i32 {
    #[allow(clippy::cast_possible_truncation, reason = "180 degrees fit, and it saturates")]
    let number = (degrees * 1e7).round() as i32;
    number
}
