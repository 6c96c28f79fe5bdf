//! Counting bytes as they are read, and stopping a record that grows without end.
//!
//! Belongs here: the meter that a reader and whoever shows its progress share. Does not belong here:
//! what the bytes mean.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How much was read, shared between a stream and those who ask.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    total: AtomicU64,
    since_mark: AtomicU64,
    stopped: AtomicBool,
}

impl Meter {
    /// All bytes read.
    pub(crate) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Starts the count of a record anew.
    pub(crate) fn mark(&self) {
        self.since_mark.store(0, Ordering::Relaxed);
    }

    /// Whether a record was stopped because it passed the limit.
    pub(crate) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// A stream that counts, and ends with an error when more than `limit` bytes pass between two marks.
///
/// The stream reads ahead of the record by a block, so the limit is exact to that.
pub(crate) struct Metered<R> {
    inner: R,
    meter: Arc<Meter>,
    limit: u64,
}

impl<R: Read> Metered<R> {
    pub(crate) fn new(inner: R, limit: u64) -> (Self, Arc<Meter>) {
        let meter = Arc::new(Meter::default());
        (Self { inner, meter: Arc::clone(&meter), limit }, meter)
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.meter.total.fetch_add(read as u64, Ordering::Relaxed);
        let since = self.meter.since_mark.fetch_add(read as u64, Ordering::Relaxed) + read as u64;
        if since > self.limit {
            self.meter.stopped.store(true, Ordering::Relaxed);
            return Err(io::Error::other("one record is longer than allowed"));
        }
        Ok(read)
    }
}
