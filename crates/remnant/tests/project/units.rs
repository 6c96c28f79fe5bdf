//! Rows are held against the units and the things that the project has.

use crate::desk::Desk;

/// Two districts side by side, and a settlement in the first.
const DISTRICTS: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"shapeISO":"LA1306","shapeName":"Nong"},"geometry":{"type":"Polygon","coordinates":[[[106,16],[107,16],[107,17],[106,17],[106,16]]]}},
{"type":"Feature","properties":{"shapeISO":"LA1305","shapeName":"Xepon"},"geometry":{"type":"Polygon","coordinates":[[[105,16],[106,16],[106,17],[105,17],[105,16]]]}}
]}"#;

const POINTS: &str = "\
id,date_found,latitude,longitude,evidence_kind,how_known,location_method,administrative_unit
1,2024-01-02,16.4,106.4,submunition_found,seen,gps,Nong
2,2024-01-02,16.4,105.4,submunition_found,seen,gps,LA1306
3,2024-01-02,16.5,106.5,submunition_found,seen,gps,Nong
4,2024-01-02,16.4,105.4,submunition_found,seen,gps,Sekong
";

/// The lines under each rule.
fn lines(desk: &Desk, source: &str, kind: &str, rule: &str) -> Vec<String> {
    desk.json(&["read", source, "--as", kind, "--report", "findings.csv"]);
    let findings = std::fs::read_to_string(desk.path("findings.csv")).unwrap();
    let of_rule = findings.lines().filter(|line| line.contains(rule));
    of_rule.map(str::to_owned).collect()
}

#[test]
fn a_position_outside_its_unit_and_one_at_its_centre_are_told_once_the_units_are_there() {
    for desk in Desk::each() {
        desk.write("points.csv", POINTS);
        desk.keep("points.csv", "op");
        let outside = || lines(&desk, "op", "evidence-points", "out-of-unit");
        let centre = || lines(&desk, "op", "evidence-points", "at-centroid");
        assert_eq!((outside().len(), centre().len()), (0, 0), "{}", desk.backend());
        desk.write("districts.geojson", DISTRICTS);
        desk.keep("districts.geojson", "ngd");
        let read = desk.json(&["read", "ngd", "--as", "boundaries", "--take-in"]);
        assert_eq!(read["data"]["taken_in"]["entered"], 2, "{}", read["data"]);
        let outside = outside();
        assert_eq!(outside.len(), 1, "{}: {outside:?}", desk.backend());
        assert!(outside[0].contains("does not lie in `LA1306`"), "{outside:?}");
        let centre = centre();
        assert_eq!(centre.len(), 1, "{}: {centre:?}", desk.backend());
        assert!(centre[0].contains("the centre of `Nong`"), "{centre:?}");
    }
}

#[test]
fn a_reference_to_what_is_not_in_the_project_is_told_until_it_is() {
    let desk = Desk::geopackage();
    desk.write(
        "searches.csv",
        "id,start_date,end_date,activity_type,hazardous_area\n\
         1,2024-01-01,2024-01-05,technical_survey,HA-7\n",
    );
    desk.keep("searches.csv", "op");
    let told = || lines(&desk, "op", "searches", "reference-not-there");
    assert_eq!(told().len(), 1);
    assert!(told()[0].contains("there is no hazardous-area `op/HA-7`"), "{:?}", told());
    desk.does(&["enter", "hazardous-area", "op/HA-7", "area_type=sha"]);
    assert!(told().is_empty(), "{:?}", told());
}

#[test]
fn equal_rows_without_an_id_are_each_kept_unless_somebody_says_that_they_are_one() {
    let rows = "date_found,latitude,longitude,evidence_kind,how_known\n".to_owned()
        + &"2024-01-02,16.4,106.4,submunition_found,seen\n".repeat(3);
    let desk = Desk::geopackage();
    desk.write("points.csv", rows);
    desk.keep("points.csv", "op");
    assert_eq!(lines(&desk, "op", "evidence-points", "equal-row-without-id").len(), 2);
    desk.does(&["read", "op", "--as", "evidence-points", "--save-mapping", "mapping.json"]);
    let read = desk.take_in("op");
    assert_eq!(read["data"]["taken_in"]["entered"], 3, "{}", read["data"]);
    let again = desk.take_in("op");
    assert_eq!(again["data"]["taken_in"]["entered"], 0, "{}", again["data"]);
    let mut mapping: serde_json::Value =
        serde_json::from_slice(&std::fs::read(desk.path("mapping.json")).unwrap()).unwrap();
    mapping["equal_rows"] = "once".into();
    desk.write("once.json", mapping.to_string());
    let other = Desk::geopackage();
    std::fs::copy(desk.path("points.csv"), other.path("points.csv")).unwrap();
    std::fs::copy(desk.path("once.json"), other.path("once.json")).unwrap();
    other.keep("points.csv", "op");
    let words = ["read", "op", "--as", "evidence-points", "--mapping", "once.json", "--take-in"];
    let read = other.json(&words);
    assert_eq!(read["data"]["taken_in"]["entered"], 1, "{}", read["data"]);
}
