//! The tables of layers in PostGIS, and who may write to tables.
//!
//! Belongs here: making layers and closing tables to other programs. Does not belong here: tables
//! of the journal (`migration`).

use super::Postgis;
use crate::database::{Database, Value};
use crate::error::StoreError;
use crate::geometry_bytes::WGS_84;
use crate::layer::{ColumnType, GEOMETRY, Layer};
use crate::style;

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

/// The table in which QGIS looks for styles of layers.
pub(super) const STYLES: &str = "CREATE TABLE IF NOT EXISTS layer_styles (
    id SERIAL PRIMARY KEY,
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
    update_time TIMESTAMP DEFAULT CURRENT_TIMESTAMP
)";

pub(super) fn gate(table: &str) -> String {
    format!(
        "CREATE TRIGGER remnant_gate BEFORE INSERT OR UPDATE OR DELETE ON \"{table}\" \
         FOR EACH STATEMENT EXECUTE FUNCTION remnant_gate();\n"
    )
}

/// The table of a layer, with its spatial index and its gate.
pub(super) fn layer(layer: Layer) -> String {
    let name = layer.name();
    let mut sql = format!(
        "CREATE TABLE \"{name}\" (fid BIGINT PRIMARY KEY NOT NULL, id TEXT COLLATE \"C\" NOT NULL"
    );
    if let Some(shape) = layer.shape {
        sql.push_str(&format!(", {GEOMETRY} geometry({}, {WGS_84})", shape.type_name()));
    }
    for (column, holds) in layer.columns() {
        let holds = match holds {
            ColumnType::Whole => "BIGINT",
            ColumnType::Decimal => "DOUBLE PRECISION",
            ColumnType::Text => "TEXT COLLATE \"C\"",
            ColumnType::Day => "DATE",
        };
        sql.push_str(&format!(", \"{column}\" {holds}"));
    }
    sql.push_str(");\n");
    if layer.shape.is_some() {
        sql.push_str(&format!("CREATE INDEX ON \"{name}\" USING gist ({GEOMETRY});\n"));
    }
    let about = format!("{}. {}", layer.title(), layer.description()).replace('\'', "''");
    sql.push_str(&format!("COMMENT ON TABLE \"{name}\" IS '{about}';\n"));
    sql.push_str(&gate(&name));
    sql
}

/// Gives a layer its default style.
pub(super) fn style_layer(postgis: &mut Postgis, layer: Layer) -> Result<(), StoreError> {
    if layer.shape.is_none() {
        return Ok(());
    }
    postgis.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,
            f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner)
         VALUES (current_database(), current_schema(), $1, $2, 'Remnant', $3, $4, true, $5,
            'remnant')",
        &[
            Value::text(layer.name()),
            Value::text(GEOMETRY),
            Value::text(style::qml(layer)),
            Value::text(style::sld(layer)),
            Value::text(style::ABOUT),
        ],
    )?;
    Ok(())
}
