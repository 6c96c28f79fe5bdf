//! Estimates that a project keeps.
//!
//! Belongs here: finding the newest estimate of a place, and what is needed to make it again. Does not belong
//! here: making it. Cells and draws are not kept: the same inputs and seed give the same bytes.

use jiff::civil::Date;
use remnant_estimate::contamination::{Count, Parameters, Settings};
use remnant_record::AsOf;
use remnant_store::{EntryKind, Store, StoreError};
use serde_json::Value;

/// An estimate that is kept in the journal.
#[derive(Clone, Debug)]
pub(in crate::project) struct Kept {
    /// The day on which it was entered.
    pub(in crate::project) on: Date,
    /// Who entered it.
    pub(in crate::project) author: String,
    /// The two days for which it was made.
    pub(in crate::project) as_of: AsOf,
    /// How the run was carried out.
    pub(in crate::project) settings: Settings,
    /// Side of a square.
    pub(in crate::project) cell_metres: f64,
    /// SHA-256 over all its inputs.
    pub(in crate::project) inputs_sha256: String,
    /// The numbers that no data gave.
    pub(in crate::project) parameters: Parameters,
    /// Items left in the place.
    pub(in crate::project) left: Count,
    /// The footprint scale in metres: its middle and nine chances in ten.
    pub(in crate::project) footprint: Option<(f64, (f64, f64))>,
    /// Items left in each area, by its id, with its name.
    pub(in crate::project) areas: Vec<(String, String, Count)>,
    /// What was left out and what was assumed.
    pub(in crate::project) remarks: Vec<String>,
    /// How well the numerics behaved, in sentences.
    pub(in crate::project) diagnostics: Vec<String>,
}

/// The newest estimate of a place, by the word under which it was asked for; none where none was kept by
/// that day, or none by a version that said how to make it again.
pub(in crate::project) fn newest(
    store: &mut Store,
    place: &str,
    known_by: Date,
) -> Result<Option<Kept>, StoreError> {
    let mut found = None;
    store.of_kind(EntryKind::EstimateKept, Some(place), known_by, |entry, known_from| {
        let body: Value = entry.says()?;
        if let Some(kept) = read(&body, known_from, &entry.author) {
            found = Some(kept);
        }
        Ok(())
    })?;
    Ok(found)
}

fn read(body: &Value, on: Date, author: &str) -> Option<Kept> {
    let day = |name: &str| body["as_of"][name].as_str()?.parse().ok();
    let estimate = &body["estimate"];
    let areas: Vec<(String, String, Count)> = estimate["areas"]
        .as_array()?
        .iter()
        .filter_map(|area| {
            let left = serde_json::from_value(area["left"].clone()).ok()?;
            Some((area["id"].as_str()?.to_owned(), area["name"].as_str()?.to_owned(), left))
        })
        .collect();
    let scale = estimate["unknowns"]
        .as_array()?
        .iter()
        .find(|unknown| unknown["name"] == "footprint-scale-metres");
    let lines = |name: &str| {
        let lines = body[name].as_array().into_iter().flatten();
        lines.filter_map(|line| line.as_str().map(str::to_owned))
    };
    let doubt = &estimate["diagnostics"];
    Some(Kept {
        on,
        author: author.to_owned(),
        as_of: AsOf { on: day("on")?, known_by: day("known_by")? },
        settings: serde_json::from_value::<Settings>(estimate["settings"].clone()).ok()?,
        cell_metres: body["cell_metres"].as_f64()?,
        inputs_sha256: estimate["inputs_sha256"].as_str()?.to_owned(),
        parameters: serde_json::from_value(body["parameters"].clone()).ok()?,
        // The place itself is the first of the areas.
        left: areas.first()?.2,
        footprint: scale.and_then(|scale| {
            let ends = (scale["interval_90"][0].as_f64()?, scale["interval_90"][1].as_f64()?);
            Some((scale["mean"].as_f64()?, ends))
        }),
        areas,
        remarks: lines("left_out").chain(lines("notes")).collect(),
        diagnostics: vec![
            format!("{} joint draws", doubt["draws"]),
            format!("{} points, worth {:.0}", doubt["points"], doubt["effective_points"].as_f64()?),
            format!("seed {}", estimate["settings"]["seed"]),
        ],
    })
}
