//! The numbered steps that make the tables.
//!
//! Belongs here: which steps there are, which a project has had, and taking those that it lacks.
//! Does not belong here: layers, which follow from the journal and the forms and are made anew when
//! these change.
//!
//! A step that was released is never changed: its hash stands in every project that has had it.
//! (`PRAGMA user_version` is the GeoPackage's own version and not ours to count in.)

use sha2::{Digest, Sha256};

use crate::database::{Database, Value};
use crate::error::StoreError;

/// One step, in the words of each backend.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) sqlite: &'static str,
    pub(crate) postgis: &'static str,
}

/// All steps, in order.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sqlite: include_str!("0001.sqlite.sql"),
        postgis: include_str!("0001.postgis.sql"),
    },
    Migration {
        version: 2,
        sqlite: include_str!("0002.sqlite.sql"),
        postgis: include_str!("0002.postgis.sql"),
    },
    Migration {
        version: 3,
        sqlite: include_str!("0003.sqlite.sql"),
        postgis: include_str!("0003.postgis.sql"),
    },
];

/// The version of tables that this program writes.
pub(crate) fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn hash(sql: &str) -> String {
    Sha256::digest(sql).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The steps that a project has had: version and hash.
fn taken(database: &mut dyn Database) -> Result<Vec<(i64, String)>, StoreError> {
    let mut taken = Vec::new();
    let sql = "SELECT version, sha256 FROM remnant_migration ORDER BY version";
    database.query(sql, &[], &mut |row| {
        taken.push((row.whole(0)?, row.text(1)?.to_owned()));
        Ok(())
    })?;
    Ok(taken)
}

/// Refuses a project of a newer version before anything is done to it.
pub(crate) fn refuse_newer(database: &mut dyn Database) -> Result<(), StoreError> {
    let found = taken(database)?.last().map_or(0, |(version, _)| *version);
    if found > newest() {
        let place = database.place().to_owned();
        return Err(StoreError::Newer { place, found, known: newest() });
    }
    Ok(())
}

/// Takes the steps that a project lacks; true when there were any. The caller's transaction holds
/// them, so that a project has had a step whole or not at all.
pub(crate) fn migrate(
    database: &mut dyn Database,
    steps: &[Migration],
    words: fn(&Migration) -> &'static str,
    at: &str,
) -> Result<bool, StoreError> {
    let taken = taken(database)?;
    let mut any = false;
    for step in steps {
        let sha256 = hash(words(step));
        match taken.iter().find(|(version, _)| *version == step.version) {
            Some((_, had)) if *had == sha256 => {}
            Some(_) => {
                let place = database.place().to_owned();
                return Err(StoreError::MigrationDiffers { place, version: step.version });
            }
            None => {
                database.execute_all(words(step))?;
                database.execute(
                    "INSERT INTO remnant_migration (version, sha256, applied_at)
                     VALUES ($1, $2, $3)",
                    &[Value::Whole(step.version), Value::text(sha256), Value::text(at)],
                )?;
                any = true;
            }
        }
    }
    Ok(any)
}

/// Whether a project lacks a step.
pub(crate) fn lacks_any(database: &mut dyn Database) -> Result<bool, StoreError> {
    Ok(taken(database)?.len() < MIGRATIONS.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::date;

    use remnant_ground::{ObjectId, ObjectKind};

    use super::*;
    use crate::entry::EntryKind;
    use crate::new_entry::Content;
    use crate::{NewEntry, Stamp, Store, TakenInRow};

    const AT: &str = "2024-01-02T12:00:00.000Z";

    fn stamp() -> Stamp {
        let on = date(2024, 1, 2);
        Stamp::new("Ana", on.at(12, 0, 0, 0), on, [1; 10]).unwrap()
    }

    /// The row `hi/1` as it was read.
    fn row() -> NewEntry {
        let object = serde_json::from_str(OBJECT).unwrap();
        NewEntry::taken_in(object, TakenInRow { hash: "aa".to_owned() })
    }

    const OBJECT: &str = r#"{"fields":{"quantity":4},"id":"hi/1","kind":"strike","place":{"method":"map","point":{"latitude":16.5,"longitude":105.25}}}"#;

    /// A project of a version with the row taken in, as the program of that version made it.
    fn project_of(version: i64, path: &str) -> Store {
        let mut store = Store::create(path, &stamp()).unwrap();
        if version >= 2 {
            store.append(&stamp(), [row()]).unwrap();
        }
        if version == newest() {
            return store;
        }
        if version == 2 {
            // The second version held the hash beside the object.
            let sql = "ALTER TABLE object_version ADD COLUMN row_hash TEXT;
                UPDATE object_version SET row_hash = 'aa';
                DELETE FROM remnant_migration WHERE version > 2;";
            store.write(AT, |store| store.database.execute_all(sql)).unwrap();
            return store;
        }
        assert_eq!(version, 1);
        // The first version told of source and id of the row apart from the object's id, and held
        // the hash in a table of its own.
        let entry = Content::Plain {
            kind: EntryKind::ObjectEntered,
            about: Some(ObjectKind::Strike),
            subject: "hi/1".to_owned(),
            body: format!(r#"{{"object":{OBJECT},"row":{{"hash":"aa","id":"1","source":"hi"}}}}"#),
        };
        store.append(&stamp(), [NewEntry(entry)]).unwrap();
        let first = include_str!("0001.sqlite.sql");
        let table = first.find("CREATE TABLE taken_in_row").unwrap();
        let end = table + first[table..].find(';').unwrap() + 1;
        let sql = [
            &first[table..end],
            "INSERT INTO taken_in_row SELECT 'strike', 'hi', '1', 'aa', subject, id FROM journal;",
            "DELETE FROM remnant_migration WHERE version > 1;",
        ];
        store.write(AT, |store| store.database.execute_all(&sql.concat())).unwrap();
        store
    }

    fn migrated(store: &mut Store, steps: &[Migration]) -> Result<bool, StoreError> {
        store.write(AT, |store| migrate(&mut *store.database, steps, |step| step.sqlite, AT))
    }

    fn next(sqlite: &'static str) -> Migration {
        Migration { version: newest() + 1, sqlite, postgis: "" }
    }

    #[test]
    fn a_project_of_every_earlier_version_is_brought_up_to_date() {
        let folder = tempfile::tempdir().unwrap();
        for version in 1..=newest() {
            let path = folder.path().join(format!("{version}.gpkg")).display().to_string();
            drop(project_of(version, &path));
            let mut store = Store::open(&path).unwrap();
            assert_eq!(store.describe().unwrap().version, newest());
            assert!(store.check().unwrap().iter().all(|line| line.holds));
            // The row is known, and so is the thing.
            let again = store.append(&stamp(), [row()]).unwrap();
            assert_eq!((again.entries, again.unchanged), (0, 1));
            let id = ObjectId::new("hi/1");
            let object = store.object(ObjectKind::Strike, &id, date(2024, 1, 2)).unwrap();
            assert_eq!(object, Some(serde_json::from_str(OBJECT).unwrap()));
        }
    }

    #[test]
    fn a_step_is_taken_once_and_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("project.gpkg").display().to_string();
        let mut store = project_of(newest(), &path);
        let broken = next("CREATE TABLE later (a); CREATE TABLE later (a)");
        assert!(migrated(&mut store, &[broken]).is_err());
        assert_eq!(store.describe().unwrap().version, newest());
        assert!(migrated(&mut store, &[next("CREATE TABLE later (a)")]).unwrap());
        assert!(!migrated(&mut store, &[next("CREATE TABLE later (a)")]).unwrap());
        assert_eq!(store.describe().unwrap().version, newest() + 1);
        let other = migrated(&mut store, &[next("CREATE TABLE later (b)")]);
        assert!(matches!(other, Err(StoreError::MigrationDiffers { .. })));
        drop(store);
        // To the program that knows no such step it is a newer project.
        assert!(matches!(Store::open(&path), Err(StoreError::Newer { .. })));
    }
}
