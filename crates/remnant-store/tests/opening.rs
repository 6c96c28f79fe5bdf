//! Opening what is no project, is damaged, newer, only to be read, or in use: a clear error, and the
//! file as it was.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use jiff::civil::date;
use remnant_ground::{Object, ObjectKind};
use remnant_record::AsOf;
use remnant_store::{NewEntry, Stamp, Store, StoreError};

fn stamp() -> Stamp {
    let on = date(2024, 1, 2);
    Stamp::new("Ana", on.at(12, 0, 0, 0), on, [1; 10]).unwrap()
}

fn strike(id: &str) -> NewEntry {
    let written = format!(
        r#"{{"kind":"strike","id":"{id}","fields":{{"note":"x"}},"place":{{"point":{{"longitude":1.0,"latitude":2.0}},"method":"map"}}}}"#
    );
    NewEntry::entered(serde_json::from_str::<Object>(&written).unwrap())
}

fn project(folder: &Path) -> String {
    let path = folder.join("project.gpkg").display().to_string();
    let mut store = Store::create(&path, &stamp()).unwrap();
    store.append(&stamp(), (0..50).map(|at| strike(&format!("a/{at}")))).unwrap();
    path
}

fn count(store: &mut Store) -> u64 {
    store.count(ObjectKind::Strike, AsOf::day(date(2024, 1, 2))).unwrap()
}

/// Another program at the file: one that knows geometries, as map programs do.
fn other_program(path: &str) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(path).unwrap();
    let flags = rusqlite::functions::FunctionFlags::SQLITE_INNOCUOUS;
    for name in ["ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"] {
        other.create_scalar_function(name, 1, flags, |_| Ok(0)).unwrap();
    }
    other
}

/// The error of opening a file with these bytes, which stay what they are.
fn refused(bytes: &[u8]) -> StoreError {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.gpkg");
    std::fs::write(&path, bytes).unwrap();
    let error = Store::open(&path.display().to_string()).unwrap_err();
    assert!(!error.help().is_empty());
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "{error}");
    error
}

#[test]
fn what_is_no_project_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("no/such.gpkg").display().to_string();
    assert!(matches!(Store::open(&nowhere), Err(StoreError::Missing { .. })));
    assert!(matches!(Store::create(&nowhere, &stamp()), Err(StoreError::CannotOpen { .. })));
    assert!(matches!(refused(b""), StoreError::NotAGeoPackage { .. }));
    assert!(matches!(refused(&[b'x'; 5000]), StoreError::NotAGeoPackage { .. }));

    let foreign = folder.path().join("foreign.gpkg");
    let other = rusqlite::Connection::open(&foreign).unwrap();
    other.execute_batch("PRAGMA application_id = 1196444487; CREATE TABLE t (a)").unwrap();
    drop(other);
    assert!(matches!(refused(&std::fs::read(&foreign).unwrap()), StoreError::NotAProject { .. }));

    let path = project(folder.path());
    assert!(matches!(Store::create(&path, &stamp()), Err(StoreError::AlreadyThere { .. })));
}

#[test]
fn a_project_of_a_newer_version_or_of_other_steps_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = project(folder.path());
    let change = |sql: &str| {
        let other = rusqlite::Connection::open(&path).unwrap();
        other.execute_batch("UPDATE remnant_gate SET open = 1").unwrap();
        other.execute_batch(sql).unwrap();
        other.execute_batch("PRAGMA journal_mode = DELETE").unwrap();
        drop(other);
        std::fs::read(&path).unwrap()
    };
    let newer = change("INSERT INTO remnant_migration VALUES (99, 'x', 'x')");
    assert!(matches!(refused(&newer), StoreError::Newer { found: 99, .. }));
}

#[test]
fn other_programs_read_and_are_refused_when_they_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = project(folder.path());
    let other = other_program(&path);
    let rows: i64 = other.query_row("SELECT count(*) FROM strike", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 50);
    for sql in [
        "UPDATE strike SET note = 'y'",
        "DELETE FROM strike",
        "INSERT INTO strike (id) VALUES ('b')",
        "INSERT INTO conflict VALUES ('a', 'b', 'c', 'd')",
    ] {
        let error = other.execute(sql, []).unwrap_err().to_string();
        assert!(error.contains("remnant source add"), "{sql}: {error}");
    }
    // Not even with the gate open.
    other.execute("UPDATE remnant_gate SET open = 1", []).unwrap();
    for sql in ["UPDATE journal SET author = 'y'", "DELETE FROM journal"] {
        let error = other.execute(sql, []).unwrap_err().to_string();
        assert!(error.contains("never"), "{sql}: {error}");
    }
}

#[test]
fn what_is_changed_behind_the_journal_is_found_by_the_check_and_mended_by_a_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    let path = project(folder.path());
    let behind = |sql: &str| {
        let other = other_program(&path);
        other.execute_batch("UPDATE remnant_gate SET open = 1").unwrap();
        other.execute_batch("DROP TRIGGER IF EXISTS journal_keeps_update").unwrap();
        other.execute_batch(sql).unwrap();
    };
    let failed = |store: &mut Store| -> Vec<&'static str> {
        store.check().unwrap().iter().filter(|l| !l.holds).map(|l| l.invariant).collect()
    };
    let mut store = Store::open(&path).unwrap();
    assert_eq!(failed(&mut store), [""; 0]);
    behind("UPDATE strike SET note = 'y' WHERE fid = 7");
    let current = "every thing on the ground stands in the tables as its entries say";
    assert_eq!(failed(&mut store), [current]);
    store.rebuild().unwrap();
    assert_eq!(failed(&mut store), [""; 0]);
    for sql in [
        "UPDATE journal SET author = 'Bo' WHERE position = 9",
        "UPDATE journal SET body = replace(body, 'x', 'y') WHERE position = 9",
    ] {
        behind(sql);
        let chain = "no entry was changed, and each follows the one before it";
        assert!(failed(&mut store).contains(&chain), "{sql}");
    }
}

#[test]
fn a_file_that_can_only_be_read_is_read_and_nothing_is_entered() {
    let folder = tempfile::tempdir().unwrap();
    let path = project(folder.path());
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    let before = std::fs::read(&path).unwrap();
    let mut store = Store::open(&path).unwrap();
    assert_eq!(count(&mut store), 50);
    match store.append(&stamp(), [strike("b/1")]) {
        Err(StoreError::ReadOnly { .. }) => assert_eq!(std::fs::read(&path).unwrap(), before),
        // Whoever runs the tests as root may write to any file.
        Ok(_) => println!("skipped: this user may write to a file that can only be read"),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn two_read_while_one_writes_and_a_second_writer_waits() {
    let folder = tempfile::tempdir().unwrap();
    let path = project(folder.path());
    let (begun, go) = std::sync::mpsc::channel();
    let writer = std::thread::spawn({
        let path = path.clone();
        move || {
            let mut store = Store::open(&path).unwrap();
            let many = (0..3_000).map(|at| {
                if at == 1_500 {
                    begun.send(()).unwrap();
                    std::thread::sleep(std::time::Duration::from_millis(300));
                }
                strike(&format!("b/{at}"))
            });
            store.append(&stamp(), many).unwrap();
        }
    });
    let (mut first, mut second) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    go.recv().unwrap();
    assert_eq!((count(&mut first), count(&mut second)), (50, 50));
    second.append(&stamp(), [strike("c/1")]).unwrap();
    writer.join().unwrap();
    assert_eq!(count(&mut first), 3_051);
    assert!(first.check().unwrap().iter().all(|line| line.holds));
}
