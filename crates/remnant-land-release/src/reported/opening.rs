//! A row on a hazardous area as the opening of that area.

use remnant_ground::{Object, ObjectId, Place, Shape};

use super::row::{Rounding, Row};
use super::{Background, Remark, ReportedStep, Unclear};
use crate::event::Step;
use crate::identity::AreaId;
use crate::land::{Classification, Contamination, Position};
use crate::status_word::{StatedStatus, StatusWord};
use crate::step::{Extent, OpenedStep, Origin};

/// The fields that say when an area was found, the better first: a survey makes an area, the date
/// of information is that of what was known. Days of reporting and typing say nothing of the ground.
const DAYS: &[&str] = &["survey_date", "date_of_information"];

/// What a row on a hazardous area says, as the opening of the area.
///
/// Of a month or a year the first day counts: land is hazardous from when it can have been. The
/// square metres that the source gives are kept beside those of the boundary. A point is opened as
/// a point; where there is no place at all, the ledger says that it is missing.
///
/// An area that is called closed is opened only when a release of it is known, by a row or in the
/// ledger: else it would stand among open land, which the source denies, or among released land,
/// which nothing shows. It is a closed area without a product of land release.
///
/// # Errors
/// Everything that keeps the row from being an event, at once.
pub fn opened(object: &Object, background: &Background) -> Result<ReportedStep, Vec<Unclear>> {
    let mut row = Row::new(object);
    let area = area_id(&mut row, &object.id, "id");
    let effective_on = row.day(DAYS, Rounding::First);
    let organisation = row.organisation();
    let classification = classification(&mut row);
    let extent = object.place.as_ref().and_then(|place| extent(&mut row, place));
    let reported = row.square_metres("reported_square_metres");
    let contamination = contamination(&mut row);
    let status_word = status_word(&mut row, background);
    let cited = row.texts("evidence");
    let evidence = match background.evidence_of(&object.id, &cited, effective_on) {
        Ok(evidence) => Some(evidence),
        Err(missing) => row.unclear(missing),
    };
    let why = row.why();
    let administrative_unit = row.text("administrative_unit_code").map(str::to_owned);
    let Row { unclear, remarks, .. } = row;
    match (area, effective_on, organisation, classification, evidence) {
        (
            Some(area),
            Some(effective_on),
            Some(organisation),
            Some(classification),
            Some(evidence),
        ) if unclear.is_empty() => Ok(ReportedStep {
            area,
            effective_on,
            organisation,
            why,
            status_word,
            evidence,
            step: Step::Opened(OpenedStep {
                classification,
                extent,
                reported,
                contamination,
                administrative_unit,
                why_not_direct: None,
                origin: Origin::Identified,
            }),
            remarks,
        }),
        _ => Err(unclear),
    }
}

/// The id of an object as that of an area.
pub(super) fn area_id(row: &mut Row<'_>, id: &ObjectId, field: &'static str) -> Option<AreaId> {
    match AreaId::new(id.as_str()) {
        Ok(area) => Some(area),
        Err(fault) => row.unclear(Unclear::NotAnId { field, fault }),
    }
}

fn classification(row: &mut Row<'_>) -> Option<Classification> {
    const FIELD: &str = "area_type";
    match row.needed(FIELD)? {
        "sha" => Some(Classification::Suspected),
        "cha" => Some(Classification::Confirmed),
        other => {
            let (code, known) = (other.to_owned(), vec!["sha", "cha"]);
            row.unclear(Unclear::UnknownCode { field: FIELD, code, known })
        }
    }
}

fn extent(row: &mut Row<'_>, place: &Place) -> Option<Extent> {
    match &place.shape {
        Shape::Area(_) => {
            let boundary = row.boundary(place)?;
            Some(Extent::Boundary { boundary, how_drawn: row.how_drawn(place) })
        }
        Shape::Point { longitude, latitude } => Some(Extent::Point {
            position: Position { longitude: *longitude, latitude: *latitude },
            uncertainty_metres: place.uncertainty_metres,
        }),
        Shape::Line(_) => row.unclear(Unclear::LineForAnArea),
        Shape::Named(_) => None,
    }
}

fn contamination(row: &mut Row<'_>) -> Vec<Contamination> {
    const FIELD: &str = "contamination_type";
    let mut found = Vec::new();
    for code in row.texts(FIELD) {
        match Contamination::ALL.into_iter().find(|kind| kind.code() == code) {
            Some(kind) => found.push(kind),
            None => {
                let known = Contamination::ALL.map(Contamination::code).to_vec();
                row.unclear.push(Unclear::UnknownCode {
                    field: FIELD,
                    code: code.to_owned(),
                    known,
                });
            }
        }
    }
    found
}

/// Whether a row calls its area closed, and with which word.
pub(super) fn called_closed(object: &Object) -> Option<&str> {
    let word = object.text("status");
    let closed = word.is_some_and(|word| {
        matches!(
            StatusWord::read(word).meaning,
            Some(StatedStatus::Closed | StatedStatus::HandedOver)
        )
    });
    if closed { word } else { object.text("closure_reason") }
}

/// The word that the opening carries: the state after it is open, so a word that says otherwise
/// belongs to the last release.
fn status_word(row: &mut Row<'_>, background: &Background) -> Option<String> {
    let object = row.object;
    if let Some(word) = called_closed(object) {
        if StatusWord::read(word).meaning == Some(StatedStatus::HandedOver) {
            row.remarks.push(Remark::CalledHandedOver(word.to_owned()));
        }
        let by_correction = object
            .text("closure_reason")
            .filter(|reason| ["merged", "split", "duplicate", "entered_in_error"].contains(reason));
        match by_correction {
            // By hand it was closed already, whatever the source calls it.
            _ if background.is_closed(&object.id) => {}
            Some(reason) => {
                let reason = reason.to_owned();
                row.unclear.push(Unclear::ClosedByCorrection { reason });
            }
            None if !background.has_release(&object.id) => {
                row.unclear.push(Unclear::ClosedWithoutProduct { word: word.to_owned() });
            }
            None => {}
        }
        return None;
    }
    let word = row.text("status")?.to_owned();
    if StatusWord::read(&word).meaning == Some(StatedStatus::Suspended) {
        row.remarks.push(Remark::CalledSuspended(word.clone()));
    }
    Some(word)
}
