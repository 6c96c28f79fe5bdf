//! What the fuzz targets share.
//!
//! Belongs here: how an input is taken apart, and what must hold of whatever comes out. Does not
//! belong here: the targets, each of which is one file beside this folder.

pub mod choices;
pub mod document;
pub mod journal;
pub mod ledger;
pub mod rings;

use std::alloc::System;
use std::panic;

use cap::Cap;

/// Half a gigabyte: no input of some kilobytes may ask for more, whatever numbers stand in it. A
/// larger wish ends the run as a crash, with the input kept.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, 1 << 29);

/// Lets the panics of the spreadsheet library, of the TIFF library and of the overlay be caught, as
/// they are in the program.
///
/// The hook of libFuzzer's crate ends the process before anything is caught. A panic that nobody
/// catches ends it all the same, by the catch around the target.
pub fn let_panics_be_caught() {
    panic::set_hook(Box::new(|told| {
        let of_library = told
            .location()
            .is_some_and(|at| {
                ["/calamine-", "/tiff-", "/i_overlay-"].iter().any(|of| at.file().contains(of))
            });
        if !of_library {
            eprintln!("{told}");
        }
    }));
}
