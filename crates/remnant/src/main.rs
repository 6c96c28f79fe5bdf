//! The program: it parses arguments, opens the record, asks upstream stages and prints.
//!
//! Belongs here: the only clock, socket and environment. Does not belong here: deciding anything;
//! a function that does moves upstream.

mod ask;
mod clock;
mod command;
mod desk;
mod error;
mod folder;
mod print;
mod project;
mod web;

use std::process::ExitCode;

use clap::Parser;
use remnant_publish::text::printable;

use crate::command::CommandLine;
use crate::error::ProgramError;

/// Rows go from the thread that reads them to the one that writes them. The allocator of the C library
/// is slow where one thread frees what another asked for, and SQLite asks it for much.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let line = CommandLine::parse();
    match clock::today().and_then(|today| ask::run(line, today)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", printable(&error.to_string()));
            if let ProgramError::Refused(findings) = &error {
                for finding in findings.iter().filter(|finding| finding.is_error()).take(10) {
                    eprintln!("  {}", printable(&finding.to_string()));
                }
            }
            let help = error.help();
            // Several pieces of help stand below one another.
            let space = if help.starts_with('\n') { "" } else { " " };
            eprintln!("help:{space}{}", printable(&help));
            ExitCode::FAILURE
        }
    }
}
