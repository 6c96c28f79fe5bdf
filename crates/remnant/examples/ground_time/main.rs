//! How long work on the ground takes, and what comes out, for the comparison in `benchmarks/ground`.
//!
//! ```text
//! ground_time boxes PROJECT.gpkg BOXES.csv [REPETITIONS]
//! ground_time join POINTS.csv PLACES.wkt [REPETITIONS]
//! ground_time history FOLDER SIZE [REPETITIONS]
//! ground_time commit FOLDER ENTRIES
//! ```
//!
//! Each writes one JSON object to standard output: the seconds of each run, the answer's size and hash, and
//! the most memory held.
#![allow(clippy::print_stdout, reason = "the answer is the output")]

mod boxes;
mod commit;
mod history;
mod join;
mod strikes;
mod watch;

use std::path::PathBuf;

use clap::Parser;

/// Times work on the ground.
#[derive(Parser)]
#[command(about)]
enum Work {
    /// Strikes in boxes.
    Boxes {
        /// A project with strikes.
        project: String,
        /// Boxes: west, south, east, north, commas between.
        boxes: String,
        /// How often.
        #[arg(default_value_t = 3)]
        repetitions: u32,
    },
    /// Which area each point lies in.
    Join {
        /// Points: longitude, a comma, latitude.
        points: PathBuf,
        /// Areas: a polygon of well-known text a line.
        places: PathBuf,
        /// How often.
        #[arg(default_value_t = 5)]
        repetitions: u32,
    },
    /// What was known on an earlier day, and what differs between two.
    History {
        /// Where to put the project and the peer's statements.jsonl.
        folder: PathBuf,
        /// How many things are entered on the first day.
        size: u64,
        /// How often.
        #[arg(default_value_t = 5)]
        repetitions: u32,
    },
    /// Entries one by one.
    Commit {
        /// Where to put the project.
        folder: PathBuf,
        /// How many.
        entries: u64,
    },
}

fn main() -> watch::Outcome<()> {
    match Work::parse() {
        Work::Boxes { project, boxes, repetitions } => boxes::boxes(&project, &boxes, repetitions),
        Work::History { folder, size, repetitions } => history::history(&folder, size, repetitions),
        Work::Commit { folder, entries } => commit::commit(&folder, entries),
        Work::Join { points, places, repetitions } => join::join(&points, &places, repetitions),
    }
}
