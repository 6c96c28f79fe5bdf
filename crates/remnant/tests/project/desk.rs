//! A desk: a project in a place of its own, and the program that works on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The moment that stands for the clock.
const NOW: &str = "2024-03-04T09:00:00Z";

/// What the program printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) error: String,
    /// `None` where a signal ended it.
    pub(crate) exit: Option<i32>,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            error: String::from_utf8(output.stderr).unwrap(),
            exit: output.status.code(),
        }
    }
}

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) subject: String,
}

/// A folder with a project in it or in a database, which goes when the test is over.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
    place: String,
    /// Server and name of the database, where there is one.
    database: Option<(String, String)>,
}

static NUMBER: AtomicU32 = AtomicU32::new(1);

impl Desk {
    /// A desk without a project.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            place: "project.gpkg".to_owned(),
            database: None,
        }
    }

    /// A fresh project in a file.
    pub(crate) fn geopackage() -> Self {
        let desk = Self::empty();
        desk.does(&["init", "project.gpkg"]);
        desk
    }

    /// A fresh project in a database of its own; none where no server is named.
    pub(crate) fn postgis() -> Option<Self> {
        let server = std::env::var("REMNANT_TEST_POSTGRES").ok().filter(|url| !url.is_empty())?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("remnant_test_{}_{number}", std::process::id());
        let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let (before, _) = server.rsplit_once('/').unwrap();
        let place = format!("{before}/{name}");
        let folder = tempfile::tempdir().unwrap();
        let desk = Self { folder, place, database: Some((server, name)) };
        desk.does(&["init", &desk.place]);
        Some(desk)
    }

    /// A fresh project on each backend that is there.
    pub(crate) fn each() -> Vec<Self> {
        let second = Self::postgis();
        if second.is_none() {
            println!("skipped on PostGIS: REMNANT_TEST_POSTGRES names no server");
        }
        std::iter::once(Self::geopackage()).chain(second).collect()
    }

    pub(crate) fn backend(&self) -> &'static str {
        if self.database.is_some() { "PostGIS" } else { "GeoPackage" }
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// The path of a file of this desk.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, told which project and who works.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_remnant"), words)
    }

    /// The same of a program that was built otherwise.
    pub(crate) fn command_of(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(words)
            .current_dir(self.folder.path())
            .env("REMNANT_PROJECT", &self.place)
            .env("REMNANT_AUTHOR", "Ana")
            .env("REMNANT_CLOCK", NOW)
            .env_remove("REMNANT_KEY");
        command
    }

    pub(crate) fn says(&self, words: &[&str]) -> Said {
        self.command(words).output().unwrap().into()
    }

    /// What is printed by a command that must succeed.
    pub(crate) fn does(&self, words: &[&str]) -> String {
        let said = self.says(words);
        assert_eq!((said.exit, said.error.as_str()), (Some(0), ""), "{words:?}: {}", said.out);
        said.out
    }

    /// What is told by a command that must be refused: an error, and what to do.
    pub(crate) fn is_refused(&self, words: &[&str]) -> String {
        refused(self.says(words), words)
    }

    pub(crate) fn json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.does(&[words, &["--json"]].concat())).unwrap()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Keeps a file under a short name of its source.
    pub(crate) fn keep(&self, file: &str, source: &str) -> String {
        self.does(&keeping(file, source))
    }

    /// Takes the evidence points of the newest file of a source in.
    pub(crate) fn take_in(&self, source: &str) -> Value {
        self.json(&["read", source, "--as", "evidence-points", "--take-in"])
    }

    /// All entries of the journal, in their order.
    pub(crate) fn journal(&self) -> Vec<Entry> {
        let journal = self.json(&["journal", "--most", "0"]);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let entries = journal["data"]["entries"].as_array().unwrap().iter().rev();
        entries
            .map(|entry| Entry {
                id: text(&entry["id"]),
                kind: text(&entry["kind"]),
                subject: text(&entry["subject"]),
            })
            .collect()
    }

    /// Every invariant must hold.
    pub(crate) fn is_sound(&self) {
        let said = self.says(&["check"]);
        assert_eq!((said.exit, said.error.as_str()), (Some(0), ""), "{}", said.out);
    }

    /// What `check` says, without what names the backend or this copy.
    pub(crate) fn checked(&self) -> Value {
        let mut checked = self.json(&["check"])["data"].take();
        // The first line tells which database it is.
        checked["invariants"].as_array_mut().unwrap().remove(0);
        checked
    }

    /// A hash over the file of the project.
    pub(crate) fn hash(&self) -> String {
        hash_of(&self.path(&self.place))
    }

    /// Waits until nobody is connected to the database: what a killed process had begun has been
    /// ended by the server then.
    pub(crate) fn is_quiet(&self) {
        let Some((server, name)) = &self.database else { return };
        let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1";
        while client.query_one(sql, &[name]).unwrap().get::<_, i64>(0) > 0 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let Some((server, name)) = &self.database else { return };
        // A test that fails is to be told of its own fault, not of this one.
        if let Ok(mut client) = postgres::Client::connect(server, postgres::NoTls) {
            let _gone = client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// What is told by a command that was refused.
pub(crate) fn refused(said: Said, words: &[&str]) -> String {
    assert_eq!((said.exit, said.out.as_str()), (Some(1), ""), "{words:?}: {}", said.error);
    assert!(said.error.starts_with("error: "), "{words:?}: {}", said.error);
    let help = said.error.split("\nhelp:").nth(1).unwrap_or_default();
    assert!(!help.trim().is_empty(), "{words:?} is refused without help: {}", said.error);
    said.error
}

pub(crate) fn keeping<'a>(file: &'a str, source: &'a str) -> [&'a str; 9] {
    let licence = "by agreement";
    ["source", "add", file, "--source", source, "--publisher", "HI", "--licence", licence]
}

pub(crate) fn hash_of(path: &Path) -> String {
    Sha256::digest(fs::read(path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect()
}

const COLUMNS: &str =
    "id,date_found,latitude,longitude,evidence_kind,how_known,quantity,organisation";

/// One evidence point as a row of a file.
pub(crate) fn point(number: u32, quantity: u32) -> String {
    let (north, east) = (number / 100 % 1000, number % 100);
    format!(
        "{number},2024-01-{:02},16.{:06},105.{:06},submunition_found,seen,{quantity},HI",
        number % 28 + 1,
        500_000 + north * 97,
        900_000 + east * 89
    )
}

/// A file of evidence points with these rows.
pub(crate) fn file_of(rows: impl IntoIterator<Item = String>) -> String {
    std::iter::once(COLUMNS.to_owned()).chain(rows).map(|row| row + "\n").collect()
}

/// A file of evidence points `1` to `count`.
pub(crate) fn points(count: u32) -> String {
    file_of((1..=count).map(|number| point(number, 2)))
}

/// A square of some hundred metres as GeoJSON, the `at`-th of a row.
pub(crate) fn square(at: u32) -> String {
    let west = 105.9 + f64::from(at) * 0.001;
    let (south, east, north) = (16.5, west + 0.0009, 16.5009);
    format!(
        r#"{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}"#
    )
}

/// The words of a step that opens an area as confirmed, resting on an evidence point.
pub(crate) fn opening<'a>(area: &'a str, boundary: &'a str, evidence: &'a str) -> Vec<&'a str> {
    let mut words = vec!["release", "open", area, "--as", "cha", "--boundary", boundary];
    words.extend(["--effective-on", "2024-01-30", "--organisation", "HI", "--why", "a find"]);
    words.extend(["--evidence", evidence, "--how-drawn", "walked with a receiver"]);
    words.extend(["--contamination", "cluster_munition_remnants"]);
    words
}

/// The words that enter an evidence point by hand.
pub(crate) fn entering<'a>(id: &'a str, quantity: &'a str) -> Vec<&'a str> {
    let mut words = vec!["enter", "evidence-point", id, "evidence_kind=submunition_found"];
    words.extend(["how_known=seen", "date_found=2024-01-05", "organisation=HI", quantity]);
    words.extend(["--at", "16.50050N 105.90050E", "--method", "gps", "--accuracy", "5"]);
    words
}

/// The western half of the `at`-th square.
pub(crate) fn half(at: u32) -> String {
    let west = 105.9 + f64::from(at) * 0.001;
    let (south, east, north) = (16.5, west + 0.00045, 16.5009);
    format!(
        r#"{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}"#
    )
}

/// The words of a step that Clear Two took.
pub(crate) fn step<'a>(words: &[&'a str], on: &'a str) -> Vec<&'a str> {
    let rest = ["--effective-on", on, "--organisation", "Clear Two", "--why", "as reported"];
    [&["release"], words, &rest].concat()
}

/// The words of a clearance of what a boundary holds.
pub(crate) fn clearing<'a>(area: &'a str, boundary: &'a str) -> Vec<&'a str> {
    let mut words =
        step(&["clear", area, "--boundary", boundary, "--depth-cm", "20"], "2024-02-10");
    words.extend([
        "--method",
        "manual",
        "--worked-from",
        "2024-02-01",
        "--worked-to",
        "2024-02-09",
    ]);
    words.extend(["--no-items", "--all-worked", "--completion-report", "CR-1"]);
    words
}
