//! The tables of the documentation, made from code.
//!
//! Belongs here: one module for each page. Does not belong here: comparing and writing pages.

pub(super) mod forms;
pub(super) mod import;
pub(super) mod release;
pub(super) mod store;
pub(super) mod survey;

/// A table in Markdown.
fn markdown(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let mut table = line(&head);
    table.push_str(&format!("|{}\n", "---|".repeat(head.len())));
    for row in rows {
        assert_eq!(row.len(), head.len(), "{row:?}");
        let cells: Vec<String> =
            row.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        table.push_str(&line(&cells));
    }
    table
}

/// A code word as it is shown in a page.
fn code(word: &str) -> String {
    format!("`{word}`")
}
