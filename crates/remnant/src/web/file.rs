//! Files of the program: styles, scripts, the map library, outlines.
//!
//! Belongs here: handing them over with their type and tag. Does not belong here: which there are
//! (`remnant_publish::assets`).

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use remnant_publish::assets::{self, Asset};

pub(super) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    match assets::asset(&path) {
        Some(asset) => file(asset, &headers),
        None => (StatusCode::NOT_FOUND, "There is no such asset.\n").into_response(),
    }
}

/// The icon under the address that browsers ask by themselves.
pub(super) async fn icon(headers: HeaderMap) -> Response {
    match assets::asset("icon.svg") {
        Some(asset) => file(asset, &headers),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// A file of the program. The browser keeps it and asks whether it is still the same, since another
/// version of the program may answer at this address tomorrow. Nothing is compressed: it does not
/// leave the machine.
fn file(asset: &'static Asset, asked: &HeaderMap) -> Response {
    let kept = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ETAG, asset.tag.as_str()),
    ];
    let held = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|held| held.to_str().ok());
    if held.flat_map(|held| held.split(',')).any(|held| held.trim() == asset.tag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, Bytes::from_static(&asset.bytes)).into_response()
}
