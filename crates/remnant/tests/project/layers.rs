//! A project is a GeoPackage that other programs read as it is.
//!
//! GDAL stands for them. QGIS cannot be installed wherever these tests run, so that it shows the
//! default style is held to the table from which it takes it.

use std::process::Command;

use serde_json::Value;

use crate::desk::{Desk, entering, opening, points, square};

fn gdal(program: &str, words: &[&str]) -> Option<String> {
    match Command::new(program).args(words).output() {
        Err(error) => {
            println!("skipped: {program} cannot be run: {error}");
            None
        }
        Ok(output) => {
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{program} {words:?}: {told}");
            assert!(!told.contains("Warning") && !told.contains("ERROR"), "{words:?}: {told}");
            Some(String::from_utf8(output.stdout).unwrap())
        }
    }
}

/// A project with something in each layer.
fn full() -> (Desk, Vec<(&'static str, usize)>) {
    let desk = Desk::geopackage();
    desk.write("points.csv", points(50));
    desk.keep("points.csv", "hi-2024");
    desk.take_in("hi-2024");
    desk.does(&entering("EP-1", "quantity=1"));
    desk.write("square.geojson", square(0));
    desk.does(&opening("HA-1", "square.geojson", "EP-1"));
    desk.write(
        "strikes.csv",
        "id,date,latitude,longitude,quantity\n1,1969-03-04,16.5,105.9,4\n2,1969,16.6,105.8,2\n",
    );
    desk.write(
        "searches.csv",
        "id,start_date,end_date,activity_type,wkt\n\
         1,2024-01-01,2024-01-05,technical_survey,\"POLYGON((105.9 16.5,105.91 16.5,105.91 16.51,105.9 16.51,105.9 16.5))\"\n",
    );
    desk.write(
        "victims.csv",
        "id,date,sex,age,injured or killed\n1,2024-01-02,female,34,injured\n",
    );
    let mut taken = vec![("evidence_point", 51)];
    for (file, source, kind, layer, count) in [
        ("strikes.csv", "strikes", "strikes", "strike", 2),
        ("searches.csv", "searches", "searches", "search", 1),
        ("victims.csv", "hospital", "victims", "victim", 1),
    ] {
        desk.keep(file, source);
        let read = desk.json(&["read", source, "--as", kind, "--take-in"]);
        assert_eq!(read["data"]["taken_in"]["entered"], count, "{file}: {}", read["data"]["rules"]);
        taken.push((layer, count));
    }
    (desk, taken)
}

#[test]
fn gdal_reads_every_layer_with_as_many_features_as_were_entered() {
    let (desk, taken) = full();
    let project = desk.path("project.gpkg").display().to_string();
    let Some(told) = gdal("ogrinfo", &["-ro", "-so", "-al", &project]) else { return };
    let mut layers: Vec<(&str, usize, bool)> = Vec::new();
    for part in told.split("Layer name: ").skip(1) {
        let value = |name: &str| part.lines().find_map(|line| line.strip_prefix(name));
        let count = value("Feature Count: ").unwrap().parse().unwrap();
        layers.push((part.lines().next().unwrap(), count, value("Geometry: ") != Some("None")));
    }
    for (name, count) in taken {
        let of_name = |(layer, ..): &&(&str, usize, bool)| {
            layer.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        let found: usize = layers.iter().filter(of_name).map(|(_, count, _)| count).sum();
        assert_eq!(found, count, "{name}: {layers:?}");
    }
    let mut with_place = 0;
    for (name, count, has_place) in layers {
        let file = desk.path(&format!("{name}.json")).display().to_string();
        gdal("ogr2ogr", &["-f", "GeoJSON", &file, &project, name]).unwrap();
        let written: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let features = written["features"].as_array().unwrap();
        assert_eq!(features.len(), count, "{name}");
        if has_place {
            with_place += 1;
            assert!(written["crs"]["properties"]["name"].as_str().unwrap().contains("CRS84"));
            assert!(features.iter().all(|feature| !feature["geometry"].is_null()), "{name}");
        }
    }
    assert!(with_place >= 3, "{with_place} layers with a place");
}

#[test]
fn every_layer_has_a_name_a_description_an_index_and_a_default_style() {
    let (desk, _) = full();
    let connection = rusqlite::Connection::open(desk.path("project.gpkg")).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT c.table_name, c.identifier, c.description,
                (SELECT count(*) FROM gpkg_extensions e WHERE e.table_name = c.table_name
                    AND e.extension_name = 'gpkg_rtree_index'),
                (SELECT count(*) FROM layer_styles s WHERE s.f_table_name = c.table_name
                    AND s.useAsDefault = 1 AND s.styleQML LIKE '<%qgis%'),
                (SELECT count(*) FROM layer_styles s WHERE s.f_table_name = c.table_name
                    AND s.f_geometry_column = 'geom')
             FROM gpkg_contents c WHERE c.data_type = 'features'",
        )
        .unwrap();
    let rows = statement
        .query_map([], |row| {
            let told = (row.get::<_, String>(1)?, row.get::<_, String>(2)?);
            Ok((row.get::<_, String>(0)?, told, [row.get(3)?, row.get(4)?, row.get::<_, i64>(5)?]))
        })
        .unwrap();
    let mut layers = 0;
    for (name, (title, description), [index, style, of_geometry]) in rows.map(Result::unwrap) {
        assert!(!title.is_empty() && !description.is_empty(), "{name}");
        assert_eq!((index, style, of_geometry), (1, 1, 1), "{name}: index and style");
        layers += 1;
    }
    assert!(layers >= 3, "{layers} layers");
    println!("skipped: QGIS itself is not run here; GDAL reads the layers and their styles");
}

/// What GDAL writes into a project would be behind the journal's back.
#[test]
fn what_others_write_into_a_layer_is_refused_by_the_file() {
    let (desk, _) = full();
    let project = desk.path("project.gpkg").display().to_string();
    for words in [
        "DELETE FROM evidence_point",
        "UPDATE evidence_point SET quantity = 99",
        "DELETE FROM journal",
        "UPDATE journal SET author = 'nobody'",
    ] {
        let output = Command::new("ogrinfo").args([&project, "-sql", words]).output();
        let Ok(output) = output else {
            println!("skipped: ogrinfo cannot be run");
            return;
        };
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains("written by Remnant alone"), "{words}: {told}");
    }
    desk.is_sound();
    // GDAL itself may note when it looked; the layers and the journal are as they were.
    assert_eq!(desk.journal().iter().filter(|entry| entry.subject == "EP-1").count(), 1);
}
