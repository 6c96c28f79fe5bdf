//! What the map of a project asks for while somebody looks at it.
//!
//! Belongs here: tiles and places by their address. Does not belong here: what a tile shows
//! (`project::map`).

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use remnant_ground::coordinate::{CoordinateReading, decimal_degrees};
use remnant_publish::layer::Tile;
use serde_json::json;

use super::asked::Asked;
use super::page::json;
use super::{Open, Pairs};
use crate::project::map;

/// A tile as a Mapbox Vector Tile; nothing where it shows nothing.
pub(super) async fn tile(
    State(open): State<Arc<Open>>,
    Path((zoom, x, y)): Path<(u8, u32, u32)>,
    Query(pairs): Pairs,
) -> Response {
    let (Some(tile), Ok(as_of)) = (Tile::new(zoom, x, y), Asked::from_pairs(pairs).as_of()) else {
        return (StatusCode::BAD_REQUEST, "There is no such tile.\n").into_response();
    };
    if open.project.is_none() {
        return (StatusCode::NOT_FOUND, "No project is open.\n").into_response();
    }
    let drawn = tokio::task::spawn_blocking(move || {
        let place = open.project.as_deref().unwrap_or_default();
        map::tile(place, &open.land, tile, as_of)
    });
    match drawn.await {
        Ok(Ok(bytes)) if bytes.is_empty() => StatusCode::NO_CONTENT.into_response(),
        Ok(Ok(bytes)) => {
            let kept = [
                (header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (kept, bytes).into_response()
        }
        Ok(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        Err(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "The tile could not be made.\n").into_response()
        }
    }
}

/// Where a coordinate text lies, in any way of writing that an import reads.
pub(super) async fn place(Query(pairs): Pairs) -> Response {
    let text = pairs.into_iter().find(|(name, _)| name == "text").map(|(_, text)| text);
    match CoordinateReading::default().read(text.unwrap_or_default().trim()) {
        Ok(found) => {
            let warnings: Vec<&str> =
                found.warnings.iter().map(|warning| warning.message()).collect();
            let told = json!({
                "longitude": found.position.longitude(),
                "latitude": found.position.latitude(),
                "uncertainty_m": found.uncertainty_metres,
                "told": decimal_degrees(found.position, 6),
                "warnings": warnings,
            });
            json(StatusCode::OK, &told)
        }
        Err(fault) => {
            let told = json!({ "error": fault.to_string(), "help": fault.help() });
            json(StatusCode::BAD_REQUEST, &told)
        }
    }
}
