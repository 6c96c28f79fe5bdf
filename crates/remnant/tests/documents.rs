//! Pages of `docs/` whose tables are made from the code that they describe.
//!
//! A table stands between `<!-- table: NAME -->` and `<!-- end of table -->`. It is compared with
//! what the code says today; with `REMNANT_WRITE_DOCS=1` in the environment it is written anew.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// The pages, each with its tables in any order.
fn pages() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    vec![
        ("import.md", table::import::all()),
        ("forms.md", table::forms::all()),
        ("land-release.md", table::release::all()),
        ("cmrs.md", table::survey::all()),
        ("store.md", table::store::all()),
    ]
}

fn path(page: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page)
}

const END: &str = "<!-- end of table -->";

/// The page with the content of a table in the place of what stands there.
fn with_table(text: &str, page: &str, name: &str, content: &str) -> String {
    let begin = format!("<!-- table: {name} -->\n");
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{page}: no {begin}"));
    let (_, after) = rest.split_once(END).unwrap_or_else(|| panic!("{page}: {name} has no end"));
    format!("{before}{begin}\n{content}\n{END}{after}")
}

#[test]
fn every_table_says_what_the_code_says() {
    let write = std::env::var_os("REMNANT_WRITE_DOCS").is_some();
    for (page, tables) in pages() {
        let text = fs::read_to_string(path(page)).unwrap();
        let written = tables
            .iter()
            .fold(text.clone(), |text, (name, content)| with_table(&text, page, name, content));
        let named: BTreeSet<&str> = tables.iter().map(|(name, _)| *name).collect();
        for name in text.split("<!-- table: ").skip(1).filter_map(|rest| rest.split(' ').next()) {
            assert!(named.contains(name), "{page}: nothing makes the table {name}");
        }
        if write {
            fs::write(path(page), written).unwrap();
        } else if text != written {
            let differs = text.lines().zip(written.lines()).find(|(page, code)| page != code);
            panic!(
                "docs/{page} is not what the code says; REMNANT_WRITE_DOCS=1 writes its tables \
                 anew. The first difference (page, code): {differs:#?}"
            );
        }
    }
}

/// Links from the pages to other files of the project lead somewhere.
#[test]
fn every_link_of_a_page_leads_to_a_file() {
    let mut followed = 0;
    for entry in fs::read_dir(path("")).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("http") || link.starts_with('#') {
                continue;
            }
            let target = link.split('#').next().unwrap_or_default();
            let there = file.parent().unwrap().join(target).exists();
            assert!(there, "{}: {link} leads nowhere", file.display());
            followed += 1;
        }
    }
    assert!(followed > 10, "{followed}");
}
