//! `ARCHITECTURE.md` names only what is there.

use std::fs;
use std::path::Path;

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What stands between backquotes outside code blocks.
fn quoted(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_path_it_names_exists_and_every_item_stands_in_the_file_named_beside_it() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let names = quoted(&text);
    let is_path = |name: &str| name.contains('/') && !name.starts_with("dud-rate/");
    let (mut paths, mut items) = (0, 0);
    for (index, name) in names.iter().enumerate() {
        if is_path(name) {
            assert!(root().join(name).exists(), "`{name}` does not exist");
            paths += 1;
            // "`Reading` (`crates/…/reading.rs`)": the item before its file.
            let item = index.checked_sub(1).map(|before| &names[before]);
            let beside = item.filter(|item| text.contains(&format!("`{item}` (`{name}`")));
            let beside = beside
                .or_else(|| item.filter(|item| text.contains(&format!("`{item}`\n   (`{name}`"))));
            if let Some(item) = beside {
                let file = fs::read_to_string(root().join(name)).expect("a file");
                let declared = ["fn ", "struct ", "enum "]
                    .iter()
                    .any(|kind| file.contains(&format!("{kind}{item}")));
                assert!(declared, "`{item}` is not declared in {name}");
                items += 1;
            }
        }
    }
    assert!(paths > 25 && items > 10, "{paths} paths, {items} items");
}

/// The table of dependencies and the manifest of the workspace name the same crates.
#[test]
fn every_dependency_has_its_reason() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let table = manifest.split("[workspace.dependencies]").nth(1).expect("a table");
    let table = table.split("\n[").next().expect("its end");
    let mut checked = 0;
    for line in table.lines().filter(|line| line.contains(" = ")) {
        let name = line.split(" = ").next().unwrap_or_default();
        if !name.starts_with("remnant-") {
            assert!(text.contains(&format!("`{name}`")), "`{name}` has no reason");
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked}");
}
