//! The findings as a workbook (XLSX) to send back to the operator.

use jiff::civil::Date;
use remnant_record::AsOf;

use super::{ImportStory, mapping, row};
use crate::workbook::{Cell, MOST_ROWS, Sheet, book};
use crate::{PublishError, number};

/// The findings that are held as a workbook: by rule, one by one, the mapping, the file.
///
/// Headers stay in sight and can be filtered by. A text longer than a cell takes is cut, and says
/// so; the sheet `File` says so where not all findings are in.
///
/// # Errors
/// [`PublishError::Workbook`] when the workbook cannot be put together.
pub fn workbook(story: &ImportStory, as_of: AsOf) -> Result<Vec<u8>, PublishError> {
    let day = as_of.known_by;
    let sheets = vec![by_rule(story), one_by_one(story), columns(story), about(story, day)];
    book("Findings", day, sheets).map_err(|fault| PublishError::Workbook(fault.to_string()))
}

fn by_rule(story: &ImportStory) -> Sheet {
    let rows = story.rules().into_iter().map(|(rule, count)| {
        let first = story.report.tally.examples(rule).first();
        vec![
            rule.severity().word().into(),
            rule.name().into(),
            Cell::Count(count.findings),
            Cell::Count(count.rows),
            rule.help().into(),
            first.map_or_else(String::new, |finding| finding.message.clone()).into(),
        ]
    });
    Sheet {
        name: "By rule",
        columns: vec![
            ("Weight", 11.0),
            ("Rule", 26.0),
            ("Findings", 10.0),
            ("Rows", 10.0),
            ("What to do", 60.0),
            ("The first of them", 60.0),
        ],
        rows: rows.collect(),
    }
}

fn one_by_one(story: &ImportStory) -> Sheet {
    let rows = story.held().take(MOST_ROWS - 1).map(|finding| {
        let mut cells: Vec<Cell> = vec![finding.file.to_string().into()];
        cells.extend(row(finding).map(Cell::Text));
        if finding.line > 0 {
            // As a number, so that sorting by it keeps the order of the file.
            cells[2] = Cell::Count(finding.line);
        }
        cells
    });
    Sheet {
        name: "Findings",
        columns: vec![
            ("File", 18.0),
            ("Sheet", 14.0),
            ("Line", 8.0),
            ("Column", 18.0),
            ("Weight", 11.0),
            ("Rule", 24.0),
            ("Value", 24.0),
            ("What is wrong", 48.0),
            ("Perhaps", 24.0),
            ("What to do", 48.0),
        ],
        rows: rows.collect(),
    }
}

fn columns(story: &ImportStory) -> Sheet {
    let columns = story.mapping.columns.iter();
    let mut rows: Vec<Vec<Cell>> =
        columns.map(|column| mapping::row(story.mapping, column).map(Cell::Text).into()).collect();
    for (name, value) in mapping::settings(story.mapping) {
        rows.push(vec!["(whole file)".into(), name.into(), value.into(), "".into()]);
    }
    for question in &story.mapping.questions {
        rows.push(vec!["(question)".into(), question.words().into(), "".into(), "".into()]);
    }
    Sheet {
        name: "Mapping",
        columns: vec![("Column", 28.0), ("Means", 40.0), ("Read as", 40.0), ("Why", 60.0)],
        rows,
    }
}

fn about(story: &ImportStory, day: Date) -> Sheet {
    let report = story.report;
    let (held, all) = (story.held().count().min(MOST_ROWS - 1), story.all());
    let in_workbook = if held as u64 == all {
        "all of them".to_owned()
    } else {
        format!(
            "the first {} of {}; the table that comes as .csv holds them all",
            number::grouped(held as u64),
            number::grouped(all)
        )
    };
    let state = if story.taken_in.is_some() { "taken in" } else { "dry run; nothing was written" };
    let mut rows: Vec<Vec<Cell>> = vec![
        vec!["File".into(), story.file.into()],
        vec!["SHA-256".into(), story.hash.into()],
        vec!["Source".into(), story.source.into()],
        vec!["Rows as".into(), story.kind.plural().into()],
        vec!["Day".into(), day.to_string().into()],
        vec!["State".into(), state.into()],
        vec!["In short".into(), story.outcome().into()],
        vec!["Findings in this workbook".into(), in_workbook.into()],
    ];
    for (name, count) in [
        ("Rows read", report.read),
        ("Rows accepted", report.accepted),
        ("Rows queried", report.queried),
        ("Rows refused", report.refused),
        ("Rows unchanged", report.unchanged),
        ("Rows twice in the file", report.duplicates),
    ] {
        rows.push(vec![name.into(), Cell::Count(count)]);
    }
    Sheet { name: "File", columns: vec![("What", 28.0), ("As told", 80.0)], rows }
}
