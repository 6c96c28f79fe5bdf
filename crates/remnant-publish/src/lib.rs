//! What we show, and on what it rests: figures, pages, charts and tables.
//!
//! Belongs here: turning values that upstream stages stated or computed into answers for people
//! and for programs. Every number is a [`Figure`](figure::Figure) that leads back to its
//! statements, model and sources. Does not belong here: SQL, HTTP, sampling, and any number that
//! could be computed upstream.

pub mod answer;
pub mod assets;
pub mod basemap;
pub mod brief;
pub mod chart;
pub mod document;
mod error;
pub mod figure;
pub mod figures;
pub mod html;
pub mod layer;
pub mod number;
pub mod text;
pub mod visible;
mod workbook;

use std::sync::{Arc, LazyLock};

use remnant_estimate::dud_rate::PooledRecord;
use remnant_record::{AsOf, Record};

pub use error::PublishError;

/// The pooled dud rates of one day, computed when something first asks for them.
pub type Pooled = LazyLock<PooledRecord, Box<dyn FnOnce() -> PooledRecord + Send>>;

/// What a question is asked of: the record, the two days, and the dud rates pooled by the second.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// The record.
    pub record: &'a Record,
    /// The two days.
    pub as_of: AsOf,
    /// The dud rates as known by the second day.
    pub pooled: Arc<Pooled>,
}

/// The dud rates as known by the second of two days, to be computed when first asked for.
#[must_use]
pub fn pooled(record: Arc<Record>, as_of: AsOf) -> Arc<Pooled> {
    Arc::new(LazyLock::new(Box::new(move || PooledRecord::of(&record, as_of.known_by))))
}
