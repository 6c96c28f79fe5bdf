//! The land of areas, for the layers that a project shows to map programs.
//!
//! Belongs here: asking the ledger and handing its answer to the store. Does not belong here: which
//! land remains (`remnant-land-release`), tables (`remnant-store`).

use jiff::civil::Date;
use remnant_ground::{ObjectId, ObjectKind, Shape};
use remnant_land_release::{
    AreaFile, AreaLand, Classification, LandState, PointExtent, ReleaseKind, TechnicalAsset,
};
use remnant_store::{RemainingLand, StaleLand, Store, StoreError};

use crate::project::area;

/// The last day by which anything can be known: the day after it stands for "until today" in the
/// tables of a project.
const BY_NOW: Date = Date::constant(9999, 12, 30);

/// Opens a project whose layers of land follow the ledger.
///
/// # Errors
/// When it cannot be opened, or its layers cannot be brought up to date.
pub(crate) fn open(place: &str) -> Result<Store, StoreError> {
    Store::open(place)?.with_ledger(land_of)
}

/// The land of areas by all that the journal holds.
fn land_of(
    store: &mut Store,
    stale: &StaleLand,
) -> Result<Vec<remnant_store::AreaLand>, StoreError> {
    let files = if stale.all || !stale.reviewed.is_empty() || stale.areas.len() > 1 {
        area::files(store, None, BY_NOW)?
    } else {
        let mut files = Vec::new();
        for id in stale.areas.iter().filter_map(|id| remnant_land_release::AreaId::new(id).ok()) {
            files.extend(area::files(store, Some(&id), BY_NOW)?);
        }
        files
    };
    let is_stale = |file: &AreaFile| {
        stale.all
            || stale.areas.contains(file.area().as_str())
            || file.events().iter().any(|event| stale.reviewed.contains(event.id.as_str()))
    };
    let mut land = Vec::new();
    for file in files.into_iter().filter(is_stale) {
        let id = ObjectId::new(file.area().as_str());
        let object = store.object(ObjectKind::HazardousArea, &id, BY_NOW)?;
        let name =
            object.and_then(|object| object.fields.get("place_name").map(|name| name.words()));
        land.push(rows(&AreaLand::of(&file), name));
    }
    Ok(land)
}

fn area_type(classification: Classification) -> String {
    classification.abbreviation().to_lowercase()
}

/// The land of an area as the store takes it.
fn rows(land: &AreaLand, name: Option<String>) -> remnant_store::AreaLand {
    let status = land.status.word().to_owned();
    let review = if land.approved { "approved" } else { "provisional" }.to_owned();
    let as_of = land.as_of.unwrap_or(Date::MIN);
    let remaining = |classification, square_metres, uncertainty_metres, shape| RemainingLand {
        area_type: area_type(classification),
        status: status.clone(),
        square_metres,
        uncertainty_metres,
        as_of,
        review: review.clone(),
        shape,
    };
    let point = land.point.map(|PointExtent { classification, position, uncertainty_metres }| {
        let shape = Shape::Point { longitude: position.longitude, latitude: position.latitude };
        remaining(classification, None, uncertainty_metres, shape)
    });
    let areas = land.remaining.iter().map(|part| {
        let shape = Shape::Area(part.boundary.shape().clone());
        remaining(part.classification, Some(part.area.get()), None, shape)
    });
    let released = land.released.iter().map(|part| {
        let (release_kind, technical_asset) = match part.kind {
            ReleaseKind::Cancelled => ("cancelled", None),
            ReleaseKind::Reduced(TechnicalAsset::With) => ("reduced", Some("with")),
            ReleaseKind::Reduced(TechnicalAsset::Without) => ("reduced", Some("without")),
            ReleaseKind::Cleared => ("cleared", None),
        };
        let state = match part.state {
            LandState::HandedOver => "handed_over",
            LandState::UnderInvestigation => "under_investigation",
            _ => release_kind,
        };
        remnant_store::ReleasedLand {
            release_kind: release_kind.to_owned(),
            technical_asset: technical_asset.map(str::to_owned),
            state: state.to_owned(),
            area_type: area_type(part.classification),
            square_metres: part.area.get(),
            released_on: part.released_on,
            operator: part.organisation.as_ref().map(ToString::to_string).unwrap_or_default(),
            team: part.team.clone(),
            event: part.event.to_string(),
            review: part.review.clone(),
            handed_over_on: part.handed_over_on,
            handed_over_by: part.handed_over_by.as_ref().map(ToString::to_string),
            shape: Shape::Area(part.boundary.shape().clone()),
        }
    });
    remnant_store::AreaLand {
        area: land.area.to_string(),
        name,
        remaining: point.into_iter().chain(areas).collect(),
        released: released.collect(),
    }
}
