//! Boxes as files for receivers and viewers in the field: GPX and KML.
//!
//! Belongs here: writing a survey, its next boxes and its areas in the two formats. Does not belong
//! here: reading such files (`intake`, `remnant-source`), the pieces of the two formats (`field_xml`), which boxes
//! are next (`next`).

use std::fmt::Write as _;

use geo::BoundingRect;
use geo_types::Coord;

use super::box_id::BoxId;
use super::confirmed::ConfirmedArea;
use super::meaning::BoxResult;
use super::next::{NextBox, NextBoxes, Why};
use super::survey::{EvidencePoint, Survey};
use crate::field_xml::{
    GPX_END, KML_END, escaped, gpx_head, gpx_track, gpx_waypoint, kml_head, kml_line, kml_polygons,
    lon_lat, rings,
};

/// What goes into a file for the field.
#[derive(Clone, Copy, Debug)]
pub struct FieldFile<'a> {
    /// What it is called on the receiver.
    pub title: &'a str,
    /// The survey: each box of which anything is recorded.
    pub survey: &'a Survey,
    /// The boxes to search next.
    pub next: Option<&'a NextBoxes>,
    /// Evidence points.
    pub evidence_points: &'a [EvidencePoint],
    /// The confirmed areas, with the stretches where their limit is open.
    pub confirmed: Option<&'a ConfirmedArea>,
}

/// The remark that every file carries.
const REMARK: &str =
    "A box without a result, or with none shown, is not known to be free of remnants.";

impl FieldFile<'_> {
    /// The boxes to write, in order, each with its place in the order of work where it has one.
    fn boxes(&self) -> Vec<(BoxId, BoxResult, Option<&NextBox>)> {
        let next = self.next.map_or(&[][..], |next| &next.boxes);
        let mut boxes: Vec<_> = self
            .survey
            .boxes()
            .map(|(id, standing)| (id, standing.result, None))
            .filter(|(id, _, _)| next.iter().all(|next| next.id != *id))
            .collect();
        boxes.extend(next.iter().map(|next| (next.id, self.survey.result(next.id), Some(next))));
        boxes.sort_by_key(|(id, _, _)| *id);
        boxes
    }

    /// The file as GPX 1.1: a waypoint in the middle of each box to search and at each evidence point,
    /// a track along the edge of each box, each area and each open stretch.
    #[must_use]
    pub fn gpx(&self) -> String {
        let mut gpx = gpx_head(self.title, REMARK);
        let boxes = self.boxes();
        // The schema wants all waypoints before all tracks.
        for point in self.evidence_points {
            let at = Coord { x: point.position.longitude(), y: point.position.latitude() };
            gpx_waypoint(&mut gpx, at, point.id.as_str(), "evidence point");
        }
        for (id, _, next) in &boxes {
            let Some(next) = next else { continue };
            let shape = self.survey.grid().shape(*id);
            if let Some(around) = shape.area.bounding_rect() {
                let name = format!("{} {id}", next.order);
                gpx_waypoint(&mut gpx, around.center(), &name, &reason(next));
            }
        }
        for (id, result, next) in &boxes {
            let shape = self.survey.grid().shape(*id);
            gpx_track(&mut gpx, &id.to_string(), &said(*result, *next), rings(&shape.area));
        }
        for (number, area) in self.confirmed.iter().flat_map(|c| c.areas.iter().enumerate()) {
            let name = format!("confirmed area {}", number + 1);
            gpx_track(&mut gpx, &name, &area.square_metres.to_string(), rings(&area.outline));
            for limit in &area.open_limits {
                let name = format!("limit not established, area {}", number + 1);
                gpx_track(&mut gpx, &name, limit.reason.words(), std::iter::once(&limit.line));
            }
        }
        gpx.push_str(GPX_END);
        gpx
    }

    /// The file as KML 2.2: folders of polygons for areas and boxes, lines for open stretches, points
    /// for evidence.
    #[must_use]
    pub fn kml(&self) -> String {
        let mut kml = kml_head(self.title, REMARK);
        // Told apart by the width of the line, not by colour; white is seen on aerial pictures.
        for (id, colour, width, fill) in [
            ("box", "ff000000", 1, 0),
            ("next", "ff000000", 4, 0),
            ("area", "ff404040", 3, 1),
            ("open", "ffffffff", 5, 0),
        ] {
            let _ = writeln!(
                kml,
                "<Style id=\"{id}\"><LineStyle><color>{colour}</color><width>{width}</width>\
                 </LineStyle><PolyStyle><color>40404040</color><fill>{fill}</fill></PolyStyle></Style>"
            );
        }
        if let Some(confirmed) = self.confirmed {
            let words = escaped(&confirmed.rule_in_words());
            let _ = writeln!(
                kml,
                "<Folder><name>Confirmed areas</name><description>{words}</description>"
            );
            for (number, area) in confirmed.areas.iter().enumerate() {
                let name = format!("confirmed area {}", number + 1);
                kml_polygons(
                    &mut kml,
                    &name,
                    &area.square_metres.to_string(),
                    "area",
                    &area.outline,
                );
                for limit in &area.open_limits {
                    kml_line(&mut kml, "limit not established", limit.reason.words(), &limit.line);
                }
            }
            kml.push_str("</Folder>\n");
        }
        kml.push_str("<Folder><name>Boxes</name>\n");
        for (id, result, next) in self.boxes() {
            let shape = self.survey.grid().shape(id);
            let style = if next.is_some() { "next" } else { "box" };
            kml_polygons(&mut kml, &id.to_string(), &said(result, next), style, &shape.area);
        }
        kml.push_str("</Folder>\n<Folder><name>Evidence points</name>\n");
        for point in self.evidence_points {
            let at = Coord { x: point.position.longitude(), y: point.position.latitude() };
            let name = escaped(point.id.as_str());
            let _ = writeln!(
                kml,
                "<Placemark><name>{name}</name><Point><coordinates>{}</coordinates></Point></Placemark>",
                lon_lat(at)
            );
        }
        kml.push_str("</Folder>\n");
        kml.push_str(KML_END);
        kml
    }
}

/// What is said of a box.
fn said(result: BoxResult, next: Option<&NextBox>) -> String {
    match next {
        Some(next) => {
            format!("search next: number {}, {}; {}", next.order, reason(next), result.words())
        }
        None => result.words().to_owned(),
    }
}

/// Why a box is next, in words.
fn reason(next: &NextBox) -> String {
    match &next.why {
        Why::OpenedByEvidencePoint(points) => {
            let points: Vec<&str> = points.iter().map(|point| point.as_str()).collect();
            format!("opened by evidence point {}", points.join(", "))
        }
        Why::NeighbourOf(id) => format!("reached from {id}"),
        Why::FillsSkip(id) => format!("skipped on the way from {id}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::super::drawn::{evidence, parameters, survey};
    use super::super::{ConfirmationRule, NeighbourRule, confirmed_area, next_boxes};
    use super::*;

    /// The names of all elements and all text, once the file has been read to its end.
    fn read(xml: &str) -> (Vec<String>, String) {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = true;
        let (mut names, mut text, mut depth) = (Vec::new(), String::new(), 0);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    depth += 1;
                    assert!(start.attributes().all(|attribute| attribute.is_ok()));
                    names.push(start.name().as_ref().to_owned());
                }
                Event::Empty(empty) => {
                    names.push(empty.name().as_ref().to_owned());
                }
                Event::End(_) => depth -= 1,
                Event::Text(words) => text.push_str(&words),
                Event::GeneralRef(reference) => {
                    text.push_str(match &*reference {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        other => panic!("reference to {other}"),
                    });
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        (names, text)
    }

    fn with_file<T>(ask: impl FnOnce(&FieldFile) -> T) -> T {
        let survey = survey(&["....", ".#-.", "...."]);
        let settled = parameters(NeighbourRule::Four, 0, 0);
        let points = [evidence("<b>&\u{1}", 1, 1)];
        let next = next_boxes(&survey, &points, &settled).unwrap();
        let confirmed =
            confirmed_area(&survey, &points, &settled, ConfirmationRule::default()).unwrap();
        ask(&FieldFile {
            title: "Ban Na & Ban Nong <north>",
            survey: &survey,
            next: Some(&next),
            evidence_points: &points,
            confirmed: Some(&confirmed),
        })
    }

    #[test]
    fn gpx_is_well_formed_with_waypoints_before_tracks() {
        let (names, text) = with_file(|file| read(&file.gpx()));
        let count = |name: &str| names.iter().filter(|n| *n == name).count();
        // Three next boxes and the evidence point; two boxes, three next, one area, one open stretch.
        assert_eq!((count("wpt"), count("trk")), (4, 7));
        let last_waypoint = names.iter().rposition(|n| n == "wpt").unwrap();
        assert!(last_waypoint < names.iter().position(|n| n == "trk").unwrap());
        assert!(text.contains("Ban Na & Ban Nong <north>") && text.contains("<b>& "));
        assert!(text.contains("limit not established"));
    }

    #[test]
    fn kml_is_well_formed_and_writes_longitude_first() {
        let (names, text) = with_file(|file| read(&file.kml()));
        let count = |name: &str| names.iter().filter(|n| *n == name).count();
        assert_eq!((count("Polygon"), count("LineString"), count("Point")), (6, 1, 1));
        assert!(text.contains("106.1") && !text.contains("17.3,106"), "{text}");
        for pair in text.split_whitespace().filter(|word| word.matches(',').count() == 1) {
            if let Some((longitude, latitude)) = pair.split_once(',') {
                let number = |text: &str| text.parse::<f64>().ok();
                if let (Some(longitude), Some(latitude)) = (number(longitude), number(latitude)) {
                    assert!(
                        (105.0..108.0).contains(&longitude) && (17.0..18.0).contains(&latitude)
                    );
                }
            }
        }
        assert!(text.contains("search next: number 1, reached from 48QXE2020-50-r02c02"), "{text}");
    }
}
