//! Files of text: CSV with its settings, JSON, GeoJSON, submissions of forms, KML, GPX, maXML.
//!
//! The first byte chooses the name, the two after it the settings of reading; the rest is the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use remnant_fuzz::choices::Choices;
use remnant_fuzz::document;

const NAMES: [&str; 12] = [
    "a.csv",
    "a.tsv",
    "a.txt",
    "a.json",
    "a.geojson",
    "a.ndjson",
    "a.kml",
    "a.gpx",
    "a.xml",
    "a.dbf",
    "a",
    "a.shx",
];

fuzz_target!(|bytes: &[u8]| {
    let (mut names, rest) = Choices::split(bytes, 1);
    let (mut choices, file) = Choices::split(rest, 2);
    let options = document::options(&mut choices);
    document::read_through(names.one_of(&NAMES), file, Vec::new(), &options);
});
