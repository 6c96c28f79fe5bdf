//! A GeoPackage of layers for map programs, which holds no project.
//!
//! Belongs here: making such a file anew with whatever layers it is given. Does not belong here: what stands in
//! them, the layers of a project (`geopackage`).
//!
//! What a model says of a place is no entry of the journal and could not be made anew from it, so it has no
//! place among the layers of a project, which `check` compares with the journal. It goes into a file of its own.

mod style;

use remnant_ground::Shape;
use rusqlite::{Connection, OpenFlags, params, params_from_iter, types};

use super::{geopackage, spatial_index, told};
use crate::error::StoreError;
use crate::geometry_bytes::{self, WGS_84};

pub use style::FileClass;

/// What a column of a layer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileColumn {
    /// Whole numbers.
    Whole,
    /// Numbers.
    Decimal,
    /// Text.
    Text,
}

/// A layer of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileLayer<'a> {
    /// The name of its table: small letters, digits and underscores.
    pub name: &'a str,
    /// What a person reads as its title.
    pub title: String,
    /// What a person reads about it: units, model, seed.
    pub description: String,
    /// Its columns: name, and what each holds.
    pub columns: Vec<(&'a str, FileColumn)>,
    /// Whether it has areas; without, it is a plain table.
    pub has_areas: bool,
    /// The column by which it is coloured, and its classes; without, QGIS chooses.
    pub classes: Option<(&'a str, Vec<FileClass>)>,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum FileValue {
    /// A whole number.
    Whole(i64),
    /// A number.
    Decimal(f64),
    /// A text.
    Text(String),
    /// Nothing.
    Nothing,
}

/// A row of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct FileRow {
    /// Its area in degrees of WGS 84; none in a plain table.
    pub shape: Option<Shape>,
    /// Its values, one for each column.
    pub values: Vec<FileValue>,
}

/// A file that is being made. Nothing of it can be read before [`finish`](Self::finish).
pub struct LayerFile {
    connection: Connection,
    path: String,
    at: String,
}

impl LayerFile {
    /// Begins a file where there is none, as of a moment such as `2024-03-01T00:00:00.000Z`, which is said to be
    /// its last change.
    ///
    /// # Errors
    /// When a file is there already, or none can be made.
    pub fn create(path: &str, at: &str) -> Result<Self, StoreError> {
        let without_making = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if Connection::open_with_flags(path, without_making).is_ok() {
            return Err(StoreError::AlreadyThere { place: path.to_owned() });
        }
        let fault = |error: rusqlite::Error| told(path, &error);
        let connection = Connection::open(path).map_err(fault)?;
        geopackage::register_functions(&connection).map_err(fault)?;
        for sql in [geopackage::IDENTITY, "BEGIN", geopackage::METADATA] {
            connection.execute_batch(sql).map_err(fault)?;
        }
        Ok(Self { connection, path: path.to_owned(), at: at.to_owned() })
    }

    /// Adds a layer with its rows, its index and its style.
    ///
    /// # Errors
    /// When a row has not as many values as there are columns, or it cannot be written.
    pub fn add(
        &mut self,
        layer: &FileLayer<'_>,
        rows: impl IntoIterator<Item = FileRow>,
    ) -> Result<(), StoreError> {
        let name = layer.name;
        let mut sql = format!("CREATE TABLE \"{name}\" (fid INTEGER PRIMARY KEY NOT NULL");
        if layer.has_areas {
            sql.push_str(", geom MULTIPOLYGON");
        }
        for (column, holds) in &layer.columns {
            let holds = match holds {
                FileColumn::Whole => "INTEGER",
                FileColumn::Decimal => "REAL",
                FileColumn::Text => "TEXT",
            };
            sql.push_str(&format!(", \"{column}\" {holds}"));
        }
        sql.push(')');
        self.run(&sql)?;
        let bounds = self.put(layer, rows)?;
        self.register(layer, bounds)?;
        if layer.has_areas {
            self.run(&spatial_index::table(name))?;
            spatial_index::fill(&self.connection, name).map_err(|e| told(&self.path, &e))?;
            self.run(&spatial_index::triggers(name))?;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<(), StoreError> {
        self.run("COMMIT")?;
        self.connection.close().map_err(|(_, error)| told(&self.path, &error))
    }

    fn run(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(|error| told(&self.path, &error))
    }

    /// Puts rows in and gives the box around them.
    fn put(
        &self,
        layer: &FileLayer<'_>,
        rows: impl IntoIterator<Item = FileRow>,
    ) -> Result<Option<[f64; 4]>, StoreError> {
        let fault = |error: rusqlite::Error| told(&self.path, &error);
        let width = layer.columns.len() + usize::from(layer.has_areas);
        let places = vec!["?"; width + 1].join(", ");
        let sql = format!("INSERT INTO \"{}\" VALUES ({places})", layer.name);
        let mut statement = self.connection.prepare(&sql).map_err(fault)?;
        let mut bounds: Option<[f64; 4]> = None;
        for (fid, row) in (1_i64..).zip(rows) {
            let mut values = vec![types::Value::Integer(fid)];
            if layer.has_areas {
                let blob = row.shape.as_ref().and_then(geometry_bytes::geopackage_blob);
                if let Some([w, s, e, n]) = blob.as_deref().and_then(geometry_bytes::bounds_of_blob)
                {
                    let around = bounds.unwrap_or([w, s, e, n]);
                    bounds = Some([
                        around[0].min(w),
                        around[1].min(s),
                        around[2].max(e),
                        around[3].max(n),
                    ]);
                }
                values.push(blob.map_or(types::Value::Null, types::Value::Blob));
            }
            values.extend(row.values.into_iter().map(|value| match value {
                FileValue::Whole(whole) => types::Value::Integer(whole),
                FileValue::Decimal(number) => types::Value::Real(number),
                FileValue::Text(text) => types::Value::Text(crate::layer::plain(&text)),
                FileValue::Nothing => types::Value::Null,
            }));
            statement.execute(params_from_iter(values)).map_err(fault)?;
        }
        Ok(bounds)
    }

    /// Makes a layer known to other programs.
    fn register(&self, layer: &FileLayer<'_>, bounds: Option<[f64; 4]>) -> Result<(), StoreError> {
        let fault = |error: rusqlite::Error| told(&self.path, &error);
        let connection = &self.connection;
        let end = |at: usize| bounds.map(|bounds| bounds[at]);
        let contents = "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let (kind, srs) =
            if layer.has_areas { ("features", Some(WGS_84)) } else { ("attributes", None) };
        connection
            .execute(
                contents,
                params![
                    layer.name,
                    kind,
                    layer.title,
                    layer.description,
                    self.at,
                    end(0),
                    end(1),
                    end(2),
                    end(3),
                    srs
                ],
            )
            .map_err(fault)?;
        if !layer.has_areas {
            return Ok(());
        }
        connection
            .execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'MULTIPOLYGON', ?, 0, 0)",
                params![layer.name, WGS_84],
            )
            .map_err(fault)?;
        connection
            .execute(
                "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index',
                    'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
                params![layer.name],
            )
            .map_err(fault)?;
        let Some((column, classes)) = &layer.classes else { return Ok(()) };
        connection
            .execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
                 VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles of the layers, for QGIS', ?)
                 ON CONFLICT (table_name) DO NOTHING",
                params![self.at],
            )
            .map_err(fault)?;
        connection
            .execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,
                    f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description,
                    owner, update_time)
                 VALUES ('', '', ?, 'geom', 'Remnant', ?, ?, 1, ?, 'remnant', ?)",
                params![
                    layer.name,
                    style::qml(column, classes),
                    style::sld(layer.name, column, classes),
                    crate::style::ABOUT,
                    self.at
                ],
            )
            .map_err(fault)?;
        Ok(())
    }
}
