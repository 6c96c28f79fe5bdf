//! One run of the model, with what a person sees of it and what an interruption leaves.
//!
//! Belongs here: progress, and the file of finished tiles beside the project. Does not belong here: the model.

use std::fs;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use remnant_estimate::contamination::{
    ContaminationFault, Estimate, Inputs, Settings, TileResult, estimate,
};

use super::no_estimate;
use crate::error::ProgramError;
use crate::project::progress::Progress;

/// Runs the model; finished tiles are kept in a file beside the project until the run is done.
pub(super) fn carry_out(
    inputs: &Inputs,
    settings: Settings,
    project: &str,
) -> Result<Estimate, ProgramError> {
    let kept_in = kept_tiles(project);
    let kept = kept_in.as_deref().map(read_tiles).unwrap_or_default();
    let progress = Progress::over_tiles("estimating");
    let mut writing = None;
    let mut written = Ok(());
    let mut run = |kept| {
        estimate(inputs, settings, kept, |tile, done, tiles| {
            // One tile is no work to lose.
            if tiles > 1
                && let Some(path) = &kept_in
            {
                written = write_tile(path, &mut writing, tile);
            }
            match (&written, progress.of(done as u64, tiles as u64)) {
                (Ok(()), Ok(())) => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        })
    };
    let found = match run(kept) {
        // What was kept is of another run: of other inputs, or another seed.
        Err(ContaminationFault::ForeignTile { .. }) => {
            if let Some(path) = &kept_in {
                let _gone = fs::remove_file(path);
            }
            run(Vec::new())
        }
        found => found,
    };
    written?;
    let found = found.map_err(no_estimate)?;
    if let Some(path) = kept_in {
        let _gone = fs::remove_file(path);
    }
    Ok(found)
}

/// The file of finished tiles of a project that is a file.
fn kept_tiles(project: &str) -> Option<PathBuf> {
    let is_file = !project.starts_with("postgres://") && !project.starts_with("postgresql://");
    is_file.then(|| PathBuf::from(format!("{project}.estimate-tiles")))
}

/// Tiles that were kept, one a line; a line cut off by a crash is passed over.
fn read_tiles(path: &Path) -> Vec<TileResult> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn write_tile(
    path: &Path,
    file: &mut Option<fs::File>,
    tile: &TileResult,
) -> Result<(), ProgramError> {
    let unwritable = |source| ProgramError::Unwritable { path: path.display().to_string(), source };
    let file = match file {
        Some(file) => file,
        None => {
            let opened = fs::OpenOptions::new().create(true).append(true).open(path);
            file.insert(opened.map_err(unwritable)?)
        }
    };
    let mut line = serde_json::to_string(tile).map_err(ProgramError::NotJson)?;
    line.push('\n');
    file.write_all(line.as_bytes()).map_err(unwritable)
}
