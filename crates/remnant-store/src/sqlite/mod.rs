//! A project as one GeoPackage: SQLite.
//!
//! Belongs here: opening the file, transactions, and how SQLite words its errors. Does not belong
//! here: the tables of a GeoPackage (`geopackage`), its spatial index (`spatial_index`).

mod geopackage;
mod layer_file;
mod spatial_index;

use std::collections::BTreeMap;
use std::time::Duration;

use remnant_ground::{ObjectKind, Shape};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, ffi, params_from_iter};

use crate::database::{Database, Each, Row, Target, Value};
use crate::error::StoreError;
use crate::geometry_bytes::{self, Bounds};
use crate::layer::Layer;
use crate::migration;

/// How long a writer waits for another. A national import takes minutes, not hours.
const PATIENCE: Duration = Duration::from_secs(600);

/// Rows of one batch in one layer from which its spatial index is made in one go at the end.
const MANY: u64 = 5_000;

pub(crate) use geopackage::METADATA;
pub use layer_file::{FileClass, FileColumn, FileLayer, FileRow, FileValue, LayerFile};

/// One connection to a GeoPackage.
pub(crate) struct Sqlite {
    connection: Connection,
    place: String,
    /// What was written to layers since the transaction began, by their tables.
    written: BTreeMap<String, Written>,
    /// Rows that were put into any table since.
    rows: u64,
    /// Whether the gates are off until the end of the transaction.
    gates_wait: bool,
    at: String,
}

#[derive(Default)]
struct Written {
    rows: u64,
    bounds: Option<Bounds>,
    /// Whether the spatial index waits for the end of the transaction.
    index_waits: bool,
}

/// Opens a file of another program for reading, and makes sure that it is a GeoPackage. The
/// application ids of GeoPackage 1.0 and 1.1 differ from the one of later versions.
pub(crate) fn open_foreign(path: &str) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection =
        Connection::open_with_flags(path, flags).map_err(|error| missing(path, &error))?;
    let ask = |connection: &Connection| {
        connection.query_row("PRAGMA application_id", [], |row| row.get::<_, i64>(0))
    };
    let application = match ask(&connection) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => {
            connection = Sqlite::immutable(path)?;
            ask(&connection)
        }
        asked => asked,
    };
    match application.map_err(|error| told(path, &error))? {
        geopackage::APPLICATION_ID | 0x4750_3130 | 0x4750_3131 => Ok(connection),
        _ => Err(StoreError::NotAGeoPackage { place: path.to_owned() }),
    }
}

/// What it means that a file cannot be opened.
fn missing(path: &str, error: &rusqlite::Error) -> StoreError {
    if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) {
        StoreError::Missing { place: path.to_owned() }
    } else {
        told(path, error)
    }
}

impl Sqlite {
    /// Makes a new, empty project; the caller migrates it.
    pub(crate) fn create(path: &str) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if let Ok(connection) = Connection::open_with_flags(path, flags)
            && !Self::holds_nothing(&connection)
        {
            return Err(StoreError::AlreadyThere { place: path.to_owned() });
        }
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_CREATE)
            .map_err(|error| told(path, &error))?;
        let mut this = Self::with(connection, path)?;
        this.execute_all("PRAGMA page_size = 8192; PRAGMA encoding = 'UTF-8';")?;
        this.execute_all(geopackage::IDENTITY)?;
        this.prepare()?;
        Ok(this)
    }

    /// Whether a file is what is left where the making of a project was cut off before its first
    /// table: empty, or with our mark and nothing else.
    fn holds_nothing(connection: &Connection) -> bool {
        let ask = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).ok();
        let is_begun = ask("PRAGMA page_count") == Some(0)
            || ask("PRAGMA application_id") == Some(geopackage::APPLICATION_ID);
        is_begun && ask("SELECT count(*) FROM sqlite_master") == Some(0)
    }

    /// Opens a project that is there. Until its tables are known to be ours nothing is written,
    /// not even a setting.
    pub(crate) fn open(path: &str) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match Connection::open_with_flags(path, flags) {
            Ok(connection) => connection,
            Err(_) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                Connection::open_with_flags(path, flags).map_err(|error| missing(path, &error))?
            }
        };
        let mut this = Self::with(connection, path)?;
        if let Err(StoreError::CannotOpen { .. }) = this.is_project() {
            this = Self::with(Self::immutable(path)?, path)?;
        }
        if !this.is_project()? {
            return Err(StoreError::NotAProject { place: path.to_owned() });
        }
        migration::refuse_newer(&mut this)?;
        this.prepare()?;
        Ok(this)
    }

    /// Opens a file that lies where nothing can be written, not even the two files beside it that
    /// readers share. SQLite comes here only when those are not there, so nothing is overlooked.
    fn immutable(path: &str) -> Result<Connection, StoreError> {
        let mut address = String::from("file:");
        for byte in path.bytes() {
            match byte {
                b'%' | b'?' | b'#' => address.push_str(&format!("%{byte:02X}")),
                _ => address.push(char::from(byte)),
            }
        }
        address.push_str("?immutable=1");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(address, flags).map_err(|error| told(path, &error))
    }

    fn with(connection: Connection, path: &str) -> Result<Self, StoreError> {
        connection.busy_timeout(PATIENCE).map_err(|error| told(path, &error))?;
        connection.set_prepared_statement_cache_capacity(128);
        Ok(Self {
            connection,
            place: path.to_owned(),
            written: BTreeMap::new(),
            rows: 0,
            gates_wait: false,
            at: String::new(),
        })
    }

    /// Whether the file is a GeoPackage with our tables.
    fn is_project(&mut self) -> Result<bool, StoreError> {
        let mut application = 0;
        self.query("PRAGMA application_id", &[], &mut |row| {
            application = row.whole(0)?;
            Ok(())
        })?;
        if application != geopackage::APPLICATION_ID {
            return Err(StoreError::NotAGeoPackage { place: self.place.clone() });
        }
        let mut ours = false;
        let sql = "SELECT 1 FROM sqlite_master WHERE name = 'remnant_migration'";
        self.query(sql, &[], &mut |_| {
            ours = true;
            Ok(())
        })?;
        Ok(ours)
    }

    fn prepare(&mut self) -> Result<(), StoreError> {
        geopackage::register_functions(&self.connection).map_err(|e| told(&self.place, &e))?;
        self.execute_all(
            "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA journal_size_limit = 67108864;
             PRAGMA synchronous = FULL;",
        )?;
        if !self.is_read_only() {
            self.execute_all("PRAGMA journal_mode = WAL;")?;
        }
        Ok(())
    }

    fn is_read_only(&self) -> bool {
        self.connection.is_readonly("main").unwrap_or(true)
    }

    fn told(&self, error: &rusqlite::Error) -> StoreError {
        told(&self.place, error)
    }

    /// Makes the spatial indexes that waited, and tells other programs of the change.
    fn finish_layers(&mut self) -> Result<(), StoreError> {
        for (table, written) in std::mem::take(&mut self.written) {
            if written.index_waits {
                spatial_index::fill(&self.connection, &table)
                    .and_then(|()| {
                        let sql = spatial_index::triggers(&table) + &geopackage::gate(&table);
                        self.connection.execute_batch(&sql)
                    })
                    .map_err(|error| self.told(&error))?;
            }
            let [w, s, e, n] = match written.bounds {
                Some(bounds) => bounds.map(Value::Decimal),
                None => [Value::Null, Value::Null, Value::Null, Value::Null],
            };
            self.execute(
                "UPDATE gpkg_contents SET last_change = $1,
                    min_x = min(coalesce(min_x, $2), coalesce($2, min_x)),
                    min_y = min(coalesce(min_y, $3), coalesce($3, min_y)),
                    max_x = max(coalesce(max_x, $4), coalesce($4, max_x)),
                    max_y = max(coalesce(max_y, $5), coalesce($5, max_y))
                 WHERE table_name = $6",
                &[Value::text(self.at.clone()), w, s, e, n, Value::text(table)],
            )?;
        }
        Ok(())
    }
}

/// What an error of SQLite means for the person.
pub(crate) fn told(place: &str, error: &rusqlite::Error) -> StoreError {
    let place = place.to_owned();
    // The small file that readers share could not grow, which has a code of its own.
    if error.sqlite_error().is_some_and(|e| e.extended_code == ffi::SQLITE_IOERR_SHMSIZE) {
        return StoreError::DiskFull { place };
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull { place },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::damaged(error.to_string()),
        Some(ErrorCode::NotADatabase) => StoreError::NotAGeoPackage { place },
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { place },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked { place },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::CannotOpen { place, told: error.to_string() }
        }
        _ => StoreError::Database { told: error.to_string() },
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Whole(number) => ValueRef::Integer(*number),
            Value::Decimal(number) => ValueRef::Real(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Database for Sqlite {
    fn place(&self) -> &str {
        &self.place
    }

    fn about(&mut self) -> Result<String, StoreError> {
        Ok(format!("GeoPackage 1.3 (SQLite {})", rusqlite::version()))
    }

    fn begin_reading(&mut self) -> Result<(), StoreError> {
        self.execute_all("BEGIN")
    }

    fn begin_writing(&mut self, at: &str) -> Result<(), StoreError> {
        if self.is_read_only() {
            return Err(StoreError::ReadOnly { place: self.place.clone() });
        }
        self.execute_all("BEGIN IMMEDIATE")?;
        self.written.clear();
        (self.rows, self.gates_wait) = (0, false);
        at.clone_into(&mut self.at);
        // The gate of triggers: triggers of the file cannot see anything but tables of the file.
        let mut has_gate = false;
        let sql = "SELECT 1 FROM sqlite_master WHERE name = 'remnant_gate'";
        self.query(sql, &[], &mut |_| {
            has_gate = true;
            Ok(())
        })?;
        if has_gate {
            self.execute("UPDATE remnant_gate SET open = 1", &[])?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if !self.connection.is_autocommit() && !self.at.is_empty() {
            self.finish_layers()?;
            if std::mem::take(&mut self.gates_wait) {
                self.protect()?;
            }
            self.execute("UPDATE remnant_gate SET open = 0", &[])?;
            self.at.clear();
        }
        self.execute_all("COMMIT")
    }

    fn roll_back(&mut self) {
        self.written.clear();
        self.at.clear();
        if !self.connection.is_autocommit() {
            // What failed before is what the person is told; SQLite rolls back on its own when
            // the connection closes.
            let _rolled_back = self.connection.execute_batch("ROLLBACK");
        }
    }

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params_from_iter(values)))
            .map(|rows| rows as u64)
            .map_err(|error| self.told(&error))
    }

    fn execute_all(&mut self, sql: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(|error| self.told(&error))
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>], each: Each<'_>) -> Result<(), StoreError> {
        let mut statement =
            self.connection.prepare_cached(sql).map_err(|error| self.told(&error))?;
        let mut rows =
            statement.query(params_from_iter(values)).map_err(|error| self.told(&error))?;
        while let Some(row) = rows.next().map_err(|error| told(&self.place, &error))? {
            each(&Row::Sqlite(row))?;
        }
        Ok(())
    }

    fn insert(&mut self, target: &Target<'_>, rows: &[Value<'_>]) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let rows = rows.chunks_exact(target.columns.len());
        self.rows += rows.len() as u64;
        if !self.gates_wait && self.rows > MANY {
            // A trigger costs more than the row that it looks at. The gates are part of the
            // transaction: nobody else sees them gone, and they are back whatever happens.
            let sql: String =
                geopackage::GATED.iter().map(|table| geopackage::drop_gate(table)).collect();
            self.execute_all(&sql)?;
            self.gates_wait = true;
        }
        if let Some(at) = target.geometry {
            let written = self.written.entry(target.table.to_owned()).or_default();
            written.rows += rows.len() as u64;
            for row in rows.clone() {
                if let Value::Bytes(blob) = &row[at] {
                    written.bounds = joined(written.bounds, geometry_bytes::bounds_of_blob(blob));
                }
            }
            if !written.index_waits && written.rows > MANY {
                let now = spatial_index::len(&self.connection, target.table)
                    .map_err(|error| told(&self.place, &error))?;
                // Making it anew costs as much as its rows; adding one costs some ten times that.
                if written.rows * 10 > now {
                    written.index_waits = true;
                    let sql = spatial_index::drop_triggers(target.table)
                        + &geopackage::drop_gate(target.table);
                    self.connection
                        .execute_batch(&sql)
                        .map_err(|error| told(&self.place, &error))?;
                }
            }
        }
        let names: Vec<String> = target.columns.iter().map(|name| format!("\"{name}\"")).collect();
        let places: Vec<String> = (1..=names.len()).map(|number| format!("?{number}")).collect();
        let sql = format!(
            "INSERT OR FAIL INTO \"{}\" ({}) VALUES ({})",
            target.table,
            names.join(", "),
            places.join(", ")
        );
        let mut statement =
            self.connection.prepare_cached(&sql).map_err(|error| told(&self.place, &error))?;
        let mut before: Option<&[Value<'_>]> = None;
        for row in rows {
            enter(&mut statement, row, before).map_err(|error| told(&self.place, &error))?;
            before = Some(row);
        }
        Ok(())
    }

    fn entries_about(
        &mut self,
        kind: ObjectKind,
        subjects: &[&str],
        each: Each<'_>,
    ) -> Result<(), StoreError> {
        let sql = "SELECT j.subject, j.id, j.kind, j.body FROM journal j
            WHERE j.object_kind = $1 AND j.subject = $2";
        for subject in subjects {
            self.query(sql, &[Value::text(kind.word()), Value::text(*subject)], each)?;
        }
        Ok(())
    }

    fn protect(&mut self) -> Result<(), StoreError> {
        let gates: String = geopackage::GATED.iter().map(|table| geopackage::gate(table)).collect();
        self.execute_all(&gates)
    }

    fn publish_sources(&mut self) -> Result<(), StoreError> {
        let at = Value::text(self.at.clone());
        self.execute(geopackage::PUBLISH_SOURCES, &[at])?;
        Ok(())
    }

    fn make_layer(&mut self, layer: &Layer) -> Result<(), StoreError> {
        let at = self.at.clone();
        self.execute_all(&geopackage::layer(*layer))?;
        geopackage::register(self, *layer, &at)
    }

    fn drop_layer(&mut self, name: &str) -> Result<(), StoreError> {
        self.written.remove(name);
        geopackage::drop_layer(self, name)
    }

    fn layer_form(&self) -> String {
        ObjectKind::ALL.into_iter().flat_map(Layer::all).map(geopackage::layer).collect()
    }

    fn geometry(&self, shape: &Shape) -> Option<Vec<u8>> {
        geometry_bytes::geopackage_blob(shape)
    }

    fn geometry_column(&self) -> &'static str {
        "geom"
    }

    fn bounds_reader(&self) -> fn(&[u8]) -> Option<Bounds> {
        geometry_bytes::bounds_of_blob
    }

    fn may_meet(&self, layer: &str, first: usize) -> String {
        let [w, s, e, n] = [first, first + 1, first + 2, first + 3];
        format!(
            "f.fid IN (SELECT id FROM \"rtree_{layer}_geom\"
             WHERE maxx >= ${w} AND maxy >= ${s} AND minx <= ${e} AND miny <= ${n})"
        )
    }

    fn faults(&mut self, layers: &[String]) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        let asked = self.query("PRAGMA quick_check(20)", &[], &mut |row| {
            let text = row.text(0)?;
            if text != "ok" {
                faults.push(text.to_owned());
            }
            Ok(())
        });
        match asked {
            Err(StoreError::Damaged { told }) => faults.push(told),
            other => other?,
        }
        for layer in layers {
            if faults.is_empty() {
                faults.extend(geopackage::faults(self, layer)?);
            }
        }
        Ok(faults)
    }
}

/// Puts one row in. A value that the row before had as well is still bound: SQLite keeps what is bound
/// until it is bound anew, and rows of one import share many values.
fn enter(
    statement: &mut rusqlite::Statement<'_>,
    row: &[Value<'_>],
    before: Option<&[Value<'_>]>,
) -> rusqlite::Result<()> {
    for (at, value) in row.iter().enumerate() {
        if before.is_none_or(|before| before[at] != *value) {
            statement.raw_bind_parameter(at + 1, value)?;
        }
    }
    statement.raw_execute().map(|_| ())
}

/// The box around both.
fn joined(a: Option<Bounds>, b: Option<Bounds>) -> Option<Bounds> {
    match (a, b) {
        (Some(a), Some(b)) => {
            Some([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
        }
        (a, b) => a.or(b),
    }
}
