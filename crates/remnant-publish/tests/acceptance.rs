//! The nineteen lines of the report of 30 June 2023, each in the brief where `docs/acceptance.md`
//! says that it is.

use std::sync::Arc;

use jiff::civil::date;
use remnant_publish::document::Block;
use remnant_publish::{View, brief, number, pooled};
use remnant_record::{AsOf, Record, shipped};

/// The cells of a table row in Markdown.
fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

/// What stands between backquotes.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The words of a section, its figures as printed.
fn words_of(blocks: &[Block], anchor: &str) -> Option<String> {
    blocks.iter().find_map(|block| match block {
        Block::Section { anchor: of, .. } if of == anchor => {
            Some(serde_json::to_string(block).expect("a section serialises"))
        }
        _ => None,
    })
}

#[test]
fn every_line_of_the_report_is_in_the_brief_where_the_table_says() {
    let record = Arc::new(Record::read(&[shipped()]).expect("sound").record);
    let as_of = AsOf::day(date(2023, 6, 30));
    let view = View { record: &record, as_of, pooled: pooled(Arc::clone(&record), as_of) };
    let brief = brief::transfer(&view, "us-ukraine-dpicm", None).expect("the brief").document;

    let table = include_str!("../../../docs/acceptance.md");
    let mut lines = Vec::new();
    for row in table.lines().filter(|row| row.starts_with("| F")) {
        let cells = cells(row);
        let [line, .., statements, places] = cells.as_slice() else { panic!("{row}") };
        if cells.len() != 6 {
            continue;
        }
        lines.push((*line).to_owned());
        let sections: Vec<String> = quoted(places)
            .iter()
            .map(|place| {
                let anchor = place.trim_start_matches('#');
                words_of(&brief.blocks, anchor).unwrap_or_else(|| panic!("no section {place}"))
            })
            .collect();
        for id in quoted(statements) {
            let said = record.general.iter().find(|said| said.cited.id == id);
            let said = said.unwrap_or_else(|| panic!("{line}: no statement {id}"));
            assert_eq!(said.acceptance_line.as_deref(), Some(*line), "{id}");
            assert!(said.locator.is_some(), "{id} has its paragraph");
            assert_eq!(said.cited.sources[0].as_str(), "law-nbc-20230630", "{id}");
            let printed = match said.value.parse() {
                Ok(count) if said.value_kind == "count" => number::grouped(count),
                _ => serde_json::to_string(&said.value).expect("text").trim_matches('"').to_owned(),
            };
            assert!(
                sections.iter().any(|section| section.contains(&printed)),
                "{line}: `{printed}` of {id} is in none of {places}"
            );
        }
    }
    let expected: Vec<String> = (1..=19).map(|number| format!("F{number}")).collect();
    assert_eq!(lines, expected);
}

#[test]
fn every_statement_that_holds_a_line_is_in_the_table() {
    let record = Record::read(&[shipped()]).expect("sound").record;
    let table = include_str!("../../../docs/acceptance.md");
    for said in record.general.iter().filter(|said| said.acceptance_line.is_some()) {
        assert!(table.contains(&format!("`{}`", said.cited.id)), "{}", said.cited.id);
    }
}
