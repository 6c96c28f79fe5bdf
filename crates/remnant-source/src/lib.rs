//! What outsiders said, word for word.
//!
//! Belongs here: the identity of a file (name, content hash) and the readers that turn its bytes
//! into rows exactly as they were written, each with its line. Does not belong here: what a cell
//! means. No date is parsed, no unit converted and no country matched in this crate.

mod content_hash;
pub mod document;
mod table;

pub use content_hash::ContentHash;
pub use table::{Fault, FaultKind, Row, Table, read_table};
