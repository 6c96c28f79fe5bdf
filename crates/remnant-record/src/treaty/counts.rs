//! How many states signed, consented and are bound on a day.
//!
//! Belongs here: the three numbers that all go by the name "States Parties", apart. Does not
//! belong here: the status of one state (`status`).

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use super::status::{TreatyStanding, status, table_checked};
use crate::date::AsOf;
use crate::identity::StateCode;
use crate::record::Record;
use crate::table::Treaty;

/// A number of states, and which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How many.
    pub number: usize,
    /// Which, in the order of their codes.
    pub states: Vec<StateCode>,
}

impl Count {
    fn add(&mut self, state: &StateCode) {
        self.number += 1;
        self.states.push(state.clone());
    }
}

/// How many states stand where towards a treaty on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The treaty.
    pub treaty: Treaty,
    /// The two days of the question.
    pub as_of: AsOf,
    /// States that deposited an instrument and have not left: what published totals count.
    pub deposited: Count,
    /// States for which the treaty is in force.
    pub in_force: Count,
    /// States that signed and did no more.
    pub signature_only: Count,
    /// States that left.
    pub former: Count,
    /// States in the table whose consent or entry into force is not known for that day; the
    /// numbers above are then lower bounds.
    pub open: Count,
    /// Whether the table is meant to hold every state.
    pub table_is_complete: bool,
    /// The latest day to which a row was checked; a total for a later day is this day's.
    pub last_confirmed: Option<Date>,
}

/// How many states stand where towards a treaty on a day.
///
/// # Source
/// `record/law.md`, section 2.
#[must_use]
pub fn counts(record: &Record, treaty: Treaty, as_of: AsOf) -> Counts {
    let mut counts = Counts {
        treaty,
        as_of,
        deposited: Count::default(),
        in_force: Count::default(),
        signature_only: Count::default(),
        former: Count::default(),
        open: Count::default(),
        table_is_complete: treaty.table_is_complete(),
        last_confirmed: table_checked(record, treaty, as_of),
    };
    let in_the_table: BTreeSet<&StateCode> =
        record.participations.iter().filter(|p| p.treaty == treaty).map(|p| &p.state).collect();
    for state in in_the_table {
        let standing = status(record, treaty, state, as_of).standing;
        if standing.has_consented() == Some(true) {
            counts.deposited.add(state);
        }
        match standing {
            TreatyStanding::Bound | TreatyStanding::Withdrawing => counts.in_force.add(state),
            TreatyStanding::Signatory => counts.signature_only.add(state),
            TreatyStanding::Former => counts.former.add(state),
            // A state whose row was not known by the day is no open case of a partial table: as
            // far as known then, it was not in it.
            TreatyStanding::Unknown
                if super::status::participation(record, treaty, state, as_of).is_none() => {}
            TreatyStanding::Unknown | TreatyStanding::ConsentRecorded => counts.open.add(state),
            TreatyStanding::None | TreatyStanding::ConsentedNotYetInForce => {}
        }
    }
    counts
}

impl Counts {
    /// The counts in a sentence, with the day to which they are confirmed.
    #[must_use]
    pub fn words(&self) -> String {
        let least = if self.table_is_complete && self.open.number == 0 { "" } else { "at least " };
        let mut words = format!(
            "{} on {}: {least}{} states consented and have not left, in force for {least}{}, \
             {least}{} signed only",
            self.treaty.full_name(),
            self.as_of.on,
            self.deposited.number,
            self.in_force.number,
            self.signature_only.number
        );
        if let Some(confirmed) = self.last_confirmed {
            words.push_str(&format!("; last confirmed {confirmed}"));
        }
        words
    }
}
