//! Estimates that a project keeps.
//!
//! Belongs here: finding the newest estimate of a place, and what is needed to make it again. Does not belong
//! here: making it. Cells and draws are not kept: the same inputs and seed give the same bytes.

use jiff::civil::Date;
use remnant_estimate::contamination::{Parameters, Settings};
use remnant_record::AsOf;
use remnant_store::{EntryKind, Store, StoreError};
use serde_json::Value;

/// An estimate that is kept in the journal.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// The id of its entry.
    pub(super) entry: String,
    /// The day on which it was entered.
    pub(super) on: Date,
    /// Who entered it.
    pub(super) author: String,
    /// The two days for which it was made.
    pub(super) as_of: AsOf,
    /// How the run was carried out.
    pub(super) settings: Settings,
    /// Side of a square.
    pub(super) cell_metres: f64,
    /// SHA-256 over all its inputs.
    pub(super) inputs_sha256: String,
    /// The numbers that no data gave.
    pub(super) parameters: Parameters,
}

/// The newest estimate of a place, by the word under which it was asked for; none where none was kept by
/// that day, or none by a version that said how to make it again.
pub(super) fn newest(
    store: &mut Store,
    place: &str,
    known_by: Date,
) -> Result<Option<Kept>, StoreError> {
    let mut found = None;
    store.of_kind(EntryKind::EstimateKept, Some(place), known_by, |entry, known_from| {
        let body: Value = entry.says()?;
        if let Some(kept) = read(&body, entry.id.to_string(), known_from, &entry.author) {
            found = Some(kept);
        }
        Ok(())
    })?;
    Ok(found)
}

fn read(body: &Value, entry: String, on: Date, author: &str) -> Option<Kept> {
    let day = |name: &str| body["as_of"][name].as_str()?.parse().ok();
    let estimate = &body["estimate"];
    let setting = |name: &str| usize::try_from(estimate["settings"][name].as_u64()?).ok();
    Some(Kept {
        entry,
        on,
        author: author.to_owned(),
        as_of: AsOf { on: day("on")?, known_by: day("known_by")? },
        settings: Settings {
            seed: estimate["settings"]["seed"].as_u64()?,
            points: setting("points")?,
            draws: setting("draws")?,
            ..Settings::default()
        },
        cell_metres: body["cell_metres"].as_f64()?,
        inputs_sha256: estimate["inputs_sha256"].as_str()?.to_owned(),
        parameters: serde_json::from_value(body["parameters"].clone()).ok()?,
    })
}
