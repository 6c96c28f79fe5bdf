//! Strikes in a box.
//!
//! Belongs here: timing `Store::found_in_box` on a project that was imported. Does not belong here: the
//! import.

use std::fs;

use jiff::civil::date;
use remnant_ground::ObjectKind;
use remnant_record::AsOf;
use remnant_store::Store;
use serde_json::{Value, json};

use crate::watch::{Lines, Outcome, report, seconds_of};

/// A day after which nothing is entered or happens: what is known now.
fn now() -> AsOf {
    AsOf { on: date(9000, 1, 1), known_by: date(9000, 1, 1) }
}

/// The ids of the strikes in a box: west, south, east, north.
fn ids_in(store: &mut Store, bounds: [f64; 4]) -> Outcome<Vec<String>> {
    let mut ids = Vec::new();
    store.found_in_box(ObjectKind::Strike, bounds, now(), |found| {
        ids.push(found.id.to_owned());
        Ok(())
    })?;
    Ok(ids)
}

/// Asks for the boxes of a file, on a store that is opened for each, and on one that stays open.
pub(crate) fn boxes(project: &str, boxes: &str, repetitions: u32) -> Outcome<()> {
    let text = fs::read_to_string(boxes)?;
    let boxes = text
        .lines()
        .map(|line| {
            let sides = line.split(',').map(str::parse).collect::<Result<Vec<f64>, _>>()?;
            <[f64; 4]>::try_from(sides).map_err(|_| format!("no box: {line}").into())
        })
        .collect::<Outcome<Vec<_>>>()?;
    let mut open = Store::open(project)?;
    let opened = ask(&boxes, repetitions, |bounds| ids_in(&mut Store::open(project)?, bounds))?;
    let kept = ask(&boxes, repetitions, |bounds| ids_in(&mut open, bounds))?;
    let ways = json!({ "opened each time": opened, "kept open": kept });
    report(json!({ "ways": ways, "boxes": boxes.len() }))
}

fn ask(
    boxes: &[[f64; 4]],
    repetitions: u32,
    mut ids_in: impl FnMut([f64; 4]) -> Outcome<Vec<String>>,
) -> Outcome<Value> {
    for bounds in boxes.iter().take(5) {
        ids_in(*bounds)?;
    }
    let (mut seconds, mut rows, mut lines) = (Vec::new(), 0, Lines::default());
    for repetition in 0..repetitions {
        for (number, bounds) in boxes.iter().enumerate() {
            let (spent, mut ids) = seconds_of(|| ids_in(*bounds))?;
            seconds.push(spent);
            if repetition == 0 {
                rows += ids.len();
                ids.sort_unstable();
                ids.iter().for_each(|id| lines.push(&format!("{number} {id}")));
            }
        }
    }
    Ok(json!({ "seconds": seconds, "rows": rows, "hash": lines.hash() }))
}
