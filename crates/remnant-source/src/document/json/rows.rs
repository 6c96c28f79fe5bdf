//! Rows of a JSON file.
//!
//! Belongs here: putting the cells of a walk into the columns found at the first reading. Does not
//! belong here: the walk itself.

use std::collections::VecDeque;
use std::io::Read;

use struson::reader::{JsonReader, ValueType};

use super::geometry::{Placed, walk_feature};
use super::record::{Shape, Sink, flatten, walk};
use super::stream::{Failure, Records};
use crate::document::row::LooseCells;
use crate::document::{CellKind, Limits, RowFault, RowFaultKind, Rows, SourceRow};

/// The rows of one sheet of a file of objects or features.
pub(super) struct RecordRows<'a, R: Read> {
    records: Records<R>,
    filler: Filler<'a>,
    features: bool,
    limits: Limits,
    ended: bool,
}

impl<'a, R: Read> RecordRows<'a, R> {
    pub(super) fn new(
        records: Records<R>,
        shape: &'a Shape,
        sheet: usize,
        features: bool,
        limits: &Limits,
    ) -> Self {
        Self { records, filler: Filler::new(shape, sheet), features, limits: *limits, ended: false }
    }

    /// Walks through the next record.
    fn read(&mut self) -> Result<Option<Placed>, Failure> {
        if !self.records.next_record()? {
            return Ok(None);
        }
        let reader = self.records.reader()?;
        if self.features {
            return walk_feature(reader, &mut self.filler).map(Some);
        }
        walk(reader, &mut self.filler)?;
        Ok(Some(Placed::default()))
    }
}

impl<R: Read> Rows for RecordRows<'_, R> {
    fn next(&mut self, row: &mut SourceRow) -> Result<bool, RowFault> {
        let mut placed = Placed::default();
        while self.filler.ready.is_empty() {
            if self.ended {
                return Ok(false);
            }
            match self.read() {
                Ok(Some(found)) => placed = found,
                Ok(None) => {
                    self.ended = true;
                    return Ok(false);
                }
                Err(failure) => {
                    self.ended = true;
                    let line = self.records.count.max(1);
                    row.start(line);
                    return Err(self.records.told(failure).last_fault(line, &self.limits));
                }
            }
        }
        let Some(ready) = self.filler.ready.pop_front() else { return Ok(false) };
        row.start(ready.number);
        ready.cells.push_to(row);
        row.geometry = placed.geometry;
        row.rings_closed = placed.rings_closed;
        let fault = ready.fault.or(placed.fault.map(RowFaultKind::Geometry));
        self.filler.spare.push(ready.cells);
        let too_long = row.cells().any(|cell| cell.text.len() > self.limits.cell_bytes);
        match fault {
            Some(kind) => Err(RowFault::new(row.line, kind)),
            None if too_long => {
                let limit = self.limits.cell_bytes as u64;
                let what = "bytes in one cell";
                Err(RowFault::new(row.line, RowFaultKind::OverLimit { what, limit, last: false }))
            }
            None => Ok(true),
        }
    }

    fn bytes_read(&self) -> u64 {
        self.records.meter.total()
    }
}

/// Takes the cells of one sheet out of the walk.
struct Filler<'a> {
    shape: &'a Shape,
    wanted: usize,
    /// The rows begun, the outermost first.
    open: Vec<Open>,
    /// How many rows of each sheet have begun.
    begun: Vec<u64>,
    ready: VecDeque<Ready>,
    spare: Vec<LooseCells>,
}

struct Open {
    sheet: usize,
    number: u64,
    key: String,
    /// The rows in `ready` that began inside this one.
    from: usize,
}

struct Ready {
    number: u64,
    cells: LooseCells,
    fault: Option<RowFaultKind>,
}

impl<'a> Filler<'a> {
    fn new(shape: &'a Shape, wanted: usize) -> Self {
        Self {
            shape,
            wanted,
            open: Vec::new(),
            begun: vec![0; shape.sheets().len()],
            ready: VecDeque::new(),
            spare: Vec::new(),
        }
    }

    fn begin(&mut self, sheet: usize) {
        let number = self.begun.get_mut(sheet).map_or(0, |begun| {
            *begun += 1;
            *begun
        });
        self.open.push(Open { sheet, number, key: String::new(), from: self.ready.len() });
        if sheet == self.wanted {
            let mut cells = self.spare.pop().unwrap_or_default();
            cells.start(self.shape.sheets()[sheet].columns.len());
            self.ready.push_back(Ready { number, cells, fault: None });
        }
    }

    fn end(&mut self) {
        let Some(ended) = self.open.pop() else { return };
        let parent = self.shape.sheets().get(self.wanted).and_then(|sheet| sheet.parent);
        if parent == Some(ended.sheet) {
            let number = ended.number.to_string();
            for ready in self.ready.iter_mut().skip(ended.from) {
                ready.cells.set(0, &number, CellKind::Number);
                ready.cells.set(1, &ended.key, CellKind::Text);
            }
        }
    }
}

/// The number that no sheet has: that of a row which was not there at the first reading.
const UNKNOWN: usize = usize::MAX;

impl Sink for Filler<'_> {
    fn begin_child(&mut self, name: &str) -> Result<(), Failure> {
        let parent = self.open.last().map_or(UNKNOWN, |open| open.sheet);
        let child = if parent == UNKNOWN { None } else { self.shape.child(parent, name) }
            .unwrap_or(UNKNOWN);
        self.begin(child);
        Ok(())
    }

    fn cell(&mut self, name: &str, text: &str, kind: CellKind) -> Result<(), Failure> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let Some(sheet) = self.shape.sheets().get(open.sheet) else { return Ok(()) };
        let column = sheet.column(name);
        if column.is_some() && column == sheet.key && open.key.is_empty() {
            open.key.push_str(text);
        }
        if open.sheet != self.wanted {
            return Ok(());
        }
        let Some(ready) = self.ready.back_mut() else { return Ok(()) };
        let fault = match column {
            None => Some(RowFaultKind::UnknownColumn(name.to_owned())),
            Some(column) if !ready.cells.set(column, text, kind) => {
                Some(RowFaultKind::WrittenTwice(sheet.columns[column].clone()))
            }
            Some(_) => None,
        };
        if let Some(fault) = fault {
            ready.fault.get_or_insert(fault);
        }
        Ok(())
    }

    fn end_child(&mut self) {
        self.end();
    }

    fn begin_record(&mut self) {
        self.begin(0);
    }

    fn end_record(&mut self) {
        while !self.open.is_empty() {
            self.end();
        }
    }
}

/// The rows of a file of arrays, the header among them.
pub(super) struct ListRows<R: Read> {
    records: Records<R>,
    limits: Limits,
    ended: bool,
}

impl<R: Read> ListRows<R> {
    pub(super) fn new(records: Records<R>, limits: &Limits) -> Self {
        Self { records, limits: *limits, ended: false }
    }

    fn read(&mut self, row: &mut SourceRow) -> Result<Option<RowFaultKind>, Failure> {
        let reader = self.records.reader()?;
        if reader.peek()? != ValueType::Array {
            let mut whole = Listed { row, fault: None, limits: &self.limits };
            flatten(reader, &mut String::new(), &mut whole, false)?;
            return Ok(Some(RowFaultKind::Unreadable(
                "it is no array, as the first is".to_owned(),
            )));
        }
        let mut cells = Listed { row, fault: None, limits: &self.limits };
        reader.begin_array()?;
        while reader.has_next()? {
            if reader.peek()? == ValueType::Object {
                let text = super::stream::as_written(reader)?;
                cells.cell("", &text, CellKind::Text)?;
            } else {
                flatten(reader, &mut String::new(), &mut cells, false)?;
            }
        }
        reader.end_array()?;
        Ok(cells.fault)
    }
}

impl<R: Read> Rows for ListRows<R> {
    fn next(&mut self, row: &mut SourceRow) -> Result<bool, RowFault> {
        if self.ended {
            return Ok(false);
        }
        let step = self.records.next_record().and_then(|more| {
            row.start(self.records.count);
            if more { self.read(row).map(Some) } else { Ok(None) }
        });
        match step {
            Ok(Some(None)) => Ok(true),
            Ok(Some(Some(kind))) => Err(RowFault::new(row.line, kind)),
            Ok(None) => {
                self.ended = true;
                Ok(false)
            }
            Err(failure) => {
                self.ended = true;
                let line = self.records.count.max(1);
                row.start(line);
                Err(self.records.told(failure).last_fault(line, &self.limits))
            }
        }
    }

    fn bytes_read(&self) -> u64 {
        self.records.meter.total()
    }
}

/// Cells in the order in which they come.
struct Listed<'a> {
    row: &'a mut SourceRow,
    fault: Option<RowFaultKind>,
    limits: &'a Limits,
}

impl Sink for Listed<'_> {
    fn begin_child(&mut self, _name: &str) -> Result<(), Failure> {
        Ok(())
    }

    fn cell(&mut self, _name: &str, text: &str, kind: CellKind) -> Result<(), Failure> {
        let over = |what, limit| RowFaultKind::OverLimit { what, limit: limit as u64, last: false };
        if self.row.len() >= self.limits.cells_per_row {
            self.fault.get_or_insert(over("cells", self.limits.cells_per_row));
        } else if text.len() > self.limits.cell_bytes {
            self.fault.get_or_insert(over("bytes in one cell", self.limits.cell_bytes));
        } else {
            self.row.push(text, kind);
        }
        Ok(())
    }

    fn end_child(&mut self) {}

    fn begin_record(&mut self) {}

    fn end_record(&mut self) {}
}
