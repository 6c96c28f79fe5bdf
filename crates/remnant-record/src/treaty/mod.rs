//! What follows from the treaties on a day: status of a state, counts, deadlines.
//!
//! Belongs here: the treaties' own arithmetic, on acts that were known by the day asked about.
//! Does not belong here: what the provisions ask of a transfer (`law`), choosing among
//! contradicting statements.

mod clock;
mod counts;
mod date_arithmetic;
mod entry_into_force;
mod status;

pub use clock::{Clock, ClockState, PublishedBeside, clocks};
pub use counts::{Count, Counts, counts};
pub use date_arithmetic::{
    DateSumError, Period, Rounding, first_day_of_sixth_month_after, thirtieth_of_april_from,
};
pub use entry_into_force::{
    THIRTIETH_DEPOSIT, TreatyError, Withdrawal, entry_into_force, withdrawal,
};
pub use status::{EntryIntoForce, StateStatus, StatusActs, TreatyStanding, status};
