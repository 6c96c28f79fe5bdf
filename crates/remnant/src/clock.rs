//! The moment at which something is entered.
//!
//! Belongs here: the only clock of the program, and the randomness of ids. Does not belong here:
//! what is entered.

use std::env;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use remnant_store::Stamp;

use crate::error::ProgramError;

/// The environment variable that stands for the clock, as stories and tests use it: a moment such
/// as `2024-03-04T09:00:00Z`. It is taken to be in UTC, day and all.
const CLOCK: &str = "REMNANT_CLOCK";

/// Now, by the environment where it says so, else by this machine's clock and time zone.
///
/// # Errors
/// When the environment holds a moment that cannot be read: a wrong day in the journal is worse
/// than none.
pub(crate) fn now() -> Result<Zoned, ProgramError> {
    let Some(told) = env::var_os(CLOCK) else { return Ok(Zoned::now()) };
    let told = told.to_string_lossy();
    let moment: Timestamp =
        told.parse().map_err(|_| ProgramError::Clock { told: told.to_string() })?;
    Ok(moment.to_zoned(TimeZone::UTC))
}

/// Today.
///
/// # Errors
/// As [`now`].
pub(crate) fn today() -> Result<Date, ProgramError> {
    Ok(now()?.date())
}

/// Today, where the environment was found sound when the program started.
pub(crate) fn today_or_machine() -> Date {
    today().unwrap_or_else(|_| Zoned::now().date())
}

/// Who enters something, now.
///
/// # Errors
/// When nobody is named, the clock cannot be read, or the machine has no randomness.
pub(crate) fn stamp(author: Option<&str>) -> Result<Stamp, ProgramError> {
    let author = author.ok_or(ProgramError::NoAuthor)?;
    let now = now()?;
    let mut entropy = [0; 10];
    getrandom::fill(&mut entropy).map_err(|error| ProgramError::NoRandomness(error.to_string()))?;
    let utc = now.with_time_zone(TimeZone::UTC).datetime();
    Ok(Stamp::new(author, utc, now.date(), entropy)?)
}
