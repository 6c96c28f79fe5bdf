//! What outsiders said, word for word.
//!
//! Belongs here: the identity of a file (name, content hash) and the readers that turn its bytes
//! into rows exactly as they were written, each with its line. Does not belong here: what a cell
//! means. No date is parsed, no unit converted and no country matched in this crate.
//!
//! [`read_table`] reads the CSV files of a record folder, whose columns we set, all at once and with
//! all their faults. [`document`] reads whatever others send, in the format in which they send it, row
//! by row.

mod content_hash;
pub mod document;
pub mod raster;
mod table;

pub use content_hash::ContentHash;
pub use table::{Fault, FaultKind, Row, Table, read_table};
