//! A cell as the value of a field.
//!
//! Belongs here: what each kind of field takes, and what is said when it does not. Does not belong
//! here: places (`place`), which cell belongs to which field (`plan`).

use std::collections::HashMap;

use super::answer;
use super::date::{self, DateReading};
use super::finding::{Remark, shown};
use super::known::Known;
use super::mapping::Column;
use super::number::{self, AreaUnit, NotANumber, NumberFormat};
use super::rule::Rule;
use super::text::{folded, is_junk, oddities};
use crate::form::{Field, FieldKind};
use crate::object::{FieldValue, ObjectId, ObjectKind};
use crate::pick_list::{Found, PickLists};
use remnant_record::PartialDate;

/// So many words of a column are remembered with their codes.
const REMEMBERED: usize = 4096;

/// No count and no area is larger: the Earth has 5.1e14 m².
const LARGEST: f64 = 5.101e14;

/// What a cell gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FieldRead {
    /// The value; `None` where there is none or it cannot be taken.
    pub(super) value: Option<FieldValue>,
    /// The last day, where a date is a range.
    pub(super) last_day: Option<PartialDate>,
    /// Whether the text, or a part of it, was not taken and stays in quarantine.
    pub(super) kept_back: Option<String>,
    /// Whether the text goes into the note as well.
    pub(super) into_note: bool,
}

impl FieldRead {
    fn value(value: FieldValue) -> Self {
        Self { value: Some(value), ..Self::default() }
    }

    fn kept_back(text: &str) -> Self {
        Self { kept_back: Some(text.to_owned()), ..Self::default() }
    }
}

/// What reading a field's cells rests on.
#[derive(Clone, Copy)]
pub(super) struct FieldReading<'a> {
    pub(super) lists: &'a PickLists,
    pub(super) known: &'a dyn Known,
    pub(super) source: &'a str,
    pub(super) numbers: NumberFormat,
    pub(super) dunam_square_metres: Option<f64>,
    pub(super) dates: DateReading,
}

/// Words of one column with the codes that were found for them.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(HashMap<String, Word>);

#[derive(Clone, Debug)]
enum Word {
    Code(String),
    Unknown { suggestion: Option<String> },
}

impl FieldReading<'_> {
    /// Reads a cell that is not blank.
    pub(super) fn read(
        &self,
        field: &Field,
        column: &Column,
        words: &mut Words,
        text: &str,
        remarks: &mut Vec<Remark>,
    ) -> FieldRead {
        match field.kind {
            FieldKind::Text | FieldKind::Personal => {
                let before = remarks.len();
                oddities(text, remarks);
                if remarks[before..].iter().any(|remark| remark.rule == Rule::ToolJunk) {
                    return FieldRead::kept_back(text);
                }
                FieldRead::value(FieldValue::Text(text.to_owned()))
            }
            FieldKind::Code(list) => self.code(list, column, words, text, remarks),
            FieldKind::Codes(list) => self.codes(list, column, words, text, remarks),
            FieldKind::Count => self.count(text, column, remarks),
            FieldKind::SquareMetres => self.square_metres(text, column, remarks),
            FieldKind::Decimal => self.decimal(field, text, column, remarks),
            FieldKind::Date => self.date(text, remarks),
            FieldKind::Answer => answer(text, column, remarks),
            FieldKind::Reference(kind) => self.reference(kind, text, remarks),
            FieldKind::References(kind) => self.references(kind, text, remarks),
        }
    }

    fn date(&self, text: &str, remarks: &mut Vec<Remark>) -> FieldRead {
        let read = date::read(text, &self.dates);
        // An approximate date keeps its words in the note.
        let into_note = read.remarks.iter().any(|r| r.rule == Rule::DateApproximate);
        remarks.extend(read.remarks);
        match read.date {
            Some(date) => FieldRead {
                value: Some(FieldValue::Text(date.to_string())),
                last_day: read.to,
                kept_back: None,
                into_note,
            },
            None => FieldRead::kept_back(text),
        }
    }

    /// The code of one word: by the mapping, then by the pick-list. Each word is looked up once.
    fn word<'w>(
        &self,
        list: &str,
        column: &Column,
        words: &'w mut Words,
        text: &str,
    ) -> std::borrow::Cow<'w, Word> {
        use std::borrow::Cow;
        // Looked up twice, since a reference out of the map would hold it for the insertion too.
        if words.0.contains_key(text) || words.0.len() < REMEMBERED {
            if !words.0.contains_key(text) {
                words.0.insert(text.to_owned(), self.looked_up(list, column, text));
            }
            if let Some(word) = words.0.get(text) {
                return Cow::Borrowed(word);
            }
        }
        Cow::Owned(self.looked_up(list, column, text))
    }

    fn looked_up(&self, list: &str, column: &Column, text: &str) -> Word {
        let wanted = folded(text);
        let meant = column
            .codes
            .iter()
            .find(|(word, _)| *word == text || folded(word) == wanted)
            .map_or(text, |(_, code)| code);
        match self.lists.find(list, meant) {
            Found::Code(code) => Word::Code(code.to_owned()),
            Found::Unknown { suggestion } => {
                Word::Unknown { suggestion: suggestion.map(str::to_owned) }
            }
        }
    }

    fn code(
        &self,
        list: &str,
        column: &Column,
        words: &mut Words,
        text: &str,
        remarks: &mut Vec<Remark>,
    ) -> FieldRead {
        let number = text.strip_suffix(".0").unwrap_or(text);
        match &*self.word(list, column, words, number) {
            Word::Code(code) => FieldRead::value(FieldValue::Text(code.clone())),
            Word::Unknown { suggestion } => {
                remarks.push(unknown_code(list, text, suggestion.as_deref()));
                FieldRead::kept_back(text)
            }
        }
    }

    fn codes(
        &self,
        list: &str,
        column: &Column,
        words: &mut Words,
        text: &str,
        remarks: &mut Vec<Remark>,
    ) -> FieldRead {
        if let Word::Code(code) = &*self.word(list, column, words, text) {
            return FieldRead::value(FieldValue::Several(vec![code.clone()]));
        }
        // Labels have spaces in them and are parted by commas and the like; names are parted by
        // spaces.
        let parts: Vec<&str> = if text.contains([',', ';', '|', '\n']) {
            text.split([',', ';', '|', '\n']).collect()
        } else {
            text.split_whitespace().collect()
        };
        let mut codes: Vec<String> = Vec::new();
        let mut unknown: Vec<&str> = Vec::new();
        for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
            match &*self.word(list, column, words, part) {
                Word::Code(code) if codes.contains(code) => {}
                Word::Code(code) => codes.push(code.clone()),
                Word::Unknown { .. } => unknown.push(part),
            }
        }
        if codes.is_empty() {
            // Not one word is known: it is one unknown answer and not as many as it has words.
            let suggestion = match &*self.word(list, column, words, text) {
                Word::Unknown { suggestion } => suggestion.clone(),
                Word::Code(_) => None,
            };
            remarks.push(unknown_code(list, text, suggestion.as_deref()));
            return FieldRead::kept_back(text);
        }
        for part in &unknown {
            let suggestion = match &*self.word(list, column, words, part) {
                Word::Unknown { suggestion } => suggestion.clone(),
                Word::Code(_) => None,
            };
            remarks.push(unknown_code(list, part, suggestion.as_deref()));
        }
        codes.sort();
        FieldRead {
            value: Some(FieldValue::Several(codes)),
            kept_back: (!unknown.is_empty()).then(|| unknown.join(" ")),
            ..FieldRead::default()
        }
    }

    /// A number with its unit; `Err` where none could be read, with what is to be done.
    fn number<'t>(
        &self,
        text: &'t str,
        remarks: &mut Vec<Remark>,
    ) -> Result<number::Number<'t>, FieldRead> {
        match number::read(text, self.numbers) {
            Ok(number) if number.value < 0.0 => {
                remarks.push(Remark::new(
                    Rule::NegativeNumber,
                    format!("{} is less than nothing", number.value),
                ));
                Err(FieldRead::kept_back(text))
            }
            Ok(number) if number.value > LARGEST => {
                remarks.push(Remark::new(
                    Rule::NumberTooLarge,
                    format!("{} is more than can be meant", number.value),
                ));
                Err(FieldRead::kept_back(text))
            }
            Ok(number) => Ok(number),
            Err(NotANumber::InWords { perhaps }) => {
                remarks.push(
                    Remark::new(
                        Rule::NumberInWords,
                        "the number stands with words or with another",
                    )
                    .perhaps(perhaps.to_string()),
                );
                Err(FieldRead { into_note: true, ..FieldRead::kept_back(text) })
            }
            Err(NotANumber::NotUnderstood) => {
                remarks.push(Remark::new(
                    Rule::NumberNotUnderstood,
                    format!(
                        "`{}` is no number as the mapping says numbers are written",
                        shown(text)
                    ),
                ));
                Err(FieldRead::kept_back(text))
            }
        }
    }

    fn count(&self, text: &str, column: &Column, remarks: &mut Vec<Remark>) -> FieldRead {
        let number = match self.number(text, remarks) {
            Ok(number) => number,
            Err(read) => return read,
        };
        if !number.unit.is_empty() {
            remarks.push(
                Remark::new(
                    Rule::NumberInWords,
                    format!("the count has `{}` behind it", shown(number.unit)),
                )
                .perhaps(number.value.to_string()),
            );
            return FieldRead { into_note: true, ..FieldRead::kept_back(text) };
        }
        let value = number.value * column.factor.unwrap_or(1.0);
        if value.fract() != 0.0 {
            remarks.push(Remark::new(Rule::NotWhole, format!("{value} is not a whole number")));
            return FieldRead::kept_back(text);
        }
        FieldRead::value(FieldValue::Whole(value as i64))
    }

    fn square_metres(&self, text: &str, column: &Column, remarks: &mut Vec<Remark>) -> FieldRead {
        let number = match self.number(text, remarks) {
            Ok(number) => number,
            Err(read) => return read,
        };
        let written = AreaUnit::of(number.unit);
        if written.is_none() && !number.unit.is_empty() {
            remarks.push(Remark::new(
                Rule::UnitNotStated,
                format!("`{}` is no unit of area known here", shown(number.unit)),
            ));
            return FieldRead::kept_back(text);
        }
        let unit = match (written, column.unit) {
            (Some(written), Some(told)) if written != told => {
                remarks.push(Remark::new(
                    Rule::UnitContradictsColumn,
                    format!("the cell is in `{}`, the column is not", number.unit),
                ));
                return FieldRead::kept_back(text);
            }
            (written, told) => written.or(told),
        };
        let size = match unit {
            Some(AreaUnit::Dunam) => self.dunam_square_metres,
            Some(unit) => unit.square_metres(),
            None => None,
        };
        let Some(size) = size else {
            let message = match unit {
                Some(_) => "the mapping does not say how large a dunam is",
                None => "neither the cell nor the mapping says in which unit the area is",
            };
            remarks.push(Remark::new(Rule::UnitNotStated, message));
            return FieldRead::kept_back(text);
        };
        let square_metres = (number.value * size * column.factor.unwrap_or(1.0)).round();
        if square_metres > LARGEST {
            remarks.push(Remark::new(
                Rule::NumberTooLarge,
                format!("{square_metres} m2 is more than the Earth has"),
            ));
            return FieldRead::kept_back(text);
        }
        FieldRead::value(FieldValue::Whole(square_metres as i64))
    }

    fn decimal(
        &self,
        field: &Field,
        text: &str,
        column: &Column,
        remarks: &mut Vec<Remark>,
    ) -> FieldRead {
        let number = match self.number(text, remarks) {
            Ok(number) => number,
            Err(read) => return read,
        };
        let factor = match number.unit {
            "" => Some(column.factor.unwrap_or(1.0)),
            unit => stated_factor(field.name, unit),
        };
        let Some(factor) = factor else {
            remarks.push(Remark::new(
                Rule::NumberNotUnderstood,
                format!("`{}` is no unit of {}", shown(number.unit), field.label),
            ));
            return FieldRead::kept_back(text);
        };
        let value = number.value * factor;
        FieldRead::value(if value.fract() == 0.0 && value.abs() < 1e15 {
            FieldValue::Whole(value as i64)
        } else {
            FieldValue::Decimal(value)
        })
    }

    /// The id of another object: that of this source, unless another source is named.
    fn object_id(&self, text: &str) -> ObjectId {
        if text.contains('/') {
            ObjectId::new(text)
        } else {
            ObjectId::new(format!("{}/{text}", self.source))
        }
    }

    fn reference(&self, kind: ObjectKind, text: &str, remarks: &mut Vec<Remark>) -> FieldRead {
        let id = self.object_id(text);
        if self.known.is_there(kind, &id) == Some(false) {
            remarks
                .push(Remark::new(Rule::ReferenceNotThere, format!("there is no {kind} `{id}`")));
        }
        FieldRead::value(FieldValue::Text(id.as_str().to_owned()))
    }

    fn references(&self, kind: ObjectKind, text: &str, remarks: &mut Vec<Remark>) -> FieldRead {
        let parts = text.split([',', ';', '|', '\n', ' ']);
        let mut ids: Vec<String> = Vec::new();
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            if let Some(FieldValue::Text(id)) = self.reference(kind, part, remarks).value
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        }
        FieldRead {
            value: (!ids.is_empty()).then_some(FieldValue::Several(ids)),
            ..FieldRead::default()
        }
    }
}

fn unknown_code(list: &str, text: &str, suggestion: Option<&str>) -> Remark {
    if is_junk(text) {
        return Remark::new(Rule::ToolJunk, "a program, not a person, wrote this text");
    }
    let remark =
        Remark::new(Rule::UnknownCode, format!("`{}` is not in the list `{list}`", shown(text)));
    match suggestion {
        Some(suggestion) => remark.perhaps(suggestion),
        None => remark,
    }
}

fn answer(text: &str, column: &Column, remarks: &mut Vec<Remark>) -> FieldRead {
    let wanted = folded(text);
    let meant = column
        .codes
        .iter()
        .find(|(word, _)| *word == text || folded(word) == wanted)
        .map_or(text, |(_, code)| code);
    match answer::read(meant) {
        Some(answer) => FieldRead::value(FieldValue::Text(answer::code(answer).to_owned())),
        None => {
            remarks.push(Remark::new(
                Rule::UnknownAnswer,
                format!("`{}` is no answer known here", shown(text)),
            ));
            FieldRead::kept_back(text)
        }
    }
}

/// What a number with a unit behind it is multiplied by, for the unit in the field's name.
fn stated_factor(field: &str, unit: &str) -> Option<f64> {
    let unit: String = unit.chars().filter(|c| c.is_alphanumeric() || *c == '°').collect();
    let unit = unit.to_lowercase();
    let factor = |pairs: &[(&str, f64)]| {
        pairs.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
    };
    if field.ends_with("_centimetres") {
        factor(&[
            ("cm", 1.0),
            ("centimetres", 1.0),
            ("centimeters", 1.0),
            ("m", 100.0),
            ("mm", 0.1),
        ])
    } else if field.ends_with("minutes") {
        factor(&[("min", 1.0), ("mins", 1.0), ("minutes", 1.0), ("h", 60.0), ("hours", 60.0)])
    } else if field.ends_with("hours") {
        factor(&[("h", 1.0), ("hrs", 1.0), ("hours", 1.0)])
    } else if field.ends_with("_days") {
        factor(&[("d", 1.0), ("days", 1.0), ("teamdays", 1.0)])
    } else if field.ends_with("_degrees") {
        factor(&[("°", 1.0), ("deg", 1.0), ("degrees", 1.0)])
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
