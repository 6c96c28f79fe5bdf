//! The tasks of a plan for receivers and viewers in the field: GPX and KML.

use std::fmt::Write as _;

use geo::BoundingRect;
use remnant_ground::field_xml::{
    GPX_END, KML_END, gpx_head, gpx_track, gpx_waypoint, kml_head, kml_polygons, rings,
};

use super::{PROPOSES, PlanStory};

/// The remark that every file carries.
const REMARK: &str = "Proposed tasks. It proposes; people decide. Ground outside the tasks is not \
                      known to be free of remnants.";

impl PlanStory<'_> {
    /// Each listed task: its number, its outline and why it is there.
    fn tasks(&self) -> Vec<(String, String, usize)> {
        let listed = self.proposal.listed.iter().filter_map(|reason| {
            let (at, _) = self.worth(&reason.task)?;
            Some((format!("{} {}", reason.place, reason.task), self.why(reason), at))
        });
        listed.collect()
    }

    /// The listed tasks as GPX 1.1: a waypoint in the middle of each and a track along its edge.
    #[must_use]
    pub fn gpx(&self) -> String {
        let mut gpx = gpx_head(&self.title(), REMARK);
        let tasks = self.tasks();
        for (name, why, at) in &tasks {
            if let Some(around) = self.outlines[*at].bounding_rect() {
                gpx_waypoint(&mut gpx, around.center(), name, why);
            }
        }
        for (name, _, at) in &tasks {
            gpx_track(&mut gpx, name, PROPOSES, rings(&self.outlines[*at]));
        }
        gpx.push_str(GPX_END);
        gpx
    }

    /// The listed tasks as KML 2.2: a polygon for each.
    #[must_use]
    pub fn kml(&self) -> String {
        let mut kml = kml_head(&self.title(), REMARK);
        let _ = writeln!(
            kml,
            "<Style id=\"task\"><LineStyle><color>ff000000</color><width>3</width></LineStyle>\
             <PolyStyle><color>40404040</color></PolyStyle></Style>"
        );
        for (name, why, at) in &self.tasks() {
            kml_polygons(&mut kml, name, why, "task", &self.outlines[*at]);
        }
        kml.push_str(KML_END);
        kml
    }
}
