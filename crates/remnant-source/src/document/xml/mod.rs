//! XML: KML, GPX and maXML.
//!
//! Belongs here: the records of the three, and their rows. Does not belong here: markup (`element`),
//! sheets and columns (`tables`), geometry (`kml`, `gpx`).
//!
//! A file is read as a stream, once to learn its columns and once for each sheet's rows; one record at
//! a time is in memory.

mod element;
mod gpx;
mod kml;
mod ma_xml;
mod tables;

use std::collections::{BTreeMap, VecDeque};
use std::io::Read;

use geo_types::Geometry;

use self::element::{Element, Elements, Failure, Step};
use self::tables::{Finder, Tables};
use super::header::unique;
use super::row::LooseCells;
use super::{
    Bytes, Format, Limits, ReadError, ReadOptions, Remark, RowFault, RowFaultKind, Rows, Sheet,
    SourceRow, rewind,
};

/// The geometry of a record or row.
#[derive(Clone, Debug, Default, PartialEq)]
struct Placed {
    geometry: Option<Geometry<f64>>,
    rings_closed: u32,
    fault: Option<String>,
}

/// Which of the three a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Kml,
    Gpx,
    MaXml,
}

/// What an element between records is.
enum Role {
    /// A record.
    Record,
    /// Something that may hold records.
    Around,
    /// Something that names what is around it.
    Label,
    /// Something that is not read, and whether that must be told.
    LeftOut(bool),
}

/// An open XML file.
pub(crate) struct Xml {
    file: String,
    bytes: Box<dyn Bytes>,
    dialect: Dialect,
    format: Format,
    tables: Tables,
    pub(crate) sheets: Vec<Sheet>,
}

impl Xml {
    pub(crate) fn open(
        file: &str,
        format: Format,
        dialect: Dialect,
        mut bytes: Box<dyn Bytes>,
        options: &ReadOptions,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, ReadError> {
        let limits = &options.limits;
        let over = |what, limit: usize| ReadError::OverLimit {
            file: file.to_owned(),
            what,
            limit: limit as u64,
        };
        let mut tables = Tables::default();
        let mut records = Records::new(rewind(file, &mut bytes)?, dialect, limits);
        loop {
            match records.next_record() {
                Ok(Some(record)) => {
                    tables.meet(&record.kind, &record.element, dialect.rows());
                    // No sheet may have more; that many in all sheets is more than any form has.
                    if tables.paths() > limits.cells_per_row {
                        return Err(over("different elements", limits.cells_per_row));
                    }
                }
                Ok(None) => break,
                Err(failure) => return Err(refusal(failure, file, format, limits)),
            }
        }
        for (name, count) in &records.left_out {
            remarks.push(Remark::LeftOut(format!("the elements `{name}` ({count})")));
        }
        drop(records);
        tables.close();
        if tables.sheets.len() > limits.sheets {
            return Err(over("sheets", limits.sheets));
        }
        if tables.sheets.iter().any(|sheet| sheet.columns.len() > limits.cells_per_row) {
            return Err(over("columns", limits.cells_per_row));
        }
        let sheets = tables
            .sheets
            .iter()
            .map(|sheet| Sheet {
                name: sheet.name.clone(),
                columns: unique(&sheet.name, sheet.columns.clone(), remarks),
                parent: sheet.parent,
                crs: None,
                tags: None,
                rows: Some(sheet.rows),
            })
            .collect();
        Ok(Self { file: file.to_owned(), bytes, dialect, format, tables, sheets })
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    pub(crate) fn rows(
        &mut self,
        sheet: usize,
        options: &ReadOptions,
    ) -> Result<Box<dyn Rows + Send + '_>, ReadError> {
        let limits = options.limits;
        let bytes = rewind(&self.file, &mut self.bytes)?;
        Ok(Box::new(XmlRows {
            records: Records::new(bytes, self.dialect, &limits),
            finder: Finder::new(&self.tables, sheet),
            ready: VecDeque::new(),
            limits,
            ended: false,
        }))
    }
}

fn refusal(failure: Failure, file: &str, format: Format, limits: &Limits) -> ReadError {
    let file = file.to_owned();
    match failure {
        Failure::Broken(line, detail) => {
            ReadError::Broken { file, format, line: Some(line), detail }
        }
        Failure::TooLong(_) => {
            ReadError::OverLimit { file, what: "bytes in one record", limit: limits.row_bytes }
        }
    }
}

impl Dialect {
    /// What an element is, by its name and those of the elements around it.
    fn role(self, around: &[Level], name: &str) -> Role {
        match self {
            Self::Kml => kml::role(around.last().map(|level| level.name.as_str()), name),
            Self::Gpx => gpx::role(around.len(), name),
            Self::MaXml => ma_xml::role(around.len(), name),
        }
    }

    /// Elements that have rows of their own even when each stands once in its parent.
    fn rows(self) -> &'static [&'static str] {
        match self {
            Self::Gpx => &["trkseg", "trkpt", "rtept"],
            Self::Kml | Self::MaXml => &[],
        }
    }

    fn record(self, element: Element, around: &[Level]) -> Record {
        match self {
            Self::Kml => kml::record(element, around),
            Self::Gpx => Record { kind: element.name.clone(), element, placed: Placed::default() },
            Self::MaXml => {
                Record { kind: ma_xml::kind(&element), element, placed: Placed::default() }
            }
        }
    }
}

/// An element that is gone into, and the name that it gives itself.
struct Level {
    name: String,
    label: String,
}

/// One record.
struct Record {
    kind: String,
    element: Element,
    placed: Placed,
}

/// The records of a file, one after the other.
struct Records<R: Read> {
    elements: Elements<R>,
    dialect: Dialect,
    around: Vec<Level>,
    left_out: BTreeMap<String, u64>,
    any: bool,
}

impl<R: Read> Records<R> {
    fn new(bytes: R, dialect: Dialect, limits: &Limits) -> Self {
        Self {
            elements: Elements::new(bytes, limits),
            dialect,
            around: Vec::new(),
            left_out: BTreeMap::new(),
            any: false,
        }
    }

    fn next_record(&mut self) -> Result<Option<Record>, Failure> {
        loop {
            let begun = match self.elements.step()? {
                Step::Last if !self.any => {
                    return Err(Failure::Broken(1, "it holds no element".to_owned()));
                }
                Step::Last => return Ok(None),
                Step::End => {
                    self.around.pop();
                    continue;
                }
                Step::Begin(begun) => begun,
            };
            self.any = true;
            match self.dialect.role(&self.around, &begun.name) {
                Role::Record => {
                    let element = self.elements.element(begun)?;
                    return Ok(Some(self.dialect.record(element, &self.around)));
                }
                Role::Around => {
                    self.around.push(Level { name: begun.name, label: String::new() });
                }
                Role::Label => {
                    let element = self.elements.element(begun)?;
                    if let Some(level) = self.around.last_mut() {
                        level.label = element.text;
                    }
                }
                Role::LeftOut(told) => {
                    self.elements.pass_over()?;
                    if told {
                        *self.left_out.entry(begun.name).or_default() += 1;
                    }
                }
            }
        }
    }
}

/// The rows of one sheet.
struct XmlRows<'a, R: Read> {
    records: Records<R>,
    finder: Finder<'a>,
    ready: VecDeque<Ready>,
    limits: Limits,
    ended: bool,
}

struct Ready {
    line: u64,
    cells: LooseCells,
    fault: Option<RowFaultKind>,
    placed: Placed,
}

impl<R: Read> XmlRows<'_, R> {
    /// Makes the rows of the next record ready; false at the end.
    fn read(&mut self) -> Result<bool, Failure> {
        let Some(record) = self.records.next_record()? else { return Ok(false) };
        let mut placed = Some(record.placed);
        for found in self.finder.find(&record.kind, &record.element) {
            let is_record = std::ptr::eq(found.element, &record.element);
            let placed = match self.records.dialect {
                Dialect::Gpx => gpx::placed(found.element),
                // A record has one row in its own sheet, and the geometry belongs to that.
                _ if is_record => placed.take().unwrap_or_default(),
                _ => Placed::default(),
            };
            self.ready.push_back(Ready {
                line: found.element.line,
                cells: found.cells,
                fault: found.fault,
                placed,
            });
        }
        Ok(true)
    }
}

impl<R: Read> Rows for XmlRows<'_, R> {
    fn next(&mut self, row: &mut SourceRow) -> Result<bool, RowFault> {
        while self.ready.is_empty() {
            if self.ended {
                return Ok(false);
            }
            match self.read() {
                Ok(true) => {}
                Ok(false) => {
                    self.ended = true;
                    return Ok(false);
                }
                Err(failure) => {
                    self.ended = true;
                    let (line, kind) = match failure {
                        Failure::Broken(line, detail) => (line, RowFaultKind::Broken(detail)),
                        Failure::TooLong(line) => {
                            let what = "bytes in one record";
                            let limit = self.limits.row_bytes;
                            (line, RowFaultKind::OverLimit { what, limit, last: true })
                        }
                    };
                    row.start(line);
                    return Err(RowFault::new(line, kind));
                }
            }
        }
        let Some(ready) = self.ready.pop_front() else { return Ok(false) };
        row.start(ready.line);
        ready.cells.push_to(row);
        row.geometry = ready.placed.geometry;
        row.rings_closed = ready.placed.rings_closed;
        let too_long = row.cells().any(|cell| cell.text.len() > self.limits.cell_bytes);
        let too_long = too_long.then_some(RowFaultKind::OverLimit {
            what: "bytes in one cell",
            limit: self.limits.cell_bytes as u64,
            last: false,
        });
        let geometry = ready.placed.fault.map(RowFaultKind::Geometry);
        match ready.fault.or(geometry).or(too_long) {
            Some(kind) => Err(RowFault::new(ready.line, kind)),
            None => Ok(true),
        }
    }

    fn bytes_read(&self) -> u64 {
        self.records.elements.meter.total()
    }
}
