//! A row on a release as a step of its area: cancelled, reduced or cleared.

use jiff::civil::Date;
use remnant_ground::{Object, ObjectId, Shape};

use super::opening::area_id;
use super::row::{Rounding, Row};
use super::{Background, Remark, ReportedStep, Unclear};
use crate::event::Step;
use crate::identity::AreaId;
use crate::land::Part;
use crate::step::{
    CancelledStep, ClearedStep, ItemFound, NotWorked, ReducedStep, TechnicalAsset, Worked,
};

const KIND: &str = "release_kind";
const AREA: &str = "hazardous_area";
const ASSET: &str = "technical_asset";
const END: &str = "end_date";

/// What the officer wants counted that the ledger refuses unless it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counting {
    /// Clearance that lies outside its area counts as clearance outside, on a line of its own.
    pub outside: bool,
    /// What overlaps land released before counts again as an output, and never in the stock.
    pub again: bool,
}

/// What a row on a release says, as a step of its area.
///
/// Of a month or a year the last day counts: land is released from when it must have been. A row
/// without a boundary is no step: that all of the area was meant is for a person to say. Items that
/// are only counted are kept as a count without positions. Method and asset are those of the search
/// that the row names.
///
/// # Errors
/// Everything that keeps the row from being an event, at once.
pub fn released(
    object: &Object,
    background: &Background,
    counting: Counting,
) -> Result<ReportedStep, Vec<Unclear>> {
    let mut row = Row::new(object);
    let area = area(&mut row, background);
    let effective_on = row.day(&[END], Rounding::Last);
    let organisation = row.organisation();
    let part = part(&mut row);
    let search = row.text("search").and_then(|named| {
        let found = background.search(&object.id, named);
        if found.is_none() {
            row.remarks.push(Remark::SearchNotThere(named.to_owned()));
        }
        found
    });
    let kind = row.needed(KIND);
    let step = match (kind, part) {
        (Some("cancelled"), part) => cancelled(&mut row, part, counting).map(Step::Cancelled),
        (Some("reduced"), part) => reduced(&mut row, part, search, counting).map(Step::Reduced),
        (Some("cleared"), part) => cleared(&mut row, part, search, counting).map(Step::Cleared),
        (Some(other), _) => {
            let (code, known) = (other.to_owned(), vec!["cancelled", "reduced", "cleared"]);
            row.unclear(Unclear::UnknownCode { field: KIND, code, known })
        }
        (None, _) => None,
    };
    let why = row.why();
    let Row { unclear, remarks, .. } = row;
    match (area, effective_on, organisation, step) {
        (Some(area), Some(effective_on), Some(organisation), Some(step)) if unclear.is_empty() => {
            let (status_word, evidence) = (None, Vec::new());
            Ok(ReportedStep {
                area,
                effective_on,
                organisation,
                why,
                status_word,
                evidence,
                step,
                remarks,
            })
        }
        _ => Err(unclear),
    }
}

/// The area that a release is of, where it is known.
fn area(row: &mut Row<'_>, background: &Background) -> Option<AreaId> {
    let reference = row.needed(AREA)?;
    match background.area(&row.object.id, reference) {
        Some(area) => area_id(row, &ObjectId::new(area), AREA),
        None => row.unclear(Unclear::NoSuchArea { reference: reference.to_owned() }),
    }
}

fn part(row: &mut Row<'_>) -> Option<Part> {
    let Some(place) = &row.object.place else {
        return row.unclear(Unclear::NoBoundary { found: "no place" });
    };
    let found = match &place.shape {
        Shape::Area(_) => return row.boundary(place).map(Part::Boundary),
        Shape::Point { .. } => "a point",
        Shape::Line(_) => "a line",
        Shape::Named(_) => "the name of a place",
    };
    row.unclear(Unclear::NoBoundary { found })
}

/// The days of work, where both are days: a month does not say when work began.
fn worked(row: &mut Row<'_>) -> Option<Worked> {
    let day = |row: &mut Row<'_>, field| row.date(field).and_then(|date| date.day());
    let from: Option<Date> = day(row, "start_date");
    // What is wrong with it was said where the day of effect was read.
    let to = row.object.field(END).and_then(|end| end.date()).and_then(|date| date.day());
    let worked = from.zip(to).map(|(from, to)| Worked { from, to });
    if worked.is_none() {
        row.remarks.push(Remark::WorkDaysUnknown);
    }
    worked
}

fn criteria(row: &Row<'_>) -> Vec<String> {
    row.texts("criteria").into_iter().map(str::to_owned).collect()
}

fn method(search: Option<&Object>) -> Option<String> {
    search.and_then(|search| search.text("method")).map(str::to_owned)
}

fn cancelled(row: &mut Row<'_>, part: Option<Part>, counting: Counting) -> Option<CancelledStep> {
    let reported = row.square_metres("reported_square_metres");
    Some(CancelledStep {
        part: part?,
        reported,
        asked: Vec::new(),
        land_use: None,
        used_for_years: None,
        records_checked: Vec::new(),
        criteria: criteria(row),
        correction: None,
        count_again: counting.again,
    })
}

fn reduced(
    row: &mut Row<'_>,
    part: Option<Part>,
    search: Option<&Object>,
    counting: Counting,
) -> Option<ReducedStep> {
    let reported = row.square_metres("reported_square_metres");
    let searched = row.square_metres("searched_square_metres");
    let technical_asset = match row.text(ASSET) {
        Some("yes") => Some(TechnicalAsset::With),
        Some("no") => Some(TechnicalAsset::Without),
        // Not asked, not known and refused leave it as open as a blank does.
        _ => row.unclear(Unclear::Missing { field: ASSET }),
    };
    let found = row.count("items_found").map(|items| match items {
        0 => "nothing".to_owned(),
        items => {
            row.remarks.push(Remark::ItemsWithoutPositions(items));
            format!("{items} items, not said what and where")
        }
    });
    let worked = worked(row);
    let with = technical_asset == Some(TechnicalAsset::With);
    Some(ReducedStep {
        part: part?,
        reported,
        technical_asset: technical_asset?,
        asset: method(search).filter(|_| with),
        searched,
        where_searched: row.text("search").filter(|_| with).map(str::to_owned),
        found,
        worked,
        criteria: criteria(row),
        count_again: counting.again,
    })
}

fn cleared(
    row: &mut Row<'_>,
    part: Option<Part>,
    search: Option<&Object>,
    counting: Counting,
) -> Option<ClearedStep> {
    let reported = row.square_metres("reported_square_metres");
    let depth_cm = row.number("depth_centimetres");
    let items = row.count("items_found").map(|items| match items {
        0 => Vec::new(),
        quantity => {
            row.remarks.push(Remark::ItemsWithoutPositions(quantity));
            let item = "unknown".to_owned();
            vec![ItemFound { item, quantity, position: None, depth_cm: None }]
        }
    });
    let not_worked = row.square_metres("not_worked_square_metres").map(|area| {
        if area.is_zero() {
            return Vec::new();
        }
        row.remarks.push(Remark::NotWorkedNotDrawn);
        // A blank reason is none; the ledger says that it is missing.
        let reason = row.text("not_worked_reason").unwrap_or_default().to_owned();
        vec![NotWorked { area, reason, boundary: None }]
    });
    let worked = worked(row);
    Some(ClearedStep {
        part: part?,
        reported,
        depth_cm,
        method: method(search),
        worked,
        items,
        not_worked,
        completion_report: None,
        count_outside: counting.outside,
        count_again: counting.again,
    })
}
