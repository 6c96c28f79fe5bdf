//! The tables of the page on the forms.

use std::collections::BTreeMap;

use remnant_ground::ObjectKind;
use remnant_ground::form::{FieldKind, Need, PlaceNeed};
use remnant_ground::pick_list::{Choice, shipped};

use super::{code, markdown};

pub(crate) fn all() -> Vec<(&'static str, String)> {
    vec![("forms", forms()), ("pick-lists", pick_lists())]
}

fn forms() -> String {
    ObjectKind::ALL.map(form).join("\n")
}

fn form(kind: ObjectKind) -> String {
    let form = kind.form();
    let place = match form.place {
        PlaceNeed::Any => "any shape, or none",
        PlaceNeed::PointOrArea => "a point or an area; a row without one is queried",
        PlaceNeed::Area => "an area",
        PlaceNeed::None => "none: it is where another thing is",
    };
    let days = match (form.valid_from, form.valid_to) {
        (Some(from), Some(to)) => format!("`{from}` to `{to}`"),
        (Some(from), None) => format!("from `{from}`"),
        (None, Some(to)) => format!("up to `{to}`"),
        (None, None) => "not said by the form".to_owned(),
    };
    let rows = form.fields.iter().map(|field| {
        let need = match field.need {
            Need::Mandatory => "mandatory",
            Need::Expected => "expected",
            Need::Optional => "",
        };
        vec![
            code(field.name),
            field.label.to_owned(),
            holds(field.kind),
            need.to_owned(),
            field.also_called.join(", "),
        ]
    });
    format!(
        "### {}\n\n{} Place: {place}. The days on which it was so: {days}.\n\n{}",
        kind.plural(),
        form.about,
        markdown(&["Field", "Label", "Holds", "Need", "Also called"], rows)
    )
}

fn holds(kind: FieldKind) -> String {
    match kind {
        FieldKind::Text => "words".to_owned(),
        FieldKind::Personal => "words that name or find a person: kept apart".to_owned(),
        FieldKind::Code(list) => format!("one of [{list}](#{list})"),
        FieldKind::Codes(list) => format!("some of [{list}](#{list})"),
        FieldKind::Count => "a whole number".to_owned(),
        FieldKind::SquareMetres => "whole square metres".to_owned(),
        FieldKind::Decimal => "a number".to_owned(),
        FieldKind::Date => "a day, a month or a year".to_owned(),
        FieldKind::Answer => "yes, no, don't know, not asked, refused".to_owned(),
        FieldKind::Reference(other) => format!("the id of a {other}"),
        FieldKind::References(other) => format!("ids of {}", other.plural()),
    }
}

fn pick_lists() -> String {
    let lists = shipped();
    let mut by_list: BTreeMap<&str, Vec<&Choice>> = BTreeMap::new();
    for choice in lists.choices() {
        by_list.entry(&choice.list).or_default().push(choice);
    }
    let list = |(list, choices): (&str, Vec<&Choice>)| {
        let rows = choices.iter().map(|choice| {
            let also = choice.also_called.replace('|', ", ");
            vec![code(&choice.code), choice.label.clone(), also, choice.source.clone()]
        });
        format!("### {list}\n\n{}", markdown(&["Code", "Label", "Also called", "Source"], rows))
    };
    by_list.into_iter().map(list).collect::<Vec<_>>().join("\n")
}
