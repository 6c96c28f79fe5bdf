//! GeoPackages of other programs, read as sheets of rows.
//!
//! Belongs here: the layers and tables of any GeoPackage, exactly as they are written. Does not
//! belong here: our own project (`store`), what a cell means (`remnant_ground::intake`).
//!
//! A foreign file is read and never written. Its views and virtual tables are not read: they are
//! programs, and a program in a foreign file can run for ever. Nothing of its schema is trusted.

use geo_types::Geometry;
use remnant_ground::geometry_bytes::{self, BytesNote, GeometryBytesError};
use remnant_ground::intake::PlainRow;
use remnant_source::document::Sheet;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::error::StoreError;
use crate::sqlite;

/// A GeoPackage of another program, open for reading.
pub struct ForeignGeoPackage {
    connection: Connection,
    place: String,
    sheets: Vec<Sheet>,
    tables: Vec<Table>,
    remarks: Vec<String>,
}

/// How a sheet is read.
struct Table {
    name: String,
    /// Columns besides the geometry, in the order of the sheet.
    columns: Vec<String>,
    geometry: Option<String>,
}

/// A row, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForeignRow {
    /// The row; its line is the number of the feature in its table.
    pub row: PlainRow,
    /// What could not be read, column by column. The cell is blank or the geometry absent then.
    pub faults: Vec<ForeignFault>,
    /// What was read, and not all of it.
    pub notes: Vec<BytesNote>,
}

/// Something in a row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForeignFault {
    /// Bytes in the geometry column that are no geometry.
    #[error("`{column}`: {error}")]
    Geometry {
        /// The column.
        column: String,
        /// What is wrong with them.
        error: GeometryBytesError,
    },
    /// Something other than bytes in the geometry column.
    #[error("`{column}` holds {found} where a geometry should be")]
    NoGeometry {
        /// The column.
        column: String,
        /// What it holds.
        found: &'static str,
    },
    /// Text that is not UTF-8.
    #[error("`{column}` holds text that is not UTF-8")]
    NotUtf8 {
        /// The column.
        column: String,
    },
}

impl ForeignFault {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Geometry { error, .. } => error.help(),
            Self::NoGeometry { .. } => "write the layer again with the program that made it",
            Self::NotUtf8 { .. } => "write the table again with its text in UTF-8",
        }
    }
}

impl ForeignGeoPackage {
    /// Opens a file for reading.
    ///
    /// # Errors
    /// `Missing`, `NotAGeoPackage`, `Damaged`. A table that is listed and is not there is no error
    /// but a remark.
    pub fn open(path: &str) -> Result<Self, StoreError> {
        let connection = sqlite::open_foreign(path)?;
        let mut this = Self {
            connection,
            place: path.to_owned(),
            sheets: Vec::new(),
            tables: Vec::new(),
            remarks: Vec::new(),
        };
        this.look().map_err(|error| match error {
            // A GeoPackage without its table of contents is none.
            rusqlite::Error::SqliteFailure(_, Some(told)) if told.starts_with("no such") => {
                StoreError::NotAGeoPackage { place: path.to_owned() }
            }
            error => sqlite::told(path, &error),
        })?;
        Ok(this)
    }

    /// The layers and tables that are read.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// What is in the file and not read, and what of it is odd, in sentences.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    fn look(&mut self) -> rusqlite::Result<()> {
        self.connection.execute_batch(
            "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON",
        )?;
        self.connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, 256 << 20)?;
        let contents: Vec<(String, String)> = {
            let sql = "SELECT table_name, lower(data_type) FROM gpkg_contents ORDER BY rowid";
            let mut statement = self.connection.prepare(sql)?;
            let rows = statement.query_map([], |row| Ok((lossy(row, 0)?, lossy(row, 1)?)))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        for (name, data_type) in contents {
            if !["features", "attributes", "aspatial"].contains(&data_type.as_str()) {
                self.remarks.push(format!("`{name}` holds {data_type}, which are not read here"));
                continue;
            }
            let sql = "SELECT type, coalesce(sql, '') FROM sqlite_master WHERE name = ?1";
            let made: Option<(String, String)> = self
                .connection
                .query_row(sql, [&name], |row| Ok((lossy(row, 0)?, lossy(row, 1)?)))
                .optional()?;
            match made {
                None => self.remarks.push(format!("`{name}` is listed and is not there")),
                Some((of, _)) if of != "table" => {
                    self.remarks.push(format!("`{name}` is a {of} and is not read"));
                }
                Some((_, sql)) if sql.to_lowercase().starts_with("create virtual") => {
                    self.remarks.push(format!("`{name}` is a virtual table and is not read"));
                }
                Some(_) => self.look_at(name)?,
            }
        }
        Ok(())
    }

    fn look_at(&mut self, name: String) -> rusqlite::Result<()> {
        let columns: Vec<String> = {
            let mut statement =
                self.connection.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
            let rows = statement.query_map([&name], |row| lossy(row, 0))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        let sql = "SELECT g.column_name, coalesce(s.definition, ''), coalesce(s.organization, ''),
                coalesce(s.organization_coordsys_id, g.srs_id)
             FROM gpkg_geometry_columns g
             LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
             WHERE lower(g.table_name) = lower(?1)";
        let geometry: Option<(String, String, String, i64)> = self
            .connection
            .query_row(sql, [&name], |row| {
                let number = row.get_ref(3)?.as_i64().unwrap_or(0);
                Ok((lossy(row, 0)?, lossy(row, 1)?, lossy(row, 2)?, number))
            })
            .optional()
            // A file of tables alone need not have the two tables about geometries.
            .or_else(|error| match error {
                rusqlite::Error::SqliteFailure(_, Some(told)) if told.starts_with("no such") => {
                    Ok(None)
                }
                error => Err(error),
            })?;
        let of_geometry =
            geometry.as_ref().map(|(column, ..)| column.to_lowercase()).unwrap_or_default();
        let (places, cells): (Vec<String>, Vec<String>) =
            columns.into_iter().partition(|column| column.to_lowercase() == of_geometry);
        if geometry.is_some() && places.is_empty() {
            self.remarks.push(format!("`{name}` has no column `{of_geometry}` for its geometries"));
        }
        let crs = geometry.map(|(_, definition, organisation, number)| {
            if definition.is_empty() || definition == "undefined" {
                format!("{organisation}:{number}")
            } else {
                definition
            }
        });
        let count = format!("SELECT count(*) FROM {}", quoted(&name));
        let rows: i64 = self.connection.query_row(&count, [], |row| row.get(0))?;
        self.sheets.push(Sheet {
            name: name.clone(),
            columns: cells.clone(),
            parent: None,
            crs,
            tags: None,
            rows: u64::try_from(rows).ok(),
        });
        let geometry = places.into_iter().next();
        self.tables.push(Table { name, columns: cells, geometry });
        Ok(())
    }

    /// Gives the rows of a sheet, in the order in which the file keeps them.
    ///
    /// # Errors
    /// What `each` says; `Damaged` where the file cannot be read further; what came before was
    /// given.
    pub fn rows<E: From<StoreError>>(
        &self,
        sheet: usize,
        mut each: impl FnMut(ForeignRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(table) = self.tables.get(sheet) else { return Ok(()) };
        let told = |error: rusqlite::Error| E::from(sqlite::told(&self.place, &error));
        let columns = std::iter::once("rowid".to_owned())
            .chain(table.geometry.iter().map(|column| quoted(column)))
            .chain(table.columns.iter().map(|column| quoted(column)));
        let columns: Vec<String> = columns.collect();
        let sql = format!("SELECT {} FROM {}", columns.join(", "), quoted(&table.name));
        // A table may be kept without row numbers; then its rows are counted.
        let mut statement = match self.connection.prepare(&sql) {
            Ok(statement) => statement,
            Err(_) => self.connection.prepare(&sql.replacen("rowid", "0", 1)).map_err(told)?,
        };
        let mut rows = statement.query([]).map_err(told)?;
        for number in 1_u64.. {
            let Some(row) = rows.next().map_err(told)? else { break };
            each(table.row(row, number).map_err(told)?)?;
        }
        Ok(())
    }
}

impl Table {
    fn row(&self, row: &Row<'_>, number: u64) -> rusqlite::Result<ForeignRow> {
        let mut given = ForeignRow::default();
        let fid = row.get_ref(0)?.as_i64().ok().and_then(|fid| u64::try_from(fid).ok());
        given.row.line = fid.filter(|fid| *fid > 0).unwrap_or(number);
        if let Some(column) = &self.geometry {
            given.row.geometry = geometry(row.get_ref(1)?, column, &mut given);
        }
        let first = 1 + usize::from(self.geometry.is_some());
        for (at, column) in self.columns.iter().enumerate() {
            let cell = cell(row.get_ref(first + at)?).unwrap_or_else(|| {
                given.faults.push(ForeignFault::NotUtf8 { column: column.clone() });
                String::new()
            });
            given.row.cells.push(cell);
        }
        Ok(given)
    }
}

fn geometry(value: ValueRef<'_>, column: &str, given: &mut ForeignRow) -> Option<Geometry<f64>> {
    let found = match value {
        ValueRef::Null => return None,
        ValueRef::Blob(bytes) => match geometry_bytes::read_geopackage(bytes) {
            Ok(read) => {
                given.notes = read.notes;
                return Some(read.geometry);
            }
            Err(error) => {
                given.faults.push(ForeignFault::Geometry { column: column.to_owned(), error });
                return None;
            }
        },
        ValueRef::Text(_) => "text",
        ValueRef::Integer(_) | ValueRef::Real(_) => "a number",
    };
    given.faults.push(ForeignFault::NoGeometry { column: column.to_owned(), found });
    None
}

/// The text of a cell; none where it is text that is not UTF-8. Bytes are written in hexadecimal.
fn cell(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => Some(String::new()),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) => std::str::from_utf8(text).ok().map(str::to_owned),
        ValueRef::Blob(bytes) => Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
    }
}

/// A name of the file's own tables as text, whatever it holds.
fn lossy(row: &Row<'_>, at: usize) -> rusqlite::Result<String> {
    Ok(match row.get_ref(at)? {
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => cell(other).unwrap_or_default(),
    })
}

/// A name as SQL takes it, whatever stands in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
