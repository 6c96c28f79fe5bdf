//! A synthetic village as files that the import reads.
//!
//! Belongs here: a small invented world written out as tables with the columns of `docs/forms.md`, every
//! row of which says that it is invented. It lies in the sea, so that it cannot be taken for a place.
//! Does not belong here: reading the files, the truth behind them (it is returned beside them).

use std::fmt::Write as _;

use super::fault::SimulateFault;
use super::outline::Outline;
use super::settings::{MethodSettings, Searching, WorldSettings};
use super::world::World;

/// What a synthetic village is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct VillageSettings {
    /// Its name; the files say beside it that it is invented.
    pub name: String,
    /// Longitude and latitude of its north-west corner in degrees, WGS 84.
    pub corner: (f64, f64),
    /// The munition on record, as the record of munitions names it.
    pub munition_model: String,
    /// The world behind it; `submunitions` should be that munition's.
    pub world: WorldSettings,
}

impl Default for VillageSettings {
    /// Three kilometres of village with five strikes and nine searches, south of the equator in the
    /// middle of the Atlantic.
    fn default() -> Self {
        let base = WorldSettings::default();
        // Words of the pick-list of methods.
        let methods: Vec<MethodSettings> = base.methods.iter().take(2).cloned().collect();
        Self {
            name: "Examplehaven".to_owned(),
            corner: (-20.5, -4.5),
            munition_model: "BL755 cluster bomb".to_owned(),
            world: WorldSettings {
                strikes: 5,
                location_error_metres: (50.0, 200.0),
                levels: base.levels[..1].to_vec(),
                methods,
                searching: Searching { tasks: 9, near_strikes: 0.8, ..base.searching },
                ..base
            },
        }
    }
}

impl VillageSettings {
    /// A synthetic district: twelve kilometres by twelve, with sixty strikes and ninety searches.
    #[must_use]
    pub fn district() -> Self {
        let village = Self::default();
        Self {
            name: "Example District".to_owned(),
            world: WorldSettings {
                columns: 120,
                rows: 120,
                north: 12_000.0,
                strikes: 60,
                searching: Searching { tasks: 90, ..village.world.searching },
                ..village.world
            },
            ..village
        }
    }
}

/// The tables of a synthetic place, each as the text of a CSV file.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntheticFiles {
    /// For `--as strikes`.
    pub strikes: String,
    /// For `--as searches`.
    pub searches: String,
    /// For `--as evidence-points`.
    pub evidence_points: String,
    /// For `--as hazardous-areas`.
    pub hazardous_areas: String,
    /// For `--as boundaries`.
    pub boundaries: String,
    /// The world that the tables were made from, with the truth.
    pub world: World,
}

/// Draws a synthetic village or district and writes what is recorded of it.
///
/// # Errors
/// [`SimulateFault`] when the settings cannot be drawn from.
pub fn synthetic_village(
    settings: &VillageSettings,
    seed: u64,
) -> Result<SyntheticFiles, SimulateFault> {
    let world = World::draw(&settings.world, seed)?;
    let plane = Plane::new(settings);
    Ok(SyntheticFiles {
        strikes: strikes(settings, &world, &plane),
        searches: searches(settings, &world, &plane),
        evidence_points: evidence_points(&world, &plane),
        hazardous_areas: hazardous_areas(&world, &plane),
        boundaries: boundaries(settings, &plane),
        world,
    })
}

const NOTE: &str = "synthetic: invented by a program";
const ORGANISATION: &str = "Synthetic Survey";

/// Metres of the plane as degrees, by the radii of curvature at the corner. Over a dozen kilometres that
/// is off by less than a metre from any projection, which an invented place can bear.
struct Plane {
    west: f64,
    north: f64,
    corner: (f64, f64),
    metres_of_degree: (f64, f64),
}

impl Plane {
    fn new(settings: &VillageSettings) -> Self {
        // WGS 84: half the long axis in metres and the square of the eccentricity.
        const HALF_AXIS: f64 = 6_378_137.0;
        const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_141;
        let latitude = settings.corner.1.to_radians();
        let sine = libm::sin(latitude);
        let flat = 1.0 - ECCENTRICITY_SQUARED * sine * sine;
        let across = HALF_AXIS / flat.sqrt();
        let along = HALF_AXIS * (1.0 - ECCENTRICITY_SQUARED) / (flat * flat.sqrt());
        let degree = std::f64::consts::PI / 180.0;
        Self {
            west: settings.world.west,
            north: settings.world.north,
            corner: settings.corner,
            metres_of_degree: (across * libm::cos(latitude) * degree, along * degree),
        }
    }

    /// Longitude and latitude in degrees.
    fn degrees(&self, (east, north): (f64, f64)) -> (f64, f64) {
        (
            self.corner.0 + (east - self.west) / self.metres_of_degree.0,
            self.corner.1 + (north - self.north) / self.metres_of_degree.1,
        )
    }

    /// Well-known text of a ring of points of the plane, anticlockwise from its first corner.
    fn polygon(&self, corners: &[(f64, f64)]) -> String {
        let mut text = String::from("POLYGON ((");
        for corner in corners.iter().chain(corners.first()) {
            let (longitude, latitude) = self.degrees(*corner);
            let comma = if text.ends_with('(') { "" } else { ", " };
            let _ = write!(text, "{comma}{longitude:.7} {latitude:.7}");
        }
        text.push_str("))");
        text
    }
}

/// A day of an invented year, so many days after its first of February; no month has fewer than 28.
fn day(year: u32, number: u32) -> String {
    format!("{year}-{:02}-{:02}", 2 + (number / 28) % 10, 1 + number % 28)
}

fn strikes(settings: &VillageSettings, world: &World, plane: &Plane) -> String {
    let mut text = String::from(
        "strike_id,date,munition_model,munition_family,quantity,latitude,longitude,accuracy_m,\
         place_name,source_record,note\n",
    );
    for strike in &world.recorded.strikes {
        let (longitude, latitude) = plane.degrees((strike.easting, strike.northing));
        let _ = writeln!(
            text,
            "S-{:03},{},{},cluster_munition,{},{latitude:.6},{longitude:.6},{:.0},{},\
             invented record {},{NOTE}",
            strike.number + 1,
            day(2003, strike.number * 3),
            settings.munition_model,
            strike.munitions_mean.round(),
            strike.error_metres,
            settings.name,
            strike.number + 1,
        );
    }
    text
}

fn searches(settings: &VillageSettings, world: &World, plane: &Plane) -> String {
    let mut text = String::from(
        "search_id,activity_type,method,status,start_date,end_date,searched_square_metres,team_days,\
         items_found,organisation,note,wkt\n",
    );
    for task in &world.recorded.tasks {
        let walked = task.outline.square_metres() * task.share;
        let activity = if task.passes > 1 { "bac" } else { "ts" };
        let (from, to) = (day(2019, task.number * 4), day(2019, task.number * 4 + 3));
        let _ = writeln!(
            text,
            "T-{:03},{activity},{},completed,{from},{to},{:.0},{:.1},{},{ORGANISATION},\
             {NOTE}; passes {},\"{}\"",
            task.number + 1,
            settings.world.methods[task.method].name,
            walked,
            // A day's work of a team, in round numbers, so that the table looks like one.
            f64::from(task.passes) * walked / 2_500.0,
            task.finds.len(),
            task.passes,
            plane.polygon(task.outline.corners()),
        );
    }
    text
}

fn evidence_points(world: &World, plane: &Plane) -> String {
    let mut text = String::from(
        "evidence_id,evidence_kind,how_known,quantity,date_found,search,latitude,longitude,\
         accuracy_m,organisation,note\n",
    );
    let mut number = 0;
    for task in &world.recorded.tasks {
        for find in &task.finds {
            number += 1;
            let (longitude, latitude) = plane.degrees((find.easting, find.northing));
            let _ = writeln!(
                text,
                "E-{number:04},submunition_found,seen,1,{},T-{:03},{latitude:.6},{longitude:.6},5,\
                 {ORGANISATION},{NOTE}",
                day(2019, task.number * 4 + 1),
                task.number + 1,
            );
        }
    }
    text
}

fn hazardous_areas(world: &World, plane: &Plane) -> String {
    let mut text = String::from(
        "hazard_id,area_type,status,contamination_type,reported_square_metres,date_of_information,\
         organisation,note,wkt\n",
    );
    for strike in world.recorded.strikes.iter().take(3) {
        let side = (3.0 * strike.error_metres + 300.0).round();
        let outline = Outline::turned_box((strike.easting, strike.northing), (side, side), 0.0);
        let _ = writeln!(
            text,
            "H-{:03},sha,open,cluster_munition_remnants,{:.0},{},{ORGANISATION},{NOTE},\"{}\"",
            strike.number + 1,
            outline.square_metres(),
            day(2018, strike.number),
            plane.polygon(outline.corners()),
        );
    }
    text
}

fn boundaries(settings: &VillageSettings, plane: &Plane) -> String {
    let world = &settings.world;
    let (width, height) = world.sides_metres();
    let centre = (world.west + 0.5 * width, world.north - 0.5 * height);
    let outline = Outline::turned_box(centre, (width, height), 0.0);
    format!(
        "name,code,level,note,wkt\n{},SYN-01,4,{NOTE},\"{}\"\n",
        settings.name,
        plane.polygon(outline.corners()),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn every_row_says_that_it_is_invented() {
        let files = synthetic_village(&VillageSettings::default(), 4).unwrap();
        for text in [
            &files.strikes,
            &files.searches,
            &files.evidence_points,
            &files.hazardous_areas,
            &files.boundaries,
        ] {
            let columns = text.lines().next().unwrap().split(',').count();
            for row in text.lines().skip(1) {
                assert!(row.contains("synthetic"), "{row}");
                let plain = row.split('"').step_by(2).collect::<String>();
                assert_eq!(plain.split(',').count(), columns, "{row}");
            }
        }
        let recorded = &files.world.recorded;
        let finds: usize = recorded.tasks.iter().map(|task| task.finds.len()).sum();
        assert_eq!(files.evidence_points.lines().count(), finds + 1);
        assert!(finds > 0);
        assert_eq!(files, synthetic_village(&VillageSettings::default(), 4).unwrap());
    }

    #[test]
    fn metres_become_degrees_as_on_the_ellipsoid() {
        let plane = Plane::new(&VillageSettings::default());
        // One minute of latitude near the equator is 1 842.9 m, of longitude at 4.5 degrees 1 849.7 m.
        assert!((plane.metres_of_degree.1 / 60.0 - 1_843.0).abs() < 0.5);
        assert!((plane.metres_of_degree.0 / 60.0 - 1_849.6).abs() < 0.5);
        let (longitude, latitude) = plane.degrees((plane.west, plane.north));
        assert_eq!((longitude, latitude), VillageSettings::default().corner);
    }

    #[test]
    fn a_district_is_larger_than_a_village() {
        let files = synthetic_village(&VillageSettings::district(), 4).unwrap();
        assert_eq!(files.strikes.lines().count(), 61);
        assert_eq!(files.world.recorded.grid.cells(), 14_400);
    }
}
