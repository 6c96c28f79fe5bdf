//! Copies that worked apart come together again.
//!
//! Belongs here: what a copy holds, what another lacks, and taking its entries in. Does not belong
//! here: the text of a bundle (`bundle`).
//!
//! Entries are a set: taking them in twice, half of them, weeks late or in any order gives the same
//! set, and what follows from it is the same.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::writer::{Pending, Writer};
use super::{Store, read};
use crate::bundle::{Holding, Received};
use crate::chain::EntryHash;
use crate::database::Value;
use crate::entry::{Entry, EntryId, EntryKind, Stamp};
use crate::error::StoreError;
use crate::new_entry::{self, Entered, Revision, Withdrawn};

impl Store {
    /// What this copy holds.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn holding(&mut self) -> Result<Holding, StoreError> {
        let mut chains: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
        let mut broken: HashSet<String> = HashSet::new();
        let sql = "SELECT o.id, j.sequence, j.hash FROM journal j
            JOIN origin o ON o.number = j.origin ORDER BY j.origin, j.sequence";
        self.database.query(sql, &[], &mut |row| {
            let origin = read::uuid(row.bytes(0)?)?.to_string();
            let sequence = row.count(1)?;
            let chain = chains.entry(origin.clone()).or_default();
            let last = chain.last().map_or(0, |(sequence, _)| *sequence);
            if broken.contains(&origin) {
                return Ok(());
            }
            if sequence == last + 1 {
                chain.push((sequence, EntryHash::from_slice(row.bytes(2)?)?.to_string()));
                thin(chain);
            } else {
                // A gap, or two entries of one number: what is before it is held for certain.
                if sequence == last {
                    chain.pop();
                }
                broken.insert(origin);
            }
            Ok(())
        })?;
        for chain in chains.values_mut() {
            chain.reverse();
        }
        Ok(Holding(chains))
    }

    /// Gives the entries that a copy lacks which holds `holding`, and perhaps some that it has.
    ///
    /// # Errors
    /// What `each` says, or when the store cannot be read.
    pub fn bundle(
        &mut self,
        holding: &Holding,
        mut each: impl FnMut(&Entry) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.read(|store| {
            let mut origins: Vec<(i64, String)> = Vec::new();
            store.database.query("SELECT number, id FROM origin", &[], &mut |row| {
                origins.push((row.whole(0)?, read::uuid(row.bytes(1)?)?.to_string()));
                Ok(())
            })?;
            for (number, id) in origins {
                let mut from = 0;
                for (sequence, hash) in holding.0.get(&id).into_iter().flatten() {
                    let Some(hash) = EntryHash::from_hexadecimal(hash) else { continue };
                    let sql = "SELECT 1 FROM journal
                        WHERE origin = $1 AND sequence = $2 AND hash = $3";
                    let values = [
                        Value::Whole(number),
                        Value::from(*sequence),
                        Value::bytes(hash.as_bytes().to_vec()),
                    ];
                    let mut both_hold = false;
                    store.database.query(sql, &values, &mut |_| {
                        both_hold = true;
                        Ok(())
                    })?;
                    if both_hold {
                        from = from.max(*sequence);
                    }
                }
                // Where two chains go on from one entry, who holds one may lack the other.
                let sql = "SELECT min(sequence) FROM (SELECT sequence FROM journal
                    WHERE origin = $1 GROUP BY sequence HAVING count(*) > 1) AS twice";
                store.database.query(sql, &[Value::Whole(number)], &mut |row| {
                    if let Value::Whole(fork) = row.value(0)? {
                        from = from.min(u64::try_from(fork - 1).unwrap_or(0));
                    }
                    Ok(())
                })?;
                let sql = format!(
                    "{} WHERE j.origin = $1 AND j.sequence > $2 ORDER BY j.sequence, j.id",
                    read::ENTRIES
                );
                let values = [Value::Whole(number), Value::from(from)];
                store.database.query(&sql, &values, &mut |row| each(&read::entry(row)?))?;
            }
            Ok(())
        })
    }

    /// Takes in entries of other copies, all or none. Those that are here are passed over; the
    /// others count as known here from the stamp's day, or from the day they were recorded if that
    /// is later.
    ///
    /// # Errors
    /// `Forged` for an entry that was changed, `Differs` for one that is here and says something
    /// else, `Body` and `NotAnEntry` for one that cannot be read, `PersonalField` for one that
    /// holds what must not be kept; then nothing was taken in.
    pub fn receive<E: From<StoreError>>(
        &mut self,
        stamp: &Stamp,
        entries: impl IntoIterator<Item = Result<Entry, E>>,
    ) -> Result<Received, E> {
        self.write(stamp.at(), |store| {
            let mut received = Received::default();
            let mut origins: HashMap<Uuid, Origin> = HashMap::new();
            let mut own_elsewhere = false;
            let sql = "SELECT number, id, own, sequence, hash, greatest FROM origin";
            store.database.query(sql, &[], &mut |row| {
                let origin = Origin {
                    number: row.whole(0)?,
                    own: row.whole(2)? == 1,
                    sequence: row.count(3)?,
                    hash: EntryHash::from_slice(row.bytes(4)?)?,
                    greatest: EntryId::from_slice(row.bytes(5)?)?,
                    changed: false,
                };
                origins.insert(read::uuid(row.bytes(1)?)?, origin);
                Ok(())
            })?;
            let mut seen: HashSet<(i64, u64, EntryId)> = HashSet::new();
            let mut writer = Writer::begin(store)?;
            for entry in entries {
                let entry = entry?;
                acceptable(&entry)?;
                let numbers = origins.len();
                let origin = match origins.get_mut(&entry.origin) {
                    Some(origin) => origin,
                    None => {
                        let number = i64::try_from(numbers + 1).unwrap_or(i64::MAX);
                        writer.add_origin(number, entry.origin)?;
                        origins.entry(entry.origin).or_insert(Origin::new(number, entry.id))
                    }
                };
                if !seen.insert((origin.number, entry.sequence, entry.id))
                    || writer.is_here(origin.number, &entry)?
                {
                    received.known += 1;
                    continue;
                }
                received.new += 1;
                own_elsewhere |= origin.own;
                origin.changed = true;
                origin.greatest = origin.greatest.max(entry.id);
                if !origin.own && entry.sequence > origin.sequence {
                    (origin.sequence, origin.hash) = (entry.sequence, entry.hash);
                }
                let known_from = stamp.on().max(entry.recorded_on);
                let number = origin.number;
                writer.write(Pending::of(entry, number, known_from))?;
                if seen.len() > SEEN {
                    writer.flush()?;
                    seen.clear();
                }
            }
            writer.flush()?;
            for origin in origins.values().filter(|origin| origin.changed) {
                writer.note_origin(origin.number, origin.sequence, origin.hash, origin.greatest)?;
            }
            // Somebody copied the file and worked on: two chains go on from one entry. Both stay;
            // from now on this copy writes under a name of its own.
            if own_elsewhere {
                writer.store.new_origin(stamp)?;
            }
            Ok(received)
        })
    }
}

/// Entries whose ids are remembered before they are looked up in the journal.
const SEEN: usize = 10_000;

/// A copy that entries come from.
struct Origin {
    number: i64,
    own: bool,
    sequence: u64,
    hash: EntryHash,
    greatest: EntryId,
    changed: bool,
}

impl Origin {
    fn new(number: i64, first: EntryId) -> Self {
        Self {
            number,
            own: false,
            sequence: 0,
            hash: EntryHash::NONE,
            greatest: first,
            changed: true,
        }
    }
}

/// Keeps the last entries of a chain and ever fewer of those before: some two for each doubling.
fn thin(chain: &mut Vec<(u64, String)>) {
    let last = chain.last().map_or(0, |(sequence, _)| *sequence);
    if chain.len() > 64 {
        let mut kept: u64 = u64::MAX;
        let mut thinned: Vec<(u64, String)> = Vec::with_capacity(32);
        for point in chain.drain(..).rev() {
            let back = last - point.0;
            if kept == u64::MAX || kept.saturating_sub(point.0) > back / 4 {
                kept = point.0;
                thinned.push(point);
            }
        }
        thinned.reverse();
        *chain = thinned;
    }
}

/// Whether an entry is whole, says what its kind says, and holds nothing that must not be kept.
fn acceptable(entry: &Entry) -> Result<(), StoreError> {
    if EntryHash::of_entry(entry) != entry.hash {
        return Err(StoreError::Forged { entry: entry.id, origin: entry.origin.to_string() });
    }
    let Entry { kind, object_kind, subject, author, body, .. } = entry;
    new_entry::refuse_nul_author(*kind, subject, author)?;
    new_entry::refuse_nul(*kind, *object_kind, subject, body)?;
    let Some(kind) = entry.object_kind.filter(|_| entry.kind.changes_object()) else {
        if entry.kind.changes_object() {
            let told = format!("entry {} names no kind of thing", entry.id);
            return Err(StoreError::NotAnEntry { line: 0, told });
        }
        let _any: serde::de::IgnoredAny = entry.says()?;
        if entry.kind == EntryKind::SourceAdded {
            entry.says::<new_entry::SourceDocument>()?;
        }
        return Ok(());
    };
    match entry.kind {
        EntryKind::ObjectEntered => {
            let entered: Entered = entry.says()?;
            if (entered.object.kind, entered.object.id.as_str()) != (kind, &entry.subject) {
                let told = format!("entry {} is not about what it says it is about", entry.id);
                return Err(StoreError::NotAnEntry { line: 0, told });
            }
            new_entry::keepable(&entered.object)
        }
        EntryKind::ObjectWithdrawn => entry.says::<Withdrawn>().map(|_| ()),
        _ => {
            let revision: Revision = entry.says()?;
            revision.fields.iter().try_for_each(|(name, value)| {
                new_entry::refuse_field(kind, &entry.subject, name, value.as_ref())
            })
        }
    }
}

impl Writer<'_> {
    fn add_origin(&mut self, number: i64, id: Uuid) -> Result<(), StoreError> {
        self.store.database.execute(
            "INSERT INTO origin (number, id, own, sequence, hash, greatest)
             VALUES ($1, $2, 0, 0, $3, $4)",
            &[
                Value::Whole(number),
                Value::bytes(id.as_bytes().to_vec()),
                Value::bytes(EntryHash::NONE.as_bytes().to_vec()),
                Value::bytes(vec![0; 16]),
            ],
        )?;
        Ok(())
    }

    /// Whether an entry is in the journal.
    fn is_here(&mut self, origin: i64, entry: &Entry) -> Result<bool, StoreError> {
        let values = [
            Value::Whole(origin),
            Value::from(entry.sequence),
            Value::bytes(entry.id.as_bytes().to_vec()),
        ];
        let sql = "SELECT hash FROM journal WHERE origin = $1 AND sequence = $2 AND id = $3";
        let mut here = None;
        self.store.database.query(sql, &values, &mut |row| {
            here = Some(EntryHash::from_slice(row.bytes(0)?)?);
            Ok(())
        })?;
        match here {
            Some(hash) if hash != entry.hash => Err(StoreError::Differs { entry: entry.id }),
            here => Ok(here.is_some()),
        }
    }
}
