//! Documented uses and accidents: as a map of discs, and as tables that hold all of them.

use std::f64::consts::PI;

use remnant_record::known;
use remnant_record::table::{Position, RemnantAccident, UseIncident};
use serde_json::{Value, json};

use super::{Answer, cite_row, stated};
use crate::View;
use crate::document::{Block, Document, Line, Page, Table};
use crate::figure::Tally;
use crate::figures::tally;

/// Documented uses and accidents known by the day.
#[must_use]
pub fn incidents(view: &View) -> Answer {
    let uses: Vec<&UseIncident> = known(&view.record.use_incidents, view.as_of.known_by).collect();
    let accidents: Vec<&RemnantAccident> =
        known(&view.record.accidents, view.as_of.known_by).collect();
    let mut document = Document::new("Documented uses and accidents");
    document.lead = vec![
        Line::text("Uses that somebody documented or reported, and accidents with what was left. ")
            .and("They are those that were found, not a sample: a country with few entries is not ")
            .and("a country with little contamination."),
    ];
    let caption = Line::default()
        .figure(tally(view, Tally::UseIncidentsPlaced))
        .and(" of ")
        .figure(tally(view, Tally::UseIncidents))
        .and(" documented uses have a place that a gazetteer could tell. Each is drawn as a disc ")
        .and(
            "of its stated uncertainty, around the centre of a settlement; no strike position was ",
        )
        .and("taken over. The others are in the table only.");
    document.blocks.push(Block::IncidentMap { caption });
    document.blocks.push(Block::Table(uses_table(view, &uses)));
    document.blocks.push(Block::Table(accidents_table(view, &accidents)));
    let data = json!({ "use_incidents": uses, "accidents": accidents });
    Answer { page: Page::Incidents, document, data }
}

/// Uses as a table.
pub(super) fn uses_table(view: &View, uses: &[&UseIncident]) -> Table {
    let mut table = Table::new(
        "Documented uses",
        &["Date", "Place", "Munition", "Remnants", "Blamed", "Killed", "Injured", "Source"],
    );
    for incident in uses {
        let id = incident.cited.id.as_str();
        table.row(vec![
            date_words(incident).into(),
            Line::page(
                Page::History(id.to_owned()),
                format!("{} ({})", incident.place, incident.country),
            ),
            incident.munition.as_ref().map(ToString::to_string).unwrap_or_default().into(),
            incident.remnants_reported.as_str().into(),
            blamed(incident).into(),
            stated(view, id, "casualties_killed"),
            stated(view, id, "casualties_injured"),
            cite_row(view, &incident.cited),
        ]);
    }
    table
}

fn accidents_table(view: &View, accidents: &[&RemnantAccident]) -> Table {
    let mut table = Table::new(
        "Accidents with remnants",
        &["Date", "Place", "Doing what", "Device as reported", "Killed", "Injured", "Source"],
    );
    for accident in accidents {
        let id = accident.cited.id.as_str();
        table.row(vec![
            accident.date.map_or_else(|| "not seen".to_owned(), |date| date.to_string()).into(),
            Line::page(
                Page::History(id.to_owned()),
                format!("{} ({})", accident.place, accident.country),
            ),
            accident.activity.as_deref().unwrap_or_default().into(),
            accident.device.as_deref().unwrap_or_default().into(),
            stated(view, id, "killed"),
            stated(view, id, "injured"),
            cite_row(view, &accident.cited),
        ]);
    }
    table
}

fn date_words(incident: &UseIncident) -> String {
    match (incident.from, incident.to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => from.to_string(),
        _ => "not seen".to_owned(),
    }
}

fn blamed(incident: &UseIncident) -> String {
    match (&incident.attributed_to, &incident.attribution_by) {
        (Some(party), Some(by)) => format!("{party}, by {by}"),
        (Some(party), None) => party.clone(),
        _ => String::new(),
    }
}

/// The uses known by the day as GeoJSON polygons: discs of their stated uncertainty.
#[must_use]
pub fn geojson(view: &View) -> Value {
    let features: Vec<Value> = known(&view.record.use_incidents, view.as_of.known_by)
        .filter_map(|incident| {
            let position = incident.position.as_ref()?;
            Some(json!({
                "type": "Feature",
                "geometry": { "type": "Polygon", "coordinates": [disc(position)] },
                "properties": {
                    "id": incident.cited.id,
                    "title": incident.conflict,
                    "date": date_words(incident),
                    "place": format!("{} ({})", incident.place, incident.country),
                    "uncertainty_m": position.uncertainty_metres,
                    "href": crate::html::address(
                        &Page::History(incident.cited.id.clone()), view.as_of),
                },
            }))
        })
        .collect();
    json!({ "type": "FeatureCollection", "features": features })
}

/// The ring of a disc: 64 points at the stated distance from the centre, counter-clockwise.
///
/// Great-circle distance on a sphere of 6 371 008.8 m, the mean radius of WGS 84: the ellipsoid
/// would move the ring by at most 0.6 % of a radius that is itself a judgement.
fn disc(position: &Position) -> Vec<[f64; 2]> {
    const CORNERS: u32 = 64;
    const MEAN_RADIUS_METRES: f64 = 6_371_008.8;
    let angle = position.uncertainty_metres / MEAN_RADIUS_METRES;
    let (latitude, longitude) = (position.latitude.to_radians(), position.longitude.to_radians());
    let rounded = |degrees: f64| (degrees * 1e5).round() / 1e5;
    let mut ring: Vec<[f64; 2]> = (0..CORNERS)
        .map(|corner| {
            let bearing = -2.0 * PI * f64::from(corner) / f64::from(CORNERS);
            let north = (latitude.sin() * angle.cos()
                + latitude.cos() * angle.sin() * bearing.cos())
            .asin();
            let east = longitude
                + (bearing.sin() * angle.sin() * latitude.cos())
                    .atan2(angle.cos() - latitude.sin() * north.sin());
            [rounded(east.to_degrees()), rounded(north.to_degrees())]
        })
        .collect();
    ring.push(ring[0]);
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_is_closed_counter_clockwise_and_as_wide_as_stated() {
        let position = Position {
            latitude: 48.0,
            longitude: 37.8,
            uncertainty_metres: 8000.0,
            basis: String::new(),
        };
        let ring = disc(&position);
        assert_eq!(ring.first(), ring.last());
        let twice_area: f64 = ring.windows(2).map(|p| p[0][0] * p[1][1] - p[1][0] * p[0][1]).sum();
        assert!(twice_area > 0.0, "counter-clockwise");
        let north = ring.iter().map(|p| p[1]).fold(f64::MIN, f64::max);
        // A degree of latitude is some 111.2 km on this sphere.
        assert!(((north - 48.0) * 111_195.0 - 8000.0).abs() < 2.0, "{north}");
    }
}
