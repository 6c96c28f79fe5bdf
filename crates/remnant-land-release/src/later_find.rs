//! Items found on land that had been released: missed items that nobody entered as such.
//!
//! Belongs here: finds held against the ledger's released land. Does not belong here: finds held
//! against boxes and confirmed areas of a survey (`remnant_ground::cmrs`).

use geo_types::Coord;
use remnant_ground::boundary::{PlaceIndex, PlaceIndexError};
use remnant_ground::coordinate::Position;
use remnant_record::PartialDate;

use crate::area_file::{AreaFile, Reading};
use crate::area_land::AreaLand;
use crate::event::Step;
use crate::quality::{AreaFinding, Check};

/// An item or accident as the project knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    /// Its id.
    pub id: String,
    /// Where.
    pub position: Position,
    /// When; a find without a date may be as old as the record and is not asked about.
    pub on: Option<PartialDate>,
}

/// Finds of a later day than the release of the land on which they lie. Those that a missed item
/// rests on, or that lie where one was found, were entered and are left out.
///
/// A find of a month or year in which the land was released may be older than the release; it is
/// asked about as well, since nobody is hurt by a question.
///
/// # Errors
/// When there is more released land than can be looked up.
pub fn finds_on_released_land(
    files: &[AreaFile],
    finds: &[Find],
) -> Result<Vec<AreaFinding>, PlaceIndexError> {
    let lands: Vec<AreaLand> = files.iter().map(AreaLand::of).collect();
    let parts: Vec<_> = files
        .iter()
        .zip(&lands)
        .flat_map(|(file, land)| land.released.iter().map(move |part| (file, part)))
        .collect();
    let outlines = (0_u32..).zip(&parts).map(|(at, (_, part))| (at, part.boundary.shape().clone()));
    let index = PlaceIndex::new(outlines)?;
    let mut found = Vec::new();
    for find in finds {
        let Some(on) = find.on else { continue };
        let at = Coord { x: find.position.longitude(), y: find.position.latitude() };
        let on_parts = index.containing(at).filter_map(|at| parts.get(at as usize));
        for (file, part) in on_parts {
            if on.last_day() <= part.released_on || is_entered(file, find) {
                continue;
            }
            found.push(AreaFinding {
                area: file.area().clone(),
                event: Some(part.event.clone()),
                check: Check::FindOnReleasedLand,
                message: format!(
                    "`{}` was found on {on} on land that was released on {}",
                    find.id, part.released_on
                ),
            });
        }
    }
    Ok(found)
}

fn is_entered(file: &AreaFile, find: &Find) -> bool {
    /// Some ten centimetres: the same place, written otherwise.
    const SAME: f64 = 1e-6;
    let ledger = file.ledger(Reading::Provisional, jiff::civil::Date::MAX);
    ledger.entries().iter().any(|entry| match &entry.event.step {
        Step::MissedItem(step) => {
            let (longitude, latitude) = (step.position.longitude, step.position.latitude);
            entry.event.evidence.iter().any(|evidence| evidence.id.as_str() == find.id)
                || ((longitude - find.position.longitude()).abs() < SAME
                    && (latitude - find.position.latitude()).abs() < SAME)
        }
        _ => false,
    })
}
