//! The cells of a raster, some rows at a time.
//!
//! Belongs here: what the file says of its cells, the checks before the first of them is unpacked,
//! and putting rows together from tiles and strips. Does not belong here: the place of the cells
//! (`geo_reference`).

use std::io::{Read, Seek};
use std::ops::Range;

use tiff::decoder::{ChunkType, DecodingResult};
use tiff::tags::{
    ByteOrder, PhotometricInterpretation, PlanarConfiguration, Predictor, SampleFormat, Tag,
};

use super::decoding::Decoding;
use super::geo_reference::GeoTags;
use super::{GeoReference, RasterFault, RasterLimits, RasterOptions};

/// Strips of a few rows are read together until this many rows are there.
const ROWS_OF_STRIPS: u32 = 64;

/// The numbers in which a file writes its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellNumber {
    /// Whole numbers from 0, of so many bits.
    Unsigned(u8),
    /// Whole numbers, of so many bits.
    Signed(u8),
    /// Floating-point numbers, of so many bits.
    Float(u8),
}

/// A raster that is being read from north to south.
pub struct Raster<R: Read + Seek> {
    decoding: Decoding<R>,
    columns: u32,
    rows: u32,
    reference: GeoReference,
    number: CellNumber,
    no_value: Option<f64>,
    chunks: Chunks,
    next_row: u32,
    /// Room for what one tile unpacks to.
    tile: DecodingResult,
}

impl<R: Read + Seek> Raster<R> {
    /// Opens the first image of a GeoTIFF and looks at all that is said about it.
    ///
    /// `file` is the name by which faults tell of it. No cell is unpacked yet, but it is certain
    /// that the file is long enough for all of them.
    ///
    /// # Errors
    /// What is wrong with the file, or with asking for a band.
    pub fn open(file: &str, bytes: R, options: &RasterOptions) -> Result<Self, RasterFault> {
        let mut decoding = Decoding::open(file, bytes, &options.limits)?;
        let (columns, rows) = decoding.step(|decoder| decoder.dimensions())?;
        let number = cell_number(&mut decoding)?;
        let chunks = Chunks::read(&mut decoding, (columns, rows), number, options)?;
        let metadata = decoding.text(Tag::Unknown(GDAL_METADATA))?;
        if metadata.contains("role=\"scale\"") || metadata.contains("role=\"offset\"") {
            return Err(RasterFault::Scaled { file: file.to_owned() });
        }
        let keys = decoding.whole_numbers(Tag::GeoKeyDirectoryTag)?;
        let tags = GeoTags {
            pixel_scale: decoding.numbers(Tag::ModelPixelScaleTag)?,
            tie_points: decoding.numbers(Tag::ModelTiepointTag)?,
            transformation: decoding.numbers(Tag::ModelTransformationTag)?,
            keys: keys.into_iter().map(|key| u16::try_from(key).unwrap_or(0)).collect(),
            texts: decoding.text(Tag::GeoAsciiParamsTag)?,
        };
        let reference = tags.reference(file)?;
        let no_value = no_value(&decoding.text(Tag::GdalNodata)?, number);
        Ok(Self {
            decoding,
            columns,
            rows,
            reference,
            number,
            no_value,
            chunks,
            next_row: 0,
            tile: DecodingResult::U8(Vec::new()),
        })
    }

    /// Cells in a row.
    #[must_use]
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// Rows of cells.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Where the cells lie.
    #[must_use]
    pub fn reference(&self) -> GeoReference {
        self.reference
    }

    /// The numbers in which the file writes its cells.
    #[must_use]
    pub fn number(&self) -> CellNumber {
        self.number
    }

    /// The number that stands for a cell without a value, where the file names one.
    #[must_use]
    pub fn no_value(&self) -> Option<f64> {
        self.no_value
    }

    /// Bands in the file.
    #[must_use]
    pub fn bands(&self) -> u16 {
        self.chunks.bands
    }

    /// Reads the next rows into `values`, from west to east and from north to south, and tells
    /// which they are; `None` after the last one.
    ///
    /// A cell without a value is NaN. After a fault the rows are at their end.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn next_rows(&mut self, values: &mut Vec<f64>) -> Result<Option<Range<u32>>, RasterFault> {
        values.clear();
        if self.next_row >= self.rows {
            return Ok(None);
        }
        let start = self.next_row;
        // At the end already, should a fault come between.
        self.next_row = self.rows;
        let end = start.saturating_add(self.chunks.rows_at_once).min(self.rows);
        let mut row = start;
        while row < end {
            self.read_row_of_chunks(row, values)?;
            row = row.saturating_add(self.chunks.height).min(self.rows);
        }
        self.next_row = end;
        Ok(Some(start..end))
    }

    /// Appends the rows of one row of tiles, or of one strip.
    fn read_row_of_chunks(&mut self, row: u32, values: &mut Vec<f64>) -> Result<(), RasterFault> {
        let begin = values.len();
        let columns = self.columns as usize;
        let height = self.chunks.height.min(self.rows - row) as usize;
        for across in 0..self.chunks.across {
            let chunk = self.chunks.number(row, across);
            let left = across as usize * self.chunks.width as usize;
            let width = (columns - left).min(self.chunks.width as usize);
            let is_there = !self.chunks.absent.contains(&chunk);
            if is_there {
                let tile = &mut self.tile;
                self.decoding.step(|decoder| {
                    *tile = decoder.read_chunk(chunk)?;
                    Ok(())
                })?;
            }
            // Not before a first tile has unpacked: a small file must not claim much memory.
            values.resize(begin + height * columns, f64::NAN);
            if !is_there {
                // Never written: cells of the number that stands for no value, or of 0.
                if self.no_value.is_none() {
                    for row in values[begin..].chunks_exact_mut(columns) {
                        row[left..left + width].fill(0.0);
                    }
                }
                continue;
            }
            let layout = Layout {
                width,
                step: self.chunks.samples_in_chunk,
                sample: self.chunks.sample_in_chunk,
            };
            let out = values[begin..].chunks_exact_mut(columns).map(|row| &mut row[left..]);
            let filled = layout.copy(&self.tile, out, self.no_value);
            if filled != height {
                return Err(RasterFault::Damaged {
                    file: self.decoding.file().to_owned(),
                    detail: format!("tile {chunk} has {filled} rows instead of {height}"),
                });
            }
        }
        Ok(())
    }
}

/// The tag in which GDAL keeps what TIFF has no tag for.
const GDAL_METADATA: u16 = 42112;

/// The tiles or strips of an image and which of them hold the chosen band.
struct Chunks {
    width: u32,
    height: u32,
    across: u32,
    /// Rows that are read at once: whole rows of tiles.
    rows_at_once: u32,
    bands: u16,
    first: u32,
    samples_in_chunk: usize,
    sample_in_chunk: usize,
    /// Tiles that were never written, in order.
    absent: Absent,
}

impl Chunks {
    fn read<R: Read + Seek>(
        decoding: &mut Decoding<R>,
        (columns, rows): (u32, u32),
        number: CellNumber,
        options: &RasterOptions,
    ) -> Result<Self, RasterFault> {
        let file = decoding.file().to_owned();
        let bands = tag_or(decoding, Tag::SamplesPerPixel, 1)?;
        let band = match options.band {
            None if bands > 1 => return Err(RasterFault::SeveralBands { file, bands }),
            None => 1,
            Some(band) if band == 0 || band > bands => {
                return Err(RasterFault::NoSuchBand { file, band, bands });
            }
            Some(band) => band,
        };
        let planar =
            tag_or(decoding, Tag::PlanarConfiguration, 1)? == PlanarConfiguration::Planar.to_u16();
        let (width, height) = decoding.step(|decoder| Ok(decoder.chunk_dimensions()))?;
        let tiled = decoding.step(|decoder| Ok(decoder.get_chunk_type()))? == ChunkType::Tile;
        let height = if tiled { height } else { height.min(rows) };
        let samples_in_chunk = if planar { 1 } else { usize::from(bands) };
        let (CellNumber::Unsigned(bits) | CellNumber::Signed(bits) | CellNumber::Float(bits)) =
            number;
        let tile_bytes = u128::from(width)
            * u128::from(height)
            * samples_in_chunk as u128
            * u128::from(bits / 8);
        let tile_bytes = u64::try_from(tile_bytes).unwrap_or(u64::MAX);
        within(&file, "bytes in a tile or strip", tile_bytes, options.limits.tile_bytes)?;
        let across = if tiled { columns.div_ceil(width) } else { 1 };
        let down = rows.div_ceil(height);
        let rows_at_once = rows_at_once(&file, columns, rows, height, &options.limits)?;
        let (offsets, counts) = if tiled {
            (Tag::TileOffsets, Tag::TileByteCounts)
        } else {
            (Tag::StripOffsets, Tag::StripByteCounts)
        };
        let absent = Absent::of(decoding, offsets, counts)?;
        let plane = across.saturating_mul(down);
        let first = if planar { plane.saturating_mul(u32::from(band - 1)) } else { 0 };
        let sample_in_chunk = if planar { 0 } else { usize::from(band - 1) };
        Ok(Self {
            width: width.min(columns.next_multiple_of(width.max(1))),
            height,
            across,
            rows_at_once,
            bands,
            first,
            samples_in_chunk,
            sample_in_chunk,
            absent,
        })
    }

    /// The number of the tile `across` in the row of tiles in which `row` lies.
    fn number(&self, row: u32, across: u32) -> u32 {
        self.first + row / self.height * self.across + across
    }
}

/// Tiles without bytes, by their number in order.
struct Absent(Vec<u32>);

impl Absent {
    /// Looks at the place of each tile in the file.
    fn of<R: Read + Seek>(
        decoding: &mut Decoding<R>,
        offsets: Tag,
        counts: Tag,
    ) -> Result<Self, RasterFault> {
        let (offsets, counts) = (decoding.whole_numbers(offsets)?, decoding.whole_numbers(counts)?);
        let mut absent = Vec::new();
        let mut needs = 0;
        for (number, (offset, count)) in offsets.iter().zip(&counts).enumerate() {
            if *count == 0 {
                absent.extend(u32::try_from(number));
            } else {
                needs = needs.max(offset.saturating_add(*count));
            }
        }
        let bytes = decoding.bytes();
        if needs > bytes {
            return Err(RasterFault::CutOff { file: decoding.file().to_owned(), needs, bytes });
        }
        Ok(Self(absent))
    }

    fn contains(&self, chunk: &u32) -> bool {
        self.0.binary_search(chunk).is_ok()
    }
}

/// Where in an unpacked tile the cells of one band are.
struct Layout {
    width: usize,
    step: usize,
    sample: usize,
}

impl Layout {
    /// Copies the cells into the rows, and tells how many rows there were cells for.
    fn copy<'a>(
        &self,
        tile: &DecodingResult,
        out: impl Iterator<Item = &'a mut [f64]>,
        no_value: Option<f64>,
    ) -> usize {
        macro_rules! copied {
            ($cells:expr, $number:expr) => {
                self.copied($cells, $number, out, no_value)
            };
        }
        #[allow(
            clippy::cast_precision_loss,
            reason = "counts beyond 2^53 are of no raster of people"
        )]
        match tile {
            DecodingResult::U8(cells) => copied!(cells, |cell: &u8| f64::from(*cell)),
            DecodingResult::U16(cells) => copied!(cells, |cell: &u16| f64::from(*cell)),
            DecodingResult::U32(cells) => copied!(cells, |cell: &u32| f64::from(*cell)),
            DecodingResult::U64(cells) => copied!(cells, |cell: &u64| *cell as f64),
            DecodingResult::I8(cells) => copied!(cells, |cell: &i8| f64::from(*cell)),
            DecodingResult::I16(cells) => copied!(cells, |cell: &i16| f64::from(*cell)),
            DecodingResult::I32(cells) => copied!(cells, |cell: &i32| f64::from(*cell)),
            DecodingResult::I64(cells) => copied!(cells, |cell: &i64| *cell as f64),
            DecodingResult::F32(cells) => copied!(cells, |cell: &f32| f64::from(*cell)),
            DecodingResult::F64(cells) => copied!(cells, |cell: &f64| *cell),
            DecodingResult::F16(_) => 0,
        }
    }

    fn copied<'a, T>(
        &self,
        cells: &[T],
        number: impl Fn(&T) -> f64,
        out: impl Iterator<Item = &'a mut [f64]>,
        no_value: Option<f64>,
    ) -> usize {
        let no_value = no_value.unwrap_or(f64::NAN);
        let mut rows = 0;
        for (row, cells) in out.zip(cells.chunks_exact(self.width * self.step)) {
            let band = cells.iter().skip(self.sample).step_by(self.step);
            for (place, cell) in row.iter_mut().zip(band) {
                let value = number(cell);
                *place = if value == no_value { f64::NAN } else { value };
            }
            rows += 1;
        }
        rows
    }
}

fn cell_number<R: Read + Seek>(decoding: &mut Decoding<R>) -> Result<CellNumber, RasterFault> {
    let bits = tag_or(decoding, Tag::BitsPerSample, 1)?;
    let format = tag_or(decoding, Tag::SampleFormat, 1)?;
    let bands = tag_or(decoding, Tag::SamplesPerPixel, 1)?;
    let colours = tag_or(decoding, Tag::PhotometricInterpretation, 1)?;
    let predictor = tag_or(decoding, Tag::Predictor, 1)?;
    let byte_order = decoding.step(|decoder| Ok(decoder.byte_order()))?;
    let not_read = |what: String| RasterFault::NotRead { file: decoding.file().to_owned(), what };
    // Writers disagree about the order in which the bytes of a number then stand, and nothing in the
    // file tells: read in the wrong one, people become numbers without sense.
    if predictor == Predictor::FloatingPoint.to_u16() && byte_order == ByteOrder::BigEndian {
        return Err(not_read("floating-point differences in big-endian order".to_owned()));
    }
    // Colours of a picture are no values, except where a writer calls three bands red, green, blue.
    let plain = colours == PhotometricInterpretation::BlackIsZero.to_u16()
        || (colours == PhotometricInterpretation::RGB.to_u16() && bands == 3);
    if !plain {
        return Err(not_read("the colours of a picture".to_owned()));
    }
    let small = u8::try_from(bits).unwrap_or(0);
    match (SampleFormat::from_u16_exhaustive(format), small) {
        (SampleFormat::Uint, 8 | 16 | 32 | 64) => Ok(CellNumber::Unsigned(small)),
        (SampleFormat::Int, 8 | 16 | 32 | 64) => Ok(CellNumber::Signed(small)),
        (SampleFormat::IEEEFP, 32 | 64) => Ok(CellNumber::Float(small)),
        _ => Err(not_read(format!("cells of {bits} bits in sample format {format}"))),
    }
}

/// The first number of a tag that has one for each band.
fn tag_or<R: Read + Seek>(
    decoding: &mut Decoding<R>,
    tag: Tag,
    otherwise: u16,
) -> Result<u16, RasterFault> {
    let numbers = decoding.whole_numbers(tag)?;
    Ok(numbers.first().map_or(otherwise, |number| u16::try_from(*number).unwrap_or(u16::MAX)))
}

/// Whole rows of tiles, of which one must fit, and more where strips are low.
fn rows_at_once(
    file: &str,
    columns: u32,
    rows: u32,
    height: u32,
    limits: &RasterLimits,
) -> Result<u32, RasterFault> {
    let cells = |rows: u32| u64::from(columns) * u64::from(rows);
    let one = cells(height.min(rows));
    within(file, "cells in a row of tiles or a strip", one, limits.cells_at_once)?;
    let several = (ROWS_OF_STRIPS / height).max(1);
    let fitting = u32::try_from(limits.cells_at_once / one.max(1)).unwrap_or(several);
    Ok(height.saturating_mul(several.min(fitting)))
}

fn within(file: &str, what: &'static str, found: u64, limit: u64) -> Result<(), RasterFault> {
    if found > limit {
        return Err(RasterFault::OverLimit { file: file.to_owned(), what, found, limit });
    }
    Ok(())
}

/// The number that stands for no value, as cells of this kind can hold it.
fn no_value(text: &str, number: CellNumber) -> Option<f64> {
    let value: f64 = text.trim_matches(['\0', ' ']).parse().ok()?;
    // It is written with the digits of a double, but was rounded when it became a cell.
    #[allow(clippy::cast_possible_truncation, reason = "the cell was rounded in the same way")]
    let value = if number == CellNumber::Float(32) { f64::from(value as f32) } else { value };
    Some(value)
}
