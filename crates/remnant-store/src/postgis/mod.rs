//! A project in a database server: PostgreSQL with PostGIS.
//!
//! Belongs here: the connection, transactions, how PostgreSQL words its errors. Does not belong
//! here: values on the wire (`wire`), tables of layers (`tables`).

mod tables;
mod wire;

use std::collections::HashMap;
use std::io::Write;

use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use postgres::{Client, Config, NoTls, Statement};
use remnant_ground::{ObjectKind, Shape};

use crate::database::{Database, Each, Row, Target, Value};
use crate::error::StoreError;
use crate::geometry_bytes::{self, Bounds};
use crate::layer::Layer;
use crate::migration;

pub(crate) use wire::{value, whole};

/// The number under which writers of projects in one database wait for one another.
const WRITERS: i64 = 0x0052_454d_4e41_4e54;

/// One connection to a server.
pub(crate) struct Postgis {
    client: Client,
    place: String,
    statements: HashMap<String, Statement>,
    at: String,
}

impl Postgis {
    /// Connects to a database that has no project yet; the caller migrates it.
    pub(crate) fn create(address: &str) -> Result<Self, StoreError> {
        let mut this = Self::connect(address)?;
        if this.is_project()? {
            return Err(StoreError::AlreadyThere { place: this.place });
        }
        let made = this.client.batch_execute("CREATE EXTENSION IF NOT EXISTS postgis");
        let there = this.client.batch_execute("SELECT postgis_version()");
        if let Err(error) = made.and(there) {
            return Err(StoreError::NoPostgis { place: this.place, told: message(&error) });
        }
        Ok(this)
    }

    /// Connects to a database that has one.
    pub(crate) fn open(address: &str) -> Result<Self, StoreError> {
        let mut this = Self::connect(address)?;
        if !this.is_project()? {
            return Err(StoreError::NotAProject { place: this.place });
        }
        migration::refuse_newer(&mut this)?;
        Ok(this)
    }

    fn connect(address: &str) -> Result<Self, StoreError> {
        let unreachable = |place: &str, error: &postgres::Error| StoreError::Unreachable {
            place: place.to_owned(),
            told: message(error),
        };
        // Until it is read, an address may show a password, so nothing of it is told.
        let config: Config =
            address.parse().map_err(|error| unreachable("the address given", &error))?;
        let place = shown(&config);
        let mut client = config.connect(NoTls).map_err(|error| unreachable(&place, &error))?;
        client
            .batch_execute(
                "SET client_min_messages = warning; SET lock_timeout = '600s';
                 SET synchronous_commit = on; SET extra_float_digits = 3",
            )
            .map_err(|error| unreachable(&place, &error))?;
        Ok(Self { client, place, statements: HashMap::new(), at: String::new() })
    }

    fn is_project(&mut self) -> Result<bool, StoreError> {
        let mut ours = false;
        let sql = "SELECT 1 WHERE to_regclass('remnant_migration') IS NOT NULL";
        self.query(sql, &[], &mut |_| {
            ours = true;
            Ok(())
        })?;
        Ok(ours)
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).map_err(|error| told(&self.place, &error))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Statements that were prepared before tables changed are not used after.
    fn forget_statements(&mut self) {
        self.statements.clear();
    }

    fn copy(&mut self, target: &Target<'_>, rows: &[Value<'_>]) -> Result<(), StoreError> {
        let columns = quoted(target.columns);
        let sql = format!("COPY \"{}\" ({columns}) FROM STDIN", target.table);
        let place = &self.place;
        let mut writer = self.client.copy_in(&sql).map_err(|error| told(place, &error))?;
        let mut line = Vec::new();
        for row in rows.chunks_exact(target.columns.len()) {
            line.clear();
            wire::copy_line(row, target.geometry, &mut line);
            writer
                .write_all(&line)
                .map_err(|error| StoreError::Database { told: error.to_string() })?;
        }
        writer.finish().map_err(|error| told(place, &error))?;
        Ok(())
    }
}

fn quoted(columns: &[&str]) -> String {
    columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// The address without user and password.
fn shown(config: &Config) -> String {
    let host = config.get_hosts().first().map_or_else(
        || "localhost".to_owned(),
        |host| match host {
            postgres::config::Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            postgres::config::Host::Unix(path) => path.display().to_string(),
        },
    );
    let port = config.get_ports().first().map_or(String::new(), |port| format!(":{port}"));
    format!("postgresql://{host}{port}/{}", config.get_dbname().unwrap_or_default())
}

fn message(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(
        || {
            let mut told = error.to_string();
            if let Some(cause) = std::error::Error::source(error) {
                told.push_str(&format!(": {cause}"));
            }
            told
        },
        |error| error.message().to_owned(),
    )
}

/// What an error of PostgreSQL means for the person.
fn told(place: &str, error: &postgres::Error) -> StoreError {
    let place = place.to_owned();
    if error.is_closed() {
        return StoreError::Unreachable { place, told: message(error) };
    }
    match error.code() {
        Some(code) if *code == SqlState::DISK_FULL => StoreError::DiskFull { place },
        Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => StoreError::Locked { place },
        Some(code)
            if [SqlState::READ_ONLY_SQL_TRANSACTION, SqlState::INSUFFICIENT_PRIVILEGE]
                .contains(code) =>
        {
            StoreError::ReadOnly { place }
        }
        Some(code) if [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED].contains(code) => {
            StoreError::damaged(message(error))
        }
        _ => StoreError::Database { told: message(error) },
    }
}

impl Database for Postgis {
    fn place(&self) -> &str {
        &self.place
    }

    fn about(&mut self) -> Result<String, StoreError> {
        let mut about = String::new();
        let sql = "SELECT current_setting('server_version'), postgis_lib_version()";
        self.query(sql, &[], &mut |row| {
            about = format!("PostgreSQL {} with PostGIS {}", row.text(0)?, row.text(1)?);
            Ok(())
        })?;
        Ok(about)
    }

    fn begin_reading(&mut self) -> Result<(), StoreError> {
        self.execute_all("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    fn begin_writing(&mut self, at: &str) -> Result<(), StoreError> {
        self.execute_all(&format!(
            "BEGIN; SELECT pg_advisory_xact_lock({WRITERS}); SET LOCAL remnant.gate = 'open'"
        ))?;
        at.clone_into(&mut self.at);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.execute_all("COMMIT")
    }

    fn roll_back(&mut self) {
        // What failed before is what the person is told; a broken connection rolls back by itself.
        let _rolled_back = self.client.batch_execute("ROLLBACK");
        self.forget_statements();
    }

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let statement = self.statement(sql)?;
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        self.client.execute(&statement, &values).map_err(|error| told(&self.place, &error))
    }

    fn execute_all(&mut self, sql: &str) -> Result<(), StoreError> {
        self.client.batch_execute(sql).map_err(|error| told(&self.place, &error))
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>], each: Each<'_>) -> Result<(), StoreError> {
        let statement = self.statement(sql)?;
        let place = &self.place;
        let values = values.iter().map(|value| value as &(dyn ToSql + Sync));
        let mut rows =
            self.client.query_raw(&statement, values).map_err(|error| told(place, &error))?;
        while let Some(row) = rows.next().map_err(|error| told(place, &error))? {
            each(&Row::Postgres(&row))?;
        }
        Ok(())
    }

    fn insert(&mut self, target: &Target<'_>, rows: &[Value<'_>]) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.copy(target, rows)
    }

    fn entries_about(
        &mut self,
        kind: ObjectKind,
        subjects: &[&str],
        each: Each<'_>,
    ) -> Result<(), StoreError> {
        let statement = self.statement(
            "SELECT j.subject, j.id, j.kind, j.body FROM journal j
             WHERE j.object_kind = $1 AND j.subject = ANY($2)",
        )?;
        let rows = self
            .client
            .query(&statement, &[&kind.word(), &subjects])
            .map_err(|error| told(&self.place, &error))?;
        rows.iter().try_for_each(|row| each(&Row::Postgres(row)))
    }

    fn protect(&mut self) -> Result<(), StoreError> {
        let gates: String = tables::GATED.iter().map(|table| tables::gate(table)).collect();
        self.execute_all(&gates)?;
        self.execute_all(tables::STYLES)
    }

    fn publish_sources(&mut self) -> Result<(), StoreError> {
        // Every table of a database is seen anyhow.
        Ok(())
    }

    fn make_layer(&mut self, layer: &Layer) -> Result<(), StoreError> {
        self.execute_all(&tables::layer(*layer))?;
        self.forget_statements();
        tables::style_layer(self, *layer)
    }

    fn drop_layer(&mut self, name: &str) -> Result<(), StoreError> {
        self.execute_all(&format!("DROP TABLE IF EXISTS \"{name}\""))?;
        self.forget_statements();
        let sql = "DELETE FROM layer_styles WHERE f_table_name = $1 AND owner = 'remnant'";
        self.execute(sql, &[Value::text(name)])?;
        Ok(())
    }

    fn layer_form(&self) -> String {
        ObjectKind::ALL.into_iter().flat_map(Layer::all).map(tables::layer).collect()
    }

    fn geometry(&self, shape: &Shape) -> Option<Vec<u8>> {
        geometry_bytes::well_known_binary(shape)
    }

    fn geometry_column(&self) -> &'static str {
        "ST_AsBinary(f.geom, 'NDR')"
    }

    fn bounds_reader(&self) -> fn(&[u8]) -> Option<Bounds> {
        geometry_bytes::bounds_of_binary
    }

    fn may_meet(&self, _layer: &str, first: usize) -> String {
        let [w, s, e, n] = [first, first + 1, first + 2, first + 3];
        let srs = geometry_bytes::WGS_84;
        format!("f.geom && ST_MakeEnvelope(${w}, ${s}, ${e}, ${n}, {srs})")
    }

    fn faults(&mut self, layers: &[String]) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        for table in tables::GATED.iter().copied().chain(layers.iter().map(String::as_str)) {
            let sql = "SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass($1)
                AND tgname = 'remnant_gate' AND tgenabled = 'O'";
            let mut gated = false;
            self.query(sql, &[Value::text(format!("\"{table}\""))], &mut |_| {
                gated = true;
                Ok(())
            })?;
            if !gated {
                faults.push(format!("`{table}` is open to other programs"));
            }
        }
        let mut invalid = Vec::new();
        let sql = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid";
        self.query(sql, &[], &mut |row| {
            invalid.push(format!("the index {} is not valid", row.text(0)?));
            Ok(())
        })?;
        faults.extend(invalid);
        Ok(faults)
    }
}
