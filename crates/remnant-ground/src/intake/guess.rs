//! A first mapping, guessed from names, tags and a sample of the rows.
//!
//! Belongs here: putting together what names and values say, with the reason for each column, and
//! the questions that a person must answer. Does not belong here: what single names (`names`) and
//! values (`values`) say, using a mapping (`rows`).
//!
//! A guess is shown and saved and never used unseen: what is doubtful becomes a question, and an
//! open question keeps the file out.

mod names;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use self::names::Named;
use self::values::{Column as Values, DateEvidence};
use super::cells::{PlainRow, RowOfCells};
use super::date::DateOrder;
use super::mapping::{Column, DatePart, Mapping, PlacePart, Question, Role};
use super::number::AreaUnit;
use super::text::folded;
use crate::form::{FieldKind, PlaceNeed};
use crate::object::ObjectKind;
use crate::pick_list::PickLists;

/// What a guess is made from.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// The sheet, layer or table; empty where the file has but one.
    pub sheet: &'a str,
    /// The names of its columns.
    pub columns: &'a [String],
    /// What people read over the columns, where a form tells it beside the names.
    pub labels: Option<&'a [String]>,
    /// The tags of the columns, where the file has a row of them.
    pub tags: Option<&'a [String]>,
    /// Some rows: the first thousand or, better, rows from all over the file.
    pub rows: &'a [PlainRow],
}

/// A guessed mapping. Its columns say why they were mapped so; its questions wait for answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// The mapping.
    pub mapping: Mapping,
}

impl Guess {
    /// Each column with what it was taken for and why.
    pub fn reasons(&self) -> impl Iterator<Item = (&str, &Role, &str)> {
        self.mapping.columns.iter().map(|c| (c.name.as_str(), &c.to, c.reason.as_str()))
    }

    /// The columns that nothing is taken from.
    pub fn unmapped(&self) -> impl Iterator<Item = &str> {
        self.mapping.unmapped()
    }

    /// What must be answered first.
    #[must_use]
    pub fn questions(&self) -> &[Question] {
        &self.mapping.questions
    }
}

/// Guesses the mapping of a sheet for a kind of object.
///
/// `source` is the short name of the source, which begins every id.
#[must_use]
pub fn guess(kind: ObjectKind, source: &str, sample: &Sample<'_>, lists: &PickLists) -> Guess {
    let values: Vec<Values> = (0..sample.columns.len())
        .map(|at| Values::of(sample.rows.iter().map(|row| row.cell(at))))
        .collect();
    let mut mapping = Mapping::new(kind, source, &[]);
    mapping.sheet = sample.sheet.to_owned();
    let named: Vec<Option<Named>> = sample
        .columns
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let tag = sample.tags.and_then(|tags| tags.get(at)).map_or("", String::as_str);
            names::of_tag(kind, tag)
                .or_else(|| names::of_name(kind, name, lists))
                .filter(|named| values::allow(kind, &named.role, &values[at]))
        })
        .collect();
    let chosen = one_for_each(kind, sample.columns, named, &values);
    for (at, name) in sample.columns.iter().enumerate() {
        let mut column = Column::new(name.clone(), Role::Unmapped);
        match &chosen[at] {
            Ok(named) => {
                column.to = named.role.clone();
                column.unit = named.unit;
                column.reason = named.reason.clone();
            }
            Err(why) => column.reason = why.clone(),
        }
        mapping.columns.push(column);
    }
    date_in_parts(&mut mapping);
    id_column(&mut mapping, &values);
    place_by_values(&mut mapping, &values);
    blanks(&mut mapping, &values);
    ask_about_dates(&mut mapping, &values);
    ask_about_areas(&mut mapping, &values);
    ask_about_numbers(&mut mapping, &values);
    ask_about_labels(&mut mapping, sample);
    Guess { mapping }
}

/// Where two columns are named like one field, the one with the likelier name that holds something.
fn one_for_each(
    kind: ObjectKind,
    columns: &[String],
    named: Vec<Option<Named>>,
    values: &[Values],
) -> Vec<Result<Named, String>> {
    let takes_several = |role: &Role| match role {
        Role::Field(name) => {
            // Words go together in one note; of all other fields there is one.
            name == "note" && kind.form().field(name).is_some()
        }
        Role::Personal(_) => true,
        _ => false,
    };
    let mut best: BTreeMap<String, usize> = BTreeMap::new();
    for (at, candidate) in named.iter().enumerate() {
        let Some(candidate) = candidate else { continue };
        if takes_several(&candidate.role) {
            continue;
        }
        let key = format!("{:?}", candidate.role);
        let order = |at: usize| {
            let rank = named[at].as_ref().map_or(usize::MAX, |named| named.rank);
            (values[at].filled() == 0, rank, at)
        };
        let entry = best.entry(key).or_insert(at);
        if order(at) < order(*entry) {
            *entry = at;
        }
    }
    named
        .into_iter()
        .enumerate()
        .map(|(at, candidate)| {
            let Some(candidate) = candidate else {
                return Err("no name known here".to_owned());
            };
            match best.get(&format!("{:?}", candidate.role)) {
                Some(first) if *first != at && !takes_several(&candidate.role) => {
                    Err(format!("`{}` was taken for the same", columns[*first]))
                }
                _ => Ok(candidate),
            }
        })
        .collect()
}

/// Day, month and year in columns of their own, where no column has the whole date.
fn date_in_parts(mapping: &mut Mapping) {
    let Some(field) = mapping.kind.form().valid_from else { return };
    let names: Vec<String> = mapping.columns.iter().map(|column| folded(&column.name)).collect();
    let at =
        |names_of_part: &[&str]| names.iter().position(|n| names_of_part.contains(&n.as_str()));
    let (day, month, year) = (
        at(&["day", "jour", "dia", "день", "dd"]),
        at(&["month", "mois", "mes", "місяць", "mm"]),
        at(&["year", "annee", "année", "ano", "año", "рік", "yyyy"]),
    );
    let whole = mapping
        .columns
        .iter()
        .position(|column| column.to == Role::Field(field.to_owned()))
        .filter(|whole| Some(*whole) != day && Some(*whole) != year);
    if whole.is_some() {
        return;
    }
    let Some(year) = year else { return };
    let parts = [(day, DatePart::Day), (month, DatePart::Month), (Some(year), DatePart::Year)];
    for (column, part) in parts {
        // A day without a month is none.
        let Some(at) = column.filter(|_| part != DatePart::Day || month.is_some()) else {
            continue;
        };
        mapping.columns[at].to = Role::DatePart { field: field.to_owned(), part };
        mapping.columns[at].reason = "the columns of a date in parts".to_owned();
    }
}

/// The column with the likeliest name of an id whose values are all there and all different.
fn id_column(mapping: &mut Mapping, values: &[Values]) {
    // An id that stands twice is a fault to be told, and no reason not to take the column for one.
    let unique = |at: usize| values[at].filled() > 0 && values[at].nearly_all_different();
    let mut candidates: Vec<(usize, usize)> = mapping
        .columns
        .iter()
        .enumerate()
        .filter(|(at, column)| unique(*at) && matches!(column.to, Role::Unmapped | Role::Field(_)))
        .filter_map(|(at, column)| {
            let rank = names::rank_of_id(mapping.kind, &column.name)?;
            // A field of the form keeps its column unless the name says `id` outright.
            let free = column.to == Role::Unmapped || rank == 0;
            free.then_some((rank, at))
        })
        .collect();
    candidates.sort_unstable();
    if let Some((_, at)) = candidates.first() {
        let column = &mut mapping.columns[*at];
        column.to = Role::Id;
        column.reason = "the name of an id, and the values are there but once".to_owned();
    }
}

/// Places that are told by their values and not by a name, where no name told one.
fn place_by_values(mapping: &mut Mapping, values: &[Values]) {
    if mapping.kind.form().place == PlaceNeed::None {
        return;
    }
    // Metres in columns called y and x, or latitude and longitude by mistake.
    let at_part = |mapping: &Mapping, part: PlacePart| {
        mapping.columns.iter().position(|column| column.to == Role::Place(part))
    };
    if let (Some(y), Some(x)) =
        (at_part(mapping, PlacePart::Latitude), at_part(mapping, PlacePart::Longitude))
        && values[y].all_metres()
        && values[x].all_metres()
    {
        mapping.columns[y].to = Role::Place(PlacePart::Northing);
        mapping.columns[x].to = Role::Place(PlacePart::Easting);
        for at in [y, x] {
            mapping.columns[at].reason.push_str("; the numbers are metres and no degrees");
        }
    }
    if let Some(easting) = at_part(mapping, PlacePart::Easting)
        && at_part(mapping, PlacePart::UtmZone).is_none()
        && mapping.coordinates.utm_zone.is_none()
    {
        let column = mapping.columns[easting].name.clone();
        mapping.questions.push(Question::UtmZone { column });
    }
    one_half_is_none(mapping);
    let has_position = [PlacePart::Latitude, PlacePart::Easting, PlacePart::Coordinates]
        .into_iter()
        .any(|part| at_part(mapping, part).is_some());
    for (at, found) in values.iter().enumerate() {
        let free = mapping.columns[at].to == Role::Unmapped;
        let Some((part, reason)) = found.place().filter(|_| free) else { continue };
        let allowed = match part {
            PlacePart::Coordinates => !has_position,
            _ => true,
        };
        if allowed && at_part(mapping, part).is_none() {
            mapping.columns[at].to = Role::Place(part);
            mapping.columns[at].reason = reason.to_owned();
        }
    }
}

/// A column for one half of the position without the other is not used.
fn one_half_is_none(mapping: &mut Mapping) {
    let pairs =
        [(PlacePart::Latitude, PlacePart::Longitude), (PlacePart::Easting, PlacePart::Northing)];
    let has = |mapping: &Mapping, part| mapping.columns.iter().any(|c| c.to == Role::Place(part));
    for (one, other) in pairs.into_iter().flat_map(|(a, b)| [(a, b), (b, a)]) {
        if has(mapping, one) && !has(mapping, other) {
            for column in mapping.columns.iter_mut().filter(|c| c.to == Role::Place(one)) {
                column.to = Role::Unmapped;
                column.reason.push_str("; there is no column for the other half");
            }
        }
    }
}

/// Numbers that stand for `not known`, as far as they show.
fn blanks(mapping: &mut Mapping, values: &[Values]) {
    let form = mapping.kind.form();
    for (column, found) in mapping.columns.iter_mut().zip(values) {
        let number = match &column.to {
            Role::Field(name) => form.field(name).is_some_and(|field| {
                matches!(
                    field.kind,
                    FieldKind::Count | FieldKind::SquareMetres | FieldKind::Decimal
                )
            }),
            Role::Place(PlacePart::Accuracy) => true,
            _ => false,
        };
        if number {
            column.blanks = found.stand_ins();
            if !column.blanks.is_empty() {
                let words = column.blanks.join(" and ");
                column.reason.push_str(&format!("; {words} seems to stand for `not known`"));
            }
        }
    }
}

fn is_field_of(mapping: &Mapping, column: &Column, wanted: fn(FieldKind) -> bool) -> bool {
    match &column.to {
        Role::Field(name) => mapping.kind.form().field(name).is_some_and(|f| wanted(f.kind)),
        _ => false,
    }
}

fn ask_about_dates(mapping: &mut Mapping, values: &[Values]) {
    let mut evidence = DateEvidence::default();
    let mut questions = Vec::new();
    for (column, found) in mapping.columns.iter().zip(values) {
        if let Role::DatePart { part: DatePart::Year, .. } = column.to
            && let Some(example) = found.small_year()
        {
            let column = column.name.clone();
            questions.push(Question::YearOffset { column, example });
        }
        if is_field_of(mapping, column, |kind| kind == FieldKind::Date) {
            evidence.add(&column.name, found);
        }
    }
    match (evidence.day_first, evidence.month_first) {
        (true, false) => mapping.date_order = DateOrder::Dmy,
        (false, true) => mapping.date_order = DateOrder::Mdy,
        (true, true) | (false, false) => {
            if let Some((column, example)) = evidence.ambiguous {
                questions.push(Question::DateOrder { column, example });
            }
        }
    }
    if let Some((column, example)) = evidence.two_digit_year {
        questions.push(Question::TwoDigitYears { column, example });
    }
    mapping.questions.extend(questions);
}

fn ask_about_areas(mapping: &mut Mapping, values: &[Values]) {
    let mut questions = Vec::new();
    for (column, found) in mapping.columns.iter().zip(values) {
        if !is_field_of(mapping, column, |kind| kind == FieldKind::SquareMetres) {
            continue;
        }
        let name = column.name.clone();
        match column.unit {
            Some(AreaUnit::Dunam) => questions.push(Question::DunamSize { column: name }),
            Some(_) => {}
            None if found.all_with_a_unit() => {}
            None => questions.push(Question::AreaUnit { column: name }),
        }
    }
    mapping.questions.extend(questions);
}

fn ask_about_numbers(mapping: &mut Mapping, values: &[Values]) {
    let mut doubtful = None;
    let (mut decimal_comma, mut decimal_point) = (false, false);
    for (column, found) in mapping.columns.iter().zip(values) {
        let number = is_field_of(mapping, column, |kind| {
            matches!(kind, FieldKind::Count | FieldKind::SquareMetres | FieldKind::Decimal)
        });
        if !number {
            continue;
        }
        let separators = found.separators();
        decimal_comma |= separators.decimal_comma;
        decimal_point |= separators.decimal_point;
        doubtful = doubtful.or(separators.doubtful.map(|text| (column.name.clone(), text)));
    }
    if decimal_comma && !decimal_point {
        mapping.numbers.decimal = ',';
        mapping.numbers.thousands = Some('.');
    } else if let Some((column, example)) = doubtful.filter(|_| !decimal_point || decimal_comma) {
        mapping.questions.push(Question::DecimalComma { column, example });
    }
}

/// A name that says women and a label that says girls: the form alone knows which.
fn ask_about_labels(mapping: &mut Mapping, sample: &Sample<'_>) {
    let Some(labels) = sample.labels else { return };
    let mut asked = BTreeSet::new();
    for (name, label) in sample.columns.iter().zip(labels) {
        let (by_name, by_label) =
            (names::field_of(mapping.kind, name), names::field_of(mapping.kind, label));
        let (Some(by_name), Some(by_label)) = (by_name, by_label) else { continue };
        if by_name != by_label && asked.insert(name) {
            mapping.questions.push(Question::NameAgainstLabel {
                column: name.clone(),
                label: label.clone(),
                by_name: by_name.to_owned(),
                by_label: by_label.to_owned(),
            });
        }
    }
}

#[cfg(test)]
mod tests;
