//! An object made ready for entering, by whichever thread read it.
//!
//! Belongs here: everything about a whole object that does not depend on the project: whether it may
//! be kept, the body of its entry, its row in a layer. Does not belong here: its place in the chain
//! (`append`), the tables (`writer`).
//!
//! The thread that writes has most to do when a file is taken in, so what can be done before is.

use remnant_ground::{Object, ObjectKind, Shape};

use crate::canonical;
use crate::entry::EntryKind;
use crate::error::StoreError;
use crate::layer::{Cells, Layer};
use crate::new_entry::{self, Entered, TakenInRow};
use crate::projection;

/// A whole object on its way into the journal.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    pub(crate) kind: ObjectKind,
    pub(crate) id: String,
    /// What its entry says.
    pub(crate) body: String,
    /// The hash of the row that brought it, where it came from a file.
    pub(crate) row_hash: Option<String>,
    pub(crate) layer: Layer,
    pub(crate) shape: Option<Shape>,
    /// Its columns in the layer, without those of the entry.
    pub(crate) cells: Cells,
    /// First and last day on which the thing was so, as far as it says.
    pub(crate) valid: [Option<String>; 2],
}

impl Ready {
    /// Makes an object ready.
    ///
    /// # Errors
    /// `PersonalField`, `NotFinite`, `NulCharacter` where it must not or cannot be kept as it is.
    pub(crate) fn of(object: Object, row: Option<TakenInRow>) -> Result<Self, StoreError> {
        new_entry::keepable(&object)?;
        let body = canonical::of_object(&object, row.as_ref(), &[])
            .map_err(|error| StoreError::NotJson { told: error.to_string() })?;
        let (kind, id) = (object.kind, object.id.as_str().to_owned());
        new_entry::refuse_nul(EntryKind::ObjectEntered, Some(kind), &id, &body)?;
        Ok(Self { id, body, row_hash: row.map(|row| row.hash), ..Self::of_kept(object) })
    }

    /// What stands in the tables about an object whose entry is kept, which is all that an entry of
    /// the journal does not tell by itself.
    pub(crate) fn of_kept(object: Object) -> Self {
        let (valid_from, valid_to) = projection::valid_days(&object);
        let layer = Layer::of(&object);
        Self {
            kind: object.kind,
            id: String::new(),
            body: String::new(),
            row_hash: None,
            layer,
            cells: layer.cells(&object),
            shape: object.place.map(|place| place.shape),
            valid: [valid_from, valid_to],
        }
    }

    /// The object again, and the row that brought it.
    ///
    /// # Errors
    /// `NotJson`, which cannot be: what was written is read.
    pub(crate) fn object(&self) -> Result<(Object, Option<TakenInRow>), StoreError> {
        let Entered { object, row, .. } = serde_json::from_str(&self.body)
            .map_err(|error| StoreError::NotJson { told: error.to_string() })?;
        Ok((object, row))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn an_object_comes_back_from_what_was_made_of_it() {
        let object: Object = serde_json::from_str(
            r#"{"kind":"strike","id":"a/1","fields":{"note":"x \"y\"\n","quantity":4,"date":"1969-03"},
            "origin":{"file":"ff","line":3},"place":{"point":{"longitude":105.1,"latitude":-0.3},
            "method":"map","uncertainty_metres":0.1}}"#,
        )
        .unwrap();
        let row = TakenInRow { hash: "00".to_owned() };
        let ready = Ready::of(object.clone(), Some(row.clone())).unwrap();
        assert_eq!(ready.object().unwrap(), (object, Some(row)));
        assert_eq!(ready.valid, [Some("1969-03-01".to_owned()), None]);
    }
}
