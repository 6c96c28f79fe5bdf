//! What an entered coordinate means.
//!
//! Belongs here: reading coordinate text in every way the field writes it, the datum it was written
//! in, how far the place may lie from the position, grids, and why a text is refused. Does not
//! belong here: which column holds coordinates, which country a position should lie in, measuring
//! areas.
//!
//! What was entered is kept exactly. Nothing is repaired: a text that can be read in two ways is
//! refused with what to do, and what looks wrong in the country at hand is a [`Suspicion`] with
//! proposals, which a person accepts or not.
//!
//! ```
//! use remnant_ground::coordinate::{CoordinateFormat, CoordinateReading};
//! let reading = CoordinateReading::default();
//! let read = reading.read("17°32'35\"N 103°15'05\"E")?;
//! assert_eq!(read.format, CoordinateFormat::DegreesMinutesSeconds);
//! assert!((read.position.latitude() - 17.543_055_6).abs() < 1e-7);
//! assert!(reading.read("0, 0").is_err());
//! # Ok::<(), remnant_ground::coordinate::CoordinateFault>(())
//! ```

mod datum;
mod degrees;
mod entered;
mod fault;
mod grid;
mod halves;
mod mgrs;
mod position;
mod print;
mod reading;
mod scan;
mod shift;
mod suspicion;
mod utm;

pub use datum::Datum;
pub use entered::{
    CoordinateFormat, CoordinateWarning, EnteredPosition, EnteredText, UncertaintyBasis,
};
pub use fault::{CoordinateFault, Half};
pub use grid::{GridSquare, Hemisphere, UtmPoint, UtmZone};
pub use position::{Axis, Position};
pub use print::{
    decimal_degrees, degrees_decimal_minutes, degrees_minutes_seconds, mgrs_reference, utm_text,
};
pub use reading::{AxisOrder, CoordinateReading, LetterO, RunTogether, UtmLetter};
pub use shift::{SystematicShift, explaining_datum, systematic_shift};
pub use suspicion::{Repair, RepairKind, Suspicion, suspect};
