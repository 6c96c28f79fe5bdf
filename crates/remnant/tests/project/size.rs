//! Memory does not grow with the file.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::desk::{Desk, Said};
use crate::strike_rows::{HEADER, Rows};

/// The most memory that a process held so far, in kibibytes; `None` when it is gone.
fn peak_kibibytes(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn write_rows(path: &Path, is_enough: impl Fn(u64, u64) -> bool) -> u64 {
    let mut file = BufWriter::new(File::create(path).unwrap());
    writeln!(file, "{HEADER}").unwrap();
    let mut rows = Rows::new(1);
    let (mut count, mut bytes, mut row) = (0, 0, Vec::new());
    while !is_enough(count, bytes) {
        row.clear();
        rows.row(&mut row);
        file.write_all(&row).unwrap();
        count += 1;
        bytes += row.len() as u64;
    }
    file.flush().unwrap();
    count
}

/// Runs a command; the most memory it held, in mebibytes.
fn watched(desk: &Desk, program: &str, words: &[&str]) -> u64 {
    let started = Instant::now();
    let mut command = desk.command_of(program, words);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak.max(peak_kibibytes(&child).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(20));
    }
    let said = Said::from(child.wait_with_output().unwrap());
    assert_eq!((said.exit, said.error.as_str()), (Some(0), ""), "{words:?}");
    assert!(peak > 0, "nothing was measured");
    println!("{} {}: {} MiB, {:?}", words[0], words[1], peak / 1024, started.elapsed());
    peak / 1024
}

fn imported(program: &str, is_enough: impl Fn(u64, u64) -> bool, most_mebibytes: u64) {
    if !Path::new("/proc/self/status").exists() {
        println!("skipped: this system does not tell the memory of a process in /proc");
        return;
    }
    let desk = Desk::geopackage();
    let rows = write_rows(&desk.path("strikes.csv"), is_enough);
    let length = fs::metadata(desk.path("strikes.csv")).unwrap().len();
    println!("{rows} rows, {} MiB", length >> 20);
    let kept = watched(&desk, program, &crate::desk::keeping("strikes.csv", "thor"));
    let read = watched(&desk, program, &["read", "thor", "--as", "strikes", "--take-in"]);
    assert!(kept.max(read) < most_mebibytes, "{kept} and {read} MiB");
}

#[test]
fn twenty_thousand_strikes_are_taken_in_within_120_mebibytes() {
    imported(env!("CARGO_BIN_EXE_remnant"), |rows, _| rows == 20_000, 120);
}

/// Without optimisation this would take hours, so the nightly run builds the program with it.
#[test]
fn memory_does_not_grow_with_a_national_file() {
    if std::env::var_os("REMNANT_NIGHTLY").is_none() {
        println!("skipped: 200 000 rows and 2 GB run nightly, with REMNANT_NIGHTLY");
        return;
    }
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--package", "remnant", "--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let told = String::from_utf8(built.stdout).unwrap();
    let program = told
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| message["executable"].as_str().map(str::to_owned))
        .next_back()
        .unwrap();
    imported(&program, |rows, _| rows == 200_000, 200);
    imported(&program, |_, bytes| bytes >= 2_000_000_000, 500);
}
