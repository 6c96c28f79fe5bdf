//! How rows of foreign files become objects.
//!
//! Belongs here: the mapping of columns to fields, the reading of cells, the findings, what is
//! suspected over a whole file. Does not belong here: bytes to rows (`remnant_source`), keeping
//! (`remnant-store`), deciding what a finding means for a piece of land.

mod answer;
mod cells;
mod date;
mod date_parts;
mod field;
mod finding;
mod guess;
mod known;
mod mapping;
mod month;
mod number;
mod object;
mod outline;
mod persons;
mod place;
mod plan;
mod report;
mod rows;
mod rule;
mod suspicion;
mod text;
mod units;

pub use cells::{NotARowHash, PlainRow, RowHash, RowOfCells};
pub use date::DateOrder;
pub use finding::{Count, Finding, Tally, shown};
pub use guess::{Guess, Sample, guess};
pub use known::{Gazetteer, Known, NoGazetteer, NothingKnown, TakenBefore};
pub use mapping::{
    Column, CountryExtent, DatePart, EqualRows, MAPPING_VERSION, Mapping, MappingFault,
    MappingHash, Personal, PlacePart, Question, Role,
};
pub use number::{AreaUnit, NumberFormat};
pub use persons::columns_that_name_persons;
pub use report::Report;
pub use rows::{Intake, IntakeError, KeptBack, Outcome, Surroundings, Taken};
pub use rule::{Rule, Severity};
pub use units::{Unit, Units};
