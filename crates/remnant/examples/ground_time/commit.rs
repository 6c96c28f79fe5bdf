//! One entry after another, each on the disk before the next.
//!
//! Belongs here: timing `Store::append` with one new object. Does not belong here: many at once.

use std::path::Path;

use jiff::civil::date;
use remnant_store::{NewEntry, Store};
use serde_json::json;

use crate::strikes::{remove_project, stamp, strike};
use crate::watch::{Outcome, report, seconds_of};

/// Enters `entries` strikes one by one, after a tenth as many to warm up.
pub(crate) fn commit(folder: &Path, entries: u64) -> Outcome<()> {
    let path = folder.join("commit.gpkg").to_string_lossy().into_owned();
    remove_project(&path);
    let day = date(2026, 1, 1);
    let mut store = Store::create(&path, &stamp(day, 0)?)?;
    let warm_up = entries / 10;
    let mut seconds = Vec::new();
    for number in 0..warm_up + entries {
        let stamp = stamp(day, number + 1)?;
        let entry = NewEntry::entered(strike(number));
        let (spent, _) = seconds_of(|| Ok(store.append(&stamp, [entry])?))?;
        if number >= warm_up {
            seconds.push(spent);
        }
    }
    drop(store);
    remove_project(&path);
    let body = serde_json::to_string(&strike(0))?.len();
    report(json!({ "seconds": seconds, "entries": entries, "body_bytes": body }))
}
