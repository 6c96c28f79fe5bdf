//! The layers of land: kept true to the ledger in each transaction that changes what it rests on.
//!
//! Belongs here: noting which areas an entry is about, and putting their land into the layers. Does
//! not belong here: which land remains or was released: the program is asked, which asks
//! `remnant-land-release`.
//!
//! Unlike other projections these rest on rules of mine action, so the store cannot make them. It
//! knows only when they are to be made: whoever opens the project says what gives the land.

use std::collections::{BTreeMap, BTreeSet};

use remnant_ground::ObjectKind;
use sha2::{Digest, Sha256};

use super::Store;
use crate::database::Value;
use crate::entry::EntryKind;
use crate::error::StoreError;
use crate::layer::Layer;
use crate::ledger_land::AreaLand;

/// What gives the land of areas, as the ledger has it by all that the journal holds.
pub type LandOfAreas = fn(&mut Store, &StaleLand) -> Result<Vec<AreaLand>, StoreError>;

/// Areas whose land is to be computed again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaleLand {
    /// Areas on which there are new entries.
    pub areas: BTreeSet<String>,
    /// Steps of land release on which there are new review steps, by their ids.
    pub reviewed: BTreeSet<String>,
    /// Whether all areas are, since a setting was changed.
    pub all: bool,
}

impl StaleLand {
    fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.reviewed.is_empty() && !self.all
    }

    /// All areas.
    #[must_use]
    pub fn everything() -> Self {
        Self { all: true, ..Self::default() }
    }
}

/// What a store knows of the ledger.
#[derive(Default)]
pub(crate) struct Follower {
    land_of: Option<LandOfAreas>,
    stale: StaleLand,
    /// The areas that the layers show, once they were asked for in a transaction.
    shown: Option<BTreeSet<String>>,
}

/// The name of the note that says of which form the layers of land are, and up to which entry they
/// follow the journal.
const NOTE: &str = "ledger";

impl Store {
    /// Says what gives the land of areas. From here on the layers of land are kept true; where
    /// entries were written without, they are made anew.
    ///
    /// # Errors
    /// When the land cannot be computed or kept. A project that can only be read is left as it is.
    pub fn with_ledger(mut self, land_of: LandOfAreas) -> Result<Self, StoreError> {
        self.ledger.land_of = Some(land_of);
        if self.ledger_follows()? {
            return Ok(self);
        }
        let at = self.last_moment()?;
        let made = self.write(&at, |store| {
            // Somebody else may have made them in the meantime; then they are made once more.
            store.ledger.stale = StaleLand::everything();
            Ok(())
        });
        match made {
            Ok(()) | Err(StoreError::ReadOnly { .. }) => Ok(self),
            Err(error) => Err(error),
        }
    }

    pub(super) fn begin_following(&mut self) {
        self.ledger.stale = StaleLand::default();
        self.ledger.shown = None;
    }

    /// Notes which land an entry may change.
    pub(super) fn note_for_ledger(
        &mut self,
        kind: EntryKind,
        object_kind: Option<ObjectKind>,
        subject: &str,
    ) -> Result<(), StoreError> {
        if self.ledger.land_of.is_none() {
            return Ok(());
        }
        match kind {
            EntryKind::ReleaseEvent => {
                self.ledger.stale.areas.insert(subject.to_owned());
            }
            EntryKind::ReviewStep => {
                self.ledger.stale.reviewed.insert(subject.to_owned());
            }
            EntryKind::Setting => self.ledger.stale.all = true,
            // It may say what people call the area.
            _ if object_kind == Some(ObjectKind::HazardousArea) => {
                if self.ledger.shown.is_none() {
                    self.ledger.shown = Some(self.areas_shown()?);
                }
                if self.ledger.shown.as_ref().is_some_and(|shown| shown.contains(subject)) {
                    self.ledger.stale.areas.insert(subject.to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn ledger_layers(&mut self) -> Result<Vec<Layer>, StoreError> {
        let there = self.layers()?;
        Ok(Layer::OF_LEDGER.into_iter().filter(|layer| there.contains(&layer.name())).collect())
    }

    fn areas_shown(&mut self) -> Result<BTreeSet<String>, StoreError> {
        let mut shown = BTreeSet::new();
        for layer in self.ledger_layers()? {
            let sql = format!("SELECT DISTINCT id FROM \"{}\"", layer.name());
            self.database.query(&sql, &[], &mut |row| {
                shown.insert(row.text(0)?.to_owned());
                Ok(())
            })?;
        }
        Ok(shown)
    }

    /// Puts the land that may have changed into its layers, within the transaction that changed it.
    pub(super) fn follow_ledger(&mut self) -> Result<(), StoreError> {
        let stale = std::mem::take(&mut self.ledger.stale);
        let Some(land_of) = self.ledger.land_of.filter(|_| !stale.is_empty()) else {
            return Ok(());
        };
        let land = land_of(self, &stale)?;
        for layer in self.ledger_layers()? {
            let name = layer.name();
            if stale.all {
                self.database.execute(&format!("DELETE FROM \"{name}\""), &[])?;
                continue;
            }
            let given = land.iter().map(|land| &land.area);
            let areas: BTreeSet<&String> = stale.areas.iter().chain(given).collect();
            let sql = format!("DELETE FROM \"{name}\" WHERE id = $1");
            for area in areas {
                self.database.execute(&sql, &[Value::text(area.clone())])?;
            }
        }
        let mut layers: BTreeMap<Layer, Vec<Vec<Value<'static>>>> = BTreeMap::new();
        for (layer, row) in land.iter().flat_map(|land| land.rows(&*self.database)) {
            layers.entry(layer).or_default().push(row);
        }
        let there = self.layers()?;
        for (layer, rows) in layers {
            let name = layer.name();
            if !there.contains(&name) {
                self.database.make_layer(&layer)?;
                let index = format!("CREATE INDEX \"{name}_of_area\" ON \"{name}\" (id)");
                self.database.execute_all(&index)?;
                let sql = "INSERT INTO remnant_layer (name) VALUES ($1)";
                self.database.execute(sql, &[Value::text(name.clone())])?;
            }
            let mut fid = 0;
            let sql = format!("SELECT coalesce(max(fid), 0) FROM \"{name}\"");
            self.database.query(&sql, &[], &mut |row| {
                fid = row.whole(0)?;
                Ok(())
            })?;
            let numbered: Vec<Value<'static>> = rows
                .into_iter()
                .zip(fid + 1..)
                .flat_map(|(row, fid)| std::iter::once(Value::Whole(fid)).chain(row))
                .collect();
            let columns = layer.column_names();
            self.database.insert(&layer.target(&name, &columns), &numbered)?;
        }
        self.note_ledger()
    }

    /// What the note says where the layers follow all that the journal holds.
    fn ledger_note(&mut self) -> Result<String, StoreError> {
        let mut form = Sha256::new();
        for layer in Layer::OF_LEDGER {
            form.update(format!("{} {:?} {}\n", layer.name(), layer.columns(), layer.title()));
            form.update(layer.description());
            form.update(crate::style::qml(layer));
        }
        let form: String = form.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut last = 0;
        let sql = "SELECT coalesce(max(position), 0) FROM journal WHERE kind <> 'object-entered'
            AND kind IN ('release-event', 'review-step', 'setting')";
        self.database.query(sql, &[], &mut |row| {
            last = row.whole(0)?;
            Ok(())
        })?;
        Ok(format!("{form} {last}"))
    }

    fn note_ledger(&mut self) -> Result<(), StoreError> {
        let note = self.ledger_note()?;
        self.forget_ledger()?;
        let sql = "INSERT INTO remnant_note (name, value) VALUES ($1, $2)";
        self.database.execute(sql, &[Value::text(NOTE), Value::text(note)])?;
        Ok(())
    }

    /// Takes back that the layers of land follow the journal: they are gone.
    pub(super) fn forget_ledger(&mut self) -> Result<(), StoreError> {
        let sql = "DELETE FROM remnant_note WHERE name = $1";
        self.database.execute(sql, &[Value::text(NOTE)])?;
        Ok(())
    }

    /// Whether the layers follow all that the journal holds. Where it holds nothing of the ledger
    /// there is nothing to follow.
    fn ledger_follows(&mut self) -> Result<bool, StoreError> {
        let expected = self.ledger_note()?;
        if expected.ends_with(" 0") {
            return Ok(true);
        }
        let mut follows = false;
        let sql = "SELECT value FROM remnant_note WHERE name = $1";
        self.database.query(sql, &[Value::text(NOTE)], &mut |row| {
            follows = row.text(0)? == expected;
            Ok(())
        })?;
        Ok(follows)
    }

    /// Compares the layers of land with what the ledger gives now. Adds to `counted` how many rows
    /// each layer must have; none where nobody said what gives the land, and then its layers are
    /// left out of `layers`.
    ///
    /// Gives what was looked at, and the faults.
    pub(crate) fn ledger_faults(
        &mut self,
        layers: &mut BTreeSet<String>,
        counted: &mut BTreeMap<String, u64>,
    ) -> Result<Option<(String, Vec<String>)>, StoreError> {
        let Some(land_of) = self.ledger.land_of else {
            for layer in Layer::OF_LEDGER {
                layers.remove(&layer.name());
            }
            return Ok(None);
        };
        let land = land_of(self, &StaleLand::everything())?;
        let mut expected: BTreeMap<Layer, BTreeMap<String, Vec<Vec<Value<'static>>>>> =
            BTreeMap::new();
        for land in &land {
            for (layer, row) in land.rows(&*self.database) {
                *counted.entry(layer.name()).or_default() += 1;
                let of_layer = expected.entry(layer).or_default();
                of_layer.entry(land.area.clone()).or_default().push(row);
            }
        }
        let mut faults = Vec::new();
        for layer in Layer::OF_LEDGER {
            let name = layer.name();
            let mut expected = expected.remove(&layer).unwrap_or_default();
            if !layers.contains(&name) {
                if !expected.is_empty() {
                    faults.push(format!("the layer `{name}` is not there"));
                }
                continue;
            }
            let columns: Vec<String> = layer
                .column_names()
                .into_iter()
                .filter(|column| *column != "fid")
                .map(|column| match column {
                    crate::layer::GEOMETRY => {
                        format!("{} AS geom", self.database.geometry_column())
                    }
                    column => format!("f.\"{column}\""),
                })
                .collect();
            let sql =
                format!("SELECT {} FROM \"{name}\" f ORDER BY f.id, f.fid", columns.join(", "));
            let mut found: BTreeMap<String, Vec<Vec<Value<'static>>>> = BTreeMap::new();
            self.database.query(&sql, &[], &mut |row| {
                let values: Result<Vec<_>, _> =
                    (0..columns.len()).map(|at| row.value(at)).collect();
                found.entry(row.text(0)?.to_owned()).or_default().push(values?);
                Ok(())
            })?;
            for (area, rows) in found {
                if expected.remove(&area).is_none_or(|expected| expected != rows) {
                    faults.push(format!("`{name}` shows `{area}` otherwise than the ledger"));
                }
            }
            let missing = expected.into_keys();
            faults.extend(missing.map(|area| format!("`{name}` does not show `{area}`")));
        }
        Ok(Some((format!("{} areas", land.len()), faults)))
    }
}
