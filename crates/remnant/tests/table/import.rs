//! Tables of the page on the import.

use remnant_ground::ObjectKind;
use remnant_ground::coordinate::Datum;
use remnant_ground::intake::{Question, Rule};
use remnant_source::document::Limits;

use super::{code, markdown};

pub(crate) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("kinds", kinds()),
        ("limits", limits()),
        ("datums", datums()),
        ("questions", questions()),
        ("rules", rules()),
    ]
}

fn kinds() -> String {
    let row = |kind: ObjectKind| vec![code(kind.plural()), kind.form().about.to_owned()];
    markdown(&["`--as`", "What its rows are"], ObjectKind::ALL.map(row))
}

fn limits() -> String {
    let Limits {
        bytes,
        unpacked_bytes,
        unpacked_ratio,
        bytes_in_memory,
        archive_members,
        depth,
        cells_per_row,
        cell_bytes,
        row_bytes,
        sheets,
    } = Limits::default();
    let row = |what: &str, limit: String| vec![what.to_owned(), limit];
    markdown(
        &["Of", "At most"],
        [
            row("a file on the disk", mebibytes(bytes)),
            row("the members of a zip archive, unpacked, together", mebibytes(unpacked_bytes)),
            row(
                "unpacked bytes for one packed byte, in archives above 16 MiB",
                unpacked_ratio.to_string(),
            ),
            row(
                "a file that must be held in memory whole (XLS, ODS, some members of archives)",
                mebibytes(bytes_in_memory),
            ),
            row("members of an archive", archive_members.to_string()),
            row("levels of nesting in JSON and XML", depth.to_string()),
            row("cells of a row, columns of a sheet", cells_per_row.to_string()),
            row("a cell", mebibytes(cell_bytes as u64)),
            row("a row with its geometry", mebibytes(row_bytes)),
            row("sheets of a document", sheets.to_string()),
        ],
    )
}

fn mebibytes(bytes: u64) -> String {
    match bytes >> 20 {
        large if large.is_multiple_of(1024) => format!("{} GiB", large / 1024),
        small => format!("{small} MiB"),
    }
}

fn datums() -> String {
    let row = |datum: Datum| {
        let name = serde_json::to_value(datum).unwrap();
        let accuracy = datum.accuracy_metres().map(|metres| format!("{metres} m"));
        vec![
            code(name.as_str().unwrap()),
            datum.name().to_owned(),
            accuracy.unwrap_or_else(|| "not stated".to_owned()),
            datum.source().unwrap_or_default().to_owned(),
        ]
    };
    markdown(&["In a mapping", "Datum", "Accuracy", "Source of the shift"], Datum::all().map(row))
}

fn questions() -> String {
    let column = || "COLUMN".to_owned();
    let example = || "CELL".to_owned();
    let questions = [
        Question::DateOrder { column: column(), example: example() },
        Question::TwoDigitYears { column: column(), example: example() },
        Question::YearOffset { column: column(), example: example() },
        Question::AreaUnit { column: column() },
        Question::DunamSize { column: column() },
        Question::DecimalComma { column: column(), example: example() },
        Question::NameAgainstLabel {
            column: column(),
            label: "LABEL".to_owned(),
            by_name: "FIELD".to_owned(),
            by_label: "OTHER FIELD".to_owned(),
        },
        Question::UtmZone { column: column() },
    ];
    let row = |question: Question| {
        // A new question belongs in the list above.
        match question {
            Question::DateOrder { .. }
            | Question::TwoDigitYears { .. }
            | Question::YearOffset { .. }
            | Question::AreaUnit { .. }
            | Question::DunamSize { .. }
            | Question::DecimalComma { .. }
            | Question::NameAgainstLabel { .. }
            | Question::UtmZone { .. } => {}
        }
        let name = serde_json::to_value(&question).unwrap();
        vec![code(name["ask"].as_str().unwrap()), question.words()]
    };
    markdown(&["Name", "What is asked"], questions.map(row))
}

fn rules() -> String {
    let row = |rule: &Rule| {
        vec![
            code(rule.name()),
            rule.severity().word().to_owned(),
            rule.about().to_owned(),
            rule.help().to_owned(),
        ]
    };
    markdown(&["Rule", "Weight", "What is wrong", "What to do"], Rule::ALL.iter().map(row))
}
