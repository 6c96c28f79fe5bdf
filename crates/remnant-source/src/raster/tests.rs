//! What reading a raster claims, on files written here byte by byte.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Cursor;

use proptest::prelude::*;
use tiff::encoder::colortype::Gray32Float;
use tiff::encoder::{Compression, TiffEncoder};
use tiff::tags::Tag;

use super::*;

/// A directory entry: tag, type, and its values as bytes.
type Entry = (u16, u16, Vec<u8>);

/// A little-endian TIFF put together by hand, without packing.
#[derive(Clone)]
struct Written {
    big: bool,
    columns: u32,
    rows: u32,
    bits: u16,
    format: u16,
    bands: u16,
    planar: bool,
    /// Width and height of a tile; none for strips of `strip` rows.
    tile: Option<(u32, u32)>,
    strip: u32,
    no_value: Option<&'static str>,
    more: Vec<Entry>,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            big: false,
            columns: 5,
            rows: 7,
            bits: 16,
            format: 1,
            bands: 1,
            planar: false,
            tile: None,
            strip: 3,
            no_value: None,
            more: placed(),
        }
    }
}

fn shorts(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn doubles(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Cells of 100 m in UTM zone 48 north.
fn placed() -> Vec<Entry> {
    vec![
        (33_550, 12, doubles(&[100.0, 100.0, 0.0])),
        (33_922, 12, doubles(&[0.0, 0.0, 0.0, 500_000.0, 1_800_000.0, 0.0])),
        (34_735, 3, shorts(&[1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32_648])),
    ]
}

impl Written {
    fn cell(&self, column: u32, row: u32, band: u16) -> u8 {
        ((column * 7 + row * 31 + u32::from(band) * 101) % 251) as u8
    }

    /// One cell of `value` in as many bytes as it has.
    fn write_cell(&self, out: &mut Vec<u8>, value: u8) {
        match (self.format, self.bits) {
            (3, 32) => out.extend(f32::from(value).to_le_bytes()),
            (3, 64) => out.extend(f64::from(value).to_le_bytes()),
            (_, bits) => {
                out.extend(&u64::from(value).to_le_bytes()[..usize::from(bits / 8)]);
            }
        }
    }

    fn chunks(&self) -> Vec<Vec<u8>> {
        let (width, height) = self.tile.unwrap_or((self.columns, self.strip));
        let planes: Vec<Vec<u16>> = if self.planar {
            (0..self.bands).map(|band| vec![band]).collect()
        } else {
            vec![(0..self.bands).collect()]
        };
        let mut chunks = Vec::new();
        for bands in planes {
            for top in (0..self.rows).step_by(height as usize) {
                for left in (0..self.columns).step_by(width as usize) {
                    let mut chunk = Vec::new();
                    let tall =
                        if self.tile.is_some() { height } else { height.min(self.rows - top) };
                    for row in top..top + tall {
                        for column in left..left + width {
                            for band in &bands {
                                self.write_cell(&mut chunk, self.cell(column, row, *band));
                            }
                        }
                    }
                    chunks.push(chunk);
                }
            }
        }
        chunks
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = if self.big {
            let mut head = b"II+\0\x08\0\0\0".to_vec();
            head.extend([0; 8]);
            head
        } else {
            b"II*\0\0\0\0\0".to_vec()
        };
        let (mut offsets, mut counts) = (Vec::new(), Vec::new());
        for chunk in self.chunks() {
            offsets.extend((bytes.len() as u32).to_le_bytes());
            counts.extend((chunk.len() as u32).to_le_bytes());
            bytes.extend(chunk);
        }
        let each = |value: u16| shorts(&vec![value; usize::from(self.bands)]);
        let long = |value: u32| value.to_le_bytes().to_vec();
        let mut entries: Vec<Entry> = vec![
            (256, 4, long(self.columns)),
            (257, 4, long(self.rows)),
            (258, 3, each(self.bits)),
            (259, 3, shorts(&[1])),
            (262, 3, shorts(&[1])),
            (277, 3, shorts(&[self.bands])),
            (284, 3, shorts(&[if self.planar { 2 } else { 1 }])),
            (339, 3, each(self.format)),
        ];
        if self.bands > 1 {
            entries.push((338, 3, shorts(&vec![0; usize::from(self.bands) - 1])));
        }
        match self.tile {
            Some((width, height)) => entries.extend([
                (322, 4, long(width)),
                (323, 4, long(height)),
                (324, 4, offsets),
                (325, 4, counts),
            ]),
            None => {
                entries.extend([(273, 4, offsets), (278, 4, long(self.strip)), (279, 4, counts)]);
            }
        }
        if let Some(text) = self.no_value {
            entries.push((42_113, 2, [text.as_bytes(), b"\0"].concat()));
        }
        entries.extend(self.more.iter().cloned());
        entries.sort_by_key(|entry| entry.0);
        self.with_directory(bytes, &entries)
    }

    fn with_directory(&self, mut bytes: Vec<u8>, entries: &[Entry]) -> Vec<u8> {
        let inline = if self.big { 8 } else { 4 };
        let size = |kind: u16| match kind {
            3 => 2,
            4 => 4,
            12 => 8,
            _ => 1,
        };
        let mut directory = Vec::new();
        for (tag, kind, value) in entries {
            directory.extend(tag.to_le_bytes());
            directory.extend(kind.to_le_bytes());
            let count = (value.len() / size(*kind)) as u64;
            directory.extend(&count.to_le_bytes()[..inline]);
            let mut place = value.clone();
            if place.len() > inline {
                place = (bytes.len() as u64).to_le_bytes()[..inline].to_vec();
                bytes.extend(value);
            }
            place.resize(inline, 0);
            directory.extend(place);
        }
        let start = bytes.len() as u64;
        if self.big {
            bytes[8..16].copy_from_slice(&start.to_le_bytes());
            bytes.extend((entries.len() as u64).to_le_bytes());
        } else {
            bytes[4..8].copy_from_slice(&(start as u32).to_le_bytes());
            bytes.extend((entries.len() as u16).to_le_bytes());
        }
        bytes.extend(directory);
        bytes.extend([0; 8]);
        bytes
    }

    fn expected(&self, band: u16) -> Vec<f64> {
        let places = (0..self.rows).flat_map(|row| (0..self.columns).map(move |c| (c, row)));
        places.map(|(column, row)| f64::from(self.cell(column, row, band))).collect()
    }
}

fn open(bytes: &[u8], band: Option<u16>) -> Result<Raster<Cursor<&[u8]>>, RasterFault> {
    let options = RasterOptions { band, ..RasterOptions::default() };
    Raster::open("people.tif", Cursor::new(bytes), &options)
}

fn read(bytes: &[u8], band: Option<u16>) -> Result<Vec<f64>, RasterFault> {
    let mut raster = open(bytes, band)?;
    let (mut all, mut values) = (Vec::new(), Vec::new());
    let mut next = 0;
    while let Some(rows) = raster.next_rows(&mut values)? {
        assert_eq!(rows.start, next);
        assert_eq!(values.len(), (rows.len()) * raster.columns() as usize);
        next = rows.end;
        all.extend_from_slice(&values);
    }
    assert_eq!(next, raster.rows());
    Ok(all)
}

#[test]
fn every_layout_of_cells_gives_the_same_rows() {
    let tiles = [None, Some((16, 16)), Some((4, 2)), Some((5, 7))];
    for (tile, big) in tiles.iter().flat_map(|tile| [(*tile, false), (*tile, true)]) {
        for (format, bits) in
            [(1, 8), (1, 16), (1, 32), (1, 64), (2, 8), (2, 16), (2, 32), (3, 32), (3, 64)]
        {
            let written = Written { tile, big, format, bits, ..Written::default() };
            let read = read(&written.bytes(), None).unwrap();
            if (format, bits) == (2, 8) {
                let signed = written.expected(0).into_iter();
                let signed = signed.map(|cell| if cell > 127.0 { cell - 256.0 } else { cell });
                assert_eq!(read, signed.collect::<Vec<_>>());
            } else {
                assert_eq!(read, written.expected(0), "{tile:?} {big} {format} {bits}");
            }
        }
        for planar in [false, true] {
            let written = Written { tile, big, planar, bands: 3, ..Written::default() };
            for band in 1..=3 {
                let read = read(&written.bytes(), Some(band)).unwrap();
                assert_eq!(read, written.expected(band - 1), "{tile:?} {planar} {band}");
            }
        }
    }
}

#[test]
fn packed_cells_are_unpacked() {
    let cells: Vec<f32> = (0..40 * 90).map(|cell| (cell % 97) as f32 * 0.37).collect();
    for compression in [
        Compression::Uncompressed,
        Compression::Lzw,
        Compression::Packbits,
        Compression::Deflate(Default::default()),
    ] {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).unwrap().with_compression(compression);
        let mut image = encoder.new_image::<Gray32Float>(40, 90).unwrap();
        image.rows_per_strip(7).unwrap();
        let directory = image.encoder();
        directory.write_tag(Tag::ModelPixelScaleTag, &[0.5, 0.25, 0.0][..]).unwrap();
        let tie = [0.0, 0.0, 0.0, 100.0, 20.0, 0.0];
        directory.write_tag(Tag::ModelTiepointTag, &tie[..]).unwrap();
        let keys = [1u16, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4326];
        directory.write_tag(Tag::GeoKeyDirectoryTag, &keys[..]).unwrap();
        directory.write_tag(Tag::GdalNodata, "0.37").unwrap();
        image.write_data(&cells).unwrap();
        let bytes = bytes.into_inner();
        let raster = open(&bytes, None).unwrap();
        let place = GeoReference {
            epsg: 4326,
            west: 100.0,
            north: 20.0,
            cell_width: 0.5,
            cell_height: 0.25,
        };
        assert_eq!((raster.reference(), raster.number()), (place, CellNumber::Float(32)));
        let read = read(&bytes, None).unwrap();
        for (read, cell) in read.iter().zip(&cells) {
            // What stands for no value was rounded when it was written, and is known all the same.
            if *cell == 0.37 {
                assert!(read.is_nan());
            } else {
                assert_eq!(*read, f64::from(*cell));
            }
        }
    }
}

#[test]
fn tiles_that_were_never_written_hold_no_value_or_nothing() {
    for (no_value, known) in [(None, true), (Some("250"), false)] {
        let written = Written { tile: Some((16, 16)), columns: 40, no_value, ..Written::default() };
        let mut bytes = written.bytes();
        // The counts lie behind the cells: the second of three becomes 0.
        let count = (16u32 * 16 * 2).to_le_bytes();
        let counts = [count, count, count].concat();
        let at = bytes.windows(12).rposition(|window| window == counts).unwrap();
        bytes[at + 4..at + 8].fill(0);
        let read = read(&bytes, None).unwrap();
        for (cell, (value, expected)) in read.iter().zip(written.expected(0)).enumerate() {
            if (16..32).contains(&(cell % 40)) {
                assert_eq!(value.is_nan(), !known);
                assert!(known != value.is_nan() && (!known || *value == 0.0));
            } else if expected == 250.0 && !known {
                assert!(value.is_nan());
            } else {
                assert_eq!(*value, expected);
            }
        }
    }
}

#[test]
fn what_is_not_read_is_told_with_help() {
    let told = |bytes: &[u8], band| {
        let fault = read(bytes, band).unwrap_err();
        format!("{fault}; {}", fault.help())
    };
    assert!(told(b"", None).contains("is not a TIFF"));
    assert!(told(b"PK\x03\x04 a zip archive", None).contains("unpacked first"));
    let three = Written { bands: 3, ..Written::default() };
    assert!(told(&three.bytes(), None).contains("3 bands, and none was chosen; choose"));
    assert!(told(&three.bytes(), Some(4)).contains("no band 4; it has 3"));
    let half = Written { format: 3, bits: 16, ..Written::default() };
    assert!(told(&half.bytes(), None).contains("cells of 16 bits in sample format 3"));
    let nowhere = Written { more: Vec::new(), ..Written::default() };
    assert!(told(&nowhere.bytes(), None).contains("does not say where its cells lie"));
    let whole = Written::default().bytes();
    let directory_first = told(&whole[..whole.len() - 40], None);
    assert!(directory_first.contains("damaged TIFF"), "{directory_first}");
    let mut scaled = Written::default();
    let text = b"<GDALMetadata><Item name=\"SCALE\" sample=\"0\" role=\"scale\">0.1</Item>\0";
    scaled.more.push((42_112, 2, text.to_vec()));
    assert!(told(&scaled.bytes(), None).contains("-unscale"));
}

/// Nothing in such a file tells which of two orders its writer chose.
#[test]
fn floating_point_differences_in_big_endian_order_are_refused() {
    let entries = [
        (256u16, 1u32),
        (257, 1),
        (258, 32),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, 1),
        (279, 4),
        (317, 3),
        (339, 3),
    ];
    let mut bytes = b"MM\0*\0\0\0\x0c".to_vec();
    bytes.extend([0x42, 0x0d, 0, 0]);
    bytes.extend((entries.len() as u16).to_be_bytes());
    for (tag, value) in entries {
        bytes.extend(tag.to_be_bytes());
        bytes.extend(4u16.to_be_bytes());
        bytes.extend(1u32.to_be_bytes());
        bytes.extend(value.to_be_bytes());
    }
    bytes.extend([0; 4]);
    let fault = open(&bytes, None).err().unwrap();
    assert!(fault.to_string().contains("differences in big-endian order"), "{fault}");
    assert!(fault.help().contains("gdal_translate"));
}

#[test]
fn a_file_that_is_cut_off_is_told_before_its_first_cell() {
    let mut bytes = Written::default().bytes();
    // The last strip is said to lie further on than the file reaches.
    let last = (8u32 + 2 * 3 * 5 * 2).to_le_bytes();
    let at = bytes.windows(4).rposition(|window| window == last).unwrap();
    let far = (bytes.len() as u32).to_le_bytes();
    bytes[at..at + 4].copy_from_slice(&far);
    let fault = open(&bytes, None).err().unwrap();
    let (end, needs) = (bytes.len() as u64, bytes.len() as u64 + 10);
    assert_eq!(fault, RasterFault::CutOff { file: "people.tif".to_owned(), needs, bytes: end });
}

#[test]
fn rows_larger_than_allowed_are_refused_and_not_kept() {
    let bytes = Written { tile: Some((64, 64)), ..Written::default() }.bytes();
    let limits = RasterLimits { tile_bytes: 64 * 64 * 2 - 1, ..RasterLimits::default() };
    let options = RasterOptions { band: None, limits };
    let fault = Raster::open("a", Cursor::new(&bytes[..]), &options).err().unwrap();
    assert!(matches!(fault, RasterFault::OverLimit { found: 8192, limit: 8191, .. }), "{fault}");
    let limits = RasterLimits { cells_at_once: 14, ..RasterLimits::default() };
    let options = RasterOptions { band: None, limits };
    let strips = Written::default().bytes();
    let fault = Raster::open("a", Cursor::new(&strips[..]), &options).err().unwrap();
    assert!(matches!(fault, RasterFault::OverLimit { found: 15, limit: 14, .. }), "{fault}");
    let limits = RasterLimits { cells_at_once: 15, ..RasterLimits::default() };
    let options = RasterOptions { band: None, limits };
    let mut raster = Raster::open("a", Cursor::new(&strips[..]), &options).unwrap();
    assert_eq!(raster.next_rows(&mut Vec::new()).unwrap(), Some(0..3));
}

proptest! {
    /// Whatever is damaged: no panic, and rows or a fault with help.
    #[test]
    fn damaged_files_are_borne(
        tiled in any::<bool>(),
        big in any::<bool>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        keep in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let tile = tiled.then_some((16, 16));
        let mut bytes = Written { tile, big, bands: 2, ..Written::default() }.bytes();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if cut {
            bytes.truncate(keep.index(bytes.len()));
        }
        if let Err(fault) = read(&bytes, Some(2)) {
            prop_assert!(!fault.to_string().is_empty() && !fault.help().is_empty());
        }
    }
}
