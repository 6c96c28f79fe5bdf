//! Who says what, valid when, known when: dated, attributed, sourced statements.
//!
//! Belongs here: the tables of the record, the statements they hold, the two days of a question,
//! and what follows from treaties and laws on a day. Contradictions stand side by side; to choose
//! among them is a named function. Does not belong here: polygons, SQL, today's date, and any
//! number that is not somebody's statement or a count of such.
//!
//! ```
//! use remnant_record::{Record, StatedShare, shipped};
//! let record = Record::read(&[shipped()]).expect("the shipped record is sound").record;
//! let first = &record.dud_rates[0];
//! assert_eq!(first.share.to_string(), "at most 2.35 %");
//! assert_eq!(first.cited.known_from.day.to_string(), "2023-07-13");
//! ```

mod check;
mod date;
mod finding;
mod folder;
mod identity;
mod known_from;
pub mod law;
mod quantity;
mod record;
mod schema;
mod share;
mod shipped;
mod statement;
pub mod table;
pub mod treaty;

pub use date::{AsOf, DateError, PartialDate};
pub use finding::{Finding, Rule};
pub use folder::{Folder, Row};
pub use identity::{MunitionId, SourceId, StateCode, SubmunitionId};
pub use known_from::{KnownFrom, KnownFromBasis};
pub use quantity::SquareMetres;
pub use record::{Read, Record, known};
pub use schema::{Column, Kind, Role, SOURCE_TABLES, TableName};
pub use share::{Percent, StatedShare};
pub use shipped::shipped;
pub use statement::{Statement, Value};
