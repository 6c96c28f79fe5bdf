//! The mapping of an import in words: what each column was taken for, and why.

use remnant_ground::intake::{Column, Mapping, Role};
use serde_json::Value;

use crate::document::{Block, Line, Table};
use crate::visible::visible;

/// The mapping as it was used, for reading and correcting: columns, settings, what is left out.
pub(super) fn section(mapping: &Mapping) -> Block {
    let mut table = Table::new("Columns that are taken in", &["Column", "Means", "Read as", "Why"]);
    for column in mapping.columns.iter().filter(|column| column.to != Role::Unmapped) {
        table.row(row(mapping, column).map(|cell| visible(&cell).into()).into());
    }
    let mut blocks = vec![Block::Table(table)];
    let unmapped: Vec<&str> = mapping.unmapped().collect();
    if !unmapped.is_empty() {
        let names = unmapped.join(", ");
        blocks.push(Block::Paragraph(Line::text(format!(
            "Of these columns nothing is taken in; the rows as they were are kept with the file: {}.",
            visible(&names)
        ))));
    }
    let mut table = Table::new("Settings for the whole file", &["Setting", "Value"]);
    for (name, value) in settings(mapping) {
        table.row(vec![name.into(), visible(&value).into()]);
    }
    blocks.push(Block::Table(table));
    Block::Section { anchor: "mapping".to_owned(), heading: "Mapping".to_owned(), blocks }
}

/// Name, meaning, way of reading and reason of a column.
pub(super) fn row(mapping: &Mapping, column: &Column) -> [String; 4] {
    [column.name.clone(), meaning(mapping, &column.to), read_as(column), column.reason.clone()]
}

fn meaning(mapping: &Mapping, role: &Role) -> String {
    let label = |name: &str| match mapping.kind.form().field(name) {
        Some(field) => format!("{} ({name})", field.label),
        None => name.to_owned(),
    };
    match role {
        Role::Unmapped => "not taken in".to_owned(),
        Role::Id => "the id of the source".to_owned(),
        Role::Field(name) => label(name),
        Role::Choice { field, code } => format!("{}: {code}", label(field)),
        Role::DatePart { field, part } => format!("{} of {}", told(part), label(field)),
        Role::Personal(name) => format!("personal data: {name}"),
        Role::Place(part) => format!("place: {}", told(part)),
    }
}

/// How the cells of a column are read, beside the settings for the whole file.
fn read_as(column: &Column) -> String {
    let mut parts = Vec::new();
    if let Some(unit) = &column.unit {
        parts.push(format!("in {}", told(unit)));
    }
    if let Some(factor) = column.factor {
        parts.push(format!("times {factor}"));
    }
    if !column.codes.is_empty() {
        let codes: Vec<String> =
            column.codes.iter().map(|(word, code)| format!("{word} = {code}")).collect();
        parts.push(codes.join(", "));
    }
    if !column.blanks.is_empty() {
        parts.push(format!("blank: {}", column.blanks.join(", ")));
    }
    parts.join("; ")
}

/// A name as the mapping file writes it, with spaces.
fn told(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(value) => words(&value).replace('_', " "),
        Err(_) => String::new(),
    }
}

/// The settings that are set, by the names of the mapping file, in which a person changes them.
pub(super) fn settings(mapping: &Mapping) -> Vec<(String, String)> {
    const TOLD_ELSEWHERE: [&str; 3] = ["columns", "questions", "mapping_version"];
    let Ok(Value::Object(members)) = serde_json::to_value(mapping) else { return Vec::new() };
    members
        .iter()
        .filter(|(name, _)| !TOLD_ELSEWHERE.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), words(value)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name, words(value)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name} {value}"))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}
