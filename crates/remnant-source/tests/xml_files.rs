//! KML, KMZ, GPX and maXML.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reading;

use std::io::{Cursor, Write};

use geo_types::Geometry;
use proptest::prelude::*;
use reading::{open, open_with, read, texts};
use remnant_source::document::{Format, Limits, ReadError, ReadOptions, RowFaultKind};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const KML: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document><name>Survey</name><Style id="s"/>
<Folder><name>North &amp; east</name>
<Placemark id="p1"><name>HA-1</name><description><![CDATA[<b>wet</b>]]></description><styleUrl>#s</styleUrl>
<ExtendedData><Data name="team"><value>4</value></Data><Data name="name"><value>other</value></Data>
<SchemaData schemaUrl="#x"><SimpleData name="depth">0.30</SimpleData></SchemaData></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0,5 0,9,5 9,9 9, 0 0,0</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>1,1 1,2 2,2</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
</Folder>
<Placemark><name>HA-2</name></Placemark>
<Placemark><name>bad</name><Point><coordinates>east,1</coordinates></Point></Placemark>
<Placemark><name>walk</name><gx:Track><when>t1</when><when>t2</when><gx:coord>1 2 3</gx:coord><gx:coord>2 3 4</gx:coord></gx:Track></Placemark>
<Placemark><name>both</name><MultiGeometry><Point><coordinates>1,2</coordinates></Point><LineString><coordinates>1,2 3,4</coordinates></LineString></MultiGeometry></Placemark>
<NetworkLink><name>x</name></NetworkLink>
</Document></kml>"##;

#[test]
fn placemarks_are_rows_with_folder_data_and_geometry() {
    let mut document = open("a.kml", KML.as_bytes()).unwrap();
    assert_eq!(document.format(), Format::Kml);
    let columns =
        ["@id", "Folder", "name", "description", "styleUrl", "team", "ExtendedData.name", "depth"];
    assert_eq!(document.sheets()[0].columns, columns);
    let read = read(&mut document, 0);
    let rows = texts(&read);
    let first = ["p1", "Survey/North & east", "HA-1", "<b>wet</b>", "#s", "4", "other", "0.30"];
    assert_eq!(rows[0], first);
    assert_eq!(rows[1][1..3], ["Survey", "HA-2"]);
    assert_eq!(read.rows[0].line, 5);
    let Some(Geometry::Polygon(polygon)) = &read.rows[0].geometry else { panic!("no polygon") };
    assert_eq!((polygon.exterior().0.len(), polygon.interiors().len()), (5, 1));
    assert_eq!(polygon.exterior().0[1].y, 9.0);
    assert_eq!(read.rows[0].rings_closed, 1);
    assert_eq!(read.rows[1].geometry, None);
    assert!(
        matches!(&read.rows[2].geometry, Some(Geometry::LineString(line)) if line.0.len() == 2)
    );
    assert!(matches!(&read.rows[3].geometry, Some(Geometry::GeometryCollection(_))));
    assert!(matches!(&read.faults[0].kind, RowFaultKind::Geometry(_)));
    assert!(document.remarks().iter().any(|remark| remark.to_string().contains("NetworkLink")));
}

#[test]
fn kmz_is_kml_in_an_archive() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("doc.kml", SimpleFileOptions::default()).unwrap();
    zip.write_all(KML.as_bytes()).unwrap();
    zip.start_file("files/icon.png", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"x").unwrap();
    let mut document = open("a.kmz", &zip.finish().unwrap().into_inner()).unwrap();
    assert_eq!(document.format(), Format::Kmz);
    assert_eq!(read(&mut document, 0).rows.len(), 4);
}

#[test]
fn gpx_has_sheets_for_waypoints_routes_tracks_and_their_points() {
    let gpx = r#"<gpx version="1.1"><metadata><time>t</time></metadata>
<wpt lat="14.8" lon="106.50"><ele>170</ele><time>2024-05-02T06:00:00Z</time><name>HA-1</name><sym>Flag</sym></wpt>
<wpt lat="north" lon="1"><name>bad</name></wpt>
<trk><name>lane</name><trkseg><trkpt lat="1" lon="2"><time>t1</time></trkpt><trkpt lat="1.5" lon="2.5"><time>t2</time></trkpt></trkseg>
<trkseg><trkpt lat="3" lon="4"/><trkpt lat="3" lon="5"/></trkseg></trk></gpx>"#;
    let mut document = open("a.gpx", gpx.as_bytes()).unwrap();
    assert_eq!(document.format(), Format::Gpx);
    let names: Vec<_> =
        document.sheets().iter().map(|sheet| (sheet.name.as_str(), sheet.parent)).collect();
    let expected =
        [("wpt", None), ("trk", None), ("trk.trkseg", Some(1)), ("trk.trkseg.trkpt", Some(2))];
    assert_eq!(names, expected);
    assert_eq!(document.sheets()[0].columns, ["@lat", "@lon", "ele", "time", "name", "sym"]);
    let waypoints = read(&mut document, 0);
    assert_eq!(waypoints.rows[0].cell(1).text, "106.50");
    assert_eq!((waypoints.rows.len(), waypoints.faults.len()), (1, 1));
    let Some(Geometry::Point(point)) = waypoints.rows[0].geometry else { panic!("no point") };
    assert_eq!((point.x(), point.y()), (106.5, 14.8));
    let tracks = read(&mut document, 1);
    assert!(matches!(&tracks.rows[0].geometry, Some(Geometry::MultiLineString(_))));
    let points = read(&mut document, 3);
    assert_eq!(points.rows.len(), 4);
    assert_eq!(points.rows[3].cell(0).text, "2", "the second segment");
    assert!(points.rows.iter().all(|row| row.geometry.is_some()));
}

#[test]
fn field_reports_are_rows_of_their_type_and_what_repeats_is_a_sheet() {
    let report = |guid: &str, item: &str| {
        format!(
            r#"<FieldReport><FieldReportInfo reportGUID="form-3" reportID="DEF-1" fieldReportGUID="{guid}">
<ReportingOrg>Team 4</ReportingOrg><ReportingDate>2019-03-04</ReportingDate></FieldReportInfo>{item}</FieldReport>"#
        )
    };
    let hazard = |name: &str, points: usize| {
        let points: String =
            (1..=points).map(|n| format!("<Point><x>10{n}.5</x><y>14.{n}</y></Point>")).collect();
        format!(
            "<Hazard><HazardName>{name}</HazardName><Area><Points>{points}</Points></Area></Hazard>"
        )
    };
    let text = format!(
        "<MineActionFieldReport><DocumentHeader><Version>1</Version></DocumentHeader>\n{}{}{}</MineActionFieldReport>",
        report("g1", &hazard("one", 2)),
        report("g2", "<Accident><Injured>2</Injured></Accident>"),
        report("g3", &hazard("two", 1)),
    );
    let mut document = open("a.xml", text.as_bytes()).unwrap();
    assert_eq!(document.format(), Format::MaXml);
    let names: Vec<_> =
        document.sheets().iter().map(|sheet| (sheet.name.as_str(), sheet.parent)).collect();
    let child = "Hazard.Hazard.Area.Points.Point";
    assert_eq!(names, [("Hazard", None), (child, Some(0)), ("Accident", None)]);
    assert_eq!(
        document.sheets()[0].columns,
        [
            "FieldReportInfo.@reportGUID",
            "FieldReportInfo.@reportID",
            "FieldReportInfo.@fieldReportGUID",
            "FieldReportInfo.ReportingOrg",
            "FieldReportInfo.ReportingDate",
            "Hazard.HazardName"
        ]
    );
    let hazards = read(&mut document, 0);
    assert_eq!(hazards.rows.iter().map(|row| row.cell(2).text).collect::<Vec<_>>(), ["g1", "g3"]);
    assert_eq!(
        texts(&read(&mut document, 1)),
        [["1", "g1", "101.5", "14.1"], ["1", "g1", "102.5", "14.2"], ["2", "g3", "101.5", "14.1"]]
    );
    assert_eq!(read(&mut document, 2).rows[0].cell(5).text, "2");
}

#[test]
fn doctypes_entities_depth_and_size_are_refused() {
    let bomb = r#"<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml><Placemark><name>&b;</name></Placemark></kml>"#;
    let entity = "<kml><Placemark><name>&b;</name></Placemark></kml>";
    let deep = format!("<kml>{}{}</kml>", "<Folder>".repeat(5000), "</Folder>".repeat(5000));
    let cut = "<kml><Placemark><name>a</name>";
    let crossed = "<kml><Placemark></kml></Placemark>";
    for text in [bomb, entity, deep.as_str(), cut, crossed] {
        let refused = open("a.kml", text.as_bytes());
        assert!(matches!(refused, Err(ReadError::Broken { .. })), "{:?}", refused.err());
    }
    let attributes: String = (0..5000).map(|number| format!(" a{number}=\"1\"")).collect();
    let many = format!("<kml><Placemark{attributes}/></kml>");
    assert!(matches!(open("a.kml", many.as_bytes()), Err(ReadError::Broken { .. })));
    let tags = format!("<kml><Placemark>{}</Placemark></kml>", "<a/>".repeat(10_000));
    let limits = Limits { row_bytes: 1 << 18, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let refused = open_with("a.kml", tags.as_bytes(), &options);
    assert!(matches!(refused, Err(ReadError::OverLimit { .. })), "{:?}", refused.err());
    let limits = Limits { row_bytes: 1 << 16, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let long = format!("<kml><Placemark><name>{}</name></Placemark></kml>", "a".repeat(1 << 20));
    let refused = open_with("a.kml", long.as_bytes(), &options);
    assert!(matches!(refused, Err(ReadError::OverLimit { .. })), "{:?}", refused.err());
}

#[test]
fn other_encodings_are_read() {
    let text = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><kml><Placemark><name>\u{43c}</name></Placemark></kml>";
    let mut bytes = text.as_bytes().to_vec();
    let at = bytes.iter().position(|byte| *byte == 0xD0).unwrap();
    bytes.splice(at..at + 2, [0xEC]);
    let mut document = open("a.kml", &bytes).unwrap();
    assert_eq!(texts(&read(&mut document, 0)), [["\u{43c}"]]);
}

proptest! {
    #[test]
    fn any_markup_is_read_or_refused(
        text in "(<(kml|gpx|wpt|trk|Placemark|Point|coordinates|FieldReport|a)( b=\"1\")?>|</(a|Placemark|Point|coordinates|kml|wpt|gpx)>|[a-z0-9,. &;]{0,8}){0,25}",
    ) {
        for root in ["kml", "gpx", "MineActionFieldReport"] {
            let text = format!("<{root}>{text}</{root}>");
            if let Ok(mut document) = open("a.xml", text.as_bytes()) {
                for sheet in 0..document.sheets().len() {
                    let rows = document.sheets()[sheet].rows.unwrap();
                    let read = read(&mut document, sheet);
                    prop_assert_eq!(rows, (read.rows.len() + read.faults.len()) as u64);
                }
            }
        }
    }
}
