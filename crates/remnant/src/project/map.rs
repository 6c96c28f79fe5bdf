//! A project on a map, tile by tile.
//!
//! Belongs here: asking store and ledger what a tile shows. Does not belong here: how it is drawn
//! (`remnant_publish::layer`), which land remains (`remnant-land-release`).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use geo_types::MultiPolygon;
use remnant_ground::{Object, ObjectKind, Shape};
use remnant_land_release::{AreaLand, ReleaseKind};
use remnant_publish::document::Page;
use remnant_publish::layer::{OneTile, Tile, TileValue};
use remnant_record::AsOf;
use remnant_store::Store;

use crate::error::ProgramError;
use crate::project::area;

/// More things of a kind than this are drawn as marks, which are found without reading each thing.
const MOST_IN_FULL: usize = 3000;
/// For how many pairs of days the ledger's land is kept.
const DAYS_KEPT: usize = 8;

/// Land as the ledger has it, ready to be drawn.
struct Land {
    layer: &'static str,
    shape: MultiPolygon<f64>,
    /// West, south, east, north.
    bounds: [f64; 4],
    attributes: Vec<(String, TileValue)>,
}

/// The land that the ledger had on a pair of days, by the entries up to a place in the journal.
struct LandOn {
    as_of: AsOf,
    newest: u64,
    land: Arc<Vec<Land>>,
}

/// The ledger's land of the days that were looked at last: folding it for each tile would be slow.
#[derive(Default)]
pub(crate) struct LandKept(Mutex<VecDeque<LandOn>>);

impl LandKept {
    fn of(&self, store: &mut Store, as_of: AsOf) -> Result<Arc<Vec<Land>>, ProgramError> {
        let newest = store.newest_position()?;
        // The other tiles of a view ask for the same and wait for it.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |on: &&LandOn| on.as_of == as_of && on.newest == newest;
        if let Some(on) = kept.iter().find(same) {
            return Ok(Arc::clone(&on.land));
        }
        let files = area::files(store, None, as_of.known_by)?;
        let land =
            Arc::new(files.iter().flat_map(|file| drawn(&AreaLand::on(file, as_of))).collect());
        kept.push_back(LandOn { as_of, newest, land: Arc::clone(&land) });
        if kept.len() > DAYS_KEPT {
            kept.pop_front();
        }
        Ok(land)
    }
}

/// Degrees of WGS 84 that hold all that is known of a project: west, south, east, north.
///
/// # Errors
/// When the project cannot be read.
pub(crate) fn extent(
    store: &mut Store,
    kept: &LandKept,
    as_of: AsOf,
) -> Result<Option<[f64; 4]>, ProgramError> {
    let things = store.extent()?;
    let land = kept.of(store, as_of)?;
    let all = things.into_iter().chain(land.iter().map(|land| land.bounds));
    Ok(all.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]))
}

fn text(name: &str, value: impl Into<String>) -> (String, TileValue) {
    (name.to_owned(), TileValue::Text(value.into()))
}

/// The land of an area: what remains, and what was released.
fn drawn(land: &AreaLand) -> Vec<Land> {
    let id = land.area.as_str();
    let common = || vec![text("id", id), text("page", Page::Area(id.to_owned()).path())];
    let square_metres = |amount: u64| {
        let whole = i64::try_from(amount).unwrap_or(i64::MAX);
        ("square_metres".to_owned(), TileValue::Whole(whole))
    };
    let piece = |layer, shape: &MultiPolygon<f64>, attributes: Vec<(String, TileValue)>| Land {
        layer,
        bounds: bounds_of(shape),
        shape: shape.clone(),
        attributes,
    };
    let remaining = land.remaining.iter().map(|part| {
        let mut told = common();
        told.push(text("area_type", part.classification.abbreviation().to_lowercase()));
        told.push(text("status", land.status.word()));
        told.push(text("review", if land.approved { "approved" } else { "provisional" }));
        told.push(square_metres(part.area.get()));
        piece("remaining_land", part.boundary.shape(), told)
    });
    let released = land.released.iter().map(|part| {
        let mut told = common();
        let kind = match part.kind {
            ReleaseKind::Cancelled => "cancelled",
            ReleaseKind::Reduced(_) => "reduced",
            ReleaseKind::Cleared => "cleared",
        };
        told.push(text("release_kind", kind));
        told.push(text("state", part.state.word()));
        told.push(text("released_on", part.released_on.to_string()));
        told.push(square_metres(part.area.get()));
        piece("released_land", part.boundary.shape(), told)
    });
    remaining.chain(released).collect()
}

/// The vector tile of a project on a pair of days; without bytes where it shows nothing.
///
/// # Errors
/// When the project cannot be read.
pub(crate) fn tile(
    place: &str,
    kept: &LandKept,
    tile: Tile,
    as_of: AsOf,
) -> Result<Vec<u8>, ProgramError> {
    let mut store = Store::open(place)?;
    let mut drawn = OneTile::new(tile);
    let bounds = drawn.bounds();
    for (number, land) in kept.of(&mut store, as_of)?.iter().enumerate() {
        if meet(&land.bounds, &bounds) {
            drawn.area(land.layer, number as u64 + 1, &land.shape, &land.attributes);
        }
    }
    for kind in ObjectKind::ALL {
        let mut marks = Vec::new();
        store.found_in_box(kind, bounds, as_of, |found| {
            marks.push((found.id.to_owned(), found.bounds));
            Ok(())
        })?;
        if marks.len() > MOST_IN_FULL {
            for (id, [west, south, east, north]) in marks {
                let middle = (f64::midpoint(west, east), f64::midpoint(south, north));
                drawn.point(&kind.table(), number_of(&id), middle, &told(kind, &id));
            }
        } else if !marks.is_empty() {
            store.objects_in_box(kind, bounds, as_of, |stored| {
                draw(&mut drawn, &stored.object()?);
                Ok(())
            })?;
        }
    }
    Ok(drawn.bytes())
}

fn told(kind: ObjectKind, id: &str) -> Vec<(String, TileValue)> {
    let page = Page::Object { kind: kind.word().to_owned(), id: id.to_owned() };
    vec![text("id", id), text("page", page.path())]
}

fn draw(tile: &mut OneTile, object: &Object) {
    let Some(place) = &object.place else { return };
    let (kind, id) = (object.kind, object.id.to_string());
    let (layer, number, mut told) = (kind.table(), number_of(&id), told(kind, &id));
    if let Some(metres) = place.uncertainty_metres {
        told.push(("uncertainty_m".to_owned(), TileValue::Number(metres)));
    }
    match &place.shape {
        Shape::Point { longitude, latitude } => {
            let at = (*longitude, *latitude);
            if let Some(metres) = place.uncertainty_metres {
                tile.disc(&format!("{layer}_disc"), number, at, metres, &told);
            }
            tile.point(&layer, number, at, &told);
        }
        Shape::Line(line) => tile.line(&format!("{layer}_line"), number, line, &told),
        Shape::Area(area) => tile.area(&format!("{layer}_area"), number, area, &told),
        Shape::Named(_) => {}
    }
}

/// A number for a thing by its id, the same in each tile: FNV-1a, of which a script can hold 53 bits.
fn number_of(id: &str) -> u64 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash >> 11
}

fn bounds_of(shape: &MultiPolygon<f64>) -> [f64; 4] {
    let corners = shape.iter().flat_map(|part| part.exterior().coords());
    corners.fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |[w, s, e, n], corner| {
        [w.min(corner.x), s.min(corner.y), e.max(corner.x), n.max(corner.y)]
    })
}

fn meet(one: &[f64; 4], other: &[f64; 4]) -> bool {
    one[0] <= other[2] && one[2] >= other[0] && one[1] <= other[3] && one[3] >= other[1]
}
