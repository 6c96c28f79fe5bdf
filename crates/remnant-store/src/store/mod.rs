//! A project: one journal and what follows from it, on either backend.
//!
//! Belongs here: opening and making a project, and what it is. Does not belong here: entering
//! (`append`), asking (`read`), files (`files`), other copies (`exchange`), proving (`check`).

pub(crate) mod append;
mod decide;
mod exchange;
mod extent;
mod files;
mod in_box;
mod layers;
mod ledger;
pub(crate) mod read;
pub(crate) mod writer;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::chain::EntryHash;
use crate::database::{Database, Value};
use crate::entry::Stamp;
use crate::error::StoreError;
use crate::migration::{self, MIGRATIONS, Migration};
use crate::postgis::Postgis;
use crate::sqlite::{self, Sqlite};

pub use append::Appended;
pub use files::KeptFile;
pub use in_box::Found;
pub use ledger::{LandOfAreas, StaleLand};
pub use read::{Change, EntryFilter, StoredObject};

/// A project, open.
///
/// One value is one connection. Any number of programs may read a project while one writes; who
/// wants to write as well waits for it.
pub struct Store {
    pub(crate) database: Box<dyn Database>,
    words: fn(&Migration) -> &'static str,
    ledger: ledger::Follower,
}

/// What a project is, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Description {
    /// Where it is, without a password.
    pub place: String,
    /// What keeps it.
    pub kept_by: String,
    /// The version of its tables.
    pub version: i64,
    /// The id of this copy.
    pub copy: String,
    /// How many entries it holds, by kind.
    pub entries: BTreeMap<String, u64>,
    /// How many things on the ground there are now, by kind.
    pub objects: BTreeMap<String, u64>,
    /// The last entry of each copy that entries come from: number and hash.
    pub heads: BTreeMap<String, (u64, String)>,
    /// First and last day on which an entry was recorded.
    pub days: Option<(String, String)>,
}

/// Whether a place is an address of a database server rather than a path.
fn is_address(place: &str) -> bool {
    place.starts_with("postgresql://") || place.starts_with("postgres://")
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.database.place())
    }
}

impl Store {
    /// Makes a new project: a GeoPackage at a path, or tables in the database at an address
    /// `postgresql://…`. The stamp's author and randomness give the copy its id.
    ///
    /// # Errors
    /// `AlreadyThere` where a file or a project is there, `CannotOpen`, `Unreachable`, `NoPostgis`.
    pub fn create(place: &str, stamp: &Stamp) -> Result<Self, StoreError> {
        let mut store = if is_address(place) {
            Self::postgis(Postgis::create(place)?)
        } else {
            Self::sqlite(Sqlite::create(place)?)
        };
        store.write(stamp.at(), |store| {
            if !is_address(place) {
                store.database.execute_all(sqlite::METADATA)?;
            }
            store.database.execute_all(
                "CREATE TABLE remnant_migration (version BIGINT PRIMARY KEY NOT NULL,
                    sha256 TEXT NOT NULL, applied_at TEXT NOT NULL)",
            )?;
            migration::migrate(&mut *store.database, MIGRATIONS, store.words, stamp.at())?;
            store.database.protect()?;
            store.new_origin(stamp)?;
            store.remake_layers()
        })?;
        Ok(store)
    }

    /// Opens a project that is there, and brings its tables up to date where an older version made
    /// them.
    ///
    /// # Errors
    /// `Missing`, `NotAGeoPackage`, `NotAProject`, `Newer`, `ReadOnly`, `Damaged`, `Unreachable`.
    /// What cannot be opened is not touched.
    pub fn open(place: &str) -> Result<Self, StoreError> {
        let mut store = if is_address(place) {
            Self::postgis(Postgis::open(place)?)
        } else {
            Self::sqlite(Sqlite::open(place)?)
        };
        if migration::lacks_any(&mut *store.database)? || !store.layers_are_current()? {
            let at = store.last_moment()?;
            store.write(&at, |store| {
                let stepped =
                    migration::migrate(&mut *store.database, MIGRATIONS, store.words, &at)?;
                if stepped || !store.layers_are_current()? {
                    store.remake_layers()?;
                    store.project_everything()?;
                }
                Ok(())
            })?;
        }
        Ok(store)
    }

    fn sqlite(database: Sqlite) -> Self {
        let words: fn(&Migration) -> _ = |migration| migration.sqlite;
        Self { database: Box::new(database), words, ledger: ledger::Follower::default() }
    }

    fn postgis(database: Postgis) -> Self {
        let words: fn(&Migration) -> _ = |migration| migration.postgis;
        Self { database: Box::new(database), words, ledger: ledger::Follower::default() }
    }

    /// Does something in one transaction that writes: all of it or nothing.
    pub(crate) fn write<T, E: From<StoreError>>(
        &mut self,
        at: &str,
        act: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.database.begin_writing(at)?;
        self.begin_following();
        match act(self).and_then(|given| self.follow_ledger().map(|()| given).map_err(E::from)) {
            Ok(given) => match self.database.commit() {
                Ok(()) => Ok(given),
                Err(error) => {
                    self.database.roll_back();
                    Err(error.into())
                }
            },
            Err(error) => {
                self.database.roll_back();
                Err(error)
            }
        }
    }

    /// Asks several things as of one moment.
    pub(crate) fn read<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.database.begin_reading()?;
        let given = act(self);
        self.database.roll_back();
        given
    }

    /// Gives this copy an id of its own from here on.
    pub(crate) fn new_origin(&mut self, stamp: &Stamp) -> Result<(), StoreError> {
        self.database.execute("UPDATE origin SET own = 0 WHERE own = 1", &[])?;
        let mut number = 1;
        self.database.query("SELECT count(*) + 1 FROM origin", &[], &mut |row| {
            number = row.whole(0)?;
            Ok(())
        })?;
        self.database.execute(
            "INSERT INTO origin (number, id, own, sequence, hash, greatest)
             VALUES ($1, $2, 1, 0, $3, $4)",
            &[
                Value::Whole(number),
                Value::bytes(stamp.new_origin().as_bytes().to_vec()),
                Value::bytes(EntryHash::NONE.as_bytes().to_vec()),
                Value::bytes(vec![0; 16]),
            ],
        )?;
        Ok(())
    }

    /// The moment of the last entry, for what is written without a new one.
    fn last_moment(&mut self) -> Result<String, StoreError> {
        let mut at = "1970-01-01T00:00:00.000Z".to_owned();
        let sql = "SELECT recorded_at FROM journal ORDER BY position DESC LIMIT 1";
        let asked = self.database.query(sql, &[], &mut |row| {
            row.text(0)?.clone_into(&mut at);
            Ok(())
        });
        // Before its first step a project has no journal.
        asked.map_or_else(|_| Ok("1970-01-01T00:00:00.000Z".to_owned()), |()| Ok(at.clone()))
    }

    /// Makes everything that follows from the journal anew.
    ///
    /// # Errors
    /// `Body` when an entry cannot be read; then everything stays as it was.
    pub fn rebuild(&mut self) -> Result<(), StoreError> {
        let at = self.last_moment()?;
        self.write(&at, |store| {
            store.remake_layers()?;
            store.project_everything()
        })
    }

    /// What the project is.
    ///
    /// # Errors
    /// When the project cannot be read.
    pub fn describe(&mut self) -> Result<Description, StoreError> {
        self.read(|store| {
            let kept_by = store.database.about()?;
            let database = &mut store.database;
            let mut version = 0;
            database.query("SELECT max(version) FROM remnant_migration", &[], &mut |row| {
                version = row.whole(0)?;
                Ok(())
            })?;
            let mut entries = BTreeMap::new();
            let sql = "SELECT kind, count(*) FROM journal GROUP BY kind";
            database.query(sql, &[], &mut |row| {
                entries.insert(row.text(0)?.to_owned(), row.count(1)?);
                Ok(())
            })?;
            let mut objects = BTreeMap::new();
            let sql = "SELECT kind, count(*) FROM object_version
                WHERE known_to = '9999-12-31' AND withdrawn = 0 GROUP BY kind";
            database.query(sql, &[], &mut |row| {
                objects.insert(row.text(0)?.to_owned(), row.count(1)?);
                Ok(())
            })?;
            let (mut heads, mut copy) = (BTreeMap::new(), String::new());
            let sql = "SELECT id, sequence, hash, own FROM origin ORDER BY number";
            database.query(sql, &[], &mut |row| {
                let id = read::uuid(row.bytes(0)?)?.to_string();
                if row.whole(3)? == 1 {
                    copy.clone_from(&id);
                }
                let hash = EntryHash::from_slice(row.bytes(2)?)?.to_string();
                heads.insert(id, (row.count(1)?, hash));
                Ok(())
            })?;
            let mut days = None;
            let sql = "SELECT min(recorded_on), max(recorded_on) FROM journal";
            database.query(sql, &[], &mut |row| {
                let (first, last) = (row.optional_text(0)?, row.optional_text(1)?);
                days = first.zip(last).map(|(first, last)| (first.to_owned(), last.to_owned()));
                Ok(())
            })?;
            let place = database.place().to_owned();
            Ok(Description { place, kept_by, version, copy, entries, objects, heads, days })
        })
    }
}

/// A day as it stands in a table.
pub(crate) fn day(text: &str) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::damaged(format!("`{text}` stands for a day")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::date;
    use remnant_ground::{Object, ObjectId, ObjectKind};
    use remnant_record::AsOf;

    use super::*;
    use crate::NewEntry;

    fn strike(number: u32) -> NewEntry {
        NewEntry::entered(Object {
            kind: ObjectKind::Strike,
            id: ObjectId::new(format!("a/{number}")),
            fields: BTreeMap::new(),
            place: None,
            origin: None,
        })
    }

    #[test]
    fn a_full_disk_is_told_and_nothing_of_it_is_entered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("project.gpkg").display().to_string();
        let on = date(2024, 1, 2);
        let stamp = Stamp::new("Ana", on.at(12, 0, 0, 0), on, [1; 10]).unwrap();
        let mut store = Store::create(&path, &stamp).unwrap();
        store.append(&stamp, (0..50).map(strike)).unwrap();
        // A limit on pages is to SQLite what the end of the disk is.
        store.database.execute_all("PRAGMA max_page_count = 120").unwrap();
        let error = store.append(&stamp, (100..9_000).map(strike)).unwrap_err();
        assert!(matches!(error, StoreError::DiskFull { .. }), "{error:?}");
        let count = |store: &mut Store| store.count(ObjectKind::Strike, AsOf::day(on)).unwrap();
        assert_eq!(count(&mut store), 50);
        drop(store);
        let mut store = Store::open(&path).unwrap();
        assert_eq!(count(&mut store), 50);
        assert!(store.check().unwrap().iter().all(|line| line.holds));
    }
}
