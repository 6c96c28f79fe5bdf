//! What a person sees while long work goes on, and how it is interrupted.
//!
//! Belongs here: a line with share, rate and remaining time on a terminal, and Ctrl-C. Does not
//! belong here: the work.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::ProgramError;

/// Set when the person pressed Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How far long work has come. On a terminal only: nothing is drawn into a file or a pipe.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Work over so many bytes, under a name. Ctrl-C ends it from now on, with nothing entered.
    pub(super) fn over_bytes(name: &'static str, bytes: u64) -> Self {
        // A second handler is refused, which is right: the first one does the same.
        let _first = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(5));
        let form = "{msg} {bar:30} {percent}% of {total_bytes}, {bytes_per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        bar.set_message(name);
        bar.enable_steady_tick(Duration::from_millis(500));
        Self(bar)
    }

    /// Work over tiles, under a name. Ctrl-C ends it from now on; finished tiles are kept.
    pub(super) fn over_tiles(name: &'static str) -> Self {
        let _first = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos} of {len} tiles") {
            bar.set_style(style);
        }
        bar.set_message(name);
        bar.enable_steady_tick(Duration::from_millis(500));
        Self(bar)
    }

    /// So many tiles of so many are done.
    ///
    /// # Errors
    /// When the person has pressed Ctrl-C.
    pub(super) fn of(&self, done: u64, tiles: u64) -> Result<(), ProgramError> {
        self.0.set_length(tiles);
        self.at(done)
    }

    /// So many bytes are done.
    ///
    /// # Errors
    /// When the person has pressed Ctrl-C.
    pub(super) fn at(&self, bytes: u64) -> Result<(), ProgramError> {
        self.0.set_position(bytes);
        if INTERRUPTED.load(Ordering::Relaxed) {
            self.0.abandon();
            return Err(ProgramError::Interrupted);
        }
        Ok(())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
