//! ESRI shapefiles: shapes in one file, their attributes in another.
//!
//! Belongs here: bringing the files together, one layer or several from an archive. Does not belong
//! here: the bytes of a shape (`shapes`) and of an attribute (`attributes`).
//!
//! The crate `shapefile` is not used: its attribute reader turns every number into a float, so that
//! what was written is lost, and one damaged shape ends its reading. The format has been the same
//! since 1998.
//!
//! # Source
//! ESRI, *Shapefile Technical Description* (July 1998).

mod attributes;
mod shapes;

use std::io::{BufReader, Read, Seek, SeekFrom};

use self::attributes::{Attributes, Mark};
use self::shapes::Shapes;
use super::{
    Bytes, Encoding, Format, ReadError, ReadOptions, Remark, RowFault, RowFaultKind, Rows, Sheet,
    SourceRow, rewind, stem_of,
};

/// The files of one layer.
pub(crate) struct LayerFiles {
    /// The name of the `.shp` file.
    pub(crate) name: String,
    pub(crate) shp: Box<dyn Bytes>,
    pub(crate) dbf: Option<Box<dyn Bytes>>,
    /// The text of the `.prj` file.
    pub(crate) prj: Option<String>,
    /// The text of the `.cpg` file.
    pub(crate) cpg: Option<String>,
}

/// Open layers, each a sheet.
pub(crate) struct Shapefile {
    layers: Vec<Layer>,
    pub(crate) sheets: Vec<Sheet>,
}

struct Layer {
    file: String,
    shp: Box<dyn Bytes>,
    dbf: Box<dyn Bytes>,
    shapes: Shapes,
    attributes: Attributes,
}

impl Shapefile {
    pub(crate) fn open(
        files: Vec<LayerFiles>,
        options: &ReadOptions,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, ReadError> {
        let (mut layers, mut sheets) = (Vec::new(), Vec::new());
        for files in files {
            let (layer, sheet) = Layer::open(files, options, remarks)?;
            layers.push(layer);
            sheets.push(sheet);
        }
        Ok(Self { layers, sheets })
    }

    pub(crate) fn rows(
        &mut self,
        sheet: usize,
        options: &ReadOptions,
    ) -> Result<Box<dyn Rows + Send + '_>, ReadError> {
        let Layer { file, shp, dbf, shapes, attributes } = &mut self.layers[sheet];
        let mut shp = BufReader::new(rewind(file, shp)?);
        let mut dbf = BufReader::new(rewind(file, dbf)?);
        let seek = |error: std::io::Error| ReadError::Interrupted {
            file: file.clone(),
            detail: error.to_string(),
        };
        shp.seek(SeekFrom::Start(shapes::HEADER_BYTES)).map_err(seek)?;
        dbf.seek(SeekFrom::Start(attributes.header_bytes)).map_err(seek)?;
        Ok(Box::new(LayerRows {
            shp,
            dbf,
            shapes,
            attributes,
            record: 0,
            shape: Vec::new(),
            fields: Vec::new(),
            bytes: 0,
            row_limit: options.limits.row_bytes,
            ended: false,
        }))
    }
}

impl Layer {
    fn open(
        files: LayerFiles,
        options: &ReadOptions,
        remarks: &mut Vec<Remark>,
    ) -> Result<(Self, Sheet), ReadError> {
        let LayerFiles { name: file, mut shp, dbf, prj, cpg } = files;
        let name = stem_of(&file).to_owned();
        let Some(mut dbf) = dbf else {
            return Err(ReadError::MissingCompanion { file, extension: "dbf" });
        };
        let broken = |(line, detail): (Option<u64>, String)| ReadError::Broken {
            file: file.clone(),
            format: Format::Shapefile,
            line,
            detail,
        };
        let shapes = Shapes::open(BufReader::new(rewind(&file, &mut shp)?)).map_err(broken)?;
        let said = options.encoding.or_else(|| cpg.as_deref().and_then(Encoding::named));
        if let (None, Some(cpg)) = (said, cpg) {
            let named = cpg.trim();
            remarks.push(Remark::LeftOut(format!("the encoding `{named}` of `{name}`, not known")));
        }
        let source = BufReader::new(rewind(&file, &mut dbf)?);
        let attributes = Attributes::open(&name, source, said, remarks)
            .map_err(|detail| broken((None, detail)))?;
        if attributes.columns().count() > options.limits.cells_per_row {
            let limit = options.limits.cells_per_row as u64;
            return Err(ReadError::OverLimit { file, what: "columns", limit });
        }
        if shapes.records != attributes.records {
            remarks.push(Remark::LeftOut(format!(
                "`{name}` has {} shapes and {} rows of attributes; the rows without the other are at \
                 fault",
                shapes.records, attributes.records
            )));
        }
        let written = attributes.columns().map(str::to_owned).collect();
        let deleted = attributes.deleted;
        if deleted > 0 {
            remarks.push(Remark::LeftOut(format!(
                "{deleted} rows of `{name}` that are marked as deleted"
            )));
        }
        let sheet = Sheet {
            columns: super::header::unique(&name, written, remarks),
            name,
            parent: None,
            crs: prj,
            tags: None,
            rows: Some(shapes.records.max(attributes.records) - deleted),
        };
        Ok((Self { file, shp, dbf, shapes, attributes }, sheet))
    }
}

/// The rows of a layer, those marked as deleted left out.
struct LayerRows<'a> {
    shp: BufReader<&'a mut Box<dyn Bytes>>,
    dbf: BufReader<&'a mut Box<dyn Bytes>>,
    shapes: &'a Shapes,
    attributes: &'a Attributes,
    /// The number of records passed.
    record: u64,
    shape: Vec<u8>,
    fields: Vec<u8>,
    bytes: u64,
    row_limit: u64,
    ended: bool,
}

impl LayerRows<'_> {
    /// Reads the attributes and the shape of the record; true when it is not deleted.
    fn read(&mut self, row: &mut SourceRow) -> Result<bool, RowFaultKind> {
        let broken = |error: std::io::Error| RowFaultKind::Broken(error.to_string());
        let mut fault = None;
        let mut deleted = false;
        if self.record <= self.attributes.records {
            self.fields.resize(self.attributes.record_bytes, 0);
            self.dbf.read_exact(&mut self.fields).map_err(broken)?;
            self.bytes += self.fields.len() as u64;
            match self.attributes.read(&self.fields, row) {
                Ok(mark) => deleted = mark == Mark::Deleted,
                Err(kind) => fault = Some(kind),
            }
        } else {
            fault = Some(RowFaultKind::Unreadable("the shape has no attributes".to_owned()));
        }
        if self.record <= self.shapes.records {
            let length = shapes::content_length(&mut self.shp).map_err(broken)?;
            self.bytes += length;
            if length > self.row_limit {
                let skipped = i64::try_from(length).unwrap_or(i64::MAX);
                self.shp.seek_relative(skipped).map_err(broken)?;
                let what = "bytes in one shape";
                return Err(RowFaultKind::OverLimit { what, limit: self.row_limit, last: false });
            }
            self.shape.resize(usize::try_from(length).unwrap_or(usize::MAX), 0);
            self.shp.read_exact(&mut self.shape).map_err(broken)?;
            match shapes::shape(&self.shape) {
                Ok(placed) => {
                    row.geometry = placed.geometry;
                    row.rings_closed = placed.rings_closed;
                }
                Err(detail) => fault = fault.or(Some(RowFaultKind::Geometry(detail))),
            }
        } else {
            let detail = "the attributes have no shape".to_owned();
            fault.get_or_insert(RowFaultKind::Unreadable(detail));
        }
        match fault {
            _ if deleted => Ok(false),
            None => Ok(true),
            Some(kind) => Err(kind),
        }
    }
}

impl Rows for LayerRows<'_> {
    fn next(&mut self, row: &mut SourceRow) -> Result<bool, RowFault> {
        while !self.ended && self.record < self.shapes.records.max(self.attributes.records) {
            self.record += 1;
            row.start(self.record);
            match self.read(row) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(kind) => {
                    let fault = RowFault::new(self.record, kind);
                    self.ended = fault.is_last();
                    return Err(fault);
                }
            }
        }
        Ok(false)
    }

    fn bytes_read(&self) -> u64 {
        self.bytes
    }
}
