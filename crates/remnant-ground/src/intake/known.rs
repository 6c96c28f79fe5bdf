//! What was taken in before, and what is known of the places that rows name.
//!
//! Belongs here: the questions that the import asks of the store and of the gazetteer. Does not
//! belong here: the answers, which the program passes in.

use super::cells::RowHash;
use super::mapping::MappingHash;
use crate::coordinate::Position;
use crate::object::{ObjectId, ObjectKind};

/// How a row was taken in before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenBefore {
    /// The hash of the row.
    pub row: RowHash,
    /// The hash of the mapping it was read by.
    pub mapping: MappingHash,
}

/// What was taken in before.
pub trait Known {
    /// How the object of this id was taken in last; `None` where there is none.
    fn taken_before(&self, id: &ObjectId) -> Option<TakenBefore>;

    /// Whether an object of this kind and id is there; `None` where that is not to be asked, as
    /// when the file it comes from is taken in later.
    fn is_there(&self, kind: ObjectKind, id: &ObjectId) -> Option<bool>;
}

/// A store in which nothing is.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingKnown;

impl Known for NothingKnown {
    fn taken_before(&self, _id: &ObjectId) -> Option<TakenBefore> {
        None
    }

    fn is_there(&self, _kind: ObjectKind, _id: &ObjectId) -> Option<bool> {
        None
    }
}

/// What is known of administrative units and settlements.
pub trait Gazetteer {
    /// Whether a unit of this code or name holds a position; `None` where no unit is called so.
    fn unit_holds(&self, unit: &str, position: Position) -> Option<bool>;

    /// The unit or settlement whose centre this position is, to a few metres.
    fn centre_at(&self, position: Position) -> Option<String>;
}

/// A gazetteer in which nothing is.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoGazetteer;

impl Gazetteer for NoGazetteer {
    fn unit_holds(&self, _unit: &str, _position: Position) -> Option<bool> {
        None
    }

    fn centre_at(&self, _position: Position) -> Option<String> {
        None
    }
}
