//! Reading the fields of one row, with everything that is unclear at once.
//!
//! Belongs here: days, numbers, ids and boundaries as an event needs them. Does not belong here:
//! which fields a step needs (`opening`, `release`).

use jiff::civil::Date;
use remnant_ground::boundary::Boundary;
use remnant_ground::{FieldValue, LocationMethod, Object, Place, Shape};
use remnant_record::{PartialDate, SquareMetres};

use super::{Remark, Unclear};
use crate::identity::Organisation;

/// Which day of a month or a year is taken.
///
/// Land counts as hazardous from the first day on which it can have been, and as released from the
/// last day on which that can have been: of two readings neither makes ground safe too early. An
/// area and its release of one month stand in the right order by it as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rounding {
    First,
    Last,
}

/// A row as it is read: its object, and what was found on the way.
pub(super) struct Row<'a> {
    pub(super) object: &'a Object,
    pub(super) unclear: Vec<Unclear>,
    pub(super) remarks: Vec<Remark>,
}

impl<'a> Row<'a> {
    pub(super) fn new(object: &'a Object) -> Self {
        Self { object, unclear: Vec::new(), remarks: Vec::new() }
    }

    /// Notes what is unclear, and gives nothing.
    pub(super) fn unclear<T>(&mut self, unclear: Unclear) -> Option<T> {
        self.unclear.push(unclear);
        None
    }

    /// The text of a field; blank is not filled in.
    pub(super) fn text(&self, field: &str) -> Option<&'a str> {
        self.object.text(field).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The texts of a field with several codes or references, or with one.
    pub(super) fn texts(&self, field: &str) -> Vec<&'a str> {
        match self.object.field(field) {
            Some(FieldValue::Several(several)) => several.iter().map(String::as_str).collect(),
            Some(FieldValue::Text(one)) => vec![one.as_str()],
            _ => Vec::new(),
        }
    }

    /// The text of a field that must be there.
    pub(super) fn needed(&mut self, field: &'static str) -> Option<&'a str> {
        match self.text(field) {
            Some(text) => Some(text),
            None => self.unclear(Unclear::Missing { field }),
        }
    }

    /// The date of a field, as precise as it is; a text that is none is unclear.
    pub(super) fn date(&mut self, field: &'static str) -> Option<PartialDate> {
        let value = self.object.field(field)?;
        match value.date() {
            Some(date) => Some(date),
            None => self.unclear(Unclear::NotADate { field, text: value.words() }),
        }
    }

    /// The day of effect: of the first of these fields that is filled in.
    pub(super) fn day(
        &mut self,
        fields: &'static [&'static str],
        rounding: Rounding,
    ) -> Option<Date> {
        let filled = fields.iter().find(|field| self.object.field(field).is_some());
        let Some(field) = filled else { return self.unclear(Unclear::NoDay { fields }) };
        let written = self.date(field)?;
        let (day, which) = match rounding {
            Rounding::First => (written.first_day(), "first"),
            Rounding::Last => (written.last_day(), "last"),
        };
        if written.day().is_none() {
            self.remarks.push(Remark::DayOf { written, day, which });
        }
        Some(day)
    }

    /// The organisation, which every event names.
    pub(super) fn organisation(&mut self) -> Option<Organisation> {
        const FIELD: &str = "organisation";
        let name = self.needed(FIELD)?;
        match Organisation::new(name) {
            Ok(organisation) => Some(organisation),
            Err(fault) => self.unclear(Unclear::NotAnId { field: FIELD, fault }),
        }
    }

    /// Whole square metres, where the field is filled in.
    pub(super) fn square_metres(&mut self, field: &'static str) -> Option<SquareMetres> {
        let value = self.object.field(field)?;
        match value.whole().map(u64::try_from) {
            Some(Ok(square_metres)) => Some(SquareMetres::new(square_metres)),
            _ => self.unclear(Unclear::NotANumber { field, told: value.words() }),
        }
    }

    /// A count, where the field is filled in.
    pub(super) fn count(&mut self, field: &'static str) -> Option<u32> {
        let value = self.object.field(field)?;
        match value.whole().map(u32::try_from) {
            Some(Ok(count)) => Some(count),
            _ => self.unclear(Unclear::NotANumber { field, told: value.words() }),
        }
    }

    /// A number that is not negative, where the field is filled in.
    pub(super) fn number(&mut self, field: &'static str) -> Option<f64> {
        let value = self.object.field(field)?;
        match value.number().filter(|number| number.is_finite() && *number >= 0.0) {
            Some(number) => Some(number),
            None => self.unclear(Unclear::NotANumber { field, told: value.words() }),
        }
    }

    /// The boundary of a place that is an area; all that is wrong with it is unclear.
    pub(super) fn boundary(&mut self, place: &Place) -> Option<Boundary> {
        let Shape::Area(_) = &place.shape else { return None };
        match Boundary::new(place.geometry()?) {
            Ok(checked) => {
                self.remarks.extend(checked.notes.into_iter().map(Remark::Boundary));
                Some(checked.boundary)
            }
            Err(faults) => {
                self.unclear.extend(faults.into_iter().map(Unclear::Boundary));
                None
            }
        }
    }

    /// How the boundary was drawn, as far as the row says.
    pub(super) fn how_drawn(&self, place: &Place) -> Option<String> {
        match (place.method, self.text("map_sheet")) {
            (LocationMethod::Gps, _) => Some("with a satellite receiver".to_owned()),
            (LocationMethod::Map, None) => Some("from a map or a picture".to_owned()),
            (LocationMethod::Map, Some(sheet)) => Some(format!("from map sheet or file {sheet}")),
            (
                LocationMethod::GazetteerCentroid
                | LocationMethod::Described
                | LocationMethod::Unknown,
                _,
            ) => None,
        }
    }

    /// Which row of which file says so: an event has a reason, and this is the reason.
    pub(super) fn why(&self) -> String {
        let id = &self.object.id;
        match &self.object.origin {
            Some(origin) if origin.sheet.is_empty() => {
                format!("reported in `{id}`, line {} of file {:.12}", origin.line, origin.file)
            }
            Some(origin) => format!(
                "reported in `{id}`, line {} of sheet {} of file {:.12}",
                origin.line, origin.sheet, origin.file
            ),
            None => format!("reported in `{id}`"),
        }
    }
}
