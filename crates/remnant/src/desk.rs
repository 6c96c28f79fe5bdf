//! The desk on which questions are answered: a record that was read once, and the dud rates that
//! were pooled for the days that somebody asked for.
//!
//! Belongs here: what is kept between questions. Does not belong here: computing either of the two.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use remnant_estimate::dud_rate::Reading;
use remnant_publish::{Pooled, View, pooled};
use remnant_record::{AsOf, Folder, Record, shipped};

use crate::error::ProgramError;

/// How many readings' pooled dud rates are kept, some megabytes each, before the oldest is dropped.
const READINGS_KEPT: usize = 16;

/// A record and what was computed from it.
pub(crate) struct Desk {
    record: Arc<Record>,
    /// By what was read, oldest first: days by which the same was known share one answer.
    pooled: Mutex<VecDeque<(Reading, Arc<Pooled>)>>,
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
        let reading = Reading::of(&self.record, as_of.known_by);
        let mut kept = self.pooled.lock().unwrap_or_else(PoisonError::into_inner);
        let same = kept.iter().find(|(other, _)| *other == reading);
        let pooled = match same {
            Some((_, pooled)) => Arc::clone(pooled),
            None => {
                let pooled = pooled(Arc::clone(&self.record), as_of);
                kept.push_back((reading, Arc::clone(&pooled)));
                if kept.len() > READINGS_KEPT {
                    kept.pop_front();
                }
                pooled
            }
        };
        View { record: &self.record, as_of, pooled }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::{Date, date};

    use super::*;

    fn pooled_by(desk: &Desk, day: Date) -> Arc<Pooled> {
        desk.view(AsOf::day(day)).pooled
    }

    #[test]
    fn days_by_which_the_same_was_known_share_one_answer() {
        let desk = Desk::open(Vec::new()).unwrap();
        let first = pooled_by(&desk, date(2100, 1, 1));
        assert!(Arc::ptr_eq(&first, &pooled_by(&desk, date(2100, 1, 2))));
        let earlier = pooled_by(&desk, date(2023, 6, 30));
        assert!(!Arc::ptr_eq(&first, &earlier));
        assert_ne!(first.reading, earlier.reading);
    }

    #[test]
    fn of_many_readings_the_oldest_alone_is_dropped() {
        let desk = Desk::open(Vec::new()).unwrap();
        let mut days: Vec<Date> =
            desk.record.dud_rates.iter().map(|rate| rate.cited.known_from.day).collect();
        days.sort();
        days.dedup();
        let days = &days[..=READINGS_KEPT];
        let answers: Vec<Arc<Pooled>> = days.iter().map(|&day| pooled_by(&desk, day)).collect();
        let held = desk.pooled.lock().unwrap().len();
        assert_eq!(held, READINGS_KEPT);
        assert!(Arc::ptr_eq(&answers[1], &pooled_by(&desk, days[1])));
        assert!(!Arc::ptr_eq(&answers[0], &pooled_by(&desk, days[0])));
    }
}
