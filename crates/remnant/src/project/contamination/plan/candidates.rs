//! What could be worked next in a place, from what the project holds.
//!
//! Belongs here: reading boxes and the land of the ledger, and making candidates of them. Does not belong here:
//! which of them are proposed.

use std::collections::BTreeMap;

use geo_types::MultiPolygon;
use remnant_estimate::plan::Candidate;
use remnant_ground::cmrs::{BoxId, BoxResult, Grid, SurveyBox};
use remnant_ground::{ObjectKind, Shape};
use remnant_land_release::Reading;
use remnant_record::AsOf;
use remnant_store::Store;

use super::super::Asking;
use super::{Boxes, Candidates};
use crate::error::ProgramError;
use crate::project::{area, cmrs};

/// The most boxes of one plan: their joint draws are held at once.
const MOST_BOXES: usize = 20_000;
/// Ids that stand as examples beside a reason.
const EXAMPLES: usize = 3;

/// The boxes over a place that nobody opened and of which too little was searched.
pub(super) fn boxes(
    store: &mut Store,
    asking: &Asking,
    of: &Boxes,
    as_of: AsOf,
) -> Result<Candidates, ProgramError> {
    let one = |fault| ProgramError::Cmrs(vec![fault]);
    let metres = match of.metres {
        Some(metres) => metres,
        None => cmrs::parameters_of(store, as_of.known_by)?.box_size_metres.value,
    };
    let grid = Grid::along_utm(asking.plane.zone, metres).map_err(one)?;
    let over = grid.boxes_over(&asking.chosen.shape).map_err(one)?;
    if over.len() > MOST_BOXES {
        return Err(ProgramError::TooManyBoxes { boxes: over.len(), most: MOST_BOXES });
    }
    let visited = visited(store, as_of)?;
    let covered = covered(asking);
    let mut candidates = Candidates::default();
    let mut reasons = Reasons::default();
    for id in over {
        let name = id.to_string();
        match visited.get(&id) {
            Some(BoxResult::CannotBeSearched) => {
                reasons.add("cannot be searched, as its record says", name);
                continue;
            }
            Some(BoxResult::NotSearched | BoxResult::PartlySearched) | None => {}
            Some(result) => {
                let words = result.words();
                reasons.add(
                    &format!(
                        "opened before ({words}); `remnant cmrs next` tells how its survey goes on"
                    ),
                    name,
                );
                continue;
            }
        }
        let shape = grid.shape(id);
        let cells = asking.plane.cells(&shape.area)?;
        let searched = share_of(&cells, &covered);
        if cells.is_empty() {
            continue;
        }
        if searched >= of.searched_enough {
            let enough = 100.0 * of.searched_enough;
            reasons
                .add(&format!("at least {enough:.0} per cent of each was searched before"), name);
            continue;
        }
        let square_metres = id.grid_square_metres().get() as f64;
        push(&mut candidates, asking, (name, cells, square_metres), shape.area, searched);
    }
    candidates.left_out = reasons.told("box", "boxes");
    Ok(candidates)
}

/// What is recorded of boxes.
fn visited(store: &mut Store, as_of: AsOf) -> Result<BTreeMap<BoxId, BoxResult>, ProgramError> {
    let mut visited: BTreeMap<BoxId, BoxResult> = BTreeMap::new();
    let mut objects = Vec::new();
    store.objects(ObjectKind::SurveyBox, as_of, |stored| {
        objects.push(stored.object()?);
        Ok(())
    })?;
    for object in &objects {
        // What cannot be read as a box is no box of this plan; `remnant cmrs next` tells its faults.
        let Ok(record) = SurveyBox::from_object(object) else { continue };
        let strongest = visited.entry(record.id).or_insert(record.result);
        *strongest = (*strongest).max(record.result);
    }
    Ok(visited)
}

/// The hazardous areas of a place with land that remains: of the ledger, and those that were only entered.
pub(super) fn hazardous_areas(
    store: &mut Store,
    asking: &Asking,
    as_of: AsOf,
) -> Result<Candidates, ProgramError> {
    let covered = covered(asking);
    let mut candidates = Candidates::default();
    let mut reasons = Reasons::default();
    let mut in_ledger = Vec::new();
    for file in area::files(store, None, as_of.known_by)? {
        let id = file.area().to_string();
        in_ledger.push(id.clone());
        let ledger = file.ledger(Reading::Provisional, as_of.known_by);
        let state = ledger.on(as_of.on);
        let parts = state.remaining.iter().map(|open| &open.parcel.boundary);
        let square_metres: u64 = parts.clone().map(|land| land.area().get()).sum();
        let land: MultiPolygon<f64> = parts.flat_map(|land| land.shape().iter().cloned()).collect();
        if land.0.is_empty() {
            let why = if state.point.is_some() {
                "known as a point only: draw its boundary first"
            } else {
                "no land of it remains in the ledger"
            };
            reasons.add(why, id);
            continue;
        }
        let cells = asking.plane.cells(&land)?;
        if lies_in(asking, &cells) {
            let searched = share_of(&cells, &covered);
            push(&mut candidates, asking, (id, cells, square_metres as f64), land, searched);
        }
    }
    let mut entered = Vec::new();
    store.objects(ObjectKind::HazardousArea, as_of, |stored| {
        entered.push(stored.object()?);
        Ok(())
    })?;
    for object in &entered {
        let id = object.id.as_str();
        let bare = id.split_once('/').map_or(id, |(_, bare)| bare);
        if in_ledger.iter().any(|known| known == id || known == bare) {
            continue;
        }
        let Some(Shape::Area(land)) = object.place.as_ref().map(|place| &place.shape) else {
            continue;
        };
        let cells = asking.plane.cells(land)?;
        if !lies_in(asking, &cells) {
            continue;
        }
        if object.text("closure_reason").is_some() {
            reasons.add("closed, as its record says", id.to_owned());
            continue;
        }
        let side = asking.plane.grid.cell_metres();
        let square_metres = cells.iter().map(|(_, share)| share * side * side).sum();
        let searched = share_of(&cells, &covered);
        let of = (id.to_owned(), cells, square_metres);
        push(&mut candidates, asking, of, land.clone(), searched);
        reasons.notes.push(format!(
            "{id}: not opened in the ledger; all of its outline is taken to remain."
        ));
    }
    candidates.left_out = reasons.told("area", "areas");
    Ok(candidates)
}

/// Whether some of these cells lie in the place that is asked for, which is the first of the areas.
fn lies_in(asking: &Asking, cells: &[(u32, f64)]) -> bool {
    let place = asking.gathered.inputs.areas.first().map_or(&[][..], |area| &area.cells);
    cells.iter().any(|(cell, _)| place.binary_search_by_key(cell, |(own, _)| *own).is_ok())
}

fn push(
    candidates: &mut Candidates,
    asking: &Asking,
    (id, cells, square_metres): (String, Vec<(u32, f64)>, f64),
    outline: MultiPolygon<f64>,
    searched: f64,
) {
    let whole: f64 = cells.iter().map(|(_, share)| share).sum();
    let (mut east, mut north) = (0.0, 0.0);
    for (cell, share) in &cells {
        let (e, n) = asking.plane.grid.centre(*cell);
        (east, north) = (east + share * e / whole, north + share * n / whole);
    }
    candidates.all.push(Candidate {
        id,
        middle: (east, north),
        square_metres,
        cells,
        people: None,
    });
    candidates.outlines.push(outline);
    candidates.searched.push(searched);
}

/// The share of each cell that somebody searched: two searches are taken to overlap by chance.
fn covered(asking: &Asking) -> Vec<f64> {
    let mut missed = vec![1.0; asking.plane.grid.cells() as usize];
    for (cell, share) in asking.gathered.inputs.tasks.iter().flat_map(|task| &task.cells) {
        missed[*cell as usize] *= 1.0 - share;
    }
    missed.iter_mut().for_each(|missed| *missed = 1.0 - *missed);
    missed
}

fn share_of(cells: &[(u32, f64)], covered: &[f64]) -> f64 {
    let whole: f64 = cells.iter().map(|(_, share)| share).sum();
    let searched: f64 = cells.iter().map(|(cell, share)| share * covered[*cell as usize]).sum();
    if whole > 0.0 { searched / whole } else { 0.0 }
}

/// Why things take no part, each reason once.
#[derive(Default)]
struct Reasons {
    by_reason: BTreeMap<String, Vec<String>>,
    notes: Vec<String>,
}

impl Reasons {
    fn add(&mut self, reason: &str, id: String) {
        self.by_reason.entry(reason.to_owned()).or_default().push(id);
    }

    fn told(self, one: &str, many: &str) -> Vec<String> {
        let told = self.by_reason.into_iter().map(|(reason, ids)| {
            let shown = ids[..ids.len().min(EXAMPLES)].join(", ");
            let more = if ids.len() > EXAMPLES { ", …" } else { "" };
            let things = if ids.len() == 1 { one } else { many };
            format!("{} {things} ({shown}{more}): {reason}.", ids.len())
        });
        told.chain(self.notes).collect()
    }
}
