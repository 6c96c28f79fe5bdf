//! Which layers there are, and making all of them anew.
//!
//! Belongs here: layers as part of a project. Does not belong here: their columns (`layer`), their
//! tables (`sqlite`, `postgis`).

use std::collections::BTreeSet;

use remnant_ground::ObjectKind;
use sha2::{Digest, Sha256};

use super::Store;
use crate::database::Value;
use crate::error::StoreError;
use crate::layer::Layer;

impl Store {
    /// The layers that are there, by name.
    pub(crate) fn layers(&mut self) -> Result<BTreeSet<String>, StoreError> {
        let mut layers = BTreeSet::new();
        self.database.query("SELECT name FROM remnant_layer", &[], &mut |row| {
            layers.insert(row.text(0)?.to_owned());
            Ok(())
        })?;
        Ok(layers)
    }

    /// The layers of a kind that are there.
    pub(crate) fn layers_of(&mut self, kind: ObjectKind) -> Result<Vec<Layer>, StoreError> {
        let there = self.layers()?;
        Ok(Layer::all(kind).into_iter().filter(|layer| there.contains(&layer.name())).collect())
    }

    /// The form of layers that this program makes, as one hash.
    fn layer_form(&self) -> String {
        let digest = Sha256::digest(self.database.layer_form());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the layers are of the form that this program makes: a field that was added to a form
    /// since makes another.
    pub(crate) fn layers_are_current(&mut self) -> Result<bool, StoreError> {
        let expected = self.layer_form();
        let mut current = false;
        let sql = "SELECT value FROM remnant_note WHERE name = 'layers'";
        self.database.query(sql, &[], &mut |row| {
            current = row.text(0)? == expected;
            Ok(())
        })?;
        Ok(current)
    }

    /// Takes all layers away, and notes of which form they will be made.
    pub(crate) fn remake_layers(&mut self) -> Result<(), StoreError> {
        for name in self.layers()? {
            self.database.drop_layer(&name)?;
        }
        self.database.execute("DELETE FROM remnant_layer", &[])?;
        self.forget_ledger()?;
        self.database.execute("DELETE FROM remnant_note WHERE name = 'layers'", &[])?;
        let form = Value::text(self.layer_form());
        let sql = "INSERT INTO remnant_note (name, value) VALUES ('layers', $1)";
        self.database.execute(sql, &[form])?;
        Ok(())
    }
}
