//! The outlines of countries, for the map and for the world chart.
//!
//! Belongs here: reading the vendored outlines (Natural Earth, public domain, packaged as world-atlas)
//! and giving each its ISO 3166-1 alpha-3 code. Does not belong here: projections and drawing
//! (`chart::world`), places of incidents, any area that is published.
//!
//! **Whose borders.** Natural Earth draws lines as they are held, not as they are recognised. A map is
//! not the place where this program takes sides, with one exception that readers of a brief on Ukraine
//! would stumble over: Crimea is drawn as part of Ukraine, as the General Assembly of the United
//! Nations affirmed in resolution 68/262. Northern Cyprus and Somaliland, which the outlines draw by
//! themselves, have no code, and so no status is drawn on them. [`BORDERS_NOTE`] says this to readers.

use std::fmt::Write as _;
use std::sync::OnceLock;

use serde_json::json;

mod antimeridian;
mod iso3166;
mod topology;

pub use iso3166::{CountryCode, country_code, country_codes};

use topology::{Properties, Shape, Topology, join_neighbours};

/// A closed line in degrees on WGS 84, longitude first; the last point repeats the first.
pub type Ring = Vec<[f64; 2]>;

/// What a reader has to be told beside any map drawn from these outlines.
pub const BORDERS_NOTE: &str = "Outlines: Natural Earth, public domain. They are drawn for orientation \
    and are no statement on any border. Crimea is drawn as part of Ukraine, following United Nations \
    General Assembly resolution 68/262.";

/// One piece of land with the holes in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Polygon {
    /// The coast or border, against the clock.
    pub outer: Ring,
    /// Land of others inside it, with the clock.
    pub holes: Vec<Ring>,
}

/// A country, territory or area as drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Country {
    /// ISO 3166-1 alpha-3; nothing for areas that have no code.
    pub code: Option<&'static str>,
    /// Short English name.
    pub name: &'static str,
    /// Its pieces of land, each cut at the 180th meridian.
    pub polygons: Vec<Polygon>,
}

impl Country {
    /// The centre of the largest piece of land, longitude first: the place for a dot or a label.
    pub fn centre(&self) -> [f64; 2] {
        let size = |polygon: &&Polygon| {
            let middle = polygon.outer[0][1].to_radians().cos();
            antimeridian::signed_square_degrees(&polygon.outer) * middle
        };
        let largest = self.polygons.iter().max_by(|a, b| size(a).total_cmp(&size(b)));
        largest.map_or([0.0, 0.0], |polygon| centroid(&polygon.outer))
    }
}

/// Countries for a map of the whole world on one page: 1:110 million, 177 shapes, small states left out.
///
/// Read once, in the order of the vendored file.
pub fn countries_110m() -> &'static [Country] {
    static COUNTRIES: OnceLock<Vec<Country>> = OnceLock::new();
    COUNTRIES
        .get_or_init(|| read(include_str!("../../../ui/vendor/world-atlas/countries-110m.json")))
}

/// Countries for a map that can be zoomed: 1:50 million, with all but the smallest states.
///
/// Read once, in the order of the vendored file.
pub fn countries_50m() -> &'static [Country] {
    static COUNTRIES: OnceLock<Vec<Country>> = OnceLock::new();
    COUNTRIES
        .get_or_init(|| read(include_str!("../../../ui/vendor/world-atlas/countries-50m.json")))
}

/// The outlines as a GeoJSON feature collection (RFC 7946), with `code` and `name` as properties.
///
/// Coordinates carry three decimals, the precision of the vendored files (about 400 m).
pub fn as_geojson(countries: &[Country]) -> String {
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for (number, country) in countries.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        let properties = json!({ "code": country.code, "name": country.name });
        let _ = write!(
            text,
            "{{\"type\":\"Feature\",\"properties\":{properties},\
             \"geometry\":{{\"type\":\"MultiPolygon\",\"coordinates\":["
        );
        for (number, polygon) in country.polygons.iter().enumerate() {
            text.push_str(if number > 0 { ",[" } else { "[" });
            push_ring(&mut text, &polygon.outer);
            for hole in &polygon.holes {
                text.push(',');
                push_ring(&mut text, hole);
            }
            text.push(']');
        }
        text.push_str("]}}");
    }
    text.push_str("]}");
    text
}

fn push_ring(text: &mut String, ring: &[[f64; 2]]) {
    text.push('[');
    for (number, [longitude, latitude]) in ring.iter().enumerate() {
        let separator = if number > 0 { "," } else { "" };
        let _ = write!(text, "{separator}[{longitude:.3},{latitude:.3}]");
    }
    text.push(']');
}

fn centroid(ring: &[[f64; 2]]) -> [f64; 2] {
    let doubled: f64 = 2.0 * antimeridian::signed_square_degrees(ring);
    let mut centre = [0.0, 0.0];
    for edge in ring.windows(2) {
        let cross = edge[0][0] * edge[1][1] - edge[1][0] * edge[0][1];
        for (axis, value) in centre.iter_mut().enumerate() {
            *value += (edge[0][axis] + edge[1][axis]) * cross / (3.0 * doubled);
        }
    }
    centre
}

/// Reads a vendored file; a file that this fails on fails the tests of this module, not a reader.
fn read(text: &str) -> Vec<Country> {
    let mut topology: Topology =
        serde_json::from_str(text).expect("the vendored outlines are TopoJSON, a test reads them");
    let mut countries: Vec<Country> = Vec::new();
    for (code, name, borders) in with_crimea_in_ukraine(coded(topology.take_shapes()), &topology) {
        let polygons = borders
            .iter()
            .filter_map(|rings| topology.polygon(rings))
            .flat_map(|polygon| antimeridian::cut(&polygon))
            .collect::<Vec<_>>();
        // Australia comes in two shapes under one code.
        match countries.iter_mut().find(|known| code.is_some() && known.code == code) {
            Some(known) => known.polygons.extend(polygons),
            None => countries.push(Country { code, name, polygons }),
        }
    }
    countries
}

/// Code, name and polygons as rings of arc numbers.
type Coded = (Option<&'static str>, &'static str, Vec<Vec<Vec<i64>>>);

fn coded(shapes: Vec<Shape>) -> Vec<Coded> {
    shapes
        .into_iter()
        .map(|Shape { id, properties: Properties { name }, border }| {
            let known = match id {
                Some(numeric) => iso3166::by_numeric(&numeric),
                None => iso3166::without_numeric(&name),
            };
            let (code, name) = match known {
                Some(known) => (Some(known.alpha3), known.name),
                None => (None, name_without_code(&name)),
            };
            (code, name, border.polygons())
        })
        .collect()
}

/// The outlines abbreviate; these five areas have no entry in ISO 3166-1 that would spell them out.
fn name_without_code(abbreviated: &str) -> &'static str {
    match abbreviated {
        "N. Cyprus" => "Northern Cyprus",
        "Somaliland" => "Somaliland",
        "Indian Ocean Ter." => "Indian Ocean Territories",
        "Siachen Glacier" => "Siachen Glacier",
        _ => "Area without a code",
    }
}

/// Moves the piece of land that holds Simferopol from Russia's shape to Ukraine's.
fn with_crimea_in_ukraine(mut shapes: Vec<Coded>, topology: &Topology) -> Vec<Coded> {
    const SIMFEROPOL: [f64; 2] = [34.1, 44.95];
    let holds_simferopol = |rings: &Vec<Vec<i64>>| {
        // The main piece of Russia crosses the 180th meridian and cannot be asked before it is cut.
        topology.polygon(rings).is_some_and(|polygon| {
            antimeridian::cut(&polygon)
                .iter()
                .any(|piece| antimeridian::contains(&piece.outer, SIMFEROPOL))
        })
    };
    let mut crimea = Vec::new();
    for (_, _, polygons) in shapes.iter_mut().filter(|shape| shape.0 == Some("RUS")) {
        crimea.extend(polygons.extract_if(.., |rings| holds_simferopol(rings)));
    }
    for (_, _, polygons) in shapes.iter_mut().filter(|shape| shape.0 == Some("UKR")) {
        for piece in &crimea {
            let joined = polygons.iter_mut().find_map(|rings| {
                join_neighbours(&rings[0], &piece[0]).map(|outer| rings[0] = outer)
            });
            if joined.is_none() {
                polygons.push(piece.clone());
            }
        }
    }
    shapes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::collections::BTreeSet;

    use super::*;

    fn country<'a>(countries: &'a [Country], code: &str) -> &'a Country {
        countries.iter().find(|country| country.code == Some(code)).unwrap()
    }

    fn holds(country: &Country, point: [f64; 2]) -> bool {
        country.polygons.iter().any(|polygon| {
            antimeridian::contains(&polygon.outer, point)
                && !polygon.holes.iter().any(|hole| antimeridian::contains(hole, point))
        })
    }

    #[test]
    fn the_vendored_files_are_read_whole() {
        assert_eq!(countries_110m().len(), 177);
        assert_eq!(countries_50m().len(), 240, "241 shapes, two of them Australia's");
    }

    #[test]
    fn every_shape_has_a_code_but_those_known_to_have_none() {
        let without = |countries: &[Country]| -> BTreeSet<&str> {
            countries.iter().filter(|c| c.code.is_none()).map(|c| c.name).collect()
        };
        assert_eq!(without(countries_110m()), BTreeSet::from(["Northern Cyprus", "Somaliland"]));
        assert_eq!(
            without(countries_50m()),
            BTreeSet::from([
                "Indian Ocean Territories",
                "Northern Cyprus",
                "Siachen Glacier",
                "Somaliland"
            ])
        );
        assert!(countries_110m().iter().any(|country| country.code == Some("XKX")));
    }

    #[test]
    fn rings_are_closed_and_stay_on_one_side_of_the_antimeridian() {
        for country in countries_110m().iter().chain(countries_50m()) {
            assert!(!country.polygons.is_empty(), "{} has no land", country.name);
            for polygon in &country.polygons {
                for ring in std::iter::once(&polygon.outer).chain(&polygon.holes) {
                    assert_eq!(ring.first(), ring.last(), "{}", country.name);
                    assert!(ring.len() >= 4, "{}", country.name);
                    for edge in ring.windows(2) {
                        let along_the_pole = edge[0][1] == -90.0 && edge[1][1] == -90.0;
                        let step = (edge[0][0] - edge[1][0]).abs();
                        assert!(step < 180.0 || along_the_pole, "{} jumps {edge:?}", country.name);
                    }
                }
                assert!(antimeridian::signed_square_degrees(&polygon.outer) > 0.0);
            }
        }
    }

    #[test]
    fn russia_and_fiji_lie_on_both_sides_of_the_antimeridian() {
        for countries in [countries_110m(), countries_50m()] {
            let russia = country(countries, "RUS");
            assert!(holds(russia, [37.6, 55.7]), "Moscow");
            assert!(holds(russia, [-175.0, 66.5]), "Chukotka");
            assert!(!holds(russia, [0.0, 66.0]), "no band around the globe");
            let fiji = country(countries, "FJI");
            assert!(holds(fiji, [178.0, -17.8]), "Viti Levu");
            let west = fiji.polygons.iter().any(|p| p.outer.iter().all(|point| point[0] < 0.0));
            assert!(west, "Taveuni and the islands east of it");
        }
    }

    #[test]
    fn crimea_is_in_ukraine_without_a_line_at_perekop() {
        for countries in [countries_110m(), countries_50m()] {
            assert!(holds(country(countries, "UKR"), [34.1, 44.95]));
            assert!(!holds(country(countries, "RUS"), [34.1, 44.95]));
            let with_crimea = country(countries, "UKR")
                .polygons
                .iter()
                .find(|polygon| antimeridian::contains(&polygon.outer, [34.1, 44.95]))
                .unwrap();
            assert!(antimeridian::contains(&with_crimea.outer, [30.5, 50.4]), "Kyiv, same ring");
        }
    }

    #[test]
    fn lesotho_is_a_hole_in_south_africa() {
        let maseru = [28.2, -29.5];
        assert!(!holds(country(countries_110m(), "ZAF"), maseru));
        assert!(holds(country(countries_110m(), "LSO"), maseru));
    }

    #[test]
    fn a_centre_lies_in_the_largest_piece() {
        for (code, point) in [("FRA", [2.0, 47.0]), ("USA", [-99.0, 39.5]), ("LAO", [103.0, 19.0])]
        {
            let [longitude, latitude] = country(countries_50m(), code).centre();
            assert!((longitude - point[0]).abs() < 5.0, "{code} {longitude}");
            assert!((latitude - point[1]).abs() < 5.0, "{code} {latitude}");
        }
    }

    #[test]
    fn geojson_carries_every_country_with_its_code() {
        let text = as_geojson(countries_110m());
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        let features = parsed["features"].as_array().unwrap();
        assert_eq!(features.len(), 177);
        let codes: BTreeSet<_> =
            features.iter().filter_map(|feature| feature["properties"]["code"].as_str()).collect();
        assert_eq!(codes.len(), 175);
        assert!(features.iter().all(|f| f["geometry"]["coordinates"][0][0][0].is_array()));
        assert!(text.contains("Côte d'Ivoire"));
    }
}
