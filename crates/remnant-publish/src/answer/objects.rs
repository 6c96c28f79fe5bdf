//! Things on the ground as they were entered: one with its fields, and the list of a kind.

use remnant_ground::form::{FieldKind, Need, PlaceNeed};
use remnant_ground::{Object, ObjectKind, Place, Shape};
use remnant_record::AsOf;
use serde_json::json;

use super::Answer;
use crate::document::{Block, Document, Line, Page, PanelKind, Table};

/// One object: its fields in the order of its form, its place with the text that was entered, and
/// the row it came from.
#[must_use]
pub fn object(object: &Object, as_of: AsOf) -> Answer {
    let form = object.kind.form();
    let mut document = Document::new(format!("{} {}", spaced(object.kind.word()), object.id));
    document.lead = vec![
        Line::text(form.about),
        Line::text(format!("As it was entered, known by {}.", as_of.known_by)),
    ];
    let mut table = Table::new("What was entered", &["Field", "As entered", "Name in files"]);
    let mut blank = Vec::new();
    // What names a person is kept apart from the object, and has no place in a list either.
    for field in form.fields.iter().filter(|field| field.kind != FieldKind::Personal) {
        match object.field(field.name) {
            Some(value) => {
                table.row(vec![field.label.into(), value.words().into(), field.name.into()]);
            }
            None if field.need != Need::Optional => blank.push(Line::text(field.label)),
            None => {}
        }
    }
    // A project may hold fields of a later form than this program knows: they are shown all the same.
    for (name, value) in &object.fields {
        if form.field(name).is_none() {
            table.row(vec![name.as_str().into(), value.words().into(), name.as_str().into()]);
        }
    }
    document.blocks.push(Block::Table(table));
    if !blank.is_empty() {
        document.blocks.push(Block::Panel {
            kind: PanelKind::Unknown,
            heading: "Asked for by the minimum data and not filled in".to_owned(),
            lines: blank,
        });
    }
    if let Some(place) = &object.place {
        document.blocks.push(Block::Table(place_table(place)));
    } else if form.place != PlaceNeed::None {
        document.blocks.push(Block::Paragraph(Line::text("Where it is, is not known.")));
    }
    if let Some(origin) = &object.origin {
        let sheet = match origin.sheet.as_str() {
            "" => String::new(),
            sheet => format!(", sheet {sheet}"),
        };
        document.blocks.push(Block::Paragraph(Line::text(format!(
            "It came from line {}{sheet} of the kept file with the hash {}.",
            origin.line, origin.file
        ))));
    }
    let page = Page::Object { kind: object.kind.word().to_owned(), id: object.id.to_string() };
    Answer { page, document, data: json!({ "object": object }) }
}

/// Where something is, how that was got, how good it is, and what was entered.
fn place_table(place: &Place) -> Table {
    let mut table = Table::new("Where", &["What", "As known"]);
    table.row(vec!["Place".into(), shape_words(&place.shape).into()]);
    table.row(vec!["How it was got".into(), place.method.code().into()]);
    let uncertainty = place.uncertainty_metres.map_or_else(
        || "not stated".to_owned(),
        |metres| format!("within {}\u{a0}m", number_as_told(metres)),
    );
    table.row(vec!["How good it is".into(), uncertainty.into()]);
    for (what, told) in [
        ("Text as entered", &place.entered),
        ("Format as entered", &place.entered_format),
        ("Datum as entered", &place.entered_datum),
    ] {
        if let Some(told) = told {
            table.row(vec![what.into(), told.as_str().into()]);
        }
    }
    table
}

/// A number of metres without digits that nobody measured.
fn number_as_told(metres: f64) -> String {
    if metres >= 10.0 { format!("{metres:.0}") } else { format!("{metres}") }
}

/// Where something is, in words: degrees with six decimals, which is a tenth of a metre.
fn shape_words(shape: &Shape) -> String {
    match shape {
        Shape::Point { longitude, latitude } => {
            let north = if *latitude < 0.0 { "S" } else { "N" };
            let east = if *longitude < 0.0 { "W" } else { "E" };
            let (latitude, longitude) = (latitude.abs(), longitude.abs());
            format!("{latitude:.6}°\u{a0}{north}, {longitude:.6}°\u{a0}{east} (WGS 84)")
        }
        Shape::Line(line) => format!("a line of {} points", line.len()),
        Shape::Area(area) => {
            let corners: usize =
                area.iter().map(|part| part.exterior().0.len().saturating_sub(1)).sum();
            match area.0.len() {
                1 => format!("an area with {corners} corners"),
                parts => format!("an area in {parts} parts with {corners} corners"),
            }
        }
        Shape::Named(name) => format!("the name \u{201c}{name}\u{201d}; no position is known"),
    }
}

/// Objects of one kind, with the fields that their minimum data ask for.
///
/// `in_all` is how many there are; the list may hold the first of them only, and then says so.
#[must_use]
pub fn objects(kind: ObjectKind, objects: &[Object], in_all: u64, as_of: AsOf) -> Answer {
    let form = kind.form();
    let mut document = Document::new(capital(&spaced(kind.plural())));
    let shown = objects.len() as u64;
    document.lead = vec![Line::text(form.about)];
    document.lead.push(Line::text(if shown < in_all {
        format!("The first {shown} of {in_all} are listed, known by {}.", as_of.known_by)
    } else {
        format!("{in_all} in all, known by {}.", as_of.known_by)
    }));
    let filled = |name: &str| objects.iter().any(|object| object.field(name).is_some());
    let asked = form
        .fields
        .iter()
        .filter(|field| field.need != Need::Optional && field.kind != FieldKind::Personal);
    let fields: Vec<_> = asked.filter(|field| filled(field.name)).take(4).collect();
    let mut columns = vec!["Id"];
    columns.extend(fields.iter().map(|field| field.label));
    if form.place != PlaceNeed::None {
        columns.push("Where");
    }
    let mut table = Table::new(capital(&spaced(kind.plural())), &columns);
    for object in objects {
        let page = Page::Object { kind: kind.word().to_owned(), id: object.id.to_string() };
        let mut row = vec![Line::page(page, object.id.to_string())];
        for field in &fields {
            row.push(object.field(field.name).map_or_else(String::new, |v| v.words()).into());
        }
        if form.place != PlaceNeed::None {
            let place = object.place.as_ref();
            row.push(
                place.map_or_else(|| "not known".to_owned(), |p| shape_words(&p.shape)).into(),
            );
        }
        table.row(row);
    }
    document.blocks.push(Block::Table(table));
    let data = json!({ "kind": kind, "in_all": in_all, "objects": objects });
    Answer { page: Page::Objects(kind.plural().to_owned()), document, data }
}

/// `hazardous-area` as words.
pub(super) fn spaced(word: &str) -> String {
    word.replace('-', " ")
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}
