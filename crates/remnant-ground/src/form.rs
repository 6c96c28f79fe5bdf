//! The fields of each kind of object: what they are called, what they hold, which must be there.
//!
//! Belongs here: the forms as data, from which import, tables, pages and documents are made. Does
//! not belong here: the values of pick-lists (`pick_list`), a programme's own rules.

mod tables;

use crate::object::ObjectKind;

pub use tables::of;

/// The form of one kind of object.
#[derive(Debug)]
pub struct Form {
    /// The kind.
    pub kind: ObjectKind,
    /// What such a thing is, in a sentence.
    pub about: &'static str,
    /// The fields, in the order in which a person fills them in.
    pub fields: &'static [Field],
    /// The field that holds the day from which the thing was so.
    pub valid_from: Option<&'static str>,
    /// The field that holds the last day on which it was so.
    pub valid_to: Option<&'static str>,
    /// Which shapes a place may have.
    pub place: PlaceNeed,
}

/// Whether a thing of a kind must have a place, and of which shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceNeed {
    /// Any shape, or none, with what is unknown kept as unknown.
    Any,
    /// A point or an area; without one the row is kept and queried.
    PointOrArea,
    /// An area.
    Area,
    /// None: the place is that of another object.
    None,
}

impl Form {
    /// A field by its name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One field of a form.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// The name in files, tables and JSON, with its unit.
    pub name: &'static str,
    /// What a person reads beside it.
    pub label: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it must be filled in.
    pub need: Need,
    /// Other names that columns for it have in files of the field, in lower case.
    pub also_called: &'static [&'static str],
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Words.
    Text,
    /// Words that name or find a person. They never enter a table that is handed round.
    Personal,
    /// One code of a pick-list.
    Code(&'static str),
    /// Codes of a pick-list.
    Codes(&'static str),
    /// A whole number that is not negative.
    Count,
    /// A whole number of square metres, as reported.
    SquareMetres,
    /// A number that is not negative, with the unit in the field's name.
    Decimal,
    /// A day, a month or a year.
    Date,
    /// Yes, no, don't know, not asked, refused.
    Answer,
    /// The id of another object.
    Reference(ObjectKind),
    /// The ids of other objects.
    References(ObjectKind),
}

/// Whether a field must be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The minimum data ask for it: a row without it is taken in and queried.
    Expected,
    /// A row without it makes no sense and is refused.
    Mandatory,
    /// May be left blank.
    Optional,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pick_list;

    #[test]
    fn every_kind_has_a_form_whose_names_are_its_own() {
        for kind in ObjectKind::ALL {
            let form = of(kind);
            assert_eq!(form.kind, kind);
            let names: BTreeSet<&str> = form.fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), form.fields.len(), "{kind}: a field twice");
            for name in [form.valid_from, form.valid_to].into_iter().flatten() {
                let field = form.field(name).map(|field| field.kind);
                assert_eq!(field, Some(FieldKind::Date), "{kind}: {name}");
            }
        }
    }

    #[test]
    fn every_pick_list_that_a_form_names_is_shipped() {
        let lists = pick_list::shipped();
        for kind in ObjectKind::ALL {
            for field in of(kind).fields {
                if let FieldKind::Code(list) | FieldKind::Codes(list) = field.kind {
                    assert!(lists.list(list).is_some(), "{kind}.{}: no list {list}", field.name);
                }
            }
        }
    }

    #[test]
    fn a_column_name_leads_to_one_field_of_a_form() {
        for kind in ObjectKind::ALL {
            let mut seen = BTreeSet::new();
            for field in of(kind).fields {
                for name in field.also_called.iter().chain([&field.name]) {
                    assert_eq!(*name, name.to_lowercase(), "{kind}.{}", field.name);
                    assert!(seen.insert(*name), "{kind}: {name} names two fields");
                }
            }
        }
    }
}
