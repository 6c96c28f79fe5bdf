//! One row of a foreign file, as it was written.
//!
//! Belongs here: cells, their kinds and the row that holds them. Does not belong here: where a row
//! comes from, and what a cell means.

use std::ops::Range;

use geo_types::Geometry;

use super::RowFault;

/// What the file itself says a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellKind {
    /// Nothing was written: an empty cell, a missing member, `null`.
    Blank,
    /// Text. Every written cell of a format that knows only text (CSV, DBF characters, XML).
    Text,
    /// A number; the text has its digits as the file has them.
    Number,
    /// A date or time that the format marks as such, such as a spreadsheet's serial number with a
    /// date format; the text is ISO 8601.
    Date,
    /// A yes or no that the format marks as such; the text is `true` or `false`.
    Boolean,
    /// A formula that failed, such as `#REF!`; the text is the spreadsheet's word for it.
    Error,
}

/// One cell: its text as written and what the file says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The text; empty for [`CellKind::Blank`].
    pub text: &'a str,
    /// What the file says of the cell.
    pub kind: CellKind,
}

impl Cell<'_> {
    /// A cell in which nothing is written.
    pub const BLANK: Self = Self { text: "", kind: CellKind::Blank };
}

/// One row, filled anew by each [`Rows::next`]; its buffers are kept, so that a row costs no
/// allocation once the longest has been met.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceRow {
    /// Where the row is found again; the first is 1. The line of a CSV, KML, GPX or maXML file, the
    /// row number of a spreadsheet, the number of the record in a shapefile. In JSON the number of the
    /// record in its sheet, since such files are often one line.
    pub line: u64,
    /// The geometry, for formats that carry one apart from the cells. Longitude first; heights and
    /// measures are not read.
    pub geometry: Option<Geometry<f64>>,
    /// How many rings of the geometry end elsewhere than they begin in the file. The geometry type can
    /// hold closed rings only, so they are closed here, and told by this number.
    pub rings_closed: u32,
    text: String,
    ends: Vec<usize>,
    kinds: Vec<CellKind>,
}

impl SourceRow {
    /// A row without cells, to be filled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the row has no cell. A row of blank cells is not empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell of a column, counted from 0; [`Cell::BLANK`] past the last.
    #[must_use]
    pub fn cell(&self, column: usize) -> Cell<'_> {
        let Some(&end) = self.ends.get(column) else { return Cell::BLANK };
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        Cell { text: &self.text[start..end], kind: self.kinds[column] }
    }

    /// The cells in the order of the columns.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.len()).map(|column| self.cell(column))
    }

    /// Whether every cell is blank and there is no geometry.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.geometry.is_none() && self.kinds.iter().all(|kind| *kind == CellKind::Blank)
    }

    /// Empties the row for a new one that starts at `line`, and keeps its buffers.
    pub(crate) fn start(&mut self, line: u64) {
        self.line = line;
        self.geometry = None;
        self.rings_closed = 0;
        self.text.clear();
        self.ends.clear();
        self.kinds.clear();
    }

    /// Adds a cell at the end. Empty text makes it blank, whatever kind is given.
    pub(crate) fn push(&mut self, text: &str, kind: CellKind) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.kinds.push(if text.is_empty() { CellKind::Blank } else { kind });
    }

    /// Adds cells of text that lie side by side in `joined`, each given by its place there.
    ///
    /// The one copy that a row of CSV costs. The places must follow one another without a gap and
    /// fall on characters; the caller has checked both.
    pub(crate) fn push_joined(&mut self, joined: &str, places: impl Iterator<Item = Range<usize>>) {
        let offset = self.text.len();
        self.text.push_str(joined);
        for place in places {
            let kind = if place.is_empty() { CellKind::Blank } else { CellKind::Text };
            self.ends.push(offset + place.end);
            self.kinds.push(kind);
        }
    }

    /// Adds blank cells until there are `width`.
    pub(crate) fn pad(&mut self, width: usize) {
        while self.len() < width {
            self.push("", CellKind::Blank);
        }
    }

    /// Drops the cells from `width` on.
    pub(crate) fn truncate(&mut self, width: usize) {
        if width < self.len() {
            self.text.truncate(if width == 0 { 0 } else { self.ends[width - 1] });
            self.ends.truncate(width);
            self.kinds.truncate(width);
        }
    }

    /// Drops the first `count` cells, which must be blank.
    pub(crate) fn drop_leading_blanks(&mut self, count: usize) {
        let count = count.min(self.len());
        self.ends.drain(..count);
        self.kinds.drain(..count);
    }

    /// The number of cells up to the last that is not blank.
    pub(crate) fn written_width(&self) -> usize {
        self.kinds.iter().rposition(|kind| *kind != CellKind::Blank).map_or(0, |last| last + 1)
    }
}

/// Cells that arrive in any order, as members of an object do, until they are put into a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct LooseCells {
    text: String,
    places: Vec<Option<(Range<usize>, CellKind)>>,
}

impl LooseCells {
    /// Empties the cells for a row of `width` columns.
    pub(crate) fn start(&mut self, width: usize) {
        self.text.clear();
        self.places.clear();
        self.places.resize(width, None);
    }

    /// Writes a cell; false, and nothing written, when the column has one already.
    pub(crate) fn set(&mut self, column: usize, text: &str, kind: CellKind) -> bool {
        if self.places.len() <= column {
            self.places.resize(column + 1, None);
        }
        if self.places[column].is_some() {
            return false;
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.places[column] = Some((start..self.text.len(), kind));
        true
    }

    /// The cell of a column.
    pub(crate) fn get(&self, column: usize) -> Cell<'_> {
        match self.places.get(column) {
            Some(Some((place, kind))) => Cell { text: &self.text[place.clone()], kind: *kind },
            _ => Cell::BLANK,
        }
    }

    /// Adds the cells to a row, in the order of the columns.
    pub(crate) fn push_to(&self, row: &mut SourceRow) {
        for column in 0..self.places.len() {
            let cell = self.get(column);
            row.push(cell.text, cell.kind);
        }
    }
}

/// The rows of one sheet, one after the other.
pub trait Rows {
    /// Fills `row` with the next row; `Ok(false)` at the end.
    ///
    /// # Errors
    /// A fault in one row, told with its line; reading goes on with the row after it, and `row` holds
    /// the cells as far as they could be told apart. After a fault that ends the reading
    /// ([`RowFault::is_last`]) the next call gives `Ok(false)`.
    fn next(&mut self, row: &mut SourceRow) -> Result<bool, RowFault>;

    /// The bytes of the file read so far, for showing progress. Of a packed file the packed bytes
    /// where they are known, else the unpacked.
    fn bytes_read(&self) -> u64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_lie_side_by_side_and_come_back_one_by_one() {
        let mut row = SourceRow::new();
        row.start(7);
        row.push("a", CellKind::Text);
        row.push("", CellKind::Text);
        row.push("12", CellKind::Number);
        assert_eq!(row.cell(0), Cell { text: "a", kind: CellKind::Text });
        assert_eq!(row.cell(1), Cell::BLANK);
        assert_eq!(row.cell(2), Cell { text: "12", kind: CellKind::Number });
        assert_eq!(row.cell(3), Cell::BLANK);
        assert_eq!(row.cells().count(), 3);
        row.truncate(1);
        row.pad(2);
        assert_eq!(row.cells().map(|cell| cell.text).collect::<Vec<_>>(), ["a", ""]);
        row.start(8);
        assert!(row.is_empty() && row.is_blank());
    }

    #[test]
    fn a_loose_cell_is_written_once() {
        let mut cells = LooseCells::default();
        cells.start(2);
        assert!(cells.set(1, "b", CellKind::Text));
        assert!(!cells.set(1, "c", CellKind::Text));
        let mut row = SourceRow::new();
        cells.push_to(&mut row);
        assert_eq!(row.cells().map(|cell| cell.text).collect::<Vec<_>>(), ["", "b"]);
    }
}
