//! The files of others that we ship are the packaged ones, byte for byte.
//!
//! `ui/vendor/checksums.csv` is written by `ui/vendor/refresh`. This test reads it without a network:
//! a file edited by hand, added without a licence or left behind by a version change is found here.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

struct Vendored {
    package: String,
    version: String,
    licence: String,
    file: String,
    sha256: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/vendor")
}

fn listed() -> Vec<Vendored> {
    let text = fs::read_to_string(folder().join("checksums.csv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("package,version,licence,file,sha256"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let [package, version, licence, file, sha256] = cells.as_slice() else {
                panic!("not five cells: {line}");
            };
            Vendored {
                package: (*package).to_owned(),
                version: (*version).to_owned(),
                licence: (*licence).to_owned(),
                file: (*file).to_owned(),
                sha256: (*sha256).to_owned(),
            }
        })
        .collect()
}

#[test]
fn every_vendored_file_is_the_packaged_one() {
    let listed = listed();
    assert!(!listed.is_empty());
    for entry in listed {
        let bytes = fs::read(folder().join(&entry.package).join(&entry.file)).unwrap();
        let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sum, entry.sha256, "{}/{} was changed", entry.package, entry.file);
    }
}

#[test]
fn nothing_lies_in_the_folder_that_is_not_listed() {
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in listed() {
        expected.entry(entry.package).or_default().insert(entry.file);
    }
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in fs::read_dir(folder()).unwrap().map(Result::unwrap) {
        if package.file_type().unwrap().is_dir() {
            let files = fs::read_dir(package.path())
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .collect();
            found.insert(package.file_name().into_string().unwrap(), files);
        }
    }
    assert_eq!(found, expected);
}

#[test]
fn every_package_names_and_brings_its_licence() {
    let listed = listed();
    for package in listed.iter().map(|entry| &entry.package).collect::<BTreeSet<_>>() {
        let of_package: Vec<_> = listed.iter().filter(|entry| &entry.package == package).collect();
        assert!(of_package.iter().any(|entry| entry.file == "LICENSE"), "{package} has no licence");
        assert!(of_package.iter().all(|entry| !entry.licence.is_empty()));
        assert!(of_package.iter().all(|entry| entry.version == of_package[0].version));
    }
}

/// The map library and its worker speak a private protocol: two versions side by side fail silently.
#[test]
fn the_map_library_and_its_worker_are_of_the_version_listed() {
    for file in ["maplibre-gl.mjs", "maplibre-gl-worker.mjs"] {
        let listed = listed();
        let entry = listed.iter().find(|entry| entry.file == file).unwrap();
        let text = fs::read_to_string(folder().join("maplibre-gl").join(file)).unwrap();
        let header: String = text.chars().take(300).collect();
        assert!(header.contains(&format!("/v{}/", entry.version)), "{file}: {header}");
    }
}
