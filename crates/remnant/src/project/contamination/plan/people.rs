//! People near the squares of a place: from a raster, or from a list of settlements.
//!
//! Belongs here: opening the files. Does not belong here: the sums (`remnant_ground::exposure`), what people
//! count for (`remnant_estimate::plan`).

use std::fs::{self, File};
use std::path::Path;

use geo_types::MultiPolygon;
use remnant_estimate::contamination::two_digits;
use remnant_estimate::plan::{Candidate, PlanParameters};
use remnant_estimate::residual::Assumption;
use remnant_ground::coordinate::Position;
use remnant_ground::coverage::Lattice;
use remnant_ground::exposure::{Exposure, RasterPlane, Settlement, disc, settlements_near};
use remnant_publish::answer::plan::PeopleNear;
use remnant_source::raster::{Raster, RasterOptions};
use remnant_source::read_table;

use super::super::plane::Plane;
use super::assumption;
use crate::command::plan::PlanArguments;
use crate::error::ProgramError;

/// Squares around which people are counted, at most: the disc around each is held at once.
const MOST_SQUARES: usize = 200_000;

/// How many people live near each square.
pub(super) struct People {
    /// For each cell of the grid; nobody near cells that no candidate reaches.
    pub(super) near: Vec<f64>,
    pub(super) told: PeopleNear,
}

/// People near the squares of candidates, where a file says where people live.
pub(super) fn near(
    given: &PlanArguments,
    own: &PlanParameters,
    plane: &Plane,
    candidates: &[Candidate],
    assumptions: &mut Vec<Assumption>,
) -> Result<Option<People>, ProgramError> {
    if given.population.is_none() && given.gazetteer.is_none() {
        return Ok(None);
    }
    let name = "distance within which people count for an item";
    let within_metres = match (given.people_within, own.row("people-within")) {
        (Some(metres), _) => {
            if !(metres.is_finite() && (1.0..=50_000.0).contains(&metres)) {
                return Err(ProgramError::Argument {
                    name: "--people-within",
                    given: metres.to_string(),
                    form: "metres from 1 to 50000",
                });
            }
            assumptions.push(assumption(name, metres, "m", "given by whoever asks", false));
            metres
        }
        (None, row) => {
            let metres = row.map_or(f64::NAN, |row| row.value);
            if let Some(row) = row {
                assumptions.push(assumption(name, metres, "m", &row.source, row.verified));
            }
            metres
        }
    };
    let mut cells: Vec<u32> =
        candidates.iter().flat_map(|one| &one.cells).map(|(cell, _)| *cell).collect();
    cells.sort_unstable();
    cells.dedup();
    if cells.len() > MOST_SQUARES {
        return Err(ProgramError::NoPlan {
            told: format!("people would have to be counted around {} squares", cells.len()),
            help: "give larger squares with --cell-size, or plan for a smaller place",
        });
    }
    let middles: Vec<(f64, f64)> = cells.iter().map(|cell| plane.grid.centre(*cell)).collect();
    let (counts, source, gap) = match (&given.population, &given.gazetteer) {
        (Some(path), _) => raster(path, given.band, plane, &middles, within_metres)?,
        (None, Some(path)) => settlements(path, plane, &middles, within_metres)?,
        (None, None) => return Ok(None),
    };
    let mut near = vec![0.0; plane.grid.cells() as usize];
    for (cell, count) in cells.into_iter().zip(counts) {
        near[cell as usize] = count;
    }
    Ok(Some(People { near, told: PeopleNear { source, within_metres, gap } }))
}

/// The people near each place, from what, and what is not known of them.
type Counted = (Vec<f64>, String, Option<String>);

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn raster(
    path: &Path,
    band: Option<u16>,
    plane: &Plane,
    middles: &[(f64, f64)],
    metres: f64,
) -> Result<Counted, ProgramError> {
    let shown = path.display().to_string();
    let file =
        File::open(path).map_err(|source| ProgramError::Unreadable { path: shown, source })?;
    let options = RasterOptions { band, ..RasterOptions::default() };
    let mut raster = Raster::open(&name_of(path), file, &options)?;
    let reference = raster.reference();
    let raster_plane = RasterPlane::from_epsg(reference.epsg)?;
    let lattice = Lattice::new(
        reference.west,
        reference.north,
        reference.cell_width,
        reference.cell_height,
        raster.columns(),
        raster.rows(),
    )?;
    let discs: Vec<MultiPolygon<f64>> = middles
        .iter()
        .map(|middle| disc(plane.zone, *middle, metres, raster_plane))
        .collect::<Result<_, _>>()?;
    let mut exposure = Exposure::of(lattice, &discs);
    let mut values = Vec::new();
    while raster.next_rows(&mut values)?.is_some() {
        if let Some(negative) = values.iter().find(|value| **value < 0.0) {
            return Err(ProgramError::NoPlan {
                told: format!("`{}` holds {negative} people in a cell", name_of(path)),
                help: "its value for `nothing known` is not declared: write it into the file, for \
                       example with gdal_translate -a_nodata",
            });
        }
        exposure.add_rows(&values)?;
    }
    let (mut counts, mut known) = (Vec::new(), 0.0);
    for counted in exposure.finish()? {
        let counted = counted?;
        known += counted.share_known().unwrap_or(0.0) / middles.len() as f64;
        counts.push(counted.sum);
    }
    let gap = (known < 0.995).then(|| {
        format!(
            "It says nothing of {} per cent of that land: people there are not counted, which does \
             not mean that there are none.",
            two_digits(100.0 * (1.0 - known))
        )
    });
    Ok((counts, name_of(path), gap))
}

fn settlements(
    path: &Path,
    plane: &Plane,
    middles: &[(f64, f64)],
    metres: f64,
) -> Result<Counted, ProgramError> {
    let listed = read_settlements(path)?;
    let near = settlements_near(plane.zone, middles, metres, &listed);
    let unknown = near.iter().map(|found| found.unknown).max().unwrap_or(0);
    let gap = (unknown > 0).then(|| {
        "Some settlements near have no number of people: what is told is the least that there are."
            .to_owned()
    });
    Ok((near.iter().map(|found| found.people as f64).collect(), name_of(path), gap))
}

/// Settlements of a CSV table; every line at fault is told at once.
fn read_settlements(path: &Path) -> Result<Vec<Settlement>, ProgramError> {
    let shown = path.display().to_string();
    let bytes = fs::read(path)
        .map_err(|source| ProgramError::Unreadable { path: shown.clone(), source })?;
    let (table, faults) = read_table(&name_of(path), &bytes);
    let mut told: Vec<(u64, String)> =
        faults.iter().map(|fault| (fault.line, fault.kind.to_string())).collect();
    let column = |names: &[&str]| {
        let found = table.header.iter().map(|name| name.trim().to_lowercase());
        found.into_iter().position(|name| names.contains(&name.as_str()))
    };
    let columns = column(&["longitude", "lon"])
        .zip(column(&["latitude", "lat"]))
        .zip(column(&["people", "population"]));
    let mut listed = Vec::new();
    if let Some(((longitude, latitude), people)) = columns {
        for row in &table.rows {
            let cell = |column: usize| row.cells[column].trim();
            let degrees = |column: usize| cell(column).parse::<f64>().ok();
            let position = degrees(longitude)
                .zip(degrees(latitude))
                .and_then(|(east, north)| Position::new(east, north).ok());
            let count = match cell(people) {
                "" => Some(None),
                text => text.parse::<u64>().ok().map(Some),
            };
            match (position, count) {
                (Some(position), Some(people)) => listed.push(Settlement { position, people }),
                (None, _) => told.push((row.line, "its place is not in degrees".to_owned())),
                (_, None) => told.push((
                    row.line,
                    format!("`{}` is not a whole number of people", cell(people)),
                )),
            }
        }
    } else {
        told.push((1, "no columns longitude, latitude and people".to_owned()));
    }
    if told.is_empty() {
        return Ok(listed);
    }
    told.sort();
    let told = told.iter().map(|(line, told)| format!("\n- line {line}: {told}")).collect();
    Err(ProgramError::NotAGazetteer { path: shown, told })
}
