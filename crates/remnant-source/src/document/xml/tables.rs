//! Sheets and columns out of trees of elements.
//!
//! Belongs here: which element is a cell and which a row of its own. Does not belong here: geometry,
//! and the names of any format.
//!
//! An element that stands more than once in the same parent, anywhere in the file, makes a child
//! sheet; every other is a column, named by its path. That is known only when the whole file has been
//! seen.

use std::collections::HashMap;

use super::element::Element;
use crate::document::json::{PARENT_KEY, PARENT_ROW};
use crate::document::row::LooseCells;
use crate::document::{CellKind, RowFaultKind};

/// The text of an element that has a row of its own.
const VALUE: &str = "value";

/// Columns that name a row to its child sheets, the surest first.
const KEYS: [&str; 6] =
    ["FieldReportInfo.@fieldReportGUID", "FieldReportInfo.@reportID", "@guid", "@id", "id", "name"];

/// A path that was met.
#[derive(Debug)]
struct Path {
    /// The path around it; `None` for a record.
    parent: Option<usize>,
    name: String,
    repeats: bool,
    has_text: bool,
    attributes: Vec<String>,
    /// How often it was met in all.
    count: u64,
    /// The number of the parent element in which it was met last.
    met_in: u64,
    sheet: usize,
    /// The column of its text in its sheet.
    column: Option<usize>,
    attribute_columns: Vec<usize>,
}

/// One sheet.
#[derive(Debug)]
pub(super) struct TableShape {
    pub(super) name: String,
    pub(super) parent: Option<usize>,
    pub(super) columns: Vec<String>,
    pub(super) rows: u64,
    key: Option<usize>,
}

/// All paths of a file, and the sheets that they make.
#[derive(Debug, Default)]
pub(super) struct Tables {
    paths: Vec<Path>,
    by_name: HashMap<(Option<usize>, String), usize>,
    /// How many elements were met.
    elements: u64,
    pub(super) sheets: Vec<TableShape>,
}

impl Tables {
    /// Makes room for a path, and gives its number.
    fn path(&mut self, parent: Option<usize>, name: &str) -> usize {
        if let Some(&known) = self.by_name.get(&(parent, name.to_owned())) {
            return known;
        }
        self.by_name.insert((parent, name.to_owned()), self.paths.len());
        self.paths.push(Path {
            parent,
            name: name.to_owned(),
            repeats: false,
            has_text: false,
            attributes: Vec::new(),
            count: 0,
            met_in: 0,
            sheet: 0,
            column: None,
            attribute_columns: Vec::new(),
        });
        self.paths.len() - 1
    }

    /// Takes note of a record of a kind; `always_rows` names elements that are rows even when each
    /// stands once.
    pub(super) fn meet(&mut self, kind: &str, record: &Element, always_rows: &[&str]) {
        let path = self.path(None, kind);
        self.meet_at(path, record, always_rows);
    }

    fn meet_at(&mut self, path: usize, element: &Element, always_rows: &[&str]) {
        let met = &mut self.paths[path];
        met.count += 1;
        // An element that is empty throughout is a column too: it was there, and blank.
        met.has_text |= !element.text.is_empty()
            || (element.children.is_empty() && element.attributes.is_empty());
        for (name, _) in &element.attributes {
            if !met.attributes.contains(name) {
                met.attributes.push(name.clone());
            }
        }
        self.elements += 1;
        let this = self.elements;
        for child in &element.children {
            let number = self.path(Some(path), &child.name);
            let met = &mut self.paths[number];
            met.repeats |= met.met_in == this || always_rows.contains(&child.name.as_str());
            met.met_in = this;
            self.meet_at(number, child, always_rows);
        }
    }

    /// How many paths were met.
    pub(super) fn paths(&self) -> usize {
        self.paths.len()
    }

    /// Settles the sheets and columns, when all records have been met.
    pub(super) fn close(&mut self) {
        for number in 0..self.paths.len() {
            // A path is numbered after the one around it, so that its sheet is settled.
            let path = &self.paths[number];
            let around = path.parent.map(|parent| self.paths[parent].sheet);
            let own = around.is_none() || path.repeats;
            let sheet = if own {
                let name = match around {
                    None => path.name.clone(),
                    Some(around) => {
                        format!("{}.{}", self.sheets[around].name, self.relative(number))
                    }
                };
                let mut columns = Vec::new();
                if around.is_some() {
                    columns = vec![PARENT_ROW.to_owned(), PARENT_KEY.to_owned()];
                }
                let rows = path.count;
                self.sheets.push(TableShape { name, parent: around, columns, rows, key: None });
                self.sheets.len() - 1
            } else {
                around.unwrap_or(0)
            };
            self.paths[number].sheet = sheet;
        }
        for number in 0..self.paths.len() {
            let relative = self.relative(number);
            let path = &mut self.paths[number];
            let sheet = &mut self.sheets[path.sheet];
            let own = path.parent.is_none() || path.repeats;
            let stem = if own { String::new() } else { format!("{relative}.") };
            for attribute in &path.attributes {
                path.attribute_columns.push(sheet.columns.len());
                sheet.columns.push(format!("{stem}@{attribute}"));
            }
            if path.has_text {
                path.column = Some(sheet.columns.len());
                sheet.columns.push(if own { VALUE.to_owned() } else { relative });
            }
        }
        for sheet in &mut self.sheets {
            sheet.key =
                KEYS.iter().find_map(|key| sheet.columns.iter().position(|name| name == key));
        }
    }

    /// The path of an element from the row in which it stands; of one with rows of its own, from the
    /// row around it.
    fn relative(&self, number: usize) -> String {
        let mut names = vec![self.paths[number].name.as_str()];
        let mut at = self.paths[number].parent;
        while let Some(number) = at {
            let path = &self.paths[number];
            if path.repeats || path.parent.is_none() {
                break;
            }
            names.push(&path.name);
            at = path.parent;
        }
        names.reverse();
        names.join(".")
    }
}

/// One row of a sheet, found in a record.
#[derive(Debug)]
pub(super) struct Found<'e> {
    pub(super) element: &'e Element,
    pub(super) cells: LooseCells,
    pub(super) fault: Option<RowFaultKind>,
}

/// Finds the rows of one sheet in record after record.
pub(super) struct Finder<'t> {
    tables: &'t Tables,
    wanted: usize,
    /// How many rows of each sheet were met.
    met: Vec<u64>,
}

/// The row around what is being walked through.
struct Around {
    number: u64,
    key: String,
}

impl<'t> Finder<'t> {
    pub(super) fn new(tables: &'t Tables, wanted: usize) -> Self {
        Self { tables, wanted, met: vec![0; tables.sheets.len()] }
    }

    /// The rows of the wanted sheet in a record, in the order of the file.
    pub(super) fn find<'e>(&mut self, kind: &str, record: &'e Element) -> Vec<Found<'e>> {
        let mut found = Vec::new();
        let Some(&path) = self.tables.by_name.get(&(None, kind.to_owned())) else { return found };
        let nobody = Around { number: 0, key: String::new() };
        self.row(path, record, &nobody, &mut found);
        found
    }

    /// An element that is a row.
    fn row<'e>(
        &mut self,
        path: usize,
        element: &'e Element,
        around: &Around,
        found: &mut Vec<Found<'e>>,
    ) {
        let sheet = self.tables.paths[path].sheet;
        self.met[sheet] += 1;
        let shape = &self.tables.sheets[sheet];
        let mut cells = LooseCells::default();
        cells.start(shape.columns.len());
        let mut fault = None;
        if shape.parent.is_some() {
            cells.set(0, &around.number.to_string(), CellKind::Number);
            cells.set(1, &around.key, CellKind::Text);
        }
        let mut rows_inside = Vec::new();
        self.fill(path, element, &mut cells, &mut fault, &mut rows_inside);
        let key = shape.key.map_or("", |key| cells.get(key).text).to_owned();
        let this = Around { number: self.met[sheet], key };
        if sheet == self.wanted {
            found.push(Found { element, cells, fault });
        }
        for (path, element) in rows_inside {
            self.row(path, element, &this, found);
        }
    }

    /// The cells of an element, and the elements in it that are rows.
    fn fill<'e>(
        &self,
        path: usize,
        element: &'e Element,
        cells: &mut LooseCells,
        fault: &mut Option<RowFaultKind>,
        rows_inside: &mut Vec<(usize, &'e Element)>,
    ) {
        let at = &self.tables.paths[path];
        for (name, value) in &element.attributes {
            let column = at.attributes.iter().position(|known| known == name);
            match column.and_then(|place| at.attribute_columns.get(place)) {
                Some(&column) => {
                    cells.set(column, value, CellKind::Text);
                }
                None => {
                    fault.get_or_insert(RowFaultKind::UnknownColumn(name.clone()));
                }
            }
        }
        if let Some(column) = at.column {
            cells.set(column, &element.text, CellKind::Text);
        } else if !element.text.is_empty() {
            fault.get_or_insert(RowFaultKind::UnknownColumn(element.name.clone()));
        }
        for child in &element.children {
            match self.tables.by_name.get(&(Some(path), child.name.clone())) {
                None => {
                    fault.get_or_insert(RowFaultKind::UnknownColumn(child.name.clone()));
                }
                Some(&inner) if self.tables.paths[inner].repeats => {
                    rows_inside.push((inner, child));
                }
                Some(&inner) => self.fill(inner, child, cells, fault, rows_inside),
            }
        }
    }
}
