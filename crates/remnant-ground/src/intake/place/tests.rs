//! What is read as a place, and what is said of it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use super::*;

struct OneVillage;

impl Gazetteer for OneVillage {
    fn unit_holds(&self, unit: &str, position: Position) -> Option<bool> {
        (unit == "Nong").then(|| (16.0..16.6).contains(&position.latitude()))
    }

    fn centre_at(&self, position: Position) -> Option<String> {
        (position.latitude() == 16.5).then(|| "Ban Nong".to_owned())
    }
}

fn laos() -> CountryExtent {
    CountryExtent { name: "Laos".to_owned(), west: 100.0, south: 13.9, east: 107.7, north: 22.5 }
}

fn read_in(
    parts: &[(PlacePart, &'static str)],
    geometry: Option<Geometry<f64>>,
    unit: Option<&str>,
) -> (PlaceRead, Vec<Rule>, PlaceRemarks) {
    let cells: BTreeMap<PlacePart, &'static str> = parts.iter().copied().collect();
    let country = laos();
    let coordinates = CoordinateReading::default();
    let reading = PlaceReading {
        coordinates: &coordinates,
        original: &coordinates,
        method: LocationMethod::Gps,
        country: Some(&country),
        gazetteer: &OneVillage,
        corners_may_be_far_apart: false,
    };
    let cells = PlaceCells {
        cell: &|part| cells.get(&part).copied().unwrap_or(""),
        method_code: &|_| None,
        geometry: geometry.as_ref(),
        unit,
    };
    let mut remarks = Vec::new();
    let read = reading.read(&cells, &mut remarks);
    let rules = remarks.iter().map(|(_, remark)| remark.rule).collect();
    (read, rules, remarks)
}

fn rules(parts: &[(PlacePart, &'static str)]) -> Vec<Rule> {
    read_in(parts, None, None).1
}

use PlacePart::{
    Accuracy, Coordinates, Easting, Latitude, Longitude, Method, Northing, OriginalCoordinates,
    OriginalFormat, Outline, SafeToRecord, UtmZone, WellKnownText,
};

#[test]
fn a_position_is_read_in_each_way_it_is_given() {
    for parts in [
        vec![(Latitude, "16.4"), (Longitude, "106.2")],
        vec![(Latitude, "16°24'N"), (Longitude, "106°12'E")],
        vec![(Coordinates, "16.4 106.2 310 5")],
        vec![(Coordinates, "16.4, 106.2")],
        vec![(UtmZone, "48N"), (Easting, "628186"), (Northing, "1813500")],
        vec![(WellKnownText, "POINT (106.2 16.4)")],
    ] {
        let (read, rules, _) = read_in(&parts, None, None);
        assert_eq!(rules, [], "{parts:?}");
        let meant = Position::new(106.2, 16.4).unwrap();
        assert!(read.position.unwrap().distance_metres(meant) < 100.0, "{parts:?} {read:?}");
    }
}

#[test]
fn entered_text_format_and_uncertainty_are_kept() {
    let (read, ..) = read_in(&[(Latitude, "16.40"), (Longitude, "106.20")], None, None);
    let place = read.place.unwrap();
    assert_eq!(place.entered.as_deref(), Some("16.40 | 106.20"));
    assert_eq!(place.entered_format.as_deref(), Some("decimal-degrees"));
    assert_eq!(place.entered_datum.as_deref(), Some("WGS 84"));
    let metres = place.uncertainty_metres.unwrap();
    assert!((700.0..800.0).contains(&metres), "half of a hundredth of a degree: {metres}");
    let square = read_in(&[(Coordinates, "48QXC2813")], None, None).0.place.unwrap();
    assert!(square.uncertainty_metres.unwrap() > 700.0, "a truncated square is a kilometre wide");
}

#[test]
fn what_is_no_position_is_told_and_kept_back() {
    assert_eq!(rules(&[(Latitude, "0"), (Longitude, "0")]), [Rule::ZeroZero]);
    assert_eq!(rules(&[(Latitude, "16.4")]), [Rule::HalfAPosition]);
    assert_eq!(rules(&[(Coordinates, "near the school")]), [Rule::PositionNotUnderstood]);
    let (read, ..) = read_in(&[(Latitude, "16.4"), (Longitude, "?")], None, None);
    assert!(read.place.is_none());
    assert_eq!(read.kept_back, [Latitude, Longitude, Accuracy, Method]);
}

#[test]
fn slips_are_suspected_with_the_repaired_value_and_not_applied() {
    let (read, rules, remarks) = read_in(&[(Latitude, "106.2"), (Longitude, "16.4")], None, None);
    assert_eq!(rules, [Rule::PositionNotUnderstood, Rule::AxesSwapped]);
    assert_eq!(remarks[1].1.suggestion.as_deref(), Some("16.400000 106.200000"));
    assert!(read.place.is_none());
    let (read, rules, _) = read_in(&[(Latitude, "16.4"), (Longitude, "-106.2")], None, None);
    assert_eq!(rules, [Rule::OutOfCountry, Rule::WrongHemisphere]);
    assert_eq!(read.position.unwrap().longitude(), -106.2, "kept as it was entered");
    let zone = [(UtmZone, "38N"), (Easting, "628186"), (Northing, "1813500")];
    assert_eq!(self::rules(&zone), [Rule::OutOfCountry], "ten zones off is no neighbour");
    let zone = [(UtmZone, "46N"), (Easting, "628186"), (Northing, "1813500")];
    assert_eq!(self::rules(&zone), [Rule::OutOfCountry, Rule::WrongZone, Rule::WrongZone]);
}

#[test]
fn units_and_centres_are_compared() {
    let at = [(Latitude, "17.4"), (Longitude, "106.2")];
    assert_eq!(read_in(&at, None, Some("Nong")).1, [Rule::OutOfUnit]);
    assert_eq!(read_in(&at, None, Some("nowhere")).1, []);
    assert_eq!(rules(&[(Latitude, "16.5"), (Longitude, "106.2")]), [Rule::AtCentroid]);
    let stands_in = [(Latitude, "16.5"), (Longitude, "106.2"), (SafeToRecord, "no")];
    let (read, rules, _) = read_in(&stands_in, None, None);
    assert_eq!(rules, [Rule::CentroidStandsIn]);
    assert_eq!(read.place.unwrap().method, LocationMethod::GazetteerCentroid);
}

#[test]
fn accuracy_and_method_are_read() {
    let at = [(Latitude, "16.45678"), (Longitude, "106.23456")];
    let with = |more: (PlacePart, &'static str)| {
        let (read, rules, _) = read_in(&[at[0], at[1], more], None, None);
        (read.place.unwrap(), rules)
    };
    assert_eq!(with((Accuracy, "4.5")).0.uncertainty_metres, Some(4.5));
    assert_eq!(with((Accuracy, "0")).1, [Rule::AccuracyZero]);
    assert_eq!(with((Method, "From map")).0.method, LocationMethod::Map);
    assert_eq!(with((Method, "hearsay")).1, [Rule::UnknownMethod]);
}

#[test]
fn two_positions_of_a_row_are_compared() {
    let agree = [
        (Latitude, "15.580277"),
        (Longitude, "106.153055"),
        (OriginalCoordinates, "153449N1060911E"),
        (OriginalFormat, "DDMMSSN DDDMMSSE"),
    ];
    let (read, rules, _) = read_in(&agree, None, None);
    assert_eq!(rules, []);
    assert!(!read.compared.unwrap().apart);
    let apart = [agree[0], agree[1], (OriginalCoordinates, "153459N1060911E"), agree[3]];
    let (read, rules, _) = read_in(&apart, None, None);
    assert_eq!(rules, [Rule::PositionsDisagree]);
    let metres = read.place.as_ref().unwrap().uncertainty_metres.unwrap();
    assert!((300.0..320.0).contains(&metres), "{metres}");
    let other = [agree[0], agree[1], (OriginalCoordinates, "1535N10609E"), agree[3]];
    assert_eq!(read_in(&other, None, None).1, [Rule::FormatAgainstDeclared]);
    let implied = [(OriginalCoordinates, "15767N106758E"), (OriginalFormat, "DD.DDDN DDD.DDDE")];
    let (read, rules, _) = read_in(&implied, None, None);
    assert_eq!(rules, []);
    assert!((read.position.unwrap().latitude() - 15.767).abs() < 1e-9);
}

#[test]
fn an_outline_is_measured_and_one_at_fault_leaves_the_position() {
    let ring =
        (Outline, "16.4 106.2 0 0;16.4 106.21 0 0;16.41 106.21 0 0;16.41 106.2 0 0;16.4 106.2 0 0");
    let (read, _, _) = read_in(&[ring], None, None);
    assert!((1.1e6..1.3e6).contains(&read.boundary.unwrap().measure().square_metres));
    let eight = (WellKnownText, "POLYGON((106 16,106.01 16.01,106.01 16,106 16.01,106 16))");
    let (read, rules, _) = read_in(&[eight, (Latitude, "16.4"), (Longitude, "106.2")], None, None);
    assert_eq!(rules, [Rule::GeometryAtFault]);
    assert_eq!(read.kept_back, [WellKnownText]);
    assert!(read.position.is_some() && read.boundary.is_none());
}
