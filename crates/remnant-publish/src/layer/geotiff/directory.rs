//! The directories of a TIFF: what is said of each level, and where its tiles stand.
//!
//! Belongs here: tags and their bytes. Does not belong here: the tiles themselves.

use std::fmt::Write as _;
use std::io::Write;

use remnant_ground::exposure::RasterPlane;

use super::{GeoTiff, LayerFault, TILE};

/// Bytes of the head of the file, behind which the first directory stands.
const HEAD: u64 = 8;

/// One directory: its entries, and the place and length of each tile.
pub(super) struct Directory {
    entries: Vec<Entry>,
    offsets: Vec<u32>,
    counts: Vec<u32>,
    start: u64,
    next: u64,
}

/// Tag and values.
struct Entry(u16, Values);

enum Values {
    Shorts(Vec<u16>),
    Long(u32),
    Doubles(Vec<f64>),
    Text(String),
    /// Where tiles stand, known when they are written.
    Offsets,
    /// How long they are.
    Counts,
}

impl Directory {
    /// The directory of one level of a raster; the level of full size says where its cells lie.
    pub(super) fn new(raster: &GeoTiff, (columns, rows): (u32, u32)) -> Self {
        use Values::{Counts, Doubles, Long, Offsets, Shorts, Text};
        let bands = raster.bands.len();
        let each = |value: u16| Shorts(vec![value; bands]);
        let whole = (columns, rows) == (raster.lattice.columns(), raster.lattice.rows());
        let planar = if bands > 1 { 2 } else { 1 };
        let mut entries = vec![
            Entry(254, Long(if whole { 0 } else { 1 })),
            Entry(256, Long(columns)),
            Entry(257, Long(rows)),
            Entry(258, each(32)),
            Entry(259, Shorts(vec![8])),
            Entry(262, Shorts(vec![1])),
            Entry(277, Shorts(vec![u16::try_from(bands).unwrap_or(u16::MAX)])),
            Entry(284, Shorts(vec![planar])),
            Entry(317, Shorts(vec![3])),
            Entry(322, Long(TILE)),
            Entry(323, Long(TILE)),
            Entry(324, Offsets),
            Entry(325, Counts),
        ];
        if bands > 1 {
            entries.push(Entry(338, Shorts(vec![0; bands - 1])));
        }
        entries.push(Entry(339, each(3)));
        if whole {
            let lattice = raster.lattice;
            let (width, height) = (lattice.cell_width(), lattice.cell_height());
            let corner = vec![0.0, 0.0, 0.0, lattice.west(), lattice.north(), 0.0];
            entries.push(Entry(33_550, Doubles(vec![width, height, 0.0])));
            entries.push(Entry(33_922, Doubles(corner)));
            entries.push(Entry(34_735, Shorts(geo_keys(raster.plane))));
            entries.push(Entry(42_112, Text(metadata(raster))));
        }
        entries.push(Entry(42_113, Text("nan".to_owned())));
        let tiles = columns.div_ceil(TILE) as usize * rows.div_ceil(TILE) as usize * bands;
        Self { entries, offsets: vec![0; tiles], counts: vec![0; tiles], start: 0, next: 0 }
    }

    /// Gives each directory its place behind the one before it, and tells where the tiles begin.
    pub(super) fn place(directories: &mut [Self]) -> u64 {
        let mut at = HEAD;
        for directory in directories.iter_mut() {
            directory.start = at;
            at += directory.length();
            directory.next = at;
        }
        if let Some(last) = directories.last_mut() {
            last.next = 0;
        }
        at
    }

    /// Writes a tile at `at`, which moves behind it, and keeps where it stands.
    pub(super) fn keep(
        &mut self,
        number: usize,
        at: &mut u64,
        tile: &[u8],
        out: &mut impl Write,
    ) -> Result<(), LayerFault> {
        let end = *at + tile.len() as u64;
        let (Ok(offset), Ok(count), Ok(_)) =
            (u32::try_from(*at), u32::try_from(tile.len()), u32::try_from(end))
        else {
            return Err(LayerFault::TooLarge { bytes: end });
        };
        out.write_all(tile)?;
        self.offsets[number] = offset;
        self.counts[number] = count;
        *at = end;
        Ok(())
    }

    /// Bytes of the directory with the values that do not fit into an entry.
    fn length(&self) -> u64 {
        let outside: u64 = self.entries.iter().map(|entry| self.outside(&entry.1)).sum();
        2 + 12 * self.entries.len() as u64 + 4 + outside
    }

    /// Bytes of values that stand behind the entries, filled up to even.
    fn outside(&self, values: &Values) -> u64 {
        let (size, count) = (values.size(), self.count(values) as u64);
        let bytes = u64::from(size) * count;
        if bytes <= 4 { 0 } else { bytes.next_multiple_of(2) }
    }

    fn count(&self, values: &Values) -> usize {
        match values {
            Values::Shorts(values) => values.len(),
            Values::Long(_) => 1,
            Values::Doubles(values) => values.len(),
            Values::Text(text) => text.len() + 1,
            Values::Offsets | Values::Counts => self.offsets.len(),
        }
    }

    /// Writes the directory behind what `head` holds.
    pub(super) fn write(&self, head: &mut Vec<u8>) {
        let count = u16::try_from(self.entries.len()).unwrap_or(u16::MAX);
        head.extend(count.to_le_bytes());
        let mut outside_at = self.start + 2 + 12 * u64::from(count) + 4;
        let mut outside = Vec::new();
        for Entry(tag, values) in &self.entries {
            let mut bytes = self.bytes(values);
            head.extend(tag.to_le_bytes());
            head.extend(values.kind().to_le_bytes());
            head.extend(low(self.count(values) as u64).to_le_bytes());
            if bytes.len() <= 4 {
                bytes.resize(4, 0);
                head.extend(bytes);
            } else {
                head.extend(low(outside_at).to_le_bytes());
                bytes.resize(bytes.len().next_multiple_of(2), 0);
                outside_at += bytes.len() as u64;
                outside.extend(bytes);
            }
        }
        head.extend(low(self.next).to_le_bytes());
        head.extend(outside);
    }

    fn bytes(&self, values: &Values) -> Vec<u8> {
        let longs = |longs: &[u32]| longs.iter().flat_map(|value| value.to_le_bytes()).collect();
        match values {
            Values::Shorts(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Values::Long(value) => value.to_le_bytes().to_vec(),
            Values::Doubles(values) => {
                values.iter().flat_map(|value| value.to_le_bytes()).collect()
            }
            Values::Text(text) => [text.as_bytes(), b"\0"].concat(),
            Values::Offsets => longs(&self.offsets),
            Values::Counts => longs(&self.counts),
        }
    }
}

impl Values {
    /// The number of the type in TIFF.
    fn kind(&self) -> u16 {
        match self {
            Self::Text(_) => 2,
            Self::Shorts(_) => 3,
            Self::Long(_) | Self::Offsets | Self::Counts => 4,
            Self::Doubles(_) => 12,
        }
    }

    /// Bytes of one value.
    fn size(&self) -> u8 {
        match self {
            Self::Text(_) => 1,
            Self::Shorts(_) => 2,
            Self::Long(_) | Self::Offsets | Self::Counts => 4,
            Self::Doubles(_) => 8,
        }
    }
}

/// A number that was asked for its size before anything was written.
fn low(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The keys that name the reference system: of degrees, or of metres of a zone.
fn geo_keys(plane: RasterPlane) -> Vec<u16> {
    let code = plane.epsg();
    let keys: [[u16; 4]; 4] = match plane {
        RasterPlane::Degrees => {
            [[1024, 0, 1, 2], [1025, 0, 1, 1], [2048, 0, 1, code], [2054, 0, 1, 9102]]
        }
        RasterPlane::Utm(_) => {
            [[1024, 0, 1, 1], [1025, 0, 1, 1], [3072, 0, 1, code], [3076, 0, 1, 9001]]
        }
    };
    [[1, 1, 1, 4]].iter().chain(&keys).flatten().copied().collect()
}

/// Names of bands and notes, in the form that GDAL writes and reads: texts are escaped twice.
fn metadata(raster: &GeoTiff) -> String {
    let mut text = String::from("<GDALMetadata>\n");
    for (name, value) in &raster.notes {
        let (name, value) = (escaped(name), escaped(&escaped(value)));
        // Writing to a string does not fail.
        let _ = writeln!(text, "  <Item name=\"{name}\">{value}</Item>");
    }
    for (number, band) in raster.bands.iter().enumerate() {
        let name = escaped(&escaped(&band.name));
        let _ = writeln!(
            text,
            "  <Item name=\"DESCRIPTION\" sample=\"{number}\" role=\"description\">{name}</Item>"
        );
    }
    text.push_str("</GDALMetadata>\n");
    text
}

/// Text as it may stand in XML, without characters that it has no form for.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter if letter < ' ' && letter != '\n' && letter != '\t' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
