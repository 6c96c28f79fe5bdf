//! Several programs work on one project at once.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::desk::{Desk, entering, opening, point, points, refused, square};

const ROWS: u32 = 3_000;

fn start(desk: &Desk, words: &[&str]) -> Child {
    desk.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn is_running(child: &mut Child) -> bool {
    child.try_wait().unwrap().is_none()
}

#[test]
fn two_read_while_one_takes_a_big_file_in_and_see_all_of_it_or_nothing() {
    for desk in Desk::each() {
        desk.write("points.csv", points(ROWS));
        desk.keep("points.csv", "hi-2024");
        let before = desk.journal().len();
        let words = ["read", "hi-2024", "--as", "evidence-points", "--take-in"];
        let mut writer = start(&desk, &words);
        let mut seen = Vec::new();
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for words in [&["area", "list"][..], &["check"]] {
                let (desk, ended) = (&desk, &ended);
                scope.spawn(move || {
                    while !ended.load(Ordering::Relaxed) {
                        desk.does(words);
                    }
                });
            }
            while is_running(&mut writer) {
                seen.push(desk.says(&["journal", "--most", "0", "--json"]));
            }
            ended.store(true, Ordering::Relaxed);
        });
        let said = crate::desk::Said::from(writer.wait_with_output().unwrap());
        assert_eq!((said.exit, said.error.as_str()), (Some(0), ""), "{}", desk.backend());
        assert!(seen.len() >= 2, "{}: it was read {} times meanwhile", desk.backend(), seen.len());
        let whole = before + ROWS as usize + 1;
        for said in seen {
            let entries = said.out.matches("\"recorded_at\"").count();
            assert!(entries == before || entries == whole, "half of it: {entries}: {}", said.error);
        }
        assert_eq!(desk.journal().len(), whole);
        desk.is_sound();
    }
}

/// Holds what a writer holds until it is dropped.
enum Writing {
    File(rusqlite::Connection),
    Database(postgres::Client),
}

impl Writing {
    fn begin(desk: &Desk) -> Self {
        if desk.backend() == "PostGIS" {
            let mut client = postgres::Client::connect(desk.place(), postgres::NoTls).unwrap();
            client.batch_execute("BEGIN; LOCK TABLE journal IN SHARE MODE").unwrap();
            return Self::Database(client);
        }
        let connection = rusqlite::Connection::open(desk.path(desk.place())).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self::File(connection)
    }

    fn end(self) {
        match self {
            Self::File(connection) => connection.execute_batch("ROLLBACK").unwrap(),
            Self::Database(mut client) => client.batch_execute("ROLLBACK").unwrap(),
        }
    }
}

/// Long enough for a command to come to where it writes.
const MEANWHILE: Duration = Duration::from_millis(900);

#[test]
fn a_second_writer_waits_and_then_works_while_readers_do_not_wait() {
    for desk in Desk::each() {
        let writing = Writing::begin(&desk);
        let mut second = start(&desk, &entering("EP-1", "quantity=1"));
        let started = Instant::now();
        for words in [["journal"].as_slice(), &["area", "list"], &["check"], &["review", "list"]] {
            desk.does(words);
        }
        std::thread::sleep(MEANWHILE.saturating_sub(started.elapsed()));
        assert!(is_running(&mut second), "{}: it did not wait", desk.backend());
        writing.end();
        let said = crate::desk::Said::from(second.wait_with_output().unwrap());
        assert_eq!((said.exit, said.error.as_str()), (Some(0), ""), "{}", desk.backend());
        assert!(desk.journal().iter().any(|entry| entry.subject == "EP-1"));
        desk.is_sound();
    }
}

/// Who waited decides on what stands there when the wait is over, not on what stood there before.
#[test]
fn land_is_not_released_twice_by_two_people_at_once() {
    for desk in Desk::each() {
        desk.does(&entering("EP-1", "quantity=1"));
        desk.write("square.geojson", square(0));
        desk.does(&opening("HA-1", "square.geojson", "EP-1"));
        let mut clear = vec!["release", "clear", "HA-1", "--all", "--effective-on", "2024-02-20"];
        clear.extend(["--organisation", "HI", "--why", "done", "--depth-cm", "20"]);
        clear.extend(["--method", "manual", "--no-items", "--all-worked"]);
        clear.extend(["--worked-from", "2024-02-01", "--worked-to", "2024-02-20"]);
        clear.extend(["--completion-report", "7", "--evidence", "EP-1"]);
        let writing = Writing::begin(&desk);
        let both = [start(&desk, &clear), start(&desk, &clear)];
        std::thread::sleep(MEANWHILE);
        writing.end();
        let mut said = both.map(|child| crate::desk::Said::from(child.wait_with_output().unwrap()));
        said.sort_by_key(|said| said.exit);
        let [first, second] = said;
        assert_eq!((first.exit, first.error.as_str()), (Some(0), ""), "{}", first.out);
        let told = refused(second, &clear);
        assert!(told.contains("is refused"), "{told}");
        let cleared = |entry: &&crate::desk::Entry| entry.kind == "release-event";
        assert_eq!(desk.journal().iter().filter(cleared).count(), 2, "opened and cleared");
        desk.is_sound();
    }
}

#[test]
fn two_imports_at_once_are_both_there() {
    for desk in Desk::each() {
        for source in ["a", "b"] {
            desk.write("points.csv", crate::desk::file_of((1..=300).map(|row| point(row, 2))));
            desk.keep("points.csv", source);
        }
        let import =
            |source| start(&desk, &["read", source, "--as", "evidence-points", "--take-in"]);
        for child in [import("a"), import("b")] {
            let said = crate::desk::Said::from(child.wait_with_output().unwrap());
            assert_eq!((said.exit, said.error.as_str()), (Some(0), ""), "{}", desk.backend());
        }
        let points = |entry: &&crate::desk::Entry| entry.kind == "object-entered";
        assert_eq!(desk.journal().iter().filter(points).count(), 600);
        desk.is_sound();
    }
}
