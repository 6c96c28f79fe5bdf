//! Killed at any moment, the program leaves a project that opens whole and holds every entry that
//! was reported as entered.

use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::desk::{Desk, Entry, entering, file_of, keeping, opening, point, square};

/// Kills in the quick run and in the nightly one.
const QUICK: u32 = 25;
const NIGHTLY: u32 = 500;

/// Kills after which a fresh project is taken, so that checking it stays quick.
const ON_ONE_PROJECT: u32 = 25;

/// Rows of each import and entries of each bundle.
const ROWS: u32 = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    Keep,
    Import,
    Enter,
    Open,
    Review,
    Take,
    Give,
    Rebuild,
}

const ALL: [Work; 8] = [
    Work::Keep,
    Work::Import,
    Work::Enter,
    Work::Open,
    Work::Review,
    Work::Take,
    Work::Give,
    Work::Rebuild,
];

/// A command, what it brings when it is carried out, and the words by which it reports that.
struct Attempt {
    words: Vec<String>,
    entries: usize,
    subject: String,
    report: &'static str,
}

/// What was done on a project so far, so that each attempt brings something new.
struct Bench {
    desk: Desk,
    /// The copy that gives the bundles.
    other: Desk,
    kept: u32,
    read: u32,
    entered: u32,
    opened: u32,
    submitted: u32,
    bundles: u32,
    taken: u32,
    given: u32,
}

impl Bench {
    fn new(desk: Desk) -> Self {
        for number in 0..64 {
            desk.write(&format!("square-{number}.geojson"), square(number));
        }
        let mut bench = Self {
            desk,
            other: Desk::geopackage(),
            kept: 0,
            read: 0,
            entered: 0,
            opened: 0,
            submitted: 0,
            bundles: 0,
            taken: 0,
            given: 0,
        };
        // What the others need: evidence to cite, a file to read.
        for work in [Work::Enter, Work::Keep, Work::Open] {
            let attempt = bench.attempt(work);
            let words: Vec<&str> = attempt.words.iter().map(String::as_str).collect();
            bench.desk.does(&words);
            bench.done(work);
        }
        bench
    }

    fn attempt(&mut self, work: Work) -> Attempt {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match work {
            Work::Keep => {
                let (file, source) =
                    (format!("points-{}.csv", self.kept), format!("s{}", self.kept));
                // Of another length each time: the same bytes would be kept once.
                let rows = (1..=ROWS).map(|number| point(number, self.kept + 1));
                self.desk.write(&file, file_of(rows));
                Attempt {
                    words: own(&keeping(&file, &source)),
                    entries: 1,
                    subject: source,
                    report: "reads its rows",
                }
            }
            Work::Import => {
                let source = format!("s{}", self.read);
                Attempt {
                    words: own(&["read", &source, "--as", "evidence-points", "--take-in"]),
                    entries: ROWS as usize + 1,
                    subject: source,
                    report: "Taken in: 200 new",
                }
            }
            Work::Enter => {
                let id = format!("EP-{}", self.entered);
                Attempt {
                    words: own(&entering(&id, "quantity=1")),
                    entries: 1,
                    subject: id,
                    report: "Entered evidence-point",
                }
            }
            Work::Open => {
                let area = format!("HA-{}", self.opened);
                let boundary = format!("square-{}.geojson", self.opened % 64);
                Attempt {
                    words: own(&opening(&area, &boundary, "EP-0")),
                    entries: 1,
                    subject: area,
                    report: "Entered: HA-",
                }
            }
            Work::Review => {
                let entry = format!("HA-{}/2024-01-30-opened", self.submitted);
                Attempt {
                    words: own(&["review", "accept", &entry]),
                    entries: 1,
                    subject: entry,
                    report: "is now",
                }
            }
            Work::Take => {
                while self.bundles <= self.taken {
                    self.make_bundle();
                }
                let file = self.other.path(&format!("{}.bundle", self.taken));
                Attempt {
                    words: own(&["bundle", "take", &file.display().to_string()]),
                    entries: ROWS as usize + 2,
                    subject: format!("other{}", self.taken),
                    report: "202 entries were new",
                }
            }
            Work::Give => Attempt {
                words: own(&["bundle", "give", &format!("given-{}", self.given)]),
                entries: 0,
                subject: String::new(),
                report: "Wrote",
            },
            Work::Rebuild => Attempt {
                words: own(&["rebuild"]),
                entries: 0,
                subject: String::new(),
                report: "Made anew",
            },
        }
    }

    fn make_bundle(&mut self) {
        let (number, other) = (self.bundles, &self.other);
        let holding = other.does(&["bundle", "holding"]);
        other.write("holding", holding);
        let source = format!("other{number}");
        let rows = (1..=ROWS).map(|row| point(row, number + 1));
        other.write("points.csv", file_of(rows));
        other.keep("points.csv", &source);
        other.take_in(&source);
        other.does(&["bundle", "give", &format!("{number}.bundle"), "--holding", "holding"]);
        self.bundles += 1;
    }

    /// The work is done: the next attempt is another.
    fn done(&mut self, work: Work) {
        match work {
            Work::Keep => self.kept += 1,
            Work::Import => self.read += 1,
            Work::Enter => self.entered += 1,
            Work::Open => self.opened += 1,
            Work::Review => self.submitted += 1,
            Work::Take => self.taken += 1,
            Work::Give => self.given += 1,
            Work::Rebuild => {}
        }
    }

    /// Whether there is anything that this work can be done on.
    fn can(&self, work: Work) -> bool {
        match work {
            Work::Import => self.read < self.kept,
            Work::Review => self.submitted < self.opened,
            _ => true,
        }
    }
}

/// Runs a command and kills it after a while; what it had printed by then, and whether it had ended.
fn run_and_kill(desk: &Desk, words: &[&str], after: Duration) -> (String, bool) {
    let mut command = desk.command(words);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(after);
    let _gone = child.kill();
    let ended = child.wait().unwrap().code().is_some();
    let (mut out, mut error) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    assert_eq!(error, "", "{words:?}");
    (out, ended)
}

fn unit(random: &mut ChaCha8Rng) -> f64 {
    f64::from(random.next_u32()) / 4_294_967_296.0
}

/// The seed of this run: the one that is told, or one that no other run had.
pub(crate) fn seed() -> u64 {
    let told = std::env::var("REMNANT_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    told.unwrap_or_else(|| {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap();
        u64::from(since.subsec_nanos()) ^ since.as_secs()
    })
}

fn killed_at_random_moments(fresh: impl Fn() -> Desk) {
    let kills = if std::env::var_os("REMNANT_NIGHTLY").is_some() { NIGHTLY } else { QUICK };
    let seed = seed();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut bench = Bench::new(fresh());
    let name = bench.desk.backend();
    println!("{name}: {kills} kills, REMNANT_TEST_SEED={seed}");
    let (mut cut_off, mut whole, mut reported) = (0, 0, 0);
    let mut longest = std::collections::BTreeMap::new();
    for number in 0..kills {
        if number > 0 && number % ON_ONE_PROJECT == 0 {
            bench = Bench::new(fresh());
        }
        let work = loop {
            let work = ALL[random.next_u32() as usize % ALL.len()];
            if bench.can(work) {
                break work;
            }
        };
        let attempt = bench.attempt(work);
        let words: Vec<&str> = attempt.words.iter().map(String::as_str).collect();
        // How long it takes is learnt by letting it run once, on a project beside this one.
        let most: Duration = *longest.entry(work).or_insert_with(|| {
            let mut beside = Bench::new(fresh());
            let attempt = beside.attempt(work);
            let words: Vec<&str> = attempt.words.iter().map(String::as_str).collect();
            let started = Instant::now();
            beside.desk.does(&words);
            started.elapsed()
        });
        let before = bench.desk.journal();
        let after = most.mul_f64(1.2 * unit(&mut random));
        let (out, ended) = run_and_kill(&bench.desk, &words, after);
        bench.desk.is_quiet();
        let told = format!("{name}, seed {seed}, kill {number}: {words:?} after {after:?}");
        bench.desk.is_sound();
        let entries = bench.desk.journal();
        assert_eq!(entries.get(..before.len()), Some(&before[..]), "{told}: an entry went");
        let new: &[Entry] = &entries[before.len()..];
        assert!(
            new.is_empty() || new.len() == attempt.entries,
            "{told}: {} of {} entries",
            new.len(),
            attempt.entries
        );
        let said = out.contains(attempt.report);
        if said && attempt.entries > 0 {
            assert_eq!(new.len(), attempt.entries, "{told}: reported, and not there");
            assert!(new.iter().any(|entry| entry.subject == attempt.subject), "{told}");
        }
        if work == Work::Give {
            // Half a bundle would look like a whole one.
            let given = bench.desk.path(&format!("given-{}", bench.given));
            let lines = std::fs::read_to_string(given).map_or(0, |text| text.lines().count());
            assert!(lines == 0 || lines == entries.len(), "{told}: {lines} lines of a bundle");
            bench.given += 1;
        } else if new.len() == attempt.entries {
            bench.done(work);
        }
        cut_off += u32::from(!ended);
        whole += u32::from(!new.is_empty());
        reported += u32::from(said);
    }
    println!("{name}: {cut_off} were cut off, {whole} had entered, {reported} had reported");
    assert!(cut_off * 3 > kills, "too few were killed in their work: {cut_off} of {kills}");
}

#[test]
fn a_project_in_a_file_opens_whole_with_every_reported_entry() {
    killed_at_random_moments(Desk::geopackage);
}

#[test]
fn a_project_in_a_database_opens_whole_with_every_reported_entry() {
    if Desk::postgis().is_none() {
        println!("skipped on PostGIS: REMNANT_TEST_POSTGRES names no server");
        return;
    }
    killed_at_random_moments(|| Desk::postgis().unwrap());
}

#[test]
fn making_a_project_that_was_killed_can_be_made_again() {
    let seed = seed();
    println!("REMNANT_TEST_SEED={seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let words = ["init", "project.gpkg"];
    let started = Instant::now();
    Desk::empty().does(&words);
    let most = started.elapsed();
    for _ in 0..12 {
        let desk = Desk::empty();
        let after = most.mul_f64(unit(&mut random));
        let (out, _) = run_and_kill(&desk, &words, after);
        let said = desk.says(&["check"]);
        if said.exit != Some(0) {
            assert!(!out.contains("Made"), "reported, and not there: {}", said.error);
            desk.does(&words);
        }
        desk.is_sound();
    }
}
