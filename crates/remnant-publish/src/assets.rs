//! What pages load besides themselves: the style, the map's module and the vendored library.
//!
//! Belongs here: bytes by name, as the program serves them from memory. Does not belong here: HTTP.

use std::borrow::Cow;

use crate::basemap;

/// A file that a page loads.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The asset of this name, as in `vendor/maplibre-gl/maplibre-gl.mjs`.
#[must_use]
pub fn asset(path: &str) -> Option<Asset> {
    macro_rules! file {
        ($content_type:expr, $path:literal) => {
            (
                $content_type,
                Cow::Borrowed(include_bytes!(concat!("../../../ui/", $path)).as_slice()),
            )
        };
    }
    let (content_type, bytes) = match path {
        "remnant.css" => file!(CSS, "remnant.css"),
        "map.js" => file!(SCRIPT, "map.js"),
        "vendor/maplibre-gl/maplibre-gl.css" => file!(CSS, "vendor/maplibre-gl/maplibre-gl.css"),
        "vendor/maplibre-gl/maplibre-gl.mjs" => file!(SCRIPT, "vendor/maplibre-gl/maplibre-gl.mjs"),
        "vendor/maplibre-gl/maplibre-gl-worker.mjs" => {
            file!(SCRIPT, "vendor/maplibre-gl/maplibre-gl-worker.mjs")
        }
        "vendor/maplibre-gl/maplibre-gl-shared.mjs" => {
            file!(SCRIPT, "vendor/maplibre-gl/maplibre-gl-shared.mjs")
        }
        "basemap.geojson" => {
            let geojson = basemap::as_geojson(basemap::countries_50m());
            ("application/geo+json", Cow::Owned(geojson.into_bytes()))
        }
        _ => return None,
    };
    Some(Asset { content_type, bytes })
}
