//! Taking files in: twice, in any order, revised, interrupted.

use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::desk::{Desk, Said, file_of, hash_of, point, points};

fn counts(read: &Value) -> [u64; 3] {
    let count = |part: &str, name: &str| read["data"][part][name].as_u64().unwrap();
    [count("taken_in", "entered"), count("taken_in", "revised"), count("rows", "unchanged")]
}

/// The evidence points as people query them, without the number that the database gave each.
fn layer(desk: &Desk) -> Vec<String> {
    let mut rows: Vec<String> = if desk.backend() == "PostGIS" {
        let mut client = postgres::Client::connect(desk.place(), postgres::NoTls).unwrap();
        let sql = "SELECT (to_jsonb(e) - 'fid' - 'line')::text FROM evidence_point e";
        client.query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
    } else {
        let connection = rusqlite::Connection::open(desk.path(desk.place())).unwrap();
        let mut statement = connection.prepare("SELECT * FROM evidence_point").unwrap();
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let rows = statement.query_map([], |row| {
            let cell = |at: usize| row.get::<_, rusqlite::types::Value>(at).unwrap();
            let cells = names
                .iter()
                .enumerate()
                .filter(|(_, name)| !matches!(name.as_str(), "fid" | "line"));
            Ok(cells.map(|(at, name)| format!("{name}={:?};", cell(at))).collect())
        });
        rows.unwrap().map(Result::unwrap).collect()
    };
    rows.sort();
    rows
}

#[test]
fn taking_a_file_in_twice_is_taking_it_in_once() {
    for desk in Desk::each() {
        desk.write("points.csv", points(40));
        assert!(desk.keep("points.csv", "hi-2024").contains("reads its rows"));
        assert_eq!(counts(&desk.take_in("hi-2024")), [40, 0, 0]);
        let (journal, layer_before) = (desk.journal(), layer(&desk));
        let again = desk.keep("points.csv", "hi-2024");
        assert!(again.contains("kept before") && again.contains("nothing changed"), "{again}");
        assert_eq!(desk.journal(), journal, "keeping it again tells nothing new");
        assert_eq!(counts(&desk.take_in("hi-2024")), [0, 0, 40]);
        let grown = desk.journal();
        assert_eq!(grown[..journal.len()], journal[..]);
        let kinds: Vec<&str> =
            grown[journal.len()..].iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, ["file-taken-in"], "only that it was read again");
        assert_eq!(layer(&desk), layer_before);
        desk.is_sound();
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let orders: [fn(u32) -> u32; 3] = [|row| row, |row| 59 - row, |row| (row * 37) % 60];
    for which in 0..Desk::each().len() {
        let layers = orders.map(|order| {
            let desk = Desk::each().swap_remove(which);
            // Numbers differ, so that a mix-up of rows would show.
            let rows = (0..60).map(|row| point(order(row), order(row) % 7));
            desk.write("points.csv", file_of(rows));
            desk.keep("points.csv", "hi-2024");
            assert_eq!(counts(&desk.take_in("hi-2024")), [60, 0, 0]);
            desk.is_sound();
            // The file is another one each time, and each row tells its file.
            let file = hash_of(&desk.path("points.csv"));
            layer(&desk).into_iter().map(|row| row.replace(&file, "FILE")).collect::<Vec<_>>()
        });
        assert_eq!(layers[0], layers[1]);
        assert_eq!(layers[0], layers[2]);
    }
}

#[test]
fn a_newer_file_of_the_source_revises_what_changed_and_nothing_else() {
    for desk in Desk::each() {
        desk.write("points.csv", points(30));
        desk.keep("points.csv", "hi-2024");
        desk.take_in("hi-2024");
        let before = desk.journal();
        // Row 7 says 9 now, row 31 is new, row 1 is no longer sent.
        let rows = (2..=31).map(|number| point(number, if number == 7 { 9 } else { 2 }));
        desk.write("march.csv", file_of(rows));
        desk.keep("march.csv", "hi-2024");
        let dry = desk.json(&["read", "hi-2024", "--as", "evidence-points"]);
        assert_eq!(dry["data"]["dry_run"], true);
        assert_eq!(desk.journal().len(), before.len() + 1, "a dry run writes nothing");
        assert_eq!(counts(&desk.take_in("hi-2024")), [1, 1, 28]);
        let new: Vec<(String, String)> = desk.journal()[before.len() + 1..]
            .iter()
            .map(|entry| (entry.kind.clone(), entry.subject.clone()))
            .collect();
        let own = |kind: &str, subject: &str| (kind.to_owned(), subject.to_owned());
        assert_eq!(
            new,
            [
                own("object-revised", "hi-2024/7"),
                own("object-entered", "hi-2024/31"),
                own("file-taken-in", "hi-2024"),
            ]
        );
        // What is no longer sent stays: a file that lacks a row does not say that it was wrong.
        assert_eq!(layer(&desk).len(), 31);
        desk.is_sound();
    }
}

fn interrupt(child: &std::process::Child) {
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
}

#[test]
fn ctrl_c_leaves_nothing_behind_and_says_so() {
    for desk in Desk::each() {
        desk.write("points.csv", points(6_000));
        desk.keep("points.csv", "hi-2024");
        let before = desk.journal();
        let listed = || {
            let names = std::fs::read_dir(desk.path("")).unwrap();
            let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let files = listed();
        let mut words = vec!["read", "hi-2024", "--as", "evidence-points", "--take-in"];
        words.extend(["--report", "findings.csv", "--report", "findings.xlsx"]);
        let started = Instant::now();
        desk.does(&words[..4]);
        let dry_run = started.elapsed();
        let mut interrupted = 0;
        for share in [0.4, 0.8, 1.5, 3.0] {
            let mut child =
                desk.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            std::thread::sleep(dry_run.mul_f64(share));
            if child.try_wait().unwrap().is_none() {
                interrupt(&child);
            }
            let said = Said::from(child.wait_with_output().unwrap());
            if said.exit == Some(0) {
                // It came too late: everything is there, and was said to be.
                assert!(said.out.contains("Taken in: 6000 new"), "{}", said.out);
                break;
            }
            assert_eq!((said.exit, said.out.as_str()), (Some(1), ""), "{}", said.error);
            assert_eq!(said.error, "error: interrupted; nothing was entered\nhelp: run it again\n");
            desk.is_quiet();
            assert_eq!(desk.journal(), before);
            assert_eq!(listed(), files, "a file was left");
            interrupted += 1;
        }
        assert!(interrupted > 0, "{}: nothing was interrupted", desk.backend());
        desk.is_sound();
    }
}

#[test]
fn it_ends_with_0_when_done_1_when_refused_and_2_on_wrong_usage() {
    let desk = Desk::geopackage();
    desk.write("points.csv", points(3));
    desk.write("shape.csv", "id,shape\n1,round\n");
    for (words, exit) in [
        ("source list", 0),
        ("source add points.csv --source hi --publisher HI --licence x", 0),
        ("source add points.csv --source a/b --publisher HI --licence x", 1),
        ("source add nothing.csv --source hi --publisher HI --licence x", 1),
        ("source add points.csv", 2),
        ("read hi --as evidence-points", 0),
        ("read hi --as evidence-points --sheet other", 1),
        ("read hi --as mushrooms", 1),
        ("read hi", 2),
        ("read nobody --as strikes", 1),
        ("enter evidence-point EP-1", 0),
        ("enter evidence-point EP-1 quantity=many", 1),
        ("enter evidence-point", 0),
        ("area history HA-1", 1),
        ("release open HA-1", 2),
        ("review accept nothing", 1),
        ("journal --most many", 2),
        ("check", 0),
        ("rebuild", 0),
        ("bundle take points.csv", 1),
        ("bundle lose points.csv", 2),
        ("key new points.csv", 1),
        ("check --project nowhere.gpkg", 1),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let said = desk.says(&words);
        assert_eq!(said.exit, Some(exit), "remnant {}: {}", words.join(" "), said.error);
        if exit == 1 {
            crate::desk::refused(said, &words);
        }
    }
    let mut nobody = desk.command(&["enter", "evidence-point", "EP-1", "quantity=1"]);
    let said: Said = nobody.env_remove("REMNANT_AUTHOR").output().unwrap().into();
    assert!(crate::desk::refused(said, &["enter"]).contains("nobody is named"));
}
