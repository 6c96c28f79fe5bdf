//! The desk on which questions are answered: a record that was read once, and the pooled dud rates
//! of each day that somebody asked for.
//!
//! Belongs here: what is kept between questions. Does not belong here: computing either of the two.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use remnant_publish::{Pooled, View, pooled};
use remnant_record::{AsOf, Folder, Record, shipped};

use crate::error::ProgramError;

/// How many days' pooled dud rates are kept before all are dropped and computed anew.
const DAYS_KEPT: usize = 64;

/// A record and what was computed from it.
pub(crate) struct Desk {
    record: Arc<Record>,
    pooled: Mutex<HashMap<Date, Arc<Pooled>>>,
}

impl Desk {
    /// The shipped record with the folders beside it.
    pub(crate) fn open(folders: Vec<Folder>) -> Result<Self, ProgramError> {
        let mut all = vec![shipped()];
        all.extend(folders);
        let read = Record::read(&all).map_err(ProgramError::Refused)?;
        Ok(Self { record: Arc::new(read.record), pooled: Mutex::default() })
    }

    /// The record as of two days. The dud rates are pooled when something first asks for them.
    pub(crate) fn view(&self, as_of: AsOf) -> View<'_> {
        let mut days = self.pooled.lock().unwrap_or_else(PoisonError::into_inner);
        if days.len() >= DAYS_KEPT {
            days.clear();
        }
        let pooled =
            days.entry(as_of.known_by).or_insert_with(|| pooled(Arc::clone(&self.record), as_of));
        View { record: &self.record, as_of, pooled: Arc::clone(pooled) }
    }
}
