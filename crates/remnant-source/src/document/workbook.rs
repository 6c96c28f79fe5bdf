//! Workbooks: XLSX as a stream, XLS and ODS in memory.
//!
//! Belongs here: cells of a spreadsheet as text, and the row numbers under which a person finds them.
//! Does not belong here: deciding which sheet holds what.

use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataRef, ExcelDateTime, Ods, Range, Reader, SheetType, Xls, Xlsx, XlsxCellReader,
};

use super::header::{Below, Edges, Header};
use super::row::LooseCells;
use super::{Bytes, CellKind, Format, Limits, ReadError, ReadOptions, Remark, RowFault};
use super::{RowFaultKind, Rows, SourceRow};

/// An open workbook.
pub(crate) struct Workbook {
    file: String,
    cells: Cells,
    sheets: Vec<FilledSheet>,
}

/// A sheet that holds something.
pub(crate) struct FilledSheet {
    pub(crate) name: String,
    pub(crate) header: Header,
    /// Its place among all sheets of the file.
    number: usize,
}

enum Cells {
    Xlsx(Box<Xlsx<Box<dyn Bytes>>>),
    /// The older formats keep their sheets in memory anyway.
    InMemory(Vec<Range<Data>>),
}

impl Workbook {
    pub(crate) fn open(
        file: &str,
        format: Format,
        bytes: Box<dyn Bytes>,
        options: &ReadOptions,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, ReadError> {
        let broken = |detail: String| ReadError::Broken {
            file: file.to_owned(),
            format,
            line: None,
            detail,
        };
        let mut names = Vec::new();
        let mut keep = |name: &str, kind: SheetType| {
            let is_table = matches!(kind, SheetType::WorkSheet);
            if is_table {
                names.push(name.to_owned());
            } else {
                remarks.push(Remark::LeftOut(format!("`{name}`, which is no sheet of cells")));
            }
        };
        let mut cells = match format {
            Format::Xls => {
                let mut book = guarded(|| Xls::new(bytes)).map_err(refused_or(file, format))?;
                let sheets = book.sheets_metadata().to_vec();
                sheets.iter().for_each(|sheet| keep(&sheet.name, sheet.typ));
                ranges(&names, |name| book.worksheet_range(name)).map(Cells::InMemory)
            }
            Format::Ods => {
                let mut book = guarded(|| Ods::new(bytes)).map_err(refused_or(file, format))?;
                let sheets = book.sheets_metadata().to_vec();
                sheets.iter().for_each(|sheet| keep(&sheet.name, sheet.typ));
                ranges(&names, |name| book.worksheet_range(name)).map(Cells::InMemory)
            }
            _ => {
                let book = guarded(|| Xlsx::new(bytes)).map_err(refused_or(file, format))?;
                let sheets = book.sheets_metadata().to_vec();
                sheets.iter().for_each(|sheet| keep(&sheet.name, sheet.typ));
                Ok(Cells::Xlsx(Box::new(book)))
            }
        }
        .map_err(broken)?;
        if names.len() > options.limits.sheets {
            return Err(ReadError::OverLimit {
                file: file.to_owned(),
                what: "sheets",
                limit: options.limits.sheets as u64,
            });
        }
        let mut sheets = Vec::new();
        for (number, name) in names.into_iter().enumerate() {
            let mut found = Vec::new();
            let merged = merged_areas(&mut cells, &name).map_err(broken)?;
            let header = {
                let mut rows = raw_rows(&mut cells, number, &name, &options.limits, &merged)
                    .map_err(broken)?;
                let limits = &options.limits;
                Header::find(&name, &mut rows, options.header, format, limits, &mut found)?
            };
            let Some(header) = header else {
                remarks.push(Remark::LeftOut(format!("the sheet `{name}`, which is empty")));
                continue;
            };
            remarks.extend(found);
            tell_merged(&name, &header, &merged, remarks);
            sheets.push(FilledSheet { name, header, number });
        }
        if sheets.is_empty() {
            return Err(ReadError::Empty { file: file.to_owned() });
        }
        Ok(Self { file: file.to_owned(), cells, sheets })
    }

    /// The sheets that hold something, in the order of the file.
    pub(crate) fn sheets(&self) -> &[FilledSheet] {
        &self.sheets
    }

    pub(crate) fn rows(
        &mut self,
        sheet: usize,
        options: &ReadOptions,
    ) -> Result<Box<dyn Rows + Send + '_>, ReadError> {
        let FilledSheet { name, header, number } = &self.sheets[sheet];
        let rows =
            raw_rows(&mut self.cells, *number, name, &options.limits, &[]).map_err(|detail| {
                ReadError::Broken {
                    file: self.file.clone(),
                    format: Format::Xlsx,
                    line: None,
                    detail,
                }
            })?;
        Ok(Box::new(Below {
            rows,
            header: header.clone(),
            edges: Edges::Sparse,
            trailing: options.trailing_blanks,
        }))
    }
}

/// Runs a step of the spreadsheet reader; a panic of it, which a damaged file may cause, becomes an
/// error like any other.
fn guarded<T, E: std::fmt::Display>(step: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("the spreadsheet reader gave up on a damaged file".to_owned()),
    }
}

fn refused_or(file: &str, format: Format) -> impl Fn(String) -> ReadError {
    let file = file.to_owned();
    move |detail| {
        if detail.to_lowercase().contains("password") {
            return ReadError::NotRead {
                file: file.clone(),
                what: "an encrypted workbook",
                instead: "open it with its password and save it without one",
            };
        }
        ReadError::Broken { file: file.clone(), format, line: None, detail }
    }
}

fn ranges<E: std::fmt::Display>(
    names: &[String],
    mut range: impl FnMut(&str) -> Result<Range<Data>, E>,
) -> Result<Vec<Range<Data>>, String> {
    names.iter().map(|name| guarded(|| range(name))).collect()
}

/// One merged area: first row, first column, last row, last column, counted from 0.
type Merged = (u32, u32, u32, u32);

fn merged_areas(cells: &mut Cells, name: &str) -> Result<Vec<Merged>, String> {
    let Cells::Xlsx(book) = cells else { return Ok(Vec::new()) };
    let areas = guarded(|| book.merge_cells_by_sheet_name(name))?;
    Ok(areas.iter().map(|area| (area.start.0, area.start.1, area.end.0, area.end.1)).collect())
}

fn tell_merged(name: &str, header: &Header, merged: &[Merged], remarks: &mut Vec<Remark>) {
    let mut below = 0;
    for &(top, left, _, right) in merged {
        let column = (left as usize).checked_sub(header.first_column);
        let text = column.and_then(|column| header.columns.get(column));
        if u64::from(top) + 1 > header.last_line {
            below += 1;
        } else if let Some(text) = text
            && u64::from(top) + 1 == header.line
            && right > left
        {
            remarks.push(Remark::MergedHeader {
                sheet: name.to_owned(),
                text: text.clone(),
                columns: (right - left) as usize + 1,
            });
        }
    }
    if below > 0 {
        remarks.push(Remark::MergedCells { sheet: name.to_owned(), areas: below });
    }
}

fn raw_rows<'a>(
    cells: &'a mut Cells,
    number: usize,
    name: &str,
    limits: &Limits,
    merged: &[Merged],
) -> Result<SheetRows<'a>, String> {
    let source = match cells {
        Cells::Xlsx(book) => {
            CellSource::Xlsx(Box::new(guarded(|| book.worksheet_cells_reader(name))?))
        }
        Cells::InMemory(ranges) => CellSource::InMemory { range: &ranges[number], next: 0 },
    };
    Ok(SheetRows {
        source,
        merged: merged.iter().filter(|area| area.3 > area.1).copied().collect(),
        cells: LooseCells::default(),
        ahead: None,
        last_line: 0,
        limits: *limits,
        ended: false,
        bytes: 0,
        scratch: String::new(),
    })
}

/// All rows of a sheet that hold a cell.
struct SheetRows<'a> {
    source: CellSource<'a>,
    /// Merged areas whose text is wanted in all their columns: those of the header, while it is read.
    merged: Vec<Merged>,
    cells: LooseCells,
    /// The first cell of the next row, met when the last row ended.
    ahead: Option<(u32, u32, DataRef<'a>)>,
    last_line: u64,
    limits: Limits,
    ended: bool,
    bytes: u64,
    scratch: String,
}

enum CellSource<'a> {
    Xlsx(Box<XlsxCellReader<'a, Box<dyn Bytes>>>),
    InMemory { range: &'a Range<Data>, next: usize },
}

impl<'a> CellSource<'a> {
    /// The next cell: row and column from 0, and value.
    fn next(&mut self) -> Result<Option<(u32, u32, DataRef<'a>)>, String> {
        match self {
            Self::Xlsx(reader) => {
                let cell = guarded(|| reader.next_cell())?;
                Ok(cell.map(|cell| {
                    let (row, column) = cell.get_position();
                    (row, column, cell.get_value().clone())
                }))
            }
            Self::InMemory { range, next } => {
                let (height, width) = range.get_size();
                let (top, left) = range.start().unwrap_or((0, 0));
                while *next < height * width {
                    let (row, column) = (*next / width, *next % width);
                    *next += 1;
                    if let Some(value) = range.get((row, column))
                        && *value != Data::Empty
                    {
                        let (row, column) = (row as u32, column as u32);
                        return Ok(Some((top + row, left + column, borrowed(value))));
                    }
                }
                Ok(None)
            }
        }
    }
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::DateTime(serial) => DataRef::DateTime(*serial),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

impl SheetRows<'_> {
    /// Keeps a cell of the row that is being gathered.
    fn keep(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), RowFaultKind> {
        let over =
            |what, limit: usize| RowFaultKind::OverLimit { what, limit: limit as u64, last: false };
        if column as usize >= self.limits.cells_per_row {
            return Err(over("cells", self.limits.cells_per_row));
        }
        self.scratch.clear();
        let kind = write_value(value, &mut self.scratch);
        if self.scratch.len() > self.limits.cell_bytes {
            return Err(over("bytes in one cell", self.limits.cell_bytes));
        }
        self.bytes += self.scratch.len() as u64;
        if kind == CellKind::Blank {
            return Ok(());
        }
        if !self.cells.set(column as usize, &self.scratch, kind) {
            return Err(RowFaultKind::WrittenTwice(format!("column {}", column + 1)));
        }
        let area = self.merged.iter().find(|area| (area.0, area.1) == (row, column)).copied();
        if let Some((_, _, _, right)) = area {
            let right = (right as usize).min(self.limits.cells_per_row - 1);
            for covered in column as usize + 1..=right {
                self.cells.set(covered, &self.scratch, kind);
            }
        }
        Ok(())
    }
}

impl Rows for SheetRows<'_> {
    fn next(&mut self, row: &mut SourceRow) -> Result<bool, RowFault> {
        if self.ended {
            return Ok(false);
        }
        self.cells.start(0);
        let mut at: Option<u32> = None;
        let mut fault = None;
        loop {
            let cell = match self.ahead.take() {
                Some(cell) => Ok(Some(cell)),
                None => self.source.next(),
            };
            match cell {
                Ok(Some((cell_row, column, value))) => {
                    if matches!(value, DataRef::Empty) {
                        continue;
                    }
                    if at.is_some_and(|at| at != cell_row) {
                        self.ahead = Some((cell_row, column, value));
                        break;
                    }
                    at = Some(cell_row);
                    if let Err(kind) = self.keep(cell_row, column, &value) {
                        fault.get_or_insert(kind);
                    }
                }
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(detail) => {
                    self.ended = true;
                    let line = at.map_or(self.last_line + 1, |at| u64::from(at) + 1);
                    row.start(line);
                    return Err(RowFault::new(line, RowFaultKind::Broken(detail)));
                }
            }
        }
        let Some(at) = at else { return Ok(false) };
        let line = u64::from(at) + 1;
        row.start(line);
        self.cells.push_to(row);
        if line <= self.last_line {
            fault.get_or_insert(RowFaultKind::OutOfOrder { after: self.last_line });
        }
        self.last_line = self.last_line.max(line);
        match fault {
            Some(kind) => Err(RowFault::new(line, kind)),
            None => Ok(true),
        }
    }

    /// The bytes of the cells' text: what the workbook's parts are read at is not told by its reader.
    fn bytes_read(&self) -> u64 {
        self.bytes
    }
}

/// Writes a cell's text and says its kind.
///
/// A number is written with the fewest digits that give the same number again: that is what was
/// typed, where the file holds 0.10000000000000001 for 0.1.
fn write_value(value: &DataRef<'_>, out: &mut String) -> CellKind {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let mut write = |text: std::fmt::Arguments<'_>| {
        let _cannot_fail = out.write_fmt(text);
    };
    match value {
        DataRef::Empty => return CellKind::Blank,
        DataRef::Int(number) => write(format_args!("{number}")),
        DataRef::Float(number) => write(format_args!("{number}")),
        DataRef::DateTime(serial) => {
            return match iso(serial) {
                Some(text) => {
                    out.push_str(&text);
                    CellKind::Date
                }
                None => {
                    write(format_args!("{}", serial.as_f64()));
                    CellKind::Number
                }
            };
        }
        DataRef::DateTimeIso(text) => {
            out.push_str(text);
            return CellKind::Date;
        }
        DataRef::DurationIso(text) | DataRef::String(text) => {
            out.push_str(text);
            return if text.is_empty() { CellKind::Blank } else { CellKind::Text };
        }
        DataRef::SharedString(text) => {
            out.push_str(text);
            return if text.is_empty() { CellKind::Blank } else { CellKind::Text };
        }
        DataRef::Bool(yes) => {
            write(format_args!("{yes}"));
            return CellKind::Boolean;
        }
        DataRef::Error(error) => {
            write(format_args!("{error}"));
            return CellKind::Error;
        }
    }
    CellKind::Number
}

/// The ISO text of a serial number with a date format; `None` where it is no day: a duration, a
/// number outside the years of the spreadsheet, and 29 February 1900, which Excel has by mistake.
fn iso(serial: &ExcelDateTime) -> Option<String> {
    let value = serial.as_f64();
    if !serial.is_datetime() || !(0.0..2_957_004.0).contains(&value) {
        return None;
    }
    let (year, month, day, hour, minute, second, milli) = serial.to_ymd_hms_milli();
    if (year, month, day) == (1900, 2, 29) {
        return None;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let time = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    Some(match (value < 1.0 && value > 0.0, (hour, minute, second, milli) == (0, 0, 0, 0)) {
        (true, _) => time,
        (false, true) => date,
        (false, false) => format!("{date}T{time}"),
    })
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn text(value: DataRef<'_>) -> (String, CellKind) {
        let mut out = String::new();
        let kind = write_value(&value, &mut out);
        (out, kind)
    }

    #[test]
    fn serial_numbers_become_days_in_both_systems() {
        let serial = |value, is_1904| {
            text(DataRef::DateTime(ExcelDateTime::new(value, ExcelDateTimeType::DateTime, is_1904)))
        };
        assert_eq!(serial(45414.0, false), ("2024-05-02".to_owned(), CellKind::Date));
        assert_eq!(serial(43952.0, true), ("2024-05-02".to_owned(), CellKind::Date));
        assert_eq!(serial(45414.25, false), ("2024-05-02T06:00:00".to_owned(), CellKind::Date));
        assert_eq!(serial(0.5, false), ("12:00:00".to_owned(), CellKind::Date));
        assert_eq!(serial(60.0, false), ("60".to_owned(), CellKind::Number));
        assert_eq!(serial(-1.0, false), ("-1".to_owned(), CellKind::Number));
        let hours = ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(text(DataRef::DateTime(hours)), ("1.5".to_owned(), CellKind::Number));
    }

    #[test]
    fn numbers_have_no_noise() {
        #[expect(clippy::excessive_precision, reason = "the noise that a workbook holds")]
        let noisy = 0.100_000_000_000_000_01;
        assert_eq!(text(DataRef::Float(noisy)), ("0.1".to_owned(), CellKind::Number));
        assert_eq!(text(DataRef::Float(17.0)), ("17".to_owned(), CellKind::Number));
    }
}
