//! The tables by which other programs know the file as a GeoPackage.
//!
//! Belongs here: metadata, tables of layers, the functions that triggers of the format call, and
//! the triggers that keep other programs from writing. Does not belong here: the spatial index
//! (`spatial_index`), colours (`style`).
//!
//! # Source
//! OGC 12-128r17, GeoPackage 1.3.1; the triggers as corrected in 1.4. QGIS 3 for `layer_styles`.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

use super::{Sqlite, spatial_index};
use crate::database::{Database, Value};
use crate::error::StoreError;
use crate::geometry_bytes;
use crate::layer::{ColumnType, GEOMETRY, Layer};
use crate::style;

/// `GPKG`.
pub(super) const APPLICATION_ID: i64 = 0x4750_4B47;

/// Application id and version: 1.3, the newest that GDAL 3.6 reads without a warning.
pub(super) const IDENTITY: &str =
    "PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;";

/// The tables besides layers that only Remnant writes.
pub(super) const GATED: [&str; 8] = [
    "journal",
    "origin",
    "object_version",
    "conflict",
    "source",
    "taken_in_file",
    "taken_in_chunk",
    "remnant_migration",
];

/// The metadata tables, word for word as the standard has them, and their first rows.
pub(crate) const METADATA: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL,
    srs_id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL,
    description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined',
     'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined',
     'undefined geographic coordinate reference system'),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326,
     'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
     'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY,
    data_type TEXT NOT NULL,
    identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE,
    min_y DOUBLE,
    max_x DOUBLE,
    max_y DOUBLE,
    srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL,
    m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_extensions (
    table_name TEXT,
    column_name TEXT,
    extension_name TEXT NOT NULL,
    definition TEXT NOT NULL,
    scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT,
    f_table_schema TEXT,
    f_table_name TEXT,
    f_geometry_column TEXT,
    styleName TEXT,
    styleQML TEXT,
    styleSLD TEXT,
    useAsDefault BOOLEAN,
    description TEXT,
    owner TEXT,
    ui TEXT,
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
);
"#;

/// Shows the table of sources to other programs. Not before it holds one: an empty table is a fault
/// to validators.
pub(super) const PUBLISH_SOURCES: &str =
    "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
     VALUES ('source', 'attributes', 'Sources', 'Documents that are kept, with their licences', $1)
     ON CONFLICT (table_name) DO UPDATE SET last_change = excluded.last_change";

/// The table of a layer, with its spatial index and all its triggers.
pub(super) fn layer(layer: Layer) -> String {
    let name = layer.name();
    let mut sql = format!(
        "CREATE TABLE \"{name}\" (\n    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,\n    \
         id TEXT NOT NULL"
    );
    if let Some(shape) = layer.shape {
        sql.push_str(&format!(",\n    {GEOMETRY} {}", shape.type_name()));
    }
    for (column, holds) in layer.columns() {
        let holds = match holds {
            ColumnType::Whole => "INTEGER",
            ColumnType::Decimal => "REAL",
            ColumnType::Text => "TEXT",
            ColumnType::Day => "DATE",
        };
        sql.push_str(&format!(",\n    \"{column}\" {holds}"));
    }
    sql.push_str("\n);\n");
    if layer.shape.is_some() {
        sql.push_str(&spatial_index::table(&name));
        sql.push_str(&spatial_index::triggers(&name));
    }
    sql.push_str(&gate(&name));
    sql
}

/// Triggers by which a table refuses what was not entered through the journal.
///
/// `FAIL` and not `ABORT`, here and in our own insertions: for what may abort SQLite keeps a copy of
/// every page that a statement touches, which made entering a million rows ten times slower. The
/// trigger comes before the first change, so there is nothing to take back.
pub(super) fn gate(table: &str) -> String {
    ["insert", "update", "delete"]
        .into_iter()
        .map(|act| {
            format!(
                "CREATE TRIGGER \"remnant_gate_{act}_{table}\" BEFORE {} ON \"{table}\" \
                 WHEN (SELECT open FROM remnant_gate) = 0 BEGIN SELECT RAISE(FAIL, \
                 'this table is written by Remnant alone: take changes in with `remnant source \
                 add`'); END;\n",
                act.to_uppercase()
            )
        })
        .collect()
}

/// Takes those triggers away, for the rest of a transaction.
pub(super) fn drop_gate(table: &str) -> String {
    ["insert", "update", "delete"]
        .into_iter()
        .map(|act| format!("DROP TRIGGER IF EXISTS \"remnant_gate_{act}_{table}\";\n"))
        .collect()
}

/// Makes a layer known to other programs.
pub(super) fn register(sqlite: &mut Sqlite, layer: Layer, at: &str) -> Result<(), StoreError> {
    let name = layer.name();
    let srs = i64::from(geometry_bytes::WGS_84);
    let data_type = if layer.shape.is_some() { "features" } else { "attributes" };
    sqlite.execute(
        "INSERT INTO gpkg_contents
            (table_name, data_type, identifier, description, last_change, srs_id)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            Value::text(&name),
            Value::text(data_type),
            Value::text(layer.title()),
            Value::text(layer.description()),
            Value::text(at),
            if layer.shape.is_some() { Value::Whole(srs) } else { Value::Null },
        ],
    )?;
    let Some(shape) = layer.shape else { return Ok(()) };
    sqlite.execute(SHOW_STYLES, &[Value::text(at)])?;
    sqlite.execute(
        "INSERT INTO gpkg_geometry_columns VALUES ($1, $2, $3, $4, 0, 0)",
        &[
            Value::text(&name),
            Value::text(GEOMETRY),
            Value::text(shape.type_name()),
            Value::Whole(srs),
        ],
    )?;
    sqlite.execute(
        "INSERT INTO gpkg_extensions VALUES ($1, $2, 'gpkg_rtree_index',
            'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        &[Value::text(&name), Value::text(GEOMETRY)],
    )?;
    sqlite.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,
            f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,
            update_time)
         VALUES ('', '', $1, $2, 'Remnant', $3, $4, 1, $5, 'remnant', $6)",
        &[
            Value::text(&name),
            Value::text(GEOMETRY),
            Value::text(style::qml(layer)),
            Value::text(style::sld(layer)),
            Value::text(style::ABOUT),
            Value::text(at),
        ],
    )?;
    Ok(())
}

const SHOW_STYLES: &str = "INSERT INTO gpkg_contents
        (table_name, data_type, identifier, description, last_change)
     VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles of the layers, for QGIS', $1)
     ON CONFLICT (table_name) DO NOTHING";

/// Takes a layer away.
pub(super) fn drop_layer(sqlite: &mut Sqlite, name: &str) -> Result<(), StoreError> {
    sqlite.execute_all(&format!(
        "{}DROP TABLE IF EXISTS \"rtree_{name}_{GEOMETRY}\"; DROP TABLE IF EXISTS \"{name}\";",
        spatial_index::drop_triggers(name)
    ))?;
    for sql in [
        "DELETE FROM gpkg_extensions WHERE table_name = $1",
        "DELETE FROM gpkg_geometry_columns WHERE table_name = $1",
        "DELETE FROM gpkg_contents WHERE table_name = $1",
        "DELETE FROM layer_styles WHERE f_table_name = $1 AND owner = 'remnant'",
    ] {
        sqlite.execute(sql, &[Value::text(name)])?;
    }
    Ok(())
}

/// What is wrong with a layer's spatial index and triggers.
pub(super) fn faults(sqlite: &mut Sqlite, name: &str) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    let index = format!("rtree_{name}_{GEOMETRY}");
    let mut indexed = false;
    let sql = "SELECT 1 FROM gpkg_geometry_columns WHERE table_name = $1";
    sqlite.query(sql, &[Value::text(name)], &mut |_| {
        indexed = true;
        Ok(())
    })?;
    if indexed {
        sqlite.query("SELECT rtreecheck('main', $1)", &[Value::text(&index)], &mut |row| {
            let text = row.text(0)?;
            if text != "ok" {
                faults.push(format!("the spatial index of `{name}`: {text}"));
            }
            Ok(())
        })?;
        let boxes = match &*sqlite.read_boxes(name)? {
            [] => None,
            [first, ..] => Some(first.clone()),
        };
        faults.extend(boxes);
    }
    let expected = if indexed { 3 + spatial_index::TRIGGERS } else { 3 };
    let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = $1";
    sqlite.query(sql, &[Value::text(name)], &mut |row| {
        let found = row.whole(0)?;
        if found != expected {
            faults.push(format!("`{name}` has {found} triggers instead of {expected}"));
        }
        Ok(())
    })?;
    Ok(faults)
}

impl Sqlite {
    /// Rows whose box is not the one in the spatial index, in sentences.
    fn read_boxes(&mut self, name: &str) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        let sql = format!(
            "SELECT f.fid, f.geom, r.minx <= ST_MinX(f.geom) AND r.maxx >= ST_MaxX(f.geom)
                AND r.miny <= ST_MinY(f.geom) AND r.maxy >= ST_MaxY(f.geom)
             FROM \"{name}\" f LEFT JOIN \"rtree_{name}_{GEOMETRY}\" r ON r.id = f.fid
             WHERE f.geom IS NOT NULL"
        );
        self.query(&sql, &[], &mut |row| {
            if faults.len() < 20 && row.value(2)? != Value::Whole(1) {
                faults.push(format!("the spatial index of `{name}` misses row {}", row.whole(0)?));
            }
            Ok(())
        })?;
        let sql = format!(
            "SELECT (SELECT count(*) FROM \"rtree_{name}_{GEOMETRY}_rowid\"), count({GEOMETRY})
             FROM \"{name}\""
        );
        self.query(&sql, &[], &mut |row| {
            if row.whole(0)? != row.whole(1)? {
                faults.push(format!(
                    "the spatial index of `{name}` has {} rows, the layer {}",
                    row.whole(0)?,
                    row.whole(1)?
                ));
            }
            Ok(())
        })?;
        Ok(faults)
    }
}

/// The functions that the triggers of a spatial index call. Innocuous, so that triggers may call
/// them although the file's schema is not trusted.
pub(super) fn register_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    let bound = |at: usize| {
        move |context: &mut Context<'_>| -> rusqlite::Result<Option<f64>> {
            let blob = context.get_raw(0).as_blob_or_null()?;
            Ok(blob.and_then(geometry_bytes::bounds_of_blob).map(|bounds| bounds[at]))
        }
    };
    connection.create_scalar_function("ST_MinX", 1, flags, bound(0))?;
    connection.create_scalar_function("ST_MinY", 1, flags, bound(1))?;
    connection.create_scalar_function("ST_MaxX", 1, flags, bound(2))?;
    connection.create_scalar_function("ST_MaxY", 1, flags, bound(3))?;
    connection.create_scalar_function("ST_IsEmpty", 1, flags, |context| {
        let blob = context.get_raw(0).as_blob_or_null()?;
        Ok(blob.map(|blob| geometry_bytes::bounds_of_blob(blob).is_none()))
    })
}
