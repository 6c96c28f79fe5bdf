//! The walk through one record: members to named cells, arrays of objects to sheets of their own.
//!
//! Belongs here: the names of columns and sheets, and the order in which cells are met. Does not
//! belong here: where records begin, and rows.

use std::collections::HashMap;

use struson::reader::{JsonReader, ValueType};

use super::stream::{Failure, rest_of_array};
use crate::document::{CellKind, Limits};

/// The column of a record that is no object.
pub(super) const VALUE: &str = "value";
/// The column of a child sheet that holds the number of the row above it in the parent sheet.
pub(crate) const PARENT_ROW: &str = "_parent_row";
/// The column of a child sheet that holds what names the parent row: its `id` or the like.
pub(crate) const PARENT_KEY: &str = "_parent_key";

/// Members that name a record, the surest first.
const KEYS: [&str; 11] = [
    "id",
    "_id",
    "ID",
    "_uuid",
    "uuid",
    "__id",
    "meta/instanceID",
    "meta.instanceID",
    "instanceID",
    "KEY",
    "globalid",
];

/// Whoever takes what the walk meets.
pub(super) trait Sink {
    /// A row of a child sheet begins; `name` is the path of its array in the row around it.
    fn begin_child(&mut self, name: &str) -> Result<(), Failure>;
    /// A cell of the row begun last.
    fn cell(&mut self, name: &str, text: &str, kind: CellKind) -> Result<(), Failure>;
    /// The row begun last ends.
    fn end_child(&mut self);
    /// The outermost row begins.
    fn begin_record(&mut self);
    /// The outermost row ends.
    fn end_record(&mut self);
}

/// Walks through one record, and makes rows of child sheets out of arrays of objects.
pub(super) fn walk<R: JsonReader>(reader: &mut R, sink: &mut dyn Sink) -> Result<(), Failure> {
    sink.begin_record();
    flatten(reader, &mut String::new(), sink, true)?;
    sink.end_record();
    Ok(())
}

/// Gives the members of a value as cells, those of objects in it under names joined by points.
///
/// Without `children` every array is one cell of JSON text.
pub(super) fn flatten<R: JsonReader>(
    reader: &mut R,
    path: &mut String,
    sink: &mut dyn Sink,
    children: bool,
) -> Result<(), Failure> {
    let named = |path: &String| if path.is_empty() { VALUE.to_owned() } else { path.clone() };
    match reader.peek()? {
        ValueType::Object => {
            reader.begin_object()?;
            if !reader.has_next()? && !path.is_empty() {
                sink.cell(path, "{}", CellKind::Text)?;
            }
            while reader.has_next()? {
                let length = path.len();
                let name = reader.next_name()?;
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                flatten(reader, path, sink, children)?;
                path.truncate(length);
            }
            reader.end_object()?;
        }
        ValueType::Array => {
            reader.begin_array()?;
            let rows = children
                && !path.is_empty()
                && reader.has_next()?
                && reader.peek()? == ValueType::Object;
            if rows {
                while reader.has_next()? {
                    sink.begin_child(path)?;
                    flatten(reader, &mut String::new(), sink, true)?;
                    sink.end_child();
                }
                reader.end_array()?;
            } else {
                let text = rest_of_array(reader)?;
                sink.cell(&named(path), &text, CellKind::Text)?;
            }
        }
        ValueType::String => {
            let text = reader.next_str()?;
            sink.cell(if path.is_empty() { VALUE } else { path }, text, CellKind::Text)?;
        }
        ValueType::Number => {
            let text = reader.next_number_as_str()?;
            sink.cell(if path.is_empty() { VALUE } else { path }, text, CellKind::Number)?;
        }
        ValueType::Boolean => {
            let text = if reader.next_bool()? { "true" } else { "false" };
            sink.cell(&named(path), text, CellKind::Boolean)?;
        }
        ValueType::Null => {
            reader.next_null()?;
            sink.cell(&named(path), "", CellKind::Blank)?;
        }
    }
    Ok(())
}

/// The sheets and columns of a file, gathered at the first reading.
#[derive(Debug)]
pub(super) struct Shape {
    sheets: Vec<SheetShape>,
    by_name: HashMap<String, usize>,
    /// The sheets of the rows begun, the outermost first.
    open: Vec<usize>,
    sheet_limit: usize,
    column_limit: usize,
}

/// One sheet of a [`Shape`].
#[derive(Debug)]
pub(super) struct SheetShape {
    pub(super) name: String,
    pub(super) parent: Option<usize>,
    pub(super) columns: Vec<String>,
    pub(super) rows: u64,
    /// The column that names a row to the child sheets.
    pub(super) key: Option<usize>,
    by_name: HashMap<String, usize>,
}

impl SheetShape {
    fn new(name: String, parent: Option<usize>) -> Self {
        let mut sheet =
            Self { name, parent, columns: Vec::new(), rows: 0, key: None, by_name: HashMap::new() };
        if parent.is_some() {
            sheet.add(PARENT_ROW);
            sheet.add(PARENT_KEY);
        }
        sheet
    }

    fn add(&mut self, column: &str) {
        self.by_name.insert(column.to_owned(), self.columns.len());
        self.columns.push(column.to_owned());
    }

    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }
}

impl Shape {
    pub(super) fn new(name: &str, limits: &Limits) -> Self {
        Self {
            sheets: vec![SheetShape::new(name.to_owned(), None)],
            by_name: HashMap::new(),
            open: Vec::new(),
            sheet_limit: limits.sheets,
            column_limit: limits.cells_per_row,
        }
    }

    pub(super) fn sheets(&self) -> &[SheetShape] {
        &self.sheets
    }

    /// The child sheet that an array makes in a row of `parent`.
    pub(super) fn child(&self, parent: usize, name: &str) -> Option<usize> {
        self.by_name.get(&self.child_name(parent, name)).copied()
    }

    fn child_name(&self, parent: usize, name: &str) -> String {
        match parent {
            0 => name.to_owned(),
            _ => format!("{}.{name}", self.sheets[parent].name),
        }
    }

    /// Whether the outermost sheet has a column.
    pub(super) fn has_column(&self, name: &str) -> bool {
        self.sheets[0].column(name).is_some()
    }

    /// Ends the first reading: the columns are all there, so that the key of each sheet is known.
    pub(super) fn close(&mut self, features: bool) {
        self.open.clear();
        for sheet in &mut self.sheets {
            sheet.key = KEYS.iter().find_map(|key| sheet.column(key));
        }
        if features {
            // The feature's own id stands after the properties, so that a property called `id` keeps
            // its name.
            let sheet = &mut self.sheets[0];
            if let Some(at) = sheet.column(super::geometry::FEATURE_ID) {
                let last = sheet.columns.len() - 1;
                let id = sheet.columns.remove(at);
                sheet.columns.push(id);
                for place in sheet.by_name.values_mut() {
                    if *place == at {
                        *place = last;
                    } else if *place > at {
                        *place -= 1;
                    }
                }
                // Two columns may now have one name; the header makes them differ.
                sheet.columns[last] = "id".to_owned();
            }
        }
    }
}

impl Sink for Shape {
    fn begin_child(&mut self, name: &str) -> Result<(), Failure> {
        let parent = self.open.last().copied().unwrap_or(0);
        let number = match self.child(parent, name) {
            Some(number) => number,
            None => {
                if self.sheets.len() >= self.sheet_limit {
                    return Err(Failure::TooMany("sheets", self.sheet_limit as u64));
                }
                let name = self.child_name(parent, name);
                self.by_name.insert(name.clone(), self.sheets.len());
                self.sheets.push(SheetShape::new(name, Some(parent)));
                self.sheets.len() - 1
            }
        };
        self.sheets[number].rows += 1;
        self.open.push(number);
        Ok(())
    }

    fn cell(&mut self, name: &str, _text: &str, _kind: CellKind) -> Result<(), Failure> {
        let sheet = &mut self.sheets[self.open.last().copied().unwrap_or(0)];
        if sheet.column(name).is_none() {
            if sheet.columns.len() >= self.column_limit {
                return Err(Failure::TooMany("columns", self.column_limit as u64));
            }
            sheet.add(name);
        }
        Ok(())
    }

    fn end_child(&mut self) {
        self.open.pop();
    }

    fn begin_record(&mut self) {
        self.sheets[0].rows += 1;
        self.open.push(0);
    }

    fn end_record(&mut self) {
        self.open.clear();
    }
}
