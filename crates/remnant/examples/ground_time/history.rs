//! What was known on an earlier day, and what differs between two days.
//!
//! Belongs here: filling a project over three days, writing the same changes for the peer, and timing the
//! store's answers. Does not belong here: the objects (`strikes`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use jiff::civil::{Date, date};
use remnant_ground::{FieldValue, Object, ObjectId, ObjectKind};
use remnant_record::AsOf;
use remnant_store::{Change, NewEntry, Revision, Store};
use serde_json::json;

use crate::strikes::{remove_project, stamp, strike};
use crate::watch::{Lines, Outcome, report, seconds_of};

const DAYS: [Date; 3] = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)];
const KIND: ObjectKind = ObjectKind::Strike;
/// How many subjects are asked for one by one.
const ONE_BY_ONE: usize = 1000;

/// All that was known by a day, of strikes that were long before.
fn view(day: Date) -> AsOf {
    AsOf { on: day, known_by: day }
}

/// The changes of a day, each with the object it leaves: none where it was withdrawn.
///
/// On the first day `size` objects are entered; on each later one a hundredth of them is revised, one in
/// four hundred withdrawn, and one in two hundred is new.
fn changes_of(
    day: usize,
    size: u64,
    objects: &mut BTreeMap<u64, Object>,
) -> Vec<(ObjectId, Option<Object>, NewEntry)> {
    let mut changes = Vec::new();
    let first = if day == 0 { 0 } else { size + (day as u64 - 1) * size / 200 };
    let end = size + day as u64 * size / 200;
    for number in first..end {
        let object = strike(number);
        if number % 100 < 3 {
            objects.insert(number, object.clone());
        }
        changes.push((object.id.clone(), Some(object.clone()), NewEntry::entered(object)));
    }
    if day == 0 {
        return changes;
    }
    for number in (day as u64..size).step_by(100) {
        let mut object = objects.remove(&number).unwrap_or_else(|| strike(number));
        let quantity = FieldValue::Whole(1000 + day as i64);
        object.fields.insert("quantity".to_owned(), quantity.clone());
        let fields = BTreeMap::from([("quantity".to_owned(), Some(quantity))]);
        let revision = Revision { fields, ..Revision::default() };
        let entry = NewEntry::revised(KIND, object.id.clone(), revision);
        changes.push((object.id.clone(), Some(object.clone()), entry));
        objects.insert(number, object);
    }
    for number in (50 + day as u64..size).step_by(400) {
        let id = strike(number).id;
        changes.push((id.clone(), None, NewEntry::withdrawn(KIND, id, "entered twice")));
    }
    changes
}

/// Fills a project in `folder` and `statements.jsonl` beside it for the peer, and times the answers.
pub(crate) fn history(folder: &Path, size: u64, repetitions: u32) -> Outcome<()> {
    let path = folder.join("history.gpkg").to_string_lossy().into_owned();
    remove_project(&path);
    let mut store = Store::create(&path, &stamp(DAYS[0], 0)?)?;
    let mut peer = BufWriter::new(File::create(folder.join("statements.jsonl"))?);
    let mut objects = BTreeMap::new();
    let mut filled = 0.0;
    for (number, day) in DAYS.into_iter().enumerate() {
        let changes = changes_of(number, size, &mut objects);
        let mut entries = Vec::with_capacity(changes.len());
        for (id, object, entry) in changes {
            let body = object.map(|object| serde_json::to_string(&object)).transpose()?;
            writeln!(
                peer,
                "{}",
                json!({ "day": day.to_string(), "id": id.as_str(), "body": body })
            )?;
            entries.push(entry);
        }
        let stamp = stamp(day, number as u64 + 1)?;
        filled += seconds_of(|| Ok(store.append(&stamp, entries)?))?.0;
    }
    peer.flush()?;

    // As the peer: handed over, and summed on the way without keeping any.
    let (mut handed, mut summed, mut read) = (Vec::new(), Vec::new(), Vec::new());
    let mut rows = Vec::new();
    for repetition in 0..=repetitions {
        let (spent, found) = seconds_of(|| texts(&mut store))?;
        let (inside, sum) = seconds_of(|| length(&mut store))?;
        let (as_objects, count) = seconds_of(|| count_read(&mut store))?;
        if (sum.0, count) != (found.len(), found.len()) {
            return Err("three ways of reading give different numbers of rows".into());
        }
        if repetition > 0 {
            handed.push(spent);
            summed.push(inside);
            read.push(as_objects);
        }
        rows = found;
    }
    let as_of = json!({
        "seconds": handed, "inside_seconds": summed, "object_seconds": read,
        "rows": rows.len(), "hash": hash_of(&rows)?,
    });

    let (mut handed, mut summed) = (Vec::new(), Vec::new());
    let mut changes = Vec::new();
    for repetition in 0..=repetitions {
        let (spent, found) = seconds_of(|| differences(&mut store))?;
        let (inside, count) = seconds_of(|| count_differences(&mut store))?;
        if count != found.len() {
            return Err("two ways of comparing give different numbers of changes".into());
        }
        if repetition > 0 {
            handed.push(spent);
            summed.push(inside);
        }
        changes = found;
    }
    let difference = json!({
        "seconds": handed, "inside_seconds": summed,
        "rows": changes.len(), "hash": hash_of_changes(&mut changes)?,
    });

    let mut one = Vec::new();
    for (id, _) in rows.iter().step_by((rows.len() / ONE_BY_ONE).max(1)) {
        let id = ObjectId::new(id.clone());
        let (spent, found) = seconds_of(|| Ok(store.object(KIND, &id, DAYS[1])?))?;
        found.ok_or("an object that was there is not found by its id")?;
        one.push(spent);
    }
    drop(store);
    let bytes = std::fs::metadata(&path)?.len();
    remove_project(&path);
    report(json!({
        "as_of": as_of, "difference": difference, "one": { "seconds": one },
        "fill_seconds": filled, "bytes": bytes,
    }))
}

/// Id and text of everything as known on the middle day.
fn texts(store: &mut Store) -> Outcome<Vec<(String, String)>> {
    let mut rows = Vec::new();
    store.objects(KIND, view(DAYS[1]), |found| {
        rows.push((found.id.to_owned(), found.body.to_owned()));
        Ok(())
    })?;
    Ok(rows)
}

/// How many there are, and how long their texts.
fn length(store: &mut Store) -> Outcome<(usize, usize)> {
    let mut sum = (0, 0);
    store.objects(KIND, view(DAYS[1]), |found| {
        sum = (sum.0 + 1, sum.1 + found.id.len() + found.body.len());
        Ok(())
    })?;
    Ok(sum)
}

/// How many there are, each read into an object.
fn count_read(store: &mut Store) -> Outcome<usize> {
    let mut count = 0;
    store.objects(KIND, view(DAYS[1]), |found| {
        count += usize::from(!found.object()?.fields.is_empty());
        Ok(())
    })?;
    Ok(count)
}

fn differences(store: &mut Store) -> Outcome<Vec<Change>> {
    let mut changes = Vec::new();
    store.changes(KIND, view(DAYS[0]), view(DAYS[2]), |change| {
        changes.push(change);
        Ok(())
    })?;
    Ok(changes)
}

fn count_differences(store: &mut Store) -> Outcome<usize> {
    let mut count = 0;
    store.changes(KIND, view(DAYS[0]), view(DAYS[2]), |_| {
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

/// The hash of all rows by id, each object written as the peer was given it.
fn hash_of(rows: &[(String, String)]) -> Outcome<String> {
    let mut rows: Vec<&(String, String)> = rows.iter().collect();
    rows.sort_unstable();
    let mut lines = Lines::default();
    for (id, body) in rows {
        let said: serde_json::Value = serde_json::from_str(body)?;
        let object: Object = serde_json::from_value(said["object"].clone())?;
        lines.push(&format!("{id} {}", serde_json::to_string(&object)?));
    }
    Ok(lines.hash())
}

/// The hash of what kind of change each id had, by id.
fn hash_of_changes(changes: &mut [Change]) -> Outcome<String> {
    changes.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    let mut lines = Lines::default();
    for change in changes {
        let word = match (change.before()?, change.after()?) {
            (None, _) => "added",
            (Some(_), Some(_)) => "modified",
            (Some(_), None) => "removed",
        };
        lines.push(&format!("{word} {}", change.id));
    }
    Ok(lines.hash())
}
