//! Proof that a project is what it says: one line for each invariant.
//!
//! Belongs here: the chain, what follows from the journal, kept files, and the database's own
//! health. Does not belong here: rules of mine action (each stage checks its own).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use remnant_ground::ObjectKind;
use serde::Serialize;

use crate::chain::EntryHash;
use crate::database::Value;
use crate::entry::EntryKind;
use crate::error::StoreError;
use crate::layer::Layer;
use crate::projection::{self, KnownEntry};
use crate::store::writer::{VERSION, version_row};
use crate::store::{Store, read};

/// One invariant and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckLine {
    /// The invariant, in a sentence.
    pub invariant: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What was looked at, or what is wrong.
    pub told: String,
}

/// Faults that are told one by one; the rest are counted.
const TOLD: usize = 10;

/// Faults of one invariant.
#[derive(Default)]
struct Faults {
    told: Vec<String>,
    count: u64,
}

impl Faults {
    fn add(&mut self, fault: String) {
        self.count += 1;
        if self.told.len() < TOLD {
            self.told.push(fault);
        }
    }

    fn line(self, invariant: &'static str, looked_at: String) -> CheckLine {
        if self.count == 0 {
            return CheckLine { invariant, holds: true, told: looked_at };
        }
        let more = match self.count - self.told.len() as u64 {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        CheckLine { invariant, holds: false, told: self.told.join("; ") + &more }
    }
}

const UNDAMAGED: &str = "the database is undamaged, and so are its indexes";
const CHAIN: &str = "no entry was changed, and each follows the one before it";
const COMPLETE: &str = "no entry is missing";
const CURRENT: &str = "every thing on the ground stands in the tables as its entries say";
const NOTHING_ELSE: &str = "nothing stands in the tables that no entry says";
const LEDGER: &str = "the layers of land are what the ledger gives";
const FILES: &str = "every kept file has the bytes that were kept";

impl Store {
    /// Looks at everything, and says of each invariant whether it holds.
    ///
    /// # Errors
    /// When the store cannot be read at all; what can be found wrong while reading is in the lines.
    pub fn check(&mut self) -> Result<Vec<CheckLine>, StoreError> {
        let layers: Vec<String> = self.layers()?.into_iter().collect();
        let mut undamaged = Faults::default();
        for fault in self.database.faults(&layers)? {
            undamaged.add(fault);
        }
        let damaged = undamaged.count > 0;
        let mut lines = vec![undamaged.line(UNDAMAGED, self.database.about()?)];
        let rest = self.read(|store| {
            let mut lines = store.check_chain()?;
            lines.extend(store.check_tables()?);
            lines.push(store.check_files()?);
            Ok(lines)
        });
        match rest {
            Ok(rest) => lines.extend(rest),
            // What cannot be read any more is told in the line about damage.
            Err(error) if damaged => {
                lines.push(CheckLine { invariant: CHAIN, holds: false, told: error.to_string() });
            }
            Err(StoreError::Damaged { told }) => {
                lines.push(CheckLine { invariant: CHAIN, holds: false, told });
            }
            Err(error) => return Err(error),
        }
        Ok(lines)
    }

    fn check_chain(&mut self) -> Result<Vec<CheckLine>, StoreError> {
        let (mut chain, mut complete) = (Faults::default(), Faults::default());
        let mut entries = 0_u64;
        let mut at: Option<(uuid::Uuid, u64)> = None;
        let (mut before, mut here): (HashSet<EntryHash>, HashSet<EntryHash>) = Default::default();
        before.insert(EntryHash::NONE);
        let mut tips: BTreeMap<uuid::Uuid, (u64, HashSet<EntryHash>)> = BTreeMap::new();
        let sql = format!("{} ORDER BY j.origin, j.sequence", read::ENTRIES);
        self.database.query(&sql, &[], &mut |row| {
            entries += 1;
            let entry = match read::entry(row) {
                Ok(entry) => entry,
                Err(error) => {
                    chain.add(format!("entry {}: {error}", row.whole(0)?));
                    return Ok(());
                }
            };
            let (origin, sequence) = at.unwrap_or((entry.origin, 0));
            if origin != entry.origin {
                before = HashSet::from([EntryHash::NONE]);
                here.clear();
                at = Some((entry.origin, 0));
            }
            let sequence = if origin == entry.origin { sequence } else { 0 };
            if entry.sequence > sequence + 1 {
                complete.add(format!(
                    "copy {} lacks entries {} to {}",
                    entry.origin,
                    sequence + 1,
                    entry.sequence - 1
                ));
            }
            let gap = entry.sequence > sequence + 1;
            if entry.sequence != sequence && sequence > 0 {
                before = std::mem::take(&mut here);
            }
            if EntryHash::of_entry(&entry) != entry.hash {
                chain.add(format!("entry {} was changed", entry.id));
            } else if !gap && !before.contains(&entry.previous) {
                chain.add(format!("entry {} does not follow the one before it", entry.id));
            }
            if let Err(error) = entry.says::<serde::de::IgnoredAny>() {
                chain.add(error.to_string());
            }
            here.insert(entry.hash);
            at = Some((entry.origin, entry.sequence));
            let tip = tips.entry(entry.origin).or_default();
            if entry.sequence > tip.0 {
                *tip = (entry.sequence, HashSet::new());
            }
            tip.1.insert(entry.hash);
            Ok(())
        })?;
        // Entries cut off at the end leave a sound chain, but not the end that was noted.
        self.database.query("SELECT id, sequence, hash FROM origin", &[], &mut |row| {
            let origin = read::uuid(row.bytes(0)?)?;
            let (sequence, hash) = (row.count(1)?, EntryHash::from_slice(row.bytes(2)?)?);
            let found = tips.get(&origin);
            let last = found.map_or(0, |(sequence, _)| *sequence);
            let is_end = found.is_none_or(|(at, hashes)| *at > sequence || hashes.contains(&hash));
            if last < sequence || !is_end {
                complete.add(format!(
                    "copy {origin} ends with entry {last}, and had {sequence} entries"
                ));
            }
            Ok(())
        })?;
        let copies = tips.len();
        Ok(vec![
            chain.line(CHAIN, format!("{entries} entries of {copies} copies")),
            complete.line(COMPLETE, format!("{entries} entries of {copies} copies")),
        ])
    }

    /// Projects every object again, one at a time, and compares with what stands in the tables.
    fn check_tables(&mut self) -> Result<Vec<CheckLine>, StoreError> {
        let (mut current, mut other) = (Faults::default(), Faults::default());
        let mut counted: BTreeMap<String, u64> = BTreeMap::new();
        let mut objects = 0_u64;
        let mut layers = self.layers()?;
        let mut after = String::new();
        loop {
            let subjects = self.some_subjects(&after)?;
            let Some((last, _)) = subjects.last() else { break };
            last.clone_into(&mut after);
            for (subject, kinds) in subjects {
                for kind in kinds {
                    objects += 1;
                    let entries = self.entries_on(kind, &subject)?;
                    match self.faults_of(kind, &subject, entries, &layers, &mut counted) {
                        Ok(None) => {}
                        Ok(Some(fault)) => current.add(format!("{kind} `{subject}`: {fault}")),
                        Err(error) => current.add(error.to_string()),
                    }
                }
            }
        }
        let tables = layers.len();
        let ledger = self.ledger_faults(&mut layers, &mut counted)?.map(|(looked_at, told)| {
            let mut faults = Faults::default();
            told.into_iter().for_each(|fault| faults.add(fault));
            faults.line(LEDGER, looked_at)
        });
        for table in layers.iter().map(String::as_str).chain(["object_version", "conflict"]) {
            let (mut found, expected) = (0, counted.get(table).copied().unwrap_or_default());
            self.database.query(&format!("SELECT count(*) FROM \"{table}\""), &[], &mut |row| {
                found = row.count(0)?;
                Ok(())
            })?;
            if found != expected {
                other.add(format!("`{table}` has {found} rows, the journal says {expected}"));
            }
        }
        self.check_sources(&mut other)?;
        let mut lines = vec![
            current.line(CURRENT, format!("{objects} things")),
            other.line(NOTHING_ELSE, format!("{} tables", tables + 4)),
        ];
        lines.extend(ledger);
        Ok(lines)
    }

    /// The next subjects in their order, with the kinds of object that bear the name.
    fn some_subjects(
        &mut self,
        after: &str,
    ) -> Result<Vec<(String, BTreeSet<ObjectKind>)>, StoreError> {
        let mut subjects: Vec<(String, BTreeSet<ObjectKind>)> = Vec::new();
        let sql = "SELECT subject, object_kind FROM journal WHERE subject IN
                (SELECT DISTINCT subject FROM journal WHERE subject > $1 ORDER BY subject
                 LIMIT 1000)
             AND kind IN
                ('object-entered', 'object-revised', 'object-withdrawn', 'conflict-resolved')
             ORDER BY subject";
        self.database.query(sql, &[Value::text(after)], &mut |row| {
            let subject = row.text(0)?;
            let kind =
                row.text(1)?.parse().map_err(|_| StoreError::damaged("no such kind of thing"))?;
            match subjects.last_mut() {
                Some((last, kinds)) if last == subject => {
                    kinds.insert(kind);
                }
                _ => subjects.push((subject.to_owned(), BTreeSet::from([kind]))),
            }
            Ok(())
        })?;
        Ok(subjects)
    }

    fn faults_of(
        &mut self,
        kind: ObjectKind,
        subject: &str,
        entries: Vec<KnownEntry>,
        layers: &BTreeSet<String>,
        counted: &mut BTreeMap<String, u64>,
    ) -> Result<Option<String>, StoreError> {
        let Some(fid) = entries.iter().map(|entry| entry.position).min() else { return Ok(None) };
        let expected = projection::project(kind, subject, entries)?;
        let versions: Vec<Vec<Value<'static>>> = expected
            .versions
            .into_iter()
            .map(|version| version_row(kind, fid, version).to_vec())
            .collect();
        *counted.entry("object_version".to_owned()).or_default() += versions.len() as u64;
        let columns = VERSION.map(|name| format!("\"{name}\"")).join(", ");
        let sql = format!(
            "SELECT {columns} FROM object_version WHERE kind = $1 AND fid = $2 ORDER BY known_from"
        );
        let found =
            self.rows(&sql, &[Value::text(kind.word()), Value::Whole(fid)], VERSION.len())?;
        if found != versions {
            return Ok(Some("its versions are not those that its entries give".to_owned()));
        }
        *counted.entry("conflict".to_owned()).or_default() += expected.conflicts.len() as u64;
        let conflicts: Vec<Vec<Value<'static>>> =
            expected.conflicts.iter().map(read::conflict_row).collect::<Result<_, _>>()?;
        let sql = "SELECT kind, subject, field, writes FROM conflict
            WHERE kind = $1 AND subject = $2 ORDER BY field";
        if self.rows(sql, &[Value::text(kind.word()), Value::text(subject)], 4)? != conflicts {
            return Ok(Some("its conflicts are not those that its entries give".to_owned()));
        }
        let current = expected.current.map(|current| {
            self.layer_row(fid, &current.object, &current.recorded_on, &current.author)
        });
        for layer in Layer::all(kind) {
            let name = layer.name();
            let row = current.as_ref().filter(|(of, _)| *of == layer).map(|(_, row)| row);
            *counted.entry(name.clone()).or_default() += u64::from(row.is_some());
            if !layers.contains(&name) {
                if row.is_some() {
                    return Ok(Some(format!("its layer `{name}` is not there")));
                }
                continue;
            }
            let columns: Vec<String> = layer
                .column_names()
                .into_iter()
                .map(|column| match column {
                    crate::layer::GEOMETRY => {
                        format!("{} AS geom", self.database.geometry_column())
                    }
                    column => format!("f.\"{column}\""),
                })
                .collect();
            let sql = format!("SELECT {} FROM \"{name}\" f WHERE f.fid = $1", columns.join(", "));
            let found = self.rows(&sql, &[Value::Whole(fid)], columns.len())?;
            if found.iter().ne(row) {
                return Ok(Some(format!("its row in `{name}` is not what its entries give")));
            }
        }
        Ok(None)
    }

    fn rows(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        columns: usize,
    ) -> Result<Vec<Vec<Value<'static>>>, StoreError> {
        let mut rows = Vec::new();
        self.database.query(sql, values, &mut |row| {
            rows.push((0..columns).map(|at| row.value(at)).collect::<Result<Vec<_>, _>>()?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The sources against the entries that brought them.
    fn check_sources(&mut self, faults: &mut Faults) -> Result<(), StoreError> {
        let sql = "SELECT (SELECT count(*) FROM source),
            (SELECT count(*) FROM journal WHERE kind <> 'object-entered' AND kind = $1)";
        let kind = Value::text(EntryKind::SourceAdded.word());
        self.database.query(sql, &[kind], &mut |row| {
            if row.count(0)? != row.count(1)? {
                faults.add(format!(
                    "`source` has {} rows, the journal says {}",
                    row.count(0)?,
                    row.count(1)?
                ));
            }
            Ok(())
        })
    }

    fn check_files(&mut self) -> Result<CheckLine, StoreError> {
        let files = self.files()?;
        let mut faults = Faults::default();
        let mut sealed = 0;
        for file in &files {
            match self.file(&file.hash, std::io::sink()) {
                Ok(_) => {}
                // Only who has the key can tell.
                Err(StoreError::FileUnderKey { .. }) => sealed += 1,
                Err(error) => faults.add(format!("`{}`: {error}", file.name)),
            }
        }
        let mut looked_at = format!("{} files", files.len());
        if sealed > 0 {
            looked_at.push_str(&format!(", of which {sealed} under a key were not opened"));
        }
        Ok(faults.line(FILES, looked_at))
    }
}
