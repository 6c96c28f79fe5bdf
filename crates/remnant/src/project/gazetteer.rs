//! Administrative units of a project, for asking of a position whether it can be.
//!
//! Belongs here: gathering the boundaries that were taken in. Does not belong here: looking a
//! position up (`remnant_ground::intake`).

use jiff::civil::Date;
use remnant_ground::boundary::PlaceIndexError;
use remnant_ground::coordinate::Position;
use remnant_ground::intake::{Unit, Units};
use remnant_ground::{Object, ObjectKind, Shape};
use remnant_record::AsOf;
use remnant_store::Store;

use crate::error::ProgramError;

/// The fields by which a row may name a unit.
const WORDS: [&str; 3] = ["name", "code", "local_name"];

/// The units of a project as known by a day: boundaries with an area, and settlements that were
/// taken in as points among them. None where there is no boundary at all: then nothing is asked.
///
/// # Errors
/// When the project cannot be read.
pub(super) fn of(store: &mut Store, known_by: Date) -> Result<Option<Units>, ProgramError> {
    let mut units = Vec::new();
    let mut settlements = Vec::new();
    let as_of = AsOf { on: known_by, known_by };
    store.objects(ObjectKind::Boundary, as_of, |stored| {
        let object = stored.object()?;
        let words = words(&object);
        match object.place.map(|place| place.shape) {
            Some(Shape::Area(area)) => units.push(Unit { words, area }),
            Some(Shape::Point { longitude, latitude }) => {
                if let (Some(name), Ok(at)) =
                    (words.into_iter().next(), Position::new(longitude, latitude))
                {
                    settlements.push((name, at));
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    if units.is_empty() && settlements.is_empty() {
        return Ok(None);
    }
    Units::new(&units, &settlements)
        .map(Some)
        .map_err(|fault: PlaceIndexError| ProgramError::NoUnits(fault.to_string()))
}

/// What a unit is called: its names and codes, and the id that its source gave it.
fn words(object: &Object) -> Vec<String> {
    let fields = WORDS.iter().filter_map(|field| object.text(field));
    let id = object.id.as_str();
    let bare = id.split_once('/').map_or(id, |(_, bare)| bare);
    fields.chain([bare]).map(str::to_owned).collect()
}
