//! Repeating work with a watch, and telling what came out.
//!
//! Belongs here: seconds, the most memory held, hashes of answers. Does not belong here: the work.

use std::error::Error;
use std::fs;
use std::time::Instant;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What goes wrong in a benchmark ends it.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// Seconds of `work`, and what it gave.
pub(crate) fn seconds_of<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(f64, T)> {
    let start = Instant::now();
    let answer = work()?;
    Ok((start.elapsed().as_secs_f64(), answer))
}

/// Lines that are hashed as the peers hash theirs: each closed by a line feed.
#[derive(Default)]
pub(crate) struct Lines(Sha256);

impl Lines {
    /// Adds a line.
    pub(crate) fn push(&mut self, line: &str) {
        self.0.update(line.as_bytes());
        self.0.update(b"\n");
    }

    /// The hash in hexadecimal.
    pub(crate) fn hash(self) -> String {
        hexadecimal(&self.0.finalize())
    }
}

/// The hash of pairs of numbers as the peers hash theirs: four bytes each, the lowest first.
pub(crate) fn hash_of_pairs(pairs: &[(u32, u32)]) -> String {
    let mut hash = Sha256::new();
    for (first, second) in pairs {
        hash.update(first.to_le_bytes());
        hash.update(second.to_le_bytes());
    }
    hexadecimal(&hash.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The most memory that this process held, in MiB, as the kernel counts it.
fn peak_mib() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kibibytes.ok_or("the kernel does not say how much memory was held")?.parse::<f64>()?
        / 1024.0)
}

/// Prints `values` with the peak of this process.
pub(crate) fn report(mut values: Value) -> Outcome<()> {
    values["peak_mib"] = json!(peak_mib()?);
    println!("{values}");
    Ok(())
}
