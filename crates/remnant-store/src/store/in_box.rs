//! Asking for what lies in a box.
//!
//! Belongs here: questions by place, through the spatial indexes of the layers. Does not belong here:
//! other questions (`read`), the indexes (`sqlite`, `postgis`).

use remnant_ground::ObjectKind;
use remnant_record::AsOf;

use super::Store;
use super::read::{STORED, StoredObject, in_view, stored, view_values};
use crate::database::{Row, Value};
use crate::error::StoreError;
use crate::geometry_bytes;

/// A thing that was found by its place, without what is known of it: enough to count it, to draw it or
/// to ask for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found<'a> {
    /// Its id.
    pub id: &'a str,
    /// The box around its place: west, south, east, north, in degrees of WGS 84.
    pub bounds: [f64; 4],
}

impl Store {
    /// Gives the things of a kind in a view whose box meets the one from west, south, east, north,
    /// in degrees of WGS 84.
    ///
    /// # Errors
    /// What `each` says, or when the store cannot be read.
    pub fn objects_in_box(
        &mut self,
        kind: ObjectKind,
        bounds: [f64; 4],
        as_of: AsOf,
        mut each: impl FnMut(StoredObject<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let present = "JOIN journal j ON j.position = v.position";
        self.in_box(kind, bounds, as_of, [STORED, STORED], present, 5, &mut |row, _| {
            each(stored(kind, row, 0)?)
        })
    }

    /// Tells which things [`objects_in_box`](Self::objects_in_box) gives, without reading them: what
    /// is there now is answered from the layer alone.
    ///
    /// # Errors
    /// What `each` says, or when the store cannot be read.
    pub fn found_in_box(
        &mut self,
        kind: ObjectKind,
        bounds: [f64; 4],
        as_of: AsOf,
        mut each: impl FnMut(Found<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.in_box(kind, bounds, as_of, ["f.id", "j.subject"], "", 1, &mut |row, bounds| {
            each(Found { id: row.text(0)?, bounds })
        })
    }

    /// Asks for columns of what is there now, from layer `f` and version `v` and what `present` joins
    /// to them, and of what was there on an earlier day, from entry `j` and version `v`. Behind the
    /// so many columns stands the geometry or the box.
    #[expect(
        clippy::too_many_arguments,
        clippy::type_complexity,
        reason = "one question, worded for two answers"
    )]
    fn in_box(
        &mut self,
        kind: ObjectKind,
        bounds: [f64; 4],
        as_of: AsOf,
        [now, earlier]: [&str; 2],
        present: &str,
        columns: usize,
        each: &mut dyn FnMut(&Row<'_>, [f64; 4]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut values: Vec<Value<'_>> = view_values(kind, as_of).to_vec();
        values.extend(bounds.map(Value::Decimal));
        // What stands in a layer today, of which the spatial index knows.
        for layer in self.layers_of(kind)? {
            if layer.shape.is_none() {
                continue;
            }
            let name = layer.name();
            let sql = format!(
                "SELECT {now}, {geometry} FROM \"{name}\" f
                 JOIN object_version v ON v.kind = $1 AND v.fid = f.fid {present}
                 WHERE {view} AND v.known_to = '9999-12-31' AND {meets}",
                geometry = self.database.geometry_column(),
                view = in_view(2, 3),
                meets = self.database.may_meet(&name, 4),
            );
            let read = self.database.bounds_reader();
            self.database.query(&sql, &values, &mut |row| match read(row.bytes(columns)?) {
                Some(own) if geometry_bytes::meet(&own, &bounds) => each(row, own),
                _ => Ok(()),
            })?;
        }
        // What stood there on an earlier day and has changed or been withdrawn since.
        let sql = format!(
            "SELECT {earlier}, v.west, v.south, v.east, v.north
             FROM object_version v JOIN journal j ON j.position = v.position
             WHERE v.kind = $1 AND {} AND v.known_to <> '9999-12-31'
             AND v.east >= $4 AND v.north >= $5 AND v.west <= $6 AND v.south <= $7",
            in_view(2, 3)
        );
        self.database.query(&sql, &values, &mut |row| {
            let mut own = [0.0; 4];
            for (at, side) in own.iter_mut().enumerate() {
                *side = row.decimal(columns + at)?;
            }
            each(row, own)
        })
    }
}
