//! Identities of the books, each with both of its sides.
//!
//! Belongs here: two sums that must be equal, and how they are written. Does not belong here: which
//! identities there are (`ledger`, `balance`).

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::posting::Change;

/// One side: terms by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Side(pub Vec<(&'static str, Change)>);

impl Side {
    /// The sum of the terms.
    #[must_use]
    pub fn sum(&self) -> Change {
        self.0.iter().map(|(_, amount)| *amount).sum()
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms = self.0.iter().filter(|(_, amount)| *amount != Change::ZERO);
        for (index, (name, amount)) in terms.enumerate() {
            let plus = if index == 0 { "" } else { " + " };
            write!(f, "{plus}{amount} {name}")?;
        }
        if self.sum() == Change::ZERO && self.0.iter().all(|(_, amount)| *amount == Change::ZERO) {
            write!(f, "{}", Change::ZERO)?;
        }
        Ok(())
    }
}

/// Two sums that must be equal, to the square metre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What must hold.
    pub name: &'static str,
    /// Of what: an area, a line of a balance.
    pub subject: String,
    /// The one side.
    pub left: Side,
    /// The other.
    pub right: Side,
}

impl Identity {
    /// Whether both sides are equal.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.left.sum() == self.right.sum()
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, subject, left, right } = self;
        let sign = if self.holds() { "=" } else { "IS NOT" };
        write!(f, "{name}: {subject}: {left} {sign} {right}")
    }
}

impl Serialize for Identity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut identity = serializer.serialize_struct("Identity", 5)?;
        identity.serialize_field("name", self.name)?;
        identity.serialize_field("subject", &self.subject)?;
        identity.serialize_field("left_square_metres", &self.left)?;
        identity.serialize_field("right_square_metres", &self.right)?;
        identity.serialize_field("holds", &self.holds())?;
        identity.end()
    }
}
