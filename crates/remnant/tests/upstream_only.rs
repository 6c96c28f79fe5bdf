//! A stage may use the stages upstream of it, never one downstream.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

/// The stages in the order of the data; each may use those before it.
const STAGES: [&str; 8] = [
    "remnant-source",
    "remnant-record",
    "remnant-ground",
    "remnant-estimate",
    "remnant-land-release",
    "remnant-publish",
    "remnant-store",
    "remnant",
];

fn dependencies() -> BTreeMap<String, Vec<String>> {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("cargo writes JSON");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            (name(package), dependencies.iter().map(name).collect())
        })
        .collect()
}

#[test]
fn every_crate_of_the_workspace_is_a_stage() {
    let crates: Vec<String> = dependencies().into_keys().collect();
    let mut stages = STAGES.map(str::to_owned).to_vec();
    stages.sort();
    assert_eq!(crates, stages, "name the new crate in STAGES, at its place in the way of the data");
}

#[test]
fn no_stage_uses_one_downstream() {
    for (stage, uses) in dependencies() {
        let place = STAGES.iter().position(|name| *name == stage).expect("a stage");
        for used in uses {
            if let Some(of_used) = STAGES.iter().position(|name| *name == used) {
                // A dev-dependency on itself, for its own integration tests, is no other stage.
                assert!(of_used <= place, "{stage} uses {used}, which is downstream of it");
            }
        }
    }
}

/// What a stage must never use, by the rules of the tree: no clock, socket, file or database above
/// the program.
#[test]
fn only_the_program_has_clock_socket_and_files() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut looked_at = 0;
    for stage in STAGES.into_iter().filter(|stage| *stage != "remnant") {
        let mut folders = vec![sources.join(stage).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a source folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = std::fs::read_to_string(&path).expect("a source file");
                    for never in
                        ["std::fs", "std::net", "std::env", "SystemTime", "Zoned", "Timestamp"]
                    {
                        assert!(!text.contains(never), "{} uses {never}", path.display());
                    }
                    looked_at += 1;
                }
            }
        }
    }
    assert!(looked_at > 20, "{looked_at} files");
}
