//! What was seen where, and where nobody looked.
//!
//! Belongs here: places and how they are measured, strikes, evidence points, searches, hazardous
//! areas, and how rows of foreign files become them. Does not belong here: a guess, a decision
//! about land, SQL.

pub mod boundary;
pub mod cmrs;
pub mod coordinate;
pub mod coverage;
pub mod exposure;
pub mod field_xml;
pub mod form;
pub mod geometry_bytes;
pub mod intake;
mod object;
pub mod pick_list;
mod place;
mod shape;

pub use object::{Answer, FieldValue, NoSuchKind, Object, ObjectId, ObjectKind, RowOrigin};
pub use place::{LocationMethod, Place};
pub use shape::Shape;
