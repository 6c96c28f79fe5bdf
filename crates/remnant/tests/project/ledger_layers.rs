//! What remains and what was released is on the map, and is what the ledger says.

use serde_json::Value;

use crate::desk::{Desk, clearing, entering, half, opening, square, step};

/// One row of a layer: the values of its columns as text, blank where there is none.
fn rows(desk: &Desk, sql: &str) -> Vec<Vec<String>> {
    if desk.backend() == "PostGIS" {
        let mut client = postgres::Client::connect(desk.place(), postgres::NoTls).unwrap();
        let rows = client.simple_query(sql).unwrap();
        rows.iter()
            .filter_map(|message| match message {
                postgres::SimpleQueryMessage::Row(row) => Some(row),
                _ => None,
            })
            .map(|row| {
                (0..row.len()).map(|at| row.get(at).unwrap_or_default().to_owned()).collect()
            })
            .collect()
    } else {
        let connection = rusqlite::Connection::open(desk.path(desk.place())).unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let text = |value| match value {
            rusqlite::types::Value::Null => String::new(),
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Real(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Blob(_) => "geometry".to_owned(),
        };
        statement
            .query_map([], |row| (0..columns).map(|at| Ok(text(row.get(at)?))).collect())
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }
}

const REMAINING: &str = "SELECT id, name, area_type, status, square_metres, as_of, review
    FROM remaining_land ORDER BY id, area_type";
const RELEASED: &str =
    "SELECT id, state, release_kind, square_metres, released_on, operator, event,
    review, handed_over_on FROM released_land ORDER BY id, released_on, square_metres";

fn project(desk: &Desk) {
    desk.does(&entering("EP-1", "quantity=1"));
    desk.write("square.geojson", square(0));
    desk.write("half.geojson", half(0));
    desk.write("next.geojson", square(3));
    desk.does(&opening("HA-1", "square.geojson", "EP-1"));
    desk.does(&opening("HA-2", "next.geojson", "EP-1"));
    desk.does(&clearing("HA-1", "half.geojson"));
}

/// What `area list` says is open and released, to be held against the layers.
fn listed(desk: &Desk) -> (i64, i64) {
    let areas = desk.json(&["area", "list"])["data"]["areas"].take();
    let sum = |of: &dyn Fn(&Value) -> i64| areas.as_array().unwrap().iter().map(of).sum();
    let open = sum(&|area| {
        let open = &area["open"];
        open["sha_square_metres"].as_i64().unwrap() + open["cha_square_metres"].as_i64().unwrap()
    });
    (open, sum(&|area| area["released_square_metres"].as_i64().unwrap()))
}

fn drawn(desk: &Desk) -> (i64, i64) {
    let sum = |layer: &str| {
        let sql = format!("SELECT sum(square_metres) FROM {layer}");
        rows(desk, &sql)[0][0].parse().unwrap_or(0)
    };
    (sum("remaining_land"), sum("released_land"))
}

#[test]
fn every_step_and_review_shows_on_the_map_at_once() {
    for desk in Desk::each() {
        project(&desk);
        let row = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let remaining = rows(&desk, REMAINING);
        assert_eq!(
            remaining,
            [
                row(&["HA-1", "", "cha", "open", "4785", "2024-02-10", "provisional"]),
                row(&["HA-2", "", "cha", "open", "9570", "2024-01-30", "provisional"]),
            ],
            "{}",
            desk.backend()
        );
        let event = "HA-1/2024-02-10-cleared";
        let cleared = |state: &str, review: &str, handed_over: &str| {
            let words =
                ["HA-1", state, "cleared", "4785", "2024-02-10", "Clear Two", event, review];
            let mut words = row(&words);
            words.push(handed_over.to_owned());
            words
        };
        assert_eq!(rows(&desk, RELEASED), [cleared("cleared", "draft", "")]);
        assert_eq!(drawn(&desk), listed(&desk), "{}", desk.backend());

        // A review shows, and a rejected clearance is no clearance.
        desk.does(&["review", "accept", event]);
        assert_eq!(rows(&desk, RELEASED), [cleared("cleared", "submitted", "")]);
        desk.does(&["review", "reject", event, "--reason", "no report", "--author", "Bea"]);
        assert!(rows(&desk, RELEASED).is_empty());
        assert_eq!(rows(&desk, REMAINING)[0][4], "9570");
        desk.does(&clearing("HA-1", "half.geojson"));
        assert_eq!(drawn(&desk), listed(&desk), "{}", desk.backend());

        // So do a hand-over and what people call an area.
        let mut words = step(&["hand-over", "HA-1", "--all"], "2024-02-20");
        words.extend(["--inspection", "2024-02-15,0.1,0.9,passed,closed"]);
        words.extend(["--permanent-markers", "4,2", "--monitoring-report", "MR-1"]);
        words.extend(["--briefed", "12,9,7,8", "--formal-document", "FD-1"]);
        desk.does(&words);
        let handed_over = rows(&desk, RELEASED);
        assert_eq!(
            (handed_over[0][1].as_str(), handed_over[0][8].as_str()),
            ("handed_over", "2024-02-20")
        );
        desk.does(&["enter", "hazardous-area", "HA-2", "area_type=cha", "place_name=Ban Nong"]);
        assert_eq!(rows(&desk, REMAINING)[1][1], "Ban Nong");
        desk.is_sound();

        let before = (rows(&desk, REMAINING), rows(&desk, RELEASED));
        desk.does(&["rebuild"]);
        assert_eq!((rows(&desk, REMAINING), rows(&desk, RELEASED)), before, "{}", desk.backend());
        desk.is_sound();
    }
}

#[test]
fn a_layer_that_differs_from_the_ledger_is_told_by_check_and_mended_by_rebuild() {
    for desk in Desk::each() {
        project(&desk);
        let open = if desk.backend() == "PostGIS" {
            "SET remnant.gate = 'open'; "
        } else {
            "UPDATE remnant_gate SET open = 1; "
        };
        let sql = "UPDATE remaining_land SET square_metres = 1 WHERE id = 'HA-1'; \
                   DELETE FROM released_land WHERE id = 'HA-1'";
        if desk.backend() == "PostGIS" {
            let mut client = postgres::Client::connect(desk.place(), postgres::NoTls).unwrap();
            client.batch_execute(&format!("{open}{sql}")).unwrap();
        } else {
            let connection = rusqlite::Connection::open(desk.path(desk.place())).unwrap();
            // Who means to can take the triggers away, as anybody can who owns the file.
            let triggers = "SELECT group_concat('DROP TRIGGER \"' || name || '\";', ' ')
                FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE '%\\_land' ESCAPE '\\'";
            let triggers: String = connection.query_row(triggers, [], |row| row.get(0)).unwrap();
            connection.execute_batch(&format!("{open}{triggers}{sql}")).unwrap();
        }
        let told = desk.says(&["check"]);
        assert_eq!(told.exit, Some(1), "{}", told.out);
        let told = told.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("`remaining_land` shows `HA-1` otherwise than the ledger"), "{told}");
        assert!(told.contains("`released_land` does not show `HA-1`"), "{told}");
        desk.does(&["rebuild"]);
        desk.is_sound();
    }
}

/// A project that an earlier program wrote has no such layers, nor a note of them.
#[test]
fn a_project_without_layers_of_land_gets_them_when_it_is_opened() {
    for desk in Desk::each() {
        project(&desk);
        let before = (rows(&desk, REMAINING), rows(&desk, RELEASED));
        let sql = "DELETE FROM remnant_note WHERE name = 'ledger'";
        if desk.backend() == "PostGIS" {
            let mut client = postgres::Client::connect(desk.place(), postgres::NoTls).unwrap();
            client.batch_execute(sql).unwrap();
            client
                .batch_execute(
                    "DROP TABLE remaining_land, released_land;
                     DELETE FROM remnant_layer WHERE name LIKE '%_land';
                     DELETE FROM layer_styles WHERE f_table_name LIKE '%_land'",
                )
                .unwrap();
        } else {
            let connection = rusqlite::Connection::open(desk.path(desk.place())).unwrap();
            connection
                .execute_batch(&format!(
                    "{sql}; DROP TABLE rtree_remaining_land_geom; DROP TABLE remaining_land;
                     DROP TABLE rtree_released_land_geom; DROP TABLE released_land;
                     DELETE FROM remnant_layer WHERE name LIKE '%_land';
                     DELETE FROM gpkg_extensions WHERE table_name LIKE '%_land';
                     DELETE FROM gpkg_geometry_columns WHERE table_name LIKE '%_land';
                     DELETE FROM gpkg_contents WHERE table_name LIKE '%_land';
                     DELETE FROM layer_styles WHERE f_table_name LIKE '%_land'"
                ))
                .unwrap();
        }
        desk.does(&["area", "list"]);
        assert_eq!((rows(&desk, REMAINING), rows(&desk, RELEASED)), before, "{}", desk.backend());
        desk.is_sound();
    }
}

#[test]
fn land_that_another_copy_released_is_drawn_when_its_bundle_is_taken() {
    let desk = Desk::geopackage();
    project(&desk);
    let expected = (rows(&desk, REMAINING), rows(&desk, RELEASED));
    desk.does(&["bundle", "give", "all.bundle"]);
    let other = Desk::geopackage();
    let bundle = desk.path("all.bundle").display().to_string();
    other.does(&["bundle", "take", &bundle]);
    assert_eq!((rows(&other, REMAINING), rows(&other, RELEASED)), expected);
    other.is_sound();
}
