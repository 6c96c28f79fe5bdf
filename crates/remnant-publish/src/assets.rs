//! What pages load besides themselves: the style, the map's module and the vendored library.
//!
//! Belongs here: bytes by name, as the program serves them from memory. Does not belong here: HTTP.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use crate::basemap;

/// A file that a page loads.
#[derive(Debug)]
pub struct Asset {
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// A quoted word that differs when the bytes do, as HTTP has it in `ETag`.
    pub tag: String,
}

impl Asset {
    fn new(content_type: &'static str, bytes: Cow<'static, [u8]>) -> Self {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        Self { content_type, bytes, tag: format!("\"{:016x}\"", hasher.finish()) }
    }
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Makes an asset when it is first asked for, and keeps it: the outlines are 1.65 MB of text.
macro_rules! once {
    ($content_type:expr, $bytes:expr) => {{
        static ASSET: LazyLock<Asset> = LazyLock::new(|| Asset::new($content_type, $bytes));
        &ASSET
    }};
}

macro_rules! file {
    ($content_type:expr, $path:literal) => {
        once!(
            $content_type,
            Cow::Borrowed(include_bytes!(concat!("../../../ui/", $path)).as_slice())
        )
    };
}

/// The asset of this name, as in `vendor/maplibre-gl/maplibre-gl.mjs`.
#[must_use]
pub fn asset(path: &str) -> Option<&'static Asset> {
    Some(match path {
        "icon.svg" => file!("image/svg+xml", "icon.svg"),
        "remnant.css" => file!(CSS, "remnant.css"),
        "map.js" => file!(SCRIPT, "map.js"),
        "project-map.js" => file!(SCRIPT, "project-map.js"),
        "vendor/maplibre-gl/maplibre-gl.css" => file!(CSS, "vendor/maplibre-gl/maplibre-gl.css"),
        "vendor/maplibre-gl/maplibre-gl.mjs" => file!(SCRIPT, "vendor/maplibre-gl/maplibre-gl.mjs"),
        "vendor/maplibre-gl/maplibre-gl-worker.mjs" => {
            file!(SCRIPT, "vendor/maplibre-gl/maplibre-gl-worker.mjs")
        }
        "vendor/maplibre-gl/maplibre-gl-shared.mjs" => {
            file!(SCRIPT, "vendor/maplibre-gl/maplibre-gl-shared.mjs")
        }
        "basemap.geojson" => once!(
            "application/geo+json",
            Cow::Owned(basemap::as_geojson(basemap::countries_50m()).into_bytes())
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_stays_with_the_bytes_and_differs_with_them() {
        let tag = |path: &str| asset(path).map(|asset| asset.tag.clone());
        assert_eq!(tag("map.js"), tag("map.js"));
        assert_ne!(tag("map.js"), tag("remnant.css"));
        assert_eq!(tag("../Cargo.toml"), None);
        let made = |bytes: &'static [u8]| Asset::new(CSS, Cow::Borrowed(bytes)).tag;
        assert_ne!(made(b"a"), made(b"b"));
    }
}
